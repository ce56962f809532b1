# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is who: a name is a name whatever it looks like, and no name makes a twin of a thing or hits a stranger."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import names
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, newest_ways, over_rest, usual_ways
from hypothesis import given, settings
from hypothesis import strategies as st

from .documents import SAP_URL, VISMA_URL
from .installation import Installation, Json
from .random_worlds import shells

VISMA = {"Company": "1001", "Password": "p"}
NEW = {"connector": "Visma", "config": VISMA, "test": False}


def named(there: Installation, table: str) -> dict[int, str]:
    """The stored names by id."""
    key = {"connections": "ErpConnectionId", "connectors": "ErpConnectorId"}[table]
    return {one[key]: one["DisplayName"] for one in there.site.state.table(table) if not one["Deleted"]}


def failed(result: Json) -> str:
    """The message of a task that was refused as bad input."""
    assert result.get("failed") and result["failure"]["kind"] == "bad_input", result
    return str(result["msg"])


# A text of digits


@usual_ways
def test_a_connection_with_a_name_of_digits_is_a_new_one_and_hits_nobody(way: Way) -> None:
    there = Installation(way=way)
    before = there.state()["connections"]
    document = {"connections": [{**NEW, "name": "2"}, {"name": "3", "state": "absent"}], "priority": ["2", "SAP Germany"]}
    there.converge(document)
    assert there.state()["connections"][: len(before)] == before
    assert list(named(there, "connections").values())[-1] == "2"
    there.forget()
    assert there.converge(document)["changed"] is False
    assert there.writes == []
    # By now there are both, and each is found.
    there.converge({"connections": [{"id": 2, "description": "by id"}, {"name": "2", "description": "by name"}]})
    assert [one["DisplayDescription"] for one in there.state()["connections"] if one["DisplayDescription"].startswith("by ")] == [
        "by id",
        "by name",
    ]
    there.converge({"connections": [{"name": "2", "state": "absent"}]})
    assert list(named(there, "connections")) == [1, 2, 3, 4, 5]


@usual_ways
def test_a_connector_with_a_name_of_digits_is_a_new_one(way: Way) -> None:
    there = Installation(way=way)
    assert there.run("connector", name="2", connector_url=VISMA_URL)["connector"]["name"] == "2"
    assert list(named(there, "connectors").values()) == ["Visma", "SAP", "Dynamics", "2"]
    assert there.run("connector", name="3", state="absent")["changed"] is False
    assert there.site.state.table("connectors")[1]["URL"] == SAP_URL


