# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates and times at the edges of the calendar and of the clock, and texts that mean nothing."""

from __future__ import annotations

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import field_value


@pytest.mark.parametrize(
    "value, encoded",
    [
        ("2026-12-31", "[D:12/31/2026]"),
        ("12/31/2026", "[D:12/31/2026]"),
        ("2026-12-31T00:00:00", "[D:12/31/2026]"),
        ("2026-12-31T23:59:59", "[DT:12/31/2026 23:59:59.0000000]"),
        ("2026-12-31T00:00:01", "[DT:12/31/2026 00:00:01.0000000]"),
        ("2026-12-31T23:59:59.1234567", "[DT:12/31/2026 23:59:59.1234567]"),
    ],
)
def test_dates_that_there_are(value: str, encoded: str) -> None:
    assert field_value.encode(value, "Date", None, None) == encoded


@pytest.mark.parametrize(
    "value",
    [
        "2026-12-31T24:00:00",
        "2026-12-31T23:60:00",
        "2026-12-31T23:59:60",
        "2026-12-31T23:59:59.12345678",
        "2026-13-01",
        "2026-02-30",
        "0000-01-01",
    ],
)
def test_dates_that_there_are_not(value: str) -> None:
    with pytest.raises(field_value.FieldValueError) as refused:
        field_value.encode(value, "Date", None, None)
    assert str(refused.value) == "it should be a date such as 2026-12-31, or with a time, 2026-12-31T23:59:59"


@pytest.mark.parametrize(
    "one, other, same",
    [(None, "", True), ("", None, True), (None, None, True), ("x", None, False), (None, "x", False), (None, "X", False)],
)
def test_null_and_a_blank_mean_the_same(one: str | None, other: str | None, same: bool) -> None:
    assert field_value.same(one, other, "Text") is same
