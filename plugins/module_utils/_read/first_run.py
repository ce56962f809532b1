# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads how a server answers: which of the methods and archives that this collection reads it has,
and the form of its answers. These differ between servers, and are not documented.

A few of each thing are read, one after the other: 14 requests at least, and for each of 3
connections 5 and 3 for each of its actor types. Nothing is changed, and no ERP system is asked for
anything but its fields.
"""

from __future__ import annotations

import functools
import itertools
import typing as t

from .._agent.archives import Archives
from .._agent.transport import Transport
from .._client import errors
from .._model import archived, links, sync_log
from .._model.answer_shape import Shapes
from .._wire import members
from .._wire.archive_query import Query, Restriction
from .stamps import DATABASE

Facts = dict[str, t.Any]

# How many connectors, connections, and fields of an actor type are read; and rows of an archive.
_MOST = 3
# What a server answers in place of a method that it lacks, or cannot carry out.
_TROUBLE: tuple[type[errors.ErpSyncError], ...] = (
    *errors.APPLICATION_ERRORS,
    errors.NotJson,
    errors.TimedOut,
    errors.TooLarge,
    errors.Unavailable,
    errors.UnexpectedStatus,
)
_LISTS = (
    ("erpconnectors", None),
    ("erpconnections", None),
    ("erpconnections", "useRank=true"),
    ("usergroup", None),
    ("associate", None),
)
# By the name under which the shape of their rows is told. None asks for customers' data.
_ARCHIVES = {
    "archive ErpConnector": Query("ErpConnector", ("id", "updatedBy", "updatedDate", "registeredBy", "registeredDate")),
    "archive ErpConnection": Query("ErpConnection", ("id", "updatedBy", "updatedDate", "registeredBy", "registeredDate")),
    "archive ErpField": Query("ErpField", archived.FIELD_COLUMNS, order=("Id",)),
    "archive ErpSyncLog": Query("ErpSyncLog", sync_log.LESS_TOLD, order=("-updated",)),
    "archive dynamic, ErpConfiguration": Query("dynamic", ("ErpConfiguration.ConnectionRank",)),
    "archive dynamic, ErpConnectionActorType": Query("dynamic", archived.ACTOR_COLUMNS),
    "archive dynamic, ErpField": Query("dynamic", ("ErpField.erpfield_id", *(f"ErpField.{name}" for name in DATABASE))),
    "archive dynamic, ErpSyncLog": Query("dynamic", sync_log.COUNTED, (Restriction(sync_log.ID, ">", (0,)),), (f"-{sync_log.ID}",)),
    "archive dynamic, ErpExternalKey": Query("dynamic", links.COUNTED, (Restriction(links.CONNECTION, ">", (0,)),), (links.ID,)),
}


class _Question:
    """One method or archive: how often it was asked, and what came."""

    def __init__(self) -> None:
        self.asked = self.answered = 0
        self.shapes = Shapes()
        self.failures: list[Facts] = []

    def as_result(self, name: str) -> Facts:
        shape = self.shapes.as_result()
        return {"name": name, "asked": self.asked, "answered": self.answered, "shape": shape, "failures": self.failures}


class _Reader:
    def __init__(self, transport: Transport, archives: Archives) -> None:
        self._transport = transport
        self._archives = archives
        self._questions: dict[str, _Question] = {}

    def as_result(self) -> list[Facts]:
        """What was asked, in the order in which it was first asked."""
        return [question.as_result(name) for name, question in self._questions.items()]

    def method(self, method: str, *, keyed: bool = False, **arguments: t.Any) -> t.Any:
        """The answer of a method of the agent; None where it has none."""
        return self._ask(method, lambda: self._transport.invoke(method, arguments, writes=False), keyed=keyed)

    def installation(self) -> None:
        """What belongs to the whole installation, and some of its connectors and connections."""
        self.method("GetEngineStatus")
        self._ask("User/currentPrincipal", self._transport.principal)
        connectors = self.method("GetAllConnectors")
        connections = self.method("GetAllConnections", IncludeDeleted=False)
        listed = {}
        for name, additional in _LISTS:
            words = f"MDO list {name}{'' if additional is None else f', {additional}'}"
            listed[words] = self._ask(words, functools.partial(self._transport.mdo_list, name, additional))
        for number in _ids(connectors, "Id") or _ids(listed["MDO list erpconnectors"], "Id"):
            self.method("GetErpSyncConnectorEntity", ErpSyncConnectorEntityId=number)
            self.method("GetConfigurationFields", ErpConnectorId=number)
        for number in _ids(connections, "ErpConnectionId") or _ids(listed["MDO list erpconnections"], "Id"):
            self._connection(number)
        for name, query in _ARCHIVES.items():
            self._ask(name, functools.partial(self._archives.rows, query, limit=_MOST))

    def _connection(self, number: int) -> None:
        self.method("GetConnection", ErpConnectionId=number)
        self.method("GetErpConnectionConfigFields", ErpConnectionId=number, keyed=True)
        self.method("GetConnectionListMappings", ErpConnectionId=number)
        summary = self.method("GetErpSyncConnectionSummary", ErpSyncConnectionId=number)
        for actor in _objects(summary, "Actors"):
            erp = _value(members.text, actor, "ActorType")
            if not erp:
                continue
            mapping = self.method("GetActorTypeMapping", ErpConnectionId=number, ActorType=erp)
            for field_id in _ids(_objects(mapping, "FieldMappings"), "ErpFieldId"):
                self.method("GetDefaultValueInfo", ErpFieldId=field_id)

    def _ask(self, name: str, ask: t.Callable[[], t.Any], *, keyed: bool = False) -> t.Any:
        question = self._questions.setdefault(name, _Question())
        question.asked += 1
        try:
            answer = ask()
        except _TROUBLE as error:
            # Neither the server's words nor its address.
            told = {"kind": error.kind, "code": error.code, "http_status": error.http_status}
            if told not in question.failures:
                question.failures.append(told)
            return None
        question.answered += 1
        question.shapes.add(answer, keyed=keyed)
        return answer


def read_first_run(transport: Transport, archives: Archives) -> list[Facts]:
    """How a server answers, by method.

    :raises errors.ErpSyncError: where it does not accept the credentials, or cannot be reached.
    """
    reader = _Reader(transport, archives)
    reader.installation()
    return reader.as_result()


def _objects(answer: t.Any, name: str) -> list[members.Carrier]:
    """The objects of a member; none where the answer is not what it should be."""
    return (_value(members.carriers, answer, name) if isinstance(answer, dict) else None) or []


def _ids(answer: t.Any, name: str) -> list[int]:
    """The first few ids in a list of objects."""
    items = [item for item in answer if isinstance(item, dict)] if isinstance(answer, list) else []
    return list(itertools.islice(filter(None, (_value(members.number, item, name) for item in items)), _MOST))


T = t.TypeVar("T")


def _value(read: t.Callable[[members.Carrier, str], T], carrier: members.Carrier, name: str) -> T | None:
    """A member; None where it is not what it should be, which its shape tells."""
    try:
        return read(carrier, name)
    except members.WireError:
        return None
