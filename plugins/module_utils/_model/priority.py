# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The priority of the connections, as far as a server reveals it."""

from __future__ import annotations

import typing as t

from . import names
from .connection import Connection


class Priority(t.NamedTuple):
    """Connection ids, highest priority first; 0 is SuperOffice itself.

    ``certain`` is false if the server may have ignored the rank and used its usual order.
    """

    ids: tuple[int, ...]
    certain: bool


def completed(ranked: t.Sequence[int], known: t.Collection[int]) -> tuple[int, ...]:
    """A saved order without removed connections; unranked connections come last."""
    there = dict.fromkeys(number for number in ranked if number == 0 or number in known)
    return (*there, *sorted({*known}.difference(there)))


def may_be_unranked(ids: t.Sequence[int], connections: t.Sequence[Connection]) -> bool:
    """Whether a list requested by rank stands in one of the usual orders of listings."""
    shown = [number for number in ids if number]
    there = [connection for connection in connections if connection.id in shown]
    by_itself = (
        [connection.id for connection in there],
        sorted(shown),
        [connection.id for connection in sorted(there, key=lambda one: one.raw_name.casefold())],
        [connection.id for connection in sorted(there, key=lambda one: names.readable(one.raw_name).casefold())],
    )
    return len(shown) > 1 and shown in by_itself
