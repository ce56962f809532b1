# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Creates and changes connectors."""

from __future__ import annotations

import typing as t

from .._agent import shapes
from .._plan.steps import SaveConnector
from .._wire import members
from .context import Context
from .meanwhile import still_there
from .saving import save


def save_connector(context: Context, step: SaveConnector) -> None:
    """Create a connector, or change its name or URL."""
    reading = context.reading
    if step.target.id is None:
        context.refuse_newcomers("connector")
        entity: members.Carrier = shapes.present("CreateDefaultErpSyncConnectorEntity", reading.create_default_erp_sync_connector_entity())
    else:
        entity = still_there(str(step.target), "GetErpSyncConnectorEntity", reading.get_erp_sync_connector_entity(step.target.id))
    new_members = {name: value for name, value in (("DisplayName", step.name), ("URL", step.url)) if value is not None}

    def differing(saved: members.Carrier) -> t.Iterator[str]:
        context.note_id(step.target, members.required_number(saved, "ErpConnectorId"))
        return (name for name, value in new_members.items() if members.text(saved, name) != value)

    send = context.writing.save_erp_sync_connector_entity
    save(context, step.target, "SaveErpSyncConnectorEntity", send, members.replaced(entity, new_members), differing)
    if step.target.id is not None and step.url is not None:
        context.forget_config_fields(step.target.id)
