# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The 49 methods of the ErpSync agent in a table of our own, which of them the collection offers, and sample values."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Method: name, type and place of each argument -> type of the answer. A place is the body's object unless it is said.
READING = """
CreateDefaultErpSyncConnectorEntity: -> ErpSyncConnectorEntity
GetConnection: ErpConnectionId int -> ErpConnection
GetConfigurationFields: ErpConnectorId int -> FieldMetadata[]
GetErpConnectionConfigFields: ErpConnectionId int -> texts by name
TestConnectionById: ErpConnectionId int -> bool
TestConnectionByConfig: ErpConnectionId int, ConfigFields map -> bool
SupportsAdvancedSearch: ErpConnectionId int, ErpActorType erp -> bool
GetAllConnectors: -> ListItem[]
GetAllConnections: IncludeDeleted bool -> ErpConnection[]
GetConnectionsAndDisplayFields: CrmActorType crm, EntityId int -> ErpConnectionData[]
GetErpFieldValues: ErpConnectionId int, CrmActorType crm, EntityId int, FieldKeys texts -> texts
GetFieldsForNewErpActor: ErpConnectionId int, ErpActorType erp -> FieldMetadata[]
GetConnectionListMappings: ErpConnectionId int -> ErpConnectionListMappingContainer
GetFieldValuesFromCrm: RecordId int, ActorTypeCrm crm -> ErpSyncFieldValue[]
GetFieldValuesFromErp: ErpConnectionId int, ActorTypeErp erp, ErpKey text -> ErpSyncFieldValue[]
GetActorTypeMapping: ErpConnectionId int, ActorType erp -> ErpSyncActorTypeMapping
GetCrmActorType: ErpConnectionId int, ErpActorType erp -> name
GetErpSyncConnectionSummary: ErpSyncConnectionId int -> ErpSyncConnectionSummary
GetErpSyncConnectorEntity: ErpSyncConnectorEntityId int query -> ErpSyncConnectorEntity
CanDeleteErpSyncConnectorEntity: ErpSyncConnectorId int -> name
TestConnectorUrl: Url text -> name
GetDefaultValueInfo: ErpFieldId int -> ErpSyncDefaultValue
GetEngineStatus: -> ErpSyncEngineStatus
"""
WRITING = """
SaveErpSyncConnectorEntity: ErpSyncConnectorEntity carrier whole -> ErpSyncConnectorEntity
DeleteErpSyncConnectorEntity: ErpSyncConnectorEntityId int query -> nothing
SaveConnection: Connection carrier -> ErpConnection
DeleteConnection: ErpConnectionId int -> nothing
ToggleErpConnectionActive: ErpConnectionId int -> texts
SaveErpConnectionSyncPriorities: ErpConnectionIds ints -> bool
MoveErpFieldItem: ErpFieldId int, Direction int, ErpConnectionId int, ErpActorType erp -> nothing
SaveConnectionListMappings: ListMapping carrier -> ErpConnectionListMappingContainer
ConnectActor: ErpConnectionId int, CrmRecordId int, CrmActorType crm, ErpKey text, ErpActorType erp, FieldValues carriers -> nothing
TryConnectActor: ErpConnectionId int, CrmRecordId int, CrmActorType crm, ErpKey text, ErpActorType erp, FieldValues carriers -> bool
CreateActorLink: ErpConnectionId int, CrmRecordId int, CrmActorType crm, ErpKey text, ErpActorType erp -> bool
BreakActorLink: ErpConnectionId int, CrmRecordId int, CrmActorType crm -> bool
CreateErpActorFromCrm: ConnectionId int, CrmEntityId int, ErpActorType erp, CrmActorType crm, ErpFieldKeyValues map -> bool
SaveActorTypeMapping: Mapping carrier -> ErpSyncActorTypeMapping
ValidateArchiveColumnConfig: ListOwner text, ErpConnectionId int -> nothing
UpdateConnectionFields: ErpConnectionId int -> bool
SaveDefaultValueInfo: ErpSyncDefaultValue carrier -> ErpSyncDefaultValue
SyncAll: -> PluginResponse
ForceSyncAll: -> PluginResponse
ForceResync: ErpConnectionId int, InternalKeyIds ints -> PluginResponse
ForceResyncNoBlankValues: ErpConnectionId int, InternalKeyIds ints -> PluginResponse
ForceResyncBatchTask: ErpConnectionId int, InternalKeyIds ints -> nothing
ForceResyncExternal: ErpConnectionId int, ErpActorType erp, ExternalKeys texts -> PluginResponse
ForceResyncExternalNoBlankValues: ErpConnectionId int, ErpActorType erp, ExternalKeys texts -> PluginResponse
ChangeEngineStatus: Run bool -> ErpSyncEngineStatus
ChangeEngineInterval: Interval text -> nothing
"""

