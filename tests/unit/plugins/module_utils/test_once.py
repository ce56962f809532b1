# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run gets once: by all its threads, by all tasks that share memory, until it ends or is refused."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import Fresh, Kept, Once, RunMemory
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.side_by_side import side_by_side

NAME = ("ticket", "https://crm", "canary-password")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Memory:
    """Memory in which tests see what is shared, and what happens while a task waits for its turn."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, ...], Kept] = {}
        self.turns: list[tuple[str, ...]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def get(self, name: Sequence[str]) -> Kept | None:
        return self.values.get(tuple(name))

    def put(self, name: Sequence[str], kept: Kept) -> None:
        self.values[tuple(name)] = kept

    @contextlib.contextmanager
    def turn(self, name: Sequence[str]) -> Iterator[None]:
        self.meanwhile()
        self.turns.append(tuple(name))
        yield


class Server:
    """Gives one value after another; an exception is raised."""

    def __init__(self, *given: Fresh | errors.ErpSyncError) -> None:
        self.given = list(given)
        self.asked = 0

    def __call__(self) -> Fresh:
        self.asked += 1
        found = self.given.pop(0)
        if isinstance(found, errors.ErpSyncError):
            raise found
        return found


def once(server: Server, memory: Memory | None = None, clock: Clock | None = None, issued: list[str] | None = None) -> Once:
    return RunMemory(memory, issued=issued, clock=clock or Clock()).once(NAME, server, secret=True)


def test_it_is_got_once_and_again_where_it_was_refused() -> None:
    server = Server(Fresh("one", None), Fresh("two", None))
    issued: list[str] = []
    one = once(server, issued=issued)
    assert [one.held() for _each in range(3)] == [("one", True), ("one", False), ("one", False)]
    one.forget("one")
    one.forget("one")
    assert [one.held() for _each in range(2)] == [("two", True), ("two", False)]
    # What was replaced already does not end its successor.
    one.forget("one")
    assert (one.held().value, server.asked, issued) == ("two", 2, ["one", "two"])


def test_it_ends_by_the_clock() -> None:
    clock = Clock()
    one = once(Server(Fresh("one", 10.0), Fresh("two", 10.0)), clock=clock)
    assert one.held().value == "one"
    clock.now += 9.9
    assert one.held() == ("one", False)
    clock.now += 0.1
    assert one.held() == ("two", True)


def test_nothing_secret_is_in_the_representation() -> None:
    seen = (Fresh("canary", 1.0), Kept("canary", 1.0), once(Server(Fresh("canary", 1.0))).held())
    assert list(map(repr, seen)) == ["Fresh(lasts=1.0)", "Kept(until=1.0)", "Held(fresh=True)"]


def test_what_is_not_secret_is_not_masked() -> None:
    issued: list[str] = []
    RunMemory(issued=issued).once(NAME, Server(Fresh("https://crm", None)), secret=False).held()
    assert issued == []


def test_what_one_task_got_the_next_one_uses() -> None:
    memory, clock = Memory(), Clock()
    issued: list[str] = []
    assert once(Server(Fresh("one", 10.0)), memory, clock).held().fresh
    later = once(Server(), memory, clock, issued)
    assert later.is_known() and later.held() == ("one", False) and issued == ["one"]
    clock.now += 10
    assert not later.is_known()
    assert once(Server(Fresh("two", None)), memory, clock).held() == ("two", True)
    assert memory.values[NAME] == Kept("two", None) and memory.turns == [NAME] * 2
    assert later.held() == ("two", False)


def test_whoever_waits_for_a_turn_uses_what_was_got_meanwhile() -> None:
    memory = Memory()
    memory.meanwhile = lambda: memory.put(NAME, Kept("theirs", None))
    assert once(Server(), memory).held() == ("theirs", False)
    # Of 20 tasks whose ticket has ended, one gets a new one.
    later = once(Server(), memory)
    assert later.held().value == "theirs"
    later.forget("theirs")
    memory.meanwhile = lambda: memory.put(NAME, Kept("new", None))
    assert later.held() == ("new", False)


def test_a_refused_value_is_not_taken_from_others_again() -> None:
    memory = Memory()
    memory.put(NAME, Kept("old", None))
    one = once(Server(Fresh("new", None)), memory)
    assert one.held().value == "old"
    one.forget("old")
    assert one.held() == ("new", True) and memory.values[NAME].value == "new"


def test_a_server_may_give_the_same_value_again() -> None:
    one = once(Server(Fresh("same", None), Fresh("same", None)))
    one.held()
    one.forget("same")
    assert [one.held() for _each in range(2)] == [("same", True), ("same", False)]


REFUSED = errors.Unauthorized("M: no.", http_status=401, method="M", attempts=1, code="X", correlation="c")


def test_whoever_waits_for_a_turn_meets_the_failure_that_came_meanwhile() -> None:
    memory, clock = Memory(), Clock()

    def another_task_fails() -> None:
        memory.meanwhile = lambda: None
        clock.now += 1
        with pytest.raises(errors.Unauthorized):
            once(Server(REFUSED), memory, clock).held()

    memory.meanwhile = another_task_fails
    with pytest.raises(errors.Unauthorized) as caught:
        once(Server(), memory, clock).held()
    assert (caught.value.message, caught.value.failure()) == (REFUSED.message, REFUSED.failure())
    # Its own threads do not try after it.
    waiting = once(Server(), memory, clock)
    memory.meanwhile = another_task_fails
    for _each in range(2):
        with pytest.raises(errors.Unauthorized):
            waiting.held()
    # Nor does a task that comes later: the server would count its attempt.
    clock.now += 1
    memory.meanwhile = lambda: None
    with pytest.raises(errors.Unauthorized):
        once(Server(), memory, clock).held()


def test_a_task_that_comes_after_another_failure_tries_for_itself() -> None:
    memory, clock = Memory(), Clock()
    with pytest.raises(errors.TimedOut):
        once(Server(errors.TimedOut("late")), memory, clock).held()
    clock.now += 1
    assert once(Server(Fresh("one", None)), memory, clock).held() == ("one", True)


def test_whoever_waits_longer_does_not_meet_the_failure_of_one_who_did_not() -> None:
    memory, clock = Memory(), Clock()

    def impatient(server: Server, wait: str) -> Once:
        return RunMemory(memory, clock=clock, circumstances=(wait,)).once(NAME, server, secret=True)

    def another_task_fails() -> None:
        memory.meanwhile = lambda: None
        clock.now += 1
        with pytest.raises(errors.TenantNotRunningYet):
            impatient(Server(errors.TenantNotRunningYet("maintenance")), "0").held()

    memory.meanwhile = another_task_fails
    assert impatient(Server(Fresh("one", None)), "600").held() == ("one", True)


@pytest.mark.parametrize(
    "error",
    [
        errors.MissingLibrary("cryptography", "trace"),
        errors.TimedOut("x" * 3000),
        errors.BadInput("proxy is none"),
        errors.ProxyUnreachable("no proxy"),
        errors.TlsBroken("no trust"),
        errors.ErpSyncError("the run has ended"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_failure_that_cannot_be_told_is_met_by_each(error: errors.ErpSyncError) -> None:
    memory, clock = Memory(), Clock()

    def another_task_fails() -> None:
        memory.meanwhile = lambda: None
        clock.now += 1
        with pytest.raises(type(error)):
            once(Server(error), memory, clock).held()

    memory.meanwhile = another_task_fails
    assert once(Server(Fresh("one", None)), memory, clock).held() == ("one", True)


def test_the_longest_failure_that_is_told() -> None:
    """Other processes read it, as JSON of at most 1,800 characters."""

    def told(length: int) -> str | None:
        memory = Memory()
        with pytest.raises(errors.TimedOut):
            once(Server(errors.TimedOut("x" * length)), memory).held()
        kept = memory.values.get(("failure", *NAME))
        return None if kept is None else kept.value

    rest = len(told(1) or "") - 1
    assert len(told(1800 - rest) or "") == 1800 and told(1801 - rest) is None


def test_a_refusal_is_not_tried_again_in_a_run_and_another_failure_is() -> None:
    one = once(Server(REFUSED))
    for _each in range(3):
        with pytest.raises(errors.Unauthorized, match="M: no"):
            one.held()
    other = once(Server(errors.TimedOut("late"), Fresh("one", None)))
    with pytest.raises(errors.TimedOut):
        other.held()
    assert other.held() == ("one", True)


def test_all_threads_wait_for_the_one_that_gets_it() -> None:
    at_once = 6
    all_have_come = threading.Event()
    coming: list[int] = []
    counting = threading.Lock()

    class Waiting(Server):
        def __call__(self) -> Fresh:
            assert all_have_come.wait(60)
            return super().__call__()

    server = Waiting(Fresh("one", None))
    one = once(server)

    def ask() -> Any:
        with counting:
            coming.append(1)
            if len(coming) == at_once:
                all_have_come.set()
        return one.held()

    found = side_by_side([ask] * at_once, at_once)
    assert {held.value for held in found} == {"one"} and server.asked == 1


def test_whoever_comes_after_a_success_does_not_meet_the_failure_before_it() -> None:
    """Between its question and its turn another thread has got a value, which was refused since."""
    clock = Clock()
    one = once(Server(errors.TimedOut("slow"), Fresh("one", None), Fresh("two", None)), clock=clock)
    with pytest.raises(errors.TimedOut):
        one.held()

    class Meanwhile(Clock):
        def __call__(self) -> float:
            memory.clock = clock
            assert one.held() == ("one", True)
            one.forget("one")
            return clock()

    memory = one._memory
    memory.clock = Meanwhile()
    assert one.held() == ("two", True)


def test_what_lasts_no_time_is_got_again_at_once() -> None:
    one = once(Server(Fresh("one", 0.0), Fresh("two", 0.0)))
    assert [one.held() for _each in range(2)] == [("one", True), ("two", True)]
