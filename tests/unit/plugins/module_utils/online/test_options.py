# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options for SuperOffice Online: where, who, and everything that is refused before anything is sent."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.environments import Tenant
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.sign_in import WAYS, key_parts
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.masking import Masking
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import key, pem, xml, xml_members

PRODUCTION = "https://online.superoffice.com"
SYSTEM_USER = {"client_secret": "canary-s", "system_user_token": "App Name-canary", "private_key": "canary-key"}
REFRESH = {"client_id": "app", "refresh_token": "canary-r"}
TENANT = {"tenant": "Cust12345", **SYSTEM_USER}


def refused(params: dict[str, Any], environ: dict[str, str] | None = None) -> str:
    with pytest.raises(BadInput) as caught:
        settings.from_params(params, environ)
    message = caught.value.message
    assert "canary" not in message and message.isprintable() and caught.value.attempts == 0
    return message


def test_a_tenant_in_an_environment() -> None:
    for environment, host in {
        None: PRODUCTION,
        "production": PRODUCTION,
        "stage": "https://qaonline.superoffice.com",
        "development": "https://sod.superoffice.com",
    }.items():
        found = settings.from_params({**TENANT, "online_environment": environment})
        assert (found.url, found.tenant, found.rate_limit) == ("", Tenant("Cust12345", host), 10.0)
    found = settings.from_params({**TENANT, "tenant": " cust007 ", "login_url": "http://127.0.0.1:8080/x/", "rate_limit": 0})
    assert (found.tenant, found.rate_limit) == (Tenant("Cust007", "http://127.0.0.1:8080/x"), None)
    assert (found.place, found.wait_for_tenant, found.warnings) == ("http://127.0.0.1:8080/x/Cust007", 0.0, ())
    assert settings.from_params({**TENANT, "wait_for_tenant": 600}).wait_for_tenant == 600.0


@pytest.mark.parametrize(
    ("url", "environment", "further"),
    [
        ("https://online.superoffice.com/Cust12345", "production", ""),
        ("http://Online.SuperOffice.com./cust12345/", "production", ""),
        ("https://online.superoffice.com:443/Cust12345/api/v1", "production", ""),
        ("https://qaonline.superoffice.com/Cust12345/Remote/Services88", "stage", " with online_environment: stage"),
        ("https://sod.superoffice.com/Cust12345/api", "development", " with online_environment: development"),
    ],
)
def test_an_address_on_a_sign_in_host_is_its_tenants(url: str, environment: str, further: str) -> None:
    for way in (SYSTEM_USER, REFRESH, {"access_token": "8A:x"}):
        found = settings.from_params({"url": url, **way})
        assert (found.url, found.tenant) == ("", settings.from_params({**TENANT, "online_environment": environment}).tenant)
        (warning,) = found.warnings
        assert warning.endswith(f"Write tenant: Cust12345{further} in place of url.")
    assert refused({"url": "http://localhost:1/Cust1", "login_url": "http://localhost:2", **REFRESH})
    found = settings.from_params({"url": "http://localhost:2/Cust1/api", "login_url": "http://localhost:2/", **REFRESH})
    assert found.tenant == Tenant("Cust1", "http://localhost:2")
    assert found.warnings[0].endswith("Write tenant: Cust1 with login_url: http://localhost:2 in place of url.")


