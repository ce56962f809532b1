# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in host: how it is asked, the sentence of each status, what is hidden in its words, and its clock."""

from __future__ import annotations

import json

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.answers import ServerWords
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import clock, sign_in_host
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.environments import Tenant
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings, of_many_tenants, of_sign_in_host

REQUEST = Request("POST", "/", "M", True)
CHECK = "Check online_environment, or login_url."
SECRET = "secret-canary"


@pytest.mark.parametrize(
    ("status", "kind", "silent", "quoted"),
    [
        *(
            (status, errors.Redirected, told, told)
            for status in (301, 302, 303, 307, 308)
            for told in (f"the sign-in host redirects to another address ({status}). {CHECK}",)
        ),
        *(
            (status, errors.UnexpectedStatus, told, told)
            for status in (100, 300, 304, 399)
            for told in (f"the sign-in host answered with {status}. {CHECK}",)
        ),
        *(
            (status, errors.SignInFailed, told, f"{told} It says: ******** Words.")
            for status in (404, 405, 501)
            for told in (f"the sign-in host does not know this address ({status}). {CHECK}",)
        ),
        *(
            (status, errors.SignInFailed, f"{told} and gave no reason.", f"{told}: ******** Words.")
            for status in (400, 401, 403, 406, 500, 505)
            for told in (f"the sign-in host answered with an error ({status})",)
        ),
        *(
            (status, errors.Unavailable, told, f"{told} The server says: ******** Words.")
            for status in (502, 503, 504)
            for told in (f"the server is not available ({status}). Try again later.",)
        ),
        (
            429,
            errors.Throttled,
            "the server takes no more calls for now (429). Use rate_limit, or try again later.",
            "the server takes no more calls for now (429). Use rate_limit, or try again later. The server says: ******** Words.",
        ),
    ],
)
def test_the_sentence_of_each_status(status: int, kind: type[errors.ErpSyncError], silent: str, quoted: str) -> None:
    said = json.dumps({"Message": f"{SECRET} Words."}).encode()
    for body, sentence in ((b"", silent), (said, quoted)):
        error = sign_in_host.not_successful(REQUEST, Response(status, {}, body, 1), [SECRET])
        assert error.__class__ is kind
        assert error.message.removesuffix(errors.UNCERTAIN) == f"M: {sentence}"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (None, ""),
        ("No", " The sign-in host says: No."),
        ("No.", " The sign-in host says: No."),
        ("No . ..", " The sign-in host says: No."),
        ("Not... yet", " The sign-in host says: Not... yet."),
        (f"{SECRET} is wrong", " The sign-in host says: ******** is wrong."),
    ],
)
def test_what_a_refusal_quotes(said: str | None, told: str) -> None:
    error = sign_in_host.refused(REQUEST, Response(500, {}, b"", 1), "it refuses.", ServerWords("kind", said), [SECRET])
    assert (error.__class__, error.message, error.code, error.uncertain) == (errors.Unauthorized, f"M: it refuses.{told}", "kind", False)


def test_what_is_no_object() -> None:
    for body in (b"[]", b"5", b"null", b'"x"'):
        with pytest.raises(errors.SignInFailed) as caught:
            sign_in_host.members(REQUEST._replace(writes=False), Response(200, {}, body, 1))
        assert caught.value.message == "M: the answer of the sign-in host does not fit: it is no JSON object."
    assert sign_in_host.members(REQUEST, Response(299, {}, b'{"A": 1, "bC": null}', 1)) == {"a": 1, "bc": None}
    for status in (199, 300):
        with pytest.raises(errors.UnexpectedStatus):
            sign_in_host.members(REQUEST, Response(status, {}, b"{}", 1))
    with pytest.raises(errors.NotJson) as page:
        sign_in_host.members(REQUEST._replace(writes=False), Response(200, {}, b"<html>", 1))
    assert page.value.message == (
        f"M: the server answered with a web page instead of JSON. {CHECK} Something in front of the sign-in host may answer in its place."
    )


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("abc", ["abc"], "abc"),
        ("an abcd here", ["abcd"], "an ******** here"),
        # Of a longer secret eight characters in a row, in any case, hide the word that has them.
        ("see 1234567 there", ["x12345678y"], "see 1234567 there"),
        ("see a12345678b there", ["x12345678y"], "see ******** there"),
        ("a12345678b", ["x12345678y"], "********"),
        ("SEE ABCDEFGH.", ["xabcdefghy"], "SEE ********"),
        ("one abcdefgh two ijklmnop", ["abcdefgh-x", "ijklmnop-y"], "one ******** two ********"),
        ("abcdefghijkl and abcdefgh", ["abcdefghijkl"], "******** and ********"),
        ("a secret of two words", ["secret of\n two"], "a ******** words"),
        (" " * 9_999 + "x", [], "x"),
        (" " * 10_000 + "x", [], ""),
    ],
)
def test_parts_of_secrets_are_hidden(text: str, secrets: list[str], shown: str) -> None:
    assert sign_in_host.hidden(text, secrets) == shown


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": "e", "error_description": "d"}, ("e", "d")),
        ({"ERROR": " e\nf ", "Error_Description": " d\ne "}, ("e f", "d e")),
        ({"error": "e", "error_description": " "}, ("e", None)),
        ({"error": "e", "error_description": ["d"]}, ("e", None)),
        ({"error": "e"}, ("e", None)),
        ({"error": " ", "error_description": "d", "message": "m"}, (None, "m")),
        ({"error": True, "error_description": "d", "errortype": "t", "message": "m"}, ("t", "m")),
        ([], (None, None)),
    ],
)
def test_the_words_of_an_error(answer: object, words: tuple[str | None, str | None]) -> None:
    assert sign_in_host.error_words(answer) == words


