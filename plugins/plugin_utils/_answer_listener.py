# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listens on a loopback address for the browser that SuperOffice sends back.

Any program of this machine can connect. So a connection has little time and little room, several
are served at once, and whatever is not the awaited request gets a page and changes nothing. One
thread, and sockets that never block while it waits.
"""

from __future__ import annotations

import contextlib
import errno
import re
import selectors
import socket
import time
import typing as t
from urllib.parse import urlsplit

from ..module_utils._client import errors
from ..module_utils._client.online.authorization import NotTheAnswer, redirect_uri
from ._answer_page import page

T = t.TypeVar("T")

TITLE = "SuperOffice: sign in"
# The head of a request. A browser's is below 4 kB, and a code below 2 kB.
_LARGEST = 32 * 1024
# Seconds for a connection. Browsers connect beforehand and send nothing for a while.
_PATIENCE = 10.0
_MOST_CONNECTIONS = 32
_MOST_TOLD = 5
_READ = 16 * 1024
_REQUEST_LINE = re.compile(r"([A-Z]{1,20}) ([!-~]{1,30000}) HTTP/1\.[01]")
_HOST = re.compile(r"^host:[ \t]*([!-~]*)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


class Reply(t.Protocol):
    """Shows the browser that brought the answer a page."""

    def __call__(self, text: str, *, succeeded: bool) -> None:
        """Send a page with this text."""


class _Connection:
    """A browser's connection. ``answered``: a page was sent; what else comes is thrown away."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self.sock = sock
        self.until = until
        self.head = bytearray()
        self.answered = False

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.close()


