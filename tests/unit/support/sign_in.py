# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sign-in host that follows a script, keys of one test run in each form, and JWTs by another library."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Sequence
from functools import cache
from types import TracebackType
from typing import Any

import jwt
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request, Response
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

CLAIM = "http://schemes.superoffice.net/identity/"
HOST = "https://online.superoffice.com"
TENANT = "Cust12345"
NOW = 1_790_000_000.0
"""2026-09-21 14:13:20 UTC."""


class ScriptedHost:
    """Answers requests in order; ``send`` takes one too many for a fault, leaving the context one that never came."""

    def __init__(self, *answers: Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[Request] = []

    def __enter__(self) -> ScriptedHost:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            assert len(self.requests) == len(self._answers), "requests that never came"

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        assert len(self.requests) <= len(self._answers), f"one request too many: {request.verb} {request.path}"
        answer = self._answers[len(self.requests) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


def answered(value: Any = None, status: int = 200, body: bytes | None = None, **headers: str) -> Response:
    """A response with a JSON value, or with a body of its own."""
    content = json.dumps(value).encode() if body is None else body
    return Response(status, headers, content, attempts=1)


@cache
def key(number: int = 0, size: int = 2048) -> rsa.RSAPrivateKey:
    """A key of this run, the same for the same number."""
    return rsa.generate_private_key(65537, size)


def pem(private: rsa.RSAPrivateKey, form: PrivateFormat = PrivateFormat.PKCS8, password: str | None = None) -> str:
    protection = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return private.private_bytes(Encoding.PEM, form, protection).decode()


def public_pem(private: rsa.RSAPrivateKey, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    return private.public_key().public_bytes(Encoding.PEM, form).decode()


MEMBERS = ("Modulus", "Exponent", "P", "Q", "DP", "DQ", "InverseQ", "D")
"""The members of RSAKeyValue in the order in which .NET writes them."""


def xml_members(private: rsa.RSAPrivateKey) -> dict[str, str]:
    """The members of RSAKeyValue by name."""
    numbers = private.private_numbers()
    public = numbers.public_numbers
    values = (public.n, public.e, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp, numbers.d)
    return {name: base64.b64encode(_bytes(value)).decode() for name, value in zip(MEMBERS, values, strict=True)}


def xml(private: rsa.RSAPrivateKey, names: Sequence[str] = MEMBERS) -> str:
    """The key as ToXmlString(true) writes it, with these members."""
    members = xml_members(private)
    return "<RSAKeyValue>" + "".join(f"<{name}>{members[name]}</{name}>" for name in names) + "</RSAKeyValue>"


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def published(private: rsa.RSAPrivateKey, kid: str | None = "key 1", **changes: Any) -> dict[str, Any]:
    """A key of JWKS; a change to None leaves the member out."""
    public = private.public_key().public_numbers()
    words = {name: base64.urlsafe_b64encode(_bytes(value)).rstrip(b"=").decode() for name, value in (("n", public.n), ("e", public.e))}
    members = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, **words, **changes}
    return {name: value for name, value in members.items() if value is not None}


def jwks(*keys: dict[str, Any]) -> Response:
    return answered({"keys": list(keys)})


def claims(now: float = NOW, **changes: Any) -> dict[str, Any]:
    """The claims of a system user's JWT; names without a prefix that JWTs lack are SuperOffice's own."""
    plain = {"iss": "SuperOffice AS", "aud": "spn:12345678", "iat": int(now), "nbf": int(now) - 60, "exp": int(now) + 300}
    own = {"ticket": "7T:abc", "ctx": TENANT, "serial": "12345678"}
    found = {**plain, **{CLAIM + name: value for name, value in own.items()}}
    found.update({CLAIM + name if name in own else name: value for name, value in changes.items()})
    return {name: value for name, value in found.items() if value is not None}


def jwt_of(content: dict[str, Any], private: rsa.RSAPrivateKey | None = None, **header: Any) -> str:
    """The JWT, made by PyJWT."""
    return jwt.encode(content, private or key(), "RS256", headers={"kid": "key 1", **header})


def minute(now: float = NOW) -> str:
    return time.strftime("%Y%m%d%H%M", time.gmtime(now))
