# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Parses booleans and numbers of archives: as JSON, as texts, or encoded for transport.

Undocumented spellings are unknown, and so are null and blank: an archive that shows icon hints in
place of booleans has a blank for one of the two.
"""

from __future__ import annotations

import re
import typing as t

_ENCODED = re.compile(r"\[\s*[a-z]\s*:\s*(?P<value>[^\]]*?)\s*\]", re.IGNORECASE)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def truth(value: t.Any) -> bool | None:
    """A boolean; None if unknown."""
    if isinstance(value, str):
        return _TRUTHS.get(_plain(value).casefold())
    return bool(value) if isinstance(value, (bool, int, float)) and value in (0, 1) else None


def whole(value: t.Any) -> int | None:
    """A whole number; None if unknown."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str):
        text = _plain(value)
        return int(text) if _WHOLE.fullmatch(text) else None
    return value if isinstance(value, int) else None


def whole_numbers(value: t.Any) -> list[int] | None:
    """Numbers separated by semicolons; None if any is unknown."""
    if not isinstance(value, str):
        single = whole(value)
        return None if single is None else [single]
    parts = [part for part in value.split(";") if part.strip()]
    numbers = [whole(part) for part in parts]
    return None if None in numbers else t.cast("list[int]", numbers)


def _plain(text: str) -> str:
    """A text without surrounding blanks and brackets."""
    match = _ENCODED.fullmatch(text.strip())
    return match["value"] if match else text.strip()
