# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in place of a secret is no value: placeholders that nobody resolved, variables with names of their own, masks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.document import parse_connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.export import Secrets
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.templates import declared_literally, is_unresolved
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, both_transports, over_rest, usual_ways
from hypothesis import example, given
from hypothesis import strategies as st
from stand_in.state import connection_guid

from .installation import Installation, Json

TEMPLATES = ["{{ vault_erpsync_visma_norway_password }}", "{{my_own_prefix.visma['password'] | default('')}}", " {{- x -}} "]
NORWAY = 'connections[0] ("Visma Norway")'
VISMA_STORED = "visma-Hemmelig-1"


def norway(**more: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **more}]}


def new(**more: Any) -> Json:
    return {"connections": [{"name": "New", "connector": "Visma", **more}]}


def with_default(value: str) -> Json:
    return {"actors": [{"erp": "Customer", "fields": [{"erp": "CITY", "default": {"value": value}}]}]}


def passwords(there: Installation) -> list[Any]:
    return [one["ConfigFields"].get("Password") for one in there.state()["connections"]]


@usual_ways
@pytest.mark.parametrize("echo", ["clear", "blank", "masked"])
def test_an_export_that_comes_back_in_the_same_play(way: Way, echo: str) -> None:
    there = Installation(password_echo=echo, way=way)
    before = there.state()
    document = there.export(vault_prefix="mine")
    for policy in ("when_changed", "always"):
        there.forget()
        result = there.converge(document, update_secrets=policy)
        assert result["changed"] is False and there.writes == []
    assert there.state() == before
    place = 'connections[3] ("Visma Norway").config.Password is a template that was never resolved'
    assert [said for said in there.warnings if said.startswith(place)], there.warnings


@usual_ways
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_counts_as_not_declared(way: Way, template: str) -> None:
    there = Installation(way=way)
    result = there.converge(norway(config={"Password": template, "Company": "77"}, **with_default(template)), update_secrets="always")
    stored = there.connection("Visma Norway")["ConfigFields"]
    assert (stored["Password"], stored["Company"]) == (VISMA_STORED, "77")
    assert not there.mapped("Visma Norway", "Customer", "CITY")["FirstSyncDefaultValue"]
    assert [(change["kind"], change["changed_fields"]) for change in result["changes"]] == [("connection", ["config"])]
    [said] = there.warnings
    assert f"{NORWAY}.config.Password, {NORWAY}.actors[0] (Customer).fields[0] (CITY).default.value are templates" in said
    # A password may look like one.
    assert template.strip() not in json.dumps([result, there.warnings, there.invocation])


@pytest.mark.parametrize(
    "document",
    [
        new(config={"Company": "1", "Password": TEMPLATES[0]}),
        new(config={"Company": "1", "Password": "x"}, **with_default(TEMPLATES[0])),
        norway(connector="SAP", config={"Client": "100", "User": "x", "Password": TEMPLATES[0]}),
        new(name=TEMPLATES[0], config={"Company": "1", "Password": "x"}),
        new(description=TEMPLATES[0], config={"Company": "1", "Password": "x"}),
        norway(description=TEMPLATES[0]),
        {"connectors": [{"name": "Visma", "url": TEMPLATES[0]}]},
        {"connectors": [{"name": TEMPLATES[0], "url": "https://erp.example.com/C.svc"}]},
    ],
    ids=lambda document: json.dumps(document)[17:50],
)
def test_a_template_where_there_is_nothing_that_could_stay(document: Json) -> None:
    there = Installation()
    for check in (True, False):
        said = there.refused(document, check=check)
        assert "template that was never resolved" in said
    assert there.writes == []


