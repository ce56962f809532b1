# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""How documents point to things."""

from __future__ import annotations

import typing as t

from ._checks import DocumentError, required_text


class Reference(t.NamedTuple):
    """How a document points to a thing: by name, or by id where names are not unique."""

    name: str | None = None
    id: int | None = None

    def __str__(self) -> str:
        return f'"{self.name}"' if self.name is not None else f"id {self.id}"


def text_or_id(value: t.Any, place: str) -> Reference:
    """The name of a thing, or its id: a number without quotes is an id, in quotes it is a name."""
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise DocumentError(f"{place} is {value}; an id is not negative.")
        return Reference(id=value)
    return Reference(name=required_text({"value": value}, "value", place, whole=True))
