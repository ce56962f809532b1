# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks share: one process finds what another was given, for the same identity only, and one of them gets it at a time."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import access
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import Kept, Once, RunMemory
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import from_params
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap.sign_in import with_ticket
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _shared_memory
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._shared_memory import LONGEST, SharedMemory
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import control, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE
from hypothesis import given
from hypothesis import strategies as st
from pytest_stand_in import StandIn

# pytest's workers have a second thread, which does nothing that a copy would miss.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

texts = st.text(max_size=20)
identities = st.tuples(texts, texts, texts)
SIGN_IN = "SoPrincipal.AuthenticateUsernamePassword"


def begin_copy(doing: Callable[[], object]) -> int:
    """Begins a process as a copy of this one, which does something and ends; its number."""
    process = os.fork()
    if not process:
        try:
            doing()
        finally:
            os._exit(0)
    return process


def in_a_copy(doing: Callable[[], object]) -> None:
    """Does something in a process that begins as a copy of this one, and waits for its end."""
    os.waitpid(begin_copy(doing), 0)


class Tickets(SharedMemory):
    """Memory for values without an end."""

    def keep(self, name: tuple[str, ...], value: str) -> None:
        self.put(name, Kept(value, None))

    def found(self, name: tuple[str, ...]) -> str | None:
        kept = self.get(name)
        return None if kept is None else kept.value


def test_what_one_copy_was_given_the_next_one_and_this_process_find() -> None:
    tickets = Tickets()
    in_a_copy(lambda: tickets.keep(("url", "me"), "7T:abc="))
    in_a_copy(lambda: tickets.keep(("url", "you"), f"{tickets.found(('url', 'me'))} and more"))
    assert tickets.found(("url", "me")) == "7T:abc="
    assert tickets.found(("url", "you")) == "7T:abc= and more"


@given(st.dictionaries(identities, texts, max_size=30), st.lists(identities, max_size=5))
def test_everybody_has_his_own(given_tickets: dict[tuple[str, ...], str], others: list[tuple[str, ...]]) -> None:
    tickets = Tickets(256)
    for identity, ticket in given_tickets.items():
        tickets.keep(identity, "old")
        tickets.keep(identity, ticket)
    for identity, ticket in given_tickets.items():
        assert tickets.found(identity) == ticket
    for identity in set(others) - set(given_tickets):
        assert tickets.found(identity) is None


def test_where_the_memory_is_full_the_newest_are_kept() -> None:
    tickets = Tickets(4)
    for number in range(50):
        tickets.keep((str(number),), f"ticket {number}")
        assert tickets.found((str(number),)) == f"ticket {number}"
    kept = [number for number in range(50) if tickets.found((str(number),)) is not None]
    assert 1 <= len(kept) <= 4 and kept[-1] == 49


def test_what_is_too_long_is_not_kept() -> None:
    tickets = Tickets()
    tickets.keep(("me",), "x" * LONGEST)
    assert tickets.found(("me",)) == "x" * LONGEST
    tickets.keep(("you",), "x" * (LONGEST + 1))
    assert tickets.found(("you",)) is None


def test_half_of_a_ticket_is_none() -> None:
    """Of one that was killed while it wrote, or of two that wrote at a time."""
    tickets = Tickets(1)
    tickets.keep(("me",), "7T:abc=")
    memory = tickets._memory
    assert memory is not None
    for place in range(len(memory)):
        before = memory[place]
        memory[place] = before ^ 1
        assert tickets.found(("me",)) is None
        memory[place] = before
    assert tickets.found(("me",)) == "7T:abc="
    tickets.clear()
    assert tickets.found(("me",)) is None


def test_copies_that_write_at_a_time_and_are_killed_leave_a_ticket_or_none() -> None:
    tickets = Tickets(1)
    end = time.monotonic() + 0.5

    def write(letter: str) -> None:
        # Longer than it is looked at, and not for ever where something goes wrong here.
        while time.monotonic() < end + 90:
            tickets.keep(("me",), letter * 900)

    writers = [begin_copy(partial(write, letter)) for letter in "ab"]
    found: set[str | None] = set()
    # A busy machine may let the writers wait.
    while time.monotonic() < end or (len(found) < 2 and time.monotonic() < end + 60):
        found.add(tickets.found(("me",)))
    for process in writers:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    assert found <= {None, "a" * 900, "b" * 900} and len(found) > 1


