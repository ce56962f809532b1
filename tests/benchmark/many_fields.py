# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table of 217 fields, a realistic number, of which twenty move to other places."""

from __future__ import annotations

from installation import Json

FIELDS, ELSEWHERE, PLACES = 217, 20, 98
# The number of moves, by how far a server moves a field at a time.
MOVES = {"one": ELSEWHERE * PLACES, "direction": ELSEWHERE}
SETTINGS = {"archive_page_size": 1000}


def keys() -> list[str]:
    """The keys of the fields in their present order."""
    return [f"FIELD{number:03}" for number in range(FIELDS)]


def state(found: Json) -> Json:
    """A stand-in's state with the table in place of the customer's fields of one connection."""
    whose = {"ErpConnectionId": 1, "ActorTypeErp": "Customer"}
    template = next(field for field in found["fields"] if field.items() >= whose.items())
    others = [field for field in found["fields"] if not field.items() >= whose.items()]
    plain = {"CrmFieldKey": "", "SyncToCrm": False, "SyncToErp": False, "ShowInGui": True, "ShowInSearch": False, "Access": "Normal"}
    fields = [
        {**template, **plain, "ErpFieldId": 100_000 + rank, "ErpFieldKey": key, "Rank": rank} for rank, key in enumerate(keys(), start=1)
    ]
    return {**found, "fields": [*others, *fields], "list_items": []}


def task() -> list[Json]:
    """The task that brings the fields into order."""
    order = keys()
    for place in range(ELSEWHERE):
        order.insert(PLACES + place, order.pop(2 * PLACES + place))
    return [{"superoffice.erpsync.erpsync_field_mapping": {"connection": "Visma Norway", "erp": "Customer", "order": order}}]


def calls(moves: int) -> int:
    """The number of requests: list, 2 mappings, 4 orders, who changed them, moves, clearing cached columns."""
    return 1 + 2 + 4 + 1 + moves + 1
