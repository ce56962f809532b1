# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook health on a fleet in which everything has stopped that can: its table, its exit status, and what monitoring systems read."""

from __future__ import annotations

import datetime
import json
import re
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, environment, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from pytest_stand_in import StandIn
from stand_in import world

PLUGIN = COLLECTION / "extensions" / "monitoring" / "check_erpsync"
Sample = tuple[tuple[str, str], ...]


def ago(**span: int) -> str:
    return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.fixture
def fleet(stand_in: StandIn, tmp_path: Path) -> Iterator[Path]:
    """One server on which each host looks at another thing, one that refuses everything, and one that is away."""
    state = stand_in.state()
    state["engine"]["IsRunning"] = False
    for connection in state["connections"]:
        connection.update(LastSync=ago(minutes=5))
    norway, _sweden, sap = state["connections"][:3]
    norway.update(LastSync=ago(days=3, hours=2, minutes=1))
    sap.update(DisplayName='SAP "Nord"\\ | x=1')
    state["connectors"][1]["URL"] = world.OLD_DYNAMICS_URL
    stand_in.put_state(state)
    stand_in.settings(archives_refused=["dynamic", "ErpSyncLog"])

    def looks_at(check: str, connection: str, **more: Any) -> dict[str, Any]:
        return {"erpsync_health_checks": [check], "erpsync_health_connections": [connection], **more}

    with ExitStack() as running:
        lost = StandIn()
        running.callback(lost.stop)
        lost.settings(forbidden=["*"])
        hosts = {
            "crm-away": {"erpsync_url": f"http://127.0.0.1:{free_port()}/SuperOffice"},
            "crm-dead": looks_at("connector_test", sap["DisplayName"]),
            "crm-fine": looks_at("last_sync", "Visma Sweden"),
            "crm-lost": {"erpsync_url": lost.url, "erpsync_health_checks": "all"},
            "crm-silent": looks_at("log", "Visma Sweden", erpsync_health_log_min=0),
            "crm-stale": looks_at("last_sync", "Visma Norway"),
            "crm-stopped": {"erpsync_health_checks": "engine"},
            "crm-warned": looks_at("missing_fields", "Visma Norway"),
        }
        signed_in = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_password": stand_in.password}
        variables = {**signed_in, "erpsync_retries": 0, "ansible_connection": "local", "erpsync_health_time_zone": "UTC"}
        inventory = {"superoffice": {"hosts": hosts, "vars": variables}}
        (tmp_path / "inventory.yml").write_text(yaml.safe_dump(inventory, sort_keys=False), encoding="utf-8")
        yield tmp_path
    assert stand_in.writes() == []


# Of each installation: the exit status of a plugin, and the begin and the end of its line.
LINES = {
    "crm-away": (2, "CRITICAL - crm-away: GetEngineStatus: no connection to 127.0.0.1:", " errors=0;;;0 warnings=0;;;0 unknown=0;;;0"),
    "crm-dead": (2, "CRITICAL - crm-dead: 1 error. connector SAP: No connector answers at ", " errors=1;;;0 warnings=0;;;0 unknown=0;;;0"),
    "crm-fine": (0, "OK - crm-fine: All that was checked is well. | installations=1;;;0 not_checked=0;;;0 errors=0;;;0 ", "s;;;0"),
    "crm-lost": (3, "UNKNOWN - crm-lost: GetEngineStatus: the user may not do this (403).", " unknown=0;;;0"),
    "crm-silent": (3, "UNKNOWN - crm-silent: 1 unknown. log: log could not be checked. archive ", " unknown=1;;;0"),
    "crm-stale": (2, "CRITICAL - crm-stale: 1 error. connection Visma Norway: The connection was last synchronised 3 days 2 h", "s;;;0"),
    "crm-stopped": (2, 'CRITICAL - crm-stopped: 1 error. engine: The sync engine is stopped. The server says: "Stopped". |', "0"),
    "crm-warned": (1, "WARNING - crm-warned: 1 warning. connection Visma Norway: Customer: the ERP side no longer ", " unknown=0;;;0"),
}  # fmt: skip


