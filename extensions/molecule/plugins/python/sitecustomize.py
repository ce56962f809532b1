# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets ordinary modules keep what Python compiles of them for the next one. Python imports this file when it starts, by PYTHONPATH.

Ansible sends a module with all that it imports as source text in an archive. Python compiles such text anew each time, which is half
of what a module costs here. The same text is compiled once, and kept in the folder of the scenario.
"""

from __future__ import annotations

import importlib.util
import marshal
import os
import sys
import zipimport
from types import CodeType

KEPT = os.path.join(os.environ.get("MOLECULE_EPHEMERAL_DIRECTORY", ""), "compiled", str(sys.implementation.cache_tag))

_compile = zipimport._compile_source  # type: ignore[attr-defined]


def compile_once(pathname: str, source: bytes) -> CodeType:
    """What Python makes of the source text; where the same text has been compiled before, what was kept of it."""
    kept = os.path.join(KEPT, importlib.util.source_hash(source).hex())
    if os.path.exists(kept):
        with open(kept, "rb") as file:
            found: CodeType = marshal.load(file)
        return found
    code: CodeType = _compile(pathname, source)
    os.makedirs(KEPT, exist_ok=True)
    # Whole, or not at all: several modules run at the same time.
    own = f"{kept}.{os.getpid()}"
    with open(own, "wb") as file:
        marshal.dump(code, file)
    os.replace(own, kept)
    return code


if "MOLECULE_EPHEMERAL_DIRECTORY" in os.environ:
    zipimport._compile_source = compile_once  # type: ignore[attr-defined]
