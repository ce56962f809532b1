# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Where a tenant is: asked once in a run, again after its time, and where it has moved."""

from __future__ import annotations

import json

from .. import errors
from ..exchange import Destination, Request, Response
from ..once import Fresh, RunMemory
from ..session import Session
from . import state
from .environments import Tenant, option_of

# Seconds between two state requests while a maintenance lasts, the first time and at most.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0


class SignInHost:
    """Sends requests to the sign-in host, unsigned."""

    def __init__(self, session: Session, tenant: Tenant) -> None:
        self._session = session
        self._to = Destination(tenant.login_url, option=option_of(tenant.login_url))

    def __call__(self, request: Request) -> Response:
        """The response, of any status.

        :raises errors.ErpSyncError: where there is no complete response.
        """
        return self._session.send(request, self._to)


class TenantPlace:
    """The address of a tenant's installation."""

    option = "tenant"

    def __init__(self, session: Session, tenant: Tenant, memory: RunMemory) -> None:
        """
        :param memory: what a run gets once.
        """
        self._session = session
        self._tenant = tenant
        self._memory = memory
        self._send = SignInHost(session, tenant)
        # Services of REST and SOAP have addresses of their own.
        self._member = "endpoint" if session.settings.transport == "soap" else "api"
        self._state = memory.once(("state", str(tenant)), self._ask, secret=False)
        # Each address that was used, with the value that it came from.
        self._told: dict[str, str] = {}

    def url(self) -> str:
        """The address.

        :raises errors.ErpSyncError: where the tenant does not run, or nobody tells where it is.
        """
        told = self._state.held().value
        url = str(json.loads(told)[self._member])
        self._told[url] = told
        return url

    def forget(self, url: str) -> bool:
        """Drop an address at which the tenant is no longer."""
        return self._state.forget(self._told[url])

    def _ask(self) -> Fresh:
        """The state. During a maintenance it waits as long as wait_for_tenant allows."""
        wait = self._session.settings.wait_for_tenant
        end = self._memory.clock() + wait
        pause, waits = _FIRST_PAUSE, False
        while True:
            try:
                found = state.ask(self._send, self._tenant, self._memory.now)
            except errors.ErpSyncError as error:
                left = end - self._memory.clock()
                # Once it waits, passing failures do not end the wait.
                waits = waits or isinstance(error, errors.TenantNotRunningYet)
                if not (waits and error.passing):
                    raise
                if left <= 0:
                    if wait > 0:
                        error.message += f" That did not end within {wait:g} seconds (wait_for_tenant)."
                    raise
                told = error.pause if isinstance(error, errors.TenantNotRunningYet) else None
                self._session.sleep(min(left, pause if told is None else max(told, _FIRST_PAUSE)))
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return Fresh(json.dumps({"endpoint": found.endpoint, "api": found.api}), found.lasts)
