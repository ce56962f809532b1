# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of an installation's health, and what follows from their findings: whole sentences, and the values at which they begin."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import health, health_checks, names
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.engine import EngineStatus
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health import Finding, Unread, Where
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health_checks import LogCounts, LogRules
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.last_sync import UTC, Age
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference

NOW = datetime.datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
HERE = Where("connection", "Visma Norway", 1)
REFUSED = Unread("TestIt: the user may not do this (403).", "TestIt", is_refused=True)
BROKEN = Unread("TestIt: the server answered with an error (500): No.", "TestIt", is_answer=True)


def connection(number: int = 1, name: str = "Visma Norway", *, active: bool = True) -> Connection:
    return Connection(number, 7, name, "", active, False, None)


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    """Severity and sentence; each says what to do."""
    assert all(finding.todo for finding in findings), findings
    return [(finding.severity, finding.what) for finding in findings]


# What follows from findings


def test_the_worst_comes_first_and_decides() -> None:
    def one(severity: str, check: str, what: str = "It is so.") -> Finding:
        return Finding(severity, check, what, HERE)

    found = [one("info", "access"), one("warning", "lists"), one("unknown", "access"), one("error", "log"), one("error", "engine"),
             one("warning", "active"), one("error", "engine", "And so.")]  # fmt: skip
    ordered = health.in_order(found)
    assert [(each.severity, each.check) for each in ordered] == [
        ("error", "engine"), ("error", "engine"), ("error", "log"), ("warning", "active"), ("warning", "lists"), ("unknown", "access"),
        ("info", "access"),
    ]  # fmt: skip
    assert [each.what for each in ordered[:2]] == ["It is so.", "And so."]
    assert health.counts(ordered) == {"error": 3, "warning": 2, "unknown": 1, "info": 1}
    assert ordered[0].as_result() == {
        "severity": "error", "check": "engine", "what": "It is so.", "since": None, "todo": None,
        "where": {"kind": "connection", "name": "Visma Norway", "id": 1},
    }  # fmt: skip
    in_words = "connection Visma Norway: It is so."
    assert health.sentence(ordered) == f"3 errors, 2 warnings, 1 unknown. {in_words} connection Visma Norway: And so. {in_words}"
    assert health.sentence(ordered[3:]) == f"2 warnings, 1 unknown. {in_words} {in_words}"
    assert health.sentence([*ordered[:2], *ordered[:2]]).endswith("And 1 more.")
    assert health.sentence([Finding("error", "engine", "It is so.", Where("engine"))]) == "1 error. engine: It is so."
    assert health.sentence(ordered[5:]) == f"1 unknown. {in_words}"
    assert health.sentence([ordered[5]] * 2) == f"2 unknown. {in_words} {in_words}"
    assert health.sentence(ordered[6:]) == health.sentence([]) == "All that was checked is well."


def test_statuses_and_failures() -> None:
    counted = ({"error": 1, "warning": 1}, {"warning": 2, "unknown": 1}, {"unknown": 1, "info": 1}, {"info": 9})
    assert list(map(health.status, counted)) == ["error", "warning", "unknown", "ok"]
    fails = {fail_on: [status for status in health.STATUSES if health.fails(status, fail_on)] for fail_on in health.FAIL_ON}
    assert fails == {"never": [], "error": ["error"], "warning": ["error", "warning"]}


def test_what_cannot_be_checked_is_no_failure() -> None:
    assert health.unchecked("lists", HERE, REFUSED) == Finding(
        "unknown",
        "lists",
        "lists could not be checked. TestIt: the user may not do this (403).",
        HERE,
        "Remove the cause, then check again.",
    )
    lacking = health.unchecked("lists", HERE, Unread("Services75 does not have this method.", is_lacking=True))
    assert (lacking.severity, lacking.todo) == ("info", "Leave out the check, or use REST.")


def test_names_in_a_sentence() -> None:
    many = [f"F{number}" for number in range(12)]
    assert [health.listed(many[:number]) for number in (1, 2, 3)] == ["F0", "F0 and F1", "F0, F1 and F2"]
    assert health.listed(many[:10]).endswith("F8 and F9") and health.listed(many[:11]).endswith("F8, F9 and 1 more")


# The checks


@pytest.mark.parametrize(
    "message, said", [(None, ""), ("", ""), ("Automatic sync\n is off.", ' The server says: "Automatic sync is off".')]
)
def test_engine(message: str | None, said: str) -> None:
    assert told(health_checks.engine(EngineStatus(False, message, 900))) == [("error", f"The sync engine is stopped.{said}")]
    assert health_checks.engine(EngineStatus(True, message, None)) == []


