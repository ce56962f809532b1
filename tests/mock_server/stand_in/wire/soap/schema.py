# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema: the elements of every type, in their required order.

Types are named as in carriers.py; what only SOAP has is added here. A type that is not listed is
one of the simple ones: integer, string, boolean, date-time, duration, an enum, or a list of flags
(ETableRight, EFieldRight).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...carriers import CARRIERS, ENUMS, UNDOCUMENTED, WITHOUT_RIGHTS
from ...methods import METHODS
from . import versions

ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
SERIALIZATION = "http://schemas.microsoft.com/2003/10/Serialization/"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
FLAGS = frozenset({"ETableRight", "EFieldRight"})

PRINCIPAL_ENUMS: dict[str, tuple[str, ...]] = {
    "UserType": ("Unknown", "InternalAssociate", "ResourceAssociate", "ExternalAssociate", "AnonymousAssociate", "SystemAssociate"),
    "RoleType": ("Employee", "ExternalUser", "Anonymous", "System"),
    "EjUserStatus": (
        "StatusNone",
        "StatusNormal",
        "StatusNotAvailable",
        "StatusDeleted",
        "StatusReadOnly",
        "StatusSpm",
        "StatusSystem",
    ),
    "LicenseType": ("Unknown", "SiteLicense", "SatelliteLicense", "UserLicense"),
    "NetServerBuildType": ("Feature", "Stable", "Alpha", "Beta", "ReleaseCandidate", "Release"),
}

ARCHIVE_ENUMS: dict[str, tuple[str, ...]] = {
    "OrderBySortType": ("ASC", "DESC"),
    "InterRestrictionOperator": ("None", "And", "Or"),
}

NOT_NILLABLE = frozenset({"integer", "boolean", "date-time", "duration", *ENUMS, *PRINCIPAL_ENUMS, *ARCHIVE_ENUMS, *FLAGS})

_BASE = {"TableRight": "TableRight", "FieldProperties": "FieldPropertyDictionary"}
"""The members of the carriers' base; they precede a carrier's own members."""

_MORE: dict[str, dict[str, str]] = {
    "TableRight": {"Mask": "ETableRight", "Reason": "string"},
    "FieldRight": {"Mask": "EFieldRight", "Reason": "string"},
    "FieldProperty": {"FieldRight": "FieldRight", "FieldType": "string", "FieldLength": "integer"},
    "SoTimeZone": {"SoTimeZoneId": "integer", "SoTimeZoneLocationCode": "string"},
    "SoCredentials": {"Ticket": "string"},
    "SoExceptionInfo": {
        "Message": "string",
        "StackTrace": "string",
        "FriendlyText": "string",
        "ExceptionType": "string",
        "Source": "string",
        "InnerException": "SoExceptionInfo",
        "Parameters": "SoExceptionInfoParameters",
    },
    "SoSystemInfoCarrier": {
        **_BASE,
        "License": "LicenseInfo",
        "WarningEnglish": "string",
        "WarningResource": "string",
        "BranchName": "string",
        "BuildLabel": "string",
        "AssemblyVersion": "string",
        "AccumulatedNextCheckDate": "date-time",
        "FileVersion": "string",
        "Description": "string",
        "DaysUntilNetServerExpiry": "integer",
        "BuildType": "NetServerBuildType",
        "DatabaseVersion": "integer",
        "IsUnicode": "boolean",
        "CompanyName": "string",
        "CompanyId": "integer",
        "DatabaseType": "string",
        "DatabaseMinor": "string",
        "DatabaseName": "string",
        "IsOnTravel": "boolean",
        "IsSatellite": "boolean",
    },
    "SoPrincipalCarrier": {
        "UserType": "UserType",
        "Associate": "string",
        "AssociateId": "integer",
        "IsPerson": "boolean",
        "PersonId": "integer",
        "CountryId": "integer",
        "HomeCountryId": "integer",
        "ContactId": "integer",
        "GroupId": "integer",
        "BusinessId": "integer",
        "CategoryId": "integer",
        "ContactOwner": "integer",
        "RoleId": "integer",
        "RoleName": "string",
        "RoleDescription": "string",
        "RoleType": "RoleType",
        "Licenses": "GrantedModuleLicense[]",
        "FullName": "string",
        "EMailAddress": "string",
        "FunctionRights": "string[]",
        "EjUserId": "integer",
        "EjAccessLevel": "integer",
        "EjUserStatus": "EjUserStatus",
        "ProvidedCredentials": "ProvidedCredential[]",
        "SecondaryGroups": "integer[]",
        "DatabaseContextIdentifier": "string",
    },
    "ArchiveListItem": {
        **_BASE,
        "EntityName": "string",
        "PrimaryKey": "integer",
        "ColumnData": "ColumnDataDictionary",
        "LinkHint": "string",
        "StyleHint": "string",
    },
    "ArchiveColumnData": {"DisplayValue": "string", "TooltipHint": "string", "LinkHint": "string"},
    "ArchiveOrderByInfo": {"Name": "string", "Direction": "OrderBySortType"},
    "ArchiveRestrictionInfo": {
        "Name": "string",
        "Operator": "string",
        "Values": "string[]",
        "DisplayValues": "string[]",
        "ColumnInfo": "ArchiveColumnInfo",
        "IsActive": "boolean",
        "SubRestrictions": "ArchiveRestrictionInfo[]",
        "InterParenthesis": "integer",
        "InterOperator": "InterRestrictionOperator",
        "UniqueHash": "integer",
    },
    "ArchiveColumnInfo": {
        "DisplayName": "string",
        "DisplayTooltip": "string",
        "DisplayType": "string",
        "CanOrderBy": "boolean",
        "Name": "string",
        "CanRestrictBy": "boolean",
        "RestrictionType": "string",
        "RestrictionListName": "string",
        "IsVisible": "boolean",
        "Width": "string",
        "IconHint": "string",
        "HeadingIconHint": "string",
        "ExtraInfo": "string",
    },
    "ProvidedCredential": {"Type": "string", "SearchName": "string", "DisplayName": "string", "CredentialId": "integer"},
    "GrantedModuleLicense": {
        **_BASE,
        "OwnerId": "integer",
        "OwnerName": "string",
        "OwnerDescription": "string",
        "ModuleId": "integer",
        "Name": "string",
        "Description": "string",
        "Version": "string",
        "LicenseType": "LicenseType",
        "ExtraFlags": "integer",
        "SortOrder": "integer",
        "LicenseNumber": "integer",
        "IsHidden": "boolean",
        "IsUnrestricted": "boolean",
        "ExpiryDate": "date-time",
    },
}

