# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The synchronisation engine and its runs."""

from __future__ import annotations

import functools
from typing import Any

from .. import sync_log
from ..durations import MAX_SECONDS
from ..errors import Refusal, bad_argument, not_allowed_now
from ..site import Site
from ..state import Record

Arguments = dict[str, Any]
_ALWAYS = [
    {"Kind": "Added", "Tablename": "contact", "RecordId": 901},
    {"Kind": "Updated", "Tablename": "contact", "RecordId": 2},
    {"Kind": "Deleted", "Tablename": "person", "RecordId": 4},
]


def get_engine_status(site: Site, arguments: Arguments) -> Record:
    engine = site.settle_engine()
    message = site.settings["running_message" if engine["IsRunning"] else "stopped_message"]
    return {"IsRunning": engine["IsRunning"], "StatusMessage": message, "Interval": engine["IntervalSeconds"]}


def change_engine_status(site: Site, arguments: Arguments) -> Record:
    """Request the change; the answer may still show the old state."""
    site.request_engine("IsRunning", arguments["Run"])
    return get_engine_status(site, arguments)


def change_engine_interval(site: Site, arguments: Arguments) -> None:
    interval = arguments["Interval"]
    seconds = int(interval)
    if interval <= 0 or seconds == 0:
        raise bad_argument("The interval must be at least one second.")
    if seconds > MAX_SECONDS:
        raise bad_argument("The interval is too long.")
    site.request_engine("IntervalSeconds", seconds)


def sync_all(site: Site, arguments: Arguments) -> Record:
    behaviour = site.settings["sync_all_while_stopped"]
    if not site.settle_engine()["IsRunning"] and behaviour != "sync":
        text = "Automatic synchronisation is off; nothing was synchronised."
        if behaviour == "exception":
            raise not_allowed_now(text)
        return response([], "Error" if behaviour == "error" else "OkWithInfo", text)
    return force_sync_all(site, arguments)


def force_sync_all(site: Site, arguments: Arguments) -> Record:
    outcome = site.settings["sync_outcome"]
    if outcome == "changes":
        return response(_logged(site, _ALWAYS), "Ok")
    if outcome == "ok":
        return response([], "OkWithInfo", "There was nothing to synchronise.")
    if outcome == "empty":
        return response([], "Ok")
    if outcome == "null_changes":
        return {**response([], "Ok"), "Changes": None}
    if outcome == "warning":
        return response(_logged(site, _ALWAYS[:1]), "Warning", "One record was skipped: its number is used twice.")
    if outcome == "error":
        return response([], "Error", "The connection is not known to the connector.", site.settings["sync_error_code"])
    return _synchronise(site)


def _logged(site: Site, changes: list[Record]) -> list[Record]:
    """Changes that come again and again, as those of the first connection."""
    for change in changes:
        sync_log.note_change(site, {**change, "ErpConnectionId": 1})
    return changes


def _synchronise(site: Site) -> Record:
    """Apply the changes that wait at the active connections whose connectors answer."""
    silent = []
    taken: list[Record] = []
    for connection in site.state.find_all("connections", Active=True, Deleted=False):
        if site.product_or_none(connection) is None:
            silent.append(connection["DisplayName"])
            continue
        site.state.books.last_sync[connection["ErpConnectionId"]] = site.now()
        waiting = site.state.find_all("waiting_changes", ErpConnectionId=connection["ErpConnectionId"])
        taken.extend(waiting)
        for change in waiting:
            sync_log.note_change(site, change)
        site.state.data["waiting_changes"] = [change for change in site.state.table("waiting_changes") if change not in waiting]
    if silent:
        return response(taken, "Warning", "No answer from the connectors of: " + ", ".join(silent))
    return response(taken, "Ok")


def force_resync(site: Site, arguments: Arguments, blanks: bool = True) -> Record:
    """Synchronise from CRM (id 0) or from one connection to all others; no keys means everything.
    """
    links = _meant(site, arguments)
    _note(site, links, arguments["ErpConnectionId"] > 0, blanks)
    return _resynced(links)


