# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What was done before a failure and what was not, so that a person knows where things stand."""

from __future__ import annotations

import typing as t

from .._client import errors
from .._run.mistake import Mistake

# A new run ends the same way; what it would do is another matter once the input is corrected.
_OF_THE_INPUT = (errors.BadInput, errors.NotInVersion)
# A new run ends the same way until somebody has mended the cause.
_COMES_AGAIN = (
    errors.ErrorAnswer,
    errors.Forbidden,
    errors.NotFound,
    errors.NotSwitched,
    errors.Redirected,
    errors.TestFailed,
    errors.Unauthorized,
    errors.UnexpectedAnswer,
    errors.WrongHost,
)


def with_account(
    error: errors.ErpSyncError, steps: t.Sequence[object], done: t.Sequence[bool], *, wrote: bool, trouble: str = ""
) -> errors.ErpSyncError:
    """The failure, with an account of the steps in its message and its details.

    :param steps: each with words for a person as its text.
    :param done: whether each of them was done.
    :param wrote: whether anything was written, also by a step that failed half-way.
    :param trouble: what else a person should know.
    """
    before = [str(step) for step, is_done in zip(steps, done) if is_done]
    left = [str(step) for step, is_done in zip(steps, done) if not is_done]
    account: dict[str, t.Any] = {"changed": bool(before) or wrote or error.uncertain, "steps_done": before}
    if not isinstance(error, _OF_THE_INPUT):
        account["steps_not_done"] = left
    error.details = {**account, **error.details}
    if before and left:
        error.message += f" Done before: {_listed(before)}. {_what_next(error, left)}"
    if trouble:
        error.message += f" {trouble}"
    return error


def _what_next(error: errors.ErpSyncError, left: t.Sequence[str]) -> str:
    if isinstance(error, _OF_THE_INPUT):
        return "This stays; correct the input and run again."
    not_done = f"Not done: {_listed(left)}."
    if isinstance(error, Mistake):
        return not_done
    if isinstance(error, errors.NotTakenOver) or (isinstance(error, _COMES_AGAIN) and not error.uncertain):
        return f"{not_done} A new run finishes it once the cause is mended."
    return f"{not_done} A new run finishes it."


def _listed(steps: t.Sequence[str]) -> str:
    """Steps in a sentence; the whole list is in the task's result."""
    return f"{', '.join(steps[:4])} and {len(steps) - 4} more" if len(steps) > 5 else ", ".join(steps)
