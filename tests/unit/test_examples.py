# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in the modules' documentation work as they stand, apart from the address and the user.

They run inside the controller's process, as they do for users; test_returns.py compares the two shells.
"""

from __future__ import annotations

import datetime
import json
import re
import textwrap
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, MODULES, control, documented, run_ansible
from pytest_stand_in import StandIn

URL = "https://crm.example.com/SuperOffice"
USERNAME = "erp-admin"

# What the examples take from a vault, besides the password of the administrator.
VAULT = {"vault_visma_password": "visma-Hemmelig-1"}

WARNINGS = ("does not answer", "no longer has VKBUR", "no longer has TELEX")
"""What erpsync_environment_info, and no other module, warns of in the stand-in's installation, where one connector no longer answers."""


def _tasks_of(text: str) -> int:
    """How many tasks the examples have; those in a block count, the block does not."""
    return sum(len(task.get("block", [task])) for task in yaml.safe_load(text))


def _around(stand_in: StandIn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Tasks before and after the examples of a module: the stand-in as new, and that the examples really talked to it.

    Its connections have just been synchronised, by the time of Oslo.
    """
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Oslo")).strftime("%Y-%m-%dT%H:%M:%S")
    state = stand_in.state()
    state["connections"] = [{**connection, "LastSync": now} for connection in state["connections"]]
    reset, put = (control(stand_in, "POST", "reset", {})["stand_in"], control(stand_in, "PUT", "state")["stand_in"])
    asked = "journal.answer.requests | map(attribute='method') | select('string') | length > 0"
    journal = {**control(stand_in, "GET", "journal"), "register": "journal"}
    fresh = {"stand_in": {"calls": [reset, {**put, "text": json.dumps(state)}]}, "no_log": True}
    return [fresh], [journal, {"ansible.builtin.assert": {"that": asked, "quiet": True}}]


def test_examples_run(stand_in: StandIn, tmp_path: Path) -> None:
    _run({module: documented(module, "EXAMPLES") for module in MODULES}, stand_in, tmp_path)


@thorough_only
@pytest.mark.parametrize("release", ["0.1.0"])
def test_examples_of_an_earlier_release_run(release: str, stand_in: StandIn, tmp_path: Path) -> None:
    """What people wrote after them still works."""
    written = sorted((COLLECTION / "tests" / "unit" / "upgrade" / release / "examples").glob("*.yml"))
    assert len(written) == 11
    _run({path.stem: path.read_text(encoding="utf-8").removeprefix("---\n") for path in written}, stand_in, tmp_path)


def _run(examples: Mapping[str, str], stand_in: StandIn, home: Path) -> None:
    """Run the examples of modules, by their names, and see that all do and that nobody is warned of them."""
    before, after = (textwrap.indent(yaml.safe_dump(tasks), "    ") for tasks in _around(stand_in))
    plays = []
    wanted = 0
    for module, text in examples.items():
        assert f"superoffice.erpsync.{module}:" in text
        assert URL in text and USERNAME in text
        wanted += 3 + _tasks_of(text)
        tasks = textwrap.indent(text.replace(URL, stand_in.url).replace(USERNAME, stand_in.username), "    ")
        plays.append(f"- name: {module}\n  hosts: localhost\n  gather_facts: false\n  tasks:\n{before}{tasks}\n{after}")
    (home / "playbook.yml").write_text("\n".join(plays), encoding="utf-8")
    (home / "vault.json").write_text(json.dumps({"vault_superoffice_password": stand_in.password, **VAULT}), encoding="utf-8")

    done = run_ansible("playbook", "playbook.yml", "--extra-vars", "@vault.json", home=home)

    assert done.returncode == 0, done.stdout + done.stderr
    recap = re.search(r"^localhost\s+: ok=(\d+) .*failed=0\s+skipped=0\s+rescued=0\s+ignored=0", done.stdout, re.MULTILINE)
    assert recap, done.stdout
    assert int(recap[1]) == wanted
    warnings = [" ".join(text.split()) for text in done.stderr.split("[WARNING]")[1:]]
    assert len(warnings) == len(WARNINGS), done.stderr
    assert all(part in text for part, text in zip(WARNINGS, warnings, strict=True)), done.stderr
