# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Plans the order of priority of the connections."""

from __future__ import annotations

import collections
import typing as t

from .._model import names, stamp
from .._model.checks import DocumentError
from .._model.environment import CurrentEnvironment
from .._model.reference import Reference, refuse_twice
from .change import Change
from .directory import Directory
from .draft import Draft
from .steps import SavePriority, Target

# SuperOffice itself has a place among the connections.
SUPEROFFICE = Target("connection", "SuperOffice", 0)


def plan_priority(declared: t.Sequence[Reference], current: CurrentEnvironment, directory: Directory, draft: Draft, place: str) -> None:
    """Plan the declared connections in the declared order; undeclared ones keep their places.

    :param place: the place of the order, for messages.
    :raises DocumentError: for a connection that does not exist, or is named twice.
    """
    targets = [_declared(ref, directory, f"{place}[{index}]") for index, ref in enumerate(declared)]
    refuse_twice(declared, [_key(target) for target in targets], place, "connection")
    known = {connection.listed.id: connection.listed.name for connection in current.connections or ()}
    present = [
        SUPEROFFICE if number == 0 else Target("connection", known.get(number, str(number)), number) for number in current.priority or ()
    ]
    wanted = reordered(present, targets)
    if wanted is None:
        return
    names_after = [target.name if target.id in (None, 0) else directory.name("connection", target.id) for target in wanted]
    before = {"priority": [target.name for target in present]}
    draft.changes.append(Change("priority", "", before, {"priority": names_after}, {(): (stamp.CONFIGURATION,)}))
    draft.steps.append(SavePriority(tuple(targets)))
    if not current.priority_is_certain:
        draft.warnings.append(
            "priority: the server's list of the connections may not be in the order of their priority, and no archive tells the "
            "priority. If it is not, each run saves the priority again and reports it as changed."
        )


def _declared(ref: Reference, directory: Directory, place: str) -> Target:
    """The connection of a reference, or SuperOffice itself.

    Differences call it by its name, which a document must not take for a connection to come.
    """
    if ref.id == SUPEROFFICE.id:
        return SUPEROFFICE
    if ref.name is not None and names.folded(ref.name) == names.folded(SUPEROFFICE.name) and not directory.has("connection", ref.name):
        raise DocumentError(f"{place}: there is no connection {names.visible(ref.name)}. SuperOffice itself is 0, without quotes.")
    return directory.target("connection", ref, place)


def reordered(present: t.Sequence[Target], declared: t.Sequence[Target]) -> list[Target] | None:
    """The order to save; None where the present one is as declared.

    Whether a server's list shows SuperOffice itself is not documented. Where it does not, the place
    of SuperOffice cannot be compared; when the others are out of order, it is saved in front of the
    connection that follows it in the declaration.
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
    """The present order with the declared connections sorted in their own places; new ones last."""
    chosen = {_key(target) for target in declared}
    queue = collections.deque(declared)
    result = [queue.popleft() if _key(target) in chosen else target for target in present]
    # Declared connections without a place, and those that a new one has pushed out of theirs.
    return [*result, *queue]


def _key(target: Target) -> t.Hashable:
    return target.name if target.id is None else target.id
