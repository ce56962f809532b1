# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads what the plan of a document needs: only the declared sections, and each thing once.

Requests for a document with C declared connections that exist, from a server that lists connections
in one request. Other servers take 1 more for each connection that exists, which is not read again
then, unless an archive tells them. Over SOAP, signing in is 1 more.

* engine: 1, if declared
* connectors: 1, if declared, or if a declared connection names one
* connections: 1, if connections or a priority are declared
* each connection with declared settings: 1, and 1 for the configuration fields of each of their
  connectors; of the old and the new connector, if a connection moves
* each connection with declared secrets that the server does not show: 1 or 2
* each declared actor type: 1; with default values, 1 for each declared default, and 1 archive for
  each connection that orders or purges fields; 1 archive for all connections that do not exist yet
  and order fields; less where archives are read, see below
* each connection with declared lists: 1, and 1 for each CRM list whose items are declared by name;
  1 more if the list mapping does not tell the list's name, and 1 for its actor type if that is not
  declared
* each connector of connections that do not exist yet and declare actor types or lists: of one of
  its connections, which is not asked twice, 1 for each of these actor types, and 1 for the lists,
  with 1 more for each declared field whose list is not among them; the same if declared fields
  bring lists, if a connection moves to the connector, and if fields are refreshed
* declared CRM fields that no mapping names which was read so far: 1 archive of all fields, for all
  of them; none if there is no connection
* user groups and users: 1 each, if declared
* priority: 1 archive; 1 list if the archive does not tell it

From archives, where ``read_from`` says so, what is unchanged costs, whatever C is:

* 1 archive of all actor types, and 1 archive of all fields, each for every 1,000 of them, and 1
  more of each where the server neither counts its rows nor names next pages, as over SOAP
* 1 actor type and 1 of its default values, to compare archives and agent
* none for settings that the listing of the connections tells, which are name, connector and
  description, but 1 in all for a comparison; 1 for each connection with declared configuration or
  access
* where no listing tells the settings, 1 archive of the connections
* with ``prune``, 1 summary, to compare the actor types of a connection
* 1 for each connection with declared lists

So C unchanged connections with 6,000 fields take 13 + C requests over REST with engine, connectors,
priority and configuration declared, and 14 where no configuration is, and 1 more with default
values. Each actor type that differs takes 1 more, and each of its default values that differs 1.
Connections whose fields are refreshed, that move, or that are activated, are read through the
agent. So are actor types of which archives do not tell enough, fields that are not declared by
their very keys, and, where the archive of the database's tables is refused, those whose ``enabled``
or ``crm`` is declared.

Ordering the fields of an actor type takes, with M moves: 1 for the mapping, 2 to 4 archives
(before, after the first move, after the first move by several places, at the end), and M moves. M
is the number of fields outside the longest part that is in order already, or, on a server that
moves a field by one place only, the number of pairs in the wrong order.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import secret_values
from .._model.connection import Connection
from .._model.connector import Connector
from .._model.current import CurrentConnection, Person
from .._model.declared import UNSET, DeclaredAccess, DeclaredConnection
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from .._model.matched import Matched
from .._model.unchanged import is_as_declared
from .._model.unknown import ConfigFields, Unknown
from .bulk import Bulk, Source
from .connection_archive import ConnectionArchive
from .connectors import read_connectors
from .crm_fields import read_crm_keys
from .declared_connection import ConnectionReader, declared_secrets, orders_fields
from .engine import read_engine
from .lists import read_declared_items, read_people
from .patterns import read_patterns
from .priority import read_priority


def needed_methods(declared: DeclaredEnvironment) -> list[tuple[str, str]]:
    """Methods that some versions of the web services lack, each with the place that needs it."""
    found: list[tuple[str, str]] = []
    for connection in declared.connections or ():
        for mapping in connection.lists:
            found.extend((method, mapping.place or "list") for method in ("GetConnectionListMappings", "SaveConnectionListMappings"))
    return found


