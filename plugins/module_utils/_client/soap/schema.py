# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The operations and data types of the SOAP services that this collection uses, by version.

Source: the vendor's WSDLs of Services75 and 84 to 88. None is published of 80 to 83, but 75 and 84
have the same operations. Members have the order of the WSDL, because the server silently drops
members out of order.
"""

from __future__ import annotations

import functools
import typing as t

from ..._wire.wording import in_one_message
from .. import errors
from ..versions import TAKES_ACCESS_TOKEN, VERSIONS

# Newer servers have more operations of this version than older ones.
GROWING = 88

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE_12 = "http://www.w3.org/2003/05/soap-envelope"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"


def namespace(version: int) -> str:
    """The namespace of a version of the services."""
    return f"http://www.superoffice.net/ws/crm/NetServer/Services{version}"


_DICTIONARIES = ("map", "properties", "columns")


class Type(t.NamedTuple):
    """A data type.

    ``kind`` is number, flag, text, duration, time, name (of an enumeration), flags, list, map,
    properties, columns or carrier. ``of`` is the name of a carrier or enumeration, or the type of a
    list's items.
    """

    kind: str
    of: str = ""

    @property
    def nillable(self) -> bool:
        """Whether the schema allows nil."""
        return self.kind in ("text", "list", "carrier", *_DICTIONARIES)

    @property
    def item(self) -> Type:
        """The type of a list's items."""
        return _type(self.of)


class Member(t.NamedTuple):
    """A member of a carrier or an argument of an operation."""

    name: str
    type: Type
    since: int = VERSIONS[0]


class Operation(t.NamedTuple):
    """An operation: service, arguments in order, type of the response or None, first version."""

    name: str
    service: str
    arguments: tuple[Member, ...]
    returns: Type | None
    since: int

    def known_to(self, version: int) -> bool:
        """Whether a version has it; of :data:`GROWING`, whether its newest servers have."""
        return version >= self.since


# The first members of each carrier.
_EVERY_CARRIER = "TableRight TableRight, FieldProperties properties"
# Carriers without those members.
_PLAIN = ("TableRight", "FieldProperty", "FieldRight", "ListItem", "SoPrincipalCarrier", "ProvidedCredential",
          "ArchiveOrderByInfo", "ArchiveRestrictionInfo", "ArchiveColumnInfo", "ArchiveColumnData")  # fmt: skip
_ENUMERATIONS = (
    "CrmActorType", "ErpActorType", "FieldMetadataType", "FieldAccess", "ErpSyncResponseCode", "QuoteStatus",
    "UserType", "RoleType", "LicenseType", "EjUserStatus", "OrderBySortType", "InterRestrictionOperator",
)  # fmt: skip
_FLAGS = ("ETableRight", "EFieldRight")

