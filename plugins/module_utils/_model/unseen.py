# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a server does not show of a configuration.

A member that is left out is judged like one that is blank: either may stand in place of a stored secret.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._wire import members
from . import configuration


@dataclass(frozen=True)
class Unknown:
    """What could not be read.

    Of configuration fields: which values are secret is not known, and which are missing neither. Of mappings and lists of another
    connection: which fields, values and items there are.
    """

    # A sentence of the server's, or empty.
    why: str = ""
    # Whether an earlier step makes them known: one that creates the connector, or changes its URL.
    later: bool = False


# What a connector says of its configuration.
ConfigFields = t.Union[t.Sequence[members.Carrier], Unknown]


def known(fields: ConfigFields) -> t.Sequence[members.Carrier]:
    """The fields, none where they are unknown; for whoever takes all that no field speaks of for a secret."""
    return () if isinstance(fields, Unknown) else fields


class Unseen(t.NamedTuple):
    """Keys of secrets whose stored values the server does not show."""

    # A mask, or a blank where the connector demands a value.
    hidden: frozenset[str]
    # A blank where no value is demanded, from a server that hides others.
    suspected: frozenset[str]
    # A blank where no value is demanded, and nothing tells whether the server hides secrets.
    unsure: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return self.hidden | self.suspected | self.unsure


def unseen(values: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier]) -> Unseen:
    """What is not shown of a stored configuration."""
    kinds = {members.text(field, "FieldKey") or "": members.text(field, "FieldType") for field in fields}
    mandatory = {members.text(field, "FieldKey") or "" for field in fields if members.text(field, "Access") == "Mandatory"}
    secret = configuration.secret_keys(fields)
    blank = {key for key in secret if not values.get(key)}
    masked = {key for key in secret if configuration.is_mask(values.get(key))}
    # A server that gives back one secret of a type shows that another one of this type has no value.
    shown = {kinds[key] for key in secret - blank - masked}
    optional = {key for key in blank - mandatory if kinds[key] not in shown}
    # A key that the connector no longer asks for has no type by which a server could hide it.
    stale = {key for key, value in values.items() if key not in kinds and not value and not shown}
    hides = bool(blank & mandatory)
    return Unseen(
        hidden=frozenset(masked | (blank & mandatory)),
        suspected=frozenset(optional if hides else ()),
        unsure=frozenset(stale if hides else optional | stale),
    )
