# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Reading a whole installation back as the document that declares it."""

from __future__ import annotations

import typing as t

from . import _shapes
from ._agent.reading import ReadingAgent
from ._client import errors
from ._engine import read_engine
from ._facts import chosen_connections
from ._listing import list_connections, list_connectors
from ._lookups import Lookups, ranks_of, with_default_settings
from ._model import configuration, export, field_mapping, names, wire
from ._model.connection import Connection
from ._model.current import CurrentActor
from ._reader import read_actor, read_actor_types, read_connection, read_defaults, read_people

Document = dict[str, t.Any]


class Exporter:
    """Reads one installation into a document."""

    def __init__(self, reading: ReadingAgent, lookups: Lookups, warn: t.Callable[[str], None], secrets: export.Secrets) -> None:
        self._reading = reading
        self._lookups = lookups
        self._warn = warn
        self._secrets = secrets
        self._fields: dict[int, t.Sequence[wire.Carrier] | None] = {}
        self._warned_of_lists = False
        # The stored names of all connections there are, exported or not.
        self.connection_names: list[str] = []

    def document(self, connection_names: t.Sequence[str] | None) -> Document:
        """The document.

        :param connection_names: names or ids of the connections to limit it to, with the connectors that they need; None for all.
        :raises errors.ErpSyncError: where the server cannot be read, or a name means nothing.
        """
        document: Document = {}
        if connection_names is None:
            document["engine"] = export.engine(read_engine(self._reading))
        connectors = list_connectors(self._reading, self._lookups)
        listed = list_connections(self._reading, self._lookups)
        chosen = listed if connection_names is None else chosen_connections(listed, connection_names)
        needed = {connection.connector_id for connection in chosen}
        document["connectors"] = export.connectors(
            connector for connector in connectors if connection_names is None or connector.id in needed
        )
        self._refuse_same_names([connector.raw_name for connector in connectors], "connectors")
        self.connection_names = sorted(connection.raw_name for connection in listed)
        self._refuse_same_names(self.connection_names, "connections")
        raw_names = {connector.id: connector.raw_name for connector in connectors}
        limited = any(not connection.all_access for connection in chosen)
        self._groups = read_people(self._lookups, "usergroup") if limited else ()
        self._users = read_people(self._lookups, "associate") if limited else ()
        ordered = sorted(chosen, key=lambda connection: (connection.name.casefold(), connection.id))
        self._name_secrets(listed, ordered)
        document["connections"] = [
            self._connection(connection, raw_names.get(connection.connector_id, connection.connector_id)) for connection in ordered
        ]
        if connection_names is None:
            by_id = {connection.id: connection.raw_name for connection in listed}
            ids = self._lookups.connection_ids_by_rank()
            document["priority"] = [0 if number == 0 else by_id.get(number, number) for number in ids if number == 0 or number in by_id]
        return document

    def _name_secrets(self, listed: t.Sequence[Connection], chosen: t.Sequence[Connection]) -> None:
        """Name the variables of secrets, with an eye on those of connections that are not exported."""
        keys = {}
        for connection in chosen:
            keys[connection.id] = sorted(configuration.secret_keys(self._config_fields(connection) or ()))
        for connection in listed:
            if connection.id not in keys and any(export.share_variables(connection, other) for other in chosen):
                keys[connection.id] = sorted(configuration.secret_keys(self._config_fields(connection, quietly=True) or ()))
        self._secrets.name(listed, keys)

    def _refuse_same_names(self, found: t.Sequence[str], kind: str) -> None:
        twice = sorted({name for name in found if found.count(name) > 1})
        if twice:
            raise errors.BadInput(
                f"Several {kind} have the same name ({', '.join(twice)}), so that a document could not tell them apart. "
                "Give them different names first."
            )

    def _connection(self, listed: Connection, connector_name: str | int) -> Document:
        carrier = read_connection(self._reading, listed)
        fields = self._config_fields(listed)
        with _shapes.reading("GetConnection"):
            section = export.settings(listed, carrier, connector_name, fields, self._groups, self._users, self._secrets)
        try:
            section.update(self._mappings(listed))
        except errors.APPLICATION_ERRORS as error:
            self._warn(f'The mappings of the connection "{listed.name}" could not be read and are not in the document. {error.message}')
        return section

    def _mappings(self, listed: Connection) -> Document:
        actor_types = read_actor_types(self._reading, listed.id)
        extras = self._lookups.field_extras(listed.id) if actor_types else None
        section: Document = {}
        actors = []
        for erp in actor_types:
            mapping = read_actor(self._reading, listed.id, erp)
            if mapping is None:
                continue
            with _shapes.reading("GetActorTypeMapping"):
                ids = field_mapping.field_ids(mapping)
                gone = export.missing_fields(mapping)
            if gone:
                self._warn(
                    f'The ERP system of the connection "{listed.name}" no longer has {", ".join(gone)} ({erp}); '
                    "these fields are not in the document."
                )
            defaults = read_defaults(self._reading, with_default_settings(ids, extras))
            with _shapes.reading("GetActorTypeMapping"):
                document = export.actor(CurrentActor(mapping, defaults, ranks_of(extras)))
            if document is not None:
                actors.append(document)
        if actors:
            section["actors"] = actors
        try:
            container = self._reading.get_connection_list_mappings(listed.id)
        except errors.NotInVersion:
            self._warn_of_lists()
            container = None
        if container is not None:
            with _shapes.reading("GetConnectionListMappings"):
                lists = export.lists(container)
            if lists:
                section["lists"] = lists
        return section

    def _warn_of_lists(self) -> None:
        if not self._warned_of_lists:
            self._warned_of_lists = True
            self._warn("This version of the installation's web services does not tell list mappings, so none are in the document.")

    def _config_fields(self, listed: Connection, *, quietly: bool = False) -> t.Sequence[wire.Carrier] | None:
        if listed.connector_id not in self._fields:
            try:
                self._fields[listed.connector_id] = t.cast(
                    "t.Sequence[wire.Carrier]", self._reading.get_configuration_fields(listed.connector_id)
                )
            except errors.APPLICATION_ERRORS as error:
                self._fields[listed.connector_id] = None
                if not quietly:
                    self._warn(
                        f'The connector of "{names.readable(listed.raw_name)}" does not answer, '
                        "so no configuration of its connections is in the document. "
                        f"{error.message}"
                    )
        return self._fields[listed.connector_id]
