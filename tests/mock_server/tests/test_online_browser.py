# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the sign-in in a headless Chromium, where there is one."""

from __future__ import annotations

import http.server
import queue
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from online_client import TENANT
from pytest_browser import Browser, browser
from pytest_stand_in import OnlineStandIn

__all__ = ["browser"]


class _Listener(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>Done</p>")
        if not self.path.startswith("/favicon"):
            self.server.received.put(self.path)  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def received() -> Iterator[tuple[str, queue.Queue[str]]]:
    """A redirect URI, and the paths that come there."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Listener)
    paths: queue.Queue[str] = queue.Queue()
    server.received = paths  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/callback", paths
    server.shutdown()
    thread.join()
    server.server_close()


def _address(online: OnlineStandIn, redirect_uri: str, **further: str) -> str:
    usual = {"response_type": "code", "scope": "openid", "client_id": online.client_id, "redirect_uri": redirect_uri, "state": "a-state"}
    return f"{online.login_url}/login/common/oauth/authorize?{urlencode({**usual, **further})}"


def test_a_person_approves(browser: Browser, online: OnlineStandIn, received: tuple[str, queue.Queue[str]]) -> None:
    redirect_uri, paths = received
    browser.open(_address(online, redirect_uri))
    assert "Stand-in ERP Sync" in browser.text("main")
    browser.click("#tenant option[value=Cust23456]")
    browser.click("#accept")
    parameters = parse_qs(urlsplit(paths.get(timeout=60)).query)
    assert parameters["state"] == ["a-state"]
    sent = {"grant_type": "authorization_code", "redirect_uri": redirect_uri, "code": parameters["code"][0]}
    address = f"{online.login_url}/login/common/oauth/tokens"
    tokens = requests.post(address, data=sent, auth=(online.client_id, online.client_secret), timeout=10).json()
    assert tokens["access_token"].startswith("8A:Cust23456.")


def test_a_person_denies(browser: Browser, online: OnlineStandIn, received: tuple[str, queue.Queue[str]]) -> None:
    redirect_uri, paths = received
    browser.open(_address(online, redirect_uri, acr_values=f"tenant:{TENANT}"))
    assert browser.text("#tenant").strip() == TENANT
    browser.click("#refuse")
    assert parse_qs(urlsplit(paths.get(timeout=60)).query)["error"] == ["access_denied"]


def test_a_person_reads_why_not(browser: Browser, online: OnlineStandIn) -> None:
    browser.open(_address(online, "https://app.example.com/"))
    assert "redirect_uri" in browser.text("#problem")
