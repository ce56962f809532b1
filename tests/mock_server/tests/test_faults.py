# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault, as it is seen on the network."""

from __future__ import annotations

import concurrent.futures
import gzip
import json
import socket
import time
import zlib
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from pytest_stand_in import StandIn
from stand_in.faults import KINDS
from stand_in_client import Agent, raw_post

STOP = {"Run": False}


def _asked(stand_in: StandIn) -> bool:
    """Whether the engine was asked to stop."""
    engine = stand_in.state()["engine"]
    return engine["Requested"]["IsRunning"] is False or engine["IsRunning"] is False


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"refused", "slow"}))
def test_whether_the_method_was_carried_out(stand_in: StandIn, kind: str, when: str) -> None:
    quick: dict[str, Any] = {"drip": {"seconds": 0}, "huge": {"bytes": 100}, "deep": {"depth": 10}}.get(kind, {})
    stand_in.fault("ChangeEngineStatus", kind, when=when, **quick)
    raw_post(stand_in, "ChangeEngineStatus", STOP, patience=0.3)
    assert _asked(stand_in) is (when == "after")
    entry = stand_in.journal()[-1]
    assert (entry["fault"], entry["carried_out"], entry["writes"]) == (kind, when == "after", True)


@pytest.mark.parametrize(("kind", "end"), [("reset", "reset"), ("closed", "closed"), ("never", "waiting")])
def test_no_answer(stand_in: StandIn, kind: str, end: str) -> None:
    stand_in.fault("GetEngineStatus", kind)
    assert raw_post(stand_in, "GetEngineStatus", patience=0.3) == (b"", end)
    assert stand_in.journal()[-1]["status"] is None


def test_counted_per_method_from_now(agent: Agent, stand_in: StandIn) -> None:
    agent.call("GetEngineStatus")
    stand_in.fault("*", "status", calls=[1, 3], status=503)
    assert [agent.post("GetEngineStatus").status_code for _attempt in range(4)] == [503, 200, 503, 200]
    assert [agent.post("GetAllConnectors").status_code for _attempt in range(4)] == [503, 200, 503, 200]
    stand_in.clear_faults()
    stand_in.fault("GET /api", "html")
    assert agent.get("/api", headers={"Accept": "application/json"}).headers["Content-Type"].startswith("text/html")
    assert agent.get("/api/v1").headers["Content-Type"].startswith("application/json")


def test_two_faults_for_one_method(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "status", calls=[1], status=429, retry_after=1)
    stand_in.fault("GetEngineStatus", "status", calls=[2], status=503)
    assert [agent.post("GetEngineStatus").status_code for _attempt in range(3)] == [429, 503, 200]


@pytest.mark.parametrize("when", ["before", "after"])
def test_slow(agent: Agent, stand_in: StandIn, when: str) -> None:
    stand_in.fault("GetEngineStatus", "slow", seconds=0.3, when=when)
    start = time.monotonic()
    assert agent.call("GetEngineStatus")["IsRunning"] is True
    assert time.monotonic() - start >= 0.3


def test_together(stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "together", requests=3)
    with concurrent.futures.ThreadPoolExecutor(3) as threads:
        ends = list(threads.map(lambda _number: raw_post(stand_in, "GetEngineStatus", patience=60), range(3)))
    assert [(received[:12], end) for received, end in ends] == [(b"HTTP/1.1 200", "closed")] * 3
    assert raw_post(stand_in, "GetEngineStatus", patience=0.3) == (b"", "waiting")


def test_slow_carries_out_before_or_after_the_pause(agent: Agent, stand_in: StandIn) -> None:
    for when, asked in (("before", False), ("after", True)):
        stand_in.reset()
        stand_in.fault("ChangeEngineStatus", "slow", seconds=5, when=when)
        with pytest.raises(requests.exceptions.ReadTimeout):
            agent.session.post(stand_in.url + "/api/v1/Agents/ErpSync/ChangeEngineStatus", json=STOP, timeout=(60, 0.3))
        assert _asked(stand_in) is asked


def test_refused_at_once(agent: Agent, stand_in: StandIn) -> None:
    agent.call("GetEngineStatus")
    stand_in.fault(kind="refused", seconds=2)
    start = time.monotonic()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((stand_in.host, stand_in.port), timeout=5)
    with pytest.raises(requests.exceptions.ConnectionError):
        agent.post("GetEngineStatus")
    stand_in.control("GET", "settings")
    assert time.monotonic() - start >= 1.9
    assert agent.call("GetEngineStatus")["IsRunning"] is True


