# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of the page of a fleet: what is laid where, pictures, commands, anchors, and the commit of a checkout."""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.superoffice.erpsync.plugins.filter import fleet_page
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import health
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _checkout, _fleet_page, _page, _pictures, _times
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

AT = datetime.datetime(2026, 11, 26, 6, 30, tzinfo=datetime.UTC)
RUN = _fleet_page.Run(AT, ("/elsewhere/inventory",))
READ = {
    "engine": {"is_running": True, "interval": "00:15:00"},
    "connections": [
        {"name": "Visma", "connector": "SAP", "active": True},
        {"name": "SAP, Oslo", "connector": "SAP", "active": True},
        {"name": None, "connector": None, "active": False},
    ],
}
CHANGES: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    ("connection", "SAP, Oslo", "update", {"description": ""}, {"description": "x"}),
    ("mapping", "SAP, Oslo, Customer", "update", {"fields": {"EMAIL": {"crm": "a"}}}, {"fields": {"EMAIL": {"crm": "b"}}}),
    ("list", "Visma, TermList", "update", {"items": {"x": "Cash"}}, {"items": {"x": "14 days"}}),
    ("connector", "Visma", "create", {}, {"name": "Visma", "url": "https://x"}),
    ("connection", "Old", "remove", {"name": "Old"}, {}),
    ("engine", "", "update", {"interval": "00:15:00"}, {"interval": "00:10:00"}),
    ("priority", "", "update", {"priority": ["A", "B"]}, {"priority": ["B", "A"]}),
    ("newer", "thing", "update", {"a": True}, {"a": False}),
]


def _drifted(*places: int, **more: Any) -> dict[str, Any]:
    """The variables of an installation that differs in these of CHANGES."""
    chosen = [CHANGES[place] for place in places]
    changes = [{"kind": kind, "name": name, "action": action, "changed_fields": []} for kind, name, action, _before, _after in chosen]
    diff = [{"before": before, "after": after} for *_change, before, after in chosen]
    return {"environment_comparison": {"changes": changes, "diff": diff}, "erpsync_drift_info": READ, **more}


def _page_of(playbook: str, hosts: dict[str, dict[str, Any]], run: _fleet_page.Run = RUN) -> dict[str, Any]:
    return _fleet_page.page(playbook, list(hosts), hosts, run)


def _row(**more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("severity", "where", "is", "declared", "who", "when", "since", "todo"))
    return {**empty, "tone": "warn", **more}


def _groups(one: dict[str, Any]) -> list[tuple[Any, ...]]:
    keys = ("of", "title", "tag")
    return [(*(group[key] for key in keys), [head for _key, head in group["columns"]], group["rows"]) for group in one["groups"]]


