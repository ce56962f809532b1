# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Decides whether archives show that a declaration changes nothing.

Only exact keys of fields count: a name, or another spelling, needs the agent's answer. So does a
declaration that will be refused, since the refusal must rest on that answer.
"""

from __future__ import annotations

import collections
import typing as t

from .._wire import members
from . import field_mapping, order
from .checks import DocumentError
from .connection import Connection
from .connection_settings import changed_settings
from .declared import UNSET, DeclaredActor, DeclaredConnection, DeclaredDefault
from .unknown import Unknown


def mapping_is_declared(mapping: members.Carrier, ranks: order.Ranks, actor: DeclaredActor) -> bool:
    """Whether the fields of an actor type, and their order, are as declared.

    :param mapping: an ErpSyncActorTypeMapping of an archive.
    """
    keys = collections.Counter(order.key_of(field) for field in members.carriers(mapping, "FieldMappings") or [])
    wanted = () if actor.order is UNSET else actor.order
    if any(keys[key] != 1 for key in (*(field.erp for field in actor.fields), *wanted)):
        return False
    try:
        _carrier, fields, own = field_mapping.overlay(mapping, actor)
        return not fields and not own and (len(wanted) < 2 or _is_in_order(mapping, ranks, wanted, actor.place))
    except DocumentError:
        return False


def _is_in_order(mapping: members.Carrier, ranks: order.Ranks, wanted: t.Sequence[str], place: str) -> bool:
    fields = order.declared_fields(mapping, wanted, place)
    # Fields of the same rank stand in an order that only the agent tells.
    if order.same_ranks(ranks, fields):
        return False
    return order.present_order(mapping, ranks, fields, place, "") == list(wanted)


def default_is_declared(default: members.Carrier, declared: DeclaredDefault, place: str) -> bool:
    """Whether a default value is as declared.

    :param default: an ErpSyncDefaultValue of an archive.
    """
    if members.text(default, "FieldType") == "Password" and declared.value is not UNSET and declared.value is not None:
        # How the agent shows a password is not documented.
        return False
    try:
        _carrier, before, after = field_mapping.default_overlay(default, declared, place)
    except DocumentError:
        return False
    return before == after


def as_listed(listed: Connection) -> members.Carrier:
    """The members of ErpConnection that listings tell, as a carrier."""
    return {
        "ErpConnectionId": listed.id,
        "ErpConnectorId": listed.connector_id,
        "DisplayName": listed.raw_name,
        "DisplayDescription": listed.raw_description,
        "Active": listed.active,
        "Deleted": listed.deleted,
    }


def settings_are_declared(listed: Connection, declared: DeclaredConnection) -> bool:
    """Whether a listing shows that the settings of a connection are as declared.

    :param declared: must not move the connection to another connector.
    """
    if declared.config is not UNSET or declared.access is not UNSET:
        return False
    try:
        settings = changed_settings(
            as_listed(listed), declared, connector=None, connector_names={}, access={}, fields=Unknown(), secrets="ignore"
        )
    except DocumentError:
        return False
    return not settings.changes


def is_as_declared(listed: Connection, declared: DeclaredConnection) -> bool:
    """Whether a listing shows that a connection itself is as declared.

    An inactive one is not if ``active`` is undeclared, because a warning is due.

    :param declared: must not move the connection to another connector.
    """
    return settings_are_declared(listed, declared) and listed.active is (True if declared.active is UNSET else declared.active)


def settings_differences(listed: Connection, whole: Connection) -> list[str]:
    """Where a listing and GetConnection differ, in the words of a document."""
    told = {
        "name": listed.raw_name == whole.raw_name,
        "description": listed.raw_description == whole.raw_description,
        "connector": listed.connector_id == whole.connector_id,
    }
    return [word for word, same in told.items() if not same]
