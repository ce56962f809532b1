# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Carrying out the steps of a plan.

Each step reads afresh what it changes, lays over it what is declared, saves the whole, and looks at the answer.

Before the first connector, and before the first connection, is created, the list of them is read once more: two runs at once
would create each of them twice. That is 1 request, and where connections are not listed in one, 1 more for each that is new.

What belongs to different connections is done side by side; :mod:`_plan.stages` says what may be.

Some servers take changes to a connection only while it is inactive. Where one refuses, the connection is deactivated,
the change is tried once more, and the connection is activated again after its last step, or when the run ends before that.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import typing as t

from .._agent import shapes
from .._client import errors
from .._client.side_by_side import side_by_side
from .._model import field_mapping, list_mapping, order
from .._model.checks import DocumentError
from .._model.declared import NO_DEFAULT, UNSET, DeclaredActor, DeclaredField
from .._model.declared_fields import declared_defaults, undeclared
from .._model.environment import CurrentEnvironment, DeclaredEnvironment
from .._model.settings import changed_settings, new_settings
from .._model.unseen import Unknown
from .._plan import steps as st
from .._plan.priority import reordered
from .._plan.stages import stages
from .._plan.taken import default_not_taken, settings_not_taken
from .._read.environment import declared_secrets, read_actor, read_actor_types, read_crm_items
from .._wire import members
from .activation import Activation
from .engine import carry_out
from .moving import NotMoved, bring_into_order
from .newcomers import refuse_newcomers

