# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A whole environment: declared by a document, and as it is on the server."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass, field

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
    """The declarations of a document. A section that is None is not declared."""

    engine: DeclaredEngine | None = None
    connectors: tuple[DeclaredConnector, ...] | None = None
    connections: tuple[DeclaredConnection, ...] | None = None
    priority: tuple[Reference, ...] | None = None
    prune: frozenset[str] = frozenset()
    update_secrets: str = "when_changed"
    # In check mode a task assumes that what earlier tasks would create exists.
    assume_missing: bool = False
    # The place of the priority, for messages.
    priority_place: str = "priority"
    # Whether the server has list mappings; if not, none is declared, and none is pruned.
    has_lists: bool = True


@dataclass(frozen=True)
class CurrentEnvironment:
    """An environment on the server. A section that is None was not read."""

    engine: EngineStatus | None = None
    connectors: tuple[Connector, ...] | None = None
    connections: tuple[CurrentConnection, ...] | None = None
    # By ErpConnectorId.
    config_fields: t.Mapping[int, ConfigFields] = field(default_factory=dict)
    user_groups: tuple[Person, ...] | None = None
    users: tuple[Person, ...] | None = None
    crm_items: t.Mapping[str, t.Sequence[members.Carrier]] = field(default_factory=dict)
    # Connection ids, highest priority first; 0 is SuperOffice itself.
    priority: tuple[int, ...] | None = None
    # Whether that is certainly the priority, and not the usual order of a listing.
    priority_is_certain: bool = True
    # Predictions for new connections, by ErpConnectorId.
    patterns: t.Mapping[int, Foreseen] = field(default_factory=dict)
    # CRM field keys that mappings use, by CRM actor type; None if no unknown key is declared.
    crm_keys: CrmKeys | None = None
    # Why the order of fields of new connections cannot be read.
    ranks_trouble: str = ""

    @functools.cached_property
    def connectors_by_id(self) -> dict[int, Connector]:
        """The connectors that were read."""
        return {connector.id: connector for connector in self.connectors or ()}

    @functools.cached_property
    def connections_by_id(self) -> dict[int, CurrentConnection]:
        """The connections that were read."""
        return {connection.listed.id: connection for connection in self.connections or ()}
