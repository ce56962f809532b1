# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Unresolved templates, and the spelling of texts that look like one.

A document from a result, or from a file that is read as data, contains templates as texts. Saved
like that, they would become passwords.
"""

from __future__ import annotations

import re
import typing as t

from .checks import DocumentError

# A single expression that begins with a variable, such as the placeholders of an export.
_EXPRESSION = re.compile(r"\s*\{\{[-+]?\s*[A-Za-z_](?:(?!\}\}).)*\}\}\s*", re.DOTALL)
_LITERAL = re.compile(r"\{%-?\s*raw\s*-?%\}(.*)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_LITERAL_FORM = "{{% raw %}}{}{{% endraw %}}"

HOW_TO_PASS = "To save the text itself, put it between {% raw %} and {% endraw %}, in a text tagged !unsafe."


def is_unresolved(value: t.Any) -> bool:
    """Whether a value is one unresolved template."""
    return isinstance(value, str) and _EXPRESSION.fullmatch(value) is not None


def literal(value: t.Any) -> t.Any:
    """The text between ``{% raw %}`` and ``{% endraw %}``, or the value as it is."""
    found = _LITERAL.fullmatch(value) if isinstance(value, str) else None
    return value if found is None else found[1]


def declared_literally(value: t.Any) -> t.Any:
    """A server's value in the words of a document; :func:`literal` reverses it."""
    if is_unresolved(value) or literal(value) is not value:
        return _LITERAL_FORM.format(value)
    return value


def refuse_unresolved(value: t.Any, place: str) -> None:
    """Refuse a template in place of a name, a URL or a description.

    :raises DocumentError: with the place and the text.
    """
    if is_unresolved(value):
        raise DocumentError(f'{place} is "{value.strip()}", a template that was never resolved. Give the text itself, or the variable.')
