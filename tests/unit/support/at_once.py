# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes how much of what tasks do may be under way at once, and does it one after the other."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils import _tasks
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.side_by_side import side_by_side


def noted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The calls of ``side_by_side`` from now on: the module's name, and how many pieces of work may be under way."""
    calls: list[tuple[str, int]] = []

    def noting(name: str) -> Callable[[Sequence[Callable[[], Any]], int], list[Any]]:
        def one_by_one(work: Sequence[Callable[[], Any]], at_once: int) -> list[Any]:
            calls.append((name, at_once))
            return side_by_side(work, 1)

        return one_by_one

    # A module that came later would keep what stands in its place here.
    for found in pkgutil.iter_modules(_tasks.__path__, f"{_tasks.__name__}."):
        importlib.import_module(found.name)
    for name, module in list(sys.modules.items()):
        own = name.startswith(_tasks.__name__.removesuffix("_tasks")) and not name.endswith(".side_by_side")
        if own and vars(module).get("side_by_side") is side_by_side:
            monkeypatch.setattr(module, "side_by_side", noting(name.rpartition(".")[2]))
    return calls
