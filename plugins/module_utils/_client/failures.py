# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The errors for requests without a complete response: a type and a sentence by cause.

The phase in which the exchange broke decides whether the server may have acted: see
:mod:`connections`.
"""

from __future__ import annotations

from . import errors, exchange
from .connections import REACHING, SENT, Broken
from .exchange import Destination, Proxy, Request

_Kind = type[errors.ErpSyncError]

# {host}, {option} to check, {limit} in seconds, {most} in MB, and {because}: the reason in
# brackets, or nothing.
_SENTENCES: dict[_Kind, str] = {
    errors.ConnectionRefused: "no connection to {host}{because}. Check that {option} is right and that the server runs.",
    errors.UnknownHost: "the host name of {host} cannot be resolved{because}. Check {option} and the name service.",
    errors.ConnectTimedOut: (
        "no connection to {host} within {limit:g} seconds. Check {option}, the network and firewalls, or raise timeout."
    ),
    errors.TimedOut: "{host} did not answer completely within {limit:g} seconds. Raise timeout if the server is known to be slow.",
    errors.ConnectionLost: "{host} closed the connection before it answered{because}.",
    errors.CutOff: "the answer of {host} was cut off before it was complete{because}.",
    errors.TooLarge: "{host} answered with more than {most} MB, as SuperOffice never does. Check {option}.",
    errors.TlsFailed: "no trusted TLS connection to {host}{because}. Check the certificate, or give its authority with ca_path.",
    errors.TlsBroken: (
        "the TLS connection to {host} broke{because}. Check that {option} is right, and whether the server wants a client certificate "
        "(client_cert)."
    ),
    errors.NotJson: "the answer of {host} could not be decompressed.",
}
_OTHERWISE = "the request to {host} failed{because}."
# OpenSSL's words for an answer that is not TLS.
_NO_TLS = frozenset({"wrong version number", "record layer failure", "packet length too long"})
_PLAIN = "{host} answers, and not by TLS{because}. Check the port of {option}, and whether it begins with http:// there."


def failed(broken: Broken, request: Request, to: Destination, attempts: int, limit: float, proxy: Proxy | None) -> errors.ErpSyncError:
    """The error for a request.

    :param to: where the request was sent.
    :param limit: seconds that the request might take.
    :param proxy: the proxy on the way.
    """
    kind, status, host = broken.kind, None, to.host
    if broken.phase == REACHING and proxy is not None and not broken.is_file:
        status = broken.connect_status
        kind, sentence = _proxy_failed(broken, proxy, host, limit)
    else:
        because = f" ({broken.reason})" if broken.reason else ""
        most = exchange.LARGEST_ANSWER // 2**20
        words = _PLAIN if kind is errors.TlsFailed and broken.reason in _NO_TLS else _SENTENCES.get(kind, _OTHERWISE)
        sentence = words.format(host=host, option=to.option, limit=limit, most=most, because=because)
    uncertain = request.writes and broken.phase >= SENT
    return kind(
        f"{request.method}: {sentence}{errors.UNCERTAIN if uncertain else ''}",
        http_status=status,
        method=request.method,
        attempts=attempts,
        uncertain=uncertain,
    )


def _proxy_failed(broken: Broken, proxy: Proxy, host: str, limit: float) -> tuple[_Kind, str]:
    """Kind and sentence for a proxy that cannot be reached or refuses CONNECT."""
    kind, reason, status = broken.kind, broken.reason, broken.connect_status
    if status == 407:
        return errors.ProxyFailed, proxy_wants_credentials(proxy)
    if status is not None:
        passing = errors.ProxyUnreachable if status >= 500 else errors.ProxyFailed
        return passing, f"{proxy} does not open the way to {host} ({status}). Ask who runs the proxy, or name the host in NO_PROXY."
    if broken.is_socks:
        return errors.ProxyFailed, f"{proxy} is a SOCKS proxy, which needs the Python library PySocks. Install it, or use an HTTP proxy."
    if kind is errors.TlsFailed and reason in _NO_TLS:
        return errors.ProxyFailed, f"{proxy} answers, and not by TLS ({reason}). Check its port, and whether it begins with http://."
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
