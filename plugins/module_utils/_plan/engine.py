# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The engine's part of a plan: state and interval."""

from __future__ import annotations

import typing as t

from .._model import stamp
from .._model.engine import DeclaredEngine, EngineStatus
from .change import Change
from .steps import EngineStep, SetInterval, SwitchEngine


def engine_after(declared: DeclaredEngine, current: EngineStatus) -> EngineStatus:
    """The engine as it will be, with the present status message: nobody knows the next one."""
    return EngineStatus(
        is_running=current.is_running if declared.state is None else declared.state == "running",
        status_message=current.status_message,
        interval=current.interval if declared.interval is None else declared.interval,
    )


def engine_changes(before: EngineStatus, after: EngineStatus) -> list[Change]:
    """The change from one status to another; empty where they do not differ."""
    change = Change("engine", "", before.as_declared(), after.as_declared(), {(): (stamp.CONFIGURATION,)})
    return [change] if change.changed_fields else []


def steps_before(before: EngineStatus, after: EngineStatus) -> t.Iterator[EngineStep]:
    """The first steps of a plan: a stop, so that no synchronisation runs through half a change."""
    if before.is_running and not after.is_running:
        yield SwitchEngine(False)


def steps_after(before: EngineStatus, after: EngineStatus) -> t.Iterator[EngineStep]:
    """The last steps of a plan: the interval, then a start."""
    if after.interval is not None and before.interval != after.interval:
        yield SetInterval(after.interval)
    if after.is_running and not before.is_running:
        yield SwitchEngine(True)
