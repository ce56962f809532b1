# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source, left alone for days with a tenant of SuperOffice Online that changes, dies, moves and comes back at random.

The test has an opinion of its own of what has changed from one look to the next: it compares the states of the stand-in. The source
is killed now and then, between two looks and at an event.
"""

from __future__ import annotations

import gc
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.event_kinds import KINDS
from ansible_collections.superoffice.erpsync.tests.unit.events.watching import Over, Scene, Tenants
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import SEARCHES
from stand_in import clicks

LOOKS = 2000 if SEARCHES else 200
TENANT = "Cust12345"
# Findings follow from the rest, and what is stale from the time; the first look tells nothing.
NOT_WATCHED = {"first_seen", "health_raised", "health_cleared", "connection_stale"}
Facts = dict[str, Any]


class World:
    """The tenant, what happens to it, and what is told of that."""

    def __init__(self, scene: Scene, chance: random.Random) -> None:
        assert scene.tenants is not None
        self.scene = scene
        self.chance = chance
        self.tenants = scene.tenants
        self.tenant = self.tenants.online.tenants[TENANT]
        self.site = self.tenant.site
        self.site.now = lambda: datetime.fromtimestamp(scene.now, UTC)  # type: ignore[method-assign]
        self.known: Facts = {}
        self.was_reachable = True
        self.expected: list[tuple[str, str]] = []
        self.looks = 0
        self.killed_at_events = self.killed_behind = 0
        self.sizes: list[int] = []
        self.seen: Counter[str] = Counter()

    @property
    def is_reachable(self) -> bool:
        return self.tenant.runs and not self.tenants.is_dead

    def facts(self) -> Facts:
        """What can be told of the state, in words of the test's own."""
        state = self.site.state
        there = [one for one in state.table("connections") if not one["Deleted"]]
        found: Facts = {"running": state.data["engine"]["IsRunning"], "interval": state.data["engine"]["IntervalSeconds"]}
        found["priority"] = list(state.data["connection_rank"])
        for one in there:
            number = one["ErpConnectionId"]
            found[f"active {number}"] = one["Active"]
            found[f"sync {number}"] = one["LastSync"]
            for actor in state.find_all("actor_mappings", ErpConnectionId=number):
                own = state.fields_of(number, actor["ActorTypeErp"])
                members = ("ErpFieldKey", "CrmFieldKey", "SyncToErp", "ShowInSearch")
                told = [[field[name] for name in members] for field in own]
                found[f"mapping {number} {actor['ActorTypeErp']}"] = (actor["IsActive"], sorted(map(repr, told)))
        return found

    def looked(self) -> None:
        """A look is over: what it has told is what the states say."""
        self.looks += 1
        events = [event["erpsync"] for event in self.scene.queue.events]
        # Whoever was killed at an event tells it again, under the same id.
        told = list({event["id"]: (event["kind"], event["key"]) for event in events}.values())
        assert len(events) - len(told) <= self.killed_behind
        self.killed_behind = 0
        self.scene.queue.events.clear()
        expected: list[tuple[str, str]] = []
        if self.is_reachable:
            expected += [] if self.was_reachable else [("recovered", f"{TENANT}/reachable")]
            now = self.facts()
            expected += [one for name in now for one in self._changed(name, self.known.get(name), now[name], now)] if self.known else []
            # Of an inactive connection nobody asks when it was synchronised.
            inactive = {name: self.known.get(name) for name in now if name.startswith("sync") and not now[name.replace("sync", "active")]}
            self.known = {**now, **(inactive if self.known else {})}
        elif self.was_reachable:
            expected.append(("unreachable", f"{TENANT}/reachable"))
        self.was_reachable = self.is_reachable
        assert sorted(told) == sorted(expected), f"look {self.looks}"
        self.seen.update(kind for kind, _key in told)

    def _changed(self, name: str, before: Any, after: Any, now: Facts) -> list[tuple[str, str]]:
        what, _blank, where = name.partition(" ")
        if before == after:
            return []
        if what == "running":
            return [("engine_started" if after else "engine_stopped", f"{TENANT}/engine")]
        if what == "interval":
            return [("interval_changed", f"{TENANT}/interval")]
        if what == "priority":
            return [("priority_changed", f"{TENANT}/priority")]
        if what == "active":
            return [("connection_activated" if after else "connection_deactivated", f"{TENANT}/connection/{where}")]
        if what == "mapping":
            return [("mapping_changed", f"{TENANT}/mapping/{where.replace(' ', '/')}")]
        is_told = now[f"active {where}"] and before is not None
        return [("connection_synchronised", f"{TENANT}/connection/{where}")] if is_told else []

    def happens(self) -> None:
        """None, one or two things happen at random."""
        for _number in range(self.chance.choice((0, 1, 1, 2))):
            self.chance.choice((self._engine, self._connection, self._field, self._sync, self._priority, self._fate, self._fate))()

    def _click(self, table: str, where: dict[str, Any], **changes: Any) -> None:
        clicks.click(self.site, table, where, changes, "KNO")

    def _engine(self) -> None:
        running = self.site.state.data["engine"]["IsRunning"]
        self._click("engine", {}, IsRunning=self.chance.choice((running, not running)), IntervalSeconds=self.chance.choice((60, 900, 1800)))

    def _connection(self) -> None:
        number = self.chance.choice((1, 2, 3))
        self._click("connections", {"ErpConnectionId": number}, Active=self.chance.choice((True, False)))

    def _field(self) -> None:
        number = self.chance.choice((1, 2, 3))
        field = self.chance.choice([one for one in self.site.state.fields_of(number) if one["CrmFieldKey"]])
        self._click("fields", {"ErpFieldId": field["ErpFieldId"]}, SyncToErp=self.chance.choice((True, False)), ShowInSearch=True)

    def _sync(self) -> None:
        for one in self.site.state.table("connections"):
            if one["Active"]:
                one["LastSync"] = self.site.now().strftime("%Y-%m-%dT%H:%M:%S")

    def _priority(self) -> None:
        order = list(self.site.state.data["connection_rank"])
        self.chance.shuffle(order)
        self._click("engine", {}, connection_rank=order)

    def _fate(self) -> None:
        what = self.chance.randrange(4)
        if what == 0:
            self.tenant.move(self.chance.choice(("online1", "online2")))
        elif what == 1:
            self.tenant.become(self.chance.choice(("Running", "OfflineMaintenance", "Suspended")))
        elif what == 2:
            self.tenants.is_dead = True
        else:
            self.tenants.is_dead = False
            self.tenant.become("Running")

    def is_killed_at_an_event(self, when: str) -> None:
        if self.chance.random() < 0.06:
            self.killed_at_events += 1
            self.killed_behind += when == "after"
            raise Over


