# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a fleet, drawn from data without Ansible: what each part of the template makes of them."""

from __future__ import annotations

import re
from typing import Any

import jinja2
import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

THERE = jinja2.Environment(
    trim_blocks=True, loader=jinja2.FileSystemLoader(COLLECTION / "playbooks" / "templates"), undefined=jinja2.StrictUndefined
)
AT = {"iso": "2026-11-26T06:30:00Z", "text": "26 Nov <2026>", "ago": "3 hours ago"}
WRITTEN = '<time datetime="2026-11-26T06:30:00Z">26 Nov &lt;2026&gt;</time>'
CARD: dict[str, Any] = {
    "name": "crm-a", "anchor": "installation-a", "result": "differs", "label": "differs", "tone": "warn", "same_as": None, "counted": "",
    "facts": [], "problem": None, "groups": [], "sync": [], "note": None, "command": None,
}  # fmt: skip
PAGE: dict[str, Any] = {
    "playbook": "drift", "title": "A <title>", "heading": "A & heading", "note": "Nothing <was> changed.", "at": AT, "policy": "P",
    "style": "p {}", "script": "x()", "summary": [], "kinds": None, "sync": None, "alike": None, "installations": [], "foot": [],
    "counted": ["difference", "differences"], "sync_width": 100, "sync_lines": "M1",
}  # fmt: skip
GROUP: dict[str, Any] = {"of": None, "title": "Engine", "tag": None, "when": None, "who": None, "columns": [["what", "What"]], "rows": []}


def macros(playbook: str = "drift") -> Any:
    return THERE.get_template("page.html.j2").make_module({"erpsync_page": {**PAGE, "playbook": playbook}})


def drawn(**more: Any) -> str:
    """The page, without the space between its lines."""
    text = THERE.get_template("page.html.j2").render(erpsync_page={**PAGE, **more})
    return re.sub(r"\s*\n\s*", "\n", text)


def card(**more: Any) -> str:
    total = {"result": "differs", "label": "differ", "count": 1, "tone": "warn"}
    text = drawn(summary=[total], installations=[{**CARD, **more}])
    return re.sub(r"\n?", "", text.partition('<details class="card')[2].partition("</details>")[0])


def test_names_break_behind_dots_where_they_are_long() -> None:
    name = macros().name
    short, long = "b.example.superoffice.co", "b.example.superoffice.com"
    assert (len(short), str(name(short)).strip()) == (24, short)
    parts = [f'<span class="part">{part}</span>' for part in ("b.", "example.", "superoffice.", "com")]
    assert str(name(long)).strip() == "".join(parts) and str(name("<b>")).strip() == "&lt;b&gt;"


def test_times_and_who() -> None:
    found = macros()
    unknown = {"iso": None, "text": "<26> Nov", "ago": ""}
    assert [str(found.time(AT)), str(found.time(unknown))] == [WRITTEN, "&lt;26&gt; Nov"]
    assert [str(found.aged(AT)), str(found.aged(unknown))] == [f"{WRITTEN}, 3 hours ago", "&lt;26&gt; Nov"]
    told = [str(found.changed(when, who)) for when, who in ((AT, "<K>"), (None, "K"), (AT, None), (None, None))]
    assert told == [f"{WRITTEN} by &lt;K&gt;", "by K", f"{WRITTEN} ", ""]


@pytest.mark.parametrize(("playbook", "signs"), [("drift", "✗≠?✓"), ("health", "✗!?✓"), ("report", "✗!?✓")])
def test_badges(playbook: str, signs: str) -> None:
    found = [str(macros(playbook).badge(tone, "<so>")) for tone in ("bad", "warn", "unknown", "good")]
    assert found == [
        f'<span class="badge {tone}"><span aria-hidden="true">{sign}</span>&nbsp;&lt;so&gt;</span>'
        for tone, sign in zip(("bad", "warn", "unknown", "good"), signs, strict=True)
    ]


