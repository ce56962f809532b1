# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Changes the default values of fields."""

from __future__ import annotations

import functools
import typing as t

from .._agent import shapes
from .._client import errors
from .._model import field_mapping, order
from .._model.checks import at
from .._model.declared import NO_DEFAULT, UNSET, DeclaredField
from .._model.declared_fields import declared_defaults
from .._plan.steps import SaveDefaults
from .._plan.taken import default_not_taken
from .._wire import members
from .context import Context
from .field_mappings import no_id, read_mapping, with_ids
from .saving import save


def save_defaults(context: Context, step: SaveDefaults) -> None:
    """Change the default values of the fields of one actor type."""
    mapping = read_mapping(context, step.target, step.declared.erp, step.declared.place)
    known = _known(context, step)
    without_id = [
        order.key_of(one)
        for one, field in declared_defaults(mapping, step.declared, known)
        if not order.id_of(one) and _differs(field_mapping.blank_default(one), field)
    ]
    mapping = with_ids(context, step.target, mapping, without_id, step.declared.place)
    for one, field in declared_defaults(mapping, step.declared, known):
        # A field still without an id has no default settings, and none are declared for it.
        if field.default is UNSET or not order.id_of(one):
            continue
        current: members.Carrier | None = context.reading.get_default_value_info(order.id_of(one))
        if current is None:
            if field.default is NO_DEFAULT:
                continue
            raise errors.BadInput(f"{field.place}.default: {no_id(order.key_of(one))}")
        with shapes.reading("GetDefaultValueInfo"):
            carrier, before, after = field_mapping.default_overlay(current, field.default, at(field.place, "default"))
        if before != after:
            save(
                context,
                step.target,
                "SaveDefaultValueInfo",
                context.writing.save_default_value_info,
                carrier,
                functools.partial(default_not_taken, field.default),
                of=f"the default of {field.erp}, {step.target}",
            )


def _known(context: Context, step: SaveDefaults) -> t.Collection[int]:
    """The ids of the fields that had default settings when the plan was made."""
    known = None if step.target.id is None else context.current.connections_by_id.get(step.target.id)
    state = None if known is None else known.actors.get(step.declared.erp)
    return () if state is None else state.defaults


def _differs(current: members.Carrier, declared: DeclaredField) -> bool:
    """Whether a field's default settings are others than the declared ones."""
    if declared.default is UNSET:
        return False
    _carrier, before, after = field_mapping.default_overlay(current, declared.default, at(declared.place, "default"))
    return before != after
