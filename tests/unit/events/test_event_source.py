# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source over restarts and failures: nothing is lost, nothing is told twice, nothing ends it, and no secret is anywhere."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import events
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _event_memory, _event_options, _event_source
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._event_options import parsed
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._event_source import pause
from ansible_collections.superoffice.erpsync.tests.unit.environment.installation import Installation
from ansible_collections.superoffice.erpsync.tests.unit.events.watching import PASSWORD, PLUGIN, Over, Queue, Scene, Tenants
from stand_in import clicks

CRM = {"url": "http://crm.invalid/SuperOffice", "username": "ADM", "password": PASSWORD, "name": "crm", "on_start": "nothing"}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Scene:
    return Scene(monkeypatch, **CRM, state_file=str(tmp_path / "state.json"))


def click(there: Installation, table: str, where: dict[str, Any], **changes: Any) -> Callable[[], object]:
    return lambda: clicks.click(there.site, table, where, changes, "KNO", "2026-11-20T05:59:00Z")


def kinds(told: list[dict[str, Any]]) -> list[str]:
    return [event["kind"] for event in told]


def much_happens(there: Installation) -> None:
    """Of each part something."""
    click(there, "engine", {}, IsRunning=False, IntervalSeconds=60, connection_rank=[3, 1, 0, 2, 5, 4])()
    click(there, "connections", {"ErpConnectionId": 5}, Active=True)()
    click(there, "fields", {"ErpConnectionId": 1, "ErpFieldKey": "NAME"}, CrmFieldKey="other")()
    terms = there.site.state.table("list_items")[0]
    click(there, "list_items", {"ErpFieldId": terms["ErpFieldId"], "ErpListItemId": terms["ErpListItemId"]}, CrmItemId=3)()
    there.connection("Visma Norway")["LastSync"] = "2026-11-20T05:59:30"


MUCH = [
    "engine_stopped",
    "interval_changed",
    "connection_activated",
    "connection_synchronised",
    *["mapping_changed"] * 3,
    "list_changed",
    "priority_changed",
]

# What is read in few requests.
SOME = ["engine_stopped", "interval_changed", "connection_activated", "connection_synchronised", "priority_changed"]


def test_what_happens_while_the_source_does_not_run_is_told_when_it_does(scene: Scene) -> None:
    there = scene.site()
    assert scene.run() == []
    much_happens(there)
    assert kinds(scene.run(None)) == MUCH
    assert scene.run(None) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_is_killed_at_an_event_goes_on_with_it(scene: Scene, when: str) -> None:
    """Killed before the engine has it, it is told by the next run; killed before it is remembered, it is told again under the same id."""
    there = scene.site()
    scene.args["watch"] = SOME
    scene.run()
    much_happens(there)
    for number in range(len(SOME)):

        def kill(moment: str, _event: dict[str, Any]) -> None:
            if moment == when:
                raise Over

        scene.queue.around = kill
        told = scene.run(None)
        assert len(told) == (when == "after")
        # The one that was told, or not, comes first, and is remembered this time; then the next one kills again.
        left = iter((None, Over))

        def kill_the_second(moment: str, _event: dict[str, Any], left: Any = left) -> None:
            if moment == "before" and next(left) is Over:
                raise Over

        scene.queue.around = kill_the_second
        again = scene.run(None)
        assert kinds(again) == [SOME[number]]
        if told:
            assert told == again
    scene.queue.around = lambda _moment, _event: None
    assert scene.run(None) == []
    identities = {event["erpsync"]["id"] for event in scene.queue.events}
    assert len(identities) == len(SOME)


def test_whoever_is_cancelled_has_remembered_what_is_told(scene: Scene) -> None:
    """As the engine does at a shutdown: here as soon as it has the event."""
    there = scene.site()
    scene.args["watch"] = SOME
    scene.run()
    much_happens(there)
    for kind in SOME:

        async def cancelled() -> None:
            source = asyncio.ensure_future(runpy.run_path(str(PLUGIN))["main"](scene.queue, scene.args))

            def cancel(when: str, _event: dict[str, Any]) -> None:
                if when == "after":
                    source.cancel()

            scene.queue.around = cancel
            with pytest.raises(asyncio.CancelledError):
                await source

        scene.queue.events.clear()
        asyncio.run(cancelled())
        assert [event["erpsync"]["kind"] for event in scene.queue.events] == [kind]
    scene.queue.around = lambda _when, _event: None
    assert scene.run(None) == []


