# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals in the server's own terms; wire/answers.py gives their form on the wire."""

from __future__ import annotations


class Refusal(Exception):
    """The server understood the call and refuses it.

    error_type: name of the SuperOffice exception, e.g. ArgumentException.
    status: HTTP status of the answer.
    """

    def __init__(self, error_type: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.status = status


class BindingError(Exception):
    """The body could not be read as the arguments of the method (ASP.NET model binding, status
    400).
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def bad_argument(message: str) -> Refusal:
    return Refusal("ArgumentException", message)


def not_allowed_now(message: str) -> Refusal:
    return Refusal("SoIllegalOperationException", message)
