# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Looks at a watched installation, and says what has changed since it was looked at before.

With ``a`` active connections, f thousands of fields and i thousands of mapped items of lists, a
look at everything takes 10 + a + 3 f + i requests. After a change, each table that says who made it
takes 1 more.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
import typing as t

from .._agent import shapes
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import event_kinds, field_mapping, health, priority, remembered, watched, watched_changes
from .._model.connection import Connection
from .._model.engine import EngineStatus
from .._model.health import Finding
from .._model.stamp import Row as StampRow
from .._model.stamp import Stamp
from .._model.watched import Observed, SeenList, SeenMapping, Sync
from .._model.watched_changes import Step
from .._read.all_lists import read_all_lists
from .._read.all_mappings import AllMappings
from .._read.bulk import Bulk
from .._read.health import HealthReader
from .._read.stamps import read_stamps
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from . import read_from
from .health import TASK as HEALTH
from .health import Examination, Rules, checked_rules

# The checks whose findings have no events of their own. None asks a connector or reads the log.
CHECKS = tuple(check for check in health.CHEAP if check not in (health.ENGINE, health.LAST_SYNC))
OPTIONS: dict[str, dict[str, t.Any]] = {
    "checks": {**HEALTH.spec.options["checks"], "choices": list(health.CHECKS), "default": list(CHECKS)},
    "expect_active": HEALTH.spec.options["expect_active"],
    "time_zone": HEALTH.spec.options["time_zone"],
    "stale_after": {"type": "str", "default": "1d"},
}

Text = t.Callable[[str], str]


class Look(t.NamedTuple):
    """What has changed, and who has changed the rows of the database."""

    steps: list[Step]
    stamps: t.Mapping[StampRow, Stamp]


@dataclasses.dataclass
class Watch:
    """What is watched of an installation, and what is remembered of it."""

    rules: event_kinds.Rules
    entries: remembered.Entries
    now: datetime.datetime
    # Makes the masking of the server's texts. Called after signing in, when all secrets are known.
    masking: t.Callable[[], Text]
    # The last look, kept here because a result must not contain it.
    look: Look | None = None

    def task(self) -> Task:
        """The task that looks; its result only says whether that succeeded."""
        return Task(name="The event source", spec=ArgumentSpec(options=OPTIONS), run=self._run)

    def _run(self, params: Params, run: Run) -> Result:
        observed = _masked(_Observer(params, run, self.rules, self.entries, self.now).observe(), self.masking())
        steps = watched_changes.compared(self.entries, observed, self.now, self.rules)
        rows = {row for step in steps if step.kind is not None for row in step.rows}
        self.look = Look(steps, read_stamps(run.archives, rows))
        return {}


def health_rules(params: Params, run: Run, checks: t.Collection[str] = ()) -> Rules:
    """The rules of the checks, from the options of :data:`OPTIONS`.

    :raises errors.BadInput: for a value that cannot be used.
    """
    given = {name: option.get("default") for name, option in HEALTH.spec.options.items()}
    chosen = {"checks": list(checks) or params["checks"], "max_age": params["stale_after"]}
    return checked_rules({**given, **{name: params[name] for name in ("expect_active", "time_zone")}, **chosen}, run)


