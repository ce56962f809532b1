# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The project for AWX: its objects, its surveys, and its jobs, started through ansible-runner with what AWX hands to them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansible_runner
import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.sign_in import WAYS
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._variables import KNOWN
from ansible_collections.superoffice.erpsync.tests.unit.support import controllers
from ansible_collections.superoffice.erpsync.tests.unit.support.controllers import Unsafe
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY, thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import (
    COLLECTION,
    COLLECTIONS_PATH,
    documented,
    environment,
    fact_cache,
    run_ansible,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import LEAST, run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS
from pytest_stand_in import OnlineStandIn, StandIn

PROJECT = COLLECTION / "examples" / "controller"
OBJECTS = PROJECT / "configure" / "objects"
LOADED: dict[str, Any] = {name: value for file in sorted(OBJECTS.glob("*.yml")) for name, value in controllers.load(file).items()}
TEMPLATES = {template["name"]: template for template in LOADED["controller_templates"]}
QUESTIONS = {name: template.get("survey_spec", {}).get("spec", []) for name, template in TEMPLATES.items()}
DRIFT, MEND = "ERP Sync: drift", "ERP Sync: converge what differs"


# Objects


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, dict[str, Any]]]:
    """What configure.yml and configure_eda.yml write, in this order."""
    folder = tmp_path_factory.mktemp("configure")
    recorded = controllers.write_modules(folder)
    names = ("superoffice_password", "superoffice_client_secret", "superoffice_private_key", "erpsync_vault_password")
    secrets = {f"vault_{name}": f"canary-{name}" for name in names}
    (folder / "secrets.json").write_text(json.dumps(secrets), encoding="utf-8")
    playbooks = [str(PROJECT / "configure" / name) for name in ("configure.yml", "configure_eda.yml")]
    collections = f"{folder}:{COLLECTIONS_PATH}"
    done = run_ansible("playbook", *playbooks, "-v", "-e", "@secrets.json", home=folder, ANSIBLE_COLLECTIONS_PATH=collections)
    assert done.returncode == 0, done.stdout + done.stderr
    # Nor does it show a secret.
    assert "canary" not in done.stdout + done.stderr
    return list(map(json.loads, recorded.read_text(encoding="utf-8").splitlines()))


def test_each_object_is_written_whole_and_after_what_it_names(written: list[tuple[str, dict[str, Any]]]) -> None:
    """And its templates reach the controller as they are."""
    described = {module: LOADED[variable] for module, variable in controllers.VARIABLES.items()}
    for module, objects in described.items():
        found = [values for name, values in written if name == module]
        assert [set(values) for values in found] == [set(each) for each in objects], module
    done: dict[str, set[str]] = {"organization": {"Default"}, "credential_type": {"Vault"}}
    kinds = {
        "default_environment": "execution_environment", "source_project": "project", "credentials": "credential",
        "notification_templates_error": "notification_template", "unified_job_template": "job_template",
    }  # fmt: skip
    named = {"organization", "credential_type", "inventory", "project", "execution_environment", *kinds}
    for module, values in written:
        for key in named & set(values):
            names = values[key] if isinstance(values[key], list) else [values[key]]
            assert set(names) <= done[kinds.get(key, key)], (module, key)
        done.setdefault(module.rpartition(".")[2], set()).add(values["name"])
    [awx, eda] = [values for module, values in written if module.endswith("credential_type")]
    assert awx["injectors"] == LOADED["controller_credential_types"][0]["injectors"]
    assert eda["injectors"] == LOADED["eda_credential_types"][0]["injectors"]
    kind = LOADED["controller_credential_types"][0]
    [credential, vault] = [values for module, values in written if module == "awx.awx.credential"]
    assert controllers.input_problems(kind, credential["inputs"]) == []
    assert vault["inputs"] == {"vault_password": "canary-erpsync_vault_password"}
    [mail] = [values for module, values in written if module == "awx.awx.notification_template"]
    assert mail["notification_configuration"]["port"] == 25
    assert mail["messages"] == LOADED["controller_notifications"][0]["messages"]