def test_a_page_of_drift() -> None:
    hosts: dict[str, dict[str, Any]] = {
        "fine": {"environment_comparison": {"changes": []}, "erpsync_drift_info": READ},
        "differs": _drifted(*range(len(CHANGES))),
        "told": {"erpsync_drift_problem": " no\n route "},
        "little": _drifted(5),
        "silent": {},
    }
    page = _page_of("drift", hosts)
    assert {key: page[key] for key in ("playbook", "title", "heading", "note", "at", "counted", "kinds", "sync", "foot")} == {
        "playbook": "drift",
        "title": "ERP Sync drift: 2 of 5 differ",
        "heading": "What is, and what is declared",
        "note": "Nothing was changed.",
        "at": {"iso": "2026-11-26T06:30:00Z", "text": "26 Nov 2026, 06:30 UTC", "ago": ""},
        "counted": ["difference", "differences"],
        # Two installations make no picture.
        "kinds": None,
        "sync": None,
        "foot": [["Playbook", "superoffice.erpsync.drift"], ["Inventory", "/elsewhere/inventory"], *page["foot"][2:]],
    }
    assert page["summary"] == [
        {"result": "not_compared", "label": "not compared", "count": 2, "tone": "unknown"},
        {"result": "differs", "label": "differ", "count": 2, "tone": "warn"},
        {"result": "as_declared", "label": "as declared", "count": 1, "tone": "good"},
    ]
    told, silent, differs, little, fine = page["installations"]
    play = "ansible-playbook superoffice.erpsync.{} -i /elsewhere/inventory -e erpsync_hosts={}"
    nothing = {"facts": [], "count": 0, "counted": "", "same_as": None, "groups": [], "note": None, "sync": []}
    away = {"result": "not_compared", "label": "not compared", "tone": "unknown", **nothing}
    again = "Compare it again"
    assert told == {
        **away, "name": "told", "anchor": "installation-told", "problem": "no route",
        "command": {"label": again, "text": play.format("drift", "told")},
    }  # fmt: skip
    assert silent == {
        **away, "name": "silent", "anchor": "installation-silent", "problem": "The host could not be reached.",
        "command": {"label": again, "text": play.format("drift", "silent")},
    }  # fmt: skip
    facts = [["Engine", "running, every 00:15:00"], ["Connections", "2 of 3 active"]]
    assert fine == {
        **nothing, "name": "fine", "anchor": "installation-fine", "result": "as_declared", "label": "as declared", "tone": "good",
        "problem": None, "facts": facts, "note": "Nothing that is declared differs in Visma, SAP, Oslo, (no name).", "command": None,
    }  # fmt: skip
    assert [one["label"] for one in (differs, little)] == ["differs", "differs"]
    assert (differs["facts"], differs["count"], differs["counted"]) == (facts, 9, "9 differences")
    assert differs["note"] == "Nothing that is declared differs in (no name)."
    assert differs["command"] == {"label": "Bring it into its declared state", "text": play.format("converge", "differs")}
    both = ["What", "Is", "Declared"]
    # What is not of a connection comes first, then each connection with all that is its own.
    assert _groups(differs) == [
        (None, "Connector Visma", "is missing", ["What", "Declared"],
         [_row(what="name", **{"is": "nothing"}, declared="Visma"), _row(what="url", **{"is": "nothing"}, declared="https://x")]),
        (None, "Engine", None, both, [_row(what="interval", **{"is": "00:15:00"}, declared="00:10:00")]),
        (None, "Priority", None, both, [_row(what="order", **{"is": "A, B"}, declared="B, A")]),
        (None, "newer thing", None, both, [_row(what="a", **{"is": "yes"}, declared="no")]),
        ("SAP, Oslo", "The connection itself", None, both, [_row(what="description", **{"is": "(empty)"}, declared="x")]),
        ("SAP, Oslo", "Fields of Customer", None, both, [_row(what="EMAIL, crm", **{"is": "a"}, declared="b")]),
        ("Visma", "List TermList", None, both, [_row(what="x", **{"is": "Cash"}, declared="14 days")]),
        ("Old", "The connection itself", "is not declared", ["What", "Is"], [_row(what="name", **{"is": "Old"}, declared="nothing")]),
    ]  # fmt: skip
    assert (little["count"], little["counted"]) == (1, "1 difference")
    # The engine's interval is what both have in common.
    shared = {**dict.fromkeys(("severity", "todo")), "place": "Engine", "what": "interval", "is": "00:15:00", "declared": "00:10:00"}
    assert page["alike"] == {
        "columns": [["place", "Where"], ["what", "What"], ["is", "Is"], ["declared", "Declared"]],
        "rows": [{**shared, "tone": "warn", "count": 2, "places": [2, 3]}],
        "more": 0,
    }


def test_a_page_of_a_report() -> None:
    hosts: dict[str, dict[str, Any]] = {
        "runs": {"erpsync_report_info": READ},
        "stands": {"erpsync_report_info": {"engine": {"is_running": False}, "connections": []}},
        "refused": {"erpsync_report_info": {"msg": "no  route"}},
    }
    page = _page_of("report", hosts)
    assert (page["title"], page["heading"]) == ("ERP Sync report: 1 of 3 stopped", "Engines and connections")
    assert [(total["result"], total["count"], total["tone"]) for total in page["summary"]] == [
        ("not_read", 1, "unknown"),
        ("stopped", 1, "bad"),
        ("running", 1, "good"),
    ]
    refused, stands, runs = page["installations"]
    assert refused["problem"] == "no route" and refused["command"]["label"] == "Read it again"
    assert refused["command"]["text"] == "ansible-playbook superoffice.erpsync.report -i /elsewhere/inventory -e erpsync_hosts=refused"
    assert stands["facts"] == [["Engine", "stopped"], ["Connections", "0 of 0 active"]] and stands["groups"] == []
    assert stands["command"] == {
        "label": "Start the engine",
        "text": "ansible stands -i /elsewhere/inventory -m superoffice.erpsync.erpsync_engine -a state=running",
    }
    assert (runs["command"], runs["note"], runs["count"], runs["counted"]) == (None, None, 0, "")
    active, inactive = {"severity": "active", "tone": "good"}, {"severity": "inactive", "tone": "warn"}
    assert _groups(runs) == [
        (None, "Connections", None, ["Connection", "Connector", "State"],
         [_row(what="Visma", where="SAP", **active), _row(what="SAP, Oslo", where="SAP", **active),
          _row(what="(no name)", where="(deleted)", **inactive)]),
    ]  # fmt: skip
    assert page["alike"] is None and page["kinds"] is None


