# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the module of this name inside the controller's process where the result is the same."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.health import TASK
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._in_process import InProcess


class ActionModule(InProcess):
    """Runs the task here, or as an ordinary module."""

    task = TASK
