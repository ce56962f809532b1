# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One installation: its state, settings, sessions and clock, for the agent's methods."""

from __future__ import annotations

import copy
import datetime
import itertools
import time
from typing import Any

from . import seed, world
from .books import UTC, moment
from .errors import Refusal
from .sessions import Sessions
from .settings import Settings
from .state import Record, State
from .state import copy as copied
from .throttle import Throttle

ADMINISTRATOR_ID = 1


class Site:
    """The installation. Writes change `state`; `settings` control the server's behaviour."""

    online = False
    """Whether this is a tenant of SuperOffice Online."""

    def __init__(self, sessions: Sessions, settings: Settings, seed_name: str = "default") -> None:
        self.settings = settings
        self.sessions = sessions
        self._proposed = itertools.count()
        # The associate who is signed in, for the call that is carried out.
        self.acting = ADMINISTRATOR_ID
        self.throttle = Throttle()
        self._start(seed_name)
        self._engine_due: dict[str, float] = {}

    def reset(self, seed_name: str) -> None:
        self.settings.restore()
        self._start(seed_name)
        self.sessions.restore()
        self.throttle.clear()
        self._engine_due.clear()

    def _start(self, seed_name: str) -> None:
        self.state = State(seed.make(seed_name), seed.books(seed_name))
        if self.settings["config_style"] == "bracketed":
            for connection in self.state.table("connections"):
                product = self.remembered_product(connection["ErpConnectorId"])
                connection["ConfigFields"] = product.bracketed(connection["ConfigFields"]) if product else connection["ConfigFields"]

    def replace_state(self, data: dict[str, Any]) -> None:
        self.state = State(data)
        self._engine_due = {name: self._due() for name, value in data["engine"]["Requested"].items() if value is not None}

    def rehearsal(self) -> Site:
        """A copy for carrying out a method without an effect on this installation."""
        twin = copy.copy(self)
        twin.state = State(copied(self.state.data), self.state.books.copied())
        twin._engine_due = dict(self._engine_due)
        return twin

    # Time

    def now(self) -> datetime.datetime:
        """The installation's clock, UTC, in whole seconds."""
        fixed = self.settings["clock"]
        now = datetime.datetime.now(UTC) if fixed is None else moment(fixed)
        return (now + datetime.timedelta(seconds=self.settings["clock_ahead"])).replace(microsecond=0)

    def local(self, utc: datetime.datetime) -> str:
        """A time as the agent tells it: the server's local time, without a zone."""
        return (utc + datetime.timedelta(minutes=self.settings["local_minutes"])).strftime("%Y-%m-%dT%H:%M:%S")

    # The engine changes after the request, as the batch system of a real installation does.

    def request_engine(self, name: str, value: Any) -> None:
        """Request `value` for IsRunning or IntervalSeconds; it takes effect after engine_delay."""
        self.state.data["engine"]["Requested"][name] = value
        self._engine_due[name] = self._due()
        self.settle_engine()

    def settle_engine(self) -> Record:
        """Apply due requests; return the engine."""
        engine: Record = self.state.data["engine"]
        now = time.monotonic()
        for name, due in list(self._engine_due.items()):
            if due <= now:
                engine[name] = engine["Requested"][name]
                engine["Requested"][name] = None
                del self._engine_due[name]
        return engine

    def _due(self) -> float:
        return time.monotonic() + float(self.settings["engine_delay"])

    # The server calls connectors, not the client.

    def product_of_connector(self, connector_id: int) -> world.Product:
        """The product at the connector's URL; a Refusal where none answers."""
        connector = self.state.connector(connector_id)
        product = world.answering(connector["URL"]) if connector and not connector["Deleted"] else None
        if product is None:
            where = f"The connector at {connector['URL']} does not answer." if connector else f"There is no connector {connector_id}."
            raise Refusal("SoServerException", where, int(self.settings["connector_down_status"]))
        return product

    def remembered_product(self, connector_id: int) -> world.Product | None:
        """The product of a connector, even if it no longer answers."""
        connector = self.state.connector(connector_id)
        return world.remembered(connector["URL"]) if connector else None

    def proposal(self, field: world.ConfigField) -> str:
        """The connector's proposal for a configuration field."""
        proposed = field.default
        if field.field_type == "Date" and self.settings["connector_defaults_now"]:
            # Counted, because a clock could give the same time twice.
            proposed = (world.FIRST_CALL + datetime.timedelta(seconds=next(self._proposed))).isoformat()
        return world.bracketed(field.field_type, proposed) if self.settings["config_style"] == "bracketed" else proposed

    def product_of(self, connection: Record) -> world.Product:
        return self.product_of_connector(connection["ErpConnectorId"])

    def product_or_none(self, connection: Record) -> world.Product | None:
        try:
            return self.product_of(connection)
        except Refusal:
            return None
