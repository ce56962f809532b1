# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""List mappings: which item of an ERP list stands for which item of a CRM list."""

from __future__ import annotations

import typing as t

from . import names, wire


def lists_as_result(container: wire.Carrier) -> list[dict[str, t.Any]]:
    """The lists of an ErpConnectionListMappingContainer in the collection's words.

    :raises wire.WireError: where a member is of another type.
    """
    return [_list(mapping) for mapping in wire.carriers(container, "ErpListItemMappings") or []]


def _list(mapping: wire.Carrier) -> dict[str, t.Any]:
    crm_list = wire.carrier(mapping, "CrmList")
    return {
        "list": wire.text(mapping, "ErpListName"),
        "actor": wire.text(mapping, "ErpActorTypeName"),
        "field_id": wire.number(mapping, "ErpFieldId"),
        "crm_list": None if crm_list is None else names.readable(wire.text(crm_list, "Name")),
        "mapped_items": [_item(item) for item in wire.carriers(mapping, "ErpCrmListItemMappings") or []],
    }


def _item(item: wire.Carrier) -> dict[str, t.Any]:
    chosen = wire.carrier(item, "CrmListItem")
    # No selection can be null, or an item with the id 0: which of them is not documented.
    crm_id = wire.number(chosen, "Id") if chosen is not None else None
    return {
        "erp": wire.text(item, "ErpListItemId"),
        "erp_name": names.readable(wire.text(item, "ErpListItemName")),
        "crm_id": crm_id or None,
        "crm": names.readable(wire.text(chosen, "Name")) if chosen is not None and crm_id else None,
    }
