# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the answers that faults put in place of a REST answer."""

from __future__ import annotations

import json
from typing import Any, Protocol

from ..settings import Settings
from .answers import Answer, error_value, json_answer


class Spoiler(Protocol):
    """Makes wrong answers, in the form of one transport."""

    def error(self, status: int, error_type: str, message: str) -> Answer:
        """The documented error, with any status."""

    def error_object(self, shape: str, error_type: str, message: str) -> Answer:
        """An error that comes with 200."""

    def invalid(self) -> Answer:
        """A document that ends in its middle."""

    def other(self, value: Any) -> Answer:
        """A valid document that is not the requested one."""

    def padding(self) -> tuple[Answer, bytes, bytes]:
        """The frame of a document of any size: media type, start and end."""

    def deep(self, depth: int) -> Answer:
        """A document with this number of nested levels."""

    def nothing(self) -> Answer:
        """A document in place of an answer without content."""

    def surrogates(self, answer: Answer, raw: bool) -> bytes:
        """The answer's body with a lone surrogate in each of its texts."""

    def wrong_bytes(self, answer: Answer) -> bytes:
        """The answer's body with a byte that is not UTF-8."""


class JsonSpoiler:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def error(self, status: int, error_type: str, message: str) -> Answer:
        return json_answer(error_value(self._settings, error_type, message), status)

    def error_object(self, shape: str, error_type: str, message: str) -> Answer:
        if shape == "model_binding":
            return json_answer({"Message": "The request is invalid.", "MessageDetail": message})
        return json_answer(error_value(self._settings, error_type, message))

    def invalid(self) -> Answer:
        return Answer(200, b'{"IsRunning": tru')

    def other(self, value: Any) -> Answer:
        return json_answer(value)

    def padding(self) -> tuple[Answer, bytes, bytes]:
        return json_answer(None), b'{"Padding":"', b'"}'

    def deep(self, depth: int) -> Answer:
        return Answer(200, b"[" * depth + b"]" * depth)

    def nothing(self) -> Answer:
        return json_answer(None)

    def surrogates(self, answer: Answer, raw: bool) -> bytes:
        marked = _with_surrogates(answer.value)
        if raw:
            return json.dumps(marked, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return json.dumps(marked, ensure_ascii=True).encode()

    def wrong_bytes(self, answer: Answer) -> bytes:
        return answer.body.replace(b'"', b'"\xe9', 1)


def _with_surrogates(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_surrogates(item) for item in value]
    return value + "\ud83d" if isinstance(value, str) else value
