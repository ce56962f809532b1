# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords: rotated as documented, never lost, never replaced by what stands in their place, never shown."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import THOROUGH
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import MODULE
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, by_turns, usual_ways
from stand_in import world
from stand_in.world import ConfigField, Product

from .installation import Installation, Json

STORED = "visma-Hemmelig-1"
ECHOES = ("clear", "blank", "masked", "absent")
KEPT = ("keep", "overwrite")
POLICIES = ("when_changed", "always", "on_create")
NAME = "Visma Norway"
every_server = pytest.mark.parametrize("echo, kept", list(itertools.product(ECHOES, KEPT)))


def server(way: Way, echo: str, kept: str) -> Installation:
    return Installation(password_echo=echo, unechoed_password_on_save=kept, way=way)


def document(**config: Any) -> Json:
    return {"connections": [{"name": NAME, "config": config}]}


def password_of(there: Installation) -> Any:
    return there.connection(NAME)["ConfigFields"].get("Password")


def never_shown(there: Installation, result: Json, *secrets: str) -> None:
    told = json.dumps([result, there.warnings, there.invocation], ensure_ascii=False)
    for secret in (STORED, *secrets):
        assert secret not in told


@usual_ways
@every_server
@pytest.mark.parametrize("policy", POLICIES)
def test_the_stored_password_declared_again(way: Way, echo: str, kept: str, policy: str) -> None:
    there = server(way, echo, kept)
    result = there.converge(document(Password=STORED), update_secrets=policy)
    never_shown(there, result)
    assert password_of(there) == STORED
    # always sends what it is told to send; the others know, or can find out, that nothing differs.
    assert result["changed"] is (policy == "always")
    assert there.writes == (["SaveConnection"] if policy == "always" else [])


