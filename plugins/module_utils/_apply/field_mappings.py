# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Changes the field mappings of actor types, and the order of their fields."""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._client import errors
from .._model import field_mapping, order
from .._model.declared_fields import undeclared
from .._plan.steps import ClearColumns, OrderFields, PruneActors, SaveActor, Target
from .._read.connections import read_actor_types
from .._wire import members
from .context import Context
from .moving import NotMoved, bring_into_order
from .saving import edit, not_taken, save


def save_actor(context: Context, step: SaveActor) -> None:
    """Change the field mappings of one actor type."""
    mapping = read_mapping(context, step.target, step.declared.erp, step.declared.place)
    with shapes.reading("GetActorTypeMapping"):
        carrier, fields, new_members = field_mapping.overlay(mapping, step.declared)
    if not fields and not new_members:
        return

    def differing(saved: members.Carrier) -> list[str]:
        _carrier, left, left_members = field_mapping.overlay(saved, step.declared)
        return [*(change.key for change in left), *left_members]

    _save_mapping(context, step.target, carrier, differing, of=f"{step.target}, {step.declared.erp}")


def prune_actors(context: Context, step: PruneActors) -> None:
    """Clear the undeclared actor types of a new connection."""
    for erp in read_actor_types(context.reading, context.id_of(step.target)):
        if erp not in step.declared:
            save_actor(context, SaveActor(step.target, undeclared(erp, step.place)))


def order_fields(context: Context, step: OrderFields) -> None:
    """Change the order of the fields of one actor type."""
    connection_id = context.id_of(step.target)
    mapping = read_mapping(context, step.target, step.erp, step.place)
    keys = [order.key_of(field) for field in order.declared_fields(mapping, step.order, step.place)]
    mapping = with_ids(context, step.target, mapping, keys, step.place)
    wanted = order.declared_fields(mapping, step.order, step.place)

    def read() -> list[int]:
        archive = context.run.lookups.field_archive(connection_id)
        trouble = "" if archive.trouble is None else archive.trouble.message
        order.present_order(mapping, archive.ranks, wanted, step.place, trouble)
        return order.sequence(mapping, archive.ranks)

    def send(field_id: int, direction: int) -> None:
        edit(context, step.target, functools.partial(context.writing.move_erp_field_item, field_id, direction, connection_id, step.erp))

    try:
        bring_into_order([order.id_of(field) for field in wanted], read, send)
    except NotMoved:
        raise not_taken("MoveErpFieldItem", f"the order of {step.target}, {step.erp}") from None


def clear_columns(context: Context, step: ClearColumns) -> None:
    """Clear the server's cached columns; a failure becomes a remark."""
    for owner in step.owners:
        try:
            context.writing.validate_archive_column_config(owner, context.id_of(step.target))
        except errors.APPLICATION_ERRORS as error:
            # Which names of owners the server knows is not documented.
            context.remark(
                step.target,
                f"The mappings of {step.target} are saved, but the columns cached for {owner} could not be cleared: {error.message}",
            )


def read_mapping(context: Context, target: Target, erp: str, place: str) -> members.Carrier:
    """The mapping of one actor type as it is now."""
    mapping = context.reading.get_actor_type_mapping(context.id_of(target), erp)
    if mapping is None:
        raise errors.BadInput(f"{place}: the connection has no actor type {erp}; its ERP system does not offer it.")
    return mapping


def _save_mapping(
    context: Context,
    target: Target,
    mapping: members.Carrier,
    differing: t.Callable[[members.Carrier], t.Iterable[str]] = lambda _saved: (),
    of: str = "",
) -> members.Carrier:
    return save(context, target, "SaveActorTypeMapping", context.writing.save_actor_type_mapping, mapping, differing, of=of)


# Fields without ids


def with_ids(context: Context, target: Target, mapping: members.Carrier, keys: t.Collection[str], place: str) -> members.Carrier:
    """The mapping once the fields with these keys have ids, which default values and places need.

    Some servers store a field and give it an id once its mapping is saved, others once it is
    mapped, shown or searchable.
    """
    if not _without_id(mapping, keys):
        return mapping
    mapping = _save_mapping(context, target, mapping)
    unused = [one for one in _without_id(mapping, keys) if not field_mapping.is_used(one)]
    if unused:
        searchable = _save_mapping(context, target, _with_search(mapping, unused, True))
        try:
            mapping = _save_mapping(context, target, _with_search(searchable, unused, False))
        except errors.ErpSyncError:
            told = ", ".join(map(order.key_of, unused))
            context.remark(target, f"{told} of {target} may still be searchable: the run made it so for a moment, to get an id.")
            raise
    lacking = _without_id(mapping, keys)
    if lacking:
        raise errors.BadInput(f"{place}: {no_id(', '.join(map(order.key_of, lacking)))}")
    return mapping


def no_id(keys: str) -> str:
    """The sentence about fields that the server has not stored."""
    return (
        f"the server gives no id to {keys}, so that neither default values nor a place can be set. "
        "Map the field, show it or make it searchable, or leave its default and order out."
    )


def _without_id(mapping: members.Carrier, keys: t.Collection[str]) -> list[members.Carrier]:
    fields = members.carriers(mapping, "FieldMappings") or []
    return [field for field in fields if order.key_of(field) in keys and not order.id_of(field)]


def _with_search(mapping: members.Carrier, fields: t.Sequence[members.Carrier], search: bool) -> members.Carrier:
    """The mapping with some fields searchable, or not."""
    keys = {order.key_of(field) for field in fields}
    return members.replaced(
        mapping,
        {
            "FieldMappings": [
                members.replaced(field, {"ShowInSearch": search}) if order.key_of(field) in keys else field
                for field in members.carriers(mapping, "FieldMappings") or []
            ]
        },
    )
