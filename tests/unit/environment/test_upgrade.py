# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What 0.1.0 wrote and read converges as it did: documents, files, variables of a vault, an inventory (tests/unit/upgrade/README.md)."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, run_ansible
from pytest_stand_in import StandIn

from .installation import Installation, Json

WRITTEN = COLLECTION / "tests" / "unit" / "upgrade" / "0.1.0"
HOSTS = ("usual", "twins")
RENAMED = {
    "Visma Norway": "Visma-Norway!",
    'US:"Visma Sweden";NO:"Visma Sverige"': "Visma Norway",
    "SAP Germany": "Ångström & Söner 2024",
    'US:"SAP Austria";GE:"SAP Österreich"': '日本 "Ltd"',
}
# Those that had to be renamed: two were told apart by a number, and one had lost its letters.
NEW_NAMES = {
    "vault_erpsync_visma_norway_password": "vault_erpsync_visma_norway_password_0145a209",
    "vault_erpsync_visma_norway_password_2": "vault_erpsync_visma_norway_password_7903e717",
    "vault_erpsync_ngstr_m_s_ner_2024_password": "vault_erpsync_angstrom_soner_2024_password",
}
CHOSEN = {"vault_visma_password": "chosen-Hemmelig", "vault_sap_password": "chosen-Geheim"}


class Unsafe(str):
    """A text that no template is looked for in."""


