# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles and the playbooks have in common: the connection written once, complete, and never shown.

What each role does is shown by the molecule scenario "roles".
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import some, thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, fact_cache, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE, SHELLS, in_process_at_least
from pytest_stand_in import StandIn

ROLES = sorted(path.name for path in (COLLECTION / "roles").iterdir())
# The playbook sign_in waits for a person: test_sign_in.py.
PLAYBOOKS = sorted(path.stem for path in (COLLECTION / "playbooks").glob("*.yml") if path.stem != "sign_in")
GROUP = "group/superoffice.erpsync.all"


def _module_defaults(value: Any) -> list[dict[str, Any]]:
    """Every module_defaults of the action group, at any depth."""
    if isinstance(value, dict):
        own = [value["module_defaults"][GROUP]] if GROUP in value.get("module_defaults", {}) else []
        return own + [found for child in value.values() for found in _module_defaults(child)]
    if isinstance(value, list):
        return [found for child in value for found in _module_defaults(child)]
    return []


def _written(path: Path) -> list[dict[str, Any]]:
    return _module_defaults(yaml.safe_load(path.read_text(encoding="utf-8")))


EVERY_OPTION = {option.name: f"{{{{ erpsync_{option.name} | default(omit) }}}}" for option in CONNECTION_OPTIONS}


@pytest.mark.parametrize("role", ROLES)
def test_role_passes_every_connection_option_once(role: str) -> None:
    assert [found for path in (COLLECTION / "roles" / role / "tasks").glob("*.yml") for found in _written(path)] == [EVERY_OPTION]


@pytest.mark.parametrize("playbook", ["drift", "report", "resync", "health"])
def test_playbook_of_its_own_passes_every_connection_option_once(playbook: str) -> None:
    assert _written(COLLECTION / "playbooks" / f"{playbook}.yml") == [EVERY_OPTION]


