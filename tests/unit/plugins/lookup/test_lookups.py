# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookups of the playbooks and roles: hosts that nobody matches, files of tasks that are none, and variables without a value."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ansible.template
import pytest
import yaml
from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.vars.manager import VariableManager
from ansible_collections.superoffice.erpsync.plugins.lookup import task_file
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _inventory
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

GROUPS = {"all": ["crm-oslo", "web"], "ungrouped": [], "superoffice": ["crm-oslo"], "web": ["web"]}
PLAYBOOKS = sorted((COLLECTION / "playbooks").glob("*.yml"))


def _lookup(name: str, *terms: Any, given: dict[str, Any] | None = None, **variables: Any) -> list[Any]:
    """
    :param given: options of the lookup.
    """
    module = importlib.import_module(f"ansible_collections.superoffice.erpsync.plugins.lookup.{name}")
    loader = DataLoader()
    plugin = module.LookupModule(loader=loader, templar=ansible.template.Templar(loader, variables=variables))
    # As Ansible finds them in the documentation when it loads the plugin itself.
    options = {name: option.get("default") for name, option in yaml.safe_load(module.DOCUMENTATION)["options"].items()}

    def set_options(var_options: Any = None, direct: Any = None) -> None:
        assert var_options is variables
        options.update(direct)

    plugin.set_options = set_options
    plugin.get_option = options.__getitem__
    found = plugin.run(list(terms), variables, **(given or {}))
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_every_playbook_refuses_to_do_nothing(path: Path) -> None:
    plays = yaml.safe_load(path.read_text(encoding="utf-8"))
    # Signing in needs no inventory.
    otherwise = ", default='localhost'" if path.stem == "sign_in" else ""
    hosts = f"{{{{ lookup('superoffice.erpsync.installations', erpsync_hosts | default(''){otherwise}) }}}}"
    assert [play["hosts"] for play in plays] == [hosts]
    # What gathers over hosts tells of hosts that have not been asked under any other strategy.
    gathers = "run_once" in path.read_text(encoding="utf-8") or path.stem == "maintenance"
    assert {play.get("strategy") for play in plays} == ({"linear"} if gathers else {None})


def test_a_pattern_that_matches_comes_back() -> None:
    blanks: list[Any] = ["", " ", None]
    for blank in blanks:
        assert _lookup("installations", blank, groups=GROUPS) == ["superoffice"]
    assert _lookup("installations", "all:!web", groups=GROUPS) == ["all:!web"]
    assert _lookup("installations", ["web", "crm-*"], groups=GROUPS, ansible_limit="web") == ["web,crm-*"]


def test_each_host_that_an_earlier_job_named_must_be_there() -> None:
    with pytest.raises(AnsibleLookupError) as raised:
        _lookup("installations", ["crm-oslo", "crm-osla"], groups=GROUPS, ansible_limit="web,crm-oslo")
    assert str(raised.value) == (
        'No host matches "crm-osla", the value of the variable erpsync_hosts: nothing was done. Did you mean crm-oslo?'
    )
    assert _lookup("installations", ["all", "!web"], groups=GROUPS) == ["all,!web"]


NONE = "No host matches"
HAS = "The inventory has the groups superoffice, web."
PUT = "Put the installations into a group of this name, or give erpsync_hosts a group or host of the inventory."


