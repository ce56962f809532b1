# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the mappings of many connections from archives, in few requests, and compares with the
agent.

Requests: 1 archive of the actor types and 1 archive of the fields, each for every 1,000 rows; 1
actor type and 1 of its default values, chosen anew in each run, that are read through the agent as
well; and the summary of its connection, where archives told which actor types there are.
"""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._agent.archives import Archives
from .._agent.lookups import FieldArchive, Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._model import archived
from .._model.archived import Archived, ArchivedActor
from .._model.connection import Connection
from .._model.current import CurrentActor
from .._wire import members
from .._wire.archive_query import Query, Restriction, Row
from .connections import read_actor_types

READ_FROM = ("auto", "agent", "archive")
# Fewer reads than these are not worth reading archives for.
FEW = 12
# Actor types, fields, and what is read for the comparison.
_OWN_READS = 4
# More connections are not named in a query: all rows are read instead, also those of deleted ones.
_MOST_NAMED = 100
_MOST_TOLD = 5

T = t.TypeVar("T")


class Bulk(t.NamedTuple):
    """Whether to read from archives, and how."""

    read_from: str
    archives: Archives
    # Chooses what is read both ways; see :meth:`Source.verify`.
    choose: t.Callable[[t.Sequence[t.Any]], t.Any]

    def is_worthwhile(self, reads: int) -> bool:
        """Whether to read from archives.

        :param reads: the requests to the agent that they may save.
        """
        return self.read_from == "archive" or (self.read_from == "auto" and reads - _OWN_READS > FEW)

    def most_pages(self, reads: int | None) -> int | None:
        """How many requests an archive may take that saves so many; None for any number."""
        return None if self.read_from == "archive" else reads


class Use(t.NamedTuple):
    """An actor type of which something comes from archives: the ids of fields with their
    defaults.
    """

    connection_id: int
    erp: str
    defaults: tuple[int, ...]


class Source:
    """Where a run reads mappings: through the agent, each thing once, and from archives.

    Whatever is read both ways is compared.
    """

    def __init__(self, reading: ReadingAgent, lookups: Lookups, types_of: t.Callable[[int], t.Sequence[str]] | None = None) -> None:
        """:param types_of: reads the actor types of a connection through the agent."""
        self._reading = reading
        self._lookups = lookups
        self._types_of = types_of or functools.partial(read_actor_types, reading)
        self._archived: Archived | None = None
        # Whether the rows are those of all connections; else of which ones.
        self._is_whole = False
        self._covered: frozenset[int] = frozenset()
        self._mappings: dict[tuple[int, str], members.Carrier | None] = {}
        self._defaults: dict[int, members.Carrier | None] = {}
        self._summarised: dict[int, tuple[str, ...]] = {}
        # The actor types that archives told, by connection.
        self._told_types: dict[int, tuple[str, ...]] = {}
        # What differs, by connection and actor type; blank for the settings of a connection.
        self._differences: dict[tuple[int, str], list[str]] = {}
        self.trusts_listing = False

    def read_archives(
        self, bulk: Bulk, wanted: t.Collection[int], listed: t.Collection[int], reads: int | None, *, describing: bool = False
    ) -> bool:
        """Read the mappings of connections from archives.

        :param wanted: the ids of these connections.
        :param listed: the ids of all connections.
        :param reads: the requests that archives may save, and so may take; None where the fields of
            each connection would be read from their archive as well.
        :param describing: also what describes fields to people, which no plan needs.
        :returns: whether archives are used from now on.
        :raises errors.ErpSyncError: where archives are refused and the user insists on them.
        """
        ids = tuple(sorted(wanted))
        names_them = len(ids) <= _MOST_NAMED and (len(ids) < len(listed) or _are_few_of_those_ever(ids))
        most_pages = bulk.most_pages(reads)
        try:
            actors = _actor_rows(bulk.archives, ids, names_them=names_them, most_pages=most_pages)
            fields = Query("ErpField", archived.FIELD_COLUMNS + (archived.DESCRIBING_COLUMNS if describing else ()))
            rows, is_whole = _rows(bulk.archives, fields, archived.FIELD_CONNECTION, ids, names_them=names_them, most_pages=most_pages)
            found = Archived(rows, actors)
            if found.is_unusable:
                raise errors.UnexpectedAnswer("archive ErpField: rows do not say to which connection they belong.", attempts=1)
        except errors.ErpSyncError as error:
            # Also an archive that is too slow or too large: the agent has answered before.
            if bulk.read_from == "auto":
                return False
            error.message = f"read_from is archive, and the archives cannot be read. {error.message} Set read_from to auto or agent."
            raise
        self._archived, self._is_whole, self._covered = found, is_whole, frozenset(ids)
        return True

    @property
    def uses_archives(self) -> bool:
        """Whether something may come from archives, or from a listing in place of GetConnection."""
        return self._archived is not None or self.trusts_listing

    def distrust(self) -> None:
        """Read all through the agent from now on."""
        self._archived = None
        self.trusts_listing = False

    def archived(self, connection_id: int, erp: str) -> ArchivedActor | None:
        """An actor type from archives; None where these do not tell it."""
        return None if self._archived is None else self._archived.actor(connection_id, erp)

    def actor_types(self, connection_id: int) -> tuple[str, ...] | None:
        """The actor types of a connection from archives; None where these do not tell them."""
        found = None if self._archived is None else self._archived.actor_types(connection_id)
        if found is not None:
            self._told_types[connection_id] = found
        return found

    def summarised_types(self, connection_id: int) -> tuple[str, ...]:
        """The actor types of a connection, as its summary tells them."""
        if connection_id not in self._summarised:
            self._summarised[connection_id] = tuple(self._types_of(connection_id))
        return self._summarised[connection_id]

    def fields(self, connection_id: int) -> FieldArchive:
        """Ranks and default settings of the fields of a connection."""
        if self._archived is None or not (self._is_whole or connection_id in self._covered):
            return self._lookups.field_archive(connection_id)
        return FieldArchive(self._archived.ranks_and_settings(connection_id))

    def mapped_crm_fields(self) -> dict[str, set[str]] | None:
        """The keys of all mapped CRM fields; see
        :meth:`_agent.lookups.Lookups.mapped_crm_fields`.
        """
        if self._archived is None or not self._is_whole:
            return self._lookups.mapped_crm_fields()
        return self._archived.crm_keys

    def mapping(self, connection_id: int, erp: str) -> members.Carrier | None:
        """The answer of GetActorTypeMapping."""
        key = (connection_id, erp)
        if key not in self._mappings:
            self._mappings[key] = self._reading.get_actor_type_mapping(connection_id, erp)
            told = self.archived(connection_id, erp)
            if told is not None:
                with shapes.reading("GetActorTypeMapping"):
                    self._note(key, archived.mapping_differences(told.mapping, self._mappings[key]))
        return self._mappings[key]

    def default(self, connection_id: int, erp: str, field_id: int) -> members.Carrier | None:
        """The answer of GetDefaultValueInfo for a field of an actor type."""
        if field_id not in self._defaults:
            self._defaults[field_id] = self._reading.get_default_value_info(field_id)
            told = self.archived(connection_id, erp)
            if told is not None and field_id in told.defaults:
                with shapes.reading("GetDefaultValueInfo"):
                    differences = archived.default_differences(told.defaults[field_id], self._defaults[field_id])
                    self._note((connection_id, erp), differences)
        return self._defaults[field_id]

    def note_settings(self, connection_id: int, differences: list[str]) -> None:
        """Note where a listing and GetConnection differ."""
        self._note((connection_id, ""), differences)

    def _note(self, key: tuple[int, str], differences: list[str]) -> None:
        if differences:
            self._differences.setdefault(key, []).extend(differences)

    def used(self, connection_id: int, actors: t.Mapping[str, CurrentActor | None]) -> list[Use]:
        """What of these actor types comes from archives."""
        found: list[Use] = []
        for erp, state in actors.items():
            told = None if state is None else self.archived(connection_id, erp)
            if state is not None and told is not None:
                defaults = tuple(number for number, default in state.defaults.items() if told.defaults.get(number) is default)
                if state.archived or defaults:
                    found.append(Use(connection_id, erp, defaults))
        return found

    def verify(self, used: t.Sequence[Use], choose: t.Callable[[t.Sequence[t.Any]], t.Any]) -> None:
        """Read one of the actor types, one of its default values, and which actor types its
        connection has, through the agent as well.
        """
        one: Use | None = choose(used) if used else None
        if one is not None:
            self.mapping(one.connection_id, one.erp)
            if one.defaults:
                self.default(one.connection_id, one.erp, choose(one.defaults))
        if self._told_types:
            is_told = one is not None and one.connection_id in self._told_types
            number = one.connection_id if one is not None and is_told else choose(sorted(self._told_types))
            others = set(self.summarised_types(number)).symmetric_difference(self._told_types[number])
            self._note((number, ""), [f"the actor types ({', '.join(sorted(others))})"] if others else [])

    def doubt(self, connections: t.Iterable[Connection]) -> str | None:
        """A warning that archives and agent tell different things; None where they do not.

        :param connections: those that are listed, for their names.
        """
        if not self._differences:
            return None
        names = {connection.id: connection.name for connection in connections}
        told = [
            (f'"{names.get(number) or number}"{f", {erp}" if erp else ""}', differences)
            for (number, erp), differences in sorted(self._differences.items())
        ]
        return tell_apart(told, "all mappings were read")


def tell_apart(told: t.Sequence[tuple[str, t.Sequence[str]]], consequence: str) -> str:
    """A warning that names where archives and agent differ.

    :param told: places, each with what differs there.
    """
    places = [f"{place}: {_few(differences)}" for place, differences in told]
    return (
        f"The archives and the agent of the server tell different things of {_few(places, '; ')}. So {consequence} through the agent. "
        "Where this warning comes again, set read_from to agent, which spares reading the archives."
    )


def _few(told: t.Sequence[str], between: str = ", ") -> str:
    more = len(told) - _MOST_TOLD
    return between.join([*told[:_MOST_TOLD], *([f"and {more} more"] if more > 0 else [])])


def _are_few_of_those_ever(ids: t.Sequence[int]) -> bool:
    """Whether most ids between the least and the greatest belong to connections that are gone or
    deleted, whose fields a query for all would read as well.
    """
    return ids[-1] - ids[0] + 1 > 2 * len(ids)


def _actor_rows(archives: Archives, ids: tuple[int, ...], *, names_them: bool, most_pages: int | None) -> t.Sequence[Row] | None:
    """The actor types; None where the archive of the server's tables cannot be read."""
    try:
        query = Query("dynamic", archived.ACTOR_COLUMNS)
        return _rows(archives, query, archived.ACTOR_CONNECTION, ids, names_them=names_them, most_pages=most_pages)[0]
    except errors.ErpSyncError:
        return None


def _rows(
    archives: Archives, query: Query, column: str, ids: tuple[int, ...], *, names_them: bool, most_pages: int | None
) -> tuple[t.Sequence[Row], bool]:
    """The rows of connections, and whether they are those of all connections.

    All are restricted as well: whether a server answers without a restriction is not documented.

    :param names_them: whether the query shall name the connections.
    """
    where = Restriction(column, "in", ids) if names_them else Restriction(column, ">", (0,))
    return archives.rows(query._replace(where=(where,)), most_pages=most_pages), not names_them
