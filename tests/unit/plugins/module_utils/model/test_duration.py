# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations: every spelling of the same time is the same number of seconds, and nothing else is one."""

from __future__ import annotations

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import duration
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.duration import LONGEST, DurationError
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each
from hypothesis import given
from hypothesis import strategies as st

GOOD: dict[object, int] = {
    "900": 900,
    900: 900,
    " 900 ": 900,
    "900.0": 900,
    "1": 1,
    str(LONGEST): LONGEST,
    "15m": 900,
    "15M": 900,
    "15 min": 900,
    "15 minutes": 900,
    "1h30m": 5400,
    "1h 30m": 5400,
    "1 hour 30 minutes 5 seconds": 5405,
    "90m": 5400,
    "2hrs": 7200,
    "1d": 86400,
    "1w2d": 777600,
    "90s": 90,
    "90 sec": 90,
    "00:15:00": 900,
    "0:15:0": 900,
    "24:00:00": 86400,
    "36:00:00": 129600,
    "1.00:00:00": 86400,
    "1.02:03:04": 93784,
    "00:15:00.000": 900,
    "PT15M": 900,
    "pt15m": 900,
    "PT900S": 900,
    "P1D": 86400,
    "P1DT1H": 90000,
    "P1W": 604800,
    "PT1H30M5S": 5405,
    "PT5.0S": 5,
}
BAD = [
    "",
    " ",
    "m",
    "15",
    0,
    "0",
    "0s",
    "00:00:00",
    "PT0S",
    "-1",
    -1,
    "-15m",
    "-PT15M",
    "-00:15:00",
    "0.5",
    0.5,
    "900.5",
    "1.5s",
    "00:00:01.5",
    "PT1.5S",
    "PT1,5S",
    "15m1h",
    "15x",
    "1h30",
    "15:00",
    "00:60:00",
    "00:00:60",
    "1.24:00:00",
    "1:00:00:00",
    "P",
    "PT",
    "P1DT",
    "P1M",
    "P1Y",
    "PT1H1",
    "T15M",
    "15 mins ago",
    "soon",
    "None",
    True,
    False,
    None,
    [],
    {},
    "\u0661\u0665m",
    "1e3",
    "0x10",
    "1_000",
    "+900",
    "900 900",
    "15m 15m",
    str(LONGEST + 1),
    "9" * 64,
    "9" * 5000,
    float("inf"),
    float("nan"),
    10**30,
    "1m\x00",
    "\ud800",
]
BAD.remove("15")


@each("value", GOOD)
def test_spellings(value: object) -> None:
    assert duration.parse_declared(value) == GOOD[value]


@each("value", BAD)
def test_what_is_no_interval_is_refused_with_the_value_and_the_remedy(value: object) -> None:
    with pytest.raises(DurationError) as caught:
        duration.parse_declared(value)
    message = str(caught.value)
    assert str(value).strip()[:60].isprintable() is False or str(value).strip()[:60] in message
    assert len(message) < 400
    assert message.isprintable()


@pytest.mark.parametrize(
    "value, word",
    [("0.5", "whole"), ("-5m", "negative"), ("0", "too short"), (str(LONGEST + 1), "longer"), ("15:00", "hh:mm:ss"), ("soon", "PT15M")],
)
def test_the_refusal_says_why(value: str, word: str) -> None:
    with pytest.raises(DurationError, match=word):
        duration.parse_declared(value)


whole = st.integers(1, LONGEST)


def parts(seconds: int) -> tuple[int, int, int, int]:
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    return day, hour, minute, second


@given(whole, st.booleans(), st.sampled_from(["", " "]))
def test_every_spelling_of_a_number_is_that_number(seconds: int, upper: bool, gap: str) -> None:
    day, hour, minute, second = parts(seconds)
    spellings = [
        str(seconds),
        f"{seconds}s",
        f"{seconds}.000",
        f"PT{seconds}S",
        f"P{day}DT{hour}H{minute}M{second}S",
        f"{day}d{gap}{hour}h{gap}{minute}m{gap}{second}s",
        f"{day} days {hour} hours {minute} minutes {second} seconds",
        f"{day}.{hour:02d}:{minute:02d}:{second:02d}",
        duration.clock(seconds),
    ]
    if day < 400:
        spellings.append(f"{day * 24 + hour}:{minute:02d}:{second:02d}")
    for spelling in spellings:
        assert duration.parse_declared(spelling.upper() if upper else spelling) == seconds, spelling


@given(st.integers(-LONGEST, LONGEST), st.sampled_from(["", ".0000000", ".9999999"]))
def test_what_is_written_for_the_server_is_read_back(seconds: int, fraction: str) -> None:
    assert duration.parse_reported(duration.clock(seconds) + fraction) == seconds


@given(whole)
def test_hours_never_pass_23(seconds: int) -> None:
    """.NET takes 24:00:00 for 24 days."""
    assert int(duration.clock(seconds).rpartition(".")[2].partition(":")[0]) < 24


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("00:15:00", 900),
        ("1.00:00:00", 86400),
        ("00:00:00", 0),
        ("-00:00:01", -1),
        ("PT15M", 900),
        ("PT0S", 0),
        ("P1DT1S", 86401),
        ("-PT1M", -60),
        ("00:00:00.5000000", 0),
        ("PT1.5S", 1),
        (" 00:15:00 ", 900),
        ("10675199.02:48:05.4775807", 922337203685),
    ],
)
def test_reported(text: str, seconds: int) -> None:
    assert duration.parse_reported(text) == seconds


@pytest.mark.parametrize("text", ["", "-", "15m", "900", "soon", "00:15", "--00:15:00", "P", "PT", "9" * 100, "1:1:1:1", "\ud800"])
def test_what_a_server_must_not_report(text: str) -> None:
    with pytest.raises(DurationError):
        duration.parse_reported(text)


anything = st.one_of(
    st.text(st.characters(), max_size=80),
    st.from_regex(r"-?P?[0-9 ]{0,5}[wdhms.:T]{0,2}[0-9]{0,5}[wdhmsWDHMS.:,]{0,2}[0-9 ]{0,5}[a-z]{0,4}", fullmatch=True),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.integers()),
)


@given(anything)
def test_anything_is_a_number_of_seconds_or_a_refusal(value: object) -> None:
    for read in (duration.parse_declared, lambda given: duration.parse_reported(str(given))):
        try:
            seconds = read(value)
        except DurationError as error:
            assert str(error).isprintable()
        else:
            assert isinstance(seconds, int)
            if read is duration.parse_declared:
                assert 1 <= seconds <= LONGEST
