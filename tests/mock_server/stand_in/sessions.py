# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: one user with tickets and access tokens."""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode

CONTEXT = "Cust12345"
ADMINISTRATOR = "administrator"
SYSTEM = "system"
"""The system user, who has every right; of tenants only."""


class Sessions:
    """Each use extends a ticket, tokens live from their issue on; both can be ended on demand."""

    challenge = 'Basic realm="SuperOffice"'
    """WWW-Authenticate of an answer that refuses."""

    def __init__(self, username: str, password: str, context: str = CONTEXT) -> None:
        self.username = username
        self.password = password
        self.context = context
        self._issued = 0
        self._ticket_used: dict[str, float] = {}
        self._token_issued: dict[str, float] = {}
        # Whose a ticket or token is, where it is not the administrator's.
        self._users: dict[str, str] = {}
        self.ended: set[str] = set()
        self.restore()

    def restore(self) -> None:
        """Restore the start: one ticket, one token, always the same."""
        self._issued = 0
        self._ticket_used.clear()
        self._token_issued.clear()
        self._users.clear()
        self.ended.clear()
        self.ticket = self.issue_ticket()
        self.access_token = self.issue_token()

    def _opaque(self) -> bytes:
        self._issued += 1
        return hashlib.sha256(f"{self.username}:{self._issued}".encode()).digest()

    def issue_ticket(self, user: str = ADMINISTRATOR) -> str:
        ticket = "7T:" + b64encode(self._opaque()).decode()
        self._ticket_used[ticket] = time.monotonic()
        self._users[ticket] = user
        return ticket

    def issue_token(self, user: str = ADMINISTRATOR) -> str:
        token = f"8A:{self.context}." + self._opaque().hex()
        self._token_issued[token] = time.monotonic()
        self._users[token] = user
        return token

    def user_of(self, credential: str) -> str:
        """Whose a ticket or token is. A password is the administrator's."""
        return self._users.get(credential, ADMINISTRATOR)

    def current_token(self, lifetime: float) -> str:
        """A valid token."""
        for token in reversed(self._token_issued):
            if self.check_token(token, lifetime) == "good":
                return token
        return self.issue_token()

    def end(self, credential: str) -> None:
        """Ends a ticket or token, or "all"."""
        self.ended.update({*self._ticket_used, *self._token_issued} if credential == "all" else {credential})

    def check_password(self, username: str, password: str, ticket_lifetime: float) -> str:
        """good, expired or unknown.

        A ticket may stand in place of the user name, with a blank password.
        """
        if username.casefold() == self.username.casefold() and password == self.password:
            return "good"
        if username.startswith("7T:") and not password:
            return self.check_ticket(username, ticket_lifetime)
        return "unknown"

    def check_ticket(self, ticket: str, lifetime: float) -> str:
        used = self._ticket_used.get(ticket)
        if used is None:
            return "unknown"
        if ticket in self.ended or time.monotonic() - used > lifetime:
            self.ended.add(ticket)
            return "expired"
        self._ticket_used[ticket] = time.monotonic()
        return "good"

    def check_token(self, token: str, lifetime: float) -> str:
        issued = self._token_issued.get(token)
        if issued is None:
            return "unknown"
        return "expired" if token in self.ended or time.monotonic() - issued > lifetime else "good"

    def takes_application(self, application_token: str | None, transport: str) -> bool:
        """Whether an application may use tickets. On-site all may. transport: rest or soap."""
        return True

    def secrets(self) -> list[str]:
        """All secrets."""
        return [self.password, *self._ticket_used, *self._token_issued]