def test_what_has_stopped_is_told_to_people_and_to_programs(fleet: Path) -> None:
    metrics = fleet / "erpsync.prom"
    # An old file, which somebody reads who may read little.
    metrics.write_text("old", encoding="utf-8")
    metrics.chmod(0o600)
    written = {"erpsync_report_path": str(fleet / "report"), "erpsync_prometheus_path": str(metrics)}
    (fleet / "extra.yml").write_text(yaml.safe_dump(written), encoding="utf-8")

    extra = ["-e", "@extra.yml"]
    done = run_ansible("playbook", "superoffice.erpsync.health", "-i", "inventory.yml", *extra, home=fleet, ANSIBLE_SHOW_CUSTOM_STATS="1")

    assert done.returncode == 2, done.stdout + done.stderr
    shown = done.stdout.partition("TASK [Show the table]")[2]
    assert '"8 installations: 2 not checked, 3 with errors, 1 with warnings, 1 not known, 1 well.",' in shown
    assert re.findall(r'^ +"(crm-\w+) +(\w+ ?\w+|\w+)  ', shown, re.MULTILINE)[:3] == [
        ("crm-away", "not checked"), ("crm-lost", "not checked"), ("crm-dead", "error")
    ]  # fmt: skip
    failed = set(re.findall(r"^fatal: \[(.*?)\]", done.stdout, re.MULTILINE))
    assert failed == {"crm-away", "crm-dead", "crm-lost", "crm-stale", "crm-stopped"}

    published = re.search(r"RUN: (\{.*\})", " ".join(done.stdout.partition("CUSTOM STATS")[2].split()))
    assert published
    stats = json.loads(published[1])["erpsync_health"]
    assert (stats["exit_status"], stats["state"]) == (2, "CRITICAL")
    assert stats["line"].startswith("ERPSYNC CRITICAL - 4 of 8 installations: crm-away: GetEngineStatus: no connection to ")
    assert " | installations=8;;;0 not_checked=2;;;0 errors=3;;;0 warnings=1;;;0 unknown=1;;;0 oldest_sync=" in stats["line"]
    assert stats["results"] == {
        "not_checked": ["crm-away", "crm-lost"],
        "error": ["crm-dead", "crm-stale", "crm-stopped"],
        "warning": ["crm-warned"],
        "unknown": ["crm-silent"],
        "ok": ["crm-fine"],
    }
    for host, (status, begin, end) in LINES.items():
        told = stats["installations"][host]
        line = told["line"]
        assert told["exit_status"] == status
        assert line.startswith(f"ERPSYNC {begin}") and line.endswith(end) and line.count("|") == 1, line

    report = json.loads((fleet / "report" / "health.json").read_text(encoding="utf-8"))
    assert report["totals"] == {"installations": 8, "not_checked": 2, "error": 3, "warning": 1, "unknown": 1, "ok": 1, "changes": 0}
    of = {one["name"]: one for one in report["installations"]}
    assert (of["crm-away"]["failure"], of["crm-lost"]["failure"], of["crm-dead"]["failure"]) == ("connection_refused", "forbidden", None)
    assert of["crm-stale"]["findings"][0]["since"].endswith("Z") and of["crm-stale"]["connections"][0]["last_sync"].endswith("Z")
    page = (fleet / "report" / "index.html").read_text(encoding="utf-8")
    assert "<title>ERP Sync health: 3 of 8 with errors</title>" in page and "last synchronised 3 days 2 hours ago" in page
    assert "-m superoffice.erpsync.erpsync_engine -a state=running" in page

    assert stat.S_IMODE(metrics.stat().st_mode) == 0o644 and not metrics.with_name("erpsync.prom.new").exists()
    found = parsed(metrics.read_text(encoding="utf-8"))
    assert {dict(labels)["installation"]: value for labels, value in found["erpsync_health_status"].items()} == {
        host: status for host, (status, _begin, _end) in LINES.items()
    }
    assert [dict(labels)["installation"] for labels, value in found["erpsync_up"].items() if not value] == ["crm-away", "crm-lost"]
    strange = (("installation", "crm-dead"), ("connection", 'SAP "Nord"\\ | x=1'), ("connection_id", "3"))
    assert found["erpsync_connection_active"][strange] == 1
    [late] = [value for labels, value in found["erpsync_connection_last_sync_timestamp_seconds"].items() if "crm-stale" in labels[0]]
    [run] = found["erpsync_health_last_run_timestamp_seconds"].values()
    assert 3 * 86400 < run - late < 4 * 86400 and found["erpsync_engine_running"] == {(("installation", "crm-stopped"),): 0}


