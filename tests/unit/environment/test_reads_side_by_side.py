# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export, facts, and listing on older services read connections side by side, and nobody can tell from the result."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.side_by_side import side_by_side
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.once import ReadOnce
from ansible_collections.superoffice.erpsync.tests.unit.support.at_once import noted
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, over_rest

from .installation import Installation, Json

OLDER = Way(version=86)
EXISTING = ("Visma Norway", "Visma Sweden", "SAP Germany", "SAP Austria")


def four_connections(**settings: Any) -> Installation:
    """An installation with as many connections as can meet by one, two and four."""
    there = Installation(**settings)
    there.connection("Dynamics Denmark")["Deleted"] = True
    return there


# Seconds after which something that always comes is taken for missing.
PATIENCE = 60.0


class Meeting:
    """Counts the requests that are under way; those with one method arrive only when so many are under way."""

    def __init__(self, method: str, at_once: int) -> None:
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()
        self._method = method
        self._barrier = threading.Barrier(at_once)

    def __call__(self, request: Request) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        if request.method.endswith(self._method):
            self._barrier.wait(PATIENCE)
        with self._lock:
            self._now -= 1


class Backwards:
    """Lets the requests with one method arrive from the last one to the first one."""

    def __init__(self, method: str, number: int) -> None:
        self._method = method
        self._all_there = threading.Barrier(number)
        self._arrived = [threading.Event() for _each in range(number)]
        self._lock = threading.Lock()
        self._ids: list[bytes] = []

    def __call__(self, request: Request) -> None:
        if not request.method.endswith(self._method):
            return
        body = request.body or b""
        with self._lock:
            self._ids.append(body)
        self._all_there.wait(PATIENCE)
        place = sorted(self._ids).index(body)
        if place + 1 < len(self._arrived):
            assert self._arrived[place + 1].wait(PATIENCE)
        self._arrived[place].set()


def told(there: Installation, task: str, at_once: int, **options: Any) -> tuple[Json, list[str]]:
    result = there.run(task, parallel_requests=at_once, **options)
    assert not result.get("failed"), result["msg"]
    return result, there.warnings


READINGS: list[tuple[str, Json]] = [("environment_info", {}), ("info", {"gather": ["all"]})]


@over_rest
@pytest.mark.parametrize("method", ["GetConnection", "GetErpSyncConnectionSummary", "GetConnectionListMappings"])
@pytest.mark.parametrize("task, options", READINGS, ids=[task for task, _options in READINGS])
def test_export_and_facts_read_as_many_connections_at_once_as_the_option_allows(task: str, options: Json, method: str, way: Way) -> None:
    for at_once in (1, 2, 4):
        there = four_connections(way=way)
        meeting = Meeting(method, at_once)
        there.on_the_way = meeting
        told(there, task, at_once, **options)
        assert there.names.count(method) == len(EXISTING)
        assert meeting.most == at_once


@over_rest
@pytest.mark.parametrize("task, options", READINGS, ids=[task for task, _options in READINGS])
def test_the_result_and_its_warnings_do_not_depend_on_which_request_arrives_first(task: str, options: Json, way: Way) -> None:
    there = four_connections(way=way, archive_available=False, password_echo="blank")
    # There is a warning for each connection.
    for name in EXISTING:
        fields = there.site.state.fields_of(there.connection(name)["ErpConnectionId"], "Customer")
        next(field for field in fields if field["CrmFieldKey"])["MissingInERP"] = True
    expected = told(there, task, 1, **options)
    assert len(expected[1]) >= len(EXISTING)
    asked = Counter(map(str, there.sent))
    there.forget()
    there.on_the_way = Backwards("GetErpSyncConnectionSummary", len(EXISTING))
    assert told(there, task, len(EXISTING), **options) == expected
    assert Counter(map(str, there.sent)) == asked


def test_one_request_at_a_time_comes_in_the_order_of_the_connections() -> None:
    there = four_connections()
    told(there, "environment_info", 1)
    per_connection = ("GetErpSyncConnectionSummary", "GetConnectionListMappings")
    asked = [sent for sent in there.sent if sent.name in ("GetConnection", "GetConfigurationFields", *per_connection)]
    names = [sent.name for sent in asked]
    # Access first, then what names the secrets, then the mappings of one connection after the other, by name.
    assert [name for name, _group in itertools.groupby(names)] == ["GetConnection", "GetConfigurationFields", *per_connection * 4]
    ids = [next(iter(sent.body.values())) for sent in asked if sent.name == "GetConnectionListMappings"]
    assert ids == [there.connection(name)["ErpConnectionId"] for name in sorted(EXISTING)]


DOCUMENT = {"connections": [{"name": "Visma Norway", "active": True}]}
LISTING: list[tuple[str, Json]] = [
    ("environment", {"document": DOCUMENT}),
    ("environment_info", {}),
    ("info", {"gather": ["connections"]}),
    ("sync_all", {"check": True}),
    ("resync", {"check": True, "connection": "Visma Norway", "record_ids": [1]}),
]


@pytest.mark.parametrize("task, options", LISTING, ids=[task for task, _options in LISTING])
def test_older_services_are_asked_for_as_many_connections_at_once_as_the_option_allows(task: str, options: Json) -> None:
    found = []
    for at_once in (1, 2, 4):
        there = four_connections(way=OLDER)
        meeting = Meeting("GetConnection", at_once)
        there.on_the_way = meeting
        found.append(told(there, task, at_once, **options))
        assert there.names.count("GetConnection") == len(EXISTING)
        assert meeting.most == at_once
    assert found[0] == found[1] == found[2]


