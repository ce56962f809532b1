# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the database keeps beside the state: who changed which row and when, the log of synchronisations.

It is no part of the state, so that two states are equal where only the times of their rows differ.
"""

from __future__ import annotations

import datetime
import functools
import zlib
from typing import Any, NamedTuple

Key = tuple[Any, ...]
"""The table of the state, and what makes its row unique there."""
UTC = datetime.UTC
SYSTEM_ASSOCIATE = 10


def moment(text: str) -> datetime.datetime:
    """A time in ISO 8601; UTC where it names no zone. Raises ValueError."""
    read = datetime.datetime.fromisoformat(text.strip())
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


class Stamp(NamedTuple):
    """Times are UTC. updated: None where the row was never changed."""

    registered: datetime.datetime
    registered_by: int
    updated: datetime.datetime | None = None
    updated_by: int = 0
    updates: int = 0


class Entry(NamedTuple):
    """One entry of the log. link: (connection, CRM actor type, CRM record, ERP actor type, ERP key); None where
    the record is not linked.
    """

    link: Key | None
    erp_field: str
    crm_field: str
    target_is_crm: bool
    old: str | None
    new: str | None
    registered: datetime.datetime
    registered_by: int = SYSTEM_ASSOCIATE


class Difference(NamedTuple):
    """What the archives show otherwise than the agent: `shown` in the rows of a database table that have
    the values of `where`.
    """

    table: str
    where: dict[str, Any]
    shown: dict[str, Any]


class Books:
    """Stamps that differ from those of the seed, the log, ids of rows that have none in the state."""

    def __init__(self, log: tuple[Entry, ...] = ()) -> None:
        self._stamps: dict[Key, Stamp] = {}
        self._ids: dict[str, dict[Key, int]] = {}
        self.log: list[Entry] = list(log)
        self.differences: list[Difference] = []
        # Links that synchronisations made.
        self.links: list[dict[str, Any]] = []
        self.last_sync: dict[int, datetime.datetime] = {}

    def copied(self) -> Books:
        twin = Books(tuple(self.log))
        twin._stamps = dict(self._stamps)
        twin._ids = {kind: dict(ids) for kind, ids in self._ids.items()}
        twin.differences = list(self.differences)
        twin.links = list(self.links)
        twin.last_sync = dict(self.last_sync)
        return twin

    def stamp_of(self, key: Key) -> Stamp:
        return self._stamps.get(key) or _seeded(key)

    def registered(self, key: Key, when: datetime.datetime, who: int) -> None:
        """A new row."""
        self._stamps[key] = Stamp(when, who)

    def updated(self, key: Key, when: datetime.datetime, who: int) -> None:
        """A row was changed."""
        before = self.stamp_of(key)
        self._stamps[key] = before._replace(updated=when, updated_by=who, updates=before.updates + 1)

    def id_of(self, kind: str, key: Key) -> int:
        """The number of a row that has none in the state; a new row gets the next one."""
        ids = self._ids.setdefault(kind, {})
        return ids.setdefault(key, len(ids) + 1)


_PEOPLE = (1, 2, 3, 4, 1, 2)


@functools.lru_cache(maxsize=65536)
def _seeded(key: Key) -> Stamp:
    """A stamp of 2026 that depends only on the row; each sixth row was never changed."""
    number = zlib.crc32(repr(key).encode())
    registered = datetime.datetime(2026, 1, 5, 7, 30, tzinfo=UTC) + datetime.timedelta(minutes=number % (90 * 24 * 60), seconds=number % 59)
    if number % 6 == 0:
        return Stamp(registered, _PEOPLE[number % 5])
    updated = datetime.datetime(2026, 4, 20, 6, 0, tzinfo=UTC) + datetime.timedelta(
        minutes=number // 7 % (210 * 24 * 60), seconds=number % 53
    )
    return Stamp(registered, _PEOPLE[number % 5], updated, _PEOPLE[number // 11 % 6], 1 + number % 9)
