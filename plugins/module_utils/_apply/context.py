# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What the steps of one plan share: the server, cached reads, new ids, and remarks."""

from __future__ import annotations

import threading
import typing as t

from .._model.environment import CurrentEnvironment
from .._model.unknown import Unknown
from .._plan.steps import SaveConnection, SaveConnector, Step, Target
from .._run.run import Run
from .._wire import members
from .activation import Activation
from .newcomers import refuse_newcomers

K = t.TypeVar("K")
T = t.TypeVar("T")


class Context:
    """Shared by the steps of one plan, also across threads."""

    def __init__(self, run: Run, current: CurrentEnvironment, steps: t.Iterable[Step]) -> None:
        """
        :param current: what was read for the plan.
        """
        self.run = run
        self.current = current
        self.reading = run.reading
        self.writing = run.writing
        self.activation = Activation(self.reading, self.writing, run.at_once, run.is_wanted)
        # Ids of new connectors and connections, by kind and name.
        self.created: dict[tuple[str, str], int] = {}
        # The names of new things by kind, until it is certain that nobody else has created one of
        # them meanwhile.
        self._to_create: dict[str, list[str]] = {}
        for step in steps:
            if isinstance(step, (SaveConnection, SaveConnector)) and step.target.id is None:
                self._to_create.setdefault(step.target.kind, []).append(step.target.name)
        # Guards what serves several connections and is read once.
        self._reading_once = threading.Lock()
        self._config_fields = {number: fields for number, fields in current.config_fields.items() if not isinstance(fields, Unknown)}
        # Connectors whose fields were known for the plan: configurations have been tested with
        # them.
        self.tested_before = frozenset(self._config_fields)
        # Connectors that have got a new URL, where another product may answer.
        self.readdressed: set[int] = set()
        self._crm_items = dict(current.crm_items)
        # By target, so that they are reported in a stable order.
        self._remarks: dict[Target, list[str]] = {}

    def id_of(self, target: Target) -> int:
        """The id of a connector or a connection that is there by now."""
        return target.id if target.id is not None else self.created[target.kind, target.name]

    def note_id(self, target: Target, thing_id: int) -> None:
        """Keep the id of a thing that was saved, where it is new."""
        if target.id is None:
            self.created[target.kind, target.name] = thing_id

    def refuse_newcomers(self, kind: str) -> None:
        """Before the first creation of a kind, look whether somebody else has created such a thing.

        :raises errors.Conflict: where that is so.
        """
        wanted = self._to_create.pop(kind, None)
        if wanted is not None:
            known = self.current.connectors_by_id if kind == "connector" else self.current.connections_by_id
            refuse_newcomers(kind, wanted, known, self.reading, self.run.lookups)

    def config_fields(self, connector_id: int) -> t.Sequence[members.Carrier]:
        """The configuration fields of a connector, read on first use."""
        return self._once(self._config_fields, connector_id, lambda: self.reading.get_configuration_fields(connector_id))

    def forget_config_fields(self, connector_id: int) -> None:
        """Read the configuration fields again at their next use, for a new URL."""
        self._config_fields.pop(connector_id, None)
        self.readdressed.add(connector_id)

    def crm_items(self, key: str, read: t.Callable[[], t.Sequence[members.Carrier]]) -> t.Sequence[members.Carrier]:
        """The items of a CRM list, read on first use."""
        return self._once(self._crm_items, key, read)

    def _once(self, known: dict[K, T], key: K, read: t.Callable[[], T]) -> T:
        """The cached value, read on first use."""
        with self._reading_once:
            if key not in known:
                known[key] = read()
            return known[key]

    def remark(self, target: Target, text: str) -> None:
        """Add a warning about a connection, once."""
        told = self._remarks.setdefault(target, [])
        if text not in told:
            told.append(text)

    def remarks_about(self, targets: t.Iterable[Target]) -> t.Iterator[str]:
        """The warnings about connections, in their order."""
        for target in targets:
            yield from self._remarks.get(target, ())
