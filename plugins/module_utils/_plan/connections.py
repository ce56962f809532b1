# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Plans connections: created, changed and removed ones, their settings and activation."""

from __future__ import annotations

import functools
import typing as t

from .._model import names, stamp
from .._model.checks import DocumentError, at
from .._model.connection import Connection
from .._model.connection_settings import CouldOverwrite, Settings, access_members, changed_settings, new_settings, people_of
from .._model.current import CurrentConnection
from .._model.declared import UNSET, DeclaredAccess, DeclaredConnection
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from .._model.find_by_name import Things, person_ids
from .._model.pattern import Foreseen
from .._model.reference import twice
from .._model.refused_texts import refuse_no_text, refuse_templates, remarks_of_templates
from .._model.renames import names_afterwards, readdressed, renamed
from .._model.unknown import ConfigFields, Unknown
from .._wire import members
from .change import Change
from .directory import Directory, matched, other_name
from .draft import Draft, Mappings, Unchecked
from .mappings import plan_mappings
from .one_way import OneWay
from .steps import ConfigTest, Remove, SaveConnection, SecretsRule, SetActive, Target


def plan_connections(declared: DeclaredEnvironment, current: CurrentEnvironment, directory: Directory, draft: Draft) -> list[Connection]:
    """Plan what is created and changed.

    :returns: the connections to remove at the end of the run.
    :raises DocumentError: for a declaration that cannot be carried out.
    """
    removals: list[Connection] = []
    things = Things("connection", (connection.listed for connection in current.connections or ()))
    # All references are looked up before the first connection is planned.
    planned = [
        (item, None if found is None else current.connections_by_id[found.id])
        for item, found in matched(
            "connection", declared.connections or (), things, directory, removals, prune="connections" in declared.prune
        )
    ]
    connectors = Things("connector", names_afterwards(declared.connectors or (), current.connectors or ()))
    renewed = readdressed(declared.connectors or (), connectors)
    section = _Section(declared, current, directory, draft, things, renewed)
    one_way = OneWay()
    for item, connection in planned:
        draft.warnings.extend(_named_twice(item, current))
        unchecked = Unchecked(item.place)
        before = len(draft.steps)
        if connection is None:
            section.create(item, unchecked)
        else:
            section.update(item, connection, unchecked)
        connector = section.connector_of(item, connection)
        one_way.take(item, connection, connector, unchecked)
        if connector in map(str, renewed) and not all(isinstance(step, SetActive) for step in draft.steps[before:]):
            unchecked.note("what its connector asks for and has at its new URL")
        # A connection that an earlier task creates has a warning of its own.
        draft.unchecked.extend(unchecked.sentence() if connection is not None or not item.elsewhere else ())
    draft.warnings.extend(_perhaps_left_inactive(planned))
    return removals


def plan_removals(removals: t.Sequence[Connection], draft: Draft) -> None:
    """Plan the removal of connections."""
    for connection in removals:
        draft.steps.append(Remove(Target("connection", connection.name, connection.id)))
        before = {"name": connection.name, "active": connection.active}
        draft.changes.append(Change("connection", connection.name, before, {}, {(): (stamp.connection(connection.id),)}))


