# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Decodes the XML of a response into the carriers of REST.

Numbers, booleans, texts, null and absent members become those of JSON, flags ``A, B``, durations
``hh:mm:ss``, dictionaries objects. Members that the schema does not list become :class:`Foreign`,
so that a save sends them back.
"""

from __future__ import annotations

import re
import typing as t
from xml.etree.ElementTree import Element

from ..._wire import duration
from . import schema
from .document import is_nil, split
from .schema import Type

Json = t.Any

# The element of a dictionary's pair, and the type of its value.
PAIRS = {
    "map": ("StringKeyValuePair", Type("text")),
    "properties": ("FieldPropertyDictionaryKeyValuePair", Type("carrier", "FieldProperty")),
    "columns": ("ColumnDataKeyValuePair", Type("carrier", "ArchiveColumnData")),
}
# The elements of lists of these types; they belong to the serialiser's namespace.
PLAIN_ITEMS = {"number": "int", "text": "string"}

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_FLAG = {"true": True, "1": True, "false": False, "0": False}


class UnexpectedShape(ValueError):
    """A response that does not fit the schema. ``str()`` names the part and the fault."""


class Foreign(str):
    """The text of a member that the schema does not list, with its element."""

    element: Element

    @classmethod
    def of(cls, element: Element) -> Foreign:
        """The text of an element. Empty for one with elements in it."""
        found = cls("" if len(element) else element.text or "")
        found.element = element
        return found

    def __deepcopy__(self, _memo: object) -> Foreign:
        # Text and element never change.
        return self

    def __reduce__(self) -> tuple[t.Any, ...]:
        return str, (str(self),)


class Decoder:
    """Decodes responses of one version of the services."""

    def __init__(self, version: int) -> None:
        self._version = version
        self._namespace = schema.namespace(version)
        # The members of each carrier by the tags of their elements.
        self._tags: dict[str, dict[str, tuple[str, Type]]] = {}
        # The tags of a pair, its key and its value, as servers write them.
        self._pairs = {
            kind: tuple(f"{{{self._namespace}}}{name}" for name in (pair, "Key", "Value")) for kind, (pair, _values) in PAIRS.items()
        }

    def value(self, element: Element, kind: Type, where: str) -> Json:
        """The value of an element.

        :param where: the element's name in messages.
        :raises UnexpectedShape: where the element does not have this type.
        """
        if is_nil(element):
            return None
        scalar = _SCALARS.get(kind.kind)
        if scalar is not None:
            if len(element):
                raise UnexpectedShape(f"{where} should be a single value and has elements in it")
            return scalar(element.text or "", where)
        if kind.kind == "carrier":
            return self._carrier(element, kind.of, where)
        if kind.kind == "list":
            return self._list(element, kind.item, where)
        return self._dictionary(element, kind, where)

    def _carrier(self, element: Element, name: str, where: str) -> dict[str, Json]:
        _no_text(element, where)
        known = self._tags.get(name)
        if known is None:
            members = schema.members(name, self._version)
            known = self._tags[name] = {f"{{{self._namespace}}}{member}": (member, kind) for member, kind in members.items()}
        found: dict[str, Json] = {}
        for child in element:
            member = known.get(child.tag)
            if member is not None:
                local, kind = member
                if local in found:
                    raise UnexpectedShape(f"{where} has {local} twice")
                found[local] = self.value(child, kind, local)
            else:
                namespace, local = split(child.tag)
                key = local if namespace == self._namespace and local not in found else f"{child.tag} {len(found)}"
                found[key] = Foreign.of(child)
        return found

    def _list(self, element: Element, kind: Type, where: str) -> list[Json]:
        _no_text(element, where)
        name = item_name(kind)
        tag = f"{{{schema.ARRAYS if kind.kind in PLAIN_ITEMS else self._namespace}}}{name}"
        for child in element:
            if child.tag != tag:
                raise UnexpectedShape(f"{where} should be a list of {name} and has another element in it")
        return [self.value(child, kind, f"an item of {where}") for child in element]

    def _dictionary(self, element: Element, kind: Type, where: str) -> dict[str, Json]:
        _no_text(element, where)
        name, value_type = PAIRS[kind.kind]
        usual = self._pairs[kind.kind]
        a_value = f"a value of {where}"
        found: dict[str, Json] = {}
        for pair in element:
            if (pair.tag, *[part.tag for part in pair]) == usual:
                key, value = pair
            else:
                parts = {split(part.tag)[1]: part for part in pair}
                if split(pair.tag)[1] != name or set(parts) != {"Key", "Value"}:
                    raise UnexpectedShape(f"{where} should be a dictionary and has something else in it")
                key, value = parts["Key"], parts["Value"]
            if is_nil(key) or len(key):
                raise UnexpectedShape(f"{where} should be a dictionary and has something else in it")
            found[key.text or ""] = self.value(value, value_type, a_value)
        return found


def item_name(kind: Type) -> str:
    """The name of the elements of a list of this type."""
    return PLAIN_ITEMS.get(kind.kind) or kind.of


def _no_text(element: Element, where: str) -> None:
    texts = [element.text, *[child.tail for child in element]]
    # Most elements have no text at all.
    if any(texts) and any(text and text.strip() for text in texts):
        raise UnexpectedShape(f"{where} should have elements in it and has text")


def _number(text: str, where: str) -> int:
    if not _NUMBER.fullmatch(text.strip()):
        raise UnexpectedShape(f"{where} should be a whole number and is not")
    return int(text)


def _flag(text: str, where: str) -> bool:
    if text.strip() not in _FLAG:
        raise UnexpectedShape(f"{where} should be true or false and is neither")
    return _FLAG[text.strip()]


def _duration(text: str, where: str) -> str:
    try:
        return duration.clock(duration.parse_reported(text))
    except duration.DurationError:
        raise UnexpectedShape(f"{where} should be a duration and is not") from None


_SCALARS: dict[str, t.Callable[[str, str], Json]] = {
    "number": _number,
    "flag": _flag,
    "duration": _duration,
    "text": lambda text, where: text,
    "time": lambda text, where: text.strip(),
    "name": lambda text, where: text.strip(),
    "flags": lambda text, where: ", ".join(text.split()),
}