@over_rest
@pytest.mark.parametrize(
    "task, options, words",
    [
        ("connection", {"name": "2"}, "there is a connection with the id 2 (Visma Sweden)"),
        ("connection", {**NEW, "name": "X", "connector": "2"}, "there is a connector with the id 2 (SAP)"),
        ("connection", {"name": "Visma Norway", "access": {"users": ["4"]}}, "there is a user with the id 4 (ALI)"),
        ("connection", {"name": "Visma Norway", "access": {"user_groups": ["3"]}}, "there is a user group with the id 3 (Finance)"),
        ("connector", {"name": "2"}, "there is a connector with the id 2 (SAP)"),
        ("field_mapping", {"connection": "2", "erp": "Customer"}, "there is a connection with the id 2 (Visma Sweden)"),
        ("list_mapping", {"connection": "Visma Norway", "list": "TermList", "items": {"a": "2"}}, 'has no item "2"'),
        ("priority", {"order": ["2"]}, "there is a connection with the id 2 (Visma Sweden)"),
        ("resync", {"connection": "2", "confirm": True}, "there is a connection with the id 2 (Visma Sweden)"),
        ("info", {"connections": ["2"]}, "there is a connection with the id 2 (Visma Sweden)"),
        # A list of one that Ansible makes of a number without brackets.
        ("environment_info", {"connections": 2}, "there is a connection with the id 2 (Visma Sweden)"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_a_text_of_digits_is_no_id_and_the_error_says_how_to_mean_one(task: str, options: Json, words: str, way: Way) -> None:
    there = Installation(way=way)
    message = failed(there.run(task, **options))
    assert words in message
    assert "list" in task or "without quotes, or id: " in message
    assert there.writes == []


@over_rest
def test_an_id_is_a_number_or_stands_under_id_where_templates_make_texts_of_numbers(way: Way) -> None:
    there = Installation(way=way)
    for given_id in (2, 2.0, {"id": 2}, {"id": "2"}, {"id": 2.0}):
        found = there.run("info", gather=["connections"], connections=[given_id])["connections"]
        assert [one["id"] for one in found] == [2]
        assert not there.run("field_mapping", connection=given_id, erp="Customer", enabled=True)["changed"]
        assert there.run("resync", connection=given_id, confirm=True, check=True)["changed"]
    document = {
        "connections": [{"id": "2", "connector": {"id": "1"}, "access": {"user_groups": [{"id": "1"}, 3], "users": [{"id": 4}]}}],
        "priority": [{"id": "1"}, {"id": 3}],
    }
    assert there.converge(document)["changed"] is False


# Other spellings

NFD = unicodedata.normalize("NFD", "Göteborg")


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("prune", [[], ["connectors", "connections"]], ids=["", "prune"])
@pytest.mark.parametrize(
    "stored, given_name",
    [
        ("Visma Norway", "Visma norway"),
        ("Visma Norway", "Visma\u00a0Norway"),
        ("Visma Norway", "Visma  Norway"),
        ("Visma Norway", "Visma\tNorway"),
        ("Visma Norway", "Visma Nor\u200bway"),
        ("Visma Norway ", "Visma Norway"),
        ("Göteborg", NFD),
        ("Straße", "STRASSE"),
        ('US:"Oslo";NO:"Christiania"', "christiania"),
        ('US:"Oslo";NO:"Christiania"', 'US:"Oslo"'),
        ("Oslo", 'US:"Oslo";NO:"Christiania"'),
    ],
)
def test_another_spelling_is_neither_the_thing_nor_a_new_one(stored: str, given_name: str, prune: list[str], state: str) -> None:
    for kind, more in (("connectors", {"url": VISMA_URL}), ("connections", NEW)):
        there = Installation()
        there.site.state.table(kind)[0]["DisplayName"] = stored
        before = there.state()
        document: Json = {"connectors": [{"name": "Visma"}], "connections": []} if prune else {}
        document[kind] = [{**more, "name": given_name, "state": state}]
        for check in (True, False):
            message = there.refused(document, prune=prune, check=check)
            assert "with the id 1" in message and names.visible(stored) in message
        assert (there.writes, there.state()) == ([], before)


@over_rest
@pytest.mark.parametrize(
    "change, words",
    [
        ({"connections": [{"name": "Visma Norway", "connector": "visma"}]}, 'The connector "Visma" with the id 1'),
        ({"connections": [{"name": "Visma Norway", "access": {"users": ["kari nordmann"]}}]}, 'The user "Kari Nordmann" with the id 2'),
        ({"connections": [{"name": "Visma Norway", "access": {"user_groups": ["SALG"]}}]}, "The user group"),
        ({"connections": [{"name": "Visma Norway", "lists": [{"list": "termlist", "items": {}}]}]}, 'The list "TermList" has the same'),
        ({"connections": [{"name": "Visma Norway", "lists": [{"list": "TermList", "items": {"a": "30 Days"}}]}]}, 'The item "30 days"'),
        ({"priority": ["VISMA NORWAY"]}, 'The connection "Visma Norway" with the id 1'),
    ],
)
def test_another_spelling_is_an_error_wherever_a_document_points_to_a_thing(change: Json, words: str, way: Way) -> None:
    there = Installation(way=way)
    assert words in there.refused(change)
    assert there.writes == []


def test_a_name_that_equals_exactly_wins() -> None:
    """Twins that are there already are told apart by how they are written."""
    there = Installation()
    for number, name in enumerate(("Visma Norway", "VISMA NORWAY"), start=0):
        there.site.state.table("connections")[number]["DisplayName"] = name
    document = {"connections": [{"name": "VISMA NORWAY", "description": "2"}, {"name": "Visma Norway", "description": "1"}]}
    there.converge(document)
    assert [one["DisplayDescription"] for one in there.site.state.table("connections")][:2] == ["1", "2"]
    # The same texts in another order, or with a semicolon at the end, are the same name.
    there.site.state.table("connections")[0]["DisplayName"] = 'US:"A";NO:"B";'
    assert there.converge({"connections": [{"name": 'NO:"B";US:"A"', "description": "1"}]})["changed"] is False


@pytest.mark.parametrize("kind", ["connectors", "connections"])
@pytest.mark.parametrize("other", [{"state": "absent"}, {}], ids=["absent", "present"])
def test_two_new_names_that_are_alike_are_refused(kind: str, other: Json) -> None:
    there = Installation()
    more = NEW if kind == "connections" else {"url": VISMA_URL}
    message = there.refused({kind: [{**more, "name": "Tromsø"}, {**more, "name": "TROMSØ", **other}]})
    assert "is the same name as" in message and all(f"{kind}[{place}]" in message for place in (0, 1))
    assert there.writes == []


FLAWS = ["Visma Norway\n", "Visma\nNorway", " Visma Norway", "Visma Norway\u00a0", "\ufeffVisma Norway", "Visma\u2028Norway"]


@over_rest
@pytest.mark.parametrize("name", FLAWS, ids=names.visible)
def test_names_with_line_breaks_or_outer_blanks_are_refused_before_anything_is_sent(name: str, way: Way) -> None:
    for document in (
        {"connectors": [{"name": name, "url": VISMA_URL}]},
        {"connections": [{"name": name, "state": "absent"}]},
        {"connections": [{"name": "Visma Norway", "connector": name}]},
        {"connections": [{"name": "Visma Norway", "access": {"users": [name]}}]},
        {"connections": [{"name": "Visma Norway", "access": {"user_groups": [name]}}]},
        {"connections": [{"name": "Visma Norway", "lists": [{"list": name}]}]},
        {"connections": [{"name": "Visma Norway", "lists": [{"list": "TermList", "items": {"a": name}}]}]},
        {"priority": [name]},
    ):
        there = Installation(way=way)
        message = there.refused(document)
        assert f"is {names.visible(name)}, which " in message
        assert there.sent == []
    assert names.visible(name) in failed(Installation(way=way).run("info", connections=[name]))


@over_rest
@pytest.mark.parametrize("url", [VISMA_URL + "\n", " " + VISMA_URL, VISMA_URL + "\u200b"], ids=["line break", "blank", "invisible"])
def test_an_address_of_a_connector_differs_by_nothing_that_nobody_sees(url: str, way: Way) -> None:
    there = Installation(way=way)
    for name in ("Visma", "New"):
        assert "Write the address without" in there.refused({"connectors": [{"name": name, "url": url}]})
        assert "Write the address without" in failed(there.run("connector", name=name, connector_url=url, test=False))
    assert there.writes == []
    # What is stored so stays.
    there.site.state.table("connectors")[0]["URL"] = url
    assert there.converge({"connectors": [{"name": "Visma", "url": url}]})["changed"] is False


def test_what_is_really_called_so_is_exported_by_its_id_and_comes_back() -> None:
    there = Installation()
    there.site.state.table("connectors")[0]["DisplayName"] = "Visma "
    there.site.state.table("connections")[0]["DisplayName"] = "Visma\nNorway"
    there.site.state.table("user_groups")[0]["Name"] = " Sales"
    document = there.export()
    for kind, shown, flaw in (
        ("connector", '"Visma "', "ends with a blank"),
        ("connection", '"Visma\\u000aNorway"', "has a line break in it"),
    ):
        assert (
            f"The name of the {kind} {shown} {flaw} and cannot stand in a document; its id (1) does. "
            "Another installation has other ids. Give it another name."
        ) in there.warnings
    assert {"id": 1, "url": VISMA_URL} in document["connectors"]
    [norway] = [one for one in document["connections"] if one.get("id") == 1]
    assert (norway["connector"], "name" in norway, document["priority"][0]) == (1, False, 1)
    [sweden] = [one for one in document["connections"] if "Sweden" in one.get("name", "")]
    assert sweden["access"]["user_groups"] == [1, "Finance"]
    for one in document["connections"]:
        # The secrets are placeholders.
        one.pop("config", None)
    there.forget()
    assert there.converge(document)["changed"] is False
    assert there.writes == []


# Lists that are grouped


@usual_ways
@pytest.mark.parametrize("flat", [True, False], ids=["flat", "nested"])
def test_headings_of_grouped_lists_are_no_users_and_no_items(flat: bool, way: Way) -> None:
    there = Installation(mdo_grouped=True, mdo_honours_flat=flat, all_connections_members="minimal", way=way)
    connection: Json = {"name": "Visma Norway", "access": {"user_groups": ["Salg", "Support"], "users": ["KNO", "Jürgen Weiß"]}}
    if there.version == 75:
        connection["access"]["users"] = ["KNO", "JWE"]
    there.converge({"connections": [connection], "priority": ["SAP Germany", "Visma Norway"]})
    stored = there.connection("Visma Norway")
    assert (stored["UserGroupAccessIds"], stored["AssociateAccessIds"]) == ([1, 4], [2, 5])
    for heading in ("Sales", "In frequent use"):
        message = there.refused({"connections": [{"name": "Visma Norway", "access": {"users": [heading]}}]})
        assert f'there is no user "{heading}"' in message
    if there.version in (None, 86, 88):
        for items in ({"a": "Prepaid", "x": "30 days"}, {"a": "Others"}):
            document: Json = {"connections": [{"name": "Visma Norway", "lists": [{"list": "TermList", "items": items}]}]}
            if "x" in items:
                there.converge(document)
            else:
                assert 'has no item "Others"' in there.refused(document)
    [norway] = [one for one in there.export()["connections"] if one["name"] == "Visma Norway"]
    assert norway["access"] == {"user_groups": ['US:"Sales";NO:"Salg"', "Support"], "users": ["KNO", "JWE"]}


def test_connections_and_connectors_of_old_services_are_found_in_grouped_lists() -> None:
    there = Installation(mdo_grouped=True, mdo_honours_flat=False, missing_methods=["GetAllConnections", "GetAllConnectors"])
    result = there.run("info", gather=["connectors", "connections", "priority"])
    assert [one["name"] for one in result["connectors"]] == ["Visma", "SAP", "Dynamics"]
    assert [one["id"] for one in result["connections"]] == [1, 2, 3, 4, 5]
    assert [one["id"] for one in result["priority"]] == [1, 0, 3, 2, 5, 4]


# One thing under two names


@usual_ways
@pytest.mark.parametrize(
    "order",
    [["Visma Norway", 1], ["Visma Sweden", "SAP Germany", "Visma Sverige"], [{"id": 3}, "SAP Germany"]],
    ids=["id", "languages", "mapping"],
)
def test_a_priority_names_each_connection_once(order: list[Any], way: Way) -> None:
    there = Installation(way=way)
    for check in (True, False):
        assert "is the same connection as order[0]" in failed(there.run("priority", order=order, check=check))
        assert "is the same connection as priority[0]" in there.refused({"priority": order}, check=check)
    assert there.writes == []


@over_rest
def test_a_priority_names_each_connection_once_also_one_that_is_new_or_gets_a_name(way: Way) -> None:
    there = Installation(way=way)
    new = {**NEW, "name": 'US:"New";NO:"Ny"'}
    renamed = {"id": 3, "name": 'US:"Germany";GE:"Deutschland"'}
    for order in (["New", "Ny"], ["Germany", 3], ["Deutschland", "Germany"]):
        message = there.refused({"connections": [new, renamed], "priority": order})
        assert "is the same connection as priority[0]" in message
    assert there.writes == []


@over_rest
def test_an_order_names_each_field_once(way: Way) -> None:
    there = Installation(way=way)
    key, name = "STREET", "Gate"
    mapping: Json = {"connection": "Visma Norway", "erp": "Customer", "order": ["CITY", key, name]}
    for check in (True, False):
        message = failed(there.run("field_mapping", check=check, **mapping))
        assert 'order[2] ("Gate") is the same ERP field as Customer.order[1] ("STREET")' in message
    document = {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "order": [name, key]}]}]}
    assert "is the same ERP field as" in there.refused(document)
    assert there.writes == []


