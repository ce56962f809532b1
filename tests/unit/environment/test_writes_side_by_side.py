# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to different connections is saved side by side, and nobody could tell from the result."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    DeclaredActor,
    DeclaredConnection,
    DeclaredField,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan import steps as st
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.stages import stages
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import in_some_worlds
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import other
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, over_rest
from hypothesis import given
from pytest_stand_in import StandIn

from .documents import VISMA_URL
from .installation import Installation, Json, run_over_the_wire
from .random_worlds import documents, for_pruning, shells, states

EXISTING = ("Visma Norway", "Visma Sweden", "SAP Germany", "SAP Austria")
# Seconds after which something that always comes is taken for missing.
PATIENCE = 60.0


def shuffled(there: Installation, seed: int = 1) -> None:
    """Let requests that are sent side by side arrive in any order."""
    chance = random.Random(seed)
    there.on_the_way = lambda _request: time.sleep(chance.choice((0.0, 0.0, 0.0, 0.0005)))


def saved_connection(request: Request) -> int | None:
    """The id of the connection that a request saves."""
    found = re.search(r'"ErpConnectionId": (\d+),', (request.body or b"").decode()) if request.path.endswith("/SaveConnection") else None
    return int(found[1]) if found else None


class Meeting:
    """Counts the requests that are under way at the same time; none of the saves arrives before so many are under way."""

    def __init__(self, at_once: int) -> None:
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()
        self._saves = threading.Barrier(at_once)

    def __call__(self, request: Request) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        if saved_connection(request) is not None:
            self._saves.wait(PATIENCE)
        with self._lock:
            self._now -= 1


def new(name: str, **more: Any) -> Json:
    config = {"Company": "1002", "Password": "new-Hemmelig", "UseTls": False, "Port": 8443}
    return {"name": name, "connector": "Visma", "config": config, **more}


def fleet(number: int, direction: str = "both") -> Json:
    fields = [{"erp": "NAME", "crm": "name", "direction": direction}, {"erp": "EMAIL", "crm": "email", "direction": "to_erp"}]
    actors = [{"erp": erp, "enabled": True, "fields": fields} for erp in ("Customer", "Supplier")]
    return {"connections": [new(f"Company {each}", actors=actors) for each in range(number)]}


@in_some_worlds
@given(shells, states(), documents())
def test_random_documents_come_to_the_same(shell: str, state: Json, wanted: tuple[Json, list[str]]) -> None:
    """In the other shell, too."""
    document, prune = wanted
    if "mappings" in prune:
        document = for_pruning(document)
    results, after, warnings = [], [], []
    for at_once in (1, 4):
        there = Installation(mdo_rank_includes_superoffice=True)
        there.shell = shell if at_once > 1 else other(shell)
        there.put(state)
        if at_once > 1:
            shuffled(there)
        results.append(there.converge(document, prune=prune, parallel_requests=at_once))
        state_after = there.state()
        # A record of calls, in the order in which they arrived.
        state_after["cleared_columns"].sort(key=str)
        after.append(state_after)
        warnings.append(there.warnings)
    assert results[0] == results[1]
    assert warnings[0] == warnings[1]
    assert after[0] == after[1]


@over_rest
def test_ids_and_priority_of_new_connections_follow_the_document(way: Way) -> None:
    found = []
    for at_once in (1, 6):
        there = Installation("empty", way=way)
        there.converge({"connectors": [{"name": "Visma", "url": VISMA_URL}]}, parallel_requests=at_once)
        shuffled(there)
        result = there.converge(fleet(6), parallel_requests=at_once)
        found.append((result["ids"], there.state()["connection_rank"]))
    assert found[0] == found[1]
    assert list(found[0][0]["connections"].values()) == sorted(found[0][0]["connections"].values())


@over_rest
def test_saves_of_different_connections_overlap_as_far_as_the_option_allows(way: Way) -> None:
    document = {"connections": [{"name": name, "description": "new"} for name in EXISTING]}
    for at_once in (1, 2, 4):
        there = Installation(way=way)
        meeting = Meeting(at_once)
        planned = there.run("environment", check=True, document=document, parallel_requests=at_once)
        assert len(planned["steps"]) == len(EXISTING)
        there.on_the_way = meeting
        there.converge(document, parallel_requests=at_once)
        assert there.writes == ["SaveConnection"] * len(EXISTING)
        assert meeting.most == at_once


