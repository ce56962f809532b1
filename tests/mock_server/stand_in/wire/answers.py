# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers, and the form of refusals."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ..encoding import Encoder
from ..errors import BindingError, Refusal
from ..settings import Settings

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
ERROR_SOURCE = "SuperOffice.Services.Implementation"


@dataclass
class Answer:
    """value is what `body` says, where it is JSON."""

    status: int
    body: bytes = b""
    content_type: str | None = JSON_TYPE
    headers: list[tuple[str, str]] = field(default_factory=list)
    value: Any = None
    then_close: bool = False
    carried_out: bool = False


def json_answer(value: Any, status: int = 200, carried_out: bool = False) -> Answer:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Answer(status, body, value=value, carried_out=carried_out)


def html_answer(title: str, status: int = 200) -> Answer:
    page = (
        f"<!DOCTYPE html>\r\n<html><head><title>{title}</title></head>\r\n"
        f"<body><h1>{title}</h1><hr><p>Microsoft-IIS/10.0</p></body></html>\r\n"
    )
    return Answer(status, page.encode(), HTML_TYPE)


def empty_answer(status: int) -> Answer:
    return Answer(status, b"", None)


def error_value(settings: Settings, error_type: str, message: str) -> dict[str, Any]:
    """The error object of the agents; a setting gives the key of its text."""
    value: dict[str, Any] = {"Error": True, "ErrorType": error_type}
    if settings["error_message_key"] != "absent":
        value[settings["error_message_key"]] = message
    value["ErrorSource"] = ERROR_SOURCE
    return dict(Encoder(key_case=settings["key_case"]).plain(value))


def refusal_answer(settings: Settings, refusal: Refusal) -> Answer:
    return json_answer(error_value(settings, refusal.error_type, refusal.message), refusal.status)


def binding_answer(problem: BindingError) -> Answer:
    return json_answer({"Message": "The request is invalid.", "MessageDetail": problem.detail}, 400)


def no_resource(url: str, status: int = 404) -> Answer:
    return json_answer({"Message": f"No HTTP resource was found that matches the request URI '{url}'."}, status)


def wrong_verb(verb: str) -> Answer:
    return json_answer({"Message": f"The requested resource does not support http method '{verb}'."}, 405)
