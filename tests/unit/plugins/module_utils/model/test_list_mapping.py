# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared lists, laid over the stored ones: what is saved, what counts as a change, and each refusal word for word."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import list_mapping
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import DeclaredList
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import members

CASH = {"Id": 1, "Name": 'US:"Cash";NO:"Kontant"', "Rank": 2, "ChildItems": []}
CREDIT = {"Id": 2, "Name": "Credit"}
ITEMS = [
    CASH,
    CREDIT,
    {"Id": 3, "Name": "Twin"},
    {"Id": 4, "Name": "Twin"},
    {"Id": 5, "Name": "Gone", "Deleted": True},
]


def row(key: str, chosen: Any = None, name: str | None = None) -> dict[str, Any]:
    return {"ErpListItemId": key, "ErpListItemName": name or f"The {key}", "CrmListItem": chosen, "Kept": key}


def stored(name: str, *rows: dict[str, Any], actor: str = "Customer", field_id: int = 7, **crm_list: Any) -> dict[str, Any]:
    crm = {"Name": "Terms", "ExtraInfo": "term", **crm_list}
    return {"ErpListName": name, "ErpActorTypeName": actor, "ErpFieldId": field_id, "CrmList": crm, "ErpCrmListItemMappings": list(rows)}


def declared(name: str = "L", place: str = "here", **items: Any) -> DeclaredList:
    refs = {key: Reference(value) if isinstance(value, str) else Reference(id=value) if value else None for key, value in items.items()}
    return DeclaredList(place, name, refs)


def overlay(lists: list[dict[str, Any]], *wanted: DeclaredList, purge: bool = False, items: Any = None) -> Any:
    container = {"ErpConnectionId": 3, "ErpListItemMappings": lists}
    return list_mapping.overlay(container, wanted, {"term": ITEMS} if items is None else items, purge=purge)


def refused(lists: list[dict[str, Any]], *wanted: DeclaredList, **more: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        overlay(lists, *wanted, **more)
    return str(caught.value)


def test_only_what_is_declared_is_changed() -> None:
    lists = [stored("L", row("a"), row("b", CREDIT), row("c", {"Id": 9, "Name": "Else"})), stored("M", row("a"))]
    carrier, changes = overlay(lists, declared(a="Cash", b=None))
    assert changes == [("L", {"a": None, "b": "Credit"}, {"a": "Cash", "b": None}, 7)]
    # Lists return more of an item than a mapping has.
    chosen = {"Id": 1, "Name": CASH["Name"], "Rank": 2}
    assert carrier == {
        "ErpConnectionId": 3,
        "ErpListItemMappings": [stored("L", row("a", chosen), row("b"), row("c", {"Id": 9, "Name": "Else"})), lists[1]],
    }
    # A second time, and in another language, or by id, there is nothing to do.
    for again in (declared(a="Cash", b=None), declared(a="Kontant"), declared(a=1)):
        assert overlay(carrier["ErpListItemMappings"], again) == (carrier, [])
    assert overlay(lists, declared(c=4))[0]["ErpListItemMappings"][0]["ErpCrmListItemMappings"][2] == row("c", {"Id": 4})
    assert overlay(lists, declared(c=4))[1] == [("L", {"c": "Else"}, {"c": 4}, 7)]


def test_an_item_is_found_by_its_key_or_by_the_name_of_one() -> None:
    lists = [stored("L", row("a", name="b"), row("b", name="Both"), row("c", name="Both"), row("d", name='US:"Dee";NO:"De"'))]
    for key, found in (("a", "a"), ("b", "b"), ("Dee", "d"), ("De", "d")):
        assert [one[2] for one in overlay(lists, declared(**{key: "Cash"}))[1]] == [{found: "Cash"}]
    assert refused(lists, declared(Both="Cash")) == 'here: several ERP items have the name "Both": b, c. Use the key.'
    assert refused(lists, declared(both="Cash")) == (
        'here: there is no ERP item "both". The ERP item "Both" has the same name except for case, blanks, composition of letters and '
        'language. Write it like that. Its key is "b".'
    )
    assert refused(lists, declared(d="Cash", Dee="Credit")) == 'here: "Dee" and "d" are the same ERP item. Declare it once.'
    assert refused([stored("L", row("aaa"), row("b"))], declared(aab="Cash")) == (
        'here: the ERP list has no item "aab". Did you mean aaa? It has: aaa (The aaa), b (The b).'
    )
    assert refused([stored("L")], declared(x="Cash")) == 'here: the ERP list has no item "x". It has: none.'
    many = refused([stored("L", *(row(f"{number}") for number in range(51)))], declared(x="Cash"))
    assert "49 (The 49)" in many and "50 (The 50)" not in many


def test_a_crm_item_that_cannot_be_chosen() -> None:
    lists = [stored("L", row("a"))]
    assert refused(lists, declared(a="Twin")) == (
        'here: the CRM list Terms has several items "Twin", with the ids 3, 4. Use the id, without quotes.'
    )
    assert refused(lists, declared(a="cash")) == (
        'here: the CRM list Terms: there is no item "cash". The item "US:"Cash";NO:"Kontant"" with the id 1 has the same name except for '
        "case, blanks, composition of letters and language. Write it like that, or use the id."
    )
    assert refused(lists, declared(a="Credits")) == (
        'here: the CRM list Terms has no item "Credits". Did you mean "Credit"? It has: Cash, Credit, Twin, Twin.'
    )
    assert refused(lists, declared(a="Gone")) == 'here: the CRM list Terms has no item "Gone". It has: Cash, Credit, Twin, Twin.'
    with pytest.raises(members.WireError) as caught:
        refused(lists, declared(a="Cash"), items={"term": [{"Id": 1, "Name": "Cash", "Deleted": "no"}]})
    assert caught.value.answer == "MDO list term"
    assert refused(lists, declared(a="Cash"), items={}) == (
        'here: the CRM list Terms has no item "Cash". It has: none that could be read; use the id.'
    )


def test_a_list_that_cannot_be_found() -> None:
    lists = [stored("Terms"), stored("Both", actor="Customer"), stored("Both", actor="Supplier", field_id=8)]
    tail = "A list appears once a field that uses it is mapped to a CRM field with a list."
    assert refused(lists, declared("Term")) == (
        f'here: the connection has no list "Term". Did you mean "Terms"? It has: Both, Terms. {tail}'
    )
    assert refused([], declared("x")) == f'here: the connection has no list "x". It has: none. {tail}'
    assert refused(lists, declared("Both")) == (
        'here: several actor types have the list "Both": Customer (field id 7), Supplier (field id 8). Choose one with actor.'
    )
    assert refused(lists, declared("terms")) == (
        'here: there is no list "terms". The list "Terms" has the same name except for case, blanks, composition of letters and language. '
        "Write it like that."
    )
    assert refused(lists, declared("Terms", "one"), declared("Terms", "other")) == "other is the same list as one. Declare it once."
    supplier = declared("Both")._replace(actor="Supplier")
    assert list_mapping.find_list({"ErpListItemMappings": lists}, supplier) is lists[2]
    assert list_mapping.find_list({}, supplier) is None


def test_purge_clears_in_the_servers_own_form() -> None:
    none = {"Id": 0, "Name": "(none)"}
    lists = [stored("L", row("a", CREDIT), row("b", CASH)), stored("M", row("a", CREDIT), row("b"), row("c", none))]
    carrier, changes = overlay(lists, declared(b="Cash"), purge=True)
    assert changes == [("M", {"a": "Credit"}, {"a": None}, 7)]
    assert carrier["ErpListItemMappings"] == [lists[0], stored("M", row("a", none), row("b"), row("c", none))]
    carrier, changes = overlay(lists, declared(b="Cash")._replace(purge=True))
    assert changes == [("L", {"a": "Credit"}, {"a": None}, 7)]
    assert carrier["ErpListItemMappings"][0] == stored("L", row("a", none), row("b", CASH))
    assert overlay(lists[:1], declared(a=None))[0]["ErpListItemMappings"][0]["ErpCrmListItemMappings"][0] == row("a")


def test_several_items_for_one_crm_item() -> None:
    lists = [stored("L", row("a", CASH), row("b", CASH), row("c"), row("d", CREDIT))]
    told = (
        "here: the ERP items {} would stand for the same CRM item (id {}). "
        "Map each to an item of its own, or set shared: true if this is intended."
    )
    assert refused(lists, declared(c="Credit")) == told.format("c, d", 2)
    assert refused(lists, declared(c="Cash")) == told.format("a, b, c", 1)
    assert overlay(lists, declared(c="Credit")._replace(shared=True))[1] == [("L", {"c": None}, {"c": "Credit"}, 7)]
    # Those that already are may stay.
    assert overlay(lists, declared(d=None))[1] == [("L", {"d": "Credit"}, {"d": None}, 7)]


def test_which_crm_lists_are_needed() -> None:
    one = stored("L", row("a", CASH), row("b"))
    two = stored("M", row("a"), actor="Supplier", field_id=8, ExtraInfo=None)
    container = {"ErpListItemMappings": [one, two]}

    def needed(*wanted: DeclaredList) -> list[Any]:
        return [tuple(found) for found in list_mapping.crm_list_names(container, wanted)]

    term = ("term", ("term", "Terms"), "Customer", 7)
    assert needed(declared(a="Cash")) == needed(declared(b=None)) == needed(declared(b=3)) == needed(declared("X", a="Cash")) == []
    assert needed(declared(a="Credit")) == needed(declared(b="Cash")) == needed(declared(unknown="Cash")) == [term]
    assert needed(declared(b="Cash"), declared("M", a="Cash")) == [term, ("Terms (8)", ("Terms",), "Supplier", 8)]


@pytest.mark.parametrize(
    ("reference", "lists"),
    [
        ("table=category", [("category", None)]),
        (" Table = category ", [("category", None)]),
        ("table=udlist&udlistdefinition_id=12", [("udlist12", None), ("udlist", "12")]),
        ("table=udlist&udlistdefinition_id=", [("udlist", None)]),
        ("list=category", []),
        ("table=", []),
        ("", []),
        (None, []),
    ],
)
def test_the_list_that_a_field_refers_to(reference: str | None, lists: list[Any]) -> None:
    mapping = {"FieldMappings": [{"ErpFieldId": 1, "ListReference": "table=x"}, {"ErpFieldId": 7, "ListReference": reference}]}
    assert list_mapping.referred_lists(mapping, 7) == lists
    assert list_mapping.referred_lists(mapping, 9) == list_mapping.referred_lists(None, 7) == []


def test_lists_as_tasks_return_them() -> None:
    lists = [
        stored("L", row("a", CASH), row("b", {"Id": 0, "Name": "x"}), row("c"), Name='US:"A";NO:"B"'),
        {**stored("M"), "CrmList": None},
    ]
    assert list_mapping.lists_as_result({"ErpListItemMappings": lists}) == [
        {
            "list": "L",
            "actor": "Customer",
            "field_id": 7,
            "crm_list": "A",
            "mapped_items": [
                {"erp": "a", "erp_name": "The a", "crm_id": 1, "crm": "Cash"},
                {"erp": "b", "erp_name": "The b", "crm_id": None, "crm": None},
                {"erp": "c", "erp_name": "The c", "crm_id": None, "crm": None},
            ],
        },
        {"list": "M", "actor": "Customer", "field_id": 7, "crm_list": None, "mapped_items": []},
    ]
    assert list_mapping.lists_as_result({}) == []
