# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OAuth and OpenID Connect, driven by requests-oauthlib; id_tokens are judged by PyJWT."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
from oauthlib.oauth2 import OAuth2Error
from online_client import CLAIM, REDIRECT, TENANT, Form
from pytest_stand_in import OnlineStandIn
from requests_oauthlib import OAuth2Session

ANYWHERE = "http://127.0.0.1:49152/callback"


@pytest.fixture(autouse=True)
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let oauthlib talk to a server without TLS."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def _metadata(online: OnlineStandIn) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{online.login_url}/login/.well-known/openid-configuration", timeout=10).json()
    return found


class Person:
    """Walks through the sign-in of an application as a browser does."""

    def __init__(self, online: OnlineStandIn, native: bool = False, redirect_uri: str = ANYWHERE) -> None:
        self.online = online
        self.metadata = _metadata(online)
        self.secret = None if native else online.client_secret
        client_id = online.native_client_id if native else online.client_id
        self.session = OAuth2Session(client_id, redirect_uri=redirect_uri, scope=["openid"], pkce="S256" if native else None)

    def open(self, **parameters: str) -> requests.Response:
        """The page at the address that a person is to open."""
        url, self.state = self.session.authorization_url(self.metadata["authorization_endpoint"], **parameters)
        return requests.get(url, allow_redirects=False, timeout=10)

    def accept(self, **chosen: str) -> str:
        """The address to which the browser is sent."""
        answer = Form(self.open(acr_values=f"tenant:{TENANT}", nonce="a-nonce")).send(**chosen)
        assert answer.status_code == 302
        return answer.headers["Location"]

    def fetch(self, address: str, **further: Any) -> dict[str, Any]:
        """Exchange the code of the address for tokens."""
        tokens: dict[str, Any] = self.session.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=address,
            client_secret=self.secret,
            include_client_id=True,
            timeout=10,
            **further,
        )
        return tokens

    def identity(self, id_token: str) -> dict[str, Any]:
        """The verified claims."""
        key = jwt.PyJWKClient(self.metadata["jwks_uri"]).get_signing_key_from_jwt(id_token)
        claims: dict[str, Any] = jwt.decode(
            id_token, key, ["RS256"], issuer=self.metadata["issuer"], audience=self.session.client_id
        )
        return claims


def _post(online: OnlineStandIn, **sent: Any) -> requests.Response:
    body = {name: value for name, value in {"client_id": online.client_id, "client_secret": online.client_secret, **sent}.items() if value}
    return requests.post(f"{online.login_url}/login/common/oauth/tokens", data=body, timeout=10)


def _query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def test_the_metadata(online: OnlineStandIn) -> None:
    metadata = _metadata(online)
    assert metadata["issuer"] == online.login_url
    login = online.login_url + "/login"
    assert metadata["authorization_endpoint"] == login + "/common/oauth/authorize"
    assert metadata["token_endpoint"] == login + "/common/oauth/tokens"
    assert metadata["jwks_uri"] == login + "/.well-known/jwks"
    assert {"client_secret_post", "client_secret_basic"} == set(metadata["token_endpoint_auth_methods_supported"])


@pytest.mark.parametrize("native", [False, True])
def test_from_the_page_to_a_call(online: OnlineStandIn, native: bool) -> None:
    person = Person(online, native)
    address = person.accept()
    assert address.startswith(ANYWHERE + "?")
    tokens = person.fetch(address)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    claims = person.identity(tokens["id_token"])
    assert (claims["nonce"], claims[CLAIM + "ctx"], claims[CLAIM + "is_administrator"]) == ("a-nonce", TENANT, "True")
    assert claims.get(CLAIM + "system_token") == (None if native else online.tenants[TENANT]["system_user_token"])
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    called = requests.get(claims[CLAIM + "webapi_url"] + "v1/User/currentPrincipal", headers=headers, timeout=10)
    assert called.json()["DatabaseContextIdentifier"] == TENANT
    secret = {} if native else {"client_secret": online.client_secret}
    known = tokens["refresh_token"]
    again = person.session.refresh_token(person.metadata["token_endpoint"], client_id=person.session.client_id, timeout=10, **secret)
    # The library itself puts the known refresh token into an answer without one.
    assert again["access_token"] != tokens["access_token"] and again["refresh_token"] == known
    assert person.identity(again["id_token"])[CLAIM + "ctx"] == TENANT
    entries = [entry for entry in online.journal() if "oauth" in entry["path"]]
    assert [entry["query"].get("state") for entry in entries][1:] == [None] * 3
    assert [entry["tenant"] for entry in entries] == [None, None, TENANT, TENANT]


