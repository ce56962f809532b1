# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that ends in any way at any of its requests is finished by the next run, which is carried out in the other shell.

What was active is active afterwards, unless the process was killed; then the next run says what may be left of it.

The shells take turns. Each of the cases ends at every fifteenth of the requests, and each begins at another one, so that together they
end at all; where HYPOTHESIS_PROFILE is thorough, each case does.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import some
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS, other
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import (
    Way,
    without_what_lacks,
)
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


def start(name: str, server: str, prune: list[str], way: Way) -> Installation:
    there = Installation("empty" if name == "empty" else "default", **SERVERS[server], way=way)
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


@pytest.mark.parametrize("turn", range(len(CASES)), ids=["-".join(map(str, case)) for case in CASES])
def test_whatever_request_a_run_ends_at_the_next_run_finishes_it(turn: int) -> None:
    what, name, server, declares_active = CASES[turn]
    end_at_requests(what, name, server, PRUNE, turn, declares_active=declares_active)


# All requests are taken over REST; what comes over SOAP ends at every twelfth.
OVER_SOAP = [
    (75, "before", "empty", "as usual"),
    (83, "end", "drifted", "as usual"),
    (86, "end after", "default", "as usual"),
    (88, "after", "drifted", "inactive for edit, toggle only"),
]


@pytest.mark.parametrize("turn", range(len(OVER_SOAP)), ids=["-".join(map(str, case)) for case in OVER_SOAP])
def test_over_soap_too_the_next_run_finishes_it(turn: int) -> None:
    version, what, name, server = OVER_SOAP[turn]
    end_at_requests(what, name, server, [], turn, 20, version=version)


def end_at_requests(
    what: str,
    name: str,
    server: str,
    prune: list[str],
    turn: int,
    each: int = len(CASES),
    *,
    declares_active: bool = True,
    version: int | None = None,
) -> None:
    there = start(name, server, prune, Way(version=version))
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
    for place, number in enumerate(some(range(1, requests + 1), turn, each)):
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
        if place % 4 == 0:
            there.shell = SHELLS[place // 4 % 2]
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


ON_THE_WIRE = [*itertools.product([None], ["reset", "closed", "cut_off"], ["before", "after"]), (86, "reset", "after")]


@pytest.mark.parametrize("turn", range(len(ON_THE_WIRE)), ids=["-".join(map(str, case)) for case in ON_THE_WIRE])
def test_writes_that_lose_their_connection_on_the_wire(stand_in: StandIn, turn: int) -> None:
    version, kind, when = ON_THE_WIRE[turn]
    prune = PRUNE if version is None else []
    there = Installation("empty", way=Way(version=version))
    there.converge(everything(), prune=prune)
    wanted = essence(there)
    writes = there.writes
    for place, number in enumerate(some(range(1, len(writes) + 1), turn, 12)):
        shell = SHELLS[place % 2]
        stand_in.reset("empty")
        stand_in.settings(engine_delay=0)
        method = writes[number - 1]
        stand_in.fault(method, kind, [writes[:number].count(method)], when=when)
        result = over_the_wire(stand_in, Way(shell, version), prune)
        stand_in.clear_faults()
        # Clearing a cache is no condition; whether a toggle was carried out is looked at, and the run goes on.
        may_go_on = method == "ValidateArchiveColumnConfig" or (method == "ToggleErpConnectionActive" and when == "after")
        assert result.get("failed") or may_go_on, method
        result = over_the_wire(stand_in, Way(other(shell), version), prune)
        assert not result.get("failed"), result["msg"]
        there.put(stand_in.state())
        assert essence(there) == wanted, f"{method}, {kind}, {when}"


def over_the_wire(stand_in: StandIn, way: Way, prune: list[str]) -> Json:
    document = without_what_lacks(everything(), way.version)
    return run_over_the_wire(stand_in, "environment", way=way, document=document, prune=prune)
