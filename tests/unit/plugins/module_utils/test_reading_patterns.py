# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which connection shows what another one will have, what is read of it, and what is unknown where it cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentActor, CurrentConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    DeclaredActor,
    DeclaredConnection,
    DeclaredConnector,
    DeclaredField,
    DeclaredList,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.matched import Matched
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.pattern import Pattern
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.unknown import Unknown
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.bulk import Source
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.patterns import read_patterns
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport, refusal

Call = tuple[str, dict[str, Any], Any]
CONNECTORS = (Connector(7, "Visma", "https://visma"), Connector(8, "SAP", "https://sap"))
REFUSED = refusal(403, kind=errors.Forbidden)
TERMS = {"ErpFieldId": 4, "ErpFieldKey": "TERMS", "FieldType": "List", "CrmFieldKey": "paymentterms", "MissingInERP": False}
MAPPING = {"ActorTypeErp": "Customer", "FieldMappings": [TERMS]}
CUSTOMER = DeclaredActor("place", "Customer", fields=(DeclaredField("place", "TERMS", crm="paymentterms"),))
PERSON = DeclaredActor("place", "Person")
LIST = DeclaredList("place", "TermList", {})
LISTS = {"ErpListItemMappings": [{"ErpFieldId": 4, "ErpListName": "TermList", "ErpActorTypeName": "Customer"}]}
NO_LISTS: dict[str, Any] = {"ErpListItemMappings": []}


def there(number: int, connector: int = 7, active: bool = True, deleted: bool = False, **more: Any) -> CurrentConnection:
    return CurrentConnection(Connection(number, connector, f"C{number}", "", active, deleted, None), **more)


def mapped(*erps: str, archived: bool = False) -> dict[str, CurrentActor | None]:
    return {erp: CurrentActor({**MAPPING, "ActorTypeErp": erp}, archived=archived) for erp in erps}


def item(name: str = "New", connector: str | None = "Visma", **more: Any) -> DeclaredConnection:
    settings = {} if connector is None else {"connector": Reference(connector)}
    return DeclaredConnection("place", Reference(name), **{**settings, **more})


def mapping_of(number: int, answer: Any = ..., erp: str = "Customer") -> Call:
    return ("GetActorTypeMapping", {"ErpConnectionId": number, "ActorType": erp}, MAPPING if answer is ... else answer)


def lists_of(number: int, answer: Any = ...) -> Call:
    return ("GetConnectionListMappings", {"ErpConnectionId": number}, LISTS if answer is ... else answer)


def patterns(
    declared: DeclaredConnection | list[DeclaredConnection], current: list[CurrentConnection], *script: Call, connectors: Any = None
) -> dict[int, Any]:
    items = declared if isinstance(declared, list) else [declared]
    wanted = DeclaredEnvironment(connections=tuple(items), connectors=connectors)
    with ScriptedTransport(*script) as transport:
        matched = Matched(wanted, [one.listed for one in current], CONNECTORS)
        return dict(read_patterns(current, matched, transport.reading, Source(transport.reading, transport.lookups)))


@pytest.mark.parametrize(
    ("current", "chosen"),
    [
        ([there(3), there(2), there(5)], 2),
        ([there(3), there(2, deleted=True)], 3),
        ([there(3), there(2, connector=8)], 3),
        ([there(3), there(2, active=False)], 3),
        # One whose mapping is known already is read no more.
        ([there(3), there(2), there(4, active=False, actors=mapped("Customer"))], 4),
        ([there(3), there(2, actors=mapped("Person")), there(4, actors=mapped("Customer", "Person"))], 4),
    ],
)
def test_which_connection_shows_what_a_new_one_will_have(current: list[CurrentConnection], chosen: int) -> None:
    known = next(one for one in current if one.listed.id == chosen).actors
    found = patterns(item(actors=(CUSTOMER,)), current, *([] if known else [mapping_of(chosen)]))
    assert found == {7: Pattern(chosen, f"C{chosen}", {"Customer": MAPPING})}


def test_a_connection_that_lacks_something_itself_is_the_last_choice() -> None:
    waiting = there(1, actors={"Customer": None}, lists=NO_LISTS)
    again = item("C1", None, actors=(CUSTOMER,), lists=(LIST,))
    script = [mapping_of(2), lists_of(2)]
    assert patterns(again, [waiting, there(2, active=False)], *script) == {7: Pattern(2, "C2", {"Customer": MAPPING}, LISTS)}
    assert patterns(again, [waiting], mapping_of(1, None)) == {7: Pattern(1, "C1", {"Customer": None}, NO_LISTS)}


@pytest.mark.parametrize(
    ("declared", "current"),
    [
        (item(), [there(1)]),
        (item("C1", None, actors=(CUSTOMER,)), [there(1, actors=mapped("Customer"))]),
        (item("C1", present=False, actors=(CUSTOMER,)), [there(1, connector=8), there(2)]),
        (item("C1", lists=(LIST,)), [there(1, connector=8), there(2)]),
        (item("C1", None, refresh_fields=True, actors=(CUSTOMER,)), [there(1, actors=mapped("Customer"))]),
        (item("C1", None, refresh_fields=False, actors=(CUSTOMER,)), [there(1, actors={"Customer": None})]),
        (item("C1", None, actors=(CUSTOMER,), lists=(LIST,)), [there(1, actors=mapped("Customer"), lists=LISTS)]),
    ],
)
def test_nothing_is_read_where_nothing_is_foreseen(declared: DeclaredConnection, current: list[CurrentConnection]) -> None:
    assert patterns(declared, current) == {}


