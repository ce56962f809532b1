# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls a host's stand-in server for the scenarios, behind the collection's back.

It runs within the controller's process.

A task takes one or more of the following, carried out in this order:

    start            true: start it, and wait until it listens; nothing where it runs
    stop             true: end it; nothing where it does not run
    reset            default or empty: state, settings and journal as at the start
    settings         settings to change
    put              members of its state to replace
    forget_requests  true: empty the journal
    begin_run        true: note that a run of the scenario begins here, and whether in check mode
    wait_until_settled  true: wait until the engine has done all it was asked for
    read             names of members of its state, returned as `state`
    digest           true: return `digest`, which is equal for equal states
    same_as          another host, whose state must be the same
    but              members of the state in which it need not be, such as list_items or fields.Rank
    same_results     true: fail unless the shells returned the same since the last time, by what the
                     callback same_results has written

`read` returns also `requests` (the journal: method, writes, status), `runs` (check_mode, number of
requests, writes as methods) and `again` (task, changed: what the tasks of the run `again` returned,
by the callback same_results). `same_as` returns `differences`. All is done in check mode too. A
server describes itself in a file with its host's name.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

SERVER = Path(__file__).resolve().parents[4] / "tests" / "mock_server"
# As in the inventory.
CREDENTIALS = ["--username", "ADM", "--password", "stand-in-password"]
PATIENCE = 30.0

ARGUMENTS: dict[str, dict[str, Any]] = {
    "start": {"type": "bool"},
    "stop": {"type": "bool"},
    "reset": {"type": "str", "choices": ["default", "empty"]},
    "settings": {"type": "dict"},
    "put": {"type": "dict"},
    "forget_requests": {"type": "bool"},
    "begin_run": {"type": "bool"},
    "wait_until_settled": {"type": "bool"},
    "read": {"type": "list", "elements": "str"},
    "digest": {"type": "bool"},
    "same_as": {"type": "str"},
    "but": {"type": "list", "elements": "str", "default": []},
    "same_results": {"type": "bool"},
}


class ActionModule(ActionBase):
    """Carries one task out."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task's result."""
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, variables)
        _validation, wanted = self.validate_argument_spec(argument_spec=ARGUMENTS)  # type: ignore[no-untyped-call]
        server = StandIn(variables["inventory_hostname"])
        if wanted["same_results"]:
            result.update(same_results())
        if wanted["start"]:
            server.start()
        if wanted["stop"]:
            server.stop()
            return result
        if wanted["reset"]:
            server.ask("POST", "reset", {"seed": wanted["reset"]})
            server.forget_runs()
        if wanted["settings"]:
            server.ask("PATCH", "settings", wanted["settings"])
        if wanted["put"]:
            server.ask("PUT", "state", {**server.state(), **wanted["put"]})
        if wanted["forget_requests"]:
            server.ask("DELETE", "journal")
            server.forget_runs()
        if wanted["begin_run"]:
            server.runs = [*server.runs, {"check_mode": self._task.check_mode, "begins_at": len(server.requests())}]
        if wanted["wait_until_settled"]:
            server.wait_until_settled()
        if wanted["read"] is not None:
            state = server.state() if wanted["read"] else {}
            result["state"] = {name: state[name] for name in wanted["read"]}
            result["requests"] = server.requests()
            result["runs"] = server.runs_with(result["requests"])
            result["again"] = server.again()
        if wanted["digest"]:
            result["digest"] = hashlib.sha256(json.dumps(server.state(), sort_keys=True).encode()).hexdigest()
        if wanted["same_as"]:
            other = StandIn(wanted["same_as"])
            found = differences(other.state(), server.state(), set(wanted["but"]))
            if found:
                result["failed"] = True
                result["msg"] = f"The state is not that of {wanted['same_as']}: " + "; ".join(found[:10])
            result["differences"] = found
        return result