@over_rest
def test_connections_that_a_listing_tells_little_of_are_read_side_by_side(way: Way) -> None:
    found = []
    for at_once in (1, 2, 4):
        there = four_connections(way=way, all_connections_members="minimal")
        meeting = Meeting("GetConnection", at_once)
        there.on_the_way = meeting
        found.append(told(there, "sync_all", at_once, check=True))
        assert meeting.most == at_once
    assert found[0] == found[1] == found[2]


def test_the_first_connection_that_cannot_be_read_is_told_whatever_arrives_first() -> None:
    messages = set()
    for at_once in (1, 4):
        there = four_connections(way=OLDER)
        if at_once > 1:
            there.on_the_way = Meeting("GetConnection", at_once)
        there.trouble = lambda _number, request: "before" if request.method.endswith("GetConnection") else None
        result = there.run("sync_all", check=True, parallel_requests=at_once)
        assert result["failed"] and there.writes == []
        messages.add((result["msg"], str(result["failure"])))
    assert len(messages) == 1


# What several connections need of one connector


def test_several_threads_that_want_one_value_read_it_once() -> None:
    all_want_it = threading.Barrier(4)
    asked: list[str] = []

    def read(key: str) -> str:
        asked.append(key)
        return key.upper()

    once: ReadOnce[str, str] = ReadOnce(read)

    def want() -> str:
        all_want_it.wait(PATIENCE)
        return once.get("a")

    assert side_by_side([want] * 4, 4) == ["A"] * 4
    assert asked == ["a"]


def test_different_values_are_read_at_the_same_time() -> None:
    under_way = threading.Barrier(2)
    once: ReadOnce[int, int] = ReadOnce(lambda _key: under_way.wait(PATIENCE))
    assert sorted(side_by_side([lambda: once.get(1), lambda: once.get(2)], 2)) == [0, 1]


FAILURES = [
    errors.ErrorAnswer("No.", http_status=500, method="M", attempts=1),
    errors.TimedOut("Silent.", method="M", attempts=4),
]


@pytest.mark.parametrize("failure", FAILURES, ids=[failure.kind for failure in FAILURES])
def test_a_failure_is_met_once_by_all_who_want_the_value(failure: errors.ErpSyncError) -> None:
    all_want_it = threading.Barrier(4)
    asked: list[str] = []

    def read(key: str) -> str:
        asked.append(key)
        raise failure

    once: ReadOnce[str, str] = ReadOnce(read)

    def want() -> errors.ErpSyncError:
        all_want_it.wait(PATIENCE)
        with pytest.raises(errors.ErpSyncError) as caught:
            once.get("a")
        return caught.value

    assert all(found is failure for found in side_by_side([want] * 4, 4))
    assert asked == ["a"]


def test_a_silent_connector_is_waited_for_once_by_all_its_connections() -> None:
    there = four_connections()
    for name in EXISTING:
        there.connection(name)["ErpConnectorId"] = 1
    # All of them have begun when the first one asks the connector.
    there.on_the_way = Meeting("GetErpSyncConnectionSummary", len(EXISTING))
    there.trouble = lambda _number, request: "before" if request.method == "GetConfigurationFields" else None
    result = there.run("info", gather=["summary", "configuration_fields"], parallel_requests=len(EXISTING))
    assert result["failed"] and result["failure"]["kind"] == "connection_lost"
    assert there.names.count("GetConfigurationFields") == 1


TERMS = {"erp": "Customer", "fields": [{"erp": "STDTERMS", "crm": "paymentterms", "direction": "both"}]}
LISTS = [{"list": "TermList", "items": {"a": "Prepaid"}}]
MAPPED = {"connectors": [], "connections": [{"name": "Visma Norway", "active": True, "actors": [TERMS], "lists": LISTS}]}
# A task, and the modules that do several things at once in it.
PLACES: list[tuple[str, Way, Json, set[str]]] = [
    ("environment", Way(), {"document": MAPPED}, {"listing", "environment", "lists", "executor"}),
    ("environment", OLDER, {"document": DOCUMENT, "read_from": "archive"}, {"listing", "environment", "lists", "connection_archive"}),
    ("environment_info", Way(), {"read_from": "archive"}, {"listing", "export", "all_mappings"}),
    (
        "environment_info",
        OLDER,
        {"connections": ["Visma Norway"], "read_from": "archive"},
        {"listing", "export", "all_mappings", "connection_archive"},
    ),
    ("info", Way(), {"gather": ["all", "versions"]}, {"listing", "facts", "versions"}),
    ("info", Way(), {"gather": ["field_mappings"], "read_from": "archive"}, {"listing", "facts", "all_mappings"}),
    ("info", OLDER, {"gather": ["connections"], "read_from": "archive"}, {"listing", "facts", "connection_archive"}),
    ("health", OLDER, {"checks": ["all"], "fail_on": "never"}, {"listing", "health"}),
    ("sync_all", OLDER, {"check": True}, {"listing"}),
    ("resync", OLDER, {"check": True, "connection": "Visma Norway", "record_ids": [1]}, {"listing"}),
]


def test_nothing_asks_for_more_or_less_at_once_than_the_option_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = noted(monkeypatch)
    for task, way, options, places in PLACES:
        calls.clear()
        told(four_connections(way=way), task, 7, **options)
        assert set(calls) == {(place, 7) for place in places}, task
