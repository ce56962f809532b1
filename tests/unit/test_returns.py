# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RETURN of every module against what really comes back, both ways.

What comes back is documented, with its type, at every depth, null included; what is documented as returned always, on
success or on failure is there; and each documented value is seen in at least one of the runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import some
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import MODULES, control, documented, run_tasks
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import ScriptedServer, answer
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE, SHELLS, in_process_at_least
from pytest_stand_in import StandIn

Documented = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Run:
    """One run of a module on a stand-in that was set back before."""

    options: dict[str, Any]
    settings: dict[str, Any] = field(default_factory=dict)
    faults: tuple[dict[str, Any], ...] = ()
    check: bool = False
    diff: bool = False
    fails: bool = False


# The log tells when, and each shell runs at another time.
_CLOCK = {"clock": "2026-11-26T08:00:00Z"}
_REFUSED = {"kind": "status", "status": 400, "error_type": "ArgumentException", "calls": "all"}
_BUSINESS_CENTRAL = {
    "name": "Business Central",
    "connector_url": "https://dynamics.example.net/Connector.svc?ConnectorName=BusinessCentral",
}
_FINLAND = {"name": "Visma Finland", "connector": "Visma", "config": {"Company": "3001", "Password": "visma-Salainen-7"}}
_NAMES = {"connection": "Visma Norway", "erp": "Person", "fields": [{"erp": "TITLE", "crm": "title", "direction": "to_crm"}]}
_OLD = {"missing_methods": ["GetAllConnectors"]}
_SOAP = {"transport": "soap", "services_version": 86}
_TERMS = {"connection": "Visma Norway", "list": "TermList", "items": {"p": "Prepaid"}}
_URL_WITH_PASSWORD = {
    "kind": "wrong_type",
    "method": "GetAllConnectors",
    "calls": "all",
    "value": [{"Id": 1, "Name": "Visma", "ToolTip": "https://sync:hemmelig@erp.example.com/Connector.svc"}],
}
_DOCUMENT = {
    "engine": {"state": "running", "interval": "20m"},
    "connectors": [{"name": "Business Central", "url": _BUSINESS_CENTRAL["connector_url"]}],
    "connections": [{**_FINLAND, "active": False}, {"name": "Visma Norway", "description": "Norway"}],
}


def _resynced(status: str) -> dict[str, Any]:
    """What ForceResync answers with, with every text that there can be and one record of each kind."""
    records = [{"Tablename": "contact", "RecordId": 1}]
    return {
        "IsOk": status != "Error",
        "UserExplanation": "One record was synchronised.",
        "TechExplanation": "Visma: 1 actor",
        "ErrorCode": "UNKNOWN_CONNECTION_ID" if status == "Error" else None,
        "Changes": {"AddedRecords": records, "UpdatedRecords": records, "DeletedRecords": records},
        "Status": status,
    }


