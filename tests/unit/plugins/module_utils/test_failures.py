# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exceptions of libraries mean, by how far the exchange had got, with the sentence word for word."""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl

import pytest
import requests
import urllib3
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import connections, errors, failures
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.connections import ANSWERED, REACHING, SENT, Broken
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Destination, Proxy, Request
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each

# The exception, how far the exchange had got, the proxy, the kind of failure, and its sentence; ~ stands for UNKNOWN.
UNKNOWN = " It is not known whether the server carried it out; run the task again to find out and to finish."
FAILURES: list[tuple[Exception, int, Proxy | None, str, str]] = [
    (
        ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
        REACHING,
        None,
        "connection_refused",
        "M: no connection to crm:443 (connection refused). Check that url is right and that the server runs.",
    ),
    (
        ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        ("M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (connection refused). Check its address, and that it runs."),
    ),
    (
        ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
        SENT,
        None,
        "connection_lost",
        "M: crm:443 closed the connection before it answered (connection refused).~",
    ),
    (
        ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
        ANSWERED,
        None,
        "cut_off",
        "M: the answer of crm:443 was cut off before it was complete (connection refused).~",
    ),
    # As OpenSSL says it where the other side has gone.
    (OSError(0, "Error"), SENT, None, "error", "M: the request to crm:443 failed.~"),
    (
        socket.gaierror(socket.EAI_NONAME, "Name not known"),
        REACHING,
        None,
        "unknown_host",
        "M: the host name of crm:443 cannot be resolved. Check url and the name service.",
    ),
    (
        socket.gaierror(socket.EAI_NONAME, "Name not known"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        (
            "M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (its name cannot be resolved). Check its "
            "address, and that it runs."
        ),
    ),
    (
        socket.gaierror(socket.EAI_NONAME, "Name not known"),
        SENT,
        None,
        "error",
        "M: the request to crm:443 failed.~",
    ),
    (
        socket.gaierror(socket.EAI_NONAME, "Name not known"),
        ANSWERED,
        None,
        "error",
        "M: the request to crm:443 failed.~",
    ),
    (
        requests.exceptions.InvalidURL("x"),
        REACHING,
        None,
        "unknown_host",
        "M: the host name of crm:443 cannot be resolved. Check url and the name service.",
    ),
    (
        requests.exceptions.InvalidURL("x"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        (
            "M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (its name cannot be resolved). Check its "
            "address, and that it runs."
        ),
    ),
    (
        requests.exceptions.InvalidURL("x"),
        SENT,
        None,
        "error",
        "M: the request to crm:443 failed.~",
    ),
    (
        requests.exceptions.InvalidURL("x"),
        ANSWERED,
        None,
        "error",
        "M: the request to crm:443 failed.~",
    ),
    (
        TimeoutError(),
        REACHING,
        None,
        "timeout",
        "M: no connection to crm:443 within 1.5 seconds. Check url, the network and firewalls, or raise timeout.",
    ),
    (
        TimeoutError(),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        (
            "M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (no answer within 1.5 seconds). Check its "
            "address, and that it runs."
        ),
    ),
    (
        TimeoutError(),
        SENT,
        None,
        "timeout",
        "M: crm:443 did not answer completely within 1.5 seconds. Raise timeout if the server is known to be slow.~",
    ),
    (
        TimeoutError(),
        ANSWERED,
        None,
        "timeout",
        "M: crm:443 did not answer completely within 1.5 seconds. Raise timeout if the server is known to be slow.~",
    ),
    (
        TimeoutError(),
        REACHING,
        None,
        "timeout",
        "M: no connection to crm:443 within 1.5 seconds. Check url, the network and firewalls, or raise timeout.",
    ),
    (
        TimeoutError(),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        (
            "M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (no answer within 1.5 seconds). Check its "
            "address, and that it runs."
        ),
    ),
    (
        TimeoutError(),
        SENT,
        None,
        "timeout",
        "M: crm:443 did not answer completely within 1.5 seconds. Raise timeout if the server is known to be slow.~",
    ),
    (
        TimeoutError(),
        ANSWERED,
        None,
        "timeout",
        "M: crm:443 did not answer completely within 1.5 seconds. Raise timeout if the server is known to be slow.~",
    ),
    (
        ssl.SSLEOFError(8, "x"),
        REACHING,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke (the other side ended it). Check that url is right, and whether the "
            "server wants a client certificate (client_cert)."
        ),
    ),
    (
        ssl.SSLEOFError(8, "x"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        ("M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (the other side ended it). Check its address, and that it runs."),
    ),
    (
        ssl.SSLEOFError(8, "x"),
        SENT,
        None,
        "connection_lost",
        "M: crm:443 closed the connection before it answered (the other side ended it).~",
    ),
    (
        ssl.SSLEOFError(8, "x"),
        ANSWERED,
        None,
        "cut_off",
        "M: the answer of crm:443 was cut off before it was complete (the other side ended it).~",
    ),
    (
        ssl.SSLError(1, "x"),
        REACHING,
        None,
        "tls",
        "M: no trusted TLS connection to crm:443. Check the certificate, or give its authority with ca_path.",
    ),
    (
        ssl.SSLError(1, "x"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        "M: no trusted TLS connection to the proxy p:3128 (given by HTTPS_PROXY). Check its certificate.",
    ),
    (
        ssl.SSLError(1, "x"),
        SENT,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert).~"
        ),
    ),
    (
        ssl.SSLError(1, "x"),
        ANSWERED,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert).~"
        ),
    ),
    (
        ssl.SSLCertVerificationError("x"),
        REACHING,
        None,
        "tls",
        "M: no trusted TLS connection to crm:443. Check the certificate, or give its authority with ca_path.",
    ),
    (
        ssl.SSLCertVerificationError("x"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        "M: no trusted TLS connection to the proxy p:3128 (given by HTTPS_PROXY). Check its certificate.",
    ),
    (
        ssl.SSLCertVerificationError("x"),
        SENT,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert).~"
        ),
    ),
    (
        ssl.SSLCertVerificationError("x"),
        ANSWERED,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert).~"
        ),
    ),
    (
        urllib3.exceptions.SSLError("x"),
        REACHING,
        None,
        "tls",
        "M: no trusted TLS connection to crm:443. Check the certificate, or give its authority with ca_path.",
    ),
    (
        urllib3.exceptions.SSLError("x"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        "M: no trusted TLS connection to the proxy p:3128 (given by HTTPS_PROXY). Check its certificate.",
    ),
    (
        urllib3.exceptions.SSLError("x"),
        SENT,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert).~"
        ),
    ),
    (
        urllib3.exceptions.SSLError("x"),
        ANSWERED,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert).~"
        ),
    ),
    (
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
        REACHING,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke (connection reset by peer). Check that url is right, and whether the "
            "server wants a client certificate (client_cert)."
        ),
    ),
    (
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        ("M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (connection reset by peer). Check its address, and that it runs."),
    ),
    (
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
        SENT,
        None,
        "connection_lost",
        "M: crm:443 closed the connection before it answered (connection reset by peer).~",
    ),
    (
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
        ANSWERED,
        None,
        "cut_off",
        "M: the answer of crm:443 was cut off before it was complete (connection reset by peer).~",
    ),
    (
        http.client.IncompleteRead(b""),
        REACHING,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert)."
        ),
    ),
    (
        http.client.IncompleteRead(b""),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        ("M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (no connection). Check its address, and that it runs."),
    ),
    (
        http.client.IncompleteRead(b""),
        SENT,
        None,
        "connection_lost",
        "M: crm:443 closed the connection before it answered.~",
    ),
    (
        http.client.IncompleteRead(b""),
        ANSWERED,
        None,
        "cut_off",
        "M: the answer of crm:443 was cut off before it was complete.~",
    ),
    (
        requests.exceptions.ContentDecodingError(),
        REACHING,
        None,
        "error",
        "M: the request to crm:443 failed.",
    ),
    (
        requests.exceptions.ContentDecodingError(),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        ("M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (no connection). Check its address, and that it runs."),
    ),
    (
        requests.exceptions.ContentDecodingError(),
        SENT,
        None,
        "not_json",
        "M: the answer of crm:443 could not be decompressed.~",
    ),
    (
        requests.exceptions.ContentDecodingError(),
        ANSWERED,
        None,
        "not_json",
        "M: the answer of crm:443 could not be decompressed.~",
    ),
    (
        urllib3.exceptions.ProtocolError("x"),
        REACHING,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert)."
        ),
    ),
    (
        urllib3.exceptions.ProtocolError("x"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        ("M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (no connection). Check its address, and that it runs."),
    ),
    (
        urllib3.exceptions.ProtocolError("x"),
        SENT,
        None,
        "connection_lost",
        "M: crm:443 closed the connection before it answered.~",
    ),
    (
        urllib3.exceptions.ProtocolError("x"),
        ANSWERED,
        None,
        "cut_off",
        "M: the answer of crm:443 was cut off before it was complete.~",
    ),
    (
        Broken(errors.TooLarge, ANSWERED),
        ANSWERED,
        None,
        "too_large",
        "M: crm:443 answered with more than 64 MB, as SuperOffice never does. Check url.~",
    ),
    (
        Broken(errors.CutOff, ANSWERED),
        ANSWERED,
        None,
        "cut_off",
        "M: the answer of crm:443 was cut off before it was complete.~",
    ),
    (
        KeyError("canary"),
        REACHING,
        None,
        "error",
        "M: the request to crm:443 failed.",
    ),
    (
        KeyError("canary"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        ("M: the proxy p:3128 (given by HTTPS_PROXY) cannot be reached (no connection). Check its address, and that it runs."),
    ),
    (
        KeyError("canary"),
        SENT,
        None,
        "error",
        "M: the request to crm:443 failed.~",
    ),
    (
        KeyError("canary"),
        ANSWERED,
        None,
        "error",
        "M: the request to crm:443 failed.~",
    ),
    (
        OSError("canary"),
        REACHING,
        None,
        "tls",
        (
            "M: no trusted TLS connection to crm:443 (a file of ca_path, client_cert, client_key or REQUESTS_CA_BUNDLE "
            "is not there). Check the certificate, or give its authority with ca_path."
        ),
    ),
    (
        OSError("canary"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "tls",
        (
            "M: no trusted TLS connection to crm:443 (a file of ca_path, client_cert, client_key or REQUESTS_CA_BUNDLE "
            "is not there). Check the certificate, or give its authority with ca_path."
        ),
    ),
    (
        OSError("canary"),
        SENT,
        None,
        "tls",
        (
            "M: no trusted TLS connection to crm:443 (a file of ca_path, client_cert, client_key or REQUESTS_CA_BUNDLE "
            "is not there). Check the certificate, or give its authority with ca_path.~"
        ),
    ),
    (
        OSError("canary"),
        ANSWERED,
        None,
        "tls",
        (
            "M: no trusted TLS connection to crm:443 (a file of ca_path, client_cert, client_key or REQUESTS_CA_BUNDLE "
            "is not there). Check the certificate, or give its authority with ca_path.~"
        ),
    ),
    (
        requests.exceptions.InvalidSchema("canary"),
        REACHING,
        None,
        "error",
        "M: the request to crm:443 failed.",
    ),
    (
        requests.exceptions.InvalidSchema("canary"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        (
            "M: the proxy p:3128 (given by HTTPS_PROXY) is a SOCKS proxy, which needs the Python library PySocks. "
            "Install it, or use an HTTP proxy."
        ),
    ),
    (
        requests.exceptions.InvalidSchema("canary"),
        SENT,
        None,
        "error",
        "M: the request to crm:443 failed.~",
    ),
    (
        requests.exceptions.InvalidSchema("canary"),
        ANSWERED,
        None,
        "error",
        "M: the request to crm:443 failed.~",
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 407 x")),
        REACHING,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert)."
        ),
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 407 x")),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        (
            "M: the proxy p:3128 (given by HTTPS_PROXY) asks for a user name and password (407). They are the proxy's "
            "own, not SuperOffice's; write them into HTTPS_PROXY as http://user:password@proxy.example.com:3128."
        ),
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 407 x")),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", True),
        "proxy",
        (
            "M: the proxy p:3128 (given by HTTPS_PROXY) does not accept the user name and password in HTTPS_PROXY (407). "
            "They are the proxy's own, not SuperOffice's; write them into HTTPS_PROXY as "
            "http://user:password@proxy.example.com:3128."
        ),
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 407 x")),
        SENT,
        None,
        "connection_lost",
        "M: crm:443 closed the connection before it answered.~",
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 407 x")),
        ANSWERED,
        None,
        "cut_off",
        "M: the answer of crm:443 was cut off before it was complete.~",
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 403 x")),
        REACHING,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert)."
        ),
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 403 x")),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        (
            "M: the proxy p:3128 (given by HTTPS_PROXY) does not open the way to crm:443 (403). Ask who runs the proxy, "
            "or name the host in NO_PROXY."
        ),
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 403 x")),
        SENT,
        None,
        "connection_lost",
        "M: crm:443 closed the connection before it answered.~",
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 403 x")),
        ANSWERED,
        None,
        "cut_off",
        "M: the answer of crm:443 was cut off before it was complete.~",
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 502 x")),
        REACHING,
        None,
        "tls",
        (
            "M: the TLS connection to crm:443 broke. Check that url is right, and whether the server wants a client "
            "certificate (client_cert)."
        ),
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 502 x")),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        (
            "M: the proxy p:3128 (given by HTTPS_PROXY) does not open the way to crm:443 (502). Ask who runs the proxy, "
            "or name the host in NO_PROXY."
        ),
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 502 x")),
        SENT,
        None,
        "connection_lost",
        "M: crm:443 closed the connection before it answered.~",
    ),
    (
        urllib3.exceptions.ProxyError("x", OSError("Tunnel connection failed: 502 x")),
        ANSWERED,
        None,
        "cut_off",
        "M: the answer of crm:443 was cut off before it was complete.~",
    ),
]