@over_rest
def test_after_a_failure_no_other_step_begins_and_the_next_run_finishes(way: Way) -> None:
    """The first of two saves that are under way ends only once the failure of the second is known."""
    document = {"connections": [{"name": name, "description": "new", "active": True} for name in EXISTING]}
    there = Installation(way=way)
    for name in EXISTING:
        there.connection(name)["Active"] = False
    numbers = [there.connection(name)["ErpConnectionId"] for name in EXISTING]
    threads_before = set(threading.enumerate())
    fails_in: list[threading.Thread] = []
    has_come = threading.Event()

    def meet(request: Request) -> None:
        number = saved_connection(request)
        if number == numbers[1]:
            fails_in.append(threading.current_thread())
            has_come.set()
        elif number is not None:
            assert has_come.wait(PATIENCE)
            # A thread ends with the failure of its work.
            fails_in[0].join(PATIENCE)
            assert not fails_in[0].is_alive()

    there.on_the_way = meet
    there.trouble = lambda _number, request: "after" if saved_connection(request) == numbers[1] else None
    result = there.run("environment", document=document, parallel_requests=2)
    assert result["failed"] and result["changed"] and result["failure"]["kind"] == "connection_lost"
    assert set(threading.enumerate()) <= threads_before
    steps = [step for name in EXISTING for step in (f'change connection "{name}"', f'activate connection "{name}"')]
    assert result["steps_done"] == steps[:1]
    assert result["steps_not_done"] == steps[1:]
    there.on_the_way = lambda _request: None
    there.trouble = lambda _number, _request: None
    there.converge(document, parallel_requests=2)
    assert [(there.connection(name)["DisplayDescription"], there.connection(name)["Active"]) for name in EXISTING] == [("new", True)] * 4


@over_rest
def test_what_was_deactivated_for_a_change_is_active_again_also_after_another_connections_failure(way: Way) -> None:
    document = {"connections": [{"name": name, "description": "new"} for name in EXISTING]}
    there = Installation(enforce_inactive_for_edit=True, way=way)
    active = {name: there.connection(name)["Active"] for name in EXISTING}
    failing = there.connection("SAP Germany")["ErpConnectionId"]
    shuffled(there)

    def trouble(_number: int, request: Any) -> str | None:
        return "before" if request.writes and f'"ErpConnectionId": {failing},' in (request.body or b"").decode() else None

    there.trouble = trouble
    result = there.run("environment", document=document, parallel_requests=4)
    assert result["failed"]
    assert {name: there.connection(name)["Active"] for name in EXISTING} == active
    there.trouble = lambda _number, _request: None
    there.converge(document, parallel_requests=4)
    assert {name: there.connection(name)["Active"] for name in EXISTING} == active
    # What a person is told comes in the order of the document.
    told = [name for text in there.warnings for name in EXISTING if name in text]
    assert told == [name for name in EXISTING if name in told]


@over_rest
@pytest.mark.parametrize("direction", ["both", "to_crm"])
def test_fields_that_go_one_way_to_superoffice_are_saved_in_the_order_of_the_document(direction: str, way: Way) -> None:
    """The server looks at the other connections for these."""
    fields = {"Visma Norway": "to_erp", "Visma Sweden": direction}
    document = {
        "connections": [
            {"name": name, "actors": [{"erp": "Customer", "fields": [{"erp": "NAME", "crm": "name", "direction": goes}]}]}
            for name, goes in fields.items()
        ]
    }
    orders: set[tuple[int, ...]] = set()
    for norway_is_last in (False, True):
        there = Installation(way=way)
        for field in there.site.state.find_all("fields", ActorTypeErp="Customer", ErpFieldKey="NAME"):
            field.update(CrmFieldKey="", SyncToCrm=False, SyncToErp=False, Access="Normal")
        last = there.connection("Visma Norway" if norway_is_last else "Visma Sweden")["ErpConnectionId"]
        one_is_saved = threading.Event()

        def hold(request: Request, last: int = last, one_is_saved: threading.Event = one_is_saved) -> None:
            is_last = request.method == "SaveActorTypeMapping" and json.loads(request.body or b"")["Mapping"]["ErpConnectionId"] == last
            if is_last and direction == "both":
                assert one_is_saved.wait(PATIENCE)

        def look(there: Installation, one_is_saved: threading.Event = one_is_saved) -> None:
            if there.names[-1] == "SaveActorTypeMapping":
                one_is_saved.set()

        there.on_the_way = hold
        there.watch = look
        assert not there.run("environment", document=document, parallel_requests=2).get("failed")
        saved = [sent.body["Mapping"]["ErpConnectionId"] for sent in there.sent if sent.name == "SaveActorTypeMapping"]
        orders.add(tuple(saved))
    in_order = tuple(there.connection(name)["ErpConnectionId"] for name in fields)
    assert orders == ({in_order} if direction == "to_crm" else {in_order, in_order[::-1]})


