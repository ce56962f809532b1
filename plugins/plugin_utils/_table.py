# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lays out tables of text that fit a screen."""

from __future__ import annotations

import textwrap
import typing as t

# Ansible shows a line of a result after eight blanks, in quotes, with a comma.
WIDTH = 120 - 12
_BETWEEN = "  "
_NARROWEST = 8

Row = t.Sequence[str]


def lines(items: t.Sequence[Row | str], width: int = WIDTH) -> list[str]:
    """Rows with aligned cells, wrapped in their columns; texts between rows are wrapped too."""
    rows = [[_flat(cell) for cell in item] for item in items if not isinstance(item, str)]
    widths = _widths(rows, width)
    found: list[str] = []
    for item in items:
        if isinstance(item, str):
            found.extend(textwrap.wrap(_flat(item), width, subsequent_indent="    ") or [""])
        else:
            found.extend(_row([_flat(cell) for cell in item], widths))
    return found


def _flat(text: str) -> str:
    # Ansible would escape these characters with a backslash.
    return " ".join(text.split()).replace('"', "'").replace("\\", "/") if text.strip() else ""


def _widths(rows: t.Sequence[Row], width: int) -> list[int]:
    """The width of each column; the widest columns shrink until all fit."""
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    while sum(widths) + len(_BETWEEN) * (len(widths) - 1) > width and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(cells: Row, widths: t.Sequence[int]) -> list[str]:
    wrapped = [textwrap.wrap(cell, max(room, 1)) or [""] for cell, room in zip(cells, widths)]
    height = max(map(len, wrapped))
    filled = [part + [""] * (height - len(part)) for part in wrapped]
    return [_BETWEEN.join(text.ljust(room) for text, room in zip(line, widths)).rstrip() for line in zip(*filled)]
