# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals word for word: a name that several things have, a name that nothing has, a word that nearly is one. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from stand_in import world

from .documents import SAP_URL
from .installation import Installation, Json

NORWAY = 'connections[0] ("Visma Norway")'
CUSTOMER = f"{NORWAY}.actors[0] (Customer)"
TERMS = f'{NORWAY}.lists[0] ("TermList")'


def connection(**settings: Any) -> Json:
    return {"document": {"connections": [{"name": "Visma Norway", **settings}]}}


def customer(**settings: Any) -> Json:
    return connection(actors=[{"erp": "Customer", **settings}])


def field(erp: str, **settings: Any) -> Json:
    return customer(fields=[{"erp": erp, **settings}])


def terms(**items: Any) -> Json:
    return connection(lists=[{"list": "TermList", "items": items}])


# Two of one name

Prepare = Callable[[Installation], None]


def two_connections(there: Installation) -> None:
    there.site.state.table("connections")[1]["DisplayName"] = "Visma Norway"


def two_connectors(there: Installation) -> None:
    there.site.state.table("connectors")[1]["DisplayName"] = "Visma"


def two_lists(there: Installation) -> None:
    there.mapped("Visma Norway", "Supplier", "STDTERMS")["CrmFieldKey"] = "paymentterms"


def two_crm_items(there: Installation) -> None:
    there.site.state.data["crm_lists"]["paymentterms"][1]["Name"] = "30 days"


def two_fields(there: Installation) -> None:
    there.mapped("Visma Norway", "Customer", "CITY")["ErpDisplayName"] = "Place"
    there.mapped("Visma Norway", "Customer", "STREET")["ErpDisplayName"] = "Place"


def two_users(there: Installation) -> None:
    there.site.state.data["associates"][2]["FullName"] = "Kari Nordmann"


def two_groups(there: Installation) -> None:
    there.site.state.data["user_groups"][3]["Name"] = "Finance"


def refused(prepare: Prepare | None, task: str, options: Json) -> tuple[str, Installation]:
    """The message of a task that is refused as bad input in check mode and in the run, without a write."""
    messages = []
    for check in (True, False):
        there = Installation()
        if prepare is not None:
            prepare(there)
        before = there.state()
        result = there.run(task, check=check, **options)
        assert result.get("failed") and result["failure"]["kind"] == "bad_input", result
        assert (there.writes, there.state()) == ([], before)
        messages.append(str(result["msg"]))
    assert messages[0] == messages[1]
    return messages[1], there


CONNECTIONS = 'there is more than one connection "Visma Norway", with the ids 1 and 2. Use the id.'
CONNECTORS = 'there is more than one connector "Visma", with the ids 1 and 2. Use the id.'
SEVERAL: list[tuple[Prepare, str, Json, str]] = [
    (two_connections, "environment", connection(description="x"), f"{NORWAY}: {CONNECTIONS}"),
    (two_connections, "environment", connection(state="absent"), f"{NORWAY}: {CONNECTIONS}"),
    (two_connections, "environment", {"document": {"priority": ["SAP Germany", "Visma Norway"]}}, f"priority[1]: {CONNECTIONS}"),
    (two_connections, "connection", {"name": "Visma Norway", "description": "x"}, f'connection "Visma Norway": {CONNECTIONS}'),
    (two_connections, "connection", {"name": "Visma Norway", "state": "absent"}, f'connection "Visma Norway": {CONNECTIONS}'),
    (two_connections, "field_mapping", {"connection": "Visma Norway", "erp": "Customer"}, f"connection: {CONNECTIONS}"),
    (two_connections, "list_mapping", {"connection": "Visma Norway", "list": "TermList"}, f"connection: {CONNECTIONS}"),
    (two_connections, "priority", {"order": ["Visma Norway"]}, f"order[0]: {CONNECTIONS}"),
    (two_connections, "resync", {"connection": "Visma Norway", "confirm": True}, f"connection: {CONNECTIONS}"),
    (
        two_connections,
        "environment_info",
        {},
        "Several connections have the same name (Visma Norway), so that a document could not tell them apart. "
        "Give them different names first.",
    ),
    (
        two_connectors,
        "environment",
        {"document": {"connectors": [{"name": "Visma", "url": SAP_URL}]}},
        f'connectors[0] ("Visma"): {CONNECTORS}',
    ),
    (
        two_connectors,
        "environment",
        {"document": {"connectors": [{"name": "Visma", "state": "absent"}]}},
        f'connectors[0] ("Visma"): {CONNECTORS}',
    ),
    (two_connectors, "environment", connection(connector="Visma"), f"{NORWAY}.connector: {CONNECTORS}"),
    (two_connectors, "connector", {"name": "Visma", "connector_url": SAP_URL}, f'connector "Visma": {CONNECTORS}'),
    (two_connectors, "connector", {"name": "Visma", "state": "absent"}, f'connector "Visma": {CONNECTORS}'),
    (
        two_connectors,
        "environment_info",
        {},
        "Several connectors have the same name (Visma), so that a document could not tell them apart. Give them different names first.",
    ),
    (
        two_users,
        "environment",
        connection(access={"users": ["ADM", "Kari Nordmann"]}),
        f'{NORWAY}.access.users[1]: there is more than one user "Kari Nordmann", with the ids 2 and 3. Use the id.',
    ),
    (
        two_groups,
        "environment",
        connection(access={"user_groups": ["Finance"]}),
        f'{NORWAY}.access.user_groups[0]: there is more than one user group "Finance", with the ids 3 and 4. Use the id.',
    ),
    (
        two_lists,
        "environment",
        terms(a="Cash"),
        (
            f'{TERMS}: several actor types have the list "TermList": Customer (field id 1011), Supplier (field id 1028). '
            "Choose one with actor."
        ),
    ),
    (
        two_crm_items,
        "environment",
        terms(x="30 days"),
        f'{TERMS}: the CRM list paymentterms has several items "30 days", with the ids 1, 2. Use the id, without quotes.',
    ),
    (
        two_fields,
        "environment",
        field("Place", show=True),
        f'{CUSTOMER}.fields[0] (Place): several ERP fields have the name "Place": STREET (id 1006), CITY (id 1008). Use the key.',
    ),
]


