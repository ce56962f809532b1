# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Patterns: predict the mappings of a new connection from another one of the same connector.

Fields and lists belong to the connector, mappings to each connection, so a pattern gives fields
without mappings. It does not tell which fields the server will map by itself, nor which ones the
connector has added since.
"""

from __future__ import annotations

import typing as t

from .._wire import members
from . import field_mapping, list_mapping
from .actor_types import CRM_OF
from .checks import DocumentError
from .current import CurrentConnection
from .declared import UNSET, DeclaredActor, DeclaredConnection, DeclaredList
from .unknown import Unknown


class Pattern(t.NamedTuple):
    """A connection from which mappings of the same connector are predicted."""

    connection_id: int
    # The name to show.
    name: str
    # ErpSyncActorTypeMapping by ERP actor type; None if the connection has none.
    actors: t.Mapping[str, members.Carrier | None | Unknown]
    # ErpConnectionListMappingContainer.
    lists: members.Carrier | Unknown = Unknown()
    # Names of ERP lists that are not in ``lists``, by ErpFieldId.
    list_names: t.Mapping[int, str] = {}

    def mapping_with(self, field_id: int) -> members.Carrier | None:
        """The mapping that contains a field."""
        for mapping in self.actors.values():
            if isinstance(mapping, dict) and field_id in field_mapping.field_ids(mapping):
                return mapping
        return None


# The prediction for a connection that is new, or moves to another connector.
Foreseen = t.Union[Pattern, Unknown]
# ERP actor type and field key.
FieldKey = tuple[str, str]


def unmapped(mapping: members.Carrier) -> members.Carrier:
    """The fields of a mapping as a new connection of the same connector has them.

    Fields that are missing in the ERP system are left out, the others are not mapped.
    """
    fields = [
        members.replaced(
            field,
            {
                "CrmFieldKey": "",
                "CrmDisplayName": "",
                "SyncToCrm": False,
                "SyncToErp": False,
                "ShowInGui": False,
                "ShowInSearch": False,
                "ListReference": "",
                "MissingInCRM": False,
                # By the pattern itself, or by a third connection.
                "AlreadyMapped": bool(members.flag(field, "AlreadyMapped") or members.flag(field, "SyncToCrm")),
            },
        )
        for field in members.carriers(mapping, "FieldMappings") or []
        if not members.flag(field, "MissingInERP")
    ]
    return members.replaced(mapping, {"FieldMappings": fields, "IsActive": False})


def moved(mapping: members.Carrier, pattern: members.Carrier) -> members.Carrier:
    """The mapping of a connection after it has moved to the connector of a pattern.

    Fields that the pattern lacks become missing.
    """
    there = {members.text(field, "ErpFieldKey"): field for field in members.carriers(unmapped(pattern), "FieldMappings") or []}
    fields: list[members.Carrier] = []
    for field in members.carriers(mapping, "FieldMappings") or []:
        other = there.get(members.text(field, "ErpFieldKey"))
        if other is None:
            fields.append(members.replaced(field, {"MissingInERP": True}))
        else:
            described = {name: members.member(other, name) for name in ("FieldType", "Access", "ErpDisplayName")}
            fields.append(members.replaced(field, {**described, "MissingInERP": False}))
    return members.replaced(mapping, {"FieldMappings": fields})


class ForeseenLists(t.NamedTuple):
    """The predicted lists of a connection: the known ones, and the uncertain ones."""

    known: members.Carrier
    # Declared lists whose existence or items cannot be predicted.
    vague: tuple[DeclaredList, ...]

    def leaves_open(self, declared: DeclaredList) -> bool:
        """Whether a list is uncertain.

        The place identifies it, since pruning may have changed its declaration.
        """
        return any(one.place == declared.place for one in self.vague)


def foreseen_lists(pattern: Foreseen, item: DeclaredConnection, there: t.Collection[FieldKey] = ()) -> ForeseenLists:
    """Predict the lists of a connection that is mapped as declared, with nothing chosen in them.

    A list exists if a field that uses it is mapped to a CRM field with a list.

    :param there: fields that are mapped already and stay mapped.
    """
    if isinstance(pattern, Unknown) or isinstance(pattern.lists, Unknown):
        return ForeseenLists({"ErpListItemMappings": []}, item.lists)
    known: list[members.Carrier] = []
    # Actor type and list name of each uncertain list; None stands for any list.
    vague: list[tuple[str, str | None]] = []
    for actor in item.actors:
        mapping = pattern.actors.get(actor.erp)
        if isinstance(mapping, Unknown):
            vague.append((actor.erp, None))
        elif mapping is not None:
            for field_id, key, crm in mapped_lists(mapping, actor):
                if (actor.erp, key) in there:
                    continue
                name, found = _list_of(pattern, field_id, actor.erp, crm)
                if found is None:
                    vague.append((actor.erp, name))
                else:
                    known.append(found)
    unsure = tuple(
        declared for declared in item.lists if any(name in (None, declared.list) and declared.actor in (UNSET, erp) for erp, name in vague)
    )
    return ForeseenLists({"ErpListItemMappings": known}, unsure)


def mapped_lists(mapping: members.Carrier, actor: DeclaredActor) -> t.Iterator[tuple[int, str, str]]:
    """The declared list fields with a CRM field: id, key and CRM field."""
    fields = members.carriers(mapping, "FieldMappings") or []
    index = field_mapping.FieldIndex(fields)
    for declared in actor.fields:
        if declared.crm is UNSET or declared.crm is None:
            continue
        try:
            field = fields[index.find(declared.erp, declared.place)]
        except DocumentError:
            continue
        if members.text(field, "FieldType") == "List" and not members.flag(field, "MissingInERP"):
            yield members.number(field, "ErpFieldId") or 0, members.text(field, "ErpFieldKey") or "", declared.crm


def brings_lists(item: DeclaredConnection, connection: CurrentConnection) -> bool:
    """Whether lists are declared, and saving the declared fields brings new or other lists."""
    if not item.lists or connection.lists is None:
        return False
    for actor in item.actors:
        state = connection.actors.get(actor.erp)
        if state is None:
            return True
        present = dict(_by_id(state.mapping))
        for field_id, _key, crm in mapped_lists(state.mapping, actor):
            if not field_id or members.text(present[field_id], "CrmFieldKey") != crm:
                return True
    with members.answer_of("GetConnectionListMappings"):
        return bool(item.actors) and any(list_mapping.find_list(connection.lists, declared) is None for declared in item.lists)


def lists_that_stay(connection: CurrentConnection, moved: t.Container[int]) -> tuple[list[members.Carrier], set[FieldKey]]:
    """The list mappings that a change of fields does not remove, and the fields that have them.

    :param moved: the ids of fields that get another CRM field.
    """
    kept = [
        mapping
        for mapping in members.carriers(connection.lists or {}, "ErpListItemMappings") or []
        if (members.number(mapping, "ErpFieldId") or 0) not in moved
    ]
    ids = {members.number(mapping, "ErpFieldId") for mapping in kept}
    keys = {
        (erp, members.text(field, "ErpFieldKey") or "")
        for erp, state in connection.actors.items()
        if state is not None
        for number, field in _by_id(state.mapping)
        if number in ids
    }
    return kept, keys


def _by_id(mapping: members.Carrier) -> t.Iterator[tuple[int, members.Carrier]]:
    for field in members.carriers(mapping, "FieldMappings") or []:
        number = members.number(field, "ErpFieldId")
        if number:
            yield number, field


@members.answer_of("GetConnectionListMappings")
def list_of_field(lists: members.Carrier, field_id: int) -> members.Carrier | None:
    """The list mapping of a field, or None."""
    found = members.carriers(lists, "ErpListItemMappings") or []
    return next((one for one in found if field_id and members.number(one, "ErpFieldId") == field_id), None)


def _list_of(pattern: Pattern, field_id: int, erp: str, crm: str) -> tuple[str | None, members.Carrier | None]:
    """The name and the list mapping of a field's ERP list; each None if unknown."""
    lists = t.cast("members.Carrier", pattern.lists)
    own = list_of_field(lists, field_id)
    name = pattern.list_names.get(field_id) if own is None else members.text(own, "ErpListName")
    if name is None:
        return None, None
    there = members.carriers(lists, "ErpListItemMappings") or []
    rows = next((one for one in [*([own] if own else []), *there] if members.text(one, "ErpListName") == name), None)
    chosen = next((one for one in there if _goes_to(pattern, one, erp, crm)), None)
    if rows is None or chosen is None:
        return name, None
    items = [members.replaced(row, {"CrmListItem": None}) for row in members.carriers(rows, "ErpCrmListItemMappings") or []]
    return name, {
        "CrmList": members.member(chosen, "CrmList"),
        "ErpListName": name,
        "ErpActorTypeName": erp,
        # The field that refers to the CRM list, whose own name may not be usable in a request.
        "ErpFieldId": members.member(chosen, "ErpFieldId"),
        "ErpCrmListItemMappings": items,
    }


def _goes_to(pattern: Pattern, mapping: members.Carrier, erp: str, crm: str) -> bool:
    """Whether the field of a list mapping is mapped to this CRM field."""
    field_id = members.number(mapping, "ErpFieldId") or 0
    with members.answer_of("GetActorTypeMapping"):
        whose = pattern.mapping_with(field_id)
        if whose is None or CRM_OF.get(members.text(whose, "ActorTypeErp") or "") != CRM_OF[erp]:
            return False
        fields = members.carriers(whose, "FieldMappings") or []
        return any(members.number(field, "ErpFieldId") == field_id and members.text(field, "CrmFieldKey") == crm for field in fields)
