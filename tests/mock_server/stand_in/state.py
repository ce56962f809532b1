# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of the stand-in: plain JSON, and the look-ups that methods share."""

from __future__ import annotations

import json
import marshal
import uuid
from typing import Any

from .books import Books

Record = dict[str, Any]

_NAMESPACE = uuid.UUID("5e0b6f3c-6f0e-4b3c-8f0a-2b7c1f3f9f10")
_ORDER = {
    "connectors": ("ErpConnectorId",),
    "connections": ("ErpConnectionId",),
    "actor_mappings": ("ErpConnectionId", "ActorTypeErp"),
    "fields": ("ErpFieldId",),
    "list_items": ("ErpFieldId", "ErpListItemId"),
    "links": ("ErpConnectionId", "CrmActorType", "CrmRecordId"),
    "erp_actors": ("ErpConnectionId", "ErpActorType", "ErpKey"),
}


class State:
    """`data` is the whole state. Tables are lists of records; an id is never used twice.

    `books` has what the database keeps beside it, such as who changed a row; no state differs by them.
    """

    def __init__(self, data: dict[str, Any], books: Books | None = None) -> None:
        self.data = data
        self.books = Books() if books is None else books

    def dump(self) -> str:
        """The state as JSON, byte by byte equal for equal states."""
        self._sort()
        return json.dumps(self.data, sort_keys=True, ensure_ascii=False)

    def copied(self) -> dict[str, Any]:
        """A copy of the data, with the tables in the order that `dump` gives them."""
        self._sort()
        return copy(self.data)

    def _sort(self) -> None:
        for table, keys in _ORDER.items():
            self.table(table).sort(key=lambda record: tuple(record[key] for key in keys))

    def table(self, name: str) -> list[Record]:
        records: list[Record] = self.data[name]
        return records

    def find(self, table: str, **wanted: Any) -> Record | None:
        """The first record whose members are equal to `wanted`."""
        (first, its_value), *others = wanted.items()
        for record in self.table(table):
            # The first member alone decides of nearly all records, which is what the speed of a large state depends on.
            if record[first] == its_value and all(record[name] == value for name, value in others):
                return record
        return None

    def find_all(self, table: str, **wanted: Any) -> list[Record]:
        """The records whose members are equal to `wanted`."""
        found = list(self.table(table))
        # Member by member, for speed: a test with ten thousand fields spends most of its time here.
        for key, value in wanted.items():
            found = [record for record in found if record[key] == value]
        return found

    def next_id(self, kind: str) -> int:
        self.data["next_ids"][kind] += 1
        return int(self.data["next_ids"][kind]) - 1

    def connector(self, connector_id: int) -> Record | None:
        return self.find("connectors", ErpConnectorId=connector_id)

    def connection(self, connection_id: int) -> Record | None:
        return self.find("connections", ErpConnectionId=connection_id)

    def fields_of(self, connection_id: int, actor_type: str | None = None) -> list[Record]:
        """The ERP fields of a connection in the order of their ranks."""
        fields = [
            record
            for record in self.table("fields")
            if record["ErpConnectionId"] == connection_id and actor_type in (None, record["ActorTypeErp"])
        ]
        return sorted(fields, key=lambda record: (record["ActorTypeErp"], record["Rank"] or 0, record["ErpFieldId"]))


def copy(data: dict[str, Any]) -> dict[str, Any]:
    """A copy of plain data. Tests copy thousands of states; marshal takes a sixth of deepcopy's time."""
    copied: dict[str, Any] = marshal.loads(marshal.dumps(data))
    return copied


def connection_guid(connection_id: int) -> str:
    """A GUID that depends only on the id, so that two runs of a test see the same state."""
    return str(uuid.uuid5(_NAMESPACE, str(connection_id)))
