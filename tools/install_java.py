# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs Java 17 for the test of rulebooks in their engine, where that surprises nobody.

    python tools/install_java.py

That is where there is none, apt-get is there, and root runs this, as in a container and in CI. Elsewhere, and where no package index
answers, nothing happens, and the test is skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

from install_browser import STRICT, apt_get

PACKAGE = "openjdk-17-jre-headless"
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


def why_not() -> str | None:
    """Why there is no Java, after trying; None where there is one."""
    if is_there():
        return None
    if shutil.which("apt-get") is None:
        return "there is no apt-get"
    if os.geteuid() != 0:
        return f"only root can install it; as root, apt-get install {PACKAGE}"
    print("Installing Java for the test of rulebooks", flush=True)
    if not apt_get("update", STRICT):
        return "no package index answers"
    if not apt_get("install", "--yes", "--no-install-recommends", PACKAGE) or not is_there():
        return f"apt-get does not get {PACKAGE}"
    return None


def main() -> int:
    reason = why_not()
    if reason:
        print(f"There is no Java {OLDEST}: {reason}. The test of rulebooks in their engine is skipped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
