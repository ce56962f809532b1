# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was deactivated for a change is active again after signals and time limits, also while several connections are changed at once.

What Ansible does with its processes then is in tests/unit/plugins/action/test_interrupted.py; a run that ends at each of its
requests is in test_killed.py.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply import activation
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.activation import Activation
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import IN_PROCESS_OVER_REST, Way, over_rest

from .installation import Installation, Json

CONFIG: dict[str, Json] = {"Visma Norway": {"Company": "77"}, "Visma Sweden": {"Company": "78"}, "SAP Germany": {"User": "OTHER"}}
NAMES = tuple(CONFIG)
TOGGLE = "ToggleErpConnectionActive"
# Seconds after which something that always comes is taken for missing.
PATIENCE = 60.0


class Interrupted(BaseException):
    """What a signal does here: no error, but no end of the test's process either."""


def installation(*, way: Way = IN_PROCESS_OVER_REST) -> Installation:
    there = Installation(enforce_inactive_for_edit=True, way=way)
    for name in NAMES:
        there.connection(name)["Active"] = True
    return there


def document(*names: str) -> Json:
    return {"connections": [{"name": name, "config": CONFIG[name]} for name in names or NAMES]}


def active(there: Installation) -> list[str]:
    return [name for name in NAMES if there.connection(name)["Active"]]


@contextlib.contextmanager
def handled(handlers: dict[signal.Signals, Callable[..., None]]) -> Iterator[None]:
    """What signals do when nobody holds them back; found unchanged afterwards."""
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
        assert {number: signal.getsignal(number) for number in handlers} == handlers
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class SavesMeet:
    """Each save behind a toggle waits for those of the other connections, the last one sends the signal, and all wait for its effect."""

    def __init__(self, there: Installation, number: signal.Signals, at_once: int) -> None:
        self.there = there
        self.number = number
        self.restoring = threading.Event()
        self._barrier = threading.Barrier(at_once)
        self._at_once = at_once

    def __call__(self, request: Request) -> None:
        if not request.path.endswith("/SaveConnection") or TOGGLE not in self.there.writes:
            return
        if self._at_once == 1:
            # In the thread that the signal interrupts.
            os.kill(os.getpid(), self.number)
        elif self._barrier.wait(PATIENCE) == 0:
            os.kill(os.getpid(), self.number)
        assert self.restoring.wait(PATIENCE)

    @contextlib.contextmanager
    def looking(self) -> Iterator[None]:
        real = Activation.restore

        def restore(activation: Activation) -> str:
            self.restoring.set()
            return real(activation)

        with mock.patch.object(Activation, "restore", restore):
            yield


@over_rest
@pytest.mark.parametrize("at_once", [1, len(NAMES)])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM])
def test_what_was_deactivated_is_active_before_the_signal_has_its_effect(number: signal.Signals, at_once: int, way: Way) -> None:
    """SIGALRM is a task's time limit: Ansible raises in the middle of the work, and nobody holds that back."""
    there = installation(way=way)
    seen: list[list[str]] = []

    def end(*_unused: Any) -> None:
        seen.append(active(there))
        raise Interrupted

    meeting = SavesMeet(there, number, at_once)
    there.on_the_way = meeting
    with handled({number: end}), meeting.looking(), pytest.raises(Interrupted):
        there.run("environment", document=document(), parallel_requests=at_once)
    assert active(there) == list(NAMES)
    if number != signal.SIGALRM:
        assert seen == [list(NAMES)]
    there.on_the_way = lambda _request: None
    there.converge(document())
    # Whether a save that was under way was carried out is a matter of chance, and so is what is left to do.
    assert not [text for text in there.warnings if "active is not declared" in text]
    assert active(there) == list(NAMES)


class Restoring:
    """The save behind the toggle is interrupted, or loses its connection, and each request of the restoring does something."""

    def __init__(self, there: Installation, interrupted_by: signal.Signals | None, then: Callable[[], None]) -> None:
        self.there = there
        self._interrupted_by = interrupted_by
        self._then = then
        there.on_the_way = self._on_the_way
        if interrupted_by is None:
            there.trouble = lambda _number, request: "before" if self._is_behind_the_toggle(request) else None

    def _is_behind_the_toggle(self, request: Request) -> bool:
        return request.path.endswith("/SaveConnection") and TOGGLE in self.there.writes

    def _on_the_way(self, request: Request) -> None:
        if threading.current_thread() is not threading.main_thread():
            self._then()
        elif self._interrupted_by is not None and self._is_behind_the_toggle(request):
            os.kill(os.getpid(), self._interrupted_by)


@over_rest
def test_ansible_sends_another_signal_right_after_ctrl_c(way: Way) -> None:
    there = installation(way=way)
    arrived: list[int] = []

    def end(number: int, _frame: Any) -> None:
        arrived.append(number)
        raise Interrupted

    Restoring(there, signal.SIGINT, lambda: os.kill(os.getpid(), signal.SIGTERM))
    with handled({signal.SIGINT: end, signal.SIGTERM: end}), pytest.raises(Interrupted):
        there.run("environment", document=document(NAMES[0]))
    assert active(there) == list(NAMES)
    assert arrived == [signal.SIGINT]


class Once:
    """Sends this process a signal, the first time that it is asked to."""

    def __init__(self) -> None:
        self._is_sent = False

    def __call__(self, number: signal.Signals) -> None:
        if not self._is_sent:
            self._is_sent = True
            os.kill(os.getpid(), number)


def raise_interrupted(*_unused: Any) -> None:
    raise Interrupted


