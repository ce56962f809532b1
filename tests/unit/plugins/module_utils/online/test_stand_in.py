# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in at the stand-in, judged by clients that share no code with the collection."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt as pyjwt
import pytest
import requests
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import Fresh
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import jwt, private_key, system_user, tokens
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import CLAIM, TENANT, key, pem
from online_client import Form
from pytest_stand_in import OnlineStandIn
from requests_oauthlib import OAuth2Session

REDIRECT = "http://127.0.0.1:8765/callback"
WEBAPI = Path(__file__).resolve().parents[5] / ".build" / "npm" / "node_modules" / "@superoffice" / "webapi"
# With a ticket or an access token, reads connectors and the engine, and stops it.
_NODE = """
const { WebApi } = require(process.argv[1]);
const [url, kind, value, secret] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
(async () => {
  const api = new WebApi(url);
  if (kind === 'ticket') { api.authenticateWithTicket(value); } else { api.authenticateWithToken(value); }
  api.applicationToken(secret);
  const agent = api.getErpSyncAgent();
  const read = [await agent.getAllConnectorsAsync(), await agent.getEngineStatusAsync()];
  await agent.changeEngineStatusAsync(false);
  process.stdout.write(JSON.stringify(read));
})().catch(error => { console.error(error.message); process.exit(1); });
"""


class Client:
    """Signs in at a stand-in by the functions of the collection."""

    def __init__(self, online: OnlineStandIn, session: Session) -> None:
        self.online = online
        self.send = session.send

    def system_user(self, tenant: str = TENANT, **changes: Any) -> Fresh:
        given: dict[str, Any] = {
            "tenant": tenant,
            "client_secret": self.online.client_secret,
            "system_user_token": self.online.tenants[tenant]["system_user_token"],
            "key": private_key.read(self.online.private_key),
            "issuer": self.online.login_url,
            "now": time.time,
        }
        return system_user.sign_in(self.send, **{**given, **changes})

    def refresh(self, tenant: str = TENANT, **changes: Any) -> Fresh:
        given: dict[str, Any] = {
            "client_id": self.online.client_id,
            "client_secret": self.online.client_secret,
            "refresh_token": self.online.tenants[tenant]["refresh_token"],
            "tenant": tenant,
        }
        return tokens.refresh(self.send, **{**given, **changes})

    def answer(self, issued: Fresh, tenant: str = TENANT) -> int:
        """The status of a call with what was issued."""
        scheme = "SOTicket" if issued.value.startswith("7T:") else "Bearer"
        headers = {"Authorization": f"{scheme} {issued.value}", "SO-AppToken": self.online.client_secret}
        url = f"{self.online.tenant_url(tenant)}/api/v1/Agents/ErpSync/GetAllConnectors"
        return requests.post(url, headers=headers, timeout=20).status_code


@pytest.fixture(autouse=True)
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let oauthlib talk to a server without TLS."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def client(online: OnlineStandIn) -> Iterator[Client]:
    with Session(Settings(url=online.login_url, headers={}, retries=0)) as session:
        yield Client(online, session)


def _person(online: OnlineStandIn, native: bool, **parameters: str) -> tuple[OAuth2Session, str]:
    """A browser's way through the page; the known client library, and the code at the end."""
    client_id = online.native_client_id if native else online.client_id
    oauth = OAuth2Session(client_id, redirect_uri=REDIRECT, scope=["openid"], pkce="S256")
    url, _state = oauth.authorization_url(f"{online.login_url}/login/common/oauth/authorize", acr_values=f"tenant:{TENANT}", **parameters)
    answer = Form(requests.get(url, allow_redirects=False, timeout=20)).send()
    return oauth, parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def test_a_system_user_signs_in_with_two_requests(client: Client) -> None:
    for tenant in client.online.tenants:
        client.online.clear_journal()
        issued = client.system_user(tenant)
        assert [(entry["path"], entry["headers"].get("authorization")) for entry in client.online.journal()] == [
            ("/Login/api/PartnerSystemUser/Authenticate", None),
            ("/login/.well-known/jwks", None),
        ]
        assert client.answer(issued, tenant) == 200


@pytest.mark.parametrize("native", [False, True])
def test_a_refresh_token_of_the_known_client_library(client: Client, native: bool) -> None:
    """The library gets the refresh token, the collection uses it; and the other way round."""
    online = client.online
    url, secret = f"{online.login_url}/login/common/oauth/tokens", None if native else online.client_secret
    client_id = online.native_client_id if native else online.client_id
    oauth, code = _person(online, native)
    theirs = oauth.fetch_token(url, code=code, client_secret=secret, include_client_id=True, timeout=20)
    by_theirs = client.refresh(client_id=client_id, client_secret=secret, refresh_token=theirs["refresh_token"])
    assert (by_theirs.lasts, client.answer(by_theirs)) == (3540.0, 200)

    oauth, code = _person(online, native, nonce="n-1")
    verifier = oauth._code_verifier
    ours = tokens.exchange_code(client.send, client_id=client_id, client_secret=secret, code=code, redirect_uri=REDIRECT, verifier=verifier)
    extra = {"client_id": client_id, **({} if secret is None else {"client_secret": secret})}
    by_ours = oauth.refresh_token(url, refresh_token=ours.refresh_token, timeout=20, **extra)
    assert client.answer(Fresh(by_ours["access_token"], None)) == 200
    claims = jwt.verified(ours.id_token, jwt.keys(client.send), issuer=online.login_url, audience=client_id, tenant=TENANT, now=time.time)
    trusted = pyjwt.PyJWKClient(f"{online.login_url}/login/.well-known/jwks").get_signing_key_from_jwt(ours.id_token)
    assert claims == pyjwt.decode(ours.id_token, trusted, ["RS256"], issuer=online.login_url, audience=client_id)
    assert claims["nonce"] == "n-1"


