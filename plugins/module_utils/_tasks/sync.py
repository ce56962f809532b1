# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Time limit and result of a synchronisation, for erpsync_sync_all and erpsync_resync."""

from __future__ import annotations

import math
import typing as t

from .._agent import shapes
from .._client.errors import BadInput, SyncFailed, TimedOut, UnexpectedAnswer
from .._model.sync import SyncOutcome
from .._run.run import Params, Result, Run
from .._wire import members

T = t.TypeVar("T")

SYNC_TIMEOUT: dict[str, dict[str, t.Any]] = {"sync_timeout": {"type": "float", "default": 3600}}
# The result while the outcome is unknown: in check mode, and of a batch task.
NOTHING_TOLD: Result = {"status": None, "explanation": None, "technical_explanation": None, "error_code": None, "changes": None}


def time_limit(params: Params) -> float:
    """How many seconds the synchronisation may take.

    :raises BadInput: unless it is a number above zero.
    """
    limit = float(params["sync_timeout"])
    if not math.isfinite(limit) or limit <= 0:
        raise BadInput(f"sync_timeout is {params['sync_timeout']}; use a number of seconds above zero.")
    # The operating system's timers overflow beyond a year.
    return min(limit, 31536000.0)


def synchronise(method: str, limit: float, call: t.Callable[[], T]) -> T:
    """Make the call; if it times out, the error says that the synchronisation may still run."""
    try:
        return call()
    except TimedOut as error:
        if error.uncertain:
            error.message = (
                f"{method}: no answer within {limit:g} seconds. The synchronisation may still run; "
                "look at the server before you start another, or raise sync_timeout."
            )
        raise


def judge(method: str, answer: members.Carrier | None, run: Run) -> Result:
    """The task's result for an answer.

    :raises SyncFailed: if the synchronisation failed.
    """
    try:
        with shapes.reading(method):
            outcome = SyncOutcome.from_wire(shapes.present(method, answer))
    except UnexpectedAnswer as error:
        error.doubt()
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


def _reason(outcome: SyncOutcome) -> str:
    return outcome.explanation or outcome.technical_explanation or "the server gave no reason"


def _told(outcome: SyncOutcome) -> str:
    if outcome.changes is None:
        told = "The server does not say what changed."
    else:
        counts = [f"{'an unknown number' if records is None else len(records)} {kind}" for kind, records in outcome.changes.items()]
        told = f"Records: {', '.join(counts)}."
    return f"{told} {outcome.explanation}" if outcome.explanation else told