def test_who_changed_it_and_when() -> None:
    hosts = {"a": _drifted(0, 4, 3), "b": _drifted(0)}
    comparison = hosts["a"]["environment_comparison"]
    stamps = [{"changed_by": who, "changed_at": "2026-11-03T14:02:00Z"} for who in ("KRN", "ADM", None)]
    for place, stamp in enumerate(stamps):
        comparison["changes"][place].update(stamp)
        comparison["diff"][place]["stamps"] = [{"path": [], **stamp}]
    page = _page_of("drift", hosts)
    at = {"iso": "2026-11-03T14:02:00Z", "text": "3 Nov 2026, 14:02 UTC", "ago": ""}
    connector, updated, removed = page["installations"][0]["groups"]
    found = [(group["who"], group["when"], [(row["who"], row["when"]) for row in group["rows"]]) for group in (connector, updated, removed)]
    # Of a thing as a whole it is said once.
    assert found == [(None, at, [(None, None)] * 2), (None, None, [("KRN", at)]), ("ADM", at, [(None, None)])]
    assert [group["columns"][-1][1] for group in (connector, updated, removed)] == ["Declared", "Last changed", "Is"]
    # Who changed it makes nothing differ from what is the same elsewhere.
    assert [row["places"] for row in page["alike"]["rows"]] == [[0, 1]]
    # Where there are no values, what is known of the change.
    comparison["diff"] = []
    [row] = _page_of("drift", hosts)["installations"][0]["groups"][1]["rows"]
    assert (row["what"], row["who"], row["when"]) == ("", "KRN", at)


def test_installations_that_are_alike_come_one_behind_the_other() -> None:
    hosts = {
        "a": _drifted(5),
        "b": _drifted(0, 1),
        "c": _drifted(5),
        "d": _drifted(0, 1),
        "e": _drifted(0, 5),
        "f": _drifted(0, 1, 2),
        "x": {"erpsync_drift_problem": "no route"},
        "y": {"erpsync_drift_problem": "no answer"},
        "z": {"erpsync_drift_problem": "no route"},
        "m": {"environment_comparison": {"changes": []}},
        "n": {"environment_comparison": {"changes": []}},
    }
    page = _page_of("drift", hosts)
    found = [(one["name"], one["same_as"]) for one in page["installations"]]
    assert found == [
        ("x", None), ("z", "x"), ("y", None),
        ("f", None), ("b", None), ("d", "b"), ("e", None), ("a", None), ("c", "a"),
        ("m", None), ("n", None),
    ]  # fmt: skip
    rows = [(row["place"], row["count"], [found[place][0] for place in row["places"]]) for row in page["alike"]["rows"]]
    assert rows == [
        ("SAP, Oslo: The connection itself", 4, ["f", "b", "d", "e"]),
        ("SAP, Oslo: Fields of Customer", 3, ["f", "b", "d"]),
        ("Engine", 3, ["e", "a", "c"]),
    ]
    # One column for each installation, as they come on the page; the picture is not stretched for few.
    assert page["kinds"]["width"] == 24
    assert page["kinds"]["legend"] == ["1", "2 to 4", "5 to 9", "10 to 49", "50 or more"]
    assert page["kinds"]["rows"] == [
        {"label": "Connections", "count": 4, "words": "4 differences in 4 installations",
         "cells": [{"shade": 1, "outline": "M0 0h1v1h-1zM1 0h1v1h-1zM2 0h1v1h-1zM3 0h1v1h-1z"}]},
        {"label": "Fields", "count": 3, "words": "3 differences in 3 installations",
         "cells": [{"shade": 1, "outline": "M0 0h1v1h-1zM1 0h1v1h-1zM2 0h1v1h-1z"}]},
        {"label": "Engine", "count": 3, "words": "3 differences in 3 installations",
         "cells": [{"shade": 1, "outline": "M3 0h1v1h-1zM4 0h1v1h-1zM5 0h1v1h-1z"}]},
        {"label": "Lists", "count": 1, "words": "1 difference in 1 installation", "cells": [{"shade": 1, "outline": "M0 0h1v1h-1z"}]},
    ]  # fmt: skip
    many = _page_of("drift", {f"h{number}": _drifted(5) for number in range(25)})
    assert many["kinds"]["width"] == 25


