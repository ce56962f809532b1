# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells the commit of a git checkout from its files, without git."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def commit_of(paths: t.Iterable[str]) -> str | None:
    """The commit of the first checkout in which a path lies, in twelve digits; None where there is
    none that can be read.
    """
    for path in paths:
        try:
            start = Path(path).resolve()
            for folder in (start, *start.parents):
                if (folder / ".git").exists():
                    return _head(_git_folder(folder))
        except (OSError, ValueError):
            continue
    return None


def _git_folder(checkout: Path) -> Path:
    """The folder .git; a worktree and a submodule have a file in its place that names it."""
    found = checkout / ".git"
    if found.is_dir():
        return found
    return checkout / found.read_text(encoding="utf-8").partition("gitdir:")[2].strip()


def _head(git: Path) -> str | None:
    content = (git / "HEAD").read_text(encoding="utf-8").strip()
    for _link in range(5):
        if _COMMIT.fullmatch(content):
            return content[:12]
        if not content.startswith("ref:"):
            return None
        content = _reference(git, content.partition(":")[2].strip())
    return None


def _reference(git: Path, name: str) -> str:
    """What a reference says. Those of a worktree stand in the folder that it shares with the
    others.
    """
    shared = git / "commondir"
    folders = [git, git / shared.read_text(encoding="utf-8").strip()] if shared.is_file() else [git]
    for folder in folders:
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8").strip()
    for folder in folders:
        packed = folder / "packed-refs"
        for line in packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else ():
            commit, _blank, told = line.partition(" ")
            if told == name:
                return commit
    return ""
