# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archives: their columns, questions and answers, over REST and SOAP."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from in_process import Asked, Json, restriction, texts
from pytest_stand_in import StandIn
from stand_in.archives import database
from stand_in.archives.providers import PROVIDERS
from stand_in.clicks import click, differ
from stand_in.settings import Settings
from stand_in.throttle import Throttle
from stand_in.wire.soap.versions import VERSIONS
from stand_in_client import Agent

CUSTOMERS = "ConnectionId eq 1 and ActorTypeErp is 'Customer'"


@pytest.fixture
def there() -> Asked:
    return Asked()


def stamped(there: Asked) -> None:
    """One field was changed at a known time."""
    click(there.site, "fields", {"ErpFieldId": 1001}, {"SyncToErp": False}, "KNO", "2026-11-03T14:02:11Z")


# The columns


def test_a_field_has_all_of_its_documented_columns(there: Asked) -> None:
    stamped(there)
    names = ",".join(column.name for column in PROVIDERS["erpfield"].columns.values())
    [row] = there.ask("ErpField", _select=names, _filter="Id eq 1001")["value"]
    registered = there.site.state.books.stamp_of(("fields", 1001)).registered
    assert row == {
        "PrimaryKey": "1001",
        "EntityName": "erpfield",
        "Id": 1001,
        "ErpConnectionActorTypeId": 11,
        "ErpFieldKey": "NAME",
        "DisplayName": "Name",
        "DisplayDescription": "NAME in the ERP system",
        "FieldType": 1,
        "ListName": None,
        "DefaultValue": "",
        "MaxLength": 80,
        "Access": 1,
        "HasFirstSyncDefaultValue": 0,
        "FirstSyncDefaultValue": None,
        "PromptUser": False,
        "Mandatory": False,
        "CrmFieldKey": "name",
        "SyncToCrm": 1,
        "SyncToErp": 0,
        "ShowInGui": 0,
        "ShowInSearch": 1,
        "Rank": 1,
        "ListReference": "",
        "MissingInERP": 0,
        "updatedBy": "KNO",
        "updatedDate": "2026-11-03T14:02:11",
        "registeredBy": row["registeredBy"],
        "registeredDate": registered.strftime("%Y-%m-%dT%H:%M:%S"),
        "ConnectionId": 1,
        "ActorTypeErp": "Customer",
        "PromptOrHasDefault": False,
    }
    assert row["registeredBy"] in ("ADM", "KNO", "OHA", "ALI")
    [terms] = there.rows(
        "ErpField",
        "ListName,ListReference,FieldType,HasFirstSyncDefaultValue,FirstSyncDefaultValue,PromptOrHasDefault",
        f"{CUSTOMERS} and ErpFieldKey is 'STDTERMS'",
    )
    assert terms == ["TermList", "table=udlist&udlistdefinition_id=12", 5, 1, "a", True]


def test_a_connection_and_its_connector(there: Asked) -> None:
    click(there.site, "connections", {"ErpConnectionId": 3}, {}, "OHA", "2026-11-01T00:00:00Z")
    click(there.site, "connectors", {"ErpConnectorId": 2}, {}, "ALI", "2026-11-02T00:00:00Z")
    [row] = there.ask("ErpConnection", _select=",".join(PROVIDERS["erpconnection"].columns), _filter="id eq 3")["value"]
    kept = {name: row[name] for name in row if "registered" not in name}
    assert kept == {
        "PrimaryKey": "3",
        "EntityName": "erpConnection",
        "id": 3,
        "name": "SAP Germany",
        "description": "S/4HANA, company code 1010",
        "active": True,
        "erpid": there.site.state.connection(3)["ConnectionId"],  # type: ignore[index]
        "mostrecent": "TX-0009912",
        "allaccess": True,
        "deleted": False,
        "updatedby": "OHA",
        "updateddate": "2026-11-01T00:00:00",
        "connector/id": 2,
        "connector/url": "https://sap.example.com/ErpConnector/Service.svc?ConnectorName=SAP",
        "connector/name": "SAP",
        "connector/updatedby": "ALI",
        "connector/updateddate": "2026-11-02T00:00:00",
    }
    assert there.rows("ErpConnector", "id,name,updatedBy,updatedDate", "id eq 2") == [[2, "SAP", "ALI", "2026-11-02T00:00:00"]]


