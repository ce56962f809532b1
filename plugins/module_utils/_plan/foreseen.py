# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The mappings' part of a plan where the fields are not there yet: those of a connection that an earlier step creates, and of actor
types that appear once a connector is read again.

Another connection of the same connector tells which fields and lists there will be; what nothing tells is taken at its word, and
said to be unchecked.
"""

from __future__ import annotations

import typing as t

from .._model import field_mapping, list_mapping, order
from .._model.actor_types import CRM_OF
from .._model.checks import DocumentError
from .._model.declared import NO_DEFAULT, UNSET, DeclaredActor, DeclaredConnection, DeclaredDefault, DeclaredField, DeclaredList
from .._model.pattern import Foreseen, ForeseenLists, foreseen_lists, unmapped
from .._model.texts import refuse_masked_defaults
from .._model.unknown import Unknown
from .._wire import members
from .change import Change
from .steps import ClearColumns, OrderFields, PruneActors, SaveActor, SaveDefaults, SaveLists, Step, Target

Words = dict[str, t.Any]
# Stands for a CRM field that the server may map by itself.
_OF_ITS_OWN = "?"


class Unchecked:
    """What of one connection cannot be checked before the run."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._why: dict[str, None] = {}
        self._what: dict[str, None] = {}

    def note(self, what: str, why: str = "") -> None:
        """One thing that only the run shows."""
        self._what[what] = None
        if why:
            self._why[why] = None

    def sentence(self) -> list[str]:
        """What to tell a person, if anything."""
        if not self._what:
            return []
        why = f" {' '.join(self._why)}" if self._why else ""
        return [f"{self._place}: only the run itself shows whether these are right: {'; '.join(self._what)}.{why}"]


def plan_new_mappings(
    item: DeclaredConnection,
    target: Target,
    ranks_trouble: str,
    foreseen: Foreseen,
    crm_items: list_mapping.CrmItems,
    unchecked: Unchecked,
    *,
    prune: bool = False,
) -> tuple[list[Step], list[Change]]:
    """The mappings of a connection that an earlier step creates.

    :param ranks_trouble: why no order of fields can be read; blank where it can.
    :param foreseen: what another connection of its connector tells.
    :param crm_items: the items of the CRM lists from which items are declared by name.
    :param unchecked: where to note what cannot be told before the run.
    :param prune: whether what the server maps by itself goes where it is not declared.
    :raises DocumentError: for what cannot be planned.
    """
    steps: list[Step] = []
    changes: list[Change] = []
    for actor in item.actors:
        more_steps, change = plan_new_actor(
            item, actor._replace(purge=True) if prune else actor, target, ranks_trouble, foreseen, unchecked, activates=item.active is True
        )
        steps.extend(more_steps)
        changes.extend(change)
    if prune:
        steps.append(PruneActors(target, tuple(actor.erp for actor in item.actors), item.place))
    if item.lists:
        steps.append(SaveLists(target, item.lists, purge=prune))
        changes.extend(plan_lists_to_come(item, item.lists, [], foreseen_lists(foreseen, item), target, foreseen, crm_items, unchecked))
    if steps:
        steps.append(columns(target, item.actors))
    return steps, changes


def plan_new_actor(
    item: DeclaredConnection,
    actor: DeclaredActor,
    target: Target,
    ranks_trouble: str,
    foreseen: Foreseen,
    unchecked: Unchecked,
    *,
    activates: bool = False,
) -> tuple[list[Step], list[Change]]:
    """What is declared of an actor type whose fields are not there yet.

    :param activates: whether the connection is to be active afterwards, which wants a direction for each mandatory field.
    :raises DocumentError: for an order where no order can be read, and for what no server could keep, or this connector does not have.
    """
    field_mapping.check_lengths(actor)
    refuse_masked_defaults(actor)
    if actor.order is not UNSET and ranks_trouble and len(actor.order) > 1:
        raise DocumentError(order.unreadable(f"{actor.place}.order", ranks_trouble))
    words = _declared_words(actor)
    if isinstance(foreseen, Unknown):
        _note_all(actor, foreseen, unchecked, activates)
    else:
        mapping = foreseen.actors.get(actor.erp)
        if isinstance(mapping, Unknown):
            _note_all(actor, mapping, unchecked, activates)
        else:
            try:
                words = _checked_words(item, actor, mapping, unchecked, activates)
            except DocumentError as error:
                if not item.refresh_fields:
                    raise _as_there(error, foreseen, target) from None
                _note_all(actor, Unknown(), unchecked, activates)
    steps: list[Step] = [SaveActor(target, actor)]
    if "defaults" in words:
        steps.append(SaveDefaults(target, actor))
    if actor.order is not UNSET:
        steps.append(OrderFields(target, actor.erp, actor.order, f"{actor.place}.order"))
    return steps, [Change("mapping", f"{target.name}, {actor.erp}", {}, words)]


