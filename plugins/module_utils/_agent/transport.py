# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""How the calls of the ErpSync agent travel."""

from __future__ import annotations

import typing as t


class Transport(t.Protocol):
    """How agent methods and look-ups reach the server; :class:`_client.rest.RestTransport` is one."""

    def invoke(self, method: str, arguments: t.Mapping[str, t.Any], *, writes: bool, timeout: float | None = None) -> t.Any:
        """Call a method with its arguments by their names on the wire; returns the decoded answer."""

    def mdo_list(self, name: str, additional: str | None = None) -> t.Any:
        """The items of an MDO list, asked for without the headings of groups."""

    def archive(self, name: str, columns: t.Sequence[str], condition: str = "", order: str = "", skip: int = 0) -> t.Any:
        """A page of an archive; condition and order where they are not blank."""
