# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The one method of the ErpSync agent that reads the sync engine: all that a task needs that finds it as declared."""

from __future__ import annotations

import typing as t

from . import shapes

if t.TYPE_CHECKING:
    from .._wire import carriers
    from .transport import Transport

T = t.TypeVar("T")


class EngineAgent:
    """Asks for the engine; :class:`reading.ReadingAgent` asks for the rest."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _ask(self, method: str, arguments: t.Mapping[str, t.Any], shape: t.Callable[[str, t.Any], T]) -> T:
        return shape(method, self._transport.invoke(method, arguments, writes=False))

    def get_engine_status(self) -> carriers.ErpSyncEngineStatus | None:
        """Whether the engine runs, its interval, and the server's own words.

        GetEngineStatus: no arguments -> ErpSyncEngineStatus.
        """
        return self._ask("GetEngineStatus", {}, shapes.carrier)
