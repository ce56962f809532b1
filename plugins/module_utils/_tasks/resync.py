# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_resync: synchronise again what has been synchronised, regardless of timestamps."""

from __future__ import annotations

import typing as t

from .._agent.listing import list_connections
from .._agent.writing import WritingAgent
from .._client.errors import BadInput, NotFound
from .._model.actor_types import CRM_OF
from .._model.connection import Connection
from .._model.reference import text_or_id
from .._model.things import Things
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .._wire import members
from .report import document_errors
from .sync import NOTHING_TOLD, SYNC_TIMEOUT, judge, synchronise, time_limit

if t.TYPE_CHECKING:
    from .._wire import carriers


class Request(t.NamedTuple):
    """What to synchronise again. ``connection`` None is CRM itself; empty keys are everything."""

    connection: Connection | None
    record_ids: tuple[int, ...]
    erp: str | None
    erp_keys: tuple[str, ...]
    keep_blanks: bool
    batch: bool

    def __str__(self) -> str:
        source = "SuperOffice" if self.connection is None else f'the connection "{self.connection.name}"'
        if self.erp_keys:
            what = f"{len(self.erp_keys)} {self.erp} record(s)"
        elif self.record_ids:
            what = f"{len(self.record_ids)} record(s)"
        else:
            what = "everything"
        return f"{what} from {source}{' as a batch task' if self.batch else ''}"

    @property
    def method(self) -> str:
        """The agent's method for it."""
        if self.erp_keys:
            return "ForceResyncExternalNoBlankValues" if self.keep_blanks else "ForceResyncExternal"
        if self.batch:
            return "ForceResyncBatchTask"
        return "ForceResyncNoBlankValues" if self.keep_blanks else "ForceResync"


def _run(params: Params, run: Run) -> Result:
    limit = time_limit(params)
    _check(params)
    run.require(_request(params, None).method)
    request = _request(params, _connection(params["connection"], run))
    if run.check_mode:
        return {"changed": True, "msg": f"Would synchronise again {request}.", **NOTHING_TOLD}
    answer = synchronise(request.method, limit, lambda: _send(request, run.writing, limit))
    if request.batch:
        return {"changed": True, "msg": f"The server synchronises again {request}.", **NOTHING_TOLD}
    return judge(request.method, answer, run)


def _check(params: Params) -> None:
    """Refuse what contradicts itself, before anything is sent."""
    if params["erp_keys"] is not None and params["erp"] is None:
        raise BadInput("erp_keys is given without erp. Say which actor type the keys belong to.")
    if params["erp"] is not None and not params["erp_keys"]:
        raise BadInput("erp is given without erp_keys. Say which records of the actor type to synchronise again.")
    if params["erp_keys"] is not None and params["connection"] is None:
        raise BadInput("erp_keys is given without connection. Say in which ERP system the keys are.")
    if params["batch"] and params["erp_keys"] is not None:
        raise BadInput("batch does not go with erp_keys; SuperOffice has a batch task for its own records only.")
    if params["batch"] and params["keep_blanks"]:
        raise BadInput("batch does not go with keep_blanks; the batch task lets blank values overwrite. Leave one of them out.")
    for option in ("record_ids", "erp_keys"):
        if params[option] is not None and not params[option]:
            # An empty list that a template made must never come to mean everything.
            raise BadInput(f"{option} is empty, which for SuperOffice would mean everything. Leave the option out if that is meant.")
    bad = [number for number in params["record_ids"] or () if number < 1]
    if bad:
        raise BadInput(f"record_ids has {bad[0]}; an id is a whole number above zero.")
    if not params["record_ids"] and not params["erp_keys"] and not params["confirm"]:
        raise BadInput(
            "This would synchronise everything again and overwrite what was changed on the other side, whatever its age. "
            "Make a backup, then say confirm: true."
        )


def _connection(value: t.Any, run: Run) -> Connection | None:
    if value is None:
        return None
    with document_errors():
        ref = text_or_id(value, "connection")
        connections = list_connections(run.reading, run.lookups)
        things = Things("connection", connections)
        found = things.find(ref, "connection")
        if found is None:
            raise things.missing(ref, "connection")
    return found


def _request(params: Params, connection: Connection | None) -> Request:
    return Request(
        connection=connection,
        record_ids=tuple(params["record_ids"] or ()),
        erp=params["erp"],
        erp_keys=tuple(params["erp_keys"] or ()),
        keep_blanks=bool(params["keep_blanks"]),
        batch=bool(params["batch"]),
    )


def _send(request: Request, writing: WritingAgent, limit: float) -> members.Carrier | None:
    number = 0 if request.connection is None else request.connection.id
    try:
        if request.erp_keys:
            external = writing.force_resync_external_no_blank_values if request.keep_blanks else writing.force_resync_external
            return external(number, t.cast("carriers.ErpActorEnum", request.erp), request.erp_keys, timeout=limit)
        if request.batch:
            writing.force_resync_batch_task(number, request.record_ids)
            return None
        resync = writing.force_resync_no_blank_values if request.keep_blanks else writing.force_resync
        return resync(number, request.record_ids, timeout=limit)
    except NotFound as error:
        if request.keep_blanks:
            # Never fall back to the method that lets blanks overwrite.
            error.message += " This server is too old to keep blank values from overwriting; leave out keep_blanks only if they may."
        raise


TASK = Task(
    name="erpsync_resync",
    spec=ArgumentSpec(
        options={
            "connection": {"type": "raw"},
            "record_ids": {"type": "list", "elements": "int"},
            "erp": {"type": "str", "choices": list(CRM_OF)},
            "erp_keys": {"type": "list", "elements": "str", "no_log": False},
            "keep_blanks": {"type": "bool", "default": False},
            "batch": {"type": "bool", "default": False},
            "confirm": {"type": "bool", "default": False},
            **SYNC_TIMEOUT,
        },
        mutually_exclusive=(("record_ids", "erp_keys"),),
    ),
    run=_run,
)
