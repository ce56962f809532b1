# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only archives tell: the order of fields, which of them have default values, and the order of priority.

What they do not tell is unknown, and what is unknown is not overwritten.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, newest_ways, usual_ways
from stand_in import field_rows, world
from stand_in.world import ConfigField, ErpField, Product

from .installation import Installation, Json

ORDER: Json = {"connection": "Visma Norway", "erp": "Customer", "order": ["BALANCE", "CREDITLIMIT"]}
PLACE = 'connections[0] ("Visma Norway").actors[0] (Customer)'


def asked_for(there: Installation, archive: str) -> int:
    """How often an archive was asked for."""
    return there.names.count(f"GET /api/v1/archive/{archive}" if there.version is None else f"Archive.GetArchiveListByColumns {archive}")


def document(**actor: Any) -> Json:
    """One actor type of one connection."""
    return {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", **actor}]}]}


def customer_of(exported: Json) -> Json:
    """The customers of the connection in a document."""
    [actor] = [
        actor
        for connection in exported["connections"]
        if connection["name"] == "Visma Norway"
        for actor in connection["actors"]
        if actor["erp"] == "Customer"
    ]
    return dict(actor)


def ranked(there: Installation, name: str = "Visma Norway") -> list[str]:
    """The keys of a customer's fields by rank."""
    return [field["ErpFieldKey"] for field in there.site.state.fields_of(there.connection(name)["ErpConnectionId"], "Customer")]


# An order that cannot be read


@usual_ways
@pytest.mark.parametrize(
    "trouble",
    [{"archive_status": 403}, {"archive_status": 500}, {"archive_status": 404}, {"archive_available": False}],
    ids=["403", "500", "404", "no archives"],
)
def test_an_order_that_cannot_be_read_is_refused_before_anything_is_written(trouble: Json, way: Way) -> None:
    there = Installation(**trouble, way=way)
    wanted = document(order=["BALANCE", "CREDITLIMIT"], fields=[{"erp": "CITY", "crm": "city", "direction": "both"}])
    before = there.state()
    for check in (True, False):
        told = there.refused(wanted, check=check)
        assert f"{PLACE}.order: the order of the fields cannot be read" in told
        assert "Let the user read the archive ErpField, or leave order out" in told
    fresh = {"name": "New", "connector": "Visma", "config": {"Company": "7", "Password": "p"}, "actors": [{"erp": "Customer"}]}
    fresh["actors"][0]["order"] = ["CREDITLIMIT", "BALANCE"]  # type: ignore[index]
    assert ".order: the order of the fields cannot be read" in there.refused({"connections": [fresh]})
    assert there.writes == [] and there.state() == before
    # One field has no order among others.
    there.converge(document(order=["BALANCE"]))


@usual_ways
@pytest.mark.parametrize("trouble", ["null", "no rows"])
def test_a_field_whose_rank_is_not_told_is_named(trouble: str, way: Way) -> None:
    there = Installation(archive_page_size=0 if trouble == "no rows" else 100, way=way)
    if trouble == "null":
        there.mapped("Visma Norway", "Customer", "BALANCE")["Rank"] = None
    told = there.refused(document(order=["CITY", "CREDITLIMIT", "BALANCE"]))
    unknown = "BALANCE" if trouble == "null" else "CITY, CREDITLIMIT, BALANCE"
    assert f"{PLACE}.order: the order of the fields cannot be read" in told and f"has no rank of {unknown}." in told
    assert there.writes == []
    # The default values are told apart from the ranks.
    there.converge(document(order=["CITY", "CREDITLIMIT"] if trouble == "null" else [], fields=[{"erp": "CREDITSTOP", "default": None}]))


@usual_ways
def test_equal_ranks_are_parted_by_moving_and_a_warning_says_what_cannot_be_seen(way: Way) -> None:
    there = Installation(way=way)
    for field in there.site.state.fields_of(1, "Customer"):
        field["Rank"] = 0
    listed = ranked(there)
    same = [key for key in listed if key in ("NAME", "BALANCE")]
    assert there.converge(document(order=same))["changed"] is False and there.warnings == []
    predicted = there.converge(document(order=same[::-1]), check=True)
    [told] = [text for text in there.warnings if "same rank" in text]
    assert told == (
        f'connections[0] ("Visma Norway").actors[0] (Customer).order: {", ".join(same[::-1])} have the same rank as another field. Only '
        "the run shows whether the server separates them when it moves one; if it does not, rank the fields once in SuperOffice."
    )
    assert there.writes == []
    assert there.converge(document(order=same[::-1]))["changes"] == predicted["changes"] != []
    assert [key for key in ranked(there) if key in same] == same[::-1]
    there.forget()
    assert there.converge(document(order=same[::-1]))["changed"] is False and there.warnings == []


@usual_ways
def test_one_field_under_two_names_is_refused(way: Way) -> None:
    there = Installation(way=way)
    told = there.refused(document(order=["CREDITLIMIT", "Credit limit", "BALANCE"]))
    assert f'{PLACE}.order[1] ("Credit limit") is the same ERP field as {PLACE}.order[0] ("CREDITLIMIT"). Name it once.' in told
    assert there.writes == []


# Booleans that cannot be read


@usual_ways
@pytest.mark.parametrize("values", ["json", "digits", "text", "encoded", "hints"])
def test_each_spelling_of_booleans_and_numbers_is_read(values: str, way: Way) -> None:
    there = Installation(archive_values=values, way=way)
    assert customer_of(there.export())["order"] == ["CREDITLIMIT", "BALANCE"]
    asked = Counter(there.names)["GetDefaultValueInfo"]
    # Icons, which REST alone has, cannot be read, so that each field is asked for; the order is read all the same.
    assert (asked > 50) if values == "hints" and there.version is None else (asked == 4)
    there.forget()
    there.converge(document(order=["BALANCE", "CREDITLIMIT"], fields=[], purge=False))
    assert there.writes and ranked(there).index("BALANCE") < ranked(there).index("CREDITLIMIT")


@usual_ways
@pytest.mark.parametrize("server", [{"archive_values": "hints"}, {"archive_status": 500}, {"archive_page_size": 0}], ids=str)
def test_purging_finds_default_values_that_the_archive_does_not_tell(server: Json, way: Way) -> None:
    there = Installation(**server, way=way)
    mandatory = [{"erp": "NAME", "crm": "name", "direction": "both"}]
    there.converge(document(fields=mandatory, purge=True))
    left = [
        field["ErpFieldKey"]
        for field in there.site.state.fields_of(1, "Customer")
        if field["HasFirstSyncDefaultValue"] or field["PromptUser"]
    ]
    assert left == []


# What is exported


@usual_ways
def test_an_export_says_that_the_order_is_not_in_it(way: Way) -> None:
    there = Installation(way=way)
    assert not any("order" in text for text in (there.export(), there.warnings)[1])
    there.settings(archive_status=403)
    exported = there.export()
    [told] = [text for text in there.warnings if "order" in text]
    assert told.startswith('The order of the fields is not in the document, of "Visma Norway", Customer. archive ErpField: ')
    assert told.endswith(" Let the user read the archive ErpField, then export again.")
    assert not any("order" in actor for connection in exported["connections"] for actor in connection.get("actors", ()))
    there.settings(archive_status=200)
    for key in ("BALANCE", "CREDITLIMIT"):
        there.mapped("Visma Norway", "Customer", key)["Rank"] = 7
    assert "order" not in customer_of(there.export())
    [told] = [text for text in there.warnings if "order" in text]
    assert told == (
        'The order of the fields is not in the document, of "Visma Norway", Customer. '
        "Some of the fields have no rank, or the same one. Rank them once in SuperOffice, then export again."
    )
    there.settings(archive_status=403)
    facts = there.run("info", gather=["field_mappings"], connections=["Visma Norway"])
    assert {field["rank"] for actor in facts["connections"][0]["actors"] for field in actor["fields"]} == {None}
    assert [text for text in there.warnings if "order of its fields (rank) cannot be read" in text]


# Moving fields


@usual_ways
def test_a_server_that_accepts_moves_and_does_nothing_is_noticed_after_the_first(way: Way) -> None:
    there = Installation(moves_take_effect=False, way=way)
    before = there.state()
    result = there.run("field_mapping", **ORDER)
    assert result["failed"] and "did not take over the order of" in result["msg"]
    assert there.writes == ["MoveErpFieldItem"]
    assert there.state() == before


BIG_URL = "https://big.example.com/Connector.svc"


@pytest.fixture
def big(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product whose customers have 217 fields."""
    fields = tuple(ErpField(f"F{number:03}", f"Field {number}") for number in range(217))
    product = Product("Big", (ConfigField("Company", "Company", access="Mandatory"),), {"Customer": fields}, {})
    monkeypatch.setitem(world._ANSWERING, BIG_URL, product)
    monkeypatch.setitem(world._REMEMBERED, BIG_URL, product)


@newest_ways
@pytest.mark.parametrize("step, moves", [("one", 20 * 98), ("direction", 20)])
def test_217_fields_are_ordered_with_the_fewest_requests(step: str, moves: int, way: Way, big: None) -> None:
    there = Installation("empty", move_step=step, archive_page_size=1000, way=way)
    connector = {"connectors": [{"name": "Big", "url": BIG_URL}]}
    new = {"name": "Big", "connector": "Big", "config": {"Company": "1"}}
    there.converge({**connector, "connections": [{**new, "actors": [{"erp": "Customer", "fields": []}]}]})
    keys = ranked(there, "Big")
    assert len(keys) == 217
    # Twenty fields go up by 98 places each.
    order = list(keys)
    for place in range(20):
        order.insert(98 + place, order.pop(196 + place))
    there.forget()
    options: Json = {"connection": "Big", "erp": "Customer", "order": order}
    done = there.run("field_mapping", **options)
    assert done["changed"] and ranked(there, "Big") == order
    # The plan, before the first move, after it, and at the end; over SOAP no page says that it is the last.
    assert asked_for(there, "ErpField") == (4 if there.version is None else 8)
    assert Counter(name for name in there.names if not name.startswith(("GET ", "Archive.", "SoPrincipal."))) == {
        "GetAllConnections": 1,
        "GetActorTypeMapping": 2,
        "MoveErpFieldItem": moves,
        "ValidateArchiveColumnConfig": 1,
    }
    there.forget()
    assert there.run("field_mapping", **options)["changed"] is False and there.writes == []


# Fields without an id


@usual_ways
@pytest.mark.parametrize("ids", ["once_used", "once_saved"])
def test_a_field_that_is_not_stored_yet_gets_its_default_and_its_place(ids: str, way: Way) -> None:
    there = Installation("empty", field_ids=ids, way=way)
    connectors = [{"name": "Visma", "url": world.VISMA_URL}]
    settings = {"name": "Visma Norway", "connector": "Visma", "config": {"Company": "7", "Password": "p"}}
    there.converge({"connectors": connectors, "connections": [settings]})
    assert there.mapped("Visma Norway", "Customer", "DISTRICT").get("Stored") is None
    fields: list[Json] = [
        {"erp": "CREDITLIMIT", "show": True, "default": {"value": 7}},
        {"erp": "BALANCE", "show": True},
        {"erp": "DISTRICT", "default": {"prompt": True}},
        {"erp": "EMPLOYEES", "default": None},
    ]
    order: Json = {"order": ["BALANCE", "CREDITLIMIT"]} if way.version is None else {}
    wanted = document(fields=fields, **order)
    wanted["connections"][0]["active"] = False
    predicted = there.converge(wanted, check=True)
    assert any("DISTRICT" in text and "searchable for a moment" in text for text in there.warnings)
    there.forget()
    done = there.converge(wanted)
    assert (done["changes"], done["diff"], done["steps"]) == (predicted["changes"], predicted["diff"], predicted["steps"])
    district = there.mapped("Visma Norway", "Customer", "DISTRICT")
    assert (district["PromptUser"], district["ShowInSearch"], district["CrmFieldKey"]) == (True, False, "")
    assert there.mapped("Visma Norway", "Customer", "CREDITLIMIT")["FirstSyncDefaultValue"] == "[F:7]"
    if order:
        assert [key for key in ranked(there) if key in order["order"]] == order["order"]
    # Nobody has asked for a field that has no id.
    assert [sent.body for sent in there.sent if sent.body and sent.body.get("ErpFieldId") == 0] == []
    there.forget()
    assert there.converge(wanted)["changed"] is False and there.writes == [] and there.warnings == []
    there.run("info", gather=["field_mappings"])
    there.export()
    assert [sent.body for sent in there.sent if sent.body and sent.body.get("ErpFieldId") == 0] == []


@usual_ways
def test_a_field_that_never_gets_an_id_is_told(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation(way=way)
    monkeypatch.setattr(field_rows, "is_stored", lambda record, _field_ids: record["ErpFieldKey"] != "EMPLOYEES")
    result = there.run("environment", document=document(fields=[{"erp": "EMPLOYEES", "default": {"prompt": True}}]))
    assert result["failed"] and (
        f"{PLACE}: the server gives no id to EMPLOYEES, so that neither default values nor a place can be set. "
        "Map the field, show it or make it searchable, or leave its default and order out."
    ) in result["msg"]
    assert there.mapped("Visma Norway", "Customer", "EMPLOYEES")["ShowInSearch"] is False
    # As it was, with the field searchable, and as it was.
    assert there.writes == ["SaveActorTypeMapping"] * 3
    assert there.run("environment", document=document(fields=[{"erp": "EMPLOYEES", "default": None}]))["changed"] is False


# The order of priority


@usual_ways
def test_superoffice_keeps_the_place_that_the_list_does_not_show(way: Way) -> None:
    there = Installation(mdo_rank_includes_superoffice=False, way=way)
    there.site.state.data["connection_rank"] = [1, 0, 3, 2, 5, 4]
    there.converge({"priority": ["SAP Germany", "Visma Norway"]})
    assert there.site.state.data["connection_rank"] == [3, 0, 1, 2, 5, 4]
    there.settings(priority_accepts_zero=False)
    there.converge({"priority": ["Visma Norway", "SAP Germany"]})
    assert there.site.state.data["connection_rank"] == [1, 3, 2, 5, 4]


@usual_ways
def test_superoffice_itself_has_the_id_0_in_each_spelling(way: Way) -> None:
    there = Installation(way=way)
    there.site.state.data["connection_rank"] = [1, 0, 3, 2, 5, 4]
    assert there.converge({"priority": ["SAP Germany", 0]})["changed"] is True
    assert there.state()["connection_rank"] == [1, 3, 0, 2, 5, 4]
    for zero in ({"id": 0}, {"id": "0"}, {"id": 0.0}):
        there.forget()
        assert there.converge({"priority": ["SAP Germany", zero]})["changed"] is False and there.writes == []


@usual_ways
def test_an_order_that_the_server_refuses_has_changed_nothing(way: Way) -> None:
    there = Installation(priority_accepts_zero=False, way=way)
    there.site.state.data["connection_rank"] = [1, 0, 3, 2, 5, 4]
    before = there.state()
    for task, options in (("environment", {"document": {"priority": ["SAP Germany", 0]}}), ("priority", {"order": ["SAP Germany", 0]})):
        result = there.run(task, **options)
        assert result.get("failed") and "refused the order" in result["msg"], result
        assert result["changed"] is False and result["steps_done"] == [] and there.state() == before


@usual_ways
def test_a_priority_that_the_list_does_not_tell_is_read_from_the_archive(way: Way) -> None:
    there = Installation(mdo_use_rank=False, way=way)
    wanted = {"priority": ["SAP Germany", "Visma Norway"]}
    assert there.converge(wanted)["changed"] is True
    there.forget()
    assert there.converge(wanted)["changed"] is False and there.writes == [] and there.warnings == []
    assert asked_for(there, "dynamic") == 1
    assert there.export()["priority"][0] == "SAP Germany"


@usual_ways
@pytest.mark.parametrize("honoured", [True, False])
def test_where_nothing_tells_the_priority_it_is_said(honoured: bool, way: Way) -> None:
    there = Installation(mdo_use_rank=honoured, dynamic_archive=False, mdo_rank_includes_superoffice=False, way=way)
    # By id, as a list may be anyway.
    there.site.state.data["connection_rank"] = [1, 2, 3, 4, 5]
    wanted = {"priority": ["SAP Germany", "Visma Norway"]}
    predicted = there.converge(wanted, check=True)
    [told] = there.warnings
    assert "no archive tells the priority" in told
    assert there.converge(wanted)["changes"] == predicted["changes"]
    assert there.site.state.data["connection_rank"] == [3, 2, 1, 4, 5]
    assert [text for text in there.warnings if "does not show it" in text] == there.warnings[1:] == there.warnings[1 : 1 if honoured else 2]
    there.forget()
    again = there.converge(wanted)
    assert again["changed"] is not honoured
    assert bool(there.warnings) is not honoured
    there.export()
    told = (
        "The server's list of the connections may not be in the order of their priority, and no archive tells the priority. "
        "Look at priority in the document before you use it."
    )
    assert (told in there.warnings) is not honoured