def _meant(site: Site, arguments: Arguments) -> list[Record]:
    links = _links(site, arguments["ErpConnectionId"])
    keys = arguments["InternalKeyIds"] or []
    return [link for link in links if not keys or link["CrmRecordId"] in keys]


def force_resync_external(site: Site, arguments: Arguments, blanks: bool = True) -> Record:
    links = _links(site, arguments["ErpConnectionId"])
    keys = arguments["ExternalKeys"] or []
    actor_type = arguments["ErpActorType"]
    links = [link for link in links if link["ErpActorType"] == actor_type and (not keys or link["ErpKey"] in keys)]
    _note(site, links, True, blanks)
    return _resynced(links)


def _note(site: Site, links: list[Record], to_crm: bool, blanks: bool) -> None:
    for link in links:
        sync_log.note_resync(site, link, to_crm, blanks)


def without_blanks(method: Any) -> Any:
    """The method whose blank values do not overwrite others."""
    return functools.partial(method, blanks=False)


def force_resync_batch_task(site: Site, arguments: Arguments) -> None:
    _note(site, _meant(site, arguments), arguments["ErpConnectionId"] > 0, True)
    site.state.table("batch_tasks").append(
        {
            "Id": site.state.next_id("batch_task"),
            "ErpConnectionId": arguments["ErpConnectionId"],
            "InternalKeyIds": arguments["InternalKeyIds"] or [],
        }
    )


def _links(site: Site, connection_id: int) -> list[Record]:
    if connection_id <= 0:
        return site.state.table("links")
    connection = site.state.connection(connection_id)
    if connection is None or connection["Deleted"]:
        raise UnknownConnection(connection_id)
    return site.state.find_all("links", ErpConnectionId=connection_id)


class UnknownConnection(Refusal):
    """An unknown connection; answered as a PluginResponse where the method has one."""

    def __init__(self, connection_id: int) -> None:
        super().__init__("ArgumentException", f"There is no ERP connection {connection_id}.")


def as_response(method: Any) -> Any:
    def answered(site: Site, arguments: Arguments) -> Record:
        try:
            record: Record = method(site, arguments)
        except UnknownConnection as problem:
            return response([], "Error", problem.message, "UNKNOWN_CONNECTION_ID")
        return record

    return answered


def _resynced(links: list[Record]) -> Record:
    tables = sorted({(link["CrmActorType"].lower(), link["CrmRecordId"]) for link in links})
    return response([{"Kind": "Updated", "Tablename": table, "RecordId": record_id} for table, record_id in tables], "Ok")


def response(changes: list[Record], status: str, explanation: str | None = None, code: str | None = None) -> Record:
    """A PluginResponse; IsOk is true unless the status is Error."""
    kinds: dict[str, list[Record]] = {"Added": [], "Updated": [], "Deleted": []}
    for change in changes:
        kinds[change["Kind"]].append({"Tablename": change["Tablename"], "RecordId": change["RecordId"]})
    return {
        "IsOk": status != "Error",
        "UserExplanation": explanation,
        "TechExplanation": explanation,
        "ErrorCode": code,
        "Changes": {f"{kind}Records": records for kind, records in kinds.items()},
        "Status": status,
    }


METHODS = {
    "GetEngineStatus": get_engine_status,
    "ChangeEngineStatus": change_engine_status,
    "ChangeEngineInterval": change_engine_interval,
    "SyncAll": sync_all,
    "ForceSyncAll": force_sync_all,
    "ForceResync": as_response(force_resync),
    "ForceResyncNoBlankValues": as_response(without_blanks(force_resync)),
    "ForceResyncExternal": as_response(force_resync_external),
    "ForceResyncExternalNoBlankValues": as_response(without_blanks(force_resync_external)),
    "ForceResyncBatchTask": force_resync_batch_task,
}