@newest_ways
def test_a_list_is_declared_once_also_with_and_without_its_actor(way: Way) -> None:
    there = Installation(way=way)
    lists = [{"list": "TermList", "items": {"a": "Cash"}}, {"list": "TermList", "actor": "Customer", "items": {"a": "Prepaid"}}]
    assert "is the same list as" in there.refused({"connections": [{"name": "Visma Norway", "lists": lists}]})
    assert there.writes == []


@over_rest
def test_a_person_who_is_named_twice_has_access_once_and_is_told_of(way: Way) -> None:
    there = Installation(way=way)
    document = {"connections": [{"name": "Visma Norway", "access": {"users": ["KNO", "Kari Nordmann", 3]}}]}
    there.converge(document)
    assert there.connection("Visma Norway")["AssociateAccessIds"] == [2, 3]
    assert any('users[1] ("Kari Nordmann") is the same user as' in text for text in there.warnings)


# Renames


@usual_ways
def test_a_rename_and_the_new_name_in_one_document_work_in_the_first_run_and_in_the_second(way: Way) -> None:
    there = Installation(way=way)
    document = {
        "connectors": [{"id": 1, "name": "Visma Net"}],
        "connections": [
            {"name": "Visma Norway", "connector": "Visma Net", "description": "x"},
            {**NEW, "name": "Visma Finland", "connector": "Visma Net"},
            {"id": 3, "name": "Germany"},
        ],
        "priority": ["Germany", "Visma Finland", "Visma Norway"],
    }
    predicted = there.converge(document, check=True)
    assert there.writes == []
    result = there.converge(document)
    assert result["changes"] == predicted["changes"] and result["diff"] == predicted["diff"]
    assert named(there, "connectors")[1] == "Visma Net" and named(there, "connections")[3] == "Germany"
    [new] = [one for one in there.state()["connections"] if one["DisplayName"] == "Visma Finland"]
    # What its connector proposes is known under both names.
    assert (new["ErpConnectorId"], new["ConfigFields"]["Port"]) == (1, "443")
    assert there.state()["connection_rank"].index(3) < there.state()["connection_rank"].index(new["ErpConnectionId"])
    there.forget()
    assert there.converge(document)["changed"] is False
    assert there.writes == []


