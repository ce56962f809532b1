# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Whether an installation is well: the findings, the worst first, and the status that follows."""

from __future__ import annotations

import typing as t

ERROR, WARNING, UNKNOWN, INFO, OK = "error", "warning", "unknown", "info", "ok"
# From the worst to the best. A check that could not be made counts less than a known fault.
SEVERITIES = (ERROR, WARNING, UNKNOWN, INFO)
STATUSES = (ERROR, WARNING, UNKNOWN, OK)
FAIL_ON = ("never", ERROR, WARNING)

ACCESS, ENGINE, ACTIVE, LAST_SYNC = "access", "engine", "active", "last_sync"
MISSING_FIELDS, MANDATORY_FIELDS, LISTS = "missing_fields", "mandatory_fields", "lists"
CONNECTOR_TEST, CONNECTION_TEST, LOG = "connector_test", "connection_test", "log"
CHECKS = (ACCESS, ENGINE, ACTIVE, LAST_SYNC, MISSING_FIELDS, MANDATORY_FIELDS, LISTS, CONNECTOR_TEST, CONNECTION_TEST, LOG)
# These need few requests, and make the server ask no connector.
CHEAP = (ACCESS, ENGINE, ACTIVE, LAST_SYNC, MISSING_FIELDS, MANDATORY_FIELDS)
# These are about each connection, or need the connections.
OF_CONNECTIONS = frozenset((ACTIVE, LAST_SYNC, MISSING_FIELDS, MANDATORY_FIELDS, LISTS, CONNECTOR_TEST, CONNECTION_TEST))

# The most names in a sentence.
_NAMES = 10


class Where(t.NamedTuple):
    """The thing that a finding is about."""

    kind: str
    name: str | None = None
    id: int | None = None

    def __str__(self) -> str:
        if self.name is None:
            return self.kind
        return f"{self.kind} {self.name}" if self.name.strip() or self.id is None else f"{self.kind} with the id {self.id}"


class Finding(t.NamedTuple):
    """One thing that is not well, or could not be checked."""

    severity: str
    check: str
    what: str
    where: Where
    todo: str | None = None
    # UTC, ISO 8601.
    since: str | None = None

    def as_result(self) -> dict[str, t.Any]:
        """The value that tasks return for a finding."""
        return {
            "severity": self.severity,
            "check": self.check,
            "what": self.what,
            "where": self.where._asdict(),
            "since": self.since,
            "todo": self.todo,
        }


class Unread(t.NamedTuple):
    """Takes the place of what could not be read."""

    reason: str
    method: str | None = None
    # Whether the server refuses the method to this user, or to the application.
    is_refused: bool = False
    # Whether the version of the services lacks the method.
    is_lacking: bool = False
    # Whether the server carried out the method and tells what went wrong.
    is_answer: bool = False


def unchecked(check: str, where: Where, unread: Unread) -> Finding:
    """The finding for a check that could not be made.

    A method that the version of the services lacks needs no second look.
    """
    severity = INFO if unread.is_lacking else UNKNOWN
    todo = "Leave out the check, or use REST." if unread.is_lacking else "Remove the cause, then check again."
    return Finding(severity, check, f"{check} could not be checked. {unread.reason}", where, todo)


def in_order(findings: t.Iterable[Finding]) -> list[Finding]:
    """The worst first; alike ones in the order of the checks, and then as they came."""
    return sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), CHECKS.index(finding.check)))


def counts(findings: t.Sequence[Finding]) -> dict[str, int]:
    """How many findings there are of each severity."""
    return {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITIES}


def status(counted: t.Mapping[str, int]) -> str:
    """The worst severity that counts, or ok."""
    return next((severity for severity in STATUSES if counted.get(severity)), OK)


def fails(reached: str, fail_on: str) -> bool:
    """Whether a status is to fail the task."""
    return reached in FAIL_ON[1 : FAIL_ON.index(fail_on) + 1]


def sentence(findings: t.Sequence[Finding]) -> str:
    """The findings that count, counted, and the first ones of the worst severity in words.

    :param findings: in their order.
    """
    counted = counts(findings)
    reached = status(counted)
    if reached == OK:
        return "All that was checked is well."
    told = ", ".join(_counted(severity, counted[severity]) for severity in STATUSES if counted.get(severity))
    worst = [finding for finding in findings if finding.severity == reached]
    shown = " ".join(f"{finding.where}: {finding.what}" for finding in worst[:3])
    return f"{told}. {shown}{f' And {len(worst) - 3} more.' if len(worst) > 3 else ''}"


def _counted(severity: str, number: int) -> str:
    return f"{number} {severity}{'' if number == 1 or severity == UNKNOWN else 's'}"


def listed(names: t.Sequence[str]) -> str:
    """Names in a sentence: ``A, B and C``, or the first ones and how many more; blank ones
    counted.
    """
    named = [name for name in names if name.strip()]
    nameless = len(names) - len(named)
    if nameless:
        named.append(f"{nameless} without a name")
    shown = named[:_NAMES]
    if len(named) > _NAMES:
        return f"{', '.join(shown)} and {len(named) - _NAMES} more"
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)
