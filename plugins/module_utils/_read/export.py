# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reading a whole installation back as the document that declares it."""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._agent.listing import list_connections, list_connectors, whole_connection
from .._agent.lookups import FieldArchive, Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import export, field_mapping, names, secret_values
from .._model.connection import Access, Connection
from .._model.connector import Connector
from .._model.current import CurrentActor
from .._model.reference import Reference
from .._model.secret_values import unseen
from .._wire import members
from .engine import read_engine
from .environment import read_actor, read_actor_types, read_defaults, read_people
from .facts import chosen_connections

Document = dict[str, t.Any]


class Exporter:
    """Reads one installation into a document."""

    def __init__(
        self, reading: ReadingAgent, lookups: Lookups, warn: t.Callable[[str], None], secrets: export.Secrets, *, at_once: int = 1
    ) -> None:
        """:param at_once: how many connections may be read at once."""
        self._at_once = at_once
        self._reading = reading
        self._lookups = lookups
        self._warn = warn
        self._secrets = secrets
        self._fields: dict[int, t.Sequence[members.Carrier] | None] = {}
        self._warned_of_lists = False
        # The stored names of all connections there are, exported or not.
        self.connection_names: list[str] = []
        # Connections and actor types whose fields have an order that cannot be told, by the reason.
        self._without_order: dict[str, list[str]] = {}

    def document(self, wanted: t.Sequence[Reference] | None) -> Document:
        """The document.

        :param wanted: the connections to limit it to, with the connectors that they need; None for all.
        :raises errors.ErpSyncError: where the server cannot be read, or a name means nothing.
        """
        document: Document = {}
        if wanted is None:
            document["engine"] = export.engine(read_engine(self._reading))
        connectors = list_connectors(self._reading, self._lookups)
        listed = list_connections(self._reading, self._lookups)
        chosen = listed if wanted is None else chosen_connections(listed, wanted)
        needed = {connection.connector_id for connection in chosen}
        document["connectors"] = export.connectors(connector for connector in connectors if wanted is None or connector.id in needed)
        self._refuse_same_names([connector.raw_name for connector in connectors], "connectors")
        self._refuse_same_names([connection.raw_name for connection in listed], "connections")
        self._warn_of_flaws("connector", (one for one in connectors if wanted is None or one.id in needed))
        self._warn_of_flaws("connection", chosen)
        raw_names = {connector.id: export.pointer(connector.raw_name, connector.id) for connector in connectors}
        # Listings need not tell who may use a connection.
        work = [functools.partial(whole_connection, self._reading, connection) for connection in chosen]
        chosen = side_by_side(work, self._at_once)
        with shapes.reading("GetConnection"):
            self._access = {connection.id: Access.from_wire(connection.whole or {}) for connection in chosen}
        limited = any(access.everyone is False for access in self._access.values())
        self._groups = read_people(self._lookups, "usergroup") if limited else ()
        self._users = read_people(self._lookups, "associate") if limited else ()
        ordered = sorted(chosen, key=lambda connection: (connection.name.casefold(), connection.id))
        # As far as they were read whole.
        everybody = list({connection.id: connection for connection in (*listed, *chosen)}.values())
        self.connection_names = sorted(connection.raw_name for connection in everybody)
        self._name_secrets(everybody, ordered)
        document["connections"] = [
            self._connection(connection, raw_names.get(connection.connector_id, connection.connector_id)) for connection in ordered
        ]
        if wanted is None:
            by_id = {connection.id: export.pointer(connection.raw_name, connection.id) for connection in (*listed, *chosen)}
            priority = self._lookups.priority(listed)
            document["priority"] = [
                0 if number == 0 else by_id.get(number, number) for number in priority.ids if number == 0 or number in by_id
            ]
            if not priority.certain:
                self._warn(
                    "The server lists the connections in an order in which it may list them whatever their priority is, and no archive "
                    "tells the priority. Look at priority in the document before you use it."
                )
        for reason, where in self._without_order.items():
            self._warn(f"The order of the fields is not in the document, of {'; '.join(where)}. {reason}")
        return document

    def _name_secrets(self, listed: t.Sequence[Connection], chosen: t.Sequence[Connection]) -> None:
        """Name the variables of secrets, with an eye on those of connections that are not exported."""
        keys = {}
        for connection in chosen:
            keys[connection.id] = sorted(secret_values.secret_keys(self._config_fields(connection) or ()))
        for connection in listed:
            if connection.id not in keys and any(export.share_variables(connection, other) for other in chosen):
                keys[connection.id] = sorted(secret_values.secret_keys(self._config_fields(connection, quietly=True) or ()))
        self._secrets.name(listed, keys)

    def _refuse_same_names(self, found: t.Sequence[str], kind: str) -> None:
        twice = sorted({name for name in found if found.count(name) > 1})
        if twice:
            raise errors.BadInput(
                f"Several {kind} have the same name ({', '.join(twice)}), so that a document could not tell them apart. "
                "Give them different names first."
            )

    def _warn_of_flaws(self, kind: str, found: t.Iterable[Connector | Connection]) -> None:
        """Say which names a document does not take."""
        for one in found:
            flaw = names.flaw(one.raw_name)
            if flaw is not None:
                self._warn(
                    f"The name of the {kind} {names.visible(one.raw_name)} {flaw} and cannot stand in a document; its id ({one.id}) does. "
                    "Another installation has other ids. Give it another name."
                )

    def _connection(self, listed: Connection, connector_name: str | int) -> Document:
        fields = self._config_fields(listed)
        access = self._access[listed.id]
        if access.everyone is None:
            self._warn(f'The server does not tell who may use the connection "{listed.name}", so its access is not in the document.')
        with shapes.reading("GetConnection"):
            if fields is not None:
                self._warn_of_unseen(listed, fields)
            section = export.settings(listed, access, connector_name, fields, self._groups, self._users, self._secrets)
        try:
            section.update(self._mappings(listed))
        except errors.APPLICATION_ERRORS as error:
            self._warn(f'The mappings of the connection "{listed.name}" could not be read and are not in the document. {error.message}')
        return section

    def _warn_of_unseen(self, connection: Connection, fields: t.Sequence[members.Carrier]) -> None:
        not_shown = unseen(members.carrier(connection.whole or {}, "ConfigFields") or {}, fields)
        optional = sorted(not_shown.suspected | not_shown.unsure)
        if optional:
            self._warn(
                f'The server does not tell whether the connection "{connection.name}" has a value of {", ".join(optional)}, '
                "which is not in the document. Add it to config where there is one."
            )

    def _mappings(self, listed: Connection) -> Document:
        actor_types = read_actor_types(self._reading, listed.id)
        archive = self._lookups.field_archive(listed.id) if actor_types else FieldArchive({})
        section: Document = {}
        actors = []
        for erp in actor_types:
            mapping = read_actor(self._reading, listed.id, erp)
            if mapping is None:
                continue
            with shapes.reading("GetActorTypeMapping"):
                ids = field_mapping.field_ids(mapping)
                gone = export.missing_fields(mapping)
            if gone:
                self._warn(
                    f'The ERP system of the connection "{listed.name}" no longer has {", ".join(gone)} ({erp}); '
                    "these fields are not in the document."
                )
            defaults = read_defaults(self._reading, archive.with_default_settings(ids))
            with shapes.reading("GetActorTypeMapping"):
                document = export.actor(CurrentActor(mapping, defaults, archive.ranks))
            if document is not None:
                actors.append(document)
                if "order" not in document and sum(bool(field.get("show")) for field in document.get("fields", ())) > 1:
                    self._note_missing_order(f'"{names.readable(listed.raw_name)}", {erp}', archive)
        if actors:
            section["actors"] = actors
        try:
            container = self._reading.get_connection_list_mappings(listed.id)
        except errors.NotInVersion:
            self._warn_of_lists()
            container = None
        if container is not None:
            with shapes.reading("GetConnectionListMappings"):
                lists = export.lists(container)
                nameless = export.nameless_lists(container)
            for name in nameless:
                self._warn(
                    f'The list {names.visible(name)} of the connection "{listed.name}" is not in the document: its name {names.flaw(name)}.'
                )
            if lists:
                section["lists"] = lists
        return section

    def _note_missing_order(self, where: str, archive: FieldArchive) -> None:
        if archive.trouble is None:
            reason = "Some of the fields have no rank, or the same one. Rank them once in SuperOffice, then export again."
        elif isinstance(archive.trouble, errors.NotInVersion):
            reason = "The installation's SOAP services do not tell it; REST does."
        else:
            reason = f"{archive.trouble.message} Let the user read the archive ErpField, then export again."
        self._without_order.setdefault(reason, []).append(where)

    def _warn_of_lists(self) -> None:
        if not self._warned_of_lists:
            self._warned_of_lists = True
            self._warn("This version of the installation's web services does not tell list mappings, so none are in the document.")

    def _config_fields(self, listed: Connection, *, quietly: bool = False) -> t.Sequence[members.Carrier] | None:
        if listed.connector_id not in self._fields:
            try:
                self._fields[listed.connector_id] = t.cast(
                    "t.Sequence[members.Carrier]", self._reading.get_configuration_fields(listed.connector_id)
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
