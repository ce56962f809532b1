# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_health: whether an installation is well. It changes nothing."""

from __future__ import annotations

import datetime
import re
import typing as t
import zoneinfo

from .._agent import shapes
from .._client import errors
from .._model import health, health_checks, last_sync
from .._model.connection import Connection
from .._model.health import Finding, Unread, Where
from .._model.health_checks import LogRules
from .._model.last_sync import Age
from .._model.reference import Reference, text_or_id
from .._model.since import spelt
from .._read.health import HealthReader
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .._wire import duration
from .._wire.wording import shown
from .chosen import chosen_connections
from .report import document_errors

T = t.TypeVar("T")

_ALL = "all"
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2})", re.ASCII)


class Rules(t.NamedTuple):
    """The options, checked."""

    checks: frozenset[str]
    connections: list[Reference] | None
    # None for all.
    expected: list[Reference] | None
    max_age: int
    zone: datetime.tzinfo | None
    log: LogRules


class Examination:
    """The checks of one run, and their findings."""

    def __init__(self, rules: Rules, reader: HealthReader, now: datetime.datetime) -> None:
        self._rules = rules
        self._reader = reader
        self._now = now
        self._checks = rules.checks
        # What was asked for before anything else.
        self._at_first: list[object] = []
        self.findings: list[Finding] = []
        # All connections, once they are read.
        self.listed: list[Connection] | None = None

    def carry_out(self) -> Result:
        """What was read, besides the findings."""
        facts: Result = {"engine": self._engine(), "connections": self._connections(), "log": self._log()}
        # In the end, because it tells what the other checks were refused.
        if health.ACCESS in self._checks:
            principal = self._reader.principal()
            with shapes.reading("User/currentPrincipal"):
                self.findings += health_checks.access(principal, self._reader.refused, self._now)
        return facts

    @property
    def failure(self) -> errors.ErpSyncError | None:
        """The first failure, where the agent answered nothing that the other checks build on."""
        return self._reader.first_failure if all(isinstance(each, Unread) for each in self._at_first) else None

    def _engine(self) -> Result | None:
        # It also shows whether the agent answers.
        if not self._checks & {health.ENGINE, health.ACCESS}:
            return None
        status = self._reader.engine()
        self._at_first.append(status)
        if health.ENGINE in self._checks:
            self._judge(health.ENGINE, health_checks.ENGINE_ITSELF, status, health_checks.engine)
        return None if isinstance(status, Unread) else status.as_result()

    def _connections(self) -> list[Result] | None:
        checks = self._checks & health.OF_CONNECTIONS
        if not checks:
            return None
        listed = self._reader.connections()
        self._at_first.append(listed)
        if isinstance(listed, Unread):
            self.findings += [health.unchecked(check, health_checks.CONNECTIONS, listed) for check in checks]
            return None
        self.listed = listed
        chosen = self._reader.chosen(listed, self._rules.connections)
        if health.ACTIVE in checks:
            # Names are looked for among all connections.
            self.findings += health_checks.active(listed if self._rules.expected else chosen, self._rules.expected)
        active = [connection for connection in chosen if connection.active]
        facts = {connection.id: _fact(connection) for connection in chosen}
        if health.LAST_SYNC in checks:
            self._last_syncs(active, facts)
        if active and checks & {health.MISSING_FIELDS, health.MANDATORY_FIELDS}:
            self._fields(active, checks)
        if health.LISTS in checks:
            self._lists(active)
        if health.CONNECTOR_TEST in checks:
            self._connectors(active)
        if health.CONNECTION_TEST in checks:
            tests = self._reader.connection_tests(active)
            for connection in active:
                self.findings += health_checks.connection_test(connection, tests[connection.id])
        return list(facts.values())

    def _last_syncs(self, active: t.Sequence[Connection], facts: t.Mapping[int, Result]) -> None:
        found = self._reader.last_syncs(active)
        written = {number: each for number, each in found.items() if isinstance(each, str)}
        parsed = {number: last_sync.parsed(each) for number, each in written.items()}
        moments = {number: each for number, each in parsed.items() if each is not None}
        ages = last_sync.ages(moments, self._now, self._rules.zone)
        if any(age.least <= self._rules.max_age < age.most for age in ages.values()):
            # What takes a request more is asked only where it may tell.
            ages = last_sync.ages(moments, self._now, self._rules.zone, self._reader.newest_logged())
        for connection in active:
            each, age = found[connection.id], ages.get(connection.id)
            ahead = last_sync.ahead(moments[connection.id], self._now, self._rules.zone) if age is not None else 0
            at = self._now - datetime.timedelta(seconds=age.least - ahead) if age is not None and age.is_exact else None
            facts[connection.id].update(_last_sync(None if isinstance(each, Unread) else each, age, at))
            if isinstance(each, Unread):
                self.findings.append(health.unchecked(health.LAST_SYNC, health_checks.of(connection), each))
            else:
                since = facts[connection.id]["last_sync"]
                self.findings += [
                    finding._replace(since=since if finding.severity == health.ERROR else None)
                    for finding in health_checks.synchronised(connection, each, age, max_age=self._rules.max_age, ahead=ahead)
                ]

    def _fields(self, active: t.Sequence[Connection], checks: t.Collection[str]) -> None:
        found = self._reader.suspicious_mappings(active)
        for connection in active:
            mappings = found[connection.id]
            if isinstance(mappings, Unread):
                wanted = [check for check in (health.MISSING_FIELDS, health.MANDATORY_FIELDS) if check in checks]
                self.findings += [health.unchecked(check, health_checks.of(connection), mappings) for check in wanted]
                continue
            with shapes.reading("GetActorTypeMapping"):
                self.findings += health_checks.fields(connection, mappings, checks)

    def _lists(self, active: t.Sequence[Connection]) -> None:
        found = self._reader.lists(active)
        told: list[Finding] = []
        for connection in active:
            container = found[connection.id]
            if isinstance(container, Unread):
                # What a version lacks, it lacks for all.
                where = health_checks.CONNECTIONS if container.is_lacking else health_checks.of(connection)
                told.append(health.unchecked(health.LISTS, where, container))
                continue
            with shapes.reading("GetConnectionListMappings"):
                told += health_checks.lists(connection, container)
        self.findings += dict.fromkeys(told)

    def _connectors(self, active: t.Sequence[Connection]) -> None:
        connectors = self._reader.connectors()
        if isinstance(connectors, Unread):
            self.findings.append(health.unchecked(health.CONNECTOR_TEST, Where("connectors"), connectors))
            return
        used = {connection.connector_id for connection in active}
        answers = self._reader.connector_answers([each for number, each in connectors.items() if number in used])
        # A connector is told of once, a missing one with each connection.
        told: list[Finding] = []
        for connection in active:
            there = connectors.get(connection.connector_id)
            told += health_checks.connector(connection, there, answers.get(connection.connector_id))
        self.findings += dict.fromkeys(told)

    def _log(self) -> Result | None:
        if health.LOG not in self._checks:
            return None
        counted = self._reader.log_counts(self._now, self._rules.log.window)
        self._judge(health.LOG, health_checks.SYNC_LOG, counted, lambda found: health_checks.log(found, self._rules.log))
        if isinstance(counted, Unread):
            return None
        return {
            "window_seconds": self._rules.log.window,
            "entries": counted.now,
            "entries_before": counted.before,
            "is_cut": counted.is_cut,
        }

    def _judge(self, check: str, where: Where, found: T | Unread, judge: t.Callable[[T], list[Finding]]) -> None:
        self.findings += [health.unchecked(check, where, found)] if isinstance(found, Unread) else judge(found)


