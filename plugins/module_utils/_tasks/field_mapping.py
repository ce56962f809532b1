# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_field_mapping: bring the field mappings of one actor type into their declared
state.
"""

from __future__ import annotations

import typing as t

from .._model.actor_types import CRM_OF
from .._model.document_keys import DIRECTION_NAMES
from .._model.document_mappings import parse_actor
from .._model.reference import text_or_id
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .mappings import converge_mappings
from .report import document_errors, given

DEFAULT_OPTIONS: dict[str, dict[str, t.Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "value": {"type": "raw"},
    "prompt": {"type": "bool"},
    "mandatory": {"type": "bool"},
}
FIELD_OPTIONS: dict[str, dict[str, t.Any]] = {
    "erp": {"type": "str", "required": True},
    "crm": {"type": "str"},
    "direction": {"type": "str", "choices": list(DIRECTION_NAMES)},
    "show": {"type": "bool"},
    "search": {"type": "bool"},
    "default": {"type": "dict", "options": DEFAULT_OPTIONS},
}


def _run(params: Params, run: Run) -> Result:
    section = given(params, "erp", "crm", "enabled", "order", "purge")
    section["fields"] = [_field(field) for field in params["fields"] or []]
    with document_errors():
        ref = text_or_id(params["connection"], "connection")
        actor = parse_actor(section, "")
    return converge_mappings(run, ref, actors=(actor,), refresh_fields=params["refresh_fields"])


def _field(field: Params) -> dict[str, t.Any]:
    section = given(field, "erp", "crm", "direction", "show", "search")
    if field["default"] is not None:
        section["default"] = given(field["default"], *DEFAULT_OPTIONS)
    return section


TASK = Task(
    name="erpsync_field_mapping",
    spec=ArgumentSpec(
        options={
            "connection": {"type": "raw", "required": True},
            "erp": {"type": "str", "required": True, "choices": list(CRM_OF)},
            "crm": {"type": "str", "choices": list(dict.fromkeys(CRM_OF.values()))},
            "enabled": {"type": "bool"},
            "fields": {"type": "list", "elements": "dict", "options": FIELD_OPTIONS},
            "order": {"type": "list", "elements": "str"},
            "purge": {"type": "bool", "default": False},
            "refresh_fields": {"type": "bool", "default": False},
        }
    ),
    run=_run,
)
