# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_engine: bring the engine into its declared state."""

from __future__ import annotations

import math
import typing as t

from .._apply.engine import Patience, converge_engine
from .._client.errors import BadInput
from .._model import stamp
from .._model.engine import STATES, declared_engine
from .._read.engine import read_engine
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .report import diffs, document_errors

WAIT_OPTIONS: dict[str, dict[str, t.Any]] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 60},
    "wait_interval": {"type": "float", "default": 1},
}


def patience(params: Params, run: Run) -> Patience:
    """How to wait, by the options.

    :raises BadInput: for a number of seconds that cannot be.
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
    found = read_engine(run.reading)
    after, changes, stamps = converge_engine(declared, found, run, waiting)
    last = [stamp.newest(one for _keys, one in change.stamped(stamps)) for change in changes]
    result: Result = {
        "changed": bool(changes),
        "engine": after.as_result(),
        "changed_fields": [field for change in changes for field in change.changed_fields],
        **stamp.newest(last).as_result(),
    }
    if run.diff_mode:
        result["diff"] = diffs(changes, last)
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
