# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads connectors."""

from __future__ import annotations

from .._agent.listing import list_connectors
from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._model.connector import Connector


def read_connectors(reading: ReadingAgent, lookups: Lookups, *, at_once: int = 1) -> list[Connector]:
    """All connectors that are not deleted, in the server's order."""
    return [Connector.from_wire(carrier) for carrier in list_connectors(reading, lookups, at_once=at_once)]
