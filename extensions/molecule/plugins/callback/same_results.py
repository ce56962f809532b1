# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what the collection's tasks return inside the controller's process and as ordinary
modules; notes what a second run changes.

Hosts come in pairs: NAME and NAME-as-module have the same installation and are reached in the same
way, but for the shell. Each result of each task of every scenario is compared when its playbook
ends. A callback plugin cannot make a playbook fail, so that what it finds is written down, and
looked at when the stand-in servers are stopped.

A run that must change nothing has the variable `run: again`. What each of its tasks returned is
written down for the task stand_in.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: same_results
type: aggregate
short_description: compares the results of both shells
description: See the comment in the file.
requirements: []
"""

AS_MODULE = "-as-module"
# What erpsync_health returns of its clock, and when a server says that something was changed.
OF_THE_CLOCK = {"checked_at", "age_at_least", "age_at_most", "changed_at"}


class CallbackModule(CallbackBase):
    """Collects results by task and host."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "same_results"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._playbook = ""
        self._play_variables: dict[str, Any] = {}
        # By task, which may be carried out several times: its name, and by host what it returned
        # each time.
        self._names: dict[str, str] = {}
        self._results: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))

    def v2_playbook_on_start(self, playbook: Any) -> None:
        self._playbook = str(playbook._file_name)

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._play_variables = play.get_vars()

    def v2_runner_on_ok(self, result: Any) -> None:
        self._collect(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._collect(result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        compared = 0
        found = []
        for task, by_host in self._results.items():
            for as_module in [name for name in by_host if name.endswith(AS_MODULE)]:
                here, there = by_host.get(as_module.removesuffix(AS_MODULE), []), by_host[as_module]
                compared += len(there)
                if here != there:
                    found.append({"task": self._names[task], "host": as_module, "in_process": here, "as_module": there})
        if compared:
            line = json.dumps({"playbook": self._playbook, "compared": compared, "differences": found})
            with _folder().joinpath("results.jsonl").open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def _collect(self, result: Any) -> None:
        task = result._task
        host = result._host.get_name()
        # Named differently from ansible-core 2.19 on.
        returned = getattr(result, "result", None) or result._result
        if {**self._play_variables, **task.get_vars()}.get("run") == "again":
            with _folder().joinpath(f"{host}.again.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps({"task": task.get_name(), "changed": bool(returned.get("changed"))}) + "\n")
        if not str(task.resolved_action or task.action).startswith("superoffice.erpsync."):
            return
        self._names[task._uuid] = str(task.get_name())
        self._results[task._uuid][host].append(_comparable(returned))


def _folder() -> Path:
    return Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])


def _comparable(returned: Any) -> Any:
    """Without what tells hosts apart: their names, the ports of their servers, and when these
    logged what they did.
    """
    text = json.dumps(returned, default=str, sort_keys=True).replace(AS_MODULE, "").replace(AS_MODULE.replace("-", "_"), "")
    text = re.sub(r'"time": "[-\d]+T[:\d]+Z"', '"time": "TIME"', text)
    text = re.sub(r"changed on [-\d]+ at [:\d]+ UTC", "changed on DAY at TIME UTC", text)
    return json.loads(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text), object_hook=_without_remark)


def _without_remark(members: dict[str, Any]) -> dict[str, Any]:
    """Without Ansible's own remark that an ordinary module, which failed as it should, left no
    traceback, and without times.
    """
    for name in OF_THE_CLOCK & set(members):
        members[name] = None
    if members.get("failed_when_suppressed_exception") == "(traceback unavailable)":
        del members["failed_when_suppressed_exception"]
    return members
