# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns the diff of one thing into rows, with the keys of a document."""

from __future__ import annotations

import typing as t

from ._who import UNKNOWN, Stamp

# Keys of a document whose values are dictionaries or null.
_DICTIONARIES = ("access", "config", "fields", "defaults", "items")
# Keys that rows omit.
_UNSAID = ("fields", "items", "defaults", "priority")


class Difference(t.NamedTuple):
    """One value: its place as a path of keys, both its values, and who changed it last."""

    what: str
    current: t.Any
    declared: t.Any
    stamp: Stamp = UNKNOWN

    def __str__(self) -> str:
        return f"{self.what + ': ' if self.what else ''}{words(self.current)} -> {words(self.declared)}"


def differences(
    before: t.Any, after: t.Any, path: tuple[str, ...] = (), stamps: t.Sequence[t.Mapping[str, t.Any]] = ()
) -> t.Iterator[Difference]:
    """The single values that differ between the two sides of a diff.

    :param stamps: who changed what, each with the keys that lead to it, as modules return them.
    """
    if path[-1:] and path[-1] in _DICTIONARIES and (isinstance(before, t.Mapping) or isinstance(after, t.Mapping)):
        before, after = before or {}, after or {}
    if isinstance(before, t.Mapping) and isinstance(after, t.Mapping):
        for key in dict.fromkeys([*before, *after]):
            if key not in before or key not in after or before[key] != after[key]:
                yield from differences(before.get(key), after.get(key), (*path, str(key)), stamps)
        return
    place = [key for key in path if key not in _UNSAID]
    if path[:1] == ("defaults",):
        place.insert(1, "default")
    yield Difference(", ".join(place), _plain(before), _plain(after), _of(path, stamps))


def _of(path: tuple[str, ...], stamps: t.Sequence[t.Mapping[str, t.Any]]) -> Stamp:
    """The stamp of what a path leads to, or of the smallest thing that has it."""
    above = [one for one in stamps if path[: len(one["path"])] == tuple(map(str, one["path"]))]
    return Stamp.told(max(above, key=lambda one: len(one["path"]))) if above else UNKNOWN


def _plain(value: t.Any) -> t.Any:
    """A value without the containers in which Ansible templates items on access."""
    if isinstance(value, t.Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def words(value: t.Any) -> str:
    """A value in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, t.Mapping):
        return ", ".join(f"{key}: {words(value[key])}" for key in value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(words, value)) or "nothing"
    return str(value) if str(value).strip() else "(empty)"
