# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the data of the page that the playbooks drift, report and health write.

The one template, playbooks/templates/page.html.j2, draws what :func:`page` returns. A playbook lays
each of its installations into a :class:`Laid`, in _fleet_page.py, and says in a :class:`Kind` how
it speaks. Everything here is plain text: the template escapes it.

A row is a dictionary with some of the keys of :class:`Row`. A group shows the columns that at least
one of its rows has. Times are ISO 8601 in UTC with ``Z``; other texts are shown as they are.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
import typing as t
from pathlib import Path

from . import _pictures
from ._times import moment

Json = dict[str, t.Any]

ASSETS = Path(__file__).resolve().parents[2] / "playbooks" / "templates"
# How many rows that several installations share are shown, and how many connections have a strip of
# their own.
_ALIKE, _STRIPS = 10, 6
_ALIKE_KEYS = ("severity", "what", "is", "declared", "todo")
# From the worst to the best. The template has a colour and a sign for each.
TONES = ("bad", "warn", "unknown", "good")

Row = t.TypedDict(
    "Row",
    {
        # What differs, or what was found.
        "what": str,
        # One of TONES; of a difference "warn".
        "tone": str,
        # The tone in words, for findings: "error".
        "severity": t.Optional[str],
        # Where in the installation, such as a connection.
        "where": t.Optional[str],
        # The value on the server, and the declared one.
        "is": t.Optional[str],
        "declared": t.Optional[str],
        # Who changed it last on the server, and when.
        "who": t.Optional[str],
        "when": t.Optional[str],
        # Since when it is so.
        "since": t.Optional[str],
        # What to do.
        "todo": t.Optional[str],
    },
    total=False,
)

Columns = tuple[tuple[str, str], ...]
# Pairs of a row's key and the head of its column. "who" and "when" share the column of "when".
DIFFERENCES: Columns = (("what", "What"), ("is", "Is"), ("declared", "Declared"), ("when", "Last changed"))
FINDINGS: Columns = (("severity", "Severity"), ("what", "What"), ("where", "Where"), ("since", "Since"), ("todo", "What to do"))


class Group(t.NamedTuple):
    """A table of an installation."""

    title: str
    rows: tuple[Row, ...]
    columns: Columns = DIFFERENCES
    of: str | None = None
    """What the group belongs to, such as a connection; said once above neighbouring groups."""
    tag: str | None = None
    """A remark on the title, such as "is missing"."""
    kind: str | None = None
    """The line of the picture that counts its rows; None for other rows."""
    who: str | None = None
    when: str | None = None
    """Who changed the thing last on the server, and when; said beside the tag."""


class Sync(t.NamedTuple):
    """When a connection was last synchronised; None for never."""

    connection: str
    last: str | None


class Command(t.NamedTuple):
    label: str
    text: str


class Laid(t.NamedTuple):
    """An installation as the page has it."""

    name: str
    result: str
    problem: str | None = None
    """Why nothing is known of the installation. Nothing else then says that it is unknown."""
    facts: tuple[tuple[str, str], ...] = ()
    groups: tuple[Group, ...] = ()
    note: str | None = None
    command: Command | None = None
    sync: tuple[Sync, ...] = ()


class Kind(t.NamedTuple):
    """How a playbook speaks on its page."""

    heading: str
    note: str
    # Result: its tone. From the worst to the best.
    tones: t.Mapping[str, str]
    # The result that the title counts.
    headline: str
    # What the rows of groups with a kind are called, one and several.
    counted: tuple[str, str]


class Context(t.NamedTuple):
    """What the page says of the run."""

    at: datetime.datetime
    foot: tuple[tuple[str, str], ...] = ()


