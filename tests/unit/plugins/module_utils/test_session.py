# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session on real sockets: what is repeated and what never is, limits of time and size, connections, proxies."""

from __future__ import annotations

import base64
import email.utils
import gzip
import http.client
import socket
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import certainty, connections, errors, exchange
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import (
    Clock,
    Reply,
    ScriptedServer,
    answer,
    free_port,
    head,
    nothing,
)
from hypothesis import given
from hypothesis import strategies as st

READ = Request("GET", "/read", "Read", writes=False)
WRITE = Request("POST", "/write", "Write", writes=True, body=b"{}")
READ_LINE, WRITE_LINE = "GET /read", "POST /write"
SECRET = "Basic c2VjcmV0LWNhbmFyeQ=="
UNCERTAIN = ". It is not known whether the server carried it out; run the task again to find out and to finish."


def client(url: str, clock: Clock | None = None, *, jitter: float = 1.0, **settings: object) -> Session:
    values = {"url": url, "headers": {"Authorization": SECRET}, "timeout": 5.0, "retries": 3, **settings}
    clock = clock or Clock()
    return Session(Settings(**values), sleep=clock.sleep, jitter=lambda: jitter)  # type: ignore[arg-type]


def wall_client(url: str, **settings: object) -> Session:
    """A client whose time is real."""
    values = {"url": url, "headers": {"Authorization": SECRET}, "timeout": 0.4, "retries": 0, **settings}
    return Session(Settings(**values))  # type: ignore[arg-type]


GOOD = answer({"fine": True})
RESET = Reply(then="reset")
CLOSED = Reply(then="close")
CUT_LENGTH = Reply((head(200, {"Content-Length": "100"}) + b'{"half": ',), then="close")
CUT_CHUNK = Reply((head(200, {"Transfer-Encoding": "chunked"}) + b"64\r\n" + b'{"half": ',), then="close")
CUT_BETWEEN_CHUNKS = Reply((head(200, {"Transfer-Encoding": "chunked"}) + b'9\r\n{"half": \r\n',), then="close")
CUT_GZIP = Reply((head(200, {"Content-Length": "1000", "Content-Encoding": "gzip"}) + gzip.compress(b"{}"),), then="close")
CUT_HEAD = Reply((b"HTTP/1.1 200 OK\r\nContent-Le",), then="close")
GARBAGE = Reply((b"I am not a web server\r\n\r\n",), then="close")
NO_FAULT_TYPES: tuple[()] = ()

# What happened, and the error, of a reading request that is repeated until no try is left.
LOST = {
    "reset": (RESET, errors.ConnectionLost),
    "closed": (CLOSED, errors.ConnectionLost),
    "cut off by length": (CUT_LENGTH, errors.CutOff),
    "cut off in a chunk": (CUT_CHUNK, errors.CutOff),
    "cut off between chunks": (CUT_BETWEEN_CHUNKS, errors.CutOff),
    "cut off compressed": (CUT_GZIP, errors.CutOff),
}


@pytest.mark.parametrize("what", LOST)
def test_a_lost_answer_is_asked_for_again(what: str) -> None:
    reply, _kind = LOST[what]
    with ScriptedServer([(READ_LINE, reply), (READ_LINE, reply), (READ_LINE, GOOD)]) as server, client(server.url) as http:
        response = http.send(READ)
    assert (response.status, response.body, response.attempts) == (200, b'{"fine": true}', 3)


@pytest.mark.parametrize("what", LOST)
def test_a_lost_answer_is_asked_for_no_more_than_retries_says(what: str) -> None:
    reply, kind = LOST[what]
    with ScriptedServer([(READ_LINE, reply)] * 3) as server, client(server.url, retries=2) as http:
        with pytest.raises(kind) as caught:
            http.send(READ)
    assert (type(caught.value), caught.value.attempts, caught.value.method, caught.value.uncertain) == (kind, 3, "Read", False)


