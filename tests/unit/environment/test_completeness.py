# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of SuperOffice's agent is forgotten: a task calls each method, a document declares each member, or it is said why not."""

from __future__ import annotations

import ast
import functools
import inspect
import typing
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent import reading, writing
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import carriers
from ansible_collections.superoffice.erpsync.tests.unit.support.agent_table import NOT_OFFERED
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, newest_ways, over_rest
from stand_in.methods import METHODS

from .documents import DYNAMICS_URL
from .installation import Installation, Json

SOURCES = Path(reading.__file__).parents[1]


def methods() -> dict[str, str]:
    """Python name to wire name, of both agents, as the last part of each docstring has it."""
    found: dict[str, str] = {}
    for agent in (reading.ReadingAgent, writing.WritingAgent):
        for name, function in inspect.getmembers(agent, inspect.isfunction):
            if not name.startswith("_"):
                found[name] = (inspect.getdoc(function) or "").rpartition("\n\n")[2].partition(":")[0]
    return found


@functools.cache
def used() -> frozenset[str]:
    """The names of all members that anything outside the agent uses."""
    names: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        if path.parent.name != "_agent":
            names |= {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
    return frozenset(names)


def test_the_agent_has_all_49_methods_or_it_is_said_why_not() -> None:
    assert sorted([*methods().values(), *NOT_OFFERED]) == sorted(METHODS)
    assert len(METHODS) == 49
    assert all(NOT_OFFERED.values())


@pytest.mark.parametrize("name", sorted(methods()))
def test_a_task_calls_every_method(name: str) -> None:
    assert name in used()


# What each writing method takes, besides plain arguments.
SAVED: dict[str, type] = {
    "ErpSyncConnectorEntity": carriers.ErpSyncConnectorEntity,
    "ErpConnection": carriers.ErpConnection,
    "ErpSyncActorTypeMapping": carriers.ErpSyncActorTypeMapping,
    "ErpSyncFieldMapping": carriers.ErpSyncFieldMapping,
    "ErpSyncDefaultValue": carriers.ErpSyncDefaultValue,
    "ErpConnectionListMappingContainer": carriers.ErpConnectionListMappingContainer,
    "ErpConnectionListMapping": carriers.ErpConnectionListMapping,
    "ErpCrmListItemMapping": carriers.ErpCrmListItemMapping,
}
IDENTITY = "says which thing is meant"
SHOWN = "what the server shows of the ERP side or of CRM, which nobody saves"
RIGHTS = "what the signed-in user may do, the same in every carrier"
REMOVAL = "state: absent and prune call the method that deletes, which leaves the rest of the row alone"
FOUND_BY_NAME = "how the thing is found in the server's answer; the document names it"
NOT_DECLARED: dict[str, str] = {
    "ErpSyncConnectorEntity.ErpConnectorId": IDENTITY,
    "ErpSyncConnectorEntity.Deleted": REMOVAL,
    "ErpConnection.ErpConnectionId": IDENTITY,
    "ErpConnection.ConnectionId": "a GUID that the server gives",
    "ErpConnection.MostRecentTimestamp": "the connector's own mark of how far it has come",
    "ErpConnection.Deleted": REMOVAL,
    "ErpSyncActorTypeMapping.ErpConnectionId": IDENTITY,
    "ErpSyncActorTypeMapping.ActorTypeErp": IDENTITY,
    "ErpSyncFieldMapping.ErpFieldId": IDENTITY,
    "ErpSyncFieldMapping.ErpFieldKey": IDENTITY,
    **{
        f"ErpSyncFieldMapping.{name}": SHOWN
        for name in ("CrmDisplayName", "CrmDisplayTooltip", "FieldType", "ErpDisplayName", "ErpDisplayTooltip", "AlreadyMapped")
        + ("MissingInERP", "MissingInCRM", "Access", "ListReference")
    },
    "ErpSyncDefaultValue.ErpFieldId": IDENTITY,
    "ErpSyncDefaultValue.ErpFieldKey": IDENTITY,
    "ErpSyncDefaultValue.DefaultValue": "the connector's own proposal",
    **{f"ErpSyncDefaultValue.{name}": SHOWN for name in ("FieldType", "ListName", "Access")},
    "ErpConnectionListMappingContainer.ErpConnectionId": IDENTITY,
    "ErpConnectionListMappingContainer.ErpConnectionName": SHOWN,
    "ErpConnectionListMapping.CrmList": "follows from the field mapping, which is declared",
    "ErpConnectionListMapping.ErpListName": FOUND_BY_NAME,
    "ErpConnectionListMapping.ErpActorTypeName": FOUND_BY_NAME,
    "ErpConnectionListMapping.ErpFieldId": IDENTITY,
    "ErpCrmListItemMapping.ErpListItemId": FOUND_BY_NAME,
    "ErpCrmListItemMapping.ErpListItemName": FOUND_BY_NAME,
    **{f"{carrier}.{name}": RIGHTS for carrier in SAVED for name in ("TableRight", "FieldProperties")},
}


def visma(**more: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **more}]}


def field(**more: Any) -> Json:
    return visma(actors=[{"erp": "Customer", "fields": [{"erp": "CITY", **more}]}])


