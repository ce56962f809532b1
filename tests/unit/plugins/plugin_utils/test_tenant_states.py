# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""States of many tenants: what is told of each, when the others are not asked any more, and what a cache may say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.environments import Tenant
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _tenant_states
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._tenant_states import MOST_SILENCES, Told
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import HOST, NOW, answered
from ansible_collections.superoffice.erpsync.tests.unit.support.state_host import VERSION, told

TELL = object()
KNOWN = Told("https://online2.superoffice.com/Cust1", "Running", True, VERSION, "2099-01-01T00:00:00Z", None, NOW, NOW + 100)


def ask(*answers: Any, at_once: int = 1) -> tuple[list[Told], list[str]]:
    """What is told of Cust0, Cust1 and so on, and the names of those that were asked."""
    asked: list[str] = []

    def send(request: Request) -> Response:
        name = request.path.removeprefix("/api/state/")
        asked.append(name)
        answer = answers[int(name.removeprefix("Cust"))]
        if isinstance(answer, errors.ErpSyncError):
            raise answer
        return answered(told(name)) if answer is TELL else answer

    tenants = [Tenant(f"Cust{number}", HOST) for number in range(len(answers))]
    return _tenant_states.ask(send, tenants, at_once, lambda: NOW), asked


def failed(kind: Callable[..., errors.ErpSyncError], said: str) -> errors.ErpSyncError:
    return kind(f"the state of Cust7: {said}", method="the state of Cust7")


def test_what_is_told() -> None:
    until = "2026-09-21T14:14:20.9Z"
    suspended = answered(told("Cust1", "Suspended", until=until, Endpoint=None, Api=None, Version=None))
    found, asked = ask(answered(told("Cust0", until=until)), suspended, answered({}, 404))
    assert asked == ["Cust0", "Cust1", "Cust2"]
    address, lasts = "https://online2.superoffice.com/Cust0", NOW + 60
    assert found == [
        Told(address, "Running", True, VERSION, "2026-09-21T14:14:20Z", None, NOW, lasts),
        Told(
            None,
            "Suspended",
            False,
            None,
            "2026-09-21T14:14:20Z",
            "Cust1 is suspended, and its web services do not answer. Ask SuperOffice, or whoever administers the tenant (State: "
            "Suspended). "
            "Nothing was sent to it.",
            NOW,
            lasts,
        ),
        Told(message=f"Cust2 is not known to the sign-in host (404, {HOST}). Check tenant, and online_environment or login_url."),
    ]


@pytest.mark.parametrize(("until", "left"), [("14:13:21Z", 1), ("14:13:20Z", 0), ("14:13:19Z", -1), ("00:00:00Z", -51_200)])
def test_what_ends_now_or_has_ended_does_not_hold_and_is_asked_again(until: str, left: int) -> None:
    [found], _asked = ask(answered(told("Cust0", until=f"2026-09-21T{until}")))
    assert found.until == NOW + left and found.valid_until == f"2026-09-21T{until}"
    assert found.holds(NOW, 0) is (left > 0)


@pytest.mark.parametrize(
    "kind", [errors.ConnectionRefused, errors.UnknownHost, errors.ConnectTimedOut, errors.ProxyUnreachable, errors.TlsFailed]
)
def test_a_host_out_of_reach_is_asked_once(kind: Callable[..., errors.ErpSyncError]) -> None:
    found, asked = ask(TELL, failed(kind, "no way."), TELL, TELL)
    assert asked == ["Cust0", "Cust1"]
    assert found[0].running and found[1:] == [Told(message="no way.")] * 3


@pytest.mark.parametrize("kind", [errors.TimedOut, errors.ConnectionLost, errors.CutOff])
def test_ten_silences_in_a_row_are_enough(kind: Callable[..., errors.ErpSyncError]) -> None:
    silent = failed(kind, "no answer.")
    assert MOST_SILENCES == 10
    found, asked = ask(*[silent] * 9, TELL, *[silent] * 9, answered({}, 404), *[silent] * 10, TELL)
    assert len(asked) == 30 and found[9].running and found[-1] == Told(message="no answer.")
    assert ask(*[silent] * 9, TELL)[0][-1].running