def test_every_table_has_its_documented_columns_and_says_who_changed_it(there: Asked) -> None:
    there.settings(archive_page_size=1000)
    expected = {
        "ErpConfiguration": 1,
        "ErpConnector": 3,
        "ErpConnection": 6,
        "ErpConnectionAccess": 4,
        "ErpConnectionActorType": 25,
        "ErpField": len(there.site.state.table("fields")),
        "ErpListItemMapping": 4,
        "ErpInternalKey": 5,
        "ErpExternalKey": 5,
        "ErpSyncLog": 309,
    }
    for table, count in expected.items():
        columns = database.TABLES[table].columns
        assert list(columns)[-5:] == ["registered", "registered_associate_id", "updated", "updated_associate_id", "updatedCount"]
        key = next(iter(columns))
        asked = ",".join(f"{table}.{name}" for name in (*columns, "updated_associate_id.name"))
        found = there.ask("dynamic", _select=asked, _orderBy=f"{table}.{key}")["value"]
        assert len(found) == count, table
        for row in found:
            by, name, updates = (row[f"{table}.{name}"] for name in ("updated_associate_id", "updated_associate_id.name", "updatedCount"))
            people = {0: None, 1: "ADM", 2: "KNO", 3: "OHA", 4: "ALI"}
            assert name == people[by] and (by > 0) == (updates > 0) == (row[f"{table}.updated"] != "0001-01-01T00:00:00")
            assert "2026-01-05" < row[f"{table}.registered"] < "2026-11-20T06" and row["PrimaryKey"] == str(row[f"{table}.{key}"])
    sequences = there.rows("dynamic", "sequence.tablename,sequence.next_id", "sequence.tablename in ('ErpField','ErpSyncLog')")
    assert sequences == [["ErpField", max(field["ErpFieldId"] for field in there.site.state.table("fields")) + 1], ["ErpSyncLog", 310]]


# The dot syntax


@pytest.mark.parametrize(
    ("columns", "where", "rows"),
    [
        (
            "ErpConfiguration.ConnectionRank,erpconfiguration.syncinterval,ERPCONFIGURATION.SyncRunning",
            "",
            [["1;0;3;2;5;4", 900, True]],
        ),
        (
            "ErpConnectionActorType.ErpConnectionId.DisplayName,ErpConnectionActorType.ActorTypeErp,ErpConnectionActorType.ActorTypeCrm",
            "ErpConnectionActorType.ErpConnectionId eq 3 and ErpConnectionActorType.IsActive set true",
            [["SAP Germany", 1, 1], ["SAP Germany", 4, 2]],
        ),
        (
            "ErpExternalKey.ErpKey,ErpExternalKey.ActorType,ErpExternalKey.ErpInternalKeyId.tableId,ErpExternalKey.ErpInternalKeyId.recordId,"
            "ErpExternalKey.ErpInternalKeyId.recordId[contact].name,ErpExternalKey.ErpInternalKeyId.recordId[person].lastname",
            "ErpExternalKey.ErpConnectionId in (1, 2)",
            [
                ["10001", 1, 5, 1, "Fjordfisk AS", "Nordmann"],
                ["10002", 1, 5, 2, "Nordlys Bygg AS", "Hansen"],
                ["10001", 4, 6, 1, "Fjordfisk AS", "Nordmann"],
                ["10003", 1, 5, 3, "Småland Möbler AB", "Lindqvist"],
            ],
        ),
        (
            "ErpConnectionAccess.ErpConnectionId,ErpConnectionAccess.AssociateId.name,ErpConnectionAccess.UserGroupId.name,"
            "ErpConnectionAccess.CanConnect",
            "",
            [
                [2, "ALI", None, True],
                [2, None, 'US:"Sales";NO:"Salg"', True],
                [2, None, "Finance", True],
                [5, None, "Administration", True],
            ],
        ),
        ("ErpConnectionAccess:AssociateId.name", "", [["ALI"]]),
        (
            "ErpConnector.DisplayName,ErpConnector.(ErpConnection->ErpConnectorId).erpconnection_id",
            "",
            [["Visma", 1], ["Visma", 2], ["Visma", 6], ["SAP", 3], ["SAP", 5], ["Dynamics", 4]],
        ),
        (
            "UserGroup.name,UserGroup.(ErpConnectionAccess->UserGroupId).ErpConnectionId",
            "",
            [['US:"Sales";NO:"Salg"', 2], ["Administration", 5], ["Finance", 2], [None, 2]],
        ),
        (
            "ErpListItemMapping.ErpItemKey,ErpListItemMapping.CrmItemKey,ErpListItemMapping.ErpFieldId.ErpFieldKey,"
            "ErpListItemMapping.ErpFieldId.ErpConnectionActorTypeId.ErpConnectionId.DisplayName",
            "",
            [
                ["9", 2, "STDTERMS", "Visma Norway"],
                ["a", 1, "STDTERMS", "Visma Norway"],
                ["x", 3, "STDTERMS", "Visma Norway"],
                ["0030", 1, "ZTERM", "SAP Germany"],
            ],
        ),
    ],
    ids=["one row", "foreign key", "brackets", "outer", "inner", "right", "right, unmatched", "three joins"],
)
def test_joins(there: Asked, columns: str, where: str, rows: list[list[Any]]) -> None:
    assert there.rows("Dynamic", columns, where) == rows
    assert list(there.ask("dynamic", _select=columns)["value"][0])[2:] == columns.split(",")


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ("nothing.id", "nothing.id is no column of the archive dynamic: table[join...].field is expected."),
        ("ErpField", "ErpField is no column of the archive dynamic: table[join...].field is expected."),
        ("ErpField.", "ErpField. is no column of the archive dynamic: table[join...].field is expected."),
        ("ErpField:Rank", "ErpField:Rank is no column of the archive dynamic: table[join...].field is expected."),
        ("ErpField.Size", "ErpField.Size: the table ErpField has no field Size."),
        ("ErpField.Rank.name", "ErpField.Rank.name: ErpField.Rank is no foreign key."),
        ("ErpField.ErpFieldKey[contact].name", "ErpField.ErpFieldKey[contact].name: ErpField.ErpFieldKey is no foreign key."),
        ("ErpConnector.(ErpField->Nothing).Rank", "ErpConnector.(ErpField->Nothing).Rank: there is no ErpField->Nothing."),
        ("ErpField.Rank,ErpConnection.Active", "All columns of the archive dynamic must start at the same table."),
        ("", "$select names no column."),
    ],
)
def test_columns_that_are_none(there: Asked, columns: str, problem: str) -> None:
    assert there.refused("dynamic", _select=columns) == (400, problem)


