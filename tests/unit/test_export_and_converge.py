# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export and converge in one play, as Ansible carries it out: stored passwords outlive it, and masks become neither files nor names.

The installations have few connections: a playbook starts two modules for the file of each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, in_process_at_least
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


def _keep(stand_in: StandIn, *names: str) -> dict[str, Any]:
    """Leave only these connections; the state of the stand-in then."""
    state = stand_in.state()
    state["connections"] = [one for one in state["connections"] if one["DisplayName"] in names]
    assert len(state["connections"]) == len(names)
    stand_in.put_state(state)
    return stand_in.state()


@in_process_at_least
def test_stored_passwords_outlive_an_export_that_comes_back(shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    """As a registered value; in the controller's process also as a fact, as a file that is looked up, and as files of variables.

    Ansible resolves all of them before a task begins. test_roles.py compares what the roles write in both shells.
    """
    # One name is written in two languages, and one connector does not answer.
    state = _keep(stand_in, *_WORDS, "Dynamics Denmark")
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
    further: list[dict[str, Any]] = [
        {"ansible.builtin.set_fact": {"kept": "{{ exported.document }}"}},
        {ENVIRONMENT: {"document": "{{ kept }}"}, "register": "converged"},
        {"ansible.builtin.assert": same},
        # As files, of which only a lookup knows: nothing in them is resolved.
        {"write": {"content": "{{ exported.document | to_nice_json }}", "dest": str(tmp_path / "document.json")}},
        {
            ENVIRONMENT: {"document": "{{ lookup('ansible.builtin.file', export_path ~ '/../document.json') | from_json }}"},
            "register": "converged",
        },
        {"ansible.builtin.assert": same},
        # As files of variables, with the vault
        {ROLE: {"name": "superoffice.erpsync.export"}},
        {ROLE: {"name": "superoffice.erpsync.environment"}, "vars": {"erpsync_environment_path": "{{ export_path }}"}},
    ]
    tasks: list[dict[str, Any]] = [
        {INFO: {}, "register": "exported"},
        {"ansible.builtin.debug": {"msg": "{{ exported.document.connections[-1].config.Password }}"}},
        {ENVIRONMENT: {"document": "{{ exported.document }}", "update_secrets": "always"}, "register": "converged"},
        {"ansible.builtin.assert": same},
        *(further if shell == IN_PROCESS else ()),
    ]
    shown = _run(shell, stand_in, tmp_path, tasks, **stored)

    assert stand_in.writes() == []
    assert stand_in.state() == before
    # Before ansible-core 2.19 the file that is looked up is resolved, and warnings are broken into lines.
    assert " ".join(shown.split()).count("template that was never resolved") >= (2 if shell == IN_PROCESS else 1)
    if shell == IN_PROCESS:
        written = (tmp_path / "exported" / "connections" / "visma_norway.yml").read_text(encoding="utf-8")
        assert 'Ledger: !unsafe "{% raw %}{{ ledger }}{% endraw %}"' in written
        assert 'Password: "{{ vault_erpsync_visma_norway_password }}"' in written


_WORDS = {
    "Visma Norway": "visma_norway",
    'US:"SAP Austria";GE:"SAP Österreich"': "sap_austria",
}


@in_process_at_least
def test_a_mask_is_written_nowhere(shell: str, visma: StandIn, tmp_path: Path) -> None:
    visma.reset()
    before = _keep(visma, "Visma Norway", "SAP Germany")
    refused = "export_run.failure.kind == 'bad_input'"
    tasks: list[dict[str, Any]] = [
        {"block": [{ROLE: {"name": "superoffice.erpsync.export"}}], "rescue": [{"ansible.builtin.debug": {"msg": "Nothing is written"}}]},
        {"ansible.builtin.assert": {"that": f"export_run is failed and {refused} and export_run.document is undefined"}},
        # Another password of the same user
        {INFO: {"access_token": visma.access_token, "username": "{{ omit }}", "password": "{{ omit }}"}, "register": "exported"},
        {"ansible.builtin.assert": {"that": "'Visma Norway' in exported.document.connections | map(attribute='name')"}},
        # Facts are for reading, and masked. Declared again they are refused.
        {"superoffice.erpsync.erpsync_info": {"gather": ["connections"]}, "register": "facts"},
        {
            "superoffice.erpsync.erpsync_connection": {"name": "{{ masked.name }}", "connector": 1, "config": {}},
            "vars": {"masked": "{{ facts.connections | selectattr('id', 'equalto', 1) | first }}"},
            "register": "again",
            "ignore_errors": True,
        },
        {"ansible.builtin.assert": {"that": "again is failed and again.msg is search('holds a mask')"}},
    ]
    shown = _run(shell, visma, tmp_path, tasks)

    assert "would contain the value of password" in shown
    assert not list(tmp_path.glob("exported/**/*.yml"))
    assert [one["DisplayName"] for one in visma.state()["connections"]] == [one["DisplayName"] for one in before["connections"]]
