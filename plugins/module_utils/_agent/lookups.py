# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The lists and archives that the collection reads beside the agent.

Sources: the vendor's documentation of the MDO lists ``erpconnectors`` and ``erpconnections`` (ExtraInfo holds the
connector's URL or the connection's GUID; ``useRank=true`` gives the order of priority), of the archives ``ErpField`` and
``dynamic``, and of the table ErpConfiguration (ConnectionRank: ids of the connections with semicolons between them, 0 is SuperOffice).
"""

from __future__ import annotations

import typing as t

from .._client import errors
from .._model import priority
from .._wire import archive_value, members
from . import shapes
from .transport import Transport

if t.TYPE_CHECKING:
    from .._model.connection import Connection
    from .._wire import carriers

# Enough for 100,000 fields; a server that always names a next page would keep us for ever.
_MOST_PAGES = 100
_ARCHIVE_TROUBLE: tuple[type[errors.ErpSyncError], ...] = errors.APPLICATION_ERRORS + (errors.NotJson, errors.Unavailable)


class FieldExtras(t.NamedTuple):
    """What only the archive knows of an ERP field: its place in the order, and whether it has default settings. None is unknown."""

    rank: int | None
    has_default_settings: bool | None


class FieldArchive(t.NamedTuple):
    """What the archive tells of the fields of a connection, by ErpFieldId; ``trouble`` is why it cannot be read."""

    fields: t.Mapping[int, FieldExtras]
    trouble: errors.ErpSyncError | None = None

    def with_default_settings(self, field_ids: t.Sequence[int]) -> list[int]:
        """The fields worth asking for their default values.

        A field of which the archive does not say it is asked for: better once too often than a lost default.
        """
        return [field_id for field_id in field_ids if self._of(field_id).has_default_settings is not False]

    @property
    def ranks(self) -> dict[int, int | None]:
        """The places of the fields in their order, as far as they are known."""
        return {field_id: extra.rank for field_id, extra in self.fields.items()}

    def _of(self, field_id: int) -> FieldExtras:
        return self.fields.get(field_id, _UNKNOWN)


_UNKNOWN = FieldExtras(None, None)
_SETTINGS = ("PromptUser", "Mandatory", "HasFirstSyncDefaultValue")


class Lookups:
    """Reads lists and archives. Nothing here changes anything."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._has_dynamic_archive = True

    def list_items(self, name: str, additional: str | None = None) -> list[carriers.MDOListItem]:
        """The items of an MDO list, each once, whether or not an administrator has grouped them.

        Lists are asked for flat. Where groups come all the same, a heading has its items as ChildItems, an item can stand under
        several headings, and the id of a heading means nothing among those of the items.
        """
        method = f"MDO list {name}"
        items: list[carriers.MDOListItem] = shapes.carriers(method, self._transport.mdo_list(name, additional))
        with shapes.reading(method):
            return _ungrouped(items)

    def priority(self, connections: t.Sequence[Connection]) -> priority.Priority:
        """The order of priority: the one that is saved, or on servers that do not tell it, that of the list that is asked for by rank.

        :param connections: those that there are, as the server lists them.
        """
        there = [connection for connection in connections if not connection.deleted]
        ids, saved = self.ids_by_rank([connection.id for connection in there])
        return priority.Priority(ids, saved or not priority.may_be_unranked(ids, there))

    def ids_by_rank(self, known: t.Collection[int]) -> tuple[tuple[int, ...], bool]:
        """The ids of :meth:`priority`, and whether they are those that are saved, for certain.

        :param known: the ids of the connections that there are.
        """
        ranked = self._ranked()
        if ranked is not None:
            return priority.completed(ranked, known), True
        with shapes.reading("MDO list erpconnections"):
            return tuple(members.required_number(item, "Id") for item in self.list_items("erpconnections", "useRank=true")), False

    def _ranked(self) -> list[int] | None:
        """The ids in the saved order of priority; None where the archive does not tell it."""
        column = "ErpConfiguration.ConnectionRank"
        if not self._has_dynamic_archive:
            return None
        try:
            rows = _rows(self._transport.archive("dynamic", (column,)))
            ranked = archive_value.whole_numbers(members.member(rows[0], column)) if rows else None
        except _ARCHIVE_TROUBLE:
            ranked = None
        except members.WireError:
            ranked = None
        self._has_dynamic_archive = ranked is not None
        return ranked

    def field_archive(self, connection_id: int) -> FieldArchive:
        """What the archive knows of the fields of a connection.

        The archive only saves requests where default values are meant, since each field can be asked for; the order of the fields
        nothing else tells.
        """
        columns = ("Id", "Rank", *_SETTINGS)
        found: dict[int, FieldExtras] = {}
        seen = 0
        try:
            for _page in range(_MOST_PAGES):
                answer = self._transport.archive("ErpField", columns, f"ConnectionId eq {connection_id}", "Id", seen)
                rows = _rows(answer)
                before = len(found)
                for row in rows:
                    _note(found, row)
                seen += len(rows)
                # The same rows again: the server does not know $skip.
                if not members.member(answer, "odata.nextLink") or len(found) == before:
                    return FieldArchive(found)
        except _ARCHIVE_TROUBLE as error:
            return FieldArchive({}, error)
        except members.WireError as error:
            return FieldArchive({}, errors.UnexpectedAnswer(f"archive ErpField: the answer cannot be used: {error}.", attempts=1))
        return FieldArchive({}, errors.UnexpectedAnswer("archive ErpField: the answer has no end.", attempts=1))

    def mapped_crm_fields(self) -> dict[str, set[str]] | None:
        """The keys of the CRM fields to which fields of any connection are mapped, by ERP actor type; None where nobody tells them."""
        found: dict[str, set[str]] = {}
        try:
            for row in self._field_rows(("Id", "ActorTypeErp", "CrmFieldKey")):
                key = members.text(row, "CrmFieldKey")
                if key:
                    found.setdefault(members.text(row, "ActorTypeErp") or "", set()).add(key)
        except _ARCHIVE_TROUBLE:
            return None
        except members.WireError:
            return None
        return found

    def _field_rows(self, columns: t.Sequence[str]) -> t.Iterator[members.Carrier]:
        """The fields of all connections, page by page.

        :raises members.WireError: for an answer that is none, or has no end.
        """
        seen, before = 0, None
        for _page in range(_MOST_PAGES):
            answer = self._transport.archive("ErpField", columns, "", "Id", seen)
            rows = _rows(answer)
            yield from rows
            seen += len(rows)
            if not members.member(answer, "odata.nextLink") or rows == before:
                return
            before = rows
        raise members.WireError("the answer has no end")