class StandIn:
    """A host's stand-in server, by the file in which it tells of itself once it listens."""

    def __init__(self, host: str) -> None:
        self._ready_file = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], f"{host}.json")
        self._runs_file = self._ready_file.with_suffix(".runs.json")
        self._again_file = self._ready_file.with_suffix(".again.jsonl")

    def start(self) -> None:
        """Start it, detached, so that it outlives the playbook; the kernel chooses the port."""
        if not self._ready_file.exists():
            arguments = ["--port", "0", "--engine-delay", "0.3", "--ready-file", str(self._ready_file), *CREDENTIALS]
            with self._ready_file.with_suffix(".log").open("wb") as log:
                subprocess.Popen(
                    [sys.executable, str(SERVER), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        self._wait_for(self._ready_file.exists, f"There is no {self._ready_file}; the file .log beside it may tell why.")

    def stop(self) -> None:
        """End it. It may have been ended otherwise, or with the machine."""
        with contextlib.suppress(FileNotFoundError):
            pid = int(self._told()["pid"])
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            self._ready_file.unlink()
            self._runs_file.unlink(missing_ok=True)
            self._again_file.unlink(missing_ok=True)

    def state(self) -> dict[str, Any]:
        """The whole state."""
        found: dict[str, Any] = self.ask("GET", "state")
        return found

    def requests(self) -> list[dict[str, Any]]:
        """The journal, as much of it as the scenarios want to know."""
        return [{name: entry[name] for name in ("method", "writes", "status")} for entry in self.ask("GET", "journal")["requests"]]

    @property
    def runs(self) -> list[dict[str, Any]]:
        """The runs that were noted since the journal was empty."""
        found: list[dict[str, Any]] = json.loads(self._runs_file.read_text(encoding="utf-8")) if self._runs_file.exists() else []
        return found

    @runs.setter
    def runs(self, runs: list[dict[str, Any]]) -> None:
        self._runs_file.write_text(json.dumps(runs), encoding="utf-8")

    def forget_runs(self) -> None:
        """Begin anew, as the journal does."""
        self.runs = []
        self._again_file.unlink(missing_ok=True)

    def again(self) -> list[dict[str, Any]]:
        """What the tasks of the run `again` returned since the journal was empty."""
        return [json.loads(line) for line in self._again_file.read_text(encoding="utf-8").splitlines()] if self._again_file.exists() else []

    def runs_with(self, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each run with what it sent."""
        runs = self.runs
        found = []
        for number, run in enumerate(runs, start=1):
            end = runs[number]["begins_at"] if number < len(runs) else len(requests)
            sent = requests[run["begins_at"] : end]
            writes = [request["method"] for request in sent if request["writes"]]
            found.append({"check_mode": run["check_mode"], "requests": len(sent), "writes": writes})
        return found

    def wait_until_settled(self) -> None:
        """Return when no change of the engine is under way any more."""

        def settled() -> bool:
            return all(value is None for value in self.state()["engine"]["Requested"].values())

        self._wait_for(settled, "The engine does not do what it was asked for.")

    def ask(self, verb: str, what: str, body: Any = None) -> Any:
        """The answer of the control interface; None where it has nothing to say."""
        address = urlsplit(self._told()["url"])
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(verb, f"/_mock/{what}", None if body is None else json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
        if response.status not in (200, 204):
            raise AnsibleActionFail(f"{verb} {what}: {response.status} {content.decode(errors='replace')}")
        return json.loads(content) if content else None

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._ready_file.read_text(encoding="utf-8"))
        return told

    def _wait_for(self, holds: Callable[[], bool], problem: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                raise AnsibleActionFail(problem)
            time.sleep(0.05)


def same_results() -> dict[str, Any]:
    """What the callback has compared since the last time.

    Failed where something differs, or where nothing was compared.
    """
    written = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "results.jsonl")
    lines = [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()] if written.exists() else []
    written.unlink(missing_ok=True)
    compared = sum(line["compared"] for line in lines)
    found = [
        f"{line['playbook']}, {one['task']}, {one['host']}: " + "; ".join(differences(one["in_process"], one["as_module"], set())[:5])
        for line in lines
        for one in line["differences"]
    ]
    if found:
        return {"failed": True, "compared": compared, "msg": "The shells do not return the same: " + " | ".join(found[:10])}
    # Each scenario sets the servers of its hosts back, which leaves a file of runs.
    if not compared and any(written.parent.glob("*-as-module.runs.json")):
        return {"failed": True, "compared": 0, "msg": "No results of the shells were compared."}
    return {"compared": compared}


def differences(expected: Any, found: Any, but: set[str], where: str = "", member: str = "") -> list[str]:
    """Where two values differ, in words.

    `where` is the place, `member` the same without the numbers of records.
    """
    if member in but or expected == found:
        return []
    if isinstance(expected, dict) and isinstance(found, dict):
        pairs = {name: (expected.get(name, "(absent)"), found.get(name, "(absent)")) for name in sorted({*expected, *found})}
        dot = "." if where else ""
        return [
            text
            for name, (one, other) in pairs.items()
            for text in differences(one, other, but, f"{where}{dot}{name}", f"{member}{dot}{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        records = enumerate(zip(expected, found, strict=True))
        return [text for index, (one, other) in records for text in differences(one, other, but, f"{where}[{index}]", member)]
    return [f"{where} is {found!r}, not {expected!r}"]
