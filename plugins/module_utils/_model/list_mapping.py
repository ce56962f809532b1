# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List mappings: which item of an ERP list maps to which item of a CRM list."""

from __future__ import annotations

import typing as t

from .._wire import members
from .._wire.wording import hint
from . import names
from .checks import DocumentError
from .declared import UNSET, DeclaredList
from .reference import Reference


def lists_as_result(container: members.Carrier) -> list[dict[str, t.Any]]:
    """The lists of an ErpConnectionListMappingContainer, as tasks return them.

    :raises members.WireError: if a member has another type.
    """
    return [_list(mapping) for mapping in members.carriers(container, "ErpListItemMappings") or []]


def _list(mapping: members.Carrier) -> dict[str, t.Any]:
    crm_list = members.carrier(mapping, "CrmList")
    return {
        "list": members.text(mapping, "ErpListName"),
        "actor": members.text(mapping, "ErpActorTypeName"),
        "field_id": members.number(mapping, "ErpFieldId"),
        "crm_list": None if crm_list is None else names.readable(members.text(crm_list, "Name")),
        "mapped_items": [_item(item) for item in members.carriers(mapping, "ErpCrmListItemMappings") or []],
    }


def _item(item: members.Carrier) -> dict[str, t.Any]:
    chosen = members.carrier(item, "CrmListItem")
    # No selection may be null or an item with the id 0; which is not documented.
    crm_id = members.number(chosen, "Id") if chosen is not None else None
    return {
        "erp": members.text(item, "ErpListItemId"),
        "erp_name": names.readable(members.text(item, "ErpListItemName")),
        "crm_id": crm_id or None,
        "crm": names.readable(members.text(chosen, "Name")) if chosen is not None and crm_id else None,
    }


class ListChange(t.NamedTuple):
    """One list whose mapping changes: ERP item to CRM item, in the words of a document.

    ``field_id`` is the field that has the list; 0 if unknown.
    """

    list: str
    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]
    field_id: int


# The members of an MDOListItem inside a list mapping; lists themselves return more.
_ITEM_MEMBERS = ("Id", "Name", "ToolTip", "Deleted", "Rank", "Type", "IconHint", "ColorBlock", "ExtraInfo", "StyleHint", "FullName")

# The items of CRM lists, by the name with which they are requested.
CrmItems = t.Mapping[str, t.Sequence[members.Carrier]]


def find_list(container: members.Carrier, declared: DeclaredList, *, are_stored: bool = True) -> members.Carrier | None:
    """The list with the declared name; None if the connection has none.

    :param are_stored: whether all lists are those of the connection itself; the field ids of
        predicted ones belong to another connection.
    :raises DocumentError: if several actor types, or several fields, have the list, or its spelling
        differs.
    """
    mappings = [
        mapping
        for mapping in members.carriers(container, "ErpListItemMappings") or []
        if declared.actor in (UNSET, members.text(mapping, "ErpActorTypeName"))
    ]
    found = [mapping for mapping in mappings if members.text(mapping, "ErpListName") == declared.list]
    if len(found) > 1:
        raise DocumentError(f"{declared.place}: {_several(found, are_stored)}")
    if not found:
        for raw, _mapping in names.NameIndex((members.text(mapping, "ErpListName"), mapping) for mapping in mappings).alike(declared.list):
            raise DocumentError(f"{declared.place}: {names.other_spelling('list', declared.list, raw)}")
    return found[0] if found else None


def _several(found: t.Sequence[members.Carrier], are_stored: bool) -> str:
    """Why a name of a list does not tell which one is meant."""
    name = members.text(found[0], "ErpListName")
    ids = [f"field id {members.number(mapping, 'ErpFieldId')}" for mapping in found]
    actors = [members.text(mapping, "ErpActorTypeName") or "" for mapping in found]
    if len(set(actors)) == 1:
        # Each field of the ERP system that uses a list has a mapping of its own.
        listed = f" ({', '.join(ids)})" if are_stored else ""
        return (
            f'several fields of {actors[0]} have the list "{name}"{listed}, and a document cannot tell them apart. '
            "Leave the list out, and map it in SuperOffice's administration."
        )
    if are_stored:
        actors = [f"{actor} ({field_id})" for actor, field_id in zip(actors, ids)]
    return f'several actor types have the list "{name}": {", ".join(dict.fromkeys(actors))}. Choose one with actor.'


class CrmList(t.NamedTuple):
    """A CRM list whose items are needed, and the names with which they may be requested."""

    key: str
    # The names in the list mapping.
    names: tuple[str, ...]
    # The field whose mapping refers to the list.
    actor: str
    field_id: int


