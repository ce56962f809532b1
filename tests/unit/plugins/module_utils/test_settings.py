# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options: what is made of them, and how wrong ones are refused."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.sign_in import Identity, readable
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.wording import without_userinfo
from ansible_collections.superoffice.erpsync.tests.unit.support.certificates import Authority, encrypt
from hypothesis import given
from hypothesis import strategies as st

URL = "https://crm.example.com/SuperOffice"
BASIC = {"url": URL, "username": "me", "password": "p\u00e5ss:word"}
SECRET = "canary"


def made(**params: Any) -> settings.Settings:
    return settings.from_params({**BASIC, **params})


def refused(params: dict[str, Any], environ: dict[str, str] | None = None) -> str:
    with pytest.raises(BadInput) as caught:
        settings.from_params(params, environ)
    assert caught.value.attempts == 0
    return caught.value.message


@pytest.mark.parametrize("ending", ["", "/", "/api", "/api/", "/API", "/api/v1", "/api/v1/", "//"])
def test_the_ending_of_the_address_does_not_matter(ending: str) -> None:
    assert made(url=URL + ending).url == URL


def test_addresses_that_are_kept() -> None:
    for url, kept in {
        "HTTP://crm": "http://crm",
        "http://127.0.0.1:8080/x": "http://127.0.0.1:8080/x",
        "https://[::1]:443": "https://[::1]:443",
        " https://crm ": "https://crm",
        "https://api.example.com/myapi": "https://api.example.com/myapi",
        "https://h\u00e5ndverk.example/S": "https://h\u00e5ndverk.example/S",
    }.items():
        assert made(url=url).url == kept


MISSING = (
    "url is missing. Give the address of the installation, for example https://crm.example.com/SuperOffice, as the option, as the "
    "variable erpsync_url of the host, or as SUPEROFFICE_URL in the environment; for SuperOffice Online give tenant instead, for "
    "example Cust12345. The module_defaults of a play do not reach into the roles of this collection."
)
NO_ADDRESS = "url is not an address: {}. Use the form https://crm.example.com/SuperOffice."
NO_WEB_ADDRESS = "url is not a web address: {}. Use the form https://crm.example.com/SuperOffice."
FURTHER = "url has a part behind ? or # ({}), which does not belong to the address of an installation. Leave it out."


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", MISSING),
        (None, MISSING),
        (" ", MISSING),
        ("crm.example.com", NO_WEB_ADDRESS),
        ("ftp://crm", NO_WEB_ADDRESS),
        ("https://", NO_WEB_ADDRESS),
        ("https:///x", NO_WEB_ADDRESS),
        ("http://crm:0", NO_WEB_ADDRESS),
        ("http://crm:x", NO_ADDRESS),
        ("http://crm:99999", NO_ADDRESS),
        ("http://[::1", NO_ADDRESS),
        ("https://crm/a b", NO_WEB_ADDRESS),
        ("https://crm/a\x01b", NO_WEB_ADDRESS),
        ("https://crm/a\x1fb", NO_WEB_ADDRESS),
        ("https://crm\n/x", NO_WEB_ADDRESS),
        ("https://crm?x=1", FURTHER),
        ("https://crm#x", FURTHER),
        ("//crm", NO_WEB_ADDRESS),
        ("https:crm", NO_WEB_ADDRESS),
    ],
)
def test_an_address_that_is_none_is_refused(url: str | None, sentence: str) -> None:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in url or "")
    assert refused({**BASIC, "url": url}) == sentence.format(shown)


