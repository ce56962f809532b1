# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JWTs that are trusted, and all others. PyJWT makes them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import jwt, rsa_keys
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import (
    CLAIM,
    HOST,
    NOW,
    TENANT,
    ScriptedHost,
    answered,
    claims,
    jwks,
    jwt_of,
    key,
    public_pem,
    published,
)
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

STRANGER = key(3)
MANY = [published(STRANGER, "key 0"), published(key(), "key 1"), published(key(4), "key 2")]


def _known(*keys: dict[str, Any]) -> list[jwt.Key]:
    with ScriptedHost(jwks(*(keys or [published(key())]))) as host:
        return jwt.keys(host.send)


def _verified(token: Any, known: list[jwt.Key] | None = None, now: float = NOW, **changes: Any) -> jwt.Claims:
    expected = {"issuer": HOST, "audience": "spn:12345678", "tenant": TENANT, **changes}
    return jwt.verified(token, _known() if known is None else known, now=lambda: now, **expected)


def _refused(token: Any, known: list[jwt.Key] | None = None, now: float = NOW, **changes: Any) -> str:
    """The end of the message, behind the step."""
    with pytest.raises(errors.SignInFailed) as caught:
        _verified(token, known, now, **changes)
    begin = "signing in: the JWT of the sign-in host cannot be trusted: "
    message = str(caught.value)
    assert message.startswith(begin)
    assert caught.value.__cause__ is None
    if isinstance(token, str):
        assert not [part for part in token.split(".") if len(part) > 8 and part in message]
    return message.removeprefix(begin)


# Trusted


