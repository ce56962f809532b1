# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people get wrong most often, and what a run tells them: which variable or option it is, its value, and what to do.

Each mistake is a host of its own, and all of them are one run: all in `make thorough`, otherwise every third of what modules say. Ordinary
modules, whose start is dear, get every ninth.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import some
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import fact_cache, run_ansible
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import free_port
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, in_process_at_least
from pytest_stand_in import StandIn

LONGEST = 400
# What a task shows of its result besides the message.
MOST_SHOWN = 1500


class Vaulted(str):
    """A variable that somebody encrypted."""


yaml.SafeDumper.add_representer(Vaulted, lambda dumper, text: dumper.represent_scalar("!vault", str(text), style="|"))
VAULTED = Vaulted(
    "$ANSIBLE_VAULT;1.1;AES256\n"
    "30613233633461343837653833666333643061636561303338373661313838333565653635353162\n"
    "3263363434623733343538653462613064333634333464660a663633623939393439316636633863\n"
    "61636237636537333938306331383339353265363239643939666639386530626330633337633833\n"
    "6664656334373036360a363070326565363031383764386132393261\n"
)


class Mistake(NamedTuple):
    """Variables of a host, and what the message must say; {url} is the stand-in's address, {nobody} one at which nobody listens."""

    variables: dict[str, Any]
    words: tuple[str, ...]


def _document(**sections: Any) -> dict[str, Any]:
    return {"erpsync_environment": sections}


def _connection(**more: Any) -> dict[str, Any]:
    return {"erpsync_environment_connection_visma": {"name": "Visma Norway", **more}}


def _field(**more: Any) -> dict[str, Any]:
    return _connection(actors=[{"erp": "Customer", "fields": [{"erp": "NAME"}, {"erp": "EMAIL", **more}]}])


FINE = {"engine": {"state": "running"}}
VISMA = 'erpsync_environment_connection_visma ("Visma Norway")'
FIELD = f"{VISMA}.actors[0] (Customer).fields[1] (EMAIL)"

