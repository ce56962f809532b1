# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the database, named as documented, whose rows are made from the state and its books."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from typing import Any, NamedTuple

from .. import audit, crm, field_rows
from ..books import SYSTEM_ASSOCIATE, UTC, Key, Stamp, moment
from ..carriers import ENUMS
from ..site import Site
from ..state import Record
from ..sync_log import link_key

Row = dict[str, Any]
Time = datetime.datetime

NEVER = {
    "0001": datetime.datetime(1, 1, 1, tzinfo=UTC),
    "1760": datetime.datetime(1760, 1, 1, tzinfo=UTC),
}
"""How a time that is not known is written."""

CRM_TABLES = {"Contact": 5, "Person": 6, "Project": 11, "Sale": 13}
"""The numbers of the tables whose records are linked."""


class Column(NamedTuple):
    """kind: int, text, bool, date or enum. detail: the table that an int refers to, or the enum's name."""

    kind: str
    detail: str = ""


_AUDITED = {
    "registered": Column("date"),
    "registered_associate_id": Column("int", "associate"),
    "updated": Column("date"),
    "updated_associate_id": Column("int", "associate"),
    "updatedCount": Column("int"),
}


class Table(NamedTuple):
    """One table; the primary key is the first of its columns."""

    columns: dict[str, Column]
    rows: Callable[[Site], list[Row]]

    @property
    def primary_key(self) -> str:
        return next(iter(self.columns))


NUMBERS = {enum: {word: number for number, word in enumerate(words)} for enum, words in ENUMS.items()}
"""The enums' numbers, as the database has them."""
NUMBERS["FieldMetadataType"]["Label"] = 99


def number_of(enum: str, word: str | None) -> int | None:
    """An enum's number; None for none."""
    return None if word is None else NUMBERS[enum][word]


def _stamped(site: Site, key: Key) -> Row:
    return _told(site.state.books.stamp_of(key), site.settings["never_updated"])


@functools.lru_cache(maxsize=65536)
def _told(stamp: Stamp, never: str) -> Row:
    """The columns that tell a stamp. A row takes a copy of them."""
    return {
        "registered": stamp.registered,
        "registered_associate_id": stamp.registered_by,
        "updated": stamp.updated or NEVER.get(never, stamp.registered),
        "updated_associate_id": stamp.updated_by if stamp.updated or never in NEVER else stamp.registered_by,
        "updatedCount": stamp.updates,
    }


def _never_changed(registered: Time, who: int, never: str) -> Row:
    return {
        "registered": registered,
        "registered_associate_id": who,
        "updated": NEVER.get(never, registered),
        "updated_associate_id": 0 if never in NEVER else who,
        "updatedCount": 0,
    }


def _configuration(site: Site) -> list[Row]:
    engine = site.settle_engine()
    return [
        {
            "erpconfiguration_id": 1,
            "ConnectionRank": ";".join(map(str, site.state.data["connection_rank"])),
            "SyncInterval": int(engine["IntervalSeconds"]),
            "SyncRunning": engine["IsRunning"],
            **_stamped(site, audit.ENGINE),
        }
    ]


def _connectors(site: Site) -> list[Row]:
    return [
        {
            "erpconnector_id": record["ErpConnectorId"],
            "URL": record["URL"],
            "DisplayName": record["DisplayName"],
            "Deleted": record["Deleted"],
            "ConfigXml": None,
            **_stamped(site, audit.key_of("connectors", record)),
        }
        for record in site.state.table("connectors")
    ]


_OF_A_CONNECTION = (
    "ErpConnectorId",
    "DisplayName",
    "DisplayDescription",
    "Active",
    "ConnectionId",
    "MostRecentTimestamp",
    "AllAccess",
    "Deleted",
)


def _connections(site: Site) -> list[Row]:
    return [
        {
            "erpconnection_id": record["ErpConnectionId"],
            **{name: record[name] for name in _OF_A_CONNECTION},
            **_stamped(site, audit.key_of("connections", record)),
        }
        for record in site.state.table("connections")
    ]


def _access(site: Site) -> list[Row]:
    rows = []
    for record in site.state.table("connections"):
        for key in audit.access_keys(record):
            _table, connection_id, kind, number = key
            rows.append(
                {
                    "erpconnectionaccess_id": 2000 * connection_id + (1000 if kind == "group" else 0) + number,
                    "ErpConnectionId": connection_id,
                    "AssociateId": number if kind == "associate" else None,
                    "UserGroupId": number if kind == "group" else None,
                    "CanConnect": True,
                    "CanCreateERP": True,
                    **_stamped(site, key),
                }
            )
    return rows