def test_a_refresh_brings_no_refresh_token(online: OnlineStandIn) -> None:
    token = online.tenants[TENANT]["refresh_token"]
    for _number in range(2):
        answer = _post(online, grant_type="refresh_token", refresh_token=token)
        assert list(answer.json()) == ["token_type", "access_token", "expires_in", "id_token"]
        assert answer.headers["Cache-Control"] == "no-store"
    online.settings(refresh_token_again=True, token_lifetime=20)
    answer = _post(online, grant_type="refresh_token", refresh_token=token)
    assert (answer.json()["refresh_token"], answer.json()["expires_in"]) == (token, 20)
    native = {"client_id": online.native_client_id, "client_secret": None, "refresh_token": online.tenants[TENANT]["native_refresh_token"]}
    assert _post(online, grant_type="refresh_token", **native).status_code == 200


def test_the_page(online: OnlineStandIn) -> None:
    online.change_application(online.client_id, name='<b>"App" & Co</b>')
    page = Person(online).open()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<b>" not in page.text and "&lt;b&gt;" in page.text
    form = Form(page)
    assert form.choices == {"tenant": ["Cust12345", "Cust23456", "Cust34567"], "user": ["administrator", "user"]}
    online.become("Cust23456", "Suspended")
    assert Form(Person(online).open()).choices["tenant"] == ["Cust12345", "Cust34567"]
    person = Person(online)
    address = Form(person.open()).send(tenant="Cust34567").headers["Location"]
    claims = person.identity(person.fetch(address)["id_token"])
    assert claims[CLAIM + "ctx"] == "Cust34567"
    assert form.send().status_code == 302
    assert form.send().status_code == 400


def test_a_tenant_that_was_asked_for(online: OnlineStandIn) -> None:
    person = Person(online)
    form = Form(person.open(acr_values="tenant:Cust23456"))
    assert form.choices["tenant"] == ["Cust23456"]
    # What the form sends does not change what was asked for.
    address = form.send(tenant="Cust34567").headers["Location"]
    assert person.identity(person.fetch(address)["id_token"])[CLAIM + "ctx"] == "Cust23456"
    person.metadata["authorization_endpoint"] = f"{online.login_url}/login/cust34567/oauth/authorize"
    assert Form(person.open()).choices["tenant"] == ["Cust34567"]
    for wrong in ("tenant:Cust99999", "tenant:Cust12345"):
        assert person.open(acr_values=wrong).status_code == 400
    online.become(TENANT, "Suspended")
    assert Person(online).open(acr_values=f"tenant:{TENANT}").status_code == 400


def test_denied(online: OnlineStandIn) -> None:
    person = Person(online)
    address = Form(person.open()).send(decision="refuse").headers["Location"]
    assert (_query(address)["error"], _query(address)["state"]) == ("access_denied", person.state)
    with pytest.raises(OAuth2Error, match="denied"):
        person.fetch(address)


def test_only_an_administrator_consents(online: OnlineStandIn) -> None:
    person = Person(online)
    tokens = person.fetch(person.accept(user="user"))
    claims = person.identity(tokens["id_token"])
    assert (claims[CLAIM + "is_administrator"], claims[CLAIM + "associateid"]) == ("False", "5")
    assert CLAIM + "system_token" not in claims
    online.settings(system_token_claim="everyone")
    person = Person(online)
    assert CLAIM + "system_token" in person.identity(person.fetch(person.accept(user="user"))["id_token"])
    online.revoke(TENANT)
    refused = Form(Person(online).open(acr_values=f"tenant:{TENANT}")).send(user="user")
    assert (refused.status_code, "administrator" in refused.text) == (400, True)
    token = online.tenants[TENANT]["refresh_token"]
    revoked = _post(online, grant_type="refresh_token", refresh_token=token)
    assert (revoked.status_code, revoked.json()["error"]) == (400, "invalid_grant")
    assert "Revoked" in revoked.json()["error_description"]
    person = Person(online)
    assert person.fetch(person.accept())["access_token"]


