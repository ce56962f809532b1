# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Leaves out of a declaration what a server cannot do.

That is list mappings alone: web services before Services86 have no methods for them. Nothing else
of a document depends on list mappings, so that the rest is carried out as a whole.
"""

from __future__ import annotations

import typing as t

from .._model.environment import DeclaredEnvironment

# A message names so many places; the result names all.
_MOST = 5


def uses_lists(declared: DeclaredEnvironment) -> bool:
    """Whether carrying out a declaration reads or saves list mappings."""
    connections = [one for one in declared.connections or () if one.present]
    return any(one.lists for one in connections) or (bool(connections) and "mappings" in declared.prune)


def without_lists(declared: DeclaredEnvironment) -> tuple[DeclaredEnvironment, tuple[str, ...]]:
    """The declaration without list mappings, which are not pruned either, and the places that had
    some.
    """
    connections = declared.connections
    places = tuple(mapping.place or "list" for one in connections or () for mapping in one.lists)
    kept = None if connections is None else tuple(one._replace(lists=()) for one in connections)
    return declared._replace(connections=kept, has_lists=False), places


def remark(places: t.Sequence[str], why: str) -> str:
    """The warning of what was left out.

    :param why: names the method that is missing.
    """
    named = list(places[:_MOST])
    if len(places) > _MOST:
        named.append(f"{len(places) - _MOST} more")
    listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    return f"{listed} {'were' if len(places) > 1 else 'was'} left out, as unsupported: skip says. {why}"
