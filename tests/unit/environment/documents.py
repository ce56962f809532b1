# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that several tests converge, and what a state says without the numbers that the server gives."""

from __future__ import annotations

import copy
import json
from typing import Any

from .installation import Installation, Json

VISMA_URL = "https://erp.example.com/Connector.svc"
SAP_URL = "https://sap.example.com/ErpConnector/Service.svc?ConnectorName=SAP"
DYNAMICS_URL = "https://dynamics.example.net/Connector.svc?ConnectorName=BusinessCentral"


def everything() -> Json:
    """A document that has all there is, for the seeded installation as well as for an empty one."""
    return {
        "engine": {"state": "running", "interval": "15m"},
        "connectors": [{"name": "Visma", "url": VISMA_URL}, {"name": "SAP", "url": SAP_URL}],
        "connections": [
            {
                "name": "Visma Norway",
                "connector": "Visma",
                "description": "Ålesund",
                "active": True,
                "access": {"user_groups": ["Sales", 1], "users": []},
                "config": {"Company": "1002", "Password": "new-Hemmelig", "UseTls": False, "Port": 8443},
                "actors": [
                    {
                        "erp": "Customer",
                        "crm": "Contact",
                        "enabled": True,
                        "fields": [
                            {"erp": "NAME", "crm": "name", "direction": "both", "search": True},
                            {"erp": "NUMBER1", "crm": "code", "direction": "to_crm"},
                            {"erp": "STDTERMS", "crm": "paymentterms", "direction": "to_erp", "default": {"value": "x"}},
                            {"erp": "CREDITLIMIT", "show": True, "default": {"value": 1000.5, "prompt": True, "mandatory": True}},
                            {"erp": "CREDITSTOP", "show": True, "default": {"value": True}},
                            {"erp": "DISTRICT", "default": None},
                        ],
                        "order": ["CREDITSTOP", "CREDITLIMIT"],
                    },
                    {"erp": "Project", "enabled": False, "fields": [{"erp": "NAME", "crm": "name", "direction": "to_crm"}]},
                ],
                "lists": [{"list": "TermList", "actor": "Customer", "items": {"a": "14 days", "Cash": "Cash", "9": None}}],
            },
            {
                "name": "SAP Finland",
                "connector": "SAP",
                "active": True,
                "config": {"Client": 200, "User": "SYNC", "Password": "sap-Salaisuus"},
                "actors": [
                    {
                        "erp": "Customer",
                        "enabled": True,
                        "fields": [
                            {"erp": "NAME1", "crm": "name", "direction": "both"},
                            {"erp": "KTOKD", "crm": "category", "direction": "to_erp"},
                        ],
                    }
                ],
                "lists": [{"list": "AccountGroupList", "items": {"KUNA": "Customer A", "EXPO": 4}}],
            },
        ],
        "priority": ["SAP Finland", "Visma Norway"],
    }


def with_secrets(document: Json, state: Json) -> Json:
    """An exported document with the stored secrets in their placeholders' places."""
    filled = copy.deepcopy(document)
    stored = {one["DisplayName"]: one["ConfigFields"] for one in state["connections"] if not one["Deleted"]}
    for connection in filled["connections"]:
        for key, value in connection.get("config", {}).items():
            if isinstance(value, str) and value.startswith("{{"):
                connection["config"][key] = stored[connection["name"]][key]
    return filled


def without_dead(document: Json) -> Json:
    """A document without the connector that does not answer, and its connection: nobody could create them."""
    alive = copy.deepcopy(document)
    alive["connectors"] = [one for one in alive["connectors"] if one["name"] != "Dynamics"]
    alive["connections"] = [one for one in alive["connections"] if one["connector"] != "Dynamics"]
    alive["priority"] = [one for one in alive["priority"] if one != "Dynamics Denmark"]
    return alive


def essence(installation: Installation) -> Json:
    """What a person would call the same installation: names instead of ids, nothing of the server's own bookkeeping."""
    state = installation.state()
    connectors = {one["ErpConnectorId"]: one["DisplayName"] for one in state["connectors"] if not one["Deleted"]}
    names = {one["ErpConnectionId"]: one["DisplayName"] for one in state["connections"] if not one["Deleted"]}
    fields = {one["ErpFieldId"]: one for one in state["fields"]}

    def plain(record: Json, *without: str) -> Json:
        return {key: value for key, value in record.items() if key not in without}

    def place(field: Json) -> tuple[str, str, str]:
        return names[field["ErpConnectionId"]], field["ActorTypeErp"], field["ErpFieldKey"]

    def ordered(records: list[Any]) -> list[Any]:
        return sorted(records, key=lambda record: json.dumps(record, sort_keys=True))

    return {
        "engine": state["engine"],
        "connectors": ordered([plain(one, "ErpConnectorId") for one in state["connectors"] if not one["Deleted"]]),
        "connections": ordered(
            [
                {**plain(one, "ErpConnectionId", "ConnectionId", "ErpConnectorId"), "connector": connectors[one["ErpConnectorId"]]}
                for one in state["connections"]
                if not one["Deleted"]
            ]
        ),
        "actors": ordered(
            [
                (names[one["ErpConnectionId"]], plain(one, "ErpConnectionId"))
                for one in state["actor_mappings"]
                if one["ErpConnectionId"] in names
            ]
        ),
        # Hundreds, whose places are enough for an order.
        "fields": sorted(
            [(place(one), plain(one, "ErpFieldId", "ErpConnectionId")) for one in state["fields"] if one["ErpConnectionId"] in names],
            key=lambda field: field[0],
        ),
        "lists": ordered(
            [
                (place(fields[one["ErpFieldId"]]), one["ErpListItemId"], one["CrmItemId"], one["Origin"])
                for one in state["list_items"]
                # A row without a CRM item says the same as no row.
                if one["CrmItemId"] is not None and fields[one["ErpFieldId"]]["ErpConnectionId"] in names
            ]
        ),
        "priority": [names.get(number, number) for number in state["connection_rank"] if number == 0 or number in names],
        "rest": plain(
            state,
            *("engine", "connectors", "connections", "actor_mappings", "fields", "list_items", "connection_rank"),
            *("next_ids", "cleared_columns"),
        ),
    }
