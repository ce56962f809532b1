# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""What went wrong with a request, in our own words: kind, sentence, and whether the server may have acted on it."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
import typing as t

from . import errors
from .session import LARGEST_ANSWER, OverSize, Request, Short

try:
    import requests
    import urllib3
    import urllib3.exceptions
except ImportError:
    # Nothing was sent then, and the session has said so.
    pass

# Before the server answers at all, these mean that it never saw the request.
_NEVER_SENT = (errors.ConnectionRefused, errors.UnknownHost, errors.ProxyFailed, errors.TlsFailed, errors.ConnectTimedOut)


def failed(error: Exception, request: Request, host: str, attempts: int, limit: float, *, answered: bool) -> errors.ErpSyncError:
    """The failure of a request.

    :param error: the library's exception. Its text is not shown: it may quote what nobody should see.
    :param limit: seconds that the request might take.
    :param answered: whether an answer had begun.
    """
    kind, reason = _classify(error)
    if answered and kind is errors.ConnectionLost:
        kind = errors.CutOff
    uncertain = request.writes and (answered or kind not in _NEVER_SENT)
    sentence = _sentence(kind, host, reason, limit)
    return kind(
        f"{request.method}: {sentence}{errors.UNCERTAIN if uncertain else ''}",
        method=request.method,
        attempts=attempts,
        uncertain=uncertain,
    )


def _sentence(kind: type[errors.ErpSyncError], host: str, reason: str, limit: float) -> str:
    """What happened, in one sentence for a person, and what to do."""
    because = f" ({reason})" if reason else ""
    sentences: dict[type[errors.ErpSyncError], str] = {
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
        errors.ProxyFailed: f"the proxy could not connect to {host}{because}. Check proxy, or the environment variables for proxies.",
        errors.NotJson: f"the answer of {host} could not be decompressed.",
        errors.ErpSyncError: f"the request to {host} failed{because}.",
    }
    return sentences[kind]


def _classify(error: BaseException) -> tuple[type[errors.ErpSyncError], str]:
    """The kind of failure behind a library's exception, and the reason in the system's own words."""
    chain = list(_chain(error))
    if isinstance(error, OverSize):
        return errors.TooLarge, ""
    if isinstance(error, Short):
        return errors.CutOff, ""
    if (
        isinstance(error, OSError)
        and error.errno is None
        and not isinstance(error, (requests.exceptions.RequestException, ConnectionError, TimeoutError))
    ):
        # requests looks for the files before it connects, and has no exception of its own for it.
        return errors.TlsFailed, "a file of ca_path, client_cert, client_key or REQUESTS_CA_BUNDLE is not there"
    reason = next((_os_reason(link) for link in chain if isinstance(link, OSError) and link.errno is not None and link.strerror), "")

    def met(*types: type[BaseException]) -> bool:
        return any(isinstance(link, types) for link in chain)

    if met(ssl.SSLError, urllib3.exceptions.SSLError, requests.exceptions.SSLError):
        return errors.TlsFailed, next((_tls_reason(link) for link in chain if isinstance(link, ssl.SSLError)), "")
    if met(requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        return errors.ProxyFailed, reason
    if met(socket.gaierror):
        return errors.UnknownHost, ""
    if met(requests.exceptions.InvalidURL, urllib3.exceptions.LocationValueError):
        return errors.UnknownHost, "it is no host name"
    # To urllib3 a refused connection is a kind of connection that timed out, so it is looked for first.
    if met(urllib3.exceptions.NewConnectionError, ConnectionRefusedError):
        return errors.ConnectionRefused, reason
    if met(requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError):
        return errors.ConnectTimedOut, ""
    if met(urllib3.exceptions.ReadTimeoutError, requests.exceptions.ReadTimeout, TimeoutError):
        return errors.TimedOut, ""
    if met(urllib3.exceptions.DecodeError, requests.exceptions.ContentDecodingError):
        return errors.NotJson, ""
    if met(http.client.IncompleteRead, urllib3.exceptions.InvalidChunkLength):
        return errors.CutOff, ""
    if met(ConnectionError, urllib3.exceptions.ProtocolError, requests.exceptions.ConnectionError):
        return errors.ConnectionLost, reason
    return errors.ErpSyncError, type(error).__name__


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


def _os_reason(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "") and (error.strerror or "").lower()


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message)
    if isinstance(error, ssl.SSLEOFError):
        return "the server ended it, as it does when it wants a client certificate"
    return (error.reason or "").replace("_", " ").lower()