def test_joins_that_the_dictionary_does_not_have(there: Asked) -> None:
    there.settings(dynamic_undeclared_joins=False)
    column = "ErpInternalKey.recordId[contact].name"
    assert there.refused("dynamic", _select=column) == (400, f"{column}: ErpInternalKey.recordId is no foreign key.")
    assert there.rows("dynamic", "ErpField.ErpConnectionActorTypeId.IsActive", "ErpField.erpfield_id eq 1001") == [[True]]


# $filter, $orderBy and pages


@pytest.mark.parametrize(
    ("archive", "where", "found"),
    [
        ("ErpConnection", "id eq 3", [3]),
        ("ErpConnection", "id = 3 AND active set true", [3]),
        ("ErpConnection", "id equals '3'", [3]),
        ("ErpConnection", "id set 3", [3]),
        ("ErpConnection", "id ne 3", [1, 2, 4, 5, 6]),
        ("ErpConnection", "id gt 4", [5, 6]),
        ("ErpConnection", "id ge 4 and id lt 6", [4, 5]),
        ("ErpConnection", "id less 3", [1, 2]),
        ("ErpConnection", "id le 2", [1, 2]),
        ("ErpConnection", "id between (2, 4)", [2, 3, 4]),
        ("ErpConnection", "id oneOf (3,6)", [3, 6]),
        ("ErpConnection", "id in ('3', 6)", [3, 6]),
        ("ErpConnection", "id notOneOf (3,6)", [1, 2, 4, 5]),
        ("ErpConnection", "deleted eq true", [6]),
        ("ErpConnection", "deleted set false and active eq 0", [4, 5]),
        ("ErpConnection", "name is 'visma norway'", [1]),
        ("ErpConnection", "name isNot 'visma norway'", [2, 3, 4, 5, 6]),
        ("ErpConnection", "name begins 'Visma'", [1, 6]),
        ("ErpConnection", "name contains 'visma'", [1, 2, 6]),
        ("ErpConnection", "name notContains 'visma' and name notBegins 'SAP'", [4, 5]),
        ("ErpConnection", "name in ('SAP Germany', \"Visma Test\")", [3, 6]),
        ("ErpConnection", "name between ('r', 'u')", [3]),
        ("ErpConnection", "description contains 'and'", []),
        ("ErpConnection", "description is 'The old NAV server; its connector has been switched off'", [4]),
        ("ErpConnection", "updatedBy associateIsOneOf (2)", [5]),
        ("ErpConnection", "updatedBy associateIsNotOneOf (2)", [1, 2, 3, 4, 6]),
        ("ErpConnection", "updatedDate afterTime '2026-11-10T12:00:00'", [1]),
        ("ErpConnection", "updatedDate afterTime '2026-11-10T11:59:59Z'", [1, 3]),
        ("ErpConnection", "updatedDate afterTime '2026-11-10T12:59:59+01:00'", [1, 3]),
        ("ErpConnection", "updatedDate after '2026-11-10'", [1]),
        ("ErpConnection", "updatedDate date '2026-11-10'", [3]),
        ("ErpConnection", "updatedDate dateTime '2026-11-10T12:00:00'", [3]),
        ("ErpConnection", "updatedDate between ('2026-11-10', '2026-11-11')", [1, 3]),
        ("ErpConnection", "updatedDate before '2026-11-10' and updatedDate after '2026-01-01'", [5]),
        ("ErpConnection", "updatedDate beforeOrEqual '2026-11-10' and updatedDate beforeTime '2026-11-10T12:00:00'", [2, 4, 5, 6]),
        ("ErpConnection", "getAllRows eq true", [1, 2, 3, 4, 5, 6]),
        ("ErpConnection", "getNoRows eq true", []),
        ("ErpConnection", "connector/name is 'SAP'", [3, 5]),
        ("ErpField", f"{CUSTOMERS} and FieldType eq 6", [1014]),
        ("ErpField", f"{CUSTOMERS} and FieldType eq 'Date'", [1014]),
        ("ErpField", f"{CUSTOMERS} and Access eq readonly and Rank lt 10", [1002]),
        ("ErpField", f"{CUSTOMERS} and MaxLength ge 80", [1001]),
        ("ErpField", f"{CUSTOMERS} and PromptOrHasDefault set true and SyncToCrm eq 1", [1011]),
    ],
)
def test_restrictions(there: Asked, archive: str, where: str, found: list[int]) -> None:
    for number, by, at in ((1, "OHA", "2026-11-11T05:00:00"), (3, "ADM", "2026-11-10T12:00:00"), (5, "KNO", "2026-11-09T00:00:00")):
        click(there.site, "connections", {"ErpConnectionId": number}, {}, by, at)
    there.settings(never_updated="1760")
    for number in (2, 4, 6):
        there.site.state.books.registered(("connections", number), there.site.now(), 1)
    assert [row[0] for row in there.rows(archive, "id", where)] == found
    # The column need not be among those that are shown, and POST answers as GET does.
    assert [row["PrimaryKey"] for row in json.loads(there.post(archive, _select="id", _filter=where).body)["value"]] == list(
        map(str, found)
    )


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("id", "$filter: cannot read 'id'."),
        ("id eq", "$filter: cannot read 'id eq'."),
        ("id eq 1 or id eq 2", "$filter: cannot read 'or id eq 2'."),
        ("id eq 1 and", "$filter: cannot read 'and'."),
        ("id in (1,,2)", "$filter: cannot read (1,,2)."),
        ("id near 1", "$filter: a column of this type has no operator near."),
        ("id contains 1", "$filter: a column of this type has no operator contains."),
        ("name afterTime '2026-01-01'", "$filter: a column of this type has no operator aftertime."),
        ("id eq one", "$filter: one is no value for a column of this type."),
        ("updatedDate after '0001-01-01T00:00:00+01:00'", "$filter: 0001-01-01T00:00:00+01:00 is no value for a column of this type."),
        ("updatedDate after 'yesterday'", "$filter: yesterday is no value for a column of this type."),
        ("id between (1)", "between has two values."),
        ("updatedDate dateBetween ('2026-01-01')", "datebetween has two values."),
        ("id dateBetween (1)", "$filter: a column of this type has no operator datebetween."),
        ("id eq (1,2)", "eq has one value."),
        ("size eq 1", "The archive has no column size."),
    ],
)
def test_restrictions_that_cannot_be_read(there: Asked, where: str, problem: str) -> None:
    assert there.refused("ErpConnection", _select="id", _filter=where) == (400, problem)


