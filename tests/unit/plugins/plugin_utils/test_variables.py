# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blank options, variables and environment variables are none; options come from the variables of the host; names that look like ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ansible.template
import pytest
import yaml
from ansible.errors import AnsibleUndefinedVariable
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._variables import (
    KNOWN,
    broken_template,
    connecting,
    declaring,
    look_alikes,
    no_yaml,
    ours,
    sealed,
    with_variables,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import in_both_shells
from pytest_stand_in import StandIn

# Before ansible-core 2.19 every text is a template.
_TRUSTED: Callable[[str], str] = getattr(ansible.template, "trust_as_template", str)

# What needs a value of its own to be signed in at all.
_NEEDED = ("url", "username", "password")


@in_both_shells
@pytest.mark.parametrize("blank", ["", " \n", None])
def test_what_is_blank_is_not_given(shell: str, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, blank: str | None) -> None:
    """As AWX has it: each variable of a credential is set, and each question of a survey without an answer is a text."""
    for option in CONNECTION_OPTIONS:
        for variable in option.environment_variables:
            monkeypatch.setenv(variable, blank or "")
    signed_in = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
    others = {option.name: blank for option in CONNECTION_OPTIONS if option.name not in _NEEDED}
    assert run_module("erpsync_engine", {**signed_in, **others}, shell=shell).get("failed") is None
    # Then the environment counts.
    for name, value in signed_in.items():
        monkeypatch.setenv(f"SUPEROFFICE_{name.upper()}", value)
    assert run_module("erpsync_engine", {**others, **dict.fromkeys(signed_in, blank)}, shell=shell).get("failed") is None
    monkeypatch.setenv("SUPEROFFICE_URL", blank or "")
    assert "url is missing" in run_module("erpsync_engine", {"url": blank}, shell=shell)["msg"]


def _given(arguments: dict[str, Any], **variables: Any) -> dict[str, Any]:
    return with_variables(arguments, {f"erpsync_{name}": value for name, value in variables.items()}, lambda value: value)


def test_options_come_from_variables() -> None:
    hosts = {"url": "u", "username": "me", "password": "p", "retries": 0, "validate_certs": False, "ca_path": "", "proxy": None}
    found = {"url": "u", "username": "me", "password": "p", "retries": 0, "validate_certs": False}
    assert _given({}, **hosts) == found
    own = {"url": "other", "retries": 5, "state": "running"}
    assert _given(own, **hosts) == {**found, **own}
    assert _given({"url": "", "username": None}, **hosts) == found
    # A way to sign in that the task gives is completed, and no other one is added.
    assert "username" not in _given({"ticket": "7T:x"}, **hosts)
    assert _given({"username": "other"}, **hosts)["password"] == "p"
    assert "ticket" not in _given({"username": "other"}, **hosts, ticket="7T:x")
    assert _given({}, ticket="7T:x", app_token="a") == {"ticket": "7T:x", "client_secret": "a"}
    assert _given({"client_secret": "s"}, app_token="a") == {"client_secret": "s"}
    assert _given({"app_token": "s"}, client_secret="a", app_token="b") == {"app_token": "s"}
    assert _given({}, client_secret=" ", app_token="b") == {"client_secret": "b"}
    # So is the place: what excludes the task's option is not added.
    assert _given({"tenant": "Cust1"}, url="u", login_url="l") == {"tenant": "Cust1", "login_url": "l"}
    assert _given({"context_identifier": "Cust1"}, url="u", tenant="Cust2") == {"context_identifier": "Cust1"}
    assert _given({"url": "u"}, tenant="Cust1", context_identifier="Cust2") == {"url": "u"}
    assert _given({}, url="u", context_identifier="Cust1") == {"url": "u", "tenant": "Cust1"}
    assert _given({"login_url": "l"}, online_environment="stage") == {"login_url": "l"}
    assert _given({"private_key": "k"}, private_key_path="p", refresh_token="r", client_id="i", client_secret="s") == {
        "private_key": "k",
        "client_secret": "s",
    }
    # The application's options stand in group variables, and serve whichever way a host has.
    group = {"client_id": "i", "client_secret": "s", "private_key": "k"}
    assert _given({"refresh_token": "r"}, **group, system_user_token="t") == {"refresh_token": "r", "client_id": "i", "client_secret": "s"}
    # Only what counts is templated.
    with_variables({"url": "u"}, {"erpsync_url": "{{ nowhere }}"}, pytest.fail)


@each(
    "name, meant",
    [
        ("erpsync_environment_conection_x", "erpsync_environment_connection_x"),
        ("erpsync_environment_connections_visma_norway", "erpsync_environment_connection_visma_norway"),
        ("erpsync_enviroment_connection_x", "erpsync_environment_connection_x"),
        ("erpsync_enviroment", "erpsync_environment"),
        ("erpsync_usrname", "erpsync_username"),
        ("erpsync_pasword", "erpsync_password"),
        ("erpsync_hots", "erpsync_hosts"),
        ("erp_sync_url", "erpsync_url"),
        ("erpsync_prunes", "erpsync_prune"),
        *((name, None) for name in KNOWN),
        *((name, None) for name in ("erpsync", "erpsync_inactive", "erpsync_environment_connection_x", "my_url", "erpsync_report_info")),
        *((name, None) for name in ("erpsync_health", "erpsync_health_result")),
        *((name, None) for name in ("erpsync_drift_summary", "vault_erpsync_visma_password", "erp_company", "environment")),
    ],
)
def test_names_that_look_like_ours(name: str, meant: str | None) -> None:
    assert look_alikes([name]) == ([] if meant is None else [(name, meant)])


def _documented() -> set[str]:
    """The variables of the connection options, and those that the pages of playbooks and roles name."""
    plays = yaml.safe_load((COLLECTION / "docs" / "site" / "play_variables.yml").read_text(encoding="utf-8"))
    found = {*plays["shared"], *(name for play in plays["playbooks"].values() for name in play.get("variables") or ())}
    for path in (COLLECTION / "roles").glob("*/meta/argument_specs.yml"):
        found.update(yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"])
    # What the playbook sign_in writes and no task reads.
    return {name for name in found if name.startswith("erpsync_")} | {
        f"erpsync_sign_in_{token}" for token in ("refresh_token", "system_user_token")
    }


def test_each_documented_variable_is_meant_by_a_name_that_lacks_a_letter() -> None:
    documented = _documented()
    assert len(documented) > 50 and documented | {"erpsync_in_process"} == set(KNOWN)
    misspelt = {name[:9] + name[10:]: name for name in documented}
    assert look_alikes(misspelt) == sorted(misspelt.items())


def test_which_variables_are_ours() -> None:
    names = ["z", "erpsync_url", "erpsync_environment_connection_b", "erpsync_environment", "erpsync_environment_path", "erpsync_x"]
    set_by_playbooks = [f"erpsync_{name}_info" for name in ("report", "drift", "resync", "converge", "sync", "health")]
    variables = dict.fromkeys([*names, *set_by_playbooks], 1)
    assert ours(variables) == sorted(names[1:])
    assert declaring(variables) == ["erpsync_environment", "erpsync_environment_connection_b"]
    assert connecting(variables) == ["erpsync_url"]


class EncryptedString:
    """A value that no vault password opens, under the name of Ansible's own type."""

    def __str__(self) -> str:
        raise ValueError


class AnsibleVaultEncryptedUnicode(str):
    """One that is opened."""


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"a": EncryptedString()}, "a"),
        ({"a": {"b": [1, (EncryptedString(),)]}}, "a"),
        ({"a": AnsibleVaultEncryptedUnicode("x")}, None),
        # What an opened value names is not looked through.
        ({"a": AnsibleVaultEncryptedUnicode("{{ b }}"), "b": EncryptedString()}, None),
        ({"a": "{{ b }}", "b": EncryptedString()}, "b"),
        ({"a": ["{{ b ~ c }}"], "b": "{{ a }}", "c": {"d": "{{ e }}"}, "e": EncryptedString()}, "e"),
        ({"a": "b", "b": EncryptedString()}, None),
        ({"a": "{% if b %}", "b": EncryptedString()}, None),
        # All variables of this host, and those of others.
        ({"a": "{{ hostvars }} {{ vars }}", "hostvars": EncryptedString(), "vars": EncryptedString()}, None),
    ],
)
def test_a_variable_that_is_sealed(variables: dict[str, Any], found: str | None) -> None:
    assert sealed(["a"], variables) == found


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("engine: {state: running", "line 1, column 24"),
        ("a: 1\n  b: 2", "line 2, column 4"),
        ("a: \x00", "it has a character that must not be there"),
        ("a: b", None),
        ('{"a": [1]}', None),
        (_TRUSTED("{{ text"), None),
        (wrap_var("{{ 7 * 7 }}"), "line 1, column 2"),
        ("a: !vault x", "line 1, column 4"),
        (["engine: {"], None),
        (None, None),
    ],
)
def test_why_a_text_is_no_yaml(value: Any, told: str | None) -> None:
    assert no_yaml(value) == told


