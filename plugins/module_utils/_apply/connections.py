# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Creates connections, and changes their settings and whether they are active."""

from __future__ import annotations

import typing as t

from .._client import errors
from .._model.connection_settings import changed_settings, new_settings
from .._model.declared import UNSET
from .._plan.steps import RefreshFields, SaveConnection, SetActive
from .._plan.taken import settings_not_taken
from .._read.declared_connection import declared_secrets
from .._wire import members
from .context import Context
from .meanwhile import same_connector, still_there
from .saving import save
from .testing import test_config


def save_connection(context: Context, step: SaveConnection) -> None:
    """Create a connection, or change its settings."""
    item, target = step.declared, step.target
    connector = None if step.connector is None else (context.id_of(step.connector), step.connector.name)
    if target.id is None and connector is not None:
        used = connector[0]
        fields = context.config_fields(used)
        settings = new_settings(item, *connector, step.access, fields)
    else:
        connection_id = context.id_of(target)
        before = context.current.connections_by_id[connection_id].listed.connector_id
        carrier = still_there(str(target), "GetConnection", context.reading.get_connection(connection_id))
        same_connector(str(target), before, carrier)
        used = before if connector is None else connector[0]
        fields = context.config_fields(used)
        settings = changed_settings(
            carrier,
            item,
            connector=connector,
            connector_names={},
            access=step.access,
            fields=fields,
            secrets=step.secrets,
            at_new_url=used in context.readdressed,
        )
        if not settings.changes:
            return
        left_out = sorted(set(members.carrier(carrier, "ConfigFields") or ()).difference(settings.config))
        if connector is None and left_out:
            context.remark(
                target, f"{target}: its connector does not ask for {', '.join(left_out)} at its new URL. The stored values are gone."
            )
    # The plan could not know the secrets of a connector that an earlier step has created.
    context.run.secrets.update(declared_secrets(item, fields))
    if step.test and settings.config_known and (used not in context.tested_before or used in context.readdressed):
        # The plan tests only configurations whose connector it knew, and which keeps its URL.
        test_config(context.reading, item.place, used, settings.config, "The connection was not saved.")
    if target.id is None:
        context.refuse_newcomers("connection")

    def differing(saved: members.Carrier) -> t.Iterable[str]:
        context.note_id(target, members.required_number(saved, "ErpConnectionId"))
        return settings_not_taken(settings.carrier, saved, settings.after, () if item.config is UNSET else item.config, fields)

    save(context, target, "SaveConnection", context.writing.save_connection, settings.carrier, differing)


def set_active(context: Context, step: SetActive) -> None:
    """Activate or deactivate a connection."""
    context.activation.switch(context.id_of(step.target), step.target.name, step.active)


def refresh_fields(context: Context, step: RefreshFields) -> None:
    """Let the server read the fields of a connection from its connector again."""
    if not context.writing.update_connection_fields(context.id_of(step.target)):
        raise errors.ErrorAnswer(
            f"The server could not read the fields of {step.target} from its connector. Check that the connector answers.",
            method="UpdateConnectionFields",
            attempts=1,
        )
