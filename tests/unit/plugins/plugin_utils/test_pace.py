# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace that tasks keep together: no two of them start a request to one installation at once, and none waits for one that is gone."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Result, Run, Task
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _in_process, _pace
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._pace import SharedPace
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_action
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Clock, ScriptedServer, answer

# pytest's workers have a second thread, which does nothing that a copy would miss.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

CRM = "https://crm.example.com"


def begin_copy(doing: Callable[[], object]) -> int:
    """Begins a process as a copy of this one, which does something and ends; its number."""
    process = os.fork()
    if not process:
        try:
            doing()
        finally:
            os._exit(0)
    return process


def failed(doing: Callable[[], object]) -> bool:
    """Whether something raises an exception in a copy of this process."""
    process = os.fork()
    if not process:
        try:
            doing()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != 0


def test_copies_that_ask_at_the_same_time_start_one_after_the_other(tmp_path: Path) -> None:
    pace = SharedPace()
    copies, turns = 4, 200

    def ask(number: int) -> None:
        (tmp_path / f"{number}").write_text(json.dumps([pace.turn(CRM, 0.0, 1.0) for _turn in range(turns)]))

    for process in [begin_copy(lambda number=number: ask(number)) for number in range(copies)]:  # type: ignore[misc]
        os.waitpid(process, 0)
    starts = [start for number in range(copies) for start in json.loads((tmp_path / f"{number}").read_text())]
    assert sorted(starts) == [float(start) for start in range(copies * turns)]


def test_a_copy_that_is_killed_in_its_turn_stops_nobody() -> None:
    pace = SharedPace()

    def killed() -> None:
        with pace._locked():
            os.kill(os.getpid(), signal.SIGKILL)

    os.waitpid(begin_copy(killed), 0)
    assert [pace.turn(CRM, 5.0, 2.0) for _turn in range(2)] == [5.0, 7.0]


def test_who_has_had_a_turn_keeps_nobody_else_waiting() -> None:
    pace = SharedPace()
    pace.turn(CRM, 5.0, 2.0)

    def at_once() -> None:
        fcntl.lockf(pace._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    assert failed(at_once) is False
    with pace._locked():
        assert failed(at_once) is True


@pytest.mark.parametrize("shares", [True, False])
def test_each_installation_has_its_own(shares: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> int:
        raise OSError

    if not shares:
        monkeypatch.setattr(_pace, "file_without_name", none)
    pace = SharedPace()
    assert [pace.turn(url, 1.0, 2.0) for url in (CRM, f"{CRM}/other", CRM.upper(), CRM)] == [1.0, 1.0, 3.0, 5.0]
    assert pace.turn(CRM, 50.0, 2.0) == 50.0


def test_where_the_memory_is_full_the_newest_take_the_place_of_others() -> None:
    pace = SharedPace(4)
    for number in range(50):
        assert [pace.turn(str(number), 1.0, 2.0) for _turn in range(2)] == [1.0, 3.0]


def test_without_files_in_memory_there_is_one_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    assert [SharedPace().turn(CRM, 1.0, 2.0) for _pace_ in range(2)] == [1.0, 1.0]


def test_the_sessions_of_two_tasks_keep_one_rate() -> None:
    pace, clock = SharedPace(), Clock()
    with ScriptedServer([("GET /read", answer({}))] * 4) as server:
        for _task in range(2):
            with Session(Settings(server.url, {}, rate_limit=4.0), sleep=clock.sleep, clock=clock, pace=pace) as http:
                for _call in range(2):
                    http.send(Request("GET", "/read", "Read", writes=False))
    assert clock.pauses == [0.25] * 3


def test_the_tasks_of_a_run_have_the_pace_that_was_made_before_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def noted(_task: Task, run: Run) -> Result:
        made.append(run.session._turns)
        run.close()
        return {"changed": False}

    monkeypatch.setattr(_in_process, "perform", noted)
    for _task in range(2):
        run_action("erpsync_info", {"url": CRM, "ticket": "7T:x"})
    assert made == [_in_process.PACE] * 2
