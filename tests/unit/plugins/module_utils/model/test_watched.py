# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has changed between two looks at an installation, and what is remembered of it: the rare cases, without a server."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import (
    event_kinds,
    health,
    remembered,
    stamp,
    watched,
    watched_changes,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.engine import EngineStatus
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.event_kinds import KINDS, Rules
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health import Finding, Where
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.remembered import applied
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.watched import Observed, SeenList, SeenMapping, Sync
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.watched_changes import Step, compared

NOW = datetime.datetime(2026, 11, 20, 6, tzinfo=datetime.UTC)
ALL = Rules(frozenset(KINDS), 3600)
QUIET = Rules(frozenset(KINDS), 3600, event_kinds.NOTHING)
RUNS, STOPPED = EngineStatus(True, "Running", 900), EngineStatus(False, "Stopped", 900)
Json = dict[str, Any]


def connection(number: int, name: str = "", *, active: bool = True) -> Connection:
    return Connection(number, 1, name or f"C{number}", "", active, False, None)


def there(*numbers: int, **more: Any) -> Observed:
    """An installation with active connections."""
    return Observed(engine=RUNS, connections={number: connection(number) for number in numbers}, **more)


def after(steps: list[Step], entries: Json | None = None) -> Json:
    """What is remembered once all is told."""
    found = entries or {}
    for step in steps:
        found = applied(found, step.commit)
    return found


def told(steps: list[Step]) -> list[tuple[str, str]]:
    return [(step.kind, step.place) for step in steps if step.kind is not None]


def seen(observed: Observed, rules: Rules = QUIET) -> Json:
    """What is remembered after a first look."""
    return after(compared({}, observed, NOW, rules))


def mapping(fields: dict[str, str], order: str | None = "1", **own: Any) -> SeenMapping:
    value = {"crm": "Contact", "enabled": True, "order": order, "fields": fields, **own}
    return SeenMapping(value, {key: number for number, key in enumerate(fields, 100)})


def test_each_kind_needs_what_it_is_about() -> None:
    parts = {kind: sorted(event_kinds.parts([kind])) for kind in KINDS}
    assert [kind for kind, needed in parts.items() if not needed] == list(KINDS[:6])
    assert {kind: needed for kind, needed in parts.items() if kind in KINDS[6:10]} == {kind: ["connections"] for kind in KINDS[6:10]}
    assert [parts[kind] for kind in KINDS[10:]] == [
        *[["connections", "syncs"]] * 2,
        ["connections", "mappings"],
        ["connections", "lists"],
        ["connections", "priority"],
        *[["health"]] * 2,
    ]


def test_what_is_the_same_is_no_step() -> None:
    observed = there(
        1,
        2,
        syncs={1: Sync("2026-11-20T05:59:00", 60), 2: Sync(None, None)},
        mappings={1: {"Customer": mapping({"A": "1"})}, 2: {}},
        lists={1: {7: SeenList({"name": "L", "actor": "Customer", "items": "1"}, ("a",))}, 2: {}},
        priority=(2, 0, 1),
        findings={},
    )
    assert compared(seen(observed), observed, NOW, ALL) == []


def test_steps_of_a_first_look_remember_all_at_once() -> None:
    first, stopped = compared({}, Observed(engine=STOPPED), NOW, ALL)
    assert (first.kind, first.commit) == (
        "first_seen",
        {
            "seen": "2026-11-20T06:00:00Z",
            "reachable": True,
            "engine": {"running": True, "since": None},
            "interval": 900,
        },
    )
    assert (stopped.kind, stopped.commit) == ("engine_stopped", {"engine": {"running": False, "since": None}})


def test_a_connection_that_comes_brings_all_that_belongs_to_it_in_one_step() -> None:
    own = {
        "mappings": {9: {"Customer": mapping({"A": "1"})}},
        "lists": {9: {7: SeenList({"name": "L", "actor": None, "items": "1"}, ("a",))}},
    }
    entries = seen(there(1, mappings={1: {}}, lists={1: {}}))
    [step] = compared(entries, there(1, 9, **own), NOW, ALL)
    assert (step.kind, step.connection, step.rows) == ("connection_added", (9, "C9"), (stamp.connection(9),))
    assert sorted(step.commit) == ["connection/9", "list/9/7", "mapping/9/Customer"]
    assert step.commit["connection/9"] == {"name": "C9", "active": True, "since": "2026-11-20T06:00:00Z", "known": ["mappings", "lists"]}
    entries = after([step], entries)
    [gone] = compared(entries, there(1), NOW, ALL)
    assert (gone.kind, gone.commit) == (
        "connection_removed",
        {"connection/9": None, "mapping/9/Customer": None, "list/9/7": None},
    )


