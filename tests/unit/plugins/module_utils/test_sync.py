# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a synchronisation ended: the sentence, the failure, its log, and what is told where no answer came in time."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks import sync
from ansible_collections.superoffice.erpsync.tests.unit.plugins.module_utils.test_sync_log import Archives, count, entry, row
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import refusal


class Warned:
    """The part of a run that a judgement and the log need."""

    def __init__(self, *answers: Any, log: bool = True) -> None:
        self.warnings: list[str] = []
        self.params = {"log": log}
        self.archives = Archives(*answers)

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def judge(**answer: Any) -> tuple[dict[str, Any], list[str]]:
    run: Any = Warned()
    return sync.judge("SyncAll", answer, run), run.warnings


ONE = {"AddedRecords": [], "UpdatedRecords": [{"Tablename": "contact", "RecordId": 3}], "DeletedRecords": None}


@pytest.mark.parametrize(
    ("answer", "told", "warnings"),
    [
        ({"IsOk": True}, "The server does not say what changed.", []),
        ({"IsOk": True, "UserExplanation": "Done."}, "The server does not say what changed. Done.", []),
        ({"IsOk": True, "Changes": ONE}, "Records: 0 added, 1 updated, an unknown number deleted.", []),
        ({"Status": "Warning", "Changes": ONE}, None, ["The synchronisation ended with a warning: the server gave no reason"]),
        ({"Status": "Warning", "TechExplanation": "T."}, None, ["The synchronisation ended with a warning: T."]),
        ({"Status": "Warning", "TechExplanation": "T.", "UserExplanation": "U."}, None, ["The synchronisation ended with a warning: U."]),
    ],
)
def test_a_synchronisation_that_went_well(answer: dict[str, Any], told: str | None, warnings: list[str]) -> None:
    result, warned = judge(**answer)
    assert warned == warnings and (told is None or result["msg"] == told)


@pytest.mark.parametrize(
    ("answer", "told", "code"),
    [
        ({"IsOk": False}, "The synchronisation failed: the server gave no reason", None),
        ({"IsOk": False, "ErrorCode": "E1"}, "The synchronisation failed (error code E1): the server gave no reason", "E1"),
        ({"IsOk": False, "TechExplanation": "T."}, "The synchronisation failed: T.", None),
        ({"Status": "Error", "UserExplanation": "U.", "TechExplanation": "T."}, "The synchronisation failed: U.", None),
    ],
)
def test_a_synchronisation_that_failed(answer: dict[str, Any], told: str, code: str | None) -> None:
    with pytest.raises(errors.SyncFailed) as failed:
        judge(**answer)
    error = failed.value
    assert error.message == told and error.failure() == {
        "kind": "sync_failed",
        "code": code,
        "http_status": 200,
        "method": "SyncAll",
        "attempts": 1,
        "correlation": None,
        "uncertain": False,
    }
    assert error.details["status"] == "error" and error.details["changed"] is True and "msg" not in error.details


@pytest.mark.parametrize("answer", [None, {}, {"IsOk": "yes"}])
def test_an_answer_that_cannot_be_used_leaves_doubt(answer: Any) -> None:
    run: Any = Warned()
    with pytest.raises(errors.UnexpectedAnswer) as failed:
        sync.judge("SyncAll", answer, run)
    assert failed.value.uncertain and failed.value.message.endswith(errors.UNCERTAIN)


def test_no_answer_in_time() -> None:
    def late(uncertain: bool) -> Any:
        raise errors.TimedOut("It is late.", uncertain=uncertain)

    with pytest.raises(errors.TimedOut) as failed:
        sync.synchronise("SyncAll", 90.0, lambda: late(True))
    assert failed.value.message == (
        "SyncAll: no answer within 90 seconds. The synchronisation may still run; look at the server before you start another, "
        "or raise sync_timeout."
    )
    # Nothing runs where no connection came about.
    with pytest.raises(errors.TimedOut, match="^It is late.$"):
        sync.synchronise("SyncAll", 90.0, lambda: late(False))
    assert sync.synchronise("SyncAll", 90.0, lambda: 7) == 7


@pytest.mark.parametrize("limit", [0, -1, float("inf"), float("nan")])
def test_a_time_limit_that_cannot_be(limit: float) -> None:
    with pytest.raises(errors.BadInput) as refused:
        sync.time_limit({"sync_timeout": limit})
    assert refused.value.message == f"sync_timeout is {limit}; use a number of seconds above zero."


def test_a_time_limit_is_a_year_at_most() -> None:
    assert [sync.time_limit({"sync_timeout": limit}) for limit in (0.5, 31536000, 31536001)] == [0.5, 31536000.0, 31536000.0]


LOGGED = {"entries": [entry(42)], "counts": [count(1)], "complete": True}


def test_the_log_tells_what_came_while_it_ran() -> None:
    run: Any = Warned([row(41)], [row(42)])
    log = sync.RunLog(run)
    assert len(run.archives.asked) == 1
    result = sync.judge("SyncAll", {"IsOk": True, "Changes": ONE}, run, log)
    assert result["log"] == LOGGED and run.warnings == [] and result["changes"]["updated"] == [{"table": "contact", "record_id": 3}]


def test_a_synchronisation_that_failed_has_a_log_too() -> None:
    run: Any = Warned([], [row(42)])
    with pytest.raises(errors.SyncFailed) as failed:
        sync.judge("SyncAll", {"IsOk": False}, run, sync.RunLog(run))
    assert failed.value.details["log"] == LOGGED


@pytest.mark.parametrize("log", [True, False])
def test_no_log_is_no_more_request_and_no_warning(log: bool) -> None:
    run: Any = Warned(refusal(403, kind=errors.Forbidden), log=log)
    assert sync.judge("SyncAll", {"IsOk": True}, run, sync.RunLog(run))["log"] is None
    assert len(run.archives.asked) == int(log) and run.warnings == []
    assert sync.judge("SyncAll", {"IsOk": True}, run)["log"] is None


@pytest.mark.parametrize("kind", [errors.Forbidden, errors.ConnectionLost, errors.TimedOut, errors.Unauthorized])
def test_what_is_done_does_not_fail_for_its_log(kind: type[errors.ErpSyncError]) -> None:
    run: Any = Warned([row(41)], refusal(0, kind=kind))
    assert sync.judge("SyncAll", {"IsOk": True}, run, sync.RunLog(run))["log"] is None
    assert run.warnings == ["The synchronisation is done, but its log cannot be read. It said 0."]
