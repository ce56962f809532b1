# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop of the event source: looks at installations again and again, and puts what has changed
into the queue.

Each installation has a task of its own, so that one that does not answer delays no other. Requests
are sent in threads. Whatever a server does ends nothing; it is asked again later and later.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
import datetime
import functools
import logging
import random
import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import Kept
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import events, remembered, watched_changes
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.last_sync import UTC
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.since import spelt
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.masking import Masking
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Run, perform
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.shell import masking_of
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.watch import Look, Watch

from ._event_memory import Memory, NoMemory, Remembered, StateFile
from ._event_options import Installation, parsed

LOG = logging.getLogger("superoffice.erpsync.events")
# The longest pause after failures, in seconds, and how much pauses differ so that not all
# installations are asked at once.
LONGEST_PAUSE = 900
_SPREAD = 0.1
# Installations that may be asked at the same time.
_AT_ONCE = 32
# Seconds to wait until the engine confirms an event, and how often an event without confirmation is
# told.
PATIENCE = 60.0
TRIES = 3
# The number of confirmed events that are kept, to recognise late confirmations.
_HEARD = 64

Event = dict[str, t.Any]


class Queue(t.Protocol):
    """Where events go."""

    async def put(self, event: Event) -> None:
        """Hand an event over."""


@dataclasses.dataclass(frozen=True)
class Time:
    """The clock of this machine, pauses of the loop, pauses between two tries of a request, and
    chance.
    """

    now: t.Callable[[], float] = time.time
    sleep: t.Callable[[float], t.Awaitable[None]] = asyncio.sleep
    pause: t.Callable[[float], None] | None = None
    chance: t.Callable[[], float] = random.random


REAL_TIME = Time()


def pause(interval: int, failures: int, chance: float) -> float:
    """The seconds until an installation is asked again.

    :param failures: how often it could not be read without a success in between.
    :param chance: from 0 to 1.
    """
    if not failures:
        return float(interval)
    # Failures never shorten a pause: an interval above the longest pause stays.
    longest = max(interval, LONGEST_PAUSE)
    return min(float(longest), interval * 2.0 ** min(failures, 20)) * (1 + _SPREAD * (2 * chance - 1))


async def watch(queue: Queue, args: t.Mapping[str, t.Any], given: Time | None = None) -> None:
    """Watch the installations that a rulebook names, until the task is cancelled.

    :raises BadInput: for options that cannot be used.
    """
    options = await asyncio.to_thread(parsed, args)
    memory: Memory = NoMemory()
    if options.state_file is not None:
        memory = await asyncio.to_thread(StateFile, options.state_file, [one.source.name for one in options.installations])
    feedback = args.get("eda_feedback_queue") if options.feedback else None
    try:
        await _Source(options.installations, memory, queue, feedback, given or REAL_TIME).run()
    finally:
        if isinstance(memory, StateFile):
            memory.close()


