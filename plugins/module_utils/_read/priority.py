# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the order of priority of the connections."""

from __future__ import annotations

import typing as t

from .._agent.lookups import Lookups
from .._model.connection import Connection
from .._model.priority import Priority, completed, may_be_unranked


def read_priority(lookups: Lookups, connections: t.Sequence[Connection]) -> Priority:
    """The saved order, or on servers that do not tell it, the list sorted by rank.

    :param connections: all connections, as the server lists them.
    """
    there = [connection for connection in connections if not connection.deleted]
    ids, saved = _ids_by_rank(lookups, [connection.id for connection in there])
    return Priority(ids, saved or not may_be_unranked(ids, there))


def read_ids_by_rank(lookups: Lookups, known: t.Collection[int]) -> tuple[int, ...]:
    """The ids of :func:`read_priority`.

    :param known: the ids of all connections.
    """
    return _ids_by_rank(lookups, known)[0]


def _ids_by_rank(lookups: Lookups, known: t.Collection[int]) -> tuple[tuple[int, ...], bool]:
    ranking = lookups.ranking()
    return completed(ranking.ids, known) if ranking.saved else ranking.ids, ranking.saved
