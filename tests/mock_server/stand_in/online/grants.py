# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people have granted to applications: consents, codes, refresh tokens, system user tokens."""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field

from .applications import Application


@dataclass(frozen=True)
class User:
    """A person of a tenant."""

    name: str
    associate_id: int
    email: str
    full_name: str
    administrator: bool


USERS = {
    user.name: user
    for user in (
        User("administrator", 1, "administrator@stand-in.example", "Administrator", True),
        User("user", 5, "user@stand-in.example", "Ordinary User", False),
    )
}


@dataclass(frozen=True)
class Asked:
    """An authorization request. tenant: the one chosen by the request."""

    client_id: str
    redirect_uri: str
    tenant: str | None
    state: str | None
    nonce: str | None
    challenge: str | None
    challenge_method: str


@dataclass
class Code:
    """An authorization code."""

    asked: Asked
    tenant: str
    user: User
    issued: float
    used: bool = False


@dataclass(frozen=True)
class Identity:
    """Who a refresh token is for."""

    client_id: str
    tenant: str
    user: User


@dataclass
class Consent:
    """The consent of a tenant's administrator to an application. The system user token stays the
    same, also when it is granted again.
    """

    system_user_token: str | None
    revoked: bool = False


@dataclass
class Grants:
    """Consents are kept by client id and tenant, the rest by its secret text."""

    asked: dict[str, Asked] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, Identity] = field(default_factory=dict)
    consents: dict[tuple[str, str], Consent] = field(default_factory=dict)
    issued: int = 0

    def _opaque(self, what: str) -> bytes:
        self.issued += 1
        return hashlib.sha256(f"stand-in {what} {self.issued}".encode()).digest()

    def ask(self, asked: Asked) -> str:
        """Keep a request until a person answers it; its name in the form."""
        name = self._opaque("request").hex()
        self.asked[name] = asked
        return name

    def consent(self, application: Application, tenant: str) -> Consent:
        """Grant it, or grant it again."""
        seed = hashlib.sha256(f"{application.client_id} {tenant}".encode()).digest()
        token = f"{application.name}-{b64encode(seed, b'ab').decode()[:10]}" if application.public_key else None
        self.consents[application.client_id, tenant] = Consent(token)
        return self.consents[application.client_id, tenant]

    def granted(self, client_id: str, tenant: str) -> Consent | None:
        """The consent, where there is one that was not revoked."""
        consent = self.consents.get((client_id, tenant))
        return None if consent is None or consent.revoked else consent

    def revoke(self, client_id: str, tenant: str) -> None:
        """Refresh tokens and the system user token are of no use from now on."""
        if (client_id, tenant) in self.consents:
            self.consents[client_id, tenant].revoked = True

    def code(self, asked: Asked, tenant: str, user: User) -> str:
        text = urlsafe_b64encode(self._opaque("code")).decode().rstrip("=")
        self.codes[text] = Code(asked, tenant, user, time.monotonic())
        return text

    def refresh_token(self, identity: Identity) -> str:
        text = urlsafe_b64encode(self._opaque("refresh token")).decode().rstrip("=")
        self.refresh_tokens[text] = identity
        return text

    def secrets(self) -> list[str]:
        consents = [consent.system_user_token or "" for consent in self.consents.values()]
        return [*self.codes, *self.refresh_tokens, *consents]