def crm_list_names(container: members.Carrier, declared: t.Iterable[DeclaredList]) -> list[CrmList]:
    """The CRM lists whose items are needed: those with a declared item that is not chosen yet."""
    needed: dict[str, CrmList] = {}
    for item in declared:
        mapping = find_list(container, item)
        if mapping is None:
            continue
        rows = members.carriers(mapping, "ErpCrmListItemMappings") or []
        known = _Rows(rows)
        for key, target in item.items.items():
            index = known.get(key)
            if target is not None and target.name is not None and (index is None or not _is_chosen(rows[index], target)):
                found = _crm_list(mapping)
                needed[found.key] = found
    return list(needed.values())


def _crm_list(mapping: members.Carrier) -> CrmList:
    crm_list = members.carrier(mapping, "CrmList") or {}
    told, shown = members.text(crm_list, "ExtraInfo"), members.text(crm_list, "Name")
    field_id = members.number(mapping, "ErpFieldId") or 0
    # Several lists may have the same display name.
    key = told or f"{shown or ''} ({field_id})"
    return CrmList(
        key, tuple(dict.fromkeys(name for name in (told, shown) if name)), members.text(mapping, "ErpActorTypeName") or "", field_id
    )


def referred_lists(mapping: members.Carrier | None, field_id: int) -> list[tuple[str, str | None]]:
    """The lists that ListReference of a field may mean, each as a name and what to add to it.

    ListReference is ``table=category``, or ``table=udlist&udlistdefinition_id=12``, whose items are
    in the list udlist12.

    :param mapping: the ErpSyncActorTypeMapping with the field; None if there is none.
    """
    fields = () if mapping is None else members.carriers(mapping, "FieldMappings") or ()
    reference = next((members.text(field, "ListReference") for field in fields if members.number(field, "ErpFieldId") == field_id), None)
    table, _sign, extra = (reference or "").partition("&")
    word, _sign, name = table.partition("=")
    if word.strip().lower() != "table" or not name.strip():
        return []
    number = extra.partition("=")[2].strip()
    return [(name.strip() + number, None), (name.strip(), number)] if number else [(name.strip(), None)]


def overlay(
    container: members.Carrier, declared: t.Sequence[DeclaredList], crm_items: CrmItems, *, purge: bool = False
) -> tuple[dict[str, t.Any], list[ListChange]]:
    """Lay the declared lists over the whole container.

    :param crm_items: the items of the lists that :func:`crm_list_names` returns.
    :param purge: clear undeclared lists as well.
    :returns: the carrier to save, and the changed lists.
    :raises DocumentError: if a list, an ERP item or a CRM item does not exist, or is ambiguous.
    """
    mappings = [dict(mapping) for mapping in members.carriers(container, "ErpListItemMappings") or []]
    places = {id(mapping): place for place, mapping in enumerate(mappings)}
    by_place: dict[int, DeclaredList] = {}
    choices = _Choices(crm_items)
    nothing = _no_selection(mappings)
    for item in declared:
        found = find_list({"ErpListItemMappings": mappings}, item)
        if found is None:
            known = sorted({members.text(mapping, "ErpListName") or "" for mapping in mappings})
            owners = [
                members.text(mapping, "ErpActorTypeName") or "" for mapping in mappings if members.text(mapping, "ErpListName") == item.list
            ]
            if owners:
                raise DocumentError(f'{item.place}: {item.actor} has no list "{item.list}". {", ".join(dict.fromkeys(owners))} has it.')
            meant = hint(item.list, known, quoted=True)
            raise DocumentError(
                f'{item.place}: the connection has no list "{item.list}".{meant} It has: {", ".join(known) or "none"}. '
                "A list appears once a field that uses it is mapped to a CRM field with a list."
            )
        first = by_place.setdefault(places[id(found)], item)
        if first is not item:
            raise DocumentError(f"{item.place} is the same list as {first.place}. Declare it once.")
    changes: list[ListChange] = []
    for place, mapping in enumerate(mappings):
        chosen = by_place.get(place)
        if chosen is None and not purge:
            continue
        rows: list[members.Carrier] = [dict(row) for row in members.carriers(mapping, "ErpCrmListItemMappings") or []]
        before = _list_words(rows)
        wanted = {} if chosen is None else _wanted(rows, chosen)
        for index, row in enumerate(rows):
            if index in wanted:
                target = wanted[index]
                rows[index] = row if _is_chosen(row, target) else _choose(row, target, mapping, choices, chosen, nothing)
            elif chosen is None or chosen.purge:
                rows[index] = row if _is_chosen(row, None) else members.replaced(row, {"CrmListItem": nothing})
        after = _list_words(rows)
        if before != after:
            if chosen is not None and not chosen.shared:
                _refuse_sharing(members.carriers(mapping, "ErpCrmListItemMappings") or [], rows, chosen)
            mappings[place] = members.replaced(mapping, {"ErpCrmListItemMappings": rows})
            differ = [key for key, value in after.items() if before.get(key) != value]
            name, field_id = members.text(mapping, "ErpListName") or "", members.number(mapping, "ErpFieldId") or 0
            changes.append(ListChange(name, {key: before.get(key) for key in differ}, {key: after[key] for key in differ}, field_id))
    return members.replaced(container, {"ErpListItemMappings": mappings}), changes