class _Section(t.NamedTuple):
    """The declared connections beside those that are there."""

    declared: DeclaredEnvironment
    current: CurrentEnvironment
    directory: Directory
    draft: Draft
    things: Things[Connection]
    # The connectors that get a new URL.
    renewed: t.Collection[int]

    def create(self, item: DeclaredConnection, unchecked: Unchecked) -> None:
        """Plan a connection that is not there."""
        draft, directory, current = self.draft, self.directory, self.current
        if item.elsewhere:
            target = directory.target("connection", item.ref, item.place)
            draft.warnings.extend(remarks_of_templates(item))
            self._plan_mappings(item, target, None, Unknown(), unchecked)
            return
        name = item.ref.name or ""
        refuse_no_text(name, at(item.place, "name"))
        if item.connector is UNSET:
            raise DocumentError(
                f"{item.place} does not exist yet, and has no connector. Say through which connector it goes."
                f"{other_name(item.ref, self.things)}"
            )
        refuse_templates(item, "the connection is new")
        connector = directory.target("connector", item.connector, at(item.place, "connector"))
        target = directory.create("connection", name, item.place)
        access = self._access(item)
        people = people_of(current)
        settings = self._by_fields(
            connector.id, lambda fields: new_settings(item, connector.id or 0, connector.name, access, fields, people)
        )
        draft.steps.append(SaveConnection(target, item, connector, access, secrets="send", test=item.test))
        draft.changes.append(Change("connection", name, {}, {**settings.after, "active": item.active is True}))
        if item.test and connector.id is not None and connector.id not in self.renewed and settings.config_known:
            draft.tests.append(ConfigTest(item.place, connector.id, settings.config))
        _note_config(item, settings, unchecked)
        self._plan_mappings(item, target, None, self._foreseen(connector), unchecked)
        if item.active is True:
            draft.steps.append(SetActive(target, True))

    def update(self, item: DeclaredConnection, connection: CurrentConnection, unchecked: Unchecked) -> None:
        """Plan a connection that is there."""
        draft, directory = self.draft, self.directory
        listed = connection.listed
        new_name = renamed(item, listed.raw_name)
        if new_name is not None:
            directory.rename("connection", listed.id, new_name, item.place)
        target = Target("connection", listed.name, listed.id)
        connector = None if item.connector is UNSET else directory.target("connector", item.connector, at(item.place, "connector"))
        moves_to = connector if connector is not None and connector.id != listed.connector_id else None
        if moves_to is not None:
            refuse_templates(item._replace(actors=()), "the connection moves to another connector")
        draft.warnings.extend(remarks_of_templates(item))
        before: dict[str, t.Any] = {}
        after: dict[str, t.Any] = {}
        switches = item.active is not UNSET and item.active != listed.active
        if switches:
            before["active"], after["active"] = listed.active, item.active
        if switches and item.active is False:
            draft.steps.append(SetActive(target, False))
        if item.saves_settings:
            settings = self._settings(item, connection, connector)
            before.update(settings.before)
            after.update(settings.after)
            draft.warnings.extend(settings.warnings)
            if settings.changes:
                if moves_to is not None:
                    _note_config(item, settings, unchecked)
                self._save(item, connection, target, connector, settings)
        if before != after:
            own = stamp.connection(listed.id)
            rows: dict[stamp.Keys, tuple[stamp.Row, ...]] = {(): (own,)}
            if "access" in after:
                rows["access",] = (own, stamp.access(listed.id))
            draft.changes.append(Change("connection", listed.name, before, after, rows))
        foreseen = self.current.patterns.get(listed.connector_id, Unknown()) if moves_to is None else self._foreseen(moves_to)
        self._plan_mappings(item, target, connection, foreseen, unchecked, moves=moves_to is not None)
        if switches and item.active is True:
            draft.steps.append(SetActive(target, True))

    def _plan_mappings(
        self,
        item: DeclaredConnection,
        target: Target,
        connection: CurrentConnection | None,
        foreseen: Foreseen,
        unchecked: Unchecked,
        *,
        moves: bool = False,
    ) -> None:
        mappings = Mappings(
            self.draft,
            unchecked,
            item,
            target,
            connection,
            foreseen,
            activates=item.active is True and not (connection is not None and connection.listed.active),
            ranks_trouble=self.current.ranks_trouble if connection is None else connection.ranks_trouble,
            crm_items=self.current.crm_items,
            prune="mappings" in self.declared.prune,
            moves=moves,
            has_lists=self.declared.has_lists,
        )
        plan_mappings(mappings)

    def connector_of(self, item: DeclaredConnection, connection: CurrentConnection | None) -> str:
        """The connector's id as a text, or the name of a new one; blank where it is not known."""
        if item.connector is not UNSET:
            target = self.directory.target("connector", item.connector, at(item.place, "connector"))
            return target.name if target.id is None else str(target.id)
        return "" if connection is None else str(connection.listed.connector_id)

    def _settings(self, item: DeclaredConnection, connection: CurrentConnection, connector: Target | None) -> Settings:
        """The settings of a connection as they will be.

        :raises DocumentError: for settings that cannot be saved.
        """
        old_id = connection.listed.connector_id
        by_fields = functools.partial(
            changed_settings,
            connection.carrier or {},
            item,
            connector=None if connector is None else (connector.id, connector.name),
            connector_names={known.id: known.name for known in self.current.connectors or ()},
            access=self._access(item),
            old_fields=self._config_fields(old_id),
            secrets=_secrets_rule(self.declared.update_secrets, connection),
            people=people_of(self.current),
        )
        with members.answer_of("GetConnection"):
            return self._by_fields(old_id if connector is None else connector.id, lambda fields: by_fields(fields=fields))

    def _save(
        self, item: DeclaredConnection, connection: CurrentConnection, target: Target, connector: Target | None, settings: Settings
    ) -> None:
        """Save changed settings, and test the configuration before that."""
        secrets = _secrets_rule(self.declared.update_secrets, connection)
        tests = item.test and settings.config_changes
        self.draft.steps.append(SaveConnection(target, item, connector, self._access(item), secrets=secrets, test=tests))
        connector_id = connection.listed.connector_id if connector is None else connector.id
        if tests and settings.config_known and connector_id is not None and connector_id not in self.renewed:
            self.draft.tests.append(ConfigTest(item.place, connector_id, settings.config))

    def _access(self, item: DeclaredConnection) -> dict[str, t.Any]:
        return access_members(item.access, self.current.user_groups or (), self.current.users or (), item.place)

    def _by_fields(self, connector_id: int | None, settings: t.Callable[[ConfigFields], Settings]) -> Settings:
        """The settings by the configuration fields of a connector.

        At a new URL another product may answer, with other fields than the server tells now.

        :raises DocumentError: for settings that do not fit the fields.
        """
        try:
            return settings(self._config_fields(connector_id))
        except CouldOverwrite:
            raise
        except DocumentError:
            if connector_id not in self.renewed:
                raise
            return settings(Unknown(later=True))

    def _config_fields(self, connector_id: int | None) -> ConfigFields:
        """The configuration fields of a connector; an earlier step creates one without an id."""
        return Unknown(later=True) if connector_id is None else self.current.config_fields.get(connector_id, Unknown())

    def _foreseen(self, connector: Target) -> Foreseen:
        """What another connection of a connector shows of mappings that are not there yet."""
        nothing = Unknown(later=True)
        return nothing if connector.id is None else self.current.patterns.get(connector.id, nothing)


