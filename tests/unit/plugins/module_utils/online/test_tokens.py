# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token endpoint: what is sent, and what every answer means."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import Fresh
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import tokens
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.tokens import Tokens
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import ScriptedHost, answered

CLIENT, SECRET = "4f1e-client", "s3cr3t & +%=\u00e9 of the client"
REFRESH, CODE, VERIFIER = "KdG0-refresh-8Jw", "code-Pw9f-zQ11", "verifier-" + "v" * 40
ACCESS = "8A:Cust12345.opaque"
REDIRECT = "http://127.0.0.1:8765/callback"
OF_CODE = {"refresh_token": REFRESH, "id_token": "a.b.c"}
SECRETS = (SECRET, REFRESH, CODE, VERIFIER, ACCESS)


def _tokens(**changes: Any) -> Response:
    members = {"token_type": "Bearer", "access_token": ACCESS, "expires_in": 3600, **changes}
    return answered({name: value for name, value in members.items() if value is not None})


def _refresh(host: ScriptedHost, **changes: Any) -> Fresh:
    given = {"client_id": CLIENT, "refresh_token": REFRESH, "client_secret": SECRET, **changes}
    return tokens.refresh(host.send, **given)


def _exchange(host: ScriptedHost, **changes: Any) -> Tokens:
    given = {"client_id": CLIENT, "client_secret": SECRET, "code": CODE, "redirect_uri": REDIRECT, "verifier": VERIFIER, **changes}
    return tokens.exchange_code(host.send, **given)


Grant = Callable[..., Any]
GRANTS = {"refresh token": _refresh, "authorization code": _exchange}


def _failed(grant: str, answer: Response, **changes: Any) -> tuple[type[errors.ErpSyncError], str]:
    """Kind and message behind the step, which repeats nothing that was sent or came."""
    with ScriptedHost(answer) as host, pytest.raises(errors.ErpSyncError) as caught:
        GRANTS[grant](host, **changes)
    message = str(caught.value)
    assert message.startswith(f"signing in ({grant}): ")
    assert not [secret for secret in SECRETS if secret in f"{message} {caught.value.failure()}"]
    assert "\n" not in message
    assert caught.value.__cause__ is None
    return type(caught.value), message.removeprefix(f"signing in ({grant}): ")


def test_every_status_from_200_to_299_is_a_success() -> None:
    with ScriptedHost(_tokens()._replace(status=299)) as host:
        assert _refresh(host).value == ACCESS
    said = "the sign-in host answered with 300. Check online_environment, or login_url."
    assert _failed("refresh token", _tokens()._replace(status=300)) == (errors.UnexpectedStatus, said)


def test_a_refresh_token_becomes_an_access_token() -> None:
    with ScriptedHost(_tokens()) as host:
        issued = _refresh(host)
    assert issued == Fresh(ACCESS, 3540.0)
    assert repr(issued) == "Fresh(lasts=3540.0)"
    (request,) = host.requests
    assert (request.verb, request.path, request.method) == ("POST", "/login/common/oauth/tokens", "signing in (refresh token)")
    assert (request.writes, dict(request.query)) == (False, {})
    assert dict(request.headers) == {"Content-Type": "application/x-www-form-urlencoded"}
    assert dict(parse_qsl((request.body or b"").decode(), strict_parsing=True)) == {
        "grant_type": "refresh_token",
        "client_id": CLIENT,
        "refresh_token": REFRESH,
        "client_secret": SECRET,
    }


def test_native_applications_send_no_secret() -> None:
    for grant in (_refresh, _exchange):
        with ScriptedHost(_tokens(**OF_CODE)) as host:
            grant(host, client_secret=None)
        assert "client_secret" not in dict(parse_qsl((host.requests[0].body or b"").decode(), keep_blank_values=True))


def test_a_code_becomes_tokens_and_may_not_be_repeated() -> None:
    with ScriptedHost(_tokens(**OF_CODE)) as host:
        found = _exchange(host)
    assert found == Tokens(ACCESS, REFRESH, "a.b.c", 3540.0)
    assert (repr(found), str(found)) == ("Tokens(lasts=3540.0)",) * 2
    (request,) = host.requests
    assert (request.method, request.writes, dict(request.query)) == ("signing in (authorization code)", True, {})
    assert dict(parse_qsl((request.body or b"").decode(), strict_parsing=True)) == {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "code": CODE,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }


