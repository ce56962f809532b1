# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of tenants in Ansible's own programs: many tenants, its cache in files, its groups, and a playbook over it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.state_host import PAST, StateHost, told
from ansible_collections.superoffice.erpsync.tests.unit.support.tenants import states
from pytest_stand_in import OnlineStandIn

PLUGIN = "superoffice.erpsync.online"
NUMBERS = range(1, 201) if EVERY_WAY else (1, 2, 7, 11, 12, 50, 51, 52, 60, 70, 71, 77, 107, 177, 199, 200)
ALL = [f"Cust{number}" for number in NUMBERS]
GONE = {"Cust7": "Suspended", "Cust77": "Deleted", "Cust107": "OfflineMaintenance", "Cust177": "MigrationPending"}
NOBODY = ["Cust11", "Cust12"]
SILENT = ["Cust50", "Cust51", "Cust52"]
BROKEN = ["Cust60"]
MOVING = ["Cust70", "Cust71"]
EVIL = "{{ lookup('ansible.builtin.pipe', 'echo canary') }}"


def write(home: Path, name: str = "acme", **config: Any) -> str:
    text = yaml.safe_dump({"plugin": PLUGIN, "rate_limit": 0, "retries": 0, **config}, sort_keys=False)
    (home / f"{name}.superoffice.yml").write_text(text, encoding="utf-8")
    return f"{name}.superoffice.yml"


def listed(home: Path, *arguments: str, **variables: str) -> tuple[dict[str, Any], dict[str, list[str]], list[str]]:
    """The variables of the hosts, the hosts of the groups, and the warnings."""
    done = run_ansible("inventory", "--list", *arguments, home=home, **variables)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    hosts: dict[str, Any] = {}
    for name, values in found.pop("_meta")["hostvars"].items():
        # What is marked as data.
        hosts[name] = {key: value["__ansible_unsafe"] if isinstance(value, dict) else value for key, value in values.items()}
    # Older releases of Ansible break the lines.
    told_ = [" ".join(text.split()) for text in done.stderr.split("[WARNING]: ")[1:]]
    return hosts, {name: members.get("hosts", []) for name, members in found.items()}, told_


