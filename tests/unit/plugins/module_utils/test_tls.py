# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS on real sockets: who is trusted, who is not, and what is said of it."""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
import threading
import warnings
from pathlib import Path

import pytest
import requests.utils
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import connections, errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.side_by_side import side_by_side
from ansible_collections.superoffice.erpsync.tests.unit.support.certificates import Authority
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Received, Reply, ScriptedServer, answer

WRITE = Request("POST", "/write", "Write", writes=True, body=b"{}")
SCRIPT = [("POST /write", answer({"fine": True}))]
WANTS_ONE = r"Check that url is right, and whether the server wants a client certificate \(client_cert\)\."


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def server_tls(authority: Authority) -> ssl.SSLContext:
    return authority.server_context("server", "127.0.0.1")


def send(server: ScriptedServer, **settings: object) -> int:
    with Session(Settings(server.url, {"Authorization": "Bearer canary"}, retries=0, timeout=5, **settings)) as http:  # type: ignore[arg-type]
        return http.send(WRITE).status


def refused(server: ScriptedServer, reason: str = r"( \(.+\))?", **settings: object) -> None:
    """No trusted connection comes about, for a reason of OpenSSL or of the system; then nothing may have been sent."""
    with pytest.raises(errors.TlsFailed) as caught:
        send(server, **settings)
    assert server.received == []
    assert (caught.value.attempts, caught.value.uncertain) == (1, False)
    host = server.url.removeprefix("https://")
    sentence = f"Write: no trusted TLS connection to {host}{reason}. Check the certificate, or give its authority with ca_path."
    assert re.fullmatch(sentence, caught.value.message), caught.value.message


def test_an_unknown_authority_is_refused_by_default(server_tls: ssl.SSLContext) -> None:
    with ScriptedServer([], server_tls) as server:
        refused(server, r" \(unable to get local issuer certificate\)")


def test_ca_path_makes_an_authority_trusted(authority: Authority, server_tls: ssl.SSLContext) -> None:
    with ScriptedServer(SCRIPT, server_tls) as server:
        assert send(server, verify=str(authority.path)) == 200


def test_ca_path_can_be_a_folder(authority: Authority, server_tls: ssl.SSLContext, tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "authority.pem").write_bytes(authority.path.read_bytes())
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True, capture_output=True)
    with ScriptedServer(SCRIPT, server_tls) as server:
        assert send(server, verify=str(tmp_path)) == 200


def test_another_authority_is_refused(server_tls: ssl.SSLContext, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other", "Another authority")
    with ScriptedServer([], server_tls) as server:
        refused(server, verify=str(other.path))


def test_a_certificate_for_another_host_is_refused(authority: Authority) -> None:
    with ScriptedServer([], authority.server_context("elsewhere", "crm.example.com")) as server:
        refused(server, r" \(IP address mismatch, certificate is not valid for '127\.0\.0\.1'\.\)", verify=str(authority.path))


def test_without_verification_anything_goes_and_nobody_is_told(authority: Authority) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        before = list(warnings.filters)
        with ScriptedServer(SCRIPT * 2, authority.server_context("elsewhere", "crm.example.com")) as server:
            assert send(server, verify=False) == 200
            assert send(server, verify=False) == 200
        # The filters belong to the whole process.
        assert list(warnings.filters) == before
    assert [str(warning.message) for warning in told if "Insecure" in warning.category.__name__] == []


def test_switching_verification_off_is_not_undone_by_the_environment(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, server_tls: ssl.SSLContext
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Authority(authority.folder / "another").path))
    with ScriptedServer(SCRIPT, server_tls) as server:
        assert send(server, verify=False) == 200


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_names_authorities(
    variable: str, authority: Authority, monkeypatch: pytest.MonkeyPatch, server_tls: ssl.SSLContext
) -> None:
    monkeypatch.setenv(variable, str(authority.path))
    with ScriptedServer(SCRIPT, server_tls) as server:
        assert send(server) == 200


def test_ca_path_wins_over_the_environment(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, server_tls: ssl.SSLContext, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Authority(tmp_path / "other").path))
    with ScriptedServer(SCRIPT, server_tls) as server:
        assert send(server, verify=str(authority.path)) == 200


