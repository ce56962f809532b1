# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing a plugin changes nothing in Ansible's process; a task imports only SOAP itself."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTIONS_PATH

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
PACKAGE = "ansible_collections.superoffice.erpsync.plugins."
KINDS = ("action", "callback", "filter", "inventory", "lookup")
NAMES = [f"{kind}.{path.stem}" for kind in KINDS for path in sorted((PLUGINS / kind).glob("*.py")) if path.stem != "__init__"]


def fresh(program: str, **environment: str) -> Any:
    """What a program prints as JSON, in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(COLLECTIONS_PATH), "LC_ALL": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# The libraries come first: urllib3 opens a socket when it is imported, to find out whether there is
# IPv6.
GUEST = """
import gc, importlib, json, os, signal, socket, sys, threading, urllib.request, warnings
import ansible.plugins.action, ansible.plugins.callback.default, ansible.plugins.inventory, ansible.plugins.lookup
import jmespath, requests.sessions, requests.utils, yaml

def forbidden(*_args, **_options):
    raise AssertionError("a plugin asked for proxies")

for module in (urllib.request, requests.utils, requests.sessions):
    for name in ("getproxies", "getproxies_environment", "get_environ_proxies", "proxy_bypass", "should_bypass_proxies"):
        if hasattr(module, name):
            setattr(module, name, forbidden)

def watch(event, args):
    if event.startswith(("socket.", "subprocess.", "os.fork", "os.posix_spawn", "os.system", "_thread.start")):
        raise AssertionError(f"a plugin caused {event} {args}")

def state():
    return {
        "collector": [gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), len(gc.callbacks)],
        "descriptors": descriptors(),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "signals": [str(signal.getsignal(number)) for number in sorted(signal.valid_signals())],
        "threads": [thread.name for thread in threading.enumerate()],
        "time limit of sockets": socket.getdefaulttimeout(),
        "warning filters": [str(each) for each in warnings.filters],
    }

def descriptors():
    found = []
    for fd in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{fd}"))
        except OSError:
            # The descriptor that listed them.
            pass
    return sorted(found)

before = state()
sys.addaudithook(watch)
for name in NAMES:
    importlib.import_module(name)
after = state()
try:
    socket.socket()
except AssertionError:
    watched = True
print(json.dumps({"before": before, "after": after, "watched": watched}))
"""


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not list descriptors")
def test_importing_plugins_changes_nothing_in_the_process() -> None:
    said = fresh(GUEST.replace("NAMES", repr([PACKAGE + name for name in NAMES])))
    before, after = said["before"], said["after"]
    # The locks of the pace and of the memory that all tasks share; they have to exist before Ansible
    # forks them.
    before["descriptors"] = sorted([*before["descriptors"], *["/memfd:superoffice.erpsync (deleted)"] * 2])
    assert after == before
    assert said["watched"]


def functions_that_import(path: Path) -> Iterator[str]:
    """The functions of a file with an import in them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if any(isinstance(inner, (ast.Import, ast.ImportFrom)) for inner in ast.walk(node)):
                yield node.name


def test_three_functions_import() -> None:
    found = {(path.relative_to(PLUGINS).as_posix(), name) for path in PLUGINS.rglob("*.py") for name in functions_that_import(path)}
    assert found == {("module_utils/_run/run.py", name) for name in ("_soap_transport", "_read_system_info", "_to_tenant")}


LOADED = """
import json, sys
from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import ScriptedServer, answer
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS

ENGINE = "POST /api/v1/Agents/ErpSync/GetEngineStatus"
RUNNING = answer({"IsRunning": True, "StatusMessage": "Running", "Interval": "00:15:00"})

def ours():
    return sorted(name.partition(".module_utils.")[2] for name in sys.modules if ".module_utils._" in name)

seen = []
for shell in SHELLS:
    # A password that XML escapes, so that masking needs its escaped form.
    who = {"username": "ADM", "password": "Pass & word", "retries": 0}
    with ScriptedServer([(ENGINE, RUNNING), (ENGINE, answer({"Message": "No."}, 500))]) as server:
        seen += [run_module("erpsync_engine", {"url": server.url, "state": "running", **who}, shell=shell) for _each in range(2)]
rest = ours()
run_module("erpsync_engine", {"url": server.url, "state": "running", **who, "transport": "soap", "services_version": 86})
print(json.dumps({"results": [bool(one.get("failed")) for one in seen], "rest": rest, "soap": ours()}))
"""


def test_a_task_over_rest_loads_nothing_of_soap() -> None:
    said = fresh(LOADED)
    assert said["results"] == [False, True] * 2
    assert [name for name in said["rest"] if "soap" in name or "online" in name] == ["_client.online", "_client.online.environments"]
    assert "_client.soap.transport" in said["soap"]


# As ansible-test's sanity test `import` does it in environments of its own, for which it takes twenty seconds.
ALONE = """
import importlib, json, sys
import ansible.module_utils.basic, ansible.module_utils.urls

own = ("ansible.module_utils", "ansible_collections")
# What Ansible itself has imported is no library of ours.
libraries = ("requests", "urllib3", "cryptography", "yaml", "jinja2", "jmespath")
for name in [name for name in sys.modules if name.partition(".")[0] in libraries]:
    del sys.modules[name]

class Absent:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in libraries or (top == "ansible" and name != "ansible" and not name.startswith(own)):
            raise ModuleNotFoundError(f"no {name}", name=name)

sys.meta_path.insert(0, Absent())
for name in NAMES:
    importlib.import_module(name)
print(json.dumps(sorted(name for name in sys.modules if name.partition(".")[0] in libraries)))
"""


def test_modules_import_where_no_library_is_there() -> None:
    """What they lack then is told by the task that needs it."""
    paths = [path for kind in ("modules", "module_utils") for path in sorted((PLUGINS / kind).rglob("*.py"))]
    names = [PACKAGE + ".".join(path.relative_to(PLUGINS).with_suffix("").parts).removesuffix(".__init__") for path in paths]
    assert len(names) > 150
    assert fresh(ALONE.replace("NAMES", repr(names))) == []