def test_order_and_pages(there: Asked) -> None:
    there.settings(archive_page_size=2)
    first = there.ask("ErpConnection", _select="id", _orderBy="connector/name desc, id asc", _top=5, _skip=1, _inlineCount="allpages")
    assert [row["id"] for row in first["value"]] == [2, 6] and first["odata.count"] == "6"
    links = "%24select=id&%24orderBy=connector%2Fname+desc%2C+id+asc&%24output=Logical&%24inlineCount=allpages&%24skip=3&%24top=3"
    assert first["odata.nextLink"] == f"http://x/api/v1/archive/ErpConnection?{links}"
    assert list(first) == ["odata.metadata", "odata.count", "odata.nextLink", "value"]
    second = there.ask("ErpConnection", _select="id", _orderBy="connector/name desc, id asc", _skip=3, _top=3)
    assert [row["id"] for row in second["value"]] == [3, 5] and "odata.count" not in second
    last = there.ask("ErpConnection", _select="id", _orderBy="connector/name desc, id asc", _skip=5, _top=1)
    assert [row["id"] for row in last["value"]] == [4] and last["odata.nextLink"] is None
    assert there.ask("ErpConnection", _select="id", _skip=4)["odata.nextLink"] is None
    there.settings(archive_next_link=False)
    assert there.ask("ErpConnection", _select="id")["odata.nextLink"] is None
    assert there.refused("ErpConnection", _select="id", _orderBy="id up") == (400, "$orderBy: cannot read 'id up'.")
    assert there.refused("ErpConnection", _select="id", _orderBy="size") == (400, "The archive has no column size.")
    assert there.refused("ErpConnection", _select="id", _skip="-1") == (400, "$skip must be a number.")


def test_what_has_no_value_comes_first(there: Asked) -> None:
    column = "ErpConnectionAccess.AssociateId"
    assert there.rows("dynamic", column, order=f"{column},ErpConnectionAccess.UserGroupId") == [[None], [None], [None], [4]]
    assert there.rows("dynamic", column, order=f"{column} desc") == [[4], [None], [None], [None]]


# What is not documented


