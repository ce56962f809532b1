# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MDO lists and archives."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_stand_in import StandIn
from stand_in_client import Agent


def _list(agent: Agent, name: str, **query: Any) -> list[tuple[int, str, str]]:
    response = agent.get(f"/api/v1/MDOList/{name}", **query)
    assert response.status_code == 200, response.text
    return [(item["Id"], item["Name"], item["ExtraInfo"]) for item in response.json()]


def test_connectors(agent: Agent) -> None:
    assert _list(agent, "erpconnectors")[0] == (1, "Visma", "https://erp.example.com/Connector.svc")


def test_connections(agent: Agent) -> None:
    listed = _list(agent, "ErpConnections")
    assert [number for number, _name, _extra in listed] == [1, 2, 3, 4, 5]
    guid = agent.call("GetConnection", {"ErpConnectionId": 1})["ConnectionId"]
    assert listed[0][2].lower() == guid.lower()


def test_connections_by_rank(agent: Agent, stand_in: StandIn) -> None:
    agent.call("SaveErpConnectionSyncPriorities", {"ErpConnectionIds": [3, 0, 1]})
    assert [entry[0] for entry in _list(agent, "erpconnections", additional="useRank=true")] == [3, 0, 1, 2, 4, 5]
    stand_in.settings(mdo_rank_includes_superoffice=False)
    assert [entry[0] for entry in _list(agent, "erpconnections", additional="useRank=true")] == [3, 1, 2, 4, 5]
    stand_in.settings(mdo_use_rank=False)
    assert [entry[0] for entry in _list(agent, "erpconnections", additional="useRank=true")] == [1, 2, 3, 4, 5]


def test_connections_with_connector(agent: Agent) -> None:
    names = [entry[1] for entry in _list(agent, "erpconnections", additional="useRank=true&prefixwithconnector=true")]
    assert names[0] == "Visma: Visma Norway"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("usergroup", 'US:"Sales";NO:"Salg"'),
        ("usergroups", 'US:"Sales";NO:"Salg"'),
        ("associate", "ADM"),
        ("paymentterms", "30 days"),
        ("category", 'US:"Customer A";NO:"A-kunde"'),
    ],
)
def test_other_lists(agent: Agent, name: str, first: str) -> None:
    assert _list(agent, name)[0][:2] == (1, first)


def test_lists_that_are_grouped(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(mdo_grouped=True)
    users = agent.get("/api/v1/MDOList/associate").json()
    # Headings have ids of users.
    assert [(heading["Id"], heading["Name"]) for heading in users][:2] == [(1, 'US:"Sales";NO:"Salg"'), (2, "Administration")]
    assert [one["Name"] for one in users[0]["ChildItems"]] == ["KNO", "OHA"]
    terms = agent.get("/api/v1/MDOList/paymentterms", flat="false").json()
    assert [entry["Name"] for entry in terms] == ["In frequent use", "Others", "Prepaid"]
    assert [entry["Name"] for entry in terms[1]["ChildItems"]] == ["First", "Cash", 'US:"Net 60 days";NO:"60 dager netto"']
    assert _list(agent, "associate", flat="true")[0][:2] == (1, "ADM")
    stand_in.settings(mdo_honours_flat=False)
    assert _list(agent, "associate", flat="true")[0][:2] == (1, 'US:"Sales";NO:"Salg"')


def test_a_user_defined_list_has_a_name_of_its_own_and_an_id(agent: Agent, stand_in: StandIn) -> None:
    assert _list(agent, "udlist12") == _list(agent, "udlist", additional="12") == _list(agent, "paymentterms")
    stand_in.settings(crm_list_extra_info=False)
    [terms, *_others] = agent.call("GetConnectionListMappings", {"ErpConnectionId": 1})["ErpListItemMappings"]
    assert terms["CrmList"]["ExtraInfo"] == ""
    assert agent.get(f"/api/v1/MDOList/{terms['CrmList']['Name']}").status_code == 404


def test_lists_that_are_not_there(agent: Agent, stand_in: StandIn) -> None:
    assert agent.get("/api/v1/MDOList/nothing").json()["ErrorType"] == "SoNotFoundException"
    stand_in.settings(mdo_available=False, archive_available=False)
    assert agent.get("/api/v1/MDOList/erpconnections").status_code == 404
    assert agent.get("/api/v1/archive/ErpField", _select="id").status_code == 404


def _rows(agent: Agent, archive: str, **query: Any) -> list[dict[str, Any]]:
    response = agent.get(f"/api/v1/archive/{archive}", **query)
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()["value"]
    return rows


def test_archive_rows(agent: Agent, stand_in: StandIn) -> None:
    stand_in.settings(archive_column_names="documented")
    wanted = "ConnectionId eq 1 and ActorTypeErp eq 'Customer' and SyncToCrm eq true"
    rows = _rows(agent, "ErpField", _select="id,erpFieldKey,Rank,CrmFieldKey", _filter=wanted)
    assert [(row["ErpFieldKey"], row["CrmFieldKey"]) for row in rows[:2]] == [("NAME", "name"), ("NUMBER1", "number1")]
    assert set(rows[0]) == {"PrimaryKey", "EntityName", "Id", "ErpFieldKey", "Rank", "CrmFieldKey"}
    assert [row["Rank"] for row in rows] == sorted(row["Rank"] for row in rows)
    assert [row["connector/name"] for row in _rows(agent, "erpconnection", _select="name,connector/name", _filter="id eq 3")] == ["SAP"]
    assert len(_rows(agent, "ErpConnector", _select="url")) == 3


def test_archive_pages(agent: Agent, stand_in: StandIn) -> None:
    everything = [row["id"] for row in _rows(agent, "ErpField", _select="id", _top=50)]
    assert len(everything) == 50
    stand_in.settings(archive_page_size=20)
    response = agent.get("/api/v1/archive/ErpField", _select="id", _top=50).json()
    collected = [row["id"] for row in response["value"]]
    pages = 1
    while response["odata.nextLink"]:
        response = agent.session.get(response["odata.nextLink"], timeout=5).json()
        collected += [row["id"] for row in response["value"]]
        pages += 1
    assert (collected, pages) == (everything, 3)
    assert [row["id"] for row in _rows(agent, "ErpField", _select="id", _skip=5, _top=2)] == everything[5:7]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"_select": "nothing"},
        {"_select": "id", "_filter": "id near 3"},
        {"_select": "id", "_filter": "id eq 3 or id eq 4"},
        {"_select": "id", "_filter": "no eq 3"},
        {"_select": "id", "_top": "x"},
    ],
)
def test_archive_questions_that_make_no_sense(agent: Agent, query: dict[str, Any]) -> None:
    response = agent.get("/api/v1/archive/ErpField", **query)
    assert (response.status_code, response.json()["ErrorType"]) == (400, "ArgumentException")


