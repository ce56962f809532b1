# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests archives may save, and of which connections they may tell something: what decides whether they are read."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    NO_DEFAULT,
    DeclaredAccess,
    DeclaredActor,
    DeclaredConnection,
    DeclaredField,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.matched import Matched
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.bulk import Bulk
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.declared_connection import ConnectionReader

NOBODY = cast(Any, None)
CONNECTORS = (Connector(7, "Visma", None), Connector(8, "SAP", None))
LISTED = Connection(1, 7, "Norway", "", True, False, None)
INACTIVE = Connection(1, 7, "Norway", "", False, False, None)
WHOLE = Connection(1, 7, "Norway", "", True, False, None, whole={})

PLAIN = DeclaredField("place", "A")
WITH_DEFAULT = DeclaredField("place", "B", default=NO_DEFAULT)
BARE = DeclaredActor("place", "Customer")
TWO_DEFAULTS = DeclaredActor("place", "Customer", fields=(PLAIN, WITH_DEFAULT, WITH_DEFAULT))
ONE_IN_ORDER = DeclaredActor("place", "Customer", order=("A",))
IN_ORDER = DeclaredActor("place", "Customer", order=("A", "B"))
PURGED = DeclaredActor("place", "Customer", purge=True)


def item(**declared: Any) -> DeclaredConnection:
    return DeclaredConnection("connections[0]", Reference("Norway"), **declared)


def reader(declared: DeclaredConnection | None, listed: Connection, prune: frozenset[str] = frozenset()) -> ConnectionReader:
    wanted = DeclaredEnvironment(connections=() if declared is None else (declared,), prune=prune)
    return ConnectionReader(wanted, Matched(wanted, [listed], CONNECTORS), {}, NOBODY, NOBODY, set())


# What is declared of a connection, how many requests archives may save, and whether they may tell something of its mappings.
SAVED: list[tuple[DeclaredConnection | None, int, bool]] = [
    (None, 0, False),
    (item(), 0, False),
    (item(present=False, description="x", actors=(BARE,)), 0, False),
    # GetConnection, in whose place a listing stands.
    (item(description="x"), 1, False),
    (item(connector=Reference("Visma")), 1, False),
    (item(description="x", config={}), 0, False),
    (item(description="x", access=DeclaredAccess(everyone=True)), 0, False),
    # The actor types, their default values, and their ranks.
    (item(actors=(BARE,)), 1, True),
    (item(actors=(BARE, BARE)), 2, True),
    (item(actors=(TWO_DEFAULTS,)), 3, True),
    (item(actors=(ONE_IN_ORDER,)), 1, True),
    (item(actors=(IN_ORDER,)), 2, True),
    (item(actors=(PURGED,)), 2, True),
    (item(actors=(BARE, PURGED, IN_ORDER, TWO_DEFAULTS)), 7, True),
    (item(description="x", actors=(IN_ORDER,)), 3, True),
    # Nothing, where fields are read anew, and where a change rests on all that the agent tells.
    (item(refresh_fields=True, actors=(IN_ORDER,)), 0, False),
    (item(refresh_fields=True, description="x", actors=(IN_ORDER,)), 1, False),
    (item(connector=Reference("SAP"), actors=(IN_ORDER,)), 0, False),
    (item(active=True, actors=(BARE,)), 1, True),
    (item(active=False, actors=(BARE,)), 1, True),
]


@pytest.mark.parametrize(("declared", "saved", "wants"), SAVED)
def test_what_archives_may_save(declared: DeclaredConnection | None, saved: int, wants: bool) -> None:
    found = reader(declared, LISTED)
    assert (found.savable(LISTED), found.wants_archives(LISTED)) == (saved, wants)


@pytest.mark.parametrize(
    ("declared", "saved", "wants"),
    [
        (None, 0, False),
        # The ranks, and the summary with the actor types.
        (item(), 2, True),
        (item(actors=(BARE,)), 3, True),
        (item(actors=(IN_ORDER, PURGED)), 4, True),
        (item(description="x"), 3, True),
        (item(refresh_fields=True), 0, False),
    ],
)
def test_what_archives_may_save_where_mappings_are_pruned(declared: DeclaredConnection | None, saved: int, wants: bool) -> None:
    found = reader(declared, LISTED, prune=frozenset({"mappings"}))
    assert (found.savable(LISTED), found.wants_archives(LISTED)) == (saved, wants)
    # Others are pruned without their mappings.
    others = reader(item(), LISTED, prune=frozenset({"connections", "connectors"}))
    assert (others.savable(LISTED), others.wants_archives(LISTED)) == (0, False)


def test_what_archives_may_save_of_another_state() -> None:
    declared = item(active=True, description="x", actors=(IN_ORDER,))
    assert [reader(declared, there).savable(there) for there in (LISTED, INACTIVE, WHOLE)] == [3, 1, 2]
    assert [reader(declared, there).wants_archives(there) for there in (LISTED, INACTIVE, WHOLE)] == [True, False, True]
    # Deactivating rests on nothing.
    other = item(active=False, actors=(IN_ORDER,))
    assert reader(other, INACTIVE).savable(INACTIVE) == 2


@pytest.mark.parametrize(
    ("read_from", "worthwhile", "most_pages"),
    [
        ("agent", [False, False, False, False], [5, None]),
        # 12 requests more than what archives and the comparison take, which are 4.
        ("auto", [False, False, False, True], [5, None]),
        ("archive", [True, True, True, True], [None, None]),
    ],
)
def test_whether_archives_are_worth_reading(read_from: str, worthwhile: list[bool], most_pages: list[int | None]) -> None:
    bulk = Bulk(read_from, NOBODY, NOBODY)
    assert [bulk.is_worthwhile(reads) for reads in (0, 12, 16, 17)] == worthwhile
    assert [bulk.most_pages(reads) for reads in (5, None)] == most_pages
