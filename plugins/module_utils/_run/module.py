# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The ordinary shell: runs a task as an Ansible module.

It overrides two methods of AnsibleModule that are not public, ``_load_params`` and
``_log_invocation``, and reads ``_diff``: AnsibleModule would show and log the parameters before
their secrets are known.
"""

from __future__ import annotations

import contextlib
import gc
import json
import sys
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._client.errors import BadInput
from .._wire import address
from .masking import Masking
from .options import connection_spec, without_blanks
from .run import Run, Task, failed, perform
from .shell import masking_of, refused_where_masked, shown_parameters
from .unusable import refuse_unusable


class _Module(AnsibleModule):
    """An AnsibleModule that hides the task's secret trees, even in invalid parameters."""

    def __init__(self, task: Task) -> None:
        self._task = task
        # The run's credentials in all forms, and the secrets in configurations.
        self.credentials: t.Collection[str] = ()
        # The secrets of the parameters, once they are read.
        self._secrets: set[str] | None = None
        self._is_ready = False
        self._spec = task.spec.merge(connection_spec())
        super().__init__(supports_check_mode=True, **self._spec.as_kwargs())  # type: ignore[no-untyped-call]
        self._is_ready = True
        shown = self.masking().value(shown_parameters(task, self.params))
        self.log(f"Invoked with {' '.join(f'{name}={value}' for name, value in shown.items())}", log_args=shown)

    def _load_params(self) -> None:
        """Read the parameters. A blank connection option counts as not given."""
        super()._load_params()  # type: ignore[no-untyped-call]
        try:
            refuse_unusable(without_blanks(self.params), self._spec)
        except BadInput as error:
            # fail_json does not work yet. Ansible itself prints JSON where it cannot read the
            # parameters.
            sys.stdout.write(f"\n{json.dumps(failed(error))}\n")
            raise SystemExit(1) from None
        self.params = without_blanks(self.params)

    def _log_invocation(self) -> None:
        """Do not log the parameters with their secrets."""

    def log(self, msg: str, log_args: t.Mapping[str, t.Any] | None = None) -> None:
        """Write to the system's log, once the module has started.

        Before, Ansible would log all parameters.
        """
        if self._is_ready:
            # A path may not be UTF-8.
            shown = {name: _as_utf8(str(value)) for name, value in (log_args or {}).items()}
            super().log(_as_utf8(msg), log_args=shown)  # type: ignore[no-untyped-call]

    def exit_json(self, **kwargs: t.Any) -> t.NoReturn:
        super().exit_json(**self._without_secrets(kwargs))

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        super().fail_json(**self._without_secrets({"msg": msg, **kwargs}))

    def fail_with_frames(self, **result: t.Any) -> t.NoReturn:
        """Fail with ``exception``, which ``fail_json`` of ansible-core 2.19 and newer drops."""
        try:
            super().exit_json(**self._without_secrets(result))
        except SystemExit:
            raise SystemExit(1) from None

    def masking(self) -> Masking:
        """The masking of the secrets of the parameters and of the run."""
        if self._secrets is None:
            self._secrets = {*self.no_log_values, *address.secrets_among(self.params)}
        return masking_of({*self._secrets, *self.credentials})

    def warn_masked(self, texts: t.Iterable[str]) -> None:
        """Add warnings with masked secrets; newer releases of ansible-core do not mask warnings."""
        for text in self._without_secrets({"warnings": list(texts)})["warnings"]:
            self.warn(text)

    def _without_secrets(self, result: dict[str, t.Any]) -> dict[str, t.Any]:
        """The masked result. Masks the parameters, too, which Ansible adds to it."""
        masking = self.masking()
        # Ansible masks them once more, and short ones would be masked in every word.
        self.no_log_values = set(masking.texts)
        self.params = masking.value(shown_parameters(self._task, self.params))
        return masking.result(result, self._task.data)


def _as_utf8(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def run_module(task: Task) -> None:
    """Read the parameters, run the task and report. Ends the process."""
    try:
        _run(task)
    finally:
        # This process is ours and ends here. Python's last garbage collection would take a tenth of
        # a short module's time.
        gc.freeze()


def _run(task: Task) -> None:
    module = _Module(task)

    def tell(text: str) -> None:
        # After an interruption the output may be closed.
        with contextlib.suppress(Exception):
            module.credentials = run.credentials
            sys.stderr.write(f"{module.masking().value(text)}\n")
            sys.stderr.flush()

    run = Run(module.params, check_mode=module.check_mode, diff_mode=module._diff, tell=tell)
    result = perform(task, run)
    module.credentials = run.credentials
    result = refused_where_masked(task, module.params, result, module.masking(), run.secrets)
    module.warn_masked(run.warnings)
    if not result.get("failed"):
        module.exit_json(**result)
    if "missing_library" in result:
        result["msg"] = missing_required_lib(result.pop("missing_library"))
    elif "exception" in result:
        module.fail_with_frames(**result)
    module.fail_json(**result)
