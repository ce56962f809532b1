# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The declarations of a document, section by section.

A member has a value, is ``None`` to be cleared, or :data:`UNSET` if it is not declared. Undeclared
members are neither compared nor changed.
"""

from __future__ import annotations

import enum
import typing as t

from .reference import Reference


class Unset(enum.Enum):
    """The type of :data:`UNSET`."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: t.Final = Unset.UNSET

T = t.TypeVar("T")
Maybe = t.Union[T, Unset]

# A configuration value, or a default value, as YAML gives it.
Scalar = t.Union[str, int, float, bool, None]


class DeclaredConnector(t.NamedTuple):
    """A connector. With an id, ``name`` is its new name; without, it identifies the connector."""

    place: str
    ref: Reference
    name: Maybe[str] = UNSET
    url: Maybe[str] = UNSET
    present: bool = True
    test: bool = True


class DeclaredAccess(t.NamedTuple):
    """Who may use a connection. Declared groups or users exclude everyone else."""

    everyone: Maybe[bool] = UNSET
    user_groups: Maybe[tuple[Reference, ...]] = UNSET
    users: Maybe[tuple[Reference, ...]] = UNSET


class DeclaredDefault(t.NamedTuple):
    """The default value of a field, for ERP actors created from CRM.

    ``value`` None means no value; an empty text is a value.
    """

    value: Maybe[Scalar] = UNSET
    prompt: Maybe[bool] = UNSET
    mandatory: Maybe[bool] = UNSET
    # Whether the value is an unresolved template, which counts as not declared.
    unresolved: bool = False


NO_DEFAULT = DeclaredDefault(value=None, prompt=False, mandatory=False)


class DeclaredField(t.NamedTuple):
    """One field of an actor type, by its ERP key. ``crm`` None means not mapped."""

    place: str
    erp: str
    crm: Maybe[str | None] = UNSET
    direction: Maybe[str] = UNSET
    show: Maybe[bool] = UNSET
    search: Maybe[bool] = UNSET
    default: Maybe[DeclaredDefault] = UNSET


class DeclaredActor(t.NamedTuple):
    """The mapping of one ERP actor type. ``order`` holds keys of ERP fields in display order."""

    place: str
    erp: str
    crm: Maybe[str] = UNSET
    enabled: Maybe[bool] = UNSET
    fields: tuple[DeclaredField, ...] = ()
    order: Maybe[tuple[str, ...]] = UNSET
    purge: bool = False


class DeclaredList(t.NamedTuple):
    """The mapping of one ERP list: ERP item to CRM item by name or id, or to None."""

    place: str
    list: str
    items: t.Mapping[str, Reference | None]
    actor: Maybe[str] = UNSET
    purge: bool = False
    # Whether several ERP items may map to one CRM item, an error to the administration screen.
    shared: bool = False


class DeclaredConnection(t.NamedTuple):
    """A connection, as far as it is declared."""

    place: str
    ref: Reference
    name: Maybe[str] = UNSET
    connector: Maybe[Reference] = UNSET
    description: Maybe[str | None] = UNSET
    active: Maybe[bool] = UNSET
    access: Maybe[DeclaredAccess] = UNSET
    config: Maybe[t.Mapping[str, Scalar]] = UNSET
    actors: tuple[DeclaredActor, ...] = ()
    lists: tuple[DeclaredList, ...] = ()
    present: bool = True
    test: bool = True
    refresh_fields: bool = False
    # Whether another task declares the connection itself, so that a missing one is an error.
    elsewhere: bool = False
    # Configuration keys whose values are unresolved templates, which count as not declared.
    unresolved: tuple[str, ...] = ()

    @property
    def saves_settings(self) -> bool:
        """Whether a setting of the connection itself, other than ``active``, is declared."""
        return any(value is not UNSET for value in (self.connector, self.description, self.access, self.config)) or (
            self.ref.id is not None and self.name is not UNSET
        )
