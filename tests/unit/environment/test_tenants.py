# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules at tenants of the stand-in's SuperOffice Online: each way to sign in, moves, expiry, maintenance, faults on the way."""

from __future__ import annotations

import html
import json
import re
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import ScriptedServer, answer
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, SHELLS, in_both_shells
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import claims, jwt_of, key, pem, published
from ansible_collections.superoffice.erpsync.tests.unit.support.tenants import (
    NATIVE,
    REFRESH_TOKEN,
    SYSTEM_USER,
    TENANT,
    at_tenants,
    connected,
    count,
    sign_ins,
    states,
    where,
    who,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import transport_options
from pytest_stand_in import OnlineStandIn

OTHER_HOST = "online2"
DOCUMENT = {
    "engine": {"state": "running", "interval": "30m"},
    "connectors": [{"name": "Visma", "url": "https://erp.example.com/Connector.svc"}],
    "connections": [{"name": "Visma Norway", "connector": "Visma", "description": "by a test"}],
}
WAYS = [(SYSTEM_USER, None), (SYSTEM_USER, 75), (SYSTEM_USER, 88), (REFRESH_TOKEN, None), (REFRESH_TOKEN, 86), (NATIVE, None)]
SIGN_IN_CALL = {
    SYSTEM_USER: ("POST /Login/api/PartnerSystemUser/Authenticate", "signing in (system user): "),
    REFRESH_TOKEN: ("POST /login/common/oauth/tokens", "signing in (refresh token): "),
}
STATE_CALL = (f"GET /api/state/{TENANT}", f"the state of {TENANT}: ")


def converge(options: dict[str, Any], shell: str = IN_PROCESS, document: Any = None, **more: Any) -> dict[str, Any]:
    return run_module("erpsync_environment", {**options, "document": document or DOCUMENT, **more}, shell=shell)


def test_each_way_to_sign_in_over_each_transport(online: OnlineStandIn) -> None:
    """One state request and one sign-in; what is declared is there; the second run writes nothing."""
    for number, (way, version) in enumerate(WAYS):
        online.reset()
        shell = SHELLS[number % 2]
        options = {**connected(online, way), **transport_options(version)}
        assert "failed" not in (first := converge(options, shell)), (way, version, first)
        assert first["changed"] and states(online) == sign_ins(online) == 1
        assert "1800" in json.dumps(online.tenant_state(TENANT)["engine"])
        online.clear_journal()
        second = converge(options, shell)
        assert not second["changed"] and not online.writes(), (way, version, second)
        assert online.problems() == []


def test_given_tickets_and_tokens_at_a_tenant(online: OnlineStandIn) -> None:
    """They find the tenant too, and are not replaced where they have ended."""
    answer = online.control("POST", "online/consents", {"tenant": TENANT})
    assert answer["refresh_token"]
    run_module("erpsync_engine", connected(online, REFRESH_TOKEN))
    issued = next(entry for entry in at_tenants(online))
    assert issued["scheme"].lower() == "bearer"
    for way in ({"access_token": "8A:Cust12345.none"}, {"ticket": "7T:none", "app_token": online.client_secret}):
        online.clear_journal()
        result = run_module("erpsync_engine", {**where(online), **way})
        assert result["failure"]["kind"] == "unauthorized"
        assert (states(online), sign_ins(online), count(online, "/GetEngineStatus")) == (1, 0, 1)


def test_the_tenant_under_its_other_names(online: OnlineStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    online.move(TENANT, OTHER_HOST)
    options = who(online) | {"rate_limit": 0, "login_url": online.login_url}
    for own in ({"context_identifier": TENANT}, {"tenant": TENANT.lower()}, {"url": f"{online.login_url}/{TENANT}/api"}):
        for shell in SHELLS:
            result = run_module("erpsync_engine", {**options, **own}, shell=shell)
            assert "failed" not in result, result
            warned = ["Write tenant: Cust12345 with login_url:" in text for text in result.get("warnings", [])]
            assert warned == ([True] if "url" in own else [])
    monkeypatch.setenv("SUPEROFFICE_CONTEXT_IDENTIFIER", TENANT)
    monkeypatch.setenv("SUPEROFFICE_LOGIN_URL", online.login_url)
    monkeypatch.setenv("SUPEROFFICE_APP_TOKEN", online.client_secret)
    alone = {name: value for name, value in who(online).items() if name != "client_secret"}
    assert "failed" not in run_module("erpsync_engine", alone)


# Moves


@pytest.mark.parametrize("version", [None, 88])
@pytest.mark.parametrize("body", ["error", "text", "html", "empty"])
def test_a_tenant_that_moves_while_a_document_is_applied(version: int | None, body: str, online: OnlineStandIn) -> None:
    """At each of its calls, writing ones too, which are repeated and carried out once; with another body at a read and at a write."""
    options = {**connected(online), **transport_options(version)}
    converge(options)
    asked = at_tenants(online)
    calls = len(asked)
    saved = Counter(entry["method"] for entry in online.journal() if entry["writes"] and entry["carried_out"])
    assert saved
    everywhere = version is None and body == "error"
    first_write = next(number for number, entry in enumerate(asked) if entry["writes"])
    for after in range(calls) if everywhere else range(0, calls, 5) if EVERY_WAY else (0, first_write):
        online.reset()
        online.settings(moved_body=body)
        online.move(TENANT, OTHER_HOST, after)
        result = converge(options)
        assert "failed" not in result, (after, result)
        journal = online.journal()
        assert Counter(entry["method"] for entry in journal if entry["writes"] and entry["carried_out"]) == saved
        turned_away = [entry for entry in journal if entry["status"] == 421]
        assert turned_away and states(online) == 2 and sign_ins(online) == 1
        # Calls that were under way at once may all be turned away.
        assert len(at_tenants(online)) == calls + len(turned_away)


def test_a_tenant_that_the_sign_in_host_does_not_find(online: OnlineStandIn) -> None:
    """It names the old host for a while: the task says so, after one more question."""
    online.fault("GetEngineStatus", "status", status=421, message="Wrong subdomain used to access tenant")
    result = run_module("erpsync_engine", connected(online))
    assert (result["failure"]["kind"], states(online), len(at_tenants(online))) == ("wrong_host", 2, 2)
    assert "moves tenants; the sign-in host still names this one. Try again later." in result["msg"]


# Tickets and tokens that end


@pytest.mark.parametrize(
    ("way", "version", "status"),
    [(SYSTEM_USER, None, 401), (SYSTEM_USER, 88, 401), (REFRESH_TOKEN, None, 403), (REFRESH_TOKEN, 88, 401)],
)
def test_what_ends_in_the_middle_of_100_connections_is_renewed_once(
    way: str, version: int | None, status: int, online: OnlineStandIn
) -> None:
    config = {"Password": "canary"}
    connections = [
        {"name": f"Connection {number}", "connector": "Visma", "config": {**config, "Company": str(number)}} for number in range(100)
    ]
    online.settings(credential_uses=130, expired_status=status)
    result = converge({**connected(online, way), **transport_options(version)}, document={"connections": connections})
    assert "failed" not in result, result
    saves = [entry for entry in online.journal() if entry["method"] == "SaveConnection" and entry["carried_out"]]
    # Over SOAP the tenant exchanges the access token for a ticket, which ends before the token does.
    by_token = way == REFRESH_TOKEN and version is not None
    renewed = count(online, "/SoPrincipal.svc") if by_token else sign_ins(online)
    assert (renewed, sign_ins(online), states(online), len(saves)) == (2, 1 if by_token else 2, 1, 100)
    names = Counter(record["DisplayName"] for record in online.tenant_state(TENANT)["connections"])
    assert {names[connection["name"]] for connection in connections} == {1}


def test_an_access_token_that_ends_by_the_clock_is_renewed_before_it_is_refused(online: OnlineStandIn) -> None:
    """Where the token lasts less than the margin, it is renewed as often as it is needed; never is one refused."""
    online.settings(token_lifetime=600)
    assert "failed" not in converge(connected(online, REFRESH_TOKEN))
    assert sign_ins(online) == 1 and {entry["status"] for entry in at_tenants(online)} <= {200, 204}


def test_a_refused_sign_in_is_not_repeated(online: OnlineStandIn) -> None:
    for way, wrong in ((SYSTEM_USER, {"client_secret": "canary-wrong"}), (REFRESH_TOKEN, {"refresh_token": "canary-wrong"})):
        online.clear_journal()
        result = converge({**connected(online, way), "retries": 3, **wrong})
        assert result["failure"]["kind"] == "unauthorized" and result["msg"].startswith(SIGN_IN_CALL[way][1])
        assert "canary" not in json.dumps(result)
        assert (sign_ins(online), at_tenants(online)) == (1, [])


# Tenants that do not run


@in_both_shells
def test_a_tenant_that_does_not_run_gets_nothing(shell: str, online: OnlineStandIn) -> None:
    for values in ("name", "number"):
        online.settings(state_values=values)
        for state in ("Suspended", "OfflineMaintenance", "Deleted", "Provisioning", "MigrationPending", "Unknown"):
            online.become(TENANT, state)
            online.clear_journal()
            result = converge(connected(online), shell)
            assert result["failure"]["kind"] == ("not_found" if state == "Unknown" else "tenant_not_running")
            assert f"(State: {state}). Nothing was sent to it." in result["msg"] and TENANT in result["msg"]
            assert (states(online), sign_ins(online), at_tenants(online)) == (1, 0, [])


def test_a_tenant_that_nobody_knows(online: OnlineStandIn) -> None:
    for told in ("404_json", "404_html", "400", "unknown_state", "null"):
        online.settings(unknown_tenant_answer=told)
        result = converge({**connected(online), "tenant": "Cust99999"})
        assert result["failure"]["kind"] == "not_found" and result["msg"].startswith("the state of Cust99999: Cust99999 is not known")
        assert (sign_ins(online), at_tenants(online)) == (0, [])


def test_a_maintenance_is_waited_for(online: OnlineStandIn) -> None:
    online.become(TENANT, "OfflineMaintenance", state_requests=1)
    assert converge(connected(online))["failure"]["kind"] == "tenant_not_running"
    online.become(TENANT, "OfflineMaintenance", state_requests=1)
    online.clear_journal()
    result = converge({**connected(online), "wait_for_tenant": 60})
    assert "failed" not in result and states(online) == 2


# Faults on the way

KINDS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "closed": ({}, {"connection_lost"}),
    "reset": ({}, {"connection_lost"}),
    "never": ({}, {"timeout"}),
    "drip": ({}, {"timeout"}),
    "cut_off": ({}, {"cut_off"}),
    "html": ({}, {"not_json"}),
    "invalid_json": ({}, {"not_json"}),
    "wrong_type": ({}, {"sign_in_failed"}),
    "deep": ({}, {"not_json"}),
    "wrong_encoding": ({}, {"not_json"}),
    "gzip_broken": ({}, {"not_json"}),
    "redirect": ({}, {"redirected"}),
    "status 429": ({"status": 429}, {"throttled"}),
    "status 500": ({"status": 500, "message": "canary"}, {"sign_in_failed"}),
    "status 503": ({"status": 503, "body": "html"}, {"unavailable"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_names_the_step_and_nothing_is_sent_to_the_tenant(kind: str, online: OnlineStandIn) -> None:
    further, kinds = KINDS[kind]
    for way in (SYSTEM_USER, REFRESH_TOKEN):
        for call, step in (STATE_CALL, SIGN_IN_CALL[way]):
            online.reset()
            online.fault(call, kind.partition(" ")[0], **further)
            # Short only for what never comes.
            options = {**connected(online, way), "timeout": 1 if kinds == {"timeout"} else 30}
            result = converge(options)
            assert result["failed"] and result["failure"]["kind"] in kinds, (call, result)
            assert result["msg"].startswith(step) and result["failure"]["method"] == step[:-2], result
            assert not result["failure"]["uncertain"] and at_tenants(online) == []


@pytest.mark.parametrize("kind", ["closed", "cut_off", "status 503"])
def test_a_passing_fault_is_got_over(kind: str, online: OnlineStandIn) -> None:
    for way in (SYSTEM_USER, REFRESH_TOKEN):
        for call, _step in (STATE_CALL, SIGN_IN_CALL[way]):
            online.reset()
            further = {"status": 503, "retry_after": 0} if kind == "status 503" else {}
            online.fault(call, kind.partition(" ")[0], [1], **further)
            result = run_module("erpsync_engine", {**connected(online, way), "retries": 1}, shell=IN_PROCESS)
            assert "failed" not in result, result


def test_a_sign_in_host_that_nobody_runs(online: OnlineStandIn) -> None:
    options = {**connected(online), "login_url": "http://127.0.0.1:1"}
    result = run_module("erpsync_engine", options)
    assert result["failure"]["kind"] == "connection_refused" and result["failure"]["method"] == f"the state of {TENANT}"
    assert "Check that login_url is right and that the server runs." in result["msg"]


# Secrets


def secrets_of(online: OnlineStandIn) -> list[str]:
    key = [line for line in online.private_key.splitlines() if not line.startswith("-----")]
    tenants = [token for of_tenant in online.tenants.values() for name, token in of_tenant.items() if name.endswith("token")]
    return [online.client_secret, *tenants, *key]


@in_both_shells
def test_a_tenant_that_repeats_what_it_was_told(shell: str, online: OnlineStandIn, tmp_path: Path) -> None:
    """The installation and the sign-in host repeat secrets; results and warnings do not."""
    file = tmp_path / "key.pem"
    file.write_text(online.private_key, encoding="utf-8")
    with_file = {name: value for name, value in connected(online).items() if name != "private_key"} | {"private_key_path": str(file)}
    secrets = secrets_of(online)
    for options in (connected(online), with_file, connected(online, REFRESH_TOKEN)):
        for call in ("GetEngineStatus", STATE_CALL[0], SIGN_IN_CALL[SYSTEM_USER][0], SIGN_IN_CALL[REFRESH_TOKEN][0]):
            online.reset()
            online.fault(call, "status", status=500, message=f"Your words: {' / '.join(secrets[:1] + secrets[-3:])}.")
            shown = json.dumps(run_module("erpsync_engine", {**options, "state": "running"}, shell=shell))
            given = [secret for secret in secrets if any(secret in str(value) for value in options.values()) or options is with_file]
            assert [secret for secret in given if secret in shown] == []


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "query": lambda secret: quote(secret, safe=""),
    "HTML": lambda secret: html.escape(secret).replace(":", "&#58;"),
    "base64": lambda secret: b64encode(f"SOTicket {secret}".encode()).decode(),
}


@in_both_shells
@pytest.mark.parametrize("way", [SYSTEM_USER, REFRESH_TOKEN])
def test_what_signing_in_gave_is_masked(way: str, shell: str) -> None:
    """A ticket and an access token that the installation repeats, in each form."""
    for spelling, spell in SPELLINGS.items():
        secret = "7T:kanari+fugl/7f3a==" if way == SYSTEM_USER else "8A:Cust12345.kanari+fugl/7f3a=="
        told = f"no such session as {spell(secret)}, code 7"
        call = "POST /Cust12345/api/v1/Agents/ErpSync/GetEngineStatus"
        with ScriptedServer([(call, answer({"Error": True, "ErrorMessage": told}, 500))]) as installation:
            script = [(f"GET /api/state/{TENANT}", answer({"State": "Running", "Endpoint": f"{installation.url}/Cust12345"}))]
            if way == SYSTEM_USER:
                token = jwt_of(claims(time.time(), ticket=secret))
                script += [
                    ("POST /Login/api/PartnerSystemUser/Authenticate", answer({"IsSuccessful": True, "Token": token})),
                    ("GET /login/.well-known/jwks", answer({"keys": [published(key())]})),
                ]
                own = {"client_secret": "canary-secret", "system_user_token": "App-canary", "private_key": pem(key())}
            else:
                script.append(("POST /login/common/oauth/tokens", answer({"access_token": secret, "expires_in": 3600})))
                own = {"client_id": "app", "refresh_token": "canary-refresh"}
            with ScriptedServer(script) as sign_in_host:
                options = {"tenant": TENANT, "login_url": sign_in_host.url, "rate_limit": 0, "retries": 0, **own}
                result = run_module("erpsync_engine", {**options, "state": "running"}, shell=shell)
        assert "no such session as" in result["msg"] and ", code 7" in result["msg"], result
        assert not re.search("kanari|fugl|7f3a|canary", json.dumps(result)), (spelling, result["msg"])
        # Only the installation gets what signs a request, and the sign-in host only what it asks for.
        unsigned = [received.headers for received in sign_in_host.received]
        assert not [headers for headers in unsigned if "authorization" in headers or "so-apptoken" in headers]
        signed = installation.received[0].headers
        assert signed["authorization"] == f"{'SOTicket' if way == SYSTEM_USER else 'Bearer'} {secret}"
        assert signed.get("so-apptoken") == ("canary-secret" if way == SYSTEM_USER else None)
        assert not [one.line for one in (*sign_in_host.received, *installation.received) if "canary" in one.line or "kanari" in one.line]


@in_both_shells
def test_a_key_in_place_of_a_path_is_not_shown(shell: str, online: OnlineStandIn) -> None:
    places: dict[str, dict[str, Any]] = {"private_key_path": {"private_key": None}, "client_key": {"client_cert": __file__}}
    for text in (online.private_key, online.private_key.replace("\n", "\\n")):
        for option, given in places.items():
            options = {name: value for name, value in {**connected(online), **given, option: text}.items() if value is not None}
            result = run_module("erpsync_engine", options, shell=shell)
            assert result["msg"].startswith(f"{option} is the content of a file, and not its path. ")
            shown = json.dumps(result)
            assert [line for line in online.private_key.splitlines()[1:-1] if line in shown] == [] and online.journal() == []
