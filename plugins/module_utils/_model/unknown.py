# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Unknown: the value of what could not be read, instead of a guess."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._wire import members


@dataclass(frozen=True)
class Unknown:
    """Something that could not be read: configuration fields, mappings or lists.

    With unknown configuration fields, secret and mandatory values cannot be told.
    """

    # The reason, a sentence of the server; may be blank.
    why: str = ""
    # Whether an earlier step makes it known: it creates the connector, or changes its URL.
    later: bool = False


# The configuration fields of a connector.
ConfigFields = t.Union[t.Sequence[members.Carrier], Unknown]


def known(fields: ConfigFields) -> t.Sequence[members.Carrier]:
    """The fields, or none if they are unknown: every value then counts as a secret."""
    return () if isinstance(fields, Unknown) else fields
