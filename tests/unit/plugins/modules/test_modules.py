# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules against the stand-in: check mode, second runs, each fault, and wrong input."""

from __future__ import annotations

import json
import re
import sys
import time
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import connections, exchange, retries
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Destination, Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.secret_values import REDACTED
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import LEAST, MODULES, run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import MODULE
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import (
    OVER_REST,
    USUAL_WAYS,
    VERSIONS,
    Way,
    by_turns,
    newest_ways,
    over_rest,
    transport_options,
)

# What ends before anything is sent, or is about JSON, addresses and archives, is the same, or nothing, over SOAP.
SIGN_IN = "SoPrincipal.AuthenticateUsernamePassword"

Server = Any


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.01)


class Runner:
    """Runs modules against a stand-in, in one way."""

    def __init__(self, way: Way, stand_in: Server) -> None:
        self.speaks_soap = way.version is not None
        self._shell = way.shell
        self._stand_in = stand_in
        signed_in = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
        self._connection = {**signed_in, "retries": 2, "timeout": 60, **transport_options(way.version)}

    def __call__(self, name: str, arguments: dict[str, Any] | None = None, *, check: bool = False, diff: bool = False) -> dict[str, Any]:
        """The result of a module. An option that is None is not given."""
        merged = {**self._connection, **LEAST.get(name, {}), **(arguments or {})}
        given = {option: value for option, value in merged.items() if value is not None}
        return run_module(name, given, shell=self._shell, check=check, diff=diff)

    def asked(self) -> list[str]:
        """The calls of a task, without the signing in that is the first of them over SOAP."""
        methods: list[str] = self._stand_in.methods()
        if not self.speaks_soap:
            return methods
        assert methods[:1] == [SIGN_IN] and methods.count(SIGN_IN) == 1 and self._stand_in.problems() == []
        return methods[1:]


@pytest.fixture(params=USUAL_WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    """The way of a test that names none itself."""
    found: Way = request.param
    return found


@pytest.fixture
def run(way: Way, stand_in: Server) -> Runner:
    return Runner(way, stand_in)


def engine(run: Runner, arguments: dict[str, Any] | None = None, **mode: bool) -> dict[str, Any]:
    return run("erpsync_engine", {"wait_interval": 0.05, "wait_timeout": 60, **(arguments or {})}, **mode)


# What is asked of the engine, which runs every quarter of an hour.
CHANGES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"state": "running"}, []),
    ({"interval": "15m"}, []),
    ({"state": "running", "interval": "PT15M"}, []),
    ({"state": "stopped"}, ["state"]),
    ({"interval": "1h"}, ["interval"]),
    ({"interval": "1.12:00:00"}, ["interval"]),
    ({"state": "stopped", "interval": 60}, ["state", "interval"]),
]


FORMS = [("c", "pascal", *case) for case in CHANGES] + [("iso", "camel", *case) for case in CHANGES[::3]]


@pytest.mark.parametrize("duration_format, key_case, wanted, changed", FORMS, ids=str)
def test_engine(run: Runner, stand_in: Server, wanted: dict[str, Any], changed: list[str], duration_format: str, key_case: str) -> None:
    stand_in.settings(duration_format=duration_format, key_case=key_case)
    before = stand_in.state()
    predicted = engine(run, wanted, check=True, diff=True)
    assert stand_in.writes() == []
    assert stand_in.state() == before
    real = engine(run, wanted, diff=True)
    assert len(stand_in.writes()) == len(changed), real
    assert (real["changed"], real["changed_fields"]) == (bool(changed), changed)
    for result in (predicted, real):
        result["engine"].pop("status_message")
        result.pop("invocation", None)
    assert predicted == real
    after = stand_in.state()
    assert {name for name in after if after[name] != before[name]} <= {"engine"}
    stand_in.clear_journal()
    again = engine(run, wanted, diff=True)
    assert (again["changed"], again["changed_fields"], again["diff"]) == (False, [], [])
    assert run.asked() == ["GetEngineStatus"]
    assert again["engine"]["interval_seconds"] == real["engine"]["interval_seconds"]


def test_engines_diff_has_the_shape_of_all_others(run: Runner) -> None:
    [diff] = engine(run, {"interval": "1h"}, check=True, diff=True)["diff"]
    assert diff["after_header"] == "engine" and re.fullmatch(r"engine \(changed on .{10} at .{5} UTC by ADM\)", diff["before_header"])
    assert json.loads(diff["before"]) == {"state": "running", "interval": "00:15:00"}
    assert json.loads(diff["after"]) == {"state": "running", "interval": "01:00:00"}


