# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may call the services of a tenant, and for how long."""

from __future__ import annotations

import base64

import pytest
import requests
from online_client import TENANT
from pytest_stand_in import OnlineStandIn
from soap_client import SoapAgent, SoapAnswer

ENGINE = "/api/v1/Agents/ErpSync/GetEngineStatus"


def _sessions(online: OnlineStandIn, tenant: str = TENANT) -> dict[str, str]:
    sessions: dict[str, str] = online.control("GET", f"sessions?tenant={tenant}")
    return sessions


def _call(online: OnlineStandIn, authorization: str, application_token: str | None = None) -> requests.Response:
    headers = {"Authorization": authorization, **({} if application_token is None else {"SO-AppToken": application_token})}
    return requests.post(online.tenants[TENANT]["url"] + ENGINE, headers=headers, timeout=10)


def _soap(online: OnlineStandIn, application_token: str | None, ticket: str | None = None) -> SoapAnswer:
    agent = SoapAgent(online, 88)
    agent.ticket = ticket or _sessions(online)["ticket"]
    headers = {"Content-Type": "text/xml", "SOAPAction": f"{agent.namespace}/ErpSync/GetEngineStatus"}
    url = online.tenants[TENANT]["url"] + "/Remote/Services88/ErpSync.svc"
    content = agent.envelope("<n:GetEngineStatus/>", agent.header(application_token))
    response = requests.post(url, data=content.encode(), headers=headers, timeout=10)
    return SoapAnswer(response.status_code, response.headers["Content-Type"], response.content)


def test_tickets_need_the_client_secret(online: OnlineStandIn) -> None:
    ticket = _sessions(online)["ticket"]
    assert _call(online, f"SOTicket {ticket}", online.client_secret).status_code == 200
    assert _call(online, f"SOTicket {ticket}").status_code == 401
    assert _call(online, f"SOTicket {ticket}", online.client_id).status_code == 401
    assert _call(online, f"SOTicket {_sessions(online, 'Cust23456')['ticket']}", online.client_secret).status_code == 401
    assert _call(online, f"SOTicket {online.ticket}", online.client_secret).status_code == 401


def test_access_tokens_need_nothing_else(online: OnlineStandIn) -> None:
    token = _sessions(online)["access_token"]
    assert token.startswith(f"8A:{TENANT}.") and len(token) == 600
    assert _call(online, f"Bearer {token}").status_code == 200
    assert _call(online, f"Bearer {_sessions(online, 'Cust23456')['access_token']}").status_code == 401
    online.settings(access_token_length=400)
    issued = online.control("POST", f"sessions?tenant={TENANT}", {"issue": "token"})["access_token"]
    assert len(issued) == 400
    assert _call(online, f"Bearer {issued}").status_code == 200


def test_basic_is_refused(online: OnlineStandIn) -> None:
    for user, password in ((online.username, online.password), (_sessions(online)["ticket"], ""), ("ADM", "")):
        answer = _call(online, "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(), online.client_secret)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_expiry(online: OnlineStandIn) -> None:
    sessions = _sessions(online)
    online.expire("access_tokens", TENANT)
    assert _call(online, f"Bearer {sessions['access_token']}").status_code == 401
    assert _call(online, f"SOTicket {sessions['ticket']}", online.client_secret).status_code == 200
    online.expire("tickets")
    online.settings(expired_status=403)
    assert _call(online, f"SOTicket {sessions['ticket']}", online.client_secret).status_code == 403


@pytest.mark.parametrize("scheme", ["SOTicket", "Bearer"])
def test_expiry_in_the_middle(online: OnlineStandIn, scheme: str) -> None:
    sessions = _sessions(online)
    online.settings(credential_uses=3)
    authorization = f"SOTicket {sessions['ticket']}" if scheme == "SOTicket" else f"Bearer {sessions['access_token']}"
    assert [_call(online, authorization, online.client_secret).status_code for _number in range(5)] == [200, 200, 200, 401, 401]
    new = online.control("POST", f"sessions?tenant={TENANT}", {"issue": "token"})["access_token"]
    assert _call(online, f"Bearer {new}").status_code == 200


def test_soap_needs_ticket_and_application_token(online: OnlineStandIn) -> None:
    assert _soap(online, online.client_secret).succeeded
    for wrong in (None, online.client_id, "other"):
        refused = _soap(online, wrong)
        assert not refused.succeeded and "application token" in (refused.message or "")
    assert not _soap(online, online.client_secret, ticket=_sessions(online, "Cust23456")["ticket"]).succeeded
    online.settings(soap_application_token="client_id")
    assert _soap(online, online.client_id).succeeded
    assert not _soap(online, online.client_secret).succeeded
    online.settings(soap_application_token="either")
    assert _soap(online, online.client_id).succeeded and _soap(online, online.client_secret).succeeded
    online.settings(credential_uses=1)
    assert _soap(online, online.client_secret).succeeded
    assert "expired" in (_soap(online, online.client_secret).message or "")


def test_a_restricted_agent_over_soap(online: OnlineStandIn) -> None:
    online.settings(restricted_agent=True, restricted_error_type="SoNotSupportedException")
    refused = _soap(online, online.client_secret)
    assert (refused.status, refused.text("Header/ExceptionInfo/ExceptionType")) == (200, "SuperOffice.Exceptions.SoNotSupportedException")
    assert "ErpSync agent" in (refused.message or "")


def test_a_new_client_secret(online: OnlineStandIn) -> None:
    ticket = _sessions(online)["ticket"]
    online.change_application(online.client_id, client_secret="another-secret")
    assert _call(online, f"SOTicket {ticket}", online.client_secret).status_code == 401
    assert _call(online, f"SOTicket {ticket}", "another-secret").status_code == 200
    online.reset()
    assert _call(online, f"SOTicket {ticket}", online.client_secret).status_code == 200
