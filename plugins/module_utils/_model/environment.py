# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A whole environment: what a file declares, and what a server reports."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from .._wire import members
    from .connector import Connector
    from .crm_fields import CrmKeys
    from .current import CurrentConnection, Person
    from .declared import DeclaredConnection, DeclaredConnector
    from .engine import DeclaredEngine, EngineStatus
    from .pattern import Foreseen
    from .reference import Reference
    from .unknown import ConfigFields


class DeclaredEnvironment(t.NamedTuple):
    """What a file declares. A section that is None is not declared."""

    engine: DeclaredEngine | None = None
    connectors: tuple[DeclaredConnector, ...] | None = None
    connections: tuple[DeclaredConnection, ...] | None = None
    priority: tuple[Reference, ...] | None = None
    prune: frozenset[str] = frozenset()
    update_secrets: str = "when_changed"
    # In check mode a single task cannot see what the tasks before it would have created; what is missing is then taken for granted.
    assume_missing: bool = False
    # Where the priority stands, for messages.
    priority_place: str = "priority"


@dataclass(frozen=True)
class CurrentEnvironment:
    """What a server reports. A section that is None was not read."""

    engine: EngineStatus | None = None
    connectors: tuple[Connector, ...] | None = None
    connections: tuple[CurrentConnection, ...] | None = None
    # By ErpConnectorId.
    config_fields: t.Mapping[int, ConfigFields] = field(default_factory=dict)
    user_groups: tuple[Person, ...] | None = None
    users: tuple[Person, ...] | None = None
    crm_items: t.Mapping[str, t.Sequence[members.Carrier]] = field(default_factory=dict)
    # Connection ids in the order of priority; 0 is SuperOffice itself.
    priority: tuple[int, ...] | None = None
    # Whether that is the order of priority for certain, and not that in which the server lists connections anyway.
    priority_is_certain: bool = True
    # What a connection of each connector tells of those that are not there yet, by ErpConnectorId.
    patterns: t.Mapping[int, Foreseen] = field(default_factory=dict)
    # The keys of CRM fields that mappings name, by CRM actor type; None where none was declared that the run has not met.
    crm_keys: CrmKeys | None = None
    # Why no order of fields can be read, of connections that do not exist yet.
    ranks_trouble: str = ""

    @functools.cached_property
    def connectors_by_id(self) -> dict[int, Connector]:
        """The connectors that were read."""
        return {connector.id: connector for connector in self.connectors or ()}

    @functools.cached_property
    def connections_by_id(self) -> dict[int, CurrentConnection]:
        """The connections that were read."""
        return {connection.listed.id: connection for connection in self.connections or ()}