@pytest.mark.parametrize(
    "pattern, variables, told",
    [
        ("superofice", {}, f'{NONE} "superofice", the value of the variable erpsync_hosts: nothing was done. Did you mean superoffice?'),
        ("crm-olso", {}, f'{NONE} "crm-olso", the value of the variable erpsync_hosts: nothing was done. Did you mean crm-oslo?'),
        (
            "production",
            {},
            f'{NONE} "production", the value of the variable erpsync_hosts: nothing was done. {HAS}',
        ),
        (
            "production",
            {"groups": {"all": ["db"], "ungrouped": ["db"]}},
            f'{NONE} "production", the value of the variable erpsync_hosts: nothing was done. The inventory has no group.',
        ),
        (
            "",
            {"groups": {"all": ["web"], "ungrouped": ["web"]}},
            f'{NONE} "superoffice", which counts without the variable erpsync_hosts: nothing was done. {PUT}',
        ),
        ("", {"groups": None}, f'{NONE} "superoffice", which counts without the variable erpsync_hosts: nothing was done. {PUT}'),
        (
            "",
            {"ansible_limit": "web"},
            f'{NONE} "superoffice", which counts without the variable erpsync_hosts within --limit web: nothing was done. {PUT}',
        ),
        (
            "superoffice:!crm-oslo",
            {},
            f'{NONE} "superoffice:!crm-oslo", the value of the variable erpsync_hosts: nothing was done. Did you mean superoffice?',
        ),
        (
            "x" * 101,
            {"ansible_limit": "web," * 30},
            f'{NONE} "{"x" * 97}...", the value of the variable erpsync_hosts within --limit {("web," * 30)[:97]}...: nothing was done. '
            "The inventory has the groups superoffice, web.",
        ),
        (
            "x" * 100,
            {},
            f'{NONE} "{"x" * 100}", the value of the variable erpsync_hosts: nothing was done. {HAS}',
        ),
    ],
)
def test_nobody_is_an_error_that_names_the_variable(pattern: str, variables: dict[str, Any], told: str) -> None:
    with pytest.raises(AnsibleLookupError) as caught:
        _lookup("installations", pattern, **{"groups": GROUPS, **variables})
    assert str(caught.value) == told


@pytest.mark.parametrize("empty", [[], [""], [None, " "], ()])
def test_an_empty_list_is_nobody(empty: Any) -> None:
    """An earlier job of a workflow may have found nothing. That must not mean everything."""
    with pytest.raises(AnsibleLookupError) as caught:
        _lookup("installations", empty, groups=GROUPS)
    assert str(caught.value) == "The variable erpsync_hosts is an empty list: nothing was done. Leave it out for all installations."


def test_a_serial_that_is_none_is_told_before_the_play_begins() -> None:
    assert _lookup("installations", "web", groups=GROUPS, erpsync_serial=_template("{{ 2 }}")) == ["web"]
    told = 'erpsync_serial is "some"; use a number, percent such as 20%, or a list of them such as [1, "100%"]. Nothing was done.'
    with pytest.raises(AnsibleLookupError) as caught:
        _lookup("installations", "web", groups=GROUPS, erpsync_serial="some")
    assert str(caught.value) == told


def test_values_of_variables_are_checked_by_name() -> None:
    variables: dict[str, Any] = {"erpsync_drift_fails": _template("{{ 'perhaps' }}"), "erpsync_report_name": "../x"}
    names = ("erpsync_drift_fails", "erpsync_report_name", "erpsync_health_fails")
    found = _lookup("check_variables", *names, **variables, erpsync_quiet="perhaps")
    assert found == [
        'erpsync_drift_fails is "perhaps"; use true or false.',
        'erpsync_report_name is "../x"; use the name of a file without folder and ending, such as norway.',
    ]


def test_nobody_is_fine_where_only_the_syntax_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("ansible_collections.superoffice.erpsync.plugins.lookup.installations")
    monkeypatch.setattr(module.context, "CLIARGS", {"syntax": True})
    assert _lookup("installations", "nobody", groups=GROUPS) == ["nobody"]
    assert _lookup("installations", [], groups=GROUPS) == ["superoffice"]


def test_a_pattern_under_another_variable_and_default() -> None:
    given = {"default": "web", "variable": "mine"}
    assert _lookup("installations", "", given=given, groups=GROUPS) == ["web"]
    with pytest.raises(AnsibleLookupError, match="which counts without the variable mine:"):
        _lookup("installations", "", given={**given, "default": "none"}, groups=GROUPS)


def test_look_alikes_are_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("ansible_collections.superoffice.erpsync.plugins.lookup.installations")
    said: list[str] = []
    monkeypatch.setattr(module.display, "warning", said.append)
    assert _lookup("installations", "web", groups=GROUPS, erpsync_hots="x") == ["web"]
    assert said == ["Nothing takes the variable erpsync_hots. Did you mean erpsync_hosts?"]


