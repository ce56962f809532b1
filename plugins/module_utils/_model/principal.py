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


def rights_as_result(principal: members.Carrier) -> list[str] | None:
    """The function rights of a SoPrincipalCarrier, by name; None where it does not tell them.

    :raises members.WireError: if a member has another type.
    """
    told = members.member(principal, "FunctionRights") is not None
    return sorted(members.texts(principal, "FunctionRights")) if told else None


def licences_as_result(principal: members.Carrier) -> list[dict[str, t.Any]] | None:
    """The licences of a SoPrincipalCarrier, by name; None where it does not tell them.

    :raises members.WireError: if a member has another type.
    """
    licences = members.carriers(principal, "Licenses")
    return None if licences is None else sorted(map(_licence, licences), key=lambda licence: licence["name"])


def _licence(licence: members.Carrier) -> dict[str, t.Any]:
    expires = members.text(licence, "ExpiryDate") or ""
    return {
        # A module's licence has its name in another member.
        "name": members.text(licence, "Name") or members.text(licence, "ModuleName") or "",
        "description": names.readable(members.text(licence, "Description") or members.text(licence, "ModuleDescription")) or None,
        "expires": None if not expires or expires.startswith(_NO_DATE) else expires,
    }
