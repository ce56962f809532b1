# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is signed in and what they may do; a refused agent, told from a missing right, a missing licence and an expired ticket."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import LEAST, MODULES, run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, in_both_shells
from pytest_stand_in import OnlineStandIn, StandIn

Options = dict[str, Any]

REST: Options = {"transport": "rest"}
SOAP: Options = {"transport": "soap", "services_version": 88}
OVER = pytest.mark.parametrize("transport", [REST, SOAP], ids=["rest", "soap"])
# What the answer about the user has of credentials.
NEVER_SHOWN = ("search-", "display-", "7T:", "ProvidedCredentials", "Ticket")
FULL_RIGHTS: dict[str, Any] = {"function_rights": ["admin-all", "login-web"]}


def system_user(online: OnlineStandIn, tenant: str = "Cust12345") -> Options:
    return {
        "tenant": tenant,
        "login_url": online.login_url,
        "client_secret": online.client_secret,
        "private_key": online.private_key,
        "system_user_token": online.tenants[tenant]["system_user_token"],
    }


def person(online: OnlineStandIn, tenant: str = "Cust12345") -> Options:
    return {
        "tenant": tenant,
        "login_url": online.login_url,
        "client_id": online.client_id,
        "client_secret": online.client_secret,
        "refresh_token": online.tenants[tenant]["refresh_token"],
    }


def ticket(online: OnlineStandIn, tenant: str = "Cust12345") -> Options:
    """A ticket that somebody has got elsewhere, and the address at which the tenant is."""
    issued = online.control("POST", f"sessions?tenant={tenant}", {"issue": "ticket"})["ticket"]
    return {"url": online.tenant_url(tenant), "ticket": issued, "client_secret": online.client_secret}


def access_of(options: Options, shell: str = IN_PROCESS) -> tuple[dict[str, Any], list[str]]:
    """The fact, and the warnings."""
    result = run_module("erpsync_info", {"gather": ["access"], "retries": 0, "rate_limit": 0, **options}, shell=shell)
    assert not result.get("failed"), result["msg"]
    assert not any(word in json.dumps(result["access"]) for word in NEVER_SHOWN)
    return result["access"], result.get("warnings", [])


def refused(options: Options, module: str = "erpsync_engine", **more: Any) -> dict[str, Any]:
    given = {
        **LEAST.get(module, {}),
        **({"state": "running"} if module == "erpsync_engine" else {}),
        "retries": 0,
        "rate_limit": 0,
        **options,
        **more,
    }
    result = run_module(module, given, shell=IN_PROCESS)
    assert result.get("failed"), result
    return result


# On-site


@in_both_shells
def test_who_is_signed_in_on_site(stand_in: StandIn, shell: str) -> None:
    options = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
    found, warnings = access_of({**options, **REST}, shell)
    user: dict[str, Any] = {"id": 1, "name": "ADM", "full_name": "Administrator", "type": "InternalAssociate", "role": "Administrator"}
    licences: list[dict[str, Any]] = [
        {"name": "expander-services", "description": "Development Tools", "expires": "2099-12-31T00:00:00"},
        {"name": "user", "description": "User", "expires": None},
    ]
    assert found == {
        "user": {**user, "role_type": "Employee", "user_group_id": 2},
        "tenant": "Cust12345",
        **FULL_RIGHTS,
        "licences": licences,
        "version": "11.10.721.0",
        "erp_sync": {"answers": True, "msg": None, "failure": None},
    }
    assert warnings == [] and stand_in.writes() == []
    stand_in.settings(licence_name_member="ModuleName", function_rights_told=False)
    told, _warnings = access_of({**options, **REST}, shell)
    assert told == {**found, "function_rights": None}
    stand_in.settings(licence_name_member="Name", function_rights_told=True)
    for version in (75, 83, 86, 88):
        stand_in.clear_journal()
        assert access_of({**options, "transport": "soap", "services_version": version}, shell) == (found, [])
        # Whose a ticket is tells the ticket: the password is sent once.
        assert stand_in.methods().count("SoPrincipal.AuthenticateUsernamePassword") == 2
        assert access_of({**options, "transport": "soap", "services_version": version, "password": None, "username": None,
                          "ticket": stand_in.ticket}, shell) == (found, [])  # fmt: skip
    assert stand_in.problems() == []


def test_what_cannot_be_read_is_said(stand_in: StandIn) -> None:
    options = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
    stand_in.fault("GET /api/v1/User/currentPrincipal", "status", status=404)
    stand_in.fault("GET /api", "html")
    found, warnings = access_of(options)
    assert [found[name] for name in ("user", "tenant", "function_rights", "licences", "version")] == [None] * 5
    assert found["erp_sync"]["answers"] is True
    assert [text.partition(" cannot be read")[0] for text in warnings] == [
        "access: who is signed in, and with which rights and licences,",
        "access: the version of the server",
    ]


@OVER
@pytest.mark.parametrize("setting, code", [({"unlicensed": True}, "SoLicenseException"), ({"forbidden": ["*"]}, "SoSentryException")])
def test_a_refusal_on_site_asks_nothing_more(stand_in: StandIn, transport: Options, setting: Options, code: str) -> None:
    options = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password, **transport}
    stand_in.settings(**setting)
    result = refused(options)
    assert (result["failure"]["kind"], result["failure"]["code"].rpartition(".")[2]) == ("forbidden", code)
    assert [name for name in stand_in.methods() if "Authenticate" not in name] == ["GetEngineStatus"]
    found, _warnings = access_of(options)
    assert found["erp_sync"]["answers"] is False and found["erp_sync"]["failure"]["kind"] == "forbidden"
    assert len(found["licences"]) == (1 if "unlicensed" in setting else 2)
    assert found["function_rights"] == (["admin-all", "login-web"] if "unlicensed" in setting else ["login-web"])