def test_a_connection_that_is_switched_stays_the_one_that_is_known() -> None:
    """Else what changes in it meanwhile would be taken for what was there before."""
    entries = seen(there(1, mappings={1: {"Customer": mapping({"A": "1"})}}))
    for active, kind, since in ((False, "connection_deactivated", None), (True, "connection_activated", "2026-11-20T06:00:00Z")):
        changed = {1: {"Customer": mapping({"A": str(active)})}}
        now = Observed(engine=RUNS, connections={1: connection(1, active=active)}, mappings=changed)
        steps = compared(entries, now, NOW, ALL)
        assert told(steps) == [(kind, "connection/1"), ("mapping_changed", "mapping/1/Customer")]
        entries = after(steps, entries)
        assert entries["connection/1"] == {"name": "C1", "active": active, "since": since, "known": ["mappings"]}
        assert compared(entries, now, NOW, ALL) == []


def test_what_could_not_be_read_stays_as_it_was() -> None:
    """And what could not be read of a new connection is not new when it can."""
    fields = {"Customer": mapping({"A": "1"})}
    entries = seen(there(1, mappings={1: fields}))
    steps = compared(entries, there(1, 2, mappings={}), NOW, ALL)
    assert told(steps) == [("connection_added", "connection/2")]
    entries = after(steps, entries)
    steps = compared(entries, there(1, 2, mappings={1: fields, 2: fields}), NOW, ALL)
    assert told(steps) == [] and "mapping/2/Customer" in after(steps, entries)
    for less in (Observed(), Observed(engine=RUNS), there(1, 2), there(1, 2, mappings={}, lists={}, syncs={})):
        assert compared(after(steps, entries), less, NOW, ALL) == []


def test_actor_types_come_and_go() -> None:
    entries = seen(there(1, mappings={1: {"Customer": mapping({"A": "1"})}}))
    steps = compared(entries, there(1, mappings={1: {"Person": mapping({"B": "1"})}}), NOW, ALL)
    assert [(step.place, step.details["aspects"], step.rows) for step in steps] == [
        ("mapping/1/Person", ["added"], (stamp.actor_type(1, "Person"),)),
        ("mapping/1/Customer", ["removed"], (stamp.actor_type(1, "Customer"),)),
    ]
    assert "mapping/1/Customer" not in after(steps, entries)


def test_the_rows_of_a_mapping_are_those_that_changed() -> None:
    entries = seen(there(1, mappings={1: {"Customer": mapping({"A": "1", "B": "1", "C": "1"})}}))
    changed = mapping({"A": "1", "B": "2", "D": "1"}, enabled=False)
    [step] = compared(entries, there(1, mappings={1: {"Customer": changed}}), NOW, ALL)
    assert step.details == {"actor": "Customer", "fields": ["B", "C", "D"], "aspects": ["enabled"]}
    # A field that is gone has none.
    assert step.rows == (stamp.actor_type(1, "Customer"), stamp.field(101), stamp.field(102))


@pytest.mark.parametrize(
    ("before", "now", "aspects"),
    [("1", "2", ["order"]), ("1", None, None), (None, "1", None), (None, None, None), ("1", "1", None)],
)
def test_an_order_that_is_not_known_is_no_other_order(before: str | None, now: str | None, aspects: list[str] | None) -> None:
    entries = seen(there(1, mappings={1: {"Customer": mapping({"A": "1"}, before)}}))
    steps = compared(entries, there(1, mappings={1: {"Customer": mapping({"A": "1"}, now)}}), NOW, ALL)
    assert [step.details["aspects"] for step in steps if step.kind] == ([] if aspects is None else [aspects])
    assert after(steps, entries)["mapping/1/Customer"]["order"] == (now or before)


