# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is wrong with a document is told at once, under the names that people know its parts by."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.document import parse_document
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, over_rest
from hypothesis import given
from hypothesis import strategies as st

from .documents import everything
from .installation import Installation, Json

# Where something is put into the document that has all there is, what it is, and what is told of it.
FAULTS: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("conections",), [], 'unknown key "conections"'),
    (("engine", "intervall"), 5, 'engine has an unknown key "intervall"'),
    (("engine", "state"), "on", 'engine.state is "on"'),
    (("engine", "interval"), "soon", 'engine.interval: "soon"'),
    (("connectors", 0, "id"), "x", 'connectors[0].id is "x"'),
    (("connectors", 0, "uri"), "x", 'unknown key "uri"'),
    (("connectors", 1, "name"), 1001, "connectors[1].name is 1001"),
    (("connectors", 1, "test"), "maybe", 'connectors[1].test is "maybe"'),
    (("connections", 0, "description"), False, "connections[0].description is false"),
    (("connections", 0, "connector"), True, 'connections[0] ("Visma Norway").connector is true'),
    (("connections", 0, "active"), "perhaps", 'connections[0] ("Visma Norway").active is "perhaps"'),
    (("connections", 0, "access", "everyone"), 3, 'connections[0] ("Visma Norway").access.everyone is 3'),
    (("connections", 0, "access", "users"), [None, ["x"]], 'connections[0] ("Visma Norway").access.users[1]'),
    (("connections", 0, "config", "Company"), ["1001"], 'connections[0] ("Visma Norway").config.Company is list'),
    (("connections", 0, "actors", 0, "enabled"), 7, ".actors[0] (Customer).enabled is 7"),
    (("connections", 0, "actors", 0, "fields", 0, "crm"), 12, ".fields[0] (NAME).crm is 12"),
    (("connections", 0, "actors", 0, "fields", 0, "direction"), "to-crm", ".fields[0] (NAME).direction"),
    (("connections", 0, "actors", 0, "fields", 3, "default", "prompt"), 2, ".fields[3] (CREDITLIMIT).default.prompt is 2"),
    (("connections", 0, "actors", 0, "order"), ["X", "x"], ".actors[0] (Customer).order[1] declares the same ERP field"),
    (("connections", 0, "actors", 1, "erp"), "Projekt", '.actors[1].erp is "Projekt". Did you mean Project?'),
    (("connections", 0, "lists", 0, "items", "a"), False, '.lists[0] ("TermList").items.a is false'),
    (("connections", 1, "state"), "gone", 'connections[1] ("SAP Finland").state is "gone"'),
    (("connections", 1, "actors", 0, "fields", 1, "erp"), None, "fields[1].erp is required"),
    (("priority",), ["a", None, "a"], "priority[1]"),
]


def _with_faults(chosen: list[int]) -> Json:
    document = copy.deepcopy(everything())
    for number in chosen:
        place, value, _told = FAULTS[number]
        around: Any = document
        for key in place[:-1]:
            around = around[key]
        around[place[-1]] = value
    return document


@given(st.sets(st.sampled_from(range(len(FAULTS))), min_size=1, max_size=20).map(sorted))
def test_each_fault_is_told_whatever_others_there_are(chosen: list[int]) -> None:
    with pytest.raises(DocumentError) as refused:
        parse_document(_with_faults(chosen))
    told, message = refused.value.faults, str(refused.value)
    for number in chosen:
        assert sum(FAULTS[number][2] in one for one in told) == 1, (FAULTS[number], told)
    # A list of users and one of connections have two each.
    twice = {place for place, _value, _told in (FAULTS[number] for number in chosen)} & {("priority",), FAULTS[12][0]}
    assert len(told) <= len(chosen) + len(twice)
    lines = message.splitlines()
    if len(told) > 1:
        assert lines[0] == f"{len(told)} things cannot be used."
        assert lines[1:21] == [f"{number}. {one}" for number, one in enumerate(told[:20], 1)]
    assert lines[21:] == ([f"There are {len(told) - 20} more."] if len(told) > 20 else [])


@over_rest
def test_all_faults_are_one_failure_before_anything_is_sent(way: Way) -> None:
    there = Installation(way=way)
    message = there.refused(_with_faults([*range(len(FAULTS))]), prune=["mappings"])
    # The users have two, and the priority has two.
    assert message.startswith(f"{len(FAULTS) + 1} things cannot be used.\n1. ") and message.count("\n") == 21
    assert message.endswith(f"There are {len(FAULTS) + 1 - 20} more.") and there.sent == []


@over_rest
def test_faults_are_named_after_the_variables_in_which_they_stand(way: Way) -> None:
    there = Installation(way=way)
    document = {
        "engine": {"interval": "soon"},
        "connections": [
            {"name": "A", "active": "perhaps"},
            {"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": [{"erp": "EMAIL", "direction": "up"}]}]},
            "SAP Germany",
        ],
        "priority": [None],
    }
    names = ["my_document", "my_visma", "my_sap"]
    lines = there.refused(document, document_variables=names).splitlines()[1:]
    assert [re.split(" (?:is|has) ", line)[0] for line in lines] == [
        '1. my_document.engine.interval: "soon"',
        '2. my_document.connections[0] ("A").active',
        '3. my_visma ("Visma Norway").actors[0] (Customer).fields[0] (EMAIL).direction',
        "4. my_sap",
        "5. my_document.priority[0]",
    ]
    assert there.sent == []


@over_rest
def test_what_the_server_refuses_is_named_after_its_variable_too(way: Way) -> None:
    there = Installation(way=way)
    names = ["my_document", "my_visma"]
    document: Json = {"connections": [{"name": "Visma Norway", "connector": "Vism"}]}
    assert there.refused(document, document_variables=names).startswith('my_visma ("Visma Norway").connector: there is no connector')
    document = {"connections": [{"name": "Visma Norway"}], "priority": ["Visma Norge"]}
    assert there.refused(document, document_variables=names).startswith("my_document.priority[0]: there is no connection")
    assert there.refused({}, document_variables=names, prune=["connections"]).startswith("prune has connections, but my_document has no")


@over_rest
def test_all_that_a_version_lacks_is_told_at_once(way: Way) -> None:
    there = Installation(way=way)
    there.version = 83
    document = {
        "connections": [
            {"name": "Visma Norway", "lists": [{"list": "TermList", "items": {"a": "Cash"}}]},
            {
                "name": "SAP Germany",
                "actors": [{"erp": "Customer", "order": ["KLIMK"]}],
                "lists": [{"list": "TermList", "items": {"0030": "Cash"}}],
            },
        ]
    }
    result = there.carry_out("environment", document=document)
    there.see_refused(result)
    lines = result["msg"].splitlines()
    # The order of fields is known over SOAP too.
    assert len(lines) == 3 and lines[0] == "2 things cannot be used."
    places = ('connections[0] ("Visma Norway").lists[0]', 'connections[1] ("SAP Germany").lists[0]')
    for line, place in zip(lines[1:], places, strict=True):
        assert place in line
