# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planned list mappings: where undeclared mappings go, items and lists that are not declared are cleared."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    DeclaredActor,
    DeclaredConnection,
    DeclaredField,
    DeclaredList,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.pattern import ForeseenLists, Pattern, foreseen_lists
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.unknown import Unknown
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan import steps
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.draft import Draft, Mappings, Unchecked
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.list_mappings import plan_lists

NORWAY = steps.Target("connection", "Norway", 1)
TERMS = DeclaredList("lists[0]", "Terms", {"10": Reference(id=3)})


def mapping(name: str, *chosen: int) -> dict[str, Any]:
    """The mapping of a list whose items, 10, 11 and so on, stand for CRM items."""
    rows = [
        {"ErpListItemId": str(10 + place), "ErpListItemName": f"{name} {place}", "CrmListItem": {"Id": number, "Name": f"CRM {number}"}}
        for place, number in enumerate(chosen)
    ]
    return {"ErpListName": name, "ErpActorTypeName": "Customer", "ErpFieldId": 5, "CrmList": None, "ErpCrmListItemMappings": rows}


def planned(prune: bool, actors: tuple[DeclaredActor, ...] = ()) -> Draft:
    """The plan for a connection with two lists, of which one is declared in part."""
    lists = {"ErpConnectionId": 1, "ErpListItemMappings": [mapping("Terms", 3, 4), mapping("Groups", 7)]}
    there = CurrentConnection(Connection(1, 1, "Norway", "", True, False, None), lists=lists)
    draft = Draft()
    mappings = Mappings(
        draft=draft,
        unchecked=Unchecked("connections[0]"),
        item=DeclaredConnection("connections[0]", Reference("Norway"), lists=(TERMS,), actors=actors),
        target=NORWAY,
        connection=there,
        foreseen=Unknown(),
        activates=False,
        ranks_trouble="",
        crm_items={},
        prune=prune,
    )
    plan_lists(mappings, {})
    return draft


# Without the actor type on the server, saving it brings lists.
@pytest.mark.parametrize("actors", [(), (DeclaredActor("actors[0]", "Customer"),)])
def test_undeclared_items_and_lists_are_cleared_where_undeclared_mappings_go(actors: tuple[DeclaredActor, ...]) -> None:
    draft = planned(True, actors)
    assert [(change.kind, change.name, change.after) for change in draft.changes] == [
        ("list", "Norway, Terms", {"items": {"11": None}}),
        ("list", "Norway, Groups", {"items": {"10": None}}),
    ]
    assert draft.steps == [steps.SaveLists(NORWAY, (TERMS._replace(purge=True),), True)]


@pytest.mark.parametrize("actors", [(), (DeclaredActor("actors[0]", "Customer"),)])
def test_undeclared_items_and_lists_stay_otherwise(actors: tuple[DeclaredActor, ...]) -> None:
    draft = planned(False, actors)
    assert (draft.changes, draft.steps) == ([], [])


def test_a_list_without_a_name_is_no_pattern_for_one_whose_name_is_not_known() -> None:
    fields = [
        {"ErpFieldId": 5, "ErpFieldKey": "STDTERMS", "FieldType": "List", "CrmFieldKey": ""},
        {"ErpFieldId": 9, "ErpFieldKey": "TERMS", "FieldType": "List", "CrmFieldKey": "paymentterms"},
    ]
    actor = {"ActorTypeErp": "Customer", "ActorTypeCrm": "Contact", "FieldMappings": fields}
    nameless = {**mapping("", 3), "ErpListName": None, "ErpFieldId": 9}
    declared = DeclaredActor("actors[0]", "Customer", fields=(DeclaredField("fields[0]", "STDTERMS", crm="paymentterms"),))
    item = DeclaredConnection("connections[0]", Reference("Norway"), lists=(TERMS,), actors=(declared,))

    def foreseen(one: dict[str, Any], names: dict[int, str]) -> ForeseenLists:
        return foreseen_lists(Pattern(1, "Sweden", {"Customer": actor}, {"ErpListItemMappings": [one]}, names), item)

    assert foreseen(nameless, {}) == ForeseenLists({"ErpListItemMappings": []}, (TERMS,))
    # Where the name is known, the list is.
    [known] = foreseen({**nameless, "ErpListName": "Terms"}, {5: "Terms"}).known["ErpListItemMappings"]
    assert (known["ErpListName"], [row["CrmListItem"] for row in known["ErpCrmListItemMappings"]]) == ("Terms", [None])
