# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Finds the connections and connectors that a document means."""

from __future__ import annotations

import typing as t

from .connection import Connection
from .connector import Connector
from .declared import UNSET, DeclaredConnection
from .environment import DeclaredEnvironment
from .find_by_name import Things
from .renames import names_afterwards, readdressed


class Matched:
    """The declared connections beside those on the server.

    :raises DocumentError: for a name that is ambiguous, or an id that does not exist.
    """

    def __init__(self, declared: DeclaredEnvironment, connections: t.Sequence[Connection], connectors: t.Sequence[Connector]) -> None:
        there = Things("connection", connections)
        found = ((_find(there, item), item) for item in declared.connections or ())
        # By ErpConnectionId.
        self.items: dict[int, DeclaredConnection] = {one.id: item for one, item in found if one is not None}
        self._ids = {id(item): number for number, item in self.items.items()}
        self._connectors = Things("connector", names_afterwards(declared.connectors or (), connectors))
        self._declared_connectors = declared.connectors or ()
        # Declared connections that do not exist yet.
        self.new = [item for item in declared.connections or () if item.present and id(item) not in self._ids]

    def id_of(self, item: DeclaredConnection) -> int | None:
        """The id of a declared connection; None if it does not exist yet."""
        return self._ids.get(id(item))

    def connector_id(self, item: DeclaredConnection) -> int | None:
        """The id of the declared connector; None if none is declared, or it does not exist yet."""
        if item.connector is UNSET:
            return None
        found = self._connectors.find(item.connector, f"{item.place}.connector")
        return None if found is None else found.id

    def moves(self, item: DeclaredConnection, listed: Connection) -> bool:
        """Whether a connection moves to another connector, which may not exist yet."""
        return item.connector is not UNSET and self.connector_id(item) != listed.connector_id

    def readdressed(self) -> set[int]:
        """The ids of the connectors whose URL changes: what answers there may change as well."""
        return readdressed(self._declared_connectors, self._connectors)


def _find(there: Things[Connection], item: DeclaredConnection) -> Connection | None:
    if not item.present and item.ref.name is None:
        return there.by_id(item.ref.id)
    return there.find(item.ref, item.place)
