# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_priority: bring the connections into their declared order of priority."""

from __future__ import annotations

from .._apply.converge import converge
from .._model.document import parse_priority
from .._model.environment import DeclaredEnvironment
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .report import document_errors, report


def _run(params: Params, run: Run) -> Result:
    with document_errors():
        order = parse_priority(params["order"], "order")
    converged = converge(DeclaredEnvironment(priority=order, priority_place="order", assume_missing=run.check_mode), run)
    changes = converged.plan.changes
    if changes:
        names = list(changes[0].after["priority"])
    else:
        by_id = {connection.listed.id: connection.listed.name for connection in converged.before.connections or ()}
        names = ["SuperOffice" if number == 0 else by_id.get(number, str(number)) for number in converged.before.priority or ()]
    return {**report(converged, run), "priority": names}


TASK = Task(
    name="erpsync_priority",
    spec=ArgumentSpec(options={"order": {"type": "list", "elements": "raw", "required": True}}),
    run=_run,
)
