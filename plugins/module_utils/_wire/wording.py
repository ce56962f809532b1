# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Several sentences in one message."""

from __future__ import annotations

import typing as t

# Whoever has more to mend than this will look again anyway.
MOST = 20


def in_one_message(told: t.Sequence[str]) -> str:
    """What is wrong, each on a line of its own with its number; a single sentence stands as it is."""
    if len(told) == 1:
        return told[0]
    lines = [f"{len(told)} things cannot be used.", *(f"{number}. {one}" for number, one in enumerate(told[:MOST], 1))]
    if len(told) > MOST:
        lines.append(f"There are {len(told) - MOST} more.")
    return "\n".join(lines)