@pytest.mark.parametrize("role", ROLES)
def test_role_documents_every_connection_option(role: str) -> None:
    specs = yaml.safe_load((COLLECTION / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]
    for option in CONNECTION_OPTIONS:
        documented = options[f"erpsync_{option.name}"]
        # What a role cannot take as it is where it is blank, the module takes.
        wanted = option.type if option.type in ("str", "path") and not option.choices else "raw"
        assert (documented["type"], documented.get("no_log", False)) == (wanted, option.secret)


def _inventory(folder: Path, hosts: dict[str, dict[str, Any]]) -> str:
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    content = yaml.safe_dump({"superoffice": {"hosts": hosts, "vars": local}}, sort_keys=False)
    (folder / "inventory.yml").write_text(content, encoding="utf-8")
    return "inventory.yml"


CANARIES = {
    "erpsync_password": "canary-pass-5b1c",
    "erpsync_app_token": "canary-app-7f2e",
    "erpsync_proxy": "http://proxy-user:canary-proxy-9d3a@127.0.0.1:1",
}


NOTHING = "nothing"
# Right as far as it goes; not what the options take; a document that is none.
WRONG: dict[str, dict[str, Any]] = {
    NOTHING: {},
    "password": {"erpsync_password": {"secret": CANARIES["erpsync_password"]}},
    "document": {"erpsync_environment": {"engin": CANARIES["erpsync_password"]}},
}


@in_process_at_least
def test_no_playbook_shows_a_secret(shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    """One run of all playbooks, each of which has hosts of its own. One is well in all but the last: a play without any ends the run.

    Each meets right secrets, which fail, and by turns another thing that is wrong. Ordinary modules, whose start is dear, meet one.
    """
    other = [name for name in WRONG if name != NOTHING]
    wrong_in = {
        playbook: [NOTHING, *some(other, number, 2)] if shell == IN_PROCESS else [list(WRONG)[number % len(WRONG)]]
        for number, playbook in enumerate(PLAYBOOKS)
    }
    signed_in: dict[str, Any] = {
        "erpsync_url": stand_in.url,
        "erpsync_username": stand_in.username,
        "erpsync_retries": 0,
        "erpsync_environment": {"engine": {"state": "running"}},
        "erpsync_in_process": shell == IN_PROCESS,
    }
    hosts = {f"{playbook}-{name}": {**signed_in, **CANARIES, **WRONG[name]} for playbook, names in wrong_in.items() for name in names}
    hosts["well"] = {**signed_in, "erpsync_password": stand_in.password, "erpsync_in_process": True}
    plays = _plays(tmp_path / "exported")
    for play in plays:
        playbook = play["import_playbook"].rpartition(".")[2]
        well = ["well"] if play is not plays[-1] else []
        play["vars"] = {**play["vars"], "erpsync_hosts": ",".join([*well, *(f"{playbook}-{name}" for name in wrong_in[playbook])])}
    (tmp_path / "all.yml").write_text(yaml.safe_dump(plays), encoding="utf-8")

    done = run_ansible("playbook", "all.yml", "-i", _inventory(tmp_path, hosts), "-vvvv", home=tmp_path, **fact_cache(tmp_path))

    # Signing in with this password, or through this proxy, fails.
    assert done.returncode == 2, done.stdout + done.stderr
    failed = set(re.findall(r"^fatal: \[([^\]]+)\]", done.stdout, re.MULTILINE))
    assert failed == set(hosts) - {"well"}, done.stdout
    assert ("as an ordinary module: erpsync_in_process is false" in done.stdout) is (shell == MODULE)
    for secret in ("canary-pass", "canary-app", "canary-proxy"):
        assert secret not in done.stdout + done.stderr
        assert not [path for path in (tmp_path / "facts").iterdir() if secret in path.read_text(encoding="utf-8")]


def _plays(exported: Path) -> list[dict[str, Any]]:
    """Every playbook of the collection, in an order in which each has something to do."""
    wanted: dict[str, list[dict[str, Any]]] = {
        "maintenance": [{"maintenance_state": "started"}, {"maintenance_state": "finished", "maintenance_engine_was_running": True}],
        "export": [{"export_path": f"{exported}/{{{{ inventory_hostname }}}}", "export_connections": ["Visma Norway"]}],
        "resync": [{"resync_confirm": True, "resync_connection": "Visma Norway"}],
        # What tells no time.
        "health": [{"erpsync_health_checks": ["engine", "missing_fields"]}],
    }
    order = ("maintenance", "converge", "drift", "sync", "resync", "report", "health", "export")
    assert sorted(order) == PLAYBOOKS
    return [{"import_playbook": f"superoffice.erpsync.{name}", "vars": variables} for name in order for variables in wanted.get(name, [{}])]


@thorough_only
def test_playbooks_end_alike_in_both_shells(stand_in: StandIn, tmp_path: Path) -> None:
    said = {}
    for shell in SHELLS:
        stand_in.reset()
        # What looks like a template in a text of the server is no template.
        state = stand_in.state()
        norway = next(one for one in state["connections"] if one["DisplayName"] == "Visma Norway")
        norway["ConfigFields"]["Ledger"] = "{{ ledger }}"
        stand_in.put_state(state)
        home = tmp_path / shell
        home.mkdir()
        document = {"engine": {"interval": "20m"}, "connections": [{"name": "Visma Norway", "description": "As declared"}]}
        connection = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_environment": document}
        inventory = _inventory(home, {"crm-oslo": connection})
        (home / "all.yml").write_text(yaml.safe_dump(_plays(home / "exported")), encoding="utf-8")

        environ = {"SUPEROFFICE_PASSWORD": stand_in.password, **fact_cache(home)}
        done = run_ansible("playbook", "all.yml", "-i", inventory, "--diff", home=home, shell=shell, **environ)

        assert done.returncode == 0, done.stdout + done.stderr
        files = {str(path.relative_to(home)): path.read_text(encoding="utf-8") for path in sorted((home / "exported").rglob("*.yml"))}
        shown = re.sub(r"\.ansible/tmp/\S+", "TMP", (done.stdout + done.stderr).replace(str(home), "HOME"))
        shown = re.sub(r"\d{4}-\d\d-\d\d(T\S+Z| at \d\d:\d\d UTC)", "TIME", shown)
        # Reads go out side by side, and may arrive in any order.
        asked = sorted(json.dumps([entry["method"], entry["path"], entry["body"]]) for entry in stand_in.journal())
        said[shell] = (shown.splitlines(), files, asked, stand_in.writes())
    one, other = (said[shell] for shell in SHELLS)
    assert one[0] == other[0]
    assert one[1:] == other[1:]
    assert len(one[1]) == 1 and 'Ledger: !unsafe "{% raw %}{{ ledger }}{% endraw %}"' in "".join(one[1].values())
    assert {"ChangeEngineStatus", "SaveConnection", "SyncAll", "ForceResync"} <= set(one[3])


def test_report_shows_also_what_cannot_be_read(stand_in: StandIn, tmp_path: Path) -> None:
    signed_in: dict[str, Any] = {"erpsync_username": stand_in.username, "erpsync_password": stand_in.password, "erpsync_retries": 0}
    hosts: dict[str, dict[str, Any]] = {
        "crm-oslo": {"erpsync_url": stand_in.url, **signed_in},
        "crm-bergen": {"erpsync_url": f"http://127.0.0.1:{free_port()}/SuperOffice", **signed_in},
        "crm-hamburg": {"erpsync_url": stand_in.url, **signed_in, "erpsync_password": "wrong", "erpsync_in_process": False},
        "crm-vienna": {"erpsync_url": stand_in.url, "erpsync_password": "{{ lookup('ansible.builtin.file', '/no/such/file') }}"},
    }
    done = run_ansible("playbook", "superoffice.erpsync.report", "-i", _inventory(tmp_path, hosts), home=tmp_path)

    assert done.returncode == 2
    table = done.stdout.partition('"msg": [\n')[2].partition("]")[0]
    lines = [line.strip().strip('",') for line in table.rstrip().splitlines()]
    assert lines[0] == "4 installations: 3 not read, 1 running."
    assert lines[2] == "Installation  Engine   Interval  Connection        Connector  Active"
    told = " ".join(lines[3:-5])
    assert [told.index(f"{host}: not read: ") for host in ("crm-bergen", "crm-hamburg", "crm-vienna")] == sorted(
        told.index(f"{host}: not read: ") for host in ("crm-bergen", "crm-hamburg", "crm-vienna")
    )
    assert "/no/such/file" in told and "wrong" not in told
    assert lines[-5] == "crm-oslo      running  00:15:00  Visma Norway      Visma      yes"
    assert lines[-1] == "crm-oslo      running  00:15:00  SAP Austria       SAP        no"
    assert done.stdout.count("fatal: [crm-oslo]") == 0
    assert "crm-oslo                   : ok=3    changed=0    unreachable=0    failed=0" in done.stdout
    assert stand_in.writes() == []