class Reader:
    """Reads the current environment of one installation."""

    def __init__(self, reading: ReadingAgent, lookups: Lookups, secrets: set[str], *, at_once: int = 1, bulk: Bulk | None = None) -> None:
        """
        :param secrets: collects the secrets of configurations and of URLs, declared and saved ones.
        :param at_once: how many requests may be under way at once.
        :param bulk: whether archives may be read; None for the agent alone.
        """
        self._bulk = bulk
        # What to warn of, besides what the plan says.
        self.remarks: list[str] = []
        self._secrets = secrets
        self._at_once = at_once
        self._reading = reading
        self._lookups = lookups

    def read(self, declared: DeclaredEnvironment) -> CurrentEnvironment:
        """What the plan for ``declared`` needs.

        :raises errors.ErpSyncError: if the server cannot be read.
        :raises DocumentError: for a name that is ambiguous, or an id that does not exist.
        """
        connectors = self._connectors(declared)
        archive = ConnectionArchive(self._reading, self._lookups, self._bulk, at_once=self._at_once)
        listed = self._connections(declared, archive)
        if listed is not None:
            needed = _needed(declared, listed, connectors or (), archive.has_stored_names)
            listed, doubt = archive.confirmed(listed, needed)
            self.remarks += [] if doubt is None else [doubt]
        current = CurrentEnvironment(
            engine=None if declared.engine is None else read_engine(self._reading),
            connectors=connectors,
            user_groups=self._people("usergroup", declared, "user_groups"),
            users=self._people("associate", declared, "users"),
        )
        if declared.priority is not None:
            priority = read_priority(self._lookups, listed or ())
            current = dataclasses.replace(current, priority=priority.ids, priority_is_certain=priority.certain)
        if listed is None:
            return current
        matched = Matched(declared, listed, connectors or ())
        current = dataclasses.replace(current, config_fields=self._config_fields(matched, listed))
        if any(orders_fields(actor) for item in matched.new for actor in item.actors):
            # A connection that does not exist has no fields: this only tells if ranks can be read.
            current = dataclasses.replace(current, ranks_trouble=self._lookups.field_archive(0).why_not)
        source = Source(self._reading, self._lookups)
        reader = ConnectionReader(declared, matched, current.config_fields, self._reading, source, self._secrets, archive.told)
        connections = self._declared_connections(declared, reader, source, listed)
        patterns = read_patterns(connections, matched, self._reading, source)
        current = dataclasses.replace(current, connections=connections, patterns=patterns)
        return dataclasses.replace(
            current,
            crm_items=read_declared_items(declared, current, matched, source, self._lookups, self._at_once),
            crm_keys=read_crm_keys(declared, current, matched, source),
        )

    def _declared_connections(
        self, declared: DeclaredEnvironment, reader: ConnectionReader, source: Source, listed: t.Sequence[Connection]
    ) -> tuple[CurrentConnection, ...]:
        """The connections, each as far as it is declared. Where archives and agent tell different
        things, all is read through the agent.
        """
        bulk = self._bulk
        reads = sum(map(reader.savable, listed))
        if bulk is not None and bulk.is_worthwhile(reads):
            wanted = [connection.id for connection in listed if reader.wants_archives(connection)]
            may_take = None if "mappings" in declared.prune else reads
            source.trusts_listing = not wanted or source.read_archives(bulk, wanted, [one.id for one in listed], may_take)
        connections = side_by_side([functools.partial(reader.read, connection) for connection in listed], self._at_once)
        if bulk is not None and source.uses_archives:
            reader.verify(connections, bulk.choose)
            doubt = source.doubt(listed)
            if doubt is not None:
                self.remarks.append(doubt)
                source.distrust()
                again = [functools.partial(reader.read, connection, before) for connection, before in zip(listed, connections)]
                connections = side_by_side(again, self._at_once)
        return tuple(connections)

    def _connectors(self, declared: DeclaredEnvironment) -> tuple[Connector, ...] | None:
        """All connectors, if they are declared or a connection names one."""
        if declared.connectors is None and all(connection.connector is UNSET for connection in declared.connections or ()):
            return None
        connectors = tuple(read_connectors(self._reading, self._lookups, at_once=self._at_once))
        self._secrets.update(secret_values.in_urls(connector.url for connector in connectors))
        return connectors

    def _connections(self, declared: DeclaredEnvironment, archive: ConnectionArchive) -> list[Connection] | None:
        """All connections, if they or a priority are declared, or a connector is to be removed."""
        removes_connectors = "connectors" in declared.prune or any(not connector.present for connector in declared.connectors or ())
        if declared.connections is None and declared.priority is None and not removes_connectors:
            return None
        items = declared.connections or ()
        return archive.connections(sum(not item.present or item.config is not UNSET or item.access is not UNSET for item in items))

    def _people(self, list_name: str, declared: DeclaredEnvironment, kind: str) -> tuple[Person, ...] | None:
        """User groups or users, if any are declared."""
        wanted = [
            getattr(connection.access, kind)
            for connection in declared.connections or ()
            if isinstance(connection.access, DeclaredAccess) and connection.present
        ]
        if not any(refs is not UNSET and refs for refs in wanted):
            return None
        return read_people(self._lookups, list_name)

    def _config_fields(self, matched: Matched, listed: t.Sequence[Connection]) -> dict[int, ConfigFields]:
        """The configuration fields of the declared connections' connectors, each read once."""
        # The place that cannot do without the answer of a connector; None if all can.
        needed: dict[int, str | None] = {}
        for connection in listed:
            item = matched.items.get(connection.id)
            if item is None or not item.present or not item.saves_settings:
                continue
            if not matched.moves(item, connection):
                place = None if item.config is UNSET else item.place
                needed[connection.connector_id] = needed.get(connection.connector_id) or place
                continue
            needed.setdefault(connection.connector_id, None)
            declared_id = matched.connector_id(item)
            if declared_id is not None:
                needed[declared_id] = needed.get(declared_id) or item.place
        new: list[tuple[DeclaredConnection, int]] = []
        for item in matched.new:
            declared_id = None if item.elsewhere else matched.connector_id(item)
            if declared_id is not None:
                needed[declared_id] = needed.get(declared_id) or item.place
                new.append((item, declared_id))
        readdressed = matched.readdressed()
        found = {number: self._fields_of_connector(number, place, number in readdressed) for number, place in needed.items()}
        for item, declared_id in new:
            self._secrets.update(declared_secrets(item, found[declared_id]))
        return found

    def _fields_of_connector(self, connector_id: int, place: str | None, readdressed: bool) -> ConfigFields:
        try:
            return self._reading.get_configuration_fields(connector_id)
        except errors.APPLICATION_ERRORS as error:
            # Tolerate an unreachable connector unless its configuration is declared.
            if place is not None and not readdressed:
                error.message = f"{place}.config cannot be checked, since its connector does not answer. {error.message}"
                raise
            return Unknown(error.message, later=readdressed)


def _needed(
    declared: DeclaredEnvironment, listed: t.Sequence[Connection], connectors: t.Sequence[Connector], has_stored_names: bool
) -> set[int]:
    """The ids of connections that are read whole in any case: those that are to be removed, and
    those whose settings are not certainly as declared. All are, before another one is created,
    since it could be a twin.

    :param has_stored_names: whether names are listed in all their languages.
    """
    matched = Matched(declared, listed, connectors)
    is_lost = not has_stored_names and len(matched.items) < len(declared.connections or ())
    if is_lost or any(not item.elsewhere for item in matched.new):
        return {connection.id for connection in listed}
    found: set[int] = set()
    for connection in listed:
        item = matched.items.get(connection.id)
        if item is None:
            is_needed = "connections" in declared.prune
        else:
            is_needed = not item.present or matched.moves(item, connection) or not is_as_declared(connection, item)
        if is_needed:
            found.add(connection.id)
    return found