def test_other_failures_are_of_one_tenant() -> None:
    web_page = answered(body=b"<html>", status=200)
    found, asked = ask(*[web_page] * 12, TELL)
    assert len(asked) == 13 and found[-1].running
    assert found[0].message == (
        "the server answered with a web page instead of JSON. Check online_environment, or login_url. Something in front of the "
        "sign-in host "
        "may answer in its place."
    )


def test_options_that_cannot_work_end_it() -> None:
    with pytest.raises(errors.BadInput, match="^HTTP_PROXY is none$"):
        ask(errors.BadInput("HTTP_PROXY is none"), TELL)


def test_side_by_side_in_their_order() -> None:
    found, asked = ask(*[TELL] * 40, at_once=8)
    assert [(one.address or "").rpartition("/")[2] for one in found] == [f"Cust{number}" for number in range(40)]
    assert sorted(asked) == sorted(f"Cust{number}" for number in range(40))


@pytest.mark.parametrize(
    ("later", "seconds", "until", "holds"),
    [
        (0, 50, 100, True),
        (49.9, 50, 100, True),
        (50, 50, 100, False),
        (99.9, 0, 100, True),
        (100, 0, 100, False),
        (1e9, 0, None, True),
        (1, 1, None, False),
        (99.9, 500, 100, True),
        (100, 500, 100, False),
        # What SuperOffice says has ended when it came.
        (0, 500, 0, False),
        (0, 500, -3600, False),
        # A clock that was put back.
        (-0.1, 500, 100, False),
    ],
)
def test_how_long_it_holds(later: float, seconds: float, until: float | None, holds: bool) -> None:
    one = KNOWN._replace(until=None if until is None else NOW + until)
    stored = json.loads(json.dumps(_tenant_states.to_keep({"a": one, "b": Told(message="no")})))
    assert set(stored) == {"a"}
    assert _tenant_states.kept(stored, NOW + later, seconds) == ({"a": one} if holds else {})


@pytest.mark.parametrize(
    "change",
    [
        {"state": None},
        {"state": 7},
        {"running": "true"},
        {"running": 1},
        {"address": 7},
        {"version": []},
        {"message": {}},
        {"valid_until": 1.5},
        {"asked": None},
        {"asked": "0"},
        {"asked": True},
        {"until": "never"},
        {"until": False},
        {"more": 1},
    ],
)
def test_a_cache_with_something_else_says_nothing(change: dict[str, Any]) -> None:
    one = KNOWN._asdict()
    assert _tenant_states.kept({"a": one, "b": {**one, **change}}, NOW, 0) == {"a": KNOWN}


def test_a_cache_of_another_shape_says_nothing() -> None:
    one = KNOWN._asdict()
    del one["version"]
    others: tuple[Any, ...] = (None, [], "x", 7, {"a": None}, {"a": []}, {"a": one}, {"a": {**one, "Version": "x"}})
    for stored in others:
        assert _tenant_states.kept(stored, NOW, 0) == {}


def test_one_warning_for_each_reason() -> None:
    unknown = [(f"h{number}", f"Cust{number}", Told(message=f"Cust{number} is not known (404). Check tenant.")) for number in range(1, 13)]
    alone = ("acme", "Cust77", Told(message="Cust77 has another problem."))
    told_all = _tenant_states.warnings([("x", "Cust99", KNOWN), unknown[0], alone, *unknown[1:]])
    assert told_all == [
        "12 hosts are of state Unknown (h1, h2, h3, h4, h5, h6, h7, h8, h9, h10 and 2 more): the tenant is not known (404). Check tenant.",
        "acme is a host of state Unknown: Cust77 has another problem.",
    ]
    assert _tenant_states.warnings(unknown[:2]) == ["2 hosts are of state Unknown (h1, h2): the tenant is not known (404). Check tenant."]
    assert [line[:6] for line in _tenant_states.warnings([alone, *unknown[:2]])] == ["acme i", "2 host"]
    # What does not run is known.
    assert _tenant_states.warnings([("x", "Cust1", KNOWN._replace(message="Cust1 is suspended."))]) == []
