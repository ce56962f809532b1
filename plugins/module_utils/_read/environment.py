# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reading what a plan needs, and no more: only the sections that are declared, each thing once.

Requests for a document with C declared connections that exist, on a server that lists connections in one request; on others 1 more
for each connection that there is, which is not read again then. Over SOAP, signing in is 1 more:

* the engine: 1, where it is declared
* connectors: 1, where they are declared, or a declared connection names one
* connections: 1, where connections or a priority are declared
* each connection whose settings are declared: 1, and 1 for the configuration fields of each of their connectors, of the old and of
  the new one where a connection moves
* each connection with declared secrets that the server does not show: 1 or 2
* each declared actor type: 1; with default values, 1 for each declared default and 1 archive for each connection
  whose order or purge needs it; 1 archive for all connections that do not exist yet and declare an order
* each connection with declared lists: 1, and 1 for each CRM list whose items must be looked up by name; where the list mapping
  does not tell by which name it can be asked for, 1 more, and 1 for its actor type where that is not declared
* each connector of connections that do not exist yet and declare actor types or lists: of one of its connections, which is not asked
  twice, 1 for each of these actor types, and 1 for the lists, with 1 more for each declared field whose list is not among them. The same
  where fields are declared that bring lists, where a connection moves to the connector, and where fields are to be refreshed
* a declared CRM field that no mapping names which was read so far: 1 archive of all fields, for all of them; none where there is no
  connection
* user groups and users: 1 each, where they are declared
* the priority: 1 archive; over SOAP, and where that does not answer, 1 list, over REST beside the archive

Ordering the fields of an actor type, with M moves: 1 for the mapping, 2 to 4 archives (before, after the first move, after the first one
by several places, at the end), M moves. M is the number of fields outside the longest part that is in order already, or, where a server
moves a field by one place only, the number of pairs in the wrong order.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import typing as t

from .._agent import shapes
from .._agent.listing import list_connections, list_connectors, whole_connection
from .._agent.lookups import FieldArchive, Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import crm_fields, field_mapping, list_mapping, names, pattern, secret_values
from .._model.actor_types import CRM_OF
from .._model.afterwards import names_afterwards, readdressed
from .._model.checks import DocumentError, at
from .._model.connection import Connection, Summary
from .._model.connection_settings import changed_settings
from .._model.connector import Connector
from .._model.crm_fields import CrmKeys
from .._model.current import CurrentActor, CurrentConnection, Person
from .._model.declared import UNSET, DeclaredAccess, DeclaredActor, DeclaredConnection
from .._model.declared_fields import declared_defaults, needs_refresh
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from .._model.order import id_of
from .._model.pattern import Foreseen, Pattern, foreseen_lists
from .._model.secret_values import unseen
from .._model.things import Things
from .._model.unknown import ConfigFields, Unknown, known
from .._wire import members
from .engine import read_engine
from .patterns import Wanted, read_patterns

if t.TYPE_CHECKING:
    from .._wire import carriers

T = t.TypeVar("T")


def read_actor(reading: ReadingAgent, connection_id: int, erp: str) -> members.Carrier | None:
    """The mapping of one actor type, None where the connection has none."""
    return t.cast("members.Carrier | None", reading.get_actor_type_mapping(connection_id, t.cast("carriers.ErpActorEnum", erp)))


def read_actor_types(reading: ReadingAgent, connection_id: int) -> tuple[str, ...]:
    """The ERP actor types that a connection has, in the API's order."""
    answer = shapes.present("GetErpSyncConnectionSummary", reading.get_erp_sync_connection_summary(connection_id))
    with shapes.reading("GetErpSyncConnectionSummary"):
        found = Summary.from_wire(answer).actor_types
    return tuple(erp for erp in CRM_OF if erp in found)


def read_defaults(reading: ReadingAgent, field_ids: t.Iterable[int]) -> dict[int, members.Carrier]:
    """The default values of these fields, by ErpFieldId; fields that the server does not know are left out."""
    found = ((field_id, reading.get_default_value_info(field_id)) for field_id in field_ids)
    return {field_id: t.cast(members.Carrier, default) for field_id, default in found if default is not None}


def needed_methods(declared: DeclaredEnvironment) -> list[tuple[str, str]]:
    """Methods that not every version of the web services has, each with the place that needs it."""
    found: list[tuple[str, str]] = []
    for connection in declared.connections or ():
        for mapping in connection.lists:
            found.extend((method, mapping.place or "list") for method in ("GetConnectionListMappings", "SaveConnectionListMappings"))
        # Moving a field is possible everywhere, but not finding out where it stands.
        found.extend(("archive ErpField", at(actor.place, "order")) for actor in connection.actors if actor.order is not UNSET)
    return found


