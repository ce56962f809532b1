# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export, converge, export: nothing is written where nothing differs, and an empty or a drifted server ends up the same.

On servers of every kind that the documentation leaves possible, and over every transport. The shells take turns with the kinds. Each
kind is in one of the four tests by turns, unless HYPOTHESIS_PROFILE is thorough; all of them converge an export.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import THOROUGH
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, has_lists, over_rest

from .documents import essence, with_secrets, without_dead
from .installation import Installation, Json

OLD = ["GetAllConnectors", "GetAllConnections"]
KINDS: dict[str, dict[str, Any]] = {
    "as usual": {},
    "camel": {"key_case": "camel"},
    "iso": {"duration_format": "iso"},
    "id0": {"no_selection": "id0"},
    "no archive": {"archive_available": False},
    "small pages": {"archive_page_size": 7},
    "minimal list": {"all_connections_members": "minimal"},
    "archive list": {"all_connections_members": "archive"},
    "no GetAllConnectors": {"missing_methods": OLD[:1]},
    "old": {"missing_methods": OLD},
    "old, html": {"missing_methods": OLD, "missing_method_answer": "404_html"},
    "old, 405": {"missing_methods": OLD, "missing_method_answer": "405"},
    "old, 400": {"missing_methods": OLD, "missing_method_answer": "400"},
    "old, 501": {"missing_methods": OLD, "missing_method_answer": "501"},
    "old, 500": {"missing_methods": OLD, "missing_method_answer": "500_not_supported"},
    "inactive for edit": {"enforce_inactive_for_edit": True},
    "test before save": {"enforce_test_before_save": True},
    "toggle only": {"save_sets_active": False},
    "200 null": {"void_answer": "200_null"},
    "204 null": {"void_answer": "204_null"},
    "rank without SuperOffice": {"mdo_rank_includes_superoffice": False, "dynamic_archive": False},
    "grouped": {"mdo_grouped": True},
    "no undocumented": {"undocumented_members": False},
    "absent kept": {"absent_field_mappings": "kept"},
    "far moves": {"move_step": "direction"},
    "archive refused": {"archive_status": 403},
    "ids once used": {"field_ids": "once_used", "archive_values": "encoded", "move_direction": "decrease"},
    "ids once saved": {"field_ids": "once_saved", "archive_values": "hints", "dynamic_archive": False, "move_step": "direction"},
    "no rules": {"enforce_mapping_rules": False},
    "unknown ignored": {"unknown_members": "ignore"},
    "one list item each": {"duplicate_crm_list_items": "refuse"},
    "bracketed": {"config_style": "bracketed", "connector_defaults_now": True},
    "either shown": {"synchronised_and_shown": "refuse", "crm_list_extra_info": False},
    "all at once": {
        "key_case": "camel",
        "duration_format": "iso",
        "no_selection": "id0",
        "config_style": "bracketed",
        "connector_defaults_now": True,
        "crm_list_extra_info": False,
        "archive_available": False,
        "field_ids": "once_used",
        "all_connections_members": "minimal",
        "missing_methods": OLD,
        "enforce_inactive_for_edit": True,
        "save_sets_active": False,
        "void_answer": "200_null",
        "mdo_grouped": True,
        "mdo_honours_flat": False,
        "password_echo": "absent",
        "unechoed_password_on_save": "overwrite",
    },
}
for echo, kept in itertools.product(["clear", "blank", "masked", "absent"], ["keep", "overwrite"]):
    KINDS[f"passwords {echo}, {kept}"] = {"password_echo": echo, "unechoed_password_on_save": kept}
# What only SOAP has.
SOAP_KINDS: dict[str, dict[str, Any]] = {
    "nulls absent": {"soap_nulls": "absent"},
    "Services88 of 2020": {"services88_edition": "2020"},
    "undocumented shown": {"soap_undocumented_members": "shown"},
    "exceptions as faults": {"wrap_exceptions": False, "fault_detail": False},
}
# Kinds that are told apart by JSON, addresses or archives alone have nothing to say over SOAP, whose versions differ in few ways.
OVER_SOAP = ["as usual", "Services88 of 2020", "all at once", "passwords masked, overwrite"]
OVER_OLDER = [(75, "nulls absent"), (75, "all at once"), (83, "as usual"), (86, "undocumented shown")]
WAYS = [
    *((None, kind) for kind in KINDS),
    *((88, kind) for kind in OVER_SOAP),
    *OVER_OLDER,
]
# Such a server does not show the order at all, so that nobody can tell whether it is as declared.
WITHOUT_RANK: dict[str, Any] = {"mdo_use_rank": False, "dynamic_archive": False}


ALWAYS = ("as usual", "all at once")


