# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks on fleets: hosts that nobody matches, surveys without answers, strategies, summaries, and runs that nobody watches.

The inventories name no interpreter.
"""

from __future__ import annotations

import datetime
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import fact_cache, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from pytest_stand_in import StandIn

TEN_MINUTES = {"engine": {"interval": "10m"}}


class Unsafe(str):
    """A text as a survey gives it, which Ansible must not template."""


yaml.SafeDumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style="'"))
BLANK = Unsafe("")


def _inventory(stand_in: StandIn, folder: Path, hosts: dict[str, dict[str, Any]], **more: Any) -> str:
    variables = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_retries": 0, "ansible_connection": "local"}
    content = {"superoffice": {"hosts": hosts, "vars": {**variables, "erpsync_password": stand_in.password}}, **more}
    (folder / "inventory.yml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return "inventory.yml"


def _play(
    folder: Path, *arguments: str, variables: dict[str, Any] | None = None, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    extra: list[str] = []
    if variables is not None:
        (folder / "extra.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
        extra = ["--extra-vars", "@extra.yml"]
    return run_ansible("playbook", *arguments, *extra, home=folder, **(environ or {}))


def _tables(output: str) -> list[list[str]]:
    """The lines of each table that a run shows, the last task of each play; none is too long for a screen."""
    found = []
    for shown in re.findall(r"^TASK \[Show the table\].*?\n(.*?)^\}$", output, re.MULTILINE | re.DOTALL):
        lines = shown.splitlines()[2:-1]
        assert all(len(line) <= 120 for line in lines), lines
        found.append([json.loads(line.strip().rstrip(",")) for line in lines])
    return found


def test_no_host_is_no_success(tmp_path: Path) -> None:
    """A question of a survey that nobody answered, where there is no group of the usual name; test_mistakes.py has a misspelt one."""
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump({"installations": {"hosts": {"crm": {}}}}), encoding="utf-8")
    done = _play(tmp_path, "superoffice.erpsync.converge", "-i", "inventory.yml", variables={"erpsync_hosts": BLANK})
    assert done.returncode not in (0, 2)
    assert 'No host matches "superoffice"' in done.stderr and "erpsync_hosts" in done.stderr
    assert "PLAY RECAP" not in done.stdout


HEALTH_OPTIONS = ("checks", "connections", "max_age", "time_zone", "expect_active", "log_window", "log_min", "log_max", "log_rise")
# What a survey sends where nothing was answered; with an answer, texts.
UNANSWERED: dict[str, Any] = {
    **{f"erpsync_{option.name}": BLANK for option in CONNECTION_OPTIONS if option.name not in ("url", "username", "password")},
    **dict.fromkeys(("erpsync_hosts", "erpsync_report_path", "erpsync_report_name", "erpsync_environment_path"), BLANK),
    **dict.fromkeys(("erpsync_drift_fails", "erpsync_serial"), BLANK),
    **dict.fromkeys(("erpsync_prune", "erpsync_update_secrets", "environment_wait_timeout", "environment_only_compare"), BLANK),
    **dict.fromkeys(("sync_force", "sync_timeout", "sync_log", "erpsync_quiet", "erpsync_in_process", "erpsync_retries"), BLANK),
    **{f"erpsync_health_{name}": BLANK for name in HEALTH_OPTIONS},
    **dict.fromkeys(("erpsync_health_fails", "erpsync_prometheus_path"), BLANK),
    **dict.fromkeys(("export_connections", "export_vault_prefix", "export_path"), BLANK),
    **dict.fromkeys(("maintenance_tasks_file", "maintenance_engine_was_running", "maintenance_folder", "maintenance_wait_timeout"), BLANK),
    **dict.fromkeys(("resync_record_ids", "resync_erp", "resync_erp_keys", "resync_keep_blanks", "resync_batch", "resync_timeout"), BLANK),
}
PLAYBOOKS = ("maintenance", "converge", "drift", "sync", "resync", "export", "report", "health")


@pytest.mark.parametrize("texts", [pytest.param(False, marks=thorough_only), True])
def test_answers_of_a_survey(stand_in: StandIn, tmp_path: Path, texts: bool) -> None:
    """Every playbook, with nothing answered, and with nothing answered but texts for numbers and booleans."""
    answers: dict[str, Any] = dict(UNANSWERED)
    playbooks = list(PLAYBOOKS)
    if texts:
        numbers = ("erpsync_timeout", "erpsync_parallel_requests", "environment_wait_timeout", "sync_timeout", "maintenance_wait_timeout")
        answers.update(dict.fromkeys((*numbers, "resync_timeout"), Unsafe("20")))
        answers.update(dict.fromkeys(("erpsync_retries", "erpsync_rate_limit"), Unsafe("0")))
        answers.update(erpsync_health_log_min=Unsafe("0"), erpsync_health_log_rise=Unsafe("2.5"))
        answers.update(erpsync_health_checks=Unsafe("log,last_sync"))
        booleans = ("sync_force", "erpsync_quiet", "resync_keep_blanks", "erpsync_validate_certs", "erpsync_drift_fails")
        answers.update(dict.fromkeys(booleans, Unsafe("no")), erpsync_transport=Unsafe("rest"), erpsync_serial=Unsafe("1"))
        # Drift that does not fail hands on what differs, for a workflow: the comparison, an approval, and converge.
        playbooks.remove("drift")
        playbooks.insert(playbooks.index("converge"), "drift")
        # It takes neither numbers nor booleans of its own.
        playbooks.remove("export")
    wanted: dict[str, dict[str, str]] = {
        "maintenance": {"maintenance_state": "started"},
        "resync": {"resync_confirm": "true", "resync_connection": "Visma Norway"},
    }
    plays = [{"import_playbook": f"superoffice.erpsync.{name}", "vars": wanted.get(name, {})} for name in playbooks]
    plays.insert(1, {"import_playbook": "superoffice.erpsync.maintenance", "vars": {"maintenance_state": "finished"}})
    (tmp_path / "all.yml").write_text(yaml.safe_dump(plays), encoding="utf-8")
    inventory = _inventory(stand_in, tmp_path, {"crm-oslo": {"erpsync_environment": TEN_MINUTES}})
    # Each connection costs the export a copy task.
    state = stand_in.state()
    state["connections"] = [one for one in state["connections"] if one["DisplayName"] == "Visma Norway"]
    state["connections"][0]["LastSync"] = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S")
    stand_in.put_state(state)

    done = _play(tmp_path, "all.yml", "-i", inventory, variables=answers, environ=fact_cache(tmp_path) if texts else {})

    assert done.returncode == 0, done.stdout + done.stderr
    assert "DEPRECATION" not in done.stderr
    folder = tmp_path / "host_vars" / "crm-oslo"
    assert (folder / "installation.yml").is_file() is (folder / "connections" / "visma_norway.yml").is_file() is not texts
    first = {table[0] for table in _tables(done.stdout)}
    assert ("1 installation: 1 differs." in first, "1 installation: 1 as declared." in first) == (texts, not texts)
    assert not list(tmp_path.rglob("report.json")) and not list(tmp_path.rglob("drift.json"))
    assert {"ChangeEngineInterval", "ChangeEngineStatus", "SyncAll", "ForceResync"} <= set(stand_in.writes())


def test_a_fleet_is_summed_up_in_the_end(stand_in: StandIn, tmp_path: Path) -> None:
    """Under another strategy, in which plays would tell of hosts that have not been asked."""
    document = {"connections": [{"name": "Visma Norway", "description": "As declared"}]}
    hosts: dict[str, dict[str, Any]] = {
        "crm-fine": {"erpsync_environment": {"engine": {"state": "running"}}},
        "crm-a": {"erpsync_environment": TEN_MINUTES},
        "crm-b": {"erpsync_environment": TEN_MINUTES},
        "crm-more": {"erpsync_environment": {**TEN_MINUTES, **document}},
        "crm-away": {"erpsync_environment": {}, "erpsync_url": f"http://127.0.0.1:{free_port()}/SuperOffice"},
        "crm-none": {},
    }
    inventory = _inventory(stand_in, tmp_path, hosts)
    # Its modules are dear.
    page = {"erpsync_report_path": Unsafe(str(tmp_path / "report"))}
    stand_in.click("engine", {}, "KNO", "2025-12-02T09:15:00Z")

    # Hosts that failed are left out of the plays that follow, so that each playbook has a run of its own.
    said = {}
    for name, variables in (("report", {}), ("drift", page), ("converge", {"erpsync_serial": 4})):
        done = _play(
            tmp_path, f"superoffice.erpsync.{name}", "-i", inventory, "--check", variables=variables,
            environ={"ANSIBLE_STRATEGY": "free", "ANSIBLE_SHOW_CUSTOM_STATS": "1", "ANSIBLE_FORKS": "3"},
        )  # fmt: skip
        assert done.returncode == 2, done.stdout + done.stderr
        assert "discover" not in done.stderr
        said[name] = _tables(done.stdout)
        # The summary is the last thing before the recap.
        assert re.search(r"^\}\n\nPLAY RECAP", done.stdout.rpartition("TASK [Show the table]")[2], re.MULTILINE), done.stdout
        if name == "drift":
            stats = json.loads(re.search(r"RUN: (\{.*\})", " ".join(done.stdout.partition("CUSTOM STATS")[2].split()))[1])  # type: ignore[index]
            assert stats["erpsync_drift"]["unreadable"] == ["crm-away", "crm-none"]
            assert stats["erpsync_drift"]["differing"] == ["crm-more", "crm-a", "crm-b"]
            assert (stats["erpsync_drift"]["compared"], stats["erpsync_drift"]["changes"]) == (4, 4)

    [report] = said["report"]
    assert report[0] == "6 installations: 1 not read, 5 running."
    assert report[3].startswith("crm-away: not read: ") and report[-1].startswith("5 of 6: alike: crm-fine, crm-a, crm-b, crm-more")
    [drift] = said["drift"]
    assert drift[0] == "6 installations: 2 not compared, 3 differ, 1 as declared."
    names = [line.split("  ")[0] for line in drift[3:] if not line.startswith(" ")]
    assert names == ["crm-away", "crm-none", "crm-more", "crm-more", "2 of 6", "2 of 6: the same change: crm-a, crm-b", "crm-fine"]
    first, last = said["converge"]
    assert first[0] == "6 installations: 3 would change, 1 as declared, 2 not begun."
    # With nothing declared there is nothing to ask an installation that is away.
    assert last[0] == "6 installations: 1 failed, 3 would change, 2 as declared."
    assert stand_in.writes() == []
    written = json.loads((tmp_path / "report" / "drift.json").read_text(encoding="utf-8"))
    assert written["totals"]["installations"] == 6
    assert [one["name"] for one in written["installations"]] == ["crm-away", "crm-none", "crm-more", "crm-a", "crm-b", "crm-fine"]
    who = {"changed_by": "KNO", "changed_at": "2025-12-02T09:15:00Z"}
    [change] = written["installations"][3]["changes"]
    assert change["differences"] == [{"what": "interval", "is": "00:15:00", "declared": "00:10:00", **who}]
    assert {**change, **who} == change
    assert "; changed on 2 December 2025 at 09:15 UTC by KNO" in " ".join(" ".join(drift).split())


def test_a_batch_that_fails_as_a_whole_ends_the_run(stand_in: StandIn, tmp_path: Path) -> None:
    away = {"erpsync_url": f"http://127.0.0.1:{free_port()}/SuperOffice"}
    inventory = _inventory(stand_in, tmp_path, {"canary": away, "crm-a": {}, "crm-b": {}})
    done = _play(
        tmp_path, "superoffice.erpsync.converge", "-i", inventory,
        variables={"erpsync_serial": [1, "100%"], "erpsync_environment": TEN_MINUTES},
    )  # fmt: skip
    assert done.returncode == 2
    [table] = _tables(done.stdout)
    assert table[0] == "3 installations: 1 failed, 2 not begun."
    assert stand_in.writes() == []


def test_cron_is_told_of_failures_only(stand_in: StandIn, tmp_path: Path) -> None:
    inventory = _inventory(stand_in, tmp_path, {"crm-a": {}, "crm-b": {}})
    quiet = {"ANSIBLE_STDOUT_CALLBACK": "superoffice.erpsync.quiet"}

    # That nothing is told without this, test_guides.py shows (many_installations).
    well = _play(tmp_path, "superoffice.erpsync.sync", "-i", inventory, environ={**quiet, "ERPSYNC_QUIET_ALL_WELL": "true"})
    assert (well.returncode, well.stdout, well.stderr) == (0, "All is well with 2 hosts; 1 changed.\n", "")

    stand_in.settings(sync_outcome="error", sync_error_code="UNKNOWN_CONNECTION_ID")
    bad = _play(tmp_path, "superoffice.erpsync.sync", "-i", inventory, "--limit", "crm-b", environ=quiet)
    assert (bad.returncode, bad.stderr) == (2, "")
    assert re.fullmatch(
        r"crm-b: The synchronisation failed \(error code UNKNOWN_CONNECTION_ID\): .*"
        r"last synchronised: .*Visma Norway \S+, Visma Sweden \S+, SAP Germany \S+\.\n",
        bad.stdout,
    )
    # The same in the table that the playbook shows otherwise.
    shown = _play(tmp_path, "superoffice.erpsync.sync", "-i", inventory, variables={"erpsync_quiet": True})
    [table] = _tables(shown.stdout)
    assert table[0] == "2 installations: 2 failed." and table[-1] == "2 of 2: the same reason: crm-a, crm-b"
    assert "Show what changed" not in shown.stdout.replace("TASK [superoffice.erpsync.sync : Show what changed]", "")


def test_documents_from_the_command_line_and_from_two_groups(stand_in: StandIn, tmp_path: Path) -> None:
    """A document as JSON beside connections in variables; two groups that both declare; names that look like ours."""
    connection = {"erpsync_environment_connection_visma": {"name": "Visma Norway", "description": "As declared"}}
    hosts: dict[str, dict[str, Any]] = {
        "crm-text": {"erpsync_environment": json.dumps(TEN_MINUTES), **connection},
        "crm-blank": {"erpsync_environment": None, **connection},
        "crm-rivals": {},
        "crm-inside": {},
        "crm-misspelt": {"erpsync_environment_conection_x": {}, "erpsync_pruned": [], "erpsync_environment": {}},
    }
    groups = {
        "norway": {"hosts": {"crm-rivals": {}}, "vars": {"erpsync_environment": TEN_MINUTES}},
        "visma": {"hosts": {"crm-rivals": {}}, "vars": {"erpsync_environment": {"engine": {"interval": "20m"}}}},
        "wide": {
            "children": {"narrow": {"hosts": {"crm-inside": {}}, "vars": {"erpsync_environment": TEN_MINUTES}}},
            "vars": {"erpsync_environment": {}},
        },
    }
    inventory = _inventory(stand_in, tmp_path, hosts, **groups)

    done = _play(tmp_path, "superoffice.erpsync.converge", "-i", inventory, "--check", variables={"erpsync_hots": "crm-text"})

    assert done.returncode == 0, done.stdout + done.stderr
    [table] = _tables(done.stdout)
    assert table[0] == "5 installations: 4 would change, 1 as declared."
    assert [line.split()[0] for line in table[3:5]] == ["crm-text", "crm-text"]
    warned = " ".join(done.stderr.replace("[WARNING]:", "").split())
    for right in ("erpsync_environment_connection_x", "erpsync_prune", "erpsync_hosts"):
        assert f"Did you mean {right}?" in warned
    assert "The groups norway and visma declare erpsync_environment for the same host." in warned
    assert "wide" not in warned and "narrow" not in warned


WORK = """
- name: Break off as somebody does who presses Ctrl-C
  ansible.builtin.command: kill -INT {{ lookup('ansible.builtin.pipe', "sed -n 's/PPid:\\t//p' /proc/$PPID/status") }}
  run_once: true
