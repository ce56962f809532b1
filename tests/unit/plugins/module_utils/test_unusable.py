# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no option can be, word for word: numbers, what they are called and from where on they are too long; texts; misspelled options."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.basic import env_fallback
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.spec import ArgumentSpec
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.unusable import refuse_unusable

SPEC = ArgumentSpec(
    {
        "number": {"type": "int", "fallback": (env_fallback, ["A_NUMBER", "ANOTHER"])},
        "limit": {"type": "float"},
        "ids": {"type": "list", "elements": "int"},
        "text": {"type": "str", "aliases": ["alias"], "fallback": (env_fallback, ["A_TEXT"])},
        "tree": {"type": "dict", "options": {"a": {"type": "int"}}},
        "leaves": {"type": "list", "elements": "dict", "options": {"bark": {"type": "str"}}},
        "free": {"type": "dict"},
        "anything": {"type": "raw"},
        "rows": {"type": "list", "elements": "dict"},
    }
)
HUGE = 10**300
TOO_LONG = " is a number of more than 300 digits. Give a smaller one, or a text in quotes."


def refused(params: dict[str, Any]) -> str | None:
    try:
        refuse_unusable(params, SPEC)
    except BadInput as error:
        return error.message
    return None


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"number": HUGE}, f"number{TOO_LONG}"),
        ({"number": -HUGE}, f"number{TOO_LONG}"),
        ({"text": HUGE}, f"text{TOO_LONG}"),
        ({"nonsense": [1, {"b": (2, HUGE)}]}, f"nonsense[1].b[1]{TOO_LONG}"),
        ({"tree": {HUGE: HUGE}}, f"tree.a number of more than 60 digits{TOO_LONG}"),
        ({"number": float("nan")}, "number is nan, which is no finite number. Give a number, or a text in quotes."),
        ({"text": float("-inf")}, "text is -inf, which is no finite number. Give a number, or a text in quotes."),
        ({"limit": " inf "}, "limit is Infinity, which is no finite number."),
        ({"ids": ["1", "NaN"]}, "ids is NaN, which is no finite number."),
        ({"number": "1" * 301}, f"number{TOO_LONG}"),
        ({"number": "1e300"}, f"number{TOO_LONG}"),
        ({"number": "0" * 301}, f"number{TOO_LONG}"),
        ({"tree": 5}, "tree is 5; it should be keys with values."),
        ({"tree": [1]}, "tree is a list; it should be keys with values."),
        ({"tree": "everyone"}, "tree is a text; it should be keys with values."),
        ({"numbr": "canary", "zzz": 1}, "numbr is no option. Did you mean number?"),
        (
            {"Limit": 1, "tree": {"A": 1, "a": 1, "zzz": 2}, "leaves": [{"bark": "x"}, {"rark": "canary"}, "x"]},
            "3 things cannot be used.\n1. Limit is no option. Did you mean limit?\n2. tree.A is no option. Did you mean a?\n"
            "3. leaves[1].rark is no option. Did you mean bark?",
        ),
        ({"leaves": "x", "free": {"A": 1}, "rows": [{"A": 1}], 5: 1}, None),
        # The largest that are taken, and what Ansible or the task judges itself.
        ({"number": HUGE - 1, "text": 1 - HUGE, "limit": "9" * 300}, None),
        ({"number": "1e299", "ids": "7", "limit": "many"}, None),
        ({"text": "1e999", "tree": None, "free": 5}, None),
        ({"zzz": 1, "alias": "x", "_number": 1}, None),
        ({"tree": "a=1", "anything": HUGE, "rows": [{"a": HUGE}], "free": {"a": HUGE}}, None),
    ],
)  # fmt: skip
def test_numbers_that_no_option_can_have(params: dict[str, Any], told: str | None) -> None:
    assert refused(params) == told


def test_numbers_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TEXT", "inf")
    assert refused({}) is None
    monkeypatch.setenv("ANOTHER", "inf")
    assert refused({}) == "number, from the environment variable ANOTHER, is Infinity, which is no finite number."
    monkeypatch.setenv("A_NUMBER", "1" * 301)
    assert refused({}) == f"number, from the environment variable A_NUMBER,{TOO_LONG}"
    # What a task gives itself counts.
    assert refused({"number": 1}) is None
