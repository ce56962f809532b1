# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One document for all installations: what a server lacks is left out, and the rest is done whole."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.unsupported import remark
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, every_way, has_lists, without_what_lacks

from .documents import essence, everything
from .installation import Installation, Json

PLACES = ['connections[0] ("Visma Norway").lists[0] ("TermList")', 'connections[1] ("SAP Finland").lists[0] ("AccountGroupList")']
METHODS = ("GetConnectionListMappings", "SaveConnectionListMappings")
SETTINGS: Json = {"missing_methods": list(METHODS)}
VISMA_MOVES: Json = {"connections": [{"name": "Visma Norway", "connector": "SAP", "config": {"User": "a", "Password": "b"}}]}


def skip(there: Installation, document: Json, **options: Any) -> Json:
    """The result of a converge that leaves out what the server lacks."""
    there.forget()
    result = there.carry_out("environment", document=document, unsupported="skip", **options)
    assert not result.get("failed"), result["msg"]
    return result


def asked_for_lists(there: Installation) -> list[str]:
    return [name for name in there.names if name in METHODS]


@every_way
def test_the_rest_is_done_whole(way: Way) -> None:
    """As if the document did not have what is left out: what is planned, done, and there afterwards, in check mode and for real."""
    there, other = Installation(way=way), Installation(way=way)
    expected = other.converge(without_what_lacks(everything(), way.version))
    lacking = not has_lists(way.version)
    told = [
        f"{' and '.join(PLACES)} were left out, as unsupported: skip says. GetConnectionListMappings: "
        f"Services{way.version} does not have this method; Services86 and newer have it, and REST."
    ]

    before = there.state()
    predicted = skip(there, everything(), check=True)
    assert [text for text in there.warnings if "left out" in text] == (told if lacking else [])
    assert there.state() == before and there.writes == []
    done = skip(there, everything())
    # The other warnings are those of a run, and not of a check.
    assert there.warnings == [*(told if lacking else []), *other.warnings]

    for result in (predicted, done):
        assert result["left_out"] == (PLACES if lacking else [])
        assert (result["steps"], result["changes"]) == (expected["steps"], expected["changes"])
    assert essence(there) == essence(other)
    assert expected["left_out"] == [] and (asked_for_lists(there) == []) is lacking
    again = skip(there, everything())
    assert not again["changed"] and there.writes == [] and again["left_out"] == done["left_out"]


@pytest.mark.parametrize("answer", ["404_json", "404_html", "405", "400", "501", "500_not_supported"])
def test_over_rest_the_server_is_asked(answer: str) -> None:
    """However it says that it lacks the method; and pruning mappings does without, too."""
    there = Installation(**SETTINGS, missing_method_answer=answer)
    refused = there.carry_out("environment", document=everything())
    assert refused["failed"] and refused["failure"]["method"] == "GetConnectionListMappings" and there.writes == []

    done = skip(there, everything(), prune=["mappings"])

    assert done["left_out"] == PLACES and asked_for_lists(there) == ["GetConnectionListMappings"]
    [told] = [text for text in there.warnings if "left out" in text]
    assert told == f"{' and '.join(PLACES)} were left out, as unsupported: skip says. {refused['msg']}"
    assert not skip(there, everything(), prune=["mappings"])["changed"] and there.writes == []


def test_a_server_that_has_lists_is_asked_once() -> None:
    there = Installation()
    skip(there, everything(), check=True)
    assert there.names[:2] == ["GET /api/v1/MDOList/erpconnections", "GetConnectionListMappings"]
    assert there.sent[1].body == {"ErpConnectionId": 1}
    without = without_what_lacks(everything(), 75)
    # What reads no lists asks nothing.
    skip(there, without, check=True)
    assert asked_for_lists(there) == []
    skip(there, {"connections": [{"name": "Visma Norway"}]}, prune=["mappings"], check=True)
    assert len(asked_for_lists(there)) == 2
    skip(there, {"connections": [{"name": "Visma Norway", "state": "absent"}]}, check=True)
    assert asked_for_lists(there) == []


@pytest.mark.parametrize(("answer", "lacks"), [("404_json", True), ("500_not_supported", False), ("", False)])
def test_an_empty_installation(answer: str, lacks: bool) -> None:
    """It has no connection to ask for. Only a plain answer about the method counts then."""
    settings: Json = {**SETTINGS, "missing_method_answer": answer} if answer else {}
    there = Installation("empty", **settings)
    result = there.carry_out("environment", document=everything(), unsupported="skip", check=True)
    assert [sent.body for sent in there.sent if sent.name in METHODS][0] == {"ErpConnectionId": 0}
    assert result["left_out"] == (PLACES if lacks else [])


def test_what_else_is_wrong_stays_an_error() -> None:
    there = Installation(forbidden=["GetConnectionListMappings"])
    result = there.carry_out("environment", document=everything(), unsupported="skip")
    assert result["failed"] and result["failure"]["kind"] == "forbidden" and there.writes == []
    there = Installation(way=Way(version=75))
    result = there.carry_out("environment", document={"connections": [{"name": "Visma Norwy", "lists": []}]}, unsupported="skip")
    assert result["failure"]["kind"] == "bad_input", result


@pytest.mark.parametrize("unsupported", ["fail", "skip"])
def test_a_connection_that_moves_is_pruned_without_lists(unsupported: str) -> None:
    there = Installation(way=Way(version=75))
    result = there.carry_out("environment", document=VISMA_MOVES, prune=["mappings"], unsupported=unsupported)
    assert not result.get("failed"), result
    assert result["left_out"] == [] and not [step for step in result["steps"] if "list" in step]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "a0 was left out, as unsupported: skip says. Why."),
        (2, "a0 and a1 were left out, as unsupported: skip says. Why."),
        (5, "a0, a1, a2, a3 and a4 were left out, as unsupported: skip says. Why."),
        (6, "a0, a1, a2, a3, a4 and 1 more were left out, as unsupported: skip says. Why."),
        (100, "a0, a1, a2, a3, a4 and 95 more were left out, as unsupported: skip says. Why."),
    ],
)
def test_the_warning(number: int, told: str) -> None:
    assert remark([f"a{index}" for index in range(number)], "Why.") == told
