# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in as the system user; the JWT is judged by another library than the one that made it."""

from __future__ import annotations

import base64
import time
from email.utils import parsedate_to_datetime
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key
from online_client import CLAIM, PARTNER, TENANT, exchange, exchange_over_soap, minute, sign, sign_with_node, soap_text
from pytest_stand_in import OnlineStandIn


def _verified(online: OnlineStandIn, token: str, leeway: float = 0, **options: Any) -> dict[str, Any]:
    """The claims, by the key that JWKS has for the token; raises jwt.PyJWTError."""
    keys = jwt.PyJWKSet.from_dict(requests.get(f"{online.login_url}/login/.well-known/jwks", timeout=10).json())
    kid = jwt.get_unverified_header(token).get("kid")
    key = next((key for key in keys.keys if key.key_id == kid), None)
    if key is None:
        raise jwt.InvalidKeyError("JWKS has no such key")
    chosen: Any = {"verify_aud": False, **options}
    claims: dict[str, Any] = jwt.decode(token, key, ["RS256"], issuer="SuperOffice AS", options=chosen, leeway=leeway)
    assert claims["aud"] == f"spn:{claims[CLAIM + 'serial']}"
    return claims


def _refused(response: requests.Response, status: int = 200) -> str:
    """The ErrorMessage."""
    assert response.status_code == status
    answer = response.json()
    assert list(answer) == ["IsSuccessful", "Token", "ErrorMessage"]
    assert (answer["IsSuccessful"], answer["Token"]) == (False, None)
    return str(answer["ErrorMessage"])


def test_a_signed_token_becomes_a_ticket(online: OnlineStandIn) -> None:
    answer = exchange(online)
    assert answer.status_code == 200
    assert (answer.json()["IsSuccessful"], answer.json()["ErrorMessage"]) == (True, None)
    claims = _verified(online, answer.json()["Token"])
    url = online.tenant_url()
    assert claims[CLAIM + "ctx"] == TENANT
    assert claims[CLAIM + "webapi_url"] == f"{url}/api/"
    assert claims[CLAIM + "netserver_url"] == f"{url}/Remote/Services88/"
    assert (claims["exp"] - claims["iat"], claims["iat"] - claims["nbf"]) == (300, 60)
    headers = {"Authorization": f"SOTicket {claims[CLAIM + 'ticket']}", "SO-AppToken": online.client_secret}
    principal = requests.get(claims[CLAIM + "webapi_url"] + "v1/User/currentPrincipal", headers=headers, timeout=10)
    assert principal.json()["DatabaseContextIdentifier"] == TENANT
    assert exchange(online, ApplicationToken=None, applicationToken=online.client_secret).json()["IsSuccessful"]
    again = _verified(online, exchange(online).json()["Token"])
    assert again[CLAIM + "ticket"] != claims[CLAIM + "ticket"]