@pytest.mark.parametrize(
    ("uri", "status"),
    [
        (REDIRECT, 200),
        ("http://[::1]:8765/callback", 200),
        ("http://127.0.0.1:1234/", 200),
        ("http://127.0.0.1:1234/other", 400),
        ("http://127.0.0.1/callback", 400),
        ("http://127.0.0.1:99999/callback", 400),
        ("http://localhost:8765/callback", 400),
        ("http://127.0.0.1.example.net:8765/callback", 400),
        ("http://user@127.0.0.1:8765/callback", 400),
        ("https://127.0.0.1:8765/callback", 400),
        ("javascript:alert(1)", 400),
    ],
)
def test_redirect_uris(online: OnlineStandIn, uri: str, status: int) -> None:
    answer = Person(online, redirect_uri=uri).open()
    assert answer.status_code == status
    online.settings(redirect_ports="registered")
    assert Person(online, redirect_uri=uri).open().status_code == (200 if ":8765/" in uri and status == 200 else 400)
    online.change_application(online.client_id, redirect_uris=["https://app.example.com/back?x=1"])
    assert Person(online, redirect_uri=uri).open().status_code == 400
    address = Person(online, redirect_uri="https://app.example.com/back?x=1").accept()
    assert set(_query(address)) == {"x", "code", "state"}


def test_only_loopback_addresses_may_have_another_port(online: OnlineStandIn) -> None:
    online.change_application(online.client_id, redirect_uris=["http://app.example.com:8080/back"])
    assert Person(online, redirect_uri="http://app.example.com:8080/back").open().status_code == 200
    assert Person(online, redirect_uri="http://app.example.com:8081/back").open().status_code == 400


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": "x" * 43, "code_challenge_method": "S512"}, "invalid_request"),
    ],
)
def test_requests_that_the_redirect_uri_is_told_of(online: OnlineStandIn, parameters: dict[str, str], error: str) -> None:
    usual = {"response_type": "code", "scope": "openid", "client_id": online.client_id, "redirect_uri": REDIRECT, "state": "s"}
    address = f"{online.login_url}/login/common/oauth/authorize"
    told = requests.get(address, params={**usual, **parameters}, allow_redirects=False, timeout=10)
    assert told.status_code == 302
    assert (_query(told.headers["Location"])["error"], _query(told.headers["Location"])["state"]) == (error, "s")
    native = requests.get(address, params={**usual, "client_id": online.native_client_id}, allow_redirects=False, timeout=10)
    assert "code_challenge" in native.headers["Location"]
    assert requests.get(address, params={**usual, "client_id": "other"}, allow_redirects=False, timeout=10).status_code == 400
    twice = requests.get(address, params=[*usual.items(), ("state", "t")], allow_redirects=False, timeout=10)
    assert "twice" in twice.text
    assert requests.post(address, data={"request": "other"}, timeout=10).status_code == 400


def test_codes_that_are_used_expired_or_not_one(online: OnlineStandIn) -> None:
    person = Person(online)
    address = person.accept()
    code = {"grant_type": "authorization_code", "code": _query(address)["code"], "redirect_uri": ANYWHERE}
    for changed in ({"redirect_uri": REDIRECT}, {"code": "other"}, {"code": None}, {"code_verifier": "x" * 43}):
        refused = _post(online, **{**code, **changed})
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    native = _post(online, **code, client_id=online.native_client_id, client_secret=None)
    assert "not one of this application" in native.json()["error_description"]
    online.settings(code_lifetime=0)
    assert "expired" in _post(online, **code).json()["error_description"]
    online.settings(code_lifetime=600)
    assert person.fetch(address)["access_token"]
    assert "used before" in _post(online, **code).json()["error_description"]
    assert online.journal()[-1]["tenant"] == TENANT


def test_a_fault_before_the_tokens_leaves_the_code_unused(online: OnlineStandIn) -> None:
    person = Person(online)
    address = person.accept()
    code = {"grant_type": "authorization_code", "code": _query(address)["code"], "redirect_uri": ANYWHERE}
    for when, status in (("before", 200), ("after", 400)):
        online.fault("POST /login/common/oauth/tokens", "bom", calls=[1], when=when)
        assert b"access_token" in _post(online, **code).content
        online.clear_faults()
        answer = _post(online, **code)
        assert answer.status_code == status
        code["code"] = _query(Person(online).accept())["code"]


