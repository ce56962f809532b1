# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planned settings of a connection that moves to another connector."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import DeclaredConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import CurrentEnvironment, DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.environment import plan

CONFIG = {"Server": "erp.example.com", "Password": "canary"}
CARRIER = {
    "ErpConnectionId": 1,
    "ErpConnectorId": 1,
    "DisplayName": "Norway",
    "DisplayDescription": "",
    "Active": False,
    "Deleted": False,
    "ConfigFields": CONFIG,
    "AllAccess": True,
    "UserGroupAccessIds": [],
    "AssociateAccessIds": [],
}


def test_the_configuration_that_goes_is_shown_without_secrets_by_the_fields_of_the_old_connector() -> None:
    kinds = {"Server": "Text", "Password": "Password"}
    fields = [{"FieldKey": key, "FieldType": kind, "Access": "Normal", "DefaultValue": ""} for key, kind in kinds.items()]
    current = CurrentEnvironment(
        connectors=tuple(Connector.from_wire({"ErpConnectorId": number, "DisplayName": name}) for number, name in ((1, "A"), (2, "B"))),
        connections=(CurrentConnection(Connection.from_wire(CARRIER), CARRIER),),
        config_fields={1: fields, 2: []},
    )
    item = DeclaredConnection("connections[0]", Reference("Norway"), connector=Reference("B"), config={})
    [change] = plan(DeclaredEnvironment(connections=(item,)), current).changes
    assert (change.before["connector"], change.after["connector"]) == ("A", "B")
    assert change.before["config"]["Server"] == "erp.example.com"
    assert "canary" not in repr(change)