@pytest.mark.parametrize("prepare, task, options, message", SEVERAL)
def test_a_name_that_several_have_is_refused(prepare: Prepare, task: str, options: Json, message: str) -> None:
    assert refused(prepare, task, options)[0] == message


def test_two_erp_items_of_one_name_are_refused_and_a_key_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(world.VISMA.lists, "TermList", {"a": "30 days", "x": "Cash", "9": "Cash"})
    message, there = refused(None, "environment", terms(Cash="Prepaid"))
    assert message == f'{TERMS}: several ERP items have the name "Cash": x, 9. Use the key.'
    monkeypatch.setitem(world.VISMA.lists, "TermList", {"a": "30 days", "x": "Cash", "9": "Cash", "Cash": "14 days"})
    there.converge(terms(Cash="Prepaid")["document"])
    assert [one["CrmItemId"] for one in there.site.state.table("list_items") if one["ErpListItemId"] == "Cash"] == [5]


# Nothing of the name

CONFIG = "It knows: Company, User, Password, Port, Timeout, UseTls, Ledger, StartDate, Serial, Help."
KNOWN = "There are: Visma Norway, Visma Sweden, SAP Germany, Dynamics Denmark, SAP Austria."
LISTS = "CurrencyList, RoleList, StateList, TermList. A list appears once a field that uses it is mapped to a CRM field with a list."
TERM_ITEMS = "It has: a (30 days), x (Cash), 9 (14 days), p (Prepaid)."
MISSING: list[tuple[str, Json, str]] = [
    (
        "environment",
        connection(connector="Vismo"),
        f'{NORWAY}.connector: there is no connector "Vismo". Did you mean "Visma"? There are: Visma, SAP, Dynamics.',
    ),
    (
        "environment",
        connection(connector="Xyz"),
        f'{NORWAY}.connector: there is no connector "Xyz". There are: Visma, SAP, Dynamics.',
    ),
    (
        "environment",
        {"document": {"priority": ["SAP Germany", "Visma Norge"]}},
        f'priority[1]: there is no connection "Visma Norge". Did you mean "Visma Norway"? {KNOWN}',
    ),
    (
        "resync",
        {"connection": "Visma Norge", "confirm": True},
        f'connection: there is no connection "Visma Norge". Did you mean "Visma Norway"? {KNOWN}',
    ),
    (
        "environment",
        {"document": {"connections": [{"name": "Visma Norge"}]}},
        'connections[0] ("Visma Norge") does not exist yet, and has no connector. Say through which connector it goes. '
        'Or did you mean "Visma Norway", which exists?',
    ),
    (
        "environment",
        {"document": {"connections": [{"name": "Oslo"}]}},
        'connections[0] ("Oslo") does not exist yet, and has no connector. Say through which connector it goes.',
    ),
    (
        "environment",
        {"document": {"connectors": [{"name": "Vismo"}]}},
        'connectors[0] ("Vismo") does not exist yet, and has no url. Give the address at which it answers (connector_url in a task). '
        'Or did you mean "Visma", which exists?',
    ),
    (
        "environment",
        {"document": {"connectors": [{"name": "Oslo"}]}},
        'connectors[0] ("Oslo") does not exist yet, and has no url. Give the address at which it answers (connector_url in a task).',
    ),
    (
        "environment",
        {"document": {"connections": [{"id": 77}]}},
        "connections[0] (id 77): there is no connection with the id 77. There are: Visma Norway (1), Visma Sweden (2), SAP Germany (3), "
        "Dynamics Denmark (4), SAP Austria (5).",
    ),
    (
        "environment",
        {"document": {"connectors": [{"id": 77}]}},
        "connectors[0] (id 77): there is no connector with the id 77. There are: Visma (1), SAP (2), Dynamics (3).",
    ),
    (
        "environment",
        connection(access={"user_groups": ["Finanse"]}),
        f'{NORWAY}.access.user_groups[0]: there is no user group "Finanse". Did you mean "Finance"? '
        "There are: Sales, Administration, Finance, Support.",
    ),
    (
        "environment",
        connection(access={"users": ["KN0"]}),
        f'{NORWAY}.access.users[0]: there is no user "KN0". Did you mean "KNO"? There are: ADM, KNO, OHA, ALI, JWE.',
    ),
    ("environment", connection(access={"users": [77]}), f"{NORWAY}.access.users[0]: there is no user with the id 77."),
    (
        "environment",
        connection(config={"Compani": "1"}),
        f'{NORWAY}.config has "Compani", which the connector does not know. Did you mean "Company"? {CONFIG}',
    ),
    ("environment", connection(config={"Zzz": "1"}), f'{NORWAY}.config has "Zzz", which the connector does not know. {CONFIG}'),
    (
        "environment",
        field("CREDITLIMT", show=True),
        f'{CUSTOMER}.fields[0] (CREDITLIMT): the ERP side has no field "CREDITLIMT". Did you mean CREDITLIMIT? '
        "If it is new there, use refresh_fields to read the connector's fields again.",
    ),
    (
        "environment",
        field("Zzz", show=True),
        f'{CUSTOMER}.fields[0] (Zzz): the ERP side has no field "Zzz". '
        "If it is new there, use refresh_fields to read the connector's fields again.",
    ),
    ("environment", terms(a1="Cash"), f'{TERMS}: the ERP list has no item "a1". Did you mean a? {TERM_ITEMS}'),
    ("environment", terms(zzz="Cash"), f'{TERMS}: the ERP list has no item "zzz". {TERM_ITEMS}'),
    (
        "environment",
        terms(x="Chash"),
        f'{TERMS}: the CRM list paymentterms has no item "Chash". Did you mean "Cash"? '
        "It has: 30 days, 14 days, Cash, Net 60 days, Prepaid.",
    ),
    (
        "environment",
        terms(x="Zzz"),
        f'{TERMS}: the CRM list paymentterms has no item "Zzz". It has: 30 days, 14 days, Cash, Net 60 days, Prepaid.',
    ),
    (
        "environment",
        connection(lists=[{"list": "TermLst", "items": {"a": "Cash"}}]),
        f'{NORWAY}.lists[0] ("TermLst"): the connection has no list "TermLst". Did you mean "TermList"? It has: {LISTS}',
    ),
    (
        "environment",
        connection(lists=[{"list": "Zzz", "items": {}}]),
        f'{NORWAY}.lists[0] ("Zzz"): the connection has no list "Zzz". It has: {LISTS}',
    ),
]