def test_cells_and_tables() -> None:
    row: dict[str, Any] = {"what": "<w>", "is": "<i>", "declared": None, "severity": "error", "tone": "bad", "todo": "<t>"}
    row.update(when=AT, who="K", since=AT)
    cells = {key: str(macros().cell(row, key, "<h>")).strip() for key in (*row, "other") if key not in ("tone", "who")}
    badge = '<span class="badge bad"><span aria-hidden="true">✗</span>&nbsp;error</span>'
    assert cells == {
        "what": '<th scope="row">&lt;w&gt;</th>',
        "is": '<td class="is" data-label="&lt;h&gt;"><span>&lt;i&gt;</span></td>',
        "declared": '<td class="declared" data-label="&lt;h&gt;"><span></span></td>',
        "severity": f'<td class="severity" data-label="&lt;h&gt;">{badge}</td>',
        "when": f'<td class="when soft" data-label="&lt;h&gt;"><span>{WRITTEN} by K</span></td>',
        "since": f'<td class="soft" data-label="&lt;h&gt;"><span>{WRITTEN}, 3 hours ago</span></td>',
        "todo": '<td data-label="&lt;h&gt;"><span>&lt;t&gt;</span></td>',
        "other": '<td data-label="&lt;h&gt;"><span></span></td>',
    }
    blank = {"severity": None, "since": None, "when": None, "who": None}
    found = [re.sub("<[^>]*>", "", str(macros().cell(blank, key, "h"))).strip() for key in ("severity", "since", "when")]
    assert found == ["", "", ""]
    table = re.sub(r"\n", "", str(macros().table([["what", "<h>"], ["is", "i"]], [row, {**row, "what": "v"}])))
    head = '<thead><tr><th scope="col" class="what">&lt;h&gt;</th><th scope="col" class="is">i</th></tr></thead>'
    is_cell = '<td class="is" data-label="i"><span>&lt;i&gt;</span></td>'
    rows = [f'<tr><th scope="row">{what}</th>{is_cell}</tr>' for what in ("&lt;w&gt;", "v")]
    assert table == f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"


def test_the_head_and_the_foot() -> None:
    summary = [
        {"result": "differs", "label": "<differ>", "count": 1234, "tone": "warn"},
        {"result": "as_declared", "label": "as declared", "count": 0, "tone": "good"},
    ]
    page = drawn(summary=summary, foot=[["Commit", "<c>"]])
    for part in (
        "<title>A &lt;title&gt;</title>", '<meta http-equiv="Content-Security-Policy" content="P">', "<style>p {}</style>",
        "<script>x()</script>", '<p class="playbook soft">superoffice.erpsync.drift</p>', "<h1>A &amp; heading</h1>",
        f'<p class="soft">{WRITTEN}. Nothing &lt;was&gt; changed.</p>',
        '<li><a class="total warn" href="#result-differs" data-result="differs"><strong>1,234</strong> <span aria-hidden="true">≠</span> '
        "&lt;differ&gt;</a></li>",
        '<li><span class="total none"><strong>0</strong> as declared</span></li>', f"<div><dt>Written</dt><dd>{WRITTEN}</dd></div>",
        "<div><dt>Commit</dt><dd>&lt;c&gt;</dd></div>", "<summary><h2>1,234 &lt;differ&gt;</h2></summary>",
    ):  # fmt: skip
        assert page.count(part) == 1, part
    assert page.count('<details class="result"') == 1 and "overview" not in page


def test_a_card() -> None:
    badge = '<span class="badge warn"><span aria-hidden="true">≠</span>&nbsp;differs</span>'
    head = ' warn" id="installation-a" data-installation="crm-a" data-result="differs"'
    assert card() == (
        f'{head} open><summary><h3>crm-a</h3>{badge}</summary><p class="here"><a href="#installation-a">Link to crm-a</a></p>'
    )
    facts = card(counted="<2> differences", facts=[["<Engine>", "<runs>"], ["B", "b"]], problem="<no>", same_as="crm-b", note="<note>")
    assert facts == (
        f'{head} data-alike open><summary><h3>crm-a</h3>{badge}<span class="fact">&lt;2&gt; differences</span>'
        '<span class="fact soft">&lt;Engine&gt; &lt;runs&gt;</span><span class="fact soft">B b</span><span class="reason">&lt;no&gt;</span>'
        '<span class="reason soft">The same as crm-b</span></summary><p class="soft note">&lt;note&gt;</p>'
        '<p class="here"><a href="#installation-a">Link to crm-a</a></p>'
    )
    assert '<span class="reason"></span>' in card(problem="")
    command = card(command={"label": "<Do>", "text": "a <b>"})
    assert (
        '<div class="command"><p>&lt;Do&gt;:</p><pre tabindex="0"><code>a &lt;b&gt;</code></pre>'
        '<button type="button" class="copy scripted" aria-label="Copy the command for crm-a">Copy</button></div>'
    ) in command


