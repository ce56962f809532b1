# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_list_mapping: bring one list mapping into its declared state."""

from __future__ import annotations

from .._model.actor_types import CRM_OF
from .._model.document_mappings import parse_list
from .._model.reference import text_or_id
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .mappings import converge_mappings
from .report import document_errors, given


def _run(params: Params, run: Run) -> Result:
    with document_errors():
        ref = text_or_id(params["connection"], "connection")
        mapping = parse_list(given(params, "list", "actor", "items", "purge", "shared"), "")
    return converge_mappings(run, ref, lists=(mapping,))


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
