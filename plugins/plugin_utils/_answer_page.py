# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that the browser shows after signing in, as complete HTTP responses."""

from __future__ import annotations

import base64
import hashlib
import html
from http import HTTPStatus

_STYLE = (
    "body{font-family:sans-serif;background:#eef2f2;margin:0}"
    "main{background:#fff;max-width:32em;margin:4em auto;padding:2em;border-radius:.5em}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = (
    "Content-Type: text/html; charset=utf-8",
    f"Content-Security-Policy: default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
    "Referrer-Policy: no-referrer",
    "Cross-Origin-Resource-Policy: same-origin",
    "Cache-Control: no-store",
    "Connection: close",
)


def page(status: int, title: str, text: str, *headers: str, head_only: bool = False) -> bytes:
    """The response with a page of one sentence.

    :param headers: further lines of the head.
    :param head_only: without the page itself, as an answer to HEAD.
    """
    # The link keeps the browser from asking for an icon.
    content = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{html.escape(title)}</title><link rel="icon" href="data:,"><style>{_STYLE}</style></head>\n'
        f'<body><main><h1>{html.escape(title)}</h1>\n<p id="message">{html.escape(text)}</p></main></body></html>\n'
    ).encode()
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *_HEADERS, *headers, f"Content-Length: {len(content)}", "", ""]
    return "\r\n".join(lines).encode("ascii") + (b"" if head_only else content)
