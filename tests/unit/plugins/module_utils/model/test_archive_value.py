# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Booleans and numbers of archives in each spelling that the vendor documents, and what is none of them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_value import truth, whole, whole_numbers
from hypothesis import given
from hypothesis import strategies as st

UNKNOWN: list[Any] = [None, "", " ", "icon:check", "yes", 2, -1, 0.5, [], {}, "[I:2]", "[I:]", "2", float("nan"), "\u0661"]


@pytest.mark.parametrize("value", [True, 1, 1.0, "true", "True", "1", " 1 ", "[I:1]", "[B:1]", "[b: True]"])
def test_true(value: Any) -> None:
    assert truth(value) is True


@pytest.mark.parametrize("value", [False, 0, 0.0, "false", "FALSE", "0", "[I:0]", "[B:0]", "[B:false]"])
def test_false(value: Any) -> None:
    assert truth(value) is False


@pytest.mark.parametrize("value", UNKNOWN, ids=repr)
def test_what_is_no_boolean_is_unknown(value: Any) -> None:
    assert truth(value) is None


@pytest.mark.parametrize("value, number", [(5, 5), (5.0, 5), ("5", 5), (" -5", -5), ("[I:5]", 5), ("[i: +5 ]", 5)])
def test_numbers(value: Any, number: int) -> None:
    assert whole(value) == number


@pytest.mark.parametrize("value", [None, "", "x", True, 1.5, "1.5", [], "[I:]", "[I:1,5]", "\u00b2", "--5", "9" * 30], ids=repr)
def test_what_is_no_number_is_unknown(value: Any) -> None:
    assert whole(value) is None


@pytest.mark.parametrize(
    "value, numbers",
    [("3;0;1", [3, 0, 1]), ("", []), (";3;", [3]), ("[I:3]; 4", [3, 4]), (7, [7]), ("3;x", None), ("3,4", None), (None, None)],
)
def test_several_numbers(value: Any, numbers: list[int] | None) -> None:
    assert whole_numbers(value) == numbers


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary(), st.lists(st.text())))
def test_nothing_that_a_server_sends_is_a_mistake_of_ours(value: Any) -> None:
    truth(value), whole(value), whole_numbers(value)
