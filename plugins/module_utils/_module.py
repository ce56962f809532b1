# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The shell around a task that Ansible starts as a module."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ._client.settings import without_userinfo
from ._options import connection_spec
from ._run import Run, Task, perform

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class _Module(AnsibleModule):
    """Also ends without a password in an address where the parameters do not even fit the argument spec."""

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        _clear_addresses(self.params)
        super().fail_json(msg, **kwargs)


def run_module(task: Task) -> None:
    """Read the parameters, carry the task out, and report; ends the process."""
    module = _Module(supports_check_mode=True, **task.spec.merge(connection_spec()).as_kwargs())  # type: ignore[no-untyped-call]
    _take_over_redaction(module, task)
    run = Run(module.params, check_mode=module.check_mode, diff_mode=module._diff)
    result = perform(task, run)
    _clear_addresses(module.params)
    module.no_log_values.update(run.credentials)
    for text in run.warnings:
        module.warn(text)
    result["invocation"] = {
        "module_args": {name: HIDDEN if name in task.secret_trees and value else value for name, value in module.params.items()}
    }
    if not result.get("failed"):
        module.exit_json(**result)
    if "missing_library" in result:
        result["msg"] = missing_required_lib(result.pop("missing_library"))
    module.fail_json(**result)


def _take_over_redaction(module: AnsibleModule, task: Task) -> None:
    """Leave to Ansible the masking of the options that are secrets as a whole."""
    if task.secret_trees:
        secrets = [name for name, option in module.argument_spec.items() if option.get("no_log") and name not in task.secret_trees]
        module.no_log_values = {str(module.params[name]) for name in secrets if module.params[name]}


def _clear_addresses(params: dict[str, t.Any]) -> None:
    """A password in an address is refused, but Ansible shows the parameters of failed tasks as well."""
    for option in ("url", "proxy"):
        if isinstance(params.get(option), str):
            params[option] = without_userinfo(params[option])