def test_templates_workflow_and_schedules_name_what_is_there() -> None:
    for name, template in TEMPLATES.items():
        assert (PROJECT / template["playbook"]).is_file(), name
    assert {template["playbook"] for template in TEMPLATES.values()} == {file.name for file in PROJECT.glob("*.yml")}
    assert set(LOADED) - set(controllers.VARIABLES.values()) == {
        *(name for name in LOADED if name.startswith("_")), *controllers.load(OBJECTS / "settings.yml"),
    }  # fmt: skip
    [workflow] = LOADED["controller_workflows"]
    nodes = {node["identifier"]: node for node in workflow["workflow_nodes"]}
    follow = [
        (name, kind.removesuffix("_nodes"), after["identifier"])
        for name, node in nodes.items()
        for kind, afters in node.get("related", {}).items()
        for after in afters
    ]
    assert follow == [("drift", "failure", "approval"), ("approval", "success", "converge"), ("converge", "success", "drift_again")]
    run = {name: node["unified_job_template"]["name"] for name, node in nodes.items() if "playbook" in TEMPLATES.get(_template(node), {})}
    assert run == {"drift": DRIFT, "converge": MEND, "drift_again": DRIFT}
    # Slices would hand on what one of them found.
    assert "job_slice_count" not in TEMPLATES[DRIFT] and "ask_job_slice_count_on_launch" not in TEMPLATES[DRIFT]
    for schedule in LOADED["controller_schedules"]:
        assert schedule["unified_job_template"] in TEMPLATES
        assert re.fullmatch(r"DTSTART;TZID=[\w/]+:\d{8}T\d{6} RRULE:FREQ=[A-Z]+;INTERVAL=\d+", schedule["rrule"])
    assert TEMPLATES["ERP Sync: maintenance"]["use_fact_cache"] is True


def _template(node: dict[str, Any]) -> str:
    return str(node["unified_job_template"]["name"])


def test_the_mail_says_what_a_job_has_left() -> None:
    [notification] = LOADED["controller_notifications"]
    messages = notification["messages"]["error"]

    def said(kind: str, artifacts: dict[str, Any]) -> str:
        job = {"name": DRIFT, "status": "failed", "artifacts": artifacts}
        return controllers._template(messages[kind], "strict").render(job=job, url="https://awx/#/jobs/1")

    # As AWX tries it when it is saved.
    assert said("message", {}) == "ERP Sync: drift: failed" and said("body", {}).split() == ["https://awx/#/jobs/1"]
    drift = {"compared": 2, "differing": ["crm-oslo", "fjord-foods"], "unreadable": ["crm-bodo"], "changes": 3}
    told = said("body", {"erpsync_drift": drift})
    assert "Differ from what is declared: crm-oslo, fjord-foods" in told and "Could not be compared: crm-bodo" in told
    assert "ERPSYNC CRITICAL - " in said("body", {"erpsync_health": {"line": "ERPSYNC CRITICAL - 1 of 2"}})


# Surveys

# Variables of the project's playbooks and of the roles, beside those that begin with erpsync_.
_FURTHER = re.compile(r"(resync|sync|maintenance|environment|export)_\w+|folder_for_exports")


@pytest.mark.parametrize("name", TEMPLATES)
def test_surveys_keep_the_rules(name: str) -> None:
    template = TEMPLATES[name]
    if not QUESTIONS[name]:
        assert "survey_spec" not in template and "survey_enabled" not in template
        return
    assert template["survey_enabled"] is True and controllers.survey_problems(template["survey_spec"]) == []
    for question in QUESTIONS[name]:
        variable = question["variable"]
        assert variable in KNOWN or _FURTHER.fullmatch(variable), variable
        # Somebody who starts the job through the API gives no answer where there is a default, and has to where there is none.
        assert question["required"] is ("default" not in question and question["type"] != "multiselect"), variable
        text = "".join(path.read_text(encoding="utf-8") for path in _sources(template["playbook"]))
        assert re.search(rf"\b{variable}\b", text), variable
    if name == "ERP Sync: health":
        checks = yaml.safe_load(documented("erpsync_health", "DOCUMENTATION"))["options"]["checks"]["choices"]
        assert next(question for question in QUESTIONS[name] if question["variable"] == "erpsync_health_checks")["choices"] == checks


def _sources(playbook: str) -> list[Path]:
    """A playbook of the project, what it imports, and all roles."""
    imported = re.findall(r"superoffice\.erpsync\.(\w+)", (PROJECT / playbook).read_text(encoding="utf-8"))
    return [PROJECT / playbook, *(COLLECTION / "playbooks" / f"{name}.yml" for name in imported), *COLLECTION.glob("roles/*/*/*.yml")]