@pytest.mark.parametrize(
    ("setting", "rows"),
    [
        ({}, [1, "Customer", 1, True, "KNO", "2026-11-03T14:02:11"]),
        ({"archive_enums": "names"}, ["Text", "Customer", 1, True, "KNO", "2026-11-03T14:02:11"]),
        ({"archive_enums": "numbers"}, [1, 1, 1, True, "KNO", "2026-11-03T14:02:11"]),
        ({"archive_flags": "booleans"}, [1, "Customer", True, True, "KNO", "2026-11-03T14:02:11"]),
        ({"archive_dates": "z"}, [1, "Customer", 1, True, "KNO", "2026-11-03T14:02:11Z"]),
        ({"archive_dates": "fraction"}, [1, "Customer", 1, True, "KNO", "2026-11-03T14:02:11.0000000"]),
        ({"archive_dates": "offset"}, [1, "Customer", 1, True, "KNO", "2026-11-03T14:02:11+00:00"]),
        ({"archive_dates": "encoded"}, [1, "Customer", 1, True, "KNO", "[DT:11/03/2026 14:02:11]"]),
        ({"archive_associates": "full_name"}, [1, "Customer", 1, True, "Kari Nordmann", "2026-11-03T14:02:11"]),
        ({"archive_associates": "id"}, [1, "Customer", 1, True, 2, "2026-11-03T14:02:11"]),
        ({"archive_values": "digits"}, [1, "Customer", 1, 1, "KNO", "2026-11-03T14:02:11"]),
        ({"archive_values": "text"}, ["1", "Customer", "1", "true", "KNO", "2026-11-03T14:02:11"]),
        ({"archive_values": "encoded"}, ["[I:1]", "Customer", "[I:1]", "[I:1]", "KNO", "[DT:11/03/2026 14:02:11]"]),
    ],
    ids=str,
)
def test_how_values_are_written(there: Asked, setting: Json, rows: list[Any]) -> None:
    click(there.site, "fields", {"ErpFieldId": 1001}, {"PromptUser": True}, "KNO", "2026-11-03T14:02:11Z")
    there.settings(**setting)
    assert there.rows("ErpField", "FieldType,ActorTypeErp,SyncToCrm,PromptUser,updatedBy,updatedDate", "Id eq 1001") == [rows]


@pytest.mark.parametrize(
    ("never", "told"),
    [
        ("0001", [None, "0001-01-01T00:00:00", 0]),
        ("1760", [None, "1760-01-01T00:00:00", 0]),
        ("registered", ["OHA", "2026-11-26T08:00:00", 0]),
    ],
)
def test_a_row_that_was_never_changed(there: Asked, never: str, told: list[Any]) -> None:
    there.settings(never_updated=never)
    there.site.state.books.registered(("connectors", 1), there.site.now(), 3)
    columns = "ErpConnector.updated_associate_id.name,ErpConnector.updated,ErpConnector.updatedCount"
    assert there.rows("dynamic", columns, "ErpConnector.erpconnector_id eq 1") == [told]


def test_names_of_columns(there: Asked) -> None:
    asked = {"_select": "ID,updatedby", "_filter": "Id eq 1001"}
    assert list(there.ask("erpfield", **asked)["value"][0]) == ["PrimaryKey", "EntityName", "ID", "updatedby"]
    there.settings(archive_column_names="documented")
    assert list(there.ask("erpfield", **asked)["value"][0]) == ["PrimaryKey", "EntityName", "Id", "updatedBy"]
    safe = there.ask("ErpConnection", _select="connector/name", _filter="id eq 1", _jsonSafe="true")["value"]
    assert safe == [{"PrimaryKey": "1", "EntityName": "erpConnection", "connector_name": "Visma"}]
    full = there.ask("ErpConnection", _select="active", _filter="id eq 1", _mode="FULL")["value"]
    assert full == [
        {
            "PrimaryKey": 1,
            "EntityName": "erpConnection",
            "StyleHint": "",
            "LinkHint": "",
            "TableRight": {"Mask": 1, "Reason": ""},
            "Column": {"active": {"RawValue": True, "DisplayValue": True, "LinkHint": "", "TooltipHint": ""}},
        }
    ]


def test_columns_that_a_server_lacks(there: Asked) -> None:
    there.settings(archive_missing_columns=["Rank", "ErpField.updated"])
    assert there.refused("ErpField", _select="Id,rank") == (400, "The archive has no column rank.")
    assert there.refused("dynamic", _select="ErpField.updated") == (400, "The archive has no column ErpField.updated.")
    asked = {"_select": "Id,rank", "_filter": "Id eq 1001 and rank eq 7", "_orderBy": "rank"}
    there.settings(archive_unknown_column="null")
    assert there.ask("ErpField", **asked)["value"] == [{"PrimaryKey": "1001", "EntityName": "erpfield", "Id": 1001, "rank": None}]
    there.settings(archive_unknown_column="absent")
    assert there.ask("ErpField", **asked)["value"] == [{"PrimaryKey": "1001", "EntityName": "erpfield", "Id": 1001}]


def test_deleted_connections(there: Asked) -> None:
    def listed() -> tuple[list[int], set[int]]:
        there.settings(archive_page_size=1000)
        fields = {row[0] for row in there.rows("ErpField", "ConnectionId")}
        return [row[0] for row in there.rows("ErpConnection", "id")], fields

    assert listed() == ([1, 2, 3, 4, 5, 6], {1, 2, 3, 4, 5, 6})
    assert [row["EntityName"] for row in there.ask("ErpConnection", _select="id", _filter="id gt 4")["value"]] == [
        "erpConnection",
        "deleted",
    ]
    there.settings(archive_deleted="fields")
    assert listed() == ([1, 2, 3, 4, 5], {1, 2, 3, 4, 5, 6})
    there.settings(archive_deleted="none")
    assert listed() == ([1, 2, 3, 4, 5], {1, 2, 3, 4, 5})
    assert there.rows("ErpConnection", "id", _entities="Deleted") == [[6]]
    assert there.rows("dynamic", "ErpConnection.erpconnection_id", "ErpConnection.Deleted set true") == [[6]]