@pytest.mark.parametrize("task, options, message", MISSING)
def test_a_name_that_nothing_has_is_refused_with_the_nearest(task: str, options: Json, message: str) -> None:
    assert refused(None, task, options)[0] == message


def test_what_there_is_none_of_at_all() -> None:
    there = Installation("empty")
    message = there.refused({"connections": [{"id": 77, "description": "x"}]})
    assert message == "connections[0] (id 77): there is no connection with the id 77. There is no connection at all."
    message = there.refused({"connections": [{"name": "New", "connector": "Visma"}]})
    assert message == 'connections[0] ("New").connector: there is no connector "Visma". There are: none.'


# A word that nearly is one

WORDS: list[tuple[Json, str]] = [
    (
        customer(feilds=[]),
        f'{CUSTOMER} has an unknown key "feilds". Did you mean fields? Known are: erp, crm, enabled, fields, order, purge.',
    ),
    (
        connection(actors=[{"erp": "Custmer"}]),
        f'{NORWAY}.actors[0].erp is "Custmer". Did you mean Customer? Use one of: Customer, Supplier, Partner, Person, Project.',
    ),
    (
        connection(actors=[{"erp": "Zzz"}]),
        f'{NORWAY}.actors[0].erp is "Zzz". Use one of: Customer, Supplier, Partner, Person, Project.',
    ),
    (
        field("CITY", crm="city", direction="bth"),
        f'{CUSTOMER}.fields[0] (CITY).direction is "bth". Did you mean both? Use one of: none, to_crm, to_erp, both.',
    ),
    (
        {"document": {"conections": []}},
        'The document has an unknown key "conections". Did you mean connections? Known are: engine, connectors, connections, priority.',
    ),
    (
        {"document": {"zzz": []}},
        'The document has an unknown key "zzz". Known are: engine, connectors, connections, priority.',
    ),
]


@pytest.mark.parametrize("options, message", WORDS)
def test_a_word_that_is_none_is_refused_with_the_nearest_before_anything_is_sent(options: Json, message: str) -> None:
    told, there = refused(None, "environment", options)
    assert told == message and there.sent == []


def test_a_crm_key_that_nothing_names_is_told_with_the_nearest() -> None:
    there = Installation()
    there.converge(field("CITY", crm="citi", direction="both")["document"])
    assert there.warnings == [
        "CRM fields that no mapping of this installation names, and that may not exist: "
        f'{CUSTOMER}.fields[0] (CITY).crm is "citi" (did you mean city?). SuperOffice saves unknown keys without an error. '
        "Check the spelling."
    ]