class _Observer:
    """One look at an installation."""

    def __init__(self, params: Params, run: Run, rules: event_kinds.Rules, entries: remembered.Entries, now: datetime.datetime) -> None:
        self._params = params
        self._run = run
        self._parts = event_kinds.parts(rules.kinds)
        self._entries = entries
        self._now = now
        self._reader = HealthReader(run.reading, run.lookups, run.archives, at_once=run.at_once, secrets=run.secrets)
        self._archives_differ = False

    def observe(self) -> Observed:
        """What there is.

        :raises errors.ErpSyncError: where the installation cannot be read.
        """
        wanted = {health.ENGINE}
        if self._parts & {event_kinds.CONNECTIONS, event_kinds.HEALTH}:
            # It takes the list of the connections alone.
            wanted.add(health.ACTIVE)
        if event_kinds.SYNCS in self._parts:
            wanted.add(health.LAST_SYNC)
        told = frozenset(self._params["checks"]) if event_kinds.HEALTH in self._parts else frozenset()
        rules = health_rules(self._params, self._run, wanted | told)
        examination = Examination(rules, self._reader, self._now)
        facts = examination.carry_out()
        if examination.failure is not None:
            raise examination.failure
        connections = examination.listed
        found = Observed(
            engine=_engine(facts["engine"]),
            connections=None if connections is None else {one.id: one for one in connections},
            findings=watched.seen_findings(one for one in examination.findings if one.check in told) if told else None,
        )
        if connections is None:
            return found
        syncs = _syncs(facts["connections"], examination.findings) if event_kinds.SYNCS in self._parts else None
        ids = [one.id for one in connections]
        found = dataclasses.replace(
            found,
            syncs=syncs,
            mappings=self._mappings(connections) if event_kinds.MAPPINGS in self._parts else None,
            lists=self._lists(ids) if event_kinds.LISTS in self._parts else None,
            priority=self._priority(ids) if event_kinds.PRIORITY in self._parts else None,
        )
        return dataclasses.replace(found, archives_differ=self._archives_differ)

    @property
    def _reads_archives(self) -> bool:
        """Whether to read archives. Not if they contradict the agent: events must not depend on
        which was asked.
        """
        return not self._entries.get("by_agent") and not self._archives_differ

    def _mappings(self, connections: t.Sequence[Connection]) -> dict[int, dict[str, SeenMapping]]:
        mappings = AllMappings(self._run.reading, self._run.lookups, self._reader.actor_types)
        # They tell all in few requests. Where they cannot be read, the agent tells the same.
        if self._reads_archives:
            bulk = Bulk("archive", self._run.archives, read_from.choose)
            with contextlib.suppress(errors.ErpSyncError):
                doubt = mappings.read_archives(bulk, connections, connections, at_once=self._run.at_once)
                self._archives_differ |= doubt is not None
        work = [functools.partial(self._actors, mappings, one.id) for one in connections]
        found = side_by_side(work, self._run.at_once)
        return {one.id: actors for one, actors in zip(connections, found) if actors is not None}

    @staticmethod
    def _actors(mappings: AllMappings, connection_id: int) -> dict[str, SeenMapping] | None:
        try:
            found = mappings.of(connection_id)
        except errors.APPLICATION_ERRORS:
            return None
        with shapes.reading("GetActorTypeMapping"):
            return {
                actor: watched.seen_mapping(
                    field_mapping.actor_as_result(state.mapping, state.defaults, state.ranks), ranks_known=not state.ranks_trouble
                )
                for actor, state in found.actors.items()
            }

    def _lists(self, ids: t.Sequence[int]) -> dict[int, dict[int, SeenList]] | None:
        try:
            archives = self._run.archives if self._reads_archives else None
            found, differ = read_all_lists(self._run.reading, archives, ids, read_from.choose, at_once=self._run.at_once)
        except errors.APPLICATION_ERRORS:
            return None
        self._archives_differ |= differ
        return {
            number: {field: watched.seen_list(one.name, one.actor, one.items) for field, one in lists.items()}
            for number, lists in found.items()
        }

    def _priority(self, ids: t.Collection[int]) -> tuple[int, ...] | None:
        try:
            ranking = self._run.lookups.ranking()
        except errors.APPLICATION_ERRORS:
            return None
        # A list by rank may stand in its usual order.
        return priority.completed(ranking.ids, ids) if ranking.saved else None


def _engine(fact: Result | None) -> EngineStatus | None:
    return None if fact is None else EngineStatus(fact["is_running"], fact["status_message"], fact["interval_seconds"])


def _syncs(facts: t.Sequence[Result], findings: t.Iterable[Finding]) -> dict[int, Sync]:
    """When the active connections were last synchronised, but for those that could not be read."""
    unread = {one.where.id for one in findings if one.check == health.LAST_SYNC and one.severity == health.UNKNOWN}
    return {
        fact["id"]: Sync(fact["last_sync_written"], fact["age_at_least"])
        for fact in facts
        if fact["active"] and (fact["last_sync_written"] is not None or fact["id"] not in unread)
    }


def _or_none(text: str | None, mask: Text) -> str | None:
    return None if text is None else mask(text)


def _masked(observed: Observed, mask: Text) -> Observed:
    """The observed installation with masks in place of secrets."""
    engine, connections, findings = observed.engine, observed.connections, observed.findings
    mask = functools.lru_cache(maxsize=None)(mask)
    return dataclasses.replace(
        observed,
        engine=None if engine is None else engine._replace(status_message=_or_none(engine.status_message, mask)),
        connections=None if connections is None else {
            number: dataclasses.replace(one, raw_name=mask(one.name)) for number, one in connections.items()
        },
        mappings=None if observed.mappings is None else {
            number: {mask(actor): _masked_mapping(one, mask) for actor, one in found.items()} for number, found in observed.mappings.items()
        },
        lists=None if observed.lists is None else {
            number: {field: _masked_list(one, mask) for field, one in found.items()} for number, found in observed.lists.items()
        },
        findings=None if findings is None else {mask(place): _masked_values(value, mask) for place, value in findings.items()},
    )  # fmt: skip


def _masked_mapping(seen: SeenMapping, mask: Text) -> SeenMapping:
    """The mapping with masks, also in the keys of its fields, which are a server's words."""
    fields = {mask(key): value for key, value in seen.value["fields"].items()}
    crm = _or_none(seen.value["crm"], mask)
    return SeenMapping({**seen.value, "crm": crm, "fields": fields}, {mask(key): number for key, number in seen.ids.items()})


def _masked_list(seen: SeenList, mask: Text) -> SeenList:
    return seen._replace(value={**seen.value, **{name: _or_none(seen.value[name], mask) for name in ("name", "actor")}})


def _masked_values(value: dict[str, t.Any], mask: Text) -> dict[str, t.Any]:
    return {
        name: mask(one) if isinstance(one, str) and name != remembered.SAME else _masked_values(one, mask) if isinstance(one, dict) else one
        for name, one in value.items()
    }
