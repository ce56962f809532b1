# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Names of connection options: their aliases and environment variables, and options that exclude
each other.
"""

from __future__ import annotations

import os
import typing as t

# Other names of options, which are those of the vendor or of earlier versions.
ALIASES: dict[str, tuple[str, ...]] = {
    "tenant": ("context_identifier",),
    "client_secret": ("app_token",),
}
# Of these at most one may be given.
EXCLUSIVE = (("url", "tenant"), ("online_environment", "login_url"), ("private_key", "private_key_path"))


def spellings(option: str) -> tuple[str, ...]:
    """An option's name and its aliases."""
    return (option, *ALIASES.get(option, ()))


def environment_variables(option: str) -> tuple[str, ...]:
    """The environment variables of an option, the first of which counts most."""
    return tuple(f"SUPEROFFICE_{name.upper()}" for name in spellings(option))


def by_task(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str], options: t.Iterable[str]) -> set[str]:
    """Those of the options that the task gives, and not the environment alone."""
    return {
        option
        for option in options
        if params.get(option) and all(params[option] not in _readings(environ.get(variable)) for variable in environment_variables(option))
    }


def _readings(value: str | None) -> tuple[str, ...]:
    """An environment variable as it is written, and as Ansible reads a path."""
    return () if value is None else (value, os.path.expanduser(os.path.expandvars(value)))
