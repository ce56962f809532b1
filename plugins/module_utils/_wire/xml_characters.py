# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The characters that XML cannot carry, and those that it escapes."""

from __future__ import annotations

import re

_SURROGATE = re.compile("[\ud800-\udfff]")
# XML 1.0 cannot carry these, not even escaped.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SPECIAL = re.compile('[&<>"\r\t\n]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\t": "&#9;", "\n": "&#10;"}


def speakable(text: str) -> bool:
    """Whether XML can carry a text unchanged."""
    return not has_control(text) and not _SURROGATE.search(text)


def has_control(text: str) -> bool:
    """Whether a text has characters that XML cannot carry, apart from lone surrogates."""
    return _UNSPEAKABLE.search(text) is not None


def escaped(text: str) -> str:
    """A text as XML writes it.

    Lone surrogates, which cannot be encoded, become question marks, as over REST.
    """
    return _SPECIAL.sub(lambda match: _ESCAPES[match.group()], _SURROGATE.sub("?", text))