def page(playbook: str, kind: Kind, words: t.Mapping[str, tuple[str, str]], installations: t.Sequence[Laid], context: Context) -> Json:
    """The data of the page.

    :param words: each result in words, for one and for several.
    :param installations: equally bad ones stay in their order.
    """
    laid = _alike_together(installations, list(kind.tones))
    first: dict[t.Any, str] = {}
    found = [_installation(one, kind, words[one.result][0], first.setdefault(_likeness(one), one.name), context.at) for one in laid]
    totals = {result: sum(one.result == result for one in laid) for result in kind.tones}
    counted = totals[kind.headline]
    style, script = _asset("page.css"), _asset("page.js")
    return {
        "playbook": playbook,
        "title": f"ERP Sync {playbook}: {counted} of {len(found)} {words[kind.headline][counted != 1]}",
        "heading": kind.heading,
        "note": kind.note,
        "at": _time(time_text(context.at)),
        "summary": [
            {"result": result, "label": words[result][totals[result] != 1], "count": totals[result], "tone": kind.tones[result]}
            for result in kind.tones
        ],
        "counted": list(kind.counted),
        "installations": found,
        "alike": _alike(laid),
        "kinds": _kinds(laid, kind.counted),
        "sync": _last_synchronised(laid, context.at),
        "foot": [list(each) for each in context.foot],
        "sync_width": _pictures.WIDTH,
        "sync_lines": _pictures.LINES,
        "style": style,
        "script": script,
        "policy": f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'",
    }


def anchor(name: str) -> str:
    """The id of an installation's place on the page, of its name alone: it stays when others come
    and go.

    A name of plain characters is its own anchor. Another gets a part that tells it from all others,
    behind a character that no plain name has.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    return f"installation-{plain}" if plain == name else f"installation-{plain}~{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def time_words(at: datetime.datetime) -> str:
    """A time in words that are the same in each locale: 3 Nov 2026, 14:02 UTC."""
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[at.month - 1]
    return f"{at.day} {month} {at.year}, {at:%H:%M} UTC"


def age_words(seconds: float) -> str:
    """How long ago something was, in the largest unit: 3 hours."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return number_words(int(seconds // length), (unit, unit + "s"))
    return "less than a minute"


def number_words(number: int, words: t.Sequence[str]) -> str:
    """A number with its noun: 1,204 differences."""
    return f"{number:,} {words[number != 1]}"


def time_text(at: datetime.datetime) -> str:
    """The ISO 8601 text of a time in UTC."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """The source of a style or script in a Content-Security-Policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _counted(one: Laid) -> list[Group]:
    return [group for group in one.groups if group.kind is not None]


def _number(one: Laid) -> int:
    return sum(len(group.rows) for group in _counted(one))


_Key = tuple[t.Any, ...]


def _row_key(group: Group, row: Row) -> _Key:
    """What makes a row the same in another installation: everything but who changed it, and
    when.
    """
    return (group.of, group.title, group.tag, *(row.get(name) for name in ("severity", "what", "where", "is", "declared", "todo")))


def _likeness(one: Laid) -> tuple[t.Any, ...]:
    """The key that equal installations share. One without a row is equal to no other."""
    keys = tuple(_row_key(group, row) for group in _counted(one) for row in group.rows)
    if one.problem is not None or keys:
        return (one.result, one.problem, keys)
    return (one.result, one.name)


def _alike_together(installations: t.Sequence[Laid], results: t.Sequence[str]) -> list[Laid]:
    """The installations, the worst first; equal ones follow the first of them."""
    found = sorted(installations, key=lambda one: (results.index(one.result), -_number(one)))
    places: dict[t.Any, int] = {}
    for place, one in enumerate(found):
        places.setdefault(_likeness(one), place)
    return sorted(found, key=lambda one: places[_likeness(one)])


def _installation(one: Laid, kind: Kind, label: str, first: str, now: datetime.datetime) -> Json:
    number = _number(one)
    return {
        "name": one.name,
        "anchor": anchor(one.name),
        "result": one.result,
        "label": label,
        "tone": kind.tones[one.result],
        "problem": one.problem,
        "facts": [list(fact) for fact in one.facts],
        "count": number,
        "counted": number_words(number, kind.counted) if number else "",
        # The first installation that is alike.
        "same_as": None if first == one.name else first,
        "groups": [_group(group, now) for group in one.groups if group.rows],
        "note": one.note,
        "command": None if one.command is None else one.command._asdict(),
        "sync": [_synchronised(one.name, each, now) for each in one.sync],
    }


def _group(group: Group, now: datetime.datetime) -> Json:
    having = {name for row in group.rows for name in row if row.get(name)}
    if "who" in having:
        having.add("when")
    return {
        "title": group.title,
        "of": group.of,
        "tag": group.tag,
        "who": group.who,
        "when": _time(group.when),
        "columns": [[name, head] for name, head in group.columns if name in having],
        "rows": [_shown(row, now) for row in group.rows],
    }


