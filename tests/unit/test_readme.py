# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""README, followed to the letter against a stand-in that has just been started; and what a stranger and a reviewer look for in it."""

from __future__ import annotations

import itertools
import re
import shlex
import xml.etree.ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.option_names import spellings
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, run_ansible
from pytest_stand_in import StandIn
from stand_in.hint import hint

README = COLLECTION / "README.md"
REPOSITORY = "https://github.com/superoffice-erpsync/superoffice.erpsync"
# Where its pages and pictures are read: Galaxy shows README elsewhere, so that links are whole.
PLACES = (f"{REPOSITORY}/blob/main/", "https://raw.githubusercontent.com/superoffice-erpsync/superoffice.erpsync/main/")
# Written with the release.
COMES_LATER = ("CHANGELOG.rst",)
HEADINGS = [
    "Description",
    "Requirements",
    "Installation",
    "Use Cases",
    "Testing",
    "Contributing",
    "Support",
    "Release Notes and Roadmap",
    "Related Information",
    "License Information",
]
FILES = ("engine.yml", "requirements.yml", "inventory/hosts.yml", "inventory/host_vars/crm-oslo/main.yml", "secrets.yml")
BY_NAME = {"ansible-playbook": "playbook", "ansible": "adhoc"}
# What is not carried out here: it needs the package index, or is this very test; its words are compared with what there is.
NOT_RUN = ("pip", "ansible-galaxy", "make")


class Block(NamedTuple):
    language: str
    text: str
    section: str


