# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Converging: read what is declared, plan, test, carry the steps out in order, wait for the server, and report."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

from .._client import errors
from .._model.checks import DocumentError
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from .._plan.environment import Plan, plan
from .._plan.steps import ConfigTest, UrlTest
from .._read.engine import Patience, await_engine

if t.TYPE_CHECKING:
    from .._run.run import Run
    from .executor import Executor


class Converged(t.NamedTuple):
    """The plan that was followed; the environment as it is afterwards, or would be in check mode; ids of what was created."""

    plan: Plan
    before: CurrentEnvironment
    after: CurrentEnvironment
    # By kind and name.
    created: t.Mapping[tuple[str, str], int] = MappingProxyType({})


def converge(declared: DeclaredEnvironment, run: Run, patience: Patience) -> Converged:
    """Bring an installation into the declared state.

    :raises errors.ErpSyncError: at the first failure; its ``details`` say which steps were done and which were not.
    """
    try:
        current = _read(declared, run)
        the_plan = plan(declared, current)
    except DocumentError as error:
        raise errors.BadInput(str(error)) from None
    for text in (*the_plan.warnings, *(the_plan.unchecked if run.check_mode else ())):
        run.warn(text)
    for test in the_plan.tests:
        _test(test, run)
    if run.check_mode or not the_plan.steps:
        return Converged(the_plan, current, the_plan.predicted)
    # An ordinary module compiles what it imports at each start, and most runs find nothing to do.
    from .executor import Executor
    from .interruption import held_back

    executor = Executor(run, declared, current)
    with held_back():
        try:
            after = _carry_out(executor, the_plan, declared, run, patience)
        except errors.ErpSyncError:
            raise
        except BaseException:
            # Also where putting a failure right was interrupted. There is no result that could tell.
            told = executor.restore()
            if told:
                run.tell(told)
            raise
    return Converged(the_plan, current, after, executor.created)


def _carry_out(executor: Executor, the_plan: Plan, declared: DeclaredEnvironment, run: Run, patience: Patience) -> CurrentEnvironment:
    """The environment as it is afterwards."""
    try:
        executor.carry_out(the_plan.steps, run.at_once)
        if patience.wait and declared.engine is not None:
            return CurrentEnvironment(engine=await_engine(declared.engine, run.reading, patience))
        return the_plan.predicted
    except Exception as error:
        done = executor.done(the_plan.steps)
        trouble = executor.restore()
        from .progress import with_account

        raise with_account(_failure(error, run), the_plan.steps, done, wrote=run.wrote, trouble=trouble) from None


def _failure(error: Exception, run: Run) -> errors.ErpSyncError:
    if isinstance(error, errors.ErpSyncError):
        return error
    if isinstance(error, DocumentError):
        return errors.BadInput(str(error))
    from .._run.mistake import mistake

    return mistake(run.task, error, in_doubt=run.in_doubt)


def _read(declared: DeclaredEnvironment, run: Run) -> CurrentEnvironment:
    """What the plan needs."""
    # A document may be refused before anything is read.
    from .._read.environment import Reader, needed_methods

    run.require_all(needed_methods(declared))
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
