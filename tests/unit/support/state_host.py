# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sign-in host with as many tenants as a test wants, which is asked for their states and for a list of them."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Answer = bytes | dict[str, Any] | list[Any] | tuple[int, dict[str, str], bytes] | None
"""A body, its JSON, or status, headers and body; None for a host that takes the request and says nothing."""

UNTIL = "2099-01-01T00:00:00.0000000Z"
PAST = "2001-01-01T00:00:00.0000000Z"
VERSION = "Release_11.10_2026.07.06-01"


def told(tenant: str, state: str = "Running", host: str = "online2", until: str | None = UNTIL, **more: Any) -> dict[str, Any]:
    """The state of a tenant, as SuperOffice writes it."""
    address = f"https://{host}.superoffice.com/{tenant}"
    running = state in ("Running", "OnlineMaintenance")
    members = {"ContextIdentifier": tenant, "Endpoint": address, "State": state, "IsRunning": running, "Api": f"{address}/api"}
    return {**members, "ValidUntil": until, "Version": VERSION, **more}


class StateHost:
    """Answers what ``answers`` has for a tenant, or for another path; 404 otherwise."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[], Answer]] = {}
        self.asked: Counter[str] = Counter()
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body in one packet.
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                host._answer(self)

            def log_message(self, *_what: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        name = request.path.rpartition("/")[2] if request.path.startswith("/api/state/") else request.path
        with self._lock:
            self.asked[name] += 1
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            answer = self.answers.get(name, (404, {}, b'{"Message": "There is no such customer."}'))
            answer = answer() if callable(answer) else answer
            if answer is None:
                self._ended.wait(30)
                request.close_connection = True
                return
        finally:
            with self._lock:
                self._at_once -= 1
        status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        # Without a date: the clock of the test counts.
        request.send_response_only(status)
        for header, value in {"Content-Length": str(len(content)), **headers}.items():
            request.send_header(header, value)
        request.end_headers()
        request.wfile.write(content)
