# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long ago a server's local time is: with a known time zone exactly, otherwise within what is possible."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.last_sync import UTC, Age, ages, ahead, in_words, parsed
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.since import spelt

NOW = datetime.datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
HOUR = 3600


def at(text: str) -> datetime.datetime:
    moment = parsed(text)
    assert moment is not None
    return moment


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2026-07-01T14:00:00", "2026-07-01T14:00:00"),
        (" 2026-07-01 14:00 ", "2026-07-01T14:00:00"),
        ("2026-07-01T14:00:00.1234567", "2026-07-01T14:00:00"),
        ("2026-07-01T14:00:00Z", "2026-07-01T14:00:00+00:00"),
        ("2026-07-01T14:00:00.5+02:00", "2026-07-01T14:00:00+02:00"),
        ("2026-07-01T14:00:00-0330", "2026-07-01T14:00:00-03:30"),
    ],
)
def test_what_servers_write(text: str, expected: str) -> None:
    assert at(text).isoformat() == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-07-01", "2026-02-30T00:00:00", "2026-07-01T24:01:00", "2026-07-01T14:00:00+24:00",
                                  "2026-07-01T14:00:00+02:60", "01/07/2026 14:00:00"])  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    assert parsed(text) is None


def test_with_a_time_zone_an_age_is_exact() -> None:
    moments = {1: at("2026-07-01T13:00:00"), 2: at("2026-07-01T11:59:59Z"), 3: at("2026-07-01T14:30:00")}
    oslo = zoneinfo.ZoneInfo("Europe/Oslo")
    assert ages(moments, NOW, oslo) == {1: Age(HOUR, HOUR), 2: Age(1, 1), 3: Age(0, 0)}
    assert [ahead(moment, NOW, oslo) for moment in moments.values()] == [0, 0, HOUR // 2]
    assert ages(moments, NOW, datetime.timezone(datetime.timedelta(hours=3)))[1] == Age(2 * HOUR, 2 * HOUR)
    # The hour that comes twice.
    twice = {1: at("2026-10-25T02:30:00")}
    assert ages(twice, datetime.datetime(2026, 10, 25, 3, 0, tzinfo=UTC), oslo) == {1: Age(5400, 9000)}


def test_without_one_every_possible_time_zone_counts() -> None:
    """From UTC-12 to UTC+14, without those in which a synchronisation would lie in the future."""
    # A server three quarters of an hour behind UTC, or of UTC and last synchronised then, or far in the east.
    assert ages({1: at("2026-07-01T11:15:00")}, NOW, None) == {1: Age(0, 45 * 60 + 14 * HOUR)}
    assert ages({1: at("2026-06-30T12:00:00")}, NOW, None) == {1: Age(12 * HOUR, 38 * HOUR)}
    # In summer in Oslo, just synchronised: the server is not less than two hours ahead, unless its clock is wrong by more than a quarter.
    fresh = {1: at("2026-07-01T13:59:00")}
    assert ages(fresh, NOW, None) == {1: Age(60, 60 + 12 * HOUR)}
    assert ages({1: at("2026-07-01T13:45:00")}, NOW, None) == {1: Age(0, 15 * 60 + 12 * HOUR)}
    assert ages({1: at("2026-07-01T13:45:01")}, NOW, None) == {1: Age(14 * 60 + 59, 14 * 60 + 59 + 12 * HOUR)}
    # What the youngest shows holds for all.
    both = {**fresh, 2: at("2026-07-01T04:59:00")}
    assert ages(both, NOW, None)[2] == Age(60 + 9 * HOUR, 60 + 21 * HOUR)
    assert ahead(at("2026-07-01T23:00:00"), NOW, None) == 0
    # A time with a zone of its own says nothing about the others.
    assert ages({1: at("2026-07-01T11:00:00Z"), 2: at("2026-07-01T11:00:00")}, NOW, None) == {1: Age(HOUR, HOUR), 2: Age(0, 15 * HOUR)}


def test_a_clock_far_ahead_makes_nothing_old() -> None:
    assert ages({1: at("2026-07-02T03:00:00")}, NOW, None) == {1: Age(0, 0)}
    assert ages({1: at("2030-01-01T00:00:00")}, NOW, None) == {1: Age(0, 0)}


def test_the_log_says_how_far_the_server_can_be_ahead_at_most() -> None:
    moments = {1: at("2026-07-01T13:45:00"), 2: at("2026-07-01T13:30:00")}
    logged = {1: at("2026-07-01T11:44:30Z")}
    # Two hours ahead, not more; without the log it would be 14.
    assert ages(moments, NOW, None, logged) == {1: Age(0, 15 * 60), 2: Age(0, 30 * 60)}
    # An entry of another connection, and one that is older, narrow less.
    assert ages(moments, NOW, None, {3: at("2026-07-01T11:44:30Z")})[1] == ages(moments, NOW, None)[1]
    assert ages(moments, NOW, None, {1: at("2026-07-01T08:44:30Z")})[1] == Age(0, 15 * 60 + 3 * HOUR)
    # A synchronisation writes to its log for a while after the time that the server tells.
    assert ages(moments, NOW, None, {1: at("2026-07-01T12:00:00Z")})[1] == Age(0, 15 * 60)
    # The log contradicts: it is newer than the last synchronisation in all zones that are left.
    assert ages(moments, NOW, None, {1: at("2026-07-01T20:00:00Z")})[1] == ages(moments, NOW, None)[1]


@pytest.mark.parametrize(
    ("fresh", "old", "tolerance"),
    [
        # Oslo at the end of summer time, and on the two days around it
        ("2026-10-25T11:59:00", "2026-10-24T12:30:00", HOUR),
        ("2026-10-24T13:59:00", "2026-10-23T13:59:00", HOUR),
        ("2026-10-26T12:59:00", "2026-10-26T01:00:00", 0),
        # Where the clock was not changed between the two
        ("2026-10-22T13:59:00", "2026-10-19T13:59:00", 0),
        ("2026-11-07T12:59:00", "2026-11-05T12:59:00", HOUR),
        ("2026-11-08T12:59:00", "2026-11-08T02:59:00", 0),
        ("2026-11-29T12:59:00", "2026-11-27T12:59:00", 0),
        ("2026-07-05T13:59:00", "2026-07-03T13:59:00", 0),
        ("2026-03-28T12:59:00", "2026-02-28T12:59:00", HOUR),
        ("2026-07-01T13:59:00", "2025-07-01T13:59:00", HOUR),
        ("2026-07-01T13:59:00", "2019-07-01T13:59:00", HOUR),
    ],
)
def test_what_one_connection_tells_is_an_hour_less_sure_where_the_clock_may_have_been_changed(fresh: str, old: str, tolerance: int) -> None:
    """A server in UTC+1 or UTC+2; its log tells as much as its newest synchronisation."""
    now = (at(fresh) - datetime.timedelta(hours=1, minutes=-1)).replace(tzinfo=UTC)
    moments = {1: at(fresh), 2: at(old)}
    logged = {1: (at(fresh) - datetime.timedelta(hours=1)).replace(tzinfo=UTC)}
    found = ages(moments, now, None, logged)
    assert found[1] == Age(60, 60) or found[1] == ages({1: at(fresh)}, now, None, logged)[1]
    between = int((at(fresh) - at(old)).total_seconds())
    assert found[2] == Age(found[1].least + between - tolerance, found[1].most + between + tolerance)


def test_words() -> None:
    spans = (0, 1, 59, 60, 61, 3600, 3660, 86400, 86400 + 59, 2 * 86400 + 3 * 3600 + 59 * 60)
    assert [in_words(span) for span in spans] == [
        "0 seconds", "1 second", "59 seconds", "1 minute", "1 minute 1 second", "1 hour",
        "1 hour 1 minute", "1 day", "1 day", "2 days 3 hours",
    ]  # fmt: skip
    assert spelt(at("2026-07-01T14:00:00.9+02:00")) == "2026-07-01T12:00:00Z"
