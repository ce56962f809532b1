# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summarises all installations of a playbook: totals, the worst first, equal installations once."""

from __future__ import annotations

import datetime
import typing as t

from . import _health, _table
from ._differences import Difference, differences
from ._who import UNKNOWN, Stamp, newest

Variables = t.Mapping[str, t.Any]
Json = dict[str, t.Any]

UNREACHABLE = _health.UNREACHABLE
# Before the stamp of a row, by result: a run that changed something stamped it anew.
_STAMPED = {"changed": "before that "}
# Limits: characters of names of equal installations, and changes of one converged installation.
_NAMES, _CHANGES = 300, 30


class Change(t.NamedTuple):
    """A thing that differs, or was changed."""

    kind: str
    name: str
    action: str
    fields: tuple[str, ...]
    differences: tuple[Difference, ...]
    stamp: Stamp = UNKNOWN
    """Who changed it last, and when: the newest of what differs."""

    @property
    def where(self) -> str:
        return f"{self.kind} {self.name}".strip()


class Installation(t.NamedTuple):
    """The result of one installation."""

    name: str
    result: str
    problem: str | None
    changes: tuple[Change, ...]
    info: Json
    rows: tuple[tuple[str, ...], ...]
    """The cells of its rows in the table, after the name."""
    stamps: tuple[Stamp, ...] = ()
    """Who changed what each row tells. Apart from them, so that equal installations stay equal."""


class Told(t.NamedTuple):
    """How a playbook reports.

    ``results`` go from the worst to the best, each with its words in the totals, for one and for
    several.
    """

    results: t.Mapping[str, tuple[str, str]]
    header: tuple[str, ...]
    # The words for what equal installations share, by result.
    alike: t.Mapping[str, str]
    read: t.Callable[[str, Variables], Installation]


def summary(
    playbook: str,
    hosts: t.Sequence[str],
    variables: t.Mapping[str, Variables],
    *,
    only_problems: bool = False,
    now: datetime.datetime | None = None,
) -> Json:
    """``lines`` for people, ``totals`` and ``hosts`` by result, ``report`` for programs.

    :param playbook: one of :data:`TOLD`.
    :param hosts: all hosts of the play.
    :param variables: the variables of each host.
    :param only_problems: whether ``lines`` omit installations without a problem.
    :param now: the present, whose year ``lines`` do not say; None to say each year.
    """
    told = TOLD[playbook]
    found = installations(playbook, hosts, variables)
    by_result = {result: [one.name for one in found if one.result == result] for result in told.results}
    totals = {result: len(names) for result, names in by_result.items()}
    changes = sum(len(one.changes) for one in found)
    return {
        "lines": _lines(told, found, totals, only_problems, now),
        "totals": {"installations": len(found), **totals, "changes": changes},
        "hosts": by_result,
        "report": {
            "totals": {"installations": len(found), **totals, "changes": changes},
            "installations": [_for_programs(one) for one in found],
        },
    }


def installations(playbook: str, hosts: t.Sequence[str], variables: t.Mapping[str, Variables]) -> list[Installation]:
    """The installations of a play, the worst first."""
    told = TOLD[playbook]
    order = list(told.results)
    found = [told.read(host, variables[host]) for host in hosts]
    return sorted(found, key=lambda one: (order.index(one.result), -len(one.changes)))


def _lines(
    told: Told, found: t.Sequence[Installation], totals: t.Mapping[str, int], only_problems: bool, now: datetime.datetime | None
) -> list[str]:
    counted = ", ".join(f"{number} {told.results[result][number > 1]}" for result, number in totals.items() if number)
    title = f"{len(found)} {'installation' if len(found) == 1 else 'installations'}: {counted or 'none'}."
    # Every installation with a problem has a reason.
    shown = [one for one in found if one.problem is not None] if only_problems else found
    if not shown:
        return [title]
    groups: dict[tuple[t.Any, ...], list[Installation]] = {}
    for one in shown:
        groups.setdefault((one.result, one.rows), []).append(one)
    items: list[_table.Row | str] = [("Installation", *told.header)]
    for (result, rows), members in groups.items():
        name = members[0].name if len(members) == 1 else f"{len(members)} of {len(found)}"
        for number, cells in enumerate(rows):
            last = _stamped(result, number, members, now)
            # A single cell is a sentence.
            items.append((name, *cells[:-1], cells[-1] + last) if len(cells) > 1 else f"{name}: {cells[0]}")
        if len(members) > 1:
            items.append(f"  {name}: {told.alike[result]}: {_names([one.name for one in members])}")
    return [*_table.lines([title]), "", *_table.lines(items)]


