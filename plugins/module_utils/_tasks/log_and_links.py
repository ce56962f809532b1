# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options of erpsync_info for the sync log and for linked records, checked."""

from __future__ import annotations

import typing as t

from .._client.errors import BadInput
from .._model import since
from .._read import links, sync_log
from .._run.run import Params
from .report import document_errors

OPTIONS: dict[str, dict[str, t.Any]] = {
    "log_since": {"type": "str", "default": "7d"},
    "log_limit": {"type": "int", "default": 100},
    "log_values": {"type": "bool", "default": False},
    "links_list": {"type": "bool", "default": False},
    "links_limit": {"type": "int", "default": 1000},
}


def log_wanted(params: Params, now: float) -> sync_log.Wanted:
    """What to read of the sync log.

    :param now: the present, in seconds since the epoch.
    :raises BadInput: for a value that cannot be used.
    """
    limit = _limit(params, "log_limit", sync_log.MOST_COUNTED)
    with document_errors():
        return sync_log.Wanted(since.moment(params["log_since"], "log_since", now), limit, bool(params["log_values"]))


def links_wanted(params: Params) -> links.Wanted:
    """What to read of the links.

    :raises BadInput: for a value that cannot be used.
    """
    limit = _limit(params, "links_limit", links.MOST_COUNTED)
    return links.Wanted(limit if params["links_list"] else None)


def _limit(params: Params, option: str, most: int) -> int:
    limit = int(params[option])
    if not 0 <= limit <= most:
        raise BadInput(f"{option} is {limit}; use a whole number from 0 to {most}.")
    return limit
