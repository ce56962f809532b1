# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The second shell: runs a task inside Ansible's own process.

That saves the start of a module, about 0.2 s. A task runs here only where the ordinary module would
run on this machine, as this user, with this interpreter. Otherwise the ordinary module is started.

Ansible loads an action plugin once and forks a process for each task. So the plugin imports all
that a task needs, but for SOAP, and reads the certificates of the usual authorities. Its import
does nothing else: the process belongs to Ansible. The shared memory and the pace are made here,
because the forked processes share it.

It uses parts of Ansible that are not public: ``_compute_environment_string`` of ActionBase, and
``_no_log_values``, ``_warnings`` and ``_deprecations`` of ValidationResult, as they are in
ansible-core 2.16 to 2.22.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import sys
import typing as t
import warnings
from collections.abc import Mapping

from ansible import constants
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.connections import REQUESTS_IMPORT_ERROR, read_authorities
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import connection_spec, is_blank, without_blanks
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.query import JMESPATH_IMPORT_ERROR
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Run, Task, failed, perform
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.shell import (
    masked,
    masking_of,
    refused_where_masked,
    shown_parameters,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.spec import ArgumentSpec
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.unusable import refuse_unusable
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import address
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.wording import shown
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._pace import SharedPace
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._shared_memory import SharedMemory
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._variables import SWITCH, with_variables

COLLECTION = "superoffice.erpsync"
# Environment variables that an interpreter, or the loader of its libraries, reads when it starts.
_READ_AT_START = ("PYTHON", "LD_", "DYLD_")
# Shared by the processes of all tasks.
SHARED = SharedMemory()
PACE = SharedPace()

read_authorities()
display = Display()


class InProcess(ActionBase):
    """The base class of all action plugins; a subclass names its task."""

    task: Task
    _supports_async = True
    # Built once for all tasks.
    _spec: ArgumentSpec
    _validator: ArgumentSpecValidator

    def __init_subclass__(cls) -> None:
        if "task" in vars(cls):
            cls._spec = cls.task.spec.merge(connection_spec())
            cls._validator = ArgumentSpecValidator(**cls._spec.as_kwargs())

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The result of the task, from here or from the ordinary module."""
        variables = task_vars or {}
        result: dict[str, t.Any] = super().run(tmp, variables)
        name = self.task.name
        arguments = with_variables(self._task.args, variables, self._templar.template)
        reason = self._why_not_here(variables)
        if reason:
            display.vvv(f"{COLLECTION}.{name} runs as an ordinary module: {reason}", host=self._host(variables))
            result.update(
                self._execute_module(
                    module_name=f"{COLLECTION}.{name}",
                    module_args=arguments,
                    task_vars=self._with_interpreter(variables),
                    wrap_async=self._task.async_val,
                )
            )
            return result
        display.vvv(f"{COLLECTION}.{name} runs in the controller's process", host=self._host(variables))
        try:
            with surroundings(self._task_environment(), self._loader.get_basedir()):
                result.update(self._carry_out(self.task, arguments))
        except BadInput as error:
            result.update(failed(error))
        if not _shows_invocation(variables):
            result.pop("invocation", None)
        return result

    def _host(self, variables: t.Mapping[str, t.Any]) -> str | None:
        return variables.get("inventory_hostname")

    def _why_not_here(self, variables: t.Mapping[str, t.Any]) -> str | None:
        """Why the task needs the ordinary module. None where it does not."""
        if sys.platform == "darwin":
            # A forked process crashes when it asks macOS for its proxies (cpython 75999).
            return "a copy of a process must not ask macOS for its proxies"
        switch = self._templated(variables.get(SWITCH))
        if not is_blank(switch) and not boolean(switch, strict=False):
            return f"{SWITCH} is false"
        if self._connection.transport != "local":
            return f"the connection is {self._connection.transport}"
        if self._task.async_val:
            return "it is asynchronous"
        if getattr(self._connection, "become", None) is not None or self._task.become:
            return "it becomes another user"
        interpreter = self._interpreter(variables)
        if not _is_this_interpreter(interpreter):
            return f"the interpreter is {interpreter or 'to be discovered'}, not {sys.executable}"
        if any(name.startswith(_READ_AT_START) for name in self._task_environment()):
            return "its environment changes how Python starts"
        if REQUESTS_IMPORT_ERROR is not None or JMESPATH_IMPORT_ERROR is not None:
            return "a Python library is missing here"
        return None

    def _interpreter(self, variables: t.Mapping[str, t.Any]) -> str:
        """The interpreter of the ordinary module. Empty where Ansible has to discover it first."""
        seen = variables
        if self._task.delegate_to:
            seen = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to) or {}
        configured, origin = constants.config.get_config_value_and_origin("INTERPRETER_PYTHON", variables=dict(seen))
        if origin == "default" and self._is_ready_here():
            return sys.executable
        configured = self._templated(configured)
        if configured and not str(configured).startswith("auto"):
            return str(configured)
        facts: t.Mapping[str, t.Any] = seen.get("ansible_facts") or {}
        return str(facts.get("discovered_interpreter_python") or "")

    def _is_ready_here(self) -> bool:
        """Whether the interpreter that runs Ansible can run the module for this task."""
        becomes = getattr(self._connection, "become", None) is not None or self._task.become
        return self._connection.transport == "local" and not becomes and REQUESTS_IMPORT_ERROR is None and JMESPATH_IMPORT_ERROR is None

    def _with_interpreter(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """The variables for the ordinary module, with the interpreter that both shells use."""
        chosen = {"ansible_python_interpreter": self._interpreter(variables)}
        if chosen["ansible_python_interpreter"] != sys.executable:
            return variables
        host = self._task.delegate_to
        if not host:
            return {**variables, **chosen}
        delegated = variables.get("ansible_delegated_vars", {})
        return {**variables, "ansible_delegated_vars": {**delegated, host: {**(delegated.get(host) or {}), **chosen}}}

    def _templated(self, value: t.Any) -> t.Any:
        # Without the test Ansible would search its settings.
        return self._templar.template(value) if isinstance(value, str) else value

    def _task_environment(self) -> dict[str, str]:
        found: dict[str, t.Any] = {}
        self._compute_environment_string(found)  # type: ignore[no-untyped-call]
        return {str(name): str(value) for name, value in found.items()}

    def _carry_out(self, task: Task, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        refuse_unusable(without_blanks(arguments), self._spec)
        params = without_blanks({name: plain(value) for name, value in arguments.items()})
        checked = self._validator.validate(params)
        params.update(checked.validated_parameters)
        secrets = {*checked._no_log_values, *address.secrets_among(params)}
        remarks = _remarks(checked)
        if checked.error_messages:
            message = checked.errors.msg
            if isinstance(checked.errors[0], UnsupportedError):
                message = f"Unsupported parameters for ({COLLECTION}.{task.name}) module: {message}"
            shown = {"module_args": shown_parameters(task, params)}
            return masked({"failed": True, "msg": message, **remarks, "invocation": shown}, secrets)

        def tell(text: str) -> None:
            # After an interruption the output may be closed.
            with contextlib.suppress(Exception):
                display.warning(masked(text, secrets | set(run.credentials)))

        # This process outlives ansible-playbook where that is killed, or only that gets a signal.
        parent = os.getppid()
        run = Run(
            params,
            check_mode=self._task.check_mode,
            diff_mode=self._task.diff,
            shared=SHARED,
            pace=PACE,
            tell=tell,
            is_wanted=lambda: os.getppid() == parent,
        )
        result = perform(task, run)
        masking = masking_of(secrets | set(run.credentials))
        result = refused_where_masked(task, params, result, masking, run.secrets)
        if "missing_library" in result:
            result["msg"] = missing_required_lib(result.pop("missing_library"))
        if run.warnings:
            remarks["warnings"] = [*remarks.get("warnings", ()), *run.warnings]
        result.update(remarks)
        result["invocation"] = {"module_args": shown_parameters(task, params)}
        return masking.result(result, task.data)


def _remarks(checked: ValidationResult) -> dict[str, t.Any]:
    """Warnings and deprecations of the validation, as results have them."""
    found = {
        "warnings": [f"Both option {each['option']} and its alias {each['alias']} are set." for each in checked._warnings],
        "deprecations": [{name: value for name, value in each.items() if value is not None} for each in checked._deprecations],
    }
    return {name: said for name, said in found.items() if said}


def _shows_invocation(variables: t.Mapping[str, t.Any]) -> bool:
    """Whether results show the parameters. Newer releases of ansible-core have a setting for it."""
    setting = "INJECT_INVOCATION"
    return not constants.config.get_configuration_definition(setting) or bool(
        constants.config.get_config_value(setting, variables=dict(variables))
    )


def _is_this_interpreter(path: str) -> bool:
    """Whether a path is this interpreter.

    A link in another folder is not: its folder may be a virtual environment.
    """
    if path == sys.executable:
        return True
    folder, this_folder = (os.path.dirname(os.path.normpath(each)) for each in (path, sys.executable))
    return folder == this_folder and os.path.realpath(path) == os.path.realpath(sys.executable)


@contextlib.contextmanager
def surroundings(environment: t.Mapping[str, str], folder: str) -> t.Iterator[None]:
    """The environment and the folder in which Ansible would start the module, restored afterwards.

    Python's warnings are ignored, because Ansible does not show those of an ordinary module.

    :raises BadInput: where the folder cannot be entered.
    """
    before = {name: os.environ.get(name) for name in environment}
    folder_before = None
    with contextlib.suppress(OSError):
        folder_before = os.getcwd()
    os.environ.update(environment)
    try:
        try:
            os.chdir(folder)
        except OSError as error:
            raise BadInput(
                f"The folder {folder}, in which the task has to run, cannot be entered ({(error.strerror or '').lower()}). "
                "Start Ansible with a playbook, and in a folder, that its user may read."
            ) from None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if folder_before is not None:
            with contextlib.suppress(OSError):
                os.chdir(folder_before)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def plain(value: t.Any) -> t.Any:
    """A parameter as JSON would bring it to a module, without the tags of Ansible's types."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _key(key: t.Any) -> str:
    """A key of a dictionary as JSON writes it."""
    if isinstance(key, str):
        return str.__str__(key)
    try:
        return json.dumps(plain(key))
    except ValueError:
        # Python refuses to convert numbers of thousands of digits to text.
        return shown(key)
