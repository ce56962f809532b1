# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tickets and access tokens of one tenant, which applications have. Nobody has a password."""

from __future__ import annotations

import copy
import hashlib
from base64 import b64encode
from collections import Counter

from ..sessions import ADMINISTRATOR, Sessions
from ..settings import Settings
from .applications import Application


class TenantSessions(Sessions):
    """Sessions that an application has, whose client secret must come with a ticket."""

    challenge = "Bearer"

    def __init__(self, tenant: str, settings: Settings, applications: dict[str, Application]) -> None:
        self._settings = settings
        self._applications = applications
        self._uses: Counter[str] = Counter()
        super().__init__("ADM", "", tenant)

    def restore(self) -> None:
        self._uses.clear()
        super().restore()

    def rehearsal(self) -> TenantSessions:
        """A copy that can issue without an effect on this."""
        twin = copy.copy(self)
        for name in ("_ticket_used", "_token_issued", "_users", "_uses", "ended"):
            setattr(twin, name, copy.copy(getattr(self, name)))
        return twin

    def _opaque(self) -> bytes:
        self._issued += 1
        return hashlib.sha256(f"{self.context}:{self._issued}".encode()).digest()

    def issue_token(self, user: str = ADMINISTRATOR) -> str:
        token = super().issue_token(user)
        issued = self._token_issued.pop(token)
        length = max(100, int(self._settings["access_token_length"]))
        # Two digests are 88 characters; each further one makes the token longer and no safer.
        opaque = b"".join(hashlib.sha256(f"{token}:{number}".encode()).digest() for number in range(length // 32))
        long = (f"8A:{self.context}." + b64encode(opaque).decode())[:length]
        self._token_issued[long] = issued
        self._users[long] = self._users.pop(token)
        return long

    def check_password(self, username: str, password: str, ticket_lifetime: float) -> str:
        """Basic is refused; a setting decides on a ticket in place of the user name."""
        if self._settings["ticket_as_user_name"] and username.startswith("7T:") and not password:
            return self.check_ticket(username, ticket_lifetime)
        return "unknown"

    def check_ticket(self, ticket: str, lifetime: float) -> str:
        return self._counted(ticket, super().check_ticket(ticket, lifetime))

    def check_token(self, token: str, lifetime: float) -> str:
        return self._counted(token, super().check_token(token, lifetime))

    def _counted(self, credential: str, verdict: str) -> str:
        uses = int(self._settings["credential_uses"])
        if verdict != "good" or not uses:
            return verdict
        self._uses[credential] += 1
        if self._uses[credential] <= uses:
            return "good"
        self.ended.add(credential)
        return "expired"

    def takes_application(self, application_token: str | None, transport: str) -> bool:
        return any(application_token in self._tokens(application, transport) for application in self._applications.values())

    def _tokens(self, application: Application, transport: str) -> list[str]:
        """The application tokens of an application."""
        if application.client_secret is None:
            return []
        wanted = self._settings["soap_application_token"] if transport == "soap" else "client_secret"
        both = {"client_secret": application.client_secret, "client_id": application.client_id}
        return list(both.values()) if wanted == "either" else [both[wanted]]

    def end_kind(self, kind: str) -> None:
        """Let all tickets or all access tokens expire."""
        self.ended.update(self._ticket_used if kind == "tickets" else self._token_issued)