FLAWS = {
    "signature": "its signature fits none of the keys that the host publishes.",
    "unknown_key": "its signature fits none of the keys that the host publishes.",
    "alg_none": "it is not signed as SuperOffice signs (RS256).",
    "alg_hs256": "it is not signed as SuperOffice signs (RS256).",
    "issuer": "another host issued it.",
    "audience": "it is for another application.",
    "tenant": f"it is for another tenant than {TENANT}.",
    "expired": "it expired 24 hours ago. This machine's clock is 24 hours ahead of the sign-in host's.",
    "not_yet_valid": "it will be valid in 24 hours. This machine's clock is 24 hours behind the sign-in host's.",
    "not_a_jwt": "it is no JWT.",
}


@pytest.mark.parametrize("flaw", [*FLAWS, "nonce", "no_credential", "nothing"])
def test_each_flaw_of_a_jwt(client: Client, flaw: str) -> None:
    """Of both kinds of JWT. A system user's has no nonce, an id_token of an ordinary user no credential."""
    online = client.online
    online.settings(jwt_flaw=flaw)
    oauth, code = _person(online, native=False)
    id_token = tokens.exchange_code(
        client.send,
        client_id=online.client_id,
        client_secret=online.client_secret,
        code=code,
        redirect_uri=REDIRECT,
        verifier=oauth._code_verifier,
    ).id_token
    known = jwt.keys(client.send)

    def verified() -> jwt.Claims:
        return jwt.verified(id_token, known, issuer=online.login_url, audience=online.client_id, tenant=TENANT, now=time.time)

    if flaw not in FLAWS:
        assert verified()[f"{CLAIM}ctx"] == TENANT
        if flaw == "no_credential":
            with pytest.raises(errors.SignInFailed, match="accepts the application, but gives no ticket"):
                client.system_user()
        else:
            assert client.answer(client.system_user()) == 200
        return
    for attempt in (verified, client.system_user):
        with pytest.raises(errors.SignInFailed) as caught:
            attempt()
        assert f"the JWT of the sign-in host cannot be trusted: {FLAWS[flaw]}" in str(caught.value)


@pytest.mark.parametrize(
    "settings", [{}, {"jwt_key_ids": False}, {"jwks_order": "oldest_first"}, {"jwt_times": "text"}, {"key_case": "camel"}]
)
def test_keys_that_rotate(client: Client, settings: dict[str, Any]) -> None:
    client.online.settings(**settings)
    for keep_old in (True, True, False):
        client.online.rotate_keys(keep_old)
        assert client.answer(client.system_user()) == 200


@pytest.mark.parametrize("message", ["ID4148: The token has expired.", "InvalidTimestamp"])
@pytest.mark.parametrize("offset, told", [(720, "12 minutes behind"), (-7200, "2 hours ahead of")])
def test_a_time_that_is_refused(client: Client, message: str, offset: int, told: str) -> None:
    client.online.settings(clock_offset=offset, stale_signature_message=message)
    with pytest.raises(errors.Unauthorized) as caught:
        client.system_user()
    assert f"Check the clock of the machine where the task runs. This machine's clock is {told} the sign-in host's." in str(caught.value)


def test_a_jwt_by_a_clock_that_is_ahead(client: Client) -> None:
    client.online.settings(clock_offset=720, signed_time_tolerance=3600)
    with pytest.raises(errors.SignInFailed, match="it will be valid in 11 minutes. This machine's clock is 12 minutes behind the sign-in"):
        client.system_user()


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
def test_refusals_of_a_system_user(client: Client, status: int) -> None:
    online = client.online
    online.settings(system_user_refusal_status=status)
    refusals: dict[str, dict[str, Any]] = {
        "Check client_secret: ": {"client_secret": "another-secret"},
        "Check system_user_token: ": {"system_user_token": "Stand-in ERP Sync-other"},
        "Check private_key: ": {"key": private_key.read(pem(key(6)))},
        "Check the clock of the machine where the task runs. ": {"now": lambda: time.time() - 3600},
    }
    for check, changes in refusals.items():
        with pytest.raises(errors.Unauthorized) as caught:
            client.system_user(**changes)
        assert check in str(caught.value)
    online.revoke(TENANT)
    with pytest.raises(errors.Unauthorized, match="withdrawn its consent.* The sign-in host says: The customer has revoked the access"):
        client.system_user()
    online.change_application(online.client_id, client_secret="a-new-secret-of-today")
    with pytest.raises(errors.Unauthorized, match="Check client_secret: "):
        client.system_user()