def test_an_event_that_is_told_again_later_has_its_id(scene: Scene) -> None:
    """What is remembered with an event may differ by then, such as the time of the look: that is no part of what it tells."""
    there = scene.site()

    def end(moment: str, _event: dict[str, Any]) -> None:
        if moment == "after":
            raise Over

    told: list[str] = []
    for act in (
        None,
        click(there, "engine", {}, IsRunning=False),
        click(there, "engine", {}, IsRunning=True),
        click(there, "connections", {"ErpConnectionId": 5}, Active=True),
        click(there, "connections", {"ErpConnectionId": 5}, Deleted=True),
        click(there, "connections", {"ErpConnectionId": 5}, Deleted=False),
    ):
        if act is not None:
            act()
        scene.queue.around = end
        [first] = scene.run(on_start="first_seen")
        scene.now += 3600
        if not told:
            there.connection("Visma Norway")["LastSync"] = "2026-11-20T06:30:00"
        scene.queue.around = lambda _moment, _event: None
        [again] = scene.run(on_start="first_seen")
        assert {**again, "at": first["at"], "hour": first["hour"]} == first
        told.append(again["kind"])
    assert told == [
        "first_seen", "engine_stopped", "engine_started", "connection_activated", "connection_removed", "connection_added",
    ]  # fmt: skip


def test_checks_that_are_chosen_anew_tell_nothing_of_the_past(scene: Scene) -> None:
    """A finding of a check that is no longer made is not gone, and one of a new check was there before."""
    there = scene.site()
    scene.run(checks=["access"])
    click(there, "fields", {"ErpConnectionId": 1, "ErpFieldKey": "TELEX"}, MissingInERP=True)()
    assert scene.run(None) == []
    assert scene.run(None, checks=["access"]) == []
    assert scene.run(None) == []
    gone = scene.run(click(there, "fields", {"ErpConnectionId": 1, "ErpFieldKey": "TELEX"}, MissingInERP=False))
    assert kinds(gone) == ["health_cleared"]