# Name: members in order, each with its type; [] is a list, @ and a number the first version that
# has it.
_CARRIERS = """
TableRight: Mask ETableRight, Reason text
FieldRight: Mask EFieldRight, Reason text
FieldProperty: FieldRight FieldRight, FieldType text, FieldLength number
ErpConnection: ErpConnectionId number, ErpConnectorId number, DisplayName text, DisplayDescription text, Active flag, \
ConnectionId text, MostRecentTimestamp text, ConfigFields map, Deleted flag, AllAccess flag, UserGroupAccessIds number[], \
AssociateAccessIds number[]
ErpConnectionData: ErpConnectionId number, ConnectionName text, Connected flag, ErpFields FieldMetadata[], CrmActorType CrmActorType, \
ErpActorType ErpActorType, ErpActorTypes ErpActorType[]
FieldMetadata: FieldKey text, Rank number, DisplayName text, DisplayDescription text, FieldType FieldMetadataType, ListName text, \
DefaultValue text, MaxLength number, Access FieldAccess, ShowInSearch flag
ErpConnectionListMappingContainer: ErpListItemMappings ErpConnectionListMapping[], ErpConnectionId number, ErpConnectionName text
ErpConnectionListMapping: CrmList MDOListItem, ErpListName text, ErpCrmListItemMappings ErpCrmListItemMapping[], \
ErpActorTypeName text, ErpFieldId number
ErpCrmListItemMapping: ErpListItemId text, ErpListItemName text, CrmListItem MDOListItem
MDOListItem: Id number, Name text, ToolTip text, Deleted flag, Rank number, Type text, ChildItems MDOListItem[], IconHint text, \
ColorBlock number, ExtraInfo text, StyleHint text, FullName text@86
ErpSyncActorTypeMapping: ErpConnectionId number, IsActive flag, FieldMappings ErpSyncFieldMapping[], ActorTypeErp ErpActorType, \
ActorTypeCrm CrmActorType
ErpSyncFieldMapping: ErpFieldId number, CrmFieldKey text, CrmDisplayName text, CrmDisplayTooltip text, ErpFieldKey text, \
FieldType FieldMetadataType, ErpDisplayName text, ErpDisplayTooltip text, SyncToCrm flag, SyncToErp flag, ShowInGui flag, \
ShowInSearch flag, AlreadyMapped flag, MissingInERP flag, MissingInCRM flag, Access FieldAccess, ListReference text@86
ErpSyncConnectionSummary: DisplayName text, DisplayDescription text, Active flag, Deleted flag, LastSync time, Actors ErpSyncActorSummary[]
ErpSyncActorSummary: ActorType ErpActorType, HasMappings flag, Defaults text, Mappings text
ErpSyncConnectorEntity: ErpConnectorId number, DisplayName text, URL text, Deleted flag
ErpSyncDefaultValue: ErpFieldId number, DefaultValue text, HasFirstSyncDefaultValue flag, FirstSyncDefaultValue text, PromptUser flag, \
Mandatory flag, ErpFieldKey text, FieldType FieldMetadataType, ListName text, Access FieldAccess
ErpSyncEngineStatus: IsRunning flag, StatusMessage text, Interval duration
ErpSyncFieldValue: DisplayName text, CrmFieldKey text, Value text, DisplayValue text, SyncToCrm flag, SyncToErp flag
ListItem: Id number, Name text, ToolTip text
PluginResponse: IsOk flag, UserExplanation text, TechExplanation text, ErrorCode text, Changes ChangedData, Status QuoteStatus@88
ChangedData: AddedRecords ChangedDataItem[], UpdatedRecords ChangedDataItem[], DeletedRecords ChangedDataItem[]
ChangedDataItem: Tablename text, RecordId number
SoPrincipalCarrier: UserType UserType, Associate text, AssociateId number, IsPerson flag, PersonId number, CountryId number, \
HomeCountryId number, ContactId number, GroupId number, BusinessId number, CategoryId number, ContactOwner number, RoleId number, \
RoleName text, RoleDescription text, RoleType RoleType, Licenses GrantedModuleLicense[], FullName text, EMailAddress text, \
FunctionRights text[], EjUserId number, EjAccessLevel number, EjUserStatus EjUserStatus, ProvidedCredentials ProvidedCredential[], \
SecondaryGroups number[], DatabaseContextIdentifier text
GrantedModuleLicense: OwnerId number, OwnerName text, OwnerDescription text, ModuleId number, Name text, Description text, Version text, \
LicenseType LicenseType, ExtraFlags number, SortOrder number, LicenseNumber number, IsHidden flag, IsUnrestricted flag, ExpiryDate time
ArchiveOrderByInfo: Name text, Direction OrderBySortType
ArchiveRestrictionInfo: Name text, Operator text, Values text[], DisplayValues text[], ColumnInfo ArchiveColumnInfo, IsActive flag, \
SubRestrictions ArchiveRestrictionInfo[], InterParenthesis number, InterOperator InterRestrictionOperator, UniqueHash number
ArchiveColumnInfo: DisplayName text, DisplayTooltip text, DisplayType text, CanOrderBy flag, Name text, CanRestrictBy flag, \
RestrictionType text, RestrictionListName text, IsVisible flag, Width text, IconHint text, HeadingIconHint text, ExtraInfo text@88
ArchiveListItem: EntityName text, PrimaryKey number, ColumnData columns, LinkHint text, StyleHint text
ArchiveColumnData: DisplayValue text, TooltipHint text, LinkHint text
ProvidedCredential: Type text, SearchName text, DisplayName text, CredentialId number
"""