class Reader:
    """Reads the current environment of one installation."""

    def __init__(self, reading: ReadingAgent, lookups: Lookups, secrets: set[str], *, at_once: int = 1) -> None:
        """
        :param secrets: where to note the secrets of configurations, declared and saved ones.
        :param at_once: how many requests may be under way at once.
        """
        self._secrets = secrets
        self._at_once = at_once
        self._reading = reading
        self._lookups = lookups
        self._connectors: Things[Connector] = Things("connector", ())

    def read(self, declared: DeclaredEnvironment) -> CurrentEnvironment:
        """What the plan for ``declared`` needs.

        :raises errors.ErpSyncError: where the server cannot be read.
        """
        wants_connections = (
            declared.connections is not None
            or declared.priority is not None
            or any(not connector.present for connector in declared.connectors or ())
            or "connectors" in declared.prune
        )
        wants_connectors = declared.connectors is not None or any(
            connection.connector is not UNSET for connection in declared.connections or ()
        )
        connectors = tuple(list_connectors(self._reading, self._lookups)) if wants_connectors else None
        listed = list_connections(self._reading, self._lookups) if wants_connections else None
        current = CurrentEnvironment(
            engine=None if declared.engine is None else read_engine(self._reading),
            connectors=connectors,
            user_groups=self._people("usergroup", declared, "user_groups"),
            users=self._people("associate", declared, "users"),
        )
        if declared.priority is not None:
            priority = self._lookups.priority(listed or ())
            current = dataclasses.replace(current, priority=priority.ids, priority_is_certain=priority.certain)
        if listed is None:
            return current
        things = Things("connection", listed)
        meant = {found.id: item for item in declared.connections or () for found in [_found(things, item)] if found is not None}
        self._connectors = Things("connector", names_afterwards(declared.connectors or (), connectors or ()))
        config_fields = self._all_config_fields(declared, current, meant, listed)
        current = dataclasses.replace(current, config_fields=config_fields)
        new = [item for item in declared.connections or () if item.present and all(item is not one for one in meant.values())]
        if any(orders_fields(actor) for item in new for actor in item.actors):
            # Whether an order can be read at all; a connection that does not exist has no fields.
            current = dataclasses.replace(current, ranks_trouble=_trouble(self._lookups.field_archive(0)))
        work = [functools.partial(self._connection, connection, meant.get(connection.id), declared, current) for connection in listed]
        connections = tuple(side_by_side(work, self._at_once))
        current = dataclasses.replace(current, connections=connections, patterns=self._patterns(declared, current, connections, meant, new))
        return dataclasses.replace(
            current,
            crm_items=self._crm_items(declared, current, meant),
            crm_keys=self._crm_keys(declared, current, meant),
        )

    def _patterns(
        self,
        declared: DeclaredEnvironment,
        current: CurrentEnvironment,
        connections: t.Sequence[CurrentConnection],
        meant: t.Mapping[int, DeclaredConnection],
        new: t.Sequence[DeclaredConnection],
    ) -> dict[int, Foreseen]:
        """What connections tell of mappings that are not there yet, once for each connector."""
        wanted: dict[int, list[DeclaredConnection]] = {}
        itself: set[int] = set()
        # What another address of a connector has is known only once it is saved.
        renewed = self._renewed(declared)

        def want(connector_id: int | None, item: DeclaredConnection) -> None:
            if connector_id is not None and connector_id not in renewed and (item.actors or item.lists):
                wanted.setdefault(connector_id, []).append(item)

        for item in new:
            want(self._connector_id(item, current), item)
        with shapes.reading("GetActorTypeMapping"):
            for connection in connections:
                found = meant.get(connection.listed.id)
                if found is None or not found.present:
                    continue
                if self._moves(found, connection.listed, current):
                    if found.actors:
                        want(self._connector_id(found, current), found._replace(lists=()))
                elif pattern.brings_lists(found, connection):
                    want(connection.listed.connector_id, found)
                    itself.add(connection.listed.id)
                elif found.refresh_fields and any(needs_refresh(actor, connection.actors.get(actor.erp)) for actor in found.actors):
                    want(connection.listed.connector_id, found._replace(lists=()))
                    itself.add(connection.listed.id)
        if not wanted:
            return {}
        return read_patterns(
            [Wanted(*pair) for pair in wanted.items()],
            connections,
            itself,
            self._reading,
            lambda connection_id, erp: read_actor(self._reading, connection_id, erp),
        )

    def _crm_keys(
        self, declared: DeclaredEnvironment, current: CurrentEnvironment, meant: t.Mapping[int, DeclaredConnection]
    ) -> CrmKeys | None:
        """What is known of CRM fields, where any is declared that the mappings that were read do not name."""
        items = [item for item in declared.connections or () if item.present]
        by_item = {id(item): connection for connection in current.connections or () for item in [meant.get(connection.listed.id)] if item}
        mappings = [state.mapping for connection in current.connections or () for state in connection.actors.values() if state is not None]
        mappings += [
            mapping
            for one in current.patterns.values()
            if isinstance(one, Pattern)
            for mapping in one.actors.values()
            if isinstance(mapping, dict)
        ]

        def mapping_of(item: DeclaredConnection, erp: str) -> members.Carrier | None:
            connection = by_item.get(id(item))
            if connection is not None:
                state = connection.actors.get(erp)
                return None if state is None else state.mapping
            told = current.patterns.get(self._connector_id(item, current) or 0)
            mapping = told.actors.get(erp) if isinstance(told, Pattern) else None
            return pattern.unmapped(mapping) if isinstance(mapping, dict) else None

        with shapes.reading("GetActorTypeMapping"):
            known = crm_fields.keys_in(mappings)
            left = crm_fields.unmet(items, mapping_of, known)
            # Where there is no connection, there is no mapping either.
            if not left or not current.connections:
                return None
            told = self._lookups.mapped_crm_fields()
            for erp, keys in (told or {}).items():
                # A key of an actor type that is spelled in an unknown way is better known too often.
                for kind in (CRM_OF[erp],) if erp in CRM_OF else CRM_OF.values():
                    known.setdefault(kind, set()).update(keys)
            return CrmKeys(known, [one for one in left if one.key not in known.get(one.kind, ())], told is not None)

    def _people(self, list_name: str, declared: DeclaredEnvironment, kind: str) -> tuple[Person, ...] | None:
        """User groups or users, where any are declared."""
        wanted = [
            getattr(connection.access, kind)
            for connection in declared.connections or ()
            if isinstance(connection.access, DeclaredAccess) and connection.present
        ]
        if not any(refs is not UNSET and refs for refs in wanted):
            return None
        return read_people(self._lookups, list_name)

    def _all_config_fields(
        self,
        declared: DeclaredEnvironment,
        current: CurrentEnvironment,
        meant: t.Mapping[int, DeclaredConnection],
        listed: t.Sequence[Connection],
    ) -> dict[int, ConfigFields]:
        """What the connectors of the declared connections say of their configuration, once for each connector."""
        # Where the document needs the answer of a connector, without which the run must fail; None where it can do without.
        needed: dict[int, str | None] = {}
        found_items = {id(item) for item in meant.values()}
        for connection in listed:
            item = meant.get(connection.id)
            if item is None or not item.present or not item.saves_settings:
                continue
            if not self._moves(item, connection, current):
                place = None if item.config is UNSET else item.place
                needed[connection.connector_id] = needed.get(connection.connector_id) or place
                continue
            needed.setdefault(connection.connector_id, None)
            declared_id = self._connector_id(item, current)
            if declared_id is not None:
                needed[declared_id] = needed.get(declared_id) or item.place
        new: list[tuple[DeclaredConnection, int]] = []
        for item in declared.connections or ():
            if item.present and not item.elsewhere and id(item) not in found_items:
                declared_id = self._connector_id(item, current)
                if declared_id is not None:
                    needed[declared_id] = needed.get(declared_id) or item.place
                    new.append((item, declared_id))
        renewed = self._renewed(declared)
        found = {connector_id: self._config_fields(connector_id, place, connector_id in renewed) for connector_id, place in needed.items()}
        for item, declared_id in new:
            self._secrets.update(declared_secrets(item, found[declared_id]))
        return found

    def _renewed(self, declared: DeclaredEnvironment) -> set[int]:
        """The ids of the connectors whose URL is to change: one that does not answer now may do so then."""
        return readdressed(declared.connectors or (), self._connectors)

    def _connector_id(self, item: DeclaredConnection, current: CurrentEnvironment) -> int | None:
        """The declared connector's id; None where none is declared, or it does not exist yet. Whoever plans says what is wrong."""
        if item.connector is UNSET:
            return None
        found = self._connectors.find(item.connector, f"{item.place}.connector")
        return None if found is None else found.id

    def _moves(self, item: DeclaredConnection, listed: Connection, current: CurrentEnvironment) -> bool:
        """Whether a connection moves to another connector, which may be yet to be created."""
        return item.connector is not UNSET and self._connector_id(item, current) != listed.connector_id

    def _config_fields(self, connector_id: int, place: str | None, renewed: bool) -> ConfigFields:
        try:
            return t.cast("t.Sequence[members.Carrier]", self._reading.get_configuration_fields(connector_id))
        except errors.APPLICATION_ERRORS as error:
            # Tolerate an unreachable connector unless its configuration is declared: whoever plans refuses to save then.
            if place is not None and not renewed:
                error.message = f"{place}.config cannot be checked, since its connector does not answer. {error.message}"
                raise
            return Unknown(error.message, later=renewed)

    def _connection(
        self,
        listed: Connection,
        item: DeclaredConnection | None,
        declared: DeclaredEnvironment,
        current: CurrentEnvironment,
    ) -> CurrentConnection:
        if item is None or not item.present:
            return CurrentConnection(listed)
        carrier: members.Carrier | None = None
        outdated = False
        if item.saves_settings:
            carrier = t.cast(members.Carrier, whole_connection(self._reading, listed).whole)
            moves = self._moves(item, listed, current)
            old_fields = current.config_fields[listed.connector_id]
            fields = current.config_fields.get(self._connector_id(item, current) or 0, Unknown(later=True)) if moves else old_fields
            stored = members.carrier(carrier, "ConfigFields") or {}
            self._secrets.update(declared_secrets(item, fields), secret_values.texts(stored, known(old_fields)))
            outdated = not moves and self._secrets_outdated(listed, carrier, item, declared, fields)
        prune = "mappings" in declared.prune
        actor_types = read_actor_types(self._reading, listed.id) if prune else ()
        wanted: dict[str, DeclaredActor] = {erp: DeclaredActor(place="", erp=erp, purge=True) for erp in actor_types}
        wanted.update({actor.erp: actor._replace(purge=actor.purge or prune) for actor in item.actors})
        archive = FieldArchive({})
        if any(actor.purge or orders_fields(actor) for actor in wanted.values()):
            archive = self._lookups.field_archive(listed.id)
        actors = {erp: self._actor(listed.id, actor, archive) for erp, actor in wanted.items()}
        lists: members.Carrier | None = None
        if item.lists or prune:
            lists = self._lists(listed.id, item)
        return CurrentConnection(listed, carrier, outdated, actors, lists, actor_types, ranks_trouble=_trouble(archive))

    def _lists(self, connection_id: int, item: DeclaredConnection) -> members.Carrier | None:
        try:
            return t.cast("members.Carrier | None", self._reading.get_connection_list_mappings(connection_id)) or {}
        except errors.NotInVersion:
            # Where list mappings do not exist, there are none to prune.
            if item.lists:
                raise
            return None

    def _actor(self, connection_id: int, actor: DeclaredActor, archive: FieldArchive) -> CurrentActor | None:
        mapping = read_actor(self._reading, connection_id, actor.erp)
        if mapping is None:
            return None
        with shapes.reading("GetActorTypeMapping"):
            known: t.Collection[int] = ()
            if actor.purge:
                known = archive.with_default_settings(field_mapping.field_ids(mapping))
            wanted = self._default_ids(mapping, actor, known)
        return CurrentActor(mapping, read_defaults(self._reading, wanted), archive.ranks, _trouble(archive))

    def _default_ids(self, mapping: members.Carrier, actor: DeclaredActor, known: t.Collection[int]) -> list[int]:
        try:
            # Those that have an id: others have no default settings yet.
            return [field_id for field, _declared in declared_defaults(mapping, actor, known) for field_id in [id_of(field)] if field_id]
        except DocumentError:
            # A field that does not exist: whoever plans says so, or reads the connector's fields again first.
            return []

    def _crm_items(
        self, declared: DeclaredEnvironment, current: CurrentEnvironment, meant: t.Mapping[int, DeclaredConnection]
    ) -> dict[str, t.Sequence[members.Carrier]]:
        """The items of the CRM lists from which declared items must be looked up by name, each list once."""
        needed: dict[str, tuple[list_mapping.CrmList, t.Callable[[], members.Carrier | None]]] = {}

        def of_connection(found: list_mapping.CrmList, connection: CurrentConnection) -> members.Carrier | None:
            state = connection.actors.get(found.actor)
            return read_actor(self._reading, connection.listed.id, found.actor) if state is None else state.mapping

        def of_pattern(found: list_mapping.CrmList, told: Pattern) -> members.Carrier | None:
            return told.mapping_with(found.field_id)

        with shapes.reading("GetConnectionListMappings"):
            for connection in current.connections or ():
                if connection.lists is not None:
                    for found in list_mapping.crm_list_names(connection.lists, meant[connection.listed.id].lists):
                        needed.setdefault(found.key, (found, functools.partial(of_connection, found, connection)))
            there = {id(item): number for number, item in meant.items()}
            for item in declared.connections or ():
                number = there.get(id(item))
                connector_id = (
                    self._connector_id(item, current) if number is None else current.connections_by_id[number].listed.connector_id
                )
                told = current.patterns.get(connector_id or 0)
                if item.present and item.lists and isinstance(told, Pattern):
                    # Whoever plans says what is wrong.
                    with contextlib.suppress(DocumentError):
                        for found in list_mapping.crm_list_names(foreseen_lists(told, item).known, item.lists):
                            needed.setdefault(found.key, (found, functools.partial(of_pattern, found, told)))
        work = [functools.partial(read_crm_items, self._lookups, found, mapping) for found, mapping in needed.values()]
        return dict(zip(needed, side_by_side(work, self._at_once)))

    def _secrets_outdated(
        self,
        listed: Connection,
        carrier: members.Carrier,
        item: DeclaredConnection,
        declared: DeclaredEnvironment,
        fields: ConfigFields,
    ) -> bool:
        """Whether the connection works with the declared secrets only, and not with the saved ones, which the server does not show."""
        if item.config is UNSET or isinstance(fields, Unknown) or declared.update_secrets != "when_changed":
            return False
        hidden = [key for key in unseen(members.carrier(carrier, "ConfigFields") or {}, fields).all if item.config.get(key)]
        if not hidden or self._reading.test_connection_by_id(listed.id):
            return False
        with_secrets = changed_settings(carrier, item, connector=None, connector_names={}, access={}, fields=fields, secrets="send")
        return self._reading.test_connection_by_config(listed.connector_id, with_secrets.config)