def test_authorities_of_the_environment_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch, server_tls: ssl.SSLContext) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    with ScriptedServer([], server_tls) as server:
        refused(server, r" \(a file of ca_path, client_cert, client_key or REQUESTS_CA_BUNDLE is not there\)")


def noted(monkeypatch: pytest.MonkeyPatch, method: str) -> list[tuple[ssl.SSLContext, tuple[object, ...]]]:
    """The calls of a method of TLS contexts: which context, and what with."""
    calls: list[tuple[ssl.SSLContext, tuple[object, ...]]] = []
    real = getattr(ssl.SSLContext, method)

    def call(context: ssl.SSLContext, *args: object) -> None:
        calls.append((context, args))
        real(context, *args)

    monkeypatch.setattr(ssl.SSLContext, method, call)
    return calls


CLOSING = [("POST /write", answer({"fine": True}, headers={"Connection": "close"}, then="close"))]


def test_authorities_are_read_once_for_all_connections_and_sessions(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, server_tls: ssl.SSLContext
) -> None:
    read, protocols = noted(monkeypatch, "load_verify_locations"), noted(monkeypatch, "set_alpn_protocols")
    connections._read_context.cache_clear()
    with ScriptedServer(CLOSING * 3, server_tls) as server:
        with Session(Settings(server.url, {}, verify=str(authority.path), retries=0)) as http:
            assert [http.send(WRITE).status for _request in range(2)] == [200, 200]
        assert send(server, verify=str(authority.path)) == 200
    assert len(set(server.connections)) == 3
    assert [args for _context, args in read] == [(str(authority.path), None)]
    # Nothing is set while connections are being opened, by several threads perhaps.
    assert [args for _context, args in protocols] == [(["http/1.1"],)]


