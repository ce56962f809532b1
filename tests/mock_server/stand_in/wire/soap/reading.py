# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads elements as typed values, as strictly as the schema.

It checks order, namespaces, nil, xsi:type and the form of values.

Values come out as JSON has them over REST; absent ones stay absent. No message quotes a value,
which may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...binding import INT32
from . import versions
from .schema import DICTIONARIES, FLAGS, NOT_NILLABLE, SERIALIZATION, XSI, Schema, enum_words
from .tree import Element

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DATE_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DURATION = re.compile(r"-?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII)
_NEUTRAL = frozenset(
    {f"{{{XSI}}}nil", f"{{{XSI}}}type", f"{{{XSI}}}schemaLocation", f"{{{SERIALIZATION}}}Id", f"{{{SERIALIZATION}}}FactoryType"}
)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class SchemaProblem(Exception):
    """The request does not match the schema."""


def read_members(parent: Element, members: Mapping[str, str], schema: Schema, where: str) -> dict[str, Any]:
    """The elements of a sequence in which each may be absent, in the order of `members`."""
    _no_text(parent, where)
    order = {name: number for number, name in enumerate(members)}
    place = 0
    values: dict[str, Any] = {}
    for child in parent.children:
        named = f"{where}.{child.name}"
        if child.name not in members:
            raise SchemaProblem(f"{named}: the schema of Services{schema.version} has no such element here.")
        _in_namespace(child, schema.namespace, named)
        if child.name in values:
            raise SchemaProblem(f"{named}: the element stands here twice.")
        if order[child.name] < place:
            raise SchemaProblem(f"{named}: the element must stand before {parent.children[len(values) - 1].name}.")
        place = order[child.name]
        values[child.name] = read_value(child, members[child.name], schema, named)
    return values


def read_value(element: Element, type_name: str, schema: Schema, where: str) -> Any:
    """The value of one element; None where it is nil."""
    _attributes(element, type_name, schema, where)
    if _is_nil(element, where):
        if type_name in NOT_NILLABLE:
            raise SchemaProblem(f"{where}: this element cannot be nil.")
        if element.children or element.text.strip():
            raise SchemaProblem(f"{where}: an element that is nil has no content.")
        return None
    if type_name == "any":
        return _any(element)
    if type_name.endswith("[]"):
        return _array(element, type_name[:-2], schema, where)
    if type_name in DICTIONARIES:
        return _dictionary(element, type_name, schema, where)
    members = schema.members(type_name)
    if members is not None:
        return read_members(element, members, schema, where)
    if element.children:
        raise SchemaProblem(f"{where}: a text is expected, not elements.")
    return _simple(element.text, type_name, schema, where)


def _array(element: Element, type_name: str, schema: Schema, where: str) -> list[Any]:
    _no_text(element, where)
    namespace, item = schema.item(type_name)
    values = []
    for number, child in enumerate(element.children):
        named = f"{where}[{number}]"
        if child.name != item:
            raise SchemaProblem(f"{named}: the items are elements {item}, not {child.name}.")
        _in_namespace(child, namespace, named)
        values.append(read_value(child, type_name, schema, named))
    return values


def _dictionary(element: Element, type_name: str, schema: Schema, where: str) -> dict[str, Any]:
    _no_text(element, where)
    pair_name, value_type = DICTIONARIES[type_name]
    values: dict[str, Any] = {}
    for number, child in enumerate(element.children):
        named = f"{where}[{number}]"
        if child.name != pair_name:
            raise SchemaProblem(f"{named}: the items are elements {pair_name}, not {child.name}.")
        _in_namespace(child, schema.namespace, named)
        pair = read_members(child, {"Key": "string", "Value": value_type}, schema, named)
        if set(pair) != {"Key", "Value"}:
            raise SchemaProblem(f"{named}: a {pair_name} has both Key and Value.")
        if pair["Key"] is None or pair["Key"] in values:
            raise SchemaProblem(f"{named}: the Key is nil, or there twice.")
        values[pair["Key"]] = pair["Value"]
    return values


def _simple(text: str, type_name: str, schema: Schema, where: str) -> Any:
    if type_name == "string":
        return text
    words = enum_words(type_name)
    if words is not None:
        if text not in words:
            raise SchemaProblem(f"{where}: not a value of {type_name}.")
        return text
    collapsed = " ".join(text.split())
    if type_name in FLAGS:
        unknown = set(collapsed.split()) - set(versions.flag_words(type_name, schema.version))
        if unknown:
            raise SchemaProblem(f"{where}: not a list of flags of {type_name}.")
        return collapsed
    if type_name == "boolean" and collapsed in _BOOLEANS:
        return _BOOLEANS[collapsed]
    if type_name == "integer" and _INTEGER.fullmatch(collapsed) and len(collapsed) < 12 and int(collapsed) in INT32:
        return int(collapsed)
    if type_name == "duration" and _DURATION.fullmatch(collapsed):
        return collapsed
    if type_name == "date-time" and _DATE_TIME.fullmatch(collapsed):
        return collapsed
    kind = {"integer": "xs:int", "boolean": "xs:boolean", "duration": "ser:duration", "date-time": "xs:dateTime"}[type_name]
    raise SchemaProblem(f"{where}: the text is no {kind}.")


def _any(element: Element) -> Any:
    """An undescribed member, in the form in which writing.py writes it."""
    if element.children:
        return {child.name: None if _is_nil(child, child.name) else _any(child) for child in element.children}
    declared = element.attributes.get(f"{{{XSI}}}type", "").rpartition(":")[2]
    if declared == "int" and _INTEGER.fullmatch(element.text):
        return int(element.text)
    if declared == "boolean" and element.text in _BOOLEANS:
        return _BOOLEANS[element.text]
    return element.text


def _attributes(element: Element, type_name: str, schema: Schema, where: str) -> None:
    if not element.attributes:
        return
    unknown = set(element.attributes) - _NEUTRAL
    if unknown:
        raise SchemaProblem(f"{where}: the schema knows no attribute {', '.join(sorted(unknown))}.")
    declared = element.attributes.get(f"{{{XSI}}}type")
    if declared is None or type_name == "any":
        return
    prefix, _colon, local = declared.strip().rpartition(":")
    if (element.prefixes.get(prefix), local) != schema.qualified(type_name):
        raise SchemaProblem(f"{where}: xsi:type names another type than {schema.qualified(type_name)[1]}.")


def _is_nil(element: Element, where: str) -> bool:
    if not element.attributes:
        return False
    text = element.attributes.get(f"{{{XSI}}}nil", "false").strip()
    if text not in _BOOLEANS:
        raise SchemaProblem(f"{where}: xsi:nil is no xs:boolean.")
    return _BOOLEANS[text]


def _no_text(element: Element, where: str) -> None:
    if element.text.strip():
        raise SchemaProblem(f"{where}: elements are expected, not a text.")


def _in_namespace(element: Element, namespace: str, where: str) -> None:
    if element.namespace != namespace:
        raise SchemaProblem(f"{where}: the element is in the namespace '{element.namespace}', not in '{namespace}'.")
