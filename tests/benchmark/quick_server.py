# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server with prepared answers, so cheap that a measurement shows the client and not the server.

It reads a file of answers, {"VERB path": {body: answer}}, and sends each after a fixed delay.
`quick_server.py ANSWERS --delay SECONDS --tls CERTIFICATE KEY` prints its port. GET /count returns
the number of requests.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

Answers = dict[tuple[str, str], bytes]


def _response(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def question(path: str, query: dict[str, str]) -> str:
    """A path with its query in one order and one spelling."""
    return f"{path}?{urlencode(sorted(query.items()))}" if query else path


class Server:
    """The state that all connections share."""

    def __init__(self, answers: Answers, delay: float) -> None:
        self.answers = answers
        self.delay = delay
        self.count = 0

    def answer(self, line: str, body: bytes) -> bytes:
        verb, target, _version = line.split(" ", 2)
        if target == "/count":
            return _response(str(self.count).encode())
        self.count += 1
        path, _mark, query = target.partition("?")
        asked = question(path, dict(parse_qsl(query)))
        key = json.dumps(json.loads(body), sort_keys=True) if body else ""
        found = self.answers.get((f"{verb} {asked}", key))
        return found or _response(json.dumps({"Error": True, "Message": f"no answer for {verb} {asked} {key}"}).encode(), "500 Unknown")


class Connection(asyncio.Protocol):
    """HTTP/1.1 with kept-alive connections, one request after the other."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        lines = head.decode("latin-1").split("\r\n")
        length = next((int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length:")), 0)
        if len(rest) < length:
            return
        self._received = rest[length:]
        answer = self._server.answer(lines[0], rest[:length])
        if self._server.delay:
            asyncio.get_running_loop().call_later(self._server.delay, self._send, answer)
        else:
            self._send(answer)

    def _send(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


async def _serve(server: Server, tls: ssl.SSLContext | None) -> None:
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: Connection(server), "127.0.0.1", 0, backlog=1000, ssl=tls)
    sys.stdout.write(f"{listener.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await listener.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    options = parser.parse_args()
    tls = None
    if options.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*options.tls)
    written: dict[str, dict[str, object]] = json.loads(options.answers.read_text(encoding="utf-8"))
    answers = {(line, body): _response(json.dumps(value).encode()) for line, by_body in written.items() for body, value in by_body.items()}
    asyncio.run(_serve(Server(answers, options.delay), tls))


if __name__ == "__main__":
    main()