def test_expected_connections() -> None:
    there = [connection(), connection(2, "SAP", active=False), connection(3, "SAP", active=False), connection(4, "Off", active=False)]
    off = ("error", "The connection is inactive, and is expected to be active.")
    wanted = [Reference("Visma Norway"), Reference("SAP"), Reference(id=3), Reference("Visma Norwy"), Reference(id=9)]
    found = health_checks.active(there, wanted)
    # What is named twice is told once; what is not there, too.
    assert [(each.where.name, each.where.id) for each in found] == [("Visma Norwy", None), (None, 9), ("SAP", 2), ("SAP", 3)]
    assert told(found)[2:] == [off, off]
    assert 'there is no connection "Visma Norwy". Did you mean "Visma Norway"?' in found[0].what
    assert [each.where.id for each in health_checks.active(there, None)] == [2, 3, 4]
    assert health_checks.active(there, []) == health_checks.active([], []) == health_checks.active([], None) == []
    assert told(health_checks.active(there[1:], [])) == [("warning", "No connection is active, so nothing is synchronised.")]
    assert [each.severity for each in health_checks.active(there[1:], [Reference("Off")])] == ["error"]


def test_last_synchronisation() -> None:
    def check(moment: str | None, age: Age | None, ahead: int = 0, max_age: int = 7200) -> list[tuple[str, str]]:
        return told(health_checks.synchronised(connection(), moment, age, max_age=max_age, ahead=ahead))

    late = "The connection was last synchronised"
    assert check("x", Age(7201, 7201)) == [("error", f"{late} 2 hours ago; 2 hours are allowed.")]
    assert check("x", Age(90000, 130000), max_age=86400) == [("error", f"{late} at least 1 day 1 hour ago; 1 day is allowed.")]
    assert check("x", Age(0, 7200)) == check("x", Age(7200, 7200)) == check("x", Age(0, 0), ahead=300) == []
    assert check("2026-07-01T13:00:00", Age(60, 7201)) == [
        ("unknown", f"{late} 1 minute to 2 hours ago; 2 hours are allowed. The server writes 2026-07-01T13:00:00 and does not say in which "
         "time zone.")
    ]  # fmt: skip
    assert check("2026-07-01T14:06:00", Age(0, 0), ahead=301) == [
        ("info", f"{late} 5 minutes 1 second in the future, at 2026-07-01T14:06:00.")
    ]
    assert check(None, None) == [("warning", "The connection has never been synchronised.")]
    [strange] = health_checks.synchronised(connection(), "soon", None, max_age=1)
    assert (strange.severity, strange.what) == ("unknown", 'When it was last synchronised cannot be told: "soon" is no time.')


def field(key: str, **members: Any) -> dict[str, Any]:
    return {"ErpFieldKey": key, "CrmFieldKey": "", "SyncToCrm": False, "SyncToErp": False, "ShowInGui": False, "ShowInSearch": False,
            "MissingInERP": False, "Access": "Normal", **members}  # fmt: skip


def test_fields() -> None:
    gone, wanted = {"MissingInERP": True}, {"Access": "Mandatory"}
    mapping: dict[str, Any] = {
        "ActorTypeErp": "Customer",
        "IsActive": True,
        "FieldMappings": [
            field("A", **gone, CrmFieldKey="a"),
            field("B", **gone, ShowInGui=True), field("C", **gone, ShowInSearch=True),
            field("D", **gone, SyncToErp=True), field("E", **gone), field("F", **gone, **wanted),
            field("G", CrmFieldKey="g", SyncToCrm=True),
            field("H", **wanted), field("I", **wanted, SyncToCrm=True), field("J", **wanted, SyncToErp=True), field("K", CrmFieldKey="k"),
        ],
    }  # fmt: skip
    both = ("missing_fields", "mandatory_fields")
    missing = ("warning", "Customer: the ERP side no longer has the fields A, B, C and D, which are mapped.")
    mandatory = ("warning", "Customer: the field H is mandatory on the ERP side and has no direction.")
    assert told(health_checks.fields(connection(), [mapping], both)) == [missing, mandatory]
    assert told(health_checks.fields(connection(), [mapping], both[:1])) == [missing]
    assert told(health_checks.fields(connection(), [mapping], both[1:])) == [mandatory]
    assert health_checks.fields(connection(), [{**mapping, "IsActive": False}, {**mapping, "FieldMappings": None}], both) == []
    other = [field("A", **gone, CrmFieldKey="a"), field("H", **wanted), field("I", **wanted)]
    two = {**mapping, "ActorTypeErp": "Person", "FieldMappings": other}
    assert told(health_checks.fields(connection(), [two], both)) == [
        ("warning", "Person: the ERP side no longer has the field A, which is mapped."),
        ("warning", "Person: the fields H and I are mandatory on the ERP side and have no direction."),
    ]


