# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other ways in which people start the collection: ad-hoc commands, and jobs of AWX, which ansible-runner runs."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import ansible_runner
import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY, thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, environment, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE, in_both_shells, in_process_at_least
from pytest_stand_in import StandIn


def _variables(stand_in: StandIn) -> dict[str, str]:
    return {"SUPEROFFICE_URL": stand_in.url, "SUPEROFFICE_USERNAME": stand_in.username, "SUPEROFFICE_PASSWORD": stand_in.password}


def _adhoc_result(output: str) -> dict[str, Any]:
    """The result that `ansible` shows behind `localhost | SUCCESS => `."""
    shown = re.search(r"^localhost \| (?:SUCCESS|CHANGED) => (\{.*\})\s*$", output, re.MULTILINE | re.DOTALL)
    assert shown, output
    result = json.loads(shown[1])
    assert isinstance(result, dict)
    return result


@in_both_shells
def test_adhoc_info_takes_the_connection_from_the_environment(shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    # All that follows -m is text, the switch as well.
    further = ["-e", "erpsync_in_process=false", "-a", "gather=connections query=connections[?active].name"] if shell == MODULE else []
    arguments = ["-m", "superoffice.erpsync.erpsync_info", *further, "-vvv"]
    done = run_ansible("adhoc", "localhost", *arguments, home=tmp_path, **_variables(stand_in))

    assert done.returncode == 0, done.stdout + done.stderr
    said = "in the controller's process" if shell == IN_PROCESS else "as an ordinary module: erpsync_in_process is false"
    assert f"superoffice.erpsync.erpsync_info runs {said}" in done.stdout
    result = _adhoc_result(done.stdout)
    if shell == MODULE:
        assert result["query_result"] == ["Visma Norway", "Visma Sweden", "SAP Germany"]
    else:
        assert result["engine"]["interval"] == "00:15:00"
        assert [connector["name"] for connector in result["connectors"]] == ["Visma", "SAP", "Dynamics"]
        assert len(result["connections"]) == 5
    assert stand_in.writes() == []


def test_adhoc_arguments_win_over_the_environment_in_check_mode_with_a_diff(stand_in: StandIn, tmp_path: Path) -> None:
    variables = {**_variables(stand_in), "SUPEROFFICE_URL": "http://127.0.0.1:1/elsewhere"}
    arguments = ["-m", "superoffice.erpsync.erpsync_engine", "-a", f"url={stand_in.url} interval=10m", "--check", "--diff"]
    done = run_ansible("adhoc", "localhost", *arguments, home=tmp_path, **variables)

    assert done.returncode == 0, done.stdout + done.stderr
    assert '-    "interval": "00:15:00"' in done.stdout
    assert '+    "interval": "00:10:00"' in done.stdout
    assert stand_in.writes() == []


def test_adhoc_takes_the_connection_from_the_inventory(stand_in: StandIn, tmp_path: Path) -> None:
    """The inventory of the examples, each of whose installations has an address and a password of its own in a second one."""
    hosts: dict[str, dict[str, Any]] = {}
    for host in ("crm-vienna", "crm-oslo", "crm-hamburg"):
        folder = tmp_path / "inventory" / "host_vars"
        folder.mkdir(parents=True, exist_ok=True)
        own = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "vault_superoffice_password": stand_in.password}
        (folder / f"{host}.yml").write_text(yaml.safe_dump({**own, "erpsync_retries": "", "erpsync_ca_path": None}), encoding="utf-8")
        hosts[host] = {}
    (tmp_path / "inventory" / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
    inventories = ["-i", str(COLLECTION / "examples" / "inventory"), "-i", "inventory"]
    # What the environment says counts after the variables; what the command says, before them.
    elsewhere = {"SUPEROFFICE_URL": "http://127.0.0.1:1/elsewhere", "SUPEROFFICE_TICKET": "7T:elsewhere"}
    arguments = json.dumps({"gather": ["engine", "connections"], "query": "engine.interval", "timeout": 20})

    done = run_ansible(
        "adhoc",
        "superoffice",
        *inventories,
        "-m",
        "superoffice.erpsync.erpsync_info",
        "-a",
        arguments,
        home=tmp_path,
        **elsewhere,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^crm-\w+ \| SUCCESS => ", done.stdout, re.MULTILINE)) == 3
    assert done.stdout.count('"query_result": "00:15:00"') == 3
    # Of the facts only what the query looks at.
    assert '"engine": {' in done.stdout and '"connections": [' not in done.stdout.replace('"connections",', "")
    assert stand_in.password not in done.stdout
    assert stand_in.methods().count("GetEngineStatus") == 3 and "GetErpSyncConnections" not in stand_in.methods()


@in_process_at_least
def test_adhoc_failure_is_one_message(shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    variables = {**_variables(stand_in), "SUPEROFFICE_PASSWORD": "not-the-pass-phrase"}
    done = run_ansible("adhoc", "localhost", "-m", "superoffice.erpsync.erpsync_info", "-vvvv", home=tmp_path, **variables, shell=shell)

    assert done.returncode == 2
    assert '"kind": "unauthorized"' in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "not-the-pass-phrase" not in done.stdout + done.stderr


JOB = [
    {
        "name": "Converge and report",
        "hosts": "all",
        "gather_facts": False,
        "roles": ["superoffice.erpsync.environment", "superoffice.erpsync.sync"],
    }
]


def _private_data_dir(folder: Path, stand_in: StandIn, *, shell: str, secrets: str) -> Path:
    """A folder as AWX lays it out for a job: project, inventory and env.

    :param secrets: `extravars`, as a survey or a vault hands them over, or `environment`, as a credential type injects them.
    """
    for name in ("project", "inventory", "env"):
        (folder / name).mkdir(parents=True)
    (folder / "project" / "site.yml").write_text(yaml.safe_dump(JOB), encoding="utf-8")
    host = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    (folder / "inventory" / "hosts.json").write_text(json.dumps({"all": {"hosts": {"crm-oslo": host}}}), encoding="utf-8")
    variables: dict[str, Any] = {"erpsync_environment": {"engine": {"state": "running", "interval": "20m"}}}
    if shell == MODULE:
        variables["erpsync_in_process"] = False
    connection = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
    environ = environment(folder / "home")
    if secrets == "extravars":
        variables.update({f"erpsync_{name}": value for name, value in connection.items()})
    else:
        environ.update({f"SUPEROFFICE_{name.upper()}": value for name, value in connection.items()})
    (folder / "env" / "extravars").write_text(json.dumps(variables), encoding="utf-8")
    (folder / "env" / "envvars").write_text(json.dumps(environ), encoding="utf-8")
    (folder / "env" / "settings").write_text(json.dumps({"suppress_env_files": True}), encoding="utf-8")
    return folder


def _artifacts_with(text: str, folder: Path) -> set[str]:
    """The names of the files that a job left behind and that have the text in them."""
    files = [path for path in (folder / "artifacts").rglob("*") if path.is_file()]
    assert {"stdout", "rc", "command"} <= {path.name for path in files}
    return {path.name for path in files if text in path.read_text(encoding="utf-8", errors="replace")}


@pytest.fixture
def _programs_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """ansible-runner looks for ansible-playbook on the PATH of whoever starts it: let it find the one beside this Python."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


@pytest.mark.usefixtures("_programs_on_path")
@pytest.mark.parametrize(
    "shell, secrets",
    [
        # test_controller.py has jobs with extra variables every day.
        pytest.param(IN_PROCESS, "extravars", marks=thorough_only),
        (MODULE if EVERY_WAY else IN_PROCESS, "environment"),
    ],
)
def test_job_of_awx(shell: str, secrets: str, stand_in: StandIn, tmp_path: Path) -> None:
    folder = _private_data_dir(tmp_path / "job", stand_in, shell=shell, secrets=secrets)

    job = ansible_runner.run(private_data_dir=str(folder), playbook="site.yml", quiet=True, verbosity=4)

    assert (job.status, job.rc) == ("successful", 0), job.stdout.read()
    finished = {event["event_data"]["task"]: event["event_data"]["res"] for event in job.events if event["event"] == "runner_on_ok"}
    converged = finished["Bring the environment into its declared state"]
    assert converged["changed"] and converged["engine"]["interval_seconds"] == 1200
    assert finished["Synchronise all active connections"]["changes"]["added"] == [{"table": "contact", "record_id": 501}]
    assert finished["Show what changed"]["msg"][0] == "Records: 1 added, 3 updated, 1 deleted."
    assert job.stats["changed"] == {"crm-oslo": 2}
    assert stand_in.writes() == ["ChangeEngineInterval", "SyncAll"]
    # In "command" ansible-runner writes down the environment that it was given itself; AWX masks it.
    assert _artifacts_with(stand_in.password, folder) <= ({"command"} if secrets == "environment" else set())


@pytest.mark.usefixtures("_programs_on_path")
def test_job_of_awx_that_fails(stand_in: StandIn, tmp_path: Path) -> None:
    folder = _private_data_dir(tmp_path / "job", stand_in, shell=IN_PROCESS, secrets="extravars")
    stand_in.fault("GetEngineStatus", "status", status=403)

    job = ansible_runner.run(private_data_dir=str(folder), playbook="site.yml", quiet=True, verbosity=4)

    assert (job.status, job.rc) == ("failed", 2)
    failures = [event["event_data"]["res"] for event in job.events if event["event"] == "runner_on_failed"]
    assert [failure["failure"]["kind"] for failure in failures] == ["forbidden"]
    assert _artifacts_with(stand_in.password, folder) == set()
