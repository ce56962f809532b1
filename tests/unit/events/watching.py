# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source as the engine runs it, with stand-ins inside the test's process, a queue of our own, and time that is given.

Between two looks of the source the test does something: its pause is where the time of the test goes on.
"""

from __future__ import annotations

import asyncio
import runpy
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Destination, Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import run
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks import read_from
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _event_source
from ansible_collections.superoffice.erpsync.tests.unit.environment.installation import Installation, _Wire
from stand_in.faults import Faults
from stand_in.journal import Journal
from stand_in.online.side import Online
from stand_in.online.tenant_host import Hosts
from stand_in.settings import Settings

PLUGIN = Path(__file__).resolve().parents[3] / "extensions" / "eda" / "plugins" / "event_source" / "erpsync.py"
PASSWORD = "stand-in-password"
# 2026-11-20 at 06:00 UTC, a quarter of an hour after the last synchronisations of the seed.
BEGIN = 1795154400.0
Json = dict[str, Any]
Act = Callable[[], object]


class Over(BaseException):
    """The test ends the source here, as a kill would."""


class Queue:
    """What the engine hands to the source. `around` is asked with each event, before it is taken and after."""

    def __init__(self) -> None:
        self.events: list[Json] = []
        self.around: Callable[[str, Json], None] = lambda _when, _event: None

    async def put(self, event: Json) -> None:
        self.around("before", event)
        self.events.append(event)
        self.around("after", event)


class Scene:
    """Installations by their addresses, and the source that watches them, run after run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **args: Any) -> None:
        self.now = BEGIN
        self.sites: dict[str, Installation] = {}
        self.tenants: Tenants | None = None
        self.args: Json = {"parallel_requests": 1, "retries": 0, "interval": "1m", **args}
        self.pauses: list[float] = []
        # What happens in the pauses of one run, which ends behind the last one.
        self._acts: Iterator[Act | None] = iter(())
        self.queue = Queue()
        self.on_pause: Callable[[float], None] = self._next_act
        monkeypatch.setattr(run, "Session", self._session)
        # Of what could be read both ways, the first is.
        monkeypatch.setattr(read_from, "choose", lambda choices: choices[0])
        given = _event_source.Time(now=lambda: self.now, sleep=self._sleep, pause=lambda _seconds: None, chance=lambda: 0.5)
        monkeypatch.setattr(_event_source, "REAL_TIME", given)

    def site(self, name: str = "crm", **settings: Any) -> Installation:
        """An installation at its own address."""
        there = Installation(**settings)
        there.site.now = lambda: datetime.fromtimestamp(self.now, UTC)  # type: ignore[method-assign]
        self.sites[f"http://{name}.invalid/SuperOffice"] = there
        return there

    def run(self, *acts: Act | None, **args: Any) -> list[Json]:
        """Start the source anew and let it look, do each of the acts and let it look again; the events that it told."""
        self._acts = iter(acts)
        return self._started(args)

    def run_until(self, on_pause: Callable[[float], None], **args: Any) -> list[Json]:
        """Start the source and call this in each of its pauses, until it raises Over."""
        before, self.on_pause = self.on_pause, on_pause
        try:
            return self._started(args)
        finally:
            self.on_pause = before

    def _started(self, args: Json) -> list[Json]:
        told = len(self.queue.events)
        try:
            asyncio.run(runpy.run_path(str(PLUGIN))["main"](self.queue, {**self.args, **args}))
        except Over:
            pass
        return [event["erpsync"] for event in self.queue.events[told:]]

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.on_pause(seconds)
        await asyncio.sleep(0)

    def _next_act(self, seconds: float) -> None:
        self.now += seconds
        try:
            act = next(self._acts)
        except StopIteration:
            raise Over from None
        if act is not None:
            act()

    def _session(self, settings: Any, **_time: Any) -> Session:
        if settings.tenant is not None and self.tenants is not None:
            return _Network(self.tenants, settings)
        return _Wire(self.sites[settings.url], settings)


class Tenants:
    """The Online side inside the test's process: the host for signing in, and hosts with tenants."""

    def __init__(self, *names: str) -> None:
        self.settings = Settings({"engine_delay": 0})
        hosts = {"online": "http://127.0.0.1:81", "online1": "http://127.0.0.1:82", "online2": "http://127.0.0.1:83"}
        self.online = Online(self.settings, hosts, list(names), "default", None)
        self.journal = Journal()

        def no_sockets() -> Any:
            raise AssertionError("nothing here needs a socket")

        self._hosts = Hosts(self.online, Faults(), self.journal, no_sockets)
        self.is_dead = False
        self.requests = 0
        self._turn = threading.Lock()

    def options(self, name: str, *, as_system_user: bool = True) -> Json:
        """The options of a tenant; signing them for a system user costs more than a refresh token."""
        application = next(iter(self.online.applications.values()))
        token = self.online.grants.consents[application.client_id, name].system_user_token
        person = {"client_id": application.client_id, "refresh_token": self.online.first_tokens[application.client_id, name]}
        return {
            "tenant": name,
            "login_url": self.online.login_url,
            "client_secret": application.client_secret,
            **({"system_user_token": token, "private_key": self.online.private_key} if as_system_user else person),
            "rate_limit": 0,
        }

    def answer(self, request: Request, to: Destination) -> Response:
        """What a host answers."""
        if self.is_dead:
            raise errors.ConnectionLost(f"{request.method}: the connection was lost.", method=request.method, attempts=1)
        with self._turn:
            self.requests += 1
            self.journal.clear()
            answering = _exchanged(self._hosts, request, to)
            try:
                answering.send(None)
            except StopIteration as answered:
                return answered.value  # type: ignore[no-any-return]
            raise AssertionError("nothing here waits")


class _Network(Session):
    """Takes the place of the HTTP session where a tenant is asked for."""

    def __init__(self, tenants: Tenants, settings: Any) -> None:
        self.settings = settings
        self._tenants = tenants
        self.sleep = lambda _seconds: None
        self.clock = lambda: 0.0

    def close(self) -> None:
        pass

    def send(self, request: Request, destination: Destination | None = None) -> Response:
        assert destination is not None
        return self._tenants.answer(request, destination)


async def _exchanged(hosts: Hosts, request: Request, to: Destination) -> Response:
    """What a host answers; nothing in it waits, so that it needs no loop, which costs more than the answer."""
    parts = urlsplit(to.url)
    headers = {**to.headers, **(request.headers if request.body is not None else {}), "Accept": "application/json"}
    scope: Json = {
        "type": "http",
        "method": request.verb,
        "scheme": "http",
        "path": unquote(parts.path + request.path),
        "query_string": urlencode(list(request.query.items())).encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        "server": (parts.hostname, parts.port),
        "client": ("127.0.0.1", 1),
    }
    told: list[Json] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": request.body or b"", "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    await hosts(scope, receive, send)
    [start, *bodies] = told
    found = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Response(start["status"], found, b"".join(one["body"] for one in bodies), 1, None, to.option)
