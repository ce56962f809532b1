# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Gathering facts: the engine, connectors, connections, and of each connection as much as is asked for.

One connection whose connector does not answer must not hide the others: what the server refuses for one connection
is noted there under ``problems`` and shown as a warning. Where the server cannot be talked to at all, everything ends.
"""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._agent.listing import list_connections, list_connectors, whole_connection
from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import configuration, field_mapping, list_mapping, secret_values
from .._model.checks import DocumentError
from .._model.connection import Access, Connection, Summary
from .._model.connector import Connector
from .._model.reference import Reference
from .._model.things import Things
from .._wire import members
from .engine import read_engine
from .environment import read_defaults

if t.TYPE_CHECKING:
    from .._wire import carriers

# What belongs to the installation, and what belongs to each connection.
_INSTALLATION = ("engine", "connectors", "connections", "priority")
_PER_CONNECTION = ("summary", "field_mappings", "list_mappings", "configuration_fields", "configuration_values")
GATHER = (*_INSTALLATION, *_PER_CONNECTION)

Facts = dict[str, t.Any]
T = t.TypeVar("T")


class Gatherer:
    """Reads facts of one installation; what two facts need is read once."""

    def __init__(self, reading: ReadingAgent, lookups: Lookups, warn: t.Callable[[str], None], *, at_once: int = 1) -> None:
        """:param at_once: how many connections may be read at once."""
        self._at_once = at_once
        self._reading = reading
        self._lookups = lookups
        self._warn = warn
        self._connector_fields: dict[int, list[carriers.FieldMetadata] | errors.ErpSyncError] = {}
        self._summaries: dict[int, Summary] = {}

    def gather(self, wanted: t.Collection[str], wanted_connections: t.Sequence[Reference] | None, *, include_deleted: bool) -> Facts:
        """The facts that are wanted, by their names in the result.

        :param wanted: some of :data:`GATHER`.
        :param wanted_connections: names or ids to which the connections are limited; None for all.
        :raises errors.BadInput: for a name that no connection has.
        """
        facts: Facts = {}
        if "engine" in wanted:
            facts["engine"] = read_engine(self._reading).as_result()
        details = [part for part in _PER_CONNECTION if part in wanted]
        wants_connections = "connections" in wanted or bool(details) or wanted_connections is not None
        connectors: list[Connector] = []
        if "connectors" in wanted or wants_connections:
            connectors = list_connectors(self._reading, self._lookups)
        if "connectors" in wanted:
            facts["connectors"] = [connector.as_result() for connector in connectors]
        connections: list[Connection] = []
        if wants_connections or "priority" in wanted:
            connections = list_connections(self._reading, self._lookups, include_deleted=include_deleted)
        if wants_connections:
            connector_names = {connector.id: connector.name for connector in connectors}
            chosen = connections if wanted_connections is None else chosen_connections(connections, wanted_connections)
            facts["connections"] = [
                {
                    **connection.as_result(),
                    "access": access.as_result(),
                    "connector": connector_names.get(connection.connector_id),
                    **self._details(connection, details),
                }
                for connection, access in self._with_access(chosen)
            ]
        if "priority" in wanted:
            by_id = {connection.id: connection.name for connection in connections}
            ranked = self._lookups.priority(connections).ids
            facts["priority"] = [{"id": rank, "name": "SuperOffice" if rank == 0 else by_id.get(rank)} for rank in ranked]
        return facts

    def _with_access(self, connections: t.Sequence[Connection]) -> list[tuple[Connection, Access]]:
        """The connections as GetConnection tells them, which tells who may use them: listings need not."""
        work = [functools.partial(self._whole, connection) for connection in connections]
        found: list[tuple[Connection, Access]] = []
        for listed, whole in zip(connections, side_by_side(work, self._at_once)):
            if isinstance(whole, errors.ErpSyncError):
                self._warn(f'Connection "{listed.name}" (id {listed.id}): who may use it cannot be read. {whole.message}')
                whole = (listed, Access())
            found.append(whole)
        return found

    def _whole(self, listed: Connection) -> tuple[Connection, Access] | errors.ErpSyncError:
        try:
            connection = whole_connection(self._reading, listed)
            with shapes.reading("GetConnection"):
                return connection, Access.from_wire(connection.whole or {})
        except errors.APPLICATION_ERRORS as error:
            return error

    def _details(self, connection: Connection, parts: t.Sequence[str]) -> Facts:
        facts: Facts = {}
        problems: list[dict[str, t.Any]] = []
        for part in parts:
            try:
                facts.update(_READERS[part](self, connection))
            except errors.APPLICATION_ERRORS as error:
                facts[_KEYS[part]] = None
                problems.append({"gather": part, "msg": error.message, "failure": error.failure()})
                self._warn(f'Connection "{connection.name}" (id {connection.id}): {part} cannot be read. {error.message}')
        if parts:
            facts["problems"] = problems
        return facts

    def _summary(self, connection: Connection) -> Facts:
        return {"summary": self._read_summary(connection).as_result()}

    def _read_summary(self, connection: Connection) -> Summary:
        if connection.id not in self._summaries:
            answer = shapes.present("GetErpSyncConnectionSummary", self._reading.get_erp_sync_connection_summary(connection.id))
            with shapes.reading("GetErpSyncConnectionSummary"):
                self._summaries[connection.id] = Summary.from_wire(answer)
        return self._summaries[connection.id]

    def _field_mappings(self, connection: Connection) -> Facts:
        archive = self._lookups.field_archive(connection.id)
        if archive.trouble is not None and not isinstance(archive.trouble, errors.NotInVersion):
            self._warn(
                f'Connection "{connection.name}" (id {connection.id}): the order of its fields (rank) cannot be read. '
                f"{archive.trouble.message}"
            )
        actors: list[Facts] = []
        for actor_type in self._read_summary(connection).actor_types:
            mapping = self._reading.get_actor_type_mapping(connection.id, t.cast("carriers.ErpActorEnum", actor_type))
            if mapping is None:
                continue
            with shapes.reading("GetActorTypeMapping"):
                ids = archive.with_default_settings(field_mapping.field_ids(mapping))
            found = read_defaults(self._reading, ids)
            with shapes.reading("GetActorTypeMapping"):
                # Asked field by field, a server also tells of those that have no settings.
                defaults = {field_id: default for field_id, default in found.items() if field_mapping.has_default_settings(default)}
                actors.append(field_mapping.actor_as_result(mapping, defaults, archive.ranks))
        return {"actors": actors}

    def _list_mappings(self, connection: Connection) -> Facts:
        container = self._reading.get_connection_list_mappings(connection.id)
        with shapes.reading("GetConnectionListMappings"):
            return {"lists": [] if container is None else list_mapping.lists_as_result(container)}

    def _configuration_fields(self, connection: Connection) -> Facts:
        with shapes.reading("GetConfigurationFields"):
            return {"config_fields": [configuration.field_as_result(field) for field in self._fields(connection)]}

    def _configuration_values(self, connection: Connection) -> Facts:
        values = self._reading.get_erp_connection_config_fields(connection.id) or {}
        try:
            fields: t.Sequence[members.Carrier] = t.cast("t.Sequence[members.Carrier]", self._fields(connection))
        except errors.APPLICATION_ERRORS as error:
            # Without the connector's word on what is a password, everything is.
            fields = []
            self._warn(
                f'Connection "{connection.name}" (id {connection.id}): its connector does not say which configuration values are secret, '
                f"so none is shown. {error.message}"
            )
        with shapes.reading("GetConfigurationFields"):
            return {"config": secret_values.redact(values, fields)}

    def _fields(self, connection: Connection) -> list[carriers.FieldMetadata]:
        """The configuration fields of the connection's connector, read once for each connector, failures included."""
        connector_id = connection.connector_id
        if connector_id not in self._connector_fields:
            try:
                self._connector_fields[connector_id] = self._reading.get_configuration_fields(connector_id)
            except errors.APPLICATION_ERRORS as error:
                self._connector_fields[connector_id] = error
        known = self._connector_fields[connector_id]
        if isinstance(known, errors.ErpSyncError):
            raise known
        return known


_READERS: dict[str, t.Callable[[Gatherer, Connection], Facts]] = {
    "summary": Gatherer._summary,
    "field_mappings": Gatherer._field_mappings,
    "list_mappings": Gatherer._list_mappings,
    "configuration_fields": Gatherer._configuration_fields,
    "configuration_values": Gatherer._configuration_values,
}
# Where each part stands in the result.
_KEYS = {
    "summary": "summary",
    "field_mappings": "actors",
    "list_mappings": "lists",
    "configuration_fields": "config_fields",
    "configuration_values": "config",
}


def chosen_connections(connections: t.Sequence[Connection], wanted: t.Sequence[Reference]) -> list[Connection]:
    """The connections that are meant, in the server's order; all those of a name that several have.

    :raises errors.BadInput: for a name or an id that no connection has.
    """
    things = Things("connection", connections)
    chosen: set[int] = set()
    try:
        for ref in wanted:
            found = things.find_all(ref, "connections")
            if not found:
                raise things.missing(ref, "connections")
            chosen.update(connection.id for connection in found)
    except DocumentError as error:
        raise errors.BadInput(str(error)) from None
    return [connection for connection in connections if connection.id in chosen]