@pytest.mark.parametrize("iss", ["SuperOffice AS", HOST, f"{HOST}/"])
@pytest.mark.parametrize("issuer", [HOST, f"{HOST}/"])
def test_both_documented_issuers(iss: str, issuer: str) -> None:
    assert _verified(jwt_of(claims(iss=iss)), issuer=issuer)[f"{CLAIM}ticket"] == "7T:abc"


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, {}),
        ({"aud": ["other", "spn:12345678"]}, {}),
        ({"aud": "a client"}, {"audience": "a client"}),
        ({"aud": "spn:7", "serial": "7"}, {"audience": lambda found: f"spn:{found[CLAIM + 'serial']}"}),
        ({"ctx": "cUST12345"}, {}),
        ({}, {"tenant": "cust12345"}),
        ({"iat": str(int(NOW))}, {}),
        ({"exp": str(NOW + 300), "nbf": NOW - 0.5}, {}),
        ({"iat": None, "nbf": None}, {}),
        # The tolerance is five minutes.
        ({"exp": NOW - 299}, {}),
        ({"nbf": NOW + 299}, {}),
    ],
)
def test_claims_that_are_as_they_should_be(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    found = claims(**changes)
    assert _verified(jwt_of(found), **expected) == found


@pytest.mark.parametrize("kid", ["key 0", "key 1", "key 9", "", None, 7])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_key_is_found_whatever_the_header_calls_it(kid: Any, place: int) -> None:
    signer = (STRANGER, key(), key(4))[place]
    header = json.dumps({"alg": "RS256", **({} if kid is None else {"kid": kid})})
    token = _by_hand(header, claims(), lambda text: _sign(signer, text))
    assert _verified(token, _known(*MANY))["iss"] == "SuperOffice AS"
    assert _verified(token, _known(*({k: v for k, v in entry.items() if k != "kid"} for entry in MANY)))["iss"] == "SuperOffice AS"


def test_the_named_key_is_tried_first() -> None:
    tried: list[str | None] = []

    class Key:
        def __init__(self, kid: str | None, fits: bool) -> None:
            self.kid = kid
            self.public: Any = self
            self._fits = fits

        def fits(self, signature: bytes, content: bytes) -> bool:
            tried.append(self.kid)
            return self._fits

    known: Any = [Key("a", True), Key(None, True), Key("key 1", False), Key("b", True)]
    _verified(jwt_of(claims()), known)
    assert tried == ["key 1", "a"]


# Not trusted


def _sign(signer: rsa.RSAPrivateKey, text: str) -> bytes:
    return signer.sign(text.encode(), padding.PKCS1v15(), SHA256())


def _word(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _by_hand(header: str, content: Any, sign: Any) -> str:
    text = f"{_word(header.encode())}.{_word(content if isinstance(content, bytes) else json.dumps(content).encode())}"
    return f"{text}.{_word(sign(text))}"


def _honest(header: str, content: Any) -> str:
    return _by_hand(header, content, lambda text: _sign(key(), text))


SIGNATURE = "its signature fits none of the keys that the host publishes. Check online_environment, or login_url."
ALGORITHM = "it is not signed as SuperOffice signs (RS256). Check online_environment, or login_url."
NONE = "it is no JWT. Check online_environment, or login_url."
RS256 = '{"alg":"RS256"}'
GOOD = jwt_of(claims())
PUBLIC_TEXT = public_pem(key()).encode()
OTHER_HOST = "another host issued it. Check online_environment, or login_url."
OTHER_APPLICATION = "it is for another application. Check that all options are of the same application."
OTHER_TENANT = f"it is for another tenant than {TENANT}. Check tenant, and for which tenant the token was issued."
UNTRUSTED = {
    "a stranger's": (jwt_of(claims(), STRANGER), SIGNATURE),
    "another text": (f"{GOOD.split('.')[0]}.{_word(json.dumps(claims(ticket='7T:evil')).encode())}.{GOOD.split('.')[2]}", SIGNATURE),
    "no signature": (f"{GOOD.rpartition('.')[0]}.", SIGNATURE),
    "half a signature": (GOOD[:-20], SIGNATURE),
    "alg none": (_by_hand('{"alg":"none"}', claims(), lambda text: b""), ALGORITHM),
    "alg none, signed": (_honest('{"alg":"none"}', claims()), ALGORITHM),
    "alg None": (_by_hand('{"alg":"None"}', claims(), lambda text: b""), ALGORITHM),
    "no alg": (_honest("{}", claims()), ALGORITHM),
    "alg in a list": (_honest('{"alg":["RS256"]}', claims()), ALGORITHM),
    "alg rs256": (_honest('{"alg":"rs256"}', claims()), ALGORITHM),
    "alg RS512": (_honest('{"alg":"RS512"}', claims()), ALGORITHM),
    "HS256 by the public key": (
        _by_hand('{"alg":"HS256"}', claims(), lambda text: hmac.digest(PUBLIC_TEXT, text.encode(), hashlib.sha256)),
        ALGORITHM,
    ),
    "HS256 by the public key, as RS256": (
        _by_hand(RS256, claims(), lambda text: hmac.digest(PUBLIC_TEXT, text.encode(), hashlib.sha256)),
        SIGNATURE,
    ),
    "something critical": (_honest('{"alg":"RS256","crit":["b64"],"b64":false}', claims()), ALGORITHM),
    "a key that it brings along": (
        _by_hand(json.dumps({"alg": "RS256", "jwk": published(STRANGER)}), claims(), lambda text: _sign(STRANGER, text)),
        SIGNATURE,
    ),
    "two parts": (GOOD.rpartition(".")[0], NONE),
    "five parts": (f"{GOOD}.a.b", NONE),
    "a line break": (GOOD[:50] + "\n" + GOOD[50:], NONE),
    "a line break behind it": (GOOD + "\n", NONE),
    "padding": (GOOD + "==", NONE),
    "standard base64": (GOOD[:-4] + "+/+/", NONE),
    "a letter too many": (f"{GOOD}AAA"[: len(GOOD) + (1 if len(GOOD.rpartition('.')[2]) % 4 == 0 else 3)], None),
    "letters outside ASCII": (GOOD + "\u00e9", NONE),
    "claims outside ASCII": (GOOD.replace(".", ".\u00e9", 1), NONE),
    "a header outside ASCII": (f"\u00e9{GOOD}", NONE),
    "a header that is no JSON": (_honest("RS256", claims()), NONE),
    "a header that is a list": (_honest('["RS256"]', claims()), NONE),
    "a deep header": (_honest("[" * 50_000, claims()), NONE),
    "claims that are no JSON": (_honest(RS256, b"claims"), NONE),
    "claims that are a list": (_honest(RS256, []), NONE),
    "claims that are not UTF-8": (_honest(RS256, b'{"a":"\xff"}'), NONE),
    "nothing": ("", NONE),
    "dots": ("..", NONE),
    "a very long one": (f"{'A' * 200_000}.B.C", NONE),
    "no text": (None, NONE),
    "a number": (7, NONE),
    "an object": ({"token": GOOD}, NONE),
    "another issuer": (jwt_of(claims(iss="https://sign-in.example.net")), OTHER_HOST),
    "an issuer that begins alike": (jwt_of(claims(iss=f"{HOST}.example.net")), OTHER_HOST),
    "no issuer": (jwt_of(claims(iss=None)), OTHER_HOST),
    "an issuer in a list": (_honest(RS256, claims(iss=["SuperOffice AS"])), OTHER_HOST),
    "another audience": (jwt_of(claims(aud="spn:1")), OTHER_APPLICATION),
    "no audience": (jwt_of(claims(aud=None)), OTHER_APPLICATION),
    "an audience that contains it": (jwt_of(claims(aud="spn:123456789")), OTHER_APPLICATION),
    "another tenant": (jwt_of(claims(ctx="Cust99999")), OTHER_TENANT),
    "no tenant": (jwt_of(claims(ctx=None)), OTHER_TENANT),
    "a tenant in a list": (jwt_of(claims(ctx=[TENANT])), OTHER_TENANT),
    "no end": (jwt_of(claims(exp=None)), "it does not say how long it is valid."),
    "an end that is a text": (_honest(RS256, claims(exp="tomorrow")), "its exp is no time."),
    "an end that is true": (_honest(RS256, claims(exp=True)), "its exp is no time."),
    "an endless one": (_honest(RS256, json.dumps(claims(exp=7)).replace('"exp": 7', '"exp": 1e999').encode()), "its exp is no time."),
    "an end beyond numbers": (_honest(RS256, claims(exp=10**400)), "its exp is no time."),
    "a time of issue that is NaN": (_honest(RS256, claims(iat=float("nan"))), "its iat is no time."),
    "a beginning that is a list": (_honest(RS256, claims(nbf=[1])), "its nbf is no time."),
}  # fmt: skip


@pytest.mark.parametrize("what", UNTRUSTED)
def test_what_cannot_be_trusted(what: str) -> None:
    token, sentence = UNTRUSTED[what]
    found = _refused(token)
    assert found == (NONE if sentence is None else sentence)


@pytest.mark.parametrize(
    "now, changes, sentence",
    [
        (NOW + 1200, {}, "it expired 15 minutes ago. This machine's clock is 20 minutes ahead of the sign-in host's."),
        (NOW - 720, {}, "it will be valid in 11 minutes. This machine's clock is 12 minutes behind the sign-in host's."),
        (NOW + 86400 * 3, {}, "it expired 3 days ago. This machine's clock is 3 days ahead of the sign-in host's."),
        (NOW + 10800, {"iat": None}, "it expired 3 hours ago. Check the clock of the machine where the task runs."),
        (NOW, {"nbf": 1e300}, "it will be valid in more than 100 years. Check the clock of the machine where the task runs."),
        (NOW, {"exp": NOW - 301}, "it expired 5 minutes ago. Check the clock of the machine where the task runs."),
        (NOW, {"nbf": NOW + 301}, "it will be valid in 5 minutes. Check the clock of the machine where the task runs."),
    ],
)
def test_clocks_that_differ_are_told_in_words(now: float, changes: dict[str, Any], sentence: str) -> None:
    assert _refused(jwt_of(claims(**changes)), now=now) == sentence


# Keys


def test_keys_are_asked_for_once_and_unsigned() -> None:
    with ScriptedHost(jwks(*MANY)) as host:
        assert [entry.kid for entry in jwt.keys(host.send)] == ["key 0", "key 1", "key 2"]
    (request,) = host.requests
    assert (request.verb, request.path, request.method) == ("GET", "/login/.well-known/jwks", "the keys of the sign-in host")
    assert (request.writes, request.body, dict(request.query)) == (False, None, {})


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        [],
        {},
        {"kty": "EC"},
        published(key(), kty="oct"),
        published(key(), use="enc"),
        published(key(), alg="RS512"),
        published(key(), n=None),
        published(key(), e=None),
        published(key(), n=5),
        published(key(), n="a b"),
        published(key(), n="\u00e9"),
        published(key(), n="A"),
        published(key(), n=""),
        published(key(), n="AQ"),
        published(key(), e="AA"),
        published(key(), e="AQ"),
        published(key(), e="Ag"),
        published(key(), n="A" * 5000),
        published(key(), n="_" * 5000),
        published(key(), e="_" * 5000),
    ],
)
def test_keys_that_are_none_are_passed_over(entry: Any) -> None:
    assert len(_known(entry, published(key()))) == 1
    with ScriptedHost(answered({"keys": [entry]})) as host, pytest.raises(errors.SignInFailed) as caught:
        jwt.keys(host.send)
    assert str(caught.value) == (
        "the keys of the sign-in host: the sign-in host publishes no RSA key (JWKS), so that its answers cannot be verified."
    )