@over_rest
def test_the_old_name_beside_a_rename_is_refused_since_a_second_run_would_not_find_it(way: Way) -> None:
    there = Installation(way=way)
    for document in (
        {"connectors": [{"id": 1, "name": "Visma Net"}], "connections": [{"name": "Visma Norway", "connector": "Visma"}]},
        {"connections": [{"id": 1, "name": "Norway"}], "priority": ["Visma Norway"]},
    ):
        assert "in the same document. Use the new name." in there.refused(document)
    assert there.writes == []


@pytest.mark.parametrize(
    "document",
    [
        {"connectors": [{"id": 1, "name": "SAP"}]},
        {"connectors": [{"id": 1, "name": "sap"}]},
        {"connectors": [{"id": 1, "name": "Net"}, {"id": 2, "name": "NET"}]},
        {"connectors": [{"id": 1, "name": "Net"}, {"name": "Net", "url": SAP_URL}]},
        {"connections": [{"id": 1, "name": "Visma Sverige"}]},
        {"connections": [{"id": 1, "name": "Sap  Germany"}]},
        {"connections": [{**NEW, "name": "Oslo"}, {"id": 1, "name": "OSLO"}]},
        {"connections": [{"name": "Oslo", "state": "absent"}, {"id": 1, "name": "Oslo"}]},
    ],
    ids=str,
)
def test_a_rename_onto_a_name_that_another_has_is_refused(document: Json) -> None:
    there = Installation()
    message = there.refused(document)
    assert "already" in message or "is the same name as" in message
    assert there.writes == []


