# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills an installation with many connections, for measuring: each with the same actor types and fields, which have default values."""

from __future__ import annotations

import datetime

from . import field_rows, world
from .books import Entry
from .carriers import CRM_ACTOR_OF, NULL_DATE
from .crm import CRM_FIELDS
from .site import Site
from .state import Record, connection_guid
from .sync_log import link_key


def fill(site: Site, connections: int, actors: int = 3, fields: int = 20, links: int = 0, log: int = 0) -> None:
    """Add connections, active and mapped. links: linked companies of each connection; log: entries of each in the log."""
    connector_id = site.state.next_id("connector")
    url = world.bulk_url(actors, fields)
    site.state.table("connectors").append(
        {"ErpConnectorId": connector_id, "DisplayName": "Bulk", "URL": url, "Deleted": False, "ApiVersion": "2.1"}
    )
    for number in range(1, connections + 1):
        connection_id = site.state.next_id("connection")
        site.state.table("connections").append(_connection(connection_id, connector_id, number))
        site.state.data["connection_rank"].append(connection_id)
        for actor_type in world.BULK_ACTORS[:actors]:
            site.state.table("actor_mappings").append({**field_rows.new_actor_mapping(connection_id, actor_type), "IsActive": True})
            for rank in range(1, fields + 1):
                site.state.table("fields").append(_field(site.state.next_id("field"), connection_id, actor_type, rank))
        _link(site, connection_id, links, log)


def _connection(connection_id: int, connector_id: int, number: int) -> Record:
    return {
        "ErpConnectionId": connection_id,
        "ErpConnectorId": connector_id,
        "DisplayName": f"Company {number:03}",
        "DisplayDescription": "",
        "Active": True,
        "ConnectionId": connection_guid(connection_id),
        "MostRecentTimestamp": None,
        "ConfigFields": {"Company": f"{number:03}", "Password": f"bulk-Geheim-{number}"},
        "Deleted": False,
        "AllAccess": True,
        "UserGroupAccessIds": [],
        "AssociateAccessIds": [],
        "LastSync": NULL_DATE,
        "ExternalReference": None,
        "RetryPolicy": None,
    }


def _field(field_id: int, connection_id: int, actor_type: str, rank: int) -> Record:
    described = world.bulk_field(rank)
    field = field_rows.new_field(field_id, connection_id, actor_type, described.key, rank)
    field_rows.describe(field, described)
    names = [name for name, crm_field in CRM_FIELDS[CRM_ACTOR_OF[actor_type]].items() if crm_field.field_type == "Text"]
    field.update(
        CrmFieldKey=names[rank % len(names)],
        SyncToCrm=rank % 2 == 0,
        SyncToErp=True,
        HasFirstSyncDefaultValue=True,
        FirstSyncDefaultValue=f"value {rank}",
    )
    return field


def _link(site: Site, connection_id: int, links: int, log: int) -> None:
    made = [
        {
            "ErpConnectionId": connection_id,
            "CrmActorType": "Contact",
            "CrmRecordId": number,
            "ErpActorType": "Customer",
            "ErpKey": str(10_000 + number),
        }
        for number in range(1, links + 1)
    ]
    site.state.table("links").extend(made)
    for number in range(log):
        key = link_key(made[number % links]) if made else None
        when = site.now() - datetime.timedelta(minutes=log - number)
        field = world.bulk_field(1 + number % 2)
        site.state.books.log.append(Entry(key, field.key, "name", number % 2 == 1, f"old {number}", f"new {number}", when))
