# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Bringing fields into an order, on a server of which it is not documented how far a move goes.

The order is read before the first move, after the first one, after the first one by more than one place, and at the end; where the
server moves a field by as many places as it is told to, that is one move for each field outside the longest part that is in order
already; where it moves by one place only, one move for each pair that is in the wrong order. No order can be had with fewer.
"""

from __future__ import annotations

import typing as t

from .._model import order
from .._model.order import Move


class NotMoved(Exception):
    """The server accepts moves and the order does not become what it should."""


class Way:
    """How a server moves fields, as far as it is known."""

    def __init__(self) -> None:
        # Whether moves have any effect.
        self.works = False
        # Whether a positive direction moves a field down, as documented; otherwise up.
        self.sign = 1
        # The most places by which one move goes; None where it is not known yet, 0 where there is no limit.
        self.reach: int | None = None

    def moves(self, present: order.Order, target: order.Order) -> list[Move]:
        """The moves that lead from one order to the other."""
        if self.reach == 1:
            return order.single_moves(present, target)
        moves = order.far_moves(present, target)
        return [part for move in moves for part in _parts(move, self.reach)] if self.reach else moves

    def is_unknown(self, move: Move) -> bool:
        """Whether it must be looked at what a move does."""
        return not self.works or (self.reach is None and abs(move.places) > 1)

    def learn(self, before: order.Order, after: order.Order, move: Move) -> None:
        """Take in what a move did.

        :raises NotMoved: where it did nothing.
        """
        end = 0 if move.places > 0 else -1
        if list(before) == list(after):
            if self.works or self.sign != 1 or before[end] != move.field:
                raise NotMoved
            # Where a server reads directions the other way round, this field could go no farther.
            self.sign = -1
            return
        self.works = True
        shift = order.shift_between(before, after, move.field)
        if not shift:
            # Something else than a move by so many places, such as two fields changing places: by one it is the same.
            self.reach = 1
            return
        if (shift > 0) != (move.places > 0):
            self.sign = -self.sign
            if after[end] == move.field and self.sign == -1:
                # It might have gone farther, were it not at the end.
                return
        if abs(move.places) > 1:
            self.reach = 0 if abs(shift) == abs(move.places) else abs(shift)


def bring_into_order(wanted: t.Sequence[int], read: t.Callable[[], list[int]], send: t.Callable[[int, int], None]) -> None:
    """Bring the wanted fields into their order; they take each other's places, other fields keep theirs.

    :param read: the whole order as it is; the wanted fields are in it.
    :param send: moves a field in a direction.
    :raises NotMoved: where the order does not come nearer to what is wanted.
    """
    way = Way()
    present = read()
    target = list(present) if _in_order(present, wanted) else order.target_of(present, wanted)
    while present != target:
        distance = order.inversions(present, target)
        looked = True
        for move in way.moves(present, target):
            send(move.field, move.places * way.sign)
            before, expected = present, order.moved(present, move)
            looked = way.is_unknown(move)
            present = read() if looked else expected
            if looked:
                way.learn(before, present, move)
            if present != expected:
                break
        if not looked:
            present = read()
        if set(present) != set(target):
            # Somebody else has added a field, or removed one.
            target = order.target_of(present, wanted)
        elif not looked and present != target and order.inversions(present, target) >= distance:
            break
    if not _in_order(present, wanted):
        raise NotMoved


def _in_order(present: order.Order, wanted: t.Sequence[int]) -> bool:
    chosen = set(wanted)
    return [field for field in present if field in chosen] == list(wanted)


def _parts(move: Move, reach: int) -> t.Iterator[Move]:
    """A move in parts that are not longer than a move can be."""
    left = abs(move.places)
    while left:
        part = min(left, reach)
        yield Move(move.field, part if move.places > 0 else -part)
        left -= part
