# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps members that the service's schema lacks in a save over SOAP: its clients cannot send them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...carriers import UNDOCUMENTED
from ...state import Record, State

Arguments = dict[str, Any]


def keep(state: State, method: str, arguments: Arguments) -> None:
    """Give these members their stored values, where the method saves an existing carrier."""
    if method in _KEEPERS:
        _KEEPERS[method](state, arguments)


def _take(sent: Record, stored: Record | None, carrier: str) -> None:
    if stored is not None:
        sent.update({name: stored[name] for name in UNDOCUMENTED[carrier]})


def _connector(state: State, arguments: Arguments) -> None:
    sent = arguments["Entity"]
    if sent is not None:
        _take(sent, state.connector(sent["ErpConnectorId"]), "ErpSyncConnectorEntity")


def _connection(state: State, arguments: Arguments) -> None:
    sent = arguments["Connection"]
    if sent is not None:
        _take(sent, state.connection(sent["ErpConnectionId"]), "ErpConnection")


def _mapping(state: State, arguments: Arguments) -> None:
    sent = arguments["Mapping"]
    if sent is None:
        return
    place = {"ErpConnectionId": sent["ErpConnectionId"], "ActorTypeErp": sent["ActorTypeErp"]}
    _take(sent, state.find("actor_mappings", **place), "ErpSyncActorTypeMapping")
    fields = state.find_all("fields", **place)
    for item in sent["FieldMappings"] or []:
        if item is not None:
            same = [field for field in fields if item["ErpFieldId"] in (0, field["ErpFieldId"])]
            named = [field for field in same if item["ErpFieldId"] or field["ErpFieldKey"] == item["ErpFieldKey"]]
            _take(item, named[0] if named else None, "ErpSyncFieldMapping")


def _default(state: State, arguments: Arguments) -> None:
    sent = arguments["ErpSyncDefaultValue"]
    if sent is not None:
        _take(sent, state.find("fields", ErpFieldId=sent["ErpFieldId"]), "ErpSyncDefaultValue")


def _lists(state: State, arguments: Arguments) -> None:
    for mapping in (arguments["ListMapping"] or {}).get("ErpListItemMappings") or []:
        for item in (mapping or {}).get("ErpCrmListItemMappings") or []:
            if item is not None:
                row = state.find("list_items", ErpFieldId=mapping["ErpFieldId"], ErpListItemId=item["ErpListItemId"])
                _take(item, row, "ErpCrmListItemMapping")


_KEEPERS: dict[str, Callable[[State, Arguments], None]] = {
    "SaveErpSyncConnectorEntity": _connector,
    "SaveConnection": _connection,
    "SaveActorTypeMapping": _mapping,
    "SaveDefaultValueInfo": _default,
    "SaveConnectionListMappings": _lists,
}
