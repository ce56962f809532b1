# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export and converge in one play, as Ansible carries it out: stored passwords outlive it, and masks become neither files nor names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import control, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import in_both_shells
from pytest_stand_in import StandIn

INFO = "superoffice.erpsync.erpsync_environment_info"
ENVIRONMENT = "superoffice.erpsync.erpsync_environment"
ROLE = "ansible.builtin.include_role"


@pytest.fixture(scope="module")
def visma() -> Iterator[StandIn]:
    """An installation whose administrator has a password that is part of its names."""
    server = StandIn("--engine-delay", "0.1", "--password", "Visma")
    yield server
    server.stop()


def _run(shell: str, stand_in: StandIn, home: Path, tasks: list[dict[str, Any]], **variables: Any) -> str:
    """What is shown of tasks that must end well."""
    signed_in = {"url": stand_in.url, "username": stand_in.username, "password": "{{ erpsync_password }}"}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/superoffice.erpsync.all": signed_in},
        "tasks": tasks,
    }
    (home / "playbook.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    known = {
        "erpsync_url": stand_in.url,
        "erpsync_username": stand_in.username,
        "erpsync_password": stand_in.password,
        "export_path": str(home / "exported"),
        **variables,
    }
    (home / "variables.json").write_text(json.dumps(known), encoding="utf-8")
    done = run_ansible("playbook", "playbook.yml", "--extra-vars", "@variables.json", home=home, shell=shell)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@in_both_shells
def test_stored_passwords_outlive_an_export_that_comes_back(shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    state = stand_in.state()
    # What looks like a template in a text of the server is no template.
    norway = next(one for one in state["connections"] if one["DisplayName"] == "Visma Norway")
    norway["ConfigFields"]["Ledger"] = "{{ ledger }}"
    norway["DisplayDescription"] = "{{ 1 + 1 }}"
    stand_in.put_state(state)
    before = stand_in.state()
    stored = {
        f"vault_erpsync_{name}_password": one["ConfigFields"]["Password"]
        for one in before["connections"]
        for name in [_WORDS.get(one["DisplayName"])]
        if name
    }
    same = {"that": "not converged.changed"}
    tasks: list[dict[str, Any]] = [
        {INFO: {}, "register": "exported"},
        {"ansible.builtin.debug": {"msg": "{{ exported.document.connections[4].config.Password }}"}},
        {ENVIRONMENT: {"document": "{{ exported.document }}", "update_secrets": "always"}, "register": "converged"},
        {"ansible.builtin.assert": same},
        {"ansible.builtin.set_fact": {"kept": "{{ exported.document }}"}},
        {ENVIRONMENT: {"document": "{{ kept }}"}, "register": "converged"},
        {"ansible.builtin.assert": same},
        # As files, of which only a lookup knows: nothing in them is resolved.
        {"ansible.builtin.copy": {"content": "{{ exported.document | to_nice_json }}", "dest": str(tmp_path / "document.json")}},
        {
            ENVIRONMENT: {"document": "{{ lookup('ansible.builtin.file', export_path ~ '/../document.json') | from_json }}"},
            "register": "converged",
        },
        {"ansible.builtin.assert": same},
        # As files of variables, with the vault
        {ROLE: {"name": "superoffice.erpsync.export"}},
        control(stand_in, "DELETE", "journal"),
        {ROLE: {"name": "superoffice.erpsync.environment"}, "vars": {"erpsync_environment_path": "{{ export_path }}"}},
    ]
    shown = _run(shell, stand_in, tmp_path, tasks, **stored)

    assert stand_in.writes() == []
    assert stand_in.state() == before
    # Before ansible-core 2.19 the file that is looked up is resolved, and warnings are broken into lines.
    assert " ".join(shown.split()).count("template that was never resolved") >= 2
    written = (tmp_path / "exported" / "connections" / "visma_norway.yml").read_text(encoding="utf-8")
    assert 'Ledger: !unsafe "{% raw %}{{ ledger }}{% endraw %}"' in written
    assert 'Password: "{{ vault_erpsync_visma_norway_password }}"' in written


_WORDS = {
    "Visma Norway": "visma_norway",
    'US:"Visma Sweden";NO:"Visma Sverige"': "visma_sweden",
    "SAP Germany": "sap_germany",
    'US:"SAP Austria";GE:"SAP Österreich"': "sap_austria",
}


@in_both_shells
def test_a_mask_is_written_nowhere(shell: str, visma: StandIn, tmp_path: Path) -> None:
    visma.reset()
    before = visma.state()
    ignore = {"ignore_errors": True}
    tasks: list[dict[str, Any]] = [
        {"block": [{ROLE: {"name": "superoffice.erpsync.export"}}], "rescue": [{"ansible.builtin.debug": {"msg": "Nothing is written"}}]},
        {INFO: {}, "register": "exported", **ignore},
        {
            "ansible.builtin.assert": {
                "that": "exported is failed and exported.failure.kind == 'bad_input' and exported.document is undefined"
            }
        },
        # Another password of the same user
        {INFO: {"access_token": visma.access_token, "username": "{{ omit }}", "password": "{{ omit }}"}, "register": "exported"},
        {"ansible.builtin.assert": {"that": "'Visma Norway' in exported.document.connections | map(attribute='name')"}},
        # Facts are for reading, and masked. Declared again they are refused.
        {"superoffice.erpsync.erpsync_info": {"gather": ["connections"]}, "register": "facts"},
        {
            "superoffice.erpsync.erpsync_connection": {
                "name": "{{ item.name }}",
                "connector": 1,
                "config": "{{ item.config | default({}) }}",
            },
            "loop": "{{ facts.connections }}",
            "loop_control": {"label": "{{ item.id }}"},
            "register": "again",
            **ignore,
        },
        {
            "ansible.builtin.assert": {
                "that": "again.results | select('failed') | map(attribute='msg') | select('search', 'holds a mask') | length > 0"
            }
        },
    ]
    shown = _run(shell, visma, tmp_path, tasks)

    assert "the value of password occurs" in shown
    assert not list(tmp_path.glob("exported/**/*.yml"))
    assert [one["DisplayName"] for one in visma.state()["connections"]] == [one["DisplayName"] for one in before["connections"]]
