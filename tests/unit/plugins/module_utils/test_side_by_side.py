# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads that wait together: their order, their bound, their end, and the rate of all of them together."""

from __future__ import annotations

import functools
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._side_by_side import side_by_side
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from pytest_stand_in import StandIn


class Work:
    """Pieces of work that end when they are told to, and know which of them were begun and how many ran at once."""

    def __init__(self, seconds: list[float], failing: dict[int, Exception] | None = None) -> None:
        self.begun: list[int] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()
        self._seconds = seconds
        self._failing = failing or {}

    def piece(self, number: int) -> int:
        with self._lock:
            self.begun.append(number)
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(self._seconds[number])
        with self._lock:
            self._now -= 1
        if number in self._failing:
            raise self._failing[number]
        return number

    def pieces(self) -> list[Callable[[], int]]:
        return [functools.partial(self.piece, number) for number in range(len(self._seconds))]


@pytest.mark.parametrize("at_once", [0, 1, 2, 3, 50])
def test_results_come_in_the_order_of_the_work(at_once: int) -> None:
    work = Work([0.08, 0.0, 0.05, 0.01, 0.03, 0.0])
    assert side_by_side(work.pieces(), at_once) == list(range(6))
    assert work.most <= max(at_once, 1)
    if at_once > 1:
        assert work.most > 1


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_the_first_failure_in_the_order_of_the_work_is_raised_whatever_ends_first(at_once: int) -> None:
    work = Work([0.0, 0.1, 0.0, *[0.02] * 20], {1: ValueError("one"), 2: KeyError("two")})
    threads = threading.active_count()
    with pytest.raises(ValueError, match="one"):
        side_by_side(work.pieces(), at_once)
    # What was under way has ended, and most was not begun.
    assert threading.active_count() == threads
    assert work._now == 0 and len(work.begun) < 10


def test_what_interrupts_does_not_wait() -> None:
    released = threading.Event()

    def alarm(*_unused: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    start = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            side_by_side([functools.partial(released.wait, 10)] * 3, 2)
        assert time.monotonic() - start < 5
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        released.set()


NAMES = ("Visma Norway", "Visma Sweden", "SAP Germany", "SAP Austria")
DOCUMENT = {"connections": [{"name": name, "actors": [{"erp": "Customer"}]} for name in NAMES]}


def _converge(stand_in: StandIn, at_once: int, **options: Any) -> dict[str, Any]:
    connection = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password, "retries": 0}
    return run_module(
        "erpsync_environment", {**connection, "document": DOCUMENT, "parallel_requests": at_once, **options}, check=True, diff=True
    )


@pytest.mark.parametrize("slow_call", [1, 2, 4])
def test_the_report_does_not_depend_on_what_is_slow(stand_in: StandIn, slow_call: int) -> None:
    document = {"connections": [{"name": name, "actors": [{"erp": "Customer", "enabled": False}]} for name in NAMES]}
    expected = _converge(stand_in, 1, document=document)
    assert expected["changes"]
    stand_in.fault("GetActorTypeMapping", "slow", [slow_call], seconds=0.3)
    result = _converge(stand_in, 4, document=document)
    for one in (expected, result):
        one.pop("invocation", None)
    assert result == expected


def test_reads_overlap_as_far_as_the_option_allows(stand_in: StandIn) -> None:
    stand_in.fault("GetActorTypeMapping", "slow", "all", seconds=0.3)
    took = {}
    for at_once in (1, 2, 4):
        stand_in.clear_journal()
        start = time.monotonic()
        _converge(stand_in, at_once)
        took[at_once] = time.monotonic() - start
        mappings = [entry for entry in stand_in.journal() if entry["method"] == "GetActorTypeMapping"]
        assert len(mappings) == len(NAMES)
        # A kept-alive connection carries one request at a time, so that there are as many as were under way at once.
        assert len({entry["peer"] for entry in mappings}) == at_once
    # Four waits of 0.3 seconds one after the other, two by two, all at once; the least that there can be, and less than the next.
    assert took[1] >= 1.2 and took[2] >= 0.6 and took[4] >= 0.3
    assert took[4] < took[1]


def test_a_failure_is_the_same_whatever_goes_out_together(stand_in: StandIn) -> None:
    messages = set()
    for at_once in (1, 2, 4):
        stand_in.clear_faults()
        stand_in.fault("GetActorTypeMapping", "status", [1, 2, 3, 4], status=500, message="The database is gone.")
        stand_in.fault("GetAllConnections", "slow", "all", seconds=0)
        result = _converge(stand_in, at_once)
        assert result["failed"]
        messages.add((result["msg"], str(result["failure"])))
    assert len(messages) == 1


def test_the_rate_holds_for_all_of_them_together(stand_in: StandIn) -> None:
    start = time.monotonic()
    _converge(stand_in, 4, rate_limit=10)
    calls = len(stand_in.journal())
    assert calls == 1 + len(NAMES)
    assert time.monotonic() - start >= (calls - 1) / 10


@pytest.mark.parametrize("at_once", [1, 4])
def test_each_thing_is_read_once(stand_in: StandIn, at_once: int) -> None:
    """The formula at the top of _reader.py: the list, each connection's settings, their connector, each actor type."""
    actors = [{"erp": "Customer"}, {"erp": "Person"}]
    document = {"connections": [{"name": name, "description": "x", "actors": actors} for name in NAMES[:2]]}
    _converge(stand_in, at_once, document=document)
    asked = [(entry["method"], str(entry["body"])) for entry in stand_in.journal()]
    assert len(asked) == len(set(asked)) == 1 + 2 + 1 + 2 * 2
