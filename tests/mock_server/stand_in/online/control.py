# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API of the Online side, /_mock/online/...: tenants, applications, keys, consents."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .applications import Application, rsa_public_key
from .grants import USERS, Identity
from .side import SIGN_IN, Online
from .tenants import STATES, Tenant

CALLS = {
    "GET /_mock/online": "hosts, tenants, applications, consents and keys",
    "PATCH /_mock/online/tenants/NAME": '{"host": ..., "after_calls": null or a number} moves it; {"state": ..., "state_requests": null or '
    'a number, "then": ...} changes its state, after so many state requests again; {"version": ...}',
    "PATCH /_mock/online/applications/ID": "name, client_secret, public_key (PEM), redirect_uris",
    "POST /_mock/online/keys": '{"keep_old": true or false}: sign JWTs with a new key',
    "POST /_mock/online/consents": '{"tenant": ..., "client_id": ..., "revoke": true}, or without revoke: grants it and gives a refresh '
    "token",
    "POST /_mock/online/expire": '{"what": "tickets" or "access_tokens", "tenant": null or a name}',
    "?tenant=NAME": "behind /_mock/state and /_mock/sessions: those of a tenant",
}


class OnlineControl:
    """One method for each address; ValueError is answered 400."""

    def __init__(self, online: Online) -> None:
        self._online = online

    def routes(self) -> list[Route]:
        calls: list[tuple[str, str, Callable[[Request, dict[str, Any]], Any]]] = [
            ("/_mock/online", "GET", self._overview),
            ("/_mock/online/tenants/{name}", "PATCH", self._tenant),
            ("/_mock/online/applications/{name}", "PATCH", self._application),
            ("/_mock/online/keys", "POST", self._keys),
            ("/_mock/online/consents", "POST", self._consents),
            ("/_mock/online/expire", "POST", self._expire),
        ]
        return [Route(path, _answering(answer), methods=[verb]) for path, verb, answer in calls]

    def _overview(self, request: Request, sent: dict[str, Any]) -> Any:
        online = self._online
        return {
            "login_url": online.login_url,
            "hosts": online.hosts,
            "tenants": {tenant.name: {"url": online.url_of(tenant), **tenant.described()} for tenant in online.tenants.values()},
            "applications": {application.client_id: _described(application) for application in online.applications.values()},
            "consents": [
                {"client_id": client_id, "tenant": tenant, "revoked": consent.revoked, "system_user_token": consent.system_user_token}
                for (client_id, tenant), consent in online.grants.consents.items()
            ],
            "keys": [str(key.kid) for key in online.keys.published],
        }

    def _tenant(self, request: Request, sent: dict[str, Any]) -> Any:
        tenant = self._named_tenant(request.path_params["name"])
        _only(sent, {"host", "after_calls", "state", "state_requests", "then", "version"})
        _needs(sent, "after_calls", "host")
        _needs(sent, "state_requests", "state")
        _needs(sent, "then", "state_requests")
        host, after_calls = sent.get("host"), _count(sent, "after_calls")
        state, requests, then = sent.get("state"), _count(sent, "state_requests"), sent.get("then", "Running")
        if host is not None and (host not in self._online.hosts or host == SIGN_IN):
            raise ValueError(f"host must be one of: {', '.join(name for name in self._online.hosts if name != SIGN_IN)}")
        if (state is not None and state not in STATES) or then not in STATES:
            raise ValueError(f"state and then must be one of: {', '.join(STATES)}")
        tenant.version = _text(sent, "version", tenant.version)
        if host is not None:
            tenant.move(host, after_calls)
        if state is not None:
            tenant.become(state, requests, then)
        return {"url": self._online.url_of(tenant), **tenant.described()}

    def _application(self, request: Request, sent: dict[str, Any]) -> Any:
        application = self._named_application(request.path_params["name"])
        _only(sent, {"name", "client_secret", "public_key", "redirect_uris"})
        uris = sent.get("redirect_uris", application.redirect_uris)
        if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris):
            raise ValueError("redirect_uris must be a list of texts")
        if application.native and {"client_secret", "public_key"} & set(sent):
            raise ValueError("a native application has no client_secret and no public_key")
        name, secret = _text(sent, "name", application.name), _text(sent, "client_secret", application.client_secret or "")
        if "public_key" in sent:
            rsa_public_key(_text(sent, "public_key", ""))
            application.public_key = sent["public_key"]
        application.name, application.client_secret, application.redirect_uris = name, secret or None, uris
        return _described(application)

    def _keys(self, request: Request, sent: dict[str, Any]) -> Any:
        _only(sent, {"keep_old"})
        self._online.keys.rotate(sent.get("keep_old") is True)
        return {"keys": [str(key.kid) for key in self._online.keys.published]}

    def _consents(self, request: Request, sent: dict[str, Any]) -> Any:
        _only(sent, {"tenant", "client_id", "revoke"})
        tenant = self._named_tenant(sent.get("tenant"))
        application = self._named_application(sent.get("client_id", next(iter(self._online.applications))))
        if sent.get("revoke") is True:
            self._online.grants.revoke(application.client_id, tenant.name)
            return {}
        consent = self._online.grants.consent(application, tenant.name)
        refresh_token = self._online.grants.refresh_token(Identity(application.client_id, tenant.name, USERS["administrator"]))
        return {"refresh_token": refresh_token, "system_user_token": consent.system_user_token}

    def _expire(self, request: Request, sent: dict[str, Any]) -> Any:
        _only(sent, {"what", "tenant"})
        if sent.get("what") not in ("tickets", "access_tokens"):
            raise ValueError("what must be tickets or access_tokens")
        name = sent.get("tenant")
        for tenant in self._online.tenants.values() if name is None else [self._named_tenant(name)]:
            tenant.sessions.end_kind(sent["what"])
        return {}

    def _named_tenant(self, name: Any) -> Tenant:
        tenant = self._online.tenants.get(name) if isinstance(name, str) else None
        if tenant is None:
            raise ValueError(f"tenant must be one of: {', '.join(self._online.tenants)}")
        return tenant

    def _named_application(self, client_id: Any) -> Application:
        application = self._online.applications.get(client_id) if isinstance(client_id, str) else None
        if application is None:
            raise ValueError(f"client_id must be one of: {', '.join(self._online.applications)}")
        return application