RUNS: dict[str, tuple[Run, ...]] = {
    "erpsync_engine": (
        Run({"state": "stopped", "interval": "2h", "wait_interval": 0.1}),
        Run({"state": "stopped"}, check=True),
        Run(
            {"state": "stopped", "interval": "20m", "wait_interval": 0.1},
            faults=({**_REFUSED, "method": "ChangeEngineInterval"},),
            fails=True,
        ),
        Run({"state": "stopped", "wait_interval": 0.1, "wait_timeout": 0.2}, settings={"engine_delay": 30}, fails=True),
    ),
    "erpsync_sync_all": (
        Run({}, settings=_CLOCK),
        Run({}, check=True),
        Run({}, settings={**_CLOCK, "sync_outcome": "warning"}),
        Run({"log": False}, settings={"sync_outcome": "null_changes"}),
        Run({}, settings={"sync_outcome": "error"}, fails=True),
        Run({}, faults=({**_REFUSED, "method": "SyncAll"},), fails=True),
    ),
    "erpsync_health": (
        # The seed's last synchronisations are older than all of this.
        Run({"checks": "all", "expect_active": ["SAP Austria", "Visma Finland"], "time_zone": "UTC"}, fails=True),
        Run({"checks": ["log", "last_sync"], "max_age": "9000d", "time_zone": "UTC"}),
        Run({"checks": "engine"}, check=True, diff=True),
        Run({"fail_on": "never"}, settings={"forbidden": ["GetErpSyncConnectionSummary"]}),
        Run({"checks": "engine"}, faults=({**_REFUSED, "method": "GetEngineStatus"},), fails=True),
    ),
    "erpsync_info": (
        Run({}),
        Run({"gather": "all", "include_deleted": True, "query": "@", "read_from": "agent"}),
        Run({"gather": "field_mappings", "read_from": "archive"}),
        Run({"gather": ["log", "links"], "log_since": "2026-10-01", "log_limit": 20, "log_values": True, "links_list": True}),
        Run({"gather": "log", "log_since": "2026-10-01", "log_limit": 3}, settings={"dynamic_archive": False}),
        Run({"gather": ["versions", "first_run"]}, settings={**_OLD, "soap_available": False, "soap_off_answer": "fault"}),
        Run({"gather": ["versions", "first_run"], **_SOAP}, settings={"rest_available": False, "soap_services": ["86"]}),
        Run({"gather": ["log", "links"], "log_since": "2026-10-01"}, settings={"archives_refused": ["*"]}),
        Run({"gather": "engine", "query": "nothing"}),
        Run({"gather": "access"}, settings={"unlicensed": True}),
        Run({"gather": "engine"}, faults=({**_REFUSED, "method": "GetEngineStatus"},), fails=True),
    ),
    "erpsync_connector": (
        Run(_BUSINESS_CENTRAL, diff=True),
        Run(_BUSINESS_CENTRAL, check=True, diff=True),
        Run({"id": 1, "name": "Visma Business"}, diff=True),
        Run({"name": "Nobody", "state": "absent"}),
        Run({**_BUSINESS_CENTRAL, "connector_url": "https://nobody.example.net/Connector.svc"}, fails=True),
        Run(_BUSINESS_CENTRAL, faults=({**_REFUSED, "method": "SaveErpSyncConnectorEntity"},), fails=True),
    ),
    "erpsync_connection": (
        Run({**_FINLAND, "active": True}, diff=True),
        Run({**_FINLAND, "description": "Finnish company", "access": {"users": ["KNO"]}}, diff=True),
        Run({**_FINLAND, "connector": "Visma of tomorrow"}, check=True, diff=True),
        Run({"name": "Visma Norway", "config": {"Port": 8443, "StartDate": "2026-12-31"}}),
        Run({"name": "Visma Norway", "active": True}),
        Run({"name": "Visma Norway", "state": "absent"}, diff=True),
        Run({"name": "Visma Norway", "config": {"Password": "wrong"}}, fails=True),
        Run({"name": "Dynamics Denmark", "active": True}, fails=True),
    ),
    "erpsync_field_mapping": (
        Run(_NAMES, diff=True),
        Run({**_NAMES, "fields": [*_NAMES["fields"], {"erp": "ROLE", "default": {"value": "B"}}]}, check=True, diff=True),
        Run({**_NAMES, "connection": "Visma Finland"}, check=True),
        Run({**_NAMES, "fields": [{"erp": "TITEL"}]}, fails=True),
        Run(_NAMES, faults=({**_REFUSED, "method": "SaveActorTypeMapping"},), fails=True),
    ),
    "erpsync_list_mapping": (
        Run(_TERMS, diff=True),
        Run({**_TERMS, "purge": True}, check=True, diff=True),
        Run({**_TERMS, "connection": "Visma Finland"}, check=True),
        Run({**_TERMS, "items": {"p": "Prepayed"}}, fails=True),
        Run(_TERMS, faults=({**_REFUSED, "method": "SaveConnectionListMappings"},), fails=True),
    ),
    "erpsync_priority": (
        Run({"order": ["SAP Germany", "Visma Norway"]}, diff=True),
        Run({"order": ["SAP Germany", "Visma Finland"]}, check=True),
        Run({"order": ["Visma Norway"]}),
        Run({"order": ["Visma Norwegen"]}, fails=True),
        Run(
            {"order": ["SAP Germany", "Visma Norway"]},
            faults=({**_REFUSED, "method": "SaveErpConnectionSyncPriorities"},),
            fails=True,
        ),
    ),
    "erpsync_resync": (
        Run({"record_ids": [1]}, settings=_CLOCK),
        Run({"connection": "Visma Norway", "erp": "Customer", "erp_keys": ["10001"], "keep_blanks": True}, settings=_CLOCK),
        Run({"connection": "Visma Norway", "confirm": True, "batch": True}),
        Run({"confirm": True}, check=True),
        Run({}, fails=True),
        Run({"record_ids": [1]}, faults=({**_REFUSED, "method": "ForceResync"},), fails=True),
        *(
            Run(
                {"record_ids": [1]},
                faults=({"kind": "wrong_type", "method": "ForceResync", "value": _resynced(status)},),
                fails=status == "Error",
            )
            for status in ("Ok", "Warning", "Error")
        ),
    ),
    "erpsync_environment": (
        Run({"document": _DOCUMENT, "prune": ["mappings"], "wait_interval": 0.1}, diff=True),
        Run({"document": _DOCUMENT}, check=True, diff=True),
        Run({"document": {}}),
        Run({"document": {"conections": []}}, fails=True),
        Run({"document": {"connections": [{"name": "Dynamics Denmark", "active": True}]}}, fails=True),
        Run(
            {"document": {"engine": {"state": "stopped"}}, "wait_interval": 0.1, "wait_timeout": 0.2},
            settings={"engine_delay": 30},
            fails=True,
        ),
    ),
    "erpsync_environment_info": (
        Run({}),
        Run({"connections": ["Visma Norway"], "vault_prefix": "vault_crm_oslo"}, check=True),
        Run({"connections": ["Visma Norway"]}, faults=(_URL_WITH_PASSWORD,)),
        Run({"connections": ["Visma Norwegen"]}, fails=True),
    ),
}

