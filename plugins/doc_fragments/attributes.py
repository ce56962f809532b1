# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/superoffice.erpsync.all) in C(module_defaults) to write the connection
      options once.
    support: full
    membership:
      - superoffice.erpsync.all
  platform:
    description: Target operating systems and families.
    support: full
    platforms: posix
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return what it would return, without changing anything.
    support: full
    details:
      - This action does not modify state.
  diff_mode:
    description: Returns what changed, or would change in check mode, when in diff mode.
    support: N/A
    details:
      - This action does not modify state.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
    details:
      - This action does not modify state.
"""

    CONVERGING = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
  diff_mode:
    description: Returns what changed, or would change in check mode, when in diff mode.
    support: full
    details:
      - There is one difference for each changed thing, with the names of the options. Secrets are
        shown as asterisks.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""
