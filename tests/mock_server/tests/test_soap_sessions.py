# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in over SOAP, and who is let in; the journal without secrets."""

from __future__ import annotations

import json

import pytest
from pytest_stand_in import StandIn
from soap_client import SoapAgent
from stand_in_client import AGENT, Agent

TICKET = "Body/AuthenticateResponse/Credentials/Ticket"
SUCCEEDED = "Body/AuthenticateResponse/AuthenticationSucceeded"


@pytest.mark.parametrize("version", [75, 83, 86, 88])
def test_sign_in(stand_in: StandIn, agent: Agent, version: int) -> None:
    soap = SoapAgent(stand_in, version)
    answer = soap.sign_in(stand_in.username, stand_in.password)
    assert (answer.succeeded, answer.text(SUCCEEDED)) == (True, "true")
    assert answer.text("Body/AuthenticateResponse/Response/Associate") == stand_in.username
    soap.ticket = answer.text(TICKET) or ""
    assert soap.ticket != stand_in.ticket
    assert soap.call("GetEngineStatus").succeeded
    agent.session.auth = None
    response = agent.session.post(stand_in.url + AGENT + "GetEngineStatus", headers={"Authorization": f"SOTicket {soap.ticket}"}, timeout=5)
    assert response.status_code == 200


def test_a_ticket_in_the_place_of_the_user_name(stand_in: StandIn) -> None:
    assert SoapAgent(stand_in, 75).sign_in(stand_in.ticket, "").text(TICKET) == stand_in.ticket


@pytest.mark.parametrize(("how", "succeeded", "authenticated"), [("not_succeeded", True, "false"), ("both", False, "false")])
def test_wrong_password(stand_in: StandIn, how: str, succeeded: bool, authenticated: str) -> None:
    stand_in.settings(login_failure=how)
    answer = SoapAgent(stand_in, 86).sign_in(stand_in.username, "no")
    assert (answer.status, answer.succeeded, answer.text(SUCCEEDED), answer.text(TICKET)) == (200, succeeded, authenticated, None)
    assert answer.message == (None if succeeded else "The user name or the password is wrong.")


@pytest.mark.parametrize("wrapped", [True, False])
def test_wrong_password_as_an_exception(stand_in: StandIn, wrapped: bool) -> None:
    stand_in.settings(login_failure="exception", wrap_exceptions=wrapped)
    answer = SoapAgent(stand_in, 86).sign_in(stand_in.username, "no")
    assert (answer.status, answer.fault) == ((200, None) if wrapped else (500, "InternalServiceFault"))
    assert wrapped is (answer.text(SUCCEEDED) == "false")


def test_access_token(stand_in: StandIn) -> None:
    for version, token, expected in ((86, stand_in.access_token, "true"), (88, "8A:no", "false")):
        soap = SoapAgent(stand_in, version)
        arguments = f"<n:AccessToken>{token}</n:AccessToken>"
        assert soap.post("AuthenticateWithAccessToken", arguments, "SoPrincipal", header="").text(SUCCEEDED) == expected
    answer = SoapAgent(stand_in, 85).post("AuthenticateWithAccessToken", "", "SoPrincipal", header="")
    assert answer.fault == "ActionNotSupported"


def test_system_info_needs_no_credentials(stand_in: StandIn) -> None:
    answer = SoapAgent(stand_in, 75).post("GetSystemInfo", "", "SoPrincipal", header="")
    assert answer.text("Body/GetSystemInfoResponse/SystemInfo/FileVersion") == "11.10.721.0"
    assert stand_in.journal()[-1]["problem"] is None


@pytest.mark.parametrize("service", ["ErpSync", "MDO"])
def test_no_credentials(stand_in: StandIn, service: str) -> None:
    soap = SoapAgent(stand_in, 86)
    operation = "GetEngineStatus" if service == "ErpSync" else "GetList"
    answer = soap.post(operation, "", service, header="<n:ApplicationToken>x</n:ApplicationToken>")
    assert (answer.status, answer.succeeded, answer.message) == (200, False, "There is no valid session.")
    assert answer.text("Header/ExceptionInfo/ExceptionType") == "SuperOffice.Exceptions.SoSessionException"
    entry = stand_in.journal()[-1]
    assert (entry["problem"], entry["carried_out"]) == (f"soap:Header has no Credentials in the namespace '{soap.namespace}'.", False)


def test_credentials_in_another_namespace_are_none(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 86)
    header = soap.header().replace("<n:Credentials>", '<n:Credentials xmlns:n="http://www.superoffice.net/ws/crm/NetServer/Services88">')
    assert soap.post("GetEngineStatus", header=header).message == "There is no valid session."
    assert stand_in.journal()[-1]["header_parts"] == ["ApplicationToken"]


