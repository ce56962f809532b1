# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be the same in several places: options, their documentation and environment variables, the action group."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import run
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS, Option, connection_spec
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.spec import ArgumentSpec
from ansible_collections.superoffice.erpsync.tests.unit.support.certificates import Authority
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import LEAST, MODULES, ROOT, run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import ScriptedServer, agent_calls, answer

DESIGNED = (
    "url",
    "tenant",
    "online_environment",
    "login_url",
    "wait_for_tenant",
    "username",
    "password",
    "ticket",
    "access_token",
    "client_id",
    "client_secret",
    "system_user_token",
    "private_key",
    "private_key_path",
    "refresh_token",
    "transport",
    "services_version",
    "validate_certs",
    "ca_path",
    "client_cert",
    "client_key",
    "proxy",
    "timeout",
    "retries",
    "parallel_requests",
    "rate_limit",
)


# Options whose names sound like secrets: a rule for secrets, and the keys of ERP records.
NO_SECRETS = {"update_secrets", "erp_keys"}


def module(name: str) -> Any:
    return importlib.import_module(f"ansible_collections.superoffice.erpsync.plugins.modules.{name}")


def documented(name: str) -> dict[str, Any]:
    """A module's options with those of the fragments that it extends."""
    documentation = yaml.safe_load(module(name).DOCUMENTATION)
    options: dict[str, Any] = dict(documentation["options"])
    assert "superoffice.erpsync.connection" in documentation["extends_documentation_fragment"]
    for extended in documentation["extends_documentation_fragment"]:
        fragment, _dot, part = extended.removeprefix("superoffice.erpsync.").partition(".")
        holder = importlib.import_module(f"ansible_collections.superoffice.erpsync.plugins.doc_fragments.{fragment}").ModuleDocFragment
        options.update(yaml.safe_load(getattr(holder, part.upper() or "DOCUMENTATION")).get("options", {}))
    return options


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / name), *arguments], capture_output=True, text=True, env=environ, check=False
    )


in_the_repository = pytest.mark.skipif(not (ROOT / "tools").is_dir(), reason="tools/ is not part of this copy of the collection")


