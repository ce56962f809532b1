# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List mappings: the items of ERP lists and their items of CRM lists."""

from __future__ import annotations

from typing import Any

from ..carriers import CRM_ACTOR_OF
from ..errors import bad_argument
from ..site import Site
from ..state import Record
from .mappings import crm_field, refuse_while_active

Arguments = dict[str, Any]


def get(site: Site, arguments: Arguments) -> Record | None:
    connection = site.state.connection(arguments["ErpConnectionId"])
    return None if connection is None else _container(site, connection)


def _container(site: Site, connection: Record) -> Record:
    return {
        "ErpConnectionId": connection["ErpConnectionId"],
        "ErpConnectionName": connection["DisplayName"],
        "ErpListItemMappings": [_list_mapping(site, connection, field, name) for field, name in _mapped_lists(site, connection)],
    }


def _mapped_lists(site: Site, connection: Record) -> list[tuple[Record, str]]:
    """(ERP field, CRM list name) for every list field that is mapped to a list field."""
    found = []
    for row in site.state.find_all("actor_mappings", ErpConnectionId=connection["ErpConnectionId"]):
        for field in site.state.fields_of(connection["ErpConnectionId"], row["ActorTypeErp"]):
            target = crm_field(row, field["CrmFieldKey"])
            if field["ListName"] and not field["MissingInERP"] and target and target.list_name:
                found.append((field, target.list_name))
    return found


def _list_mapping(site: Site, connection: Record, field: Record, crm_list: str) -> Record:
    items = site.product_of(connection).lists.get(field["ListName"], {})
    return {
        "CrmList": _crm_list(site, connection, field, crm_list),
        "ErpListName": field["ListName"],
        "ErpActorTypeName": field["ActorTypeErp"],
        "ErpFieldId": field["ErpFieldId"],
        "ErpCrmListItemMappings": [_item(site, field, crm_list, key, name) for key, name in items.items()],
    }


def _crm_list(site: Site, connection: Record, field: Record, crm_list: str) -> Record:
    if site.settings["crm_list_extra_info"]:
        return {"Id": 0, "Name": crm_list, "Type": "list", "ExtraInfo": crm_list, "FullName": crm_list}
    row = {"ActorTypeCrm": CRM_ACTOR_OF[field["ActorTypeErp"]]}
    target = crm_field(row, field["CrmFieldKey"])
    shown = f"List of {target.name if target else crm_list}"
    return {"Id": 0, "Name": shown, "Type": "list", "ExtraInfo": "", "FullName": shown}


def _item(site: Site, field: Record, crm_list: str, key: str, name: str) -> Record:
    row = site.state.find("list_items", ErpFieldId=field["ErpFieldId"], ErpListItemId=key) or {"CrmItemId": None, "Origin": None}
    chosen = next((item for item in site.state.data["crm_lists"][crm_list] if item["Id"] == row["CrmItemId"]), None)
    if chosen is not None:
        shown: Record | None = {**chosen, "Type": crm_list, "FullName": chosen["Name"]}
    else:
        shown = None if site.settings["no_selection"] == "null" else {"Id": 0, "Name": ""}
    return {"ErpListItemId": key, "ErpListItemName": name, "CrmListItem": shown, "Origin": row["Origin"]}


def save(site: Site, arguments: Arguments) -> Record | None:
    """Save the whole container as sent: lists and items that it lacks lose their CRM items."""
    sent = arguments["ListMapping"]
    if sent is None:
        raise bad_argument("ListMapping is null.")
    connection = site.state.connection(sent["ErpConnectionId"])
    if connection is None:
        return None
    refuse_while_active(site, connection)
    lists = _mapped_lists(site, connection)
    rows: list[Record] = []
    for item in sent["ErpListItemMappings"] or []:
        field, crm_list = _meant(lists, item)
        rows.extend(_rows(site, connection, field, crm_list, item["ErpCrmListItemMappings"] or []))
    replaced = {field["ErpFieldId"] for field, _name in lists}
    kept = [row for row in site.state.table("list_items") if row["ErpFieldId"] not in replaced]
    site.state.data["list_items"] = kept + rows
    return _container(site, connection)


def _meant(lists: list[tuple[Record, str]], item: Record) -> tuple[Record, str]:
    for field, name in lists:
        by_name = field["ListName"] == item["ErpListName"] and field["ActorTypeErp"] == item["ErpActorTypeName"]
        if field["ErpFieldId"] == item["ErpFieldId"] or (not item["ErpFieldId"] and by_name):
            return field, name
    raise bad_argument(f"The list {item['ErpListName']} of {item['ErpActorTypeName']} is not mapped in this connection.")


def _rows(site: Site, connection: Record, field: Record, crm_list: str, items: list[Record]) -> list[Record]:
    erp_items = site.product_of(connection).lists.get(field["ListName"], {})
    crm_ids = {item["Id"] for item in site.state.data["crm_lists"][crm_list]}
    rows: list[Record] = []
    for item in items:
        crm_id = (item["CrmListItem"] or {}).get("Id") or None
        if item["ErpListItemId"] not in erp_items:
            raise bad_argument(f"UNKOWN_LISTITEM_ID: {item['ErpListItemId']} is not in {field['ListName']}.")
        if crm_id is not None and crm_id not in crm_ids:
            raise bad_argument(f"Item {crm_id} is not in the list {crm_list}.")
        refused = site.settings["duplicate_crm_list_items"] == "refuse"
        if refused and crm_id is not None and any(row["CrmItemId"] == crm_id for row in rows):
            raise bad_argument(f"Item {crm_id} of the list {crm_list} is used twice.")
        rows.append(
            {"ErpFieldId": field["ErpFieldId"], "ErpListItemId": item["ErpListItemId"], "CrmItemId": crm_id, "Origin": item["Origin"]}
        )
    return rows


METHODS = {"GetConnectionListMappings": get, "SaveConnectionListMappings": save}
