# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What others change during a run, what a server may have done in spite of an error, and what is asked once only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from stand_in.wire import rest
from stand_in.wire.answers import json_answer
from stand_in.wire.call import Call

from .documents import SAP_URL
from .installation import Installation, Json

TOGGLE = "ToggleErpConnectionActive"


def norway(**settings: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **settings}]}


def customer(*fields: Json, **settings: Any) -> Json:
    return norway(actors=[{"erp": "Customer", "fields": list(fields), **settings}])


SHOWN = customer({"erp": "CITY", "show": True})

# The order of the connections


@pytest.mark.parametrize("deleted, shown", [(True, [3, 0, 1, 2, 5]), (False, [3, 0, 1, 2, 5, 4, 6])])
def test_connections_that_come_or_go_while_the_order_is_saved_are_nothing_to_warn_of(deleted: bool, shown: list[int]) -> None:
    there = Installation(dynamic_archive=False)
    number = 4 if deleted else 6

    def watch(_there: Installation) -> None:
        if there.writes:
            [one] = [one for one in there.site.state.table("connections") if one["ErpConnectionId"] == number]
            one["Deleted"] = deleted

    there.watch = watch
    assert there.run("priority", order=["SAP Germany", "Visma Norway"])["changed"] is True
    assert there.warnings == []
    assert [number for number in there.state()["connection_rank"] if number in shown][:5] == shown[:5]


# New connections


@pytest.mark.parametrize("lacks", [[], ["GetAllConnections"]])
def test_a_connection_that_somebody_else_creates_meanwhile_is_not_created_twice(lacks: list[str]) -> None:
    there = Installation(missing_methods=lacks)

    def watch(_there: Installation) -> None:
        if there.names[-1] == "TestConnectionByConfig":
            [one] = [one for one in there.site.state.table("connections") if one["ErpConnectionId"] == 6]
            one.update(Deleted=False, DisplayName="Zebra")

    there.watch = watch
    new = {"name": "Zebra", "connector": "Visma", "config": {"Company": "1", "Password": "Hemmelig"}}
    result = there.run("environment", document={"connections": [new]})
    assert (result["failure"]["kind"], result["failure"]["attempts"], there.writes) == ("conflict", 1, []), result
    assert result["msg"] == (
        'The connection "Zebra" (id 6) was not there when this run began: another run, or a person, has created it meanwhile. '
        "It is not created twice. Let one run at a time work on an installation, and run again."
    )
    if lacks:
        # Those that are known are not read once more.
        assert there.names[-2:] == ["GET /api/v1/MDOList/erpconnections", "GetConnection"]


# Things that others remove or move


def told(thing: str, what: str) -> str:
    return (
        f"The {thing} was there when this run began, and has been {what} since: by another run, or by a person. "
        "Let one run at a time work on an installation, and run again."
    )


def meanwhile(change: Callable[[Installation], None], document: Json) -> tuple[Installation, Json]:
    """What becomes of a change, right before which somebody else makes another one."""
    there = Installation()
    there.run("environment", document=document)
    before = next(number for number, sent in enumerate(there.sent) if sent.writes) - 1
    there = Installation()
    there.on_the_way = lambda _request: change(there) if len(there.sent) == before else None
    return there, there.run("environment", document=document)


@pytest.mark.parametrize("settings, thing", [({"description": "New"}, '"Visma Norway"'), ({"active": False}, "with the id 1")])
def test_a_connection_that_somebody_else_removes_meanwhile_is_left_alone(settings: Json, thing: str) -> None:
    there, result = meanwhile(lambda there: there.site.state.table("connections")[0].update(Deleted=True), norway(**settings))
    assert (result["failure"]["kind"], result["failure"]["method"], result["failure"]["uncertain"]) == ("conflict", "GetConnection", False)
    assert (result["msg"], result["changed"], there.writes) == (told(f"connection {thing}", "removed"), False, [])


def test_a_connection_that_somebody_else_moves_meanwhile_keeps_its_new_configuration() -> None:
    document = norway(connector="Visma", config={"Company": "1002"})
    there, result = meanwhile(lambda there: there.site.state.table("connections")[0].update(ErpConnectorId=2), document)
    assert (result["failure"]["kind"], there.writes) == ("conflict", [])
    assert result["msg"] == told('connection "Visma Norway"', "moved to another connector")


def test_a_connector_that_somebody_else_removes_meanwhile_is_not_brought_back() -> None:
    document = {"connectors": [{"id": 1, "name": "Visma Business"}]}
    there, result = meanwhile(lambda there: there.site.state.table("connectors")[0].update(Deleted=True), document)
    assert (result["failure"]["kind"], result["failure"]["method"], there.writes) == ("conflict", "GetErpSyncConnectorEntity", [])
    assert result["msg"] == told('connector "Visma"', "removed")