def test_lists() -> None:
    def item(key: str, chosen: Any) -> dict[str, Any]:
        return {"ErpListItemId": key, "ErpListItemName": key, "CrmListItem": chosen}

    whole = {"ErpListName": "Terms", "ErpActorTypeName": "Customer", "ErpCrmListItemMappings": [item("a", {"Id": 1, "Name": "A"})]}
    torn = {**whole, "ErpCrmListItemMappings": [*whole["ErpCrmListItemMappings"], item("x", None), item("y", {"Id": 0})]}
    assert health_checks.lists(connection(), {"ErpListItemMappings": [whole]}) == []
    assert told(health_checks.lists(connection(), {"ErpListItemMappings": [whole, torn]})) == [
        ("warning", "Customer: 2 of 3 items of the list Terms have no CRM item: x and y.")
    ]


def test_connectors_and_connections_that_do_not_answer() -> None:
    there = Connector(7, "Visma", "https://erp.example.com/C.svc")
    assert health_checks.connector(connection(), there, "NoError") == []
    [code] = health_checks.connector(connection(), there, "ErrorNotFound")
    assert (code.severity, code.where) == ("error", Where("connector", "Visma", 7))
    assert code.what == "No connector answers at https://erp.example.com/C.svc. The server says ErrorNotFound."
    assert told(health_checks.connector(connection(), there, BROKEN)) == [
        ("error", f"No connector answers at https://erp.example.com/C.svc. {BROKEN.reason}")
    ]
    assert told(health_checks.connector(connection(), there, REFUSED)) == [
        ("unknown", f"connector_test could not be checked. {REFUSED.reason}")
    ]
    assert [each.severity for each in health_checks.connector(connection(), there, None)] == ["unknown"]
    # A password in the address, which goes to monitoring systems, in the server's words too.
    secret = Connector(7, "Visma", "https://me:canary@erp.example.com/C.svc")
    silent = BROKEN._replace(reason=f"No endpoint listens at {secret.url}.")
    for answer in ("ErrorNotFound", silent):
        [finding] = health_checks.connector(connection(), secret, answer)
        assert "canary" not in finding.what and "https://me:********@erp.example.com/C.svc" in finding.what
    [lost] = health_checks.connector(connection(), None, None)
    assert (lost.severity, lost.what, lost.where) == ("error", "The connection's connector (id 7) is deleted.", HERE)

    assert health_checks.connection_test(connection(), True) == []
    assert told(health_checks.connection_test(connection(), False)) == [
        ("error", "The test of the connection failed. The server gives no reason.")
    ]
    assert told(health_checks.connection_test(connection(), BROKEN)) == [("error", f"The test of the connection failed. {BROKEN.reason}")]
    assert told(health_checks.connection_test(connection(), REFUSED)) == [
        ("unknown", f"connection_test could not be checked. {REFUSED.reason}")
    ]


def test_log() -> None:
    rules = LogRules(86400, 1, 1000, 10)

    def check(now: int, before: int | None, rules: LogRules = rules, cut: bool = False) -> list[tuple[str, str]]:
        return told(health_checks.log(LogCounts(now, before, cut), rules))

    assert check(0, 50) == [("warning", "The sync log has 0 entries within 1 day; at least 1 is expected.")]
    assert check(1, 50) == check(0, 0, rules._replace(least=0)) == check(1000, 100) == check(100, 0) == []
    assert check(1, 0, rules._replace(least=2)) == [("warning", "The sync log has 1 entry within 1 day; at least 2 are expected.")]
    assert check(101, 0) == [
        ("warning", "The sync log has 101 entries within 1 day, and 0 within the 1 day before: more than 10 times as many.")
    ]
    assert [len(check(now, 20)) for now in (200, 201)] == [0, 1]
    assert check(1001, 900) == [("warning", "The sync log has 1001 entries within 1 day; at most 1000 are expected.")]
    assert check(2, 2, rules._replace(most=1)) == [("warning", "The sync log has 2 entries within 1 day; at most 1 is expected.")]
    assert check(5000, None, cut=True) == [("warning", "The sync log has more than 5000 entries within 1 day; at most 1000 are expected.")]
    # Of how many they were before, nothing is known; or nobody wants to know.
    assert check(5000, None, rules._replace(most=None), cut=True) == check(5000, 1, rules._replace(most=None, rise=None)) == []


