# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who comes in, and how."""

from __future__ import annotations

import base64

import pytest
import requests
from pytest_stand_in import StandIn
from stand_in_client import AGENT, Agent


def _status(stand_in: StandIn, authorization: str | None, **headers: str) -> int:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if authorization is not None:
        sent["Authorization"] = authorization
    return requests.post(stand_in.url + AGENT + "GetEngineStatus", headers=sent, timeout=5).status_code


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def test_who_may_come_in(stand_in: StandIn) -> None:
    assert _status(stand_in, _basic(stand_in.username, stand_in.password)) == 200
    assert _status(stand_in, _basic("adm", stand_in.password)) == 200
    assert _status(stand_in, _basic(stand_in.ticket, "")) == 200
    assert _status(stand_in, f"SOTicket {stand_in.ticket}") == 200
    assert _status(stand_in, f"soticket {stand_in.ticket}") == 200
    assert _status(stand_in, f"Bearer {stand_in.access_token}") == 200


def test_who_may_not(stand_in: StandIn) -> None:
    encoded = base64.b64encode(stand_in.ticket.encode()).decode()
    assert _status(stand_in, None) == 401
    assert _status(stand_in, _basic(stand_in.username, stand_in.password + "x")) == 401
    assert _status(stand_in, _basic(stand_in.username, "")) == 401
    assert _status(stand_in, _basic(stand_in.ticket, "x")) == 401
    assert _status(stand_in, "Basic !!!") == 401
    assert _status(stand_in, f"SOTicket {encoded}") == 401
    assert _status(stand_in, f"SOTicket {stand_in.access_token}") == 401
    assert _status(stand_in, f"Bearer {stand_in.ticket}") == 401
    assert _status(stand_in, stand_in.ticket) == 401
    assert stand_in.writes() == []


def test_expiry(agent: Agent, stand_in: StandIn) -> None:
    stand_in.end_sessions()
    assert _status(stand_in, f"SOTicket {stand_in.ticket}") == 401
    assert _status(stand_in, f"Bearer {stand_in.access_token}") == 401
    stand_in.settings(expired_status=403)
    assert _status(stand_in, f"Bearer {stand_in.access_token}") == 403
    token = agent.get("/api/v1/User/currentToken").json()
    assert token != stand_in.access_token
    assert _status(stand_in, f"Bearer {token}") == 200
    ticket = stand_in.control("POST", "sessions", {"issue": "ticket"})["ticket"]
    assert _status(stand_in, f"SOTicket {ticket}") == 200
    stand_in.settings(ticket_lifetime=0)
    assert _status(stand_in, f"SOTicket {ticket}") == 403
    stand_in.reset()
    assert _status(stand_in, f"SOTicket {stand_in.ticket}") == 200


def test_application_token(stand_in: StandIn) -> None:
    good = f"SOTicket {stand_in.ticket}"
    assert _status(stand_in, good, SO_AppToken="anything") == 200
    stand_in.settings(require_app_token="app-geheim")
    assert _status(stand_in, good) == 401
    assert _status(stand_in, good, SO_AppToken="other") == 401
    assert _status(stand_in, good, SO_AppToken="app-geheim") == 200


@pytest.mark.parametrize("path", ["/api", "/api/"])
def test_api_is_open(stand_in: StandIn, path: str) -> None:
    page = requests.get(stand_in.url + path, timeout=5)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    described = requests.get(stand_in.url + path, headers={"Accept": "application/json"}, timeout=5).json()
    assert (described["NetServerVersion"], described["ServicesCurrent"]) == ("11.10.721.0", "Services88")
    assert requests.get(stand_in.url + "/api/v1", timeout=5).status_code == 401


def test_who_am_i(agent: Agent, stand_in: StandIn) -> None:
    principal = agent.get("/api/v1/user/currentprincipal").json()
    assert (principal["Associate"], principal["DatabaseContextIdentifier"]) == ("ADM", "Cust12345")
    assert principal["Licenses"][0]["Name"] == "expander-services" and principal["FunctionRights"] == ["admin-all", "login-web"]
    stand_in.settings(licence_name_member="ModuleName", function_rights_told=False, forbidden=["SyncAll"])
    principal = agent.get("/api/v1/user/currentprincipal").json()
    assert principal["Licenses"][0]["ModuleName"] == "expander-services" and principal["FunctionRights"] is None
    stand_in.settings(unlicensed=True, function_rights_told=True, licence_name_member="Name")
    principal = agent.get("/api/v1/user/currentprincipal").json()
    assert [licence["Name"] for licence in principal["Licenses"]] == ["user"] and principal["FunctionRights"] == ["login-web"]
