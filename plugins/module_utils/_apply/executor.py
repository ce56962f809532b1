# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Carries out the steps of a plan, in stages; the file of each section says what a step does.

Steps of different connections are done side by side; :mod:`_plan.stages` says which may be.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import typing as t

from .._client.side_by_side import side_by_side
from .._model.environment import CurrentEnvironment
from .._plan import steps as st
from .._plan.stages import stages
from .._run.run import Run
from .connections import refresh_fields, save_connection, set_active
from .connectors import save_connector
from .context import Context
from .default_values import save_defaults
from .engine import change_engine
from .field_mappings import clear_columns, order_fields, prune_actors, save_actor
from .list_mappings import save_lists
from .priority import save_priority
from .removal import remove

_STEPS: dict[type, t.Callable[[Context, t.Any], None]] = {
    st.SwitchEngine: lambda context, step: change_engine(context.writing, step),
    st.SetInterval: lambda context, step: change_engine(context.writing, step),
    st.SaveConnector: save_connector,
    st.SaveConnection: save_connection,
    st.SetActive: set_active,
    st.RefreshFields: refresh_fields,
    st.SaveActor: save_actor,
    st.PruneActors: prune_actors,
    st.SaveDefaults: save_defaults,
    st.OrderFields: order_fields,
    st.SaveLists: save_lists,
    st.ClearColumns: clear_columns,
    st.SavePriority: save_priority,
    st.Remove: remove,
}


class Executor:
    """Carries out the steps of one plan."""

    def __init__(self, run: Run, current: CurrentEnvironment, steps: t.Sequence[st.Step]) -> None:
        """
        :param current: what was read for the plan.
        """
        self._run = run
        self._steps = steps
        self._context = Context(run, current, steps)
        self._failed = threading.Event()
        # Equal steps may stand in one plan, so each is known by its identity.
        self._done: set[int] = set()

    @property
    def created(self) -> t.Mapping[tuple[str, str], int]:
        """The ids of new connectors and connections, by kind and name."""
        return self._context.created

    @property
    def done(self) -> list[bool]:
        """Whether each of the steps was done."""
        return [id(step) in self._done for step in self._steps]

    def carry_out(self) -> None:
        """Do all the steps. After a failure no other step begins.

        :raises errors.ErpSyncError: where the server fails or refuses.
        :raises DocumentError: for a declaration that turns out wrong only after an earlier step.
        """
        at_once = self._run.at_once
        work = [(tuple(self._steps),)] if at_once == 1 else stages(self._steps)
        try:
            for stage in work:
                side_by_side([functools.partial(self._in_order, group) for group in stage], at_once)
        except BaseException:
            # An interruption reaches only this thread; the others must end as well.
            self._failed.set()
            raise
        finally:
            targets = dict.fromkeys(filter(None, map(st.connection_of, self._steps)))
            for text in self._context.remarks_about(targets):
                self._run.warn(text)

    def restore(self) -> str:
        """Activate again what was deactivated for a change; see
        :meth:`_activation.Activation.restore`.
        """
        return self._context.activation.restore()

    def _in_order(self, group: t.Sequence[st.Step]) -> None:
        """Do one group of steps; activate each connection again after its last step."""
        activation = self._context.activation
        before: int | None = None
        with activation.at_work(), self._telling_of_failure():
            for step in group:
                if self._failed.is_set():
                    return
                activation.go_on()
                target = st.connection_of(step)
                connection_id = None if target is None or st.creates_connection(step) else self._context.id_of(target)
                if before is not None and connection_id != before:
                    activation.activate_again(before)
                before = connection_id
                _STEPS[type(step)](self._context, step)
                self._done.add(id(step))
            if before is not None:
                activation.activate_again(before)

    @contextlib.contextmanager
    def _telling_of_failure(self) -> t.Iterator[None]:
        try:
            yield
        except BaseException:
            self._failed.set()
            raise
