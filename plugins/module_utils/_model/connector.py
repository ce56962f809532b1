# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Connectors: the URLs that speak for an ERP product."""

from __future__ import annotations

import typing as t

from .._wire import members
from . import names


class Connector(t.NamedTuple):
    """One connector, as lists show it. ``raw_name`` is the stored text, in all its languages."""

    id: int
    raw_name: str
    url: str | None

    @classmethod
    def from_list_item(cls, item: members.Carrier) -> Connector:
        """From GetAllConnectors. The URL is in ToolTip, by all that is known; None where what is there is no address."""
        tooltip = members.text(item, "ToolTip")
        return cls(members.required_number(item, "Id"), members.text(item, "Name") or "", tooltip if tooltip and "://" in tooltip else None)

    @classmethod
    def from_mdo_item(cls, item: members.Carrier) -> Connector:
        """From the MDO list erpconnectors, whose ExtraInfo is documented as the URL."""
        return cls(members.required_number(item, "Id"), members.text(item, "Name") or "", members.text(item, "ExtraInfo"))

    @classmethod
    def from_entity(cls, entity: members.Carrier) -> Connector:
        """From ErpSyncConnectorEntity."""
        return cls(
            members.required_number(entity, "ErpConnectorId"), members.text(entity, "DisplayName") or "", members.text(entity, "URL")
        )

    @property
    def name(self) -> str:
        """The name to show a person."""
        return names.readable(self.raw_name)

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return for a connector."""
        return {"id": self.id, "name": self.name, "raw_name": self.raw_name, "url": self.url}
