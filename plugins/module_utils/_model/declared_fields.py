# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Declared actor types beside the existing ones: default values to set, and fields to refresh."""

from __future__ import annotations

import typing as t

from .._wire import members
from . import field_mapping, order
from .checks import DocumentError, at
from .current import CurrentActor
from .declared import NO_DEFAULT, UNSET, DeclaredActor, DeclaredField


def undeclared(erp: str, place: str) -> DeclaredActor:
    """The declaration with which pruning clears an undeclared actor type."""
    return DeclaredActor(place=f"{at(place, 'actors')} ({erp}, not declared)", erp=erp, enabled=False, purge=True)


def declared_defaults(
    mapping: members.Carrier, actor: DeclaredActor, known: t.Collection[int]
) -> list[tuple[members.Carrier, DeclaredField]]:
    """The fields whose default values are declared or purged, each with its ErpSyncFieldMapping.

    :param known: ids of the fields that have default settings.
    :raises DocumentError: for an unknown field.
    """
    if not actor.purge and all(field.default is UNSET for field in actor.fields):
        return []
    fields = members.carriers(mapping, "FieldMappings") or []
    index = field_mapping.FieldIndex(fields)
    listed = {index.find(field.erp, field.place): field for field in actor.fields}
    chosen = [(fields[number], field) for number, field in listed.items() if field.default is not UNSET]
    if actor.purge:
        wanted = set(known)
        for number, one in enumerate(fields):
            # A field without an id has no default settings.
            if order.id_of(one) in wanted and number not in listed:
                key = order.key_of(one)
                chosen.append((one, DeclaredField(f"{actor.place}, {key}", key, default=NO_DEFAULT)))
    return chosen


def needs_refresh(actor: DeclaredActor, state: CurrentActor | None) -> bool:
    """Whether a declared field is unknown, or was missing when the fields were last read."""
    if state is None:
        return True
    fields = members.carriers(state.mapping, "FieldMappings") or []
    index = field_mapping.FieldIndex(fields)
    try:
        return any(members.flag(fields[index.find(declared.erp, declared.place)], "MissingInERP") for declared in actor.fields)
    except DocumentError:
        return True
