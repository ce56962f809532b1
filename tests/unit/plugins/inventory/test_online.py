# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of tenants in the test's own process: sources, cache, other inventories beside it. test_inventory.py runs Ansible."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible_collections.superoffice.erpsync.plugins.inventory import online
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from ansible_collections.superoffice.erpsync.tests.unit.support.state_host import PAST, VERSION, StateHost, told

NAME = "superoffice.erpsync.online"
# Of Ansible's own fragments.
_FRAGMENTS: dict[str, Any] = {
    "strict": False,
    "compose": {},
    "groups": {},
    "keyed_groups": [],
    "use_extra_vars": False,
    "leading_separator": True,
    "cache": False,
    "cache_plugin": "memory",
    "cache_timeout": 3600,
    "cache_connection": None,
    "cache_prefix": "p",
}
NOW = 1_790_000_000.0


class Plugin(online.InventoryModule):
    """The plugin with options as its file has them, a cache that is given, and warnings that are kept."""

    def __init__(self, cache: Any = None, now: float = NOW) -> None:
        super().__init__()
        self._cache = {} if cache is None else cache
        self.now = lambda: now
        self.told: list[str] = []
        self.display: Any = self

    def warning(self, text: str) -> None:
        self.told.append(text)

    def vvv(self, text: str) -> None:
        assert "not existing" in text

    def _read_config_data(self, path: str) -> dict[str, Any]:
        config: dict[str, Any] = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        documented = yaml.safe_load(online.DOCUMENTATION)["options"]
        self._options = {**_FRAGMENTS, **{name: None for name in documented if name not in _FRAGMENTS}}
        self._options.update({name: value for name, value in config.items() if name in self._options})
        return config

    def get_option(self, option: str, hostvars: Any = None) -> Any:
        return self._options[option]

    def get_cache_key(self, path: str) -> str:
        return f"key of {Path(path).name}"


@pytest.fixture
def host() -> Iterator[StateHost]:
    with StateHost() as running:
        running.answers.update({name: told(name) for name in ("Cust1", "Cust2", "Cust3")})
        yield running


def parse(
    home: Path, plugin: Plugin | None = None, inventory: InventoryData | None = None, may_read: bool = True, **config: Any
) -> InventoryData:
    path = home / "acme.superoffice.yml"
    path.write_text(yaml.safe_dump({"plugin": NAME, "rate_limit": 0, "retries": 0, **config}), encoding="utf-8")
    found = inventory or InventoryData()
    (plugin or Plugin()).parse(found, DataLoader(), str(path), may_read)
    return found


def refused(home: Path, **config: Any) -> str:
    with pytest.raises(AnsibleParserError) as caught:
        parse(home, **config)
    return str(caught.value)


def test_which_files_it_takes(tmp_path: Path) -> None:
    names = ("acme.superoffice.yml", "acme.superoffice.yaml", "superoffice.yml", "acme.superoffice.json", "acme-superoffice.yml")
    for name in names:
        (tmp_path / name).touch()
    assert [name for name in names if Plugin().verify_file(str(tmp_path / name))] == ["acme.superoffice.yml", "acme.superoffice.yaml"]
    assert not Plugin().verify_file(str(tmp_path / "gone.superoffice.yml"))


def test_a_file_of_another_name_is_told_how_to_be_named(tmp_path: Path) -> None:
    plugin = Plugin()
    texts = ("---\nplugin: superoffice.erpsync.online  # tenants\n", "plugin: 'superoffice.erpsync.online'", "x: 1\nplugin: ini\n", "")
    for number, text in enumerate((*texts, "# plugin: superoffice.erpsync.online\n", "plugin: superoffice.erpsync.online2\n")):
        path = tmp_path / f"tenants{number}.yml"
        path.write_text(text, encoding="utf-8")
        assert not plugin.verify_file(str(path))
    (tmp_path / "folder.yml").mkdir()
    assert not plugin.verify_file(str(tmp_path / "folder.yml"))
    assert plugin.told == [
        f"{tmp_path}/tenants{number}.yml names superoffice.erpsync.online, whose files end with .superoffice.yml or .superoffice.yaml. "
        "Name it so."
        for number in (0, 1)
    ]


