# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Activating again at the end of a run, which an interruption does not begin anew."""

from __future__ import annotations

import threading
import time
from typing import Any, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.reading import ReadingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.writing import WritingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply import activation as module
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.activation import Activation
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors


class Server:
    """One connection, and a toggle that waits for ``may_go`` once it is not the first."""

    def __init__(self) -> None:
        self.active = True
        self.toggles = 0
        self.is_toggling, self.may_go = threading.Event(), threading.Event()

    def get_connection(self, _connection_id: int) -> dict[str, Any]:
        return {"Active": self.active}

    def toggle_erp_connection_active(self, _connection_id: int) -> list[str]:
        self.toggles += 1
        if self.toggles > 1:
            self.is_toggling.set()
            assert self.may_go.wait(60)
        self.active = not self.active
        return []


def test_a_second_interruption_waits_for_the_activating_that_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    activation = Activation(cast(ReadingAgent, server), cast(WritingAgent, server), 1)
    activation.deactivate_for_change(1, "Visma Norway")
    started: list[threading.Thread] = []
    start = threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        started.append(thread)
        start(thread)

    def interrupted(_seconds: float) -> bool:
        assert server.is_toggling.wait(60)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", noted)
    with monkeypatch.context() as patched:
        patched.setattr(activation._restored, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            activation.restore()
    server.may_go.set()
    assert activation.restore() == '"Visma Norway" had been deactivated for the change and is active again.'
    for thread in started:
        thread.join(60)
    assert (server.active, server.toggles, len(started)) == (True, 2, 1)


class Several:
    """Connections by number, each with what becomes of activating it: an exception, or reasons of the server."""

    def __init__(self, **ends: Any) -> None:
        self.active = dict.fromkeys(range(1, len(ends) + 1), True)
        self.ends = dict(enumerate(ends.values(), start=1))

    def get_connection(self, connection_id: int) -> dict[str, Any]:
        return {"Active": self.active[connection_id]}

    def toggle_erp_connection_active(self, connection_id: int) -> list[str]:
        end = None if self.active[connection_id] else self.ends[connection_id]
        if isinstance(end, Exception):
            raise end
        if end is None:
            self.active[connection_id] = not self.active[connection_id]
        return end or []


def _restored(server: Several, *names: str, at_once: int = 2) -> str:
    activation = Activation(cast(ReadingAgent, server), cast(WritingAgent, server), at_once)
    # The sentences are in the order of the connections, whichever was deactivated first.
    for number, name in reversed(list(enumerate(names, start=1))):
        activation.deactivate_for_change(number, name)
    told = activation.restore()
    for begin in (activation.go_on, lambda: activation.switch(1, "A", True), lambda: activation.deactivate_for_change(1, "A")):
        with pytest.raises(errors.ErpSyncError, match="^The run has ended.$"):
            begin()
    return told


AGAIN = "Declare active: true for it and run again, or activate it in SuperOffice."


def test_what_is_told_of_the_connections_that_were_to_be_active_again() -> None:
    assert _restored(Several()) == ""
    assert _restored(Several(a=None), 'US:"A";NO:"B"') == '"A" had been deactivated for the change and is active again.'
    assert _restored(Several(a=None, b=None), "A", "B") == '"A", "B" had been deactivated for the change and are active again.'
    refused = 'The connection "B" cannot be activated: No. Never.'
    lost = errors.ConnectionRefused("No way.")
    assert _restored(Several(a=None, b=["No.", "", "Never."], c=lost, d=ValueError("s3cret"), e=None), *"ABCDE", at_once=5) == (
        '"A", "E" had been deactivated for the change and are active again. '
        f'Besides, "B" had been deactivated for the change and could not be activated again: {refused} {AGAIN} '
        f'Besides, "C" had been deactivated for the change and could not be activated again: No way. {AGAIN} '
        f'Besides, "D" had been deactivated for the change and could not be activated again: ValueError. {AGAIN}'
    )


def test_a_server_that_does_not_answer_in_time_and_one_whose_toggle_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FOR_LATE_TOGGLE", 0.0)
    monkeypatch.setattr(module, "FOR_RESTORING", 0.0)
    server = Server()
    activation = Activation(cast(ReadingAgent, server), cast(WritingAgent, server), 1)
    activation.deactivate_for_change(1, "A")
    assert activation.restore() == (
        f'Besides, "A" had been deactivated for the change and could not be activated again: there was no answer in time. {AGAIN}'
    )
    server.may_go.set()
    assert activation._restored.wait(60)
    # Nobody knows whether it was deactivated, and its state cannot be read.
    monkeypatch.setattr(module, "FOR_RESTORING", 60.0)
    unknown = Several(a=None)
    activation = Activation(cast(ReadingAgent, unknown), cast(WritingAgent, unknown), 1)

    def lost(_connection_id: int) -> Any:
        raise errors.ConnectionLost("It is gone.", uncertain=True)

    for name in ("toggle_erp_connection_active", "get_connection"):
        monkeypatch.setattr(unknown, name, lost)
    with pytest.raises(errors.ConnectionLost):
        activation.deactivate_for_change(1, "A")
    assert activation.restore() == (
        f'Besides, "A" may have been deactivated for the change and could not be activated again: It is gone. {AGAIN}'
    )


def test_the_activating_is_awaited_for_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    server.may_go.set()
    activation = Activation(cast(ReadingAgent, server), cast(WritingAgent, server), 1)
    activation.deactivate_for_change(1, "A")
    restored, waited = activation._restored.wait, list[float]()

    def wait(seconds: float) -> bool:
        # What is done in time is looked for a third time.
        waited.append(seconds)
        return len(waited) > 2 and restored(60)

    monkeypatch.setattr(activation._restored, "wait", wait)
    assert activation.restore() == '"A" had been deactivated for the change and is active again.'
    assert waited == [0.5] * 3


def test_a_connection_that_cannot_be_switched_and_one_that_was_switched_meanwhile() -> None:
    server = Several(a=["No."], b=None)
    activation = Activation(cast(ReadingAgent, server), cast(WritingAgent, server), 1)
    server.active[1] = False
    with pytest.raises(errors.NotSwitched) as refused:
        activation.switch(1, "A", True)
    assert refused.value.message == 'The connection "A" cannot be activated: No.'
    assert refused.value.failure()["method"] == "ToggleErpConnectionActive" and refused.value.attempts == 1
    assert refused.value.details == {"reasons": ["No."]}
    activation.switch(1, "A", False)
    activation.switch(2, "B", False)
    assert server.active == {1: False, 2: False}
    # What was not deactivated for a change is left as it is.
    activation.activate_again(1)
    assert activation.restore() == "" and server.active == {1: False, 2: False}


def test_a_connection_that_the_server_does_not_deactivate_stays_active() -> None:
    server = Several(a=None)
    server.toggle_erp_connection_active = lambda connection_id: []  # type: ignore[method-assign]
    activation = Activation(cast(ReadingAgent, server), cast(WritingAgent, server), 1)
    with pytest.raises(errors.NotSwitched) as refused:
        activation.switch(1, "A", False)
    assert refused.value.message == 'The connection "A" cannot be deactivated: The server gives no reason.'


def test_a_toggle_whose_answer_is_lost_has_time_to_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Several(a=None)
    activation = Activation(cast(ReadingAgent, server), cast(WritingAgent, server), 1)
    slept: list[float] = []

    def lost(*_unused: Any) -> Any:
        raise errors.ConnectionLost("It is gone.", uncertain=True)

    def arrives(seconds: float) -> None:
        slept.append(seconds)
        server.active[1] = False

    with monkeypatch.context() as patch:
        patch.setattr(server, "toggle_erp_connection_active", lost)
        patch.setattr(server, "get_connection", lost)
        with pytest.raises(errors.ConnectionLost):
            activation.deactivate_for_change(1, "A")
    monkeypatch.setattr(module, "FOR_LATE_TOGGLE", 7.0)
    monkeypatch.setattr(time, "sleep", arrives)
    assert activation.restore() == '"A" had been deactivated for the change and is active again.'
    assert slept == [7.0] and server.active == {1: True}


def test_a_connection_that_is_found_deactivated_at_the_end_is_activated_and_told() -> None:
    server = Several(a=None)
    activation = Activation(cast(ReadingAgent, server), cast(WritingAgent, server), 1)

    def lost(*_unused: Any) -> Any:
        # It is carried out, and nobody is told.
        server.active[1] = False
        raise errors.ConnectionLost("It is gone.", uncertain=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "toggle_erp_connection_active", lost)
        patch.setattr(server, "get_connection", lost)
        with pytest.raises(errors.ConnectionLost):
            activation.deactivate_for_change(1, "A")
    assert activation.restore() == '"A" had been deactivated for the change and is active again.'
    assert server.active == {1: True}
