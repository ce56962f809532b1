# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an event says in a sentence, what it tells programs, and when it is the same event told again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import events, stamp
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.event_kinds import KINDS
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.watched_changes import Step

NOW = datetime.datetime(2026, 11, 20, 23, 30, tzinfo=datetime.UTC)
SOURCE = events.Source("crm-north", "https://crm", datetime.timezone(datetime.timedelta(hours=2)))
VISMA = (7, "Visma")
STOPPED = {"what": "It is stopped.", "where": {"kind": "engine", "name": None, "id": None}, "same": "x"}
LATE = {"what": "It is late.", "where": {"kind": "connection", "name": "Visma", "id": 7}, "same": "y"}


def step(kind: str, **more: Any) -> Step:
    return Step(kind, "place", {"place": "now"}, **more)


def first(**found: Any) -> Step:
    return step("first_seen", after={"engine": None, "interval": None, "connections": None, "active": None, "findings": None, **found})


def raised(severity: str, finding: dict[str, Any]) -> Step:
    return Step("health_raised", "place", {"place": finding}, after=severity, details={"finding": finding})


def mapping(*aspects: str, fields: tuple[str, ...] = ()) -> Step:
    return step("mapping_changed", connection=VISMA, details={"actor": "Customer", "aspects": list(aspects), "fields": list(fields)})


def told(one: Step, place: events.Place = events.Place("then", 3), **stamps: stamp.Stamp) -> dict[str, Any]:
    return events.event(one, SOURCE, place, NOW, dict(stamps.items()))  # type: ignore[arg-type]


SENTENCES: list[tuple[Step, str]] = [
    (first(), "It is watched from now on."),
    (first(engine="stopped"), "It is watched from now on: the sync engine is stopped."),
    (first(engine="running"), "It is watched from now on: the sync engine runs."),
    (first(engine="running", interval=900), "It is watched from now on: the sync engine runs every 15 minutes."),
    (
        first(engine="stopped", interval=60, connections=3, active=2, findings=4),
        "It is watched from now on: the sync engine is stopped; 2 of 3 connections are active; its checks find 4 things.",
    ),
    (first(connections=0, active=0, findings=0), "It is watched from now on: 0 of 0 connections are active; its checks find nothing."),
    (step("unreachable", details={"reason": "It is away."}), "It cannot be read. It is away."),
    (step("recovered"), "It can be read again."),
    (step("engine_stopped", details={"status_message": None}), "The sync engine was stopped."),
    (step("engine_stopped", details={"status_message": " \n"}), "The sync engine was stopped."),
    (
        step("engine_stopped", details={"status_message": "Stopped\nby  KRN."}),
        'The sync engine was stopped. The server says: "Stopped by KRN".',
    ),
    (step("engine_started"), "The sync engine was started."),
    (step("interval_changed", before=900, after=3600), "The interval of the sync engine was changed from 00:15:00 to 01:00:00."),
    (step("connection_added", after={"active": True}, connection=VISMA), 'The connection "Visma" is new, and active.'),
    (step("connection_added", after={"active": False}, connection=VISMA), 'The connection "Visma" is new, and inactive.'),
    (step("connection_removed", connection=VISMA), 'The connection "Visma" was removed.'),
    (step("connection_removed"), 'The connection "" was removed.'),
    (step("connection_activated", connection=VISMA), 'The connection "Visma" was activated.'),
    (step("connection_deactivated", connection=VISMA), 'The connection "Visma" was deactivated.'),
    (
        step("connection_synchronised", after="2026-11-20T22:00:00", connection=VISMA, details={"was_stale": False}),
        'The connection "Visma" was synchronised at 2026-11-20T22:00:00.',
    ),
    (
        step("connection_synchronised", after="2026-11-20T22:00:00", connection=VISMA, details={"was_stale": True}),
        'The connection "Visma" was synchronised at 2026-11-20T22:00:00, after it had been due for long.',
    ),
    (
        step("connection_stale", after="2026-11-20T20:00:00", connection=VISMA, details={"seconds": 7200}),
        'The connection "Visma" has not been synchronised for 2 hours, though it is active and the engine runs; '
        "last at 2026-11-20T20:00:00.",
    ),
    (
        step("connection_stale", connection=VISMA, details={"seconds": 7200}),
        'The connection "Visma" has not been synchronised for 2 hours, though it is active and the engine runs; never.',
    ),
    (mapping("added"), 'The mapping of Customer of the connection "Visma" was added.'),
    (mapping("removed", fields=("EMAIL",)), 'The mapping of Customer of the connection "Visma" was removed.'),
    (
        mapping("crm", "enabled", "order", "other", fields=("EMAIL", "NAME")),
        'The mapping of Customer of the connection "Visma" was changed: its CRM actor type, whether it is enabled, the order of its '
        "fields, EMAIL and NAME.",
    ),
    (mapping("fields", fields=("EMAIL",)), 'The mapping of Customer of the connection "Visma" was changed: EMAIL.'),
    (
        step("list_changed", connection=VISMA, details={"list": "Terms", "field_id": 3}),
        'The mapping of the list Terms of the connection "Visma" was changed.',
    ),
    (
        step("list_changed", connection=VISMA, details={"list": "", "field_id": 3}),
        'The mapping of the list of the field 3 of the connection "Visma" was changed.',
    ),
    (
        step("priority_changed", before=["A", "B"], after=["B", "A", "C"]),
        "The priority of the connections was changed from A and B to B, A and C.",
    ),
    (raised("error", STOPPED), "error, engine: It is stopped."),
    (raised("warning", LATE), "warning, connection Visma: It is late."),
    (step("health_cleared", before="error", details={"finding": STOPPED}), "No longer found: error, engine: It is stopped."),
]


