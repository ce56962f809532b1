# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The connections' part of a plan: their settings, whether they are active, their mappings, and which of them go."""

from __future__ import annotations

import typing as t

from .._model import field_mapping, names
from .._model.afterwards import names_afterwards, readdressed, renamed
from .._model.checks import DocumentError
from .._model.connection import Connection
from .._model.connection_settings import Settings, access_members, changed_settings, new_settings, people_of
from .._model.current import CurrentConnection
from .._model.declared import UNSET, DeclaredAccess, DeclaredConnection
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from .._model.pattern import Foreseen
from .._model.reference import twice
from .._model.texts import refuse_no_text, refuse_templates, remarks_of_templates
from .._model.things import Things, person_ids
from .._model.unknown import ConfigFields, Unknown
from .._wire.wording import nearest
from .change import Change
from .directory import Directory
from .foreseen import Unchecked, plan_new_mappings
from .mappings import Notes, plan_mappings
from .plan import ConfigTest, Test
from .steps import Remove, SaveConnection, SetActive, Step, Target


class ConnectionPlan(t.NamedTuple):
    """Steps to save, what to remove later, changes, tests, remarks, and what only the run itself shows."""

    steps: list[Step]
    removals: list[CurrentConnection]
    changes: list[Change]
    tests: list[Test]
    warnings: list[str]
    unchecked: list[str]


def plan_connections(declared: DeclaredEnvironment, current: CurrentEnvironment, directory: Directory) -> ConnectionPlan:
    """:raises DocumentError: for what cannot be planned."""
    result = ConnectionPlan([], [], [], [], [], [])
    there = current.connections or ()
    things = Things("connection", (connection.listed for connection in there))
    by_id = {connection.listed.id: connection for connection in there}
    meant: set[int] = set()
    planned: list[tuple[DeclaredConnection, CurrentConnection | None]] = []
    for item in declared.connections or ():
        if item.present or item.ref.name:
            found = things.find(item.ref, item.place)
        else:
            found = things.by_id(item.ref.id)
        if found is not None:
            if found.id in meant:
                raise DocumentError(f"{item.place} means the connection with the id {found.id}, which the document has declared already.")
            meant.add(found.id)
        if item.present:
            planned.append((item, None if found is None else by_id[found.id]))
        elif found is not None:
            result.removals.append(by_id[found.id])
        elif item.ref.name is not None:
            # What it stands for may be there, and would stay without a word.
            refuse_no_text(item.ref.name, f"{item.place}.name")
            directory.claim("connection", item.ref.name, item.place)
    if "connections" in declared.prune:
        result.removals.extend(connection for connection in there if connection.listed.id not in meant)
    one_way = OneWay()
    renewed = readdressed(
        declared.connectors or (), Things("connector", names_afterwards(declared.connectors or (), current.connectors or ()))
    )
    for item, connection in planned:
        result.warnings.extend(_named_twice(item, current))
        unchecked = Unchecked(item.place)
        before = len(result.steps)
        if connection is None:
            _create(item, things, declared, current, directory, result, unchecked)
        else:
            _update(item, connection, declared, current, directory, result, unchecked)
        connector = _connector_of(item, connection, directory)
        one_way.take(item, connection, connector, unchecked)
        if connector in map(str, renewed) and not all(isinstance(step, SetActive) for step in result.steps[before:]):
            unchecked.note("what its connector asks for and has at its new URL")
        # Of what an earlier task creates its own warning tells.
        result.unchecked.extend(unchecked.sentence() if connection is not None or not item.elsewhere else ())
    result.warnings.extend(_perhaps_left_inactive(planned))
    return result


def _named_twice(item: DeclaredConnection, current: CurrentEnvironment) -> t.Iterator[str]:
    """A user group or a user who is named twice, by name and by id perhaps, has access once."""
    if not isinstance(item.access, DeclaredAccess):
        return
    for refs, people, kind, key in (
        (item.access.user_groups, current.user_groups, "user group", "user_groups"),
        (item.access.users, current.users, "user", "users"),
    ):
        if refs is not UNSET and refs:
            place = f"{item.place}.access.{key}"
            told = twice(refs, person_ids(people or (), refs, kind, place), place, kind)
            if told is not None:
                yield told


def _perhaps_left_inactive(planned: t.Iterable[tuple[DeclaredConnection, CurrentConnection | None]]) -> t.Iterator[str]:
    """One warning of the connections that are inactive without anybody saying that they shall be.

    Where only mappings are declared, the connection itself is declared elsewhere, and that task warns.
    """
    inactive = [
        f'"{names.readable(connection.listed.name)}"'
        for item, connection in planned
        if connection is not None and not item.elsewhere and item.active is UNSET and not connection.listed.active
    ]
    if not inactive:
        return
    one = len(inactive) == 1
    yield (
        f"The connection{'' if one else 's'} {', '.join(inactive)} {'is' if one else 'are'} inactive, and active is not declared. "
        f"A run that was killed may have left {'it' if one else 'them'} so. Declare active: true or active: false."
    )


