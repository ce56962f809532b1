# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SoPrincipal.svc: signing in, and metadata of the server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ... import who
from ...carriers import NULL_DATE
from ...errors import Refusal
from ...site import Site

Values = Mapping[str, Any]


class NotAuthenticated(Refusal):
    """The credentials are invalid; a setting gives the answer."""

    def __init__(self, message: str) -> None:
        super().__init__("SoSessionException", message, 401)


def system_info(site: Site, arguments: Values) -> dict[str, Any]:
    version = site.settings["net_server_version"]
    return {
        "SystemInfo": {
            "License": None,  # The stand-in has no licence file.
            "BranchName": "Release",
            "BuildLabel": "Release_11.10_2026.07.06-01",
            "AssemblyVersion": version,
            "AccumulatedNextCheckDate": NULL_DATE,
            "FileVersion": version,
            "Description": "SuperOffice NetServer",
            "DaysUntilNetServerExpiry": 365,
            "BuildType": "Release",
            "DatabaseVersion": 511,
            "IsUnicode": True,
            "CompanyName": "Stand-in AS",
            "CompanyId": 1,
            "DatabaseType": "MSSQL",
            "DatabaseMinor": "2022",
            "DatabaseName": "crm7",
        }
    }


def with_password(site: Site, arguments: Values) -> dict[str, Any]:
    """Sign in. A ticket may stand in place of the user name, and is then returned."""
    username, password = arguments.get("UserName") or "", arguments.get("Password") or ""
    if site.sessions.check_password(username, password, site.settings["ticket_lifetime"]) != "good":
        raise NotAuthenticated("The user name or the password is wrong.")
    return _authenticated(site, username if username.startswith("7T:") else site.sessions.issue_ticket())


def with_access_token(site: Site, arguments: Values) -> dict[str, Any]:
    token = arguments.get("AccessToken") or ""
    if site.sessions.check_token(token, site.settings["token_lifetime"]) != "good":
        raise NotAuthenticated("The access token is not valid.")
    return _authenticated(site, site.sessions.issue_ticket(site.sessions.user_of(token)))


def without_knowing(site: Site, arguments: Values) -> dict[str, Any]:
    """AuthenticateImplicit needs a directory, AuthenticateGeneric a plug-in; the stand-in has
    neither.
    """
    raise NotAuthenticated("The server knows nobody who could be signed in this way.")


def not_authenticated() -> dict[str, Any]:
    """The answer beside, or instead of, an exception."""
    return {"Response": None, "Credentials": None, "AuthenticationSucceeded": False}


def _authenticated(site: Site, ticket: str) -> dict[str, Any]:
    return {"Response": who.principal(site, ticket), "Credentials": {"Ticket": ticket}, "AuthenticationSucceeded": True}


OPERATIONS: dict[str, Callable[[Site, Values], dict[str, Any]]] = {
    "GetSystemInfo": system_info,
    "AuthenticateUsernamePassword": with_password,
    "AuthenticateWithAccessToken": with_access_token,
    "AuthenticateImplicit": without_knowing,
    "AuthenticateGeneric": without_knowing,
}
