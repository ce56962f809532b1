# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The principal of a session, as REST and SOAP tell it: a SoPrincipalCarrier."""

from __future__ import annotations

from typing import Any

from .books import SYSTEM_ASSOCIATE
from .carriers import NULL_DATE
from .sessions import ADMINISTRATOR, SYSTEM
from .site import ADMINISTRATOR_ID, Site

_ORDINARY_ID = 5

_LICENCE = {
    "OwnerId": 1,
    "OwnerName": "SUPEROFFICE",
    "OwnerDescription": "SuperOffice AS",
    "ModuleId": 1,
    "Name": "expander-services",
    "Description": "Development Tools",
    "Version": "1",
    "LicenseType": "SiteLicense",
    "ExtraFlags": 0,
    "SortOrder": 1,
    "LicenseNumber": 1,
    "IsHidden": False,
    "IsUnrestricted": True,
    "ExpiryDate": "2099-12-31T00:00:00",
}
_OF_THE_USER = {
    **_LICENCE,
    "ModuleId": 2,
    "Name": "user",
    "Description": 'US:"User";NO:"Bruker"',
    "LicenseType": "UserLicense",
    "IsUnrestricted": False,
    "ExpiryDate": NULL_DATE,
}


def associate_of(site: Site, credential: str) -> int:
    """The id of the associate whose the ticket, access token or password is."""
    who = site.sessions.user_of(credential)
    return SYSTEM_ASSOCIATE if who == SYSTEM else ADMINISTRATOR_ID if who == ADMINISTRATOR else _ORDINARY_ID


def principal(site: Site, credential: str) -> dict[str, Any]:
    """Whose the ticket, access token or password is. A user whom methods are forbidden to is no administrator."""
    who = site.sessions.user_of(credential)
    is_system = who == SYSTEM
    has_all = is_system or (who == ADMINISTRATOR and not site.settings["forbidden"])
    rights = ["admin-all", "login-web"] if has_all else ["login-web"]
    return {
        "UserType": "SystemAssociate" if is_system else "InternalAssociate",
        "Associate": "SYSTEM" if is_system else site.sessions.username if who == ADMINISTRATOR else "USR",
        "AssociateId": associate_of(site, credential),
        "IsPerson": not is_system,
        "PersonId": 0 if is_system else 1,
        "ContactId": 1,
        "GroupId": 2,
        "RoleId": 1 if has_all else 2,
        "RoleName": "System" if is_system else "Administrator" if has_all else 'US:"User level 0";NO:"Brukerniv\u00e5 0"',
        "RoleDescription": "",
        "RoleType": "System" if is_system else "Employee",
        "Licenses": [_OF_THE_USER] if site.settings["unlicensed"] else [_LICENCE, _OF_THE_USER],
        "FullName": "System User" if is_system else "Administrator" if who == ADMINISTRATOR else "Ordinary User",
        "EMailAddress": f"{who}@stand-in.example",
        "FunctionRights": rights if site.settings["function_rights_told"] else None,
        "ProvidedCredentials": [{"Type": "SuperId", "SearchName": f"search-{who}", "DisplayName": f"display-{who}", "CredentialId": 7}],
        "SecondaryGroups": [],
        "DatabaseContextIdentifier": site.sessions.context,
    }
