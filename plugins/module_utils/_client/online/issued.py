# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Checks what signing in gives: a ticket or an access token."""

from __future__ import annotations

import typing as t

from ..exchange import Request, Response
from .sign_in_host import unexpected


def credential(request: Request, response: Response, name: str, value: t.Any) -> str:
    """A credential of an answer.

    :raises SignInFailed: for what an HTTP header cannot carry.
    """
    if not isinstance(value, str) or not value:
        raise unexpected(request, response, f"the sign-in host accepts the application, but gives no {name}.")
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise unexpected(
            request, response, f"the sign-in host gives a {name} with characters that an HTTP header cannot carry, such as a line break."
        )
    return value