TEMPLATE, PERHAPS = Unsafe("{{ 7 * 7 }}"), Unsafe("perhaps")
# What people answer that means nothing, by playbook and variable: each that a playbook or a role reads itself, and some that it hands
# to a module. Of those the next test has all.
HOSTILE: dict[str, dict[str, Any]] = {
    "drift": {
        "erpsync_drift_fails": PERHAPS,
        "erpsync_report_name": Unsafe("../{{ 7 * 7 }}"),
        "erpsync_environment": TEMPLATE,
        "erpsync_environment_path": TEMPLATE,
        "erpsync_url": TEMPLATE,
    },
    "converge": {
        "erpsync_prune": TEMPLATE,
        "environment_wait_timeout": TEMPLATE,
        "environment_only_compare": PERHAPS,
    },
    "health": {
        **dict.fromkeys(("erpsync_health_fails", "erpsync_prometheus_path"), TEMPLATE),
        "erpsync_report_name": Unsafe("a/b"),
        **dict.fromkeys(("erpsync_health_checks", "erpsync_health_log_min"), TEMPLATE),
    },
    "report": {"erpsync_report_name": Unsafe("..")},
    "sync": {"sync_force": PERHAPS, "sync_timeout": TEMPLATE, "erpsync_quiet": TEMPLATE},
    "resync": dict.fromkeys(("resync_record_ids", "resync_keep_blanks", "resync_timeout"), TEMPLATE),
    "maintenance": {f"maintenance_{name}": TEMPLATE for name in ("state", "engine_was_running", "wait_timeout", "tasks_file")},
    "export": {"export_vault_prefix": TEMPLATE},
}
# What else a playbook needs.
NEEDED: dict[str, dict[str, Any]] = {
    "resync": {"resync_connection": "Visma Norway", "resync_confirm": "true"},
    "maintenance": {"maintenance_state": "started"},
    "health": {"erpsync_health_checks": ["active"]},
}
# What a message names in place of a variable.
WORDS = {
    "erpsync_environment_path": "cannot be read as a declared environment",
    "resync_timeout": "sync_timeout",
    "sync_timeout": "sync_timeout",
    "maintenance_tasks_file": "maintenance_tasks_file, the file",
    "maintenance_wait_timeout": "maintenance_wait_timeout is ",
}
_PREFIX = re.compile(r"^(erpsync_health|erpsync|resync|sync|environment|export|maintenance)_")


