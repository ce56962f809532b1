# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What both shells share: the parameters that results show, and the masking of results."""

from __future__ import annotations

import typing as t

from .._client import errors
from .._client.sign_in import is_key
from .._wire import address, masks
from .._wire.wording import without_userinfo
from .masking import Masking
from .options import CONNECTION_NAMES, CONNECTION_OPTIONS, SECRET_NAMES
from .run import Result, Task, failed

try:
    from ansible.module_utils.secrets import register_secrets  # type: ignore[import-not-found, unused-ignore]
except ImportError:  # ansible-core before 2.22
    register_secrets = None

_PATHS = tuple(option.name for option in CONNECTION_OPTIONS if option.type == "path")

T = t.TypeVar("T")


def shown_parameters(task: Task, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The parameters for the result's ``invocation`` and the system's log, before masking.

    Secret options and secret trees are hidden, and unknown options, too, which may be misspelled
    secret ones.
    """
    open_options = (CONNECTION_NAMES | set(task.spec.options)).difference(task.secret_trees, SECRET_NAMES)
    shown = {name: value if name in open_options or not value else masks.WHOLE for name, value in params.items()}
    _clear_misplaced(shown)
    return shown


def _clear_misplaced(params: dict[str, t.Any]) -> None:
    """Hide a password in an address, and a key in place of a path.

    All but the first are refused, but Ansible shows the parameters of failed tasks as well.
    """
    if isinstance(params.get("connector_url"), str):
        params["connector_url"] = address.without_password(params["connector_url"])
    for option in ("url", "login_url", "proxy"):
        if isinstance(params.get(option), str) and address.has_user(params[option]):
            params[option] = without_userinfo(params[option])
    for option in _PATHS:
        if isinstance(params.get(option), str) and is_key(params[option]):
            params[option] = masks.WHOLE


def masked(shown: T, secrets: t.Collection[str]) -> T:
    """A value with masked secrets, in numbers too. Keys stay."""
    return masking_of(secrets).value(shown)


def masking_of(secrets: t.Collection[str]) -> Masking:
    """The masking of these secrets.

    From ansible-core 2.22 on Ansible masks registered secrets on the screen, too.
    """
    masking = Masking(secrets)
    if register_secrets is not None:
        register_secrets(masking.texts)
    return masking


def refused_where_masked(
    task: Task, params: t.Mapping[str, t.Any], result: Result, masking: Masking, stored: t.Collection[str] = ()
) -> Result:
    """A task's result, or a failure where masking would change data that users keep.

    :param stored: secrets that were read from the server.
    """
    data = [result[name] for name in task.data if name in result]
    if not masking.changes(data):
        return result
    options = [option.name for option in CONNECTION_OPTIONS if option.secret and Masking([params.get(option.name)]).changes(data)]
    remedy = "Use another secret, for example that of another user, or a ticket or token."
    if options:
        whose = f"the value of {' and of '.join(options)}"
    elif Masking(stored).changes(data):
        whose, remedy = "the password in a URL of a connector or of a configuration", "Give that URL another password."
    else:
        # It is made of several options, or issued by the server.
        whose = "a secret with which requests are signed"
    return failed(
        errors.BadInput(
            f"The result would contain {whose}. Ansible masks secrets wherever they occur, and whoever writes the result to a file or "
            f"declares it again would take the mask for data. So nothing is returned. {remedy}"
        )
    )