UNESCAPED = {"\\\\": "\\", "\\n": "\n", '\\"': '"'}


def parsed(text: str) -> dict[str, dict[Sample, float]]:
    """Prometheus' text format, read as strictly as it is described: the samples of each metric by their labels, in order."""
    found: dict[str, dict[Sample, float]] = {}
    lines = text.split("\n")
    assert lines.pop() == ""
    for line in lines:
        if line.startswith("# HELP "):
            _hash, _help, name, said = line.split(" ", 3)
            assert name not in found and said
            found[name] = {}
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {list(found)[-1]} gauge" and not found[list(found)[-1]]
        else:
            match = re.fullmatch(r"([a-z_]+)(?:\{(.*)\})? (-?[0-9]+(?:\.[0-9]+)?)", line)
            # The samples of a metric stand together.
            assert match and match[1] == list(found)[-1], line
            pairs = re.findall(r'([a-z_]+)="((?:[^"\\]|\\[\\n"])*)"(?:,|$)', match[2] or "")
            assert ",".join(f'{name}="{value}"' for name, value in pairs) == (match[2] or ""), line
            labels = tuple((name, re.sub(r'\\[\\n"]', lambda escape: UNESCAPED[escape[0]], value)) for name, value in pairs)
            assert labels not in found[match[1]], f"twice: {line}"
            found[match[1]][labels] = float(match[3])
    return found


def check(folder: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    environ = environment(folder, **variables)
    done = subprocess.run([str(PLUGIN), *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "printed, status, line",
    [
        # A real one follows the guide in test_guides.py.
        ("ERPSYNC OK - all | a=1", 0, "ERPSYNC OK - all | a=1"),
        ("[WARNING]: no\nERPSYNC WARNING - some\nmore", 1, "ERPSYNC WARNING - some"),
        ("ERPSYNC CRITICAL - bad", 2, "ERPSYNC CRITICAL - bad"),
        ("ERPSYNC UNKNOWN - who knows", 3, "ERPSYNC UNKNOWN - who knows"),
        ("ERPSYNC OKAY - no", 3, "ERPSYNC OKAY - no"),
        ("a | b\nc", 3, "ERPSYNC UNKNOWN - ansible-playbook could not check: a / b c"),
        ("[WARNING]: x\n[ERROR]: No host\nmatches", 3, "ERPSYNC UNKNOWN - ansible-playbook could not check: No host matches"),
        ("ERROR! No host", 3, "ERPSYNC UNKNOWN - ansible-playbook could not check: No host"),
        ("", 3, "ERPSYNC UNKNOWN - ansible-playbook could not check: it printed nothing"),
    ],
)
def test_the_exit_status_of_each_line(printed: str, status: int, line: str, tmp_path: Path) -> None:
    program = tmp_path / "ansible-playbook"
    (tmp_path / "printed").write_text(printed, encoding="utf-8")
    program.write_text('#!/bin/sh\necho "$@" "$ANSIBLE_STDOUT_CALLBACK" > asked\ncat printed >&2\nexit 4\n', encoding="utf-8")
    program.chmod(0o755)
    assert check(tmp_path, "-i", "a b", ANSIBLE_PLAYBOOK=str(program)) == (status, f"{line}\n", "")
    assert (tmp_path / "asked").read_text(encoding="utf-8") == "superoffice.erpsync.health -i a b superoffice.erpsync.nagios\n"


def test_without_ansible_nothing_is_known(tmp_path: Path) -> None:
    status, printed, errors = check(tmp_path, ANSIBLE_PLAYBOOK="no-such-program")
    assert (status, errors, printed.count("\n")) == (3, "", 1)
    assert printed.startswith("ERPSYNC UNKNOWN - ansible-playbook could not check: ") and "no-such-program" in printed
