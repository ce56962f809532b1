# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Applies changes of the engine: state and interval."""

from __future__ import annotations

from .._agent.writing import WritingAgent
from .._model.engine import DeclaredEngine, EngineStatus
from .._plan.change import Change
from .._plan.engine import engine_after, engine_changes, steps_after, steps_before
from .._plan.steps import EngineStep, SwitchEngine
from .._read.engine import Patience, await_engine
from .._run.run import Run
from .._wire import duration
from .progress import with_account


def converge_engine(declared: DeclaredEngine, found: EngineStatus, run: Run, patience: Patience) -> tuple[EngineStatus, list[Change]]:
    """Bring the engine into its declared state; nothing else is read or planned.

    :returns: the engine afterwards, or as it would be in check mode, and what changed.
    :raises errors.ErpSyncError: at the first failure; its ``details`` say which steps were done and which were not.
    """
    after = engine_after(declared, found)
    changes = engine_changes(found, after)
    steps = [*steps_before(found, after), *steps_after(found, after)]
    if run.check_mode or not steps:
        return after, changes
    done = 0
    try:
        for step in steps:
            change_engine(run.writing, step)
            done += 1
        if patience.wait:
            after = await_engine(declared, run.reading, patience)
    except Exception as error:
        raise with_account(error, run, steps, [number < done for number in range(len(steps))]) from None
    return after, changes


def change_engine(writing: WritingAgent, step: EngineStep) -> None:
    """Do one step."""
    if isinstance(step, SwitchEngine):
        writing.change_engine_status(step.run)
    else:
        writing.change_engine_interval(duration.clock(step.seconds))