def test_other_addresses_of_online_stay_addresses() -> None:
    for url in ("https://online2.superoffice.com/Cust12345", "https://app.superoffice.com/Cust12345"):
        found = settings.from_params({"url": url, "access_token": "8A:x"})
        assert (found.url, found.tenant, found.warnings) == (url, None, ())


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (
            {**TENANT, "url": "https://crm"},
            "url and tenant are both given. Keep url for an installation with an address of its own, and tenant for "
            "SuperOffice Online, which tells the address itself. The environment variables SUPEROFFICE_... count too.",
        ),
        (
            {**TENANT, "tenant": "12345"},
            "tenant is 12345, which is no tenant of SuperOffice Online. Use the form Cust12345. Write Cust12345.",
        ),
        (
            {**TENANT, "tenant": "https://online.superoffice.com/Cust1"},
            "tenant is https://online.superoffice.com/Cust1, which is no tenant of SuperOffice Online. Use the form "
            "Cust12345. An address is given as url.",
        ),
        (
            {**TENANT, "tenant": "https://me:canary@host/Cust1"},
            "tenant is https://***@host/Cust1, which is no tenant of SuperOffice Online. Use the form Cust12345. An "
            "address is given as url.",
        ),
        ({**TENANT, "tenant": "Cust1\u0000x"}, "tenant is Cust1\ufffdx, which is no tenant of SuperOffice Online. Use the form Cust12345."),
        ({**TENANT, "tenant": "x" * 101}, f"tenant is {'x' * 100}, which is no tenant of SuperOffice Online. Use the form Cust12345."),
        ({**TENANT, "tenant": "Cust"}, "tenant is Cust, which is no tenant of SuperOffice Online. Use the form Cust12345."),
        (
            {**TENANT, "tenant": "Cust1/../x"},
            "tenant is Cust1/../x, which is no tenant of SuperOffice Online. Use the form Cust12345. An address is given as url.",
        ),
        ({**TENANT, "online_environment": "qa"}, "online_environment is qa; use production, stage or development, or login_url."),
        (
            {**TENANT, "online_environment": "stage", "login_url": "http://x"},
            "online_environment and login_url are both given. Keep online_environment for SuperOffice's own sign-in hosts; "
            "login_url stands in their place. The environment variables SUPEROFFICE_... count too.",
        ),
        (
            {**TENANT, "login_url": "localhost:8080"},
            "login_url is not a web address: localhost:8080. Use the form https://online.superoffice.com.",
        ),
        (
            {**TENANT, "login_url": "http://me:canary@x"},
            "login_url contains a user name or password (http://***@x). Take them out of the address and give them as options.",
        ),
        (
            {**TENANT, "login_url": "http://x?a"},
            "login_url has a part behind ? or # (http://x?a), which does not belong to the address of a host for signing in. Leave it out.",
        ),
        ({**TENANT, "wait_for_tenant": -1}, "wait_for_tenant is -1; use a number of seconds, 0 or more."),
        (
            {**SYSTEM_USER, "login_url": "http://x"},
            "login_url is given without tenant. Give the tenant, for example Cust12345, as the option, as the variable "
            "erpsync_tenant of the host, or as SUPEROFFICE_TENANT in the environment.",
        ),
        (
            {**SYSTEM_USER, "online_environment": "stage"},
            "online_environment is given without tenant. Give the tenant, for example Cust12345, as the option, as the "
            "variable erpsync_tenant of the host, or as SUPEROFFICE_TENANT in the environment.",
        ),
        (
            SYSTEM_USER,
            "url is missing. Give the address of the installation, for example https://crm.example.com/SuperOffice, as the "
            "option, as the variable erpsync_url of the host, or as SUPEROFFICE_URL in the environment; for SuperOffice "
            "Online give tenant instead, for example Cust12345. The module_defaults of a play do not reach into the roles "
            "of this collection.",
        ),
        (
            {**SYSTEM_USER, "url": PRODUCTION},
            f"url is {PRODUCTION}, on the host for signing in, where no installation is. "
            "Give tenant, for example Cust12345, in place of url.",
        ),
        (
            {**SYSTEM_USER, "url": f"{PRODUCTION}/login"},
            "url is https://online.superoffice.com/login, on the host for signing in, where no installation is. Give "
            "tenant, for example Cust12345, in place of url.",
        ),
        (
            {"url": "https://online3.superoffice.com/Cust77", **REFRESH},
            "refresh_token is given with url (https://online3.superoffice.com/Cust77). It is for SuperOffice Online, whose "
            "host for signing in knows the address: write tenant: Cust77 in place of url. The environment variables "
            "SUPEROFFICE_... count too.",
        ),
        (
            {"url": "https://crm", **SYSTEM_USER},
            "system_user_token is given with url (https://crm). It is for SuperOffice Online, whose host for signing in "
            "knows the address: write tenant: Cust12345 in place of url. An installation of your own takes username and "
            "password, ticket or access_token. The environment variables SUPEROFFICE_... count too.",
        ),
        (
            {"tenant": "Cust1", "username": "me", "password": "canary"},
            "username and password are given, which SuperOffice Online (Cust1) does not take. Use client_secret, "
            "system_user_token and private_key for a system user; or client_id and refresh_token; or access_token; or "
            "ticket with client_secret. The environment variables SUPEROFFICE_... count too.",
        ),
        (
            {"url": "https://online2.superoffice.com/Cust1", "username": "me", "password": "canary"},
            "username and password are given, which SuperOffice Online (https://online2.superoffice.com/Cust1) does not "
            "take. Use client_secret, system_user_token and private_key for a system user; or client_id and refresh_token; "
            "or access_token; or ticket with client_secret. The environment variables SUPEROFFICE_... count too.",
        ),
        (
            {"url": "https://online.superoffice.com/Cust1", "username": "me", "password": "canary"},
            "username and password are given, which SuperOffice Online (Cust1) does not take. Use client_secret, "
            "system_user_token and private_key for a system user; or client_id and refresh_token; or access_token; or "
            "ticket with client_secret. The environment variables SUPEROFFICE_... count too.",
        ),
        (
            {"tenant": "Cust1", "ticket": "canary"},
            "ticket is given without client_secret, which SuperOffice Online (Cust1) wants beside it. Give both, or set "
            "SUPEROFFICE_CLIENT_SECRET.",
        ),
    ],
)
def test_where_it_cannot_be(params: dict[str, Any], words: str) -> None:
    assert refused(params) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {},
            "No way to sign in is given. Use username and password; ticket; access_token; for a system user of SuperOffice "
            "Online client_secret, system_user_token and private_key (or private_key_path); or client_id and "
            "refresh_token; as options, as variables erpsync_..., or as environment variables (SUPEROFFICE_USERNAME and "
            "SUPEROFFICE_PASSWORD, SUPEROFFICE_TICKET, SUPEROFFICE_ACCESS_TOKEN and so on).",
        ),
        (
            {"client_secret": "canary"},
            "No way to sign in is given. client_secret alone signs nobody in. Use username and password; ticket; "
            "access_token; for a system user of SuperOffice Online client_secret, system_user_token and private_key (or "
            "private_key_path); or client_id and refresh_token; as options, as variables erpsync_..., or as environment "
            "variables (SUPEROFFICE_USERNAME and SUPEROFFICE_PASSWORD, SUPEROFFICE_TICKET, SUPEROFFICE_ACCESS_TOKEN and so "
            "on).",
        ),
        (
            {**SYSTEM_USER, **REFRESH},
            "More than one way to sign in is given: system user, refresh_token. Keep one of them; the environment "
            "variables SUPEROFFICE_... count too.",
        ),
        (
            {**SYSTEM_USER, "access_token": "canary"},
            "More than one way to sign in is given: access_token, system user. Keep one of them; the environment variables "
            "SUPEROFFICE_... count too.",
        ),
        (
            {**SYSTEM_USER, "username": "me"},
            "More than one way to sign in is given: username and password, system user. Keep one of them; the environment "
            "variables SUPEROFFICE_... count too.",
        ),
        (
            {**REFRESH, "ticket": "canary"},
            "More than one way to sign in is given: ticket, refresh_token. Keep one of them; the environment variables "
            "SUPEROFFICE_... count too.",
        ),
        (
            {**SYSTEM_USER, "private_key_path": "/nowhere"},
            "private_key and private_key_path are both given. Keep one of them: the key itself, or the file that it is in. "
            "The environment variables SUPEROFFICE_... count too.",
        ),
        ({"refresh_token": "canary"}, "refresh_token is given without client_id. Give both, or set SUPEROFFICE_CLIENT_ID."),
        (
            {"client_id": "app", "client_secret": "canary"},
            "client_id is given without refresh_token. Give both, or set SUPEROFFICE_REFRESH_TOKEN.",
        ),
        (
            {"system_user_token": "canary"},
            "system_user_token is given without client_secret and private_key (or private_key_path). A system user needs "
            "client_secret, system_user_token, and private_key or private_key_path. Give what is missing, or set "
            "SUPEROFFICE_CLIENT_SECRET and SUPEROFFICE_PRIVATE_KEY.",
        ),
        (
            {"private_key": "canary"},
            "private_key is given without client_secret and system_user_token. A system user needs client_secret, "
            "system_user_token, and private_key or private_key_path. Give what is missing, or set "
            "SUPEROFFICE_CLIENT_SECRET and SUPEROFFICE_SYSTEM_USER_TOKEN.",
        ),
        (
            {"client_secret": "canary", "private_key": "canary"},
            "client_secret and private_key are given without system_user_token. A system user needs client_secret, "
            "system_user_token, and private_key or private_key_path. Give what is missing, or set "
            "SUPEROFFICE_SYSTEM_USER_TOKEN.",
        ),
        (
            {"client_secret": "canary", "system_user_token": "canary"},
            "client_secret and system_user_token are given without private_key (or private_key_path). A system user needs "
            "client_secret, system_user_token, and private_key or private_key_path. Give what is missing, or set "
            "SUPEROFFICE_PRIVATE_KEY.",
        ),
        (
            {**REFRESH, "refresh_token": "canary\nx"},
            "refresh_token is blank, or contains a line break or control character. Check where the value comes from.",
        ),
        (
            {**SYSTEM_USER, "system_user_token": "canary\r\nx"},
            "system_user_token is blank, or contains a line break or control character. Check where the value comes from.",
        ),
        (
            {**SYSTEM_USER, "client_secret": "canary\u00e5"},
            "client_secret contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from.",
        ),
        (
            {**REFRESH, "transport": "soap", "services_version": 85},
            "Services85 takes no access tokens, and refresh_token gives nothing else; Services86 and newer do, and REST. "
            "Use one of these, or a system user.",
        ),
    ],
)
def test_who_it_cannot_be(given: dict[str, Any], words: str) -> None:
    assert refused({"tenant": "Cust1", **given}) == words


