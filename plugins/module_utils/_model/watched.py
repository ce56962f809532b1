# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a watched installation looks like, and what has changed since it was looked at before.

What is remembered of it are plain values by their places, such as ``connection/3`` or
``mapping/3/Customer``. A step is one thing that has changed: the event that tells it, and the values
to remember once it is told. So whoever is interrupted between two events goes on with the second one.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import typing as t

from . import field_value, health, last_sync, stamp
from .connection import Connection
from .document_keys import DIRECTIONS
from .engine import EngineStatus
from .health import Finding
from .since import read_back, spelt

FIRST_SEEN, UNREACHABLE, RECOVERED = "first_seen", "unreachable", "recovered"
ENGINE_STOPPED, ENGINE_STARTED, INTERVAL_CHANGED = "engine_stopped", "engine_started", "interval_changed"
ADDED, REMOVED, ACTIVATED, DEACTIVATED, SYNCHRONISED, STALE = (
    f"connection_{what}" for what in ("added", "removed", "activated", "deactivated", "synchronised", "stale")
)
MAPPING_CHANGED, LIST_CHANGED, PRIORITY_CHANGED = "mapping_changed", "list_changed", "priority_changed"
HEALTH_RAISED, HEALTH_CLEARED = "health_raised", "health_cleared"
KINDS = (
    FIRST_SEEN, UNREACHABLE, RECOVERED, ENGINE_STOPPED, ENGINE_STARTED, INTERVAL_CHANGED, ADDED, REMOVED, ACTIVATED, DEACTIVATED,
    SYNCHRONISED, STALE, MAPPING_CHANGED, LIST_CHANGED, PRIORITY_CHANGED, HEALTH_RAISED, HEALTH_CLEARED,
)  # fmt: skip
NOTHING, FIRST_ALONE, PROBLEMS = "nothing", "first_seen", "problems"
ON_START = (PROBLEMS, FIRST_ALONE, NOTHING)

# What is read of an installation besides its engine, and the kinds of events that need it.
CONNECTIONS, SYNCS, MAPPINGS, LISTS, PRIORITY, HEALTH = "connections", "syncs", "mappings", "lists", "priority", "health"
_NEEDED = {
    CONNECTIONS: frozenset(KINDS[6:15]),
    SYNCS: frozenset((SYNCHRONISED, STALE)),
    MAPPINGS: frozenset((MAPPING_CHANGED,)),
    LISTS: frozenset((LIST_CHANGED,)),
    PRIORITY: frozenset((PRIORITY_CHANGED,)),
    HEALTH: frozenset((HEALTH_RAISED, HEALTH_CLEARED)),
}
# Where what belongs to a part is remembered.
_PLACES = {
    CONNECTIONS: ("connection",), SYNCS: ("sync", "stale"), MAPPINGS: ("mapping",), LISTS: ("list",), PRIORITY: ("priority",),
    HEALTH: ("finding", "checks"),
}  # fmt: skip
_OF_A_CONNECTION = ("sync", "stale", "mapping", "list")
# So many findings are watched, the worst first, and besides those that were among them and are still there.
MOST_FINDINGS = 200
# The findings whose words change only where the thing does: those of the others have ages and numbers in them.
_STEADY = frozenset((health.ACCESS, health.ACTIVE, health.MISSING_FIELDS, health.MANDATORY_FIELDS, health.LISTS))

NO_DIRECTION = DIRECTIONS[False, False]

# What two findings have in common that are the same.
SAME = "same"

T = t.TypeVar("T", bound=t.Mapping[t.Any, t.Any])
Entries = t.Mapping[str, t.Any]
Commit = dict[str, t.Any]
"""Values to remember by their places; None forgets one."""


def parts(kinds: t.Collection[str]) -> frozenset[str]:
    """What has to be read for these kinds of events."""
    return frozenset(part for part, needing in _NEEDED.items() if needing.intersection(kinds))


class Sync(t.NamedTuple):
    """When a connection was last synchronised, as the server writes it, and how many seconds ago at least.

    None for never, and where the age is unknown.
    """

    last: str | None
    age: int | None


class SeenMapping(t.NamedTuple):
    """The mapping of an actor type: what is remembered of it, and the ids of its fields by their keys."""

    value: dict[str, t.Any]
    ids: t.Mapping[str, int]


