# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Plans the field mappings of one actor type, with default values and order.

The fields of a connection that is there are compared with the declared ones. Fields that are not
there yet, of a new connection or after a refresh, are compared with those of another connection of
the same connector. Where that is unknown, the declaration is planned as it stands, and noted as
unchecked.
"""

from __future__ import annotations

import typing as t

from .._model import field_mapping, order, pattern, stamp
from .._model.actor_types import CRM_OF
from .._model.checks import DocumentError, at
from .._model.current import CurrentActor
from .._model.declared import NO_DEFAULT, UNSET, DeclaredActor, DeclaredDefault, DeclaredField
from .._model.declared_fields import declared_defaults, needs_refresh
from .._model.pattern import Foreseen, unmapped
from .._model.refused_texts import refuse_masked_defaults
from .._model.unknown import Unknown
from .._wire import members
from .change import Change
from .draft import Mappings
from .steps import OrderFields, SaveActor, SaveDefaults

Words = dict[str, t.Any]
# Stands for a CRM field that the server may map by itself.
_OF_ITS_OWN = "?"


class _Parts(t.NamedTuple):
    """One side of a change, in the words of a document; a part that does not change is None."""

    mapping: Words | None = None
    defaults: Words | None = None
    order: list[str] | None = None

    def words(self) -> Words:
        words = dict(self.mapping or {})
        if self.defaults is not None:
            words["defaults"] = self.defaults
        if self.order is not None:
            words["order"] = self.order
        return words


@members.answer_of("GetActorTypeMapping")
def plan_actor(mappings: Mappings, actor: DeclaredActor, *, refreshes: bool) -> Change | None:
    """Add the steps and the change of one actor type.

    :param refreshes: whether an earlier step reads the fields of the connection again.
    :returns: the change; None where nothing changes.
    :raises DocumentError: for a declaration that cannot be carried out.
    """
    target = mappings.target
    state = None if mappings.connection is None else mappings.connection.actors.get(actor.erp)
    before = _Parts()
    if mappings.connection is None or (refreshes and needs_refresh(actor, state)):
        after = _to_come(mappings, actor)
    else:
        before, after = _there(mappings, actor, state)
    if after.mapping is not None:
        mappings.draft.steps.append(SaveActor(target, actor))
    if after.defaults is not None:
        mappings.draft.steps.append(SaveDefaults(target, actor))
    if after.order is not None and actor.order is not UNSET:
        mappings.draft.steps.append(OrderFields(target, actor.erp, actor.order, at(actor.place, "order")))
    words = after.words()
    if not words:
        return None
    was = before.words()
    rows = {} if mappings.connection is None or state is None else _rows(mappings.connection.listed.id, actor.erp, state, was)
    return mappings.change("mapping", actor.erp, was, words, rows)


def _rows(connection_id: int, erp: str, state: CurrentActor, before: Words) -> dict[stamp.Keys, list[stamp.Row]]:
    """The rows of the database that hold the values before the change."""
    fields: dict[str, list[stamp.Row]] = {}
    for one in members.carriers(state.mapping, "FieldMappings") or []:
        if order.id_of(one):
            fields.setdefault(order.key_of(one), []).append(stamp.field(order.id_of(one)))
    rows: dict[stamp.Keys, list[stamp.Row]] = {}
    for part, words in before.items():
        if part in ("fields", "defaults"):
            rows.update({(part, key): fields[key] for key in words if key in fields})
        elif part == "order":
            rows[(part,)] = [row for key in words for row in fields.get(key, ())]
        else:
            rows[(part,)] = [stamp.actor_type(connection_id, erp)]
    return rows


# Fields that are there


def _there(mappings: Mappings, actor: DeclaredActor, state: CurrentActor | None) -> tuple[_Parts, _Parts]:
    """What changes in the fields that are there, before and after.

    :raises DocumentError: for a declaration that cannot be carried out.
    """
    if state is None:
        raise DocumentError(
            f"{actor.place}: the connection has no actor type {actor.erp}. "
            "If its ERP system has it by now, use refresh_fields to read them again."
        )
    if mappings.moves:
        state = _moved(mappings, actor, state)
    saved, fields, new_members = field_mapping.overlay(state.mapping, actor)
    was: Words = {name: values[0] for name, values in new_members.items()}
    will: Words = {name: values[1] for name, values in new_members.items()}
    if fields:
        was["fields"] = {change.key: dict(change.before) for change in fields}
        will["fields"] = {change.key: dict(change.after) for change in fields}
    if mappings.activates:
        _refuse_without_direction(saved, actor, mappings.item.place)
    elif mappings.stays_active:
        _refuse_loss_of_direction(saved, actor, state)
    before, after = (_Parts(was), _Parts(will)) if was != will else (_Parts(), _Parts())
    defaults = _changed_defaults(actor, state)
    # The server gives ids only to fields that it has stored, and default values and places only to
    # fields with ids.
    without_id = [key for key, (_was, _will, has_id) in defaults.items() if not has_id]
    if defaults:
        before = before._replace(defaults={key: change[0] for key, change in defaults.items()})
        after = after._replace(defaults={key: change[1] for key, change in defaults.items()})
    if actor.order is not UNSET:
        wanted = order.declared_fields(state.mapping, actor.order, at(actor.place, "order"))
        keys = [order.key_of(one) for one in wanted]
        present = _present_order(state, wanted, at(actor.place, "order"), mappings.draft.warnings)
        if present != keys:
            before, after = before._replace(order=present), after._replace(order=keys)
            without_id += [order.key_of(one) for one in wanted if not order.id_of(one)]
    unused = _unused(saved, without_id) if without_id else ()
    if unused:
        mappings.draft.warnings.append(
            f"{actor.place}: the server has not stored {', '.join(unused)} yet, because nothing uses it. The run makes it "
            "searchable for a moment, so that it is stored. Only the run shows whether that is enough; if not, declare show or search."
        )
    return before, after


def _moved(mappings: Mappings, actor: DeclaredActor, state: CurrentActor) -> CurrentActor:
    """An actor type with the fields that the new connector has."""
    foreseen = mappings.foreseen
    told = foreseen if isinstance(foreseen, Unknown) else foreseen.actors.get(actor.erp, Unknown())
    if isinstance(told, Unknown):
        mappings.unchecked.note(f"{actor.erp} (fields with the new connector)", told.why)
        return state
    mapping = pattern.moved(state.mapping, told or {})
    described = {order.id_of(field): field for field in members.carriers(mapping, "FieldMappings") or []}
    defaults = {
        number: members.replaced(default, {name: members.member(described[number], name) for name in ("FieldType", "Access")})
        for number, default in state.defaults.items()
        if number in described
    }
    return state._replace(mapping=mapping, defaults=defaults)


def _changed_defaults(actor: DeclaredActor, state: CurrentActor) -> dict[str, tuple[Words, Words, bool]]:
    """The default values that change, by field: before, after, and whether the field has an id.

    :raises DocumentError: for a default value that cannot be set.
    """
    changed: dict[str, tuple[Words, Words, bool]] = {}
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
        with members.answer_of("GetDefaultValueInfo"):
            _saved, was, will = field_mapping.default_overlay(current, field.default, at(field.place, "default"))
        if was != will:
            refuse_masked_defaults(actor, {field.erp})
            changed[order.key_of(one) or field.erp] = (was, will, bool(field_id))
    return changed


def _present_order(state: CurrentActor, wanted: t.Sequence[members.Carrier], place: str, warnings: list[str]) -> list[str]:
    """The keys of the declared fields in their present order, as far as they have a place.

    :raises DocumentError: where the server does not show the order.
    """
    keys = [order.key_of(one) for one in wanted]
    if len(wanted) < 2:
        return keys
    present = order.present_order(state.mapping, state.ranks, wanted, place, state.ranks_trouble)
    same = order.same_ranks(state.ranks, wanted)
    if same and present != keys:
        warnings.append(
            f"{place}: {', '.join(same)} have the same rank as another field. Only the run shows whether the server separates them when "
            "it moves one; if it does not, rank the fields once in SuperOffice."
        )
    return present


def _unused(mapping: members.Carrier, keys: t.Collection[str]) -> list[str]:
    """The keys of those fields among ``keys`` that are neither mapped nor shown nor searchable."""
    fields = [one for one in members.carriers(mapping, "FieldMappings") or [] if order.key_of(one) in keys]
    return list(dict.fromkeys(order.key_of(one) for one in fields if not field_mapping.is_used(one)))


# Fields that are not there yet


def _to_come(mappings: Mappings, actor: DeclaredActor) -> _Parts:
    """The declaration of fields that are not there yet.

    :raises DocumentError: for a declaration that no server could carry out, or that does not fit
        the connector's fields.
    """
    field_mapping.check_texts(actor)
    refuse_masked_defaults(actor)
    if actor.order is not UNSET and mappings.ranks_trouble and len(actor.order) > 1:
        raise DocumentError(order.unreadable(at(actor.place, "order"), mappings.ranks_trouble))
    foreseen = _of_another(mappings)
    told = foreseen if isinstance(foreseen, Unknown) else foreseen.actors.get(actor.erp)
    if not isinstance(told, Unknown):
        try:
            return _like_another(mappings, actor, told)
        except DocumentError as error:
            if not mappings.item.refresh_fields:
                raise mappings.explained(error, foreseen) from None
            told = Unknown()
    _note_all(mappings, actor, told)
    with_default = [field for field in actor.fields if field.default is not UNSET]
    return _Parts(
        _declared_words(actor, {field.place: (field.erp, field.crm) for field in actor.fields}),
        {field.erp: _declared_default(t.cast(DeclaredDefault, field.default)) for field in with_default} if with_default else None,
        None if actor.order is UNSET else list(actor.order),
    )


def _of_another(mappings: Mappings) -> Foreseen:
    """What another connection shows; the connection's own fields say nothing of those to come."""
    foreseen = mappings.foreseen
    return foreseen if isinstance(foreseen, Unknown) or foreseen.connection_id != mappings.target.id else Unknown()