def _no_selection(mappings: t.Sequence[members.Carrier]) -> members.Carrier | None:
    """The server's form of "no selection": null, or an item with the id 0.

    Null if no row shows it; which form a server accepts is not documented.
    """
    for mapping in mappings:
        for row in members.carriers(mapping, "ErpCrmListItemMappings") or ():
            chosen = members.carrier(row, "CrmListItem")
            if chosen is not None and not members.number(chosen, "Id"):
                return dict(chosen)
    return None


def _refuse_sharing(before: t.Sequence[members.Carrier], after: t.Sequence[members.Carrier], declared: DeclaredList) -> None:
    """Refuse to map several ERP items to one CRM item, unless they already are.

    The administration screen marks it as an error; whether servers refuse it is not documented.
    """
    there = _users(before)
    for crm_id, keys in _users(after).items():
        if len(keys) > 1 and set(keys) != set(there.get(crm_id, ())):
            raise DocumentError(
                f"{declared.place}: the ERP items {', '.join(keys)} would stand for the same CRM item (id {crm_id}). "
                "Map each to an item of its own, or set shared: true if this is intended."
            )


def _users(rows: t.Iterable[members.Carrier]) -> dict[int, list[str]]:
    """The ERP items by the id of their CRM item."""
    users: dict[int, list[str]] = {}
    for row in rows:
        chosen = members.carrier(row, "CrmListItem")
        crm_id = members.number(chosen, "Id") if chosen is not None else None
        if crm_id:
            users.setdefault(crm_id, []).append(members.text(row, "ErpListItemId") or "")
    return users


def _wanted(rows: t.Sequence[members.Carrier], declared: DeclaredList) -> dict[int, Reference | None]:
    """The declared CRM items, by position of the ERP item."""
    index = _Rows(rows)
    wanted: dict[int, Reference | None] = {}
    by_key: dict[int, str] = {}
    for key, target in declared.items.items():
        position = index.find(key, declared.place)
        if position in wanted:
            raise DocumentError(f'{declared.place}: "{key}" and "{by_key[position]}" are the same ERP item. Declare it once.')
        wanted[position], by_key[position] = target, key
    return wanted


class _Rows:
    """The items of an ERP list, found by key, or by unambiguous name."""

    def __init__(self, rows: t.Sequence[members.Carrier]) -> None:
        self._rows = rows
        self._keys: dict[str, list[int]] = {}
        for index, row in enumerate(rows):
            self._keys.setdefault(members.text(row, "ErpListItemId") or "", []).append(index)
        self._names = names.NameIndex((members.text(row, "ErpListItemName"), index) for index, row in enumerate(rows))

    def get(self, key: str) -> int | None:
        """The position of an item; None if no item, or more than one, matches."""
        found = self._keys.get(key) or self._names.find(key)
        return found[0] if len(found) == 1 else None

    def find(self, key: str, place: str) -> int:
        """The position of an item.

        :raises DocumentError: if no item, or more than one, matches.
        """
        found = self.get(key)
        if found is not None:
            return found
        if key in self._keys:
            listed = ", ".join(names.readable(members.text(self._rows[index], "ErpListItemName")) for index in self._keys[key])
            raise DocumentError(
                f'{place}: the ERP list has several items with the key "{key}": {listed}. '
                "A document cannot tell them apart: let the connector give each item a key of its own."
            )
        named = self._names.find(key)
        if named:
            listed = ", ".join(members.text(self._rows[index], "ErpListItemId") or "" for index in named)
            raise DocumentError(f'{place}: several ERP items have the name "{key}": {listed}. Use the key.')
        for raw, index in self._names.alike(key):
            told = names.other_spelling("ERP item", key, raw)
            raise DocumentError(f'{place}: {told} Its key is "{members.text(self._rows[index], "ErpListItemId")}".')
        rows = self._rows[:50]
        shown = [f"{members.text(row, 'ErpListItemId')} ({names.readable(members.text(row, 'ErpListItemName'))})" for row in rows]
        raise DocumentError(f'{place}: the ERP list has no item "{key}".{hint(key, self._keys)} It has: {", ".join(shown) or "none"}.')