def test_the_memory_holds_no_password_and_no_name_that_tells_it() -> None:
    one, other = Tickets(), Tickets()
    for tickets in (one, other):
        tickets.keep(("https://crm.example.com", "ADM", "a-password"), "7T:abc=")
    assert one._memory is not None and other._memory is not None
    contents = [bytes(tickets._memory[:]) for tickets in (one, other) if tickets._memory is not None]
    assert not any(word in content for content in contents for word in (b"a-password", b"ADM", b"crm.example.com"))
    # Names are made with a key of the run's own.
    assert contents[0] != contents[1]


def test_without_memory_to_share_there_is_no_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_unused: object) -> mmap.mmap:
        raise OSError("no memory")

    monkeypatch.setattr(mmap, "mmap", refused)
    tickets = Tickets()
    tickets.keep(("me",), "7T:abc=")
    tickets.clear()
    assert tickets.found(("me",)) is None


def test_a_value_may_have_an_end() -> None:
    memory = SharedMemory()
    for until in (None, 12.5, 0.0, 1e12):
        memory.put(("me",), Kept("8A:abc", until))
        assert memory.get(("me",)) == Kept("8A:abc", until)


# Turns


def ends(pipe: int) -> bytes:
    """All that is written into a pipe, until nobody can write into it."""
    said = b""
    while piece := os.read(pipe, 1000):
        said += piece
    os.close(pipe)
    return said


def test_one_process_at_a_time_has_the_turn() -> None:
    memory = SharedMemory()
    reading, writing = os.pipe()

    def work() -> None:
        for _each in range(20):
            with memory.turn(("me",)):
                os.write(writing, b"<")
                time.sleep(0.001)
                os.write(writing, b">")

    workers = [begin_copy(work) for _each in range(3)]
    os.close(writing)
    assert ends(reading) == b"<>" * 60
    for worker in workers:
        os.waitpid(worker, 0)


def test_a_killed_process_loses_its_turn() -> None:
    memory = SharedMemory()
    reading, writing = os.pipe()

    def hold() -> None:
        with memory.turn(("me",)):
            os.write(writing, b"x")
            time.sleep(600)

    holder = begin_copy(hold)
    os.close(writing)
    assert os.read(reading, 1) == b"x"
    # Another name's turn is free, and so are the values.
    in_a_copy(lambda: _in_turn(memory, "you"))
    assert memory.get(("you",)) == Kept("was there", None)
    waiting = begin_copy(lambda: _in_turn(memory, "me"))
    os.kill(holder, signal.SIGKILL)
    os.waitpid(holder, 0)
    os.waitpid(waiting, 0)
    assert memory.get(("me",)) == Kept("was there", None)
    os.close(reading)


def _in_turn(memory: SharedMemory, name: str) -> None:
    with memory.turn((name,)):
        memory.put((name,), Kept("was there", None))


def test_a_turn_ends_with_an_error() -> None:
    memory = SharedMemory()
    with pytest.raises(ZeroDivisionError), memory.turn(("me",)):
        raise ZeroDivisionError
    in_a_copy(lambda: _in_turn(memory, "me"))
    assert memory.get(("me",)) is not None


