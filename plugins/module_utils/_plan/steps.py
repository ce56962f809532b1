# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The steps that a plan is made of, and what they are about."""

from __future__ import annotations

import typing as t

from .._model import names
from .._model.declared import DeclaredActor, DeclaredConnection, DeclaredList
from .engine import SetInterval, SwitchEngine


class Target(t.NamedTuple):
    """A connector or a connection: with its id, or, where an earlier step creates it, by its name alone."""

    kind: str
    name: str
    id: int | None

    def __str__(self) -> str:
        return f'{self.kind} "{names.readable(self.name)}"'


class SaveConnector(t.NamedTuple):
    """Create or change a connector. What is None stays as it is."""

    target: Target
    name: str | None
    url: str | None

    def __str__(self) -> str:
        return f"{'create' if self.target.id is None else 'change'} {self.target}"


class SaveConnection(t.NamedTuple):
    """Create or change a connection's own settings."""

    target: Target
    declared: DeclaredConnection
    connector: Target | None
    # Members of ErpConnection for access, names already resolved.
    access: t.Mapping[str, t.Any]
    # Whether to leave declared secrets out: they count for new connections only.
    without_secrets: bool
    test: bool

    def __str__(self) -> str:
        return f"{'create' if self.target.id is None else 'change'} {self.target}"


class SetActive(t.NamedTuple):
    """Activate or deactivate a connection."""

    target: Target
    active: bool

    def __str__(self) -> str:
        return f"{'activate' if self.active else 'deactivate'} {self.target}"


class RefreshFields(t.NamedTuple):
    """Have the server read the fields of a connection anew from its connector."""

    target: Target

    def __str__(self) -> str:
        return f"read the fields of {self.target} again"


class SaveActor(t.NamedTuple):
    """Change the field mappings of one actor type."""

    target: Target
    declared: DeclaredActor

    def __str__(self) -> str:
        return f"map the fields of {self.target}, {self.declared.erp}"


class PruneActors(t.NamedTuple):
    """Clear the field mappings of the actor types that are not declared, of a connection that an earlier step creates."""

    target: Target
    declared: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"clear the field mappings of {self.target} that are not declared"


class SaveDefaults(t.NamedTuple):
    """Change the default values of fields of one actor type; with ``purge`` also those that are not declared."""

    target: Target
    declared: DeclaredActor

    def __str__(self) -> str:
        return f"set the default values of {self.target}, {self.declared.erp}"


class OrderFields(t.NamedTuple):
    """Bring fields of one actor type into another order."""

    target: Target
    erp: str
    order: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"order the fields of {self.target}, {self.erp}"


class SaveLists(t.NamedTuple):
    """Change the list mappings of a connection; with ``purge`` also those that are not declared."""

    target: Target
    declared: tuple[DeclaredList, ...]
    purge: bool

    def __str__(self) -> str:
        return f"map the lists of {self.target}"


class ClearColumns(t.NamedTuple):
    """Have the server forget the columns that it has cached of the lists that show mapped fields."""

    target: Target
    owners: tuple[str, ...]

    def __str__(self) -> str:
        return f"clear the cached columns of {self.target}"


class SavePriority(t.NamedTuple):
    """Bring the connections into another order of priority."""

    order: tuple[Target, ...]

    def __str__(self) -> str:
        return "order the connections by priority"


class Remove(t.NamedTuple):
    """Remove a connector or a connection."""

    target: Target

    def __str__(self) -> str:
        return f"remove {self.target}"


Step = t.Union[
    SwitchEngine,
    SetInterval,
    SaveConnector,
    SaveConnection,
    SetActive,
    RefreshFields,
    SaveActor,
    PruneActors,
    SaveDefaults,
    OrderFields,
    SaveLists,
    ClearColumns,
    SavePriority,
    Remove,
]


def connection_of(step: Step) -> Target | None:
    """The connection that a step creates or changes; None for a step that is about something else, and for a removal."""
    target = None if isinstance(step, Remove) else getattr(step, "target", None)
    return target if isinstance(target, Target) and target.kind == "connection" else None


def creates_connection(step: Step) -> bool:
    """Whether a step creates a connection."""
    return isinstance(step, SaveConnection) and step.target.id is None
