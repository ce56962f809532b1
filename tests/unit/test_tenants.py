# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets of tenants of SuperOffice Online in runs of ansible-playbook: what is asked once, and what is shown of secrets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import control, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.processes import watched
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE
from ansible_collections.superoffice.erpsync.tests.unit.support.tenants import NATIVE, REFRESH_TOKEN, SYSTEM_USER, at_tenants, count, who
from pytest_stand_in import OnlineStandIn

# A way to sign in for each tenant of the stand-in.
WAYS = {"Cust12345": SYSTEM_USER, "Cust23456": REFRESH_TOKEN, "Cust34567": NATIVE}
MOVING = "Cust34567"
# Two at each tenant, at least, ask at the same time.
HOSTS = 20 if EVERY_WAY else 6
LOOK: dict[str, Any] = {"superoffice.erpsync.erpsync_engine": {}}
DOCUMENT = {
    "engine": {"state": "running", "interval": "30m"},
    "connections": [{"name": "Visma Norway", "description": "by a test"}],
}


def fleet(online: OnlineStandIn, home: Path, hosts: int) -> None:
    """An inventory of so many hosts, whose tenants take turns; a tenant's hosts are in a group of its name."""
    names = [list(WAYS)[number % len(WAYS)] for number in range(hosts)]
    groups = {}
    for tenant, way in WAYS.items():
        variables = {f"erpsync_{name}": value for name, value in {"tenant": tenant, **who(online, way, tenant)}.items()}
        # The application's options serve a fleet, whatever the ways of its tenants.
        members: dict[str, Any] = {f"{tenant}-{number}": {} for number, name in enumerate(names) if name == tenant}
        groups[tenant] = {"hosts": members, "vars": variables}
    shared = {"erpsync_login_url": online.login_url, "erpsync_private_key": online.private_key, "erpsync_rate_limit": 0}
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory = {"all": {"children": {"superoffice": {"children": groups, "vars": {**shared, **local}}}}}
    (home / "hosts.json").write_text(yaml.safe_dump(inventory), encoding="utf-8")


