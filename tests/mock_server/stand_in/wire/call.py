# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request as the REST side sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from ..methods import BY_LOWER_NAME, Method

AGENT_PATH = "/api/v1/agents/erpsync/"


@dataclass
class Call:
    """path is relative to the installation; header names are in lower case."""

    verb: str
    path: str
    base_url: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def agent_name(self) -> str | None:
        """The last part of an agent URL, whether the method exists or not."""
        if self.path.lower().startswith(AGENT_PATH):
            return self.path[len(AGENT_PATH) :].rstrip("/")
        return None

    @property
    def method(self) -> Method | None:
        return BY_LOWER_NAME.get((self.agent_name or "").lower())

    @property
    def credential(self) -> str:
        """What stands behind the scheme of Authorization."""
        return self.headers.get("authorization", "").strip().partition(" ")[2].strip()

    @property
    def writes(self) -> bool:
        return self.verb == "POST" and self.method is not None and self.method.writes

    @property
    def form(self) -> list[tuple[str, str]] | None:
        """The fields of a body that is a form."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            return None
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    def argument(self, name: str) -> str | None:
        """A parameter of the query or of a form, in any case; the last one counts."""
        given = [*self.query, *(self.form or [])]
        return next((value for key, value in reversed(given) if key.lower() == name.lower()), None)
