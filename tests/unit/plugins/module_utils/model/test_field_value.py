# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of fields: every encoding is read, nothing that is stored is a mistake, and what is written has the style of what was there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import field_value
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each
from hypothesis import given
from hypothesis import strategies as st

TYPES = ("Checkbox", "Integer", "Double", "Date", "Text", "Password", "List", "Label", "Certificate", None)


@pytest.mark.parametrize(
    "kind, stored, shown",
    [
        ("Integer", ["[I:443]", "443", " 443 ", "[F:443.0]", "[F:443,00]", "[M:443]", "+443", "0443"], 443),
        ("Integer", ["[I:]", "[F:]", "", "  ", "[I: ]"], ""),
        ("Double", ["[F:30.5]", "[F:30,5]", "30.50", "30,5", "[M:30.5]", "3.05e1"], 30.5),
        # The largest and the smallest numbers that a document takes.
        ("Double", ["9e299", "[F:9" + "0" * 299 + "]"], 9e299),
        ("Double", ["1e-299", "0.1e-298"], 1e-299),
        ("Double", ["[F:0]", "-0", "0,0", "0e9"], 0.0),
        ("Checkbox", ["[I:1]", "1", "[B:1]", "[B:True]", "true", "YES", "on", "1.0"], True),
        ("Checkbox", ["[I:0]", "0", "[B:false]", "No", "off"], False),
        ("Date", ["[D:12/31/2026]", "[DT:12/31/2026 00:00:00.0000000]", "2026-12-31", "2026-12-31T00:00:00", "12/31/2026"], "2026-12-31"),
        ("Date", ["[DT:12/31/2026 23:59:59.5]", "2026-12-31 23:59:59,50", "[DT:12/31/2026 23:59:59.5000000]"], "2026-12-31T23:59:59.5"),
        ("Date", ["[DT:01/01/0001 00:00:00.0000000]", "0001-01-01", "[D:1/1/0001]"], "0001-01-01"),
        ("Date", ["[T:23:59:59]", "23:59:59.0"], "23:59:59"),
        ("Date", ["[T:14:52]", "[T:14:52:00]", "14:52"], "14:52:00"),
        ("Date", ["[DT:]", "[D:]", "[T:]"], ""),
    ],
)
def test_every_encoding_is_read(kind: str, stored: list[str], shown: Any) -> None:
    for text in stored:
        decoded = field_value.decode(text, kind)
        assert (decoded, type(decoded)) == (shown, type(shown)), text
        assert field_value.means(shown, text, kind)
        assert all(field_value.same(text, other, kind) for other in stored)


@each(
    "kind, text",
    [
        *(("Integer", text) for text in ("[I:1.5]", "1e3", "1,000", "\u0663", "1_000", "0x1F", "[I:5", "[X:5]", "[I:5]]")),
        *(("Double", text) for text in ("NaN", "Infinity", "1e400", "1e300", "1e-300", "1.234.567", "1,234.5", "\u0663", "9" * 400)),
        *(("Checkbox", text) for text in ("2", "[I:2]", "perhaps", "[I:11]")),
        *(("Date", text) for text in ("13/31/2026", "31.12.2026", "2026-12-31T24:00:00", "[D:02/30/2026]", "12/31/26", "0000-01-01")),
        *(("Date", text) for text in ("24:00", "12:60", "12:59:60", "2026-12-31T23:60:00", "2026-12-31T23:59:60")),
        *(("Text", text) for text in ("[text]", "[I:5]", " a ", "[DT:]")),
        *(("Password", text) for text in ("[password]", "[I:5]")),
    ],
)
def test_what_does_not_fit_stands_for_itself(kind: str, text: str) -> None:
    assert field_value.decode(text, kind) == field_value.plain(text, kind) == text
    assert field_value.means(text, text, kind)
    assert not field_value.same(text, "", kind) and not field_value.same(text, f"{text}!", kind)


def test_numbers_of_many_digits_are_not_rounded() -> None:
    digits = "123456789012345678901234567890.123"
    assert field_value.decode(f"[F:{digits}]", "Double") == digits
    assert not field_value.same(f"[F:{digits}]", f"[F:{digits}4]", "Double")
    assert field_value.decode("[I:" + "9" * 30 + "]", "Integer") == "9" * 30


