# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal, and that no secret is in it; the control API."""

from __future__ import annotations

import json

import pytest
import requests
from pytest_stand_in import StandIn
from stand_in.settings import TABLE
from stand_in_client import AGENT, Agent, raw_post


def test_entries(agent: Agent, stand_in: StandIn) -> None:
    agent.call("GetConnection", {"erpConnectionId": 1}, select="DisplayName")
    agent.call("ToggleErpConnectionActive", {"ErpConnectionId": 1})
    agent.get("/api", headers={"Accept": "application/json"})
    first, second, third = stand_in.journal()
    assert (first["n"], first["verb"], first["path"]) == (1, "POST", "/SuperOffice/api/v1/Agents/ErpSync/GetConnection")
    assert (first["query"], first["body"], first["scheme"]) == ({"$select": "DisplayName"}, {"erpConnectionId": 1}, "Basic")
    assert (first["writes"], second["writes"], third["writes"]) == (False, True, False)
    assert (first["status"], first["fault"], third["method"]) == (200, None, None)
    assert first["peer"] == second["peer"]
    assert stand_in.methods() == ["GetConnection", "ToggleErpConnectionActive", "GET /SuperOffice/api"]
    assert stand_in.writes() == ["ToggleErpConnectionActive"]
    stand_in.clear_journal()
    assert stand_in.journal() == []


def test_no_secret(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(require_app_token="app-geheim")
    agent.session.headers.update({"SO-AppToken": "app-geheim", "Cookie": "SoSession=cookie-geheim", "X-Note": f"ticket {stand_in.ticket}"})
    connection = agent.call("GetConnection", {"ErpConnectionId": 1})
    connection["ConfigFields"]["Password"] = "config-geheim"
    agent.call("SaveConnection", {"Connection": connection})
    agent.call("TestConnectionByConfig", {"ErpConnectionId": 1, "configfields": {"Company": "company-geheim"}})
    agent.post("TestConnectionByConfig", {"ErpConnectionId": 1, "ConfigFields": "config-geheim"})
    agent.post("GetEngineStatus", access_token="token-geheim")
    agent.session.post(stand_in.url + AGENT + "SaveConnection", data=b'{"ConfigFields": {"P": "config-geheim"', timeout=5)
    agent.post("ChangeEngineStatus", {"Run": stand_in.password})
    raw_post(stand_in, "GetEngineStatus", patience=0.2)
    text = json.dumps(stand_in.journal())
    assert "geheim" not in text
    assert "visma-Hemmelig-1" not in text
    for secret in (stand_in.password, stand_in.ticket, stand_in.access_token):
        assert secret not in text
    assert "authorization" not in text.lower()
    assert stand_in.journal()[1]["body"]["Connection"]["ConfigFields"]["Company"] == "***"


def test_default_values_are_no_secret(agent: Agent, stand_in: StandIn) -> None:
    agent.call("SaveDefaultValueInfo", {"ErpSyncDefaultValue": {"ErpFieldId": 1001, "FirstSyncDefaultValue": "A name"}})
    assert stand_in.journal()[-1]["body"]["ErpSyncDefaultValue"]["FirstSyncDefaultValue"] == "A name"


def test_reset_restores_everything(agent: Agent, stand_in: StandIn) -> None:
    before = stand_in.state()
    stand_in.settings(key_case="camel")
    stand_in.fault("GetEngineStatus", "reset")
    agent.call("DeleteConnection", {"ErpConnectionId": 1})
    assert stand_in.state() != before
    stand_in.reset()
    assert stand_in.state() == before
    assert stand_in.journal() == []
    assert agent.call("GetEngineStatus")["IsRunning"] is True


def test_equal_states_are_equal_bytes(agent: Agent, stand_in: StandIn) -> None:
    url = f"http://{stand_in.host}:{stand_in.port}/_mock/state"
    before = requests.get(url, timeout=5).content
    stand_in.put_state(json.loads(before))
    agent.call("BreakActorLink", {"ErpConnectionId": 1, "CrmRecordId": 1, "CrmActorType": "Contact"})
    link = {"ErpConnectionId": 1, "CrmRecordId": 1, "CrmActorType": "Contact", "ErpKey": "10001", "ErpActorType": "Customer"}
    agent.call("CreateActorLink", link)
    assert requests.get(url, timeout=5).content == before


def test_settings_explain_themselves(stand_in: StandIn) -> None:
    described = stand_in.control("GET", "settings")
    assert set(described) == set(TABLE)
    assert all(entry["explanation"].endswith(".") for entry in described.values())
    assert stand_in.settings(key_case="camel")["key_case"] == "camel"


@pytest.mark.parametrize(
    "changes", [{"nonsense": 1}, {"key_case": "snake"}, {"engine_delay": "1"}, {"unlicensed": 1}, {"missing_methods": "GetAllConnectors"}]
)
def test_settings_that_do_not_fit(stand_in: StandIn, changes: dict[str, object]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        stand_in.settings(**{"void_answer": "200_null", **changes})
    assert stand_in.settings()["void_answer"] == "204_empty"


def test_seed_and_state_that_do_not_fit(stand_in: StandIn) -> None:
    for path, verb, body in (("reset", "POST", {"seed": "other"}), ("state", "PUT", {"engine": {}}), ("sessions", "POST", [])):
        with pytest.raises(RuntimeError, match="400"):
            stand_in.control(verb, path, body)


def test_the_seed_is_realistic(stand_in: StandIn) -> None:
    state = stand_in.state()
    assert len(state["connectors"]) == 3
    assert [entry["Deleted"] for entry in state["connections"]] == [False] * 5 + [True]
    assert len(state["fields"]) > 100
    assert 0 in state["connection_rank"][1:-1]
    assert any(";NO:" in entry["DisplayName"] for entry in state["connections"])
    assert {entry["ActorTypeErp"] for entry in state["actor_mappings"]} >= {"Customer", "Supplier", "Person", "Project"}
