# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One playbook through both shells: its results are the same, value by value, whatever Ansible's features do with the tasks.

What each module returns is compared in test_returns.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import control, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import CHOICE, IN_PROCESS, SHELLS
from pytest_stand_in import StandIn

ENGINE = "superoffice.erpsync.erpsync_engine"
INFO = "superoffice.erpsync.erpsync_info"
CONNECTION = "superoffice.erpsync.erpsync_connection"
ENVIRONMENT = "superoffice.erpsync.erpsync_environment"
SYNC_ALL = "superoffice.erpsync.erpsync_sync_all"

VAULT_PASSWORD = "vault-pass-4411"
SECRET = "kanarifugl-90d2"


def _tasks(stand_in: StandIn) -> list[dict[str, Any]]:
    """Tasks that leave the stand-in as they found it, or set it back."""
    ignore = {"ignore_errors": True}
    polled = {"register": "polled", "retries": 2, "delay": 0}
    return [
        # Modes
        {ENGINE: {"interval": "10m"}, "check_mode": True, "diff": True},
        {ENGINE: {"interval": "10m"}, "diff": True},
        {ENGINE: {"interval": "10m"}},
        {ENGINE: {"state": "running", "interval": 900}},
        # Validation and its messages
        {ENGINE: {"state": "on"}, **ignore},
        {ENGINE: {"wait_timeout": "soon"}, **ignore},
        {ENGINE: {"nonsense": 1, "state": "running"}, **ignore},
        {ENGINE: {"nonsense": 1, "state": "on", "_also": [1]}, **ignore},
        {CONNECTION: {"configuration": {"a": 1}, "config": {"Password": SECRET}}, **ignore},
        {"superoffice.erpsync.erpsync_priority": {}, **ignore},
        {INFO: {"gather": "engine,connectors", "query": "connectors[0].name"}},
        {INFO: {"gather": ["engine", "everything"]}, **ignore},
        {ENGINE: {"url": "http://user:pass-in-url@127.0.0.1:1/x", "proxy": 7}, **ignore},
        {ENVIRONMENT: {"document": '{"engine": {"state": "running"}}'}},
        {ENVIRONMENT: {"document": {"engine": {"state": "running"}}, "prune": "connections,nothing"}, **ignore},
        # Values that JSON does not know, or spells in its own way
        {CONNECTION: {"name": "Visma Norway", "config": {1: "x", 2.5: "z"}}, **ignore},
        {ENVIRONMENT: {"document": {"connections": [{"name": "Visma Norway", "config": {"Company": "{{ day }}"}}]}}, **ignore},
        {ENVIRONMENT: {"document": {"engine": {"interval": "{{ 'now' | to_datetime('now') }}"}}}, **ignore},
        {ENVIRONMENT: {"document": {"engine": {"interval": "{{ 15 * 60 }}", "state": "{{ omit }}"}}}, **ignore},
        # Where values come from
        {ENGINE: {"password": "{{ vaulted }}"}},
        {ENGINE: {"interval": "{{ unsafe }}"}, **ignore},
        {ENGINE: {"password": ""}, "environment": {"SUPEROFFICE_PASSWORD": "wrong"}, **ignore},
        {ENGINE: {"retries": "{{ omit }}", "timeout": "{{ omit }}"}, "environment": {"SUPEROFFICE_TIMEOUT": "7.5"}},
        {ENGINE: {"rate_limit": "{{ omit }}"}, "environment": {"SUPEROFFICE_RATE_LIMIT": "often"}, **ignore},
        {ENGINE: {"ca_path": "folder/nowhere.pem"}, **ignore},
        {ENGINE: {"ca_path": "authority.pem"}},
        {ENGINE: {"ca_path": "~/home.pem", "client_cert": "$THERE/home.pem"}, "environment": {"HOME": "{{ playbook_dir }}", "THERE": "."}},
        {ENGINE: {"proxy": "http://127.0.0.1:1"}, **ignore},
        {ENGINE: {"retries": 0}, "environment": {"http_proxy": "http://127.0.0.1:1"}, **ignore},
        # Ansible's features
        {ENGINE: {"state": "{{ item }}"}, "loop": ["running", "on", "running"], **ignore},
        {INFO: {"gather": "engine"}, **polled, "until": "polled.engine.is_running"},
        {INFO: {"gather": "engine"}, **polled, "until": "polled.engine.interval_seconds == 1", **ignore},
        {ENGINE: {"state": "running"}, "failed_when": "engine_now is undefined", "changed_when": True, **ignore},
        {ENGINE: {"state": "running"}, "no_log": True},
        {ENGINE: {"state": "running"}, "module_defaults": {ENGINE: {"interval": "11m"}}, "check_mode": True},
        # Warnings, and failures
        control(stand_in, "PATCH", "settings", {"sync_outcome": "warning"}),
        {SYNC_ALL: {}},
        control(stand_in, "PATCH", "settings", {"sync_outcome": "error"}),
        {SYNC_ALL: {}, **ignore},
        {INFO: {"url": "http://127.0.0.1:1/SuperOffice"}, **ignore},
        {INFO: {"password": f"{SECRET}-wrong"}, **ignore},
        control(stand_in, "POST", "faults", {"kind": "status", "method": "*", "status": 500, "message": "no {{ password }} for you"}),
        {INFO: {}, **ignore},
        control(stand_in, "DELETE", "faults", None),
        control(stand_in, "POST", "faults", {"kind": "slow", "method": "GetEngineStatus", "seconds": 8}),
        {ENGINE: {"state": "running"}, "timeout": 1, **ignore},
        control(stand_in, "POST", "reset", {}),
    ]


