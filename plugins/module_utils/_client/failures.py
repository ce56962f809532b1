# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turns the exceptions of libraries into failures of ours: kind, sentence, and whether the server may have acted.

The phase that the connection has noted decides whether the request was sent; :data:`_TABLE` says which kind an exception is
in each phase.
"""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
import typing as t

from . import errors
from .connections import ANSWERED, REACHING, SENT
from .session import LARGEST_ANSWER, OverSize, Proxy, Request, Short

try:
    import requests
    import urllib3
    import urllib3.exceptions
except ImportError:
    # Nothing was sent then, and the session has said so.
    pass

_Kind = type[errors.ErpSyncError]
# http.client has the status of a refused CONNECT in this text only.
_REFUSED_CONNECT = re.compile(r"Tunnel connection failed: ([1-9][0-9]{2})\b")


class _Row(t.NamedTuple):
    """Exceptions of libraries, and what they mean before the request was sent, after that, and while the answer is read."""

    exceptions: tuple[type[BaseException], ...]
    reaching: _Kind
    sent: _Kind
    answered: _Kind


def _table() -> tuple[_Row, ...]:
    """The first row counts that has the exception or one that it wraps.

    The order matters in two places: a connection that cannot be made wraps whatever kept it from being made, and to urllib3 1.26
    it is a kind of timeout.
    """
    theirs, http_ = urllib3.exceptions, requests.exceptions
    unexpected = errors.ErpSyncError
    return (
        _Row((OverSize,), unexpected, unexpected, errors.TooLarge),
        _Row((Short,), unexpected, unexpected, errors.CutOff),
        _Row((socket.gaierror, theirs.LocationValueError, http_.InvalidURL), errors.UnknownHost, unexpected, unexpected),
        _Row((theirs.NewConnectionError, ConnectionRefusedError), errors.ConnectionRefused, errors.ConnectionLost, errors.CutOff),
        _Row((ssl.SSLEOFError, ssl.SSLZeroReturnError), errors.TlsBroken, errors.ConnectionLost, errors.CutOff),
        _Row((ssl.SSLError, theirs.SSLError, http_.SSLError), errors.TlsFailed, errors.TlsBroken, errors.TlsBroken),
        _Row((TimeoutError, socket.timeout, theirs.TimeoutError, http_.Timeout), errors.ConnectTimedOut, errors.TimedOut, errors.TimedOut),
        _Row((theirs.DecodeError, http_.ContentDecodingError), unexpected, errors.NotJson, errors.NotJson),
        _Row(
            (ConnectionError, http.client.HTTPException, theirs.ProtocolError, theirs.ProxyError, http_.ConnectionError),
            errors.TlsBroken, errors.ConnectionLost, errors.CutOff,
        ),
    )  # fmt: skip


def failed(
    error: Exception, request: Request, host: str, attempts: int, limit: float, *, phase: int, proxy: Proxy | None = None
) -> errors.ErpSyncError:
    """The failure of a request.

    :param error: the library's exception. Its text is not shown: it may quote what nobody should see.
    :param limit: seconds that the request might take.
    :param phase: how far the exchange had got, of :mod:`connections`.
    :param proxy: the proxy on the way.
    """
    chain = list(_chain(error))
    kind, reason = _missing_file(error) or (_kind(chain, phase), _reason(chain))
    status = None
    if phase == REACHING and proxy is not None and _missing_file(error) is None:
        status = _status_of_connect(chain)
        kind, sentence = _proxy_failed(kind, reason, status, proxy, host, limit, error)
    else:
        sentence = _sentence(kind, host, reason, limit)
    uncertain = request.writes and phase >= SENT
    return kind(
        f"{request.method}: {sentence}{errors.UNCERTAIN if uncertain else ''}",
        http_status=status,
        method=request.method,
        attempts=attempts,
        uncertain=uncertain,
    )


def _kind(chain: t.Sequence[BaseException], phase: int) -> _Kind:
    for row in _table():
        if any(isinstance(link, row.exceptions) for link in chain):
            return row.answered if phase >= ANSWERED else row.sent if phase >= SENT else row.reaching
    return errors.ErpSyncError


def _missing_file(error: Exception) -> tuple[_Kind, str] | None:
    """requests looks for the files before it connects, and has no exception of its own for it."""
    known = (requests.exceptions.RequestException, ConnectionError, TimeoutError, socket.timeout, socket.gaierror, ssl.SSLError)
    if isinstance(error, OSError) and error.errno is None and not isinstance(error, known):
        return errors.TlsFailed, "a file of ca_path, client_cert, client_key or REQUESTS_CA_BUNDLE is not there"
    return None


def _sentence(kind: _Kind, host: str, reason: str, limit: float) -> str:
    """What happened, in one sentence for a person, and what to do."""
    because = f" ({reason})" if reason else ""
    sentences: dict[_Kind, str] = {
        errors.ConnectionRefused: f"no connection to {host}{because}. Check that url is right and that the server runs.",
        errors.UnknownHost: f"the host name of {host} cannot be resolved{because}. Check url and the name service.",
        errors.ConnectTimedOut: (
            f"no connection to {host} within {limit:g} seconds. Check url, the network and firewalls, or raise timeout."
        ),
        errors.TimedOut: f"{host} did not answer completely within {limit:g} seconds. Raise timeout if the server is known to be slow.",
        errors.ConnectionLost: f"{host} closed the connection before it answered{because}.",
        errors.CutOff: f"the answer of {host} was cut off before it was complete{because}.",
        errors.TooLarge: f"{host} answered with more than {LARGEST_ANSWER // 2**20} MB, as SuperOffice never does. Check url.",
        errors.TlsFailed: f"no trusted TLS connection to {host}{because}. Check the certificate, or give its authority with ca_path.",
        errors.TlsBroken: (
            f"the TLS connection to {host} broke{because}. Check that url is right, and whether the server wants a client certificate "
            "(client_cert)."
        ),
        errors.NotJson: f"the answer of {host} could not be decompressed.",
    }
    return sentences.get(kind, f"the request to {host} failed{because}.")


def _proxy_failed(
    kind: _Kind, reason: str, status: int | None, proxy: Proxy, host: str, limit: float, error: Exception
) -> tuple[_Kind, str]:
    """The kind and the sentence for a proxy that cannot be reached, or that does not open the way."""
    if status == 407:
        return errors.ProxyFailed, proxy_wants_credentials(proxy)
    if status is not None:
        passing = errors.ProxyUnreachable if status >= 500 else errors.ProxyFailed
        return passing, f"{proxy} does not open the way to {host} ({status}). Ask who runs the proxy, or name the host in NO_PROXY."
    if isinstance(error, requests.exceptions.InvalidSchema):
        return errors.ProxyFailed, f"{proxy} is a SOCKS proxy, which needs the Python library PySocks. Install it, or use an HTTP proxy."
    if kind is errors.TlsFailed:
        return errors.ProxyFailed, f"no trusted TLS connection to {proxy}{f' ({reason})' if reason else ''}. Check its certificate."
    reasons = {errors.UnknownHost: "its name cannot be resolved", errors.ConnectTimedOut: f"no answer within {limit:g} seconds"}
    because = reasons.get(kind, reason or "no connection")
    return errors.ProxyUnreachable, f"{proxy} cannot be reached ({because}). Check its address, and that it runs."


def proxy_wants_credentials(proxy: Proxy | None) -> str:
    """The sentence for a 407."""
    if proxy is None:
        return "a proxy on the way asks for a user name and password of its own (407), and no proxy is set. Set proxy."
    given = f"does not accept the user name and password in {proxy.source}" if proxy.signed else "asks for a user name and password"
    return (
        f"{proxy} {given} (407). They are the proxy's own, not SuperOffice's; write them into {proxy.source} "
        "as http://user:password@proxy.example.com:3128."
    )


def _chain(error: BaseException) -> t.Iterator[BaseException]:
    """An exception, and all that it wraps: by cause, by context, as a reason, or as an argument."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        wrapped = [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]
        waiting.extend(item for item in wrapped if isinstance(item, BaseException))


def _reason(chain: t.Sequence[BaseException]) -> str:
    """Why, in the words of OpenSSL or of the operating system."""
    for link in chain:
        if isinstance(link, ssl.SSLError):
            return _tls_reason(link)
    return next((_os_reason(link) for link in chain if isinstance(link, OSError) and link.errno is not None and link.strerror), "")


def _os_reason(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "") and (error.strerror or "").lower()


def _tls_reason(error: ssl.SSLError) -> str:
    # Where a library raises them itself they lack the attributes that OpenSSL gives them.
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(getattr(error, "verify_message", ""))
    if isinstance(error, ssl.SSLEOFError):
        return "the other side ended it"
    return (getattr(error, "reason", None) or "").replace("_", " ").lower()


def _status_of_connect(chain: t.Sequence[BaseException]) -> int | None:
    """The status with which a proxy has refused CONNECT."""
    found = (_REFUSED_CONNECT.match(str(link)) for link in chain if isinstance(link, OSError))
    return next((int(match[1]) for match in found if match), None)
