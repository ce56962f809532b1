# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths of the repository and the build folder, and the files that belong to the collection."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
COLLECTIONS = BUILD / "collections"
STAGE = BUILD / "stage"
# Whose a file is, and under which licence: as this one says it.
HEADER = [line.removeprefix("# ") for line in Path(__file__).read_text(encoding="utf-8").splitlines()[:3]]
STAGED_COLLECTION = STAGE / "ansible_collections" / "superoffice" / "erpsync"


def project_files() -> list[Path]:
    """The files of the project, relative to ROOT, sorted: all that git does not ignore."""
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        check=True,
        stdout=subprocess.PIPE,
    ).stdout.decode()
    names = {Path(name) for name in listing.split("\0") if name}
    return sorted(name for name in names if (ROOT / name).is_file())


def with_programs(python: Path = Path(sys.executable)) -> dict[str, str]:
    """The environment with the interpreter's programs first on PATH.

    Ansible's tools call each other by name.
    """
    return dict(os.environ, PATH=f"{python.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
