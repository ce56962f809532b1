# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Activating and deactivating: a toggle is read, toggled and read again, and what was active is active afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, has_lists, usual_ways

from .installation import Installation, Json

TOGGLE = "ToggleErpConnectionActive"
EDITS: dict[str, Json] = {
    "configuration": {"config": {"Company": "77"}},
    "fields": {"actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]},
    "values": {"actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"value": "Ålesund"}}]}]},
    "lists": {"lists": [{"list": "TermList", "items": {"p": "Prepaid"}}]},
}
EVERYTHING = {
    "config": {"Company": "77"},
    "actors": [
        {"erp": "Customer", "fields": [{"erp": "CITY", "show": True, "default": {"value": "Ålesund"}}], "order": ["CREDITLIMIT", "CITY"]},
        {"erp": "Person", "fields": [{"erp": "TITLE", "show": True}]},
    ],
    "lists": [{"list": "TermList", "items": {"p": "Prepaid"}}],
}


def visma(**more: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **more}]}


@usual_ways
@pytest.mark.parametrize("sets_active", [True, False])
@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("there_is", [True, False])
def test_a_switch_is_toggled_once_and_only_where_it_differs(way: Way, there_is: bool, wanted: bool, sets_active: bool) -> None:
    there = Installation(save_sets_active=sets_active, way=way)
    there.connection("Visma Norway")["Active"] = there_is
    result = there.converge(visma(active=wanted))
    assert result["changed"] is (there_is != wanted)
    assert there.writes == ([TOGGLE] if there_is != wanted else [])
    assert there.connection("Visma Norway")["Active"] is wanted
    if there_is != wanted:
        place = there.names.index(TOGGLE)
        assert (there.names[place - 1], there.names[place + 1]) == ("GetConnection", "GetConnection"), "read, toggle, read again"


@usual_ways
@pytest.mark.parametrize("wanted", [True, False])
def test_somebody_else_is_faster(way: Way, wanted: bool) -> None:
    there = Installation(way=way)
    there.connection("Visma Norway")["Active"] = not wanted

    def meanwhile(number: int, request: Request) -> str | None:
        if there.names.count("GetConnection") == 1:
            there.connection("Visma Norway")["Active"] = wanted
        return None

    there.trouble = meanwhile
    there.converge(visma(active=wanted))
    assert there.connection("Visma Norway")["Active"] is wanted
    assert there.writes == []


@usual_ways
def test_the_server_s_reasons_are_the_error(way: Way) -> None:
    there = Installation(way=way)
    connection = there.connection("SAP Austria")
    for actor in ("Customer", "Person"):
        mapping = there.site.state.find("actor_mappings", ErpConnectionId=connection["ErpConnectionId"], ActorTypeErp=actor)
        assert mapping is not None
        mapping["IsActive"] = True
    result = there.run("environment", document={"connections": [{"name": "SAP Austria", "active": True}]})
    assert result["failure"]["kind"] == "not_switched" and result["failure"]["method"] == TOGGLE
    assert len(result["reasons"]) == 3
    for reason in result["reasons"]:
        assert reason in result["msg"]
    assert '"SAP Austria" cannot be activated' in result["msg"]
    assert connection["Active"] is False
    assert result["steps_done"] == [] and result["steps_not_done"] == ['activate connection "SAP Austria"']


@usual_ways
def test_a_dead_connector_is_the_reason(way: Way) -> None:
    there = Installation(way=way)
    result = there.run("environment", document={"connections": [{"name": "Dynamics Denmark", "active": True}]})
    assert result["reasons"] == ["The connector does not answer."]
    there.forget()
    assert there.converge({"connections": [{"name": "Dynamics Denmark", "active": False}]})["changed"] is False


@usual_ways
def test_what_was_done_before_a_refused_activation_stays_and_is_told(way: Way) -> None:
    there = Installation(way=way)
    connection = there.connection("SAP Austria")
    mapping = there.site.state.find("actor_mappings", ErpConnectionId=connection["ErpConnectionId"], ActorTypeErp="Customer")
    assert mapping is not None
    mapping["IsActive"] = True
    result = there.run("environment", document={"connections": [{"name": "SAP Austria", "active": True, "description": "new"}]})
    assert result["changed"] is True and result["steps_done"] == ['change connection "SAP Austria"']
    assert there.connection("SAP Austria")["DisplayDescription"] == "new"