class _SignIns:
    """Tickets, tokens and addresses of tenants of one installation, which its next look uses as
    well.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], Kept] = {}
        self._turn = threading.RLock()

    def get(self, name: t.Sequence[str]) -> Kept | None:
        return self._kept.get(tuple(name))

    def put(self, name: t.Sequence[str], kept: Kept) -> None:
        self._kept[tuple(name)] = kept

    @contextlib.contextmanager
    def turn(self, name: t.Sequence[str]) -> t.Iterator[None]:
        with self._turn:
            yield

    def clear(self) -> None:
        """Forget everything, including refused sign-ins: a server may accept the next one."""
        self._kept.clear()


class _Watched:
    """One installation, and what is remembered of it."""

    def __init__(self, installation: Installation, remembered: Remembered) -> None:
        self.installation = installation
        self.remembered = remembered
        self.sign_ins = _SignIns()
        self.failures = 0
        # The number of the event that the engine has not taken, and how often one was told under
        # it.
        self.untaken = (0, 0)
        # Set at the end: a thread does not wait any more then.
        self.ended = threading.Event()

    @property
    def name(self) -> str:
        return self.installation.source.name

    def wait(self, seconds: float) -> None:
        """Wait between two tries of a request, but not longer than the source lasts."""
        self.ended.wait(seconds)

    def take(self, step: watched_changes.Step) -> None:
        """Remember what a step says."""
        number = self.remembered.number + (step.kind is not None)
        entries = remembered.applied(self.remembered.entries, step.commit)
        self.remembered = dataclasses.replace(self.remembered, number=number, entries=entries)


class _Looked(t.NamedTuple):
    look: Look
    now: datetime.datetime
    masking: Masking
    # Why the installation could not be read; blank if it could.
    failure: str


class _Source:
    def __init__(
        self,
        installations: t.Sequence[Installation],
        memory: Memory,
        queue: Queue,
        feedback: asyncio.Queue[Event] | None,
        given: Time,
    ) -> None:
        self._memory = memory
        self._queue = queue
        self._feedback = feedback
        self._time = given
        begun = spelt(datetime.datetime.fromtimestamp(given.now(), UTC))
        self._watched = [_Watched(one, _begin(one, memory, begun)) for one in installations]
        # Installations deliver one after the other: the engine answers through one queue.
        self._delivering = asyncio.Lock()
        # The ids of events that it has handed back, and whether there are new ones.
        self._heard: collections.deque[str] = collections.deque(maxlen=_HEARD)
        self._hears = asyncio.Event()
        self._pool = ThreadPoolExecutor(1 + min(_AT_ONCE, len(installations)), thread_name_prefix="erpsync-events")
        self._is_told_of_file = False
        # What is being written, also when the source ends.
        self._writes: set[asyncio.Future[t.Any]] = set()

    async def run(self) -> None:
        """Watch them all."""
        try:
            await self._in_thread(self._memory.keep, {one.name: one.remembered for one in self._watched})
            hearing = () if self._feedback is None else (self._hear(self._feedback),)
            await asyncio.gather(*map(self._watch, self._watched), *hearing)
        finally:
            for one in self._watched:
                one.ended.set()
            self._pool.shutdown(wait=False)
            await asyncio.gather(*self._writes, return_exceptions=True)

    async def _in_thread(self, work: t.Callable[..., t.Any], *arguments: t.Any) -> t.Any:
        """The result of work that would block the loop, done in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, functools.partial(work, *arguments))

    async def _watch(self, one: _Watched) -> None:
        while True:
            try:
                await self._look_once(one)
            except Exception as error:
                one.failures += 1
                # Its text may quote anything.
                LOG.error("%s: the event source met a mistake of its own (%s); it goes on.", one.name, type(error).__name__)
            await self._time.sleep(pause(one.installation.interval, one.failures, self._time.chance()))

    async def _look_once(self, one: _Watched) -> None:
        looked: _Looked = await self._in_thread(self._look, one)
        if looked.failure:
            level = logging.WARNING if looked.look.steps else logging.DEBUG
            LOG.log(level, "%s cannot be read. %s", one.name, looked.failure)
        before = one.remembered
        for step in looked.look.steps:
            if step.kind is None:
                one.take(step)
            elif await self._deliver(one, step, looked):
                before = one.remembered
            else:
                # The steps behind it wait for the next look.
                break
        if one.remembered is not before:
            await self._keep(one)
        one.failures = one.failures + 1 if looked.failure else 0

    def _look(self, one: _Watched) -> _Looked:
        """Look at an installation; in a thread."""
        installation = one.installation
        now = datetime.datetime.fromtimestamp(int(self._time.now()), UTC)
        run = Run(installation.params, sleep=self._time.pause or one.wait, now=self._time.now, shared=one.sign_ins)

        def masking() -> Masking:
            return masking_of(installation.secrets | set(run.credentials))

        # Made only after observing, when the tickets are known as well. Making it is expensive.
        looking = Watch(installation.rules, one.remembered.entries, now, lambda: masking().text)
        result = perform(looking.task(), run)
        if looking.look is not None:
            return _Looked(looking.look, now, masking(), "")
        one.sign_ins.clear()
        reason = masking().text(result["msg"])
        steps = watched_changes.failed(one.remembered.entries, result["failure"]["kind"], reason, installation.rules)
        return _Looked(Look(steps, {}), now, masking(), reason)

    async def _deliver(self, one: _Watched, step: watched_changes.Step, looked: _Looked) -> bool:
        """Put the event of a step into the queue, and remember that it is told. False where the
        engine does not take it.
        """
        place = events.Place(one.remembered.begun, one.remembered.number + 1)
        told = looked.masking.value(events.event(step, one.installation.source, place, looked.now, looked.look.stamps))
        meta: Event = {"uuid": told["id"], **({"hosts": [told["installation"]]} if one.installation.names_host else {})}
        async with self._delivering:
            # One that was handed back late is not told again.
            if told["id"] not in self._heard:
                await self._queue.put({"erpsync": told, "meta": meta})
                if self._feedback is not None and not await self._is_taken(one, told["id"], place.number):
                    return False
            one.take(step)
            await self._keep(one)
        # Putting into a queue without a limit never yields to other tasks.
        await asyncio.sleep(0)
        return True

    async def _hear(self, feedback: asyncio.Queue[Event]) -> None:
        """Take what the engine hands back, at any time: its queue has little room, and it waits
        where that is full.
        """
        while True:
            event = await feedback.get()
            meta = event.get("meta") if isinstance(event, dict) else None
            if isinstance(meta, dict):
                self._heard.append(str(meta.get("uuid")))
                self._hears.set()

    async def _handed_back(self, identity: str) -> None:
        """Wait until the engine hands an event back."""
        while identity not in self._heard:
            self._hears.clear()
            await self._hears.wait()

    async def _is_taken(self, one: _Watched, identity: str, number: int) -> bool:
        """Whether the engine hands the event back, as it does with what it has taken."""
        waiting = asyncio.ensure_future(self._handed_back(identity))
        patience = asyncio.ensure_future(self._time.sleep(PATIENCE))
        try:
            await asyncio.wait({waiting, patience}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return True
        finally:
            waiting.cancel()
            patience.cancel()
        last, times = one.untaken
        times = times + 1 if last == number else 1
        one.untaken = (number, times)
        if times < TRIES:
            LOG.warning("%s: the engine does not say that it has taken an event; it is told again.", one.name)
            return False
        LOG.error("%s: the engine has not taken an event, told %d times; it is not told again.", one.name, times)
        return True

    async def _keep(self, one: _Watched) -> None:
        """Write what is remembered, also while the task is cancelled: the event is told."""
        writing = asyncio.ensure_future(self._in_thread(self._memory.keep, {one.name: one.remembered}))
        self._writes.add(writing)
        writing.add_done_callback(self._writes.discard)
        try:
            await asyncio.shield(writing)
        except OSError as error:
            if not self._is_told_of_file:
                self._is_told_of_file = True
                why = (error.strerror or "").lower()
                LOG.error("The state_file cannot be written (%s); events may be told again after a restart.", why)
        else:
            self._is_told_of_file = False


def _begin(installation: Installation, memory: Memory, begun: str) -> Remembered:
    """What is remembered of an installation at the start, as far as that is watched now."""
    known = memory.get(installation.source.name)
    address = installation.source.address
    if known is None or known.address != address:
        return Remembered(address, begun)
    return dataclasses.replace(known, entries=remembered.only(known.entries, installation.rules))
