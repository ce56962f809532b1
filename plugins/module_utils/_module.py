# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The shell around a task that Ansible starts as a module."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import remove_values

from ._options import connection_spec
from ._run import Run, Task, perform
from ._shell import clear_addresses, masked_values, shown_parameters


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

    def warn_masked(self, texts: t.Iterable[str]) -> None:
        """Warn, with the secrets masked: newer releases of ansible-core mask them in results, but not in warnings."""
        self._hide_secrets()
        for text in texts:
            self.warn(remove_values(text, self.no_log_values))

    def _hide_secrets(self) -> None:
        """Take out of the parameters, which Ansible shows, what it would not find itself, and have it mask the other secrets only."""
        clear_addresses(self.params)
        self.no_log_values = masked_values(self._task, self.argument_spec, self.params, self.no_log_values) | set(self.credentials)
        self.params.update(shown_parameters(self._task, self.params))


def run_module(task: Task) -> None:
    """Read the parameters, carry the task out, and report; ends the process."""
    module = _Module(task)
    run = Run(module.params, check_mode=module.check_mode, diff_mode=module._diff)
    result = perform(task, run)
    module.credentials = run.credentials
    module.warn_masked(run.warnings)
    if not result.get("failed"):
        module.exit_json(**result)
    if "missing_library" in result:
        result["msg"] = missing_required_lib(result.pop("missing_library"))
    module.fail_json(**result)