def test_the_file_is_written_at_each_event_and_belongs_to_one_source(scene: Scene, tmp_path: Path) -> None:
    there = scene.site()
    scene.run()
    file = tmp_path / "state.json"
    states: list[str] = []
    scene.queue.around = lambda moment, _event: states.append(file.read_text(encoding="utf-8")) if moment == "before" else None
    much_happens(there)
    scene.run()
    assert len(set(states)) == len(states) == len(MUCH)
    assert [json.loads(state)["installations"]["crm"]["number"] for state in states] == list(range(len(MUCH)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state.json", "state.json.lock"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    other = _event_memory.StateFile(str(file), ["crm"])
    with pytest.raises(BadInput, match=r"state_file .*state.json is used by another event source. Name another file\."):
        scene.run()
    other.close()
    assert scene.run() == []


def test_an_installation_elsewhere_or_forgotten_is_seen_anew(scene: Scene, tmp_path: Path) -> None:
    scene.site()
    other = scene.site("other")
    scene.run()
    click(other, "engine", {}, IsRunning=False)()
    assert kinds(scene.run(url="http://other.invalid/SuperOffice", on_start="first_seen")) == ["first_seen"]
    assert list(json.loads((tmp_path / "state.json").read_text())["installations"]) == ["crm"]
    assert kinds(scene.run(on_start="first_seen")) == ["first_seen"]
    scene.run(name="renamed")
    assert list(json.loads((tmp_path / "state.json").read_text())["installations"]) == ["renamed"]


def test_what_is_watched_anew_is_not_told_of_the_past(scene: Scene) -> None:
    there = scene.site()
    scene.run()
    some = ["engine_stopped", "engine_started"]
    scene.run(watch=some)
    much_happens(there)
    click(there, "fields", {"ErpConnectionId": 1, "ErpFieldKey": "TELEX"}, MissingInERP=False)()
    assert kinds(scene.run(None, watch=some)) == ["engine_stopped"]
    assert scene.run(None) == []
    click(there, "fields", {"ErpConnectionId": 1, "ErpFieldKey": "TELEX"}, MissingInERP=True)()
    click(there, "connections", {"ErpConnectionId": 5}, Deleted=True)()
    assert kinds(scene.run(None)) == ["connection_removed", "health_raised"]


def test_a_file_that_cannot_be_written_ends_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    there = scene.site()
    real, broken = os.replace, [False]

    def replace(source: str, target: str) -> None:
        if broken[0]:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)

    def fill() -> None:
        broken[0] = True
        much_happens(there)

    def make_room() -> None:
        broken[0] = False
        click(there, "engine", {}, IsRunning=True)()

    assert kinds(scene.run(fill, None, make_room, None)) == [*MUCH, "engine_started"]
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert told == ["The state_file cannot be written (no space left on device); events may be told again after a restart."]
    # What was written in the end has all.
    assert scene.run(None) == []


def test_a_file_that_cannot_be_written_at_the_end_does_not_hide_that_the_source_was_ended(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine ends the source while a thread writes: it waits for the thread, and learns that the source has ended."""
    there = scene.site()
    scene.run()
    click(there, "engine", {}, IsRunning=False)()
    writes, may_end = threading.Event(), threading.Event()
    ended: list[bool] = []

    def replace(_source: str, _target: str) -> None:
        writes.set()
        assert may_end.wait(20)
        ended.append(True)
        raise OSError(28, "No space left on device")

    async def cancelled() -> None:
        source = asyncio.ensure_future(runpy.run_path(str(PLUGIN))["main"](scene.queue, {**scene.args, "watch": SOME}))
        with monkeypatch.context() as patch:

            def told(when: str, _event: dict[str, Any]) -> None:
                if when == "after":
                    patch.setattr(os, "replace", replace)

            scene.queue.around = told
            assert await asyncio.to_thread(writes.wait, 20)
            source.cancel()
            for _turn in range(9):
                await asyncio.sleep(0)
            assert not source.done()
            may_end.set()
            with pytest.raises(asyncio.CancelledError):
                await source

    asyncio.run(cancelled())
    assert ended == [True]


def test_what_is_written_and_a_file_that_cannot_be_written_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    one = _event_memory.Remembered("http://caf\u00e9.invalid", "2026-11-20T05:59:30Z", 3, {"reachable": True})
    memory = _event_memory.StateFile(str(path), ["crm"])
    memory.keep({"crm": one})
    assert path.read_bytes() == (
        b'{"format":1,"installations":{"crm":{"address":"http://caf\\u00e9.invalid","begun":"2026-11-20T05:59:30Z","number":3,'
        b'"entries":{"reachable":true}}}}'
    )
    with pytest.raises(BadInput) as raised:
        _event_memory.StateFile(str(path), ["crm"])
    assert str(raised.value) == f"state_file {path} is used by another event source. Name another file."
    memory.close()

    def full(_source: str, _target: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(BadInput) as raised:
            _event_memory.StateFile(str(path), ["crm"])
    assert str(raised.value) == (f"state_file {path} cannot be used: no space left on device. Name a file in a folder that can be written.")
    # It is left to others, as it was.
    memory = _event_memory.StateFile(str(path), ["crm"])
    assert memory.get("crm") == one and memory.get("other") is None
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["state.json", "state.json.lock"]
    memory.close()


class Engine(Queue):
    """An engine that hands back what it has taken, as it does with feedback; some of the events it does not take."""

    def __init__(self, takes: Callable[[int], bool]) -> None:
        super().__init__()
        self.back: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
        self._takes = takes

    async def put(self, event: dict[str, Any]) -> None:
        await super().put(event)
        if self._takes(len(self.events)):
            await self.back.put(event)


def test_with_feedback_an_event_counts_when_the_engine_has_taken_it(scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    there = scene.site()
    scene.run()
    much_happens(there)
    scene.queue = engine = Engine(lambda number: number not in (2, 3))
    waited: list[float] = []
    pauses = iter([None, None, None])

    def on_pause(seconds: float) -> None:
        if seconds == _event_source.PATIENCE and len(engine.events) in (2, 3):
            waited.append(seconds)
        elif seconds == 50.0 and next(pauses, Over) is Over:
            raise Over

    told = scene.run_until(on_pause, feedback=True, eda_feedback_queue=engine.back, interval="50s")
    # The second event is told three times; what comes behind it waits.
    assert kinds(told) == [MUCH[0], MUCH[1], MUCH[1], *MUCH[1:]]
    assert told[1] == {**told[2], "at": told[1]["at"]} and told[1]["id"] == told[3]["id"]
    assert [record.getMessage() for record in caplog.records] == [
        "crm: the engine does not say that it has taken an event; it is told again.",
        "crm: the engine does not say that it has taken an event; it is told again.",
    ]
    assert scene.run(None) == []


def test_an_event_that_the_engine_never_takes_does_not_stop_the_others(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    there = scene.site()
    scene.run()
    much_happens(there)
    scene.queue = engine = Engine(lambda number: number > 3)
    pauses = iter([None, None, None])

    def on_pause(seconds: float) -> None:
        if seconds == 50.0 and next(pauses, Over) is Over:
            raise Over

    told = scene.run_until(on_pause, feedback=True, eda_feedback_queue=engine.back, interval="50s")
    assert kinds(told) == [MUCH[0], MUCH[0], *MUCH]
    assert caplog.records[-1].getMessage() == "crm: the engine has not taken an event, told 3 times; it is not told again."


def test_what_the_engine_hands_back_late_is_not_told_again(scene: Scene) -> None:
    """And nothing waits in its queue, which has room for one: the engine would stand still, and all its sources with it."""
    there = scene.site()
    scene.run()
    much_happens(there)
    scene.queue = engine = Engine(lambda number: number > 1)
    pauses: Any = iter(["back", "again", {"no": "meta"}, "nothing", None])

    def on_pause(seconds: float) -> None:
        if seconds == 50.0:
            step = next(pauses, None)
            if step is None:
                raise Over
            engine.back.put_nowait(engine.events[0] if step in ("back", "again") else step)

    told = scene.run_until(on_pause, feedback=True, eda_feedback_queue=engine.back, interval="50s")
    assert kinds(told) == MUCH and engine.back.empty()
    assert scene.run(None) == []


def test_another_event_in_place_of_one_that_is_not_taken_does_not_count_anew(scene: Scene) -> None:
    """Else the engine would be told for ever of a connection that is synchronised at each look, and of nothing behind it."""
    there = scene.site()
    scene.run()
    scene.queue = engine = Engine(lambda _number: False)
    looks = iter(range(3))

    def synchronise(seconds: float) -> None:
        if seconds != _event_source.PATIENCE:
            if (look := next(looks, None)) is None:
                raise Over
            there.connection("Visma Norway")["LastSync"] = f"2026-11-20T05:59:3{look}"

    told = scene.run_until(synchronise, feedback=True, eda_feedback_queue=engine.back, interval="50s")
    assert kinds(told) == ["connection_synchronised"] * 3 and len({event["id"] for event in told}) == 3
    assert kinds(scene.run(click(there, "engine", {}, IsRunning=False))) == ["engine_stopped"]


def test_an_installation_that_does_not_answer_delays_neither_another_nor_the_loop(scene: Scene) -> None:
    """The one hangs in a request until the other has told something, and until the loop has had a turn."""
    hanging, other = scene.site("hanging"), scene.site("other")
    free = threading.Event()
    started = threading.Event()
    turns: list[bool] = []

    def hang(_request: Any) -> None:
        started.set()
        # Until the test lets go, which it does in any case.
        free.wait(30)

    hanging.on_the_way = hang
    click(other, "engine", {}, IsRunning=False)()

    async def ticking() -> None:
        while not (started.is_set() and scene.queue.events):
            await asyncio.sleep(0.001)
        turns.append(free.is_set())
        free.set()

    def on_pause(_seconds: float) -> None:
        if free.is_set():
            raise Over

    scene.on_pause = on_pause
    installations = [{"name": name, "url": f"http://{name}.invalid/SuperOffice"} for name in ("hanging", "other")]
    args = {**scene.args, "installations": installations, "on_start": "problems", "watch": ["engine_stopped"]}
    del args["url"], args["name"]

    async def both() -> None:
        ticks = asyncio.create_task(ticking())
        with pytest.raises(Over):
            await runpy.run_path(str(PLUGIN))["main"](scene.queue, args)
        await ticks

    asyncio.run(both())
    assert turns == [False]
    assert kinds([event["erpsync"] for event in scene.queue.events]) == ["engine_stopped"]


def test_installations_have_options_of_their_own_over_the_common_ones(scene: Scene) -> None:
    """One of them dies; the other is asked as before."""
    here, there = scene.site("here"), scene.site("there")
    del scene.args["url"], scene.args["name"]
    options = {
        "installations": [
            {"name": "here", "url": "http://here.invalid/SuperOffice", "interval": "5m"},
            {"url": "http://there.invalid/SuperOffice", "watch": ["unreachable"]},
        ]
    }

    happened: list[bool] = []

    def on_pause(_seconds: float) -> None:
        if not happened and {60.0, 300.0} <= set(scene.pauses):
            happened.append(True)
            there.trouble = lambda _number, _request: "before"
            click(here, "engine", {}, IsRunning=False)()
            click(there, "engine", {}, IsRunning=False)()
        if len(scene.queue.events) == 2:
            raise Over

    told = scene.run_until(on_pause, **options)
    assert sorted((event["installation"], event["kind"]) for event in told) == [
        ("here", "engine_stopped"),
        ("there.invalid/SuperOffice", "unreachable"),
    ]
    hosts = {event["erpsync"]["installation"]: event["meta"].get("hosts") for event in scene.queue.events}
    # Without a host, actions would run for all hosts. A name that is none runs for nobody.
    assert hosts == {"here": ["here"], "there.invalid/SuperOffice": ["there.invalid/SuperOffice"]}


def test_a_mistake_of_ours_ends_nothing_and_quotes_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    there = scene.site()
    there.may_be_mistaken = True

    def err() -> None:
        there.trouble = lambda number, _request: "mistake" if number else None

    def be_right() -> None:
        there.trouble = lambda _number, _request: None

    told = scene.run(err, be_right, None)
    assert kinds(told) == ["unreachable", "recovered"]
    assert told[0]["msg"].startswith("crm: It cannot be read. The event source met a mistake of its own (Mistaken in installation.py, ")

    def raise_it(*_arguments: Any) -> Any:
        raise KeyError(PASSWORD)

    monkeypatch.setattr(events, "event", raise_it)
    caplog.clear()
    assert scene.run(click(there, "engine", {}, IsRunning=False), None) == []
    assert {record.getMessage() for record in caplog.records} == {"crm: the event source met a mistake of its own (KeyError); it goes on."}
    assert scene.pauses[-2:] == [120.0, 240.0]


def test_a_pause_between_two_tries_ends_with_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    [installation] = parsed(CRM).installations
    one = _event_source._Watched(installation, _event_memory.Remembered("http://crm.invalid/SuperOffice", "2026-11-20T05:59:30Z"))
    waited: list[float] = []

    def wait(seconds: float | None = None) -> bool:
        waited.append(seconds or 0.0)
        return True

    monkeypatch.setattr(one.ended, "wait", wait)
    one.wait(7.5)
    assert waited == [7.5] and not one.ended.is_set()


def test_pauses() -> None:
    assert [pause(60, failures, 0.5) for failures in range(7)] == [60, 120, 240, 480, 900, 900, 900]
    assert pause(60, 1_000_000, 0.5) == 900
    assert (pause(60, 1, 0.0), pause(60, 1, 1.0)) == (108.0, 132.0)
    # Whoever waits for longer anyway waits no less than that.
    assert pause(3600, 3, 0.5) == 3600


def test_a_refused_sign_in_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a run a refusal counts for all that follows; the source lasts longer than the mistake of an administrator."""
    scene = Scene(monkeypatch, on_start="nothing", watch=["unreachable", "recovered"])
    scene.tenants = tenants = Tenants("Cust12345")
    application = next(iter(tenants.online.applications.values()))
    secret = application.client_secret
    options = tenants.options("Cust12345")

    def refuse() -> None:
        application.client_secret = "another"
        tenants.online.tenants["Cust12345"].sessions.end_kind("tickets")

    def accept() -> None:
        application.client_secret = secret

    told = scene.run(refuse, None, accept, None, **options)
    assert kinds(told) == ["unreachable", "recovered"]
    assert told[0]["failure"] in ("unauthorized", "sign_in_failed")


def test_a_ticket_is_used_as_long_as_it_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, on_start="nothing", watch=["engine_stopped"])
    scene.tenants = tenants = Tenants("Cust12345")
    asked: list[int] = []

    def count() -> None:
        asked.append(tenants.requests)

    scene.run(count, count, count, **tenants.options("Cust12345"))
    # State and sign-in come with the first look alone.
    assert asked[1] - asked[0] == asked[2] - asked[1] == 1 < asked[0]


def test_secrets_are_nowhere(scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither where a server repeats them, nor where it stores them."""
    caplog.set_level(logging.DEBUG)
    secret, of_proxy = "Hemmelig-passord-1", "Proxy-Hemmelig"
    there = scene.site()
    scene.args.update(password=secret, proxy=f"http://user:{of_proxy}@proxy.example.com:3128")
    there.site.state.table("fields")[0].update(FieldType="Password", HasFirstSyncDefaultValue=True, FirstSyncDefaultValue="Skjult-verdi-7")

    def repeat() -> None:
        click(there, "connections", {"ErpConnectionId": 3}, DisplayName=f"SAP {secret}", Active=False)()
        click(there, "fields", {"ErpConnectionId": 2, "ErpFieldKey": "NAME"}, MissingInERP=True, CrmFieldKey=secret)()
        click(there, "fields", {"ErpConnectionId": 1, "ErpFieldKey": "NAME"}, ErpFieldKey=f"{secret}-field")()
        click(there, "engine", {}, IsRunning=False)()

    def die() -> None:
        there.trouble = lambda _number, _request: "before"

    told = scene.run(repeat, die, None, on_start="problems", expect_active=[secret])
    assert {"connection_deactivated", "engine_stopped", "unreachable", "health_raised"} <= set(kinds(told))
    shown = json.dumps(scene.queue.events) + caplog.text + (tmp_path / "state.json").read_text()
    assert "SAP ********" in shown
    for one in (secret, of_proxy, "Skjult-verdi-7", "visma-Hemmelig-1"):
        assert one not in shown


def test_secrets_that_a_server_issues_or_that_are_not_used_are_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is got for a refresh token, and a password beside another way to sign in."""
    scene = Scene(monkeypatch, on_start="nothing", watch=["connection_deactivated"], username="ADM", password="Hemmelig-passord-3")
    scene.tenants = tenants = Tenants("Cust12345")
    there = tenants.online.tenants["Cust12345"]
    options = tenants.options("Cust12345", as_system_user=False)
    issued: list[str] = []

    def repeat() -> None:
        # The last one is that of the source.
        issued.append(list(there.sessions._token_issued)[-1])
        names = ["Hemmelig-passord-3", *issued]
        clicks.click(there.site, "connections", {"ErpConnectionId": 1}, {"DisplayName": " ".join(names), "Active": False}, "KNO")

    [told] = scene.run(repeat, None, installations=[options])
    assert issued and told["connection"] and not [secret for secret in (*issued, "Hemmelig-passord-3") if secret in json.dumps(told)]


def test_an_installation_that_signs_in_otherwise_takes_no_part_of_the_common_way() -> None:
    common = {"url": "https://crm.example.com", "username": "ADM", "password": "Hemmelig-4", "timeout": 5}
    own = [{"name": "a"}, {"name": "b", "ticket": "7T:x"}, {"name": "c", "tenant": "Cust1", "access_token": "8A:y"}]
    found = parsed({**common, "installations": own}).installations
    taken = [{name: one.params.get(name) for name in ("url", "username", "ticket", "tenant", "timeout")} for one in found]
    assert taken == [
        {"url": "https://crm.example.com", "username": "ADM", "ticket": None, "tenant": None, "timeout": 5.0},
        {"url": "https://crm.example.com", "username": None, "ticket": "7T:x", "tenant": None, "timeout": 5.0},
        {"url": None, "username": None, "ticket": None, "tenant": "Cust1", "timeout": 5.0},
    ]


NO_DURATION = (
    "is not a duration. Use whole seconds (900), units (15m, 1h30m, 1d), hh:mm:ss (00:15:00, or 1.00:00:00 for a day) or ISO 8601 (PT15M)."
)
KINDS = (
    "first_seen, unreachable, recovered, engine_stopped, engine_started, interval_changed, connection_added, connection_removed, "
    "connection_activated, connection_deactivated, connection_synchronised, connection_stale, mapping_changed, list_changed, "
    "priority_changed, health_raised, health_cleared"
)
CHECKS = "access, engine, active, last_sync, missing_fields, mandatory_fields, lists, connector_test, connection_test, log"

# A sentence of Ansible itself ends with three dots here.
BAD: list[tuple[dict[str, Any], str]] = [
    ({"passwrod": "x"}, '"passwrod" is no option of this event source. Did you mean password?'),
    (
        {"url": None},
        "url is missing. Give the address of the installation, for example https://crm.example.com/SuperOffice, as the option, as the "
        "variable erpsync_url of the host, or as SUPEROFFICE_URL in the environment; for SuperOffice Online give tenant instead, for "
        "example Cust12345. The module_defaults of a play do not reach into the roles of this collection.",
    ),
    ({"interval": "soon"}, f'interval: "soon" {NO_DURATION}'),
    ({"interval": "0s"}, 'interval: "0s" is too short; an interval is one second or more.'),
    ({"stale_after": "a while"}, f'stale_after: "a while" {NO_DURATION}'),
    ({"watch": []}, f"watch is empty; name at least one of {KINDS}."),
    ({"watch": ["engine"]}, f"value of watch must be one or more of: {KINDS}. Got no match for: engine"),
    ({"on_start": "all"}, "value of on_start must be one of: problems, first_seen, nothing, got: all"),
    ({"checks": ["everything"]}, f"value of checks must be one or more of: {CHECKS}. Got no match for: everything"),
    (
        {"time_zone": "Mars"},
        'time_zone is "Mars"; use the name of a time zone that this machine knows, such as Europe/Oslo, or the distance from UTC in '
        'quotes, such as "+01:00".',
    ),
    ({"timeout": -1}, "timeout is -1.0; use a number of seconds above zero."),
    ({"timeout": float("nan")}, "timeout is nan, which is no finite number. Give a number, or a text in quotes."),
    ({"installations": []}, "installations is empty; name at least one installation, or leave it out and give its options at the top."),
    ({"installations": "crm"}, "Elements value for option 'installations' is of type..."),
    ({"installations": [{"nmae": "x"}]}, 'installations[0]."nmae" is no option of this event source. Did you mean name?'),
    ({"installations": [{"state_file": "x"}]}, 'installations[0]."state_file" is no option of this event source.'),
    ({"installations": [{"name": "b", "timeout": "x"}]}, "installations[0]: argument 'timeout' is of type..."),
    ({"installations": [{"name": "b", "interval": "x"}]}, f'installations[0]: interval: "x" {NO_DURATION}'),
    ({"installations": [{"name": "b"}, {"watch": []}]}, f"installations[1]: watch is empty; name at least one of {KINDS}."),
    ({"installations": [{"name": "a"}, {"name": "a"}]}, 'Two of the installations are called "a". Give each a name of its own.'),
    (
        {"installations": [{"name": "a"}, {"name": "b", "url": "ftp://x"}]},
        "installations[1]: url is not a web address: ftp://x. Use the form https://crm.example.com/SuperOffice.",
    ),
    (
        {"state_file": "/nowhere/state.json"},
        "state_file /nowhere/state.json cannot be used: no such file or directory. Name a file in a folder that can be written.",
    ),
    ({"feedback": "maybe"}, "argument 'feedback' is of type..."),
]


@pytest.mark.parametrize(("options", "sentence"), BAD, ids=[next(iter(options)) + str(number) for number, (options, _s) in enumerate(BAD)])
def test_bad_arguments_are_told_in_a_sentence_and_nothing_is_sent(scene: Scene, options: dict[str, Any], sentence: str) -> None:
    there = scene.site()
    with pytest.raises(BadInput) as raised:
        scene.run(**options)
    told = str(raised.value)
    assert told.startswith(sentence.removesuffix("...")) if sentence.endswith("...") else told == sentence
    assert PASSWORD not in str(raised.value) and raised.value.__cause__ is None
    assert not there.everything and not scene.queue.events


def test_a_secret_in_a_bad_argument_is_masked(scene: Scene) -> None:
    with pytest.raises(BadInput, match=r"^proxy is not the address of an HTTP proxy") as raised:
        scene.run(proxy="ftp://user:Hemmelig-1@proxy")
    assert "Hemmelig-1" not in str(raised.value)
    with pytest.raises(BadInput) as raised:
        scene.run(installations=[{"name": "a", "timeout": "Hemmelig-2", "password": "Hemmelig-2"}])
    assert "Hemmelig-2" not in str(raised.value) and "timeout" in str(raised.value)
    # Nobody's own words are trusted: here the password stands in place of an option, too.
    for own in ({"installations": [{"password": "Hemmelig-3", "Hemmelig-3": 1}]}, {"password": "Hemmelig-3", "Hemmelig-3": 1}):
        with pytest.raises(BadInput, match="is no option of this event source") as raised:
            scene.run(**own)
        assert "Hemmelig-3" not in str(raised.value)


def remembering(**wrong: Any) -> str:
    one = {"address": "http://crm.invalid/SuperOffice", "begun": "2026-11-20T05:59:30Z", "number": 1, "entries": {}}
    return json.dumps({"format": 1, "installations": {"crm": {**one, **wrong}}})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"format": 2}',
        '{"format": 1, "installations": {"crm": {"what": 1}}}',
        remembering(number="1"),
        remembering(address=None),
        remembering(entries={"connection/1": 3}),
    ],
    ids=range(9),
)
def test_a_file_of_something_else_is_not_overwritten(scene: Scene, tmp_path: Path, content: str) -> None:
    scene.site()
    file = tmp_path / "state.json"
    file.write_text(content)
    with pytest.raises(BadInput) as raised:
        scene.run()
    assert str(raised.value) == (
        f"state_file {file} was not written by this event source. Name another file; or remove it, and everything counts as seen for the "
        "first time."
    )
    assert file.read_text() == content


