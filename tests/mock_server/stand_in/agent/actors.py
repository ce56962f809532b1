# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links between CRM records and ERP actors, and their values."""

from __future__ import annotations

from typing import Any

from .. import world
from ..errors import bad_argument
from ..site import Site
from ..state import Record
from .mappings import crm_field

Arguments = dict[str, Any]


def _crm_record(site: Site, actor_type: str, record_id: int) -> Record | None:
    records: list[Record] = site.state.data["crm_records"].get(actor_type, [])
    return next((record for record in records if record["Id"] == record_id), None)


def _live(site: Site, connection_id: int) -> Record | None:
    connection = site.state.connection(connection_id)
    return None if connection is None or connection["Deleted"] else connection


def _erp_values(site: Site, connection: Record, actor_type: str, key: str) -> dict[str, str] | None:
    """Values of one ERP record by field key. The connector is asked, so this may fail."""
    site.product_of(connection)
    created = site.state.find("erp_actors", ErpConnectionId=connection["ErpConnectionId"], ErpActorType=actor_type, ErpKey=key)
    if created is not None:
        return dict(created["Values"])
    fields = {field["ErpFieldKey"]: field["FieldType"] for field in site.state.fields_of(connection["ErpConnectionId"], actor_type)}
    return world.erp_record(actor_type, key, fields)


def display_fields(site: Site, arguments: Arguments) -> list[Record]:
    """One entry for each active connection that has this kind of CRM record."""
    found = []
    for connection in site.state.find_all("connections", Active=True, Deleted=False):
        rows = [
            row
            for row in site.state.find_all(
                "actor_mappings", ErpConnectionId=connection["ErpConnectionId"], ActorTypeCrm=arguments["CrmActorType"]
            )
            if row["IsActive"]
        ]
        if not rows:
            continue
        link = site.state.find(
            "links",
            ErpConnectionId=connection["ErpConnectionId"],
            CrmActorType=arguments["CrmActorType"],
            CrmRecordId=arguments["EntityId"],
        )
        actor_type = link["ErpActorType"] if link else rows[0]["ActorTypeErp"]
        fields = [field for field in site.state.fields_of(connection["ErpConnectionId"], actor_type) if field["ShowInGui"]]
        found.append(
            {
                "ErpConnectionId": connection["ErpConnectionId"],
                "ConnectionName": connection["DisplayName"],
                "Connected": link is not None,
                "ErpFields": [_metadata(field) for field in fields],
                "CrmActorType": arguments["CrmActorType"],
                "ErpActorType": actor_type,
                "ErpActorTypes": [row["ActorTypeErp"] for row in rows],
            }
        )
    return found


def _metadata(field: Record) -> Record:
    return {
        "FieldKey": field["ErpFieldKey"],
        "Rank": field["Rank"],
        "DisplayName": field["ErpDisplayName"],
        "DisplayDescription": field["ErpDisplayTooltip"],
        "FieldType": field["FieldType"],
        "ListName": field["ListName"],
        "DefaultValue": field["FirstSyncDefaultValue"] if field["HasFirstSyncDefaultValue"] else field["DefaultValue"],
        "MaxLength": field["MaxLength"],
        "Access": "Mandatory" if field["Mandatory"] else field["Access"],
        "ShowInSearch": field["ShowInSearch"],
    }


def erp_field_values(site: Site, arguments: Arguments) -> list[str] | None:
    """In the order of FieldKeys; an empty text for a field the record does not have."""
    connection = _live(site, arguments["ErpConnectionId"])
    link = site.state.find(
        "links",
        ErpConnectionId=arguments["ErpConnectionId"],
        CrmActorType=arguments["CrmActorType"],
        CrmRecordId=arguments["EntityId"],
    )
    if connection is None or link is None:
        return None
    values = _erp_values(site, connection, link["ErpActorType"], link["ErpKey"]) or {}
    return [values.get(key, "") for key in arguments["FieldKeys"] or []]


def fields_for_new(site: Site, arguments: Arguments) -> list[Record] | None:
    if _live(site, arguments["ErpConnectionId"]) is None:
        return None
    return [
        _metadata(field)
        for field in site.state.fields_of(arguments["ErpConnectionId"], arguments["ErpActorType"])
        if not field["MissingInERP"] and (field["PromptUser"] or field["Mandatory"] or field["Access"] == "Mandatory")
    ]


def values_from_crm(site: Site, arguments: Arguments) -> list[Record] | None:
    record = _crm_record(site, arguments["ActorTypeCrm"], arguments["RecordId"])
    if record is None:
        return None
    row = {"ActorTypeCrm": arguments["ActorTypeCrm"]}
    mapped = {field["CrmFieldKey"] for field in site.state.table("fields") if field["SyncToErp"]}
    return [
        _field_value(row, key, value, key in mapped, False)
        for key, value in sorted(record["Values"].items())
        if crm_field(row, key) is not None
    ]


