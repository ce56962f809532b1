# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the sign-in host answers, and whatever stands in an option: one error of ours, and never a secret in it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import (
    jwt,
    private_key,
    signed_token,
    system_user,
    tokens,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import (
    CLAIM,
    HOST,
    NOW,
    TENANT,
    claims,
    key,
    pem,
    published,
    xml,
)
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

SIGNING = key(5)
KEY = private_key.read(pem(SIGNING))
# Letters that no message has, so that a part of a secret is found wherever it is.
SECRETS = {
    "client_secret": "QZXJ-7K4W-VQZX",
    "system_user_token": "App-ZQJX8W7KQV",
    "refresh_token": "KQZV_4JXW_ZZQK",
    "code": "XQJZ5KWV-QJXZ7",
    "verifier": "WVKQ~ZXJQ~" * 5,
}
_SIGNED = signed_token.sign(SECRETS["system_user_token"], KEY, NOW).rpartition(".")[2]
_SHORT = 8


def _told(error: errors.ErpSyncError) -> str:
    return f"{error} {error.code} {error.failure()} {error.details}"


def _parts(secret: str) -> set[str]:
    return {secret[at : at + _SHORT] for at in range(len(secret) - _SHORT + 1)}


_TELLING = set().union(*(_parts(secret) for secret in (*SECRETS.values(), _SIGNED)))


def _check(error: errors.ErpSyncError) -> None:
    told = _told(error)
    assert not [at for at in range(len(told) - _SHORT + 1) if told[at : at + _SHORT] in _TELLING]
    assert "\n" not in error.message
    assert len(error.message) < 2500
    assert error.__cause__ is None


# What hosts may answer: texts that repeat what was sent, and all types where others belong.

names = st.sampled_from(
    [
        "IsSuccessful", "Token", "ErrorMessage", "isSuccessful", "token", "error", "error_description", "access_token", "refresh_token",
        "id_token", "expires_in", "token_type", "Message", "MessageDetail", "ErrorType", "keys", "kty", "n", "e", "kid", "use", "alg",
    ]
) | st.text(max_size=5)  # fmt: skip
echoes = st.builds(
    lambda before, secret, begin, size, after: f"{before}{secret[begin : begin + size]}{after}",
    st.text(max_size=12) | st.just("x" * 495),
    st.sampled_from([*SECRETS.values(), _SIGNED]),
    st.integers(0, 5),
    st.integers(6, 400),
    st.text(max_size=12),
)
known = st.sampled_from(["RSA", "RS256", "sig", "Bearer", "invalid_grant", "7T:x", "\ud800", "a\r\nb", "AQAB"])
texts = echoes | st.text(max_size=30) | known
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5), max_leaves=12)
bodies = (
    values.map(lambda value: json.dumps(value).encode())
    | st.binary(max_size=60)
    | texts.map(lambda text: text.encode("utf-8", "replace"))
    | st.builds(lambda value, cut: json.dumps(value).encode()[:-cut], values, st.integers(1, 3))
)
statuses = st.sampled_from([200, 201, 204, 302, 304, 400, 401, 403, 404, 407, 421, 429, 500, 501, 503])
headers = st.dictionaries(st.sampled_from(["date", "retry-after", "content-type"]), st.text(max_size=30), max_size=3)
responses = st.builds(lambda status, body, found: Response(status, found, body, 1), st.just(200) | statuses, bodies, headers)