def test_only_templates_without_lookups_are_tried() -> None:
    tried: list[str] = []

    def template(text: str) -> str:
        tried.append(text)
        return text

    variables = {
        "a": ["{{ b }}", "b", "{% b %}", 1, "{{ c }}"],
        "b": "x",
        "c": "{{ d }}",
        "d": ["{{ query('x') }}"],
        "e": {"x": "{{ lookup('x') }}", "y": "{{ q('x') }}", "z": "{{ quit }}"},
        "f": "{{ hostvars['x'] }}",
        "hostvars": "{{ lookup('x') }}",
        "g": "{{ g }}",
    }
    assert broken_template(["a", "e", "f", "g"], variables, template) is None
    assert tried == ["{{ b }}", "{% b %}", "{{ quit }}", "{{ hostvars['x'] }}", "{{ g }}"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("'missing' is undefined", "p[1] uses the variable missing, which is undefined. Define it, for example in a vault."),
        (
            "Mandatory variable 'missing'  not defined.",
            "p[1] uses the variable missing, which is undefined. Define it, for example in a vault.",
        ),
        ("'vault_passwrd' is undefined", "p[1] uses the variable vault_passwrd, which is undefined. Did you mean vault_password?"),
        (
            AnsibleUndefinedVariable("object has no attribute 'k'"),
            "p[1] uses the key k of something that lacks it. Define it, or correct the template.",
        ),
        (AnsibleUndefinedVariable("x"), "p[1] uses something that is undefined. Define it, or correct the template."),
        ("object has no attribute 'k'", None),
        (
            "template error while templating string: no end. String: {{ s3cret",
            "p[1] has a template that cannot be read: no end. Correct it.",
        ),
        ("Syntax error in template: no end\n{{ s3cret", "p[1] has a template that cannot be read: no end. Correct it."),
        ("division by zero", None),
    ],
)
def test_what_is_told_of_a_template(error: str | Exception, told: str | None) -> None:
    def template(_text: str) -> str:
        raise error if isinstance(error, Exception) else ValueError(error)

    assert broken_template(["p"], {"p": ["x", "{{ x }}"], "vault_password": "x"}, template) == told


def test_each_undefined_variable_is_told_once() -> None:
    """Whoever has exported needs a handful of secrets, and should not learn of them one by one."""

    def template(text: str) -> str:
        if "rule" in text:
            raise AnsibleUndefinedVariable("x")
        raise AnsibleUndefinedVariable(f"{text[3:-3]!r} is undefined")

    variables = {"p": {"a": "{{ pin }}", "b": "{{ password }}", "c": "{{ rule }}"}, "q": ["{{ pin }}", "{{ rule }}"]}
    assert broken_template(["p", "q"], variables, template) == (
        "4 things cannot be used.\n"
        "1. p.a uses the variable pin, which is undefined. Define it, for example in a vault.\n"
        "2. p.b uses the variable password, which is undefined. Define it, for example in a vault.\n"
        "3. p.c uses something that is undefined. Define it, or correct the template.\n"
        "4. q[1] uses something that is undefined. Define it, or correct the template."
    )
