# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What monitoring systems read of a fleet's health: states, lines, performance data, and metrics; and its table and page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.superoffice.erpsync.plugins.callback import quiet
from ansible_collections.superoffice.erpsync.plugins.callback.nagios import CallbackModule
from ansible_collections.superoffice.erpsync.plugins.filter import monitoring
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _fleet, _fleet_page, _health, _monitoring, _page, _times

Json = dict[str, Any]

NONE = {"error": 0, "warning": 0, "unknown": 0, "info": 0}


def connection(number: int, name: str, age: int | None, *, active: bool = True, last: str | None = None) -> Json:
    return {
        "id": number,
        "name": name,
        "active": active,
        "last_sync": last,
        "last_sync_written": last or "2026-07-01T12:00:00",
        "age_at_least": age,
        "age_at_most": age,
    }


def finding(severity: str, check: str, what: str, kind: str, name: str | None = None, **more: Any) -> Json:
    return {
        "severity": severity,
        "check": check,
        "what": what,
        "where": {"kind": kind, "name": name, "id": 7},
        "since": None,
        "todo": None,
        **more,
    }


STOPPED = finding("error", "engine", "The sync engine\nis stopped.", "engine", todo="Start it.")
ENGINE = {"is_running": False, "status_message": None, "interval": "00:15:00", "interval_seconds": 900}
WELL: Json = {
    "status": "ok",
    "msg": "All is well.",
    "counts": NONE,
    "findings": [],
    "checked_at": "2026-07-01T12:00:00Z",
    "engine": {**ENGINE, "is_running": True},
    "log": {"entries": 5},
    "connections": [
        connection(1, "A | b='c'", 60, last="2026-07-01T11:59:00Z"),
        connection(2, "B", 90000, active=False),
        connection(3, "C", None),
    ],
}
BAD: Json = {
    **WELL,
    "status": "error",
    "msg": "1 error. It | is.",
    "counts": {**NONE, "error": 1},
    "findings": [STOPPED],
    "engine": ENGINE,
    "log": None,
    "connections": [connection(1, "A", 300)],
}


def refused(kind: str | None, **more: Any) -> Json:
    return {"msg": "It is\nnot there.", **({"failure": {"kind": kind}} if kind else {}), **more}


def hosts(**results: Json | None) -> dict[str, Json]:
    return {name: {} if result is None else {"erpsync_health_result": result} for name, result in results.items()}


def told(**results: Json | None) -> Json:
    variables = hosts(**results)
    return dict(monitoring.monitoring(iter(variables), variables, "nagios"))


@pytest.mark.parametrize(
    "result, code",
    [
        (WELL, 0),
        ({**WELL, "status": "warning"}, 1),
        (BAD, 2),
        ({**WELL, "status": "unknown"}, 3),
        # What says nothing of ERP Sync is unknown; what does not answer has stopped.
        *((refused(kind), 3) for kind in ("unauthorized", "forbidden", "agent_refused", "sign_in_failed", "bad_input", "missing_library")),
        *((refused(kind), 2) for kind in ("connection_refused", "timeout", "unknown_host", "server_error", "tenant_not_running", "tls")),
        (refused(None), 3),
        (refused(None, unreachable=True), 2),
        (None, 2),
        # A user who lost the rights: what was found does not count.
        ({**WELL, **refused("forbidden")}, 3),
        ({"status": "odd"}, 3),
    ],
)
def test_the_state_of_an_installation(result: Json | None, code: int) -> None:
    found = told(crm=result)
    assert (found["exit_status"], found["state"]) == (code, ("OK", "WARNING", "CRITICAL", "UNKNOWN")[code])
    assert found["line"].startswith(f"ERPSYNC {found['state']} - crm: ")
    assert {name: value for name, value in found.items() if name != "installations"} == found["installations"]["crm"]


def test_the_line_of_one_installation() -> None:
    numbers = "installations=1;;;0 not_checked=0;;;0 errors=0;;;0 warnings=0;;;0 unknown=0;;;0 oldest_sync=60s;;;0 log_entries=5;;;0"
    assert told(crm=WELL)["line"] == f"ERPSYNC OK - crm: All is well. | {numbers} 'sync A _ b__c_'=60s;;;0"
    assert told(crm=BAD)["line"] == (
        "ERPSYNC CRITICAL - crm: 1 error. It / is. | installations=1;;;0 not_checked=0;;;0 errors=1;;;0 warnings=0;;;0 unknown=0;;;0 "
        "oldest_sync=300s;;;0 'sync A'=300s;;;0"
    )
    assert told(crm=None)["line"] == (
        "ERPSYNC CRITICAL - crm: The host could not be reached. | "
        "installations=1;;;0 not_checked=1;;;0 errors=0;;;0 warnings=0;;;0 unknown=0;;;0"
    )
    long = told(crm={**BAD, "msg": "x" * 2000})["line"].partition(" | ")[0]
    assert len(long) == len("ERPSYNC CRITICAL - ") + 800 and long.endswith("x...")
    many = told(crm={**WELL, "connections": [connection(number, f"C{number}", number) for number in range(60)]})["line"]
    assert many.count("'sync C") == 50 and "oldest_sync=59s" in many


