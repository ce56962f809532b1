# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads what a plan needs of one connection: settings, hidden secrets, mappings, lists."""

from __future__ import annotations

import functools
import typing as t

from .._agent.lookups import FieldArchive, Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._model import field_mapping, secret_values
from .._model.checks import DocumentError
from .._model.connection import Connection
from .._model.connection_settings import changed_settings
from .._model.current import CurrentActor, CurrentConnection
from .._model.declared import UNSET, DeclaredActor, DeclaredConnection
from .._model.declared_fields import declared_defaults
from .._model.environment import DeclaredEnvironment
from .._model.matched import Matched
from .._model.order import id_of
from .._model.secret_values import unseen
from .._model.unknown import ConfigFields, Unknown, known
from .._wire import members
from .connections import read_actor_types, read_whole_connection
from .mappings import read_actor_state, read_list_mappings


class ConnectionReader:
    """Reads the connections that a document declares, each as far as it declares it."""

    def __init__(
        self,
        declared: DeclaredEnvironment,
        matched: Matched,
        config_fields: t.Mapping[int, ConfigFields],
        reading: ReadingAgent,
        lookups: Lookups,
        secrets: set[str],
    ) -> None:
        """
        :param config_fields: by ErpConnectorId.
        :param secrets: collects the secrets of configurations, declared and saved ones.
        """
        self._declared = declared
        self._matched = matched
        self._config_fields = config_fields
        self._reading = reading
        self._lookups = lookups
        self._secrets = secrets

    def read(self, listed: Connection) -> CurrentConnection:
        """A listed connection with what its declaration needs; just as listed if it has none."""
        item = self._matched.items.get(listed.id)
        if item is None or not item.present:
            return CurrentConnection(listed)
        carrier, outdated = self._settings(listed, item) if item.saves_settings else (None, False)
        prune = "mappings" in self._declared.prune
        actor_types = read_actor_types(self._reading, listed.id) if prune else ()
        wanted: dict[str, DeclaredActor] = {erp: DeclaredActor(place="", erp=erp, purge=True) for erp in actor_types}
        wanted.update({actor.erp: actor._replace(purge=actor.purge or prune) for actor in item.actors})
        archive = FieldArchive({})
        if any(actor.purge or orders_fields(actor) for actor in wanted.values()):
            archive = self._lookups.field_archive(listed.id)
        actors = {erp: self._actor(listed.id, actor, archive) for erp, actor in wanted.items()}
        lists = self._lists(listed.id, item) if item.lists or prune else None
        return CurrentConnection(listed, carrier, outdated, actors, lists, actor_types, ranks_trouble=archive.why_not)

    def _settings(self, listed: Connection, item: DeclaredConnection) -> tuple[members.Carrier, bool]:
        """The whole ErpConnection, and whether its saved secrets are outdated."""
        carrier = read_whole_connection(self._reading, listed).whole or {}
        moves = self._matched.moves(item, listed)
        old_fields = self._config_fields[listed.connector_id]
        fields = self._config_fields.get(self._matched.connector_id(item) or 0, Unknown(later=True)) if moves else old_fields
        stored = members.carrier(carrier, "ConfigFields") or {}
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

    def _actor(self, connection_id: int, actor: DeclaredActor, archive: FieldArchive) -> CurrentActor | None:
        return read_actor_state(self._reading, connection_id, actor.erp, archive, functools.partial(_default_ids, actor, archive))

    def _lists(self, connection_id: int, item: DeclaredConnection) -> members.Carrier | None:
        try:
            return read_list_mappings(self._reading, connection_id)
        except errors.NotInVersion:
            # Web services without list mappings have none to prune.
            if item.lists:
                raise
            return None


def declared_secrets(item: DeclaredConnection, fields: ConfigFields) -> set[str]:
    """The secrets in a declared configuration."""
    return set() if item.config is UNSET else secret_values.texts(item.config, known(fields))


def orders_fields(actor: DeclaredActor) -> bool:
    """Whether an order of fields is declared."""
    return actor.order is not UNSET and len(actor.order) > 1


def _default_ids(actor: DeclaredActor, archive: FieldArchive, mapping: members.Carrier) -> list[int]:
    """The fields whose default values are declared or, with purge, removed."""
    stored = archive.with_default_settings(field_mapping.field_ids(mapping)) if actor.purge else ()
    try:
        # A field without an id has no default settings yet.
        return [field_id for field, _declared in declared_defaults(mapping, actor, stored) for field_id in [id_of(field)] if field_id]
    except DocumentError:
        # The plan reports a field that does not exist, or refreshes the fields first.
        return []
