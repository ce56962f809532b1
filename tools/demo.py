# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Demonstrates the collection: three installations, a click that nobody declared, and the way back.

Each installation of the example inventory is a stand-in server. All output of Ansible goes to
.build/demo/demo.log; what is told here is taken from it and from the stand-ins' journals. The exit
status is 1 where a step does not end as the story says; the end of its output is shown then.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

import yaml
from layout import BUILD, COLLECTIONS, ROOT, with_programs
from running_stand_in import READY_WITHIN, NotReady, started

EXAMPLE_INVENTORY = ROOT / "examples" / "inventory"
WORK = BUILD / "demo"
LOG = WORK / "demo.log"
INVENTORY = WORK / "inventory"
PAGE = WORK / "drift" / "index.html"
# The empty installation.
EMPTY = "crm-hamburg"
# Users keep these in a vault.
SECRETS = {"vault_visma_password": "demo-visma-secret", "vault_sap_password": "demo-sap-secret"}
# Who clicks where, and what: a row of the state, and its new values.
CLICKS = {
    "crm-oslo": {
        "table": "fields",
        "where": {"ErpConnectionId": 1, "ActorTypeErp": "Customer", "ErpFieldKey": "ORGNUMBER"},
        "set": {"SyncToCrm": True},
        "by": "KNO",
    },
    "crm-vienna": {"table": "engine", "where": {}, "set": {"IntervalSeconds": 86400}, "by": "ALI"},
}
STORY = {
    "crm-oslo": "KNO lets Visma overwrite the organisation number of Norwegian customers.",
    "crm-vienna": "ALI lets the engine run once a day, to have a quiet afternoon.",
}

RECAP_LINE = re.compile(r"^(?P<host>\S+)\s+: ok=\d+\s+changed=(?P<changed>\d+)\s", re.MULTILINE)
# Lines of a table as Ansible shows them, and of the end of a play that failed.
TABLE_LINE = re.compile(r'^        (".*"),?$', re.MULTILINE)
MOST_TABLE_LINES = 8
MOST_OF_A_FAILURE = 25


def environment() -> dict[str, str]:
    """Of a user with no settings of their own: wide enough for the table, without colours in the log."""
    own = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_HOME": str(BUILD / "ansible"), "COLUMNS": "120", "ANSIBLE_NOCOLOR": "1"}
    return {**{name: value for name, value in with_programs().items() if not name.startswith("SUPEROFFICE_")}, **own}


def example_hosts() -> list[str]:
    """The names of the installations in the example inventory."""
    command = ["ansible-inventory", "--inventory", str(EXAMPLE_INVENTORY), "--graph", "superoffice"]
    listing = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment()).stdout
    # A host is a leaf, `|--name`; a group carries an @.
    return re.findall(r"\|--([^@\s]\S*)", listing)


class StandIn:
    """A running stand-in, known by its ready line."""

    def __init__(self, ready: dict[str, str]) -> None:
        self.ready = ready
        self._writes_before = 0

    def control(self, verb: str, call: str, body: Any = None) -> Any:
        """The answer of its control API, which asks for no credentials."""
        address = self.ready["url"].rpartition("/")[0] + "/_mock/" + call
        data = None if body is None else json.dumps(body).encode()
        # No proxy leads to this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(address, data=data, method=verb), timeout=READY_WITHIN) as answer:
            return json.loads(answer.read() or b"null")

    def new_writes(self) -> int:
        """How many writing requests its journal has since this was asked last."""
        written = sum(bool(entry["writes"]) for entry in self.control("GET", "journal")["requests"])
        new, self._writes_before = written - self._writes_before, written
        return new


