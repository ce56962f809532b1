# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Parses the XML of a response that may be malicious.

It has no document type, no entities, no other encodings, and a limited depth and size.
:mod:`_client.connections` limits the number of bytes.
"""

from __future__ import annotations

import typing as t
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from . import schema

# SuperOffice's responses have about a dozen levels, nested exceptions and lists a few more.
DEEPEST = 100
# 10,000 fields with all properties have about a million.
MOST_ELEMENTS = 3_000_000
TYPE = f"{{{schema.INSTANCE}}}type"
NIL = f"{{{schema.INSTANCE}}}nil"
# The encodings of SOAP services.
_ENCODINGS = ("utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii")


class Malformed(ValueError):
    """The XML is not that of a SOAP service. ``str()`` is the reason, the end of a sentence."""


def parse(content: bytes, charset: str | None = None) -> Element:
    """The root element of a document.

    Names have the form ``{namespace}name``, also in the values of ``xsi:type``.

    :param charset: the encoding in the HTTP headers. None without one.
    :raises Malformed: for a document that is not well-formed, not allowed, or too large.
    """
    if charset is not None and charset.lower() not in _ENCODINGS:
        raise Malformed(f"its encoding is {_shown(charset)} instead of UTF-8")
    reader = _Reader(charset if charset is not None and charset.lower().startswith("utf-16") else None)
    try:
        return reader.read(content)
    except expat.ExpatError as error:
        raise Malformed(f"it is not well-formed in line {error.lineno}: {expat.ErrorString(error.code)}") from None
    except (LookupError, UnicodeError, ValueError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("its encoding is unknown") from None


class _Reader:
    """Parses one document."""

    def __init__(self, encoding: str | None) -> None:
        self._tree = TreeBuilder()
        self._begin, self._finish = self._tree.start, self._tree.end
        self._depth = 0
        self._elements = 0
        # Few names, each of which thousands of elements have.
        self._names = _Names()
        # The namespaces of each prefix, the innermost last.
        self._prefixes: dict[str | None, list[str]] = {}
        self._parser = expat.ParserCreate(encoding, "}")
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = _declared
        self._parser.StartDoctypeDeclHandler = _no_document_type
        self._parser.EntityDeclHandler = _no_document_type
        self._parser.StartNamespaceDeclHandler = self._namespace
        self._parser.EndNamespaceDeclHandler = self._namespace_ends
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._tree.data

    def read(self, content: bytes) -> Element:
        self._parser.Parse(content, True)
        return self._tree.close()

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        self._prefixes.setdefault(prefix, []).append(uri or "")

    def _namespace_ends(self, prefix: str | None) -> None:
        self._prefixes[prefix].pop()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEEPEST:
            raise Malformed(f"it nests more than {DEEPEST} levels deep")
        if self._elements > MOST_ELEMENTS:
            raise Malformed(f"it has more than {MOST_ELEMENTS} elements")
        self._begin(self._names[name], self._named(attributes) if attributes else attributes)

    def _named(self, attributes: dict[str, str]) -> dict[str, str]:
        named = {_name(key): value for key, value in attributes.items()}
        if TYPE in named:
            prefix, colon, local = named[TYPE].strip().rpartition(":")
            uris = self._prefixes.get(prefix if colon else None)
            named[TYPE] = f"{{{uris[-1]}}}{local}" if uris else local
        return named

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._finish(self._names[name])


class _Names(dict[str, str]):
    """Names by expat's form of them."""

    def __missing__(self, name: str) -> str:
        full = self[name] = _name(name)
        return full


def _name(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise Malformed(f"its encoding is {_shown(encoding)} instead of UTF-8")


def _no_document_type(*_unused: object) -> t.NoReturn:
    raise Malformed("it has a document type or entities, which a SOAP message must not have")


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:40])


def split(name: str) -> tuple[str, str]:
    """Namespace and local name of ``{namespace}name``."""
    namespace, _brace, local = name.rpartition("}")
    return namespace[1:], local


def child(element: Element | None, local: str) -> Element | None:
    """The first child with this local name, in any namespace."""
    return None if element is None else next((found for found in element if split(found.tag)[1] == local), None)


def words(element: Element | None) -> str | None:
    """The text of an element, stripped. None without text."""
    text = "".join(element.itertext()).strip() if element is not None else ""
    return text or None


def is_nil(element: Element) -> bool:
    """Whether an element is nil."""
    text = element.get(NIL)
    return text is not None and text.strip() in ("true", "1")
