# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the expressions of roles and playbooks come to, and what their tasks have in common; Ansible's templar, no playbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ansible.template
import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

# Before ansible-core 2.19 every text is a template.
_TRUSTED: Callable[[str], str] = getattr(ansible.template, "trust_as_template", str)
FILES = sorted([*(COLLECTION / "playbooks").glob("*.yml"), *(COLLECTION / "roles").glob("*/tasks/*.yml")])


def tasks(value: Any, above: tuple[dict[str, Any], ...] = ()) -> Iterator[tuple[dict[str, Any], ...]]:
    """Each task and block of a file, behind the blocks around it."""
    for each in value if isinstance(value, list) else []:
        yield (*above, each)
        for part in ("pre_tasks", "tasks", "block", "rescue", "always"):
            yield from tasks(each.get(part), (*above, each))


def all_tasks() -> list[tuple[Path, tuple[dict[str, Any], ...]]]:
    return [(path, chain) for path in FILES for chain in tasks(yaml.safe_load(path.read_text(encoding="utf-8"))) if "hosts" not in chain[-1]]


def task(path: str, name: str) -> dict[str, Any]:
    """The one task of a file with this name that does something."""
    found = [chain[-1] for chain in tasks(yaml.safe_load((COLLECTION / path).read_text(encoding="utf-8"))) if chain[-1].get("name") == name]
    (only,) = [each for each in found if "block" not in each] or found
    assert isinstance(only, dict)
    return only


def come_to(template: Any, **variables: Any) -> Any:
    """What a template comes to; `OMITTED` stands for Ansible's omit."""
    templates = {name: _trusted(value) for name, value in variables.items()}
    return ansible.template.Templar(DataLoader(), variables={"omit": "OMITTED", **templates}).template(_trusted(template))


def _trusted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _trusted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_trusted(each) for each in value]
    # The short names: the finder of collections would stay in the process for all other tests.
    return _TRUSTED(value.replace("ansible.builtin.", "")) if isinstance(value, str) else value


def holds(each: dict[str, Any], **variables: Any) -> bool:
    """Whether a task runs."""
    conditions = each["when"] if isinstance(each["when"], list) else [each["when"]]
    found = [come_to("{{ true if (" + str(condition) + ") else false }}", **variables) for condition in conditions]
    assert all(isinstance(one, bool) for one in found)
    return all(found)


def role(name: str, **variables: Any) -> dict[str, Any]:
    """The variables of a role, under those that are given."""
    return {**yaml.safe_load((COLLECTION / "roles" / name / "vars" / "main.yml").read_text(encoding="utf-8")), **variables}


# Options whose variable does not end with their name.
OTHER_NAMES = {("playbooks/resync.yml", "sync_timeout"): "resync_timeout"}
HANDED_ON = [
    (path.relative_to(COLLECTION).as_posix(), module.rpartition(".")[2], option, template)
    for path, chain in all_tasks()
    for module, options in chain[-1].items()
    if module.startswith("superoffice.erpsync.")
    for option, template in options.items()
    if isinstance(template, str) and "omit" in template
]


