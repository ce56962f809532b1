# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The token endpoint: a refresh token, or an authorization code, becomes an access token.

Parameters go in the body, because addresses are logged.
"""

from __future__ import annotations

import math
import re
import typing as t
from urllib.parse import urlencode

from .. import errors
from ..answers import ServerWords
from ..exchange import Request, Response
from ..json_answers import Json, of_unsuccessful
from ..once import Fresh
from .issued import credential
from .sign_in_host import Send, error_words, hidden, members, not_successful, refused, unexpected

STEP = "signing in (refresh token)"
STEP_BY_CODE = "signing in (authorization code)"
_PATH = "/login/common/oauth/tokens"
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
# Seconds before its end in which an access token is not used: a request takes some.
_MARGIN = 60.0
# Statuses of RFC 6749 for a refusal, and those of gateways.
_REFUSALS = (400, 401, 403)
# SuperOffice's access tokens name their tenant.
_TENANT_OF = re.compile(r"[0-9A-F]{2}:(Cust[0-9]+)\.", re.IGNORECASE)
_WRONG_CLIENT = (
    "Check client_id and client_secret: they must be of the same application and online_environment, and after a rotation the new secret "
    "counts. An application that is registered as native has no client_secret, any other must give it."
)
_WRONG_TOKEN = (
    "The refresh_token is revoked, or of another application or online_environment, or the tenant has withdrawn its consent. Get a new one "
    "with the playbook superoffice.erpsync.sign_in."
)
_WRONG_CODE = "The code is used, older than ten minutes, or of another sign-in. Begin again."
_NOT_ALLOWED = "Check in SuperOffice's developer portal what the application may do."


class Tokens(t.NamedTuple):
    """What an authorization code gives. ``repr()`` hides it."""

    access_token: str
    refresh_token: str
    id_token: str
    lasts: float | None
    """Seconds for which the access token can be used. None where it is not known."""

    def __repr__(self) -> str:
        return f"Tokens(lasts={self.lasts!r})"


def refresh(send: Send, *, client_id: str, refresh_token: str, client_secret: str | None, tenant: str | None = None) -> Fresh:
    """An access token; a margin is taken off the time that it lasts.

    :param client_secret: None for native applications.
    :param tenant: the tenant that the access token must be for, where it names one.
    :raises errors.Unauthorized: where the host refuses; not to be repeated.
    :raises errors.ErpSyncError: for every other failure.
    """
    form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": refresh_token, "client_secret": client_secret}
    request, response, answer = _ask(send, STEP, form, {"invalid_grant": _WRONG_TOKEN}, writes=False)
    token = _access_token(request, response, answer)
    found = _TENANT_OF.match(token)
    if tenant is not None and found is not None and found[1].casefold() != tenant.casefold():
        sentence = f"the refresh_token is of the tenant {found[1]}, not of {tenant}. Check tenant and refresh_token."
        raise refused(request, response, sentence, ServerWords(), ())
    return Fresh(token, _lasts(request, response, answer))


def exchange_code(send: Send, *, client_id: str, client_secret: str | None, code: str, redirect_uri: str, verifier: str) -> Tokens:
    """The tokens for an authorization code, which can be used once.

    :param client_secret: None for native applications.
    :param verifier: the code verifier of PKCE.
    :raises errors.Unauthorized: where the host refuses; not to be repeated.
    :raises errors.ErpSyncError: for every other failure.
    """
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "client_secret": client_secret,
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    request, response, answer = _ask(send, STEP_BY_CODE, form, {"invalid_grant": _WRONG_CODE}, writes=True)
    access_token = _access_token(request, response, answer)
    refresh_token, id_token = (credential(request, response, name, answer.get(name)) for name in ("refresh_token", "id_token"))
    return Tokens(access_token, refresh_token, id_token, _lasts(request, response, answer))


def _ask(
    send: Send, step: str, form: t.Mapping[str, str | None], checks: t.Mapping[str, str], writes: bool
) -> tuple[Request, Response, dict[str, Json]]:
    """One request to the token endpoint, and the members of its answer.

    :param checks: what to check, by the host's error.
    """
    given = {name: value for name, value in form.items() if value is not None}
    body = urlencode(given, errors="replace").encode("ascii")
    request = Request("POST", _PATH, step, writes, body=body, headers=_HEADERS)
    response = send(request)
    secrets = [value for name, value in given.items() if name in ("client_secret", "refresh_token", "code", "code_verifier")]
    if response.status in _REFUSALS:
        raise _refused(request, response, of_unsuccessful(response), checks, secrets)
    if not 200 <= response.status < 300:
        raise not_successful(request, response, secrets)
    answer = members(request, response)
    if "access_token" not in answer and ("error" in answer or "errormessage" in answer or "message" in answer):
        raise _refused(request, response, answer, checks, secrets)
    return request, response, answer


def _refused(request: Request, response: Response, answer: Json, checks: t.Mapping[str, str], secrets: list[str]) -> errors.ErpSyncError:
    said = error_words(answer)
    known = {
        "invalid_client": _WRONG_CLIENT,
        "unauthorized_client": _NOT_ALLOWED,
        "unsupported_grant_type": _NOT_ALLOWED,
        "invalid_request": _WRONG_CLIENT,
        **checks,
    }
    otherwise = f"{_WRONG_CLIENT} {checks['invalid_grant']}"
    reason = hidden(said.code, secrets) if said.code else response.status
    sentence = f"the sign-in host refuses ({reason}). {known.get(said.code or '', otherwise)}"
    return refused(request, response, sentence, said, secrets)


def _access_token(request: Request, response: Response, answer: t.Mapping[str, Json]) -> str:
    kind = answer.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.casefold() != "bearer":
        raise unexpected(request, response, "the sign-in host gives a token that is no Bearer token.")
    return credential(request, response, "access_token", answer.get("access_token"))


def _lasts(request: Request, response: Response, answer: t.Mapping[str, Json]) -> float | None:
    """Seconds for which the access token can be used."""
    told = answer.get("expires_in")
    if told is None:
        return None
    try:
        seconds = float(told) if isinstance(told, (int, float, str)) and not isinstance(told, bool) else math.nan
    except (ValueError, OverflowError):
        seconds = math.nan
    if not math.isfinite(seconds) or seconds <= 0:
        raise unexpected(request, response, "the access token cannot be used: its expires_in is no number of seconds above zero.")
    return seconds - min(_MARGIN, seconds / 10)
