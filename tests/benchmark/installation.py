# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes installations of any size: the answers of their server, and their document."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]
AGENT = "/api/v1/Agents/ErpSync/"
ACTORS = {"Customer": "Contact", "Person": "Person", "Project": "Project"}
FIELDS = 20
# Rows of a page of an archive.
PAGE = 1000

# The folder of the stand-in, for imports here and in the modules that import this one.
sys.path.append(str(Path(__file__).resolve().parents[1] / "mock_server"))


def templates() -> Json:
    """One carrier of each kind as the stand-in sends it, so that answers have a realistic size."""
    import requests
    from pytest_stand_in import StandIn

    stand_in = StandIn()
    try:
        with requests.Session() as http:
            http.auth = (stand_in.username, stand_in.password)

            def call(method: str, **arguments: Any) -> Any:
                return http.post(stand_in.url + AGENT + method, json=arguments, timeout=20).json()

            return {
                "engine": call("GetEngineStatus"),
                "listed": call("GetAllConnections", IncludeDeleted=False)[0],
                "connection": call("GetConnection", ErpConnectionId=1),
                "config_fields": call("GetConfigurationFields", ErpConnectorId=1),
                "mapping": call("GetActorTypeMapping", ErpConnectionId=1, ActorType="Customer"),
            }
    finally:
        stand_in.stop()


def answers(taken: Json, connections: int) -> dict[str, dict[str, Any]]:
    """The answers of a server with this number of connections, by request and body."""
    named = [
        {**taken["listed"], "ErpConnectionId": number, "DisplayName": f"Company {number}", "DisplayDescription": f"Number {number}"}
        for number in range(1, connections + 1)
    ]
    found: dict[str, dict[str, Any]] = {
        "GetEngineStatus": {"": taken["engine"]},
        "GetAllConnections": {_body(IncludeDeleted=False): named},
        "GetConfigurationFields": {_body(ErpConnectorId=taken["listed"]["ErpConnectorId"]): taken["config_fields"]},
        "GetConnection": {},
        "GetActorTypeMapping": {},
    }
    for listed in named:
        number = listed["ErpConnectionId"]
        names = {name: listed[name] for name in ("ErpConnectionId", "DisplayName", "DisplayDescription")}
        found["GetConnection"][_body(ErpConnectionId=number)] = {**taken["connection"], **names}
        for place, (erp, crm) in enumerate(ACTORS.items()):
            found["GetActorTypeMapping"][_body(ErpConnectionId=number, ActorType=erp)] = {
                **taken["mapping"],
                "ErpConnectionId": number,
                "ActorTypeErp": erp,
                "ActorTypeCrm": crm,
                "FieldMappings": [_field(taken, (number * len(ACTORS) + place) * FIELDS + field, field) for field in range(FIELDS)],
            }
    return {f"POST {AGENT}{method}": by_body for method, by_body in found.items()}


def _field(taken: Json, field_id: int, number: int) -> Json:
    own = {"ErpFieldId": field_id, "ErpFieldKey": f"FIELD{number}", "CrmFieldKey": f"udef:field{number}", "SyncToErp": False}
    return {**taken["mapping"]["FieldMappings"][0], **own, "SyncToCrm": True, "ShowInGui": False, "Access": "Normal"}


def _body(**arguments: Any) -> str:
    return json.dumps(arguments, sort_keys=True)


def document(connections: int) -> Json:
    """The document that declares such an installation as it is."""
    fields = [{"erp": f"FIELD{number}", "crm": f"udef:field{number}", "direction": "to_crm"} for number in range(FIELDS)]
    actors = [{"erp": erp, "crm": crm, "enabled": True, "fields": fields} for erp, crm in ACTORS.items()]
    return {
        "connections": [
            {"name": f"Company {number}", "description": f"Number {number}", "active": True, "actors": actors}
            for number in range(1, connections + 1)
        ]
    }


def calls(connections: int) -> int:
    """The number of requests of an unchanged converge through the agent.

    Two lists, and for each connection its settings and actor types.
    """
    return 2 + connections * (1 + len(ACTORS))
