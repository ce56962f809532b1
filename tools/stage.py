# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies the project to .build/stage/ansible_collections/superoffice/erpsync.

ansible-test requires a folder of that name and accepts no symbolic link. The copy omits what git
ignores.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from layout import ROOT, STAGED_COLLECTION, project_files


def stage(target: Path = STAGED_COLLECTION) -> Path:
    """Replace `target` by a fresh copy of the project's files and return it."""
    if target.exists():
        shutil.rmtree(target)
    for name in project_files():
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy)
    return target


if __name__ == "__main__":
    stage()
