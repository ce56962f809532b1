# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads what is no part of the ErpSync agent: MDO lists, archives, who is signed in, and the
version.

Sources: the vendor's documentation of

* the MDO lists ``erpconnectors`` and ``erpconnections``: ExtraInfo holds the connector's URL or the
  connection's GUID; ``useRank=true`` gives the order of priority;
* the archives ``ErpField`` and ``dynamic``;
* the table ErpConfiguration: ConnectionRank holds the ids of the connections, separated by
  semicolons; 0 is SuperOffice.
"""

from __future__ import annotations

import typing as t

from .._client import errors
from .._wire import archive_value, members
from .._wire.archive_fields import DEFAULT_FLAGS, UNKNOWN, FieldExtras, crm_keys, extras_by_id
from .._wire.archive_query import Query, Restriction
from . import shapes
from .archives import TROUBLE, Archives
from .transport import Transport


class FieldArchive(t.NamedTuple):
    """The archive's fields of a connection by ErpFieldId; ``trouble`` says why it has none."""

    fields: t.Mapping[int, FieldExtras]
    trouble: errors.ErpSyncError | None = None

    def with_default_settings(self, field_ids: t.Sequence[int]) -> list[int]:
        """The fields that have default settings, or may have some as far as the archive tells."""
        return [field_id for field_id in field_ids if self._of(field_id).has_default_settings is not False]

    @property
    def why_not(self) -> str:
        """Why the archive cannot be read; blank if it can."""
        return "" if self.trouble is None else self.trouble.message

    @property
    def ranks(self) -> dict[int, int | None]:
        """The known ranks of the fields."""
        return {field_id: extra.rank for field_id, extra in self.fields.items()}

    def _of(self, field_id: int) -> FieldExtras:
        return self.fields.get(field_id, UNKNOWN)


class Ranking(t.NamedTuple):
    """Ids of connections by priority; ``saved`` is false for the order of a mere list."""

    ids: tuple[int, ...]
    saved: bool


class Lookups:
    """Reads lists, archives and the principal, and changes nothing."""

    def __init__(self, transport: Transport, archives: Archives) -> None:
        self._transport = transport
        self._archives = archives
        self._has_dynamic_archive = True

    def list_items(self, name: str, additional: str | None = None) -> list[members.Carrier]:
        """The items of an MDO list, each once, also if an administrator has grouped them.

        Lists are requested flat. Should groups come all the same, a heading has its items in
        ChildItems, an item can be in several groups, and a heading's id is not an item's.
        """
        method = f"MDO list {name}"
        items: list[members.Carrier] = shapes.carriers(method, self._transport.mdo_list(name, additional))
        with shapes.reading(method):
            return _ungrouped(items)

    def principal(self) -> members.Carrier | None:
        """Who is signed in; None where the server does not tell."""
        found: members.Carrier | None = shapes.carrier("User/currentPrincipal", self._transport.principal())
        return found

    def system(self) -> members.Carrier:
        """What the server tells of itself."""
        found: members.Carrier = shapes.present("GET /api", shapes.carrier("GET /api", self._transport.system()))
        return found

    def ranking(self) -> Ranking:
        """The saved order of priority; from servers that do not tell it, the list by rank."""
        ranked = self._ranked()
        if ranked is not None:
            return Ranking(tuple(ranked), True)
        with shapes.reading("MDO list erpconnections"):
            ids = tuple(members.required_number(item, "Id") for item in self.list_items("erpconnections", "useRank=true"))
        return Ranking(ids, False)

    def _ranked(self) -> list[int] | None:
        """The ids in the saved order of priority; None if the archive does not tell it."""
        column = "ErpConfiguration.ConnectionRank"
        if not self._has_dynamic_archive:
            return None
        try:
            rows = self._archives.rows(Query("dynamic", (column,)), limit=1)
        except TROUBLE:
            rows = []
        ranked = archive_value.whole_numbers(rows[0].get(column)) if rows else None
        self._has_dynamic_archive = ranked is not None
        return ranked

    def field_archive(self, connection_id: int) -> FieldArchive:
        """The archive's rows of the fields of a connection.

        Only the archive tells the order of the fields. For default values it only saves requests.
        """
        query = Query("ErpField", ("Id", "Rank", *DEFAULT_FLAGS), (Restriction("ConnectionId", "=", (connection_id,)),), ("Id",))
        try:
            return FieldArchive(extras_by_id(self._archives.rows(query)))
        except TROUBLE as error:
            return FieldArchive({}, error)

    def mapped_crm_fields(self) -> dict[str, set[str]] | None:
        """The keys of the CRM fields that any connection maps, by ERP actor type; None if the
        archive cannot be read.
        """
        try:
            return crm_keys(self._archives.rows(Query("ErpField", ("Id", "ActorTypeErp", "CrmFieldKey"), order=("Id",))))
        except TROUBLE:
            return None


def _ungrouped(items: t.Sequence[members.Carrier]) -> list[members.Carrier]:
    """The items of a list without its headings, in the list's order.

    :raises members.WireError: if a member has another type.
    """
    found: dict[int | None, members.Carrier] = {}
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        below = members.carriers(item, "ChildItems")
        if below:
            waiting.extend(below[::-1])
        else:
            found.setdefault(members.number(item, "Id"), item)
    return list(found.values())
