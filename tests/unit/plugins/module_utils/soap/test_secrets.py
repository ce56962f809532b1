# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that repeat what they were told: the password, the tokens and the ticket that they gave themselves appear nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.answers import one_line
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Reply, ScriptedServer, answer
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import in_both_shells, in_process_at_least

from .envelopes import VERSION, exception, fault, line, response, signed_in, xml

# With spaces that a message does not keep, and characters that XML writes in another way.
PASSWORD = "kanari  <7f3a> & mer"
ISSUED = "7T:kanari-utstedt=="
RENEWED = "7T:kanari-fornyet=="
APP_TOKEN = "kanari-app-token"
TOLD = " | ".join([PASSWORD, escape(PASSWORD), ISSUED, APP_TOKEN])
WORDS = "The server could not"
OPTIONS: dict[str, Any] = {
    "username": "sync",
    "password": PASSWORD,
    "app_token": APP_TOKEN,
    "transport": "soap",
    "services_version": VERSION,
    "retries": 0,
}


# What has a secret where the message does not show it.
HIDDEN_WHOLE = ("correlation", "type of the exception")


def unseen(shown: str) -> None:
    for secret in (PASSWORD, escape(PASSWORD), one_line(PASSWORD), ISSUED, RENEWED, APP_TOKEN):
        assert secret not in shown and json.dumps(secret, ensure_ascii=False)[1:-1] not in shown, secret
    assert "kanari" not in shown


def told(text: str = f"{WORDS} read: {TOLD}") -> dict[str, Reply]:
    """Each way in which a server can say something."""
    detail = f"<d><Type>{escape(TOLD)}</Type><Message>{escape(text)}</Message></d>"
    return {
        "message": xml(exception("SuperOffice.Exceptions.SoServerException", text)),
        "friendly text": xml(exception(None, None, text)),
        "both": xml(exception("SoInvalidArgumentException", text, TOLD)),
        "type of the exception": xml(exception(f"{WORDS}.{TOLD}", "x")),
        "rights": xml(exception("SoSentryException", text)),
        "fault": xml(fault("s:Server", text, detail), 500),
        "fault, 200": xml(fault("s:Client", text)),
        "no such operation": xml(fault("a:ActionNotSupported", text), 500),
        "web page": answer(body=f"<html><body>{text}</body></html>".encode(), headers={"Content-Type": "text/html"}),
        "web page, 500": answer(body=f"<html>{text}</html>".encode(), status=500, headers={"Content-Type": "text/html"}),
        "xml, 503": xml(exception(None, text), 503),
        "correlation": answer(body=exception("SoServerException", WORDS), headers={"X-Correlation-Id": ISSUED}),
        "retry after": answer(body=b"", status=503, headers={"Retry-After": f"Wed, 21 Oct 2099 07:28:00 GMT {WORDS} {ISSUED}"}),
        "redirect": answer(body=b"", status=302, headers={"Location": f"/login?ticket={ISSUED}"}),
        "namespace": xml(f'<x xmlns="{escape(ISSUED)}">{escape(TOLD)}</x>'),
    }


@in_both_shells
@pytest.mark.parametrize("way", told())
def test_in_a_failure(shell: str, way: str) -> None:
    with ScriptedServer([(line("SoPrincipal"), signed_in(ISSUED)), (line(), told()[way])]) as server:
        result = run_module("erpsync_info", {**OPTIONS, "url": server.url, "gather": ["engine"]}, shell=shell)
    assert result["failed"]
    if WORDS.encode() in b"".join(told()[way].pieces) and "web page" not in way:
        assert WORDS in json.dumps(result) and ("***" in result["msg"] or way in HIDDEN_WHOLE), "what is no secret is shown"
    unseen(json.dumps(result, ensure_ascii=False))


@in_both_shells
@pytest.mark.parametrize("way", told())
def test_while_signing_in(shell: str, way: str) -> None:
    with ScriptedServer([(line("SoPrincipal"), told()[way])]) as server:
        result = run_module("erpsync_info", {**OPTIONS, "url": server.url, "gather": ["engine"]}, shell=shell)
    assert result["failed"]
    # Of tickets the server has not given any yet.
    shown = json.dumps(result, ensure_ascii=False)
    for secret in (PASSWORD, escape(PASSWORD), one_line(PASSWORD), APP_TOKEN):
        assert secret not in shown


@in_both_shells
def test_a_ticket_that_took_the_place_of_another(shell: str) -> None:
    status = "<Response><IsRunning>true</IsRunning><Interval>PT15M</Interval></Response>"
    script = [
        (line("SoPrincipal"), signed_in(ISSUED)),
        (line(), xml(response("GetEngineStatus", status))),
        # Who changed it last, this server does not tell.
        (line("Archive"), xml(exception("SoServerException", "No."))),
        (line(), xml(exception("SoSessionException", "Expired."))),
        (line("SoPrincipal"), signed_in(RENEWED)),
        (line(), told(f"{WORDS} {RENEWED} {TOLD}")["message"]),
    ]
    with ScriptedServer(script) as server:
        result = run_module("erpsync_engine", {**OPTIONS, "url": server.url, "state": "stopped"}, diff=True, shell=shell)
    assert result["failed"] and WORDS in result["msg"]
    unseen(json.dumps(result, ensure_ascii=False))


