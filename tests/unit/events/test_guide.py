# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to events, and the examples of the event source's documentation: what they watch is told in their words."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.event_kinds import KINDS
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._event_options import parsed
from ansible_collections.superoffice.erpsync.tests.unit.events.watching import PASSWORD, PLUGIN, Scene
from ansible_collections.superoffice.erpsync.tests.unit.test_guides import GUIDES, Block, _blocks
from stand_in import clicks

SOURCE = "superoffice.erpsync.erpsync"
OSLO = "https://crm-oslo.example.com/SuperOffice"
Json = dict[str, Any]


@pytest.fixture
def guide(monkeypatch: pytest.MonkeyPatch) -> str:
    path = GUIDES / "guide_events.rst"
    if not path.is_file():
        pytest.skip("the guides are not part of this copy of the collection")
    monkeypatch.setenv("SUPEROFFICE_PASSWORD", PASSWORD)
    return path.read_text(encoding="utf-8")


def _file(blocks: list[Block], name: str) -> Any:
    [text] = [block.text for block in blocks if block.options.get("caption") == name]
    return yaml.safe_load(text)


def _source(rulebook: Any) -> Json:
    """The arguments of the source of a rulebook."""
    [ruleset] = rulebook
    [source] = ruleset["sources"]
    return dict(source[SOURCE])


def test_the_guide_tells_what_it_promises(guide: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocks = list(_blocks(guide))
    args = _source(_file(blocks, "tell.yml"))
    hosts = _file(blocks, "inventory/hosts.yml")["superoffice"]["hosts"]
    assert {one["name"]: one["url"] for one in args["installations"]} == {name: host["erpsync_url"] for name, host in hosts.items()}
    scene = Scene(monkeypatch, **{**args, "state_file": str(tmp_path / args["state_file"])})
    there = scene.sites[OSLO] = scene.site()

    def click() -> None:
        clicks.click(there.site, "engine", {}, {"IsRunning": False}, "KNO", "2026-11-20T14:02:00Z")
        email = {"ErpConnectionId": 1, "ActorTypeErp": "Customer", "ErpFieldKey": "EMAIL"}
        clicks.click(there.site, "fields", email, {"SyncToErp": False, "ShowInSearch": True}, "KNO", "2026-11-20T14:02:00Z")

    told = scene.run(click, None)
    promised = [line for block in blocks if block.options.get("class") == "output" for line in block.text.splitlines()]
    assert [event["msg"] for event in told] == promised


def test_the_other_rulebooks_and_variables_of_the_guide_can_be_used(guide: str) -> None:
    blocks = list(_blocks(guide))
    reliable = parsed(_source(_file(blocks, "reliable.yml")))
    assert (reliable.feedback, reliable.installations[0].source.address) == (True, OSLO)
    variables = _file(blocks, "variables.yml")
    [one] = parsed({"installations": variables["erpsync_installations"]}).installations
    assert (one.source.name, str(one.source.zone)) == ("crm-oslo", "Europe/Oslo")
    used = "".join(path.read_text(encoding="utf-8") for path in (PLUGIN.parents[2] / "rulebooks").glob("*.yml"))
    assert set(variables) <= set(re.findall(r"erpsync_\w+", used))
    assert set(re.findall(r"``superoffice\.erpsync\.(\w+)``", guide.partition("The rulebooks of this collection")[2])) == {
        path.stem for path in (PLUGIN.parents[2] / "rulebooks").glob("*.yml")
    }


def test_the_guide_has_all_kinds_and_members(guide: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, url=OSLO, username="ADM")
    scene.sites[OSLO] = scene.site()
    words = set(re.findall(r"``([\w.]+)``", guide))
    assert set(KINDS) <= words
    told = scene.run()
    members = {member for event in told for member in event} - {"kind", "was_stale", "seconds"}
    assert members <= words


def test_the_examples_of_the_documentation_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ast.parse(PLUGIN.read_text(encoding="utf-8"))
    texts = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)
    }
    monkeypatch.setenv("SUPEROFFICE_URL", OSLO)
    monkeypatch.setenv("SUPEROFFICE_TICKET", "7T:x")
    first, second = yaml.safe_load(texts["EXAMPLES"])
    [one] = parsed({**first["sources"][0][SOURCE], "state_file": ""}).installations
    assert (one.source.name, one.source.address) == ("crm-north", OSLO)
    monkeypatch.delenv("SUPEROFFICE_TICKET")
    north, south = parsed(second["sources"][0][SOURCE]).installations
    assert [(each.source.name, each.interval, each.rules.stale_after) for each in (north, south)] == [
        ("crm-north", 300, 7200),
        ("crm-south", 300, 28800),
    ]
    assert south.rules.kinds == {"connection_stale", "unreachable", "recovered"}
