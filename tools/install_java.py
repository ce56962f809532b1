# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs Java 17 for the test of rulebooks in their engine, where there is none. Elsewhere, and offline, the test is skipped.

    python tools/install_java.py
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

from apt_packages import why_not

PACKAGES = ("openjdk-17-jre-headless",)
# What ansible-rulebook asks for.
OLDEST = 17


def is_there() -> bool:
    """Whether there is a Java that is new enough."""
    java = shutil.which("java")
    if java is None:
        return False
    told = subprocess.run([java, "-version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    found = re.search(r'version "(\d+)', told)
    return found is not None and int(found[1]) >= OLDEST


def main() -> int:
    reason = why_not(PACKAGES, "Java for the test of rulebooks", is_there)
    if reason:
        print(f"There is no Java {OLDEST}: {reason}. The test of rulebooks in their engine is skipped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
