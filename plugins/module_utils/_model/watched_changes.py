# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What has changed between two looks at a watched installation.

A step is one thing that has changed: the event that tells it, and the values to remember once it is
told. So a run that is interrupted between two events continues with the second.
"""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from . import health, last_sync, stamp
from .connection import Connection
from .engine import EngineStatus
from .event_kinds import (
    ACTIVATED,
    ADDED,
    CONNECTIONS,
    DEACTIVATED,
    ENGINE_STARTED,
    ENGINE_STOPPED,
    FIRST_SEEN,
    HEALTH_CLEARED,
    HEALTH_RAISED,
    INTERVAL_CHANGED,
    LIST_CHANGED,
    LISTS,
    MAPPING_CHANGED,
    MAPPINGS,
    NOTHING,
    PRIORITY_CHANGED,
    PROBLEMS,
    RECOVERED,
    REMOVED,
    STALE,
    SYNCHRONISED,
    UNREACHABLE,
    Rules,
)
from .remembered import PLACES, SAME, Commit, Entries, applied, is_of
from .since import read_back, spelt
from .watched import Observed, SeenList, SeenMapping, Sync

# The most findings that are taken up, the worst first. Those that were taken up stay watched.
MOST_FINDINGS = 200

T = t.TypeVar("T", bound=t.Mapping[t.Any, t.Any])


class Step(t.NamedTuple):
    """One thing that has changed; a step without a kind is remembered and not told."""

    kind: str | None
    place: str
    commit: Commit
    before: t.Any = None
    after: t.Any = None
    # The connection that it is about: id and name.
    connection: tuple[int, str] | None = None
    # The rows of the database that say who did it.
    rows: tuple[stamp.Row, ...] = ()
    details: t.Mapping[str, t.Any] = {}


def told_of(step: Step) -> t.Any:
    """What makes a step unique besides its values before and after, without words that change by
    themselves.
    """
    if step.kind == HEALTH_RAISED:
        return step.commit[step.place][SAME]
    return step.commit[step.place] if step.kind in (MAPPING_CHANGED, LIST_CHANGED) else None


def failed(entries: Entries, failure: str, sentence: str, rules: Rules) -> list[Step]:
    """The step for an installation that could not be read; none if that was told already.

    :param failure: its kind.
    """
    if entries.get("reachable") is False:
        return []
    kind = UNREACHABLE if UNREACHABLE in rules.kinds else None
    return [Step(kind, "reachable", {"reachable": False}, details={"failure": failure, "reason": sentence})]


def compared(entries: Entries, observed: Observed, now: datetime.datetime, rules: Rules) -> list[Step]:
    """What has changed, in the order in which it is to be told."""
    comparison = _Comparison(entries, observed, now, rules)
    if entries.get("reachable") is False:
        comparison.add(Step(RECOVERED, "reachable", {"reachable": True}))
    if "seen" not in entries:
        comparison.look_first()
    comparison.compare(observed)
    return comparison.steps


class _Comparison:
    """One comparison. Each step is remembered before the next one is looked for."""

    def __init__(self, entries: Entries, observed: Observed, now: datetime.datetime, rules: Rules) -> None:
        self._entries = dict(entries)
        self._observed = observed
        self._now = now
        self._rules = rules
        self.steps: list[Step] = []

    def add(self, step: Step) -> None:
        """Take a step, so that the next one is compared with what is remembered then."""
        if step.kind not in self._rules.kinds:
            step = step._replace(kind=None)
        self._entries = applied(self._entries, step.commit)
        self.steps.append(step)

    def look_first(self) -> None:
        """Remember everything, except problems that have events of their own."""
        observed = self._observed
        if self._rules.on_start == PROBLEMS:
            engine = observed.engine
            observed = dataclasses.replace(
                observed,
                engine=engine if engine is None else engine._replace(is_running=True),
                findings=None if observed.findings is None else {},
            )
        seen: Commit = {"seen": spelt(self._now), "reachable": True}
        first = _Comparison(applied(self._entries, seen), observed, self._now, self._rules._replace(kinds=frozenset()))
        first.compare(observed, is_first=True)
        for step in first.steps:
            seen.update(step.commit)
        kind = None if self._rules.on_start == NOTHING else FIRST_SEEN
        self.add(Step(kind, "first", seen, after=_summary(self._observed)))

    def compare(self, observed: Observed, *, is_first: bool = False) -> None:
        """Add the steps between what is remembered and what is observed."""
        if observed.archives_differ:
            self.add(Step(None, "by_agent", {"by_agent": True}))
        if observed.engine is not None:
            self._engine(observed.engine)
        if observed.connections is not None:
            self._connections(observed.connections)
        if observed.syncs is not None:
            self._syncs(observed.syncs, tell_stale=not is_first or self._rules.on_start != PROBLEMS)
        self._mappings(observed.mappings or {})
        self._lists(observed.lists or {})
        if observed.priority is not None:
            self._priority(observed.priority)
        if observed.findings is not None:
            self._findings(observed.findings)

    def _engine(self, engine: EngineStatus) -> None:
        known = self._entries.get("engine")
        since = spelt(self._now) if known is not None and engine.is_running else None
        value = {"running": engine.is_running, "since": since}
        if known is None:
            self.add(Step(None, "engine", {"engine": value}))
        elif known["running"] != engine.is_running:
            kind = ENGINE_STARTED if engine.is_running else ENGINE_STOPPED
            states = {True: "running", False: "stopped"}
            details = {"status_message": engine.status_message}
            before, after = states[known["running"]], states[engine.is_running]
            self.add(Step(kind, "engine", {"engine": value}, before, after, rows=(stamp.CONFIGURATION,), details=details))
        interval = self._entries.get("interval")
        if engine.interval is not None and interval != engine.interval:
            told = None if interval is None else INTERVAL_CHANGED
            self.add(Step(told, "interval", {"interval": engine.interval}, interval, engine.interval, rows=(stamp.CONFIGURATION,)))

    def _connections(self, connections: t.Mapping[int, Connection]) -> None:
        known = {int(place.split("/")[1]) for place in self._entries if place.startswith("connection/")}
        is_new = not self._is_known(CONNECTIONS)
        for number in sorted(known - set(connections)):
            place = f"connection/{number}"
            commit: Commit = {below: None for below in self._entries if is_of(below, number)}
            named = (number, self._entries[place]["name"])
            self.add(Step(REMOVED, place, {place: None, **commit}, connection=named, rows=(stamp.connection(number),)))
        for number, connection in connections.items():
            place, named, rows = f"connection/{number}", (number, connection.name), (stamp.connection(number),)
            value: dict[str, t.Any] = {"name": connection.name, "active": connection.active, "since": None, "known": []}
            before = self._entries.get(place)
            if before is None:
                value["since"] = None if is_new else spelt(self._now)
                below = self._below(number, value)
                states = {"active": connection.active}
                self.add(Step(None if is_new else ADDED, place, {place: value, **below}, None, states, named, rows))
            elif before["active"] != connection.active:
                value.update(since=spelt(self._now) if connection.active else None, known=before["known"])
                kind = ACTIVATED if connection.active else DEACTIVATED
                self.add(Step(kind, place, {place: value}, before["active"], connection.active, named, rows))
            elif before["name"] != connection.name:
                self.add(Step(None, place, {place: {**before, "name": connection.name}}))
        if is_new:
            self._now_known(CONNECTIONS)

    def _below(self, number: int, value: dict[str, t.Any]) -> Commit:
        """What to remember of the mappings and lists of a new connection; notes in ``value`` which
        are known.
        """
        found: Commit = {}
        for part, observed in ((MAPPINGS, self._observed.mappings), (LISTS, self._observed.lists)):
            seen = (observed or {}).get(number)
            if seen is not None:
                value["known"].append(part)
                found.update(_remembered(part, number, seen))
        return found

    def _syncs(self, syncs: t.Mapping[int, Sync], *, tell_stale: bool) -> None:
        for place, connection in self._connected():
            number = int(place.split("/")[1])
            sync = syncs.get(number)
            named = (number, connection["name"])
            was_stale = f"stale/{number}" in self._entries
            if sync is None:
                if was_stale and not self._is_due(connection):
                    self.add(Step(None, place, {f"stale/{number}": None}))
                continue
            before = self._entries.get(f"sync/{number}")
            if sync.last is not None and sync.last != before:
                is_told = f"sync/{number}" in self._entries and _is_later(sync.last, before or None)
                kind, commit = SYNCHRONISED if is_told else None, {f"sync/{number}": sync.last, f"stale/{number}": None}
                self.add(Step(kind, place, commit, before or None, sync.last, named, details={"was_stale": was_stale}))
                was_stale = False
            elif before is None:
                # Blank says that it never was.
                self.add(Step(None, place, {f"sync/{number}": ""}))
            if not self._is_due(connection):
                if was_stale:
                    self.add(Step(None, place, {f"stale/{number}": None}))
                continue
            # It stays stale until it is synchronised, even if a clock is set back.
            waited = None if was_stale else self._waited(connection, sync)
            if waited is not None and waited > self._rules.stale_after and tell_stale:
                self.add(Step(STALE, place, {f"stale/{number}": True}, None, sync.last, named, details={"seconds": waited}))

    def _is_due(self, connection: t.Mapping[str, t.Any]) -> bool:
        """Whether a connection is to be synchronised at all."""
        engine = self._entries.get("engine")
        return engine is not None and engine["running"] and connection["active"]

    def _waited(self, connection: t.Mapping[str, t.Any], sync: Sync) -> int | None:
        """For how many seconds a synchronisation is due; None where that is unknown.

        A start of the engine, and an activation of the connection, begin the wait anew.
        """
        begins = [since for since in (self._entries["engine"]["since"], connection["since"]) if since is not None]
        if sync.last is None:
            begins = begins or [self._entries["seen"]]
        elif sync.age is None:
            return None
        spans = [int((self._now - read_back(since)).total_seconds()) for since in begins]
        return min([*spans, *([] if sync.age is None else [sync.age])])

    def _known_before(self, part: str, found: t.Mapping[int, T]) -> t.Iterator[tuple[tuple[int, str], T, list[str]]]:
        """The connections whose part was known and is found again: the connection, the part, the
        known names in it.

        A part that is found for the first time is remembered and not told.
        """
        (below,) = PLACES[part]
        for place, connection in self._connected():
            number = int(place.split("/")[1])
            seen = found.get(number)
            if seen is None:
                continue
            if part in connection["known"]:
                beginning = f"{below}/{number}/"
                known = [one.removeprefix(beginning) for one in self._entries if one.startswith(beginning)]
                yield (number, connection["name"]), seen, known
            else:
                commit = _remembered(part, number, seen)
                self.add(Step(None, place, {place: {**connection, "known": [*connection["known"], part]}, **commit}))

    def _mappings(self, mappings: t.Mapping[int, t.Mapping[str, SeenMapping]]) -> None:
        for connection, seen, known in self._known_before(MAPPINGS, mappings):
            for actor in [*seen, *(actor for actor in known if actor not in seen)]:
                self._mapping(connection, actor, seen.get(actor))

    def _mapping(self, connection: tuple[int, str], actor: str, seen: SeenMapping | None) -> None:
        place = f"mapping/{connection[0]}/{actor}"
        row = stamp.actor_type(connection[0], actor)
        before, after = self._entries.get(place), None if seen is None else dict(seen.value)
        if before is not None and after is not None and after["order"] is None:
            after["order"] = before["order"]
        if before == after:
            return
        fields: list[str] = []
        aspects: list[str] = []
        rows: list[stamp.Row] = []
        if before is None or after is None or seen is None:
            aspects, rows = ["added" if before is None else "removed"], [row]
        else:
            fields = sorted(key for key in {*before["fields"], *after["fields"]} if before["fields"].get(key) != after["fields"].get(key))
            aspects = [name for name in ("crm", "enabled") if before[name] != after[name]]
            rows = [*([row] if aspects else []), *(stamp.field(seen.ids[key]) for key in fields if key in seen.ids)]
            if after["order"] != before["order"]:
                if before["order"] is not None:
                    aspects.append("order")
                    rows = rows or [stamp.field(number) for number in seen.ids.values()]
                elif not aspects and not fields:
                    self.add(Step(None, place, {place: after}))
                    return
        details = {"actor": actor, "fields": fields, "aspects": aspects}
        self.add(Step(MAPPING_CHANGED, place, {place: after}, connection=connection, rows=tuple(rows), details=details))

    def _lists(self, lists: t.Mapping[int, t.Mapping[int, SeenList]]) -> None:
        for connection, seen, known in self._known_before(LISTS, lists):
            for field in sorted({*seen, *map(int, known)}):
                self._list(connection, field, seen.get(field))

    def _list(self, connection: tuple[int, str], field: int, seen: SeenList | None) -> None:
        place = f"list/{connection[0]}/{field}"
        before, after = self._entries.get(place), None if seen is None else seen.value
        if before == after:
            return
        if before is not None and after is not None and before["items"] == after["items"]:
            self.add(Step(None, place, {place: after}))
            return
        told = after or before or {}
        details = {"list": told["name"], "actor": told["actor"], "field_id": field}
        rows = () if seen is None else tuple(stamp.item(field, key) for key in seen.items)
        self.add(Step(LIST_CHANGED, place, {place: after}, connection=connection, rows=rows, details=details))

    def _priority(self, priority: tuple[int, ...]) -> None:
        before = self._entries.get("priority")
        if before == list(priority):
            return
        # A connection that comes or goes has an event of its own.
        kept = [number for number in before or () if number in priority]
        is_moved = kept != [number for number in priority if number in kept]
        names = {int(place.split("/")[1]): value["name"] for place, value in self._connected()}
        names[0] = "SuperOffice"
        old, new = ([names.get(number, str(number)) for number in order] for order in (before or (), priority))
        commit = {"priority": list(priority)}
        self.add(Step(PRIORITY_CHANGED if is_moved else None, "priority", commit, old, new, rows=(stamp.CONFIGURATION,)))

    def _findings(self, findings: t.Mapping[str, dict[str, t.Any]]) -> None:
        known: t.Sequence[str] = self._entries.get("checks", ())
        # The checks that could be made of nothing.
        unread = {one["check"] for one in findings.values() if one["severity"] == health.UNKNOWN and _is_of_all(one["where"])}
        for place in [place for place in self._entries if place.startswith("finding/") and place not in findings]:
            before = self._entries[place]
            if f"{place}/{health.UNKNOWN}" in findings or before["check"] in unread:
                continue
            self.add(Step(HEALTH_CLEARED, place, {place: None}, before["severity"], None, _of(before), details={"finding": before}))
        for number, (place, finding) in enumerate(findings.items()):
            before = self._entries.get(place)
            if before is None and number >= MOST_FINDINGS:
                continue
            if before is None or before[SAME] != finding[SAME]:
                severity = None if before is None else before["severity"]
                kind = HEALTH_RAISED if finding["check"] in known else None
                self.add(Step(kind, place, {place: finding}, severity, finding["severity"], _of(finding), details={"finding": finding}))
        if self._rules.checks.difference(known):
            self.add(Step(None, "checks", {"checks": sorted(self._rules.checks)}))

    def _connected(self) -> list[tuple[str, t.Any]]:
        """The connections that are remembered, with their places."""
        return [(place, value) for place, value in self._entries.items() if place.startswith("connection/")]

    def _is_known(self, part: str) -> bool:
        return part in self._entries.get("known", ())

    def _now_known(self, part: str) -> None:
        self.add(Step(None, "known", {"known": [*self._entries.get("known", ()), part]}))


def _remembered(part: str, number: int, seen: t.Mapping[t.Any, t.Any]) -> Commit:
    """What is remembered of the mappings or the lists of a connection."""
    (below,) = PLACES[part]
    return {f"{below}/{number}/{name}": each.value for name, each in seen.items()}


def _is_of_all(where: t.Mapping[str, t.Any]) -> bool:
    """Whether a finding is about no single thing."""
    return where["name"] is None and where["id"] is None


def _of(finding: t.Mapping[str, t.Any]) -> tuple[int, str] | None:
    """The connection that a finding is about."""
    where = finding["where"]
    return (where["id"], where["name"]) if where["kind"] == "connection" and where["id"] is not None else None


def _is_later(text: str, before: str | None) -> bool:
    """Whether a server's time is later than another; True if either is no time."""
    if before is None:
        return True
    after, earlier = last_sync.parsed(text), last_sync.parsed(before)
    if after is None or earlier is None or (after.tzinfo is None) != (earlier.tzinfo is None):
        return True
    return after > earlier


def _summary(observed: Observed) -> dict[str, t.Any]:
    """What the first look has found, in numbers."""
    engine, connections = observed.engine, observed.connections
    findings = list((observed.findings or {}).values())
    return {
        "engine": None if engine is None else engine.state,
        "interval": None if engine is None else engine.interval,
        "connections": None if connections is None else len(connections),
        "active": None if connections is None else sum(one.active for one in connections.values()),
        "findings": None if observed.findings is None else len(findings),
    }