def plan_lists_to_come(
    item: DeclaredConnection,
    lists: tuple[DeclaredList, ...],
    there: t.Sequence[members.Carrier],
    told: ForeseenLists,
    target: Target,
    foreseen: Foreseen,
    crm_items: list_mapping.CrmItems,
    unchecked: Unchecked,
    *,
    prune: bool = False,
) -> list[Change]:
    """What is declared of lists, some of which appear only once the fields are mapped.

    :param there: the list mappings that are there and stay.
    :raises DocumentError: for a list that no mapped field uses, and for items that do not exist.
    """
    known = members.carriers(told.known, "ErpListItemMappings") or []
    present: list[DeclaredList] = []
    to_come: list[DeclaredList] = []
    blind: list[DeclaredList] = []
    try:
        for declared in lists:
            found = list_mapping.find_list({"ErpListItemMappings": [*there, *known]}, declared)
            if told.leaves_open(declared) or (found is None and item.refresh_fields):
                unchecked.note(f'the list "{declared.list}" and its items', foreseen.why if isinstance(foreseen, Unknown) else "")
            if any(found is one for one in there):
                present.append(declared)
            elif told.leaves_open(declared) or (found is None and item.refresh_fields):
                blind.append(declared)
            else:
                to_come.append(declared)
        _saved, changed = list_mapping.overlay({"ErpListItemMappings": there}, present, crm_items, purge=prune)
    except DocumentError as error:
        raise _as_there(error, foreseen, target) from None
    changes = [list_change(target, change) for change in changed]
    try:
        _saved, changed = list_mapping.overlay(told.known, to_come, crm_items)
        words = {change.list: {"items": dict(change.after)} for change in changed}
    except DocumentError as error:
        if not item.refresh_fields or isinstance(foreseen, Unknown):
            raise _as_there(error, foreseen, target) from None
        words = {}
        for declared in to_come:
            unchecked.note(f'the list "{declared.list}" and its items')
    often = [declared.list for declared in to_come]
    for declared in [*to_come, *blind]:
        # Two lists of one name are told apart by their actor types.
        shown = words.get(declared.list) if often.count(declared.list) == 1 else None
        changes.append(Change("list", f"{target.name}, {declared.list}", {}, shown or list_words(declared)))
    return changes


def list_change(target: Target, change: list_mapping.ListChange) -> Change:
    """A list that is there and changes."""
    return Change("list", f"{target.name}, {change.list}", {"items": dict(change.before)}, {"items": dict(change.after)})


def blind_list(declared: DeclaredList, target: Target) -> Change:
    """A declared list that cannot be seen, taken at its word."""
    return Change("list", f"{target.name}, {declared.list}", {}, list_words(declared))


def columns(target: Target, actors: t.Sequence[DeclaredActor]) -> ClearColumns:
    """The step that clears the cached columns of what is mapped."""
    return ClearColumns(target, tuple(dict.fromkeys(CRM_OF.get(actor.erp, actor.erp) for actor in actors)))


def refuse_without_direction(mapping: members.Carrier, actor: DeclaredActor, place: str) -> None:
    """Refuse to activate a connection whose mandatory fields have no direction, which the server would refuse after all else is done.

    :param mapping: as it will be.
    :raises DocumentError: naming them.
    """
    if not members.flag(mapping, "IsActive"):
        return
    left = [
        order.key_of(field)
        for field in members.carriers(mapping, "FieldMappings") or []
        if members.text(field, "Access") == "Mandatory"
        and not (members.flag(field, "SyncToCrm") or members.flag(field, "SyncToErp") or members.flag(field, "MissingInERP"))
    ]
    if left:
        raise DocumentError(
            f"{place}.active: the connection cannot be activated: the ERP system demands {', '.join(left)} of {actor.erp}, without a "
            f"direction so far. Declare crm and direction of it in {actor.place}.fields, or enabled: false there."
        )


def _as_there(error: DocumentError, foreseen: Foreseen, target: Target) -> DocumentError:
    """A refusal with what it rests on."""
    if isinstance(foreseen, Unknown) or foreseen.connection_id == target.id:
        return error
    return DocumentError(
        f'{error} That is how the connection "{foreseen.name}" of the same connector has it; where this one will differ, '
        "declare refresh_fields: true for it."
    )


def _note_all(actor: DeclaredActor, unknown: Unknown, unchecked: Unchecked, activates: bool) -> None:
    """Note what is declared of an actor type of which nothing is known."""
    what = f"{actor.erp} (actor type"
    if actor.fields:
        what += ", fields"
    if any(field.default is not UNSET for field in actor.fields):
        what += ", default values"
    if actor.order is not UNSET:
        what += ", order"
    if activates and actor.enabled is not False:
        what += ", mandatory fields"
    unchecked.note(f"{what})", unknown.why)


