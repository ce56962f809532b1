# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""However an installation is read, over REST or SOAP, from archives or through the agent: the same changes are told.

And a server that answers once in the one way and once in the other is not taken for one that has changed.
"""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks import read_from
from ansible_collections.superoffice.erpsync.tests.unit.environment.installation import Installation
from ansible_collections.superoffice.erpsync.tests.unit.events.watching import PASSWORD, Scene
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, has_lists, transport_options
from stand_in import clicks

CRM = {"url": "http://crm.invalid/SuperOffice", "username": "ADM", "password": PASSWORD, "name": "crm", "on_start": "nothing"}
ALIKE = ["engine_stopped", "connection_activated", "connection_synchronised", *["mapping_changed"] * 2, "list_changed", "priority_changed"]


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch, **CRM, time_zone="UTC")


def click(there: Installation, table: str, where: dict[str, Any], **changes: Any) -> None:
    clicks.click(there.site, table, where, changes, "KNO", "2026-11-20T05:59:00Z")


def much_happens(there: Installation) -> None:
    click(there, "engine", {}, IsRunning=False, connection_rank=[3, 1, 0, 2, 5, 4])
    click(there, "connections", {"ErpConnectionId": 5}, Active=True)
    click(there, "fields", {"ErpConnectionId": 1, "ActorTypeErp": "Customer", "ErpFieldKey": "NAME"}, CrmFieldKey="other")
    # A default value of a field that is mapped to nothing.
    telex = {"ErpConnectionId": 1, "ActorTypeErp": "Supplier", "ErpFieldKey": "EMAIL"}
    click(there, "fields", telex, HasFirstSyncDefaultValue=True, FirstSyncDefaultValue="a@b")
    terms = there.site.state.table("list_items")[0]
    click(there, "list_items", {"ErpFieldId": terms["ErpFieldId"], "ErpListItemId": terms["ErpListItemId"]}, CrmItemId=3)
    there.connection("Visma Norway")["LastSync"] = "2026-11-20T05:59:30"


WAYS: dict[str, tuple[int | None, dict[str, Any]]] = {
    "rest": (None, {}),
    "soap 75": (75, {}),
    "soap 88": (88, {}),
    "no archives": (None, {"archive_available": False}),
    "archives fail": (None, {"archive_status": 500}),
    "archives of texts": (None, {"archive_values": "encoded", "archive_enums": "names"}),
    "archives that want a restriction": (None, {"archive_needs_restriction": True}),
    "no dynamic archive": (None, {"dynamic_archive": False}),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_is_told_in_each_way(scene: Scene, way: str) -> None:
    version, settings = WAYS[way]
    there = scene.site(way=Way(version=version))
    known = {name: value for name, value in settings.items() if name in there.site.settings.described()}
    assert known == settings
    there.settings(**settings)
    told = scene.run(lambda: much_happens(there), None, **transport_options(version), checks=["active"])
    expected = [kind for kind in ALIKE if kind != "list_changed" or has_lists(version)]
    if way in ("no archives", "archives fail", "no dynamic archive", "archives that want a restriction"):
        # Only an archive tells the saved order, and it has no restriction to ask with.
        expected.remove("priority_changed")
    assert [event["kind"] for event in told] == expected
    assert {event["changed_by"] for event in told if event["kind"] == "mapping_changed"} <= {"KNO", None}
    assert [event["fields"] for event in told if event["kind"] == "mapping_changed"] == [["NAME"], ["EMAIL"]]


def test_archives_that_come_and_go_are_no_change(scene: Scene) -> None:
    there = scene.site()

    def refuse() -> None:
        there.settings(archive_available=False)

    def answer() -> None:
        there.settings(archive_available=True)

    assert scene.run(refuse, answer, checks=["active"]) == []


@pytest.mark.parametrize(
    ("table", "where", "shown"),
    [
        ("ErpField", {"ErpFieldKey": "NAME"}, {"SyncToErp": False}),
        ("ErpListItemMapping", {"ErpFieldId": 1011}, {"CrmItemKey": 3}),
    ],
)
def test_archives_that_differ_are_asked_no_more(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, table: str, where: dict[str, Any], shown: dict[str, Any]
) -> None:
    """What is read both ways is another thing each time: it must not decide what is told."""
    there = scene.site()
    turn = iter(range(1000))
    monkeypatch.setattr(read_from, "choose", lambda choices: choices[next(turn) % len(choices)])
    clicks.differ(there.site, table, where, shown)
    told = scene.run(*[None] * 8, watch=["mapping_changed", "list_changed"])
    # At most once: when the difference is found.
    kinds = [(event["kind"], event["key"]) for event in told]
    assert len(kinds) == len(set(kinds)) <= 6


def test_archives_that_differ_are_remembered(scene: Scene, tmp_path: Any) -> None:
    there = scene.site()
    clicks.differ(there.site, "ErpField", {"ErpFieldKey": "NAME"}, {"SyncToErp": False})
    options = {"watch": ["mapping_changed"], "state_file": str(tmp_path / "state.json")}
    scene.run(None, **options)
    there.forget()
    assert scene.run(**options) == []
    assert not [name for name in there.names if name.endswith("archive/dynamic")]
    assert there.names.count("GetActorTypeMapping") > 3


def test_lists_that_differ_are_those_of_the_agent(scene: Scene) -> None:
    there = scene.site()
    # The first connection is read both ways. An item without a CRM item is none, in either.
    mapped, other, *_more = there.site.state.table("list_items")
    other["CrmItemId"] = None
    scene.run(there.forget, watch=["list_changed"])
    assert there.names.count("GetConnectionListMappings") == 1
    clicks.differ(there.site, "ErpListItemMapping", {"ErpItemKey": mapped["ErpListItemId"]}, {"CrmItemKey": 3})
    looks: list[int] = []

    def differ_no_more() -> None:
        looks.append(len(there.names))
        there.forget()
        there.site.state.books.differences.clear()

    assert scene.run(differ_no_more, None, watch=["list_changed"]) == []
    assert not [name for name in there.names if name.endswith("archive/dynamic")]


def test_what_could_not_be_read_at_first_is_not_new_when_it_can(scene: Scene) -> None:
    there = scene.site()
    there.settings(forbidden=["GetErpSyncConnectionSummary", "GetConnectionListMappings"], archives_refused=["*"])
    assert scene.run(lambda: there.settings(forbidden=[], archives_refused=[]), None, watch=ALIKE) == []


def test_a_server_that_refuses_all_cannot_be_read(scene: Scene) -> None:
    there = scene.site()
    told = scene.run(lambda: there.settings(forbidden=["*"]), lambda: there.settings(forbidden=[]), None)
    assert [(event["kind"], event.get("failure")) for event in told] == [("unreachable", "forbidden"), ("recovered", None)]


@pytest.mark.parametrize(
    ("method", "kinds"),
    [
        ("GetConnectionListMappings", [kind for kind in ALIKE if kind != "list_changed"]),
        ("GetErpSyncConnectionSummary", [kind for kind in ALIKE if kind not in ("connection_synchronised", "mapping_changed")]),
        ("GetAllConnections", None),
        ("GetActorTypeMapping", [kind for kind in ALIKE if kind != "mapping_changed"]),
    ],
)
def test_what_the_server_refuses_for_a_while_is_told_later(scene: Scene, method: str, kinds: list[str] | None) -> None:
    """It is neither gone nor new. The rest is told at once."""
    there = scene.site()
    there.settings(archive_available=False)

    def refuse() -> None:
        there.settings(forbidden=[method])
        much_happens(there)

    def answer() -> None:
        there.settings(forbidden=[])

    told = scene.run(refuse, answer, None, watch=ALIKE, checks=["active"])
    expected = [kind for kind in ALIKE if kind != "priority_changed"]
    if kinds is not None:
        first = [kind for kind in expected if kind in kinds]
        expected = [*first, *(kind for kind in expected if kind not in kinds)]
    assert [event["kind"] for event in told] == expected