def _ungrouped(items: t.Sequence[carriers.MDOListItem]) -> list[carriers.MDOListItem]:
    """The items of a list without its headings, in the order in which they stand there.

    :raises members.WireError: where a member is of another type.
    """
    found: dict[t.Any, carriers.MDOListItem] = {}
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        below = members.carriers(t.cast(members.Carrier, item), "ChildItems")
        if below:
            waiting.extend(t.cast("list[carriers.MDOListItem]", below[::-1]))
        else:
            found.setdefault(members.number(t.cast(members.Carrier, item), "Id"), item)
    return list(found.values())


def _rows(answer: t.Any) -> list[members.Carrier]:
    """The rows of a page.

    :raises members.WireError: where it is none.
    """
    rows = members.carriers(answer, "value") if isinstance(answer, dict) else None
    if rows is None:
        raise members.WireError("value is missing")
    return rows


def _note(found: dict[int, FieldExtras], row: members.Carrier) -> None:
    """Add what a row tells of its field. A field that is not saved yet has the id 0, like all the others of its kind."""
    field_id = archive_value.whole(members.member(row, "Id"))
    if not field_id:
        return
    settings = [archive_value.truth(members.member(row, column)) for column in _SETTINGS]
    has_settings = True if True in settings else None if None in settings else False
    extras = FieldExtras(archive_value.whole(members.member(row, "Rank")), has_settings)
    known = found.setdefault(field_id, extras)
    if known != extras:
        found[field_id] = _UNKNOWN