def broken(error: Exception, phase: int) -> Broken:
    """What the connections make of an exception in a phase."""
    connections._progress.phase = phase
    with pytest.raises(Broken) as raised, connections._broken_by_libraries():
        raise error
    return raised.value


class NoTls(ssl.SSLError):
    """What OpenSSL says of an answer without TLS."""

    reason = "WRONG_VERSION_NUMBER"


FAILURES += [
    (
        NoTls(1, "x"),
        REACHING,
        None,
        "tls",
        "M: crm:443 answers, and not by TLS (wrong version number). Check the port of url, and whether it begins with http:// there.",
    ),
    (
        NoTls(1, "x"),
        REACHING,
        Proxy("p:3128", "HTTPS_PROXY", False),
        "proxy",
        "M: the proxy p:3128 (given by HTTPS_PROXY) answers, and not by TLS (wrong version number). Check its port, and whether it begins "
        "with http://.",
    ),
]


@each("error, phase, proxy, kind, told", FAILURES)
def test_what_an_exception_means(error: Exception, phase: int, proxy: Proxy | None, kind: str, told: str) -> None:
    for writes in (True, False):
        request = Request("POST", "/x", "M", writes)
        failure = failures.failed(broken(error, phase), request, Destination("https://crm:443/x://y"), 2, 1.5, proxy)
        assert failure.message == told.replace("~", UNKNOWN if writes else "")
        assert (failure.kind, failure.uncertain, failure.attempts, failure.method) == (kind, writes and phase != REACHING, 2, "M")
        refused = re.search("Tunnel connection failed: ([0-9]+)", repr(error)) if proxy is not None else None
        assert failure.http_status == (None if refused is None else int(refused[1]))
