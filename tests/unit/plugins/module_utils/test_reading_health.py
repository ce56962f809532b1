# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sync log tells of an installation's health: how many entries there are, and the newest of each connection."""

from __future__ import annotations

import base64
import datetime
from typing import Any, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health import Unread
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health_checks import LogCounts
from ansible_collections.superoffice.erpsync.plugins.module_utils._read import health
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.health import HealthReader
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction, Row
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport

NOW = datetime.datetime(2026, 11, 20, 12, 0, 0, tzinfo=datetime.UTC)
REGISTERED, OF = "ErpSyncLog.registered", "ErpSyncLog.ErpExternalKeyId.ErpConnectionId"
REFUSED = errors.Forbidden("archive dynamic: the user may not do this (403).", method="archive dynamic", http_status=403)


class _Archives:
    """Answers with rows, or an error, for each archive."""

    def __init__(self, **answers: list[Row] | errors.ErpSyncError) -> None:
        self.answers = answers
        self.asked: list[tuple[Query, int | None]] = []

    def rows(self, query: Query, *, limit: int | None = None) -> list[Row]:
        self.asked.append((query, limit))
        answer = self.answers[query.archive]
        if isinstance(answer, errors.ErpSyncError):
            raise answer
        return answer[:limit]


def reader(archives: _Archives) -> HealthReader:
    nobody = cast(Any, None)
    return HealthReader(nobody, nobody, cast(Archives, archives))


