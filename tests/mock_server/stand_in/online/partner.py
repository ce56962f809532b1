# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PartnerSystemUser: a signed system user token becomes a ticket, in a JWT. The REST form."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from ..encoding import Encoder
from ..journal import HIDDEN
from ..sessions import SYSTEM
from ..wire.answers import Answer, json_answer
from ..wire.call import Call
from .applications import Application, rsa_public_key
from .grants import USERS
from .keys import IDENTITY
from .side import Online

_SIGNED = re.compile(r"(?P<token>.+)\.(?P<time>\d{12})\.(?P<signature>[A-Za-z0-9+/]+={0,2})", re.DOTALL)
_MEMBERS = {name.lower(): name for name in ("SignedSystemToken", "ApplicationToken", "ContextIdentifier", "ReturnTokenType")}
SHOWN = ("ContextIdentifier", "ReturnTokenType")
"""Members that the journal shows."""


@dataclass(frozen=True)
class Outcome:
    """token: the JWT. message: why there is none."""

    token: str | None = None
    message: str | None = None


def exchange(online: Online, sent: dict[str, str]) -> Outcome:
    """Check the signed token and sign the application in as the system user."""
    try:
        return Outcome(token=_exchange(online, sent))
    except _Refused as refused:
        return Outcome(message=str(refused))


class _Refused(Exception):
    """The text is the ErrorMessage."""


def _exchange(online: Online, sent: dict[str, str]) -> str:
    application = online.application_of_secret(sent.get("ApplicationToken", ""))
    if application is None:
        raise _Refused("The application token is not valid.")
    tenant = online.tenant(sent.get("ContextIdentifier", ""))
    if tenant is None:
        raise _Refused("There is no such context identifier.")
    if sent.get("ReturnTokenType", "").lower() != "jwt":
        raise _Refused("The ReturnTokenType must be Jwt; the stand-in makes no Saml.")
    token = _verified(online, application, sent.get("SignedSystemToken", ""))
    consent = online.grants.granted(application.client_id, tenant.name)
    if consent is None:
        raise _Refused("The customer has revoked the access of the application (Revoked).")
    if token != consent.system_user_token:
        raise _Refused("The system user token is not the one of this application and customer.")
    if not tenant.runs:
        raise _Refused("The customer is not available.")
    claims = online.claims(tenant, USERS["administrator"])
    ticket = tenant.sessions.issue_ticket(SYSTEM)
    return online.keys.sign({**claims, "iss": "SuperOffice AS", "aud": f"spn:{tenant.serial}", f"{IDENTITY}ticket": ticket})


def _verified(online: Online, application: Application, signed: str) -> str:
    """The system user token in the signed text."""
    parts = _SIGNED.fullmatch(signed)
    if application.public_key is None or parts is None:
        raise _Refused("The signature of the system user token is not valid (InvalidSignature).")
    try:
        signature = base64.b64decode(parts["signature"])
        text = f"{parts['token']}.{parts['time']}".encode()
        rsa_public_key(application.public_key).verify(signature, text, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, UnicodeEncodeError):
        raise _Refused("The signature of the system user token is not valid (InvalidSignature).") from None
    try:
        when = datetime.datetime.strptime(parts["time"] + "+0000", "%Y%m%d%H%M%z").timestamp()
    except ValueError:
        raise _Refused("The time of the signed system user token is not valid (InvalidTimestamp).") from None
    # The text has whole minutes, so that a fresh one may be up to a minute old.
    age = online.now() - when
    tolerance = float(online.settings["signed_time_tolerance"])
    if not -tolerance <= age < 60 + tolerance:
        raise _Refused(str(online.settings["stale_signature_message"]))
    return parts["token"]


# The REST form


def rest(online: Online, call: Call) -> Answer:
    sent = _members(call)
    if sent is None:
        return json_answer({"Message": "The request is invalid.", "MessageDetail": "A JSON object is expected."}, 400)
    outcome = exchange(online, sent)
    value = {"IsSuccessful": outcome.token is not None, "Token": outcome.token, "ErrorMessage": outcome.message}
    status = 200 if outcome.token is not None else int(online.settings["system_user_refusal_status"])
    encoded = Encoder(key_case=online.settings["key_case"]).plain(value)
    return json_answer(encoded, status, carried_out=outcome.token is not None)


def shown(call: Call) -> Any:
    """The body as the journal has it."""
    sent = _members(call)
    if sent is None:
        return f"({len(call.body)} bytes that are no JSON object)" if call.body else None
    return {name: value if name in SHOWN else HIDDEN for name, value in sent.items()}


def whose(online: Online, call: Call) -> str | None:
    """The tenant that the request names."""
    return (_members(call) or {}).get("ContextIdentifier")


def _members(call: Call) -> dict[str, str] | None:
    """The known members, in any case, that are texts; None where the body is no JSON object."""
    try:
        sent = json.loads(call.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict):
        return None
    known = {_MEMBERS[name.lower()]: value for name, value in sent.items() if name.lower() in _MEMBERS}
    return {name: value for name, value in known.items() if isinstance(value, str)}
