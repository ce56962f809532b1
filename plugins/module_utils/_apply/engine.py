# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Applies changes of the engine, state and interval, and waits for them."""

from __future__ import annotations

import typing as t

from .._agent.reading import ReadingAgent
from .._agent.writing import WritingAgent
from .._client import errors
from .._model.engine import DeclaredEngine, EngineStatus
from .._model.stamp import Stamps
from .._plan.change import Change, rows_of
from .._plan.engine import engine_after, engine_changes, steps_after, steps_before
from .._plan.steps import EngineStep, SwitchEngine
from .._read.engine import read_engine
from .._read.stamps import read_stamps
from .._run.run import Run
from .._wire import duration
from .progress import with_account


class Patience(t.NamedTuple):
    """Whether and how long to wait until the server reports an accepted change, in seconds."""

    wait: bool
    timeout: float
    interval: float
    sleep: t.Callable[[float], None]
    clock: t.Callable[[], float]


class ConvergedEngine(t.NamedTuple):
    """The engine afterwards, or as it would be in check mode; what changed, and who had changed
    it.
    """

    status: EngineStatus
    changes: list[Change]
    stamps: Stamps


def converge_engine(declared: DeclaredEngine, found: EngineStatus, run: Run, patience: Patience) -> ConvergedEngine:
    """Bring the engine into its declared state; nothing else is read or planned, but for who had
    changed what differs.

    :raises errors.ErpSyncError: at the first failure; its ``details`` say which steps were done and
        which were not.
    """
    after = engine_after(declared, found)
    changes = engine_changes(found, after)
    steps = [*steps_before(found, after), *steps_after(found, after)]
    # Asked before the first step, which changes the answer.
    stamps = read_stamps(run.archives, rows_of(changes))
    if run.check_mode or not steps:
        return ConvergedEngine(after, changes, stamps)
    done = 0
    try:
        for step in steps:
            change_engine(run.writing, step)
            done += 1
        if patience.wait:
            after = await_engine(declared, run.reading, patience)
    except Exception as error:
        raise with_account(error, run, steps, [number < done for number in range(len(steps))]) from None
    return ConvergedEngine(after, changes, stamps)


def change_engine(writing: WritingAgent, step: EngineStep) -> None:
    """Do one step."""
    if isinstance(step, SwitchEngine):
        writing.change_engine_status(step.run)
    else:
        writing.change_engine_interval(duration.clock(step.seconds))


def await_engine(declared: DeclaredEngine, reading: ReadingAgent, patience: Patience) -> EngineStatus:
    """The engine's status once it is as declared.

    The server hands changes to its batch system and may report the old status first.

    :raises errors.WaitTimedOut: if the engine is not as declared in time.
    """
    deadline = patience.clock() + patience.timeout
    while True:
        status = read_engine(reading)
        if declared.met_by(status):
            return status
        left = deadline - patience.clock()
        if left <= 0:
            raise errors.WaitTimedOut(
                _not_in_time(declared, status, patience), method="GetEngineStatus", attempts=1, details={"engine": status.as_result()}
            )
        # The last look comes at the deadline, however long the interval.
        patience.sleep(min(patience.interval, left))


def _not_in_time(declared: DeclaredEngine, status: EngineStatus, patience: Patience) -> str:
    wanted = [] if declared.state is None else [declared.state]
    if declared.interval is not None:
        wanted.append(f"interval {duration.clock(declared.interval)}")
    reported = f"{status.state}, interval {'unknown' if status.interval is None else duration.clock(status.interval)}"
    message = f', "{status.status_message}"' if status.status_message else ""
    return (
        f"The server took the change, but after {patience.timeout:g} seconds the engine is not yet as declared ({', '.join(wanted)}). "
        f"It last reported: {reported}{message}. Raise wait_timeout, or look at the server's batch system."
    )