def test_lists_come_and_go_and_take_other_names() -> None:
    def listed(**lists: str) -> Observed:
        found = {
            int(field[1:]): SeenList({"name": name[0], "actor": "Customer", "items": name[1]}, ("a", "b")) for field, name in lists.items()
        }
        return there(1, lists={1: found})

    entries = seen(listed(f7="X1", f8="Y1"))
    steps = compared(entries, listed(f7="X2", f9="Z1", f8="V1"), NOW, ALL)
    assert [(step.kind, step.place, step.rows) for step in steps] == [
        ("list_changed", "list/1/7", (stamp.item(7, "a"), stamp.item(7, "b"))),
        (None, "list/1/8", ()),
        ("list_changed", "list/1/9", (stamp.item(9, "a"), stamp.item(9, "b"))),
    ]
    entries = after(steps, entries)
    [step] = compared(entries, listed(f8="V1", f9="Z1"), NOW, ALL)
    assert (step.place, step.commit, step.details) == ("list/1/7", {"list/1/7": None}, {"list": "X", "actor": "Customer", "field_id": 7})


def test_a_priority_is_not_moved_by_what_comes_and_goes() -> None:
    entries = seen(there(1, 2, 3, priority=(3, 0, 1, 2)))
    steps = compared(entries, there(1, 3, 4, priority=(3, 0, 1, 4)), NOW, ALL)
    assert told(steps) == [("connection_removed", "connection/2"), ("connection_added", "connection/4")]
    entries = after(steps, entries)
    assert entries["priority"] == [3, 0, 1, 4]
    [step] = compared(entries, there(1, 3, 4, priority=(0, 3, 1, 4)), NOW, ALL)
    assert (step.kind, step.before, step.after) == (
        "priority_changed",
        ["C3", "SuperOffice", "C1", "C4"],
        ["SuperOffice", "C3", "C1", "C4"],
    )
    assert step.rows == (stamp.CONFIGURATION,)


def test_stale_is_more_than_is_allowed() -> None:
    entries = seen(there(1, syncs={1: Sync("2026-11-20T05:00:00", 0)}))
    assert compared(entries, there(1, syncs={1: Sync("2026-11-20T05:00:00", 3600)}), NOW, ALL) == []
    [step] = compared(entries, there(1, syncs={1: Sync("2026-11-20T05:00:00", 3601)}), NOW, ALL)
    assert (step.kind, step.details, step.after) == ("connection_stale", {"seconds": 3601}, "2026-11-20T05:00:00")
    entries = after([step], entries)
    assert compared(entries, there(1, syncs={1: Sync("2026-11-20T05:00:00", 9999)}), NOW, ALL) == []
    # A clock that is set back makes it no younger, so that nothing is told twice.
    assert compared(entries, there(1, syncs={1: Sync("2026-11-20T05:00:00", 0)}), NOW - datetime.timedelta(days=1), ALL) == []
    # It is no longer due, whatever the reason: where it is again, that is told again.
    for less in (
        Observed(STOPPED, {1: connection(1)}, {1: Sync("2026-11-20T05:00:00", 9999)}),
        Observed(STOPPED, {1: connection(1)}, {}),
        Observed(RUNS, {1: connection(1, active=False)}, {}),
    ):
        steps = compared(entries, less, NOW, ALL)
        assert "connection_stale" not in dict(told(steps)) and "stale/1" not in after(steps, entries)


def test_a_time_that_is_none_says_nothing_of_an_age() -> None:
    entries = seen(there(1, syncs={1: Sync("yesterday", None)}))
    later = NOW + datetime.timedelta(days=2)
    assert compared(entries, there(1, syncs={1: Sync("yesterday", None)}), later, ALL) == []
    [step] = compared(entries, there(1, syncs={1: Sync("today", None)}), later, ALL)
    assert (step.kind, step.before, step.after) == ("connection_synchronised", "yesterday", "today")


@pytest.mark.parametrize(
    ("before", "now", "kinds"),
    [
        (None, "2026-11-20T05:00:00", ["connection_synchronised"]),
        ("2026-11-20T05:00:00", "2026-11-20T04:59:59", []),
        ("2026-11-20T05:00:00", "2026-11-20T05:00:00Z", ["connection_synchronised"]),
        ("2026-11-20T05:00:00+01:00", "2026-11-20T04:00:00Z", []),
        ("2026-11-20T05:00:00+01:00", "2026-11-20T04:00:01Z", ["connection_synchronised"]),
    ],
)
def test_only_a_later_time_is_a_synchronisation(before: str | None, now: str, kinds: list[str]) -> None:
    entries = seen(there(1, syncs={1: Sync(before, 0)}))
    steps = compared(entries, there(1, syncs={1: Sync(now, 0)}), NOW, ALL)
    assert [step.kind for step in steps if step.kind] == kinds
    assert after(steps, entries)["sync/1"] == now


