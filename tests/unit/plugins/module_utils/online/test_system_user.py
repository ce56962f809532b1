# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in as the system user: what is sent, and what every answer means."""

from __future__ import annotations

import email.utils
import json
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import Fresh
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import private_key, system_user
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import (
    HOST,
    NOW,
    TENANT,
    ScriptedHost,
    answered,
    claims,
    jwks,
    jwt_of,
    key,
    minute,
    pem,
    published,
)

SECRET = "0f9e8d7c6b5a49382716f5e4d3c2b1a0"
TOKEN = "Stand-in ERP Sync-tX9qR4zW7p"
KEY = private_key.read(pem(key(5)))
STEP = "signing in (system user): "


def _sign_in(host: ScriptedHost, **changes: Any) -> Fresh:
    given = {"tenant": TENANT, "client_secret": SECRET, "system_user_token": TOKEN, "key": KEY, "issuer": HOST, **changes}
    return system_user.sign_in(host.send, now=lambda: NOW, **given)


def _good(token: Any) -> Response:
    return answered({"IsSuccessful": True, "Token": token, "ErrorMessage": None})


def _refusal(text: Any, status: int = 200, **headers: str) -> Response:
    return answered({"IsSuccessful": False, "Token": None, "ErrorMessage": text}, status, None, **headers)


def _signed(host: ScriptedHost) -> str:
    return str(json.loads(host.requests[0].body or b"")["SignedSystemToken"])


def _failed(*answers: Response, **changes: Any) -> errors.ErpSyncError:
    """The error, whose message begins with the step and repeats nothing that was sent."""
    with ScriptedHost(*answers) as host, pytest.raises(errors.ErpSyncError) as caught:
        _sign_in(host, **changes)
    told = f"{caught.value} {caught.value.code} {caught.value.failure()}"
    for secret in (SECRET, TOKEN, "tX9qR4zW7p", _signed(host), _signed(host).rpartition(".")[2]):
        assert secret not in told
    assert "\n" not in told
    assert not caught.value.uncertain
    return caught.value


def test_a_ticket() -> None:
    with ScriptedHost(_good(jwt_of(claims())), jwks(published(key()))) as host:
        issued = _sign_in(host)
    assert issued == Fresh("7T:abc", None)
    assert (repr(issued), str(issued)) == ("Fresh(lasts=None)",) * 2
    first, second = host.requests
    assert (first.verb, first.path, first.method) == ("POST", "/Login/api/PartnerSystemUser/Authenticate", "signing in (system user)")
    assert (first.writes, dict(first.query), dict(first.headers)) == (False, {}, {"Content-Type": "application/json"})
    sent = json.loads(first.body or b"")
    assert list(sent) == ["SignedSystemToken", "ApplicationToken", "ContextIdentifier", "ReturnTokenType"]
    assert sent["SignedSystemToken"].startswith(f"{TOKEN}.{minute()}.")
    assert (sent["ApplicationToken"], sent["ContextIdentifier"], sent["ReturnTokenType"]) == (SECRET, TENANT, "JWT")
    assert second.path == "/login/.well-known/jwks"


@pytest.mark.parametrize(
    "answer",
    [
        {"isSuccessful": True, "token": jwt_of(claims()), "errorMessage": None},
        {"IsSuccessful": True, "Token": jwt_of(claims())},
        {"ISSUCCESSFUL": True, "TOKEN": jwt_of(claims()), "ErrorMessage": "", "Further": [1]},
    ],
)
def test_members_in_any_case(answer: dict[str, Any]) -> None:
    with ScriptedHost(answered(answer), jwks(published(key()))) as host:
        assert _sign_in(host).value == "7T:abc"


