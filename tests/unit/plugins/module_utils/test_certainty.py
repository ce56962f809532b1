# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certain means certain: each way to a server, broken in each phase of an exchange, held against what the server itself has seen.

A failure is certain exactly where the request was not sent. What was not sent is sent again, a write as well; a read whose answer
is lost is sent again, and a write is not.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.rest import not_successful
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.tests.unit.support.certificates import Authority
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_proxy import Breaker, Proxy
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import (
    Clock,
    Received,
    Reply,
    ScriptedServer,
    answer,
    free_port,
    head,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import in_both_shells

READ = Request("GET", "/read", "Read", writes=False)
WRITE = Request("POST", "/write", "Write", writes=True, body=b"{}")
RETRIES = 1


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@dataclass(frozen=True)
class Way:
    """A way to the server."""

    tls: bool
    proxy: str | None = None
    """The scheme in which the proxy is spoken to."""
    by: str = "option"

    @property
    def tunnels(self) -> bool:
        return self.tls and self.proxy is not None


WAYS = {
    "http": Way(False),
    "https": Way(True),
    "http, forwarded": Way(False, "http"),
    "http, forwarded, by environment": Way(False, "http", "environment"),
    "https through CONNECT": Way(True, "http"),
    "https through CONNECT, by environment": Way(True, "http", "environment"),
    "http, forwarded over TLS": Way(False, "https"),
    "https through CONNECT over TLS": Way(True, "https"),
}


class Answering(ScriptedServer):
    """Gives one reply to whatever comes."""

    def __init__(self, reply: Reply, tls: ssl.SSLContext | None) -> None:
        super().__init__((), tls)
        self.reply = reply

    def _next(self, received: Received) -> Reply:
        with self._lock:
            self.received.append(received)
        return self.reply


CUT_HEAD = Reply((b"HTTP/1.1 200 OK\r\nContent-Le",), then="close")
CUT_BODY = Reply((head(200, {"Content-Length": "100"}) + b"{",), then="close")
# After the request has been read; behind these, what only a TLS connection can meet.
LATE = {
    "closed": Reply(then="close"),
    "reset": Reply(then="reset"),
    "no HTTP": Reply((b"nonsense\r\n\r\n",), then="close"),
    "half a head": CUT_HEAD,
    "half a body": CUT_BODY,
    "plain text": Reply(past_tls=b"HTTP/1.1 200 OK\r\n\r\n", then="close"),
    "bad record": Reply(past_tls=b"\x17\x03\x03\x00\x20" + b"x" * 32, then="close"),
    "bad record in a body": Reply((head(200, {"Content-Length": "100"}),), past_tls=b"\x17\x03\x03\x00\x20" + b"x" * 32, then="close"),
    "alert": Reply(past_tls=b"\x15\x03\x03\x00\x02\x02\x50", then="close"),
}
TLS_ONLY = ("plain text", "bad record", "bad record in a body", "alert")


@contextlib.contextmanager
def client(way: Way, port: int, proxy_port: int | None, authority: Authority, **settings: Any) -> Iterator[tuple[Session, Clock]]:
    clock = Clock()
    proxy = f"{way.proxy}://user:canary@127.0.0.1:{proxy_port}" if way.proxy else None
    url = f"{'https' if way.tls else 'http'}://127.0.0.1:{port}"
    values: dict[str, Any] = {"timeout": 5.0, "retries": RETRIES, "verify": str(authority.path), **settings}
    with pytest.MonkeyPatch.context() as patch:
        if way.by == "environment" and proxy:
            patch.setenv("HTTPS_PROXY" if way.tls else "http_proxy", proxy)
            proxy = None
        with Session(Settings(url, {}, proxy=proxy, **values), sleep=clock.sleep) as http:
            yield http, clock


def fails(http: Session, request: Request) -> errors.ErpSyncError:
    with pytest.raises(errors.ErpSyncError) as caught:
        http.send(request)
    assert "canary" not in caught.value.message
    assert caught.value.message.endswith(errors.UNCERTAIN) is caught.value.uncertain
    return caught.value


def judge(error: errors.ErpSyncError, request: Request, seen: Sequence[object], context: str) -> None:
    """Hold a failure against the requests that somebody behind the connection has seen."""
    assert error.uncertain is (request.writes and bool(seen)), context
    attempts = 1 if request.writes and seen else RETRIES + 1
    assert error.attempts == attempts, context
    if seen:
        assert len(seen) == attempts, context


@pytest.mark.parametrize("name", WAYS)
def test_what_the_server_has_seen_is_not_certain_to_be_undone(name: str, authority: Authority) -> None:
    """Whatever breaks after the request was read, on the connection that it opened and on one that was kept alive."""
    way = WAYS[name]
    tls = authority.server_context("server", "127.0.0.1") if way.tls else None
    for what, reply in LATE.items():
        if what in TLS_ONLY and not way.tls:
            continue
        for request in (READ, WRITE):
            for kept in (False, True):
                with Answering(answer({}), tls) as server, proxied(way, server.port, authority) as port:
                    with client(way, server.port, port, authority) as (http, _clock):
                        if kept:
                            http.send(READ)
                            server.received.clear()
                        server.reply = reply
                        judge(fails(http, request), request, server.received, f"{what}, {request.method}, kept alive: {kept}")


@contextlib.contextmanager
def proxied(way: Way, port: int, authority: Authority) -> Iterator[int | None]:
    if way.proxy is None:
        yield None
        return
    with Proxy(port, authority.server_context("proxy", "127.0.0.1") if way.proxy == "https" else None) as proxy:
        yield proxy.port


# What whoever is spoken to first does with the first bytes.
EARLY = {"closes": (b"", "close"), "resets": (b"", "reset"), "talks nonsense": (b"nonsense\r\n\r\n", "close")}


@pytest.mark.parametrize("name", WAYS)
def test_what_was_never_sent_is_certain_and_sent_again(name: str, authority: Authority) -> None:
    """Nobody listens, or the connection breaks with its first bytes: only where these are the request, it is in doubt."""
    way = WAYS[name]
    for request in (READ, WRITE):
        with client(way, free_port(), free_port(), authority) as (http, clock):
            judge(fails(http, request), request, [], f"dead, {request.method}")
        assert len(clock.pauses) == RETRIES
        for what, (says, then) in EARLY.items():
            with Breaker(says, then) as first, client(way, first.port, first.port, authority) as (http, _clock):
                error = fails(http, request)
            seen = [data for data in first.received if data.startswith(request.verb.encode())]
            if isinstance(error, (errors.TlsFailed, errors.ProxyFailed)) and not error.passing:
                # Nonsense in place of a handshake is no better at the next try.
                assert (seen, error.uncertain, error.attempts) == ([], False, 1)
            else:
                judge(error, request, seen, f"{what}, {request.method}")


@pytest.mark.parametrize("name", [name for name, way in WAYS.items() if way.tunnels])
def test_what_breaks_behind_the_proxy_before_the_request_is_certain(name: str, authority: Authority) -> None:
    """The server is away, breaks the handshake, or shows a certificate of somebody else."""
    way = WAYS[name]
    elsewhere = authority.server_context("elsewhere", "crm.example.com")
    for request in (READ, WRITE):
        with proxied(way, port := free_port(), authority) as proxy, client(way, port, proxy, authority) as (http, _clock):
            judge(fails(http, request), request, [], "nobody listens behind the proxy")
        for what, (says, then) in EARLY.items():
            with Breaker(says, then) as server, proxied(way, server.port, authority) as proxy:
                with client(way, server.port, proxy, authority) as (http, _clock):
                    error = fails(http, request)
            assert isinstance(error, errors.TlsFailed), what
            assert (error.uncertain, error.attempts) == (False, RETRIES + 1 if error.passing else 1), what
            assert f"127.0.0.1:{server.port}" in error.message
        with ScriptedServer([], elsewhere) as strange, proxied(way, strange.port, authority) as proxy:
            with client(way, strange.port, proxy, authority) as (http, _clock):
                assert (fails(http, request).kind, strange.received) == ("tls", [])


class Silent(Breaker):
    """Reads what comes first, and says nothing until it is told to end."""

    def __init__(self) -> None:
        super().__init__()
        self.has_read = threading.Event()
        self.enough = threading.Event()

    def _talk(self, connection: socket.socket) -> None:
        super()._talk(connection)
        self.has_read.set()
        self.enough.wait(20)


def test_a_time_limit_in_each_phase(authority: Authority) -> None:
    """A handshake or a CONNECT that is never answered is no request; one that hangs later is."""
    for way in (Way(True), Way(True, "http"), Way(False, "http")):
        with Silent() as first, client(way, first.port, first.port, authority, timeout=0.2, retries=0) as (http, _clock):
            error = fails(http, WRITE)
            # The client may give up before this side has looked.
            assert first.has_read.wait(20)
            first.enough.set()
        seen = any(data.startswith(b"POST") for data in first.received)
        assert (error.uncertain, seen) == (not way.tls, not way.tls)
        assert error.kind == ("proxy" if way.tunnels else "timeout")


# Proxies


def refused(status: int, address: str, source: str, monkeypatch: pytest.MonkeyPatch, userinfo: str = "") -> str:
    """What is said of a write where the proxy answers it, or CONNECT, with a status; behind the name of the proxy."""
    with Answering(answer({}, status, then="close"), None) as proxy:
        url = f"http://{userinfo}127.0.0.1:{proxy.port}"
        if source != "proxy":
            monkeypatch.setenv(source, url)
        with Session(Settings(address, {}, proxy=url if source == "proxy" else None, retries=0)) as http:
            if address.startswith("https"):
                error = fails(http, WRITE)
            else:
                error = not_successful(WRITE, http.send(WRITE))
    assert (error.kind, error.uncertain, error.http_status) == ("proxy", False, status)
    named = f"Write: the proxy 127.0.0.1:{proxy.port} (given by {source}) "
    assert error.message.startswith(named)
    return error.message.removeprefix(named)


@pytest.mark.parametrize("address", ["https://crm.example.com", "http://crm.example.com"])
@pytest.mark.parametrize("source", ["proxy", "https_proxy", "ALL_PROXY"])
def test_a_proxy_that_wants_credentials_says_whose(address: str, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if source == "https_proxy" and address.startswith("http:"):
        source = "http_proxy"
    whose = f"They are the proxy's own, not SuperOffice's; write them into {source} as http://user:password@proxy.example.com:3128."
    assert refused(407, address, source, monkeypatch) == f"asks for a user name and password (407). {whose}"
    known = refused(407, address, source, monkeypatch, "user:canary@")
    assert known == f"does not accept the user name and password in {source} (407). {whose}"


def test_a_proxy_that_does_not_open_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for status in (403, 502):
        assert refused(status, "https://crm.example.com", "HTTPS_PROXY", monkeypatch) == (
            f"does not open the way to crm.example.com ({status}). Ask who runs the proxy, or name the host in NO_PROXY."
        )


def test_a_proxy_that_is_away_is_named_without_its_password() -> None:
    for host, reason in ((f"127.0.0.1:{free_port()}", "connection refused"), ("no-such-proxy.invalid:8080", "its name cannot be resolved")):
        with Session(Settings("http://crm.example.com", {}, proxy=f"http://user:can@ary@{host}", retries=0)) as http:
            error = fails(http, WRITE)
        assert (error.kind, error.uncertain) == ("proxy", False)
        assert error.message == (
            f"Write: the proxy {host} (given by proxy) cannot be reached ({reason}). Check its address, and that it runs."
        )


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("http://", "it names no host"),
        ("http://proxy.example.com:0", "its port is none"),
        ("ftp://proxy.example.com", "it does not begin with http:// or https://"),
        ("http://user:canary@proxy.example.com:99999", "its host or port is none"),
        ("http://pro xy", "there is a blank or a line break in it"),
    ],
)
def test_a_proxy_of_the_environment_that_is_none(value: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", value)
    with Session(Settings("https://crm.example.com", {})) as http:
        error = fails(http, WRITE)
    assert (error.kind, error.uncertain) == ("bad_input", False)
    assert error.message == (
        f"https_proxy is not the address of a proxy ({value.replace('user:canary', '***')}): {wrong}. Use the form "
        "http://proxy.example.com:3128, or name the installation's host in NO_PROXY."
    )


def test_a_proxy_of_the_environment_without_a_scheme_is_one_of_http(monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("http_proxy", address)
    with Session(Settings("http://crm.example.com", {}, retries=0)) as http:
        error = fails(http, WRITE)
    assert error.message == (
        f"Write: the proxy {address} (given by http_proxy) cannot be reached (connection refused). Check its address, and that it runs."
    )


def test_a_socks_proxy_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "socks", None)
    with Session(Settings("http://crm.example.com", {}, retries=0)) as http:
        error = fails(http, WRITE)
    assert (error.kind, error.uncertain) == ("proxy", False)
    assert error.message == (
        "Write: the proxy 127.0.0.1:9 (given by all_proxy) is a SOCKS proxy, which needs the Python library PySocks. Install it, or use an "
        "HTTP proxy."
    )


@in_both_shells
@pytest.mark.parametrize("userinfo", ["", "user:canary@"])
def test_a_result_names_the_proxy_though_the_option_is_a_secret(userinfo: str, shell: str) -> None:
    port = free_port()
    options = {"url": "http://crm.example.com", "ticket": "7T:x", "retries": 0, "proxy": f"http://{userinfo}127.0.0.1:{port}"}
    result = run_module("erpsync_info", options, shell=shell)
    assert f"the proxy 127.0.0.1:{port} (given by proxy) cannot be reached" in result["msg"]
    assert (result["failure"]["kind"], result["failure"]["uncertain"]) == ("proxy", False)
    assert "canary" not in json.dumps(result)
    wrong = run_module("erpsync_info", {**options, "proxy": f"{userinfo}127.0.0.1:{port}"}, shell=shell)
    assert "it does not begin with http:// or https://" in wrong["msg"] and "canary" not in json.dumps(wrong)
