# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""How long ago a connection was last synchronised, although the server does not tell its time zone.

LastSync is the server's local time. If neither the text nor the task says how far that is from UTC,
any distance on earth is possible, and an age is a range. Two things narrow it:
no synchronisation lies in the future, and the sync log, whose times are UTC, has nothing of a
connection that is younger than its last synchronisation.

What one connection tells of the distance holds for another one only as far as the server's clock
was not changed between their synchronisations. Where it may have been, the age has an hour of
tolerance.
"""

from __future__ import annotations

import datetime
import re
import typing as t

UTC = datetime.timezone.utc
# All distances from UTC that there are on earth, in seconds: the hours and half hours, and Nepal,
# Eucla and the Chatham Islands.
_DISTANCES = sorted({*range(-12 * 3600, 14 * 3600 + 1, 1800), 20700, 31500, 45900, 49500})
# How far a server's clock may be ahead, and how long a synchronisation may write to its log.
_AHEAD = _LOGGING = 900
# By how much clocks are changed, and when: at weekends, in these months and in the first week of
# November.
_SUMMER_TIME = 3600
_MONTHS, _FRIDAY = (3, 4, 9, 10), 4
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]+)?\s*"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII | re.IGNORECASE,
)


class Age(t.NamedTuple):
    """How many seconds ago something was, at least and at most."""

    least: int
    most: int

    @property
    def is_exact(self) -> bool:
        """Whether the two are the same."""
        return self.least == self.most


def parsed(text: str) -> datetime.datetime | None:
    """A moment as a server writes it, with a time zone only where the text has one; None for
    another text.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(f"{match['day']}T{match['time']}")
    except ValueError:
        return None
    zone = (match["zone"] or "").upper().replace(":", "")
    if not zone:
        return moment
    if zone == "Z":
        return moment.replace(tzinfo=UTC)
    hours, minutes = int(zone[1:3]), int(zone[3:])
    if hours > 23 or minutes > 59:
        return None
    distance = datetime.timedelta(hours=hours, minutes=minutes)
    return moment.replace(tzinfo=datetime.timezone(-distance if zone[0] == "-" else distance))


def ages(
    moments: t.Mapping[int, datetime.datetime],
    now: datetime.datetime,
    zone: datetime.tzinfo | None,
    logged: t.Mapping[int, datetime.datetime] | None = None,
) -> dict[int, Age]:
    """The age of each moment, by the connection's id. A moment in the future counts as now.

    :param moments: as :func:`parsed` gives them.
    :param now: in UTC.
    :param zone: the server's time zone; None if it is unknown.
    :param logged: the newest entry of a connection in the sync log, in UTC.
    """
    local = {number: moment for number, moment in moments.items() if moment.tzinfo is None}
    lowest, highest = _distances(local, now, logged or {}) if local else (_NOWHERE, _NOWHERE)
    found = {}
    for number, moment in moments.items():
        if moment.tzinfo is not None:
            possible = [_seconds(now, moment)]
        elif zone is not None:
            # In the hour that comes twice when summer time ends, both are possible.
            possible = [_seconds(now, moment.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)]
        else:
            behind = _seconds(now, moment.replace(tzinfo=UTC))
            possible = [behind + lowest.distance - lowest.tolerance(moment), behind + highest.distance + highest.tolerance(moment)]
        behind_now = sorted(max(0, each) for each in possible)
        found[number] = Age(behind_now[0], behind_now[-1])
    return found


def ahead(moment: datetime.datetime, now: datetime.datetime, zone: datetime.tzinfo | None) -> int:
    """How many seconds a moment lies in the future; 0 where that is not known."""
    if moment.tzinfo is None and zone is None:
        return 0
    return max(0, -_seconds(now, moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)))


class _Bound(t.NamedTuple):
    """How many seconds the server's time was ahead of UTC, at least or at most, when it was ``at``
    there.
    """

    distance: int
    at: datetime.datetime | None = None

    def tolerance(self, moment: datetime.datetime) -> int:
        """By how many seconds it may have been another distance at a moment."""
        return _SUMMER_TIME if self.at is not None and self.at != moment and _may_be_changed(self.at, moment) else 0


_NOWHERE = _Bound(0)


def _may_be_changed(one: datetime.datetime, other: datetime.datetime) -> bool:
    """Whether a clock may be changed between two of its times, or on the day of one of them."""
    first, last = sorted((one.date(), other.date()))
    days = (first + datetime.timedelta(days=number) for number in range(min((last - first).days, 366) + 1))
    return any(day.weekday() >= _FRIDAY and (day.month in _MONTHS or (day.month == 11 and day.day < 8)) for day in days)


def _distances(
    local: t.Mapping[int, datetime.datetime], now: datetime.datetime, logged: t.Mapping[int, datetime.datetime]
) -> tuple[_Bound, _Bound]:
    """How far the server's time can be ahead of UTC, at least and at most."""
    as_utc = {number: moment.replace(tzinfo=UTC) for number, moment in local.items()}
    newest = max(as_utc, key=lambda number: as_utc[number])
    ahead_of_now = -_seconds(now, as_utc[newest])
    possible = [distance for distance in _DISTANCES if distance >= ahead_of_now - _AHEAD] or _DISTANCES[-1:]
    lowest = _Bound(possible[0], local[newest])
    ahead_of_log = {number: -_seconds(logged[number], moment) for number, moment in as_utc.items() if number in logged}
    if not ahead_of_log:
        return lowest, _Bound(possible[-1])
    first = min(ahead_of_log, key=lambda number: ahead_of_log[number])
    within = [distance for distance in possible if distance <= ahead_of_log[first] + _LOGGING]
    # If no distance is left, the log belongs to other synchronisations.
    return lowest, _Bound(within[-1], local[first]) if within else _Bound(possible[-1])


def _seconds(later: datetime.datetime, earlier: datetime.datetime) -> int:
    return int((later - earlier) // datetime.timedelta(seconds=1))


def in_words(seconds: int) -> str:
    """A span of time in its two largest units: ``2 days 3 hours``."""
    parts = []
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number} {unit}{'' if number == 1 else 's'}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 seconds"
