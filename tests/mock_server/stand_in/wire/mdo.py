# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists that the agent's carriers refer to, for REST and SOAP."""

from __future__ import annotations

import re
from typing import Any

from .. import crm
from ..errors import Refusal
from ..site import Site


def mdo_list(site: Site, name: str, additional_info: str, flat: bool) -> list[dict[str, Any]]:
    """additional_info: name=value pairs; erpconnections knows useRank and prefixwithconnector.

    A Refusal for an unknown list.

    A grouped list comes grouped unless the request asks for a flat one.
    """
    items = _items(site, name, additional_info)
    if not site.settings["mdo_grouped"] or (flat and site.settings["mdo_honours_flat"]):
        return items
    return _associate_groups(site, items) if name.lower() == "associate" else _groups_of(items)


def _items(site: Site, name: str, additional_info: str) -> list[dict[str, Any]]:
    additional = _additional(additional_info)
    makers = {
        "erpconnections": lambda: _connections(site, additional),
        "erpconnectors": lambda: _connectors(site),
        "usergroup": lambda: _groups(site),
        "usergroups": lambda: _groups(site),
        "associate": lambda: _associates(site),
    }
    lists = site.state.data["crm_lists"]
    name = crm.user_defined_list(name, additional_info) or name
    if name.lower() in makers:
        return makers[name.lower()]()
    if name.lower() in lists:
        return [item(entry["Id"], entry["Name"], rank=entry["Rank"], deleted=entry["Deleted"], kind=name) for entry in lists[name.lower()]]
    raise Refusal("SoNotFoundException", f"MDO list {name} not found", 404)


def item(
    item_id: int, name: str | None, extra: str = "", rank: int = 0, deleted: bool = False, kind: str = "", tooltip: str | None = ""
) -> dict[str, Any]:
    return {
        "Id": item_id,
        "Name": name,
        "ToolTip": tooltip,
        "Deleted": deleted,
        "Rank": rank,
        "Type": kind,
        "ColorBlock": 0,
        "IconHint": kind,
        "Selected": False,
        "LastChanged": "0001-01-01T00:00:00",
        "ChildItems": [],
        "ExtraInfo": extra,
        "StyleHint": "",
        "Hidden": False,
        "FullName": name,
    }


def _additional(text: str) -> dict[str, bool]:
    pairs = (part.partition("=") for part in re.split(r"[&;,]", text) if part)
    return {key.strip().lower(): (value or "true").strip().lower() == "true" for key, _sign, value in pairs}


def _connections(site: Site, additional: dict[str, bool]) -> list[dict[str, Any]]:
    records = site.state.find_all("connections", Deleted=False)
    connectors = {record["ErpConnectorId"]: record["DisplayName"] for record in site.state.table("connectors")}
    by_id = {}
    for record in records:
        name = record["DisplayName"]
        if additional.get("prefixwithconnector"):
            name = f"{connectors.get(record['ErpConnectorId'])}: {name}"
        by_id[record["ErpConnectionId"]] = item(
            record["ErpConnectionId"], name, str(record["ConnectionId"]).upper(), tooltip=record["DisplayDescription"]
        )
    if not (additional.get("userank") and site.settings["mdo_use_rank"]):
        return [by_id[connection_id] for connection_id in sorted(by_id)]
    if site.settings["mdo_rank_includes_superoffice"]:
        by_id[0] = item(0, "SuperOffice")
    order = site.state.data["connection_rank"]
    ranked = [by_id[connection_id] for connection_id in order if connection_id in by_id]
    ranked += [by_id[connection_id] for connection_id in sorted(by_id) if connection_id not in order]
    for rank, entry in enumerate(ranked, start=1):
        entry["Rank"] = rank
    return ranked


def _connectors(site: Site) -> list[dict[str, Any]]:
    return [
        item(record["ErpConnectorId"], record["DisplayName"], record["URL"] or "")
        for record in site.state.find_all("connectors", Deleted=False)
    ]


def _groups(site: Site) -> list[dict[str, Any]]:
    return [item(record["Id"], record["Name"], kind="usergroup", rank=record["Id"]) for record in site.state.table("user_groups")]


def _associates(site: Site) -> list[dict[str, Any]]:
    return [
        item(record["Id"], record["Name"], kind="associate", tooltip=record["FullName"]) | {"FullName": record["FullName"]}
        for record in site.state.table("associates")
    ]


def _associate_groups(site: Site, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Users under their user groups, whose ids look like those of users."""
    groups = {record["Id"]: record.get("UserGroupId") for record in site.state.table("associates")}
    headings = [
        _heading(record["Id"], record["Name"], [one for one in items if groups[one["Id"]] == record["Id"]])
        for record in site.state.table("user_groups")
    ]
    return [heading for heading in headings if heading["ChildItems"]]


def _groups_of(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two headings with the ids and the places of items.

    The first item stands under both, the last under none.
    """
    if len(items) < 3:
        return [_heading(1, "All of them", items)] if items else []
    middle = len(items) // 2
    return [
        _heading(1, "In frequent use", items[:middle]),
        _heading(2, "Others", [_heading(3, "First", items[:1]), *items[middle:-1]]),
        items[-1],
    ]


def _heading(heading_id: int, name: str, below: list[dict[str, Any]]) -> dict[str, Any]:
    return item(heading_id, name, kind="heading") | {"ChildItems": below}