def test_the_line_of_a_fleet_names_the_worst() -> None:
    assert told(a=WELL, b=WELL)["line"].startswith("ERPSYNC OK - 2 installations are well | installations=2;;;0 ")
    found = told(a=WELL, b=BAD, c=refused("timeout"), d=refused("forbidden"))
    said = "ERPSYNC CRITICAL - 2 of 4 installations: c: It is not there.; b: 1 error. It / is. | "
    assert (
        found["line"]
        == f"{said}installations=4;;;0 not_checked=2;;;0 errors=1;;;0 warnings=0;;;0 unknown=0;;;0 oldest_sync=300s;;;0 log_entries=5;;;0"
    )
    assert list(found["installations"]) == ["c", "d", "b", "a"]
    assert told(a=WELL, b={**WELL, "status": "unknown"}, c={**WELL, "status": "warning"})["state"] == "WARNING"
    assert told(a=WELL, b={**WELL, "status": "unknown"})["state"] == "UNKNOWN"
    many = told(**{f"h{number}": BAD for number in range(7)})["line"]
    assert many.startswith("ERPSYNC CRITICAL - 7 of 7 installations: h0: ") and "; h4: 1 error. It / is.; and 2 more | " in many
    nobody = monitoring.monitoring([], {}, "nagios")
    assert nobody == {
        "exit_status": 3,
        "state": "UNKNOWN",
        "line": "ERPSYNC UNKNOWN - there is no installation to check",
        "installations": {},
    }
    with pytest.raises(AnsibleFilterError, match="monitoring knows the formats nagios, prometheus, not xml."):
        monitoring.monitoring([], {}, "xml")
    assert monitoring.FilterModule().filters() == {"monitoring": monitoring.monitoring}


def test_metrics() -> None:
    twice = finding("info", "lists", "x", 'a"b', "back\\slash\nline\tend")
    variables = hosts(
        well=WELL, bad={**BAD, "findings": [STOPPED, twice, twice], "engine": {**ENGINE, "interval_seconds": None}}, away=None
    )
    assert (
        monitoring.monitoring(variables, variables, "prometheus", 1782900000.9)
        == r"""
# HELP erpsync_health_last_run_timestamp_seconds When the playbook health last ran.
# TYPE erpsync_health_last_run_timestamp_seconds gauge
erpsync_health_last_run_timestamp_seconds 1782900000
# HELP erpsync_up Whether the installation could be checked.
# TYPE erpsync_up gauge
erpsync_up{installation="well"} 1
erpsync_up{installation="bad"} 1
erpsync_up{installation="away"} 0
# HELP erpsync_health_status How the installation is: 0 well, 1 with warnings, 2 with errors or not reached, 3 not known.
# TYPE erpsync_health_status gauge
erpsync_health_status{installation="well"} 0
erpsync_health_status{installation="bad"} 2
erpsync_health_status{installation="away"} 2
# HELP erpsync_findings The findings of each severity.
# TYPE erpsync_findings gauge
erpsync_findings{installation="well",severity="error"} 0
erpsync_findings{installation="well",severity="warning"} 0
erpsync_findings{installation="well",severity="unknown"} 0
erpsync_findings{installation="well",severity="info"} 0
erpsync_findings{installation="bad",severity="error"} 1
erpsync_findings{installation="bad",severity="warning"} 0
erpsync_findings{installation="bad",severity="unknown"} 0
erpsync_findings{installation="bad",severity="info"} 0
# HELP erpsync_finding The findings of each check about one thing.
# TYPE erpsync_finding gauge
erpsync_finding{installation="bad",check="engine",severity="error",kind="engine",name=""} 1
erpsync_finding{installation="bad",check="lists",severity="info",kind="a\"b",name="back\\slash\nline end"} 2
# HELP erpsync_engine_running Whether the sync engine runs.
# TYPE erpsync_engine_running gauge
erpsync_engine_running{installation="well"} 1
erpsync_engine_running{installation="bad"} 0
# HELP erpsync_engine_interval_seconds The time between two synchronisations.
# TYPE erpsync_engine_interval_seconds gauge
erpsync_engine_interval_seconds{installation="well"} 900
# HELP erpsync_connection_active Whether the connection is active.
# TYPE erpsync_connection_active gauge
erpsync_connection_active{installation="well",connection="A | b='c'",connection_id="1"} 1
erpsync_connection_active{installation="well",connection="B",connection_id="2"} 0
erpsync_connection_active{installation="well",connection="C",connection_id="3"} 1
erpsync_connection_active{installation="bad",connection="A",connection_id="1"} 1
# HELP erpsync_connection_last_sync_timestamp_seconds When the active connection was last synchronised, if the time zone is known.
# TYPE erpsync_connection_last_sync_timestamp_seconds gauge
erpsync_connection_last_sync_timestamp_seconds{installation="well",connection="A | b='c'",connection_id="1"} 1782907140
# HELP erpsync_log_entries The entries of the sync log within log_window.
# TYPE erpsync_log_entries gauge
erpsync_log_entries{installation="well"} 5
""".lstrip("\n")
    )
    # What nobody has checked has no lines of its own.
    assert monitoring.monitoring(["away"], variables, "prometheus").count("# TYPE ") == 3
    # Nor has what one of the checks alone would read.
    few = hosts(few={**WELL, "engine": None, "connections": [], "log": None})
    assert monitoring.monitoring(["few"], few, "prometheus").count("# TYPE ") == 4


