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
    """An AnsibleModule that keeps the task's secret trees out of what it shows, also where the parameters do not fit the argument spec."""

    def __init__(self, task: Task) -> None:
        self._task = task
        # What the run makes of the credentials, such as a header's encoding of them.
        self.credentials: t.Collection[str] = ()
        super().__init__(supports_check_mode=True, **task.spec.merge(connection_spec()).as_kwargs())  # type: ignore[no-untyped-call]

    def exit_json(self, **kwargs: t.Any) -> t.NoReturn:
        self._hide_secrets()
        super().exit_json(**kwargs)

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        self._hide_secrets()
        super().fail_json(msg, **kwargs)

    def _hide_secrets(self) -> None:
        """Take out of the parameters, which Ansible shows, what it would not find itself, and have it mask the other secrets only."""
        _clear_addresses(self.params)
        self.no_log_values.update(self.credentials)
        if not self._task.secret_trees:
            return
        secrets = [name for name, option in self.argument_spec.items() if option.get("no_log") and name not in self._task.secret_trees]
        self.no_log_values = {str(self.params[name]) for name in secrets if self.params.get(name)} | set(self.credentials)
        for name in self._task.secret_trees:
            if self.params.get(name):
                self.params[name] = HIDDEN


def run_module(task: Task) -> None:
    """Read the parameters, carry the task out, and report; ends the process."""
    module = _Module(task)
    run = Run(module.params, check_mode=module.check_mode, diff_mode=module._diff)
    result = perform(task, run)
    module.credentials = run.credentials
    for text in run.warnings:
        module.warn(text)
    if not result.get("failed"):
        module.exit_json(**result)
    if "missing_library" in result:
        result["msg"] = missing_required_lib(result.pop("missing_library"))
    module.fail_json(**result)


def _clear_addresses(params: dict[str, t.Any]) -> None:
    """A password in an address is refused, but Ansible shows the parameters of failed tasks as well."""
    for option in ("url", "proxy"):
        if isinstance(params.get(option), str):
            params[option] = without_userinfo(params[option])
