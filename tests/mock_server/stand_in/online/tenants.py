# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants of SuperOffice Online: where each is, and whether it runs."""

from __future__ import annotations

import copy
import datetime
import hashlib
from dataclasses import dataclass
from typing import Any

from ..site import Site
from .sessions import TenantSessions

STATES = {
    "Unknown": 0,
    "Provisioning": 1,
    "Running": 2,
    "Deleted": 3,
    "Suspended": 4,
    "OnlineMaintenance": 5,
    "OfflineMaintenance": 6,
    "ProvisioningFailed": 8,
    "Deleting": 10,
    "DeleteFailed": 11,
    "MigrationPending": 12,
}
RUNNING = frozenset({"Running", "OnlineMaintenance"})
VERSION = "Release_11.10_2026.07.06-01"


class TenantSite(Site):
    """The installation of a tenant."""

    online = True


@dataclass
class Tenant:
    """host: name of the host that it is at. state_requests: after how many more state requests
    `then` becomes its state; null is never. calls: after how many more calls it moves to `moves_to`.
    """

    name: str
    site: TenantSite
    sessions: TenantSessions
    home: str
    host: str = ""
    state: str = "Running"
    version: str = VERSION
    state_requests: int | None = None
    then: str = "Running"
    calls: int | None = None
    moves_to: str = ""

    def __post_init__(self) -> None:
        self.restore()

    def rehearsal(self) -> Tenant:
        """A copy for signing in without an effect."""
        twin = copy.copy(self)
        twin.sessions = self.sessions.rehearsal()
        return twin

    def restore(self) -> None:
        """As at the start."""
        self.host, self.state, self.version = self.home, "Running", VERSION
        self.state_requests, self.then, self.calls, self.moves_to = None, "Running", None, ""

    @property
    def runs(self) -> bool:
        return self.state in RUNNING

    @property
    def serial(self) -> str:
        """The number of its licence."""
        return str(int(hashlib.sha256(self.name.encode()).hexdigest(), 16))[:10]

    def move(self, host: str, after_calls: int | None = None) -> None:
        if after_calls is None:
            self.host, self.calls = host, None
        else:
            self.calls, self.moves_to = after_calls, host

    def become(self, state: str, state_requests: int | None = None, then: str = "Running") -> None:
        self.state, self.state_requests, self.then = state, state_requests, then

    def count_state_request(self) -> None:
        if self.state_requests is None:
            return
        if self.state_requests <= 0:
            self.become(self.then)
        else:
            self.state_requests -= 1

    def count_call(self) -> None:
        """Before the tenant looks whether a call has come to the right host."""
        if self.calls is None:
            return
        if self.calls <= 0:
            self.move(self.moves_to)
        else:
            self.calls -= 1

    def described(self) -> dict[str, Any]:
        members = ("host", "state", "version", "state_requests", "then", "calls", "moves_to")
        return {member: getattr(self, member) for member in members}


def utc_text(moment: float) -> str:
    """UTC with seven decimals, as SuperOffice writes it."""
    written = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    return written.strftime("%Y-%m-%dT%H:%M:%S.") + f"{written.microsecond:06d}0Z"
