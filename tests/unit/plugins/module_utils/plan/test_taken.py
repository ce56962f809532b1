# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server has not taken over of a default value, and what the ERP system has decided by itself."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import DeclaredDefault
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.taken import default_not_taken

ON = {"HasFirstSyncDefaultValue": True, "FirstSyncDefaultValue": "7", "PromptUser": True, "Mandatory": True}
OFF = {"HasFirstSyncDefaultValue": False, "FirstSyncDefaultValue": None, "PromptUser": False, "Mandatory": False}
SET, UNSET = DeclaredDefault("7", True, True), DeclaredDefault(None, False, False)
ALL = ["value", "prompt", "mandatory"]


@pytest.mark.parametrize(
    ("declared", "shown", "left"),
    [
        (SET, ON, []),
        (UNSET, OFF, []),
        (SET, OFF, ALL),
        (UNSET, ON, ALL),
        # What is not told may be right.
        (SET, {}, []),
        # Secrets are not compared.
        (UNSET, {**ON, "FieldType": "Password"}, ALL[1:]),
        # The ERP system demands the field: it stays mandatory, and nothing else does.
        (UNSET, {**ON, "Access": "Mandatory"}, ALL[:2]),
        (SET, {**OFF, "Access": "Mandatory"}, ALL),
    ],
)
def test_what_is_not_taken_over(declared: DeclaredDefault, shown: dict[str, Any], left: list[str]) -> None:
    assert default_not_taken(declared, {"FieldType": "Text", "Access": "Normal", **shown}) == left
