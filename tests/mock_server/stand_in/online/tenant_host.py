# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of Online as an ASGI application, and the installation of each tenant at them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ..faults import Faults
from ..journal import Journal
from ..wire.answers import HTML_TYPE, Answer, empty_answer, html_answer
from ..wire.application import Installation, Wire
from ..wire.network import Server
from .side import Online
from .sign_in_host import SignInHost
from .tenants import Tenant

_MOVED = "Wrong subdomain used to access tenant"


class TenantInstallation(Installation):
    """A tenant's services, at the host where the tenant is."""

    def __init__(self, online: Online, tenant: Tenant, faults: Faults, journal: Journal, server: Callable[[], Server]) -> None:
        super().__init__(tenant.site, faults, journal, server, online.secrets)
        self.online = online
        self.of = tenant
        self.tenant = tenant.name
        self.base_path = f"/{tenant.name}"

    def base_url(self, request: Request) -> str:
        return self.online.url_of(self.of)

    def turned_away(self, scope: Scope, wire: Wire) -> Answer | None:
        settings = self.online.settings
        self.of.count_call()
        if self.online.host_of(scope) != self.of.host:
            return self._moved(wire)
        if not self.of.runs:
            return html_answer(f"{self.of.name} is not available", int(settings["unavailable_status"]))
        return super().turned_away(scope, wire)

    def _moved(self, wire: Wire) -> Answer:
        how = self.online.settings["moved_body"]
        if how == "error":
            return wire.spoiler.error(421, "SoServerException", _MOVED)
        if how == "text":
            return Answer(421, _MOVED.encode(), HTML_TYPE.replace("html", "plain"))
        return html_answer(_MOVED, 421) if how == "html" else empty_answer(421)

    def notes(self, scope: Scope) -> dict[str, str | None]:
        return {"host": self.online.host_of(scope), "tenant": self.of.name}


class Hosts:
    """Hands a request to the tenant that its path names, or to the host for signing in."""

    def __init__(self, online: Online, faults: Faults, journal: Journal, server: Callable[[], Server]) -> None:
        self._sign_in = SignInHost(online, faults, journal, server)
        self._installations = {
            name.lower(): TenantInstallation(online, tenant, faults, journal, server) for name, tenant in online.tenants.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        installation = self._installations.get(scope["path"].split("/")[1].lower())
        await (installation or self._sign_in)(scope, receive, send)
