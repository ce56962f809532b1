# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The address at which a person signs in, and the answer that the browser brings back.

The authorization code flow with PKCE (RFC 7636) of SuperOffice Online, for redirect URIs on a
loopback address (RFC 8252). No I/O.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import typing as t
from urllib.parse import parse_qsl, urlencode

from .. import errors
from ..answers import one_line

AUTHORIZE_PATH = "/login/common/oauth/authorize"
LOOPBACK_HOSTS = ("127.0.0.1", "::1")
STEP = "signing in (browser)"
"""The step's name in messages and in ``failure``."""

_PATH = re.compile(r"[A-Za-z0-9._~/-]{0,200}")
_MOST_PARAMETERS = 50
# What terminals write around a pasted text, if programs ask for it.
_BRACKETED_PASTE = re.compile(r"\x1b\[20[01]~")
_QUOTES = "\"'<>`"


class NotTheAnswer(Exception):
    """What came is not the answer to this sign-in, which may still come."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Authorization(t.NamedTuple):
    """One sign-in of a person. ``repr()`` shows the tenant only."""

    sign_in_host: str
    """Address, without a trailing slash."""
    tenant: str
    client_id: str
    redirect_uri: str
    state: str
    """Tells this sign-in's answer from others."""
    nonce: str
    """Comes back in the id_token."""
    verifier: str
    """Secret until the code is exchanged."""

    def __repr__(self) -> str:
        return f"Authorization({self.tenant!r})"

    def address(self) -> str:
        """The address to open in a browser. It has no secret."""
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            "acr_values": f"tenant:{self.tenant}",
        }
        return f"{self.sign_in_host}{AUTHORIZE_PATH}?{urlencode(parameters)}"


def begin(
    *, sign_in_host: str, tenant: str, client_id: str, redirect_uri: str, random: t.Callable[[int], str] = secrets.token_urlsafe
) -> Authorization:
    """A new sign-in.

    :param random: an unguessable text of so many bytes.
    """
    return Authorization(sign_in_host, tenant, client_id, redirect_uri, state=random(32), nonce=random(32), verifier=random(64))


def challenge_of(verifier: str) -> str:
    """The code challenge of a code verifier, by the method S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def redirect_uri(host: str, port: int, path: str) -> str:
    """The address to which the browser is sent back.

    :raises errors.BadInput: for a path that such an address cannot have.
    """
    plain = path.strip().lstrip("/")
    if not _PATH.fullmatch(plain):
        raise errors.BadInput(
            f"redirect_path is {one_line(path)[:100]}, which is no path of a redirect URI. "
            "Use letters, digits and . _ ~ / - as in callback, the same path as at the registered application."
        )
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/{plain}"


def code_of(query: str, asked: Authorization) -> str:
    """The authorization code in the query string of the answer.

    :raises NotTheAnswer: for another request, and for the answer to another sign-in.
    :raises errors.Unauthorized: where SuperOffice, or the person, refused.
    :raises errors.SignInFailed: for an answer without a code.
    """
    values = _values(query)
    if not {"state", "code", "error"} & set(values):
        raise NotTheAnswer("A request without an answer of SuperOffice came. The right one is still awaited.")
    states = values.get("state", [])
    if len(states) != 1 or not hmac.compare_digest(states[0].encode("utf-8", "surrogatepass"), asked.state.encode()):
        raise NotTheAnswer(
            f"An answer with {'another' if any(states) else 'no'} state came, which belongs to another sign-in. The right one is still "
            "awaited: open the address that was shown last, and no older one."
        )
    if "error" in values:
        raise _refusal(values, asked)
    codes = values.get("code", [])
    if len(codes) != 1 or not codes[0]:
        raise errors.SignInFailed(
            f"{STEP}: the answer has {'more than one' if len(codes) > 1 else 'no'} code. Run it again; where that does not help, "
            "check with SuperOffice that the application may use the authorization code flow.",
            method=STEP,
        )
    return codes[0]


def code_of_pasted(text: str, asked: Authorization) -> str:
    """The authorization code in the address that a person copied from the browser.

    :raises NotTheAnswer: where the text is not the address, and as :func:`code_of`.
    """
    # An address has no blanks: a terminal may have broken the line from which it was copied.
    address = "".join(_BRACKETED_PASTE.sub("", text).split()).strip(_QUOTES)
    address = "".join(c for c in address if c.isprintable())
    before, question, query = address.partition("#")[0].partition("?")
    if not address:
        raise NotTheAnswer("Nothing was pasted.")
    if _without_scheme(before) != _without_scheme(asked.redirect_uri) or not question:
        raise NotTheAnswer(f"What was pasted is not the address to which the browser was sent. It begins with {asked.redirect_uri}?")
    return code_of(query, asked)


def check_nonce(claims: t.Mapping[str, t.Any], asked: Authorization) -> None:
    """Refuse an id_token of another sign-in. PKCE protects servers that leave out the nonce.

    :raises errors.Unauthorized: for another nonce.
    """
    nonce = claims.get("nonce")
    if nonce is not None and nonce != asked.nonce:
        raise errors.Unauthorized(
            f"{STEP}: the id_token has the nonce of another sign-in. Nothing was written. Run it again, and open only the new address.",
            method=STEP,
        )


def _values(query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS):
            found.setdefault(name, []).append(value)
    except ValueError:
        raise NotTheAnswer("A request with too many parameters came. The right one is still awaited.") from None
    return found


def _refusal(values: t.Mapping[str, list[str]], asked: Authorization) -> errors.Unauthorized:
    error = one_line(values["error"][0])[:100] or "without a reason"
    said = one_line(values.get("error_description", [""])[0])
    says = f" SuperOffice says: {said}" if said else ""
    if error == "access_denied":
        sentence = (
            f"access for {asked.tenant} was denied in the browser. Nothing was written. "
            "Run it again, and let an administrator of the tenant approve the application."
        )
    else:
        sentence = (
            f"SuperOffice refused the sign-in for {asked.tenant} ({error}). Nothing was written. "
            "Check client_id, and what the application is registered for."
        )
    return errors.Unauthorized(f"{STEP}: {sentence}{says}", code=error, method=STEP)


def _without_scheme(address: str) -> str:
    # Browsers hide http:// in their address bars.
    return re.sub(r"^http://", "", address, flags=re.IGNORECASE).rstrip("/")