def test_every_change_is_told_once_and_nothing_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    scene = Scene(monkeypatch, state_file=str(file), on_start="nothing", time_zone="UTC")
    scene.tenants = Tenants(TENANT)
    scene.args.update(scene.tenants.options(TENANT, as_system_user=False))
    scene.args["watch"] = [kind for kind in KINDS if kind not in NOT_WATCHED]
    world = World(scene, random.Random(16))
    runs = 0
    objects: list[int] = []

    def on_pause(seconds: float) -> None:
        scene.now += seconds
        world.looked()
        world.sizes.append(file.stat().st_size)
        if world.looks % 50 == 0:
            gc.collect()
            objects.append(len(gc.get_objects()))
        world.happens()
        if world.looks >= LOOKS or world.chance.random() < 0.05:
            raise Over

    while world.looks < LOOKS:
        runs += 1
        scene.queue.around = lambda when, _event: world.is_killed_at_an_event(when)
        scene.run_until(on_pause)
        assert runs < LOOKS

    # It was a test of something.
    assert runs > 10 and world.killed_at_events > 5
    assert set(world.seen) == set(scene.args["watch"]) - {"connection_added", "connection_removed", "list_changed"}
    # What is remembered does not grow, neither in the file nor in the process.
    assert max(world.sizes) < min(world.sizes[1:]) * 1.1
    assert objects[-1] - objects[0] < 1000, objects
