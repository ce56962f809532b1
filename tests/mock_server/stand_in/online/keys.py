# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys that sign JWTs, JWKS, and JWTs with a flaw."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from ..settings import Settings

IDENTITY = "http://schemes.superoffice.net/identity/"
"""Prefix of SuperOffice's claims."""

_ALGORITHM = "RS256"


def _new_key() -> RSAKey:
    key = RSAKey.generate_key(2048)
    key.ensure_kid()
    return key


class Keys:
    """`published` are the keys in JWKS, the oldest first; the newest signs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._first = _new_key()
        self._stranger: RSAKey | None = None
        self.published: list[RSAKey] = []
        self.restore()

    def restore(self) -> None:
        self.published = [self._first]

    def rotate(self, keep_old: bool) -> None:
        """Sign with a new key from now on."""
        self.published = [*(self.published if keep_old else []), _new_key()]

    def names(self) -> list[str]:
        """The kid of each key in JWKS, in its order."""
        return [str(key["kid"]) for key in self.jwks()["keys"]]

    def jwks(self) -> dict[str, Any]:
        keys = self.published[::-1] if self._settings["jwks_order"] == "newest_first" else self.published
        public = [{**key.as_dict(private=False), "use": "sig", "alg": _ALGORITHM} for key in keys]
        if not self._settings["jwt_key_ids"]:
            public = [{name: value for name, value in key.items() if name != "kid"} for key in public]
        return {"keys": public}

    def sign(self, claims: dict[str, Any]) -> str:
        """The JWT, with the flaw that the settings want."""
        flaw = self._settings["jwt_flaw"]
        flawed = _flawed_claims(claims, flaw)
        if self._settings["jwt_times"] == "text":
            flawed["iat"] = str(flawed["iat"])
        if flaw == "not_a_jwt":
            return "this.is.no-jwt"
        if flaw == "alg_none":
            return _plain({"alg": "none", "typ": "JWT"}, flawed) + "."
        key = self.published[-1]
        if flaw == "alg_hs256":
            return _by_public_key(self._header(key, "HS256"), flawed, key)
        if flaw == "unknown_key":
            key = self._stranger = self._stranger or _new_key()
        token = jwt.encode(self._header(key, _ALGORITHM), flawed, key)
        return _other_signature(token) if flaw == "signature" else token

    def _header(self, key: RSAKey, algorithm: str) -> dict[str, Any]:
        header = {"alg": algorithm, "typ": "JWT"}
        return {**header, "kid": key.kid} if self._settings["jwt_key_ids"] else header


def _flawed_claims(claims: dict[str, Any], flaw: str) -> dict[str, Any]:
    """The claims with the flaw, where it is one of the claims."""
    other: dict[str, dict[str, Any]] = {
        "issuer": {"iss": "https://sign-in.example.net"},
        "audience": {"aud": "somebody-else"},
        "tenant": {f"{IDENTITY}ctx": "Cust99999"},
        "nonce": {"nonce": "another-nonce"},
        "expired": {name: claims[name] - 86400 for name in ("iat", "nbf", "exp")},
        "not_yet_valid": {name: claims[name] + 86400 for name in ("iat", "nbf", "exp")},
    }
    hidden = {f"{IDENTITY}ticket", f"{IDENTITY}system_token"} if flaw == "no_credential" else set()
    return {name: value for name, value in {**claims, **other.get(flaw, {})}.items() if name not in hidden}


# By hand, because joserfc refuses to make them.


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _plain(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))


def _by_public_key(header: dict[str, Any], claims: dict[str, Any], key: RSAKey) -> str:
    """Signed symmetrically with the text of the public key."""
    signed = _plain(header, claims)
    return f"{signed}.{_encoded(hmac.digest(key.as_pem(private=False), signed.encode(), hashlib.sha256))}"


def _other_signature(token: str) -> str:
    signed, _dot, signature = token.rpartition(".")
    return f"{signed}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
