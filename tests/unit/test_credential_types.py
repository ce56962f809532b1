# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential types for controllers: their rules, each way to sign in with what a credential gives a job, and all blanks of a form."""

from __future__ import annotations

import itertools
import os
import re
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.sign_in import WAYS
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS, connection_spec, without_blanks
from ansible_collections.superoffice.erpsync.tests.unit.support import controllers
from ansible_collections.superoffice.erpsync.tests.unit.support.certificates import Authority
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Exchange, ScriptedServer, answer
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import key, pem, public_pem, xml
from pytest_stand_in import OnlineStandIn, StandIn

OBJECTS = COLLECTION / "examples" / "controller" / "configure" / "objects"
[AWX] = controllers.load(OBJECTS / "credential_types.yml")["controller_credential_types"]
[EDA] = controllers.load(OBJECTS / "eda_credential_types.yml")["eda_credential_types"]
Render = Callable[[dict[str, Any], Path], dict[str, str]]
RENDERED: dict[str, Render] = {
    "awx": lambda inputs, folder: controllers.of_awx(AWX, inputs, folder),
    "eda": lambda inputs, folder: controllers.of_eda(EDA, inputs, folder),
}
FIELDS = {field["id"]: field for field in AWX["inputs"]["fields"]}
FILES = {name.split(".")[1] for name in AWX["injectors"]["file"]}
OPTIONS = {option.name: option for option in CONNECTION_OPTIONS}
TENANT = "Cust12345"


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, str]], None]]:
    """Gives this process the environment of a job, and takes back the one before."""
    given: list[str] = []

    def take(environment: dict[str, str]) -> None:
        for name in given:
            os.environ.pop(name, None)
        given[:] = environment
        os.environ.update(environment)

    yield take
    take({})


def test_the_rules_of_both_controllers() -> None:
    assert controllers.type_problems(AWX, "tower") == []
    assert controllers.type_problems(EDA, "eda") == []
    assert EDA["inputs"] == AWX["inputs"] and EDA["name"] == AWX["name"] and AWX["kind"] == "cloud"
    # The form of the one is refused by the other.
    assert controllers.type_problems({**EDA, "injectors": AWX["injectors"]}, "eda")
    assert controllers.type_problems({**AWX, "injectors": EDA["injectors"]}, "tower")
    assert all(file.read_text(encoding="utf-8").isascii() for file in OBJECTS.glob("*credential_types.yml"))


def test_each_field_sets_the_variable_of_an_option() -> None:
    variables = {variable: option.name for option in CONNECTION_OPTIONS for variable in option.environment_variables[:1]}
    assert set(AWX["injectors"]["env"]) == set(EDA["injectors"]["env"]) <= set(variables)
    left_out = {"login_url", "wait_for_tenant", "private_key", "timeout", "retries", "rate_limit", "parallel_requests"}
    assert set(variables.values()) - {variables[name] for name in AWX["injectors"]["env"]} == left_out
    used = " ".join([*AWX["injectors"]["env"].values(), *AWX["injectors"]["file"].values()])
    assert {name for name in FIELDS if not re.search(rf"\b{name}\b", used)} == set()
    secret = {name for name, field in FIELDS.items() if field.get("secret")}
    assert secret == {name for name in FIELDS if name in OPTIONS and OPTIONS[name].secret} | {"client_key", "client_cert"}
    assert {name for name, field in FIELDS.items() if field.get("multiline")} == FILES
    assert {name for name, field in FIELDS.items() if field["type"] == "boolean"} == {"skip_tls_verification"}
    for name, field in FIELDS.items():
        assert not re.search(r"\b[A-Z]\(", field["help_text"]), name
        if "choices" in field:
            assert field["choices"] == ["", *map(str, OPTIONS[name].choices)]
    # Every way to sign in can be filled in.
    wanted = {option for way in WAYS.values() for group in way.needed for option in group} - {"private_key_path"}
    assert wanted <= set(FIELDS)


def test_what_is_shown_of_a_job_has_no_secret() -> None:
    inputs = {name: f"canary-{name}" for name, field in FIELDS.items() if field["type"] == "string"}
    shown = controllers.shown_by_awx(AWX, inputs)
    assert shown["SUPEROFFICE_USERNAME"] == "canary-username" and shown["SUPEROFFICE_PASSWORD"] == "**********"
    assert {name for name in FIELDS if FIELDS[name].get("secret") and f"canary-{name}" in " ".join(shown.values())} == set()