def test_what_a_host_is_told(host: StateHost, tmp_path: Path) -> None:
    listed = ["cust1", {"tenant": "Cust2", "name": "b", "vars": {"country": "NO"}}]
    found = parse(tmp_path, login_url=f"{host.url}/", tenants=listed)
    of_all = {"erpsync_login_url": host.url, "state": "Running", "running": True, "version": VERSION, "message": None}
    # As Ansible itself adds to them.
    added = ("inventory_file", "inventory_dir")
    variables = {name: {key: value for key, value in one.vars.items() if key not in added} for name, one in found.hosts.items()}
    until, at = "2099-01-01T00:00:00Z", "https://online2.superoffice.com"
    assert variables == {
        "Cust1": {**of_all, "erpsync_tenant": "Cust1", "address": f"{at}/Cust1", "valid_until": until},
        "b": {**of_all, "erpsync_tenant": "Cust2", "address": f"{at}/Cust2", "valid_until": until, "country": "NO"},
    }
    assert {name for name in found.groups if name not in ("all", "ungrouped")} == {"superoffice"}
    assert found.groups["superoffice"].vars == {"ansible_connection": "local"}
    assert [one.name for one in found.groups["superoffice"].hosts] == ["Cust1", "b"]
    assert host.asked == {"Cust1": 1, "Cust2": 1}


def test_the_example_is_taken_as_it_stands(host: StateHost, tmp_path: Path) -> None:
    """Its expressions are those of test_inventory.py: Ansible trusts none that a test hands over."""
    host.answers.update({name: told(name) for name in ("Cust12345", "Cust23456")})
    example = yaml.safe_load(online.EXAMPLES)
    assert example.pop("plugin") == NAME
    found = parse(tmp_path, login_url=host.url, **example)
    assert sorted(found.hosts) == ["Cust12345", "dale-timber"]
    assert found.hosts["dale-timber"].vars["country"] == "Norway"


