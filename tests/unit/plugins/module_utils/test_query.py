# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries: a wrong expression is refused with a mark under the place, whatever is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.basic import missing_required_lib
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput, MissingLibrary
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import query
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.query import Query
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import in_both_shells
from hypothesis import given
from hypothesis import strategies as st

FACTS = {
    "engine": {"is_running": True, "interval": None},
    "connections": [{"name": "Visma", "active": True, "id": 3}, {"name": "SAP", "active": False, "id": 4}],
}


@pytest.mark.parametrize(
    "expression, found",
    [
        ("engine.is_running", True),
        ("connections[?!active].name", ["SAP"]),
        ("nothing", None),
        ("length(connections)", 2),
        ("sort_by(connections, &name)[0].id", 4),
    ],
)
def test_queries(expression: str, found: Any) -> None:
    assert Query(expression).search(FACTS) == found


@pytest.mark.parametrize(
    "expression, line, place",
    [
        ("connections[?active", "connections[?active", 19),
        ("a.b.", "a.b.", 4),
        ("a..b", "a..b", 2),
        ("a b", "a b", 2),
        ("a ~ b", "a ~ b", 2),
        ("a[", "a[", 2),
        ("engine.\n  is_running )", "  is_running )", 13),
        ('"never ends', '"never ends', 0),
        ("a | | b", "a | | b", 4),
    ],
)
def test_the_mark_is_under_the_place(expression: str, line: str, place: int) -> None:
    with pytest.raises(BadInput) as caught:
        Query(expression)
    told, shown, mark = caught.value.message.split("\n")
    assert told.startswith("query is not a JMESPath expression: ")
    assert (shown, mark) == (line, " " * place + "^")


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("", "query cannot be used: it is empty. The expression is: "),
        ("a[?b", "query is not a JMESPath expression: it ends too early at character 5:\na[?b\n    ^"),
        ("a.b.", 'query is not a JMESPath expression: unexpected "" at character 5:\na.b.\n    ^'),
        ("a b", 'query is not a JMESPath expression: unexpected "b" at character 3:\na b\n  ^'),
        ("a\n b", 'query is not a JMESPath expression: unexpected "b" at line 2, character 2:\n b\n ^'),
        ("a ~ b", "query is not a JMESPath expression: Unknown token ~ at character 3:\na ~ b\n  ^"),
        ("(" * 5000, "query is nested too deeply to be read. Use a simpler JMESPath expression."),
        ("nope(@)", "query cannot be used: Unknown function: nope(). The expression is: nope(@)"),
    ],
)
def test_what_is_told_of_an_expression(expression: str, told: str) -> None:
    with pytest.raises(BadInput) as caught:
        Query(expression).search(FACTS)
    assert caught.value.message == told


@pytest.mark.parametrize(
    ("expression", "needed"),
    [
        ("engine.is_running", {"engine"}),
        ("connections[?engine].priority", {"connections"}),
        ("connections[0].engine", {"connections"}),
        ("connections[*].engine | engine", {"connections"}),
        ("connections[].engine", {"connections"}),
        ("connections.*.engine", {"connections"}),
        ("[engine, connections]", {"engine", "connections"}),
        ("{a: engine, b: `1`}", {"engine"}),
        ("engine || connections", {"engine", "connections"}),
        ("!engine", {"engine"}),
        ("length(connections)", {"connections"}),
        ("sort_by(connections, &engine)", {"connections"}),
        ("elsewhere", set()),
        ("`1`", set()),
        ("[0]", {"engine", "connections", "priority"}),
        ("@", {"engine", "connections", "priority"}),
        ("keys(@)", {"engine", "connections", "priority"}),
        ("[engine, @]", {"engine", "connections", "priority"}),
    ],
)
def test_which_facts_an_expression_needs(expression: str, needed: set[str]) -> None:
    assert Query(expression).needs(["engine", "connections", "priority"]) == needed


@pytest.mark.parametrize(
    "expression", ["", " ", "nope(@)", "length(@, @)", "connections[::0]", "(" * 5000, "a" + "[0]" * 3000 + "!", "\x00", "\ud800"]
)
def test_other_expressions_that_are_none(expression: str) -> None:
    with pytest.raises(BadInput, match="query"):
        Query(expression).search(FACTS)


@pytest.mark.parametrize(
    "expression",
    [
        "length(engine.is_running)",
        "sort(connections)",
        "max_by(connections, &active)",
        "join(',', connections)",
        "ceil(`1e999`)",
        "abs('x')",
        "to_number('x' )[0].abs(@)",
        "sum(connections[].name)",
    ],
)
def test_a_function_that_cannot_do_it(expression: str) -> None:
    try:
        Query(expression).search(FACTS)
    except BadInput as error:
        assert "query" in error.message


@given(st.one_of(st.text(max_size=30), st.text("ab.[]*?!&|(){}`\"'@,:0-1 <>=\n", max_size=20)))
def test_any_text_is_an_expression_or_refused(expression: str) -> None:
    try:
        Query(expression).search(FACTS)
    except BadInput as error:
        assert error.message


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "JMESPATH_IMPORT_ERROR", "Traceback: no module")
    with pytest.raises(MissingLibrary) as caught:
        Query("a")
    assert (caught.value.library, caught.value.import_error) == ("jmespath", "Traceback: no module")


@in_both_shells
def test_without_the_library_a_task_says_which_one(monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    monkeypatch.setattr(query, "JMESPATH_IMPORT_ERROR", "no module")
    result = run_module("erpsync_info", {"query": "a", "url": "http://127.0.0.1:1", "ticket": "7T:x"}, shell=shell)
    assert result["failed"] and "missing_library" not in result
    assert result["msg"] == missing_required_lib("jmespath") and result["failure"]["kind"] == "missing_library"
