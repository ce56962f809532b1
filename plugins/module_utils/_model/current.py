# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections as they are on the server, as far as they were read.

Carriers are kept whole: saving lays the declared values over them.
"""

from __future__ import annotations

import typing as t
from types import MappingProxyType

from .._wire import members
from .connection import Connection


class CurrentActor(t.NamedTuple):
    """One actor type of a connection: its mapping, and details of its fields by ErpFieldId."""

    mapping: members.Carrier
    defaults: t.Mapping[int, members.Carrier] = MappingProxyType({})
    ranks: t.Mapping[int, int | None] = MappingProxyType({})
    # Why the ranks cannot be read; blank if they can, or were not needed.
    ranks_trouble: str = ""
    # Whether the mapping comes from archives, which lack some of its members.
    archived: bool = False


class CurrentConnection(t.NamedTuple):
    """One connection, as far as it was read.

    ``carrier`` is the whole ErpConnection if settings are declared.
    """

    listed: Connection
    carrier: members.Carrier | None = None
    # Whether the saved connection fails, but works with the declared secrets, which are hidden.
    secrets_outdated: bool = False
    actors: t.Mapping[str, CurrentActor | None] = MappingProxyType({})
    # None if they were not read, or the web services have none.
    lists: members.Carrier | None = None
    # Actor types that have mappings; read only to prune mappings.
    actor_types: tuple[str, ...] = ()
    # Why the order of its fields cannot be read; blank if it can, or was not needed.
    ranks_trouble: str = ""


class Person(t.NamedTuple):
    """A user group or a user: its id, and the stored names that may refer to it."""

    id: int
    names: tuple[str, ...]
