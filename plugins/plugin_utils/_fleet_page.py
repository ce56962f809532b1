# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns the results of a playbook's installations into the data of its page."""

from __future__ import annotations

import datetime
import json
import os
import re
import shlex
import typing as t
from pathlib import Path

from . import _fleet, _health, _page
from ._checkout import commit_of
from ._differences import words
from ._fleet import Change, Variables
from ._who import UNKNOWN

Json = dict[str, t.Any]


class Run(t.NamedTuple):
    """What the page says of the run."""

    at: datetime.datetime
    inventory: tuple[str, ...]


def page(playbook: str, hosts: t.Sequence[str], variables: t.Mapping[str, Variables], run: Run) -> Json:
    """The data of the page of a playbook.

    :param playbook: one of :data:`PAGES`.
    :param hosts: all hosts of the play.
    :param variables: the variables of each host.
    """
    kind, lay = PAGES[playbook]
    laid = [lay(one, variables[one.name], run) for one in _fleet.installations(playbook, hosts, variables)]
    return _page.page(playbook, kind, _fleet.TOLD[playbook].results, laid, _page.Context(run.at, _foot(playbook, run)))


def _foot(playbook: str, run: Run) -> tuple[tuple[str, str], ...]:
    found = [("Playbook", f"superoffice.erpsync.{playbook}")]
    if run.inventory:
        found.append(("Inventory", ", ".join(_shown(source) for source in run.inventory)))
    commit = commit_of([*run.inventory, "."])
    if commit:
        found.append(("Commit", commit))
    return tuple(found)


def _shown(source: str) -> str:
    """An inventory as somebody writes it in the folder where Ansible was started."""
    if not os.path.isabs(source):
        return source
    path, here = Path(source), Path.cwd()
    return str(path.relative_to(here)) if here in path.parents else source


def play(playbook: str, host: str, variables: Variables, run: Run) -> str:
    """The command that runs a playbook of the collection on one installation."""
    extra = {"erpsync_hosts": host}
    folder = _folder(variables)
    if folder:
        extra["erpsync_environment_path"] = folder
    # Ansible takes a simple value as it is. Others it would take apart.
    simple = all(re.fullmatch(r"[\w./~-]+", value) for value in extra.values())
    given = [f"{name}={value}" for name, value in extra.items()] if simple else [json.dumps(extra)]
    return " ".join(["ansible-playbook", f"superoffice.erpsync.{playbook}", *_sources(run), *(f"-e {shlex.quote(each)}" for each in given)])


def _folder(variables: Variables) -> str:
    try:
        return str(variables.get("erpsync_environment_path") or "")
    except Exception:
        # That its template is wrong is told as the problem of the installation.
        return ""


def module(name: str, arguments: str, host: str, run: Run) -> str:
    """The command that runs a module of the collection on one installation."""
    return " ".join(["ansible", shlex.quote(host), *_sources(run), "-m", f"superoffice.erpsync.{name}", "-a", shlex.quote(arguments)])


def _sources(run: Run) -> list[str]:
    return [f"-i {shlex.quote(_shown(source))}" for source in run.inventory]


def _facts(info: Json) -> tuple[tuple[str, str], ...]:
    """The engine and the connections, where they were read."""
    engine, connections = info["engine"], info["connections"]
    if engine is None:
        return ()
    every = f", every {engine['interval']}" if engine["interval"] else ""
    active = f"{sum(each['active'] for each in connections)} of {len(connections)} active"
    return (("Engine", f"{'running' if engine['is_running'] else 'stopped'}{every}"), ("Connections", active))


# The kind of a change: the line of the picture, and the title of its table.
_KINDS = {
    "mapping": ("Fields", "Fields of"),
    "list": ("Lists", "List"),
    "connector": ("Connectors", "Connector"),
    "connection": ("Connections", "Connection"),
    "engine": ("Engine", "Engine"),
    "priority": ("Priority", "Priority"),
}
_TAGS = {"create": "is missing", "remove": "is not declared"}
# What a table of a thing that is missing, or is not declared, has.
_COLUMNS = {
    "create": tuple(each for each in _page.DIFFERENCES if each[0] != "is"),
    "remove": tuple(each for each in _page.DIFFERENCES if each[0] != "declared"),
}


def _differing(changes: t.Sequence[Change]) -> tuple[_page.Group, ...]:
    """The tables of what differs: of the installation itself, then of each connection."""
    rest: list[_page.Group] = []
    owned: dict[str, list[_page.Group]] = {}
    for change in changes:
        line, title = _KINDS.get(change.kind, (change.kind, change.kind))
        whole = change.action in _TAGS
        stamped = [UNKNOWN if whole else each.stamp for each in change.differences]
        rows = tuple(
            _page.Row(
                what=each.what or "order",
                tone="warn",
                who=stamp.changed_by,
                when=stamp.changed_at,
                **{"is": words(each.current), "declared": words(each.declared)},
            )
            for each, stamp in zip(change.differences, stamped)
        ) or (_page.Row(what=", ".join(change.fields), who=change.stamp.changed_by, when=change.stamp.changed_at),)
        group = _page.Group(title, rows, _COLUMNS.get(change.action, _page.DIFFERENCES), None, _TAGS.get(change.action), line)
        if whole:
            group = group._replace(who=change.stamp.changed_by, when=change.stamp.changed_at)
        if change.kind == "connection":
            owned.setdefault(change.name, []).append(group._replace(title="The connection itself", of=change.name))
        elif change.kind in ("mapping", "list"):
            owner, _comma, thing = change.name.rpartition(", ")
            owned.setdefault(owner, []).append(group._replace(title=f"{title} {thing}", of=owner))
        else:
            rest.append(group._replace(title=f"{title} {change.name}".strip()))
    return (*rest, *(group for groups in owned.values() for group in groups))


