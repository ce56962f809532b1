# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl-C, the end that a job scheduler gives a job, and a task's time limit: ansible-playbook ends at once, without a mess, in both shells.

What was deactivated for a change is active again. A play takes a second: each signal is sent in both shells in one of the two tests,
and tests/unit/environment/test_interrupted.py sends all of them, at all places, without Ansible.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import end_group, environment
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE, shell_arguments
from pytest_stand_in import StandIn


def _wait_for(stand_in: StandIn, method: str, calls: int) -> None:
    until = time.monotonic() + 60
    while stand_in.methods().count(method) < calls:
        assert time.monotonic() < until, f"{method} was not called"
        time.sleep(0.05)


class Playbook:
    """A play of one task that changes connections, in a process of its own whose output is kept."""

    def __init__(self, stand_in: StandIn, home: Path, shell: str, document: dict[str, Any], **keywords: Any) -> None:
        task: dict[str, Any] = {
            "url": stand_in.url,
            "username": stand_in.username,
            "password": "{{ lookup('ansible.builtin.env', 'THE_PASSWORD') }}",
            "timeout": 120,
            "document": document,
        }
        tasks = [{"superoffice.erpsync.erpsync_environment": task, **keywords}, {"ansible.builtin.debug": {"msg": "went on"}}]
        play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
        (home / "playbook.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
        self._output = home / "shown"
        with self._output.open("w", encoding="utf-8") as shown:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ansible.cli.playbook", "playbook.yml", "-vvv", *shell_arguments(shell)],
                cwd=home,
                env=environment(home, THE_PASSWORD=stand_in.password),
                stdin=subprocess.DEVNULL,
                stdout=shown,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Playbook:
        return self

    def __exit__(self, *_unused: object) -> None:
        end_group(self.process)
        self.process.wait()
        # Ansible's workers have sessions of their own since 2.19. One that lives on would carry out its
        # task on the stand-in of the next test, as soon as that answers.
        for entry in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if os.fsencode(self._output.parent) in entry.read_bytes():
                    os.kill(int(entry.parent.name), signal.SIGKILL)

    def send(self, number: signal.Signals, whom: str) -> None:
        """To all processes of the run, to ansible-playbook alone, or to the one that carries out the task."""
        if whom == "all":
            os.killpg(self.process.pid, number)
        elif whom == "ansible":
            self.process.send_signal(number)
        else:
            listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
            [worker] = [int(pid) for pid, parent in map(str.split, listed.splitlines()) if int(parent) == self.process.pid]
            os.kill(worker, number)

    def said(self) -> str:
        """What it has shown."""
        return self._output.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "number, whom, shell",
    [
        (signal.SIGINT, "all", IN_PROCESS),
        (signal.SIGINT, "all", MODULE),
        (signal.SIGINT, "ansible", IN_PROCESS),
        (signal.SIGTERM, "all", IN_PROCESS),
        *([(signal.SIGINT, "ansible", MODULE)] if EVERY_WAY else []),
    ],
)
def test_a_run_ends_at_once(number: signal.Signals, whom: str, shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    """A terminal's Ctrl-C reaches all processes of the run, that of a scheduler perhaps ansible-playbook alone.

    It ends before the server answers, however long that takes.
    """
    names = ("Visma Norway", "Visma Sweden", "SAP Germany")
    stand_in.fault("GetConnection", "never")
    with Playbook(stand_in, tmp_path, shell, {"connections": [{"name": name, "description": "x"} for name in names]}) as run:
        # The reads are under way side by side.
        _wait_for(stand_in, "GetConnection", len(names))
        run.send(number, whom)
        status = run.process.wait(timeout=60)
        said = run.said()
    assert status == (99 if number == signal.SIGINT else -signal.SIGTERM), said
    assert not [word for word in ("Traceback", "went on", stand_in.password, "mistake of its own") if word in said], said
    if number == signal.SIGINT:
        assert "User interrupted execution" in said
    assert stand_in.writes() == []


@pytest.mark.parametrize(
    "number, whom, shell",
    [
        (signal.SIGINT, "all", IN_PROCESS),
        (signal.SIGTERM, "ansible", IN_PROCESS),
        (signal.SIGALRM, "worker", IN_PROCESS),
        (signal.SIGALRM, "worker", MODULE),
        *([(signal.SIGTERM, "ansible", MODULE)] if EVERY_WAY else []),
    ],
)
def test_what_was_deactivated_is_active_again(number: signal.Signals, whom: str, shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    """SIGALRM is how Ansible's `timeout` of a task ends its work; an ordinary module is not ended by it and finishes by itself."""
    stand_in.settings(enforce_inactive_for_edit=True, save_sets_active=False)
    # The save behind the toggle, which is the second one, is not answered before the fault is cleared.
    stand_in.fault("SaveConnection", "together", [2], requests=2)
    document = {"connections": [{"name": "Visma Norway", "config": {"Company": "77"}}]}
    with Playbook(stand_in, tmp_path, shell, document, timeout=600) as run:
        _wait_for(stand_in, "SaveConnection", 2)
        assert not _is_active(stand_in)
        run.send(number, whom)
        run.process.wait(timeout=60)
        said = run.said()
        stand_in.clear_faults()
        until = time.monotonic() + 60
        while not _is_active(stand_in):
            assert time.monotonic() < until, said
            time.sleep(0.05)
    assert not [word for word in ("Traceback", "went on", stand_in.password, "mistake of its own") if word in said], said
    assert stand_in.methods().count("ToggleErpConnectionActive") == 2


def _is_active(stand_in: StandIn) -> bool:
    [active] = [one["Active"] for one in stand_in.state()["connections"] if one["DisplayName"] == "Visma Norway"]
    return bool(active)