def at(seconds: int) -> str:
    """So many seconds ago, as an archive writes it."""
    return (NOW - datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def entries(*seconds: int) -> list[Row]:
    return [{REGISTERED: at(each)} for each in seconds]


def test_connectors_by_id_or_why_they_are_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [Connector(3, "A", "http://u:canary@h/x"), Connector(7, "B", None)]
    secrets: set[str] = set()
    nobody = cast(Any, None)
    there = HealthReader(nobody, nobody, nobody, secrets=secrets)
    monkeypatch.setattr(health, "read_connectors", lambda *_nobody, at_once: given if at_once == 1 else [])
    assert there.connectors() == {3: given[0], 7: given[1]}
    # As it is, and in the header of a proxy or a connector.
    assert secrets == {"canary", base64.b64encode(b"u:canary").decode().rstrip("=")}

    def refuses(*_nobody: object, at_once: int) -> list[Connector]:
        raise errors.Forbidden("GetAllConnectors: the user may not do this (403).", method="GetAllConnectors", http_status=403)

    monkeypatch.setattr(health, "read_connectors", refuses)
    told = Unread("GetAllConnectors: the user may not do this (403).", "GetAllConnectors", is_refused=True)
    assert there.connectors() == told
    assert there.refused == [told]


def test_entries_are_counted_in_the_window_and_before() -> None:
    archives = _Archives(dynamic=[*entries(0, 3600, 3601, 7200, 7201), {REGISTERED: None}, {}])
    assert reader(archives).log_counts(NOW, 3600) == LogCounts(2, 2)
    since = Restriction(REGISTERED, ">=", (NOW - datetime.timedelta(seconds=7200),))
    # A page more than what is counted tells whether there are more.
    assert archives.asked == [(Query("dynamic", (REGISTERED,), where=(since,), order=("-ErpSyncLog.erpsynclog_id",)), 5001)]


def test_too_many_entries_are_not_all_counted() -> None:
    assert reader(_Archives(dynamic=entries(*[10] * 4000, *[4000] * 1000))).log_counts(NOW, 3600) == LogCounts(4000, 1000)
    assert reader(_Archives(dynamic=entries(*[10] * 4000, *[4000] * 1001))).log_counts(NOW, 3600) == LogCounts(4000, None)
    assert reader(_Archives(dynamic=entries(*[10] * 5000))).log_counts(NOW, 3600) == LogCounts(5000, 0)
    assert reader(_Archives(dynamic=entries(*[10] * 6000))).log_counts(NOW, 3600) == LogCounts(5000, None, is_cut=True)


def test_the_log_has_an_archive_of_its_own() -> None:
    archives = _Archives(dynamic=REFUSED, ErpSyncLog=[{"updated": at(5)}])
    assert reader(archives).log_counts(NOW, 60) == LogCounts(1, 0)
    assert archives.asked[1][0].order == ("-updated",)
    lacking = errors.NotInVersion("No version has it.", method="archive ErpSyncLog")
    assert reader(_Archives(dynamic=REFUSED, ErpSyncLog=lacking)).log_counts(NOW, 60) == Unread(
        "No version has it.", "archive ErpSyncLog", is_lacking=True
    )


def test_the_newest_entry_of_each_connection() -> None:
    rows: list[Row] = [
        {REGISTERED: at(60), OF: "3"},
        {REGISTERED: at(30), OF: 3},
        {REGISTERED: at(90), OF: 1},
        {REGISTERED: None, OF: 2},
        {REGISTERED: at(1), OF: None},
    ]
    archives = _Archives(dynamic=rows)
    seconds = datetime.timedelta(seconds=1)
    assert reader(archives).newest_logged() == {3: NOW - 30 * seconds, 1: NOW - 90 * seconds}
    assert archives.asked == [(Query("dynamic", (REGISTERED, OF), order=("-ErpSyncLog.erpsynclog_id",)), 1000)]
    assert reader(_Archives(dynamic=REFUSED)).newest_logged() == {}


# Mappings that may be wrong


def field(connection: Any = 3, erp: Any = 1, **values: Any) -> Row:
    """A row of ErpField: one that is synchronised, and nothing is wrong with it."""
    row = {"ConnectionId": connection, "ActorTypeErp": erp, "CrmFieldKey": "name", "SyncToCrm": True, "SyncToErp": False}
    return {**row, "ShowInGui": False, "ShowInSearch": False, "Access": 0, "MissingInERP": False, **values}


UNUSED = {"SyncToCrm": False, "CrmFieldKey": ""}


@pytest.mark.parametrize(
    ("rows", "suspicious"),
    [
        ([field()], False),
        ([field(MissingInERP=True)], True),
        ([field(MissingInERP=None)], True),
        ([field(Access=1)], False),
        ([field(Access=1, SyncToCrm=False, SyncToErp=True)], False),
        ([field(), field(**UNUSED)], False),
        # Whatever uses a field that is missing.
        ([field(), field(**UNUSED, MissingInERP=True)], False),
        ([field(), field(SyncToCrm=False, MissingInERP=True)], True),
        ([field(), field(**UNUSED, ShowInGui=True, MissingInERP=True)], True),
        ([field(), field(**UNUSED, ShowInSearch=True, MissingInERP=True)], True),
        ([field(), field(**UNUSED, ShowInGui=None, MissingInERP=True)], True),
        ([field(), field(**{**UNUSED, "SyncToErp": True}, MissingInERP=True)], True),
        # A field that the ERP system demands needs a direction.
        ([field(), field(SyncToCrm=False, Access=1)], True),
        ([field(), field(SyncToCrm=False, Access="Mandatory")], True),
        ([field(), field(SyncToCrm=False, Access=2)], False),
        ([field(), field(SyncToCrm=None, Access=1)], True),
        ([field(), field(SyncToCrm=False, Access=None)], True),
        # Where no field has a direction, nothing is synchronised.
        ([field(SyncToCrm=False, Access=1), field(SyncToCrm=False, MissingInERP=True)], False),
        ([field(SyncToCrm=None, Access=1)], True),
        ([field(SyncToErp=None, SyncToCrm=False, MissingInERP=True)], True),
        # What is wrong stays wrong whatever comes behind it.
        ([field(MissingInERP=True), field(), field(SyncToCrm=False)], True),
    ],
)
def test_which_actor_types_may_be_wrong(rows: list[Row], suspicious: bool) -> None:
    norway = Connection(3, 7, "Norway", "", True, False, None)
    asked = [("GetActorTypeMapping", {"ErpConnectionId": 3, "ActorType": "Customer"}, {"IsActive": True})]
    archives = _Archives(ErpField=rows)
    with ScriptedTransport(*asked if suspicious else []) as transport:
        there = HealthReader(transport.reading, transport.lookups, cast(Archives, archives))
        assert there.suspicious_mappings([norway]) == {3: [{"IsActive": True}] if suspicious else []}
    columns = (
        "ConnectionId",
        "ActorTypeErp",
        "CrmFieldKey",
        "SyncToCrm",
        "SyncToErp",
        "ShowInGui",
        "ShowInSearch",
        "Access",
        "MissingInERP",
    )
    assert archives.asked == [(Query("ErpField", columns, (Restriction("ConnectionId", ">", (0,)),), ("Id",)), None)]


@pytest.mark.parametrize("rows", [REFUSED, [], [field(4)], [field(), field(None)], [field(), field(erp="Unheard")]])
def test_the_agent_tells_all_actor_types_of_which_the_archive_tells_nothing(rows: Any) -> None:
    norway = Connection(3, 7, "Norway", "", True, False, None)
    summary: dict[str, Any] = {"ErpConnectionId": 3, "Actors": [{"ActorType": "Person"}, {"ActorType": "Customer"}]}
    asked: list[tuple[str, dict[str, Any], Any]] = [
        ("GetErpSyncConnectionSummary", {"ErpSyncConnectionId": 3}, summary),
        ("GetActorTypeMapping", {"ErpConnectionId": 3, "ActorType": "Person"}, {"IsActive": True}),
        ("GetActorTypeMapping", {"ErpConnectionId": 3, "ActorType": "Customer"}, None),
    ]
    with ScriptedTransport(*asked) as transport:
        there = HealthReader(transport.reading, transport.lookups, cast(Archives, _Archives(ErpField=rows)))
        assert there.suspicious_mappings([norway]) == {3: [{"IsActive": True}]}


def test_an_empty_mapping_is_one() -> None:
    norway = Connection(3, 7, "Norway", "", True, False, None)
    asked: tuple[str, dict[str, Any], Any] = ("GetActorTypeMapping", {"ErpConnectionId": 3, "ActorType": "Customer"}, {})
    with ScriptedTransport(asked) as transport:
        there = HealthReader(transport.reading, transport.lookups, cast(Archives, _Archives(ErpField=[field(MissingInERP=True)])))
        assert there.suspicious_mappings([norway]) == {3: [{}]}


def test_a_connector_without_an_address_is_not_tested() -> None:
    connectors = [Connector(1, "A", "http://a"), Connector(2, "B", None), Connector(3, "C", "")]
    with ScriptedTransport(("TestConnectorUrl", {"Url": "http://a"}, "NoError")) as transport:
        there = HealthReader(transport.reading, transport.lookups, cast(Archives, _Archives()))
        assert there.connector_answers(connectors) == {1: "NoError"}


@pytest.mark.parametrize(
    ("error", "told", "is_refused"),
    [
        (REFUSED, Unread(REFUSED.message, "archive dynamic", is_refused=True), True),
        (errors.NotInVersion("No.", method="M"), Unread("No.", "M", is_lacking=True), False),
        (errors.ErrorAnswer("No.", method="M"), Unread("No.", "M", is_answer=True), False),
        (errors.TimedOut("No.", method="M"), Unread("No.", "M", is_answer=True), False),
        (errors.Unavailable("No.", method="M"), Unread("No.", "M", is_answer=True), False),
        (errors.NotFound("No.", method="M"), Unread("No.", "M"), False),
    ],
)
def test_what_stands_in_place_of_an_answer(error: errors.ErpSyncError, told: Unread, is_refused: bool) -> None:
    norway = Connection(3, 7, "Norway", "", True, False, None)
    with ScriptedTransport(("TestConnectionById", {"ErpConnectionId": 3}, error)) as transport:
        there = HealthReader(transport.reading, transport.lookups, cast(Archives, _Archives()))
        assert there.connection_tests([norway]) == {3: told}
    assert (there.refused, there.first_failure) == ([told] if is_refused else [], None)


def test_the_first_failure_is_kept() -> None:
    first, second = errors.ErrorAnswer("One.", method="GetEngineStatus"), errors.ErrorAnswer("Two.", method="GetAllConnections")
    listing = ("GetAllConnections", {"IncludeDeleted": False}, second)
    with ScriptedTransport(("GetEngineStatus", {}, first), listing) as transport:
        there = HealthReader(transport.reading, transport.lookups, cast(Archives, _Archives()))
        assert there.engine() == Unread("One.", "GetEngineStatus", is_answer=True)
        assert there.connections() == Unread("Two.", "GetAllConnections", is_answer=True)
    assert there.first_failure is first
