# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The mappings' part of a plan: field mappings with default values and order, and list mappings, of one connection."""

from __future__ import annotations

import typing as t

from .._model import field_mapping, list_mapping, order, pattern
from .._model.checks import DocumentError
from .._model.current import CurrentActor, CurrentConnection
from .._model.declared import NO_DEFAULT, UNSET, DeclaredActor, DeclaredConnection, DeclaredList
from .._model.declared_fields import declared_defaults, needs_refresh, undeclared
from .._model.environment import CurrentEnvironment
from .._model.pattern import Foreseen, Pattern
from .._model.texts import refuse_masked_defaults
from .._model.unknown import Unknown
from .._wire import members
from .change import Change
from .foreseen import Unchecked, blind_list, columns, list_change, plan_lists_to_come, plan_new_actor, refuse_without_direction
from .steps import OrderFields, RefreshFields, SaveActor, SaveDefaults, SaveLists, Step, Target

Words = dict[str, t.Any]


class Notes(t.NamedTuple):
    """What to tell of one connection: in each run, and of what only the run shows, in check mode."""

    warnings: list[str]
    unchecked: Unchecked


def plan_mappings(
    item: DeclaredConnection,
    connection: CurrentConnection,
    current: CurrentEnvironment,
    target: Target,
    notes: Notes,
    *,
    prune: bool,
    moves_to: Foreseen | None = None,
) -> tuple[list[Step], list[Change]]:
    """The mappings of a connection that exists.

    :param notes: where to add what cannot be told before the run.
    :param prune: whether mappings that are not declared go, fields, defaults, lists and all.
    :param moves_to: what a connection of the connector tells to which this one goes; None where it stays.
    :raises DocumentError: for what cannot be planned.
    """
    steps: list[Step] = []
    changes: list[Change] = []
    touched: list[DeclaredActor] = []
    foreseen = of_another(current.patterns.get(connection.listed.connector_id, Unknown()), connection.listed.id)
    if moves_to is not None:
        foreseen = moves_to
    actors = [actor._replace(purge=True) if prune else actor for actor in item.actors]
    if prune:
        declared_types = {actor.erp for actor in actors}
        actors += [undeclared(erp, item.place) for erp in connection.actor_types if erp not in declared_types]
    refreshed = item.refresh_fields and any(needs_refresh(actor, connection.actors.get(actor.erp)) for actor in actors)
    if refreshed:
        steps.append(RefreshFields(target))
    activates = item.active is True and not connection.listed.active
    for actor in actors:
        state = connection.actors.get(actor.erp)
        if refreshed and needs_refresh(actor, state):
            more, change = plan_new_actor(item, actor, target, connection.ranks_trouble, foreseen, notes.unchecked, activates=activates)
        else:
            if moves_to is not None and state is not None:
                state = _moved_state(actor, state, moves_to, notes.unchecked)
            more, change = _actor(actor, state, target, notes.warnings, item.place if activates else "")
        steps.extend(more)
        changes.extend(change)
        if more:
            touched.append(actor)
    lists = tuple(declared._replace(purge=True) if prune else declared for declared in item.lists)
    if lists or prune:
        moved = _moved_fields(connection, changes)
        _check_lists(connection.lists or {}, lists, moved)
        if moves_to is None:
            more, change = _lists(item, lists, connection, current, target, moved, notes.unchecked, prune=prune)
        else:
            more, change = [SaveLists(target, lists, prune)], [blind_list(declared, target) for declared in lists]
            for declared in lists:
                notes.unchecked.note(f'the list "{declared.list}" and its items')
        if prune and not more and any(moved.values()) and connection.lists is not None:
            # A field that is mapped again may bring a list back, with the items that it had; only then can they be seen,
            # and only where the installation's web services show lists at all.
            more = [SaveLists(target, lists, prune)]
        steps.extend(more)
        changes.extend(change)
    if touched:
        steps.append(columns(target, touched))
    return steps, changes


def of_another(foreseen: Foreseen, connection_id: int) -> Foreseen:
    """What another connection tells; a connection's own fields tell nothing of those that are yet to come."""
    return Unknown() if isinstance(foreseen, Pattern) and foreseen.connection_id == connection_id else foreseen