FIRST_REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "erpsync_engine": ("GetEngineStatus", {"state": "stopped"}),
    "erpsync_sync_all": ("SyncAll", {"log": False}),
    "erpsync_health": ("GetEngineStatus", {"checks": "engine"}),
    "erpsync_info": ("GetEngineStatus", {}),
    "erpsync_connector": ("GetAllConnectors", _BUSINESS_CENTRAL),
    "erpsync_connection": ("GetAllConnectors", _FINLAND),
    "erpsync_field_mapping": ("GetAllConnections", _NAMES),
    "erpsync_list_mapping": ("GetAllConnections", _TERMS),
    "erpsync_priority": ("GetAllConnections", {"order": ["Visma Norway"]}),
    "erpsync_resync": ("ForceResync", {"record_ids": [1], "log": False}),
    "erpsync_environment": ("GetEngineStatus", {"document": {"engine": {"state": "stopped"}}}),
    "erpsync_environment_info": ("GetEngineStatus", {}),
}
"""The agent method that each module calls first, with these options: the stand-in has no correlation ids, so one answer is scripted."""

# Ansible's own; a failure's message as well.
_COMMON = {"changed", "failed", "warnings", "deprecations", "exception", "diff", "invocation"}

_PYTHON_TYPES: dict[str, Any] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "dict": (dict,),
    "list": (list,),
}


