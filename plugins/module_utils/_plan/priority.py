# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The priority's part of a plan."""

from __future__ import annotations

import collections
import typing as t

from .._model import names
from .._model.environment import CurrentEnvironment
from .._model.reference import Reference
from .change import Change
from .directory import Directory
from .steps import SavePriority, Step, Target

# SuperOffice itself has a place among the connections.
SUPEROFFICE = Target("connection", "SuperOffice", 0)


def plan_priority(declared: t.Sequence[Reference], current: CurrentEnvironment, directory: Directory) -> tuple[list[Step], list[Change]]:
    """The declared connections in the declared order; those that are not declared keep their places.

    :raises DocumentError: for a connection that does not exist.
    """
    targets = [
        SUPEROFFICE if ref.id == 0 else directory.target("connection", ref, f"priority[{index}]") for index, ref in enumerate(declared)
    ]
    known = {connection.listed.id: connection.listed for connection in current.connections or ()}
    present = [
        SUPEROFFICE
        if number == 0
        else Target("connection", names.readable(known[number].raw_name) if number in known else str(number), number)
        for number in current.priority or ()
    ]
    wanted = reordered(present, targets)
    if wanted is None:
        return [], []
    change = Change("priority", "", {"priority": [target.name for target in present]}, {"priority": [target.name for target in wanted]})
    return [SavePriority(tuple(targets))], [change]


def reordered(present: t.Sequence[Target], declared: t.Sequence[Target]) -> list[Target] | None:
    """The order to save; None where the present one is as declared.

    Whether a server's list shows SuperOffice itself is not documented. Where it does not, SuperOffice's place cannot be compared;
    it is saved, before the declared connection that follows it, when the others are out of order.
    """
    shown = any(target.id == SUPEROFFICE.id for target in present)
    compared = [target for target in declared if shown or target.id != SUPEROFFICE.id]
    wanted = ordered(present, compared)
    if [target.id for target in wanted] == [target.id for target in present]:
        return None
    if len(compared) < len(declared):
        place = next(index for index, target in enumerate(declared) if target.id == SUPEROFFICE.id)
        follower = declared[place + 1] if place + 1 < len(declared) else None
        wanted.insert(len(wanted) if follower is None else wanted.index(follower), SUPEROFFICE)
    return wanted


def ordered(present: t.Sequence[Target], declared: t.Sequence[Target]) -> list[Target]:
    """The present order with the declared things in the declared order, each in a place that one of them had; new ones come last."""

    def key(target: Target) -> t.Any:
        return target.name if target.id is None else target.id

    chosen = {key(target) for target in declared}
    queue = collections.deque(declared)
    result = [queue.popleft() if key(target) in chosen else target for target in present]
    # What is declared and has no place yet, and what a new one pushed out of its place.
    return [*result, *queue]