def test_many_tenants(tmp_path: Path) -> None:
    """Some that rest, some that nobody knows, some that never answer, some that move; then the same from the cache.

    `make thorough` has two hundred.
    """
    with StateHost() as host:
        host.answers.update({name: told(name) for name in ALL})
        host.answers.update({name: told(name, state) for name, state in GONE.items()})
        host.answers.update({name: told(name, until=PAST) for name in MOVING})
        host.answers.update(dict.fromkeys(SILENT))
        host.answers.update(dict.fromkeys(BROKEN, b"<html>" + EVIL.encode()))
        host.answers["Cust1"] = told("Cust1", Version=EVIL)
        for name in NOBODY:
            del host.answers[name]
        # Written as people keep such lists.
        lines = [
            "# tenants",
            "",
            *(f"  {name.upper() if number % 3 else name}\t# no. {number}" for number, name in enumerate(ALL)),
            "cust1",
        ]
        (tmp_path / "tenants.txt").write_text("\r\n".join(lines), encoding="utf-8")
        path = write(
            tmp_path,
            login_url=host.url,
            tenants_file="tenants.txt",
            timeout=8,
            parallel_requests=12,
            keyed_groups=[{"key": "state", "prefix": "state"}],
            groups={"running": "running", "moved": "address is search('online7')"},
            compose={"release": "version", "number": "erpsync_tenant[4:] | int", "both": "[version, state]"},
            cache=True,
            cache_plugin="jsonfile",
            cache_connection="kept",
            cache_timeout=900,
        )
        hosts, groups, warnings = listed(tmp_path, "-i", path)

        assert list(groups["superoffice"]) == ALL and host.asked == dict.fromkeys(ALL, 1) and 2 <= host.most_at_once <= 12
        dead = [*NOBODY, *SILENT, *BROKEN]
        of_state = {name[6:]: sorted(members) for name, members in groups.items() if name.startswith("state_")}
        resting = {state: [name] for name, state in GONE.items()}
        assert of_state == {"Unknown": sorted(dead), **resting, "Running": sorted({*ALL} - {*GONE, *dead})}
        assert sorted(groups["running"]) == of_state["Running"] and "moved" not in groups
        address = host.url.removeprefix("http://")
        in_time = f"{address} did not answer completely within 8 seconds. Raise timeout if the server is known to be slow."
        assert sorted(warnings) == [
            f"2 hosts are of state Unknown (Cust11, Cust12): the tenant is not known to the sign-in host (404, {host.url}). Check "
            f"tenant, and "
            "online_environment or login_url.",
            f"3 hosts are of state Unknown (Cust50, Cust51, Cust52): {in_time}",
            "Cust60 is a host of state Unknown: the server answered with a web page instead of JSON. Check online_environment, or "
            "login_url. "
            "Something in front of the sign-in host may answer in its place.",
        ]
        # Older releases of Ansible compose texts.
        composed = {name: {**one, "number": int(one["number"]), "release": one["release"] or None} for name, one in hosts.items()}
        assert {name: composed[name] for name in ("Cust50", "Cust77")} == {
            "Cust50": {
                "ansible_connection": "local",
                "erpsync_login_url": host.url,
                "erpsync_tenant": "Cust50",
                "number": 50,
                "release": None,
                "address": None,
                "state": "Unknown",
                "running": False,
                "version": None,
                "valid_until": None,
                "message": in_time,
                "both": [None, {"__ansible_unsafe": "Unknown"}],
            },
            "Cust77": {
                **composed["Cust2"],
                "erpsync_tenant": "Cust77",
                "address": "https://online2.superoffice.com/Cust77",
                "number": 77,
                "state": "Deleted",
                "running": False,
                "both": [hosts["Cust2"]["both"][0], {"__ansible_unsafe": "Deleted"}],
                "message": "Cust77 is deleted. Check tenant (State: Deleted). Nothing was sent to it.",
            },
        }

        # The next run.
        host.asked.clear()
        host.answers.update({name: told(name, host="online7") for name in MOVING})
        host.answers.update({name: told(name) for name in [*SILENT, *NOBODY]})
        _hosts, groups, warnings = listed(tmp_path, "-i", path)
        assert set(host.asked) == {*MOVING, *dead} and groups["moved"] == MOVING and len(warnings) == 1
        host.asked.clear()
        host.answers.clear()
        # What a server says is data, also from the cache.
        shown = "{{ [version, release, both[0]] | unique == [expected | trim] and groups.moved == ['Cust70', 'Cust71'] }}"
        play = {"hosts": "Cust1", "gather_facts": False, "tasks": [{"assert": {"that": "shown | bool"}, "vars": {"shown": shown}}]}
        (tmp_path / "play.json").write_text(json.dumps([play]), encoding="utf-8")
        (tmp_path / "expected.json").write_text(json.dumps({"expected": {"__ansible_unsafe": f"{EVIL}\n"}}), encoding="utf-8")
        done = run_ansible("playbook", "-i", path, "play.json", "-e", "@expected.json", "-vv", home=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert set(host.asked) == {*BROKEN}


def test_what_cannot_be_used_is_said_once_and_the_rest_works(online: OnlineStandIn, tmp_path: Path) -> None:
    """A broken file of the cache, a wrong inventory, a name that is taken: beside one that works."""
    cache: dict[str, Any] = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": "kept"}
    (tmp_path / "inventory").mkdir()
    inventories: dict[str, dict[str, Any]] = {
        "a": {"login_url": online.login_url, "tenants": ["Cust12345"], **cache},
        "b": {"login_url": online.login_url, "tenants": ["Cust23456", "Kunde"]},
        "c": {"online_environment": "stage", "tenants": ["Cust12345"]},
    }
    for name, config in inventories.items():
        write(tmp_path / "inventory", name, **config)
    online.settings(state_version=False, state_values="number")
    hosts, groups, warnings = listed(tmp_path, "-i", "inventory")
    ours = "Failed to parse .* with '?auto'? plugin: "
    told_ = [
        re.split(" Failed to parse inventory with | <<< caused by", re.sub(f".*{ours}", "", text))[0]
        for text in warnings
        if re.search(ours, text)
    ]
    assert [" ".join(text.split()) for text in told_] == [
        "tenants[1] is Kunde, which is no tenant of SuperOffice Online. Use the form Cust12345.",
        "tenants[0] is the host Cust12345, which another inventory source has for "
        f"Cust12345 at {online.login_url}. Give one of them another name, as in {{tenant: Cust12345, name: ...}}.",
    ]
    assert groups["superoffice"] == ["Cust12345"] and states(online) == 1
    assert (hosts["Cust12345"]["state"], hosts["Cust12345"]["version"]) == ("Running", None)
    (stored,) = (tmp_path / "kept").iterdir()
    content = stored.read_text(encoding="utf-8")
    assert f"{online.login_url}/Cust12345" in content

    stored.write_text(content[:-20], encoding="utf-8")
    _hosts, groups, warnings = listed(tmp_path, "-i", "inventory/a.superoffice.yml")
    assert groups["superoffice"] == ["Cust12345"] and states(online) == 2
    assert any("The cache of the inventory cannot be read (AnsibleError), so all tenants are asked for." in text for text in warnings)
    content = stored.read_text(encoding="utf-8")
    assert json.loads(content) and f"{online.login_url}/Cust12345" in content
