# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the event source tells of each thing that happens in an installation, in whole sentences and whole events."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.event_kinds import KINDS
from ansible_collections.superoffice.erpsync.tests.unit.environment.installation import Installation
from ansible_collections.superoffice.erpsync.tests.unit.events.watching import PASSWORD, Scene
from stand_in import clicks

CRM = {"url": "http://crm.invalid/SuperOffice", "username": "ADM", "password": PASSWORD, "name": "crm"}
QUIET = {"on_start": "nothing"}
AT = "2026-11-20T05:59:00Z"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch, **CRM)


def click(there: Installation, table: str, where: dict[str, Any], **changes: Any) -> Any:
    """Somebody does something in SuperOffice, when the source does not look."""
    return lambda: clicks.click(there.site, table, where, changes, "KNO", AT)


def sentences(told: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(event["kind"], event["msg"]) for event in told]


def test_the_first_look_and_the_problems_that_are_there(scene: Scene) -> None:
    there = scene.site()
    click(there, "engine", {}, IsRunning=False)()
    told = scene.run(None, None)
    assert sentences(told) == [
        (
            "first_seen",
            "crm: It is watched from now on: the sync engine is stopped; 3 of 5 connections are active; its checks find 2 things.",
        ),
        ("engine_stopped", 'crm: The sync engine was stopped. The server says: "Stopped". Last changed on 2026-11-20 at 05:59 UTC by KNO.'),
        ("health_raised", "crm: warning, connection Visma Norway: Customer: the ERP side no longer has the field TELEX, which is mapped."),
        ("health_raised", "crm: warning, connection SAP Germany: Customer: the ERP side no longer has the field VKBUR, which is mapped."),
    ]
    assert told[0]["after"] == {"engine": "stopped", "interval": 900, "connections": 5, "active": 3, "findings": 2}


@pytest.mark.parametrize(("on_start", "kinds"), [("first_seen", ["first_seen"]), ("nothing", [])])
def test_less_can_be_told_of_the_first_look(scene: Scene, on_start: str, kinds: list[str]) -> None:
    there = scene.site()
    click(there, "engine", {}, IsRunning=False)()
    # All are stale from the beginning, were it told.
    told = scene.run(None, click(there, "engine", {}, IsRunning=True), on_start=on_start, stale_after="5m")
    assert [event["kind"] for event in told] == [*kinds, "engine_started"]


def test_the_engine(scene: Scene) -> None:
    there = scene.site()
    told = scene.run(
        click(there, "engine", {}, IsRunning=False),
        click(there, "engine", {}, IsRunning=True),
        click(there, "engine", {}, IntervalSeconds=1800),
        None,
        **QUIET,
    )
    by = "Last changed on 2026-11-20 at 05:59 UTC by KNO."
    assert sentences(told) == [
        ("engine_stopped", f'crm: The sync engine was stopped. The server says: "Stopped". {by}'),
        ("engine_started", f"crm: The sync engine was started. {by}"),
        ("interval_changed", f"crm: The interval of the sync engine was changed from 00:15:00 to 00:30:00. {by}"),
    ]
    identity = told[0].pop("id")
    assert told[0] == {
        "kind": "engine_stopped",
        "installation": "crm",
        "address": "http://crm.invalid/SuperOffice",
        "key": "crm/engine",
        "msg": f'crm: The sync engine was stopped. The server says: "Stopped". {by}',
        "at": "2026-11-20T06:01:00Z",
        "hour": 6,
        "before": "running",
        "after": "stopped",
        "connection": None,
        "connection_id": None,
        "changed_by": "KNO",
        "changed_at": AT,
        "status_message": "Stopped",
    }
    assert scene.queue.events[0]["meta"] == {"uuid": identity, "hosts": ["crm"]}
    assert (told[2]["before"], told[2]["after"], told[2]["key"]) == (900, 1800, "crm/interval")
    assert len({identity, told[1]["id"], told[2]["id"]}) == 3