@over_rest
def test_a_text_that_looks_like_a_template_can_be_passed(way: Way) -> None:
    there = Installation(way=way)
    there.converge(new(config={"Company": "{% raw %}{{ a }}{% endraw %}", "Password": "{% raw %}{{x}}{% endraw %}"}, test=False))
    stored = there.connection("New")["ConfigFields"]
    assert (stored["Company"], stored["Password"]) == ("{{ a }}", "{{x}}")
    there.mapped("New", "Customer", "CITY").update(FirstSyncDefaultValue="{{ b }}", HasFirstSyncDefaultValue=True)
    before = there.state()
    # An export says it the same way, so that it can be converged elsewhere.
    document = there.export(connections=["New"])
    [connection] = document["connections"]
    assert connection["config"]["Company"] == "{% raw %}{{ a }}{% endraw %}"
    connection["config"]["Password"] = "{% raw %}{{x}}{% endraw %}"
    assert there.converge({"connections": [connection]})["changed"] is False
    assert there.state() == before and there.warnings == []
    there.site.state.table("connections").remove(there.connection("New"))
    there.converge({"connections": [{**connection, "test": False}]})
    assert there.connection("New")["ConfigFields"]["Company"] == "{{ a }}"
    assert there.mapped("New", "Customer", "CITY")["FirstSyncDefaultValue"] == "{{ b }}"


@given(st.text(alphabet=st.sampled_from(list("{}% rawend-x\n")), max_size=60) | st.sampled_from(TEMPLATES))
@example("{% raw %}a{% endraw %}")
def test_every_text_of_a_server_comes_back_as_it_was(text: str) -> None:
    said = declared_literally(text)
    item = parse_connection({"name": "x", "config": {"Company": said}}, "")
    assert not is_unresolved(said) and item.config == {"Company": text} and item.unresolved == ()


# Names of variables


def add(there: Installation, *names: str, keys: tuple[str, ...] = ("Password",)) -> None:
    """Connections of the connector Visma with these names, each with the keys of secrets that the connector asks for."""
    [pattern] = [one for one in there.state()["connections"] if one["DisplayName"] == "Visma Norway"]
    table = there.site.state.table("connections")
    for name in names:
        number = max(one["ErpConnectionId"] for one in table) + 1
        fields = {**pattern["ConfigFields"], **{key: f"{key} of {name}" for key in keys}}
        table.append(
            {**pattern, "DisplayName": name, "ErpConnectionId": number, "ConnectionId": connection_guid(number), "ConfigFields": fields}
        )


def variables(there: Installation, **options: Any) -> dict[str, str]:
    """The name of the variable for each connection's password."""
    result = there.run("environment_info", **options)
    return {one["connection"]: one["variable"] for one in result["secrets"] if one["key"] == "Password"}


@both_transports
def test_a_variable_keeps_its_name_whatever_comes_and_goes(way: Way) -> None:
    there = Installation(way=way)
    add(there, "Møller Oslo", "Müller Oslo", "Muller-Oslo", "muller oslo", "Göteborg", "日本", "中国", "3Com", "!!!")
    whole = variables(there)
    assert whole["Møller Oslo"] == "vault_erpsync_moller_oslo_password"
    assert whole["Göteborg"] == "vault_erpsync_goteborg_password" and whole["3Com"] == "vault_erpsync_3com_password"
    assert whole["Visma Norway"] == "vault_erpsync_visma_norway_password"
    guids = {one["DisplayName"]: one["ConnectionId"].lower()[:8] for one in there.state()["connections"]}
    for name in ("Müller Oslo", "Muller-Oslo", "muller oslo"):
        assert whole[name] == f"vault_erpsync_muller_oslo_password_{guids[name]}"
    for name in ("日本", "中国", "!!!"):
        assert whole[name] == f"vault_erpsync_{guids[name]}_password"
    assert len(set(whole.values())) == len(whole)
    # An export of some of them asks for the same variables.
    assert variables(there, connections=["Müller Oslo", "日本"]) == {name: whole[name] for name in ("Müller Oslo", "日本")}
    # The first one goes: none of the others gets a name that was another one's.
    there.site.state.table("connections").remove(there.connection("Müller Oslo"))
    after = variables(there)
    assert not {after[name] for name in after} & {whole[name] for name in whole if name not in after}
    assert all(after[name] == whole[name] for name in after if name in whole)


def connection(number: int, name: str, guid: str | None = None) -> Connection:
    return Connection(number, 1, name, "", True, False, guid or connection_guid(number))


def named(connections: list[Connection], keys: dict[int, list[str]]) -> list[str]:
    secrets = Secrets("p")
    secrets.name(connections, keys)
    return [secrets.placeholder(one, key)[3:-3] for one in connections for key in keys[one.id]]


