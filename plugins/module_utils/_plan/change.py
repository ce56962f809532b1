# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A change of one thing, as tasks report it."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

from .._model.stamp import Keys, Row, Rows, Stamp, Stamps, newest


class Change(t.NamedTuple):
    """The values of one thing that differ, before and after, with the keys of a document.

    A thing that is created has an empty ``before``, a removed one an empty ``after``. ``rows`` are
    the rows of the database that hold the values before, by the keys that lead to these.
    """

    kind: str
    name: str
    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]
    rows: Rows = MappingProxyType({})

    @property
    def action(self) -> str:
        """``create``, ``update`` or ``remove``."""
        if not self.before:
            return "create"
        return "update" if self.after else "remove"

    @property
    def changed_fields(self) -> list[str]:
        """The keys whose values differ, in order."""
        keys = dict.fromkeys([*self.before, *self.after])
        return [key for key in keys if self.before.get(key) != self.after.get(key) or (key in self.before) != (key in self.after)]

    def stamped(self, stamps: Stamps) -> list[tuple[Keys, Stamp]]:
        """Who changed the values last, and when, by the keys that lead to them, as far as known."""
        known = ((keys, newest(stamps[row] for row in rows if row in stamps)) for keys, rows in self.rows.items())
        return [(keys, stamp) for keys, stamp in known if any(stamp)]


def rows_of(changes: t.Iterable[Change]) -> dict[Row, None]:
    """The rows of the database that hold what differs, each once."""
    return dict.fromkeys(row for change in changes for rows in change.rows.values() for row in rows)
