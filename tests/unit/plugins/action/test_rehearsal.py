# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is gone through before the first task: it works, nothing of it leaves the process, and nothing stays behind."""

from __future__ import annotations

import gc
import os
import socket
import threading
import warnings
from pathlib import Path

import pytest
import requests
import requests.utils
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import session, trust
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import shell
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Result, Run, Task, perform
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _rehearsal
from ansible_collections.superoffice.erpsync.tests.unit.support.certificates import Authority

PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def test_it_goes_all_the_way_to_an_answer() -> None:
    result = perform(_rehearsal.TASK, _rehearsal._Rehearsal(_rehearsal._OPTIONS, environ={}))
    assert result == {
        "changed": False,
        "engine": {"is_running": True, "status_message": "Running", "interval": "00:15:00", "interval_seconds": 900},
    }


@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:9"])
def test_nothing_leaves_the_process(proxy: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        if proxy is not None:
            monkeypatch.setenv(name, proxy)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_options: asked.append(args))
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_options: asked.append(args))
    monkeypatch.setattr(socket.socket, "connect", lambda *args: asked.append(args))
    answered: list[int] = []
    read = session._read

    def noted(answer: requests.Response) -> bytes:
        answered.append(answer.status_code)
        return read(answer)

    monkeypatch.setattr(session, "_read", noted)
    _rehearsal.rehearse()
    assert (asked, answered) == ([], [200] * _rehearsal.ROUNDS)


@pytest.mark.parametrize(
    "variables",
    [{"TICKET": "7T:x"}, {"ACCESS_TOKEN": "8A:x"}, {"TRANSPORT": "soap", "SERVICES_VERSION": "86"}, {"PROXY": "http://127.0.0.1:9"}],
    ids=str,
)
def test_what_the_environment_says_of_tasks_is_no_matter(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"SUPEROFFICE_{name}", value)
    results: list[Result] = []

    def noted(task: Task, run: Run) -> Result:
        results.append(perform(task, run))
        return results[-1]

    monkeypatch.setattr(_rehearsal, "perform", noted)
    _rehearsal.rehearse()
    assert [result.get("msg") for result in results] == [None] * _rehearsal.ROUNDS


def test_nothing_stays_behind() -> None:
    _rehearsal.rehearse()
    gc.collect()
    before = (sorted(os.listdir("/proc/self/fd")), dict(os.environ), list(warnings.filters))
    threads_before = set(threading.enumerate())
    _rehearsal.rehearse()
    assert (sorted(os.listdir("/proc/self/fd")), dict(os.environ), list(warnings.filters)) == before
    assert set(threading.enumerate()) <= threads_before


def test_no_word_of_it_becomes_a_secret_of_the_play(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(shell, "register_secrets", kept.extend)
    _rehearsal.rehearse()
    assert kept == []


def test_tasks_find_the_usual_authorities_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    _rehearsal.rehearse()
    read = trust._made.cache_info().misses
    trust.context(requests.utils.DEFAULT_CA_BUNDLE_PATH, None)
    assert trust._made.cache_info().misses == read


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_those_that_the_environment_names_are_read_instead(kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "tls")
    file, folder = (str(authority.path), None) if kind == "file" else (None, str(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", file or folder or "")
    _rehearsal.rehearse()
    read = trust._made.cache_info().misses
    trust.context(file, folder)
    assert trust._made.cache_info().misses == read


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_authorities_that_cannot_be_read_are_left_to_the_task(content: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    _rehearsal.rehearse()


def test_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A pipe is read by whoever needs it, with a time limit."""
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "pipe"))
    _rehearsal.rehearse()
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "pipe"))
    _rehearsal.rehearse()


def test_without_requests_nothing_is_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "REQUESTS_IMPORT_ERROR", "Traceback")
    monkeypatch.setattr(_rehearsal, "perform", lambda *_unused: pytest.fail("something was gone through"))
    _rehearsal.rehearse()
