# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The agent's carriers on the wire: names and types of members, exactly as the API spells them.

Source: the vendor's published client types and OpenAPI description of the ErpSync agent. Each
carrier also has ``TableRight`` (null, or ``{Mask, Reason}``) and ``FieldProperties`` (a map of
member name to right, type and length). Servers may add members, which are kept and saved as they
came.

Durations are texts (``hh:mm:ss``), dates ISO 8601 texts without a zone; ``0001-01-01T00:00:00`` is
no date.
"""

from __future__ import annotations

import typing as t

CrmActorEnum = t.Literal["Unknown", "Contact", "Person", "Project", "Sale"]
ErpActorEnum = t.Literal["Unknown", "Customer", "Supplier", "Partner", "Person", "Project", "Employee", "Sale"]
FieldMetadataType = t.Literal["Checkbox", "Text", "Password", "Integer", "Double", "List", "Date", "Label"]
FieldAccess = t.Literal["Normal", "Mandatory", "ReadOnly"]
ErpSyncResponseCode = t.Literal["NoError", "ErrorConnectorHasConnections", "ErrorNotFound"]
QuoteStatus = t.Literal["Ok", "OkWithInfo", "Warning", "Error"]


class ErpConnection(t.TypedDict, total=False):
    """One ERP company through a connector.

    DisplayName and DisplayDescription are multi-language texts of at most 254 characters.
    ConnectionId is a GUID that the server assigns at the first save, all zeros before. The
    connector sets MostRecentTimestamp, which is opaque. ConfigFields is empty in lists.
    """

    ErpConnectionId: int
    ErpConnectorId: int
    DisplayName: str | None
    DisplayDescription: str | None
    Active: bool
    ConnectionId: str | None
    MostRecentTimestamp: str | None
    ConfigFields: dict[str, str | None] | None
    Deleted: bool
    AllAccess: bool
    UserGroupAccessIds: list[int] | None
    AssociateAccessIds: list[int] | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class FieldMetadata(t.TypedDict, total=False):
    """A field of a connector or an ERP actor type.

    MaxLength 0 means no limit; ListName is for fields of type List; DefaultValue of connector
    fields may hold template tags such as <ser#>.
    """

    FieldKey: str | None
    Rank: int
    DisplayName: str | None
    DisplayDescription: str | None
    FieldType: FieldMetadataType | None
    ListName: str | None
    DefaultValue: str | None
    MaxLength: int
    Access: FieldAccess | None
    ShowInSearch: bool
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class MDOListItem(t.TypedDict, total=False):
    """An item of one of SuperOffice's lists. FullName does not exist in Services75."""

    Id: int
    Name: str | None
    ToolTip: str | None
    Deleted: bool
    Rank: int
    Type: str | None
    ChildItems: list[MDOListItem] | None
    IconHint: str | None
    ColorBlock: int
    ExtraInfo: str | None
    StyleHint: str | None
    FullName: str | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpCrmListItemMapping(t.TypedDict, total=False):
    """One ERP list item and its CRM list item."""

    ErpListItemId: str | None
    ErpListItemName: str | None
    CrmListItem: MDOListItem | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpConnectionListMapping(t.TypedDict, total=False):
    """The mapping of one ERP list, of one field of an actor type, to a CRM list."""

    CrmList: MDOListItem | None
    ErpListName: str | None
    ErpCrmListItemMappings: list[ErpCrmListItemMapping] | None
    ErpActorTypeName: str | None
    ErpFieldId: int
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpConnectionListMappingContainer(t.TypedDict, total=False):
    """All list mappings of one connection."""

    ErpListItemMappings: list[ErpConnectionListMapping] | None
    ErpConnectionId: int
    ErpConnectionName: str | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpSyncFieldMapping(t.TypedDict, total=False):
    """The mapping of one ERP field of an actor type.

    An empty CrmFieldKey means not synchronised. Display names, AlreadyMapped, MissingInERP,
    MissingInCRM and ListReference are read-only.
    """

    ErpFieldId: int
    CrmFieldKey: str | None
    CrmDisplayName: str | None
    CrmDisplayTooltip: str | None
    ErpFieldKey: str | None
    FieldType: FieldMetadataType | None
    ErpDisplayName: str | None
    ErpDisplayTooltip: str | None
    SyncToCrm: bool
    SyncToErp: bool
    ShowInGui: bool
    ShowInSearch: bool
    AlreadyMapped: bool
    MissingInERP: bool
    MissingInCRM: bool
    Access: FieldAccess | None
    ListReference: str | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpSyncActorTypeMapping(t.TypedDict, total=False):
    """The mapping of one ERP actor type, with the key (ErpConnectionId, ActorTypeErp)."""

    ErpConnectionId: int
    IsActive: bool
    FieldMappings: list[ErpSyncFieldMapping] | None
    ActorTypeErp: ErpActorEnum | None
    ActorTypeCrm: CrmActorEnum | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpSyncActorSummary(t.TypedDict, total=False):
    """One actor type of a connection, as texts to show."""

    ActorType: ErpActorEnum | None
    HasMappings: bool
    Defaults: str | None
    Mappings: str | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpSyncConnectionSummary(t.TypedDict, total=False):
    """The details of a connection in the list of connections.

    LastSync is 0001-01-01T00:00:00 if the connection was never synchronised.
    """

    DisplayName: str | None
    DisplayDescription: str | None
    Active: bool
    Deleted: bool
    LastSync: str | None
    Actors: list[ErpSyncActorSummary] | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpSyncConnectorEntity(t.TypedDict, total=False):
    """A connector: the URL through which SuperOffice reaches an ERP product.

    DisplayName has at most 254 characters, URL at most 1023; the id 0 means not saved yet.
    """

    ErpConnectorId: int
    DisplayName: str | None
    URL: str | None
    Deleted: bool
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpSyncDefaultValue(t.TypedDict, total=False):
    """The default value of a field, for ERP actors created from CRM.

    DefaultValue is the connector's. FirstSyncDefaultValue counts if HasFirstSyncDefaultValue is
    true, even if blank. Values are in SuperOffice's culture-neutral encoding.
    """

    ErpFieldId: int
    DefaultValue: str | None
    HasFirstSyncDefaultValue: bool
    FirstSyncDefaultValue: str | None
    PromptUser: bool
    Mandatory: bool
    ErpFieldKey: str | None
    FieldType: FieldMetadataType | None
    ListName: str | None
    Access: FieldAccess | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ErpSyncEngineStatus(t.TypedDict, total=False):
    """The sync engine. Interval is a .NET TimeSpan, [d.]hh:mm:ss."""

    IsRunning: bool
    StatusMessage: str | None
    Interval: str | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ListItem(t.TypedDict, total=False):
    """A short list item; ToolTip of a connector holds the URL."""

    Id: int
    Name: str | None
    ToolTip: str | None


class ChangedDataItem(t.TypedDict, total=False):
    """One CRM record: table name in lower case, and id."""

    Tablename: str | None
    RecordId: int
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class ChangedData(t.TypedDict, total=False):
    """The CRM records that a synchronisation changed; a null array means unknown."""

    AddedRecords: list[ChangedDataItem] | None
    UpdatedRecords: list[ChangedDataItem] | None
    DeletedRecords: list[ChangedDataItem] | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None


class PluginResponse(t.TypedDict, total=False):
    """The outcome of a synchronisation.

    IsOk is true unless Status is Error; Status is missing before the newer servers of Services88;
    UserExplanation is in the user's language.
    """

    IsOk: bool
    UserExplanation: str | None
    TechExplanation: str | None
    ErrorCode: str | None
    Changes: ChangedData | None
    Status: QuoteStatus | None
    TableRight: dict[str, t.Any] | None
    FieldProperties: dict[str, t.Any] | None
