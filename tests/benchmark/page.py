# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a large fleet: how long a browser takes to open it."""

from __future__ import annotations

import shutil
from pathlib import Path

from ansible_collections.superoffice.erpsync.tests.unit.support import pages
from pytest_browser import Browser

INSTALLATIONS, DIFFERENCES = 200, 2000
# From the request until the page is laid out, and its script has folded it.
_TIMED = "addEventListener('load', () => requestAnimationFrame(() => setTimeout(() => { window.opened = performance.now() / 1000; })));"
_OPENED = "const ask = (done) => window.opened ? done(window.opened) : setTimeout(ask, 10, done); return new Promise(ask);"


def opened(folder: Path, rounds: int) -> list[float] | None:
    """The seconds of each round; None without a browser."""
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium") or shutil.which("google-chrome")
    if driver is None or chromium is None:
        return None
    page = folder / "page.html"
    page.write_text(pages.render(pages.drift_page(pages.fleet(INSTALLATIONS, DIFFERENCES))), encoding="utf-8")
    browser = Browser(driver, chromium, folder / "profile")
    try:
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", source=_TIMED)
        found = []
        for _round in range(rounds):
            browser.open("about:blank")
            browser.open(page.as_uri())
            found.append(float(browser.run(_OPENED)))
        return found
    finally:
        browser.close()
