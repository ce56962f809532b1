# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in the modules' documentation work as they stand, apart from the address and the user."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import MODULES, documented, run_ansible
from pytest_stand_in import StandIn

pytestmark = pytest.mark.usefixtures("shell")

URL = "https://crm.example.com/SuperOffice"
USERNAME = "erp-admin"

# What the examples take from a vault, besides the password of the administrator.
VAULT = {"vault_visma_password": "visma-Hemmelig-1"}

WARNINGS = {"erpsync_environment_info": ["does not answer", "no longer has VKBUR", "no longer has TELEX"]}
"""What modules warn of in the stand-in's installation, one of whose connectors no longer answers."""


def _tasks_of(text: str) -> int:
    """How many tasks the examples have; those in a block count, the block does not."""
    return sum(len(task.get("block", [task])) for task in yaml.safe_load(text))


@pytest.mark.parametrize("module", MODULES)
def test_examples_run(module: str, stand_in: StandIn, tmp_path: Path) -> None:
    examples = documented(module, "EXAMPLES")
    assert f"superoffice.erpsync.{module}:" in examples
    assert URL in examples and USERNAME in examples
    text = examples.replace(URL, stand_in.url).replace(USERNAME, stand_in.username)
    play = "- hosts: localhost\n  gather_facts: false\n  tasks:\n" + textwrap.indent(text, "    ")
    (tmp_path / "playbook.yml").write_text(play, encoding="utf-8")
    (tmp_path / "vault.json").write_text(json.dumps({"vault_superoffice_password": stand_in.password, **VAULT}), encoding="utf-8")

    done = run_ansible("playbook", "playbook.yml", "--extra-vars", "@vault.json", home=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    recap = re.search(r"^localhost\s+: ok=(\d+) .*failed=0\s+skipped=0\s+rescued=0\s+ignored=0", done.stdout, re.MULTILINE)
    assert recap, done.stdout
    assert int(recap[1]) == _tasks_of(examples)
    warnings = [" ".join(text.split()) for text in done.stderr.split("[WARNING]")[1:]]
    expected = WARNINGS.get(module, [])
    assert len(warnings) == len(expected), done.stderr
    assert all(part in text for part, text in zip(expected, warnings, strict=True)), done.stderr
    # The examples really talked to the server.
    assert any(method.startswith(("Get", "SyncAll", "ForceSyncAll", "Change")) for method in stand_in.methods())
