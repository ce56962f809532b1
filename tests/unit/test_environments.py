# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of execution and decision environments: ansible-builder makes a context of each, and knows what the image gets."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, COLLECTIONS_PATH, environment

ENVIRONMENTS = COLLECTION / "examples" / "environments"
KINDS = ("execution", "decision")


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    if not ENVIRONMENTS.is_dir():
        pytest.skip("the examples are not part of this copy of the collection")
    if shutil.which("ansible-builder", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("ansible-builder is not there")
    return Path(shutil.copytree(ENVIRONMENTS, tmp_path / "environments"))


def build(home: Path, *arguments: str) -> str:
    command = [str(Path(sys.executable).parent / "ansible-builder"), *arguments]
    done = subprocess.run(command, cwd=home, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def create(examples: Path, kind: str) -> tuple[Path, str]:
    """The files of the context that go into the image, and the definition of the image."""
    context = examples / f"{kind}-context"
    build(examples, "create", "-f", f"{kind}-environment.yml", "-c", context.name, "--output-filename", "Containerfile")
    return context / "_build", (context / "Containerfile").read_text(encoding="utf-8")


def requirements(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_contexts(examples: Path) -> None:
    of_collection = requirements(COLLECTION / "requirements.txt")
    added = {"execution": [], "decision": ["ansible-rulebook>=1.2"]}
    collections = {"execution": ["superoffice.erpsync"], "decision": ["superoffice.erpsync", "ansible.eda"]}
    for kind in KINDS:
        files, image = create(examples, kind)
        assert sorted(requirements(files / "requirements.txt")) == sorted([*of_collection, *added[kind]])
        assert [one["name"] for one in yaml.safe_load((files / "requirements.yml").read_text("utf-8"))["collections"]] == collections[kind]
        assert ("ENV JAVA_HOME=/usr/lib/jvm/jre-17-openjdk\n" in image) is (kind == "decision")
        assert ("java-17-openjdk-headless [platform:rpm]" in requirements(files / "bindep.txt")) is (kind == "decision")
    # ansible-core brings cryptography in a version of its own.
    assert [re.sub(r"[\d.]+$", "N", one) for one in of_collection if one.startswith("cryptography")] == ["cryptography>=N"]


def test_what_ansible_builder_finds_in_the_collection(examples: Path) -> None:
    """Also without the requirements of the definition: the image gets what the collection needs."""
    found = yaml.safe_load(build(examples, "introspect", str(COLLECTIONS_PATH)))
    named = [one.partition("  #") for one in found["python"]]
    assert [one for one, _sign, whose in named if whose.endswith("superoffice.erpsync")] == requirements(COLLECTION / "requirements.txt")


def test_from_an_archive(examples: Path) -> None:
    """As the README says it."""
    blocks: list[Any] = [
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", (examples / "README.md").read_text("utf-8"), re.DOTALL)
    ]
    added, collections = blocks
    (named,) = collections["collections"]
    assert named == {"name": "configs/superoffice-erpsync-VERSION.tar.gz", "type": "file"}
    named["name"] = named["name"].replace("VERSION", "7.8.9")
    (examples / "superoffice-erpsync-7.8.9.tar.gz").write_bytes(b"archive")
    for kind in KINDS:
        definition = yaml.safe_load((examples / f"{kind}-environment.yml").read_text("utf-8"))
        (examples / f"{kind}-environment.yml").write_text(yaml.safe_dump({**definition, **added}), encoding="utf-8")
        (examples / definition["dependencies"]["galaxy"]).write_text(yaml.safe_dump(collections), encoding="utf-8")
        files, image = create(examples, kind)
        assert (files / named["name"]).read_bytes() == b"archive"
        # Where the collections are installed, the name leads to the file.
        install = image[image.index(" AS galaxy\n") : image.index("ansible-galaxy collection install")]
        assert "COPY _build /build\nWORKDIR /build\n" in install and install.count("WORKDIR") == 1
