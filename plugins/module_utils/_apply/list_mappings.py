# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Changes list mappings."""

from __future__ import annotations

import functools

from .._agent import shapes
from .._model import list_mapping
from .._plan.steps import SaveLists
from .._read.lists import read_crm_items
from .._wire import members
from .context import Context
from .saving import save


def save_lists(context: Context, step: SaveLists) -> None:
    """Change the list mappings of a connection."""
    connection_id = context.id_of(step.target)
    container: members.Carrier = context.reading.get_connection_list_mappings(connection_id) or {}
    with shapes.reading("GetConnectionListMappings"):
        items = {}
        for wanted in list_mapping.crm_list_names(container, step.declared):
            mapping = functools.partial(context.reading.get_actor_type_mapping, connection_id, wanted.actor)
            items[wanted.key] = context.crm_items(wanted.key, functools.partial(read_crm_items, context.run.lookups, wanted, mapping))
        carrier, changes = list_mapping.overlay(container, step.declared, items, purge=step.purge)
    if not changes:
        return

    def differing(saved: members.Carrier) -> list[str]:
        _carrier, left = list_mapping.overlay(saved, step.declared, items, purge=step.purge)
        return [change.list for change in left]

    save(context, step.target, "SaveConnectionListMappings", context.writing.save_connection_list_mappings, carrier, differing)