def test_the_table_and_the_report() -> None:
    variables = hosts(well=WELL, bad=BAD, away=refused("timeout"))
    found = _fleet.summary("health", list(variables), variables)
    assert found["lines"] == [
        "3 installations: 1 not checked, 1 with errors, 1 well.",
        "",
        "Installation  Result       Where   What",
        "away          not checked          It is not there.",
        "bad           error        engine  The sync engine is stopped. Start it.",
        "well          well",
    ]
    assert found["hosts"] == {"not_checked": ["away"], "error": ["bad"], "warning": [], "unknown": [], "ok": ["well"]}
    away, bad, _well = found["report"]["installations"]
    assert (away["problem"], away["failure"], away["findings"], away["counts"]) == ("It is not there.", "timeout", [], None)
    assert (bad["problem"], bad["failure"], bad["findings"], bad["checked_at"]) == (None, None, [STOPPED], "2026-07-01T12:00:00Z")
    alike = _fleet.summary("health", ["a", "b"], hosts(a=BAD, b=BAD))
    assert alike["lines"][-1] == "2 of 2: the same findings: a, b"
    # A finding without anything to do, about a thing with a name.
    rows = _fleet.summary("health", ["a"], hosts(a={**BAD, "findings": [finding("error", "lists", "So.", "connection", "Visma")]}))["lines"]
    assert rows[-1] == "a             error   connection Visma  So."


def test_the_page() -> None:
    laid = {
        one.name: lay(one, {}, run)
        for kind, lay in [_fleet_page.PAGES["health"]]
        for run in [_fleet_page.Run(_times.moment("2026-07-01T12:00:00Z"), ("hosts.yml",))]  # type: ignore[arg-type]
        for one in _fleet.installations("health", ["well", "bad", "away"], hosts(well=WELL, bad=BAD, away=refused("timeout")))
    }
    assert laid["away"] == _page.Laid(
        "away",
        "not_checked",
        "It is not there.",
        command=_page.Command("Check it again", "ansible-playbook superoffice.erpsync.health -i hosts.yml -e erpsync_hosts=away"),
    )
    row = {"severity": "error", "tone": "bad", "what": STOPPED["what"], "where": "engine", "since": None, "todo": "Start it."}
    assert laid["bad"].groups == (_page.Group("Engine", (row,), _page.FINDINGS, kind="Engine"),)  # type: ignore[arg-type]
    assert laid["bad"].command == _page.Command(
        "Start the engine", "ansible bad -i hosts.yml -m superoffice.erpsync.erpsync_engine -a state=running"
    )
    # Without a time zone, as the server writes it.
    assert laid["bad"].sync == (_page.Sync("A", "2026-07-01T12:00:00"),)
    assert laid["well"].sync == (_page.Sync("A | b='c'", "2026-07-01T11:59:00Z"), _page.Sync("C", "2026-07-01T12:00:00"))
    assert laid["well"].facts == (("Engine", "running, every 00:15:00"), ("Connections", "2 of 3 active"))
    assert laid["well"].groups == () and laid["well"].command is not None and laid["well"].command.label == "Check it again"


