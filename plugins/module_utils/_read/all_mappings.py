# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads all actor types of connections, with default values and ranks, for exports and facts."""

from __future__ import annotations

import contextlib
import functools
import typing as t

from .._agent.lookups import FieldArchive, Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model.connection import Connection
from .._model.current import CurrentActor
from .bulk import Bulk, Source
from .mappings import read_actor_state
from .once import ReadOnce

# The least that archives save for each connection: its summary, the archive of its fields, and one
# actor type.
_READS_EACH = 3


class ActorTypes(t.NamedTuple):
    """The actor types of one connection, and what the archive tells of their fields."""

    actors: t.Mapping[str, CurrentActor]
    archive: FieldArchive


class AllMappings:
    """The actor types of connections, each read once."""

    def __init__(self, reading: ReadingAgent, lookups: Lookups, types_of: t.Callable[[int], t.Sequence[str]]) -> None:
        """:param types_of: reads the actor types of a connection through the agent."""
        self._source = Source(reading, lookups, types_of)
        self._found: ReadOnce[int, ActorTypes] = ReadOnce(self._read)

    def of(self, connection_id: int) -> ActorTypes:
        """All of one connection.

        :raises errors.ErpSyncError: each time, if it could not be read.
        """
        return self._found.get(connection_id)

    def read_archives(
        self,
        bulk: Bulk | None,
        chosen: t.Sequence[Connection],
        listed: t.Sequence[Connection],
        *,
        describing: bool = False,
        at_once: int = 1,
    ) -> str | None:
        """Read the chosen connections from archives where that saves requests, and compare one
        actor type with the agent. Where the two differ, all is read through the agent.

        :param listed: all connections.
        :param describing: also what describes fields to people.
        :param at_once: how many requests may be under way at once.
        :returns: a warning that they differ.
        """
        if bulk is None or not bulk.is_worthwhile(_READS_EACH * len(chosen)):
            return None
        ids = [connection.id for connection in chosen]
        if not ids or not self._source.read_archives(bulk, ids, [connection.id for connection in listed], None, describing=describing):
            return None
        side_by_side([functools.partial(self._try, connection_id) for connection_id in ids], at_once)
        used = []
        for connection_id in ids:
            with contextlib.suppress(*errors.APPLICATION_ERRORS):
                used += self._source.used(connection_id, self.of(connection_id).actors)
        try:
            self._source.verify(used, bulk.choose)
            doubt = self._source.doubt(listed)
            if doubt is None:
                return None
        except errors.APPLICATION_ERRORS:
            # A refusal of the agent is reported with its connection.
            doubt = None
        self._source.distrust()
        self._found = ReadOnce(self._read)
        return doubt

    def _try(self, connection_id: int) -> None:
        # A failure is reported where the value is needed.
        with contextlib.suppress(*errors.APPLICATION_ERRORS):
            self.of(connection_id)

    def _read(self, connection_id: int) -> ActorTypes:
        told = self._source.actor_types(connection_id)
        types = self._source.summarised_types(connection_id) if told is None else told
        archive = self._source.fields(connection_id) if types else FieldArchive({})
        states = ((erp, read_actor_state(self._source, connection_id, erp, archive)) for erp in types)
        return ActorTypes({erp: state for erp, state in states if state is not None}, archive)