class SeenList(t.NamedTuple):
    """The mapping of a list: what is remembered of it, and the ERP items that have a CRM item."""

    value: dict[str, t.Any]
    items: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Observed:
    """An installation as it looks now. None takes the place of what is not watched, or could not be read.

    A connection that is missing in the syncs, mappings or lists could not be read.
    """

    engine: EngineStatus | None = None
    connections: t.Mapping[int, Connection] | None = None
    syncs: t.Mapping[int, Sync] | None = None
    mappings: t.Mapping[int, t.Mapping[str, SeenMapping]] | None = None
    lists: t.Mapping[int, t.Mapping[int, SeenList]] | None = None
    priority: tuple[int, ...] | None = None
    findings: t.Mapping[str, dict[str, t.Any]] | None = None
    # Whether archives tell something else than the agent, so that they are not read again.
    archives_differ: bool = False


class Step(t.NamedTuple):
    """One thing that has changed; without a kind there is nothing to tell of it."""

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


class Rules(t.NamedTuple):
    """What is told: the kinds of events, the seconds after which a connection is stale, what of the first look, and of which checks."""

    kinds: frozenset[str]
    stale_after: int
    on_start: str = PROBLEMS
    checks: frozenset[str] = frozenset(health.CHECKS)


def seen_mapping(actor: t.Mapping[str, t.Any], *, ranks_known: bool) -> SeenMapping:
    """What is remembered of an actor type, as tasks return it.

    Fields count that are mapped, shown, searchable, or have a default value of their own. What
    archives do not tell does not count, and nothing that the connector tells of its fields.
    """
    told = {field["erp"]: _field(field) for field in actor["fields"]}
    shown = [(field["rank"], field["erp"]) for field in actor["fields"] if field["show"] and field["rank"] is not None]
    order = _digest([key for _rank, key in sorted(shown)]) if ranks_known else None
    value = {
        "crm": actor["crm"],
        "enabled": actor["enabled"],
        "order": order,
        "fields": {key: _digest(field) for key, field in sorted(told.items()) if any(field)},
    }
    return SeenMapping(value, {field["erp"]: field["id"] for field in actor["fields"] if field["id"]})


def _field(field: t.Mapping[str, t.Any]) -> list[t.Any]:
    """What counts of a field; nothing true where it is not used. Agent and archives may spell a value differently."""
    default = field["default"]
    if default is not None:
        value = field_value.plain(default["value"], field["type"]) if default["has_value"] else None
        default = [value, bool(default["prompt"]), bool(default["mandatory"])] if _has_default(default) else None
    direction = None if field["direction"] == NO_DIRECTION else field["direction"]
    return [field["crm"], direction, bool(field["show"]), bool(field["search"]), default]


def _has_default(default: t.Mapping[str, t.Any]) -> bool:
    """Whether a field has default settings of its own; the server also answers for others."""
    return bool(default["has_value"] or default["prompt"] or default["mandatory"])


def seen_list(name: str | None, actor: str | None, items: t.Mapping[str, int]) -> SeenList:
    """What is remembered of a list.

    :param items: the id of the CRM item by the id of the ERP item.
    """
    return SeenList({"name": name, "actor": actor, "items": _digest(dict(items))}, tuple(sorted(items)))


def seen_findings(findings: t.Iterable[Finding]) -> dict[str, dict[str, t.Any]]:
    """What is remembered of findings that count; those of the same check of the same thing are one.

    A check that could not be made has a place of its own: what it had found may still be so.
    """
    found: dict[str, list[Finding]] = {}
    for finding in health.in_order(findings):
        if finding.severity != health.INFO:
            where = finding.where
            name = where.id if where.id is not None else where.name
            words = ["finding", finding.check, where.kind, *([] if name is None else [str(name)])]
            found.setdefault("/".join([*words, *([health.UNKNOWN] if finding.severity == health.UNKNOWN else [])]), []).append(finding)
    return {place: _finding(alike) for place, alike in found.items()}


def _finding(alike: t.Sequence[Finding]) -> dict[str, t.Any]:
    what = " ".join(finding.what for finding in alike)
    worst = alike[0]
    steady = worst.check in _STEADY and worst.severity != health.UNKNOWN
    return {**worst.as_result(), "what": what, SAME: _digest([worst.severity, what if steady else ""])}