class Comparison:
    """Compares results with a RETURN; remembers which documented values were seen, and what is wrong."""

    def __init__(self, returned: Documented) -> None:
        self.returned = returned
        self.seen: set[str] = set()
        self.wrong: list[str] = []

    def result(self, result: dict[str, Any]) -> None:
        failed = bool(result.get("failed"))
        common = _COMMON | ({"msg"} if failed else set())
        must = {"always", "failure" if failed else "success"}
        self._members(
            {name: value for name, value in result.items() if name in self.returned or name not in common}, self.returned, "", must
        )

    def _members(self, values: dict[str, Any], entries: Documented, place: str, must: set[str]) -> None:
        for name, value in values.items():
            if name in entries:
                self._value(value, entries[name], place + name)
            else:
                self.wrong.append(f"{place}{name} is not documented")
        for name, entry in entries.items():
            if entry["returned"] in must and name not in values:
                self.wrong.append(f"{place}{name} is documented as returned: {entry['returned']}, and not there")

    def _value(self, value: Any, entry: dict[str, Any], place: str) -> None:
        description = _text(entry["description"])
        if value is None:
            if "V(null)" not in description:
                self.wrong.append(f"{place} is null, which its description does not say")
            return
        self.seen.add(place)
        kind = entry["type"]
        if kind == "raw":
            return
        if not isinstance(value, _PYTHON_TYPES[kind]) or (isinstance(value, bool) and kind != "bool"):
            self.wrong.append(f"{place} should be {kind} and is {value!r}")
            return
        if "choices" in entry and value not in entry["choices"]:
            self.wrong.append(f"{place} is {value!r}, none of its choices")
        # What is documented elsewhere is said by "See RV(...)".
        reference = re.search(r"See RV\((\w+)\)", description)
        contains = self.returned[reference[1]]["contains"] if reference else entry.get("contains")
        if contains is not None:
            for item in value if kind == "list" else [value]:
                self._members(item, contains, f"{place}.", {"always"})
        elif kind == "list":
            for item in value:
                self._value(item, {"type": entry["elements"], "description": ""}, place)
        elif kind == "dict" and "sample" not in entry:
            self.wrong.append(f"{place} has neither contains nor, for keys that are data, a sample")


def _text(description: str | list[str]) -> str:
    return description if isinstance(description, str) else " ".join(description)


def _places(entries: Documented, prefix: str = "") -> Iterator[str]:
    for name, entry in entries.items():
        yield prefix + name
        yield from _places(entry.get("contains", {}), f"{prefix}{name}.")


def _prepare(stand_in: StandIn, run: Run) -> None:
    stand_in.reset()
    if run.settings:
        stand_in.settings(**run.settings)
    for fault in run.faults:
        stand_in.control("POST", "faults", fault)


def _tasks(module: str, stand_in: StandIn, runs: dict[int, Run]) -> Iterator[dict[str, Any]]:
    """Tasks with these runs, each of which prepares the stand-in before."""
    for number, run in runs.items():
        calls = [control(stand_in, "POST", "reset", {})]
        if run.settings:
            calls.append(control(stand_in, "PATCH", "settings", run.settings))
        calls += [control(stand_in, "POST", "faults", fault) for fault in run.faults]
        yield {"stand_in": {"calls": [call["stand_in"] for call in calls]}, "no_log": True}
        yield {
            f"superoffice.erpsync.{module}": run.options,
            "check_mode": run.check,
            "diff": run.diff,
            "register": f"{module}_{number}",
            "ignore_errors": run.fails,
        }


def _connection(stand_in: StandIn) -> dict[str, Any]:
    return {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password, "retries": 0}


def _refusing(module: str) -> ScriptedServer:
    """A server that refuses the module's first request."""
    refusal = answer({"Error": True, "ErrorType": "ArgumentException", "Message": "No."}, 500, {"X-Correlation-Id": "4c7e0f1a"})
    return ScriptedServer([(f"POST /api/v1/Agents/ErpSync/{FIRST_REQUESTS[module][0]}", refusal)])


def _timeless(result: dict[str, Any]) -> dict[str, Any]:
    """A result without what the clock makes different in each run."""
    text = re.sub(r'(?<="checked_at": )"[^"]*"', '"now"', json.dumps(result))
    text = re.sub(r'(?<="age_at_)(least|most)": [0-9]+', r'\1": 1', text)
    timeless: dict[str, Any] = json.loads(re.sub(r"last synchronised [\w ]+ ago", "last synchronised lately", text))
    return timeless


def _without_port(result: Any, scripted: ScriptedServer) -> Any:
    return json.loads(re.sub(rf"(?<=127\.0\.0\.1:){scripted.port}\b", "PORT", json.dumps(result)))


