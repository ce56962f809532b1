# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address at which a person signs in, and every answer that a browser can bring back."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import authorization
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.authorization import NotTheAnswer

REDIRECT = "http://127.0.0.1:8765/callback"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
ASKED = authorization.Authorization(
    "https://online.superoffice.com", "Cust12345", "app id", REDIRECT, state="the-state", nonce="the-nonce", verifier=VERIFIER
)
RIGHT = {"code": "the code/+", "state": "the-state"}


def test_the_address_has_all_that_the_vendor_asks_for_and_no_secret() -> None:
    address = ASKED.address()
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://online.superoffice.com/login/common/oauth/authorize"
    assert parse_qs(parts.query, strict_parsing=True) == {
        "response_type": ["code"],
        "client_id": ["app id"],
        "redirect_uri": [REDIRECT],
        "scope": ["openid"],
        "state": ["the-state"],
        "nonce": ["the-nonce"],
        "code_challenge": [CHALLENGE],
        "code_challenge_method": ["S256"],
        "acr_values": ["tenant:Cust12345"],
    }
    assert VERIFIER not in address
    assert repr(ASKED) == "Authorization('Cust12345')"


def test_each_sign_in_has_texts_of_its_own() -> None:
    made = [authorization.begin(sign_in_host="https://x", tenant="Cust1", client_id="a", redirect_uri=REDIRECT) for _number in range(3)]
    texts = [text for one in made for text in (one.state, one.nonce, one.verifier)]
    assert len(set(texts)) == 9
    # RFC 7636, 4.1: 43 to 128 unreserved characters.
    for one in made:
        assert 43 <= len(one.verifier) <= 128 and one.verifier == quote(one.verifier, safe="")
        assert len(one.state) >= 43 and one.state == quote(one.state, safe="")


def test_redirect_uris() -> None:
    assert authorization.redirect_uri("127.0.0.1", 8765, "callback") == REDIRECT
    assert authorization.redirect_uri("127.0.0.1", 8765, " /callback ") == REDIRECT
    assert authorization.redirect_uri("::1", 1, "") == "http://[::1]:1/"
    for path in ("a b", "a?b", "a#b", "a\nb", "ä", "a%2fb", "a" * 201):
        with pytest.raises(errors.BadInput, match="redirect_path is"):
            authorization.redirect_uri("127.0.0.1", 8765, path)


def test_the_right_answer_in_any_order_and_with_more() -> None:
    for order in itertools.permutations([*RIGHT.items(), ("session_state", "x")]):
        assert authorization.code_of(urlencode(order), ASKED) == "the code/+"


NOT_THE_ANSWER: list[tuple[str, str]] = [
    ("", "A request without an answer of SuperOffice came. The right one is still awaited."),
    ("a=b&c", "A request without an answer of SuperOffice came. The right one is still awaited."),
    ("%", "A request without an answer of SuperOffice came. The right one is still awaited."),
    (
        "code=x",
        "An answer with no state came, which belongs to another sign-in. The right one is still awaited: open the "
        "address that was shown last, and no older one.",
    ),
    (
        "state=&code=x",
        "An answer with no state came, which belongs to another sign-in. The right one is still awaited: open the "
        "address that was shown last, and no older one.",
    ),
    (
        "state=other&code=x",
        "An answer with another state came, which belongs to another sign-in. The right one is still awaited: open the "
        "address that was shown last, and no older one.",
    ),
    (
        "state=the-state-and-more&code=x",
        "An answer with another state came, which belongs to another sign-in. The right one is still awaited: open the "
        "address that was shown last, and no older one.",
    ),
    (
        "state=the-state&state=the-state&code=x",
        "An answer with another state came, which belongs to another sign-in. The right one is still awaited: open the "
        "address that was shown last, and no older one.",
    ),
    (
        "state=%FF&code=x",
        "An answer with another state came, which belongs to another sign-in. The right one is still awaited: open the "
        "address that was shown last, and no older one.",
    ),
    (
        "state=other&error=access_denied",
        "An answer with another state came, which belongs to another sign-in. The right one is still awaited: open the "
        "address that was shown last, and no older one.",
    ),
    (
        "error=access_denied",
        "An answer with no state came, which belongs to another sign-in. The right one is still awaited: open the "
        "address that was shown last, and no older one.",
    ),
    ("&".join(f"a{number}=1" for number in range(60)), "A request with too many parameters came. The right one is still awaited."),
]


@pytest.mark.parametrize(("query", "words"), NOT_THE_ANSWER)
def test_what_is_not_the_answer(query: str, words: str) -> None:
    with pytest.raises(NotTheAnswer) as caught:
        authorization.code_of(query, ASKED)
    assert caught.value.message == words
    # Whatever came may be somebody's secret, and is not repeated.
    assert "the-state" not in caught.value.message and caught.value.message.isprintable()