@pytest.mark.parametrize(
    "told, lasts",
    [(3600, 3540.0), (1200, 1140.0), (600, 540.0), (60, 54.0), (1, 0.9), (20.0, 18.0), ("3600", 3540.0), (" 60 ", 54.0), (None, None)],
)
def test_a_margin_is_taken_off(told: Any, lasts: float | None) -> None:
    with ScriptedHost(_tokens(expires_in=told)) as host:
        assert _refresh(host).lasts == lasts


@pytest.mark.parametrize("told", [0, -1, "", "soon", True, [3600], {}, "NaN", "inf", 10**400])
@pytest.mark.parametrize("grant", GRANTS)
def test_a_time_that_is_none(told: Any, grant: str) -> None:
    kind, message = _failed(grant, _tokens(expires_in=told, **OF_CODE))
    assert (kind, message) == (
        errors.SignInFailed,
        "the access token cannot be used: its expires_in is no number of seconds above zero.",
    )


def test_a_time_beyond_numbers() -> None:
    body = json.dumps({"access_token": ACCESS, "expires_in": 7}).replace("7", "1e999").encode()
    assert _failed("refresh token", answered(body=body)) == (errors.NotJson, "the server's answer is not valid JSON.")


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER", None])
def test_the_type_is_bearer_or_not_told(kind: Any) -> None:
    with ScriptedHost(_tokens(token_type=kind)) as host:
        assert _refresh(host).value == ACCESS


@pytest.mark.parametrize("kind", ["", "mac", 7, []])
def test_tokens_of_another_type(kind: Any) -> None:
    said = "the sign-in host gives a token that is no Bearer token."
    assert _failed("refresh token", _tokens(token_type=kind)) == (errors.SignInFailed, said)


HEADER = "with characters that an HTTP header cannot carry, such as a line break."


@pytest.mark.parametrize(
    "grant, member",
    [
        ("refresh token", "access_token"),
        ("authorization code", "access_token"),
        ("authorization code", "refresh_token"),
        ("authorization code", "id_token"),
    ],
)
def test_tokens_that_cannot_be_used(grant: str, member: str) -> None:
    for value in (None, "", 7, ["x"], {"a": 1}, True):
        kind, message = _failed(grant, _tokens(**{**OF_CODE, member: value}))
        assert (kind, message) == (errors.SignInFailed, f"the sign-in host accepts the application, but gives no {member}.")
    for value in ("a\nb", "a\r\nX-Evil: 1", "a\0", "\u00e9", " a", "a "):
        kind, message = _failed(grant, _tokens(**{**OF_CODE, member: value}))
        assert (kind, message) == (errors.SignInFailed, f"the sign-in host gives a {member} {HEADER}")


@pytest.mark.parametrize("tenant", ["Cust12345", "cust12345", None])
def test_a_refresh_token_of_the_tenant(tenant: str | None) -> None:
    for value in (ACCESS, "7B:CUST12345.x", "opaque", "8A:x"):
        with ScriptedHost(_tokens(access_token=value)) as host:
            assert _refresh(host, tenant=tenant).value == value


def test_a_refresh_token_of_another_tenant() -> None:
    assert _failed("refresh token", _tokens(), tenant="Cust1234") == (
        errors.Unauthorized,
        "the refresh_token is of the tenant Cust12345, not of Cust1234. Check tenant and refresh_token.",
    )


CLIENT_WRONG = (
    "Check client_id and client_secret: they must be of the same application and online_environment, and after a rotation the new "
    "secret counts. An application that is registered as native has no client_secret, any other must give it."
)
TOKEN_WRONG = (
    "The refresh_token is revoked, or of another application or online_environment, or the tenant has withdrawn its consent. Get "
    "a new one with the playbook superoffice.erpsync.sign_in."
)
CODE_WRONG = "The code is used, older than ten minutes, or of another sign-in. Begin again."
PORTAL = "Check in SuperOffice's developer portal what the application may do."
WRONG = {"refresh token": TOKEN_WRONG, "authorization code": CODE_WRONG}


