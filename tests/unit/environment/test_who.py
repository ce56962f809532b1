# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who changed what differs, and when: each change and each value has the click that made it so, as far as the server tells."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.stamps import DATABASE
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import (
    USUAL_WAYS,
    Way,
    has_lists,
    newest_ways,
    over_rest,
    usual_ways,
)
from stand_in.clicks import click

from .documents import SAP_URL
from .installation import Installation, Json

NAME = {"erp": "NAME", "crm": "name", "direction": "both", "show": False}
EMAIL = {"erp": "EMAIL", "crm": "email", "direction": "both"}
LIMIT = {"erp": "CREDITLIMIT", "default": {"value": 25000}}
NORWAY = {
    "name": "Visma Norway",
    "description": "Norwegian company",
    "actors": [{"erp": "Customer", "fields": [NAME, EMAIL, LIMIT]}, {"erp": "Person", "enabled": True}],
    "lists": [{"list": "TermList", "actor": "Customer", "items": {"a": "30 days", "x": "Cash"}}],
}
DOCUMENT = {
    "engine": {"interval": "15m"},
    "connectors": [{"name": "SAP", "url": SAP_URL}],
    "connections": [NORWAY],
    "priority": ["Visma Norway", "SAP Germany"],
}


def clicked(way: Way, **settings: Any) -> Installation:
    """An installation that was as the document declares it, until several people changed something in SuperOffice."""
    there = Installation(way=way, **settings)
    customer = {"ErpConnectionId": 1, "ActorTypeErp": "Customer"}
    click(there.site, "engine", {}, {"IntervalSeconds": 600}, "OHA", "2026-11-20T08:00:00Z")
    click(there.site, "connectors", {"DisplayName": "SAP"}, {"URL": "https://sap.example.com/Other.svc"}, "KNO", "2026-11-20T08:01:00Z")
    click(there.site, "connections", {"ErpConnectionId": 1}, {"DisplayDescription": "Norway"}, "ALI", "2026-11-20T08:02:00Z")
    click(there.site, "actor_mappings", {**customer, "ActorTypeErp": "Person"}, {"IsActive": False}, "JWE", "2026-11-20T08:03:00Z")
    click(there.site, "fields", {**customer, "ErpFieldKey": "NAME"}, {"SyncToErp": False}, "KNO", "2026-11-20T08:04:00Z")
    click(there.site, "fields", {**customer, "ErpFieldKey": "EMAIL"}, {"SyncToCrm": False}, "OHA", "2026-11-20T08:06:00Z")
    limit = {**customer, "ErpFieldKey": "CREDITLIMIT"}
    click(there.site, "fields", limit, {"FirstSyncDefaultValue": "[F:1]"}, "ALI", "2026-11-20T08:05:00Z")
    click(there.site, "list_items", {"ErpFieldId": 1011, "ErpListItemId": "x"}, {"CrmItemId": 2}, "JWE", "2026-11-20T08:07:00Z")
    click(there.site, "engine", {}, {"connection_rank": [3, 0, 1, 2, 5, 4]}, "ADM", "2026-11-20T08:08:00Z")
    return there


def by(who: str, minute: int, **more: Any) -> Json:
    return {**more, "changed_by": who, "changed_at": f"2026-11-20T08:0{minute}:00Z"}


TABLES = ("ErpConfiguration", "ErpConnector", "ErpConnection", "ErpConnectionActorType", "ErpField", "ErpListItemMapping")
# Engine and priority are one row, so that both have its last click.
ENGINE = by("ADM", 8)
CHANGES = [
    ("engine", "", ENGINE),
    ("connector", "SAP", by("KNO", 1)),
    ("connection", "Visma Norway", by("ALI", 2)),
    # Of several fields the one that was changed last.
    ("mapping", "Visma Norway, Customer", by("OHA", 6)),
    ("mapping", "Visma Norway, Person", by("JWE", 3)),
    ("list", "Visma Norway, TermList", by("JWE", 7)),
    ("priority", "", ENGINE),
]
STAMPS = [
    [{"path": [], **ENGINE}],
    [{"path": [], **by("KNO", 1)}],
    [{"path": [], **by("ALI", 2)}],
    [
        {"path": ["fields", "NAME"], **by("KNO", 4)},
        {"path": ["fields", "EMAIL"], **by("OHA", 6)},
        {"path": ["defaults", "CREDITLIMIT"], **by("ALI", 5)},
    ],
    [{"path": ["enabled"], **by("JWE", 3)}],
    [{"path": ["items", "x"], **by("JWE", 7)}],
    [{"path": [], **ENGINE}],
]


