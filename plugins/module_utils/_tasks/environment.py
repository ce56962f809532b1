# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_environment: bring an installation into the state of a document."""

from __future__ import annotations

import typing as t

from .._apply.converge import Converged, converge
from .._model.document import parse_document
from .._model.document_keys import PRUNE, UNSUPPORTED, UPDATE_SECRETS
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .engine import WAIT_OPTIONS, patience
from .read_from import READ_FROM_OPTION, bulk
from .report import document_errors, report


def _run(params: Params, run: Run) -> Result:
    waiting = patience(params, run)
    with document_errors():
        declared = parse_document(
            params["document"],
            prune=params["prune"] or (),
            update_secrets=params["update_secrets"],
            variables=params["document_variables"] or (),
        )
    converged = converge(declared, run, waiting, bulk(params, run), skips=params["unsupported"] == "skip")
    steps = converged.plan.steps
    result = {
        **report(converged, run),
        "steps": [str(step) for step in steps],
        "ids": _ids(converged),
        "left_out": list(converged.left_out),
    }
    if converged.after.engine is not None:
        result["engine"] = converged.after.engine.as_result()
    return result


def _ids(converged: Converged) -> dict[str, dict[str, int | None]]:
    """The ids of new connectors and connections, by kind and name; None in check mode."""
    ids: dict[str, dict[str, int | None]] = {"connectors": {}, "connections": {}}
    for change in converged.plan.changes:
        if change.action == "create" and f"{change.kind}s" in ids:
            ids[f"{change.kind}s"][change.name] = converged.created.get((change.kind, change.name))
    return ids


OPTIONS: dict[str, dict[str, t.Any]] = {
    # Holds secrets among other values; see Task.secret_trees.
    "document": {"type": "dict", "required": True},
    "document_variables": {"type": "list", "elements": "str"},
    "prune": {"type": "list", "elements": "str", "choices": list(PRUNE)},
    "update_secrets": {"type": "str", "choices": list(UPDATE_SECRETS), "default": "when_changed", "no_log": False},
    "unsupported": {"type": "str", "choices": list(UNSUPPORTED), "default": "fail"},
    **READ_FROM_OPTION,
    **WAIT_OPTIONS,
}

TASK = Task(name="erpsync_environment", spec=ArgumentSpec(options=OPTIONS), run=_run, secret_trees=("document",))
