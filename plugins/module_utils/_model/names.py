# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Names: multi-language texts as SuperOffice stores them, and finding one thing among many by its name.

Asked without a language, SuperOffice answers with the stored text, which for a multi-language name is
``US:"Norwegian company";NO:"Norsk selskap"``.

A name that equals another one only once case, blanks, the composition of letters and languages are set aside is neither
found nor free: it means the other thing with a slip of the pen, and a new thing of that name would be its twin.
:meth:`NameIndex.find` knows the exact names, :meth:`NameIndex.alike` all others that are too similar to be told apart.
"""

from __future__ import annotations

import collections
import re
import typing as t
import unicodedata

# Letters that have no plain letter in them for Unicode.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_PART = re.compile(r'\s*([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?):"((?:[^"]|"")*)"\s*(?:;|$)')

_BREAKS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
# They choose between forms of the character before them, or only stand between two.
_SELECTORS = frozenset(["\u034f", *map(chr, range(0xFE00, 0xFE10))])


def languages(raw: str) -> dict[str, str]:
    """Language code to text, in the order in which they are stored; empty for a name in no particular language."""
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
    """The text to show a person: English where there is one, otherwise the first, otherwise the stored text."""
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
    """Whether a thing with this stored name is meant by ``wanted``: the stored text itself, or any of its languages."""
    if raw is None:
        return False
    return wanted == raw or wanted in languages(raw).values() or _whole(wanted, languages(wanted)) == _whole(raw, languages(raw))


def folded(name: str) -> str:
    """A name without what a person does not see, or does not type twice alike: case, composition, blanks, invisible characters."""
    if name.isascii():
        name = name.casefold()
    else:
        decomposed = unicodedata.normalize("NFD", name)
        name = unicodedata.normalize("NFC", "".join(c for c in decomposed if not _is_invisible(c)).casefold())
    # Any run of blanks counts as one, no-break spaces and line breaks among them.
    return " ".join(name.split())


def _is_invisible(c: str) -> bool:
    return unicodedata.category(c) == "Cf" or c in _SELECTORS


def flaw(name: str) -> str | None:
    """What a name has that nobody writes on purpose; None for most names."""
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
    """A name in quotes for a message, with what cannot be seen in it as escapes, which YAML reads in double quotes as well."""
    composed = unicodedata.normalize("NFC", name) == name
    for c in set(name):
        if not c.isprintable() or (not composed and unicodedata.category(c) == "Mn"):
            name = name.replace(c, f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}")
    return f'"{name}"'


# Closes a sentence of two names that are alike.
ASIDE = ", case, blanks, composition of letters and languages aside"


def other_spelling(kind: str, name: str, raw: str, number: int | None = None) -> str:
    """What to say of a name that nothing has, where something has one that is alike; see :meth:`NameIndex.alike`.

    :param raw: the name that is there.
    :param number: the id of what has it, where it is known and could be used instead.
    """
    known, instead = (f" with the id {number}", ", or use the id") if number is not None else ("", "")
    return (
        f"there is no {kind} {visible(name)}. The {kind} {visible(raw)}{known} has the same name{ASIDE}. "
        f"Write the name as it is there{instead}."
    )


def _whole(raw: str, texts: t.Mapping[str, str]) -> str:
    """A stored text in the one form that it shares with others of the same languages and texts."""
    return ";".join(f'{code}:"{texts[code]}"' for code in sorted(texts)) if texts else raw


def ascii_words(text: str) -> str:
    """A text as part of a variable's or a file's name: small letters and digits with underscores between them, which may be nothing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", letters.casefold()).strip("_")


def told_apart(candidates: t.Sequence[t.Sequence[str]]) -> list[str]:
    """One name for each thing, no two the same where that is possible.

    All that would have the same name take their next one, so that no name depends on which thing comes first.

    :param candidates: for each thing its names, from the plain one to the one that nothing else has.
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
    """Things by their names: a thing is found by its stored text and by each of the languages in it."""

    def __init__(self, things: t.Iterable[tuple[str | None, T]] = ()) -> None:
        self._by_name: dict[str, list[T]] = {}
        self._exact: dict[str, list[T]] = {}
        # For names that are not found, which are few: made when the first of them is looked up.
        self._by_key: dict[str, list[tuple[str, T]]] = {}
        self._without_keys: list[tuple[str, T]] = []
        for raw, thing in things:
            if raw is not None:
                self.add(raw, thing)

    def add(self, raw: str, thing: T) -> None:
        """One thing more, or another name of one that is there."""
        texts = languages(raw)
        self._exact.setdefault(raw, []).append(thing)
        for name in {_whole(raw, texts), *texts.values()}:
            self._by_name.setdefault(name, []).append(thing)
        self._without_keys.append((raw, thing))

    def find(self, name: str) -> list[T]:
        """All things that are meant by a name; only the one whose stored text it is, where that is a single one."""
        exact = self._exact.get(name, [])
        return list(exact) if len(exact) == 1 else self.all(name)

    def all(self, name: str) -> list[T]:
        """All things that :func:`answers_to` a name."""
        return _once(self._by_name.get(_whole(name, languages(name)), ()))

    def alike(self, name: str) -> list[tuple[str, T]]:
        """All things that have this name once case, blanks, composition and languages are set aside, with their stored names."""
        for pair in self._without_keys:
            for key in _keys(pair[0]):
                self._by_key.setdefault(key, []).append(pair)
        self._without_keys.clear()
        return _once(pair for key in _keys(name) for pair in self._by_key.get(key, ()))


def _keys(raw: str) -> set[str]:
    """By what a name is too similar to others: each of its languages, folded."""
    return {folded(text) for text in languages(raw).values() if text.strip()} or {folded(raw)}


def _once(things: t.Iterable[T]) -> list[T]:
    """Each thing once: people have two names, which can be the same."""
    found: list[T] = []
    for thing in things:
        if not any(thing is known for known in found):
            found.append(thing)
    return found
