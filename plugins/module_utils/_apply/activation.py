# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Activates and deactivates connections, and leaves none deactivated when a run ends.

The server has only a toggle, so Active is read before and after it. A connection that is
deactivated for a change is noted before the toggle, since a toggle whose answer is lost may have
been carried out. Whatever ends the run, noted connections are activated again.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
import typing as t

from .._agent import shapes
from .._agent.reading import ReadingAgent
from .._agent.writing import WritingAgent
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import names
from .._wire import members
from .meanwhile import still_there

# Seconds to wait for requests under way at an interruption: one of them could deactivate a
# connection afterwards.
FOR_WORK = 10.0
# Seconds until Active is read once more where a toggle may still be under way.
FOR_LATE_TOGGLE = 3.0
# Seconds until a run that has ended gives up activating connections again.
FOR_RESTORING = 30.0


class _Note:
    """A connection that must be active again at the end of the run."""

    def __init__(self, name: str) -> None:
        self.name = name
        # Whether it was seen inactive.
        self.deactivated = False
        # Why it could not be activated again; blank where it is active, None until that is known.
        self.trouble: str | None = None


class Activation:
    """Switches connections, and notes which of them must be active again. Threads may share it."""

    def __init__(self, reading: ReadingAgent, writing: WritingAgent, at_once: int, is_wanted: t.Callable[[], bool] = lambda: True) -> None:
        """
        :param is_wanted: whether somebody still waits for the run.
        """
        self._reading = reading
        self._writing = writing
        self._at_once = at_once
        self._is_wanted = is_wanted
        self._notes: dict[int, _Note] = {}
        # Guards the notes, the end of the run, and the threads at work.
        self._noting = threading.Condition()
        self._at_work: set[int] = set()
        self._has_ended = False
        self._is_restoring = False
        self._restored = threading.Event()

    @contextlib.contextmanager
    def at_work(self) -> t.Iterator[None]:
        """Within, the current thread may change connections."""
        me = threading.get_ident()
        with self._noting:
            self._at_work.add(me)
        try:
            yield
        finally:
            with self._noting:
                self._at_work.discard(me)
                self._noting.notify_all()

    def go_on(self) -> None:
        """Let a thread make its next change.

        :raises errors.ErpSyncError: once the run has ended, or nobody waits for it any more.
        """
        if self._has_ended:
            raise errors.ErpSyncError("The run has ended.")
        if not self._is_wanted():
            raise errors.ErpSyncError("Ansible has ended during this task, so no further change was begun.")

    def is_active(self, connection_id: int) -> bool:
        """Active, as the server says now.

        :raises errors.Conflict: where the connection has been removed.
        """
        answer = still_there(f"connection {names.called('', connection_id)}", "GetConnection", self._reading.get_connection(connection_id))
        with shapes.reading("GetConnection"):
            return members.required_flag(answer, "Active")

    def switch(self, connection_id: int, name: str, active: bool) -> None:
        """Activate or deactivate a connection as declared.

        :raises errors.NotSwitched: where the server refuses.
        """
        self.go_on()
        # Somebody may have switched it since the plan was made, and a toggle would undo that.
        if self.is_active(connection_id) != active:
            self._toggle(connection_id, name, active)
        self._notes.pop(connection_id, None)

    def deactivate_for_change(self, connection_id: int, name: str) -> None:
        """Deactivate an active connection until :meth:`activate_again`, or the end of the run."""
        note = _Note(name if name.strip() else f"connection {connection_id}")
        with self._noting:
            self.go_on()
            self._notes[connection_id] = note
        try:
            self._toggle(connection_id, name, False)
        except errors.NotSwitched as error:
            if error.details["reasons"]:
                # A refusal, which leaves it active.
                self._notes.pop(connection_id, None)
            raise
        note.deactivated = True

    def activate_again(self, connection_id: int) -> None:
        """Activate a connection that was deactivated for a change; do nothing with any other."""
        note = self._notes.get(connection_id)
        if note is None:
            return
        self.go_on()
        self._activate(connection_id, note)
        self._notes.pop(connection_id, None)

    def restore(self) -> str:
        """End the run: activate what is still deactivated for a change, within a limited time. No
        other change begins from now on.

        An interruption, such as a task's time limit, does not stop the activating; a second call
        goes on waiting for it.

        :returns: sentences for a person; blank where no connection was noted.
        """
        me = threading.get_ident()
        with self._noting:
            self._has_ended = True
            if not self._notes:
                return ""
            self._noting.wait_for(lambda: self._at_work <= {me}, FOR_WORK)
        # A thread of its own limits the time, whatever its requests wait for.
        if not self._is_restoring:
            threading.Thread(target=self._activate_all, daemon=True).start()
        until = time.monotonic() + FOR_RESTORING
        # A signal right before a wait is noticed only at the end of that wait, so waits are short.
        while not self._restored.wait(0.5) and time.monotonic() < until:
            pass
        return _told(note for _number, note in sorted(self._notes.items()))

    def _activate_all(self) -> None:
        def activate(connection_id: int, note: _Note) -> None:
            try:
                self._activate(connection_id, note)
                note.trouble = ""
            except BaseException as error:
                # The other connections are activated all the same.
                note.trouble = error.message if isinstance(error, errors.ErpSyncError) else f"{type(error).__name__}."

        with self._noting:
            # A call of restore that was interrupted during the start has a second thread started.
            if self._is_restoring:
                return
            self._is_restoring = True
        side_by_side([functools.partial(activate, *item) for item in self._notes.items()], self._at_once)
        self._restored.set()

    def _activate(self, connection_id: int, note: _Note) -> None:
        is_active = self.is_active(connection_id)
        if is_active and not note.deactivated:
            # A toggle that was interrupted, or whose answer is lost, may arrive after this request.
            time.sleep(FOR_LATE_TOGGLE)
            is_active = self.is_active(connection_id)
        for is_last in (False, True):
            if is_active:
                return
            note.deactivated = True
            try:
                self._toggle(connection_id, note.name, True)
                return
            except errors.ErpSyncError as error:
                if is_last or not error.uncertain:
                    raise
            is_active = self.is_active(connection_id)

    def _toggle(self, connection_id: int, name: str, active: bool) -> None:
        """Toggle a connection, and check Active afterwards."""
        try:
            reasons = [reason for reason in self._writing.toggle_erp_connection_active(connection_id) if reason]
        except errors.ErpSyncError as error:
            # Where the answer is lost, Active shows whether the toggle was carried out.
            if error.uncertain:
                with contextlib.suppress(errors.ErpSyncError):
                    if self.is_active(connection_id) == active:
                        return
            raise
        if reasons or self.is_active(connection_id) != active:
            told = " ".join(reasons) if reasons else "The server gives no reason."
            raise errors.NotSwitched(
                f"The connection {names.called(name, connection_id)} cannot be {'activated' if active else 'deactivated'}: {told}",
                method="ToggleErpConnectionActive",
                attempts=1,
                details={"reasons": reasons},
            )


def _told(notes: t.Iterable[_Note]) -> str:
    """Sentences about the connections that were to be activated again."""
    again: list[str] = []
    sentences: list[str] = []
    for note in notes:
        name = f'"{names.readable(note.name)}"'
        if note.trouble == "":
            again += [name] if note.deactivated else []
            continue
        reason = "there was no answer in time." if note.trouble is None else note.trouble
        had = "had been" if note.deactivated else "may have been"
        sentences.append(
            f"Besides, {name} {had} deactivated for the change and could not be activated again: {reason} "
            "Declare active: true for it and run again, or activate it in SuperOffice."
        )
    if again:
        be = "is" if len(again) == 1 else "are"
        sentences.insert(0, f"{', '.join(again)} had been deactivated for the change and {be} active again.")
    return " ".join(sentences)
