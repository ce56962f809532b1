# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing fields into an order, on servers that move them in each way that the documentation leaves open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.moving import NotMoved, Way, bring_into_order
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import order
from hypothesis import given
from hypothesis import strategies as st

Moving = Callable[[list[int], int, int], list[int]]


def far(fields: list[int], field: int, direction: int) -> list[int]:
    """By as many places as it is told."""
    there = fields.index(field)
    rest = [one for one in fields if one != field]
    rest.insert(max(0, min(there + direction, len(rest))), field)
    return rest


def at_most(places: int) -> Moving:
    return lambda fields, field, direction: far(fields, field, max(-places, min(places, direction)))


def reverse(moving: Moving) -> Moving:
    return lambda fields, field, direction: moving(fields, field, -direction)


def swap(fields: list[int], field: int, direction: int) -> list[int]:
    """The field changes places with the one that is so far away."""
    there = fields.index(field)
    other = fields[max(0, min(there + direction, len(fields) - 1))]
    return [{field: other, other: field}.get(one, one) for one in fields]


MOVING: dict[str, Moving] = {
    "far": far,
    "by one": at_most(1),
    "by three at most": at_most(3),
    "far, reverse": reverse(far),
    "by one, reverse": reverse(at_most(1)),
    "swap": swap,
}


class Server:
    """Fields in an order, how it moves them, and what it was asked."""

    def __init__(self, fields: list[int], moving: Moving) -> None:
        self.fields, self.moving = fields, moving
        self.reads = self.moves = 0

    def read(self) -> list[int]:
        self.reads += 1
        return list(self.fields)

    def send(self, field: int, direction: int) -> None:
        self.moves += 1
        assert direction
        self.fields = self.moving(self.fields, field, direction)


orders = st.integers(2, 9).flatmap(
    lambda number: st.tuples(st.permutations(range(number)), st.permutations(range(number)), st.integers(2, 9))
)


@given(st.sampled_from(sorted(MOVING)), orders)
def test_declared_fields_take_each_others_places_and_others_keep_theirs(how: str, drawn: tuple[list[int], list[int], int]) -> None:
    present, wanted = drawn[0], drawn[1][: drawn[2]]
    target = order.target_of(present, wanted)
    if [one for one in present if one in wanted] == list(wanted):
        assert target == list(present)
    assert [one for one in target if one in wanted] == list(wanted)
    assert all(one == there for one, there in zip(present, target, strict=True) if one not in wanted)
    server = Server(list(present), MOVING[how])
    bring_into_order(wanted, server.read, server.send)
    assert server.fields == target
    fewest = {"far": len(present) - longest(present, target), "by one": order.inversions(present, target)}
    assert server.moves == fewest.get(how, server.moves)
    assert server.reads <= 5


@given(orders)
def test_no_field_goes_farther_than_it_must(drawn: tuple[list[int], list[int], int]) -> None:
    current = drawn[0]
    target = order.target_of(current, drawn[1][: drawn[2]])
    moves = order.far_moves(current, target)
    in_order = set(current) - {move.field for move in moves}
    for move in moves:
        in_order.add(move.field)
        step = 1 if move.places > 0 else -1
        ends = [order.moved(current, order.Move(move.field, places)) for places in range(0, move.places + step, step)]
        fits = [[one for one in end if one in in_order] == [one for one in target if one in in_order] for end in ends]
        assert fits == [False] * abs(move.places) + [True]
        current = ends[-1]
    assert current == target


def longest(present: list[int], target: list[int]) -> int:
    """The longest part in order, by looking at all of them."""
    places = [target.index(one) for one in present]
    best: list[int] = []
    for end, place in enumerate(places):
        best.append(1 + max((best[before] for before in range(end) if places[before] < place), default=0))
    return max(best)


