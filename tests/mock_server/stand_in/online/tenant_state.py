# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /api/state/{tenant}: where a tenant is and whether it runs."""

from __future__ import annotations

from typing import Any

from ..wire.answers import Answer, html_answer, json_answer
from ..wire.call import Call
from .side import Online
from .tenants import STATES, utc_text


def answer(online: Online, call: Call) -> Answer:
    """The state; each request counts towards the end of a maintenance."""
    name = whose(online, call)
    tenant = online.tenant(name)
    valid_until = utc_text(online.now() + float(online.settings["state_valid_for"]))
    if tenant is None:
        return _unknown(online, name, valid_until)
    tenant.count_state_request()
    url = online.url_of(tenant)
    value: dict[str, Any] = {
        "ContextIdentifier": tenant.name,
        "Endpoint": url,
        "State": _written(online, tenant.state),
        "IsRunning": tenant.runs,
        "ValidUntil": valid_until,
        "Api": f"{url}/api",
    }
    return json_answer({**value, "Version": tenant.version} if online.settings["state_version"] else value)


def whose(online: Online, call: Call) -> str:
    """The tenant that is asked for."""
    return call.path.rstrip("/").rpartition("/")[2]


def _written(online: Online, state: str) -> str | int:
    return state if online.settings["state_values"] == "name" else STATES[state]


def _unknown(online: Online, name: str, valid_until: str) -> Answer:
    how = online.settings["unknown_tenant_answer"]
    if how == "404_html":
        return html_answer("404 - File or directory not found.", 404)
    if how == "null":
        return json_answer(None)
    if how == "unknown_state":
        nowhere: dict[str, Any] = {"ContextIdentifier": name, "Endpoint": None, "State": _written(online, "Unknown")}
        return json_answer({**nowhere, "IsRunning": False, "ValidUntil": valid_until, "Api": None})
    return json_answer({"Message": "There is no such customer."}, int(how[:3]))