def test_what_most_installations_share_comes_first() -> None:
    # Seen second, in more of them.
    page = _page_of("drift", {"a": _drifted(5, 6), "b": _drifted(5), "c": _drifted(6), "d": _drifted(6)})
    found = [(row["place"], row["count"], row["places"]) for row in page["alike"]["rows"]]
    assert found == [("Priority", 3, [0, 2, 3]), ("Engine", 2, [0, 1])]
    # A column stands as soon as one row has something in it.
    page = _page_of("drift", {"a": _drifted(3, 5), "b": _drifted(3, 5)})
    assert [key for key, _head in page["alike"]["columns"]] == ["place", "what", "is", "declared"]


LINES = {
    "access": "Rights and licence", "engine": "Engine", "active": "Active connections", "last_sync": "Last synchronisation",
    "missing_fields": "Missing fields", "mandatory_fields": "Mandatory fields", "lists": "Lists", "connector_test": "Connectors",
    "connection_test": "Tests of connections", "log": "Sync log",
}  # fmt: skip


def test_what_each_check_has_found_stands_under_its_own_words() -> None:
    assert sorted(LINES) == sorted(health.CHECKS)
    tones = [("error", "bad"), ("warning", "warn"), ("unknown", "unknown"), ("info", "good")]
    findings = [
        {"check": check, "severity": severity, "what": f"{check} {severity}", "where": None, "since": None, "todo": None}
        for check in LINES
        for severity, _tone in tones
    ]
    found: dict[str, Any] = {"status": "error", "engine": None, "connections": [], "findings": findings, "counts": {}, "log": None}
    [one] = _page_of("health", {"crm": {"erpsync_health_result": found}})["installations"]
    assert [(title, rows) for _of, title, _tag, _heads, rows in _groups(one)] == [
        (line, [_row(severity=severity, tone=tone, what=f"{check} {severity}", where="") for severity, tone in tones])
        for check, line in LINES.items()
    ]


def test_what_is_missing_as_a_whole_is_one_row_of_what_is_alike() -> None:
    page = _page_of("drift", {"a": _drifted(3), "b": _drifted(3, 5)})
    said = dict.fromkeys(("severity", "is", "declared", "todo"))
    [row] = page["alike"]["rows"]
    assert row == {**said, "place": "Connector Visma", "what": "is missing", "tone": "warn", "count": 2, "places": [0, 1]}
    assert [head for _key, head in page["alike"]["columns"]] == ["Where", "What"]


def test_ten_rows_of_what_is_alike_are_shown() -> None:
    def differing(number: int) -> dict[str, Any]:
        before, after = ({"fields": {f"F{place}": side for place in range(number)}} for side in (True, False))
        change = {"kind": "mapping", "name": "A, Customer", "action": "update"}
        return {"environment_comparison": {"changes": [change], "diff": [{"before": before, "after": after}]}}

    for number, more in ((10, 0), (11, 1)):
        alike = _page_of("drift", {"a": differing(number), "b": differing(number)})["alike"]
        assert [row["what"] for row in alike["rows"]] == [f"F{place}" for place in range(10)] and alike["more"] == more


def test_a_change_without_values_names_its_keys() -> None:
    comparison = {"changes": [{"kind": "connection", "name": "A", "action": "update", "changed_fields": ["config", "access"]}]}
    [one] = _page_of("drift", {"a": {"environment_comparison": comparison}})["installations"]
    assert _groups(one) == [("A", "The connection itself", None, ["What"], [_row(what="config, access")])]


FOUND = _page.Kind("Is it well?", "x", {"bad": "bad", "well": "good"}, "bad", ("finding", "findings"))
WORDS = {"bad": ("bad", "bad"), "well": ("well", "well")}


