# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Time limit, log and result of a synchronisation, for erpsync_sync_all and erpsync_resync."""

from __future__ import annotations

import math
import typing as t

from .._agent import shapes
from .._client.errors import BadInput, ErpSyncError, SyncFailed, TimedOut, UnexpectedAnswer
from .._model.sync import SyncOutcome
from .._read import sync_log
from .._run.run import Params, Result, Run
from .._wire import members

T = t.TypeVar("T")

OPTIONS: dict[str, dict[str, t.Any]] = {
    "sync_timeout": {"type": "float", "default": 3600},
    "log": {"type": "bool", "default": True},
}
# The result while the outcome is unknown: in check mode, and of a batch task.
NOTHING_TOLD: Result = {
    "status": None,
    "explanation": None,
    "technical_explanation": None,
    "error_code": None,
    "changes": None,
    "log": None,
}


def time_limit(params: Params) -> float:
    """How many seconds the synchronisation may take.

    :raises BadInput: unless it is a number above zero.
    """
    limit = float(params["sync_timeout"])
    if not math.isfinite(limit) or limit <= 0:
        raise BadInput(f"sync_timeout is {params['sync_timeout']}; use a number of seconds above zero.")
    # The operating system's timers overflow beyond a year.
    return min(limit, 31536000.0)


class RunLog:
    """The entries of the sync log that come while a synchronisation runs."""

    def __init__(self, run: Run) -> None:
        """Reads where the log ends now, unless the option ``log`` is off."""
        self._run = run
        self._before = sync_log.newest(run.archives) if run.params["log"] else None

    def read(self) -> Result | None:
        """What has come since; None where the server does not tell it.

        The synchronisation is done, so nothing here makes the task fail.
        """
        if self._before is None:
            return None
        try:
            return sync_log.read_run(self._run.archives, self._before)
        except ErpSyncError as error:
            self._run.warn(f"The synchronisation is done, but its log cannot be read. {error.message}")
            return None


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


def judge(method: str, answer: members.Carrier | None, run: Run, log: RunLog | None = None) -> Result:
    """The task's result for an answer.

    :param log: of this synchronisation.
    :raises SyncFailed: if the synchronisation failed.
    """
    try:
        with shapes.reading(method):
            outcome = SyncOutcome.from_wire(shapes.present(method, answer))
    except UnexpectedAnswer as error:
        error.doubt()
        raise
    result: Result = {"changed": outcome.changed, "msg": _told(outcome), **outcome.as_result(), "log": None if log is None else log.read()}
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
