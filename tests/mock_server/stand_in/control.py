# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API, /_mock/...: state, settings, faults, journal, sessions.

It needs no credentials.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import clicks, seed, world
from . import faults as fault_kinds
from .books import Entry, moment
from .bulk import fill
from .faults import Faults
from .journal import Journal
from .site import Site
from .wire.network import TRANSPORT, Server


def _problem(text: str) -> Response:
    return JSONResponse({"problem": text}, 400)


async def _json(request: Request) -> Any:
    """The body; None where there is none. Raises ValueError."""
    body = await request.body()
    return json.loads(body) if body else None


def _members(sent: Any, allowed: set[str], needed: set[str]) -> dict[str, Any]:
    """An object with these members; raises ValueError for another one."""
    if not isinstance(sent, dict) or not needed <= set(sent) <= allowed:
        raise ValueError(f"an object with {', '.join(sorted(needed))} is expected, and perhaps {', '.join(sorted(allowed - needed))}")
    return sent


def _count(name: str, value: Any) -> int:
    most = {"actors": len(world.BULK_ACTORS), "fields": 9999}.get(name, 100_000)
    if not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{name} is a number up to {most}")
    return value


def _entry(sent: Any) -> Entry:
    names = set(Entry._fields)
    values = _members(sent, names, names - {"registered_by"})
    link = values["link"]
    return Entry(**{**values, "link": None if link is None else tuple(link), "registered": moment(values["registered"])})


