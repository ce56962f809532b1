# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server that follows a script, on a real socket.

The script lists the exchanges that are expected, in order. A request that is not the next one, one too many, or one
that never came fails the test. What is answered is bytes, so that a test can be as rude as it likes.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """What goes back: ``pieces`` one after another with ``pause`` seconds between them, then perhaps the end of the connection."""

    pieces: tuple[bytes, ...] = ()
    pause: float = 0.0
    then: str = "keep"
    """keep the connection, close it, reset it, or hang: say nothing more until the other side gives up."""
    past_tls: bytes = b""
    """What is written to the connection behind the pieces without being encrypted, as a broken server or middlebox does."""


@dataclass(frozen=True)
class Exchange:
    """One request that is expected, as ``verb target``, and the reply to it."""

    request: str
    reply: Reply


@dataclass
class Received:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def answer(
    value: Any = None, status: int = 200, headers: dict[str, str] | None = None, body: bytes | None = None, then: str = "keep"
) -> Reply:
    """A whole answer with a JSON value, or with a body of its own."""
    content = json.dumps(value).encode() if body is None else body
    return Reply(
        (head(status, {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}) + content,), then=then
    )


def nothing(status: int = 204, headers: dict[str, str] | None = None) -> Reply:
    """An answer without a body."""
    return Reply((head(status, headers or {}),))


def head(status: int, headers: dict[str, str]) -> bytes:
    """The first line and the headers of an answer, with the empty line behind them."""
    return "\r\n".join([f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode("latin-1")


PATIENCE = 20.0
"""Seconds after which something that always comes is taken for missing."""


class ScriptedServer:
    """Serves the script while it is used as a context; leaving the context checks that the script was followed to its end."""

    def __init__(self, script: Iterable[Exchange | tuple[str, Reply]] = (), tls: ssl.SSLContext | None = None) -> None:
        self.script = [item if isinstance(item, Exchange) else Exchange(*item) for item in script]
        self.received: list[Received] = []
        self.faults: list[str] = []
        self.handshakes_failed = 0
        self._tls = tls
        self._lock = threading.Lock()
        self._arrival = threading.Condition(self._lock)
        self._done = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        # By the number of the connection.
        self._closed: dict[int, threading.Event] = {}
        self._connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[str]:
        """The requests that came, as ``verb target``."""
        return [received.line for received in self.received]

    @property
    def connections(self) -> list[int]:
        """For each request the number of the connection that it came on."""
        return [received.connection for received in self.received]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None and not self.faults:
            # A client that gives up may be faster than what it has sent.
            with self._arrival:
                self._arrival.wait_for(lambda: len(self.received) >= len(self.script), PATIENCE)
        self._done.set()
        # Closing alone does not wake a thread that waits in accept.
        with socket.socket() as knock:
            knock.settimeout(1)
            knock.connect_ex(("127.0.0.1", self.port))
        self._listener.close()
        for connection in self._sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()
        for thread in self._threads:
            thread.join(5)
        if kind is None:
            assert self.faults == []
            left = [exchange.request for exchange in self.script[len(self.received) :]]
            assert left == [], f"requests that never came: {left}"

    def await_closed(self, number: int) -> None:
        """Waits until a connection is closed from this side."""
        assert self._closed.setdefault(number, threading.Event()).wait(60)

    def _start(self, target: Any, *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            if self._done.is_set():
                connection.close()
                return
            self._connections += 1
            self._sockets.append(connection)
            self._start(self._serve, connection, self._connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        if self._tls is not None:
            try:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._sockets.append(connection)
            except OSError:
                self.handshakes_failed += 1
                connection.close()
                return
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for received in read_requests(connection, number):
                reply = self._next(received)
                if not send(connection, reply, self._done):
                    self._closed.setdefault(number, threading.Event()).set()
                    return
        except OSError:
            # The client went away, as it may.
            pass

    def _next(self, received: Received) -> Reply:
        with self._lock:
            place = len(self.received)
            self.received.append(received)
            self._arrival.notify_all()
            if place >= len(self.script):
                self.faults.append(f"one request too many: {received.line}")
                return answer({"Message": "not in the script"}, 599, then="close")
            expected = self.script[place]
            if expected.request != received.line:
                self.faults.append(f"request {place + 1} should be {expected.request} and is {received.line}")
            return expected.reply


def read_requests(connection: socket.socket, number: int) -> Iterator[Received]:
    """The requests on a connection, until it ends."""
    with connection.makefile("rb") as stream:
        while True:
            first = stream.readline()
            if not first.strip():
                return
            headers: dict[str, str] = {}
            while (line := stream.readline()).strip():
                name, _colon, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            verb, target, _version = first.decode("latin-1").split(" ", 2)
            yield Received(f"{verb} {target}", headers, stream.read(int(headers.get("content-length", 0))), number)


def send(connection: socket.socket, reply: Reply, done: threading.Event) -> bool:
    """Send a reply. Returns whether the connection goes on."""
    for index, piece in enumerate(reply.pieces):
        if index and reply.pause and done.wait(reply.pause):
            return False
        connection.sendall(piece)
    if reply.past_tls:
        socket.socket.sendall(connection, reply.past_tls)
    if reply.then == "hang":
        done.wait(20)
    if reply.then == "reset":
        reset_on_close(connection)
    if reply.then != "keep":
        if reply.then == "close" and not isinstance(connection, ssl.SSLSocket):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        connection.close()
        return False
    return True


def reset_on_close(connection: socket.socket) -> None:
    """Let the connection end with a reset, whatever has been read."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def agent_calls(methods: Sequence[str]) -> list[str]:
    """The request lines of agent methods."""
    return [f"POST /api/v1/Agents/ErpSync/{method}" for method in methods]


def elapsed(start: float) -> float:
    """Seconds of real time since ``start``."""
    return time.monotonic() - start
