# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is foreseen of a connection that is new or moves, from another one of the same connector: each field and each list as a whole."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import pattern
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentActor, CurrentConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    UNSET,
    DeclaredActor,
    DeclaredConnection,
    DeclaredField,
    DeclaredList,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.pattern import ForeseenLists, Pattern
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.unknown import Unknown

MAPPED = {
    "CrmFieldKey": "name",
    "CrmDisplayName": "Name",
    "SyncToCrm": True,
    "SyncToErp": True,
    "ShowInGui": True,
    "ShowInSearch": True,
    "ListReference": "x",
    "MissingInCRM": True,
}


def field(number: int, key: str, **members: Any) -> dict[str, Any]:
    return {"ErpFieldId": number, "ErpFieldKey": key, "FieldType": "List", "Access": "Normal", "ErpDisplayName": key.title(), **members}


def actor(erp: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return {"ActorTypeErp": erp, "IsActive": True, "FieldMappings": list(fields)}


def test_a_new_connection_has_the_fields_of_the_pattern_and_maps_none() -> None:
    plain = {
        "CrmFieldKey": "",
        "CrmDisplayName": "",
        "SyncToCrm": False,
        "SyncToErp": False,
        "ShowInGui": False,
        "ShowInSearch": False,
        "ListReference": "",
        "MissingInCRM": False,
    }
    found = pattern.unmapped(
        actor(
            "Customer",
            field(1, "GONE", **MAPPED, MissingInERP=True),
            field(2, "MAPPED", **MAPPED, AlreadyMapped=False),
            field(3, "ELSEWHERE", **{**MAPPED, "SyncToCrm": False}, AlreadyMapped=True),
            field(4, "FREE", **{**MAPPED, "SyncToCrm": False}, AlreadyMapped=False),
        )
    )
    kept = [field(2, "MAPPED"), field(3, "ELSEWHERE"), field(4, "FREE")]
    already = [True, True, False]
    assert found == {
        **actor("Customer", *({**one, **plain, "AlreadyMapped": taken} for one, taken in zip(kept, already, strict=True))),
        "IsActive": False,
    }
    assert pattern.unmapped({"FieldMappings": None})["FieldMappings"] == []


def test_a_connection_that_moves_keeps_its_mapping_of_fields_that_are_there_too() -> None:
    here = actor(
        "Customer",
        field(1, "A", **MAPPED, FieldType="Text", Access="Normal", ErpDisplayName="old", MissingInERP=True),
        field(2, "B", **MAPPED, MissingInERP=False),
    )
    there = actor("Customer", field(9, "A", FieldType="List", Access="Mandatory", ErpDisplayName="new"), field(8, "B", MissingInERP=True))
    assert pattern.moved(here, there) == actor(
        "Customer",
        field(1, "A", **MAPPED, FieldType="List", Access="Mandatory", ErpDisplayName="new", MissingInERP=False),
        field(2, "B", **MAPPED, MissingInERP=True),
    )
    assert pattern.moved({"FieldMappings": None}, {"FieldMappings": None}) == {"FieldMappings": []}


def declared(*fields: tuple[str, Any], erp: str = "Customer") -> DeclaredActor:
    return DeclaredActor("here", erp, fields=tuple(DeclaredField(f"here.{key}", key, crm=crm) for key, crm in fields))


def test_which_declared_fields_have_lists() -> None:
    mapping = actor(
        "Customer",
        field(1, "LIST"),
        field(2, "TEXT", FieldType="Text"),
        field(3, "GONE", MissingInERP=True),
        field(0, "NUMBERLESS"),
        field(5, "NOWHERE"),
        field(6, "OTHERWISE"),
        {"FieldType": "List", "ErpDisplayName": "Keyless"},
    )
    fields: list[tuple[str, Any]] = [(key, key.lower()) for key in ("MISSPELT", "LIST", "TEXT", "GONE", "NUMBERLESS", "Keyless")]
    found = pattern.mapped_lists(mapping, declared(("NOWHERE", None), ("OTHERWISE", UNSET), *fields))
    assert list(found) == [(1, "LIST", "list"), (0, "NUMBERLESS", "numberless"), (0, "", "keyless")]
    assert list(pattern.mapped_lists({"FieldMappings": None}, declared(("LIST", "list")))) == []


LISTS = (DeclaredList("lists[0]", "Terms", {}), DeclaredList("lists[1]", "Groups", {}), DeclaredList("lists[2]", "Terms", {}, "Person"))


def items(name: str | None, number: int | None, **crm: Any) -> dict[str, Any]:
    """The mapping of a list with two items, of which one is chosen."""
    rows = [{"ErpListItemId": "1", "CrmListItem": {"Id": 7}}, {"ErpListItemId": "2", "CrmListItem": None}]
    return {
        "ErpListName": name, "ErpFieldId": number, "ErpActorTypeName": "Whoever", "CrmList": crm or None, "ErpCrmListItemMappings": rows,
    }  # fmt: skip


def foreseen(actors: Any, lists: Any, *fields: tuple[str, Any], names: Any = None, there: Any = ()) -> ForeseenLists:
    item = DeclaredConnection("here", Reference("New"), lists=LISTS, actors=(declared(*fields),))
    made = Pattern(1, "Old", actors, lists if isinstance(lists, Unknown) else {"ErpListItemMappings": lists}, names or {})
    return pattern.foreseen_lists(made, item, there)


def test_the_lists_of_a_new_connection() -> None:
    fields = [field(1, "TERMS", CrmFieldKey="terms"), field(2, "GROUP", CrmFieldKey="group"), field(3, "OTHER", CrmFieldKey="terms")]
    actors = {"Project": None, "Customer": actor("Customer", *fields)}
    terms, group = items("Terms", 1, Id=10), items("Groups", 2, Id=20)
    empty = [{"ErpListItemId": "1", "CrmListItem": None}, {"ErpListItemId": "2", "CrmListItem": None}]
    new = {"ErpActorTypeName": "Customer", "ErpCrmListItemMappings": empty}
    # A field with a list of its own takes the items of that, and the CRM list of whatever field goes to the same CRM field.
    found = foreseen(actors, [terms, group], ("TERMS", "group"), ("GROUP", "terms"))
    assert found == ForeseenLists(
        {
            "ErpListItemMappings": [
                {**new, "ErpListName": "Terms", "ErpFieldId": 2, "CrmList": {"Id": 20}},
                {**new, "ErpListName": "Groups", "ErpFieldId": 1, "CrmList": {"Id": 10}},
            ]
        },
        (),
    )
    # One without a list in the pattern has the name that is known of it otherwise.
    found = foreseen(actors, [terms], ("OTHER", "terms"), names={3: "Terms", 4: "Groups"})
    assert found.known == {"ErpListItemMappings": [{**new, "ErpListName": "Terms", "ErpFieldId": 1, "CrmList": {"Id": 10}}]}
    # What is there already stays, and is not foreseen again.
    assert foreseen(actors, [terms, group], ("TERMS", "group"), ("GROUP", "terms"), there={("Customer", "TERMS")}).known == {
        "ErpListItemMappings": [{**new, "ErpListName": "Groups", "ErpFieldId": 1, "CrmList": {"Id": 10}}]
    }


@pytest.mark.parametrize(
    ("actors", "lists", "fields", "vague"),
    [
        # The name is known, and no field shows which CRM list it has, or the items: this list of this actor type is uncertain.
        ("Customer", [items("Terms", 1)], [("TERMS", "nowhere")], [0]),
        ("Customer", [items("Groups", 1)], [("TERMS", "nowhere")], [1]),
        # A field of the same key and CRM field, for another kind of record.
        ("Person", [items("Terms", 1)], [("TERMS", "terms")], []),
        # Not even the name is known: each list of this actor type is uncertain.
        ("Customer", [items(None, 1)], [("TERMS", "terms")], [0, 1]),
        ("Customer", [], [("TERMS", "terms")], [0, 1]),
        ("Customer", [items("Terms", 5)], [("TERMS", "terms")], [0, 1]),
        (Unknown(), [items("Terms", 1)], [("TERMS", "terms")], [0, 1]),
        # No list of the pattern is known: all are uncertain.
        ("Customer", Unknown(), [], [0, 1, 2]),
        ("Customer", [], [], []),
        (None, [], [("TERMS", "terms")], []),
    ],
)
def test_which_lists_of_a_new_connection_are_uncertain(actors: Any, lists: Any, fields: Any, vague: list[int]) -> None:
    mapping = actor(actors, field(1, "TERMS", CrmFieldKey="terms")) if isinstance(actors, str) else actors
    key = actors if isinstance(actors, str) else "Customer"
    found = foreseen({key: mapping}, lists, *fields)
    assert found == ForeseenLists({"ErpListItemMappings": []}, tuple(LISTS[place] for place in vague))
    assert [found.leaves_open(one) for one in LISTS] == [place in vague for place in range(3)]


def current(lists: Any, *fields: dict[str, Any]) -> CurrentConnection:
    actors: Any = {"Person": None, "Customer": CurrentActor(actor("Customer", *fields))}
    return CurrentConnection(Connection(7, 1, "A", "", True, False, ""), actors=actors, lists=lists)


def test_lists_that_stay_have_their_fields() -> None:
    there = current(
        {"ErpListItemMappings": [items("Terms", 1), items("Groups", 2), items("Other", None)]},
        field(1, "TERMS"), field(2, "GROUP"), field(0, "NONE"), {"ErpFieldId": 3, "FieldType": "List"},
    )  # fmt: skip
    kept, keys = pattern.lists_that_stay(there, {2})
    assert (kept, keys) == ([items("Terms", 1), items("Other", None)], {("Customer", "TERMS")})
    assert pattern.lists_that_stay(current(None), ()) == ([], set())
    assert pattern.lists_that_stay(current({"ErpListItemMappings": [items("X", 3)]}, {"ErpFieldId": 3}), ())[1] == {("Customer", "")}


def test_whether_saving_the_fields_brings_lists() -> None:
    terms = {"ErpListItemMappings": [{**items("Terms", 1), "ErpActorTypeName": "Customer"}]}
    there = current(terms, field(1, "TERMS", CrmFieldKey="terms"), field(0, "NONE"))

    def brings(actors: tuple[DeclaredActor, ...], lists: tuple[DeclaredList, ...] = LISTS[:1], at: CurrentConnection = there) -> bool:
        return pattern.brings_lists(DeclaredConnection("here", Reference("A"), lists=lists, actors=actors), at)

    same = declared(("TERMS", "terms"))
    assert not brings((same,)) and not brings(()) and not brings((same,), ()) and not brings((declared(("TERMS", "x")),), ())
    assert not brings((declared(("TERMS", "x")),), at=current(None, field(1, "TERMS")))
    # An actor type that is not there, another CRM field, a field without an id.
    assert brings((declared(erp="Person"),)) and brings((declared(("TERMS", "other")),)) and brings((declared(("NONE", "x")),))
    # A list that is not there yet may come, where any field is saved.
    assert brings((same,), LISTS[1:2]) and not brings((), LISTS[1:2])
