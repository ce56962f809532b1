# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The plan of a whole environment: what is declared and what is there go in; ordered steps, changes and the predicted state come out.

Nothing here talks to anybody. Check mode and the real run use the same plan, so what is predicted is what is done.
"""

from __future__ import annotations

import dataclasses

from .._model.current import CurrentEnvironment
from .._model.declared import DeclaredEnvironment
from . import connections, connectors, engine
from .directory import Directory
from .priority import plan_priority
from .steps import Change, Plan, SaveConnection, Step, Test


def plan(declared: DeclaredEnvironment, current: CurrentEnvironment) -> Plan:
    """The steps that make what is there what is declared, in order of dependence.

    :param current: must hold all that the declared sections need; see :mod:`_reader`.
    :raises DocumentError: for what cannot be; nothing has been sent by then.
    """
    first: list[Step] = []
    last: list[Step] = []
    steps: list[Step] = []
    changes: list[Change] = []
    tests: list[Test] = []
    warnings: list[str] = []
    predicted = current
    if declared.engine is not None and current.engine is not None:
        after = engine.engine_after(declared.engine, current.engine)
        first.extend(engine.steps_before(current.engine, after))
        last.extend(engine.steps_after(current.engine, after))
        changes.extend(engine.engine_changes(current.engine, after))
        predicted = dataclasses.replace(current, engine=after)
    directory = Directory(current.connectors or (), current.connections or (), assume_missing=declared.assume_missing)
    connector_part = connectors.plan_connectors(
        declared.connectors or (), current.connectors or (), directory, prune="connectors" in declared.prune
    )
    for connector in connector_part.removals:
        directory.remove("connector", connector.id)
    steps.extend(connector_part.steps)
    connection_part = connections.plan_connections(declared, current, directory)
    steps.extend(connection_part.steps)
    for connection in connection_part.removals:
        directory.remove("connection", connection.listed.id)
    for part in (connector_part, connection_part):
        changes.extend(part.changes)
        tests.extend(part.tests)
        warnings.extend(part.warnings)
    if declared.priority is not None:
        more_steps, more_changes = plan_priority(declared.priority, current, directory)
        steps.extend(more_steps)
        changes.extend(more_changes)
    removed_steps, removed_changes = connections.plan_removals(connection_part.removals)
    steps.extend(removed_steps)
    changes.extend(removed_changes)
    gone = {connection.listed.id for connection in connection_part.removals}
    moved = {
        step.target.id: step.connector.id
        for step in steps
        if isinstance(step, SaveConnection) and step.connector is not None and step.target.id is not None
    }
    removed_steps, removed_changes = connectors.plan_removals(connector_part.removals, current.connections or (), gone, moved, "connectors")
    steps.extend(removed_steps)
    changes.extend(removed_changes)
    warnings.extend(directory.remarks)
    return Plan(tuple(first + steps + last), tuple(changes), tuple(tests), tuple(warnings), predicted)