DICTIONARIES: dict[str, tuple[str, str]] = {
    "StringDictionary": ("StringKeyValuePair", "string"),
    "FieldPropertyDictionary": ("FieldPropertyDictionaryKeyValuePair", "FieldProperty"),
    "SoExtraInfo": ("ExtraInfoNameValuePair", "string"),
    "SoExceptionInfoParameters": ("SoExceptionInfoParametersKeyValuePair", "string"),
    "ColumnDataDictionary": ("ColumnDataKeyValuePair", "ArchiveColumnData"),
    "AuthenticationGenericData": ("AuthenticationGenericDataKeyValuePair", "string"),
}
"""{type: (the repeated element, type of its Value)}; each has a Key and a Value, both always there.
"""

_ITEMS = {"integer": (ARRAYS, "int"), "string": (ARRAYS, "string")}
_SIMPLE = {"integer": "int", "string": "string", "boolean": "boolean", "date-time": "dateTime"}


@dataclass(frozen=True)
class Operation:
    """arguments and results: {element: type} in order. answer: the element around the results; void
    operations have no results.
    """

    service: str
    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""

    @property
    def answer_element(self) -> str:
        return self.answer or f"{self.name}Response"


_AUTHENTICATED = {"Response": "SoPrincipalCarrier", "Credentials": "SoCredentials", "AuthenticationSucceeded": "boolean"}
_PRINCIPAL_ARGUMENTS: dict[str, dict[str, str]] = {
    "AuthenticateImplicit": {},
    "AuthenticateUsernamePassword": {"UserName": "string", "Password": "string"},
    "AuthenticateGeneric": {"AuthenticationData": "AuthenticationGenericData"},
    "AuthenticateWithAccessToken": {"AccessToken": "string"},
}
SERVICES = {"erpsync": "ErpSync", "soprincipal": "SoPrincipal", "mdo": "MDO", "archive": "Archive"}
GET_LIST = Operation(
    "MDO",
    "GetList",
    {"Name": "string", "ForceFlatList": "boolean", "AdditionalInfo": "string", "OnlyHistory": "boolean"},
    {"Response": "MDOListItem[]"},
)