def _digest(value: t.Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode("ascii")).hexdigest()[:12]


def applied(entries: Entries, commit: Commit) -> dict[str, t.Any]:
    """What is remembered once a step is told."""
    return {place: value for place, value in {**entries, **commit}.items() if value is not None}


def told_of(step: Step) -> t.Any:
    """What a step tells besides the values before and after, and what does not change by itself."""
    if step.kind == HEALTH_RAISED:
        return step.commit[step.place][SAME]
    return step.commit[step.place] if step.kind in (MAPPING_CHANGED, LIST_CHANGED) else None


def only(entries: Entries, rules: Rules) -> dict[str, t.Any]:
    """What is remembered without what is no longer watched."""
    wanted = parts(rules.kinds)
    gone = {name for part, names in _PLACES.items() if part not in wanted for name in names}
    found = {place: value for place, value in entries.items() if place.split("/")[0] not in gone}
    if "checks" in found:
        found["checks"] = [check for check in found["checks"] if check in rules.checks]
        found = {place: value for place, value in found.items() if not place.startswith("finding/") or value["check"] in rules.checks}
    for place, value in found.items():
        if place.startswith("connection/"):
            found[place] = {**value, "known": [part for part in value["known"] if part in wanted]}
    if "known" in found:
        found["known"] = [part for part in found["known"] if part in wanted]
    return found


def failed(entries: Entries, failure: str, sentence: str, rules: Rules) -> list[Step]:
    """The step for an installation that could not be read: none where that is told already.

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
        """Remember all that there is, but for the problems that are told by themselves."""
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
            commit: Commit = {below: None for below in self._entries if _is_of(below, number)}
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
        """What is remembered of a new connection besides itself, which gets to know of what."""
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
            # It stays so until it is synchronised: a clock that is set back makes nothing younger.
            waited = None if was_stale else self._waited(connection, sync)
            if waited is not None and waited > self._rules.stale_after and tell_stale:
                self.add(Step(STALE, place, {f"stale/{number}": True}, None, sync.last, named, details={"seconds": waited}))

    def _is_due(self, connection: t.Mapping[str, t.Any]) -> bool:
        """Whether a connection is to be synchronised at all."""
        engine = self._entries.get("engine")
        return engine is not None and engine["running"] and connection["active"]

    def _waited(self, connection: t.Mapping[str, t.Any], sync: Sync) -> int | None:
        """For how many seconds a synchronisation is due; None where that is unknown.

        Who has just started the engine, or activated the connection, has to wait first.
        """
        begins = [since for since in (self._entries["engine"]["since"], connection["since"]) if since is not None]
        if sync.last is None:
            begins = begins or [self._entries["seen"]]
        elif sync.age is None:
            return None
        spans = [int((self._now - read_back(since)).total_seconds()) for since in begins]
        return min([*spans, *([] if sync.age is None else [sync.age])])

    def _known_before(self, part: str, found: t.Mapping[int, T]) -> t.Iterator[tuple[tuple[int, str], T, list[str]]]:
        """The connections of which a part is found and known, with that, and with the places that are known of it.

        Of the others it is known from now on, without a word.
        """
        (below,) = _PLACES[part]
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
        # What comes and goes with a connection is told by that.
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
    (below,) = _PLACES[part]
    return {f"{below}/{number}/{name}": each.value for name, each in seen.items()}


def _is_of(place: str, number: int) -> bool:
    """Whether something is remembered of a connection, and not the connection itself."""
    words = place.split("/")
    return words[0] in _OF_A_CONNECTION and words[1] == str(number)


def _is_of_all(where: t.Mapping[str, t.Any]) -> bool:
    """Whether a finding is about no single thing."""
    return where["name"] is None and where["id"] is None


def _of(finding: t.Mapping[str, t.Any]) -> tuple[int, str] | None:
    """The connection that a finding is about."""
    where = finding["where"]
    return (where["id"], where["name"]) if where["kind"] == "connection" and where["id"] is not None else None


def _is_later(text: str, before: str | None) -> bool:
    """Whether a server's time is later than another; what is no time is."""
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
