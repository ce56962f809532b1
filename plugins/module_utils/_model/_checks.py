# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Checks that the parts of a document share."""

from __future__ import annotations

import typing as t

from .names import nearest


class DocumentError(ValueError):
    """Something in a document, or in a task's options, cannot be used; ``str()`` names the place, the value and the remedy."""


def only_known_keys(section: t.Mapping[str, t.Any], known: t.Sequence[str], place: str) -> None:
    """Refuse a key that means nothing, which is most often a slip of the pen.

    :raises DocumentError: naming the key, its place and the nearest right word.
    """
    for key in section:
        if key not in known:
            near = nearest(str(key), known)
            hint = f" Did you mean {near}?" if near else ""
            raise DocumentError(f'{place or "The document"} has an unknown key "{key}".{hint} Known are: {", ".join(known)}.')