def _moved_state(actor: DeclaredActor, state: CurrentActor, foreseen: Foreseen, unchecked: Unchecked) -> CurrentActor:
    """An actor type with the fields that the new connector has."""
    told = foreseen if isinstance(foreseen, Unknown) else foreseen.actors.get(actor.erp, Unknown())
    if isinstance(told, Unknown):
        unchecked.note(f"{actor.erp} (fields with the new connector)", told.why)
        return state
    mapping = pattern.moved(state.mapping, told or {})
    described = {order.id_of(field): field for field in members.carriers(mapping, "FieldMappings") or []}
    defaults = {
        number: members.replaced(default, {name: members.member(described[number], name) for name in ("FieldType", "Access")})
        for number, default in state.defaults.items()
        if number in described
    }
    return state._replace(mapping=mapping, defaults=defaults)


def _actor(
    actor: DeclaredActor, state: CurrentActor | None, target: Target, warnings: list[str], activated: str = ""
) -> tuple[list[Step], list[Change]]:
    """The part of one actor type of a connection that exists.

    :param warnings: where to add what cannot be told before the run.
    :param activated: the place of the connection, where it is to become active; otherwise blank.
    :raises DocumentError: for what cannot be planned.
    """
    if state is None:
        raise DocumentError(
            f"{actor.place}: the connection has no actor type {actor.erp}. "
            "If its ERP system has it by now, use refresh_fields to read them again."
        )
    steps: list[Step] = []
    before: Words = {}
    after: Words = {}
    saved, fields, new_members = field_mapping.overlay(state.mapping, actor)
    for name, (was, will) in new_members.items():
        before[name], after[name] = was, will
    for change in fields:
        before.setdefault("fields", {})[change.key] = dict(change.before)
        after.setdefault("fields", {})[change.key] = dict(change.after)
    if activated:
        refuse_without_direction(saved, actor, activated)
    if before != after:
        steps.append(SaveActor(target, actor))
    without_id: list[str] = []
    defaults_before: Words = {}
    defaults_after: Words = {}
    for one, field in declared_defaults(state.mapping, actor, state.defaults):
        field_id = order.id_of(one)
        current = state.defaults.get(field_id) if field_id else field_mapping.blank_default(one)
        if field.default is UNSET or (current is None and field.default is NO_DEFAULT):
            continue
        if current is None:
            raise DocumentError(
                f"{field.place}.default: the server has no default value settings for this field, whose id is {field_id}. "
                "Use refresh_fields to have the fields read again, or leave default out."
            )
        _saved, was, will = field_mapping.default_overlay(current, field.default, f"{field.place}.default")
        if was != will:
            refuse_masked_defaults(actor, {field.erp})
            key = order.key_of(one) or field.erp
            defaults_before[key], defaults_after[key] = was, will
            if not field_id:
                without_id.append(key)
    if defaults_before:
        before["defaults"], after["defaults"] = defaults_before, defaults_after
        steps.append(SaveDefaults(target, actor))
    if actor.order is not UNSET:
        place = f"{actor.place}.order"
        wanted = order.declared_fields(state.mapping, actor.order, place)
        present = _present_order(state, wanted, place, warnings)
        if present != [order.key_of(one) for one in wanted]:
            before["order"], after["order"] = present, [order.key_of(one) for one in wanted]
            steps.append(OrderFields(target, actor.erp, actor.order, place))
            without_id += [order.key_of(one) for one in wanted if not order.id_of(one)]
    unused = _unused(saved, without_id)
    if unused:
        warnings.append(
            f"{actor.place}: the server has not stored {', '.join(unused)} yet, which nothing uses. So that it is stored, it is made "
            "searchable for a moment. Whether that is enough cannot be seen before; where it is not, declare show or search of it."
        )
    changes = [Change("mapping", f"{target.name}, {actor.erp}", before, after)] if before != after else []
    return steps, changes


