# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads times as modules return them: ``2026-11-03T14:02:00Z``."""

from __future__ import annotations

import datetime
import re

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z", re.ASCII)


def moment(text: str | None) -> datetime.datetime | None:
    """The time that an ISO 8601 text in UTC names, with Z; None where it is something else."""
    found = _MOMENT.fullmatch(text or "")
    try:
        return datetime.datetime.fromisoformat(found[1]).replace(tzinfo=datetime.timezone.utc) if found else None
    except ValueError:
        return None