def blocks() -> Iterator[Block]:
    """The blocks of code, each with the heading above it."""
    section = ""
    lines = iter(README.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith("#"):
            section = line.lstrip("# ")
        elif line.startswith("```"):
            inside = list(itertools.takewhile(lambda inner: inner != "```", lines))
            yield Block(line[3:], "\n".join(inside) + "\n", section)


def write_files(home: Path) -> list[str]:
    """The files, named in the comment of their first line."""
    written = []
    for block in blocks():
        name = re.match(r"# (\S+\.yml)\n", block.text)
        if block.language == "yaml" and name:
            path = home / name[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            written.append(name[1])
    return written


def follow(section: str, stand_in: StandIn, home: Path) -> list[str]:
    """Enter the commands of a section, in the environment that `make mock` prints; the outputs.

    What a comment behind a command names as changed, or quotes, is in the output.
    """
    printed = hint({"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}, home / "none")
    environ = dict(shlex.split(line)[1].split("=", 1) for line in printed.splitlines() if line.startswith("    export"))
    outputs = []
    commands = [line for block in blocks() if block.language == "sh" and block.section == section for line in block.text.splitlines()]
    for line in commands:
        program, *arguments = shlex.split(line, comments=True)
        if program == "export":
            # README names the variables that are printed.
            assert arguments[0].partition("=")[0] in environ
            continue
        done = run_ansible(BY_NAME[program], *arguments, home=home, **environ)
        assert done.returncode == 0, line + done.stdout + done.stderr
        promised = re.findall(r"changed=\d+|\d+ (?:would change|changed|as declared)|\"\w+\": \"\S+\"", line.partition("  # ")[2])
        for words in promised:
            assert words in done.stdout, (line, done.stdout)
        outputs.append(done.stdout)
    return outputs


def test_the_first_playbook(stand_in: StandIn, tmp_path: Path) -> None:
    """On a stand-in as it starts, so that the first run really changes something."""
    assert write_files(tmp_path) == list(FILES[1:2] + FILES[:1] + FILES[2:])
    checked, done, again, access, inactive = follow("A first playbook", stand_in, tmp_path)
    assert "changed=1" in checked and "changed=1" in done and "changed=0" in again
    assert stand_in.writes() == ["ChangeEngineInterval"] and stand_in.state()["engine"]["IntervalSeconds"] == 600
    assert '"answers": true' in access and '"query_result"' in inactive and "SAP Austria" in inactive


@thorough_only
def test_a_whole_environment(stand_in: StandIn, tmp_path: Path) -> None:
    write_files(tmp_path)
    checked, done, compared, exported = follow("A whole environment", stand_in, tmp_path)
    assert checked and done and compared and exported
    assert stand_in.writes() == ["SaveConnection", "SaveDefaultValueInfo", "ValidateArchiveColumnConfig"]
    assert "another-one" not in checked + done + compared + exported
    assert (tmp_path / "exported/connections/sap_germany.yml").is_file()
    [asked] = follow("Options in short", stand_in, tmp_path)
    assert '"interval": "00:15:00"' in asked


def test_commands_that_are_not_run_are_there() -> None:
    entered = [line for block in blocks() if block.language == "sh" for line in block.text.splitlines()]
    programs = {shlex.split(line, comments=True)[0] for line in entered}
    assert programs == {*BY_NAME, *NOT_RUN, "export"}
    makefile = (COLLECTION / "Makefile").read_text(encoding="utf-8") if (COLLECTION / "Makefile").is_file() else None
    for line in entered:
        program, *arguments = shlex.split(line, comments=True)
        if program == "make" and makefile is not None:
            assert re.search(rf"^{arguments[0]}:", makefile, re.MULTILINE)
        if program == "pip":
            needed = re.findall(r"^([a-z]+)>=", (COLLECTION / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
            # ansible-core brings cryptography.
            assert set(arguments[1:]) == {"ansible-core", *needed} - {"cryptography"}
    [requirements] = [block for block in blocks() if block.text.startswith("# requirements.yml")]
    assert yaml.safe_load(requirements.text) == {"collections": [{"name": "superoffice.erpsync"}]}


def test_headings_that_certification_wants_are_there_in_order() -> None:
    text = README.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    assert "### Communication" in text and "### Code of Conduct" in text
    assert "**No real SuperOffice yet.**" in text and "[semantic versioning](https://semver.org/)" in " ".join(text.split())


def test_links_lead_to_what_there_is() -> None:
    for page in (README, *(COLLECTION / name for name in ("CODE_OF_CONDUCT.md", "MAINTAINERS.md", "SECURITY.md"))):
        targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        assert targets
        for target in targets:
            place = next((place for place in PLACES if target.startswith(place)), None)
            if place is not None:
                name = target.removeprefix(place)
                assert name in COMES_LATER or (COLLECTION / name).exists(), target
            elif page == README:
                assert target.startswith("https://"), f"{target}: Galaxy shows README elsewhere"
            elif "://" not in target:
                assert (COLLECTION / target).exists(), target


def test_contents_are_all_that_there_is() -> None:
    text = README.read_text(encoding="utf-8")

    def rows(head: str) -> list[str]:
        table = text.partition(f"| {head} | ")[2].partition("\n\n")[0]
        return re.findall(r"^\| \[?`(?:superoffice\.erpsync\.)?(\w+)`", table, re.MULTILINE)

    assert sorted(rows("module")) == sorted({path.stem for path in (COLLECTION / "plugins/modules").glob("erpsync_*.py")})
    assert sorted(rows("role")) == sorted(path.name for path in (COLLECTION / "roles").iterdir() if path.is_dir())
    assert sorted(rows("playbook")) == sorted(path.stem for path in (COLLECTION / "playbooks").glob("*.yml"))
    for kind in ("inventory", "callback"):
        for path in (COLLECTION / "plugins" / kind).glob("[a-z]*.py"):
            if kind == "inventory" or path.stem == "quiet":
                assert f"`superoffice.erpsync.{path.stem}`" in text
    options = text.partition("| option | |\n")[2].partition("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", "\n".join(row.split("|")[1] for row in options.splitlines())))
    assert named | {"login_url"} == {option.name for option in CONNECTION_OPTIONS}
    assert all(option in spellings(option) for option in named)


def test_all_guides_are_named() -> None:
    named = set(re.findall(r"docs/docsite/rst/(guide_\w+)\.rst", README.read_text(encoding="utf-8")))
    assert named == {path.stem for path in (COLLECTION / "docs/docsite/rst").glob("guide_*.rst")}


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_picture_can_be_read_by_day_and_by_night() -> None:
    """A contrast of 4.5 of every text with what is behind it; and no text but from its own file."""
    source = (COLLECTION / "docs/pictures/architecture.svg").read_text(encoding="utf-8")
    svg = xml.etree.ElementTree.fromstring(source)
    style = next(element.text or "" for element in svg if element.tag.endswith("style"))
    day, _media, night = style.partition("@media (prefers-color-scheme: dark)")
    assert night
    for rules in (day, night):
        fill = dict(re.findall(r"\.(\w+) \{ (?:stroke: #\w+; )?fill: (#[0-9a-f]{6})", rules))
        for text in ("head", "text", "label"):
            for behind in ("page",) if text == "label" else ("box", "ours"):
                light, dark = sorted((_luminance(fill[text]), _luminance(fill[behind])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, behind)
    assert not re.search(r"href|url\((?!#)|<script|<image", source)


def test_the_example_inventory_is_safe_to_copy() -> None:
    """Nothing in it removes, clears or stops anything, but as a comment."""
    files = list((COLLECTION / "examples/inventory").rglob("*.yml"))
    assert len(files) > 5
    for path in files:
        text = yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8")))
        assert not re.search(r"prune|purge|state: (?!running)|always", text), path
