# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides, followed to the letter: their files, their commands, and the output that they promise.

Their modules run as the guides' inventories let them. The shells are compared elsewhere: playbooks in test_roles.py, and
modules in test_returns.py.
"""

from __future__ import annotations

import datetime
import json
import re
import shlex
import shutil
import subprocess
import threading
import zoneinfo
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _monitoring
from ansible_collections.superoffice.erpsync.tests.unit.support import controllers
from ansible_collections.superoffice.erpsync.tests.unit.support.code_blocks import NOT_FOLLOWED
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import (
    COLLECTION,
    COLLECTIONS_PATH,
    documented,
    environment,
    fact_cache,
    run_ansible,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import key, pem, public_pem
from pytest_stand_in import OnlineStandIn, StandIn

GUIDES = COLLECTION / "docs" / "docsite" / "rst"
PLUGIN = COLLECTION / "extensions" / "monitoring" / "check_erpsync"

_BLOCK = ".. code-block:: "
# A comment of a guide: what happens behind the scenes.
_STAND_IN = ".. stand-in: "
_ADDRESS = re.compile(r"https://crm[\w-]*\.example\.com/SuperOffice")
_ANSIBLE = {"ansible": "adhoc", "ansible-playbook": "playbook", "ansible-inventory": "inventory", "ansible-vault": "vault"}
# The passwords of the stand-in's seed, which the guides leave out.
_SECRETS = {
    "vault_erpsync_sap_austria_password": "sap-Geheim-1",
    "vault_erpsync_sap_germany_password": "sap-Geheim-1",
    "vault_erpsync_visma_norway_password": "visma-Hemmelig-1",
    "vault_erpsync_visma_sweden_password": "visma-Hemlig-2",
    "vault_erpsync_visma_finland_password": "visma-Salainen-7",
}


@dataclass(frozen=True)
class Block:
    """A code block: its language, its options such as ``{"caption": "site.yml"}``, and its text.

    The language ``stand-in`` is a comment's.
    """

    language: str
    options: dict[str, str]
    text: str


def _blocks(text: str) -> Iterator[Block]:
    lines = iter(text.splitlines())
    line = next(lines, None)
    while line is not None:
        if line.startswith(_STAND_IN):
            yield Block("stand-in", {}, line.removeprefix(_STAND_IN))
        if not line.startswith(_BLOCK):
            line = next(lines, None)
            continue
        language = line.removeprefix(_BLOCK)
        options: dict[str, str] = {}
        content: list[str] = []
        while (line := next(lines, None)) is not None and (not line or line.startswith("    ")):
            if not content and line.startswith("    :"):
                name, _colon, value = line.strip()[1:].partition(":")
                options[name] = value.strip()
            elif content or line:
                content.append(line[4:])
        yield Block(language, options, "\n".join(content).rstrip() + "\n")


class Reader:
    """Somebody who follows a guide, in an empty folder."""

    def __init__(self, home: Path, stand_in: StandIn, running: ExitStack) -> None:
        self.home = home
        self.stand_in = stand_in
        self.running = running
        self.installations: dict[str, StandIn] = {}
        self.command = self.output = self.errors = ""
        self.exported: dict[str, str] = {}
        self.commands = 0
        self.promises = 0

    def follow(self, guide: str) -> None:
        for block in _blocks((GUIDES / f"{guide}.rst").read_text(encoding="utf-8")):
            kind = block.options.get("class", "")
            if block.language == "stand-in":
                self.happens(block.text)
            elif "caption" in block.options and kind == "excerpt":
                self._compare(self.home / block.options["caption"], block.text)
            elif "caption" in block.options and block.language == "diff":
                self._edit(self.home / block.options["caption"], block.text)
            elif "caption" in block.options:
                self._write(self.home / block.options["caption"], block.text)
            elif kind == "stand-in":
                self.click(block.text)
            elif kind == "passwords":
                for line in block.text.splitlines():
                    variable, password = line.split()
                    assert _SECRETS[variable] == password
                    self.promises += 1
            elif block.language == "console":
                for command in block.text.splitlines():
                    self.run(command, None if kind == "fails" else int(kind.removeprefix("exits-") or 0))
            elif kind == "errors":
                # Older releases of Ansible break the lines.
                assert " ".join(block.text.split()) in " ".join(self.errors.split())
                self.promises += 1
            elif kind == "output":
                for promised in block.text.splitlines():
                    assert promised.rstrip() in self.output, self.output
                    self.promises += 1
            elif kind == "tree":
                folder, *names = (line.split()[0] for line in block.text.splitlines())
                assert all(name.endswith("...") or (self.home / folder / name).is_file() for name in names)
                self.promises += len(names)
            else:
                assert (f"docs/docsite/rst/{guide}.rst", block.text.partition("\n")[0]) in NOT_FOLLOWED, block.text

    def _installation(self, address: str) -> str:
        """The address of the stand-in for an installation; each has its own."""
        if address not in self.installations:
            server = StandIn("--engine-delay", "0.1") if self.installations else self.stand_in
            if server is not self.stand_in:
                self.running.callback(server.stop)
            self.installations[address] = server
        return self.installations[address].url

    def _write(self, path: Path, text: str) -> None:
        text = _ADDRESS.sub(lambda match: self._installation(match[0]), text).replace("erp-admin", self.stand_in.username)
        text = re.sub(r'(\w+): "\.\.\."', lambda match: f"{match[1]}: {json.dumps(self.secret(match[1], path))}", text)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def secret(self, variable: str, path: Path) -> str:
        """What a guide leaves out."""
        return _SECRETS[variable]

    def happens(self, what: str) -> None:
        """Let the stand-in do something."""
        raise AssertionError(f"unknown: {what}")

    def click(self, commands: str) -> None:
        """Enter what a guide shows for the stand-in that `make mock PORT=8099` starts."""
        for command in commands.splitlines():
            program, address, option, body = shlex.split(command)
            assert (program, address, option) == ("curl", "http://127.0.0.1:8099/_mock/click", "-d")
            assert self.stand_in.control("POST", "click", json.loads(body)) == {"rows": 1}

    def _edit(self, path: Path, text: str) -> None:
        old, new = ("".join(f"{line[1:]}\n" for line in text.splitlines() if line.startswith(sign)) for sign in "-+")
        before = path.read_text(encoding="utf-8")
        assert old and new and before.count(old) == 1
        path.write_text(before.replace(old, new), encoding="utf-8")

    def _compare(self, path: Path, text: str) -> None:
        written = path.read_text(encoding="utf-8").splitlines()
        for line in text.splitlines():
            assert line in written
            self.promises += 1

    def variables(self) -> dict[str, str]:
        """The reader's environment variables."""
        return {"SUPEROFFICE_PASSWORD": self.stand_in.password}

    def run(self, command: str, status: int | None = 0) -> None:
        """Enter a command, as a guide shows it.

        :param status: what it is to end with; None for anything but success.
        """
        prompt, program, *arguments = shlex.split(command)
        assert prompt == "$"
        if program == "export":
            [(name, value)] = [one.split("=", 1) for one in arguments]
            given = {"...": self.stand_in.password, "erp-admin": self.stand_in.username}.get(value) or self._installation(value)
            self.exported[name] = given
            return
        # The guide names both places where a maintenance may be recorded; test_fleets.py has the other one.
        variables = {**self.variables(), **self.exported, **fact_cache(self.home.parent / f"{self.home.name}-cache")}
        while "=" in program:
            name, _equals, value = program.partition("=")
            variables[name] = value
            program, *arguments = arguments
        if program in _ANSIBLE:
            vault_password = self.home / "vault-password"
            vault_password.write_text("vault-secret", encoding="utf-8")
            done = run_ansible(_ANSIBLE[program], *arguments, home=self.home, ANSIBLE_VAULT_PASSWORD_FILE=str(vault_password), **variables)
        elif program == PLUGIN.name:
            environ = environment(self.home, **variables)
            done = subprocess.run([PLUGIN, *arguments], cwd=self.home, env=environ, capture_output=True, text=True, check=False)
        else:
            assert program == "git"
            if shutil.which("git") is None:
                pytest.skip("git is not there")
            git = {f"GIT_{who}_{what}": "reader@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
            done = subprocess.run(
                [program, *arguments], cwd=self.home, env=environment(self.home, **git), capture_output=True, text=True, check=False
            )
        self.command, self.output, self.errors = command, done.stdout, done.stderr
        assert done.returncode == status or (status is None and done.returncode), done.stdout + done.stderr
        self.commands += 1


class OnlineReader(Reader):
    """Somebody whose tenants are the stand-in's. The hosts of the guide have their names."""

    def __init__(self, home: Path, online: OnlineStandIn, running: ExitStack) -> None:
        super().__init__(home, online, running)
        self.online = online
        self.private_key = online.private_key

    def variables(self) -> dict[str, str]:
        return {"SUPEROFFICE_LOGIN_URL": self.online.login_url}

    def secret(self, variable: str, path: Path) -> str:
        named = zip(("fjord-foods", "dale-timber", "skaar-shipping"), self.online.tenants.values(), strict=True)
        tenants = {**dict(named), **self.online.tenants}
        if path.parent.name in tenants:
            return tenants[path.parent.name][variable.removeprefix("erpsync_")]
        of_application = {"client_id": self.online.client_id, "private_key": self.private_key}
        name = variable.removeprefix("vault_").removeprefix("erpsync_")
        return of_application.get(name) or str(self.online.overview()["applications"][self.online.client_id][name])

    def happens(self, what: str) -> None:
        changes = {
            "move Cust12345": self._move,
            "maintain Cust23456": lambda: self.online.become("Cust23456", "OfflineMaintenance", 3),
            "another client secret": lambda: self.online.change_application(self.online.client_id, client_secret="another-secret-of-today"),
            "another key": self._other_key,
        }
        changes[what]()

    def _move(self) -> None:
        hosts = self.online.overview()["hosts"]
        here = self.online.tenant_url("Cust12345").rpartition("/")[0]
        self.online.move("Cust12345", next(name for name, url in hosts.items() if name != "online" and url != here))

    def _other_key(self) -> None:
        self.private_key = pem(key(7))
        self.online.change_application(self.online.client_id, public_key=public_pem(key(7)))


class WatchfulReader(Reader):
    """Somebody who wants to be told when something stops, and has a chat."""

    def __init__(self, home: Path, stand_in: StandIn, running: ExitStack) -> None:
        super().__init__(home, stand_in, running)
        self.posted: list[dict[str, str]] = []
        posted = self.posted

        class Chat(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_what: object) -> None:
                pass

        chat = running.enter_context(HTTPServer(("127.0.0.1", 0), Chat))
        running.callback(chat.shutdown)
        threading.Thread(target=chat.serve_forever, args=(0.05,)).start()
        self.hooks = f"http://127.0.0.1:{chat.server_port}"

    def _write(self, path: Path, text: str) -> None:
        super()._write(path, text.replace("https://hooks.example.com", self.hooks))

    def happens(self, what: str) -> None:
        servers = {address.partition(".")[0].rpartition("/")[2]: server for address, server in self.installations.items()}
        if what == "all have just been synchronised":
            now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Oslo")).strftime("%Y-%m-%dT%H:%M:%S")
            for server in servers.values():
                state = server.state()
                for connection in state["connections"]:
                    connection["LastSync"] = now
                server.put_state(state)
        else:
            name, stops = re.fullmatch(r"the engine of (\S+) (stops)", what).groups()  # type: ignore[union-attr]
            state = servers[name].state()
            state["engine"]["IsRunning"] = not stops
            servers[name].put_state(state)


class ControllerReader(Reader):
    """Somebody who has copied the project for controllers, and whose AWX takes all that it is told."""

    def __init__(self, home: Path, stand_in: StandIn, running: ExitStack) -> None:
        super().__init__(home / "project", stand_in, running)
        shutil.copytree(COLLECTION / "examples" / "controller", self.home)
        hosts = self.home / "inventory" / "hosts.yml"
        address = "https://crm-oslo.example.com/SuperOffice"
        hosts.write_text(hosts.read_text(encoding="utf-8").replace(address, self._installation(address)), encoding="utf-8")
        self.recorded = controllers.write_modules(home / "collections")

    def variables(self) -> dict[str, str]:
        return {**super().variables(), "ANSIBLE_COLLECTIONS_PATH": f"{self.recorded.parent}:{COLLECTIONS_PATH}"}

    def secret(self, variable: str, path: Path) -> str:
        return f"canary {variable}"

    def run(self, command: str, status: int | None = 0) -> None:
        super().run(command.replace("erp-admin", self.stand_in.username), status)


@pytest.fixture
def controller_reader(stand_in: StandIn, tmp_path: Path) -> Iterator[ControllerReader]:
    if not GUIDES.is_dir():
        pytest.skip("the guides are not part of this copy of the collection")
    with ExitStack() as running:
        yield ControllerReader(tmp_path, stand_in, running)


@pytest.fixture
def watchful_reader(stand_in: StandIn, tmp_path: Path) -> Iterator[WatchfulReader]:
    if not GUIDES.is_dir():
        pytest.skip("the guides are not part of this copy of the collection")
    with ExitStack() as running:
        yield WatchfulReader(tmp_path, stand_in, running)


@pytest.fixture
def reader(stand_in: StandIn, tmp_path: Path) -> Iterator[Reader]:
    if not GUIDES.is_dir():
        pytest.skip("the guides are not part of this copy of the collection")
    with ExitStack() as running:
        yield Reader(tmp_path, stand_in, running)


@pytest.fixture
def online_reader(online: OnlineStandIn, tmp_path: Path) -> Iterator[OnlineReader]:
    if not GUIDES.is_dir():
        pytest.skip("the guides are not part of this copy of the collection")
    with ExitStack() as running:
        yield OnlineReader(tmp_path, online, running)


def _connection(stand_in: StandIn, name: str) -> dict[str, object]:
    found: dict[str, object] = next(one for one in stand_in.state()["connections"] if one["DisplayName"] == name)
    return found


@thorough_only
def test_first_playbook(reader: Reader) -> None:
    reader.follow("guide_first_playbook")
    assert reader.commands >= 6 and reader.promises >= 10
    assert reader.stand_in.writes() == ["ChangeEngineInterval", "SyncAll", *["ChangeEngineStatus"] * 4]


@thorough_only
def test_clicking_to_code(reader: Reader) -> None:
    reader.follow("guide_clicking_to_code")
    assert reader.commands >= 10 and reader.promises >= 10
    assert "erpsync_visma_norway" not in (reader.home / "inventory/host_vars/crm-oslo/vault.yml").read_text(encoding="utf-8")
    assert 'data-result="differs"' in (reader.home / "drift/index.html").read_text(encoding="utf-8")
    # One word was changed; the export at the end takes the installation's own interval back.
    assert set(reader.stand_in.writes()) == {"SaveActorTypeMapping", "ValidateArchiveColumnConfig"}
    assert reader.stand_in.writes().count("SaveActorTypeMapping") == 1
    assert 'interval: "00:15:00"' in (reader.home / "inventory/host_vars/crm-oslo/installation.yml").read_text(encoding="utf-8")


@thorough_only
def test_first_run(reader: Reader) -> None:
    """Nothing is changed before the first change, which is taken back; and what is to be sent has nobody's names."""
    reader.follow("guide_first_run")
    assert reader.commands == 10 and reader.promises == 13
    assert reader.stand_in.writes() == ["ChangeEngineInterval", "ChangeEngineInterval"]
    assert reader.stand_in.state()["engine"]["IntervalSeconds"] == 900
    sent = (reader.home / "first_run-crm-oslo.json").read_text(encoding="utf-8")
    assert not [word for word in ("Visma", "Hemmelig", "CREDITLIMIT", "127.0.0.1", "crm-oslo", "ADM") if word in sent]


@thorough_only
def test_new_erp_company(reader: Reader) -> None:
    reader.follow("guide_new_erp_company")
    made = _connection(reader.stand_in, "Visma Finland")
    assert made["Active"] is True
    assert made["ConfigFields"]["Company"] == "3001"  # type: ignore[index]
    assert reader.stand_in.writes()[-1] == "ForceResync"


@thorough_only
def test_change_of_server(reader: Reader) -> None:
    reader.follow("guide_change_of_server")
    writes = [name for name in reader.stand_in.writes() if name != "ChangeEngineStatus"]
    assert writes == ["SaveErpSyncConnectorEntity", "SaveConnection", "ToggleErpConnectionActive"]
    assert _connection(reader.stand_in, "Dynamics Denmark")["Active"] is True
    assert reader.stand_in.state()["engine"]["IsRunning"] is True


@thorough_only
def test_rotate_password(reader: Reader) -> None:
    reader.follow("guide_rotate_password")
    assert _connection(reader.stand_in, "Visma Norway")["ConfigFields"]["Password"] == "another one 2"  # type: ignore[index]


@thorough_only
def test_many_installations(reader: Reader) -> None:
    reader.follow("guide_many_installations")
    assert len(reader.installations) == 3
    assert (reader.home / "exported/connections/visma_norway.yml").is_file()
    # The last command is cron's, who is told nothing where all is well.
    assert "quiet" in reader.command and (reader.output, reader.errors) == ("", "")
    *variables, converge, drift = (reader.home / "erpsync.crontab").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[A-Z_]+=\S+", variable) for variable in variables) and reader.command.split()[1] in variables
    for job, playbook in ((converge, "converge"), (drift, "drift")):
        *when, command = job.split(" ", 5)
        assert len(when) == 5 and command == f"cd /etc/erpsync && ansible-playbook superoffice.erpsync.{playbook} -i inventory"
    for server in reader.installations.values():
        assert server.writes().count("SaveActorTypeMapping") == 1


@thorough_only
def test_controller(controller_reader: ControllerReader) -> None:
    reader = controller_reader
    reader.follow("guide_controller")
    assert reader.commands == 4 and reader.promises == 17
    assert reader.stand_in.writes() == []
    done = reader.recorded.read_text(encoding="utf-8")
    assert "canary vault_superoffice_password" in done and "canary" not in reader.output
    page = (GUIDES / "guide_controller.rst").read_text(encoding="utf-8")
    named = set(re.findall(r'"(ERP Sync[^"]*)"', page))
    assert named and named <= {values["name"] for _module, values in map(json.loads, done.splitlines())}
    # What the guide says that jobs leave, they leave (test_controller.py).
    assert set(re.findall(r"``(erpsync_(?:drift|converge|health|sync))``", page)) == {
        f"erpsync_{name}" for name in ("drift", "converge", "health", "sync")
    }


def test_connection(reader: Reader) -> None:
    reader.follow("guide_connection")
    assert reader.commands == 3 and len(reader.installations) == 2
    assert set(reader.exported) == {"SUPEROFFICE_URL", "SUPEROFFICE_USERNAME", "SUPEROFFICE_PASSWORD"}
    assert '"answers": true' in reader.output
    for server in reader.installations.values():
        assert server.writes() == []


def test_what_happened(reader: Reader) -> None:
    reader.follow("guide_what_happened")
    assert reader.commands == 2 and reader.promises == 8
    assert reader.stand_in.writes() == ["SyncAll"]
    # Nobody asked for values.
    asked = [query for entry in reader.stand_in.journal() if "ErpSyncLog" in (query := str(entry["query"]))]
    assert len(asked) >= 3 and not [query for query in asked if "Value" in query]


@thorough_only
def test_health(watchful_reader: WatchfulReader) -> None:
    reader = watchful_reader
    reader.follow("guide_health")
    assert reader.commands == 4 and reader.promises == 8
    # The last command was the plugin's, which prints one line.
    assert reader.output.count("\n") == 1 and reader.errors == ""
    [line] = [message["text"] for message in reader.posted]
    assert line.startswith("ERPSYNC CRITICAL - 1 of 2 installations: crm-bergen: 1 error, 2 warnings. engine: The sync engine is stopped.")
    for server in reader.installations.values():
        assert server.writes() == []


def test_files_of_health(tmp_path: Path) -> None:
    """As far as they can be tried here: the crontab, the units of systemd, the rules of Prometheus."""
    if not GUIDES.is_dir():
        pytest.skip("the guides are not part of this copy of the collection")
    guide = (GUIDES / "guide_health.rst").read_text(encoding="utf-8")
    for block in _blocks(guide):
        if "caption" in block.options:
            path = tmp_path / block.options["caption"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    *variables, job = (tmp_path / "erpsync.crontab").read_text(encoding="utf-8").splitlines()
    *when, command = job.split(" ", 5)
    assert when == ["*/15", "*", "*", "*", "*"] and f"    $ {variables[1]} {command}\n" in guide

    _verify_units(tmp_path / "systemd")

    rules = yaml.safe_load((tmp_path / "prometheus" / "erpsync.rules.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    used = set(re.findall(r"erpsync_\w+", " ".join([rule["expr"] for rule in rules])))
    written = {family.name for family in _monitoring._families((), 0)}
    assert len(rules) == 5 and used < written and set(re.findall(r"``(erpsync_\w+)``", guide.rpartition("annotations:")[2])) < written


def _verify_units(folder: Path) -> None:
    """systemd itself says what is wrong with its units; where it is not there, that they have their sections."""
    units = sorted(folder.iterdir())
    assert [unit.name for unit in units] == ["erpsync-health-mail.service", "erpsync-health.service", "erpsync-health.timer"]
    program = shutil.which("systemd-analyze")
    for unit in units:
        text = unit.read_text(encoding="utf-8")
        assert text.startswith("[Unit]\nDescription=") and ("[Timer]\n" if unit.suffix == ".timer" else "[Service]\n") in text
        # What is not installed here.
        unit.write_text(text.replace("/usr/bin/ansible-playbook", "/bin/sh"), encoding="utf-8")
    if program is not None:
        done = subprocess.run([program, "verify", *units], capture_output=True, text=True, check=False)
        # A container may have no systemd to talk to.
        told = [line for line in done.stderr.splitlines() if "erpsync" in line]
        assert not told, done.stderr


def test_fleet_versions(reader: Reader) -> None:
    """One REST, one Services75 and one Services86 installation, converged from one play with one document."""
    reader.follow("guide_fleet_versions")
    fleet = {address.partition(".")[0].rpartition("/")[2]: server for address, server in reader.installations.items()}
    # The last command asks all services of each installation which there are.
    spoken = {
        name: {
            (entry["transport"], entry["services_version"])
            for entry in server.journal()
            if "GetSystemInfo" not in str(entry["operation"]) and not entry["path"].endswith("/api")
        }
        for name, server in fleet.items()
    }
    assert spoken == {"crm-oslo": {("rest", None)}, "crm-bergen": {("soap", 86)}, "crm-hamburg": {("soap", 75)}}
    states = {}
    for name, server in fleet.items():
        assert server.problems() == []
        # Each thing that differed was saved once, in the first of the two runs; the second one, as it says, changed nothing.
        lists = [] if name == "crm-hamburg" else ["SaveConnectionListMappings"]
        assert sorted(server.writes()) == sorted(FLEET_WRITES + lists), name
        states[name] = server.state()
    # What Services75 lacks was left out there.
    assert states["crm-hamburg"].pop("list_items") != states["crm-oslo"].pop("list_items") == states["crm-bergen"].pop("list_items")
    assert states["crm-oslo"] == states["crm-bergen"] == states["crm-hamburg"]
    assert _connection(fleet["crm-hamburg"], "Visma Norway")["DisplayDescription"] == "Managed by Ansible"


FLEET_WRITES = [
    "ChangeEngineInterval",
    "SaveActorTypeMapping",
    "SaveConnection",
    "SaveDefaultValueInfo",
    "SaveErpConnectionSyncPriorities",
    "ValidateArchiveColumnConfig",
]


@thorough_only
def test_online(online_reader: OnlineReader) -> None:
    online_reader.follow("guide_online")
    assert online_reader.commands >= 10 and online_reader.promises >= 10
    for tenant in online_reader.online.tenants:
        assert online_reader.online.tenant_state(tenant)["engine"]["IntervalSeconds"] == 600, tenant


@thorough_only
def test_inventory(online_reader: OnlineReader) -> None:
    online_reader.follow("guide_inventory")
    assert online_reader.commands == 4 and online_reader.promises >= 16
    assert online_reader.online.writes() == []


def test_parts_that_are_gathered_are_there() -> None:
    if not GUIDES.is_dir():
        pytest.skip("the guides are not part of this copy of the collection")
    pages = [*GUIDES.glob("*.rst"), *(page for glob in ("*.md", "examples/**/*.md", "roles/*/*.md") for page in COLLECTION.glob(glob))]
    found = set()
    for page in pages:
        text = " ".join(page.read_text(encoding="utf-8").split())
        for parts in re.findall(r"\bgather[=:] ?\[?([a-z_]+(?:, [a-z_]+)*)", text):
            found |= set(parts.split(", "))
    choices = yaml.safe_load(documented("erpsync_info", "DOCUMENTATION"))["options"]["gather"]["choices"]
    assert found <= set(choices) and len(found) >= 8


def test_refusals_of_the_guide_are_those_of_the_code() -> None:
    if not GUIDES.is_dir():
        pytest.skip("the guides are not part of this copy of the collection")
    client = COLLECTION / "plugins" / "module_utils" / "_client"
    told = "".join(path.read_text(encoding="utf-8") for path in client.rglob("*.py"))
    page = (GUIDES / "guide_online.rst").read_text(encoding="utf-8").partition("What a refusal means\n")[2].partition("Over SOAP\n")[0]
    messages = [message for row in re.findall(r"^   \* - (``.*)$", page, re.MULTILINE) for message in re.findall(r"``([^`]+)``", row)]
    assert len(messages) > 10
    assert not [message for message in messages if message.replace("(invalid_client)", "({reason})") not in told]
