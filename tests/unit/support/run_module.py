# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a module inside the test process, the way Ansible hands parameters over: through AnsibleModule, or as an action plugin."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn
from unittest import mock

from ansible import constants
from ansible.module_utils import basic
from ansible.module_utils.common import warnings as ansible_warnings
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _in_process
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._shared_memory import SharedMemory
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core before 2.19
    patch_module_args = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[3]
ON_THE_CONTROLLER = {"erpsync_sign_in"}
"""Modules that are an action plugin and nothing else, and take some connection options only. test_sign_in.py has them."""
MODULES = sorted({path.stem for path in (ROOT / "plugins" / "modules").glob("erpsync_*.py")} - ON_THE_CONTROLLER)


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


@contextlib.contextmanager
def _away_from_the_controller() -> Iterator[None]:
    """From ansible-core 2.19 on, a module's warnings go straight to the screen in a process that has imported the controller's code."""
    try:
        from ansible.module_utils import _internal
    except ImportError:
        _internal = None  # type: ignore[assignment]
    if not hasattr(_internal, "is_controller"):
        yield
        return
    with mock.patch.object(_internal, "is_controller", False):
        yield


def run_module(
    name: str,
    arguments: dict[str, Any],
    *,
    shell: str = MODULE,
    check: bool = False,
    diff: bool = False,
    may_be_mistaken: bool = False,
) -> dict[str, Any]:
    """The result of a module. Fails where there is another end than a result.

    :param may_be_mistaken: whether a mistake of our own is a result, too.
    """
    result: dict[str, Any]
    if shell == IN_PROCESS:
        result = json.loads(json.dumps(run_action(name, arguments, check=check, diff=diff)))
    else:
        result = _printed(name, arguments, check, diff)
    if result.get("failed"):
        assert "Traceback" not in json.dumps(result), result
        assert may_be_mistaken or "mistake of its own" not in result["msg"], result
    return result


# Each run empties it: that of the collection has nine megabytes, which takes as long as a task.
_SHARED = SharedMemory(slots=64)


def run_action(
    name: str, arguments: dict[str, Any], *, check: bool = False, diff: bool = False, environment: dict[str, str] | None = None
) -> dict[str, Any]:
    """What the action plugin returns for a task with a local connection. Each one is a run of its own, in which nobody has signed in."""
    _in_process.SHARED = _SHARED
    _SHARED.clear()
    _in_process.PACE.clear()
    task: Any = SimpleNamespace(
        action=f"superoffice.erpsync.{name}",
        resolved_action=f"superoffice.erpsync.{name}",
        args=arguments,
        async_val=0,
        become=False,
        check_mode=check,
        diff=diff,
        delegate_to=None,
        environment=[environment] if environment else None,
    )
    connection: Any = SimpleNamespace(transport="local", become=None, _shell=SimpleNamespace(tmpdir=None, env_prefix=lambda **_unused: ""))
    nothing: Any = SimpleNamespace()
    loader = DataLoader()
    plugin = importlib.import_module(f"ansible_collections.superoffice.erpsync.plugins.action.{name}").ActionModule
    action = plugin(task, connection, nothing, loader, Templar(loader=loader), None)
    action._execute_module = _handed_over
    result: dict[str, Any] = action.run(task_vars={"ansible_python_interpreter": sys.executable, "ansible_inject_invocation": True})
    return result


def _handed_over(**_unused: Any) -> NoReturn:
    raise AssertionError("the task was handed over to the ordinary module")


def _printed(name: str, arguments: dict[str, Any], check: bool, diff: bool) -> dict[str, Any]:
    """What a module prints."""
    module = importlib.import_module(f"ansible_collections.superoffice.erpsync.plugins.modules.{name}")
    printed = io.StringIO()
    # A module is a process of its own for Ansible, which collects warnings for as long as it lives.
    ansible_warnings._global_warnings.clear()
    ansible_warnings._global_deprecations.clear()
    internal = {
        "_ansible_check_mode": check,
        "_ansible_diff": diff,
        "_ansible_module_name": f"superoffice.erpsync.{name}",
        "_ansible_remote_tmp": "/nonexistent",
        "_ansible_keep_remote_files": False,
    }
    # From ansible-core 2.21 on a module returns its parameters only where the controller's setting asks for them.
    if constants.config.get_configuration_definition("INJECT_INVOCATION"):
        internal["_ansible_inject_invocation"] = True
    status: object = None
    # It ends the process, as it believes, and leaves its garbage to it.
    with (
        _arguments({**arguments, **internal}),
        _away_from_the_controller(),
        contextlib.redirect_stdout(printed),
        mock.patch.object(gc, "freeze") as freeze,
    ):
        try:
            module.main()
        except SystemExit as ended:
            status = ended.code
        else:
            raise AssertionError(f"{name} returned without a result")
    freeze.assert_called_once_with()
    result: dict[str, Any] = json.loads(printed.getvalue())
    assert bool(status) is bool(result.get("failed")), result
    # From ansible-core 2.22 on a module tells the controller what to mask. The controller takes it out of the result.
    result.pop("_ansible_new_secrets", None)
    # From ansible-core 2.19 on these are as the controller reads them; here they are as it registers them.
    if "warnings" in result:
        result["warnings"] = [said if isinstance(said, str) else said["event"]["msg"] for said in result["warnings"]]
    if "deprecations" in result:
        result["deprecations"] = [_registered_deprecation(said) for said in result["deprecations"]]
    return result


def _registered_deprecation(said: dict[str, Any]) -> dict[str, Any]:
    if "event" not in said:
        return said
    return {"msg": said["event"]["msg"], "version": said["version"], "collection_name": said["deprecator"]["resolved_name"]}