def test_the_time_limit_comes_while_a_failure_is_put_right() -> None:
    there = installation()
    once = Once()
    Restoring(there, None, lambda: once(signal.SIGALRM))
    with handled({signal.SIGALRM: raise_interrupted}), pytest.raises(Interrupted):
        there.run("environment", document=document(NAMES[0]))
    assert active(there) == list(NAMES)


def test_a_second_ctrl_c_ends_it_and_so_does_time() -> None:
    released = threading.Event()
    threads_before = set(threading.enumerate())

    def hang() -> None:
        assert released.wait(PATIENCE)

    def interrupt_and_hang() -> None:
        once(signal.SIGINT)
        hang()

    once = Once()

    there = installation()
    Restoring(there, signal.SIGINT, interrupt_and_hang)
    with handled({signal.SIGINT: raise_interrupted}), pytest.raises(Interrupted):
        there.run("environment", document=document(NAMES[0]))
    assert active(there) == list(NAMES[1:])
    there = installation()
    Restoring(there, None, hang)
    with mock.patch.object(activation, "FOR_RESTORING", 0.1):
        result = there.run("environment", document=document(NAMES[0]))
    assert result["failed"] and result["changed"]
    assert (
        f'"{NAMES[0]}" had been deactivated for the change and could not be activated again: there was no answer in time.' in result["msg"]
    )
    released.set()
    for thread in set(threading.enumerate()) - threads_before:
        thread.join(PATIENCE)


def test_a_toggle_that_arrives_later_than_its_effect_is_looked_for() -> None:
    there = installation()
    looks: list[bool] = []

    def late(request: Request) -> None:
        if threading.current_thread() is threading.main_thread():
            return
        looks.append(bool(there.connection(NAMES[0])["Active"]))
        if len(looks) == 2:
            there.connection(NAMES[0])["Active"] = False

    there.on_the_way = late
    there.trouble = lambda _number, request: "interrupt" if request.method == TOGGLE and not looks else None
    with pytest.raises(KeyboardInterrupt):
        there.run("environment", document=document(NAMES[0]))
    assert active(there) == list(NAMES) and looks[:2] == [True, True]


@over_rest
def test_one_that_cannot_be_activated_keeps_none_of_the_others_from_it(way: Way) -> None:
    """The server refuses to activate one of them; all had been deactivated when another failure came."""
    there = installation(way=way)
    barrier = threading.Barrier(len(NAMES))
    numbers = [there.connection(name)["ErpConnectionId"] for name in NAMES]

    def meet(request: Request) -> None:
        if request.path.endswith("/SaveConnection") and threading.current_thread() in saved:
            barrier.wait(PATIENCE)
        elif request.path.endswith("/SaveConnection"):
            saved.add(threading.current_thread())

    def trouble(_number: int, request: Request) -> str | None:
        behind = request.path.endswith("/SaveConnection") and there.names.count("SaveConnection") > len(NAMES)
        if request.path.endswith(TOGGLE) and there.writes.count(TOGGLE) > len(NAMES) and f"{numbers[1]}" in (request.body or b"").decode():
            return "before"
        return "before" if behind else None

    saved: set[threading.Thread] = set()
    there.on_the_way = meet
    there.trouble = trouble
    result = there.run("environment", document=document(), parallel_requests=len(NAMES))
    assert active(there) == [NAMES[0], NAMES[2]]
    assert f'"{NAMES[0]}", "{NAMES[2]}" had been deactivated for the change and are active again.' in result["msg"]
    assert f'Besides, "{NAMES[1]}" had been deactivated for the change and could not be activated again: ' in result["msg"]
    assert "Declare active: true" in result["msg"]


def all_kinds_of_steps() -> Json:
    """Changes of each kind that a connection has, around them others."""
    fields = [{"erp": "EMAIL", "search": True, "default": {"value": "post@example.com"}}, {"erp": "CREDITLIMIT", "show": True}]
    return {
        "engine": {"state": "stopped", "interval": "1h"},
        "connectors": [{"id": 1, "name": "Visma Business"}],
        "connections": [
            {
                **document("Visma Norway")["connections"][0],
                "actors": [{"erp": "Customer", "fields": fields, "order": ["CREDITLIMIT", "EMAIL"]}],
                "lists": [{"list": "TermList", "actor": "Customer", "items": {"a": "Prepaid"}}],
            },
            {"name": "SAP Germany", "active": False},
            {"name": "Dynamics Denmark", "state": "absent"},
        ],
        "priority": ["SAP Germany", "Visma Norway"],
    }


def test_no_further_change_begins_once_ansible_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task's process outlives ansible-playbook where that is killed, or only that gets a signal."""
    whole = installation()
    whole.converge(all_kinds_of_steps())
    writes = list(whole.writes)
    assert {"ChangeEngineStatus", "SaveErpSyncConnectorEntity", "SaveActorTypeMapping", "SaveDefaultValueInfo"} <= set(writes)
    assert {"MoveErpFieldItem", "SaveConnectionListMappings", "SaveErpConnectionSyncPriorities", "DeleteConnection", TOGGLE} <= set(writes)
    for number in range(1, len(writes)):
        there = installation()
        monkeypatch.setattr(os, "getppid", lambda: 1 if len(there.writes) >= number else 4711)  # noqa: B023
        result = there.run("environment", document=all_kinds_of_steps())
        assert there.writes[:number] == writes[:number]
        assert set(there.writes[number:]) <= {TOGGLE}, number
        assert "Visma Norway" in active(there)
        assert result["msg"].startswith("Ansible has ended during this task, so no further change was begun. Done before: "), number
        assert result["changed"] is True and result["failure"]["uncertain"] is False
        monkeypatch.undo()
        there.converge(all_kinds_of_steps())
        assert there.converge(all_kinds_of_steps())["changed"] is False
