# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations, members and flag words of each Services version.

75, 86 and 88 are known from their published descriptions, 84, 85 and 87 from published lists of
their operations. Of 80 to 83 nothing is published but their names; they are taken to be as 84 is.
"""

from __future__ import annotations

from ...methods import METHODS

VERSIONS = (75, 80, 81, 82, 83, 84, 85, 86, 87, 88)
EDITIONS = ("2020", "2021", "2026")
"""The known editions of Services88, which grew without a new name; the last is the current one."""

_SINCE_86 = frozenset(
    {
        "ForceSyncAll",
        "ForceResync",
        "ForceResyncBatchTask",
        "ForceResyncExternal",
        "GetConnectionListMappings",
        "SaveConnectionListMappings",
    }
)
_SINCE_EDITION = {
    "ForceResyncNoBlankValues": "2020",
    "ForceResyncExternalNoBlankValues": "2020",
    "TryConnectActor": "2021",
    "GetAllConnectors": "2026",
    "GetAllConnections": "2026",
}

PRINCIPAL = ("GetSystemInfo", "AuthenticateImplicit", "AuthenticateUsernamePassword", "AuthenticateGeneric")
_PRINCIPAL_SINCE_86 = "AuthenticateWithAccessToken"

_MEMBER_SINCE = {
    ("ErpSyncFieldMapping", "ListReference"): 86,
    ("MDOListItem", "FullName"): 80,
    ("PluginResponse", "Status"): 88,
    ("ArchiveColumnInfo", "ExtraInfo"): 88,
}


def agent_operations(version: int, edition: str) -> list[str]:
    """The operations of ErpSync.svc."""
    return [name for name in METHODS if _has_operation(name, version, edition)]


def _has_operation(name: str, version: int, edition: str) -> bool:
    if name in _SINCE_86:
        return version >= 86
    if name in _SINCE_EDITION:
        return version >= 88 and edition >= _SINCE_EDITION[name]
    return True


def principal_operations(version: int) -> list[str]:
    """The operations of SoPrincipal.svc."""
    return [*PRINCIPAL, _PRINCIPAL_SINCE_86] if version >= 86 else list(PRINCIPAL)


def archive_operations(version: int) -> list[str]:
    """The operations of Archive.svc that there are here."""
    since_86 = ["GetArchiveListByColumns2"] if version >= 86 else []
    return ["GetProviderNames", "GetArchiveListByColumns", *since_86]


def has_member(carrier: str, member: str, version: int, edition: str) -> bool:
    if (carrier, member) == ("PluginResponse", "Status") and version == 88:
        return edition == EDITIONS[-1]
    return version >= _MEMBER_SINCE.get((carrier, member), 0)


_TABLE_RIGHTS = ("Select", "Update", "Insert", "Delete", "Filtering", "RestrictedUpdate")
_FIELD_RIGHTS = ("Read", "Write", "Unused1", "Unused2", "Unused3", "Unused4", "UIHintMandatory", "UIHintReadOnly")


def flag_words(type_name: str, version: int) -> tuple[str, ...]:
    """The words that a list of flags may contain."""
    if type_name == "ETableRight":
        old = ("Unused1", "Uninitialized") if version < 86 or version == 88 else ()
        return (*_TABLE_RIGHTS, *old, *(("R", "F") if version == 88 else ()))
    return (*_FIELD_RIGHTS, *(("UndefinedValue256",) if version >= 80 else ()), *(("Nullable",) if version == 88 else ()))