@pytest.mark.parametrize(
    "url",
    [
        "https://erp.example.com/Connector.svc",
        "https://erp.example.com/Connector.SVC/",
        "https://erp.example.com/Connector.svc?ConnectorName=BC",
        "https://erp.example.com/Connector.svc/basic",
        "https://crm/Remote/Services86/Connectors/Other.svc",
        "plugin:Visma",
        "app://visma",
        "APP:visma",
    ],
)
def test_the_address_of_a_connector_is_no_address_of_an_installation(url: str) -> None:
    assert refused({**BASIC, "url": url}) == (
        f"url is {url}, which looks like the address of a connector. SuperOffice's credentials would go there; nothing was sent. Give the "
        "installation's own address, such as https://crm.example.com/SuperOffice; over SOAP it is what comes before "
        "/Remote/Services86/ErpSync.svc. A connector's address is connector_url in erpsync_connector, and url of an element of connectors "
        "in a document."
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://me:canary@crm",
        "https://canary@crm",
        "http://me:ca/canary@crm",
        "me:canary@crm",
        "https://me:canary@crm:x",
        "https://me:can#canary@crm",
        "http:me:canary@crm",
        "https://me:c@n@ry/canary@crm/x",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(url: str) -> None:
    assert SECRET not in refused({**BASIC, "url": url})
    assert SECRET not in without_userinfo(url)


def test_signing_in() -> None:
    assert made().headers == {"Authorization": "Basic " + base64.b64encode("me:p\u00e5ss:word".encode()).decode()}
    assert settings.from_params({"url": URL, "ticket": " 7T:abc= "}).headers == {"Authorization": "SOTicket 7T:abc="}
    with_app = settings.from_params({"url": URL, "access_token": "8A:x", "client_secret": "app"})
    assert with_app.headers == {"Authorization": "Bearer 8A:x", "SO-AppToken": "app"}


@pytest.mark.parametrize(
    "given, words",
    [
        (
            {},
            "No way to sign in is given. Use username and password; ticket; access_token; for a system user of SuperOffice "
            "Online client_secret, system_user_token and private_key (or private_key_path); or client_id and "
            "refresh_token; as options, as variables erpsync_..., or as environment variables (SUPEROFFICE_USERNAME and "
            "SUPEROFFICE_PASSWORD, SUPEROFFICE_TICKET, SUPEROFFICE_ACCESS_TOKEN and so on).",
        ),
        ({"username": "me"}, "username is given without password. Give both, or set SUPEROFFICE_PASSWORD."),
        ({"password": "canary"}, "password is given without username. Give both, or set SUPEROFFICE_USERNAME."),
        ({"username": "me", "password": ""}, "username is given without password. Give both, or set SUPEROFFICE_PASSWORD."),
        (
            {"username": "me", "password": "canary", "ticket": "canary"},
            "More than one way to sign in is given: username and password, ticket. Keep one of them; the environment "
            "variables SUPEROFFICE_... count too.",
        ),
        (
            {"ticket": "canary", "access_token": "canary"},
            "More than one way to sign in is given: ticket, access_token. Keep one of them; the environment variables "
            "SUPEROFFICE_... count too.",
        ),
        (
            {"username": "me", "password": "canary\ud800"},
            "username or password contains characters that no text has. Check where the values come from.",
        ),
        (
            {"username": "me:x", "password": "canary"},
            "username contains a colon (me:x), which Basic authentication cannot carry. Use the plain user name.",
        ),
        (
            {"ticket": "canary\nX-Evil: 1"},
            "ticket contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from.",
        ),
        (
            {"access_token": "canary\u00e5"},
            "access_token contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from.",
        ),
        (
            {"access_token": " "},
            "access_token contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from.",
        ),
        ({"ticket": "x", "client_secret": "canary\r\n"}, None),
        (
            {"ticket": "x", "client_secret": "canary\x00"},
            "client_secret contains characters that an HTTP header cannot carry, such as a line break. Check where the value comes from.",
        ),
    ],
)
def test_signing_in_that_cannot_work(given: dict[str, str], words: str | None) -> None:
    params = {"url": URL, **given}
    if words is None:
        assert settings.from_params(params).headers["SO-AppToken"] == "canary"
        return
    message = refused(params)
    assert message == words
    assert SECRET not in message


def test_the_tasks_way_of_signing_in_wins_over_the_environments() -> None:
    environ = {"SUPEROFFICE_TICKET": "env", "SUPEROFFICE_USERNAME": "env-user"}
    both = {"url": URL, "username": "me", "password": "p", "ticket": "env"}
    assert settings.from_params(both, environ).headers["Authorization"].startswith("Basic ")
    assert settings.from_params({**both, "username": "env-user"}, environ).headers["Authorization"].startswith("Basic ")
    assert settings.from_params({"url": URL, "access_token": "t", "ticket": "env"}, environ).headers["Authorization"] == "Bearer t"
    two = {"SUPEROFFICE_TICKET": "env", "SUPEROFFICE_ACCESS_TOKEN": "env2"}
    assert "More than one" in refused({"url": URL, "ticket": "env", "access_token": "env2"}, two)


def test_secrets_are_not_in_the_representation() -> None:
    made_of = settings.from_params({"url": URL, "access_token": SECRET, "client_secret": SECRET, "proxy": "http://u:canary@proxy:3128"})
    assert SECRET not in repr(made_of)


def test_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path / "authority")
    _issued, key = authority.issue("c", "erp-admin")
    cert = tmp_path / "c.pem"
    cert.write_bytes(_issued.read_bytes() + key.read_bytes())
    monkeypatch.setenv("HOME", str(tmp_path))
    assert made().verify is True
    assert made(validate_certs=True, ca_path=str(cert)).verify == str(cert)
    assert made(ca_path=str(tmp_path)).verify == str(tmp_path)
    assert made(ca_path="~/c.pem").verify == str(cert)
    assert made(validate_certs=False, ca_path=str(cert)).verify is False
    assert made(client_cert=str(cert)).client_cert == str(cert)
    assert made(client_cert=str(cert), client_key=str(key)).client_cert == (str(cert), str(key))
    none = tmp_path / "none"
    for wrong, sentence in (
        ({"ca_path": str(none)}, f"ca_path: there is no file {none}. Check the path on the machine where the task runs."),
        ({"client_cert": str(none)}, f"client_cert: there is no file {none}. Check the path on the machine where the task runs."),
        (
            {"client_cert": str(cert), "client_key": str(none)},
            f"client_key: there is no file {none}. Check the path on the machine where the task runs.",
        ),
        ({"client_key": str(key)}, "client_key is given without client_cert. Give the certificate that belongs to it."),
        ({"client_cert": str(tmp_path)}, f"client_cert: {tmp_path} is a folder; give the file."),
        (
            {"ca_path": cert.read_text()},
            "ca_path is the content of a file, and not its path. Write it into a file, and give the file's path.",
        ),
    ):
        assert refused({**BASIC, **wrong}) == sentence


