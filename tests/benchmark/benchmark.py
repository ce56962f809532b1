# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the speed of the collection, as ratios that hold on a busy machine: `make benchmark`.

The cases of a group run interleaved. The time of a task is the time that one more task adds to a
play. The time of converging is that of its play less that of an equal play with `debug`, which is
the start-up.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import each_module
import installation
import many_fields
import page
import recorded
import requests
import requests.utils
from ansible_collections.superoffice.erpsync.tests.unit.support.certificates import Authority
from measuring import Measured, interleaved, middle, noise, run
from pytest_stand_in import StandIn

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_speed.rst"
BEGIN, END = ".. The table is written by make benchmark.", ".. End of the table."
CREDENTIALS = ("ADM", "benchmark")
EACH = (
    "Each module runs a task that finds nothing to change; the modules that synchronise do so each time. It\n"
    "is compared with ``uri`` tasks and a script that send the same requests to the stand-in, and with itself\n"
    "as an ordinary module:"
)
Tasks = list[dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One line of the table. A line without a target is for information."""

    what: str
    measured: str
    ratio: float | None = None
    target: float | None = None
    noise: str = ""

    @property
    def verdict(self) -> str:
        if self.ratio is None or self.target is None:
            return ""
        return "met" if self.ratio <= self.target else "missed"

    def cells(self) -> list[str]:
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}"
        target = "" if self.target is None else f"{self.target:g}"
        return [self.what, self.measured, ratio, target, self.verdict, self.noise]


@dataclass
class Bench:
    """The state of all measurements: folder, templates of answers, number of rounds, results."""

    folder: Path
    taken: dict[str, Any]
    rounds: int
    # The authority that measured programs trust, besides the usual ones.
    authority: Authority | None = None
    # Whether to measure small installations where large ones take long.
    quick: bool = False
    rows: list[Row] = field(default_factory=list)
    modules: list[list[str]] = field(default_factory=list)
    _recorded: dict[int, recorded.Recorded] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        print("  ".join(cell for cell in row.cells() if cell), flush=True)

    def installation(self, connections: int) -> recorded.Recorded:
        """An installation of the stand-in with this number of connections."""
        if connections not in self._recorded:
            stand_in = StandIn()
            try:
                who: dict[str, Any] = {"username": stand_in.username, "password": stand_in.password}
                play = partial(self.play, "recorded", stand_in.url, **who)
                self._recorded[connections] = recorded.record(stand_in, play, self.folder, connections)
            finally:
                stand_in.stop()
        return self._recorded[connections]

    def made(self, connections: int) -> Path:
        """The answers of a larger installation than the stand-in can quickly be, through the agent."""
        file = self.folder / f"answers-{connections}.json"
        if not file.exists():
            file.write_text(json.dumps(installation.answers(self.taken, connections)), encoding="utf-8")
        return file

    @contextmanager
    def server(self, answers: Path, delay: float = 0.0, tls: bool = False) -> Iterator[str]:
        """The address of a server that sends these answers."""
        program = Path(__file__).with_name("quick_server.py")
        command = [sys.executable, str(program), str(answers), "--delay", str(delay)]
        if tls:
            self.authority = Authority(self.folder / "tls")
            command += ["--tls", *map(str, self.authority.issue("server", "127.0.0.1"))]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield f"{'https' if tls else 'http'}://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            self.authority = None
            process.terminate()
            process.wait()

    def play(
        self, name: str, url: str, tasks: Tasks, *, hosts: int = 0, in_process: bool = True, memory: bool = False, **options: Any
    ) -> Measured:
        """One run of ansible-playbook, on hosts with a local connection, or on localhost."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        connection = {"url": url, "username": CREDENTIALS[0], "password": CREDENTIALS[1], **options}
        play = {
            "hosts": "all" if hosts else "localhost",
            "gather_facts": False,
            "module_defaults": {"group/superoffice.erpsync.all": connection},
            "vars": {"erpsync_in_process": in_process},
            "tasks": tasks,
        }
        (folder / "playbook.json").write_text(json.dumps([play]), encoding="utf-8")
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = {"all": {"hosts": {f"crm-{number}": {} for number in range(hosts)}, "vars": local}}
        (folder / "inventory.json").write_text(json.dumps(inventory), encoding="utf-8")
        command = [sys.executable, "-m", "ansible.cli.playbook", "playbook.json", "--forks", "20"]
        return run([*command, *(["-i", "inventory.json"] if hosts else [])], self.environment(), folder, memory)

    def environment(self) -> dict[str, str]:
        """The environment of all measured programs."""
        kept = {name: os.environ[name] for name in ("PATH", "ANSIBLE_COLLECTIONS_PATH") if name in os.environ}
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        warnings = {"ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
        kept["ANSIBLE_ACTION_PLUGINS"] = str(Path(__file__).with_name("action_plugins"))
        kept["ANSIBLE_LIBRARY"] = str(Path(__file__).with_name("library"))
        if self.authority is not None:
            # Beside more than a hundred other authorities, as in practice.
            bundle = self.folder / "authorities.pem"
            bundle.write_bytes(Path(requests.utils.DEFAULT_CA_BUNDLE_PATH).read_bytes() + self.authority.path.read_bytes())
            kept.update(REQUESTS_CA_BUNDLE=str(bundle), SSL_CERT_FILE=str(bundle))
        return {**kept, **warnings, "HOME": str(home), "LC_ALL": "C.UTF-8", "ANSIBLE_NOCOLOR": "1"}


def _uri(url: str, method: str, who: tuple[str, str] = CREDENTIALS, body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    call: dict[str, Any] = {
        "url": f"{url}{installation.AGENT}{method}",
        "method": "POST",
        "url_username": who[0],
        "url_password": who[1],
        "force_basic_auth": True,
        "return_content": True,
    }
    if body is not None:
        call.update(body_format="json", body=body)
    return {"ansible.builtin.uri": call, "register": "answer", **more}


def _as_people_write_it(url: str, who: tuple[str, str] = CREDENTIALS, run: bool = True) -> Tasks:
    """The job "read status, start if stopped, wait, verify" with uri tasks, or to stop it."""
    differs, reached = ("not answer.json.IsRunning", "answer.json.IsRunning")[:: 1 if run else -1]
    return [
        _uri(url, "GetEngineStatus", who),
        _uri(url, "ChangeEngineStatus", who, {"Run": run}, when=differs),
        _uri(url, "GetEngineStatus", who, until=reached, retries=10, delay=1),
        {"ansible.builtin.assert": {"that": reached}},
    ]


ENGINE: Tasks = [{"superoffice.erpsync.erpsync_engine": {"state": "running"}}]
STOP_AND_START: Tasks = [{"superoffice.erpsync.erpsync_engine": {"state": state}} for state in ("stopped", "running")]
DEBUG: Tasks = [{"ansible.builtin.debug": {"msg": "hello"}}]


def _least(name: str, url: str) -> Tasks:
    """Only the request of an idempotent erpsync_engine task."""
    return [{name: {"url": f"{url}{installation.AGENT}GetEngineStatus", "username": CREDENTIALS[0], "password": CREDENTIALS[1]}}]


def _each_further(bench: Bench, url: str, name: str, tasks: Tasks, times: int, **how: Any) -> Measured:
    """Seconds that running the tasks once more adds."""
    once = bench.play(name, url, tasks, **how)
    often = bench.play(name, url, tasks * times, **how)
    return Measured((often.seconds - once.seconds) / (times - 1), often.memory)


def tasks(bench: Bench) -> None:
    """Measures one more task, and one more job."""
    answers = bench.made(1)
    with bench.server(answers) as url:
        cases = {
            "least": lambda: _each_further(bench, url, "least", _least("one_request", url), 11),
            "least here": lambda: _each_further(bench, url, "least-here", _least("one_request_here", url), 41),
            "debug": lambda: _each_further(bench, url, "debug", DEBUG, 41),
            "engine": lambda: _each_further(bench, url, "engine", ENGINE, 41),
            "module": lambda: _each_further(bench, url, "module", ENGINE, 11, in_process=False),
            "uri": lambda: _each_further(bench, url, "uri", [_uri(url, "GetEngineStatus")], 11),
            "job": lambda: _each_further(bench, url, "job", _as_people_write_it(url), 6),
        }
        found = {name: [one.seconds for one in many] for name, many in interleaved(cases, bench.rounds).items()}
    with bench.server(answers, tls=True) as url:
        cases = {
            "engine, TLS": lambda: _each_further(bench, url, "engine-tls", ENGINE, 41),
            "module, TLS": lambda: _each_further(bench, url, "module-tls", ENGINE, 11, in_process=False),
            "uri, TLS": lambda: _each_further(bench, url, "uri-tls", [_uri(url, "GetEngineStatus")], 11),
        }
        found.update({name: [one.seconds for one in many] for name, many in interleaved(cases, bench.rounds).items()})
    # The engine obeys at once, so that no waiting is measured.
    stand_in = StandIn("--engine-delay", "0")
    try:
        url, who = stand_in.url, (stand_in.username, stand_in.password)
        options: dict[str, Any] = {"username": who[0], "password": who[1]}
        uri = _as_people_write_it(url, who, False) + _as_people_write_it(url, who, True)
        switched = {
            "engine, switched": lambda: _each_further(bench, url, "switched", STOP_AND_START, 11, **options),
            "job, switched": lambda: _each_further(bench, url, "job-switched", uri, 3),
        }
        found.update({name: [one.seconds / 2 for one in many] for name, many in interleaved(switched, bench.rounds).items()})
    finally:
        stand_in.stop()
    ms = {name: middle(seconds) * 1000 for name, seconds in found.items()}

    def row(what: str, one: str, other: str, target: float | None) -> None:
        spread = f"{noise(found[one])}, {noise(found[other])}"
        bench.add(Row(what, f"{ms[one]:.0f} ms against {ms[other]:.0f} ms", ms[one] / ms[other], target, spread))

    row("the floor: debug, against a uri task", "debug", "uri", None)
    row("a further erpsync_engine task, against a uri task", "engine", "uri", 0.08)
    row("the limit of it: an action plugin with one request and nothing else", "least here", "uri", None)
    row("the same as an ordinary module", "module", "uri", 1.1)
    row("the limit of it: a module with one request and nothing else", "least", "uri", None)
    row("a further erpsync_engine task over TLS, against a uri task over TLS", "engine, TLS", "uri, TLS", None)
    row("the same as an ordinary module", "module, TLS", "uri, TLS", None)
    row('the job "read status, start if stopped, wait, verify", against the uri tasks for it', "engine", "job", 0.05)
    row("the same job where the engine has to be switched", "engine, switched", "job, switched", 0.05)


def _converge(
    bench: Bench, url: str, document: Path, requests_: int, read_from: str = "agent", memory: bool = False, **options: Any
) -> Measured:
    """Converge an unchanged installation; the time includes the play's start-up.

    :param requests_: how many requests it sends.
    """
    before = int(requests.get(f"{url}/count", timeout=10).text)
    measured = bench.play("converge", url, recorded.converge(document, read_from), memory=memory, **options)
    sent = int(requests.get(f"{url}/count", timeout=10).text) - before
    if sent != requests_:
        raise RuntimeError(f"{sent} requests, where {requests_} are expected")
    return measured


def _beside_the_start(found: dict[str, list[Measured]], name: str) -> float:
    with_it, without = ([one.seconds for one in found[each]] for each in (name, "debug"))
    return middle(with_it) - middle(without)


def _row(bench: Bench, what: str, one: tuple[str, float], other: float, found: dict[str, list[Measured]], target: float | None) -> None:
    """Add a row of seconds.

    :param one: the case, and its seconds beside the start-up.
    :param other: the seconds of the script.
    """
    name, seconds = one
    spread = ", ".join(noise([each.seconds for each in found[case]]) for case in (name, "script"))
    bench.add(Row(what, f"{seconds:.2f} s against {other:.2f} s", seconds / other, target, spread))


def converging(bench: Bench) -> None:
    """Measures converging 100 unchanged connections with 6,000 fields, near and far."""
    made = bench.installation(100)
    asked = {way: len(made.asked[way]) for way in ("agent", "archive")}
    for delay, target in ((0.0, 2.2), (0.005, None), (0.05, 0.25)):
        with bench.server(made.answers, delay) as url:
            cases: dict[str, Callable[[], Measured]] = {
                "debug": partial(bench.play, "debug", url, DEBUG),
                "agent": partial(_converge, bench, url, made.document, asked["agent"]),
                "archive": partial(_converge, bench, url, made.document, asked["archive"], read_from="auto"),
                "script": partial(each_module.script, url, CREDENTIALS, made.asked["agent"], 1),
            }
            if not delay:
                handed: Tasks = [{"take_document": {"document": recorded.load(made.document)}}]
                cases["taken"] = partial(bench.play, "taken", url, handed)
                cases["loaded"] = partial(bench.play, "loaded", url, ENGINE)
            found = interleaved(cases, bench.rounds if delay < 0.02 else min(bench.rounds, 2))
        seconds = {way: _beside_the_start(found, way) for way in asked}
        script = middle([one.seconds for one in found["script"]])
        where = f"a server {delay * 1000:.0f} ms away" if delay else "a server that answers at once"
        what = f"converge 100 unchanged connections, {where}, against a script that sends the same {asked['agent']} requests to the agent"
        _row(bench, what, ("agent", seconds["agent"]), script, found, target)
        if not delay:
            parts = {
                "what Ansible takes to hand the document over": "taken",
                "loading requests and the collection, one request": "loaded",
            }
            shares = {part: _beside_the_start(found, name) for part, name in parts.items()}
            shares["the rest, the collection's own part with the other requests"] = seconds["agent"] - sum(shares.values())
            for part, share in shares.items():
                bench.add(Row(f"of this, {part}", f"{share:.2f} s against {script:.2f} s", share / script))
        what = f"the same with what read_from is by default, {asked['archive']} requests from archives, against that script"
        _row(bench, what, ("archive", seconds["archive"]), script, found, target)


def exporting(bench: Bench) -> None:
    """Measures exporting 100 connections with 6,000 fields far away."""
    made = bench.installation(100)
    asked = made.asked["export"]
    with bench.server(made.answers, 0.05) as url:
        cases: dict[str, Callable[[], Measured]] = {
            "debug": partial(bench.play, "debug", url, DEBUG),
            "export": partial(bench.play, "export", url, recorded.EXPORT),
            "script": partial(each_module.script, url, CREDENTIALS, asked, 1),
        }
        found = interleaved(cases, min(bench.rounds, 2))
    script = middle([one.seconds for one in found["script"]])
    what = f"export 100 connections, a server 50 ms away, against a script that sends the same {len(asked)} requests"
    _row(bench, what, ("export", _beside_the_start(found, "export")), script, found, 0.25)


def limited(bench: Bench) -> None:
    """Measures converging unchanged connections on a server that allows 10 calls a second, as
    SuperOffice Online does: from archives and through the agent.
    """
    connections = 20 if bench.quick else 100
    made = bench.installation(connections)
    ways = ("archive", "agent")
    calls = {way: len(made.asked[way]) for way in ways}
    with bench.server(made.answers) as url:
        cases = {way: partial(_converge, bench, url, made.document, calls[way], read_from=way, rate_limit=10) for way in ways}
        found = interleaved({"debug": partial(bench.play, "debug", url, DEBUG), **cases}, 1)
    seconds = {way: _beside_the_start(found, way) for way in ways}
    what = f"converge {connections} unchanged connections, 10 calls a second"
    measured = f"{seconds['archive']:.2f} s against {seconds['agent']:.2f} s"
    said = f"{what}, {calls['archive']} calls from archives, against {calls['agent']} with read_from: agent"
    bench.add(Row(said, measured, seconds["archive"] / seconds["agent"]))
    for way in ways:
        least = (calls[way] - 1) / 10
        said = f"{what}, read_from: {way}, against what the limit allows"
        bench.add(Row(said, f"{seconds[way]:.2f} s against {least:.2f} s", seconds[way] / least))


def growth(bench: Bench) -> None:
    """Measures ten and a hundred times as many connections."""
    found: dict[int, dict[str, list[Measured]]] = {}
    for connections in (10, 100, 1000):
        document = bench.folder / f"made-{connections}.json"
        document.write_text(json.dumps(installation.document(connections)), encoding="utf-8")
        with bench.server(bench.made(connections)) as url:
            cases = {
                "debug": partial(bench.play, "debug", url, DEBUG, memory=True),
                "converge": partial(_converge, bench, url, document, installation.calls(connections), memory=True),
            }
            found[connections] = interleaved(cases, bench.rounds)
    seconds = {connections: _beside_the_start(measured, "converge") for connections, measured in found.items()}
    floor = middle([one.memory for one in found[10]["debug"]])
    memory = {connections: middle([one.memory for one in measured["converge"]]) for connections, measured in found.items()}
    for less, more in ((10, 100), (100, 1000)):
        target = 11.0 if more == 1000 else None
        spread = ", ".join(noise([one.seconds for one in found[number]["converge"]]) for number in (more, less))
        what = f"time, from {less} to {more} connections"
        bench.add(Row(what, f"{seconds[more]:.2f} s against {seconds[less]:.2f} s", seconds[more] / seconds[less], target, spread))
        what = f"peak memory, from {less} to {more} connections"
        bench.add(Row(what, f"{memory[more]:.0f} MiB against {memory[less]:.0f} MiB", memory[more] / memory[less], target))
    bench.add(Row("peak memory of a play with debug only", f"{floor:.0f} MiB"))


def fleets(bench: Bench) -> None:
    """Measures many hosts with one task each and 20 forks."""
    made = bench.installation(1)
    asked = len(made.asked["health"])
    start = 0.0
    with bench.server(made.answers) as url:
        for hosts in (1, 200):
            play = partial(bench.play, url=url, hosts=hosts, memory=True)
            cases = {
                "engine": partial(play, "fleet", tasks=ENGINE),
                "health": partial(play, "fleet-health", tasks=recorded.HEALTH),
                "uri": partial(play, "fleet-uri", tasks=[_uri(url, "GetEngineStatus")]),
                "debug": partial(play, "fleet-debug", tasks=DEBUG),
                "least": partial(play, "fleet-least", tasks=_least("one_request_here", url)),
            }
            found = interleaved(cases, min(bench.rounds, 3))
            seconds = {name: middle([one.seconds for one in many]) for name, many in found.items()}
            memory = {name: middle([one.memory for one in many]) for name, many in found.items()}
            targets = (0.08, 0.2) if hosts == 200 else (None, None)
            start = start or seconds["debug"]
            # A play of all these tasks would take minutes.
            uri = {1: seconds["uri"], asked: start + asked * (seconds["uri"] - start)}
            named = f"{hosts} hosts, forks 20" if hosts > 1 else "1 host, forks 20"

            def row(what: str, name: str, target: float | None = None, requests_: int = 1) -> None:
                ours, other = seconds[name], uri[requests_]  # noqa: B023
                spread = ", ".join(noise([one.seconds for one in found[each]]) for each in (name, "uri"))  # noqa: B023
                bench.add(Row(f"{named}: {what}", f"{ours:.2f} s against {other:.2f} s", ours / other, target, spread))  # noqa: B023

            row("time of the play, against uri", "engine", targets[0])
            row("the floor, debug, against uri", "debug")
            row("the limit, an action plugin with one request and nothing else, against uri", "least")
            what = f"erpsync_health of one connection each, against {asked} uri tasks for its requests, calculated from the one above"
            row(what, "health", targets[0], asked)
            measured = f"{memory['engine']:.0f} MiB against {memory['uri']:.0f} MiB"
            bench.add(Row(f"{named}: peak memory, against uri", measured, memory["engine"] / memory["uri"], targets[1]))


def modules(bench: Bench) -> None:
    """Measures each module against uri tasks, a script, and itself as an ordinary module.

    All of them send the same requests to the stand-in.
    """
    stand_in = StandIn()
    try:
        who: dict[str, Any] = {"username": stand_in.username, "password": stand_in.password}
        for module in each_module.OPTIONS:
            task = each_module.task(module)
            # Run it once before measuring, so that nothing is left to change.
            bench.play("each", stand_in.url, task, **who)
            stand_in.clear_journal()
            bench.play("each", stand_in.url, task, **who)
            journal = each_module.journal_of(stand_in)
            uri = each_module.as_uri_tasks(stand_in, journal)
            # Chance counts for less in many requests, and they take minutes.
            are_many = len(journal) > 10
            cases = {
                "task": partial(_each_further, bench, stand_in.url, "each", task, 21, **who),
                "module": partial(_each_further, bench, stand_in.url, "each-module", task, 4, in_process=False, **who),
                "uri": partial(_each_further, bench, stand_in.url, "each-uri", uri, 2 if are_many else 3),
                "script": partial(each_module.script, stand_in.url, (stand_in.username, stand_in.password), journal, 20),
            }
            found = interleaved(cases, 1 if are_many else min(bench.rounds, 3))
            ms = {name: middle([one.seconds for one in many]) * 1000 for name, many in found.items()}
            row = [f"{ms[name]:.3g} ms" for name in cases]
            row += [f"{ms['task'] / ms['uri']:.2g}", f"{ms['module'] / ms['uri']:.2g}", f"{ms['task'] / ms['script']:.2g}"]
            bench.modules.append([module, str(len(journal)), *row])
            print("  ".join(bench.modules[-1]), flush=True)
    finally:
        stand_in.stop()


def ordering(bench: Bench) -> None:
    """Measures ordering the fields of a large table, for both ways in which servers move fields."""
    stand_in = StandIn()
    try:
        who: dict[str, Any] = {"username": stand_in.username, "password": stand_in.password}
        table = many_fields.state(stand_in.state())

        def as_it_was() -> None:
            stand_in.put_state(table)
            stand_in.clear_journal()

        def ordered() -> Measured:
            as_it_was()
            measured = bench.play("ordered", stand_in.url, many_fields.task(), **who)
            if len(stand_in.journal()) != expected:
                raise RuntimeError(f"{len(stand_in.journal())} requests, where the formula says {expected}")
            return measured

        def replayed(journal: Tasks) -> Measured:
            as_it_was()
            return each_module.script(stand_in.url, (stand_in.username, stand_in.password), journal, 1)

        for step, moves in many_fields.MOVES.items():
            stand_in.settings(move_step=step, **many_fields.SETTINGS)
            expected = many_fields.calls(moves)
            ordered()
            script = partial(replayed, each_module.journal_of(stand_in))
            debug = partial(bench.play, "debug", stand_in.url, DEBUG)
            cases: dict[str, Callable[[], Measured]] = {"debug": debug, "ordered": ordered, "script": script}
            found = interleaved(cases, min(bench.rounds, 3))
            ours, bare = _beside_the_start(found, "ordered"), middle([one.seconds for one in found["script"]])
            spread = ", ".join(noise([one.seconds for one in found[name]]) for name in ("ordered", "script"))
            far = {"one": "by one place", "direction": "as far as it is told"}[step]
            what = f"order {many_fields.FIELDS} fields of which {many_fields.ELSEWHERE} stand {many_fields.PLACES} places away, "
            what += f"a server that moves a field {far}, {expected} requests, against a script that sends them"
            bench.add(Row(what, f"{ours:.2f} s against {bare:.2f} s", ours / bare, None, spread))
    finally:
        stand_in.stop()


def pages(bench: Bench) -> None:
    """Measures how long a browser takes to open the page of a large fleet."""
    seconds = page.opened(bench.folder, bench.rounds)
    if seconds is None:
        print("There is no Chromium with chromedriver to open a page.")
        return
    what = f"the page of {page.INSTALLATIONS} installations with {page.DIFFERENCES:,} differences, opened in Chromium, against a second"
    bench.add(Row(what, f"{middle(seconds):.2f} s against 1 s", middle(seconds), 1.0, noise(seconds)))


GROUPS = {
    "tasks": tasks,
    "modules": modules,
    "converging": converging,
    "exporting": exporting,
    "limited": limited,
    "ordering": ordering,
    "growth": growth,
    "fleets": fleets,
    "pages": pages,
}


def conditions() -> str:
    """The date, versions and machine of the measurement."""
    load = os.getloadavg()[0]
    return (
        f"Measured on {datetime.date.today():%Y-%m-%d} with ansible-core {version('ansible-core')}, Python {platform.python_version()} and "
        f"requests {version('requests')}, on {len(os.sched_getaffinity(0))} cores with a load average of {load:.1f} at the start."
    )


HEADING = ["What", "Measured", "Ratio", "Target: at most", "Verdict", "Runs lie apart by"]
MODULES = ["Module", "Requests", "Task", "As ordinary module", "uri tasks", "Script", "Task / uri", "Module / uri", "Task / script"]


def table(heading: list[str], rows: list[list[str]]) -> str:
    """The rows as a list table in reStructuredText."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for cells in (heading, *rows):
        lines += [f"   {'*' if not number else ' '} - {cell}".rstrip() for number, cell in enumerate(cells)]
    return "\n".join(lines)


def write_guide(said: str, bench: Bench) -> None:
    """Write the tables into the guide, and what the guide begins with."""
    before, found, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    _old, ended, after = rest.partition(END)
    if not found or not ended:
        raise RuntimeError(f"{GUIDE.name} has no place for the table")
    tables = [table(HEADING, [row.cells() for row in bench.rows]), EACH, table(MODULES, bench.modules)]
    GUIDE.write_text("\n\n".join([f"{before}{BEGIN}", said, *tables, f"{END}{after}"]), encoding="utf-8")
    subprocess.run([sys.executable, ROOT / "tools" / "write_option_docs.py"], check=True)


def main() -> int:
    """The exit status: 1 where a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"what to measure: {', '.join(GROUPS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="how often cases run in turn (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="measure smaller installations, once")
    parser.add_argument("--write", action="store_true", help="write the table into the guide; only where everything is measured")
    options = parser.parse_args()
    if unknown := set(options.groups) - set(GROUPS):
        parser.error(f"no group {', '.join(sorted(unknown))}")
    said = conditions()
    print(said)
    with tempfile.TemporaryDirectory(prefix="erpsync-benchmark-") as folder:
        bench = Bench(Path(folder), installation.templates(), 1 if options.quick else options.rounds, quick=options.quick)
        for name in options.groups or GROUPS:
            GROUPS[name](bench)
    if options.write and not options.groups and not options.quick:
        write_guide(said, bench)
    missed = [row.what for row in bench.rows if row.verdict == "missed"]
    print(f"{len(missed)} targets missed" + "".join(f"\n  {what}" for what in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