def test_a_write_whose_body_is_cut_off_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server has got of it by then may be all that it needs."""

    def send(_connection: object, _data: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(http.client.HTTPConnection, "send", send)
    with ScriptedServer([]) as server, client(server.url) as session:
        with pytest.raises(errors.ConnectionLost) as caught:
            session.send(WRITE)
    assert caught.value.uncertain and caught.value.attempts == 1


@pytest.mark.parametrize("what", LOST)
def test_a_write_whose_answer_is_lost_is_never_repeated(what: str) -> None:
    reply, kind = LOST[what]
    clock = Clock()
    with ScriptedServer([(WRITE_LINE, reply)]) as server, client(server.url, clock) as http:
        with pytest.raises(kind) as caught:
            http.send(WRITE)
    assert (type(caught.value), caught.value.attempts, caught.value.uncertain, clock.pauses) == (kind, 1, True, [])
    assert caught.value.message.endswith(UNCERTAIN)


@pytest.mark.parametrize("reply", [CUT_HEAD, GARBAGE], ids=["half a header", "no HTTP"])
def test_what_is_no_answer_is_a_failure_of_ours(reply: Reply) -> None:
    with ScriptedServer([(WRITE_LINE, reply)]) as server, client(server.url) as http:
        with pytest.raises(errors.ErpSyncError) as caught:
            http.send(WRITE)
    assert caught.value.uncertain
    assert caught.value.attempts == 1


# Status, Retry-After, and how often a reading and a writing request are sent when there are two repeats.
STATUSES = [
    (429, None, 3, 3),
    (429, "1", 3, 3),
    (503, "1", 3, 3),
    (503, None, 3, 1),
    (503, "garbage", 3, 1),
    (502, None, 3, 1),
    (502, "1", 3, 1),
    (504, None, 3, 1),
    (504, "1", 3, 1),
    (500, None, 1, 1),
    (500, "1", 1, 1),
    (501, None, 1, 1),
    (400, None, 1, 1),
    (401, None, 1, 1),
    (403, None, 1, 1),
    (404, None, 1, 1),
    (405, None, 1, 1),
    (408, None, 1, 1),
    (421, None, 1, 1),
    (301, None, 1, 1),
    (302, "1", 1, 1),
    (307, None, 1, 1),
    (200, "1", 1, 1),
]


@pytest.mark.parametrize("status, retry_after, reads, writes", STATUSES)
def test_statuses_that_are_repeated(status: int, retry_after: str | None, reads: int, writes: int) -> None:
    reply = answer({}, status, {} if retry_after is None else {"Retry-After": retry_after})
    for request, line, times in ((READ, READ_LINE, reads), (WRITE, WRITE_LINE, writes)):
        clock = Clock()
        with ScriptedServer([(line, reply)] * times) as server, client(server.url, clock, retries=2) as http:
            response = http.send(request)
        assert (response.status, response.attempts, len(clock.pauses)) == (status, times, times - 1)


@pytest.mark.parametrize("request_, line", [(READ, READ_LINE), (WRITE, WRITE_LINE)], ids=["read", "write"])
def test_what_was_never_sent_is_sent_again(request_: Request, line: str) -> None:
    port = free_port()
    clock = Clock()
    with client(f"http://127.0.0.1:{port}", clock, retries=2) as http:
        with pytest.raises(errors.ConnectionRefused) as caught:
            http.send(request_)
    assert (caught.value.attempts, caught.value.uncertain, len(clock.pauses)) == (3, False, 2)
    assert caught.value.message == (
        f"{request_.method}: no connection to 127.0.0.1:{port} (connection refused). Check that url is right and that the server runs."
    )


def test_an_unknown_host_is_tried_again_and_named() -> None:
    with client("http://no-such-host.invalid", retries=1) as http:
        with pytest.raises(errors.UnknownHost) as caught:
            http.send(WRITE)
    assert (caught.value.attempts, caught.value.uncertain) == (2, False)
    assert caught.value.message == "Write: the host name of no-such-host.invalid cannot be resolved. Check url and the name service."


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example.com", "ex ample.com", "*.example.com", ".example.com", "\u00e4..example"])
def test_a_host_that_cannot_be_one_is_a_clear_failure_and_nothing_was_sent(host: str) -> None:
    with client(f"http://{host}", retries=0) as http:
        with pytest.raises(errors.UnknownHost) as caught:
            http.send(WRITE)
    assert not caught.value.uncertain


def test_no_connection_in_time_is_tried_again_even_for_a_write(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object, **_more: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", never)
    clock = Clock()
    with client("http://127.0.0.1:9", clock, retries=2) as http:
        with pytest.raises(errors.TimedOut) as caught:
            http.send(WRITE)
    assert (caught.value.kind, caught.value.attempts, caught.value.uncertain, len(clock.pauses)) == ("timeout", 3, False, 2)


def test_no_answer_in_time_repeats_reads_only() -> None:
    hang = Reply(then="hang")
    with ScriptedServer([(READ_LINE, hang), (READ_LINE, hang), (WRITE_LINE, hang)]) as server:
        with client(server.url, timeout=0.5, retries=1) as http:
            for request, attempts in ((READ, 2), (WRITE, 1)):
                with pytest.raises(errors.TimedOut) as caught:
                    http.send(request)
                assert (caught.value.attempts, caught.value.uncertain) == (attempts, request.writes)
                host = f"127.0.0.1:{server.port} did not answer completely within 0.5 seconds"
                assert caught.value.message.startswith(f"{request.method}: {host}. Raise timeout if the server is known to be slow.")


def test_no_retries_means_one_try() -> None:
    with ScriptedServer([(READ_LINE, answer({}, 503))]) as server, client(server.url, retries=0) as http:
        assert http.send(READ).attempts == 1


# Pauses


def test_pauses_double_and_never_grow_beyond_half_a_minute() -> None:
    clock = Clock()
    with ScriptedServer([(READ_LINE, answer({}, 503))] * 9) as server, client(server.url, clock, retries=8) as http:
        http.send(READ)
    assert clock.pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_jitter_takes_away_up_to_half() -> None:
    for jitter, expected in ((0.0, [0.25, 0.5]), (0.5, [0.375, 0.75])):
        clock = Clock()
        with ScriptedServer([(READ_LINE, answer({}, 503))] * 3) as server, client(server.url, clock, jitter=jitter, retries=2) as http:
            http.send(READ)
        assert clock.pauses == expected


@pytest.mark.parametrize(
    "value, pause", [("7", 7), ("0", 0), (" 7 ", 7), ("120", 120), ("-1", 0.5), ("1.5", 0.5), ("soon", 0.5), ("", 0.5), ("\u00b2", 0.5)]
)
def test_retry_after_in_seconds(value: str, pause: float) -> None:
    clock = Clock()
    script = [(READ_LINE, answer({}, 429, {"Retry-After": value})), (READ_LINE, GOOD)]
    with ScriptedServer(script) as server, client(server.url, clock) as http:
        assert http.send(READ).status == 200
    assert clock.pauses == [pause]


def test_retry_after_as_a_date() -> None:
    clock = Clock()
    date = email.utils.formatdate(time.time() + 40, usegmt=True)
    script = [(WRITE_LINE, answer({}, 503, {"Retry-After": date})), (WRITE_LINE, GOOD)]
    with ScriptedServer(script) as server, client(server.url, clock) as http:
        assert http.send(WRITE).status == 200
    assert clock.pauses == [pytest.approx(39, abs=3)]


def test_retry_after_in_the_past_is_no_pause() -> None:
    clock = Clock()
    script = [(READ_LINE, answer({}, 429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})), (READ_LINE, GOOD)]
    with ScriptedServer(script) as server, client(server.url, clock) as http:
        http.send(READ)
    assert clock.pauses == [0]


@pytest.mark.parametrize("value", ["121", "86400", "9" * 40, "Wed, 21 Oct 2199 07:28:00 GMT"])
def test_a_pause_that_is_too_long_is_not_waited_for(value: str) -> None:
    clock = Clock()
    with ScriptedServer([(READ_LINE, answer({}, 429, {"Retry-After": value}))]) as server, client(server.url, clock) as http:
        response = http.send(READ)
    assert (response.status, response.attempts, clock.pauses) == (429, 1, [])


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 01 Jan 0001 00:00:00 -0000",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Mon, 01 Jan 2020 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "Mon, 99 Jan 2020 99:99:99 GMT",
    ],
)
def test_a_retry_after_that_no_calendar_knows_is_ignored(value: str) -> None:
    assert certainty.seconds_to_wait(value) in (None, 0.0)


@given(st.one_of(st.text(), st.from_regex(r"[A-Z][a-z]{2}, \d{1,6} [A-Z][a-z]{2} \d{1,9} \d\d:\d\d:\d\d [-+]\d{1,20}", fullmatch=True)))
def test_no_retry_after_does_harm(value: str) -> None:
    told = certainty.seconds_to_wait(value)
    assert told is None or told >= 0


# Rate


def test_the_rate_is_kept() -> None:
    clock = Clock()
    with ScriptedServer([(READ_LINE, GOOD)] * 4) as server:
        settings = Settings(server.url, {}, rate_limit=4.0)
        with Session(settings, sleep=clock.sleep, clock=clock) as http:
            for _call in range(3):
                http.send(READ)
            clock.now += 10
            http.send(READ)
    assert clock.pauses == [0.25, 0.25]


def test_repeats_keep_the_rate_too() -> None:
    clock = Clock()
    with ScriptedServer([(READ_LINE, answer({}, 429, {"Retry-After": "0"})), (READ_LINE, GOOD)]) as server:
        with Session(Settings(server.url, {}, rate_limit=0.5), sleep=clock.sleep, clock=clock) as http:
            http.send(READ)
    assert clock.pauses == [0, 2]


def test_without_a_limit_nobody_waits() -> None:
    clock = Clock()
    with ScriptedServer([(READ_LINE, GOOD)] * 3) as server, client(server.url, clock) as http:
        for _call in range(3):
            http.send(READ)
    assert clock.pauses == []


# Time and size, with real time


def drip(first: bytes, rest: bytes, pause: float) -> Reply:
    return Reply((first, *(bytes([byte]) for byte in rest)), pause=pause, then="close")


DRIPS = {
    "body by length": drip(head(200, {"Content-Length": "1000"}), b"x" * 100, 0.05),
    "body in chunks": drip(head(200, {"Transfer-Encoding": "chunked"}), b"1\r\nx\r\n" * 200, 0.05),
    "size of a chunk": drip(head(200, {"Transfer-Encoding": "chunked"}), b"0" * 100, 0.05),
    "body without length": drip(head(200, {}), b"x" * 100, 0.05),
    "compressed body": drip(head(200, {"Content-Length": "2000", "Content-Encoding": "gzip"}), gzip.compress(b"x") * 90, 0.05),
    "headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-Slow: " + b"x" * 100, 0.05),
    "first line": drip(b"HTTP/1.1", b" 200 O" + b"K" * 100, 0.05),
    "half, then silence": Reply((head(200, {"Content-Length": "100"}), b"x"), pause=0.3, then="hang"),
}


@pytest.mark.parametrize("what", DRIPS)
def test_the_time_limit_holds_from_the_first_to_the_last_byte(what: str) -> None:
    # A limit that began anew with each byte would never be over: where the bytes end, so does the connection.
    with ScriptedServer([(READ_LINE, DRIPS[what])]) as server, wall_client(server.url) as http:
        with pytest.raises(errors.TimedOut) as caught:
            http.send(READ)
    assert (caught.value.kind, caught.value.attempts) == ("timeout", 1)


def test_a_request_can_have_a_limit_of_its_own() -> None:
    late = Reply((head(200, {"Content-Length": "2"}), b"{}"), pause=0.5)
    with ScriptedServer([("POST /sync", late)]) as server, wall_client(server.url, timeout=0.1) as http:
        assert http.send(Request("POST", "/sync", "Sync", True, timeout=60)).body == b"{}"


def test_a_time_limit_leaves_no_trace_in_the_next_request(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(connections, "time", SimpleNamespace(monotonic=lambda: now))
    with ScriptedServer([(READ_LINE, GOOD)] * 2) as server, wall_client(server.url, timeout=60) as http:
        http.send(READ)
        now += 61
        assert http.send(READ).body == b'{"fine": true}'
    assert server.connections == [1, 1]


def test_an_answer_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LARGEST_ANSWER", 100_000)
    endless = Reply((head(200, {"Transfer-Encoding": "chunked"}), *(b"8000\r\n" + b"x" * 0x8000 + b"\r\n",) * 8), then="close")
    with ScriptedServer([(READ_LINE, endless)]) as server, client(server.url) as http:
        with pytest.raises(errors.TooLarge) as caught:
            http.send(READ)
    assert caught.value.attempts == 1


def test_an_answer_of_the_largest_size_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LARGEST_ANSWER", 100_000)
    with ScriptedServer([(READ_LINE, answer(body=b"x" * 100_000))]) as server, client(server.url) as http:
        assert len(http.send(READ).body) == 100_000


@pytest.mark.parametrize("layers", [1, 2])
def test_a_compressed_bomb_does_not_go_off(layers: int) -> None:
    import resource

    bomb = b" " * 200_000_000
    for _layer in range(layers):
        bomb = gzip.compress(bomb, 6)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reply = answer(headers={"Content-Encoding": ", ".join(["gzip"] * layers)}, body=bomb)
    del bomb
    with ScriptedServer([(READ_LINE, reply)]) as server, client(server.url) as http:
        with pytest.raises(errors.TooLarge):
            http.send(READ)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


@pytest.mark.parametrize(
    "encoding, body",
    [("gzip", gzip.compress(b"[1]")), ("deflate", zlib.compress(b"[1]")), ("identity", b"[1]")],
    ids=["gzip", "deflate", "identity"],
)
def test_compressed_answers_are_read(encoding: str, body: bytes) -> None:
    with ScriptedServer([(READ_LINE, answer(headers={"Content-Encoding": encoding}, body=body))]) as server, client(server.url) as http:
        assert http.send(READ).body == b"[1]"
    assert server.received[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("body", [b"not gzip at all", gzip.compress(b"[1]" * 1000)[:15] + b"\xff" * 20], ids=["never", "half-way"])
def test_a_broken_compression_is_no_json(body: bytes) -> None:
    with ScriptedServer([(READ_LINE, answer(headers={"Content-Encoding": "gzip"}, body=body))]) as server, client(server.url) as http:
        with pytest.raises(errors.NotJson) as caught:
            http.send(READ)
    assert caught.value.attempts == 1


# Connections


def test_one_connection_serves_a_whole_run() -> None:
    chunked = Reply((head(200, {"Transfer-Encoding": "chunked"}) + b"2\r\n{}\r\n0\r\n\r\n",))
    packed = answer(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"{}" * 40000))
    replies = [GOOD, nothing(), chunked, answer(body=b""), packed, answer({}, 404), answer(body=b"x" * 200_000), nothing(204), GOOD]
    with ScriptedServer([(READ_LINE, reply) for reply in replies]) as server, client(server.url) as http:
        for _reply in replies:
            http.send(READ)
    assert set(server.connections) == {1}


def _noting_options(given: list[tuple[int, ...]], servers_port: int) -> Callable[..., None]:
    """Takes the place of ``setsockopt``, and notes what is set on all sides but the server's own."""

    def note(one: socket.socket, *option: int) -> None:
        if one.getsockname()[1] != servers_port:
            given.append(option)

    return note


