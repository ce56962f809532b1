# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo` tells its story in sixty lines, holds itself to it, and says why where it cannot."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, environment

TOOLS = COLLECTION / "tools"
pytestmark = pytest.mark.skipif(not TOOLS.is_dir(), reason="the tools are not part of this copy of the collection")
MOST_LINES = 60
SECRETS = ("stand-in-password", "demo-visma-secret", "demo-sap-secret", "visma-Hemmelig", "sap-Geheim", "7T:", "8A:")


@thorough_only
def test_the_story(tmp_path: Path) -> None:
    """A click, who and when, the check, the converge, nothing left to do, and a page."""
    command = [sys.executable, str(TOOLS / "demo.py")]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) <= MOST_LINES and max(map(len, lines)) <= 120
    steps = [part.splitlines() for part in re.split(r"\n\n(?=\d\. |Open)", done.stdout)]
    assert [step[0][:2] for step in steps] == ["Ea", "1.", "2.", "3.", "4.", "5.", "Op"]
    _beginning, first, clicks, check, converge, again, end = ("\n".join(step) for step in steps)
    assert "3 installations: 3 changed." in first and re.search(
        r"Writing requests: \d+ to crm-oslo, \d+ to crm-hamburg, 1 to crm-vienna", first
    )
    assert "crm-oslo: KNO lets" in clicks and "crm-vienna: ALI lets" in clicks
    assert "3 installations: 2 differ, 1 as declared." in check
    flat = " ".join(check.split())
    assert re.search(r"ORGNUMBER, direction: both -> to_erp; changed on \d+ \w+ at \d\d:\d\d UTC by KNO", flat)
    assert re.search(r"interval: 1\.00:00:00 -> 01:00:00; changed on \d+ \w+ at \d\d:\d\d UTC by ALI", flat)
    assert "3 installations: 2 changed, 1 as declared." in converge
    assert "3 installations: 3 as declared." in again and "by the journals of the stand-ins: 0" in again
    page, log = (COLLECTION / name for name in re.findall(r": (\.build/demo/\S+)$", end, re.MULTILINE))
    assert page.name == "index.html" and log.name == "demo.log"
    assert len(log.read_text(encoding="utf-8").splitlines()) > 300
    assert 'data-result="differs"' in page.read_text(encoding="utf-8")
    # The inventory with the addresses and passwords is gone.
    left = [path for path in log.parent.rglob("*") if path.is_file()]
    assert {path.name for path in left} == {"demo.log", "index.html", "drift.json"}
    for text in (done.stdout, *(path.read_text(encoding="utf-8") for path in left)):
        assert not [secret for secret in SECRETS if secret in text]


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The tool, whose ansible-playbook is a program of the test's, in a folder of its own."""
    monkeypatch.syspath_prepend(str(TOOLS))
    found = importlib.import_module("demo")
    monkeypatch.setattr(found, "ROOT", tmp_path)
    for name in ("EXAMPLE_INVENTORY", "INVENTORY", "LOG"):
        monkeypatch.setattr(found, name, tmp_path / name.lower())
    monkeypatch.setattr(found, "PAGE", tmp_path / "drift" / "index.html")
    monkeypatch.setattr(found, "environment", lambda: {"PATH": str(tmp_path)})
    return found


def plays(home: Path, output: str, status: int) -> None:
    """Put a program into the place of ansible-playbook."""
    (home / "output").write_text(output, encoding="utf-8")
    program = home / "ansible-playbook"
    program.write_text(f'#!/bin/sh\nwhile IFS= read -r line; do echo "$line"; done < output\nexit {status}\n', encoding="utf-8")
    program.chmod(0o755)


def _table(lines: list[str]) -> str:
    shown = ",\n".join(f"        {json.dumps(line)}" for line in lines)
    recap = "crm-oslo  : ok=3    changed=2    unreachable=0\ncrm-bergen : ok=3    changed=0    unreachable=0\n"
    return (
        f'TASK [Show the table] ***\nok: [x] => {{\n    "msg": [\n        "of an earlier one"\n'
        f"TASK [Show the table] ***\n{shown}\n    ]\n}}\n\nPLAY RECAP\n{recap}"
    )