@pytest.mark.parametrize(
    ("here", "there", "told"),
    [
        (1000.0, None, ""),
        (1000.0, 1000.0, ""),
        (1e9, 0.0, " This machine's clock is 11574 days ahead of the sign-in host's."),
        (0.0, 7200.0, " This machine's clock is 2 hours behind the sign-in host's."),
        (7200.0, 0.0, " This machine's clock is 2 hours ahead of the sign-in host's."),
        (0.0, 7199.0, " This machine's clock is 120 minutes behind the sign-in host's."),
    ],
)
def test_two_clocks(here: float, there: float | None, told: str) -> None:
    assert clock.difference(here, there) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 seconds"),
        (-119, "119 seconds"),
        (119.4, "119 seconds"),
        (120, "2 minutes"),
        (7199, "120 minutes"),
        (7200, "2 hours"),
        (172799, "48 hours"),
        (172800, "2 days"),
        (-86400 * 3, "3 days"),
    ],
)
def test_a_span_of_time_in_whole_units(seconds: float, told: str) -> None:
    assert clock.spoken(seconds) == told


def test_whom_to_ask_about_one_tenant_and_about_many() -> None:
    """Unsigned, wherever the installation is: url is none of the sign-in host's, and no way to sign in is needed."""
    told = {"proxy": "http://proxy:1", "timeout": 7, "retries": 4, "validate_certs": False, "parallel_requests": 2, "rate_limit": 5}
    address = "https://qaonline.superoffice.com"
    settings = Settings(address, {}, verify=False, proxy="http://proxy:1", timeout=7.0, retries=4)
    one = {**told, "tenant": "cust7", "url": "https://crm", "online_environment": "stage"}
    assert of_sign_in_host(one) == (Tenant("Cust7", address), settings)
    assert of_many_tenants({**told, "online_environment": "stage"}) == (address, settings._replace(parallel_requests=2, rate_limit=5.0))
    plain = Settings("https://online.superoffice.com", {})
    assert of_sign_in_host({"tenant": "Cust7"}) == (Tenant("Cust7", plain.url), plain)
    assert of_many_tenants({}) == (plain.url, plain._replace(rate_limit=10.0))
    own = {"login_url": "http://localhost:8/x/", "online_environment": "stage"}
    surrounding = {"SUPEROFFICE_ONLINE_ENVIRONMENT": "stage"}
    assert of_many_tenants(own, surrounding)[0] == "http://localhost:8/x"
    assert of_sign_in_host({**own, "tenant": "Cust7"}, surrounding)[1].url == "http://localhost:8/x"
    for missing in (None, "", " "):
        with pytest.raises(errors.BadInput) as caught:
            of_sign_in_host({"tenant": missing, "url": "https://crm"})
        assert caught.value.message == (
            "tenant is missing. Give the tenant, for example Cust12345, as the option, as the variable erpsync_tenant of the host, or as "
            "SUPEROFFICE_TENANT in the environment."
        )
    for asked in (of_many_tenants, of_sign_in_host):
        with pytest.raises(errors.BadInput, match="^online_environment and login_url are both given"):
            asked({**own, "tenant": "Cust7"})