def test_restrictions_operators_and_orders_that_a_server_is_strict_about(there: Asked) -> None:
    there.settings(archive_needs_restriction=True, archive_operators="documented", archive_undocumented_order="refuse")
    assert there.rows("ErpConnection", "id") == []
    assert len(there.rows("ErpConnection", "id", "getAllRows eq true")) == 6
    assert there.refused("ErpConnection", _select="id", _filter="name eq 'SAP Germany'") == (400, "name has no operator eq.")
    assert there.refused("ErpConnection", _select="id", _filter="id in (1,2)") == (400, "id has no operator in.")
    assert there.rows("ErpConnection", "id", "name in ('SAP Germany') and active set true and id eq 3") == [[3]]
    assert there.refused("ErpConnection", _select="id", _orderBy="id") == (400, "The archive cannot be ordered by id.")
    assert there.refused("ErpSyncLog", _select="id", _orderBy="ID desc") == (400, "The archive cannot be ordered by ID.")
    assert len(there.rows("ErpField", "Id", CUSTOMERS.replace("eq", "="), "Id desc")) == 18
    there.settings(archive_undocumented_order="ignore")
    assert there.rows("ErpConnection", "id", "id lt 3", "id desc") == [[1], [2]]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_archives_that_are_refused(there: Asked, status: int) -> None:
    there.settings(archives_refused=["Dynamic", "erpsynclog"], archives_refused_status=status)
    for name in ("dynamic", "ErpSyncLog"):
        assert there.refused(name, _select="id") == (status, f"The archive {name} cannot be read.")
    assert len(there.rows("ErpConnection", "id")) == 6
    there.settings(archives_refused=["*"])
    assert there.refused("ErpConnection", _select="id") == (status, "The archive ErpConnection cannot be read.")
    told = json.loads(there.send("GET", "/api/v1/archive/ErpConnection", _select="id").body)
    assert told["ErrorType"] == ("SoNotFoundException" if status == 404 else "SoSentryException")
    there.settings(archives_refused=[], archive_status=status)
    assert there.refused("ErpConnection", _select="id") == (status, "The archive ErpConnection cannot be read.")


def test_a_server_without_post(there: Asked) -> None:
    assert json.loads(there.post("ErpConnection", _select="id", _filter="id eq 1", _output="Logical").body)["value"][0]["id"] == 1
    there.settings(archive_post="405")
    assert there.post("ErpConnection", _select="id").status == 405
    there.settings(archive_post="404")
    assert there.post("ErpConnection", _select="id").status == 404
    assert there.send("DELETE", "/api/v1/archive/ErpConnection", _select="id").status == 405
    there.settings(archive_available=False, archive_post="answers")
    assert there.post("ErpConnection", _select="id").status == 405


# The log


@pytest.mark.parametrize(
    ("sides", "told"),
    [
        ("words", [["ERP", "CRM"], ["CRM", "ERP"], ["ERP", "CRM"]]),
        ("names", [["SAP Germany", "SuperOffice"], ["SuperOffice", "SAP Germany"], [None, "SuperOffice"]]),
        ("records", [["10004", "contact 4"], ["contact 4", "10004"], [None, None]]),
    ],
)
def test_the_archive_of_the_log(there: Asked, sides: str, told: list[list[Any]]) -> None:
    log = there.site.state.books.log
    log[:] = [log[-1]._replace(target_is_crm=True), log[-1]._replace(target_is_crm=False), log[-1]._replace(target_is_crm=True, link=None)]
    there.settings(sync_log_sides=sides)
    rows = there.rows("ErpSyncLog", "source,target,connection,crmfieldkey,oldvalue,newvalue,updated")
    assert [row[:2] for row in rows] == told
    assert rows[0][2:] == ["SAP Germany", log[0].crm_field, log[0].old, log[0].new, "2026-11-20T05:46:55"]
    assert rows[2][2] is None


# What differs between archives and agent


def test_a_difference_that_is_planted(there: Asked) -> None:
    differ(
        there.site,
        "ErpField",
        {"ErpFieldKey": "NAME", "ErpConnectionActorTypeId": 11},
        {"SyncToErp": False, "updated": "2026-11-25T01:02:03Z"},
    )
    assert there.rows("ErpField", "SyncToErp,updatedDate", "Id eq 1001") == [[0, "2026-11-25T01:02:03"]]
    assert there.site.state.find("fields", ErpFieldId=1001)["SyncToErp"] is True  # type: ignore[index]
    assert there.rows("ErpField", "SyncToErp", "ConnectionId eq 2 and ErpFieldKey is 'NAME' and ActorTypeErp is 'Customer'") == [[1]]
    for table, where, shown, problem in (
        ("fields", {}, {}, "the table must be one of: ErpConfiguration, "),
        ("ErpField", {"Size": 1}, {"Colour": 2}, "ErpField has no Colour, Size"),
    ):
        with pytest.raises(ValueError, match=problem):
            differ(there.site, table, where, shown)


