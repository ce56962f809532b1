# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads XML as a tree of elements, without document types and entities, within size limits."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 64
MAX_ELEMENTS = 500_000
_READABLE = frozenset({"utf-8", "utf-16", "us-ascii"})
"""Encodings of a request; UTF-16 needs its byte order mark."""


class Unreadable(Exception):
    """The text is not acceptable XML. The message never quotes the text."""


@dataclass
class Element:
    """One element. names of attributes are {namespace}name, or name; prefixes are those that are in
    force here.
    """

    namespace: str
    name: str
    attributes: dict[str, str]
    prefixes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.walk()


def read(content: bytes, charset: str | None) -> Element:
    """The root element. charset is that of the Content-Type, which the XML declaration must not
    contradict.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(f"The document is larger than {MAX_BYTES} bytes.")
    if charset is not None and _codec(charset) not in _READABLE:
        raise Unreadable("The Content-Type names an encoding other than UTF-8 and UTF-16.")
    reader = _Reader(charset)
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as problem:
        reason = expat.errors.messages.get(problem.code, "not well-formed")
        raise Unreadable(f"Line {problem.lineno}, column {problem.offset}: {reason}.") from None
    except (LookupError, UnicodeError):
        raise Unreadable("The document is not in the encoding it declares.") from None
    if reader.root is None:
        raise Unreadable("There is no document.")
    return reader.root


def _codec(name: str) -> str:
    try:
        return {"ascii": "us-ascii"}.get(codecs.lookup(name).name, codecs.lookup(name).name)
    except LookupError:
        return name


class _Reader:
    """Builds the tree from the parser's events."""

    def __init__(self, charset: str | None) -> None:
        self.root: Element | None = None
        self._charset = charset
        self._open: list[Element] = []
        self._count = 0
        self._declared: dict[str, str] = {}
        self.parser = parser = expat.ParserCreate(encoding=charset, namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._prefix
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is None:
            return
        named = _codec(encoding)
        if named not in _READABLE:
            raise Unreadable("The XML declaration names an encoding other than UTF-8 and UTF-16.")
        if self._charset is not None and named != _codec(self._charset):
            raise Unreadable("The XML declaration and the Content-Type name different encodings.")

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise Unreadable("A document type is not allowed.")

    def _prefix(self, prefix: str | None, uri: str | None) -> None:
        self._declared[prefix or ""] = uri or ""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH:
            raise Unreadable(f"Elements are nested more than {MAX_DEPTH} deep.")
        if self._count > MAX_ELEMENTS:
            raise Unreadable(f"There are more than {MAX_ELEMENTS} elements.")
        parent = self._open[-1] if self._open else None
        prefixes = parent.prefixes if parent else {}
        if self._declared:
            prefixes = {**prefixes, **self._declared}
            self._declared = {}
        namespace, name = _split(tag)
        named = {_attribute(key): value for key, value in attributes.items()} if attributes else {}
        element = Element(namespace, name, named, prefixes)
        if parent is None:
            self.root = element
        else:
            parent.children.append(element)
        self._open.append(element)

    def _end(self, tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text += text


def _attribute(key: str) -> str:
    namespace, name = _split(key)
    return f"{{{namespace}}}{name}" if namespace else name


def _split(tag: str) -> tuple[str, str]:
    namespace, _space, name = tag.rpartition(" ")
    return namespace, name
