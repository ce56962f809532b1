# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine: asynchronous, with whole seconds; and what a synchronisation answers."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pytest_stand_in import StandIn
from stand_in_client import Agent


def _wait_for(agent: Agent, name: str, value: Any) -> float:
    start = time.monotonic()
    while agent.call("GetEngineStatus")[name] != value:
        assert time.monotonic() - start < 60
        time.sleep(0.01)
    return time.monotonic() - start


def test_the_switch_takes_its_time(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(engine_delay=3600)
    assert agent.call("ChangeEngineStatus", {"Run": False})["IsRunning"] is True
    assert agent.call("GetEngineStatus")["IsRunning"] is True
    assert stand_in.state()["engine"]["Requested"]["IsRunning"] is False
    stand_in.settings(engine_delay=0.1)
    start = time.monotonic()
    agent.call("ChangeEngineStatus", {"Run": False})
    _wait_for(agent, "IsRunning", False)
    assert time.monotonic() - start >= 0.1
    assert agent.call("GetEngineStatus")["StatusMessage"] == "Stopped"
    assert stand_in.state()["engine"]["Requested"] == {"IsRunning": None, "IntervalSeconds": None}


def test_without_delay_the_answer_is_new(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(engine_delay=0)
    assert agent.call("ChangeEngineStatus", {"Run": False})["IsRunning"] is False


def test_the_last_request_counts(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(engine_delay=0.1)
    agent.call("ChangeEngineStatus", {"Run": False})
    agent.call("ChangeEngineStatus", {"Run": True})
    time.sleep(0.2)
    assert agent.call("GetEngineStatus")["IsRunning"] is True


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("00:10:00", "00:10:00"),
        ("00:10", "00:10:00"),
        ("1.02:03:04", "1.02:03:04"),
        ("2", "2.00:00:00"),
        ("PT90M", "01:30:00"),
        ("P1DT1S", "1.00:00:01"),
        ("PT36H", "1.12:00:00"),
        ("00:00:01.9999999", "00:00:01"),
        ("PT1.5S", "00:00:01"),
        ("24855.03:14:07", "24855.03:14:07"),
    ],
)
def test_intervals(agent: Agent, stand_in: StandIn, sent: str, shown: str) -> None:
    stand_in.settings(engine_delay=0)
    response = agent.post("ChangeEngineInterval", {"interval": sent})
    assert (response.status_code, response.content) == (204, b"")
    assert agent.call("GetEngineStatus")["Interval"] == shown


@pytest.mark.parametrize("sent", ["-00:10:00", "-PT10M", "00:00:00", "PT0S", "00:00:00.5", "24855.03:14:08", "PT9999999999S"])
def test_intervals_that_make_no_sense(agent: Agent, stand_in: StandIn, sent: str) -> None:
    before = stand_in.state()
    assert agent.refused("ChangeEngineInterval", {"Interval": sent})["ErrorType"] == "ArgumentException"
    assert stand_in.state() == before
    assert stand_in.journal()[-1]["carried_out"] is False


@pytest.mark.parametrize(
    "sent",
    [600, None, "", "ten", "10m", "24:00:00", "00:60:00", "00:00:60", "P1M", "P", "PT", "00:00:00.12345678", "+00:10:00"],
)
def test_intervals_that_cannot_be_read(agent: Agent, sent: Any) -> None:
    assert set(agent.refused("ChangeEngineInterval", {"Interval": sent})) == {"Message", "MessageDetail"}


def test_durations_in_iso(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(engine_delay=0, duration_format="iso")
    assert agent.call("GetEngineStatus")["Interval"] == "PT15M"
    agent.call("ChangeEngineInterval", {"Interval": "1.00:00:05"})
    assert agent.call("GetEngineStatus")["Interval"] == "P1DT5S"


def _changed(response: dict[str, Any]) -> list[int]:
    return [len(response["Changes"][f"{kind}Records"]) for kind in ("Added", "Updated", "Deleted")]


def test_what_waits_is_synchronised_once(agent: Agent) -> None:
    first = agent.call("SyncAll")
    assert _changed(first) == [1, 3, 1]
    assert first["Changes"]["AddedRecords"][0]["Tablename"] == "contact"
    assert _changed(agent.call("SyncAll")) == [0, 0, 0]


def test_sync_all_and_the_stopped_engine(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(engine_delay=0)
    agent.call("ChangeEngineStatus", {"Run": False})
    refused = agent.call("SyncAll")
    assert (refused["IsOk"], refused["Status"]) == (False, "Error")
    stand_in.settings(sync_all_while_stopped="ok_with_info")
    assert agent.call("SyncAll")["Status"] == "OkWithInfo"
    stand_in.settings(sync_all_while_stopped="exception")
    assert agent.refused("SyncAll")["ErrorType"] == "SoIllegalOperationException"
    assert _changed(agent.call("ForceSyncAll")) == [1, 3, 1]


@pytest.mark.parametrize(
    ("outcome", "is_ok", "status", "code"),
    [
        ("changes", True, "Ok", None),
        ("ok", True, "OkWithInfo", None),
        ("empty", True, "Ok", None),
        ("null_changes", True, "Ok", None),
        ("warning", True, "Warning", None),
        ("error", False, "Error", "CODE_7"),
    ],
)
def test_outcomes(agent: Agent, stand_in: StandIn, outcome: str, is_ok: bool, status: str, code: str | None) -> None:
    stand_in.settings(sync_outcome=outcome, sync_error_code="CODE_7")
    response = agent.call("SyncAll")
    assert (response["IsOk"], response["Status"], response["ErrorCode"]) == (is_ok, status, code)
    assert (response["Changes"] is None) is (outcome == "null_changes")


def test_servers_without_status(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(sync_outcome="no_status")
    assert "Status" not in agent.call("ForceSyncAll")
    stand_in.settings(sync_outcome="error", status_in_plugin_response=False)
    response = agent.call("ForceSyncAll")
    assert "Status" not in response
    assert response["IsOk"] is False


def test_a_synchronisation_takes_time(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(sync_seconds=0.3)
    start = time.monotonic()
    agent.call("SyncAll")
    assert time.monotonic() - start >= 0.3


def test_a_silent_connector_is_a_warning(agent: Agent, stand_in: StandIn) -> None:
    state = stand_in.state()
    next(entry for entry in state["connections"] if entry["ErpConnectionId"] == 4)["Active"] = True
    stand_in.put_state(state)
    response = agent.call("SyncAll")
    assert response["Status"] == "Warning"
    assert "Dynamics Denmark" in response["UserExplanation"]
