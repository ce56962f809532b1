# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Demonstrates the collection: the example inventory, with a stand-in server for each installation.

Most installations differ from their declarations, one is empty. Four plays: converge with a diff,
converge again, compare, report. The exit status is 1 when a play fails, when the first converge
changes nothing in an installation, or when the second changes anything.
"""

from __future__ import annotations

import json
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import yaml
from layout import BUILD, COLLECTIONS, ROOT, with_programs

EXAMPLE_INVENTORY = ROOT / "examples" / "inventory"
WORK = BUILD / "demo"
READY_WITHIN = 20.0  # seconds
# The empty installation.
EMPTY = "crm-hamburg"
# Users keep these in a vault.
SECRETS = {"vault_visma_password": "demo-visma-secret", "vault_sap_password": "demo-sap-secret"}

RECAP_LINE = re.compile(r"^(?P<host>\S+)\s+: ok=\d+\s+changed=(?P<changed>\d+)\s")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def environment() -> dict[str, str]:
    colour = {"ANSIBLE_FORCE_COLOR": "1"} if sys.stdout.isatty() else {}
    return {**with_programs(), "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_HOME": str(BUILD / "ansible"), **colour}


def example_hosts() -> list[str]:
    """The names of the installations in the example inventory."""
    listing = subprocess.run(
        ["ansible-inventory", "--inventory", str(EXAMPLE_INVENTORY), "--graph", "superoffice"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    ).stdout
    # A host is a leaf, `|--name`; a group carries an @.
    return re.findall(r"\|--([^@\s]\S*)", listing)


@contextmanager
def stand_in(seed: str) -> Iterator[dict[str, str]]:
    """A running stand-in server, given by its ready line; it is always stopped at the end."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "mock_server"), "--port", "0", "--seed", seed],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda stream: lines.put(stream.readline()), args=(process.stdout,), daemon=True).start()
        try:
            line = lines.get(timeout=READY_WITHIN)
        except queue.Empty:
            raise SystemExit(f"The stand-in server was not ready after {READY_WITHIN:.0f} s.") from None
        if not line:
            raise SystemExit(f"The stand-in server ended before it was ready, with status {process.wait()}.")
        yield json.loads(line)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def write_inventory(servers: dict[str, dict[str, str]]) -> Path:
    """An inventory that, after the example's, directs each host to a stand-in.

    The variables are in host_vars, because these override the example's own host_vars and
    group_vars.
    """
    shutil.rmtree(WORK, ignore_errors=True)
    host_vars = WORK / "inventory" / "host_vars"
    host_vars.mkdir(parents=True, mode=0o700)
    hosts: dict[str, None] = dict.fromkeys(servers)
    (WORK / "inventory" / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
    for host, server in servers.items():
        variables = {
            **SECRETS,
            "erpsync_url": server["url"],
            "erpsync_username": server["username"],
            "erpsync_password": server["password"],
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
        }
        (host_vars / f"{host}.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
    return WORK / "inventory"


def play(title: str, *arguments: str, inventory: Path, hosts: list[str]) -> dict[str, int]:
    """Run ansible-playbook and show its output; return each host's number of changed tasks."""
    command = ["ansible-playbook"]
    for folder in (EXAMPLE_INVENTORY, inventory):
        command += ["--inventory", str(folder.relative_to(ROOT))]
    command += arguments
    print(f"\n=== {title}\n$ {' '.join(command)}", flush=True)
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    changed: dict[str, int] = {}
    for line in process.stdout:
        print(line, end="", flush=True)
        if recap := RECAP_LINE.match(COLOUR.sub("", line)):
            changed[recap["host"]] = int(recap["changed"])
    if status := process.wait():
        raise SystemExit(f"ansible-playbook ended with status {status}.")
    if missing := set(hosts) - set(changed):
        raise SystemExit(f"ansible-playbook did not run on {', '.join(sorted(missing))}.")
    return changed


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit("Stopped.")


def main() -> int:
    # Stop the servers however the demo ends.
    signal.signal(signal.SIGTERM, stop)
    hosts = example_hosts()
    if not hosts:
        raise SystemExit(f"{EXAMPLE_INVENTORY.relative_to(ROOT)} has no host in the group superoffice.")
    with ExitStack() as running:
        print(f"Starting a stand-in SuperOffice for each of {', '.join(hosts)}", flush=True)
        inventory = write_inventory({host: running.enter_context(stand_in("empty" if host == EMPTY else "default")) for host in hosts})
        converge = ("--diff", "superoffice.erpsync.converge")
        first = play("Bring the installations into the declared state", *converge, inventory=inventory, hosts=hosts)
        second = play("Run it again: nothing changes", *converge, inventory=inventory, hosts=hosts)
        page = WORK / "drift"
        drift = ("superoffice.erpsync.drift", "--extra-vars", f"erpsync_report_path={page.relative_to(ROOT)}")
        play("Compare with the declarations: nothing differs", *drift, inventory=inventory, hosts=hosts)
        play("Report the installations", "superoffice.erpsync.report", inventory=inventory, hosts=hosts)

    print()
    for host in hosts:
        print(f"{host}: changed={first[host]} in the first run, changed={second[host]} in the second")
    print(f"The page of the comparison is {(page / 'index.html').relative_to(ROOT)}")
    if not all(first.values()):
        raise SystemExit("The first run found nothing to change in an installation: its stand-in already was in the declared state.")
    if any(second.values()):
        raise SystemExit("The second run changed something: converging is not idempotent.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
