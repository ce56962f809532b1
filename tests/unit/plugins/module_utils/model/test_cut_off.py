# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where lists and texts in messages and in names end, and that what is passed over does not end a list."""

from __future__ import annotations

import datetime
import hashlib
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.lookup import installations
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import (
    health,
    health_checks,
    list_mapping,
    pattern,
    priority,
    reference,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentActor, CurrentConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    DeclaredActor,
    DeclaredConnection,
    DeclaredField,
    DeclaredList,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.export import Secrets
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.find_by_name import Things
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.health import Finding, Where
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan import unsupported

NOW = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.UTC)
MANY = [Connector(number, f"N{number}", None) for number in range(1, 53)]
THINGS = Things("connector", MANY)
LISTED = ", ".join(f"N{number}" for number in range(1, 51))
WITH_IDS = ", ".join(f"N{number} ({number})" for number in range(1, 51))
ROWS = [{"ErpListItemId": f"k{number}", "ErpListItemName": f"N{number}"} for number in range(1, 53)]
LIST = {"ErpListItemMappings": [{"ErpListName": "L", "ErpActorTypeName": "Customer", "ErpFieldId": 1, "ErpCrmListItemMappings": ROWS}]}
KEYS = ", ".join(f"k{number} (N{number})" for number in range(1, 51))


def told(work: Callable[[], Any]) -> str:
    with pytest.raises(DocumentError) as refused:
        work()
    return str(refused.value)


def test_fifty_things_are_named() -> None:
    assert str(THINGS.missing(Reference("zzz"), "here")) == f'here: there is no connector "zzz". There are: {LISTED}.'
    assert told(lambda: THINGS.find(Reference(id=99), "here")) == f"here: there is no connector with the id 99. There are: {WITH_IDS}."
    unknown = told(lambda: list_mapping.overlay(LIST, [DeclaredList("here", "L", {"zzz": None})], {}))
    assert unknown == f'here: the ERP list has no item "zzz". It has: {KEYS}.'


@pytest.mark.parametrize("length", [59, 60, 61, 100])
def test_sixty_characters_of_a_name_are_shown(length: int) -> None:
    break_at_end = " A block of YAML (| or >) ends in a line break; with |- or >- it does not."
    shown = '"' + "\\u000a" + "x" * min(length, 59) + '"'
    assert told(lambda: reference.text_or_id("\n" + "x" * length, "here")) == (
        f"here is {shown}, which has a line break in it. Correct it; if the name is right, use the id.{break_at_end}"
    )


def test_three_findings_are_told() -> None:
    found = [Finding("error", "engine", f"It is {number}.", Where("engine")) for number in range(5)]
    three = "engine: It is 0. engine: It is 1. engine: It is 2."
    assert [health.sentence(found[:number]) for number in (3, 4, 5)] == [
        f"3 errors. {three}",
        f"4 errors. {three} And 1 more.",
        f"5 errors. {three} And 2 more.",
    ]


def test_five_places_that_are_left_out_are_named() -> None:
    places = [f"p{number}" for number in range(7)]
    assert [unsupported.remark(places[:number], "Why.") for number in (1, 2, 5, 6, 7)] == [
        "p0 was left out, as unsupported: skip says. Why.",
        "p0 and p1 were left out, as unsupported: skip says. Why.",
        "p0, p1, p2, p3 and p4 were left out, as unsupported: skip says. Why.",
        "p0, p1, p2, p3, p4 and 1 more were left out, as unsupported: skip says. Why.",
        "p0, p1, p2, p3, p4 and 2 more were left out, as unsupported: skip says. Why.",
    ]


def test_a_hundred_characters_of_a_pattern_are_shown() -> None:
    assert installations._shortened("x" * 100) == "x" * 100 and installations._shortened("x" * 101) == "x" * 97 + "..."


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_variables_of_urls_take_as_much_of_a_digest_as_is_needed() -> None:
    """Behind those of connections, from which they differ."""
    connection = Connection(7, 1, "A", "", True, False, "")
    there = [Connector(number, name, None) for number, name in enumerate(("B", "C d", "c  D", "!", "B"), start=1)]
    secrets = Secrets("v")
    secrets.name([connection], {7: ["K", "L"]}, there)
    assert [secrets.placeholder(connection, key) for key in ("K", "L")] == ["{{ v_a_k }}", "{{ v_a_l }}"]
    short = {name: digest(name)[:8] for name in ("B", "C d", "c  D", "!")}
    assert {number: secrets._urls[number] for number in (2, 3, 4)} == {
        2: f"v_connector_c_d_url_{short['C d']}",
        3: f"v_connector_c_d_url_{short['c  D']}",
        4: f"v_connector_{short['!']}_url",
    }