# SOAP


def _by_columns(
    archive: str, columns: str, restrictions: str = "", order: str = "", entities: str = "", page: int = 0, size: int = 100
) -> str:
    ordered = "".join(
        f"<n:ArchiveOrderByInfo><n:Name>{name.lstrip('-')}</n:Name><n:Direction>{'DESC' if name[0] == '-' else 'ASC'}</n:Direction>"
        "</n:ArchiveOrderByInfo>"
        for name in order.split(",")
        if name
    )
    return (
        f"<n:ProviderName>{archive}</n:ProviderName>{texts('Columns', *columns.split(','))}<n:SortOrder>{ordered}</n:SortOrder>"
        f"<n:Restriction>{restrictions}</n:Restriction>{entities}<n:Page>{page}</n:Page><n:PageSize>{size}</n:PageSize>"
    )


FIELD = "Id,ErpFieldKey,ActorTypeErp,FieldType,SyncToCrm,PromptUser,updatedBy,updatedDate,FirstSyncDefaultValue"


@pytest.mark.parametrize("version", VERSIONS)
def test_archives_over_soap(there: Asked, version: int) -> None:
    stamped(there)
    where = (
        restriction("ConnectionId", "=", "1")
        + restriction("ActorTypeErp", "is", "Customer")
        + restriction("Id", "oneOf", "1001", "[I:1002]")
    )
    rows = there.listed(version, "GetArchiveListByColumns", _by_columns("ErpField", FIELD, where, "-Id"))
    assert [row[:2] for row in rows] == [("1002", "erpfield"), ("1001", "erpfield")]
    assert rows[1][2] == ["[I:1001]", "NAME", "Customer", "[I:1]", "[I:1]", "[I:0]", "KNO", "[DT:11/03/2026 14:02:11]", None]
    fallen = there.soap(version, "GetArchiveListByColumns2", "")
    assert (fallen.status == 500) is (version < 86)
    assert b"<a:string>ErpSyncLog</a:string>" in there.soap(version, "GetProviderNames", "").body


def test_archives_over_soap_in_texts(there: Asked) -> None:
    names = ("ProviderName", "Columns", "SortOrder", "Restrictions", "Entities")
    values = ("ErpConnection", "id, name", "id desc", "id oneOf (3,6) and deleted set true", "deleted")
    content = "".join(f"<n:{name}>{value}</n:{name}>" for name, value in zip(names, values, strict=True))
    assert there.listed(86, "GetArchiveListByColumns2", content) == [("6", "deleted", ["[I:6]", "Visma Test"])]


def test_pages_and_restrictions_over_soap(there: Asked) -> None:
    def ids(restrictions: str = "", **more: Any) -> list[str]:
        return [
            row[0] for row in there.listed(88, "GetArchiveListByColumns", _by_columns("ErpConnection", "id", restrictions, "id", **more))
        ]

    assert ids(page=0, size=4) == ["1", "2", "3", "4"] and ids(page=1, size=4) == ["5", "6"] and ids(page=2, size=4) == []
    there.settings(archive_page_size=2)
    assert ids(page=0, size=4) == ["1", "2"] and ids(page=1, size=4) == ["3", "4"] and ids(page=2, size=0) == ["5", "6"]
    there.settings(archive_page_size=100)
    click(there.site, "connections", {"ErpConnectionId": 4}, {}, "KNO", "2026-11-24T10:00:01Z")
    assert ids(restriction("updatedDate", "afterTime", "[DT:11/24/2026 10:00:00.0000000]")) == ["4"]
    assert ids(restriction("updatedDate", "after", "[D:11/24/2026]")) == []
    assert ids(restriction("updatedDate", "afterTime", "2026-11-24T10:00:00")) == ["4"]
    assert ids(restriction("id", "&gt;", "5") + restriction("active", "set", "[I:0]")) == ["6"]
    assert ids(restriction("id", "=", "5", active="false")) == ["1", "2", "3", "4", "5", "6"]
    assert ids(restriction("name", "is", "[I:5]")) == []
    assert ids(entities=texts("Entities", "deleted")) == ["6"]
    for content, problem in (
        (_by_columns("ErpConnection", "id", restriction("id", "=", "5", more="<n:InterOperator>Or</n:InterOperator>")), "joined by And"),
        (_by_columns("ErpConnection", "id", page=-1), "Page and PageSize cannot be negative."),
        (_by_columns("ErpConnection", "size"), "The archive has no column size."),
        (_by_columns("Nothing", "id"), "Archive Nothing not found"),
    ):
        assert problem in there.not_listed(88, "GetArchiveListByColumns", content)
    there.settings(archive_status=403)
    assert there.not_listed(88, "GetArchiveListByColumns", _by_columns("ErpField", "Id")) == "The archive ErpField cannot be read."
    there.settings(soap_archive_available=False)
    assert there.soap(88, "GetProviderNames", "").status == 404


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"soap_archive_booleans": "digit"}, ["[B:1]", "[I:1]", "[DT:11/03/2026 14:02:11]"]),
        ({"soap_archive_booleans": "word"}, ["[B:True]", "[I:1]", "[DT:11/03/2026 14:02:11]"]),
        ({"archive_flags": "booleans", "archive_dates": "fraction"}, ["[I:1]", "[I:1]", "[DT:11/03/2026 14:02:11.0000000]"]),
        ({"archive_enums": "names"}, ["[I:1]", "Text", "[DT:11/03/2026 14:02:11]"]),
    ],
    ids=str,
)
def test_how_values_are_written_over_soap(there: Asked, setting: Json, told: list[str]) -> None:
    click(there.site, "fields", {"ErpFieldId": 1001}, {"PromptUser": True}, "KNO", "2026-11-03T14:02:11Z")
    there.settings(**setting)
    [row] = there.listed(
        75, "GetArchiveListByColumns", _by_columns("ErpField", "PromptUser,FieldType,updatedDate", restriction("Id", "=", "1001"))
    )
    assert row[2] == told