if t.TYPE_CHECKING:
    from .._run.run import Run
    from .._wire import carriers

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
        self._config_fields_read = {number: fields for number, fields in current.config_fields.items() if not isinstance(fields, Unknown)}
        # Connectors whose fields were known for the plan, with which configurations have been tested.
        self._tested_before = frozenset(self._config_fields_read)
        self._crm_items_read = dict(current.crm_items)
        self._activation = Activation(self._reading, self._writing, run.at_once)
        self._failed = threading.Event()
        # What to tell a person, by target: what is done side by side ends in any order.
        self._remarks: dict[st.Target, list[str]] = {}
        self.created: dict[tuple[str, str], int] = {}
        # The names of what the steps create, by kind, until it is certain that nobody else has created any of it meanwhile.
        self._to_create: dict[str, list[str]] = {}
        self._done: set[int] = set()

    def carry_out(self, steps: t.Sequence[st.Step], at_once: int) -> None:
        """Do all the steps. After a failure no other step begins; those that are under way come to their end.

        :param at_once: how many connections may be worked on at the same time; 1 does one step after the other, in their order.
        :raises errors.ErpSyncError: where the server fails or refuses.
        :raises DocumentError: for what could not be known before an earlier step was done.
        """
        for step in steps:
            if isinstance(step, (st.SaveConnector, st.SaveConnection)) and step.target.id is None:
                self._to_create.setdefault(step.target.kind, []).append(step.target.name)
        work = [(tuple(steps),)] if at_once == 1 else stages(steps)
        try:
            for stage in work:
                side_by_side([functools.partial(self._in_order, group) for group in stage], at_once)
        except BaseException:
            # What interrupts this thread ends the others, too.
            self._failed.set()
            raise
        finally:
            for target in dict.fromkeys(filter(None, map(st.connection_of, steps))):
                for text in self._remarks.get(target, ()):
                    self._run.warn(text)

    def done(self, steps: t.Sequence[st.Step]) -> list[bool]:
        """Whether each of the steps was done."""
        return [id(step) in self._done for step in steps]

    def _in_order(self, group: t.Sequence[st.Step]) -> None:
        before: int | None = None
        with self._activation.at_work(), self._telling_of_failure():
            for step in group:
                if self._failed.is_set():
                    return
                target = st.connection_of(step)
                connection_id = None if target is None or st.creates_connection(step) else self._id(target)
                if before is not None and connection_id != before:
                    self._activation.activate_again(before)
                before = connection_id
                _STEPS[type(step)](self, step)
                self._done.add(id(step))
            if before is not None:
                self._activation.activate_again(before)

    @contextlib.contextmanager
    def _telling_of_failure(self) -> t.Iterator[None]:
        try:
            yield
        except BaseException:
            self._failed.set()
            raise

    def restore(self) -> str:
        """Activate again what was deactivated for a change, whatever has ended the run; see :meth:`_activation.Activation.restore`."""
        return self._activation.restore()

    def _id(self, target: st.Target) -> int:
        return target.id if target.id is not None else self.created[target.kind, target.name]

    # Engine

    def _change_engine(self, step: st.EngineStep) -> None:
        carry_out(step, self._writing)

    def _refuse_newcomers(self, kind: str) -> None:
        """Before the first creation look whether another run has created meanwhile what this one is about to create."""
        wanted = self._to_create.pop(kind, None)
        if wanted is not None:
            known = self._current.connectors_by_id if kind == "connector" else self._current.connections_by_id
            refuse_newcomers(kind, wanted, known, self._reading, self._run.lookups)

    # Connectors

    def _save_connector(self, step: st.SaveConnector) -> None:
        if step.target.id is None:
            self._refuse_newcomers("connector")
            entity: members.Carrier = shapes.present(
                "CreateDefaultErpSyncConnectorEntity", self._reading.create_default_erp_sync_connector_entity()
            )
        else:
            entity = shapes.present("GetErpSyncConnectorEntity", self._reading.get_erp_sync_connector_entity(step.target.id))
        new_members = {name: value for name, value in (("DisplayName", step.name), ("URL", step.url)) if value is not None}
        saved = _saved(
            "SaveErpSyncConnectorEntity",
            self._writing.save_erp_sync_connector_entity(t.cast("carriers.ErpSyncConnectorEntity", members.replaced(entity, new_members))),
        )
        with _reading_answer("SaveErpSyncConnectorEntity"):
            self.created["connector", step.target.name] = members.required_number(saved, "ErpConnectorId")
            for name, value in new_members.items():
                if members.text(saved, name) != value:
                    raise _not_taken("SaveErpSyncConnectorEntity", f"{name} of {step.target}")
        if step.target.id is not None and step.url is not None:
            # Another connector may answer there, which asks for something else.
            self._config_fields_read.pop(step.target.id, None)

    # Connections

    def _save_connection(self, step: st.SaveConnection) -> None:
        item = step.declared
        connector_id = None if step.connector is None else self._id(step.connector)
        carrier: members.Carrier | None = None
        if step.target.id is None and connector_id is not None and step.connector is not None:
            used = connector_id
            fields = self._config_fields(used)
            settings = new_settings(item, connector_id, step.connector.name, step.access, fields)
        else:
            carrier = t.cast(members.Carrier, shapes.present("GetConnection", self._reading.get_connection(self._id(step.target))))
            known = self._current.connections_by_id[self._id(step.target)]
            used = connector_id or known.listed.connector_id
            fields = self._config_fields(used)
            settings = changed_settings(
                carrier,
                item,
                connector=None if connector_id is None or step.connector is None else (connector_id, step.connector.name),
                connector_names={},
                access=step.access,
                fields=fields,
                secrets=step.secrets,
            )
            if not settings.changes:
                return
        # Of a connector that an earlier step has created nothing was known before.
        self._run.secrets.update(declared_secrets(item, fields))
        if step.test and settings.config_known and used not in self._tested_before:
            # What the connector asks for was not known when the other tests were made.
            if not self._reading.test_connection_by_config(used, settings.config):
                raise errors.TestFailed(
                    f"{item.place}: the ERP system does not accept this configuration. The connection was not saved. "
                    "Check the values of config, or use test: false.",
                    method="TestConnectionByConfig",
                    attempts=1,
                )
        if step.target.id is None:
            self._refuse_newcomers("connection")
        saved = self._edit(step.target, lambda: self._writing.save_connection(t.cast("carriers.ErpConnection", settings.carrier)))
        answer = _saved("SaveConnection", saved)
        with _reading_answer("SaveConnection"):
            self.created["connection", step.target.name] = members.required_number(answer, "ErpConnectionId")
            declared_config = () if item.config is UNSET else item.config
            left = settings_not_taken(settings.carrier, answer, settings.after, declared_config, fields)
        if left:
            raise _not_taken("SaveConnection", f"{', '.join(left)} of {step.target}")

    def _config_fields(self, connector_id: int) -> t.Sequence[members.Carrier]:
        return self._once(
            self._config_fields_read,
            connector_id,
            lambda: t.cast("t.Sequence[members.Carrier]", self._reading.get_configuration_fields(connector_id)),
        )

    def _once(self, known: dict[K, T], key: K, read: t.Callable[[], T]) -> T:
        """What is known by a key; read where it is not known yet."""
        with self._reading_once:
            if key not in known:
                known[key] = read()
            return known[key]

    def _set_active(self, step: st.SetActive) -> None:
        self._activation.switch(self._id(step.target), step.target.name, step.active)

    def _refresh_fields(self, step: st.RefreshFields) -> None:
        if not self._writing.update_connection_fields(self._id(step.target)):
            raise errors.ErrorAnswer(
                f"The server could not read the fields of {step.target} from its connector. Check that the connector answers.",
                method="UpdateConnectionFields",
                attempts=1,
            )

    # Mappings

    def _mapping(self, target: st.Target, erp: str, place: str) -> members.Carrier:
        mapping = read_actor(self._reading, self._id(target), erp)
        if mapping is None:
            raise errors.BadInput(f"{place}: the connection has no actor type {erp}; its ERP system does not offer it.")
        return mapping

    def _save_actor(self, step: st.SaveActor) -> None:
        mapping = self._mapping(step.target, step.declared.erp, step.declared.place)
        with shapes.reading("GetActorTypeMapping"):
            carrier, fields, new_members = field_mapping.overlay(mapping, step.declared)
        if not fields and not new_members:
            return
        saved = self._edit(step.target, lambda: self._writing.save_actor_type_mapping(t.cast("carriers.ErpSyncActorTypeMapping", carrier)))
        answer = _saved("SaveActorTypeMapping", saved)
        with _reading_answer("SaveActorTypeMapping"):
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
        known = self._with_defaults(step.target, step.declared)
        without_id = [
            order.key_of(one)
            for one, field in declared_defaults(mapping, step.declared, known)
            if not order.id_of(one) and _differs(field_mapping.blank_default(one), field)
        ]
        mapping = self._stored(step.target, mapping, without_id, step.declared.place)
        for one, field in declared_defaults(mapping, step.declared, known):
            if field.default is UNSET or not order.id_of(one):
                # Without an id it has no default settings, and shall have none.
                continue
            current: members.Carrier | None = self._reading.get_default_value_info(order.id_of(one))
            if current is None:
                if field.default is NO_DEFAULT:
                    continue
                raise errors.BadInput(f"{field.place}.default: {_no_id(order.key_of(one))}")
            with shapes.reading("GetDefaultValueInfo"):
                carrier, before, after = field_mapping.default_overlay(current, field.default, f"{field.place}.default")
            if before != after:
                self._save_default(step.target, carrier, field)

    def _stored(self, target: st.Target, mapping: members.Carrier, keys: t.Collection[str], place: str) -> members.Carrier:
        """The mapping in which the fields with these keys have ids, by which alone their default values and places can be reached.

        Some servers store a field, and give it an id, only once a mapping is saved, others once it is mapped, shown or searchable.
        """
        if not _without_id(mapping, keys):
            return mapping
        mapping = self._save_mapping(target, mapping)
        lacking = _without_id(mapping, keys)
        unused = [one for one in lacking if not field_mapping.is_used(one)]
        if unused:
            searchable = self._save_mapping(target, _with_search(mapping, unused, True))
            try:
                mapping = self._save_mapping(target, _with_search(searchable, unused, False))
            except errors.ErpSyncError:
                told = ", ".join(map(order.key_of, unused))
                self._remark(target, f"{told} of {target} may have been left searchable, which it was made for a moment to get an id.")
                raise
        lacking = _without_id(mapping, keys)
        if lacking:
            told = ", ".join(map(order.key_of, lacking))
            raise errors.BadInput(f"{place}: {_no_id(told)}")
        return mapping

    def _save_mapping(self, target: st.Target, mapping: members.Carrier) -> members.Carrier:
        """Save a mapping as it is given; as it then is."""
        saved = self._edit(target, lambda: self._writing.save_actor_type_mapping(t.cast("carriers.ErpSyncActorTypeMapping", mapping)))
        return _saved("SaveActorTypeMapping", saved)

    def _save_default(self, target: st.Target, carrier: dict[str, t.Any], field: DeclaredField) -> None:
        saved = self._edit(target, lambda: self._writing.save_default_value_info(t.cast("carriers.ErpSyncDefaultValue", carrier)))
        answer = _saved("SaveDefaultValueInfo", saved)
        if field.default is UNSET:
            return
        with _reading_answer("SaveDefaultValueInfo"):
            left = default_not_taken(field.default, answer)
        if left:
            raise _not_taken("SaveDefaultValueInfo", f"{', '.join(left)} of the default of {field.erp}, {target}")

    def _with_defaults(self, target: st.Target, actor: DeclaredActor) -> t.Collection[int]:
        """The ids of the fields with default settings, as they were read for the plan; none for a connection that is new."""
        known = None if target.id is None else self._current.connections_by_id.get(target.id)
        state = None if known is None else known.actors.get(actor.erp)
        return () if state is None else state.defaults

    def _order_fields(self, step: st.OrderFields) -> None:
        connection_id = self._id(step.target)
        erp = t.cast("carriers.ErpActorEnum", step.erp)
        mapping = self._mapping(step.target, step.erp, step.place)
        keys = [order.key_of(field) for field in order.declared_fields(mapping, step.order, step.place)]
        mapping = self._stored(step.target, mapping, keys, step.place)
        wanted = order.declared_fields(mapping, step.order, step.place)

        def read() -> list[int]:
            archive = self._run.lookups.field_archive(connection_id)
            trouble = "" if archive.trouble is None else archive.trouble.message
            order.present_order(mapping, archive.ranks, wanted, step.place, trouble)
            return order.sequence(mapping, archive.ranks)

        def send(field_id: int, direction: int) -> None:
            self._edit(step.target, functools.partial(self._writing.move_erp_field_item, field_id, direction, connection_id, erp))

        try:
            bring_into_order([order.id_of(field) for field in wanted], read, send)
        except NotMoved:
            raise _not_taken("MoveErpFieldItem", f"the order of {step.target}, {step.erp}") from None

    def _save_lists(self, step: st.SaveLists) -> None:
        container: members.Carrier = self._reading.get_connection_list_mappings(self._id(step.target)) or {}
        with shapes.reading("GetConnectionListMappings"):
            needed = list_mapping.crm_list_names(container, step.declared)
            items = {found.key: self._crm_items(step.target, found) for found in needed}
            carrier, changes = list_mapping.overlay(container, step.declared, items, purge=step.purge)
        if not changes:
            return
        saved = self._edit(
            step.target, lambda: self._writing.save_connection_list_mappings(t.cast("carriers.ErpConnectionListMappingContainer", carrier))
        )
        answer = _saved("SaveConnectionListMappings", saved)
        with _reading_answer("SaveConnectionListMappings"):
            _carrier, left = list_mapping.overlay(answer, step.declared, items, purge=step.purge)
        if left:
            raise _not_taken("SaveConnectionListMappings", f"{', '.join(change.list for change in left)} of {step.target}")

    def _crm_items(self, target: st.Target, wanted: list_mapping.CrmList) -> t.Sequence[members.Carrier]:
        mapping = functools.partial(read_actor, self._reading, self._id(target), wanted.actor)
        return self._once(self._crm_items_read, wanted.key, lambda: read_crm_items(self._run.lookups, wanted, mapping))

    def _clear_columns(self, step: st.ClearColumns) -> None:
        for owner in step.owners:
            try:
                self._writing.validate_archive_column_config(owner, self._id(step.target))
            except errors.APPLICATION_ERRORS as error:
                # A cache; and which names the server knows is not documented.
                self._remark(
                    step.target,
                    f"The mappings of {step.target} are saved, but the columns cached for {owner} could not be cleared: {error.message}",
                )

    # Priority and removal

    def _save_priority(self, step: st.SavePriority) -> None:
        ids = self._priority()
        declared = [st.Target(target.kind, target.name, self._id(target)) for target in step.order]
        by_id = {target.id: target for target in declared}
        present = [by_id.get(number, st.Target("connection", str(number), number)) for number in ids]
        saved = reordered(present, declared)
        if saved is None:
            return
        wanted = [t.cast(int, target.id) for target in saved]
        if not self._takes_priority(wanted):
            # Whether SuperOffice may be among them is not documented. Where it may not, the server itself keeps its place.
            without = [number for number in wanted if number]
            if without == wanted or 0 in by_id or not self._takes_priority(without):
                raise errors.ErrorAnswer(
                    "The server refused the order of the connections.", method="SaveErpConnectionSyncPriorities", attempts=1
                )
        shown = self._priority()
        if [number for number in shown if number in wanted] != [number for number in wanted if number in shown]:
            self._run.warn(
                "priority: the server accepted the order of the connections, but does not show it, so that nobody can tell whether it is "
                "as declared. It is saved anew in each run, and each run reports it as changed."
            )

    def _takes_priority(self, wanted: t.Sequence[int]) -> bool:
        return self._writing.save_erp_connection_sync_priorities(wanted)

    def _priority(self) -> tuple[int, ...]:
        """The connections in their order of priority, those among them that this run has created."""
        there = [connection.listed.id for connection in self._current.connections or ()]
        new = [number for (kind, _name), number in self.created.items() if kind == "connection"]
        ids, _saved = self._run.lookups.ids_by_rank([*there, *new])
        return ids

    def _remove(self, step: st.Remove) -> None:
        number = self._id(step.target)
        if step.target.kind == "connection":
            self._writing.delete_connection(number)
            return
        code = self._reading.can_delete_erp_sync_connector_entity(number)
        if code != "NoError":
            raise errors.ErrorAnswer(
                f"{step.target} cannot be removed: {code}.", code=code, method="CanDeleteErpSyncConnectorEntity", attempts=1
            )
        self._writing.delete_erp_sync_connector_entity(number)

    # Servers that want a connection inactive while it is changed

    def _edit(self, target: st.Target, save: t.Callable[[], T]) -> T:
        """Save; where the server refuses because the connection is active, deactivate it and save again."""
        self._activation.go_on()
        try:
            return save()
        except errors.ErrorAnswer as error:
            if error.uncertain or target.id is None or not self._activation.is_active(target.id):
                raise
            refusal = error
        self._activation.deactivate_for_change(target.id, target.name)
        try:
            answer = save()
        except errors.ErrorAnswer as error:
            if error.uncertain:
                raise
            # It was not for being active: the first refusal says why.
            raise refusal from None
        self._remark(target, f"{target} was deactivated while it was changed, since the server takes changes only then.")
        return answer

    def _remark(self, target: st.Target, text: str) -> None:
        told = self._remarks.setdefault(target, [])
        if text not in told:
            told.append(text)


