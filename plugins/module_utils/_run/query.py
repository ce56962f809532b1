# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The option query: JMESPath over a result, checked before anything is sent."""

from __future__ import annotations

import traceback
import typing as t

from .._client.errors import BadInput, MissingLibrary

try:
    import jmespath
    import jmespath.exceptions

    JMESPATH_IMPORT_ERROR = None
except ImportError:
    JMESPATH_IMPORT_ERROR = traceback.format_exc()


class Query:
    """A valid JMESPath expression."""

    def __init__(self, expression: str) -> None:
        """
        :raises MissingLibrary: without jmespath.
        :raises BadInput: for an invalid expression, with a mark under the place.
        """
        if JMESPATH_IMPORT_ERROR is not None:
            raise MissingLibrary("jmespath", JMESPATH_IMPORT_ERROR)
        self._expression = expression
        try:
            self._compiled = jmespath.compile(expression)
        except (jmespath.exceptions.JMESPathError, ValueError) as error:
            # The library lets some exceptions pass, for example of a number that Python cannot
            # read.
            raise BadInput(_explain(expression, error)) from None
        except RecursionError:
            raise BadInput("query is nested too deeply to be read. Use a simpler JMESPath expression.") from None

    def needs(self, facts: t.Collection[str]) -> set[str]:
        """The facts, by their top-level names, that the expression uses.

        All where it uses the whole value.
        """
        named = _named(self._compiled.parsed)
        return set(facts) if named is None else named.intersection(facts)

    def search(self, value: t.Any) -> t.Any:
        """The result of the expression for ``value``. None where it finds nothing.

        :raises BadInput: where a function of the expression does not accept these values.
        """
        try:
            return self._compiled.search(value)
        except (jmespath.exceptions.JMESPathError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
            # The library lets some exceptions of its functions pass, for example for the ceiling of
            # infinity.
            raise BadInput(_explain(self._expression, error)) from None


# Only the first child of these nodes is evaluated on the value itself, the others on its result.
_FIRST_ONLY = frozenset({"subexpression", "index_expression", "projection", "filter_projection", "value_projection", "flatten", "pipe"})
_NOTHING = frozenset({"literal", "expref"})


def _named(node: t.Mapping[str, t.Any]) -> set[str] | None:
    """The fields of the value that an expression uses. None where it uses the whole value."""
    kind = node["type"]
    if kind == "field":
        return {node["value"]}
    if kind in _NOTHING:
        return set()
    if kind in ("current", "identity"):
        return None
    found: set[str] = set()
    for child in node["children"][: 1 if kind in _FIRST_ONLY else None]:
        named = _named(child)
        if named is None:
            return None
        found |= named
    return found


def _explain(expression: str, error: Exception) -> str:
    """The message: the reason, with a mark under the place where the library knows it."""
    position = getattr(error, "lex_position", None)
    if position is None:
        position = getattr(error, "lexer_position", None)
    if isinstance(error, jmespath.exceptions.IncompleteExpressionError):
        position = len(expression)
    reason = _reason(error)
    if not isinstance(position, int) or not 0 <= position <= len(expression):
        return f"query cannot be used: {reason}. The expression is: {expression}"
    before = expression[:position]
    start = before.rfind("\n") + 1
    line = expression[start:].split("\n", 1)[0]
    number = before.count("\n") + 1
    where = f"line {number}, character {position - start + 1}" if "\n" in expression else f"character {position + 1}"
    return f"query is not a JMESPath expression: {reason} at {where}:\n{line}\n{' ' * (position - start)}^"


def _reason(error: Exception) -> str:
    if isinstance(error, jmespath.exceptions.EmptyExpressionError):
        return "it is empty"
    if isinstance(error, jmespath.exceptions.IncompleteExpressionError):
        return "it ends too early"
    if isinstance(error, jmespath.exceptions.LexerError):
        return str(error.message)
    if isinstance(error, jmespath.exceptions.ParseError) and hasattr(error, "token_value"):
        return f'unexpected "{error.token_value}"'
    return " ".join(str(error).split())