def test_a_rename_to_another_spelling_of_its_own_name_is_one() -> None:
    there = Installation()
    there.converge({"connections": [{"id": 1, "name": "VISMA Norway"}], "connectors": [{"id": 1, "name": "visma"}]})
    assert (named(there, "connections")[1], named(there, "connectors")[1]) == ("VISMA Norway", "visma")


# Two runs at once


@usual_ways
@pytest.mark.parametrize("moment", ["TestConnectorUrl", "TestConnectionByConfig"])
def test_what_another_run_has_created_meanwhile_is_not_created_twice(moment: str, way: Way) -> None:
    there, other = Installation(way=way), Installation(way=way)
    other.site = there.site
    config = {"config": VISMA, "test": moment == "TestConnectionByConfig"}
    if moment == "TestConnectorUrl":
        oslo = {**config, "name": "Oslo", "connector": "New"}
        document: Json = {"connectors": [{"name": "New", "url": VISMA_URL}], "connections": [oslo]}
    else:
        document = {"connections": [{**config, "name": name, "connector": "Visma"} for name in ("Oslo", "Bergen")]}
    others = {**document, "connections": document["connections"][-1:]}

    def meanwhile(_number: int, request: Request) -> None:
        if request.method == moment and not other.sent:
            other.converge(others)

    there.trouble = meanwhile
    result = there.run("environment", document=document)
    assert result["failed"] and result["failure"]["kind"] == "conflict" and not result["failure"]["uncertain"], result
    assert "another run, or a person, has created it meanwhile" in result["msg"] and "run again" in result["msg"]
    assert [name for name in there.writes if name != "ChangeEngineStatus"] == []
    assert result["changed"] is False
    there.trouble = lambda _number, _request: None
    there.converge(document)
    for table in ("connectors", "connections"):
        stored = list(named(there, table).values())
        assert len(set(stored)) == len(stored)
    assert there.converge(document)["changed"] is False


