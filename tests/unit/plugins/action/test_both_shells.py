# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One playbook through both shells: its results are the same, value by value, whatever Ansible's features do with the tasks.

Each task starts an ordinary module, which takes half a second: what Ansible has no part in is compared without it, in
tests/unit/environment/test_both_shells.py, and what each module returns in test_returns.py.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.certificates import Authority, encrypt
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import control, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, SHELLS
from pytest_stand_in import StandIn

ENGINE = "superoffice.erpsync.erpsync_engine"
INFO = "superoffice.erpsync.erpsync_info"
CONNECTION = "superoffice.erpsync.erpsync_connection"
ENVIRONMENT = "superoffice.erpsync.erpsync_environment"
SYNC_ALL = "superoffice.erpsync.erpsync_sync_all"

# Reads that go out side by side
SEVERAL = [{"name": name, "description": "x"} for name in ("Visma Norway", "Visma Sweden", "SAP Germany")]

VAULT_PASSWORD = "vault-pass-4411"
SECRET = "kanarifugl-90d2"


def _also(*tasks: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Tasks whose kind has another one among those that are always compared: `make thorough` has them."""
    return tasks if EVERY_WAY else ()


def _tasks(stand_in: StandIn) -> list[dict[str, Any]]:
    ignore = {"ignore_errors": True}
    polled = {"register": "polled", "retries": 1, "delay": 0}
    return [
        # Modes
        {ENGINE: {"interval": "10m"}, "check_mode": True, "diff": True},
        {ENGINE: {"interval": "10m"}, "diff": True},
        *_also({ENGINE: {"state": "running", "interval": 900}}),
        # Validation and its messages
        {ENGINE: {"nonsense": 1, "state": "on", "_also": [1]}, **ignore},
        *_also({CONNECTION: {"configuration": {"a": 1}, "config": {"Password": SECRET}}, **ignore}),
        {ENGINE: {"url": "http://user:pass-in-url@127.0.0.1:1/x", "proxy": 70077007}, **ignore},
        # Values that JSON does not know, or spells in its own way
        *_also({CONNECTION: {"name": "Visma Norway", "config": {1: "x", 2.5: "z"}}, **ignore}),
        {ENVIRONMENT: {"document": {"connections": [{"name": "Visma Norway", "config": {"Company": "{{ day }}"}}]}}, **ignore},
        *_also(
            {ENVIRONMENT: {"document": {"engine": {"interval": "{{ 'now' | to_datetime('now') }}"}}}, **ignore},
            {ENVIRONMENT: {"document": {"engine": {"interval": "{{ 15 * 60 }}", "state": "{{ omit }}"}}}, **ignore},
        ),
        # Where values come from
        {CONNECTION: {"name": "Visma Norway", "description": "{{ unsafe }}"}, "diff": True},
        # What a server says is text, whatever is in it.
        {INFO: {"gather": "connections", "query": "connections[0].description"}, "register": "last"},
        {"ansible.builtin.set_fact": {"said": "{{ last.query_result }}"}},
        {"ansible.builtin.debug": {"msg": "{{ said }}, {{ last.query_result }}"}},
        {ENGINE: {"password": ""}, "environment": {"SUPEROFFICE_PASSWORD": "wrong"}, **ignore},
        *_also(
            {ENGINE: {"retries": "{{ omit }}", "timeout": "{{ omit }}"}, "environment": {"SUPEROFFICE_TIMEOUT": 7.5}},
            {ENGINE: {"ca_path": "folder/nowhere.pem"}, **ignore},
        ),
        {
            ENGINE: {"password": "{{ vaulted }}", "ca_path": "~/home.pem", "client_cert": "$THERE/home.pem"},
            "environment": {"HOME": "{{ playbook_dir }}", "THERE": "."},
        },
        *_also(
            {ENGINE: {"client_cert": "locked.pem"}, **ignore},
            {ENGINE: {"retries": 0}, "environment": {"http_proxy": "http://127.0.0.1:1"}, **ignore},
        ),
        # Ansible's features
        *_also({ENGINE: "state=running interval=15m"}, {ENGINE: {"state": "running"}, "delegate_to": "localhost"}),
        {ENGINE: {"state": "{{ item }}"}, "loop": ["running", "on"], **ignore},
        *_also({INFO: {"gather": "engine"}, **polled, "until": "polled.engine.interval_seconds == 1", **ignore}),
        {ENGINE: {"state": "running"}, "failed_when": "engine_now is undefined", "changed_when": True, **ignore},
        *_also({ENGINE: {"state": "running"}, "module_defaults": {ENGINE: {"interval": "11m"}}, "check_mode": True}),
        {CONNECTION: {"name": "Visma Norway", "config": {"Password": f"{SECRET}-new", "Port": 1}}, "no_log": True, **ignore},
        # Warnings, and failures
        control(stand_in, "PATCH", "settings", {"sync_outcome": "warning"}),
        {SYNC_ALL: {}},
        control(stand_in, "PATCH", "settings", {"sync_outcome": "error"}),
        *_also({SYNC_ALL: {}, **ignore}),
        {INFO: {"password": f"{SECRET}-wrong"}, **ignore},
        control(stand_in, "POST", "faults", {"kind": "status", "method": "*", "status": 500, "message": "no {{ password }} for you"}),
        {INFO: {}, **ignore},
        control(stand_in, "DELETE", "faults", None),
        {**control(stand_in, "GET", "journal"), "register": "journal"},
        # An ordinary module goes on for as long as the server lets it wait, so that these come last.
        *_also(
            control(stand_in, "POST", "faults", {"kind": "slow", "method": "GetEngineStatus", "seconds": 4}),
            {ENGINE: {"state": "running"}, "timeout": 1, **ignore},
        ),
        control(stand_in, "POST", "faults", {"kind": "slow", "method": "GetConnection", "seconds": 4}),
        {ENVIRONMENT: {"document": {"connections": SEVERAL}, "parallel_requests": 4}, "timeout": 1, **ignore},
    ]


def _vaulted(home: Path, text: str) -> str:
    (home / "vault-password").write_text(VAULT_PASSWORD, encoding="utf-8")
    from ansible.parsing.vault import VaultEditor, VaultLib, VaultSecret

    editor = VaultEditor(VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]))
    encrypted: bytes = editor.encrypt_bytes(text.encode(), VaultSecret(VAULT_PASSWORD.encode()))
    return encrypted.decode()


@dataclass
class Seen:
    """What a playbook did."""

    results: list[dict[str, Any]]
    shown: str
    requests: list[str]

    def said(self) -> list[str]:
        """What was shown of the tasks, but how modules were started."""
        lines = self.shown.partition("\nPLAY [")[2].splitlines()
        # From 2.19 on, one word before the message that Ansible chooses itself.
        return [line.replace("Task failed: Action failed: ", "Task failed: Module failed: ") for line in lines if not _START.match(line)]


# Ansible's account of the programs that it starts for a module and of how it reads their results, and ours of the way that a task goes
_START = re.compile(r"<(127\.0\.0\.1|localhost)> |Using module file |Pipelining is enabled| +\"ansible_parsed\": true,?$|$")


def _clean(text: str, home: Path) -> str:
    """Without what differs from run to run: the place in Ansible's own code where a time limit struck, which some releases tell, and
    when the server says that something was changed."""
    text = re.sub(r'("changed_at": )"[^"]*"', r'\1"then"', text)
    text = re.sub(r"changed on \S+ at \S+ UTC", "changed then", text)
    return re.sub(r"Interrupted at <frame at .*? called from <frame at [^>]*>", "Interrupted", text.replace(str(home), "HOME"))


def _ours(task: dict[str, Any]) -> bool:
    return any(name.startswith("superoffice.") for name in task)


def _play(stand_in: StandIn, home: Path, shell: str) -> Seen:
    (home / "below").mkdir(parents=True)
    authority = Authority(home / "authority")
    cert, key = authority.issue("home", "erp-admin")
    locked = encrypt(key, home / "below" / "locked.pem")
    locked.write_bytes(cert.read_bytes() + locked.read_bytes())
    authority.issue_with_key("home", "erp-admin").replace(home / "below" / "home.pem")
    tasks = []
    ours = []
    for number, task in enumerate(_tasks(stand_in)):
        if not _ours(task):
            tasks.append(task)
            continue
        ours.append(f"result_{number}")
        # A task that waits registers what it looks at.
        known_as = task.get("register", f"result_{number}")
        tasks.append({"name": f"Task {number}", **task, "register": known_as})
        if known_as != ours[-1]:
            tasks.append({"name": "Keep it", "ansible.builtin.set_fact": {ours[-1]: f"{{{{ {known_as} }}}}"}})
    content = f"{{{{ [[{', '.join(ours)}], journal.answer.requests] | to_json }}}}"
    tasks.append({"write": {"content": content, "dest": str(home / "results.json")}, "no_log": True})
    connection = {"url": stand_in.url, "username": stand_in.username, "password": "{{ password }}", "retries": 0, "timeout": 60}
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
        "playbook", "below/playbook.yml", "-e", "@password.json", "--vault-password-file", "vault-password", "-vvvv", home=home, shell=shell
    )

    assert done.returncode == 0, done.stdout + done.stderr
    results, requests = json.loads(_clean((home / "results.json").read_text(encoding="utf-8"), home))
    for result in (one for whole in results for one in [whole, *whole.get("results", ())]):
        # How ansible-core 2.22 has read the result of a module, not a part of it.
        result.pop("ansible_parsed", None)
    # Reads go out side by side, and may arrive in any order.
    asked = sorted(json.dumps([entry["path"], entry["query"], entry["body"]]) for entry in requests)
    return Seen(results, _clean(done.stdout + done.stderr, home), asked)


def test_the_results_are_the_same(stand_in: StandIn, tmp_path: Path) -> None:
    seen = {}
    for shell in SHELLS:
        seen[shell] = _play(stand_in, tmp_path / shell, shell)
        shown = seen[shell].shown
        secrets = (stand_in.password, SECRET, "pass-in-url", "Traceback", "mistake of its own")
        assert [line for line in shown.splitlines() if any(word in line for word in secrets)] == []
        way = "runs in the controller's process" if shell == IN_PROCESS else "runs as an ordinary module: erpsync_in_process is false"
        assert len(re.findall(way, shown)) >= len(seen[shell].results)
        assert "x {{ 1 + 1 }}, x {{ 1 + 1 }}" in shown
    one, other = (seen[shell] for shell in SHELLS)
    for number, (in_process, as_module) in enumerate(zip(one.results, other.results, strict=True)):
        assert in_process == as_module, f"task {number}"
    assert one.said() == other.said()
    assert one.requests == other.requests and len(one.requests) > (40 if EVERY_WAY else 20)
    assert sum(bool(result.get("failed")) for result in one.results) > (12 if EVERY_WAY else 7)
