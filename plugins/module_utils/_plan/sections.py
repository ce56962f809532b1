# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The plan of connectors, connections and priority, which depend on each other."""

from __future__ import annotations

from .._model import crm_fields
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from . import connections, connectors
from .change import Change
from .directory import Directory
from .plan import Plan, Test
from .priority import plan_priority
from .steps import SaveConnection, Step


def plan_sections(declared: DeclaredEnvironment, current: CurrentEnvironment) -> Plan:
    """The steps in order of dependence.

    :raises DocumentError: for what cannot be; nothing has been sent by then.
    """
    steps: list[Step] = []
    changes: list[Change] = []
    tests: list[Test] = []
    warnings: list[str] = []
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
        more_steps, more_changes = plan_priority(declared.priority, current, directory, declared.priority_place)
        steps.extend(more_steps)
        changes.extend(more_changes)
        if more_steps and not current.priority_is_certain:
            warnings.append(
                "priority: the server lists the connections in an order in which it may list them whatever their priority is, and no "
                "archive tells the priority. Where that is so, it is saved anew in each run, and each run reports it as changed."
            )
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
    warnings.extend(crm_fields.remarks(current.crm_keys))
    return Plan(tuple(steps), tuple(changes), tuple(tests), tuple(warnings), tuple(connection_part.unchecked), current)
