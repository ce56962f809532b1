# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listener for the browser's answer, with raw sockets: the right request, and everybody else's."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.authorization import NotTheAnswer
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _answer_listener
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._answer_listener import AnswerListener
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._answer_page import page

CODE = "c0de-canary"
LONG = 60.0
CANNOT_LISTEN = (
    "Nothing can listen at {}, port {} ({}). Set redirect_host (erpsync_sign_in_redirect_host) or redirect_port "
    "(erpsync_sign_in_redirect_port) otherwise, as registered for the application, or paste (erpsync_sign_in_paste) to true."
)


def read(query: str) -> str:
    """The code of ?state=right&code=…"""
    if "state=right" not in query:
        raise NotTheAnswer("not the one")
    if "error" in query:
        raise errors.Unauthorized("denied")
    return query.rpartition("code=")[2]


class Clock:
    """Goes only when it is told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Waiting:
    """A listener that waits in a thread, as Ansible's process does."""

    def __init__(self, host: str = "127.0.0.1", clock: Clock | None = None) -> None:
        self.listener = AnswerListener(host, 0, "callback", **({} if clock is None else {"clock": clock}))
        self.host = host
        self.port = int(self.listener.redirect_uri.rpartition(":")[2].partition("/")[0])
        self.told: list[str] = []
        self.found: Any = None
        self.thread = threading.Thread(target=self._wait)
        self.thread.start()

    def _wait(self) -> None:
        try:
            self.found = self.listener.wait(LONG, read, self.told.append)
        except errors.ErpSyncError as error:
            self.found = error

    def connect(self) -> socket.socket:
        sock = socket.create_connection((self.host, self.port), timeout=20)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def request(self, target: str, verb: str = "GET", host: str | None = None, more: str = "") -> bytes:
        bracketed = f"[{self.host}]" if ":" in self.host else self.host
        return f"{verb} {target} HTTP/1.1\r\nHost: {host or f'{bracketed}:{self.port}'}\r\n{more}\r\n".encode()

    def ask(self, sent: bytes) -> str:
        """The whole answer to a request."""
        with self.connect() as sock:
            sock.sendall(sent)
            return received(sock)

    def answer(self) -> tuple[Any, Any]:
        """Bring the right answer, and what came of it."""
        self.browser = self.connect()
        self.browser.sendall(self.request(f"/callback?state=right&code={CODE}"))
        self.thread.join(20)
        assert isinstance(self.found, tuple), self.found
        return self.found

    def end(self) -> None:
        if self.thread.is_alive():
            with contextlib.suppress(OSError), self.connect() as sock:
                sock.sendall(self.request("/callback?state=right&code=end"))
        self.thread.join(20)
        self.listener.close()
        assert not self.thread.is_alive()


def received(sock: socket.socket) -> str:
    parts = []
    while part := sock.recv(65536):
        parts.append(part)
    return b"".join(parts).decode()


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    one = Waiting()
    yield one
    one.end()


def test_the_right_answer_and_its_page(waiting: Waiting) -> None:
    found, reply = waiting.answer()
    assert (found, waiting.told) == (CODE, [])
    reply("Done <i>it</i>. You may close this window.", succeeded=True)
    with waiting.browser as sock:
        answered = received(sock)
    head, _blank, content = answered.partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines)
    assert status == "HTTP/1.1 200 OK"
    assert "Done &lt;i&gt;it&lt;/i&gt;. You may close this window." in content
    assert int(fields["Content-Length"]) == len(content.encode())
    assert (
        fields
        | {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Content-Type": "text/html; charset=utf-8",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Connection": "close",
        }
        == fields
    )
    policy = fields["Content-Security-Policy"]
    style = content.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert "Server" not in fields and "<script" not in content
    assert CODE not in answered


def test_an_answer_that_is_a_refusal_gets_its_page_too(waiting: Waiting) -> None:
    with waiting.connect() as sock:
        sock.sendall(waiting.request("/callback?state=right&error=access_denied"))
        waiting.thread.join(20)
        found, reply = waiting.found
        assert isinstance(found, errors.Unauthorized)
        reply("Denied.", succeeded=False)
        assert received(sock).startswith("HTTP/1.1 400 ")