def play(home: Path, tasks: list[dict[str, Any]], shell: str = IN_PROCESS, *arguments: str, **variables: str) -> str:
    """What a play over all hosts printed, which must have gone well."""
    plays = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    (home / "play.json").write_text(json.dumps(plays), encoding="utf-8")
    done = run_ansible("playbook", "-i", "hosts.json", "play.json", "--forks", "20", *arguments, home=home, shell=shell, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def asked(online: OnlineStandIn, tenant: str) -> tuple[int, int]:
    """State requests and sign-ins for a tenant."""
    by_key = count(online, "/PartnerSystemUser/Authenticate", tenant)
    return count(online, f"/api/state/{tenant}", tenant), by_key + count(online, "/oauth/tokens", tenant)


def test_hosts_at_once_ask_once_for_each_of_three_tenants(online: OnlineStandIn, tmp_path: Path) -> None:
    fleet(online, tmp_path, HOSTS)
    move = {**control(online, "PATCH", f"online/tenants/{MOVING}", {"host": "online2"}), "run_once": True}
    # One host of each tenant converges; the others would do the same at the same time.
    converge = {
        "superoffice.erpsync.erpsync_environment": {"document": DOCUMENT},
        "when": "inventory_hostname == groups[erpsync_tenant][0]",
        "register": "converged",
    }
    again = {**converge, "failed_when": "converged is changed"}
    play(tmp_path, [LOOK, converge, move, LOOK, again])
    for tenant in WAYS:
        assert asked(online, tenant) == (2 if tenant == MOVING else 1, 1), tenant
        assert "by a test" in json.dumps(online.tenant_state(tenant))
        assert len([entry for entry in at_tenants(online) if entry["tenant"] == tenant]) > 12
    # Only the tenant that moved turned calls away, none of which it carried out.
    turned_away = [entry for entry in online.journal() if entry["status"] == 421]
    assert {entry["tenant"] for entry in turned_away} == {MOVING} and not any(entry["carried_out"] for entry in turned_away)
    online.clear_journal()
    play(tmp_path, [again])
    assert online.writes() == [] and [asked(online, tenant) for tenant in WAYS] == [(1, 1)] * 3


def ended(online: OnlineStandIn) -> list[dict[str, Any]]:
    """Tasks that end all tickets and access tokens."""
    return [{**control(online, "POST", "online/expire", {"what": what}), "run_once": True} for what in ("tickets", "access_tokens")]


def test_an_ended_ticket_is_replaced_once_for_all_hosts(online: OnlineStandIn, tmp_path: Path) -> None:
    fleet(online, tmp_path, HOSTS)
    play(tmp_path, [LOOK, *ended(online), LOOK])
    assert [asked(online, tenant) for tenant in WAYS] == [(1, 2)] * 3


def test_ordinary_modules_ask_once_for_each_task(online: OnlineStandIn, tmp_path: Path) -> None:
    tenants = list(WAYS)[: 3 if EVERY_WAY else 1]
    fleet(online, tmp_path, len(tenants))
    play(tmp_path, [LOOK, {"superoffice.erpsync.erpsync_environment": {"document": DOCUMENT}}], MODULE)
    assert [asked(online, tenant) for tenant in tenants] == [(2, 2)] * len(tenants)


def secrets(online: OnlineStandIn) -> list[str]:
    key = [line for line in online.private_key.splitlines() if not line.startswith("-----")]
    tokens = [token for of_tenant in online.tenants.values() for name, token in of_tenant.items() if name.endswith("token")]
    return [online.client_secret, *tokens, *key]


def test_no_secret_is_shown_nor_left_behind(online: OnlineStandIn, tmp_path: Path) -> None:
    """At the most talkative: tasks that go well, that are refused, that meet faults and repeated secrets, in both shells."""
    hidden = secrets(online)
    repeated = {"kind": "status", "status": 500, "message": f"You said {hidden[0]} and {hidden[-1]}"}
    calls = {"Cust12345": "POST /Login/api/PartnerSystemUser/Authenticate", "Cust23456": "POST /login/common/oauth/tokens"}
    faults = [
        {**control(online, "POST", "faults", {"method": method, "calls": [1], "tenant": tenant, **repeated}), "run_once": True}
        for tenant, call in calls.items()
        for method in ("GetEngineStatus", call)
    ]
    wrong = [{"client_secret": "canary-wrong"}, {"tenant": "Cust1"}, {"private_key": "canary-key"}, {"refresh_token": "canary-token"}]
    # The two tasks that give nothing wrong meet the faults: at the tenant, and where they sign in again.
    failing = [{"superoffice.erpsync.erpsync_engine": given, "ignore_errors": True} for given in [{}, {}, *wrong]]
    tasks = [LOOK, *faults, failing[0], *ended(online), *failing[1:]]
    # An ordinary module costs a second for each task and host: it goes well, meets a fault, and is given a wrong key.
    few = tasks if EVERY_WAY else [LOOK, *faults, failing[0], failing[-2]]
    for shell, hosts, played in ((IN_PROCESS, 3, tasks), (MODULE, 3 if EVERY_WAY else 1, few)):
        online.reset()
        home = tmp_path / shell
        home.mkdir()
        fleet(online, home, hosts)
        with watched() as processes:
            shown = play(home, played, shell, "-vvvv", "--diff", ANSIBLE_INJECT_INVOCATION="true")
        assert any("play.json" in line for line in processes)
        # Other tests' processes are seen as well.
        assert shell == IN_PROCESS or any("AnsiballZ_erpsync_engine" in line for line in processes)
        assert "ignored=" in shown and not re.search(r"ignored=0", shown)
        for secret in [*hidden, "canary-wrong", "canary-key", "canary-token", "7T:", "8A:"]:
            assert secret not in shown, secret
            assert not [line for line in processes if secret in line], secret
        for entry in online.journal():
            address = f"{entry['path']} {entry['query']}"
            assert not [secret for secret in hidden if secret in address], address
        for path in home.rglob("*"):
            if path.is_file() and path.name not in ("hosts.json", "play.json"):
                content = path.read_text(encoding="utf-8", errors="replace")
                assert not [secret for secret in hidden if secret in content], path
