# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that accepts a save and does not take over one member of it: the run says so instead of reporting a change for ever."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, over_rest
from stand_in.wire import rest
from stand_in.wire.call import Call

from .documents import SAP_URL
from .installation import Installation, Json

NAME = "Visma Norway"
SAP = {"connector": "SAP", "config": {"Client": "1", "User": "u", "Password": "p"}, "test": False}


def default(**settings: Any) -> Json:
    return {"connections": [{"name": NAME, "actors": [{"erp": "Customer", "fields": [{"erp": "CREDITLIMIT", "default": settings}]}]}]}


def connection(**settings: Any) -> Json:
    return {"connections": [{"name": NAME, **settings}]}


def carriers(value: Any) -> Iterator[Json]:
    """Each object in a request."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from carriers(item)
    elif isinstance(value, list):
        for item in value:
            yield from carriers(item)


@over_rest
@pytest.mark.parametrize(
    "document, method, member, stored, told",
    [
        (connection(description="new"), "SaveConnection", "DisplayDescription", "old", "description"),
        ({"connections": [{"id": 1, "name": "Renamed"}]}, "SaveConnection", "DisplayName", NAME, "name"),
        ({"connections": [{"name": "Brand new", **SAP}]}, "SaveConnection", "DisplayName", "Brand", "name"),
        (connection(access={"user_groups": ["Finance"]}), "SaveConnection", "UserGroupAccessIds", [], "access"),
        (connection(access={"user_groups": ["Finance"]}), "SaveConnection", "AllAccess", True, "access"),
        (connection(config={"Company": "5"}), "SaveConnection", "Company", "1001", "config.Company"),
        (connection(**SAP), "SaveConnection", "ErpConnectorId", 1, "connector"),
        ({"connectors": [{"name": "New", "url": SAP_URL}]}, "SaveErpSyncConnectorEntity", "DisplayName", "Ne", "DisplayName"),
        (default(value="77"), "SaveDefaultValueInfo", "FirstSyncDefaultValue", "[F:76]", "value of the default of CREDITLIMIT"),
        (default(value="77"), "SaveDefaultValueInfo", "HasFirstSyncDefaultValue", False, "value of the default of CREDITLIMIT"),
        (default(prompt=True, value="77"), "SaveDefaultValueInfo", "PromptUser", False, "prompt of the default of CREDITLIMIT"),
        (default(mandatory=True, value="77"), "SaveDefaultValueInfo", "Mandatory", False, "mandatory of the default of CREDITLIMIT"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_a_member_that_is_not_taken_over_is_told(
    document: Json, method: str, member: str, stored: Any, told: str, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rest.answer

    def deaf(site: Any, call: Call) -> Any:
        if call.method is not None and call.method.name == method:
            body = json.loads(call.body)
            for carrier in carriers(body):
                if member in carrier:
                    carrier[member] = stored
            call.body = json.dumps(body).encode()
        return real(site, call)

    monkeypatch.setattr(rest, "answer", deaf)
    there = Installation(way=way)
    result = there.run("environment", document=document)
    assert result.get("failed"), result
    assert f"{method}: the server accepted the change, but did not take over {told}" in result["msg"]
    # The server has acted.
    assert result["changed"] is True and result["failure"]["uncertain"] is True


@over_rest
def test_what_an_answer_does_not_show_is_not_judged(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    real = rest.answer

    def terse(site: Any, call: Call) -> Any:
        answer = real(site, call)
        if call.method is not None and call.method.name == "SaveConnection":
            saved = json.loads(answer.body)
            kept = {key: value for key, value in saved.items() if key in ("ErpConnectionId", "DisplayName")}
            return dataclasses.replace(answer, body=json.dumps(kept).encode())
        return answer

    monkeypatch.setattr(rest, "answer", terse)
    there = Installation(way=way)
    document = connection(description="new", access={"user_groups": ["Finance"]}, config={"Company": "5"})
    assert there.converge(document)["changed"] is True
    assert there.converge(document)["changed"] is False


@over_rest
@pytest.mark.parametrize("answer", ["null", "{}"])
def test_a_save_without_a_usable_answer_was_perhaps_carried_out(answer: str, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    real = rest.answer

    def silent(site: Any, call: Call) -> Any:
        given = real(site, call)
        if call.method is not None and call.method.name == "SaveConnection":
            return dataclasses.replace(given, body=answer.encode())
        return given

    monkeypatch.setattr(rest, "answer", silent)
    result = Installation(way=way).run("environment", document=connection(description="new"))
    assert result["failed"] and result["changed"] is True
    assert result["failure"]["kind"] == "unexpected_answer" and result["failure"]["uncertain"] is True, result
