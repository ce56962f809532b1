# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password in a URL, of a connector and of a configuration value: compared, saved, exported as a variable, and never shown."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, over_rest, usual_ways
from stand_in import world

from .installation import Installation, Json

OLD, NEW, OF_USER = "Gammel-p@ss-1", "Nytt-p@ss-2", "Brukers-3"
STORED = "https://sync:Gammel-p%40ss-1@erp.example.com/Connector.svc"
CHANGED = STORED.replace("Gammel-p%40ss-1", "Nytt-p%40ss-2")
SHOWN = "https://sync:********@erp.example.com/Connector.svc"
USER_URL = f"ldap://me:{OF_USER}@ad"
NORWAY = "Visma Norway"


def installation(way: Way, **settings: Any) -> Installation:
    """One whose connector Visma has a URL with a password, and whose Norwegian connection has one in its configuration."""
    there = Installation(way=way, **settings)
    visma(there)["URL"] = STORED
    there.connection(NORWAY)["ConfigFields"]["User"] = USER_URL
    return there


def visma(there: Installation) -> Json:
    return next(one for one in there.site.state.table("connectors") if one["DisplayName"] == "Visma")


def connectors(url: str, **more: Any) -> Json:
    return {"connectors": [{"name": "Visma", "url": url, **more}]}


def shows_no_password(there: Installation, *told: Any) -> str:
    text = json.dumps([*told, there.warnings, there.invocation], ensure_ascii=False)
    for password in (OLD, NEW, OF_USER):
        for user in ("sync", "me"):
            assert base64.b64encode(f"{user}:{password}".encode()).decode().rstrip("=") not in text
        assert password not in text and password.replace("@", "%40") not in text, text
    return text


@usual_ways
def test_a_changed_password_is_saved_and_shown_as_a_change(way: Way) -> None:
    there = installation(way)
    for check in (True, False):
        result = there.converge(connectors(CHANGED), check=check)
        shows_no_password(there, result)
        [change] = result["changes"]
        assert (change["kind"], change["changed_fields"]) == ("connector", ["url"])
        [difference] = result["differences"]
        assert (difference["before"]["url"], difference["after"]["url"]) == (SHOWN, f"{SHOWN} (another password)")
    assert visma(there)["URL"] == CHANGED
    assert there.converge(connectors(CHANGED))["changed"] is False
    single = there.run("connector", name="Visma", connector_url=STORED)
    shows_no_password(there, single)
    assert (single["changed"], single["connector"]["url"]) == (True, SHOWN) and visma(there)["URL"] == STORED
    again = there.run("connector", name="Visma", connector_url=STORED)
    assert (again["changed"], again["connector"]["url"]) == (False, SHOWN)
    # In a configuration
    document = {"connections": [{"name": NORWAY, "config": {"User": USER_URL.replace("Brukers", "Neste")}}]}
    result = there.converge(document)
    shows_no_password(there, result)
    [difference] = result["differences"]
    assert difference["before"]["config"] == {"User": "ldap://me:********@ad"}
    assert difference["after"]["config"] == {"User": "ldap://me:********@ad (another password)"}
    assert there.connection(NORWAY)["ConfigFields"]["User"] == "ldap://me:Neste-3@ad" and "Neste" not in json.dumps(result)
    assert there.converge(document)["changed"] is False
    result = there.run("connection", name=NORWAY, config={"User": USER_URL})
    assert result["connection"]["config"]["User"] == "ldap://me:********@ad"
    assert there.connection(NORWAY)["ConfigFields"]["User"] == USER_URL
    shows_no_password(there, result)


@usual_ways
def test_an_export_has_variables_and_converged_with_them_changes_nothing(way: Way) -> None:
    there = installation(way)
    before = there.state()
    result = there.run("environment_info", vault_prefix="v")
    shows_no_password(there, result)
    secrets = {one["variable"]: (one.get("connector"), one.get("connection"), one["key"]) for one in result["secrets"]}
    assert secrets["v_connector_visma_url"] == ("Visma", None, "url") and secrets["v_visma_norway_user"] == (None, NORWAY, "User")
    document = json.loads(json.dumps(result["document"]))
    urls = {one["name"]: one["url"] for one in document["connectors"]}
    assert urls["Visma"] == "{{ v_connector_visma_url }}" and urls["SAP"] == world.SAP_URL
    # As it comes back in the same play, and with the variables
    assert there.converge(document)["changed"] is False
    [said] = [text for text in there.warnings if text.startswith("connectors[")]
    assert said.endswith(
        '("Visma").url is a template that was never resolved, such as "{{ variable }}". This counts as not declared, and the server keeps '
        "the URL."
    )
    next(one for one in document["connectors"] if one["name"] == "Visma")["url"] = STORED
    config = next(one for one in document["connections"] if one["name"] == NORWAY)["config"]
    assert config["User"] == "{{ v_visma_norway_user }}"
    config["User"] = USER_URL
    result = there.converge(document)
    shows_no_password(there, result)
    assert result["changed"] is False and there.writes == [] and there.state() == before
    # A part has the same names.
    part = there.run("environment_info", vault_prefix="v", connections=[NORWAY])
    assert [one["variable"] for one in part["secrets"]] == ["v_connector_visma_url", "v_visma_norway_password", "v_visma_norway_user"]