def _is_chosen(row: members.Carrier | None, target: Reference | None) -> bool:
    """Whether a row maps to this CRM item. A deleted one is meant by its id only."""
    chosen = members.carrier(row, "CrmListItem") if row is not None else None
    crm_id = members.number(chosen, "Id") if chosen is not None else None
    if target is None or chosen is None or not crm_id:
        return target is None and not crm_id
    if target.name is None:
        return crm_id == target.id
    return not members.flag(chosen, "Deleted") and names.answers_to(members.text(chosen, "Name"), target.name)


class _Choices:
    """The selectable items of CRM lists, found by name."""

    def __init__(self, crm_items: CrmItems) -> None:
        self._crm_items = crm_items
        self._by_name: dict[str, names.NameIndex[members.Carrier]] = {}

    def of(self, crm_list: str) -> list[members.Carrier]:
        """The items of a list that are not deleted."""
        with members.answer_of(f"MDO list {crm_list}"):
            return [item for item in self._crm_items.get(crm_list, ()) if not members.flag(item, "Deleted")]

    def named(self, crm_list: str, name: str) -> list[members.Carrier]:
        """The items with this name."""
        return self._index(crm_list).all(name)

    def alike(self, crm_list: str, name: str) -> list[tuple[str, members.Carrier]]:
        """The items with another spelling of this name, with their stored names."""
        return self._index(crm_list).alike(name)

    def _index(self, crm_list: str) -> names.NameIndex[members.Carrier]:
        if crm_list not in self._by_name:
            with members.answer_of(f"MDO list {crm_list}"):
                self._by_name[crm_list] = names.NameIndex((members.text(item, "Name"), item) for item in self.of(crm_list))
        return self._by_name[crm_list]


def _choose(
    row: members.Carrier,
    target: Reference | None,
    mapping: members.Carrier,
    choices: _Choices,
    declared: DeclaredList | None,
    nothing: members.Carrier | None,
) -> members.Carrier:
    """The row mapped to a CRM item that it does not show.

    :raises DocumentError: if the item does not exist, or is ambiguous.
    """
    if target is None:
        return members.replaced(row, {"CrmListItem": nothing})
    if target.name is None:
        return members.replaced(row, {"CrmListItem": {"Id": target.id}})
    place = declared.place if declared else ""
    found = choices.named(_crm_list(mapping).key, target.name)
    chosen = members.carrier(row, "CrmListItem") or {}
    if len(found) == 1 and members.number(found[0], "Id") == members.number(chosen, "Id"):
        # A row may show its item in another language, or without a name.
        return row
    if not found and members.flag(chosen, "Deleted") and names.answers_to(members.text(chosen, "Name"), target.name):
        # Nothing has taken the place of the deleted item.
        return row
    if len(found) == 1:
        return members.replaced(
            row, {"CrmListItem": {name: members.member(found[0], name) for name in _ITEM_MEMBERS if members.has_member(found[0], name)}}
        )
    crm_list = members.carrier(mapping, "CrmList") or {}
    shown = names.readable(members.text(crm_list, "Name"))
    if found:
        listed = ", ".join(str(members.number(item, "Id")) for item in found)
        raise DocumentError(
            f'{place}: the CRM list {shown} has several items "{target.name}", with the ids {listed}. Use the id, without quotes.'
        )
    for raw, item in choices.alike(_crm_list(mapping).key, target.name):
        raise DocumentError(f"{place}: the CRM list {shown}: {names.other_spelling('item', target.name, raw, members.number(item, 'Id'))}")
    known = [names.readable(members.text(item, "Name")) for item in choices.of(_crm_list(mapping).key)]
    meant = hint(target.name, known, quoted=True)
    raise DocumentError(
        f'{place}: the CRM list {shown} has no item "{target.name}".{meant} '
        f"It has: {', '.join(known) or 'none that could be read; use the id'}."
    )


def _list_words(rows: t.Iterable[members.Carrier]) -> dict[str, t.Any]:
    words: dict[str, t.Any] = {}
    for row in rows:
        chosen = members.carrier(row, "CrmListItem")
        crm_id = members.number(chosen, "Id") if chosen is not None else None
        # A deleted item is shown by its id: another one may have its name.
        name = names.readable(members.text(chosen, "Name")) if chosen is not None and not members.flag(chosen, "Deleted") else ""
        words[members.text(row, "ErpListItemId") or ""] = (name or crm_id) if crm_id else None
    return words