CLOCK = "The time in the signed text is too far from the sign-in host's. Check the clock of the machine where the task runs."
CONSENT = (
    f"{TENANT} has withdrawn its consent to the application, or must consent again. Let an administrator there approve the application, "
    "and give the system_user_token of that approval; the playbook superoffice.erpsync.sign_in gets it."
)
SECRET_WRONG = "Check client_secret: an application has one for each online_environment, and after a rotation the new one counts."
TOKEN_WRONG = "Check system_user_token: it is of one application and one tenant. The playbook superoffice.erpsync.sign_in gets it."
KEY_WRONG = (
    "Check private_key: it must be of the application that client_secret belongs to, and SuperOffice must have its public key. "
    "After a rotation the new pair counts."
)
UNKNOWN = (
    "Check client_secret, system_user_token, private_key and tenant: they must be of the same application and online_environment, and "
    f"{TENANT} must have approved the application."
)
# What the host says, and what the message says to check.
REASONS = {
    "ID4148: The token has expired.": CLOCK,
    "InvalidTimestamp": CLOCK,
    "The time of the signed system user token is not valid (InvalidTimestamp).": CLOCK,
    "The signature of the system user token is not valid (InvalidSignature).": KEY_WRONG,
    "InvalidSignature": KEY_WRONG,
    "The application token is not valid.": SECRET_WRONG,
    "Unknown ApplicationToken": SECRET_WRONG,
    "There is no such context identifier.": "Check tenant and online_environment.",
    "Unknown ContextIdentifier": "Check tenant and online_environment.",
    "The customer has revoked the access of the application (Revoked).": CONSENT,
    "NeedsReapproval": CONSENT,
    "Denied": CONSENT,
    "The system user token is not the one of this application and customer.": TOKEN_WRONG,
    "Invalid SystemToken": TOKEN_WRONG,
    "The customer is not available.": "The tenant does not run for now. Try again later.",
    "Something went wrong sometimes": UNKNOWN,
}


@each("said", REASONS)
@each("status", [200, 400, 401, 403, 500])
def test_a_refusal_says_what_to_check_by_its_reason(said: str, status: int) -> None:
    error = _failed(_refusal(said, status))
    assert error.kind == errors.Unauthorized.kind
    told = f"{STEP}the sign-in host refuses the system user of {TENANT}. {REASONS[said]} The sign-in host says: {said.rstrip('.')}."
    assert str(error) == told
    assert (error.http_status, error.method, error.attempts) == (status, "signing in (system user)", 1)


@pytest.mark.parametrize("said", [None, "", " ", 7, ["a"]])
def test_a_refusal_without_a_reason(said: Any) -> None:
    error = _failed(_refusal(said))
    assert error.kind == errors.Unauthorized.kind
    told = f"{STEP}the sign-in host refuses the system user of {TENANT}. {UNKNOWN}"
    assert str(error) == told


@pytest.mark.parametrize(
    "seconds, sentence",
    [
        (720, " This machine's clock is 12 minutes behind the sign-in host's."),
        (-7200, " This machine's clock is 2 hours ahead of the sign-in host's."),
        (90, " This machine's clock is 90 seconds behind the sign-in host's."),
        (30, ""),
    ],
)
def test_the_header_date_tells_how_far_the_clocks_are_apart(seconds: int, sentence: str) -> None:
    date = email.utils.formatdate(NOW + seconds, usegmt=True)
    assert str(_failed(_refusal("InvalidTimestamp", date=date))) == (
        f"{STEP}the sign-in host refuses the system user of {TENANT}. {CLOCK}{sentence} The sign-in host says: InvalidTimestamp."
    )


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99 GMT", "Mon, 21 Sep 99999999999 13:33:20 GMT", "\u00e9"])
def test_a_header_date_that_is_none(date: str) -> None:
    assert f"{CLOCK} The sign-in host says" in str(_failed(_refusal("InvalidTimestamp", date=date)))