def changes(result: Json) -> list[tuple[str, str, Json]]:
    return [(one["kind"], one["name"], {key: one[key] for key in ("changed_by", "changed_at")}) for one in result["changes"]]


@pytest.mark.parametrize("way", (*USUAL_WAYS, Way(MODULE, 75), Way(IN_PROCESS, 86)), ids=str)
def test_each_change_says_whose_click_it_was(way: Way) -> None:
    there = clicked(way)
    there.forget()
    speaks_lists = has_lists(way.version)
    checked = there.converge(DOCUMENT, check=True)
    assert changes(checked) == [change for change in CHANGES if speaks_lists or change[0] != "list"]
    assert [one["stamps"] for one in checked["differences"]] == [stamps for stamps in STAMPS if speaks_lists or stamps is not STAMPS[5]]
    assert [one["before_header"] for one in checked["diff"]][:4] == [
        "engine (changed on 2026-11-20 at 08:08 UTC by ADM)",
        "connector SAP (changed on 2026-11-20 at 08:01 UTC by KNO)",
        "connection Visma Norway (changed on 2026-11-20 at 08:02 UTC by ALI)",
        "mapping Visma Norway, Customer (changed on 2026-11-20 at 08:06 UTC by OHA)",
    ]
    assert there.warnings == []
    asked = len(there.asked_who)
    if way.version is None:
        assert asked == 6

    # A run says the same, though it stamps the rows anew: it asks before its first step.
    done = there.converge(DOCUMENT)
    assert (changes(done), done["differences"], done["diff"]) == (changes(checked), checked["differences"], checked["diff"])
    assert len(there.asked_who) == 2 * asked
    assert there.converge(DOCUMENT)["changed"] is False
    assert len(there.asked_who) == 2 * asked, "nothing differs, and somebody was asked for"


@over_rest
def test_single_modules_say_it_too_and_new_things_have_nobody(way: Way) -> None:
    there = clicked(way)
    customer: Json = {"connection": "Visma Norway", "erp": "Customer"}
    ordered: Json = {"order": ["EMAIL", "NAME"]}
    tasks: list[tuple[str, Json, Json]] = [
        ("connector", {"name": "SAP", "connector_url": SAP_URL}, by("KNO", 1)),
        ("connection", {"name": "Visma Norway", "description": "Norwegian company"}, by("ALI", 2)),
        ("connection", {"name": "Visma Norway", "state": "absent"}, by("ALI", 2)),
        ("field_mapping", {**customer, "fields": [NAME]}, by("KNO", 4)),
        # The place of a field is one of its values.
        ("field_mapping", {**customer, **ordered}, by("OHA", 6)),
        ("list_mapping", {"connection": "Visma Norway", "list": "TermList", "items": {"x": "Cash"}}, by("JWE", 7)),
        ("priority", {"order": ["Visma Norway", "SAP Germany"]}, ENGINE),
    ]
    there.forget()
    for task, options, stamp in tasks:
        [change] = there.run(task, check=True, **options)["changes"]
        assert {key: change[key] for key in stamp} == stamp, task
    assert len(there.asked_who) == len(tasks)
    there.forget()
    new = {"name": "Visma Finland", "connector": "Visma", "config": {"Company": "7", "Password": "visma-Hemmelig-1"}, "lists": []}
    found = there.converge({"connections": [new]}, check=True)
    assert changes(found) == [("connection", "Visma Finland", {"changed_by": None, "changed_at": None})]
    assert found["differences"][0]["stamps"] == [] and there.asked_who == []


