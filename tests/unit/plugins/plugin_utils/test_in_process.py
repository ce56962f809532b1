# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision between the two shells, without Ansible: each reason for the ordinary module, and what that module is given."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ansible.template
import pytest
from ansible import constants
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.superoffice.erpsync.plugins.action import erpsync_engine
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Result, Run, Task
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _in_process

HERE = {"ansible_python_interpreter": sys.executable, "inventory_hostname": "crm"}
ELSEWHERE = "/nowhere/python"


class Shells:
    """A task of erpsync_engine, and what either shell was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[tuple[str, Any]] = []
        self.handed_over: dict[str, Any] = {}
        self.params: dict[str, Any] = {}
        self.loader = DataLoader()
        monkeypatch.setattr(_in_process.display, "vvv", lambda text, host=None: self.said.append((text, host)))
        monkeypatch.setattr(_in_process, "perform", self._perform)

    def _perform(self, _task: Task, run: Run) -> Result:
        self.params = dict(run.params)
        return {"changed": False, "here": True}

    def run(
        self, variables: dict[str, Any], args: dict[str, Any] | None = None, transport: str = "local", become: Any = None, **task: Any
    ) -> dict[str, Any]:
        keywords: Any = {
            "action": "superoffice.erpsync.erpsync_engine",
            "resolved_action": "superoffice.erpsync.erpsync_engine",
            "args": args or {},
            "async_val": 0,
            "become": False,
            "check_mode": False,
            "diff": False,
            "delegate_to": None,
            "environment": None,
            **task,
        }
        shell = SimpleNamespace(tmpdir=None, env_prefix=lambda **_unused: "")
        connection: Any = SimpleNamespace(transport=transport, become=become, _shell=shell)
        nothing: Any = SimpleNamespace()
        loader = self.loader
        plugin = erpsync_engine.ActionModule(SimpleNamespace(**keywords), connection, nothing, loader, Templar(loader=loader), None)  # type: ignore[arg-type]
        plugin._execute_module = self._execute  # type: ignore[method-assign, assignment]
        result: dict[str, Any] = plugin.run(task_vars=variables)
        return result

    def _execute(self, **given: Any) -> dict[str, Any]:
        self.handed_over = given
        return {"changed": True, "there": True}

    def reason(self, *args: Any, **keywords: Any) -> str | None:
        """Why the ordinary module is taken. None where it is not."""
        self.said.clear()
        self.handed_over = {}
        result = self.run(*args, **keywords)
        [(text, host)] = self.said
        assert host == "crm" and ("there" in result) is bool(self.handed_over) is not ("here" in result)
        head = "superoffice.erpsync.erpsync_engine runs as an ordinary module: "
        if "here" in result:
            assert text == "superoffice.erpsync.erpsync_engine runs in the controller's process"
            return None
        assert text.startswith(head)
        return text.removeprefix(head)


@pytest.fixture
def shells(monkeypatch: pytest.MonkeyPatch) -> Shells:
    return Shells(monkeypatch)


def test_each_reason_for_the_ordinary_module(shells: Shells, tmp_path: Path) -> None:
    assert shells.reason(HERE) is None
    for switch, here in ((True, True), ("yes", True), ("", True), (None, True), (False, False), ("no", False), ("nonsense", False)):
        told = shells.reason({**HERE, "erpsync_in_process": switch})
        assert told == (None if here else "erpsync_in_process is false"), switch
    # Before ansible-core 2.19 every text is a template.
    template: Callable[[str], str] = getattr(ansible.template, "trust_as_template", str)
    assert shells.reason({**HERE, "erpsync_in_process": template("{{ 'no' }}")}) == "erpsync_in_process is false"
    assert shells.reason({"inventory_hostname": "crm", "ansible_python_interpreter": template("{{ '/nowhere' }}/python")}) == (
        f"the interpreter is {ELSEWHERE}, not {sys.executable}"
    )
    assert shells.reason(HERE, transport="ssh") == "the connection is ssh"
    assert shells.reason(HERE, async_val=30) == "it is asynchronous"
    assert shells.reason(HERE, become=SimpleNamespace()) == "it becomes another user"
    environment = "its environment changes how Python starts"
    for name in ("PYTHONPATH", "PYTHONHOME", "LD_PRELOAD", "DYLD_X"):
        assert shells.reason(HERE, environment=[{name: "x"}]) == environment
    assert shells.reason(HERE, environment=[{"LC_ALL": "C"}, {"MY_PYTHON": 1}]) is None
    assert shells.reason({**HERE, "ansible_python_interpreter": ELSEWHERE}) == f"the interpreter is {ELSEWHERE}, not {sys.executable}"


@pytest.mark.parametrize("library", ["REQUESTS_IMPORT_ERROR", "JMESPATH_IMPORT_ERROR"])
def test_a_missing_library_is_told_by_the_ordinary_module(shells: Shells, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setattr(_in_process, library, "it is missing")
    assert shells.reason(HERE) == "a Python library is missing here"
    # This interpreter is not taken for a good one by itself, then.
    del_interpreter = {"inventory_hostname": "crm"}
    assert shells.reason(del_interpreter) == f"the interpreter is to be discovered, not {sys.executable}"


def test_which_interpreter_it_is(shells: Shells, tmp_path: Path) -> None:
    nothing = {"inventory_hostname": "crm"}
    # Without a setting it is the one that runs Ansible, where that can run the module.
    assert shells.reason(nothing) is None
    assert shells.reason({**nothing, "ansible_python_interpreter": "auto"}) == f"the interpreter is to be discovered, not {sys.executable}"
    facts = {"discovered_interpreter_python": ELSEWHERE}
    for setting in ("auto", "auto_silent"):
        told = shells.reason({**nothing, "ansible_python_interpreter": setting, "ansible_facts": facts})
        assert told == f"the interpreter is {ELSEWHERE}, not {sys.executable}"
    facts = {"discovered_interpreter_python": sys.executable}
    assert shells.reason({**nothing, "ansible_python_interpreter": "auto", "ansible_facts": facts}) is None
    # A delegated task has the interpreter of that host.
    delegated = {"ansible_delegated_vars": {"other": {"ansible_python_interpreter": ELSEWHERE}}}
    assert shells.reason({**HERE, **delegated}, delegate_to="other") == f"the interpreter is {ELSEWHERE}, not {sys.executable}"
    assert shells.reason({**HERE, **delegated}) is None
    elsewhere = {**HERE, "ansible_python_interpreter": ELSEWHERE}
    assert shells.reason({**elsewhere, "ansible_delegated_vars": {"other": HERE}}, delegate_to="other") is None
    assert shells.reason(elsewhere, delegate_to="other") is None


def test_what_the_ordinary_module_is_given(shells: Shells) -> None:
    variables = {**HERE, "erpsync_url": "https://crm.example.com", "erpsync_in_process": False}
    shells.run(variables, {"state": "running"}, async_val=7)
    given = shells.handed_over
    assert given == {
        "module_name": "superoffice.erpsync.erpsync_engine",
        "module_args": {"state": "running", "url": "https://crm.example.com"},
        "task_vars": variables,
        "wrap_async": 7,
    }
    # Both shells use one interpreter, for a delegated task as for another one.
    bare = {"inventory_hostname": "crm", "erpsync_in_process": False}
    shells.run(bare)
    assert shells.handed_over["task_vars"] == {**bare, "ansible_python_interpreter": sys.executable}
    shells.run({**bare, "ansible_delegated_vars": {"other": {"a": 1}, "third": {}}}, delegate_to="other")
    assert shells.handed_over["task_vars"] == {
        **bare,
        "ansible_delegated_vars": {"other": {"a": 1, "ansible_python_interpreter": sys.executable}, "third": {}},
    }
    shells.run(bare, delegate_to="other")
    assert shells.handed_over["task_vars"]["ansible_delegated_vars"] == {"other": {"ansible_python_interpreter": sys.executable}}
    elsewhere = {**HERE, "ansible_python_interpreter": ELSEWHERE}
    shells.run(elsewhere)
    assert shells.handed_over["task_vars"] is elsewhere
    # Where it becomes another user, or elsewhere, its interpreter is discovered.
    for keywords in ({"become": SimpleNamespace()}, {"transport": "ssh"}):
        shells.run(bare, **keywords)
        assert shells.handed_over["task_vars"] is bare


def test_a_link_in_another_folder_is_another_interpreter(shells: Shells, tmp_path: Path) -> None:
    real = os.path.realpath(sys.executable)
    (tmp_path / "python").symlink_to(real)
    assert shells.reason({**HERE, "ansible_python_interpreter": str(tmp_path / "python")}) is not None
    folder, name = os.path.split(sys.executable)
    assert shells.reason({**HERE, "ansible_python_interpreter": f"{folder}/../{os.path.basename(folder)}/{name}"}) is None
    assert shells.reason({**HERE, "ansible_python_interpreter": f"{folder}/{name}-config"}) is not None


def test_a_library_that_is_missing_only_while_the_task_runs(shells: Shells, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_in_process, "perform", lambda *_given: {"failed": True, "msg": "x", "missing_library": "cryptography"})
    result = shells.run(HERE)
    assert result["msg"].startswith("Failed to import the required Python library (cryptography) on ") and "missing_library" not in result


def test_what_a_result_has_beside_that_of_the_task(shells: Shells, monkeypatch: pytest.MonkeyPatch) -> None:
    def warns(_task: Task, run: Run) -> Result:
        run.warn("And this.")
        return {"changed": False}

    monkeypatch.setattr(_in_process, "perform", warns)
    result = shells.run(HERE, {"client_secret": "s3cret-1", "app_token": "s3cret-2"})
    assert result.pop("invocation")["module_args"]["client_secret"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert result == {"changed": False, "warnings": ["Both option client_secret and its alias app_token are set.", "And this."]}
    assert "warnings" not in Shells(monkeypatch).run(HERE)


class Text(str):
    """A text as Ansible has it, whose str() may be another one."""

    def __str__(self) -> str:
        raise AssertionError("it is not asked for")


def test_parameters_are_those_that_json_brings(shells: Shells) -> None:
    keys = {Text("text"): 1, 1: 2, 1.5: 3, False: 4, None: 5, datetime.date(2026, 1, 2): 6, 10**5000: 7}
    day = datetime.datetime(2026, 1, 2, 3, 4, 5)
    tree = {"keys": keys, "list": (Text("a"), [1, 2.5, True, None]), "set": {1}, "times": [day, day.date(), day.time()], "path": Path("/x")}
    plain = _in_process.plain(tree)
    assert plain == {
        "keys": {"text": 1, "1": 2, "1.5": 3, "false": 4, "null": 5, '"2026-01-02"': 6, "a number of more than 60 digits": 7},
        "list": ["a", [1, 2.5, True, None]],
        "set": [1],
        "times": ["2026-01-02T03:04:05", "2026-01-02", "03:04:05"],
        "path": "/x",
    }
    assert {type(plain["list"][0]), type(plain["list"][1][0]), type(plain["list"][1][1])} == {str, int, float}


def test_what_is_told_of_options_that_the_module_refuses(shells: Shells) -> None:
    result = shells.run(HERE, {"state": "off", "password": "s3cret-1", "url": "https://x"})
    assert result["failed"] and result["msg"] == "value of state must be one of: running, stopped, got: off"
    hidden = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    args = result["invocation"]["module_args"]
    assert (args["state"], args["password"], args["url"], args["username"]) == ("off", hidden, "https://x", None)
    assert sorted(result) == ["failed", "invocation", "msg"]
    result = shells.run(HERE, {"nonsense": 1, "password": "s3cret-1"})
    assert result["msg"].startswith(
        "Unsupported parameters for (superoffice.erpsync.erpsync_engine) module: nonsense. Supported parameters"
    )
    assert "s3cret-1" not in str(result)


def test_what_is_told_at_once_hides_the_secrets_of_the_options_and_of_the_run(shells: Shells, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []

    def tells(_task: Task, run: Run) -> Result:
        run.check_connection_options()
        run.secrets.add("s3cret-2")
        run.tell("Sent s3cret-1 and s3cret-2 to crm.")
        return {"changed": False}

    def fails(_text: str) -> None:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(_in_process, "perform", tells)
    monkeypatch.setattr(_in_process.display, "warning", warned.append)
    args = {"state": "running", "username": "ADM", "password": "s3cret-1", "url": "https://crm.example.com"}
    assert "failed" not in shells.run(HERE, args) and warned == ["Sent ******** and ******** to crm."]
    # After an interruption the output may be closed.
    monkeypatch.setattr(_in_process.display, "warning", fails)
    assert "failed" not in shells.run(HERE, args)


@pytest.mark.parametrize("setting", [True, False])
def test_the_invocation_is_shown_where_ansible_shows_it(shells: Shells, monkeypatch: pytest.MonkeyPatch, setting: bool) -> None:
    found: dict[str, Any] = {}

    def value(name: str, **_unused: Any) -> bool:
        found[name] = setting
        return setting

    monkeypatch.setattr(constants.config, "get_configuration_definition", lambda _name: {"type": "bool"})
    monkeypatch.setattr(constants.config, "get_config_value", value)
    result = shells.run(HERE, {"state": "running", "password": "s3cret-1", "url": "https://u:p@x"})
    assert found == {"INJECT_INVOCATION": setting} and ("invocation" in result) is setting
    if setting:
        args = result["invocation"]["module_args"]
        assert args["state"] == "running" and args["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" and "u:p" not in args["url"]
    monkeypatch.setattr(constants.config, "get_configuration_definition", lambda _name: None)
    assert "invocation" in shells.run(HERE)


def test_a_folder_that_cannot_be_entered_is_told_word_for_word(shells: Shells, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(folder: str) -> None:
        raise OSError(13, "Permission denied", folder)

    with monkeypatch.context() as patch:
        patch.setattr(os, "chdir", fails)
        result = shells.run(HERE)
    assert result["msg"] == (
        f"The folder {DataLoader().get_basedir()}, in which the task has to run, cannot be entered (permission denied). "
        "Start Ansible with a playbook, and in a folder, that its user may read."
    )


def test_the_environment_and_the_folder_of_the_task(shells: Shells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str | None, str | None, str]] = []

    def noted(_task: Task, _run: Run) -> Result:
        seen.append((os.environ.get("KEPT"), os.environ.get("NEW"), os.getcwd()))
        return {"changed": False}

    monkeypatch.setattr(_in_process, "perform", noted)
    monkeypatch.setenv("KEPT", "before")
    monkeypatch.chdir(tmp_path)
    # The folder of the playbook.
    (tmp_path / "playbooks").mkdir()
    shells.loader.set_basedir(str(tmp_path / "playbooks"))
    shells.run(HERE, environment=[{"KEPT": "task", "NEW": 1}])
    assert seen == [("task", "1", str(tmp_path / "playbooks"))]
    assert (os.environ["KEPT"], os.environ.get("NEW"), os.getcwd()) == ("before", None, str(tmp_path))
