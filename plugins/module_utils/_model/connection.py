# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Connections: one ERP company each, through a connector."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from . import names, wire


@dataclass(frozen=True)
class Connection:
    """One connection without its configuration values and without who may use it, which listings do not tell.

    Names and descriptions are the stored texts.
    """

    id: int
    connector_id: int
    raw_name: str
    raw_description: str
    active: bool
    deleted: bool
    guid: str | None
    # The carrier that this was read from, where that was a GetConnection, so that nobody needs to read it again.
    whole: wire.Carrier | None = field(default=None, compare=False, repr=False)

    @classmethod
    def from_wire(cls, carrier: wire.Carrier) -> Connection:
        """From ErpConnection.

        :raises wire.WireError: where a member is of another type, or is missing that decides something.
        """
        return cls(
            id=wire.required_number(carrier, "ErpConnectionId"),
            connector_id=wire.required_number(carrier, "ErpConnectorId"),
            raw_name=wire.text(carrier, "DisplayName") or "",
            raw_description=wire.text(carrier, "DisplayDescription") or "",
            active=wire.required_flag(carrier, "Active"),
            deleted=bool(wire.flag(carrier, "Deleted")),
            guid=wire.text(carrier, "ConnectionId"),
        )

    @property
    def name(self) -> str:
        """The name to show a person."""
        return names.readable(self.raw_name)

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return for a connection; whoever knows the connectors adds the connector's name."""
        return {
            "id": self.id,
            "name": self.name,
            "raw_name": self.raw_name,
            "description": names.readable(self.raw_description),
            "connector_id": self.connector_id,
            "active": self.active,
            "deleted": self.deleted,
            "guid": self.guid,
        }


class Access(t.NamedTuple):
    """Who may use a connection, by id. Unknown is None."""

    everyone: bool | None = None
    user_group_ids: tuple[int, ...] | None = None
    user_ids: tuple[int, ...] | None = None

    @classmethod
    def from_wire(cls, carrier: wire.Carrier) -> Access:
        """From the answer of GetConnection. The archive that GetAllConnections reads has no user groups and users.

        :raises wire.WireError: where a member is of another type.
        """
        return cls(
            everyone=wire.flag(carrier, "AllAccess"),
            user_group_ids=tuple(sorted(wire.numbers(carrier, "UserGroupAccessIds"))),
            user_ids=tuple(sorted(wire.numbers(carrier, "AssociateAccessIds"))),
        )

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return under ``access``."""
        groups, users = (None if ids is None else list(ids) for ids in (self.user_group_ids, self.user_ids))
        return {"everyone": self.everyone, "user_group_ids": groups, "user_ids": users}


class Summary(t.NamedTuple):
    """ErpSyncConnectionSummary: what the list of connections shows."""

    last_sync: str | None
    actors: tuple[dict[str, t.Any], ...]

    @classmethod
    def from_wire(cls, carrier: wire.Carrier) -> Summary:
        """:raises wire.WireError: where a member is of another type."""
        last_sync = wire.text(carrier, "LastSync")
        return cls(
            # .NET's smallest date stands for "never".
            last_sync=None if not last_sync or last_sync.startswith("0001-01-01") else last_sync,
            actors=tuple(
                {
                    "erp": wire.text(actor, "ActorType"),
                    "has_mappings": wire.flag(actor, "HasMappings"),
                    "defaults": wire.text(actor, "Defaults"),
                    "mappings": wire.text(actor, "Mappings"),
                }
                for actor in wire.carriers(carrier, "Actors") or []
            ),
        )

    @property
    def actor_types(self) -> list[str]:
        """The ERP actor types that this connection has, in the server's order."""
        return [actor["erp"] for actor in self.actors if actor["erp"] not in (None, "Unknown")]

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return under ``summary``."""
        return {"last_sync": self.last_sync, "actors": [dict(actor) for actor in self.actors]}


def access_words(
    carrier: wire.Carrier, groups: t.Mapping[int, str] | None = None, users: t.Mapping[int, str] | None = None
) -> dict[str, t.Any]:
    """Who may use a connection, by name where the names are known, otherwise by id."""
    known_groups, known_users = groups or {}, users or {}
    return {
        "everyone": bool(wire.flag(carrier, "AllAccess")),
        "user_groups": [known_groups.get(number, number) for number in sorted(wire.numbers(carrier, "UserGroupAccessIds"))],
        "users": [known_users.get(number, number) for number in sorted(wire.numbers(carrier, "AssociateAccessIds"))],
    }
