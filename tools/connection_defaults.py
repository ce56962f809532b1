# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the module_defaults with which roles and playbooks pass on the connection options, from the table of these."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS

ROOT = Path(__file__).resolve().parent.parent
# The options stand below their key, deeper than it.
_DEFAULTS = re.compile(
    r"^( *)group/superoffice\.erpsync\.all:  # Written by tools/write_option_docs\.py\n(?:\1 +.*\n)*",
    re.MULTILINE,
)


def _written(found: re.Match[str]) -> str:
    indent = found[1]
    key = found[0].splitlines(keepends=True)[0]
    return key + "".join(f'{indent}  {one.name}: "{{{{ erpsync_{one.name} | default(omit) }}}}"\n' for one in CONNECTION_OPTIONS)


def files() -> dict[Path, str]:
    """The files with such defaults, with the text that they should have."""
    paths = sorted([*(ROOT / "roles").glob("*/tasks/*.yml"), *(ROOT / "playbooks").glob("*.yml")])
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    return {path: _DEFAULTS.sub(_written, text) for path, text in texts.items() if _DEFAULTS.search(text)}
