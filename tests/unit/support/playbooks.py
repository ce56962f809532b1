# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's own programs, started the way a user starts them, in a home folder and an environment of their own."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, shell_arguments
from pytest_stand_in import StandIn


def _collection() -> Path:
    spec = importlib.util.find_spec("ansible_collections.superoffice.erpsync")
    assert spec is not None and spec.submodule_search_locations
    # Not resolved: Ansible must find the collection under its name.
    return Path(next(iter(spec.submodule_search_locations)))


COLLECTION = _collection()
COLLECTIONS_PATH = COLLECTION.parents[2]
ACTION_PLUGINS = COLLECTION / "tests" / "unit" / "support" / "action_plugins"
"""Where playbooks find the actions `stand_in`, which controls the stand-in between their tasks, and `write`, which writes a file."""

MODULES = sorted({path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py")} - {"__init__", "erpsync_sign_in"})
"""The names of the modules of the collection, as they are found on disk. erpsync_sign_in waits for a person."""


def documented(module: str, part: str) -> str:
    """The text of DOCUMENTATION, EXAMPLES or RETURN of a module."""
    source = (COLLECTION / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name) and statement.targets[0].id == part:
            text = ast.literal_eval(statement.value)
            assert isinstance(text, str)
            return text
    raise AssertionError(f"{module} has no {part}")


def environment(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a user whose home folder is `home`, with nothing of the one that runs the tests."""
    (home / ".ansible" / "tmp").mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_HOME": str(home / ".ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS_PATH),
        "ANSIBLE_ACTION_PLUGINS": str(ACTION_PLUGINS),
        "ANSIBLE_NOCOLOR": "1",
        # That there is only localhost is what these runs want.
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        **variables,
    }


def run_ansible(program: str, *arguments: str, home: Path, shell: str = IN_PROCESS, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `playbook`, `adhoc` or `vault`, the programs ansible-playbook, ansible and ansible-vault, in the folder `home`.

    :param shell: where modules run that could run in either shell.
    """
    command = [sys.executable, "-m", f"ansible.cli.{program}", *arguments, *shell_arguments(shell)]
    with subprocess.Popen(
        command,
        cwd=home,
        env=environment(home, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            # Only for what never ends: on a busy machine fifty modules take minutes.
            output, errors = process.communicate(timeout=400)
        finally:
            end_group(process)
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def fact_cache(folder: Path) -> dict[str, str]:
    """The environment of a fact cache that outlasts a run: a maintenance is recorded there, in place of a file, for which modules start."""
    return {"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts")}


def end_group(process: subprocess.Popen[Any]) -> None:
    """End what a run has left behind: a module that goes on after its time limit would talk to the stand-in of the next test."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def control(stand_in: StandIn, verb: str, path: str, body: Any = None) -> dict[str, Any]:
    """A task that calls the stand-in's control API."""
    call = {"address": f"http://{stand_in.host}:{stand_in.port}/_mock/{path}", "verb": verb}
    return {"stand_in": call if body is None else {**call, "body": body}, "no_log": True}


def run_tasks(tasks: list[dict[str, Any]], module_defaults: Mapping[str, Any], *, home: Path, shell: str) -> dict[str, Any]:
    """Run tasks; the results that they register, in the order of the tasks, by the name of their variable."""
    names = [task["register"] for task in tasks if "register" in task]
    results = home / "results.json"
    registered = ", ".join(f"'{name}': {name}" for name in names)
    written = {
        "name": "Write the results",
        "write": {"content": f"{{{{ {{{registered}}} | to_json }}}}", "dest": str(results)},
    }
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/superoffice.erpsync.all": dict(module_defaults)},
        "tasks": [*tasks, written],
    }
    (home / "playbook.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    done = run_ansible("playbook", "playbook.yml", home=home, shell=shell)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    return found