def test_engine_stops_first_and_starts_last(run: Runner, stand_in: Server) -> None:
    engine(run, {"state": "stopped", "interval": "1h"})
    engine(run, {"state": "running", "interval": "15m"})
    assert stand_in.writes() == ["ChangeEngineStatus", "ChangeEngineInterval", "ChangeEngineInterval", "ChangeEngineStatus"]


def test_engine_waits_until_the_server_reports_the_change(run: Runner, stand_in: Server) -> None:
    assert engine(run, {"state": "stopped"})["engine"]["is_running"] is False
    assert stand_in.methods().count("GetEngineStatus") > 2


def test_engine_does_not_wait_when_told_so(run: Runner, stand_in: Server) -> None:
    result = engine(run, {"state": "stopped", "wait": False})
    assert (result["changed"], result["engine"]["is_running"]) == (True, False)
    # Between them, who had changed it last.
    assert [name for name in run.asked() if "rchive" not in name] == ["GetEngineStatus", "ChangeEngineStatus"]


def test_engine_gives_up_with_the_last_word_of_the_server(run: Runner, stand_in: Server) -> None:
    stand_in.settings(engine_delay=60)
    result = engine(run, {"state": "stopped", "wait_timeout": 0.2})
    assert result["failure"]["kind"] == "wait_timeout"
    assert "running, interval 00:15:00" in result["msg"]
    assert (result["changed"], result["engine"]["is_running"], result["steps_done"]) == (True, True, ["stop the engine"])


def test_one_connection_serves_a_run(run: Runner, stand_in: Server) -> None:
    engine(run, {"state": "stopped"})
    assert len({entry["peer"] for entry in stand_in.journal()}) == 1


@over_rest
@pytest.mark.parametrize("void_answer", ["204_empty", "204_null", "200_null"])
def test_engine_whatever_a_void_method_answers(run: Runner, stand_in: Server, void_answer: str) -> None:
    stand_in.settings(void_answer=void_answer)
    assert engine(run, {"interval": "1h"})["engine"]["interval_seconds"] == 3600


# sync_all


