# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where tenants are, whether they run, and their services."""

from __future__ import annotations

import datetime
import re

import pytest
import requests
from online_client import TENANT
from pytest_stand_in import OnlineStandIn
from soap_client import SoapAgent

SYNC = "/api/v1/Agents/ErpSync/"


def _state(online: OnlineStandIn, tenant: str = TENANT) -> requests.Response:
    return requests.get(f"{online.login_url}/api/state/{tenant}", timeout=10)


def _call(online: OnlineStandIn, url: str | None = None, tenant: str = TENANT, method: str = "GetEngineStatus") -> requests.Response:
    """Call a method with a token of the tenant."""
    token = online.control("GET", f"sessions?tenant={tenant}")["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return requests.post(f"{url or online.tenant_url(tenant)}{SYNC}{method}", headers=headers, timeout=10)


def test_the_state_is_written_as_documented(online: OnlineStandIn) -> None:
    before = datetime.datetime.now(datetime.UTC)
    answer = _state(online)
    assert answer.status_code == 200
    state = answer.json()
    assert list(state) == ["ContextIdentifier", "Endpoint", "State", "IsRunning", "ValidUntil", "Api", "Version"]
    assert (state["ContextIdentifier"], state["State"], state["IsRunning"]) == (TENANT, "Running", True)
    assert state["Endpoint"] == online.tenant_url() and state["Api"] == state["Endpoint"] + "/api"
    assert state["Endpoint"].startswith(online.overview()["hosts"]["online1"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", state["ValidUntil"])
    assert datetime.datetime.fromisoformat(state["ValidUntil"]) > before + datetime.timedelta(minutes=59)
    assert state["Version"].startswith("Release_11.10_")
    assert requests.get(state["Api"], headers={"Accept": "application/json"}, timeout=10).json()["v1"] == state["Api"] + "/v1"
    online.settings(state_version=False, state_values="number")
    assert "Version" not in _state(online).json()
    assert _state(online).json()["State"] == 2


@pytest.mark.parametrize(
    ("how", "status", "text"),
    [
        ("404_json", 404, "Message"),
        ("404_html", 404, "<html>"),
        ("400", 400, "Message"),
        ("unknown_state", 200, "Unknown"),
        ("null", 200, "null"),
    ],
)
def test_an_unknown_tenant(online: OnlineStandIn, how: str, status: int, text: str) -> None:
    online.settings(unknown_tenant_answer=how)
    answer = _state(online, "Cust99999")
    assert answer.status_code == status
    assert text in answer.text


def test_a_tenant_that_moves(online: OnlineStandIn) -> None:
    old = online.tenant_url()
    assert _call(online, old).status_code == 200
    online.move(TENANT, "online2")
    wrong = _call(online, old)
    assert (wrong.status_code, wrong.json()["Message"]) == (421, "Wrong subdomain used to access tenant")
    assert wrong.json()["Error"] is True
    assert _call(online, f"{online.login_url}/{TENANT}").status_code == 421
    new = _state(online).json()["Endpoint"]
    assert new != old and new.startswith(online.overview()["hosts"]["online2"])
    assert _call(online, new).status_code == 200
    assert _call(online, new.lower()).status_code == 200
    entry = online.journal()[-1]
    assert (entry["host"], entry["tenant"], entry["method"], entry["status"]) == ("online2", TENANT, "GetEngineStatus", 200)
    online.reset()
    assert online.tenant_url() == old


@pytest.mark.parametrize("body", ["error", "text", "html", "empty"])
def test_a_move_between_two_calls(online: OnlineStandIn, body: str) -> None:
    online.settings(moved_body=body)
    online.move(TENANT, "online2", after_calls=2)
    old = online.tenant_url()
    assert [_call(online, old, method="SyncAll").status_code for _number in range(3)] == [200, 200, 421]
    assert [entry["carried_out"] for entry in online.journal()] == [True, True, False]
    assert _call(online).status_code == 200


def test_a_move_over_soap(online: OnlineStandIn) -> None:
    online.move(TENANT, "online2")
    agent = SoapAgent(online, 88)
    envelope = agent.envelope("<n:GetEngineStatus/>")
    url = online.tenants[TENANT]["url"] + "/Remote/Services88/ErpSync.svc"
    headers = {"Content-Type": "text/xml", "SOAPAction": f"{agent.namespace}/ErpSync/GetEngineStatus"}
    answer = requests.post(url, data=envelope.encode(), headers=headers, timeout=10)
    assert answer.status_code == 421
    assert "Wrong subdomain" in answer.text and answer.text.startswith("<s:Envelope")


def test_a_maintenance_ends_after_state_requests(online: OnlineStandIn) -> None:
    online.become(TENANT, "OfflineMaintenance", state_requests=2)
    assert _call(online).status_code == 503
    states = [_state(online).json() for _number in range(3)]
    assert [(state["State"], state["IsRunning"]) for state in states] == [
        ("OfflineMaintenance", False),
        ("OfflineMaintenance", False),
        ("Running", True),
    ]
    assert _call(online).status_code == 200
    online.become(TENANT, "OfflineMaintenance", state_requests=0, then="Suspended")
    assert _state(online).json()["State"] == "Suspended"


@pytest.mark.parametrize(
    ("state", "runs"),
    [("OnlineMaintenance", True), ("Suspended", False), ("Deleted", False), ("MigrationPending", False), ("Unknown", False)],
)
def test_other_states(online: OnlineStandIn, state: str, runs: bool) -> None:
    online.become(TENANT, state)
    online.settings(unavailable_status=500)
    answer = _state(online).json()
    assert (answer["State"], answer["IsRunning"]) == (state, runs)
    assert _call(online).status_code == (200 if runs else 500)
    assert _state(online, "Cust23456").json()["State"] == "Running"


def test_tenants_have_states_of_their_own(online: OnlineStandIn) -> None:
    before = online.tenant_state("Cust23456")
    assert _call(online, method="ToggleErpConnectionActive").status_code == 400
    token = online.control("GET", f"sessions?tenant={TENANT}")["access_token"]
    url = f"{online.tenant_url()}{SYNC}ToggleErpConnectionActive"
    changed = requests.post(url, json={"ErpConnectionId": 1}, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert changed.status_code == 200
    assert online.tenant_state(TENANT) != before
    assert online.tenant_state("Cust23456") == before == online.state()
    online.control("PUT", "state?tenant=Cust23456", online.tenant_state(TENANT))
    assert online.tenant_state("Cust23456") == online.tenant_state(TENANT)
    with pytest.raises(RuntimeError, match="there is no tenant Cust9"):
        online.tenant_state("Cust9")


def test_hosts_of_tenants_have_nothing_else(online: OnlineStandIn) -> None:
    host = online.overview()["hosts"]["online1"]
    for path in (f"/api/state/{TENANT}", "/login/.well-known/jwks", "/login/common/oauth/authorize", "/Cust99999/api"):
        assert requests.get(host + path, timeout=10).status_code == 404
    assert online.journal()[0]["host"] == "online1"
    assert requests.get(f"{online.login_url}/Cust99999/api", timeout=10).status_code == 404
    assert requests.post(f"{online.login_url}/api/state/{TENANT}", timeout=10).status_code == 405


def test_too_many_calls(online: OnlineStandIn) -> None:
    online.settings(throttle_calls=10, throttle_seconds=3600)
    answers = [_call(online, method="SyncAll") for _number in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert not online.journal()[-1]["carried_out"]
    assert _call(online, tenant="Cust23456").status_code == 200
    online.settings(throttle_retry_after=False)
    assert "Retry-After" not in _call(online).headers
    online.settings(throttle_seconds=0)
    assert _call(online).status_code == 200


def test_a_restricted_agent(online: OnlineStandIn) -> None:
    online.settings(restricted_agent=True)
    refused = _call(online)
    assert (refused.status_code, refused.json()["ErrorType"]) == (403, "SoSentryException")
    assert "ErpSync agent" in refused.json()["Message"]
    session = online.control("GET", f"sessions?tenant={TENANT}")
    principal = requests.get(
        f"{online.tenant_url()}/api/v1/User/currentPrincipal", headers={"Authorization": f"Bearer {session['access_token']}"}, timeout=10
    )
    assert principal.json()["DatabaseContextIdentifier"] == TENANT
    # On-site nothing is granted to applications.
    on_site = requests.post(online.url + SYNC + "GetEngineStatus", auth=(online.username, online.password), timeout=10)
    assert on_site.status_code == 200


def test_a_fault_of_one_tenant(online: OnlineStandIn) -> None:
    online.fault("GetEngineStatus", "status", status=500, tenant=TENANT)
    assert [_call(online, tenant=tenant).status_code for tenant in (TENANT, "Cust23456")] == [500, 200]
    online.clear_faults()
    online.fault(f"GET /api/state/{TENANT}", "html", calls=[1])
    assert _state(online).headers["Content-Type"].startswith("text/html")
    assert _state(online).json()["State"] == "Running"


def test_a_state_request_that_failed_before_it_was_read_does_not_count(online: OnlineStandIn) -> None:
    online.become(TENANT, "OfflineMaintenance", state_requests=1)
    online.fault(f"GET /api/state/{TENANT}", "bom", calls=[1, 2], when="before")
    for _number in range(2):
        assert _state(online).content.startswith(b"\xef\xbb\xbf")
    assert [_state(online).json()["State"] for _number in range(2)] == ["OfflineMaintenance", "Running"]
