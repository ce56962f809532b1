# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_list_mapping: the mapping of one list of one connection."""

from __future__ import annotations

from .._apply.converge import converge
from .._model.actor_types import CRM_OF
from .._model.declared import DeclaredConnection
from .._model.document import parse_list
from .._model.environment import DeclaredEnvironment
from .._model.reference import text_or_id
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .report import NO_WAITING, document_errors, given, report


def _run(params: Params, run: Run) -> Result:
    with document_errors():
        ref = text_or_id(params["connection"], "connection")
        mapping = parse_list(given(params, "list", "actor", "items", "purge", "shared"), "")
    item = DeclaredConnection(place="connection", ref=ref, lists=(mapping,), elsewhere=True)
    converged = converge(DeclaredEnvironment(connections=(item,), assume_missing=run.check_mode), run, NO_WAITING)
    return report(converged, run)


TASK = Task(
    name="erpsync_list_mapping",
    spec=ArgumentSpec(
        options={
            "connection": {"type": "raw", "required": True},
            "list": {"type": "str", "required": True},
            "actor": {"type": "str", "choices": list(CRM_OF)},
            "items": {"type": "dict"},
            "purge": {"type": "bool", "default": False},
            "shared": {"type": "bool", "default": False},
        }
    ),
    run=_run,
)
