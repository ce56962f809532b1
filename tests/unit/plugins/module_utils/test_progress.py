# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failure tells of the steps before it, of those that are left, and of what comes next; the word of each kind of failure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.progress import with_account
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError

STEPS = [f"step {number}" for number in range(1, 8)]


def account(error: Exception, done: int, steps: list[str] = STEPS, wrote: bool = False, **more: Any) -> errors.ErpSyncError:
    run: Any = SimpleNamespace(task="erpsync_engine", in_doubt=False, wrote=wrote)
    return with_account(error, run, steps, [place < done for place in range(len(steps))], **more)


NEXT = "A new run finishes it."
MENDED = "A new run finishes it once the cause is mended."


@pytest.mark.parametrize(
    ("error", "then"),
    [
        (errors.BadInput("No."), "This stays; correct the input and run again."),
        (DocumentError("No."), "This stays; correct the input and run again."),
        (errors.NotInVersion("No."), "This stays; correct the input and run again."),
        *(
            (kind("No."), f"Not done: step 2, step 3. {MENDED}")
            for kind in (
                errors.ErrorAnswer,
                errors.Forbidden,
                errors.NotFound,
                errors.NotSwitched,
                errors.NotTakenOver,
                errors.Redirected,
                errors.TestFailed,
                errors.Unauthorized,
                errors.UnexpectedAnswer,
                errors.WrongHost,
            )
        ),
        (errors.ErrorAnswer("No.", uncertain=True), f"Not done: step 2, step 3. {NEXT}"),
        (errors.NotTakenOver("No.", uncertain=True), f"Not done: step 2, step 3. {MENDED}"),
        *(
            (kind("No."), f"Not done: step 2, step 3. {NEXT}")
            for kind in (errors.TimedOut, errors.ConnectionLost, errors.Throttled, errors.Unavailable, errors.WaitTimedOut)
        ),
    ],
)
def test_what_comes_next(error: Exception, then: str) -> None:
    failure = account(error, 1, STEPS[:3])
    assert failure.message == f"No. Done before: step 1. {then}"
    listed = {} if then.startswith("This stays") else {"steps_not_done": ["step 2", "step 3"]}
    assert failure.details == {"changed": True, "steps_done": ["step 1"], **listed}


def test_what_our_own_mistakes_tell() -> None:
    failure = account(ZeroDivisionError("s3cret"), 1, STEPS[:2])
    assert failure.message == (
        "erpsync_engine met a mistake of its own (ZeroDivisionError in an unknown place). "
        "Please report it to the maintainers of superoffice.erpsync. Done before: step 1. Not done: step 2."
    )


@pytest.mark.parametrize(
    ("done", "number", "listed"),
    [
        (1, 6, "Done before: step 1. Not done: step 2, step 3, step 4, step 5, step 6."),
        (1, 7, "Done before: step 1. Not done: step 2, step 3, step 4, step 5 and 2 more."),
        (5, 6, "Done before: step 1, step 2, step 3, step 4, step 5. Not done: step 6."),
        (6, 7, "Done before: step 1, step 2, step 3, step 4 and 2 more. Not done: step 7."),
    ],
)
def test_long_lists_are_cut(done: int, number: int, listed: str) -> None:
    failure = account(errors.TimedOut("No."), done, STEPS[:number])
    assert failure.message == f"No. {listed} {NEXT}"
    # The result has all of them.
    assert failure.details["steps_done"] + failure.details["steps_not_done"] == STEPS[:number]


def test_where_all_or_nothing_was_done_the_message_stays() -> None:
    for done in (0, 3):
        failure = account(errors.TimedOut("No."), done, STEPS[:3], trouble="Besides.")
        assert failure.message == "No. Besides." and failure.details["changed"] is bool(done)
    assert account(errors.TimedOut("No."), 1, STEPS[:2], trouble="Besides.").message.endswith(f"{NEXT} Besides.")
    # A step that failed half-way may have written as well.
    assert account(errors.TimedOut("No."), 0, wrote=True).details["changed"] is True
    assert account(errors.TimedOut("No.", uncertain=True), 0).details["changed"] is True
    assert account(errors.TimedOut("No.", details={"changed": "own", "more": 1}), 0).details["changed"] == "own"


# The word in a result, and whether the same request may succeed a little later.
KINDS = {
    "BadInput": ("bad_input", False),
    "Conflict": ("conflict", False),
    "ConnectTimedOut": ("timeout", True),
    "ConnectionLost": ("connection_lost", True),
    "ConnectionRefused": ("connection_refused", True),
    "CutOff": ("cut_off", True),
    "ErpSyncError": ("error", False),
    "ErrorAnswer": ("server_error", False),
    "Forbidden": ("forbidden", False),
    "MissingLibrary": ("missing_library", False),
    "NotFound": ("not_found", False),
    "NotInVersion": ("not_in_version", False),
    "NotJson": ("not_json", False),
    "NotSwitched": ("not_switched", False),
    "NotTakenOver": ("unexpected_answer", False),
    "NotXml": ("not_xml", False),
    "ProxyFailed": ("proxy", False),
    "ProxyUnreachable": ("proxy", True),
    "Redirected": ("redirected", False),
    "SyncFailed": ("sync_failed", False),
    "TestFailed": ("test_failed", False),
    "Throttled": ("throttled", True),
    "TimedOut": ("timeout", True),
    "TlsBroken": ("tls", True),
    "TlsFailed": ("tls", False),
    "TooLarge": ("too_large", False),
    "Unauthorized": ("unauthorized", False),
    "Unavailable": ("unavailable", True),
    "Unhealthy": ("unhealthy", False),
    "UnexpectedAnswer": ("unexpected_answer", False),
    "UnexpectedStatus": ("unexpected_status", False),
    "UnknownHost": ("unknown_host", True),
    "WaitTimedOut": ("wait_timeout", False),
    "WriteInCheckMode": ("write_in_check_mode", False),
    "WrongHost": ("wrong_host", False),
}


def test_the_word_of_each_kind_of_failure() -> None:
    found: dict[str, tuple[str, bool]] = {}
    waiting: list[type[errors.ErpSyncError]] = [errors.ErpSyncError]
    while waiting:
        kind = waiting.pop()
        if kind.__module__ == errors.__name__:
            found[kind.__name__] = (kind.kind, kind.passing)
            waiting.extend(kind.__subclasses__())
    assert {name: found.get(name) for name in KINDS} == KINDS
