# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alert rules of the guide on health, by Prometheus' own promtool: when each of them fires, and what it says."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

GUIDE = COLLECTION / "docs" / "docsite" / "rst" / "guide_health.rst"
CAPTION = "    :caption: prometheus/erpsync.rules.yml\n"


def _rules() -> str:
    """The rules, as a reader copies them."""
    lines = GUIDE.read_text(encoding="utf-8").partition(CAPTION)[2].splitlines()[1:]
    end = next(number for number, line in enumerate(lines) if line and not line.startswith("    "))
    return "\n".join(line[4:] for line in lines[:end])


def _alert(alert: str, minutes: int, summary: str | None = None, **labels: str) -> dict[str, Any]:
    """What there is of an alert after so many minutes; nothing without a summary."""
    fires = [] if summary is None else [{"exp_labels": labels, "exp_annotations": {"summary": summary}}]
    return {"alertname": alert, "eval_time": f"{minutes}m", "exp_alerts": fires}


def test_each_rule_fires_in_time(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed; it comes with Prometheus")
    finding = {"installation": "crm-oslo", "check": "lists", "severity": "warning", "kind": "connection", "name": "Visma"}
    connection = {"installation": "crm-oslo", "connection": "Visma", "connection_id": "1"}
    series = {
        "erpsync_up": ({"installation": "crm-bodo"}, "0x200"),
        "erpsync_engine_running": ({"installation": "crm-bergen"}, "0x200"),
        "erpsync_connection_last_sync_timestamp_seconds": (connection, "0x200"),
        "erpsync_finding": (finding, "1x200"),
        "erpsync_health_last_run_timestamp_seconds": ({}, "0x40 _x100"),
    }
    nobody = "Nobody has looked at ERP Sync for half an hour"
    alerts = [
        _alert("ErpSyncNotReached", 14),
        _alert("ErpSyncNotReached", 15, "crm-bodo cannot be checked", installation="crm-bodo"),
        _alert("ErpSyncStopped", 29),
        _alert("ErpSyncStopped", 30, "The sync engine of crm-bergen is stopped", installation="crm-bergen"),
        _alert("ErpSyncLate", 120),
        _alert("ErpSyncLate", 121, "Visma of crm-oslo is not synchronised", **connection),
        _alert("ErpSyncNotWell", 59),
        _alert("ErpSyncNotWell", 60, "lists: connection Visma of crm-oslo", **finding),
        _alert("ErpSyncNotWatched", 30),
        _alert("ErpSyncNotWatched", 31, nobody),
        # The file of metrics is gone.
        _alert("ErpSyncNotWatched", 60, nobody),
    ]
    written = [
        {"series": f"{name}{{{','.join(f'{label}={json.dumps(value)}' for label, value in labels.items())}}}", "values": values}
        for name, (labels, values) in series.items()
    ]
    (tmp_path / "rules.yml").write_text(_rules(), encoding="utf-8")
    tests = [{"interval": "1m", "input_series": written, "alert_rule_test": alerts}]
    document = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "test.yml").write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run([promtool, "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
