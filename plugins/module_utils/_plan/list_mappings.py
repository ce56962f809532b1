# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Plans the list mappings of one connection.

A list is there while a field that uses it is mapped to a CRM field with a list. Lists that earlier
steps bring are compared with those of another connection of the same connector, and noted as
unchecked where that is unknown.
"""

from __future__ import annotations

import typing as t

from .._model import list_mapping, order, pattern, stamp
from .._model.checks import DocumentError
from .._model.current import CurrentConnection
from .._model.declared import DeclaredList
from .._model.pattern import FieldKey, Foreseen, foreseen_lists
from .._model.unknown import Unknown
from .._wire import members
from .change import Change
from .draft import Mappings
from .steps import SaveLists

# The new CRM field of each field whose CRM field changes, by ErpFieldId; None where the field is
# unmapped.
_Moved = t.Mapping[int, t.Optional[str]]


def plan_lists(mappings: Mappings, fields: t.Mapping[str, Change]) -> None:
    """Add the step and the changes of the lists.

    :param fields: the changes of the field mappings, by ERP actor type.
    :raises DocumentError: for a declaration that cannot be carried out.
    """
    connection = mappings.connection
    lists = tuple(declared._replace(purge=True) if mappings.prune else declared for declared in mappings.item.lists)
    if connection is None or mappings.moves:
        if connection is not None:
            _refuse_gone(connection.lists or {}, lists, _moved_fields(connection, fields))
        if lists or (connection is not None and mappings.prune):
            mappings.draft.steps.append(SaveLists(mappings.target, lists, mappings.prune))
            # The lists of a connection that moves are not read from the other connector.
            _add_to_come(mappings, lists, Unknown() if mappings.moves else mappings.foreseen)
    elif lists or mappings.prune:
        _plan_there(mappings, connection, lists, _moved_fields(connection, fields))


def _plan_there(mappings: Mappings, connection: CurrentConnection, lists: tuple[DeclaredList, ...], moved: _Moved) -> None:
    """Plan the lists of a connection that is there and stays with its connector."""
    container: members.Carrier = connection.lists or {}
    changes = mappings.draft.changes
    planned = len(changes)
    _refuse_gone(container, lists, moved)
    if mappings.item.actors and pattern.brings_lists(mappings.item, connection):
        stay, keys = pattern.lists_that_stay(connection, moved)
        _add_to_come(mappings, lists, mappings.foreseen, stay, keys)
    else:
        _saved, changed = list_mapping.overlay(container, lists, mappings.crm_items, purge=mappings.prune)
        _add(mappings, changed)
    # A field that gets another CRM field may bring a list back with its former items, which pruning
    # clears.
    brings = mappings.prune and any(moved.values()) and connection.lists is not None
    if len(changes) > planned or brings:
        mappings.draft.steps.append(SaveLists(mappings.target, lists, mappings.prune))


def _add(mappings: Mappings, changed: t.Iterable[list_mapping.ListChange]) -> None:
    for change in changed:
        rows: dict[stamp.Keys, list[stamp.Row]] = {}
        if change.field_id:
            rows = {("items", key): [stamp.item(change.field_id, key)] for key in change.before}
        mappings.change("list", change.list, {"items": dict(change.before)}, {"items": dict(change.after)}, rows)


def _add_to_come(
    mappings: Mappings,
    lists: tuple[DeclaredList, ...],
    foreseen: Foreseen,
    stay: t.Sequence[members.Carrier] = (),
    keys: t.Collection[FieldKey] = (),
) -> None:
    """Add the changes of lists some of which appear only once the fields are mapped.

    :param stay: the list mappings that are there and stay.
    :param keys: the fields that have them.
    :raises DocumentError: for a list that no mapped field uses, and for items that do not exist.
    """
    item, unchecked = mappings.item, mappings.unchecked
    told = foreseen_lists(foreseen, item, keys)
    known = members.carriers(told.known, "ErpListItemMappings") or []
    present: list[DeclaredList] = []
    to_come: list[DeclaredList] = []
    unknown: list[DeclaredList] = []
    try:
        for declared in lists:
            found = list_mapping.find_list({"ErpListItemMappings": [*stay, *known]}, declared, are_stored=not known)
            is_unknown = told.leaves_open(declared) or (found is None and item.refresh_fields)
            if is_unknown:
                unchecked.note(f'the list "{declared.list}" and its items', foreseen.why if isinstance(foreseen, Unknown) else "")
            if any(found is one for one in stay):
                present.append(declared)
            else:
                (unknown if is_unknown else to_come).append(declared)
        _saved, changed = list_mapping.overlay({"ErpListItemMappings": list(stay)}, present, mappings.crm_items, purge=mappings.prune)
    except DocumentError as error:
        raise mappings.explained(error, foreseen) from None
    _add(mappings, changed)
    try:
        _saved, changed = list_mapping.overlay(told.known, to_come, mappings.crm_items)
        words = {change.list: {"items": dict(change.after)} for change in changed}
    except DocumentError as error:
        if not item.refresh_fields or isinstance(foreseen, Unknown):
            raise mappings.explained(error, foreseen) from None
        words = {}
        for declared in to_come:
            unchecked.note(f'the list "{declared.list}" and its items')
    names = [declared.list for declared in to_come]
    for declared in [*to_come, *unknown]:
        # Two lists of one name, which their actor types tell apart, are shown as declared.
        shown = words.get(declared.list) if names.count(declared.list) == 1 else None
        mappings.change("list", declared.list, {}, shown or _declared_words(declared))


def _declared_words(declared: DeclaredList) -> dict[str, t.Any]:
    """The items of a list as they are declared."""
    return {"items": {key: None if ref is None else (ref.name if ref.name is not None else ref.id) for key, ref in declared.items.items()}}


def _goes(container: members.Carrier, declared: DeclaredList, moved: _Moved) -> bool:
    """Whether a list disappears because its field is unmapped."""
    mapping = list_mapping.find_list(container, declared)
    return mapping is not None and moved.get(members.number(mapping, "ErpFieldId") or 0, "stays") is None


def _moved_fields(connection: CurrentConnection, changes: t.Mapping[str, Change]) -> dict[int, str | None]:
    moved: dict[int, str | None] = {}
    for erp, change in changes.items():
        state = connection.actors.get(erp)
        if state is None:
            continue
        fields = {members.text(field, "ErpFieldKey"): field for field in members.carriers(state.mapping, "FieldMappings") or []}
        for key, words in change.after.get("fields", {}).items():
            was = change.before.get("fields", {}).get(key)
            if was is not None and was["crm"] != words["crm"] and key in fields and order.id_of(fields[key]):
                moved[order.id_of(fields[key])] = words["crm"]
    return moved


def _refuse_gone(container: members.Carrier, lists: t.Sequence[DeclaredList], moved: _Moved) -> None:
    """Refuse a list that disappears because its field is unmapped: the next run would not find it.

    :raises DocumentError: naming the list.
    """
    for declared in lists:
        if _goes(container, declared, moved):
            raise DocumentError(
                f"{declared.place}: the list is there only while its field is mapped to a CRM field, and the document unmaps that. "
                "Declare the field with crm, or leave the list out."
            )
