# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program with --online: how it starts, its control API, and that no secret is in the journal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from online_client import REDIRECT, TENANT, Form, exchange, exchange_over_soap, sign, soap_text
from pytest_stand_in import PROGRAM, OnlineStandIn
from stand_in.settings import TABLE

WITHOUT = """
import runpy, sys
for name in {names!r}:
    sys.modules[name] = None
sys.path.insert(0, {program!r})
sys.argv = ["mock_server", *{arguments!r}]
runpy.run_path({program!r}, run_name="__main__")
"""


def _without(names: list[str], *arguments: str) -> subprocess.Popen[str]:
    """The program on a machine that lacks these packages."""
    code = WITHOUT.format(names=names, program=str(PROGRAM), arguments=list(arguments))
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_only_the_online_side_needs_joserfc() -> None:
    process = _without(["joserfc", "cryptography"])
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert "online" not in ready
    for path in ("/login/.well-known/jwks", f"/api/state/{TENANT}", "/_mock/online"):
        assert requests.get(ready["url"].removesuffix("/SuperOffice") + path, timeout=10).status_code == 404
    process.terminate()
    assert process.communicate(timeout=10) == ("", "")
    for name in ("joserfc", "cryptography"):
        output, errors = (process := _without([name], "--online")).communicate(timeout=30)
        assert (process.returncode, output) == (2, "")
        assert errors.endswith(f"--online needs the Python package {name}: pip install joserfc\n")
        assert "Traceback" not in errors


