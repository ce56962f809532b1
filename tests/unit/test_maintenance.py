# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A maintenance of two runs whose first one does not see the engine stop."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from pathlib import Path

import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import fact_cache, run_ansible
from pytest_stand_in import StandIn

NEVER = 1e6
HOSTS = ("slow", "lost", "stubborn", "refused")


def _recorded(folder: Path) -> list[str]:
    """The hosts with a maintenance that has not ended, in a fact cache: a file would cost each of them the start of three modules."""
    facts = {host: path.read_text(encoding="utf-8") for host in HOSTS for path in (folder / "facts").glob(f"*{host}")}
    assert list(facts) == list(HOSTS)
    return [host for host, text in facts.items() if not re.search(r'maintenance_cached\\*": *null', text)]


def _stop(server: StandIn) -> None:
    """Let the engine stop now, and obey at once from now on."""
    server.settings(engine_delay=0)
    state = server.state()
    assert state["engine"]["Requested"]["IsRunning"] is False
    server.put_state(state)


def _stop_at_the_second_look(server: StandIn, ended: threading.Event) -> None:
    while not ended.wait(0.2):
        if server.methods().count("GetEngineStatus") >= 2:
            _stop(server)
            return


def test_the_second_run_waits_for_a_stop_that_is_pending(tmp_path: Path) -> None:
    """slow: the wait was too short; lost: so was the answer; stubborn: it never stops; refused: it was never to stop."""

    def play(state: str, hosts: str = "all", **variables: object) -> tuple[int, str]:
        extra = json.dumps({"maintenance_state": state, "erpsync_hosts": hosts, "maintenance_wait_timeout": 1, **variables})
        arguments = ["superoffice.erpsync.maintenance", "-i", "inventory.yml", "-e", extra]
        done = run_ansible("playbook", *arguments, home=tmp_path, **fact_cache(tmp_path))
        return done.returncode, done.stdout + done.stderr

    with contextlib.ExitStack() as running:
        servers = {}
        for host in HOSTS:
            servers[host] = StandIn("--engine-delay", str(NEVER))
            running.callback(servers[host].stop)
        connections = {
            host: {"erpsync_url": server.url, "erpsync_username": server.username, "erpsync_password": server.password}
            for host, server in servers.items()
        }
        shared = {"ansible_connection": "local", "erpsync_retries": 0}
        (tmp_path / "inventory.yml").write_text(yaml.safe_dump({"superoffice": {"hosts": connections, "vars": shared}}), encoding="utf-8")
        servers["lost"].fault("ChangeEngineStatus", "reset", when="after")
        servers["refused"].settings(forbidden=["ChangeEngineStatus"])

        status, said = play("started")
        assert status == 2 and said.count('"kind": "wait_timeout"') == 2 and _recorded(tmp_path) == list(HOSTS), said
        for server in servers.values():
            server.clear_journal()
            server.clear_faults()
            server.settings(forbidden=[])

        ended = threading.Event()
        watching = [threading.Thread(target=_stop_at_the_second_look, args=(servers[host], ended)) for host in ("slow", "lost")]
        for thread in watching:
            thread.start()
        try:
            status, said = play("finished")
        finally:
            ended.set()
            for thread in watching:
                thread.join()

        for host in ("slow", "lost"):
            assert servers[host].writes() == ["ChangeEngineStatus"], (host, said)
            assert servers[host].state()["engine"]["IsRunning"] is True
        # One look, and no wait, where the engine was never to stop.
        assert servers["refused"].methods().count("GetEngineStatus") == 1 and servers["refused"].writes() == []
        assert status == 2 and "run maintenance_state=finished again later" in said, said
        assert servers["stubborn"].writes() == []
        assert _recorded(tmp_path) == ["stubborn"]

        status, said = play("finished", "stubborn", maintenance_engine_was_running=False)
        assert status == 0 and servers["stubborn"].writes() == [] and _recorded(tmp_path) == [], said
