# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The option ``connections`` of erpsync_info and erpsync_environment_info."""

from __future__ import annotations

import typing as t

from .._model.reference import Reference, text_or_id
from .report import document_errors


def chosen_connections(params: t.Mapping[str, t.Any]) -> list[Reference] | None:
    """The names or ids that limit a task to some connections; None for all."""
    given = params["connections"]
    with document_errors():
        return None if given is None else [text_or_id(one, f"connections[{index}]") for index, one in enumerate(given)]