class Loader(yaml.SafeLoader):
    """Reads files of variables."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(node.value))


def twins(state: Json) -> Json:
    """The state of the second installation."""
    for row in state["connections"]:
        row["DisplayName"] = RENAMED.get(row["DisplayName"], row["DisplayName"])
        if row["DisplayName"] == "Visma-Norway!":
            row["ConfigFields"]["Ledger"] = "{{ ledger }}"
            row["DisplayDescription"] = "{{ 1 + 1 }}: no"
    return state


def _there(host: str) -> Installation:
    there = Installation()
    if host == "twins":
        there.put(twins(there.state()))
    return there


def _returned(host: str) -> Json:
    returned: Json = json.loads((WRITTEN / f"{host}.json").read_text(encoding="utf-8"))
    return returned


def _stored(there: Installation, secrets: list[Json]) -> dict[str, str]:
    """A vault with what the installation keeps, by the variables that 0.1.0 chose."""

    def password(name: str, key: str) -> str:
        [row] = [one for one in there.state()["connections"] if one["DisplayName"] == name or f'"{name}"' in one["DisplayName"]]
        return str(row["ConfigFields"][key])

    return {secret["variable"]: password(secret["connection"], secret["key"]) for secret in secrets}


def _resolved(value: Any, variables: Mapping[str, str]) -> Any:
    """A value with the variables in their places; what is no template, or one of others, stays."""
    if isinstance(value, dict):
        return {key: _resolved(each, variables) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, variables) for each in value]
    template = None if isinstance(value, Unsafe) or not isinstance(value, str) else re.fullmatch(r"\{\{ (\w+) }}", value)
    return variables.get(template[1], value) if template else value


def _document(*folders: Path, **variables: str) -> tuple[Json, Any]:
    """The document that the role makes of these folders, of which a later one wins, and what to prune."""
    read: Json = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.yml")):
            read |= yaml.load(path.read_text(encoding="utf-8"), Loader)
    connections = [read[name] for name in sorted(read) if name.startswith("erpsync_environment_connection_")]
    document = _resolved({**read["erpsync_environment"], **({"connections": connections} if connections else {})}, variables)
    return document, read.get("erpsync_prune", [])


def _changes_nothing(there: Installation, document: Json, **options: Any) -> None:
    there.forget()
    before = there.site.state.dump()
    result = there.converge(document, **options)
    assert (result["changed"], result["changes"], there.writes) == (False, [], [])
    assert there.site.state.dump() == before


@pytest.mark.parametrize("host", HOSTS)
def test_a_document_converges_without_a_change(host: str) -> None:
    """Whether its secrets are still variables, as it was returned, or stand in it."""
    there = _there(host)
    document = _returned(host)["document"]
    _changes_nothing(there, document)
    unresolved = [text for text in there.warnings if "template that was never resolved" in text]
    assert unresolved
    filled = _resolved(document, _stored(there, _returned(host)["secrets"]))
    _changes_nothing(there, filled)
    # Only the text that looks like a template and is none is left.
    assert [("Ledger" in text) for text in there.warnings if "template that was never resolved" in text] == [True] * (host == "twins")


@pytest.mark.parametrize("host", HOSTS)
def test_files_converge_with_the_vault_that_they_had(host: str) -> None:
    there = _there(host)
    example = yaml.safe_load((WRITTEN / host / "vault.yml.example").read_text(encoding="utf-8"))
    vault = _stored(there, _returned(host)["secrets"])
    assert sorted(vault) == sorted(example)
    document, prune = _document(WRITTEN / host, **vault)
    assert prune == []
    _changes_nothing(there, document)


@pytest.mark.parametrize("host", HOSTS)
def test_a_variable_keeps_its_name_unless_that_was_ambiguous(host: str) -> None:
    def names(secrets: list[Json]) -> dict[tuple[str, str], str]:
        return {(secret["connection"], secret["key"]): secret["variable"] for secret in secrets}

    then = names(_returned(host)["secrets"])
    now = names(_there(host).run("environment_info")["secrets"])
    assert len(then) == 4
    expected = {place: NEW_NAMES.get(name, name) if host == "twins" else name for place, name in then.items()}
    assert now == expected


@pytest.mark.parametrize(("host", "seed", "company"), [("crm-oslo", "default", "1001"), ("crm-hamburg", "empty", "1002")])
def test_the_inventory_makes_of_an_installation_what_it_made(host: str, seed: str, company: str) -> None:
    there = Installation(seed)
    groups = [WRITTEN / "inventory" / "group_vars" / group for group in ("superoffice", "trading")]
    document, prune = _document(*groups, visma_company=company, **CHOSEN)
    assert prune == ["mappings"]
    assert there.converge(document, prune=prune)["changed"]
    _changes_nothing(there, document, prune=prune)
    secrets = [
        {"variable": f"vault_erpsync_{name.lower().replace(' ', '_')}_password", "connection": name, "key": "Password"}
        for name in ("Visma Norway", "SAP Germany", *(("Visma Sweden", "SAP Austria") if seed == "default" else ()))
    ]
    was, _prune = _document(WRITTEN / "converged" / host, **_stored(there, secrets))
    assert len(was["connections"]) == len(secrets)
    _changes_nothing(there, was, prune=["connectors", "connections", "mappings"])


def test_playbooks_take_files_and_variables(stand_in: StandIn, tmp_path: Path) -> None:
    """Files beside the inventory, the connection as the example inventory had it, and the application token by its old name."""
    stand_in.put_state(twins(stand_in.state()))
    before = stand_in.state()
    shutil.copytree(WRITTEN / "twins", tmp_path / "inventory" / "host_vars" / "twins")
    connection = WRITTEN / "inventory" / "group_vars" / "superoffice" / "connection.yml"
    (tmp_path / "inventory" / "group_vars").mkdir()
    shutil.copy(connection, tmp_path / "inventory" / "group_vars" / "superoffice.yml")
    rows = {row["DisplayName"]: row["ConfigFields"] for row in before["connections"]}
    vault = {secret["variable"]: rows[secret["connection"]][secret["key"]] for secret in _returned("twins")["secrets"]}
    (tmp_path / "inventory" / "host_vars" / "twins" / "vault.yml").write_text(yaml.safe_dump(vault), encoding="utf-8")
    host = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_app_token": "application"}
    hosts = {"superoffice": {"hosts": {"twins": {**host, "vault_superoffice_password": stand_in.password}}}}
    (tmp_path / "inventory" / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")

    playbooks = [f"superoffice.erpsync.{name}" for name in ("converge", "drift")]
    done = run_ansible("playbook", *playbooks, "--inventory", "inventory", home=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^twins +: ok=\d+ +changed=0 +unreachable=0 +failed=0", done.stdout, re.MULTILINE), done.stdout
    assert done.stdout.count("1 installation: 1 as declared.") == 2
    assert stand_in.writes() == []
    assert stand_in.state() == before
