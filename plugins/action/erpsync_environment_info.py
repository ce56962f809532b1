# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of erpsync_environment_info: runs the task inside Ansible's own process, or starts the module."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.environment_info import TASK
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._in_process import InProcess


class ActionModule(InProcess):
    task = TASK
