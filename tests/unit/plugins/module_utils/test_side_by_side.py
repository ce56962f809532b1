# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads that wait together: their order, their bound, their end, and the rate of all of them together."""

from __future__ import annotations

import functools
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.side_by_side import side_by_side
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from pytest_stand_in import StandIn

# Seconds after which something that always comes is taken for missing.
PATIENCE = 60.0


class Work:
    """Pieces of work that know which of them were begun, in which thread, and how many ran at once."""

    def __init__(self, number: int, do: Callable[[int], None]) -> None:
        self.begun: list[int] = []
        self.threads = [threading.Event() for _number in range(number)]
        self.thread_of: dict[int, threading.Thread] = {}
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()
        self._do = do

    def piece(self, number: int) -> int:
        with self._lock:
            self.begun.append(number)
            self._now += 1
            self.most = max(self.most, self._now)
            self.thread_of[number] = threading.current_thread()
        self.threads[number].set()
        try:
            self._do(number)
        finally:
            with self._lock:
                self._now -= 1
        return number

    def pieces(self) -> list[Callable[[], int]]:
        return [functools.partial(self.piece, number) for number in range(len(self.threads))]

    def await_end_of_thread(self, number: int) -> None:
        """Waits until a piece has begun and the thread that does it has ended, as it does after a failure."""
        assert self.threads[number].wait(PATIENCE)
        self.thread_of[number].join(PATIENCE)
        assert not self.thread_of[number].is_alive()


@pytest.mark.parametrize("at_once", [0, 1, 2, 3, 50])
def test_results_come_in_the_order_of_the_work(at_once: int) -> None:
    second_has_ended = threading.Event()

    def do(number: int) -> None:
        if number == 0 and at_once > 1:
            assert second_has_ended.wait(PATIENCE)
        if number == 1:
            second_has_ended.set()

    work = Work(6, do)
    assert side_by_side(work.pieces(), at_once) == list(range(6))
    assert (1 if at_once <= 1 else 2) <= work.most <= max(at_once, 1)


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_the_first_failure_in_the_order_of_the_work_is_raised_whatever_ends_first(at_once: int) -> None:
    threads_before = set(threading.enumerate())

    def do(number: int) -> None:
        if number == 1:
            if at_once > 1:
                work.await_end_of_thread(2)
            raise ValueError("one")
        if number == 2:
            raise KeyError("two")
        if number > 2:
            # Under way when the failures come.
            work.await_end_of_thread(2)
            work.await_end_of_thread(1)

    work = Work(23, do)
    with pytest.raises(ValueError, match="one"):
        side_by_side(work.pieces(), at_once)
    # What was under way has ended, and the rest was not begun.
    assert set(threading.enumerate()) <= threads_before
    assert work._now == 0 and len(work.begun) <= at_once + 1


def test_what_interrupts_does_not_wait() -> None:
    released = threading.Event()
    under_way = threading.Barrier(2, lambda: os.kill(os.getpid(), signal.SIGALRM))
    waited: list[bool] = []

    def work() -> None:
        under_way.wait(PATIENCE)
        waited.append(released.wait(PATIENCE))

    def alarm(*_unused: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, alarm)
    try:
        with pytest.raises(KeyboardInterrupt):
            side_by_side([work] * 4, 2)
        assert waited == []
    finally:
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
    for at_once in (1, 2, 4):
        stand_in.clear_journal()
        stand_in.clear_faults()
        # Nobody gets an answer before so many have asked.
        stand_in.fault("GetActorTypeMapping", "together", "all", requests=at_once)
        assert not _converge(stand_in, at_once).get("failed")
        mappings = [entry for entry in stand_in.journal() if entry["method"] == "GetActorTypeMapping"]
        assert len(mappings) == len(NAMES)
        # A kept-alive connection carries one request at a time, so that there are as many as were under way at once.
        assert len({entry["peer"] for entry in mappings}) == at_once


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
    """The formula at the top of _read/environment.py: the list, each connection's settings, their connector, each actor type.

    Then who changed the connections.
    """
    actors = [{"erp": "Customer"}, {"erp": "Person"}]
    document = {"connections": [{"name": name, "description": "x", "actors": actors} for name in NAMES[:2]]}
    _converge(stand_in, at_once, document=document)
    asked = [(entry["method"], str(entry["body"])) for entry in stand_in.journal()]
    assert len(asked) == len(set(asked)) == 1 + 2 + 1 + 2 * 2 + 1


@pytest.mark.parametrize("at_once, pieces, here", [(1, 3, True), (4, 1, True), (2, 3, False)])
def test_one_at_a_time_and_one_alone_run_in_this_thread(at_once: int, pieces: int, here: bool) -> None:
    threads = set(side_by_side([threading.get_ident] * pieces, at_once))
    assert (threads == {threading.get_ident()}) is here