def _without_id(mapping: members.Carrier, keys: t.Collection[str]) -> list[members.Carrier]:
    fields = members.carriers(mapping, "FieldMappings") or []
    return [field for field in fields if order.key_of(field) in keys and not order.id_of(field)]


def _with_search(mapping: members.Carrier, fields: t.Sequence[members.Carrier], search: bool) -> members.Carrier:
    """The mapping with some fields searchable, or not."""
    keys = {order.key_of(field) for field in fields}
    return members.replaced(
        mapping,
        {
            "FieldMappings": [
                members.replaced(field, {"ShowInSearch": search}) if order.key_of(field) in keys else field
                for field in members.carriers(mapping, "FieldMappings") or []
            ]
        },
    )


def _no_id(keys: str) -> str:
    return (
        f"the server gives no id to {keys}, so that neither default values nor a place can be set. "
        "Map the field, show it or make it searchable, or leave its default and order out."
    )


def _differs(current: members.Carrier, declared: DeclaredField) -> bool:
    """Whether a field's default settings are others than the declared ones."""
    if declared.default is UNSET:
        return False
    _carrier, before, after = field_mapping.default_overlay(current, declared.default, f"{declared.place}.default")
    return before != after


def _not_taken(method: str, what: str) -> errors.ErpSyncError:
    return errors.NotTakenOver(
        f"{method}: the server accepted the change, but did not take over {what}.", method=method, attempts=1, uncertain=True
    )


def _saved(method: str, answer: t.Any) -> members.Carrier:
    """What a save was answered with."""
    with _reading_answer(method):
        return t.cast(members.Carrier, shapes.present(method, answer))


@contextlib.contextmanager
def _reading_answer(method: str) -> t.Iterator[None]:
    """Raises UnexpectedAnswer for a save whose answer is not what was saved: the server has acted all the same."""
    try:
        with shapes.reading(method):
            yield
    except DocumentError as error:
        # It was right before the save.
        raise _not_taken(method, f"all of it: {error}") from None
    except errors.NotTakenOver:
        raise
    except errors.UnexpectedAnswer as error:
        error.doubt()
        raise


_STEPS: dict[type, t.Callable[[Executor, t.Any], None]] = {
    st.SwitchEngine: Executor._change_engine,
    st.SetInterval: Executor._change_engine,
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