def _findings(*laid: _page.Laid) -> dict[str, Any]:
    return _page.page("health", FOUND, WORDS, laid, _page.Context(AT))


def test_findings_and_times() -> None:
    old, odd = "2026-11-24T05:00:00.123Z", "2026-11-24T05:00:00"
    rows = (
        _page.Row(severity="error", tone="bad", what="Stopped", where="Visma", since=old, todo="Start it"),
        _page.Row(severity="warning", what="Slow", who="KRN", when="2026-11-03T14:02:00Z"),
        _page.Row(what="Odd", since=odd, when=""),
    )
    columns = (*_page.FINDINGS, ("when", "Last changed"))
    sync = [_page.Sync("A", old), _page.Sync("B", odd), _page.Sync("C", None)]
    one = _page.Laid("crm", "bad", groups=(_page.Group("Engine", rows, columns), _page.Group("Empty", ())), sync=tuple(sync))
    page = _findings(one)
    at = {"iso": "2026-11-24T05:00:00Z", "text": "24 Nov 2026, 05:00 UTC", "ago": "2 days ago"}
    changed = {"iso": "2026-11-03T14:02:00Z", "text": "3 Nov 2026, 14:02 UTC", "ago": ""}
    unclear = {"iso": None, "text": odd, "ago": ""}
    [laid] = page["installations"]
    assert _groups(laid) == [
        (
            None, "Engine", None, ["Severity", "What", "Where", "Since", "What to do", "Last changed"],
            [
                _row(severity="error", tone="bad", what="Stopped", where="Visma", since=at, todo="Start it"),
                _row(severity="warning", what="Slow", who="KRN", when=changed),
                _row(what="Odd", since=unclear),
            ],
        ),
    ]  # fmt: skip
    # Rows of a group without a kind are not counted.
    assert laid["count"] == 0
    of = {"installation": "crm", "anchor": "installation-crm"}
    known = {**of, "connection": "A", "last": at, "place": 282, "age": 178200.0}
    never = {**of, "connection": "C", "last": None, "place": 50, "age": None}
    # Of a time in a time zone that is not known nothing is drawn.
    unknown = {**of, "connection": "B", "last": unclear, "place": None, "age": None}
    assert laid["sync"] == [known, unknown, never]
    spread = page["sync"].pop("spread")
    assert page["sync"] == {"oldest": [never, known], "number": 2, "unknown": 1, "places": [50, 282]}
    assert [(part["short"], part["count"]) for part in spread] == [
        ("> 30 d", 1), ("7-30 d", 0), ("1-7 d", 1), ("6-24 h", 0), ("1-6 h", 0), ("15-60 min", 0), ("< 15 min", 0),
    ]  # fmt: skip
    assert spread[0]["words"] == "over 30 days ago, or never"
    # Who changed it is reason enough for the column.
    who = _page.Group("x", (_page.Row(what="a", who="KRN"),))
    [group] = _findings(_page.Laid("crm", "bad", groups=(who,)))["installations"][0]["groups"]
    assert group["columns"] == [["what", "What"], ["when", "Last changed"]]


def test_six_connections_have_a_strip_of_their_own() -> None:
    def times(number: int) -> tuple[_page.Sync, ...]:
        return tuple(_page.Sync(f"C{place}", _page.time_text(AT - datetime.timedelta(hours=place))) for place in range(number))

    page = _findings(_page.Laid("crm", "well", sync=times(8)))
    assert (page["sync_width"], page["sync_lines"]) == (700, "M100 0v20M200 0v20M300 0v20M400 0v20M500 0v20M600 0v20")
    sync = page["sync"]
    assert [one["connection"] for one in sync["oldest"]] == ["C7", "C6", "C5", "C4", "C3", "C2"]
    assert sync["number"] == len(sync["places"]) == 8


@pytest.mark.parametrize(
    ("seconds", "words", "place"),
    [
        (-5, "less than a minute", 700),
        (0, "less than a minute", 700),
        (59, "less than a minute", 693),
        (60, "1 minute", 693),
        (450, "7 minutes", 650),
        (900, "15 minutes", 600),
        (3599, "59 minutes", 500),
        (3600, "1 hour", 500),
        (7200, "2 hours", 480),
        (21600, "6 hours", 400),
        (86399, "23 hours", 300),
        (86400, "1 day", 300),
        (7 * 86400, "7 days", 200),
        (30 * 86400 - 1, "29 days", 100),
        (30 * 86400, "30 days", 50),
        (9000 * 86400, "9,000 days", 50),
    ],
)
def test_the_strip_of_time(seconds: float, words: str, place: int) -> None:
    assert (_page.age_words(seconds), _pictures.place_of(seconds)) == (words, place)


