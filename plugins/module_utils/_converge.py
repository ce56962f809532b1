# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Converging: read what is declared, plan, carry the steps out in order, wait for the server, and report."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import _shapes
from ._agent import ReadingAgent, WritingAgent
from ._client import errors
from ._model import duration
from ._model.engine import DeclaredEngine, EngineStatus
from ._model.environment import CurrentEnvironment, DeclaredEnvironment
from ._plan import Plan, Step, SwitchEngine, plan


@dataclass(frozen=True)
class Patience:
    """How long to wait for the server to report what it accepted. Times are in seconds."""

    wait: bool
    timeout: float
    interval: float
    sleep: t.Callable[[float], None]
    clock: t.Callable[[], float]


@dataclass(frozen=True)
class Converged:
    """The plan that was followed, and the environment as it is afterwards, or as it would be in check mode."""

    plan: Plan
    after: CurrentEnvironment


def converge(
    declared: DeclaredEnvironment, reading: ReadingAgent, writing: WritingAgent, patience: Patience, *, check_mode: bool
) -> Converged:
    """Bring an installation into the declared state.

    :raises errors.ErpSyncError: at the first failure; its ``details`` say which steps were done and which were not.
    """
    current = CurrentEnvironment(engine=None if declared.engine is None else read_engine(reading))
    the_plan = plan(declared, current)
    if check_mode or not the_plan.changes:
        return Converged(the_plan, the_plan.predicted)
    done: list[Step] = []
    try:
        for step in the_plan.steps:
            _carry_out(step, writing)
            done.append(step)
        after = the_plan.predicted
        if patience.wait and declared.engine is not None:
            after = CurrentEnvironment(engine=_await_engine(declared.engine, reading, patience))
    except errors.ErpSyncError as error:
        raise _with_account(error, the_plan, done) from None
    return Converged(the_plan, after)


def read_engine(reading: ReadingAgent) -> EngineStatus:
    """The engine's status, as the server reports it now."""
    with _shapes.reading("GetEngineStatus"):
        return EngineStatus.from_wire(_shapes.present("GetEngineStatus", reading.get_engine_status()))


def _carry_out(step: Step, writing: WritingAgent) -> None:
    if isinstance(step, SwitchEngine):
        writing.change_engine_status(step.run)
    else:
        writing.change_engine_interval(duration.clock(step.seconds))


def _await_engine(declared: DeclaredEngine, reading: ReadingAgent, patience: Patience) -> EngineStatus:
    """The engine's status once it is as declared: the server hands changes to its batch system, and may report the old one first."""
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
        # The last look comes when the time is up, however long the interval.
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


def _with_account(error: errors.ErpSyncError, the_plan: Plan, done: list[Step]) -> errors.ErpSyncError:
    """The failure, with what was done before it and what was not, so that a person knows where things stand."""
    left = the_plan.steps[len(done) :]
    error.details = {
        "changed": bool(done) or error.uncertain,
        "steps_done": [str(step) for step in done],
        "steps_not_done": [str(step) for step in left],
        **error.details,
    }
    if done and left:
        error.message += f" Done before: {', '.join(map(str, done))}. Not done: {', '.join(map(str, left))}. A new run finishes it."
    return error
