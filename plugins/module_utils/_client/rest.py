# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The REST transport: calls agent methods, lists and archives, and reads their responses.

Sources: the vendor's OpenAPI description of the ErpSync agent (places of arguments, success codes)
and "Agents web API" in the vendor's documentation (an error object instead of an error status, null
for unknown ids).
"""

from __future__ import annotations

import functools
import json
import typing as t
from urllib.parse import quote

from . import errors
from .access import Access
from .answers import failure, status_error
from .exchange import Destination, Request, Response
from .json_answers import Json, by_lower_case, decode, server_words, words_of
from .refused_agent import PROBE, AgentRefusals

AGENT_PATH = "/api/v1/Agents/ErpSync/"
# Methods with their only argument in the query string, and an empty body.
_IN_QUERY = ("GetErpSyncConnectorEntity", "DeleteErpSyncConnectorEntity")
# Methods whose body is their only argument, without its name.
_WHOLE_BODY = ("SaveErpSyncConnectorEntity",)
# All members that an error object may have.
_ERROR_MEMBERS = frozenset(
    name.casefold()
    for name in (
        "Error", "ErrorType", "ErrorMessage", "ErrorSource", "Message", "MessageDetail", "ModelState",
        "ExceptionMessage", "ExceptionType", "StackTrace", "InnerException",
    )
)  # fmt: skip


class RestTransport:
    """Calls agent methods, lists and archives of an installation over REST.

    The layers above know its methods ``invoke``, ``mdo_list``, ``archive``, ``principal`` and
    ``system``, and no more of it.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        probe = functools.partial(self._answer, Request("POST", AGENT_PATH + PROBE, PROBE, False, body=b""))
        self._refusals = AgentRefusals(access.session.settings, self.principal, self.principal, probe)

    def invoke(self, method: str, arguments: t.Mapping[str, Json], *, writes: bool, timeout: float | None = None) -> Json:
        """Call an agent method.

        :param arguments: by their names in the API.
        :param timeout: seconds. None for the session's time limit.
        :returns: the decoded response. None for void methods and unknown ids.
        :raises errors.ErpSyncError: for every failure.
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
        try:
            return self._answer(request)
        except errors.ErpSyncError as error:
            raise self._refusals.explained(error, method) from None

    def mdo_list(self, name: str, additional: str | None = None) -> Json:
        """The MDOListItems of a list, such as ``erpconnections``, without headings of groups."""
        query = {"flat": "true", **({"additional": additional} if additional else {})}
        return self._answer(Request("GET", f"/api/v1/MDOList/{quote(name, safe='')}", f"MDO list {name}", False, query=query))

    def archive(self, name: str, columns: t.Sequence[str], condition: str = "", order: str = "", skip: int = 0) -> Json:
        """A page of an archive such as ``ErpField``: ``{"value": [row], "odata.nextLink": ...}``.

        Without $output some servers return booleans as names of icons.
        """
        query = {"$select": ",".join(columns), "$filter": condition, "$orderBy": order, "$output": "Logical", "$top": "1000"}
        if skip:
            query["$skip"] = str(skip)
        query = {parameter: value for parameter, value in query.items() if value}
        return self._answer(Request("GET", f"/api/v1/archive/{name}", f"archive {name}", False, query=query))

    def principal(self) -> Json:
        """The SoPrincipalCarrier of who is signed in."""
        return self._answer(Request("GET", "/api/v1/User/currentPrincipal", "User/currentPrincipal", False))

    def system(self) -> Json:
        """What the server tells of itself: NetServerVersion, ServicesCurrent and more."""
        return self._answer(Request("GET", "/api", "GET /api", False))

    def _answer(self, request: Request) -> Json:
        return self._access.call(lambda signed: self._once(request, signed.to))

    def _once(self, request: Request, to: Destination) -> Json:
        response = self._access.session.send(request, to)
        if not 200 <= response.status < 300:
            raise not_successful(request, response)
        if response.status == 204 or not response.body.strip():
            return None
        answer = decode(request, response)
        if is_error_object(answer, strict=request.method == "GetErpConnectionConfigFields"):
            raise refused(request, response, answer)
        return answer


def is_error_object(answer: Json, strict: bool = False) -> bool:
    """Whether a response with a successful status is an error object.

    :param strict: for responses whose members users name, such as configuration fields: only the
        two documented forms count, not everything that looks like an error.
    """
    names = by_lower_case(answer)
    if names.get("error") is True:
        return True
    if "message" not in names or not _ERROR_MEMBERS.issuperset(names):
        return False
    return not strict or "messagedetail" in names


def _encode(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


# Errors


def not_successful(request: Request, response: Response) -> errors.ErpSyncError:
    """The error for an unsuccessful status."""
    return status_error(request, response, words_of(response))


def refused(request: Request, response: Response, answer: Json) -> errors.ErpSyncError:
    """The error for an error object with a successful status."""
    said = server_words(answer)
    return failure(errors.ErrorAnswer, request, response, f"the server refused: {said.message or 'it gave no reason'}.", said)
