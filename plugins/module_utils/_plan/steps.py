# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The steps that a plan is made of, and what they are about."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._model import names
from .._model.declared import DeclaredActor, DeclaredConnection, DeclaredList
from .engine import SetInterval, SwitchEngine


@dataclass(frozen=True)
class Target:
    """A connector or a connection: with its id, or, where an earlier step creates it, by its name alone."""

    kind: str
    name: str
    id: int | None

    def __str__(self) -> str:
        return f'{self.kind} "{names.readable(self.name)}"'


@dataclass(frozen=True)
class SaveConnector:
    """Create or change a connector. What is None stays as it is."""

    target: Target
    name: str | None
    url: str | None

    def __str__(self) -> str:
        return f"{'create' if self.target.id is None else 'change'} {self.target}"


@dataclass(frozen=True)
class SaveConnection:
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


@dataclass(frozen=True)
class SetActive:
    """Activate or deactivate a connection."""

    target: Target
    active: bool

    def __str__(self) -> str:
        return f"{'activate' if self.active else 'deactivate'} {self.target}"


@dataclass(frozen=True)
class RefreshFields:
    """Have the server read the fields of a connection anew from its connector."""

    target: Target

    def __str__(self) -> str:
        return f"read the fields of {self.target} again"


@dataclass(frozen=True)
class SaveActor:
    """Change the field mappings of one actor type."""

    target: Target
    declared: DeclaredActor

    def __str__(self) -> str:
        return f"map the fields of {self.target}, {self.declared.erp}"


@dataclass(frozen=True)
class PruneActors:
    """Clear the field mappings of the actor types that are not declared, of a connection that an earlier step creates."""

    target: Target
    declared: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"clear the field mappings of {self.target} that are not declared"


@dataclass(frozen=True)
class SaveDefaults:
    """Change the default values of fields of one actor type; with ``purge`` also those that are not declared."""

    target: Target
    declared: DeclaredActor

    def __str__(self) -> str:
        return f"set the default values of {self.target}, {self.declared.erp}"


@dataclass(frozen=True)
class OrderFields:
    """Bring fields of one actor type into another order."""

    target: Target
    erp: str
    order: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"order the fields of {self.target}, {self.erp}"


@dataclass(frozen=True)
class SaveLists:
    """Change the list mappings of a connection; with ``purge`` also those that are not declared."""

    target: Target
    declared: tuple[DeclaredList, ...]
    purge: bool

    def __str__(self) -> str:
        return f"map the lists of {self.target}"


@dataclass(frozen=True)
class ClearColumns:
    """Have the server forget the columns that it has cached of the lists that show mapped fields."""

    target: Target
    owners: tuple[str, ...]

    def __str__(self) -> str:
        return f"clear the cached columns of {self.target}"


@dataclass(frozen=True)
class SavePriority:
    """Bring the connections into another order of priority."""

    order: tuple[Target, ...]

    def __str__(self) -> str:
        return "order the connections by priority"


@dataclass(frozen=True)
class Remove:
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