def _note_all(mappings: Mappings, actor: DeclaredActor, unknown: Unknown) -> None:
    """Note the whole declaration of an actor type as unchecked."""
    what = f"{actor.erp} (actor type"
    if actor.fields:
        what += ", fields"
    if any(field.default is not UNSET for field in actor.fields):
        what += ", default values"
    if actor.order is not UNSET:
        what += ", order"
    if mappings.activates and actor.enabled is not False:
        what += ", mandatory fields"
    mappings.unchecked.note(f"{what})", unknown.why)


def _like_another(mappings: Mappings, actor: DeclaredActor, mapping: members.Carrier | None) -> _Parts:
    """The declaration with the keys and values of the fields that another connection has.

    :raises DocumentError: for a declaration that does not fit these fields.
    """
    if mapping is None:
        raise DocumentError(f"{actor.place}: the connection has no actor type {actor.erp}.")
    unchecked = mappings.unchecked
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
    if mappings.activates:
        _refuse_without_direction(saved, actor, mappings.item.place)
    after = members.carriers(saved, "FieldMappings") or []
    keys = {place: order.key_of(fields[position]) for place, position in positions.items()}
    crm = {place: members.text(after[position], "CrmFieldKey") or None for place, position in positions.items()}
    words = _declared_words(actor, {place: (keys[place], crm[place]) for place in positions})
    defaults = {
        keys[field.place]: _new_default(mappings, field, fields[positions[field.place]])
        for field in actor.fields
        if field.default is not UNSET
    }
    ordered = None
    if actor.order is not UNSET:
        ordered = [order.key_of(field) for field in order.declared_fields(there, actor.order, at(actor.place, "order"))]
    return _Parts(words, defaults or None, ordered)


