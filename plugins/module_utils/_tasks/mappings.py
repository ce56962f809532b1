# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Converges mappings of a connection whose own settings are declared elsewhere."""

from __future__ import annotations

from .._apply.converge import converge
from .._model.declared import DeclaredActor, DeclaredConnection, DeclaredList
from .._model.environment import DeclaredEnvironment
from .._model.reference import Reference
from .._run.run import Result, Run
from .report import report


def converge_mappings(
    run: Run,
    ref: Reference,
    *,
    actors: tuple[DeclaredActor, ...] = (),
    lists: tuple[DeclaredList, ...] = (),
    refresh_fields: bool = False,
) -> Result:
    """Bring the mappings of one connection into their declared state."""
    item = DeclaredConnection("connection", ref, actors=actors, lists=lists, refresh_fields=refresh_fields, elsewhere=True)
    return report(converge(DeclaredEnvironment(connections=(item,), assume_missing=run.check_mode), run), run)
