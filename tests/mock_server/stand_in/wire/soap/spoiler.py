# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the answers that faults put in place of a SOAP answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..answers import Answer
from .envelope import Envelopes, exception_fault
from .schema import Operation
from .writing import escape

_TEXT_END = re.compile(rb"(?<=[^>])</")


class XmlSpoiler:
    """exception: makes a SoExceptionInfo of a type and a text."""

    def __init__(self, envelopes: Envelopes, operation: Operation | None, exception: Callable[[str, str], Mapping[str, Any]]) -> None:
        self._envelopes = envelopes
        self._operation = operation
        self._exception = exception

    def error(self, status: int, error_type: str, message: str) -> Answer:
        fault = exception_fault(error_type, message, True)
        fault.status = status
        return self._envelopes.fault(fault)

    def error_object(self, shape: str, error_type: str, message: str) -> Answer:
        if shape == "agent" and self._operation is not None:
            return self._envelopes.answer(self._operation, {}, self._exception(error_type, message))
        return self.error(200, error_type, message)

    def invalid(self) -> Answer:
        return self._document(b"<s:Envelope><s:Body>")

    def other(self, value: Any) -> Answer:
        return self._document(f"<Other>{escape(str(value))}</Other>".encode())

    def padding(self) -> tuple[Answer, bytes, bytes]:
        start = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Padding>'
        return self._document(b""), start, b"</Padding></s:Body></s:Envelope>"

    def deep(self, depth: int) -> Answer:
        return self._document(b"<a>" * depth + b"</a>" * depth)

    def nothing(self) -> Answer:
        return self._document(b"<Nothing/>")

    def surrogates(self, answer: Answer, raw: bool) -> bytes:
        return _TEXT_END.sub(b"\xed\xa0\xbd</" if raw else b"&#xD83D;</", answer.body)

    def wrong_bytes(self, answer: Answer) -> bytes:
        return _TEXT_END.sub(b"\xe9</", answer.body, count=1)

    def _document(self, content: bytes) -> Answer:
        return Answer(200, content, f"{self._envelopes.media_type}; charset=utf-8")