def plan_removals(removals: t.Sequence[CurrentConnection]) -> tuple[list[Step], list[Change]]:
    """The steps that remove connections."""
    steps: list[Step] = []
    changes: list[Change] = []
    for connection in removals:
        listed = connection.listed
        steps.append(Remove(Target("connection", listed.name, listed.id)))
        changes.append(Change("connection", listed.name, {"name": listed.name, "active": listed.active}, {}))
    return steps, changes


def secrets_policy(update_secrets: str, connection: CurrentConnection) -> str:
    """What to do with declared secrets whose stored value cannot be seen; see :func:`settings.changed_settings`."""
    if update_secrets == "on_create":
        return "ignore"
    if update_secrets == "always" or connection.secrets_outdated:
        return "send"
    return "keep"


def settings_of(
    item: DeclaredConnection,
    connection: CurrentConnection,
    declared: DeclaredEnvironment,
    current: CurrentEnvironment,
    connector: Target | None,
) -> Settings:
    """The settings of an existing connection as they shall be.

    :raises DocumentError: for settings that cannot be.
    """
    carrier = connection.carrier or {}
    old_id = connection.listed.connector_id
    return changed_settings(
        carrier,
        item,
        connector=None if connector is None else (connector.id, connector.name),
        connector_names={known.id: known.name for known in current.connectors or ()},
        access=access_members(item.access, current.user_groups or (), current.users or (), item.place),
        fields=_config_fields(current, old_id if connector is None else connector.id),
        old_fields=_config_fields(current, old_id),
        secrets=secrets_policy(declared.update_secrets, connection),
        people=people_of(current),
    )


def _config_fields(current: CurrentEnvironment, connector_id: int | None) -> ConfigFields:
    """What a connector says of its configuration; of one without an id, which is yet to be created, an earlier step makes it known."""
    return Unknown(later=True) if connector_id is None else current.config_fields.get(connector_id, Unknown())


def _create(
    item: DeclaredConnection,
    things: Things[Connection],
    declared: DeclaredEnvironment,
    current: CurrentEnvironment,
    directory: Directory,
    result: ConnectionPlan,
    unchecked: Unchecked,
) -> None:
    name = item.ref.name or ""
    if item.elsewhere:
        target = directory.target("connection", item.ref, item.place)
        result.warnings.extend(remarks_of_templates(item))
        steps, changes = plan_new_mappings(item, target, current.ranks_trouble, Unknown(), {}, unchecked)
        result.steps.extend(steps)
        result.changes.extend(changes)
        return
    refuse_no_text(name, f"{item.place}.name")
    if item.connector is UNSET:
        near = nearest(name, [connection.name for connection in things])
        hint = things.id_hint(item.ref) or (f' Or did you mean "{near}", which exists?' if near else "")
        raise DocumentError(f"{item.place} does not exist yet, and has no connector. Say through which connector it goes.{hint}")
    refuse_templates(item, "the connection is new")
    connector = directory.target("connector", item.connector, f"{item.place}.connector")
    target = directory.create("connection", name, item.place)
    access = access_members(item.access, current.user_groups or (), current.users or (), item.place)
    fields = _config_fields(current, connector.id)
    settings = new_settings(item, connector.id or 0, connector.name, access, fields, people_of(current))
    result.steps.append(SaveConnection(target, item, connector, access, without_secrets=False, test=item.test))
    result.changes.append(Change("connection", name, {}, {**settings.after, "active": item.active is True}))
    if item.test and connector.id is not None and settings.config_known:
        result.tests.append(ConfigTest(item.place, connector.id, settings.config))
    _note_settings(item, settings, unchecked)
    steps, changes = plan_new_mappings(
        item,
        target,
        current.ranks_trouble,
        _foreseen(current, connector),
        current.crm_items,
        unchecked,
        prune="mappings" in declared.prune,
    )
    result.steps.extend(steps)
    result.changes.extend(changes)
    if item.active is True:
        result.steps.append(SetActive(target, True))


