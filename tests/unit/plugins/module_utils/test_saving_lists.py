# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saving list mappings: what is purged is cleared, and only then."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.context import Context
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.list_mappings import save_lists
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import CurrentEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.steps import SaveLists, Target
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedRun, ScriptedTransport

NORWAY = Target("connection", "Norway", 1)
ID = {"ErpConnectionId": 1}


def container(chosen: dict[str, Any] | None) -> dict[str, Any]:
    row = {"ErpListItemId": "10", "ErpListItemName": "Ten", "CrmListItem": chosen}
    mapping = {"ErpListName": "Terms", "ErpActorTypeName": "Customer", "ErpFieldId": 5, "CrmList": None, "ErpCrmListItemMappings": [row]}
    return {"ErpConnectionId": 1, "ErpListItemMappings": [mapping]}


CHOSEN, CLEARED = container({"Id": 3, "Name": "Three"}), container(None)
READ = ("GetConnectionListMappings", ID, CHOSEN)


def saved(purge: bool, *script: tuple[str, Any, Any]) -> None:
    with ScriptedTransport(*script) as transport:
        save_lists(Context(ScriptedRun(transport), CurrentEnvironment(), ()), SaveLists(NORWAY, (), purge))


def test_a_list_that_is_not_declared_is_cleared_where_lists_are_purged() -> None:
    saved(True, READ, ("SaveConnectionListMappings", {"ListMapping": CLEARED}, CLEARED))
    saved(False, READ)


def test_a_server_that_clears_no_list_has_not_taken_it_over() -> None:
    with pytest.raises(errors.NotTakenOver) as caught:
        saved(True, READ, ("SaveConnectionListMappings", {"ListMapping": CLEARED}, CHOSEN))
    assert caught.value.message == (
        'SaveConnectionListMappings: the server accepted the change, but did not take over Terms of connection "Norway".'
    )
