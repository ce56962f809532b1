# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads SuperOffice's lists: user groups, users, and the items of CRM lists."""

from __future__ import annotations

import contextlib
import functools
import typing as t

from .._agent import shapes
from .._agent.lookups import Lookups
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import names
from .._model.checks import DocumentError
from .._model.current import CurrentConnection, Person
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from .._model.list_mapping import CrmList, crm_list_names, referred_lists
from .._model.matched import Matched
from .._model.pattern import Pattern, foreseen_lists
from .._wire import members
from .bulk import Source

ReadMapping = t.Callable[[], t.Optional[members.Carrier]]


def read_people(lookups: Lookups, list_name: str) -> tuple[Person, ...]:
    """The user groups (``usergroup``) or users (``associate``) that are not deleted."""
    with shapes.reading(f"MDO list {list_name}"):
        return tuple(
            Person(
                members.required_number(item, "Id"),
                tuple(dict.fromkeys(name for name in (members.text(item, "Name"), members.text(item, "FullName")) if name)),
            )
            for item in lookups.list_items(list_name)
            if not members.flag(item, "Deleted")
        )


def read_declared_items(
    declared: DeclaredEnvironment, current: CurrentEnvironment, matched: Matched, source: Source, lookups: Lookups, at_once: int
) -> dict[str, t.Sequence[members.Carrier]]:
    """The CRM lists whose items are declared by name, each read once, by the key of the list."""
    needed: dict[str, tuple[CrmList, ReadMapping]] = {}

    def of_connection(found: CrmList, connection: CurrentConnection) -> members.Carrier | None:
        state = connection.actors.get(found.actor)
        return source.mapping(connection.listed.id, found.actor) if state is None or state.archived else state.mapping

    def of_pattern(found: CrmList, pattern: Pattern) -> members.Carrier | None:
        return pattern.mapping_with(found.field_id)

    with shapes.reading("GetConnectionListMappings"):
        for connection in current.connections or ():
            if connection.lists is not None:
                for found in crm_list_names(connection.lists, matched.items[connection.listed.id].lists):
                    needed.setdefault(found.key, (found, functools.partial(of_connection, found, connection)))
        for item in declared.connections or ():
            number = matched.id_of(item)
            connector_id = matched.connector_id(item) if number is None else current.connections_by_id[number].listed.connector_id
            pattern = current.patterns.get(connector_id or 0)
            if item.present and item.lists and isinstance(pattern, Pattern):
                # The plan reports what is wrong with the document.
                with contextlib.suppress(DocumentError):
                    for found in crm_list_names(foreseen_lists(pattern, item).known, item.lists):
                        needed.setdefault(found.key, (found, functools.partial(of_pattern, found, pattern)))
    work = [functools.partial(read_crm_items, lookups, found, mapping) for found, mapping in needed.values()]
    return dict(zip(needed, side_by_side(work, at_once)))


def read_crm_items(lookups: Lookups, wanted: CrmList, mapping: ReadMapping) -> t.Sequence[members.Carrier]:
    """The items of a CRM list; none if no known name leads to it, so that items need ids.

    :param mapping: reads the mapping of the actor type whose field refers to the list.
    """
    for name in wanted.names:
        items = _items_by(lookups, name)
        if items:
            return items
    with shapes.reading("GetActorTypeMapping"):
        referred = referred_lists(mapping(), wanted.field_id)
    for name, additional in referred:
        items = _items_by(lookups, name, additional)
        if items:
            return items
    return ()


def _items_by(lookups: Lookups, name: str, additional: str | None = None) -> t.Sequence[members.Carrier]:
    try:
        return lookups.list_items(name, additional) if names.readable(name).strip() else ()
    except errors.APPLICATION_ERRORS:
        return ()