def test_what_is_given_decides_the_way() -> None:
    application = {"client_id": "app", "client_secret": "s", "private_key": "k"}
    for way, given in {
        "system user": {"system_user_token": " t "},
        "refresh_token": {"refresh_token": "r "},
        "ticket": {"ticket": "7T:x"},
        "access_token": {"access_token": "8A:x"},
    }.items():
        # What a fleet of tenants has in common decides nothing.
        identity = settings.from_params({"tenant": "Cust1", **application, **given}).identity
        assert identity.way == way
        known = {name: value for name, value in identity._asdict().items() if value is not None}
        wanted = {name: value for name, value in application.items() if name in WAYS[way].options}
        assert known == {**wanted, **{name: value.strip() for name, value in given.items()}}
    assert settings.from_params({"tenant": "Cust1", **REFRESH}).identity.client_secret is None


def test_what_the_task_gives_counts_more_than_the_environment() -> None:
    environ = {
        "SUPEROFFICE_URL": "https://crm",
        "SUPEROFFICE_USERNAME": "me",
        "SUPEROFFICE_PASSWORD": "p",
        "SUPEROFFICE_APP_TOKEN": "s",
        "SUPEROFFICE_PRIVATE_KEY_PATH": "/nowhere",
        "SUPEROFFICE_ONLINE_ENVIRONMENT": "stage",
    }
    surrounding = {name.removeprefix("SUPEROFFICE_").lower(): value for name, value in environ.items() if not name.endswith("APP_TOKEN")}
    task = {"tenant": "Cust1", "system_user_token": "t", "private_key": "k", "login_url": "http://x"}
    found = settings.from_params({**surrounding, "client_secret": "s", **task}, environ)
    assert (found.tenant, found.identity.way, found.identity.private_key) == (Tenant("Cust1", "http://x"), "system user", "k")
    # A part of a way that the task gives is completed from the environment.
    also = {**environ, "SUPEROFFICE_SYSTEM_USER_TOKEN": "t", "SUPEROFFICE_REFRESH_TOKEN": "r", "SUPEROFFICE_CLIENT_ID": "i"}
    given = {"tenant": "Cust1", "private_key": "k", "system_user_token": "t", "refresh_token": "r", "client_id": "i", "client_secret": "s"}
    assert settings.from_params(given, also).identity.way == "system user"
    # Of the environment alone nothing counts more.
    both = {**environ, "SUPEROFFICE_TENANT": "Cust1"}
    assert "url and tenant are both given" in refused({**surrounding, "tenant": "Cust1"}, both)


