# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugins of the modules that converge connectors and connections."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._apply import executor, interruption, progress
from ansible_collections.superoffice.erpsync.plugins.module_utils._read import environment
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._in_process import InProcess

# Imported once here, because the core imports these modules inside functions.
LOADED = (progress, executor, interruption, environment)


class Converging(InProcess):
    """Runs the module of its name, with the modules for converging already imported."""
