# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the licence header of every Python file.

plugins/module_utils is BSD-2-Clause, everything else GPL-3.0-or-later. Empty files (packages) need
no header. Prints the wrong files; exit status 1 when there are any.
"""

from __future__ import annotations

import sys
from pathlib import Path

from layout import ROOT, project_files

COPYRIGHT = "# Copyright (c) 2026, The superoffice.erpsync contributors"
GPL = [
    "# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)",
    "# SPDX-License-Identifier: GPL-3.0-or-later",
]
BSD = [
    "# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)",
    "# SPDX-License-Identifier: BSD-2-Clause",
]


def expected_header(name: Path) -> list[str]:
    """The first three lines that the file must have."""
    return [COPYRIGHT, *(BSD if name.is_relative_to("plugins/module_utils") else GPL)]


def main() -> int:
    at_fault = []
    for name in project_files():
        if name.suffix != ".py":
            continue
        text = (ROOT / name).read_text(encoding="utf-8")
        if text and text.splitlines()[:3] != expected_header(name):
            at_fault.append(name)
    for name in at_fault:
        print(f"{name}:1: the file does not begin with these lines:")
        print("\n".join(f"    {line}" for line in expected_header(name)))
    return 1 if at_fault else 0


if __name__ == "__main__":
    sys.exit(main())
