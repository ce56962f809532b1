# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that ends in any way at any of its requests is finished by the next run, which is carried out in the other shell.

What was active is active afterwards, unless the process was killed; then the next run says what may be left of it.

Each shell ends at every second of the requests.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS, other
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import chosen_version, without_what_lacks
from pytest_stand_in import StandIn

from .documents import essence, everything
from .installation import Installation, Json, Killed, run_over_the_wire

SERVERS: dict[str, dict[str, Any]] = {
    "as usual": {},
    "inactive for edit": {"enforce_inactive_for_edit": True},
    "inactive for edit, toggle only": {"enforce_inactive_for_edit": True, "save_sets_active": False},
    "passwords masked": {"password_echo": "masked"},
    "passwords blank, overwritten": {"password_echo": "blank", "unechoed_password_on_save": "overwrite"},
    "passwords absent, toggle only": {"password_echo": "absent", "save_sets_active": False},
}
STARTS = ("empty", "default", "drifted")
PRUNE = ["mappings"]


def start(name: str, server: str, prune: list[str]) -> Installation:
    there = Installation("empty" if name == "empty" else "default", **SERVERS[server])
    if name == "drifted":
        # All that the document has is there already, and all of it is wrong.
        there.converge(everything(), prune=prune)
        there.site.state.data["engine"].update(IsRunning=False)
        for connection in ("Visma Norway", "SAP Finland"):
            there.connection(connection).update(DisplayDescription="clicked", AllAccess=False, UserGroupAccessIds=[4])
        there.connection("Visma Norway")["ConfigFields"]["Port"] = "1"
        there.mapped("Visma Norway", "Customer", "NAME").update(CrmFieldKey="department")
        there.mapped("Visma Norway", "Customer", "CREDITLIMIT").update(FirstSyncDefaultValue="[F:9]", Rank=99)
        there.mapped("SAP Finland", "Customer", "EMAIL").update(CrmFieldKey="email", ShowInGui=True, PromptUser=True)
        there.site.state.table("list_items").clear()
        there.site.state.data["connection_rank"].reverse()
    return there


def at(number: int, what: str) -> Any:
    """Trouble at one request."""

    def trouble(now: int, request: Request) -> str | None:
        return what if now == number else None

    return trouble


# Each start and each way to end on the usual server; the worst ways on the others, from the start that has most to lose.
# Where active is not declared, nothing but the run itself puts right what it has deactivated.
CASES = [
    ("before", "empty", "as usual", True),
    ("after", "empty", "as usual", True),
    ("before", "drifted", "as usual", True),
    ("mistake after", "default", "as usual", True),
    ("end", "default", "as usual", True),
    ("end after", "drifted", "as usual", True),
    ("before", "drifted", "inactive for edit", False),
    ("interrupt after", "drifted", "inactive for edit", False),
    ("after", "drifted", "inactive for edit, toggle only", False),
    ("interrupt", "drifted", "inactive for edit, toggle only", False),
    ("mistake", "drifted", "inactive for edit, toggle only", False),
    ("end after", "drifted", "inactive for edit, toggle only", False),
    ("after", "drifted", "passwords masked", True),
    ("after", "drifted", "passwords blank, overwritten", True),
    ("after", "drifted", "passwords absent, toggle only", True),
]


@pytest.mark.parametrize("what, name, server, declares_active", CASES)
def test_whatever_request_a_run_ends_at_the_next_run_finishes_it(what: str, name: str, server: str, declares_active: bool) -> None:
    end_at_each_request(what, name, server, PRUNE, declares_active=declares_active)


# Where services cannot read archives, pruning reads each field by itself, so that there are a hundred reads to end at.
# All requests are taken over REST; here every second, and of versions that have close neighbours every third.
OVER_SOAP = [
    ("soap75", "before", "empty", "as usual", 2),
    ("soap83", "end", "drifted", "as usual", 3),
    ("soap86", "end after", "default", "as usual", 3),
    ("soap88", "after", "drifted", "inactive for edit, toggle only", 2),
]


@pytest.mark.parametrize("transport, what, name, server, step", OVER_SOAP, indirect=["transport"])
def test_over_soap_too_the_next_run_finishes_it(transport: str, what: str, name: str, server: str, step: int) -> None:
    end_at_each_request(what, name, server, [], step)


