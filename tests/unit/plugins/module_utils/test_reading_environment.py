# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read for a document: only what it declares."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import Person
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import DeclaredAccess, DeclaredConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.environment import Reader
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
