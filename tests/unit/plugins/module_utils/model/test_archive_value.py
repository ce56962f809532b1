# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of archives in each spelling that the vendor documents, and what is none of them."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_value import (
    actor_type,
    crm_actor_type,
    moment,
    text,
    truth,
    whole,
    whole_numbers,
)
from hypothesis import given
from hypothesis import strategies as st

ENCODED = ["[I:2]", "[I:]", "[I:1]1", "1[I:1]"]
UNKNOWN: list[Any] = [None, "", " ", "icon:check", "yes", 2, -1, 0.5, [], {}, *ENCODED, "2", float("nan"), "\u0661"]


@pytest.mark.parametrize("value", [True, 1, 1.0, "true", "True", "1", " 1 ", "[I:1]", "[B:1]", "[b: True]"])
def test_true(value: Any) -> None:
    assert truth(value) is True


@pytest.mark.parametrize("value", [False, 0, 0.0, "false", "FALSE", "0", "[I:0]", "[B:0]", "[B:false]"])
def test_false(value: Any) -> None:
    assert truth(value) is False


@pytest.mark.parametrize("value", UNKNOWN, ids=repr)
def test_what_is_no_boolean_is_unknown(value: Any) -> None:
    assert truth(value) is None


@pytest.mark.parametrize(
    "value, number", [(5, 5), (5.0, 5), ("5", 5), (" -5", -5), ("[I:5]", 5), ("[i: +5 ]", 5), ("9" * 18, int("9" * 18))]
)
def test_numbers(value: Any, number: int) -> None:
    assert whole(value) == number


@pytest.mark.parametrize("value", [None, "", "x", True, 1.5, "1.5", [], "[I:]", "[I:5]5", "[I:1,5]", "\u00b2", "--5", "9" * 19], ids=repr)
def test_what_is_no_number_is_unknown(value: Any) -> None:
    assert whole(value) is None


@pytest.mark.parametrize(
    "value, numbers",
    [("3;0;1", [3, 0, 1]), ("", []), (";3;", [3]), ("[I:3]; 4", [3, 4]), (7, [7]), ("3;x", None), ("3,4", None), (None, None)],
)
def test_several_numbers(value: Any, numbers: list[int] | None) -> None:
    assert whole_numbers(value) == numbers


@pytest.mark.parametrize(
    ("value", "told"),
    [("[I:5]", "[I:5]"), ("", ""), (" a ", " a "), (5, "5"), (5.0, "5"), (None, None), (True, None), ([], None), (1.5, None)],
)
def test_texts_are_never_encoded(value: Any, told: str | None) -> None:
    assert text(value) == told


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-03T14:02:09",
        "2026-11-03T14:02:09Z",
        " 2026-11-03 14:02:09.0000000 ",
        "2026-11-03T15:32:09+01:30",
        "2026-11-03t09:02:09-0500",
        "[DT:11/03/2026 14:02:09.0000000]",
        "[dt: 11/3/2026 14:02:09 ]",
        "[DT:2026-11-03T14:02:09]",
        "11/03/2026 14:02:09",
    ],
)
def test_times_are_in_utc(value: str) -> None:
    found = moment(value)
    assert found == datetime.datetime(2026, 11, 3, 14, 2, 9, tzinfo=datetime.UTC) and found.utcoffset() == datetime.timedelta()


def test_parts_of_a_time() -> None:
    for value in ("[D:11/03/2026]", "2026-11-03", "2026-11-03T00:00", "11/3/2026 0:00"):
        assert moment(value) == datetime.datetime(2026, 11, 3, tzinfo=datetime.UTC)
    assert moment("2026-11-03T14:02:09.1234567") == datetime.datetime(2026, 11, 3, 14, 2, 9, 123456, datetime.UTC)
    assert moment("2026-11-03T14:02:09.123456789") == datetime.datetime(2026, 11, 3, 14, 2, 9, 123456, datetime.UTC)
    assert moment("2026-11-03T14:02:09.5") == datetime.datetime(2026, 11, 3, 14, 2, 9, 500000, datetime.UTC)


@pytest.mark.parametrize(
    "value",
    [
        "0001-01-01T00:00:00",
        "1760-01-01T00:00:00",
        "[DT:01/01/1760 00:00:00.0000000]",
        "[D:01/01/0001]",
        "0001-01-01T00:00:00+02:00",
        "2026-13-03",
        "13/31/2026",
        "2026-11-03T25:00:00",
        "2026-11-03T14:02:09+99:00",
        "",
        "[DT:]",
        "[I:1]",
        "today",
        "2026",
        # With more before or behind
        "[D:11/03/2026]5",
        "5[D:11/03/2026]",
        "2026-11-03T14:02:09x",
        "x11/03/2026",
        "2026-11-03T14:02:09.1234567890",
        "2026-11-03T1:2:3",
        "026-11-03",
        None,
        20261103,
        True,
        [],
    ],
    ids=repr,
)
def test_what_is_no_time_is_unknown(value: Any) -> None:
    assert moment(value) is None


@pytest.mark.parametrize(
    ("value", "erp", "crm"),
    [
        ("Customer", "Customer", None),
        ("[I:1]", "Customer", "Contact"),
        (1, "Customer", "Contact"),
        ("1", "Customer", "Contact"),
        (" person ", "Person", "Person"),
        (4, "Person", "Sale"),
        (7, "Sale", None),
        (0, "Unknown", "Unknown"),
        (8, None, None),
        (-1, None, None),
        ("", None, None),
        (None, None, None),
        (True, None, None),
        ([], None, None),
    ],
)
def test_actor_types_by_name_and_number(value: Any, erp: str | None, crm: str | None) -> None:
    assert (actor_type(value), crm_actor_type(value)) == (erp, crm)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary(), st.lists(st.text())))
def test_nothing_that_a_server_sends_is_a_mistake_of_ours(value: Any) -> None:
    truth(value), whole(value), whole_numbers(value), text(value), moment(value), actor_type(value)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="The time zone of a process cannot be set.")
def test_a_time_without_a_zone_is_utc_in_whatever_zone_this_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime.datetime(2026, 11, 3, 14, 2, 9, tzinfo=datetime.UTC)
    spelled = ("2026-11-03T14:02:09", "2026-11-03T14:02:09Z", "2026-11-03T15:02:09+01:00", "2026-11-03T09:32:09-04:30")
    try:
        for zone in ("Asia/Tokyo", "EST5"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert [moment(value) for value in spelled] == [at] * len(spelled)
    finally:
        monkeypatch.undo()
        time.tzset()
