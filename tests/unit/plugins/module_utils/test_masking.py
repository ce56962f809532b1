# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking of one text: shortened secrets, secrets in base64, and letters outside ASCII in their spellings."""

from __future__ import annotations

import base64

import pytest
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
    ["Bl\\u00e5b\\u00e6rsyltet\\u00f8y", "Bl%C3%A5b%C3%A6rsyltet%C3%B8y", "Bl&#229;b&#xE6;rsyltet&#248;y", "Bl%E5b%E6rsyltet%F8y", "Bl&aring;b&amp;aelig;rsyltet&oslash;y"],
)
def test_letters_outside_ascii_in_each_of_their_spellings(written: str) -> None:
    assert Masking(["Blåbærsyltetøy"]).text(f"It was {written}.") == f"It was {PART}."
