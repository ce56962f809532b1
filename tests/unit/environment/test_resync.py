# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Synchronising again: which method is called with what, and that everything is overwritten only on purpose."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, every_way, newest_ways, usual_ways

from .installation import Installation, Json

CRM, VISMA = {"ErpConnectionId": 0}, {"ErpConnectionId": 1}
CUSTOMERS = {"connection": "Visma Norway", "erp": "Customer", "erp_keys": ["10001", "10002"]}
CALLS: list[tuple[Json, str, Json]] = [
    ({"confirm": True}, "ForceResync", {**CRM, "InternalKeyIds": []}),
    ({"confirm": True, "keep_blanks": True}, "ForceResyncNoBlankValues", {**CRM, "InternalKeyIds": []}),
    ({"confirm": True, "batch": True}, "ForceResyncBatchTask", {**CRM, "InternalKeyIds": []}),
    ({"record_ids": [1, 2**31 - 1]}, "ForceResync", {**CRM, "InternalKeyIds": [1, 2**31 - 1]}),
    ({"record_ids": [3], "keep_blanks": True}, "ForceResyncNoBlankValues", {**CRM, "InternalKeyIds": [3]}),
    ({"record_ids": [3], "batch": True}, "ForceResyncBatchTask", {**CRM, "InternalKeyIds": [3]}),
    ({"connection": "Visma Norway", "confirm": True}, "ForceResync", {**VISMA, "InternalKeyIds": []}),
    ({"connection": 1, "confirm": True}, "ForceResync", {**VISMA, "InternalKeyIds": []}),
    ({"connection": {"id": "1"}, "confirm": True}, "ForceResync", {**VISMA, "InternalKeyIds": []}),
    ({"connection": "Visma Sverige", "record_ids": [1]}, "ForceResync", {"ErpConnectionId": 2, "InternalKeyIds": [1]}),
    (CUSTOMERS, "ForceResyncExternal", {**VISMA, "ErpActorType": "Customer", "ExternalKeys": ["10001", "10002"]}),
    (
        {**CUSTOMERS, "keep_blanks": True},
        "ForceResyncExternalNoBlankValues",
        {**VISMA, "ErpActorType": "Customer", "ExternalKeys": ["10001", "10002"]},
    ),
]


def since(method: str) -> int:
    """The first version of the services that has a method."""
    return 88 if method.endswith("NoBlankValues") else 86


@every_way
@pytest.mark.parametrize("options, method, arguments", CALLS)
def test_the_method_and_its_arguments(way: Way, options: Json, method: str, arguments: Json) -> None:
    there = Installation(way=way)
    if there.version is not None and there.version < since(method):
        owner = "newer servers of Services88 have it" if since(method) == 88 else "Services86 and newer have it"
        for check in (True, False):
            there.see_refused(there.run("resync", check=check, **options), f"{method}: Services{there.version} does not")
            there.see_refused(there.run("resync", check=check, **options), owner)
        return
    predicted = there.run("resync", check=True, **options)
    assert predicted["changed"] is True and there.writes == [] and "Would synchronise again" in predicted["msg"]
    there.forget()
    result = there.run("resync", **options)
    assert not result.get("failed"), result["msg"]
    assert there.writes == [method]
    assert [sent.body for sent in there.sent if sent.writes] == [arguments]
    assert set(predicted) == set(result)


REFUSED: list[tuple[Json, tuple[str, ...]]] = [
    ({}, ("confirm: true", "overwrite")),
    ({"keep_blanks": True}, ("confirm: true",)),
    ({"batch": True}, ("confirm: true",)),
    ({"connection": "Visma Norway"}, ("confirm: true",)),
    ({"record_ids": []}, ("record_ids is empty", "everything")),
    ({"record_ids": [], "confirm": True}, ("record_ids is empty", "everything")),
    ({"record_ids": [0]}, ("record_ids", "0")),
    ({"record_ids": [5, -1]}, ("record_ids", "-1")),
    ({**CUSTOMERS, "erp_keys": []}, ("erp",)),
    ({**CUSTOMERS, "erp_keys": [], "confirm": True}, ("erp",)),
    ({"connection": 1, "erp_keys": ["1"]}, ("erp_keys", "without erp")),
    ({"connection": 1, "erp": "Customer", "confirm": True}, ("erp is given without erp_keys",)),
    ({"erp": "Customer", "erp_keys": ["1"]}, ("without connection",)),
    ({**CUSTOMERS, "batch": True}, ("batch", "erp_keys")),
    ({"record_ids": [1], "batch": True, "keep_blanks": True}, ("batch", "keep_blanks")),
    ({"record_ids": [1], "sync_timeout": 0}, ("sync_timeout",)),
    ({"record_ids": [1], "sync_timeout": float("nan")}, ("sync_timeout",)),
]


@usual_ways
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("options, words", REFUSED)
def test_what_contradicts_itself_or_would_mean_everything_is_refused_before_anything_is_sent(
    way: Way, options: Json, words: tuple[str, ...], check: bool
) -> None:
    there = Installation(way=way)
    result = there.run("resync", check=check, **options)
    assert result["failure"]["kind"] == "bad_input"
    for word in words:
        assert word in result["msg"]
    assert there.sent == []


@newest_ways
@pytest.mark.parametrize(
    "connection, words",
    [
        ("Visma Norge", ('Did you mean "Visma Norway"?',)),
        (77, ("77",)),
        ("", ("empty",)),
        ([1], ("connection",)),
        (True, ("true",)),
        ("Visma Test", ("Visma Test",)),
    ],
)
def test_a_connection_that_is_not_there(way: Way, connection: Any, words: tuple[str, ...]) -> None:
    there = Installation(way=way)
    result = there.run("resync", connection=connection, record_ids=[1])
    assert result["failure"]["kind"] == "bad_input" and there.writes == []
    for word in words:
        assert word in result["msg"]


@newest_ways
@pytest.mark.parametrize("answer", ["404_json", "405", "501"])
@pytest.mark.parametrize("options", [{"record_ids": [1]}, CUSTOMERS])
def test_an_old_server_never_gets_the_method_that_overwrites_with_blanks(way: Way, options: Json, answer: str) -> None:
    missing = ["ForceResyncNoBlankValues", "ForceResyncExternalNoBlankValues"]
    there = Installation(missing_methods=missing, missing_method_answer=answer, way=way)
    result = there.run("resync", keep_blanks=True, **options)
    assert result["failed"] and result["msg"].endswith(
        " This server is too old to keep blank values from overwriting; leave out keep_blanks only if they may."
    )
    assert there.writes[0] in missing and len(there.writes) == 1


@pytest.mark.parametrize("keep_blanks", [False, True])
@pytest.mark.parametrize("options", [{"record_ids": [1]}, CUSTOMERS])
def test_the_time_limit_is_that_of_the_request(options: Json, keep_blanks: bool) -> None:
    there = Installation()
    limits: list[float | None] = []
    there.on_the_way = lambda request: limits.append(request.timeout) if request.writes else None
    there.run("resync", keep_blanks=keep_blanks, sync_timeout=77, **options)
    there.run("sync_all", sync_timeout=78, force=keep_blanks)
    assert limits == [77, 78]


@newest_ways
@pytest.mark.parametrize("trouble, uncertain", [("before", True), ("after", True)])
def test_a_lost_answer_is_not_repeated(way: Way, trouble: str, uncertain: bool) -> None:
    there = Installation(way=way)
    there.trouble = lambda _number, request: trouble if request.writes else None
    result = there.run("resync", record_ids=[1])
    assert result["failure"]["uncertain"] is uncertain and len(there.writes) == 1