def end_at_each_request(what: str, name: str, server: str, prune: list[str], step: int = 1, *, declares_active: bool = True) -> None:
    there = start(name, server, prune)
    there.may_be_mistaken = what.startswith("mistake")
    document = everything()
    if not declares_active:
        for connection in document["connections"]:
            del connection["active"]
    before = there.state()
    untouched = essence(there)
    active = {one["DisplayName"] for one in before["connections"] if one["Active"]}
    there.forget()
    there.converge(document, prune=prune)
    wanted, requests = essence(there), len(there.sent)
    assert requests > 35
    for place, number in enumerate(range(1, requests + 1, step)):
        where = f"request {number}, {what}"
        there.put(before)
        there.forget()
        there.shell = SHELLS[place % 2]
        there.trouble = at(number, what)
        if what.startswith(("end", "interrupt")):
            with pytest.raises((Killed, KeyboardInterrupt)):
                there.run("environment", document=document, prune=prune)
        else:
            check_failure(there, there.run("environment", document=document, prune=prune), untouched)
        left_off = {one["DisplayName"] for one in there.state()["connections"] if not one["Active"]} & active
        assert not left_off or what.startswith("end"), f"{where}, {there.names[number - 1]}, left {left_off} inactive"
        there.trouble = lambda _number, _request: None
        there.shell = other(there.shell)
        there.converge(document, prune=prune)
        if not declares_active:
            warned = [text for text in there.warnings if "active is not declared" in text]
            assert len(warned) == bool(left_off) and all(name in warned[0] for name in left_off), where
            for name in left_off:
                assert there.connection(name)["Active"] is False, where
                there.connection(name)["Active"] = True
        assert essence(there) == wanted, where
        if number % 4 == 0:
            there.shell = SHELLS[number // 4 % 2]
            there.forget()
            assert there.converge(document, prune=prune)["changed"] is False, where
            assert there.writes == []


def check_failure(there: Installation, result: Json, essence_before: Json) -> None:
    """The failure tells the truth about what was done."""
    if not result.get("failed"):
        # Some reads have another way, and clearing a cache is no condition.
        return
    done, left = result.get("steps_done", []), result.get("steps_not_done", [])
    differs = essence(there) != essence_before
    if differs:
        assert result["changed"] is True, result["msg"]
    elif result.get("changed"):
        assert result["failure"]["uncertain"] or there.writes, result["msg"]
    is_mistake = "mistake of its own" in result["msg"]
    if done and left:
        assert "Done before" in result["msg"] and "Not done" in result["msg"]
        assert ("A new run finishes it." in result["msg"]) is not is_mistake
    if is_mistake:
        assert "Hemmelig" not in json.dumps(result) and 'File "plugins/module_utils/' in result["exception"]
        assert "changed" in result
    assert len(set(done) & set(left)) == 0


ON_THE_WIRE = [*itertools.product(["rest"], ["reset", "closed", "cut_off"], ["before", "after"]), ("soap86", "reset", "after")]


@pytest.mark.parametrize("transport, kind, when", ON_THE_WIRE, indirect=["transport"])
def test_each_write_that_loses_its_connection_on_the_wire(stand_in: StandIn, transport: str, kind: str, when: str) -> None:
    prune = PRUNE if transport == "rest" else []
    there = Installation("empty")
    there.converge(everything(), prune=prune)
    wanted = essence(there)
    writes = there.writes
    for place, number in enumerate(range(1, len(writes) + 1, 3)):
        shell = SHELLS[place % 2]
        stand_in.reset("empty")
        stand_in.settings(engine_delay=0)
        method = writes[number - 1]
        stand_in.fault(method, kind, [writes[:number].count(method)], when=when)
        result = over_the_wire(stand_in, shell, prune)
        stand_in.clear_faults()
        assert result.get("failed") or method == "ValidateArchiveColumnConfig", method
        result = over_the_wire(stand_in, other(shell), prune)
        assert not result.get("failed"), result["msg"]
        there.put(stand_in.state())
        assert essence(there) == wanted, f"{method}, {kind}, {when}"


def over_the_wire(stand_in: StandIn, shell: str, prune: list[str]) -> Json:
    document = without_what_lacks(everything(), chosen_version())
    return run_over_the_wire(stand_in, "environment", shell=shell, document=document, prune=prune)
