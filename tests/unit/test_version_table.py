# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to a mixed fleet: its table is the one that the code makes. What it says of an inventory is followed in test_guides.py."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

TOOL = COLLECTION / "tools" / "version_table.py"
GUIDE = COLLECTION / "docs" / "docsite" / "rst" / "guide_fleet_versions.rst"
_WHOLE = TOOL.is_file() and GUIDE.is_file()
pytestmark = pytest.mark.skipif(not _WHOLE, reason="guides and tools are not part of this copy of the collection")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("version_table", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_what_the_code_says(tool: ModuleType) -> None:
    assert GUIDE.read_text(encoding="utf-8") == tool.guide()
    assert tool.table().count("\n   * - ") == 1 + len(tool.FEATURES)


def test_the_words_of_the_table(tool: ModuleType) -> None:
    assert [group[0] for group in tool.columns()] == [75, 86, 88]
    rows = {name: [tool.row(needs, version) for version in (75, 85, 86, 87, 88)] for name, needs in tool.FEATURES.items()}
    assert rows["The engine: ``erpsync_engine``"] == ["yes"] * 5
    assert rows["Users named in full: ``access.users``"] == ["no", "no", "yes", "yes", "yes"]
    assert rows["List mappings: ``erpsync_list_mapping``, ``lists``"] == ["no", "no", "yes", "yes", "yes"]
    assert rows["The list behind a field: ``list_reference``"] == ["no", "no", "yes", "yes", "yes"]
    assert rows["Listing connectors and connections in one call"] == ["no"] * 4 + ["some servers"]
    assert rows["Synchronisations that end with a warning: ``status``"] == ["no"] * 4 + ["some servers"]
    assert rows["The order of fields: ``order``, ``rank``"] == ["yes"] * 5
