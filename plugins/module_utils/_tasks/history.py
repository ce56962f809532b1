# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options of the part ``history`` of erpsync_info."""

from __future__ import annotations

import typing as t

from .._client.errors import BadInput
from .._model.since import moment
from .._read.history import Wanted
from .._run.run import Params
from .report import document_errors

OPTIONS: dict[str, dict[str, t.Any]] = {
    "history_since": {"type": "str"},
    "history_limit": {"type": "int", "default": 100},
}


def history_wanted(params: Params, now: float) -> Wanted:
    """The changes that the options want.

    :param now: the time of this machine, in seconds since the epoch.
    :raises BadInput: for a time or a number that cannot be.
    """
    limit = int(params["history_limit"])
    if limit < 1:
        raise BadInput(f"history_limit is {limit}; use a whole number above zero.")
    with document_errors():
        since = None if params["history_since"] is None else moment(params["history_since"], "history_since", now)
    return Wanted(since, limit)
