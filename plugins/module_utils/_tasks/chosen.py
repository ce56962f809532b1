# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The option ``connections`` of tasks that read."""

from __future__ import annotations

import typing as t

from .._model.reference import Reference, text_or_id
from .report import document_errors


def chosen_connections(params: t.Mapping[str, t.Any]) -> list[Reference] | None:
    """The connections to which a task is limited, by name or by id; None for all of them."""
    given = params["connections"]
    with document_errors():
        return None if given is None else [text_or_id(one, f"connections[{index}]") for index, one in enumerate(given)]
