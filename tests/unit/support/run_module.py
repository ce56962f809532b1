# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a module's main inside the test process, through AnsibleModule, the way Ansible hands parameters over."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible.module_utils import basic
from ansible.module_utils.common import warnings as ansible_warnings

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core before 2.19
    patch_module_args = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("erpsync_*.py"))


@contextlib.contextmanager
def _arguments(arguments: dict[str, Any]) -> Iterator[None]:
    if patch_module_args is not None:
        with patch_module_args(arguments):
            yield
        return
    before = basic._ANSIBLE_ARGS
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    try:
        yield
    finally:
        basic._ANSIBLE_ARGS = before


# What each module needs besides the connection options to get as far as using them.
LEAST: dict[str, dict[str, Any]] = {
    "erpsync_connection": {"name": "Visma Norway"},
    "erpsync_connector": {"name": "Visma"},
    "erpsync_environment": {"document": {"engine": {"state": "running"}}},
    "erpsync_field_mapping": {"connection": "Visma Norway", "erp": "Customer"},
    "erpsync_list_mapping": {"connection": "Visma Norway", "list": "TermList"},
    "erpsync_priority": {"order": ["Visma Norway"]},
    "erpsync_resync": {"confirm": True},
}


def run_module(name: str, arguments: dict[str, Any], *, check: bool = False, diff: bool = False) -> dict[str, Any]:
    """The result that a module prints. Fails where it prints something else, or ends in an exception."""
    module = importlib.import_module(f"ansible_collections.superoffice.erpsync.plugins.modules.{name}")
    printed = io.StringIO()
    # A module is a process of its own for Ansible, which collects warnings for as long as it lives.
    ansible_warnings._global_warnings.clear()
    internal = {
        "_ansible_check_mode": check,
        "_ansible_diff": diff,
        "_ansible_remote_tmp": "/nonexistent",
        "_ansible_keep_remote_files": False,
    }
    status: object = None
    with _arguments({**arguments, **internal}), contextlib.redirect_stdout(printed):
        try:
            module.main()
        except SystemExit as ended:
            status = ended.code
        else:
            raise AssertionError(f"{name} returned without a result")
    result: dict[str, Any] = json.loads(printed.getvalue())
    assert bool(status) is bool(result.get("failed")), result
    if result.get("failed"):
        assert "Traceback" not in json.dumps(result), result
        assert "mistake of its own" not in result["msg"], result
    return result
