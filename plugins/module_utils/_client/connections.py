# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections that note how far an exchange has got, and whose answers must be complete in time.

A library's exception does not tell whether the request was sent: behind a proxy urllib3 raises the same ProxyError for a proxy
that is away and for an answer that is lost, and OpenSSL the same SSLError in the handshake and after it. So the phase is noted
when it begins, and nothing is guessed from exceptions.

Works with urllib3 1.26 and 2.x. Of their inside it uses: ``pool_classes_by_scheme``, ``ConnectionCls``, ``response_class``, and
of http.client: ``connect``, ``_tunnel``, ``send`` and ``getresponse``, through which everything that a connection writes goes.
"""

from __future__ import annotations

import functools
import threading
import typing as t

from .deadline import TimedResponse

REACHING = 0
"""The server is being reached, or its proxy: name, connection, TLS with the proxy, CONNECT, TLS with the server."""
TUNNELLED = 1
"""The proxy has answered CONNECT with yes; TLS with the server comes next."""
SENT = 2
"""The first byte of the request may have left on a connection that stands."""
ANSWERED = 3
"""The head of the answer is there."""


class Progress(threading.local):
    """How far the exchange of this thread has got. An exchange stays in the thread that begins it."""

    phase = REACHING


progress = Progress()


class Noting:
    """Notes the phase; a mixin for the connections of http.client and urllib3."""

    _setting_up = False

    def connect(self) -> None:
        self._setting_up = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._setting_up = False

    def _tunnel(self) -> None:
        super()._tunnel()  # type: ignore[misc]
        progress.phase = TUNNELLED

    def send(self, data: t.Any) -> None:
        # http.client would connect in the midst of sending.
        connection = t.cast(t.Any, self)
        if connection.sock is None and connection.auto_open:
            self.connect()
        # CONNECT is sent as well, while the connection is being set up.
        if not self._setting_up:
            progress.phase = SENT
        super().send(data)  # type: ignore[misc]

    def getresponse(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        progress.phase = SENT
        return super().getresponse(*args, **kwargs)  # type: ignore[misc]


def use_noting_connections(manager: t.Any) -> None:
    """Let a pool manager of urllib3, or one of a proxy, open no other connections."""
    manager.pool_classes_by_scheme = {scheme: _noting(pool) for scheme, pool in manager.pool_classes_by_scheme.items()}


@functools.cache
def _noting(pool: t.Any) -> t.Any:
    if issubclass(pool.ConnectionCls, Noting):
        return pool
    connection = type("NotingConnection", (Noting, pool.ConnectionCls), {"response_class": TimedResponse})
    return type("NotingPool", (pool,), {"ConnectionCls": connection})