def rotate(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    """From now on the ERP system takes this password only."""
    monkeypatch.setattr(
        Product, "_fits", lambda self, entry, value: value == password if entry.field_type == "Password" else _FITS(self, entry, value)
    )


_FITS = Product._fits


@usual_ways
@every_server
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("check", [True, False])
def test_a_password_that_was_changed_in_the_erp_system_and_in_the_document(
    way: Way, echo: str, kept: str, policy: str, check: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = server(way, echo, kept)
    rotate(monkeypatch, "rotated-Hemmelig")
    result = there.converge(document(Password="rotated-Hemmelig"), update_secrets=policy, check=check)
    never_shown(there, result, "rotated-Hemmelig")
    assert result["changed"] is (policy != "on_create")
    assert password_of(there) == (STORED if check or policy == "on_create" else "rotated-Hemmelig")
    if not check and policy == "when_changed":
        there.forget()
        assert there.converge(document(Password="rotated-Hemmelig"))["changed"] is False
        assert there.writes == []


@usual_ways
@every_server
@pytest.mark.parametrize("policy", POLICIES)
def test_a_password_that_was_changed_in_the_document_only(
    way: Way, echo: str, kept: str, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = server(way, echo, kept)
    rotate(monkeypatch, STORED)
    result = there.run("environment", document=document(Password="mistyped-Hemmelig"), update_secrets=policy)
    never_shown(there, result, "mistyped-Hemmelig")
    # A test stands before each save that is known to differ; nothing that fails it is saved.
    if policy == "always" or (policy == "when_changed" and echo == "clear"):
        assert result["failure"]["kind"] == "test_failed"
    else:
        # What cannot be seen, and works as it is saved, counts as unchanged.
        assert result["changed"] is False
    assert there.writes == []
    assert password_of(there) == STORED


OTHERS: dict[str, Json] = {
    "description": {"description": "another"},
    "access": {"access": {"user_groups": [1]}},
    "configuration": {"config": {"Company": "77"}},
    "configuration emptied": {"config": {"User": None}},
    "fields": {"actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "show": True}]}]},
    "values": {"actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"value": "Ålesund"}}]}]},
    "lists": {"lists": [{"list": "TermList", "items": {"p": "Prepaid"}}]},
    "activity": {"active": False},
}


# Over REST each policy, in both shells and on both kinds of servers at least once; over SOAP those that have most to lose.
CHANGES = [
    *by_turns([("when_changed", True), ("always", False), ("on_create", True), ("when_changed", False)]),
    (Way(MODULE, 88), "when_changed", True),
]
# Each other change on each server, with and without the password, under every fourth of these.
OUTLIVED = [
    (*change, *case)
    for number, case in enumerate(itertools.product(ECHOES, KEPT, OTHERS, [True, False]))
    for turn, change in enumerate(CHANGES)
    if THOROUGH or (turn + number + number // 2 + number // 16) % 4 == 0
]


@pytest.mark.parametrize("way, policy, inactive, echo, kept, other, declared", OUTLIVED, ids=str)
def test_a_password_outlives_every_other_change(
    way: Way, policy: str, inactive: bool, echo: str, kept: str, other: str, declared: bool
) -> None:
    there = server(way, echo, kept)
    there.settings(enforce_inactive_for_edit=inactive)
    section = {"name": NAME, **OTHERS[other]}
    if declared:
        section["config"] = {**section.get("config", {}), "Password": STORED}
    result = there.run("environment", document={"connections": [section]}, update_secrets=policy)
    never_shown(there, result)
    assert password_of(there) == STORED
    assert there.connection(NAME)["Active"] is (other != "activity")
    if result.get("failed"):
        # Only where it is not known whether saving would lose it, and then nothing is touched.
        assert not declared and echo != "clear" and there.writes == []
        assert "Password" in result["msg"] and "Declare it as well" in result["msg"]
        return
    assert result["changed"] is True
    if not declared and other not in ("fields", "values", "lists", "activity"):
        assert echo == "clear", "a connection is saved while its password is not known"


@usual_ways
@every_server
@pytest.mark.parametrize("policy", POLICIES)
def test_a_new_connection_gets_its_password_once(way: Way, echo: str, kept: str, policy: str) -> None:
    there = server(way, echo, kept)
    new = {"connections": [{"name": "New", "connector": "Visma", "config": {"Company": "1", "Password": "first-Hemmelig"}}]}
    never_shown(there, there.converge(new, update_secrets=policy), "first-Hemmelig")
    assert there.connection("New")["ConfigFields"]["Password"] == "first-Hemmelig"
    there.forget()
    again = there.converge(new, update_secrets=policy)
    assert again["changed"] is (policy == "always")
    assert there.connection("New")["ConfigFields"]["Password"] == "first-Hemmelig"


@usual_ways
@every_server
def test_a_rotation_beside_other_changes(way: Way, echo: str, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    there = server(way, echo, kept)
    rotate(monkeypatch, "rotated-Hemmelig")
    wanted = document(Password="rotated-Hemmelig", Company="77")
    wanted["connections"][0]["description"] = "rotated"
    there.converge(wanted)
    stored = there.connection(NAME)
    assert (stored["ConfigFields"]["Password"], stored["ConfigFields"]["Company"]) == ("rotated-Hemmelig", "77")
    assert stored["DisplayDescription"] == "rotated" and stored["ConfigFields"]["Ledger"] == "general"
    there.forget()
    assert there.converge(wanted)["changed"] is False


@usual_ways
@every_server
def test_one_of_two_secrets_declared(way: Way, echo: str, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is optional, and a blank may be all there is."""
    visma = world.VISMA
    token = ConfigField("Token", "Token", "Password")
    two = Product(visma.name, (*visma.config, token), visma.actors, visma.lists, visma.searchable)
    monkeypatch.setitem(world._ANSWERING, world.VISMA_URL, two)
    monkeypatch.setitem(world._REMEMBERED, world.VISMA_URL, two)
    there = server(way, echo, kept)
    there.connection(NAME)["ConfigFields"]["Token"] = "token-Hemmelig"
    result = there.run("environment", document=document(Password=STORED, Company="77"))
    never_shown(there, result, "token-Hemmelig")
    stored = there.connection(NAME)["ConfigFields"]
    assert stored["Password"] == STORED
    if echo == "clear" or kept == "keep":
        assert stored.get("Token") == "token-Hemmelig"
    elif echo == "masked":
        # A mask in its place is a secret that would be lost: nothing is saved.
        assert result["failed"] and stored["Token"] == "token-Hemmelig" and "Token" in result["msg"]