FILES = {
    "good.yml": "- debug: {msg: x}\n- import_role: {name: nowhere}\n- block:\n    - include_tasks: x.yml\n",
    "misspelt.yml": "- debugg: {msg: x}\n",
    "broken.yml": "- name: [x\n  password: canary-4f1a\n",
    "playbook.yml": "- hosts: all\n  tasks: []\n",
    "dictionary.yml": "a: 1\n",
    "empty.yml": "",
    "key.yml": "- debug: {msg: x}\n  nokey: 1\n",
    "inside.yml": "- block:\n    - debugg: {msg: x}\n",
}


def test_a_file_of_tasks_is_checked_before_anything_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tasks").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "tasks" / "more.yml").write_text(FILES["good.yml"], encoding="utf-8")
    (tmp_path / "elsewhere" / "here.yml").write_text(FILES["good.yml"], encoding="utf-8")
    for name, found in {"good.yml": "good.yml", "more.yml": "tasks/more.yml", "here.yml": "elsewhere/here.yml"}.items():
        assert _lookup("task_file", name, playbook_dir=str(tmp_path)) == [{"path": str(tmp_path / found), "problem": None}]
    # An absolute path, and one that does not exist.
    assert _lookup("task_file", str(tmp_path / "good.yml")) == [{"path": str(tmp_path / "good.yml"), "problem": None}]
    places = [tmp_path / "no.yml", tmp_path / "tasks" / "no.yml", tmp_path / "elsewhere" / "no.yml"]
    assert (
        _lookup("task_file", "no.yml", "no.yml", playbook_dir=str(tmp_path))
        == [{"path": None, "problem": f"There is no file of tasks no.yml. Looked for: {', '.join(map(str, places))}."}] * 2
    )
    assert _lookup("task_file", "no.yml") == [{"path": None, "problem": f"There is no file of tasks no.yml. Looked for: {places[2]}."}]
    monkeypatch.setenv("HOME", str(tmp_path))
    assert _lookup("task_file", "~/good.yml")[0]["path"] == str(tmp_path / "good.yml")
    # A playbook of this collection is no place for somebody's tasks, whatever is there.
    for name in ("drift.yml", "good.yml"):
        (found,) = _lookup("task_file", name, playbook_dir=str(COLLECTION / "playbooks"))
        assert found["path"] is None and found["problem"].startswith("There is no file")
    for name in sorted(FILES.keys() - {"good.yml"}):
        (found,) = _lookup("task_file", name, playbook_dir=str(tmp_path))
        assert found["path"] is None and "canary-4f1a" not in found["problem"]
        assert re.search(rf"{name} is no file of tasks that Ansible can carry out\. \S", found["problem"]), found


