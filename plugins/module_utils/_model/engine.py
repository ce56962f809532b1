# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The sync engine: its status on the server, and its declaration."""

from __future__ import annotations

import typing as t

from .._wire import duration, members
from .._wire.wording import shown
from .checks import DocumentError, Faults, at, only_known_keys

RUNNING = "running"
STOPPED = "stopped"
STATES = (RUNNING, STOPPED)
KEYS = ("state", "interval")


class EngineStatus(t.NamedTuple):
    """ErpSyncEngineStatus: the switch, the server's status message, the interval in whole seconds.

    ``is_running`` is the switch of the automatic synchronisation, not whether one runs at present.
    """

    is_running: bool
    status_message: str | None
    interval: int | None

    @classmethod
    def from_wire(cls, carrier: members.Carrier) -> EngineStatus:
        """:raises members.WireError: if a member has another type, or Interval is no duration."""
        reported = members.text(carrier, "Interval")
        try:
            interval = duration.parse_reported(reported) if reported else None
        except duration.DurationError as error:
            raise members.WireError(f"Interval: {error}") from None
        return cls(
            is_running=members.required_flag(carrier, "IsRunning"),
            status_message=members.text(carrier, "StatusMessage"),
            interval=interval,
        )

    @property
    def state(self) -> str:
        """``running`` or ``stopped``."""
        return RUNNING if self.is_running else STOPPED

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return under ``engine``."""
        return {
            "is_running": self.is_running,
            "status_message": self.status_message,
            "interval": None if self.interval is None else duration.clock(self.interval),
            "interval_seconds": self.interval,
        }

    def as_declared(self) -> dict[str, t.Any]:
        """The status in the words of a document, as diffs show it."""
        return {"state": self.state, "interval": None if self.interval is None else duration.clock(self.interval)}


class DeclaredEngine(t.NamedTuple):
    """The declaration of the engine. None means not declared; ``interval`` is in seconds."""

    state: str | None = None
    interval: int | None = None
    # A warning about the interval; usually blank.
    remark: str = ""

    def met_by(self, status: EngineStatus) -> bool:
        """Whether this status equals the declaration."""
        return self.state in (None, status.state) and self.interval in (None, status.interval)


def declared_engine(section: t.Mapping[str, t.Any], place: str = "") -> DeclaredEngine:
    """Parse the engine section of a document, or the options of erpsync_engine.

    :param place: the place of the section, for messages; empty for the options of a task.
    :raises DocumentError: with the place, the value and the remedy.
    """
    faults = Faults()
    with faults:
        only_known_keys(section, KEYS, place)
    state, interval = section.get("state"), section.get("interval")
    with faults:
        if state is not None and state not in STATES:
            raise DocumentError(f"{at(place, 'state')} is {shown(state)}; use one of {', '.join(STATES)}.")
    seconds = None
    with faults:
        try:
            seconds = None if interval is None else duration.parse_declared(interval)
        except duration.DurationError as error:
            raise DocumentError(f"{at(place, 'interval')}: {error}") from None
    faults.refuse()
    remark = "" if seconds is None else duration.remark(interval, seconds)
    return DeclaredEngine(state=state, interval=seconds, remark=f"{at(place, 'interval')}: {remark}" if remark else "")
