# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The REST transport on the wire: where arguments travel, what counts as an answer, and what as which failure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import access, errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.answers import one_line
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Destination, Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.environments import Tenant
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.rest import RestTransport, is_error_object
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Page, Query, Restriction
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import (
    Reply,
    ScriptedServer,
    agent_calls,
    answer,
    head,
    nothing,
)
from hypothesis import given
from hypothesis import strategies as st

AGENT = "/api/v1/Agents/ErpSync/"
[ENGINE] = agent_calls(["GetEngineStatus"])


def ask(reply: Reply, method: str = "GetEngineStatus", arguments: dict[str, Any] | None = None, *, writes: bool = False) -> Any:
    """What a method returns whose one call is answered like this."""
    with ScriptedServer([(f"POST {AGENT}{method}", reply)]) as server, Session(Settings(server.url, {}, retries=0)) as http:
        return RestTransport(access.given(http)).invoke(method, arguments or {}, writes=writes)


def failure(reply: Reply, kind: type[errors.ErpSyncError], **more: Any) -> errors.ErpSyncError:
    with pytest.raises(errors.ErpSyncError) as caught:
        ask(reply, **more)
    assert caught.value.__class__ is kind
    good_message(caught.value.message)
    return caught.value


def good_message(message: str) -> None:
    """One line for a person, that any terminal can print."""
    assert message
    assert message.isprintable()
    assert len(message) < 1200
    message.encode("utf-8")


# Places of arguments


def sent(method: str, arguments: Mapping[str, Any]) -> tuple[str, dict[str, list[str]], bytes]:
    """Path behind the agent's, query, and body of a call."""

    class Recorder:
        settings = Settings("https://crm", {})

        def send(self, request: Request, _destination: Destination) -> Response:
            assert request.verb == "POST"
            assert request.path.startswith(AGENT)
            self.request = request
            return Response(204, {}, b"", 1)

    recorder = Recorder()
    RestTransport(access.given(recorder)).invoke(method, arguments, writes=False)  # type: ignore[arg-type]
    request = recorder.request
    return request.path.removeprefix(AGENT), {name: [value] for name, value in request.query.items()}, request.body or b""


def test_arguments_travel_in_one_object() -> None:
    path, query, body = sent("GetConnection", MappingProxyType({"ErpConnectionId": 3}))
    assert (path, query, json.loads(body)) == ("GetConnection", {}, {"ErpConnectionId": 3})


def test_a_method_without_arguments_has_no_body() -> None:
    with ScriptedServer([(ENGINE, answer({}))]) as server, Session(Settings(server.url, {})) as http:
        RestTransport(access.given(http)).invoke("GetEngineStatus", {}, writes=False)
    assert (server.received[0].body, server.received[0].headers["content-length"]) == (b"", "0")


def test_the_connectors_id_travels_in_the_query() -> None:
    for method in ("GetErpSyncConnectorEntity", "DeleteErpSyncConnectorEntity"):
        with ScriptedServer([(f"POST {AGENT}{method}?ErpSyncConnectorEntityId=7", nothing())]) as server:
            with Session(Settings(server.url, {})) as http:
                RestTransport(access.given(http)).invoke(method, {"ErpSyncConnectorEntityId": 7}, writes=False)
        assert server.received[0].body == b""


def test_a_connector_is_the_whole_body() -> None:
    _path, query, body = sent("SaveErpSyncConnectorEntity", {"ErpSyncConnectorEntity": {"ErpConnectorId": 0, "URL": "https://x"}})
    assert (query, json.loads(body)) == ({}, {"ErpConnectorId": 0, "URL": "https://x"})


def test_texts_travel_in_utf_8() -> None:
    _path, _query, body = sent("TestConnectorUrl", {"Url": "h\u00e5ndverk \u2013 \U0001f600 \ud800"})
    assert body.decode("utf-8") == '{"Url": "h\u00e5ndverk \u2013 \U0001f600 ?"}'


def test_numbers_that_are_none_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        sent("MoveErpFieldItem", {"Direction": float("nan")})


def lookup(reply: Reply, line: str, *call: Any) -> tuple[Any, str]:
    name, *arguments = call
    with ScriptedServer([(line, reply)]) as server, Session(Settings(server.url, {}, retries=0)) as http:
        result = getattr(RestTransport(access.given(http)), name)(*arguments)
    return result, server.lines[0]


