# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain client for the stand-in's own tests, close to the wire."""

from __future__ import annotations

import json
import socket
from typing import Any

import requests
from pytest_stand_in import StandIn

AGENT = "/api/v1/Agents/ErpSync/"


class Agent:
    """Calls methods by name and returns their answers uninterpreted."""

    def __init__(self, stand_in: StandIn) -> None:
        self.stand_in = stand_in
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (stand_in.username, stand_in.password)

    def post(self, method: str, body: Any = None, **query: Any) -> requests.Response:
        """POST the body as JSON, or nothing without a body.

        The query name `select` stands for $select.
        """
        params = {"$select" if name == "select" else name: value for name, value in query.items()}
        return self.session.post(self.stand_in.url + AGENT + method, json=body, params=params, timeout=20)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> requests.Response:
        params = {"$" + name[1:] if name.startswith("_") else name: value for name, value in query.items()}
        return self.session.get(self.stand_in.url + path, params=params, headers=headers, timeout=20)

    def call(self, method: str, body: Any = None, **query: Any) -> Any:
        """The value of a method, which must succeed; None for void."""
        response = self.post(method, body, **query)
        assert response.status_code in (200, 204), (response.status_code, response.text)
        return response.json() if response.status_code == 200 else None

    def refused(self, method: str, body: Any = None, status: int = 400, **query: Any) -> dict[str, Any]:
        """The error object of a method, which must fail."""
        response = self.post(method, body, **query)
        assert response.status_code == status, (response.status_code, response.text)
        problem: dict[str, Any] = response.json()
        return problem


def raw_post(stand_in: StandIn, method: str, body: Any = None, patience: float = 5.0) -> tuple[bytes, str]:
    """All bytes of the answer on a connection of its own, and its end: closed, reset or waiting."""
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"POST /SuperOffice{AGENT}{method} HTTP/1.1\r\nHost: {stand_in.host}:{stand_in.port}\r\n"
        f"Authorization: SOTicket {stand_in.ticket}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    received = b""
    with socket.create_connection((stand_in.host, stand_in.port), timeout=patience) as connection:
        connection.sendall(head.encode() + content)
        while True:
            try:
                part = connection.recv(65536)
            except ConnectionResetError:
                return received, "reset"
            except TimeoutError:
                return received, "waiting"
            if not part:
                return received, "closed"
            received += part