def test_connections(scene: Scene) -> None:
    there = scene.site()

    def add() -> None:
        like = there.connection("SAP Germany")
        there.site.state.table("connections").append({**like, "ErpConnectionId": 77, "DisplayName": "SAP Spain", "ConnectionId": "x"})

    told = scene.run(
        click(there, "connections", {"ErpConnectionId": 3}, Active=False),
        click(there, "connections", {"ErpConnectionId": 3}, Active=True),
        add,
        click(there, "connections", {"ErpConnectionId": 3}, DisplayName="SAP Deutschland"),
        click(there, "connections", {"ErpConnectionId": 3}, Deleted=True),
        **QUIET,
        watch=[kind for kind in KINDS if kind.startswith(("connection_", "mapping_", "list_", "priority_"))],
    )
    by = "Last changed on 2026-11-20 at 05:59 UTC by KNO."
    assert sentences(told) == [
        ("connection_deactivated", f'crm: The connection "SAP Germany" was deactivated. {by}'),
        ("connection_activated", f'crm: The connection "SAP Germany" was activated. {by}'),
        (
            "connection_added",
            'crm: The connection "SAP Spain" is new, and active. Last changed on 2026-09-11 at 09:55 UTC by KNO.',
        ),
        ("connection_removed", f'crm: The connection "SAP Deutschland" was removed. {by}'),
    ]
    assert [(event["key"], event["connection"], event["connection_id"]) for event in told[1:]] == [
        ("crm/connection/3", "SAP Germany", 3),
        ("crm/connection/77", "SAP Spain", 77),
        ("crm/connection/3", "SAP Deutschland", 3),
    ]
    assert told[2]["after"] == {"active": True}


def test_synchronisations_and_what_is_due_for_long(scene: Scene) -> None:
    there = scene.site()
    options = {"stale_after": "2h", "time_zone": "UTC", "interval": "1h", "watch": ["connection_synchronised", "connection_stale"], **QUIET}
    for name in ("Visma Sweden", "SAP Germany"):
        there.connection(name)["Active"] = False

    def synchronise(at: str) -> Any:
        return lambda: there.connection("Visma Norway").update(LastSync=at)

    told = scene.run(
        synchronise("2026-11-20T07:00:00"),
        None,
        # At nine o'clock two hours are allowed, and no more than that.
        None,
        None,
        None,
        synchronise("2026-11-20T11:30:00"),
        # A restored backup is no synchronisation.
        synchronise("2026-11-20T10:30:00"),
        None,
        **options,
    )
    assert [(event["at"], event["kind"], event["msg"]) for event in told] == [
        ("2026-11-20T07:00:00Z", "connection_synchronised", 'crm: The connection "Visma Norway" was synchronised at 2026-11-20T07:00:00.'),
        (
            "2026-11-20T10:00:00Z",
            "connection_stale",
            'crm: The connection "Visma Norway" has not been synchronised for 3 hours, though it is active and the engine runs; '
            "last at 2026-11-20T07:00:00.",
        ),
        (
            "2026-11-20T12:00:00Z",
            "connection_synchronised",
            'crm: The connection "Visma Norway" was synchronised at 2026-11-20T11:30:00, after it had been due for long.',
        ),
        (
            "2026-11-20T13:00:00Z",
            "connection_stale",
            'crm: The connection "Visma Norway" has not been synchronised for 2 hours 30 minutes, though it is active and the engine runs; '
            "last at 2026-11-20T10:30:00.",
        ),
    ]
    assert [event.get("was_stale") for event in told] == [False, None, True, None]
    assert told[1]["seconds"] == 10800


def test_nothing_is_due_until_it_could_have_been_done(scene: Scene) -> None:
    """Neither while the engine is stopped, nor just after it was started, nor just after a connection was activated."""
    there = scene.site()
    for one in there.site.state.table("connections"):
        one["Active"] = one["ErpConnectionId"] == 1
    there.connection("SAP Germany")["LastSync"] = "0001-01-01T00:00:00"
    click(there, "engine", {}, IsRunning=False)()
    told = scene.run(
        *(None, None, None),
        click(there, "engine", {}, IsRunning=True),
        *(None, None),
        click(there, "connections", {"ErpConnectionId": 3}, Active=True),
        *(None, None, None),
        stale_after="2h",
        time_zone="UTC",
        interval="1h",
        watch=["connection_stale"],
        **QUIET,
    )
    # Started at 10 and activated at 13, as far as the source knows.
    assert [(event["at"], event["connection"], event["seconds"]) for event in told] == [
        ("2026-11-20T13:00:00Z", "Visma Norway", 10800),
        ("2026-11-20T16:00:00Z", "SAP Germany", 10800),
    ]
    assert told[1]["msg"] == (
        'crm: The connection "SAP Germany" has not been synchronised for 3 hours, though it is active and the engine runs; never.'
    )