ECHOES = {
    "the secret": lambda signed: f"The application token {SECRET} is wrong.",
    "the secret in quotes": lambda signed: f'"{SECRET}"',
    "half the secret": lambda signed: f"Wrong: {SECRET[:16]}... is unknown.",
    "the secret in capitals": lambda signed: f"Wrong: {SECRET.upper()}.",
    "the system user token": lambda signed: f"Unknown: {TOKEN}",
    "the signed text": lambda signed: f"Cannot verify {signed} (InvalidSignature)",
    "the signature": lambda signed: f"Cannot verify signature={signed.rpartition('.')[2]}&x",
    "the signature, percent-encoded": lambda signed: f"Cannot verify {quote(signed.rpartition('.')[2], safe='')}",
    "the signature, in lines": lambda signed: "\n".join(signed[at : at + 60] for at in range(0, len(signed), 60)),
    "a very long text around it": lambda signed: f"{'x ' * 300}{signed} {'x ' * 300}",
    "the request": lambda signed: json.dumps({"SignedSystemToken": signed, "ApplicationToken": SECRET}),
}


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("form", ["refusal", "error object", "exception"])
def test_what_the_host_repeats_is_hidden(echo: str, form: str) -> None:
    with ScriptedHost(_refusal("x")) as host, pytest.raises(errors.Unauthorized):
        _sign_in(host)
    signed = _signed(host)
    text = ECHOES[echo](signed)
    answers = {
        "refusal": _refusal(text),
        "error object": answered({"Error": True, "ErrorType": text, "ErrorMessage": text}, 401),
        "exception": answered({"ErrorType": text, "Message": text}, 500),
    }
    told = f"{_failed(answers[form])}"
    for secret in (SECRET, "tX9qR4zW7p", signed.rpartition(".")[2]):
        folded = secret.casefold()
        assert not [at for at in range(len(secret) - 7) if folded[at : at + 8] in told.casefold()]
    if echo == "the secret":
        assert "The application token ******** is wrong" in told


def test_the_name_of_the_application_is_no_secret() -> None:
    assert "The application Stand-in ERP Sync is unknown." in str(_failed(_refusal("The application Stand-in ERP Sync is unknown.")))


