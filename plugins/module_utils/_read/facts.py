# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the facts of erpsync_info: access, engine, connectors, connections, and details of each
connection.

A connection that cannot be read does not hide the others: what the server refuses stands under its
``problems`` and in a warning. If the server itself cannot be reached, the task fails.
"""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import configuration, field_mapping, list_mapping, secret_values
from .._model.connection import Access, Connection, Summary
from .._model.connector import Connector
from .._model.engine import EngineStatus
from .._model.reference import Reference
from .._wire import members
from .access import read_access
from .all_mappings import AllMappings
from .bulk import Bulk
from .connection_archive import ConnectionArchive
from .connections import chosen_connections, read_summary, read_whole_connection
from .connectors import read_connectors
from .engine import read_engine
from .mappings import read_list_mappings
from .once import ReadOnce
from .priority import read_priority

_INSTALLATION = ("access", "engine", "connectors", "connections", "priority")
_PER_CONNECTION = ("summary", "field_mappings", "list_mappings", "configuration_fields", "configuration_values")
GATHER = (*_INSTALLATION, *_PER_CONNECTION)

Facts = dict[str, t.Any]
Warn = t.Callable[[str], None]


class Gatherer:
    """Reads facts of one installation, each thing once."""

    def __init__(
        self,
        reading: ReadingAgent,
        lookups: Lookups,
        warn: Warn,
        *,
        at_once: int = 1,
        bulk: Bulk | None = None,
        secrets: set[str] | None = None,
    ) -> None:
        """
        :param at_once: how many requests may be under way at once.
        :param bulk: whether archives may be read; None for the agent alone.
        :param secrets: collects the passwords in URLs.
        """
        self._secrets = set() if secrets is None else secrets
        self._at_once = at_once
        self._bulk = bulk
        self._reading = reading
        self._lookups = lookups
        self._warn = warn
        self._engine: ReadOnce[None, EngineStatus] = ReadOnce(lambda _one: read_engine(reading))
        # By ErpConnectorId and by ErpConnectionId.
        self._config_fields: ReadOnce[int, t.Sequence[members.Carrier]] = ReadOnce(reading.get_configuration_fields)
        self._summaries: ReadOnce[int, Summary] = ReadOnce(functools.partial(read_summary, reading))
        self._mappings = AllMappings(reading, lookups, lambda connection_id: self._summaries.get(connection_id).actor_types)

    def gather(self, wanted: t.Collection[str], wanted_connections: t.Sequence[Reference] | None, *, include_deleted: bool) -> Facts:
        """The wanted facts, by their names in the result.

        :param wanted: some of :data:`GATHER`.
        :param wanted_connections: names or ids that limit the connections; None for all.
        :raises errors.BadInput: for a name that no connection has.
        """
        facts: Facts = {}
        if "access" in wanted:
            facts["access"] = read_access(functools.partial(self._engine.get, None), self._lookups, self._warn)
        if "engine" in wanted:
            facts["engine"] = self._engine.get(None).as_result()
        details = [part for part in _PER_CONNECTION if part in wanted]
        wants_connections = "connections" in wanted or bool(details) or wanted_connections is not None
        connectors: list[Connector] = []
        if "connectors" in wanted or wants_connections:
            connectors = read_connectors(self._reading, self._lookups, at_once=self._at_once)
            self._secrets.update(secret_values.in_urls(connector.url for connector in connectors))
        if "connectors" in wanted:
            facts["connectors"] = [connector.as_result() for connector in connectors]
        connections: list[Connection] = []
        if wants_connections or "priority" in wanted:
            archive = ConnectionArchive(self._reading, self._lookups, self._bulk, at_once=self._at_once)
            connections = archive.connections(0, include_deleted=include_deleted)
            chosen = _chosen(connections, wanted_connections) if wants_connections else []
            access, doubt = archive.access(chosen)
            self._warn_of(doubt)
            connections, doubt = archive.confirmed(connections, {one.id for one in chosen if one.id not in access})
            self._warn_of(doubt)
        if wants_connections:
            connector_names = {connector.id: connector.name for connector in connectors}
            chosen = _chosen(connections, wanted_connections)
            with_access = self._with_access(chosen, access if doubt is None else {})
            if "field_mappings" in details:
                doubt = self._mappings.read_archives(self._bulk, chosen, connections, describing=True, at_once=self._at_once)
                self._warn_of(doubt)
            facts["connections"] = [
                {
                    **connection.as_result(),
                    "access": access.as_result(),
                    "connector": connector_names.get(connection.connector_id),
                    **found,
                }
                for (connection, access), found in zip(with_access, self._all_details([one for one, _access in with_access], details))
            ]
        if "priority" in wanted:
            by_id = {connection.id: connection.name for connection in connections}
            ranked = read_priority(self._lookups, connections).ids
            facts["priority"] = [{"id": rank, "name": "SuperOffice" if rank == 0 else by_id.get(rank)} for rank in ranked]
        return facts

    def _warn_of(self, doubt: str | None) -> None:
        if doubt is not None:
            self._warn(doubt)

    def _with_access(self, connections: t.Sequence[Connection], access: t.Mapping[int, Access]) -> list[tuple[Connection, Access]]:
        """The connections with their access as GetConnection tells it, since listings may lack it.

        :param access: what is known of it already, by id.
        """
        unknown = [connection for connection in connections if connection.id not in access]
        read = side_by_side([functools.partial(self._whole, connection) for connection in unknown], self._at_once)
        by_id = dict(zip((connection.id for connection in unknown), read))
        found: list[tuple[Connection, Access]] = []
        for listed in connections:
            whole = by_id.get(listed.id) or (listed, access[listed.id])
            if isinstance(whole, errors.ErpSyncError):
                self._warn(f'Connection "{listed.name}" (id {listed.id}): who may use it cannot be read. {whole.message}')
                whole = (listed, Access())
            found.append(whole)
        return found

    def _whole(self, listed: Connection) -> tuple[Connection, Access] | errors.ErpSyncError:
        try:
            connection = read_whole_connection(self._reading, listed)
            with shapes.reading("GetConnection"):
                return connection, Access.from_wire(connection.whole or {})
        except errors.APPLICATION_ERRORS as error:
            return error

    def _all_details(self, connections: t.Sequence[Connection], parts: t.Sequence[str]) -> list[Facts]:
        """The details of each connection, with the warnings in the order of the connections."""
        warnings: list[list[str]] = [[] for _connection in connections]
        work = [functools.partial(self._details, one, parts, told.append) for one, told in zip(connections, warnings)]
        found = side_by_side(work, self._at_once)
        for text in (text for told in warnings for text in told):
            self._warn(text)
        return found

    def _details(self, connection: Connection, parts: t.Sequence[str], warn: Warn) -> Facts:
        facts: Facts = {}
        problems: list[dict[str, t.Any]] = []
        for part in parts:
            try:
                facts.update(_READERS[part](self, connection, warn))
            except errors.APPLICATION_ERRORS as error:
                facts[_KEYS[part]] = None
                problems.append({"gather": part, "msg": error.message, "failure": error.failure()})
                warn(f'Connection "{connection.name}" (id {connection.id}): {part} cannot be read. {error.message}')
        if parts:
            facts["problems"] = problems
        return facts

    def _summary(self, connection: Connection, _warn: Warn) -> Facts:
        return {"summary": self._summaries.get(connection.id).as_result()}

    def _field_mappings(self, connection: Connection, warn: Warn) -> Facts:
        found = self._mappings.of(connection.id)
        trouble = found.archive.trouble
        if trouble is not None:
            warn(f'Connection "{connection.name}" (id {connection.id}): the order of its fields (rank) cannot be read. {trouble.message}')
        actors: list[Facts] = []
        for state in found.actors.values():
            with shapes.reading("GetActorTypeMapping"):
                # The server also answers for fields without settings.
                with members.answer_of("GetDefaultValueInfo"):
                    defaults = {number: one for number, one in state.defaults.items() if field_mapping.has_default_settings(one)}
                actors.append(field_mapping.actor_as_result(state.mapping, defaults, state.ranks))
        return {"actors": actors}

    def _list_mappings(self, connection: Connection, _warn: Warn) -> Facts:
        container = read_list_mappings(self._reading, connection.id)
        with shapes.reading("GetConnectionListMappings"):
            return {"lists": list_mapping.lists_as_result(container)}

    def _configuration_fields(self, connection: Connection, _warn: Warn) -> Facts:
        fields = self._config_fields.get(connection.connector_id)
        with shapes.reading("GetConfigurationFields"):
            return {"config_fields": [configuration.field_as_result(field) for field in fields]}

    def _configuration_values(self, connection: Connection, warn: Warn) -> Facts:
        values = self._reading.get_erp_connection_config_fields(connection.id) or {}
        self._secrets.update(secret_values.in_open_values(values.values()))
        fields: t.Sequence[members.Carrier] = []
        try:
            fields = self._config_fields.get(connection.connector_id)
        except errors.APPLICATION_ERRORS as error:
            # Unless the connector says what is a password, every value counts as one.
            warn(
                f'Connection "{connection.name}" (id {connection.id}): its connector does not say which configuration values are secret, '
                f"so none is shown. {error.message}"
            )
        with shapes.reading("GetConfigurationFields"):
            return {"config": secret_values.redact(values, fields)}


def _chosen(connections: list[Connection], wanted: t.Sequence[Reference] | None) -> list[Connection]:
    return connections if wanted is None else chosen_connections(connections, wanted)


_READERS: dict[str, t.Callable[[Gatherer, Connection, Warn], Facts]] = {
    "summary": Gatherer._summary,
    "field_mappings": Gatherer._field_mappings,
    "list_mappings": Gatherer._list_mappings,
    "configuration_fields": Gatherer._configuration_fields,
    "configuration_values": Gatherer._configuration_values,
}
# The key of each part in the result.
_KEYS = {
    "summary": "summary",
    "field_mappings": "actors",
    "list_mappings": "lists",
    "configuration_fields": "config_fields",
    "configuration_values": "config",
}
