# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads what the playbook health has registered for a host: the findings, or why there are none."""

from __future__ import annotations

import typing as t

Json = dict[str, t.Any]

UNREACHABLE = "The host could not be reached."
# From the worst to the best.
RESULTS = ("not_checked", "error", "warning", "unknown", "ok")


class Checked(t.NamedTuple):
    """An installation that was checked, or could not be: then ``problem`` says why."""

    name: str
    result: str
    problem: str | None = None
    # Kind of the failure, such as ``connection_refused``. None where there is none, or nobody told.
    kind: str | None = None
    is_unreachable: bool = False
    said: str = ""
    checked_at: str | None = None
    counts: t.Mapping[str, int] = {}
    findings: t.Sequence[Json] = ()
    engine: Json | None = None
    connections: t.Sequence[Json] = ()
    log: Json | None = None

    @property
    def info(self) -> Json:
        """The findings and what was read, for programs."""
        return {
            "checked_at": self.checked_at,
            "failure": self.kind,
            "counts": dict(self.counts) or None,
            "findings": list(self.findings),
            "engine": self.engine,
            "connections": list(self.connections),
            "log": self.log,
        }

    @property
    def oldest(self) -> int | None:
        """Seconds since the last synchronisation of the active connection that has waited
        longest.
        """
        ages = [each["age_at_least"] for each in self.connections if each.get("active") and each.get("age_at_least") is not None]
        return max(ages, default=None)


def checked(host: str, variables: t.Mapping[str, t.Any]) -> Checked:
    """What the playbook has found for a host."""
    result = variables.get("erpsync_health_result") or {}
    if "failure" in result or result.get("status") not in RESULTS:
        problem = _text(result.get("msg")) or UNREACHABLE
        kind = (result.get("failure") or {}).get("kind")
        return Checked(host, "not_checked", problem, kind, bool(result.get("unreachable")) or not result)
    return Checked(
        host,
        result["status"],
        said=_text(result.get("msg")),
        checked_at=result.get("checked_at"),
        counts=result.get("counts") or {},
        findings=result.get("findings") or (),
        engine=result.get("engine"),
        connections=result.get("connections") or (),
        log=result.get("log"),
    )


def place(finding: t.Mapping[str, t.Any]) -> str:
    """The thing that a finding is about, in words."""
    where = finding.get("where") or {}
    kind, name, number = _text(where.get("kind")), where.get("name"), where.get("id")
    if name is not None and not _text(name) and number is not None:
        return f"{kind} with the id {number}"
    return f"{kind} {_text(name)}".strip()


def told(finding: t.Mapping[str, t.Any]) -> str:
    """What was found, and what to do about it."""
    return " ".join(text for text in (_text(finding.get("what")), _text(finding.get("todo"))) if text)


def _text(value: t.Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""
