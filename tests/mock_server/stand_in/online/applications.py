# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The applications that are registered for signing in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

_LOOPBACK = ("127.0.0.1", "::1")
_REDIRECTS = tuple(f"http://{host}:8765/{path}" for host in ("127.0.0.1", "[::1]") for path in ("", "callback"))


@dataclass
class Application:
    """native: it has no client secret, and must use PKCE. public_key: checks signed system user
    tokens (PEM); an application without one has no system user.
    """

    client_id: str
    name: str
    client_secret: str | None
    redirect_uris: list[str] = field(default_factory=lambda: list(_REDIRECTS))
    public_key: str | None = None

    @property
    def native(self) -> bool:
        return self.client_secret is None

    def has_secret(self, secret: str | None) -> bool:
        """Whether the secret is the application's; of a native one, that there is none."""
        if self.client_secret is None or secret is None:
            return self.client_secret is None and secret is None
        return secrets.compare_digest(self.client_secret.encode(), secret.encode())

    def redirects_to(self, uri: str, any_port: bool) -> bool:
        """Whether the redirect URI is registered; a loopback address perhaps with another port."""
        if uri in self.redirect_uris:
            return True
        asked = _without_port(uri)
        return any_port and asked is not None and asked in [_without_port(known) for known in self.redirect_uris]


def _without_port(uri: str) -> tuple[str | None, str, str] | None:
    """What a redirect URI on a loopback address is compared by; None for another one."""
    try:
        parts = urlsplit(uri)
        bad = parts.scheme != "http" or parts.hostname not in _LOOPBACK or parts.username is not None or not parts.port
    except ValueError:
        bad = True
    return None if bad else (parts.hostname, parts.path, parts.query)


def registered(public_key: str) -> dict[str, Application]:
    """The two applications at the start: one with a secret and a system user, one native."""
    known = (
        Application(_digest("client id"), "Stand-in ERP Sync", _digest("client secret"), public_key=public_key),
        Application(_digest("native client id"), "Stand-in ERP Sync Native", None),
    )
    return {application.client_id: application for application in known}


def _digest(text: str) -> str:
    return hashlib.sha256(f"stand-in {text}".encode()).hexdigest()[:32]


def new_key_pair() -> tuple[str, str]:
    """A private key and its public key, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode(), key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def rsa_public_key(pem: str) -> rsa.RSAPublicKey:
    """The key; ValueError where it is none."""
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("the public key is not an RSA key")
    return key
