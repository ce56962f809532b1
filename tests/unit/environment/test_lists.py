# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several ERP items that stand for one CRM item: refused before anything is saved, unless it is meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, every_way, has_lists
from stand_in.wire import rest
from stand_in.wire.answers import json_answer
from stand_in.wire.call import Call

from .installation import Installation


def document(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"connections": [{"name": "Visma Norway", "lists": [{"list": "TermList", "actor": "Customer", "items": items, **more}]}]}


@every_way
def test_sharing_is_refused_before_anything_is_saved(way: Way) -> None:
    there = Installation(way=way)
    if refused_by_version(there):
        return
    result = there.run("environment", document=document({"a": "Cash"}))
    assert result["failure"]["kind"] == "bad_input"
    assert "a, x" in result["msg"] and "shared: true" in result["msg"]
    assert there.writes == []


def refused_by_version(there: Installation) -> bool:
    """Whether the services have no lists; then all that asks for them is refused, with one sentence, and nothing is sent."""
    if has_lists(there.version):
        return False
    item = {"connection": "Visma Norway", "list": "TermList", "items": {"a": "Cash"}}
    for task, options in (("environment", {"document": document({"a": "Cash"})}), ("list_mapping", item)):
        for check in (True, False):
            there.see_refused(there.carry_out(task, check=check, **options), "Services86 and newer have it, and REST.")
    # There is no document left that could be saved.
    assert there.writes == [] and there.run("environment", document=document({"a": "Cash"}))["changed"] is False
    return True


@every_way
def test_sharing_that_is_meant_is_saved_exported_and_left_alone(way: Way) -> None:
    there = Installation(way=way)
    if refused_by_version(there):
        [exported] = there.export(connections=["Visma Norway"])["connections"]
        told = "This version of the installation's web services does not tell list mappings, so none are in the document."
        assert "lists" not in exported and told in there.warnings
        return
    there.converge(document({"a": "Cash"}, shared=True))
    # What is so already is no mistake of this document.
    assert there.converge(document({"a": "Cash"}))["changed"] is False
    exported = there.run("environment_info", connections=["Visma Norway"])["document"]
    [section] = [
        one for one in exported["connections"][0]["lists"] if one.get("actor", "Customer") == "Customer" and one["list"] == "TermList"
    ]
    assert section["shared"] is True and section["items"]["a"] == section["items"]["x"] == "Cash"


@every_way
def test_the_difference_has_the_items_that_change_only(way: Way) -> None:
    there = Installation(way=way)
    if refused_by_version(there):
        return
    result = there.run("environment", document=document({"a": None}), check=True)
    [diff] = result["differences"]
    assert list(diff["before"]["items"]) == list(diff["after"]["items"]) == ["a"]


@every_way
@pytest.mark.parametrize("switches", [{"no_selection": "null"}, {"no_selection": "id0"}])
def test_no_selection_is_written_as_the_server_shows_it(way: Way, switches: dict[str, Any]) -> None:
    there = Installation(**switches, way=way)
    if refused_by_version(there):
        return
    there.converge(document({"a": None, "x": "Prepaid"}))
    [body] = [sent.body for sent in there.sent if sent.name == "SaveConnectionListMappings"]
    [terms] = [one for one in body["ListMapping"]["ErpListItemMappings"] if one["ErpListName"] == "TermList"]
    chosen = {row["ErpListItemId"]: row["CrmListItem"] for row in terms["ErpCrmListItemMappings"]}
    # Of p nothing was declared, and nothing was chosen.
    assert essential(chosen["a"]) == essential(chosen["p"]) == (None if switches["no_selection"] == "null" else "0")
    rows = {row["ErpListItemId"]: row["CrmItemId"] for row in there.state()["list_items"] if row["CrmItemId"]}
    assert "a" not in rows and rows["x"] == 5


def essential(item: Any) -> str | None:
    return None if item is None else str(item["Id"])


