# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the sync engine."""

from __future__ import annotations

from .._agent import shapes
from .._agent.reading import ReadingAgent
from .._model.engine import EngineStatus


def read_engine(reading: ReadingAgent) -> EngineStatus:
    """The current status of the engine."""
    with shapes.reading("GetEngineStatus"):
        return EngineStatus.from_wire(shapes.present("GetEngineStatus", reading.get_engine_status()))
