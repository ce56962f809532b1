# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folders of module_utils are layers: a file imports from its own folder and from those below it, and nothing runs in circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

MODULE_UTILS = Path(__file__).resolve().parents[3] / "plugins" / "module_utils"
BELOW = {
    "_wire": set(),
    "_model": {"_wire"},
    "_plan": {"_model", "_wire"},
    "_client": {"_wire"},
    "_agent": {"_client", "_wire"},
    "_run": {"_agent", "_client", "_wire"},
    "_read": {"_agent", "_client", "_model", "_wire"},
    "_apply": {"_read", "_run", "_plan", "_agent", "_client", "_model", "_wire"},
    "_tasks": {"_apply", "_read", "_run", "_plan", "_agent", "_client", "_model", "_wire"},
}
FILES = {
    path.relative_to(MODULE_UTILS).with_suffix("").as_posix(): path
    for path in MODULE_UTILS.rglob("*.py")
    if path.name != "__init__.py"
}


@cache
def _imports(name: str) -> frozenset[str]:
    """The files that a file imports, wherever in it, and for types alone as well."""
    return frozenset(_imported(name))


def _imported(name: str) -> Iterator[str]:
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = [*name.split("/")[: -node.level], *(node.module.split(".") if node.module else ())]
            for alias in node.names:
                inner = "/".join([*folder, alias.name])
                yield inner if inner in FILES else "/".join(folder)


def test_every_file_stands_in_a_layer() -> None:
    assert {name.split("/")[0] for name in FILES} == set(BELOW)


@pytest.mark.parametrize("folder", BELOW)
def test_a_layer_imports_only_what_is_below_it(folder: str) -> None:
    upwards = [
        f"{name} imports {other}"
        for name in FILES
        for other in _imports(name)
        if name.startswith(f"{folder}/") and other.split("/")[0] not in {folder, *BELOW[folder]}
    ]
    assert not upwards


def test_nothing_imports_in_circles() -> None:
    try:
        TopologicalSorter({name: _imports(name) for name in FILES}).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))