def test_what_is_passed_over_does_not_end_the_list() -> None:
    gone = {"ErpFieldKey": "A", "MissingInERP": True, "CrmFieldKey": "a"}
    active = {"ActorTypeErp": "Customer", "IsActive": True, "FieldMappings": [gone]}
    mappings = [{**active, "IsActive": False}, active, {**active, "FieldMappings": []}, {**active, "ActorTypeErp": "Person"}]
    one = Connection(7, 1, "A", "", True, False, "")
    found = health_checks.fields(one, mappings, health.CHECKS)
    assert [each.what.partition(":")[0] for each in found] == ["Customer", "Person"]
    ending = {"Name": "EXPANDER-SERVICES", "ExpiryDate": "2026-07-02T00:00:00"}
    others = [{"Name": "other", "ExpiryDate": "2026-07-02T00:00:00"}, {**ending, "ExpiryDate": "1760-01-01T00:00:00"}]
    for far in ([], [{**ending, "ExpiryDate": "2030-01-01T00:00:00"}]):
        [licence] = health_checks._licence({"Licenses": [*others, *far, ending, ending]}, NOW)
        assert licence.where.name == "EXPANDER-SERVICES" and "ends on 2026-07-02." in licence.what
    # Of several lists, one that the connection has not.
    term = {"ErpListName": "L", "CrmList": {"ExtraInfo": "term"}, "ErpCrmListItemMappings": ROWS, "ErpFieldId": 1}
    wanted = [DeclaredList("here", name, {"k1": Reference("x")}) for name in ("none", "L")]
    assert [found.key for found in list_mapping.crm_list_names({"ErpListItemMappings": [term]}, wanted)] == ["term"]


def test_fields_that_bring_no_list_are_passed_over() -> None:
    kinds = {"Own": "List", "None": "List", "Text": "Text", "Gone": "List", "New": "List"}
    fields = [
        {"ErpFieldKey": key, "FieldType": kind, "ErpFieldId": number, "MissingInERP": key == "Gone", "CrmFieldKey": "old"}
        for number, (key, kind) in enumerate(kinds.items(), start=1)
    ]
    mapping = {"ActorTypeErp": "Customer", "FieldMappings": fields}
    declared = [DeclaredField("here", "Own"), DeclaredField("here", "None", crm=None)]
    declared += [DeclaredField("here", key, crm=f"crm {key}") for key in ("unknown", "Text", "Gone", "New")]
    actor = DeclaredActor("here", "Customer", fields=tuple(declared))
    assert list(pattern.mapped_lists(mapping, actor)) == [(5, "New", "crm New")]
    # A list is brought by a field that is mapped anew; where none is, by a field whose list is not there yet.
    wanted = (DeclaredList("here", "there", {}), DeclaredList("here", "gone", {}))
    lists = {"ErpListItemMappings": [{"ErpListName": "there", "ErpActorTypeName": "Customer", "ErpFieldId": 5}]}
    for chosen, mapped, brings in ((wanted, (), True), (wanted[:1], (), False), (wanted[:1], declared, True), ((), declared, False)):
        item = DeclaredConnection("here", Reference("A"), actors=(actor._replace(fields=tuple(mapped)),), lists=tuple(chosen))
        there = CurrentConnection(Connection(7, 1, "A", "", True, False, ""), actors={"Customer": CurrentActor(mapping)}, lists=lists)
        assert pattern.brings_lists(item, there) is brings
        assert pattern.brings_lists(item, there._replace(lists=None)) is False
        assert pattern.brings_lists(item, there._replace(actors={})) is bool(chosen)


def test_an_order_that_may_be_a_usual_one() -> None:
    """As listed, by id, by stored name, and by the name that is shown."""
    names = {3: 'US:"b"', 1: "C", 2: "a", 9: "x"}
    there = [Connection(number, 1, name, "", True, False, "") for number, name in names.items()]
    usual = [order for order in itertools.permutations((1, 2, 3)) if priority.may_be_unranked([0, *order], there)]
    assert usual == [(1, 2, 3), (2, 1, 3), (2, 3, 1), (3, 1, 2)]
    assert not priority.may_be_unranked([3, 0], there) and not priority.may_be_unranked([], there)
    # Connections without a rank come last, by id.
    assert priority.completed((33, 8, 0, 3), {1025, 10, 3, 33, 17}) == (33, 0, 3, 10, 17, 1025)


def test_a_chosen_item_has_the_members_of_an_item_of_a_list_mapping_and_no_others() -> None:
    own = {
        "Id": 8, "Name": "14 days", "ToolTip": "t", "Deleted": False, "Rank": 2, "Type": "y", "IconHint": "i", "ColorBlock": 5,
        "ExtraInfo": "e", "StyleHint": "s", "FullName": "f",
    }  # fmt: skip
    term = {"ErpListName": "L", "CrmList": {"ExtraInfo": "term"}, "ErpCrmListItemMappings": ROWS[:2], "ErpFieldId": 1}
    wanted = [DeclaredList("here", "L", {"k1": Reference("14 days"), "k2": Reference(id=9)})]
    saved, _changes = list_mapping.overlay({"ErpListItemMappings": [term]}, wanted, {"term": [{**own, "Checked": True, "Heading": "h"}]})
    [chosen] = saved["ErpListItemMappings"]
    assert [row["CrmListItem"] for row in chosen["ErpCrmListItemMappings"]] == [own, {"Id": 9}]


def test_what_is_read_of_a_connection_is_not_shown_by_chance() -> None:
    carrier = {"ErpConnectionId": 7, "ErpConnectorId": 1, "Active": True, "ConfigFields": {"Password": "secret"}}
    assert "secret" not in repr(Connection.from_wire(carrier, whole=True))
