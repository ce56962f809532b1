# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell of ordinary modules: what it writes into the system's log, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import module
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Result, Run, Task
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module

OPTIONS: dict[str, Any] = {"state": "running", "url": "https://u:hidden-1@crm.example.com", "username": "me", "password": "s3cret-word"}
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def _run(monkeypatch: pytest.MonkeyPatch, result: Result, options: dict[str, Any]) -> tuple[Result, list[tuple[str, dict[str, str]]]]:
    """What a module returns whose task returns this, and what it writes into the log."""
    logged: list[tuple[str, dict[str, str]]] = []

    def perform(_task: Task, run: Run) -> Result:
        run.warn("The s3cret-word is wrong.")
        return result

    monkeypatch.setattr(module, "perform", perform)
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda _module, msg, log_args=None: logged.append((msg, log_args)))
    return run_module("erpsync_engine", options), logged


def test_the_log_has_the_parameters_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {**OPTIONS, "ca_path": "/båd s3cret-word"}
    _result, logged = _run(monkeypatch, {"changed": False}, options)
    # Older releases of ansible-core log warnings too.
    [(text, args)] = [(text, args) for text, args in logged if args]
    assert "s3cret" not in json.dumps(logged)
    shown = {"state": "running", "url": "https://***@crm.example.com", "username": "me", "password": HIDDEN}
    assert {name: args[name] for name in shown} == shown
    assert args["ca_path"] == "/båd ********" and args["retries"] == "3"
    assert text.startswith("Invoked with state=running url=https://***@crm.example.com username=me")
    assert "hidden-1" not in json.dumps([text, args]) and "ca_path=/båd ********" in text


def test_a_path_that_is_no_utf_8_is_logged_in_its_own_way() -> None:
    assert module._as_utf8("/b\udce5d/å") == "/b\\udce5d/å"


def test_a_result_and_its_warnings_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _logged = _run(monkeypatch, {"changed": True, "found": ["s3cret-word", "my s3cret-word"]}, OPTIONS)
    assert result["found"] == [HIDDEN, "my ********"] and result["warnings"] == ["The ******** is wrong."]
    assert result["invocation"]["module_args"]["password"] == HIDDEN


@pytest.mark.parametrize("frames", [None, "frame 1\nframe 2"])
def test_a_failure_keeps_its_frames(monkeypatch: pytest.MonkeyPatch, frames: str | None) -> None:
    failure: Result = {"failed": True, "msg": "The s3cret-word.", "failure": {"kind": "error"}}
    if frames:
        failure["exception"] = frames
    result, _logged = _run(monkeypatch, failure, OPTIONS)
    assert (result["failed"], result["msg"], result["failure"]) == (True, "The ********.", {"kind": "error"})
    assert result.get("exception", frames) == frames
    assert result["warnings"] == ["The ******** is wrong."]