- name: Work on
  ansible.builtin.command: sleep 60
  run_once: true
"""


def test_an_interrupted_maintenance_can_be_ended(stand_in: StandIn, tmp_path: Path) -> None:
    """And what cannot be carried out, or was stopped on purpose, is left alone."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell who started a process")
    (tmp_path / "work.yml").write_text(WORK, encoding="utf-8")
    (tmp_path / "bad.yml").write_text("- debugg: {msg: x}\n", encoding="utf-8")
    stopped = StandIn("--engine-delay", "0")
    try:
        signed_in = {"erpsync_url": stopped.url, "erpsync_username": stopped.username, "erpsync_password": stopped.password}
        state = stopped.state()
        state["engine"]["IsRunning"] = False
        stopped.put_state(state)
        hosts = {"crm-a": {"work": "work"}, "crm-stopped": {**signed_in, "work": "work"}, "crm-bad": {"work": "bad"}}
        inventory = _inventory(stand_in, tmp_path, hosts)

        done = _play(tmp_path, "superoffice.erpsync.maintenance", "-i", inventory, variables={"maintenance_tasks_file": "{{ work }}.yml"})

        assert done.returncode not in (0, 2)
        checked, bad, later = done.stdout.partition("fatal: [crm-bad]: ")
        assert bad and "Read the engine" not in checked and "debugg" in later.partition("\nTASK ")[0] and "[crm-bad]" not in later
        # Without what older releases of Ansible wrap around the error of a lookup.
        assert "The error" not in done.stdout and "offending" not in done.stdout
        assert stand_in.state()["engine"]["IsRunning"] is False
        told = done.stdout.partition('"msg": [\n')[2].partition("]")[0].splitlines()
        assert "Ctrl-C" in told[0]
        command = json.loads(told[1].strip().rstrip(",")).split()
        assert command[:2] == ["ansible-playbook", "superoffice.erpsync.maintenance"]

        again = _play(tmp_path, *command[1:])

        # Of the host whose file of tasks was wrong nothing was stopped, and nothing is known.
        assert again.returncode == 2 and re.findall(r"^fatal: \[(.*?)\]", again.stdout, re.MULTILINE) == ["crm-bad"], again.stdout
        assert "It is not known whether the engine ran" in again.stdout
        assert stand_in.state()["engine"]["IsRunning"] is True
        assert stopped.state()["engine"]["IsRunning"] is False and stopped.writes() == []
        assert "The engine ran before the maintenance that began at " in again.stdout
        assert "The engine did not run before the maintenance that began at " in again.stdout
        assert list((tmp_path / ".erpsync_maintenance").iterdir()) == []
    finally:
        stopped.stop()


