# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of roles and playbooks: what they hand on, that Ansible does not template it, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.superoffice.erpsync.plugins.filter import environment_files, fleet_summary

DOCUMENT = {"connections": [{"name": "A", "config": {"P": "{{ vault_a_p }}"}}]}
SECRETS = [{"variable": "vault_a_p", "connection": "A", "key": "P"}]


def test_files_of_an_environment() -> None:
    assert environment_files.FilterModule().filters() == {"environment_files": environment_files.environment_files}
    [file] = environment_files.environment_files(DOCUMENT, SECRETS)
    assert file["path"] == "connections/a.yml" and 'P: "{{ vault_a_p }}"' in file["content"]
    assert type(file["path"]).__name__ != "str" or not hasattr(file["content"], "_ansible_tags")
    # Names of all connections keep the names of the files.
    [told_apart] = environment_files.environment_files(DOCUMENT, (), ["a", "A"])
    assert told_apart["path"] == "connections/a_559aead0.yml"
    assert "!unsafe" in told_apart["content"]


SCHEMA = "# yaml-language-server: $schema=https://raw.githubusercontent.com/superoffice-erpsync/superoffice.erpsync/main/docs/schema/variables.json"
INSTALLATION = f"""\
{SCHEMA}
---
# Exported by superoffice.erpsync.export; the connections are beside it.
erpsync_environment:
  engine:
    state: running
    interval: "00:15:00"
  connectors:
    - name: Visma
      url: "{{{{ vault_u }}}}"
  priority: [A, 7]
"""
VAULT = """\
---
# Exported by superoffice.erpsync.export.
# The variables that the files beside this one use, because SuperOffice does not return these values.
# Copy it to vault.yml, fill it in, and encrypt it: ansible-vault encrypt vault.yml

# "P" of the connection "A"
vault_a_p: ""

# "url" of the connector "Visma"
vault_u: ""
"""
WITH_SECRETS = f"""\
{SCHEMA}
---
# Exported by superoffice.erpsync.export.
# Secrets that it needs, from a vault: vault_a_p
erpsync_environment_connection_a:
  name: A
  config:
    P: "{{{{ vault_a_p }}}}"
    "N": "0123"
    E: 'a "b" c'
"""
WITHOUT_NAME = f"""\
{SCHEMA}
---
# Exported by superoffice.erpsync.export.
erpsync_environment_connection_id_7:
  id: 7
  active: true
  config: {{}}
"""
WITH_FIELDS = f"""\
{SCHEMA}
---
# Exported by superoffice.erpsync.export.
erpsync_environment_connection_angstrom_soner:
  name: "Ångström: Söner"
  actors:
    - erp: Customer
      fields:
        - {{erp: EMAIL, default: {{value: "yes"}}}}
      order: [B, A]
"""


def test_all_files_of_an_installation() -> None:
    field = {"erp": "EMAIL", "default": {"value": "yes"}}
    connections = [
        {"name": "A", "config": {"P": "{{ vault_a_p }}", "N": "0123", "E": 'a "b" c'}},
        {"id": 7, "active": True, "config": {}},
        {"name": "Ångström: Söner", "actors": [{"erp": "Customer", "fields": [field], "order": ["B", "A"]}]},
    ]
    whole = {"engine": {"state": "running", "interval": "00:15:00"}, "connectors": [{"name": "Visma", "url": "{{ vault_u }}"}]}
    secrets = [{"variable": "vault_u", "connector": "Visma", "key": "url"}, *SECRETS]
    document = {**whole, "connections": connections, "priority": ["A", 7]}
    found = environment_files.environment_files(document, secrets, ["A", "Z"])
    assert {file["path"]: file["content"] for file in found} == {
        "installation.yml": INSTALLATION,
        "vault.yml.example": VAULT,
        "connections/a.yml": WITH_SECRETS,
        "connections/id_7.yml": WITHOUT_NAME,
        "connections/angstrom_soner.yml": WITH_FIELDS,
    }
    for name, word in (("x" * 60, "x" * 60), ("x" * 61, "x" * 60), ("x" * 59 + "_y", "x" * 59), ("!", "unnamed")):
        [file] = environment_files.environment_files({"connections": [{"name": name}]})
        assert file["path"] == f"connections/{word}.yml"
    for priority, remark in (([0, "A"], True), (["A", 7], False)):
        [file] = environment_files.environment_files({"priority": priority})
        assert ("\n# In the priority, 0 is SuperOffice itself.\n" in file["content"]) is remark
    # A limited document has no file of the installation; one part of it is enough for the file, and without secrets none is asked for.
    limited = environment_files.environment_files({"connections": connections[1:2]}, secrets)
    assert [file["path"] for file in limited] == ["connections/id_7.yml"]
    parts: list[dict[str, Any]] = [{"engine": {"state": "running"}}, {"priority": []}]
    for part in parts:
        assert [file["path"] for file in environment_files.environment_files(part)] == ["installation.yml"]


NO_CONNECTIONS: list[Any] = ["A", {"active": True}, DOCUMENT]


@pytest.mark.parametrize("document", [[], "text", None, *({"connections": [one]} for one in NO_CONNECTIONS)])
def test_what_is_no_document(document: Any) -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        environment_files.environment_files(document)
    assert str(refused.value) == "environment_files needs the document that erpsync_environment_info returns."
    assert environment_files.environment_files({"connections": None}) == []


def test_a_document_with_masks() -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        environment_files.environment_files({"connections": [{"name": "********"}]})
    assert str(refused.value).startswith("environment_files: connections[0].name ")


def test_summaries_of_fleets() -> None:
    assert fleet_summary.FilterModule().filters() == {"fleet_summary": fleet_summary.fleet_summary}
    hosts: dict[str, Any] = {"a": {"sync_result": {"succeeded": True, "msg": "{{ x }}"}}, "b": {}}
    found = fleet_summary.fleet_summary(iter(hosts), hosts, "sync")
    assert found["totals"]["installations"] == 2 and len(found["lines"]) == 5
    found = fleet_summary.fleet_summary(hosts, hosts, "sync", 1)
    assert [line.split()[0] for line in found["lines"][3:]] == ["b"]
    with pytest.raises(AnsibleFilterError) as refused:
        fleet_summary.fleet_summary(hosts, hosts, "export")
    assert str(refused.value) == "fleet_summary knows the playbooks drift, report, health, converge, sync, not export."
