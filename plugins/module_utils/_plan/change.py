# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A change of one thing, as tasks report it."""

from __future__ import annotations

import typing as t


class Change(t.NamedTuple):
    """The values of one thing that differ, before and after, with the keys of a document.

    A thing that is created has an empty ``before``, a removed one an empty ``after``.
    """

    kind: str
    name: str
    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]

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
