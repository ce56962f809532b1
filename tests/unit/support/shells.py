# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two shells around a module: inside the controller's process, and as an ordinary module.

A test that uses the fixture `shell` runs once in each of them.
"""

from __future__ import annotations

import os

IN_PROCESS = "in_process"
MODULE = "module"
SHELLS = (IN_PROCESS, MODULE)

CHOICE = "ERPSYNC_TEST_SHELL"
"""The environment variable with the choice; what is not chosen is left as Ansible would have it."""


def other(shell: str) -> str:
    """The other one."""
    return SHELLS[1 - SHELLS.index(shell)]


def chosen_shell() -> str | None:
    """The shell that is to be used, if it has been chosen."""
    return os.environ.get(CHOICE)


def shell_arguments() -> list[str]:
    """What makes Ansible's programs use the chosen shell."""
    return ["--extra-vars", '{"erpsync_in_process": false}'] if chosen_shell() == MODULE else []