def test_expired(stand_in: StandIn) -> None:
    stand_in.end_sessions()
    answer = SoapAgent(stand_in, 88).post("ChangeEngineStatus", "<n:Run>false</n:Run>")
    assert (answer.status, answer.succeeded, answer.message) == (200, False, "The session has expired.")
    assert stand_in.journal()[-1]["carried_out"] is False


@pytest.mark.parametrize("status", ["401", "403"])
def test_expired_by_status(stand_in: StandIn, status: str) -> None:
    stand_in.settings(soap_session_answer=status)
    stand_in.end_sessions()
    answer = SoapAgent(stand_in, 88).post("GetEngineStatus")
    assert (answer.status, answer.content_type.partition(";")[0]) == (int(status), "text/html")


def test_application_token(stand_in: StandIn) -> None:
    soap = SoapAgent(stand_in, 88)
    assert soap.post("GetEngineStatus", header=soap.header(None)).succeeded
    stand_in.settings(require_app_token="right")
    assert soap.post("GetEngineStatus", header=soap.header("right")).succeeded
    assert soap.post("GetEngineStatus", header=soap.header("wrong")).message == "The application token is missing or not valid."
    assert not soap.post("GetSystemInfo", "", "SoPrincipal", header="").succeeded


def test_required_header_parts(stand_in: StandIn) -> None:
    stand_in.settings(required_header_parts=["ApplicationToken", "Credentials", "TimeZone"])
    soap = SoapAgent(stand_in, 86)
    zone = "<n:TimeZone><n:SoTimeZoneId>1</n:SoTimeZoneId></n:TimeZone>"
    assert soap.post("GetEngineStatus", header=soap.header() + zone).succeeded
    assert soap.post("GetEngineStatus", header=soap.header() + '<n:TimeZone i:nil="true"/>').succeeded
    assert not soap.post("GetEngineStatus", header='<n:ApplicationToken/><n:Credentials i:nil="true"/>' + zone).succeeded
    stand_in.clear_journal()
    assert soap.post("GetEngineStatus").fault == "DeserializationFailed"
    assert "TimeZone" in stand_in.problems()[0]
    assert soap.post("GetSystemInfo", "", "SoPrincipal", header="<n:ApplicationToken>x</n:ApplicationToken>").succeeded


def test_no_secret_in_the_journal(stand_in: StandIn) -> None:
    stand_in.settings(require_app_token="app-geheim", soap_nulls="absent")
    soap = SoapAgent(stand_in, 88)
    header = soap.header("app-geheim")
    pair = "<n:StringKeyValuePair><n:Key>Company</n:Key><n:Value>config-geheim</n:Value></n:StringKeyValuePair>"
    config = f"<n:ErpConnectionId>1</n:ErpConnectionId><n:ConfigFields>{pair}</n:ConfigFields>"
    soap.post("TestConnectionByConfig", config, header=header)
    soap.post("TestConnectionByConfig", config.replace("<n:Key>Company</n:Key>", ""), header=header)
    soap.post("TestConnectionByConfig", config.replace("n:Value", "n:Wrong"), header=header)
    soap.post("ChangeEngineStatus", f"<n:Run>{stand_in.password}</n:Run>", header=header)
    app_only = "<n:ApplicationToken>app-geheim</n:ApplicationToken>"
    for operation, arguments in (
        ("AuthenticateUsernamePassword", "<n:UserName>ADM</n:UserName><n:Password>pass-geheim</n:Password>"),
        ("AuthenticateUsernamePassword", "<n:UserName>7T:ticket-geheim</n:UserName>"),
        ("AuthenticateUsernamePassword", "<n:Password>pass-geheim</n:Password><n:UserName>ADM</n:UserName>"),
        ("AuthenticateWithAccessToken", "<n:AccessToken>token-geheim</n:AccessToken>"),
    ):
        soap.post(operation, arguments, "SoPrincipal", header=app_only)
    issued = soap.post(
        "AuthenticateUsernamePassword",
        f"<n:UserName>{stand_in.username}</n:UserName><n:Password>{stand_in.password}</n:Password>",
        "SoPrincipal",
        header=app_only,
    ).text(TICKET)
    soap.send(b"<geheim>", "x")
    journal = stand_in.journal()
    text = json.dumps(journal)
    assert "geheim" not in text
    for secret in (stand_in.password, stand_in.ticket, stand_in.access_token, issued):
        assert secret and secret not in text
    assert journal[0]["body"] == {"ErpConnectionId": 1, "ConfigFields": {"Company": "***"}}
    assert journal[4]["body"] == {"UserName": "ADM", "Password": "***"}
    assert journal[5]["body"] == {"UserName": "***"}
    assert [entry["scheme"] for entry in journal[:5]] == ["Ticket", "Ticket", "Ticket", "Ticket", None]
    assert journal[1]["problem"].startswith("TestConnectionByConfig.ConfigFields[0]")