def test_client_certificates_with_which_nothing_could_be_opened(tmp_path: Path) -> None:
    """Nobody is asked for a password at the terminal, and no connection is tried."""
    authority = Authority(tmp_path)
    cert, key = authority.issue("one", "erp-admin")
    _other, other_key = authority.issue("two", "erp-admin")
    locked = encrypt(key, tmp_path / "locked.key")
    both, nothing = tmp_path / "both.pem", tmp_path / "nothing.pem"
    both.write_bytes(cert.read_bytes() + locked.read_bytes())
    nothing.write_text("x")
    type_it = (
        "and nobody is there to type its password. Give the key without encryption, in a file that only the user of the task can read: "
        "openssl pkey -in KEY -out KEY-WITHOUT-PASSWORD."
    )
    convert = "Check the path, or convert"
    for files, words in (
        ((both,), f"client_cert: the key in {both} is encrypted, {type_it}"),
        ((cert, locked), f"client_key: the key in {locked} is encrypted, {type_it}"),
        (
            (cert, other_key),
            f"client_key: the key in {other_key} does not belong to the certificate in {cert}. Give the key with which it was issued.",
        ),
        ((cert,), f"client_cert: the file {cert} has no key in PEM format. Give the key's own file as client_key."),
        ((cert, nothing), f"client_key: the file {nothing} has no key in PEM format. {convert} the key."),
        ((cert, cert), f"client_key: the file {cert} has no key in PEM format. {convert} the key."),
        ((nothing,), f"client_cert: the file {nothing} has no certificate in PEM format. {convert} the certificate."),
        ((key, key), f"client_cert: the file {key} has no certificate in PEM format. {convert} the certificate."),
    ):
        options = dict(zip(("client_cert", "client_key"), map(str, files), strict=False))
        assert refused({**BASIC, **options}) == words
    broken = tmp_path / "broken.pem"
    broken.write_bytes(cert.read_bytes().replace(b"MII", b"AAA") + key.read_bytes())
    assert "cannot be used with the key" in refused({**BASIC, "client_cert": str(broken)})


def test_proxies() -> None:
    assert made(proxy=" http://proxy:3128 ").proxy == "http://proxy:3128"
    assert made(proxy="").proxy is None
    scheme = "it does not begin with http:// or https://"
    for wrong, why in {
        "proxy:3128": scheme,
        "socks5://u:canary@proxy": scheme,
        "http://": "it names no host",
        "http://u:canary@proxy:x": "its host or port is none",
        "http://u:canary@proxy:0": "its port is none",
        "http://[::1": "its host or port is none",
        "http://a b": "there is a blank or a line break in it",
    }.items():
        shown = without_userinfo(wrong)
        assert SECRET not in shown
        assert refused({**BASIC, "proxy": wrong}) == (
            f"proxy is not the address of an HTTP proxy ({shown}): {why}. Use the form http://proxy.example.com:3128."
        )


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    for path, words in {
        file: f"ca_path: there is no file {file}. Check the path on the machine where the task runs.",
        tmp_path: f"ca_path: {tmp_path} is a folder; give the file.",
    }.items():
        with pytest.raises(BadInput) as caught:
            readable("ca_path", str(path))
        assert caught.value.message == words
    assert readable("ca_path", str(tmp_path), folder=True) == str(tmp_path)
    file.touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert readable("ca_path", "~/file") == str(file)
    # The user of the tests may be one who can read everything.
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (str(file), os.R_OK))
    with pytest.raises(BadInput) as caught:
        readable("ca_path", str(file))
    assert caught.value.message == f"ca_path: the file {file} cannot be read by the user that runs the task."


