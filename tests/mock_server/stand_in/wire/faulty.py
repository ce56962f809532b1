# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out faults on the network."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any

from starlette.types import Receive, Scope, Send

from ..faults import Fault
from .answers import Answer, empty_answer, html_answer
from .network import TRANSPORT, Server, reset, until_gone, write_raw
from .spoiler import Spoiler

_CHUNK = b"x" * 65536
_NAMESPACE = b"http://www.superoffice.net/"
_MESSAGES = {
    401: ("SoSessionException", "The session is not valid."),
    403: ("SoSentryException", "The user does not have the right to do this."),
    404: ("SoNotFoundException", "Not found."),
    421: ("SoServerException", "Wrong subdomain used to access tenant"),
    429: ("SoServerException", "Too many requests."),
    503: ("SoServerException", "The service is being maintained."),
}


@dataclass
class Exchange:
    """One request with a fault. real carries the method out and answers; rehearsed answers without
    effect.
    """

    scope: Scope
    receive: Receive
    send: Send
    spoiler: Spoiler
    real: Callable[[], Answer]
    rehearsed: Callable[[], Answer]
    entry: dict[str, Any]

    @property
    def transport(self) -> asyncio.Transport:
        transport: asyncio.Transport = self.scope[TRANSPORT]
        return transport

    def answer(self, fault: Fault) -> Answer:
        """The answer without the fault, with or without its effect."""
        return self.real() if fault.when == "after" else self.rehearsed()


async def deliver(answer: Answer, exchange: Exchange) -> None:
    """Send a correct answer."""
    exchange.entry["status"] = answer.status
    if answer.then_close:  # Only for a body that HTTP does not allow: uvicorn refuses to send it.
        framing = [("Content-Length", str(len(answer.body))), ("Connection", "close")]
        write_raw(exchange.transport, answer, framing, answer.body)
        await until_gone(exchange.receive)
        return
    await _start(answer, exchange, len(answer.body))
    await exchange.send({"type": "http.response.body", "body": answer.body})


async def _start(answer: Answer, exchange: Exchange, length: int) -> None:
    headers = [] if answer.content_type is None else [(b"content-type", answer.content_type.encode())]
    headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
    if answer.status != 204:
        headers.append((b"content-length", str(length).encode()))
    await exchange.send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def go_wrong(fault: Fault, exchange: Exchange, server: Server) -> None:
    """Carry out the fault on this request."""
    if fault.kind in ("reset", "closed", "never"):
        await _no_answer(fault, exchange)
    elif fault.kind == "slow":
        await _slow(fault, exchange)
    elif fault.kind == "together":
        await _together(fault, exchange)
    elif fault.kind == "refused":
        await _refused(fault, exchange, server)
    elif fault.kind == "cut_off":
        await _cut_off(fault, exchange)
    elif fault.kind == "drip":
        await _drip(fault, exchange)
    elif fault.kind == "huge":
        await _huge(fault, exchange)
    elif fault.kind in ("gzip_broken", "surrogate", "bom", "wrong_encoding", "wrong_namespace"):
        await deliver(_damaged(fault, exchange), exchange)
    else:
        _act(fault, exchange)
        await deliver(_instead(fault, exchange), exchange)


def _act(fault: Fault, exchange: Exchange) -> None:
    if fault.when == "after":
        exchange.real()


async def _no_answer(fault: Fault, exchange: Exchange) -> None:
    _act(fault, exchange)
    if fault.kind == "reset":
        reset(exchange.transport)
    elif fault.kind == "closed":
        exchange.transport.close()
    await until_gone(exchange.receive)


async def _slow(fault: Fault, exchange: Exchange) -> None:
    answer = exchange.real() if fault.when == "after" else None
    await asyncio.sleep(fault.options["seconds"])
    await deliver(answer or exchange.real(), exchange)


async def _together(fault: Fault, exchange: Exchange) -> None:
    answer = exchange.real() if fault.when == "after" else None
    arrived = asyncio.Event()
    fault.waiting.append(arrived)
    if len(fault.waiting) >= fault.options["requests"]:
        for event in fault.waiting:
            event.set()
        fault.waiting.clear()
    await arrived.wait()
    await deliver(answer or exchange.real(), exchange)


async def _refused(fault: Fault, exchange: Exchange, server: Server) -> None:
    answer = exchange.real()
    server.stop_listening(fault.options["seconds"])
    server.drop_connections(but=exchange.transport)
    await deliver(answer, exchange)
    exchange.transport.close()


