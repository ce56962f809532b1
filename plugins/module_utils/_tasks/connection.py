# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_connection: bring the settings of a connection into their declared state."""

from __future__ import annotations

import typing as t

from .._apply.converge import Converged, converge
from .._model import secret_values, unknown
from .._model.declared import DeclaredConnection
from .._model.document import parse_connection
from .._model.document_keys import UPDATE_SECRETS
from .._model.environment import DeclaredEnvironment
from .._model.find_by_name import find
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .._wire import members
from .report import document_errors, given, report

ACCESS_OPTIONS: dict[str, dict[str, t.Any]] = {
    "everyone": {"type": "bool"},
    "user_groups": {"type": "list", "elements": "raw"},
    "users": {"type": "list", "elements": "raw"},
}


def _run(params: Params, run: Run) -> Result:
    section = given(params, "name", "id", "connector", "description", "active", "config", "state", "test")
    if params["access"] is not None:
        section["access"] = given(params["access"], *ACCESS_OPTIONS)
    with document_errors():
        item = parse_connection(section, "")
    declared = DeclaredEnvironment(connections=(item,), update_secrets=params["update_secrets"], assume_missing=run.check_mode)
    converged = converge(declared, run)
    return {**report(converged, run), "connection": connection_result(item, converged)}


def connection_result(item: DeclaredConnection, converged: Converged) -> dict[str, t.Any] | None:
    """The connection as it is afterwards; None where it is absent. In check mode a new one has no
    id.
    """
    if not item.present:
        return None
    found = find([connection.listed for connection in converged.before.connections or ()], item.ref, "connection", item.place)
    change = next((change for change in converged.plan.changes if change.kind == "connection"), None)
    after: t.Mapping[str, t.Any] = {} if change is None else change.after
    if found is None:
        name = item.ref.name or ""
        return {
            "id": converged.created.get(("connection", name)),
            "name": name,
            "connector": after.get("connector"),
            "description": after.get("description"),
            "active": after.get("active"),
            "config": dict(after.get("config") or {}),
        }
    known = next(connection for connection in converged.before.connections or () if connection.listed.id == found.id)
    shown = found.as_result()
    connectors = {connector.id: connector.name for connector in converged.before.connectors or ()}
    config: dict[str, t.Any] = {}
    if known.carrier is not None:
        changed = after.get("config") or {}
        # A connection that moves to another connector keeps nothing of its configuration.
        config = _shown(changed) if "connector" in after else _config(known.carrier, converged, found.connector_id, changed)
    return {
        "id": found.id,
        "name": after.get("name", shown["name"]),
        "connector": after.get("connector", connectors.get(found.connector_id)),
        "description": after.get("description", shown["description"]),
        "active": after.get("active", found.active),
        "config": config,
    }


def _config(carrier: t.Any, converged: Converged, connector_id: int, changed: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    fields = unknown.known(converged.before.config_fields.get(connector_id, ()))
    return {**secret_values.redact(dict(members.carrier(carrier, "ConfigFields") or {}), fields), **_shown(changed)}


def _shown(changed: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {key: secret_values.as_stored(value) for key, value in changed.items()}


OPTIONS: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str"},
    "id": {"type": "int"},
    "connector": {"type": "raw"},
    "description": {"type": "str"},
    "active": {"type": "bool"},
    "access": {"type": "dict", "options": ACCESS_OPTIONS},
    # Holds secrets among other values; see Task.secret_trees.
    "config": {"type": "dict"},
    "update_secrets": {"type": "str", "choices": list(UPDATE_SECRETS), "default": "when_changed", "no_log": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "test": {"type": "bool", "default": True},
}

TASK = Task(
    name="erpsync_connection",
    spec=ArgumentSpec(options=OPTIONS, required_one_of=(("name", "id"),)),
    run=_run,
    secret_trees=("config",),
)
