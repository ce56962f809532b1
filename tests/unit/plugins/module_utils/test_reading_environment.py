# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read for a document: only what it declares."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import Person
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    DeclaredAccess,
    DeclaredConnection,
    DeclaredConnector,
    DeclaredList,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._read import environment
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.environment import Reader, needed_methods
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport

Call = tuple[str, dict[str, Any], Any]

SALES = (Reference("Sales"),)
LISTED: Call = ("GetAllConnections", {"IncludeDeleted": False}, [])
GROUPS: Call = ("list usergroup", {}, [{"Id": 5, "Name": "Sales"}])
USERS: Call = ("list associate", {}, [{"Id": 6, "Name": "ANNA"}])


@pytest.mark.parametrize(
    ("access", "script", "groups", "users"),
    [
        (DeclaredAccess(user_groups=SALES), [GROUPS], [5], None),
        (DeclaredAccess(users=SALES), [USERS], None, [6]),
        (DeclaredAccess(user_groups=SALES, users=SALES), [GROUPS, USERS], [5], [6]),
        (DeclaredAccess(everyone=True, user_groups=(), users=()), [], None, None),
    ],
)
def test_groups_and_users_are_read_where_they_are_declared(access: DeclaredAccess, script: Any, groups: Any, users: Any) -> None:
    declared = DeclaredEnvironment(connections=(DeclaredConnection("connections[0]", Reference("Norway"), access=access),))
    with ScriptedTransport(LISTED, *script) as transport:
        current = Reader(transport.reading, transport.lookups, set()).read(declared)
    assert [ids(current.user_groups), ids(current.users)] == [groups, users]


def test_nothing_is_read_for_what_shall_go() -> None:
    access = DeclaredAccess(users=SALES)
    item = DeclaredConnection("connections[0]", Reference("Norway"), access=access, config={"A": "a"}, present=False)
    there = {"ErpConnectionId": 1, "ErpConnectorId": 7, "DisplayName": "Norway", "Active": False, "Deleted": False}
    with ScriptedTransport(("GetAllConnections", {"IncludeDeleted": False}, [there])) as transport:
        current = Reader(transport.reading, transport.lookups, set()).read(DeclaredEnvironment(connections=(item,)))
    assert (current.config_fields, current.users) == ({}, None)


def ids(people: tuple[Person, ...] | None) -> list[int] | None:
    return None if people is None else [person.id for person in people]


# Connections of which an archive tells, and which are read whole all the same


CONNECTORS = (Connector(7, "Visma", None), Connector(8, "SAP", None))
NORWAY, SWEDEN = Connection(1, 7, "Norway", "of Visma", True, False, None), Connection(2, 8, "Sweden", "", False, False, None)


def norway(**declared: Any) -> DeclaredConnection:
    return DeclaredConnection("connections[0]", Reference("Norway"), **declared)


NEW = DeclaredConnection("connections[1]", Reference("Denmark"))


@pytest.mark.parametrize(
    ("connections", "prune", "stored_names", "needed"),
    [
        ((norway(),), (), True, set()),
        ((norway(active=True),), (), True, set()),
        ((norway(active=False),), (), True, {1}),
        ((norway(description="of Visma", connector=Reference("Visma")),), (), True, set()),
        ((norway(description="other"),), (), True, {1}),
        ((norway(connector=Reference("SAP")),), (), True, {1}),
        ((norway(present=False),), (), True, {1}),
        # An inactive one is warned of, unless it is declared so.
        ((DeclaredConnection("connections[0]", Reference("Sweden")),), (), True, {2}),
        ((DeclaredConnection("connections[0]", Reference("Sweden"), active=False),), (), True, set()),
        ((norway(),), ("connections",), True, {2}),
        ((norway(),), ("connectors", "mappings"), True, set()),
        (None, ("connections",), True, {1, 2}),
        (None, (), True, set()),
        # A new one could be a twin.
        ((norway(), NEW), (), True, {1, 2}),
        ((norway(), NEW._replace(elsewhere=True)), (), True, set()),
        # In another language it may be there.
        ((norway(), NEW._replace(elsewhere=True)), (), False, {1, 2}),
        ((norway(), NEW._replace(present=False)), (), False, {1, 2}),
        ((norway(), NEW._replace(present=False)), (), True, set()),
        ((norway(),), (), False, set()),
    ],
)
def test_which_connections_are_read_whole(connections: Any, prune: Any, stored_names: bool, needed: set[int]) -> None:
    declared = DeclaredEnvironment(connections=connections, prune=frozenset(prune))
    assert environment._needed(declared, [NORWAY, SWEDEN], CONNECTORS, stored_names) == needed


