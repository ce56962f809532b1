# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the values of variables that playbooks and roles read themselves, not a module.

Ansible takes a text such as C(perhaps) for false, and ends with a traceback where C(serial) is
none.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import is_blank
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.wording import shown

# The texts that the filter `bool` knows.
_BOOLEANS = frozenset(("true", "false", "yes", "no", "on", "off", "1", "0"))
_BATCH = re.compile(r"[1-9][0-9]{0,5}%?")
_SECONDS = re.compile(r"[0-9]{1,8}([.][0-9]*)?")
# Neither a folder nor a hidden file.
_FILE = re.compile(r"(?![. ])[^/\\\x00-\x1f]{1,100}")


def _is_boolean(value: t.Any) -> bool:
    return isinstance(value, (bool, int, str)) and str(value).lower() in _BOOLEANS


def _is_batch(value: t.Any) -> bool:
    return not isinstance(value, bool) and _BATCH.fullmatch(str(value)) is not None


def _is_serial(value: t.Any) -> bool:
    return all(map(_is_batch, value)) if isinstance(value, (list, tuple)) else _is_batch(value)


def _is_number_of_seconds(value: t.Any) -> bool:
    return not isinstance(value, bool) and _SECONDS.fullmatch(str(value).strip()) is not None


def _is_file_name(value: t.Any) -> bool:
    return _FILE.fullmatch(str(value)) is not None


class _Kind(t.NamedTuple):
    """Values that a variable may have, and what to write in place of others."""

    allows: t.Callable[[t.Any], bool]
    remedy: str


_BOOLEAN = _Kind(_is_boolean, "use true or false")
_KINDS: dict[str, _Kind] = {
    "erpsync_drift_fails": _BOOLEAN,
    "erpsync_quiet": _BOOLEAN,
    "environment_only_compare": _BOOLEAN,
    "maintenance_engine_was_running": _BOOLEAN,
    "maintenance_wait_timeout": _Kind(_is_number_of_seconds, "use a number of seconds"),
    "erpsync_serial": _Kind(_is_serial, 'use a number, percent such as 20%, or a list of them such as [1, "100%"]'),
    "erpsync_report_name": _Kind(_is_file_name, "use the name of a file without folder and ending, such as norway"),
    "erpsync_health_fails": _Kind(lambda value: value in ("never", "error", "warning"), "use never, error or warning"),
    "erpsync_prometheus_path": _Kind(
        lambda value: str(value).endswith(".prom"), "use a file whose name ends with .prom, since the others are not read"
    ),
}
NAMES = tuple(_KINDS)
# A play needs it before it has hosts.
OF_PLAYS = ("erpsync_serial",)


def problem(name: str, value: t.Any) -> str | None:
    """What is wrong with the value of a variable, and what to do. None for a blank value, which
    counts as not given.
    """
    if is_blank(value) or _KINDS[name].allows(value):
        return None
    return f"{name} is {shown(value)}; {_KINDS[name].remedy}."