def _secrets_rule(update_secrets: str, connection: CurrentConnection) -> SecretsRule:
    """What to do with the declared secrets of a connection that is there."""
    if update_secrets == "on_create":
        return "ignore"
    if update_secrets == "always" or connection.secrets_outdated:
        return "send"
    return "keep"


def _note_config(item: DeclaredConnection, settings: Settings, unchecked: Unchecked) -> None:
    """Note a first configuration with a connector where nothing tests it before the run."""
    if not settings.config_known:
        unchecked.note("config", "What its connector asks for is known only once the connector is saved.")
    elif not item.test:
        unchecked.note("config, which test: false leaves untested")


def _named_twice(item: DeclaredConnection, current: CurrentEnvironment) -> t.Iterator[str]:
    """A warning of each user group or user who is named twice, perhaps by name and by id."""
    if not isinstance(item.access, DeclaredAccess):
        return
    for refs, people, kind, key in (
        (item.access.user_groups, current.user_groups, "user group", "user_groups"),
        (item.access.users, current.users, "user", "users"),
    ):
        if refs is not UNSET and refs:
            place = at(item.place, f"access.{key}")
            told = twice(refs, person_ids(people or (), refs, kind, place), place, kind)
            if told is not None:
                yield told


def _perhaps_left_inactive(planned: t.Iterable[tuple[DeclaredConnection, CurrentConnection | None]]) -> t.Iterator[str]:
    """One warning of the connections that are inactive while ``active`` is not declared.

    The task that declares the connection itself warns; tasks that declare only mappings do not.
    """
    inactive = [
        names.called(connection.listed.raw_name, connection.listed.id)
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
