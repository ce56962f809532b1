# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook drift: its table, its exit status, and its page, in a real browser where there is one."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from pytest_stand_in import StandIn

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
EVIL = '<script>document.title = "broken out"</script> & "quotes" \'ticks\''
SECRET = "canary-secret-3e1f"


def _drift(stand_in: StandIn, folder: Path, hosts: dict[str, dict[str, Any]]) -> subprocess.CompletedProcess[str]:
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    signed_in = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_retries": 0}
    inventory = {"superoffice": {"hosts": hosts, "vars": {**local, **signed_in}}}
    (folder / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")
    report = f"erpsync_report_path={folder / 'report'}"
    return run_ansible(
        "playbook", "superoffice.erpsync.drift", "-i", "inventory.yml", "-e", report, home=folder, SUPEROFFICE_PASSWORD=stand_in.password
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


@pytest.fixture
def page(stand_in: StandIn, tmp_path: Path) -> Path:
    done = _drift(stand_in, tmp_path, _fleet())
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
    return tmp_path / "report" / "index.html"


def test_page_needs_nothing_from_elsewhere_and_shows_no_secret(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert SECRET not in text
    assert not re.search(r"<(script|link|img|iframe|object|embed|base)\b|\bsrc=|@import|url\(|https?://(?!127\.0\.0\.1)", text)
    assert re.findall(r'data-installation="([^"]+)" data-result="([^"]+)"', text) == [
        ("crm-oslo", "differs"),
        ("crm-bergen", "same"),
        ("crm-bodo", "unknown"),
        ("crm-vardo", "unknown"),
    ]


@pytest.fixture
def browser(tmp_path: Path) -> list[str]:
    if BROWSER is None:
        pytest.skip("no Chromium to open the page with")
    return [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={tmp_path / 'profile'}"]


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def test_page_in_a_browser(browser: list[str], page: Path, tmp_path: Path) -> None:
    document = _run(*browser, "--dump-dom", page.as_uri())
    # The browser's own view of it: nothing broke out of its place, and rows have their cells.
    assert "<title>ERP Sync drift: 1 of 4 differ</title>" in document
    assert "<script" not in document
    assert document.count("<section") == 5
    assert document.count("&lt;script&gt;") >= 3
    assert re.search(r'<tr><th scope="row">EMAIL, direction</th><td [^>]*data-label="Is"><span>both</span></td>', document)
    assert '<html lang="en">' in document and 'name="viewport"' in document

    # On a phone, at a desk, and on paper. At 390 pixels nothing may stand out to the right: the page says how wide it is.
    measured = page.with_name("measured.html")
    script = "<script>document.title = document.documentElement.scrollWidth + ' of ' + window.innerWidth</script></body>"
    measured.write_text(page.read_text(encoding="utf-8").replace("</body>", script), encoding="utf-8")
    for width in (390, 1200):
        frame = page.with_name(f"frame-{width}.html")
        probe = "onload=\"document.title = this.contentDocument.title\""
        frame.write_text(f'<iframe src="measured.html" width="{width}" height="900" style="border:0" {probe}></iframe>', encoding="utf-8")
        titled = _run(*browser, "--allow-file-access-from-files", "--dump-dom", frame.as_uri())
        assert f"<title>{width} of {width}</title>" in titled
        picture = tmp_path / f"{width}.png"
        _run(*browser, f"--window-size={width},1600", f"--screenshot={picture}", page.as_uri())
        assert struct.unpack(">II", picture.read_bytes()[16:24]) == (width, 1600)
        assert picture.stat().st_size > 20_000
    printed = tmp_path / "page.pdf"
    _run(*browser, "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri())
    assert printed.read_bytes().startswith(b"%PDF")
