# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lays out the pictures of a page: differences by kind and installation, and strips of time."""

from __future__ import annotations

import bisect
import typing as t

Json = dict[str, t.Any]

# The number of rows from which a cell has each shade, the lightest first.
SHADES = (1, 2, 5, 10, 50)
# A picture of fewer installations would tell nothing that the list does not.
FEWEST = 3
# Few installations do not get cells as wide as the page.
NARROWEST = 24

# The strip of time in parts of equal width: the age in seconds at which the next one begins, its
# name in short, and in words.
PARTS = (
    (900, "< 15 min", "less than 15 minutes ago"),
    (3600, "15-60 min", "15 minutes to an hour ago"),
    (6 * 3600, "1-6 h", "1 to 6 hours ago"),
    (86400, "6-24 h", "6 to 24 hours ago"),
    (7 * 86400, "1-7 d", "a day to a week ago"),
    (30 * 86400, "7-30 d", "7 to 30 days ago"),
)
_OLDEST = ("> 30 d", "over 30 days ago, or never")
PART = 100
WIDTH = PART * (len(PARTS) + 1)
# The lines between the parts.
LINES = "".join(f"M{PART * (number + 1)} 0v20" for number in range(len(PARTS)))
_BOUNDS = tuple(bound for bound, _short, _words in PARTS)


def cells(counts: t.Sequence[int]) -> list[Json]:
    """A row of cells, one for each number, as one outline for each shade; none where the number is
    0.
    """
    outlines: dict[int, list[str]] = {}
    for place, count in enumerate(counts):
        shade = bisect.bisect_right(SHADES, count)
        if shade:
            outlines.setdefault(shade, []).append(f"M{place} 0h1v1h-1z")
    return [{"shade": shade, "outline": "".join(outlines[shade])} for shade in sorted(outlines)]


def part_of(age: float | None) -> int:
    """The part of the strip of time in which an age in seconds is, counted from the newest; None is
    for never.
    """
    return len(PARTS) if age is None else bisect.bisect_right(_BOUNDS, age)


def place_of(age: float | None) -> int:
    """The distance of an age from the left of the strip of time. All ages of the oldest part share
    one place.
    """
    part = part_of(age)
    if age is None or part == len(PARTS):
        return PART // 2
    newer = _BOUNDS[part - 1] if part else 0
    # The clocks of two machines may differ by a little.
    return WIDTH - PART * part - round(PART * (max(age, 0) - newer) / (_BOUNDS[part] - newer))


def spread(ages: t.Sequence[float | None]) -> list[Json]:
    """How many ages are in each part of the strip of time, the oldest first."""
    parts = [part_of(age) for age in ages]
    names = [*(names for _bound, *names in PARTS), _OLDEST]
    return [{"short": names[part][0], "words": names[part][1], "count": parts.count(part)} for part in range(len(PARTS), -1, -1)]


def legend() -> list[str]:
    """What each shade stands for."""
    pairs = zip(SHADES, SHADES[1:])
    return [*(str(low) if high == low + 1 else f"{low} to {high - 1}" for low, high in pairs), f"{SHADES[-1]} or more"]
