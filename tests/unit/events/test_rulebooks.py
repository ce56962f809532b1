# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks: what they say is right, and in the engine of Event-Driven Ansible, where it is installed, they do what they say."""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import event_kinds, events
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.events import Place, Source
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.watched_changes import Step
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._event_options import parsed
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION
from jinja2.nativetypes import NativeEnvironment
from pytest_stand_in import StandIn

RULEBOOKS = sorted((COLLECTION / "extensions" / "eda" / "rulebooks").glob("*.yml"))
ENGINE = COLLECTION / ".build" / "eda-venv"
TREE = COLLECTION / ".build" / "collections"
SOURCE = "superoffice.erpsync.erpsync"
# Seconds: the engine starts a Java of its own, and other tests may keep the machine busy.
PATIENCE = 240
Json = dict[str, Any]


def _why_not() -> str | None:
    if not (ENGINE / ".stamp").exists():
        return "ansible-rulebook is not installed (make eda)"
    try:
        told = subprocess.run(["java", "-version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    except OSError:
        told = ""
    found = re.search(r'version "(\d+)', told)
    return None if found and int(found[1]) >= 17 else "there is no Java 17, which ansible-rulebook needs (make eda)"


WHY_NOT = _why_not()
with_engine = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")


def _rulesets(path: Path) -> list[Json]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _rendered(value: Any, variables: Json) -> Any:
    """A value as the engine renders it."""
    if isinstance(value, str):
        return NativeEnvironment().from_string(value).render(variables)
    if isinstance(value, list):
        return [_rendered(item, variables) for item in value]
    return {name: _rendered(item, variables) for name, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("path", RULEBOOKS, ids=lambda path: path.stem)
def test_a_rulebook_watches_what_its_rules_are_about(path: Path) -> None:
    """Each kind that is watched has a rule, each kind in a rule is watched, and each member of an event exists."""
    installations = [{"name": "crm", "url": "https://crm.example.com/SuperOffice", "ticket": "7T:x"}]
    [ruleset] = _rulesets(path)
    [source] = ruleset["sources"]
    options = parsed(_rendered(source[SOURCE], {"erpsync_installations": installations}))
    [one] = options.installations
    assert (one.interval, options.state_file, one.names_host) == (60, None, True)
    text = path.read_text(encoding="utf-8")
    step, now = Step(event_kinds.RECOVERED, "reachable", {}), datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
    event = events.event(step, Source("crm", "x"), Place("", 1), now, {})
    members = set(re.findall(r"event\.erpsync\.(\w+)", text))
    assert {"kind", "msg"} & members or "hour" in members
    assert members <= set(event)
    named = {kind for rule in ruleset["rules"] for kind in re.findall(r'"(\w+)"', rule["condition"])}
    if named:
        assert named == one.rules.kinds
    # A variable that a rulebook needs is named above it.
    needed = set(re.findall(r"\{\{ (erpsync_\w+)", text))
    assert needed <= set(re.findall(r"erpsync_\w+", "".join(line for line in text.splitlines() if line.startswith("#"))))


@with_engine
@pytest.mark.parametrize("path", RULEBOOKS, ids=lambda path: path.stem)
def test_a_rulebook_has_the_shape_that_the_engine_asks_for(path: Path) -> None:
    [schema] = ENGINE.glob("lib/python*/site-packages/ansible_rulebook/schema/ruleset_schema.json")
    jsonschema.validate(_rulesets(path), json.loads(schema.read_text(encoding="utf-8")))


class Outside:
    """What rulebooks turn to: where they tell something, and a controller with one job template."""

    def __init__(self) -> None:
        outside = self
        self.told: list[tuple[str, Any]] = []
        self.changed = threading.Condition()

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer({})

            def do_POST(self) -> None:
                self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}"))

            def answer(self, sent: Any) -> None:
                path = self.path.partition("?")[0]
                if self.command == "POST":
                    with outside.changed:
                        outside.told.append((path, sent))
                        outside.changed.notify_all()
                content = json.dumps(_controller(path)).encode()
                self.send_response(201 if path.endswith("launch/") else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self) -> tuple[str, Any]:
        """The first thing that is told."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.told, PATIENCE), "nothing was told"
            return self.told[0]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _controller(path: str) -> Json:
    """What an automation controller answers, as far as the engine asks."""
    asks = {f"ask_{what}_on_launch": True for what in ("limit", "variables", "inventory", "labels")}
    template = {
        "id": 7,
        "type": "job_template",
        "name": "ERP Sync: drift",
        "related": {"launch": "/api/v2/job_templates/7/launch/"},
    }
    job = {"id": 9, "url": "/api/v2/jobs/9/", "status": "successful", "artifacts": {}, "created": "2026-11-20T06:00:00Z"}
    if "unified_job_templates" in path:
        return {"count": 1, "next": None, "results": [{**template, **asks, "summary_fields": {"organization": {"name": "Default"}}}]}
    # One thing, and a list of it.
    return {"version": "4.6", **job, "count": 1, "next": None, "results": [job]}


@pytest.fixture
def outside() -> Iterator[Outside]:
    there = Outside()
    yield there
    there.close()


class Running:
    """The engine with a rulebook, the stand-in as its installation."""

    def __init__(self, rulebook: str, folder: Path, stand_in: StandIn, outside: Outside, **own: Any) -> None:
        connection = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
        host = {"ansible_connection": "local", "ansible_python_interpreter": str(ENGINE / "bin" / "python")}
        host.update({f"erpsync_{name}": value for name, value in connection.items()})
        # A rule that runs for the other host would fail there.
        hosts = {"crm": host, "other": {"ansible_connection": "local"}}
        inventory, variables = folder / "inventory.yml", folder / "variables.yml"
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        installation = {"name": "crm", **connection, **own}
        told = {"erpsync_interval": "1s", "erpsync_stale_after": "1s", "erpsync_notify_url": f"{outside.url}/told"}
        variables.write_text(json.dumps({"erpsync_installations": [installation], **told}), encoding="utf-8")
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "JAVA_HOME", "TMPDIR") if name in os.environ}
        environment = {**kept, "HOME": str(folder), "ANSIBLE_COLLECTIONS_PATH": str(TREE), "PATH": f"{ENGINE / 'bin'}:{kept['PATH']}"}
        files = ["-r", rulebook, "-i", str(inventory), "-e", str(variables)]
        controller = ["--controller-url", outside.url, "--controller-token", "x", "--shutdown-delay", "1"]
        self.process = subprocess.Popen(
            [str(ENGINE / "bin" / "ansible-rulebook"), *files, *controller],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ended(self) -> str:
        """Everything that it has printed until it ends by itself."""
        output, _errors = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, output
        return output

    def end(self) -> str:
        """Everything that it has printed until it is told to end."""
        self.process.terminate()
        return self.process.communicate(timeout=PATIENCE)[0]


def _stop_engine(stand_in: StandIn) -> None:
    state = stand_in.state()
    state["engine"]["IsRunning"] = False
    stand_in.control("PUT", "state", state)


@with_engine
def test_the_engine_loads_the_source_and_its_events_meet_conditions(tmp_path: Path, stand_in: StandIn, outside: Outside) -> None:
    """Groups of throttled events, members that are null, and the hosts of an event, in one run of the real engine."""
    _stop_engine(stand_in)
    rulebook = tmp_path / "rulebook.yml"
    source = {"installations": "{{ erpsync_installations }}", "state_file": str(tmp_path / "state.json")}
    grouped = {"once_within": "5 minutes", "group_by_attributes": ["event.erpsync.key"]}
    said = "{{ event.erpsync.kind }} of {{ event.erpsync.connection }} at {{ event.meta.hosts }}"
    rules = [
        {"name": "Stopped", "condition": 'event.erpsync.kind == "engine_stopped"', "throttle": grouped, "action": {"debug": {"msg": said}}},
        {
            "name": "Raised",
            "condition": 'event.erpsync.finding.check == "missing_fields" and event.erpsync.connection_id == 3',
            "actions": [{"debug": {"msg": said}}, {"shutdown": {}}],
        },
    ]
    ruleset = {"name": "Try", "hosts": "all", "sources": [{"name": "watching", SOURCE: source}], "rules": rules}
    rulebook.write_text(json.dumps([ruleset]), encoding="utf-8")
    output = Running(str(rulebook), tmp_path, stand_in, outside).ended()
    assert "engine_stopped of None at ['crm']" in output, output
    assert "health_raised of SAP Germany at ['crm']" in output, output
    assert stand_in.password not in output + (tmp_path / "state.json").read_text(encoding="utf-8")


def _click_at_night(stand_in: StandIn) -> None:
    stand_in.click("fields", {"ErpConnectionId": 1, "ErpFieldKey": "NAME"}, "KNO", SyncToErp=False)


SHIPPED: dict[str, tuple[Json, Callable[[StandIn], None] | None, str, str]] = {
    "engine_stopped": ({}, _stop_engine, "/told", "crm: The sync engine was stopped."),
    "connection_stale": ({}, None, "/told", 'crm: The connection "Visma Norway" has not been synchronised for '),
    "drift_at_night": ({}, _click_at_night, "/api/v2/job_templates/7/launch/", "mapping_changed"),
    "health": ({}, None, "/told", "crm: warning, connection Visma Norway: Customer: the ERP side no longer has the field TELEX"),
}


def test_each_rulebook_is_tried() -> None:
    assert sorted(SHIPPED) == [path.stem for path in RULEBOOKS]


@with_engine
@thorough_only
@pytest.mark.parametrize("name", SHIPPED)
def test_a_rulebook_does_what_it_says(name: str, tmp_path: Path, stand_in: StandIn, outside: Outside) -> None:
    own, happens, path, words = SHIPPED[name]
    # Wherever the clock stands, it is night there.
    hours = (25 - datetime.datetime.now(datetime.UTC).hour) % 24
    zone = f"+{hours:02}:00" if hours <= 12 else f"-{24 - hours:02}:00"
    running = Running(f"superoffice.erpsync.{name}", tmp_path, stand_in, outside, **own, time_zone=zone)
    try:
        if happens is not None:
            # With the second look the first one is over.
            while stand_in.methods().count("GetEngineStatus") < 2:
                assert running.process.poll() is None, running.process.communicate()
                threading.Event().wait(0.2)
            happens(stand_in)
        where, sent = outside.wait()
    finally:
        output = running.end()
    assert where == path, output
    assert words in json.dumps(sent, ensure_ascii=False).replace('\\"', '"'), output
    if name == "engine_stopped":
        assert stand_in.state()["engine"]["IsRunning"]
    if name == "connection_stale":
        assert "SyncAll" in stand_in.writes()
    if name == "drift_at_night":
        assert sent["limit"] == "crm"
