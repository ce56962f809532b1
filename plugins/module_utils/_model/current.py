# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""An installation's environment as a server reports it, of the sections that were read.

Carriers are kept whole, as they came: what is saved later is the carrier with what is declared laid over it.
"""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass, field

from . import wire
from .connection import Connection
from .connector import Connector
from .engine import EngineStatus


@dataclass(frozen=True)
class CurrentActor:
    """One actor type of a connection: its mapping, and what was read of its fields, by ErpFieldId."""

    mapping: wire.Carrier
    defaults: t.Mapping[int, wire.Carrier] = field(default_factory=dict)
    ranks: t.Mapping[int, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class CurrentConnection:
    """One connection, with as much of it as was read. ``carrier`` is the whole ErpConnection where settings are declared."""

    listed: Connection
    carrier: wire.Carrier | None = None
    # Whether the connection does not work as it is saved, but would with the declared secrets, which the server does not show.
    secrets_outdated: bool = False
    actors: t.Mapping[str, CurrentActor | None] = field(default_factory=dict)
    # None where they were not read, or the web services have none.
    lists: wire.Carrier | None = None
    # Actor types that have mappings; read only where mappings that are not declared shall go.
    actor_types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """A user group or a user: id, and the stored names by which it can be meant."""

    id: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class CurrentEnvironment:
    """What a server reports. A section that is None was not read."""

    engine: EngineStatus | None = None
    connectors: tuple[Connector, ...] | None = None
    connections: tuple[CurrentConnection, ...] | None = None
    # By ErpConnectorId.
    config_fields: t.Mapping[int, t.Sequence[wire.Carrier]] = field(default_factory=dict)
    user_groups: tuple[Person, ...] | None = None
    users: tuple[Person, ...] | None = None
    crm_items: t.Mapping[str, t.Sequence[wire.Carrier]] = field(default_factory=dict)
    # Connection ids in the order of priority; 0 is SuperOffice itself.
    priority: tuple[int, ...] | None = None

    @functools.cached_property
    def connectors_by_id(self) -> dict[int, Connector]:
        """The connectors that were read."""
        return {connector.id: connector for connector in self.connectors or ()}

    @functools.cached_property
    def connections_by_id(self) -> dict[int, CurrentConnection]:
        """The connections that were read."""
        return {connection.listed.id: connection for connection in self.connections or ()}
