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


@pytest.mark.parametrize("document", [[], "text", None, {"connections": ["A"]}, {"connections": [{"url": "A"}]}, {"connections": [DOCUMENT]}])
def test_what_is_no_document(document: Any) -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        environment_files.environment_files(document)
    assert str(refused.value) == "environment_files needs the document that erpsync_environment_info returns."
    assert environment_files.environment_files({"connections": None}) == []


def test_a_connection_whose_name_cannot_stand_in_a_document() -> None:
    """It has its id there, and the others have their files all the same."""
    secrets = [{"variable": "vault_id_1_p", "connection": "id 1", "key": "P"}, *SECRETS]
    by_id = {"id": 1, "config": {"P": "{{ vault_id_1_p }}"}}
    files = environment_files.environment_files({"connections": [by_id, *DOCUMENT["connections"]]}, secrets)
    assert [file["path"] for file in files] == ["connections/id_1.yml", "connections/a.yml"]
    assert 'id: 1\n' in files[0]["content"] and 'P: "{{ vault_id_1_p }}"' in files[0]["content"]


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
