# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seeds of an installation: `default`, in full use, and `empty`, just installed.

Fictitious data.
"""

from __future__ import annotations

import functools
import marshal
from typing import Any

from . import crm, field_rows, sync_log, world
from .books import Books, Entry
from .carriers import NULL_DATE
from .state import State, connection_guid

NAMES = ("default", "empty")


def books(name: str) -> Books:
    """What the database of a new state keeps beside it."""
    return Books(_log(name))


@functools.cache
def _log(name: str) -> tuple[Entry, ...]:
    return sync_log.seeded(_made(name))


def make(name: str) -> dict[str, Any]:
    """A new state; raises KeyError for an unknown name."""
    made: dict[str, Any] = marshal.loads(_packed(name))
    return made


@functools.cache
def _packed(name: str) -> bytes:
    return marshal.dumps(_made(name))


@functools.cache
def _made(name: str) -> dict[str, Any]:
    return {"default": _default, "empty": _empty}[name]()


def _empty() -> dict[str, Any]:
    return {
        "engine": {"IsRunning": False, "IntervalSeconds": 3600, "Requested": {"IsRunning": None, "IntervalSeconds": None}},
        "connectors": [],
        "connections": [],
        "actor_mappings": [],
        "fields": [],
        "list_items": [],
        "links": [],
        "erp_actors": [],
        "connection_rank": [0],
        "waiting_changes": [],
        "batch_tasks": [],
        "cleared_columns": [],
        "crm_lists": crm.crm_lists(),
        "crm_records": crm.crm_records(),
        "user_groups": [{"Id": number, "Name": name} for number, name in crm.USER_GROUPS],
        "associates": [
            {"Id": number, "Name": name, "FullName": full_name, "UserGroupId": group} for number, name, full_name, group in crm.ASSOCIATES
        ],
        "next_ids": {"connector": 1, "connection": 1, "field": 1001, "erp_key": 20001, "batch_task": 1},
    }


def _default() -> dict[str, Any]:
    state = State(_empty())
    data = state.data
    data["engine"].update(IsRunning=True, IntervalSeconds=900)
    for name, url in (("Visma", world.VISMA_URL), ("SAP", world.SAP_URL), ("Dynamics", world.OLD_DYNAMICS_URL)):
        state.table("connectors").append(
            {"ErpConnectorId": state.next_id("connector"), "DisplayName": name, "URL": url, "Deleted": False, "ApiVersion": "2.1"}
        )
    visma = {"User": "superoffice", "Port": "443", "Timeout": "30.5", "UseTls": "1", "Ledger": "general", "Serial": "1042"}
    sap = {"System": "S4H", "Client": "100", "User": "SYNCUSER", "Password": "sap-Geheim-1"}
    _connection(
        state,
        1,
        "Visma Norway",
        "Norwegian company",
        {**visma, "Company": "1001", "Password": "visma-Hemmelig-1"},
        MostRecentTimestamp="2026-11-20T05:45:00",
        LastSync="2026-11-20T05:45:00",
    )
    _connection(
        state,
        1,
        'US:"Visma Sweden";NO:"Visma Sverige"',
        'US:"Swedish company";NO:"Svensk selskap"',
        {**visma, "Company": "2001", "Password": "visma-Hemlig-2"},
        AllAccess=False,
        UserGroupAccessIds=[1, 3],
        AssociateAccessIds=[4],
        MostRecentTimestamp="48213",
        LastSync="2026-11-20T05:46:10",
    )
    _connection(
        state,
        2,
        "SAP Germany",
        "S/4HANA, company code 1010",
        {**sap, "SalesOrganisation": "1010"},
        MostRecentTimestamp="TX-0009912",
        LastSync="2026-11-20T05:46:55",
        ExternalReference="sap/1010",
        RetryPolicy={"Attempts": 3, "Pause": "00:00:10"},
    )
    _connection(
        state,
        3,
        "Dynamics Denmark",
        "The old NAV server; its connector has been switched off",
        {"Tenant": "skagen", "Company": "CRONUS DK", "ClientId": "so-sync", "ClientSecret": "nav-Hemmelig-4"},
        Active=False,
        LastSync="2025-03-31T22:00:00",
    )
    _connection(
        state,
        2,
        'US:"SAP Austria";GE:"SAP Österreich"',
        "",
        {**sap, "SalesOrganisation": "1020"},
        Active=False,
        AllAccess=False,
        UserGroupAccessIds=[2],
        AssociateAccessIds=[],
    )
    _connection(
        state,
        1,
        "Visma Test",
        "Removed after the pilot",
        {**visma, "Company": "9999", "Password": "visma-Test-6"},
        Active=False,
        Deleted=True,
    )
    data["connection_rank"] = [1, 0, 3, 2, 5, 4]
    _map(state)
    data["waiting_changes"] = [
        {"ErpConnectionId": 1, "Kind": "Added", "Tablename": "contact", "RecordId": 501},
        {"ErpConnectionId": 1, "Kind": "Updated", "Tablename": "contact", "RecordId": 1},
        {"ErpConnectionId": 1, "Kind": "Updated", "Tablename": "person", "RecordId": 2},
        {"ErpConnectionId": 3, "Kind": "Updated", "Tablename": "contact", "RecordId": 4},
        {"ErpConnectionId": 3, "Kind": "Deleted", "Tablename": "project", "RecordId": 3},
    ]
    for connection_id, actor, record_id, key in (
        (1, "Contact", 1, "10001"),
        (1, "Contact", 2, "10002"),
        (1, "Person", 1, "10001"),
        (2, "Contact", 3, "10003"),
        (3, "Contact", 4, "10004"),
    ):
        erp_actor = "Customer" if actor == "Contact" else actor
        state.table("links").append(
            {
                "ErpConnectionId": connection_id,
                "CrmActorType": actor,
                "CrmRecordId": record_id,
                "ErpActorType": erp_actor,
                "ErpKey": key,
            }
        )
    return data


def _connection(state: State, connector_id: int, name: str, description: str, config: dict[str, str], **more: Any) -> None:
    connection_id = state.next_id("connection")
    connection = {
        "ErpConnectionId": connection_id,
        "ErpConnectorId": connector_id,
        "DisplayName": name,
        "DisplayDescription": description,
        "Active": True,
        "ConnectionId": connection_guid(connection_id),
        "MostRecentTimestamp": None,
        "ConfigFields": config,
        "Deleted": False,
        "AllAccess": True,
        "UserGroupAccessIds": [],
        "AssociateAccessIds": [],
        "LastSync": NULL_DATE,
        "ExternalReference": None,
        "RetryPolicy": None,
    }
    connection.update(more)
    state.table("connections").append(connection)
    connector = state.connector(connector_id)
    product = world.remembered(connector["URL"]) if connector else None
    if product is not None:
        field_rows.refresh(state, connection_id, product)


_BOTH, _TO_CRM, _TO_ERP, _SHOWN = (True, True, False), (True, False, False), (False, True, False), (False, False, True)

_MAPPINGS: dict[tuple[int, str], dict[str, tuple[str, tuple[bool, bool, bool]]]] = {
    (1, "Customer"): {
        "NAME": ("name", _BOTH),
        "NUMBER1": ("number1", _TO_CRM),
        "ORGNUMBER": ("orgnr", _BOTH),
        "EMAIL": ("email", _BOTH),
        "STDTERMS": ("paymentterms", _BOTH),
        "CURRENCY": ("currency", _TO_CRM),
        "CREDITLIMIT": ("", _SHOWN),
        "BALANCE": ("", _SHOWN),
    },
    (1, "Supplier"): {"NAME": ("name", _BOTH), "NUMBER1": ("code", _TO_CRM), "SUPPLIERLIMIT": ("", _SHOWN)},
    (1, "Person"): {"FIRSTNAME": ("firstname", _BOTH), "LASTNAME": ("lastname", _BOTH), "ROLE": ("position", _TO_CRM)},
    (1, "Project"): {"NAME": ("name", _BOTH), "PROJECTNO": ("number", _TO_CRM), "STATE": ("status", _BOTH)},
    (2, "Customer"): {"NAME": ("name", _BOTH), "STDTERMS": ("paymentterms", _TO_ERP), "CREDITLIMIT": ("", _SHOWN)},
    (3, "Customer"): {
        "NAME1": ("name", _BOTH),
        "KUNNR": ("number1", _TO_CRM),
        "ZTERM": ("paymentterms", _TO_CRM),
        "KLIMK": ("creditlimit", _TO_CRM),
        "SPERR": ("creditstop", _BOTH),
        "KTOKD": ("category", _TO_ERP),
    },
    (3, "Person"): {"LASTNAME": ("lastname", _BOTH), "FIRSTNAME": ("firstname", _TO_ERP)},
    (4, "Customer"): {"NAME": ("name", _BOTH), "NUMBER1": ("number1", _TO_CRM)},
}


def _map(state: State) -> None:
    for (connection_id, actor_type), mapping in _MAPPINGS.items():
        row = state.find("actor_mappings", ErpConnectionId=connection_id, ActorTypeErp=actor_type)
        if row is not None:
            row["IsActive"] = True
        for record in state.fields_of(connection_id, actor_type):
            crm_key, (to_crm, to_erp, shown) = mapping.get(record["ErpFieldKey"], ("", (False, False, False)))
            record.update(CrmFieldKey=crm_key, SyncToCrm=to_crm, SyncToErp=to_erp, ShowInGui=shown)
            record["ShowInSearch"] = record["ErpFieldKey"] in ("NAME", "NAME1", "NUMBER1", "KUNNR", "LASTNAME")
    _field(state, 1, "Customer", "NAME")["Transformation"] = "trim"
    _field(state, 1, "Customer", "CREDITLIMIT").update(
        HasFirstSyncDefaultValue=True, FirstSyncDefaultValue="[F:25000]", PromptUser=True, Mandatory=True, Comment="Decided by finance"
    )
    _field(state, 1, "Customer", "STDTERMS").update(HasFirstSyncDefaultValue=True, FirstSyncDefaultValue="a")
    _field(state, 1, "Customer", "DISTRICT").update(PromptUser=True)
    _field(state, 1, "Customer", "CREDITSTOP").update(HasFirstSyncDefaultValue=True, FirstSyncDefaultValue="[I:0]")
    lost = field_rows.new_field(state.next_id("field"), 1, "Customer", "TELEX", 20)
    lost.update(ErpDisplayName="Telex", CrmFieldKey="fax", SyncToCrm=True, MissingInERP=True)
    forgotten = field_rows.new_field(state.next_id("field"), 3, "Customer", "VKBUR", 20)
    forgotten.update(ErpDisplayName="Sales office", CrmFieldKey="udef:removed", MissingInERP=True)
    state.table("fields").extend((lost, forgotten))
    terms = _field(state, 1, "Customer", "STDTERMS")["ErpFieldId"]
    for item, crm_item in (("a", 1), ("x", 3), ("9", 2)):
        state.table("list_items").append({"ErpFieldId": terms, "ErpListItemId": item, "CrmItemId": crm_item, "Origin": "import"})
    zterm = _field(state, 3, "Customer", "ZTERM")["ErpFieldId"]
    state.table("list_items").append({"ErpFieldId": zterm, "ErpListItemId": "0030", "CrmItemId": 1, "Origin": None})


def _field(state: State, connection_id: int, actor_type: str, key: str) -> dict[str, Any]:
    return next(record for record in state.fields_of(connection_id, actor_type) if record["ErpFieldKey"] == key)
