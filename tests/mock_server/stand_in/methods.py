# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The 49 methods of the ErpSync agent: arguments, their place in a request, answer, and effect.

`writes` is the stand-in's own judgement from the method's documentation; the journal reports it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Method:
    """returns is a type of carriers.py or "void"; takes is body (an object of arguments), query,
    entity (the body is it) or nothing.
    """

    name: str
    returns: str
    writes: bool
    arguments: dict[str, str] = field(default_factory=dict)
    takes: str = "body"
    selectable: bool = True


_CONNECTION = {"ErpConnectionId": "integer"}
_LINK = {**_CONNECTION, "CrmRecordId": "integer", "CrmActorType": "CrmActorType"}
_LINK_TO = {**_LINK, "ErpKey": "string", "ErpActorType": "ErpActorType"}
_RESYNC = {**_CONNECTION, "InternalKeyIds": "integer[]"}
_RESYNC_EXTERNAL = {**_CONNECTION, "ErpActorType": "ErpActorType", "ExternalKeys": "string[]"}

_ALL = (
    Method("CreateDefaultErpSyncConnectorEntity", "ErpSyncConnectorEntity", False, takes="nothing", selectable=False),
    Method("SaveErpSyncConnectorEntity", "ErpSyncConnectorEntity", True, {"Entity": "ErpSyncConnectorEntity"}, "entity", selectable=False),
    Method("DeleteErpSyncConnectorEntity", "void", True, {"ErpSyncConnectorEntityId": "integer"}, "query", selectable=False),
    Method("GetConnection", "ErpConnection", False, _CONNECTION),
    Method("SaveConnection", "ErpConnection", True, {"Connection": "ErpConnection"}),
    Method("DeleteConnection", "void", True, _CONNECTION),
    Method("GetConfigurationFields", "FieldMetadata[]", False, {"ErpConnectorId": "integer"}),
    Method("GetErpConnectionConfigFields", "StringDictionary", False, _CONNECTION),
    Method("ToggleErpConnectionActive", "string[]", True, _CONNECTION),
    Method("TestConnectionById", "boolean", False, _CONNECTION),
    Method("TestConnectionByConfig", "boolean", False, {**_CONNECTION, "ConfigFields": "StringDictionary"}),
    Method("SaveErpConnectionSyncPriorities", "boolean", True, {"ErpConnectionIds": "integer[]"}),
    Method(
        "MoveErpFieldItem",
        "void",
        True,
        {"ErpFieldId": "integer", "Direction": "integer", **_CONNECTION, "ErpActorType": "ErpActorType"},
    ),
    Method("SupportsAdvancedSearch", "boolean", False, {**_CONNECTION, "ErpActorType": "ErpActorType"}),
    Method("GetAllConnectors", "ListItem[]", False, takes="nothing"),
    Method("GetAllConnections", "ErpConnection[]", False, {"IncludeDeleted": "boolean"}),
    Method("GetConnectionsAndDisplayFields", "ErpConnectionData[]", False, {"CrmActorType": "CrmActorType", "EntityId": "integer"}),
    Method(
        "GetErpFieldValues",
        "string[]",
        False,
        {**_CONNECTION, "CrmActorType": "CrmActorType", "EntityId": "integer", "FieldKeys": "string[]"},
    ),
    Method("GetFieldsForNewErpActor", "FieldMetadata[]", False, {**_CONNECTION, "ErpActorType": "ErpActorType"}),
    Method("GetConnectionListMappings", "ErpConnectionListMappingContainer", False, _CONNECTION),
    Method(
        "SaveConnectionListMappings", "ErpConnectionListMappingContainer", True, {"ListMapping": "ErpConnectionListMappingContainer"}
    ),
    Method("ConnectActor", "void", True, {**_LINK_TO, "FieldValues": "ErpSyncFieldValue[]"}),
    Method("TryConnectActor", "boolean", True, {**_LINK_TO, "FieldValues": "ErpSyncFieldValue[]"}),
    Method("GetFieldValuesFromCrm", "ErpSyncFieldValue[]", False, {"RecordId": "integer", "ActorTypeCrm": "CrmActorType"}),
    Method("GetFieldValuesFromErp", "ErpSyncFieldValue[]", False, {**_CONNECTION, "ActorTypeErp": "ErpActorType", "ErpKey": "string"}),
    Method("GetActorTypeMapping", "ErpSyncActorTypeMapping", False, {**_CONNECTION, "ActorType": "ErpActorType"}),
    Method("CreateActorLink", "boolean", True, _LINK_TO),
    Method("BreakActorLink", "boolean", True, _LINK),
    Method(
        "CreateErpActorFromCrm",
        "boolean",
        True,
        {
            "ConnectionId": "integer",
            "CrmEntityId": "integer",
            "ErpActorType": "ErpActorType",
            "CrmActorType": "CrmActorType",
            "ErpFieldKeyValues": "StringDictionary",
        },
    ),
    Method("SaveActorTypeMapping", "ErpSyncActorTypeMapping", True, {"Mapping": "ErpSyncActorTypeMapping"}),
    Method("ValidateArchiveColumnConfig", "void", True, {"ListOwner": "string", **_CONNECTION}),
    Method("UpdateConnectionFields", "boolean", True, _CONNECTION),
    Method("GetCrmActorType", "CrmActorType", False, {**_CONNECTION, "ErpActorType": "ErpActorType"}),
    Method("GetErpSyncConnectionSummary", "ErpSyncConnectionSummary", False, {"ErpSyncConnectionId": "integer"}),
    Method("GetErpSyncConnectorEntity", "ErpSyncConnectorEntity", False, {"ErpSyncConnectorEntityId": "integer"}, "query"),
    Method("CanDeleteErpSyncConnectorEntity", "ErpSyncResponseCode", False, {"ErpSyncConnectorId": "integer"}),
    Method("TestConnectorUrl", "ErpSyncResponseCode", False, {"Url": "string"}),
    Method("SaveDefaultValueInfo", "ErpSyncDefaultValue", True, {"ErpSyncDefaultValue": "ErpSyncDefaultValue"}),
    Method("GetDefaultValueInfo", "ErpSyncDefaultValue", False, {"ErpFieldId": "integer"}),
    Method("SyncAll", "PluginResponse", True, takes="nothing"),
    Method("ForceSyncAll", "PluginResponse", True, takes="nothing"),
    Method("ForceResync", "PluginResponse", True, _RESYNC),
    Method("ForceResyncNoBlankValues", "PluginResponse", True, _RESYNC),
    Method("ForceResyncBatchTask", "void", True, _RESYNC),
    Method("ForceResyncExternal", "PluginResponse", True, _RESYNC_EXTERNAL),
    Method("ForceResyncExternalNoBlankValues", "PluginResponse", True, _RESYNC_EXTERNAL),
    Method("GetEngineStatus", "ErpSyncEngineStatus", False, takes="nothing"),
    Method("ChangeEngineStatus", "ErpSyncEngineStatus", True, {"Run": "boolean"}),
    Method("ChangeEngineInterval", "void", True, {"Interval": "duration"}),
)

METHODS: dict[str, Method] = {method.name: method for method in _ALL}
BY_LOWER_NAME: dict[str, Method] = {method.name.lower(): method for method in _ALL}