def test_blank_options_count_as_not_given(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the environment of a credential counts, which has a variable for each of its fields."""
    there = scene.site()
    monkeypatch.setenv("SUPEROFFICE_URL", str(CRM["url"]))
    monkeypatch.setenv("SUPEROFFICE_USERNAME", "ADM")
    monkeypatch.setenv("SUPEROFFICE_PASSWORD", PASSWORD)
    monkeypatch.setenv("SUPEROFFICE_TICKET", "")
    told = scene.run(
        click(there, "engine", {}, IsRunning=False), url="", username=None, password=" ", state_file="", watch=["engine_stopped"], name=None
    )
    assert [(event["installation"], event["kind"]) for event in told] == [("crm.invalid/SuperOffice", "engine_stopped")]
    # Each of the others as well; those of an installation give way to the common ones.
    blank = {name: "" if number % 2 else None for number, name in enumerate((*_event_options.OF_EACH, *_event_options.OF_ALL))}
    stop = click(there, "engine", {}, IsRunning=True)
    assert kinds(scene.run(stop, **blank))[0] == "first_seen" and scene.pauses[-1] == 60
    own = dict.fromkeys(_event_options.OF_EACH, " ")
    assert kinds(scene.run(None, installations=[own], watch=["engine_started"], interval="2m", state_file=None)) == []
    assert scene.pauses[-1] == 120


def test_the_file_is_loaded_without_a_package_and_without_the_collections_being_found(tmp_path: Path) -> None:
    """As the engine does it, in a process that knows of no collection; the folder that it adds comes last."""
    home = PLUGIN.parents[4]
    installed = tmp_path / "ansible_collections" / "superoffice" / "erpsync"
    installed.parent.mkdir(parents=True)
    installed.symlink_to(home)
    installed /= PLUGIN.relative_to(home)
    program = (
        "import runpy, sys\nbefore = list(sys.path)\n"
        f"found = runpy.run_path({str(installed)!r})\n"
        "assert sys.path[:-1] == before, sys.path\nimport asyncio\nassert asyncio.iscoroutinefunction(found['main'])\n"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "ANSIBLE_COLLECTIONS_PATH")}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)


def test_the_file_is_loaded_from_a_repository_wherever_that_lies() -> None:
    before = list(sys.path)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        shallow = Path(folder) / PLUGIN.name
        shallow.symlink_to(PLUGIN)
        assert asyncio.iscoroutinefunction(runpy.run_path(str(shallow))["main"])
    assert sys.path == before
