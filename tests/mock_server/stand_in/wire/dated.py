# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The header Date of responses, by the clock of the host that answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Clock = Callable[[], float]


def dated(send: Send, clock: Clock) -> Send:
    """`send` with the header in each response that lacks it."""

    async def with_date(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            if not any(name.lower() == b"date" for name, _value in headers):
                headers.append((b"date", formatdate(clock(), usegmt=True).encode()))
            message = {**message, "headers": headers}
        await send(message)

    return with_date


class Dated:
    """An application whose responses have the header by this machine's clock, where they lack it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, dated(send, time.time))
