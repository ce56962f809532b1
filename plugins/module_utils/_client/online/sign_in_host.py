# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the answers of the sign-in host, and hides in its words what it was sent."""

from __future__ import annotations

import typing as t

from ..._wire import masks
from .. import errors
from ..answers import ServerWords, failure, one_line, status_error
from ..exchange import Request, Response
from ..json_answers import Json, by_lower_case, decode, server_words, words_of

Send = t.Callable[[Request], Response]
"""Sends a request to the sign-in host, unsigned."""

_CHECK = "Check online_environment, or login_url."
# Fewer characters in a row occur in other words too.
_TELLING = 8
_SHORTEST = 4
# Texts of servers are shortened first: a malicious one may be very long.
_MOST = 10_000


def members(request: Request, response: Response) -> dict[str, Json]:
    """The members of a JSON object, by their names in lower case.

    :raises errors.ErpSyncError: for any other answer.
    """
    if not 200 <= response.status < 300:
        raise not_successful(request, response)
    answer = decode(request, response, f"{_CHECK} Something in front of the sign-in host may answer in its place.")
    if not isinstance(answer, dict):
        raise unexpected(request, response, "the answer of the sign-in host does not fit: it is no JSON object.")
    return by_lower_case(answer)


def not_successful(request: Request, response: Response, secrets: t.Collection[str] = ()) -> errors.ErpSyncError:
    """The error for an unsuccessful status.

    :param secrets: what was sent, which the host may repeat.
    """
    said = _without_secrets(words_of(response), secrets)
    status = response.status
    if status in (301, 302, 303, 307, 308):
        return failure(errors.Redirected, request, response, f"the sign-in host redirects to another address ({status}). {_CHECK}", said)
    if status < 400:
        return failure(errors.UnexpectedStatus, request, response, f"the sign-in host answered with {status}. {_CHECK}", said)
    if status in (407, 429, 502, 503, 504):
        return status_error(request, response, said)
    if status in (404, 405, 501):
        words = f" It says: {said.message}." if said.message else ""
        sentence = f"the sign-in host does not know this address ({status}). {_CHECK}{words}"
        return failure(errors.SignInFailed, request, response, sentence, said)
    reason = f": {said.message}" if said.message else " and gave no reason"
    return failure(errors.SignInFailed, request, response, f"the sign-in host answered with an error ({status}){reason}.", said)


def refused(request: Request, response: Response, sentence: str, said: ServerWords, secrets: t.Collection[str]) -> errors.ErpSyncError:
    """The error for a refusal, which is never tried again.

    :param sentence: what was refused, and what to check.
    :param said: the host's reason.
    :param secrets: what was sent, which the host may repeat.
    """
    said = _without_secrets(said, secrets)
    told = f" The sign-in host says: {said.message.rstrip('. ')}." if said.message else ""
    return failure(errors.Unauthorized, request, response, f"{sentence}{told}", said, doubtful=False)


def _without_secrets(said: ServerWords, secrets: t.Collection[str]) -> ServerWords:
    return ServerWords(*(text and hidden(text, secrets) for text in said))


def unexpected(request: Request, response: Response, sentence: str) -> errors.ErpSyncError:
    """The error for an answer that does not fit."""
    return failure(errors.SignInFailed, request, response, sentence)


def error_words(answer: Json) -> ServerWords:
    """The error of RFC 6749, or of SuperOffice's error object. Empty without one."""
    by_name = by_lower_case(answer)
    error, description = by_name.get("error"), by_name.get("error_description")
    if not isinstance(error, str) or not error.strip():
        return server_words(answer)
    return ServerWords(one_line(error), one_line(description) if isinstance(description, str) and description.strip() else None)


def hidden(text: str, secrets: t.Collection[str]) -> str:
    """A host's text on one line, with a mask in place of each word that has a part of a secret."""
    text = one_line(text[:_MOST])
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, masks.PART)
    pieces = {piece for secret in secrets for piece in _pieces(_folded(" ".join(secret.split())))}
    folded = _folded(text)
    done, rest = "", 0
    for begin in (at for at, piece in enumerate(_pieces(folded)) if piece in pieces):
        if begin < rest:
            continue
        end = begin + _TELLING
        while folded[end - _TELLING + 1 : end + 1] in pieces:
            end += 1
        word, space = max(text.rfind(" ", 0, begin) + 1, rest), text.find(" ", end)
        done += text[rest:word] + masks.PART
        rest = len(text) if space < 0 else space
    return done + text[rest:]


def _folded(text: str) -> str:
    """A text in lower case, as long as before."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _pieces(secret: str) -> t.Iterator[str]:
    return (secret[at : at + _TELLING] for at in range(len(secret) - _TELLING + 1))