@pytest.mark.parametrize(
    ("values", "spelt"),
    [
        ("json", [True, False, 9]),
        ("digits", [1, 0, 9]),
        ("text", ["true", "false", "9"]),
        ("encoded", ["[I:1]", "[I:0]", "[I:9]"]),
        ("hints", ["icon:check", "", 9]),
    ],
)
def test_archives_spell_booleans_and_numbers_as_they_are_asked_to(agent: Agent, stand_in: StandIn, values: str, spelt: list[Any]) -> None:
    stand_in.settings(archive_values=values)
    query: dict[str, Any] = {"_select": "PromptUser,Mandatory,Rank", "_filter": "ErpFieldKey eq 'DISTRICT' and ConnectionId eq 1"}

    def row(**more: str) -> list[Any]:
        [found] = _rows(agent, "ErpField", **query, **more)
        return [found[name] for name in ("PromptUser", "Mandatory")] + [found["Rank"]]

    rank = row(_output="Logical")[2]
    assert row(_output="Logical")[:2] == spelt[:2] and type(rank) is type(spelt[2])
    assert row(_output="Display")[:2] == row()[:2] == ["icon:check", ""]
    stand_in.settings(archive_output_default="logical")
    assert row()[:2] == spelt[:2]
    assert agent.get("/api/v1/archive/ErpField", **query, _output="Nice").status_code == 400


def test_archives_in_order(agent: Agent) -> None:
    ids = [row["id"] for row in _rows(agent, "ErpField", _select="id", _orderBy="id desc")]
    assert ids == sorted(ids, reverse=True) and len(ids) > 20
    keys = [(row["ErpFieldKey"], row["id"]) for row in _rows(agent, "ErpField", _select="id,ErpFieldKey", _orderBy="ErpFieldKey, id")]
    assert keys == sorted(keys)


def test_the_dynamic_archive(agent: Agent, stand_in: StandIn) -> None:
    columns = "ErpConfiguration.ConnectionRank,ErpConfiguration.SyncInterval,ErpConfiguration.SyncRunning"
    [row] = _rows(agent, "dynamic", _select=columns, _output="Logical")
    assert [row[column] for column in columns.split(",")] == ["1;0;3;2;5;4", 900, True]
    assert agent.get("/api/v1/archive/dynamic", _select="sale.heading").status_code == 400
    stand_in.settings(dynamic_archive=False)
    assert agent.get("/api/v1/archive/dynamic", _select=columns).status_code == 404
    stand_in.settings(archive_status=403)
    assert agent.get("/api/v1/archive/ErpField", _select="id").json()["ErrorType"] == "SoSentryException"
