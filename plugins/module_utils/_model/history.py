# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The last changes of an installation: what was changed, by whom and when."""

from __future__ import annotations

import datetime
import typing as t

from .stamp import Stamp

# Of changes in the same second, the one of the thing that contains the others comes first.
KINDS = ("engine", "connector", "connection", "actor", "field", "item")


class Entry(t.NamedTuple):
    """The last change of one thing. A part of its place that it does not have is None."""

    kind: str
    stamp: Stamp
    # "created", "changed" or "deleted".
    action: str
    connector: str | None = None
    connection: str | None = None
    actor: str | None = None
    list: str | None = None
    field: str | None = None
    item: str | None = None

    @property
    def name(self) -> str:
        """The place in words; empty for the engine."""
        field = self.field if self.list is None else None
        places = (self.connector, self.connection, self.actor, self.list, field, self.item)
        return ", ".join(place for place in places if place is not None)

    def as_result(self) -> dict[str, str | None]:
        """The entry as tasks return it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "connection": self.connection,
            "actor": self.actor,
            "list": self.list,
            "field": self.field,
            "item": self.item,
            "action": self.action,
            **self.stamp.as_result(),
        }


def action(changed: datetime.datetime | None, created: datetime.datetime | None, *, deleted: bool) -> str:
    """What the last change of a row was; that of a row that nobody has changed is its creation."""
    if deleted:
        return "deleted"
    if changed is None or created is None:
        return "changed" if changed is not None else "created"
    return "created" if changed.replace(microsecond=0) == created.replace(microsecond=0) else "changed"


def newest_first(entries: t.Iterable[Entry], since: datetime.datetime | None, limit: int) -> list[Entry]:
    """The newest entries, the newest first.

    :param since: leaves out what is older, or has no time; None for all.
    """
    kept = [entry for entry in entries if since is None or (entry.stamp.changed_at is not None and entry.stamp.changed_at >= since)]
    # Sorting keeps the order of equals.
    kept.sort(key=lambda entry: KINDS.index(entry.kind))
    kept.sort(key=_time, reverse=True)
    return kept[:limit]


def _time(entry: Entry) -> float:
    time = entry.stamp.changed_at
    return float("-inf") if time is None else time.replace(microsecond=0).timestamp()