def test_mdo_lists() -> None:
    assert lookup(answer([]), "GET /api/v1/MDOList/erpconnectors?flat=true", "mdo_list", "erpconnectors")[0] == []
    # The name may be one that a server tells, and is no path.
    lookup(answer([]), "GET /api/v1/MDOList/a%2F..%3Fb%20%C3%A6?flat=true", "mdo_list", "a/..?b æ")
    line = "GET /api/v1/MDOList/erpconnections?flat=true&additional=useRank%3Dtrue"
    assert lookup(answer([{"Id": 1}]), line, "mdo_list", "erpconnections", "useRank=true")[0] == [{"Id": 1}]


def archive(reply: Reply, line: str, query: Query, *more: int) -> tuple[Page, str]:
    found, target = lookup(reply, line, "archive", query, *more)
    return found, target


def test_archives() -> None:
    query = "%24select=Id%2CRank&%24filter=ConnectionId%20eq%203&%24orderBy=Id&%24output=Logical&%24top=1000&%24skip=100"
    line = f"GET /api/v1/archive/ErpField?{query}"
    fields = Query("ErpField", ("Id", "Rank"), (Restriction("ConnectionId", "=", (3,)),), ("Id",))
    found, target = archive(answer({"value": []}), line, fields, 4, 100)
    assert found == ([], False, None)
    assert parse_qs(urlsplit(target.split(" ")[1]).query) == {
        "$select": ["Id,Rank"],
        "$filter": ["ConnectionId eq 3"],
        "$orderBy": ["Id"],
        "$output": ["Logical"],
        "$top": ["1000"],
        "$skip": ["100"],
    }
    line = "GET /api/v1/archive/dynamic?%24select=ErpConfiguration.ConnectionRank&%24output=Logical&%24top=1000"
    assert archive(answer({"value": []}), line, Query("dynamic", ("ErpConfiguration.ConnectionRank",)))[0] == ([], False, None)


def test_looking_something_up_writes_nothing() -> None:
    """Whatever writes nothing is asked for again after a lost answer."""
    found: list[Request] = []

    class Recorder:
        settings = Settings("https://crm", {})

        def send(self, request: Request, _destination: Destination) -> Response:
            found.append(request)
            return Response(204, {}, b"", 1)

    transport = RestTransport(access.given(Recorder()))  # type: ignore[arg-type]
    with pytest.raises(errors.UnexpectedAnswer, match="archive ErpField: the answer cannot be used: value is missing."):
        transport.archive(Query("ErpField", ("Id",)))
    transport.mdo_list("associate")
    transport.principal()
    transport.system()
    assert [(request.verb, request.writes) for request in found] == [("GET", False)] * 4


@pytest.mark.parametrize("status", [199, 200, 203, 205, 299, 300])
def test_which_statuses_are_a_success(status: int) -> None:
    class Answering:
        settings = Settings("https://crm", {})

        def send(self, _request: Request, _destination: Destination) -> Response:
            return Response(status, {}, b"5", 1)

    transport = RestTransport(access.given(Answering()))  # type: ignore[arg-type]
    if 200 <= status < 300:
        assert transport.system() == 5
    else:
        with pytest.raises(errors.UnexpectedStatus):
            transport.system()


def test_asking_why_the_agent_refuses_writes_nothing() -> None:
    found: list[tuple[str, str, bool, bytes | None]] = []

    class Refusing:
        settings = Settings("", {}, tenant=Tenant("Cust1", "https://online.superoffice.com"))

        def send(self, request: Request, _destination: Destination) -> Response:
            found.append((request.method, request.path, request.writes, request.body))
            return Response(200 if request.verb == "GET" else 403, {}, b"{}", 1)

    with pytest.raises(errors.AgentRefused):
        RestTransport(access.given(Refusing())).invoke("SyncAll", {}, writes=True)  # type: ignore[arg-type]
    assert found == [
        ("SyncAll", f"{AGENT}SyncAll", True, b""),
        ("User/currentPrincipal", "/api/v1/User/currentPrincipal", False, None),
        ("GetEngineStatus", f"{AGENT}GetEngineStatus", False, b""),
    ]


# Answers

