# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""What the two shells around a task have in common: AnsibleModule, and the action plugin."""

from __future__ import annotations

import typing as t

from ._client.settings import without_userinfo
from ._options import CONNECTION_NAMES
from ._run import Task

try:
    from ansible.module_utils.secrets import register_secrets  # type: ignore[import-not-found, unused-ignore]
except ImportError:  # ansible-core before 2.22
    register_secrets = None

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
STARS = "*" * 8

T = t.TypeVar("T")


def shown_parameters(task: Task, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The parameters as the result's ``invocation`` and the system's log may show them, passwords not masked yet.

    What holds secrets among other things is left out whole, and so is an option that does not exist, which may be one of these misspelled.
    """
    open_options = (CONNECTION_NAMES | set(task.spec.options)).difference(task.secret_trees)
    shown = {name: value if name in open_options or not value else HIDDEN for name, value in params.items()}
    _clear_addresses(shown)
    return shown


def _clear_addresses(params: dict[str, t.Any]) -> None:
    """A password in an address is refused, but Ansible shows the parameters of failed tasks as well."""
    for option in ("url", "proxy"):
        if isinstance(params.get(option), str):
            params[option] = without_userinfo(params[option])


def masked(shown: T, secrets: t.Collection[str]) -> T:
    """What will be shown, with secrets replaced wherever they occur, in numbers too; keys stay.

    From 2.22 on Ansible does so itself, but only on the screen, and wants to be told.
    """
    if register_secrets is not None:
        register_secrets(secrets)
    # What is part of another one comes after it.
    found: T = _masked(shown, sorted(filter(None, secrets), key=len, reverse=True))
    return found


def _masked(value: t.Any, secrets: t.Sequence[str]) -> t.Any:
    if isinstance(value, t.Mapping):
        return {key: _masked(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(item, secrets) for item in value]
    if isinstance(value, str):
        if value in secrets:
            return HIDDEN
        for secret in secrets:
            value = value.replace(secret, STARS)
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return HIDDEN if any(secret in str(value) for secret in secrets) else value
    return value