def test_mappings_lists_and_priority(scene: Scene) -> None:
    there = scene.site()
    here = {"ErpConnectionId": 1, "ActorTypeErp": "Customer"}

    def both() -> None:
        click(there, "fields", {**here, "ErpFieldKey": "NAME"}, SyncToErp=False)()
        click(there, "fields", {**here, "ErpFieldKey": "EMAIL"}, CrmFieldKey="contact_email")()

    terms = there.site.state.table("list_items")[0]
    told = scene.run(
        both,
        click(there, "fields", {**here, "ErpFieldKey": "NAME"}, HasFirstSyncDefaultValue=True, FirstSyncDefaultValue="New"),
        click(there, "actor_mappings", here, IsActive=False),
        click(there, "list_items", {"ErpFieldId": terms["ErpFieldId"], "ErpListItemId": terms["ErpListItemId"]}, CrmItemId=3),
        click(there, "engine", {}, connection_rank=[3, 1, 0, 2, 5, 4]),
        None,
        **QUIET,
        watch=["mapping_changed", "list_changed", "priority_changed"],
    )
    by = "Last changed on 2026-11-20 at 05:59 UTC by KNO."
    assert sentences(told) == [
        ("mapping_changed", f'crm: The mapping of Customer of the connection "Visma Norway" was changed: EMAIL and NAME. {by}'),
        ("mapping_changed", f'crm: The mapping of Customer of the connection "Visma Norway" was changed: NAME. {by}'),
        ("mapping_changed", f'crm: The mapping of Customer of the connection "Visma Norway" was changed: whether it is enabled. {by}'),
        ("list_changed", f'crm: The mapping of the list TermList of the connection "Visma Norway" was changed. {by}'),
        (
            "priority_changed",
            "crm: The priority of the connections was changed from Visma Norway, SuperOffice, SAP Germany, Visma Sweden, SAP Austria and "
            f"Dynamics Denmark to SAP Germany, Visma Norway, SuperOffice, Visma Sweden, SAP Austria and Dynamics Denmark. {by}",
        ),
    ]
    assert [(event["fields"], event["aspects"], event["actor"]) for event in told[:3]] == [
        (["EMAIL", "NAME"], [], "Customer"),
        (["NAME"], [], "Customer"),
        ([], ["enabled"], "Customer"),
    ]
    assert (told[3]["list"], told[3]["field_id"], told[3]["key"]) == ("TermList", 1011, "crm/list/1/1011")
    assert told[4]["after"] == ["SAP Germany", "Visma Norway", "SuperOffice", "Visma Sweden", "SAP Austria", "Dynamics Denmark"]


def test_the_order_of_fields(scene: Scene) -> None:
    there = scene.site()
    here = {"ErpConnectionId": 1, "ActorTypeErp": "Customer"}
    first, second = [field for field in there.site.state.fields_of(1, "Customer") if field["ShowInGui"]][:2]
    ranks = first["Rank"], second["Rank"]

    def swap() -> None:
        click(there, "fields", {**here, "ErpFieldKey": first["ErpFieldKey"]}, Rank=ranks[1])()
        click(there, "fields", {**here, "ErpFieldKey": second["ErpFieldKey"]}, Rank=ranks[0])()

    [told] = scene.run(swap, None, **QUIET, watch=["mapping_changed"])
    assert told["msg"] == (
        'crm: The mapping of Customer of the connection "Visma Norway" was changed: the order of its fields. '
        "Last changed on 2026-11-20 at 05:59 UTC by KNO."
    )
    assert (told["fields"], told["aspects"]) == ([], ["order"])


