# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook sign_in from its start to a converge with what it wrote: by a client, in a browser, and with a pasted address.

Its answers and refusals, one by one, are in plugins/action/test_sign_in.py.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shlex
import stat
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, documented, end_group, environment, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.processes import command_lines
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from online_client import Form
from pytest_browser import Browser, browser
from pytest_stand_in import OnlineStandIn

__all__ = ["browser"]

PLAYBOOK = "superoffice.erpsync.sign_in"
TENANT = "Cust12345"
GUIDE = COLLECTION / "docs" / "docsite" / "rst" / "guide_sign_in.rst"
VAULT = ("--vault-password-file", "password")
FILE = "inventory/host_vars/crm-oslo/superoffice_online.yml"
# Only for what never comes.
PATIENCE = 200


class Playbook:
    """A run of the playbook that waits for a person. `terminal`: its output and input, else its standard error is read."""

    def __init__(self, home: Path, variables: dict[str, str], arguments: tuple[str, ...], terminal: bool) -> None:
        self.seen = ""
        self.output = ""
        self._more = threading.Condition()
        command = [sys.executable, "-m", "ansible.cli.playbook", PLAYBOOK, *VAULT, *arguments]
        environ = environment(home, **variables)
        if terminal:
            ours, theirs = pty.openpty()
            self.keyboard = ours

            def own_terminal() -> None:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)

            self.process = subprocess.Popen(
                command, cwd=home, env=environ, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, preexec_fn=own_terminal
            )
            os.close(theirs)
            readers = [threading.Thread(target=self._watch, args=(os.fdopen(os.dup(ours), "rb", buffering=0),))]
        else:
            self.process = subprocess.Popen(
                command,
                cwd=home,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                bufsize=0,
            )
            readers = [
                threading.Thread(target=self._watch, args=(self.process.stderr,)),
                threading.Thread(target=self._read, args=(self.process.stdout,)),
            ]
        self._readers = readers
        for reader in readers:
            reader.start()

    def _watch(self, stream: IO[bytes]) -> None:
        with stream:
            while True:
                try:
                    part = stream.read(4096)
                except OSError:
                    # Linux ends a terminal like this.
                    part = b""
                with self._more:
                    self.seen += part.decode(errors="replace")
                    self._more.notify_all()
                if not part:
                    return

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            while part := stream.read(65536):
                self.output += part.decode(errors="replace")

    def awaited(self, pattern: str) -> str:
        """The first group of the pattern, once it was shown."""
        with self._more:
            self._more.wait_for(lambda: re.search(pattern, self.seen) or self.process.poll() is not None, timeout=PATIENCE)
            found = re.search(pattern, self.seen)
        assert found, self.seen + self.output
        return found[1]

    def shows(self, text: str, seconds: float) -> bool:
        """Whether it shows the text within so many seconds."""
        with self._more:
            return bool(self._more.wait_for(lambda: text in " ".join(self.seen.split()), timeout=seconds))

    def address(self) -> str:
        return self.awaited(r"(?m)^(http\S+/login/common/oauth/authorize\?\S+)\r?$")

    def end(self) -> int:
        status = self.process.wait(timeout=PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return status


@contextmanager
def started(home: Path, variables: dict[str, str], *arguments: str, terminal: bool = False) -> Iterator[Playbook]:
    run = Playbook(home, variables, arguments, terminal)
    try:
        yield run
    finally:
        end_group(run.process)
        run.process.wait(timeout=PATIENCE)
        if terminal:
            os.close(run.keyboard)


@pytest.fixture
def home(online: OnlineStandIn) -> Iterator[Path]:
    """A folder with an inventory of one installation, whose variables lack a token.

    Its path is short: ansible-playbook opens a socket in TMPDIR, whose name must have less than 108 bytes.
    """
    with tempfile.TemporaryDirectory(prefix="sign-in-") as folder:
        yield _filled(Path(folder), online)


def _filled(home: Path, online: OnlineStandIn) -> Path:
    (home / "password").write_text("vault-canary-password\n", encoding="utf-8")
    folder = home / "inventory"
    (folder / "host_vars" / "crm-oslo").mkdir(parents=True)
    hosts = {"superoffice": {"hosts": {"crm-oslo": None}, "vars": {"ansible_connection": "local"}}}
    (folder / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    variables = {
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "erpsync_tenant": TENANT,
        "erpsync_login_url": online.login_url,
        "erpsync_client_id": online.client_id,
        "erpsync_environment": {"engine": {"interval": "25m"}},
    }
    (folder / "host_vars" / "crm-oslo" / "main.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
    (home / "tmp").mkdir()
    return home


def usual(online: OnlineStandIn, home: Path) -> dict[str, str]:
    return {"SUPEROFFICE_CLIENT_SECRET": online.client_secret, "TMPDIR": str(home / "tmp"), "ANSIBLE_LOG_PATH": str(home / "ansible.log")}


ARGUMENTS = ("-i", "inventory", "-e", "erpsync_hosts=crm-oslo", "-e", "erpsync_sign_in_redirect_port=0")


def decrypted(home: Path, file: str = FILE) -> dict[str, str]:
    """The variables, by Ansible's own program."""
    shown = run_ansible("vault", "view", *VAULT, file, home=home)
    assert shown.returncode == 0, shown.stderr
    found = yaml.safe_load(shown.stdout)
    assert isinstance(found, dict)
    return found


def converges(home: Path, online: OnlineStandIn, *changes: int) -> None:
    """Runs of converge with the file that was written, and how many changes each shows."""
    online.clear_journal()
    for changed in changes:
        done = run_ansible("playbook", "superoffice.erpsync.converge", "-i", "inventory", *VAULT, home=home, **usual(online, home))
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(rf"^crm-oslo +: ok=\d+ +changed={changed} ", done.stdout, re.MULTILINE), done.stdout
    asked = [entry for entry in online.journal() if entry["path"].endswith("/oauth/tokens")]
    assert {entry["body"]["grant_type"] for entry in asked} == {"refresh_token"}
    assert online.tenant_state(TENANT)["engine"]["IntervalSeconds"] == 25 * 60


def test_by_a_client_with_secrets_nowhere_and_then_a_converge(online: OnlineStandIn, home: Path) -> None:
    with started(home, usual(online, home), *ARGUMENTS, "-vvvv") as run:
        # It is shown while it waits.
        address = run.address()
        assert run.process.poll() is None
        processes = command_lines()
        location = Form(requests.get(address, timeout=PATIENCE)).send().headers["Location"]
        page = requests.get(location, timeout=PATIENCE)
        assert run.end() == 0, run.seen + run.output
        processes |= command_lines()
    assert f"You are signed in to {TENANT}" in page.text
    assert "Wrote erpsync_tenant, erpsync_login_url, erpsync_client_id, erpsync_refresh_token, " in run.output
    assert str(home / FILE) in run.output
    found = decrypted(home)
    assert found["erpsync_sign_in_system_user_token"] == online.tenants[TENANT]["system_user_token"]
    assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600
    secrets = [
        online.client_secret,
        "vault-canary-password",
        found["erpsync_refresh_token"],
        found["erpsync_sign_in_system_user_token"],
        parse_qs(urlsplit(location).query)["code"][0],
    ]
    files: dict[Any, str] = {
        path: path.read_bytes().decode(errors="replace") for path in home.rglob("*") if path.is_file() and path.name != "password"
    }
    assert home / "ansible.log" in files and home / FILE in files
    told = {"screen": run.seen, "output": run.output, "page": page.text, "processes": "\n".join(processes), **files}
    assert [(place, secrets.index(secret)) for place, text in told.items() for secret in secrets if secret in text] == []
    assert address not in files[home / "ansible.log"]
    if GUIDE.is_file():
        _promises(run.seen, address, location)
    converges(home, online, 1, 0)


def _promises(seen: str, address: str, location: str) -> None:
    """The guide shows what is seen."""
    shown = seen.replace(address, "https://online.superoffice.com/login/common/oauth/authorize?response_type=code&...")
    shown = shown.replace(f":{urlsplit(location).port}/", ":8765/")
    promised = next(text for kind, _caption, text in _blocks() if kind == "text")
    assert promised in shown


def _blocks() -> list[tuple[str, str, str]]:
    """The guide's blocks: kind, caption and text."""
    found = re.findall(r"^\.\. code-block:: (\w+)\n(?:    :caption: (\S+)\n)?\n((?:    .*\n|\n)+)", GUIDE.read_text(encoding="utf-8"), re.M)
    return [(kind, caption, re.sub(r"^    ", "", text, flags=re.M).rstrip()) for kind, caption, text in found]


@thorough_only
@pytest.mark.skipif(not GUIDE.is_file(), reason="the guides are not part of this copy of the collection")
def test_the_commands_of_the_guide(tmp_path: Path) -> None:
    """In check mode: with the guide's inventory, its variables, and a vault."""
    (tmp_path / "vault-password").write_text("a password", encoding="utf-8")
    commands = 0
    for kind, caption, text in _blocks():
        if caption:
            (tmp_path / caption).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / caption).write_text(text.replace('"..."', "canary-secret") + "\n", encoding="utf-8")
        for line in text.splitlines() if kind == "console" else ():
            prompt, program, *arguments = shlex.split(line)
            assert (prompt, program, arguments[0]) == ("$", "ansible-playbook", PLAYBOOK)
            done = run_ansible("playbook", *arguments, "--check", home=tmp_path)
            assert done.returncode == 0, done.stdout + done.stderr
            assert "Would sign a person in to Cust12345 at https://online.superoffice.com" in done.stdout
            assert "canary" not in done.stdout + done.stderr and "Nothing takes the variable" not in done.stderr
            commands += 1
    assert commands == 3


def test_the_examples_of_the_module(tmp_path: Path) -> None:
    """In check mode."""
    (tmp_path / "password").write_text("a password", encoding="utf-8")
    play: dict[str, Any] = {"hosts": "localhost", "gather_facts": False, "vars": {"vault_client_secret": "canary-secret"}}
    play["tasks"] = yaml.safe_load(documented("erpsync_sign_in", "EXAMPLES"))
    (tmp_path / "playbook.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    done = run_ansible("playbook", "playbook.yml", *VAULT, "--check", "-vvvv", home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^localhost +: ok=2 +changed=2 ", done.stdout, re.MULTILINE)
    written = [tmp_path / "host_vars" / "crm-oslo" / "superoffice_online.yml", tmp_path / "superoffice_Cust12345.yml"]
    for path in written:
        assert str(path) in done.stdout and not path.exists()
    assert "canary" not in done.stdout + done.stderr


def test_in_a_browser(browser: Browser, online: OnlineStandIn, home: Path) -> None:
    with started(home, usual(online, home), *ARGUMENTS) as run:
        browser.open(run.address())
        assert "Stand-in ERP Sync" in browser.text("main")
        assert browser.text("#tenant").strip() == TENANT
        browser.click("#accept")
        assert browser.text("#message") == f"You are signed in to {TENANT}, and Ansible has what it needs. You may close this window."
        assert run.end() == 0, run.seen + run.output
    assert decrypted(home)["erpsync_tenant"] == TENANT


def test_in_a_browser_in_which_a_person_denies(browser: Browser, online: OnlineStandIn, home: Path) -> None:
    with started(home, usual(online, home), *ARGUMENTS) as run:
        browser.open(run.address())
        browser.click("#refuse")
        assert f"access for {TENANT} was denied in the browser" in browser.text("#message")
        assert run.end() == 2
    assert f"access for {TENANT} was denied in the browser" in " ".join(run.output.split())
    assert not (home / FILE).exists()


def test_with_a_pasted_address(online: OnlineStandIn, home: Path) -> None:
    """At a terminal, whose lines are no longer than 4,096 characters where programs read whole lines."""
    port = free_port()
    arguments = ("-i", "inventory", "-e", "erpsync_hosts=crm-oslo", "-e", f"erpsync_sign_in_redirect_port={port}")
    with started(home, usual(online, home), *arguments, "-e", "erpsync_sign_in_paste=true", "-vvvv", terminal=True) as run:
        location = Form(requests.get(run.address(), timeout=PATIENCE)).send().headers["Location"]
        run.awaited(r"(It is not shown\. )")
        _type(run, f"http://127.0.0.1:{port}/elsewhere?code=canary", "What was pasted is not the address")
        run.awaited(r"is not the address[^$]+(It is not shown\. )")
        _type(run, f"{location}&filling={'x' * 5000}", "Wrote erpsync_tenant")
        assert run.end() == 0, run.seen
    code = parse_qs(urlsplit(location).query)["code"][0]
    assert code not in run.seen and "canary" not in run.seen
    assert decrypted(home)["erpsync_refresh_token"] not in run.seen


def _type(run: Playbook, text: str, until: str) -> None:
    """Paste a text, once more where nothing comes of it: Ansible throws away what is typed before it is ready to read."""
    for _time in range(10):
        # Ansible shows its prompt a moment before it switches the echo off; nobody types as fast as a program.
        while termios.tcgetattr(run.keyboard)[3] & termios.ECHO and run.process.poll() is None:
            time.sleep(0.05)
        sent = f"{text}\r".encode()
        while sent:
            sent = sent[os.write(run.keyboard, sent[:512]) :]
        if run.shows(until, 20):
            return
    raise AssertionError(run.seen)


def test_without_a_terminal_nothing_can_be_pasted(online: OnlineStandIn, home: Path) -> None:
    arguments = ("-e", "erpsync_sign_in_paste=true", "-e", f"erpsync_tenant={TENANT}", "-e", f"erpsync_login_url={online.login_url}")
    variables = {**usual(online, home), "SUPEROFFICE_CLIENT_ID": online.client_id}
    done = run_ansible("playbook", PLAYBOOK, *VAULT, *arguments, home=home, **variables)
    assert done.returncode == 2
    assert "there is no terminal to paste into" in " ".join(done.stdout.split())


def test_one_host_after_the_other_and_no_host(online: OnlineStandIn, home: Path) -> None:
    """In check mode, which opens no port; a host that the inventory lacks is told, not passed over."""
    hosts: dict[str, Any] = {"crm-oslo": None, "crm-bergen": {"erpsync_tenant": "Cust23456", "erpsync_client_id": "app"}}
    (home / "inventory" / "hosts.yml").write_text(yaml.safe_dump({"superoffice": {"hosts": hosts}}), encoding="utf-8")
    wanted = ("-i", "inventory", "--check", "-e", "erpsync_hosts=crm-oslo,crm-bergen")
    done = run_ansible("playbook", PLAYBOOK, *VAULT, *wanted, home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    for host, tenant in (("crm-oslo", TENANT), ("crm-bergen", "Cust23456")):
        path = home / "inventory" / "host_vars" / host / "superoffice_online.yml"
        assert f"Would sign a person in to {tenant}" in done.stdout and str(path) in done.stdout
        assert not path.exists()
    assert done.stdout.count("PLAY [Sign in") == 2
    assert online.journal() == []
    done = run_ansible("playbook", PLAYBOOK, *VAULT, "-i", "inventory", "-e", "erpsync_hosts=crm-osla", home=home)
    assert done.returncode != 0 and "Did you mean crm-oslo?" in done.stdout + done.stderr


def test_ctrl_c_ends_it(online: OnlineStandIn, home: Path) -> None:
    with started(home, usual(online, home), *ARGUMENTS, terminal=True) as run:
        port = int(run.awaited(r"The answer is awaited at http://127\.0\.0\.1:(\d+)/callback for 600 seconds"))
        # Once it answers, it has shown everything: Ansible itself hangs where a task is ended while it shows something.
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE).status_code == 404
        os.write(run.keyboard, b"\x03")
        assert run.end() != 0
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/callback", timeout=5)
    assert not (home / FILE).exists()
