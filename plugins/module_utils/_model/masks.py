# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Masks: what stands in place of a secret where texts are shown. A mask is never data.

A result that was masked and comes back as a document would rename things, create twins of them, and replace secrets.
"""

from __future__ import annotations

import typing as t

from .checks import DocumentError

# Of ansible-core and of this collection, for a whole value and for a part of one.
WHOLE = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
PART = "*" * 8
# Of ansible-core from 2.22 on, and of AWX.
_OTHERS = ("$redacted$", "$encrypted$")


def masked(text: str) -> bool:
    """Whether a secret was masked in a text, or in place of it."""
    return PART in text or WHOLE in text or any(mask in text.casefold() for mask in _OTHERS)


def refuse_masked(value: t.Any, place: str) -> None:
    """Refuse to save a text in which a secret was masked.

    :raises DocumentError: naming the place. The text is not shown, since it may be a secret after all.
    """
    if isinstance(value, str) and masked(value):
        raise DocumentError(
            f"{place} holds a mask, such as {PART}, {WHOLE} or $encrypted$, which stands in place of a secret where texts are shown. "
            "It comes from a result or a file in which secrets were masked. Give the text itself."
        )