DATA = "links between single CRM and ERP records, and their values, are data and no environment"
# The other methods, and why the collection's agent does without them.
NOT_OFFERED = {
    "ConnectActor": DATA,
    "TryConnectActor": DATA,
    "CreateActorLink": DATA,
    "BreakActorLink": DATA,
    "CreateErpActorFromCrm": DATA,
    "GetConnectionsAndDisplayFields": DATA,
    "GetErpFieldValues": DATA,
    "GetFieldValuesFromCrm": DATA,
    "GetFieldValuesFromErp": DATA,
    "GetFieldsForNewErpActor": "what the form for a new ERP record shows; it follows from the field mappings and default values",
    "SupportsAdvancedSearch": "a property of the connector's program, which nobody can set",
    "GetCrmActorType": "the mapping of the actor type says the same",
}

_SAMPLES: dict[str, Any] = {
    "int": 7,
    "bool": True,
    "text": "a text",
    "texts": ["one", "two"],
    "ints": [3, 1],
    "map": {"Company": "1001"},
    "erp": "Customer",
    "crm": "Contact",
    "carrier": {"Unknown": "kept"},
    "carriers": [{"Unknown": "kept"}],
}


@dataclass(frozen=True)
class Argument:
    """One argument of a method; ``place`` is body, query or whole."""

    name: str
    type: str
    place: str

    @property
    def sample(self) -> Any:
        return _SAMPLES[self.type]

    @property
    def snake(self) -> str:
        return snake(self.name)


@dataclass(frozen=True)
class Method:
    """One agent method."""

    name: str
    arguments: tuple[Argument, ...]
    returns: str

    @property
    def snake(self) -> str:
        return snake(self.name)

    @property
    def offered(self) -> bool:
        return self.name not in NOT_OFFERED

    @property
    def good(self) -> Any:
        """An answer of the right shape, and what the method returns of it."""
        if self.returns.endswith("[]"):
            return [{"Id": 1}, None, {"Id": 2}]
        return {"nothing": None, "bool": False, "name": "NoError", "texts": ["x", None], "texts by name": {"a": "b", "c": None}}.get(
            self.returns, {"Unknown": "kept"}
        )

    @property
    def bad(self) -> list[Any]:
        """Answers of the wrong shape."""
        everything: list[Any] = [True, 3, "text", [3], ["text", {}], [{}, "x"], {"a": 3}, {"a": {}}, []]
        if self.returns == "nothing":
            return []
        if self.returns.endswith("[]"):
            return [True, 3, "text", {}, [3], ["text", {}], [{}, "x"]]
        wrong: dict[str, Any] = {
            "bool": [None, 1, 0, "true", [], {}],
            "name": [None, 0, True, [], {}],
            "texts": [True, 3, "text", {}, [3], ["x", {}]],
            "texts by name": [True, 3, "text", [], {"a": 3}, {"a": {}}, {"a": True}],
        }
        found: list[Any] = wrong.get(self.returns, [value for value in everything if not isinstance(value, dict)])
        return found


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _parse(table: str) -> list[Method]:
    methods = []
    for line in table.strip().splitlines():
        name, _colon, rest = line.partition(":")
        arguments, _arrow, returns = rest.partition("->")
        parsed = [(part.split() + ["body"])[:3] for part in arguments.split(",") if part.strip()]
        methods.append(Method(name, tuple(Argument(*parts) for parts in parsed), returns.strip()))
    return methods


READING_METHODS = _parse(READING)
WRITING_METHODS = _parse(WRITING)
METHODS = READING_METHODS + WRITING_METHODS
OFFERED = [method for method in METHODS if method.offered]


def vendor_file(name: str) -> Path:
    """A file of the vendor's API description. It is not part of the project; who has it can say where."""
    root = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("ERPSYNC_VENDOR_API") or root / ".." / "shared" / "api") / name