def test_lists_need_methods_that_some_versions_lack() -> None:
    lists = (DeclaredList("connections[0].lists[0]", "Terms", {}), DeclaredList("", "Other", {}))
    declared = DeclaredEnvironment(connections=(norway(), NEW._replace(lists=lists)))
    methods = ("GetConnectionListMappings", "SaveConnectionListMappings")
    assert needed_methods(declared) == [(method, place) for place in ("connections[0].lists[0]", "list") for method in methods]
    assert needed_methods(DeclaredEnvironment()) == []


# Hidden secrets


CONFIG_FIELDS = [{"FieldKey": "Password", "FieldType": "Password"}, {"FieldKey": "Company", "FieldType": "Text"}]
WHOLE = {"ErpConnectionId": 1, "ErpConnectorId": 7, "DisplayName": "Norway", "Active": True, "Deleted": False}
BY_ID: Call = ("TestConnectionById", {"ErpConnectionId": 1}, False)


def by_config(works: bool) -> Call:
    config = {"Company": "1", "Password": "Hemmelig"}
    return ("TestConnectionByConfig", {"ErpConnectionId": 7, "ConfigFields": config}, works)


@pytest.mark.parametrize(
    ("update_secrets", "config", "shown", "script", "outdated"),
    [
        # The connection works with the declared secrets only.
        ("when_changed", {"Password": "Hemmelig"}, "", [BY_ID, by_config(True)], True),
        ("when_changed", {"Password": "Hemmelig"}, "", [BY_ID, by_config(False)], False),
        ("when_changed", {"Password": "Hemmelig"}, "", [(*BY_ID[:2], True)], False),
        # Nothing is hidden, or no secret declared.
        ("when_changed", {"Password": "Hemmelig"}, "Hemmelig", [], False),
        ("when_changed", {"Password": ""}, "", [], False),
        ("when_changed", {"Company": "1"}, "", [], False),
        ("always", {"Password": "Hemmelig"}, "", [], False),
        ("on_create", {"Password": "Hemmelig"}, "", [], False),
    ],
)
def test_whether_hidden_secrets_differ(update_secrets: str, config: Any, shown: str, script: list[Call], outdated: bool) -> None:
    declared = DeclaredEnvironment(connections=(norway(config=config),), update_secrets=update_secrets)
    carrier = {**WHOLE, "ConfigFields": {"Company": "1", "Password": shown}}
    listed = ("GetAllConnections", {"IncludeDeleted": False}, [WHOLE])
    fields = ("GetConfigurationFields", {"ErpConnectorId": 7}, CONFIG_FIELDS)
    secrets: set[str] = set()
    with ScriptedTransport(listed, fields, ("GetConnection", {"ErpConnectionId": 1}, carrier), *script) as transport:
        current = Reader(transport.reading, transport.lookups, secrets).read(declared)
    [found] = current.connections or ()
    assert (found.carrier, found.secrets_outdated) == (carrier, outdated)
    assert secrets == {text for text in (config.get("Password"), shown) if text}


@pytest.mark.parametrize("config", [None, {"Company": "1"}])
@pytest.mark.parametrize("renewed", [False, True])
def test_a_silent_connector_is_told_where_its_fields_are_needed(config: Any, renewed: bool) -> None:
    settings: Any = {"description": "x"} if config is None else {"config": config}
    url = (DeclaredConnector("connectors[0]", Reference("Visma"), url="https://new"),) if renewed else None
    listing: list[Call] = [("GetAllConnectors", {}, [{"Id": 7, "Name": "Visma", "ToolTip": "https://old"}])] * renewed
    silent = errors.ErrorAnswer("It does not answer.", method="GetConfigurationFields", http_status=500)
    script = [
        *listing,
        ("GetAllConnections", {"IncludeDeleted": False}, [WHOLE]),
        ("GetConfigurationFields", {"ErpConnectorId": 7}, silent),
    ]
    declared = DeclaredEnvironment(connections=(norway(**settings),), connectors=url)
    fails = config is not None and not renewed
    whole = [] if fails else [("GetConnection", {"ErpConnectionId": 1}, WHOLE)]
    with ScriptedTransport(*script, *whole) as transport:
        reader = Reader(transport.reading, transport.lookups, set())
        if fails:
            with pytest.raises(errors.ErrorAnswer) as caught:
                reader.read(declared)
            told = "connections[0].config cannot be checked, since its connector does not answer. It does not answer."
            assert caught.value.message == told
        else:
            unknown: Any = reader.read(declared).config_fields[7]
            assert (unknown.why, unknown.later) == ("It does not answer.", renewed)
