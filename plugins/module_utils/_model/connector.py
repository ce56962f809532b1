# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Connectors: the URLs through which SuperOffice reaches an ERP product."""

from __future__ import annotations

import typing as t

from .._wire import members
from . import names, secret_values


class Connector(t.NamedTuple):
    """One connector, as lists show it. ``raw_name`` is the stored text, in all its languages."""

    id: int
    raw_name: str
    url: str | None

    @classmethod
    def from_wire(cls, carrier: members.Carrier) -> Connector:
        """From ErpSyncConnectorEntity.

        :raises members.WireError: if a member has another type, or the id is missing.
        """
        return cls(
            members.required_number(carrier, "ErpConnectorId"), members.text(carrier, "DisplayName") or "", members.text(carrier, "URL")
        )

    @property
    def name(self) -> str:
        """The name to show a person."""
        return names.readable(self.raw_name)

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return for a connector."""
        return {"id": self.id, "name": self.name, "raw_name": self.raw_name, "url": secret_values.url(self.url)}