def _drift(one: _fleet.Installation, variables: Variables, run: Run) -> _page.Laid:
    laid = _page.Laid(one.name, one.result, one.problem, _facts(one.info))
    if one.problem is not None:
        return laid._replace(command=_page.Command("Compare it again", play("drift", one.name, variables, run)))
    groups = _differing(one.changes)
    touched = {group.of for group in groups if group.of is not None}
    others = [str(each["name"] or "(no name)") for each in one.info["connections"] or () if each["name"] not in touched]
    note = f"Nothing that is declared differs in {', '.join(others)}." if others else None
    mend = _page.Command("Bring it into its declared state", play("converge", one.name, variables, run)) if one.changes else None
    return laid._replace(groups=groups, note=note, command=mend)


_CONNECTIONS = (("what", "Connection"), ("where", "Connector"), ("severity", "State"))


def _report(one: _fleet.Installation, variables: Variables, run: Run) -> _page.Laid:
    laid = _page.Laid(one.name, one.result, one.problem, _facts(one.info))
    if one.problem is not None:
        return laid._replace(command=_page.Command("Read it again", play("report", one.name, variables, run)))
    rows = tuple(
        _page.Row(
            what=str(each["name"] or "(no name)"),
            where=str(each["connector"] or "(deleted)"),
            severity="active" if each["active"] else "inactive",
            tone="good" if each["active"] else "warn",
        )
        for each in one.info["connections"]
    )
    start = _page.Command("Start the engine", module("erpsync_engine", "state=running", one.name, run)) if one.result == "stopped" else None
    return laid._replace(groups=(_page.Group("Connections", rows, _CONNECTIONS),), command=start)


# The words of a severity for the page, and the line of the picture for each check.
_TONES = {"error": "bad", "warning": "warn", "unknown": "unknown", "info": "good"}
_CHECKS = {
    "access": "Rights and licence",
    "engine": "Engine",
    "active": "Active connections",
    "last_sync": "Last synchronisation",
    "missing_fields": "Missing fields",
    "mandatory_fields": "Mandatory fields",
    "lists": "Lists",
    "connector_test": "Connectors",
    "connection_test": "Tests of connections",
    "log": "Sync log",
}


def _checked(one: _fleet.Installation, variables: Variables, run: Run) -> _page.Laid:
    laid = _page.Laid(one.name, one.result, one.problem)
    again = _page.Command("Check it again", play("health", one.name, variables, run))
    if one.problem is not None:
        return laid._replace(command=again)
    by_check: dict[str, list[_page.Row]] = {}
    for each in one.info["findings"]:
        row = _page.Row(
            severity=each["severity"],
            tone=_TONES[each["severity"]],
            what=each["what"],
            where=_health.place(each),
            since=each["since"],
            todo=each["todo"],
        )
        by_check.setdefault(each["check"], []).append(row)
    groups = tuple(
        _page.Group(_CHECKS[check], tuple(rows), _page.FINDINGS, kind=_CHECKS[check]) for check, rows in by_check.items()
    )
    stopped = one.info["engine"] is not None and not one.info["engine"]["is_running"]
    start = _page.Command("Start the engine", module("erpsync_engine", "state=running", one.name, run))
    # Where the time zone is not known, the time is shown as the server writes it.
    sync = tuple(
        _page.Sync(str(each["name"] or "(no name)"), each["last_sync"] or each["last_sync_written"])
        for each in one.info["connections"]
        if each["active"]
    )
    return laid._replace(facts=_facts(one.info), groups=groups, command=start if stopped else again, sync=sync)


Lay = t.Callable[[_fleet.Installation, Variables, Run], _page.Laid]

PAGES: t.Mapping[str, tuple[_page.Kind, Lay]] = {
    "drift": (
        _page.Kind(
            "What is, and what is declared",
            "Nothing was changed.",
            {"not_compared": "unknown", "differs": "warn", "as_declared": "good"},
            "differs",
            ("difference", "differences"),
        ),
        _drift,
    ),
    "report": (
        _page.Kind(
            "Engines and connections",
            "Nothing was changed.",
            {"not_read": "unknown", "stopped": "bad", "running": "good"},
            "stopped",
            ("finding", "findings"),
        ),
        _report,
    ),
    "health": (
        _page.Kind(
            "Is ERP Sync well?",
            "Nothing was changed.",
            {"not_checked": "bad", "error": "bad", "warning": "warn", "unknown": "unknown", "ok": "good"},
            "error",
            ("finding", "findings"),
        ),
        _checked,
    ),
}
