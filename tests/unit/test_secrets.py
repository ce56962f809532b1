# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of connections in what Ansible shows at its most talkative, whatever goes wrong; and nothing else is masked for them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import run_ansible
from pytest_stand_in import StandIn

pytestmark = pytest.mark.usefixtures("shell")

CANARY = "kanarifugl-7f3a"
SECRET = "{{ vault_secret }}"
CONFIG = {"Company": "1001", "Password": SECRET, "Port": 1, "UseTls": True}


def _connection(**options: Any) -> dict[str, Any]:
    return {"superoffice.erpsync.erpsync_connection": {"name": "Visma Norway", **options}}


def _environment(connections: Any, **options: Any) -> dict[str, Any]:
    return {"superoffice.erpsync.erpsync_environment": {"document": {"connections": connections}, **options}}


_WORKS = [
    _connection(name="Visma Finland", connector="Visma", config=CONFIG),
    _environment([{"name": "Visma Norway", "config": {**CONFIG, "Password": f"{SECRET}-2"}}], update_secrets="always"),
    {"superoffice.erpsync.erpsync_environment_info": {"connections": ["Visma Finland"]}},
]

_FAILS = [
    # A test that fails, and a server that does not answer
    _connection(config={**CONFIG, "Ledger": SECRET}),
    _connection(config={**CONFIG, "Password": "wrong", "User": SECRET}),
    _connection(config=CONFIG, url="http://127.0.0.1:1/SuperOffice"),
    # Documents that cannot be
    _connection(config={"Password": [SECRET]}),
    _connection(config={"Password": SECRET * 9}),
    _connection(config={"Port": SECRET}),
    _environment([{"name": "Visma Norway", "config": {**CONFIG, "Pasword": SECRET}}]),
    _environment([{"name": "Visma Norway", "config": SECRET}]),
    _environment([f"name=Visma config={SECRET}"]),
    _environment(f"- name{SECRET}"),
    # Options that do not fit their types, so that the task does not even begin
    _connection(config=SECRET),
    _connection(config=[SECRET]),
    _connection(config=CONFIG, id="one"),
    _connection(config=CONFIG, state="there"),
    _connection(config=CONFIG, configuration="unknown"),
    _environment([{"name": "Visma Norway", "config": CONFIG}], prune=["conections"]),
    {"superoffice.erpsync.erpsync_environment": {"document": SECRET}},
]


def test_no_secret_is_shown_and_nothing_else_is_masked(stand_in: StandIn, tmp_path: Path) -> None:
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {
            "group/superoffice.erpsync.all": {
                "url": stand_in.url,
                "username": stand_in.username,
                "password": "{{ vault_password }}",
                "retries": 0,
            }
        },
        "tasks": [*_WORKS, *({**task, "ignore_errors": True} for task in _FAILS)],
    }
    (tmp_path / "playbook.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    (tmp_path / "vault.json").write_text(json.dumps({"vault_password": stand_in.password, "vault_secret": CANARY}), encoding="utf-8")

    # Newer releases show the options of tasks only where they are told to.
    talkative = {"ANSIBLE_INJECT_INVOCATION": "true"}
    done = run_ansible("playbook", "playbook.yml", "--extra-vars", "@vault.json", "-vvvv", "--diff", home=tmp_path, **talkative)

    shown = done.stdout + done.stderr
    recap = re.search(r"ok=(\d+) .*failed=0 .*ignored=(\d+)", done.stdout)
    assert recap and (int(recap[1]), int(recap[2])) == (len(_WORKS) + len(_FAILS), len(_FAILS)), shown
    # The server really got them.
    saved = {record["DisplayName"]: record["ConfigFields"].get("Password") for record in stand_in.state()["connections"]}
    assert (saved["Visma Finland"], saved["Visma Norway"]) == (CANARY, f"{CANARY}-2")
    assert [line for line in shown.splitlines() if CANARY in line or stand_in.password in line] == []
    # A "1", a "1001", a "true" in a configuration hides no digits and no words elsewhere.
    assert [line for line in shown.splitlines() if re.search(r"\d\*{8}|\*{8}\d", line)] == []
    assert shown.count(f'"url": "{stand_in.url}"') >= len(_WORKS) + len(_FAILS) - 1
    assert '"name": "Visma Norway"' in shown