def _answering(answer: Callable[[Request, dict[str, Any]], Any]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint: JSON in, JSON out."""

    async def endpoint(request: Request) -> Response:
        try:
            body = await request.body()
            sent = json.loads(body) if body else {}
            if not isinstance(sent, dict):
                raise ValueError("an object is expected")
            return JSONResponse(answer(request, sent))
        except ValueError as problem:
            return JSONResponse({"problem": str(problem)}, 400)

    return endpoint


def _described(application: Application) -> dict[str, Any]:
    members = ("name", "client_secret", "native", "redirect_uris", "public_key")
    return {member: getattr(application, member) for member in members}


def _only(sent: dict[str, Any], known: set[str]) -> None:
    unknown = set(sent) - known
    if unknown:
        raise ValueError(f"there is no {', '.join(sorted(unknown))} here, but {', '.join(sorted(known))}")


def _needs(sent: dict[str, Any], member: str, other: str) -> None:
    if member in sent and other not in sent:
        raise ValueError(f"{member} needs {other}")


def _count(sent: dict[str, Any], member: str) -> int | None:
    value = sent.get(member)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise ValueError(f"{member} must be a number from 0, or null")
    return value


def _text(sent: dict[str, Any], member: str, otherwise: str) -> str:
    value = sent.get(member, otherwise)
    if not isinstance(value, str) or (member in sent and not value):
        raise ValueError(f"{member} must be a text")
    return value