NO_JWT = "the JWT of the sign-in host cannot be trusted: it is no JWT."
# By the answer: the kind of the error, and its sentence. None of them asks for the keys.
BAD: dict[str, tuple[Response, type[errors.ErpSyncError], str]] = {
    "a page": (
        answered(body=b"<html>"),
        errors.NotJson,
        "the server answered with a web page instead of JSON. Check online_environment, or login_url. Something in "
        "front of the sign-in host may answer in its place.",
    ),
    "half": (answered(body=b'{"IsSuccessful": tr'), errors.NotJson, "the server's answer is not valid JSON."),
    "nothing": (answered(body=b""), errors.NotJson, "the server answered with nothing."),
    "no content": (answered(status=204, body=b""), errors.NotJson, "the server answered with nothing."),
    "a list": (answered([True]), errors.SignInFailed, "the answer of the sign-in host does not fit: it is no JSON object."),
    "null": (answered(None), errors.SignInFailed, "the answer of the sign-in host does not fit: it is no JSON object."),
    "no member": (
        answered({}),
        errors.SignInFailed,
        "the answer of the sign-in host does not fit: IsSuccessful is neither true nor false.",
    ),
    "a text": (
        answered({"IsSuccessful": "true", "Token": "x"}),
        errors.SignInFailed,
        "the answer of the sign-in host does not fit: IsSuccessful is neither true nor false.",
    ),
    "a number": (
        answered({"IsSuccessful": 1, "Token": "x"}),
        errors.SignInFailed,
        "the answer of the sign-in host does not fit: IsSuccessful is neither true nor false.",
    ),
    "successful and 500": (
        answered({"IsSuccessful": True, "Token": "x"}, 500),
        errors.SignInFailed,
        "the sign-in host answered with an error (500) and gave no reason.",
    ),
    "an error": (
        answered({"Message": "The request is invalid.", "MessageDetail": "A JSON object is expected."}, 400),
        errors.SignInFailed,
        "the sign-in host answered with an error (400): The request is invalid. A JSON object is expected.",
    ),
    "a page with 401": (
        answered(body=b"<html>", status=401),
        errors.Unauthorized,
        f"the sign-in host refuses the system user of {TENANT}. {UNKNOWN}",
    ),
    "a page with 403": (
        answered(body=b"<html>", status=403),
        errors.Unauthorized,
        f"the sign-in host refuses the system user of {TENANT}. {UNKNOWN}",
    ),
    "a page with 402": (
        answered(body=b"<html>", status=402),
        errors.SignInFailed,
        "the sign-in host answered with an error (402) and gave no reason.",
    ),
    "not found": (
        answered(status=404),
        errors.SignInFailed,
        "the sign-in host does not know this address (404). Check online_environment, or login_url.",
    ),
    "a redirection": (
        answered(status=302),
        errors.Redirected,
        "the sign-in host redirects to another address (302). Check online_environment, or login_url.",
    ),
    "throttled": (
        answered(status=429),
        errors.Throttled,
        "the server takes no more calls for now (429). Use rate_limit, or try again later.",
    ),
    "unavailable": (_refusal("x", 503), errors.Unavailable, "the server is not available (503). Try again later. The server says: x"),
    "a proxy": (
        answered(status=407),
        errors.ProxyFailed,
        "a proxy on the way asks for a user name and password of its own (407), and no proxy is set. Set proxy.",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_answers_that_cannot_be_used_name_the_step(what: str) -> None:
    answer, kind, sentence = BAD[what]
    error = _failed(answer)
    assert error.kind == kind.kind
    assert str(error) == f"{STEP}{sentence}"


@pytest.mark.parametrize("token", [None, "", 7, {"a": 1}, "this.is.no-jwt", "<html>"])
def test_tokens_that_are_none(token: Any) -> None:
    error = _failed(_good(token), jwks(published(key())))
    assert error.kind == errors.SignInFailed.kind
    assert str(error).startswith(f"{STEP}{NO_JWT}")


HEADER = "the sign-in host gives a ticket with characters that an HTTP header cannot carry, such as a line break."


@pytest.mark.parametrize(
    "ticket, sentence",
    [
        (None, "the sign-in host accepts the application, but gives no ticket."),
        ("", "the sign-in host accepts the application, but gives no ticket."),
        (["7T:abc"], "the sign-in host accepts the application, but gives no ticket."),
        (7, "the sign-in host accepts the application, but gives no ticket."),
        ("7T:secret\r\nX-Evil: 1", HEADER),
        ("7T:secret\n", HEADER),
        (" 7T:secret", HEADER),
        ("7T:s\u00e9cret", HEADER),
    ],
)
def test_claims_without_a_ticket(ticket: Any, sentence: str) -> None:
    error = _failed(_good(jwt_of(claims(ticket=ticket))), jwks(published(key())))
    assert (type(error), str(error)) == (errors.SignInFailed, f"{STEP}{sentence}")


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"ctx": "Cust99999"}, "it is for another tenant than Cust12345. Check tenant, and for which tenant the token was issued."),
        ({"serial": "1"}, "it is for another application. Check that all options are of the same application."),
        ({"serial": None}, "it is for another application. Check that all options are of the same application."),
        ({"aud": "a client", "serial": "a client"}, "it is for another application. Check that all options are of the same application."),
    ],
)
def test_a_jwt_for_somebody_else(changes: dict[str, Any], sentence: str) -> None:
    error = _failed(_good(jwt_of(claims(**changes))), jwks(published(key())))
    assert str(error) == f"{STEP}the JWT of the sign-in host cannot be trusted: {sentence}"


def test_what_the_connection_says_passes_unchanged() -> None:
    lost = errors.ConnectionLost("signing in (system user): lost")
    with ScriptedHost(lost) as host, pytest.raises(errors.ConnectionLost) as caught:
        _sign_in(host)
    assert caught.value is lost
