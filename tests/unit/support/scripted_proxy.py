# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between a client and a server, on real sockets: a proxy, and a listener that breaks whatever begins."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from types import TracebackType
from typing import Self

from .scripted_server import reset_on_close


class _Listener:
    """Serves each connection in a thread of its own while it is used as a context."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._lock = threading.Lock()
        self._done = False
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._lock:
            self._done = True
            still_open = [self._listener, *self._open]
        for each in still_open:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _keep(self, connection: socket.socket) -> socket.socket:
        """Have the connection ended together with the listener."""
        with self._lock:
            if self._done:
                connection.close()
            self._open.append(connection)
        return connection

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, self._keep(connection))

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._keep(self._tls.wrap_socket(connection, server_side=True))
            self._talk(connection)
        except OSError:
            # The client went away, as it may.
            pass
        finally:
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        raise NotImplementedError


class Breaker(_Listener):
    """Reads what comes first on each connection, writes some bytes, and ends it."""

    def __init__(self, says: bytes = b"", then: str = "close", tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self._says = says
        self._then = then
        self.received: list[bytes] = []

    def _talk(self, connection: socket.socket) -> None:
        self.received.append(connection.recv(65536))
        connection.sendall(self._says)
        if self._then == "reset":
            reset_on_close(connection)


class Proxy(_Listener):
    """Carries bytes to a server and back, as CONNECT asks for, or as they are; it says 502 where nobody listens.

    A request that is forwarded keeps the whole address in its first line.
    """

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        """:param port: of the server, whatever the client asks for."""
        super().__init__(tls)
        self._port = port
        self.heads: list[bytes] = []

    def _talk(self, connection: socket.socket) -> None:
        first = b""
        while not first.endswith(b"\r\n\r\n"):
            byte = connection.recv(1)
            if not byte:
                return
            first += byte
        self.heads.append(first)
        try:
            server = self._keep(socket.create_connection(("127.0.0.1", self._port)))
        except OSError:
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        with server:
            if first.startswith(b"CONNECT "):
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                server.sendall(first)
            _carry(connection, server)


def _carry(one: socket.socket, other: socket.socket) -> None:
    """Copy both ways until one end says no more. One thread does it: two must not use one TLS connection."""
    ends = {one: other, other: one}
    while True:
        decrypted = [end for end in ends if isinstance(end, ssl.SSLSocket) and end.pending()]
        for end in decrypted or select.select(list(ends), [], [])[0]:
            data = end.recv(65536)
            if not data:
                return
            ends[end].sendall(data)
