# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode that warned of nothing is followed by a run that succeeds, and what it refuses the run refuses before it writes anything.

It is about what is not there yet when the plan is made: new connections, lists that appear with their fields, actor types that appear
once a connector is read again, connections that go to another connector.
"""

from __future__ import annotations

import copy
import functools
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import in_some_worlds
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import other
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, has_lists, newest_ways, over_rest, usual_ways
from hypothesis import event, given
from hypothesis import strategies as st
from stand_in import seed, world
from stand_in.world import ErpField, Product

from .documents import SAP_URL, VISMA_URL
from .installation import Installation, Json
from .random_worlds import shells

Draw = st.DrawFn

# By connector: actor types with keys of fields, of which some are wrong; those that are mandatory come first.
FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "Visma": {
        "Customer": ("NAME", "NUMBER1", "EMAIL", "STDTERMS", "CURRENCY", "CREDITLIMIT", "DISTRICT", "CREDITSTOP", "Credit limit"),
        "Supplier": ("NAME", "STDTERMS", "BANKACCOUNT", "CITY"),
        "Person": ("LASTNAME", "ROLE", "LEFT"),
    },
    "SAP": {
        "Customer": ("NAME1", "KTOKD", "KUNNR", "ZTERM", "KLIMK", "ERDAT"),
        "Person": ("LASTNAME", "ROLE", "MOBILE"),
    },
}
WRONG_FIELDS = ("NAMN", "KREDITT", "TELEX", "TERMS")
CRM = {
    "NAME": "name", "NAME1": "name", "LASTNAME": "lastname", "KTOKD": "category", "STDTERMS": "paymentterms", "ZTERM": "paymentterms",
    "CURRENCY": "currency", "ROLE": "position", "EMAIL": "email", "NUMBER1": "number1", "KUNNR": "number1", "CREDITLIMIT": "creditlimit",
}  # fmt: skip
LISTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "Visma": (("TermList", ("a", "Cash", "p", "nix")), ("CurrencyList", ("NOK", "XXX")), ("RoleList", ("B",)), ("TermsList", ("a",))),
    "SAP": (("TermList", ("0030", "a")), ("AccountGroupList", ("KUNA", "EXPO")), ("RoleList", ("B", "Buyer"))),
}
CRM_ITEMS = ("30 days", "14 days", "Cash", "30 dager", "NOK", "Buyer", "Customer A", 3, 2, None)
VALUES: tuple[Any, ...] = ("x", 12, "12.5", True, "", None)
CONFIG: dict[str, Json] = {
    "Visma": {"Company": "9", "Password": "p"},
    "SAP": {"System": "S4H", "Client": 100, "User": "U", "Password": "p"},
}
servers = st.fixed_dictionaries(
    {
        "crm_list_extra_info": st.booleans(),
        "no_selection": st.sampled_from(["null", "id0"]),
        "field_ids": st.sampled_from(["always", "once_saved", "once_used"]),
        "archive_available": st.sampled_from([True, True, False]),
    }
)


@st.composite
def documents(draw: Draw) -> Json:
    """New connections of connectors that have some, and of those that have none; right for the most part."""
    product = draw(st.sampled_from(["Visma", "Visma", "SAP"]))
    where = draw(st.sampled_from([product, product, product, product, "Two"]))
    # Most mistakes hide the next one.
    faulty = draw(st.integers(0, 2)) == 0
    document: Json = {"connectors": [], "connections": []}
    if where == "Two":
        document["connectors"].append({"name": "Two", "url": f"{VISMA_URL if product == 'Visma' else SAP_URL} "})
    for name in draw(st.sampled_from([("Fresh",), ("Fresh",), ("Fresh", "Second")])):
        connection = {"name": name, "connector": where, "config": dict(CONFIG[product]), **draw_mappings(draw, product, faulty)}
        if draw(st.integers(0, 2)):
            connection["active"] = draw(st.booleans())
        document["connections"].append(connection)
    kind = draw(st.sampled_from(["", "", "", "more", "moves", "refreshed"]))
    if kind == "more":
        more = {"name": "Visma Sverige", **draw_mappings(draw, "Visma", faulty)}
        document["connections"].insert(draw(st.integers(0, 1)), more)
    elif kind == "moves":
        goes = {"id": 5, "active": False, "connector": "Visma", "config": CONFIG["Visma"], **draw_mappings(draw, "Visma", faulty)}
        document["connections"].append(goes)
    elif kind == "refreshed":
        document["connections"].append({"name": "Visma Sverige", **draw_mappings(draw, "Visma", faulty), "refresh_fields": True})
    return document


def draw_mappings(draw: Draw, product: str, faulty: bool) -> Json:
    """Actor types and lists."""

    def wrong(often: int = 6) -> bool:
        return faulty and draw(st.integers(0, often)) == 0

    section: Json = {"actors": [], "lists": []}
    used: set[str] = set()
    for erp in draw(st.lists(st.sampled_from(list(FIELDS[product])), unique=True, max_size=2)):
        keys = FIELDS[product][erp]
        mandatory = [key for key in keys if key in ("NAME", "NAME1", "LASTNAME", "KTOKD")]
        chosen = draw(st.lists(st.sampled_from(keys), unique=True, max_size=4))
        chosen = chosen if wrong() else [*mandatory, *(key for key in chosen if key not in mandatory)]
        if "Credit limit" in chosen and "CREDITLIMIT" in chosen and not faulty:
            chosen.remove("Credit limit")
        fields = [draw_field(draw, key, wrong) for key in [*chosen, *([draw(st.sampled_from(WRONG_FIELDS))] if wrong() else [])]]
        actor: Json = {"erp": erp, "fields": fields}
        if draw(st.booleans()):
            actor["enabled"] = draw(st.booleans())
        if len(chosen) > 1 and draw(st.integers(0, 3)) == 0:
            actor["order"] = draw(st.permutations(chosen))
        section["actors"].append(actor)
        used.update(field["erp"] for field in fields if field.get("crm"))
    users = {"TermList": {"STDTERMS", "ZTERM"}, "CurrencyList": {"CURRENCY"}, "RoleList": {"ROLE"}, "AccountGroupList": {"KTOKD"}}
    for name, items in LISTS[product]:
        if draw(st.booleans()) and (wrong() or used & users.get(name, set())):
            given_items = draw(st.lists(st.sampled_from(items if faulty else items[:2]), unique=True, min_size=1, max_size=2))
            targets = draw(st.permutations(CRM_ITEMS if faulty else (1, 2, 3)))
            named = draw(st.booleans()) and name == "TermList" and not faulty
            mapped = dict(zip(given_items, ("30 days", "Cash") if named else targets, strict=False))
            section["lists"].append({"list": name, "items": {key: mapped[key] for key in mapped}})
            if draw(st.booleans()) and section["actors"]:
                section["lists"][-1]["actor"] = draw(st.sampled_from(section["actors"]))["erp"]
    if faulty and draw(st.integers(0, 3)) == 0:
        section["refresh_fields"] = True
    return section


def draw_field(draw: Draw, key: str, wrong: Any) -> Json:
    field: Json = {"erp": key}
    crm = CRM.get(key)
    ways = ["both", "to_erp"] if crm and key not in ("NUMBER1", "KUNNR") else ["none"]
    way = draw(st.sampled_from(["both", "to_crm", "to_erp", "none"] if wrong() else ways))
    if crm and not wrong(8):
        field["crm"] = crm
    elif wrong(3):
        field["crm"] = draw(st.sampled_from(["e-mail", "webpage", "department"]))
    field["direction"] = way
    if draw(st.booleans()):
        field["show"] = way == "none"
    if draw(st.integers(0, 2)) == 0:
        default: Json = {}
        if wrong(1):
            default["value"] = draw(st.sampled_from(VALUES))
        elif key in ("CREDITLIMIT", "Credit limit", "KLIMK"):
            default["value"] = 12
        if draw(st.booleans()):
            default["prompt"] = True
        if default.get("prompt") or wrong():
            default["mandatory"] = draw(st.booleans())
        field["default"] = default
    return field


@in_some_worlds
@given(shells, servers, st.booleans(), documents())
def test_a_check_that_warned_of_nothing_is_followed_by_a_run_that_succeeds(shell: str, server: Json, alone: bool, document: Json) -> None:
    there = Installation(**server)
    if alone:
        # Less is mapped in the other one.
        there.connection("Visma Norway")["Deleted"] = True
    before = there.site.state.dump()
    there.shell = other(shell)
    checked = there.run("environment", check=True, document=copy.deepcopy(document))
    told = list(there.warnings)
    assert there.writes == [] and there.site.state.dump() == before
    there.shell = shell
    there.forget()
    done = there.run("environment", document=copy.deepcopy(document))
    if checked.get("failed"):
        event("refused")
        assert done.get("failed") and done["msg"] == checked["msg"]
        assert there.writes == [] and there.site.state.dump() == before
        return
    event("warned" if told else "nothing was warned of")
    if not told or not done.get("failed"):
        assert not done.get("failed"), done["msg"]
        assert (done["changes"], done["diff"], done["steps"]) == (checked["changes"], checked["diff"], checked["steps"])
        # What the run has shown nobody needs to be told.
        assert not [text for text in there.warnings if text not in told or "only the run itself shows" in text], there.warnings


# One at a time


def fresh(*fields: Json, lists: Json | None = None, **more: Any) -> Json:
    """A new connection through Visma, which has others, with fields of a customer."""
    connection: Json = {"name": "Fresh", "connector": "Visma", "config": CONFIG["Visma"], **more}
    if fields:
        connection["actors"] = [{"erp": "Customer", "fields": list(fields), **more.pop("actor", {})}]
        connection.pop("actor", None)
    if lists:
        connection["lists"] = [{"list": name, "items": items} for name, items in lists.items()]
    return {"connections": [connection]}


TERMS = {"erp": "STDTERMS", "crm": "paymentterms", "direction": "both"}
NAME = {"erp": "NAME", "crm": "name", "direction": "both"}
MISTAKES: dict[str, tuple[Json, str]] = {
    "field": (fresh({"erp": "NAMN", "crm": "name"}), 'the ERP side has no field "NAMN". Did you mean NAME?'),
    "field that is no more": (fresh({"erp": "TELEX", "crm": "fax"}), 'the ERP side has no field "TELEX"'),
    "field twice": (fresh({"erp": "CREDITLIMIT"}, {"erp": "Credit limit"}), "is the same ERP field as"),
    "actor type": ({"connections": [{**fresh()["connections"][0], "actors": [{"erp": "Partner"}]}]}, "has no actor type Partner"),
    "read-only": (fresh({"erp": "NUMBER1", "crm": "code", "direction": "both"}), "does not take values for this field"),
    "one way": (fresh({"erp": "NUMBER1", "crm": "code", "direction": "to_crm"}), "another connection already brings this field"),
    "default": (fresh({"erp": "CREDITLIMIT", "default": {"value": "much"}}), "the field is of type Double"),
    "demand": (fresh({"erp": "CREDITLIMIT", "default": {"mandatory": True}}), "mandatory without a value and without asking"),
    "order": (fresh(NAME, actor={"order": ["NAME", "GATE"]}), 'order: the ERP side has no field "GATE"'),
    "list without a field": (fresh(NAME, lists={"TermList": {"a": 1}}), 'has no list "TermList"'),
    "list": (fresh(TERMS, lists={"TermsList": {"a": 1}}), 'has no list "TermsList". Did you mean "TermList"?'),
    "ERP item": (fresh(TERMS, lists={"TermList": {"aa": 1}}), 'the ERP list has no item "aa"'),
    "CRM item": (fresh(TERMS, lists={"TermList": {"a": "31 days"}}), 'has no item "31 days". Did you mean "30 days"?'),
    "shared": (fresh(TERMS, lists={"TermList": {"a": "Cash", "x": 3}}), "would stand for the same CRM item"),
    "activation": (fresh(TERMS, actor={"enabled": True}, active=True), "demands NAME of Customer"),
    "activation without direction": (
        fresh({**NAME, "direction": "none"}, actor={"enabled": True}, active=True),
        "demands NAME of Customer",
    ),
}


@usual_ways
@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_in_a_new_connection_is_refused_before_anything_is_written(what: str, way: Way) -> None:
    document, words = MISTAKES[what]
    if "lists" in document["connections"][0] and not has_lists(way.version):
        pytest.skip("services without lists")
    there = Installation(way=way)
    for check in (True, False):
        message = there.refused(document, check=check)
        assert words in message and "connections[0]" in message
        # Where another connection told, it is named, with what to do where it is not the same.
        assert '"Visma Norway" of the same connector' in message and "refresh_fields: true" in message
    assert there.writes == []


@over_rest
@pytest.mark.parametrize("what", ["field", "ERP item", "default"])
def test_a_connection_that_will_be_otherwise_is_taken_at_its_word(what: str, way: Way) -> None:
    document = copy.deepcopy(MISTAKES[what][0])
    document["connections"][0]["refresh_fields"] = True
    there = Installation(way=way)
    there.converge(document, check=True)
    [told] = there.warnings
    assert told.startswith('connections[0] ("Fresh"): only the run itself shows whether these are right: ')


@newest_ways
def test_a_difference_shows_fields_values_and_items_as_they_will_be(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    visma = world.VISMA
    actors = {**visma.actors, "Customer": (*visma.actors["Customer"], ErpField("PIN", "PIN", "Password"))}
    other_one = Product(visma.name, visma.config, actors, visma.lists, visma.searchable)
    monkeypatch.setitem(world._ANSWERING, world.VISMA_URL, other_one)
    monkeypatch.setitem(world._REMEMBERED, world.VISMA_URL, other_one)
    # The seed is made once, and from the product.
    for made_once in ("_made", "_packed"):
        monkeypatch.setattr(seed, made_once, functools.cache(getattr(seed, made_once).__wrapped__))
    there = Installation(way=way)
    fields: list[Json] = [
        TERMS,
        {"erp": "Credit limit", "show": True, "default": {"value": "12.50", "prompt": True}},
        {"erp": "PIN", "default": {"value": "Hemmelig-PIN"}},
    ]
    document = fresh(*fields, lists={"TermList": {"Cash": "60 dager netto"}})
    checked = there.converge(document, check=True)
    assert there.warnings == []
    [_settings, mapping, terms] = checked["diff"]
    after = str(mapping["after"]) + str(terms["after"])
    assert "CREDITLIMIT" in after and "12.5" in after and "Hemmelig-PIN" not in str(checked)
    assert '"x": "Net 60 days"' in terms["after"]
    done = there.converge(document)
    assert (done["changes"], done["diff"]) == (checked["changes"], checked["diff"]) and there.warnings == []


@newest_ways
def test_what_nothing_tells_is_shown_as_declared_and_said_in_one_sentence(way: Way) -> None:
    there = Installation("empty", way=way)
    fields: list[Json] = [NAME, TERMS, {"erp": "CREDITLIMIT", "show": True, "default": {"value": 500}}]
    document = {
        "connectors": [{"name": "Visma", "url": VISMA_URL}],
        **fresh(*fields, lists={"TermList": {"a": "30 days"}}, active=True),
    }
    checked = there.converge(document, check=True)
    [told] = there.warnings
    assert 'connections[0] ("Fresh")' in told and "config; Customer (actor type, fields, default values, mandatory fields)" in told
    assert ("TermList" in told) is ("lists" in document["connections"][0])
    [_connector, _settings, mapping, *_lists] = checked["diff"]
    assert '"value": 500' in mapping["after"] and "declared" not in mapping["after"]
    done = there.converge(document)
    assert done["changes"] == checked["changes"] and there.warnings == []


@over_rest
def test_two_new_connections_do_not_both_bring_a_field_one_way(way: Way) -> None:
    field = {"erp": "CITY", "crm": "city", "direction": "to_crm"}
    document: Json = {"connections": [{**fresh(field)["connections"][0], "name": name} for name in ("Fresh", "Second")]}
    there = Installation(way=way)
    message = there.refused(document)
    assert 'connections[1] ("Second")' in message and 'connections[0] ("Fresh")' in message and there.writes == []
    document["connections"][1]["actors"][0]["fields"][0]["direction"] = "both"
    there.converge(document)


@over_rest
def test_an_existing_connection_is_not_changed_halfway_for_want_of_a_direction(way: Way) -> None:
    there = Installation(way=way)
    there.mapped("SAP Germany", "Customer", "KTOKD").update(SyncToErp=False, SyncToCrm=False)
    there.connection("SAP Germany")["Active"] = False
    item: Json = {"name": "SAP Germany", "active": True, "description": "new", "actors": [{"erp": "Customer"}]}
    assert "demands KTOKD of Customer" in there.refused({"connections": [item]}) and there.writes == []
    item["actors"][0]["fields"] = [{"erp": "KTOKD", "direction": "to_erp"}]
    there.converge({"connections": [item]})


@over_rest
def test_a_connector_that_gets_another_url_tells_nothing(way: Way) -> None:
    there = Installation(way=way)
    connector = {"name": "Visma", "url": SAP_URL}
    there.run("environment", check=True, document={"connectors": [connector], **fresh(NAME)})
    assert any("at its new URL" in text for text in there.warnings)


# CRM fields


@over_rest
@pytest.mark.parametrize(
    "crm, archive, told",
    [
        ("e-mail", True, "(did you mean email?)"),
        ("e-mail", False, "(did you mean email?)"),
        ("udef:17", True, '"udef:17".'),
        ("udef:17", False, None),
        # Another connection has it; only the archive knows.
        ("creditlimit", True, None),
        # The connector has a field of this name.
        ("city", True, None),
    ],
)
def test_a_crm_field_that_no_mapping_names_is_warned_of(crm: str, archive: bool, told: str | None, way: Way) -> None:
    there = Installation(archive_available=archive, way=way)
    fields = [{"erp": "STREET", "crm": crm, "direction": "to_erp"}]
    document: Json = {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": fields}]}]}
    for check in (True, False):
        there.converge(document, check=check)
        warned = [text for text in there.warnings if "CRM fields" in text]
        assert len(warned) == (told is not None) and (told is None or told in warned[0]), there.warnings
    there.forget()
    # By now a mapping names it.
    there.converge(document)
    assert there.warnings == [] and not any("archive" in name for name in there.names)


def test_all_crm_fields_are_asked_for_once_and_told_at_once() -> None:
    there = Installation()
    fields = [{"erp": key, "crm": f"x:{key}"} for key in ("EMAIL", "STREET", "CITY")]
    connections = [{"name": name, "actors": [{"erp": "Customer", "fields": fields}]} for name in ("Visma Norway", "Visma Sverige")]
    there.settings(archive_page_size=1000)
    there.converge({"connections": connections}, check=True)
    assert len(there.warnings) == 1 and all(f"x:{key}" in there.warnings[0] for key in ("EMAIL", "STREET", "CITY"))
    assert len([name for name in there.names if "archive" in name]) == 1


# Intervals


@usual_ways
@pytest.mark.parametrize(
    "interval, told",
    [
        (15, '"15" is 15 seconds; did you mean 15m?'),
        ("00:00:15", "did you mean 15m?"),
        ("15s", None),
        ("PT15S", None),
        (60, None),
        ("1m", None),
    ],
)
def test_an_interval_of_seconds_that_may_be_minutes_is_warned_of(interval: Any, told: str | None, way: Way) -> None:
    there = Installation(way=way)
    there.converge({"engine": {"interval": interval}})
    assert [told is not None and told in text for text in there.warnings] == ([] if told is None else [True])
    result = there.run("engine", interval=str(interval))
    assert not result.get("failed"), result
    assert [told is not None and told in text for text in there.warnings] == ([] if told is None else [True])
