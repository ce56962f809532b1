# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_info: facts of an installation."""

from __future__ import annotations

import typing as t

from .._read.facts import GATHER, Gatherer
from .._run.query import Query
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .chosen import chosen_connections
from .read_from import READ_FROM_OPTION, bulk

# The keys at the top of the result.
TOP = ("access", "engine", "connectors", "connections", "priority")
CHEAP = ["engine", "connectors", "connections"]


def _run(params: Params, run: Run) -> Result:
    wanted = set(GATHER) if "all" in params["gather"] else set(params["gather"])
    connections = chosen_connections(params)
    query = None if params["query"] is None else Query(params["query"])
    if query is not None:
        # All other parts stand under connections.
        needed = query.needs(TOP)
        wanted = {part for part in wanted if (part if part in TOP else "connections") in needed}
    gatherer = Gatherer(run.reading, run.lookups, run.warn, at_once=run.at_once, bulk=bulk(params, run))
    facts = gatherer.gather(wanted, connections, include_deleted=bool(params["include_deleted"]))
    if query is None:
        return {"changed": False, **facts}
    shown = {name: fact for name, fact in facts.items() if name in needed}
    return {"changed": False, **shown, "query_result": query.search(facts)}


_OPTIONS: dict[str, dict[str, t.Any]] = {
    "gather": {"type": "list", "elements": "str", "choices": [*GATHER, "all"], "default": CHEAP},
    "connections": {"type": "list", "elements": "raw"},
    "include_deleted": {"type": "bool", "default": False},
    "query": {"type": "str"},
    **READ_FROM_OPTION,
}

TASK = Task(name="erpsync_info", spec=ArgumentSpec(options=_OPTIONS), run=_run)