def test_refused_after_a_call(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("ChangeEngineStatus", "refused", calls=[1], seconds=2)
    assert agent.call("ChangeEngineStatus", STOP)["IsRunning"] is True
    with pytest.raises(requests.exceptions.ConnectionError):
        agent.post("GetEngineStatus")
    assert _asked(stand_in)


def test_drip(stand_in: StandIn) -> None:
    stand_in.fault("TestConnectionById", "drip", seconds=0.05)
    start = time.monotonic()
    received, _end = raw_post(stand_in, "TestConnectionById", {"ErpConnectionId": 1})
    assert received.endswith(b"\r\n\r\ntrue")
    assert time.monotonic() - start >= 0.2


def test_cut_off_by_length(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "cut_off")
    received, end = raw_post(stand_in, "GetEngineStatus")
    head, _blank, body = received.partition(b"\r\n\r\n")
    promised = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    assert (end, head.split(b"\r\n")[0]) == ("closed", b"HTTP/1.1 200 OK")
    assert 0 < len(body) < promised
    with pytest.raises(requests.exceptions.RequestException):
        agent.post("GetEngineStatus")


def test_cut_off_in_chunks(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "cut_off", framing="chunked")
    received, end = raw_post(stand_in, "GetEngineStatus")
    assert (end, b"Transfer-Encoding: chunked" in received, received.endswith(b"0\r\n\r\n")) == ("closed", True, False)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        agent.post("GetEngineStatus")


def test_cut_off_where_there_is_no_body(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("ChangeEngineInterval", "cut_off")
    with pytest.raises(requests.exceptions.RequestException):
        agent.post("ChangeEngineInterval", {"Interval": "00:10:00"})


def test_html(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "html")
    response = agent.post("GetEngineStatus")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert response.text.startswith("<!DOCTYPE html>")


def test_invalid_json(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "invalid_json")
    response = agent.post("GetEngineStatus")
    assert response.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        response.json()


@pytest.mark.parametrize("value", [[], 7, None, "text", {"IsRunning": "yes"}])
def test_wrong_type(agent: Agent, stand_in: StandIn, value: object) -> None:
    stand_in.fault("GetEngineStatus", "wrong_type", value=value)
    assert agent.call("GetEngineStatus") == value


def test_huge(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "huge", bytes=3_000_001)
    content = agent.post("GetEngineStatus").content
    assert len(content) == 3_000_001
    assert set(json.loads(content)["Padding"]) == {"x"}


def test_deep(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "deep", depth=5000)
    assert agent.post("GetEngineStatus").content == b"[" * 5000 + b"]" * 5000


@pytest.mark.parametrize("status", [400, 401, 403, 404, 421, 429, 500, 502, 503, 504])
def test_status(agent: Agent, stand_in: StandIn, status: int) -> None:
    stand_in.fault("GetEngineStatus", "status", calls=[1], status=status)
    problem = agent.refused("GetEngineStatus", status=status)
    assert problem["Error"] is True
    assert problem["Message"]
    stand_in.fault("GetEngineStatus", "status", calls=[1], status=status, body="html")
    assert agent.post("GetEngineStatus").text.startswith("<!DOCTYPE")
    stand_in.fault("GetEngineStatus", "status", calls=[1], status=status, body="empty")
    assert agent.post("GetEngineStatus").content == b""


def test_wrong_subdomain(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "status", status=421)
    assert agent.refused("GetEngineStatus", status=421)["Message"] == "Wrong subdomain used to access tenant"


def test_retry_after(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "status", calls=[1], status=429, retry_after=7)
    assert agent.post("GetEngineStatus").headers["Retry-After"] == "7"
    stand_in.clear_faults()
    stand_in.fault("GetEngineStatus", "status", calls=[1], status=503, retry_after="soon")
    assert agent.post("GetEngineStatus").headers["Retry-After"] == "soon"
    stand_in.clear_faults()
    stand_in.fault("GetEngineStatus", "status", calls=[1], status=503, retry_after_date=60)
    until = parsedate_to_datetime(agent.post("GetEngineStatus").headers["Retry-After"]).timestamp()
    assert 55 < until - time.time() < 61


def test_error_object(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "error_object", calls=[1], error_type="SoSentryException", message="No.")
    stand_in.fault("GetEngineStatus", "error_object", calls=[2], shape="model_binding")
    assert agent.call("GetEngineStatus")["ErrorType"] == "SoSentryException"
    assert set(agent.call("GetEngineStatus")) == {"Message", "MessageDetail"}


def test_redirect(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "redirect", status=307, location="https://elsewhere.example/api")
    response = agent.session.post(stand_in.url + "/api/v1/Agents/ErpSync/GetEngineStatus", allow_redirects=False, timeout=5)
    assert (response.status_code, response.headers["Location"]) == (307, "https://elsewhere.example/api")


def test_gzip_broken(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "gzip_broken")
    received, _end = raw_post(stand_in, "GetEngineStatus", patience=0.3)
    head, _blank, body = received.partition(b"\r\n\r\n")
    assert b"content-encoding: gzip" in head.lower()
    with pytest.raises((EOFError, OSError, zlib.error)):
        gzip.decompress(body)


def test_surrogate(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "surrogate", calls=[1])
    assert agent.call("GetEngineStatus")["StatusMessage"] == "Running\ud83d"
    stand_in.clear_faults()
    stand_in.fault("GetEngineStatus", "surrogate", raw=True)
    with pytest.raises(UnicodeDecodeError):
        agent.post("GetEngineStatus").content.decode()


def test_bom(agent: Agent, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "bom")
    content = agent.post("GetEngineStatus").content
    assert content.startswith(b"\xef\xbb\xbf{")
    assert json.loads(content.decode("utf-8-sig"))["IsRunning"] is True


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "nonsense"},
        {"kind": "reset", "calls": [0]},
        {"kind": "reset", "calls": []},
        {"kind": "reset", "calls": 1},
        {"kind": "reset", "when": "now"},
        {"kind": "refused", "when": "before", "method": "*"},
        {"kind": "slow", "seconds": "long"},
        {"kind": "reset", "secnds": 1},
        [],
    ],
)
def test_faults_that_are_none(stand_in: StandIn, fault: object) -> None:
    with pytest.raises(RuntimeError, match="400"):
        stand_in.control("POST", "faults", fault)
    assert stand_in.control("GET", "faults") == []


def test_a_slow_call_that_a_reset_overtakes_changes_nothing(stand_in: StandIn) -> None:
    stand_in.settings(sync_seconds=0.5)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(f"{stand_in.url}/api/v1/Agents/ErpSync/SyncAll", auth=(stand_in.username, stand_in.password), timeout=(60, 0.1))
    stand_in.reset()
    before = stand_in.state()
    time.sleep(0.7)
    assert stand_in.state() == before