def _fact(connection: Connection) -> Result:
    return {"id": connection.id, "name": connection.name, "active": connection.active, **_last_sync()}


def _last_sync(written: str | None = None, age: Age | None = None, at: datetime.datetime | None = None) -> Result:
    """When a connection was last synchronised, as far as that is known.

    :param at: the moment, where the age is exact.
    """
    return {
        "last_sync": None if at is None else spelt(at),
        "last_sync_written": written,
        "age_at_least": None if age is None else age.least,
        "age_at_most": None if age is None else age.most,
    }


def _run(params: Params, run: Run) -> Result:
    rules = checked_rules(params, run)
    now = datetime.datetime.fromtimestamp(int(run.now()), last_sync.UTC)
    reader = HealthReader(run.reading, run.lookups, run.archives, at_once=run.at_once, secrets=run.secrets)
    examination = Examination(rules, reader, now)
    facts = examination.carry_out()
    findings = health.in_order(examination.findings)
    counted = health.counts(findings)
    reached = health.status(counted)
    result: Result = {
        "changed": False,
        "status": reached,
        "counts": counted,
        "findings": [finding.as_result() for finding in findings],
        "checks": [check for check in health.CHECKS if check in rules.checks],
        "checked_at": spelt(now),
        **facts,
    }
    failure = examination.failure
    if failure is not None:
        failure.details.update(result)
        raise failure
    said = health.sentence(findings)
    if health.fails(reached, params["fail_on"]):
        raise errors.Unhealthy(said, details=result)
    return {**result, "msg": said}


