# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Since when: durations before now, times with and without an offset, and what is neither."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import since
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError

NOW = datetime.datetime(2026, 11, 26, 6, 30, 15, tzinfo=datetime.UTC).timestamp() + 0.9
REMEDY = (
    "Use a duration before now with its unit (90m, 12h, 7d, 2w), or a time (2026-11-20, 2026-11-20T08:00:00Z, 2026-11-20T09:00:00+01:00)."
)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("7d", "2026-11-19T06:30:15Z"),
        (" 90m ", "2026-11-26T05:00:15Z"),
        ("1h30m", "2026-11-26T05:00:15Z"),
        ("PT15S", "2026-11-26T06:30:00Z"),
        ("2026-11-20", "2026-11-20T00:00:00Z"),
        ("2026-11-20 08:00", "2026-11-20T08:00:00Z"),
        ("2026-11-20t08:00:01", "2026-11-20T08:00:01Z"),
        ("2026-11-20T08:00:01.9999999z", "2026-11-20T08:00:01Z"),
        ("2026-11-20T08:00:00+01:00", "2026-11-20T07:00:00Z"),
        ("2026-11-20 08:00:00 -0530", "2026-11-20T13:30:00Z"),
        ("2026-11-20T08:00+01", "2026-11-20T07:00:00Z"),
        ("0001-01-01", "0001-01-01T00:00:00Z"),
        ("2027-01-01", "2027-01-01T00:00:00Z"),
    ],
)
def test_durations_and_times(value: str, meant: str) -> None:
    found = since.moment(value, "log_since", NOW)
    assert found.utcoffset() == datetime.timedelta(0) and found.microsecond == 0
    assert since.spelt(found) == meant


@pytest.mark.parametrize(
    "value", ["", "7", "900", "08:00", "00:15:00", "1.00:00:00", "0d", "-7d", "yesterday", "7 moons", "True", "90d of logs", "2026-11"]
)
def test_what_is_neither(value: str) -> None:
    with pytest.raises(DocumentError) as refused:
        since.moment(value, "log_since", NOW)
    assert str(refused.value) == f'log_since is "{value}", which is neither a duration nor a time. {REMEDY}'


@pytest.mark.parametrize(
    "value", ["2026-02-30", "2026-11-20T24:00", "2026-11-20T08:60", "2026-11-20T08:00:00+25:00", "0000-01-01", "0001-01-01T00:00+01:00"]
)
def test_times_that_there_are_not(value: str) -> None:
    with pytest.raises(DocumentError) as refused:
        since.moment(value, "history_since", NOW)
    assert str(refused.value) == f'history_since is "{value}", and there is no such time. {REMEDY}'