def test_each_part_of_the_strip_begins_where_it_says() -> None:
    bounds = (900, 3600, 21600, 86400, 604800, 2592000)
    assert [_pictures.part_of(age) for bound in bounds for age in (bound - 1, bound)] == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    assert _pictures.part_of(None) == 6
    spread = _pictures.spread([None, *bounds])
    assert [part["count"] for part in spread] == [2, 1, 1, 1, 1, 1, 0]
    assert [part["words"] for part in spread[1:]] == [
        "7 to 30 days ago",
        "a day to a week ago",
        "6 to 24 hours ago",
        "1 to 6 hours ago",
        "15 minutes to an hour ago",
        "less than 15 minutes ago",
    ]


def test_lines_and_shades() -> None:
    assert _pictures.WIDTH == 700 and _pictures.LINES == "M100 0v20M200 0v20M300 0v20M400 0v20M500 0v20M600 0v20"
    shades = [(1, 1), (2, 2), (4, 2), (5, 3), (9, 3), (10, 4), (49, 4), (50, 5), (999, 5)]
    assert [(count, _pictures.cells([0, count])[0]["shade"]) for count, _shade in shades] == shades
    assert _pictures.cells([0, 0]) == []
    assert _pictures.cells([2, 1, 3]) == [{"shade": 1, "outline": "M1 0h1v1h-1z"}, {"shade": 2, "outline": "M0 0h1v1h-1zM2 0h1v1h-1z"}]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-03T14:02:00Z", "3 Nov 2026, 14:02 UTC"),
        ("2026-01-31T00:00:09.1234567Z", "31 Jan 2026, 00:00 UTC"),
        ("2026-11-03T14:02:00", None),
        ("2026-11-03T14:02:00+01:00", None),
        ("2026-13-03T14:02:00Z", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_times(text: str | None, found: str | None) -> None:
    at = _times.moment(text)
    assert (None if at is None else _page.time_words(at)) == found


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20), st.text("ab-~.é", max_size=6))
def test_anchors(one: str, other: str) -> None:
    anchor = _page.anchor(one)
    assert re.fullmatch(r"installation-[A-Za-z0-9._~-]*", anchor)
    assert (anchor == _page.anchor(other)) is (one == other)


def test_anchors_are_readable() -> None:
    assert _page.anchor("crm-Oslo_0129.example.com") == "installation-crm-Oslo_0129.example.com"
    assert _page.anchor("Ålesund & Molde") == "installation--lesund-Molde~" + hashlib.sha256("Ålesund & Molde".encode()).hexdigest()[:10]


def test_commands_are_for_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = RUN._replace(inventory=(str(tmp_path / "my inventory"), f"{tmp_path}", "a,b,"))
    given = f"-i 'my inventory' -i {tmp_path} -i a,b,"
    assert _fleet_page.play("drift", "crm", {}, run) == f"ansible-playbook superoffice.erpsync.drift {given} -e erpsync_hosts=crm"
    folder = {"erpsync_environment_path": "../declared"}
    assert _fleet_page.play("drift", "crm", folder, RUN._replace(inventory=())) == (
        "ansible-playbook superoffice.erpsync.drift -e erpsync_hosts=crm -e erpsync_environment_path=../declared"
    )
    evil = "crm'; rm -rf ~ \"{{ x }}"
    for command in (_fleet_page.play("drift", evil, {}, run), _fleet_page.module("erpsync_info", "gather=engine", evil, run)):
        echo = f'for word in {command}; do echo "$word"; done'
        said = subprocess.run(["sh", "-c", echo], capture_output=True, text=True, check=True).stdout
        assert evil in said or '{"erpsync_hosts": "crm\'; rm -rf ~ \\"{{ x }}"}' in said
    assert dict(_fleet_page._foot("drift", run))["Inventory"] == f"my inventory, {tmp_path}, a,b,"


class Wrong(dict[str, Any]):
    """Variables of a host whose template has no value."""

    def get(self, name: str, default: Any = None) -> Any:
        if name == "erpsync_environment_path":
            raise UndefinedError("'nope' is undefined")
        return super().get(name, default)