ATTEMPTS: dict[str, Callable[[Any], Any]] = {
    "system user": lambda send: system_user.sign_in(
        send,
        tenant=TENANT,
        client_secret=SECRETS["client_secret"],
        system_user_token=SECRETS["system_user_token"],
        key=KEY,
        issuer=HOST,
        now=lambda: NOW,
    ),
    "refresh token": lambda send: tokens.refresh(
        send, client_id="c", client_secret=SECRETS["client_secret"], refresh_token=SECRETS["refresh_token"], tenant=TENANT
    ),
    "code": lambda send: tokens.exchange_code(
        send,
        client_id="c",
        client_secret=SECRETS["client_secret"],
        code=SECRETS["code"],
        redirect_uri="http://127.0.0.1/",
        verifier=SECRETS["verifier"],
    ),
    "keys": jwt.keys,
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
@given(first=responses, second=responses)
def test_answers_of_any_kind(attempt: str, first: Response, second: Response) -> None:
    answers = iter([first, second])
    try:
        found = ATTEMPTS[attempt](lambda request: next(answers))
    except errors.ErpSyncError as error:
        _check(error)
    else:
        # Only an answer that fits is taken.
        assert first.status in (200, 201)
        assert found


@pytest.mark.parametrize("attempt", ["system user", "refresh token", "code"])
@given(member=names, value=values, status=statuses)
def test_a_good_answer_with_one_odd_member(attempt: str, member: str, value: Any, status: int) -> None:
    good = {"IsSuccessful": False, "access_token": "8A:x", "refresh_token": "r", "id_token": "i", "expires_in": 60}
    body = json.dumps({**good, member: value}).encode()
    try:
        ATTEMPTS[attempt](lambda request: Response(status, {}, body, 1))
    except errors.ErpSyncError as error:
        _check(error)
        assert not error.uncertain or status >= 300 or error.kind == "not_json"


# JWTs


def _word(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _jwt(header: Any, content: Any) -> str:
    text = f"{_word(json.dumps(header).encode())}.{_word(json.dumps(content).encode())}"
    return f"{text}.{_word(SIGNING.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def _keys() -> list[jwt.Key]:
    return jwt.keys(lambda request: Response(200, {}, json.dumps({"keys": [published(SIGNING)]}).encode(), 1))


KEYS = _keys()


def _verified(token: Any) -> jwt.Claims:
    return jwt.verified(token, KEYS, issuer=HOST, audience="spn:12345678", tenant=TENANT, now=lambda: NOW)


@given(token=st.text(max_size=40) | st.text(alphabet="Aa0-_.=", max_size=40) | values)
def test_texts_that_are_no_jwt(token: Any) -> None:
    with pytest.raises(errors.SignInFailed) as caught:
        _verified(token)
    _check(caught.value)


odd_claims = st.dictionaries(
    st.sampled_from(["iss", "aud", "iat", "nbf", "exp", *(CLAIM + name for name in ("ctx", "serial", "ticket"))]), values, max_size=3
)


@given(header=st.just({"alg": "RS256"}) | values, changes=odd_claims)
def test_signed_jwts_with_odd_members(header: Any, changes: dict[str, Any]) -> None:
    token = _jwt(header, {**claims(), **changes})
    try:
        found = _verified(token)
    except errors.SignInFailed as error:
        _check(error)
    else:
        assert isinstance(header, dict)
        assert header["alg"] == "RS256"
        assert found[f"{CLAIM}ctx"].casefold() == TENANT.casefold()
    answers = iter([{"IsSuccessful": True, "Token": token}, {"keys": [published(SIGNING)]}])
    try:
        issued = ATTEMPTS["system user"](lambda request: Response(200, {}, json.dumps(next(answers)).encode(), 1))
    except errors.SignInFailed as error:
        _check(error)
    else:
        assert issued.value.isprintable()
        assert issued.value.isascii()


@given(place=st.integers(0, 10_000), letter=st.sampled_from("AZaz09-_.=\n \u00e9"))
def test_one_changed_letter_is_never_trusted(place: int, letter: str) -> None:
    good = _jwt({"alg": "RS256"}, claims())
    place %= good.rindex(".")
    changed = good[:place] + letter + good[place + 1 :]
    if changed != good:
        with pytest.raises(errors.SignInFailed) as caught:
            _verified(changed)
        _check(caught.value)


odd_keys = st.builds(lambda changes: {**published(SIGNING), **changes}, st.dictionaries(names, values, max_size=2))


@given(entries=st.lists(values | odd_keys, max_size=3))
def test_published_keys_of_any_kind(entries: list[Any]) -> None:
    body = json.dumps({"keys": entries}).encode()
    try:
        found = jwt.keys(lambda request: Response(200, {}, body, 1))
    except errors.ErpSyncError as error:
        _check(error)
    else:
        assert all(isinstance(entry, jwt.Key) for entry in found)


# Private keys

PEM, XML = pem(SIGNING), xml(SIGNING)
DER = SIGNING.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
_LINES = [*PEM.splitlines()[1:-1], *XML.replace(">", "\n").replace("<", "\n").split()]
# Names of members are letters only.
OF_KEY = {part for line in _LINES for at in range(len(line) - 11) if not (part := line[at : at + 12]).isalpha()}
instead_of = st.text(max_size=3) | st.sampled_from("<>&-= \n\\\ufeff")
changes = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 40), instead_of), min_size=1, max_size=4)


def _read(text: str) -> None:
    try:
        found = private_key.read(text)
    except errors.BadInput as error:
        message = str(error)
        assert error.__cause__ is None
        assert message.startswith("private_key ")
        assert not [at for at in range(len(message) - 11) if message[at : at + 12] in OF_KEY]
    else:
        assert len(found.sign(b"text")) >= 64


@given(text=st.text(max_size=200))
def test_texts_that_are_no_key(text: str) -> None:
    with pytest.raises(errors.BadInput):
        private_key.read(text)


@pytest.mark.parametrize("whole", [PEM, XML, pem(SIGNING, PrivateFormat.TraditionalOpenSSL)])
@given(changed=changes)
def test_keys_that_somebody_damaged(whole: str, changed: list[tuple[int, int, str]]) -> None:
    text = whole
    for place, size, instead in changed:
        place %= len(text) + 1
        text = text[:place] + instead + text[place + size :]
    _read(text)


@given(changed=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4), cut=st.integers(0, 5))
def test_der_with_other_bytes(changed: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(DER)
    for place, value in changed:
        content[place % len(content)] = value
    body = base64.encodebytes(bytes(content[: len(content) - cut])).decode()
    for label in ("PRIVATE KEY", "RSA PRIVATE KEY"):
        _read(f"-----BEGIN {label}-----\n{body}-----END {label}-----")


members = st.dictionaries(
    st.sampled_from(["Modulus", "Exponent", "P", "Q", "DP", "DQ", "InverseQ", "D"]),
    st.binary(max_size=300).map(lambda content: base64.b64encode(content).decode()) | st.text(alphabet="Ab/+= \n", max_size=10),
    min_size=1,
    max_size=8,
)


@given(instead=members)
def test_xml_with_other_numbers(instead: dict[str, str]) -> None:
    text = XML
    for name, value in instead.items():
        begin, end = text.index(f"<{name}>"), text.index(f"</{name}>")
        text = f"{text[: begin + len(name) + 2]}{value}{text[end:]}"
    _read(text)


def test_nothing_is_sent_for_a_bad_token() -> None:
    def send(request: Request) -> Response:
        pytest.fail(f"{request.verb} {request.path}")

    with pytest.raises(errors.BadInput):
        system_user.sign_in(
            send, tenant=TENANT, client_secret="s", system_user_token="a\nb", key=KEY, issuer=HOST, now=lambda: NOW
        )
