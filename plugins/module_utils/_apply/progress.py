# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Adds to a failure which steps were done before it and which were not."""

from __future__ import annotations

import typing as t

from .._client import errors
from .._model.checks import DocumentError
from .._run.mistake import Mistake, mistake
from .._run.run import Run

# The steps left are not listed, since a corrected input may need others.
_OF_THE_INPUT = (errors.BadInput, errors.NotInVersion)
# A new run fails in the same way until the cause is mended.
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
    error: Exception, run: Run, steps: t.Sequence[object], done: t.Sequence[bool], *, trouble: str = ""
) -> errors.ErpSyncError:
    """The failure, with an account of the steps in its message and its details.

    :param steps: each with words for a person as its text.
    :param done: whether each of them was done.
    :param trouble: sentences to add for a person.
    """
    failure = _failure(error, run)
    before = [str(step) for step, is_done in zip(steps, done) if is_done]
    left = [str(step) for step, is_done in zip(steps, done) if not is_done]
    # A step that failed half-way may have written as well.
    account: dict[str, t.Any] = {"changed": bool(before) or run.wrote or failure.uncertain, "steps_done": before}
    if not isinstance(failure, _OF_THE_INPUT):
        account["steps_not_done"] = left
    failure.details = {**account, **failure.details}
    if before and left:
        failure.message += f" Done before: {_listed(before)}. {_what_next(failure, left)}"
    if trouble:
        failure.message += f" {trouble}"
    return failure


def _failure(error: Exception, run: Run) -> errors.ErpSyncError:
    """The failure for any exception."""
    if isinstance(error, errors.ErpSyncError):
        return error
    if isinstance(error, DocumentError):
        return errors.BadInput(str(error))
    return mistake(run.task, error, in_doubt=run.in_doubt)


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