def test_keys_and_names_that_make_the_same_words() -> None:
    keys = ["Pass Word", "Pass-Word", "Password", "***", "東"]
    [one, other, plain, stars, east] = named([connection(1, "A")], {1: keys})
    assert plain == "p_a_password" and len({one, other, plain, stars, east}) == 5
    assert one.startswith("p_a_pass_word_") and other.startswith("p_a_pass_word_")
    # The suffix is the key's own, whatever keys there are besides, and in whichever order.
    assert named([connection(1, "A")], {1: ["Pass-Word", "Pass Word"]}) == [other, one]
    # One name ends where the other's key begins.
    shared = named([connection(1, "A"), connection(2, "A B")], {1: ["B C", "D"], 2: ["C"]})
    assert shared == [f"p_a_b_c_{connection_guid(1)[:8]}", "p_a_d", f"p_a_b_c_{connection_guid(2)[:8]}"]
    # Without a GUID, and with the same one for all
    for guid in ("", "00000000-0000-0000-0000-000000000000", connection_guid(7)):
        several = [Connection(number, 1, name, "", True, False, guid) for number, name in enumerate(("ø", "o", "Ö", "!"))]
        assert len(set(named(several, {one.id: ["x"] for one in several}))) == 4


@given(st.lists(st.text(alphabet="aA ö-_1", max_size=3), unique=True, min_size=1, max_size=5), st.data())
def test_no_two_secrets_have_one_variable(texts: list[str], data: st.DataObject) -> None:
    connections = [connection(number, text) for number, text in enumerate(texts)]
    keys = {one.id: data.draw(st.lists(st.text(alphabet="aA b-", max_size=3), unique=True)) for one in connections}
    found = named(connections, keys)
    assert len(set(found)) == len(found) and all(name.isidentifier() and name.isascii() for name in found)
    # The order in which a server lists them means nothing.
    assert sorted(named(connections[::-1], keys)) == sorted(found)


# Masks

MASKS = ["********", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "******** (another one)", "$encrypted$", "$REDACTED$", "x ******** y"]
COMPLETE: Json = {"Company": "1", "Password": "x"}


@pytest.mark.parametrize("mask", MASKS)
def test_masks_are_not_saved(mask: str) -> None:
    there = Installation()
    for document in (
        {"connectors": [{"name": mask, "url": "https://erp.example.com/C.svc"}]},
        {"connectors": [{"name": "Visma", "url": f"https://{mask}.example.com"}]},
        {"connectors": [{"id": 1, "name": mask}]},
        {"connectors": [{"name": mask, "state": "absent"}]},
        {"connections": [{"name": mask, "state": "absent"}]},
        new(name=mask, config=COMPLETE),
        {"connections": [{"name": mask, "description": "x"}], "prune": ["connections"]},
        new(description=mask, config=COMPLETE),
        new(config={**COMPLETE, "Password": mask}),
        new(config={**COMPLETE, "Company": mask}),
        new(config=COMPLETE, **with_default(mask)),
        {"connections": [{"id": 1, "name": mask}]},
        norway(description=mask),
        norway(config={"Password": mask}),
        norway(config={"Company": mask}),
        norway(**with_default(mask)),
        norway(access={"user_groups": [mask]}),
        norway(access={"users": [mask]}),
        norway(lists=[{"list": mask, "items": {"a": "30 days"}}]),
        norway(lists=[{"list": "TermList", "items": {"a": mask}}]),
        {"priority": [mask]},
    ):
        options = {"prune": document.pop("prune")} if "prune" in document else {}
        there.refused(document, **options)
    assert there.writes == []


@usual_ways
def test_the_servers_mask_declared_as_the_secret(way: Way) -> None:
    there = Installation(password_echo="masked", way=way)
    for mask in ("********", "•••••"):
        assert "Password" in there.refused(norway(config={"Password": mask}))


def test_what_a_server_holds_may_look_like_a_mask() -> None:
    there = Installation()
    there.connection("Visma Norway").update(DisplayDescription="******** do not touch ********")
    there.connection("Visma Norway")["ConfigFields"]["Company"] = "********"
    there.connection("Visma Norway")["DisplayName"] = "******** Norway"
    document = there.export()
    there.forget()
    assert there.converge(document)["changed"] is False and there.writes == []
