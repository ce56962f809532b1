# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that lead to the tenants of a stand-in, by each way to sign in there, and what its journal says of them."""

from __future__ import annotations

from typing import Any

from pytest_stand_in import OnlineStandIn

TENANT = "Cust12345"
SYSTEM_USER = "system user"
REFRESH_TOKEN = "refresh_token"
NATIVE = "native refresh_token"


def where(online: OnlineStandIn, tenant: str = TENANT) -> dict[str, Any]:
    """The options that say where a tenant is. The vendor's rate would make a test last."""
    return {"tenant": tenant, "login_url": online.login_url, "rate_limit": 0, "retries": 0}


def who(online: OnlineStandIn, way: str = SYSTEM_USER, tenant: str = TENANT) -> dict[str, Any]:
    """The options that say who signs in."""
    of_tenant = online.tenants[tenant]
    if way == SYSTEM_USER:
        own = {"system_user_token": of_tenant["system_user_token"], "private_key": online.private_key}
        return {"client_secret": online.client_secret, **own}
    if way == NATIVE:
        return {"client_id": online.native_client_id, "refresh_token": of_tenant["native_refresh_token"]}
    return {"client_id": online.client_id, "client_secret": online.client_secret, "refresh_token": of_tenant["refresh_token"]}


def connected(online: OnlineStandIn, way: str = SYSTEM_USER, tenant: str = TENANT, **more: Any) -> dict[str, Any]:
    """All options of a connection."""
    return {**where(online, tenant), **who(online, way, tenant), **more}


def count(online: OnlineStandIn, ending: str, tenant: str | None = None) -> int:
    """How many requests of the journal have a path with this ending, of one tenant or of all."""
    return sum(entry["path"].lower().endswith(ending.lower()) for entry in online.journal() if tenant is None or entry["tenant"] == tenant)


def states(online: OnlineStandIn, tenant: str = TENANT) -> int:
    """State requests in the journal."""
    return count(online, f"/api/state/{tenant}")


def sign_ins(online: OnlineStandIn, tenant: str | None = None) -> int:
    """Requests for tickets and access tokens in the journal."""
    return count(online, "/PartnerSystemUser/Authenticate", tenant) + count(online, "/oauth/tokens", tenant)


def at_tenants(online: OnlineStandIn) -> list[dict[str, Any]]:
    """The requests that installations got."""
    return [entry for entry in online.journal() if entry["host"] != "online"]
