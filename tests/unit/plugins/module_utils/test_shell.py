# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both shells share: parameters as they are shown, secrets that Ansible is told of, results that masks would change."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import shell
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.masking import Masking
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Result, Run, Task
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.spec import ArgumentSpec

WHOLE = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIcanary\n-----END PRIVATE KEY-----"


def run(_params: Any, _run: Run) -> Result:
    return {}


TASK = Task(
    "erpsync_x", ArgumentSpec(options={"name": {}, "config": {}, "connector_url": {}}), run, secret_trees=("config",), data=("kept", "too")
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"name": "Norway", "config": None}, {"name": "Norway", "config": None}),
        ({"config": {"Company": "1"}}, {"config": WHOLE}),
        ({"password": "canary", "ticket": "", "client_secret": "canary"}, {"password": WHOLE, "ticket": "", "client_secret": WHOLE}),
        # It may be a secret option, misspelled.
        ({"pasword": "canary", "other": 0}, {"pasword": WHOLE, "other": 0}),
        ({"url": "https://crm", "timeout": 7}, {"url": "https://crm", "timeout": 7}),
        (
            {"url": "https://u:canary@crm", "login_url": "https://u:canary@login"},
            {"url": "https://***@crm", "login_url": "https://***@login"},
        ),
        ({"connector_url": "http://u:canary@erp/x"}, {"connector_url": f"http://u:{'*' * 8}@erp/x"}),
        ({"connector_url": ["x"], "url": 7, "client_cert": 8}, {"connector_url": ["x"], "url": 7, "client_cert": 8}),
        ({"ca_path": KEY, "client_key": KEY, "client_cert": KEY}, {"ca_path": WHOLE, "client_key": WHOLE, "client_cert": WHOLE}),
        ({"ca_path": "/etc/ssl", "private_key_path": KEY}, {"ca_path": "/etc/ssl", "private_key_path": WHOLE}),
    ],
)
def test_parameters_as_they_are_shown(given: dict[str, Any], shown: dict[str, Any]) -> None:
    before = dict(given)
    assert shell.shown_parameters(TASK, given) == shown
    assert given == before


def test_ansible_is_told_all_forms_of_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(shell, "register_secrets", told.append)
    assert shell.masking_of({"canary<1>"}).text("a canary<1>") == "a ********"
    assert told == [("canary&lt;1&gt;", "canary<1>")]
    monkeypatch.setattr(shell, "register_secrets", None)
    assert shell.masked(["a canary", "b"], {"canary"}) == ["a ********", "b"]
    assert len(told) == 1


RESULT = {"changed": False, "kept": {"name": "canary-1"}, "other": "canary-2"}
IN_A_URL = "the password in a URL of a connector or of a configuration"
ANOTHER = "Use another secret, for example that of another user, or a ticket or token."


@pytest.mark.parametrize(
    ("params", "secrets", "stored", "told"),
    [
        ({}, ["canary-2"], [], None),
        ({"password": "canary-1"}, ["canary-1"], [], f"the value of password|{ANOTHER}"),
        ({"password": "canary-1", "client_secret": "canary"}, ["canary"], [], f"the value of password and of client_secret|{ANOTHER}"),
        (
            {"username": "canary-1"},
            ["canary"],
            ["canary"],
            f"{IN_A_URL}|Give that URL another password.",
        ),
        ({"password": "other"}, ["canary"], ["nothing"], f"a secret with which requests are signed|{ANOTHER}"),
    ],
)
def test_data_in_which_a_secret_occurs_is_not_returned(params: Any, secrets: list[str], stored: list[str], told: str | None) -> None:
    found = shell.refused_where_masked(TASK, params, RESULT, Masking(secrets), stored)
    if told is None:
        assert found is RESULT
    else:
        whose, remedy = told.split("|")
        assert found["failed"] is True and found["failure"]["kind"] == "bad_input" and "kept" not in found
        assert found["msg"] == (
            f"The result would contain {whose}. Ansible masks secrets wherever they occur, and whoever writes the result to a file or "
            f"declares it again would take the mask for data. So nothing is returned. {remedy}"
        )


def test_argument_specs_are_put_together() -> None:
    one = ArgumentSpec({"a": {"type": "str"}}, (("a", "x"),), (("a", "y"),), {"a": ("z",)})
    other = ArgumentSpec({"b": {"type": "int"}}, (("b", "x"),), (("b", "y"),), {"b": ("z",)})
    assert one.merge(other).as_kwargs() == {
        "argument_spec": {"a": {"type": "str"}, "b": {"type": "int"}},
        "mutually_exclusive": [["a", "x"], ["b", "x"]],
        "required_one_of": [["a", "y"], ["b", "y"]],
        "required_by": {"a": ["z"], "b": ["z"]},
    }
    with pytest.raises(ValueError, match=r"^both argument specs have a, c$"):
        ArgumentSpec({"c": {}, "a": {}}).merge(ArgumentSpec({"a": {}, "b": {}, "c": {}}))


def credentials(params: dict[str, Any], **environ: str) -> list[str]:
    there = Run({"url": "https://crm", **params}, environ=environ)
    assert there.credentials == []
    there.check_connection_options()
    there.secrets |= {"read-2", "read-1"}
    return there.credentials


READ = ["read-1", "read-2"]


@pytest.mark.parametrize(
    ("params", "environ", "found"),
    [
        # What stands in a header, too, without the word before it.
        ({"username": "u", "password": "canary"}, {}, ["dTpjYW5hcnk=", "canary", *READ]),
        ({"access_token": "8A:canary"}, {}, ["8A:canary", "8A:canary", *READ]),
        ({"ticket": "7T:canary", "client_secret": "app"}, {}, ["7T:canary", "app", "7T:canary", "app", *READ]),
        ({"ticket": "7T:x", "proxy": "http://u:canary@proxy"}, {}, ["7T:x", "7T:x", *READ, "canary", "dTpjYW5hcnk"]),
        ({"ticket": "7T:x"}, {"HTTPS_PROXY": "http://u:canary@p", "no_proxy": "http://u:other@q", "PROXY": "http://u:not@r"}, None),
    ],
)
def test_all_secrets_of_a_run(params: dict[str, Any], environ: dict[str, str], found: list[str] | None) -> None:
    told = credentials(params, **environ)
    if found is None:
        assert {"canary", "other"} <= set(told) and "not" not in told
    else:
        assert told == found
