# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release-check` finds what the changelog lacks; what it does with the archive it does to be seen."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

TOOLS = COLLECTION / "tools"
pytestmark = pytest.mark.skipif(not TOOLS.is_dir(), reason="the tools are not part of this copy of the collection")

FRAGMENT = {"release_summary": "All is new.", "minor_changes": ["a thing - is there."], "add object.playbook": [{"name": "converge"}]}
RELEASE = {"changes": {"release_summary": "All is new.", "minor_changes": ["a thing - is there."]}, "fragments": ["one.yml"]}


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("release_check")


def _project(root: Path, releases: dict[str, Any], fragments: dict[str, Any], text: str) -> Path:
    (root / "changelogs" / "fragments").mkdir(parents=True)
    (root / "galaxy.yml").write_text("version: 1.0.0\n", encoding="utf-8")
    (root / "changelogs" / "changelog.yaml").write_text(yaml.safe_dump({"releases": releases}), encoding="utf-8")
    for name, fragment in fragments.items():
        (root / "changelogs" / "fragments" / name).write_text(yaml.safe_dump(fragment), encoding="utf-8")
    (root / "CHANGELOG.rst").write_text(text, encoding="utf-8")
    return root


WHOLE = "Topics\n\nv1.0.0\n======\n"


@pytest.mark.parametrize(
    ("releases", "fragments", "text", "problems"),
    [
        ({"1.0.0": RELEASE}, {"one.yml": FRAGMENT}, WHOLE, []),
        # Fragments need not stay.
        ({"1.0.0": RELEASE}, {}, WHOLE, []),
        ({"0.1.0": RELEASE}, {"one.yml": FRAGMENT}, WHOLE, ["changelogs/changelog.yaml has no release 1.0.0"]),
        (
            {"1.0.0": RELEASE},
            {"one.yml": FRAGMENT | {"minor_changes": ["a thing - is there.", "another - is, too."]}, "two.yml": {"bugfixes": ["mended"]}},
            "Topics\n\nv1.0.0-rc1\n",
            [
                "no release has this of one.yml: another - is, too.",
                "no release has this of two.yml: mended",
                "CHANGELOG.rst does not tell of 1.0.0",
            ],
        ),
        (
            {"1.0.0": RELEASE},
            {"one.yml": FRAGMENT | {"release_summary": "Nothing is new."}},
            WHOLE,
            ["no release has this of one.yml: Nothing is new."],
        ),
    ],
)
def test_what_the_changelog_lacks(
    tool: Any, tmp_path: Path, releases: dict[str, Any], fragments: dict[str, Any], text: str, problems: list[str]
) -> None:
    assert tool.changelog_problems(_project(tmp_path, releases, fragments, text)) == problems
