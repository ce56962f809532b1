# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pytest fixtures that run the stand-in server.

A conftest.py that puts this folder on sys.path and imports `stand_in` and `stand_in_process` gives
its tests the fixture `stand_in`: one process for each pytest session (and each xdist worker), reset
for each test.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

PROGRAM = Path(__file__).resolve().parent
_PATIENCE = 15.0
"""Seconds until an unanswered control API counts as lost; longer than any test refuses connections.
"""


class StandIn:
    """A running stand-in.

    url, username, password, ticket, access_token: as printed by the server. Methods raise
    RuntimeError where the control API refuses.
    """

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), *arguments], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, encoding="utf-8"
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the stand-in did not start (status {self.process.wait()})")
        ready: dict[str, str] = json.loads(line)
        self.url = ready["url"]
        self.username = ready["username"]
        self.password = ready["password"]
        self.ticket = ready["ticket"]
        self.access_token = ready["access_token"]
        parts = urlsplit(self.url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 0

    def stop(self) -> int:
        """End the process; return its exit status."""
        self.process.terminate()
        try:
            return self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            if self.process.stdout is not None:
                self.process.stdout.close()

    def control(self, verb: str, path: str, body: Any = None) -> Any:
        """One call of the control API, repeated while the server refuses connections.

        The JSON of the answer.
        """
        until = time.monotonic() + _PATIENCE
        while True:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=_PATIENCE)
            try:
                connection.connect()
            except ConnectionRefusedError:
                connection.close()
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.02)
                continue
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # Head and body are sent separately.
            with contextlib.closing(connection):
                connection.request(verb, f"/_mock/{path}", None if body is None else json.dumps(body))
                response = connection.getresponse()
                content = response.read()
            if response.status >= 300:
                raise RuntimeError(f"{verb} /_mock/{path}: {response.status} {content.decode(errors='replace')}")
            return json.loads(content) if content else None

    def journal(self) -> list[dict[str, Any]]:
        """The requests since the reset.

        {n, verb, path, method, query, body, writes, carried_out, status, fault, scheme, headers,
        peer, transport, and of SOAP services_version, operation, header_parts and problem: what the
        schema has against the request}.
        """
        requests: list[dict[str, Any]] = self.control("GET", "journal")["requests"]
        return requests

    def methods(self) -> list[str]:
        """The called agent methods in order; other calls as "Service.Operation" (SOAP) or "VERB
        /path".
        """
        return [entry["method"] or entry["operation"] or f"{entry['verb']} {entry['path']}" for entry in self.journal()]

    def problems(self) -> list[str]:
        """The mismatches of SOAP requests with the schema, one text for each such request."""
        return [entry["problem"] for entry in self.journal() if entry["problem"]]

    def writes(self) -> list[str]:
        """The called agent methods that change something."""
        return [str(entry["method"]) for entry in self.journal() if entry["writes"]]

    def clear_journal(self) -> None:
        self.control("DELETE", "journal")

    def fault(self, method: str | None = None, kind: str = "reset", calls: str | list[int] = "all", **options: Any) -> None:
        """Make calls of `method` fail; GET /_mock lists kinds and options. refused without a
        method: at once.
        """
        where = {} if method is None else {"method": method, "calls": calls}
        self.control("POST", "faults", {"kind": kind, **where, **options})

    def clear_faults(self) -> None:
        self.control("DELETE", "faults")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings; return the values of all settings."""
        described = self.control("PATCH", "settings", changes)
        return {name: entry["value"] for name, entry in described.items()}

    def reset(self, seed: str = "default") -> None:
        self.control("POST", "reset", {"seed": seed})

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.control("GET", "state")
        return state

    def put_state(self, state: dict[str, Any]) -> None:
        self.control("PUT", "state", state)

    def end_sessions(self, credential: str = "all") -> None:
        """Let a ticket or token, or all of them, expire."""
        self.control("POST", "sessions", {"end": credential})


@pytest.fixture(scope="session")
def stand_in_process() -> Iterator[StandIn]:
    """One server for the session, whose engine switches after a tenth of a second."""
    server = StandIn("--engine-delay", "0.1")
    yield server
    server.stop()


@pytest.fixture
def stand_in(stand_in_process: StandIn) -> StandIn:
    """The server, reset."""
    stand_in_process.reset()
    return stand_in_process
