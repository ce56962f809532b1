# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads an installation as the document that declares it, for erpsync_environment_info."""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._agent.lookups import FieldArchive, Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import export, names, secret_values
from .._model.connection import Access, Connection
from .._model.connector import Connector
from .._model.current import Person
from .._model.reference import Reference
from .._model.secret_values import unseen
from .._wire import members
from .all_mappings import ActorTypes, AllMappings
from .bulk import Bulk
from .connection_archive import ConnectionArchive
from .connections import chosen_connections, read_actor_types, read_whole_connection
from .connectors import read_connectors
from .engine import read_engine
from .lists import read_people
from .mappings import read_list_mappings
from .priority import read_priority

T = t.TypeVar("T")

Document = dict[str, t.Any]
ConfigFields = t.Union[t.Sequence[members.Carrier], errors.ErpSyncError]


class Mappings(t.NamedTuple):
    """All mappings of one connection; no lists from services without them."""

    fields: ActorTypes
    lists: members.Carrier | None


class Exporter:
    """Reads one installation into a document. Reading goes first, side by side; then it writes."""

    def __init__(
        self,
        reading: ReadingAgent,
        lookups: Lookups,
        warn: t.Callable[[str], None],
        secrets: export.Secrets,
        *,
        at_once: int = 1,
        bulk: Bulk | None = None,
    ) -> None:
        """
        :param secrets: gives variables for secrets, and collects the passwords in URLs.
        :param at_once: how many requests may be under way at once.
        :param bulk: whether archives may be read; None for the agent alone.
        """
        self._at_once = at_once
        self._bulk = bulk
        self._all_mappings = AllMappings(reading, lookups, functools.partial(read_actor_types, reading))
        self._reading = reading
        self._lookups = lookups
        self._warn = warn
        self._secrets = secrets
        # By ErpConnectorId.
        self._config_fields: dict[int, ConfigFields] = {}
        # By ErpConnectionId.
        self._access: dict[int, Access] = {}
        self._groups: tuple[Person, ...] = ()
        self._users: tuple[Person, ...] = ()
        self._warned_of_lists = False
        # The stored names of all connections there are, exported or not.
        self.connection_names: list[str] = []
        # Connections and actor types whose order of fields is unknown, by the reason.
        self._without_order: dict[str, list[str]] = {}

    def document(self, wanted: t.Sequence[Reference] | None) -> Document:
        """The document.

        :param wanted: connections that limit it, with the connectors that they use; None for all.
        :raises errors.ErpSyncError: if the server cannot be read, or a name means nothing.
        """
        document: Document = {}
        if wanted is None:
            document["engine"] = export.engine(read_engine(self._reading))
        connectors = read_connectors(self._reading, self._lookups, at_once=self._at_once)
        self._secrets.read.update(secret_values.in_urls(connector.url for connector in connectors))
        listed, chosen = self._connections(wanted)
        used = {connection.connector_id for connection in chosen}
        exported = [connector for connector in connectors if wanted is None or connector.id in used]
        self._refuse_same_names([connector.raw_name for connector in connectors], "connectors")
        self._refuse_same_names([connection.raw_name for connection in listed], "connections")
        self._warn_of_flaws("connector", exported)
        self._warn_of_flaws("connection", chosen)
        # Listings may lack access.
        chosen = self._side_by_side([functools.partial(read_whole_connection, self._reading, connection) for connection in chosen])
        with shapes.reading("GetConnection"):
            self._access = {connection.id: Access.from_wire(connection.whole or {}) for connection in chosen}
            for connection in chosen:
                stored = members.dictionary(connection.whole or {}, "ConfigFields")
                self._secrets.read.update(secret_values.in_open_values(stored.values()))
        limited = any(access.everyone is False for access in self._access.values())
        if limited:
            self._groups, self._users = self._read_people()
        ordered = sorted(chosen, key=lambda connection: (connection.name.casefold(), connection.id))
        # Whole, if they were read whole.
        everybody = list({connection.id: connection for connection in (*listed, *chosen)}.values())
        self.connection_names = sorted(connection.raw_name for connection in everybody)
        self._name_secrets(everybody, ordered, connectors)
        document["connectors"] = export.connectors(exported, self._secrets)
        doubt = self._all_mappings.read_archives(self._bulk, ordered, listed, at_once=self._at_once)
        if doubt is not None:
            self._warn(doubt)
        mappings = self._side_by_side([functools.partial(self._read_mappings, connection.id) for connection in ordered])
        pointers = {connector.id: export.pointer(connector.raw_name, connector.id) for connector in connectors}
        document["connections"] = [
            self._connection(connection, pointers.get(connection.connector_id, connection.connector_id), found)
            for connection, found in zip(ordered, mappings)
        ]
        if wanted is None:
            document["priority"] = self._priority(listed, everybody)
        for reason, where in self._without_order.items():
            self._warn(f"The order of the fields is not in the document, of {'; '.join(where)}. {reason}")
        return document

    def _connections(self, wanted: t.Sequence[Reference] | None) -> tuple[list[Connection], list[Connection]]:
        """All connections, and those to export."""
        archive = ConnectionArchive(self._reading, self._lookups, self._bulk, at_once=self._at_once)
        listed = archive.connections(None if wanted is None else len(wanted))
        chosen = listed if wanted is None else chosen_connections(listed, wanted)
        listed, doubt = archive.confirmed(listed, {connection.id for connection in chosen})
        if doubt is not None:
            self._warn(doubt)
        return listed, listed if wanted is None else chosen_connections(listed, wanted)

    def _side_by_side(self, work: t.Sequence[t.Callable[[], T]]) -> list[T]:
        return side_by_side(work, self._at_once)

    # Reading

    def _read_people(self) -> list[tuple[Person, ...]]:
        """User groups and users."""
        return self._side_by_side([functools.partial(read_people, self._lookups, name) for name in ("usergroup", "associate")])

    def _read_config_fields(self, connections: t.Iterable[Connection]) -> None:
        """Read the configuration fields of the connections' connectors that are not read yet."""
        wanted = {connection.connector_id: None for connection in connections if connection.connector_id not in self._config_fields}
        work = [functools.partial(self._fields_or_refusal, number) for number in wanted]
        self._config_fields.update(zip(wanted, self._side_by_side(work)))

    def _fields_or_refusal(self, connector_id: int) -> ConfigFields:
        try:
            return self._reading.get_configuration_fields(connector_id)
        except errors.APPLICATION_ERRORS as error:
            return error

    def _read_mappings(self, connection_id: int) -> Mappings | errors.ErpSyncError:
        try:
            return Mappings(self._all_mappings.of(connection_id), self._read_lists(connection_id))
        except errors.APPLICATION_ERRORS as error:
            return error

    def _read_lists(self, connection_id: int) -> members.Carrier | None:
        try:
            return read_list_mappings(self._reading, connection_id)
        except errors.NotInVersion:
            return None

    # Writing the document

    def _name_secrets(self, listed: t.Sequence[Connection], chosen: t.Sequence[Connection], connectors: t.Sequence[Connector]) -> None:
        """Name the variables of secrets, unlike those of connections that are not exported."""
        ids = {connection.id for connection in chosen}
        others = [one for one in listed if one.id not in ids and any(export.share_variables(one, other) for other in chosen)]
        self._read_config_fields((*chosen, *others))
        self._warn_of_silent_connectors(chosen)
        keys = {one.id: sorted(secret_values.possible_keys(self._fields(one) or ())) for one in (*chosen, *others)}
        self._secrets.name(listed, keys, connectors)

    def _fields(self, connection: Connection) -> t.Sequence[members.Carrier] | None:
        """The configuration fields of a connection; None if its connector does not answer."""
        fields = self._config_fields[connection.connector_id]
        return None if isinstance(fields, errors.ErpSyncError) else fields

    def _warn_of_silent_connectors(self, chosen: t.Iterable[Connection]) -> None:
        first_of: dict[int, Connection] = {}
        for connection in chosen:
            first_of.setdefault(connection.connector_id, connection)
        for connection in first_of.values():
            refusal = self._config_fields[connection.connector_id]
            if isinstance(refusal, errors.ErpSyncError):
                self._warn(
                    f"The connector of the connection {names.called(connection.raw_name, connection.id)} does not answer, "
                    f"so no configuration of its connections is in the document. {refusal.message}"
                )

    def _refuse_same_names(self, found: t.Sequence[str], kind: str) -> None:
        twice = sorted({name for name in found if found.count(name) > 1})
        if twice:
            raise errors.BadInput(
                f"Several {kind} have the same name ({', '.join(twice)}), so that a document could not tell them apart. "
                "Give them different names first."
            )

    def _warn_of_flaws(self, kind: str, found: t.Iterable[Connector | Connection]) -> None:
        """Warn of names that a document cannot hold."""
        for one in found:
            flaw = names.flaw(one.raw_name)
            if flaw is not None:
                self._warn(
                    f"The name of the {kind} {names.visible(one.raw_name)} {flaw} and cannot stand in a document; its id ({one.id}) does. "
                    "Another installation has other ids. Give it another name."
                )

    def _connection(self, listed: Connection, connector_name: str | int, mappings: Mappings | errors.ErpSyncError) -> Document:
        fields = self._fields(listed)
        access = self._access[listed.id]
        if access.everyone is None:
            whose = names.called(listed.raw_name, listed.id)
            self._warn(f"The server does not tell who may use the connection {whose}, so its access is not in the document.")
        with shapes.reading("GetConnection"):
            if fields is not None:
                self._warn_of_unseen(listed, fields)
            section = export.settings(listed, access, connector_name, fields, self._groups, self._users, self._secrets)
        try:
            if isinstance(mappings, errors.ErpSyncError):
                raise mappings
            section.update(self._mappings(listed, mappings))
        except errors.APPLICATION_ERRORS as error:
            whose = names.called(listed.raw_name, listed.id)
            self._warn(f"The mappings of the connection {whose} could not be read and are not in the document. {error.message}")
        return section

    def _warn_of_unseen(self, connection: Connection, fields: t.Sequence[members.Carrier]) -> None:
        not_shown = unseen(members.carrier(connection.whole or {}, "ConfigFields") or {}, fields)
        optional = sorted(not_shown.suspected | not_shown.unsure)
        if optional:
            self._warn(
                f"The server does not tell whether the connection {names.called(connection.raw_name, connection.id)} has a value of "
                f"{', '.join(optional)}, "
                "which is not in the document. Add it to config where there is one."
            )

    def _mappings(self, listed: Connection, found: Mappings) -> Document:
        """The sections ``actors`` and ``lists`` of a connection."""
        section: Document = {}
        actors = []
        for erp, state in found.fields.actors.items():
            with shapes.reading("GetActorTypeMapping"):
                gone = export.missing_fields(state.mapping)
            if gone:
                self._warn(
                    f"The ERP system of the connection {names.called(listed.raw_name, listed.id)} no longer has {', '.join(gone)} ({erp}); "
                    "these fields are not in the document."
                )
            with shapes.reading("GetActorTypeMapping"):
                document = export.actor(state)
            if document is not None:
                actors.append(document)
                if "order" not in document and sum(bool(field.get("show")) for field in document.get("fields", ())) > 1:
                    self._note_missing_order(f"{names.called(listed.raw_name, listed.id)}, {erp}", found.fields.archive)
        if actors:
            section["actors"] = actors
        if found.lists is None:
            self._warn_of_lists()
            return section
        with shapes.reading("GetConnectionListMappings"):
            lists = export.lists(found.lists)
            nameless = export.nameless_lists(found.lists)
        for name in nameless:
            self._warn(
                f"The list {names.visible(name)} of the connection {names.called(listed.raw_name, listed.id)} is not in the document: "
                f"its name {names.flaw(name)}."
            )
        if lists:
            section["lists"] = lists
        return section

    def _note_missing_order(self, where: str, archive: FieldArchive) -> None:
        if archive.trouble is None:
            reason = "Some of the fields have no rank, or the same one. Rank them once in SuperOffice, then export again."
        else:
            reason = f"{archive.trouble.message} Let the user read the archive ErpField, then export again."
        self._without_order.setdefault(reason, []).append(where)

    def _warn_of_lists(self) -> None:
        if not self._warned_of_lists:
            self._warned_of_lists = True
            self._warn("This version of the installation's web services does not tell list mappings, so none are in the document.")

    def _priority(self, listed: t.Sequence[Connection], everybody: t.Iterable[Connection]) -> list[str | int]:
        """The section ``priority``."""
        pointers = {connection.id: export.pointer(connection.raw_name, connection.id) for connection in everybody}
        priority = read_priority(self._lookups, listed)
        if not priority.certain:
            self._warn(
                "The server's list of the connections may not be in the order of their priority, and no archive tells the priority. "
                "Look at priority in the document before you use it."
            )
        return [0 if number == 0 else pointers[number] for number in priority.ids if number == 0 or number in pointers]