# Refusals in doubt


def failing(monkeypatch: pytest.MonkeyPatch, method: str, statuses: list[int]) -> None:
    """Let the first calls of one method be answered with these statuses, and not be carried out."""
    real, left = rest.answer, list(enumerate(statuses, 1))

    def answer(site: Any, call: Call) -> Any:
        if not left or call.method is None or call.method.name != method:
            return real(site, call)
        number, status = left.pop(0)
        return json_answer({"Message": f"Answer {number}"}, status)

    monkeypatch.setattr(rest, "answer", answer)


def test_a_change_whose_refusal_is_in_doubt_deactivates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    failing(monkeypatch, "SaveActorTypeMapping", [500])
    result = there.run("environment", document=SHOWN)
    assert result["msg"] == (
        "SaveActorTypeMapping: the server answered with an error (500): Answer 1. "
        "It is not known whether the server carried it out; run the task again to find out and to finish."
    )
    assert result["failure"]["uncertain"] is True and there.writes == ["SaveActorTypeMapping"]


@pytest.mark.parametrize(
    "second, told",
    [
        (400, "Answer 1"),
        (500, "Answer 2. It is not known whether the server carried it out; run the task again to find out and to finish"),
    ],
)
def test_a_change_that_is_refused_once_more_tells_the_first_refusal_unless_the_second_is_in_doubt(
    second: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Installation()
    failing(monkeypatch, "SaveActorTypeMapping", [400, second])
    result = there.run("environment", document=SHOWN)
    status = 400 if second == 400 else 500
    assert result["msg"] == (
        f"SaveActorTypeMapping: the server answered with an error ({status}): {told}. "
        '"Visma Norway" had been deactivated for the change and is active again.'
    )
    assert result["failure"]["uncertain"] is (second == 500)
    assert there.writes == ["SaveActorTypeMapping", TOGGLE, "SaveActorTypeMapping", TOGGLE]
    assert there.connection("Visma Norway")["Active"] is True


def test_a_connection_that_nothing_could_activate_again_is_not_deactivated_for_a_change() -> None:
    there = Installation(enforce_inactive_for_edit=True)
    [visma] = [one for one in there.site.state.table("connectors") if one["ErpConnectorId"] == 1]
    right, visma["URL"] = visma["URL"], "https://switched-off.example.com/Connector.svc"
    result = there.run("environment", document=SHOWN)
    assert result["failure"]["kind"] == "server_error" and result["msg"].endswith(" deactivated before its mappings are changed."), result
    assert there.connection("Visma Norway")["Active"] is True and there.writes == ["SaveActorTypeMapping"]
    assert there.warnings == [
        'connection "Visma Norway" is active and was not deactivated for the change, though the server may take changes only then: its ERP '
        "system does not answer, so that nothing could activate it again."
    ]
    visma["URL"] = right
    # Who may not ask is taken to be right.
    there.settings(forbidden=["TestConnectionById"])
    assert there.converge(SHOWN)["changed"] is True and there.connection("Visma Norway")["Active"] is True


def test_a_connection_that_somebody_deactivates_during_the_test_stays_so_and_is_changed() -> None:
    there = Installation(enforce_inactive_for_edit=True)

    def watch(_there: Installation) -> None:
        if there.names[-1] == "TestConnectionById":
            there.connection("Visma Norway")["Active"] = False

    there.watch = watch
    assert there.converge(SHOWN)["changed"] is True and there.warnings == []
    assert there.connection("Visma Norway")["Active"] is False and TOGGLE not in there.writes


def test_a_toggle_whose_answer_is_lost_counts_as_a_change_whatever_comes_then() -> None:
    there = Installation()
    there.may_be_mistaken = True
    # The toggle is carried out, and right afterwards we make a mistake.
    there.trouble = lambda _number, request: (
        "after" if request.method == TOGGLE else "mistake" if there.writes and request.method == "GetConnection" else None
    )
    result = there.run("environment", document=norway(active=False))
    assert result["failed"] and result["changed"] is True and there.writes == [TOGGLE]
    assert "met a mistake of its own" in result["msg"]


def test_a_change_of_an_inactive_connection_that_is_refused_switches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    there.connection("Visma Norway")["Active"] = False
    failing(monkeypatch, "SaveActorTypeMapping", [400])
    assert there.run("environment", document=SHOWN)["failure"]["uncertain"] is False
    assert there.writes == ["SaveActorTypeMapping"]


def test_what_still_activates_connections_does_not_hold_up_the_end_of_the_process() -> None:
    there = Installation(enforce_inactive_for_edit=True)
    lost = there.connection("Visma Norway")
    there.trouble = lambda _number, request: "before" if request.method == "SaveActorTypeMapping" and not lost["Active"] else None
    ends: list[bool] = []
    there.on_the_way = lambda request: ends.append(threading.current_thread().daemon) if request.method == TOGGLE else None
    there.run("environment", document=SHOWN)
    # Deactivated by the run itself, activated by a thread that the process does not wait for.
    assert ends == [False, True] and lost["Active"] is True


# A connector at a new URL


def test_what_a_connector_asks_for_at_its_new_url_is_read_there() -> None:
    there = Installation()
    document = {"connectors": [{"name": "Visma", "url": SAP_URL, "test": False}], **norway(config={"Company": "5"}, test=False)}
    there.converge(document, check=True)
    assert there.warnings[-1] == (
        'connections[0] ("Visma Norway"): only the run itself shows whether these are right: '
        "what its connector asks for and has at its new URL."
    )
    result = there.run("environment", document=document)
    assert result["msg"] == (
        'connections[0] ("Visma Norway").config has "Company", which the connector does not know. It knows: System, Client, User, '
        'Password, SalesOrganisation. Done before: change connector "Visma". This stays; correct the input and run again.'
    )
    assert there.writes == ["SaveErpSyncConnectorEntity"] and there.connection("Visma Norway")["ConfigFields"]["Company"] != "5"


SAP_CONFIG = {"User": "ERPSYNC", "Password": "Hemmelig", "Client": 200}
SAP_FIELDS = [{"erp": "Customer", "fields": [{"erp": "KLIMK", "show": True}]}]


@pytest.mark.parametrize("echo", ["clear", "blank"])
@pytest.mark.parametrize(
    "connection",
    [
        {"name": "Visma Norway", "config": {**SAP_CONFIG, "System": "S4H"}, "refresh_fields": True, "actors": SAP_FIELDS},
        {"name": "SAP Germany", "connector": "Visma", "config": SAP_CONFIG},
        {"name": "Fresh", "connector": "Visma", "config": SAP_CONFIG, "active": False, "actors": SAP_FIELDS},
    ],
)
def test_another_product_at_a_new_url_gets_its_own_configuration_in_one_run(connection: Json, echo: str) -> None:
    """A connection that is there, one that moves to the connector, and a new one."""
    there = Installation(password_echo=echo)
    document = {"connectors": [{"name": "Visma", "url": SAP_URL}], "connections": [connection]}
    predicted = there.converge(document, check=True)
    assert any("what its connector asks for and has at its new URL" in text for text in there.warnings) and there.writes == []
    assert "TestConnectionByConfig" not in there.names

    result = there.converge(document)
    assert [(change["kind"], change["name"], change["changed_fields"]) for change in result["changes"]] == [
        (change["kind"], change["name"], change["changed_fields"]) for change in predicted["changes"]
    ]
    # Tested where the product answers by now.
    assert (
        there.names.index("SaveErpSyncConnectorEntity") < there.names.index("TestConnectionByConfig") < there.names.index("SaveConnection")
    )
    stored = there.connection(connection["name"])["ConfigFields"]
    assert (stored["User"], stored["Client"], stored["System"]) == ("ERPSYNC", "200", "S4H") and "Company" not in stored
    gone = [text for text in there.warnings if "The stored values are gone." in text]
    assert len(gone) == (connection["name"] == "Visma Norway") and all("does not ask for Company, " in text for text in gone)
    there.forget()
    assert there.converge(document)["changed"] is False and there.writes == []


def test_a_hidden_password_is_not_risked_for_a_new_url() -> None:
    there = Installation(password_echo="blank")
    document = {"connectors": [{"name": "Visma", "url": SAP_URL}], **norway(config={"Company": "5"})}
    message = there.refused(document)
    assert "the server does not give back Password" in message or "does not show whether Password has a value" in message
    assert there.writes == []


def test_a_connector_that_is_declared_without_a_url_has_no_new_one() -> None:
    there = Installation()
    there.converge({"connectors": [{"name": "Visma"}], **norway(config={"Company": "5"})}, check=True)
    assert there.warnings == []


def test_a_configuration_is_tested_once() -> None:
    there = Installation()
    there.converge(norway(config={"Company": "2"}))
    new = {"name": "N", "connector": "Visma", "config": {"Company": "1", "Password": "Hemmelig"}}
    there.converge({"connections": [new]})
    assert there.names.count("TestConnectionByConfig") == 2
