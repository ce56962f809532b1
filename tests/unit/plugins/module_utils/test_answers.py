# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unsuccessful answers: the sentence of each status, which exceptions a server meets only after it has begun, and how it is quoted."""

from __future__ import annotations

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import answers, errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.answers import ServerWords
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Proxy, Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap import outcome
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import masks
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each

READ, WRITE = (Request("POST", "/", "M", writes) for writes in (False, True))
SAID = ServerWords("Kind", "Words.")
REDIRECTED = "the server redirects to another address. Use the address that it leads to as url."
REFUSED = (
    "the server does not accept the credentials (401). Check the user name and password, ticket or token; "
    "a ticket or token may have expired."
)
FORBIDDEN = "the user may not do this (403). The user needs rights to administer ERP Sync, and the installation a licence for it."
MOVED = "this is not the host of the tenant (421). SuperOffice Online moves tenants; use the address where it is now as url."
STRANGE = "the server answered with {}, which means nothing here. Check url, and what stands in front of the server."
SAYS = " The server says: Words."


@pytest.mark.parametrize(
    ("status", "kind", "told", "quoted"),
    [
        *((status, errors.Redirected, REDIRECTED, "") for status in (301, 302, 303, 307, 308)),
        *((status, errors.UnexpectedStatus, STRANGE.format(status), "") for status in (100, 204, 304, 399)),
        (401, errors.Unauthorized, REFUSED, SAYS),
        (403, errors.Forbidden, FORBIDDEN, SAYS),
        *(
            (
                status,
                errors.NotFound,
                f"the server does not know this address ({status}). Check url; on an old version the method may not exist.",
                SAYS,
            )
            for status in (404, 405, 501)
        ),
        (421, errors.WrongHost, MOVED, SAYS),
        (429, errors.Throttled, "the server takes no more calls for now (429). Use rate_limit, or try again later.", SAYS),
        *((status, errors.Unavailable, f"the server is not available ({status}). Try again later.", SAYS) for status in (502, 503, 504)),
    ],
)
def test_the_sentence_of_each_status(status: int, kind: type[errors.ErpSyncError], told: str, quoted: str) -> None:
    response = Response(status, {"x-request-id": "r-1"}, b"", 1)
    error = answers.status_error(READ, response, ServerWords())
    assert error.__class__ is kind and error.message == f"M: {told}"
    assert answers.status_error(READ, response, SAID).message == f"M: {told}{quoted}"
    assert error.failure() == {
        "kind": kind.kind,
        "code": None,
        "http_status": status,
        "method": "M",
        "attempts": 1,
        "correlation": "r-1",
        "uncertain": False,
    }
    assert answers.status_error(READ, response, SAID).code == "Kind"


@pytest.mark.parametrize("status", [400, 409, 500, 599])
def test_other_statuses_quote_the_server(status: int) -> None:
    response = Response(status, {}, b"", 1)
    assert answers.status_error(READ, response, ServerWords()).message == (
        f"M: the server answered with an error ({status}) and gave no reason."
    )
    # The full stop of the server is enough.
    assert answers.status_error(READ, response, SAID).message == f"M: the server answered with an error ({status}): Words."
    assert answers.status_error(READ, response, ServerWords(None, "Words")).message.endswith("): Words.")


def test_what_is_said_of_repeats_and_pauses() -> None:
    for status, begin, remedy in (
        (429, "the server takes no more calls for now (429)", "Use rate_limit, or try again later."),
        (503, "the server is not available (503)", "Try again later."),
    ):
        told = answers.status_error(READ, Response(status, {"retry-after": "7"}, b"", 3), SAID).message
        assert told == f"M: {begin}, after 3 tries. {remedy} It asks to wait 7 seconds.{SAYS}"
    date = "Wed, 21 Oct 2099 07:28:00 GMT"
    told = answers.status_error(READ, Response(503, {"retry-after": date}, b"", 1), ServerWords()).message
    assert told == f"M: the server is not available (503). Try again later. It asks to wait until {date}."
    told = answers.status_error(READ, Response(503, {"retry-after": "soon"}, b"", 1), ServerWords()).message
    assert told == "M: the server is not available (503). Try again later."


def test_what_to_check_where_an_address_is_unknown() -> None:
    told = answers.status_error(READ, Response(404, {}, b"", 1), ServerWords(), "Check this.").message
    assert told == "M: the server does not know this address (404). Check this."


def test_a_proxy_that_wants_credentials() -> None:
    proxy = Proxy("p:3128", "HTTPS_PROXY", True)
    error = answers.status_error(READ, Response(407, {}, b"", 1, proxy), SAID)
    assert isinstance(error, errors.ProxyFailed) and error.message.startswith("M: the proxy p:3128 (given by HTTPS_PROXY) does not accept")