@each(
    "kind, declared, models, written",
    [
        ("Integer", 8443, ["443"], "8443"),
        ("Integer", 8443, ["[I:443]"], "[I:8443]"),
        ("Integer", 8443, ["[I:]", "443"], "[I:8443]"),
        ("Integer", 8443, ["", "443"], "8443"),
        ("Integer", 8443, ["nonsense", None], "[I:8443]"),
        ("Integer", 1.0, [], "[I:1]"),
        # The largest numbers that are kept whole.
        ("Integer", float(2**53 - 1), [], "[I:9007199254740991]"),
        ("Integer", float(1 - 2**53), [], "[I:-9007199254740991]"),
        ("Integer", 10**18 - 1, [], f"[I:{'9' * 18}]"),
        ("Integer", 1 - 10**18, [], f"[I:-{'9' * 18}]"),
        ("Integer", "1.0", [], "[I:1]"),
        ("Double", 31.5, ["[F:30,5]"], "[F:31,5]"),
        ("Double", 31.5, ["30,5"], "31,5"),
        ("Double", 31.5, ["[I:30]"], "[F:31.5]"),
        ("Double", 31, ["[D:]"], "[F:31]"),
        ("Checkbox", False, ["True"], "False"),
        ("Checkbox", False, ["[B:true]"], "[B:false]"),
        ("Checkbox", False, ["1"], "0"),
        ("Checkbox", True, [], "[I:1]"),
        ("Date", "2026-12-31", ["[DT:01/01/0001 00:00:00.0000000]"], "[DT:12/31/2026 00:00:00.0000000]"),
        ("Date", "2026-12-31", ["[D:01/01/0001]"], "[D:12/31/2026]"),
        ("Date", "0001-01-02T10:00:00.5", ["[D:01/01/2026]"], "[DT:01/02/0001 10:00:00.5000000]"),
        ("Date", "2026-12-31", ["2026-01-01"], "2026-12-31"),
        ("Date", "2026-12-31", ["2026-01-01 10:00:00"], "2026-12-31 00:00:00"),
        ("Date", "2026-12-31", ["2026-01-01T10:00:00"], "2026-12-31T00:00:00"),
        ("Date", "2026-12-31T10:00:00", ["01/01/2026"], "12/31/2026 10:00:00"),
        ("Date", "2026-12-31", [], "[D:12/31/2026]"),
        ("Date", "2026-12-31T10:00:00", [], "[DT:12/31/2026 10:00:00.0000000]"),
        ("Date", "14:52", ["[DT:]"], "[T:14:52]"),
        ("Text", "[I:5]", ["[I:443]"], "[I:5]"),
        ("Integer", "", ["[I:443]"], ""),
    ],
)
def test_a_value_is_written_in_the_style_of_what_was_there(kind: str, declared: Any, models: list[str | None], written: str) -> None:
    assert field_value.encode(declared, kind, *models) == written
    assert field_value.means(declared, written, kind)


@pytest.mark.parametrize(
    "kind, declared",
    [
        *(("Integer", value) for value in (True, 1.5, "1,000", "many", 10**18, -(10**18), float(2**53), float("nan"), "[I:x]")),
        *(("Double", value) for value in (True, "1,5", float("inf"), 10**300, 10**400, "many")),
        *(("Checkbox", value) for value in (2, "perhaps")),
        *(("Date", value) for value in ("31.12.2026", 20261231, True, "2026-12-31T10:00:00.12345678")),
        *(("Text", value) for value in (1, True, 1.5)),
    ],
)
def test_what_nobody_stored_and_does_not_fit_is_refused(kind: str, declared: Any) -> None:
    with pytest.raises(field_value.FieldValueError, match="it should be"):
        field_value.encode(declared, kind, None)
    assert not field_value.means(declared, "", kind)


@given(st.text(), st.sampled_from(TYPES))
def test_reading_never_fails_and_loses_nothing(text: str, kind: str | None) -> None:
    assert field_value.means(field_value.decode(text, kind), text, kind)
    assert field_value.same(field_value.plain(text, kind), text, kind)


contents = st.from_regex(r"[0-9 .,:/eT+-]{0,30}", fullmatch=True)


@given(st.sampled_from(["I", "F", "D", "DT", "M", "T", "B"]), contents, st.sampled_from(TYPES))
def test_reading_an_encoding_never_fails_and_loses_nothing(kind: str, content: str, field_type: str | None) -> None:
    for text in (f"[{kind}:{content}]", content):
        shown = field_value.decode(text, field_type)
        assert field_value.means(shown, text, field_type)
        if shown != text:
            # What another installation makes of it means the same.
            assert field_value.means(shown, field_value.encode(shown, field_type), field_type)
