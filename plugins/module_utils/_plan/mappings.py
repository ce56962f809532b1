# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Plans all mappings of one connection, present or new: fields first, then lists."""

from __future__ import annotations

from .._model.actor_types import CRM_OF
from .._model.declared import DeclaredActor
from .._model.declared_fields import needs_refresh, undeclared
from .change import Change
from .draft import Mappings
from .field_mappings import plan_actor
from .list_mappings import plan_lists
from .steps import ClearColumns, PruneActors, RefreshFields


def plan_mappings(mappings: Mappings) -> None:
    """Add the steps and changes to the draft.

    :raises DocumentError: for a declaration that cannot be carried out.
    """
    steps, target, connection = mappings.draft.steps, mappings.target, mappings.connection
    actors = _actors(mappings)
    # A new connection is created with the fields that its connector has by then.
    refreshes = (
        connection is not None
        and mappings.item.refresh_fields
        and any(needs_refresh(actor, connection.actors.get(actor.erp)) for actor in actors)
    )
    if refreshes:
        steps.append(RefreshFields(target))
    changed: dict[str, Change] = {}
    for actor in actors:
        change = plan_actor(mappings, actor, refreshes=refreshes)
        if change is not None:
            changed[actor.erp] = change
    if mappings.prune and connection is None:
        steps.append(PruneActors(target, tuple(actor.erp for actor in actors), mappings.item.place))
    if mappings.has_lists:
        plan_lists(mappings, changed)
    if changed:
        steps.append(ClearColumns(target, tuple(dict.fromkeys(CRM_OF.get(erp, erp) for erp in changed))))


def _actors(mappings: Mappings) -> list[DeclaredActor]:
    """The declared actor types, and with pruning those that are there undeclared."""
    actors = [actor._replace(purge=True) if mappings.prune else actor for actor in mappings.item.actors]
    if mappings.prune and mappings.connection is not None:
        declared = {actor.erp for actor in actors}
        actors += [undeclared(erp, mappings.item.place) for erp in mappings.connection.actor_types if erp not in declared]
    return actors
