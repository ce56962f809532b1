# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program: how it starts, says so, and ends."""

from __future__ import annotations

import base64
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from pytest_stand_in import PROGRAM, StandIn


def _start(*arguments: str, cwd: Path | None = None) -> tuple[subprocess.Popen[str], dict[str, str]]:
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_starts_anywhere_and_ends_quietly(tmp_path: Path, number: signal.Signals) -> None:
    process, ready = _start("--ready-file", "ready.json", "--username", "KNO", "--password", "pw: ø", "--seed", "empty", cwd=tmp_path)
    assert set(ready) == {"url", "username", "password", "ticket", "access_token"}
    assert json.loads((tmp_path / "ready.json").read_text(encoding="utf-8")) == {**ready, "pid": process.pid}
    basic = "Basic " + base64.b64encode("KNO:pw: ø".encode()).decode()
    answer = requests.post(ready["url"] + "/api/v1/Agents/ErpSync/GetAllConnectors", headers={"Authorization": basic}, timeout=5)
    assert answer.json() == []
    os.kill(process.pid, number)
    output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (0, "", "")


def test_ends_while_a_call_waits() -> None:
    server = StandIn("--port", "0")
    server.fault("GetEngineStatus", "never")
    session = requests.Session()
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.post(server.url + "/api/v1/Agents/ErpSync/GetEngineStatus", timeout=(60, 0.2))
    assert server.stop() == 0


def test_starts_quickly() -> None:
    """By what it takes of the processor, however busy that is."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    server = StandIn()
    server.stop()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3  # 0.2 s when nothing else runs


def test_settings_to_start_with_come_back(tmp_path: Path) -> None:
    server = StandIn("--settings", '{"key_case": "camel"}', "--engine-delay", "0")
    try:
        server.settings(key_case="pascal", engine_delay=9)
        server.reset()
        settings = server.settings()
        assert (settings["key_case"], settings["engine_delay"]) == ("camel", 0)
    finally:
        server.stop()


@pytest.mark.parametrize(
    "arguments", [["--settings", "{"], ["--settings", '{"nonsense": 1}'], ["--tls-cert", "x"], ["--seed", "x"], ["--host", "192.0.2.1"]]
)
def test_wrong_options(arguments: list[str]) -> None:
    run = subprocess.run([sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, timeout=20, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert "Traceback" not in run.stderr


def test_port_in_use(stand_in: StandIn) -> None:
    run = subprocess.run(
        [sys.executable, str(PROGRAM), "--port", str(stand_in.port)], capture_output=True, text=True, timeout=20, check=False
    )
    assert (run.returncode, run.stdout) == (2, "")


def test_help() -> None:
    run = subprocess.run([sys.executable, str(PROGRAM), "--help"], capture_output=True, text=True, timeout=20, check=True)
    assert "--ready-file" in run.stdout
    assert "missing_method_answer" in run.stdout


def test_https(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext"]
        + ["subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        capture_output=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip("openssl cannot make a certificate here")
    process, ready = _start("--tls-cert", str(certificate), "--tls-key", str(key))
    try:
        assert ready["url"].startswith("https://")
        answer = requests.get(ready["url"] + "/api", headers={"Accept": "application/json"}, verify=str(certificate), timeout=5)
        assert answer.json()["v1"] == ready["url"] + "/api/v1"
        base = ready["url"].removesuffix("/SuperOffice")
        fault = json.dumps({"method": "GET /api", "kind": "reset"})
        requests.post(base + "/_mock/faults", data=fault, verify=str(certificate), timeout=5)
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get(ready["url"] + "/api", verify=str(certificate), timeout=5)
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert process.returncode == 0