@over_rest
def test_over_the_wire(stand_in: StandIn, way: Way) -> None:
    stand_in.fault("SaveConnection", "together", "all", requests=4)
    document = {"connections": [{"name": name, "description": "over the wire"} for name in EXISTING]}
    result = run_over_the_wire(stand_in, "environment", document=document, parallel_requests=4, way=way)
    assert result["changed"] and not result.get("failed")
    saves = [entry for entry in stand_in.journal() if entry["method"] == "SaveConnection"]
    assert len(saves) == 4 and len({entry["peer"] for entry in saves}) == 4


# The stages themselves


def target(name: str, number: int | None = 1) -> st.Target:
    return st.Target("connection", name, number)


def actor_step(name: str, number: int | None, erp: str, direction: str) -> st.SaveActor:
    field = DeclaredField(place="", erp="NAME", crm="name", direction=direction)
    return st.SaveActor(target(name, number), DeclaredActor(place="", erp=erp, fields=(field,)))


def create(name: str) -> st.SaveConnection:
    item = DeclaredConnection(place="", ref=Reference(name=name))
    return st.SaveConnection(target(name, None), item, None, {}, secrets="send", test=False)


def test_one_after_the_other_is_in_the_order_of_the_plan() -> None:
    """Each connection is done before the next one is begun. Side by side, all are made before any is filled."""
    actors = [{"erp": "Customer", "fields": [{"erp": "NAME", "crm": "name", "direction": "both", "show": False}]}]
    document = {"connections": [new(name, actors=actors) for name in ("One", "Two")]}
    for at_once in (1, 2):
        there = Installation()
        there.converge(document, parallel_requests=at_once)
        half = there.writes[: len(there.writes) // 2]
        assert "SaveActorTypeMapping" in there.writes
        assert (there.writes == half * 2) is (at_once == 1), there.writes


def test_what_is_not_about_one_connection_is_a_stage_of_its_own() -> None:
    stop, start, connector = st.SwitchEngine(False), st.SwitchEngine(True), st.SaveConnector(st.Target("connector", "V", None), "V", "u")
    priority, remove = st.SavePriority(()), st.Remove(target("C", 3))
    one, other = st.SetActive(target("A", 1), True), st.SetActive(target("B", 2), True)
    assert stages([stop, connector, one, other, priority, remove, start]) == [
        ((stop,),),
        ((connector,),),
        ((one,), (other,)),
        ((priority,),),
        ((remove,),),
        ((start,),),
    ]
    assert stages([]) == []


def test_new_connections_come_first_and_one_by_one() -> None:
    a, b = create("A"), create("B")
    map_a, map_b = actor_step("A", None, "Customer", "both"), actor_step("B", None, "Customer", "both")
    assert stages([a, map_a, b, map_b]) == [((a,),), ((b,),), ((map_a,), (map_b,))]


def test_one_way_mappings_keep_the_order_of_their_actor_type() -> None:
    a, b = actor_step("A", 1, "Customer", "both"), actor_step("B", 2, "Customer", "to_crm")
    c, d = actor_step("C", 3, "Person", "both"), st.RefreshFields(target("D", 4))
    e = st.SetActive(target("E", 5), True)
    assert stages([a, b, c, d, e]) == [((a, b, d), (c,), (e,))]
    assert stages([a, c, d, e]) == [((a,), (c,), (d,), (e,))]


def test_no_step_is_lost_and_each_connections_steps_keep_their_order() -> None:
    chance = random.Random(3)
    for _round in range(200):
        steps: list[st.Step] = []
        for number in range(chance.randrange(6)):
            made = chance.random() < 0.3
            if made:
                steps.append(create(str(number)))
            own = None if made else number + 1
            for erp in chance.sample(["Customer", "Supplier", "Person"], chance.randrange(3)):
                steps.append(actor_step(str(number), own, erp, chance.choice(["both", "to_crm", "to_erp"])))
        found = [step for stage in stages(steps) for group in stage for step in group]
        assert sorted(map(id, found)) == sorted(map(id, steps))
        for name in {step.target.name for step in steps if isinstance(step, (st.SaveActor, st.SaveConnection))}:
            mine = [step for step in steps if getattr(step, "target", None) is not None and step.target.name == name]  # type: ignore[union-attr]
            assert [step for step in found if step.target.name == name] == mine  # type: ignore[union-attr]
