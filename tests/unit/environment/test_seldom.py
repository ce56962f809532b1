# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What seldom happens in a run: fields are read again, an order or a removal is refused, activating again fails, an answer is unusable."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from stand_in import world
from stand_in.wire import rest
from stand_in.wire.call import Call
from stand_in.world import ErpField, Product

from .documents import SAP_URL, VISMA_URL
from .installation import Installation, Json

NORWAY = 'connections[0] ("Visma Norway")'
TOGGLE = "ToggleErpConnectionActive"
SAP = {"connector": "SAP", "config": {"Client": "1", "User": "u", "Password": "Hemmelig"}, "test": False}


def connection(**settings: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **settings}]}


def customer(*fields: Json, **settings: Any) -> Json:
    return connection(actors=[{"erp": "Customer", "fields": list(fields)}], **settings)


def answering(monkeypatch: pytest.MonkeyPatch, method: str, body: Any) -> None:
    """Let one method be carried out and answer with this body, or with what a function makes of the answer."""
    real = rest.answer

    def answer(site: Any, call: Call) -> Any:
        given = real(site, call)
        if call.method is None or call.method.name != method:
            return given
        told = body(json.loads(given.body)) if callable(body) else body
        return dataclasses.replace(given, body=json.dumps(told).encode())

    monkeypatch.setattr(rest, "answer", answer)


def visma_gets(monkeypatch: pytest.MonkeyPatch, *fields: ErpField) -> None:
    """Let the connector of Visma have more fields of customers from now on."""
    visma = world.VISMA
    actors = {**visma.actors, "Customer": (*visma.actors["Customer"], *fields)}
    grown = Product(visma.name, visma.config, actors, visma.lists, visma.searchable)
    for table in (world._ANSWERING, world._REMEMBERED):
        monkeypatch.setitem(table, VISMA_URL, grown)


def active_ids(there: Installation, table: str, key: str) -> list[int]:
    return [one[key] for one in there.site.state.table(table) if not one["Deleted"]]


# refresh_fields