def test_a_connection_that_is_passed_over_is_not_the_last_one() -> None:
    old, new = Sync("2026-11-20T04:00:00", 60), Sync("2026-11-20T05:00:00", 60)
    entries = seen(there(1, 2, syncs={1: old, 2: old}))
    # The first one could not be read.
    steps = compared(entries, there(1, 2, syncs={2: new}), NOW, ALL)
    assert told(steps) == [("connection_synchronised", "connection/2")]
    # The first one is not due, and is stale no more.
    waiting = Sync("2026-11-20T04:00:00", 7200)
    observed = Observed(engine=RUNS, connections={1: connection(1, active=False), 2: connection(2)}, syncs={1: waiting, 2: waiting})
    steps = compared({**seen(observed), "stale/1": True, "sync/2": waiting.last}, observed, NOW, ALL)
    assert told([step for step in steps if step.place != "stale/1"]) == [] and after(steps, {"stale/1": True}).get("stale/1") is None
    first = {"connection/1": {**entries["connection/1"], "active": False}, "stale/1": True}
    steps = compared({**entries, **first}, observed, NOW, ALL)
    assert told(steps) == [("connection_stale", "connection/2")]
    # Of the first one nothing is found.
    entries = seen(there(1, 2, mappings={1: {"Customer": mapping({"A": "1"})}, 2: {"Customer": mapping({"A": "1"})}}))
    steps = compared(entries, there(1, 2, mappings={2: {"Customer": mapping({"A": "2"})}}), NOW, ALL)
    assert told(steps) == [("mapping_changed", "mapping/2/Customer")]


def test_what_has_no_order_of_its_own_comes_by_number_and_by_name() -> None:
    numbers = (33, 8, 1025, 2, 17)
    lists = {8: {number: SeenList({"name": "L", "actor": None, "items": "1"}, ("a",)) for number in numbers}}
    fields = dict.fromkeys("dbca", "1")
    entries = seen(there(*numbers, lists=lists, mappings={8: {"Customer": mapping(fields)}}))
    gone = compared(entries, Observed(engine=RUNS, connections={}), NOW, ALL)
    assert [step.place for step in gone] == [f"connection/{number}" for number in sorted(numbers)]
    changed = {8: {"Customer": mapping(dict.fromkeys("cbad", "2"))}}
    steps = compared(entries, there(*numbers, lists={8: {}}, mappings=changed), NOW, ALL)
    assert [step.place for step in steps] == ["mapping/8/Customer", *(f"list/8/{number}" for number in sorted(numbers))]
    assert steps[0].details["fields"] == ["a", "b", "c", "d"]
    checks = frozenset(health.CHECKS)
    known = compared(seen(there()), there(findings={}), NOW, ALL._replace(checks=checks))
    assert [step.commit for step in known if step.place == "checks"] == [{"checks": sorted(checks)}]


def test_findings_of_the_same_check_of_the_same_thing_are_one() -> None:
    where = Where("connection", "C1", 1)
    one = Finding(health.WARNING, health.MISSING_FIELDS, "Customer: X.", where, "todo")
    found = watched.seen_findings(
        [
            one,
            one._replace(what="Person: Y."),
            Finding(health.ERROR, health.ACCESS, "refused", Where("user", "ADM", 5)),
            Finding(health.INFO, health.LISTS, "lacks", where),
            Finding(health.UNKNOWN, health.LOG, "5 things", Where("log")),
        ]
    )
    assert list(found) == ["finding/access/user/5", "finding/missing_fields/connection/1", "finding/log/log/unknown"]
    assert found["finding/missing_fields/connection/1"]["what"] == "Customer: X. Person: Y."
    entries = after(compared({}, Observed(findings=found), NOW, QUIET))
    # Numbers and ages in the words of other checks change all the time.
    again = watched.seen_findings(
        [
            one._replace(what="Person: Y."),
            Finding(health.ERROR, health.ACCESS, "refused", Where("user", "ADM", 5)),
            Finding(health.UNKNOWN, health.LOG, "6 things", Where("log")),
        ]
    )
    assert told(compared(entries, Observed(findings=again), NOW, ALL)) == [("health_raised", "finding/missing_fields/connection/1")]
    worse = watched.seen_findings([Finding(health.ERROR, health.LOG, "5 things", Where("log"))])
    steps = compared(entries, Observed(findings=worse), NOW, ALL)
    assert told(steps) == [
        ("health_cleared", "finding/access/user/5"),
        ("health_cleared", "finding/missing_fields/connection/1"),
        ("health_cleared", "finding/log/log/unknown"),
        ("health_raised", "finding/log/log"),
    ]
    assert (steps[1].connection, steps[0].connection, steps[2].before, steps[3].after) == ((1, "C1"), None, "unknown", "error")


