# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Moves fields into an order with as few moves as possible.

How far the server moves a field at once is not documented, so it is found out: the order is read
before the first move, after the first move, after the first move by several places, and at the end.
Where the server moves by as many places as it is told, each field outside the longest part in order
is moved once. Where it moves by one place, that is one move for each pair in the wrong order.
"""

from __future__ import annotations

import typing as t

from .._model import order
from .._model.order import Move


class NotMoved(Exception):
    """The server accepts moves, and the order does not become as wanted."""


class Way:
    """What is known of how the server moves fields."""

    def __init__(self) -> None:
        # Whether moves have any effect.
        self.works = False
        # 1 where a positive direction moves a field down, as documented; -1 where it moves it up.
        self.sign = 1
        # The most places of one move; None until it is known, 0 where there is no limit.
        self.reach: int | None = None

    def moves(self, present: order.Order, target: order.Order) -> list[Move]:
        """The moves from one order to another."""
        if self.reach == 1:
            return order.single_moves(present, target)
        moves = order.far_moves(present, target)
        return [part for move in moves for part in _parts(move, self.reach)] if self.reach else moves

    def is_unknown(self, move: Move) -> bool:
        """Whether the effect of a move must be read."""
        return not self.works or (self.reach is None and abs(move.places) > 1)

    def learn(self, before: order.Order, after: order.Order, move: Move) -> None:
        """Learn from the effect of a move.

        :raises NotMoved: where it had none.
        """
        end = 0 if move.places > 0 else -1
        if list(before) == list(after):
            if self.works or self.sign != 1 or before[end] != move.field:
                raise NotMoved
            # The field stood at the end: perhaps the server reads directions the other way round.
            self.sign = -1
            return
        self.works = True
        shift = order.shift_between(before, after, move.field)
        if not shift:
            # Not a move by places, perhaps a swap of two fields; by one place both are the same.
            self.reach = 1
            return
        if (shift > 0) != (move.places > 0):
            self.sign = -self.sign
            if after[end] == move.field and self.sign == -1:
                # At the end of the list, the length of a move does not show.
                return
        if abs(move.places) > 1:
            self.reach = 0 if abs(shift) == abs(move.places) else abs(shift)


def bring_into_order(wanted: t.Sequence[int], read: t.Callable[[], list[int]], send: t.Callable[[int, int], None]) -> None:
    """Sort the wanted fields within their own places; other fields keep theirs.

    :param read: returns the present order of all fields.
    :param send: moves a field in a direction.
    :raises NotMoved: where the moves do not bring the order nearer to the wanted one.
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
            # Somebody else has added or removed a field.
            target = order.target_of(present, wanted)
        elif not looked and present != target and order.inversions(present, target) >= distance:
            break
    if not _in_order(present, wanted):
        raise NotMoved


def _in_order(present: order.Order, wanted: t.Sequence[int]) -> bool:
    chosen = set(wanted)
    return [field for field in present if field in chosen] == list(wanted)


def _parts(move: Move, reach: int) -> t.Iterator[Move]:
    """A move in parts of at most ``reach`` places."""
    left = abs(move.places)
    while left:
        part = min(left, reach)
        yield Move(move.field, part if move.places > 0 else -part)
        left -= part
