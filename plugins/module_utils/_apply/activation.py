# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Activating and deactivating connections.

The server has a toggle only, so Active is read before and after it. What is deactivated for a change is noted before it is
toggled, since a toggle whose answer is lost may have been carried out, and is activated again whatever ends the run.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
import typing as t

from .._agent import shapes
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import names
from .._wire import members

if t.TYPE_CHECKING:
    from .._agent.reading import ReadingAgent
    from .._agent.writing import WritingAgent

# Seconds that an interrupted run waits for requests under way: they could deactivate a connection after it was activated again.
FOR_WORK = 10.0
# Seconds after which Active is read once more where a toggle may still be on its way.
FOR_LATE_TOGGLE = 3.0
# Seconds after which a run that has ended gives up activating again.
FOR_RESTORING = 30.0


class _Note:
    """A connection that is to be active again at the end of the run."""

    def __init__(self, name: str) -> None:
        self.name = name
        # Whether it was seen inactive.
        self.deactivated = False
        # Why it could not be activated again; empty where it is active. None until that is known.
        self.trouble: str | None = None


class Activation:
    """Switches connections, and remembers which of them must be active again. May be used by several threads."""

    def __init__(self, reading: ReadingAgent, writing: WritingAgent, at_once: int) -> None:
        self._reading = reading
        self._writing = writing
        self._at_once = at_once
        self._notes: dict[int, _Note] = {}
        # Guards the notes, the end, and the threads at work.
        self._noting = threading.Condition()
        self._at_work: set[int] = set()
        self._has_ended = False
        self._is_restoring = False
        self._restored = threading.Event()

    @contextlib.contextmanager
    def at_work(self) -> t.Iterator[None]:
        """While it lasts, the current thread may change connections."""
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
        """:raises errors.ErpSyncError: once the run has ended; what a thread is about to change then must stay as it is."""
        if self._has_ended:
            raise errors.ErpSyncError("The run has ended.")

    def is_active(self, connection_id: int) -> bool:
        """As the server says now."""
        answer: members.Carrier = shapes.present("GetConnection", self._reading.get_connection(connection_id))
        with shapes.reading("GetConnection"):
            return members.required_flag(answer, "Active")

    def switch(self, connection_id: int, name: str, active: bool) -> None:
        """Do what is declared.

        :raises errors.NotSwitched: where the server refuses.
        """
        self.go_on()
        # What was read some steps ago may have changed since, and a toggle would undo it.
        if self.is_active(connection_id) != active:
            self._toggle(connection_id, name, active)
        self._notes.pop(connection_id, None)

    def deactivate_for_change(self, connection_id: int, name: str) -> None:
        """Deactivate an active connection until :meth:`activate_again`, or the end of the run."""
        note = _Note(name)
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
        """Activate a connection that was deactivated for a change; leaves any other alone."""
        note = self._notes.get(connection_id)
        if note is None:
            return
        self.go_on()
        self._activate(connection_id, note)
        self._notes.pop(connection_id, None)

    def restore(self) -> str:
        """Activate again what is still deactivated for a change when a run ends. Begins nothing else any more, and ends in time.

        What interrupts it, such as a task's time limit, does not interrupt the activating; called again, it goes on waiting for that.

        :returns: what to tell a person, empty where there is nothing to tell.
        """
        me = threading.get_ident()
        with self._noting:
            self._has_ended = True
            if not self._notes:
                return ""
            self._noting.wait_for(lambda: self._at_work <= {me}, FOR_WORK)
        # In a thread of its own: whatever its requests wait for, it is waited for so long and no longer.
        if not self._is_restoring:
            threading.Thread(target=self._activate_all, daemon=True).start()
        until = time.monotonic() + FOR_RESTORING
        # A signal that comes right before the wait begins is noticed only when a wait ends.
        while not self._restored.wait(0.5) and time.monotonic() < until:
            pass
        return _told(note for _number, note in sorted(self._notes.items()))

    def _activate_all(self) -> None:
        def activate(connection_id: int, note: _Note) -> None:
            try:
                self._activate(connection_id, note)
                note.trouble = ""
            except BaseException as error:
                # One that cannot be activated keeps none of the others from it.
                note.trouble = error.message if isinstance(error, errors.ErpSyncError) else f"{type(error).__name__}."

        with self._noting:
            # Whoever was interrupted while this thread was starting has started another one.
            if self._is_restoring:
                return
            self._is_restoring = True
        side_by_side([functools.partial(activate, *item) for item in self._notes.items()], self._at_once)
        self._restored.set()

    def _activate(self, connection_id: int, note: _Note) -> None:
        is_active = self.is_active(connection_id)
        if is_active and not note.deactivated:
            # What was interrupted, or lost its answer, may arrive later than this was asked.
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
        """Toggle a connection that is not as it shall be."""
        try:
            reasons = [reason for reason in self._writing.toggle_erp_connection_active(connection_id) if reason]
        except errors.ErpSyncError as error:
            # Where the answer is lost, only Active tells whether it was carried out.
            if error.uncertain:
                with contextlib.suppress(errors.ErpSyncError):
                    if self.is_active(connection_id) == active:
                        return
            raise
        if reasons or self.is_active(connection_id) != active:
            told = " ".join(reasons) if reasons else "The server gives no reason."
            raise errors.NotSwitched(
                f'The connection "{name}" cannot be {"activated" if active else "deactivated"}: {told}',
                method="ToggleErpConnectionActive",
                attempts=1,
                details={"reasons": reasons},
            )


def _told(notes: t.Iterable[_Note]) -> str:
    """What a person should know of connections that were to be activated again, in a stable order."""
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
