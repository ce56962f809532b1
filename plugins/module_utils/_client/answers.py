# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What an answer that is no success means, whichever transport it came over: one typed error and one sentence for each status."""

from __future__ import annotations

import re
import typing as t

from . import certainty, errors
from .session import Request, Response

# By the first words of its type, an exception that a server meets in the midst of its work.
_TROUBLES = ("Server", "Database", "Db", "Sql", "Timeout", "NullReference", "OutOfMemory", "IO", "Web", "Communication", "ThreadAbort")
SURROGATE = re.compile("[\ud800-\udfff]")


class ServerWords(t.NamedTuple):
    """What a server says about an error: its type of exception, and its message."""

    code: str | None = None
    message: str | None = None


def status_error(request: Request, response: Response, said: ServerWords, not_found: str = "") -> errors.ErpSyncError:
    """The typed error for an answer that is not a success.

    :param not_found: what to check where the address is unknown.
    """
    status = response.status
    because = f" The server says: {said.message}" if said.message else ""
    if status in (301, 302, 303, 307, 308):
        return failure(
            errors.Redirected, request, response, "the server redirects to another address. Use the address that it leads to as url.", said
        )
    if status < 400:
        sentence = f"the server answered with {status}, which means nothing here. Check url, and what stands in front of the server."
        return failure(errors.UnexpectedStatus, request, response, sentence, said)
    if status == 401:
        sentence = (
            "the server does not accept the credentials (401). Check the user name and password, ticket or token; "
            f"a ticket or token may have expired.{because}"
        )
        return failure(errors.Unauthorized, request, response, sentence, said)
    if status == 403:
        sentence = (
            f"the user may not do this (403). The user needs rights to administer ERP Sync, and the installation a licence for it.{because}"
        )
        return failure(errors.Forbidden, request, response, sentence, said)
    if status in (404, 405, 501):
        hint = not_found or "Check url; on an old version the method may not exist."
        sentence = f"the server does not know this address ({status}). {hint}{because}"
        return failure(errors.NotFound, request, response, sentence, said)
    if status == 407:
        from .failures import proxy_wants_credentials

        return failure(errors.ProxyFailed, request, response, proxy_wants_credentials(response.proxy), said)
    if status == 421:
        sentence = (
            f"this is not the host of the tenant (421). SuperOffice Online moves tenants; use the address where it is now as url.{because}"
        )
        return failure(errors.WrongHost, request, response, sentence, said)
    if status == 429:
        sentence = (
            f"the server takes no more calls for now (429){_tries(response)}. Use rate_limit, or try again later.{_told(response)}{because}"
        )
        return failure(errors.Throttled, request, response, sentence, said)
    if status in (502, 503, 504):
        sentence = f"the server is not available ({status}){_tries(response)}. Try again later.{_told(response)}{because}"
        return failure(errors.Unavailable, request, response, sentence, said)
    sentence = f"the server answered with an error ({status}){': ' + said.message if said.message else ' and gave no reason'}."
    return failure(errors.ErrorAnswer, request, response, sentence, said)


def failure(
    kind: type[errors.ErpSyncError],
    request: Request,
    response: Response,
    sentence: str,
    said: ServerWords = ServerWords(),
    doubtful: bool | None = None,
) -> errors.ErpSyncError:
    """The error for an answer.

    :param doubtful: whether the server may have acted on the request, where the status does not tell.
    """
    if doubtful is None:
        doubtful = _doubtful(kind, response, said)
    uncertain = request.writes and doubtful
    # The server's words may end with a full stop of their own.
    sentence = sentence[:-1] if sentence.endswith("..") else sentence
    return kind(
        f"{request.method}: {sentence}{errors.UNCERTAIN if uncertain else ''}",
        code=said.code,
        http_status=response.status,
        method=request.method,
        attempts=response.attempts,
        correlation=response.correlation,
        uncertain=uncertain,
    )


def _doubtful(kind: type[errors.ErpSyncError], response: Response, said: ServerWords) -> bool:
    if 200 <= response.status < 300:
        # An unreadable answer with a good status to a writing method: it may well have been carried out.
        return issubclass(kind, errors.NotJson) or is_trouble(said.code)
    acted = certainty.may_have_acted(response.status, response.headers.get("retry-after"))
    return acted or (issubclass(kind, errors.ErrorAnswer) and is_trouble(said.code))


def is_trouble(code: str | None) -> bool:
    """Whether the type of an exception is one that the server meets in the midst of its work."""
    name = last(code)
    return (name[2:] if name.startswith("So") else name).startswith(_TROUBLES)


def last(name: str | None) -> str:
    """The last part of a type's name."""
    return (name or "").rpartition(".")[2]


def _tries(response: Response) -> str:
    return f", after {response.attempts} tries" if response.attempts > 1 else ""


def _told(response: Response) -> str:
    value = response.headers.get("retry-after")
    if certainty.seconds_to_wait(value) is None:
        return ""
    told = one_line(value or "")
    return f" It asks to wait {told + ' seconds' if told.isdigit() else 'until ' + told}."


def without_surrogates(value: t.Any) -> t.Any:
    """Decoded JSON with U+FFFD in place of lone surrogates, which nothing behind us could print."""
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    return value


def one_line(text: str) -> str:
    """A server's text as part of a sentence: one line, no control characters, no surrogates, not endless."""
    words = " ".join(SURROGATE.sub("\ufffd", text).split())
    words = "".join(c if c.isprintable() else "\ufffd" for c in words)
    if len(words) <= 500:
        return words
    # Half a word could be half a secret, which nobody would recognise.
    return (words[:497].rpartition(" ")[0] or words[:497]) + "..."
