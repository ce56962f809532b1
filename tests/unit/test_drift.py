# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks drift and report: table, exit status, and the page that Ansible writes; test_page.py looks at pages in a browser."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from pytest_stand_in import StandIn

EVIL = '<script>document.title = "broken out"</script> & "quotes" \'ticks\''
SECRET = "canary-secret-3e1f"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def _run(playbook: str, stand_in: StandIn, folder: Path, hosts: dict[str, dict[str, Any]], name: str) -> subprocess.CompletedProcess[str]:
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    signed_in = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_retries": 0}
    inventory = {"superoffice": {"hosts": hosts, "vars": {**local, **signed_in}}}
    (folder / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")
    extra = ["-e", f"erpsync_report_path={folder / 'report'}", "-e", f"erpsync_report_name={name}"]
    return run_ansible(
        "playbook", f"superoffice.erpsync.{playbook}", "-i", "inventory.yml", *extra, home=folder, SUPEROFFICE_PASSWORD=stand_in.password
    )


def _fleet() -> dict[str, dict[str, Any]]:
    """An installation that is as declared, one that differs in everything, one that does not answer, one with a wrong document."""
    customer = {
        "erp": "Customer",
        "fields": [{"erp": "EMAIL", "direction": "to_erp"}, {"erp": "CREDITLIMIT", "default": {"value": 30000}}],
        "order": ["BALANCE", "CREDITLIMIT"],
    }
    norway = {
        "name": "Visma Norway",
        "description": EVIL,
        "config": {"Company": "1002", "Password": SECRET},
        "actors": [customer],
        "lists": [{"list": "TermList", "shared": True, "items": {"x": "14 days"}}],
    }
    finland = {"name": f"Visma {EVIL}", "connector": "Visma", "config": {"Company": "1", "Password": SECRET}}
    differs = {"engine": {"interval": "10m"}, "connections": [norway, finland], "priority": ["SAP Germany"]}
    return {
        "crm-oslo": {"erpsync_environment": differs},
        "crm-bergen": {"erpsync_environment": {"engine": {"state": "running"}}},
        "crm-bodo": {"erpsync_environment": {}, "erpsync_url": f"http://127.0.0.1:{free_port()}/SuperOffice"},
        "crm-vardo": {"erpsync_environment": {"connections": [{"name": "Visma Norwy", "active": True}]}},
    }


def _checked(page: Path) -> str:
    """The text of a page that loads nothing, and runs and shows only what is its own."""
    text = page.read_text(encoding="utf-8")
    assert SECRET not in text
    assert not re.search(r"<(link|img|iframe|object|embed|base)\b|\bsrc=|@import|url\(|\bstyle=|\bon\w+=", text)
    assert not re.search(r"https?://(?!127\.0\.0\.1)", text)
    # The script is ours, once, and what comes from outside cannot begin another.
    assert text.count("<script") == text.count("<style") == 1
    # As Ansible wrote them, so that the browser runs and shows them.
    hashes = []
    for element in ("style", "script"):
        content = text.partition(f"<{element}>")[2].partition(f"</{element}>")[0]
        hashes.append("'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'")
    policy = "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'".format(*hashes)
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in text
    return text


def test_drift(stand_in: StandIn, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text(COMMIT, encoding="utf-8")
    done = _run("drift", stand_in, tmp_path, _fleet(), "slice-1")
    assert done.returncode == 2, done.stdout + done.stderr
    table = done.stdout.partition("Installation  Result")[2].partition("TASK [")[0]
    assert "4 installations: 2 not compared, 1 differs, 1 as declared." in done.stdout
    for line in (
        "crm-oslo      differs       engine",
        "interval: 00:15:00 -> 00:10:00",
        "config, Company: 1001 -> 1002",
        "EMAIL, direction: both -> to_erp",
        "x: Cash -> 14 days",
        "is missing",
        "crm-bergen    as declared",
        "crm-bodo      not compared",
        "connection refused",
        "crm-vardo     not compared",
        "Visma Norwy",
    ):
        assert line in table
    # test_fleets.py has a run in which nothing differs.
    assert re.search(r"^crm-bergen +: ok=\d+ +changed=0 +unreachable=0 +failed=0 ", done.stdout, re.MULTILINE)
    assert SECRET not in done.stdout + done.stderr
    assert stand_in.writes() == []

    # Two slices of a job write into one folder.
    report = tmp_path / "report"
    assert sorted(file.name for file in report.iterdir()) == ["slice-1.html", "slice-1.json"]
    text = _checked(report / "slice-1.html")
    assert "<title>ERP Sync drift: 1 of 4 differs</title>" in text
    assert re.findall(r'data-installation="([^"]+)" data-result="([^"]+)"', text) == [
        ("crm-bodo", "not_compared"),
        ("crm-vardo", "not_compared"),
        ("crm-oslo", "differs"),
        ("crm-bergen", "as_declared"),
    ]
    assert text.count("&lt;script&gt;") >= 3
    assert re.search(r'<tr>\s*<th scope="row">EMAIL, direction</th>\s*<td class="is" data-label="Is"><span>both</span></td>', text)
    mended = "ansible-playbook superoffice.erpsync.converge -i inventory.yml -e erpsync_hosts=crm-oslo"
    assert f"<code>{mended}</code>" in text
    assert "<dd>inventory.yml</dd>" in text and f"<dd>{COMMIT[:12]}</dd>" in text
    # That nothing is known is said once, with its reason.
    [away] = re.findall(r'data-installation="crm-bodo".*?</summary>', text, re.DOTALL)
    assert away.count("not compared") == 1 and "connection refused" in away
    assert "unknown" not in html.unescape(re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", "", text, flags=re.DOTALL))


def test_report(stand_in: StandIn, tmp_path: Path) -> None:
    hosts = _fleet()
    done = _run("report", stand_in, tmp_path, {"crm-oslo": {}, "crm-bodo": hosts["crm-bodo"]}, "")
    assert done.returncode == 2, done.stdout + done.stderr
    report = tmp_path / "report"
    assert sorted(file.name for file in report.iterdir()) == ["index.html", "report.json"]
    totals = json.loads((report / "report.json").read_text(encoding="utf-8"))["totals"]
    assert (totals["installations"], totals["running"], totals["not_read"]) == (2, 1, 1)
    text = _checked(report / "index.html")
    assert "<title>ERP Sync report: 0 of 2 stopped</title>" in text
    found = re.findall(r'data-installation="([^"]+)" data-result="([^"]+)"', text)
    assert found == [("crm-bodo", "not_read"), ("crm-oslo", "running")]
    assert re.search(r'<th scope="row">Visma Norway</th>\s*<td data-label="Connector"><span>Visma</span></td>', text)
    again = "ansible-playbook superoffice.erpsync.report -i inventory.yml -e erpsync_hosts=crm-bodo"
    assert re.findall("<code>(.*?)</code>", text) == [again]
