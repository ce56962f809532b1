# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The protocol by which agent methods, lists and archives reach the server."""

from __future__ import annotations

import typing as t

from .._wire.archive_query import Page, Query


class Transport(t.Protocol):
    """Sends requests and decodes answers; :class:`_client.rest.RestTransport` is one."""

    def invoke(self, method: str, arguments: t.Mapping[str, t.Any], *, writes: bool, timeout: float | None = None) -> t.Any:
        """Call a method with its arguments by their wire names; returns the decoded answer."""

    def mdo_list(self, name: str, additional: str | None = None) -> t.Any:
        """The items of an MDO list, requested without group headings."""

    def archive(self, query: Query, page: int = 0, skip: int = 0) -> Page:
        """A page of an archive, for :class:`_agent.archives.Archives`.

        :param page: its number, which SOAP sends; the first is 0.
        :param skip: the rows of the pages before, which REST sends.
        """

    def principal(self) -> t.Any:
        """The SoPrincipalCarrier of who is signed in; None where the server does not tell."""

    def system(self) -> t.Any:
        """What the server tells of itself, with the member NetServerVersion."""