def _new_default(mappings: Mappings, field: DeclaredField, there: members.Carrier) -> Words:
    """A default value of a field that has none yet.

    :raises DocumentError: for a value that does not fit, or settings that contradict each other.
    """
    declared = t.cast(DeclaredDefault, field.default)
    place = at(field.place, "default")
    blank = field_mapping.blank_default(there)
    _saved, _before, after = field_mapping.default_overlay(blank, declared, place)
    if members.text(there, "Access") == "Mandatory" and declared is not NO_DEFAULT:
        try:
            # Whether the server says so of a field that the connector demands is not documented.
            field_mapping.default_overlay(members.replaced(blank, {"Mandatory": True}), declared, place)
        except DocumentError:
            mappings.unchecked.note(f"the default settings of {order.key_of(there)}, which the ERP system demands")
    return {name: after[name] if name == "value" else value for name, value in _declared_default(declared).items()}


def _declared_words(actor: DeclaredActor, shown: t.Mapping[str, tuple[str, t.Any]]) -> Words:
    """What is declared of an actor type and its fields.

    :param shown: key and CRM field of each field, by place.
    """
    words: Words = {"crm": CRM_OF[actor.erp] if actor.crm is UNSET else actor.crm}
    if actor.enabled is not UNSET:
        words["enabled"] = actor.enabled
    if actor.fields:
        words["fields"] = {}
    for field in actor.fields:
        key, crm = shown[field.place]
        named = (
            ("crm", field.crm if field.crm is UNSET else crm),
            ("direction", field.direction),
            ("show", field.show),
            ("search", field.search),
        )
        words["fields"][key] = {name: value for name, value in named if value is not UNSET}
    return words


