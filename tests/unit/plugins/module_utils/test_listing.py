# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings of connectors and connections: what is asked of newer and of older servers, and what a listing that tells little lacks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.listing import (
    ListedConnection,
    list_connections,
    list_connectors,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport, refusal

Call = tuple[str, dict[str, Any], Any]
NOT_FOUND = refusal(404, kind=errors.NotFound)


def connectors(*script: Call) -> list[Any]:
    with ScriptedTransport(*script) as transport:
        return list_connectors(transport.reading, transport.lookups)


def connections(*script: Call, include_deleted: bool = False, **more: Any) -> list[ListedConnection]:
    with ScriptedTransport(*script) as transport:
        return list_connections(transport.reading, transport.lookups, include_deleted=include_deleted, **more)


def newer(*items: Any) -> Call:
    return ("GetAllConnectors", {}, list(items))


def whole_connector(number: int, answer: Any) -> Call:
    return ("GetErpSyncConnectorEntity", {"ErpSyncConnectorEntityId": number}, answer)


# What is there, is there with all of these members.
VISMA = {"ErpConnectorId": 1, "DisplayName": "Visma", "URL": "https://visma"}


@pytest.mark.parametrize(
    ("tooltip", "more", "found"),
    [
        ("https://visma", [], VISMA),
        (
            "Visma's connector",
            [whole_connector(1, {**VISMA, "DisplayName": "Another name", "Deleted": True})],
            {**VISMA, "DisplayName": "Another name"},
        ),
        (None, [whole_connector(1, VISMA)], VISMA),
        ("", [whole_connector(1, {"ErpConnectorId": 1})], {"ErpConnectorId": 1, "DisplayName": None, "URL": None}),
        # It has gone since.
        (None, [whole_connector(1, None)], {**VISMA, "URL": None}),
    ],
)
def test_connectors_of_a_newer_server(tooltip: str | None, more: list[Call], found: Any) -> None:
    assert connectors(newer({"Id": 1, "Name": "Visma", "ToolTip": tooltip}), *more) == [found]


def test_a_connector_without_members_is_none() -> None:
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        connectors(newer({"Id": 1, "Name": "Visma"}), whole_connector(1, {}))
    assert caught.value.message == "GetErpSyncConnectorEntity: the server's answer cannot be used: ErpConnectorId is missing."


def test_connectors_of_an_older_server() -> None:
    items = [{"Id": 1, "Name": "Visma", "ExtraInfo": "https://visma"}, {"Id": 2, "Name": "Gone", "Deleted": True}, {"Id": 3, "Name": "SAP"}]
    found = connectors(("GetAllConnectors", {}, NOT_FOUND), ("list erpconnectors", {}, items))
    assert found == [VISMA, {"ErpConnectorId": 3, "DisplayName": "SAP", "URL": None}]


@pytest.mark.parametrize(
    ("answer", "is_older"),
    [
        (NOT_FOUND, True),
        (refusal(404, kind=errors.NotInVersion), True),
        (refusal(400), True),
        (refusal(500, "SuperOffice.Exceptions.SoNotSupportedException"), True),
        (refusal(500, "System.NotSupportedException"), True),
        (refusal(500, "NotImplementedException"), True),
        (refusal(500), False),
        (refusal(401), False),
        (refusal(500, "System.NullReferenceException"), False),
        (refusal(500, "NotSupportedException.Inner"), False),
        (refusal(403, kind=errors.Forbidden), False),
        (refusal(405, kind=errors.UnexpectedStatus), False),
    ],
)
def test_how_a_server_says_that_it_is_older(answer: errors.ErpSyncError, is_older: bool) -> None:
    if is_older:
        assert connectors(("GetAllConnectors", {}, answer), ("list erpconnectors", {}, [])) == []
        assert connections(("GetAllConnections", {"IncludeDeleted": False}, answer), ("list erpconnections", {}, [])) == []
    else:
        for listing, question in (
            (connectors, ("GetAllConnectors", {}, answer)),
            (connections, ("GetAllConnections", {"IncludeDeleted": False}, answer)),
        ):
            with pytest.raises(errors.ErpSyncError) as caught:
                listing(question)
            assert caught.value is answer


def listed(number: int, **members: Any) -> dict[str, Any]:
    return {"ErpConnectionId": number, "ErpConnectorId": 7, "Active": False, **members}