@pytest.mark.parametrize(
    "arguments",
    [
        ["--tenants", TENANT],
        ["--online-hosts", "2"],
        ["--public-key", "key.pem"],
        ["--online", "--online-hosts", "0"],
        ["--online", "--tenants", "Cust1,Cust1"],
        ["--online", "--tenants", "login"],
        ["--online", "--public-key", "/there/is/no/key.pem"],
        ["--online", "--public-key", str(PROGRAM / "__main__.py")],
    ],
)
def test_wrong_options(arguments: list[str]) -> None:
    run = subprocess.run([sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, timeout=30, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert arguments[-2] in run.stderr and "Traceback" not in run.stderr


def test_tenants_hosts_and_a_key_of_ones_own(online: OnlineStandIn, tmp_path: Path) -> None:
    key = tmp_path / "public.pem"
    key.write_text(online.overview()["applications"][online.client_id]["public_key"], encoding="utf-8")
    other = OnlineStandIn("--tenants", "Cust1, Cust2,Cust3", "--online-hosts", "3", "--public-key", str(key), "--seed", "empty")
    try:
        assert (other.ready["online"]["private_key"], list(other.tenants)) == (None, ["Cust1", "Cust2", "Cust3"])
        assert list(other.overview()["hosts"]) == ["online", "online1", "online2", "online3"]
        assert len({tenant["url"].rpartition("/")[0] for tenant in other.tenants.values()}) == 3
        assert other.tenant_state("Cust2")["connections"] == []
        signed = sign(online.private_key, other.tenants["Cust2"]["system_user_token"])
        assert exchange(other, tenant="Cust2", signed=signed).json()["IsSuccessful"]
    finally:
        assert other.stop() == 0


def test_help_explains_it() -> None:
    run = subprocess.run([sys.executable, str(PROGRAM), "--help"], capture_output=True, text=True, timeout=20, check=True)
    for text in ("--online", "--tenants", "login_url", "joserfc", "clock_offset", "jwt_flaw", "throttle_calls"):
        assert text in run.stdout


def test_a_reset_restores_everything(online: OnlineStandIn) -> None:
    before = online.overview()
    sessions = online.control("GET", f"sessions?tenant={TENANT}")
    online.move(TENANT, "online2", after_calls=0)
    online.become(TENANT, "Suspended", state_requests=3, then="Deleted")
    online.control("PATCH", f"online/tenants/{TENANT}", {"version": "Release_9"})
    online.change_application(online.client_id, name="Other", client_secret="other", redirect_uris=[])
    online.rotate_keys()
    online.revoke("Cust23456", online.native_client_id)
    online.expire("tickets")
    online.expire("access_tokens")
    online.settings(clock_offset=-5.5)
    online.control("PUT", f"state?tenant={TENANT}", {**online.tenant_state(TENANT), "connections": []})
    changed = online.overview()
    assert changed["tenants"][TENANT]["version"] == "Release_9"
    assert all(changed[part] != before[part] for part in ("tenants", "applications", "consents", "keys"))
    online.reset()
    assert online.overview() == before
    assert online.control("GET", f"sessions?tenant={TENANT}") == sessions
    assert online.tenant_state(TENANT) == online.state()
    assert online.settings()["clock_offset"] == TABLE["clock_offset"].default
    refresh = {"grant_type": "refresh_token", "client_id": online.client_id, "client_secret": online.client_secret}
    address = f"{online.login_url}/login/common/oauth/tokens"
    token = online.tenants[TENANT]["refresh_token"]
    assert requests.post(address, data={**refresh, "refresh_token": token}, timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("PATCH", "tenants/Cust9", {"state": "Running"}),
        ("PATCH", f"tenants/{TENANT}", {"state": "Asleep"}),
        ("PATCH", f"tenants/{TENANT}", {"host": "online"}),
        ("PATCH", f"tenants/{TENANT}", {"host": "online9"}),
        ("PATCH", f"tenants/{TENANT}", {"after_calls": 1}),
        ("PATCH", f"tenants/{TENANT}", {"host": "online2", "after_calls": -1}),
        ("PATCH", f"tenants/{TENANT}", {"state_requests": 1}),
        ("PATCH", f"tenants/{TENANT}", {"state": "Suspended", "then": "Running"}),
        ("PATCH", f"tenants/{TENANT}", {"host": "online2", "version": 1}),
        ("PATCH", f"tenants/{TENANT}", {"url": "x"}),
        ("PATCH", f"tenants/{TENANT}", []),
        ("PATCH", "applications/other", {"name": "x"}),
        ("POST", "keys", {"keep": True}),
        ("POST", "consents", {"tenant": "Cust9"}),
        ("POST", "consents", {"tenant": TENANT, "client_id": "other"}),
        ("POST", "expire", {"what": "everything"}),
    ],
)
def test_what_the_control_api_refuses(online: OnlineStandIn, verb: str, path: str, body: Any) -> None:
    before = online.overview()
    with pytest.raises(RuntimeError, match="400"):
        online.control(verb, f"online/{path}", body)
    assert online.overview() == before


def test_applications_without_a_secret_get_none(online: OnlineStandIn) -> None:
    for changes in ({"client_secret": "x"}, {"public_key": "x"}, {"redirect_uris": "x"}):
        with pytest.raises(RuntimeError, match="400"):
            online.change_application(online.native_client_id, **changes)
    granted = online.control("POST", "online/consents", {"tenant": TENANT, "client_id": online.native_client_id})
    assert granted["system_user_token"] is None and granted["refresh_token"]


def test_the_overview_names_the_calls(online: OnlineStandIn) -> None:
    overview = requests.get(f"{online.login_url}/_mock", timeout=10).json()
    assert {"PATCH /_mock/online/tenants/NAME", "GET, PUT /_mock/state"} <= set(overview)
    assert requests.delete(f"{online.login_url}/_mock/online", timeout=10).status_code == 405
    assert online.journal() == []


def test_all_hosts_refuse_connections_and_come_back(online: OnlineStandIn) -> None:
    """The control API is reachable again only when the sign-in host listens."""
    online.fault(kind="refused", seconds=0.2)
    assert online.overview()["tenants"][TENANT]["state"] == "Running"
    for url in online.overview()["hosts"].values():
        assert requests.get(f"{url}/{TENANT}/api", timeout=10).status_code in (200, 421)


def test_the_journal_has_no_secret(online: OnlineStandIn) -> None:
    login, tenant = f"{online.login_url}/login", online.tenants[TENANT]
    page = requests.get(
        f"{login}/common/oauth/authorize",
        params={
            "response_type": "code",
            "scope": "openid",
            "client_id": online.client_id,
            "redirect_uri": REDIRECT,
            "state": "state-geheim",
            "nonce": "nonce-geheim",
            "login_hint": tenant["system_user_token"],
            "clientsecret": "geheim",
            "geheim=": "1",
        },
        headers={"Referer": f"https://example.net/?{tenant['refresh_token']}", "X-Note": tenant["system_user_token"]},
        timeout=10,
    )
    form = Form(page)
    location = form.send().headers["Location"]
    code = location.partition("code=")[2].partition("&")[0]
    sent = {"grant_type": "authorization_code", "redirect_uri": REDIRECT, "client_id": online.client_id, "code": code}
    tokens = requests.post(f"{login}/common/oauth/tokens", data={**sent, "client_secret": online.client_secret}, timeout=10).json()
    wrong = {**sent, "client_secret": "wrong-geheim", "refreshtoken": "geheim"}
    requests.post(f"{login}/common/oauth/tokens", data=wrong, params=wrong, timeout=10)
    requests.post(f"{login}/common/oauth/tokens", json=wrong, timeout=10)
    signed = sign(online.private_key, tenant["system_user_token"])
    jwt = exchange(online, signed=signed).json()["Token"]
    exchange(online, signed="wrong-geheim", Other="geheim")
    requests.post(f"{login}/api/PartnerSystemUser/Authenticate", data="geheim", timeout=10)
    over_soap = soap_text(exchange_over_soap(online), "Token") or ""
    exchange_over_soap(online, replace=("Jwt<", "Jwt<!-- geheim --><"))
    requests.get(f"{login}/{code}/{tenant['refresh_token']}", timeout=10)
    sessions = online.control("GET", f"sessions?tenant={TENANT}")
    secret = {"Authorization": f"SOTicket {sessions['ticket']}", "SO-AppToken": online.client_secret, "X-Note": online.client_secret}
    for url in (tenant["url"], online.url):
        address = f"{url}/api/v1/Agents/ErpSync/ChangeEngineStatus"
        answer = requests.post(address, json={"Run": tokens["access_token"]}, headers=secret, timeout=10)
        assert answer.status_code in (400, 401)
    text = json.dumps(online.journal())
    known = [tenant["system_user_token"], tenant["refresh_token"], signed.rpartition(".")[2], jwt, over_soap, code, form.hidden["request"]]
    known += [online.client_secret, sessions["ticket"], sessions["access_token"]]
    known += [tokens[name] for name in ("access_token", "refresh_token", "id_token")]
    assert [secret for secret in known if secret in text] == []
    assert "geheim" not in text
    assert REDIRECT in text and '"grant_type": "authorization_code"' in text


def test_https(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext"]
        + ["subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        capture_output=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip("openssl cannot make a certificate here")
    server = OnlineStandIn("--tls-cert", str(certificate), "--tls-key", str(key))
    try:
        assert server.login_url.startswith("https://")
        state = requests.get(f"{server.login_url}/api/state/{TENANT}", verify=str(certificate), timeout=10).json()
        assert state["Api"].startswith("https://")
        assert requests.get(state["Api"], verify=str(certificate), timeout=10).status_code == 200
    finally:
        assert server.stop() == 0
