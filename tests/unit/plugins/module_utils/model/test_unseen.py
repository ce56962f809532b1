# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a shown configuration tells of the secrets that it does not show."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.secret_values import unseen

MUST = {"FieldKey": "Must", "FieldType": "Password", "Access": "Mandatory"}
MAY = {"FieldKey": "May", "FieldType": "Password", "Access": "Normal"}
NEW_TYPE = {"FieldKey": "New", "FieldType": "Certificate", "Access": "Normal"}
TEXT = {"FieldKey": "Text", "FieldType": "Text", "Access": "Mandatory"}
MASK = "\u2022" * 8


@pytest.mark.parametrize("blank", [{}, {"May": ""}, {"May": None}], ids=["absent", "blank", "null"])
@pytest.mark.parametrize(
    "values, hidden, suspected, unsure",
    [
        ({"Must": "s"}, "", "", "New"),
        ({"Must": "s", "New": "c"}, "", "", ""),
        ({"Must": ""}, "Must", "May New", ""),
        ({}, "Must", "May New", ""),
        ({"Must": MASK}, "Must", "", "May New"),
        ({"Must": MASK, "New": "c"}, "Must", "", "May"),
        ({"Must": "s", "New": MASK}, "New", "", ""),
        # A key that the connector no longer asks for.
        ({"Must": "", "Old": ""}, "Must", "May New", "Old"),
        ({"Must": "s", "New": "c", "Old": ""}, "", "", ""),
    ],
)
def test_what_is_not_shown(blank: dict[str, Any], values: dict[str, Any], hidden: str, suspected: str, unsure: str) -> None:
    found = unseen({"Text": "", **values, **blank}, [MUST, MAY, NEW_TYPE, TEXT])
    assert set(found.hidden) == set(hidden.split())
    assert set(found.suspected) == set(suspected.split())
    assert set(found.unsure) == set(unsure.split())
    assert found.all == {*hidden.split(), *suspected.split(), *unsure.split()}
