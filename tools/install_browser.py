# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs Chromium for the tests that use pages, where there is none. Elsewhere, and offline, these tests are skipped.

    python tools/install_browser.py
"""

from __future__ import annotations

import shutil
import sys

from apt_packages import why_not

PACKAGES = ("chromium", "chromium-driver")
# As tests/mock_server/pytest_browser.py looks for them.
BROWSERS, DRIVER = ("chromium", "google-chrome"), "chromedriver"


def is_there() -> bool:
    """Whether there is a browser, and what drives it."""
    return shutil.which(DRIVER) is not None and any(map(shutil.which, BROWSERS))


def main() -> int:
    reason = why_not(PACKAGES, "Chromium for the tests", is_there)
    if reason:
        print(f"There is no Chromium with chromedriver: {reason}. Tests that use pages are skipped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