@newest_ways
@pytest.mark.parametrize(
    "outcome, changed, status",
    [
        ("changes", True, "ok"),
        ("ok", False, "ok_with_info"),
        ("empty", False, "ok"),
        ("null_changes", True, "ok"),
        ("no_status", None, "ok"),
        ("warning", None, "warning"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_sync_all(run: Runner, stand_in: Server, outcome: str, changed: bool | None, status: str, force: bool) -> None:
    stand_in.settings(sync_outcome=outcome)
    result = run("erpsync_sync_all", {"force": force})
    assert stand_in.writes() == ["ForceSyncAll" if force else "SyncAll"]
    assert result["status"] == status
    if changed is not None:
        assert result["changed"] is changed
    assert bool(result.get("warnings")) is (status == "warning")


def test_sync_all_fails_with_the_explanation_and_the_code(run: Runner, stand_in: Server) -> None:
    stand_in.settings(sync_outcome="error", sync_error_code="UNKNOWN_CONNECTION_ID")
    result = run("erpsync_sync_all")
    assert (result["failure"]["kind"], result["failure"]["code"], result["failure"]["attempts"]) == (
        "sync_failed",
        "UNKNOWN_CONNECTION_ID",
        1,
    )
    assert result["explanation"] in result["msg"]
    assert "UNKNOWN_CONNECTION_ID" in result["msg"]


def test_sync_all_in_check_mode_says_what_it_would_do(run: Runner, stand_in: Server) -> None:
    result = run("erpsync_sync_all", check=True)
    assert stand_in.writes() == []
    assert result["changed"] is True
    assert "Visma Norway" in result["msg"]
    assert "stopped" not in result["msg"]
    assert set(result) - {"invocation"} == set(run("erpsync_sync_all")) - {"invocation"}


def test_sync_all_in_check_mode_speaks_of_a_stopped_engine(run: Runner) -> None:
    engine(run, {"state": "stopped"})
    assert "use force" in run("erpsync_sync_all", check=True)["msg"]
    assert "use force" not in run("erpsync_sync_all", {"force": True}, check=True)["msg"]


def test_a_long_synchronisation_is_not_cut_off_by_the_ordinary_limit(run: Runner, stand_in: Server) -> None:
    stand_in.settings(sync_seconds=1.5)
    with_a_ticket = {"username": None, "password": None, "ticket": stand_in.ticket}
    assert run("erpsync_sync_all", {"timeout": 1, **with_a_ticket})["status"] == "ok"
    stand_in.fault("SyncAll", "never")
    result = run("erpsync_sync_all", {"sync_timeout": 0.3})
    assert (result["failure"]["kind"], result["failure"]["attempts"], result["failure"]["uncertain"]) == ("timeout", 1, True)
    assert "sync_timeout" in result["msg"]
    assert stand_in.writes() == ["SyncAll", "SyncAll"]


# info


def test_info_writes_nothing_and_is_the_same_in_check_mode(run: Runner, stand_in: Server) -> None:
    before = stand_in.state()
    real = run("erpsync_info", {"gather": ["all"]})
    assert run("erpsync_info", {"gather": ["all"]}, check=True) == real
    assert real["changed"] is False
    assert stand_in.writes() == []
    assert stand_in.state() == before


@newest_ways
def test_info_is_cheap_unless_more_is_asked_for(run: Runner, stand_in: Server) -> None:
    run("erpsync_info")
    assert run.asked() == ["GetEngineStatus", "GetAllConnectors", "GetAllConnections", *["GetConnection"] * 5]


@pytest.mark.parametrize(
    "way, answer", by_turns([("404_json",), ("404_html",), ("405",), ("400",), ("501",), ("500_not_supported",)]), ids=str
)
def test_info_on_an_old_server_is_the_same(run: Runner, stand_in: Server, answer: str) -> None:
    new = run("erpsync_info", {"gather": ["all"]})
    stand_in.settings(missing_methods=["GetAllConnectors", "GetAllConnections"], missing_method_answer=answer)
    assert run("erpsync_info", {"gather": ["all"]}) == new


UNDOCUMENTED: list[dict[str, Any]] = [
    {"all_connections_members": "minimal"},
    {"all_connections_members": "archive"},
    {"archive_available": False},
    {"duration_format": "iso"},
    {"key_case": "camel"},
    {"undocumented_members": False},
    {"archive_page_size": 7},
    {"no_selection": "id0"},
]


@pytest.mark.parametrize("way, settings", by_turns((settings,) for settings in UNDOCUMENTED), ids=str)
def test_info_is_the_same_whatever_is_not_documented(run: Runner, stand_in: Server, settings: dict[str, Any]) -> None:
    before = run("erpsync_info", {"gather": ["all"]})
    stand_in.settings(**settings)
    after = run("erpsync_info", {"gather": ["all"]})
    if "archive_available" in settings:
        # Without archives nobody knows the order of the fields and who changed what, which is told, and default settings are shown of
        # each field.
        unread = ("(rank) cannot be read", "history cannot be read")
        assert all(any(words in text for text in after["warnings"]) for words in unread)
        assert len(before.pop("history")) == 100 and after.pop("history") is None
        for result in (before, after):
            result["warnings"] = [text for text in result["warnings"] if not any(words in text for words in unread)]
            for connection in result["connections"]:
                for actor in connection["actors"] or []:
                    for field in actor["fields"]:
                        field.pop("rank")
                        if field["default"] and not any(field["default"][name] for name in ("has_value", "prompt", "mandatory")):
                            field["default"] = None
    assert after == before


QUERIES = ["@", "connections[].config", "connections[].[config, config_fields]", "values(connections[0].config)"]
# What looks for a secret needs a server that shows them.
ASKED = by_turns([*((echo, None) for echo in ("clear", "blank", "masked", "absent")), *(("clear", query) for query in QUERIES)])


@pytest.mark.parametrize("way, echo, query", [(OVER_REST[1], "clear", None), *ASKED], ids=str)
def test_info_never_shows_a_secret(run: Runner, stand_in: Server, echo: str, query: str | None) -> None:
    no_secret_is_shown(run, stand_in, echo, query)


@pytest.mark.parametrize("way", [Way(MODULE, VERSIONS[-1])], ids=str)
@pytest.mark.parametrize("echo", ["clear", "masked"])
def test_info_never_shows_a_secret_over_soap(run: Runner, stand_in: Server, echo: str) -> None:
    no_secret_is_shown(run, stand_in, echo, None)


def no_secret_is_shown(run: Runner, stand_in: Server, echo: str, query: str | None) -> None:
    stand_in.settings(password_echo=echo)
    shown = json.dumps(run("erpsync_info", {"gather": ["all"], "query": query, "include_deleted": True}))
    secrets = [
        value
        for connection in stand_in.state()["connections"]
        for key, value in connection["ConfigFields"].items()
        if key in ("Password", "ClientSecret") and value
    ]
    assert len(secrets) > 3
    for secret in secrets:
        assert secret not in shown
    if echo == "clear":
        assert REDACTED in shown


@pytest.mark.parametrize("gather", [["configuration_values"], ["configuration_values", "configuration_fields"]])
@pytest.mark.parametrize("kind", ["status", "error_object", "wrong_type"])
def test_info_shows_no_value_when_the_connector_does_not_say_which_are_secret(
    run: Runner, stand_in: Server, gather: list[str], kind: str
) -> None:
    stand_in.fault("GetConfigurationFields", kind)
    result = run("erpsync_info", {"gather": gather})
    for connection in result["connections"]:
        assert set(connection["config"].values()) <= {REDACTED, "", None}
    assert result["warnings"]


@newest_ways
def test_info_notes_a_broken_connection_and_returns_the_others(run: Runner) -> None:
    result = run("erpsync_info", {"gather": ["all"]})
    troubled = [connection for connection in result["connections"] if connection["problems"]]
    assert 0 < len(troubled) < len(result["connections"])
    assert len(result["warnings"]) >= len(troubled)


@over_rest
@pytest.mark.parametrize("query, words", [("connections[", "^"), ("nope(@)", "nope"), ("length(engine.is_running, engine)", "query")])
def test_info_with_a_wrong_query(run: Runner, stand_in: Server, query: str, words: str) -> None:
    result = run("erpsync_info", {"query": query})
    assert result["failure"]["kind"] == "bad_input"
    assert words in result["msg"]
    if words == "^":
        assert stand_in.methods() == []


def test_info_limited_to_connections(run: Runner) -> None:
    result = run("erpsync_info", {"gather": ["summary"], "connections": ["Visma Sverige", 3]})
    assert [connection["id"] for connection in result["connections"]] == [2, 3]
    assert result["connections"][0]["name"] == "Visma Sweden"
    missing = run("erpsync_info", {"connections": ["Visma Norwy"]})
    assert missing["failure"]["kind"] == "bad_input"
    assert 'Did you mean "Visma Norway"?' in missing["msg"]


# Signing in


@newest_ways
def test_each_way_of_signing_in(run: Runner, stand_in: Server) -> None:
    stand_in.settings(require_app_token="app-canary")
    for way in (
        {"ticket": stand_in.ticket},
        {"access_token": stand_in.access_token},
        {"username": stand_in.username, "password": stand_in.password},
    ):
        stand_in.clear_journal()
        result = run("erpsync_info", {"username": None, "password": None, "gather": ["engine"], "app_token": "app-canary", **way})
        assert not result.get("failed")
    without = run("erpsync_info", {"gather": ["engine"]})
    assert without["failure"]["kind"] == "unauthorized"


def test_an_expired_ticket(run: Runner, stand_in: Server) -> None:
    stand_in.end_sessions()
    for status, kind in ((401, "unauthorized"), (403, "forbidden")):
        stand_in.settings(expired_status=status, soap_session_answer=str(status))
        result = run("erpsync_engine", {"username": None, "password": None, "ticket": stand_in.ticket, "state": "stopped"})
        assert (result["failure"]["kind"], result["failure"]["attempts"]) == (kind, 1)
        assert stand_in.ticket not in json.dumps(result)
    assert stand_in.writes() == []


# Faults: kind, options, and what is to be expected of a reading and of a writing call: failure.kind, attempts, uncertain.
Expected = tuple[Any, int, bool]
LOST: tuple[Expected, Expected] = (("connection_lost", 3, False), ("connection_lost", 1, True))
FAULTS: list[tuple[str, dict[str, Any], Expected, Expected]] = [
    ("reset", {}, *LOST),
    ("closed", {}, *LOST),
    ("never", {}, ("timeout", 3, False), ("timeout", 1, True)),
    ("never", {"when": "after"}, ("timeout", 3, False), ("timeout", 1, True)),
    ("drip", {"seconds": 0.05}, ("timeout", 3, False), ("timeout", 1, True)),
    ("cut_off", {}, ("cut_off", 3, False), ("cut_off", 1, True)),
    ("cut_off", {"framing": "chunked"}, ("cut_off", 3, False), ("cut_off", 1, True)),
    ("html", {}, ("not_json", 1, False), ("not_json", 1, True)),
    ("invalid_json", {}, ("not_json", 1, False), ("not_json", 1, True)),
    ("wrong_type", {}, ("unexpected_answer", 1, False), ("unexpected_answer", 1, True)),
    ("deep", {}, ("not_json", 1, False), ("not_json", 1, True)),
    ("gzip_broken", {}, ("not_json", 1, False), ("not_json", 1, True)),
    ("redirect", {}, ("redirected", 1, False), ("redirected", 1, True)),
    ("error_object", {}, ("server_error", 1, False), ("server_error", 1, False)),
    ("error_object", {"shape": "model_binding"}, ("server_error", 1, False), ("server_error", 1, False)),
    # The interval is a text too; what is no duration cannot be used. The answer to a change is not looked at.
    ("surrogate", {}, ("unexpected_answer", 1, False), (None, 1, False)),
    ("surrogate", {"raw": True}, ("not_json", 1, False), ("not_json", 1, True)),
    ("bom", {}, (None, 1, False), (None, 1, False)),
    *(
        ("status", {"status": status, "body": body}, (kind, reads, False), (kind, writes, uncertain or (status, body) == (400, "json")))
        for status, kind, reads, writes, uncertain in (
            # With a body its exception says more than the status does: it comes from the midst of the work.
            (400, "server_error", 1, 1, False),
            (401, "unauthorized", 1, 1, False),
            (403, "forbidden", 1, 1, False),
            (404, "not_found", 1, 1, False),
            (421, "wrong_host", 1, 1, False),
            (429, "throttled", 3, 3, False),
            (500, "server_error", 1, 1, True),
            (502, "unavailable", 3, 1, True),
            (503, "unavailable", 3, 1, True),
            (504, "unavailable", 3, 1, True),
        )
        # Each status with each body is read in test_rest.py.
        for body in (("json", "html", "empty") if status in (400, 401, 503) else ("json",))
    ),
    ("status", {"status": 503, "retry_after": "0"}, ("unavailable", 3, False), ("unavailable", 3, False)),
    ("status", {"status": 503, "retry_after": "500"}, ("unavailable", 1, False), ("unavailable", 1, False)),
    ("status", {"status": 429, "retry_after_date": 500}, ("throttled", 1, False), ("throttled", 1, False)),
    ("status", {"status": 429, "retry_after": "nonsense"}, ("throttled", 3, False), ("throttled", 3, False)),
]


def limit(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """A short time limit for one method, of which nothing ever comes; whatever comes has all the time that a busy machine needs."""
    real = Session.send

    def send(self: Session, request: Request, destination: Destination | None = None) -> Response:
        return real(self, request._replace(timeout=0.6) if request.method == method else request, destination)

    monkeypatch.setattr(Session, "send", send)


def await_calls(stand_in: Server, method: str, calls: int) -> None:
    """A client that gives up may be faster than the server that was asked."""
    until = time.monotonic() + 60
    while stand_in.methods().count(method) < calls and time.monotonic() < until:
        time.sleep(0.02)


def meets(result: dict[str, Any], expected: Expected, method: str) -> None:
    kind, attempts, uncertain = expected
    if kind is None:
        assert not result.get("failed"), result
        return
    failure = result["failure"]
    assert (failure["kind"], failure["attempts"], failure["uncertain"], failure["method"]) == (kind, attempts, uncertain, method), result[
        "msg"
    ]
    assert result["msg"].startswith(f"{method}: ")
    assert result["msg"].isprintable()


def over_soap(kind: str, options: dict[str, Any], reading: Expected, writing: Expected) -> tuple[Expected, Expected]:
    """The same where it is not JSON but XML that cannot be read."""
    if kind == "surrogate":
        # No XML has lone surrogates, not even escaped ones.
        reading, writing = ("not_json", 1, False), ("not_json", 1, True)
    xml = {"not_json": "not_xml"}
    return (xml.get(reading[0], reading[0]), *reading[1:]), (xml.get(writing[0], writing[0]), *writing[1:])


@pytest.mark.parametrize("kind, options, reading, writing", FAULTS, ids=lambda value: str(value) if isinstance(value, (str, dict)) else "")
def test_each_fault_has_its_own_end(
    run: Runner,
    stand_in: Server,
    kind: str,
    options: dict[str, Any],
    reading: Expected,
    writing: Expected,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if run.speaks_soap:
        reading, writing = over_soap(kind, options, reading, writing)
    stand_in.fault("GetEngineStatus", kind, **options)
    with monkeypatch.context() as patch:
        if reading[0] == "timeout":
            limit(patch, "GetEngineStatus")
        meets(run("erpsync_info", {"gather": ["engine"]}), reading, "GetEngineStatus")
    await_calls(stand_in, "GetEngineStatus", reading[1])
    assert run.asked() == ["GetEngineStatus"] * reading[1]
    stand_in.clear_faults()
    stand_in.clear_journal()
    stand_in.fault("ChangeEngineStatus", kind, **options)
    if writing[0] == "timeout":
        limit(monkeypatch, "ChangeEngineStatus")
    result = engine(run, {"state": "stopped"})
    meets(result, writing, "ChangeEngineStatus")
    await_calls(stand_in, "ChangeEngineStatus", writing[1])
    # Over SOAP the ticket may have expired since the task signed in: it signs in again, and asks once more. An exception about rights,
    # which the status 403 has in its body, is another matter.
    about_rights = writing[0] == "forbidden" and options["body"] == "json"
    again = run.speaks_soap and writing[0] in ("unauthorized", "forbidden") and not about_rights
    assert stand_in.writes() == ["ChangeEngineStatus"] * (writing[1] + again)
    assert stand_in.methods().count(SIGN_IN) == run.speaks_soap + again
    if writing[0] is not None:
        assert result["steps_not_done"] == ["stop the engine"]
        assert result["changed"] is writing[2]


def test_a_write_that_did_happen_is_found_by_the_next_run(run: Runner, stand_in: Server) -> None:
    stand_in.fault("ChangeEngineStatus", "reset", [1], when="after")
    first = engine(run, {"state": "stopped"})
    assert (first["failure"]["kind"], first["failure"]["uncertain"], first["changed"]) == ("connection_lost", True, True)
    # It takes effect some time after it was accepted.
    until = time.monotonic() + 60
    while stand_in.state()["engine"]["IsRunning"]:
        assert time.monotonic() < until
    stand_in.clear_journal()
    second = engine(run, {"state": "stopped"})
    assert (second["changed"], stand_in.writes()) == (False, [])


def test_a_fault_that_passes_is_not_noticed(run: Runner, stand_in: Server) -> None:
    stand_in.fault("GetEngineStatus", "status", [1, 2], status=503, retry_after="0")
    stand_in.fault("ChangeEngineStatus", "status", [1], status=429, retry_after="0")
    result = engine(run, {"state": "stopped"})
    assert result["changed"] is True
    assert stand_in.writes() == ["ChangeEngineStatus"] * 2


def test_a_huge_answer(run: Runner, stand_in: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LARGEST_ANSWER", 1_000_000)
    stand_in.fault("GetEngineStatus", "huge", bytes=5_000_000)
    result = run("erpsync_info", {"gather": ["engine"]})
    assert (result["failure"]["kind"], result["failure"]["attempts"]) == ("too_large", 1)


def test_nobody_at_home(run: Runner) -> None:
    result = run("erpsync_engine", {"url": f"http://127.0.0.1:{free_port()}", "state": "stopped"})
    assert (result["failure"]["kind"], result["failure"]["attempts"], result["failure"]["uncertain"]) == ("connection_refused", 3, False)
    assert "refused" in result["msg"]
    unknown = run("erpsync_info", {"url": "http://no-such-host.invalid"})
    assert (unknown["failure"]["kind"], unknown["failure"]["attempts"]) == ("unknown_host", 3)


@over_rest
@pytest.mark.parametrize("name", MODULES)
def test_a_library_that_is_missing(run: Runner, stand_in: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUESTS_IMPORT_ERROR", "ModuleNotFoundError: No module named 'requests'")
    result = run(name, LEAST.get(name, {}))
    assert result["failure"]["kind"] == "missing_library"
    assert "requests" in result["msg"]
    assert sys.executable in result["msg"]
    assert stand_in.methods() == []


# Wrong connection options: modules have them in common, so that each is given to one of them.
BAD_CONNECTIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({"url": "crm.example.com"}, ["url", "crm.example.com", "https://"]),
    ({"username": None, "password": None}, ["No way to sign in", "SUPEROFFICE_TICKET"]),
    ({"password": None}, ["username is given without password"]),
    ({"ticket": "7T:x"}, ["More than one way to sign in", "ticket"]),
    ({"timeout": 0}, ["timeout is 0", "above zero"]),
    ({"retries": -1}, ["retries is -1"]),
    ({"retries": "many"}, ["retries", "int"]),
    ({"rate_limit": -1}, ["rate_limit is -1"]),
    ({"proxy": "proxy:3128"}, ["proxy", "http://proxy.example.com:3128"]),
    ({"ca_path": "/no/such/file"}, ["ca_path", "/no/such/file"]),
    ({"client_key": "/no/such/file"}, ["client_key is given without client_cert"]),
    ({"validate_certs": "perhaps"}, ["validate_certs", "perhaps"]),
]
# One for each part that refuses a module's options: the collection, Ansible's types, Ansible's names.
BAD_EVERYWHERE: list[tuple[dict[str, Any], list[str]]] = [
    ({"url": None}, ["url is missing", "SUPEROFFICE_URL"]),
    ({"timeout": "soon"}, ["timeout", "float"]),
    ({"nonsense": 1}, ["nonsense"]),
]
# Wrong input: module, options, and words of the one message.
BAD: list[tuple[str, dict[str, Any], list[str]]] = [
    *((MODULES[number % len(MODULES)], wrong, words) for number, (wrong, words) in enumerate(BAD_CONNECTIONS)),
    *((name, wrong, words) for name in MODULES for wrong, words in BAD_EVERYWHERE),
    ("erpsync_engine", {"state": "on"}, ["state", "running, stopped", "on"]),
    ("erpsync_engine", {"interval": "soon"}, ["interval", '"soon"', "15m"]),
    ("erpsync_engine", {"interval": "0.5"}, ["interval", '"0.5"', "whole"]),
    ("erpsync_engine", {"interval": "0"}, ["interval", '"0"']),
    ("erpsync_engine", {"interval": ""}, ["interval"]),
    ("erpsync_engine", {"state": "running", "wait_timeout": -1}, ["wait_timeout is -1"]),
    ("erpsync_engine", {"state": "running", "wait_interval": 0}, ["wait_interval is 0"]),
    ("erpsync_sync_all", {"sync_timeout": 0}, ["sync_timeout is 0"]),
    ("erpsync_sync_all", {"force": "perhaps"}, ["force", "perhaps"]),
    ("erpsync_info", {"gather": ["everything"]}, ["gather", "everything", "field_mappings"]),
    ("erpsync_info", {"connections": [""]}, ["connections[0] is empty"]),
    ("erpsync_info", {"query": ""}, ["query"]),
]


@pytest.mark.parametrize("way, check", [(OVER_REST[0], False), (OVER_REST[1], True)], ids=["in_process", "module, check"])
@pytest.mark.parametrize("name, wrong, words", BAD, ids=lambda value: str(value) if not isinstance(value, list) else "")
def test_wrong_input_is_one_clear_error_and_nothing_is_sent(
    run: Runner, stand_in: Server, name: str, wrong: dict[str, Any], words: list[str], check: bool
) -> None:
    result = run(name, {**LEAST.get(name, {}), **wrong}, check=check)
    assert result["failed"]
    for word in words:
        assert word in result["msg"]
    assert result.get("changed", False) is False
    assert stand_in.journal() == []


@over_rest
@pytest.mark.parametrize("name", MODULES)
def test_a_password_in_the_address_is_not_shown_whatever_else_is_wrong(run: Runner, stand_in: Server, name: str) -> None:
    for other in ({}, {"timeout": "soon"}, {"nonsense": 1}):
        result = run(name, {"url": "http://me:canary/s3cret@127.0.0.1:9/x", **other})
        assert result["failed"]
        assert "canary" not in json.dumps(result)
    assert stand_in.journal() == []
