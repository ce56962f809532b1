# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent's carriers and enums: their members, in wire order, with their types.

A type is one of: integer, string, boolean, date-time, duration, StringDictionary, an enum's name, a
carrier's name, or any of these with [] behind it. The source is the vendor's published description
of the agent.
"""

from __future__ import annotations

ENUMS: dict[str, tuple[str, ...]] = {
    "CrmActorType": ("Unknown", "Contact", "Person", "Project", "Sale"),
    "ErpActorType": ("Unknown", "Customer", "Supplier", "Partner", "Person", "Project", "Employee", "Sale"),
    "FieldMetadataType": ("Checkbox", "Text", "Password", "Integer", "Double", "List", "Date", "Label"),
    "FieldAccess": ("Normal", "Mandatory", "ReadOnly"),
    "ErpSyncResponseCode": ("NoError", "ErrorConnectorHasConnections", "ErrorNotFound"),
    "QuoteStatus": ("Ok", "OkWithInfo", "Warning", "Error"),
}

CARRIERS: dict[str, dict[str, str]] = {
    "ErpConnection": {
        "ErpConnectionId": "integer",
        "ErpConnectorId": "integer",
        "DisplayName": "string",
        "DisplayDescription": "string",
        "Active": "boolean",
        "ConnectionId": "string",
        "MostRecentTimestamp": "string",
        "ConfigFields": "StringDictionary",
        "Deleted": "boolean",
        "AllAccess": "boolean",
        "UserGroupAccessIds": "integer[]",
        "AssociateAccessIds": "integer[]",
    },
    "ErpConnectionData": {
        "ErpConnectionId": "integer",
        "ConnectionName": "string",
        "Connected": "boolean",
        "ErpFields": "FieldMetadata[]",
        "CrmActorType": "CrmActorType",
        "ErpActorType": "ErpActorType",
        "ErpActorTypes": "ErpActorType[]",
    },
    "FieldMetadata": {
        "FieldKey": "string",
        "Rank": "integer",
        "DisplayName": "string",
        "DisplayDescription": "string",
        "FieldType": "FieldMetadataType",
        "ListName": "string",
        "DefaultValue": "string",
        "MaxLength": "integer",
        "Access": "FieldAccess",
        "ShowInSearch": "boolean",
    },
    "ErpConnectionListMappingContainer": {
        "ErpListItemMappings": "ErpConnectionListMapping[]",
        "ErpConnectionId": "integer",
        "ErpConnectionName": "string",
    },
    "ErpConnectionListMapping": {
        "CrmList": "MDOListItem",
        "ErpListName": "string",
        "ErpCrmListItemMappings": "ErpCrmListItemMapping[]",
        "ErpActorTypeName": "string",
        "ErpFieldId": "integer",
    },
    "MDOListItem": {
        "Id": "integer",
        "Name": "string",
        "ToolTip": "string",
        "Deleted": "boolean",
        "Rank": "integer",
        "Type": "string",
        "ChildItems": "MDOListItem[]",
        "IconHint": "string",
        "ColorBlock": "integer",
        "ExtraInfo": "string",
        "StyleHint": "string",
        "FullName": "string",
    },
    "ErpCrmListItemMapping": {"ErpListItemId": "string", "ErpListItemName": "string", "CrmListItem": "MDOListItem"},
    "ErpSyncActorTypeMapping": {
        "ErpConnectionId": "integer",
        "IsActive": "boolean",
        "FieldMappings": "ErpSyncFieldMapping[]",
        "ActorTypeErp": "ErpActorType",
        "ActorTypeCrm": "CrmActorType",
    },
    "ErpSyncFieldMapping": {
        "ErpFieldId": "integer",
        "CrmFieldKey": "string",
        "CrmDisplayName": "string",
        "CrmDisplayTooltip": "string",
        "ErpFieldKey": "string",
        "FieldType": "FieldMetadataType",
        "ErpDisplayName": "string",
        "ErpDisplayTooltip": "string",
        "SyncToCrm": "boolean",
        "SyncToErp": "boolean",
        "ShowInGui": "boolean",
        "ShowInSearch": "boolean",
        "AlreadyMapped": "boolean",
        "MissingInERP": "boolean",
        "MissingInCRM": "boolean",
        "Access": "FieldAccess",
        "ListReference": "string",
    },
    "ErpSyncConnectionSummary": {
        "DisplayName": "string",
        "DisplayDescription": "string",
        "Active": "boolean",
        "Deleted": "boolean",
        "LastSync": "date-time",
        "Actors": "ErpSyncActorSummary[]",
    },
    "ErpSyncActorSummary": {"ActorType": "ErpActorType", "HasMappings": "boolean", "Defaults": "string", "Mappings": "string"},
    "ErpSyncConnectorEntity": {"ErpConnectorId": "integer", "DisplayName": "string", "URL": "string", "Deleted": "boolean"},
    "ErpSyncDefaultValue": {
        "ErpFieldId": "integer",
        "DefaultValue": "string",
        "HasFirstSyncDefaultValue": "boolean",
        "FirstSyncDefaultValue": "string",
        "PromptUser": "boolean",
        "Mandatory": "boolean",
        "ErpFieldKey": "string",
        "FieldType": "FieldMetadataType",
        "ListName": "string",
        "Access": "FieldAccess",
    },
    "ErpSyncEngineStatus": {"IsRunning": "boolean", "StatusMessage": "string", "Interval": "duration"},
    "ErpSyncFieldValue": {
        "DisplayName": "string",
        "CrmFieldKey": "string",
        "Value": "string",
        "DisplayValue": "string",
        "SyncToCrm": "boolean",
        "SyncToErp": "boolean",
    },
    "ListItem": {"Id": "integer", "Name": "string", "ToolTip": "string"},
    "PluginResponse": {
        "IsOk": "boolean",
        "UserExplanation": "string",
        "TechExplanation": "string",
        "ErrorCode": "string",
        "Changes": "ChangedData",
        "Status": "QuoteStatus",
    },
    "ChangedData": {"AddedRecords": "ChangedDataItem[]", "UpdatedRecords": "ChangedDataItem[]", "DeletedRecords": "ChangedDataItem[]"},
    "ChangedDataItem": {"Tablename": "string", "RecordId": "integer"},
}

WITHOUT_RIGHTS = frozenset({"ListItem"})
"""Carriers that have neither TableRight nor FieldProperties."""

ROOT_CARRIERS = frozenset(
    {"ErpConnection", "ErpSyncConnectorEntity", "ErpSyncActorTypeMapping", "ErpSyncDefaultValue", "ErpSyncEngineStatus"}
)
"""Carriers that describe the rights of each member; others have an empty FieldProperties."""

UNDOCUMENTED: dict[str, dict[str, str]] = {
    "ErpConnection": {"ExternalReference": "string", "RetryPolicy": "any"},
    "ErpSyncConnectorEntity": {"ApiVersion": "string"},
    "ErpSyncActorTypeMapping": {"Direction": "string"},
    "ErpSyncFieldMapping": {"Transformation": "string"},
    "ErpSyncDefaultValue": {"Comment": "string"},
    "ErpCrmListItemMapping": {"Origin": "string"},
}
"""Undescribed members, kept like any other: a client that saves a carrier without them loses them.
"""

CRM_ACTOR_OF = {"Customer": "Contact", "Supplier": "Contact", "Partner": "Contact", "Person": "Person", "Project": "Project"}
"""Which kind of CRM record an ERP actor becomes; Employee and Sale are not supported by the
synchronisation.
"""

NULL_DATE = "0001-01-01T00:00:00"
NET_TYPES = {
    "integer": "System.Int32",
    "string": "System.String",
    "boolean": "System.Boolean",
    "date-time": "System.DateTime",
    "duration": "System.TimeSpan",
}
