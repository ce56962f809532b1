# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of received requests, in order, without secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

_SECRET_HEADERS = frozenset({"authorization", "so-apptoken", "cookie", "proxy-authorization", "x-xsrf-token"})
_SECRET_QUERY = ("token", "ticket", "password", "secret")
HIDDEN = "***"
# The password in a URL, which an @ ends.
_IN_URL = re.compile(r"(://[^/?#\s:]*:)[^/?#\s]+(?=@)")

Entry = dict[str, Any]


class Journal:
    """Entries count from 1. status stays null until an answer is on its way."""

    def __init__(self) -> None:
        self.requests: list[Entry] = []

    def clear(self) -> None:
        self.requests.clear()

    def open(
        self,
        verb: str,
        path: str,
        query: Iterable[tuple[str, str]],
        headers: dict[str, str],
        body: Any,
        peer: int | None,
        method: str | None,
        writes: bool,
        secrets: Iterable[str],
    ) -> Entry:
        """A new entry; the answer completes it. body: bytes of JSON, or the wire's form of the
        body.
        """
        known = [secret for secret in secrets if secret]
        entry: Entry = {
            "n": len(self.requests) + 1,
            "verb": verb,
            "path": _without(path, [secret for secret in known if len(secret) > 5]),  # Short secrets occur in many words.
            "method": method,
            "query": {name: _query_value(name, value, known) for name, value in query},
            "body": _body(body, known) if isinstance(body, bytes) else _clean(body, known),
            "writes": writes,
            "carried_out": False,
            "status": None,
            "fault": None,
            "scheme": headers.get("authorization", "").partition(" ")[0] or None,
            "headers": {name: _without(value, known) for name, value in headers.items() if name not in _SECRET_HEADERS},
            "peer": peer,
        }
        self.requests.append(entry)
        return entry


def _query_value(name: str, value: str, secrets: list[str]) -> str:
    return HIDDEN if any(word in name.lower() for word in _SECRET_QUERY) else _without(value, secrets)


def _body(body: bytes, secrets: list[str]) -> Any:
    """The received JSON; of anything else only the length, because it may hold secrets."""
    if not body:
        return None
    try:
        return _clean(json.loads(body), secrets)
    except (ValueError, RecursionError):
        return f"({len(body)} bytes that are not JSON)"


def _clean(value: Any, secrets: list[str]) -> Any:
    if isinstance(value, dict):
        return {
            key: _hidden_values(item) if key.lower() == "configfields" else _clean(item, secrets) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_clean(item, secrets) for item in value]
    return _without(value, secrets) if isinstance(value, str) else value


def _hidden_values(config: Any) -> Any:
    if isinstance(config, dict):
        return dict.fromkeys(config, HIDDEN)
    return None if config is None else HIDDEN


def _without(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return _IN_URL.sub(rf"\1{HIDDEN}", text)
