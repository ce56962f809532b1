# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Wording of messages: values, lists of sentences, and hints at the intended word."""

from __future__ import annotations

import difflib
import typing as t

from .address import without_passwords

# A longer list would not be read.
MOST = 20


def without_userinfo(url: str) -> str:
    """The URL with stars in place of a user name and password, for messages."""
    scheme, separator, rest = url.partition("://")
    # The last @: a password may contain / or @ that should have been escaped.
    before, at, behind = (rest if separator else url).rpartition("@")
    if not at:
        return url
    return f"{scheme + separator if separator else ''}***@{behind}"


def in_one_message(told: t.Sequence[str]) -> str:
    """Join several errors into a numbered list; a single one stays as it is."""
    if len(told) == 1:
        return told[0]
    lines = [f"{len(told)} things cannot be used.", *(f"{number}. {one}" for number, one in enumerate(told[:MOST], 1))]
    if len(told) > MOST:
        lines.append(f"There are {len(told) - MOST} more.")
    return "\n".join(lines)


def shown(value: t.Any) -> str:
    """A value for messages: shortened, and quoted if it is a text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        value = without_passwords(value)
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, int) and abs(value) >= 10**60:
        # Python refuses to format very long numbers.
        return "a number of more than 60 digits"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(word: str, known: t.Iterable[str]) -> str | None:
    """The known word most similar to ``word``, or None if none is similar."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def hint(word: str, known: t.Iterable[str], *, quoted: bool = False) -> str:
    """The sentence "Did you mean …?" with a leading blank; empty if no known word is similar.

    :param quoted: whether the words are names, shown in quotes, or keys, shown without.
    """
    near = nearest(word, known)
    if near is None:
        return ""
    return f' Did you mean "{near}"?' if quoted else f" Did you mean {near}?"
