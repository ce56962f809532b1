# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_sync_all: synchronise all active connections once, now."""

from __future__ import annotations

from .._read.connections import read_connections
from .._read.engine import read_engine
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .sync import NOTHING_TOLD, OPTIONS, RunLog, judge, synchronise, time_limit


def _run(params: Params, run: Run) -> Result:
    force, limit = bool(params["force"]), time_limit(params)
    method = "ForceSyncAll" if force else "SyncAll"
    run.require(method, "force" if force else "")
    if run.check_mode:
        return _predict(force, run)
    call = run.writing.force_sync_all if force else run.writing.sync_all
    log = RunLog(run)
    return judge(method, synchronise(method, limit, lambda: call(timeout=limit)), run, log)


def _predict(force: bool, run: Run) -> Result:
    """The connections that would be synchronised; the records are known only afterwards."""
    connections = read_connections(run.reading, run.lookups, at_once=run.at_once)
    names = [connection.name for connection in connections if connection.active]
    would = f"Would synchronise {', '.join(names)}." if names else "Would synchronise, but no connection is active."
    if not force and not read_engine(run.reading).is_running:
        would += " The engine is stopped; use force to synchronise all the same."
    return {"changed": True, "msg": would, **NOTHING_TOLD}


TASK = Task(
    name="erpsync_sync_all",
    spec=ArgumentSpec(options={"force": {"type": "bool", "default": False}, **OPTIONS}),
    run=_run,
)