LISTS = visma(lists=[{"list": "TermList", "actor": "Customer", "shared": True, "items": {"a": "Cash"}}])
# A document that changes the member, and the member's new value where it is plain.
DECLARED: dict[str, tuple[Json, Any]] = {
    "ErpSyncConnectorEntity.DisplayName": ({"connectors": [{"id": 1, "name": "Visma Business"}]}, "Visma Business"),
    "ErpSyncConnectorEntity.URL": ({"connectors": [{"name": "Visma", "url": DYNAMICS_URL}]}, DYNAMICS_URL),
    "ErpConnection.ErpConnectorId": (
        visma(connector="SAP", config={"System": "S4H", "Client": 100, "User": "x", "Password": "y"}, test=False),
        2,
    ),
    "ErpConnection.DisplayName": ({"connections": [{"id": 1, "name": "Another"}]}, "Another"),
    "ErpConnection.DisplayDescription": (visma(description="Another"), "Another"),
    "ErpConnection.ConfigFields": (visma(config={"Company": "77"}), ...),
    "ErpConnection.AllAccess": (visma(access={"everyone": False}), False),
    "ErpConnection.UserGroupAccessIds": (visma(access={"user_groups": ["Finance"]}), [3]),
    "ErpConnection.AssociateAccessIds": (visma(access={"users": [2]}), [2]),
    "ErpSyncActorTypeMapping.IsActive": (visma(actors=[{"erp": "Customer", "enabled": False}]), False),
    "ErpSyncActorTypeMapping.ActorTypeCrm": (visma(actors=[{"erp": "Customer", "crm": "Contact"}]), "Contact"),
    "ErpSyncActorTypeMapping.FieldMappings": (field(show=True), ...),
    "ErpSyncFieldMapping.CrmFieldKey": (field(crm="department"), "department"),
    "ErpSyncFieldMapping.SyncToCrm": (field(crm="city", direction="both"), True),
    "ErpSyncFieldMapping.SyncToErp": (field(crm="city", direction="to_erp"), True),
    "ErpSyncFieldMapping.ShowInGui": (field(show=True), True),
    "ErpSyncFieldMapping.ShowInSearch": (field(search=True), True),
    "ErpSyncDefaultValue.HasFirstSyncDefaultValue": (field(default={"value": ""}), True),
    "ErpSyncDefaultValue.FirstSyncDefaultValue": (field(default={"value": "Bergen"}), "Bergen"),
    "ErpSyncDefaultValue.PromptUser": (field(default={"prompt": True}), True),
    "ErpSyncDefaultValue.Mandatory": (field(default={"prompt": True, "mandatory": True}), True),
    "ErpConnectionListMappingContainer.ErpListItemMappings": (LISTS, ...),
    "ErpConnectionListMapping.ErpCrmListItemMappings": (LISTS, ...),
    "ErpCrmListItemMapping.CrmListItem": (LISTS, ...),
}
# Switched by a method of its own, since what SaveConnection does with the member is not documented.
SWITCHED = {"ErpConnection.Active"}


def members() -> list[str]:
    return [f"{name}.{member}" for name, carrier in SAVED.items() for member in typing.get_type_hints(carrier)]


def test_every_saved_carrier_is_looked_at() -> None:
    taken = {kind.removesuffix("[]") for method in METHODS.values() if method.writes for kind in method.arguments.values()}
    assert {kind for kind in taken if kind.startswith("Erp") and hasattr(carriers, kind)} <= set(SAVED)


@each("member", members())
def test_every_member_can_be_declared_or_it_is_said_why_not(member: str) -> None:
    assert [member in DECLARED, member in NOT_DECLARED, member in SWITCHED].count(True) == 1


def test_reasons_are_given_for_members_that_exist() -> None:
    assert {*DECLARED, *NOT_DECLARED, *SWITCHED} <= set(members())
    assert all(NOT_DECLARED.values())


def found_in(body: Any, carrier: str) -> list[Json]:
    """All objects in a request that are such a carrier."""
    wanted = {name for name in typing.get_type_hints(SAVED[carrier]) if name not in ("TableRight", "FieldProperties")}
    found: list[Json] = []
    if isinstance(body, dict):
        if wanted <= set(body):
            found.append(body)
        for value in body.values():
            found.extend(found_in(value, carrier))
    if isinstance(body, list):
        for item in body:
            found.extend(found_in(item, carrier))
    return found


@newest_ways
@pytest.mark.parametrize("member", [member for member in DECLARED if member != "ErpSyncActorTypeMapping.ActorTypeCrm"])
def test_a_declared_member_reaches_the_server(way: Way, member: str) -> None:
    document, value = DECLARED[member]
    carrier, _dot, name = member.partition(".")
    there = Installation(way=way)
    before = there.state()
    assert there.converge(document)["changed"] is True
    sent = [one for request in there.sent if request.writes for one in found_in(request.body, carrier)]
    assert sent, "the carrier is not saved"
    if value is not ...:
        assert value in [one[name] for one in sent]
    assert there.state() != before
    there.forget()
    assert there.converge(document)["changed"] is False


@over_rest
def test_the_crm_actor_type_can_be_put_right(way: Way) -> None:
    there = Installation(way=way)
    mapping = there.site.state.find("actor_mappings", ErpConnectionId=1, ActorTypeErp="Customer")
    assert mapping is not None
    mapping["ActorTypeCrm"] = "Unknown"
    document, value = DECLARED["ErpSyncActorTypeMapping.ActorTypeCrm"]
    assert there.converge(document)["changed"] is True
    saved = there.site.state.find("actor_mappings", ErpConnectionId=1, ActorTypeErp="Customer")
    assert saved is not None and saved["ActorTypeCrm"] == value


@over_rest
def test_a_connection_is_switched_by_the_method_for_it(way: Way) -> None:
    there = Installation(way=way)
    there.converge(visma(active=False))
    assert there.writes == ["ToggleErpConnectionActive"]
    assert there.connection("Visma Norway")["Active"] is False
