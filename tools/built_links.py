# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds links within a built site that lead nowhere: missing files, and anchors that a page does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

_LINK = re.compile(r"""<(?:a|link|script|img|use)\b[^>]*?\s(?:href|src)=["']([^"']*)["']""")
_ANCHOR = re.compile(r"""\s(?:id|name)=["']([^"']*)["']""")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def broken(folder: Path) -> list[str]:
    """A line for each link of the HTML files in a folder that leads nowhere, sorted."""
    folder = folder.resolve()
    texts = {page: page.read_text(encoding="utf-8") for page in folder.rglob("*.html")}
    anchors = {page: {unquote(anchor) for anchor in _ANCHOR.findall(text)} for page, text in texts.items()}

    def told() -> Iterator[str]:
        for page, text in texts.items():
            for link in sorted(set(_LINK.findall(text))):
                if _ELSEWHERE.match(link) or leads_somewhere(page, link):
                    continue
                yield f"{page.relative_to(folder)}: {link} leads nowhere"

    def leads_somewhere(page: Path, link: str) -> bool:
        name, _hash, anchor = link.partition("#")
        name = unquote(name.partition("?")[0])
        target = (page.parent / name).resolve() if name else page
        # "#" alone is the top of the page.
        return target.is_file() if not anchor or target.suffix != ".html" else unquote(anchor) in anchors.get(target, set())

    return sorted(told())
