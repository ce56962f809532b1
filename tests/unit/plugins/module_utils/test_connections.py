# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is noted of an exchange, whom a connection trusts, and what is asked of the libraries once."""

from __future__ import annotations

import errno
import functools
import http.client
import importlib.util
import os
import socket
import ssl
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import urllib3
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import connections, errors, exchange
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.connections import (
    ANSWERED,
    REACHING,
    SENT,
    TUNNELLED,
    Broken,
    Connections,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Proxy, Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import rsa_keys
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Reply, ScriptedServer, answer, head

READ = Request("GET", "/read", "Read", writes=False)
PHASES = (REACHING, TUNNELLED, SENT, ANSWERED)


def broken(error: Exception, phase: int = REACHING) -> Broken:
    """What is made of an exception of a library in a phase."""
    connections._progress.phase = phase
    with pytest.raises(Broken) as raised, connections._broken_by_libraries():
        raise error
    assert raised.value.phase == phase and str(raised.value) == raised.value.kind.kind
    return raised.value


NOWHERE: Any = None
LOST = (errors.ConnectionLost, errors.CutOff)
# Exceptions as the libraries raise them, with their kinds in the phases reaching, sent and answered.
KINDS: list[tuple[Exception, tuple[type[errors.ErpSyncError], ...]]] = [
    *(
        (error, (errors.UnknownHost, errors.ErpSyncError, errors.ErpSyncError))
        for error in (socket.gaierror(), urllib3.exceptions.LocationValueError(), requests.exceptions.InvalidURL())
    ),
    *(
        (error, (errors.ConnectionRefused, *LOST))
        for error in (urllib3.exceptions.NewConnectionError(NOWHERE, ""), ConnectionRefusedError(errno.ECONNREFUSED, ""))
    ),
    *((error, (errors.TlsBroken, *LOST)) for error in (ssl.SSLEOFError(), ssl.SSLZeroReturnError())),
    *(
        (error, (errors.TlsFailed, errors.TlsBroken, errors.TlsBroken))
        for error in (ssl.SSLError(), urllib3.exceptions.SSLError(), requests.exceptions.SSLError())
    ),
    *(
        (error, (errors.ConnectTimedOut, errors.TimedOut, errors.TimedOut))
        for error in (TimeoutError(), urllib3.exceptions.TimeoutError(), requests.exceptions.Timeout())
    ),
    *(
        (error, (errors.ErpSyncError, errors.NotJson, errors.NotJson))
        for error in (urllib3.exceptions.DecodeError(), requests.exceptions.ContentDecodingError())
    ),
    *(
        (error, (errors.TlsBroken, *LOST))
        for error in (
            ConnectionResetError(),
            http.client.BadStatusLine(""),
            urllib3.exceptions.ProtocolError(),
            urllib3.exceptions.ProxyError("", KeyError()),
            requests.exceptions.ConnectionError(),
        )
    ),
    (urllib3.exceptions.HTTPError(), (errors.ErpSyncError,) * 3),
]


@pytest.mark.parametrize(("error", "kinds"), KINDS, ids=lambda value: type(value).__name__)
def test_the_kind_of_each_exception_in_each_phase(error: Exception, kinds: tuple[type[errors.ErpSyncError], ...]) -> None:
    reaching, sent, answered = kinds
    assert [broken(error, phase).kind for phase in PHASES] == [reaching, reaching, sent, answered]


def test_the_reason_may_be_wrapped_in_any_way() -> None:
    def wrapped(**wrapping: Any) -> Exception:
        error = KeyError(*wrapping.pop("args", ()))
        for name, value in wrapping.items():
            setattr(error, name, value)
        return error

    reset = ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
    late = TimeoutError(errno.ETIMEDOUT, "Timed Out")
    for found in (
        broken(wrapped(__cause__=reset)),
        broken(wrapped(__context__=reset)),
        broken(wrapped(reason=reset)),
        broken(wrapped(args=("text", reset))),
        broken(wrapped(__cause__=wrapped(args=(wrapped(reason=reset),)))),
        # What lies nearer counts, a cause most.
        broken(wrapped(__cause__=reset, __context__=OSError(errno.EPIPE, "Broken pipe"))),
        broken(wrapped(reason=wrapped(args=(OSError(errno.EPIPE, "Broken pipe"),)), args=(reset,))),
    ):
        assert (found.kind, found.reason) == (errors.TlsBroken, "connection reset by peer")
    # Of several kinds the first row of the table counts.
    assert broken(wrapped(__cause__=reset, args=(late,))).kind is errors.ConnectTimedOut
    # Two that wrap each other have no end.
    one, other = KeyError(), KeyError()
    one.args, other.args = (other,), (one,)
    assert broken(one).kind is errors.ErpSyncError


def test_reasons_in_the_words_of_the_system_and_of_openssl() -> None:
    verify = ssl.SSLCertVerificationError("x")
    verify.verify_message = "self-signed certificate"
    handshake = ssl.SSLError(1, "[SSL: X] x")
    handshake.reason = "TLSV1_ALERT_UNKNOWN_CA"
    for error, reason in (
        (verify, "self-signed certificate"),
        (ssl.SSLCertVerificationError("x"), ""),
        (handshake, "tlsv1 alert unknown ca"),
        (ssl.SSLError(1, "x"), ""),
        (ssl.SSLEOFError(8, "x"), "the other side ended it"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "no route to host"),
        # Numbers of the name service are none of the system's.
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), ""),
        (OSError(errno.EPIPE, ""), ""),
        (OSError(0, "Error"), ""),
    ):
        assert broken(error).reason == reason, error
        assert broken(requests.exceptions.ConnectionError(error)).reason == reason, error


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Tunnel connection failed: 407 Proxy Authentication Required", 407),
        ("Tunnel connection failed: 503", 503),
        ("Tunnel connection failed: 100 x", 100),
        ("Tunnel connection failed: 099 x", None),
        ("Tunnel connection failed: 4070 x", None),
        ("Tunnel connection failed: x", None),
        ("x Tunnel connection failed: 407 x", None),
    ],
)
def test_the_status_of_a_refused_connect(text: str, status: int | None) -> None:
    found = broken(urllib3.exceptions.ProxyError("x", OSError(text)))
    assert (found.connect_status, found.is_file, found.is_socks) == (status, False, False)
    assert broken(KeyError(text)).connect_status is None


