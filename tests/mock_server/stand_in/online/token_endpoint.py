# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/login/{common or tenant}/oauth/tokens: codes and refresh tokens become access tokens."""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from urllib.parse import unquote_plus

from ..wire.answers import Answer, error_value, html_answer, json_answer
from ..wire.call import Call
from . import forms
from .applications import Application
from .grants import Identity, User
from .keys import IDENTITY
from .side import Online


class _Refused(Exception):
    """error: the code of RFC 6749."""

    def __init__(self, error: str, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.error = error
        self.text = text
        self.status = status


def answer(online: Online, call: Call) -> Answer:
    """The tokens, or why there are none."""
    try:
        found = _answer(online, call)
    except forms.BadForm as problem:
        found = _refusal(online, _Refused("invalid_request", str(problem)))
    except _Refused as refused:
        found = _refusal(online, refused)
        if refused.status == 401:
            found.headers.append(("WWW-Authenticate", 'Basic realm="SuperOffice"'))
    found.headers += [("Cache-Control", "no-store"), ("Pragma", "no-cache")]
    return found


def whose(online: Online, call: Call) -> str | None:
    """The tenant that the code or the refresh token is for."""
    try:
        sent = dict(forms.parameters(call))
    except forms.BadForm:
        return None
    found = online.grants.codes.get(sent.get("code", "")) or online.grants.refresh_tokens.get(sent.get("refresh_token", ""))
    return found.tenant if found else None


def _refusal(online: Online, refused: _Refused) -> Answer:
    how = online.settings["oauth_error_answer"]
    if how == "html":
        return html_answer("Error", refused.status)
    if how == "error_object":
        return json_answer(error_value(online.settings, "SoSessionException", refused.text), refused.status)
    return json_answer({"error": refused.error, "error_description": refused.text}, refused.status)


def _answer(online: Online, call: Call) -> Answer:
    pairs = forms.parameters(call) if call.body else []
    if online.settings["token_parameters"] == "body_or_query":
        pairs = [*pairs, *call.query]
    elif call.query:
        raise _Refused("invalid_request", "Parameters belong into the body: addresses are logged.")
    sent = forms.once(pairs)
    application = _application(online, call, sent)
    grant_type = sent.get("grant_type")
    if grant_type == "authorization_code":
        return _by_code(online, application, sent)
    if grant_type == "refresh_token":
        return _by_refresh_token(online, application, sent)
    raise _Refused("unsupported_grant_type" if grant_type else "invalid_request", "The grant_type is none of those that are supported.")


def _application(online: Online, call: Call, sent: dict[str, str]) -> Application:
    """The application that calls, with client_secret_post or client_secret_basic; a native one has
    no secret.
    """
    client_id, secret = sent.get("client_id"), sent.get("client_secret")
    scheme, _space, credential = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        if secret is not None:
            raise _Refused("invalid_request", "The client secret is there twice.")
        try:
            user, colon, password = base64.b64decode(credential.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise _Refused("invalid_client", "The Authorization is not valid.", 401) from None
        in_header, secret = unquote_plus(user), unquote_plus(password) or None
        if not colon or client_id not in (None, in_header):
            raise _Refused("invalid_client", "The Authorization is not valid.", 401)
        client_id = in_header
    application = online.applications.get(client_id or "")
    if application is None or not application.has_secret(secret):
        raise _Refused("invalid_client", "The client_id or the client_secret is not valid.", 401)
    return application


def _by_code(online: Online, application: Application, sent: dict[str, str]) -> Answer:
    code = online.grants.codes.get(sent.get("code", ""))
    if code is None or code.asked.client_id != application.client_id:
        raise _Refused("invalid_grant", "The code is not one of this application.")
    if code.used:
        raise _Refused("invalid_grant", "The code has been used before.")
    if time.monotonic() - code.issued >= float(online.settings["code_lifetime"]):
        raise _Refused("invalid_grant", "The code has expired (Expired).")
    if sent.get("redirect_uri") != code.asked.redirect_uri:
        raise _Refused("invalid_grant", "The redirect_uri is not the one of the authorization request (InvalidRedirectUrl).")
    if not _proves(sent.get("code_verifier"), code.asked.challenge, code.asked.challenge_method):
        raise _Refused("invalid_grant", "The code_verifier does not fit the code_challenge.")
    code.used = True
    identity = Identity(application.client_id, code.tenant, code.user)
    return _tokens(online, identity, online.grants.refresh_token(identity), code.asked.nonce)


def _proves(verifier: str | None, challenge: str | None, method: str) -> bool:
    if verifier is None or challenge is None:
        return verifier is challenge
    if method == "plain":
        return verifier == challenge
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == challenge


def _by_refresh_token(online: Online, application: Application, sent: dict[str, str]) -> Answer:
    token = sent.get("refresh_token", "")
    identity = online.grants.refresh_tokens.get(token)
    if identity is None or identity.client_id != application.client_id:
        raise _Refused("invalid_grant", "The refresh_token is not one of this application.")
    return _tokens(online, identity, token if online.settings["refresh_token_again"] else None, None)


def _tokens(online: Online, identity: Identity, refresh_token: str | None, nonce: str | None) -> Answer:
    consent, tenant = online.grants.granted(identity.client_id, identity.tenant), online.tenant(identity.tenant)
    if consent is None:
        raise _Refused("invalid_grant", "The customer has revoked the access of the application (Revoked).")
    if tenant is None or not tenant.runs:
        raise _Refused("invalid_grant", "The customer is not available.")
    claims = {**online.claims(tenant, identity.user), "iss": online.login_url, "aud": identity.client_id}
    if consent.system_user_token is not None and _tells_system_token(online, identity.user):
        claims[f"{IDENTITY}system_token"] = consent.system_user_token
    if nonce is not None:
        claims["nonce"] = nonce
    value = {
        "token_type": "Bearer",
        "access_token": tenant.sessions.issue_token(identity.user.name),
        "expires_in": int(online.settings["token_lifetime"]),
        **({} if refresh_token is None else {"refresh_token": refresh_token}),
        "id_token": online.keys.sign(claims),
    }
    return json_answer(value, carried_out=True)


def _tells_system_token(online: Online, user: User) -> bool:
    return user.administrator or online.settings["system_token_claim"] == "everyone"
