# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads what a plan needs of one connection: settings, hidden secrets, mappings, lists."""

from __future__ import annotations

import typing as t

from .._agent import shapes
from .._agent.lookups import FieldArchive
from .._agent.reading import ReadingAgent
from .._model import field_mapping, pattern, secret_values
from .._model.archived import ArchivedActor
from .._model.checks import DocumentError, at
from .._model.connection import Connection
from .._model.connection_settings import changed_settings
from .._model.current import CurrentActor, CurrentConnection
from .._model.declared import UNSET, DeclaredActor, DeclaredConnection, DeclaredDefault, DeclaredField
from .._model.declared_fields import declared_defaults, undeclared
from .._model.environment import DeclaredEnvironment
from .._model.matched import Matched
from .._model.order import id_of
from .._model.secret_values import unseen
from .._model.unchanged import as_listed, default_is_declared, mapping_is_declared, settings_are_declared, settings_differences
from .._model.unknown import ConfigFields, Unknown, known
from .._wire import members
from .bulk import Source, Use
from .connections import read_whole_connection
from .mappings import read_list_mappings

Choose = t.Callable[[t.Sequence[t.Any]], t.Any]


class ConnectionReader:
    """Reads the connections that a document declares, each as far as it declares it.

    What archives show to be as declared is not asked of the agent.
    """

    def __init__(
        self,
        declared: DeclaredEnvironment,
        matched: Matched,
        config_fields: t.Mapping[int, ConfigFields],
        reading: ReadingAgent,
        source: Source,
        secrets: set[str],
        confirmed: t.Collection[int] = (),
    ) -> None:
        """
        :param config_fields: by ErpConnectorId.
        :param secrets: collects the secrets of configurations, declared and saved ones.
        :param confirmed: the ids of connections whose listing was compared with the agent already.
        """
        self._declared = declared
        self._matched = matched
        self._config_fields = config_fields
        self._reading = reading
        self._source = source
        self._secrets = secrets
        self._confirmed = confirmed
        self._prunes = "mappings" in declared.prune
        # The connections whose settings come from the listing.
        self._as_listed: dict[int, Connection] = {}

    def item(self, listed: Connection) -> DeclaredConnection | None:
        """The declaration of a listed connection that shall be there."""
        item = self._matched.items.get(listed.id)
        return item if item is not None and item.present else None

    def savable(self, listed: Connection) -> int:
        """How many requests archives may save for a connection."""
        item = self.item(listed)
        if item is None:
            return 0
        reads = int(self._listing_may_do(listed, item))
        if self._archives_may_do(listed, item):
            reads += sum(1 + _defaults_of(actor) for actor in item.actors)
            # The fields with ranks and default settings; the summary with the actor types.
            reads += int(self._prunes or any(actor.purge or orders_fields(actor) for actor in item.actors)) + int(self._prunes)
        return reads

    def wants_archives(self, listed: Connection) -> bool:
        """Whether archives may tell something that is needed of a connection."""
        item = self.item(listed)
        return item is not None and bool(item.actors or self._prunes) and self._archives_may_do(listed, item)

    def _archives_may_do(self, listed: Connection, item: DeclaredConnection) -> bool:
        """Whether archives may show that the mappings are as declared: not where fields are read
        anew, and not where a change rests on all that the agent tells.
        """
        return not (item.refresh_fields or self._matched.moves(item, listed) or (item.active is True and not listed.active))

    def _listing_may_do(self, listed: Connection, item: DeclaredConnection) -> bool:
        """Whether the listing tells all settings that are declared."""
        may = item.saves_settings and item.config is UNSET and item.access is UNSET
        return may and listed.whole is None and not self._matched.moves(item, listed)

    def read(self, listed: Connection, before: CurrentConnection | None = None) -> CurrentConnection:
        """A listed connection with what its declaration needs; just as listed if it has none.

        :param before: the same, read before from archives that are not trusted any more.
        """
        item = self.item(listed)
        if item is None:
            return CurrentConnection(listed)
        if before is None or listed.id in self._as_listed:
            carrier, outdated = self._settings(listed, item) if item.saves_settings else (None, False)
        else:
            carrier, outdated = before.carrier, before.secrets_outdated
        use = self._archives_may_do(listed, item)
        there = self._actor_types(listed.id, use=use) if self._prunes else ()
        wanted = [actor._replace(purge=actor.purge or self._prunes) for actor in item.actors]
        archive = FieldArchive({})
        if there or any(actor.purge or orders_fields(actor) for actor in wanted):
            archive = self._source.fields(listed.id)
        actors: dict[str, CurrentActor | None] = {}
        if self._prunes:
            there, actors = self._pruned(listed.id, item, there, archive, use=use)
        actors.update({actor.erp: self._actor(listed.id, actor, archive, use=use) for actor in wanted})
        if before is not None:
            lists = before.lists
        else:
            lists = self._lists(listed.id) if self._declared.has_lists and (item.lists or self._prunes) else None
        current = CurrentConnection(listed, carrier, outdated, actors, lists, there, ranks_trouble=archive.why_not)
        if any(state is not None and state.archived for state in actors.values()) and self._brings_lists(item, current):
            return current._replace(actors={erp: self._through_agent(listed.id, erp, state) for erp, state in actors.items()})
        return current

    def _brings_lists(self, item: DeclaredConnection, current: CurrentConnection) -> bool:
        with shapes.reading("GetActorTypeMapping"):
            return pattern.brings_lists(item, current)

    def _through_agent(self, connection_id: int, erp: str, state: CurrentActor | None) -> CurrentActor | None:
        if state is None or not state.archived:
            return state
        mapping = self._source.mapping(connection_id, erp)
        return None if mapping is None else state._replace(mapping=mapping, archived=False)

    def _settings(self, listed: Connection, item: DeclaredConnection) -> tuple[members.Carrier, bool]:
        """The whole ErpConnection, and whether its saved secrets are outdated."""
        is_trusted = self._source.trusts_listing or listed.id in self._confirmed
        if is_trusted and self._listing_may_do(listed, item) and settings_are_declared(listed, item):
            self._as_listed[listed.id] = listed
            return as_listed(listed), False
        carrier = read_whole_connection(self._reading, listed).whole or {}
        moves = self._matched.moves(item, listed)
        old_fields = self._config_fields[listed.connector_id]
        fields = self._config_fields.get(self._matched.connector_id(item) or 0, Unknown(later=True)) if moves else old_fields
        with shapes.reading("GetConnection"):
            stored = members.dictionary(carrier, "ConfigFields")
        self._secrets.update(declared_secrets(item, fields), secret_values.texts(stored, known(old_fields)))
        return carrier, not moves and self._secrets_outdated(listed, carrier, item, fields)

    def _secrets_outdated(self, listed: Connection, carrier: members.Carrier, item: DeclaredConnection, fields: ConfigFields) -> bool:
        """Whether hidden secrets differ: the connection works with the declared ones only."""
        if item.config is UNSET or isinstance(fields, Unknown) or self._declared.update_secrets != "when_changed":
            return False
        hidden = [key for key in unseen(members.carrier(carrier, "ConfigFields") or {}, fields).all if item.config.get(key)]
        if not hidden or self._reading.test_connection_by_id(listed.id):
            return False
        with_secrets = changed_settings(carrier, item, connector=None, connector_names={}, access={}, fields=fields, secrets="send")
        return self._reading.test_connection_by_config(listed.connector_id, with_secrets.config)

    def _actor_types(self, connection_id: int, *, use: bool) -> tuple[str, ...]:
        there = self._source.actor_types(connection_id) if use else None
        return self._source.summarised_types(connection_id) if there is None else there

    def _pruned(
        self, connection_id: int, item: DeclaredConnection, there: tuple[str, ...], archive: FieldArchive, *, use: bool
    ) -> tuple[tuple[str, ...], dict[str, CurrentActor | None]]:
        """The actor types of a connection, and the undeclared ones among them: where one of these
        is to be cleared, as the agent tells them.
        """
        declared = {actor.erp for actor in item.actors}
        if use:
            shown = {erp: self._shown(connection_id, undeclared(erp, item.place), archive) for erp in there if erp not in declared}
            if None not in shown.values():
                return there, dict(shown)
            there = self._source.summarised_types(connection_id)
        return there, {
            erp: self._actor(connection_id, undeclared(erp, item.place), archive, use=use) for erp in there if erp not in declared
        }

    def _shown(self, connection_id: int, actor: DeclaredActor, archive: FieldArchive) -> CurrentActor | None:
        """An actor type from archives, where these show that all of it is as declared."""
        told = self._source.archived(connection_id, actor.erp)
        ranks = archive.ranks
        if told is None or not mapping_is_declared(told.mapping, ranks, actor):
            return None
        wanted = _wanted_defaults(actor, archive, told.mapping)
        if not all(_is_shown(told, field_id, field) for field_id, field in wanted.items()):
            return None
        return CurrentActor(told.mapping, {field_id: told.defaults[field_id] for field_id in wanted}, ranks, archive.why_not, archived=True)

    def _actor(self, connection_id: int, actor: DeclaredActor, archive: FieldArchive, *, use: bool) -> CurrentActor | None:
        """An actor type with its declared default values: from archives where these show that all
        of it is as declared; else through the agent, but for the default values that are as
        declared.
        """
        told = self._source.archived(connection_id, actor.erp) if use else None
        shown = self._shown(connection_id, actor, archive) if use else None
        if shown is not None:
            return shown
        mapping = self._source.mapping(connection_id, actor.erp)
        if mapping is None:
            return None
        with shapes.reading("GetActorTypeMapping"):
            wanted = _wanted_defaults(actor, archive, mapping)
        found: dict[int, members.Carrier] = {}
        for field_id, field in wanted.items():
            if told is not None and _is_shown(told, field_id, field):
                found[field_id] = told.defaults[field_id]
                continue
            default = self._source.default(connection_id, actor.erp, field_id)
            if default is not None:
                found[field_id] = default
        return CurrentActor(mapping, found, archive.ranks, archive.why_not)

    def _lists(self, connection_id: int) -> members.Carrier | None:
        return read_list_mappings(self._reading, connection_id)

    def verify(self, connections: t.Sequence[CurrentConnection], choose: Choose) -> None:
        """Read one actor type, one of its default values, and the settings of one connection both
        ways, among those that do not come from the agent.
        """
        used: list[Use] = [use for one in connections for use in self._source.used(one.listed.id, one.actors)]
        self._source.verify(used, choose)
        unconfirmed = [self._as_listed[number] for number in sorted(self._as_listed) if number not in self._confirmed]
        if unconfirmed:
            listed: Connection = choose(unconfirmed)
            self._source.note_settings(listed.id, settings_differences(listed, read_whole_connection(self._reading, listed)))