@usual_ways
@pytest.mark.parametrize("sets_active", [True, False])
@pytest.mark.parametrize("edit", EDITS)
def test_a_server_that_wants_it_inactive_gets_it_inactive_and_active_again(way: Way, edit: str, sets_active: bool) -> None:
    if edit == "lists" and not has_lists(way.version):
        pytest.skip("services without lists")
    there = Installation(enforce_inactive_for_edit=True, save_sets_active=sets_active, way=way)
    result = there.converge(visma(**EDITS[edit]))
    assert result["changed"] is True
    assert there.connection("Visma Norway")["Active"] is True
    assert any("deactivated while it was changed" in warning for warning in there.warnings)
    assert there.writes.count(TOGGLE) <= 2
    there.forget()
    assert there.converge(visma(**EDITS[edit]))["changed"] is False
    assert there.writes == []


@usual_ways
@pytest.mark.parametrize("sets_active", [True, False])
def test_one_deactivation_is_enough_for_all_that_changes(way: Way, sets_active: bool) -> None:
    there = Installation(enforce_inactive_for_edit=True, save_sets_active=sets_active, way=way)
    there.converge({"connections": [*visma(**EVERYTHING)["connections"], {"name": "SAP Germany", "config": {"User": "OTHER"}}]})
    assert there.connection("Visma Norway")["Active"] is there.connection("SAP Germany")["Active"] is True
    toggles = [sent.body["ErpConnectionId"] for sent in there.sent if sent.name == TOGGLE]
    assert toggles.count(1) <= (4 if sets_active else 2) and toggles.count(3) <= 2
    assert len([warning for warning in there.warnings if "Visma Norway" in warning]) <= (2 if sets_active else 1)


@usual_ways
def test_an_inactive_connection_stays_inactive(way: Way) -> None:
    there = Installation(enforce_inactive_for_edit=True, way=way)
    there.connection("Visma Norway")["Active"] = False
    there.converge(visma(**EVERYTHING))
    assert there.connection("Visma Norway")["Active"] is False
    assert TOGGLE not in there.writes
    # Somebody may have wanted it so, or a run was killed.
    [warning] = there.warnings
    assert '"Visma Norway" is inactive, and active is not declared' in warning


@usual_ways
@pytest.mark.parametrize("check", [True, False])
def test_one_warning_names_all_that_a_killed_run_may_have_left_inactive(way: Way, check: bool) -> None:
    """Not those whose state is declared, nor those of which only mappings are declared, which is what a task for mappings does."""
    there = Installation(way=way)
    names = ("Visma Norway", "Visma Sweden", "SAP Germany", "SAP Austria")
    for name in names:
        there.connection(name)["Active"] = False
    sections = [{"name": names[0]}, {"name": names[1], "description": "new"}, {"name": names[2], "active": False}]
    gone = {"name": names[3], "state": "absent"}
    there.run("environment", document={"connections": [*sections, gone]}, check=check)
    [warning] = there.warnings
    assert warning.startswith('The connections "Visma Norway", "Visma Sweden" are inactive, and active is not declared.')
    assert "A run that was killed may have left them so. Declare active: true or active: false." in warning
    there.run("connection", name=names[0], check=check)
    assert [text for text in there.warnings if f'"{names[0]}" is inactive' in text] == there.warnings != []
    for task, options in (("connection", {"name": names[0], "active": False}), ("priority", {"order": [names[0]]})):
        there.run(task, check=check, **options)
        assert there.warnings == []
    there.run("field_mapping", connection=names[0], erp="Customer", fields=[{"erp": "CITY", "show": True}], check=check)
    assert there.warnings == []


@usual_ways
def test_a_declared_deactivation_comes_before_the_edit_and_is_not_undone(way: Way) -> None:
    there = Installation(enforce_inactive_for_edit=True, way=way)
    there.converge(visma(active=False, **EVERYTHING))
    assert there.connection("Visma Norway")["Active"] is False
    assert there.writes.count(TOGGLE) == 1 and there.writes[0] == TOGGLE and there.warnings == []


@usual_ways
def test_a_declared_activation_comes_after_the_edit(way: Way) -> None:
    there = Installation(enforce_inactive_for_edit=True, way=way)
    there.connection("Visma Norway")["Active"] = False
    there.converge(visma(active=True, **EVERYTHING))
    assert there.connection("Visma Norway")["Active"] is True
    assert there.writes.count(TOGGLE) == 1 and there.writes[-1] == TOGGLE


