# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Events about a watched installation, for programs and in a sentence for people."""

from __future__ import annotations

import datetime
import json
import typing as t
import uuid

from .._wire import duration
from . import event_kinds, remembered, watched_changes
from .health import listed
from .last_sync import in_words
from .since import spelt
from .stamp import Stamp, Stamps, newest
from .watched_changes import Step

# The namespace of the events' ids. Any UUID would do, but it must never change.
_NAMESPACE = uuid.UUID("0c6f2f0e-5f0d-4a53-9d65-5d6a2b1c4e10")


class Source(t.NamedTuple):
    """The installation that events are about: its name, its address or tenant, and the time zone of
    its hours.
    """

    name: str
    address: str
    zone: datetime.tzinfo = datetime.timezone.utc


class Place(t.NamedTuple):
    """The place of an event among those of its installation: since when that is watched, and the
    event's number.
    """

    since: str
    number: int


def event(step: Step, source: Source, place: Place, now: datetime.datetime, stamps: Stamps) -> dict[str, t.Any]:
    """The event that tells a step.

    It keeps its id when it is told again because nobody knows whether it arrived.
    """
    kind = step.kind or ""
    by = newest(stamps[row] for row in step.rows if row in stamps)
    told: dict[str, t.Any] = {
        "kind": kind,
        "installation": source.name,
        "address": source.address,
        "key": f"{source.name}/{step.place}",
        "msg": f"{source.name}: {_sentence(step, by)}",
        "at": spelt(now),
        "hour": now.astimezone(source.zone).hour,
        "before": step.before,
        "after": step.after,
        "connection": None if step.connection is None else step.connection[1],
        "connection_id": None if step.connection is None else step.connection[0],
        **by.as_result(),
        **step.details,
    }
    if "finding" in told:
        told["finding"] = {name: value for name, value in told["finding"].items() if name != remembered.SAME}
    what = [source.name, source.address, *place, kind, step.place, step.before, step.after, watched_changes.told_of(step)]
    return {**told, "id": str(uuid.uuid5(_NAMESPACE, json.dumps(what, sort_keys=True)))}


def _sentence(step: Step, by: Stamp) -> str:
    said = _SENTENCES[step.kind or ""](step)
    return f"{said} Last {by}." if str(by) else said


def _first(step: Step) -> str:
    found = step.after
    told = []
    if found["engine"] is not None:
        every = "" if found["interval"] is None else f" every {in_words(found['interval'])}"
        told.append(f"the sync engine runs{every}" if found["engine"] == "running" else "the sync engine is stopped")
    if found["connections"] is not None:
        told.append(f"{found['active']} of {found['connections']} connections are active")
    if found["findings"] is not None:
        told.append("its checks find nothing" if not found["findings"] else f"its checks find {found['findings']} things")
    return f"It is watched from now on{': ' if told else ''}{'; '.join(told)}."


def _connection(step: Step) -> str:
    return f"The connection {_quoted(step)}"


def _added(step: Step) -> str:
    return f"{_connection(step)} is new, and {'active' if step.after['active'] else 'inactive'}."


def _synchronised(step: Step) -> str:
    after = ", after it had been due for long" if step.details["was_stale"] else ""
    return f"{_connection(step)} was synchronised at {step.after}{after}."


def _stale(step: Step) -> str:
    last = "never" if step.after is None else f"last at {step.after}"
    span = in_words(step.details["seconds"])
    return f"{_connection(step)} has not been synchronised for {span}, though it is active and the engine runs; {last}."


def _mapping(step: Step) -> str:
    details = step.details
    words = {"crm": "its CRM actor type", "enabled": "whether it is enabled", "order": "the order of its fields"}
    told = [words[aspect] for aspect in details["aspects"] if aspect in words]
    if details["fields"]:
        told.append(listed(details["fields"]))
    whose = f"The mapping of {details['actor']} of the connection {_quoted(step)}"
    for aspect in ("added", "removed"):
        if aspect in details["aspects"]:
            return f"{whose} was {aspect}."
    return f"{whose} was changed: {', '.join(told)}."


def _list(step: Step) -> str:
    name = step.details["list"] or f"of the field {step.details['field_id']}"
    return f"The mapping of the list {name} of the connection {_quoted(step)} was changed."


def _quoted(step: Step) -> str:
    return f'"{step.connection[1] if step.connection else ""}"'


def _priority(step: Step) -> str:
    return f"The priority of the connections was changed from {listed(step.before)} to {listed(step.after)}."


def _where(step: Step) -> str:
    where = step.details["finding"]["where"]
    return where["kind"] if where["name"] is None else f"{where['kind']} {where['name']}"


def _raised(step: Step) -> str:
    return f"{step.after}, {_where(step)}: {step.details['finding']['what']}"


def _cleared(step: Step) -> str:
    return f"No longer found: {step.before}, {_where(step)}: {step.details['finding']['what']}"


def _stopped(step: Step) -> str:
    message = " ".join((step.details["status_message"] or "").split()).rstrip(".")
    return f'The sync engine was stopped. The server says: "{message}".' if message else "The sync engine was stopped."


def _interval(step: Step) -> str:
    return f"The interval of the sync engine was changed from {duration.clock(step.before)} to {duration.clock(step.after)}."


_SENTENCES: dict[str, t.Callable[[Step], str]] = {
    event_kinds.FIRST_SEEN: _first,
    event_kinds.UNREACHABLE: lambda step: f"It cannot be read. {step.details['reason']}",
    event_kinds.RECOVERED: lambda _step: "It can be read again.",
    event_kinds.ENGINE_STOPPED: _stopped,
    event_kinds.ENGINE_STARTED: lambda _step: "The sync engine was started.",
    event_kinds.INTERVAL_CHANGED: _interval,
    event_kinds.ADDED: _added,
    event_kinds.REMOVED: lambda step: f"{_connection(step)} was removed.",
    event_kinds.ACTIVATED: lambda step: f"{_connection(step)} was activated.",
    event_kinds.DEACTIVATED: lambda step: f"{_connection(step)} was deactivated.",
    event_kinds.SYNCHRONISED: _synchronised,
    event_kinds.STALE: _stale,
    event_kinds.MAPPING_CHANGED: _mapping,
    event_kinds.LIST_CHANGED: _list,
    event_kinds.PRIORITY_CHANGED: _priority,
    event_kinds.HEALTH_RAISED: _raised,
    event_kinds.HEALTH_CLEARED: _cleared,
}