@given(orders)
def test_a_server_that_does_nothing_is_noticed_after_the_first_move(drawn: tuple[list[int], list[int], int]) -> None:
    # Fields at the ends, which do not move, leave room for the move of a server that reads directions the other way round.
    present, wanted = [-1, *drawn[0], -2], [-1, *drawn[1], -2]
    server = Server(present, lambda fields, _field, _direction: fields)
    if present == wanted:
        return
    with pytest.raises(NotMoved):
        bring_into_order(wanted, server.read, server.send)
    assert (server.moves, server.reads) == (1, 2)


def test_a_field_that_has_no_room_the_other_way_is_moved_both_ways_before_a_server_is_said_to_do_nothing() -> None:
    server = Server([0, 1], lambda fields, _field, _direction: fields)
    with pytest.raises(NotMoved):
        bring_into_order([1, 0], server.read, server.send)
    assert (server.moves, server.reads) == (2, 3)


def test_a_server_that_stops_moving_is_noticed() -> None:
    def lazy(fields: list[int], field: int, direction: int) -> list[int]:
        return at_most(1)(fields, field, direction) if server.moves < 3 else fields

    server = Server(list(range(9)), lazy)
    with pytest.raises(NotMoved):
        bring_into_order(list(reversed(range(9))), server.read, server.send)
    assert server.moves < 150


def test_a_first_move_by_two_places_shows_how_far_a_server_moves() -> None:
    server = Server(list(range(9)), far)
    bring_into_order([2, 0, 1, 5, 3, 4, 8, 6, 7], server.read, server.send)
    assert (server.fields, server.moves, server.reads) == ([2, 0, 1, 5, 3, 4, 8, 6, 7], 3, 3)


def test_after_moves_by_one_place_nothing_is_read_until_the_end() -> None:
    server = Server([1, 0, 3, 2, 5, 4], far)
    bring_into_order(list(range(6)), server.read, server.send)
    assert (server.fields, server.moves, server.reads) == (list(range(6)), 3, 3)


@pytest.mark.parametrize("how, moves, reads", [("far", 3, 4), ("by one", 5, 4), ("by three at most", 3, 4)])
def test_what_is_known_of_a_server_serves_again_where_somebody_else_adds_a_field(how: str, moves: int, reads: int) -> None:
    def disturbed(fields: list[int], field: int, direction: int) -> list[int]:
        # In place of the second move.
        return [9, *fields] if server.moves == 2 else MOVING[how](fields, field, direction)

    server = Server([0, 1, 2, 3, 4, 5, 6], disturbed)
    bring_into_order([2, 0, 1, 5, 3, 4, 6], server.read, server.send)
    assert server.fields == [9, 2, 0, 1, 5, 3, 4, 6]
    assert (server.moves, server.reads) == (moves, reads)


@pytest.mark.parametrize("how, moves", [("by one", 23_436), ("far", 216)])
def test_many_fields_in_reverse_order(how: str, moves: int) -> None:
    server = Server(list(range(217)), MOVING[how])
    bring_into_order(list(reversed(range(217))), server.read, server.send)
    assert server.fields == list(reversed(range(217)))
    assert (server.moves, server.reads) == (moves, 3)


@pytest.mark.parametrize(
    ("reach", "places"),
    [(None, [8]), (0, [8]), (3, [3, 3, 2]), (4, [4, 4]), (7, [7, 1]), (8, [8]), (9, [8])],
)
def test_a_move_is_sent_in_parts_that_the_server_can_do(reach: int | None, places: list[int]) -> None:
    way = Way()
    way.reach = reach
    up, down = [9, *range(1, 9)], [*range(2, 10), 1]
    assert way.moves(range(1, 10), down) == [order.Move(1, part) for part in places]
    assert way.moves(range(1, 10), up) == [order.Move(9, -part) for part in places]
    # A server that swaps two fields moves each by one place.
    way.reach = 1
    assert way.moves(range(1, 10), down) == [order.Move(field, -1) for field in range(2, 10)]
