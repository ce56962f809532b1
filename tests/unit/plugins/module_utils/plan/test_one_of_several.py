# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for a whole plan as soon as it holds for one of several, and what only where it holds for all."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import stamp
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentActor, CurrentConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    NO_DEFAULT,
    UNSET,
    DeclaredActor,
    DeclaredConnection,
    DeclaredDefault,
    DeclaredField,
    DeclaredList,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan import (
    field_mappings,
    list_mappings,
    stages,
    steps,
    taken,
    unsupported,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.change import Change

NOW = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
ONE = Connection(7, 1, "A", "", True, False, "")
LISTS = (DeclaredList("here", "L", {}),)


def item(present: bool = True, lists: tuple[DeclaredList, ...] = ()) -> DeclaredConnection:
    return DeclaredConnection("here", Reference("A"), lists=lists, present=present)


@pytest.mark.parametrize(
    ("connections", "prune", "uses"),
    [
        (None, (), False),
        ((), ("mappings",), False),
        ((item(),), (), False),
        ((item(), item(lists=LISTS)), (), True),
        ((item(lists=LISTS), item()), (), True),
        ((item(present=False, lists=LISTS),), ("mappings",), False),
        ((item(),), ("mappings",), True),
        ((item(),), ("connections",), False),
    ],
)
def test_whether_lists_are_needed(connections: Any, prune: Any, uses: bool) -> None:
    assert unsupported.uses_lists(DeclaredEnvironment(connections=connections, prune=frozenset(prune))) is uses


def test_one_field_to_the_crm_side_makes_the_order_of_connections_count() -> None:
    def goes(*directions: str) -> bool:
        fields = tuple(DeclaredField("here", str(place), direction=direction) for place, direction in enumerate(directions))
        return stages._goes_one_way(steps.SaveActor(steps.Target("connection", "A", 7), DeclaredActor("here", "Customer", fields=fields)))

    assert [goes(*one) for one in (("to_crm", "both"), ("to_erp", "to_crm"), ("both", "to_erp"), ())] == [True, True, False, False]


def test_a_stamp_is_known_by_the_person_or_by_the_time() -> None:
    rows = [stamp.connection(number) for number in range(4)]
    stamps = {rows[0]: stamp.Stamp("KRN"), rows[1]: stamp.Stamp(None, NOW), rows[2]: stamp.Stamp()}
    change = Change("connection", "A", {}, {}, {(str(place),): (row,) for place, row in enumerate(rows)})
    assert change.stamped(stamps) == [(("0",), stamps[rows[0]]), (("1",), stamps[rows[1]])]


def test_what_an_answer_does_not_tell_is_not_compared() -> None:
    def left(changed: str, shown: dict[str, Any], sent: dict[str, Any], config: tuple[str, ...] = ()) -> list[str]:
        return taken.settings_not_taken(sent, shown, {changed}, config, [{"FieldKey": key, "FieldType": "Text"} for key in "abcd"])

    sent = {"AllAccess": False, "UserGroupAccessIds": [1], "AssociateAccessIds": [2]}
    other = {**sent, "AssociateAccessIds": [3]}
    assert left("access", other, sent) == ["access"] and left("access", sent, sent) == left("config", other, sent) == []
    for member in sent:
        assert left("access", {**other, member: None}, sent) == []
    wanted = {"ConfigFields": dict.fromkeys("dbac", "1")}
    found = {"ConfigFields": {**dict.fromkeys("cadb", "2"), "e": "2"}}
    assert left("config", found, wanted, tuple("cdbae")) == ["config.a", "config.b", "config.c", "config.d", "config.e"]
    assert left("config", found, wanted, ("d",)) == ["config.d"] and left("config", {}, wanted, ("d",)) == []


def field(number: int, key: str) -> dict[str, Any]:
    return {"ErpFieldId": number, "ErpFieldKey": key, "FieldType": "Text"}


def test_defaults_that_stay_are_passed_over() -> None:
    fields = [field(1, "A"), field(2, "B"), field(3, "C")]
    plain = {"ErpFieldId": 3, "FieldType": "Text", "HasFirstSyncDefaultValue": False, "FirstSyncDefaultValue": None}
    state = CurrentActor({"ActorTypeErp": "Customer", "FieldMappings": fields}, {3: plain})
    defaults: dict[str, Any] = {"A": UNSET, "B": NO_DEFAULT, "C": DeclaredDefault("x")}
    declared = tuple(DeclaredField("here", key, default=default) for key, default in defaults.items())
    changed = field_mappings._changed_defaults(DeclaredActor("here", "Customer", fields=declared), state)
    assert {key: (was["value"], will["value"], stored) for key, (was, will, stored) in changed.items()} == {"C": (None, "x", True)}


def test_fields_that_get_another_crm_field() -> None:
    def change(**fields: tuple[str | None, str | None]) -> Change:
        was, will = ({"fields": {key: {"crm": pair[side]} for key, pair in fields.items() if pair[side] != "new"}} for side in (0, 1))
        return Change("mapping", "A, Customer", was, will)

    state = CurrentActor({"FieldMappings": [field(1, "A"), field(2, "B"), field(0, "C")]})
    there = CurrentConnection(ONE, actors={"Person": None, "Customer": state})
    changes = {
        "Project": change(A=("x", "y")),
        "Person": change(A=("x", "y")),
        "Customer": change(A=("x", "x"), B=("x", None), C=("x", "y"), D=("new", "y")),
    }
    assert list_mappings._moved_fields(there, changes) == {2: None}