def test_hostile_answers_are_refused_in_one_sentence(stand_in: StandIn, tmp_path: Path) -> None:
    """Each is a host of its own. None is templated, none changes anything, and each message says which it was."""
    signed_in = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_password": stand_in.password}
    declared = {"erpsync_environment": {"engine": {"interval": "10m"}}, "erpsync_retries": 0, "ansible_connection": "local"}
    hosts: dict[str, dict[str, Any]] = {}
    groups: dict[str, Any] = {}
    for playbook, variables in HOSTILE.items():
        names = {f"{playbook}-{variable}": {variable: value} for variable, value in variables.items()}
        hosts.update({name: {**signed_in, **declared, **NEEDED.get(playbook, {}), **value} for name, value in names.items()})
        # The last play need not go on, and its copy tasks are dear.
        groups[f"for_{playbook}"] = {"hosts": dict.fromkeys([*names, *(["well"] if playbook != "export" else [])])}
    # It keeps the run going, which ends where all hosts of a play have failed.
    well = {name: value for needed in NEEDED.values() for name, value in needed.items()}
    hosts["well"] = {**signed_in, **well, "erpsync_environment": {"engine": {"state": "running"}}, "ansible_connection": "local"}
    inventory = yaml.dump({"all": {"hosts": hosts}, **groups}, Dumper=controllers.Dumper)
    (tmp_path / "inventory.yml").write_text(inventory, encoding="utf-8")
    plays = [
        {
            "import_playbook": f"superoffice.erpsync.{playbook}",
            "vars": {"erpsync_hosts": f"for_{playbook}", "export_path": "exported/{{ inventory_hostname }}"},
        }
        for playbook in HOSTILE
    ]
    (tmp_path / "all.yml").write_text(yaml.safe_dump(plays), encoding="utf-8")

    # What earlier jobs of a workflow have left is no misspelt variable, and not what this one leaves.
    earlier = {f"erpsync_{name}": {"line": "of an earlier job"} for name in ("drift", "converge", "health", "sync")}
    (tmp_path / "earlier.yml").write_text(controllers.extra_vars(earlier), encoding="utf-8")
    arguments = ["-i", "inventory.yml", "--extra-vars", "@earlier.yml"]
    environ = {**fact_cache(tmp_path), "ANSIBLE_SHOW_CUSTOM_STATS": "1"}
    done = run_ansible("playbook", "all.yml", *arguments, home=tmp_path, **environ)

    assert "Traceback" not in done.stdout + done.stderr and "probably a bug" not in done.stderr, done.stderr
    messages: dict[str, str] = {}
    for host, shown in re.findall(r"^fatal: \[([^\]]+)\]: FAILED! => (.*(?:\n[ }].*)*)", done.stdout, re.MULTILINE):
        messages[host] = json.loads(shown).get("msg", "")
    wrong = []
    for host in sorted(set(hosts) - {"well"}):
        said = messages.get(host, "")
        variable = host.split("-")[1]
        word = WORDS.get(variable, _PREFIX.sub("", variable))
        if word not in said or "49" in said:
            wrong.append(f"{host}: {said!r} lacks {word}")
    assert not wrong, "\n".join(wrong) + done.stdout[-3000:] + done.stderr
    stats = done.stdout.partition("CUSTOM STATS")[2]
    assert set(re.findall(r'"(erpsync_\w+)": ', stats)) == set(earlier) and "of an earlier job" not in stats
    assert "Nothing takes the variable" not in done.stderr
    # Those of the host that is well.
    assert stand_in.writes() == ["SyncAll", "ForceResync", "ChangeEngineStatus"]


# Options that take any text, or are not looked at where somebody signs in with a password.
_FREE = {option for way in WAYS.values() for option in way.options}


HANDED_ON = ("erpsync_environment", "erpsync_health", "erpsync_resync", "erpsync_sync_all", "erpsync_environment_info")


@pytest.mark.parametrize("module", HANDED_ON)
def test_hostile_values_of_each_option_that_playbooks_hand_on(module: str, stand_in: StandIn) -> None:
    signed_in = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password, "retries": 0}
    documentation = yaml.safe_load(documented(module, "DOCUMENTATION"))["options"]
    own = {name: option for name, option in documentation.items() if name not in ("document", "document_variables")}
    connection = {option.name: {"type": option.type} for option in CONNECTION_OPTIONS if option.name not in _FREE}
    read_from = {"read_from": {"type": "str"}} if "environment" in module else {}
    tried = 0
    for number, (name, option) in enumerate({**connection, **own, **read_from}.items()):
        numbers = ["-1", "1e999", "nan"] if option["type"] in ("int", "float") else []
        for value in ["{{ 7 * 7 }}", *numbers]:
            given = {**signed_in, **LEAST.get(module, {}), name: value}
            if name == "tenant":
                del given["url"]
            found = run_module(module, given, shell=SHELLS[number % 2])
            # What is no number, no choice and no name is refused, by the option or the value, and never evaluated.
            assert found.get("failed") and re.search(rf"\b{name}\b|{re.escape(value)}", found["msg"]), (name, value, found)
            tried += 1
    assert tried > 30 and stand_in.writes() == []


# Jobs