def orders_fields(actor: DeclaredActor) -> bool:
    """Whether an actor type's fields are to be brought into an order."""
    return actor.order is not UNSET and len(actor.order) > 1


def _trouble(archive: FieldArchive) -> str:
    return "" if archive.trouble is None else archive.trouble.message


def _found(things: Things[Connection], item: DeclaredConnection) -> Connection | None:
    if not item.present and item.ref.name is None:
        return things.by_id(item.ref.id)
    return things.find(item.ref, item.place)


def declared_secrets(item: DeclaredConnection, fields: ConfigFields) -> set[str]:
    """The secrets in a declared configuration."""
    return set() if item.config is UNSET else secret_values.texts(item.config, known(fields))


def read_people(lookups: Lookups, list_name: str) -> tuple[Person, ...]:
    """The user groups (``usergroup``) or users (``associate``) that are not deleted."""
    with shapes.reading(f"MDO list {list_name}"):
        return tuple(
            Person(
                members.required_number(item, "Id"),
                tuple(dict.fromkeys(name for name in (members.text(item, "Name"), members.text(item, "FullName")) if name)),
            )
            for item in lookups.list_items(list_name)
            if not members.flag(item, "Deleted")
        )


def read_crm_items(
    lookups: Lookups, wanted: list_mapping.CrmList, mapping: t.Callable[[], members.Carrier | None]
) -> t.Sequence[members.Carrier]:
    """The items of a CRM list; none where nothing tells by which name it can be asked for, so that ids must be used.

    :param mapping: reads the mapping of the actor type whose field refers to the list.
    """
    for name in wanted.names:
        items = _items_by(lookups, name)
        if items:
            return items
    with shapes.reading("GetActorTypeMapping"):
        referred = list_mapping.referred_lists(mapping(), wanted.field_id)
    for name, additional in referred:
        items = _items_by(lookups, name, additional)
        if items:
            return items
    return ()


def _items_by(lookups: Lookups, name: str, additional: str | None = None) -> t.Sequence[members.Carrier]:
    try:
        return t.cast("t.Sequence[members.Carrier]", lookups.list_items(name, additional)) if names.readable(name).strip() else ()
    except errors.APPLICATION_ERRORS:
        return ()