def principal(ends: str, **licence: Any) -> dict[str, Any]:
    one = {"Name": "expander-services", "Description": 'US:"Development Tools"', "ExpiryDate": ends, **licence}
    other = {"Name": "user", "ExpiryDate": "2026-07-02T00:00:00"}
    return {"Associate": "ADM", "AssociateId": 5, "Licenses": [other, one]}


def test_access() -> None:
    assert health_checks.access(principal("2026-08-01T00:00:00"), [], NOW) == []
    once = Unread("TestIt: the user may not do this (403). Really.", "TestIt", is_refused=True)
    found = health_checks.access(principal("0001-01-01T00:00:00"), [once, REFUSED, Unread("No.", "Other", is_refused=True)], NOW)
    # A method is told once, with what was said last.
    assert told(found) == [
        ("error", "The server refuses TestIt. TestIt: the user may not do this (403)."), ("error", "The server refuses Other. No.")
    ]  # fmt: skip
    assert {finding.where for finding in found} == {Where("user", "ADM", 5)}
    [unknown] = health_checks.access(REFUSED, [], NOW)
    assert (unknown.severity, unknown.what, unknown.where) == (
        "unknown",
        f"Who is signed in cannot be read. {REFUSED.reason}",
        Where("user"),
    )
    [silent] = health_checks.access(None, [], NOW)
    assert (silent.severity, silent.check) == ("info", "access")


@pytest.mark.parametrize(
    "ends, expected",
    [
        ("2026-07-31T12:00:01", None),
        ("2026-07-31T12:00:00", ("warning", "ends on 2026-07-31.")),
        ("2026-07-01T12:00:00Z", ("warning", "ends on 2026-07-01.")),
        ("2026-07-01T11:59:59", ("error", "ended on 2026-07-01.")),
        ("1760-01-01T00:00:00", None),
        ("", None),
    ],
)
def test_the_end_of_the_licence(ends: str, expected: tuple[str, str] | None) -> None:
    told_of = "The licence expander-services (Development Tools), which ERP Sync needs, "
    otherwise = {"Name": None, "ModuleName": "Expander-Services", "Description": None, "ModuleDescription": "Development Tools"}
    for whole in (principal(ends), principal(ends, **otherwise)):
        found = health_checks.access(whole, [], NOW)
        assert [(each.severity, each.what.casefold()) for each in found] == (
            [] if expected is None else [(expected[0], (told_of + expected[1]).casefold())]
        )
    assert health_checks.access({**principal(ends), "Licenses": None}, [], NOW) == []
    # The day of which databases make "never", and the one behind it.
    never = [health_checks.access(principal(end), [], NOW) for end in ("1899-12-31T23:59:59", "1900-01-01T00:00:00")]
    assert list(map(len, never)) == [0, 1]


