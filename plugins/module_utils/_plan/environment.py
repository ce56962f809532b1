# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Plans an environment: declared and current state in, ordered steps and changes out.

Planning is pure: no input, no output. Check mode and the real run share the plan, so that the
prediction is what happens.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._model import crm_fields
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from . import connections, connectors, engine
from .change import Change
from .directory import Directory
from .draft import Draft
from .priority import plan_priority
from .steps import SaveConnection, Step, Test


class Plan(t.NamedTuple):
    """The way from the current to the declared state."""

    steps: tuple[Step, ...] = ()
    changes: tuple[Change, ...] = ()
    tests: tuple[Test, ...] = ()
    warnings: tuple[str, ...] = ()
    # Warnings for check mode alone: a run that succeeds has shown that all is right.
    unchecked: tuple[str, ...] = ()
    predicted: CurrentEnvironment = CurrentEnvironment()


def plan(declared: DeclaredEnvironment, current: CurrentEnvironment) -> Plan:
    """The steps from the current to the declared state, in order of dependence.

    :param current: must hold all that the declared sections need; see :mod:`_read.environment`.
    :raises DocumentError: for a declaration that cannot be carried out; nothing has been sent by
        then.
    """
    draft = Draft()
    predicted = current
    after = None
    if declared.engine is not None and current.engine is not None:
        after = engine.engine_after(declared.engine, current.engine)
        predicted = dataclasses.replace(current, engine=after)
        draft.changes.extend(engine.engine_changes(current.engine, after))
        draft.steps.extend(engine.steps_before(current.engine, after))
    _plan_sections(declared, current, draft)
    if declared.engine is not None and current.engine is not None and after is not None:
        draft.steps.extend(engine.steps_after(current.engine, after))
        draft.warnings.extend(filter(None, [declared.engine.remark]))
    return Plan(tuple(draft.steps), tuple(draft.changes), tuple(draft.tests), tuple(draft.warnings), tuple(draft.unchecked), predicted)


def _plan_sections(declared: DeclaredEnvironment, current: CurrentEnvironment, draft: Draft) -> None:
    """Connectors, connections and priority, which depend on each other; removals come last."""
    directory = Directory(current.connectors or (), current.connections or (), assume_missing=declared.assume_missing)
    unused = connectors.plan_connectors(
        declared.connectors or (), current.connectors or (), directory, draft, prune="connectors" in declared.prune
    )
    for connector in unused:
        directory.remove("connector", connector.id)
    gone = connections.plan_connections(declared, current, directory, draft)
    for connection in gone:
        directory.remove("connection", connection.id)
    if declared.priority is not None:
        plan_priority(declared.priority, current, directory, draft, declared.priority_place)
    moved = {
        step.target.id: step.connector.id
        for step in draft.steps
        if isinstance(step, SaveConnection) and step.connector is not None and step.target.id is not None
    }
    connections.plan_removals(gone, draft)
    connectors.plan_removals(unused, current.connections or (), {connection.id for connection in gone}, moved, draft)
    draft.warnings.extend(directory.remarks)
    draft.warnings.extend(crm_fields.remarks(current.crm_keys))