def test_three_implementations_sign_alike(online: OnlineStandIn) -> None:
    """Plain integers, OpenSSL by cryptography, and the vendor's own sample for Node."""
    token, when = online.tenants[TENANT]["system_user_token"], minute()
    assert " " in token
    by_integers = sign(online.private_key, token, when)
    key = load_pem_private_key(online.private_key.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    text = f"{token}.{when}"
    by_cryptography = key.sign(text.encode(), padding.PKCS1v15(), SHA256())
    assert by_integers == f"{text}.{base64.b64encode(by_cryptography).decode()}"
    by_node = sign_with_node(online.private_key, token, when)
    assert by_node in (None, by_integers)
    assert exchange(online, signed=by_node or by_integers).json()["IsSuccessful"]


def test_the_soap_form(online: OnlineStandIn) -> None:
    answer = exchange_over_soap(online)
    assert answer.status_code == 200
    assert (soap_text(answer, "IsSuccessful"), soap_text(answer, "ErrorMessage")) == ("true", None)
    assert _verified(online, soap_text(answer, "Token") or "")[CLAIM + "ctx"] == TENANT
    entry = online.journal()[0]
    assert entry["operation"] == "PartnerSystemUserService.Authenticate"
    assert entry["header_parts"] == ["ApplicationToken", "ContextIdentifier"]
    assert (entry["tenant"], entry["carried_out"], entry["body"]["ReturnTokenType"]) == (TENANT, True, "Jwt")
    refused = exchange_over_soap(online, replace=(online.client_secret, "other"))
    assert (soap_text(refused, "IsSuccessful"), soap_text(refused, "Token")) == ("false", None)
    assert "application token" in (soap_text(refused, "ErrorMessage") or "")


@pytest.mark.parametrize(
    ("part", "instead", "fault"),
    [
        (PARTNER, "http://example.net/", "DeserializationFailed"),
        ("<ns1:ReturnTokenType>Jwt</ns1:ReturnTokenType>", "", "DeserializationFailed"),
        ("AuthenticationRequest", "Request", "DeserializationFailed"),
        ("</ns0:Body>", "", "Client"),
        ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope", "Client"),
        ("<SOAP-ENV:Header>", "<!DOCTYPE x><SOAP-ENV:Header>", "Client"),
    ],
)
def test_envelopes_that_do_not_fit(online: OnlineStandIn, part: str, instead: str, fault: str) -> None:
    answer = exchange_over_soap(online, replace=(part, instead))
    assert answer.status_code in (400, 500)
    assert (soap_text(answer, "faultcode") or "").endswith(f":{fault}")
    assert online.problems()
    assert not online.journal()[0]["carried_out"]


def test_a_header_part_in_another_namespace(online: OnlineStandIn) -> None:
    token = f"<tns:ApplicationToken>{online.client_secret}</tns:ApplicationToken>"
    answer = exchange_over_soap(online, replace=(token, token.replace("tns:", "")))
    assert (soap_text(answer, "faultcode") or "").endswith(":DeserializationFailed")
    (entry,) = online.journal()
    assert entry["header_parts"] == ["ContextIdentifier"] and "ApplicationToken" in entry["problem"]


def test_a_wrong_soap_action_and_a_wrong_media_type(online: OnlineStandIn) -> None:
    assert "ActionNotSupported" in exchange_over_soap(online, SOAPAction="other").text
    assert exchange_over_soap(online, Content_Type="application/json").status_code == 415
    assert requests.get(f"{online.login_url}/login/services/PartnerSystemUserService.svc", timeout=10).status_code == 200


def test_what_is_refused(online: OnlineStandIn) -> None:
    token = online.tenants[TENANT]["system_user_token"]
    good = sign(online.private_key, token)
    cut = good.rpartition(".")[0]
    assert "application token" in _refused(exchange(online, ApplicationToken="other"))
    assert "application token" in _refused(exchange(online, ApplicationToken=None))
    assert "context identifier" in _refused(exchange(online, ContextIdentifier="Cust99999"))
    assert "ReturnTokenType" in _refused(exchange(online, ReturnTokenType="Saml"))
    for wrong in (token, cut, cut + ".AAAA", good + "A", good.replace("-", "_", 1), good.swapcase(), "", "a.b.c"):
        assert "InvalidSignature" in _refused(exchange(online, signed=wrong or " "))
    other = sign(online.private_key, online.tenants["Cust23456"]["system_user_token"])
    assert "system user token" in _refused(exchange(online, signed=other))
    assert "InvalidTimestamp" in _refused(exchange(online, signed=sign(online.private_key, token, "209913319999")))
    online.settings(system_user_refusal_status=401)
    _refused(exchange(online, ApplicationToken="other"), 401)
    address = f"{online.login_url}/login/api/partnersystemuser/authenticate"
    assert requests.post(address, data="[]", timeout=10).status_code == 400
    assert requests.post(address, data="{", timeout=10).status_code == 400


def test_the_time_of_the_signature(online: OnlineStandIn) -> None:
    token = online.tenants[TENANT]["system_user_token"]
    assert "ID4148" in _refused(exchange(online, signed=sign(online.private_key, token, minute(-400))))
    # An hour, so that no slow machine comes near the limits.
    online.settings(signed_time_tolerance=3600)
    for offset, accepted in ((-3000, True), (3000, True), (-4300, False), (4300, False)):
        answer = exchange(online, signed=sign(online.private_key, token, minute(offset)))
        assert answer.json()["IsSuccessful"] is accepted
    online.settings(stale_signature_message="InvalidTimestamp", clock_offset=-3600, signed_time_tolerance=300)
    assert _refused(exchange(online)) == "InvalidTimestamp"
    answer = exchange(online, signed=sign(online.private_key, token, minute(-3600)))
    assert answer.json()["IsSuccessful"]
    with pytest.raises(jwt.ExpiredSignatureError):
        _verified(online, answer.json()["Token"])
    online.settings(signed_time_tolerance=86400)
    assert exchange(online).json()["IsSuccessful"]


def test_a_clock_that_is_ahead(online: OnlineStandIn) -> None:
    online.settings(clock_offset=3600)
    ahead = exchange(online, signed=sign(online.private_key, online.tenants[TENANT]["system_user_token"], minute(3600))).json()["Token"]
    with pytest.raises(jwt.ImmatureSignatureError):
        _verified(online, ahead)
    assert _verified(online, ahead, leeway=3700)[CLAIM + "ctx"] == TENANT


def test_a_revoked_consent(online: OnlineStandIn) -> None:
    online.revoke(TENANT)
    assert "Revoked" in _refused(exchange(online))
    assert exchange(online, tenant="Cust23456").json()["IsSuccessful"]
    granted = online.control("POST", "online/consents", {"tenant": TENANT})
    assert granted["system_user_token"] == online.tenants[TENANT]["system_user_token"]
    assert exchange(online).json()["IsSuccessful"]


def test_a_suspended_tenant(online: OnlineStandIn) -> None:
    online.become(TENANT, "Suspended")
    assert "not available" in _refused(exchange(online))


def test_another_key_and_another_secret(online: OnlineStandIn) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    signed = sign(private, online.tenants[TENANT]["system_user_token"])
    assert "InvalidSignature" in _refused(exchange(online, signed=signed))
    online.change_application(online.client_id, public_key=public, client_secret="new-secret")
    assert exchange(online, signed=signed, ApplicationToken="new-secret").json()["IsSuccessful"]
    assert "application token" in _refused(exchange(online, signed=signed))
    with pytest.raises(RuntimeError, match="400"):
        online.change_application(online.client_id, public_key="no key")


def test_rotated_keys(online: OnlineStandIn) -> None:
    (first,) = online.overview()["keys"]
    old = exchange(online).json()["Token"]
    online.rotate_keys(keep_old=True)
    new = exchange(online).json()["Token"]
    assert _verified(online, old) and _verified(online, new)
    assert jwt.get_unverified_header(new)["kid"] != first
    address = f"{online.login_url}/login/.well-known/jwks"
    assert [key["kid"] for key in requests.get(address, timeout=10).json()["keys"]] == online.overview()["keys"][::-1]
    online.settings(jwks_order="oldest_first")
    assert requests.get(address, timeout=10).json()["keys"][0]["kid"] == first
    online.rotate_keys()
    with pytest.raises(jwt.InvalidKeyError):
        _verified(online, new)
    assert all("d" not in key for key in requests.get(address, timeout=10).json()["keys"])
    online.settings(jwt_key_ids=False)
    assert "kid" not in jwt.get_unverified_header(exchange(online).json()["Token"])
    assert "kid" not in requests.get(address, timeout=10).json()["keys"][0]
    online.reset()
    assert online.overview()["keys"] == [first]


@pytest.mark.parametrize(
    ("flaw", "error"),
    [
        ("signature", jwt.InvalidSignatureError),
        ("unknown_key", jwt.InvalidKeyError),
        ("alg_none", jwt.PyJWTError),
        ("alg_hs256", jwt.InvalidAlgorithmError),
        ("issuer", jwt.InvalidIssuerError),
        ("expired", jwt.ExpiredSignatureError),
        ("not_yet_valid", jwt.ImmatureSignatureError),
        ("not_a_jwt", jwt.DecodeError),
        ("audience", AssertionError),
    ],
)
def test_flawed_tokens(online: OnlineStandIn, flaw: str, error: type[Exception]) -> None:
    online.settings(jwt_flaw=flaw)
    token = exchange(online).json()["Token"]
    with pytest.raises(error):
        _verified(online, token)


def test_flawed_claims(online: OnlineStandIn) -> None:
    online.settings(jwt_flaw="tenant")
    assert _verified(online, exchange(online).json()["Token"])[CLAIM + "ctx"] == "Cust99999"
    online.settings(jwt_flaw="no_credential")
    assert CLAIM + "ticket" not in _verified(online, exchange(online).json()["Token"])
    online.settings(jwt_flaw="nothing", jwt_times="text", jwt_lifetime=60)
    claims = _verified(online, exchange(online).json()["Token"], verify_iat=False)
    assert claims["exp"] - int(claims["iat"]) == 60 and isinstance(claims["iat"], str)


def test_a_fault_before_the_exchange_issues_nothing(online: OnlineStandIn) -> None:
    before = exchange(online).json()["Token"]
    online.fault("POST /login/api/partnersystemuser/authenticate", "cut_off", calls=[1], when="before")
    with pytest.raises(requests.exceptions.RequestException):
        exchange(online).json()
    tickets = [_verified(online, token)[CLAIM + "ticket"] for token in (before, exchange(online).json()["Token"])]
    online.reset()
    assert tickets == [_verified(online, exchange(online).json()["Token"])[CLAIM + "ticket"] for _number in range(2)]


def test_a_fault_of_one_tenant(online: OnlineStandIn) -> None:
    online.fault("POST /Login/api/PartnerSystemUser/Authenticate", "status", status=503, tenant=TENANT)
    assert [exchange(online, tenant=tenant).status_code for tenant in (TENANT, "Cust23456")] == [503, 200]


@pytest.mark.parametrize("kind", ["status", "html", "invalid_json", "error_object", "wrong_type", "deep"])
def test_faults_over_soap_are_xml(online: OnlineStandIn, kind: str) -> None:
    online.fault("POST /login/services/PartnerSystemUserService.svc", kind, calls=[1])
    assert exchange_over_soap(online).content.startswith(b"<")
    assert soap_text(exchange_over_soap(online), "IsSuccessful") == "true"


def test_the_header_date_tells_the_clock_of_the_sign_in_host(online: OnlineStandIn) -> None:
    online.settings(clock_offset=7200)

    def seconds(url: str) -> float:
        return parsedate_to_datetime(requests.get(url, timeout=10).headers["Date"]).timestamp()

    here = time.time()
    assert seconds(f"{online.login_url}/login/.well-known/jwks") - here > 7000
    assert abs(seconds(f"{online.tenant_url()}/api") - here) < 3600