VALUES: list[Any] = [None, True, False, 0, -3, 1.5, "", "text", [], {}, [{"Id": 1}, None], {"Message": None, "IsOk": True}]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_come_back_as_they_are(value: Any) -> None:
    assert ask(answer(value)) == value


@pytest.mark.parametrize(
    "reply",
    [
        nothing(204),
        Reply((head(204, {}) + b"null",), then="close"),
        Reply((head(204, {"Content-Length": "4"}) + b"null",), then="close"),
        answer(body=b""),
        answer(body=b" \r\n"),
        answer(None),
    ],
)
def test_the_ways_of_saying_nothing(reply: Reply) -> None:
    assert ask(reply) is None


def test_spelling_that_is_forgiven() -> None:
    assert ask(answer(body=b'\xef\xbb\xbf{"a": "\xc3\xa5"}')) == {"a": "\u00e5"}
    assert ask(answer(body=b"\r\n [1]\n")) == [1]
    assert ask(answer(body=b'["x"]', headers={"Content-Type": "text/html; charset=utf-16"})) == ["x"]


def test_surrogates_become_something_that_can_be_printed() -> None:
    assert ask(answer(body=b'{"\\ud83d\\ude00": ["\\uD800x", "\\udfff", "\\ud83d\\ude00"]}')) == {
        "\U0001f600": ["\ufffdx", "\ufffd", "\U0001f600"]
    }


NO_JSON = {
    "a page": (
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        "GetEngineStatus: the server answered with a web page instead of JSON. Check that url is the address of the "
        "installation, without a sign-in page in front of it.",
    ),
    "a page behind space": (
        b" \n<html>",
        "GetEngineStatus: the server answered with a web page instead of JSON. Check that url is the address of the "
        "installation, without a sign-in page in front of it.",
    ),
    "XML": (
        b'<?xml version="1.0"?><Error/>',
        "GetEngineStatus: the server answered with a web page instead of JSON. Check that url is the address of the "
        "installation, without a sign-in page in front of it.",
    ),
    "half": (b'{"IsRunning": tr', "GetEngineStatus: the server's answer is not valid JSON."),
    "two": (b"{} {}", "GetEngineStatus: the server's answer is not valid JSON."),
    "NaN": (b'{"a": NaN}', "GetEngineStatus: the server's answer is not valid JSON."),
    "a number that could not be sent back": (b'{"a": -1e400}', "GetEngineStatus: the server's answer is not valid JSON."),
    "Infinity": (b"[-Infinity]", "GetEngineStatus: the server's answer is not valid JSON."),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "GetEngineStatus: the server's answer is not valid JSON."),
    "Latin-1": (b'{"a": "\xe5"}', "GetEngineStatus: the server's answer is not valid JSON."),
    "raw surrogates": (b'["\xed\xa0\x80"]', "GetEngineStatus: the server's answer is not valid JSON."),
    "a huge number": (b"1" * 100_000, "GetEngineStatus: the server's answer is not valid JSON."),
    "deep": (b"[" * 200_000, "GetEngineStatus: the server's answer is not valid JSON."),
    "deep and whole": (b"[" * 200_000 + b"]" * 200_000, "GetEngineStatus: the server's answer is not valid JSON."),
    "deep with surrogates": (b'["\\ud800",' * 100_000 + b"1" + b"]" * 100_000, "GetEngineStatus: the server's answer is not valid JSON."),
    "text": (b"Bad things", "GetEngineStatus: the server's answer is not valid JSON."),
    "only a mark": (b"\xef\xbb\xbf", "GetEngineStatus: the server's answer is not valid JSON."),
}


@pytest.mark.parametrize("what", NO_JSON)
def test_what_is_not_json(what: str) -> None:
    body, words = NO_JSON[what]
    error = failure(answer(body=body), errors.NotJson)
    assert error.message == words
    assert (error.http_status, error.attempts, error.uncertain) == (200, 1, False)
    assert failure(answer(body=body), errors.NotJson, method="SyncAll", writes=True).uncertain


# Error objects

