# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The plan: what is declared and what is there go in; ordered steps, the difference and the predicted result come out.

Nothing here talks to anybody. Check mode and the real run use the same plan, so what is predicted is what is done.
"""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass

from ._model import duration
from ._model.engine import DeclaredEngine, EngineStatus
from ._model.environment import CurrentEnvironment, DeclaredEnvironment


@dataclass(frozen=True)
class SwitchEngine:
    """Start or stop the engine."""

    run: bool

    def __str__(self) -> str:
        return "start the engine" if self.run else "stop the engine"


@dataclass(frozen=True)
class SetInterval:
    """Give the engine another interval, in seconds."""

    seconds: int

    def __str__(self) -> str:
        return f"set the interval to {duration.clock(self.seconds)}"


Step = t.Union[SwitchEngine, SetInterval]


@dataclass(frozen=True)
class Difference:
    """What changes in one object, in the words of a document. ``before`` and ``after`` have the same keys."""

    thing: str
    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]

    @property
    def changed_fields(self) -> list[str]:
        """The keys whose values differ, in order."""
        return [key for key, value in self.after.items() if self.before.get(key) != value]


@dataclass(frozen=True)
class Plan:
    """The way from what is there to what is declared."""

    steps: tuple[Step, ...]
    differences: tuple[Difference, ...]
    predicted: CurrentEnvironment

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.steps)


def plan(declared: DeclaredEnvironment, current: CurrentEnvironment) -> Plan:
    """The steps that make what is there what is declared.

    :param current: must hold each section that is declared.
    """
    steps: list[Step] = []
    differences: list[Difference] = []
    predicted = current
    if declared.engine is not None and current.engine is not None:
        after = _engine_after(declared.engine, current.engine)
        steps += _engine_steps(current.engine, after)
        difference = Difference("engine", current.engine.as_declared(), after.as_declared())
        if difference.changed_fields:
            differences.append(difference)
        predicted = dataclasses.replace(predicted, engine=after)
    return Plan(tuple(steps), tuple(differences), predicted)


def _engine_after(declared: DeclaredEngine, current: EngineStatus) -> EngineStatus:
    return EngineStatus(
        is_running=current.is_running if declared.state is None else declared.state == "running",
        # The server's own words cannot be known before it speaks.
        status_message=current.status_message,
        interval=current.interval if declared.interval is None else declared.interval,
    )


def _engine_steps(before: EngineStatus, after: EngineStatus) -> t.Iterator[Step]:
    """A stop comes first and a start last, so that no synchronisation begins half-way through a change."""
    if before.is_running and not after.is_running:
        yield SwitchEngine(False)
    if after.interval is not None and before.interval != after.interval:
        yield SetInterval(after.interval)
    if after.is_running and not before.is_running:
        yield SwitchEngine(True)
