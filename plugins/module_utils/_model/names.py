# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Names: multi-language texts as SuperOffice stores them, and finding things by name.

Without a language, SuperOffice returns the stored text, which for a multi-language name is
``US:"Norwegian company";NO:"Norsk selskap"``.

A name that differs from an existing one only in case, blanks, composition of letters or language
is probably misspelt, and a new thing of that name would be a twin. :meth:`NameIndex.find` finds
exact names, :meth:`NameIndex.alike` such similar ones.
"""

from __future__ import annotations

import collections
import re
import typing as t
import unicodedata

# Letters that Unicode does not decompose into a plain letter.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_PART = re.compile(r'\s*([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?):"((?:[^"]|"")*)"\s*(?:;|$)')

_BREAKS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
# Variation selectors and the grapheme joiner, which are invisible.
_SELECTORS = frozenset(["\u034f", *map(chr, range(0xFE00, 0xFE10))])


def languages(raw: str) -> dict[str, str]:
    """Language code to text, in stored order; empty for a name without languages."""
    found: dict[str, str] = {}
    position = 0
    while position < len(raw):
        match = _PART.match(raw, position)
        if not match:
            return {}
        found[match[1].upper()] = match[2].replace('""', '"')
        position = match.end()
    return found


def readable(raw: str | None) -> str:
    """The text to show: English, else the first language, else the stored text."""
    if raw is None:
        return ""
    texts = languages(raw)
    if not texts:
        return raw
    for code in ("US", "EN", "GB"):
        if texts.get(code):
            return texts[code]
    return next((text for text in texts.values() if text), raw)


def answers_to(raw: str | None, wanted: str) -> bool:
    """Whether ``wanted`` is the stored name, or the name in one of its languages."""
    if raw is None:
        return False
    return wanted == raw or wanted in languages(raw).values() or _whole(wanted, languages(wanted)) == _whole(raw, languages(raw))


def folded(name: str) -> str:
    """A name without the differences that readers overlook.

    These are case, composition, blanks and invisible characters.
    """
    if name.isascii():
        name = name.casefold()
    else:
        decomposed = unicodedata.normalize("NFD", name)
        name = unicodedata.normalize("NFC", "".join(c for c in decomposed if not _is_invisible(c)).casefold())
    # Collapse blanks, which include no-break spaces and line breaks.
    return " ".join(name.split())


def _is_invisible(c: str) -> bool:
    return unicodedata.category(c) == "Cf" or c in _SELECTORS


def flaw(name: str) -> str | None:
    """Why a name is probably a mistake; None for most names."""
    if not name.strip():
        return "is empty"
    if not _BREAKS.isdisjoint(name):
        return "has a line break in it"
    if any(c < " " and c != "\t" for c in name):
        return "has a control character in it"
    for edge, where in ((name[0], "begins"), (name[-1], "ends")):
        if edge.isspace():
            return f"{where} with a blank"
        if unicodedata.category(edge) == "Cf":
            return f"{where} with an invisible character"
    return None


def visible(name: str) -> str:
    """A quoted name for messages.

    Invisible characters are escaped, as YAML reads them in double quotes.
    """
    composed = unicodedata.normalize("NFC", name) == name
    for c in set(name):
        if not c.isprintable() or (not composed and unicodedata.category(c) == "Mn"):
            name = name.replace(c, f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}")
    return f'"{name}"'


def called(raw: str | None, number: int | None) -> str:
    """What a sentence calls a thing, behind its kind: its quoted name; its id where it has none."""
    name = readable(raw)
    return f"with the id {number}" if not name.strip() and number is not None else f'"{name}"'


# The end of a sentence about two similar names.
ASIDE = " except for case, blanks, composition of letters and language"


def other_spelling(kind: str, name: str, raw: str, number: int | None = None) -> str:
    """The error for an unknown name with a similar existing one; see :meth:`NameIndex.alike`.

    :param raw: the existing name.
    :param number: the id of the existing thing, if it can be used instead.
    """
    known, instead = (f" with the id {number}", ", or use the id") if number is not None else ("", "")
    return f"there is no {kind} {visible(name)}. The {kind} {visible(raw)}{known} has the same name{ASIDE}. Write it like that{instead}."


def _whole(raw: str, texts: t.Mapping[str, str]) -> str:
    """The canonical form of a stored text, equal for the same texts in the same languages."""
    return ";".join(f'{code}:"{texts[code]}"' for code in sorted(texts)) if texts else raw


def ascii_words(text: str) -> str:
    """A text as part of a variable or file name.

    Small letters and digits, separated by underscores; may be empty.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", letters.casefold()).strip("_")


def told_apart(candidates: t.Sequence[t.Sequence[str]]) -> list[str]:
    """Choose one name for each thing, all different if possible.

    All things of the same name take their next candidate, so that names do not depend on the order.

    :param candidates: the names for each thing, from the plain one to the unique one.
    """
    levels = [0] * len(candidates)
    while True:
        chosen = [names[level] for names, level in zip(candidates, levels)]
        often = collections.Counter(chosen)
        alike = [place for place, name in enumerate(chosen) if often[name] > 1 and levels[place] + 1 < len(candidates[place])]
        if not alike:
            return chosen
        for place in alike:
            levels[place] += 1


T = t.TypeVar("T")


class NameIndex(t.Generic[T]):
    """Things by name: by their stored text, and by each of its languages."""

    def __init__(self, things: t.Iterable[tuple[str | None, T]] = ()) -> None:
        self._by_name: dict[str, list[T]] = {}
        self._exact: dict[str, list[T]] = {}
        # Filled on the first use: few names are not found.
        self._by_key: dict[str, list[tuple[str, T]]] = {}
        self._without_keys: list[tuple[str, T]] = []
        for raw, thing in things:
            if raw is not None:
                self.add(raw, thing)

    def add(self, raw: str, thing: T) -> None:
        """Add a thing, or another name of one."""
        texts = languages(raw)
        self._exact.setdefault(raw, []).append(thing)
        for name in {_whole(raw, texts), *texts.values()}:
            self._by_name.setdefault(name, []).append(thing)
        self._without_keys.append((raw, thing))

    def find(self, name: str) -> list[T]:
        """All things with a name.

        If only one of them has it as its stored text, that one alone.
        """
        exact = self._exact.get(name, [])
        return list(exact) if len(exact) == 1 else self.all(name)

    def all(self, name: str) -> list[T]:
        """All things that :func:`answers_to` a name."""
        return _once(self._by_name.get(_whole(name, languages(name)), ()))

    def alike(self, name: str) -> list[tuple[str, T]]:
        """All things with a similar name, each with its stored name.

        Similar names differ at most in case, blanks, composition and language.
        """
        for pair in self._without_keys:
            for key in _keys(pair[0]):
                self._by_key.setdefault(key, []).append(pair)
        self._without_keys.clear()
        return _once(pair for key in _keys(name) for pair in self._by_key.get(key, ()))


def _keys(raw: str) -> set[str]:
    """The folded form of each language of a name."""
    return {folded(text) for text in languages(raw).values() if text.strip()} or {folded(raw)}


def _once(things: t.Iterable[T]) -> list[T]:
    """Each thing once: both names of a person may be equal."""
    found: list[T] = []
    for thing in things:
        if not any(thing is known for known in found):
            found.append(thing)
    return found