class Controller:
    """Starts jobs of the project as AWX does: with an inventory that it has read, extra variables that are texts, and a credential."""

    def __init__(self, folder: Path, credential: dict[str, Any]) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.report = folder / "report"
        self._credential = credential
        self._vault = folder / "vault-password"
        self._vault.write_text("vault-secret", encoding="utf-8")
        shutil.copytree(PROJECT, self.project)

    def read_inventory(self) -> None:
        """Update the inventory from the project."""
        done = subprocess.run(
            [sys.executable, "-m", "ansible.cli.inventory", "-i", "inventory/hosts.yml", "--list", "--export"],
            cwd=self.project, env=environment(self.folder / "home"), capture_output=True, text=True, check=True,
        )  # fmt: skip
        self._inventory: dict[str, Any] = json.loads(done.stdout)

    def encrypt(self, value: str) -> str:
        """An encrypted variable as a file has it."""
        vault = VaultLib([("default", VaultSecret(b"vault-secret"))])
        return "!vault |\n" + "".join(f"  {line}\n" for line in vault.encrypt(value).decode().splitlines())

    def run(
        self, template: str, number: int, hosts: list[str] | None = None, page: bool = False, **given: Any
    ) -> tuple[Any, dict[str, Any]]:
        """A job of a job template whose survey nobody answers, and what it has left.

        :param hosts: those of a slice; None for all.
        :param page: whether a folder for pages is named, whose modules are dear.
        :param given: what the jobs before it in a workflow have left.
        """
        data = self.folder / f"job_{number}"
        for name in ("inventory", "env"):
            (data / name).mkdir(parents=True)
        inventory = json.loads(json.dumps(self._inventory))
        if hosts is not None:
            inventory["superoffice"]["hosts"] = hosts
        script = data / "inventory" / "hosts"
        script.write_text(f"#!{sys.executable}\nprint({json.dumps(inventory)!r})\n", encoding="utf-8")
        script.chmod(0o700)
        described = TEMPLATES[template]
        answers = {question["variable"]: question["default"] for question in QUESTIONS[template] if "default" in question}
        folder = str(self.report) if page else ""
        own = dict.fromkeys(described.get("extra_vars", ()), folder)
        (data / "env" / "extravars").write_text(controllers.extra_vars({**own, **answers, **given, "awx_job_id": number}), encoding="utf-8")
        environ = {**environment(self.folder / "home"), **controllers.of_awx(KIND, self._credential, data / "env")}
        (data / "env" / "envvars").write_text(json.dumps(environ), encoding="utf-8")
        (data / "env" / "settings").write_text(json.dumps({"suppress_env_files": True}), encoding="utf-8")
        job = ansible_runner.run(
            private_data_dir=str(data), project_dir=str(self.project), playbook=described["playbook"], quiet=True, verbosity=1,
            cmdline=f"--vault-password-file {self._vault}",
        )  # fmt: skip
        left = [event["event_data"]["artifact_data"] for event in job.events if event["event"] == "playbook_on_stats"]
        return job, left[0] if left else {}


[KIND] = LOADED["controller_credential_types"]


