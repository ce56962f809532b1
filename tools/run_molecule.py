# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs molecule, which asks for the version of ansible-playbook before each of its steps: a quarter of a second each time.

    python tools/run_molecule.py [ARGUMENTS OF molecule...]

`test` ends what a run that was killed left behind, first: molecule would take its stand-ins for running.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import yaml
from molecule.provisioner.ansible_playbook import AnsiblePlaybook
from molecule.shell import main


def left_over() -> list[Path]:
    """The states in ANSIBLE_HOME that say that there are stand-ins."""
    home = Path(os.environ.get("ANSIBLE_HOME", "~/.ansible")).expanduser()
    states = sorted(home.glob("tmp/molecule.*/state.yml"))
    return [state for state in states if (yaml.safe_load(state.read_text(encoding="utf-8")) or {}).get("created")]


def end_left_over() -> None:
    if states := left_over():
        # Whatever comes of it: it fails where the servers are gone, and where the results of half a run differ.
        subprocess.run([sys.executable, __file__, "destroy", "--scenario-name", "default"], capture_output=True, check=False)
        for state in states:
            state.unlink(missing_ok=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["test"]:
        end_left_over()
    # Where ansible-playbook is not there, its first step says so.
    with mock.patch.object(AnsiblePlaybook, "_validate_backend"):
        sys.exit(main(prog_name="molecule"))
