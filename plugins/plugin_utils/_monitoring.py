# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what the playbook health found in the formats of monitoring systems: Nagios and
Prometheus.
"""

from __future__ import annotations

import re
import typing as t

from ._health import Checked
from ._times import moment

# The states of monitoring plugins, by their exit status.
STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_CODES = {"error": 2, "warning": 1, "unknown": 3, "ok": 0}
# From the worst to the best.
_WORST_FIRST = (2, 1, 3, 0)
# Failures of the question, such as a wrong password. ERP Sync itself may be well or not.
_BLIND = frozenset(("agent_refused", "bad_input", "forbidden", "missing_library", "not_in_version", "sign_in_failed", "unauthorized"))
# How many installations the line names, and how many characters it has before the performance data.
_NAMED, _LENGTH = 5, 800
# Performance data of so many connections at most.
_CONNECTIONS = 50


class Line(t.NamedTuple):
    """What a monitoring plugin prints, and its exit status."""

    code: int
    text: str

    @property
    def state(self) -> str:
        """The state that the exit status stands for."""
        return STATES[self.code]


def code_of(one: Checked) -> int:
    """The exit status that stands for an installation."""
    if one.problem is None:
        return _CODES[one.result]
    if one.is_unreachable:
        return 2
    # Without a kind, the task could not even start.
    return 3 if one.kind is None or one.kind in _BLIND else 2


def nagios(checked: t.Sequence[Checked]) -> Line:
    """The line for Nagios, Icinga and their like.

    :param checked: the worst first.
    """
    if not checked:
        return Line(3, f"ERPSYNC {STATES[3]} - there is no installation to check")
    codes = [code_of(one) for one in checked]
    code = next(each for each in _WORST_FIRST if each in codes)
    worst = [one for one, own in zip(checked, codes) if own == code]
    said = _said(worst, len(checked))
    return Line(code, f"ERPSYNC {STATES[code]} - {_clean(said)} | {' '.join(_performance(checked))}")


def _said(worst: t.Sequence[Checked], number: int) -> str:
    if number == 1:
        return f"{worst[0].name}: {worst[0].problem or worst[0].said}"
    if all(one.result == "ok" for one in worst):
        return f"{number} installations are well"
    told = "; ".join(f"{one.name}: {one.problem or one.said}" for one in worst[:_NAMED])
    more = f"; and {len(worst) - _NAMED} more" if len(worst) > _NAMED else ""
    return f"{len(worst)} of {number} installations: {told}{more}"


def _clean(text: str) -> str:
    """A text in one line, without the character that begins the performance data."""
    line = " ".join(text.replace("|", "/").split())
    return line if len(line) <= _LENGTH else f"{line[: _LENGTH - 3]}..."


def _performance(checked: t.Sequence[Checked]) -> t.Iterator[str]:
    """Values as ``label=value;warning;critical;minimum``."""
    yield f"installations={len(checked)};;;0"
    yield f"not_checked={sum(one.problem is not None for one in checked)};;;0"
    for severity, label in (("error", "errors"), ("warning", "warnings"), ("unknown", "unknown")):
        yield f"{label}={sum(one.counts.get(severity, 0) for one in checked)};;;0"
    oldest = [one.oldest for one in checked if one.oldest is not None]
    if oldest:
        yield f"oldest_sync={max(oldest)}s;;;0"
    counted = [one.log["entries"] for one in checked if one.log is not None]
    if counted:
        yield f"log_entries={sum(counted)};;;0"
    if len(checked) > 1:
        return
    known = [each for each in checked[0].connections if each.get("active") and each.get("age_at_least") is not None]
    for connection in known[:_CONNECTIONS]:
        yield f"{_label('sync ' + str(connection['name'] or connection['id']))}={connection['age_at_least']}s;;;0"


def _label(text: str) -> str:
    """A label of performance data, without the characters that it may not have."""
    return "'" + re.sub(r"[='|]", "_", " ".join(text.split())) + "'"


class Family(t.NamedTuple):
    """A metric of Prometheus with its samples: labels, and a value."""

    name: str
    help: str
    samples: t.Sequence[tuple[t.Mapping[str, str], float]]


def prometheus(checked: t.Sequence[Checked], at: float) -> str:
    """The metrics in Prometheus' text format.

    :param at: when the playbook ran, in seconds since the epoch.
    """
    return "".join(_written(family) for family in _families(checked, at) if family.samples)


def _families(checked: t.Sequence[Checked], at: float) -> t.Iterator[Family]:
    installations = [({"installation": one.name}, one) for one in checked]
    reached = [(labels, one) for labels, one in installations if one.problem is None]
    connections = [
        ({**labels, "connection": str(each["name"]), "connection_id": str(each["id"])}, each)
        for labels, one in reached
        for each in one.connections
    ]
    engines = [(labels, one.engine) for labels, one in reached if one.engine is not None]
    yield Family("erpsync_health_last_run_timestamp_seconds", "When the playbook health last ran.", [({}, int(at))])
    yield Family(
        "erpsync_up", "Whether the installation could be checked.", [(labels, int(one.problem is None)) for labels, one in installations]
    )
    yield Family(
        "erpsync_health_status",
        "How the installation is: 0 well, 1 with warnings, 2 with errors or not reached, 3 not known.",
        [(labels, code_of(one)) for labels, one in installations],
    )
    yield Family(
        "erpsync_findings",
        "The findings of each severity.",
        [({**labels, "severity": severity}, number) for labels, one in reached for severity, number in one.counts.items()],
    )
    yield Family("erpsync_finding", "The findings of each check about one thing.", _findings(reached))
    yield Family("erpsync_engine_running", "Whether the sync engine runs.", [(labels, int(each["is_running"])) for labels, each in engines])
    yield Family(
        "erpsync_engine_interval_seconds",
        "The time between two synchronisations.",
        [(labels, each["interval_seconds"]) for labels, each in engines if each.get("interval_seconds") is not None],
    )
    states = [(labels, int(each["active"])) for labels, each in connections]
    yield Family("erpsync_connection_active", "Whether the connection is active.", states)
    moments = [(labels, _seconds(each.get("last_sync"))) for labels, each in connections]
    yield Family(
        "erpsync_connection_last_sync_timestamp_seconds",
        "When the active connection was last synchronised, if the time zone is known.",
        [(labels, moment) for labels, moment in moments if moment is not None],
    )
    yield Family(
        "erpsync_log_entries",
        "The entries of the sync log within log_window.",
        [(labels, one.log["entries"]) for labels, one in reached if one.log is not None],
    )


def _findings(reached: t.Iterable[tuple[dict[str, str], Checked]]) -> list[tuple[dict[str, str], float]]:
    """How many findings there are with the same labels: a sample must be there once."""
    found: dict[tuple[tuple[str, str], ...], int] = {}
    for labels, one in reached:
        for finding in one.findings:
            where = finding.get("where") or {}
            # A blank name would not tell one thing from another.
            name = where.get("id") if where.get("name") == "" else where.get("name")
            of = {"check": finding["check"], "severity": finding["severity"], "kind": where.get("kind"), "name": name}
            key = tuple({**labels, **{name: str(value or "") for name, value in of.items()}}.items())
            found[key] = found.get(key, 0) + 1
    return [(dict(key), number) for key, number in found.items()]


def _written(family: Family) -> str:
    lines = [f"# HELP {family.name} {family.help}", f"# TYPE {family.name} gauge"]
    for labels, value in family.samples:
        pairs = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        lines.append(f"{family.name}{{{pairs}}} {value}" if pairs else f"{family.name} {value}")
    return "".join(f"{line}\n" for line in lines)


def _escaped(text: str) -> str:
    """The value of a label. Other control characters and line breaks are none of its own."""
    plain = "".join(" " if c != "\n" and not c.isprintable() else c for c in text)
    return plain.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _seconds(text: str | None) -> int | None:
    at = moment(text)
    return None if at is None else int(at.timestamp())