WAY_FIELDS = sorted({field for field in FIELDS for way in WAYS.values() if {field, f"{field}_path"} & set(way.options)})
PLACES: tuple[dict[str, str], ...] = (
    {},
    {"url": "https://crm.example.com/SuperOffice"},
    {"tenant": TENANT},
    {"url": "https://crm.example.com/X", "tenant": TENANT},
)
SPEC = ArgumentSpecValidator(**connection_spec().as_kwargs())


def _settings(params: dict[str, Any]) -> settings.Settings | str:
    """The settings, or why there are none, of options that a task gives, and of the environment."""
    checked = SPEC.validate(without_blanks(params))
    assert not checked.error_messages, checked.error_messages
    try:
        return settings.from_params(without_blanks(checked.validated_parameters), os.environ)
    except BadInput as error:
        return str(error)


@pytest.mark.parametrize("controller, each", [("awx", 1 if EVERY_WAY else 3), ("eda", 7)])
def test_every_combination_of_blanks(controller: str, each: int, tmp_path: Path, environ: Callable[[dict[str, str]], None]) -> None:
    """A form sends a blank text, or leaves the field out; each means the same as an option that is not there."""
    further = [name for name in FIELDS if name not in WAY_FIELDS and name not in ("url", "tenant", "skip_tls_verification")]
    subsets = [subset for size in range(len(WAY_FIELDS) + 1) for subset in itertools.combinations(WAY_FIELDS, size)]
    kinds = []
    for number, (subset, place) in enumerate(itertools.product(subsets, PLACES)):
        if number % each:
            continue
        filled = {**place, **{name: f"the {name}" if name != "access_token" else "8A:x" for name in subset}}
        inputs: dict[str, Any] = dict(filled)
        for at, name in enumerate(FIELDS):
            # Left out, blank, or with nothing but a space in it.
            if name not in filled and name != "skip_tls_verification" and (at + number) % 3:
                inputs[name] = "" if (at + number) % 3 == 1 or "choices" in FIELDS[name] else " "
        if number % 2:
            inputs["skip_tls_verification"] = bool(number % 4 == 3)
        assert controllers.input_problems(AWX, inputs) == []
        environment = RENDERED[controller](inputs, tmp_path)
        environ(environment)
        found = _settings({})
        environ({})
        params: dict[str, Any] = {name: value for name, value in filled.items() if name not in FILES}
        if "private_key" in filled:
            params["private_key_path"] = str(tmp_path / f"{controller}_private_key")
            assert Path(params["private_key_path"]).read_text(encoding="utf-8") == "the private_key"
        params["validate_certs"] = not inputs.get("skip_tls_verification")
        assert found == _settings(params), (inputs, environment)
        assert len(further) == 7 and not [name for name in further if environment.get(f"SUPEROFFICE_{name.upper()}", "").strip()]
        if isinstance(found, settings.Settings):
            kinds.append((found.identity.way, found.tenant is not None))
    works = {
        ("username and password", False),
        *itertools.product(("ticket", "access_token"), (False, True)),
        ("system user", True),
        ("refresh_token", True),
    }
    assert set(kinds) == works if each == 1 else kinds and set(kinds) < works


def _own(stand_in: StandIn) -> dict[str, dict[str, Any]]:
    """Credentials for an installation of one's own, by way."""
    password = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
    return {
        "password": password,
        "password with an application": {**password, "client_secret": "an application's"},
        "password over SOAP": {**password, "transport": "soap", "services_version": "86"},
        "ticket": {"url": stand_in.url, "ticket": stand_in.ticket},
        "ticket over SOAP": {"url": stand_in.url, "ticket": stand_in.ticket, "transport": "soap", "services_version": "75"},
        "access token": {"url": f"{stand_in.url}/api", "access_token": stand_in.access_token},
    }


@pytest.mark.parametrize("controller", RENDERED)
def test_each_way_to_sign_in_to_an_installation(
    controller: str, stand_in: StandIn, tmp_path: Path, environ: Callable[[dict[str, str]], None]
) -> None:
    for number, (way, inputs) in enumerate(_own(stand_in).items()):
        blank = {name: "" for name, field in FIELDS.items() if field["type"] == "string"} if number % 2 else {}
        environ(RENDERED[controller]({**blank, **inputs}, tmp_path))
        found = run_module("erpsync_info", {"gather": ["engine"]}, shell=SHELLS[number % 2])
        assert found.get("engine", {}).get("interval") == "00:15:00", (way, found)


