# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs Chromium for the tests that use pages, where that surprises nobody.

    python tools/install_browser.py

That is where there is none, apt-get is there, and root runs this, as in a container and in CI. Elsewhere, and where no package index
answers, nothing happens, and these tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "chromium-driver")
# As tests/mock_server/pytest_browser.py looks for them.
BROWSERS, DRIVER = ("chromium", "google-chrome"), "chromedriver"
# Who is offline learns it soon.
SOON = [f"--option={option}" for option in ("Acquire::http::Timeout=10", "Acquire::https::Timeout=10", "Acquire::Retries=0")]
STRICT = "--option=APT::Update::Error-Mode=any"


def is_there() -> bool:
    return shutil.which(DRIVER) is not None and any(map(shutil.which, BROWSERS))


def apt_get(*arguments: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", *SOON, *arguments]
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def why_not() -> str | None:
    """Why there is no browser, after trying; None where there is one."""
    if is_there():
        return None
    if shutil.which("apt-get") is None:
        return "there is no apt-get"
    if os.geteuid() != 0:
        return "only root can install it; as root, apt-get install " + " ".join(PACKAGES)
    print("Installing Chromium for the tests", flush=True)
    if not apt_get("update", STRICT):
        return "no package index answers"
    if not apt_get("install", "--yes", "--no-install-recommends", *PACKAGES) or not is_there():
        return "apt-get does not get " + " and ".join(PACKAGES)
    return None


def main() -> int:
    reason = why_not()
    if reason:
        print(f"There is no Chromium with chromedriver: {reason}. Tests that use pages are skipped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