@pytest.mark.parametrize(("option", "unit"), [("timeout", "seconds"), ("rate_limit", "calls a second")])
@pytest.mark.parametrize("value", [-1.0, float("inf"), float("nan"), -0.5])
def test_numbers_that_cannot_be(option: str, unit: str, value: float) -> None:
    assert refused({**BASIC, option: value}) == f"{option} is {value}; use a number of {unit} above zero."


def test_numbers() -> None:
    assert (made().timeout, made().retries, made().rate_limit) == (30.0, 3, None)
    assert (made(timeout=0.5).timeout, made(retries=0).retries, made(rate_limit=0.0).rate_limit, made(rate_limit=10).rate_limit) == (
        0.5,
        0,
        None,
        10.0,
    )
    assert made(timeout=1e300).timeout == 31536000.0
    assert refused({**BASIC, "timeout": 0.0}) == "timeout is 0.0; use a number of seconds above zero."
    assert [made(retries=value).retries for value in (0, 100, None)] == [0, 100, 3]
    for value in (-1, 101, 10**30):
        assert refused({**BASIC, "retries": value}) == f"retries is {value}; use a number from 0 (never repeat) to 100."
    assert [made(wait_for_tenant=value).wait_for_tenant for value in (0.5, 1e300, 0, None)] == [0.5, 31536000.0, 0.0, 0.0]
    for number in (-0.5, float("inf"), float("nan")):
        assert refused({**BASIC, "wait_for_tenant": number}) == f"wait_for_tenant is {number}; use a number of seconds, 0 or more."
    assert [made(parallel_requests=value).parallel_requests for value in (1, 32, None)] == [1, 32, 6]
    for value in (0, 33):
        assert refused({**BASIC, "parallel_requests": value}) == (
            f"parallel_requests is {value}; use a number from 1 (one after the other) to 32."
        )


texts = st.none() | st.text(st.characters(), max_size=30) | st.from_regex(r"https?://[a-z:@/?#\[\]%.0-9 ]{0,20}", fullmatch=True)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            (
                *("url", "tenant", "login_url", "username", "password", "ticket", "access_token", "proxy"),
                *("client_id", "client_secret", "system_user_token", "private_key", "refresh_token"),
            ),
            texts,
        ),
    )
)
def test_any_texts_are_settings_or_refused(params: dict[str, str | None]) -> None:
    try:
        made_of = settings.from_params(params, {})
    except BadInput as error:
        assert error.message
    else:
        for value in made_of.headers.values():
            value.encode("ascii")


@given(st.text(st.characters()))
def test_masking_is_harmless_to_any_text(url: str) -> None:
    masked = without_userinfo(url)
    assert masked == url if "@" not in url else "***@" in masked


@pytest.mark.parametrize(
    ("url", "rate"),
    [
        ("https://sod2.superoffice.com/Cust12345", 10.0),
        ("https://ONLINE3.SuperOffice.com./Cust1/api", 10.0),
        ("https://superoffice.com", 10.0),
        ("https://superoffice.example.com/SuperOffice", None),
        ("https://notsuperoffice.com/SuperOffice", None),
        ("http://127.0.0.1:8099/SuperOffice", None),
    ],
)
def test_superoffice_online_is_called_ten_times_a_second_unless_it_is_said_otherwise(url: str, rate: float | None) -> None:
    def rated(**params: Any) -> float | None:
        return settings.from_params({"url": url, "access_token": "8A:x", **params}).rate_limit

    assert rated() == rate
    assert rated(rate_limit=25) == 25.0
    assert rated(rate_limit=0) is None


def test_what_counts_where_nothing_is_said() -> None:
    assert settings.Settings("https://crm", {}) == (
        *("https://crm", {}, True, None, None, 30.0, 3, None, 6, "rest", 0, Identity(), None, 0.0, ()),
    )
    assert Identity() == (None,) * 10
