# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes reStructuredText: pages of the guides' folder, tables of keys and variables, Ansible's markup."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from layout import HEADER, ROOT

FOLDER = ROOT / "docs" / "docsite" / "rst"
LABEL = "ansible_collections.superoffice.erpsync.docsite."


class Entry(NamedTuple):
    """A key or a variable: one row of a table."""

    name: str
    type: str
    text: Sequence[str]
    required: bool = False
    default: str | None = None
    # As YAML has it, of one line or more.
    example: str | None = None
    label: str | None = None


def page(name: str, title: str, parts: Iterable[str], written_by: str) -> tuple[Path, str]:
    """A page of the guides' folder, and its text.

    :param written_by: from what it is written.
    """
    licence = "\n".join(f".. {line}" for line in HEADER)
    head = f"{licence}\n\n.. Written by tools/write_option_docs.py from {written_by}.\n\n.. _{LABEL}{name}:\n\n{heading(title, '=')}"
    return FOLDER / f"{name}.rst", "\n\n".join([head, *parts]) + "\n"


def heading(title: str, line: str) -> str:
    """:param line: the character below the title."""
    return f"{title}\n{line * len(title)}"


def wrapped(text: str, indent: int = 0) -> str:
    """A paragraph of at most 100 columns. What is between two backticks or angle brackets stays in a line where it has no blanks."""
    return textwrap.fill(text, 100 - indent, break_long_words=False, break_on_hyphens=False)


def guide(name: str) -> str:
    """A link to a page of the guides' folder."""
    return f":ref:`{LABEL}{name}`"


def block(language: str, text: str) -> str:
    """A block of code."""
    return f".. code-block:: {language}\n\n{textwrap.indent(text.rstrip(), '    ')}"


def literal(text: str) -> str:
    """Text as it is typed."""
    return f"``{text}``"


def table(entries: Iterable[Entry], name: str) -> str:
    """Rows of names with what they take, and what they are for.

    :param name: of the first column.
    """
    rows = [f"   * - {name}\n     - What it is"]
    for entry in entries:
        facts = [f"*{entry.type}*" if "`" not in entry.type else entry.type] if entry.type else []
        if entry.required:
            facts.append("**required**")
        elif entry.default is not None:
            facts.append(f"default: {entry.default}")
        cell = [f"**{entry.name}**", *facts]
        anchor = f"   * - .. _{entry.label}:\n\n       " if entry.label else "   * - "
        first = anchor + f"\n\n{' ' * 7}".join(cell)
        told = [textwrap.indent(wrapped(text, 7), " " * 7) for text in entry.text]
        if entry.example is not None and "\n" not in entry.example:
            told.append(f"{' ' * 7}Example: {literal(entry.example)}")
        elif entry.example is not None:
            told.append(textwrap.indent(block("yaml", entry.example), " " * 7))
        rows.append(f"{first}\n     - {(chr(10) * 2).join(told).strip()}")
    return ".. list-table::\n   :header-rows: 1\n   :widths: 30 70\n   :class: keys\n\n" + "\n".join(rows)


def from_ansible(text: str, option: Callable[[str], str] = literal) -> str:
    """A text in Ansible's markup, as reStructuredText.

    :param option: how the name of an option is written, which may have a value, ``state=absent``.
    """
    plain: Mapping[str, Callable[[str], str]] = {
        **dict.fromkeys(("V", "C", "E"), literal),
        "RV": lambda name: literal(name.rpartition(":")[2]),
        "O": lambda name: option(name) if ":" not in name else f":ansopt:`{name}`",
        "M": lambda name: f":ansplugin:`{name}#module`",
        "P": lambda name: f":ansplugin:`{name}`",
        "I": lambda words: f"*{words}*",
    }
    return re.sub(r"\b([A-Z]{1,2})\(([^()]*)\)", lambda found: plain[found[1]](found[2]) if found[1] in plain else found[0], text)
