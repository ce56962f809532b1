# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a fleet in a headless Chromium, where there is one: how it is used, how it looks, and that all can use it."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _fleet, _fleet_page, _page
from ansible_collections.superoffice.erpsync.tests.unit.support import pages
from pytest_browser import Browser, browser

__all__ = ["browser"]

AXE = Path(__file__).resolve().parents[2] / ".build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
EVIL = '<script>document.title = "broken out"</script> & "quotes" \'ticks\' </style> {{ 7 * 7 }}'


def _hostile() -> dict[str, Any]:
    """A page with a text that tries to break out in each place that takes one from outside."""
    row = _page.Row(what=EVIL, where=EVIL, severity=EVIL, who=EVIL, when=EVIL, since=EVIL, todo=EVIL, **{"is": EVIL, "declared": EVIL})
    group = _page.Group(EVIL, (row,), _page.DIFFERENCES, EVIL, EVIL, "Fields", EVIL, EVIL)
    groups = (group, group._replace(title=f"{EVIL} again", of=None, tag=None), group._replace(columns=_page.FINDINGS, kind=None))
    sync = (_page.Sync(EVIL, EVIL), _page.Sync(EVIL, None))
    command = _page.Command(EVIL, EVIL)
    laid = [_page.Laid(f"{EVIL}{number}", "differs", None, ((EVIL, EVIL),), groups, EVIL, command, sync) for number in range(3)]
    laid.append(_page.Laid(EVIL, "not_compared", EVIL))
    drift, words = _fleet_page.PAGES["drift"][0], _fleet.TOLD["drift"].results
    kind = drift._replace(heading=EVIL, note=EVIL)
    return _page.page("drift", kind, words, laid, _page.Context(pages.AT, ((EVIL, EVIL),)))


def _small() -> dict[str, Any]:
    """A page with each thing that a page can have, once or twice, for what takes long."""
    page = pages.drift_page(pages.fleet(20, 24))
    health = pages.health_page(16)
    page["installations"] = [*page["installations"][:4], *page["installations"][-1:], health["installations"][2] | {"result": "differs"}]
    return page | {"sync": health["sync"]}


