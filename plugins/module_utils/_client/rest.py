# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The REST transport: where the arguments of an agent method travel, and what its answers and errors look like.

Sources: the vendor's OpenAPI description of the ErpSync agent (places of arguments, success codes) and
"Agents web API" in the vendor's documentation (an object instead of an error status, null for unknown ids).
"""

from __future__ import annotations

import json
import re
import typing as t

from . import errors
from .session import Request, Response, Session

Json = t.Any

AGENT_PATH = "/api/v1/Agents/ErpSync/"
# Methods whose only argument is in the query string; the body is empty.
_IN_QUERY = ("GetErpSyncConnectorEntity", "DeleteErpSyncConnectorEntity")
# Methods whose only argument is the body itself, without a name around it.
_WHOLE_BODY = ("SaveErpSyncConnectorEntity",)
# Members that only error objects have, besides Message.
_ERROR_MEMBERS = frozenset(
    name.casefold()
    for name in (
        "Error", "ErrorType", "ErrorMessage", "ErrorSource", "Message", "MessageDetail", "ModelState",
        "ExceptionMessage", "ExceptionType", "StackTrace", "InnerException",
    )
)  # fmt: skip
_SURROGATE = re.compile("[\ud800-\udfff]")


class RestTransport:
    """Carries agent methods, lists and archives to an installation's REST API.

    A transport is all that the layers above know of how bytes travel: ``invoke``, ``mdo_list``, ``archive``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def invoke(self, method: str, arguments: t.Mapping[str, Json], *, writes: bool, timeout: float | None = None) -> Json:
        """Call an agent method.

        :param arguments: by the names that the API gives them.
        :param timeout: seconds, where the ordinary time limit does not fit.
        :returns: the decoded answer; None for void methods and for unknown ids.
        :raises errors.ErpSyncError: for each way in which it can fail.
        """
        query: dict[str, str] = {}
        body: bytes | None = None
        if method in _IN_QUERY:
            query = {name: str(value) for name, value in arguments.items()}
        elif method in _WHOLE_BODY:
            (value,) = arguments.values()
            body = _encode(value)
        elif arguments:
            body = _encode(dict(arguments))
        request = Request("POST", AGENT_PATH + method, method, writes, query=query, body=body if body is not None else b"", timeout=timeout)
        return self._answer(request)

    def mdo_list(self, name: str, additional: str | None = None) -> Json:
        """The items of an MDO list, such as ``erpconnections``: an array of MDOListItem."""
        query = {"additional": additional} if additional else {}
        return self._answer(Request("GET", f"/api/v1/MDOList/{name}", f"MDO list {name}", False, query=query))

    def archive(self, name: str, columns: t.Sequence[str], condition: str, skip: int = 0) -> Json:
        """One page of an archive, such as ``ErpField``: ``{"value": [row, ...], "odata.nextLink": ...}``."""
        query = {"$select": ",".join(columns), "$filter": condition, "$top": "1000"}
        if skip:
            query["$skip"] = str(skip)
        return self._answer(Request("GET", f"/api/v1/archive/{name}", f"archive {name}", False, query=query))

    def _answer(self, request: Request) -> Json:
        response = self._session.send(request)
        if not 200 <= response.status < 300:
            raise _status_error(request, response)
        if response.status == 204 or not response.body.strip():
            return None
        answer = _decode(request, response)
        if is_error_object(answer, strict=request.method == "GetErpConnectionConfigFields"):
            said = ServerWords.of(answer)
            raise _failure(errors.ErrorAnswer, request, response, f"the server refused: {said.message or 'it gave no reason'}.", said)
        return answer


class ServerWords(t.NamedTuple):
    """What a server says about an error: its type of exception, and its message."""

    code: str | None
    message: str | None

    @classmethod
    def of(cls, answer: Json) -> ServerWords:
        """Read an error object, whichever of the documented forms it has; empty for anything else."""
        if not isinstance(answer, dict):
            return cls(None, None)
        by_name = {str(key).casefold(): value for key, value in answer.items()}

        def first(*names: str) -> str | None:
            return next((by_name[name] for name in names if isinstance(by_name.get(name), str) and by_name[name].strip()), None)

        message = first("errormessage", "message", "exceptionmessage")
        detail = first("messagedetail")
        if message and detail and detail != message:
            message = f"{message.rstrip()} {detail}"
        return cls(first("errortype", "exceptiontype"), _one_line(message) if message else None)


