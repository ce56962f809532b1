# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The task of erpsync_sync_all: one synchronisation of all active connections, now."""

from __future__ import annotations

import math

from .. import _shapes
from .._client.errors import BadInput, SyncFailed, TimedOut, UnexpectedAnswer
from .._converge import read_engine
from .._listing import list_connections
from .._model import wire
from .._model.sync import SyncOutcome
from .._run import Params, Result, Run, Task
from .._spec import ArgumentSpec


def _run(params: Params, run: Run) -> Result:
    force = bool(params["force"])
    limit = float(params["sync_timeout"])
    if not math.isfinite(limit) or limit <= 0:
        raise BadInput(f"sync_timeout is {params['sync_timeout']}; use a number of seconds above zero.")
    if run.check_mode:
        return _predict(force, run)
    method = "ForceSyncAll" if force else "SyncAll"
    call = run.writing.force_sync_all if force else run.writing.sync_all
    try:
        answer: wire.Carrier = _shapes.present(method, call(timeout=min(limit, 31536000.0)))
        with _shapes.reading(method):
            outcome = SyncOutcome.from_wire(answer)
    except UnexpectedAnswer as error:
        error.doubt()
        raise
    except TimedOut as error:
        if error.uncertain:
            error.message = (
                f"{method}: no answer within {limit:g} seconds. The synchronisation may still be going on; "
                "look at the server before you start another, or raise sync_timeout."
            )
        raise
    result: Result = {"changed": outcome.changed, "msg": _told(outcome), **outcome.as_result()}
    if outcome.status == "error":
        code = f" (error code {outcome.error_code})" if outcome.error_code else ""
        raise SyncFailed(
            f"The synchronisation failed{code}: {_reason(outcome)}",
            code=outcome.error_code,
            http_status=200,
            method=method,
            attempts=1,
            details={name: value for name, value in result.items() if name != "msg"},
        )
    if outcome.status == "warning":
        run.warn(f"The synchronisation ended with a warning: {_reason(outcome)}")
    return result


def _predict(force: bool, run: Run) -> Result:
    """What would happen, from what can be read: which records it would touch only the synchronisation itself finds out."""
    names = [connection.name for connection in list_connections(run.reading, run.lookups) if connection.active]
    would = f"Would synchronise {', '.join(names)}." if names else "Would synchronise, but no connection is active."
    if not force and not read_engine(run.reading).is_running:
        would += " The engine is stopped; use force to synchronise all the same."
    return {
        "changed": True,
        "msg": would,
        "status": None,
        "explanation": None,
        "technical_explanation": None,
        "error_code": None,
        "changes": None,
    }


def _reason(outcome: SyncOutcome) -> str:
    return outcome.explanation or outcome.technical_explanation or "the server gave no reason"


def _told(outcome: SyncOutcome) -> str:
    if outcome.changes is None:
        told = "The server does not say what changed."
    else:
        counts = [f"{'an unknown number' if records is None else len(records)} {kind}" for kind, records in outcome.changes.items()]
        told = f"Records: {', '.join(counts)}."
    return f"{told} {outcome.explanation}" if outcome.explanation else told


TASK = Task(
    name="erpsync_sync_all",
    spec=ArgumentSpec(
        options={
            "force": {"type": "bool", "default": False},
            "sync_timeout": {"type": "float", "default": 3600},
        }
    ),
    run=_run,
)
