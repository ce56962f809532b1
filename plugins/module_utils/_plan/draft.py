# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A plan in the making, which the planning of each section adds to."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

from .._model.checks import DocumentError
from .._model.current import CurrentConnection
from .._model.declared import DeclaredConnection
from .._model.list_mapping import CrmItems
from .._model.pattern import Foreseen
from .._model.stamp import Rows
from .._model.unknown import Unknown
from .change import Change
from .steps import Step, Target, Test


class Draft:
    """Steps, changes, tests and remarks, each in order."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.changes: list[Change] = []
        self.tests: list[Test] = []
        self.warnings: list[str] = []
        # Warnings for check mode alone: a run that succeeds has shown that all is right.
        self.unchecked: list[str] = []


class Unchecked:
    """The parts of one declared connection that cannot be checked before the run."""

    def __init__(self, place: str) -> None:
        self._place = place
        # Dictionaries for sets that keep their order.
        self._why: dict[str, None] = {}
        self._what: dict[str, None] = {}

    def note(self, what: str, why: str = "") -> None:
        """Add one part, and the server's reason where there is one."""
        self._what[what] = None
        if why:
            self._why[why] = None

    def sentence(self) -> list[str]:
        """The warning, in a list that is empty where nothing was noted."""
        if not self._what:
            return []
        why = f" {' '.join(self._why)}" if self._why else ""
        return [f"{self._place}: only the run itself shows whether these are right: {'; '.join(self._what)}.{why}"]


class Mappings(t.NamedTuple):
    """The mappings of one connection in the making."""

    draft: Draft
    unchecked: Unchecked
    item: DeclaredConnection
    target: Target
    # None where an earlier step, or an earlier task, creates the connection.
    connection: CurrentConnection | None
    # What another connection of the same connector shows of fields and lists that are not there
    # yet.
    foreseen: Foreseen
    # Whether the plan activates the connection, for which each mandatory field needs a direction.
    activates: bool
    # Why no order of fields can be read; blank where it can.
    ranks_trouble: str
    # The items of the CRM lists from which items are declared by name.
    crm_items: CrmItems
    # Whether undeclared mappings go.
    prune: bool
    # Whether the connection goes to another connector.
    moves: bool = False
    # Whether the server has list mappings.
    has_lists: bool = True

    @property
    def stays_active(self) -> bool:
        """Whether the connection is active before and after."""
        return self.connection is not None and self.connection.listed.active and self.item.active is not False

    def change(
        self, kind: str, name: str, before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any], rows: Rows = MappingProxyType({})
    ) -> Change:
        """Add a change of an actor type or a list of the connection."""
        change = Change(kind, f"{self.target.name}, {name}", before, after, rows)
        self.draft.changes.append(change)
        return change

    def explained(self, error: DocumentError, foreseen: Foreseen) -> DocumentError:
        """A refusal that names the other connection on which it rests."""
        if isinstance(foreseen, Unknown) or foreseen.connection_id == self.target.id:
            return error
        return DocumentError(
            f'{error} That is how the connection "{foreseen.name}" of the same connector has it; where this one will differ, '
            "declare refresh_fields: true for it."
        )