def is_error_object(answer: Json, strict: bool = False) -> bool:
    """Whether an answer with a good status is an error object all the same.

    :param strict: for answers whose members are named by users, such as configuration fields: only the two
        documented forms count, not everything that looks like an error.
    """
    if not isinstance(answer, dict):
        return False
    names = {str(key).casefold(): value for key, value in answer.items()}
    if names.get("error") is True:
        return True
    if "message" not in names or not _ERROR_MEMBERS.issuperset(names):
        return False
    return not strict or "messagedetail" in names


def _encode(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _decode(request: Request, response: Response) -> Json:
    """The answer's JSON; lone surrogates, which nothing behind us could print, become U+FFFD."""
    body = response.body
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_constant)
        if "\\u" in text and "\\ud" in text.lower():
            value = _without_surrogates(value)
        return value
    except (ValueError, RecursionError):
        pass
    start = body.lstrip()[:1]
    if start == b"<":
        sentence = (
            "the server answered with a web page instead of JSON. "
            "Check that url is the address of the installation, without a sign-in page in front of it."
        )
    elif not start:
        sentence = "the server answered with nothing."
    else:
        sentence = "the server's answer is not valid JSON."
    raise _failure(errors.NotJson, request, response, sentence)


def _no_constant(name: str) -> t.NoReturn:
    raise ValueError(f"{name} is not JSON")


def _without_surrogates(value: Json) -> Json:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value


def _status_error(request: Request, response: Response) -> errors.ErpSyncError:
    """The typed error for an answer that is not a success."""
    status = response.status
    said = _words(response)
    because = f" The server says: {said.message}" if said.message else ""
    if 300 <= status < 400:
        return _failure(
            errors.Redirected, request, response, "the server redirects to another address. Use the address that it leads to as url.", said
        )
    if status == 401:
        sentence = (
            "the server does not accept the credentials (401). Check the user name and password, ticket or token; "
            f"a ticket or token may have expired.{because}"
        )
        return _failure(errors.Unauthorized, request, response, sentence, said)
    if status == 403:
        sentence = (
            f"the user may not do this (403). The user needs rights to administer ERP Sync, and the installation a licence for it.{because}"
        )
        return _failure(errors.Forbidden, request, response, sentence, said)
    if status in (404, 405, 501):
        sentence = f"the server does not know this address ({status}). Check url; on an old version the method may not exist.{because}"
        return _failure(errors.NotFound, request, response, sentence, said)
    if status == 407:
        return _failure(errors.ProxyFailed, request, response, "the proxy asks for a user name and password (407). Check proxy.", said)
    if status == 421:
        sentence = (
            f"this is not the host of the tenant (421). SuperOffice Online moves tenants; use the address where it is now as url.{because}"
        )
        return _failure(errors.WrongHost, request, response, sentence, said)
    if status == 429:
        sentence = (
            f"the server takes no more calls for now (429){_tries(response)}. Use rate_limit, or try again later.{_told(response)}{because}"
        )
        return _failure(errors.Throttled, request, response, sentence, said)
    if status in (502, 503, 504):
        sentence = f"the server is not available ({status}){_tries(response)}. Try again later.{_told(response)}{because}"
        # With Retry-After the server itself says that it took nothing; without it, a gateway may have lost the answer.
        return _failure(errors.Unavailable, request, response, sentence, said, doubtful="retry-after" not in response.headers)
    sentence = f"the server answered with an error ({status}){': ' + said.message if said.message else ' and gave no reason'}."
    return _failure(errors.ErrorAnswer, request, response, sentence, said, doubtful=status >= 500)


def _failure(
    kind: type[errors.ErpSyncError],
    request: Request,
    response: Response,
    sentence: str,
    said: ServerWords = ServerWords(None, None),
    doubtful: bool | None = None,
) -> errors.ErpSyncError:
    if doubtful is None:
        # An unreadable answer with a good status to a writing method: it may well have been carried out.
        doubtful = kind is errors.NotJson
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


def _words(response: Response) -> ServerWords:
    try:
        return ServerWords.of(json.loads(response.body[:65536].decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return ServerWords(None, None)


def _tries(response: Response) -> str:
    return f", after {response.attempts} tries" if response.attempts > 1 else ""


def _told(response: Response) -> str:
    told = _one_line(response.headers.get("retry-after", ""))
    return f" It asks to wait {told + ' seconds' if told.isdigit() else 'until ' + told}." if told else ""


def _one_line(text: str) -> str:
    """A server's text as part of a sentence: one line, no control characters, no surrogates, not endless."""
    words = " ".join(_SURROGATE.sub("\ufffd", text).split())
    words = "".join(c if c.isprintable() else "\ufffd" for c in words)
    return words if len(words) <= 500 else words[:497] + "..."
