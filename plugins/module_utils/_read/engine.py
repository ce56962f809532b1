# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The sync engine as a server reports it now, and waiting for it."""

from __future__ import annotations

import typing as t

from .._agent import shapes
from .._client import errors
from .._model.engine import DeclaredEngine, EngineStatus
from .._wire import duration

if t.TYPE_CHECKING:
    from .._agent.engine import EngineAgent


class Patience(t.NamedTuple):
    """How long to wait for the server to report what it accepted. Times are in seconds."""

    wait: bool
    timeout: float
    interval: float
    sleep: t.Callable[[float], None]
    clock: t.Callable[[], float]


def read_engine(reading: EngineAgent) -> EngineStatus:
    """The engine's status, as the server reports it now."""
    with shapes.reading("GetEngineStatus"):
        return EngineStatus.from_wire(shapes.present("GetEngineStatus", reading.get_engine_status()))


def await_engine(declared: DeclaredEngine, reading: EngineAgent, patience: Patience) -> EngineStatus:
    """The engine's status once it is as declared: the server hands changes to its batch system, and may report the old one first."""
    deadline = patience.clock() + patience.timeout
    while True:
        status = read_engine(reading)
        if declared.met_by(status):
            return status
        left = deadline - patience.clock()
        if left <= 0:
            raise errors.WaitTimedOut(
                _not_in_time(declared, status, patience), method="GetEngineStatus", attempts=1, details={"engine": status.as_result()}
            )
        # The last look comes when the time is up, however long the interval.
        patience.sleep(min(patience.interval, left))


def _not_in_time(declared: DeclaredEngine, status: EngineStatus, patience: Patience) -> str:
    wanted = [] if declared.state is None else [declared.state]
    if declared.interval is not None:
        wanted.append(f"interval {duration.clock(declared.interval)}")
    reported = f"{status.state}, interval {'unknown' if status.interval is None else duration.clock(status.interval)}"
    message = f', "{status.status_message}"' if status.status_message else ""
    return (
        f"The server took the change, but after {patience.timeout:g} seconds the engine is not yet as declared ({', '.join(wanted)}). "
        f"It last reported: {reported}{message}. Raise wait_timeout, or look at the server's batch system."
    )
