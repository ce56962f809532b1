# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Templates that Ansible has not resolved, and how a text that looks like one is passed.

A document that comes from a result, or from a file that is read as data, has its templates in it as texts. Saved as they are,
they would become passwords.
"""

from __future__ import annotations

import re
import typing as t

from .checks import DocumentError

# One expression that begins with a variable, and nothing else: a placeholder of an export, whatever its prefix, or one like it.
_EXPRESSION = re.compile(r"\s*\{\{[-+]?\s*[A-Za-z_](?:(?!\}\}).)*\}\}\s*", re.DOTALL)
_LITERAL = re.compile(r"\{%-?\s*raw\s*-?%\}(.*)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_LITERAL_FORM = "{{% raw %}}{}{{% endraw %}}"

HOW_TO_PASS = "Where the text itself is meant, put {% raw %} before and {% endraw %} behind it, in a text tagged !unsafe."


def is_unresolved(value: t.Any) -> bool:
    """Whether a value is one template that nobody resolved."""
    return isinstance(value, str) and _EXPRESSION.fullmatch(value) is not None


def literal(value: t.Any) -> t.Any:
    """What a declared value means: the text between ``{% raw %}`` and ``{% endraw %}``, or the value as it is."""
    found = _LITERAL.fullmatch(value) if isinstance(value, str) else None
    return value if found is None else found[1]


def declared_literally(value: t.Any) -> t.Any:
    """A value of the server in the words of a document, such that :func:`literal` gives it back."""
    if is_unresolved(value) or literal(value) is not value:
        return _LITERAL_FORM.format(value)
    return value


def refuse_unresolved(value: t.Any, place: str) -> None:
    """Refuse to save a name, an address or a description that is a template.

    :raises DocumentError: naming the place and the text.
    """
    if is_unresolved(value):
        raise DocumentError(f'{place} is "{value.strip()}", a template that was never resolved. Give the text itself, or the variable.')
