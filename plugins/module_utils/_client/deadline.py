# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""An answer that must be complete: in time, and its headers to their end.

A socket's own time limit begins anew with each byte that arrives, so a server that drips could outlast every limit,
with headers as well as with a body.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
import typing as t


class TimedResponse(http.client.HTTPResponse):
    """An HTTP answer whose reading ends, with TimeoutError, when the time is up that the socket has left at its beginning."""

    def __init__(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(sock, *args, **kwargs)
        limit = sock.gettimeout()
        if limit is not None:
            self.fp: t.Any = _Lines(_TimedStream(self.fp, sock, time.monotonic() + limit))

    def begin(self) -> None:
        """Read the headers of the answer, past interim ones such as 103, of which http.client itself knows 100 only."""
        self._begin_once()
        while 102 <= self.status < 200:
            self.headers = t.cast(t.Any, None)
            self._begin_once()
        if self.status == 101:
            # What follows is not HTTP.
            self.will_close = True

    def _begin_once(self) -> None:
        """http.client takes the end of the connection for the end of the headers; half of them are no answer."""
        stream = self.fp
        super().begin()
        if isinstance(stream, _Lines) and not stream.last:
            raise http.client.IncompleteRead(b"")


class _Lines(io.BufferedReader):
    """Remembers the last line that was read; an empty one is the end of the connection."""

    last = b""

    def readline(self, size: int | None = -1, /) -> bytes:
        self.last = super().readline(size)
        return self.last


class _TimedStream(io.RawIOBase):
    """What a socket receives, until a moment by the monotonic clock."""

    def __init__(self, stream: t.Any, sock: socket.socket, deadline: float) -> None:
        self._stream = stream
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return t.cast(int, self._stream.raw.readinto(buffer))

    def close(self) -> None:
        self._stream.close()
        super().close()
