# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host for signing in as an ASGI application: state, OpenID Connect, PartnerSystemUser."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ..faults import Faults
from ..journal import Journal
from ..wire import answers
from ..wire.answers import Answer
from ..wire.call import Call
from ..wire.dated import dated
from ..wire.faulty import Exchange, deliver, go_wrong
from ..wire.network import Server
from ..wire.spoiler import JsonSpoiler, Spoiler
from . import authorize, discovery, forms, partner, partner_soap, tenant_state, token_endpoint
from .side import SIGN_IN, Online


@dataclass(frozen=True)
class Service:
    """path: pattern of its paths, in any case. verbs: how each HTTP method is answered. shown: its
    body in the journal; whose: the tenant there.
    """

    path: str
    verbs: Mapping[str, Callable[[Online, Call], Answer]]
    whose: Callable[[Online, Call], str | None] = lambda online, call: None
    shown: Callable[[Call], Any] = forms.shown_body
    soap: bool = False


_SERVICES = (
    Service(r"/api/state/[^/]+/?", {"GET": tenant_state.answer}, tenant_state.whose),
    Service(r"/login/\.well-known/openid-configuration/?", {"GET": discovery.metadata}),
    Service(r"/login/\.well-known/jwks/?", {"GET": discovery.jwks}),
    Service(r"/login/[^/]+/oauth/authorize/?", {"GET": authorize.show, "POST": authorize.decide}),
    Service(r"/login/[^/]+/oauth/tokens/?", {"POST": token_endpoint.answer}, token_endpoint.whose),
    Service(r"/login/api/partnersystemuser/authenticate/?", {"POST": partner.rest}, partner.whose, partner.shown),
    Service(
        r"/login/services/partnersystemuserservice\.svc/?",
        {"GET": partner_soap.answer, "POST": partner_soap.answer},
        partner_soap.whose,
        partner_soap.shown,
        soap=True,
    ),
)


class SignInHost:
    """Answers everything that is no tenant's; at the tenants' hosts there is nothing else. `server`
    gives access to the sockets.
    """

    def __init__(self, online: Online, faults: Faults, journal: Journal, server: Callable[[], Server]) -> None:
        self.online = online
        self.faults = faults
        self.journal = journal
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        call = Call(
            verb=request.method,
            path=scope["path"],
            base_url=self.online.login_url,
            query=request.query_params.multi_items(),
            headers=dict(request.headers),
            body=await request.body(),
        )
        host = self.online.host_of(scope)
        services = _SERVICES if host == SIGN_IN else ()
        service = next((service for service in services if re.fullmatch(service.path, call.path, re.IGNORECASE)), None)
        entry = self.journal.open(
            verb=call.verb,
            path=call.path,
            query=forms.shown(call.query).items(),
            headers=call.headers,
            body=service.shown(call) if service else forms.shown_body(call),
            peer=request.client.port if request.client else None,
            method=None,
            writes=False,
            secrets=self.online.secrets(),
        )
        tenant = self.online.tenant((service.whose(self.online, call) if service else None) or "")
        entry.update({**_notes(service, call), "host": host, "tenant": tenant.name if tenant else None})

        def answered(online: Online) -> Answer:
            if service is None:
                return answers.html_answer("404 - File or directory not found.", 404)
            answer = service.verbs.get(call.verb)
            return answer(online, call) if answer else answers.wrong_verb(call.verb)

        def real() -> Answer:
            found = answered(self.online)
            entry["carried_out"] = found.carried_out
            return found

        spoiler: Spoiler = partner_soap.spoiler() if service and service.soap else JsonSpoiler(self.online.settings)
        to_client = dated(send, self.online.now)
        exchange = Exchange(scope, receive, to_client, spoiler, real, lambda: answered(self.online.rehearsal()), entry)
        fault = self.faults.due(call.verb, call.path, None, entry["tenant"])
        if fault is None:
            await deliver(real(), exchange)
        else:
            entry["fault"] = fault.kind
            await go_wrong(fault, exchange, self._server())


def _notes(service: Service | None, call: Call) -> dict[str, Any]:
    plain: dict[str, Any] = {"transport": "rest", "services_version": None, "operation": None, "header_parts": [], "problem": None}
    of_soap = partner_soap.read_call(call).notes() if service and service.soap and call.verb == "POST" else {}
    return {**plain, **of_soap}
