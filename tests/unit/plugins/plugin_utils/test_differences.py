# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a diff: one for each value that differs, named by its keys in the document."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._differences import differences, words
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._who import Stamp


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"interval": "00:15:00"}, {"interval": "00:10:00"}, ["interval: 00:15:00 -> 00:10:00"]),
        # A key that is on one side only, and one whose value is null, in the order of the sides.
        ({"b": None, "a": 1}, {"c": 2, "a": None}, ["b: nothing -> nothing", "a: 1 -> nothing", "c: nothing -> 2"]),
        # Where the thing itself is what differs.
        ({"priority": ["A", "B"]}, {"priority": ["B"]}, ["A, B -> B"]),
        ([1], [2], ["1 -> 2"]),
        # Dictionaries of a document are told by their keys, also where one side has none.
        ({"config": None}, {"config": {"A": 1, "B": 2}}, ["config, A: nothing -> 1", "config, B: nothing -> 2"]),
        ({"access": {"everyone": True}}, {"access": None}, ["access, everyone: yes -> nothing"]),
        ({"config": None}, {"config": "x"}, ["config: nothing -> x"]),
        # Other values are not.
        ({"value": None}, {"value": {"A": 1}}, ["value: nothing -> A: 1"]),
        # The words that a reader of the row does not need are left out.
        ({"fields": {"N": {"crm": "name"}}}, {"fields": {"N": {"crm": None}}}, ["N, crm: name -> nothing"]),
        ({"items": {"x": "Cash"}}, {"items": {"x": "14 days"}}, ["x: Cash -> 14 days"]),
        ({"defaults": {"N": {"value": 1}}}, {"defaults": {"N": {"value": 2}}}, ["N, default, value: 1 -> 2"]),
        ({"x": {"defaults": 1}}, {"x": {"defaults": 2}}, ["x: 1 -> 2"]),
    ],
)  # fmt: skip
def test_the_rows(before: Any, after: Any, rows: list[str]) -> None:
    assert [str(row) for row in differences(before, after)] == rows


def test_the_values_of_rows_are_plain() -> None:
    class Lazy(dict[str, Any]):
        """As Ansible's containers are, which template their items."""

    [row] = differences({"a": None}, {"a": [Lazy(b=(1, Lazy(c=True)))]})
    assert row.declared[0].__class__ is dict and row.declared[0]["b"][1].__class__ is dict
    assert row == ("a", None, [{"b": [1, {"c": True}]}], Stamp())


def test_each_value_has_the_stamp_of_the_smallest_thing_around_it() -> None:
    stamps: list[dict[str, Any]] = [
        {"path": [], "changed_by": "ADM", "changed_at": "2026-11-01T08:00:00Z"},
        {"path": ["fields", "NAME"], "changed_by": "KRN", "changed_at": "2026-11-03T14:02:00Z"},
        {"path": ["fields", "7"], "changed_by": None, "changed_at": "2026-11-03T14:02:00Z"},
    ]
    before = {"crm": "Contact", "fields": {"NAME": {"crm": "name", "show": True}, "NAMES": {"show": True}, 7: {"show": True}}}
    after = {"crm": "Person", "fields": {"NAME": {"crm": None, "show": False}, "NAMES": {"show": False}, 7: {"show": False}}}
    adm, krn = Stamp("ADM", "2026-11-01T08:00:00Z"), Stamp("KRN", "2026-11-03T14:02:00Z")
    assert [(row.what, row.stamp) for row in differences(before, after, stamps=stamps)] == [
        ("crm", adm),
        ("NAME, crm", krn),
        ("NAME, show", krn),
        ("NAMES, show", adm),
        ("7, show", Stamp(None, "2026-11-03T14:02:00Z")),
    ]
    assert [row.stamp for row in differences(before, after, stamps=stamps[1:])] == [
        Stamp(),
        krn,
        krn,
        Stamp(),
        krn._replace(changed_by=None),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "nothing"),
        ([], "nothing"),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        ("", "(empty)"),
        (" \t", "(empty)"),
        (" a ", " a "),
        (["a", True, ["b", None]], "a, yes, b, nothing"),
        ({"a": 1, "b": {"c": False}}, "a: 1, b: c: no"),
        ({}, ""),
    ],
)
def test_values_in_words(value: Any, said: str) -> None:
    assert words(value) == said
