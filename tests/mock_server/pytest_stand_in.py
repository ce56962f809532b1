# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pytest fixtures that run the stand-in server.

A conftest.py that puts this folder on sys.path and imports `stand_in` and `stand_in_process` gives
its tests the fixture `stand_in`: one process for each pytest session (and each xdist worker), reset
for each test. `online` and `online_process` are the same with an Online side.
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
        self.ready: dict[str, Any] = json.loads(line)
        ready = self.ready
        self.url: str = ready["url"]
        self.username: str = ready["username"]
        self.password: str = ready["password"]
        self.ticket: str = ready["ticket"]
        self.access_token: str = ready["access_token"]
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

    def click(self, table: str, where: dict[str, Any], by: str, at: str | None = None, **changes: Any) -> int:
        """Somebody changes rows of the state in SuperOffice itself; how many rows there were."""
        return int(self.control("POST", "click", {"table": table, "where": where, "set": changes, "by": by, "at": at})["rows"])

    def differ(self, table: str, where: dict[str, Any], **shown: Any) -> None:
        """Let the archives show other values than the agent in rows of a database table."""
        self.control("POST", "differences", {"table": table, "where": where, "set": shown})

    def bulk(self, connections: int, actors: int = 3, fields: int = 20, links: int = 0, log: int = 0) -> None:
        """Add so many connections, each with so many actor types, fields of each, links, and entries of the log."""
        self.control("POST", "bulk", {"connections": connections, "actors": actors, "fields": fields, "links": links, "log": log})

    def put_state(self, state: dict[str, Any]) -> None:
        self.control("PUT", "state", state)

    def end_sessions(self, credential: str = "all") -> None:
        """Let a ticket or token, or all of them, expire."""
        self.control("POST", "sessions", {"end": credential})


class OnlineStandIn(StandIn):
    """A stand-in with --online.

    login_url, client_id, client_secret, private_key, native_client_id: as printed by the server.
    """

    def __init__(self, *arguments: str) -> None:
        super().__init__("--online", *arguments)
        online = self.ready["online"]
        self.login_url: str = online["login_url"]
        self.client_id: str = online["client_id"]
        self.client_secret: str = online["client_secret"]
        self.private_key: str = online["private_key"]
        self.native_client_id: str = online["native_client_id"]
        self.tenants: dict[str, dict[str, str]] = online["tenants"]
        """url (at the start), system_user_token, refresh_token, native_refresh_token by name."""

    def overview(self) -> dict[str, Any]:
        """login_url, hosts, tenants, applications, consents and keys as they are now."""
        overview: dict[str, Any] = self.control("GET", "online")
        return overview

    def tenant_url(self, tenant: str = "Cust12345") -> str:
        """Where the tenant is now."""
        return str(self.overview()["tenants"][tenant]["url"])

    def move(self, tenant: str, host: str, after_calls: int | None = None) -> None:
        """Move the tenant to the host, at once or after so many more calls."""
        self.control("PATCH", f"online/tenants/{tenant}", {"host": host, "after_calls": after_calls})

    def become(self, tenant: str, state: str, state_requests: int | None = None, then: str = "Running") -> None:
        """Give the tenant another state, for good or for so many state requests."""
        further = {} if state_requests is None else {"state_requests": state_requests, "then": then}
        self.control("PATCH", f"online/tenants/{tenant}", {"state": state, **further})

    def change_application(self, client_id: str, **changes: Any) -> None:
        """name, client_secret, public_key, redirect_uris."""
        self.control("PATCH", f"online/applications/{client_id}", changes)

    def rotate_keys(self, keep_old: bool = False) -> None:
        self.control("POST", "online/keys", {"keep_old": keep_old})

    def revoke(self, tenant: str, client_id: str | None = None) -> None:
        """Revoke the tenant's consent to the application, by default to the one with a secret."""
        self.control("POST", "online/consents", {"tenant": tenant, "client_id": client_id or self.client_id, "revoke": True})

    def expire(self, what: str, tenant: str | None = None) -> None:
        """Let the tickets or access_tokens of the tenant, or of all, expire."""
        self.control("POST", "online/expire", {"what": what, "tenant": tenant})

    def tenant_state(self, tenant: str) -> dict[str, Any]:
        """What the tenant's installation has stored."""
        state: dict[str, Any] = self.control("GET", f"state?tenant={tenant}")
        return state


@pytest.fixture(scope="session")
def online_process() -> Iterator[OnlineStandIn]:
    """One server with an Online side for the session."""
    server = OnlineStandIn("--engine-delay", "0")
    yield server
    server.stop()


@pytest.fixture
def online(online_process: OnlineStandIn) -> OnlineStandIn:
    """That server, reset."""
    online_process.reset()
    return online_process


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