def actor_type_id(record: Record) -> int:
    """The primary key of ErpConnectionActorType, whose rows have no number in the state."""
    return 10 * int(record["ErpConnectionId"]) + (number_of("ErpActorType", record["ActorTypeErp"]) or 0)


def _actor_types(site: Site) -> list[Row]:
    return [
        {
            "erpconnectionactortype_id": actor_type_id(record),
            "ErpConnectionId": record["ErpConnectionId"],
            "ActorTypeErp": number_of("ErpActorType", record["ActorTypeErp"]),
            "ActorTypeCrm": number_of("CrmActorType", record["ActorTypeCrm"]),
            "IsActive": record["IsActive"],
            **_stamped(site, audit.key_of("actor_mappings", record)),
        }
        for record in site.state.table("actor_mappings")
    ]


def _fields(site: Site) -> list[Row]:
    how, never, stamp_of = site.settings["field_ids"], site.settings["never_updated"], site.state.books.stamp_of
    crm_fields = {
        (row["ErpConnectionId"], row["ActorTypeErp"]): crm.CRM_FIELDS.get(row["ActorTypeCrm"], {})
        for row in site.state.table("actor_mappings")
    }
    types, accesses = NUMBERS["FieldMetadataType"], NUMBERS["FieldAccess"]
    rows = []
    for record in sorted(
        site.state.table("fields"),
        key=lambda field: (field["ErpConnectionId"], field["ActorTypeErp"], field["Rank"] or 0, field["ErpFieldId"]),
    ):
        if not field_rows.is_stored(record, how):
            continue
        targets = crm_fields.get((record["ErpConnectionId"], record["ActorTypeErp"]), {})
        target = targets.get(record["CrmFieldKey"] or "")
        rows.append(
            {
                **record,
                "erpfield_id": record["ErpFieldId"],
                "ErpConnectionActorTypeId": actor_type_id(record),
                "DisplayName": record["ErpDisplayName"],
                "DisplayDescription": record["ErpDisplayTooltip"],
                "FieldType": types[record["FieldType"]],
                "Access": accesses[record["Access"]],
                "ListReference": f"table={target.table}" if target and target.table else "",
                "PromptOrHasDefault": record["PromptUser"] or record["HasFirstSyncDefaultValue"],
                **_told(stamp_of(("fields", record["ErpFieldId"])), never),
            }
        )
    return rows


def _list_items(site: Site) -> list[Row]:
    rows = []
    for record in sorted(site.state.table("list_items"), key=lambda item: (item["ErpFieldId"], item["ErpListItemId"])):
        key = audit.key_of("list_items", record)
        rows.append(
            {
                "erplistitemmapping_id": site.state.books.id_of("list_items", key),
                "ErpFieldId": record["ErpFieldId"],
                "ErpItemKey": record["ErpListItemId"],
                "CrmItemKey": record["CrmItemId"],
                **_stamped(site, key),
            }
        )
    return rows


def _links(site: Site) -> list[Record]:
    links = [*site.state.table("links"), *site.state.books.links]
    return sorted(links, key=lambda link: (link["ErpConnectionId"], link["CrmActorType"], link["CrmRecordId"]))


def _internal_id(site: Site, link: Record) -> int:
    return site.state.books.id_of("internal", (link["CrmActorType"], link["CrmRecordId"]))


def _internal_keys(site: Site) -> list[Row]:
    rows: dict[int, Row] = {}
    for link in _links(site):
        number = _internal_id(site, link)
        rows.setdefault(
            number,
            {
                "erpinternalkey_id": number,
                "tableId": CRM_TABLES[link["CrmActorType"]],
                "recordId": link["CrmRecordId"],
                "MostRecentTimestamp": "",
                **_stamped(site, audit.key_of("links", link)),
            },
        )
    return list(rows.values())


def _external_keys(site: Site) -> list[Row]:
    return [
        {
            "erpexternalkey_id": site.state.books.id_of("external", link_key(link)),
            "ErpInternalKeyId": _internal_id(site, link),
            "ErpConnectionId": link["ErpConnectionId"],
            "ErpKey": link["ErpKey"],
            "ActorType": number_of("ErpActorType", link["ErpActorType"]),
            "MostRecentTimestamp": "",
            **_stamped(site, audit.key_of("links", link)),
        }
        for link in _links(site)
    ]


