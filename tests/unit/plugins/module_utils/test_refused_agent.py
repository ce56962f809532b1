# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests tell why the agent refuses, and what is made of their answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.environments import Tenant
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.refused_agent import PROBE, REMEDY, AgentRefusals
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.sign_in import Identity

ONLINE = Settings("", {}, tenant=Tenant("Cust12345", "https://online.superoffice.com"))
ADMINISTRATOR = {"UserType": "InternalAssociate", "FunctionRights": ["Admin-All"]}
USER = {"UserType": "InternalAssociate", "FunctionRights": []}


class Server:
    """Answers the three questions, and counts them. An exception is raised."""

    def __init__(self, who: Any = None, other: Any = None, probe: Any = None) -> None:
        self.asked: list[str] = []
        self.answers = {"who": who, "other": other, "probe": probe}

    def _question(self, name: str) -> Callable[[], Any]:
        def ask() -> Any:
            self.asked.append(name)
            answer = self.answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return ask

    def refusals(self, settings: Settings = ONLINE) -> AgentRefusals:
        return AgentRefusals(settings, *(self._question(name) for name in ("who", "other", "probe")))


def refusal(
    code: str | None = "SoSentryException",
    kind: type[errors.ErpSyncError] = errors.Forbidden,
    method: str = "SaveConnection",
    message: str = "SaveConnection: the user may not do this (403). The server says: No right.",
    **more: Any,
) -> errors.ErpSyncError:
    return kind(message, code=code, http_status=403, method=method, attempts=1, **more)


NO = refusal(method=PROBE)


@pytest.mark.parametrize(
    "server, error, kind",
    [
        (Server(ADMINISTRATOR, probe=NO), refusal(), "agent_refused"),
        (Server(ADMINISTRATOR, probe=NO), refusal("SuperOffice.Exceptions.SoSessionException", errors.Unauthorized), "agent_refused"),
        (Server(ADMINISTRATOR, probe=NO), refusal("SoNotSupportedException", errors.ErrorAnswer), "agent_refused"),
        # Nobody tells the rights.
        (Server(None, probe=NO), refusal(), "agent_refused"),
        (Server({"UserType": None}, probe=NO), refusal(), "agent_refused"),
        (Server({"UserType": "SystemAssociate"}, probe=NO), refusal(), "agent_refused"),
        # A system user has every right, whatever is listed.
        (Server({"UserType": "SystemAssociate", "FunctionRights": []}, probe=NO), refusal(), "agent_refused"),
        (Server({"RoleType": "System", "FunctionRights": []}, probe=NO), refusal(), "agent_refused"),
        # A user without rights, unless the server itself names the agent.
        (Server(USER, probe=NO), refusal(), "forbidden"),
        (Server(USER, probe=NO), refusal(message="S: no. The server says: No access to the agent."), "agent_refused"),
        (Server(USER, probe=NO), refusal("SoNotSupportedException", errors.ErrorAnswer), "agent_refused"),
        # The agent answers other calls.
        (Server(ADMINISTRATOR), refusal(), "forbidden"),
        (Server(ADMINISTRATOR), refusal("SoNotSupportedException", errors.ErrorAnswer), "server_error"),
        (Server(ADMINISTRATOR, probe=NO), refusal("SoLicenseException"), "forbidden"),
        # No other service answers either.
        (Server(refusal(kind=errors.Unauthorized)), refusal(None), "unauthorized"),
        (Server(refusal(kind=errors.Unauthorized)), refusal("SoSessionException"), "unauthorized"),
        (Server(refusal(kind=errors.Unauthorized)), refusal(), "forbidden"),
        (Server(None, refusal("SoSessionException")), refusal("SoSessionException"), "unauthorized"),
        # Whatever fails for another reason tells nothing.
        (Server(refusal(kind=errors.TimedOut)), refusal(), "forbidden"),
        (Server({"UserType": 5}), refusal(), "forbidden"),
        (Server({"FunctionRights": "all"}), refusal(), "forbidden"),
        (Server(ADMINISTRATOR, probe=refusal(None, errors.TimedOut)), refusal(), "forbidden"),
    ],
)
def test_what_the_answers_of_other_services_tell(server: Server, error: errors.ErpSyncError, kind: str) -> None:
    explained = server.refusals().explained(error, "SaveConnection")
    assert explained.kind == kind
    assert (explained.method, explained.http_status, explained.code) == (error.method, 403, error.code)


def test_it_is_asked_once() -> None:
    server = Server(ADMINISTRATOR, probe=NO)
    refusals = server.refusals()
    for _time in range(3):
        assert refusals.explained(refusal(), "SaveConnection").kind == "agent_refused"
    assert server.asked == ["who", "probe"]
    # A user of whom nothing is told has answered, too.
    server = Server({}, other=AssertionError("asked"), probe=NO)
    assert server.refusals().explained(refusal(), "SaveConnection").kind == "agent_refused"
    assert server.asked == ["who", "probe"]
    # The probe itself was refused, so it is not sent again.
    server = Server(None, probe=AssertionError("sent again"))
    assert server.refusals().explained(refusal(method=PROBE), PROBE).kind == "agent_refused"
    assert server.asked == ["who", "other"]


@pytest.mark.parametrize(
    "settings, error",
    [
        (Settings("https://crm.example.com/SuperOffice", {}), refusal()),
        (ONLINE, refusal(None, errors.TimedOut)),
        (ONLINE, refusal("ArgumentException", errors.ErrorAnswer)),
        # A refusal while one signed in.
        (ONLINE, refusal(None, errors.Unauthorized, method="signing in (refresh token)")),
    ],
)
def test_nothing_is_asked_where_it_cannot_be_the_agent(settings: Settings, error: errors.ErpSyncError) -> None:
    server = Server(ADMINISTRATOR, probe=NO)
    assert server.refusals(settings).explained(error, "SaveConnection") is error and server.asked == []


@pytest.mark.parametrize("url", ["https://online5.superoffice.com/Cust12345", "http://127.0.0.1:8080/cust12345"])
def test_an_address_of_a_tenant_is_online(url: str) -> None:
    server = Server(ADMINISTRATOR, probe=NO)
    assert server.refusals(Settings(url, {})).explained(refusal(), "SaveConnection").kind == "agent_refused"


def test_a_system_user_has_every_right() -> None:
    server = Server(USER, probe=NO)
    settings = ONLINE._replace(identity=Identity(system_user_token="App-x", client_secret="s", private_key="k"))
    assert server.refusals(settings).explained(refusal(), "SaveConnection").kind == "agent_refused"


def test_a_refused_agent_has_done_nothing() -> None:
    message = f"SaveConnection: the server answered with an error (403): No.{errors.UNCERTAIN}"
    error = refusal(kind=errors.ErrorAnswer, message=message, uncertain=True)
    explained = Server(ADMINISTRATOR, probe=NO).refusals().explained(error, "SaveConnection")
    assert explained.uncertain is False and errors.UNCERTAIN not in explained.message
    assert explained.message.endswith("The server says: No.")


def test_a_refusal_without_words() -> None:
    error = refusal(message="SaveConnection: the user may not do this (403).")
    told = "the application has no access to the ErpSync agent, which refuses everything"
    explained = Server(USER, probe=NO).refusals().explained(error, "SaveConnection")
    assert explained.message == f"SaveConnection: the user may not do this (403). Or {told}. {REMEDY}"
    explained = Server(ADMINISTRATOR, probe=NO).refusals().explained(error, "SaveConnection")
    assert explained.message == f"SaveConnection: {told}, while other services answer. {REMEDY}"
