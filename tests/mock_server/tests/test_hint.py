# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told who starts the stand-in: what to paste, and what is missing where it does not start."""

from __future__ import annotations

import json
import os
import pty
import runpy
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_stand_in import PROGRAM
from stand_in.hint import hint

READY = {"url": "http://127.0.0.1:8099/SuperOffice", "username": "ADM", "password": "it's a $ecret", "ticket": "7T:x"}
ONLINE: dict[str, Any] = {
    **READY,
    "online": {
        "login_url": "http://127.0.0.1:8099",
        "client_id": "c1",
        "client_secret": "s1",
        "private_key": "a long one",
        "tenants": {"Cust1": {"refresh_token": "r1"}, "Cust2": {"refresh_token": "r2"}},
    },
}
END = [
    "",
    "and try, for example:",
    "",
    "    ansible localhost -m superoffice.erpsync.erpsync_info -a gather=engine",
    "",
    "Ctrl+C ends the stand-in, which forgets everything then.",
]


def test_what_to_paste(tmp_path: Path) -> None:
    lines = hint(READY, tmp_path / "nothing").splitlines()
    assert lines[:3] == ["", "To use it, paste this into another terminal:", ""]
    assert lines[3:6] == [
        "    export SUPEROFFICE_URL=http://127.0.0.1:8099/SuperOffice",
        "    export SUPEROFFICE_USERNAME=ADM",
        "    export SUPEROFFICE_PASSWORD='it'\"'\"'s a $ecret'",
    ]
    assert lines[6:] == END


def test_the_guide_shows_what_is_printed(tmp_path: Path) -> None:
    guide = PROGRAM.parents[1] / "docs" / "docsite" / "rst" / "guide_stand_in.rst"
    if not guide.is_file():
        pytest.skip("the guides are not part of this copy of the collection")
    ready = {"url": "http://127.0.0.1:8088/SuperOffice", "username": "ADM", "password": "stand-in-password"}
    shown = "\n".join(f"    {line}".rstrip() for line in hint(ready, tmp_path / "nothing").strip().splitlines())
    assert shown in guide.read_text(encoding="utf-8")


def test_what_to_paste_in_a_checkout(tmp_path: Path) -> None:
    build = tmp_path / "my build"
    (build / "collections").mkdir(parents=True)
    lines = hint(READY, build).splitlines()
    assert lines[3:5] == [f"    . '{build}/venv/bin/activate'", f"    export ANSIBLE_COLLECTIONS_PATH='{build}/collections'"]
    assert lines[5:] == hint(READY, tmp_path / "nothing").splitlines()[3:]


def test_what_to_paste_for_a_tenant(tmp_path: Path) -> None:
    lines = hint(ONLINE, tmp_path / "nothing").splitlines()
    # What the terminal may have from another stand-in.
    assert lines[3] == "    unset SUPEROFFICE_URL SUPEROFFICE_USERNAME SUPEROFFICE_PASSWORD"
    told = dict(shlex.split(line)[1].split("=", 1) for line in lines if "export" in line)
    assert told == {
        "SUPEROFFICE_TENANT": "Cust1",
        "SUPEROFFICE_LOGIN_URL": "http://127.0.0.1:8099",
        "SUPEROFFICE_CLIENT_ID": "c1",
        "SUPEROFFICE_CLIENT_SECRET": "s1",
        "SUPEROFFICE_REFRESH_TOKEN": "r1",
    }


def test_programs_read_one_line_and_people_the_rest() -> None:
    """On a terminal, or where it is asked for; make mock asks for it, and test_program.py has the program that nobody watches."""
    terminal, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, str(PROGRAM)], stdout=theirs, stderr=theirs) as process:
        shown = b""
        while b"Ctrl+C" not in shown:
            shown += os.read(terminal, 4096)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    os.close(theirs)
    os.close(terminal)
    first, rest = shown.decode().replace("\r\n", "\n").split("\n", 1)
    assert rest == hint(json.loads(first)) and process.returncode == 0

    command = [sys.executable, str(PROGRAM), "--hint"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asked:
        assert asked.stdout is not None
        first = asked.stdout.readline()
        asked.send_signal(signal.SIGINT)
        assert asked.communicate(timeout=10) == ("", hint(json.loads(first)))


def test_outside_the_environment() -> None:
    """No traceback, but what to do."""
    done = subprocess.run([sys.executable, "-S", str(PROGRAM)], capture_output=True, text=True, check=False)
    lacking = "starlette" if "starlette is" in done.stderr else "uvicorn"
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The stand-in needs the Python packages starlette and uvicorn, and {lacking} is not there. Install them for this Python:\n\n"
        f"    {sys.executable} -m pip install starlette uvicorn\n\n"
        "In a checkout of the repository, `make mock` installs all and starts it.\n"
    )


def test_on_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(PROGRAM / "__main__.py"), run_name="__main__")
    assert ended.value.code == (
        f"The stand-in needs Python 3.11 or newer, and this is 3.10. Start it with another one: python3.11 {PROGRAM / '__main__.py'}"
    )


def test_it_is_part_of_the_archive() -> None:
    """So that an installed collection has it."""
    root = PROGRAM.parents[1]
    if not (root / "galaxy.yml").is_file():
        pytest.skip("an installed collection has no galaxy.yml")
    ignored = yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
    assert not [pattern for pattern in ignored if pattern in ("tests", "tests/*") or pattern.startswith("tests/mock_server")]
