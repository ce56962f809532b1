# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Removes connectors and connections."""

from __future__ import annotations

from .._client import errors
from .._plan.steps import Remove
from .context import Context


def remove(context: Context, step: Remove) -> None:
    """Remove a connection, or a connector where the server allows it."""
    number = context.id_of(step.target)
    if step.target.kind == "connection":
        context.writing.delete_connection(number)
        return
    code = context.reading.can_delete_erp_sync_connector_entity(number)
    if code != "NoError":
        raise errors.ErrorAnswer(
            f"{step.target} cannot be removed: {code}.", code=code, method="CanDeleteErpSyncConnectorEntity", attempts=1
        )
    context.writing.delete_erp_sync_connector_entity(number)
