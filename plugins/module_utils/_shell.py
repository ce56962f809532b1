# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""What the two shells around a task have in common: AnsibleModule, and the action plugin."""

from __future__ import annotations

import typing as t

from ._client.settings import without_userinfo
from ._run import Task

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def shown_parameters(task: Task, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The parameters for the result's ``invocation``: what holds secrets among other things is left out whole."""
    return {name: HIDDEN if name in task.secret_trees and value else value for name, value in params.items()}


def clear_addresses(params: dict[str, t.Any]) -> None:
    """A password in an address is refused, but Ansible shows the parameters of failed tasks as well."""
    for option in ("url", "proxy"):
        if isinstance(params.get(option), str):
            params[option] = without_userinfo(params[option])


def masked_values(task: Task, spec: t.Mapping[str, t.Any], params: t.Mapping[str, t.Any], found: t.Collection[str]) -> set[str]:
    """The values that Ansible masks wherever they occur in a result.

    :param found: those that Ansible's validation found, each value inside a secret tree among them: with a port of 1 or a
        company 1001 in there, every number would be full of stars.
    """
    if not task.secret_trees:
        return set(found)
    secrets = [name for name, option in spec.items() if option.get("no_log") and name not in task.secret_trees]
    return {str(params[name]) for name in secrets if params.get(name)}
