# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Basic, SOTicket and Bearer, and the application token."""

from __future__ import annotations

import base64
import binascii

from ..sessions import Sessions
from ..settings import Settings
from .answers import Answer, error_value, json_answer
from .call import Call


def refuse(call: Call, sessions: Sessions, settings: Settings) -> Answer | None:
    """The answer that refuses a request; None for an authorised one."""
    required, application_token = settings["require_app_token"], call.headers.get("so-apptoken")
    with_ticket = call.headers.get("authorization", "").strip().lower().startswith("soticket ")
    if (required is not None and application_token != required) or (
        with_ticket and not sessions.takes_application(application_token, "rest")
    ):
        return json_answer(
            error_value(settings, "SoSessionException", "The application token is missing or not valid."), int(settings["app_token_status"])
        )
    verdict = _verdict(call.headers.get("authorization", ""), sessions, settings)
    if verdict == "good":
        return None
    if verdict == "expired":
        text = "The session has expired."
        return json_answer(error_value(settings, "SoSessionException", text), int(settings["expired_status"]))
    answer = json_answer({"Message": "Authorization has been denied for this request."}, 401)
    answer.headers.append(("WWW-Authenticate", sessions.challenge))
    return answer


def _verdict(header: str, sessions: Sessions, settings: Settings) -> str:
    scheme, _space, credential = header.strip().partition(" ")
    credential = credential.strip()
    if scheme.lower() == "soticket":
        return sessions.check_ticket(credential, settings["ticket_lifetime"])
    if scheme.lower() == "bearer":
        return sessions.check_token(credential, settings["token_lifetime"])
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(credential, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return "unknown"
        # A password may contain a colon; a user name contains one only where it is a ticket.
        username, colon, password = decoded.rpartition(":") if decoded.startswith("7T:") else decoded.partition(":")
        return sessions.check_password(username, password, settings["ticket_lifetime"]) if colon else "unknown"
    return "unknown"
