# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the table of the features of each version of SuperOffice's web services."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap import schema
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.versions import VERSIONS

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_fleet_versions.rst"
BEGIN = ".. The table, written by tools/write_option_docs.py\n"
END = ".. End of the table\n"

# Features, and the operations that they need; a name with a dot is a member of a carrier.
FEATURES: dict[str, tuple[str, ...]] = {
    "Signing in with user name and password": ("AuthenticateUsernamePassword",),
    "Signing in with an access token": ("AuthenticateWithAccessToken",),
    "The engine: ``erpsync_engine``": ("GetEngineStatus", "ChangeEngineStatus", "ChangeEngineInterval"),
    "Synchronising: ``erpsync_sync_all``": ("SyncAll",),
    "Synchronising while the engine is off: ``force``": ("ForceSyncAll",),
    "Synchronisations that end with a warning: ``status``": ("PluginResponse.Status",),
    "Whether all is well: ``erpsync_health``, but for ``lists``": (
        "GetEngineStatus",
        "GetErpSyncConnectionSummary",
        "GetActorTypeMapping",
        "TestConnectorUrl",
        "TestConnectionById",
        "GetList",
    ),
    "Connectors: ``erpsync_connector``": (
        "GetErpSyncConnectorEntity",
        "SaveErpSyncConnectorEntity",
        "DeleteErpSyncConnectorEntity",
        "CanDeleteErpSyncConnectorEntity",
        "TestConnectorUrl",
        "GetList",
    ),
    "Connections: ``erpsync_connection``": (
        "GetConnection",
        "SaveConnection",
        "DeleteConnection",
        "ToggleErpConnectionActive",
        "TestConnectionByConfig",
        "GetConfigurationFields",
        "GetList",
    ),
    "Users named in full: ``access.users``": ("MDOListItem.FullName",),
    "Priorities: ``erpsync_priority``": ("SaveErpConnectionSyncPriorities", "GetList"),
    "Field mappings and default values: ``erpsync_field_mapping``": (
        "GetActorTypeMapping",
        "SaveActorTypeMapping",
        "GetDefaultValueInfo",
        "SaveDefaultValueInfo",
        "UpdateConnectionFields",
        "GetErpSyncConnectionSummary",
    ),
    "The list behind a field: ``list_reference``": ("ErpSyncFieldMapping.ListReference",),
    "The order of fields: ``order``, ``rank``": ("GetArchiveListByColumns", "MoveErpFieldItem"),
    "List mappings: ``erpsync_list_mapping``, ``lists``": ("GetConnectionListMappings", "SaveConnectionListMappings"),
    "Synchronising again: ``erpsync_resync``": ("ForceResync", "ForceResyncExternal"),
    "The same as a batch task: ``batch``": ("ForceResyncBatchTask",),
    "The same without blank values: ``keep_blanks``": ("ForceResyncNoBlankValues", "ForceResyncExternalNoBlankValues"),
    "Listing connectors and connections in one call": ("GetAllConnectors", "GetAllConnections"),
}


def has(need: str, version: int) -> str:
    """Whether a version has an operation or member, in a word."""
    if "." in need:
        carrier, _dot, member = need.partition(".")
        known = member in schema.members(carrier, version)
        return ("some servers" if known and _is_new(member, carrier) else "yes") if known else "no"
    if schema.missing(need, version) is not None:
        return "no"
    return "some servers" if schema.OPERATIONS[need].since == schema.GROWING else "yes"


def _is_new(member: str, carrier: str) -> bool:
    return any(found.name == member and found.since == schema.GROWING for found in schema.CARRIERS[carrier])


def row(needs: tuple[str, ...], version: int) -> str:
    """The weakest word for all needs of a feature."""
    words = {has(need, version) for need in needs}
    return next(word for word in ("no", "some servers", "yes") if word in words)


def columns() -> list[tuple[int, ...]]:
    """The versions, grouped where they have the same features."""
    found: list[tuple[int, ...]] = []
    for version in VERSIONS:
        if found and all(row(needs, found[-1][0]) == row(needs, version) for needs in FEATURES.values()):
            found[-1] += (version,)
        else:
            found.append((version,))
    return found


def table() -> str:
    """The table in reStructuredText."""
    groups = columns()
    heads = [f"SOAP {group[0]}" if len(group) == 1 else f"SOAP {group[0]} to {group[-1]}" for group in groups]
    lines = [".. list-table::", "   :header-rows: 1", ""]
    rows = [["What", "REST", *heads]]
    rows += [[feature, "yes", *(row(needs, group[0]) for group in groups)] for feature, needs in FEATURES.items()]
    for cells in rows:
        lines += [f"   {'*' if index == 0 else ' '} - {cell}" for index, cell in enumerate(cells)]
    return "\n".join(lines) + "\n"


def guide() -> str:
    """The text of the guide with the table as it should be."""
    text = GUIDE.read_text(encoding="utf-8")
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"
