# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of an address is a password, what is shown in its place, and in which forms it is recognised."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import secret_values
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.masking import Masking
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import address
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.wording import shown
from hypothesis import given
from hypothesis import strategies as st

STARS = "********"
ADDRESS = "https://erp:s%40cret-7@erp.example.com:8443/C.svc?Name=a@b"


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("http://me:canary@host", "canary"),
        ("http://:canary@host/x", "canary"),
        ("http://me:ca:na@ry@host/a@b", "ca:na@ry"),
        ("jdbc:sqlserver://me:canary@host;database=x", "canary"),
        ("http://me:canary@[::1]:8080/", "canary"),
        ("http://me:canary@", "canary"),
        # Without escaping, and where the port is none
        ("http://me:ca/nary@host/x", "ca/nary"),
        ("http://me:ca?nary@host", "ca?nary"),
        ("http://me:12#canary@host", None),
        ("http://me:65536/nary@host", "65536/nary"),
        ("http://me:-1/nary@host", "-1/nary"),
        ("http://me:65535/nary@host", None),
        # Without a scheme, as no address should be
        ("me:canary@host/x", "canary"),
        ("http:me:canary@host", "me:canary"),
        # No passwords
        ("http://host/a@b", None),
        ("http://host:8080/a@b", None),
        ("http://host?a:b@c", None),
        ("http://[::1]:8080/a@b", None),
        ("http://[::1]/a@b", None),
        ("http://me@host", None),
        ("http://me:@host", None),
        ("http://me:canary", None),
        ("plugin://erp", None),
        ("host/a:b@c", None),
        ("", None),
    ],
)
def test_a_password_is_what_stands_between_the_user_and_the_host(text: str, password: str | None) -> None:
    if password is None:
        assert address.without_password(text) == text and address.secrets_of(text) == set()
        assert not address.has_password(text)
        return
    assert address.without_password(text) == text.replace(password, STARS)
    assert address.has_password(text) and password in address.secrets_of(text)


def test_a_user_name_alone_is_told_from_none() -> None:
    assert [address.has_user(text) for text in ("http://me@host", "me:x@host", "http://host/a@b", "http://host:1/a@b")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_password_is_known_in_the_forms_in_which_it_is_repeated() -> None:
    pairs = {"erp:s%40cret-7", "erp:s@cret-7"}
    words = {base64.b64encode(pair.encode()).decode().rstrip("=") for pair in pairs}
    assert address.secrets_of(ADDRESS) == {"s%40cret-7", "s@cret-7", *words}
    # A short one only in its place, since it is a part of many words.
    assert address.secrets_of("http://a:abc@host") == {"abc", ":abc@", "YTphYmM"}
    assert ":abcd@" not in address.secrets_of("http://a:abcd@host")
    assert base64.b64encode("ø:å".encode("latin-1")).decode().rstrip("=") in address.secrets_of("http://%C3%B8:%C3%A5@host")
    masking = Masking(address.secrets_of(ADDRESS))
    written = ("s%40cret-7", "s@cret-7", "s%2540cret-7", "s&#64;cret-7", "https%3A%2F%2Ferp%3As%40cret-7%40h")
    for told in (*written, *(f"Basic {word}==" for word in words)):
        assert told not in masking.text(f"no answer: {told}.") and "cret-7" not in masking.text(f"no answer: {told}.")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"No endpoint at {ADDRESS}.", f"No endpoint at https://erp:{STARS}@erp.example.com:8443/C.svc?Name=a@b."),
        ('{"url": "http://a:b@c"}, http://d:e@f', f'{{"url": "http://a:{STARS}@c"}}, http://d:{STARS}@f'),
        ("('http://a:b@c@d',)", f"('http://a:{STARS}@d',)"),
        ("http://a:b@c or x@y", f"http://a:{STARS}@c or x@y"),
        ("http://host:80/a@b http://me@host, me:x@y", "http://host:80/a@b http://me@host, me:x@y"),
        ("http://host:80 me@host", "http://host:80 me@host"),
        (["http://a:b@c", {"k": "http://a:b@c", "n": 1}], [f"http://a:{STARS}@c", {"k": f"http://a:{STARS}@c", "n": 1}]),
    ],
)
def test_an_address_in_a_text_is_masked_even_where_its_password_is_not_known(text: Any, masked: Any) -> None:
    for masking in (Masking([]), Masking(["another-secret"])):
        assert masking.value(text) == masked
        assert masking.value(masked) == masked
        # Data may hold any address, unless its password is a secret of the task.
        assert masking.data(text) == text and not masking.changes(text)


def test_data_is_masked_where_a_password_is_known() -> None:
    masking = Masking(["canary"])
    result = masking.result({"document": ["http://a:b@c", "x canary"], "msg": "http://a:b@c canary"}, ("document",))
    assert result == {"document": ["http://a:b@c", f"x {STARS}"], "msg": f"http://a:{STARS}@c {STARS}"}


def test_addresses_are_found_among_options_and_in_documents() -> None:
    values = {
        "connector_url": "me:one1@host",
        "document": {"connectors": [{"name": "x:y@z", "url": "me:two2@host"}], "connections": [{"config": {"A": " http://me:three@h"}}]},
        "other": ("http://me:four@h", 4, None, "see http://me:five@h", "http://me@h"),
    }
    found = address.secrets_among(values)
    assert {each for each in found if each.isalnum() and len(each) < 6} == {"one1", "two2", "three", "four"}
    assert address.secrets_among(values["document"]["connectors"][0]["name"]) == set()  # type: ignore[index]


def test_a_value_in_a_message_is_shown_without_a_password() -> None:
    assert shown("http://me:canary@host") == f'"http://me:{STARS}@host"'
    assert shown(f"http://me:{'canary' * 20}@host") == f'"http://me:{STARS}@host"'


def test_a_changed_password_shows_as_a_change() -> None:
    one, two, elsewhere = "http://a:one@h", "http://a:two@h", "http://a:one@g"
    changed = f"http://a:{STARS}@h (another password)"
    assert secret_values.url_changed(one, two) == secret_values.open_changed(one, two) == changed
    assert secret_values.url_changed(one, one) == secret_values.url(one) == f"http://a:{STARS}@h"
    assert secret_values.url_changed(one, elsewhere) == f"http://a:{STARS}@g"
    assert secret_values.url_changed(None, "http://h") == "http://h" and secret_values.url(None) is None
    assert secret_values.open_changed("a", "b:c@d") == "b:c@d"
    assert secret_values.as_stored(changed) == f"http://a:{STARS}@h"
    assert [secret_values.as_stored(each) for each in (STARS, f"{STARS} (another one)", 4, "x")] == [STARS, STARS, 4, "x"]
    # Under another connector an equal value is another one.
    shown_one = secret_values.open_value(one)
    assert secret_values.moved(shown_one, shown_one) == changed
    assert [secret_values.moved("x", "x"), secret_values.moved(None, shown_one), secret_values.moved(STARS, STARS)] == [
        "x",
        shown_one,
        f"{STARS} (another one)",
    ]


@given(st.text(st.characters()))
def test_any_text_is_shown_without_what_is_recognised(text: str) -> None:
    masked = address.without_password(text)
    assert address.without_password(masked) == masked
    assert address.has_password(masked) is address.has_password(text) and (masked == text or address.has_password(text))