@contextmanager
def inventory(servers: dict[str, StandIn]) -> Iterator[None]:
    """An inventory that, after the example's, directs each host to a stand-in, while these run.

    The variables are in host_vars, because these override the example's own host_vars and
    group_vars.
    """
    host_vars = INVENTORY / "host_vars"
    host_vars.mkdir(parents=True, mode=0o700)
    try:
        hosts: dict[str, None] = dict.fromkeys(servers)
        (INVENTORY / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
        for host, server in servers.items():
            variables = {
                **SECRETS,
                **{f"erpsync_{name}": server.ready[name] for name in ("url", "username", "password")},
                "ansible_connection": "local",
                "ansible_python_interpreter": sys.executable,
            }
            (host_vars / f"{host}.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
        yield
    finally:
        shutil.rmtree(INVENTORY)


class Play:
    """One run of ansible-playbook, whose output goes to the log."""

    def __init__(self, playbook: str, *arguments: str, ends: int = 0) -> None:
        shown = [f"superoffice.erpsync.{playbook}", *arguments]
        command = ["ansible-playbook"]
        for folder in (EXAMPLE_INVENTORY, INVENTORY):
            command += ["-i", str(folder.relative_to(ROOT))]
        tell(f"   $ ansible-playbook -i {EXAMPLE_INVENTORY.relative_to(ROOT)} {' '.join(shown)}")
        done = subprocess.run(
            [*command, *shown],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.output = done.stdout
        with LOG.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join([*command, *shown])}\n{done.stdout}\n")
        if done.returncode != ends:
            tell(*self.output.splitlines()[-MOST_OF_A_FAILURE:])
            raise SystemExit(
                f"ansible-playbook ended with status {done.returncode}, not {ends}. The whole output is in {LOG.relative_to(ROOT)}."
            )

    @property
    def changed(self) -> dict[str, int]:
        """Each host's number of changed tasks."""
        return {found["host"]: int(found["changed"]) for found in RECAP_LINE.finditer(self.output)}

    def table(self) -> list[str]:
        """The table with which the playbook ended, without its beginning where that is long."""
        lines = [json.loads(found) for found in TABLE_LINE.findall(self.output.rpartition("TASK [Show the table]")[2])]
        more = len(lines) - MOST_TABLE_LINES
        return [f"   {line}".rstrip() for line in (*lines[:MOST_TABLE_LINES], *([f"... and {more} more lines"] if more > 0 else []))]


def tell(*lines: str) -> None:
    print("\n".join(lines), flush=True)


def hold(what: bool, otherwise: str) -> None:
    """Ends the demonstration where it is not as the story says."""
    if not what:
        raise SystemExit(f"{otherwise} The whole output is in {LOG.relative_to(ROOT)}.")


def tell_story(servers: dict[str, StandIn]) -> None:
    """Five steps, each held to what it says."""

    def writes() -> dict[str, int]:
        return {host: server.new_writes() for host, server in servers.items()}

    tell("", "1. Three installations were clicked together, one of them is empty. Bring them into the declared state.")
    play = Play("converge", "--diff")
    written = writes()
    tell(*play.table(), f"   Writing requests: {', '.join(f'{number} to {host}' for host, number in written.items())}")
    hold(all(play.changed.get(host) for host in servers), "An installation already was in its declared state.")
    hold(all(written.values()), "An installation changed without a writing request.")

    tell("", "2. Two people click in SuperOffice.")
    for host, click in CLICKS.items():
        rows = servers[host].control("POST", "click", click)
        hold(rows == {"rows": 1}, f"The click in {host} hit no row, or several: {rows}.")
        tell(f"   {host}: {STORY[host]}")

    tell("", "3. Check: who changed what, and when? Nothing is changed, and the exit status is 2, as a pipeline needs it.")
    play = Play("drift", "-e", f"erpsync_report_path={PAGE.parent.relative_to(ROOT)}", ends=2)
    tell(*play.table())
    for click in CLICKS.values():
        hold(f"UTC by {click['by']}" in play.output, f"The comparison does not say that it was {click['by']}.")
    hold(not any(writes().values()), "The comparison changed something.")

    tell("", "4. Converge: back to what is declared.")
    play = Play("converge")
    tell(*play.table())
    hold({host for host, number in writes().items() if number} == set(CLICKS), "Other installations changed than those with clicks.")

    tell("", "5. Once more: nothing is left to do.")
    play = Play("converge")
    again = writes()
    tell(*play.table()[:1], f"   Writing requests, by the journals of the stand-ins: {sum(again.values())}")
    hold(not any(again.values()) and not any(play.changed.values()), "The second run changed something: converging is not idempotent.")


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit("Stopped.")


def main() -> int:
    # Stop the servers however the demonstration ends.
    signal.signal(signal.SIGTERM, stop)
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    LOG.touch()
    hosts = example_hosts()
    hold(set(CLICKS) < set(hosts), f"{EXAMPLE_INVENTORY.relative_to(ROOT)} has other hosts in the group superoffice.")
    with ExitStack() as running:
        tell(f"Each of {', '.join(hosts)} is a stand-in for SuperOffice on this machine.")
        tell(f"Ansible's output goes to {LOG.relative_to(ROOT)}. A second inventory, left out below, has the stand-ins' addresses.")
        try:
            ready = {host: running.enter_context(started(ROOT, "--seed", "empty" if host == EMPTY else "default")) for host in hosts}
        except NotReady as error:
            raise SystemExit(str(error)) from None
        servers = {host: StandIn(line) for host, line in ready.items()}
        running.enter_context(inventory(servers))
        tell_story(servers)
    hold(PAGE.is_file(), "The comparison wrote no page.")
    tell("", f"Open the page of the comparison in a browser: {PAGE.relative_to(ROOT)}", f"Read what Ansible did: {LOG.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
