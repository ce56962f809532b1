# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The REST transport: where the arguments of an agent method travel, and what its answers and errors look like.

Sources: the vendor's OpenAPI description of the ErpSync agent (places of arguments, success codes) and
"Agents web API" in the vendor's documentation (an object instead of an error status, null for unknown ids).
"""

from __future__ import annotations

import codecs
import json
import typing as t
from urllib.parse import quote

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
        """The items of an MDO list, such as ``erpconnections``: an array of MDOListItem, without the headings of groups."""
        query = {"flat": "true", **({"additional": additional} if additional else {})}
        return self._answer(Request("GET", f"/api/v1/MDOList/{quote(name, safe='')}", f"MDO list {name}", False, query=query))

    def archive(self, name: str, columns: t.Sequence[str], condition: str = "", order: str = "", skip: int = 0) -> Json:
        """One page of an archive, such as ``ErpField``: ``{"value": [row, ...], "odata.nextLink": ...}``.

        Without $output some servers show booleans as the hints for icons.
        """
        query = {"$select": ",".join(columns), "$filter": condition, "$orderBy": order, "$output": "Logical", "$top": "1000"}
        if skip:
            query["$skip"] = str(skip)
        query = {parameter: value for parameter, value in query.items() if value}
        return self._answer(Request("GET", f"/api/v1/archive/{name}", f"archive {name}", False, query=query))

    def _answer(self, request: Request) -> Json:
        response = self._session.send(request)
        if not 200 <= response.status < 300:
            from .refusal import not_successful

            raise not_successful(request, response)
        if response.status == 204 or not response.body.strip():
            return None
        answer = _decode(request, response)
        if is_error_object(answer, strict=request.method == "GetErpConnectionConfigFields"):
            from .refusal import refused

            raise refused(request, response, answer)
        return answer


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


def decoded(body: bytes) -> str:
    """UTF-8 with or without its mark. Python's own codec for that would be loaded by each task anew."""
    return body.removeprefix(codecs.BOM_UTF8).decode("utf-8")


def _decode(request: Request, response: Response) -> Json:
    """The answer's JSON; lone surrogates, which nothing behind us could print, become U+FFFD."""
    try:
        text = decoded(response.body)
        value = json.loads(text, parse_constant=_no_constant)
        if "\\u" in text and "\\ud" in text.lower():
            from .answers import without_surrogates

            value = without_surrogates(value)
        return value
    except (ValueError, RecursionError):
        pass
    from .refusal import not_json

    raise not_json(request, response)


def _no_constant(name: str) -> t.NoReturn:
    raise ValueError(f"{name} is not JSON")