def whole(number: int, answer: Any) -> Call:
    return ("GetConnection", {"ErpConnectionId": number}, answer)


def test_connections_of_a_newer_server() -> None:
    first, little, inactive, gone = (
        listed(1),
        {"ErpConnectionId": 2, "Active": True},
        {"ErpConnectionId": 3, "ErpConnectorId": 7},
        listed(4),
    )
    deleted, deleted_too = listed(5, Deleted=True), listed(6, Deleted=True)
    for include_deleted in (True, False):
        found = connections(
            (
                "GetAllConnections",
                {"IncludeDeleted": include_deleted},
                [first, little, inactive, {**gone, "ErpConnectorId": 0}, deleted, {"ErpConnectionId": 6}],
            ),
            whole(2, listed(2)),
            whole(3, listed(3)),
            whole(4, None),
            whole(6, deleted_too),
            include_deleted=include_deleted,
        )
        there = [ListedConnection(first, False), ListedConnection(listed(2), True), ListedConnection(listed(3), True)]
        assert found == there + [ListedConnection(deleted, False), ListedConnection(deleted_too, True)] * include_deleted


def test_connections_of_an_older_server() -> None:
    items = [{"Id": 0, "Name": "SuperOffice"}, {"Id": 2, "Name": "Norway", "ExtraInfo": "a-guid"}, {"Id": 1, "Name": "Sweden"}]
    asked: list[Any] = []

    def from_archive(wanting: Any) -> Any:
        asked.extend(wanting)
        return {2: listed(2, DisplayName="Norway")}

    found = connections(
        ("GetAllConnections", {"IncludeDeleted": True}, NOT_FOUND),
        ("list erpconnections", {}, items),
        whole(1, listed(1)),
        include_deleted=True,
        from_archive=from_archive,
    )
    assert found == [ListedConnection(listed(2, DisplayName="Norway"), False), ListedConnection(listed(1), True)]
    # What the list tells of them.
    assert asked == [
        {"ErpConnectionId": 2, "DisplayName": "Norway", "ConnectionId": "a-guid"},
        {"ErpConnectionId": 1, "DisplayName": "Sweden", "ConnectionId": None},
    ]


def test_an_archive_is_asked_for_what_a_listing_lacks_and_for_nothing_else() -> None:
    asked: list[Any] = []

    def from_archive(wanting: Any) -> Any:
        asked.append(wanting)
        return {}

    everything = ("GetAllConnections", {"IncludeDeleted": False}, [listed(1)])
    assert connections(everything, from_archive=from_archive) == [ListedConnection(listed(1), False)] and asked == []
    little = ("GetAllConnections", {"IncludeDeleted": False}, [listed(1), {"ErpConnectionId": 2}])
    connections(little, whole(2, listed(2)), from_archive=from_archive)
    assert asked == [[{"ErpConnectionId": 2}]]


@pytest.mark.parametrize(
    ("is_whole", "told"),
    [
        (True, "GetConnection: the server's answer cannot be used: Deleted should be true or false and is a text."),
        (False, "the list of connections: the server's answer cannot be used: Deleted should be true or false and is a text."),
    ],
)
def test_an_error_names_the_answer_that_cannot_be_used(is_whole: bool, told: str) -> None:
    wrong = listed(1, Deleted="no")
    script = [("GetAllConnections", {"IncludeDeleted": False}, [{"ErpConnectionId": 1} if is_whole else wrong])]
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        connections(*script, *([whole(1, wrong)] if is_whole else []))
    assert caught.value.message == told


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ([("GetAllConnections", {"IncludeDeleted": False}, [{"Active": True}])], "GetAllConnections"),
        (
            [("GetAllConnections", {"IncludeDeleted": False}, NOT_FOUND), ("list erpconnections", {}, [{"Name": "A"}])],
            "MDO list erpconnections",
        ),
        ([("GetAllConnectors", {}, [{"Name": "A"}])], "GetAllConnectors"),
        ([("GetAllConnectors", {}, NOT_FOUND), ("list erpconnectors", {}, [{"Name": "A"}])], "MDO list erpconnectors"),
    ],
)
def test_an_error_names_the_list_without_ids(script: list[Call], told: str) -> None:
    listing = connectors if "GetAllConnectors" in script[0] else connections
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        listing(*script)
    assert (caught.value.method, caught.value.message.partition(":")[0]) == (told, told)
