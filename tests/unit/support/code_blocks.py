# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code blocks of all pages, and which test runs or compares each that no reader follows, or why none can."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

_GUIDES = "docs/docsite/rst"
PATTERNS = ("*.md", f"{_GUIDES}/*.rst", "docs/site/**/*.rst", "roles/*/README.md", "examples/**/*.md", "extensions/**/*.md")
_FENCE = re.compile(r"^( *)```(\w*)$")
_DIRECTIVE = re.compile(r"^( *)\.\. code-block:: (\S+)$")
_LITERAL = re.compile(r"^( *)(?!\.\. ).*::$")


@dataclass(frozen=True)
class Block:
    """A code block: the page, below the collection; its language; its options such as ``{"caption": "site.yml"}``; its text."""

    page: str
    language: str
    options: dict[str, str]
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart: its page and its first line."""
        return self.page, self.text.partition("\n")[0]


def pages() -> list[Path]:
    """All pages of this copy of the collection."""
    return sorted({path for pattern in PATTERNS for path in COLLECTION.glob(pattern)})


def blocks(path: Path) -> list[Block]:
    """The code blocks of a page, also those within lists."""
    page, text = path.relative_to(COLLECTION).as_posix(), path.read_text(encoding="utf-8")
    found = _fenced(text) if path.suffix == ".md" else _directives(text)
    return [Block(page, language, options, textwrap.dedent("\n".join(lines)).strip("\n") + "\n") for language, options, lines in found]


_Raw = tuple[str, dict[str, str], list[str]]


def _fenced(text: str) -> Iterator[_Raw]:
    lines = iter(text.splitlines())
    for line in lines:
        begun = _FENCE.match(line)
        if begun:
            inside: list[str] = []
            for inner in lines:
                if inner == f"{begun[1]}```":
                    break
                inside.append(inner)
            yield begun[2], {}, inside


def _directives(text: str) -> Iterator[_Raw]:
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        begun = _DIRECTIVE.match(line) or _LITERAL.match(line)
        if not begun:
            continue
        options: dict[str, str] = {}
        inside: list[str] = []
        for inner in lines[number:]:
            if inner and not inner.startswith(f"{begun[1]} "):
                break
            option = re.fullmatch(r" +:([\w-]+): *(.*)", inner)
            if option and not any(inside):
                options[option[1]] = option[2]
            else:
                inside.append(inner)
        yield begun[2] if begun.re is _DIRECTIVE else "", options, inside


def is_followed(block: Block) -> bool:
    """Whether a reader of test_guides.py writes, enters or compares such a block."""
    kinds = {"stand-in", "passwords", "errors", "output", "tree"}
    return "caption" in block.options or block.language == "console" or block.options.get("class") in kinds


def _of(page: str, told: dict[str, str]) -> dict[tuple[str, str], str]:
    return {(page, first): where for first, where in told.items()}


_ENTERED = "test_code_blocks.py::test_commands_name_what_there_is"
_PLAYED = "test_code_blocks.py::test_plays_of_readmes"
_EVENTS = "events/test_guide.py::test_the_guide_tells_what_it_promises"
_RULEBOOKS = "events/test_guide.py::test_the_other_rulebooks_and_variables_of_the_guide_can_be_used"
_SIGN_IN = "test_sign_in.py::test_the_commands_of_the_guide"
_STAND_IN = "test_code_blocks.py::test_the_control_interface_of_the_guide"
_IMAGES = "test_environments.py::test_from_an_archive"
_PLAYBOOK = "ansible-playbook superoffice.erpsync"

# By page and first line. A test that runs a block, or compares what it says, is named by its file below tests/unit.
RUN_BY: dict[tuple[str, str], str] = {
    **_of(
        "README.md",
        {
            "make demo     # a story in 60 lines: what was clicked, by whom, and the way back": "test_demo.py::test_the_story",
            "pip install ansible-core requests jmespath": "test_readme.py::test_commands_that_are_not_run_are_there",
            "module_defaults:": _PLAYED,
        },
    ),
    **_of(
        "CONTRIBUTING.md",
        {
            "make setup      # once; .build/venv, and .build/collections, where the working tree has the collection's name": _ENTERED,
            ". .build/venv/bin/activate": _ENTERED,
        },
    ),
    **_of(f"{_GUIDES}/document.rst", {"engine:": "test_site.py::test_example_of_the_document_has_each_key_and_is_right"}),
    **_of(f"{_GUIDES}/guide_clicking_to_code.rst", {"erp-sync-drift:": "test_code_blocks.py::test_a_pipeline_runs_what_the_guide_has_run"}),
    **_of(
        f"{_GUIDES}/guide_controller.rst",
        {"3 installations: 2 differ, 1 as declared.": "test_demo.py::test_the_story"},
    ),
    **_of(
        f"{_GUIDES}/guide_events.rst",
        {
            "superoffice:": _EVENTS,
            "- name: Tell what happens": _EVENTS,
            "SUPEROFFICE_PASSWORD=... ansible-rulebook -r tell.yml -i inventory": _EVENTS,
            "crm-oslo: It is watched from now on: the sync engine runs every 15 minutes; 3 of 5 connections are active; its checks find 2 "
            "things.": _EVENTS,
            'crm-oslo: The sync engine was stopped. The server says: "Stopped". Last changed on 2026-11-20 at 14:02 UTC by KNO.': _EVENTS,
            "- name: Tell what happens, and lose nothing": _RULEBOOKS,
            "erpsync_installations:": _RULEBOOKS,
            "ansible-rulebook -r superoffice.erpsync.engine_stopped -i inventory -e variables.yml": (
                "events/test_rulebooks.py::test_a_rulebook_does_what_it_says"
            ),
        },
    ),
    **_of(
        f"{_GUIDES}/guide_health.rst",
        {
            f"*/5 * * * * {_PLAYBOOK}.health -i inventory -e erpsync_prometheus_path=/var/lib/node_exporter/erpsync.prom": _ENTERED,
        },
    ),
    **_of(
        f"{_GUIDES}/guide_many_installations.rst",
        {
            "# yaml-language-server: $schema=https://raw.githubusercontent.com/superoffice-erpsync/superoffice.erpsync/main/docs/schema/"
            "variables.json": "test_code_blocks.py::test_exported_files_name_the_schema_of_the_guide",
        },
    ),
    **_of(f"{_GUIDES}/guide_online.rst", {f"$ {_PLAYBOOK}.sign_in -i inventory -e erpsync_hosts=fjord-foods --ask-vault-pass": _ENTERED}),
    **_of(
        f"{_GUIDES}/guide_sign_in.rst",
        {
            "superoffice:": _SIGN_IN,
            'vault_erpsync_client_secret: "..."': _SIGN_IN,
            f"$ {_PLAYBOOK}.sign_in -i inventory -e erpsync_hosts=crm-oslo --vault-password-file vault-password": _SIGN_IN,
            "To sign in to Cust12345, open this address in a browser on this machine:": (
                "test_sign_in.py::test_by_a_client_with_secrets_nowhere_and_then_a_converge"
            ),
            f"$ {_PLAYBOOK}.sign_in -e erpsync_tenant=Cust12345 -e erpsync_client_id=1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d "
            "--vault-password-file vault-password": _SIGN_IN,
            f"$ {_PLAYBOOK}.sign_in -i inventory -e erpsync_hosts=crm-oslo -e erpsync_sign_in_paste=true --vault-password-file "
            "vault-password": _SIGN_IN,
        },
    ),
    **_of(
        f"{_GUIDES}/guide_stand_in.rst",
        {
            "$ make mock PORT=8088": _ENTERED,
            "To use it, paste this into another terminal:": "../mock_server/tests/test_hint.py::test_the_guide_shows_what_is_printed",
            "$ curl http://127.0.0.1:8088/_mock/world": _STAND_IN,
            "$ curl -X PATCH http://127.0.0.1:8088/_mock/settings \\": _STAND_IN,
            "curl http://127.0.0.1:8088/_mock/click \\": _STAND_IN,
            """$ python tests/mock_server --port 8088 --settings '{"soap_services": ["75"], "wrap_exceptions": false}'""": _STAND_IN,
            "$ make mock PORT=8088 ARGS=--online": _ENTERED,
            "$ curl http://127.0.0.1:8088/_mock/faults \\": _STAND_IN,
        },
    ),
    **_of(
        f"{_GUIDES}/guide_troubleshooting.rst",
        {
            '"failure": {': "test_site.py::test_a_playbook_acts_on_the_kind_of_a_failure",
            "- name: Synchronise, unless the server is away for a while": "test_site.py::test_a_playbook_acts_on_the_kind_of_a_failure",
        },
    ),
    **_of(
        "docs/site/rst/index.rst",
        {
            "$ pip install ansible-core requests jmespath": "test_code_blocks.py::test_pages_install_alike",
            "$ export SUPEROFFICE_URL=https://crm.example.com/SuperOffice": "test_site.py::test_the_first_playbook_of_the_start_page",
            "- name: Run the ERP synchronisation every ten minutes": "test_site.py::test_the_first_playbook_of_the_start_page",
            "$ ansible-playbook engine.yml --check --diff": "test_site.py::test_the_first_playbook_of_the_start_page",
            "localhost                  : ok=1    changed=0": "test_site.py::test_the_first_playbook_of_the_start_page",
        },
    ),
    **_of("roles/environment/README.md", {"- name: Bring the installations into their declared state": _PLAYED}),
    **_of("roles/export/README.md", {"- name: Write the installations' environments into host_vars": _PLAYED}),
    **_of(
        "roles/maintenance/README.md",
        {
            "- name: Upgrade the ERP connector": _PLAYED,
            f"$ {_PLAYBOOK}.maintenance -i inventory -e maintenance_tasks_file=upgrade_connector.yml": _ENTERED,
        },
    ),
    **_of("roles/sync/README.md", {"- name: Synchronise now": _PLAYED, "Records: 1 added, 3 updated, 1 deleted.": _PLAYED}),
    **_of(
        "examples/environments/README.md",
        {"additional_build_files:": _IMAGES, "collections:": _IMAGES},
    ),
    **_of(
        "examples/inventory/README.md",
        {
            f"$ {_PLAYBOOK}.converge -i inventory --check --diff": "test_demo.py::test_the_story",
            "$ ansible superoffice -i inventory -m superoffice.erpsync.erpsync_info -a gather=engine": _ENTERED,
            "$ export SUPEROFFICE_PASSWORD=...": _ENTERED,
            "$ ansible-vault create inventory/group_vars/superoffice/vault.yml": _ENTERED,
        },
    ),
}  # fmt: skip

NOT_RUN: dict[tuple[str, str], str] = {
    ("CONTRIBUTING.md", "antsibull-changelog release --reload-plugins --refresh-fragments --update-existing --date DATE"): (
        "It writes the changelog of a release; lint-docs holds the fragments, and make release-check the changelog."
    ),
    (f"{_GUIDES}/guide_events.rst", "apt-get install openjdk-17-jre-headless"): (
        "It installs from indexes, as root. make eda installs the same, and runs the rulebooks with it."
    ),
    (f"{_GUIDES}/guide_stand_in.rst", "$ pip install starlette uvicorn"): (
        "It installs from an index. test_hint.py starts the program."
    ),
    ("examples/environments/README.md", "pip install ansible-builder"): (
        "It builds images, which needs podman and registries. test_environments.py builds their contexts with ansible-builder."
    ),
    ("examples/environments/README.md", "ansible-galaxy collection build --output-path examples/environments"): (
        "It builds the archive; make build and make release-check do."
    ),
}

NOT_FOLLOWED = RUN_BY | NOT_RUN
