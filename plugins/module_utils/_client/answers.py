# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The errors for unsuccessful responses of REST and SOAP: a type and a sentence by status."""

from __future__ import annotations

import re
import typing as t

from . import certainty, errors
from .exchange import Request, Response
from .failures import proxy_wants_credentials

# First words of the types of exceptions that a server meets after it has begun to act.
_TROUBLES = ("Server", "Database", "Db", "Sql", "Timeout", "NullReference", "OutOfMemory", "IO", "Web", "Communication", "ThreadAbort")
_SURROGATE = re.compile("[\ud800-\udfff]")

Kind = type[errors.ErpSyncError]


class ServerWords(t.NamedTuple):
    """What a server says about an error: the type of its exception, and its message."""

    code: str | None = None
    message: str | None = None


# By status. {says} and {reason} quote the server, {pause} its Retry-After; {hint}, {redirected} and
# {moved} say what to check or do, with the {option} that led to the server.
_BY_STATUS: dict[int, tuple[Kind, str]] = {
    **dict.fromkeys(
        (301, 302, 303, 307, 308),
        (errors.Redirected, "the server redirects to another address. {redirected}"),
    ),
    401: (
        errors.Unauthorized,
        "the server does not accept the credentials ({status}). Check the user name and password, ticket or token; "
        "a ticket or token may have expired.{says}",
    ),
    403: (
        errors.Forbidden,
        "the user may not do this ({status}). The user needs rights to administer ERP Sync, and the installation a licence for it.{says}",
    ),
    **dict.fromkeys((404, 405, 501), (errors.NotFound, "the server does not know this address ({status}). {hint}{says}")),
    407: (errors.ProxyFailed, "{proxy}"),
    421: (
        errors.WrongHost,
        "this is not the host of the tenant ({status}). SuperOffice Online moves tenants; {moved}{says}",
    ),
    429: (
        errors.Throttled,
        "the server takes no more calls for now ({status}){tries}. Use rate_limit, or try again later.{pause}{says}",
    ),
    **dict.fromkeys(
        (502, 503, 504),
        (errors.Unavailable, "the server is not available ({status}){tries}. Try again later.{pause}{says}"),
    ),
}
_REDIRECTED = {"url": "Use the address that it leads to as url."}
_MOVED = {"url": "use the address where it is now as url."}
_BELOW_400 = (
    errors.UnexpectedStatus,
    "the server answered with {status}, which means nothing here. Check {option}, and what stands in front of the server.",
)
_OTHERWISE = (errors.ErrorAnswer, "the server answered with an error ({status}){reason}.")


def status_error(request: Request, response: Response, said: ServerWords, not_found: str = "") -> errors.ErpSyncError:
    """The error for a response with an unsuccessful status.

    :param not_found: what to check where the server does not know the address.
    """
    kind, sentence = _BY_STATUS.get(response.status) or (_BELOW_400 if response.status < 400 else _OTHERWISE)
    sentence = sentence.format(
        status=response.status,
        tries=f", after {response.attempts} tries" if response.attempts > 1 else "",
        pause=_asked_pause(response),
        option=response.option,
        hint=not_found or f"Check {response.option}; on an old version the method may not exist.",
        redirected=_REDIRECTED.get(response.option, f"Check {response.option}."),
        moved=_MOVED.get(response.option, "the sign-in host still names this one. Try again later."),
        proxy=proxy_wants_credentials(response.proxy),
        says=f" The server says: {said.message}" if said.message else "",
        reason=f": {said.message}" if said.message else " and gave no reason",
    )
    return failure(kind, request, response, sentence, said)


def check_address(response: Response, whose: str = "the installation") -> str:
    """The beginning of a sentence that asks to check the address."""
    return f"Check that url is the address of {whose}" if response.option == "url" else f"Check {response.option}"


def failure(
    kind: Kind,
    request: Request,
    response: Response,
    sentence: str,
    said: ServerWords = ServerWords(),
    doubtful: bool | None = None,
) -> errors.ErpSyncError:
    """The error for a response.

    :param doubtful: whether the server may have acted on the request. None where the status tells.
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


def _doubtful(kind: Kind, response: Response, said: ServerWords) -> bool:
    if 200 <= response.status < 300:
        # The server may have acted, and only its response is unreadable.
        return issubclass(kind, errors.NotJson) or is_trouble(said.code)
    acted = certainty.may_have_acted(response.status, response.headers.get("retry-after"))
    return acted or (issubclass(kind, errors.ErrorAnswer) and is_trouble(said.code))


def is_trouble(code: str | None) -> bool:
    """Whether a server meets an exception of this type only after it has begun to act."""
    name = last(code)
    return (name[2:] if name.startswith("So") else name).startswith(_TROUBLES)


def last(name: str | None) -> str:
    """The last part of the name of a type."""
    return (name or "").rpartition(".")[2]


def _asked_pause(response: Response) -> str:
    value = response.headers.get("retry-after")
    if certainty.seconds_to_wait(value) is None:
        return ""
    told = one_line(value or "")
    return f" It asks to wait {told + ' seconds' if told.isdigit() else 'until ' + told}."


def without_surrogates(value: t.Any) -> t.Any:
    """Decoded JSON with U+FFFD in place of lone surrogates, which cannot be encoded."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    return value


def one_line(text: str) -> str:
    """A server's text for a sentence: one printable line of at most 500 characters."""
    words = " ".join(_SURROGATE.sub("\ufffd", text).split())
    words = "".join(c if c.isprintable() else "\ufffd" for c in words)
    if len(words) <= 500:
        return words
    # Half a word could be half a secret, which masking would not recognise.
    return (words[:497].rpartition(" ")[0] or words[:497]) + "..."