def test_each_connection_with_a_client_certificate_has_its_own(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes part of a context, which must not change while another thread opens a connection with it: Python would crash."""
    cert, key = authority.issue("client", "erp-admin")
    loaded = noted(monkeypatch, "load_cert_chain")
    together = threading.Barrier(3)

    class Together(ScriptedServer):
        """Answers no request before all three have come, each on a connection of its own."""

        def _next(self, received: Received) -> Reply:
            together.wait(20)
            return super()._next(received)

    with Together(CLOSING * 3, authority.server_context("strict", "127.0.0.1", wants_client_certificate=True)) as server:
        loaded.clear()
        with Session(
            Settings(server.url, {}, verify=str(authority.path), client_cert=(str(cert), str(key)), retries=0, parallel_requests=3)
        ) as http:
            results = side_by_side([lambda: http.send(WRITE).status] * 3, 3)
    assert results == [200, 200, 200]
    assert len({id(context) for context, _args in loaded}) == 3


def test_authorities_that_may_not_be_read(server_tls: ssl.SSLContext, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_args: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", denied)
    connections._read_context.cache_clear()
    with ScriptedServer([], server_tls) as server:
        refused(server, r" \(permission denied\)", verify=str(authority.path))


def test_a_file_for_the_keys_of_connections_is_honoured(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, server_tls: ssl.SSLContext, tmp_path: Path
) -> None:
    with ScriptedServer(CLOSING * 2, server_tls) as server:
        assert send(server, verify=str(authority.path)) == 200
        monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
        assert send(server, verify=str(authority.path)) == 200
    assert "SECRET" in (tmp_path / "keys").read_text()


def test_authorities_that_change_during_a_run_are_read_again(authority: Authority, server_tls: ssl.SSLContext, tmp_path: Path) -> None:
    trusted = tmp_path / "ca.pem"
    trusted.write_bytes(authority.path.read_bytes())
    with ScriptedServer(SCRIPT, server_tls) as server:
        assert send(server, verify=str(trusted)) == 200
    trusted.write_bytes(Authority(tmp_path / "other", "Another authority").path.read_bytes())
    with ScriptedServer([], server_tls) as server:
        refused(server, verify=str(trusted))


def test_a_client_certificate_is_shown_by_its_own_session_only(authority: Authority) -> None:
    cert, key = authority.issue("client", "erp-admin")
    with ScriptedServer(SCRIPT, authority.server_context("strict", "127.0.0.1", wants_client_certificate=True)) as server:
        assert send(server, verify=str(authority.path), client_cert=(str(cert), str(key))) == 200
    with ScriptedServer([], authority.server_context("strict", "127.0.0.1", wants_client_certificate=True)) as server:
        with pytest.raises(errors.ErpSyncError):
            send(server, verify=str(authority.path))
    assert server.received == []


def test_what_others_trust_is_no_matter_without_verification(authority: Authority) -> None:
    elsewhere = authority.server_context("elsewhere", "crm.example.com")
    with ScriptedServer(SCRIPT, elsewhere) as server:
        assert send(server, verify=False) == 200
    with ScriptedServer([], elsewhere) as server:
        refused(server, verify=str(authority.path))


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_authorities_that_are_none_are_a_tls_failure(content: str, tmp_path: Path, server_tls: ssl.SSLContext) -> None:
    (tmp_path / "ca.pem").write_text(content)
    with ScriptedServer([], server_tls) as server:
        refused(server, verify=str(tmp_path / "ca.pem"))


def test_a_client_certificate_is_shown(authority: Authority) -> None:
    cert, key = authority.issue("client", "erp-admin")
    with ScriptedServer(SCRIPT, authority.server_context("strict", "127.0.0.1", wants_client_certificate=True)) as server:
        assert send(server, verify=str(authority.path), client_cert=(str(cert), str(key))) == 200


def test_a_client_certificate_and_its_key_can_be_one_file(authority: Authority, tmp_path: Path) -> None:
    cert, key = authority.issue("client", "erp-admin")
    both = tmp_path / "both.pem"
    both.write_bytes(cert.read_bytes() + key.read_bytes())
    with ScriptedServer(SCRIPT, authority.server_context("strict", "127.0.0.1", wants_client_certificate=True)) as server:
        assert send(server, verify=str(authority.path), client_cert=str(both)) == 200


def test_a_missing_client_certificate_is_refused_in_the_handshake(authority: Authority) -> None:
    strict = authority.server_context("strict", "127.0.0.1", wants_client_certificate=True)
    strict.maximum_version = ssl.TLSVersion.TLSv1_2
    with ScriptedServer([], strict) as server:
        with pytest.raises(errors.TlsFailed) as caught:
            send(server, verify=str(authority.path))
    assert (server.received, caught.value.uncertain) == ([], False)
    host = server.url.removeprefix("https://")
    # The server's alert, or the end of the connection.
    alert = rf"no trusted TLS connection to {host} \(.+\)\. Check the certificate, or give its authority with ca_path\."
    end = rf"the TLS connection to {host} broke \(.+\)\. {WANTS_ONE}"
    assert re.fullmatch(f"Write: ({alert}|{end})", caught.value.message), caught.value.message


def test_a_client_certificate_that_is_missed_later_leaves_a_write_uncertain(authority: Authority) -> None:
    """With TLS 1.3 the client's handshake is over, and the request on its way, before the server looks at the certificate."""
    with ScriptedServer([], authority.server_context("strict", "127.0.0.1", wants_client_certificate=True)) as server:
        with pytest.raises((errors.TlsBroken, errors.ConnectionLost)) as caught:
            send(server, verify=str(authority.path))
    # Whether the server's alert or the end of the connection is met first is chance.
    assert caught.value.uncertain
    if isinstance(caught.value, errors.TlsBroken):
        sentence = rf"the TLS connection to {server.url.removeprefix('https://')} broke \(.+\)\. {WANTS_ONE}{re.escape(errors.UNCERTAIN)}"
        assert re.fullmatch(f"Write: {sentence}", caught.value.message), caught.value.message


def test_a_key_that_does_not_belong_to_the_certificate(authority: Authority, server_tls: ssl.SSLContext) -> None:
    cert, _key = authority.issue("one", "one")
    _cert, key = authority.issue("two", "two")
    with ScriptedServer([], server_tls) as server:
        refused(server, verify=str(authority.path), client_cert=(str(cert), str(key)))


def test_speaking_tls_to_a_plain_server(authority: Authority) -> None:
    plain = socket.create_server(("127.0.0.1", 0))
    port = plain.getsockname()[1]

    def rude() -> None:
        connection, _address = plain.accept()
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        connection.close()

    thread = threading.Thread(target=rude, daemon=True)
    thread.start()
    with plain, Session(Settings(f"https://127.0.0.1:{port}", {}, retries=0)) as http:
        with pytest.raises(errors.TlsFailed) as caught:
            http.send(WRITE)
    thread.join(5)
    assert not caught.value.uncertain


@pytest.mark.parametrize("then", ["reset", "close"])
def test_a_connection_lost_after_the_request_is_no_tls_failure(then: str, authority: Authority, server_tls: ssl.SSLContext) -> None:
    with ScriptedServer([("POST /write", Reply(then=then))], server_tls) as server:
        with pytest.raises(errors.ConnectionLost) as caught:
            send(server, verify=str(authority.path))
    assert caught.value.uncertain


def test_a_proxys_tunnel_is_end_to_end(authority: Authority, server_tls: ssl.SSLContext) -> None:
    """A CONNECT proxy sees neither path nor credentials, and the certificate is still the server's."""
    with ScriptedServer(SCRIPT, server_tls) as server:
        listener = socket.create_server(("127.0.0.1", 0))
        seen = bytearray()
        thread = threading.Thread(target=_tunnel, args=(listener, server.port, seen), daemon=True)
        thread.start()
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert send(server, verify=str(authority.path), proxy=proxy) == 200
        listener.close()
    thread.join(5)
    assert seen.startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1".encode())
    assert b"canary" not in seen
    assert b"/write" not in seen


def _tunnel(listener: socket.socket, port: int, seen: bytearray) -> None:
    inside, _address = listener.accept()
    while not seen.endswith(b"\r\n\r\n"):
        seen += inside.recv(1)
    inside.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    outside = socket.create_connection(("127.0.0.1", port))
    back = threading.Thread(target=_copy, args=(outside, inside, bytearray()), daemon=True)
    back.start()
    _copy(inside, outside, seen)
    back.join(5)


def _copy(source: socket.socket, target: socket.socket, seen: bytearray) -> None:
    try:
        while data := source.recv(65536):
            seen += data
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


# The authorities that are read before the first task


def is_read(file: str | None, folder: str | None) -> bool:
    """Whether a task finds the certificates read."""
    before = connections._read_context.cache_info().misses
    connections._context(file, folder)
    return connections._read_context.cache_info().misses == before


def test_the_usual_authorities_are_read_early() -> None:
    connections._read_context.cache_clear()
    connections.read_authorities()
    assert is_read(requests.utils.DEFAULT_CA_BUNDLE_PATH, None)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_authorities_of_the_environment_are_read_instead(kind: str, variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "tls")
    file, folder = (str(authority.path), None) if kind == "file" else (None, str(tmp_path))
    monkeypatch.setenv(variable, file or folder or "")
    connections._read_context.cache_clear()
    connections.read_authorities()
    assert is_read(file, folder)
    assert not is_read(requests.utils.DEFAULT_CA_BUNDLE_PATH, None)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_authorities_that_cannot_be_read_are_left_to_the_task(content: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    connections.read_authorities()


def test_a_pipe_is_not_read_early(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A task reads it, with a time limit."""
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "pipe"))
    connections.read_authorities()


def test_nothing_is_read_early_where_the_keys_of_connections_are_logged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "pipe"))
    connections._read_context.cache_clear()
    connections.read_authorities()
    assert connections._read_context.cache_info().misses == 0


def test_nothing_is_read_early_without_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUESTS_IMPORT_ERROR", "Traceback")
    connections._read_context.cache_clear()
    connections.read_authorities()
    assert connections._read_context.cache_info().misses == 0


def test_a_task_uses_what_was_read_early(authority: Authority, monkeypatch: pytest.MonkeyPatch, server_tls: ssl.SSLContext) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.path))
    connections._read_context.cache_clear()
    connections.read_authorities()
    read = noted(monkeypatch, "load_verify_locations")
    with ScriptedServer(SCRIPT, server_tls) as server:
        assert send(server) == 200
    assert read == []