# Service.Operation: arguments in order -> answer; @ and a number is the first version that has it.
_OPERATIONS = f"""
ErpSync.CreateDefaultErpSyncConnectorEntity: -> ErpSyncConnectorEntity
ErpSync.SaveErpSyncConnectorEntity: ErpSyncConnectorEntity ErpSyncConnectorEntity -> ErpSyncConnectorEntity
ErpSync.DeleteErpSyncConnectorEntity: ErpSyncConnectorEntityId number -> nothing
ErpSync.GetConnection: ErpConnectionId number -> ErpConnection
ErpSync.SaveConnection: Connection ErpConnection -> ErpConnection
ErpSync.DeleteConnection: ErpConnectionId number -> nothing
ErpSync.GetConfigurationFields: ErpConnectorId number -> FieldMetadata[]
ErpSync.GetErpConnectionConfigFields: ErpConnectionId number -> map
ErpSync.ToggleErpConnectionActive: ErpConnectionId number -> text[]
ErpSync.TestConnectionById: ErpConnectionId number -> flag
ErpSync.TestConnectionByConfig: ErpConnectionId number, ConfigFields map -> flag
ErpSync.SaveErpConnectionSyncPriorities: ErpConnectionIds number[] -> flag
ErpSync.MoveErpFieldItem: ErpFieldId number, Direction number, ErpConnectionId number, ErpActorType ErpActorType -> nothing
ErpSync.SupportsAdvancedSearch: ErpConnectionId number, ErpActorType ErpActorType -> flag
ErpSync.GetAllConnectors@88: -> ListItem[]
ErpSync.GetAllConnections@88: IncludeDeleted flag -> ErpConnection[]
ErpSync.GetConnectionsAndDisplayFields: CrmActorType CrmActorType, EntityId number -> ErpConnectionData[]
ErpSync.GetErpFieldValues: ErpConnectionId number, CrmActorType CrmActorType, EntityId number, FieldKeys text[] -> text[]
ErpSync.GetFieldsForNewErpActor: ErpConnectionId number, ErpActorType ErpActorType -> FieldMetadata[]
ErpSync.GetConnectionListMappings@86: ErpConnectionId number -> ErpConnectionListMappingContainer
ErpSync.SaveConnectionListMappings@86: ListMapping ErpConnectionListMappingContainer -> ErpConnectionListMappingContainer
ErpSync.ConnectActor: ErpConnectionId number, CrmRecordId number, CrmActorType CrmActorType, ErpKey text, ErpActorType ErpActorType, \
FieldValues ErpSyncFieldValue[] -> nothing
ErpSync.TryConnectActor@88: ErpConnectionId number, CrmRecordId number, CrmActorType CrmActorType, ErpKey text, \
ErpActorType ErpActorType, FieldValues ErpSyncFieldValue[] -> flag
ErpSync.GetFieldValuesFromCrm: RecordId number, ActorTypeCrm CrmActorType -> ErpSyncFieldValue[]
ErpSync.GetFieldValuesFromErp: ErpConnectionId number, ActorTypeErp ErpActorType, ErpKey text -> ErpSyncFieldValue[]
ErpSync.GetActorTypeMapping: ErpConnectionId number, ActorType ErpActorType -> ErpSyncActorTypeMapping
ErpSync.CreateActorLink: ErpConnectionId number, CrmRecordId number, CrmActorType CrmActorType, ErpKey text, \
ErpActorType ErpActorType -> flag
ErpSync.BreakActorLink: ErpConnectionId number, CrmRecordId number, CrmActorType CrmActorType -> flag
ErpSync.CreateErpActorFromCrm: ConnectionId number, CrmEntityId number, ErpActorType ErpActorType, CrmActorType CrmActorType, \
ErpFieldKeyValues map -> flag
ErpSync.SaveActorTypeMapping: Mapping ErpSyncActorTypeMapping -> ErpSyncActorTypeMapping
ErpSync.ValidateArchiveColumnConfig: ListOwner text, ErpConnectionId number -> nothing
ErpSync.UpdateConnectionFields: ErpConnectionId number -> flag
ErpSync.GetCrmActorType: ErpConnectionId number, ErpActorType ErpActorType -> CrmActorType
ErpSync.GetErpSyncConnectionSummary: ErpSyncConnectionId number -> ErpSyncConnectionSummary
ErpSync.GetErpSyncConnectorEntity: ErpSyncConnectorEntityId number -> ErpSyncConnectorEntity
ErpSync.CanDeleteErpSyncConnectorEntity: ErpSyncConnectorId number -> ErpSyncResponseCode
ErpSync.TestConnectorUrl: Url text -> ErpSyncResponseCode
ErpSync.SaveDefaultValueInfo: ErpSyncDefaultValue ErpSyncDefaultValue -> ErpSyncDefaultValue
ErpSync.GetDefaultValueInfo: ErpFieldId number -> ErpSyncDefaultValue
ErpSync.SyncAll: -> PluginResponse
ErpSync.ForceSyncAll@86: -> PluginResponse
ErpSync.ForceResync@86: ErpConnectionId number, InternalKeyIds number[] -> PluginResponse
ErpSync.ForceResyncNoBlankValues@88: ErpConnectionId number, InternalKeyIds number[] -> PluginResponse
ErpSync.ForceResyncBatchTask@86: ErpConnectionId number, InternalKeyIds number[] -> nothing
ErpSync.ForceResyncExternal@86: ErpConnectionId number, ErpActorType ErpActorType, ExternalKeys text[] -> PluginResponse
ErpSync.ForceResyncExternalNoBlankValues@88: ErpConnectionId number, ErpActorType ErpActorType, ExternalKeys text[] -> PluginResponse
ErpSync.GetEngineStatus: -> ErpSyncEngineStatus
ErpSync.ChangeEngineStatus: Run flag -> ErpSyncEngineStatus
ErpSync.ChangeEngineInterval: Interval duration -> nothing
MDO.GetList: Name text, ForceFlatList flag, AdditionalInfo text, OnlyHistory flag -> MDOListItem[]
Archive.GetArchiveListByColumns: ProviderName text, Columns text[], SortOrder ArchiveOrderByInfo[], Restriction ArchiveRestrictionInfo[], \
Entities text[], Page number, PageSize number -> ArchiveListItem[]
SoPrincipal.GetSystemInfo: -> nothing
SoPrincipal.AuthenticateUsernamePassword: UserName text, Password text -> nothing
SoPrincipal.AuthenticateWithAccessToken@{TAKES_ACCESS_TOKEN}: AccessToken text -> nothing
"""


