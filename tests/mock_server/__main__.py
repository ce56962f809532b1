# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""python tests/mock_server --port N"""

from __future__ import annotations

import sys

from stand_in.main import main

if __name__ == "__main__":
    sys.exit(main())
