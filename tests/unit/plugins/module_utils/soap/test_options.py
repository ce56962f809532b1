# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that choose SOAP, from a task, a playbook's environment and a module."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.versions import VERSIONS
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from pytest_stand_in import StandIn

SOAP: dict[str, Any] = {
    "url": "https://crm.example.com/SuperOffice",
    "username": "sync",
    "password": "canary",
    "transport": "soap",
    "services_version": 86,
}


def made_of(**params: Any) -> settings.Settings:
    return settings.from_params({**SOAP, **params})


def refused(**params: Any) -> str:
    with pytest.raises(BadInput) as caught:
        made_of(**params)
    assert "canary" not in caught.value.message and caught.value.message.isprintable()
    return caught.value.message


def test_over_soap_no_header_carries_a_credential() -> None:
    found = made_of(client_secret="canary-app")
    assert (found.transport, found.services_version, dict(found.headers)) == ("soap", 86, {})
    identity = found.identity
    assert (identity.username, identity.password, identity.client_secret) == ("sync", "canary", "canary-app")
    assert "canary" not in repr(found) and "sync" not in repr(identity)


def test_rest_is_the_default_and_takes_no_notice_of_a_version() -> None:
    for params in ({"transport": None}, {"transport": "rest"}):
        found = made_of(**params)
        assert (found.transport, found.services_version) == ("rest", 0)
        assert found.headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("version", VERSIONS)
def test_versions(version: int) -> None:
    assert made_of(services_version=version).services_version == version


def test_what_cannot_work() -> None:
    assert "services_version is missing" in refused(services_version=None)
    assert "services_version is 76" in refused(services_version=76)
    assert "transport is gopher" in refused(transport="gopher")
    assert "password contains a character" in refused(password="canary\x01")
    assert "username contains a character" in refused(username="a\ud800")
    assert "password is given without username" in refused(username=None)
    assert "Services85 takes no access_token" in refused(username=None, password=None, access_token="canary", services_version=85)
    assert "ticket contains characters" in refused(username=None, password=None, ticket="canary\n1")


def test_what_only_headers_cannot_carry_travels_over_soap() -> None:
    assert made_of(username="DOMAIN:user", password="p\n\u00e5").identity.username == "DOMAIN:user"


@pytest.mark.parametrize(
    "ending", ["", "/", "/api", "/api/v1/", "/Remote", "/remote/services86", "/Remote/Services86/", "/Remote/Services86/ErpSync.svc"]
)
@pytest.mark.parametrize("transport", settings.TRANSPORTS)
def test_the_address_is_the_installations_whatever_stands_behind_it(ending: str, transport: str) -> None:
    assert made_of(url=SOAP["url"] + ending, transport=transport).url == SOAP["url"]
    assert made_of(url="https://crm/Remote/x").url == "https://crm/Remote/x"


def test_a_module_takes_them_from_options_and_from_the_environment(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
    by_options = run_module("erpsync_info", {**options, "gather": ["engine"], "transport": "soap", "services_version": 75})
    monkeypatch.setenv("SUPEROFFICE_TRANSPORT", "soap")
    monkeypatch.setenv("SUPEROFFICE_SERVICES_VERSION", "75")
    by_environment = run_module("erpsync_info", {**options, "gather": ["engine"]})
    assert by_options["engine"] == by_environment["engine"]
    assert all("/Remote/Services75/" in entry["path"] for entry in stand_in.journal())
    assert len(stand_in.journal()) == 4
    wrong = run_module("erpsync_info", {**options, "gather": ["engine"], "services_version": 79})
    assert wrong["failed"] and "services_version" in wrong["msg"]
