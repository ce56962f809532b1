# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The steps of a plan, and the tests that the server is asked for before the first of them."""

from __future__ import annotations

import typing as t

from .._model import names
from .._model.declared import DeclaredActor, DeclaredConnection, DeclaredList
from .._wire import duration

# What to do with declared secrets whose stored values cannot be seen; see
# :func:`_model.connection_settings.changed_settings`.
SecretsRule = t.Literal["send", "keep", "ignore"]


class UrlTest(t.NamedTuple):
    """Ask whether a connector answers at a URL."""

    place: str
    url: str


class ConfigTest(t.NamedTuple):
    """Ask whether a connection works with a configuration."""

    place: str
    connector_id: int
    config: t.Mapping[str, str | None]

    def __repr__(self) -> str:
        # Secrets are among the values.
        return f"ConfigTest({self.place!r}, {self.connector_id!r})"


Test = t.Union[UrlTest, ConfigTest]


class SwitchEngine(t.NamedTuple):
    """Start or stop the engine."""

    run: bool

    def __str__(self) -> str:
        return "start the engine" if self.run else "stop the engine"


class SetInterval(t.NamedTuple):
    """Change the engine's interval, in seconds."""

    seconds: int

    def __str__(self) -> str:
        return f"set the interval to {duration.clock(self.seconds)}"


EngineStep = t.Union[SwitchEngine, SetInterval]


class Target(t.NamedTuple):
    """A connector or a connection. The id is None where an earlier step creates it."""

    kind: str
    name: str
    id: int | None

    def __str__(self) -> str:
        return f"{self.kind} {names.called(self.name, self.id)}"


class SaveConnector(t.NamedTuple):
    """Create or change a connector. A member that is None stays as it is."""

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
    # Members of ErpConnection for access, by id.
    access: t.Mapping[str, t.Any]
    secrets: SecretsRule
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
    """Let the server read the fields of a connection from its connector again."""

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
    """Clear the field mappings of undeclared actor types in a new connection."""

    target: Target
    declared: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"clear the field mappings of {self.target} that are not declared"


class SaveDefaults(t.NamedTuple):
    """Change default values of one actor type; with ``purge`` clear the undeclared ones."""

    target: Target
    declared: DeclaredActor

    def __str__(self) -> str:
        return f"set the default values of {self.target}, {self.declared.erp}"


class OrderFields(t.NamedTuple):
    """Change the order of the fields of one actor type."""

    target: Target
    erp: str
    order: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"order the fields of {self.target}, {self.erp}"


class SaveLists(t.NamedTuple):
    """Change the list mappings of a connection; with ``purge`` clear the undeclared ones."""

    target: Target
    declared: tuple[DeclaredList, ...]
    purge: bool

    def __str__(self) -> str:
        return f"map the lists of {self.target}"


class ClearColumns(t.NamedTuple):
    """Clear the server's cached columns of the lists that show mapped fields."""

    target: Target
    owners: tuple[str, ...]

    def __str__(self) -> str:
        return f"clear the cached columns of {self.target}"


class SavePriority(t.NamedTuple):
    """Change the order of priority of the connections."""

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
    """The connection that a step creates or changes; None for any other step, and for a removal."""
    target = None if isinstance(step, Remove) else getattr(step, "target", None)
    return target if isinstance(target, Target) and target.kind == "connection" else None


def creates_connection(step: Step) -> bool:
    """Whether a step creates a connection."""
    return isinstance(step, SaveConnection) and step.target.id is None