def values_from_erp(site: Site, arguments: Arguments) -> list[Record] | None:
    connection = _live(site, arguments["ErpConnectionId"])
    row = site.state.find("actor_mappings", ErpConnectionId=arguments["ErpConnectionId"], ActorTypeErp=arguments["ActorTypeErp"])
    if connection is None or row is None:
        return None
    values = _erp_values(site, connection, arguments["ActorTypeErp"], arguments["ErpKey"] or "")
    if values is None:
        return None
    return [
        _field_value(row, field["CrmFieldKey"], values.get(field["ErpFieldKey"], ""), field["SyncToErp"], field["SyncToCrm"])
        for field in site.state.fields_of(arguments["ErpConnectionId"], arguments["ActorTypeErp"])
        if field["CrmFieldKey"]
    ]


def _field_value(row: Record, key: str, value: str, to_erp: bool, to_crm: bool) -> Record:
    target = crm_field(row, key)
    name = target.name if target else key
    return {"DisplayName": name, "CrmFieldKey": key, "Value": value, "DisplayValue": value, "SyncToCrm": to_crm, "SyncToErp": to_erp}


def _link(site: Site, arguments: Arguments) -> str | None:
    """Make the link, or return the reason why that is not possible."""
    connection = _live(site, arguments["ErpConnectionId"])
    if connection is None:
        return "There is no such connection."
    if _crm_record(site, arguments["CrmActorType"], arguments["CrmRecordId"]) is None:
        return "There is no such CRM record."
    row = site.state.find("actor_mappings", ErpConnectionId=arguments["ErpConnectionId"], ActorTypeErp=arguments["ErpActorType"])
    if row is None or row["ActorTypeCrm"] != arguments["CrmActorType"]:
        return "The actor types do not belong together in this connection."
    if _erp_values(site, connection, arguments["ErpActorType"], arguments["ErpKey"] or "") is None:
        return "The ERP system has no such actor."
    for link in site.state.find_all("links", ErpConnectionId=arguments["ErpConnectionId"]):
        same_record = (link["CrmActorType"], link["CrmRecordId"]) == (arguments["CrmActorType"], arguments["CrmRecordId"])
        same_actor = (link["ErpActorType"], link["ErpKey"]) == (arguments["ErpActorType"], arguments["ErpKey"])
        if same_record or same_actor:
            return "One of the two is already linked."
    site.state.table("links").append(
        {name: arguments[name] for name in ("ErpConnectionId", "CrmActorType", "CrmRecordId", "ErpActorType", "ErpKey")}
    )
    return None


def create_link(site: Site, arguments: Arguments) -> bool:
    return _link(site, arguments) is None


def break_link(site: Site, arguments: Arguments) -> bool:
    """Remove only the link; the ERP actor stays."""
    link = site.state.find(
        "links",
        ErpConnectionId=arguments["ErpConnectionId"],
        CrmActorType=arguments["CrmActorType"],
        CrmRecordId=arguments["CrmRecordId"],
    )
    if link is None:
        return False
    site.state.table("links").remove(link)
    return True


def connect(site: Site, arguments: Arguments) -> None:
    reason = _connect(site, arguments)
    if reason is not None:
        raise bad_argument(reason)


def try_connect(site: Site, arguments: Arguments) -> bool:
    return _connect(site, arguments) is None


def _connect(site: Site, arguments: Arguments) -> str | None:
    """A link with the values chosen for the CRM record."""
    reason = _link(site, arguments)
    record = _crm_record(site, arguments["CrmActorType"], arguments["CrmRecordId"])
    if reason is None and record is not None:
        for value in arguments["FieldValues"] or []:
            if value["SyncToCrm"] and value["CrmFieldKey"]:
                record["Values"][value["CrmFieldKey"]] = value["Value"]
    return reason


def create_erp_actor(site: Site, arguments: Arguments) -> bool:
    """Create the actor at the connector, and the link to it."""
    connection_id = arguments["ConnectionId"]
    connection = _live(site, connection_id)
    if connection is None or _crm_record(site, arguments["CrmActorType"], arguments["CrmEntityId"]) is None:
        return False
    site.product_of(connection)
    if site.state.find("actor_mappings", ErpConnectionId=connection_id, ActorTypeErp=arguments["ErpActorType"]) is None:
        return False
    key = str(site.state.next_id("erp_key"))
    actor = {
        "ErpConnectionId": connection_id,
        "ErpActorType": arguments["ErpActorType"],
        "ErpKey": key,
        "Values": dict(arguments["ErpFieldKeyValues"] or {}),
    }
    site.state.table("erp_actors").append(actor)
    link = {
        "ErpConnectionId": connection_id,
        "CrmRecordId": arguments["CrmEntityId"],
        "CrmActorType": arguments["CrmActorType"],
        "ErpKey": key,
        "ErpActorType": arguments["ErpActorType"],
    }
    if _link(site, link) is None:
        return True
    site.state.table("erp_actors").remove(actor)
    return False


METHODS = {
    "GetConnectionsAndDisplayFields": display_fields,
    "GetErpFieldValues": erp_field_values,
    "GetFieldsForNewErpActor": fields_for_new,
    "GetFieldValuesFromCrm": values_from_crm,
    "GetFieldValuesFromErp": values_from_erp,
    "CreateActorLink": create_link,
    "BreakActorLink": break_link,
    "ConnectActor": connect,
    "TryConnectActor": try_connect,
    "CreateErpActorFromCrm": create_erp_actor,
}
