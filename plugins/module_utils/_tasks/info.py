# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_info: facts of an installation."""

from __future__ import annotations

import typing as t

from .._agent.archives import TROUBLE
from .._read import links, sync_log
from .._read.access import require_agent
from .._read.facts import GATHER, Gatherer
from .._read.first_run import read_first_run
from .._read.history import read_history
from .._read.versions import read_versions
from .._run.query import Query
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .chosen import chosen_connections
from .history import OPTIONS as HISTORY
from .history import history_wanted
from .log_and_links import OPTIONS as LOG_AND_LINKS
from .log_and_links import links_wanted, log_wanted
from .read_from import READ_FROM_OPTION, bulk

T = t.TypeVar("T")

# No part of "all": customers' data, and what tells of the server and not of its ERP Sync.
ON_REQUEST = ("log", "links", "versions", "first_run")
# The keys at the top of the result.
TOP = ("access", "engine", "connectors", "connections", "priority", "history", *ON_REQUEST)
CHEAP = ["engine", "connectors", "connections"]


def _run(params: Params, run: Run) -> Result:
    wanted = set(params["gather"]) - {"all"} | ({*GATHER, "history"} if "all" in params["gather"] else set())
    changes, log, linked = history_wanted(params, run.now()), log_wanted(params, run.now()), links_wanted(params)
    connections = chosen_connections(params)
    query = None if params["query"] is None else Query(params["query"])
    if query is not None:
        # All other parts stand under connections.
        needed = query.needs(TOP)
        wanted = {part for part in wanted if (part if part in TOP else "connections") in needed}
    gatherer = Gatherer(run.reading, run.lookups, run.warn, at_once=run.at_once, bulk=bulk(params, run), secrets=run.secrets)
    facts = gatherer.gather(wanted, connections, include_deleted=bool(params["include_deleted"]))
    names = None if connections is None else {one["id"]: one["raw_name"] for one in facts["connections"]}
    # The agent has answered, where anything was read.
    parts = _Parts(run, is_known=bool(facts))
    if "history" in wanted:
        ids = None if names is None else tuple(names)
        facts["history"] = parts.read("history", lambda: read_history(run.archives, changes._replace(connections=ids), run.warn))
    if "log" in wanted:
        facts["log"] = parts.read("log", lambda: sync_log.read_log(run.archives, log._replace(connections=names), run.warn))
    if "links" in wanted:
        facts["links"] = parts.read("links", lambda: links.read_links(run.archives, linked._replace(connections=names)))
    if wanted & {"versions", "first_run"}:
        versions = read_versions(run.ask_system, at_once=run.at_once)
        if "versions" in wanted:
            facts["versions"] = versions
        if "first_run" in wanted:
            facts["first_run"] = _first_run(run, versions)
    if query is None:
        return {"changed": False, **facts}
    shown = {name: fact for name, fact in facts.items() if name in needed}
    return {"changed": False, **shown, "query_result": query.search(facts)}


def _first_run(run: Run, versions: dict[str, t.Any]) -> dict[str, t.Any]:
    """How the server answers, without a word of it."""
    options = run.check_connection_options()
    rest, *soap = map(_without_words, (versions["rest"], *versions["soap"]))
    return {
        "transport": options.transport,
        "services_version": options.services_version or None,
        "versions": {**versions, "rest": rest, "soap": soap},
        "answers": read_first_run(run.transport, run.archives),
    }


def _without_words(services: dict[str, t.Any]) -> dict[str, t.Any]:
    """Whether services answer, without what the server says where they do not."""
    failure = services["failure"]
    told = {name: value for name, value in services.items() if name != "msg"}
    return {**told, "failure": None if failure is None else {name: failure[name] for name in ("kind", "http_status")}}


class _Parts:
    """Reads parts of the facts that nobody depends on."""

    def __init__(self, run: Run, *, is_known: bool) -> None:
        """:param is_known: whether SuperOffice is known to be where the task asks for it."""
        self._run = run
        self._is_known = is_known

    def read(self, part: str, read: t.Callable[[], T]) -> T | None:
        """A part; None, with a warning, where the server does not tell it.

        :raises errors.ErpSyncError: where there is no ErpSync agent, either.
        """
        found: T | None = None
        try:
            found = read()
        except TROUBLE as error:
            if not self._is_known:
                require_agent(self._run.reading.get_engine_status)
            self._run.warn(f"{part} cannot be read. {error.message}")
        self._is_known = True
        return found


_OPTIONS: dict[str, dict[str, t.Any]] = {
    "gather": {"type": "list", "elements": "str", "choices": [*GATHER, "history", *ON_REQUEST, "all"], "default": CHEAP},
    "connections": {"type": "list", "elements": "raw"},
    "include_deleted": {"type": "bool", "default": False},
    "query": {"type": "str"},
    **HISTORY,
    **READ_FROM_OPTION,
    **LOG_AND_LINKS,
}

TASK = Task(name="erpsync_info", spec=ArgumentSpec(options=_OPTIONS), run=_run)