AGENT_ERROR = {
    "Error": True,
    "ErrorType": "ArgumentException",
    "Message": "The interval\r\nis wrong.",
    "ErrorSource": "SuperOffice.Services.Implementation",
}
REST_ERROR = {"Error": True, "ErrorType": "SoNotFoundException", "ErrorMessage": "Contact id 9 not found", "ErrorSource": "SuperOffice"}
BINDING_ERROR = {"Message": "The request is invalid.", "MessageDetail": "No value for Run."}
SILENT_ERROR = {"Error": True, "ErrorType": "ArgumentException", "ErrorSource": "x"}
# Body, code, and what the message must quote.
BODIES: dict[str, tuple[Any, str | None, str]] = {
    "agent": (AGENT_ERROR, "ArgumentException", "The interval is wrong."),
    "entity": (REST_ERROR, "SoNotFoundException", "Contact id 9 not found"),
    "model binding": (BINDING_ERROR, None, "The request is invalid. No value for Run."),
    "without words": (SILENT_ERROR, "ArgumentException", "reason"),
    "camel case": (
        {name[0].lower() + name[1:]: value for name, value in AGENT_ERROR.items()},
        "ArgumentException",
        "The interval is wrong.",
    ),
    "unhandled": (
        {"Message": "An error has occurred.", "ExceptionMessage": "x", "ExceptionType": "System.Exception", "StackTrace": "at"},
        "System.Exception",
        "An error has occurred.",
    ),
}


@pytest.mark.parametrize("form", BODIES)
def test_an_error_object_with_a_good_status_is_an_error(form: str) -> None:
    body, code, words = BODIES[form]
    error = failure(answer(body), errors.ErrorAnswer)
    assert words in error.message
    assert (error.code, error.http_status, error.uncertain, error.attempts) == (code, 200, False, 1)
    assert "the server refused: " in error.message


def test_where_users_name_the_members_only_the_documented_forms_are_errors() -> None:
    fields = "GetErpConnectionConfigFields"
    said = "the server refused: The request is invalid. No value for Run."
    assert said in failure(answer(BINDING_ERROR), errors.ErrorAnswer, method=fields).message
    assert said in failure(answer(BINDING_ERROR), errors.ErrorAnswer, method="GetAppConfigurationFields").message
    # A field may have this name just as well.
    alone = {"Message": "The request is invalid."}
    assert ask(answer(alone), fields) == alone
    failure(answer(alone), errors.ErrorAnswer)
    failure(answer(AGENT_ERROR), errors.ErrorAnswer, method=fields)


def test_a_message_beside_what_else_errors_have_is_an_error() -> None:
    """Whatever the other members are worth: a server may leave ``Error`` out, or say false."""
    others = ["Error", "ErrorType", "ErrorMessage", "ErrorSource", "MessageDetail", "ModelState"]
    others += ["ExceptionMessage", "ExceptionType", "StackTrace", "InnerException"]
    for name in others:
        for value in (None, False, ""):
            assert is_error_object({"message": "No.", name: value}), name
            assert not is_error_object({name: value}), name
            # An entity may have a member of this name, too.
            assert not is_error_object({"Message": "No.", name: value, "Id": 1}), name
            assert is_error_object({"Message": "No.", name: value}, strict=True) is (name == "MessageDetail"), name


def test_every_status_from_200_to_299_is_a_success() -> None:
    assert ask(answer({"a": 1}, 299)) == {"a": 1}
    assert failure(answer({"a": 1}, 300), errors.UnexpectedStatus).http_status == 300


STATUSES = {
    400: errors.ErrorAnswer,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.NotFound,
    407: errors.ProxyFailed,
    409: errors.ErrorAnswer,
    421: errors.WrongHost,
    429: errors.Throttled,
    500: errors.ErrorAnswer,
    501: errors.NotFound,
    502: errors.Unavailable,
    503: errors.Unavailable,
    504: errors.Unavailable,
    301: errors.Redirected,
    302: errors.Redirected,
    304: errors.UnexpectedStatus,
    308: errors.Redirected,
    418: errors.ErrorAnswer,
    599: errors.ErrorAnswer,
}


@each("status", STATUSES)
@each("form", BODIES)
def test_each_status_with_each_form_of_error(status: int, form: str) -> None:
    body, code, words = BODIES[form]
    reply = answer(body, status) if status != 304 else nothing(304)
    error = failure(reply, STATUSES[status])
    assert error.http_status == status
    if status != 304:
        assert error.code == code
    if form != "without words" and status not in (301, 302, 304, 308, 407):
        assert words in error.message


