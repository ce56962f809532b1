# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of another shape than a method has: the sentence about each, and what counts as written."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent import shapes
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.writing import WritingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import members
from ansible_collections.superoffice.erpsync.tests.unit.support.agent_table import OFFERED, snake

CHECK = "Check that url is the address of a SuperOffice installation."


@pytest.mark.parametrize(
    ("shape", "value", "wanted", "came"),
    [
        (shapes.carrier, [], "an object", "an array"),
        (shapes.carrier, "x", "an object", "a text"),
        (shapes.present, None, "an object", "null"),
        (shapes.carriers, {}, "an array of objects", "an object"),
        (shapes.carriers, [{}, 1], "an array of objects", "an array with a number"),
        (shapes.dictionary, [], "an object of texts", "an array"),
        (shapes.dictionary, {"a": True}, "an object of texts", "an object with true or false"),
        (shapes.texts, "x", "an array of texts", "a text"),
        (shapes.texts, ["x", {}], "an array of texts", "an array with an object"),
        (shapes.yes_or_no, None, "true or false", "null"),
        (shapes.yes_or_no, 1, "true or false", "a number"),
        (shapes.name, None, "a text", "null"),
        (shapes.name, 1.5, "a text", "a number"),
    ],
)
def test_an_answer_of_another_shape(shape: Any, value: Any, wanted: str, came: str) -> None:
    with pytest.raises(errors.UnexpectedAnswer) as refused:
        shape("Method", value)
    assert refused.value.message == f"Method: the server should answer with {wanted} and answered with {came}. {CHECK}"
    assert (refused.value.method, refused.value.attempts, refused.value.uncertain) == ("Method", 1, False)


@pytest.mark.parametrize(
    ("shape", "value", "read"),
    [
        (shapes.carrier, None, None),
        (shapes.carrier, {}, {}),
        (shapes.present, {}, {}),
        (shapes.carriers, None, []),
        (shapes.carriers, [None, {"a": 1}, None], [{"a": 1}]),
        (shapes.dictionary, None, None),
        (shapes.dictionary, {"a": None, "b": ""}, {"a": None, "b": ""}),
        (shapes.texts, None, []),
        (shapes.texts, [None, "x"], [None, "x"]),
        (shapes.yes_or_no, False, False),
        (shapes.name, "", ""),
        (shapes.nothing, {"a": 1}, None),
    ],
)
def test_an_answer_as_it_should_be(shape: Any, value: Any, read: Any) -> None:
    assert shape("Method", value) == read


@pytest.mark.parametrize("told", ["X is missing", "X is missing."])
def test_a_member_of_the_wrong_type(told: str) -> None:
    with pytest.raises(errors.UnexpectedAnswer) as refused, shapes.reading("Method"):
        raise members.WireError(told)
    assert refused.value.message == "Method: the server's answer cannot be used: X is missing."
    assert (refused.value.method, refused.value.attempts) == ("Method", 1)


def test_a_member_of_the_wrong_type_stands_in_the_answer_that_is_named_next_to_it() -> None:
    with (
        pytest.raises(errors.UnexpectedAnswer) as refused,
        shapes.reading("Method"),
        members.answer_of("Outer"),
        members.answer_of("Inner"),
    ):
        raise members.WireError("X is missing")
    assert refused.value.message == "Inner: the server's answer cannot be used: X is missing."
    assert refused.value.method == "Inner"


@pytest.mark.parametrize(
    ("holder", "told"),
    [({"C": 5}, "C should be an object and is a number"), ({"c": {"a": None, "B": 5}}, "B should be a text and is a number")],
)
def test_texts_of_a_configuration(holder: Any, told: str) -> None:
    assert members.dictionary({"c": {"A": "x", "B": None, "": ""}}, "C") == {"A": "x", "B": None, "": ""}
    assert members.dictionary({"C": None}, "C") == members.dictionary({}, "C") == {}
    with pytest.raises(members.WireError) as refused:
        members.dictionary(holder, "C")
    assert str(refused.value) == told


class Transport:
    """Answers every method with the same, or fails."""

    def __init__(self, end: Any) -> None:
        self.end = end
        self.sent: list[Any] = []

    def invoke(self, method: str, arguments: Any, **options: Any) -> Any:
        self.sent.append((method, dict(arguments), options))
        if isinstance(self.end, BaseException):
            raise self.end
        return self.end


def test_in_check_mode_nothing_is_written() -> None:
    transport: Any = Transport(None)
    agent = WritingAgent(transport, check_mode=True)
    with pytest.raises(errors.WriteInCheckMode) as refused:
        agent.delete_connection(3)
    assert refused.value.message == "DeleteConnection: a writing method must not be called in check mode; nothing was sent."
    assert refused.value.method == "DeleteConnection" and transport.sent == [] and not agent.wrote


@pytest.mark.parametrize(
    ("end", "wrote", "in_doubt"),
    [
        (True, True, False),
        (errors.ErrorAnswer("No."), False, False),
        (errors.ConnectionLost("No.", uncertain=True), True, False),
        # An answer of another shape is of a method that was perhaps carried out.
        ("yes", True, False),
        (KeyboardInterrupt(), True, True),
        (ZeroDivisionError(), True, True),
    ],
)
def test_what_counts_as_written(end: Any, wrote: bool, in_doubt: bool) -> None:
    transport: Any = Transport(end)
    agent = WritingAgent(transport, check_mode=False)
    if end is True:
        assert agent.update_connection_fields(3) is True
    else:
        with pytest.raises(BaseException) as raised:
            agent.update_connection_fields(3)
        assert isinstance(end, str) or raised.value is end
    assert (agent.wrote, agent.in_doubt) == (wrote, in_doubt)
    if end == "yes":
        assert str(raised.value).startswith("UpdateConnectionFields: ") and agent.in_doubt is False


@pytest.mark.parametrize(("reasons", "saved"), [([], True), ([None, ""], True), (["No."], False)])
def test_what_a_server_refuses_in_its_answer_is_not_written(reasons: list[str | None], saved: bool) -> None:
    transport: Any = Transport(reasons)
    agent = WritingAgent(transport, check_mode=False)
    assert agent.toggle_erp_connection_active(3) == reasons and agent.wrote is saved
    transport.end = saved
    agent = WritingAgent(transport, check_mode=False)
    assert agent.save_erp_connection_sync_priorities([1, 2]) is saved and agent.wrote is saved


MODULE_UTILS = Path(shapes.__file__).parents[1]
# Answers of no method of the agent.
OTHERS = {
    "MDO list erpconnectors",
    "MDO list erpconnections",
    "the list of connectors",
    "the list of connections",
    "User/currentPrincipal",
    "GET /api",
}


def test_messages_name_the_method_whose_answer_it_is() -> None:
    """Whoever reads an answer says of which method it is; a wrong name would be noticed by nobody until an answer is wrong."""
    found: dict[str, int] = {}
    for path in MODULE_UTILS.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)):
                continue
            if call.func.value.id != "shapes" or not call.args or not isinstance(call.args[0], ast.Constant):
                continue
            told = str(call.args[0].value)
            assert told in OTHERS | {method.name for method in OFFERED}, (path, told)
            found[told] = found.get(told, 0) + 1
            for asked in call.args[1:]:
                if told not in OTHERS and isinstance(asked, ast.Call) and isinstance(asked.func, ast.Attribute):
                    assert asked.func.attr == snake(told), (path, told, asked.func.attr)
    assert found["GetConnection"] > 5 and found["GetEngineStatus"] == 2
