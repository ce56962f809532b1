# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The option read_from: whether archives may be read in place of the agent."""

from __future__ import annotations

import random
import typing as t

from .._read.bulk import READ_FROM, Bulk
from .._run.run import Params, Run

READ_FROM_OPTION: dict[str, dict[str, t.Any]] = {"read_from": {"type": "str", "choices": list(READ_FROM), "default": READ_FROM[0]}}

# Chooses what is read both ways. Tests choose themselves.
choose: t.Callable[[t.Sequence[t.Any]], t.Any] = random.SystemRandom().choice


def bulk(params: Params, run: Run) -> Bulk:
    """How to read in bulk."""
    return Bulk(params["read_from"], run.archives, choose)