@in_the_repository
def test_the_generated_documentation_is_up_to_date() -> None:
    done = tool("write_option_docs.py", "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_table_has_the_designed_options() -> None:
    assert tuple(option.name for option in CONNECTION_OPTIONS) == DESIGNED
    assert {option.name for option in CONNECTION_OPTIONS if option.secret} == {
        "password",
        "ticket",
        "access_token",
        "client_secret",
        "system_user_token",
        "private_key",
        "refresh_token",
        "proxy",
    }


def test_every_module_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert runtime["action_groups"]["all"] == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_a_modules_name_and_options_are_its_documentation(name: str) -> None:
    assert module(name).TASK.name == name
    _is_documented(module(name).TASK.spec.merge(connection_spec()).options, documented(name), name)


def _is_documented(options: dict[str, dict[str, Any]], documentation: dict[str, dict[str, Any]], place: str) -> None:
    """Options and those inside them have the types, defaults and choices of their documentation."""
    assert set(options) == set(documentation), place
    for option, argument in options.items():
        told = documentation[option]
        here = f"{place}.{option}"
        assert argument["type"] == told["type"], here
        assert argument.get("default") == told.get("default"), here
        assert bool(argument.get("required")) is bool(told.get("required")), here
        assert list(argument.get("choices") or []) == list(told.get("choices") or []), here
        assert argument.get("elements") == told.get("elements"), here
        assert list(argument.get("aliases") or []) == list(told.get("aliases") or []), here
        assert told["description"], here
        # What a document takes is checked by its own rules.
        if "options" in argument:
            _is_documented(argument["options"], told["suboptions"], here)


@pytest.mark.parametrize("option", CONNECTION_OPTIONS, ids=lambda option: option.name)
def test_each_option_says_its_environment_variable(option: Option) -> None:
    text = " ".join(documented(MODULES[0])[option.name]["description"])
    for name in (option.name, *option.aliases):
        assert f"C(erpsync_{name})" in text and f"E(SUPEROFFICE_{name.upper()})" in text


def test_specs_do_not_hide_one_anothers_options() -> None:
    one, other = ArgumentSpec(options={"a": {"type": "str"}}), ArgumentSpec(options={"a": {"type": "int"}})
    with pytest.raises(ValueError, match="both argument specs have a"):
        one.merge(other)
    merged = ArgumentSpec({"a": {}}, (("a", "b"),), (("a", "c"),), {"a": ("b",)}).merge(
        ArgumentSpec({"b": {}}, (("c", "d"),), (), {"d": ("a",)})
    )
    assert merged.as_kwargs() == {
        "argument_spec": {"a": {}, "b": {}},
        "mutually_exclusive": [["a", "b"], ["c", "d"]],
        "required_one_of": [["a", "c"]],
        "required_by": {"a": ["b"], "d": ["a"]},
    }


# A value for each environment variable, and what the client makes of it.
def _expected(folder: Path) -> dict[str, tuple[str, str, Any]]:
    file = Authority(folder).issue_with_key("file", "erp-admin")
    return {
        "validate_certs": ("false", "verify", False),
        "ca_path": (str(file), "verify", str(file)),
        "client_cert": (str(file), "client_cert", str(file)),
        "proxy": ("http://u:p@proxy:3128", "proxy", "http://u:p@proxy:3128"),
        "timeout": ("7.5", "timeout", 7.5),
        "retries": ("9", "retries", 9),
        "rate_limit": ("2.5", "rate_limit", 2.5),
    }


@pytest.mark.parametrize("name", MODULES)
def test_every_option_can_come_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[settings.Settings] = []

    class Stopped(Exception):
        pass

    def note(made: settings.Settings, **_more: Any) -> None:
        seen.append(made)
        raise Stopped

    monkeypatch.setattr(run, "Session", note)
    expected = _expected(tmp_path)
    monkeypatch.setenv("SUPEROFFICE_URL", "https://crm/api")
    monkeypatch.setenv("SUPEROFFICE_TICKET", "7T:x")
    monkeypatch.setenv("SUPEROFFICE_APP_TOKEN", "app")
    for option, (value, _attribute, _made) in expected.items():
        monkeypatch.setenv(f"SUPEROFFICE_{option.upper()}", value)
    ways = [
        ({}, {"Authorization": "SOTicket 7T:x", "SO-AppToken": "app"}),
        ({"SUPEROFFICE_ACCESS_TOKEN": "8A:x"}, {"Authorization": "Bearer 8A:x", "SO-AppToken": "app"}),
        ({"SUPEROFFICE_USERNAME": "me", "SUPEROFFICE_PASSWORD": "p"}, {"Authorization": "Basic bWU6cA==", "SO-AppToken": "app"}),
    ]
    for environ, headers in ways:
        with monkeypatch.context() as context:
            if environ:
                context.delenv("SUPEROFFICE_TICKET")
            for variable, value in environ.items():
                context.setenv(variable, value)
            seen.clear()
            # The run ends where the session would begin.
            with pytest.raises(AssertionError, match="mistake of its own"):
                run_module(name, LEAST.get(name, {}))
        assert seen[0].url == "https://crm"
        assert seen[0].headers == headers
        for option, (_value, attribute, made) in expected.items():
            if option != "ca_path":
                assert getattr(seen[0], attribute) == made, option
    monkeypatch.delenv("SUPEROFFICE_VALIDATE_CERTS")
    monkeypatch.setenv("SUPEROFFICE_CLIENT_KEY", expected["ca_path"][0])
    seen.clear()
    with pytest.raises(AssertionError, match="mistake of its own"):
        run_module(name, LEAST.get(name, {}))
    assert (seen[0].verify, seen[0].client_cert) == (expected["ca_path"][0], (expected["ca_path"][0],) * 2)


def test_the_tasks_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPEROFFICE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SUPEROFFICE_TICKET", "7T:environment")
    script = [(line, answer({"IsRunning": True, "Interval": "00:15:00"})) for line in agent_calls(["GetEngineStatus"])]
    with ScriptedServer(script) as server:
        result = run_module("erpsync_engine", {"url": server.url, "access_token": "8A:task"})
    assert result["changed"] is False
    assert server.received[0].headers["authorization"] == "Bearer 8A:task"


@pytest.mark.parametrize("name", MODULES)
def test_modules_document_all_that_they_must(name: str) -> None:
    documentation = yaml.safe_load(module(name).DOCUMENTATION)
    assert documentation["module"] == name
    assert documentation["version_added"]
    fragments = documentation["extends_documentation_fragment"]
    attributes = importlib.import_module("ansible_collections.superoffice.erpsync.plugins.doc_fragments.attributes").ModuleDocFragment
    told = yaml.safe_load(attributes.DOCUMENTATION)["attributes"]
    for extended in fragments:
        if extended.startswith("superoffice.erpsync.attributes."):
            told |= yaml.safe_load(getattr(attributes, extended.rpartition(".")[2].upper()))["attributes"]
    told |= documentation.get("attributes", {})
    for attribute in ("check_mode", "diff_mode", "idempotent", "action_group"):
        assert told[attribute]["support"] in ("full", "partial", "none", "N/A"), attribute
    _check_returns(yaml.safe_load(module(name).RETURN), name)
    assert yaml.safe_load(module(name).EXAMPLES)


def _check_returns(values: dict[str, Any], place: str) -> None:
    for key, value in values.items():
        here = f"{place}.{key}"
        assert {"description", "returned", "type"} <= set(value), here
        if "contains" in value:
            _check_returns(value["contains"], here)
        elif "See RV(" not in str(value["description"]):
            assert "sample" in value, here


def test_packages_are_empty() -> None:
    packages = list((ROOT / "plugins").rglob("__init__.py"))
    assert len(packages) > 5
    assert [path.relative_to(ROOT) for path in packages if path.read_text(encoding="utf-8")] == []


def test_nobody_turns_a_secret_off() -> None:
    """no_log is said for every option, and is true for exactly the secret ones."""
    options = connection_spec().options
    assert {name for name, argument in options.items() if argument["no_log"]} == {
        option.name for option in CONNECTION_OPTIONS if option.secret
    }
    for name in MODULES:
        for option, argument in module(name).TASK.spec.options.items():
            if re.search(r"pass|secret|token|ticket|key", option):
                # What the name only seems to say is said to be no secret; everything else is one.
                assert argument.get("no_log") is (option not in NO_SECRETS), (name, option)


def test_results_can_be_printed() -> None:
    for name in MODULES:
        json.dumps({option: argument.get("default") for option, argument in module(name).TASK.spec.options.items()})