def test_what_the_callback_prints(capsys: pytest.CaptureFixture[str]) -> None:
    def printed(custom: Json, *failures: Json, nobody: bool = False) -> str:
        callback = CallbackModule()
        if nobody:
            callback.v2_playbook_on_no_hosts_matched()
        for number, failure in enumerate(failures):
            host = SimpleNamespace(get_name=lambda: "crm")
            callback.v2_runner_on_failed(SimpleNamespace(result=failure, host=host, _result=failure, _host=host), ignore_errors=number > 0)
        callback.v2_playbook_on_stats(SimpleNamespace(custom=custom))
        return capsys.readouterr().out

    assert printed({"_run": {"erpsync_health": {"line": "ERPSYNC OK - a | b=1"}}}, {"msg": "x"}) == "ERPSYNC OK - a | b=1\n"
    assert printed({}) == "ERPSYNC UNKNOWN - the playbook ended without a result\n"
    assert printed({"_run": {}}, nobody=True) == "ERPSYNC UNKNOWN - no host matches\n"
    assert printed({}, {"msg": "It | is\nso."}, {"msg": "ignored"}) == "ERPSYNC UNKNOWN - crm: It / is so.\n"
    assert printed({}, {}) == "ERPSYNC UNKNOWN - crm: a task failed\n"


def test_what_cron_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each host that failed, the last reason, in the order of the names; else nothing, or one line if that is wanted."""
    clean = {"failures": 0, "unreachable": 0, "changed": 0}
    host_of = {name: SimpleNamespace(get_name=lambda name=name: name) for name in ("b", "a", "c", "d")}
    task = SimpleNamespace(get_name=lambda: "Converge")

    def printed(*events: tuple[str, str, Json], all_well: bool = False, older: bool = False, **summaries: Json) -> list[str]:
        callback = quiet.CallbackModule()
        monkeypatch.setattr(callback, "get_option", {"all_well": all_well}.get)
        for event, host, told in events:
            names = ("_result", "_host", "_task") if older else ("result", "host", "task")
            result = SimpleNamespace(**dict(zip(names, (told, host_of[host], task), strict=True)))
            getattr(callback, f"v2_runner_{event}")(result)
        callback.v2_runner_on_failed(SimpleNamespace(result={"msg": "ignored"}, host=host_of["a"], task=task), ignore_errors=True)
        stats = SimpleNamespace(processed=dict.fromkeys(summaries), summarize=lambda host: {**clean, **summaries[host]})
        callback.v2_playbook_on_stats(stats)
        return capsys.readouterr().out.splitlines()

    failed: list[tuple[str, str, Json]]
    failed = [("on_failed", "b", {"msg": "First."}), ("on_failed", "b", {"msg": "It is\nso."}), ("on_unreachable", "a", {"msg": None})]
    for older in (False, True):
        told = printed(*failed, older=older, b={"failures": 1}, a={"unreachable": 1}, c={"failures": 1}, d={"changed": 1})
        assert told == ["a: the task Converge failed", "b: It is so.", "c: failed"]
    # What Ansible says of a loop hides why an item failed; alone it is better than nothing.
    loop = ("on_failed", "a", {"msg": "One or more items failed"})
    assert printed(("item_on_failed", "a", {"msg": "No."}), loop, all_well=True, a={"failures": 2}) == ["a: No."]
    assert printed(loop, a={"failures": 1}) == ["a: One or more items failed"]
    assert printed(("on_failed", "a", {"msg": "rescued"}), a={}) == []
    assert printed(a={"changed": 3}, b={}, all_well=True) == ["All is well with 2 hosts; 1 changed."]
    assert printed(a={}, all_well=True) == ["All is well with 1 host; 0 changed."]


def test_what_is_registered() -> None:
    one = _health.checked("crm", {"erpsync_health_result": BAD})
    assert (one.name, one.result, one.problem, one.oldest) == ("crm", "error", None, 300)
    assert _health.checked("crm", {"erpsync_health_result": {**BAD, "connections": None}}).oldest is None
    assert _monitoring.code_of(one) == 2
    assert [_health.told(each) for each in ({"what": "A."}, {"todo": "B."}, {"what": "A.", "todo": "B."}, {})] == ["A.", "B.", "A. B.", ""]
    assert [_health.place(each) for each in (STOPPED, {}, {"where": None})] == ["engine", "", ""]


def test_a_thing_without_a_name_is_shown_by_its_id() -> None:
    nameless = finding("warning", "lists", "A list has no items.", "connection", "")
    assert _health.place(nameless) == "connection with the id 7" and _health.place(finding("error", "engine", "x", "engine")) == "engine"
    one = {**BAD, "findings": [nameless], "connections": [connection(7, "", 60)]}
    variables = hosts(crm=one)
    assert 'kind="connection",name="7"} 1' in monitoring.monitoring(variables, variables, "prometheus")
    assert "'sync 7'=60s" in told(crm=one)["line"]
