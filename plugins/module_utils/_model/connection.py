# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections: one ERP company each, through a connector."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from .._wire import members
from . import names


@dataclass(frozen=True)
class Connection:
    """One connection without configuration and access, which listings do not contain.

    Names and descriptions are the stored texts.
    """

    id: int
    connector_id: int
    raw_name: str
    raw_description: str
    active: bool
    deleted: bool
    guid: str | None
    # The answer of GetConnection, if the connection comes from it.
    whole: members.Carrier | None = field(default=None, compare=False, repr=False)

    @classmethod
    def from_wire(cls, carrier: members.Carrier, *, whole: bool = False) -> Connection:
        """From ErpConnection.

        :param whole: whether the carrier is the answer of GetConnection.
        :raises members.WireError: if a member has another type, or a required member is missing.
        """
        return cls(
            id=members.required_number(carrier, "ErpConnectionId"),
            connector_id=members.required_number(carrier, "ErpConnectorId"),
            raw_name=members.text(carrier, "DisplayName") or "",
            raw_description=members.text(carrier, "DisplayDescription") or "",
            active=members.required_flag(carrier, "Active"),
            deleted=bool(members.flag(carrier, "Deleted")),
            guid=members.text(carrier, "ConnectionId"),
            whole=carrier if whole else None,
        )

    @property
    def name(self) -> str:
        """The name to show."""
        return names.readable(self.raw_name)

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return for a connection; the caller adds the connector's name."""
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
    """Who may use a connection, by id; None if unknown."""

    everyone: bool | None = None
    user_group_ids: tuple[int, ...] | None = None
    user_ids: tuple[int, ...] | None = None

    @classmethod
    def from_wire(cls, carrier: members.Carrier) -> Access:
        """From the answer of GetConnection; GetAllConnections returns no user groups and users.

        :raises members.WireError: if a member has another type.
        """
        return cls(
            everyone=members.flag(carrier, "AllAccess"),
            user_group_ids=tuple(_ids(carrier, "UserGroupAccessIds")),
            user_ids=tuple(_ids(carrier, "AssociateAccessIds")),
        )

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return under ``access``."""
        groups, users = (None if ids is None else list(ids) for ids in (self.user_group_ids, self.user_ids))
        return {"everyone": self.everyone, "user_group_ids": groups, "user_ids": users}


# The smallest dates of .NET and of SuperOffice's database, in any time zone.
_NEVER = re.compile(r"(0001|1759|1760)-[0-9]{2}-[0-9]{2}")


class Summary(t.NamedTuple):
    """ErpSyncConnectionSummary: the details in the list of connections."""

    last_sync: str | None
    actors: tuple[dict[str, t.Any], ...]

    @classmethod
    def from_wire(cls, carrier: members.Carrier) -> Summary:
        """:raises members.WireError: if a member has another type."""
        last_sync = members.text(carrier, "LastSync")
        return cls(
            last_sync=None if not last_sync or _NEVER.match(last_sync) else last_sync,
            actors=tuple(
                {
                    "erp": members.text(actor, "ActorType"),
                    "has_mappings": members.flag(actor, "HasMappings"),
                    "defaults": members.text(actor, "Defaults"),
                    "mappings": members.text(actor, "Mappings"),
                }
                for actor in members.carriers(carrier, "Actors") or []
            ),
        )

    @property
    def actor_types(self) -> list[str]:
        """The ERP actor types of the connection, in the server's order."""
        return [actor["erp"] for actor in self.actors if actor["erp"] not in (None, "Unknown")]

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return under ``summary``."""
        return {"last_sync": self.last_sync, "actors": [dict(actor) for actor in self.actors]}


def access_words(
    carrier: members.Carrier, groups: t.Mapping[int, str] | None = None, users: t.Mapping[int, str] | None = None
) -> dict[str, t.Any]:
    """Who may use a connection, in the words of a document: names if known, otherwise ids."""
    known_groups, known_users = groups or {}, users or {}
    return {
        "everyone": bool(members.flag(carrier, "AllAccess")),
        "user_groups": [known_groups.get(number, number) for number in _ids(carrier, "UserGroupAccessIds")],
        "users": [known_users.get(number, number) for number in _ids(carrier, "AssociateAccessIds")],
    }


def _ids(carrier: members.Carrier, name: str) -> list[int]:
    """The ids of a member, each once: a server may keep several rows for one user group or user."""
    return sorted(set(members.numbers(carrier, name)))
