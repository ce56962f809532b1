# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look at a watched installation remembers: when connections were synchronised, and the server's texts with their secrets masked."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.engine import EngineStatus
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health import Finding, Where
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.watched import Observed, SeenList, SeenMapping, Sync
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks import watch

LAST = "2026-11-20T05:45:00"


def fact(active: bool = True, written: str | None = LAST, age: int | None = 900) -> dict[str, Any]:
    return {"id": 3, "active": active, "last_sync_written": written, "age_at_least": age}


def finding(check: str = "last_sync", severity: str = "unknown", number: int = 3) -> Finding:
    return Finding(severity, check, "It says nothing.", Where("connection", "Norway", number), "Look.")


@pytest.mark.parametrize(
    ("told", "findings", "syncs"),
    [
        (fact(), [], {3: Sync(LAST, 900)}),
        (fact(), [finding()], {3: Sync(LAST, 900)}),
        (fact(age=None), [], {3: Sync(LAST, None)}),
        # Never, and never known.
        (fact(written=None, age=None), [], {3: Sync(None, None)}),
        (fact(written=None, age=None), [finding(severity="error")], {3: Sync(None, None)}),
        (fact(written=None, age=None), [finding("lists")], {3: Sync(None, None)}),
        (fact(written=None, age=None), [finding(number=4)], {3: Sync(None, None)}),
        (fact(written=None, age=None), [finding()], {}),
        (fact(active=False), [], {}),
    ],
)
def test_when_connections_were_synchronised(told: dict[str, Any], findings: list[Finding], syncs: Any) -> None:
    assert watch._syncs([told], findings) == syncs


def mask(text: str) -> str:
    return text.replace("Hemmelig", "***")


def seen(text: str) -> Observed:
    """All that is remembered of a server, with a text wherever a server's words may stand."""
    value = {"crm": text, "enabled": True, "fields": {text: "Hemmelig-digest"}, "order": "Hemmelig-digest"}
    return Observed(
        engine=EngineStatus(True, text, 60),
        connections={3: Connection(3, 7, text, "", True, False, "guid")},
        syncs={3: Sync(LAST, 900)},
        mappings={3: {text: SeenMapping(value, {text: 11}), "Person": SeenMapping({**value, "crm": None}, {})}},
        # The keys of items only ask who changed them.
        lists={
            3: {
                5: SeenList({"name": text, "actor": text, "items": "digest"}, ("Hemmelig-key",)),
                6: SeenList({"name": None, "actor": None}, ()),
            }
        },
        priority=(3,),
        findings={text: {"what": text, "where": {"name": text, "id": 3}, "same": "Hemmelig-digest", "since": None}},
        archives_differ=True,
    )


def test_nothing_secret_is_remembered() -> None:
    assert watch._masked(seen("a Hemmelig"), mask) == seen("a ***")


def test_what_was_not_read_stays_unread() -> None:
    assert watch._masked(Observed(), mask) == Observed()
    assert watch._masked(Observed(engine=EngineStatus(True, None, 60)), mask) == Observed(engine=EngineStatus(True, None, 60))
