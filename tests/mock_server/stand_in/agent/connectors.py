# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connectors: the addresses of ERP systems."""

from __future__ import annotations

from typing import Any

from .. import world
from ..errors import bad_argument, not_allowed_now
from ..site import Site
from ..state import Record

Arguments = dict[str, Any]
NAME_LENGTH = 254
URL_LENGTH = 1023


def check_length(name: str, text: str | None, limit: int) -> None:
    """Check a length in UTF-16 units, as .NET and the database count: an emoji is two."""
    if text is not None and len(text.encode("utf-16-le", "surrogatepass")) > 2 * limit:
        raise bad_argument(f"{name} is longer than {limit} characters.")


def create_default(site: Site, arguments: Arguments) -> Record:
    return {"ErpConnectorId": 0, "DisplayName": "", "URL": "", "Deleted": False}


def save(site: Site, arguments: Arguments) -> Record:
    """Save the whole entity as sent; id 0 creates."""
    entity = arguments["Entity"]
    if entity is None:
        raise bad_argument("erpSyncConnectorEntity is null.")
    check_length("DisplayName", entity["DisplayName"], NAME_LENGTH)
    check_length("URL", entity["URL"], URL_LENGTH)
    if entity["ErpConnectorId"] == 0:
        record: Record = {"ErpConnectorId": site.state.next_id("connector")}
        site.state.table("connectors").append(record)
    else:
        known = site.state.connector(entity["ErpConnectorId"])
        if known is None:
            raise bad_argument(f"There is no ERP connector {entity['ErpConnectorId']}.")
        record = known
    record.update({name: entity[name] for name in ("DisplayName", "URL", "Deleted", "ApiVersion")})
    return record


def get(site: Site, arguments: Arguments) -> Record | None:
    return site.state.connector(arguments["ErpSyncConnectorEntityId"])


def get_all(site: Site, arguments: Arguments) -> list[Record]:
    """Id, name, and the URL as tool tip."""
    return [
        {"Id": record["ErpConnectorId"], "Name": record["DisplayName"], "ToolTip": record["URL"]}
        for record in site.state.find_all("connectors", Deleted=False)
    ]


def can_delete(site: Site, arguments: Arguments) -> str:
    return _can_delete(site, arguments["ErpSyncConnectorId"])


def _can_delete(site: Site, connector_id: int) -> str:
    if site.state.connector(connector_id) is None:
        return "ErrorNotFound"
    for connection in site.state.find_all("connections", ErpConnectorId=connector_id):
        if not connection["Deleted"] or site.settings["deleted_connections_count"]:
            return "ErrorConnectorHasConnections"
    return "NoError"


def delete(site: Site, arguments: Arguments) -> None:
    """Marks it; nothing is ever removed."""
    connector_id = arguments["ErpSyncConnectorEntityId"]
    connector = site.state.connector(connector_id)
    if connector is None:
        return
    if _can_delete(site, connector_id) != "NoError" and site.settings["delete_connector_with_connections"] == "refuse":
        raise not_allowed_now(f"ERP connector {connector_id} still has connections.")
    connector["Deleted"] = True


def test_url(site: Site, arguments: Arguments) -> str:
    return "NoError" if world.answering(arguments["Url"]) else "ErrorNotFound"


def configuration_fields(site: Site, arguments: Arguments) -> list[Record] | None:
    """The connector's configuration fields; an error where it is silent, null for an unknown
    connector.
    """
    if site.state.connector(arguments["ErpConnectorId"]) is None:
        return None
    product = site.product_of_connector(arguments["ErpConnectorId"])
    return [
        {
            "FieldKey": field.key,
            "Rank": rank,
            "DisplayName": field.name,
            "DisplayDescription": field.tooltip,
            "FieldType": field.field_type,
            "ListName": field.list_name,
            "DefaultValue": site.proposal(field),
            "MaxLength": field.max_length,
            "Access": field.access,
            "ShowInSearch": False,
        }
        for rank, field in enumerate(product.config, start=1)
    ]


METHODS = {
    "CreateDefaultErpSyncConnectorEntity": create_default,
    "SaveErpSyncConnectorEntity": save,
    "GetErpSyncConnectorEntity": get,
    "DeleteErpSyncConnectorEntity": delete,
    "CanDeleteErpSyncConnectorEntity": can_delete,
    "GetAllConnectors": get_all,
    "TestConnectorUrl": test_url,
    "GetConfigurationFields": configuration_fields,
}