def test_everybody_else_gets_a_page_and_the_right_answer_is_still_awaited(waiting: Waiting) -> None:
    port = waiting.port
    said = {
        400: "This is no request of a browser.",
        404: "There is nothing here.",
        405: "Only GET is answered here.",
        421: f"Only 127.0.0.1:{port} is answered here.",
    }
    for sent, status in (
        (waiting.request("/favicon.ico"), 404),
        (waiting.request("/"), 404),
        (waiting.request("/callback/?state=right&code=x"), 404),
        (waiting.request("/callbac%6b?state=right&code=x"), 404),
        (waiting.request("//callback?state=right&code=x"), 404),
        (waiting.request("/callback?state=right&code=x", "POST", more="Content-Length: 3\r\n") + b"\r\nabc", 405),
        (waiting.request("/callback?state=right&code=x", "HEAD"), 405),
        (waiting.request("/callback?state=right&code=x", "OPTIONS"), 405),
        (waiting.request("/callback?state=right&code=x", "HEAD", host="evil.example.com"), 421),
        (waiting.request("/favicon.ico", "HEAD"), 404),
        (waiting.request("/callback?state=right&code=x", host=f"evil.example.com:{port}"), 421),
        (waiting.request("/callback?state=right&code=x", host="127.0.0.1"), 421),
        (waiting.request("http://evil.example.com/callback?state=right&code=x"), 404),
        (f"GET /callback?state=right&code=x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode(), 400),
        (b"GET /callback?state=right&code=x HTTP/1.1\r\n\r\n", 400),
        (b"GET /callback?state=right&code=x\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"SSH-2.0-x\r\n\r\n", 400),
        (waiting.request("/callback?state=wrong&code=x"), 400),
        (waiting.request("/callback"), 400),
    ):
        answered = waiting.ask(sent)
        assert answered.startswith(f"HTTP/1.1 {status} "), (sent, answered)
        assert answered.endswith("\r\n\r\n") is (b"HEAD" in sent), answered
        assert ("Allow: GET" in answered) is (status == 405)
        assert "default-src 'none'" in answered and CODE not in answered
        if b"HEAD" not in sent:
            words = "not the one" if b"/callback?state=wrong" in sent or b"/callback " in sent else said[status]
            assert f">{words}<" in answered, (sent, answered)
    assert waiting.told == ["not the one"] * 2
    assert waiting.answer()[0] == CODE


def test_a_person_is_told_a_few_times_only(waiting: Waiting) -> None:
    for _time in range(9):
        assert waiting.ask(waiting.request("/callback?state=wrong")).startswith("HTTP/1.1 400 ")
    assert waiting.answer()[0] == CODE
    assert len(waiting.told) == 5


@pytest.mark.parametrize("size", [33_000, 400_000])
def test_huge_requests(waiting: Waiting, size: int) -> None:
    with waiting.connect() as sock:
        sock.sendall(b"GET /callback?state=right&code=x HTTP/1.1\r\nCookie: ")
        # It may stop reading before all of it is sent, and must answer all the same.
        sock.sendall(b"c" * size)
        assert received(sock).startswith("HTTP/1.1 431 ")
    whole = waiting.request("/callback?state=right&code=x", more=f"Cookie: {'c' * size}\r\n")
    answered = waiting.ask(whole)
    assert answered.startswith("HTTP/1.1 431 ") and ">This request is too large.<" in answered
    assert waiting.answer()[0] == CODE


def test_the_longest_head_that_is_read(waiting: Waiting) -> None:
    short = len(waiting.request("/callback?state=right&code=x", more="Cookie: \r\n")) - len("\r\n\r\n")

    def head_of(size: int) -> bytes:
        return waiting.request("/callback?state=right&code=x", more=f"Cookie: {'c' * (size - short)}\r\n")

    assert waiting.ask(head_of(32 * 1024 + 1)).startswith("HTTP/1.1 431 ")
    with waiting.connect() as sock:
        sock.sendall(head_of(32 * 1024))
        waiting.thread.join(20)
        assert waiting.found[0] == "x"


def test_a_long_code_and_a_request_in_pieces(waiting: Waiting) -> None:
    code = "c" * 8000
    with waiting.connect() as sock:
        sent = waiting.request(f"http://127.0.0.1:{waiting.port}/callback?state=right&code={code}", more="Cookie: x\r\n")
        for begin in range(0, len(sent), 97):
            sock.sendall(sent[begin : begin + 97])
        waiting.thread.join(20)
        assert waiting.found[0] == code


def test_lines_may_end_without_a_carriage_return(waiting: Waiting) -> None:
    with waiting.connect() as sock:
        sock.sendall(waiting.request("/callback?state=right&code=x").replace(b"\r", b""))
        waiting.thread.join(20)
        assert waiting.found[0] == "x"


def test_many_silent_connections_do_not_keep_the_browser_out(waiting: Waiting) -> None:
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(waiting.connect()) for _number in range(100)]
        for number, sock in enumerate(silent):
            if number % 2:
                with contextlib.suppress(OSError):
                    sock.sendall(b"GET /callback?state=right&code=x HT")
        assert waiting.answer()[0] == CODE


def test_connections_that_go_away(waiting: Waiting) -> None:
    for sent in (b"", b"GET /callback", waiting.request("/favicon.ico"), waiting.request("/callback?state=wrong")):
        sock = waiting.connect()
        # Closing sends a reset.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sock.sendall(sent)
        sock.close()
    found, reply = waiting.answer()
    assert found == CODE
    waiting.browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    waiting.browser.close()
    # Nobody is there to read it.
    reply("Done.", succeeded=True)


def test_a_slow_connection_is_ended_after_its_time() -> None:
    clock = Clock()
    waiting = Waiting(clock=clock)
    try:
        with waiting.connect() as slow:
            slow.sendall(b"GET /callback?state=right")
            assert waiting.ask(waiting.request("/favicon.ico")).startswith("HTTP/1.1 404 ")
            clock.at += _answer_listener._PATIENCE
            # Somebody else's request wakes it; by its own clock it would have woken by itself.
            assert waiting.ask(waiting.request("/favicon.ico")).startswith("HTTP/1.1 404 ")
            assert slow.recv(100) == b""
        assert waiting.answer()[0] == CODE
    finally:
        waiting.end()


class Selector:
    """Goes on with the clock as long as it is told to wait, or for as many seconds as are given; then the real one is asked."""

    def __init__(self, listener: AnswerListener, clock: Clock, *passes: float) -> None:
        self.real = listener._selector
        self.clock = clock
        self.passes = list(passes)
        self.waited: list[float] = []

    def select(self, seconds: float) -> Any:
        self.waited.append(seconds)
        self.clock.at += self.passes.pop(0) if self.passes else seconds
        return self.real.select(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def waits(patch: pytest.MonkeyPatch, seconds: float, *passes: float, sent: bytes | None = None) -> list[float]:
    """How long a listener waits each time until it gives up, with a connection that sends this."""
    clock = Clock()
    with AnswerListener("127.0.0.1", 0, "callback", clock=clock) as listener, contextlib.ExitStack() as stack:
        selector = Selector(listener, clock, *passes)
        patch.setattr(listener, "_selector", selector)
        if sent is not None:
            port = int(listener.redirect_uri.rpartition(":")[2].partition("/")[0])
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            sock.sendall(sent)
        with pytest.raises(errors.WaitTimedOut):
            listener.wait(seconds, read, lambda _text: None)
        return selector.waited


def test_it_waits_until_its_own_time_or_that_of_a_connection_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    assert waits(monkeypatch, 0) == []
    assert waits(monkeypatch, 60) == [60]
    assert waits(monkeypatch, 60, 1, 2) == [60, 59, 57]
    # One that has said nothing whole after ten seconds is ended.
    assert waits(monkeypatch, 60, 1, 2, sent=b"GET /callback?state=right") == [60, 10, 8, 49]
    assert waits(monkeypatch, 5, 1, sent=b"GET /callback?state=right") == [5, 4]
    # What one says at the last moment is still looked at.
    assert waits(monkeypatch, 60, 0, 30, sent=b"GET /") == [60, 10, 0, 30]


class Socket:
    """A browser's end that sends as many pieces as are given, each a third of a second after the one before."""

    def __init__(self, clock: Clock, *pieces: bytes | OSError) -> None:
        self.clock = clock
        self.pieces = list(pieces)
        self.calls: list[Any] = []

    def send(self, page: bytes) -> None:
        self.calls.append(page.partition(b"\r\n")[0])

    def recv(self, size: int) -> bytes:
        self.calls.append(size)
        self.clock.at += 1 / 3
        piece = self.pieces.pop(0)
        if isinstance(piece, OSError):
            raise piece
        return piece

    def __getattr__(self, name: str) -> Any:
        return lambda *given: self.calls.append((name, *given))


@pytest.mark.parametrize(
    "pieces, reads",
    [((b"",), 1), ((b"x", b""), 2), ((b"x", OSError(104, "reset")), 2), ((b"x",) * 9, 3)],
    ids=["closed", "more and closed", "reset", "on and on"],
)
def test_what_the_browser_still_sends_is_read_for_a_second_so_that_the_page_arrives(pieces: Any, reads: int) -> None:
    clock = Clock()
    with AnswerListener("127.0.0.1", 0, "callback", clock=clock) as listener:
        sock: Any = Socket(clock, *pieces)
        listener._reply_to(_answer_listener._Connection(sock, 10.0))("Done.", succeeded=True)
    sent = [b"HTTP/1.1 200 OK", ("shutdown", socket.SHUT_WR), ("settimeout", 1.0)]
    assert sock.calls == [*sent, *[16 * 1024] * reads]


def test_no_answer_in_time() -> None:
    with AnswerListener("127.0.0.1", 0, "callback") as listener, pytest.raises(errors.WaitTimedOut) as caught:
        # Short, because nothing comes.
        listener.wait(0.01, read, lambda text: None)
    assert caught.value.message == (
        f"No answer came to {listener.redirect_uri} within 0.01 seconds. Run it again, and open the new address in a browser on this "
        "machine; without one, set paste (erpsync_sign_in_paste) to true. answer_timeout (erpsync_sign_in_answer_timeout) gives more time."
    )


def test_a_port_that_is_taken() -> None:
    with AnswerListener("127.0.0.1", 0, "callback") as one:
        port = int(one.redirect_uri.rpartition(":")[2].partition("/")[0])
        with pytest.raises(errors.BadInput) as caught:
            AnswerListener("127.0.0.1", port, "callback")
    assert caught.value.message == (
        f"The port {port} of 127.0.0.1 is taken by another program, perhaps by a sign-in that still waits. End it, or set redirect_port "
        "(erpsync_sign_in_redirect_port) to another port whose redirect URI is registered for the application."
    )
    # And it is free again at once.
    AnswerListener("127.0.0.1", port, "callback").close()


@pytest.mark.parametrize("port", [65536, -1, 10**9])
def test_a_port_that_there_is_not(port: int) -> None:
    with pytest.raises(errors.BadInput) as caught:
        AnswerListener("127.0.0.1", port, "callback")
    assert caught.value.message == CANNOT_LISTEN.format("127.0.0.1", port, "ports go up to 65535")


def test_a_host_that_is_not_here() -> None:
    with pytest.raises(errors.BadInput) as caught:
        AnswerListener("192.0.2.1", 0, "callback")
    assert caught.value.message == CANNOT_LISTEN.format("192.0.2.1", 0, "cannot assign requested address")


def test_a_machine_without_this_kind_of_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_kind: int) -> None:
        raise OSError(97, "Address family not supported by protocol")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "socket", nothing)
        with pytest.raises(errors.BadInput) as caught:
            AnswerListener("::1", 7, "callback")
    assert caught.value.message == CANNOT_LISTEN.format("::1", 7, "there is no such network here")


def test_only_this_machine_can_connect() -> None:
    with AnswerListener("127.0.0.1", 0, "callback") as listener:
        assert listener._listening.getsockname()[0] == "127.0.0.1"


def test_over_ipv6() -> None:
    try:
        waiting = Waiting("::1")
    except errors.BadInput as error:
        pytest.skip(f"there is no IPv6: {error.message}")
    try:
        assert waiting.listener.redirect_uri == f"http://[::1]:{waiting.port}/callback"
        assert waiting.ask(waiting.request("/callback?state=right&code=x", host=f"127.0.0.1:{waiting.port}")).startswith("HTTP/1.1 421 ")
        assert waiting.answer()[0] == CODE
    finally:
        waiting.end()


def test_pages_for_head_have_the_length_of_the_page() -> None:
    whole, head = page(404, "a", "b"), page(404, "a", "b", head_only=True)
    assert whole.startswith(head) and len(whole) > len(head)