def _results(module: str, stand_in: StandIn, shell: str, runs: Iterable[Run]) -> list[dict[str, Any]]:
    """The results of runs of a module in this process, and of one more whose first request a server refuses."""
    connection = _connection(stand_in)
    results = []
    for run in runs:
        _prepare(stand_in, run)
        results.append(_timeless(run_module(module, {**connection, **run.options}, shell=shell, check=run.check, diff=run.diff)))
    with _refusing(module) as scripted:
        refused = run_module(module, {**connection, "url": scripted.url, **FIRST_REQUESTS[module][1]}, shell=shell)
        results.append(_without_port(_timeless(refused), scripted))
    return results


@pytest.mark.parametrize("module", MODULES)
def test_returned_values_are_those_documented_in_both_shells(module: str, stand_in: StandIn) -> None:
    assert module in RUNS and module in FIRST_REQUESTS, f"{module} needs runs in this test that show all that it returns"
    comparison = Comparison(yaml.safe_load(documented(module, "RETURN")))
    by_shell = {shell: _results(module, stand_in, shell, RUNS[module]) for shell in SHELLS}
    results = by_shell[IN_PROCESS]

    assert [bool(result.get("failed")) for result in results] == [*(run.fails for run in RUNS[module]), True]
    for in_process, as_module in zip(results, by_shell[MODULE], strict=True):
        assert in_process == as_module
        comparison.result(in_process)
    assert not comparison.wrong, "\n" + "\n".join(sorted(set(comparison.wrong)))
    never_seen = set(_places(comparison.returned)) - comparison.seen
    assert not never_seen, "documented, and never seen:\n" + "\n".join(sorted(never_seen))


_STARTED_ELSEWHERE = {f"erpsync_{name}" for name in ("engine", "sync_all", "info", "connection", "environment")}
"""The modules that test_both_shells.py runs as ordinary modules in an ansible-playbook."""


def _repeated(module: str, shell: str) -> dict[int, Run]:
    """The runs of a module that are repeated through ansible-playbook: some, or the first as an ordinary module, whose start is dear."""
    numbered = dict(enumerate(RUNS[module]))
    if shell == IN_PROCESS:
        return dict(some(list(numbered.items()), MODULES.index(module), 3))
    return {} if module in _STARTED_ELSEWHERE else {0: numbered[0]}


def _registered(result: dict[str, Any]) -> dict[str, Any]:
    """A result as Ansible registers it; what newer releases say of tracebacks, and of how they read modules' results, is left out."""
    own = ("invocation", "exception", "ansible_parsed")
    return {"failed": False, "changed": False, **{name: value for name, value in _timeless(result).items() if name not in own}}


@in_process_at_least
def test_ansible_playbook_gives_the_same_results(shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    tasks: list[dict[str, Any]] = []
    expected = {}
    with ExitStack() as running:
        kinds = {(run.check, run.diff, run.fails) for module in MODULES for run in _repeated(module, IN_PROCESS).values()}
        assert len(kinds) >= 5
        for module in MODULES:
            runs = _repeated(module, shell)
            if not runs:
                continue
            own = _results(module, stand_in, shell, runs.values())
            tasks += _tasks(module, stand_in, runs)
            expected.update({f"{module}_{number}": _registered(result) for number, result in zip(runs, own, strict=False)})
            if shell == IN_PROCESS:
                scripted = running.enter_context(_refusing(module))
                name = f"{module}_refused_by_{scripted.port}"
                refused = {"url": scripted.url, **FIRST_REQUESTS[module][1]}
                tasks.append({f"superoffice.erpsync.{module}": refused, "register": name, "ignore_errors": True})
                expected[name] = json.loads(json.dumps(_registered(own[-1])).replace("127.0.0.1:PORT", f"127.0.0.1:{scripted.port}"))

        found = run_tasks(tasks, _connection(stand_in), home=tmp_path, shell=shell)

    assert list(found) == list(expected)
    for name, result in found.items():
        assert _registered(result) == expected[name], name