@usual_ways
def test_the_engine_alone_says_it_too(way: Way) -> None:
    there = clicked(way)
    nobody = {"changed_by": None, "changed_at": None}
    for check in (True, False):
        found = there.run("engine", interval="15m", check=check)
        assert {key: found[key] for key in ENGINE} == ENGINE and found["changed_fields"] == ["interval"]
        assert found["diff"][0]["before_header"] == "engine (changed on 2026-11-20 at 08:08 UTC by ADM)"
    there.forget()
    same = there.run("engine", interval="15m")
    assert {key: same[key] for key in nobody} == nobody and not same["changed"] and there.asked_who == []
    # Where nobody tells it, nothing fails and nothing is said.
    there.settings(archives_refused=["*"])
    refused = there.run("engine", interval="20m")
    assert {key: refused[key] for key in nobody} == nobody and refused["changed"] and there.warnings == []
    assert refused["diff"][0]["before_header"] == "engine"


@newest_ways
@pytest.mark.parametrize("status", [403, 500])
def test_archives_of_their_own_tell_it_where_the_dynamic_one_is_refused(way: Way, status: int) -> None:
    there = clicked(way, archives_refused=["dynamic"], archives_refused_status=status)
    found = there.converge(DOCUMENT, check=True)
    told = {("connector", "SAP"), ("connection", "Visma Norway"), ("mapping", "Visma Norway, Customer")}
    nobody = {"changed_by": None, "changed_at": None}
    assert changes(found) == [(kind, name, stamp if (kind, name) in told else nobody) for kind, name, stamp in CHANGES]
    # Nothing is said of what nobody depends on.
    assert there.warnings == []


@over_rest
@pytest.mark.parametrize("trouble", ["refused", "lost", "null", "full_name", "id"])
def test_nothing_fails_where_nobody_tells_it(way: Way, trouble: str) -> None:
    dynamic_refused: Json = {"archives_refused": ["dynamic"], "archive_associates": trouble}
    settings: dict[str, Json] = {"refused": {"archives_refused": ["*"]}, "lost": {}, "null": {"archive_unknown_column": "null"}}
    there = clicked(way, **settings.get(trouble, dynamic_refused))
    if trouble == "lost":
        there.trouble = lambda number, _request: "" if number else "before"
    if trouble == "null":
        there.settings(archive_missing_columns=[f"{table}.{column}" for table in TABLES for column in DATABASE])
    found = there.converge(DOCUMENT)
    who = {change["changed_by"] for change in found["changes"]}
    names = {"full_name": {"Kari Nordmann", "Ola Hansen", "Astrid Lindqvist"}}
    assert who <= {None, *names.get(trouble, set())} and (trouble == "full_name") == (who != {None})
    assert len(found["changes"]) == len(CHANGES) and there.warnings == []
    there.trouble = lambda _number, _request: ""
    assert there.converge(DOCUMENT)["changed"] is False