_PAGE = {"Page": "integer", "PageSize": "integer"}
_ROWS = {"Response": "ArchiveListItem[]"}
_LISTS = {"SortOrder": "ArchiveOrderByInfo[]", "Restriction": "ArchiveRestrictionInfo[]", "Entities": "string[]"}
_TEXTS = dict.fromkeys(("ProviderName", "Columns", "SortOrder", "Restrictions", "Entities"), "string")
ARCHIVE = {
    operation.name: operation
    for operation in (
        Operation("Archive", "GetProviderNames", {}, {"Response": "string[]"}),
        Operation("Archive", "GetArchiveListByColumns", {"ProviderName": "string", "Columns": "string[]", **_LISTS, **_PAGE}, _ROWS),
        Operation("Archive", "GetArchiveListByColumns2", {**_TEXTS, **_PAGE}, _ROWS),
    )
}


@functools.cache
def operations(service: str, version: int, edition: str) -> dict[str, Operation]:
    """The operations of a service, by name. MDO and Archive have only some of theirs here."""
    if service == "Archive":
        return {name: ARCHIVE[name] for name in versions.archive_operations(version)}
    if service == "MDO":
        return {"GetList": GET_LIST}
    if service == "SoPrincipal":
        return {name: _principal(name) for name in versions.principal_operations(version)}
    return {name: _agent(name) for name in versions.agent_operations(version, edition)}


def _principal(name: str) -> Operation:
    if name == "GetSystemInfo":
        return Operation("SoPrincipal", name, {}, {"SystemInfo": "SoSystemInfoCarrier"})
    return Operation("SoPrincipal", name, _PRINCIPAL_ARGUMENTS[name], _AUTHENTICATED, "AuthenticateResponse")


def _agent(name: str) -> Operation:
    method = METHODS[name]
    arguments = {argument_element(name, argument): type_name for argument, type_name in method.arguments.items()}
    return Operation("ErpSync", name, arguments, {} if method.returns == "void" else {"Response": method.returns})


def argument_element(method: str, argument: str) -> str:
    """The element of an entity: SOAP names it after its type, REST sends it as the whole body."""
    return "ErpSyncConnectorEntity" if (method, argument) == ("SaveErpSyncConnectorEntity", "Entity") else argument


@dataclass(frozen=True)
class Schema:
    """The schema of one Services version. undocumented: whether carriers have the members that no
    description knows, at their end.
    """

    version: int
    edition: str
    undocumented: bool = False
    known: dict[str, dict[str, str] | None] = field(default_factory=dict, compare=False, repr=False)
    """The members of types that were asked for."""

    @property
    def namespace(self) -> str:
        return f"http://www.superoffice.net/ws/crm/NetServer/Services{self.version}"

    def members(self, type_name: str) -> dict[str, str] | None:
        """{element: type} of a type that consists of elements; None for any other."""
        if type_name not in self.known:
            self.known[type_name] = self._members(type_name)
        return self.known[type_name]

    def _members(self, type_name: str) -> dict[str, str] | None:
        if type_name in _MORE:
            members = _MORE[type_name]
            return {name: member for name, member in members.items() if versions.has_member(type_name, name, self.version, self.edition)}
        if type_name not in CARRIERS:
            return None
        own = {
            name: member
            for name, member in CARRIERS[type_name].items()
            if versions.has_member(type_name, name, self.version, self.edition)
        }
        base = {} if type_name in WITHOUT_RIGHTS else _BASE
        return {**base, **own, **(UNDOCUMENTED.get(type_name, {}) if self.undocumented else {})}

    def item(self, type_name: str) -> tuple[str, str]:
        """(namespace, element) of the items of an array; type_name without the brackets."""
        return _ITEMS.get(type_name, (self.namespace, type_name))

    def qualified(self, type_name: str) -> tuple[str, str]:
        """(namespace, name) under which the schema knows a type."""
        if type_name.endswith("[]"):
            namespace, item = self.item(type_name[:-2])
            return namespace, f"ArrayOf{item}"
        if type_name == "duration":
            return SERIALIZATION, "duration"
        return (XSD, _SIMPLE[type_name]) if type_name in _SIMPLE else (self.namespace, type_name)

    def operations(self, service: str) -> dict[str, Operation]:
        return operations(service, self.version, self.edition)


schema_of = functools.lru_cache(maxsize=1024)(Schema)
"""One for each version, which keeps what it knows."""


def enum_words(type_name: str) -> tuple[str, ...] | None:
    """The words of an enum; None for any other type."""
    return ENUMS.get(type_name) or PRINCIPAL_ENUMS.get(type_name) or ARCHIVE_ENUMS.get(type_name)