@pytest.mark.parametrize(("errno_", "tries"), [(errno.EDEADLK, 3), (errno.ENOLCK, 1)])
def test_a_lock_that_the_system_refuses(errno_: int, tries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads that wait for two threads of another process look like a deadlock, and are none."""
    seen: list[int] = []

    def lockf(_file: int, operation: int, *_place: int) -> None:
        seen.append(operation)
        if operation == fcntl.LOCK_EX and len(seen) < 3:
            raise OSError(errno_, "no")

    monkeypatch.setattr(fcntl, "lockf", lockf)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with SharedMemory().turn(("me",)):
        assert seen == [fcntl.LOCK_EX] * tries
    # What could not be locked is not unlocked.
    assert seen[tries:] == ([fcntl.LOCK_UN] if tries == 3 else [])


def test_without_memory_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise OSError("no file")

    monkeypatch.setattr(_shared_memory, "file_without_name", refused)
    memory = SharedMemory()
    with memory.turn(("me",)):
        memory.put(("me",), Kept("x", None))
    assert memory.get(("me",)) is None


# What signs in


def connection(stand_in: StandIn, **options: Any) -> dict[str, Any]:
    who = {"username": stand_in.username, "password": stand_in.password}
    return {"url": stand_in.url, "transport": "soap", "services_version": 88, **who, **options}


@pytest.mark.parametrize(
    "other",
    [
        {"password": "another"},
        {"username": "another"},
        {"url": "http://127.0.0.1:1"},
        {"services_version": 86},
        {"client_secret": "another"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_ticket_is_for_those_who_say_the_same_of_themselves(other: dict[str, Any]) -> None:
    options = {"url": "http://127.0.0.1:2", "username": "me", "password": "p", "transport": "soap", "services_version": 88}
    shared = SharedMemory()

    def ticket_of(params: dict[str, Any], memory: RunMemory) -> Once:
        with Session(from_params(params)) as session:
            found = with_ticket(access.given(session), memory).credential
        assert isinstance(found, Once)
        return found

    shared.put(ticket_of(options, RunMemory())._name, Kept("7T:abc=", None))
    issued: list[str] = []
    assert ticket_of(options, RunMemory(shared, issued=issued)).held() == ("7T:abc=", False)
    # Whoever masks what is secret must know of it.
    assert issued == ["7T:abc="]
    assert shared.get(ticket_of({**options, **other}, RunMemory())._name) is None


def sign_ins(stand_in: StandIn) -> int:
    return stand_in.methods().count(SIGN_IN)


def play(stand_in: StandIn, home: Path, tasks: list[dict[str, Any]], shell: str = IN_PROCESS, **options: Any) -> str:
    """Two hosts that are the same installation; what the play printed, which must have gone well."""
    plays = [
        {
            "hosts": "all",
            "gather_facts": False,
            "module_defaults": {"group/superoffice.erpsync.all": connection(stand_in, **options)},
            "tasks": tasks,
        }
    ]
    (home / "play.json").write_text(yaml.safe_dump(plays), encoding="utf-8")
    hosts = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory = {"all": {"hosts": {"one": {}, "other": {}}, "vars": hosts}}
    (home / "hosts.json").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    done = run_ansible("playbook", "-i", "hosts.json", "play.json", "--forks", "1", "-vvv", home=home, shell=shell)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


LOOK: dict[str, Any] = {"superoffice.erpsync.erpsync_engine": {}}
CONVERGE: dict[str, Any] = {"superoffice.erpsync.erpsync_environment": {"document": {"engine": {"state": "running"}}}}


def test_a_user_signs_in_once_in_a_run(stand_in: StandIn, tmp_path: Path) -> None:
    refused = {"register": "refused", "failed_when": "refused.failure.kind != 'unauthorized'"}
    wrong = {"superoffice.erpsync.erpsync_engine": {"password": "another"}, **refused}
    # Another password does not come in with the ticket of the right one, and does not end it. It is
    # refused once for both hosts and tasks, because servers count.
    signed_in = [LOOK, CONVERGE, LOOK, wrong, wrong, LOOK]
    # A ticket that ended is replaced for all.
    end = {**control(stand_in, "POST", "sessions", {"end": "all"}), "run_once": True}
    said = play(stand_in, tmp_path, [*signed_in, end, LOOK, CONVERGE])
    assert sign_ins(stand_in) == 3
    assert "7T:" not in said and stand_in.password not in said


def test_ordinary_modules_have_nothing_in_common(stand_in: StandIn, tmp_path: Path) -> None:
    play(stand_in, tmp_path, [LOOK], shell=MODULE)
    assert sign_ins(stand_in) == 2
