# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Model binding: JSON in, typed arguments out. Liberal in the case of keys, strict in values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from . import durations
from .carriers import CARRIERS, ENUMS, NULL_DATE, UNDOCUMENTED, WITHOUT_RIGHTS
from .errors import BindingError

INT32 = range(-(2**31), 2**31)
_RIGHTS = {"TableRight": "any", "FieldProperties": "any"}


def default(type_name: str) -> Any:
    """The value that .NET has for an argument that was not sent."""
    if type_name == "integer":
        return 0
    if type_name == "boolean":
        return False
    if type_name == "duration":
        return Fraction(0)
    if type_name == "date-time":
        return NULL_DATE
    if type_name in ENUMS:
        return ENUMS[type_name][0]
    return None


def bind_members(sent: Any, members: Mapping[str, str], where: str, refuse_unknown: bool) -> dict[str, Any]:
    """Every member of `members`, as sent or with its default; BindingError for an unfit value."""
    if not isinstance(sent, dict):
        raise BindingError(f"{where}: an object is expected, not {_kind(sent)}.")
    right_names = {name.lower(): name for name in members}
    bound = {name: default(type_name) for name, type_name in members.items()}
    for key, value in sent.items():
        name = right_names.get(key.lower())
        if name is None:
            if refuse_unknown:
                raise BindingError(f"{where}: could not find member '{key}'.")
            continue
        bound[name] = bind(value, members[name], f"{where}.{name}", refuse_unknown)
    return bound


def bind(value: Any, type_name: str, where: str, refuse_unknown: bool) -> Any:
    """`value` as `type_name`; durations become seconds (Fraction), enums their proper spelling."""
    if type_name == "any":
        return value
    if type_name.endswith("[]"):
        if value is None:
            return None
        if not isinstance(value, list):
            raise BindingError(f"{where}: an array is expected, not {_kind(value)}.")
        if type_name[:-2] in CARRIERS and None in value:
            raise BindingError(f"{where}[{value.index(None)}]: an item is null.")
        return [bind(item, type_name[:-2], f"{where}[{position}]", refuse_unknown) for position, item in enumerate(value)]
    if type_name in CARRIERS:
        if value is None:
            return None
        members = {**CARRIERS[type_name], **UNDOCUMENTED.get(type_name, {})}
        if type_name not in WITHOUT_RIGHTS:
            members.update(_RIGHTS)
        return bind_members(value, members, where, refuse_unknown)
    if type_name in ENUMS:
        return _bind_enum(value, type_name, where)
    return _bind_plain(value, type_name, where)


def _bind_plain(value: Any, type_name: str, where: str) -> Any:
    if type_name == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            raise BindingError(f"{where}: an integer is expected, not {_kind(value)}.")
        if value not in INT32:
            raise BindingError(f"{where}: the value is too large or too small for an Int32.")
    elif type_name == "boolean":
        if not isinstance(value, bool):
            raise BindingError(f"{where}: a boolean is expected, not {_kind(value)}.")
    elif type_name == "duration":
        if not isinstance(value, str):
            raise BindingError(f"{where}: a TimeSpan is expected, not {_kind(value)}.")
        return durations.parse(value)
    elif type_name == "StringDictionary":
        if value is None:
            return None
        if not isinstance(value, dict) or not all(item is None or isinstance(item, str) for item in value.values()):
            raise BindingError(f"{where}: an object with strings as values is expected.")
    elif value is not None and not isinstance(value, str):
        raise BindingError(f"{where}: a string is expected, not {_kind(value)}.")
    return value


def _bind_enum(value: Any, type_name: str, where: str) -> str:
    if isinstance(value, str):
        for name in ENUMS[type_name]:
            if name.lower() == value.lower():
                return name
    raise BindingError(f"{where}: {value!r} is not a value of {type_name}." if isinstance(value, str) else f"{where}: not a {type_name}.")


def _kind(value: Any) -> str:
    names = {"dict": "an object", "list": "an array", "str": "a string", "bool": "a boolean", "NoneType": "null"}
    return names.get(type(value).__name__, "a number")
