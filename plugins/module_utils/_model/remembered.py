# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What is remembered of a watched installation: plain values by their places, such as
``connection/3`` or ``mapping/3/Customer``.

They may come from a file that anybody may have changed, so their shape is checked. A shape is a
type, a tuple of shapes of which one has to fit, a list with the shape of its items, or a dictionary
with the shapes of its values by their names.
"""

from __future__ import annotations

import typing as t

from .event_kinds import CONNECTIONS, HEALTH, LISTS, MAPPINGS, PRIORITY, SYNCS, Rules, parts
from .since import read_back

Entries = t.Mapping[str, t.Any]
Commit = dict[str, t.Any]
"""Values to remember by their places; None forgets one."""

# The first words of the places where each part is remembered.
PLACES = {
    CONNECTIONS: ("connection",), SYNCS: ("sync", "stale"), MAPPINGS: ("mapping",), LISTS: ("list",), PRIORITY: ("priority",),
    HEALTH: ("finding", "checks"),
}  # fmt: skip
# Those whose second word is the number of a connection.
_OF_A_CONNECTION = ("sync", "stale", "mapping", "list")
# The value that findings share where nothing has changed between them.
SAME = "same"


class _Moment:
    """Stands for a text that :func:`since.spelt` has written."""


_MAYBE_TEXT = (str, None)
_NUMBER, _NAME = "number", "name"
_BY_NUMBER, _BY_NUMBERS, _BY_NAME = (_NUMBER,), (_NUMBER, _NUMBER), (_NUMBER, _NAME)
# By the first word of a place: what may follow it (None: anything), and the shape of the value.
_SHAPES: dict[str, tuple[tuple[str, ...] | None, t.Any]] = {
    "seen": ((), _Moment),
    "reachable": ((), bool),
    "by_agent": ((), bool),
    "engine": ((), {"running": bool, "since": (_Moment, None)}),
    "interval": ((), int),
    "connection": (_BY_NUMBER, {"name": str, "active": bool, "since": (_Moment, None), "known": [str]}),
    "sync": (_BY_NUMBER, str),
    "stale": (_BY_NUMBER, bool),
    "mapping": (_BY_NAME, {"crm": _MAYBE_TEXT, "enabled": bool, "order": _MAYBE_TEXT, "fields": {str: str}}),
    "list": (_BY_NUMBERS, {"name": _MAYBE_TEXT, "actor": _MAYBE_TEXT, "items": str}),
    "priority": ((), [int]),
    "finding": (
        None,
        {
            "severity": str, "check": str, "what": str, "since": _MAYBE_TEXT, "todo": _MAYBE_TEXT, SAME: str,
            "where": {"kind": str, "name": _MAYBE_TEXT, "id": (int, None)},
        },
    ),
    "known": ((), [str]),
    "checks": ((), [str]),
}  # fmt: skip


def applied(entries: Entries, commit: Commit) -> dict[str, t.Any]:
    """The entries once a step is told."""
    return {place: value for place, value in {**entries, **commit}.items() if value is not None}


def is_of(place: str, number: int) -> bool:
    """Whether a place belongs to a connection; its own place does not."""
    words = place.split("/")
    return words[0] in _OF_A_CONNECTION and words[1] == str(number)


def only(entries: Entries, rules: Rules) -> dict[str, t.Any]:
    """The entries without those that are no longer watched."""
    wanted = parts(rules.kinds)
    gone = {name for part, names in PLACES.items() if part not in wanted for name in names}
    found = {place: value for place, value in entries.items() if place.split("/")[0] not in gone}
    if "checks" in found:
        found["checks"] = [check for check in found["checks"] if check in rules.checks]
        found = {place: value for place, value in found.items() if not place.startswith("finding/") or value["check"] in rules.checks}
    for place, value in found.items():
        if place.startswith("connection/"):
            found[place] = {**value, "known": [part for part in value["known"] if part in wanted]}
    if "known" in found:
        found["known"] = [part for part in found["known"] if part in wanted]
    return found


def is_whole(entries: t.Any) -> bool:
    """Whether entries have the right shape, so that a look can be compared with them."""
    return isinstance(entries, dict) and all(map(_fits_place, entries, entries.values())) and _is_complete(entries)


def _fits_place(place: str, value: t.Any) -> bool:
    first, *words = place.split("/")
    following, shape = _SHAPES.get(first, ((), ()))
    return _follows(words, following) and _fits(value, shape)


def _follows(words: list[str], following: tuple[str, ...] | None) -> bool:
    if following is None:
        return True
    # The name at the end may contain anything.
    parts = "/".join(words).split("/", len(following) - 1) if following and words else words
    return len(parts) == len(following) and all(
        kind == _NAME or (part.isascii() and part.isdigit() and len(part) < 20) for part, kind in zip(parts, following)
    )


def _is_complete(entries: t.Mapping[str, t.Any]) -> bool:
    """Whether nothing refers to an entry that is missing."""
    connections = {place.split("/")[1] for place in entries if place.startswith("connection/")}
    owned = {place.split("/")[1] for place in entries if place.split("/")[0] in _OF_A_CONNECTION}
    return owned <= connections and ("seen" in entries or not entries.keys() - {"reachable"})


def _fits(value: t.Any, shape: t.Any) -> bool:
    if isinstance(shape, tuple):
        return any(_fits(value, one) for one in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(one, shape[0]) for one in value)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return False
        if str in shape:
            return all(_fits(one, shape[str]) for one in value.values())
        return value.keys() == shape.keys() and all(_fits(value[name], one) for name, one in shape.items())
    if shape is None:
        return value is None
    if shape is _Moment:
        return isinstance(value, str) and _is_moment(value)
    return isinstance(value, shape) and (shape is bool or not isinstance(value, bool))


def _is_moment(text: str) -> bool:
    try:
        read_back(text)
    except ValueError:
        return False
    return True