def test_findings(scene: Scene) -> None:
    there = scene.site()
    telex = {"ErpConnectionId": 1, "ActorTypeErp": "Customer", "ErpFieldKey": "TELEX"}
    told = scene.run(
        click(there, "fields", telex, MissingInERP=False),
        click(there, "fields", {**telex, "ErpFieldKey": "EMAIL"}, MissingInERP=True),
        # Another field is a change of a finding.
        click(there, "fields", telex, MissingInERP=True),
        None,
        **QUIET,
        watch=["health_raised", "health_cleared"],
    )
    assert sentences(told) == [
        (
            "health_cleared",
            "crm: No longer found: warning, connection Visma Norway: Customer: the ERP side no longer has the field TELEX, "
            "which is mapped.",
        ),
        ("health_raised", "crm: warning, connection Visma Norway: Customer: the ERP side no longer has the field EMAIL, which is mapped."),
        (
            "health_raised",
            "crm: warning, connection Visma Norway: Customer: the ERP side no longer has the fields EMAIL and TELEX, which are mapped.",
        ),
    ]
    assert [(event["before"], event["after"]) for event in told] == [("warning", None), (None, "warning"), ("warning", "warning")]
    assert told[1]["finding"] == {
        "severity": "warning",
        "check": "missing_fields",
        "what": "Customer: the ERP side no longer has the field EMAIL, which is mapped.",
        "where": {"kind": "connection", "name": "Visma Norway", "id": 1},
        "since": None,
        "todo": "Unmap what is gone with erpsync_field_mapping; where the connector has it again, use refresh_fields.",
    }


def test_a_server_that_dies_and_comes_back(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    there = scene.site()

    def die() -> None:
        there.trouble = lambda _number, _request: "before"

    def come_back() -> None:
        there.trouble = lambda _number, _request: None
        click(there, "engine", {}, IsRunning=False)()

    told = scene.run(die, None, None, come_back, None, **QUIET)
    assert sentences(told) == [
        ("unreachable", "crm: It cannot be read. GetEngineStatus: the connection was lost."),
        ("recovered", "crm: It can be read again."),
        ("engine_stopped", 'crm: The sync engine was stopped. The server says: "Stopped". Last changed on 2026-11-20 at 05:59 UTC by KNO.'),
    ]
    assert (told[0]["failure"], told[0]["key"]) == ("connection_lost", "crm/reachable")
    # Told once in the log as well.
    assert [record.getMessage() for record in caplog.records] == ["crm cannot be read. GetEngineStatus: the connection was lost."]
    assert scene.pauses == [60.0, 120.0, 240.0, 480.0, 60.0, 60.0]


def test_an_hour_is_of_the_time_zone_of_the_installation(scene: Scene) -> None:
    there = scene.site()
    [told] = scene.run(click(there, "engine", {}, IsRunning=False), watch=["engine_stopped"], time_zone="+12:00", **QUIET)
    assert (told["hour"], told["at"]) == (18, "2026-11-20T06:01:00Z")


def test_an_installation_without_connections_is_read_as_any_other(scene: Scene) -> None:
    """Its order of priority has one place, that of SuperOffice, and what comes later is new."""
    there = scene.site(seed="empty")
    scene.run(there.forget, watch=["priority_changed", "mapping_changed"], **QUIET)
    assert there.names == ["GetEngineStatus", "GetAllConnections", "GET /api/v1/archive/dynamic"]


def test_what_takes_how_many_requests(scene: Scene) -> None:
    there = scene.site()
    scene.run(there.forget, **QUIET)
    # One more than with the time zone: the sync log narrows it down.
    assert len(there.sent) == 20
    scene.run(there.forget, watch=["engine_stopped", "unreachable"], **QUIET)
    assert there.names == ["GetEngineStatus"]
    scene.run(there.forget, watch=["connection_stale"], time_zone="UTC", **QUIET)
    assert sorted(there.names) == ["GetAllConnections", "GetEngineStatus", *["GetErpSyncConnectionSummary"] * 3]
    assert not there.writes
