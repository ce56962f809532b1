# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in anything that a run leaves: output at -vvvv, log, temporary files, the process list, the server's journal."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import MODULES, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port

# Each is met in one place only, so that a leak says where it comes from.
CANARIES = {
    name: f"canary-{name}-7Jq2"
    for name in (
        "wrong-password",
        "ticket",
        "access-token",
        "app-token",
        "proxy-password",
        "url-password",
        "url/slash",
        "environment",
        "tenant",
    )
}


class ProcessList:
    """Looks at all command lines again and again while it is used as a context."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ProcessList:
        self._thread.start()
        return self

    def __exit__(self, *_unused: object) -> None:
        self._done.set()
        self._thread.join(5)

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes())
                except OSError:
                    continue


def tasks(server: Any) -> Iterator[dict[str, Any]]:
    """Each module with each way of giving a secret, right and wrong."""
    right = {"username": server.username, "password": "{{ secret_right_password }}"}
    ways: dict[str, dict[str, Any]] = {
        "right": right,
        "wrong password": {**right, "password": "{{ secret_wrong_password }}"},
        "wrong ticket": {"ticket": "{{ secret_ticket }}", "app_token": "{{ secret_app_token }}"},
        "wrong token": {"access_token": "{{ secret_access_token }}"},
        "two ways": {**right, "ticket": "{{ secret_ticket }}", "access_token": "{{ secret_access_token }}"},
        "proxy": {**right, "proxy": f"http://me:{{{{ secret_proxy_password }}}}@127.0.0.1:{free_port()}"},
        "broken proxy": {**right, "proxy": "socks9://me:{{ secret_proxy_password }}@proxy"},
        "password in the url": {**right, "url": "http://me:{{ secret_url_password }}@127.0.0.1:9/x"},
        "password with a slash in the url": {**right, "url": "http://me:{{ secret_url_slash }}@127.0.0.1:9/x"},
        "password in the url and another mistake": {**right, "url": "http://me:{{ secret_url_password }}@127.0.0.1:9/x", "timeout": "soon"},
        "line break": {"access_token": "{{ secret_access_token }}\nX: y"},
        "unknown option": {**right, "passwort": 1},
    }
    for module in MODULES:
        own: dict[str, Any] = {
            "erpsync_info": {"gather": ["all"], "include_deleted": True},
            "erpsync_engine": {"state": "stopped", "wait": False},
        }.get(module, {})
        for title, way in ways.items():
            # What becomes of the options is the same for all modules; what they print of it is looked at in each of them.
            if module != MODULES[0] and title not in ("right", "wrong password", "password in the url and another mistake"):
                continue
            yield {
                "name": f"{module}, {title}",
                f"superoffice.erpsync.{module}": {"url": server.url, "retries": 0, **own, **way},
                "ignore_errors": True,
            }


def run(folder: Path, steps: list[dict[str, Any]], secrets: dict[str, str], **environment: str) -> dict[str, str]:
    """Run the steps; everything in which a secret could turn up, by where it is."""
    home, given = folder / "home", folder / "given"
    home.mkdir()
    given.mkdir()
    variables = {"secret_" + name.replace("-", "_").replace("/", "_"): value for name, value in secrets.items()}
    (given / "secrets.yml").write_text(yaml.safe_dump(variables))
    play = [{"hosts": "localhost", "gather_facts": False, "vars_files": [str(given / "secrets.yml")], "tasks": steps}]
    (given / "play.yml").write_text(yaml.safe_dump(play))
    with ProcessList() as processes:
        done = run_ansible(
            "playbook",
            "-vvvv",
            str(given / "play.yml"),
            home=home,
            ANSIBLE_LOG_PATH=str(home / "log"),
            ANSIBLE_REMOTE_TEMP=str(home / "remote"),
            **environment,
        )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert len(processes.seen) > 1
    left = {str(path): path.read_text(errors="replace") for path in home.rglob("*") if path.is_file()}
    assert str(home / "log") in left
    commands = b"\n".join(processes.seen).decode(errors="replace")
    return {"output": done.stdout, "errors": done.stderr, "process list": commands, **left}


def clean(places: dict[str, str], secrets: dict[str, str]) -> None:
    for name, secret in secrets.items():
        forms = {secret, base64.b64encode(secret.encode()).decode(), secret.replace("/", "%2F")}
        for place, text in places.items():
            for form in forms:
                assert form not in text, f"{name} is in {place}: ...{text[max(0, text.find(form) - 200) : text.find(form) + 50]}..."


def configuration_secrets(server: Any) -> dict[str, str]:
    return {
        f"{key} of connection {connection['ErpConnectionId']}": value
        for connection in server.state()["connections"]
        for key, value in connection["ConfigFields"].items()
        if key in ("Password", "ClientSecret") and value
    }


def everything(server: Any) -> dict[str, str]:
    """All that must not be seen, with the forms in which credentials travel."""
    basic = base64.b64encode(f"{server.username}:{server.password}".encode()).decode()
    return {
        **CANARIES,
        "right-password": server.password,
        "basic": basic,
        "real ticket": server.ticket,
        "real token": server.access_token,
        **configuration_secrets(server),
    }


def given(server: Any) -> dict[str, str]:
    return {**CANARIES, "right-password": server.password}


def test_each_module_with_each_way_of_signing_in_right_and_wrong(stand_in: Any, tmp_path: Path) -> None:
    stand_in.settings(password_echo="clear")
    places = run(tmp_path, list(tasks(stand_in)), given(stand_in))
    assert "PLAY RECAP" in places["output"]
    assert "More than one way to sign in" in places["output"]
    assert places["output"].count("does not accept the credentials") >= len(MODULES)
    clean({**places, "journal": json.dumps(stand_in.journal())}, everything(stand_in))


@pytest.mark.parametrize("body", ["echo", "html", "error_object"])
def test_a_server_that_repeats_what_it_was_sent(stand_in: Any, tmp_path: Path, body: str) -> None:
    basic = base64.b64encode(f"{stand_in.username}:{stand_in.password}".encode()).decode()
    words = f"Bad credentials: Basic {basic} that is {stand_in.password} and {CANARIES['app-token']}"
    if body == "html":
        stand_in.fault("*", "html")
    elif body == "echo":
        stand_in.fault("*", "status", status=500, message=words)
    else:
        stand_in.fault("*", "error_object", message=words)
    way = {
        "url": stand_in.url,
        "username": stand_in.username,
        "password": "{{ secret_right_password }}",
        "app_token": "{{ secret_app_token }}",
        "retries": 0,
    }
    steps = [{"name": module, f"superoffice.erpsync.{module}": way, "ignore_errors": True} for module in MODULES]
    places = run(tmp_path, steps, given(stand_in))
    if body != "html":
        assert places["output"].count("Bad credentials") >= len(MODULES)
    clean({**places, "journal": json.dumps(stand_in.journal())}, everything(stand_in))


def test_secrets_of_the_environment_and_a_library_that_is_missing(stand_in: Any, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    for name in ("requests", "jmespath"):
        (library / f"{name}.py").write_text("raise ImportError('No module named it')\n")
    steps = [{"name": module, f"superoffice.erpsync.{module}": {}, "ignore_errors": True} for module in MODULES]
    environment = {
        "SUPEROFFICE_URL": stand_in.url,
        "SUPEROFFICE_USERNAME": stand_in.username,
        "SUPEROFFICE_PASSWORD": CANARIES["environment"],
        "SUPEROFFICE_PROXY": f"http://me:{CANARIES['proxy-password']}@127.0.0.1:{free_port()}",
    }
    places = run(tmp_path, steps, given(stand_in), PYTHONPATH=str(library), **environment)
    assert places["output"].count("Failed to import the required Python library (requests)") >= len(MODULES)
    clean(places, everything(stand_in))
    (tmp_path / "again").mkdir()
    places = run(tmp_path / "again", steps, given(stand_in), **environment)
    assert places["output"].count("the proxy could not connect") >= len(MODULES)
    clean(places, everything(stand_in))