WRITES = ["SaveConnection", "SaveActorTypeMapping", "SaveDefaultValueInfo", "MoveErpFieldItem", "SaveConnectionListMappings"]


@usual_ways
@pytest.mark.parametrize("sets_active", [True, False])
@pytest.mark.parametrize("what", ["before", "after"])
@pytest.mark.parametrize("method", WRITES)
def test_a_failure_in_the_middle_leaves_it_active_and_says_so(way: Way, method: str, what: str, sets_active: bool) -> None:
    if method == "SaveConnectionListMappings" and not has_lists(way.version):
        pytest.skip("services without lists")
    there = Installation(enforce_inactive_for_edit=True, save_sets_active=sets_active, way=way)
    there.trouble = lambda _number, request: what if request.method == method else None
    result = there.run("environment", document=visma(**EVERYTHING))
    assert result["failed"], method
    assert there.connection("Visma Norway")["Active"] is True
    if TOGGLE in there.writes:
        assert "active" in result["msg"]
    assert result["steps_not_done"]
    there.trouble = lambda _number, _request: None
    there.converge(visma(**EVERYTHING))
    assert there.connection("Visma Norway")["Active"] is True


@usual_ways
def test_a_refusal_for_another_reason_is_the_error_and_leaves_it_active(way: Way) -> None:
    there = Installation(way=way)
    there.settings(forbidden=["SaveActorTypeMapping"], refusal_status=400)
    result = there.run("environment", document=visma(**EDITS["fields"]))
    assert "does not have the right" in result["msg"], "the first refusal says why"
    assert there.connection("Visma Norway")["Active"] is True
    assert there.state()["fields"] == Installation(way=way).state()["fields"]


@usual_ways
@pytest.mark.parametrize("sets_active", [True, False])
def test_a_new_connection_is_made_inactive_and_activated_last(way: Way, sets_active: bool) -> None:
    there = Installation(save_sets_active=sets_active, enforce_inactive_for_edit=True, way=way)
    seen: list[tuple[str, bool]] = []

    def look(_there: Installation) -> None:
        found = [one for one in there.site.state.table("connections") if one["DisplayName"] == "New"]
        if found:
            seen.append((there.names[-1], found[0]["Active"]))

    there.watch = look
    config = {"Company": "1", "Password": "p"}
    fields = [{"erp": "NAME", "crm": "name", "direction": "both"}]
    actors = [{"erp": "Customer", "enabled": True, "fields": fields}]
    there.converge({"connections": [{"name": "New", "connector": "Visma", "config": config, "active": True, "actors": actors}]})
    assert seen[-1][1] is True
    assert not any(active for name, active in seen if name.startswith("Save"))
    assert there.writes.count(TOGGLE) == 1


def test_an_active_connection_keeps_what_it_could_not_be_activated_without() -> None:
    """Some servers want it inactive for the change, and would then not activate it again."""
    there = Installation(enforce_inactive_for_edit=True)
    unmapped: Json = {"erp": "Customer", "fields": [{"erp": "NAME", "crm": None, "direction": "none"}]}
    document: Json = {"connections": [{"name": "Visma Norway", "actors": [unmapped]}]}
    assert there.refused(document) == (
        'connections[0] ("Visma Norway").actors[0] (Customer): the connection is active, and the ERP system demands NAME of Customer, '
        'which would have no direction. Declare crm and direction of it in connections[0] ("Visma Norway").actors[0] (Customer).fields, or '
        "enabled: false there, or active: false of the connection."
    )
    assert there.writes == [] and there.connection("Visma Norway")["Active"] is True
    # What it lacks already is no mistake of this document.
    unmapped["enabled"] = False
    there.converge(document)
    assert there.connection("Visma Norway")["Active"] is True
    assert "which would have no direction" in there.refused({"connections": [{"id": 1, "actors": [{"erp": "Customer", "enabled": True}]}]})
    del unmapped["enabled"]
    assert there.converge(document)["changed"] is False
    document["connections"][0]["active"] = False
    there.converge(document)
    assert there.converge({"connections": [{"id": 1, "actors": [{"erp": "Customer", "enabled": True}]}]})["changed"] is True
