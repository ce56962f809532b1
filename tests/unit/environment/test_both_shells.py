# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same task in both shells, on two installations that are equal: result, warnings, state and requests are the same, value by value.

What Ansible's features make of a task is compared in tests/unit/plugins/action/test_both_shells.py, with Ansible around it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import in_some_worlds
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import VERSIONS, Way, without_what_lacks
from hypothesis import given

from .documents import everything, with_secrets
from .installation import Installation, Json, Killed
from .random_worlds import documents, for_pruning, states
from .test_transports import TASKS

rest_and_soap = pytest.mark.parametrize("version", [None, VERSIONS[-1]])
Trouble = Callable[[int, Request], str | None]


class Pair:
    """Two installations that are equal, and reached in the two shells. Their clocks stand, so that they stamp what changes alike."""

    def __init__(self, seed: str = "default", version: int | None = None, **settings: Any) -> None:
        settings = {"clock": "2026-11-26T08:00:00Z", **settings}
        self.both = [Installation(seed, way=Way(shell, version), **settings) for shell in SHELLS]

    def run(self, task: str, **options: Any) -> Json:
        """The result, and what belongs to it; fails where one shell has another one."""
        seen = []
        for there in self.both:
            there.forget()
            result = there.run(task, **copy.deepcopy(options))
            everything_told = {**result, "warnings": there.warnings, "invocation": there.invocation}
            seen.append((json.loads(json.dumps(everything_told)), [sent._asdict() for sent in there.sent], there.state()))
        (told, sent, state), (other_told, other_sent, other_state) = seen
        assert told == other_told
        assert sent == other_sent
        assert state == other_state
        return told  # type: ignore[no-any-return]

    def converge(self, document: Json, **options: Any) -> Json:
        """A converge that must succeed."""
        result = self.run("environment", document=document, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def trouble(self, trouble: Trouble) -> None:
        for there in self.both:
            there.trouble = trouble

    def put(self, state: Json) -> None:
        for there in self.both:
            there.put(state)

    @property
    def writes(self) -> list[str]:
        return self.both[0].writes


@rest_and_soap
@pytest.mark.parametrize("seed", ["empty", "default"])
def test_a_document_from_its_first_converge_to_its_last(seed: str, version: int | None) -> None:
    pair = Pair(seed, version)
    pair.converge(everything(), check=True)
    assert pair.writes == []
    assert pair.converge(everything())["changed"] is True
    assert len(pair.writes) > 10
    for options in ({}, {"check": True}, {"diff": False}, {"update_secrets": "on_create"}):
        assert pair.converge(everything(), **options)["changed"] is False
    assert pair.converge(everything(), update_secrets="always")["changed"] is True
    changed = everything()
    changed["connections"][0].update(description="another", active=False)
    changed["connections"][0]["config"]["Company"] = "77"
    assert pair.converge(changed, diff=False)["changed"] is True
    exported = pair.run("environment_info")["document"]
    assert exported["connections"]
    few = {"connections": [{"name": "SAP Finland"}], "connectors": [{"name": "SAP"}]}
    pair.converge(few, prune=["connectors", "connections"], check=True)
    pair.converge(few, prune=["connectors", "connections"])
    assert any(name.startswith("Delete") for name in pair.writes)


def test_an_export_and_pruning_after_it() -> None:
    pair = Pair()
    document = with_secrets(pair.run("environment_info")["document"], pair.both[0].state())
    assert pair.converge(document)["changed"] is False
    assert pair.converge(document, prune=["mappings"])["changed"] is True
    assert pair.converge(document, prune=["mappings"])["changed"] is False


@rest_and_soap
@pytest.mark.parametrize("task, options, _since", TASKS, ids=[f"{number}-{task}" for number, (task, _options, _since) in enumerate(TASKS)])
def test_each_task(task: str, options: Json, _since: int, version: int | None) -> None:
    # The log of a synchronisation tells when.
    pair = Pair(version=version)
    for mode in ({"check": True}, {"diff": False}, {}):
        pair.run(task, **mode, **options)


@pytest.mark.parametrize(
    "task, options",
    [
        ("info", {"gather": "engine,connectors", "query": "connectors[0].name"}),
        ("environment", {"document": '{"engine": {"state": "running"}}'}),
    ],
)
def test_options_as_one_text(task: str, options: Json) -> None:
    assert not Pair().run(task, **options).get("failed")


VISMA = {"name": "Visma Norway"}
REFUSED: list[tuple[str, Json]] = [
    ("environment", {"document": {"conections": []}}),
    ("environment", {"document": {"connections": [{**VISMA, "config": {"Compny": "1", "Password": "x"}}]}}),
    ("environment", {"document": {"connections": [{**VISMA, "config": {"Company": "1", "Password": "wrong"}}]}}),
    ("environment", {"document": {"connections": [{"name": "Dynamics Denmark", "active": True}]}}),
    ("environment", {"document": {"connections": [{"name": "Dynamics Denmark", "active": True, "description": "new"}]}}),
    ("environment", {"document": {}, "prune": ["connectors"]}),
    ("environment", {"document": {}, "prune": ["all"]}),
    ("environment", {"document": [], "update_secrets": "never"}),
    ("environment", {"document": {}, "timeout": "soon"}),
    ("environment", {"document": {}, "timeout": -1}),
    ("environment", {}),
    ("connection", {"config": {"Password": "x"}}),
    ("connection", {**VISMA, "access": {"everyone": True, "users": [1]}}),
    ("connection", {**VISMA, "access": {"everybody": True}}),
    ("field_mapping", {"connection": 1, "erp": "Customer", "fields": [{"erp": "NAME", "direction": "sideways"}]}),
    ("field_mapping", {"connection": 1, "erp": "Customer", "fields": [{"erp": "NAME", "default": {"prompt": "perhaps"}}]}),
    ("list_mapping", {"connection": 1, "list": "TermList", "items": {"zz": "Cash"}}),
    ("priority", {"order": ["Visma Norge"]}),
    ("resync", {"record_ids": [0]}),
    ("resync", {"record_ids": ["many"]}),
    ("priority", {}),
    ("engine", {"state": "on"}),
    ("engine", {"interval": "x {{ 1 + 1 }}"}),
    ("engine", {"wait_timeout": "soon"}),
    ("engine", {"nonsense": 1, "state": "running"}),
    ("engine", {"state": "on", "nonsense": 1}),
    ("engine", {"nonsense": 1, "state": "on", "_also": [1]}),
    ("info", {"gather": ["everything"]}),
    ("info", {"gather": ["engine", "everything"]}),
    ("environment", {"document": {"engine": {"state": "running"}}, "prune": "connections,nothing"}),
]


@pytest.mark.parametrize("task, options", REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_what_is_refused(task: str, options: Json) -> None:
    """By Ansible, by the task before anything is sent, by the server, or half-way."""
    pair = Pair()
    pair.run(task, check=True, **options)
    assert pair.run(task, **options)["failed"]


@rest_and_soap
@pytest.mark.parametrize("what", ["before", "after"])
def test_a_converge_that_loses_its_connection_at_any_request(version: int | None, what: str) -> None:
    pair = Pair("empty", version)
    before = pair.both[0].state()
    document = without_what_lacks(everything(), pair.both[0].version)
    pair.converge(document)
    number = len(pair.both[0].sent)
    assert number > 30
    failures = 0
    # Each seventh request, and the first ones.
    for at in (1, 2, *range(3, number + 1, 7)):
        pair.put(before)
        pair.trouble(lambda now, _request, at=at: what if now == at else None)  # type: ignore[misc]
        failures += bool(pair.run("environment", document=document).get("failed"))
    assert failures > 3


def test_an_end_of_the_process_ends_the_task_in_both_shells() -> None:
    for there in Pair().both:
        there.trouble = lambda _number, _request: "end"
        with pytest.raises(Killed):
            there.run("environment", document=everything())


@in_some_worlds
@given(states(), documents())
def test_random_documents(state: Json, wanted: tuple[Json, list[str]]) -> None:
    document, prune = wanted
    if "mappings" in prune:
        document = for_pruning(document)
    pair = Pair(mdo_rank_includes_superoffice=True)
    pair.put(state)
    for mode in ({"check": True}, {}, {}):
        result = pair.converge(document, prune=prune, **mode)
    assert result["changed"] is False