@pytest.mark.parametrize("how", ["oauth", "error_object", "html"])
def test_refusals_of_a_refresh_token(client: Client, how: str) -> None:
    online = client.online
    online.settings(oauth_error_answer=how)
    refusals: list[tuple[str, dict[str, Any]]] = [
        ("Get a new one with the playbook superoffice.erpsync.sign_in.", {"refresh_token": "another-refresh-token"}),
        ("Check client_id and client_secret: ", {"client_id": "another-client"}),
        ("Check client_id and client_secret: ", {"client_secret": "another-secret"}),
        ("An application that is registered as native has no client_secret", {"client_secret": None}),
    ]
    for check, changes in refusals:
        with pytest.raises(errors.Unauthorized) as caught:
            client.refresh(**changes)
        assert check in str(caught.value)
    online.revoke(TENANT)
    with pytest.raises(errors.Unauthorized, match="the tenant has withdrawn its consent. Get a new one with the playbook"):
        client.refresh()


@pytest.mark.parametrize("settings", [{"refresh_token_again": True}, {"token_lifetime": 60}, {"access_token_length": 2000}])
def test_answers_to_a_refresh(client: Client, settings: dict[str, Any]) -> None:
    client.online.settings(**settings)
    issued = client.refresh()
    assert (client.answer(issued), issued.lasts) == (200, 54.0 if "token_lifetime" in settings else 3540.0)


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("reset", {}, "connection_lost"),
    ("closed", {}, "connection_lost"),
    ("cut_off", {}, "cut_off"),
    ("cut_off", {"framing": "chunked"}, "cut_off"),
    ("html", {}, "not_json"),
    ("invalid_json", {}, "not_json"),
    ("wrong_type", {}, "sign_in_failed"),
    ("deep", {"depth": 100_000}, "not_json"),
    ("error_object", {}, "sign_in_failed unauthorized"),
    ("redirect", {}, "redirected"),
    ("gzip_broken", {}, "not_json"),
    ("wrong_encoding", {}, "not_json"),
    *(
        ("status", {"status": status, "body": body}, kind)
        for body in ("json", "html", "empty")
        for status, kind in ((400, "sign_in_failed unauthorized"), (401, "unauthorized sign_in_failed"), (404, "sign_in_failed"))
    ),
    ("status", {"status": 429}, "throttled"),
    ("status", {"status": 500}, "sign_in_failed"),
    ("status", {"status": 503}, "unavailable"),
]


@pytest.mark.parametrize("path", ["/Login/api/PartnerSystemUser/Authenticate", "/login/.well-known/jwks", "/login/common/oauth/tokens"])
def test_faults_name_the_step(client: Client, path: str) -> None:
    """Each fault once, on each of the three requests; the next attempt signs in."""
    steps = {
        "/Login/api/PartnerSystemUser/Authenticate": ("signing in (system user)", "POST", client.system_user),
        "/login/.well-known/jwks": ("the keys of the sign-in host", "GET", client.system_user),
        "/login/common/oauth/tokens": ("signing in (refresh token)", "POST", client.refresh),
    }
    step, verb, sign_in = steps[path]
    for kind, options, expected in FAULTS:
        client.online.fault(f"{verb} {path}", kind, [1], **options)
        with pytest.raises(errors.ErpSyncError) as caught:
            sign_in()
        assert caught.value.kind in expected.split(), f"{kind} {options}: {caught.value}"
        assert str(caught.value).startswith(f"{step}: ")
        assert not [secret for secret in _secrets(client.online) if secret in str(caught.value)]
        client.online.clear_faults()
        assert client.answer(sign_in()) == 200


def _secrets(online: OnlineStandIn) -> list[str]:
    of_tenants = [secret for found in online.tenants.values() for name, secret in found.items() if name != "url"]
    return [online.client_secret, *of_tenants, *online.private_key.splitlines()[1:-1]]


@pytest.mark.parametrize("way", ["system_user", "refresh"])
def test_the_vendors_own_client_signs_in_with_what_was_issued(client: Client, way: str) -> None:
    node = shutil.which("node")
    if node is None or not WEBAPI.is_dir():
        pytest.skip("the vendor's npm client is not installed: make npm")
    issued: Fresh = getattr(client, way)()
    kind = "ticket" if way == "system_user" else "access_token"
    sent = json.dumps([client.online.tenant_url(), kind, issued.value, client.online.client_secret])
    client.online.clear_journal()
    done = subprocess.run([node, "-e", _NODE, str(WEBAPI)], input=sent, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    connectors, engine = json.loads(done.stdout)
    assert ([connector["name"] for connector in connectors], engine["interval"]) == (["Visma", "SAP", "Dynamics"], "PT15M")
    scheme = "SOTicket" if way == "system_user" else "Bearer"
    calls = ("GetAllConnectors", "GetEngineStatus", "ChangeEngineStatus")
    journal = [(entry["method"], entry["scheme"], entry["carried_out"]) for entry in client.online.journal()]
    assert journal == [(method, scheme, True) for method in calls]
