# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signs a person in to SuperOffice Online from the controller, where the person sits."""

from __future__ import annotations

import os
import sys
import typing as t
from urllib.request import getproxies_environment

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors, settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.mistake import mistake
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import is_blank
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import failed
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.shell import masking_of
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.unusable import refuse_unusable
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._first_token import (
    HOST_OPTIONS,
    PERSON,
    SPEC,
    SYSTEM_USER,
    FirstToken,
    whole_seconds,
)
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._in_process import COLLECTION, plain, surroundings
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._variables import PREFIX, with_variables
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._vault_file import VaultFile

NAME = "erpsync_sign_in"
_VALIDATOR = ArgumentSpecValidator(**SPEC.as_kwargs())
_KEYS = ("private_key", "private_key_path")

display = Display()


class ActionModule(ActionBase):
    """Does all of it here. There is no ordinary module: the browser comes to this machine."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The result, without any token."""
        variables = task_vars or {}
        result: dict[str, t.Any] = super().run(tmp, variables)
        secrets: list[str] = []
        try:
            with surroundings(self._environment(), os.getcwd()):
                result.update(self._sign_in(variables, secrets))
        except errors.MissingLibrary as error:
            result.update(failed(error))
            result["msg"] = missing_required_lib(error.library)
        except errors.ErpSyncError as error:
            result.update(failed(error))
        except Exception as error:
            result.update(failed(mistake(NAME, error, in_doubt=False)))
        return masking_of(secrets).value(result)

    def _sign_in(self, variables: t.Mapping[str, t.Any], secrets: list[str]) -> dict[str, t.Any]:
        params = self._params(variables)
        secrets.extend(str(params[name]) for name in HOST_OPTIONS if name in ("client_secret", "proxy") and params.get(name))
        place, session_settings = settings.of_sign_in_host(params, os.environ)
        if is_blank(params.get("client_id")):
            raise errors.BadInput(
                "client_id is missing. Give the client ID of your application at SuperOffice Online, as the option, as the variable "
                "erpsync_client_id of the host, or as SUPEROFFICE_CLIENT_ID in the environment."
            )
        path = params.get("path") or f"superoffice_{place.name}.yml"
        file = VaultFile(path, self._loader, params.get("vault_id"), tenant=place.name, client_id=params["client_id"])
        with Session(session_settings) as session:
            work = FirstToken(params, place, session.send, _Terminal(), file, self._sign_in_as(params, variables), secrets)
            if self._task.check_mode:
                return {"changed": True, "msg": work.would_do(), "path": file.path, "tenant": place.name, "variables": []}
            written = work.carry_out()
        return {
            "changed": True,
            "msg": f"Wrote {', '.join(written)} into {file.path}, encrypted for the vault id {file.vault_id}.",
            "path": file.path,
            "tenant": place.name,
            "variables": written,
        }

    def _environment(self) -> dict[str, str]:
        """The task's environment."""
        found: dict[str, t.Any] = {}
        self._compute_environment_string(found)  # type: ignore[no-untyped-call]
        if sys.platform == "darwin" and not getproxies_environment():
            # A forked process crashes when it asks macOS for its proxies (cpython 75999). It does
            # not ask where the environment has one.
            found.setdefault("no_proxy", "*")
        return {str(name): str(value) for name, value in found.items()}

    def _params(self, variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """The options, with missing connection options from the host's variables."""
        found = with_variables(self._task.args, variables, self._templar.template)
        given = {
            name: plain(value) for name, value in found.items() if not is_blank(value) and (name in self._task.args or name in SPEC.options)
        }
        refuse_unusable(given, SPEC)
        checked = _VALIDATOR.validate(given)
        if checked.error_messages:
            unsupported = isinstance(checked.errors[0], UnsupportedError)
            told = f"Unsupported parameters for ({COLLECTION}.{NAME}) module: " if unsupported else ""
            raise errors.BadInput(masking_of(checked._no_log_values).value(f"{told}{checked.errors.msg}"))
        return {**given, **checked.validated_parameters}

    def _sign_in_as(self, params: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]) -> str:
        """Whose token tasks will use: the system user's where they are given a key for it."""
        if params.get("sign_in_as"):
            return str(params["sign_in_as"])
        keys = [variables.get(f"{PREFIX}{name}") or os.environ.get(f"SUPEROFFICE_{name.upper()}") for name in _KEYS]
        return PERSON if all(is_blank(key) for key in keys) else SYSTEM_USER


class _Terminal:
    """Ansible's own screen and keyboard. A task's process reaches them through the main one."""

    def show(self, text: str) -> None:
        # Not into a log; and to standard error, so that it is seen where the output goes to a file.
        display.display(text, screen_only=True, stderr=True)

    def tell(self, text: str) -> None:
        display.display(text, color=constants.config.get_config_value("COLOR_WARN"), screen_only=True, stderr=True)

    def ask(self, text: str, seconds: float) -> str:
        try:
            pasted = display.prompt_until(text, private=True, seconds=whole_seconds(seconds))
        except AnsibleError as error:
            if type(error).__name__ == "AnsiblePromptInterrupt":
                raise errors.BadInput("The sign-in was ended by Ctrl-C. Nothing was written.") from None
            raise errors.BadInput(
                "paste is true, and there is no terminal to paste into. Start ansible-playbook in a terminal, in the foreground, with "
                "nothing piped into it; a job of a controller has no terminal."
            ) from None
        return pasted.decode("utf-8", "replace")