class Control:
    """The control API, with one method for each address."""

    def __init__(
        self,
        site: Site,
        faults: Faults,
        journal: Journal,
        server: Callable[[], Server],
        tenants: Mapping[str, Site] | None = None,
        when_reset: Callable[[str], None] = lambda seed_name: None,
        more_calls: Mapping[str, str] | None = None,
    ) -> None:
        """tenants: those of Online; when_reset takes the seed and resets them; more_calls: those of
        Online, with their explanations.
        """
        self.site = site
        self._tenants = tenants or {}
        self._when_reset = when_reset
        self._more_calls = more_calls or {}
        self.faults = faults
        self.journal = journal
        self._server = server

    def routes(self) -> list[Route]:
        return [
            Route("/_mock", self.overview, methods=["GET"]),
            Route("/_mock/state", self.state, methods=["GET", "PUT"]),
            Route("/_mock/reset", self.reset, methods=["POST"]),
            Route("/_mock/settings", self.settings, methods=["GET", "PATCH"]),
            Route("/_mock/faults", self.fault, methods=["GET", "POST", "DELETE"]),
            Route("/_mock/journal", self.read_journal, methods=["GET", "DELETE"]),
            Route("/_mock/sessions", self.sessions, methods=["GET", "POST"]),
            Route("/_mock/world", self.world, methods=["GET"]),
            Route("/_mock/click", self.click, methods=["POST"]),
            Route("/_mock/bulk", self.bulk, methods=["POST"]),
            Route("/_mock/log", self.log, methods=["GET", "POST", "DELETE"]),
            Route("/_mock/differences", self.differences, methods=["GET", "POST", "DELETE"]),
        ]

    async def overview(self, request: Request) -> Response:
        return JSONResponse(
            {
                "GET, PUT /_mock/state": "the whole state",
                "POST /_mock/reset": '{"seed": "default" or "empty"}: state, settings, faults, journal and sessions as at the start',
                "GET, PATCH /_mock/settings": "every switch with its explanation",
                "GET, POST, DELETE /_mock/faults": {
                    name: {
                        "explanation": kind.explanation,
                        "when": kind.when,
                        "options": {option: {"default": default, "explanation": text} for option, (default, text) in kind.options.items()},
                    }
                    for name, kind in fault_kinds.KINDS.items()
                },
                "GET, DELETE /_mock/journal": "the requests that were received, without secrets",
                "GET, POST /_mock/sessions": '{"end": "all" or a ticket or token} or {"issue": "ticket" or "token"}',
                "POST /_mock/click": '{"table": "fields", "where": {"ErpFieldKey": "NAME"}, "set": {"SyncToErp": false}, "by": "KNO", '
                '"at": "2026-11-03T14:02:00Z"}: somebody changes rows of the state in SuperOffice itself',
                "POST /_mock/bulk": '{"connections": 100, "actors": 3, "fields": 20, "links": 0, "log": 0}: adds connections, each with '
                "so many links and entries of the log",
                "GET, POST, DELETE /_mock/log": "the log of synchronisations; a POST adds a list of entries, whose link is a list of "
                "connection, CRM actor type, CRM record, ERP actor type and ERP key",
                "GET, POST, DELETE /_mock/differences": '{"table": "ErpField", "where": {"erpfield_id": 1001}, '
                '"set": {"SyncToErp": true}}: what the archives show otherwise than the agent',
                "GET /_mock/world": "the connector URLs at which an ERP product answers",
                **self._more_calls,
            }
        )

    def _site(self, request: Request) -> Site:
        """The installation, or that of ?tenant=; raises ValueError."""
        name = request.query_params.get("tenant")
        if name is not None and name not in self._tenants:
            raise ValueError(f"there is no tenant {name}")
        return self.site if name is None else self._tenants[name]

    async def state(self, request: Request) -> Response:
        try:
            site = self._site(request)
            if request.method == "GET":
                site.settle_engine()
                return Response(site.state.dump(), media_type="application/json")
            sent = await _json(request)
        except ValueError as problem:
            return _problem(str(problem))
        expected = set(site.state.data)
        if not isinstance(sent, dict) or set(sent) != expected:
            return _problem(f"the state is an object with exactly these members: {', '.join(sorted(expected))}")
        site.replace_state(sent)
        return Response(status_code=204)

    async def reset(self, request: Request) -> Response:
        try:
            sent = await _json(request) or {}
        except ValueError as problem:
            return _problem(str(problem))
        name = sent.get("seed", "default") if isinstance(sent, dict) else None
        if name not in seed.NAMES:
            return _problem(f"seed must be one of: {', '.join(seed.NAMES)}")
        self.site.reset(name)
        self._when_reset(name)
        self.faults.clear()
        self.journal.clear()
        return Response(status_code=204)

    async def settings(self, request: Request) -> Response:
        if request.method == "PATCH":
            try:
                self.site.settings.change(dict(await _json(request) or {}))
            except (ValueError, TypeError) as problem:
                return _problem(str(problem))
        return JSONResponse(self.site.settings.described())

    async def fault(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
            return Response(status_code=204)
        if request.method == "POST":
            try:
                fault = fault_kinds.parse(await _json(request))
            except ValueError as problem:
                return _problem(str(problem))
            if fault.when == "now":
                return self._refuse_connections(request, fault.options["seconds"])
            self.faults.add(fault)
        return JSONResponse([fault.described() for fault in self.faults.waiting])

    def _refuse_connections(self, request: Request, seconds: float) -> Response:
        """Stop listening before the answer; the requesting connection ends with its answer."""
        transport: asyncio.Transport = request.scope[TRANSPORT]
        server = self._server()
        server.stop_listening(seconds)
        server.drop_connections(but=transport)
        return JSONResponse([], headers={"Connection": "close"}, background=BackgroundTask(transport.close))

    async def read_journal(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.journal.clear()
            return Response(status_code=204)
        return JSONResponse({"requests": self.journal.requests})

    async def sessions(self, request: Request) -> Response:
        try:
            sessions = self._site(request).sessions
        except ValueError as problem:
            return _problem(str(problem))
        if request.method == "POST":
            try:
                sent = await _json(request)
            except ValueError as problem:
                return _problem(str(problem))
            if not isinstance(sent, dict) or not set(sent) <= {"end", "issue"}:
                return _problem('{"end": ...} or {"issue": "ticket" or "token"} is expected')
            if "end" in sent:
                sessions.end(str(sent["end"]))
            if sent.get("issue") == "ticket":
                return JSONResponse({"ticket": sessions.issue_ticket()})
            if sent.get("issue") == "token":
                return JSONResponse({"access_token": sessions.issue_token()})
        return JSONResponse({"ticket": sessions.ticket, "access_token": sessions.access_token, "ended": sorted(sessions.ended)})

    async def click(self, request: Request) -> Response:
        try:
            sent = _members(await _json(request), {"table", "where", "set", "by", "at"}, {"table", "set", "by"})
            rows = clicks.click(self._site(request), sent["table"], sent.get("where") or {}, sent["set"], sent["by"], sent.get("at"))
        except ValueError as problem:
            return _problem(str(problem))
        return JSONResponse({"rows": rows})

    async def bulk(self, request: Request) -> Response:
        try:
            sent = _members(await _json(request), {"connections", "actors", "fields", "links", "log"}, {"connections"})
            fill(self._site(request), **{name: _count(name, value) for name, value in sent.items()})
        except ValueError as problem:
            return _problem(str(problem))
        return Response(status_code=204)

    async def log(self, request: Request) -> Response:
        try:
            log = self._site(request).state.books.log
            if request.method == "DELETE":
                log.clear()
            if request.method == "POST":
                log.extend([_entry(sent) for sent in await _json(request)])
        except (ValueError, TypeError) as problem:
            return _problem(str(problem))
        return JSONResponse([{**entry._asdict(), "registered": entry.registered.isoformat()} for entry in log])

    async def differences(self, request: Request) -> Response:
        try:
            site = self._site(request)
            if request.method == "DELETE":
                site.state.books.differences.clear()
            if request.method == "POST":
                sent = _members(await _json(request), {"table", "where", "set"}, {"table", "set"})
                clicks.differ(site, sent["table"], sent.get("where") or {}, sent["set"])
        except ValueError as problem:
            return _problem(str(problem))
        return JSONResponse([{"table": table, "where": where, "set": shown} for table, where, shown in site.state.books.differences])

    async def world(self, request: Request) -> Response:
        urls = (world.VISMA_URL, world.SAP_URL, world.DYNAMICS_URL, world.OLD_DYNAMICS_URL)
        found = {url: world.answering(url) for url in urls}
        return JSONResponse({url: product.name if product else None for url, product in found.items()})
