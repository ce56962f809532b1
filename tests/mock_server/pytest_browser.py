# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium for tests, where there is one, driven over WebDriver; and its pytest fixture."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key of an element's name in WebDriver."""
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Space": "\ue00d", "Tab": "\ue004"}
"""Keys without a character."""


class Browser:
    """One window. Selectors are those of CSS."""

    def __init__(self, driver: str, chromium: str, profile: Path) -> None:
        self.process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        port = next(found[1] for line in self.process.stdout if (found := re.search(r"started successfully on port (\d+)", line)))
        self._address = f"http://127.0.0.1:{port}/session"
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={profile}"]
        # It shall not do anything of its own.
        arguments += ["--disable-background-networking", "--disable-component-update", "--disable-extensions", "--no-first-run"]
        options = {"binary": chromium, "args": arguments}
        # A click does not wait for the page that it leads to.
        wanted = {"goog:chromeOptions": options, "timeouts": {"implicit": 60_000}}
        session = self._call("POST", "", capabilities={"alwaysMatch": wanted})
        self._address += "/" + session["sessionId"]

    def _call(self, verb: str, path: str, **sent: Any) -> Any:
        answer = requests.request(verb, self._address + path, json=sent if verb == "POST" else None, timeout=120)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]

    def close(self) -> None:
        try:
            self._call("DELETE", "")
        finally:
            self.process.terminate()
            self.process.communicate(timeout=20)

    def open(self, url: str) -> None:
        self._call("POST", "/url", url=url)

    def _element(self, selector: str) -> str:
        return str(self._call("POST", "/element", using="css selector", value=selector)[_ELEMENT])

    def click(self, selector: str) -> None:
        self._call("POST", f"/element/{self._element(selector)}/click")

    def text(self, selector: str) -> str:
        return str(self._call("GET", f"/element/{self._element(selector)}/text"))

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns; a promise is waited for."""
        return self._call("POST", "/execute/sync", script=script, args=list(arguments))

    def press(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        pressed = [{"type": way, "value": KEYS.get(key, key)} for key in keys for way in ("keyDown", "keyUp")]
        self._call("POST", "/actions", actions=[{"type": "key", "id": "keyboard", "actions": pressed}])

    def devtools(self, command: str, **parameters: Any) -> Any:
        """What a command of the Chrome DevTools Protocol returns."""
        return self._call("POST", "/goog/cdp/execute", cmd=command, params=parameters)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium") or shutil.which("google-chrome")
    if driver is None or chromium is None:
        pytest.skip("there is no Chromium with chromedriver: make browser")
    window = Browser(driver, chromium, tmp_path_factory.mktemp("profile"))
    yield window
    window.close()
