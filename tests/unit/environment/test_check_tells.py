# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode that warned of nothing is followed by a run that succeeds, and what it refuses the run refuses before it writes anything.

It is about what is not there yet when the plan is made: new connections, lists that appear with their fields, actor types that appear
once a connector is read again, connections that go to another connector.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import other
from hypothesis import event, given, settings
from hypothesis import strategies as st
from stand_in import world
from stand_in.world import Product

from .documents import DYNAMICS_URL, SAP_URL, VISMA_URL
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


@settings(max_examples=800)
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
