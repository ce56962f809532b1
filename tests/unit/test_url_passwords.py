# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords in URLs, in all that Ansible shows at its most talkative, writes and publishes: modules, roles and playbooks."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, in_process_at_least
from pytest_stand_in import StandIn

CANARY, STORED = "kanari-fugl@7f3a", "lagret-fugl@19c2"
HOST = "erp.example.com/Connector.svc"
# The URL that an export leaves to a vault.
VARIABLE = "vault_erpsync_connector_visma_url"


def _quoted(password: str) -> str:
    return password.replace("@", "%40")


def _tasks() -> list[dict[str, Any]]:
    """What changes and what fails; in the end all is as it was, but for the user in a configuration."""
    url, dead = "{{ new_url }}", "{{ new_url | replace('erp.', 'erq.') }}"
    connector, environment = "superoffice.erpsync.erpsync_connector", "superoffice.erpsync.erpsync_environment"
    user = {"name": "Visma Norway", "config": {"User": "{{ vault_erpsync_visma_norway_user }}"}}
    return [
        {environment: {"document": {"connectors": [{"name": "Visma", "url": url}], "connections": [user]}}},
        {connector: {"name": "Visma", "connector_url": dead}, "ignore_errors": True},
        {connector: {"name": "Visma", "connector_url": url, "state": "there"}, "ignore_errors": True},
        {environment: {"document": {"connectors": [{"name": "Visma", "ulr": url}]}}, "ignore_errors": True},
        {connector: {"name": "Visma", "connector_url": "{{ stored_url }}"}},
        {"superoffice.erpsync.erpsync_info": {"gather": ["all"]}},
        {"superoffice.erpsync.erpsync_health": {"checks": ["all"], "fail_on": "never"}},
    ]


@in_process_at_least
def test_no_password_of_a_url_is_shown_or_written(shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    """Ordinary modules, whose start is dear, leave out the roles, which start the same modules."""
    state = stand_in.state()
    visma = next(one for one in state["connectors"] if one["DisplayName"] == "Visma")
    visma["URL"] = stored_url = f"https://sync:{_quoted(STORED)}@{HOST}"
    state["connections"] = [one for one in state["connections"] if one["DisplayName"] == "Visma Norway"]
    stand_in.put_state(state)
    vault = {
        "erpsync_password": stand_in.password,
        "vault_erpsync_visma_norway_user": f"ldap://me:{_quoted(CANARY)}@ad",
        "new_url": f"https://sync:{_quoted(CANARY)}@{HOST}",
        "stored_url": stored_url,
    }
    (tmp_path / "vault.json").write_text(json.dumps(vault), encoding="utf-8")
    signed_in = {"url": stand_in.url, "username": stand_in.username, "password": "{{ erpsync_password }}", "retries": 0}
    plays: list[dict[str, Any]] = [
        {
            "hosts": "crm",
            "gather_facts": False,
            "module_defaults": {"group/superoffice.erpsync.all": signed_in},
            "tasks": _tasks()[: None if shell == IN_PROCESS else 3],
        }
    ]
    if shell == IN_PROCESS:
        role = "ansible.builtin.include_role"
        plays[0]["tasks"].append({role: {"name": "superoffice.erpsync.export"}})
        plays.append({"import_playbook": "superoffice.erpsync.drift", "vars": {"erpsync_hosts": "drifts", "erpsync_drift_fails": False}})
    (tmp_path / "playbook.yml").write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "erpsync_url": stand_in.url,
        "erpsync_username": stand_in.username,
        "export_path": str(tmp_path / "exported"),
        "erpsync_report_path": str(tmp_path / "report"),
    }
    differs = {"erpsync_environment": {"connectors": [{"name": "Visma", "url": "{{ new_url }}"}]}}
    inventory = {"superoffice": {"hosts": {"crm": {}, "drifts": differs}, "vars": variables}}
    (tmp_path / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")

    done = run_ansible(
        "playbook",
        *("playbook.yml", "-i", "inventory.yml", "-e", "@vault.json", "-vvvv", "--diff"),
        home=tmp_path,
        shell=shell,
        ANSIBLE_INJECT_INVOCATION="true",
    )
    shown = done.stdout + done.stderr
    assert re.search(r"ok=\d+ .*failed=0 .*ignored=" + ("3" if shell == IN_PROCESS else "2"), done.stdout), shown
    files = [file for folder in ("exported", "report") for file in (tmp_path / folder).rglob("*.*")]
    written = {str(file.relative_to(tmp_path)): file.read_text("utf-8") for file in files}
    for place, text in {"the screen": shown, "the journal": json.dumps(stand_in.journal()), **written}.items():
        for password in (CANARY, STORED):
            for form in (password, _quoted(password), base64.b64encode(f"sync:{password}".encode()).decode().rstrip("=")):
                assert form not in text, f"{form} in {place}"
    # They were really there: saved, tested and compared.
    assert f"https://sync:********@{HOST} (another password)" in shown
    assert "no connector answers at https://sync:********@erq.example.com/Connector.svc (" in shown
    # The server got them, and its journal has not; no other run wrote than those.
    saves = [entry for entry in stand_in.journal() if entry["writes"]]
    [first, *others] = [entry["body"] for entry in saves if entry["method"] == "SaveErpSyncConnectorEntity"]
    assert f"https://sync:***@{HOST}" in json.dumps(first)
    assert (len(others), len(saves)) == ((1, 3) if shell == IN_PROCESS else (0, 2))
    final = next(one["URL"] for one in stand_in.state()["connectors"] if one["DisplayName"] == "Visma")
    if shell != IN_PROCESS:
        assert final == vault["new_url"]
        return
    assert final == stored_url
    assert f'url: "{{{{ {VARIABLE} }}}}"' in written["exported/installation.yml"]
    assert f'# "url" of the connector "Visma"\n{VARIABLE}: ""' in written["exported/vault.yml.example"]
    assert "sync:********@" in written["report/index.html"] + written["report/drift.json"]