# The control interface


def test_the_control_interface_of_archives(stand_in: StandIn, agent: Agent) -> None:
    where = {"ErpConnectionId": 1, "ActorTypeErp": "Customer", "ErpFieldKey": "NAME"}
    assert stand_in.click("fields", where, by="KNO", at="2026-11-03T14:02:00Z", SyncToErp=False) == 1
    stand_in.differ("ErpField", {"erpfield_id": 1001}, Rank=77)
    asked = {"_select": "SyncToErp,Rank,updatedBy,updatedDate", "_filter": "Id eq 1001", "_output": "Logical"}
    [row] = agent.get("/api/v1/archive/ErpField", None, **asked).json()["value"]
    assert list(row.values())[2:] == [0, 77, "KNO", "2026-11-03T14:02:00"]
    assert stand_in.control("GET", "differences") == [{"table": "ErpField", "where": {"erpfield_id": 1001}, "set": {"Rank": 77}}]
    assert stand_in.control("DELETE", "differences") == []
    entry = {
        "link": [1, "Contact", 1, "Customer", "10001"],
        "erp_field": "NAME",
        "crm_field": "name",
        "target_is_crm": True,
        "old": "a",
        "new": "b",
    }
    assert stand_in.control("DELETE", "log") == []
    [told] = stand_in.control("POST", "log", [{**entry, "registered": "2026-11-26T07:00:00Z"}])
    assert told == {**entry, "registered": "2026-11-26T07:00:00+00:00", "registered_by": 10}
    stand_in.bulk(3, actors=2, fields=4, links=2, log=5)
    assert len(stand_in.control("GET", "log")) == 16
    assert len(agent.get("/api/v1/archive/ErpField", _select="Id", _filter="ConnectionId gt 6").json()["value"]) == 24
    for path, body in (
        ("click", {"table": "fields", "set": {}}),
        ("click", {"table": "fields", "set": {"Size": 1}, "by": "KNO"}),
        ("click", {"table": "fields", "set": {}, "by": "KRN"}),
        ("click", {"table": "sales", "set": {}, "by": "KNO"}),
        ("click", {"table": "engine", "set": {"Speed": 1}, "by": "KNO"}),
        ("differences", {"table": "fields", "set": {}}),
        ("bulk", {"connections": "x"}),
        ("log", [{}]),
        ("log", 5),
    ):
        with pytest.raises(RuntimeError, match="400"):
            stand_in.control("POST", path, body)
    stand_in.reset()
    assert len(stand_in.control("GET", "log")) == 309
    form = {"$select": "id", "$filter": "id eq 3", "$output": "Logical"}
    assert agent.session.post(f"{stand_in.url}/api/v1/archive/ErpConnection", data=form, timeout=5).json()["value"][0]["id"] == 3
    assert stand_in.journal()[-1]["body"] == form


def test_a_throttle_tells_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, throttle = Settings({"throttle_calls": 2, "throttle_seconds": 3}), Throttle()

    def wait(at: float) -> int | None:
        monkeypatch.setattr(time, "monotonic", lambda: at)
        return throttle.wait(settings)

    assert [wait(at) for at in (10.0, 11.5, 12.0, 12.9, 13.0, 13.1, 14.5)] == [None, None, 1, 1, None, 2, None]
    throttle.clear()
    assert [wait(20.0), wait(20.0), wait(20.0)] == [None, None, 3]
    settings.change({"throttle_calls": 0})
    assert wait(20.0) is None


def test_calls_are_throttled_on_site_too(stand_in: StandIn, agent: Agent) -> None:
    stand_in.settings(throttle_calls=2, throttle_seconds=60)
    answers = [agent.get("/api/v1/archive/ErpConnector", _select="id") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