class Window:
    """The browser with a page."""

    def __init__(self, driven: Browser, folder: Path) -> None:
        self.browser = driven
        self.press = driven.press
        drift = pages.fleet(40, 260)
        # A name that is longer than a phone is wide, and one with characters that mean something to Ansible, HTML and a shell.
        drift["crm-a-rather-long-name.of-an-installation.somewhere-in.the-north.example.com"] = pages.drifted("", 1, 3)
        drift["Ålesund & 'Molde'"] = pages.drifted("", 2, 3)
        made = {"drift": pages.drift_page(drift), "health": pages.health_page(16), "hostile": _hostile(), "small": _small()}
        self.pages = {name: pages.render(page) for name, page in made.items()}
        # A page without its script is what somebody sees whose browser runs none.
        self.pages["still"] = re.sub(r"<script>.*</script>", "", self.pages["drift"], flags=re.DOTALL)
        self.folder = folder
        for name, text in self.pages.items():
            (folder / f"{name}.html").write_text(text, encoding="utf-8")

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns that may say ``all(selector)`` and ``one(selector)``."""
        short = "const all = (selector) => [...document.querySelectorAll(selector)], one = (selector) => document.querySelector(selector);"
        return self.browser.run(short + script, *arguments)

    def open(self, name: str = "drift", width: int = 1280, anchor: str = "", **media: str) -> None:
        """:param media: such as ``prefers_color_scheme="dark"``; ``print="print"`` for paper."""
        self.browser.devtools("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 500)
        self.media("screen", prefers_reduced_motion="reduce", **media)
        self.browser.open("about:blank")
        self.browser.open((self.folder / f"{name}.html").as_uri() + anchor)

    def media(self, kind: str, **features: str) -> None:
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.browser.devtools("Emulation.setEmulatedMedia", media=kind, features=listed)

    def shown(self) -> list[str]:
        """The names of the installations that can be seen, folded or not."""
        return self.names("return all('.card').filter((card) => !card.closest('[hidden]'))")

    def names(self, script: str) -> list[str]:
        """The names of the installations that a script returns."""
        found: list[str] = self.run(f"const cards = (() => {{ {script} }})(); return cards.map((card) => card.dataset.installation)")
        return found

    def unfolded(self) -> list[str]:
        return self.names("return all('.card[open]')")

    def search(self, text: str) -> str:
        """Search, and return what the page says that it shows."""
        # The page waits a little for more characters.
        return str(
            self.run(
                """
                const search = one("#search"), shown = one("#shown");
                search.value = arguments[0];
                const told = new Promise((done) => new MutationObserver(() => done(shown.textContent)).observe(shown, {childList: true}));
                search.dispatchEvent(new Event("input"));
                return told;
                """,
                text,
            )
        )


def _state(window: Window, selector: str, name: str) -> Any:
    return window.run("return one(arguments[0]).getAttribute(arguments[1])", selector, name)


def totals_and_what_is_shared_filter(window: Window) -> None:
    window.open()
    everything = window.shown()
    assert len(everything) == 42 and window.browser.text("#shown") == "42 of 42 installations"
    window.browser.click("button.warn")
    differing = window.shown()
    assert len(differing) == 9 and window.browser.text("#shown") == "9 of 42 installations"
    assert _state(window, "button.warn", "aria-pressed") == "true" and _state(window, ".overview", "hidden") is not None
    window.browser.click("button.unknown")
    assert window.shown() == everything[:10]
    window.browser.click("button.warn")
    assert window.shown() == everything[:1] and _state(window, "button.warn", "aria-pressed") == "false"
    window.browser.click("button.unknown")
    assert window.shown() == everything

    # One thing that several installations share at a time, and the list comes into view.
    rows = window.run("return all('.alike button').map((button) => Number(button.firstChild.data))")
    assert rows == sorted(rows, reverse=True) and 1 < rows[-1] < rows[0] < 10
    window.browser.click(".alike tr:first-child button")
    assert len(window.shown()) == rows[0] and set(window.shown()) < set(differing)
    assert 0 <= window.run("return one('#installations').getBoundingClientRect().top") < 400
    window.run("scrollTo(0, 0)")
    window.browser.click(".alike tr:last-child button")
    assert len(window.shown()) == rows[-1]
    assert window.run("return all('[aria-pressed=true]').length") == 1
    # What filters stays in sight.
    window.search("no such word")
    assert window.shown() == [] and window.run("return one('[aria-pressed=true]').checkVisibility()")


def search(window: Window) -> None:
    window.open()
    [name] = [name for name in window.shown() if "oslo-01" in name]
    rows = window.run("return document.getElementById(arguments[0]).querySelectorAll('tbody tr').length", _page.anchor(name))
    assert window.search("OSLO-01") == f"1 of 42 installations, {rows} rows"
    assert window.shown() == [name] and name in window.unfolded()
    # Words may be those of the installation, of a table's title, and of a row; rows without them are hidden.
    assert window.search("oslo-01 sweden interval") == "0 of 42 installations"
    assert window.browser.text("#nothing").startswith("Nothing matches.")
    told = window.search("visma  sweden url")
    shown = window.run("return all('.card tbody tr').filter((row) => row.checkVisibility()).map((row) => row.cells[0].textContent)")
    assert set(shown) == {"config, Url"} and told == f"{len(window.shown())} of 42 installations, {len(shown)} rows"
    assert window.run("return CSS.highlights.get('found').size") >= 3 * len(shown)
    # It joins the totals.
    window.browser.click("button.good")
    assert window.shown() == [] and window.run("return all('.result:not([hidden])').length") == 0
    window.browser.click("#all")
    assert len(window.shown()) == 42 and window.run("return one('#search').value") == ""
    assert _state(window, "button.good", "aria-pressed") == "false"


def what_is_well_and_what_is_alike_is_folded(window: Window) -> None:
    window.open()
    worst = window.names("return all('.card[data-result=differs]')")[0]
    alike = window.names("return all('[data-alike]')")
    good = window.names("return all('.card[data-result=as_declared]')")
    assert worst == "crm-oslo-01.example.com" and len(good) == 32 and len(alike) == 0
    # Not more than one reads: the first with 200 rows together.
    rows = window.run("return all('.card').map((card) => card.querySelectorAll('tbody tr').length)")
    few = [name for place, name in enumerate(window.shown()) if sum(rows[: place + 1]) <= 200]
    assert window.unfolded() == few and 3 < len(few) < 10
    assert not window.run("return one('#result-as_declared').open")
    window.browser.click("#expand")
    assert window.unfolded() == window.shown() and window.run("return one('#result-as_declared').open")
    window.browser.click("#fold")
    assert window.unfolded() == []
    # Of a filtered page what is shown.
    window.browser.click("button.unknown")
    window.browser.click("#expand")
    assert window.unfolded() == window.shown() == ["crm-bergen-01.example.com"]
    # On a phone the pictures are not in the way.
    window.open("small", width=390)
    assert not window.run("return one('.overview').open")


def anchors(window: Window) -> None:
    for name in ("crm-oslo-03.example.com", "Ålesund & 'Molde'"):
        anchor = _page.anchor(name)
        window.open(anchor=f"#{anchor}")
        place = "const card = document.getElementById(arguments[0]); return [card.open, card.getBoundingClientRect().top]"
        is_open, top = window.run(place, anchor)
        tools = window.run("return one('.tools').getBoundingClientRect().bottom")
        # It is not behind what stays at the top.
        assert is_open and tools <= top < 844, name
        # A link to what is filtered out shows it.
        window.browser.click("button.unknown")
        assert name not in window.shown()
        window.run("location.hash = ''; location.hash = arguments[0]; return new Promise((done) => setTimeout(done))", anchor)
        assert name in window.shown()
    for broken in ("#%E0%A4%A", "#nothing-of-ours"):
        window.open("small", anchor=broken)
        assert len(window.shown()) == 6


def keyboard(window: Window) -> None:
    window.open()
    focus = "return document.activeElement.id || document.activeElement.className || document.activeElement.getAttribute('href')"
    outline = "const style = getComputedStyle(document.activeElement); return style.outlineStyle + ' ' + style.outlineWidth"
    window.press("Tab")
    assert window.run(focus) == "skip" and window.run("return document.activeElement.getBoundingClientRect().left") >= 0
    reached = []
    for _number in range(12):
        window.press("Tab")
        reached.append(window.run(focus))
        assert window.run(outline) == "solid 3px", reached
    assert reached[:7] == ["total unknown", "total warn", "total good", "search", "expand", "fold", "#top"]
    # All that can be used can be reached, in the order in which it is seen.
    assert window.run("return all('[tabindex]').every((element) => element.tabIndex === 0)")

    window.press("/")
    assert window.run(focus) == "search"
    window.press(*"oslo")
    told = "const ask = (done) => one('#shown').textContent.startsWith(arguments[0]) ? done(true) : setTimeout(ask, 20, done);"
    assert window.run(told + "return new Promise(ask)", "4 of 42 installations")
    window.press("Escape")
    assert len(window.shown()) == 42
    window.run("one('button.warn').focus()")
    window.press("Space")
    assert len(window.shown()) == 9
    window.run("one('.card.warn > summary').focus()")
    is_open = "return one('.card.warn').open"
    before = window.run(is_open)
    window.press("Enter")
    assert window.run(is_open) is not before


def copying_the_command(window: Window) -> None:
    window.open("small")
    window.browser.devtools("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    window.browser.click(".card.warn[open] .copy")
    told = window.run("return new Promise((done) => setTimeout(() => navigator.clipboard.readText().then(done, done)))")
    assert told == "ansible-playbook superoffice.erpsync.converge -i inventory -e erpsync_hosts=crm-oslo-01.example.com"
    assert window.browser.text(".card.warn[open] .copy") == "Copied"


def without_its_script_all_is_shown(window: Window) -> None:
    window.open("still")
    assert window.run("return all('details:not([open])').length") == 0
    assert window.run("return all('button, input').filter((element) => element.checkVisibility()).length") == 0
    assert window.run("return all('.card tbody tr').every((row) => row.checkVisibility())")
    targets = window.run("return all('a').map((link) => link.getAttribute('href').slice(1))")
    there = window.run("return arguments[0].filter((name) => document.getElementById(decodeURIComponent(name)))", targets)
    assert there == targets and len(targets) > 40


def paper(window: Window) -> None:
    window.open()
    window.browser.click("#fold")
    window.media("print")
    boxes = "return all('.card tbody tr').map((row) => row.getBoundingClientRect()).map((box) => [box.top, box.height])"
    seen = window.run(boxes)
    assert len(seen) > 250 and all(height > 5 for _top, height in seen)
    assert [top for top, _height in seen] == sorted(top for top, _height in seen)
    assert window.run("return all('tr, .kinds li').every((row) => getComputedStyle(row).breakInside === 'avoid')")
    assert window.run("return all('.tools, .copy, .skip').every((element) => !element.checkVisibility())")
    # Only a long table repeats its head: with such a head Chromium moves a whole card to the next page.
    heads = "return all('.card table').map((one) => [one.rows.length > 10, getComputedStyle(one.tHead).display === 'table-header-group'])"
    repeated = window.run(heads)
    assert all(is_long is repeats for is_long, repeats in repeated) and {is_long for is_long, _repeats in repeated} == {True, False}
    window.open("small")
    printed = base64.b64decode(window.browser.devtools("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert printed.startswith(b"%PDF")


# The lines on which each piece of a name stands, which ends where a line may: after blanks, hyphens, dots and the like.
_BROKEN = """
const broken = [], range = new Range();
for (const element of all("h1, h2, h3, h4, h5, th, td span, .label, .fact, .reason, .badge, dd, .note")) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const piece of walker.currentNode.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      range.setStart(walker.currentNode, piece.index);
      range.setEnd(walker.currentNode, piece.index + piece[0].length);
      const tops = new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top)));
      if (tops.size > 1) broken.push(piece[0]);
    }
  }
}
return broken;
"""


def nothing_stands_out_and_no_name_is_broken(window: Window, name: str, width: int) -> None:
    window.open(name, width)
    window.browser.click("#expand")
    window.run("for (const fold of all('details')) fold.open = true")
    # Beside a scroll bar.
    measured = "const root = document.documentElement; return [root.scrollWidth, root.clientWidth, window.innerWidth]"
    content, room, whole = window.run(measured)
    assert content == room <= whole == width
    assert window.run(_BROKEN) == []


_LINES = """
const tops = (node, begin, end) => {
  const range = new Range();
  range.setStart(node, begin);
  range.setEnd(node, end);
  return new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top))).size;
};
const parts = all(".part").filter((part) => part.checkVisibility()).map((part) => tops(part.firstChild, 0, part.textContent.length));
const badges = all(".badge").filter((badge) => badge.checkVisibility());
const apart = badges.filter((badge) => {
  const [sign, word] = [badge.firstChild.getBoundingClientRect(), document.createRange()];
  word.setStart(badge.lastChild, 1);
  word.setEnd(badge.lastChild, 2);
  return Math.abs(word.getClientRects()[0].top - sign.top) > 3;
});
return [parts.length, Math.max(...parts), badges.length, apart.length];
"""


def long_names_break_behind_dots_and_signs_stay_with_their_words(window: Window) -> None:
    """On a phone a name of an installation does not break behind a hyphen."""
    for name in ("drift", "health"):
        window.open(name, 390)
        window.run("all('details').forEach((one) => { one.open = true; })")
        parts, most_lines, badges, apart = window.run(_LINES)
        assert parts > 40 and most_lines == 1, name
        assert badges > 15 and apart == 0, name
    assert window.run("return one('.card h3').textContent").endswith(".example.com")


def texts_from_outside_stay_texts(window: Window) -> None:
    window.open("hostile")
    assert window.run("return document.title") == "ERP Sync drift: 3 of 4 differ"
    assert window.run("return [document.scripts.length, document.styleSheets.length]") == [1, 1]
    assert window.run("return all('header, main, footer').length") == 3
    heads = window.run("return all('.card h3').map((head) => head.textContent)")
    assert heads == [EVIL, *(f"{EVIL}{number}" for number in range(3))]
    # The policy stops a script and a style that got in all the same.
    window.run(
        """
        document.title = "as it was";
        const script = document.createElement("script");
        script.textContent = "document.title = 'broken out'";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='document.title = 1'><p id=styled style='position: fixed'>x</p>");
        """
    )
    assert window.run("return new Promise((done) => setTimeout(() => done(document.title), 50))") == "as it was"
    assert window.run("return getComputedStyle(one('#styled')).position") == "static"


def motion_only_where_it_is_wanted(window: Window) -> None:
    behaviour = "return getComputedStyle(document.documentElement).scrollBehavior"
    window.open("still")
    assert window.run(behaviour) == "auto"
    window.media("screen", prefers_reduced_motion="no-preference")
    assert window.run(behaviour) == "smooth"


def axe_finds_nothing(window: Window, width: int, scheme: str) -> None:
    window.open("small", width, prefers_color_scheme=scheme)
    window.run(AXE.read_text(encoding="utf-8"))
    window.run("for (const fold of all('details')) fold.open = true")
    window.browser.click(".alike tr:first-child button")
    check = """
        const told = (result) => result.violations.map((each) => [each.id, each.nodes[0].html, each.nodes[0].failureSummary]);
        return axe.run({resultTypes: ["violations"], ...arguments[0]}).then(told);
    """
    ground = "return getComputedStyle(document.body).backgroundColor"
    assert window.run(check, {}) == []
    seen = [window.run(ground)]
    # What does not depend on the width in the other scheme.
    window.media("screen", prefers_color_scheme="dark" if scheme == "light" else "light")
    assert window.run(check, {"runOnly": ["color-contrast"]}) == []
    assert {*seen, window.run(ground)} == {"rgb(244, 246, 248)", "rgb(20, 24, 29)"}


def test_page(browser: Browser, tmp_path: Path) -> None:
    """All in one test: workers of pytest-xdist would start a browser each."""
    window = Window(browser, tmp_path)
    totals_and_what_is_shared_filter(window)
    search(window)
    what_is_well_and_what_is_alike_is_folded(window)
    anchors(window)
    keyboard(window)
    copying_the_command(window)
    without_its_script_all_is_shown(window)
    paper(window)
    for width in (390, 1280):
        for name in ("drift", "health", "hostile"):
            nothing_stands_out_and_no_name_is_broken(window, name, width)
    long_names_break_behind_dots_and_signs_stay_with_their_words(window)
    texts_from_outside_stay_texts(window)
    motion_only_where_it_is_wanted(window)
    if not AXE.is_file():
        pytest.skip("all but axe-core looked at the page, which is not installed: make npm")
    axe_finds_nothing(window, 390, "light")
    axe_finds_nothing(window, 1280, "dark")
