# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Masks: texts shown in place of secrets. A mask is never data.

A masked result that is used as a document would rename things, create twins, and replace secrets.
"""

from __future__ import annotations

# Of ansible-core and this collection, for a whole value and for a part of one.
WHOLE = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
PART = "*" * 8
# A shorter secret occurs in unrelated names and numbers, so it is redacted by schema only.
SHORTEST = 4
# Of ansible-core from 2.22 on, and of AWX.
_OTHERS = ("$redacted$", "$encrypted$")


def holds_mask(text: str) -> bool:
    """Whether a text contains or is a mask."""
    return PART in text or WHOLE in text or any(mask in text.casefold() for mask in _OTHERS)