MISTAKES: dict[str, Mistake] = {
    "section": Mistake(_document(conections=[]), ("erpsync_environment", '"conections"', "Did you mean connections?")),
    "key": Mistake(_document(engine={"intervall": "15m"}), ("erpsync_environment.engine", '"intervall"', "Did you mean interval?")),
    "value": Mistake(_document(engine={"interval": "soon"}), ("erpsync_environment.engine.interval", '"soon"', "15m")),
    "state": Mistake(_document(engine={"state": "on"}), ("erpsync_environment.engine.state", '"on"', "running, stopped")),
    "list": Mistake(_document(connectors={"name": "V"}), ("erpsync_environment.connectors", "keys with values", "should be a list")),
    "text": Mistake({"erpsync_environment": "engine"}, ("erpsync_environment is a text", "keys with values", "engine, connectors")),
    "yaml": Mistake(
        {"erpsync_environment": "engine: {state"},
        ("variable erpsync_environment", "neither JSON nor YAML (line 1, column", "keys with values"),
    ),
    "document": Mistake({"erpsync_environment": [FINE]}, ("erpsync_environment is a list", "keys with values", "engine, connectors")),
    "nothing": Mistake({}, ("Nothing is declared", "Give erpsync_environment")),
    "no-keys": Mistake(
        {"erpsync_environment_connection_visma": "Visma Norway"},
        ("erpsync_environment_connection_visma is a text", "keys with values"),
    ),
    "no-list": Mistake(
        {**_connection(), **_document(connections={"name": "SAP"})},
        ("erpsync_environment.connections is keys with values", "should be a list"),
    ),
    "variable": Mistake({"erpsync_environment_conection_visma": {}}, ("Nothing is declared", "erpsync_environment_connection_")),
    "connection-key": Mistake(_connection(conector="Visma"), (VISMA, '"conector"', "Did you mean connector?")),
    "direction": Mistake(_field(crm="email", direction="to-crm"), (f"{FIELD}.direction", '"to-crm"', "Did you mean to_crm?")),
    "field-key": Mistake(_field(directon="both"), (FIELD, '"directon"', "Did you mean direction?")),
    "actor": Mistake(_connection(actors=[{"erp": "Custommer"}]), (f"{VISMA}.actors[0].erp", '"Custommer"', "Did you mean Customer?")),
    "number": Mistake(_connection(config={"Company": 1001}), (f"{VISMA}.config.Company", "Text", "quotes")),
    "flag": Mistake(_connection(active="perhaps"), (f"{VISMA}.active", '"perhaps"', "true or false")),
    "twice": Mistake(
        {**_connection(), **_document(connections=[{"name": "Visma Norway"}])},
        (VISMA, 'erpsync_environment.connections[0] ("Visma Norway")', "Declare it once"),
    ),
    "field": Mistake(
        _connection(actors=[{"erp": "Customer", "fields": [{"erp": "NAMN"}]}]),
        (f"{VISMA}.actors[0] (Customer).fields[0] (NAMN)", "Did you mean NAME?"),
    ),
    "reference": Mistake(_connection(connector="Vism"), (f"{VISMA}.connector", '"Vism"', 'Did you mean "Visma"?')),
    "order": Mistake(_document(priority=["Visma Norge"]), ("erpsync_environment.priority[0]", "Visma Norge", "Visma Norway")),
    "prune": Mistake({**_document(**FINE), "erpsync_prune": ["mapping"]}, ("prune", "mapping", "connectors, connections, mappings")),
    "secrets": Mistake({**_document(**FINE), "erpsync_update_secrets": "never"}, ("update_secrets", "never", "when_changed")),
    "path": Mistake({**_document(**FINE), "erpsync_url": "{url}/Wrong"}, ("url", "/Wrong", "404")),
    "scheme": Mistake({**_document(**FINE), "erpsync_url": "crm.example.com/SuperOffice"}, ("url", "crm.example.com", "https")),
    "address": Mistake(
        {**_document(**FINE), "erpsync_url": "http://{nobody}/SuperOffice"}, ("{nobody}", "connection refused", "Check that url is right")
    ),
    "password": Mistake({**_document(**FINE), "erpsync_password": "wrong"}, ("password",)),
    "no-password": Mistake({**_document(**FINE), "erpsync_password": ""}, ("password", "SUPEROFFICE_PASSWORD")),
    "vault": Mistake({**_document(**FINE), "erpsync_password": VAULTED}, ("erpsync_password", "is encrypted", "--ask-vault-pass")),
    "vault-behind": Mistake(
        {**_connection(config={"Password": "{{ vault_visma_password }}"}), "vault_visma_password": VAULTED},
        ("vault_visma_password", "is encrypted", "--ask-vault-pass"),
    ),
    "undefined": Mistake(
        _connection(config={"Password": "{{ vault_visma_password }}"}),
        ("erpsync_environment_connection_visma.config.Password", "the variable vault_visma_password, which is undefined", "Define it"),
    ),
    "undefined-behind": Mistake(
        {**_connection(config={"Password": "{{ behind }}"}), "behind": "{{ vault_visma_pasword }}", "vault_visma_password": "x"},
        ("erpsync_environment_connection_visma.config.Password", "vault_visma_pasword", "Did you mean vault_visma_password?"),
    ),
    "undefined-key": Mistake(
        {**_document(connections=[{"name": "SAP", "config": {"Password": "{{ vault_erp.sap }}"}}]), "vault_erp": {"visma": "x"}},
        ("erpsync_environment.connections[0].config.Password", "the key sap", "Define it"),
    ),
    "undefined-option": Mistake(
        {**_document(**FINE), "erpsync_password": "{{ vault_superoffice_password }}"},
        ("erpsync_password uses the variable vault_superoffice_password, which is undefined", "Define it"),
    ),
    "mandatory": Mistake(
        _connection(config={"Password": "{{ vault_visma_password | mandatory }}"}),
        ("erpsync_environment_connection_visma.config.Password", "the variable vault_visma_password, which is undefined", "Define it"),
    ),
    "template": Mistake(
        _connection(config={"Password": "{{ vault visma }}"}),
        ("erpsync_environment_connection_visma.config.Password has a template that cannot be read", "Correct it"),
    ),
    "timeout": Mistake({**_document(**FINE), "erpsync_timeout": "fast"}, ("timeout", "str", "float")),
    "transport": Mistake({**_document(**FINE), "erpsync_transport": "sopa"}, ("transport", "sopa", "rest, soap")),
    "version": Mistake({**_document(**FINE), "erpsync_transport": "soap"}, ("services_version", "86")),
}


# What the module says itself, of which its own tests have each word: some of them, to see where it says them.
OF_THE_MODULE = (
    *("section", "key", "value", "state", "list", "connection-key", "direction", "field-key", "actor", "number", "flag", "twice", "field"),
    *("reference", "order", "prune", "secrets", "path", "scheme", "address", "timeout", "transport", "version"),
)


def _filled(value: Any, addresses: dict[str, str]) -> Any:
    if isinstance(value, str) and re.search(r"\{(url|nobody)\}", value):
        return value.format(**addresses)
    return value


def _run(
    folder: Path, playbook: str, hosts: dict[str, dict[str, Any]], *more: str, shell: str = IN_PROCESS, **environ: str
) -> subprocess.CompletedProcess[str]:
    inventory = {"superoffice": {"hosts": hosts, "vars": {"ansible_connection": "local", "erpsync_retries": 0}}}
    (folder / "inventory.yml").write_text(yaml.safe_dump(inventory, sort_keys=False), encoding="utf-8")
    return run_ansible("playbook", playbook, "-i", "inventory.yml", *more, home=folder, shell=shell, **environ)


def _failures(output: str) -> dict[str, list[str]]:
    """What was printed of each failed task, by host."""
    found: dict[str, list[str]] = {}
    for host, shown in re.findall(r"^fatal: \[([^\]]+)\]: FAILED! => (.*(?:\n[ }].*)*)", output, re.MULTILINE):
        found.setdefault(host, []).append(shown)
    return found


