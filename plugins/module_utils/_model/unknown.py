# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Unknown: the value of what could not be read, in place of a guess."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._wire import members


@dataclass(frozen=True)
class Unknown:
    """What could not be read.

    Of configuration fields: which values are secret is not known, and which are missing neither. Of mappings and lists of another
    connection: which fields, values and items there are.
    """

    # A sentence of the server's, or empty.
    why: str = ""
    # Whether an earlier step makes them known: one that creates the connector, or changes its URL.
    later: bool = False


# What a connector says of its configuration.
ConfigFields = t.Union[t.Sequence[members.Carrier], Unknown]


def known(fields: ConfigFields) -> t.Sequence[members.Carrier]:
    """The fields, none where they are unknown; for whoever takes all that no field speaks of for a secret."""
    return () if isinstance(fields, Unknown) else fields