def checked_rules(params: Params, run: Run) -> Rules:
    """The options, checked.

    :raises errors.BadInput: for a value that cannot be used.
    """
    checks = frozenset(health.CHECKS if _ALL in params["checks"] else params["checks"])
    if not checks:
        raise errors.BadInput(f"checks is empty; name at least one of {', '.join(health.CHECKS)}.")
    given = params["expect_active"]
    with document_errors():
        expected = None if given == [_ALL] else [text_or_id(one, f"expect_active[{index}]") for index, one in enumerate(given or ())]
    log = LogRules(
        _span(params, "log_window", run),
        _at_least_zero(params, "log_min"),
        None if params["log_max"] is None else _at_least_zero(params, "log_max"),
        _rise(params["log_rise"]),
    )
    return Rules(checks, chosen_connections(params), expected, _span(params, "max_age", run), _zone(params["time_zone"]), log)


def _span(params: Params, option: str, run: Run) -> int:
    try:
        seconds = duration.parse_declared(params[option])
    except duration.DurationError as error:
        raise errors.BadInput(f"{option}: {error}") from None
    remark = duration.remark(params[option], seconds)
    if remark:
        run.warn(f"{option}: {remark}")
    return seconds


def _at_least_zero(params: Params, option: str) -> int:
    number = int(params[option])
    if number < 0:
        raise errors.BadInput(f"{option} is {number}; use a number of entries, 0 or more.")
    return number


def _rise(given: float | None) -> float | None:
    if given is not None and given < 1:
        raise errors.BadInput(f"log_rise is {given:g}; use a number of 1 or more.")
    return given


def _zone(given: str | None) -> datetime.tzinfo | None:
    if given is None:
        return None
    text = given.strip()
    if text.upper() in ("UTC", "Z"):
        return last_sync.UTC
    match = _OFFSET.fullmatch(text)
    if match:
        distance = datetime.timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
        if int(match["minutes"]) < 60 and distance <= datetime.timedelta(hours=14):
            return datetime.timezone(-distance if match["sign"] == "-" else distance)
    else:
        try:
            return zoneinfo.ZoneInfo(text)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            pass
    raise errors.BadInput(
        f"time_zone is {shown(given)}; use the name of a time zone that this machine knows, such as Europe/Oslo, or the distance from UTC "
        'in quotes, such as "+01:00".'
    )


_OPTIONS: dict[str, dict[str, t.Any]] = {
    "checks": {"type": "list", "elements": "str", "choices": [*health.CHECKS, _ALL], "default": list(health.CHEAP)},
    "connections": {"type": "list", "elements": "raw"},
    "max_age": {"type": "str", "default": "1d"},
    "time_zone": {"type": "str"},
    "expect_active": {"type": "list", "elements": "raw"},
    "log_window": {"type": "str", "default": "1d"},
    "log_min": {"type": "int", "default": 1},
    "log_max": {"type": "int"},
    "log_rise": {"type": "float", "default": 10},
    "fail_on": {"type": "str", "choices": list(health.FAIL_ON), "default": health.ERROR},
}

TASK = Task(name="erpsync_health", spec=ArgumentSpec(options=_OPTIONS), run=_run)