@in_process_at_least
def test_mistakes_are_told_in_few_words(shell: str, stand_in: StandIn, tmp_path: Path) -> None:
    addresses = {"url": stand_in.url, "nobody": f"127.0.0.1:{free_port()}"}
    signed_in = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_password": stand_in.password}
    left_out = {*OF_THE_MODULE} - {*some(OF_THE_MODULE, 0, 3)}
    mistakes = {name: mistake for name, mistake in MISTAKES.items() if name not in left_out}
    if shell != IN_PROCESS:
        mistakes = dict(list(MISTAKES.items())[::9])
    hosts = {
        f"crm-{name}": {**signed_in, **{key: _filled(value, addresses) for key, value in mistake.variables.items()}}
        for name, mistake in mistakes.items()
    }

    done = _run(tmp_path, "superoffice.erpsync.converge", hosts, shell=shell)

    failures = _failures(done.stdout)
    assert done.returncode == 2 and (shell != IN_PROCESS or len(mistakes) >= 20)
    wrong = []
    for name, mistake in mistakes.items():
        shown = failures.get(f"crm-{name}", [])
        messages = [json.loads(text)["msg"] for text in shown]
        words = [word.format(**addresses) if word == "{nobody}" else word for word in mistake.words]
        if not messages or any(word not in messages[-1] for word in words):
            wrong.append(f"{name}: {messages} lack one of {words}")
        if any(len(message) > LONGEST for message in messages) or any(len(text) > MOST_SHOWN for text in shown):
            wrong.append(f"{name}: {[len(text) for text in shown]} characters, {messages}")
    assert not wrong, "\n".join(wrong)
    if shell == IN_PROCESS:
        warned = " ".join(done.stderr.split())
        assert "Nothing takes the variable erpsync_environment_conection_visma." in warned
        assert "Did you mean erpsync_environment_connection_visma?" in warned
    assert stand_in.writes() == []


OTHERS: dict[str, dict[str, Any]] = {
    "drift": {},
    "report": {},
    "health": {"erpsync_health_checks": ["engine"]},
    "resync": {"resync_confirm": True},
    "sync": {},
    "maintenance": {"maintenance_state": "started"},
    "export": {"export_path": "exported/{{ inventory_hostname }}"},
}
"""The other playbooks, and their variables. An engine that is stopped refuses to synchronise, so that a maintenance comes late."""


def test_every_playbook_names_the_variable_that_has_no_value(stand_in: StandIn, tmp_path: Path) -> None:
    """Each playbook has hosts of its own, and one that is well in all but the last: a play without any ends the run."""
    names = ("vault", "undefined-option")
    signed_in = {"erpsync_url": stand_in.url, "erpsync_username": stand_in.username, "erpsync_password": stand_in.password}
    hosts = {f"{playbook}-{name}": {**signed_in, **MISTAKES[name].variables} for playbook in OTHERS for name in names}
    hosts["well"] = {**signed_in, **_document(**FINE)}
    # Without the variable that it means, everything would be synchronised again.
    hosts["resync-misspelt"] = {**signed_in, "resync_conection": "Visma Norway"}
    plays: list[dict[str, Any]] = []
    for playbook, variables in OTHERS.items():
        wrong = [host for host in hosts if host.startswith(f"{playbook}-")]
        wanted = {**variables, "erpsync_hosts": ",".join([*wrong, *(["well"] if playbook != list(OTHERS)[-1] else [])])}
        plays.append({"import_playbook": f"superoffice.erpsync.{playbook}", "vars": wanted})
    (tmp_path / "others.yml").write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")

    done = _run(tmp_path, "others.yml", hosts, **fact_cache(tmp_path))

    failures = _failures(done.stdout)
    assert done.returncode == 2 and set(failures) == set(hosts) - {"well"}, done.stdout
    for host, shown in failures.items():
        messages = [json.loads(text)["msg"] for text in shown]
        name = host.partition("-")[2]
        words = MISTAKES[name].words if name in MISTAKES else ("Nothing takes resync_conection,", "resync_connection, resync_record_ids,")
        assert all(word in messages[-1] for word in words), messages
        assert all(len(message) <= LONGEST for message in messages), messages
    # By the one that is well
    assert stand_in.writes() == ["ForceResync", "SyncAll", "ChangeEngineStatus"]


def test_a_group_that_is_not_there(stand_in: StandIn, tmp_path: Path) -> None:
    hosts = {"crm": {"erpsync_url": stand_in.url}}
    done = _run(tmp_path, "superoffice.erpsync.converge", hosts, "--extra-vars", "erpsync_hosts=superofice")
    told = " ".join(done.stderr.split())
    assert done.returncode not in (0, 2) and "PLAY RECAP" not in done.stdout
    assert 'No host matches "superofice", the value of the variable erpsync_hosts' in told and "Did you mean superoffice?" in told
    assert len(re.split(r"\[ERROR\]: |ERROR! ", told)[1]) <= LONGEST * 2, told
