# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads what the checks of an installation's health need, each thing once and only where it is
asked for.

With ``a`` active connections the cheap checks take 3 + a + f requests: GetEngineStatus, the
principal, the list of connections, a GetErpSyncConnectionSummary each, and the archive of the
fields, f thousands of them; further a GetActorTypeMapping for each actor type of which the archive
tells something wrong. Where the archive cannot be read, every actor type is read.
"""

from __future__ import annotations

import datetime
import functools
import typing as t

from .._agent.archives import TROUBLE, Archives
from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import archived, secret_values, sync_log
from .._model.connection import Connection, Summary
from .._model.connector import Connector
from .._model.engine import EngineStatus
from .._model.health import Unread
from .._model.health_checks import LogCounts
from .._model.reference import Reference
from .._wire import archive_value, members
from .._wire.archive_query import Query, Restriction
from .connections import chosen_connections, read_connections, read_summary
from .connectors import read_connectors
from .engine import read_engine
from .mappings import read_list_mappings
from .once import ReadOnce


class Identified(t.Protocol):
    """A thing with an id."""

    @property
    def id(self) -> int:
        """Its id on the server."""


T = t.TypeVar("T")
Thing = t.TypeVar("Thing", bound=Identified)

# What a server, or a version of its services, may answer in place of the principal.
_NO_PRINCIPAL: tuple[type[errors.ErpSyncError], ...] = (*errors.APPLICATION_ERRORS, errors.NotJson)
# How a server may fail that waits for a silent connector or ERP system.
_SILENT: tuple[type[errors.ErpSyncError], ...] = (errors.TimedOut, errors.Unavailable)
# More entries of the sync log are not counted.
MOST_ENTRIES = 5000
# Entries among which the newest one of a connection is looked for.
_NEWEST = 1000

_FIELD = ("ConnectionId", "ActorTypeErp", "CrmFieldKey", "SyncToCrm", "SyncToErp", "ShowInGui", "ShowInSearch", "Access", "MissingInERP")
# An archive may have no rows without a restriction.
_FIELDS = Query("ErpField", _FIELD, where=(Restriction("ConnectionId", ">", (0,)),), order=("Id",))
# Also as numbers in the order of the API's description.
_NOT_MANDATORY = ("Normal", "ReadOnly")
_NEWEST_FIRST = (f"-{sync_log.ID}",)


class HealthReader:
    """Reads one installation.

    What the server refuses or lacks takes the place of what was asked for, as ``Unread``. Where the
    server cannot be reached, or nobody is signed in, every method raises.
    """

    def __init__(
        self, reading: ReadingAgent, lookups: Lookups, archives: Archives, *, at_once: int = 1, secrets: set[str] | None = None
    ) -> None:
        """
        :param at_once: how many requests may be under way at once.
        :param secrets: collects the passwords in URLs.
        """
        self._secrets = set() if secrets is None else secrets
        self._reading = reading
        self._lookups = lookups
        self._archives = archives
        self._at_once = at_once
        # What the agent refused to this user, in the order in which it was asked.
        self.refused: list[Unread] = []
        # The first failure of what all other checks need.
        self.first_failure: errors.ErpSyncError | None = None
        self._summaries: ReadOnce[int, Summary] = ReadOnce(functools.partial(read_summary, reading))

    def engine(self) -> EngineStatus | Unread:
        """The engine."""
        return self._first(lambda: read_engine(self._reading))

    def connections(self) -> list[Connection] | Unread:
        """All connections that are not deleted."""
        return self._first(lambda: read_connections(self._reading, self._lookups, at_once=self._at_once))

    @staticmethod
    def chosen(connections: list[Connection], wanted: t.Sequence[Reference] | None) -> list[Connection]:
        """The wanted connections; None for all.

        :raises errors.BadInput: for a name that no connection has.
        """
        return connections if wanted is None else chosen_connections(connections, wanted)

    def principal(self) -> members.Carrier | None | Unread:
        """Who is signed in; None where the server does not tell."""
        try:
            return self._lookups.principal()
        except _NO_PRINCIPAL as error:
            return _unread(error)

    def last_syncs(self, connections: t.Sequence[Connection]) -> dict[int, str | None | Unread]:
        """When each connection was last synchronised, as the server writes it; None for never."""
        found = self._of_each(connections, lambda one: self._summaries.get(one.id))
        return {number: each if isinstance(each, Unread) else each.last_sync for number, each in found.items()}

    def actor_types(self, connection_id: int) -> t.Sequence[str]:
        """The ERP actor types that a connection has.

        :raises errors.ErpSyncError: each time, if they could not be read.
        """
        return self._summaries.get(connection_id).actor_types

    def suspicious_mappings(self, connections: t.Sequence[Connection]) -> dict[int, list[members.Carrier] | Unread]:
        """The actor types of each connection that may have a missing or a mandatory field.

        The archive says which they are; the agent says what is wrong with them.
        """
        try:
            wanted = _suspicious(self._archives.rows(_FIELDS))
        except TROUBLE:
            wanted = {}
        # Of a connection without rows the archive tells nothing.
        return self._of_each(
            connections, lambda one: self._mappings(one, wanted[one.id]) if one.id in wanted else self._all_mappings(one)
        )

    def _all_mappings(self, connection: Connection) -> list[members.Carrier]:
        return self._mappings(connection, self.actor_types(connection.id))

    def _mappings(self, connection: Connection, actors: t.Iterable[str]) -> list[members.Carrier]:
        found = (self._reading.get_actor_type_mapping(connection.id, actor) for actor in actors)
        return [mapping for mapping in found if mapping is not None]

    def lists(self, connections: t.Sequence[Connection]) -> dict[int, members.Carrier | Unread]:
        """The list mappings of each connection."""
        return self._of_each(connections, lambda one: read_list_mappings(self._reading, one.id), _SILENT)

    def connectors(self) -> dict[int, Connector] | Unread:
        """The connectors by id."""
        found = self._or_unread(lambda: read_connectors(self._reading, self._lookups, at_once=self._at_once))
        if isinstance(found, Unread):
            return found
        self._secrets.update(secret_values.in_urls(connector.url for connector in found))
        return {connector.id: connector for connector in found}

    def connector_answers(self, connectors: t.Iterable[Connector]) -> dict[int, str | Unread]:
        """What TestConnectorUrl says of each connector that has a URL."""
        return self._of_each([one for one in connectors if one.url], lambda one: self._reading.test_connector_url(one.url or ""), _SILENT)

    def connection_tests(self, connections: t.Sequence[Connection]) -> dict[int, bool | Unread]:
        """Whether the ERP system accepts each connection."""
        return self._of_each(connections, lambda one: self._reading.test_connection_by_id(one.id), _SILENT)

    def log_counts(self, now: datetime.datetime, window: int) -> LogCounts | Unread:
        """How many entries the sync log has in the window of seconds that ends now, and in as long
        a time before it.
        """
        begins = now - datetime.timedelta(seconds=window)
        earliest = begins - datetime.timedelta(seconds=window)
        try:
            times = self._logged(Query("dynamic", (sync_log.TIME,), order=_NEWEST_FIRST), earliest)
        except TROUBLE:
            try:
                times = self._logged(Query("ErpSyncLog", ("updated",), order=("-updated",)), earliest)
            except TROUBLE as error:
                return _unread(error)
        is_cut = len(times) > MOST_ENTRIES
        return _counted(times[:MOST_ENTRIES], begins, earliest, is_cut=is_cut)

    def _logged(self, query: Query, earliest: datetime.datetime) -> list[datetime.datetime]:
        """The times of the entries since then, the newest first, and one more than are counted."""
        [column] = query.columns
        since = Restriction(column, ">=", (earliest,))
        rows = self._archives.rows(query._replace(where=(since,)), limit=MOST_ENTRIES + 1)
        times = [archive_value.moment(row.get(column)) for row in rows]
        return [moment for moment in times if moment is not None]

    def newest_logged(self) -> dict[int, datetime.datetime]:
        """The newest entries of connections in the sync log, as far as it tells."""
        try:
            rows = self._archives.rows(Query("dynamic", (sync_log.TIME, sync_log.CONNECTION), order=_NEWEST_FIRST), limit=_NEWEST)
        except TROUBLE:
            return {}
        found: dict[int, datetime.datetime] = {}
        for row in rows:
            moment, connection_id = archive_value.moment(row.get(sync_log.TIME)), archive_value.whole(row.get(sync_log.CONNECTION))
            if moment is not None and connection_id is not None:
                found[connection_id] = max(moment, found.get(connection_id, moment))
        return found

    def _first(self, read: t.Callable[[], T]) -> T | Unread:
        try:
            return read()
        except errors.APPLICATION_ERRORS as error:
            self.first_failure = self.first_failure or error
            return self._noted(error)

    def _or_unread(self, read: t.Callable[[], T]) -> T | Unread:
        try:
            return read()
        except errors.APPLICATION_ERRORS as error:
            return self._noted(error)

    def _of_each(
        self, things: t.Sequence[Thing], read: t.Callable[[Thing], T], trouble: tuple[type[errors.ErpSyncError], ...] = ()
    ) -> dict[int, T | Unread]:
        """What is read of each thing, by its id, side by side.

        :param trouble: further errors that are about the thing, unless no connection came about.
        """

        def one(thing: Thing) -> T | errors.ErpSyncError:
            try:
                return read(thing)
            except (*errors.APPLICATION_ERRORS, *trouble) as error:
                if isinstance(error, errors.ConnectTimedOut):
                    raise
                return error

        found = side_by_side([functools.partial(one, thing) for thing in things], self._at_once)
        return {
            thing.id: self._noted(each) if isinstance(each, errors.ErpSyncError) else each for thing, each in zip(things, found)
        }

    def _noted(self, error: errors.ErpSyncError) -> Unread:
        unread = _unread(error)
        if unread.is_refused:
            self.refused.append(unread)
        return unread


def _unread(error: errors.ErpSyncError) -> Unread:
    return Unread(
        error.message,
        error.method,
        is_refused=isinstance(error, errors.Forbidden),
        is_lacking=isinstance(error, errors.NotInVersion),
        is_answer=isinstance(error, (errors.ErrorAnswer, *_SILENT)),
    )


def _suspicious(rows: t.Sequence[members.Carrier]) -> dict[int, list[str]]:
    """By connection, the ERP actor types that synchronise fields of which one may be wrong.

    A field with an unknown value may be wrong.

    :raises errors.UnexpectedAnswer: where a row does not tell whose it is.
    """
    synchronised: dict[tuple[int, str], bool] = {}
    wrong: dict[tuple[int, str], bool] = {}
    for row in rows:
        number, actor = archive_value.whole(row.get("ConnectionId")), archive_value.actor_type(row.get("ActorTypeErp"))
        if number is None or actor is None:
            raise errors.UnexpectedAnswer("archive ErpField: a row does not tell its connection or its actor type.", attempts=1)
        directed = [archive_value.truth(row.get(name)) for name in ("SyncToCrm", "SyncToErp")]
        shown = [archive_value.truth(row.get(name)) for name in ("ShowInGui", "ShowInSearch")]
        is_directed = any(flag is not False for flag in directed)
        missing = archive_value.truth(row.get("MissingInERP")) is not False
        is_used = is_directed or any(flag is not False for flag in shown) or bool(archive_value.text(row.get("CrmFieldKey")))
        may_be_mandatory = archived.enum_name(row, "Access") not in _NOT_MANDATORY
        may_lack_direction = True not in directed
        key = number, actor
        synchronised[key] = synchronised.get(key, False) or is_directed
        wrong[key] = wrong.get(key, False) or (missing and is_used) or (may_be_mandatory and may_lack_direction)
    found: dict[int, list[str]] = {}
    for (number, actor), is_wrong in wrong.items():
        found.setdefault(number, []).extend([actor] if is_wrong and synchronised[number, actor] else [])
    return found


def _counted(
    times: t.Sequence[datetime.datetime], begins: datetime.datetime, earliest: datetime.datetime, *, is_cut: bool
) -> LogCounts:
    """The entries in the window and before it.

    :param is_cut: whether the oldest entries are not among them.
    """
    now = sum(moment >= begins for moment in times)
    before = None if is_cut else sum(earliest <= moment < begins for moment in times)
    return LogCounts(now, before, is_cut and now == len(times))