@over_rest
def test_a_secret_is_no_name(way: Way) -> None:
    there = clicked(way)
    there.site.state.find("associates", Name="ALI")["Name"] = "stand-in-password"  # type: ignore[index]
    found = there.converge({"connections": [NORWAY]}, check=True)
    assert found["changes"][0]["changed_by"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" and "stand-in-password" not in json.dumps(found)


# The history


def history(there: Installation, **options: Any) -> list[Json]:
    result = there.run("info", gather=["history"], **options)
    assert not result.get("failed") and list(result) == ["changed", "history"], result
    found: list[Json] = result["history"]
    return found


@pytest.mark.parametrize("way", (*USUAL_WAYS, Way(MODULE, 75)), ids=str)
def test_the_history_is_the_newest_changes_first(way: Way) -> None:
    there = clicked(way)
    click(there.site, "connections", {"ErpConnectionId": 6}, {}, "ADM", "2026-11-20T08:09:00Z")
    there.settings(clock="2026-11-20T09:00:00Z")
    there.run("connection", name="Visma Finland", connector="Visma", config={"Company": "7", "Password": "x"}, test=False)
    found = history(there, history_since="2026-11-20T09:00:00+01:00")
    new = [one for one in found if one["connection"] == "Visma Finland"]
    assert {(one["action"], one["changed_by"], one["changed_at"]) for one in new} == {("created", "ADM", "2026-11-20T09:00:00Z")}
    assert [one["kind"] for one in new][0] == "connection" and {one["kind"] for one in new} == {"connection", "actor", "field"}
    told = [(one["kind"], one["name"], one["action"], one["changed_by"], one["changed_at"][11:16]) for one in found if one not in new]
    assert told == [
        ("connection", "Visma Test", "deleted", "ADM", "08:09"),
        ("engine", "", "changed", "ADM", "08:08"),
        ("item", "Visma Norway, Customer, TermList, x", "changed", "JWE", "08:07"),
        ("field", "Visma Norway, Customer, EMAIL", "changed", "OHA", "08:06"),
        ("field", "Visma Norway, Customer, CREDITLIMIT", "changed", "ALI", "08:05"),
        ("field", "Visma Norway, Customer, NAME", "changed", "KNO", "08:04"),
        ("actor", "Visma Norway, Person", "changed", "JWE", "08:03"),
        ("connection", "Visma Norway", "changed", "ALI", "08:02"),
        ("connector", "SAP", "changed", "KNO", "08:01"),
    ]
    [item] = [one for one in found if one["kind"] == "item"]
    assert item == by(
        "JWE",
        7,
        kind="item",
        name="Visma Norway, Customer, TermList, x",
        connection="Visma Norway",
        actor="Customer",
        list="TermList",
        field="STDTERMS",
        item="x",
        action="changed",
    )
    assert there.warnings == []
    assert history(there, history_limit=3) == found[:3]


@over_rest
def test_the_history_of_some_connections(way: Way) -> None:
    there = clicked(way)
    result = there.run("info", gather=["history"], connections=["Visma Norway"], history_since="2026-11-20", history_limit=5)
    assert [one["kind"] for one in result["history"]] == ["item", "field", "field", "field", "actor"]
    assert {one["connection"] for one in result["history"]} == {"Visma Norway"}


@over_rest
def test_a_history_that_cannot_be_told(way: Way) -> None:
    there = Installation(way=way, archives_refused=["dynamic"])
    result = there.run("info", gather=["engine", "history"])
    assert result["history"] is None and result["engine"]["is_running"] is True
    [warning] = there.warnings
    assert warning.startswith("history cannot be read. archive dynamic: ") and "403" in warning
    # What only some of the tables lack is said of them.
    there = Installation(way=way, archive_missing_columns=["ErpListItemMapping.ErpItemKey"])
    assert {one["kind"] for one in history(there, history_limit=5000)} == {"engine", "connector", "connection", "actor", "field"}
    [warning] = there.warnings
    assert warning.startswith("history: the changes of items of lists cannot be read. archive dynamic: ")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"history_limit": 0}, "history_limit is 0; use a whole number above zero."),
        ({"history_limit": -1}, "history_limit is -1; use a whole number above zero."),
        ({"history_since": "7"}, 'history_since is "7", which is neither a duration nor a time. Use a duration before now with its unit'),
        ({"history_since": "2026-02-30"}, 'history_since is "2026-02-30", and there is no such time. Use a duration before now'),
    ],
)
def test_bad_options_of_the_history(options: Json, told: str) -> None:
    there = Installation()
    result = there.run("info", gather=["history"], **options)
    assert result["failed"] and result["failure"]["kind"] == "bad_input" and result["msg"].startswith(told)
    assert there.everything == []


@usual_ways
def test_a_change_of_access_says_who_let_whom_in(way: Way) -> None:
    """The users and groups of a connection have rows, and stamps, of their own."""
    there = clicked(way)
    user, admin = ({one["Name"]: one["Id"] for one in there.state()["associates"]}[name] for name in ("KNO", "OHA"))
    access = {"AllAccess": False, "UserGroupAccessIds": [], "AssociateAccessIds": [user]}
    click(there.site, "connections", {"ErpConnectionId": 1}, access, "JWE", "2026-11-20T08:08:00Z")
    there.site.state.books.updated(("access", 1, "associate", user), datetime.datetime(2026, 11, 20, 8, 9, tzinfo=datetime.UTC), admin)
    found = there.converge({"connections": [{"name": "Visma Norway", "access": {"everyone": True}}]}, check=True)
    assert changes(found) == [("connection", "Visma Norway", by("OHA", 9))]
    assert found["differences"][0]["stamps"] == [{"path": [], **by("JWE", 8)}, {"path": ["access"], **by("OHA", 9)}]
    described = there.converge({"connections": [{"name": "Visma Norway", "description": "x"}]}, check=True)
    assert described["differences"][0]["stamps"] == [{"path": [], **by("JWE", 8)}]
