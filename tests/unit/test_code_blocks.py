# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever README and guides show as code is run by a test, compared by one, or says why it cannot be; and commands name what there is."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._environment_files import MODELINE
from ansible_collections.superoffice.erpsync.tests.unit.support.code_blocks import (
    NOT_FOLLOWED,
    NOT_RUN,
    RUN_BY,
    Block,
    blocks,
    is_followed,
    pages,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, fact_cache, run_ansible
from pytest_stand_in import StandIn

UNIT = COLLECTION / "tests" / "unit"
GUIDES = COLLECTION / "docs" / "docsite" / "rst"
_WHOLE = GUIDES.is_dir() and (COLLECTION / "Makefile").is_file()
pytestmark = pytest.mark.skipif(not _WHOLE, reason="the guides are not part of this copy of the collection")

# The sections of README whose commands test_readme.py enters.
ENTERED = ("A first playbook", "A whole environment", "Options in short")
CONNECTION = {f"erpsync_{name}" for option in CONNECTION_OPTIONS for name in (option.name, *option.aliases)}


def everywhere() -> list[Block]:
    return [block for page in pages() for block in blocks(page)]


def _followed_guides() -> set[str]:
    return set(re.findall(r'\.follow\("(guide_\w+)"\)', (UNIT / "test_guides.py").read_text(encoding="utf-8")))


def _is_run(block: Block, followed: set[str]) -> bool:
    """Whether the test of its page carries such a block out, without knowing this one."""
    page = Path(block.page)
    if block.page == "README.md":
        before = (COLLECTION / page).read_text(encoding="utf-8").partition(block.text)[0]
        section = re.findall(r"^#+ (.*)$", re.sub(r"```.*?\n```", "", before, flags=re.DOTALL), re.MULTILINE)[-1]
        return section in ENTERED if block.language == "sh" else re.match(r"# \S+\.yml\n", block.text) is not None
    # Generated, of what the pages of playbooks say of variables and commands.
    if page.stem == "playbooks" or page.stem.startswith("playbook_"):
        return block.language == "console"
    return page.stem in followed and is_followed(block)


def test_each_block_is_run_or_says_why() -> None:
    """A new block needs a reader, a test, or a reason in support/code_blocks.py."""
    found, followed = everywhere(), _followed_guides()
    assert len(found) > 250 and len(followed) > 12
    nobody = [block.key for block in found if not _is_run(block, followed) and block.key not in NOT_FOLLOWED]
    assert nobody == []


def test_what_is_said_of_blocks_is_so() -> None:
    """Each entry has a block that nobody follows, and each test is there."""
    keys = {block.key for block in everywhere() if not _is_run(block, _followed_guides())}
    assert set(NOT_FOLLOWED) == keys and not set(RUN_BY) & set(NOT_RUN)
    for where in set(RUN_BY.values()):
        file, _colons, test = where.partition("::")
        tree = ast.parse((UNIT / file).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, where


# Commands


def _commands() -> Iterator[tuple[str, str]]:
    """What can be entered, and the page: lines of blocks, and sentences' words in the type of code."""
    for path in pages():
        page = path.relative_to(COLLECTION).as_posix()
        for block in blocks(path):
            for line in block.text.replace("\\\n", " ").splitlines():
                yield page, line.removeprefix("$ ").partition("  #")[0]
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for words in re.findall(r"``([^`]+)``" if path.suffix == ".rst" else r"`([^`]+)`", text):
            yield page, " ".join(words.split())


def test_commands_name_what_there_is() -> None:
    """Targets, playbooks and their variables, modules, and what ansible-doc shows."""
    targets = set(re.findall(r"^([\w-]+):", (COLLECTION / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    seen: dict[str, set[str]] = {"make": set(), "playbook": set(), "variable": set(), "module": set(), "doc": set()}
    for page, command in _commands():
        made = re.match(r"(?:\S+=\S+ )*make ((?:[a-z-]+ ?)+)", command)
        if made and page != "CHANGELOG.rst":
            seen["make"] |= set(made[1].split())
            assert set(made[1].split()) <= targets, (page, command)
        for playbook, rest in re.findall(r"ansible-playbook superoffice\.erpsync\.(\w+)(.*)", command):
            assert (COLLECTION / "playbooks" / f"{playbook}.yml").is_file(), (page, command)
            seen["playbook"].add(playbook)
            variables = set(re.findall(r"-e (\w+)=", rest))
            assert variables <= _variables(playbook), (page, command)
            seen["variable"] |= variables
        for module in re.findall(r"-m superoffice\.erpsync\.(\w+)", command):
            assert (COLLECTION / "plugins" / "modules" / f"{module}.py").is_file(), (page, command)
            seen["module"].add(module)
        for kind, name in re.findall(r"ansible-doc (?:-t (\w+) )?superoffice\.erpsync\.(\w+)", command):
            folder = {"role": "roles", "": "plugins/modules"}.get(kind, f"plugins/{kind}")
            assert (COLLECTION / folder / (name if kind == "role" else f"{name}.py")).exists(), (page, command)
            seen["doc"].add(f"{kind} {name}")
    least = {"make": 15, "playbook": 9, "variable": 15, "module": 1, "doc": 4}
    assert all(len(seen[name]) >= number for name, number in least.items()), seen


def _variables(playbook: str) -> set[str]:
    """The variables that a playbook takes, and those of its role."""
    page = (GUIDES / f"playbook_{playbook}.rst").read_text(encoding="utf-8")
    specs = [
        (COLLECTION / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
        for role in re.findall(r":ansplugin:`superoffice\.erpsync\.(\w+)#role`", page)
    ]
    return CONNECTION | set(re.findall(r"\w+", page)) | set(re.findall(r"^ {6}(\w+):", "\n".join(specs), re.MULTILINE))


# Single blocks


def _texts(page: str, begin: str) -> list[str]:
    found = [block.text for block in blocks(COLLECTION / page) if block.text.startswith(begin)]
    assert found
    return found


def test_plays_of_readmes(stand_in: StandIn, tmp_path: Path) -> None:
    """Those of the roles, that of the guide to connections, and README's module_defaults, in one run, one after the other."""
    host = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_password": stand_in.password}
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    # Each file that is written is the start of a module.
    chosen = {"vault_visma_password": "another-one", "export_connections": ["Visma Norway"]}
    hosts = {"superoffice": {"hosts": {"crm-oslo": host}, "vars": {**common, **chosen}}}
    (tmp_path / "hosts.yml").write_text(json.dumps(hosts), encoding="utf-8")
    (tmp_path / "tasks").mkdir()
    for name in ("upgrade_connector", "install_connector"):
        (tmp_path / "tasks" / f"{name}.yml").write_text(f"- ansible.builtin.debug: {{msg: done {name}}}\n", encoding="utf-8")
    plays: list[dict[str, Any]] = []
    for role in ("environment", "export", "maintenance", "sync"):
        for text in _texts(f"roles/{role}/README.md", "- name:"):
            plays += yaml.safe_load(text)
    plays += yaml.safe_load(_texts("docs/docsite/rst/guide_connection.rst", "- name:")[0])
    [defaults] = _texts("README.md", "module_defaults:")
    written = defaults.replace("https://crm.example.com/SuperOffice", stand_in.url).replace("erp-admin", stand_in.username)
    asked = {"superoffice.erpsync.erpsync_info": {"gather": "priority"}}
    vault = {"vault_superoffice_password": stand_in.password}
    plays.append({"hosts": "localhost", "gather_facts": False, "vars": vault, **yaml.safe_load(written), "tasks": [asked]})
    (tmp_path / "playbook.yml").write_text(json.dumps(plays), encoding="utf-8")

    done = run_ansible("playbook", "playbook.yml", "-i", "hosts.yml", home=tmp_path, **fact_cache(tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(plays) == 7 and '"msg": "done upgrade_connector"' in done.stdout and '"msg": "done install_connector"' in done.stdout
    assert stand_in.writes() == ["SaveConnection", *["ChangeEngineStatus"] * 4, "SyncAll"]
    assert (tmp_path / "host_vars" / "crm-oslo" / "connections" / "visma_norway.yml").is_file()
    [table] = _texts("roles/sync/README.md", "Records:")
    assert all(json.dumps(line) in done.stdout for line in table.splitlines() if line)


def test_the_control_interface_of_the_guide(stand_in: StandIn) -> None:
    """Each curl of the guide, and the settings with which it starts a stand-in."""
    entered = [
        shlex.split(line.removeprefix("$ "))
        for block in blocks(GUIDES / "guide_stand_in.rst")
        for line in re.sub(r"\n +", " ", block.text.replace("\\\n", " ")).splitlines()
        if line.removeprefix("$ ").startswith(("curl", "python tests/mock_server "))
    ]
    answers = []
    for program, *words in entered:
        if program == "python":
            assert words[:3] == ["tests/mock_server", "--port", "8088"] and words[3] == "--settings"
            answers.append(stand_in.control("PATCH", "settings", json.loads(words[4])))
            continue
        verb = words[1] if words[0] == "-X" else None
        address, *body = words[2:] if verb else words
        path = address.removeprefix("http://127.0.0.1:8088/_mock/")
        assert path != address and body[:1] in ([], ["-d"])
        answers.append(stand_in.control(verb or ("POST" if body else "GET"), path, json.loads(body[1]) if body else None))
    assert len(answers) == 7 and not [answer for answer in answers if "problem" in answer]
    named = [row for row in stand_in.state()["fields"] if (row["ErpConnectionId"], row["ErpFieldKey"]) == (1, "NAME")]
    assert named and not any(row["SyncToErp"] for row in named)
    settings = stand_in.control("GET", "settings")
    assert "GetAllConnectors" in json.dumps(settings) and len(stand_in.control("GET", "faults")) == 2


def test_a_pipeline_runs_what_the_guide_has_run() -> None:
    page = f"{GUIDES.relative_to(COLLECTION)}/guide_clicking_to_code.rst"
    [pipeline] = _texts(page, "erp-sync-drift:")
    [command] = yaml.safe_load(pipeline)["erp-sync-drift"]["script"]
    assert f"$ {command}\n" in [block.text for block in blocks(COLLECTION / page) if block.language == "console"]


def test_exported_files_name_the_schema_of_the_guide() -> None:
    page = f"{GUIDES.relative_to(COLLECTION)}/guide_many_installations.rst"
    assert _texts(page, "# yaml-language-server:") == [f"{MODELINE}\n"]


def test_pages_install_alike() -> None:
    [page] = _texts("docs/site/rst/index.rst", "$ pip install")
    assert page.replace("$ ", "") == _texts("README.md", "pip install")[0]