def declared_secrets(item: DeclaredConnection, fields: ConfigFields) -> set[str]:
    """The secrets in a declared configuration."""
    return set() if item.config is UNSET else secret_values.texts(item.config, known(fields))


def orders_fields(actor: DeclaredActor) -> bool:
    """Whether an order of fields is declared."""
    return actor.order is not UNSET and len(actor.order) > 1


def _defaults_of(actor: DeclaredActor) -> int:
    return sum(field.default is not UNSET for field in actor.fields)


def _wanted_defaults(actor: DeclaredActor, archive: FieldArchive, mapping: members.Carrier) -> dict[int, DeclaredField]:
    """The fields whose default values are declared or, with purge, removed, by ErpFieldId."""
    stored = archive.with_default_settings(field_mapping.field_ids(mapping)) if actor.purge else ()
    try:
        # A field without an id has no default settings yet.
        return {field_id: field for one, field in declared_defaults(mapping, actor, stored) for field_id in [id_of(one)] if field_id}
    except DocumentError:
        # The plan reports a field that does not exist, or refreshes the fields first.
        return {}


def _is_shown(told: ArchivedActor, field_id: int, field: DeclaredField) -> bool:
    """Whether archives show that a default value is as declared."""
    default = told.defaults.get(field_id)
    return default is not None and default_is_declared(default, t.cast(DeclaredDefault, field.default), at(field.place, "default"))
