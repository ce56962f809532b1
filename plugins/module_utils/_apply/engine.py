# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Bringing the sync engine, and nothing else, from one state into another. What finds it as declared does without this."""

from __future__ import annotations

import typing as t

from .._client import errors
from .._model.engine import DeclaredEngine, EngineStatus
from .._plan.change import Change
from .._plan.engine import engine_after, engine_changes, steps_after, steps_before
from .._plan.steps import EngineStep, SwitchEngine
from .._read.engine import Patience, await_engine
from .._run.mistake import mistake
from .._wire import duration
from .progress import with_account

if t.TYPE_CHECKING:
    from .._agent.writing import WritingAgent
    from .._run.run import Run


def switch(declared: DeclaredEngine, found: EngineStatus, run: Run, patience: Patience) -> tuple[EngineStatus, list[Change]]:
    """The engine as it is afterwards, or would be in check mode, and what changed.

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
            carry_out(step, run.writing)
            done += 1
        if patience.wait:
            after = await_engine(declared, run.reading, patience)
    except Exception as error:
        failure = error if isinstance(error, errors.ErpSyncError) else mistake(run.task, error, in_doubt=run.in_doubt)
        raise with_account(failure, steps, [number < done for number in range(len(steps))], wrote=run.wrote) from None
    return after, changes


def carry_out(step: EngineStep, writing: WritingAgent) -> None:
    """Do one of the engine's steps."""
    if isinstance(step, SwitchEngine):
        writing.change_engine_status(step.run)
    else:
        writing.change_engine_interval(duration.clock(step.seconds))