@pytest.mark.parametrize("controller", RENDERED)
def test_each_way_to_sign_in_to_a_tenant(
    controller: str, online: OnlineStandIn, tmp_path: Path, environ: Callable[[dict[str, str]], None]
) -> None:
    """A key comes as a file, in each form in which people have it."""
    tenant = online.tenants[TENANT]
    user = {"client_secret": online.client_secret, "system_user_token": tenant["system_user_token"]}
    other = key(3)
    ways: dict[str, dict[str, Any]] = {
        "system user": {**user, "private_key": online.private_key},
        "system user, line breaks of Windows": {**user, "private_key": online.private_key.replace("\n", "\r\n")},
        "system user, one line": {**user, "private_key": online.private_key.replace("\n", "\\n")},
        "system user over SOAP": {**user, "private_key": online.private_key, "transport": "soap", "services_version": "88"},
        "refresh token": {"client_id": online.client_id, "client_secret": online.client_secret, "refresh_token": tenant["refresh_token"]},
        "refresh token of a native application": {"client_id": online.native_client_id, "refresh_token": tenant["native_refresh_token"]},
        "system user, RSA XML": {**user, "private_key": xml(other)},
        "system user, blanks around": {**user, "private_key": f"\n  {pem(other)}  \n"},
    }
    for number, (way, inputs) in enumerate(ways.items()):
        if "XML" in way:
            online.change_application(online.client_id, public_key=public_pem(other))
        environ(RENDERED[controller]({**inputs, "tenant": TENANT, "url": ""}, tmp_path))
        found = run_module("erpsync_info", {"gather": ["engine"], "login_url": online.login_url, "rate_limit": 0}, shell=SHELLS[number % 2])
        assert found.get("engine", {}).get("interval") == "00:15:00", (way, found)


@pytest.mark.parametrize("controller", RENDERED)
def test_certificates_as_texts(controller: str, tmp_path: Path, environ: Callable[[dict[str, str]], None]) -> None:
    authority = Authority(tmp_path / "authority")
    certificate, own_key = (path.read_text(encoding="utf-8") for path in authority.issue("client", "erp-admin"))
    strict = authority.server_context("strict", "127.0.0.1", wants_client_certificate=True)
    elsewhere = authority.server_context("elsewhere", "crm.example.com")
    trusted = authority.path.read_text(encoding="utf-8")
    status = Exchange(
        "POST /api/v1/Agents/ErpSync/GetEngineStatus", answer({"IsRunning": True, "Interval": "00:15:00", "Status": "Running"})
    )
    tries: list[tuple[ssl.SSLContext, dict[str, Any], bool]] = [
        (strict, {"ca_cert": trusted, "client_cert": certificate, "client_key": own_key}, True),
        (strict, {"ca_cert": trusted, "client_cert": certificate + own_key, "client_key": ""}, True),
        (strict, {"client_cert": certificate, "client_key": own_key, "skip_tls_verification": True}, True),
        (elsewhere, {"skip_tls_verification": True}, True),
        # What nobody ticked verifies.
        (elsewhere, {"skip_tls_verification": False, "ca_cert": trusted}, False),
        (elsewhere, {"ca_cert": trusted}, False),
    ]
    for number, (context, inputs, works) in enumerate(tries):
        with ScriptedServer([(status.request, status.reply)] if works else [], context) as server:
            given = {"url": server.url, "username": "me", "password": "secret", **inputs}
            environ(RENDERED[controller](given, tmp_path))
            found = run_module("erpsync_info", {"gather": ["engine"], "retries": 0}, shell=SHELLS[number % 2])
        assert ("engine" in found, found.get("failure", {}).get("kind")) == (works, None if works else "tls"), (number, found)


def test_a_proxy_and_texts_that_look_like_templates(tmp_path: Path) -> None:
    """A password is rendered once, as a value."""
    for controller, render in RENDERED.items():
        odd = '{{ 7*7 }} "quoted" 1_000 \\n'
        environment = render({"url": "https://x", "username": "me", "password": odd, "proxy": "http://u:p@proxy:3128"}, tmp_path)
        assert (environment["SUPEROFFICE_PASSWORD"], environment["SUPEROFFICE_PROXY"]) == (odd, "http://u:p@proxy:3128"), controller
        assert all(isinstance(value, str) for value in environment.values())