def _documented(module: str) -> dict[str, Any]:
    source = (COLLECTION / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    found = yaml.safe_load(source.partition('DOCUMENTATION = r"""')[2].partition('"""')[0])["options"]
    assert isinstance(found, dict)
    return found


def test_an_option_without_a_value_is_left_out_and_every_other_value_is_handed_on() -> None:
    """A question of a survey without an answer is a text without characters; 0 and false are values where an option can be them."""
    assert len(HANDED_ON) > 35
    for path, module, option, template in HANDED_ON:
        variable = re.findall(r"\b(?:erpsync|resync|sync|export|environment|maintenance)_\w+", template)[0]
        assert f"_{variable}".endswith(f"_{OTHER_NAMES.get((path, option), option)}"), (path, option, variable)
        found = [come_to(template), *(come_to(template, **{variable: value}) for value in (None, "", "some", ["a"], 7, True))]
        assert found == ["OMITTED"] * 3 + ["some", ["a"], 7, True], (path, option, found)
        if _documented(module).get(option, {}).get("type") not in ("str", "list", "path"):
            assert [come_to(template, **{variable: value}) for value in (0, False)] == [0, False], (path, option)


NAMED = {"erpsync_environment_connection_b": {"name": "B"}, "erpsync_environment_connection_a": {"name": "A"}}
BOTH = [{"name": "A"}, {"name": "B"}]


@pytest.mark.parametrize(
    "variables, given, document, declaring",
    [
        ({}, False, {}, []),
        ({"erpsync_environment": None}, False, {}, []),
        ({"erpsync_environment": ""}, False, {}, []),
        ({"erpsync_environment": {}}, True, {}, []),
        ({"erpsync_environment": "engine: {state: running}\n"}, True, {"engine": {"state": "running"}}, []),
        ({"erpsync_environment": "# nothing"}, True, {}, []),
        ({"erpsync_environment": ["x"]}, True, ["x"], []),
        (NAMED, False, {"connections": BOTH}, list(NAMED)),
        ({**NAMED, "erpsync_environment": {"priority": ["A"]}}, True, {"priority": ["A"], "connections": BOTH}, list(NAMED)),
        ({**NAMED, "erpsync_environment": {"connections": None}}, True, {"connections": BOTH}, list(NAMED)),
        ({**NAMED, "erpsync_environment": {"connections": [{"name": "C"}]}}, True, {"connections": [{"name": "C"}, *BOTH]}, list(NAMED)),
        # What is no list is refused as it stands.
        ({**NAMED, "erpsync_environment": {"connections": "C"}}, True, {"connections": "C"}, []),
        ({**NAMED, "erpsync_environment": {"connections": {"name": "C"}}}, True, {"connections": {"name": "C"}}, []),
        ({**NAMED, "erpsync_environment": {"connections": 5}}, True, {"connections": 5}, []),
    ],
)
def test_the_document_that_variables_declare(variables: dict[str, Any], given: bool, document: Any, declaring: list[str]) -> None:
    there = role("environment", **variables)
    assert come_to("{{ environment_given }}", **there) in (given, f" {given}") and come_to("{{ environment_document }}", **there) == document
    assert come_to("{{ environment_document_variables }}", **there) == ["erpsync_environment", *sorted(declaring)]


@pytest.mark.parametrize("compares, wanted", [(None, False), ("", False), (False, False), ("false", False), ("yes", True), (True, True)])
def test_whether_an_environment_is_only_compared(compares: Any, wanted: bool) -> None:
    there = role("environment", environment_only_compare=compares)
    assert come_to("{{ environment_compares }}", **there) is wanted
    run = task("roles/environment/tasks/main.yml", "Bring the environment into its declared state")
    for anyway in (False, True):
        modes = {"ansible_check_mode": anyway, "ansible_diff_mode": anyway}
        assert [come_to(run[mode], **there, **modes) for mode in ("check_mode", "diff")] == [wanted or anyway] * 2
    for changed in (False, True):
        assert come_to("{{ " + run["changed_when"] + " }}", **there, environment_run={"changed": changed}) is (changed and not wanted)
    assert holds(task("roles/environment/tasks/main.yml", "Publish the differences"), **there) is wanted


KEPT = {"engine_was_running": True, "since": "2026-11-20T05:00:00Z", "stop_pending": False}


@pytest.mark.parametrize("told", [None, "", "true", False])
@pytest.mark.parametrize("remembered", [None, True, False])
@pytest.mark.parametrize("kept", [{}, KEPT, {**KEPT, "engine_was_running": False}])
def test_whether_the_engine_ran_before_the_maintenance(told: Any, remembered: bool | None, kept: dict[str, Any]) -> None:
    """What the person says goes before what this run has seen, and this before what an earlier run has recorded."""
    there = role("maintenance", maintenance_engine_was_running=told, maintenance_remembered=remembered, maintenance_kept=kept)
    wanted = told == "true" if told not in (None, "") else remembered if remembered is not None else kept.get("engine_was_running")
    assert come_to("{{ maintenance_known }}", **there) in (wanted, f"{wanted}")
    starts = task("roles/maintenance/tasks/finished.yml", "Check that the earlier state of the engine is known")
    assert holds({"when": starts["ansible.builtin.assert"]["that"]}, **there) is (wanted is not None)
    # Only what is not known yet is read; the rest of the record is not asked.
    reads = task("roles/maintenance/tasks/started.yml", "Record the state of the engine")
    assert holds(reads, **there) is (told in (None, "") and remembered is None)


def test_without_any_variable_nothing_is_known_of_a_maintenance() -> None:
    assert come_to("{{ maintenance_known }}", **role("maintenance", maintenance_kept={})) in (None, "")
    assert holds(task("roles/maintenance/tasks/started.yml", "Record the state of the engine"))


def test_what_is_kept_of_a_maintenance(tmp_path: Path) -> None:
    at = {"maintenance_folder": str(tmp_path), "inventory_hostname": "crm-oslo", "ansible_facts": {"maintenance_cached": KEPT}}
    keep = task("roles/maintenance/tasks/keep.yml", "Record the state in the fact cache")
    files = [chain[-1] for chain in tasks(yaml.safe_load((COLLECTION / "roles/maintenance/tasks/keep.yml").read_text(encoding="utf-8")))]
    forget = [task("roles/maintenance/tasks/forget.yml", name) for name in ("Clear the fact cache", "Remove the file, on the machine where Ansible runs")]
    told = task("roles/maintenance/tasks/main.yml", "Show how to start the engines again if this run is interrupted")["ansible.builtin.debug"]["msg"][2]
    for cached in (True, False):
        for checked in (True, False):
            there = role("maintenance", **at, maintenance_is_cached=cached, ansible_check_mode=checked)
            assert holds(keep, **there) is (cached and not checked)
            assert holds(files[1], **there) is (not cached and not checked)
            assert holds(forget[0], **there) is (cached and not checked)
    plain = role("maintenance", **at, maintenance_is_cached=False)
    path = tmp_path / "crm-oslo.json"
    assert come_to("{{ maintenance_kept }}", **role("maintenance", **at, maintenance_is_cached=True)) == KEPT
    assert come_to("{{ maintenance_kept }}", **role("maintenance", ansible_facts={}, maintenance_is_cached=True)) == {}
    assert come_to("{{ maintenance_kept }}", **plain) == {} and not holds(forget[1], **plain) and come_to("{{ maintenance_file }}", **plain) == str(path)
    assert come_to(told, **plain) == f"It needs the files in {tmp_path}."
    assert come_to(told, **role("maintenance", **at, maintenance_is_cached=True)) == "It needs the fact cache."
    path.write_text('{"engine_was_running": false}', encoding="utf-8")
    assert come_to("{{ maintenance_kept }}", **plain) == {"engine_was_running": False} and holds(forget[1], **plain)
    folder = task("roles/maintenance/tasks/keep.yml", "Create the folder")
    assert not holds(folder, **plain) and holds(folder, **{**plain, "maintenance_folder": str(tmp_path / "new")})
    beside = role("maintenance", inventory_hostname="crm-oslo", inventory_dir=str(tmp_path), maintenance_folder="")
    assert come_to("{{ maintenance_file }}", **beside) == str(tmp_path / ".erpsync_maintenance" / "crm-oslo.json")
    assert come_to("{{ maintenance_file }}", **{**beside, "maintenance_folder": "~/x"}) == str((Path("~/x").expanduser()).resolve() / "crm-oslo.json")
    state = keep["vars"]["maintenance_state_to_keep"]
    wanted = {"maintenance_known": "true", "maintenance_stop_is_pending": "false"}
    assert come_to(state, **{**plain, **wanted, "maintenance_kept": KEPT}) == KEPT
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", come_to(state, **{**plain, **wanted, "maintenance_kept": {"since": ""}})["since"])


RUNS = "The engine runs, and is started again at the end."
LEFT = "The engine is to stay stopped, as maintenance_engine_was_running says."
AGAIN = (
    "The engine was stopped by a maintenance that began at {} and has not ended. It ran before that, and is started again at the end; "
    "with -e maintenance_engine_was_running=false it is not."
)


@pytest.mark.parametrize(
    "running, known, kept, remembered, said",
    [
        (True, True, {}, True, RUNS),
        (True, "false", {}, True, LEFT),
        (True, True, KEPT, True, RUNS),
        (False, True, KEPT, True, AGAIN.format("2026-11-20T05:00:00Z")),
        (False, "yes", {"engine_was_running": True}, True, AGAIN.format("an unknown time")),
        (False, True, {}, False, "The engine is stopped, and is started at the end, as maintenance_engine_was_running says."),
        (False, False, {}, False, "The engine is stopped already, and stays stopped at the end."),
        (False, False, KEPT, True, "The engine is stopped already, and stays stopped at the end."),
    ],
)
def test_what_is_said_before_the_maintenance(running: bool, known: Any, kept: dict[str, Any], remembered: bool, said: str) -> None:
    at = {"maintenance_info": {"engine": {"is_running": running}}, "maintenance_kept": kept, "maintenance_known": known}
    file = "roles/maintenance/tasks/remember.yml"
    assert come_to(task(file, "Show the state of the engine")["ansible.builtin.debug"]["msg"], **at) == said
    facts = come_to(task(file, "Record whether the engine ran")["ansible.builtin.set_fact"], **at)
    assert facts == {"maintenance_remembered": remembered, "maintenance_engine_was_running": remembered}


@pytest.mark.parametrize(
    "known, kept, said",
    [
        (True, {}, "The engine ran before the maintenance, and is started again."),
        ("true", KEPT, "The engine ran before the maintenance that began at 2026-11-20T05:00:00Z, and is started again."),
        (False, KEPT, "The engine did not run before the maintenance that began at 2026-11-20T05:00:00Z, and stays as it is."),
        ("no", {}, "The engine did not run before the maintenance, and stays as it is."),
    ],
)
def test_what_is_said_after_the_maintenance(known: Any, kept: dict[str, Any], said: str) -> None:
    file = "roles/maintenance/tasks/finished.yml"
    at = {"maintenance_known": known, "maintenance_kept": kept}
    assert come_to(task(file, "Show what happens to the engine")["ansible.builtin.debug"]["msg"], **at) == said
    starts = "started again" in said
    assert [chain[-1] for chain in tasks([task(file, "Start the engine again")])] and holds(task(file, "Start the engine again"), **at) is starts
    [waits] = [chain[-1] for _path, chain in all_tasks() if chain[-1]["name"] == "Wait for an engine that has not stopped yet"]
    for pending in (True, "false"):
        assert holds(waits, **{**at, "maintenance_kept": {**kept, "stop_pending": pending}}) is (starts and pending is True)
    assert not holds(waits, **{**at, "maintenance_kept": {}})


def test_how_the_end_of_a_maintenance_depends_on_what_failed() -> None:
    file = "roles/maintenance/tasks/finished.yml"
    well, skipped, refused = {"changed": True}, {"skipped": True}, {"failed": True}
    slow = {"failed": True, "failure": {"kind": "wait_timeout"}}
    away = {"failed": True, "failure": {"kind": "connection_refused"}}
    deletes = task(file, "Delete the record")
    started = [holds(deletes, maintenance_start=one, maintenance_slow=skipped) for one in (well, skipped, slow, refused, away)]
    assert started == [True, True, True, False, False]
    assert not holds(deletes, maintenance_start=skipped, maintenance_slow=refused)
    fails = task(file, "Fail where the engine may still stop")
    assert [holds(fails, maintenance_slow=one) for one in (refused, well, skipped)] == [True, False, False]
    # Where this run asked for the stop, it has failed already.
    assert [holds(fails, maintenance_slow=refused, maintenance_stop=one) for one in (slow, well)] == [False, True]
    file = "roles/maintenance/tasks/stop.yml"
    records = task(file, "Record that it has stopped, or was never asked to")
    certain, doubtful = ({"failed": True, "failure": {"kind": "timeout", "uncertain": one}} for one in (False, True))
    pending = {"failed": True, "failure": {"kind": "wait_timeout", "uncertain": False}}
    for result, wanted in ((well, True), (certain, True), (doubtful, False), (pending, False), (refused, False)):
        assert holds(records, **records["vars"], maintenance_stop=result) is wanted, result
    assert records["vars"]["maintenance_stop_is_pending"] is False
    assert task(file, "Record that the engine is to stop")["vars"] == {"maintenance_stop_is_pending": True}


def test_the_wait_for_an_engine_lasts_as_long_as_the_task_that_stops_it() -> None:
    read = task("roles/maintenance/tasks/finished.yml", "Read the engine until it has stopped")
    given = [None, "", 1, "12.2", 100]
    found = [come_to(read["retries"], **read["vars"], maintenance_wait_timeout=one) for one in given]
    assert [int(one) for one in found] == [60, 60, 10, 13, 100] and int(come_to(read["retries"], **read["vars"])) == 60
    until = {"when": read["until"]}
    looks = [{}, {"engine": {"is_running": True}}, {"engine": {"is_running": False}}]
    assert [holds(until, maintenance_slow=one) for one in looks] == [False, False, True] and read["delay"] == 1
    may = task("roles/maintenance/tasks/finished.yml", "Say that the engine may still stop")
    assert [holds(may, maintenance_slow=one) for one in looks] == [False, True, True]


def test_what_is_done_of_a_maintenance() -> None:
    file = "roles/maintenance/tasks/main.yml"
    check = {"when": task(file, "Check the options")["ansible.builtin.assert"]["that"]}
    whole = task(file, "Begin or end the maintenance, or do all of it")["ansible.builtin.include_tasks"]
    shows = task(file, "Show how to start the engines again if this run is interrupted")
    asks = task(file, "Check the file of tasks, before anything is stopped")
    for state, work, included, shown in (
        ("started", None, "started.yml", True),
        ("finished", "", "finished.yml", False),
        ("", "work.yml", "around.yml", True),
        (None, "w", "around.yml", True),
        ("s", "", None, True),
        ("stopped", None, None, True),
        ("started", "work.yml", None, True),
        ("", "", None, True),
    ):
        given = {"maintenance_state": state, "maintenance_tasks_file": work}
        assert holds(check, **given) is (included is not None) and holds(shows, **given) is shown and holds(asks, **given) is bool(work)
        if included:
            assert come_to(whole, **given) == included
    assert not holds(check) and holds(shows) and not holds(asks)
    for problem in (None, "It has to be a list."):
        one = {"maintenance_work": {"problem": problem}}
        assert holds({"when": asks["ansible.builtin.assert"]["that"]}, **one) is (problem is None)
        assert (come_to(asks["ansible.builtin.assert"]["fail_msg"], **one) or None) == problem


def test_the_way_back_from_a_maintenance() -> None:
    for number, named in ((2, "crm-1,crm-2"), (30, ",".join(f"crm-{one}" for one in range(1, 31))), (31, "PATTERN")):
        hosts = [f"crm-{one}" for one in range(1, number + 1)]
        there = role("maintenance", ansible_inventory_sources=["a.yml", "b"], ansible_play_hosts=hosts)
        assert come_to("{{ maintenance_way_back | trim }}", **there) == (
            f"ansible-playbook superoffice.erpsync.maintenance -i a.yml -i b -e maintenance_state=finished -e erpsync_hosts={named}"
        )
