# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task goes to the ordinary module, and that it is said; and that a task in the controller's process leaves nothing behind."""

from __future__ import annotations

import errno
import json
import locale
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Run, Task
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.spec import ArgumentSpec
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _in_process
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._in_process import InProcess
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import MODULES, ON_THE_CONTROLLER, ROOT, run_action, run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS, in_both_shells
from pytest_stand_in import StandIn

ENGINE = "superoffice.erpsync.erpsync_engine"
HERE = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
# A connection that does what local does, under another name.
OTHER_CONNECTION = """
from ansible.plugins.connection.local import Connection as Local
DOCUMENTATION = '''
name: elsewhere
short_description: local, under another name
description: [local, under another name]
author: [the tests]
'''


class Connection(Local):
    transport = "elsewhere"
"""
# A way to become another user that leaves everything as it is.
OTHER_BECOME = """
from ansible.plugins.become import BecomeBase
DOCUMENTATION = '''
name: nobody_else
short_description: nobody else
description: [nobody else]
author: [the tests]
options:
  become_user: {description: [user], default: root}
  become_exe: {description: [program], default: ''}
  become_flags: {description: [flags], default: ''}
  become_pass: {description: [password]}
'''


class BecomeModule(BecomeBase):
    name = "nobody_else"

    def build_become_command(self, cmd, shell):
        super().build_become_command(cmd, shell)
        return cmd
"""


def _tasks(link: Path) -> list[tuple[dict[str, Any], str | None]]:
    """A task's keywords, and the words with which it goes to the ordinary module; None where it does not.

    These are the reasons that Ansible brings in more than a variable; plugin_utils/test_in_process.py has all.
    """
    become = {"become": True, "become_method": "nobody_else"}
    return [
        ({}, None),
        ({"vars": {"erpsync_in_process": "{{ 'yes' }}"}}, None),
        (become, "it becomes another user"),
        ({"async": 30, "poll": 1}, "it is asynchronous"),
        ({"vars": {"ansible_python_interpreter": f"{Path(sys.executable).parent}/../bin/{Path(sys.executable).name}"}}, None),
        ({"environment": {"LC_ALL": "C.UTF-8"}}, None),
        ({"delegate_to": "here-too"}, None),
        ({"delegate_to": "elsewhere"}, "the connection is elsewhere"),
        ({"delegate_to": "another-python"}, f"the interpreter is {link}, not {sys.executable}"),
    ]


@pytest.fixture
def another_python(tmp_path: Path) -> Path:
    """A program that is an interpreter with all that a module needs, and not the one that runs this."""
    program = tmp_path / "python-of-its-own"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


