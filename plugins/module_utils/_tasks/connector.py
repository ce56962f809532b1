# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_connector: bring one connector into its declared state."""

from __future__ import annotations

import typing as t

from .._apply.converge import Converged, converge
from .._model import names, secret_values
from .._model.declared import UNSET, DeclaredConnector
from .._model.document import parse_connector
from .._model.environment import DeclaredEnvironment
from .._model.find_by_name import find
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .report import document_errors, given, report


def _run(params: Params, run: Run) -> Result:
    with document_errors():
        section = given(params, "name", "id", "state", "test")
        # The option url is the address of SuperOffice itself, as in every task.
        if params["connector_url"] is not None:
            section["url"] = params["connector_url"]
        item = parse_connector(section, "")
    converged = converge(DeclaredEnvironment(connectors=(item,)), run)
    return {**report(converged, run), "connector": _connector(item, converged)}


def _connector(item: DeclaredConnector, converged: Converged) -> dict[str, t.Any] | None:
    """The connector as it is afterwards; None where it is absent. In check mode a new one has no
    id.
    """
    if not item.present:
        return None
    found = find(converged.before.connectors or (), item.ref, "connector", item.place)
    if found is None:
        name = item.ref.name or ""
        return {
            "id": converged.created.get(("connector", name)),
            "name": name,
            "raw_name": name,
            "url": None if item.url is UNSET else secret_values.url(item.url),
        }
    result = found.as_result()
    for change in converged.plan.changes:
        if change.after.get("name") != change.before.get("name"):
            result["raw_name"] = change.after["name"]
            result["name"] = names.readable(result["raw_name"])
        result["url"] = secret_values.as_stored(change.after["url"])
    return result


TASK = Task(
    name="erpsync_connector",
    spec=ArgumentSpec(
        options={
            "name": {"type": "str"},
            "id": {"type": "int"},
            "connector_url": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "test": {"type": "bool", "default": True},
        },
        required_one_of=(("name", "id"),),
    ),
    run=_run,
)
