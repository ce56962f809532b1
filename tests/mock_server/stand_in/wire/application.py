# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installation as an ASGI application: joins calls, journal and faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ..faults import Faults
from ..journal import Journal
from ..site import Site
from .answers import Answer
from .call import Call
from .faulty import Exchange, deliver, go_wrong
from .network import Server
from .rest import RestWire
from .soap.wire import SoapWire, is_soap

BASE_PATH = "/SuperOffice"
_TAKE_TIME = frozenset({"SyncAll", "ForceSyncAll", "ForceResync", "ForceResyncNoBlankValues"}) | frozenset(
    {"ForceResyncExternal", "ForceResyncExternalNoBlankValues"}
)


Wire = RestWire | SoapWire


class Installation:
    """Answers everything below the base path. `server` gives access to the listening sockets."""

    tenant: str | None = None
    """The tenant of SuperOffice Online whose installation this is."""

    def __init__(
        self, site: Site, faults: Faults, journal: Journal, server: Callable[[], Server], secrets: Callable[[], list[str]] = list
    ) -> None:
        """secrets: those that others than the site know."""
        self.site = site
        self.faults = faults
        self.journal = journal
        self._server = server
        self._secrets = secrets
        self.base_path = BASE_PATH

    def notes(self, scope: Scope) -> dict[str, str | None]:
        """Members of the journal's entry that name the installation."""
        return {}

    def turned_away(self, scope: Scope, wire: Wire) -> Answer | None:
        """The answer to a call that does not reach the services, such as one that is one too many."""
        wait = self.site.throttle.wait(self.site.settings)
        if wait is None:
            return None
        answer = wire.spoiler.error(429, "SoServerException", "Too many requests.")
        if self.site.settings["throttle_retry_after"]:
            answer.headers.append(("Retry-After", str(wait)))
        return answer

    def base_url(self, request: Request) -> str:
        return f"{request.url.scheme}://{request.url.netloc}{self.base_path}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        call = Call(
            verb=request.method,
            path=scope["path"][len(self.base_path) :] or "/",
            base_url=self.base_url(request),
            query=request.query_params.multi_items(),
            headers=dict(request.headers),
            body=body,
        )
        wire = SoapWire(self.site, call) if is_soap(call.path) else RestWire(self.site, call)
        method = wire.method
        entry = self.journal.open(
            verb=call.verb,
            path=scope["path"],
            query=call.query,
            headers=call.headers,
            body=wire.body,
            peer=request.client.port if request.client else None,
            method=method.name if method else None,
            writes=wire.writes,
            secrets=[*self.site.sessions.secrets(), self.site.settings["require_app_token"] or "", *self._secrets()],
        )
        entry.update({**wire.notes(), **self.notes(scope)})

        world = self.site.state
        fault = self.faults.due(call.verb, call.path, wire.fault_name, self.tenant)
        turned_away = self.turned_away(scope, wire)

        def real() -> Answer:
            if turned_away is not None:
                return turned_away
            # A call that began before a reset must not change the state after it.
            answer = wire.answer(self.site if self.site.state is world else self.site.rehearsal())
            entry["carried_out"] = answer.carried_out
            return answer

        def rehearsed() -> Answer:
            return turned_away or wire.answer(self.site.rehearsal())

        exchange = Exchange(scope, receive, send, wire.spoiler, real, rehearsed, entry)
        happens = turned_away is None and (fault is None or fault.when == "after")
        if happens and call.verb == "POST" and method is not None and method.name in _TAKE_TIME:
            await asyncio.sleep(self.site.settings["sync_seconds"])
        if fault is None:
            await deliver(real(), exchange)
        else:
            entry["fault"] = fault.kind
            await go_wrong(fault, exchange, self._server())
