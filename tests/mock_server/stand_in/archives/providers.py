# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive providers, with the columns that are documented for each, and where these lie in the database."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import Refusal, bad_argument
from ..site import Site
from .database import CRM_TABLES, NUMBERS
from .dotted import Path, Together, parse, value_of


class Shown(NamedTuple):
    """One column of an archive. kind: int, text, bool, flag (yes or no, documented as int), date, associate, enum (as a number), or
    word (an enum by its name). orders: whether it is documented that rows can be ordered by it.
    """

    name: str
    path: Path
    kind: str
    enum: str = ""
    orders: bool = True


class Provider(NamedTuple):
    """entity: the EntityName of its rows; deleted: the column that makes it `deleted`."""

    name: str
    base: str
    entity: str
    columns: dict[str, Shown]
    deleted: Path | None = None


GET_ALL, GET_NONE = "getallrows", "getnorows"
"""Restrictions of every provider that are no columns."""


def _columns(table: str, described: str, *, orders: bool = True) -> dict[str, Shown]:
    """Columns that are described by `name kind path`, separated by semicolons; the kind word and enum name an enum behind a colon."""
    columns = {}
    for line in described.split(";"):
        name, kind, path = line.split()
        kind, _colon, enum = kind.partition(":")
        columns[name.lower()] = Shown(name, parse(f"{table}.{path}"), kind, enum, orders)
    return columns


def _audit(prefix: str = "", path: str = "") -> str:
    return (
        f"{prefix}updatedBy associate {path}updated_associate_id; {prefix}updatedDate date {path}updated; "
        f"{prefix}registeredBy associate {path}registered_associate_id; {prefix}registeredDate date {path}registered"
    )


_FIELD = f"""
Id int erpfield_id; ErpConnectionActorTypeId int ErpConnectionActorTypeId; ErpFieldKey text ErpFieldKey;
DisplayName text DisplayName; DisplayDescription text DisplayDescription; FieldType enum:FieldMetadataType FieldType;
ListName text ListName; DefaultValue text DefaultValue; MaxLength int MaxLength; Access enum:FieldAccess Access;
HasFirstSyncDefaultValue flag HasFirstSyncDefaultValue; FirstSyncDefaultValue text FirstSyncDefaultValue;
PromptUser bool PromptUser; Mandatory bool Mandatory; CrmFieldKey text CrmFieldKey; SyncToCrm flag SyncToCrm;
SyncToErp flag SyncToErp; ShowInGui flag ShowInGui; ShowInSearch flag ShowInSearch; Rank int Rank;
ListReference text ListReference; MissingInERP flag MissingInERP; {_audit()};
ConnectionId int ErpConnectionActorTypeId.ErpConnectionId;
ActorTypeErp word:ErpActorType ErpConnectionActorTypeId.ActorTypeErp; PromptOrHasDefault bool PromptOrHasDefault
"""
_CONNECTION = """
id int erpconnection_id; name text DisplayName; description text DisplayDescription; active bool Active; erpId text ConnectionId;
mostRecent text MostRecentTimestamp; allAccess bool AllAccess; deleted bool Deleted
"""
_ITS_CONNECTOR = f"""
{_audit()}; connector/id int ErpConnectorId; connector/url text ErpConnectorId.URL; connector/name text ErpConnectorId.DisplayName;
{_audit("connector/", "ErpConnectorId.")}
"""
_CONNECTOR = f"id int erpconnector_id; url text URL; name text DisplayName; {_audit()}"
_LOG = """
connection text ErpExternalKeyId.ErpConnectionId.DisplayName; source side TargetIsCrm; target side TargetIsCrm;
crmfieldkey text CrmFieldKey; oldvalue text OldValue; newvalue text NewValue; updated date registered
"""

PROVIDERS = {
    provider.name.lower(): provider
    for provider in (
        Provider("ErpField", "ErpField", "erpfield", _columns("ErpField", _FIELD)),
        Provider(
            "ErpConnection",
            "ErpConnection",
            "erpConnection",
            {**_columns("ErpConnection", _CONNECTION, orders=False), **_columns("ErpConnection", _ITS_CONNECTOR)},
            parse("ErpConnection.Deleted"),
        ),
        Provider("ErpConnector", "ErpConnector", "erpConnector", _columns("ErpConnector", _CONNECTOR), parse("ErpConnector.Deleted")),
        Provider(
            "ErpSyncLog",
            "ErpSyncLog",
            "all",
            {**_columns("ErpSyncLog", "id int erpsynclog_id", orders=False), **_columns("ErpSyncLog", _LOG)},
        ),
    )
}
DYNAMIC = "dynamic"


def provider_of(site: Site, name: str) -> Provider | None:
    """The provider; None for dynamic, whose columns the caller makes. A Refusal for one that this server does not have."""
    settings = site.settings
    if {name.lower(), "*"} & {refused.lower() for refused in settings["archives_refused"]}:
        status = int(settings["archives_refused_status"])
        raise Refusal("SoNotFoundException" if status == 404 else "SoSentryException", f"The archive {name} cannot be read.", status)
    if name.lower() == DYNAMIC and settings["dynamic_archive"]:
        return None
    if name.lower() not in PROVIDERS:
        raise Refusal("SoNotFoundException", f"Archive {name} not found", 404)
    return PROVIDERS[name.lower()]


def shown(site: Site, provider: Provider | None, name: str) -> Shown | None:
    """The column under the name that was asked for; None where the archive does not know it."""
    if name.lower() in {missing.lower() for missing in site.settings["archive_missing_columns"]}:
        return None
    if provider is not None:
        return provider.columns.get(name.lower())
    try:
        path = parse(name, site.settings["dynamic_undeclared_joins"])
    except Refusal:
        if site.settings["archive_unknown_column"] == "refuse":
            raise
        return None
    return Shown(name, path, path.column.kind, path.column.detail if path.column.kind == "enum" else "")


def unknown(name: str) -> Refusal:
    return bad_argument(f"The archive has no column {name}.")


_ERP_KEY = parse("ErpSyncLog.ErpExternalKeyId.ErpKey")
_RECORD = parse("ErpSyncLog.ErpExternalKeyId.ErpInternalKeyId.recordId")
_TABLE = parse("ErpSyncLog.ErpExternalKeyId.ErpInternalKeyId.tableId")
_CONNECTION_NAME = parse("ErpSyncLog.ErpExternalKeyId.ErpConnectionId.DisplayName")
SIDES = (_ERP_KEY, _RECORD, _TABLE, _CONNECTION_NAME)
"""What the columns source and target of the log are made of."""


_WORDS = {enum: {number: word for word, number in numbers.items()} for enum, numbers in NUMBERS.items()}


def words(enum: str) -> dict[int, str]:
    """The names of an enum by their numbers."""
    return _WORDS[enum]


def side(site: Site, column: Shown, row: Together) -> str | None:
    """The source or target of a change in the log, in one of the forms that the setting names."""
    to_crm = bool(value_of(row, column.path))
    is_crm = to_crm == (column.name == "target")
    how = site.settings["sync_log_sides"]
    if how == "words":
        return "CRM" if is_crm else "ERP"
    if not is_crm:
        text: str | None = value_of(row, _CONNECTION_NAME if how == "names" else _ERP_KEY)
        return text
    if how == "names":
        return "SuperOffice"
    kinds = {number: name.lower() for name, number in CRM_TABLES.items()}
    record = value_of(row, _RECORD)
    return None if record is None else f"{kinds[value_of(row, _TABLE)]} {record}"
