# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The display order of fields, and the fewest moves from one order to another."""

from __future__ import annotations

import bisect
import typing as t

from .._wire import members
from . import field_mapping
from .checks import DocumentError
from .reference import refuse_twice

Ranks = t.Mapping[int, t.Optional[int]]
Order = t.Sequence[int]


def declared_fields(mapping: members.Carrier, declared: t.Sequence[str], place: str) -> list[members.Carrier]:
    """The declared fields of a mapping, in declared order.

    :raises DocumentError: if a field does not exist, or is declared twice.
    """
    fields = members.carriers(mapping, "FieldMappings") or []
    index = field_mapping.FieldIndex(fields)
    positions = [index.find(key, place) for key in declared]
    # A key and a name may mean the same field.
    refuse_twice([f'"{key}"' for key in declared], positions, place, "ERP field")
    return [fields[position] for position in positions]


def sequence(mapping: members.Carrier, ranks: Ranks) -> list[int]:
    """The ids of all ranked fields of a mapping, by rank.

    Fields of equal rank stand in the server's order.
    """
    places = {field_id: place for place, field_id in enumerate(field_mapping.field_ids(mapping))}
    known = [(rank, place, field_id) for field_id, place in places.items() for rank in [ranks.get(field_id)] if rank is not None]
    return [field_id for _rank, _place, field_id in sorted(known)]


def key_of(field: members.Carrier) -> str:
    """The key of a field."""
    return members.text(field, "ErpFieldKey") or ""


def id_of(field: members.Carrier) -> int:
    """The id of a field; 0 if the server has not stored it yet."""
    return members.number(field, "ErpFieldId") or 0


def present_order(mapping: members.Carrier, ranks: Ranks, fields: t.Sequence[members.Carrier], place: str, trouble: str) -> list[str]:
    """The keys of those of the fields that have an id, in present order.

    :param trouble: why the ranks cannot be read; blank if they can.
    :raises DocumentError: if a rank is unknown: moving the field would garble the order.
    """
    stored = {id_of(field): key_of(field) for field in fields if id_of(field)}
    unknown = [key for field_id, key in stored.items() if ranks.get(field_id) is None]
    if unknown:
        raise DocumentError(unreadable(place, trouble, unknown))
    return [stored[field_id] for field_id in sequence(mapping, ranks) if field_id in stored]


def unreadable(place: str, trouble: str, without_rank: t.Sequence[str] = ()) -> str:
    """The error for a declared order while the present one cannot be read.

    :param trouble: why no rank can be read; blank if only some fields have none.
    """
    told = f"{place}: the order of the fields cannot be read, and so it cannot be changed."
    if trouble:
        return f"{told} {trouble} Let the user read the archive ErpField, or leave order out."
    return f"{told} The archive ErpField has no rank of {', '.join(without_rank)}. Rank the fields once in SuperOffice, or leave order out."


def same_ranks(ranks: Ranks, fields: t.Sequence[members.Carrier]) -> list[str]:
    """The keys of fields that share a rank."""
    known = [ranks.get(id_of(field)) for field in fields]
    return [key_of(field) for field, rank in zip(fields, known) if rank is not None and known.count(rank) > 1]


# Moves


class Move(t.NamedTuple):
    """Moves a field up (negative) or down (positive) by a number of places."""

    field: int
    places: int


def target_of(present: Order, wanted: Order) -> list[int]:
    """The wanted order of all fields: declared fields share their places, others keep theirs."""
    chosen, queue = set(wanted), iter(wanted)
    return [next(queue) if field in chosen else field for field in present]


def moved(present: Order, move: Move) -> list[int]:
    """The order after a move."""
    rest = [field for field in present if field != move.field]
    rest.insert(present.index(move.field) + move.places, move.field)
    return rest


def shift_between(before: Order, after: Order, field: int) -> int | None:
    """By how many places the field has moved; None if anything else changed."""
    if field not in after or [one for one in before if one != field] != [one for one in after if one != field]:
        return None
    return after.index(field) - before.index(field)


def inversions(present: Order, target: Order) -> int:
    """The number of pairs in the wrong order, which is the fewest moves by one place."""
    places = {field: place for place, field in enumerate(target)}
    passed: list[int] = []
    count = 0
    for field in present:
        place = bisect.bisect(passed, places[field])
        count += len(passed) - place
        passed.insert(place, places[field])
    return count


def single_moves(present: Order, target: Order) -> list[Move]:
    """The fewest moves by one place each: as many as there are :func:`inversions`."""
    current = list(present)
    moves: list[Move] = []
    for place, field in enumerate(target):
        there = current.index(field, place)
        moves += [Move(field, -1)] * (there - place)
        current.insert(place, current.pop(there))
    return moves


def far_moves(present: Order, target: Order) -> list[Move]:
    """The fewest moves of any distance: one for each field outside a longest ordered part.

    A server may move by one place only, so the first place of the first move is one that is needed
    in any case; of such moves the farthest comes first.
    """
    places = {field: place for place, field in enumerate(target)}
    kept = _longest_in_order(present, places)
    left = [field for field in target if field not in kept]
    first = max(
        (move for field in left for move in [_into_place(present, field, kept, places)] if _is_useful(present, move, places)),
        key=lambda move: abs(move.places),
        default=None,
    )
    if first is not None:
        left.remove(first.field)
        left.insert(0, first.field)
    current = list(present)
    moves: list[Move] = []
    for field in left:
        move = _into_place(current, field, kept, places)
        current = moved(current, move)
        kept.add(field)
        moves.append(move)
    return moves


def _into_place(current: Order, field: int, kept: t.Collection[int], places: t.Mapping[int, int]) -> Move:
    """The shortest move that puts a field between those that stay."""
    there = current.index(field)
    rest = [one for one in current if one != field]
    lowest, highest = 0, len(rest)
    for place, one in enumerate(rest):
        if one in kept:
            if places[one] < places[field]:
                lowest = place + 1
            else:
                highest = place
                break
    return Move(field, min(max(there, lowest), highest) - there)


def _is_useful(present: Order, move: Move, places: t.Mapping[int, int]) -> bool:
    """Whether the first place of a move is needed. A field outside the longest part does move."""
    there = present.index(move.field)
    step = 1 if move.places > 0 else -1
    return (places[present[there + step]] - places[move.field]) * step < 0


def _longest_in_order(present: Order, places: t.Mapping[int, int]) -> set[int]:
    """A longest subsequence of the present order that is in the wanted order."""
    ends: list[int] = []
    fields: list[int] = []
    before: dict[int, int | None] = {}
    for field in present:
        length = bisect.bisect(ends, places[field])
        before[field] = fields[length - 1] if length else None
        # Longer than any other so far, or as long as one that ends later.
        ends[length : length + 1] = [places[field]]
        fields[length : length + 1] = [field]
    found: set[int] = set()
    last = fields[-1] if fields else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found
