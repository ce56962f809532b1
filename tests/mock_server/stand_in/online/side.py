# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Online side: hosts, tenants, applications, grants, keys and the clock."""

from __future__ import annotations

import copy
import time
from typing import Any
from urllib.parse import urlsplit

from starlette.types import Scope

from ..settings import Settings
from . import applications
from .grants import USERS, Grants, Identity, User
from .keys import IDENTITY, Keys
from .sessions import TenantSessions
from .tenants import Tenant, TenantSite

SIGN_IN = "online"
"""Name of the host for signing in; those of tenants have a number behind it."""

_SINCE = 60
"""Seconds that a JWT is valid before it was issued."""


class Online:
    """hosts: URL by name, the one for signing in first."""

    def __init__(self, settings: Settings, hosts: dict[str, str], tenants: list[str], seed_name: str, public_key: str | None) -> None:
        self.settings = settings
        self.hosts = hosts
        self.keys = Keys(settings)
        self.private_key: str | None = None
        if public_key is None:
            self.private_key, public_key = applications.new_key_pair()
        applications.rsa_public_key(public_key)
        self._public_key = public_key
        self.applications = applications.registered(public_key)
        self.grants = Grants()
        homes = [name for name in hosts if name != SIGN_IN]
        self.tenants: dict[str, Tenant] = {}
        for number, name in enumerate(tenants):
            sessions = TenantSessions(name, settings, self.applications)
            site = TenantSite(sessions, settings, seed_name)
            self.tenants[name] = Tenant(name, site, sessions, homes[number % len(homes)])
        self._grant_all()

    def _grant_all(self) -> None:
        """Every tenant has consented to every application, and has a refresh token for it."""
        self.first_tokens: dict[tuple[str, str], str] = {}
        for application in self.applications.values():
            for tenant in self.tenants:
                self.grants.consent(application, tenant)
                identity = Identity(application.client_id, tenant, USERS["administrator"])
                self.first_tokens[application.client_id, tenant] = self.grants.refresh_token(identity)

    def reset(self, seed_name: str) -> None:
        """Everything as at the start; the first keys are kept."""
        self.applications.clear()
        self.applications.update(applications.registered(self._public_key))
        self.keys.restore()
        self.grants = Grants()
        self._grant_all()
        for tenant in self.tenants.values():
            tenant.site.reset(seed_name)
            tenant.restore()

    def rehearsal(self) -> Online:
        """A copy for signing in without an effect."""
        twin = copy.copy(self)
        twin.grants = copy.deepcopy(self.grants)
        twin.tenants = {name: tenant.rehearsal() for name, tenant in self.tenants.items()}
        return twin

    # Where and when

    @property
    def login_url(self) -> str:
        return self.hosts[SIGN_IN]

    def host_of(self, scope: Scope) -> str:
        """The name of the host by whose socket a request came in."""
        port = (scope.get("server") or ("", 0))[1]
        return next((name for name, url in self.hosts.items() if urlsplit(url).port == port), SIGN_IN)

    def now(self) -> float:
        """The clock of the sign-in host, in seconds since 1970."""
        return time.time() + float(self.settings["clock_offset"])

    def tenant(self, name: str) -> Tenant | None:
        """A tenant by its name in any case."""
        return next((tenant for tenant in self.tenants.values() if tenant.name.lower() == name.lower()), None)

    def url_of(self, tenant: Tenant) -> str:
        return f"{self.hosts[tenant.host]}/{tenant.name}"

    # Who

    def application_of_secret(self, secret: str) -> applications.Application | None:
        return next((application for application in self.applications.values() if application.has_secret(secret)), None)

    def claims(self, tenant: Tenant, user: User) -> dict[str, Any]:
        """What every JWT says of the tenant and the person, with its times."""
        now = int(self.now())
        url = self.url_of(tenant)
        of_superoffice = {
            "associateid": str(user.associate_id),
            "identityprovider": "central-superid",
            "email": user.email,
            "upn": user.email,
            "is_administrator": str(user.administrator),
            "ctx": tenant.name,
            "company_name": f"Stand-in {tenant.name} AS",
            "serial": tenant.serial,
            "netserver_url": f"{url}/Remote/Services88/",
            "webapi_url": f"{url}/api/",
            "initials": "ADM" if user.administrator else "USR",
        }
        times = {"iat": now, "nbf": now - _SINCE, "exp": now + int(self.settings["jwt_lifetime"])}
        return {"sub": user.email, **{IDENTITY + name: value for name, value in of_superoffice.items()}, **times}

    def secrets(self) -> list[str]:
        """All secrets of the Online side."""
        of_applications = [application.client_secret or "" for application in self.applications.values()]
        of_tenants = [secret for tenant in self.tenants.values() for secret in tenant.sessions.secrets()]
        return [*of_applications, *of_tenants, *self.grants.secrets()]
