# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metadata of the server and of the signed-in user."""

from __future__ import annotations

from typing import Any

from ..methods import METHODS, Method
from ..site import Site
from ..who import principal
from .answers import Answer, html_answer, json_answer
from .call import Call


def api(site: Site, call: Call) -> Answer:
    """GET /api, without credentials: JSON where it is accepted, otherwise a page."""
    if "application/json" not in call.headers.get("accept", "").lower():
        return html_answer("SuperOffice Web API")
    version = site.settings["net_server_version"]
    return json_answer(
        {
            "v1": f"{call.base_url}/api/v1",
            "NetServerVersion": version,
            "NetServerAssembly": f"SoCore, Version={version}",
            "NetServerDate": "2026-07-06T00:00:00",
            "NetServerLabel": "Release_11.10_2026.07.06-01",
            "NetServer": f"{version} Release",
            "Services": "Services87",
            "ServicesCurrent": "Services88",
            "Version": "v1",
            "Documentation": "https://docs.superoffice.com",
        }
    )


def existing(site: Site, name: str) -> bool:
    return name in METHODS and name.lower() not in {missing.lower() for missing in site.settings["missing_methods"]}


def version_1(site: Site, call: Call) -> Answer:
    """GET /api/v1: {URL: {verb: documentation URL}} for everything this server has."""
    urls: dict[str, dict[str, str]] = {}
    for name in METHODS:
        if existing(site, name):
            url = f"{call.base_url}/api/v1/Agents/ErpSync/{name}"
            urls[url] = {"POST": f"{url}#documentation"}
    for path in ("User/currentPrincipal", "User/currentToken"):
        urls[f"{call.base_url}/api/v1/{path}"] = {"GET": f"{call.base_url}/api/v1/{path}#documentation"}
    if site.settings["mdo_available"]:
        urls[f"{call.base_url}/api/v1/MDOList/{{mdoListName}}"] = {"GET": f"{call.base_url}/api/v1/MDOList#documentation"}
    if site.settings["archive_available"]:
        verbs = ("GET", "POST") if site.settings["archive_post"] == "answers" else ("GET",)
        urls[f"{call.base_url}/api/v1/Archive/{{archiveName}}"] = dict.fromkeys(verbs, f"{call.base_url}/api/v1/Archive#documentation")
    return json_answer(urls)


def description(method: Method) -> Answer:
    """The answer to GET on an agent method, which does not carry it out."""
    parameters: dict[str, Any] = {
        name: {"Type": type_name, "In": "query" if method.takes == "query" else "body"} for name, type_name in method.arguments.items()
    }
    return json_answer({"Name": method.name, "Agent": "ErpSync", "HttpMethod": "POST", "Parameters": parameters, "Returns": method.returns})


def current_principal(site: Site, call: Call) -> Answer:
    """GET /api/v1/User/currentPrincipal."""
    found = principal(site, call.credential)
    if site.settings["licence_name_member"] == "ModuleName":
        found["Licenses"] = [{**licence, "ModuleName": licence["Name"], "Name": None} for licence in found["Licenses"]]
    return json_answer(found)