def _stamped(result: str, number: int, members: t.Sequence[Installation], now: datetime.datetime | None) -> str:
    """Who changed the value of a row; among equal installations the latest change, and where it
    was.
    """
    stamps = {one.name: one.stamps[number] if one.stamps else UNKNOWN for one in members}
    last = newest(stamps.values())
    if last == UNKNOWN:
        return ""
    everywhere = set(stamps.values()) == {last}
    where = "" if everywhere else f" in {next(name for name, stamp in stamps.items() if stamp == last)}"
    return f"; {_STAMPED.get(result, '')}{'' if everywhere else 'last '}{last.said(now)}{where}"


def _names(names: t.Sequence[str]) -> str:
    shown: list[str] = []
    for name in names:
        if shown and len(", ".join([*shown, name])) > _NAMES:
            return f"{', '.join(shown)} and {len(names) - len(shown)} more"
        shown.append(name)
    return ", ".join(shown)


def _for_programs(one: Installation) -> Json:
    found: Json = {"name": one.name, "result": one.result, "problem": one.problem, **one.info}
    found["changes"] = [
        {
            "kind": change.kind,
            "name": change.name,
            "action": change.action,
            **change.stamp._asdict(),
            "differences": [
                {"what": each.what, "is": each.current, "declared": each.declared, **each.stamp._asdict()} for each in change.differences
            ],
        }
        for change in one.changes
    ]
    return found


def _changes(result: t.Mapping[str, t.Any]) -> tuple[Change, ...]:
    """The changes in a result of erpsync_environment, with differences where it has a diff."""
    # The role environment publishes the differences under the name diff.
    diff = result.get("differences", result.get("diff"))
    sides = diff if isinstance(diff, (list, tuple)) else []
    found = []
    for number, change in enumerate(result.get("changes") or ()):
        side = sides[number] if number < len(sides) else None
        differing = tuple(differences(side["before"], side["after"], stamps=side.get("stamps") or ())) if side else ()
        fields = tuple(map(str, change.get("changed_fields") or ()))
        found.append(Change(str(change["kind"]), str(change["name"]), str(change["action"]), fields, differing, Stamp.told(change)))
    return tuple(found)


def _reason(result: t.Mapping[str, t.Any]) -> str:
    return _text(result.get("msg")) or UNREACHABLE