def _present_order(state: CurrentActor, wanted: t.Sequence[members.Carrier], place: str, warnings: list[str]) -> list[str]:
    """The declared fields in their present order, as keys; without those that have no place yet.

    :raises DocumentError: where the server does not tell it.
    """
    if len(wanted) < 2:
        return [order.key_of(one) for one in wanted]
    present = order.present_order(state.mapping, state.ranks, wanted, place, state.ranks_trouble)
    same = order.same_ranks(state.ranks, wanted)
    if same and present != [order.key_of(one) for one in wanted]:
        warnings.append(
            f"{place}: {', '.join(same)} have the same rank as another field. Whether the server parts them when one is moved cannot be "
            "seen before; where it does not, rank the fields once in SuperOffice."
        )
    return present


def _unused(mapping: members.Carrier, keys: t.Collection[str]) -> list[str]:
    """Those of the fields with these keys that are neither mapped nor shown nor searchable."""
    fields = [one for one in members.carriers(mapping, "FieldMappings") or [] if order.key_of(one) in keys]
    return list(dict.fromkeys(order.key_of(one) for one in fields if not field_mapping.is_used(one)))


def _lists(
    item: DeclaredConnection,
    lists: tuple[DeclaredList, ...],
    connection: CurrentConnection,
    current: CurrentEnvironment,
    target: Target,
    moved: t.Mapping[int, str | None],
    unchecked: Unchecked,
    *,
    prune: bool,
) -> tuple[list[Step], list[Change]]:
    container: members.Carrier = connection.lists or {}
    # Of a list that goes with its field's CRM field nothing is left to be mapped.
    lists = tuple(declared for declared in lists if not _goes(container, declared, moved))
    if item.actors and pattern.brings_lists(item, connection):
        # They appear once the fields that use them are mapped, which an earlier step does.
        foreseen = current.patterns.get(connection.listed.connector_id, Unknown())
        there, keys = pattern.lists_that_stay(connection, moved)
        told = pattern.foreseen_lists(foreseen, item, keys)
        changes = plan_lists_to_come(item, lists, there, told, target, foreseen, current.crm_items, unchecked, prune=prune)
    else:
        _saved, changed = list_mapping.overlay(container, lists, current.crm_items, purge=prune)
        changes = [list_change(target, change) for change in changed]
    return ([SaveLists(target, lists, prune)] if changes else []), changes


def _goes(container: members.Carrier, declared: DeclaredList, moved: t.Mapping[int, str | None]) -> bool:
    """Whether a list is there no more once the fields are mapped as declared."""
    mapping = list_mapping.find_list(container, declared)
    return mapping is not None and moved.get(members.number(mapping, "ErpFieldId") or 0, "stays") is None


def _moved_fields(connection: CurrentConnection, changes: t.Iterable[Change]) -> dict[int, str | None]:
    """The ids of the fields whose CRM field changes, with the new one."""
    moved: dict[int, str | None] = {}
    for change in changes:
        state = connection.actors.get(change.name.rpartition(", ")[2])
        if state is None:
            continue
        fields = {members.text(field, "ErpFieldKey"): field for field in members.carriers(state.mapping, "FieldMappings") or []}
        for key, words in change.after.get("fields", {}).items():
            was = change.before.get("fields", {}).get(key)
            if was is not None and was["crm"] != words["crm"] and key in fields and order.id_of(fields[key]):
                moved[order.id_of(fields[key])] = words["crm"]
    return moved


def _check_lists(container: members.Carrier, lists: t.Sequence[DeclaredList], moved: t.Mapping[int, str | None]) -> None:
    """Refuse items for a list that is gone once the fields are mapped as declared.

    :raises DocumentError: naming the list.
    """
    for declared in lists:
        mapping = list_mapping.find_list(container, declared)
        if mapping is None or moved.get(members.number(mapping, "ErpFieldId") or 0, "unmoved"):
            continue
        if any(target is not None for target in declared.items.values()):
            raise DocumentError(
                f"{declared.place}: the list is there only while its field is mapped to a CRM field, and the document unmaps that. "
                "Declare the field with crm, or leave the list out."
            )