def test_fields_are_read_again_where_a_declared_one_is_unknown_and_only_there(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    visma_gets(monkeypatch, ErpField("PIN", "Pin"))
    document = customer({"erp": "PIN", "show": True, "default": {"value": "7"}}, {"erp": "CITY", "show": True}, refresh_fields=True)
    checked = there.converge(document, check=True)
    assert there.writes == [] and checked["steps"] == [
        'read the fields of connection "Visma Norway" again',
        'map the fields of connection "Visma Norway", Customer',
        'set the default values of connection "Visma Norway", Customer',
        'clear the cached columns of connection "Visma Norway"',
    ]
    assert there.warnings == [
        f"{NORWAY}: only the run itself shows whether these are right: Customer (actor type, fields, default values)."
    ]
    there.forget()
    done = there.converge(document)
    assert done["steps"] == checked["steps"] and there.warnings == []
    assert there.writes == ["UpdateConnectionFields", "SaveActorTypeMapping", "SaveDefaultValueInfo", "ValidateArchiveColumnConfig"]
    pin = there.mapped("Visma Norway", "Customer", "PIN")
    assert (pin["ShowInGui"], pin["FirstSyncDefaultValue"]) == (True, "7")
    assert there.mapped("Visma Norway", "Customer", "CITY")["ShowInGui"] is True
    there.forget()
    assert there.converge(document)["changed"] is False and there.writes == []


def test_a_list_that_is_there_beside_a_field_that_is_not_known_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    visma_gets(monkeypatch, ErpField("PIN", "Pin"))
    terms = {"erp": "STDTERMS", "crm": "paymentterms", "direction": "both"}
    lists = [{"list": "TermList", "items": {"a": "Prepaid"}}]
    result = there.converge(customer(terms, {"erp": "PIN", "crm": "category"}, lists=lists, refresh_fields=True), check=True)
    [stamp] = result["differences"][-1].pop("stamps")
    assert stamp["path"] == ["items", "a"]
    assert result["differences"][-1] == {"before": {"items": {"a": "30 days"}}, "after": {"items": {"a": "Prepaid"}}}
    assert there.names.count("GetConnectionListMappings") == 1
    assert there.warnings == [f"{NORWAY}: only the run itself shows whether these are right: Customer (actor type, fields)."]


def test_a_list_of_an_actor_type_that_is_not_there_yet() -> None:
    there = Installation()
    actors = [{"erp": "Partner", "fields": [{"erp": "STDTERMS", "crm": "paymentterms", "direction": "both"}]}]
    lists = [{"list": "TermList", "actor": "Partner", "items": {"a": "Prepaid"}}]
    there.converge(connection(actors=actors, lists=lists, refresh_fields=True), check=True)
    told = 'Partner (actor type, fields); the list "TermList" and its items.'
    assert there.warnings == [f"{NORWAY}: only the run itself shows whether these are right: {told}"]


def test_fields_are_read_again_for_one_of_several_actor_types(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    visma_gets(monkeypatch, ErpField("PIN", "Pin"))
    person = {"erp": "Person", "fields": [{"erp": "TITLE", "show": True}]}
    document = connection(refresh_fields=True, actors=[person, {"erp": "Customer", "fields": [{"erp": "PIN", "show": True}]}])
    there.converge(document, check=True)
    assert there.warnings == [f"{NORWAY}: only the run itself shows whether these are right: Customer (actor type, fields)."]
    there.converge(document)
    assert there.writes.count("UpdateConnectionFields") == 1
    assert there.mapped("Visma Norway", "Customer", "PIN")["ShowInGui"] and there.mapped("Visma Norway", "Person", "TITLE")["ShowInGui"]


def test_a_field_that_the_connector_has_again_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    visma_gets(monkeypatch, ErpField("TELEX", "Telex"))
    telex = there.mapped("Visma Norway", "Customer", "TELEX")
    assert telex["MissingInERP"] is True
    document = customer({"erp": "TELEX", "show": True})
    assert "the ERP side no longer has this field" in there.refused(document)
    there.converge(customer({"erp": "TELEX", "show": True}, refresh_fields=True))
    assert (telex["MissingInERP"], telex["ShowInGui"]) == (False, True)


def test_fields_that_the_server_cannot_read_again_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    visma_gets(monkeypatch, ErpField("PIN", "Pin"))
    there.connection("Visma Norway")["ConfigFields"]["Password"] = "wrong"
    result = there.run("environment", document=customer({"erp": "PIN", "show": True}, refresh_fields=True))
    assert result["msg"] == (
        'The server could not read the fields of connection "Visma Norway" from its connector. Check that the connector answers.'
    )
    assert (result["failure"]["kind"], result["failure"]["method"]) == ("server_error", "UpdateConnectionFields")
    assert result["failure"]["attempts"] == 1 and result["failure"]["uncertain"] is False
    assert there.writes == ["UpdateConnectionFields"]


@pytest.mark.parametrize(
    "actor, told",
    [
        (
            {"erp": "Customer", "fields": [{"erp": "PIN", "show": True}]},
            f'{NORWAY}.actors[0] (Customer).fields[0] (PIN): the ERP side has no field "PIN". '
            "If it is new there, use refresh_fields to read the connector's fields again.",
        ),
        (
            {"erp": "Partner", "enabled": True},
            f"{NORWAY}.actors[0] (Partner): the connection has no actor type Partner; its ERP system does not offer it.",
        ),
    ],
)
def test_a_mistake_that_only_an_earlier_step_shows(actor: Json, told: str) -> None:
    there = Installation()
    result = there.run("environment", document=connection(description="new", refresh_fields=True, actors=[actor]))
    assert result["msg"] == (
        f'{told} Done before: change connection "Visma Norway", read the fields of connection "Visma Norway" again. '
        "This stays; correct the input and run again."
    )
    assert result["failure"]["kind"] == "bad_input" and result["failure"]["uncertain"] is False
    assert result["changed"] is True and "steps_not_done" not in result
    assert result["steps_done"] == ['change connection "Visma Norway"', 'read the fields of connection "Visma Norway" again']
    assert there.connection("Visma Norway")["DisplayDescription"] == "new"


# The order of the connections


def failure(kind: str, method: str | None, **more: Any) -> Json:
    """The whole failure of one request that was answered well and refused."""
    return {
        "kind": kind,
        "code": None,
        "http_status": None,
        "method": method,
        "attempts": 1,
        "correlation": None,
        "uncertain": False,
        **more,
    }


def test_failures_of_refusals_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    result = there.run("environment", document={"connectors": [{"name": "Zebra", "url": "https://nothing.example"}]})
    assert result["failure"] == failure("test_failed", "TestConnectorUrl", code="ErrorNotFound")
    answering(monkeypatch, "UpdateConnectionFields", False)
    unknown = [{"erp": "Customer", "fields": [{"erp": "UNHEARD", "show": True}]}]
    result = there.run("environment", document={"connections": [{"name": "Visma Norway", "refresh_fields": True, "actors": unknown}]})
    assert result["failure"] == failure("server_error", "UpdateConnectionFields")
    answering(monkeypatch, "ToggleErpConnectionActive", ["No."])
    result = there.run("connection", name="Visma Norway", active=False)
    assert result["failure"] == failure("not_switched", "ToggleErpConnectionActive")


def test_an_order_that_the_server_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    answering(monkeypatch, "SaveErpConnectionSyncPriorities", False)
    result = there.run("environment", document={"connections": [], "priority": ["SAP Germany", "Visma Norway"]})
    assert result["msg"] == "The server refused the order of the connections."
    assert result["failure"] == failure("server_error", "SaveErpConnectionSyncPriorities")
    assert result["steps_not_done"] == ["order the connections by priority"]
    # With SuperOffice and without, and no third time.
    orders = [sent.body["ErpConnectionIds"] for sent in there.sent if sent.writes]
    assert orders == [[3, 0, 1, 2, 5, 4], [3, 1, 2, 5, 4]]


def test_an_order_without_superoffice_that_the_server_refuses_is_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    there.site.state.data["connection_rank"].remove(0)
    answering(monkeypatch, "SaveErpConnectionSyncPriorities", False)
    result = there.run("priority", order=["SAP Germany", "Visma Norway"])
    assert result["msg"] == "The server refused the order of the connections."
    assert there.writes == ["SaveErpConnectionSyncPriorities"]


def test_superoffice_that_is_declared_is_never_left_out() -> None:
    there = Installation(priority_accepts_zero=False)
    result = there.run("priority", order=["SAP Germany", 0])
    assert result["msg"] == "The server refused the order of the connections."
    assert there.writes == ["SaveErpConnectionSyncPriorities"]
    assert there.state()["connection_rank"] == [1, 0, 3, 2, 5, 4]


# Removing


def test_a_connector_that_the_server_lets_nobody_remove() -> None:
    there = Installation(deleted_connections_count=True)
    gone = [{"name": name, "state": "absent"} for name in ("Visma Norway", "Visma Sweden")]
    document = {"connectors": [{"name": "Visma", "state": "absent"}], "connections": gone}
    result = there.run("environment", document=document)
    assert result["msg"] == (
        'connector "Visma" cannot be removed: ErrorConnectorHasConnections. Done before: remove connection "Visma Norway", '
        'remove connection "Visma Sweden". Not done: remove connector "Visma". A new run finishes it once the cause is mended.'
    )
    assert result["failure"] == failure("server_error", "CanDeleteErpSyncConnectorEntity", code="ErrorConnectorHasConnections")
    assert there.writes == ["DeleteConnection", "DeleteConnection"]
    assert active_ids(there, "connectors", "ErpConnectorId") == [1, 2, 3]


def test_absent_by_id_removes_what_has_the_id_and_takes_an_id_that_nothing_has_for_done() -> None:
    there = Installation()
    document: Json = {
        "connections": [{"id": 4, "state": "absent"}, {"id": 77, "state": "absent"}],
        "connectors": [{"id": 3, "state": "absent"}, {"id": 88, "state": "absent"}],
    }
    checked = there.converge(document, check=True)
    assert there.writes == []
    done = there.converge(document)
    assert done["changes"] == checked["changes"] and done["steps"] == [
        'remove connection "Dynamics Denmark"',
        'remove connector "Dynamics"',
    ]
    assert there.writes == ["DeleteConnection", "DeleteErpSyncConnectorEntity"]
    assert active_ids(there, "connections", "ErpConnectionId") == [1, 2, 3, 5]
    assert active_ids(there, "connectors", "ErpConnectorId") == [1, 2]
    there.forget()
    assert there.converge(document)["changed"] is False and there.writes == []


@pytest.mark.parametrize("task, number", [("connection", 5), ("connector", 3)])
def test_a_task_removes_by_id(task: str, number: int) -> None:
    there = Installation()
    there.connection("Dynamics Denmark")["Deleted"] = True
    assert there.run(task, id=number, state="absent")["changed"] is True
    assert len(there.writes) == 1
    assert there.run(task, id=number, state="absent")["changed"] is False
    assert there.run(task, id=99, state="absent")["changed"] is False
    assert len(there.writes) == 1
    table = f"{task}s"
    assert number not in active_ids(there, table, f"Erp{task.capitalize()}Id")


def test_a_thing_that_is_declared_twice_by_name_and_by_id_is_refused() -> None:
    there = Installation()
    for kind, name in (("connection", "Visma Norway"), ("connector", "Visma")):
        for other in ({"id": 1}, {"id": 1, "state": "absent"}):
            message = there.refused({f"{kind}s": [{"name": name}, other]})
            assert message == f"{kind}s[1] (id 1) means the {kind} with the id 1, which the document has declared already."


def test_what_is_removed_is_no_target() -> None:
    there = Installation()
    message = there.refused({"connections": [{"id": 1, "state": "absent"}], "priority": [{"id": 1}]})
    assert message == "priority[0]: the connection with the id 1 is removed by the same document."
    message = there.refused({"connections": [{"id": 1, "state": "absent"}], "priority": ["Visma Norway"]})
    assert message == (
        'priority[0]: there is no connection "Visma Norway". There are: Visma Sweden, SAP Germany, Dynamics Denmark, SAP Austria.'
    )


# Activating again


def test_activating_again_that_fails_is_told() -> None:
    there = Installation(enforce_inactive_for_edit=True)
    norway = there.connection("Visma Norway")

    def trouble(_number: int, request: Request) -> str | None:
        lost = not norway["Active"] and request.method in ("SaveActorTypeMapping", TOGGLE)
        return "before" if lost else None

    there.trouble = trouble
    result = there.run("environment", document=customer({"erp": "CITY", "show": True}))
    assert result["msg"] == (
        'SaveActorTypeMapping: the connection was lost. Besides, "Visma Norway" had been deactivated for the change and could not be '
        f"activated again: {TOGGLE}: the connection was lost. "
        "Declare active: true for it and run again, or activate it in SuperOffice."
    )
    assert norway["Active"] is False and result["changed"] is True
    # Once more after the first lost answer, and no third time.
    assert there.writes == ["SaveActorTypeMapping", TOGGLE, "SaveActorTypeMapping", TOGGLE, TOGGLE]


def test_activating_again_that_the_server_refuses_is_told_and_not_repeated() -> None:
    there = Installation(enforce_inactive_for_edit=True)
    norway = there.connection("Visma Norway")

    def trouble(_number: int, request: Request) -> str | None:
        if norway["Active"] or request.method != "SaveActorTypeMapping":
            return None
        norway["ConfigFields"]["Password"] = "wrong"
        return "before"

    there.trouble = trouble
    result = there.run("environment", document=customer({"erp": "CITY", "show": True}))
    assert result["msg"] == (
        'SaveActorTypeMapping: the connection was lost. Besides, "Visma Norway" had been deactivated for the change and could not be '
        'activated again: The connection "Visma Norway" cannot be activated: The connector does not accept the configuration. '
        "Declare active: true for it and run again, or activate it in SuperOffice."
    )
    assert there.writes == ["SaveActorTypeMapping", TOGGLE, "SaveActorTypeMapping", TOGGLE]


def test_connections_that_are_active_again_are_told() -> None:
    there = Installation(enforce_inactive_for_edit=True)
    norway = there.connection("Visma Norway")
    there.trouble = lambda _number, request: "before" if request.method == "SaveActorTypeMapping" and not norway["Active"] else None
    result = there.run("environment", document=customer({"erp": "CITY", "show": True}))
    assert result["msg"] == (
        'SaveActorTypeMapping: the connection was lost. "Visma Norway" had been deactivated for the change and is active again.'
    )
    assert norway["Active"] is True


def test_a_toggle_whose_reasons_are_blank_was_carried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    answering(monkeypatch, TOGGLE, [""])
    assert there.converge(connection(active=False))["changed"] is True
    assert there.connection("Visma Norway")["Active"] is False


def test_a_toggle_that_does_nothing_and_gives_no_reason() -> None:
    there = Installation()
    # Somebody switches it back before it is looked at.
    there.watch = lambda _there: there.connection("Visma Norway").update(Active=True)
    result = there.run("environment", document=connection(active=False))
    assert result["msg"] == 'The connection "Visma Norway" cannot be deactivated: The server gives no reason.'
    assert result["failure"]["kind"] == "not_switched" and result["reasons"] == []


# Default values


def test_what_the_erp_system_demands_cannot_be_made_optional() -> None:
    there = Installation()
    name = there.mapped("Visma Norway", "Customer", "NAME")
    name.update(Mandatory=True, PromptUser=True)
    message = there.refused(customer({"erp": "NAME", "default": {"mandatory": False}}))
    assert message == (
        f"{NORWAY}.actors[0] (Customer).fields[0] (NAME).default.mandatory is false, but the ERP system itself demands a value. "
        "Leave mandatory out."
    )
    assert there.writes == []
    # Nor can the value go without which nobody could create anything.
    message = there.refused(customer({"erp": "NAME", "default": None}))
    assert message == (
        f"{NORWAY}.actors[0] (Customer).fields[0] (NAME).default makes the field mandatory without a value and without asking the user. "
        "Add value, or prompt: true."
    )
    there.converge(customer({"erp": "NAME", "default": {"value": "x", "prompt": False}}))
    assert (name["Mandatory"], name["PromptUser"], name["FirstSyncDefaultValue"]) == (True, False, "x")
    # Where the server does not say that the value is demanded, there is nothing to change.
    name.update(Mandatory=False)
    assert there.converge(customer({"erp": "NAME", "default": {"mandatory": False}}))["changed"] is False


def test_what_the_erp_system_demands_after_all_counts_as_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    answering(monkeypatch, "SaveDefaultValueInfo", lambda saved: {**saved, "Mandatory": True})
    assert there.converge(customer({"erp": "NAME", "default": {"value": "x", "mandatory": False}}))["changed"] is True
    result = there.run("environment", document=customer({"erp": "CITY", "default": {"value": "x", "mandatory": False}}))
    assert "did not take over mandatory of the default of CITY" in result["msg"]


# A configuration that the server does not show


def test_a_secret_of_a_configuration_that_is_not_shown_counts_as_unchanged_and_nothing_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Installation()
    shown = {**there.connection("Visma Norway"), "ConfigFields": None}
    answering(monkeypatch, "GetConnection", shown)
    assert there.converge(connection(config={"Password": "other"}))["changed"] is False
    for settings in ({"description": "x"}, {"description": "x", "config": {"Password": "other"}}):
        assert there.refused(connection(**settings)) == (
            f"{NORWAY}: the server does not show the configuration of this connection, and saving description could overwrite it. "
            "Leave description as it is, or change it in SuperOffice's administration."
        )
    assert there.refused(connection(config={"Company": "2"})) == (
        f"{NORWAY}: the server does not show the configuration of this connection, and saving config could overwrite it. "
        "Leave config as it is, or change it in SuperOffice's administration."
    )
    assert there.writes == []


# Waiting for the engine


@pytest.mark.parametrize(
    "option, value, told",
    [
        ("wait_timeout", float("inf"), "wait_timeout is inf, which is no finite number. Give a number, or a text in quotes."),
        ("wait_timeout", float("nan"), "wait_timeout is nan, which is no finite number. Give a number, or a text in quotes."),
        ("wait_timeout", ".inf", None),
        ("wait_timeout", "inf", "wait_timeout is Infinity, which is no finite number."),
        ("wait_timeout", "nan", "wait_timeout is NaN, which is no finite number."),
        ("wait_timeout", -0.5, "wait_timeout is -0.5; use a number of seconds, 0 or more."),
        ("wait_timeout", 0, ""),
        ("wait_interval", "inf", "wait_interval is Infinity, which is no finite number."),
        ("wait_interval", 0.009, "wait_interval is 0.009; use a number of seconds, 0.01 or more."),
        ("wait_interval", 0.01, ""),
    ],
)
def test_times_that_nobody_can_wait(option: str, value: Any, told: str | None) -> None:
    there = Installation()
    for task, options in (("engine", {"state": "running"}), ("environment", {"document": {"engine": {"state": "running"}}})):
        result = there.run(task, **{option: value}, **options)
        if told == "":
            assert not result.get("failed"), result
        else:
            assert result["failed"] and there.sent == [] and told in (None, result["msg"]), result


# Synchronising


UNUSABLE: list[tuple[Any, str]] = [
    (None, "the server should answer with an object and answered with null. Check that url is the address of a SuperOffice installation."),
    (
        [],
        "the server should answer with an object and answered with an array. Check that url is the address of a SuperOffice installation.",
    ),
    ({}, "the server's answer cannot be used: neither IsOk nor Status says how it went."),
    ({"Status": "Purple"}, "the server's answer cannot be used: neither IsOk nor Status says how it went."),
    ({"Status": "Ok", "Changes": 5}, "the server's answer cannot be used: Changes should be an object and is a number."),
    (
        {"Status": "Ok", "Changes": {"AddedRecords": 5}},
        "the server's answer cannot be used: AddedRecords should be an array and is a number.",
    ),
    ({"IsOk": "no"}, "the server's answer cannot be used: IsOk should be true or false and is a text."),
]
SYNCS: list[tuple[str, Json, str]] = [
    ("sync_all", {}, "SyncAll"),
    ("sync_all", {"force": True}, "ForceSyncAll"),
    ("resync", {"record_ids": [1]}, "ForceResync"),
]


@pytest.mark.parametrize("body, told", UNUSABLE)
def test_a_synchronisation_whose_answer_cannot_be_used_was_perhaps_carried_out(
    body: Any, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for task, options, method in SYNCS:
        with monkeypatch.context() as patched:
            answering(patched, method, body)
            there = Installation()
            result = there.run(task, **options)
        assert result["msg"] == (
            f"{method}: {told} It is not known whether the server carried it out; run the task again to find out and to finish."
        )
        assert (result["failure"]["kind"], result["failure"]["uncertain"]) == ("unexpected_answer", True)
        assert there.writes == [method]


# What a server does not take over


@pytest.mark.parametrize(
    "method, member, stored, options, told",
    [
        ("SaveConnection", "DisplayName", "Other", {"id": 1, "name": "New"}, 'name of connection "Visma Norway"'),
        ("SaveConnection", "DisplayDescription", "Other", {"description": "x"}, 'description of connection "Visma Norway"'),
        ("SaveConnection", "AllAccess", True, {"access": {"users": []}}, 'access of connection "Visma Norway"'),
        ("SaveConnection", "ErpConnectorId", 1, SAP, 'connector of connection "Visma Norway"'),
        ("SaveConnection", "ConfigFields", {"Company": "1"}, {"config": {"Company": "5"}}, 'config.Company of connection "Visma Norway"'),
        (
            "SaveActorTypeMapping",
            "IsActive",
            True,
            {"actors": [{"erp": "Customer", "enabled": False}]},
            'enabled of connection "Visma Norway", Customer',
        ),
        (
            "SaveActorTypeMapping",
            "FieldMappings",
            None,
            {"actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]},
            None,
        ),
        (
            "SaveConnectionListMappings",
            "ErpListItemMappings",
            None,
            {"lists": [{"list": "TermList", "items": {"a": "Prepaid"}}]},
            None,
        ),
    ],
)
def test_what_is_not_taken_over_is_told_word_for_word(
    method: str, member: str, stored: Any, options: Json, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, method, lambda saved: {**saved, member: stored})
    item = {"name": "Visma Norway", **options}
    result = Installation().run("environment", document={"connections": [item]})
    sentence = f"{method}: the server accepted the change, but did not take over "
    if told is None:
        assert result["msg"].startswith(f"{sentence}all of it: {NORWAY}")
    else:
        assert result["msg"].split(" Done before")[0].split(" Not done")[0].startswith(f"{sentence}{told}.")
    assert result["failure"] == failure("unexpected_answer", method, uncertain=True)


# What is new


def test_the_connections_are_listed_once_more_before_the_first_is_created() -> None:
    there = Installation()
    new = {"connector": "Visma", "config": {"Company": "1", "Password": "Hemmelig"}}
    there.converge({"connections": [{**new, "name": name} for name in ("One", "Two")]})
    assert there.names[-3:] == ["GetAllConnections", "SaveConnection", "SaveConnection"]
    assert there.names.count("GetAllConnections") == 2


def test_the_connectors_are_listed_once_more_before_the_first_is_created() -> None:
    there = Installation()
    new = [{"name": name, "url": VISMA_URL} for name in ("One", "Two")]
    there.converge({"connectors": new})
    asked = [name for name in there.names if name != "TestConnectorUrl"]
    create = ["CreateDefaultErpSyncConnectorEntity", "SaveErpSyncConnectorEntity"]
    assert asked == ["GetAllConnectors", "GetAllConnectors", *create, *create]
    there.forget()
    there.converge({"connectors": [{"name": "One", "url": SAP_URL}]})
    assert there.names.count("GetAllConnectors") == 1


def test_what_a_task_returns_of_a_new_connector() -> None:
    there = Installation("empty")
    options: Json = {"name": "Visma", "connector_url": VISMA_URL}
    shown: Json = {"id": None, "name": "Visma", "raw_name": "Visma", "url": VISMA_URL}
    assert there.run("connector", check=True, **options)["connector"] == shown
    assert there.run("connector", **options)["connector"] == {**shown, "id": 1}
    assert there.run("connector", **options)["connector"] == {**shown, "id": 1}
    # Another URL, and another name.
    assert there.run("connector", check=True, name="Visma", connector_url=SAP_URL)["connector"] == {**shown, "id": 1, "url": SAP_URL}
    renamed = {**shown, "id": 1, "name": "V", "raw_name": "V"}
    assert there.run("connector", check=True, id=1, name="V")["connector"] == renamed
    assert there.run("connector", id=1, name="V")["connector"] == renamed


def test_what_a_task_returns_of_a_new_connection() -> None:
    there = Installation()
    options: Json = {"name": "N", "connector": "Visma", "config": {"Company": "1", "Password": "Hemmelig"}}
    config: Json = {"Company": "1", "Password": "********"}
    told: Json = {"name": "N", "connector": "Visma", "description": "", "config": config}
    for active in (None, False, True):
        result = there.run("connection", check=True, active=active, **options)["connection"]
        assert result == {**told, "id": None, "active": active is True}
    assert there.run("connection", active=True, **options)["connection"] == {**told, "id": 7, "active": True}
    # What the connector proposed is told once it is there.
    proposed = {"User": "superoffice", "Port": "443", "Timeout": "30.5", "UseTls": "1", "Ledger": "general", "Serial": "<ser#>"}
    told["config"] = {**config, **proposed}
    assert there.run("connection", **options)["connection"] == {**told, "id": 7, "active": True}
    assert there.run("connection", active=False, check=True, **options)["connection"] == {**told, "id": 7, "active": False}


@pytest.mark.parametrize("test", [True, False])
def test_a_new_connection_through_a_silent_connector(test: bool) -> None:
    there = Installation()
    new = {"name": "N", "connector": "Dynamics", "test": test}
    for settings in ({}, {"config": {"Tenant": "t"}}):
        result = there.run("environment", document={"connections": [{**new, **settings}]})
        assert result["msg"] == (
            'connections[0] ("N").config cannot be checked, since its connector does not answer. GetConfigurationFields: the server '
            "answered with an error (500): The connector at http://old-nav.example.com/NavConnector.svc does not answer."
        )
    assert there.writes == []


@pytest.mark.parametrize("test", [True, False])
def test_a_new_connection_through_a_new_connector(test: bool) -> None:
    there = Installation("empty")
    new = {"name": "N", "connector": "SAP", "config": {"Client": "1", "User": "u", "Password": "wrong"}, "test": test}
    result = there.run("environment", document={"connectors": [{"name": "SAP", "url": SAP_URL}], "connections": [new]})
    if test:
        assert result["msg"] == (
            'connections[0] ("N"): the ERP system does not accept this configuration. The connection was not saved. Check the values of '
            'config, or use test: false. Done before: create connector "SAP". Not done: create connection "N". '
            "A new run finishes it once the cause is mended."
        )
        assert result["failure"] == failure("test_failed", "TestConnectionByConfig")
        assert there.writes == ["SaveErpSyncConnectorEntity"]
    else:
        assert not result.get("failed") and "TestConnectionByConfig" not in there.names
        assert there.writes == ["SaveErpSyncConnectorEntity", "SaveConnection"]


# Which connection shows what a new one will have


@pytest.mark.parametrize(
    ("active", "chosen"),
    [({1: True, 2: True}, 1), ({1: False, 2: True}, 2), ({1: True, 2: False}, 1), ({1: False, 2: False}, 1)],
)
def test_an_active_connection_shows_what_a_new_one_will_have_and_then_the_oldest(active: dict[int, bool], chosen: int) -> None:
    there = Installation()
    for one in there.site.state.table("connections"):
        one["Active"] = active.get(one["ErpConnectionId"], one["Active"])
    new = {"name": "New", "connector": "Visma", "config": {"Company": "1", "Password": "Hemmelig"}}
    fields = [{"erp": "NAME", "crm": "name", "direction": "both"}]
    there.converge({"connections": [{**new, "actors": [{"erp": "Customer", "fields": fields}]}]}, check=True)
    asked = [sent.body for sent in there.sent if sent.name == "GetActorTypeMapping"]
    assert asked == [{"ErpConnectionId": chosen, "ActorType": "Customer"}]


def test_nothing_shows_what_a_new_connection_will_have_where_no_other_goes_through_its_connector() -> None:
    there = Installation()
    there.connection("SAP Germany")["Deleted"] = there.connection("SAP Austria")["Deleted"] = True
    new = {"name": "N", **SAP, "actors": [{"erp": "Customer", "fields": [{"erp": "KUNNR", "show": True}]}]}
    there.converge({"connections": [new]}, check=True)
    assert there.warnings == [
        'connections[0] ("N"): only the run itself shows whether these are right: config, which test: false leaves untested; '
        "Customer (actor type, fields). No other connection goes through this connector."
    ]
    assert "GetActorTypeMapping" not in there.names


def test_an_export_of_no_connection_is_one_of_nothing() -> None:
    there = Installation()
    assert there.export(connections=[]) == {"connectors": [], "connections": []}
    # Neither the engine nor the order belongs to it.
    assert there.names == ["GetAllConnectors", "GetAllConnections"] and there.warnings == []