@every_way
@pytest.mark.parametrize("mapped", [True, False])
def test_a_list_whose_name_only_the_field_tells_is_found(way: Way, mapped: bool) -> None:
    """Also where the actor type is declared, and so read anyway."""
    there = Installation(crm_list_extra_info=False, way=way)
    if refused_by_version(there):
        return
    wanted = document({"a": "Prepaid", "9": "60 dager netto"})
    if mapped:
        wanted["connections"][0]["actors"] = [{"erp": "Customer", "fields": [{"erp": "EMAIL", "search": True}]}]
    predicted = there.run("environment", check=True, document=wanted)
    assert there.writes == [] and not predicted.get("failed"), predicted
    assert there.names.count("GetActorTypeMapping") == 1
    assert there.converge(wanted)["diff"] == predicted["diff"]
    rows = {row["ErpListItemId"]: row["CrmItemId"] for row in there.state()["list_items"]}
    assert (rows["a"], rows["9"]) == (5, 4)
    there.forget()
    assert there.converge(wanted)["changed"] is False and there.writes == []
    assert "has no item" in there.refused(document({"a": "Never heard of"}))


@pytest.mark.parametrize("items", [{}, {"a": None}])
def test_a_list_that_goes_is_refused_even_where_it_maps_nothing(items: dict[str, Any]) -> None:
    """The next run would fail, since there is no such list then."""
    there = Installation()
    listed = {"connections": [{"name": "Visma Norway", "lists": [{"list": "TermList", "items": items}]}]}
    result = there.carry_out("environment", document=listed, prune=["mappings"])
    assert result["failure"]["kind"] == "bad_input" and there.writes == []
    assert result["msg"] == (
        'connections[0] ("Visma Norway").lists[0] ("TermList"): the list is there only while its field is mapped to a CRM field, '
        "and the document unmaps that. Declare the field with crm, or leave the list out."
    )


# Which item is chosen


Change = Callable[[dict[str, Any]], None]


def rows_shown(monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """Let the server show the rows of TermList otherwise."""
    real = rest.answer

    def answer(site: Any, call: Call) -> Any:
        found = real(site, call)
        if call.method is None or not call.method.name.endswith("ConnectionListMappings"):
            return found
        shown = json.loads(found.body)
        for one in shown["ErpListItemMappings"]:
            for row in one["ErpCrmListItemMappings"]:
                change(row)
        return json_answer(shown, found.status)

    monkeypatch.setattr(rest, "answer", answer)


def in_another_language(row: dict[str, Any]) -> None:
    if row["CrmListItem"] is not None:
        row["CrmListItem"]["Name"] = f"Auf Deutsch {row['CrmListItem']['Id']}"


def without_name(row: dict[str, Any]) -> None:
    if row["CrmListItem"] is not None:
        row["CrmListItem"] = {"Id": row["CrmListItem"]["Id"]}


@pytest.mark.parametrize("change", [in_another_language, without_name])
def test_an_item_is_known_by_its_id_however_a_row_calls_it(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    rows_shown(monkeypatch, change)
    there = Installation()
    assert there.converge(document({"a": "30 days", "x": "Cash"}))["changed"] is False and there.writes == []
    assert there.converge(document({"a": "Prepaid"}))["changed"] is True
    there.forget()
    assert there.converge(document({"a": "Prepaid"}))["changed"] is False and there.writes == []


def test_a_deleted_item_gives_way_to_another_one_of_its_name_and_stays_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def deleted(row: dict[str, Any]) -> None:
        # The item 1 was called 30 days, and so is the item 5 by now.
        if row["CrmListItem"] is not None and row["CrmListItem"]["Id"] == 1:
            row["CrmListItem"]["Deleted"] = True

    rows_shown(monkeypatch, deleted)
    there = Installation()
    items = there.site.state.data["crm_lists"]["paymentterms"]
    items[0]["Deleted"] = True
    assert there.converge(document({"a": "30 days"}))["changed"] is False and there.writes == []
    [section] = there.export(connections=["Visma Norway"])["connections"][0]["lists"][:1]
    assert section["items"]["a"] == 1
    next(item for item in items if item["Id"] == 5)["Name"] = "30 days"
    assert there.converge(document({"a": 1}))["changed"] is False and there.writes == []
    assert there.converge(document({"a": "30 days"}))["changed"] is True
    [row] = [row for row in there.state()["list_items"] if row["ErpListItemId"] == "a" and row["CrmItemId"] == 5]
    assert there.converge(document({"a": "30 days"}))["changed"] is False


def test_erp_items_with_one_key_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows_shown(monkeypatch, lambda row: row.update(ErpListItemId="a") if row["ErpListItemId"] == "x" else None)
    assert Installation().refused(document({"a": "30 days"}, purge=True)) == (
        'connections[0] ("Visma Norway").lists[0] ("TermList"): the ERP list has several items with the key "a": 30 days, Cash. '
        "A document cannot tell them apart: let the connector give each item a key of its own."
    )
