# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-lint, which checks the syntax of all playbooks and roles in one start of ansible-playbook where it would start one for each.

    python tools/lint_playbooks.py [ARGUMENTS OF ansible-lint...]

Where that one finds something, ansible-lint does it in its own way, which says what is wrong in which file. Otherwise it need not ask again
for each playbook that another one imports.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import yaml
from ansible_compat.runtime import Runtime
from ansiblelint.__main__ import main
from ansiblelint.errors import MatchError
from ansiblelint.file_utils import Lintable
from ansiblelint.runner import Runner

_each_by_itself = Runner._run_syntax_check_phase
_asks = Runtime.has_playbook
_right: set[Path] = set()


def well_formed(runner: Runner, files: list[Lintable]) -> bool:
    """Whether ansible-playbook finds nothing wrong in any of the playbooks, nor in the tasks of the roles."""
    paths = {kind: [str(file.path.expanduser().resolve()) for file in files if file.kind == kind] for kind in ("playbook", "role")}
    tasks = [{"name": f"Import {path}", "ansible.builtin.import_role": {"name": path}} for path in paths["role"]]
    with tempfile.TemporaryDirectory() as folder:
        roles = Path(folder, "roles.yml")
        roles.write_text(yaml.safe_dump([{"name": "Roles", "hosts": "localhost", "tasks": tasks}]), encoding="utf-8")
        command = ["ansible-playbook", "--syntax-check", *paths["playbook"], str(roles)]
        print(f"Executing syntax check on {len(paths['playbook'])} playbooks and {len(tasks)} roles", flush=True)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=runner.app.runtime.environ)
    return done.returncode == 0


def all_at_once(runner: Runner, matches: list[MatchError]) -> list[Lintable]:
    """Takes the place of ansible-lint's own check of the syntax; returns the files that it has read."""
    files: list[Lintable] = runner._collect_syntax_check_files()
    if not well_formed(runner, files):
        return _each_by_itself(runner, matches)
    _right.update(file.path.expanduser().resolve() for file in files if file.kind == "playbook")
    return files


def has_playbook(runtime: Runtime, playbook: str, *, basedir: Path | None = None) -> bool:
    """Takes the place of what asks ansible-playbook whether a playbook that another one imports is well-formed."""
    return Path(basedir or ".", playbook).resolve() in _right or _asks(runtime, playbook, basedir=basedir)


if __name__ == "__main__":
    with mock.patch.object(Runner, "_run_syntax_check_phase", all_at_once), mock.patch.object(Runtime, "has_playbook", has_playbook):
        sys.exit(main(["ansible-lint", *sys.argv[1:]]))
