# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says who changed something last, and when."""

from __future__ import annotations

import datetime
import typing as t

from ._times import moment

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)  # fmt: skip


class Stamp(t.NamedTuple):
    """Who changed a thing, and when, as modules return it; None where the server does not tell."""

    changed_by: str | None = None
    changed_at: str | None = None

    @classmethod
    def told(cls, told: t.Mapping[str, t.Any]) -> Stamp:
        """The stamp in a part of a module's result; :data:`UNKNOWN` where it has none."""
        who, when = told.get("changed_by"), told.get("changed_at")
        return cls(None if who is None else str(who), None if when is None else str(when))

    def said(self, now: datetime.datetime | None = None) -> str:
        """The stamp in words, such as "changed on 3 November at 14:02 UTC by KRN"; blank where
        nothing is known.

        :param now: the present; its year is left out. None to say each year.
        """
        if self.changed_by is None and self.changed_at is None:
            return ""
        who = "" if self.changed_by is None else f" by {self.changed_by}"
        return f"changed{'' if self.changed_at is None else _on(self.changed_at, now)}{who}"


UNKNOWN = Stamp()


def newest(stamps: t.Iterable[Stamp]) -> Stamp:
    """The newest of several stamps."""
    return max(stamps, key=lambda stamp: (stamp.changed_at or "", stamp.changed_by is not None), default=UNKNOWN)


def _on(time: str, now: datetime.datetime | None) -> str:
    """A day and a time of it, from a time as modules return it; blank for another text."""
    found = moment(time)
    if found is None:
        return ""
    year = "" if now is not None and found.year == now.astimezone(datetime.timezone.utc).year else f" {found.year}"
    return f" on {found.day} {_MONTHS[found.month - 1]}{year} at {found:%H:%M} UTC"