def _declared_default(declared: DeclaredDefault) -> Words:
    named = (("value", declared.value), ("prompt", declared.prompt), ("mandatory", declared.mandatory))
    return {name: value for name, value in named if value is not UNSET}


def _refuse_without_direction(mapping: members.Carrier, actor: DeclaredActor, place: str) -> None:
    """Refuse to activate a connection while a mandatory field has no direction.

    :param mapping: the mapping as it will be.
    :raises DocumentError: naming the fields.
    """
    left = _without_direction(mapping)
    if left:
        raise DocumentError(
            f"{at(place, 'active')}: the connection cannot be activated: the ERP system demands {', '.join(left)} of {actor.erp}, "
            f"without a direction so far. Declare crm and direction of it in {at(actor.place, 'fields')}, or enabled: false there."
        )


def _refuse_loss_of_direction(mapping: members.Carrier, actor: DeclaredActor, state: CurrentActor) -> None:
    """Refuse to leave a mandatory field of an active connection without a direction.

    A server that takes changes only of inactive connections would not activate it again.

    :param mapping: the mapping as it will be.
    :raises DocumentError: naming the fields.
    """
    before = _without_direction(state.mapping)
    left = [key for key in _without_direction(mapping) if key not in before]
    if left:
        raise DocumentError(
            f"{actor.place}: the connection is active, and the ERP system demands {', '.join(left)} of {actor.erp}, which would have no "
            f"direction. Declare crm and direction of it in {at(actor.place, 'fields')}, or enabled: false there, or active: false of the "
            "connection."
        )


def _without_direction(mapping: members.Carrier) -> list[str]:
    """The mandatory fields without a direction; none where the actor type is not enabled."""
    if not members.flag(mapping, "IsActive"):
        return []
    return [
        order.key_of(field)
        for field in members.carriers(mapping, "FieldMappings") or []
        if members.text(field, "Access") == "Mandatory"
        and not (members.flag(field, "SyncToCrm") or members.flag(field, "SyncToErp") or members.flag(field, "MissingInERP"))
    ]