def test_the_groups_of_a_card() -> None:
    """A thing that several groups are of is named once above them."""
    tagged = {**GROUP, "title": "<Visma>", "tag": "<is missing>"}
    groups = [GROUP, {**tagged, "when": AT, "who": "K"}, {**tagged, "of": "<A>", "who": "K"}]
    groups += [{**GROUP, "of": "<A>"}, {**GROUP, "of": "B", "who": "K"}]
    found = re.findall(r'<h4 class="of">.*?</h4>|<div class="group"><h[45]>.*?</h[45]>', card(groups=groups))
    tag = '&lt;Visma&gt; <span class="tag">&lt;is missing&gt;</span>'
    assert found == [
        '<div class="group"><h4>Engine</h4>',
        f'<div class="group"><h4>{tag} <span class="soft changed">last changed {WRITTEN} by K</span></h4>',
        '<h4 class="of">&lt;A&gt;</h4>',
        f'<div class="group"><h5>{tag} <span class="soft changed">last changed by K</span></h5>',
        '<div class="group"><h5>Engine</h5>',
        '<h4 class="of">B</h4>',
        '<div class="group"><h5>Engine</h5>',
    ]
    each: list[dict[str, Any]] = [{"connection": "<A>", "place": 5, "last": AT}, {"connection": "B", "place": None, "last": None}]
    each.append({"connection": "C", "place": 0, "last": AT})
    synced = card(sync=each).partition('<div class="group sync">')[2].partition("</div>")[0]
    strip = '<svg class="strip" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><path class="parts" d="M1"/>'
    ago = f'<span class="words">{WRITTEN}, 3 hours ago</span>'
    rows = [
        f'<li><span class="label">&lt;A&gt;</span>{strip}<path class="mark" d="M5 2v16"/></svg>{ago}</li>',
        '<li><span class="label">B</span><span class="words">never</span></li>',
        f'<li><span class="label">C</span>{strip}<path class="mark" d="M0 2v16"/></svg>{ago}</li>',
    ]
    assert synced == f"<h4>Each connection, synchronised last</h4><ul>{''.join(rows)}</ul>"


def test_the_overview() -> None:
    kinds = {
        "width": 24, "legend": ["1", "2 <to> 4"],
        "rows": [{"label": "<Engine>", "words": "<2> in 1", "cells": [{"shade": 3, "outline": "M0"}, {"shade": 1, "outline": "M1"}]}],
    }  # fmt: skip
    one = {"installation": "<crm>", "anchor": "installation-x", "connection": "<A>", "place": 7, "last": AT}
    parts = [{"count": 0, "short": "<1 h", "words": "less <than"}, {"count": 1234, "short": "1 d", "words": "a day"}]
    sync = {"oldest": [one, {**one, "last": None}], "number": 3, "unknown": 1234, "places": [7, 8], "spread": parts}
    alike = {
        "columns": [["what", "What"], ["is", "<Is>"], ["declared", "Declared"]], "more": 1234,
        "rows": [{"places": [0, 12], "count": 2, "what": "<w>", "is": "<i>", "declared": None, "tone": "warn", "severity": None}],
    }  # fmt: skip
    whole = re.sub(r"\n", "", drawn(kinds=kinds, sync=sync, alike=alike))
    found = whole.partition('<details class="overview" open>')[2].partition('<section id="installations"')[0]
    strip = '<svg class="strip" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><path class="parts" d="M1"/>'
    for part in (
        "<h3>Differences by kind and installation</h3>",
        '<li><span class="label">&lt;Engine&gt;</span><svg viewBox="0 0 24 1" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="shade-3" d="M0"/><path class="shade-1" d="M1"/></svg><span class="words">&lt;2&gt; in 1</span></li>',
        "Its number of differences:",
        '<path class="shade-1" d="M0 0h1v1h-1z"/></svg> 1</span>', '<path class="shade-2" d="M0 0h1v1h-1z"/></svg> 2 &lt;to&gt; 4</span>',
        f'<li><span class="label"><a href="#installation-x">&lt;crm&gt;</a>: &lt;A&gt;</span>{strip}<path class="mark" d="M7 2v16"/></svg>'
        '<span class="words">3 hours ago</span></li>',
        f'</a>: &lt;A&gt;</span>{strip}<path class="mark" d="M7 2v16"/></svg><span class="words">never</span></li>',
        f'<li><span class="label">All 3 connections</span>{strip}<path class="mark" d="M7 2v16M8 2v16"/></svg></li>',
        '<li class="none"><strong>0</strong> <span aria-hidden="true">&lt;1 h</span><span class="unseen">less &lt;than</span></li>',
        '<li><strong>1,234</strong> <span aria-hidden="true">1 d</span><span class="unseen">a day</span></li>',
        '<p class="legend soft">1,234 more in a time zone that is not known.</p>',
        '<th scope="col" class="number">Installations</th><th scope="col" class="what">What</th><th scope="col" class="is">&lt;Is&gt;</th>',
        '<th scope="row" class="number" data-in="0 12">2<span class="unseen"> installations</span></th>'
        '<td class="what" data-label="What"><span>&lt;w&gt;</span></td><td class="is" data-label="&lt;Is&gt;"><span>&lt;i&gt;</span></td>'
        '<td class="nothing"></td>',
        '<p class="soft">1,234 more are in two or more installations.</p>',
    ):  # fmt: skip
        assert found.count(part) == 1, part
    # Each part is there where its data are, and says nothing more than they do.
    for given, panels in (({"kinds": kinds}, "kinds"), ({"sync": sync}, "sync"), ({"alike": alike}, "alike")):
        assert re.findall(r'class="panel (\w+)"', drawn(**given)) == [panels]
    little = drawn(sync={**sync, "number": 2, "unknown": 0}, alike={**alike, "more": 0})
    assert "All 2" not in little and "time zone" not in little and " more are in" not in little
