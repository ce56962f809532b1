# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs molecule, which asks for the version of ansible-playbook before each of its steps: a quarter of a second each time.

    python tools/run_molecule.py [ARGUMENTS OF molecule...]
"""

from __future__ import annotations

import sys
from unittest import mock

from molecule.provisioner.ansible_playbook import AnsiblePlaybook
from molecule.shell import main

if __name__ == "__main__":
    # Where ansible-playbook is not there, its first step says so.
    with mock.patch.object(AnsiblePlaybook, "_validate_backend"):
        sys.exit(main(prog_name="molecule"))
