# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/login/{common or tenant}/oauth/authorize: a person signs in and consents."""

from __future__ import annotations

from urllib.parse import urlencode

from ..wire.answers import Answer
from ..wire.call import Call
from . import forms
from .applications import Application
from .grants import USERS, Asked
from .pages import consent_page, problem_page
from .side import Online

METHODS = ("S256", "plain")


class _Unanswerable(Exception):
    """A request whose refusal must not be sent to its redirect URI."""


def show(online: Online, call: Call) -> Answer:
    """GET: the page with the form."""
    try:
        sent = forms.once(call.query)
        application = _application(online, sent)
        redirect_uri = sent.get("redirect_uri", "")
        if not application.redirects_to(redirect_uri, online.settings["redirect_ports"] == "any"):
            raise _Unanswerable("The redirect_uri is not registered for this application (InvalidRedirectUrl).")
        tenants = _tenants(online, sent, call.path.split("/")[2])
    except (forms.BadForm, _Unanswerable) as problem:
        return problem_page(str(problem))
    refused = _refused(application, sent)
    if refused is not None:
        return _back(redirect_uri, {"error": refused[0], "error_description": refused[1], "state": sent.get("state")})
    asked = Asked(
        client_id=application.client_id,
        redirect_uri=redirect_uri,
        tenant=tenants[0] if len(tenants) == 1 else None,
        state=sent.get("state"),
        nonce=sent.get("nonce"),
        challenge=sent.get("code_challenge"),
        challenge_method=sent.get("code_challenge_method", "plain"),
    )
    return consent_page(call.path, online.grants.ask(asked), application.name, tenants, USERS.values())


def decide(online: Online, call: Call) -> Answer:
    """POST: the person's answer, once; with a code back to the redirect URI."""
    try:
        sent = forms.once(forms.parameters(call))
    except forms.BadForm as problem:
        return problem_page(str(problem))
    asked = online.grants.asked.pop(sent.get("request", ""), None)
    if asked is None:
        return problem_page("This form has been answered before, or is not one of this server.")
    if sent.get("decision") != "accept":
        denied = "The user denied the application access (Denied)."
        return _back(asked.redirect_uri, {"error": "access_denied", "error_description": denied, "state": asked.state})
    tenant, user = online.tenant(asked.tenant or sent.get("tenant", "")), USERS.get(sent.get("user", ""))
    application = online.applications.get(asked.client_id)
    if tenant is None or user is None or application is None:
        return problem_page("There is no such customer or person.")
    if online.grants.granted(asked.client_id, tenant.name) is None:
        if not user.administrator:
            return problem_page("Only an administrator can approve an application (NeedsReapproval).")
        online.grants.consent(application, tenant.name)
    return _back(asked.redirect_uri, {"code": online.grants.code(asked, tenant.name, user), "state": asked.state})


def _application(online: Online, sent: dict[str, str]) -> Application:
    application = online.applications.get(sent.get("client_id", ""))
    if application is None:
        raise _Unanswerable("There is no application with this client_id.")
    return application


def _tenants(online: Online, sent: dict[str, str], in_path: str) -> list[str]:
    """The tenants to choose from: the one that was asked for, or all."""
    values = [value.partition(":") for value in sent.get("acr_values", "").split()]
    asked = {value for kind, _colon, value in values if kind == "tenant"} | ({in_path} if in_path.lower() != "common" else set())
    if not asked:
        return [tenant.name for tenant in online.tenants.values() if tenant.runs]
    found = {name: online.tenant(name) for name in asked}
    running = {tenant.name for tenant in found.values() if tenant is not None and tenant.runs}
    if len(running) != 1 or None in found.values():
        raise _Unanswerable("There is no such customer, or it does not run.")
    return list(running)


def _refused(application: Application, sent: dict[str, str]) -> tuple[str, str] | None:
    """error and error_description of a request that the redirect URI can be told of."""
    if sent.get("response_type") != "code":
        return "unsupported_response_type", "The response_type must be code."
    if "openid" not in sent.get("scope", "").split():
        return "invalid_scope", "The scope must contain openid."
    challenge, method = sent.get("code_challenge"), sent.get("code_challenge_method", "plain")
    if application.native and challenge is None:
        return "invalid_request", "A native application must send a code_challenge."
    if challenge is not None and (method not in METHODS or not 43 <= len(challenge) <= 128):
        return "invalid_request", "The code_challenge or its code_challenge_method is not valid."
    return None


def _back(redirect_uri: str, parameters: dict[str, str | None]) -> Answer:
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    location = f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"
    return Answer(302, b"", None, [("Location", location), ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")])
