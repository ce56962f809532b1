# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that people see when they sign in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ..wire.answers import HTML_TYPE, Answer
from .grants import User

_STYLE = (
    "body{font-family:sans-serif;background:#eef2f2;margin:0}main{background:#fff;max-width:28em;margin:4em auto;padding:2em;"
    "border-radius:.5em}label{display:block;margin:1em 0}select{width:100%;padding:.4em}button{padding:.6em 1.5em;margin-right:1em}"
)
_HEADERS = [("Cache-Control", "no-store"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer")]


def _page(title: str, content: str, status: int = 200) -> Answer:
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{escape(title)}</title><style>{_STYLE}</style><link rel="icon" href="data:,"></head>\n'
        f"<body><main><h1>{escape(title)}</h1>\n{content}</main></body></html>\n"
    )
    return Answer(status, page.encode(), HTML_TYPE, list(_HEADERS))


def problem_page(text: str) -> Answer:
    """For what must not be told to the redirect URI."""
    return _page("SuperOffice: sign in", f'<p id="problem" role="alert">{escape(text)}</p>\n', 400)


def consent_page(action: str, request: str, application: str, tenants: list[str], users: Iterable[User]) -> Answer:
    """The form in which a person chooses who signs in, and consents or does not."""
    who = _select("user", "Sign in as", ((user.name, f"{user.full_name} ({user.email})") for user in users))
    where = _select("tenant", "Customer", ((name, name) for name in tenants))
    return _page(
        "SuperOffice: sign in",
        f"<p><strong>{escape(application)}</strong> asks for access to this customer's SuperOffice: its data, on behalf of "
        "the person who signs in, and of a system user where the application has one.</p>\n"
        f'<form method="post" action="{escape(action)}">\n<input type="hidden" name="request" value="{escape(request)}">\n{where}{who}'
        '<button type="submit" name="decision" value="accept" id="accept">I approve</button>\n'
        '<button type="submit" name="decision" value="refuse" id="refuse">Deny</button>\n</form>\n',
    )


def _select(name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    choices = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options)
    return f'<label>{escape(label)} <select name="{name}" id="{name}">{choices}</select></label>\n'
