# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be seen of a connection is never overwritten: an unreachable connector, hidden secrets, another connector, access."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import (
    IN_PROCESS_OVER_REST,
    Way,
    newest_ways,
    over_rest,
)
from stand_in import world
from stand_in.world import ConfigField, Product

from .installation import Installation, Json

NAME, NUMBER = "Visma Norway", 1
STORED = {"Password": "visma-Hemmelig-1", "Token": "token-Hemmelig"}
ECHOES = ("clear", "blank", "masked", "absent")
KEPT = ("keep", "overwrite")
# All that SaveConnection saves, one at a time; then what another task does.
CHANGES: dict[str, Json] = {
    "description": {"description": "another"},
    "access": {"access": {"user_groups": [1]}},
    "name": {"id": NUMBER, "name": "Renamed"},
    "configuration": {"config": {"Company": "77"}},
    "nothing": {"description": "Norwegian company", "connector": "Visma"},
    "activity": {"active": False},
}
SECRETS: dict[str, Json] = {
    "none": {},
    "one": {"Password": STORED["Password"]},
    "another": {"Password": "declared-Hemmelig"},
    "both": STORED,
    "one, and none": {"Password": STORED["Password"], "Token": None},
}


def product(monkeypatch: pytest.MonkeyPatch, *fields: ConfigField, without: str = "") -> None:
    """Visma with other configuration fields."""
    visma = world.VISMA
    config = tuple(field for field in visma.config if field.key != without)
    other = Product(visma.name, (*config, *fields), visma.actors, visma.lists, visma.searchable)
    monkeypatch.setitem(world._ANSWERING, world.VISMA_URL, other)
    monkeypatch.setitem(world._REMEMBERED, world.VISMA_URL, other)


TASKS = ("environment", "connection")
TOKEN = ConfigField("Token", "Token", "Password")


def stored(there: Installation) -> Json:
    return there.site.state.connection(NUMBER) or {}


def installation(echo: str, kept: str = "overwrite", *, way: Way = IN_PROCESS_OVER_REST, **more: Any) -> Installation:
    there = Installation(password_echo=echo, unechoed_password_on_save=kept, **more, way=way)
    stored(there)["ConfigFields"]["Token"] = STORED["Token"]
    return there


def carry_out(there: Installation, task: str, section: Json, **options: Any) -> Json:
    if task == "connection":
        return there.run(task, **section, **options)
    return there.run(task, document={"connections": [section]}, **options)