@thorough_only
def test_a_lasting_fact_cache_keeps_a_maintenance(stand_in: StandIn, tmp_path: Path) -> None:
    inventory = _inventory(stand_in, tmp_path, {"crm-a": {}})
    cache = fact_cache(tmp_path)
    # Once it is ended there is nothing left to end, neither in the same run nor, as the cache has it, in the next one.
    twice = [{"import_playbook": "superoffice.erpsync.maintenance", "vars": {"maintenance_state": "finished"}}] * 2
    (tmp_path / "twice.yml").write_text(yaml.safe_dump(twice), encoding="utf-8")

    begun = _play(tmp_path, "superoffice.erpsync.maintenance", "-i", inventory, variables={"maintenance_state": "started"}, environ=cache)
    stopped = not stand_in.state()["engine"]["IsRunning"]
    ended = _play(tmp_path, "twice.yml", "-i", inventory, environ=cache)

    assert (begun.returncode, stopped) == (0, True), begun.stdout
    assert stand_in.writes() == ["ChangeEngineStatus"] * 2 and stand_in.state()["engine"]["IsRunning"] is True
    assert ended.returncode == 2 and ended.stdout.count("fatal: ") == 1, ended.stdout
    assert "It is not known whether the engine ran" in ended.stdout.partition("Clear the fact cache")[2]
    [cached] = (tmp_path / "facts").iterdir()
    assert re.search(r'maintenance_cached\\*": *null', cached.read_text(encoding="utf-8"))
    assert not (tmp_path / ".erpsync_maintenance").exists()