def test_a_silent_connection_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system probes it, each connection from half a minute of silence on."""
    probes = {name: getattr(socket, name) for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT") if hasattr(socket, name)}
    for lacking in (None, *probes):
        with monkeypatch.context() as patch, ScriptedServer([(READ_LINE, GOOD)]) as server:
            if lacking is not None:
                # As on systems that do not have it.
                patch.delattr(socket, lacking)
            given: list[tuple[int, ...]] = []

            patch.setattr(socket.socket, "setsockopt", _noting_options(given, server.port), raising=False)
            with client(server.url) as http:
                http.send(READ)
        wanted = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 8}
        assert given == [
            (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
            *((socket.IPPROTO_TCP, number, wanted[name]) for name, number in probes.items() if name != lacking),
        ]


def test_a_connection_that_the_server_has_closed_meanwhile_is_replaced_unnoticed() -> None:
    with ScriptedServer([(WRITE_LINE, answer({}, then="close")), (WRITE_LINE, GOOD)]) as server, client(server.url) as http:
        http.send(WRITE)
        server.await_closed(1)
        assert http.send(WRITE).attempts == 1
    assert server.connections == [1, 2]


def test_a_failed_answer_does_not_spoil_the_next() -> None:
    half = Reply((head(200, {"Content-Length": "4"}) + b"xx",), then="hang")
    with ScriptedServer([(WRITE_LINE, half), (WRITE_LINE, GOOD)]) as server, client(server.url, timeout=0.2) as http:
        with pytest.raises(errors.TimedOut):
            http.send(WRITE)
        assert http.send(WRITE._replace(timeout=60)).body == b'{"fine": true}'


def test_each_request_signs_itself_and_says_what_it_wants() -> None:
    with ScriptedServer([(READ_LINE, GOOD), (WRITE_LINE, GOOD)]) as server, client(server.url) as http:
        http.send(READ)
        http.send(WRITE)
    read, write = (received.headers for received in server.received)
    assert read == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "superoffice.erpsync (Ansible collection)",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "authorization": SECRET,
    }
    assert write == {**read, "content-type": "application/json", "content-length": "2"}


def test_cookies_are_not_kept() -> None:
    cookie = answer({}, headers={"Set-Cookie": "ASP.NET_SessionId=abc; path=/"})
    with ScriptedServer([(READ_LINE, cookie), (READ_LINE, GOOD)]) as server, client(server.url) as http:
        http.send(READ)
        http.send(READ)
    assert "cookie" not in server.received[1].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_credentials_do_not_follow_a_redirect(status: int) -> None:
    with ScriptedServer([]) as elsewhere:
        moved = answer({}, status, {"Location": f"{elsewhere.url}/read"})
        with ScriptedServer([(READ_LINE, moved)]) as server, client(server.url) as http:
            assert http.send(READ).status == status
    assert elsewhere.received == []


@pytest.mark.parametrize("name", [".netrc", "_netrc"])
def test_a_netrc_does_not_replace_the_credentials(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / name
    file.write_text("machine 127.0.0.1 login other password other\ndefault login other password other\n")
    file.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(file))
    with ScriptedServer([(READ_LINE, GOOD)]) as server, client(server.url) as http:
        http.send(READ)
    assert server.received[0].headers["authorization"] == SECRET


def test_the_server_may_name_the_request() -> None:
    with ScriptedServer([(READ_LINE, answer({}, headers={"X-Request-ID": "r-17"}))]) as server, client(server.url) as http:
        assert http.send(READ).correlation == "r-17"


# Proxies

ELSEWHERE = "http://crm.example.com/SuperOffice"
THROUGH = "GET http://crm.example.com/SuperOffice/read"


def test_the_proxy_option_is_used_with_its_own_password() -> None:
    with ScriptedServer([(THROUGH, GOOD)]) as proxy:
        with client(ELSEWHERE, proxy=f"http://user:p%40ss@127.0.0.1:{proxy.port}") as http:
            assert http.send(READ).status == 200
    assert proxy.received[0].headers["proxy-authorization"] == "Basic " + base64.b64encode(b"user:p@ss").decode()
    assert proxy.received[0].headers["authorization"] == SECRET


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_the_environments_proxy_is_used(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer([(THROUGH, GOOD)]) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        with client(ELSEWHERE) as http:
            assert http.send(READ).status == 200


def test_the_option_wins_over_the_environment_and_over_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer([(THROUGH, GOOD)]) as proxy, ScriptedServer([]) as other:
        monkeypatch.setenv("http_proxy", other.url)
        monkeypatch.setenv("all_proxy", other.url)
        monkeypatch.setenv("no_proxy", "crm.example.com")
        with client(ELSEWHERE, proxy=proxy.url) as http:
            assert http.send(READ).status == 200


@pytest.mark.parametrize("exception", ["127.0.0.1", "*", "127.0.0.0/8"])
def test_no_proxy_goes_straight(exception: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer([(READ_LINE, GOOD)]) as server, ScriptedServer([]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", exception)
        with client(server.url) as http:
            assert http.send(READ).status == 200


def test_the_credentials_do_not_go_to_a_proxy_that_only_tunnels() -> None:
    with ScriptedServer([("CONNECT crm.example.com:443", answer({}, 502, then="close"))]) as proxy:
        with client("https://crm.example.com", proxy=proxy.url, retries=0) as http:
            with pytest.raises(errors.ProxyFailed):
                http.send(READ)
    assert SECRET not in str(proxy.received[0].headers)
