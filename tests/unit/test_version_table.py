# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to a mixed fleet: its table is the one that the code makes, and what it says of an inventory works."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, run_ansible
from pytest_stand_in import StandIn

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
    assert rows["The order of fields: ``order``, ``rank``"] == ["no"] * 5


def _blocks(text: str) -> list[str]:
    """The YAML in the guide."""
    return [re.sub(r"(?m)^    ", "", block) for block in re.findall(r"code-block:: yaml(?:\+jinja)?\n\n((?:(?:    .*)?\n)+)", text)]


def test_the_guides_fleet_converges_from_the_guides_play(stand_in: StandIn, tmp_path: Path) -> None:
    inventory_text, play = _blocks(GUIDE.read_text(encoding="utf-8"))
    inventory: dict[str, Any] = yaml.safe_load(inventory_text)
    hosts = inventory["superoffice"]["hosts"]
    for host in hosts.values():
        host.update({"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_password": stand_in.password})
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    (tmp_path / "site.yml").write_text("---\n" + play, encoding="utf-8")
    stand_in.control("PATCH", "settings", {"engine_delay": 0.1})

    done = run_ansible("playbook", "-i", "inventory.yml", "site.yml", "--forks", "1", home=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    paths = {str(entry["path"]) for entry in stand_in.journal()}
    assert {path.partition("/Remote/")[2].partition("/")[0] for path in paths if "/Remote/" in path} == {"Services75", "Services86"}
    assert any("/api/v1/Agents/ErpSync/GetEngineStatus" in path for path in paths)
    assert done.stdout.count("failed=0") == 3
