# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Carrying out the steps of a plan.

Each step reads afresh what it changes, lays over it what is declared, saves the whole, and looks at the answer.

What belongs to different connections is done side by side; :mod:`_plan.stages` says what may be.

Some servers take changes to a connection only while it is inactive. Where one refuses, the connection is deactivated,
the change is tried once more, and the connection is activated again after its last step, or after a failure.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import typing as t

from . import _shapes
from ._client import errors
from ._model import field_mapping, list_mapping, wire
from ._model.declared import UNSET, DeclaredActor
from ._model.environment import CurrentEnvironment, DeclaredEnvironment
from ._plan import engine
from ._plan import steps as st
from ._plan.mappings import declared_defaults, order_of, undeclared
from ._plan.priority import reordered
from ._plan.settings import changed_settings, new_settings
from ._plan.stages import stages
from ._reader import declared_secrets, read_actor, read_actor_types, read_crm_items
from ._side_by_side import side_by_side
from ._switching import carry_out

if t.TYPE_CHECKING:
    from ._model import carriers
    from ._run import Run

K = t.TypeVar("K")
T = t.TypeVar("T")


class Executor:
    """Carries out the steps of one plan."""

    def __init__(self, run: Run, declared: DeclaredEnvironment, current: CurrentEnvironment) -> None:
        self._run = run
        self._declared = declared
        self._current = current
        self._reading = run.reading
        self._writing = run.writing
        # What serves several connections is read once, also where they are worked on at the same time.
        self._reading_once = threading.Lock()
        self._config_fields_read = dict(current.config_fields)
        self._crm_items_read = dict(current.crm_items)
        # Connections that were deactivated for a change, and must be activated again.
        self._to_restore: dict[int, str] = {}
        self._failed = threading.Event()
        # What to tell a person, by target: what is done side by side ends in any order.
        self._remarks: dict[st.Target, list[str]] = {}
        self.created: dict[tuple[str, str], int] = {}
        # Whether anything has been written, also by a step that failed half-way.
        self.wrote = False
        self._done: set[int] = set()

    def carry_out(self, steps: t.Sequence[st.Step], at_once: int) -> None:
        """Do all the steps. After a failure no other step begins; those that are under way come to their end.

        :param at_once: how many connections may be worked on at the same time; 1 does one step after the other, in their order.
        :raises errors.ErpSyncError: where the server fails or refuses.
        :raises DocumentError: for what could not be known before an earlier step was done.
        """
        work = [(tuple(steps),)] if at_once == 1 else stages(steps)
        try:
            for stage in work:
                side_by_side([functools.partial(self._in_order, group) for group in stage], at_once)
        finally:
            for target in dict.fromkeys(filter(None, map(st.connection_of, steps))):
                for text in self._remarks.get(target, ()):
                    self._run.warn(text)

    def done(self, steps: t.Sequence[st.Step]) -> list[bool]:
        """Whether each of the steps was done."""
        return [id(step) in self._done for step in steps]

    def _in_order(self, group: t.Sequence[st.Step]) -> None:
        before: int | None = None
        for step in group:
            if self._failed.is_set():
                return
            with self._telling_of_failure():
                target = st.connection_of(step)
                connection_id = None if target is None or st.creates_connection(step) else self._id(target)
                if before is not None and connection_id != before:
                    self._restore(before)
                before = connection_id
                _STEPS[type(step)](self, step)
            self._done.add(id(step))
        if before is not None:
            with self._telling_of_failure():
                self._restore(before)

    @contextlib.contextmanager
    def _telling_of_failure(self) -> t.Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._failed.set()
            if isinstance(error, errors.ErpSyncError) and error.uncertain:
                # Another connection's failure may be the one that is told.
                self.wrote = True
            raise

    def restore_after_failure(self) -> str:
        """Activate again what was deactivated for a change; returns what to tell a person, empty where there is nothing to tell."""
        told = [f'"{name}"' for name in self._to_restore.values()]
        try:
            for connection_id in list(self._to_restore):
                self._restore(connection_id)
        except errors.ErpSyncError as error:
            return f"Besides, {', '.join(told)} had been deactivated for the change and could not be activated again: {error.message}"
        return f"{', '.join(told)} had been deactivated for the change and is active again." if told else ""

    def _id(self, target: st.Target) -> int:
        return target.id if target.id is not None else self.created[target.kind, target.name]

    # Engine

    def _change_engine(self, step: engine.EngineStep) -> None:
        carry_out(step, self._writing)
        self.wrote = True

    # Connectors

    def _save_connector(self, step: st.SaveConnector) -> None:
        if step.target.id is None:
            entity: wire.Carrier = _shapes.present(
                "CreateDefaultErpSyncConnectorEntity", self._reading.create_default_erp_sync_connector_entity()
            )
        else:
            entity = _shapes.present("GetErpSyncConnectorEntity", self._reading.get_erp_sync_connector_entity(step.target.id))
        members = {name: value for name, value in (("DisplayName", step.name), ("URL", step.url)) if value is not None}
        saved: wire.Carrier = _shapes.present(
            "SaveErpSyncConnectorEntity",
            self._wrote(
                self._writing.save_erp_sync_connector_entity(t.cast("carriers.ErpSyncConnectorEntity", wire.replaced(entity, members)))
            ),
        )
        with _shapes.reading("SaveErpSyncConnectorEntity"):
            self.created["connector", step.target.name] = wire.required_number(saved, "ErpConnectorId")
            for name, value in members.items():
                if wire.text(saved, name) != value:
                    raise _not_taken("SaveErpSyncConnectorEntity", f"{name} of {step.target}")

    # Connections

    def _save_connection(self, step: st.SaveConnection) -> None:
        item = step.declared
        connector_id = None if step.connector is None else self._id(step.connector)
        carrier: wire.Carrier | None = None
        if step.target.id is None and connector_id is not None and step.connector is not None:
            fields = self._config_fields(connector_id)
            settings = new_settings(item, connector_id, step.connector.name, step.access, fields)
        else:
            carrier = t.cast(wire.Carrier, _shapes.present("GetConnection", self._reading.get_connection(self._id(step.target))))
            known = self._current.connections_by_id[self._id(step.target)]
            fields = self._config_fields(connector_id or known.listed.connector_id)
            secrets = (
                "ignore"
                if step.without_secrets
                else "send"
                if self._declared.update_secrets == "always" or known.secrets_outdated
                else "keep"
            )
            settings = changed_settings(
                carrier,
                item,
                connector=None if connector_id is None or step.connector is None else (connector_id, step.connector.name),
                connector_names={},
                access=step.access,
                fields=fields,
                secrets=secrets,
            )
            if not settings.changes:
                return
        # Of a connector that an earlier step has created nothing was known before.
        self._run.secrets.update(declared_secrets(item, fields))
        if step.test and step.connector is not None and step.connector.id is None and settings.config_known:
            # The connector did not exist when the other tests were made.
            if not self._reading.test_connection_by_config(t.cast(int, connector_id), settings.config):
                raise errors.TestFailed(
                    f"{item.place}: the ERP system does not accept this configuration. The connection was not saved. "
                    "Check the values of config, or use test: false.",
                    method="TestConnectionByConfig",
                    attempts=1,
                )
        saved = self._edit(step.target, lambda: self._writing.save_connection(t.cast("carriers.ErpConnection", settings.carrier)))
        answer: wire.Carrier = _shapes.present("SaveConnection", saved)
        with _shapes.reading("SaveConnection"):
            self.created["connection", step.target.name] = wire.required_number(answer, "ErpConnectionId")

    def _config_fields(self, connector_id: int) -> t.Sequence[wire.Carrier]:
        return self._once(
            self._config_fields_read,
            connector_id,
            lambda: t.cast("t.Sequence[wire.Carrier]", self._reading.get_configuration_fields(connector_id)),
        )

    def _once(self, known: dict[K, T], key: K, read: t.Callable[[], T]) -> T:
        """What is known by a key; read where it is not known yet."""
        with self._reading_once:
            if key not in known:
                known[key] = read()
            return known[key]

    def _set_active(self, step: st.SetActive) -> None:
        connection_id = self._id(step.target)
        # A toggle: what was read some steps ago may have changed since.
        if self._is_active(connection_id) == step.active:
            self._to_restore.pop(connection_id, None)
            return
        self._toggle(connection_id, step.target.name, step.active)
        self._to_restore.pop(connection_id, None)

    def _is_active(self, connection_id: int) -> bool:
        answer: wire.Carrier = _shapes.present("GetConnection", self._reading.get_connection(connection_id))
        with _shapes.reading("GetConnection"):
            return wire.required_flag(answer, "Active")

    def _toggle(self, connection_id: int, name: str, active: bool) -> None:
        reasons = [reason for reason in self._wrote(self._writing.toggle_erp_connection_active(connection_id)) if reason]
        if reasons or self._is_active(connection_id) != active:
            told = " ".join(reasons) if reasons else "The server gives no reason."
            raise errors.NotSwitched(
                f'The connection "{name}" cannot be {"activated" if active else "deactivated"}: {told}',
                method="ToggleErpConnectionActive",
                attempts=1,
                details={"reasons": reasons},
            )

    def _refresh_fields(self, step: st.RefreshFields) -> None:
        if not self._wrote(self._writing.update_connection_fields(self._id(step.target))):
            raise errors.ErrorAnswer(
                f"The server could not read the fields of {step.target} from its connector. Check that the connector answers.",
                method="UpdateConnectionFields",
                attempts=1,
            )

    # Mappings

    def _mapping(self, target: st.Target, erp: str, place: str) -> wire.Carrier:
        mapping = read_actor(self._reading, self._id(target), erp)
        if mapping is None:
            raise errors.BadInput(f"{place}: the connection has no actor type {erp}; its ERP system does not offer it.")
        return mapping

    def _save_actor(self, step: st.SaveActor) -> None:
        mapping = self._mapping(step.target, step.declared.erp, step.declared.place)
        with _shapes.reading("GetActorTypeMapping"):
            carrier, fields, members = field_mapping.overlay(mapping, step.declared)
        if not fields and not members:
            return
        saved = self._edit(step.target, lambda: self._writing.save_actor_type_mapping(t.cast("carriers.ErpSyncActorTypeMapping", carrier)))
        answer: wire.Carrier = _shapes.present("SaveActorTypeMapping", saved)
        with _shapes.reading("SaveActorTypeMapping"):
            _carrier, left, left_members = field_mapping.overlay(answer, step.declared)
        if left or left_members:
            what = ", ".join([*(change.key for change in left), *left_members])
            raise _not_taken("SaveActorTypeMapping", f"{what} of {step.target}, {step.declared.erp}")

    def _prune_actors(self, step: st.PruneActors) -> None:
        for erp in read_actor_types(self._reading, self._id(step.target)):
            if erp not in step.declared:
                self._save_actor(st.SaveActor(step.target, undeclared(erp, step.place)))

    def _save_defaults(self, step: st.SaveDefaults) -> None:
        mapping = self._mapping(step.target, step.declared.erp, step.declared.place)
        for field_id, field in declared_defaults(mapping, step.declared, self._with_defaults(step.target, step.declared)):
            if field.default is UNSET:
                continue
            current: wire.Carrier = _shapes.present("GetDefaultValueInfo", self._reading.get_default_value_info(field_id))
            with _shapes.reading("GetDefaultValueInfo"):
                carrier, before, after = field_mapping.default_overlay(current, field.default, f"{field.place}.default")
            if before != after:
                self._save_default(step.target, carrier)

    def _save_default(self, target: st.Target, carrier: dict[str, t.Any]) -> None:
        saved = self._edit(target, lambda: self._writing.save_default_value_info(t.cast("carriers.ErpSyncDefaultValue", carrier)))
        _shapes.present("SaveDefaultValueInfo", saved)

    def _with_defaults(self, target: st.Target, actor: DeclaredActor) -> t.Collection[int]:
        """The ids of the fields with default settings, as they were read for the plan; none for a connection that is new."""
        known = None if target.id is None else self._current.connections_by_id.get(target.id)
        state = None if known is None else known.actors.get(actor.erp)
        return () if state is None else state.defaults

    def _order_fields(self, step: st.OrderFields) -> None:
        """Move fields one at a time, looking at the ranks after each move: how far one move goes is not documented."""
        connection_id = self._id(step.target)
        erp = t.cast("carriers.ErpActorEnum", step.erp)
        mapping = self._mapping(step.target, step.erp, step.place)
        ids = {wire.text(f, "ErpFieldKey"): wire.number(f, "ErpFieldId") for f in wire.carriers(mapping, "FieldMappings") or []}
        most = len(ids) * len(ids) + 10
        for _move in range(most):
            extras = self._run.lookups.field_extras(connection_id)
            if extras is None:
                mapping = self._mapping(step.target, step.erp, step.place)
            ranks = {} if extras is None else {field_id: extra.rank for field_id, extra in extras.items()}
            present, wanted = order_of(mapping, ranks, step.order, step.place)
            if present == wanted:
                return
            # The first field that stands too late goes up.
            key = next(key for key, there in zip(wanted, present) if key != there)
            field_id = t.cast(int, ids[key])
            self._edit(step.target, functools.partial(self._writing.move_erp_field_item, field_id, -1, connection_id, erp))
        raise _not_taken("MoveErpFieldItem", f"the order of {step.target}, {step.erp}")

    def _save_lists(self, step: st.SaveLists) -> None:
        container: wire.Carrier = self._reading.get_connection_list_mappings(self._id(step.target)) or {}
        with _shapes.reading("GetConnectionListMappings"):
            needed = list_mapping.crm_list_names(container, step.declared)
            items = {found.key: self._crm_items(step.target, found) for found in needed}
            carrier, changes = list_mapping.overlay(container, step.declared, items, purge=step.purge)
        if not changes:
            return
        saved = self._edit(
            step.target, lambda: self._writing.save_connection_list_mappings(t.cast("carriers.ErpConnectionListMappingContainer", carrier))
        )
        answer: wire.Carrier = _shapes.present("SaveConnectionListMappings", saved)
        with _shapes.reading("SaveConnectionListMappings"):
            _carrier, left = list_mapping.overlay(answer, step.declared, items, purge=step.purge)
        if left:
            raise _not_taken("SaveConnectionListMappings", f"{', '.join(change.list for change in left)} of {step.target}")

    def _crm_items(self, target: st.Target, wanted: list_mapping.CrmList) -> t.Sequence[wire.Carrier]:
        mapping = functools.partial(read_actor, self._reading, self._id(target), wanted.actor)
        return self._once(self._crm_items_read, wanted.key, lambda: read_crm_items(self._run.lookups, wanted, mapping))

    def _clear_columns(self, step: st.ClearColumns) -> None:
        for owner in step.owners:
            try:
                self._writing.validate_archive_column_config(owner, self._id(step.target))
                self.wrote = True
            except errors.APPLICATION_ERRORS as error:
                # A cache; and which names the server knows is not documented.
                self._remark(
                    step.target,
                    f"The mappings of {step.target} are saved, but the columns cached for {owner} could not be cleared: {error.message}",
                )

    # Priority and removal

    def _save_priority(self, step: st.SavePriority) -> None:
        ids = self._run.lookups.connection_ids_by_rank()
        declared = [st.Target(target.kind, target.name, self._id(target)) for target in step.order]
        by_id = {target.id: target for target in declared}
        present = [by_id.get(number, st.Target("connection", str(number), number)) for number in ids]
        order = reordered(present, declared)
        if order is None:
            return
        wanted = [t.cast(int, target.id) for target in order]
        if not self._wrote(self._writing.save_erp_connection_sync_priorities(wanted)):
            raise errors.ErrorAnswer(
                "The server refused the order of the connections.", method="SaveErpConnectionSyncPriorities", attempts=1
            )

    def _remove(self, step: st.Remove) -> None:
        number = self._id(step.target)
        if step.target.kind == "connection":
            self._writing.delete_connection(number)
            self.wrote = True
            return
        code = self._reading.can_delete_erp_sync_connector_entity(number)
        if code != "NoError":
            raise errors.ErrorAnswer(
                f"{step.target} cannot be removed: {code}.", code=code, method="CanDeleteErpSyncConnectorEntity", attempts=1
            )
        self._writing.delete_erp_sync_connector_entity(number)
        self.wrote = True

    # Servers that want a connection inactive while it is changed

    def _edit(self, target: st.Target, save: t.Callable[[], T]) -> T:
        """Save; where the server refuses because the connection is active, deactivate it and save again."""
        try:
            return self._wrote(save())
        except errors.ErrorAnswer as error:
            if error.uncertain or target.id is None or not self._is_active(target.id):
                raise
            refusal = error
        self._toggle(target.id, target.name, False)
        self._to_restore[target.id] = target.name
        try:
            answer = save()
        except errors.ErrorAnswer:
            # It was not for being active: the first refusal says why.
            raise refusal from None
        self._remark(target, f"{target} was deactivated while it was changed, since the server takes changes only then.")
        return self._wrote(answer)

    def _restore(self, connection_id: int) -> None:
        name = self._to_restore.get(connection_id)
        if name is None:
            return
        if not self._is_active(connection_id):
            self._toggle(connection_id, name, True)
        del self._to_restore[connection_id]

    def _remark(self, target: st.Target, text: str) -> None:
        self._remarks.setdefault(target, []).append(text)

    def _wrote(self, answer: T) -> T:
        self.wrote = True
        return answer


def _not_taken(method: str, what: str) -> errors.ErpSyncError:
    return errors.UnexpectedAnswer(f"{method}: the server accepted the change, but did not take over {what}.", method=method, attempts=1)


_STEPS: dict[type, t.Callable[[Executor, t.Any], None]] = {
    engine.SwitchEngine: Executor._change_engine,
    engine.SetInterval: Executor._change_engine,
    st.SaveConnector: Executor._save_connector,
    st.SaveConnection: Executor._save_connection,
    st.SetActive: Executor._set_active,
    st.RefreshFields: Executor._refresh_fields,
    st.SaveActor: Executor._save_actor,
    st.PruneActors: Executor._prune_actors,
    st.SaveDefaults: Executor._save_defaults,
    st.OrderFields: Executor._order_fields,
    st.SaveLists: Executor._save_lists,
    st.ClearColumns: Executor._clear_columns,
    st.SavePriority: Executor._save_priority,
    st.Remove: Executor._remove,
}
