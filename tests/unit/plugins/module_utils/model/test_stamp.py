# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who changed something last, and when: the newest of several, and its words for results, diffs and tables."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.stamp import CONFIGURATION, UNKNOWN, Row, Rows, Stamp, newest
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.change import Change, rows_of
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _who

NOON = datetime.datetime(2026, 11, 3, 12, 0, 59, 999999, tzinfo=datetime.UTC)
LATER = datetime.datetime(2026, 11, 3, 14, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
KRN, ADM, NOBODY, NEVER = Stamp("KRN", NOON), Stamp("ADM", LATER), Stamp(None, LATER), Stamp("ADM")


@pytest.mark.parametrize(
    ("stamps", "found"),
    [
        ([], UNKNOWN),
        ([UNKNOWN], UNKNOWN),
        # Times are compared, not what their zones say.
        ([KRN, ADM], ADM),
        ([ADM, KRN], ADM),
        ([NEVER, KRN], KRN),
        ([UNKNOWN, NEVER], NEVER),
        # Of the same time, one who is known.
        ([NOBODY, ADM], ADM),
        ([ADM, NOBODY, Stamp("ZZZ", LATER)], ADM),
    ],
)
def test_the_newest_of_several(stamps: list[Stamp], found: Stamp) -> None:
    assert newest(stamps) == found
    told = {stamp: _who.Stamp.told(stamp.as_result()) for stamp in (*stamps, found)}
    assert _who.newest(told[stamp] for stamp in stamps) == told[found]


@pytest.mark.parametrize(
    ("stamp", "result", "in_a_diff", "in_a_table"),
    [
        (UNKNOWN, {"changed_by": None, "changed_at": None}, "", ""),
        (
            KRN,
            {"changed_by": "KRN", "changed_at": "2026-11-03T12:00:59Z"},
            "changed on 2026-11-03 at 12:00 UTC by KRN",
            "changed on 3 November at 12:00 UTC by KRN",
        ),
        (
            NOBODY,
            {"changed_by": None, "changed_at": "2026-11-03T13:02:00Z"},
            "changed on 2026-11-03 at 13:02 UTC",
            "changed on 3 November at 13:02 UTC",
        ),
        (NEVER, {"changed_by": "ADM", "changed_at": None}, "changed by ADM", "changed by ADM"),
    ],
)
def test_the_words(stamp: Stamp, result: dict[str, str | None], in_a_diff: str, in_a_table: str) -> None:
    assert stamp.as_result() == result
    assert str(stamp) == in_a_diff
    assert _who.Stamp.told(result).said(NOON) == in_a_table


def test_a_year_is_said_where_it_is_another() -> None:
    new_year = _who.Stamp("KRN", "2026-12-31T23:30:00Z")
    assert new_year.said() == "changed on 31 December 2026 at 23:30 UTC by KRN"
    in_oslo = datetime.datetime(2027, 1, 1, 0, 45, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    assert new_year.said(in_oslo) == "changed on 31 December at 23:30 UTC by KRN"
    assert new_year.said(in_oslo + datetime.timedelta(hours=1)) == "changed on 31 December 2026 at 23:30 UTC by KRN"
    assert _who.Stamp.told({"kind": "engine"}) == _who.UNKNOWN


def test_a_change_has_the_stamps_of_its_rows() -> None:
    fields = {("fields", "NAME"): [Row("ErpField", 1), Row("ErpField", 2)], ("crm",): [Row("ErpField", 4)], ("order",): []}
    engine: Rows = {(): [CONFIGURATION]}
    change = Change("mapping", "Visma Norway, Customer", {"crm": "Contact"}, {}, fields)
    stamps = {Row("ErpField", 1): ADM, Row("ErpField", 2): KRN, Row("ErpField", 3): NOBODY, Row("ErpField", 4): UNKNOWN}
    assert change.stamped(stamps) == [(("fields", "NAME"), ADM)]
    assert change.stamped({}) == [] == Change("connection", "New", {}, {"name": "New"}).stamped(stamps)
    twice = Change("priority", "", {"priority": []}, {"priority": ["A"]}, engine)
    assert list(rows_of([change, twice, twice])) == [Row("ErpField", 1), Row("ErpField", 2), Row("ErpField", 4), CONFIGURATION]