@each(
    "code, trouble",
    [
        *(
            (f"{prefix}{first}Exception", True)
            for first in ("Server", "Database", "Db", "Sql", "Timeout", "NullReference", "OutOfMemory", "IO", "Web", "Communication")
            for prefix in ("", "So", "System.Data.", "A.B.So")
        ),
        ("ThreadAbortException", True),
        ("SoSentryException", False),
        ("MyServerException", False),
        ("Server.Other", False),
        ("", False),
        (None, False),
    ],
)
def test_exceptions_that_a_server_meets_only_after_it_has_begun(code: str | None, trouble: bool) -> None:
    assert answers.is_trouble(code) is trouble
    response = Response(400, {}, b"", 1)
    assert answers.status_error(WRITE, response, ServerWords(code)).uncertain is trouble


@pytest.mark.parametrize(
    ("status", "kind", "uncertain"),
    [
        (200, errors.NotJson, True),
        (200, errors.NotXml, True),
        (200, errors.ErrorAnswer, False),
        (299, errors.NotJson, True),
        (400, errors.NotJson, False),
        (500, errors.ErrorAnswer, True),
    ],
)
def test_answers_that_leave_doubt(status: int, kind: type[errors.ErpSyncError], uncertain: bool) -> None:
    response = Response(status, {}, b"", 1)
    error = answers.failure(kind, WRITE, response, "it failed.")
    assert error.uncertain is uncertain and error.message == f"M: it failed.{errors.UNCERTAIN if uncertain else ''}"
    assert not answers.failure(kind, READ, response, "it failed.").uncertain
    assert answers.failure(kind, WRITE, response, "it failed.", doubtful=True).uncertain
    assert not answers.failure(kind, WRITE, response, "it failed.", doubtful=False).uncertain


REFUSALS = [
    *(f"So{name}Exception" for name in ("Session", "InvalidPassword", "Sentry", "License", "InvalidArgument", "Validation")),
    *(f"So{name}Exception" for name in ("IllegalOperation", "NotFound", "NotSupported")),
    *(f"{name}Exception" for name in ("Argument", "ArgumentNull", "ArgumentOutOfRange", "NotSupported", "NotImplemented")),
]


@pytest.mark.parametrize("name", [*REFUSALS, "Whatever", "SqlException"])
def test_exceptions_that_a_server_raises_before_it_acts(name: str) -> None:
    assert outcome.doubtful(name, 500) is (name not in REFUSALS)
    assert outcome.doubtful(name, 200) is (name == "SqlException")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" a\n\tb  c ", "a b c"),
        ("a\ud800b\x07", "a\ufffdb\ufffd"),
        ("x" * 500, "x" * 500),
        ("x" * 501, "x" * 497 + "..."),
        ("y " + "x" * 499, "y..."),
        # Half a word is left out.
        ("x" * 490 + " " + "y" * 5 + " " + "z" * 9, "x" * 490 + " " + "y" * 5 + "..."),
        ("x" * 490 + " " + "y" * 6 + " " + "z" * 9, "x" * 490 + "..."),
    ],
)
def test_the_words_of_a_server_on_one_line(text: str, line: str) -> None:
    assert answers.one_line(text) == line


def test_lone_surrogates_are_replaced_at_any_depth() -> None:
    value = {"a\ud800": ["\udfff", 1, None, {"b": "c\ud900d"}]}
    assert answers.without_surrogates(value) == {"a\ufffd": ["\ufffd", 1, None, {"b": "c\ufffdd"}]}


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"x-correlation-id": "a", "x-request-id": "b", "request-id": "c"}, "a"),
        ({"x-correlation-id": "a" * 128}, "a" * 128),
        ({"x-correlation-id": "a" * 129}, None),
        ({"x-correlation-id": "a\x1bb"}, None),
        ({"request-id": "c", "x-request-id": "b"}, "b"),
        ({"request-id": "c"}, "c"),
        ({"x-other": "d"}, None),
    ],
)
def test_the_servers_id_of_a_request(headers: dict[str, str], found: str | None) -> None:
    assert Response(200, headers, b"", 1).correlation == found


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", True),
        ("x******** y", True),
        ("*******", False),
        ("a $encrypted$ b", True),
        ("$REDACTED$", True),
        ("encrypted", False),
        ("", False),
    ],
)
def test_texts_that_hold_a_mask(text: str, mask: bool) -> None:
    assert masks.holds_mask(text) is mask


@pytest.mark.parametrize("status", [401, 403, 404, 421, 429])
def test_a_request_that_is_refused_is_not_carried_out_whatever_exception_is_told(status: int) -> None:
    assert not answers.status_error(WRITE, Response(status, {}, b"", 1), ServerWords("SqlException")).uncertain