def test_options_of_the_environment(host: StateHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a controller gives them: each is set, and blank where the credential has nothing."""
    for name in online.HOST_OPTIONS:
        monkeypatch.setenv(f"SUPEROFFICE_{name.upper()}", "")
    monkeypatch.setenv("SUPEROFFICE_LOGIN_URL", host.url)
    monkeypatch.setenv("SUPEROFFICE_TENANT", "Cust3")
    monkeypatch.setenv("SUPEROFFICE_URL", "https://crm.example.com")
    assert list(parse(tmp_path, tenants=["Cust1"]).hosts) == ["Cust1"]
    monkeypatch.setenv("SUPEROFFICE_PARALLEL_REQUESTS", "33")
    assert refused(tmp_path, tenants=["Cust1"]) == "parallel_requests is 33; use a number from 1 (one after the other) to 32."
    # The file counts more.
    assert list(parse(tmp_path, tenants=["Cust1"], parallel_requests=1).hosts) == ["Cust1"]


@pytest.mark.parametrize(
    ("environment", "host"), [(None, "online"), ("production", "online"), ("stage", "qaonline"), ("development", "sod")]
)
def test_the_environments_of_superoffice(environment: str | None, host: str, tmp_path: Path) -> None:
    proxy = f"http://127.0.0.1:{free_port()}"
    plugin = Plugin()
    chosen: dict[str, Any] = {} if environment is None else {"online_environment": environment}
    one = parse(tmp_path, plugin, tenants=["Cust1"], proxy=proxy, **chosen).hosts["Cust1"]
    assert one.vars["erpsync_online_environment"] == (environment or "production") and "erpsync_login_url" not in one.vars
    assert one.vars["state"] == "Unknown" and one.vars["running"] is False
    # It was tried through the proxy, which is not there.
    (warning,) = plugin.told
    assert warning == f"Cust1 is a host of state Unknown: {one.vars['message']}" and proxy[7:] in warning
    assert host in ("online", "qaonline", "sod")


def test_the_options_are_those_of_the_table() -> None:
    documented = yaml.safe_load(online.DOCUMENTATION)["options"]
    table = {option.name: option for option in CONNECTION_OPTIONS if option.name in online.HOST_OPTIONS}
    assert set(table) == set(online.HOST_OPTIONS) < set(documented)
    for name, option in table.items():
        said = documented[name]
        text = " ".join(said["description"])
        assert said["type"] == option.type and tuple(said.get("choices", ())) == option.choices, name
        assert all(f"E({variable})" in text for variable in option.environment_variables), name
        # Documented only: a default of Ansible's would count more than the environment.
        assert "default" not in said
        if option.default is not None:
            assert f"By default V({str(option.default).lower()})" in text, name


def test_the_pace_of_superoffice_is_kept() -> None:
    address, chosen = settings.of_many_tenants({})
    assert (address, chosen.url) == ("https://online.superoffice.com",) * 2
    assert (chosen.rate_limit, chosen.parallel_requests, chosen.timeout, chosen.retries) == (10, 6, 30, 3)
    _address, chosen = settings.of_many_tenants({"rate_limit": 2, "parallel_requests": 3})
    assert (chosen.rate_limit, chosen.parallel_requests) == (2, 3)


def test_blank_options_of_the_file(host: StateHost, tmp_path: Path) -> None:
    blank: dict[str, Any] = dict.fromkeys(("proxy", "ca_path", "validate_certs", "online_environment", "timeout"), "")
    assert list(parse(tmp_path, login_url=host.url, tenants=["Cust1"], **blank).hosts) == ["Cust1"]


@pytest.mark.parametrize(
    "option", [{"compose": {"x": "nothing.here"}}, {"groups": {"x": "nothing.here"}}, {"keyed_groups": [{"key": "nothing.here"}]}]
)
def test_expressions_that_fail(option: dict[str, Any], host: StateHost, tmp_path: Path) -> None:
    found = parse(tmp_path, login_url=host.url, tenants=["Cust1"], **option)
    assert "x" not in found.hosts["Cust1"].vars and set(found.groups) == {"all", "ungrouped", "superoffice"}
    with pytest.raises(AnsibleError, match="[Cc]ould not .*Cust1"):
        parse(tmp_path, login_url=host.url, tenants=["Cust1"], strict=True, **option)


# Sources


def test_three_sources(host: StateHost, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("# ours\nCust2\ncust1\n\n", encoding="utf-8-sig")
    host.answers["/list"] = ["CUST2", {"tenant": "Cust3", "name": "c"}]
    found = parse(tmp_path, login_url=host.url, tenants=["Cust1"], tenants_file="more.txt", tenants_url=f"{host.url}/list")
    assert list(found.hosts) == ["Cust1", "Cust2", "c"]
    assert host.asked == {"Cust1": 1, "Cust2": 1, "Cust3": 1, "/list": 1}


def test_a_file_in_the_home_folder(host: StateHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "t.json").write_text('["Cust1"]', encoding="utf-8-sig")
    assert list(parse(tmp_path, login_url=host.url, tenants_file="~/t.json").hosts) == ["Cust1"]


@pytest.mark.parametrize("name", ["t.yml", "t.yaml", "t.json"])
def test_files_with_keys(name: str, host: StateHost, tmp_path: Path) -> None:
    listed = [{"tenant": "Cust1", "name": "a", "vars": {"greeting": "{{ 'a' }}"}}, "Cust2"]
    for document in (listed, {"tenants": listed}):
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
        found = parse(tmp_path, login_url=host.url, tenants_file=str(tmp_path / name))
        assert list(found.hosts) == ["a", "Cust2"] and found.hosts["a"].vars["greeting"] == "{{ 'a' }}"


@pytest.mark.parametrize(
    "answer", [["Cust1"], {"tenants": ["Cust1"]}, b"Cust1\n", b"\xef\xbb\xbf# x\r\nCust1 # y\r\n", b' \n["Cust1"]', [{"tenant": "Cust1"}]]
)
def test_answers_with_a_list(answer: Any, host: StateHost, tmp_path: Path) -> None:
    host.answers["/t?key=x"] = answer
    assert list(parse(tmp_path, login_url=host.url, tenants_url=f" {host.url}/t?key=x ").hosts) == ["Cust1"]


GIVE = "Give an address that answers with JSON, or with one tenant in each line"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"<!DOCTYPE html>", f"answers with a web page. {GIVE}, without a sign-in page in front of it."),
        (b'["Cust1"', f"answers with a text that begins like JSON and is not. {GIVE}."),
        (b"[" * 100_000, f"answers with a text that begins like JSON and is not. {GIVE}."),
        (b"\xff\xfe", f"answers with bytes that are not text in UTF-8. {GIVE}."),
        ((302, {"Location": "/x"}, b""), f"answers with 302. {GIVE}, without signing in and without a redirect."),
        ((401, {}, b"secret"), f"answers with 401. {GIVE}, without signing in and without a redirect."),
        ((204, {"Content-Length": "0"}, b""), f"answers with 204. {GIVE}, without signing in and without a redirect."),
    ],
)
def test_answers_without_a_list(answer: Any, message: str, host: StateHost, tmp_path: Path) -> None:
    host.answers["/t?key=canary"] = answer
    assert refused(tmp_path, login_url=host.url, tenants_url=f"{host.url}/t?key=canary") == f"tenants_url ({host.url}/t) {message}"
    assert host.asked == {"/t?key=canary": 1}


def test_a_list_of_a_server_sets_no_variables(host: StateHost, tmp_path: Path) -> None:
    host.answers["/t"] = [{"tenant": "Cust1", "vars": {"ansible_python_interpreter": "/tmp/x"}}]
    message = refused(tmp_path, login_url=host.url, tenants_url=f"{host.url}/t")
    assert message.startswith(f"tenants_url ({host.url}/t)[0].vars: a list from tenants_url sets no variables, because")


def test_a_list_that_does_not_come(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/t"
    message = refused(tmp_path, tenants_url=url)
    assert message.startswith(f"tenants_url ({url}): no connection to 127.0.0.1") and "Check that tenants_url is right" in message


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "There are no tenants. Give tenants, a list such as [Cust12345]; or tenants_file; or tenants_url."),
        (
            {"tenants": None, "tenants_file": "", "tenants_url": None},
            "There are no tenants. Give tenants, a list such as [Cust12345]; or tenants_file; or tenants_url.",
        ),
        ({"tenants": []}, "There is no tenant in tenants. Give at least one, for example Cust12345."),
        (
            {"tenants": [], "tenants_file": "blank.txt"},
            "There is no tenant in tenants and tenants_file. Give at least one, for example Cust12345.",
        ),
        ({"tenants_file": ["Cust1"]}, "tenants_file is a list; give a text. A list of tenants is given as tenants."),
        ({"tenants_url": 7}, "tenants_url is 7; give a text. A list of tenants is given as tenants."),
        (
            {"tenants_file": "gone.txt"},
            "tenants_file (HOME/gone.txt) cannot be read: no such file or directory. Give a file below the folder of the "
            "inventory file, or a "
            "full path.",
        ),
        (
            {"tenants_file": "."},
            "tenants_file (HOME/.) cannot be read: is a directory. Give a file below the folder of the inventory file, or a full path.",
        ),
        (
            {"tenants_file": "a\0b"},
            "tenants_file (HOME/a\0b) cannot be read: no path. Give a file below the folder of the inventory file, or a full path.",
        ),
        ({"tenants_file": "latin.txt"}, "tenants_file (HOME/latin.txt) is no text in UTF-8. Save it as UTF-8."),
        (
            {"tenants_file": "bad.yml"},
            "tenants_file (HOME/bad.yml) is neither YAML nor JSON: line 2, column 1. Correct it.",
        ),
        (
            {"tenants_file": "other.yml"},
            "tenants_file (HOME/other.yml) is keys with values; give a list. Write a tenant such as Cust12345, or keys: tenant, "
            "and perhaps "
            "name and vars.",
        ),
        (
            {"tenants_url": "file:///etc/passwd"},
            "tenants_url (file:///etc/passwd) is no web address without a user name. Use the form "
            "https://intranet.example.com/tenants.json.",
        ),
        (
            {"tenants_url": "https://me:canary@x.example.com/t"},
            "tenants_url (https://***@x.example.com/t) is no web address without a user name. Use the form "
            "https://intranet.example.com/tenants.json.",
        ),
        (
            {"tenant": ["Cust1"]},
            f'"tenant" is no option. Did you mean tenants? See ansible-doc -t inventory {NAME} for all of them.',
        ),
        (
            {"tenants": ["Cust1"], "login_url": "ftp://x"},
            "login_url is not a web address: ftp://x. Use the form https://online.superoffice.com.",
        ),
        (
            {"tenants": ["Cust1"], "login_url": "http://x", "online_environment": "stage"},
            "online_environment and login_url are both given. Keep online_environment for SuperOffice's own sign-in hosts; "
            "login_url stands in "
            "their place. The environment variables SUPEROFFICE_... count too.",
        ),
        ({"tenants": ["Cust1"], "timeout": 0}, "timeout is 0.0; use a number of seconds above zero."),
        ({"tenants": ["Cust1"], "retries": -1}, "retries is -1; use a number from 0 (never repeat) to 100."),
        ({"tenants": ["Cust1"], "timeout": float("nan")}, "timeout is nan, which is no finite number. Give a number, or a text in quotes."),
    ],
)
def test_what_is_refused(config: dict[str, Any], message: str, tmp_path: Path) -> None:
    (tmp_path / "blank.txt").write_text("# nobody\n\n", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes(b"Cust1 # K\xf8benhavn")
    (tmp_path / "bad.yml").write_text("- Cust1\n}\n", encoding="utf-8")
    (tmp_path / "other.yml").write_text("tenants: [Cust1]\nhosts: {}\n", encoding="utf-8")
    assert refused(tmp_path, **config).replace(str(tmp_path), "HOME") == message


def test_a_value_of_another_type_is_named(tmp_path: Path) -> None:
    message = refused(tmp_path, tenants=["Cust1"], retries="many", proxy="http://me:canary@x")
    assert message.startswith("argument 'retries' is of type ") and message.endswith(". Correct it.") and "canary" not in message


# The cache


def asked_with(host: StateHost, home: Path, stored: Any, now: float = NOW, **more: Any) -> int:
    """How many tenants were asked for by a run with this cache."""
    host.asked.clear()
    config: dict[str, Any] = {"cache": True, "login_url": host.url, "tenants": ["Cust1", "Cust2", "Cust3"], **more}
    may_read = config.pop("may_read", True)
    found = parse(home, Plugin(stored, now), may_read=may_read, **config)
    assert {one.vars["state"] for one in found.hosts.values()} <= {"Running", "Unknown"}
    return host.asked.total()


def test_what_is_cached_is_not_asked_again(host: StateHost, tmp_path: Path) -> None:
    cache: dict[str, Any] = {}
    # The clock of the host counts for ValidUntil.
    host.answers["Cust2"] = (
        200,
        {"Date": "Mon, 21 Sep 2026 14:00:00 GMT"},
        json.dumps(told("Cust2", until="2026-09-21T14:10:00Z")).encode(),
    )
    assert asked_with(host, tmp_path, cache) == 3
    assert list(cache) == ["key of acme.superoffice.yml"]
    kept = json.loads(json.dumps(cache))
    assert asked_with(host, tmp_path, cache, NOW + 599) == 0
    # Past its ValidUntil, ten minutes later, one is asked for; past the cache's time, all that are left.
    assert asked_with(host, tmp_path, cache, NOW + 600) == 1
    assert asked_with(host, tmp_path, cache, NOW + 1199) == 0
    assert asked_with(host, tmp_path, cache, NOW + 3600) == 3
    # What has not been asked for anew keeps its time.
    assert asked_with(host, tmp_path, kept, NOW + 600) == 1
    assert asked_with(host, tmp_path, kept, NOW + 3600) == 3
    assert asked_with(host, tmp_path, cache, NOW + 3600, cache_timeout=0) == 0
    assert asked_with(host, tmp_path, cache, NOW + 3600 + 60, cache_timeout=60) == 3
    # Another host has other tenants.
    with StateHost() as other:
        other.answers.update(host.answers)
        assert asked_with(other, tmp_path, cache, NOW + 3660) == 3
    assert asked_with(host, tmp_path, cache, NOW + 3660, tenants=["Cust1"]) == 1


def test_when_the_cache_does_not_count(host: StateHost, tmp_path: Path) -> None:
    cache: dict[str, Any] = {}
    assert asked_with(host, tmp_path, cache, cache=False) == 3 and cache == {}
    assert asked_with(host, tmp_path, cache) == 3
    # --flush-cache, and meta: refresh_inventory.
    assert asked_with(host, tmp_path, cache, may_read=False) == 3
    assert asked_with(host, tmp_path, cache) == 0


def test_failures_and_what_is_past_are_not_cached(host: StateHost, tmp_path: Path) -> None:
    cache: dict[str, Any] = {}
    del host.answers["Cust1"]
    host.answers["Cust2"] = told("Cust2", until=PAST)
    assert asked_with(host, tmp_path, cache) == 3
    assert asked_with(host, tmp_path, cache) == 2
    host.answers.update({"Cust1": told("Cust1"), "Cust2": told("Cust2", until=None)})
    assert asked_with(host, tmp_path, cache) == 2
    assert asked_with(host, tmp_path, cache) == 0


def test_a_cache_that_cannot_be_read_is_written_anew(host: StateHost, tmp_path: Path) -> None:
    class Broken(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            raise ValueError("canary")

    cache = Broken()
    plugin = Plugin(cache)
    parse(tmp_path, plugin, login_url=host.url, tenants=["Cust1"], cache=True)
    assert plugin.told == ["The cache of the inventory cannot be read (ValueError), so all tenants are asked for."]
    assert asked_with(host, tmp_path, dict(cache), tenants=["Cust1"]) == 0


# Beside other inventories


def test_a_tenant_of_another_source(host: StateHost, tmp_path: Path) -> None:
    plugin, found = Plugin(), InventoryData()
    parse(tmp_path, plugin, found, login_url=host.url, tenants=["Cust1", {"tenant": "Cust2", "name": "b"}])
    parse(tmp_path, plugin, found, login_url=host.url, tenants=["cust1", {"tenant": "Cust2", "name": "b"}])
    assert list(found.hosts) == ["Cust1", "b"] and plugin.told == []
    parse(tmp_path, plugin, found, login_url=host.url, tenants=[{"tenant": "Cust2", "name": "c"}])
    assert plugin.told == [f"b and c are both Cust2 at {host.url}. What is done to all hosts is done to it twice. Keep one of them."]


@pytest.mark.parametrize(
    ("variables", "whose"),
    [
        ({"erpsync_tenant": " cust9 ", "erpsync_login_url": "URL"}, "Cust9 at URL"),
        ({"erpsync_tenant": "Cust1", "erpsync_login_url": "https://x"}, "Cust1 at https://x"),
        ({"erpsync_tenant": "Cust1", "erpsync_online_environment": "stage"}, "Cust1 (stage)"),
        ({"erpsync_tenant": "Cust1"}, "Cust1 (production)"),
    ],
)
def test_a_name_that_is_taken(variables: dict[str, str], whose: str, host: StateHost, tmp_path: Path) -> None:
    found = InventoryData()
    found.add_host("Cust1")
    for name, value in variables.items():
        found.set_variable("Cust1", name, value.replace("URL", host.url))
    assert refused(tmp_path, inventory=found, login_url=host.url, tenants=["Cust1"]) == (
        f"tenants[0] is the host Cust1, which another inventory source has for {whose.replace('URL', host.url)}. Give one of them another "
        "name, as in {tenant: Cust1, name: ...}."
    )
    assert host.asked == {}


def test_hosts_that_are_no_tenants_stay(host: StateHost, tmp_path: Path) -> None:
    found = InventoryData()
    found.add_host("Cust1")
    found.set_variable("Cust1", "erpsync_rate_limit", 5)
    found.add_group("superoffice")
    found.set_variable("superoffice", "ansible_connection", "ssh")
    parse(tmp_path, inventory=found, login_url=host.url, tenants=["Cust1"])
    assert found.hosts["Cust1"].vars["erpsync_rate_limit"] == 5 and found.hosts["Cust1"].vars["state"] == "Running"
    assert found.groups["superoffice"].vars["ansible_connection"] == "ssh"
