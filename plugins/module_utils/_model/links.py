# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The links between records of SuperOffice and of ERP systems, one by one and counted."""

from __future__ import annotations

import collections
import typing as t

from .._wire import archive_value
from . import names
from .actor_types import crm_table, of_archive

Row = t.Mapping[str, t.Any]

ID = "ErpExternalKey.erpexternalkey_id"
CONNECTION = "ErpExternalKey.ErpConnectionId"
_NAME, _ACTOR, _ERP_KEY = f"{CONNECTION}.DisplayName", "ErpExternalKey.ActorType", "ErpExternalKey.ErpKey"
_TABLE, _RECORD = "ErpExternalKey.ErpInternalKeyId.tableId", "ErpExternalKey.ErpInternalKeyId.recordId"
# The name of the record stands in one of three tables; the join cannot tell in which.
_NAMES = {
    "contact": (f"{_RECORD}[contact].name",),
    "person": (f"{_RECORD}[person].firstname", f"{_RECORD}[person].lastname"),
    "project": (f"{_RECORD}[project].name",),
}

COUNTED = (ID, CONNECTION, _NAME, _ACTOR)
TOLD = (*COUNTED, _ERP_KEY, _TABLE, _RECORD)
RECORD_NAMES = tuple(column for columns in _NAMES.values() for column in columns)


class Link(t.NamedTuple):
    """A record of SuperOffice and the record of an ERP system that it is linked with; None is
    unknown.
    """

    id: int | None
    connection_id: int | None
    # The stored name, in all its languages.
    connection: str | None
    actor: str | None
    table: str | None = None
    record_id: int | None = None
    name: str | None = None
    erp_key: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> Link:
        """From a row with the columns :data:`COUNTED` or :data:`TOLD`, and perhaps
        :data:`RECORD_NAMES`.
        """
        actor = of_archive(row.get(_ACTOR))
        table = crm_table(actor, archive_value.whole(row.get(_TABLE)))
        parts = [archive_value.text(row.get(column)) for column in _NAMES.get(table or "", ())]
        return cls(
            id=archive_value.whole(row.get(ID)),
            connection_id=archive_value.whole(row.get(CONNECTION)) or None,
            connection=archive_value.text(row.get(_NAME)) or None,
            actor=actor,
            table=table,
            record_id=archive_value.whole(row.get(_RECORD)) or None,
            name=" ".join(part for part in parts if part) or None,
            erp_key=archive_value.text(row.get(_ERP_KEY)) or None,
        )

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return."""
        return {
            "connection": names.readable(self.connection) or None,
            "connection_id": self.connection_id,
            "actor": self.actor,
            "table": self.table,
            "record_id": self.record_id,
            "name": self.name,
            "erp_key": self.erp_key,
        }


def counts(links: t.Iterable[Link]) -> list[dict[str, t.Any]]:
    """How many records of each actor type are linked, for each connection."""
    found = collections.Counter((names.readable(one.connection) or None, one.connection_id, one.actor) for one in links)
    rows = [
        {"connection": name, "connection_id": number, "actor": actor, "number": times} for (name, number, actor), times in found.items()
    ]
    return sorted(rows, key=lambda row: (row["connection_id"] or 0, str(row["connection"] or ""), str(row["actor"] or "")))