REFUSED: list[tuple[dict[str, Any], type[errors.ErpSyncError], str | None, str]] = [
    ({"error": "access_denied"}, errors.Unauthorized, "access_denied", "access for Cust12345 was denied in the browser"),
    (
        {"error": "access_denied", "error_description": "Nobody\nmay <b>"},
        errors.Unauthorized,
        "access_denied",
        "SuperOffice says: Nobody may <b>",
    ),
    ({"error": "invalid_scope", "code": "x"}, errors.Unauthorized, "invalid_scope", "refused the sign-in for Cust12345 (invalid_scope)"),
    ({"error": ""}, errors.Unauthorized, "without a reason", "refused the sign-in"),
    ({}, errors.SignInFailed, None, "the answer has no code"),
    ({"code": ""}, errors.SignInFailed, None, "the answer has no code"),
    ({"code": ["x", "y"]}, errors.SignInFailed, None, "the answer has more than one code"),
]


@pytest.mark.parametrize(("sent", "kind", "code", "words"), REFUSED)
def test_answers_that_end_it(sent: dict[str, Any], kind: type[errors.ErpSyncError], code: str | None, words: str) -> None:
    with pytest.raises(errors.ErpSyncError) as caught:
        authorization.code_of(urlencode({"state": "the-state", **sent}, doseq=True), ASKED)
    error = caught.value
    assert (type(error), error.code, error.method, error.uncertain) == (kind, code, "signing in (browser)", False)
    assert words in error.message and error.message.isprintable() and "the-state" not in error.message


def test_an_error_of_any_length_stays_a_sentence() -> None:
    with pytest.raises(errors.Unauthorized) as caught:
        authorization.code_of(urlencode({"state": "the-state", "error": "e" * 5000, "error_description": "\x1b[31m" + "d " * 5000}), ASKED)
    assert len(caught.value.message) < 1000 and caught.value.message.isprintable()


GOOD = f"{REDIRECT}?{urlencode(RIGHT)}"


@pytest.mark.parametrize(
    "pasted",
    [
        GOOD,
        f"  {GOOD}\r\n",
        f'"{GOOD}"',
        f"<{GOOD}>",
        f"\x1b[200~{GOOD}\x1b[201~",
        f"{GOOD[:30]}\n{GOOD[30:60]} {GOOD[60:]}",
        GOOD.removeprefix("http://"),
        GOOD.replace("http", "HTTP"),
        f"{GOOD}#",
        f"{GOOD}\x00",
    ],
)
def test_pasted_addresses(pasted: str) -> None:
    assert authorization.code_of_pasted(pasted, ASKED) == "the code/+"


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "Nothing was pasted."),
        ("\r\n", "Nothing was pasted."),
        ("the code/+", "What was pasted is not the address to which the browser was sent. It begins with http://127.0.0.1:8765/callback?"),
        (REDIRECT, "What was pasted is not the address to which the browser was sent. It begins with http://127.0.0.1:8765/callback?"),
        (
            ASKED.address(),
            "What was pasted is not the address to which the browser was sent. It begins with http://127.0.0.1:8765/callback?",
        ),
        (
            GOOD.replace("8765", "8766"),
            "What was pasted is not the address to which the browser was sent. It begins with http://127.0.0.1:8765/callback?",
        ),
        (
            GOOD.replace("callback", "other"),
            "What was pasted is not the address to which the browser was sent. It begins with http://127.0.0.1:8765/callback?",
        ),
        (
            GOOD.replace("http://", "https://"),
            "What was pasted is not the address to which the browser was sent. It begins with http://127.0.0.1:8765/callback?",
        ),
        (
            GOOD.replace("the-state", "other"),
            "An answer with another state came, which belongs to another sign-in. The right one is still awaited: open the "
            "address that was shown last, and no older one.",
        ),
        (
            f"{REDIRECT}?code=x",
            "An answer with no state came, which belongs to another sign-in. The right one is still awaited: open the "
            "address that was shown last, and no older one.",
        ),
    ],
)
def test_pasted_texts_that_are_not_the_answer(pasted: str, words: str) -> None:
    with pytest.raises(NotTheAnswer) as caught:
        authorization.code_of_pasted(pasted, ASKED)
    assert caught.value.message == words


def test_a_pasted_refusal() -> None:
    with pytest.raises(errors.Unauthorized, match="denied"):
        authorization.code_of_pasted(f"{REDIRECT}?error=access_denied&state=the-state", ASKED)


def test_the_nonce() -> None:
    authorization.check_nonce({"nonce": "the-nonce"}, ASKED)
    # Not every server repeats it.
    authorization.check_nonce({}, ASKED)
    for nonce in ("other", "", 0, ["the-nonce"]):
        with pytest.raises(errors.Unauthorized, match="nonce of another sign-in"):
            authorization.check_nonce({"nonce": nonce}, ASKED)


def test_state_nonce_and_verifier_have_as_many_bytes_as_nobody_can_guess() -> None:
    asked: list[int] = []

    def random(size: int) -> str:
        asked.append(size)
        return f"{len(asked)}-{size}"

    begun = authorization.begin(sign_in_host="https://h", tenant="T", client_id="c", redirect_uri=REDIRECT, random=random)
    assert (begun.state, begun.nonce, begun.verifier) == ("1-32", "2-32", "3-64")