def _checked_words(
    item: DeclaredConnection, actor: DeclaredActor, mapping: members.Carrier | None, unchecked: Unchecked, activates: bool
) -> Words:
    """What is declared of an actor type, with the keys and values of its fields.

    :raises DocumentError: for what this connector does not have, or the server would refuse.
    """
    if mapping is None:
        raise DocumentError(f"{actor.place}: the connection has no actor type {actor.erp}.")
    there = unmapped(mapping)
    fields = members.carriers(there, "FieldMappings") or []
    index = field_mapping.FieldIndex(fields)
    positions = {field.place: index.find(field.erp, field.place) for field in actor.fields}
    unsure = {positions[field.place]: field for field in actor.fields if field.crm is UNSET and field.direction not in (UNSET, "none")}
    for field in unsure.values():
        unchecked.note(f"whether the server maps {field.erp} of {actor.erp} by itself, which is declared with a direction and no crm")
    assumed = [
        members.replaced(field, {"CrmFieldKey": _OF_ITS_OWN}) if position in unsure else field for position, field in enumerate(fields)
    ]
    saved, _fields, _members = field_mapping.overlay(members.replaced(there, {"FieldMappings": assumed}), actor)
    if activates:
        refuse_without_direction(saved, actor, item.place)
    keys = {field.place: order.key_of(fields[positions[field.place]]) for field in actor.fields}
    after = members.carriers(saved, "FieldMappings") or []
    crm = {field.place: members.text(after[positions[field.place]], "CrmFieldKey") or None for field in actor.fields}
    words = _words(actor, lambda field: keys[field.place], lambda field: crm[field.place])
    defaults: Words = {}
    for field in actor.fields:
        if field.default is not UNSET:
            defaults[keys[field.place]] = _default_words(field, fields[positions[field.place]], unchecked)
    if defaults:
        words["defaults"] = defaults
    if actor.order is not UNSET:
        words["order"] = [order.key_of(field) for field in order.declared_fields(there, actor.order, f"{actor.place}.order")]
    return words


def _default_words(field: DeclaredField, there: members.Carrier, unchecked: Unchecked) -> Words:
    """A default value of a field that has none yet, in the words of a document.

    :raises DocumentError: for a value that does not fit, or settings that contradict each other.
    """
    declared = t.cast(DeclaredDefault, field.default)
    place = f"{field.place}.default"
    blank = field_mapping.blank_default(there)
    _saved, _before, after = field_mapping.default_overlay(blank, declared, place)
    if members.text(there, "Access") == "Mandatory" and declared is not NO_DEFAULT:
        try:
            # Whether the server says so of a field that the connector demands is not documented.
            field_mapping.default_overlay(members.replaced(blank, {"Mandatory": True}), declared, place)
        except DocumentError:
            unchecked.note(f"the default settings of {order.key_of(there)}, which the ERP system demands")
    shown = _declared_default(declared)
    return {name: after[name] if name == "value" else value for name, value in shown.items()}


def _declared_words(actor: DeclaredActor) -> Words:
    """What is declared of an actor type, taken at its word."""
    words = _words(actor, lambda field: field.erp, lambda field: t.cast("str | None", field.crm))
    with_default = [field for field in actor.fields if field.default is not UNSET]
    if with_default:
        words["defaults"] = {field.erp: _declared_default(t.cast(DeclaredDefault, field.default)) for field in with_default}
    if actor.order is not UNSET:
        words["order"] = list(actor.order)
    return words


def _words(actor: DeclaredActor, key: t.Callable[[DeclaredField], str], crm: t.Callable[[DeclaredField], str | None]) -> Words:
    words: Words = {"crm": CRM_OF[actor.erp] if actor.crm is UNSET else actor.crm}
    if actor.enabled is not UNSET:
        words["enabled"] = actor.enabled
    if actor.fields:
        words["fields"] = {
            key(field): {
                **({} if field.crm is UNSET else {"crm": crm(field)}),
                **{
                    name: value
                    for name, value in (("direction", field.direction), ("show", field.show), ("search", field.search))
                    if value is not UNSET
                },
            }
            for field in actor.fields
        }
    return words


def _declared_default(declared: DeclaredDefault) -> Words:
    named = (("value", declared.value), ("prompt", declared.prompt), ("mandatory", declared.mandatory))
    return {name: value for name, value in named if value is not UNSET}


def list_words(declared: DeclaredList) -> Words:
    """The items of a list as they are declared."""
    return {"items": {key: None if ref is None else (ref.name if ref.name is not None else ref.id) for key, ref in declared.items.items()}}
