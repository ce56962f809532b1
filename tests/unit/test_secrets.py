# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of connections in what Ansible shows at its most talkative, whatever goes wrong; and nothing else is masked for them."""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE, in_both_shells, in_process_at_least
from pytest_stand_in import StandIn

try:
    from ansible.module_utils import secrets as known_secrets
except ImportError:  # ansible-core before 2.22
    known_secrets = None


CANARY = "kanarifugl-7f3a"
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
SECRET = "{{ vault_secret }}"
CONFIG = {"Company": "1001", "Password": SECRET, "Port": 1, "UseTls": True}


def _connection(**options: Any) -> dict[str, Any]:
    return {"superoffice.erpsync.erpsync_connection": {"name": "Visma Norway", **options}}


def _environment(connections: Any, **options: Any) -> dict[str, Any]:
    return {"superoffice.erpsync.erpsync_environment": {"document": {"connections": connections}, **options}}


_WORKS = [
    _connection(name="Visma Finland", connector="Visma", config=CONFIG),
    _environment([{"name": "Visma Norway", "config": {**CONFIG, "Password": f"{SECRET}-2"}}], update_secrets="always"),
    {"superoffice.erpsync.erpsync_environment_info": {"connections": ["Visma Finland"]}},
]

# A text in place of keys, and a misspelt option.
_UNREAD = [_connection(config=SECRET), _connection(confg={"Password": SECRET})]
_FAILS = [
    # A test that fails, and a server that does not answer
    _connection(config={**CONFIG, "Ledger": SECRET}),
    _connection(config={**CONFIG, "Password": "wrong", "User": SECRET}),
    _connection(config=CONFIG, url="http://127.0.0.1:1/SuperOffice"),
    # Documents that cannot be
    _connection(config={"Password": [SECRET]}),
    _connection(config={"Password": SECRET * 9}),
    _connection(config={"Port": SECRET}),
    _environment([{"name": "Visma Norway", "config": {**CONFIG, "Pasword": SECRET}}]),
    _environment([{"name": "Visma Norway", "config": SECRET}]),
    _environment([f"name=Visma config={SECRET}"]),
    _environment(f"- name{SECRET}"),
    # Options that do not fit their types, so that the task does not even begin
    *_UNREAD,
    _connection(config=[SECRET]),
    _connection(config=CONFIG, id="one"),
    _connection(config=CONFIG, state="there"),
    _connection(config=CONFIG, configuration="unknown"),
    _environment([{"name": "Visma Norway", "config": CONFIG}], prune=["conections"]),
    {"superoffice.erpsync.erpsync_environment": {"document": SECRET}},
]


