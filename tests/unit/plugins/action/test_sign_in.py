# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""erpsync_sign_in inside the test's process: what a person does at the stand-in's page, and how it ends.

Whole runs of the playbook, with a terminal and with a browser, are in tests/unit/test_sign_in.py.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import yaml
from ansible.errors import AnsibleActionFail, AnsiblePromptInterrupt, AnsiblePromptNoninteractive
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.template import Templar
from ansible_collections.superoffice.erpsync.plugins.action import erpsync_sign_in
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._answer_listener import AnswerListener
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._first_token import HOST_OPTIONS, SPEC, FirstToken
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from online_client import Form
from pytest_stand_in import OnlineStandIn

TENANT = "Cust12345"
TOKENS = "POST /login/common/oauth/tokens"
STATE = f"GET /api/state/{TENANT}"
JWKS = "GET /login/.well-known/jwks"
PASSWORD = VaultSecret(b"pw")
CLAIM = "http://schemes.superoffice.net/identity/"


class Person:
    """Sees what Ansible shows, and acts on the address. `act` runs beside the task, as a browser does."""

    def __init__(self, act: Callable[[str], None] | None = None, pastes: list[Any] | None = None) -> None:
        self.act = act
        self.pastes = pastes or []
        self.seen: list[str] = []
        self.address = ""
        self.pages: list[requests.Response] = []
        self.problems: list[BaseException] = []
        self.thread: threading.Thread | None = None

    def display(self, text: str, **how: Any) -> None:
        assert (how["screen_only"], how["stderr"]) == (True, True)
        self.seen.append(text)
        found = re.search(r"^http\S+/oauth/authorize\?\S+$", text, re.MULTILINE)
        if found:
            self.address = found[0]
            if self.act is not None:
                self.thread = threading.Thread(target=self._begin)
                self.thread.start()

    def _begin(self) -> None:
        assert self.act is not None
        try:
            self.act(self.address)
        except BaseException as problem:
            self.problems.append(problem)

    def prompt_until(self, text: str, *, private: bool, seconds: int) -> bytes:
        assert private and seconds > 0 and "not shown" in text
        said = self.pastes.pop(0)
        if isinstance(said, BaseException):
            raise said
        return str(said(self.address) if callable(said) else said).encode()

    def goes_to(self, location: str) -> None:
        self.pages.append(requests.get(location, timeout=60))

    @property
    def page(self) -> str:
        """The sentence of the last page."""
        found = re.search(r'<p id="message">(.*)</p>', self.pages[-1].text)
        assert found
        return found[1]


def decided(address: str, decision: str = "accept", **chosen: str) -> str:
    """Where the stand-in's page sends the browser after the person's decision."""
    shown = requests.get(address, timeout=60)
    assert shown.status_code == 200, shown.text
    return Form(shown).send(decision, **chosen).headers["Location"]


