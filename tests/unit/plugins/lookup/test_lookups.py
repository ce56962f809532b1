# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookups of the playbooks and roles: hosts that nobody matches, and files of tasks that are none."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

GROUPS = {"all": ["crm-oslo", "web"], "ungrouped": [], "superoffice": ["crm-oslo"], "web": ["web"]}
PLAYBOOKS = sorted((COLLECTION / "playbooks").glob("*.yml"))


def _lookup(name: str, *terms: Any, **variables: Any) -> list[str]:
    module = importlib.import_module(f"ansible_collections.superoffice.erpsync.plugins.lookup.{name}")
    plugin = module.LookupModule(loader=DataLoader())
    # As Ansible finds them in the documentation when it loads the plugin itself.
    options = {name: option.get("default") for name, option in yaml.safe_load(module.DOCUMENTATION)["options"].items()}
    plugin.set_options = lambda **_unused: None
    plugin.get_option = options.__getitem__
    found = plugin.run(list(terms), variables)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_every_playbook_refuses_to_do_nothing(path: Path) -> None:
    plays = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [play["hosts"] for play in plays] == ["{{ lookup('superoffice.erpsync.installations', erpsync_hosts | default('')) }}"]
    # What gathers over hosts tells of hosts that have not been asked under any other strategy.
    gathers = "run_once" in path.read_text(encoding="utf-8") or path.stem == "maintenance"
    assert {play.get("strategy") for play in plays} == ({"linear"} if gathers else {None})


def test_a_pattern_that_matches_comes_back() -> None:
    blanks: list[Any] = ["", " ", None, []]
    for blank in blanks:
        assert _lookup("installations", blank, groups=GROUPS) == ["superoffice"]
    assert _lookup("installations", "all:!web", groups=GROUPS) == ["all:!web"]
    assert _lookup("installations", ["web", "crm-*"], groups=GROUPS, ansible_limit="web") == ["web,crm-*"]


@pytest.mark.parametrize(
    "pattern, variables, words",
    [
        ("superofice", {}, ['"superofice"', "erpsync_hosts", "Did you mean superoffice?"]),
        ("production", {}, ['"production"', "erpsync_hosts", "superoffice, web"]),
        ("", {"groups": {"all": ["web"], "ungrouped": ["web"]}}, ['"superoffice"', "erpsync_hosts"]),
        ("", {"ansible_limit": "web"}, ['"superoffice"', "--limit web"]),
        ("superoffice:!crm-oslo", {}, ['"superoffice:!crm-oslo"']),
        ("x" * 500, {}, ["xxx...", "erpsync_hosts"]),
    ],
)
def test_nobody_is_an_error_that_names_the_variable(pattern: str, variables: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(AnsibleLookupError) as caught:
        _lookup("installations", pattern, **{"groups": GROUPS, **variables})
    told = str(caught.value)
    assert len(told) <= 400 and all(word in told for word in words), told


FILES = {
    "good.yml": "- debug: {msg: x}\n- import_role: {name: nowhere}\n- block:\n    - include_tasks: x.yml\n",
    "misspelt.yml": "- debugg: {msg: x}\n",
    "broken.yml": "- name: [x\n  password: canary-4f1a\n",
    "playbook.yml": "- hosts: all\n  tasks: []\n",
    "dictionary.yml": "a: 1\n",
    "empty.yml": "",
    "key.yml": "- debug: {msg: x}\n  nokey: 1\n",
    "inside.yml": "- block:\n    - debugg: {msg: x}\n",
}


def test_a_file_of_tasks_is_checked_before_anything_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tasks").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "tasks" / "more.yml").write_text(FILES["good.yml"], encoding="utf-8")
    (tmp_path / "elsewhere" / "here.yml").write_text(FILES["good.yml"], encoding="utf-8")
    for name, found in {"good.yml": "good.yml", "more.yml": "tasks/more.yml", "here.yml": "elsewhere/here.yml"}.items():
        assert _lookup("task_file", name, playbook_dir=str(tmp_path)) == [str(tmp_path / found)]
    # A playbook of this collection is no place for somebody's tasks, whatever is there.
    for name in ("drift.yml", "good.yml"):
        with pytest.raises(AnsibleLookupError, match="There is no file"):
            _lookup("task_file", name, playbook_dir=str(COLLECTION / "playbooks"))
    for name in sorted(FILES.keys() - {"good.yml"}):
        with pytest.raises(AnsibleLookupError) as caught:
            _lookup("task_file", name, playbook_dir=str(tmp_path))
        assert name in str(caught.value) and "canary-4f1a" not in str(caught.value)