@in_process_at_least
def test_no_secret_is_shown_and_nothing_else_is_masked(shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    """Ordinary modules, whose start is dear, fail in one way of each kind."""
    fails = _FAILS if shell == IN_PROCESS else _FAILS[::6]
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {
            "group/superoffice.erpsync.all": {
                "url": stand_in.url,
                "username": stand_in.username,
                "password": "{{ vault_password }}",
                "retries": 0,
            }
        },
        "tasks": [*_WORKS, *({**task, "ignore_errors": True} for task in fails)],
    }
    (tmp_path / "playbook.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    (tmp_path / "vault.json").write_text(json.dumps({"vault_password": stand_in.password, "vault_secret": CANARY}), encoding="utf-8")

    # Newer releases show the options of tasks only where they are told to.
    talkative = {"ANSIBLE_INJECT_INVOCATION": "true"}
    done = run_ansible(
        "playbook", "playbook.yml", "--extra-vars", "@vault.json", "-vvvv", "--diff", home=tmp_path, **talkative, shell=shell
    )

    shown = done.stdout + done.stderr
    recap = re.search(r"ok=(\d+) .*failed=0 .*ignored=(\d+)", done.stdout)
    assert recap and (int(recap[1]), int(recap[2])) == (len(_WORKS) + len(fails), len(fails)), shown
    # The server really got them.
    saved = {record["DisplayName"]: record["ConfigFields"].get("Password") for record in stand_in.state()["connections"]}
    assert (saved["Visma Finland"], saved["Visma Norway"]) == (CANARY, f"{CANARY}-2")
    assert [line for line in shown.splitlines() if CANARY in line or stand_in.password in line] == []
    # A "1", a "1001", a "true" in a configuration hides no digits and no words elsewhere.
    assert [line for line in shown.splitlines() if re.search(r"\d\*{8}|\*{8}\d", line)] == []
    # Ansible shows the options of all tasks but of one with another address, and of those that are refused before it has read them.
    unread = [task for task in fails if task in _UNREAD]
    assert shown.count(f'"url": "{stand_in.url}"') >= len(_WORKS) + len(fails) - len(unread) - 1
    assert '"name": "Visma Norway"' in shown


def _options(stand_in: StandIn) -> dict[str, Any]:
    return {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password, "retries": 0}


_NEW = {"name": "Visma Finland", "connector": "Visma", "config": {**CONFIG, "Password": CANARY, "Port": 8443}}
_REPEATING: dict[str, tuple[str, str, dict[str, Any]]] = {
    "test": ("TestConnectionByConfig", "erpsync_connection", _NEW),
    "save": ("SaveConnection", "erpsync_connection", {**_NEW, "test": False}),
    "change": ("SaveConnection", "erpsync_connection", {"name": "Visma Norway", "config": {"Password": CANARY}, "test": False}),
    "new connector": (
        "SaveConnection",
        "erpsync_environment",
        {
            "document": {
                "connectors": [{"name": "Other", "url": "https://erp.example.com/Connector.svc"}],
                "connections": [{**_NEW, "connector": "Other"}],
            }
        },
    ),
}


@in_both_shells
@pytest.mark.parametrize("case", _REPEATING)
def test_a_server_that_repeats_what_it_was_told(shell: str, case: str, stand_in: StandIn) -> None:
    method, module, options = _REPEATING[case]
    stand_in.fault(method, "status", status=500, message=f'Port 8443, company 1001: no login with "{CANARY}".')
    result = run_module(module, {**_options(stand_in), "update_secrets": "always", **options}, diff=True, shell=shell)
    assert result["failed"] and 'Port 8443, company 1001: no login with "********".' in result["msg"]
    assert CANARY not in json.dumps(result) and stand_in.password not in json.dumps(result)


@in_both_shells
def test_a_saved_secret_that_the_server_repeats(shell: str, stand_in: StandIn) -> None:
    records = {record["DisplayName"]: record for record in stand_in.state()["connections"]}
    saved = records["Visma Norway"]["ConfigFields"]["Password"]
    stand_in.fault("SaveConnection", "status", status=500, message=f"no login with {saved}")
    result = run_module("erpsync_connection", {**_options(stand_in), "name": "Visma Norway", "description": "another"}, shell=shell)
    assert result["failed"] and "no login with ********" in result["msg"] and saved not in json.dumps(result)


AWKWARD = "p\"q'r\\s-t æ/1 <&>+%"


def _lower(text: str) -> str:
    """With percent-encoded bytes in small letters."""
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def _base64(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode("ascii")


def _forms(secret: str) -> dict[str, str]:
    """A secret as others write it."""
    return {
        "as it is": secret,
        "JSON": json.dumps(secret, ensure_ascii=False),
        "JSON, escaped": json.dumps(secret),
        "JSON in JSON": json.dumps(json.dumps(secret)),
        ".NET": "".join(c if c.isalnum() and c.isascii() else f"\\u{ord(c):04X}" for c in secret),
        "PHP": json.dumps(secret).replace("/", "\\/"),
        "Python": repr(secret),
        "XML": escape(secret),
        "XML, attribute": escape(secret, {'"': "&quot;", "'": "&apos;"}),
        "XML in XML": escape(escape(secret, {'"': "&quot;"})),
        "HTML": html.escape(secret),
        "HTML, named": html.escape(secret).replace("æ", "&aelig;"),
        "HTML, decimal": "".join(c if c.isalnum() and c.isascii() else f"&#{ord(c)};" for c in secret),
        "HTML, hexadecimal": "".join(c if c.isalnum() and c.isascii() else f"&#x{ord(c):X};" for c in secret),
        "path": quote(secret),
        "query": quote(secret, safe=""),
        "query, small letters": _lower(quote(secret, safe="")),
        "form": quote_plus(secret),
        "form, small letters": _lower(quote_plus(secret)),
        "form, Latin-1": quote_plus(secret, encoding="latin-1"),
        "query in query": quote(quote(secret, safe=""), safe=""),
        "base64": _base64(secret),
        "base64, with a user": _base64(f"SYNC:{secret}"),
        "base64, with another user": _base64(f"SYNC1:{secret}\n"),
        "base64, Latin-1": _base64(f"me:{secret}", "latin-1"),
        "base64, for addresses": base64.urlsafe_b64encode(f"a:{secret}".encode()).decode("ascii").rstrip("="),
        "base64 in a query": quote(_base64(f"SYNC:{secret}"), safe=""),
    }


@in_both_shells
@pytest.mark.parametrize("secret", [AWKWARD, AWKWARD[::-1]], ids=["forwards", "backwards"])
def test_every_form_of_a_secret_that_a_server_repeats(shell: str, secret: str, stand_in: StandIn) -> None:
    for form, written in _forms(secret).items():
        stand_in.fault("TestConnectionByConfig", "status", status=500, message=f"Port 8443: no login with {written}, code 7.")
        result = run_module("erpsync_connection", {**_options(stand_in), **_NEW, "config": {**CONFIG, "Password": secret}}, shell=shell)
        stand_in.clear_faults()
        words = re.fullmatch(r".*Port 8443: no login with (.*), code 7\..*", result["msg"])
        assert words and re.fullmatch(r"[b\"'\\=]*(?:&quot;)?\*{8}(?:&quot;|%3D|[\"'\\=])*", words[1]), (form, result["msg"])


@in_both_shells
@pytest.mark.parametrize("form", ["base64, with a user", "query", "JSON in JSON", "HTML"])
def test_every_form_of_the_password_of_who_signs_in(shell: str, form: str, stand_in: StandIn) -> None:
    stand_in.fault("GetEngineStatus", "status", status=500, message=f"no login with {_forms('wrong pass & word')[form]}")
    result = run_module("erpsync_engine", {**_options(stand_in), "password": "wrong pass & word", "state": "running"}, shell=shell)
    assert result["failed"] and "wrong" not in result["msg"]
    if "401" not in result["msg"]:
        assert "no login with" in result["msg"] and "********" in result["msg"]


@in_both_shells
def test_a_secret_that_was_cut_off(shell: str, stand_in: StandIn) -> None:
    secret = "correct horse battery staple"
    for length in range(455, 500, 3):
        stand_in.fault("TestConnectionByConfig", "status", status=500, message=f"{'x' * length} {secret} {'y' * 60}")
        result = run_module("erpsync_connection", {**_options(stand_in), **_NEW, "config": {**CONFIG, "Password": secret}}, shell=shell)
        stand_in.clear_faults()
        assert result["failed"] and "correct" not in result["msg"]


@in_both_shells
def test_a_short_secret_hides_nothing(shell: str, stand_in: StandIn) -> None:
    for password in ("7", "or", "Vis"):
        result = run_module(
            "erpsync_info", {**_options(stand_in), "access_token": password, "username": None, "password": None}, shell=shell
        )
        shown = result.pop("invocation", {"module_args": {"access_token": HIDDEN}})["module_args"]
        assert result["failed"] and "********" not in json.dumps(result) and HIDDEN not in json.dumps(result)
        assert shown["access_token"] == HIDDEN and "********" not in json.dumps(shown)


@in_both_shells
def test_a_short_secret_hides_no_numbers(shell: str, stand_in: StandIn) -> None:
    config = {**CONFIG, "Password": "100", "Port": 8100}
    result = run_module("erpsync_connection", {**_options(stand_in), **_NEW, "config": config}, diff=True, shell=shell)
    assert result["connection"]["config"] == {"Company": "1001", "Password": "********", "Port": "8100", "UseTls": "1"}
    assert "VALUE_SPECIFIED" not in json.dumps({name: value for name, value in result.items() if name != "invocation"})


@in_both_shells
def test_the_log_of_the_system(shell: str, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr("syslog.syslog", lambda _priority, text: logged.append(text))
    if known_secrets is not None:
        # What other tests in this process have called secret would be masked here.
        monkeypatch.setattr(known_secrets, "_secret_masker", type(known_secrets._secret_masker)())
    run_module("erpsync_connection", {**_options(stand_in), **_NEW}, shell=shell)
    run_module("erpsync_environment", {**_options(stand_in), "document": {"connections": [_NEW]}}, shell=shell)
    run_module("erpsync_connection", {**_options(stand_in), "confg": {"Password": CANARY}}, shell=shell)
    assert [line for line in logged if CANARY in line or stand_in.password in line or "8443" in line] == []
    # What does not fit the argument spec is not logged, and from inside the controller's process nothing is.
    # Before ansible-core 2.19 warnings are logged too.
    invoked = [line for line in logged if not line.startswith("[WARNING] ")]
    assert len(invoked) == (2 if shell == MODULE else 0)
    for line, shown in zip(invoked, ("name=Visma Finland", "update_secrets=when_changed"), strict=False):
        assert line.startswith("Invoked with ") and f"username={stand_in.username}" in line and shown in line