def test_whose_mappings_are_foreseen() -> None:
    # One that moves has lists of its own.
    moving = item("C1", "SAP", actors=(CUSTOMER,), lists=(LIST,))
    assert patterns(moving, [there(1), there(2, connector=8)], mapping_of(2)) == {8: Pattern(2, "C2", {"Customer": MAPPING})}
    refreshed = item("C1", None, refresh_fields=True, actors=(PERSON, CUSTOMER), lists=(LIST,))
    current = [there(1, actors={**mapped("Customer"), "Person": None}), there(2)]
    found = patterns(refreshed, current, mapping_of(2, None, "Person"), mapping_of(2))
    assert found == {7: Pattern(2, "C2", {"Person": None, "Customer": MAPPING})}
    # With lists alone no actor type is read.
    assert patterns(item(lists=(LIST,)), [there(2)], lists_of(2, None)) == {7: Pattern(2, "C2", {}, {})}


def test_nothing_is_foreseen_through_a_connector_whose_address_changes() -> None:
    changed = (DeclaredConnector("connectors[0]", Reference("Visma"), url="https://new"),)
    assert patterns(item(actors=(CUSTOMER,)), [there(2)], connectors=changed) == {}
    assert patterns(item(connector="SAP", actors=(CUSTOMER,)), [there(2, 8)], mapping_of(2), connectors=changed)[8].connection_id == 2
    assert patterns(item(connector=None, actors=(CUSTOMER,)), [there(2)]) == {}


def test_several_connections_are_foreseen_by_one() -> None:
    others = [item("N", actors=(CUSTOMER,)), item("M", actors=(PERSON, CUSTOMER)), item("O", "SAP", actors=(PERSON,))]
    found = patterns(others, [there(2)], mapping_of(2), mapping_of(2, None, "Person"))
    alone = Unknown("No other connection goes through this connector.")
    assert found == {7: Pattern(2, "C2", {"Customer": MAPPING, "Person": None}), 8: alone}
    assert list(found) == [7, 8]


def test_what_cannot_be_read_is_unknown() -> None:
    declared = item(actors=(CUSTOMER, PERSON), lists=(LIST,))
    script = [mapping_of(2, REFUSED), mapping_of(2, None, "Person"), lists_of(2, REFUSED)]
    unknown = Unknown("It said 403.")
    assert patterns(declared, [there(2)], *script) == {7: Pattern(2, "C2", {"Customer": unknown, "Person": None}, unknown)}
    lost = errors.ConnectionLost("Lost.")
    for failing in ([mapping_of(2, lost)], [*script[:2], lists_of(2, lost)]):
        with pytest.raises(errors.ConnectionLost):
            patterns(declared, [there(2)], *failing)


def test_a_mapping_from_archives_is_read_through_the_agent() -> None:
    current = [there(2, actors=mapped("Customer", archived=True), lists=LISTS)]
    found = patterns(item(actors=(CUSTOMER,), lists=(LIST,)), current, mapping_of(2))
    assert found == {7: Pattern(2, "C2", {"Customer": MAPPING}, LISTS)}


@pytest.mark.parametrize(
    ("answer", "names"),
    [({"ListName": "TermList"}, {4: "TermList"}), ({"ListName": ""}, {}), ({}, {}), (None, {}), (REFUSED, {})],
)
def test_the_name_of_a_list_that_is_not_there_is_told_by_a_default_value(answer: Any, names: dict[int, str]) -> None:
    default = ("GetDefaultValueInfo", {"ErpFieldId": 4}, answer)
    found = patterns(item(actors=(CUSTOMER,), lists=(LIST,)), [there(2)], mapping_of(2), lists_of(2, NO_LISTS), default)
    assert found == {7: Pattern(2, "C2", {"Customer": MAPPING}, NO_LISTS, names)}


def test_a_name_is_asked_once_and_only_where_it_is_needed() -> None:
    others = [item("N", actors=(CUSTOMER,), lists=(LIST,)), item("M", actors=(CUSTOMER,), lists=(LIST,)), item("O", actors=(PERSON,))]
    script = [mapping_of(2), mapping_of(2, None, "Person"), lists_of(2, NO_LISTS), ("GetDefaultValueInfo", {"ErpFieldId": 4}, None)]
    patterns(others, [there(2)], *script)
    # A field without an id is not stored yet.
    unstored = {**MAPPING, "FieldMappings": [{**TERMS, "ErpFieldId": 0}]}
    patterns(others[0], [there(2)], mapping_of(2, unstored), lists_of(2, NO_LISTS))


@pytest.mark.parametrize(
    ("script", "method"),
    [
        ([mapping_of(2, {"FieldMappings": "no"}), lists_of(2, NO_LISTS)], "GetActorTypeMapping"),
        ([mapping_of(2), lists_of(2, NO_LISTS), ("GetDefaultValueInfo", {"ErpFieldId": 4}, {"ListName": 7})], "GetDefaultValueInfo"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named(script: list[Call], method: str) -> None:
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        patterns(item(actors=(CUSTOMER,), lists=(LIST,)), [there(2)], *script)
    assert caught.value.method == method