def _update(
    item: DeclaredConnection,
    connection: CurrentConnection,
    declared: DeclaredEnvironment,
    current: CurrentEnvironment,
    directory: Directory,
    result: ConnectionPlan,
    unchecked: Unchecked,
) -> None:
    listed = connection.listed
    new_name = renamed(item, listed.raw_name)
    if new_name is not None:
        directory.rename("connection", listed.id, new_name, item.place)
    target = Target("connection", listed.name, listed.id)
    connector = None if item.connector is UNSET else directory.target("connector", item.connector, f"{item.place}.connector")
    if connector is not None and connector.id != listed.connector_id:
        refuse_templates(item._replace(actors=()), "the connection moves to another connector")
    result.warnings.extend(remarks_of_templates(item))
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    switches = item.active is not UNSET and item.active != listed.active
    if switches:
        before["active"], after["active"] = listed.active, item.active
    if switches and item.active is False:
        result.steps.append(SetActive(target, False))
    if item.saves_settings:
        _update_settings(item, connection, declared, current, connector, target, result, before, after, unchecked)
    if before != after:
        result.changes.append(Change("connection", listed.name, before, after))
    moves = connector is not None and connector.id != listed.connector_id
    steps, changes = plan_mappings(
        item,
        connection,
        current,
        target,
        Notes(result.warnings, unchecked),
        prune="mappings" in declared.prune,
        moves_to=_foreseen(current, connector) if moves else None,
    )
    result.steps.extend(steps)
    result.changes.extend(changes)
    if switches and item.active is True:
        result.steps.append(SetActive(target, True))


def _update_settings(
    item: DeclaredConnection,
    connection: CurrentConnection,
    declared: DeclaredEnvironment,
    current: CurrentEnvironment,
    connector: Target | None,
    target: Target,
    result: ConnectionPlan,
    before: dict[str, t.Any],
    after: dict[str, t.Any],
    unchecked: Unchecked,
) -> None:
    settings = settings_of(item, connection, declared, current, connector)
    before.update(settings.before)
    after.update(settings.after)
    result.warnings.extend(settings.warnings)
    if not settings.changes:
        return
    if connector is not None and connector.id != connection.listed.connector_id:
        _note_settings(item, settings, unchecked)
    access = access_members(item.access, current.user_groups or (), current.users or (), item.place)
    without = declared.update_secrets == "on_create"
    result.steps.append(
        SaveConnection(target, item, connector, access, without_secrets=without, test=item.test and settings.config_changes)
    )
    if item.test and settings.config_changes and settings.config_known:
        connector_id = connection.listed.connector_id if connector is None else t.cast(int, connector.id)
        result.tests.append(ConfigTest(item.place, connector_id, settings.config))


def _note_settings(item: DeclaredConnection, settings: Settings, unchecked: Unchecked) -> None:
    """Note what cannot be said of the configuration of a connection that is new at its connector."""
    if not settings.config_known:
        unchecked.note("config", "What its connector asks for is known only once the connector is saved.")
    elif not item.test:
        unchecked.note("config, which test: false leaves untested")


def _foreseen(current: CurrentEnvironment, connector: Target | None) -> Foreseen:
    """What another connection of a connector tells."""
    nothing = Unknown(later=True)
    return nothing if connector is None or connector.id is None else current.patterns.get(connector.id, nothing)


def _connector_of(item: DeclaredConnection, connection: CurrentConnection | None, directory: Directory) -> str:
    """A name for the connector that a connection goes through, the same for all connections that do; blank where it is not known."""
    if item.connector is not UNSET:
        target = directory.target("connector", item.connector, f"{item.place}.connector")
        return target.name if target.id is None else str(target.id)
    return "" if connection is None else str(connection.listed.connector_id)


class OneWay:
    """Fields that go one way to SuperOffice, which only the first of several connections may have.

    What stands in the installation so far the server tells of each field; here it is about connections of the same document.
    """

    def __init__(self) -> None:
        # By ERP actor type and folded key: the first connection whose field begins to go to SuperOffice, and its connector.
        self._taken: dict[tuple[str, str], tuple[str, str]] = {}

    def take(self, item: DeclaredConnection, connection: CurrentConnection | None, connector: str, unchecked: Unchecked) -> None:
        """:raises DocumentError: for a field that an earlier connection of the same connector brings to SuperOffice by then."""
        for actor in item.actors:
            going = [field for field in actor.fields if field.direction in ("to_crm", "both")]
            state = None if connection is None else connection.actors.get(actor.erp)
            before = field_mapping.directions(state.mapping) if state is not None and going else {}
            for field in going:
                key = (actor.erp, field.erp.casefold())
                was = before.get(key[1], "none")
                taken = self._taken.get(key)
                if taken is not None and field.direction == "to_crm" != was:
                    if taken[1] == connector:
                        raise DocumentError(
                            f"{field.place}: another connection already brings this field to SuperOffice, {taken[0]}, so it cannot go one "
                            "way to SuperOffice here. Use direction: both or to_erp, or take it out of the other connection first."
                        )
                    unchecked.note(f"whether {field.erp} of {actor.erp} may go one way to SuperOffice here, and in {taken[0]} as well")
                if was not in ("to_crm", "both"):
                    self._taken.setdefault(key, (item.place, connector))
