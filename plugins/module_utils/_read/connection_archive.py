# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads connections, and who may use them, from archives, if the server would need a request for
each.

Some of them are read through the agent as well, and compared. If archives are refused, or
contradict the agent, all are read through the agent.
"""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import archived_connections
from .._model.archived_connections import listing_differences
from .._model.connection import Access, Connection
from .._wire import members
from .bulk import Bulk, tell_apart
from .connections import read_connections


class ConnectionArchive:
    """Reads connections once in a run."""

    def __init__(self, reading: ReadingAgent, lookups: Lookups, bulk: Bulk | None, *, at_once: int = 1) -> None:
        """
        :param bulk: whether archives may be read; None for the agent alone.
        :param at_once: how many requests may be under way at once.
        """
        self._reading = reading
        self._lookups = lookups
        self._bulk = bulk
        self._at_once = at_once
        self._include_deleted = False
        # Whether names are told as they are stored, in all their languages.
        self.has_stored_names = True
        # The ids of the connections of which only an archive tells.
        self.told: frozenset[int] = frozenset()

    def connections(self, needed: int | None, *, include_deleted: bool = False) -> list[Connection]:
        """All connections, in the server's order. See :meth:`confirmed` for those from an archive.

        :param needed: about how many are to be read whole in any case; None for all.
        """
        self._include_deleted = include_deleted
        from_archive = None if self._bulk is None or needed is None else functools.partial(self._from_archive, self._bulk, needed)
        return read_connections(
            self._reading, self._lookups, include_deleted=include_deleted, at_once=self._at_once, from_archive=from_archive
        )

    def _from_archive(self, bulk: Bulk, needed: int, listed: t.Sequence[members.Carrier]) -> t.Mapping[int, members.Carrier]:
        """The connections that an archive tells.

        :param listed: what the listing tells of connections, which is not enough.
        """
        reads = len(listed) - needed
        if not bulk.is_worthwhile(reads):
            return {}
        for query, columns in archived_connections.LISTINGS:
            try:
                rows = bulk.archives.rows(query, most_pages=bulk.most_pages(reads))
            except errors.ErpSyncError:
                continue
            with shapes.reading("the list of connections"):
                found = archived_connections.connections(rows, columns, listed)
            self.told = frozenset(found)
            self.has_stored_names = query.archive == "dynamic"
            return found
        return {}

    def confirmed(self, connections: list[Connection], needed: t.Collection[int]) -> tuple[list[Connection], str | None]:
        """The connections, without any from an archive among the needed ones.

        One of the others, chosen anew in each run, is read both ways, too.

        :param needed: the ids of connections that are to be changed, or shown as they are.
        :returns: also a warning where archive and agent tell different things: then all are read
            through the agent.
        """
        archived = {one.id: one for one in connections if one.id in self.told}
        if self._bulk is None or not archived:
            return connections, None
        both = [number for number in archived if number in needed]
        others = sorted(archived.keys() - set(both))
        if others:
            both.append(self._bulk.choose(others))
        whole = self._whole(both)
        differences = {number: listing_differences(archived[number], whole[number]) for number in both}
        doubt = None
        if any(differences.values()):
            doubt = tell_apart(
                [(f'"{archived[number].name}"', differences[number]) for number in sorted(both) if differences[number]],
                "all connections were read",
            )
            whole.update(self._whole([number for number in archived if number not in whole]))
        found = [whole.get(one.id, one) for one in connections]
        # One that is gone by now is none.
        return [one for one in found if one is not None and (self._include_deleted or not one.deleted)], doubt

    def _whole(self, numbers: t.Sequence[int]) -> dict[int, Connection | None]:
        read = side_by_side([functools.partial(self._reading.get_connection, number) for number in numbers], self._at_once)
        self.told -= frozenset(numbers)
        with shapes.reading("GetConnection"):
            return {number: None if told is None else Connection.from_wire(told, whole=True) for number, told in zip(numbers, read)}

    def access(self, connections: t.Sequence[Connection]) -> tuple[dict[int, Access], str | None]:
        """Who may use these connections, by id, as far as archives tell; and a warning where
        archives and agent tell different things.

        One connection that not everybody may use, and one of the others, are read both ways.
        """
        bulk = self._bulk
        # What was read whole tells it itself, and only GetConnection tells a GUID that a listing
        # lacks.
        asked = {one.id for one in connections if one.whole is None and one.guid}
        if bulk is None or not bulk.is_worthwhile(len(asked)):
            return {}, None
        most_pages = bulk.most_pages(len(asked))
        try:
            everyone = bulk.archives.rows(archived_connections.EVERYONE, most_pages=most_pages)
            rows = bulk.archives.rows(archived_connections.ACCESS, most_pages=most_pages)
        except errors.ErpSyncError:
            return {}, None
        told = archived_connections.access(rows, everyone)
        found = {number: access for number, access in told.items() if number in asked}
        groups = [[number for number in sorted(found) if found[number].everyone is for_all] for for_all in (False, True)]
        differing: list[tuple[str, list[str]]] = []
        names = {one.id: one.name for one in connections}
        for number in [bulk.choose(group) for group in groups if group]:
            whole = shapes.present("GetConnection", self._reading.get_connection(number))
            with shapes.reading("GetConnection"):
                if Access.from_wire(whole) != found[number]:
                    differing.append((f'"{names[number]}"', ["access"]))
        if differing:
            return {}, tell_apart(differing, "all connections were read")
        return found, None