@each("status", STATUSES)
@each(
    "body", [b"", b"<html>503</html>", b"[]", b'"x"', b"null", b"\xff\xfe", b"{", b'{"Message": 5, "ErrorType": []}', b"[" * 100_000]
)
def test_each_status_with_a_body_that_says_nothing(status: int, body: bytes) -> None:
    reply = answer(body=body, status=status) if status != 304 else nothing(304)
    error = failure(reply, STATUSES[status])
    assert (error.code, error.http_status) == (None, status)


# Statuses after which a write is certain not to have happened; after the others it is not.
CERTAIN = [400, 401, 403, 404, 405, 407, 409, 418, 421, 429, 501, 301, 308]


@pytest.mark.parametrize("status", STATUSES)
def test_whether_a_write_may_have_happened(status: int) -> None:
    reply = answer({}, status) if status != 304 else nothing(304)
    error = failure(reply, STATUSES[status], method="SyncAll", writes=True)
    assert error.uncertain is (status not in CERTAIN)
    assert ("not known whether" in error.message) is error.uncertain


@pytest.mark.parametrize("value, uncertain", [("200", False), ("-5", True), ("1.5", True), ("soonish", True), ("", True)])
def test_only_a_readable_retry_after_says_that_nothing_was_done(value: str, uncertain: bool) -> None:
    """A server that is not available says so itself with 503; what stands in front of it does not know with 502 and 504."""
    for status, expected in ((503, uncertain), (502, True), (504, True)):
        error = failure(answer({}, status, {"Retry-After": value}), errors.Unavailable, method="SyncAll", writes=True)
        assert (error.uncertain, "It asks to wait" in error.message) == (expected, not uncertain)


@pytest.mark.parametrize("status", [200, 400])
def test_an_exception_from_the_midst_of_the_work_leaves_a_write_uncertain(status: int) -> None:
    for kind in ("SuperOffice.Exceptions.SoServerException", "SoDbAccessException", "System.Data.SqlClient.SqlException"):
        said = {"Error": True, "ErrorType": kind, "Message": "x"}
        assert failure(answer(said, status), errors.ErrorAnswer, method="SyncAll", writes=True).uncertain


@pytest.mark.parametrize("status", [102, 103, 199])
def test_an_interim_answer_is_read_past(status: int) -> None:
    interim = head(status, {"Link": "</style.css>; rel=preload", "Content-Length": "7"})
    value = Reply((interim + interim, head(200, {"Content-Length": "2"}) + b"{}"))
    with ScriptedServer([(ENGINE, value)] * 2) as server, Session(Settings(server.url, {}, retries=0)) as http:
        for _request in range(2):
            assert RestTransport(access.given(http)).invoke("GetEngineStatus", {}, writes=True) == {}
    assert server.connections == [1, 1]


def test_another_protocol_is_no_answer_and_the_connection_ends() -> None:
    upgraded = Reply((head(101, {"Upgrade": "websocket", "Connection": "Upgrade"}) + b"\x81\x05hello",))
    with ScriptedServer([(ENGINE, upgraded), (ENGINE, answer({}))]) as server, Session(Settings(server.url, {}, retries=3)) as http:
        with pytest.raises(errors.UnexpectedStatus) as caught:
            RestTransport(access.given(http)).invoke("GetEngineStatus", {}, writes=True)
        assert RestTransport(access.given(http)).invoke("GetEngineStatus", {}, writes=True) == {}
    assert (caught.value.uncertain, caught.value.http_status, server.connections) == (True, 101, [1, 2])


def test_not_modified_has_no_body_whatever_it_announces() -> None:
    with ScriptedServer([(ENGINE, Reply((head(304, {"Content-Length": "100"}),), then="close"))]) as server:
        with Session(Settings(server.url, {}, retries=3)) as http, pytest.raises(errors.UnexpectedStatus) as caught:
            RestTransport(access.given(http)).invoke("GetEngineStatus", {}, writes=False)
    assert (caught.value.attempts, caught.value.http_status) == (1, 304)


def test_retry_after_is_told() -> None:
    assert "200 seconds" in failure(answer({}, 429, {"Retry-After": "200"}), errors.Throttled).message
    assert "2031" in failure(answer({}, 503, {"Retry-After": "Wed, 21 Oct 2031 07:28:00 GMT"}), errors.Unavailable).message


