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
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health import Unread
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health_checks import LogCounts
from ansible_collections.superoffice.erpsync.plugins.module_utils._read import health
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.health import HealthReader
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction, Row

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
