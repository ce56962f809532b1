# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Typed values out as JSON: complete carriers, key case, language and $select."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from . import durations
from .binding import default
from .carriers import CARRIERS, ENUMS, NET_TYPES, ROOT_CARRIERS, UNDOCUMENTED, WITHOUT_RIGHTS

_MULTI_LANGUAGE = re.compile(r'[A-Z]{2}:"[^"]*"(?:;[A-Z]{2}:"[^"]*")*;?')
_ONE_LANGUAGE = re.compile(r'([A-Z]{2}):"([^"]*)"')
_LANGUAGE_CODES = {"EN": "US", "NB": "NO", "NN": "NO", "SV": "SW", "SE": "SW", "DA": "DA", "DE": "GE"}
_TABLE_RIGHT = {"Mask": "Select, Update, Insert, Delete", "Reason": ""}
_AS_THEY_ARE = frozenset({"integer", "boolean", "date-time", "StringDictionary", *ENUMS})
"""Types whose values go out as the methods return them, in every form of an answer."""


def camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def translate(text: str, language: str) -> str:
    """The part of a multi-language text (`US:"a";NO:"b"`) for a language; any other text as it is.
    """
    if not _MULTI_LANGUAGE.fullmatch(text):
        return text
    parts: dict[str, str] = dict(_ONE_LANGUAGE.findall(text))
    code = language.partition("-")[0].partition("_")[0].upper()
    return parts.get(_LANGUAGE_CODES.get(code, code), next(iter(parts.values())))


@dataclass(frozen=True)
class Encoder:
    """The form of one answer.

    duration_format: c or iso. language: None, or a language code that multi-language texts are
    reduced to.
    """

    duration_format: str = "c"
    key_case: str = "pascal"
    undocumented_members: bool = True
    status_in_plugin_response: bool = True
    language: str | None = None

    def encode(self, value: Any, type_name: str) -> Any:
        """`value`, as the methods return it, as JSON of the documented type."""
        if value is None:
            return None
        if type_name.endswith("[]"):
            return [self.encode(item, type_name[:-2]) for item in value]
        if type_name in CARRIERS:
            return self._carrier(value, type_name)
        if type_name == "duration":
            return durations.write_iso(value) if self.duration_format == "iso" else durations.write_c(value)
        if type_name == "string" and self.language is not None:
            return translate(value, self.language)
        return value

    def _carrier(self, value: Mapping[str, Any], type_name: str) -> dict[str, Any]:
        encoded: dict[str, Any] = {}
        if type_name not in WITHOUT_RIGHTS:
            encoded["TableRight"] = dict(_TABLE_RIGHT) if type_name in ROOT_CARRIERS else None
            encoded["FieldProperties"] = self._field_properties(type_name)
        for name, member_type in CARRIERS[type_name].items():
            member = value[name] if name in value else empty(member_type)
            encoded[name] = member if member_type in _AS_THEY_ARE else self.encode(member, member_type)
        if self.undocumented_members:
            for name in UNDOCUMENTED.get(type_name, ()):
                encoded[name] = value.get(name)
        if type_name == "PluginResponse" and not self.status_in_plugin_response:
            del encoded["Status"]
        return {camel(name): member for name, member in encoded.items()} if self.key_case == "camel" else encoded

    def _field_properties(self, type_name: str) -> dict[str, Any]:
        if type_name not in ROOT_CARRIERS:
            return {}
        return {name: self.plain(entry) for name, entry in _field_properties(type_name).items()}

    def plain(self, value: Any) -> Any:
        """An answer that is not a carrier of the agent: only the case of its keys changes."""
        if self.key_case != "camel":
            return value
        if isinstance(value, dict):
            return {camel(key): self.plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        return value


@functools.cache
def _field_properties(type_name: str) -> dict[str, Any]:
    return {
        name: {"FieldRight": {"Mask": "FULL", "Reason": ""}, "FieldType": NET_TYPES.get(member_type, "System.Object"), "FieldLength": 0}
        for name, member_type in CARRIERS[type_name].items()
    }


def select(value: Any, names: Collection[str]) -> Any:
    """$select: members not named become null; they are not removed.

    Applies to an object or to each of an array.
    """
    wanted = {name.strip().split("/")[0].lower() for name in names if name.strip()}
    if not wanted:
        return value
    if isinstance(value, list):
        return [select(item, names) for item in value]
    if isinstance(value, dict):
        return {key: member if key.lower() in wanted else None for key, member in value.items()}
    return value


def empty(type_name: str) -> Any:
    if type_name.endswith("[]"):
        return []
    if type_name == "StringDictionary":
        return {}
    return 0 if type_name == "duration" else default(type_name)