@in_both_shells
def test_in_what_is_read_and_in_a_difference(shell: str) -> None:
    def status(running: str) -> Reply:
        said = f"<StatusMessage>{escape(f'{TOLD} | {RENEWED}')}</StatusMessage>"
        return xml(response("GetEngineStatus", f"<Response><IsRunning>{running}</IsRunning>{said}<Interval>PT15M</Interval></Response>"))

    changed = xml(response("ChangeEngineStatus", "<Response><IsRunning>true</IsRunning></Response>"))
    nobody = (line("Archive"), xml(exception("SoServerException", "No.")))
    script = [(line("SoPrincipal"), signed_in(ISSUED)), (line(), status("true")), nobody, (line(), changed), (line(), status("false"))]
    with ScriptedServer(script) as server:
        result = run_module("erpsync_engine", {**OPTIONS, "url": server.url, "state": "stopped"}, diff=True, shell=shell)
    assert result["changed"] is True and "***" in result["engine"]["status_message"]
    assert RENEWED in json.dumps(result), "a text that nobody knows for a secret is no secret"
    unseen(json.dumps(result, ensure_ascii=False).replace(RENEWED, ""))


@in_both_shells
def test_in_a_warning(shell: str) -> None:
    listed = xml(response("GetList", "<Response><MDOListItem><Id>1</Id><Name>One</Name></MDOListItem></Response>"))
    inside = "<ErpConnectionId>1</ErpConnectionId><ErpConnectorId>1</ErpConnectorId><DisplayName>One</DisplayName><Active>true</Active>"
    whole = xml(response("GetConnection", f"<Response>{inside}</Response>"))
    refused = exception("SoServerException", f"{WORDS} {PASSWORD} {ISSUED}").replace(b"GetEngineStatus", b"GetErpSyncConnectionSummary")
    script = [(line("SoPrincipal"), signed_in(ISSUED)), *[(line("MDO"), listed)] * 2, (line(), whole), (line(), xml(refused))]
    with ScriptedServer(script) as server:
        result = run_module("erpsync_info", {**OPTIONS, "url": server.url, "gather": ["summary"]}, shell=shell)
    assert WORDS in str(result["warnings"]) and WORDS in str(result["connections"][0]["problems"])
    unseen(json.dumps(result, ensure_ascii=False))


@in_both_shells
@pytest.mark.parametrize("option, service", [("ticket", "ErpSync"), ("access_token", "SoPrincipal")])
def test_a_ticket_and_a_token_that_were_given(shell: str, option: str, service: str) -> None:
    given: dict[str, Any] = {**OPTIONS, "username": None, "password": None, option: ISSUED}
    with ScriptedServer([(line(service), told()["message"])]) as server:
        options = {name: value for name, value in {**given, "url": server.url, "gather": ["engine"]}.items() if value is not None}
        result = run_module("erpsync_info", options, shell=shell)
    assert result["failed"] and WORDS in result["msg"]
    assert ISSUED not in json.dumps(result) and APP_TOKEN not in json.dumps(result)


@in_both_shells
def test_half_a_ticket_is_not_shown_either(shell: str) -> None:
    """A message that is too long is cut, but not within a word."""
    for length in range(440, 500, 7):
        text = f"{WORDS} {'x' * length} {ISSUED}{ISSUED}"
        script = [(line("SoPrincipal"), signed_in(ISSUED + ISSUED)), (line(), xml(exception("SoServerException", text)))]
        with ScriptedServer(script) as server:
            result = run_module("erpsync_info", {**OPTIONS, "url": server.url, "gather": ["engine"]}, shell=shell)
        assert WORDS in result["msg"]
        unseen(json.dumps(result))


@in_process_at_least
def test_at_the_most_talkative(shell: str, tmp_path: Path) -> None:
    tasks: list[dict[str, Any]] = []
    script = []
    for way in ("message", "fault", "web page", "correlation"):
        # Somebody else each time, who has to sign in.
        tasks.append({"superoffice.erpsync.erpsync_info": {"gather": ["engine"], "username": way}, "ignore_errors": True})
        script += [(line("SoPrincipal"), signed_in(ISSUED)), (line(), told()[way])]
    with ScriptedServer(script) as server:
        connection = {**OPTIONS, "url": server.url, "password": "{{ vault_password }}", "app_token": "{{ vault_app_token }}"}
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/superoffice.erpsync.all": connection},
            "tasks": tasks,
        }
        (tmp_path / "playbook.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        (tmp_path / "vault.json").write_text(json.dumps({"vault_password": PASSWORD, "vault_app_token": APP_TOKEN}), encoding="utf-8")
        talkative = {"ANSIBLE_INJECT_INVOCATION": "true"}
        done = run_ansible(
            "playbook", "playbook.yml", "--extra-vars", "@vault.json", "-vvvv", "--diff", home=tmp_path, **talkative, shell=shell
        )
    assert done.returncode == 0 and done.stdout.count(WORDS) >= 3, done.stdout + done.stderr
    unseen(done.stdout + done.stderr)