def test_a_missing_file_and_a_missing_library_are_told_from_each_other() -> None:
    file = broken(OSError("Could not find a suitable TLS CA certificate bundle"))
    assert (file.kind, file.is_file, file.is_socks) == (errors.TlsFailed, True, False)
    assert file.reason == "a file of ca_path, client_cert, client_key or REQUESTS_CA_BUNDLE is not there"
    library = broken(requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support."))
    assert (library.kind, library.is_file, library.is_socks) == (errors.ErpSyncError, False, True)


@pytest.mark.parametrize("changed", ["st_dev", "st_ino", "st_size", "st_mtime_ns"])
def test_authorities_are_read_again_once_their_file_is_another(changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"st_dev": 1, "st_ino": 2, "st_size": 3, "st_mtime_ns": 4}
    read: list[tuple[str | None, str | None, str | None]] = []

    @functools.lru_cache(maxsize=4)
    def read_context(file: str | None, folder: str | None, _state: object, key_log: str | None) -> None:
        read.append((file, folder, key_log))

    monkeypatch.setattr(connections, "_read_context", read_context)
    monkeypatch.setattr(connections, "os", SimpleNamespace(stat=lambda _path: SimpleNamespace(**found), environ=os.environ))
    for _time in range(2):
        connections._context("ca.pem", None)
    assert read == [("ca.pem", None, None)]
    found[changed] += 1
    connections._context("ca.pem", None)
    connections._context(None, "folder")
    monkeypatch.setenv("SSLKEYLOGFILE", "keys")
    connections._context(None, "folder")
    assert read[1:] == [("ca.pem", None, None), (None, "folder", None), (None, "folder", "keys")]


def test_an_address_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, object]] = []
    real = requests.Session.merge_environment_settings

    def merge(session: requests.Session, url: str, proxies: object, *more: Any) -> Any:
        asked.append((url, dict(proxies)))  # type: ignore[call-overload]
        return real(session, url, proxies, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(requests.Session, "merge_environment_settings", merge)
    monkeypatch.setenv("https_proxy", "http://me@proxy:1/")
    one = Connections(Settings("https://crm", {}))
    urls = ["https://crm/a", "https://crm/b/c", "https://crm", "https://crm:444/a", "http://crm/a", "https://other/a"]
    assert [one.proxy(url) for url in urls] == [
        *[Proxy("proxy:1", "https_proxy", True)] * 4,
        None,
        Proxy("proxy:1", "https_proxy", True),
    ]
    assert asked == [(url, {}) for url in (urls[0], *urls[3:])]
    asked.clear()
    own = Connections(Settings("https://crm", {}, proxy="http://own:2"))
    assert [own.proxy(url) for url in ("https://crm", "http://crm")] == [Proxy("own:2", "proxy", False)] * 2
    given = {"http": "http://own:2", "https": "http://own:2"}
    assert asked == [("https://crm", given), ("http://crm", given)]


@pytest.mark.parametrize(
    ("name", "url", "source"),
    [
        ("http_proxy", "http://crm", "http_proxy"),
        ("https_proxy", "https://crm", "https_proxy"),
        ("HTTPS_PROXY", "https://crm", "HTTPS_PROXY"),
        ("all_proxy", "https://crm", "all_proxy"),
        ("ALL_PROXY", "http://crm", "ALL_PROXY"),
    ],
)
def test_the_variable_that_names_the_proxy(name: str, url: str, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "proxy:3128/")
    assert Connections(Settings(url, {})).proxy(url) == Proxy("proxy:3128", source, False)
    for other in ("other_proxy", "ftp_proxy"):
        monkeypatch.setenv(other, "proxy:3128/")
    assert connections._variable("http", "http://elsewhere") == "the system's settings"


@pytest.mark.parametrize(
    ("status", "announced"),
    [(204, "9"), (304, "9"), (200, "x"), (200, "-1"), (200, "\u00b2"), (200, "0002")],
)
def test_a_length_that_is_none_of_a_body_cuts_nothing_off(status: int, announced: str) -> None:
    body = b"{}" if status == 200 else b""
    reply = Reply((head(status, {"Content-Length": announced}) + body,), then="close")
    with ScriptedServer([("GET /read", reply)]) as server, Session(Settings(server.url, {}, retries=0)) as http:
        response = http.send(READ)
    assert (response.status, response.body) == (status, body)


def test_interim_responses_are_skipped_and_another_protocol_is_none() -> None:
    for status in (100, 102, 103, 199):
        script = [("GET /read", Reply((head(status, {"Link": "x"}) * 2, *answer({}).pieces)))]
        with ScriptedServer(script) as server, Session(Settings(server.url, {}, retries=0)) as http:
            response = http.send(READ)
        assert (response.status, response.body, "link" in response.headers) == (200, b"{}", False)
    switched = Reply((head(101, {"Upgrade": "x", "Content-Length": "9"}),), then="close")
    with ScriptedServer([("GET /read", switched), ("GET /read", answer({}))]) as server:
        with Session(Settings(server.url, {}, retries=0)) as http:
            assert [http.send(READ).status for _time in range(2)] == [101, 200]
    assert server.connections == [1, 2]


def test_a_session_that_has_ended_sends_nothing() -> None:
    session = Session(Settings("http://127.0.0.1:9", {}))
    session.close()
    with pytest.raises(errors.ErpSyncError) as caught:
        session.send(READ)
    error = caught.value
    assert (type(error), error.message, error.method, error.attempts) == (errors.ErpSyncError, "Read: the run has ended.", "Read", 1)


def test_without_requests_no_session_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUESTS_IMPORT_ERROR", "Traceback")
    with pytest.raises(errors.MissingLibrary) as caught:
        Session(Settings("http://crm", {}))
    assert (caught.value.library, caught.value.import_error) == ("requests", "Traceback")


def test_the_time_limit_of_a_response_shrinks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wait for bytes may take what is left of the whole time."""
    moments = iter((100.0, 103.0, 109.5, 110.0, 111.0))
    monkeypatch.setattr(connections, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    waits: list[float] = []
    sock: Any = SimpleNamespace(settimeout=waits.append)
    closed: list[str] = []
    stream = connections._TimedStream(
        SimpleNamespace(raw=SimpleNamespace(readinto=len), close=lambda: closed.append("closed")), sock, 110.0
    )
    assert stream.readable()
    assert [stream.readinto(bytearray(7)) for _time in range(3)] == [7, 7, 7]
    assert waits == [10.0, 7.0, 0.5]
    for _time in range(2):
        with pytest.raises(TimeoutError, match="^timed out$"):
            stream.readinto(bytearray(7))
    assert len(waits) == 3
    stream.close()
    assert (closed, stream.closed) == (["closed"], True)


@pytest.mark.parametrize("library", ["requests", "urllib3", "cryptography"])
def test_a_missing_library_is_noted_and_no_failure_of_the_import(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = rsa_keys if library == "cryptography" else connections
    for name in (library, *(name for name in sys.modules if name.startswith(f"{library}."))):
        monkeypatch.setitem(sys.modules, name, None)
    spec = importlib.util.find_spec(module.__name__)
    assert spec is not None and spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    noted = fresh.CRYPTOGRAPHY_IMPORT_ERROR if library == "cryptography" else fresh.REQUESTS_IMPORT_ERROR
    assert noted.startswith("Traceback (most recent call last)") and noted.rstrip().endswith("in sys.modules")


def test_every_response_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is too large, or too slow, would hold its connection until somebody forgets the error."""
    closed: list[int] = []
    real = requests.Response.close

    def close(response: requests.Response) -> None:
        closed.append(response.status_code)
        real(response)

    monkeypatch.setattr(requests.Response, "close", close)
    monkeypatch.setattr(exchange, "LARGEST_ANSWER", 100)
    with ScriptedServer([("GET /read", answer({})), ("GET /read", answer(body=b"x" * 101))]) as server:
        with Session(Settings(server.url, {}, retries=0)) as http:
            http.send(READ)
            with pytest.raises(errors.TooLarge) as caught:
                http.send(READ)
    assert closed == [200, 200]
    assert caught.value.message == (f"Read: 127.0.0.1:{server.port} answered with more than 0 MB, as SuperOffice never does. Check url.")