def approving(**chosen: str) -> Person:
    person = Person(lambda address: person.goes_to(decided(address, **chosen)))
    return person


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(online: OnlineStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Signs in to the stand-in; options with None are left out."""
    everybody: list[Person] = []

    def sign_in(
        person: Person,
        check: bool = False,
        passwords: bool = True,
        variables: dict[str, Any] | None = None,
        limit: int = 0,
        **options: Any,
    ) -> dict[str, Any]:
        everybody.append(person)
        monkeypatch.setattr(erpsync_sign_in, "display", person)
        usual = {
            "tenant": TENANT,
            "login_url": online.login_url,
            "client_id": online.client_id,
            "client_secret": online.client_secret,
            "redirect_port": 0,
            # Only for what never comes.
            "answer_timeout": 60,
            "path": "online.yml",
        }
        arguments = {name: value for name, value in {**usual, **options}.items() if value is not None}
        task: Any = SimpleNamespace(
            action="superoffice.erpsync.erpsync_sign_in",
            resolved_action="superoffice.erpsync.erpsync_sign_in",
            args=arguments,
            async_val=limit,
            check_mode=check,
            diff=False,
            delegate_to=None,
            environment=None,
        )
        connection: Any = SimpleNamespace(transport="ssh", _shell=SimpleNamespace(tmpdir=None, env_prefix=lambda **_unused: ""))
        loader = DataLoader()
        loader.set_vault_secrets([("default", PASSWORD)] if passwords else [])  # type: ignore[list-item]
        nothing: Any = SimpleNamespace()
        action = erpsync_sign_in.ActionModule(task, connection, nothing, loader, Templar(loader=loader), None)
        result: dict[str, Any] = action.run(task_vars=variables or {})
        if person.thread is not None:
            person.thread.join(60)
            assert not person.thread.is_alive()
        assert person.problems == []
        _tells_no_secret(online, person, result)
        return json.loads(json.dumps(result))  # type: ignore[no-any-return]

    yield sign_in


def _tells_no_secret(online: OnlineStandIn, person: Person, result: dict[str, Any]) -> None:
    told = json.dumps(result) + "".join(person.seen) + "".join(page.text for page in person.pages)
    secret = {online.client_secret, *(each[name] for each in online.tenants.values() for name in ("system_user_token", "refresh_token"))}
    secret |= {value for page in person.pages for value in parse_qs(urlsplit(page.url).query).get("code", [])}
    if Path("online.yml").exists():
        secret |= {value for name, value in written().items() if name.endswith("_token")}
    assert [value for value in secret if value in told] == []
    assert "Traceback" not in told and "mistake of its own" not in told


def written(path: str = "online.yml") -> dict[str, str]:
    text = VaultLib([("default", PASSWORD)]).decrypt(Path(path).read_bytes())
    found = yaml.safe_load(text)
    assert isinstance(found, dict)
    return found


def refused(result: dict[str, Any], message: str, *, kind: str) -> str:
    """The message of a failure after which nothing is written; of one that ends with `...`, the beginning is told."""
    assert result["failed"] and result["failure"]["kind"] == kind, result
    assert not result.get("changed")
    told = result["msg"][: len(message) - 3] + "..." if message.endswith("...") else result["msg"]
    assert told == message
    assert not Path("online.yml").exists()
    return str(result["msg"])


def test_an_administrator_approves(run: Run, online: OnlineStandIn) -> None:
    person = approving(user="administrator")
    result = run(person)
    assert result["changed"] and not result.get("failed"), result
    found = written()
    assert found == {
        "erpsync_tenant": TENANT,
        "erpsync_login_url": online.login_url,
        "erpsync_client_id": online.client_id,
        "erpsync_refresh_token": found["erpsync_refresh_token"],
        "erpsync_sign_in_system_user_token": online.tenants[TENANT]["system_user_token"],
    }
    assert result["variables"] == list(found)
    assert result["path"] == str(Path("online.yml").resolve()) and result["tenant"] == TENANT
    sent = {"grant_type": "refresh_token", "refresh_token": found["erpsync_refresh_token"]}
    who = (online.client_id, online.client_secret)
    answer = requests.post(f"{online.login_url}/login/common/oauth/tokens", data=sent, auth=who, timeout=20)
    assert answer.json()["access_token"].startswith(f"8A:{TENANT}.")
    # State and keys are read before the person does anything, and the keys again before they count.
    assert online.methods()[:6] == [STATE, JWKS, "GET /login/common/oauth/authorize", "POST /login/common/oauth/authorize", TOKENS, JWKS]
    asked = next(entry for entry in online.journal() if entry["method"] is None and entry["path"].endswith("/authorize"))
    assert asked["query"]["code_challenge_method"] == "S256" and asked["query"]["acr_values"] == f"tenant:{TENANT}"
    assert (person.pages[-1].status_code, len(person.seen)) == (200, 1)
    assert person.page == f"You are signed in to {TENANT}, and Ansible has what it needs. You may close this window."


def test_it_cannot_go_on_in_the_background(run: Run) -> None:
    with pytest.raises(AnsibleActionFail, match="async"):
        run(approving(user="administrator"), limit=30)
    assert not Path("online.yml").exists()


def test_a_native_application_has_no_secret(run: Run, online: OnlineStandIn) -> None:
    result = run(approving(user="user"), client_id=online.native_client_id, client_secret=None)
    assert result["variables"] == ["erpsync_tenant", "erpsync_login_url", "erpsync_client_id", "erpsync_refresh_token"]
    assert written()["erpsync_client_id"] == online.native_client_id


def test_as_the_system_user(run: Run, online: OnlineStandIn) -> None:
    assert run(approving(user="administrator"), sign_in_as="system_user")["changed"]
    found = written()
    assert found["erpsync_system_user_token"] == online.tenants[TENANT]["system_user_token"]
    assert "erpsync_refresh_token" not in found and found["erpsync_sign_in_refresh_token"]
    # Where tasks have a key, they sign in as the system user.
    Path("online.yml").unlink()
    assert run(approving(), variables={"erpsync_private_key_path": "app.pem"})["variables"][3] == "erpsync_system_user_token"
    result = run(approving(user="user"), sign_in_as="system_user", path="other.yml")
    assert not Path("other.yml").exists() and result["msg"] == (
        f"signing in (browser): the id_token has no system user token. Nothing was written. Let an administrator of {TENANT} sign in, and "
        "check with SuperOffice that the application has a system user; or set sign_in_as (erpsync_sign_in_as) to person."
    )


def test_a_token_stays_that_the_next_sign_in_does_not_give(run: Run) -> None:
    run(approving(user="administrator"))
    first = written()
    assert run(approving(user="user"))["changed"]
    second = written()
    assert second.pop("erpsync_refresh_token") != first.pop("erpsync_refresh_token")
    assert second == first


DENIED = (
    f"signing in (browser): access for {TENANT} was denied in the browser. Nothing was written. Run it again, and let an administrator of "
    "the tenant approve the application. SuperOffice says: The user denied the application access (Denied)."
)
OTHER_NONCE = (
    "signing in (browser): the id_token has the nonce of another sign-in. Nothing was written. Run it again, and open only the new address."
)
BY_CODE = "signing in (authorization code): "
UNTRUSTED = f"{BY_CODE}the JWT of the sign-in host cannot be trusted: "
OTHER_TENANT = f"{UNTRUSTED}it is for another tenant than {TENANT}. Check tenant, and for which tenant the token was issued."
OLD_CODE = (
    f"{BY_CODE}the sign-in host refuses (invalid_grant). The code is used, older than ten minutes, or of another sign-in. Begin again. "
    "The sign-in host says: "
)


def test_consent_is_denied(run: Run) -> None:
    person = Person(lambda address: person.goes_to(decided(address, "refuse")))
    message = refused(run(person), DENIED, kind="unauthorized")
    assert person.pages[-1].status_code == 400 and person.page in message.replace("'", "&#x27;")


def test_the_answer_to_another_sign_in_does_not_end_it(run: Run) -> None:
    def act(address: str) -> None:
        location = decided(address)
        person.goes_to(location.replace("state=", "state=x"))
        person.goes_to(location.partition("?")[0].replace("callback", "favicon.ico"))
        assert [page.status_code for page in person.pages] == [400, 404]
        person.goes_to(location)

    person = Person(act)
    assert run(person)["changed"]
    assert len(person.seen) == 2 and "another state" in person.seen[1]


def test_another_tenant_answers(run: Run) -> None:
    person = Person(lambda address: person.goes_to(decided(address.replace(TENANT, "Cust23456"))))
    refused(run(person), OTHER_TENANT, kind="sign_in_failed")
    assert "another tenant" in person.page


def test_a_code_that_somebody_else_got(run: Run) -> None:
    def act(address: str) -> None:
        person.goes_to(decided(re.sub(r"code_challenge=[\w-]+", f"code_challenge={'A' * 43}", address)))

    person = Person(act)
    refused(run(person), f"{OLD_CODE}The code_verifier does not fit the code_challenge.", kind="unauthorized")


def test_the_nonce_of_another_sign_in(run: Run) -> None:
    person = Person(lambda address: person.goes_to(decided(re.sub(r"nonce=[\w-]+", "nonce=other", address))))
    refused(run(person), OTHER_NONCE, kind="unauthorized")


def test_a_server_that_does_not_repeat_the_nonce(run: Run) -> None:
    person = Person(lambda address: person.goes_to(decided(re.sub(r"nonce=[\w-]+&", "", address))))
    assert run(person)["changed"]


def test_an_old_code(run: Run, online: OnlineStandIn) -> None:
    online.settings(code_lifetime=0)
    refused(run(approving()), f"{OLD_CODE}The code has expired (Expired).", kind="unauthorized")


HOST = "Check online_environment, or login_url."
FLAWS = {
    "signature": f"its signature fits none of the keys that the host publishes. {HOST}",
    "unknown_key": f"its signature fits none of the keys that the host publishes. {HOST}",
    "alg_none": f"it is not signed as SuperOffice signs (RS256). {HOST}",
    "alg_hs256": f"it is not signed as SuperOffice signs (RS256). {HOST}",
    "issuer": f"another host issued it. {HOST}",
    "audience": "it is for another application. Check that all options are of the same application.",
    "tenant": OTHER_TENANT.removeprefix(UNTRUSTED),
    "nonce": "",
    "expired": "it expired 24 hours ago. This machine's clock is 24 hours ahead of the sign-in host's.",
    "not_yet_valid": "it will be valid in 24 hours. This machine's clock is 24 hours behind the sign-in host's.",
    "not_a_jwt": f"it is no JWT. {HOST}",
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_an_id_token_that_cannot_be_trusted(flaw: str, run: Run, online: OnlineStandIn) -> None:
    online.settings(jwt_flaw=flaw)
    person = approving()
    result = run(person)
    if flaw == "nonce":
        refused(result, OTHER_NONCE, kind="unauthorized")
    else:
        refused(result, f"{UNTRUSTED}{FLAWS[flaw]}", kind="sign_in_failed")
    assert person.pages[-1].status_code == 400


def test_keys_that_change_while_a_person_signs_in(run: Run, online: OnlineStandIn) -> None:
    def act(address: str) -> None:
        online.rotate_keys()
        person.goes_to(decided(address))

    person = Person(act)
    assert run(person)["changed"]


@pytest.mark.parametrize("kind", ["html", "invalid_json", "reset", "status", "cut_off", "redirect", "wrong_type"])
def test_a_token_endpoint_in_trouble(kind: str, run: Run, online: OnlineStandIn) -> None:
    online.fault(TOKENS, kind)
    person = approving()
    result = run(person, retries=1)
    assert result["failed"] and "signing in (authorization code)" in result["msg"], result
    assert not Path("online.yml").exists()
    assert person.pages[-1].status_code == 400


def test_a_host_in_trouble_is_told_before_anybody_is_asked(run: Run, online: OnlineStandIn) -> None:
    online.fault(JWKS, "html")
    person = approving()
    result = run(person)
    assert result["failed"] and "the keys of the sign-in host" in result["msg"]
    assert person.seen == []
    result = run(person, login_url=f"http://127.0.0.1:{free_port()}", retries=0)
    assert result["failure"]["kind"] == "connection_refused" and person.seen == []


def test_a_tenant_that_is_not_there_is_told_before_anybody_is_asked(run: Run, online: OnlineStandIn) -> None:
    person = approving()
    told = (
        f"the state of Cust99999: Cust99999 is not known to the sign-in host (404, {online.login_url}). "
        "Check tenant, and online_environment or login_url."
    )
    refused(run(person, tenant="Cust99999"), told, kind="not_found")
    online.become(TENANT, "Suspended")
    result = run(person)
    assert f"{TENANT} is suspended" in result["msg"] and person.seen == []
    # Whether one can sign in during a maintenance, the sign-in host decides.
    online.become(TENANT, "OfflineMaintenance")

    def act(address: str) -> None:
        online.become(TENANT, "Running")
        late.goes_to(decided(address))

    late = Person(act)
    assert run(late)["changed"]


def test_nobody_answers(run: Run) -> None:
    # Short, because nothing comes.
    port = free_port()
    told = (
        f"No answer came to http://127.0.0.1:{port}/callback within 0.01 seconds. Run it again, and open the new address in a browser on "
        "this machine; without one, set paste (erpsync_sign_in_paste) to true. answer_timeout (erpsync_sign_in_answer_timeout) gives more "
        "time."
    )
    refused(run(Person(), answer_timeout=0.01, redirect_port=port), told, kind="wait_timeout")


def test_a_port_that_is_taken(run: Run, online: OnlineStandIn) -> None:
    with AnswerListener("127.0.0.1", 0, "callback") as other:
        person = Person()
        port = urlsplit(other.redirect_uri).port
        told = (
            f"The port {port} of 127.0.0.1 is taken by another program, perhaps by a sign-in that still waits. End it, or set "
            "redirect_port (erpsync_sign_in_redirect_port) to another port whose redirect URI is registered for the application."
        )
        refused(run(person, redirect_port=port), told, kind="bad_input")
    assert person.seen == [] and online.journal() == []


def test_without_a_vault_password_nobody_is_asked(run: Run, online: OnlineStandIn) -> None:
    for check in (True, False):
        person = Person()
        told = (
            f"There is no vault password with which to encrypt {Path('online.yml').resolve()}. Start ansible-playbook with "
            "--vault-password-file FILE, --vault-id NAME@FILE or --ask-vault-pass. Nothing was done."
        )
        refused(run(person, check=check, passwords=False), told, kind="bad_input")
        assert person.seen == [] and online.journal() == []


def test_a_file_of_somebody_else_is_told_before_anybody_is_asked(run: Run, online: OnlineStandIn) -> None:
    Path("vars.yml").write_text("a: 1\n", encoding="utf-8")
    person = Person()
    result = run(person, path="vars.yml")
    assert "is not encrypted" in result["msg"] and person.seen == [] and online.journal() == []
    assert Path("vars.yml").read_text(encoding="utf-8") == "a: 1\n"


def test_check_mode(run: Run, online: OnlineStandIn, tmp_path: Path) -> None:
    person = Person()
    with AnswerListener("127.0.0.1", 0, "callback") as other:
        # It opens no port.
        result = run(person, check=True, redirect_port=urlsplit(other.redirect_uri).port)
    assert result["changed"] and result["variables"] == [], result
    assert result["msg"] == (
        f"Would sign a person in to {TENANT} at {online.login_url}, in a browser, and write what this gives into {tmp_path}/online.yml, "
        "encrypted for the vault id default."
    )
    assert person.seen == [] and online.journal() == [] and not Path("online.yml").exists()


def _missing(option: str, what: str) -> str:
    return (
        f"{option} is missing. Give {what}, as the option, as the variable erpsync_{option} of the host, or as "
        f"SUPEROFFICE_{option.upper()} in the environment."
    )


NO_TENANT = _missing("tenant", "the tenant, for example Cust12345")
PORT = "ports go up to 65535. Give the port of the redirect URI that is registered for the application."
UNSUPPORTED = "Unsupported parameters for (superoffice.erpsync.erpsync_sign_in) module: "
BAD: list[tuple[dict[str, Any], str]] = [
    ({"tenant": None}, NO_TENANT),
    ({"tenant": " "}, NO_TENANT),
    ({"tenant": "12345"}, "tenant is 12345, which is no tenant of SuperOffice Online. Use the form Cust12345. Write Cust12345."),
    ({"client_id": None}, _missing("client_id", "the client ID of your application at SuperOffice Online")),
    ({"login_url": "ftp://x"}, "login_url is not a web address: ftp://x. Use the form https://online.superoffice.com."),
    (
        {"login_url": "http://me:canary@127.0.0.1:1"},
        "login_url contains a user name or password (http://***@127.0.0.1:1). Take them out of the address and give them as options.",
    ),
    (
        {"online_environment": "production"},
        "online_environment and login_url are both given. Keep online_environment for SuperOffice's own sign-in hosts; login_url stands in "
        "their place. The environment variables SUPEROFFICE_... count too.",
    ),
    # What follows is Ansible's, and ours are not in front of it.
    ({"login_url": None, "online_environment": "test"}, "value of online_environment must be one of: ..."),
    ({"url": "https://crm.example.com"}, f"{UNSUPPORTED}url. Supported parameters include: ..."),
    ({"refresh_token": "canary"}, f"{UNSUPPORTED}refresh_token. Supported parameters include: ..."),
    ({"redirect_host": "0.0.0.0"}, "value of redirect_host must be one of: 127.0.0.1, ::1, got: 0.0.0.0"),
    ({"redirect_port": "x"}, "argument 'redirect_port' is of type ..."),
    ({"redirect_port": 65536}, f"redirect_port is 65536; {PORT}"),
    (
        {"redirect_path": "a b"},
        "redirect_path is a b, which is no path of a redirect URI. Use letters, digits and . _ ~ / - as in callback, the same path as at "
        "the registered application.",
    ),
    ({"answer_timeout": 0}, "answer_timeout is 0; use more than 0 and at most 86400 seconds."),
    ({"answer_timeout": "inf"}, "answer_timeout is Infinity, which is no finite number."),
    ({"answer_timeout": 1e9}, "answer_timeout is 1e+09; use more than 0 and at most 86400 seconds."),
    ({"answer_timeout": 86400.5}, "answer_timeout is 86400.5; use more than 0 and at most 86400 seconds."),
    ({"vault_id": "prod"}, "vault_id is prod, for which no vault password was given. There is one for default. Nothing was done."),
    ({"sign_in_as": "me"}, "value of sign_in_as must be one of: person, system_user, got: me"),
    ({"timeout": -1}, "timeout is -1.0; use a number of seconds above zero."),
    ({"ca_path": "/no/such/file"}, "ca_path: there is no file /no/such/file. Check the path on the machine where the task runs."),
    ({"paste": True, "redirect_port": 0}, f"redirect_port is 0; {PORT}"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD)
def test_bad_options_are_told_before_anything_is_sent(wrong: dict[str, Any], words: str, run: Run, online: OnlineStandIn) -> None:
    person = Person()
    for check in (True, False):
        result = run(person, check=check, **wrong)
        refused(result, words, kind="bad_input")
        assert "canary" not in json.dumps(result)
    assert person.seen == [] and online.journal() == []


def test_options_come_from_variables_and_the_environment(run: Run, online: OnlineStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = {"tenant": None, "client_id": " ", "client_secret": "", "login_url": None, "path": None, "vault_id": "", "paste": ""}
    variables = {
        "erpsync_context_identifier": TENANT,
        "erpsync_login_url": online.login_url,
        # What other tasks of the host take does not matter here.
        "erpsync_url": "https://crm.example.com",
        "erpsync_refresh_token": "an old one",
    }
    monkeypatch.setenv("SUPEROFFICE_CLIENT_ID", online.client_id)
    monkeypatch.setenv("SUPEROFFICE_APP_TOKEN", online.client_secret)
    assert run(approving(), variables=variables, **nothing)["changed"]
    assert written("superoffice_Cust12345.yml")["erpsync_tenant"] == TENANT


def pasting(*pastes: Any) -> Person:
    return Person(pastes=list(pastes))


def test_the_address_is_pasted(run: Run) -> None:
    person = pasting("nonsense", lambda address: f" {decided(address)}\r")
    port = free_port()
    assert run(person, paste=True, redirect_port=port)["changed"]
    assert written()["erpsync_refresh_token"]
    assert f"begins with http://127.0.0.1:{port}/callback?" in person.seen[0] and "is not the address" in person.seen[1]
    # Nothing listens: another program may have the port.
    with AnswerListener("127.0.0.1", port, "callback"):
        assert run(pasting(decided), paste=True, redirect_port=port)["changed"]


def test_pasted_refusals(run: Run) -> None:
    options = {"paste": True, "redirect_port": 8765}
    refused(run(pasting(lambda address: decided(address, "refuse")), **options), DENIED, kind="unauthorized")
    told = run(pasting(*["x"] * 5), **options)
    refused(told, "The right address was not pasted in 5 tries. Nothing was written. Run it again.", kind="bad_input")
    told = run(pasting(AnsiblePromptInterrupt("user interrupt")), **options)
    refused(told, "The sign-in was ended by Ctrl-C. Nothing was written.", kind="bad_input")
    told = run(pasting(AnsiblePromptNoninteractive("stdin is not interactive")), **options)
    message = (
        "paste is true, and there is no terminal to paste into. Start ansible-playbook in a terminal, in the foreground, with nothing "
        "piped into it; a job of a controller has no terminal."
    )
    refused(told, message, kind="bad_input")


def test_nothing_is_pasted_in_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, 70.0])
    monkeypatch.setattr(erpsync_sign_in, "FirstToken", lambda *given: FirstToken(*given)._replace(clock=lambda: next(clock)))
    message = "Nothing was pasted within 60 seconds. Run it again; answer_timeout (erpsync_sign_in_answer_timeout) gives more time."
    refused(run(pasting(""), paste=True, redirect_port=8765), message, kind="wait_timeout")


def test_on_macos_nobody_asks_for_proxies(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A forked process must not ask macOS for them; it does not where the environment has one."""
    seen: list[dict[str, str]] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    person = Person(lambda address: person.goes_to(decided(address)))
    before = person.display

    def display(text: str, **how: Any) -> None:
        seen.append({name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")})
        before(text, **how)

    monkeypatch.setattr(person, "display", display)
    assert run(person)["changed"]
    assert seen == [{"no_proxy": "*"}]
    assert "no_proxy" not in os.environ
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert run(person)["changed"]
    assert seen[1] == {"no_proxy": "127.0.0.1"}


def test_the_documentation_has_the_options_and_their_values() -> None:
    module = importlib.import_module("ansible_collections.superoffice.erpsync.plugins.modules.erpsync_sign_in")
    documented = yaml.safe_load(module.DOCUMENTATION)
    assert set(documented["options"]) == set(SPEC.options)
    for name, argument in SPEC.options.items():
        told = documented["options"][name]
        assert argument["type"] == told["type"], name
        assert argument.get("default") == told.get("default"), name
        assert list(argument.get("choices") or []) == list(told.get("choices") or []), name
        assert list(argument.get("aliases") or []) == list(told.get("aliases") or []), name
    secret = {option.name for option in CONNECTION_OPTIONS if option.secret}
    assert {name for name, argument in SPEC.options.items() if argument["no_log"]} == secret & set(HOST_OPTIONS)
    for name in HOST_OPTIONS:
        text = " ".join(documented["options"][name]["description"])
        assert f"C(erpsync_{name})" in text and f"E(SUPEROFFICE_{name.upper()})" in text
    assert documented["attributes"]["action_group"]["support"] == "none"
    returned = yaml.safe_load(module.RETURN)
    assert set(returned) == {"msg", "path", "tenant", "variables", "failure"}


def test_secrets_that_stand_in_place_of_something_else_are_hidden(run: Run) -> None:
    nobody = Person(pytest.fail)
    told = run(nobody, client_secret="canary-5e", login_url="ftp://canary-5e.example.com")["msg"]
    assert "canary" not in told and "********" in told
    told = run(nobody, client_secret=None, proxy="ftp://canary-7f@proxy.example.com")["msg"]
    assert "canary" not in told and told.startswith("proxy is not the address of an HTTP proxy")