# At SuperOffice Online


def test_who_is_signed_in_online(online: OnlineStandIn) -> None:
    found, warnings = access_of(system_user(online))
    assert (found["user"]["type"], found["user"]["role_type"], found["tenant"]) == ("SystemAssociate", "System", "Cust12345")
    assert found["erp_sync"]["answers"] is True and warnings == []
    as_person, _warnings = access_of(person(online))
    assert (as_person["user"]["name"], as_person["user"]["type"]) == ("ADM", "InternalAssociate")
    # Over SOAP an access token tells whose it is, and a ticket only where it may stand for a user name.
    assert access_of({**person(online), **SOAP}) == (as_person, [])
    unknown, warnings = access_of({**system_user(online), **SOAP})
    assert unknown == {**found, **dict.fromkeys(("user", "tenant", "function_rights", "licences"))}
    assert warnings == [
        "access: who is signed in, and with which rights and licences, cannot be read. "
        "Over SOAP this server does not tell whose a ticket is. REST tells it."
    ]
    online.settings(ticket_as_user_name=True)
    assert access_of({**system_user(online), **SOAP}) == (found, [])
    assert online.problems() == []


TYPES = ("SoSentryException", "SoSessionException", "SoNotSupportedException")


@pytest.mark.parametrize("error_type", TYPES)
@pytest.mark.parametrize("status", [403, 401, 400, 500])
def test_a_refused_agent_over_rest(online: OnlineStandIn, error_type: str, status: int) -> None:
    online.settings(restricted_agent=True, restricted_error_type=error_type, refusal_status=status)
    for way in (system_user, person, ticket):
        _check_refused_agent(refused(way(online)), error_type, status)
        found, warnings = access_of(way(online))
        assert found["user"] is not None and warnings == []
        assert found["erp_sync"]["failure"]["kind"] == "agent_refused" and "ErpSync agent" in found["erp_sync"]["msg"]


@pytest.mark.parametrize("error_type", TYPES)
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_refused_agent_over_soap(online: OnlineStandIn, error_type: str, wrapped: bool) -> None:
    online.settings(restricted_agent=True, restricted_error_type=error_type, wrap_exceptions=wrapped)
    for way in (system_user, person, ticket):
        _check_refused_agent(refused({**way(online), **SOAP}), error_type, 200 if wrapped else 500)
        found, _warnings = access_of({**way(online), **SOAP})
        assert found["erp_sync"]["failure"]["kind"] == "agent_refused"


def _check_refused_agent(result: dict[str, Any], error_type: str, status: int) -> None:
    assert result["msg"] == (
        "GetEngineStatus: the application has no access to the ErpSync agent, which refuses everything, while other services answer. "
        "SuperOffice Online grants the agent to each application. In SuperOffice's developer portal, the administrator of the application "
        'must have the ErpSync agent added to it, as the template "Standard ERP sync and quote app" has it. '
        "The server says: The application does not have access to the ErpSync agent."
    )
    failure = result["failure"]
    assert (failure["kind"], failure["http_status"], failure["uncertain"]) == ("agent_refused", status, False)
    assert failure["code"].rpartition(".")[2] == error_type


@OVER
def test_each_module_says_that_the_agent_is_refused(online: OnlineStandIn, transport: Options) -> None:
    online.settings(restricted_agent=True)
    for module in MODULES:
        result = refused({**person(online), **transport}, module)
        assert result["failure"]["kind"] == "agent_refused" and "the administrator of the application must" in result["msg"], (
            module,
            result,
        )
        assert result["failure"]["uncertain"] is False and not result.get("changed")


@OVER
def test_a_missing_right_is_no_refused_agent(online: OnlineStandIn, transport: Options) -> None:
    online.settings(forbidden=["ChangeEngineStatus"])
    result = refused({**person(online), **transport}, state="stopped")
    assert result["failure"]["kind"] == "forbidden" and "developer portal" not in result["msg"]
    # Where the user lacks rights and nothing of the agent answers, it may be either.
    online.settings(forbidden=["*"])
    result = refused({**person(online), **transport})
    assert result["failure"]["kind"] == "forbidden"
    assert (
        "needs rights to administer ERP Sync" in result["msg"] and "Or the application has no access to the ErpSync agent" in result["msg"]
    )
    online.settings(forbidden=[], unlicensed=True)
    result = refused({**person(online), **transport})
    assert result["failure"]["code"].endswith("SoLicenseException") and "developer portal" not in result["msg"]


@OVER
@pytest.mark.parametrize("status", [401, 403])
def test_an_expired_ticket_is_no_refused_agent(online: OnlineStandIn, transport: Options, status: int) -> None:
    options = {**ticket(online), **transport}
    online.settings(expired_status=status, soap_session_answer=str(status) if status == 403 else "exception")
    online.expire("tickets")
    result = refused(options)
    assert result["failure"]["kind"] == "unauthorized" and "developer portal" not in result["msg"], result
    assert "may have expired" in result["msg"]
    assert refused(options, "erpsync_info", gather=["access"])["msg"] == result["msg"]


def test_where_the_other_services_fail_the_refusal_stays(online: OnlineStandIn) -> None:
    online.settings(restricted_agent=True)
    online.fault("GET /api/v1/User/currentPrincipal", "status", status=500)
    assert refused(person(online))["failure"]["kind"] == "forbidden"
