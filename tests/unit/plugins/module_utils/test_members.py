# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of carriers: what each reader takes, and its sentence about anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import members, xml_characters

# One value of each type that JSON has, with its name.
NAMED: list[tuple[Any, str]] = [
    (True, "true or false"),
    (False, "true or false"),
    ("", "a text"),
    ([], "an array"),
    ({}, "an object"),
    (0, "a number"),
    (5, "a number"),
    (1.5, "a number"),
    (2.0, "a number"),
    (None, "null"),
]
# Each reader, what it wants, and what it makes of the values that it takes.
READERS: list[tuple[Callable[..., Any], str, list[tuple[Any, Any]]]] = [
    (members.text, "a text", [("", ""), ("x", "x")]),
    (members.flag, "true or false", [(True, True), (False, False)]),
    (members.required_flag, "true or false", [(True, True), (False, False)]),
    (members.number, "a whole number", [(0, 0), (5, 5), (-5, -5), (2.0, 2)]),
    (members.required_number, "a whole number", [(0, 0), (2.0, 2)]),
    (members.carriers, "an array", [([], []), ([None, {}, {"a": 1}], [{}, {"a": 1}])]),
    (members.numbers, "an array", [([], []), ([1, 2.0], [1, 2])]),
    (members.texts, "an array", [([], []), (["", None, "x"], ["", "x"])]),
    (members.carrier, "an object", [({}, {}), ({"a": 1}, {"a": 1})]),
    (members.dictionary, "an object", [({}, {}), ({"a": "x", "b": None}, {"a": "x", "b": None})]),
]
EMPTY: dict[Callable[..., Any], Any] = {members.numbers: [], members.texts: [], members.dictionary: {}}
REQUIRED = (members.required_flag, members.required_number)
ITEMS = {members.carriers: "an object", members.numbers: "a whole number", members.texts: "a text"}


def refused(reader: Callable[..., Any], value: Any) -> str:
    with pytest.raises(members.WireError) as caught:
        reader({"one": value}, "One")
    return str(caught.value)


@pytest.mark.parametrize(("reader", "wanted", "taken"), READERS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_each_reader_takes(reader: Callable[..., Any], wanted: str, taken: list[tuple[Any, Any]]) -> None:
    for value, read in taken:
        found = reader({"x": 7, "ONE": value}, "One")
        assert (found, type(found)) == (read, type(read))
    kinds = {type(value) for value, _read in taken}
    for value, name in NAMED:
        if value is None:
            for holder in ({"one": None}, {}):
                if reader in REQUIRED:
                    with pytest.raises(members.WireError, match="^One is missing$"):
                        reader(holder, "One")
                else:
                    assert reader(holder, "One") == EMPTY.get(reader)
        elif type(value) not in kinds or value == 1.5:
            assert refused(reader, value) == f"One should be {wanted} and is {name}"


@pytest.mark.parametrize("reader", ITEMS, ids=lambda value: value.__name__)
def test_items_of_an_array(reader: Callable[..., Any]) -> None:
    good: Any = {"an object": {}, "a whole number": 1, "a text": "x"}[ITEMS[reader]]
    for value, name in NAMED:
        if value is None and reader is not members.numbers or type(value) is type(good) or (good, value) == (1, 2.0):
            continue
        assert refused(reader, [good, value]) == f"One[1] should be {ITEMS[reader]} and is {name}"


def test_what_is_no_json_is_named_by_its_type() -> None:
    assert members.type_name(object()) == "object"


def test_whether_a_member_is_there() -> None:
    for carrier in ({"One": None}, {"ONE": 1}, {1: 2, "one": None}):
        assert members.has_member(carrier, "One")  # type: ignore[arg-type]
    assert not members.has_member({1: 2, "OneX": 3}, "One")  # type: ignore[dict-item]
    assert members.member({1: 2, "one": 3}, "One") == 3  # type: ignore[dict-item]


def test_a_copy_with_other_members_keeps_the_spelling() -> None:
    carrier: Any = {"one": 1, "Two": 2, 3: 4}
    assert members.replaced(carrier, {"One": 5, "Three": 6}) == {"one": 5, "Two": 2, 3: 4, "Three": 6}
    assert carrier == {"one": 1, "Two": 2, 3: 4}


def test_the_answer_that_has_the_member_is_named_once() -> None:
    for told, named in ((None, "M"), ("Inner", "Inner")):
        error = members.WireError("x")
        error.answer = told
        with pytest.raises(members.WireError) as caught, members.answer_of("M"):
            raise error
        assert caught.value is error and error.answer == named


@pytest.mark.parametrize(
    ("text", "control", "speakable"),
    [
        ("\t\n\r \x7f\x85\ud7ff\ue000\ufffd\U0010ffff", False, True),
        *((f"a{one}b", True, False) for one in "\x00\x08\x0b\x0c\x0e\x1f\ufffe\uffff"),
        *((f"a{one}b", False, False) for one in "\ud800\udfff"),
        ("", False, True),
    ],
)
def test_characters_that_xml_can_carry(text: str, control: bool, speakable: bool) -> None:
    assert (xml_characters.has_control(text), xml_characters.speakable(text)) == (control, speakable)
