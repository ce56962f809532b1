# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The plan of a whole environment: what is declared and what is there go in; ordered steps, changes and the predicted state come out.

Nothing here talks to anybody. Check mode and the real run use the same plan, so what is predicted is what is done.
"""

from __future__ import annotations

import dataclasses

from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from . import engine
from .plan import Plan
from .sections import plan_sections


def plan(declared: DeclaredEnvironment, current: CurrentEnvironment) -> Plan:
    """The steps that make what is there what is declared, in order of dependence.

    :param current: must hold all that the declared sections need; see :mod:`_read.environment`.
    :raises DocumentError: for what cannot be; nothing has been sent by then.
    """
    sections = plan_sections(declared, current)
    if declared.engine is None or current.engine is None:
        return sections
    after = engine.engine_after(declared.engine, current.engine)
    return sections._replace(
        steps=(*engine.steps_before(current.engine, after), *sections.steps, *engine.steps_after(current.engine, after)),
        changes=(*engine.engine_changes(current.engine, after), *sections.changes),
        warnings=(*sections.warnings, *filter(None, [declared.engine.remark])),
        predicted=dataclasses.replace(current, engine=after),
    )
