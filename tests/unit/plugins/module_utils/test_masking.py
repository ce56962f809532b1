# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking of one text: shortened secrets, secrets in base64, and letters outside ASCII in their spellings."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.answers import one_line
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.masking import Masking

SECRET = "Hemmelig-Passord-i-1234"
PART = "********"


@pytest.mark.parametrize("size", range(4, len(SECRET)))
def test_the_beginning_of_a_secret_at_the_end_of_a_shortened_text(size: int) -> None:
    masking = Masking([SECRET])
    for before, after in ((" x" * 250, ""), (" y" * 250, " and then ...")):
        shown = masking.text(f"{before}{SECRET[:size]}...{after} to be continued")
        assert shown == f"{before}{PART}...{after} to be continued"


def test_fewer_letters_than_a_secret_has_stay() -> None:
    text = f"{' x' * 250}{SECRET[:3]}... to be continued"
    assert Masking([SECRET]).text(text) == text


@pytest.mark.parametrize("secret", [SECRET, "Blåbærsyltetøy", "BlåbærOgKaffe99"])
@pytest.mark.parametrize("before, after", [("", ""), ("ab", "cd"), ("a", "xyz")])
def test_a_secret_in_base64_goes_with_the_whole_word_that_holds_it(secret: str, before: str, after: str) -> None:
    word = base64.b64encode(f"{before}{secret}{after}".encode()).decode()
    masking = Masking([secret])
    for left, right in (("", ""), ("Basic ", "!"), ("(", ") is wrong"), ("A: ", " B")):
        assert masking.text(f"{left}{word}{right}") == f"{left}{PART}{right}"


@pytest.mark.parametrize(
    "written",
    [
        "Bl\\u00e5b\\u00e6rsyltet\\u00f8y",
        "Bl%C3%A5b%C3%A6rsyltet%C3%B8y",
        "Bl&#229;b&#xE6;rsyltet&#248;y",
        "Bl%E5b%E6rsyltet%F8y",
        "Bl&aring;b&amp;aelig;rsyltet&oslash;y",
    ],
)
def test_letters_outside_ascii_in_each_of_their_spellings(written: str) -> None:
    assert Masking(["Blåbærsyltetøy"]).text(f"It was {written}.") == f"It was {PART}."


WHOLE = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("s3cret", WHOLE),
        ("my s3cret.", f"my {PART}."),
        ("S3CRET", "S3CRET"),
        ({"s3cret": ["s3cret", ("x s3cret", None, True)]}, {"s3cret": [WHOLE, [f"x {PART}", None, True]]}),
        # Secrets of digits are masked in numbers.
        (4711, WHOLE),
        (-147119, WHOLE),
        (4711.5, WHOLE),
        (471.1, 471.1),
        (471, 471),
        (True, True),
        (10**300, WHOLE),
        (-(10**300), WHOLE),
        (10**300 - 1, 10**300 - 1),
        ("", ""),
        (b"s3cret", b"s3cret"),
    ],
)
def test_secrets_are_masked_wherever_they_occur(value: Any, masked: Any) -> None:
    masking = Masking(["s3cret", "4711", "", None])
    assert masking.value(value) == masked
    assert masking.changes(value) is (masked != value)
    assert Masking([]).value(value) is value and not Masking([]).changes(value)


def test_a_longer_secret_goes_before_one_that_is_part_of_it() -> None:
    assert Masking(["abcd", "abcdefgh"]).text("abcdefgh abcd") == f"{PART} {PART}"
    assert Masking(["abcd", "abcdefgh"]).texts == ("abcdefgh", "abcd")


@pytest.mark.parametrize(
    ("secret", "masked"), [("abc", False), ("abcd", True), ("  a  ", False), (" ab c ", True), (12345, True), (0, False)]
)
def test_secrets_of_less_than_four_characters_are_no_secrets(secret: Any, masked: bool) -> None:
    text = f"x{secret}x"
    assert (Masking([secret]).text(text) != text) is masked