@pytest.fixture(scope="module")
def project(online_process: OnlineStandIn, stand_in_process: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Controller:
    """With one credential for all: a user of two installations, and the application that has a system user at the tenant."""
    online, stand_in = online_process, stand_in_process
    signed_in = {"username": stand_in.username, "password": stand_in.password}
    application = {"client_secret": online.client_secret, "private_key": online.private_key}
    made = Controller(tmp_path_factory.mktemp("controller"), {**signed_in, **application, "tenant": "", "services_version": ""})
    hosts = made.project / "inventory" / "hosts.yml"
    text = hosts.read_text(encoding="utf-8")
    for address, server in (
        ("https://crm-oslo.example.com/SuperOffice", online),
        ("https://crm-hamburg.example.com/SuperOffice", stand_in),
    ):
        assert text.count(address) == 1
        text = text.replace(address, server.url)
    hosts.write_text(text, encoding="utf-8")
    own = made.project / "inventory" / "host_vars" / "fjord-foods.yml"
    own.parent.mkdir()
    token = made.encrypt(online.tenants["Cust12345"]["system_user_token"])
    own.write_text(f"erpsync_login_url: {online.login_url}\nvault_fjord_foods_system_user_token: {token}", encoding="utf-8")
    made.read_inventory()
    return made


@pytest.fixture
def controller(project: Controller, online: OnlineStandIn, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> Controller:
    """Two of its three installations differ from what is declared: somebody has changed their interval."""
    # ansible-runner looks for ansible-playbook on the PATH of whoever starts it.
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    for query in ("", "?tenant=Cust12345"):
        state = online.control("GET", f"state{query}")
        state["engine"]["IntervalSeconds"] = 600
        online.control("PUT", f"state{query}", state)
    return project


def _writes(online: OnlineStandIn, stand_in: StandIn) -> list[tuple[str, str]]:
    """What was written, and by which host of the inventory."""
    hosts = {None: "crm-oslo", "Cust12345": "fjord-foods"}
    found = [(hosts[entry.get("tenant")], str(entry["method"])) for entry in online.journal() if entry["writes"]]
    return [*found, *(("crm-hamburg", method) for method in stand_in.writes())]


def _with(secrets: list[str], folder: Path) -> set[str]:
    """The names of the files in a folder that have one of the secrets in them."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return {path.name for path in files if any(secret in path.read_text(encoding="utf-8", errors="replace") for secret in secrets)}


def test_drift_fails_what_differs_is_mended_and_nothing_differs_any_more(
    controller: Controller, online: OnlineStandIn, stand_in: StandIn
) -> None:
    """The nodes of the workflow, each with what those before it have left; the last one in `make thorough`."""
    job, left = controller.run(DRIFT, 101, page=EVERY_WAY)

    assert (job.status, job.rc) == ("failed", 2), job.stdout.read()
    assert "3 installations: 2 differ, 1 as declared." in job.stdout.read()
    drift = {"compared": 3, "differing": ["crm-oslo", "fjord-foods"], "unreadable": [], "changes": 2}
    assert left == {"erpsync_drift": drift}
    secrets = [stand_in.password, online.client_secret, online.tenants["Cust12345"]["system_user_token"], "PRIVATE KEY"]
    if EVERY_WAY:
        assert {"drift-101.html", "drift-101.json"} <= {path.name for path in controller.report.iterdir()}
        assert _with(secrets, controller.report) == set()
    assert _writes(online, stand_in) == []

    job, more = controller.run(MEND, 102, **left)

    assert (job.status, job.rc) == ("successful", 0), job.stdout.read()
    changed = {"converged": 2, "changed": ["crm-oslo", "fjord-foods"], "failed": [], "changes": 2}
    assert more == {"erpsync_converge": changed}
    assert sorted(_writes(online, stand_in)) == [("crm-oslo", "ChangeEngineInterval"), ("fjord-foods", "ChangeEngineInterval")]

    if EVERY_WAY:
        job, last = controller.run(DRIFT, 103, **left, **more)

        assert (job.status, job.rc) == ("successful", 0), job.stdout.read()
        assert last == {"erpsync_drift": {**drift, "differing": [], "changes": 0}}

    for number in (101, 102, *([103] if EVERY_WAY else [])):
        # What ansible-runner was given itself, which AWX masks.
        assert _with(secrets, controller.folder / f"job_{number}" / "artifacts") <= {"command"}


@thorough_only
def test_where_nothing_differs_nothing_is_converged(controller: Controller, stand_in: StandIn) -> None:
    """And not everything. test_lookups.py has the rule."""
    last: dict[str, Any] = {"erpsync_drift": {"compared": 3, "differing": [], "unreadable": [], "changes": 0}}
    job, nothing = controller.run(MEND, 104, **last)
    assert job.status == "failed" and nothing == {}
    told = " ".join((controller.folder / "job_104" / "artifacts").glob("*/stderr").__next__().read_text(encoding="utf-8").split())
    assert "The variable erpsync_hosts is an empty list: nothing was done." in f"{told} {' '.join(job.stdout.read().split())}"
    assert stand_in.journal() == []


@thorough_only
def test_two_slices_of_a_job(controller: Controller, online: OnlineStandIn, stand_in: StandIn) -> None:
    """Each has its part of the hosts, a page of its own, and leaves what it has found itself."""
    hosts = ["crm-oslo", "crm-hamburg", "fjord-foods"]
    online.clear_journal()
    stand_in.clear_journal()
    found = {}
    for offset, number in enumerate((201, 202)):
        job, left = controller.run(DRIFT, number, hosts=hosts[offset::2], page=EVERY_WAY)
        assert job.rc == (2, 0)[offset], job.stdout.read()
        found[number] = left["erpsync_drift"]
    assert found[201] == {"compared": 2, "differing": ["crm-oslo", "fjord-foods"], "unreadable": [], "changes": 2}
    assert found[202] == {"compared": 1, "differing": [], "unreadable": [], "changes": 0}
    assert _writes(online, stand_in) == []
    for number, names in ((201, ["crm-oslo", "fjord-foods"]), (202, ["crm-hamburg"])) if EVERY_WAY else ():
        assert (controller.report / f"drift-{number}.html").is_file()
        written = json.loads((controller.report / f"drift-{number}.json").read_text(encoding="utf-8"))
        assert [one["name"] for one in written["installations"]] == names
