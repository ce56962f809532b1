# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The sync log: the fields that synchronisations changed, entry by entry and counted.

Rows come from the archive ``dynamic``, which follows an entry to its link and so to both records,
or from the archive ``ErpSyncLog``, which tells less.
"""

from __future__ import annotations

import collections
import datetime
import typing as t

from .._wire import archive_value
from . import names
from .actor_types import crm_table, of_archive
from .since import spelt

Row = t.Mapping[str, t.Any]

ID = "ErpSyncLog.erpsynclog_id"
TIME = "ErpSyncLog.registered"
_LINK = "ErpSyncLog.ErpExternalKeyId"
CONNECTION = f"{_LINK}.ErpConnectionId"
_ERP_FIELD, _CRM_FIELD, _TO_CRM = "ErpSyncLog.ErpFieldKey", "ErpSyncLog.CrmFieldKey", "ErpSyncLog.TargetIsCrm"
_OLD, _NEW = "ErpSyncLog.OldValue", "ErpSyncLog.NewValue"
_NAME, _ACTOR, _ERP_KEY = f"{CONNECTION}.DisplayName", f"{_LINK}.ActorType", f"{_LINK}.ErpKey"
_TABLE, _RECORD = f"{_LINK}.ErpInternalKeyId.tableId", f"{_LINK}.ErpInternalKeyId.recordId"

# The columns that counting needs, those that entries have besides, and those with old and new
# values.
COUNTED = (ID, TIME, CONNECTION, _NAME, _ACTOR, _ERP_FIELD, _CRM_FIELD, _TO_CRM)
TOLD = (*COUNTED, _ERP_KEY, _TABLE, _RECORD)
VALUES = (_OLD, _NEW)
# The same of the archive ErpSyncLog.
LESS_TOLD = ("id", "connection", "source", "target", "crmfieldkey", "updated")
LESS_VALUES = ("oldvalue", "newvalue")


class Entry(t.NamedTuple):
    """A field that a synchronisation changed. None is unknown; a link may be gone."""

    id: int | None = None
    time: datetime.datetime | None = None
    connection_id: int | None = None
    # The stored name, in all its languages.
    connection: str | None = None
    actor: str | None = None
    table: str | None = None
    record_id: int | None = None
    erp_key: str | None = None
    erp: str | None = None
    crm: str | None = None
    direction: str | None = None
    # What the archive ErpSyncLog calls the two sides.
    source: str | None = None
    target: str | None = None
    old_value: str | None = None
    new_value: str | None = None

    @classmethod
    def from_dynamic(cls, row: Row) -> Entry:
        """From a row with the columns :data:`COUNTED` or :data:`TOLD`, and perhaps
        :data:`VALUES`.
        """
        actor = of_archive(row.get(_ACTOR))
        to_crm = archive_value.truth(row.get(_TO_CRM))
        return cls(
            id=archive_value.whole(row.get(ID)),
            time=archive_value.moment(row.get(TIME)),
            connection_id=archive_value.whole(row.get(CONNECTION)) or None,
            connection=archive_value.text(row.get(_NAME)) or None,
            actor=actor,
            table=crm_table(actor, archive_value.whole(row.get(_TABLE))),
            record_id=archive_value.whole(row.get(_RECORD)) or None,
            erp_key=archive_value.text(row.get(_ERP_KEY)) or None,
            erp=archive_value.text(row.get(_ERP_FIELD)) or None,
            crm=archive_value.text(row.get(_CRM_FIELD)) or None,
            direction=None if to_crm is None else "to_crm" if to_crm else "to_erp",
            old_value=archive_value.text(row.get(_OLD)),
            new_value=archive_value.text(row.get(_NEW)),
        )

    @classmethod
    def from_provider(cls, row: Row) -> Entry:
        """From a row of the archive ErpSyncLog; its ``connection`` may be an id or a name."""
        number = archive_value.whole(row.get("connection"))
        return cls(
            id=archive_value.whole(row.get("id")),
            time=archive_value.moment(row.get("updated")),
            connection_id=number or None,
            connection=None if number is not None else archive_value.text(row.get("connection")) or None,
            crm=archive_value.text(row.get("crmfieldkey")) or None,
            source=archive_value.text(row.get("source")) or None,
            target=archive_value.text(row.get("target")) or None,
            old_value=archive_value.text(row.get("oldvalue")),
            new_value=archive_value.text(row.get("newvalue")),
        )

    def belongs_to(self, connections: t.Mapping[int, str]) -> bool:
        """Whether this is of one of these connections, by their ids and stored names."""
        if self.connection_id is not None:
            return self.connection_id in connections
        return self.connection is not None and any(names.answers_to(raw, self.connection) for raw in connections.values())

    def is_since(self, since: datetime.datetime) -> bool:
        """Whether this is not older; True where the time is unknown."""
        return self.time is None or self.time >= since

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return for an entry of their own."""
        return {
            "id": self.id,
            "time": None if self.time is None else spelt(self.time),
            "connection": self._connection_name(),
            "connection_id": self.connection_id,
            "actor": self.actor,
            "table": self.table,
            "record_id": self.record_id,
            "erp_key": self.erp_key,
            "erp": self.erp,
            "crm": self.crm,
            "direction": self.direction,
        }

    def as_fact(self, *, values: bool) -> dict[str, t.Any]:
        """The same as a fact, with what the archive ErpSyncLog tells.

        :param values: whether with the old and the new value.
        """
        found = {**self.as_result(), "source": self.source, "target": self.target}
        return {**found, "old_value": self.old_value, "new_value": self.new_value} if values else found

    def _connection_name(self) -> str | None:
        return names.readable(self.connection) or None


def newest_first(entries: t.Iterable[Entry]) -> list[Entry]:
    """The entries in the order of the log, backwards: by id, which grows with each entry."""
    return sorted(entries, key=lambda one: one.id or 0, reverse=True)


def counts(entries: t.Iterable[Entry]) -> list[dict[str, t.Any]]:
    """How often each field of each connection was changed, the most often changed first."""
    found: dict[tuple[t.Any, ...], collections.Counter[str | None]] = {}
    for one in entries:
        field = (one._connection_name(), one.connection_id, one.actor, one.erp, one.crm)
        found.setdefault(field, collections.Counter())[one.direction] += 1
    rows = [
        {
            "connection": field[0],
            "connection_id": field[1],
            "actor": field[2],
            "erp": field[3],
            "crm": field[4],
            "to_crm": directions["to_crm"],
            "to_erp": directions["to_erp"],
            "number": sum(directions.values()),
        }
        for field, directions in found.items()
    ]
    return sorted(
        rows, key=lambda row: (-row["number"], *[str(row[key] or "") for key in ("connection", "connection_id", "actor", "erp", "crm")])
    )
