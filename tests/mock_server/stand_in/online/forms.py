# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of the sign-in host: forms and query strings, and how the journal shows them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

from ..journal import HIDDEN
from ..wire.call import Call

FORM = "application/x-www-form-urlencoded"
_SHOWN = frozenset({"response_type", "client_id", "redirect_uri", "scope", "acr_values", "code_challenge_method"}) | frozenset(
    {"grant_type", "decision", "tenant", "user"}
)
"""Parameters without a secret. Whatever else comes is hidden, misspelt ones too."""


class BadForm(Exception):
    """The body is not a form, or a parameter is there twice."""


def is_form(call: Call) -> bool:
    return call.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def parameters(call: Call) -> list[tuple[str, str]]:
    """The parameters in the body; raises BadForm."""
    if not is_form(call):
        raise BadForm(f"The Content-Type must be {FORM}.")
    try:
        return parse_qsl(call.body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise BadForm("The body is not a form.") from None


def once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each parameter with its value, without empty ones; raises BadForm for two of one name."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise BadForm(f"The parameter {name} is there twice.")
        found[name] = value
    return {name: value for name, value in found.items() if value}


def shown(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The parameters as the journal has them; names that are none are hidden as well."""
    return {(name if name.isidentifier() else HIDDEN): (value if name in _SHOWN else HIDDEN) for name, value in pairs}


def shown_body(call: Call) -> dict[str, str] | str | None:
    """The body as the journal has it; of what is not a form only the length."""
    if not call.body:
        return None
    try:
        return shown(parameters(call))
    except BadForm:
        return f"({len(call.body)} bytes that are not a form)"