def test_a_servers_words_are_shortened_and_cleaned() -> None:
    error = failure(answer({"Error": True, "Message": "\x1b[31mred\x00\u202e" + "long " * 1000}, 500), errors.ErrorAnswer)
    assert error.message.startswith("GetEngineStatus: the server answered with an error (500): \ufffd[31mred\ufffd\ufffdlong long")
    assert error.message.endswith(" long...")
    assert "one.. two... Three." in failure(answer({"Error": True, "Message": "one.. two... Three."}), errors.ErrorAnswer).message


def test_the_correlation_is_kept() -> None:
    assert failure(answer({}, 500, {"X-Correlation-Id": "c-1"}), errors.ErrorAnswer).correlation == "c-1"


CONFIGURATIONS = [
    {"Message": "Hello", "Error": "no"},
    {"Message": "Hello"},
    {"message": "Hello", "ErrorMessage": "x", "ErrorType": "y"},
    {"Error": "true"},
    {"Message": "Hello", "Company": "1"},
    {"Error": None, "Message": None},
]


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=repr)
def test_configuration_fields_may_be_called_like_members_of_an_error(configuration: dict[str, str]) -> None:
    method = "GetErpConnectionConfigFields"
    assert ask(answer(configuration), method=method, arguments={"ErpConnectionId": 1}) == configuration


# Anything


@pytest.fixture(scope="module")
def anything() -> Iterator[tuple[list[Reply], RestTransport]]:
    """A server that answers with whatever stands first in the list, on a connection that is kept alive."""
    replies: list[Reply] = []

    class Generous(ScriptedServer):
        def _next(self, received: Any) -> Reply:
            return replies[0]

    with Generous() as server, Session(Settings(server.url, {}, retries=0, timeout=5)) as http:
        yield replies, RestTransport(access.given(http))


def value_or_failure(anything: tuple[list[Reply], RestTransport], reply: Reply, writes: bool) -> None:
    replies, transport = anything
    replies[:] = [reply]
    try:
        value = transport.invoke("GetEngineStatus", {}, writes=writes)
    except errors.ErpSyncError as error:
        good_message(error.message)
        json.dumps(error.failure())
    else:
        json.dumps(value, allow_nan=False).encode("utf-8")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()) | st.sampled_from(sorted(AGENT_ERROR)), inner, max_size=4)
    ),
    max_leaves=12,
)
statuses = st.sampled_from([200, 200, 200, 201, 400, 401, 404, 429, 500, 503])
bodies = (
    st.binary(max_size=300)
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.tuples(json_values, st.binary(max_size=4), st.integers(0, 50)).map(
        lambda parts: (text := json.dumps(parts[0]).encode())[: parts[2]] + parts[1] + text[parts[2] :]
    )
)


@given(body=bodies, status=statuses, writes=st.booleans())
def test_whatever_body_comes_back_the_result_is_a_value_or_a_failure(
    anything: tuple[list[Reply], RestTransport], body: bytes, status: int, writes: bool
) -> None:
    value_or_failure(anything, answer(body=body, status=status), writes)


header_text = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)
header_names = st.sampled_from(
    ["Content-Type", "Content-Length", "Content-Encoding", "Retry-After", "X-Request-Id", "Location", "Set-Cookie", "Connection"]
)


@given(headers=st.dictionaries(header_names, header_text, max_size=3), status=statuses)
def test_whatever_headers_come_back_the_result_is_a_value_or_a_failure(
    anything: tuple[list[Reply], RestTransport], headers: dict[str, str], status: int
) -> None:
    value_or_failure(anything, answer({"Error": True}, status, {**headers}, then="close"), False)


@given(noise=st.binary(max_size=200))
def test_whatever_comes_back_at_all_the_result_is_a_value_or_a_failure(anything: tuple[list[Reply], RestTransport], noise: bytes) -> None:
    value_or_failure(anything, Reply((noise,), then="close"), True)
    value_or_failure(anything, Reply((b"HTTP/1.1 200 OK\r\n" + noise,), then="close"), True)
    value_or_failure(anything, Reply((head(200, {"Transfer-Encoding": "chunked"}) + noise,), then="close"), True)
    value_or_failure(anything, Reply((head(200, {"Content-Encoding": "gzip"}) + noise,), then="close"), True)


@given(st.text(st.characters()))
def test_a_servers_text_is_one_short_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line) <= 500