@pytest.mark.parametrize("where", [Where("connections"), Where("connection", "C1", 1)])
def test_what_could_not_be_checked_is_not_gone(where: Where) -> None:
    """Nor is it told again when it can be checked."""
    there_before = watched.seen_findings([Finding(health.WARNING, health.MISSING_FIELDS, "X.", Where("connection", "C1", 1))])
    entries = seen(Observed(findings=there_before))
    unread = watched.seen_findings([Finding(health.UNKNOWN, health.MISSING_FIELDS, "refused", where)])
    steps = compared(entries, Observed(findings=unread), NOW, ALL)
    place = next(iter(unread))
    assert told(steps) == [("health_raised", place)]
    assert told(compared(after(steps, entries), Observed(findings=there_before), NOW, ALL)) == [("health_cleared", place)]
    # What could be checked elsewhere is.
    elsewhere = watched.seen_findings([Finding(health.UNKNOWN, health.MISSING_FIELDS, "refused", Where("connection", "C2", 2))])
    steps = compared(entries, Observed(findings=elsewhere), NOW, ALL)
    assert told(steps) == [
        ("health_cleared", "finding/missing_fields/connection/1"),
        ("health_raised", "finding/missing_fields/connection/2/unknown"),
    ]
    # Nor is what stands behind it.
    both = [Finding(health.WARNING, health.MISSING_FIELDS, "X.", Where("connection", f"C{number}", number)) for number in (1, 2)]
    one = watched.seen_findings([Finding(health.UNKNOWN, health.MISSING_FIELDS, "refused", Where("connection", "C1", 1))])
    steps = compared(seen(Observed(findings=watched.seen_findings(both))), Observed(findings=one), NOW, ALL)
    assert told(steps) == [
        ("health_cleared", "finding/missing_fields/connection/2"),
        ("health_raised", "finding/missing_fields/connection/1/unknown"),
    ]
    # Another check says nothing of it.
    other = watched.seen_findings([Finding(health.UNKNOWN, health.ACTIVE, "refused", Where("connections"))])
    assert ("health_cleared", "finding/missing_fields/connection/1") in told(compared(entries, Observed(findings=other), NOW, ALL))


def test_what_is_remembered_stays_comparable_with_what_an_earlier_release_has_written() -> None:
    [finding] = watched.seen_findings([Finding(health.WARNING, health.LISTS, "x", Where("list", "L", 7))]).values()
    assert finding["same"] == hashlib.sha256(b'["warning", "x"]').hexdigest()[:12]


def test_so_many_findings_are_watched() -> None:
    many = [Finding(health.WARNING, health.LISTS, "x", Where("connection", f"C{number}", number)) for number in range(300)]
    worst = Finding(health.ERROR, health.ACCESS, "refused", Where("user"))
    found = watched.seen_findings(many)
    entries = seen(Observed(findings=found))
    kept = [place for place in entries if place.startswith("finding/")]
    assert kept == list(found)[:200]
    # A worse one takes the place of none that is still there.
    with_worst = Observed(findings=watched.seen_findings([*many, worst]))
    steps = compared(entries, with_worst, NOW, ALL)
    assert told(steps) == [("health_raised", "finding/access/user")]
    assert compared(after(steps, entries), with_worst, NOW, ALL) == []
    # One that is known is told wherever it stands.
    late = seen(Observed(findings=watched.seen_findings(many[290:291])))
    changed = watched.seen_findings([*many[:290], many[290]._replace(what="y"), *many[291:]])
    places = [place for _kind, place in told(compared(late, Observed(findings=changed), NOW, ALL))]
    assert places == [*list(changed)[:200], "finding/lists/connection/290"]


