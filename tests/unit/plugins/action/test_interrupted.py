# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl-C, and the end that a job scheduler gives a job: ansible-playbook ends at once, without a mess, in both shells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import environment
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import shell_arguments
from pytest_stand_in import StandIn

# How long the server takes for an answer; whoever waits for it is not at once.
SLOW = 8.0


def _wait_for(stand_in: StandIn, method: str, calls: int) -> None:
    until = time.monotonic() + 60
    while stand_in.methods().count(method) < calls:
        assert time.monotonic() < until, f"{method} was not called"
        time.sleep(0.05)


@pytest.mark.parametrize("number, whom", [(signal.SIGINT, "all"), (signal.SIGINT, "ansible"), (signal.SIGTERM, "all")])
def test_a_run_ends_at_once(number: signal.Signals, whom: str, shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    """A terminal's Ctrl-C reaches all processes of the run, that of a scheduler perhaps ansible-playbook alone."""
    names = ("Visma Norway", "Visma Sweden", "SAP Germany")
    task: dict[str, Any] = {
        "url": stand_in.url,
        "username": stand_in.username,
        "password": "{{ lookup('ansible.builtin.env', 'THE_PASSWORD') }}",
        "timeout": 30,
        "document": {"connections": [{"name": name, "description": "x"} for name in names]},
    }
    tasks = [{"superoffice.erpsync.erpsync_environment": task}, {"ansible.builtin.debug": {"msg": "went on"}}]
    play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
    (tmp_path / "playbook.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    stand_in.fault("GetConnection", "slow", seconds=SLOW)
    command = [sys.executable, "-m", "ansible.cli.playbook", "playbook.yml", "-vvv", *shell_arguments()]
    environ = environment(tmp_path, THE_PASSWORD=stand_in.password)
    with (tmp_path / "shown").open("w+", encoding="utf-8") as shown:
        run = subprocess.Popen(
            command, cwd=tmp_path, env=environ, stdin=subprocess.DEVNULL, stdout=shown, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            # The reads are under way side by side.
            _wait_for(stand_in, "GetConnection", len(names))
            started = time.monotonic()
            if whom == "all":
                os.killpg(run.pid, number)
            else:
                run.send_signal(number)
            status = run.wait(timeout=30)
            took = time.monotonic() - started
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()
        shown.seek(0)
        said = shown.read()
    assert status == (99 if number == signal.SIGINT else -signal.SIGTERM), said
    assert took < SLOW - 1, said
    assert not [word for word in ("Traceback", "went on", stand_in.password, "mistake of its own") if word in said], said
    if number == signal.SIGINT:
        assert "User interrupted execution" in said
    assert stand_in.writes() == []
