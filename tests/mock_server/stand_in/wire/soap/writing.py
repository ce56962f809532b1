# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes typed values, as the methods return them, as elements."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ... import durations
from ...carriers import CARRIERS, NET_TYPES, ROOT_CARRIERS
from ...encoding import empty
from ...errors import Refusal
from .schema import ARRAYS, DICTIONARIES, NOT_NILLABLE, Schema, enum_words

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile('[&<>\r"]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;", '"': "&quot;"}
_RIGHTS = ("TableRight", "FieldProperties")
_TABLE_RIGHT = {"Mask": "Select Update Insert Delete", "Reason": ""}
_FULL = {"Mask": "Read Write", "Reason": ""}


def escape(text: str) -> str:
    """The text escaped for XML; a Refusal for control characters, which XML cannot hold."""
    if _ILLEGAL.search(text):
        raise Refusal("ArgumentException", "A text contains a character that is not allowed in XML.", 500)
    return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], text) if _ESCAPED.search(text) else text


@dataclass(frozen=True)
class Writer:
    """Writes elements with the prefixes that the envelope declares.

    Elements of the schema's namespace have no prefix, those of arrays `a`, the attribute nil `i`, xs `x`.

    nulls: nil or absent. without: omitted members of carriers.
    """

    schema: Schema
    nulls: str = "nil"
    without: frozenset[tuple[str, str]] = frozenset()
    carriers: dict[str, tuple[str, dict[str, str]] | None] = field(default_factory=dict, compare=False, repr=False)
    """What it knows of types, as `_carrier` says it."""

    def members(self, members: Mapping[str, str], values: Mapping[str, Any]) -> str:
        """The elements of a sequence, each with its default where `values` has none."""
        return "".join(
            [self.member(name, type_name, values[name] if name in values else empty(type_name)) for name, type_name in members.items()]
        )

    def member(self, name: str, type_name: str, value: Any) -> str:
        """One element, which may be omitted where it is null."""
        if value is None and type_name not in NOT_NILLABLE and self.nulls == "absent":
            return ""
        return self.element(name, type_name, value)

    def element(self, name: str, type_name: str, value: Any) -> str:
        if value is None:
            if type_name not in NOT_NILLABLE:
                return f'<{name} i:nil="true"/>'
            words = enum_words(type_name)
            value = words[0] if words else empty(type_name)
        if type_name == "any":
            return _any(name, value)
        simple = _SIMPLE.get(type_name)
        content = simple(value) if simple is not None else self._content(type_name, value)
        return f"<{name}>{content}</{name}>" if content else f"<{name}/>"

    def _content(self, type_name: str, value: Any) -> str:
        if type_name.endswith("[]"):
            namespace, item = self.schema.item(type_name[:-2])
            named = f"a:{item}" if namespace == ARRAYS else item
            return "".join([self.element(named, type_name[:-2], entry) for entry in value])
        if type_name in DICTIONARIES:
            pair, value_type = DICTIONARIES[type_name]
            return "".join(
                [
                    f"<{pair}>{self.element('Key', 'string', key)}{self.element('Value', value_type, entry)}</{pair}>"
                    for key, entry in value.items()
                ]
            )
        if type_name not in self.carriers:
            self.carriers[type_name] = self._carrier(type_name)
        carrier = self.carriers[type_name]
        if carrier is None:
            return escape(str(value))
        rights, own = carrier
        return rights + self.members(own, value)

    def _carrier(self, type_name: str) -> tuple[str, dict[str, str]] | None:
        """The members with which a carrier begins, and the types of the others; None for any other type.

        The first are the same for each carrier of a type, and longer than the rest.
        """
        members = self.schema.members(type_name)
        if members is None:
            return None
        shown = {name: member for name, member in members.items() if (type_name, name) not in self.without}
        begins = {name: member for name, member in shown.items() if name in _RIGHTS and "FieldProperties" in shown}
        own = {name: member for name, member in shown.items() if name not in begins}
        return self.members(begins, self._rights(type_name, members)), own

    def _rights(self, type_name: str, members: Mapping[str, str]) -> dict[str, Any]:
        if type_name not in ROOT_CARRIERS:
            return {"TableRight": None, "FieldProperties": {}}
        properties = {
            name: {"FieldRight": _FULL, "FieldType": NET_TYPES.get(member_type, "System.Object"), "FieldLength": 0}
            for name, member_type in CARRIERS[type_name].items()
            if name in members
        }
        return {"TableRight": _TABLE_RIGHT, "FieldProperties": properties}


writer_of = functools.lru_cache(maxsize=1024)(Writer)
"""One for each way of writing, which keeps what it knows of its carriers."""
_SIMPLE: dict[str, Callable[[Any], str]] = {
    "string": lambda value: escape(str(value)),
    "integer": str,
    "boolean": lambda value: "true" if value else "false",
    "duration": durations.write_iso,
}


def _any(name: str, value: Any) -> str:
    """An undescribed member; only its elements and xsi:type show its type."""
    if value is None:
        return f'<{name} i:nil="true"/>'
    if isinstance(value, dict):
        return f"<{name}>{''.join(_any(key, entry) for key, entry in value.items())}</{name}>"
    kind = "boolean" if isinstance(value, bool) else "int" if isinstance(value, int) else "string"
    text = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f'<{name} i:type="x:{kind}">{text}</{name}>'
