# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Names: multi-language texts as SuperOffice stores them, and finding one thing among many by its name.

Asked without a language, SuperOffice answers with the stored text, which for a multi-language name is
``US:"Norwegian company";NO:"Norsk selskap"``.
"""

from __future__ import annotations

import collections
import difflib
import re
import typing as t
import unicodedata

# Letters that have no plain letter in them for Unicode.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_PART = re.compile(r'\s*([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?):"((?:[^"]|"")*)"\s*(?:;|$)')


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
    return wanted == raw or wanted in languages(raw).values()


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

    def __init__(self, things: t.Iterable[tuple[str | None, T]]) -> None:
        self._by_name: dict[str, list[T]] = {}
        self._exact: dict[str, list[T]] = {}
        for raw, thing in things:
            if raw is None:
                continue
            self._exact.setdefault(raw, []).append(thing)
            for name in {raw, *languages(raw).values()}:
                self._by_name.setdefault(name, []).append(thing)

    def find(self, name: str) -> list[T]:
        """All things that are meant by a name; only the one whose stored text it is, where that is a single one."""
        found = self._by_name.get(name, [])
        exact = self._exact.get(name, [])
        return exact if len(exact) == 1 else list(found)

    def all(self, name: str) -> list[T]:
        """All things that :func:`answers_to` a name."""
        return list(self._by_name.get(name, ()))


def nearest(word: str, known: t.Iterable[str]) -> str | None:
    """The known word that is most like ``word``, or None when nothing is near."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