def test_a_play_that_ends_otherwise_says_why(demo: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plays(tmp_path, "".join(f"line {number}\n" for number in range(1, 101)), 4)
    with pytest.raises(SystemExit) as ended:
        demo.Play("drift", "-e", "x=1", ends=2)
    assert ended.value.code == "ansible-playbook ended with status 4, not 2. The whole output is in log."
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "   $ ansible-playbook -i example_inventory superoffice.erpsync.drift -e x=1"
    assert told[1:] == [f"line {number}" for number in range(76, 101)]
    logged = demo.LOG.read_text(encoding="utf-8").splitlines()
    assert logged[0] == "$ ansible-playbook -i example_inventory -i inventory superoffice.erpsync.drift -e x=1" and "line 1" in logged
    # One that ends well where it should not is no better.
    plays(tmp_path, "", 0)
    with pytest.raises(SystemExit, match="status 0, not 2"):
        demo.Play("drift", ends=2)


@pytest.mark.parametrize(("rows", "more"), [(8, []), (9, ["   ... and 1 more lines"]), (100, ["   ... and 92 more lines"])])
def test_a_long_table_is_cut_off(demo: Any, tmp_path: Path, rows: int, more: list[str]) -> None:
    lines = [f'row {number} "quoted" ' for number in range(rows)]
    plays(tmp_path, _table(lines), 0)
    play = demo.Play("converge")
    assert play.table() == [*(f"   {line}".rstrip() for line in lines[:8]), *more]
    assert play.changed == {"crm-oslo": 2, "crm-bergen": 0}


def test_what_is_not_as_told_ends_it(demo: Any) -> None:
    demo.hold(True, "No.")
    with pytest.raises(SystemExit) as ended:
        demo.hold(False, "No.")
    assert ended.value.code == "No. The whole output is in log."


@pytest.mark.parametrize(
    ("journals", "reason"),
    [
        ([[1, 1, 1], [0, 0, 0], [1, 0, 1], [0, 0, 0]], ""),
        ([[1, 0, 1]], "An installation changed without a writing request."),
        ([[1, 1, 1], [0, 1, 0]], "The comparison changed something."),
        ([[1, 1, 1], [0, 0, 0], [1, 1, 1]], "Other installations changed than those with clicks."),
        ([[1, 1, 1], [0, 0, 0], [1, 0, 0]], "Other installations changed than those with clicks."),
        ([[1, 1, 1], [0, 0, 0], [1, 0, 1], [0, 0, 1]], "The second run changed something: converging is not idempotent."),
    ],
)
def test_the_story_is_held_to_the_journals(demo: Any, monkeypatch: pytest.MonkeyPatch, journals: list[list[int]], reason: str) -> None:
    hosts = ("crm-oslo", "crm-hamburg", "crm-vienna")
    changed = iter([dict.fromkeys(hosts, 1), {}, {}, dict.fromkeys(hosts, 0)])

    class Play:
        output = "changed on 3 May at 10:00 UTC by KNO, changed on 3 May at 10:00 UTC by ALI"

        def __init__(self, *_arguments: str, ends: int = 0) -> None:
            self.changed = next(changed)

        def table(self) -> list[str]:
            return ["   told"]

    class Server:
        def __init__(self, place: int) -> None:
            self.new_writes = iter([one[place] for one in journals]).__next__

        def control(self, *_call: Any) -> Any:
            return {"rows": 1}

    monkeypatch.setattr(demo, "Play", Play)
    servers = {host: Server(place) for place, host in enumerate(hosts)}
    if reason:
        with pytest.raises(SystemExit, match=re.escape(reason)):
            demo.tell_story(servers)
    else:
        demo.tell_story(servers)