@pytest.mark.parametrize("name", ["dictionary.yml", "empty.yml"])
def test_a_file_that_is_no_list_of_tasks(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    [found] = _lookup("task_file", name, playbook_dir=str(tmp_path))
    told = "is no file of tasks that Ansible can carry out. It has to be a list with at least one task."
    assert found == {"path": None, "problem": f"{tmp_path / name} {told}"}


def test_files_that_tasks_include_are_not_looked_for(tmp_path: Path) -> None:
    lines = [
        f"- {prefix}{verb}{kind}: nowhere\n"
        for prefix in ("", "ansible.builtin.", "ansible.legacy.")
        for verb in ("import", "include")
        for kind in ("_tasks", "_role")
    ]
    parts = "".join(f"  {part}:\n    - import_tasks: nowhere.yml\n    - debug: {{msg: x}}\n" for part in ("rescue", "always"))
    text = "".join(lines) + "- block:\n    - import_tasks: nowhere.yml\n    - debug: {msg: x}\n" + parts
    (tmp_path / "all.yml").write_text(text, encoding="utf-8")
    assert _lookup("task_file", str(tmp_path / "all.yml")) == [{"path": str(tmp_path / "all.yml"), "problem": None}]


def test_only_imports_and_includes_are_left_out() -> None:
    """A wrong task behind them, or in a part of a block, is still found."""
    wrong = {"name": "x", "debugg": {}}
    gone = {"name": "y", "import_tasks": "nowhere.yml"}
    block = {"block": [gone, wrong], "rescue": [wrong, gone], "always": [gone], "when": "x"}
    left = {"block": [wrong], "rescue": [wrong], "always": [], "when": "x"}
    assert task_file._without_imports([gone, wrong, gone, block, "text"]) == [wrong, left, "text"]
    playbook = [{"import_playbook": "x"}]
    assert task_file._without_imports("text") == "text" and task_file._without_imports(playbook) == playbook


def _template(text: str) -> str:
    """A text that Ansible takes for a template, as it does with what stands in an inventory."""
    # Before ansible-core 2.19 every text is one.
    trust: Callable[[str], str] = getattr(ansible.template, "trust_as_template", str)
    return trust(text)


def _problems(given: dict[str, Any] | None = None, **variables: Any) -> list[Any]:
    texts = {name: _template(value) if value.__class__ is str else value for name, value in variables.items()}
    return _lookup("check_variables", given=given, **texts)


@pytest.mark.parametrize(
    "text, told",
    [
        ("{{ 'canary-4f1a' ~ missing }}", "uses the variable missing, which is undefined. Define it, for example in a vault."),
        ("{{ behind }}", "uses the variable missing, which is undefined. Define it, for example in a vault."),
        ("{% if missing %}canary-4f1a{% endif %}", "uses the variable missing, which is undefined. Define it, for example in a vault."),
        ("{{ known_nam }}", "uses the variable known_nam, which is undefined. Did you mean known_name?"),
        ("{{ missing | mandatory }}", "uses the variable missing, which is undefined. Define it, for example in a vault."),
        ("{{ keys.absent }}", "uses the key absent of something that lacks it. Define it, or correct the template."),
        ("{{ [] | first }}", "uses something that is undefined. Define it, or correct the template."),
        ("{{ known_name", "has a template that cannot be read: "),
        # None of these is undefined.
        ("{{ missing | default('x') }}", None),
        ("{{ missing | default(omit) }}", None),
        ("{{ known_name }}", None),
        ("missing", None),
        # Ansible tells it where the value is used.
        ("{{ 1 / 0 }}", None),
        # A lookup may be slow, or answer only once.
        ("{{ lookup('nowhere') ~ missing }}", None),
        ("{{ looks_up ~ missing }}", None),
    ],
)
def test_a_template_without_a_value_is_told_with_its_place(text: str, told: str | None) -> None:
    document = {"connections": [{"config": {"Password": _template(text)}}]}
    texts = {"omit": "nothing", "known_name": "x", "behind": "{{ missing }}", "looks_up": "{{ query('nowhere') }}"}
    others: dict[str, Any] = {**texts, "keys": {"present": "x"}}
    found = _problems(erpsync_environment=document, **others)
    # A connection of its own is found as well, an option of the connection only where it is asked for.
    own = _problems(erpsync_environment_connection_a=document, **others)
    option = {**others, "erpsync_password": text}
    if told is None:
        assert (found, own, _problems(**option), _problems({"document": False}, **option)) == ([], [], [], [])
        return
    assert len(found) == 1 and found[0].startswith(f"erpsync_environment.connections[0].config.Password {told}")
    assert len(own) == 1 and own[0].startswith(f"erpsync_environment_connection_a.connections[0].config.Password {told}")
    assert _problems(**option) == [] and _problems({"document": False}, erpsync_environment=document, **others) == []
    (asked,) = _problems({"document": False}, **option)
    assert asked.startswith(f"erpsync_password {told}")
    assert "canary-4f1a" not in found[0]


def test_a_text_that_is_no_document_is_told_by_its_place() -> None:
    assert _problems(erpsync_environment="engine: {state: canary-4f1a") == [
        "The variable erpsync_environment is a text that is neither JSON nor YAML (line 1, column 28). Give keys with values: "
        "some of engine, connectors, connections and priority."
    ]
    assert _problems(erpsync_environment="engine: {state: running}") == []
    # Another variable may hold any text.
    assert _problems(erpsync_environment_connection_a="engine: {state: canary-4f1a") == []


# Which groups declare a variable


def _groups(tmp_path: Path, text: str, playbook: dict[str, str] | None = None) -> Callable[..., Any]:
    """Variables of a host as a task sees them, from an inventory; and files beside the playbook."""
    (tmp_path / "inventory.yml").write_text(text, encoding="utf-8")
    for name, content in (playbook or {}).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    loader = DataLoader()
    inventory = InventoryManager(loader, sources=[str(tmp_path / "inventory.yml")])

    def seen(**extra: Any) -> dict[str, Any]:
        manager = VariableManager(loader, inventory)
        play = Play.load({"hosts": "all"}, loader=loader)
        own = manager.get_vars(host=inventory.get_host("crm"), play=play, include_hostvars=False)
        return {**own, **extra, "hostvars": SimpleNamespace(_inventory=inventory), "playbook_dir": str(tmp_path)}

    return seen


TWO = """
all:
  children:
    norway: {hosts: {crm: {}}, vars: {erpsync_environment: {engine: {state: running}}}}
    visma: {hosts: {crm: {}}, vars: {erpsync_environment: {}}}
    other: {hosts: {crm: {}}, vars: {another: 1}}
"""
THREE = TWO.replace("{another: 1}", "{erpsync_environment: {priority: []}}")
INSIDE = """
all:
  children:
    wide:
      vars: {erpsync_environment: {}}
      children: {narrow: {hosts: {crm: {}}, vars: {erpsync_environment: {engine: {}}}}}
"""


@pytest.mark.parametrize(
    ("inventory", "extra", "found"),
    [
        (TWO, {}, ("visma", ("norway",))),
        (THREE, {}, ("visma", ("norway", "other"))),
        (INSIDE, {}, None),
        (TWO.replace("{erpsync_environment: {}}", "{ansible_group_priority: 9, erpsync_environment: {}}"), {}, None),
        # The host itself, or an extra variable, decides.
        (TWO.replace("norway: {hosts: {crm: {}}", "norway: {hosts: {crm: {erpsync_environment: {}}}"), {}, None),
        (TWO, {"erpsync_environment": {"priority": []}}, None),
        (TWO.replace("vars: {erpsync_environment: {}}", "vars: {}"), {}, None),
    ],
)
def test_groups_of_which_only_ansibles_order_takes_one(tmp_path: Path, inventory: str, extra: dict[str, Any], found: Any) -> None:
    variables = _groups(tmp_path, inventory)(**extra)
    assert _inventory.rivals("erpsync_environment", variables, DataLoader()) == found
    assert _inventory.rivals("nowhere", variables, DataLoader()) is None


@pytest.mark.parametrize("by_host", [False, True])
def test_files_beside_the_inventory_and_the_playbook_declare_too(tmp_path: Path, by_host: bool) -> None:
    files = {"group_vars/norway.yml": "erpsync_url: a\n", "group_vars/visma.yml": "erpsync_url: b\n"}
    if by_host:
        files["host_vars/crm.yml"] = "erpsync_url: b\n"
    variables = _groups(tmp_path, TWO, files)(erpsync_url="b")
    assert _inventory.rivals("erpsync_url", variables, DataLoader()) == (None if by_host else ("visma", ("norway",)))


def test_declarations_without_effect_are_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    verbose: list[str] = []
    module = importlib.import_module("ansible_collections.superoffice.erpsync.plugins.lookup.check_variables")
    monkeypatch.setattr(module.display, "warning", said.append)
    monkeypatch.setattr(module.display, "vvv", verbose.append)
    variables = _groups(tmp_path, THREE)(erpsync_hots="x")
    assert _problems(**variables) == []
    assert said == [
        "Nothing takes the variable erpsync_hots. Did you mean erpsync_hosts?",
        "The groups norway and other and visma declare erpsync_environment for the same host. Ansible takes that of visma as a whole and "
        "nothing of norway and other. Declare it in one of them; connections can have variables of their own, "
        "erpsync_environment_connection_NAME.",
    ]
    # Only the document is looked through, and what Ansible does not show any more is no error.
    said.clear()
    verbose.clear()
    assert _problems({"document": False}, **variables) == [] and said == verbose == []
    assert _problems(**_groups(tmp_path, INSIDE)()) == [] and said == [] and "cannot be seen" not in " ".join(verbose)
    verbose.clear()
    del variables["hostvars"]
    assert _problems(**variables) == []
    assert said == ["Nothing takes the variable erpsync_hots. Did you mean erpsync_hosts?"]
    assert verbose == ["superoffice.erpsync: which groups declare erpsync_environment cannot be seen (KeyError)"]


# Variables that no vault password opens, and reasons of failures


class AnsibleVaultEncryptedUnicode(str):
    """A value that no vault password opens, under the name that Ansible's own type has."""

    def __str__(self) -> str:
        raise AnsibleError("Decryption failed (no vault secrets would decrypt)")


SEALED = (
    "The variable {} is encrypted, and no vault password that was given opens it. "
    "Start Ansible with --vault-password-file FILE or --ask-vault-pass."
)


def test_a_variable_that_no_password_opens_is_named() -> None:
    closed = AnsibleVaultEncryptedUnicode("x")
    document = {"connections": [{"config": {"Password": "{{ vault_password }}"}}]}
    assert _problems(erpsync_environment=[{"a": closed}]) == [SEALED.format("erpsync_environment")]
    # What its templates name is opened with it, at any depth, and each variable once.
    behind: dict[str, Any] = {"vault_password": "{{ vault_other }} {{ vault_password }}", "vault_other": [closed]}
    assert _problems(erpsync_environment=document, **behind) == [SEALED.format("vault_other")]
    assert _problems(erpsync_password=closed) == [SEALED.format("erpsync_password")]
    assert _problems({"document": False}, erpsync_password=closed) == [SEALED.format("erpsync_password")]
    # What nothing of ours names does not matter.
    assert _problems(other=closed, erpsync_environment={"a": "other"}) == []
    assert _problems({"document": False}, erpsync_environment=[closed]) == []


@pytest.mark.parametrize(
    ("told", "variables", "reason"),
    [
        ("No way.", {}, "No way."),
        (None, {}, ""),
        ("decryption failed", {}, "decryption failed"),
        ("it could not decrypt", {"erpsync_password": AnsibleVaultEncryptedUnicode("x")}, SEALED.format("erpsync_password")),
        ("no vault secrets", {"erpsync_password": AnsibleVaultEncryptedUnicode("x")}, SEALED.format("erpsync_password")),
        ("No way.", {"erpsync_password": AnsibleVaultEncryptedUnicode("x")}, "No way."),
        *(
            (f"It {words}", {"erpsync_password": "{{ missing }}"}, None)
            for words in ("is undefined.", "was not defined.", "has no attribute.", "is a template.")
        ),
        ("No way.", {"erpsync_password": "{{ missing }}"}, "No way."),
        ("It is undefined.", {"erpsync_password": "x"}, "It is undefined."),
        ("It is undefined.", {"other": "{{ missing }}"}, "It is undefined."),
    ],
)
def test_the_reason_of_a_failure(told: str | None, variables: dict[str, Any], reason: str | None) -> None:
    texts: dict[str, Any] = {name: _template(value) if value.__class__ is str else value for name, value in variables.items()}
    if reason is None:
        reason = "erpsync_password uses the variable missing, which is undefined. Define it, for example in a vault."
    assert _lookup("failure_reason", {"msg": told}, {"msg": "2"}, {}, **texts)[:1] == [reason]
    assert _lookup("failure_reason", {"msg": "2"}, {}, **texts) == ["2", ""]
