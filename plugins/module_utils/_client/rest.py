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
from urllib.parse import quote, urlencode

from .._wire import archive_value, members
from .._wire.archive_query import PRIMARY_KEY, Page, Query, Row
from . import errors, odata
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
# Servers and proxies need not take longer ones.
LONGEST_ADDRESS = 2000
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
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
        # The archives that do not answer to POST.
        self._without_post: set[str] = set()

    def invoke(self, method: str, arguments: t.Mapping[str, Json], *, writes: bool, timeout: float | None = None) -> Json:
        """Call an agent method.

        :param arguments: by their names in the API.
        :param timeout: seconds. None for the session's time limit.
        :returns: the decoded response. None for void methods and unknown ids.
        :raises errors.ErpSyncError: for every failure.
        """
        query: dict[str, str] = {}
        body = b""
        if method in _IN_QUERY:
            query = {name: str(value) for name, value in arguments.items()}
        elif method in _WHOLE_BODY:
            (value,) = arguments.values()
            body = _encode(value)
        elif arguments:
            body = _encode(dict(arguments))
        request = Request("POST", AGENT_PATH + method, method, writes, query=query, body=body, timeout=timeout)
        try:
            return self._answer(request)
        except errors.ErpSyncError as error:
            raise self._refusals.explained(error, method) from None

    def mdo_list(self, name: str, additional: str | None = None) -> Json:
        """The MDOListItems of a list, such as ``erpconnections``, without headings of groups."""
        query = {"flat": "true", **({"additional": additional} if additional else {})}
        return self._answer(Request("GET", f"/api/v1/MDOList/{quote(name, safe='')}", f"MDO list {name}", False, query=query))

    def archive(self, query: Query, page: int = 0, skip: int = 0) -> Page:
        """A page of an archive, by GET, or by POST where the address would be too long.

        :raises errors.AddressTooLong: where the server does not take POST either.
        """
        parameters = odata.parameters(query, skip)
        return archive_page(query, self._access.call(lambda signed: self._archive(query.archive, parameters, signed.to)))

    def principal(self) -> Json:
        """The SoPrincipalCarrier of who is signed in."""
        return self._answer(Request("GET", "/api/v1/User/currentPrincipal", "User/currentPrincipal", False))

    def system(self) -> Json:
        """What the server tells of itself: NetServerVersion, ServicesCurrent and more."""
        return self._answer(Request("GET", "/api", "GET /api", False))

    def _archive(self, name: str, parameters: t.Mapping[str, str], to: Destination) -> Json:
        path, method = f"/api/v1/archive/{name}", f"archive {name}"
        encoded = urlencode(parameters, quote_via=quote)
        if len(f"{to.url}{path}?{encoded}") <= LONGEST_ADDRESS:
            return self._once(Request("GET", path, method, False, query=parameters), to)
        because = ""
        if name not in self._without_post:
            try:
                return self._once(Request("POST", path, method, False, body=encoded.encode(), headers=_FORM), to)
            except errors.NotFound as error:
                self._without_post.add(name)
                because = f" ({error.http_status})"
        raise errors.AddressTooLong(
            f"{method}: the question is too long for an address, and the server does not take it in a body{because}.",
            method=method,
            attempts=1,
        )

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


def archive_page(query: Query, answer: Json) -> Page:
    """The page of an archive's answer, ``{"value": [row], "odata.nextLink": ..., "odata.count":
    ...}``.

    :raises errors.UnexpectedAnswer: for an answer of another shape.
    """
    method = f"archive {query.archive}"
    try:
        rows = members.carriers(answer, "value") if isinstance(answer, dict) else None
        if rows is None:
            raise members.WireError("value is missing")
    except members.WireError as error:
        raise errors.UnexpectedAnswer(f"{method}: the answer cannot be used: {error}.", method=method, attempts=1) from None
    wanted = (PRIMARY_KEY, *query.columns)
    # All rows of a page usually have the same members.
    spelled: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    found: list[Row] = []
    for row in rows:
        names = tuple(row)
        if names not in spelled:
            folded = {name.casefold(): name for name in reversed(names)}
            spelled[names] = [
                (name, name if name in row else folded[name.casefold()]) for name in wanted if name in row or name.casefold() in folded
            ]
        found.append({name: row[key] for name, key in spelled[names]})
    return Page(found, bool(members.member(answer, "odata.nextLink")), archive_value.whole(members.member(answer, "odata.count")))


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