def test_what_to_do_about_each_finding() -> None:
    there, gone, wanted = Connector(7, "Visma", "https://erp.example.com"), {"MissingInERP": True}, {"Access": "Mandatory"}
    torn = {"ErpCrmListItemMappings": [{"ErpListItemId": "x", "ErpListItemName": "x", "CrmListItem": None}]}
    lists = {"ErpListItemMappings": [{"ErpListName": "Terms", "ErpActorTypeName": "Customer", **torn}]}
    fields = [field("A", **gone, CrmFieldKey="a"), field("H", **wanted)]
    mapping = {"ActorTypeErp": "Customer", "IsActive": True, "FieldMappings": fields}
    off = connection(active=False)
    rules = LogRules(86400, 1, 1000, 10)

    def since(moment: str | None, age: Age | None, ahead: int = 0) -> list[Finding]:
        return health_checks.synchronised(connection(), moment, age, max_age=60, ahead=ahead)

    changing = "Look at what changes so often: two connections, or a mapping in both directions, may overwrite each other."
    silent = "See that the connector's service runs and that SuperOffice's server can reach its URL."
    refused = "Give the user the rights to administer ERP Sync, and the installation its licence."
    found: list[tuple[list[Finding], list[str | None]]] = [
        (health_checks.engine(EngineStatus(False, None, None)),
         ["Start it with erpsync_engine and state=running, unless a maintenance is under way."]),
        (health_checks.active([off], [Reference("SAP")]), ["Create it, or correct expect_active."]),
        (health_checks.active([off], None), ["Activate it with erpsync_connection and active=true, or take it out of expect_active."]),
        (health_checks.active([off], []), ["Activate a connection with erpsync_connection and active=true."]),
        (since(None, None), ["Synchronise once with erpsync_sync_all, and look at what it says."]),
        (since("x", Age(61, 61)),
         ["See whether the engine runs and the connector answers, then synchronise with erpsync_sync_all and look at what it says."]),
        (since("x", Age(0, 61)), ["Give the server's time zone with time_zone."]),
        (since("x", Age(0, 0), 301), ["Correct time_zone, or the clock of the server or of this machine."]),
        (since("x", None), [None]),
        (health_checks.fields(connection(), [mapping], ("missing_fields", "mandatory_fields")),
         ["Unmap what is gone with erpsync_field_mapping; where the connector has it again, use refresh_fields.",
          "Give a direction with erpsync_field_mapping; until then the connection cannot be activated again."]),
        (health_checks.lists(connection(), lists), ["Choose CRM items with erpsync_list_mapping."]),
        (health_checks.connector(connection(), None, None), ["Give the connection another connector with erpsync_connection."]),
        (health_checks.connector(connection(), there, "No"), [silent]),
        (health_checks.connector(connection(), there, None), [None]),
        (health_checks.connection_test(connection(), False),
         ["See whether the connector answers, and whether the configuration, for example a password, is still right."]),
        (health_checks.log(LogCounts(0, 0), rules), ["See whether anything was to be synchronised, and what erpsync_sync_all says."]),
        (health_checks.log(LogCounts(1001, 0), rules), [changing]),
        (health_checks.log(LogCounts(999, 1), rules), [changing]),
        (health_checks.access(principal("2020-01-01T00:00:00"), [REFUSED], NOW), [refused, "Renew the licence."]),
        (health_checks.access(REFUSED, [], NOW), [None]),
        (health_checks.access(None, [], NOW), [None]),
    ]  # fmt: skip
    assert [[finding.todo for finding in findings] for findings, _todos in found] == [todos for _findings, todos in found]
    places = dict.fromkeys((finding.check, str(finding.where)) for findings, _todos in found for finding in findings)
    assert sorted(places) == [
        ("access", "licence expander-services"), ("access", "user"), ("access", "user ADM"),
        ("active", "connection SAP"), ("active", "connection Visma Norway"), ("active", "connections"),
        ("connection_test", "connection Visma Norway"), ("connector_test", "connection Visma Norway"),
        ("connector_test", "connector Visma"), ("engine", "engine"), ("last_sync", "connection Visma Norway"),
        ("lists", "connection Visma Norway"), ("log", "log"), ("mandatory_fields", "connection Visma Norway"),
        ("missing_fields", "connection Visma Norway"),
    ]  # fmt: skip


def test_a_thing_without_a_name_is_shown_by_its_id() -> None:
    shown = [str(where) for where in (Where("connection", "", 7), Where("connection", " ", 7), Where("connection", ""), Where("engine"))]
    assert shown == ["connection with the id 7", "connection with the id 7", "connection ", "engine"]
    assert [names.called(*each) for each in (("Visma", 7), ('US:"Visma";NO:"V"', 7), ("", 7), (None, 7), ("", None))] == [
        '"Visma"',
        '"Visma"',
        "with the id 7",
        "with the id 7",
        '""',
    ]
    assert health.listed(["A", "", "B", " "]) == "A, B and 2 without a name" and health.listed([""]) == "1 without a name"
    items = [{"ErpListItemId": key, "ErpListItemName": name} for key, name in (("", ""), ("", "Cash"), ("a", "b"))]
    for name, said in (("TermList", "the list TermList"), ("", "a list without a name")):
        mapping = {"ErpListName": name, "ErpActorTypeName": "Customer", "ErpCrmListItemMappings": items}
        [finding] = health_checks.lists(connection(), {"ErpListItemMappings": [mapping]})
        assert finding.what == f"Customer: 3 of 3 items of {said} have no CRM item: Cash, a and 1 without a name."
