# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Signs in as the system user of a tenant: a signed token is exchanged for a ticket."""

from __future__ import annotations

import json
import re
import typing as t

from ..answers import ServerWords
from ..certainty import PASSING
from ..errors import ErpSyncError
from ..exchange import Request, Response
from ..json_answers import Json, by_lower_case, of_unsuccessful, words_of
from ..once import Fresh
from . import clock, jwt, signed_token
from .issued import credential
from .rsa_keys import PrivateKey
from .sign_in_host import Send, members, not_successful, refused, unexpected

STEP = "signing in (system user)"
_PATH = "/Login/api/PartnerSystemUser/Authenticate"
_WITHDRAWN = (
    "{tenant} has withdrawn its consent to the application, or must consent again. Let an administrator there approve the application, and "
    "give the system_user_token of that approval; the playbook superoffice.erpsync.sign_in gets it."
)
# What to check, by the host's reason. The first that fits counts: other reasons name the token too.
_CHECKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), sentence)
    for pattern, sentence in (
        (r"revoked|denied|reapproval|consent", _WITHDRAWN),
        (
            r"id4148|timestamp|expired|clock|\btime\b",
            "The time in the signed text is too far from the sign-in host's. Check the clock of the machine where the task runs.",
        ),
        (
            r"signature",
            "Check private_key: it must be of the application that client_secret belongs to, and SuperOffice must have its public key. "
            "After a rotation the new pair counts.",
        ),
        (
            r"application ?token|client_?secret",
            "Check client_secret: an application has one for each online_environment, and after a rotation the new one counts.",
        ),
        (r"context ?identifier|no such customer", "Check tenant and online_environment."),
        (
            r"system ?(user ?)?token",
            "Check system_user_token: it is of one application and one tenant. The playbook superoffice.erpsync.sign_in gets it.",
        ),
        (r"not (available|running)|suspended|maintenance", "The tenant does not run for now. Try again later."),
    )
)
_OTHERWISE = (
    "Check client_secret, system_user_token, private_key and tenant: they must be of the same application and online_environment, and "
    "{tenant} must have approved the application."
)


def sign_in(
    send: Send,
    *,
    tenant: str,
    client_secret: str,
    system_user_token: str,
    key: PrivateKey,
    issuer: str,
    now: t.Callable[[], float],
) -> Fresh:
    """A ticket of the system user.

    :param issuer: the address of the sign-in host.
    :param now: seconds since 1970.
    :raises Unauthorized: where the host refuses; not to be repeated.
    :raises errors.ErpSyncError: for every other failure.
    """
    signed = signed_token.sign(system_user_token, key, now())
    sent = {"SignedSystemToken": signed, "ApplicationToken": client_secret, "ContextIdentifier": tenant, "ReturnTokenType": "JWT"}
    request = Request("POST", _PATH, STEP, False, body=json.dumps(sent).encode("ascii"))
    response = send(request)
    # The first part of a system user token is the application's name, which is no secret.
    secrets = (client_secret, system_user_token.strip().rpartition("-")[2], signed.rpartition(".")[2])
    token = _token(request, response, tenant, secrets, now)
    claims = jwt.verified(token, jwt.keys(send), issuer=issuer, audience=_audience, tenant=tenant, now=now, step=STEP)
    # Each use prolongs a ticket, so that nobody knows how long it lasts.
    return Fresh(credential(request, response, "ticket", claims.get(f"{jwt.CLAIM}ticket")), None)


def _audience(claims: jwt.Claims) -> str:
    return f"spn:{claims.get(f'{jwt.CLAIM}serial')}"


def _token(request: Request, response: Response, tenant: str, secrets: t.Sequence[str], now: t.Callable[[], float]) -> Json:
    """The JWT of an answer."""
    if response.status in (401, 403):
        raise _refused(request, response, tenant, secrets, now, words_of(response))
    answer = _answer(request, response, secrets)
    successful, said = answer.get("issuccessful"), answer.get("errormessage")
    if successful is False:
        raise _refused(request, response, tenant, secrets, now, ServerWords(None, said if isinstance(said, str) else None))
    if successful is not True or not 200 <= response.status < 300:
        raise unexpected(request, response, "the answer of the sign-in host does not fit: IsSuccessful is neither true nor false.")
    return answer.get("token")


def _answer(request: Request, response: Response, secrets: t.Sequence[str]) -> dict[str, Json]:
    """The members of an answer. A refusal may come with any status."""
    if not 200 <= response.status < 300:
        answer = by_lower_case(of_unsuccessful(response))
        if response.status in PASSING or answer.get("issuccessful") is not False:
            raise not_successful(request, response, secrets)
        return answer
    return members(request, response)


def _refused(
    request: Request,
    response: Response,
    tenant: str,
    secrets: t.Sequence[str],
    now: t.Callable[[], float],
    said: ServerWords,
) -> ErpSyncError:
    """The error for a refusal, with what to check by the host's reason."""
    check = next((sentence for pattern, sentence in _CHECKS if said.message and pattern.search(said.message)), _OTHERWISE)
    clocks = clock.difference(now(), clock.of_host(response))
    sentence = f"the sign-in host refuses the system user of {tenant}. {check.format(tenant=tenant)}{clocks}"
    return refused(request, response, sentence, said, secrets)