def test_a_path_of_the_environment_is_read_as_ansible_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("KEYS", "keys")
    environ = {"SUPEROFFICE_PRIVATE_KEY_PATH": "~/$KEYS/app.pem"}
    found = settings.from_params({**TENANT, **SYSTEM_USER, "private_key_path": "/home/someone/keys/app.pem"}, environ)
    assert (found.identity.private_key, found.identity.private_key_path) == (SYSTEM_USER["private_key"], None)


def test_only_ways_that_have_all_they_need_sign_requests_with_headers() -> None:
    assert settings.from_params(TENANT).headers == settings.from_params({"tenant": "Cust1", **REFRESH}).headers == {}
    with_ticket = settings.from_params({"tenant": "Cust1", "ticket": "7T:x", "client_secret": "s"})
    assert with_ticket.headers == {"Authorization": "SOTicket 7T:x", "SO-AppToken": "s"}


def test_the_file_of_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / "key.pem"
    file.write_text("key", encoding="utf-8")
    without = {name: value for name, value in TENANT.items() if name != "private_key"}
    for path in (str(file), "~/key.pem"):
        identity = settings.from_params({**without, "private_key_path": path}).identity
        assert (identity.way, identity.private_key, identity.private_key_path) == ("system user", None, str(file))
    for name, words in {"none.pem": "there is no file", ".": "is a folder"}.items():
        message = refused({**without, "private_key_path": str(tmp_path / name)})
        assert message.startswith("private_key_path: ") and words in message


