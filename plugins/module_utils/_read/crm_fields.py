# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads which CRM fields are mapped, if a document declares one that no read mapping names."""

from __future__ import annotations

from .._agent import shapes
from .._model import crm_fields, pattern
from .._model.actor_types import CRM_OF
from .._model.crm_fields import CrmKeys
from .._model.declared import DeclaredConnection
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from .._model.matched import Matched
from .._model.pattern import Pattern
from .._wire import members
from .bulk import Source


def read_crm_keys(declared: DeclaredEnvironment, current: CurrentEnvironment, matched: Matched, source: Source) -> CrmKeys | None:
    """The keys of mapped CRM fields, and the declared ones besides; None if there are none."""
    connections = current.connections_by_id
    mappings = [state.mapping for connection in connections.values() for state in connection.actors.values() if state is not None]
    mappings += [
        mapping
        for one in current.patterns.values()
        if isinstance(one, Pattern)
        for mapping in one.actors.values()
        if isinstance(mapping, dict)
    ]

    def mapping_of(item: DeclaredConnection, erp: str) -> members.Carrier | None:
        number = matched.id_of(item)
        if number is not None:
            state = connections[number].actors.get(erp)
            return None if state is None else state.mapping
        told = current.patterns.get(matched.connector_id(item) or 0)
        mapping = told.actors.get(erp) if isinstance(told, Pattern) else None
        return pattern.unmapped(mapping) if isinstance(mapping, dict) else None

    with shapes.reading("GetActorTypeMapping"):
        known = crm_fields.keys_in(mappings)
        left = crm_fields.unmet([item for item in declared.connections or () if item.present], mapping_of, known)
        # Without connections there are no mappings.
        if not left or not connections:
            return None
        told = source.mapped_crm_fields()
        for erp, keys in (told or {}).items():
            # The keys of an unknown actor type count for each.
            for kind in (CRM_OF[erp],) if erp in CRM_OF else CRM_OF.values():
                known.setdefault(kind, set()).update(keys)
        return CrmKeys(known, [one for one in left if one.key not in known.get(one.kind, ())], told is not None)