def every_kind(turn: int, tests: int = 1) -> pytest.MarkDecorator:
    """Each kind over its transport, for one of so many tests by turns, or for each of them where thorough.

    The shell changes as in A B B A, since many kinds come in pairs.
    """
    shells = [SHELLS[(number + number // 2 + turn) % 2] for number in range(len(WAYS))]
    ways = [
        (Way(shell, version), kind)
        for number, (shell, (version, kind)) in enumerate(zip(shells, WAYS, strict=True))
        if number % tests == turn or (version is None and kind in ALWAYS) or THOROUGH
    ]
    return pytest.mark.parametrize("way, kind", ways, ids=str)


def server(way: Way, kind: str, seed: str = "default") -> Installation:
    return Installation(seed, **{**KINDS, **SOAP_KINDS}[kind], way=way)


def exported(there: Installation) -> Json:
    """The document of an installation, with the secrets that a person would put into the vault."""
    return with_secrets(there.export(), there.state())


@every_kind(turn=0, tests=2)
def test_what_was_exported_converges_without_a_write(way: Way, kind: str) -> None:
    there = server(way, kind)
    before = there.site.state.dump()
    document = exported(there)
    # Nothing differs, so that check mode has nothing to predict and no policy a secret to send: one usual and one odd server show it.
    everywhere: list[Json] = [{"check": True}, {"update_secrets": "on_create"}] if kind in ALWAYS or THOROUGH else []
    for options in [{}, *everywhere]:
        there.forget()
        result = there.converge(document, **options)
        assert (result["changed"], result["changes"], result["steps"], there.writes) == (False, [], [], [])
    assert there.site.state.dump() == before
    assert with_secrets(there.export(), there.state()) == document, "two exports differ"


@every_kind(turn=1, tests=6)
def test_pruning_an_exported_document_takes_only_what_no_document_can_say(way: Way, kind: str) -> None:
    there = server(way, kind)
    document = exported(there)
    assert any("TELEX" in text for text in there.warnings), "a field that is not exported is not told"
    there.converge(without_dead(document), prune=["mappings"])
    there.forget()
    assert there.converge(without_dead(document), prune=["mappings"])["changed"] is False
    assert there.writes == []


@every_kind(turn=3, tests=6)
def test_an_empty_installation_becomes_the_same(way: Way, kind: str) -> None:
    original = server(way, kind)
    document = without_dead(exported(original))
    copy = server(way, kind, "empty")
    predicted = copy.run("environment", check=True, document=document, prune=["mappings"])
    done = copy.converge(document, prune=["mappings"])
    assert (done["changes"], done["diff"]) == (predicted["changes"], predicted["diff"])
    copy.forget()
    again = copy.converge(document, prune=["mappings"])
    assert (again["changed"], again["diff"], copy.writes) == (False, [], [])
    assert copy.export() == without_dead(original.export())


@every_kind(turn=5, tests=6)
def test_a_drifted_installation_becomes_the_same(way: Way, kind: str) -> None:
    there = server(way, kind)
    exportable = there.export()
    document = with_secrets(exportable, there.state())
    wanted = essence(there)
    drift(there)
    assert there.export() != exportable
    there.forget()
    done = there.converge(without_connection(document, "Dynamics Denmark"), prune=["mappings"])
    assert done["changed"] and there.writes
    there.forget()
    assert there.converge(without_connection(document, "Dynamics Denmark"))["changed"] is False
    assert there.writes == []
    result = there.export()
    assert result == exportable
    is_now = essence(there)
    if kind == "no undocumented":
        # What a server does not show, it cannot be given back.
        return
    for part in ("engine", "connectors", "connections", "actors"):
        assert is_now[part] == wanted[part], part
    if has_lists(there.version):
        assert is_now["lists"] == wanted["lists"]
    else:
        assert {row["CrmItemId"] for row in there.state()["list_items"]} == {5}, "what the services do not have is left alone"


def drift(there: Installation) -> None:
    """What people click."""
    table = there.site.state.table
    there.site.state.data["engine"].update(IsRunning=False, IntervalSeconds=60)
    there.connection("Visma Norway").update(DisplayDescription="clicked", Active=False)
    there.connection("Visma Norway")["ConfigFields"].update(Company="77")
    there.connection("SAP Germany")["ConfigFields"]["User"] = "CLICKED"
    there.connection("SAP Austria").update(UserGroupAccessIds=[1], AssociateAccessIds=[1])
    there.mapped("Visma Norway", "Customer", "EMAIL").update(CrmFieldKey="webpage", SyncToCrm=False)
    there.mapped("Visma Norway", "Customer", "CITY").update(CrmFieldKey="city", SyncToErp=True, ShowInSearch=True)
    there.mapped("Visma Norway", "Customer", "CREDITLIMIT").update(FirstSyncDefaultValue="[F:1]", ShowInGui=False)
    there.mapped("Visma Norway", "Customer", "EMPLOYEES").update(PromptUser=True)
    balance, limit = (there.mapped("Visma Norway", "Customer", key) for key in ("BALANCE", "CREDITLIMIT"))
    balance["Rank"], limit["Rank"] = limit["Rank"], balance["Rank"]
    there.site.state.find("actor_mappings", ErpConnectionId=1, ActorTypeErp="Supplier").update(IsActive=False)  # type: ignore[union-attr]
    for row in table("list_items"):
        row["CrmItemId"] = 5
    there.site.state.data["connection_rank"] = (
        [4, 5, 3, 2, 1, 0] if there.site.settings["mdo_rank_includes_superoffice"] else [4, 5, 3, 2, 1]
    )


def without_connection(document: Json, name: str) -> Json:
    """Its connector does not answer, so that nothing of it can be compared as long as that is so."""
    return {**document, "connections": [one for one in document["connections"] if one["name"] != name]}


@over_rest
def test_a_server_that_does_not_show_the_order_gets_the_rest_right(way: Way) -> None:
    there = Installation(**WITHOUT_RANK, way=way)
    document = exported(there)
    del document["priority"]
    there.forget()
    assert there.converge(document)["changed"] is False
    assert there.writes == []
    copy = Installation("empty", **WITHOUT_RANK, way=way)
    copy.converge(without_dead({**document, "priority": []}) | {"priority": ["SAP Germany", "Visma Norway"]}, prune=["mappings"])
    names = {one["ErpConnectionId"]: one["DisplayName"] for one in copy.state()["connections"]}
    order = [names[number] for number in copy.state()["connection_rank"] if number]
    assert order.index("SAP Germany") < order.index("Visma Norway")
