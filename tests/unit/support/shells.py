# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two shells around a module: inside the controller's process, and as an ordinary module."""

from __future__ import annotations

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support import effort

IN_PROCESS = "in_process"
MODULE = "module"
SHELLS = (IN_PROCESS, MODULE)

in_both_shells = pytest.mark.parametrize("shell", SHELLS)
"""A test that takes a shell, and hands it to what runs its modules."""

in_process_at_least = pytest.mark.parametrize("shell", SHELLS if effort.EVERY_WAY else (IN_PROCESS,))
"""A test whose ordinary modules are processes of their own: half a second each, so that `make thorough` has them."""


def other(shell: str) -> str:
    """The other one."""
    return SHELLS[1 - SHELLS.index(shell)]


def shell_arguments(shell: str) -> list[str]:
    """What makes Ansible's programs use the shell."""
    return ["--extra-vars", '{"erpsync_in_process": false}'] if shell == MODULE else []
