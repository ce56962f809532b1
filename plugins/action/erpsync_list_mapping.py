# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module of this name, carried out inside the controller's process where nobody could tell the difference."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.list_mapping import TASK
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._converging import Converging


class ActionModule(Converging):
    """Carries the task out here, or hands it over to the module."""

    task = TASK