@over_rest
@pytest.mark.parametrize("check", [True, False])
def test_a_mask_is_no_url(way: Way, check: bool) -> None:
    there = installation(way)
    for shown in (SHOWN, f"{SHOWN} (another password)"):
        said = there.refused(connectors(shown), check=check)
        assert said.startswith('connectors[0] ("Visma").url holds a mask, such as ********')
    said = there.refused({"connections": [{"name": NORWAY, "config": {"User": "ldap://me:********@ad"}}]}, check=check)
    assert said.startswith(f'connections[0] ("{NORWAY}").config.User holds a mask')
    assert there.writes == []


@usual_ways
def test_facts_and_findings_have_no_password(way: Way) -> None:
    there = installation(way)
    facts = there.run("info", gather=["all"], query="connectors[].url")
    whole = there.run("info", gather=["all"])
    assert SHOWN in facts["query_result"]
    assert SHOWN in [one["url"] for one in whole["connectors"]]
    norway = next(one for one in whole["connections"] if one["name"] == NORWAY)
    assert norway["config"]["User"] == "ldap://me:********@ad"
    shows_no_password(there, facts, whole)
    # A connector that answers no more
    visma(there)["URL"] = STORED.replace("erp.", "erq.")
    health = there.run("health", checks=["all"], fail_on="never")
    shown = shows_no_password(there, health)
    assert "No connector answers at https://sync:********@erq.example.com/Connector.svc." in shown


CASES = [
    # A connector that does not answer there
    (connectors(CHANGED.replace("erp.", "erq.")), "no connector answers at https://sync:********@erq.example.com/Connector.svc ("),
    # What cannot be
    (connectors(f"{CHANGED}\u200b"), ".url is "),
    (connectors(CHANGED + "x" * 1100), 'It begins with "https://sync:********@erp.example.com/Co".'),
    (connectors(CHANGED, test=CHANGED), ".test is "),
    (connectors(CHANGED, state=CHANGED), ".state is "),
    ({"connectors": CHANGED}, "connectors is a text"),
    ({"connectors": [{"name": "Visma", "url": {"x": CHANGED}}]}, ".url is keys with values"),
    ({"connectors": [{"name": "Visma", CHANGED: 1}]}, "has an unknown key"),
]


@over_rest
@pytest.mark.parametrize(("document", "words"), CASES, ids=[words for _document, words in CASES])
def test_no_refusal_has_the_password(way: Way, document: Json, words: str) -> None:
    there = installation(way)
    result = there.run("environment", document=document)
    assert result["failed"] and words in result["msg"], result["msg"]
    shows_no_password(there, result)
    assert there.writes == []


@over_rest
def test_what_a_server_repeats_is_masked_though_it_was_never_read(way: Way) -> None:
    there = installation(way)
    there.settings(running_message=f"Last error: 401 from {STORED}.")
    engine = there.run("engine", state="running")
    assert shows_no_password(there, engine) and f"401 from {SHOWN}." in json.dumps(engine)


@over_rest
def test_a_short_password_hides_nothing_else(way: Way) -> None:
    there = installation(way)
    there.connection(NORWAY)["DisplayDescription"] = "abc"
    url = "https://sync:abc@erp.example.com/Connector.svc"
    result = there.converge({**connectors(url), "connections": [{"name": NORWAY, "description": "abcd"}]})
    descriptions = [(one["before"].get("description"), one["after"].get("description")) for one in result["differences"]]
    assert ("abc", "abcd") in descriptions
    assert ":abc@" not in json.dumps([result, there.warnings, there.invocation]) and "abc" in visma(there)["URL"]


@over_rest
def test_a_document_that_has_the_password_as_a_name_is_not_returned(way: Way) -> None:
    there = installation(way)
    visma(there)["URL"] = "https://sync:Norway@erp.example.com/Connector.svc"
    result = there.run("environment_info")
    assert result["msg"].startswith("The result would contain the password in a URL of a connector or of a configuration. ")
    assert result["msg"].endswith("So nothing is returned. Give that URL another password.")
    # A text with an address is no URL.
    visma(there)["URL"] = world.VISMA_URL
    there.connection(NORWAY)["DisplayDescription"] = "see http://me:Example-9@host"
    described = {one.get("name"): one.get("description") for one in there.export()["connections"]}
    assert described[NORWAY] == "see http://me:Example-9@host"


@over_rest
def test_what_is_no_password_is_left_alone(way: Way) -> None:
    there = installation(way)
    for url in ("https://erp.example.com/a@b", "https://sync@erp.example.com/C.svc", "https://erp.example.com:8443/a:b@c"):
        visma(there)["URL"] = url
        facts = there.run("info", gather=["connectors"])
        assert url in [one["url"] for one in facts["connectors"]]
        assert url in [one["url"] for one in there.export()["connectors"]]
        result = there.converge(connectors(f"{url}x", test=False))
        assert result["differences"][0]["after"]["url"] == f"{url}x"
