# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Activating again at the end of a run, which an interruption does not begin anew."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.reading import ReadingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.writing import WritingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.activation import Activation


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