def _sync_log(site: Site) -> list[Row]:
    books, never = site.state.books, site.settings["never_updated"]
    _external_keys(site)  # Links that are there get their numbers before those that only the log knows.
    return [
        {
            "erpsynclog_id": number,
            "ErpExternalKeyId": None if entry.link is None else books.id_of("external", entry.link),
            "ErpFieldKey": entry.erp_field,
            "CrmFieldKey": entry.crm_field,
            "TargetIsCrm": entry.target_is_crm,
            "OldValue": entry.old,
            "NewValue": entry.new,
            **_never_changed(entry.registered, entry.registered_by, never),
        }
        for number, entry in enumerate(books.log, start=1)
    ]


_LONG_AGO = datetime.datetime(2025, 11, 3, 8, 0, tzinfo=UTC)


def _associates(site: Site) -> list[Row]:
    people = [(record["Id"], record["Name"], record["FullName"], record["UserGroupId"]) for record in site.state.table("associates")]
    if all(number != SYSTEM_ASSOCIATE for number, *_more in people):
        people.append((SYSTEM_ASSOCIATE, "SYSTEM", "System User", 2))
    return [
        {
            "associate_id": number,
            "name": name,
            "rank": number,
            "tooltip": full_name,
            "deleted": 0,
            "group_idx": group,
            "person_id": 0 if number == SYSTEM_ASSOCIATE else 100 + number,
            **_never_changed(_LONG_AGO, 1, site.settings["never_updated"]),
        }
        for number, name, full_name, group in people
    ]


def _groups(site: Site) -> list[Row]:
    return [{"usergroup_id": record["Id"], "name": record["Name"]} for record in site.state.table("user_groups")]


def _records(actor_type: str, key: str, columns: dict[str, str]) -> Callable[[Site], list[Row]]:
    def rows(site: Site) -> list[Row]:
        return [
            {key: record["Id"], **{column: record["Values"].get(value, "") for column, value in columns.items()}}
            for record in site.state.data["crm_records"].get(actor_type, [])
        ]

    return rows


def _people(site: Site) -> list[Row]:
    users = [(100 + record["Id"], record["FullName"].partition(" ")) for record in site.state.table("associates")]
    own = [{"person_id": number, "firstname": first, "lastname": last, "contact_id": 0} for number, (first, _space, last) in users]
    return [{**row, "contact_id": 0} for row in _records("Person", "person_id", _PERSON)(site)] + own


def _sequences(site: Site) -> list[Row]:
    rows = []
    for number, (name, table) in enumerate(TABLES.items(), start=1):
        if name != "sequence":
            highest = max((row[table.primary_key] for row in table.rows(site)), default=0)
            rows.append({"sequence_id": number, "tablename": name, "next_id": highest + 1})
    return rows


_CONTACT = {"name": "name", "department": "department", "orgNr": "orgnr", "number1": "number1", "number2": "code"}
_PERSON = {"firstname": "firstname", "lastname": "lastname", "title": "title"}
_PROJECT = {"name": "name", "project_number": "number"}
_INT, _TEXT, _BOOL = Column("int"), Column("text"), Column("bool")


def _texts(*names: str) -> dict[str, Column]:
    return dict.fromkeys(names, _TEXT)


def _bools(*names: str) -> dict[str, Column]:
    return dict.fromkeys(names, _BOOL)


