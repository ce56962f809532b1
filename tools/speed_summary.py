# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the beginning of the guide on speed: three sentences and a plot, from the table that `make benchmark` measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

import rst

GUIDE = rst.FOLDER / "guide_speed.rst"
BEGIN = ".. In short, written by tools/write_option_docs.py"
END = ".. End of what is in short"
_TABLE = ".. The table is written by make benchmark."
_ROW = re.compile(r"^   \* - (.*)\n     - (.*)$", re.MULTILINE)
_SECONDS = {"ms": 0.001, "s": 1.0}


class Pair(NamedTuple):
    """A row of the table: what the collection takes, and what another way takes."""

    ours: str
    other: str

    def seconds(self) -> tuple[float, float]:
        ours, other = ((float(number) * _SECONDS[unit]) for number, unit in (text.split() for text in self))
        return ours, other


class Bars(NamedTuple):
    """Two bars of the plot: what they are about, how their row of the table begins, and what the collection is compared with.

    `below` is how a row begins that stands below that one and varies it, where that is meant.
    """

    about: str
    row: str
    other: str
    below: str = ""


TASK = Bars("One more task", "a further erpsync_engine task, against a uri task", "uri")
JOB = Bars("Start the engine, wait and verify", 'the job "read status, start if stopped, wait, verify", against', "uri")
HOSTS = Bars("200 installations in one play", "200 hosts, forks 20: time of the play, against uri", "uri")
BY_DEFAULT = "the same with what read_from is by default"
FAR = Bars("100 unchanged connections, 50 ms away", "converge 100 unchanged connections, a server 50 ms away", "script", BY_DEFAULT)
LIMITED = Bars(
    "100 unchanged connections, 10 calls a second", "converge 100 unchanged connections, 10 calls a second, 11 calls", "agent only"
)
NEAR = Bars(
    "100 unchanged connections, answered at once", "converge 100 unchanged connections, a server that answers at once", "script", BY_DEFAULT
)
PLOT = (TASK, JOB, HOSTS, FAR, LIMITED, NEAR)


def measured(guide: str) -> dict[tuple[str, str], Pair]:
    """What the table of the guide says, by the words of its rows, and of the one below a row that varies it."""
    rows: dict[tuple[str, str], Pair] = {}
    above = ""
    for what, told in _ROW.findall(guide.partition(_TABLE)[2]):
        if what.startswith(("the same ", "of this, ")):
            name = (above, what)
        else:
            above, name = what, (what, "")
        values = told.split(" against ")
        if len(values) == 2:
            rows[name] = Pair(*values)
    return rows


def _of(bars: Bars, rows: dict[tuple[str, str], Pair]) -> Pair:
    for (what, below), pair in rows.items():
        if what.startswith(bars.row) and below.startswith(bars.below) and bool(below) == bool(bars.below):
            return pair
    raise SystemExit(f'the table of guide_speed.rst has no row that begins with "{bars.row}"; tools/speed_summary.py plots it')


def sentences(rows: dict[tuple[str, str], Pair]) -> list[str]:
    """The guide in three sentences."""
    task, far, near = (_of(bars, rows) for bars in (TASK, FAR, NEAR))
    return [
        f"A further task takes {task.ours}, one of ``ansible.builtin.uri`` {task.other}, because tasks run inside Ansible's own process.",
        f"100 unchanged connections take {far.ours} with a server 50 ms away, a script with one request after the other {far.other}, "
        "because independent requests go out side by side and archives tell many fields at once.",
        f"A server that answers at once shows what checking and comparing cost: {near.ours}, where the requests alone take {near.other}.",
    ]


_WIDTH, _LONGEST, _BAR, _LINE = 440, 250, 14, 20


def _svg(pairs: Sequence[tuple[Bars, Pair]]) -> Iterator[str]:
    told = "; ".join(f"{bars.about}: {pair.ours}, {bars.other} {pair.other}" for bars, pair in pairs)
    height = 30 + len(pairs) * (3 * _LINE + 10)
    yield f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="speed-title speed-text">'
    yield '<title id="speed-title">Time of this collection and of other ways, shorter is faster</title>'
    yield f'<desc id="speed-text">{escape(told)}.</desc>'
    yield f'<rect class="ours" fill="#1d4ed8" x="0" y="2" width="{_BAR}" height="{_BAR}"/><text x="20" y="14">this collection</text>'
    yield f'<rect class="other" fill="#7f8794" x="150" y="2" width="{_BAR}" height="{_BAR}"/><text x="170" y="14">another way</text>'
    top = 30
    for bars, pair in pairs:
        ours, other = pair.seconds()
        yield f'<text class="about" font-weight="bold" x="0" y="{top + 15}">{escape(bars.about)}</text>'
        for number, (kind, fill, seconds, label) in enumerate(
            [("ours", "#1d4ed8", ours, pair.ours), ("other", "#7f8794", other, f"{pair.other}, {bars.other}")], 1
        ):
            width = max(round(_LONGEST * seconds / max(ours, other)), 1)
            y = top + number * _LINE
            yield f'<rect class="{kind}" fill="{fill}" x="0" y="{y + 2}" width="{width}" height="{_BAR}"/>'
            yield f'<text x="{width + 6}" y="{y + 14}">{escape(label)}</text>'
        top += 3 * _LINE + 10
    yield "</svg>"


def plot(rows: dict[tuple[str, str], Pair]) -> str:
    """The plot as a picture within a page. Each two bars have a scale of their own."""
    lines = [f"    {line}" for line in ('<div class="plot">', *_svg([(bars, _of(bars, rows)) for bars in PLOT]), "</div>")]
    return "\n".join([".. raw:: html", "", *lines])


def guide() -> str:
    """The text of the guide with the beginning that its table gives."""
    text = GUIDE.read_text(encoding="utf-8")
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    rows = measured(text)
    # Together a paragraph.
    return "\n\n".join([f"{before}{BEGIN}", rst.wrapped(" ".join(sentences(rows))), plot(rows), f"{END}{after}"])
