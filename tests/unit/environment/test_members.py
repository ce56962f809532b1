# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each member of each answer, once with another type than documented: a task says in which answer it is, or does not need it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Run
from stand_in.wire import rest
from stand_in.wire.call import Call

from .documents import everything
from .installation import Installation, Json

ODD = 5.5
"""Neither a text nor a whole number, neither true nor false, no array and no object."""
KINDS = {str: "a text", bool: "true or false", int: "a whole number", list: "an array", dict: "an object"}
Place = tuple[str, str]


def method_of(call: Call) -> str:
    """The answer's name in messages."""
    name = call.path.rstrip("/").rpartition("/")[2]
    if call.method is not None:
        return call.method.name
    if "/MDOList/" in call.path:
        return f"MDO list {name}"
    return "GET /api" if name == "api" else "User/currentPrincipal" if name == "currentPrincipal" else f"archive {name}"


def members(answer: Any, holder: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each member that is not null, by its path, in each object of an answer."""
    if isinstance(answer, list):
        for item in answer:
            yield from members(item, holder)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            if value is not None and name not in ("FieldProperties", "TableRight"):
                yield f"{holder}.{name}".lstrip("."), answer
                yield from members(value, f"{holder}.{name}")


class Answers:
    """The answers of the stand-in: what they hold, and some of their members with another type."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kinds: dict[Place, str] = {}
        self.odd: set[Place] = set()
        self._real = rest.answer
        monkeypatch.setattr(rest, "answer", self._answer)

    def _answer(self, site: Any, call: Call) -> Any:
        given = self._real(site, call)
        method = method_of(call)
        if given.status != 200 or not given.body or method.startswith("archive"):
            return given
        told = json.loads(given.body)
        for path, holder in list(members(told)):
            name = path.rpartition(".")[2]
            self.kinds.setdefault((method, path), KINDS.get(type(holder[name]), ""))
            if (method, path) in self.odd:
                holder[name] = ODD
        return dataclasses.replace(given, body=json.dumps(told).encode())


def sentences(result: Json, warnings: list[str]) -> set[str]:
    """All sentences of a result about answers that cannot be used, without what else is in their texts."""
    texts = json.dumps([result, warnings], ensure_ascii=False)
    return set(re.findall(r"\w[\w/ ]*: the server's answer cannot be used: [^.]*\.", texts))


FACTS = [
    *("access", "engine", "connectors", "connections", "priority"),
    *("summary", "field_mappings", "list_mappings", "configuration_fields"),
]
DOCUMENT = everything()
DOCUMENT.update(connections=DOCUMENT["connections"][:1])
DOCUMENT.pop("priority")
TASKS: dict[str, Json] = {
    "info": {"connections": ["Visma Norway"], "gather": FACTS},
    "environment": {"document": DOCUMENT, "check": True},
    # Archives, and what is read through the agent to compare.
    "info, archives": {"connections": ["Visma Norway"], "gather": ["field_mappings"], "read_from": "archive"},
    "environment_info": {"connections": ["Visma Norway"]},
    "health": {
        "fail_on": "never",
        "connections": ["Visma Norway"],
        "checks": ["access", "engine", "active", "missing_fields", "mandatory_fields"],
    },
}

NEEDED: dict[str, dict[str, str]] = {
    "info, archives": {
        "GetActorTypeMapping": "IsActive FieldMappings ActorTypeCrm",
        "GetActorTypeMapping: FieldMappings": "ErpFieldId SyncToCrm Access",
        "GetDefaultValueInfo": "HasFirstSyncDefaultValue FirstSyncDefaultValue PromptUser Mandatory FieldType",
    },
    "info": {
        "GetEngineStatus": "IsRunning StatusMessage Interval",
        "User/currentPrincipal": "UserType Associate AssociateId GroupId RoleName RoleType Licenses FullName FunctionRights "
        "DatabaseContextIdentifier",
        "User/currentPrincipal: Licenses": "Name Description ExpiryDate",
        "GET /api": "NetServerVersion",
        "GetAllConnectors": "Id Name ToolTip",
        "GetAllConnections": "ErpConnectionId ErpConnectorId DisplayName DisplayDescription Active ConnectionId Deleted",
        "GetConnection": "ErpConnectionId ErpConnectorId DisplayName DisplayDescription Active ConnectionId Deleted AllAccess "
        "UserGroupAccessIds AssociateAccessIds",
        "GetErpSyncConnectionSummary": "LastSync Actors",
        "GetErpSyncConnectionSummary: Actors": "ActorType HasMappings Defaults Mappings",
        "GetActorTypeMapping": "IsActive FieldMappings ActorTypeErp ActorTypeCrm",
        "GetActorTypeMapping: FieldMappings": "ErpFieldId CrmFieldKey CrmDisplayName ErpFieldKey FieldType ErpDisplayName "
        "SyncToCrm SyncToErp ShowInGui ShowInSearch AlreadyMapped MissingInERP MissingInCRM Access ListReference",
        "GetDefaultValueInfo": "DefaultValue HasFirstSyncDefaultValue FirstSyncDefaultValue PromptUser Mandatory FieldType",
        "GetConnectionListMappings": "ErpListItemMappings",
        "GetConnectionListMappings: ErpListItemMappings": "CrmList ErpListName ErpCrmListItemMappings ErpActorTypeName ErpFieldId",
        "GetConnectionListMappings: ErpListItemMappings.CrmList": "Name",
        "GetConnectionListMappings: ErpListItemMappings.ErpCrmListItemMappings": "ErpListItemId ErpListItemName CrmListItem",
        "GetConnectionListMappings: ErpListItemMappings.ErpCrmListItemMappings.CrmListItem": "Id Name",
        "GetConfigurationFields": "FieldKey DisplayName DisplayDescription FieldType DefaultValue MaxLength Access ListName",
    },
    "environment": {
        "GetAllConnectors": "Id",
        "GetAllConnections": "Active",
        "GetEngineStatus": "Interval",
        "MDO list usergroup": "Id Name Deleted ChildItems FullName",
        "GetConfigurationFields": "FieldKey FieldType DefaultValue MaxLength Access",
        "GetConnection": "Active ConfigFields AllAccess UserGroupAccessIds AssociateAccessIds",
        "GetConnection: ConfigFields": "Port Password",
        "GetActorTypeMapping": "FieldMappings ActorTypeErp",
        "GetActorTypeMapping: FieldMappings": "ErpFieldId CrmFieldKey CrmDisplayName ErpFieldKey FieldType SyncToCrm SyncToErp ShowInGui "
        "ShowInSearch AlreadyMapped MissingInERP Access",
        "GetDefaultValueInfo": "DefaultValue HasFirstSyncDefaultValue FirstSyncDefaultValue PromptUser Mandatory FieldType Access",
        "GetConnectionListMappings": "ErpListItemMappings",
        "GetConnectionListMappings: ErpListItemMappings": "CrmList ErpListName ErpCrmListItemMappings ErpActorTypeName ErpFieldId",
        "GetConnectionListMappings: ErpListItemMappings.CrmList": "Name ExtraInfo",
        "GetConnectionListMappings: ErpListItemMappings.ErpCrmListItemMappings": "ErpListItemId ErpListItemName CrmListItem",
        "GetConnectionListMappings: ErpListItemMappings.ErpCrmListItemMappings.CrmListItem": "Id Name Deleted",
        "MDO list paymentterms": "Name Deleted",
    },
    "environment_info": {
        "GetAllConnectors": "Id",
        "GetAllConnections": "Active",
        "GetConnection": "Active ConfigFields AllAccess UserGroupAccessIds AssociateAccessIds",
        "GetConnection: ConfigFields": "Port Password",
        "GetConfigurationFields": "FieldKey FieldType Access",
        "GetErpSyncConnectionSummary": "Actors",
        "GetActorTypeMapping": "IsActive FieldMappings ActorTypeErp",
        "GetActorTypeMapping: FieldMappings": "ErpFieldId CrmFieldKey ErpFieldKey SyncToCrm SyncToErp ShowInGui ShowInSearch MissingInERP",
        "GetDefaultValueInfo": "HasFirstSyncDefaultValue FirstSyncDefaultValue PromptUser Mandatory FieldType Access",
        "GetConnectionListMappings": "ErpListItemMappings",
        "GetConnectionListMappings: ErpListItemMappings": "ErpListName ErpCrmListItemMappings",
        "GetConnectionListMappings: ErpListItemMappings.ErpCrmListItemMappings": "ErpListItemId CrmListItem",
        "GetConnectionListMappings: ErpListItemMappings.ErpCrmListItemMappings.CrmListItem": "Id Name Deleted",
    },
    "health": {
        "GetEngineStatus": "Interval",
        "GetAllConnections": "Active",
        "GetActorTypeMapping": "IsActive FieldMappings ActorTypeErp",
        "GetActorTypeMapping: FieldMappings": "ErpFieldKey SyncToCrm SyncToErp ShowInGui ShowInSearch MissingInERP Access",
        "User/currentPrincipal": "Associate AssociateId Licenses",
        "User/currentPrincipal: Licenses": "Name ExpiryDate",
    },
}
"""The members that a task reads, by answer and holder, where no other task reads them alike."""


def needed(task: str) -> list[Place]:
    places = [(key.partition(": "), names.split()) for key, names in NEEDED[task].items()]
    return [(method, f"{holder}.{name}".lstrip(".")) for (method, _colon, holder), names in places for name in names]


@pytest.mark.parametrize("task", TASKS)
def test_a_member_of_another_type_is_told_with_its_answer_or_is_not_needed(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Run.__init__.__kwdefaults__ or {}, "now", lambda: 1763600000.0)
    answers = Answers(monkeypatch)
    clean = Installation().run(task.partition(",")[0], **TASKS[task])
    assert not clean.get("failed"), clean
    for place in needed(task):
        answers.odd = {place}
        there = Installation()
        result = there.run(task.partition(",")[0], **TASKS[task])
        # The members besides the id are read once all connections are known, whichever way they were listed.
        is_listed = place[0] == "GetAllConnections" and place[1] != "ErpConnectionId"
        method, name = "the list of connections" if is_listed else place[0], place[1].rpartition(".")[2]
        told = f"{method}: the server's answer cannot be used: {name} should be {answers.kinds[place]} and is a number."
        assert sentences(result, there.warnings) == {told}, place
        if result.get("failed"):
            assert (result["msg"], result["failure"]["kind"], result["failure"]["method"]) == (told, "unexpected_answer", method)
    # Each value of a configuration is like the others.
    others = [place for place in answers.kinds if "ConfigFields" not in "".join(place)]
    answers.odd = set(others).difference(*map(needed, TASKS))
    assert answers.odd and Installation().run(task.partition(",")[0], **TASKS[task]) == clean