@pytest.mark.parametrize("grant", GRANTS)
@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_a_refusal_says_what_to_check_by_its_error(grant: str, status: int) -> None:
    checks = {
        "invalid_grant": WRONG[grant],
        "invalid_client": CLIENT_WRONG,
        "invalid_request": CLIENT_WRONG,
        "unauthorized_client": PORTAL,
        "unsupported_grant_type": PORTAL,
        "something_else": f"{CLIENT_WRONG} {WRONG[grant]}",
    }
    for error, check in checks.items():
        kind, message = _failed(grant, answered({"error": error, "error_description": "So it is."}, status))
        assert kind is errors.Unauthorized
        assert message == f"the sign-in host refuses ({error}). {check} The sign-in host says: So it is."
        assert not _failed(grant, answered({"error": error, "error_description": ["x"]}, status))[1].endswith("says: So it is.")


def test_an_unknown_refusal_says_everything_to_check() -> None:
    refusals = (answered({"error": "x"}, 400), answered(body=b"<html>", status=400), answered({"ErrorMessage": "No.", "Error": True}, 403))
    for answer in refusals:
        message = _failed("refresh token", answer)[1]
        assert CLIENT_WRONG in message
        assert TOKEN_WRONG in message


@pytest.mark.parametrize("grant", GRANTS)
def test_what_the_host_repeats_is_hidden(grant: str) -> None:
    for secret in SECRETS[:1] + ((REFRESH,) if grant == "refresh token" else (CODE, VERIFIER)):
        for text in (f"The token {secret} is wrong.", f'"{secret}"', f"x={secret}&y=1 {secret[:12]}...", f"{secret}\n{secret}"):
            for status in (200, 400, 401, 403, 404, 500, 503):
                for answer in ({"error": secret, "error_description": text}, {"Error": True, "ErrorMessage": text, "ErrorType": text}):
                    message = _failed(grant, answered(answer, status))[1]
                    assert secret[:12] not in message


# By the answer: the kind of the error, and its sentence.
BAD: dict[str, tuple[Response, type[errors.ErpSyncError], str]] = {
    "a page": (
        answered(body=b"<html>"),
        errors.NotJson,
        "the server answered with a web page instead of JSON. Check online_environment, or login_url. "
        "Something in front of the sign-in host may answer in its place.",
    ),
    "half": (answered(body=b'{"access_token": "8A:'), errors.NotJson, "the server's answer is not valid JSON."),
    "nothing": (answered(body=b""), errors.NotJson, "the server answered with nothing."),
    "a list": (answered([ACCESS]), errors.SignInFailed, "the answer of the sign-in host does not fit: it is no JSON object."),
    "a text": (answered(ACCESS), errors.SignInFailed, "the answer of the sign-in host does not fit: it is no JSON object."),
    "an empty object": (answered({}), errors.SignInFailed, "the sign-in host accepts the application, but gives no access_token."),
    "an error": (answered({"Message": "Oops."}, 500), errors.SignInFailed, "the sign-in host answered with an error (500): Oops."),
    "not found": (
        answered(status=404),
        errors.SignInFailed,
        "the sign-in host does not know this address (404). Check online_environment, or login_url.",
    ),
    "a redirection": (
        answered(status=307),
        errors.Redirected,
        "the sign-in host redirects to another address (307). Check online_environment, or login_url.",
    ),
    "throttled": (
        answered(status=429),
        errors.Throttled,
        "the server takes no more calls for now (429). Use rate_limit, or try again later.",
    ),
    "unavailable": (
        answered({"error": "temporarily_unavailable"}, 503),
        errors.Unavailable,
        "the server is not available (503). Try again later.",
    ),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("grant", GRANTS)
def test_answers_that_cannot_be_used_name_the_step(what: str, grant: str) -> None:
    answer, kind, sentence = BAD[what]
    found, message = _failed(grant, answer)
    assert found is kind
    # A code may be used up by now.
    assert message.removesuffix(errors.UNCERTAIN) == sentence
