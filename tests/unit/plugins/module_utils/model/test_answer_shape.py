# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of answers: forms in place of values, and no key that a person has chosen."""

from __future__ import annotations

from typing import Any

from ansible_collections.superoffice.erpsync.plugins.module_utils._model.answer_shape import Shapes, form
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each

FORMS: dict[str, tuple[Any, ...]] = {
    "null": (None,),
    "boolean": (True, False),
    "number": (0, -7),
    "number with a fraction": (1.5,),
    "something else": (b"x",),
    "empty": ("",),
    "blanks": (" ", "\r\n"),
    "digits": ("5", "-5", "+12"),
    "decimal": ("1.5", "-1,50"),
    "true or false": ("true", "False"),
    "duration, [d.]hh:mm:ss": ("00:15:00", "1.00:00:00", "00:00:00.5000000"),
    "duration, ISO 8601": ("PT15M", "P1DT2H", "PT0.5S"),
    "no date, 0001": ("0001-01-01", "0001-01-01T00:00:00"),
    "no date, 1760": ("1760-01-01T00:00:00",),
    "date": ("2026-11-26",),
    "time": ("2026-11-26T08:00:00", "2026-11-26 08:00"),
    "time, with fractions": ("2026-11-26T08:00:00.1234567",),
    "time, with Z": ("2026-11-26T08:00:00Z", "2026-11-26T08:00:00.5Z", "0001-01-01T00:00:00Z"),
    "time, with an offset": ("2026-11-26T08:00:00+01:00", "2026-11-26T08:00-0500"),
    "GUID": ("889BF882-1111-2222-3333-0123456789ab", "{889BF882-1111-2222-3333-0123456789ab}"),
    "address": ("https://erp.example.com/Connector.svc", "HTTP://x"),
    "stars": ("***", "••••"),
    "encoded, [I:]": ("[I:5]",),
    "encoded, [DT:]": ("[DT:11/26/2026 08:00:00.0000000]",),
    "languages": ('US:"Yes";NO:"Ja"', 'US:"Yes"', 'US-GB:"Yes"'),
    "name of an enumeration": ("Customer", "Password", "Mandatory", "Contact"),
    "text": ("Visma", "P", "PT", "-", "5 days", "00:15", "[I5]", "customer", "ftp://x", "12:30:00x", "889BF882"),
}


@each("value, told", [(value, told) for told, values in FORMS.items() for value in values])
def test_a_value_has_a_form(value: Any, told: str) -> None:
    assert form(value) == told


def test_the_shape_of_several_answers() -> None:
    shapes = Shapes()
    shapes.add({"IsRunning": True, "Interval": "00:15:00", "Actors": [], "TableRight": {"Mask": "FULL"}})
    shapes.add({"IsRunning": None, "Interval": "PT15M", "Actors": [{"ActorType": "Customer"}, {"ActorType": 1}], "TableRight": None})
    shapes.add({"Actors": [None]})
    shapes.add(None)
    assert shapes.as_result() == {
        "answer": "null, or object",
        "Actors[]": "null, or object; 2 at most",
        "Actors[].ActorType": "name of an enumeration, or number",
        "Interval": "duration, ISO 8601, or duration, [d.]hh:mm:ss",
        "IsRunning": "boolean, or null",
        "TableRight": "null, or object",
        "TableRight.Mask": "text",
    }


def test_keys_of_people_are_not_shown() -> None:
    """Those of configurations, and of every object that SuperOffice is not known to have."""
    shapes = Shapes()
    shapes.add(
        {
            "ConfigFields": {"Hemmelig": "Hemmelig-1", "Port": "8443"},
            "New": {"Hemmelig": {"Hemmelig": [{"Hemmelig": "Hemmelig"}]}},
            "CRMLIST": {"Id": 1, "Own": {"Hemmelig": 1}},
        }
    )
    found = shapes.as_result()
    assert "Hemmelig" not in str(found)
    assert found["ConfigFields.*"] == "digits, or text"
    assert found["New.*.*[]"] == "object; 1 at most" and found["CRMLIST.Id"] == "number" and found["CRMLIST.Own.*"] == "number"

    shapes = Shapes()
    shapes.add({"Hemmelig": "x"}, keyed=True)
    assert shapes.as_result() == {"answer": "object", "*": "text"}


def test_plain_answers() -> None:
    shapes = Shapes()
    shapes.add([])
    assert shapes.as_result() == {"[]": "nothing; 0 at most"}
    shapes.add([[1, 2], ["x"]])
    assert shapes.as_result() == {"[]": "nothing; 2 at most", "[][]": "number, or text; 2 at most"}
    shapes = Shapes()
    assert shapes.as_result() == {}
    shapes.add("NoError")
    assert shapes.as_result() == {"answer": "text"}
