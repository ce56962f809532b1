# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Who changed a row of SuperOffice's database last, and when; and which rows hold a change's
values.

SuperOffice keeps one stamp for each row. The engine and the priority share a row; a connector, a
connection, an actor type, a field with its default value and place, and a mapped item of a list
have one each.
"""

from __future__ import annotations

import datetime
import typing as t

from . import since


class Row(t.NamedTuple):
    """A row as a plan knows it.

    For an actor type, ``id`` and ``key`` are the connection and the ERP actor type; for an item,
    the field and the ERP item. Other rows have an id of their own; the engine has a single row.
    """

    table: str
    id: int = 0
    key: str = ""


CONFIGURATION = Row("ErpConfiguration")


def connector(connector_id: int) -> Row:
    """The row of a connector."""
    return Row("ErpConnector", connector_id)


def connection(connection_id: int) -> Row:
    """The row of a connection."""
    return Row("ErpConnection", connection_id)


def access(connection_id: int) -> Row:
    """The rows of the user groups and users that may use a connection, one for each."""
    return Row("ErpConnectionAccess", connection_id)


def actor_type(connection_id: int, erp: str) -> Row:
    """The row of an actor type of a connection."""
    return Row("ErpConnectionActorType", connection_id, erp)


def field(field_id: int) -> Row:
    """The row of a field."""
    return Row("ErpField", field_id)


def item(field_id: int, key: str) -> Row:
    """The row of an ERP item that is mapped; an item without a mapping may have none."""
    return Row("ErpListItemMapping", field_id, key)


# The keys of a document that lead to a value of a change; none stand for the whole thing.
Keys = tuple[str, ...]
Rows = t.Mapping[Keys, t.Sequence[Row]]


class Stamp(t.NamedTuple):
    """The user's initials, and the time in UTC; None where the server does not tell."""

    changed_by: str | None = None
    changed_at: datetime.datetime | None = None

    def as_result(self) -> dict[str, str | None]:
        """The stamp as tasks return it."""
        return {"changed_by": self.changed_by, "changed_at": None if self.changed_at is None else since.spelt(self.changed_at)}

    def __str__(self) -> str:
        """The stamp in words, such as "changed on 2026-11-03 at 14:02 UTC by KRN"; blank where
        nothing is known.
        """
        when = "" if self.changed_at is None else f" on {since.spelt(self.changed_at)[:16].replace('T', ' at ')} UTC"
        who = "" if self.changed_by is None else f" by {self.changed_by}"
        return f"changed{when}{who}" if when or who else ""


UNKNOWN = Stamp()
Stamps = t.Mapping[Row, Stamp]
_FIRST = datetime.datetime.min.replace(tzinfo=datetime.timezone.utc)


def newest(stamps: t.Iterable[Stamp]) -> Stamp:
    """The newest of several stamps; :data:`UNKNOWN` where there is none."""
    return max(stamps, key=lambda stamp: (stamp.changed_at or _FIRST, stamp.changed_by is not None), default=UNKNOWN)