def _vaulted(home: Path, text: str) -> str:
    (home / "vault-password").write_text(VAULT_PASSWORD, encoding="utf-8")
    from ansible.parsing.vault import VaultEditor, VaultLib, VaultSecret

    editor = VaultEditor(VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]))
    encrypted: bytes = editor.encrypt_bytes(text.encode(), VaultSecret(VAULT_PASSWORD.encode()))
    return encrypted.decode()


def _results(stand_in: StandIn, home: Path) -> tuple[list[dict[str, Any]], str, str]:
    """The results of all tasks, with what was said on the screen, and the requests that were sent."""
    (home / "below").mkdir(parents=True)
    for name in ("authority.pem", "home.pem"):
        (home / "below" / name).write_text("not a certificate\n", encoding="utf-8")
    tasks = []
    ours = []
    for number, task in enumerate(_tasks(stand_in)):
        if "stand_in" not in task:
            ours.append(f"result_{number}")
            # A task that waits registers what it looks at.
            known_as = task.get("register", f"result_{number}")
            tasks.append({"name": f"Task {number}", **task, "register": known_as})
            if known_as != ours[-1]:
                tasks.append({"name": "Keep it", "ansible.builtin.set_fact": {ours[-1]: f"{{{{ {known_as} }}}}"}})
        else:
            tasks.append(task)
    content = f"{{{{ [{', '.join(ours)}] | to_json }}}}"
    tasks.append({"ansible.builtin.copy": {"content": content, "dest": str(home / "results.json"), "mode": "0600"}})
    connection = {"url": stand_in.url, "username": stand_in.username, "password": "{{ password }}", "retries": 0, "timeout": 5}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/superoffice.erpsync.all": connection},
        "environment": {"SUPEROFFICE_RATE_LIMIT": "200"},
        "tasks": tasks,
    }
    text = yaml.safe_dump([play], sort_keys=False)
    vaulted = "\n".join(f"        {line}" for line in _vaulted(home, stand_in.password).splitlines())
    text += f"  vars:\n    unsafe: !unsafe 'x {{{{ 1 + 1 }}}}'\n    day: 2026-11-21\n    vaulted: !vault |\n{vaulted}\n"
    (home / "below" / "playbook.yml").write_text(text, encoding="utf-8")
    (home / "password.json").write_text(json.dumps({"password": stand_in.password}), encoding="utf-8")
    stand_in.reset()

    done = run_ansible(
        "playbook", "below/playbook.yml", "-e", "@password.json", "--vault-password-file", "vault-password", "-vvv", home=home
    )

    shown = done.stdout + done.stderr
    assert done.returncode == 0, shown
    results: list[dict[str, Any]] = json.loads((home / "results.json").read_text(encoding="utf-8").replace(str(home), "HOME"))
    return results, shown, json.dumps([(entry["method"], entry["body"]) for entry in stand_in.journal()])




def test_the_results_are_the_same(stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for shell in SHELLS:
        monkeypatch.setenv(CHOICE, shell)
        found[shell] = _results(stand_in, tmp_path / shell)
        shown = found[shell][1]
        secrets = (stand_in.password, SECRET, "pass-in-url", "Traceback", "mistake of its own")
        assert [line for line in shown.splitlines() if any(word in line for word in secrets)] == []
        said = "runs in the controller's process" if shell == IN_PROCESS else "runs as an ordinary module: erpsync_in_process is false"
        assert len(re.findall(said, shown)) >= len(found[shell][0])
    one, other = (found[shell] for shell in SHELLS)
    for number, (in_process, as_module) in enumerate(zip(one[0], other[0], strict=True)):
        assert in_process == as_module, f"task {number}"
    assert one[2] == other[2]
    assert sum(bool(result.get("failed")) for result in one[0]) > 15
