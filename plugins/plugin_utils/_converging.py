# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The second shell for the modules that bring connectors and connections into their declared state."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._apply import executor, interruption, progress
from ansible_collections.superoffice.erpsync.plugins.module_utils._read import environment
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._in_process import InProcess

# What such a task imports only where it is needed is imported here for all of them.
LOADED = (progress, executor, interruption, environment)


class Converging(InProcess):
    """An action plugin that carries out the module of its name, with all that converging needs already loaded."""
