# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network below HTTP: the listening socket, raw bytes, broken connections."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import http
import signal
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .answers import Answer

TRANSPORT = "stand_in.transport"
_LINGER_NOT = struct.pack("ii", 1, 0)
"""SO_LINGER with a time of 0: closing sends RST."""


async def _with_transport(app: ASGIApp, transport: asyncio.Transport, scope: Scope, receive: Receive, send: Send) -> None:
    scope[TRANSPORT] = transport
    await app(scope, receive, send)


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, which gives the application its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = functools.partial(_with_transport, self.app, transport)


def reset(transport: asyncio.Transport) -> None:
    """Ends the connection with RST."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    transport.abort()


def write_raw(transport: asyncio.Transport, answer: Answer, framing: list[tuple[str, str]], body: bytes) -> None:
    """Send a response, possibly with false framing headers, and close the connection."""
    headers = [("Content-Type", answer.content_type or "application/json; charset=utf-8"), *answer.headers, *framing]
    phrase = http.HTTPStatus(answer.status).phrase
    head = f"HTTP/1.1 {answer.status} {phrase}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    transport.write(head.encode("latin-1") + body)
    transport.close()


async def until_gone(receive: Receive) -> None:
    """Wait until either side has ended the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Server(uvicorn.Server):
    """uvicorn that can stop listening for a while, and ends without an error at a signal."""

    def __init__(self, config: uvicorn.Config, listeners: Sequence[socket.socket], when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.addresses = [listener.getsockname() for listener in listeners]
        self._when_ready = when_ready
        self._reopening: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again at the end; here a signal is not a failure."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._reopening is not None:
            self._reopening.cancel()
        self.drop_connections()
        await super().shutdown(sockets=sockets)

    def drop_connections(self, but: asyncio.Transport | None = None) -> None:
        """Aborts all connections."""
        for protocol in list(self.server_state.connections):
            transport = getattr(protocol, "transport", None)
            if transport is not None and transport is not but:
                transport.abort()

    def stop_listening(self, seconds: float) -> None:
        """Refuse connections for a number of seconds."""
        for server in self.servers:
            server.close()
        self.servers = []
        if self._reopening is not None:
            self._reopening.cancel()
        self._reopening = asyncio.get_running_loop().create_task(self._listen_again(seconds))

    async def _listen_again(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        listeners = [listening_socket(address[0], address[1]) for address in self.addresses]
        config = self.config
        make: Any = config.http_protocol_class
        factory = functools.partial(make, config=config, server_state=self.server_state, app_state=self.lifespan.state)
        loop = asyncio.get_running_loop()
        self.servers = [
            await loop.create_server(factory, sock=listener, ssl=config.ssl, backlog=config.backlog) for listener in listeners
        ]


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket bound to the address, not yet listening; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the socket says that it is TCP; without it an answer takes
    # 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound
