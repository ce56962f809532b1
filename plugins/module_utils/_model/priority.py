# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The order of priority of the connections, as far as a server tells it."""

from __future__ import annotations

import typing as t

from . import names

if t.TYPE_CHECKING:
    from .connection import Connection


class Priority(t.NamedTuple):
    """Ids of the connections in the order of priority; 0 is SuperOffice itself.

    ``certain`` is false where it cannot be told whether the server listed the connections by rank, or as it always lists them.
    """

    ids: tuple[int, ...]
    certain: bool


def completed(ranked: t.Sequence[int], known: t.Collection[int]) -> tuple[int, ...]:
    """A saved order without what is gone; connections that have no rank yet come last."""
    there = dict.fromkeys(number for number in ranked if number == 0 or number in known)
    return (*there, *sorted({*known}.difference(there)))


def may_be_unranked(ids: t.Sequence[int], connections: t.Sequence[Connection]) -> bool:
    """Whether a list that was asked for by rank is in an order that lists have by themselves."""
    shown = [number for number in ids if number]
    there = [connection for connection in connections if connection.id in shown]
    by_itself = (
        [connection.id for connection in there],
        sorted(shown),
        [connection.id for connection in sorted(there, key=lambda one: one.raw_name.casefold())],
        [connection.id for connection in sorted(there, key=lambda one: names.readable(one.raw_name).casefold())],
    )
    return len(shown) > 1 and shown in by_itself
