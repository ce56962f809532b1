# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Changes the order of priority of the connections."""

from __future__ import annotations

import typing as t

from .._client import errors
from .._plan.priority import reordered
from .._plan.steps import SavePriority, Target
from .._read.priority import read_ids_by_rank
from .context import Context


def save_priority(context: Context, step: SavePriority) -> None:
    """Save the order, and warn where the server does not show it."""
    declared = [Target(target.kind, target.name, context.id_of(target)) for target in step.order]
    by_id = {target.id: target for target in declared}
    present = [by_id.get(number, Target("connection", str(number), number)) for number in _present(context)]
    wanted_targets = reordered(present, declared)
    if wanted_targets is None:
        return
    wanted = [t.cast(int, target.id) for target in wanted_targets]
    send = context.writing.save_erp_connection_sync_priorities
    if not send(wanted):
        # Whether SuperOffice may be among them is not documented. Where it may not, the server
        # itself keeps its place.
        without = [number for number in wanted if number]
        if without == wanted or 0 in by_id or not send(without):
            raise errors.ErrorAnswer(
                "The server refused the order of the connections.", method="SaveErpConnectionSyncPriorities", attempts=1
            )
    shown = _present(context)
    if [number for number in shown if number in wanted] != [number for number in wanted if number in shown]:
        context.run.warn(
            "priority: the server accepted the order of the connections, but does not show it. So each run saves it again and reports "
            "it as changed."
        )


def _present(context: Context) -> tuple[int, ...]:
    """The connections in their order of priority, with those that this run has created."""
    there = [connection.listed.id for connection in context.current.connections or ()]
    new = [number for (kind, _name), number in context.created.items() if kind == "connection"]
    return read_ids_by_rank(context.run.lookups, [*there, *new])