# No twin and no stranger

BASES = ("Visma Norway", "Göteborg", "2", "Tromsø 2", 'US:"Oslo";NO:"Christiania"', 'a "b"', "it's")
SPELLINGS = st.sampled_from(
    [
        lambda text: text,
        str.upper,
        str.lower,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace(" ", "  "),
        lambda text: f"{text}\n",
        lambda text: f" {text}",
        lambda text: names.languages(text).get("NO", text),
        names.readable,
        lambda text: f'US:"{text}";GE:"x"' if '"' not in text else text,
        lambda text: text.replace("a", "\u00ada"),
    ]
)
some_names = st.builds(lambda spell, base: spell(base), SPELLINGS, st.sampled_from(BASES))
an_item = st.one_of(
    st.fixed_dictionaries({"name": some_names}, optional={"state": st.just("absent")}),
    st.fixed_dictionaries({"id": st.sampled_from([1, 2]), "name": some_names}),
)


def _folded(raw: str) -> set[str]:
    """By what names are the same for a person; found out without the collection's own way."""
    texts = list(names.languages(raw).values()) or [raw]
    composed = [unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold()) for text in texts]
    return {" ".join(text.replace("\u00ad", "").split()) for text in composed}


@settings(max_examples=60)
@given(
    shells,
    st.sampled_from(["connectors", "connections"]),
    st.lists(st.sampled_from(BASES), min_size=2, max_size=2, unique=True),
    st.lists(an_item, min_size=1, max_size=3),
    st.booleans(),
)
def test_no_name_makes_a_twin_or_hits_a_stranger(shell: str, kind: str, there_are: list[str], items: list[Json], prune: bool) -> None:
    there = Installation("empty")
    there.shell = shell
    base = {"connectors": [{"name": "Base", "url": VISMA_URL}]}
    more = {"connector": "Base", "config": VISMA, "test": False} if kind == "connections" else {"url": VISMA_URL, "test": False}
    start = [{**more, "name": name} for name in there_are]
    there.converge({**base, "connections": start} if kind == "connections" else {"connectors": [*start, *base["connectors"]]})
    before = named(there, kind)
    document = {kind: [item if "id" in item or "state" in item else {**more, **item} for item in items]}
    if kind == "connectors":
        document[kind].append({"name": "Base"})
    result = there.run("environment", document=document, prune=[kind] if prune else [])
    after = named(there, kind)
    if result.get("failed"):
        assert result["failure"]["kind"] == "bad_input", result
        assert after == before
        return
    # No twin
    seen = [text for raw in after.values() for text in _folded(raw)]
    assert len(seen) == len(set(seen)), after
    # No stranger: each that is there was meant by its own name or its id, and only then is it gone or called otherwise.
    for number, raw in before.items():
        own = {raw, *names.languages(raw).values()}
        by_id = [item for item in items if item.get("id") == number]
        by_name = [item for item in items if "id" not in item and item["name"] in own]
        if number not in after:
            assert any("state" in item for item in by_name) or (prune and not by_id and not by_name), (number, raw)
        elif after[number] != raw:
            assert [item["name"] for item in by_id] == [after[number]]
    for number, raw in after.items():
        if number not in before:
            assert raw in [item["name"] for item in items] and not any(_folded(raw) & _folded(other) for other in before.values())
    there.forget()
    assert there.run("environment", document=document, prune=[kind] if prune else [])["changed"] is False
    assert there.writes == []
