# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The kinds of events of a watched installation, which of them are told, and what has to be read
for them.
"""

from __future__ import annotations

import typing as t

from . import health

FIRST_SEEN, UNREACHABLE, RECOVERED = "first_seen", "unreachable", "recovered"
ENGINE_STOPPED, ENGINE_STARTED, INTERVAL_CHANGED = "engine_stopped", "engine_started", "interval_changed"
ADDED, REMOVED, ACTIVATED, DEACTIVATED, SYNCHRONISED, STALE = (
    f"connection_{what}" for what in ("added", "removed", "activated", "deactivated", "synchronised", "stale")
)
MAPPING_CHANGED, LIST_CHANGED, PRIORITY_CHANGED = "mapping_changed", "list_changed", "priority_changed"
HEALTH_RAISED, HEALTH_CLEARED = "health_raised", "health_cleared"
KINDS = (
    FIRST_SEEN, UNREACHABLE, RECOVERED, ENGINE_STOPPED, ENGINE_STARTED, INTERVAL_CHANGED, ADDED, REMOVED, ACTIVATED, DEACTIVATED,
    SYNCHRONISED, STALE, MAPPING_CHANGED, LIST_CHANGED, PRIORITY_CHANGED, HEALTH_RAISED, HEALTH_CLEARED,
)  # fmt: skip
NOTHING, FIRST_ALONE, PROBLEMS = "nothing", "first_seen", "problems"
ON_START = (PROBLEMS, FIRST_ALONE, NOTHING)

# The parts of an installation that are read besides its engine, and the kinds of events that need
# each.
CONNECTIONS, SYNCS, MAPPINGS, LISTS, PRIORITY, HEALTH = "connections", "syncs", "mappings", "lists", "priority", "health"
_NEEDED = {
    CONNECTIONS: frozenset(KINDS[6:15]),
    SYNCS: frozenset((SYNCHRONISED, STALE)),
    MAPPINGS: frozenset((MAPPING_CHANGED,)),
    LISTS: frozenset((LIST_CHANGED,)),
    PRIORITY: frozenset((PRIORITY_CHANGED,)),
    HEALTH: frozenset((HEALTH_RAISED, HEALTH_CLEARED)),
}


class Rules(t.NamedTuple):
    """Which events are told: their kinds, after how many seconds a connection is stale, what the
    first look tells, which checks count.
    """

    kinds: frozenset[str]
    stale_after: int
    on_start: str = PROBLEMS
    checks: frozenset[str] = frozenset(health.CHECKS)


def parts(kinds: t.Collection[str]) -> frozenset[str]:
    """The parts of an installation that these kinds of events need."""
    return frozenset(part for part, needing in _NEEDED.items() if needing.intersection(kinds))