def test_pkce(online: OnlineStandIn) -> None:
    address = Person(online, native=True).accept()
    code = {"grant_type": "authorization_code", "code": _query(address)["code"], "redirect_uri": ANYWHERE}
    native = {"client_id": online.native_client_id, "client_secret": None}
    for verifier in (None, "x" * 43):
        assert "code_verifier" in _post(online, **code, **native, code_verifier=verifier).json()["error_description"]
    # The sample of RFC 7636, appendix B.
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    for method, sent in (("S256", challenge), ("plain", verifier)):
        page = Person(online).open(code_challenge=sent, code_challenge_method=method)
        code["code"] = _query(Form(page).send().headers["Location"])["code"]
        assert _post(online, **code, code_verifier=verifier).status_code == 200


def test_who_asks_for_tokens(online: OnlineStandIn) -> None:
    refresh = {"grant_type": "refresh_token", "refresh_token": online.tenants[TENANT]["refresh_token"]}
    for wrong in ({"client_secret": "other"}, {"client_secret": None}, {"client_id": "other"}, {"client_id": None}):
        refused = _post(online, **{**refresh, **wrong})
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    native = _post(online, **{**refresh, "client_id": online.native_client_id})
    assert native.json()["error"] == "invalid_client"
    of_other = _post(online, **{**refresh, "client_id": online.native_client_id, "client_secret": None})
    assert of_other.json()["error"] == "invalid_grant"
    address = f"{online.login_url}/login/common/oauth/tokens"
    basic = requests.post(address, data=refresh, auth=(online.client_id, online.client_secret), timeout=10)
    assert basic.status_code == 200
    assert requests.post(address, data=refresh, auth=(online.client_id, "other"), timeout=10).status_code == 401
    broken = requests.post(address, data=refresh, headers={"Authorization": "Basic !"}, timeout=10)
    assert (broken.status_code, broken.headers["WWW-Authenticate"]) == (401, 'Basic realm="SuperOffice"')
    other = base64.b64encode(f"{online.client_id}:{online.client_secret}".encode()).decode()
    both = requests.post(address, data={**refresh, "client_id": "x"}, headers={"Authorization": f"Basic {other}"}, timeout=10)
    assert both.status_code == 401
    twice = {**refresh, "client_secret": online.client_secret}
    assert requests.post(address, data=twice, headers={"Authorization": f"Basic {other}"}, timeout=10).json()["error"] == "invalid_request"
    for grant_type, error in (("password", "unsupported_grant_type"), (None, "invalid_request")):
        assert _post(online, grant_type=grant_type).json()["error"] == error
    assert _post(online, grant_type="refresh_token", refresh_token="other").json()["error"] == "invalid_grant"


def test_where_parameters_stand(online: OnlineStandIn) -> None:
    sent = {
        "grant_type": "refresh_token",
        "client_id": online.client_id,
        "client_secret": online.client_secret,
        "refresh_token": online.tenants[TENANT]["refresh_token"],
    }
    address = f"{online.login_url}/login/common/oauth/tokens"
    assert requests.post(address, params=sent, timeout=10).json()["error"] == "invalid_request"
    assert requests.post(address, json=sent, timeout=10).json()["error"] == "invalid_request"
    assert requests.post(address, data=[*sent.items(), ("client_id", "x")], timeout=10).json()["error"] == "invalid_request"
    assert requests.get(address, timeout=10).status_code == 405
    online.settings(token_parameters="body_or_query")
    assert requests.post(address, params=sent, timeout=10).status_code == 200


@pytest.mark.parametrize(("how", "text"), [("error_object", '"ErrorType":"SoSessionException"'), ("html", "<html>")])
def test_other_refusals(online: OnlineStandIn, how: str, text: str) -> None:
    online.settings(oauth_error_answer=how)
    refused = _post(online, grant_type="refresh_token", refresh_token="other")
    assert (refused.status_code, text in refused.text) == (400, True)


def test_a_wrong_nonce(online: OnlineStandIn) -> None:
    online.settings(jwt_flaw="nonce")
    person = Person(online)
    assert person.identity(person.fetch(person.accept())["id_token"])["nonce"] == "another-nonce"
    online.settings(jwt_flaw="audience")
    person = Person(online)
    token = person.fetch(person.accept())["id_token"]
    with pytest.raises(jwt.InvalidAudienceError):
        person.identity(token)


def test_a_suspended_tenant_gives_no_tokens(online: OnlineStandIn) -> None:
    online.become(TENANT, "OfflineMaintenance")
    refused = _post(online, grant_type="refresh_token", refresh_token=online.tenants[TENANT]["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
