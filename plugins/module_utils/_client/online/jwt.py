# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Verifies the JWTs of the sign-in host by its published keys (JWKS).

Only RS256 counts, whatever the header of a JWT says.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import typing as t

from ..errors import SignInFailed
from ..exchange import Request
from . import clock
from .rsa_keys import PublicKey, UnusableKey, need_cryptography, public_key
from .sign_in_host import Send, members, unexpected

CLAIM = "http://schemes.superoffice.net/identity/"
"""Prefix of SuperOffice's claims."""
OF_PARTNERS = "SuperOffice AS"
"""Issuer of the JWTs for system users; those of OpenID Connect have the host's address."""
# Seconds by which two clocks may differ.
_TOLERANCE = 300.0
# Those of SuperOffice have about 2,000 characters.
_LONGEST = 100_000
# SuperOffice has a few keys. Each one costs time.
_MOST_KEYS = 100
_URL_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

Claims = dict[str, t.Any]


class Key(t.NamedTuple):
    """A published key and its name, where it has one."""

    kid: str | None
    public: PublicKey


class _Untrusted(Exception):
    """The JWT cannot be trusted. The text is the end of a sentence."""


def keys(send: Send) -> list[Key]:
    """The keys for signatures that the sign-in host publishes.

    :raises MissingLibrary: without cryptography.
    :raises errors.ErpSyncError: without any.
    """
    need_cryptography()
    request = Request("GET", "/login/.well-known/jwks", "the keys of the sign-in host", False)
    response = send(request)
    published = members(request, response).get("keys")
    found = [key for key in map(_key, published[:_MOST_KEYS]) if key is not None] if isinstance(published, list) else []
    if not found:
        raise unexpected(request, response, "the sign-in host publishes no RSA key (JWKS), so that its answers cannot be verified.")
    return found


def _key(published: t.Any) -> Key | None:
    """A published key. None for one that is not for signatures of RS256, or not usable."""
    if not isinstance(published, dict) or published.get("kty") != "RSA":
        return None
    if published.get("use") not in (None, "sig") or published.get("alg") not in (None, "RS256"):
        return None
    kid = published.get("kid")
    try:
        modulus, exponent = (int.from_bytes(_decoded(published.get(name)), "big") for name in ("n", "e"))
        return Key(kid if isinstance(kid, str) else None, public_key(modulus, exponent))
    except (_Untrusted, UnusableKey):
        return None


def verified(
    token: t.Any,
    known: t.Sequence[Key],
    *,
    issuer: str,
    audience: str | t.Callable[[Claims], str],
    tenant: str,
    now: t.Callable[[], float],
    step: str = "signing in",
) -> Claims:
    """The claims of a JWT that is the sign-in host's, for this application and tenant, and valid
    now.

    :param known: the published keys.
    :param issuer: the address of the sign-in host.
    :param audience: whom the JWT must be for; perhaps by its own claims.
    :param now: seconds since 1970.
    :param step: the beginning of messages.
    :raises SignInFailed: for any other JWT, without a part of it.
    """
    try:
        claims = _signed_claims(token, known)
        _check(claims, issuer, audience(claims) if callable(audience) else audience, tenant)
        _check_times(claims, now())
    except _Untrusted as reason:
        raise SignInFailed(f"{step}: the JWT of the sign-in host cannot be trusted: {reason}", method=step) from None
    return claims


def _signed_claims(token: t.Any, known: t.Sequence[Key]) -> Claims:
    """The claims of a JWT whose signature fits one of the keys."""
    if not isinstance(token, str) or len(token) > _LONGEST or token.count(".") != 2 or not token.isascii():
        raise _Untrusted("it is no JWT. Check online_environment, or login_url.")
    signed, _dot, signature = token.rpartition(".")
    first, _dot, second = signed.partition(".")
    header = _object(first)
    if header.get("alg") != "RS256" or "crit" in header:
        raise _Untrusted("it is not signed as SuperOffice signs (RS256). Check online_environment, or login_url.")
    by_name = sorted(known, key=lambda key: key.kid is None or key.kid != header.get("kid"))
    proof = _decoded(signature)
    if not any(key.public.fits(proof, signed.encode("ascii")) for key in by_name):
        raise _Untrusted("its signature fits none of the keys that the host publishes. Check online_environment, or login_url.")
    return _object(second)


def _object(text: str) -> Claims:
    try:
        value = json.loads(_decoded(text).decode("utf-8"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _Untrusted("it is no JWT. Check online_environment, or login_url.")
    return value


def _decoded(text: t.Any) -> bytes:
    """The bytes of base64url without padding."""
    if not isinstance(text, str) or not _URL_SAFE.issuperset(text):
        raise _Untrusted("it is no JWT. Check online_environment, or login_url.")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise _Untrusted("it is no JWT. Check online_environment, or login_url.") from None


def _check(claims: Claims, issuer: str, audience: str, tenant: str) -> None:
    by, whom, where = claims.get("iss"), claims.get("aud"), claims.get(f"{CLAIM}ctx")
    if not isinstance(by, str) or by.rstrip("/") not in (OF_PARTNERS, issuer.rstrip("/")):
        raise _Untrusted("another host issued it. Check online_environment, or login_url.")
    if not isinstance(where, str) or where.casefold() != tenant.casefold():
        raise _Untrusted(f"it is for another tenant than {tenant}. Check tenant, and for which tenant the token was issued.")
    if audience not in (whom if isinstance(whom, list) else [whom]):
        raise _Untrusted("it is for another application. Check that all options are of the same application.")


def _check_times(claims: Claims, now: float) -> None:
    issued, begins, ends = (_seconds(claims, name) for name in ("iat", "nbf", "exp"))
    # It has just been issued, so that its time of issue tells the host's clock.
    clocks = clock.difference(now, issued) or " Check the clock of the machine where the task runs."
    if ends is None:
        raise _Untrusted("it does not say how long it is valid.")
    if ends < now - _TOLERANCE:
        raise _Untrusted(f"it expired {clock.spoken(now - ends)} ago.{clocks}")
    if begins is not None and begins > now + _TOLERANCE:
        raise _Untrusted(f"it will be valid in {clock.spoken(begins - now)}.{clocks}")


def _seconds(claims: Claims, name: str) -> float | None:
    """A time in seconds since 1970, which older JWTs have as a text. None without one."""
    value = claims.get(name)
    if value is None:
        return None
    try:
        seconds = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        seconds = math.nan
    if not math.isfinite(seconds):
        raise _Untrusted(f"its {name} is no time.")
    return seconds
