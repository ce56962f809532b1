# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Converging: read what is declared, plan, test, carry the steps out in order, wait for the server, and report."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

from ._client import errors
from ._engine import Patience, await_engine, read_engine
from ._model._checks import DocumentError
from ._model.environment import CurrentEnvironment, DeclaredEnvironment
from ._plan.environment import plan
from ._plan.plan import ConfigTest, Plan, UrlTest

if t.TYPE_CHECKING:
    from ._executor import Executor
    from ._plan.steps import Step
    from ._run import Run


class Converged(t.NamedTuple):
    """The plan that was followed; the environment as it is afterwards, or would be in check mode; ids of what was created."""

    plan: Plan
    before: CurrentEnvironment
    after: CurrentEnvironment
    # By kind and name.
    created: t.Mapping[tuple[str, str], int] = MappingProxyType({})


def converge(declared: DeclaredEnvironment, run: Run, patience: Patience, found: CurrentEnvironment | None = None) -> Converged:
    """Bring an installation into the declared state.

    :param found: all that the plan needs, where it has been read.
    :raises errors.ErpSyncError: at the first failure; its ``details`` say which steps were done and which were not.
    """
    try:
        current = _read(declared, run) if found is None else found
        the_plan = plan(declared, current)
    except DocumentError as error:
        raise errors.BadInput(str(error)) from None
    for text in the_plan.warnings:
        run.warn(text)
    for test in the_plan.tests:
        _test(test, run)
    if run.check_mode or not the_plan.steps:
        return Converged(the_plan, current, the_plan.predicted)
    # An ordinary module compiles what it imports at each start, and most runs find nothing to do.
    from ._executor import Executor

    executor = Executor(run, declared, current)
    try:
        executor.carry_out(the_plan.steps, run.at_once)
        after = the_plan.predicted
        if patience.wait and declared.engine is not None:
            after = CurrentEnvironment(engine=await_engine(declared.engine, run.reading, patience))
    except DocumentError as error:
        raise _with_account(errors.BadInput(str(error)), the_plan, executor) from None
    except errors.ErpSyncError as error:
        raise _with_account(error, the_plan, executor) from None
    return Converged(the_plan, current, after, executor.created)


def _read(declared: DeclaredEnvironment, run: Run) -> CurrentEnvironment:
    """What the plan needs."""
    if declared.is_engine_only:
        return CurrentEnvironment(engine=None if declared.engine is None else read_engine(run.reading))
    # An ordinary module compiles what it imports at each start.
    from ._reader import Reader, refuse_what_is_missing

    refuse_what_is_missing(declared, run.require)
    return Reader(run.reading, run.lookups, run.secrets, at_once=run.at_once).read(declared)


def _test(test: UrlTest | ConfigTest, run: Run) -> None:
    """Ask the server whether something would work, while nothing has been changed yet."""
    if isinstance(test, UrlTest):
        code = run.reading.test_connector_url(test.url)
        if code != "NoError":
            raise errors.TestFailed(
                f"{test.place}: no connector answers at {test.url} ({code}). Nothing was changed. Check the URL, or use test: false.",
                code=code,
                method="TestConnectorUrl",
                attempts=1,
            )
        return
    if not run.reading.test_connection_by_config(test.connector_id, test.config):
        raise errors.TestFailed(
            f"{test.place}: the ERP system does not accept this configuration. Nothing was changed. "
            "Check the values of config, or use test: false.",
            method="TestConnectionByConfig",
            attempts=1,
        )


def _with_account(error: errors.ErpSyncError, the_plan: Plan, executor: Executor) -> errors.ErpSyncError:
    """The failure, with what was done before it and what was not, so that a person knows where things stand."""
    account = list(zip(the_plan.steps, executor.done(the_plan.steps)))
    done = [step for step, is_done in account if is_done]
    left = [step for step, is_done in account if not is_done]
    trouble = executor.restore_after_failure()
    error.details = {
        "changed": bool(done) or executor.wrote or error.uncertain,
        "steps_done": [str(step) for step in done],
        "steps_not_done": [str(step) for step in left],
        **error.details,
    }
    if done and left:
        error.message += f" Done before: {_listed(done)}. Not done: {_listed(left)}. A new run finishes it."
    if trouble:
        error.message += f" {trouble}"
    return error


def _listed(steps: t.Sequence[Step]) -> str:
    """Steps in a sentence; the whole list is in the task's result."""
    shown = ", ".join(str(step) for step in steps[:4])
    return f"{shown} and {len(steps) - 4} more" if len(steps) > 5 else ", ".join(str(step) for step in steps)