TABLES: dict[str, Table] = {
    "ErpConfiguration": Table(
        {"erpconfiguration_id": _INT, "ConnectionRank": _TEXT, "SyncInterval": _INT, "SyncRunning": _BOOL, **_AUDITED}, _configuration
    ),
    "ErpConnector": Table(
        {"erpconnector_id": _INT, **_texts("URL", "DisplayName"), "Deleted": _BOOL, "ConfigXml": _TEXT, **_AUDITED}, _connectors
    ),
    "ErpConnection": Table(
        {
            "erpconnection_id": _INT,
            "ErpConnectorId": Column("int", "ErpConnector"),
            **_texts("DisplayName", "DisplayDescription", "ConnectionId", "MostRecentTimestamp"),
            **_bools("Active", "AllAccess", "Deleted"),
            **_AUDITED,
        },
        _connections,
    ),
    "ErpConnectionAccess": Table(
        {
            "erpconnectionaccess_id": _INT,
            "ErpConnectionId": Column("int", "ErpConnection"),
            "AssociateId": Column("int", "associate"),
            "UserGroupId": Column("int", "UserGroup"),
            **_bools("CanConnect", "CanCreateERP"),
            **_AUDITED,
        },
        _access,
    ),
    "ErpConnectionActorType": Table(
        {
            "erpconnectionactortype_id": _INT,
            "ErpConnectionId": Column("int", "ErpConnection"),
            "ActorTypeErp": Column("enum", "ErpActorType"),
            "ActorTypeCrm": Column("enum", "CrmActorType"),
            "IsActive": _BOOL,
            **_AUDITED,
        },
        _actor_types,
    ),
    "ErpField": Table(
        {
            "erpfield_id": _INT,
            "ErpConnectionActorTypeId": Column("int", "ErpConnectionActorType"),
            **_texts("ErpFieldKey", "DisplayName", "DisplayDescription", "ListName", "DefaultValue", "FirstSyncDefaultValue"),
            "FieldType": Column("enum", "FieldMetadataType"),
            "Access": Column("enum", "FieldAccess"),
            **_bools(
                "HasFirstSyncDefaultValue", "PromptUser", "Mandatory", "SyncToCrm", "SyncToErp", "ShowInGui", "ShowInSearch", "MissingInERP"
            ),
            **_texts("CrmFieldKey", "ListReference"),
            "MaxLength": _INT,
            "Rank": _INT,
            **_AUDITED,
        },
        _fields,
    ),
    "ErpListItemMapping": Table(
        {"erplistitemmapping_id": _INT, "ErpFieldId": Column("int", "ErpField"), "ErpItemKey": _TEXT, "CrmItemKey": _INT, **_AUDITED},
        _list_items,
    ),
    "ErpInternalKey": Table(
        {"erpinternalkey_id": _INT, "tableId": _INT, "recordId": _INT, "MostRecentTimestamp": _TEXT, **_AUDITED}, _internal_keys
    ),
    "ErpExternalKey": Table(
        {
            "erpexternalkey_id": _INT,
            "ErpInternalKeyId": Column("int", "ErpInternalKey"),
            "ErpConnectionId": Column("int", "ErpConnection"),
            "ErpKey": _TEXT,
            "ActorType": Column("enum", "ErpActorType"),
            "MostRecentTimestamp": _TEXT,
            **_AUDITED,
        },
        _external_keys,
    ),
    "ErpSyncLog": Table(
        {
            "erpsynclog_id": _INT,
            "ErpExternalKeyId": Column("int", "ErpExternalKey"),
            **_texts("ErpFieldKey", "CrmFieldKey", "OldValue", "NewValue"),
            "TargetIsCrm": _BOOL,
            **_AUDITED,
        },
        _sync_log,
    ),
    "associate": Table(
        {
            "associate_id": _INT,
            **_texts("name", "tooltip"),
            "rank": _INT,
            "deleted": _INT,
            "group_idx": Column("int", "UserGroup"),
            "person_id": Column("int", "person"),
            **_AUDITED,
        },
        _associates,
    ),
    "UserGroup": Table({"usergroup_id": _INT, "name": _TEXT}, _groups),
    "contact": Table({"contact_id": _INT, **_texts(*_CONTACT)}, _records("Contact", "contact_id", _CONTACT)),
    "person": Table({"person_id": _INT, **_texts(*_PERSON), "contact_id": Column("int", "contact")}, _people),
    "project": Table({"project_id": _INT, **_texts(*_PROJECT)}, _records("Project", "project_id", _PROJECT)),
    "sequence": Table({"sequence_id": _INT, "tablename": _TEXT, "next_id": _INT}, _sequences),
}
BY_LOWER_NAME = {name.lower(): name for name in TABLES}


def column_of(table: str, name: str) -> str | None:
    """The column's right name; names are taken in any case."""
    return _COLUMNS[table].get(name.lower())


_COLUMNS = {table: {name.lower(): name for name in described.columns} for table, described in TABLES.items()}
_COLUMNS["ErpField"]["promptorhasdefault"] = "PromptOrHasDefault"


class Database:
    """The tables as they are during one query."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._rows: dict[str, list[Row]] = {}
        self._by: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def rows(self, table: str) -> list[Row]:
        """The rows, with the differences that are planted between archives and agent."""
        if table not in self._rows:
            self._rows[table] = TABLES[table].rows(self._site)
            for difference in self._site.state.books.differences:
                if difference.table == table:
                    self._show(table, difference.where, difference.shown)
        return self._rows[table]

    def _show(self, table: str, where: Row, shown: Row) -> None:
        columns = TABLES[table].columns
        texts = {name: value for name, value in shown.items() if columns[name].kind == "date" and isinstance(value, str)}
        values = {**shown, **{name: moment(value) for name, value in texts.items()}}
        for row in self._rows[table]:
            if all(row[name] == value for name, value in where.items()):
                row.update(values)

    def by(self, table: str, column: str) -> dict[Any, list[Row]]:
        """The rows by their value in the column."""
        index = self._by.get((table, column))
        if index is None:
            index = self._by[table, column] = {}
            for row in self.rows(table):
                index.setdefault(row[column], []).append(row)
        return index
