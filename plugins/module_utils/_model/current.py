# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections as a server reports them, as far as they were read.

Carriers are kept whole, as they came: what is saved later is the carrier with what is declared laid over it.
"""

from __future__ import annotations

import typing as t
from types import MappingProxyType

if t.TYPE_CHECKING:
    from .._wire import members
    from .connection import Connection


class CurrentActor(t.NamedTuple):
    """One actor type of a connection: its mapping, and what was read of its fields, by ErpFieldId."""

    mapping: members.Carrier
    defaults: t.Mapping[int, members.Carrier] = MappingProxyType({})
    ranks: t.Mapping[int, int | None] = MappingProxyType({})
    # Why no ranks can be read; blank where they can, or were not asked for.
    ranks_trouble: str = ""


class CurrentConnection(t.NamedTuple):
    """One connection, with as much of it as was read. ``carrier`` is the whole ErpConnection where settings are declared."""

    listed: Connection
    carrier: members.Carrier | None = None
    # Whether the connection does not work as it is saved, but would with the declared secrets, which the server does not show.
    secrets_outdated: bool = False
    actors: t.Mapping[str, CurrentActor | None] = MappingProxyType({})
    # None where they were not read, or the web services have none.
    lists: members.Carrier | None = None
    # Actor types that have mappings; read only where mappings that are not declared shall go.
    actor_types: tuple[str, ...] = ()
    # Why the order of its fields cannot be read; blank where it can, or was not asked for.
    ranks_trouble: str = ""


class Person(t.NamedTuple):
    """A user group or a user: id, and the stored names by which it can be meant."""

    id: int
    names: tuple[str, ...]
