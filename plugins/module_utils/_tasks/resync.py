# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_resync: synchronise records again, regardless of timestamps."""

from __future__ import annotations

import typing as t

from .._agent.writing import WritingAgent
from .._client.errors import BadInput, NotFound
from .._model import names
from .._model.actor_types import CRM_OF
from .._model.connection import Connection
from .._model.find_by_name import Things
from .._model.reference import text_or_id
from .._read.connections import read_connections
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .._wire import members
from .._wire.wording import shown
from .report import document_errors
from .sync import NOTHING_TOLD, OPTIONS, RunLog, judge, synchronise, time_limit

# Ids of records have 32 bits.
LARGEST_ID = 2**31 - 1


class Request(t.NamedTuple):
    """The records to synchronise again. ``connection`` None is CRM; no ids and keys mean all
    records.
    """

    connection: Connection | None
    record_ids: tuple[int, ...]
    erp: str | None
    erp_keys: tuple[str, ...]
    keep_blanks: bool
    batch: bool

    def __str__(self) -> str:
        of = self.connection
        source = "SuperOffice" if of is None else f"the connection {names.called(of.raw_name, of.id)}"
        if self.erp_keys:
            what = f"{len(self.erp_keys)} {self.erp} record(s)"
        elif self.record_ids:
            what = f"{len(self.record_ids)} record(s)"
        else:
            what = "everything"
        return f"{what} from {source}{' as a batch task' if self.batch else ''}"

    @property
    def method(self) -> str:
        """The agent's method for this request."""
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
    log = None if request.batch else RunLog(run)
    answer = synchronise(request.method, limit, lambda: _send(request, run.writing, limit))
    if request.batch:
        return {"changed": True, "msg": f"The server synchronises again {request}.", **NOTHING_TOLD}
    return judge(request.method, answer, run, log)


def _check(params: Params) -> None:
    """Refuse options that contradict each other, before anything is sent."""
    if params["erp_keys"] is not None and params["erp"] is None:
        raise BadInput("erp_keys is given without erp. Give the actor type of the keys.")
    if params["erp"] is not None and not params["erp_keys"]:
        raise BadInput("erp is given without erp_keys. Give the keys of the records to synchronise again.")
    if params["erp_keys"] is not None and params["connection"] is None:
        raise BadInput("erp_keys is given without connection. Give the connection of the keys.")
    if params["batch"] and params["erp_keys"] is not None:
        raise BadInput("batch does not go with erp_keys; SuperOffice has a batch task for its own records only.")
    if params["batch"] and params["keep_blanks"]:
        raise BadInput("batch does not go with keep_blanks; the batch task lets blank values overwrite. Leave one of them out.")
    for option in ("record_ids", "erp_keys"):
        if params[option] is not None and not params[option]:
            # A template may have made the empty list.
            raise BadInput(f"{option} is empty, which means everything to SuperOffice. Leave the option out if that is meant.")
    bad = [number for number in params["record_ids"] or () if isinstance(number, bool) or not 1 <= number <= LARGEST_ID]
    if bad:
        at_most = f", and {LARGEST_ID} at most" if bad[0] > LARGEST_ID else ""
        raise BadInput(f"record_ids has {shown(bad[0])}; an id is a whole number above zero{at_most}.")
    if not all(key.strip() for key in params["erp_keys"] or ()):
        # A blank answer of a survey makes a list with a blank text.
        raise BadInput("erp_keys has a blank key. Give the keys of the records, each as the ERP system has it.")
    if not params["record_ids"] and not params["erp_keys"] and not params["confirm"]:
        raise BadInput(
            "This would synchronise everything again and overwrite what was changed on the other side, whatever its age. "
            "Make a backup, then say confirm: true, or resync_confirm=true to the playbook."
        )


def _connection(value: t.Any, run: Run) -> Connection | None:
    if value is None:
        return None
    with document_errors():
        ref = text_or_id(value, "connection")
        things = Things("connection", read_connections(run.reading, run.lookups, at_once=run.at_once))
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
        if request.erp is not None:
            external = writing.force_resync_external_no_blank_values if request.keep_blanks else writing.force_resync_external
            return external(number, request.erp, request.erp_keys, timeout=limit)
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
            **OPTIONS,
        },
        mutually_exclusive=(("record_ids", "erp_keys"),),
    ),
    run=_run,
)