def test_a_failure_is_told_once() -> None:
    [step] = watched_changes.failed({}, "timeout", "It took long.", ALL)
    assert (step.kind, step.details) == ("unreachable", {"failure": "timeout", "reason": "It took long."})
    assert watched_changes.failed(applied({}, step.commit), "timeout", "It took long.", ALL) == []
    [silent] = watched_changes.failed({}, "timeout", "", Rules(frozenset({"recovered"}), 1))
    assert silent.kind is None
    entries = {**seen(Observed(engine=RUNS)), "reachable": False}
    assert told(compared(entries, Observed(engine=RUNS), NOW, ALL)) == [("recovered", "reachable")]
    # Who was never seen is seen first.
    assert told(compared({"reachable": False}, Observed(engine=RUNS), NOW, ALL)) == [("recovered", "reachable"), ("first_seen", "first")]


def test_what_is_no_longer_watched_is_forgotten() -> None:
    whole = there(
        1,
        syncs={1: Sync("2026-11-20T05:00:00", 9999)},
        mappings={1: {"Customer": mapping({"A": "1"})}},
        lists={1: {7: SeenList({"name": "L", "actor": None, "items": "1"}, ())}},
        priority=(1, 0),
        findings=watched.seen_findings([Finding(health.ERROR, health.ACCESS, "x", Where("user"))]),
    )
    entries = seen(whole)
    assert remembered.only(entries, ALL) == entries
    left = remembered.only(entries, ALL._replace(kinds=frozenset(["list_changed"])))
    assert sorted(left) == ["connection/1", "engine", "interval", "known", "list/1/7", "reachable", "seen"]
    assert (left["connection/1"]["known"], left["known"]) == (["lists"], ["connections"])
    assert sorted(remembered.only(entries, ALL._replace(kinds=frozenset()))) == ["engine", "interval", "known", "reachable", "seen"]


def test_archives_that_differ_are_not_read_again() -> None:
    entries = seen(Observed(engine=RUNS, archives_differ=True))
    assert entries["by_agent"] is True


FIELD = {
    "erp": "A",
    "id": 5,
    "crm": None,
    "direction": "none",
    "show": False,
    "search": False,
    "default": None,
    "rank": None,
    "type": "Text",
}
DEFAULT = {"value": None, "has_value": False, "prompt": False, "mandatory": False}


def _digests(*fields: Json, ranks_known: bool = True) -> Json:
    return watched.seen_mapping({"crm": "Contact", "enabled": True, "fields": list(fields)}, ranks_known=ranks_known).value


@pytest.mark.parametrize(
    "used",
    [
        {"crm": "name"},
        {"direction": "to_crm"},
        {"show": True},
        {"search": True},
        {"default": {**DEFAULT, "has_value": True, "value": "x"}},
        {"default": {**DEFAULT, "prompt": True}},
        {"default": {**DEFAULT, "mandatory": True}},
    ],
)
def test_a_field_counts_where_it_is_used(used: Json) -> None:
    assert list(_digests({**FIELD, **used})["fields"]) == ["A"]
    assert _digests(FIELD, {**FIELD, "default": DEFAULT}, {**FIELD, "show": None})["fields"] == {}


def test_spellings_of_a_value_are_one_value() -> None:
    """What the agent encodes, an archive may show plainly."""

    def default(value: str) -> Json:
        return _digests({**FIELD, "type": "Integer", "default": {**DEFAULT, "has_value": True, "value": value}})

    assert default("[I:5]") == default("5") != default("6")


def test_the_order_is_that_of_shown_fields() -> None:
    first, second = {**FIELD, "show": True, "rank": 1}, {**FIELD, "erp": "B", "show": True, "rank": 2}
    hidden = {**FIELD, "erp": "C", "rank": 1}
    order = _digests(first, second)["order"]
    assert _digests({**first, "rank": 4}, {**second, "rank": 9}, hidden)["order"] == order
    assert _digests({**first, "rank": 3}, second)["order"] != order
    assert _digests(first, second, ranks_known=False)["order"] is None
