# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""One session with an installation and its sign-in host: sends requests over kept-alive
connections, at the agreed rate.

:mod:`connections` carries the bytes, :mod:`retries` repeats requests, :mod:`failures` names what
went wrong.
"""

from __future__ import annotations

import random
import threading
import time
import typing as t

from . import errors
from .connections import Broken, Connections
from .exchange import Destination, Request, Response
from .failures import failed
from .retries import Retries
from .settings import Settings


class Pace(t.Protocol):
    """When requests may start under a rate limit."""

    def turn(self, installation: str, now: float, interval: float) -> float:
        """The moment at which the next request may start; reserves the interval after it."""


class _OwnPace:
    """The pace of one session alone."""

    def __init__(self) -> None:
        self._next = 0.0

    def turn(self, installation: str, now: float, interval: float) -> float:
        start = max(now, self._next)
        self._next = start + interval
        return start


class Session:
    """Sends requests to one installation, and to the sign-in host of SuperOffice Online.

    Close it, or use it as a context manager.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: t.Callable[[float], None] = time.sleep,
        clock: t.Callable[[], float] = time.monotonic,
        jitter: t.Callable[[], float] = random.random,
        pace: Pace | None = None,
    ) -> None:
        """
        :param pace: shared with other tasks. None for a pace of this session alone.
        :raises errors.MissingLibrary: without requests.
        """
        self.settings = settings
        self.sleep = sleep
        self.clock = clock
        self._given = Destination(settings.url, settings.headers)
        self._turns: Pace = pace or _OwnPace()
        self._lock = threading.Lock()
        self._closed = False
        self._retries = Retries(settings.retries, sleep, jitter)
        self._connections = Connections(settings)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. A thread that still uses this session sends nothing more."""
        self._closed = True
        self._connections.close()

    def send(self, request: Request, destination: Destination | None = None) -> Response:
        """The response to a request, of any status.

        :param destination: None for the address and the signature of the settings.
        :raises errors.ErpSyncError: where there is no complete response.
        """
        to = destination or self._given
        return self._retries.send(request, lambda sent, attempts: self._send_once(sent, attempts, to))

    def _send_once(self, request: Request, attempts: int, to: Destination) -> Response:
        self._keep_rate()
        if self._closed:
            raise errors.ErpSyncError(f"{request.method}: the run has ended.", method=request.method, attempts=attempts)
        limit = request.timeout or self.settings.timeout
        try:
            status, headers, body = self._connections.exchange(request, limit, to)
        except Broken as broken:
            raise failed(broken, request, to, attempts, limit, self._connections.proxy(to.url)) from None
        return Response(status, headers, body, attempts, self._connections.proxy(to.url), to.option)

    def _keep_rate(self) -> None:
        if self.settings.rate_limit is None:
            return
        with self._lock:
            now = self.clock()
            start = self._turns.turn(self.settings.place, now, 1.0 / self.settings.rate_limit)
        if start > now:
            self.sleep(start - now)
