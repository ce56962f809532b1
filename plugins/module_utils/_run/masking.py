# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Masks secrets in results, in each form in which a server or a library may repeat them.

The forms are: unchanged, on one line, escaped for JSON, XML or HTML, percent-encoded, and in
base64, alone or after a user name. The password in an address is masked wherever an address occurs,
known or not.
"""

from __future__ import annotations

import base64
import codecs
import functools
import re
import typing as t
from collections.abc import Mapping
from html.entities import codepoint2name

from .._client.answers import one_line
from .._wire import address, masks
from .._wire.xml_characters import escaped

T = t.TypeVar("T")

SHORTEST = masks.SHORTEST
# Fewer characters of base64 may be an ordinary word.
_SHORTEST_CORE = 6
# Looked up here: Python reads some of them from a file, and Ansible's process forks for each task.
_ENCODERS = tuple(map(codecs.getencoder, ("utf-8", "latin-1", "utf-16-le")))
# Signs that a text may have escaped characters.
_SIGNS = re.compile(r"%[0-9A-Fa-fu]|&#?[A-Za-z0-9]+;|\\")
_BLANK = re.compile(r"\s")
_PLAIN = re.compile("[A-Za-z0-9]+")
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
_MOST_DIGITS = 300
# answers.one_line shortens longer texts of servers.
_CUT = 490


class Masking:
    """Replaces secrets wherever they occur."""

    def __init__(self, secrets: t.Iterable[t.Any]) -> None:
        # Longer secrets first, because a shorter one may be part of them.
        known = sorted({str(secret) for secret in secrets if secret}, key=lambda secret: (-len(secret), secret))
        self._secrets = [secret for secret in known if len(_on_one_line(secret)) >= SHORTEST]
        # Each pattern with the part that all forms of its secret contain; a key has hundreds of
        # patterns.
        self._cores = [(core, _always_there(core)) for secret in self._secrets for core in _cores(secret)]
        self._begins = {core[:_SHORTEST_CORE] for core, _part in self._cores}
        self.texts = tuple(text for secret in self._secrets for text in _literals(secret))
        """The forms of the secrets that are plain texts."""

    def value(self, value: T) -> T:
        """A value with masked secrets, in numbers too. Keys stay."""
        return t.cast(T, self._value(value, self.text)) if self._secrets or _holds_password(value) else value

    def result(self, result: dict[str, t.Any], data: t.Container[str] = ()) -> dict[str, t.Any]:
        """A result with masked secrets.

        :param data: the keys of data that users keep, whose texts may hold any address.
        """
        return {key: self.data(value) if key in data else self.value(value) for key, value in result.items()}

    def data(self, value: T) -> T:
        """Data with masked secrets, only known ones."""
        return t.cast(T, self._value(value, self._without_secrets)) if self._secrets else value

    def changes(self, data: t.Any) -> bool:
        """Whether masking changes data."""
        return bool(self.data(data) != data)

    def _value(self, value: t.Any, shown: t.Callable[[str], str]) -> t.Any:
        if isinstance(value, str):
            return shown(value)
        if isinstance(value, Mapping):
            return {key: self._value(item, shown) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._value(item, shown) for item in value]
        if isinstance(value, int) and abs(value) >= 10**_MOST_DIGITS:
            # Python refuses to convert much longer numbers to text.
            return masks.WHOLE
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return masks.WHOLE if any(secret in str(value) for secret in self._secrets) else value
        return value

    def text(self, text: str) -> str:
        """A text with masked secrets, and without passwords in addresses."""
        return self._without_secrets(address.without_passwords(text))

    def _without_secrets(self, text: str) -> str:
        if len(text) < SHORTEST:
            return text
        if text in self.texts:
            return masks.WHOLE
        rewritten = _SIGNS.search(text) is not None
        if rewritten or "+" in text:
            for secret in self._secrets:
                if not _is_plain(secret) and (rewritten or _BLANK.search(secret)) and _always_there(secret) in text:
                    text = _pattern(secret).sub(masks.PART, text)
        for literal in self.texts:
            if literal in text:
                text = text.replace(literal, masks.PART)
        if len(text) >= _CUT and "..." in text:
            text = self._without_beginnings(text)
        if rewritten or self._may_hold_core(text):
            for core, part in self._cores:
                if part in text and (core in text or (rewritten and part != core)):
                    text = _without_tokens(text, core)
        return text

    def _may_hold_core(self, text: str) -> bool:
        """A quick test before the search for each core, of which there may be hundreds."""
        begins = self._begins
        if len(begins) < len(text):
            return any(begin in text for begin in begins)
        return any(text[at : at + _SHORTEST_CORE] in begins for at in range(len(text) - _SHORTEST_CORE + 1))

    def _without_beginnings(self, text: str) -> str:
        """A shortened text without the beginning of a secret at its end."""
        pieces = text.split("...")
        for place, piece in enumerate(pieces[:-1]):
            for literal in self.texts:
                longest = next((size for size in range(len(literal) - 1, SHORTEST - 1, -1) if piece.endswith(literal[:size])), 0)
                if longest:
                    pieces[place] = piece = piece[:-longest] + masks.PART
        return "...".join(pieces)


def _holds_password(value: t.Any) -> bool:
    """Whether there is an address with a password among values."""
    if isinstance(value, str):
        return address.without_passwords(value) != value
    if isinstance(value, Mapping):
        return any(map(_holds_password, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_holds_password, value))


def _is_plain(text: str) -> bool:
    """Whether no form of a text differs from it, apart from base64."""
    return text.isascii() and text.isalnum()


@functools.lru_cache(maxsize=2048)
def _always_there(text: str) -> str:
    """The longest part of a text that is the same in all its forms, apart from base64.

    A key has many lines, and a search for the patterns of all of them takes long.
    """
    return max(_PLAIN.findall(text), key=len, default="")


def _literals(secret: str) -> tuple[str, ...]:
    """A secret unchanged, as XML escapes it, and as :func:`one_line` writes both; longest first."""
    if _is_plain(secret) and len(secret) <= 500:
        return (secret,)
    forms = {secret, escaped(secret), _on_one_line(secret), _on_one_line(escaped(secret))}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _on_one_line(secret: str) -> str:
    if _is_plain(secret) and len(secret) <= 500:
        return secret
    return one_line(secret)


@functools.lru_cache(maxsize=256)
def _cores(secret: str) -> tuple[str, ...]:
    """The parts of a secret's base64 that are the same whatever bytes surround it."""
    cores: list[str] = []
    for encode in _ENCODERS:
        try:
            raw, _length = encode(secret)
        except UnicodeEncodeError:
            continue
        for before in range(3):
            whole = base64.b64encode(bytes(before) + raw).decode("ascii")
            core = whole[-(-8 * before // 6) : 8 * (before + len(raw)) // 6]
            for form in (core, core.replace("+", "-").replace("/", "_")):
                if len(form) >= _SHORTEST_CORE and form not in cores:
                    cores.append(form)
    return tuple(cores)


def _without_tokens(text: str, core: str) -> str:
    """A text without the base64 words that contain a core."""
    done = ""
    while True:
        found = _pattern(core).search(text)
        if found is None:
            return done + text
        begin, end = found.span()
        while begin and text[begin - 1] in _BASE64:
            begin -= 1
        while end < len(text) and text[end] in _BASE64:
            end += 1
        done += text[:begin] + masks.PART
        text = text[end:].lstrip("=")


@functools.lru_cache(maxsize=256)
def _pattern(secret: str) -> re.Pattern[str]:
    """A pattern for a secret with each character in any of its spellings."""
    return re.compile("".join(map(_spellings, re.findall(r"\s+|\S", secret))))


# The characters that JSON and programming languages write after a backslash.
_BACKSLASHED = {'"': '"', "'": "'", "/": "/", "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


def _spellings(text: str) -> str:
    """A pattern for one character, or for blanks, which :func:`one_line` collapses."""
    if _is_plain(text):
        return text
    if text.isspace():
        each = "|".join([r"\s", r"\+", *(_written(blank) for blank in sorted({*text, " "}))])
        return f"(?:{each})+"
    ways = [_written(text), re.escape(text)]
    if not text.isprintable() or "\ud800" <= text <= "\udfff":
        ways += ["\ufffd", r"\?"]
    return f"(?:{'|'.join(ways)})"


def _written(text: str) -> str:
    """A pattern for the ways to escape a character."""
    number = ord(text)
    ways = [f"&(?:amp;)*#0*{number};", f"&(?:amp;)*#[xX]0*(?i:{number:x});"]
    name = _NAMED.get(text)
    if name is None and not text.isascii():
        name = codepoint2name.get(number)
    if name is not None:
        ways.append(f"&(?:amp;)*{name};")
    units = text.encode("utf-16-be", "surrogatepass")
    ways.append("".join(rf"\\+u(?i:{units[at : at + 2].hex()})" for at in range(0, len(units), 2)))
    if number < 256:
        ways += [rf"\\+x(?i:{number:02x})", f"%(?:25)*(?i:{number:02x})"]
    ways.append("".join(f"%(?:25)*(?i:{byte:02x})" for byte in text.encode("utf-8", "surrogatepass")))
    ways.append(f"%(?:25)*u(?i:{number:04x})")
    if text == "\\":
        ways.append(r"\\+")
    elif text in _BACKSLASHED:
        ways.append(rf"\\+{_BACKSLASHED[text]}")
    return "|".join(ways)