# Every spelling of each character of a secret.
SPELLINGS = {
    "&": ["&amp;", "&amp;amp;", "&#38;", "&#038;", "&#x26;", "&#X0026;", "%26", "%2526", "\\u0026", "\\\\u0026", "\\x26", "%u0026"],
    "<": ["&lt;", "&amp;lt;", "&#60;", "&#x3C;", "&#x3c;", "%3C", "%3c", "\\u003c", "\\u003C", "\\x3c"],
    ">": ["&gt;", "&#62;", "%3E", "\\u003e"],
    '"': ["&quot;", "&#34;", "%22", '\\"', '\\\\"', "\\u0022"],
    "'": ["&apos;", "&#39;", "%27", "\\'", "\\u0027"],
    "/": ["&#47;", "%2F", "%2f", "\\/", "\\u002f"],
    "\\": ["\\\\", "\\\\\\\\", "&#92;", "%5C", "\\u005c"],
    " ": ["+", "%20", "%2520", "&#32;", "  ", "\t", "\n"],
    "å": ["&aring;", "&#229;", "&#xe5;", "%C3%A5", "%c3%a5", "%E5", "%25E5", "\\u00e5", "\\xe5", "%u00e5"],
    "€": ["&euro;", "&#8364;", "%E2%82%AC", "\\u20ac", "\\u20AC", "%u20ac"],
    "\U0001f41f": ["&#128031;", "%F0%9F%90%9F", "\\ud83d\\udc1f", "\\uD83D\\uDC1F"],
    "\x07": ["\ufffd", "?", "%07", "\\u0007", "\\x07"],
    "\ud800": ["\ufffd", "?", "\\ud800"],
    "\n": ["\\n", "&#10;", "%0A", "\\u000a", " "],
    "\t": ["\\t", "&#9;", "%09"],
    "\r": ["\\r", "&#13;"],
}


@pytest.mark.parametrize("sign", SPELLINGS)
def test_every_spelling_of_a_character(sign: str) -> None:
    masking = Masking([f"Hem{sign}lig"])
    # Each may be escaped once more on its way.
    twice = [f"&amp;{one[1:]}" for one in SPELLINGS[sign] if one[0] == "&"] + [f"%25{one[1:]}" for one in SPELLINGS[sign] if one[0] == "%"]
    for spelling in [sign, *SPELLINGS[sign], *twice]:
        # A sign elsewhere tells that the text is written in another way.
        text = f"Its value Hem{spelling}lig is wrong &amp; long"
        assert masking.text(text) == f"Its value {PART} is wrong &amp; long", (sign, spelling)
        other = f"Its value Hem{spelling}lug is wrong &amp; long"
        assert masking.text(other) == other


def test_a_secret_with_blanks_on_one_line() -> None:
    masking = Masking(["one  two\nthree"])
    for text in ("one two three", "one+two+three", "one  two\nthree"):
        assert masking.text(f"a {text} b") == f"a {PART} b"
    # A plus is a blank only where it can be one.
    assert Masking(["Hem+lig"]).text("x Hem+lig x Hem lig") == f"x {PART} x Hem lig"


def test_a_secret_that_a_server_has_shortened() -> None:
    secret = "word " * 120 + "end"
    masking = Masking([secret])
    assert masking.text(f"It said: {secret}.") == f"It said: {PART}."
    shortened = one_line(secret)
    assert masking.text(f"It said: {shortened} and more") == f"It said: {PART} and more"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le"])
@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
@pytest.mark.parametrize("url", [False, True])
def test_base64_in_each_encoding_at_each_offset(encoding: str, before: bytes, url: bool) -> None:
    secret = "Blåb?>?>ær"
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    word = encode(before + secret.encode(encoding) + b"z").decode()
    assert Masking([secret]).text(f"Basic {word}, no") == f"Basic {PART}, no"
    assert Masking([secret]).text(f"Basic {word.rstrip('=')} {word}") == f"Basic {PART} {PART}"


@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
@pytest.mark.parametrize(("encode", "signs"), [(base64.b64encode, "+/"), (base64.urlsafe_b64encode, "-_")])
def test_base64_with_its_two_signs_in_both_spellings(before: bytes, encode: Any, signs: str) -> None:
    secret = "~~~???~~~???~~~"
    word = encode(before + secret.encode()).decode()
    assert set(signs) <= set(word)
    assert Masking([secret]).text(f"Basic {word}, no") == f"Basic {PART}, no"


def test_a_number_that_is_too_long_to_be_looked_at_is_masked() -> None:
    for sign in (1, -1):
        assert Masking([SECRET]).value([sign * (10**300 - 1), sign * 10**300]) == [sign * (10**300 - 1), WHOLE]


def test_a_form_that_begins_as_another_one_leaves_nothing_of_it() -> None:
    secret = "Hemmelig&"
    assert Masking([secret]).texts == ("Hemmelig&amp;", "Hemmelig&")
    assert Masking([secret]).text("It was Hemmelig&amp; and Hemmelig&.") == f"It was {PART} and {PART}."
