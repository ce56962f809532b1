# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Converges an installation: read, plan, test, carry out the steps, wait for the engine."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

from .._client import errors
from .._model.checks import DocumentError
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from .._model.stamp import Stamps
from .._plan.change import rows_of
from .._plan.environment import Plan, plan
from .._plan.unsupported import remark, uses_lists, without_lists
from .._read.bulk import Bulk
from .._read.environment import Reader, needed_methods
from .._read.stamps import read_stamps
from .._read.unsupported import why_no_lists
from .._run.run import Run
from .engine import Patience, await_engine
from .executor import Executor
from .interruption import held_back
from .progress import with_account
from .testing import run_test


class Converged(t.NamedTuple):
    """What one convergence did."""

    plan: Plan
    before: CurrentEnvironment
    # As it would be, in check mode.
    after: CurrentEnvironment
    # Ids of new connectors and connections, by kind and name.
    created: t.Mapping[tuple[str, str], int] = MappingProxyType({})
    # Who had changed what differs, and when.
    stamps: Stamps = MappingProxyType({})
    # The places of the declaration that the server cannot do.
    left_out: tuple[str, ...] = ()


def converge(
    declared: DeclaredEnvironment, run: Run, patience: Patience | None = None, bulk: Bulk | None = None, *, skips: bool = False
) -> Converged:
    """Bring an installation into the declared state.

    :param patience: how to wait for the engine; None where no engine is declared.
    :param bulk: whether archives may be read for the plan; None for the agent alone.
    :param skips: whether to leave out, with a warning, what the server cannot do.
    :raises errors.ErpSyncError: at the first failure; its ``details`` say which steps were done and
        which were not.
    """
    try:
        # A document may be refused before anything is read.
        declared, left_out = _as_far_as_supported(declared, run, skips=skips)
        reader = Reader(run.reading, run.lookups, run.secrets, at_once=run.at_once, bulk=bulk)
        current = reader.read(declared)
        the_plan = plan(declared, current)
    except DocumentError as error:
        raise errors.BadInput(str(error)) from None
    for text in (*reader.remarks, *the_plan.warnings, *(the_plan.unchecked if run.check_mode else ())):
        run.warn(text)
    for test in the_plan.tests:
        run_test(run.reading, test)
    # Asked before the first step, which changes the answer.
    stamps = read_stamps(run.archives, rows_of(the_plan.changes))
    if run.check_mode or not the_plan.steps:
        return Converged(the_plan, current, the_plan.predicted, stamps=stamps, left_out=left_out)
    executor = Executor(run, current, the_plan.steps)
    with held_back():
        try:
            after = _carry_out(executor, the_plan, declared, run, patience)
        except errors.ErpSyncError:
            raise
        except BaseException:
            # Also when an interruption strikes during a restore after a failure. No result could
            # report it.
            told = executor.restore()
            if told:
                run.tell(told)
            raise
    return Converged(the_plan, current, after, executor.created, stamps, left_out)


def _as_far_as_supported(declared: DeclaredEnvironment, run: Run, *, skips: bool) -> tuple[DeclaredEnvironment, tuple[str, ...]]:
    """The declaration without what the server cannot do, and the places that were left out.

    :raises errors.NotInVersion: where something is to be left out and ``skips`` does not allow it.
    """
    method = "GetConnectionListMappings"
    lacking = run.lacking(method)
    why = None if lacking is None else f"{method}: {lacking}"
    if why is None and skips and uses_lists(declared):
        why = why_no_lists(run.reading, run.lookups)
    if why is None:
        return declared, ()
    if not skips:
        run.require_all(needed_methods(declared))
    declared, left_out = without_lists(declared)
    if left_out:
        run.warn(remark(left_out, why))
    return declared, left_out


def _carry_out(
    executor: Executor, the_plan: Plan, declared: DeclaredEnvironment, run: Run, patience: Patience | None
) -> CurrentEnvironment:
    """Do the steps, and return the environment as it is afterwards."""
    try:
        executor.carry_out()
        if declared.engine is not None and patience is not None and patience.wait:
            return CurrentEnvironment(engine=await_engine(declared.engine, run.reading, patience))
        return the_plan.predicted
    except Exception as error:
        done = executor.done
        trouble = executor.restore()
        raise with_account(error, run, the_plan.steps, done, trouble=trouble) from None