@pytest.mark.parametrize(("one", "sentence"), SENTENCES)
def test_what_an_event_says(one: Step, sentence: str) -> None:
    assert told(one)["msg"] == f"crm-north: {sentence}"


def test_each_kind_has_its_sentence() -> None:
    assert {one.kind for one, _sentence in SENTENCES} == set(KINDS) - {None}


def test_all_that_an_event_tells() -> None:
    row = stamp.connection(7)
    one = step("connection_activated", before=False, after=True, connection=VISMA, rows=(row,), details={"more": 1})
    by = stamp.Stamp("KRN", NOW)
    found = events.event(one, SOURCE, events.Place("then", 3), NOW, {row: by})
    assert len(found.pop("id")) == 36
    assert found == {
        "kind": "connection_activated",
        "installation": "crm-north",
        "address": "https://crm",
        "key": "crm-north/place",
        "msg": f'crm-north: The connection "Visma" was activated. Last {by}.',
        "at": "2026-11-20T23:30:00Z",
        "hour": 1,
        "before": False,
        "after": True,
        "connection": "Visma",
        "connection_id": 7,
        **by.as_result(),
        "more": 1,
    }
    plain = told(step("engine_started"))
    assert (plain["connection"], plain["connection_id"], plain["msg"]) == (None, None, "crm-north: The sync engine was started.")
    finding = told(raised("error", STOPPED))["finding"]
    assert finding == {"what": "It is stopped.", "where": STOPPED["where"]}


def test_an_event_that_is_told_again_has_its_id() -> None:
    one = step("connection_activated", before=False, after=True, connection=VISMA)
    same = told(one)["id"]
    # What it is about counts, and neither when it is told, nor what is remembered, nor who did it.
    for again in (one._replace(commit={"place": "other"}), one._replace(details={"more": 1}), one._replace(rows=(stamp.connection(7),))):
        assert told(again)["id"] == same
    others = [one._replace(kind="connection_deactivated"), one._replace(place="x"), one._replace(before=None), one._replace(after=None)]
    ids = [told(other)["id"] for other in others]
    ids += [told(one, events.Place("later", 3))["id"], told(one, events.Place("then", 4))["id"]]
    elsewhere = (SOURCE._replace(name="x"), SOURCE._replace(address="x"))
    ids += [events.event(one, source, events.Place("then", 3), NOW, {})["id"] for source in elsewhere]
    assert len({same, *ids}) == 9
    # Two changes of one mapping may differ in nothing else.
    for kind in ("mapping_changed", "list_changed"):
        details = {"actor": "Customer", "aspects": ["order"], "fields": [], "list": "Terms", "field_id": 3}
        changed = step(kind, connection=VISMA, details=details)
        assert told(changed)["id"] != told(changed._replace(commit={"place": "other"}))["id"]