def _text(value: t.Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def _engine_and_connections(info: t.Mapping[str, t.Any]) -> Json:
    """The part of erpsync_info's result that reports show; null values where it is empty."""
    if "engine" not in info:
        return {"engine": None, "connections": None}
    engine = {"is_running": bool(info["engine"].get("is_running")), "interval": info["engine"].get("interval")}
    return {
        "engine": engine,
        "connections": [
            {"name": each.get("name"), "connector": each.get("connector"), "active": bool(each.get("active"))}
            for each in info.get("connections") or ()
        ],
    }


def _drift(host: str, variables: Variables) -> Installation:
    info = _engine_and_connections(variables.get("erpsync_drift_info") or {})
    found = variables.get("environment_comparison")
    if not found:
        problem = _text(variables.get("erpsync_drift_problem")) or UNREACHABLE
        return Installation(host, "not_compared", problem, (), info, (("not compared", "", problem),))
    changes = _changes(found)
    if not changes:
        return Installation(host, "as_declared", None, (), info, (("as declared", "", ""),))
    rows, stamps = _rows("differs", changes, {"create": "is missing", "remove": "is not declared"})
    return Installation(host, "differs", None, changes, info, rows, stamps)


def _rows(word: str, changes: t.Sequence[Change], said: t.Mapping[str, str]) -> tuple[tuple[tuple[str, ...], ...], tuple[Stamp, ...]]:
    """The rows of changes, one for each difference, and who changed what each of them tells.

    :param said: what is said of a whole thing, by action.
    """
    rows: list[tuple[str, ...]] = []
    stamps: list[Stamp] = []
    for change in changes:
        if change.action not in said and change.differences:
            rows.extend((word, change.where, str(each)) for each in change.differences)
            stamps.extend(each.stamp for each in change.differences)
        else:
            rows.append((word, change.where, said.get(change.action) or ", ".join(change.fields)))
            stamps.append(change.stamp)
    return tuple(rows), tuple(stamps)


def _report(host: str, variables: Variables) -> Installation:
    read = variables.get("erpsync_report_info") or {}
    info = _engine_and_connections(read)
    if info["engine"] is None:
        problem = _reason(read)
        return Installation(host, "not_read", problem, (), info, ((f"not read: {problem}",),))
    running = info["engine"]["is_running"]
    start = ("running" if running else "stopped", _text(info["engine"]["interval"]) or "?")
    rows = tuple(
        (*start, _text(each["name"]) or "(no name)", _text(each["connector"]) or "(deleted)", "yes" if each["active"] else "no")
        for each in info["connections"]
    )
    return Installation(host, "running" if running else "stopped", None, (), info, rows or ((*start, "(none)", "", ""),))


def _checked(host: str, variables: Variables) -> Installation:
    one = _health.checked(host, variables)
    if one.problem is not None:
        return Installation(host, one.result, one.problem, (), one.info, (("not checked", "", one.problem),))
    rows = tuple((str(each["severity"]), _health.place(each), _health.told(each)) for each in one.findings)
    return Installation(host, one.result, None, (), one.info, rows or (("well", "", ""),))


def _converge(host: str, variables: Variables) -> Installation:
    result = variables.get("environment_run")
    if result is None:
        # The batch of this host has not begun.
        return Installation(host, "waiting", None, (), {}, (("not begun", "", ""),))
    changes = _changes(result)
    if result.get("failed") or result.get("unreachable"):
        problem = _reason(result)
        return Installation(host, "failed", problem, changes, {}, (("failed", "", problem),))
    would = bool(variables.get("ansible_check_mode"))
    if not result.get("changed"):
        return Installation(host, "as_declared", None, (), {}, (("as declared", "", ""),))
    word = "would change" if would else "changed"
    said = {"create": "is missing" if would else "created", "remove": "is not declared" if would else "removed"}
    rows, stamps = _rows(word, changes, said)
    if not rows:
        rows, stamps = ((word, "", "what only the server can tell apart"),), (UNKNOWN,)
    if len(rows) > _CHANGES:
        rows, stamps = (*rows[:_CHANGES], (word, "", f"and {len(rows) - _CHANGES} more")), (*stamps[:_CHANGES], UNKNOWN)
    return Installation(host, "would_change" if would else "changed", None, changes, {}, rows, stamps)


def _sync(host: str, variables: Variables) -> Installation:
    result = variables.get("sync_result") or {}
    problem = _reason(result)
    if not result.get("succeeded"):
        return Installation(host, "failed", _with_connections(problem, result), (), {}, (("failed", _with_connections(problem, result)),))
    told = f"{problem}{_changed_fields(result.get('log') or {})}"
    if result.get("status") == "warning":
        return Installation(host, "warning", problem, (), {}, (("warning", told),))
    return Installation(host, "synchronised", None, (), {}, (("synchronised", told),))


def _changed_fields(log: t.Mapping[str, t.Any]) -> str:
    """How many fields were changed, by connection, as a sentence; empty where the server does not
    tell.
    """
    numbers: dict[str, int] = {}
    for row in log.get("counts") or ():
        name = _text(row.get("connection")) or "(no longer linked)"
        numbers[name] = numbers.get(name, 0) + row["number"]
    if not numbers:
        return ""
    told = ", ".join(f"{name} {number}" for name, number in numbers.items())
    return f" Changed fields: {told}{'' if log.get('complete') else ', and more'}."


def _with_connections(problem: str, result: t.Mapping[str, t.Any]) -> str:
    """A failure with the active connections, the longest unsynchronised first.

    The server does not say which connection failed.
    """
    connections = sorted(result.get("connections") or (), key=lambda each: _text(each.get("last_sync")))
    told = ", ".join(f"{_text(each.get('name'))} {_text(each.get('last_sync')) or 'never'}" for each in connections)
    return f"{problem} Active connections and when they were last synchronised: {told}." if told else problem


def _alike(word: str) -> tuple[str, str]:
    return (word, word)


TOLD: t.Mapping[str, Told] = {
    "drift": Told(
        {"not_compared": _alike("not compared"), "differs": ("differs", "differ"), "as_declared": _alike("as declared")},
        ("Result", "Where", "What"),
        {"not_compared": "the same reason", "differs": "the same change", "as_declared": "as declared"},
        _drift,
    ),
    "report": Told(
        {"not_read": _alike("not read"), "stopped": _alike("stopped"), "running": _alike("running")},
        ("Engine", "Interval", "Connection", "Connector", "Active"),
        {"not_read": "the same reason", "stopped": "alike", "running": "alike"},
        _report,
    ),
    "health": Told(
        {
            "not_checked": _alike("not checked"),
            "error": _alike("with errors"),
            "warning": _alike("with warnings"),
            "unknown": _alike("not known"),
            "ok": _alike("well"),
        },
        ("Result", "Where", "What"),
        {
            "not_checked": "the same reason",
            "error": "the same findings",
            "warning": "the same findings",
            "unknown": "the same findings",
            "ok": "alike",
        },
        _checked,
    ),
    "converge": Told(
        {
            "failed": _alike("failed"),
            "would_change": _alike("would change"),
            "changed": _alike("changed"),
            "as_declared": _alike("as declared"),
            "waiting": _alike("not begun"),
        },
        ("Result", "Where", "What"),
        {
            "failed": "the same reason",
            "would_change": "the same change",
            "changed": "the same change",
            "as_declared": "as declared",
            "waiting": "not begun",
        },
        _converge,
    ),
    "sync": Told(
        {"failed": _alike("failed"), "warning": _alike("with a warning"), "synchronised": _alike("synchronised")},
        ("Result", "What"),
        {"failed": "the same reason", "warning": "the same warning", "synchronised": "the same records"},
        _sync,
    ),
}