def test_no_more_keys_than_a_host_may_have() -> None:
    """Each one costs time, before and while a signature is checked."""
    assert len(_known(*[published(key())] * 150)) == 100


def test_kids_of_other_types_are_none() -> None:
    assert [entry.kid for entry in _known(published(key(), kid="a"), {**published(key()), "kid": 7})] == ["a", None]


@pytest.mark.parametrize(
    "response, kind, sentence",
    [
        (answered([]), errors.SignInFailed, "the answer of the sign-in host does not fit: it is no JSON object."),
        (
            answered({"keys": {}}),
            errors.SignInFailed,
            "the sign-in host publishes no RSA key (JWKS), so that its answers cannot be verified.",
        ),
        (
            answered(body=b"<html>"),
            errors.NotJson,
            "the server answered with a web page instead of JSON. Check online_environment, or login_url. Something in "
            "front of the sign-in host may answer in its place.",
        ),
        (answered(body=b'{"keys": ['), errors.NotJson, "the server's answer is not valid JSON."),
        (answered(body=b""), errors.NotJson, "the server answered with nothing."),
        (answered(body=b"[" * 100_000), errors.NotJson, "the server's answer is not valid JSON."),
        (
            answered(status=404),
            errors.SignInFailed,
            "the sign-in host does not know this address (404). Check online_environment, or login_url.",
        ),
        (
            answered(status=302),
            errors.Redirected,
            "the sign-in host redirects to another address (302). Check online_environment, or login_url.",
        ),
        (answered(status=304), errors.UnexpectedStatus, "the sign-in host answered with 304. Check online_environment, or login_url."),
        (answered({"Message": "Oops."}, 500), errors.SignInFailed, "the sign-in host answered with an error (500): Oops."),
        (answered(body=b"<html>", status=421), errors.SignInFailed, "the sign-in host answered with an error (421) and gave no reason."),
        (answered(status=503), errors.Unavailable, "the server is not available (503). Try again later."),
    ],
)
def test_keys_that_do_not_come(response: Response, kind: type[errors.ErpSyncError], sentence: str) -> None:
    with ScriptedHost(response) as host, pytest.raises(errors.ErpSyncError) as caught:
        jwt.keys(host.send)
    assert caught.value.kind == kind.kind
    assert str(caught.value) == f"the keys of the sign-in host: {sentence}"


def test_without_cryptography_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsa_keys, "CRYPTOGRAPHY_IMPORT_ERROR", "the traceback")
    with ScriptedHost() as host, pytest.raises(errors.MissingLibrary):
        jwt.keys(host.send)


def test_numbers_of_a_key_are_taken_up_to_a_size() -> None:
    modulus = key().public_key().public_numbers().n
    rsa_keys.public_key(modulus, 2**63 + 1)
    for numbers in ((modulus, 2**64 + 1), (2**16384 + 1, 65537)):
        with pytest.raises(rsa_keys.UnusableKey):
            rsa_keys.public_key(*numbers)