def test_each_part_of_a_key_is_masked_in_each_form() -> None:
    private = key()
    lines = [line for line in pem(private).splitlines() if not line.startswith("-----")]
    members = [value for name, value in xml_members(private).items() if name != "Exponent"]
    texts = {pem(private): lines, pem(private).replace("\n", "\\n"): lines, xml(private): members, pem(private).replace("\n", " "): lines}
    for text, parts in texts.items():
        masking = Masking(key_parts(text))
        for part in parts:
            for form in (
                part,
                quote(part, safe=""),
                json.dumps(f"x{part}y"),
                part.replace("+", "&#43;"),
                b64encode(part.encode()).decode(),
            ):
                shown = masking.text(f"told {form}, code 7")
                assert shown.startswith("told ") and shown.endswith(", code 7") and "********" in shown
                assert not [run for run in re.findall("[A-Za-z0-9]{8,}", shown) if run in part or run in form]
        whole = masking.text(f"told {text}, code 7")
        assert not [part for part in parts if part in whole]
    assert key_parts("") == ()


def test_nothing_secret_is_in_the_representation() -> None:
    found = settings.from_params(TENANT)
    assert "canary" not in repr(found) + repr(found.identity) + str(found.tenant)
    assert {*found.identity.secrets, SYSTEM_USER["private_key"]} == set(SYSTEM_USER.values())