@pytest.mark.parametrize(
    "turn, echo, kept, answers",
    [(turn, *case, True) for turn, case in enumerate(itertools.product(ECHOES, KEPT))]
    + [(turn, echo, "overwrite", False) for turn, echo in enumerate(ECHOES)],
)
def test_no_secret_changes_that_was_not_declared(
    turn: int, echo: str, kept: str, answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules, check mode and shells take turns."""
    product(monkeypatch, TOKEN)
    if not answers:
        monkeypatch.delitem(world._ANSWERING, world.VISMA_URL)
    there = installation(echo, kept)
    before = there.state()
    for number, (change, secrets) in enumerate(itertools.product(CHANGES, SECRETS)):
        task = TASKS[(number + turn) % 2]
        check = (number + turn) % 4 == 0
        there.shell = SHELLS[number // 2 % 2]
        there.put(before)
        section = {"name": NAME, **CHANGES[change]}
        if SECRETS[secrets]:
            section["config"] = {**section.get("config", {}), **SECRETS[secrets]}
        there.forget()
        result = carry_out(there, task, section, check=check)
        case = (change, secrets, task, check, result.get("msg"))
        told = json.dumps([result, there.warnings])
        assert not any(secret in told for secret in (*STORED.values(), "declared-Hemmelig")), case
        now = there.state()
        if check or result.get("failed"):
            assert (now, there.writes) == (before, []), case
        config, declared = stored(there)["ConfigFields"], section.get("config", {})
        for key, value in STORED.items():
            # One that is declared to have no value may be stored as a blank.
            assert (config.get(key) or None) in {value, declared.get(key, value)}, case
        for key, value in before["connections"][0]["ConfigFields"].items():
            assert key in declared or config.get(key) == value, case
        saves = change not in ("nothing", "activity")
        if answers:
            all_declared = set(STORED) <= set(declared)
            assert not result.get("failed") or (echo != "clear" and saves and not all_declared), case
            assert result.get("failed") or echo == "clear" or not saves or all_declared, case
        elif declared:
            # The connector says what a configuration may hold.
            assert result.get("failed"), case
        else:
            assert bool(result.get("failed")) is saves, case
            if saves:
                assert "its connector does not answer" in result["msg"] and "Make the connector answer" in result["msg"], case
                assert CHANGES[change].keys() & {"description", "access", "name"} <= set(result["msg"].replace(",", " ").split()), case


@over_rest
@pytest.mark.parametrize("echo, told", [("clear", True), ("blank", True), ("absent", True), ("masked", False)])
def test_an_optional_secret_alone_is_warned_of(echo: str, told: bool, monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    """Nothing tells whether a blank hides a value. A mask does."""
    product(monkeypatch, TOKEN, without="Password")
    there = installation(echo, "keep", way=way)
    del stored(there)["ConfigFields"]["Password"]
    if echo == "clear":
        stored(there)["ConfigFields"]["Token"] = ""
    document: Json = {"connections": [{"name": NAME, "description": "another"}]}
    for check in (True, False):
        result = there.run("environment", document=document, check=check)
        assert bool(result.get("failed")) is not told
        warned = [text for text in there.warnings if "Token" in text]
        assert len(warned) == told, there.warnings
    assert stored(there)["ConfigFields"]["Token"] == ("" if echo == "clear" else STORED["Token"])
    assert (stored(there)["DisplayDescription"] == "another") is told
    document["connections"][0].update(description="a third", config={"Token": None})
    there.converge(document)
    assert there.warnings == []


@over_rest
def test_a_blank_beside_a_secret_that_is_shown_is_a_blank(monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    product(monkeypatch, TOKEN)
    there = installation("clear", way=way)
    stored(there)["ConfigFields"]["Token"] = ""
    there.converge({"connections": [{"name": NAME, "description": "another", "config": {"Company": "77"}}]})
    assert there.warnings == []
    assert "TestConnectionByConfig" in there.names
    assert there.converge({"connections": [{"name": NAME, "config": {"Token": "first-Hemmelig"}}]})["changed"] is True
    assert stored(there)["ConfigFields"]["Token"] == "first-Hemmelig"


@over_rest
def test_a_configuration_that_is_not_shown_at_all(monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    there = Installation(way=way)
    stored(there)["ConfigFields"] = None
    monkeypatch.setattr("stand_in.agent.connections._echo", lambda _site, connection: connection["ConfigFields"])
    there.forget()
    message = there.refused({"connections": [{"name": NAME, "description": "another"}]})
    assert "does not show the configuration" in message and "description" in message
    assert there.writes == []


@over_rest
def test_a_connector_that_gets_its_new_url_in_the_same_run(monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    """Its fields are known only then; what they say is still minded."""
    there = Installation(password_echo="blank", unechoed_password_on_save="overwrite", way=way)
    document: Json = {
        "connectors": [{"name": "Dynamics", "url": world.DYNAMICS_URL}],
        "connections": [{"name": "Dynamics Denmark", "description": "moved"}],
    }
    for check in (True, False):
        result = there.run("environment", document=document, check=check)
        assert any("known only once" in text for text in there.warnings)
        assert bool(result.get("failed")) is not check
    assert "Declare it as well" in result["msg"] and "ClientSecret" in result["msg"]
    assert there.connection("Dynamics Denmark")["ConfigFields"]["ClientSecret"] == "nav-Hemmelig-4"
    assert there.site.state.table("connectors")[2]["URL"] == world.DYNAMICS_URL
    document["connections"][0]["config"] = {"ClientSecret": "new-Hemmelig"}
    there = Installation(password_echo="blank", unechoed_password_on_save="overwrite", way=way)
    result = there.converge(document)
    assert "new-Hemmelig" not in json.dumps([result, there.warnings])
    assert there.connection("Dynamics Denmark")["ConfigFields"]["ClientSecret"] == "new-Hemmelig"
    assert there.converge(document)["changed"] is False


@over_rest
def test_a_secret_that_is_hidden_and_cannot_be_declared(monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    """The connector no longer asks for it, or sets it itself."""
    there = installation("clear", way=way)
    stored(there)["ConfigFields"]["Token"] = "********"
    message = there.refused({"connections": [{"name": NAME, "description": "another"}]})
    assert "Token" in message and "SuperOffice's administration" in message and "Declare" not in message
    product(monkeypatch, ConfigField("Token", "Token", "Password", "ReadOnly"))
    assert "Declare it as well" in there.refused({"connections": [{"name": NAME, "description": "another"}]})
    there.converge({"connections": [{"name": NAME, "description": "another", "config": {"Token": STORED["Token"]}}]})
    assert stored(there)["ConfigFields"]["Token"] == STORED["Token"]


@over_rest
def test_a_connector_that_does_not_answer_is_named_with_what_needs_it(way: Way) -> None:
    there = Installation(way=way)
    for result in (
        there.run("environment", document={"connections": [{"name": "Dynamics Denmark", "config": {"Company": "1"}}]}),
        there.run("connection", name="Dynamics Denmark", config={"Company": "1"}),
    ):
        assert result["failed"] and result["failure"]["kind"] != "bad_input"
        told = result["msg"].replace('connection "Dynamics Denmark".', '"Dynamics Denmark").')
        assert '"Dynamics Denmark").config cannot be checked' in told
    assert there.writes == []


# Another connector

SAP = {"User": "SYNC", "Password": "sap-Salaisuus"}
SAP_STORED = {"System": "S4H", "Client": "100", "SalesOrganisation": "1010", **SAP}


@over_rest
@pytest.mark.parametrize("answers", [True, False], ids=["the old connector answers", "the old connector does not answer"])
@pytest.mark.parametrize("echo, policy", list(zip(ECHOES, ("when_changed", "on_create", "always", "on_create"), strict=True)))
@pytest.mark.parametrize("new", [True, False], ids=["new connector", "connector that is there"])
def test_another_connector_gets_nothing_of_the_old_one(
    echo: str, answers: bool, new: bool, policy: str, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    there = Installation(password_echo=echo, way=way)
    if not answers:
        monkeypatch.delitem(world._ANSWERING, world.VISMA_URL)
    document: Json = {"connections": [{"name": NAME, "connector": "SAP 2" if new else "SAP", "config": SAP}]}
    if new:
        document["connectors"] = [{"name": "SAP 2", "url": world.SAP_URL}]
    predicted = there.run("environment", document=document, update_secrets=policy, check=True)
    there.forget()
    result = there.converge(document, update_secrets=policy)
    assert (result["diff"], result["changes"]) == (predicted["diff"], predicted["changes"])
    assert stored(there)["ConfigFields"] == SAP_STORED
    tested = [sent.body for sent in there.sent if sent.name == "TestConnectionByConfig"]
    assert [test["ConfigFields"] for test in tested] == [SAP_STORED]
    assert "visma-H" not in json.dumps(there.sent) and "sap-S" not in json.dumps([result, there.warnings])
    diff = result["differences"][-1]
    dropped = diff["before"]["config"]
    assert {"Company", "User", "Port", "Ledger", "Serial"} <= set(dropped)
    assert dropped["Company"] == ("1001" if answers else "********")
    assert dropped.get("Password") == {"clear": "********", "masked": "********", "blank": "", "absent": None}[echo]
    assert "Company" not in diff["after"]["config"] and diff["after"]["config"]["Password"] == "******** (another one)"
    assert new or diff["after"]["config"]["Client"] == "100"
    there.forget()
    again = there.converge(document)
    assert (again["changed"], there.writes) == (False, [])


@over_rest
def test_another_connector_without_what_it_demands_is_refused(way: Way) -> None:
    there = Installation(way=way)
    before = there.state()
    message = there.refused({"connections": [{"name": NAME, "connector": "SAP"}]})
    assert "lacks what the connector demands" in message and "Password" in message
    assert (there.state(), there.writes) == (before, [])
    result = there.run("connection", name=NAME, connector="SAP", config=SAP)
    assert result["connection"]["config"] == {**SAP_STORED, "Password": "********"}
    assert result["connection"]["connector"] == "SAP"


# Access

@newest_ways
@pytest.mark.parametrize("members", ["full", "minimal", "archive"])
def test_access_is_that_of_the_connection_whatever_the_listing_shows(members: str, way: Way) -> None:
    there = Installation(all_connections_members=members, way=way)
    stored_access = {one["ErpConnectionId"]: (one["AllAccess"], one["UserGroupAccessIds"]) for one in there.state()["connections"]}
    facts = there.run("info", include_deleted=True)
    shown = {one["id"]: (one["access"]["everyone"], one["access"]["user_group_ids"]) for one in facts["connections"]}
    assert shown == stored_access
    exported = {one["name"]: one["access"] for one in there.export()["connections"]}
    assert exported["Visma Norway"] == {"everyone": True}
    groups = {group["Id"]: group["Name"] for group in there.state()["user_groups"]}
    swedish = next(access for name, access in exported.items() if "Visma Sweden" in name)
    assert swedish["user_groups"] == [groups[1], groups[3]] and len(swedish["users"]) == 1
    [diff] = there.run("environment", document={"connections": [{"id": 2, "access": {"user_groups": [1]}}]}, check=True)["differences"]
    assert (diff["before"]["access"]["user_groups"], diff["after"]["access"]["user_groups"]) == (["Sales", "Finance"], ["Sales"])


@over_rest
def test_access_that_the_server_does_not_tell_is_not_exported(monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    there = Installation(way=way)
    stored(there)["AllAccess"] = None
    document = there.export()
    assert "access" not in next(one for one in document["connections"] if one["name"] == NAME)
    assert f'The server does not tell who may use the connection "{NAME}", so its access is not in the document.' in there.warnings


@over_rest
def test_optional_secrets_that_may_be_hidden_are_told_by_an_export(monkeypatch: pytest.MonkeyPatch, way: Way) -> None:
    product(monkeypatch, TOKEN, ConfigField("Key", "Key", "Password"))
    there = installation("blank", way=way)
    stored(there)["ConfigFields"].update(Token="", Key="")
    there.export()
    assert (
        f'The server does not tell whether the connection "{NAME}" has a value of Key, Token, which is not in the document. '
        "Add it to config where there is one."
    ) in there.warnings


# Drift against an export


@over_rest
@pytest.mark.parametrize(
    "drift",
    [
        {"AllAccess": False, "UserGroupAccessIds": [1]},
        {"DisplayDescription": "clicked"},
        {"ConfigFields": {"Ledger": "export"}},
        {"ConfigFields": {"User": ""}},
        {"ConfigFields": {"StartDate": "2026-01-01"}},
    ],
    ids=str,
)
def test_drift_is_seen_also_from_what_the_connector_proposes(drift: Json, way: Way) -> None:
    there = Installation(way=way)
    # As the connector and the administration screen propose it, and blank where they propose nothing.
    stored(there)["DisplayDescription"] = ""
    document = {"connections": [one for one in there.export()["connections"] if one["name"] == NAME]}
    document["connections"][0]["config"]["Password"] = STORED["Password"]
    assert there.run("environment", document=document, check=True)["changed"] is False
    config = {**stored(there)["ConfigFields"], **drift.get("ConfigFields", {})}
    before = there.state()["connections"][0]
    stored(there).update({**drift, "ConfigFields": config})
    assert there.converge(document)["changed"] is True
    after = there.state()["connections"][0]
    for members in (before, after):
        members["ConfigFields"] = {key: value for key, value in members["ConfigFields"].items() if value}
        # Who else may use what everybody may use says nothing.
        members.pop("UserGroupAccessIds")
    assert after == before
