# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Sorts the steps of a plan into stages, so that independent steps can be done side by side.

Steps of different connections are independent, with two exceptions. Connections are created in the
order of the document, since their ids and their first priority follow it. And the server looks at
the other connections when a field is mapped one way to SuperOffice: where an actor type has such a
field, the connections that map fields of that type keep their order.
"""

from __future__ import annotations

import typing as t

from .._model.actor_types import CRM_OF
from .steps import PruneActors, RefreshFields, SaveActor, Step, connection_of, creates_connection

Group = tuple[Step, ...]
Stage = tuple[Group, ...]


def stages(steps: t.Sequence[Step]) -> list[Stage]:
    """The stages in order. The groups of a stage are independent of each other; the steps of a
    group keep their order.
    """
    result: list[Stage] = []
    block: list[Step] = []
    for step in steps:
        if connection_of(step) is not None:
            block.append(step)
            continue
        result.extend(_block(block))
        block = []
        result.append(((step,),))
    result.extend(_block(block))
    return result


def _block(steps: t.Sequence[Step]) -> t.Iterator[Stage]:
    """The stages of a run of steps that all belong to connections."""
    for step in steps:
        if creates_connection(step):
            yield ((step,),)
    groups: dict[tuple[int | None, str], list[Step]] = {}
    for step in steps:
        target = connection_of(step)
        if target is not None and not creates_connection(step):
            groups.setdefault((target.id, target.name), []).append(step)
    joined = _joined([tuple(group) for group in groups.values()])
    if joined:
        yield tuple(joined)


def _joined(groups: t.Sequence[Group]) -> list[Group]:
    """The groups; those that must keep their order are joined to one."""
    one_way = {erp for group in groups for step in group for erp in _mapped(step) if _goes_one_way(step)}
    result: list[Group] = []
    place: int | None = None
    for group in groups:
        if not one_way.intersection(erp for step in group for erp in _mapped(step)):
            result.append(group)
        elif place is None:
            place = len(result)
            result.append(group)
        else:
            result[place] += group
    return result


def _mapped(step: Step) -> t.Iterable[str]:
    """The ERP actor types whose field mappings a step may change."""
    if isinstance(step, SaveActor):
        return (step.declared.erp,)
    return tuple(CRM_OF) if isinstance(step, (PruneActors, RefreshFields)) else ()


def _goes_one_way(step: Step) -> bool:
    return isinstance(step, SaveActor) and any(field.direction == "to_crm" for field in step.declared.fields)
