# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Who is signed in, with which function rights and licences, as tasks return it."""

from __future__ import annotations

import typing as t

from .._wire import members
from . import names

# .NET's smallest date: there is none.
_NO_DATE = "0001-01-01"


def user_as_result(principal: members.Carrier) -> dict[str, t.Any]:
    """The user of a SoPrincipalCarrier. Credentials, which it may have, are left out.

    :raises members.WireError: if a member has another type.
    """
    return {
        "id": members.number(principal, "AssociateId"),
        "name": members.text(principal, "Associate"),
        "full_name": members.text(principal, "FullName"),
        "type": members.text(principal, "UserType"),
        "role": names.readable(members.text(principal, "RoleName")) or None,
        "role_type": members.text(principal, "RoleType"),
        "user_group_id": members.number(principal, "GroupId"),
    }


def licences_as_result(principal: members.Carrier) -> list[dict[str, t.Any]]:
    """The licences of a SoPrincipalCarrier, by name.

    :raises members.WireError: if a member has another type.
    """
    found = [_licence(licence) for licence in members.carriers(principal, "Licenses") or []]
    return sorted(found, key=lambda licence: licence["name"])


def _licence(licence: members.Carrier) -> dict[str, t.Any]:
    expires = members.text(licence, "ExpiryDate") or ""
    return {
        # A module's licence has its name in another member.
        "name": members.text(licence, "Name") or members.text(licence, "ModuleName") or "",
        "description": names.readable(members.text(licence, "Description") or members.text(licence, "ModuleDescription")) or None,
        "expires": None if not expires or expires.startswith(_NO_DATE) else expires,
    }