def _shown(row: Row, now: datetime.datetime) -> Json:
    """A row with all its keys."""
    found: Json = {**dict.fromkeys(Row.__annotations__), "tone": "warn", **row}
    return {**found, "when": _time(found["when"]), "since": _time(found["since"], now)}


def _time(text: str | None, now: datetime.datetime | None = None) -> Json | None:
    """A time for programs and for people, who are told how long ago that was where ``now`` is
    given.
    """
    if not text:
        return None
    at = moment(text)
    if at is None:
        return {"iso": None, "text": text, "ago": ""}
    return {"iso": time_text(at), "text": time_words(at), "ago": f"{age_words((now - at).total_seconds())} ago" if now else ""}


def _alike(installations: t.Sequence[Laid]) -> Json | None:
    """The rows that several installations share, the most frequent first. A thing that is missing
    as a whole is one row.

    ``places`` are those of the installations on the page.
    """
    found: dict[_Key, tuple[Json, list[int]]] = {}
    for at, one in enumerate(installations):
        for group in _counted(one):
            for row in group.rows:
                key = (group.of, group.title, group.tag) if group.tag else _row_key(group, row)
                said: Json = dict.fromkeys(_ALIKE_KEYS)
                if not group.tag:
                    said.update((name, row.get(name)) for name, _head in group.columns if name in said)
                said["place"] = row.get("where") or ": ".join(part for part in (group.of, group.title) if part)
                said["tone"] = row.get("tone", "warn")
                said["what"] = group.tag or said["what"]
                places = found.setdefault(key, (said, []))[1]
                if at not in places[-1:]:
                    places.append(at)
    shared = sorted((each for each in found.values() if len(each[1]) > 1), key=lambda each: -len(each[1]))
    rows = [{**said, "count": len(places), "places": places} for said, places in shared[:_ALIKE]]
    heads = (("severity", "Severity"), ("place", "Where"), ("what", "What"), ("is", "Is"), ("declared", "Declared"), ("todo", "What to do"))
    columns = [[name, head] for name, head in heads if any(row[name] for row in rows)]
    return {"columns": columns, "rows": rows, "more": len(shared) - len(rows)} if rows else None


def _kinds(installations: t.Sequence[Laid], counted: t.Sequence[str]) -> Json | None:
    """The picture of kinds and installations."""
    affected = [one for one in installations if _number(one)]
    if len(affected) < _pictures.FEWEST:
        return None
    names = dict.fromkeys(str(group.kind) for one in affected for group in _counted(one))
    rows: list[Json] = []
    for name in names:
        counts = [sum(len(group.rows) for group in one.groups if group.kind == name) for one in affected]
        places = number_words(sum(count > 0 for count in counts), ("installation", "installations"))
        words = f"{number_words(sum(counts), counted)} in {places}"
        rows.append({"label": name, "count": sum(counts), "words": words, "cells": _pictures.cells(counts)})
    rows.sort(key=lambda row: -row["count"])
    return {"width": max(len(affected), _pictures.NARROWEST), "legend": _pictures.legend(), "rows": rows}


def _synchronised(installation: str, sync: Sync, now: datetime.datetime) -> Json:
    at = moment(sync.last)
    age = None if at is None else (now - at).total_seconds()
    return {
        "installation": installation,
        "anchor": anchor(installation),
        "connection": sync.connection,
        "last": _time(sync.last, now),
        # None where the time is in a time zone that is not known.
        "place": _pictures.place_of(age) if at is not None or not sync.last else None,
        "age": age,
    }


def _last_synchronised(installations: t.Sequence[Laid], now: datetime.datetime) -> Json | None:
    """The picture of all connections: the longest unsynchronised ones, and how many there are of
    each age.
    """
    every = [_synchronised(one.name, sync, now) for one in installations for sync in one.sync]
    known = sorted((each for each in every if each["place"] is not None), key=lambda each: (each["age"] is not None, -(each["age"] or 0)))
    if not known:
        return None
    return {
        "oldest": known[:_STRIPS],
        "number": len(known),
        "unknown": len(every) - len(known),
        "places": [each["place"] for each in known],
        "spread": _pictures.spread([each["age"] for each in known]),
    }
