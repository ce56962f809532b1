# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to the first playbook, followed to the letter: its files, its commands, and the output that it promises."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, run_ansible
from pytest_stand_in import StandIn

GUIDE = COLLECTION / "docs" / "docsite" / "rst" / "guide_first_playbook.rst"
_BLOCK = ".. code-block:: "


@dataclass(frozen=True)
class Block:
    """A code block: its language, its options such as ``{"caption": "site.yml"}``, and its text."""

    language: str
    options: dict[str, str]
    text: str


def _blocks(text: str) -> Iterator[Block]:
    lines = iter(text.splitlines())
    line = next(lines, None)
    while line is not None:
        if not line.startswith(_BLOCK):
            line = next(lines, None)
            continue
        language = line.removeprefix(_BLOCK)
        options: dict[str, str] = {}
        content: list[str] = []
        while (line := next(lines, None)) is not None and (not line or line.startswith("    ")):
            if not content and line.startswith("    :"):
                name, _colon, value = line.strip()[1:].partition(":")
                options[name] = value.strip()
            elif content or line:
                content.append(line[4:])
        yield Block(language, options, "\n".join(content).rstrip() + "\n")


@pytest.mark.skipif(not GUIDE.is_file(), reason="the guide is not part of this copy of the collection")
def test_first_playbook(stand_in: StandIn, tmp_path: Path) -> None:
    commands = promises = 0
    output = ""
    for block in _blocks(GUIDE.read_text(encoding="utf-8")):
        if "caption" in block.options:
            text = block.text.replace("https://crm.example.com/SuperOffice", stand_in.url).replace("erp-admin", stand_in.username)
            (tmp_path / block.options["caption"]).write_text(text, encoding="utf-8")
        elif block.language == "console":
            for command in block.text.splitlines():
                prompt, program, *arguments = shlex.split(command)
                assert (prompt, program) == ("$", "ansible-playbook")
                done = run_ansible("playbook", *arguments, home=tmp_path, SUPEROFFICE_PASSWORD=stand_in.password)
                output = done.stdout
                assert done.returncode == 0, output + done.stderr
                commands += 1
        elif block.options.get("class") == "output":
            for promised in block.text.splitlines():
                assert promised in output
                promises += 1
    assert commands >= 6 and promises >= 10
    assert stand_in.writes() == ["ChangeEngineInterval", "SyncAll", "ChangeEngineStatus", "ChangeEngineStatus"]
