# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_engine: the sync engine in its declared state."""

from __future__ import annotations

import math
import typing as t

from .._agent.engine import EngineAgent
from .._client.errors import BadInput
from .._model.engine import STATES, EngineStatus, declared_engine
from .._read.engine import Patience, read_engine
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .report import document_errors

if t.TYPE_CHECKING:
    from .._plan.change import Change

WAIT_OPTIONS: dict[str, dict[str, t.Any]] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 60},
    "wait_interval": {"type": "float", "default": 1},
}


def patience(params: Params, run: Run) -> Patience:
    """The waiting that the options ask for.

    :raises BadInput: for a time that is none.
    """
    for option, lowest in (("wait_timeout", 0.0), ("wait_interval", 0.01)):
        value = float(params[option])
        if not math.isfinite(value) or value < lowest:
            raise BadInput(f"{option} is {params[option]}; use a number of seconds, {lowest:g} or more.")
    return Patience(bool(params["wait"]), float(params["wait_timeout"]), float(params["wait_interval"]), run.sleep, run.clock)


def _run(params: Params, run: Run) -> Result:
    with document_errors():
        declared = declared_engine({"state": params["state"], "interval": params["interval"]})
    waiting = patience(params, run)
    if declared.remark:
        run.warn(declared.remark)
    found = read_engine(EngineAgent(run.transport))
    if declared.met_by(found):
        # Most runs find nothing to do. An ordinary module compiles what it imports at each start.
        return _result(found, (), run)
    from .._apply.engine import switch

    after, changes = switch(declared, found, run, waiting)
    return _result(after, changes, run)


def _result(engine: EngineStatus, changes: t.Sequence[Change], run: Run) -> Result:
    result: Result = {
        "changed": bool(changes),
        "engine": engine.as_result(),
        "changed_fields": [field for change in changes for field in change.changed_fields],
    }
    if run.diff_mode:
        before = {change.kind: dict(change.before) for change in changes}
        after = {change.kind: dict(change.after) for change in changes}
        result["diff"] = {"before": before, "after": after}
    return result


TASK = Task(
    name="erpsync_engine",
    spec=ArgumentSpec(
        options={
            "state": {"type": "str", "choices": list(STATES)},
            "interval": {"type": "str"},
            **WAIT_OPTIONS,
        }
    ),
    run=_run,
)