def test_what_ansible_makes_a_reason_to_hand_over_is_honoured_and_said(stand_in: StandIn, tmp_path: Path, another_python: Path) -> None:
    for folder, name, text in (("connection", "elsewhere", OTHER_CONNECTION), ("become", "nobody_else", OTHER_BECOME)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.py").write_text(text, encoding="utf-8")
    cases = _tasks(another_python)
    tasks = [{"name": f"case {number}", ENGINE: {"state": "running"}, **keywords} for number, (keywords, _reason) in enumerate(cases)]
    connection = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
    play = {"hosts": "crm", "gather_facts": False, "module_defaults": {"group/superoffice.erpsync.all": connection}, "tasks": tasks}
    (tmp_path / "playbook.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    hosts = {
        # The home folder that is Ansible's here is not the one that the system knows.
        "crm": {**HERE, "ansible_async_dir": str(tmp_path / "async")},
        "here-too": HERE,
        "elsewhere": {**HERE, "ansible_connection": "elsewhere"},
        "another-python": {**HERE, "ansible_python_interpreter": str(another_python)},
    }
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")

    done = run_ansible(
        "playbook", "playbook.yml", "-i", "inventory.yml", "-vvv", home=tmp_path,
        ANSIBLE_CONNECTION_PLUGINS=str(tmp_path / "connection"), ANSIBLE_BECOME_PLUGINS=str(tmp_path / "become"),
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    parts = re.split(r"^TASK \[case \d+\].*$", done.stdout, flags=re.MULTILINE)[1:]
    assert len(parts) == len(cases)
    for part, (keywords, reason) in zip(parts, cases, strict=True):
        said = "runs in the controller's process" if reason is None else f"runs as an ordinary module: {reason}"
        assert f"{ENGINE} {said}" in part, (keywords, part)
        # Ansible's own account of the programs that it starts for a module
        assert ("EXEC" in part or "PUT" in part) is (reason is not None), (keywords, part)
    assert stand_in.methods().count("GetEngineStatus") == len(cases)


def test_a_missing_library_is_the_modules_to_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_in_process, "JMESPATH_IMPORT_ERROR", "no jmespath")
    with pytest.raises(AssertionError, match="handed over"):
        run_action("erpsync_info", {})


def test_on_macos_the_ordinary_module_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(_in_process.display, "vvv", lambda text, **_host: said.append(text))
    with pytest.raises(AssertionError, match="handed over"):
        run_action("erpsync_info", {"url": "https://crm.example.com", "ticket": "7T:x"})
    assert said == ["superoffice.erpsync.erpsync_info runs as an ordinary module: a copy of a process must not ask macOS for its proxies"]


def test_every_module_has_its_action_plugin() -> None:
    assert {path.stem for path in (ROOT / "plugins" / "action").glob("erpsync_*.py")} == {*MODULES, *ON_THE_CONTROLLER}


def _belongings() -> dict[str, Any]:
    mask = os.umask(0)
    os.umask(mask)
    return {
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "descriptors": sorted(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else [],
        "threads": threading.enumerate(),
        "warning filters": list(warnings.filters),
        "umask": mask,
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "alarm": signal.getitimer(signal.ITIMER_REAL),
        "locale": locale.setlocale(locale.LC_ALL, None),
        "time limit of sockets": socket.getdefaulttimeout(),
        "output": (sys.stdout, sys.stderr, sys.excepthook),
    }


@pytest.fixture
def folder_to_lose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, put back after the test whatever becomes of it."""
    folder = tmp_path / "lost"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@in_both_shells
def test_a_working_directory_that_is_gone_is_no_hindrance(folder_to_lose: Path, shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Ansible makes its loader when it starts, for which ansible-core 2.22 asks for the working directory,
    # and then takes the folder of the playbook for it.
    loader = DataLoader()
    loader.set_basedir(str(folder_to_lose.parent))
    monkeypatch.setattr(sys.modules[run_action.__module__], "DataLoader", lambda: loader)
    folder_to_lose.rmdir()
    result = run_module("erpsync_info", {"url": f"http://127.0.0.1:{free_port()}", "ticket": "7T:x", "retries": 0}, shell=shell)
    assert result["failure"]["kind"] == "connection_refused"


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES])
def test_a_playbooks_folder_that_cannot_be_entered_is_one_sentence(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(folder: str) -> None:
        raise OSError(number, os.strerror(number), folder)

    with monkeypatch.context() as patch:
        patch.setattr(os, "chdir", fails)
        result = run_action("erpsync_info", {"url": "http://127.0.0.1:9", "ticket": "7T:x"})
    assert f"cannot be entered ({os.strerror(number).lower()})" in result["msg"]
    assert (result["failed"], result["failure"]["kind"], result["failure"]["uncertain"]) == (True, "bad_input", False)


# The connection's user and password are a good one's, an environment variable's, or a wrong one's.
WAYS: list[tuple[dict[str, Any], dict[str, str] | None, bool]] = [
    ({}, None, False),
    ({"validate_certs": False}, None, False),
    ({"validate_certs": False}, {"SUPEROFFICE_TIMEOUT": "5", "HTTP_PROXY": "", "NEW_NAME": "x"}, False),
    ({"password": "wrong"}, {"SUPEROFFICE_TIMEOUT": "5"}, True),
    ({"url": "http://127.0.0.1:1/x", "validate_certs": False}, None, True),
    ({"nonsense": 1}, {"NEW_NAME": "x"}, True),
]


@pytest.mark.parametrize("options, environment, fails", WAYS, ids=str)
def test_nothing_is_left_behind(stand_in: StandIn, options: dict[str, Any], environment: dict[str, str] | None, fails: bool) -> None:
    connection = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password, "retries": 0}
    document = {"connections": [{"name": name, "description": "x"} for name in ("Visma Norway", "Visma Sweden", "SAP Germany")]}
    # What is loaded at the first use, such as an encoding, stays loaded.
    run_action("erpsync_environment", {**connection, "document": document}, check=True)
    before = _belongings()
    result = run_action("erpsync_environment", {**connection, "document": document, **options}, check=True, environment=environment)
    assert bool(result.get("failed")) is fails, result
    assert _belongings() == before
    json.dumps(result)


def test_a_failure_that_is_no_result_leaves_nothing_behind_either(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_unused: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_in_process, "perform", interrupted)
    connection = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
    before = _belongings()
    with pytest.raises(KeyboardInterrupt):
        run_action("erpsync_engine", {**connection}, environment={"NEW_NAME": "x"})
    assert _belongings() == before


def test_what_python_warns_of_is_said_to_nobody(monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder) -> None:
    """An ordinary module's standard error is not shown either."""

    def warning(*_unused: Any) -> dict[str, Any]:
        warnings.warn("something is old", stacklevel=1)
        return {"changed": False}

    monkeypatch.setattr(_in_process, "perform", warning)
    assert "failed" not in run_action("erpsync_engine", {})
    assert [str(each.message) for each in recwarn] == []


REMOVED = {"removed_in_version": "9.0.0", "removed_from_collection": "superoffice.erpsync"}
OLD = ArgumentSpec({"name": {"aliases": ["called"]}, "old": REMOVED})


@pytest.mark.parametrize("options", [{"name": "a", "called": "b", "old": "x"}, {"old": "x", "nonsense": 1}], ids=str)
def test_warnings_and_deprecations_of_options_are_the_modules(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def warned(_params: Any, run: Run) -> dict[str, Any]:
        run.warn("and this")
        return {"changed": False}

    task = Task("erpsync_engine", OLD, warned)
    plugin = type("ActionModule", (InProcess,), {"task": task})
    for place, what in (("modules.erpsync_engine.TASK", task), ("action.erpsync_engine.ActionModule", plugin)):
        monkeypatch.setattr(f"ansible_collections.superoffice.erpsync.plugins.{place}", what)
    found = []
    for shell in SHELLS:
        given = {"url": "http://127.0.0.1:1/x", "username": "x", "password": "x", **options}
        found.append(run_module("erpsync_engine", given, shell=shell))
    assert found[0] == found[1]
    assert found[0].get("warnings", []) == ([] if "nonsense" in options else ["Both option name and its alias called are set.", "and this"])
    assert [each["version"] for each in found[0]["deprecations"]] == ["9.0.0"]


LATE = """
import importlib, json, os, sys
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import LEAST, MODULES, run_action

def late(module):
    importlib.import_module(f"ansible_collections.superoffice.erpsync.plugins.action.{module}")
    found = []
    for transport in ({}, {"transport": "soap", "services_version": 88}):
        loaded = set(sys.modules)
        who = {"url": "http://127.0.0.1:1/x", "username": "x", "password": "x", "retries": 0}
        run_action(module, {**who, **transport, **LEAST.get(module, {})})
        found.append(sorted(set(sys.modules) - loaded))
    return found

for module in MODULES:
    # Each in a copy of a process that has no plugin yet.
    if os.fork() == 0:
        print(json.dumps([module, *late(module)]), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, module
"""


def test_a_task_imports_nothing_but_soap_and_signing_in_that_its_plugin_has_not_imported() -> None:
    """Ansible forks a process for each task, so each further task would import it again."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", LATE], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [module for module, *_late in said] == MODULES
    for module, *late in said:
        over_rest, over_soap = ([name for name in names if not name.startswith("encodings.")] for names in late)
        assert over_rest == [], module
        assert {name for name in over_soap if "._client.soap" in name}, module
        # SOAP brings XML, and the durations that XML spells in another way.
        assert [name for name in over_soap if not re.search(r"\._client\.soap|\._wire\.|^(xml|pyexpat|_elementtree)", name)] == [], module