class AnswerListener:
    """Listens from the beginning; close it, or use it as a context manager."""

    def __init__(self, host: str, port: int, path: str, *, clock: t.Callable[[], float] = time.monotonic) -> None:
        """
        :param port: 0 for any free one.
        :raises errors.BadInput: where it cannot listen there.
        """
        self._clock = clock
        self._connections: dict[int, _Connection] = {}
        # Before the socket: a path may be refused.
        redirect_uri(host, port, path)
        self._listening = _listening(host, port)
        self.redirect_uri = redirect_uri(host, self._listening.getsockname()[1], path)
        parts = urlsplit(self.redirect_uri)
        self._host, self._path = parts.netloc, parts.path
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)

    def __enter__(self) -> AnswerListener:
        return self

    def __exit__(self, *_unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and end all connections."""
        for connection in list(self._connections.values()):
            self._end(connection)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(self._listening)
        self._selector.close()
        self._listening.close()

    def wait(self, seconds: float, read: t.Callable[[str], T], tell: t.Callable[[str], None]) -> tuple[T | errors.ErpSyncError, Reply]:
        """The answer, or the error that it is, and what shows its browser how it ended.

        :param seconds: how long to wait.
        :param read: reads the query string of a request to the awaited path. It raises NotTheAnswer
            to go on waiting, and an ErpSyncError where the answer is a refusal.
        :param tell: shows a person why a request was not the answer; a few times at most.
        :raises errors.WaitTimedOut: where no answer came.
        """
        until = self._clock() + seconds
        told = 0
        while True:
            now = self._clock()
            if now >= until:
                raise errors.WaitTimedOut(
                    f"No answer came to {self.redirect_uri} within {seconds:g} seconds. Run it again, and open the new address in a "
                    "browser on this machine; without one, set paste (erpsync_sign_in_paste) to true. "
                    "answer_timeout (erpsync_sign_in_answer_timeout) gives more time."
                )
            for connection in self._ready(until - now):
                query = self._query(connection)
                if query is None:
                    continue
                try:
                    found: T | errors.ErpSyncError = read(query)
                except NotTheAnswer as other:
                    told += 1
                    if told <= _MOST_TOLD:
                        tell(other.message)
                    self._send(connection, page(400, TITLE, other.message))
                    continue
                except errors.ErpSyncError as error:
                    found = error
                return found, self._reply_to(connection)

    def _ready(self, seconds: float) -> list[_Connection]:
        """Connections with news, after new ones were taken and late ones ended."""
        deadlines = [connection.until - self._clock() for connection in self._connections.values()]
        events = self._selector.select(max(0.0, min([seconds, *deadlines])))
        ready = [key.data for key, _mask in events if key.data is not None]
        if any(key.data is None for key, _mask in events):
            self._take()
        now = self._clock()
        for connection in list(self._connections.values()):
            if connection.until <= now and connection not in ready:
                self._end(connection)
        return [connection for connection in ready if connection.sock.fileno() >= 0]

    def _take(self) -> None:
        try:
            sock, _address = self._listening.accept()
        except OSError:
            # It is gone again.
            return
        sock.setblocking(False)
        while len(self._connections) >= _MOST_CONNECTIONS:
            # The oldest one goes: a program that sends nothing must not keep the browser out.
            self._end(next(iter(self._connections.values())))
        connection = _Connection(sock, self._clock() + _PATIENCE)
        self._connections[id(connection)] = connection
        self._selector.register(sock, selectors.EVENT_READ, connection)

    def _query(self, connection: _Connection) -> str | None:
        """The query string of a request to the awaited path, once it is complete."""
        try:
            received = connection.sock.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            received = b""
        if not received:
            self._end(connection)
            return None
        if connection.answered:
            return None
        connection.head += received
        end = _END_OF_HEAD.search(connection.head)
        if end is None and len(connection.head) <= _LARGEST:
            return None
        if end is None or end.start() > _LARGEST:
            self._send(connection, page(431, TITLE, "This request is too large."))
            return None
        head = bytes(connection.head[: end.start()]).decode("latin-1")
        refused, query = self._judge(head)
        if refused is not None:
            self._send(connection, refused)
        return query

    def _judge(self, head: str) -> tuple[bytes | None, str | None]:
        """The page for a request that is not awaited, or the query string of one that is."""
        line, _newline, fields = head.partition("\n")
        found = _REQUEST_LINE.fullmatch(line.rstrip("\r"))
        hosts = _HOST.findall(fields)
        if found is None or len(hosts) != 1:
            return page(400, TITLE, "This is no request of a browser."), None
        verb, target = found.groups()
        # A page of somebody else whose name leads here has another Host.
        if hosts[0].lower() != self._host:
            return page(421, TITLE, f"Only {self._host} is answered here.", head_only=verb == "HEAD"), None
        path, _question, query = target.partition("?")
        path = path[len(f"http://{self._host}") :] if path.lower().startswith(f"http://{self._host}/") else path
        if path != self._path:
            return page(404, TITLE, "There is nothing here.", head_only=verb == "HEAD"), None
        if verb != "GET":
            return page(405, TITLE, "Only GET is answered here.", "Allow: GET", head_only=verb == "HEAD"), None
        return None, query

    def _send(self, connection: _Connection, response: bytes) -> None:
        """Send a page that fits into the socket's buffer, and let the browser close."""
        connection.answered = True
        try:
            connection.sock.send(response)
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._end(connection)

    def _reply_to(self, connection: _Connection) -> Reply:
        def reply(text: str, *, succeeded: bool) -> None:
            self._send(connection, page(200 if succeeded else 400, TITLE, text))
            until = self._clock() + 1.0
            # Closing a socket with unread data would throw the page away.
            with contextlib.suppress(OSError):
                connection.sock.settimeout(1.0)
                while self._clock() < until and connection.sock.recv(_READ):
                    pass

        return reply

    def _end(self, connection: _Connection) -> None:
        if self._connections.pop(id(connection), None) is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(connection.sock)
        connection.close()


def _listening(host: str, port: int) -> socket.socket:
    """A listening socket of this machine alone."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        raise _cannot_listen(host, port, "there is no such network here") from None
    try:
        # Otherwise the port stays taken for a minute after a run.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(_MOST_CONNECTIONS)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise errors.BadInput(
                f"The port {port} of {host} is taken by another program, perhaps by a sign-in that still waits. End it, or set "
                "redirect_port (erpsync_sign_in_redirect_port) to another port whose redirect URI is registered for the application."
            ) from None
        raise _cannot_listen(host, port, (error.strerror or "unknown reason").lower()) from None
    except OverflowError:
        sock.close()
        raise _cannot_listen(host, port, "ports go up to 65535") from None
    sock.setblocking(False)
    return sock


def _cannot_listen(host: str, port: int, reason: str) -> errors.BadInput:
    return errors.BadInput(
        f"Nothing can listen at {host}, port {port} ({reason}). Set redirect_host (erpsync_sign_in_redirect_host) or redirect_port "
        "(erpsync_sign_in_redirect_port) otherwise, as registered for the application, or paste (erpsync_sign_in_paste) to true."
    )