def _type(word: str) -> Type:
    if word.endswith("[]"):
        return Type("list", word[:-2])
    if word in ("number", "flag", "text", "duration", "time", *_DICTIONARIES):
        return Type(word)
    if word in _ENUMERATIONS:
        return Type("name", word)
    return Type("flags" if word in _FLAGS else "carrier", word)


def _members(text: str) -> tuple[Member, ...]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _space, word = part.partition(" ")
        word, _at, since = word.partition("@")
        found.append(Member(name, _type(word), int(since or VERSIONS[0])))
    return tuple(found)


def _rows(table: str) -> t.Iterator[tuple[str, str]]:
    for line in table.strip().splitlines():
        name, _colon, rest = line.partition(":")
        yield name, rest


def _operation(name: str, text: str) -> Operation:
    full, _at, since = name.partition("@")
    service, _dot, operation = full.partition(".")
    arguments, _arrow, answer = text.partition("->")
    returns = None if answer.strip() == "nothing" else _type(answer.strip())
    return Operation(operation, service, _members(arguments), returns, int(since or VERSIONS[0]))


CARRIERS: dict[str, tuple[Member, ...]] = {
    name: _members(rest if name in _PLAIN else f"{_EVERY_CARRIER}, {rest}") for name, rest in _rows(_CARRIERS)
}
OPERATIONS: dict[str, Operation] = {
    operation.name: operation for operation in (_operation(name, rest) for name, rest in _rows(_OPERATIONS))
}


@functools.cache
def members(carrier: str, version: int) -> dict[str, Type]:
    """The members of a carrier in a version, in order."""
    return {member.name: member.type for member in CARRIERS[carrier] if version >= member.since}


def missing(method: str, version: int) -> str | None:
    """Why a version does not have a method, in one sentence.

    None where it has, or where only the server knows.
    """
    operation = OPERATIONS.get(method)
    if operation is None:
        return f"Services{version} does not have this method; it exists over REST."
    if operation.known_to(version):
        return None
    newer = f"Services{operation.since} and newer" if operation.since < VERSIONS[-1] else f"newer servers of Services{operation.since}"
    return f"Services{version} does not have this method; {newer} have it, and REST."


def refusal(method: str, version: int, place: str = "") -> errors.NotInVersion:
    """The error for a method that a version does not have.

    :param place: the place in the task or document that needs it.
    """
    return refusal_of_all({place: method}, version)


def refusal_of_all(lacking: t.Mapping[str, str], version: int) -> errors.NotInVersion:
    """The error for all methods that a version does not have.

    :param lacking: the missing method of each place. The place is empty where there is only one.
    """
    told = [f"{place}{': ' if place else ''}{method}: {missing(method, version)}" for place, method in lacking.items()]
    return errors.NotInVersion(f"{in_one_message(told)} Nothing was sent.", method=next(iter(lacking.values())))
