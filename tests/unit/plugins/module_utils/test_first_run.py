# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a first look at a server asks, a few of each thing, and what it tells of answers, refusals, and answers of another shape."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.transport import Transport
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.first_run import read_first_run

REFUSED = errors.Forbidden("M: no.", http_status=403, code="X", method="M")


class Server:
    """Answers by the name of what is asked; a list of answers one after the other, and an error is raised."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers
        self.asked: list[tuple[Any, ...]] = []

    def _answer(self, name: str, *more: Any) -> Any:
        self.asked.append((name, *more))
        answer = self._answers.get(name)
        if isinstance(answer, list) and answer and isinstance(answer[0], tuple):
            [answer] = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def invoke(self, method: str, arguments: Any, *, writes: bool) -> Any:
        assert writes is False
        return self._answer(method, *arguments.items())

    def principal(self) -> Any:
        return self._answer("principal")

    def mdo_list(self, name: str, additional: str | None) -> Any:
        return self._answer(name, *([] if additional is None else [additional]))

    def rows(self, query: Any, *, limit: int) -> Any:
        self.asked.append((query.archive, query.columns[0], limit))
        return []


def look(**answers: Any) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """What was asked, and what is told by name."""
    server = Server(**answers)
    told = read_first_run(cast(Transport, server), cast(Archives, server))
    return server.asked, {one.pop("name"): one for one in told}


BEGIN: list[tuple[Any, ...]] = [
    ("GetEngineStatus",),
    ("principal",),
    ("GetAllConnectors",),
    ("GetAllConnections", ("IncludeDeleted", False)),
    ("erpconnectors",),
    ("erpconnections",),
    ("erpconnections", "useRank=true"),
    ("usergroup",),
    ("associate",),
]
END: list[tuple[Any, ...]] = [
    ("ErpConnector", "id", 3),
    ("ErpConnection", "id", 3),
    ("ErpField", "Id", 3),
    ("ErpSyncLog", "id", 3),
    ("dynamic", "ErpConfiguration.ConnectionRank", 3),
    ("dynamic", "ErpConnectionActorType.ErpConnectionId", 3),
    ("dynamic", "ErpField.erpfield_id", 3),
]


def connector(number: int) -> list[tuple[Any, ...]]:
    return [("GetErpSyncConnectorEntity", ("ErpSyncConnectorEntityId", number)), ("GetConfigurationFields", ("ErpConnectorId", number))]


def connection(number: int, *mappings: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    own = [(name, ("ErpConnectionId", number)) for name in ("GetConnection", "GetErpConnectionConfigFields", "GetConnectionListMappings")]
    return [*own, ("GetErpSyncConnectionSummary", ("ErpSyncConnectionId", number)), *mappings]


def ids(name: str, *numbers: Any) -> list[dict[str, Any]]:
    return [{name: number} for number in numbers]


def test_a_few_of_each_thing_are_read() -> None:
    summary = {"Actors": [{"ActorType": "Customer"}, {"ActorType": ""}, {"ActorType": 7}, {}]}
    mapping = {"FieldMappings": ids("ErpFieldId", 0, 11, "x", 12, 13, 14)}
    asked, _told = look(
        GetAllConnectors=ids("Id", 5, 6, 7, 8),
        GetAllConnections=ids("ErpConnectionId", 3, None, 4),
        GetErpSyncConnectionSummary=[(summary,), (None,)],
        GetActorTypeMapping=mapping,
    )
    fields = [("GetDefaultValueInfo", ("ErpFieldId", number)) for number in (11, 12, 13)]
    mapped = connection(3, ("GetActorTypeMapping", ("ErpConnectionId", 3), ("ActorType", "Customer")), *fields)
    assert asked[: len(BEGIN)] == BEGIN
    assert asked[len(BEGIN) : -9] == [*connector(5), *connector(6), *connector(7), *mapped, *connection(4)]
    assert asked[-9:-2] == END
    assert [name for name, *_more in asked[-2:]] == ["dynamic", "dynamic"] and {more[-1] for more in asked[-9:]} == {3}


@pytest.mark.parametrize("newer", [REFUSED, None, [], {}, ["x"], [{"Id": "x"}, {"Other": 1}]])
def test_an_older_server_tells_ids_in_its_lists(newer: Any) -> None:
    asked, _told = look(GetAllConnectors=newer, GetAllConnections=newer, erpconnectors=ids("Id", 5), erpconnections=ids("Id", 0, 3))
    assert asked[len(BEGIN) : -9] == [*connector(5), *connection(3)]


def test_what_is_told_of_answers_and_refusals() -> None:
    other = errors.NotJson("Its words.", http_status=200)
    _asked, told = look(
        GetAllConnections=ids("ErpConnectionId", 1, 2, 3),
        GetConnection=[(REFUSED,), (REFUSED,), (other,)],
        GetEngineStatus={"IsRunning": True},
    )
    refused = {"kind": "forbidden", "code": "X", "http_status": 403}
    assert {name: value for name, value in told["GetConnection"].items() if name != "shape"} == {
        "asked": 3,
        "answered": 0,
        # Each once, and nothing of the server's words.
        "failures": [refused, {"kind": "not_json", "code": None, "http_status": 200}],
    }
    assert [told["GetEngineStatus"][name] for name in ("asked", "answered", "failures")] == [1, 1, []]
    assert list(told)[:9] == [
        *("GetEngineStatus", "User/currentPrincipal", "GetAllConnectors", "GetAllConnections", "MDO list erpconnectors"),
        *("MDO list erpconnections", "MDO list erpconnections, useRank=true", "MDO list usergroup", "MDO list associate"),
    ]
    assert list(told)[-9:] == [
        *("archive ErpConnector", "archive ErpConnection", "archive ErpField", "archive ErpSyncLog", "archive dynamic, ErpConfiguration"),
        *("archive dynamic, ErpConnectionActorType", "archive dynamic, ErpField", "archive dynamic, ErpSyncLog"),
        "archive dynamic, ErpExternalKey",
    ]


def test_the_keys_of_a_configuration_are_not_told() -> None:
    _asked, told = look(
        GetAllConnections=ids("ErpConnectionId", 1), GetErpConnectionConfigFields={"Canary": "x"}, GetConnection={"Active": True}
    )
    assert "Canary" not in str(told) and "Active" in str(told["GetConnection"])