async def _cut_off(fault: Fault, exchange: Exchange) -> None:
    answer = exchange.answer(fault)
    shown = replace(answer, status=200 if answer.status == 204 else answer.status)
    exchange.entry["status"] = shown.status
    half = answer.body[: len(answer.body) // 2]
    if fault.options["framing"] == "chunked":
        chunk = b"%x\r\n%s\r\n" % (len(half), half) if half else b""
        write_raw(exchange.transport, shown, [("Transfer-Encoding", "chunked")], chunk)
    else:
        write_raw(exchange.transport, shown, [("Content-Length", str(len(answer.body) + 10))], half)
    await until_gone(exchange.receive)


async def _drip(fault: Fault, exchange: Exchange) -> None:
    answer = exchange.answer(fault)
    exchange.entry["status"] = answer.status
    await _start(answer, exchange, len(answer.body))
    for position in range(len(answer.body)):
        await exchange.send({"type": "http.response.body", "body": answer.body[position : position + 1], "more_body": True})
        await asyncio.sleep(fault.options["seconds"])
    await exchange.send({"type": "http.response.body", "body": b""})


async def _huge(fault: Fault, exchange: Exchange) -> None:
    _act(fault, exchange)
    exchange.entry["status"] = 200
    frame, start, end = exchange.spoiler.padding()
    length = max(int(fault.options["bytes"]), len(start) + len(end))
    await _start(frame, exchange, length)
    await exchange.send({"type": "http.response.body", "body": start, "more_body": True})
    left = length - len(start) - len(end)
    while left > 0:
        await exchange.send({"type": "http.response.body", "body": _CHUNK[:left], "more_body": True})
        left -= len(_CHUNK)
    await exchange.send({"type": "http.response.body", "body": end})


def _damaged(fault: Fault, exchange: Exchange) -> Answer:
    answer = exchange.answer(fault)
    if answer.status == 204:
        answer = exchange.spoiler.nothing()
    if fault.kind == "bom":
        return replace(answer, body=b"\xef\xbb\xbf" + answer.body)
    if fault.kind == "gzip_broken":
        packed = gzip.compress(answer.body)
        return replace(answer, body=packed[: len(packed) // 2] + b"\0" * 8, headers=[*answer.headers, ("Content-Encoding", "gzip")])
    if fault.kind == "wrong_encoding":
        return replace(answer, body=exchange.spoiler.wrong_bytes(answer))
    if fault.kind == "wrong_namespace":
        return replace(answer, body=answer.body.replace(_NAMESPACE, b"http://example.net/"))
    return replace(answer, body=exchange.spoiler.surrogates(answer, fault.options["raw"]))


def _entities(depth: int) -> Answer:
    """Entities of entities: ten times as long with each level."""
    levels = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, depth + 1))
    document = f'<?xml version="1.0"?><!DOCTYPE Envelope [<!ENTITY e0 "entity">{levels}]><Envelope>&e{depth};</Envelope>'
    return Answer(200, document.encode(), "text/xml; charset=utf-8")


def _instead(fault: Fault, exchange: Exchange) -> Answer:
    options = fault.options
    if fault.kind == "html":
        return html_answer("SuperOffice")
    if fault.kind == "invalid_json":
        return exchange.spoiler.invalid()
    if fault.kind == "wrong_type":
        return exchange.spoiler.other(options["value"])
    if fault.kind == "deep":
        return exchange.spoiler.deep(int(options["depth"]))
    if fault.kind == "entities":
        return _entities(int(options["depth"]))
    if fault.kind == "redirect":
        answer = empty_answer(int(options["status"]))
        answer.headers.append(("Location", options["location"] or "/SuperOffice/login"))
        return answer
    if fault.kind == "error_object":
        return exchange.spoiler.error_object(options["shape"], options["error_type"], options["message"])
    return _status(fault, exchange.spoiler)


def _status(fault: Fault, spoiler: Spoiler) -> Answer:
    options = fault.options
    status = int(options["status"])
    if options["body"] == "html":
        answer = html_answer(f"Error {status}", status)
    elif options["body"] == "empty":
        answer = empty_answer(status)
    else:
        error_type, message = _MESSAGES.get(status, ("SoServerException", "The server could not carry this out."))
        answer = spoiler.error(status, options["error_type"] or error_type, options["message"] or message)
    if options["retry_after"] is not None:
        answer.headers.append(("Retry-After", str(options["retry_after"])))
    elif options["retry_after_date"] is not None:
        answer.headers.append(("Retry-After", formatdate(time.time() + options["retry_after_date"], usegmt=True)))
    return answer
