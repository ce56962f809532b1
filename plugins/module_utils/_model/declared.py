# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a document declares, section by section.

Three things are told apart everywhere: a value, ``None`` where a member is cleared, and :data:`UNSET` where nothing is
declared. What is not declared is neither compared nor touched.
"""

from __future__ import annotations

import enum
import typing as t

if t.TYPE_CHECKING:
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
    """A connector. With an id, ``name`` is the name it shall have; without, it is how it is found."""

    place: str
    ref: Reference
    name: Maybe[str] = UNSET
    url: Maybe[str] = UNSET
    present: bool = True
    test: bool = True


class DeclaredAccess(t.NamedTuple):
    """Who may use a connection. Where groups or users are declared, not everyone may."""

    everyone: Maybe[bool] = UNSET
    user_groups: Maybe[tuple[Reference, ...]] = UNSET
    users: Maybe[tuple[Reference, ...]] = UNSET


class DeclaredDefault(t.NamedTuple):
    """What a field gets when an ERP actor is created from CRM. ``value`` None is "no value"; an empty text is a value."""

    value: Maybe[Scalar] = UNSET
    prompt: Maybe[bool] = UNSET
    mandatory: Maybe[bool] = UNSET
    # Whether the value is a template that was never resolved, and therefore not declared.
    unresolved: bool = False


NO_DEFAULT = DeclaredDefault(value=None, prompt=False, mandatory=False)


class DeclaredField(t.NamedTuple):
    """One field of an actor type, by the ERP side's key. ``crm`` None is "mapped to nothing"."""

    place: str
    erp: str
    crm: Maybe[str | None] = UNSET
    direction: Maybe[str] = UNSET
    show: Maybe[bool] = UNSET
    search: Maybe[bool] = UNSET
    default: Maybe[DeclaredDefault] = UNSET


class DeclaredActor(t.NamedTuple):
    """The mapping of one ERP actor type. ``order`` are keys of ERP fields in the order in which they are shown."""

    place: str
    erp: str
    crm: Maybe[str] = UNSET
    enabled: Maybe[bool] = UNSET
    fields: tuple[DeclaredField, ...] = ()
    order: Maybe[tuple[str, ...]] = UNSET
    purge: bool = False


class DeclaredList(t.NamedTuple):
    """The mapping of one ERP list: ERP item to CRM item by name, by id, or to nothing (None)."""

    place: str
    list: str
    items: t.Mapping[str, Reference | None]
    actor: Maybe[str] = UNSET
    purge: bool = False
    # Whether several ERP items may stand for one CRM item, which the administration screen marks as a mistake.
    shared: bool = False


class DeclaredConnection(t.NamedTuple):
    """A connection, with as much of it as is declared."""

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
    # Whether the connection itself is declared elsewhere, so that it is an error when it does not exist.
    elsewhere: bool = False
    # Keys of the configuration whose values are templates that were never resolved, and therefore not among what is declared.
    unresolved: tuple[str, ...] = ()

    @property
    def saves_settings(self) -> bool:
        """Whether anything is declared that stands in the connection itself, besides whether it is active."""
        return any(value is not UNSET for value in (self.connector, self.description, self.access, self.config)) or (
            self.ref.id is not None and self.name is not UNSET
        )