def test_a_wrong_template_is_the_problem_of_its_installation_only() -> None:
    page = _page_of("drift", {"crm": Wrong(erpsync_drift_problem="'nope' is undefined")})
    [one] = page["installations"]
    assert one["problem"] == "'nope' is undefined" and one["command"]["text"].endswith("-e erpsync_hosts=crm")


def test_the_policy_has_the_hashes_of_style_and_script() -> None:
    page = _findings()
    for name, directive in (("style", "style-src"), ("script", "script-src")):
        digest = base64.b64encode(hashlib.sha256(page[name].encode()).digest()).decode()
        assert f"; {directive} 'sha256-{digest}'" in page["policy"]
    assert page["style"] == (_page.ASSETS / "page.css").read_text(encoding="utf-8")
    assert (page["title"], page["installations"]) == ("ERP Sync health: 0 of 0 bad", [])


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"HEAD": "c" * 40 + "\n"}, "cccccccccccc"),
        ({"HEAD": "ref: refs/heads/main\n", "refs/heads/main": "a" * 40 + "\n"}, "aaaaaaaaaaaa"),
        ({"HEAD": "ref: refs/heads/main", "packed-refs": f"# pack\n{'d' * 40} refs/heads/x\n{'b' * 40} refs/heads/main\n"}, "bbbbbbbbbbbb"),
        ({"HEAD": "ref: refs/heads/main", "refs/heads/main": "ref: refs/heads/x", "refs/heads/x": "e" * 64}, "eeeeeeeeeeee"),
        # A new checkout has no commit.
        ({"HEAD": "ref: refs/heads/main"}, None),
        ({"HEAD": "ref: HEAD"}, None),
        ({"HEAD": "nonsense"}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("linked", [False, True])
def test_the_commit_of_a_checkout(tmp_path: Path, files: dict[str, str], found: str | None, linked: bool) -> None:
    git, checkout = tmp_path / "git", tmp_path / "checkout"
    (checkout / "inventory").mkdir(parents=True)
    if linked:
        # A worktree: its own HEAD, and the references of the checkout that it comes from.
        worktree = git / "worktrees" / "w"
        worktree.mkdir(parents=True)
        (checkout / ".git").write_text(f"gitdir: {worktree}\n", encoding="utf-8")
        (worktree / "commondir").write_text("../..\n", encoding="utf-8")
    else:
        git = worktree = checkout / ".git"
        git.mkdir()
    for name, content in files.items():
        file = (worktree if name == "HEAD" else git) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    # The inventory need not be there: it may be a list of hosts.
    assert _checkout.commit_of([str(checkout / "inventory" / "hosts.yml")]) == found


def test_a_checkout_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad" / ".git").mkdir(parents=True)
    (tmp_path / "bad" / ".git" / "HEAD").write_bytes(b"\xff\xfe")
    (tmp_path / "good" / ".git").mkdir(parents=True)
    (tmp_path / "good" / ".git" / "HEAD").write_text("a" * 40, encoding="utf-8")
    assert _checkout.commit_of([str(tmp_path / "bad"), "a\0b", str(tmp_path / "good")]) == "a" * 12


def test_the_filter() -> None:
    assert fleet_page.FilterModule().filters() == {"fleet_page": fleet_page.fleet_page}
    hosts: dict[str, Any] = {"crm": {"erpsync_drift_problem": "{{ x }}"}}
    page = fleet_page.fleet_page(iter(hosts), hosts, "drift", "2026-11-26T06:30:00Z", ["a,"])
    assert page["installations"][0]["problem"] == "{{ x }}" and "-i a," in page["installations"][0]["command"]["text"]
    bare = fleet_page.fleet_page(hosts, hosts, "drift", "2026-11-26T06:30:00Z", None)
    assert "-i" not in bare["installations"][0]["command"]["text"]
    for arguments, message in (
        (("sync", "2026-11-26T06:30:00Z"), f"fleet_page knows the playbooks {', '.join(_fleet_page.PAGES)}, not sync."),
        (("drift", "now"), "fleet_page needs the time in UTC, such as 2026-11-03T14:02:00Z, not now."),
    ):
        with pytest.raises(AnsibleFilterError) as refused:
            fleet_page.fleet_page(hosts, hosts, *arguments)
        assert str(refused.value) == message
