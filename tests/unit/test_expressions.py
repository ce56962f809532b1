# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the expressions of roles and playbooks come to, and what their tasks have in common; Ansible's templar, no playbook."""

from __future__ import annotations

import functools
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
FILES = sorted(
    [
        *(COLLECTION / "playbooks").glob("*.yml"),
        *(COLLECTION / "playbooks").glob("tasks/*.yml"),
        *(COLLECTION / "roles").glob("*/tasks/*.yml"),
    ]
)


def tasks(value: Any, above: tuple[dict[str, Any], ...] = ()) -> Iterator[tuple[dict[str, Any], ...]]:
    """Each task and block of a file, behind the blocks around it."""
    for each in value if isinstance(value, list) else []:
        yield (*above, each)
        for part in ("pre_tasks", "tasks", "block", "rescue", "always"):
            yield from tasks(each.get(part), (*above, each))


@functools.cache
def written(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def all_tasks() -> list[tuple[Path, tuple[dict[str, Any], ...]]]:
    return [(path, chain) for path in FILES for chain in tasks(written(path)) if "hosts" not in chain[-1]]


def task(path: str, name: str) -> dict[str, Any]:
    """The one task of a file with this name that does something."""
    found = [chain[-1] for chain in tasks(written(COLLECTION / path)) if chain[-1].get("name") == name]
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
    return {**written(COLLECTION / "roles" / name / "vars" / "main.yml"), **variables}


# Options whose variable does not end with their name.
OTHER_NAMES = {("playbooks/resync.yml", "sync_timeout"): "resync_timeout"}
HANDED_ON = [
    (path.relative_to(COLLECTION).as_posix(), module.rpartition(".")[2], option, template)
    for path, chain in all_tasks()
    for module, options in chain[-1].items()
    if module.startswith("superoffice.erpsync.")
    for option, template in options.items()
    # These are declared, and worked out, by the role and the playbook themselves.
    if isinstance(template, str) and "{{" in template and option not in ("document", "document_variables", "path")
]


@functools.cache
def _documented(module: str) -> dict[str, Any]:
    source = (COLLECTION / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    found = yaml.safe_load(source.partition('DOCUMENTATION = r"""')[2].partition('"""')[0])["options"]
    assert isinstance(found, dict)
    return found


def test_an_option_without_a_value_is_left_out_and_every_other_value_is_handed_on() -> None:
    """A question of a survey without an answer is a text without characters; 0 and false are values where an option can be them."""
    assert len(HANDED_ON) > 35
    found: dict[str, tuple[bool, bool]] = {}
    for path, module, option, template in HANDED_ON:
        variable = re.findall(r"\b(?:erpsync|resync|sync|export|environment|maintenance)_\w+", template)[0]
        assert f"_{variable}".endswith(f"_{OTHER_NAMES.get((path, option), option)}"), (path, option, variable)
        # Most differ in the name of their variable only.
        shape = template.replace(variable, "given")
        if shape not in found:
            values = [come_to(shape), *(come_to(shape, given=value) for value in (None, "", "some", ["a"], 7, True, 0, False))]
            # ansible-core before 2.19 makes texts of some.
            told = list(map(str, values))
            found[shape] = (told[:7] == ["OMITTED"] * 3 + ["some", "['a']", "7", "True"], told[7:] == ["0", "False"])
        takes_zero = _documented(module).get(option, {}).get("type") not in ("str", "list", "path")
        assert found[shape][0] and found[shape][1] >= takes_zero, (path, option, template)


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
    assert come_to("{{ environment_given }}", **there) in (given, f" {given}")
    assert come_to("{{ environment_document }}", **there) == document
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
    assert come_to("{{ maintenance_known }}", **there) in (wanted, f"{wanted}", "" if wanted is None else wanted)
    starts = task("roles/maintenance/tasks/finished.yml", "Check that the earlier state of the engine is known")
    assert holds({"when": starts["ansible.builtin.assert"]["that"]}, **there) is (wanted is not None)
    # Only what is not known yet is read; the rest of the record is not asked.
    reads = task("roles/maintenance/tasks/started.yml", "Record the state of the engine")
    assert holds(reads, **there) is (told in (None, "") and remembered is None)


def test_without_any_variable_nothing_is_known_of_a_maintenance() -> None:
    assert come_to("{{ maintenance_known }}", **role("maintenance", maintenance_kept={})) in (None, "")
    assert holds(task("roles/maintenance/tasks/started.yml", "Record the state of the engine"))


def test_what_is_said_of_a_maintenance_of_which_nothing_is_known() -> None:
    told = task("roles/maintenance/tasks/finished.yml", "Check that the earlier state of the engine is known")["ansible.builtin.assert"]
    for cached, where in ((True, "the fact cache"), (False, "/i/crm.json")):
        said = come_to(told["fail_msg"], inventory_hostname="crm", maintenance_is_cached=cached, maintenance_file="/i/crm.json")
        assert said == (
            "It is not known whether the engine ran before the maintenance: no maintenance of crm has begun in this run of Ansible, and "
            f"none is recorded in {where}. Set maintenance_engine_was_running to true to start the engine, or to false to leave it "
            "as it is."
        )
    way = task("roles/maintenance/tasks/main.yml", "Show how to start the engines again if this run is interrupted")
    assert come_to(way["ansible.builtin.debug"]["msg"][:2], maintenance_way_back=" x \n") == [
        "If this run is interrupted, for example with Ctrl-C, engines stay stopped. This command starts those again that ran:",
        "x",
    ]
    options = task("roles/maintenance/tasks/main.yml", "Check the options")["ansible.builtin.assert"]["fail_msg"]
    assert come_to(options) == (
        'Give either maintenance_state, "started" before the work and "finished" after it, or maintenance_tasks_file, the file with the '
        "work itself."
    )
    still = come_to("{{ maintenance_may_still_stop }}", **role("maintenance"))
    assert still == (
        "The engine still runs, though the server was asked to stop it and may still do so. The record of this maintenance is kept: "
        "run maintenance_state=finished again later, which starts the engine once it has stopped. If the engine is not going to stop, end "
        "the maintenance with -e maintenance_state=finished -e maintenance_engine_was_running=false, which leaves the engine as it is."
    )


def test_why_a_folder_cannot_be_read() -> None:
    """Without the line of the file, which may hold a secret."""
    says = task("roles/environment/tasks/read_folder.yml", "Say why it cannot be read")["ansible.builtin.fail"]["msg"]
    quoted = "It is no YAML.\n\n  The offending line appears to be:\n\nsecret: x"
    for result in ({"message": quoted, "msg": "other"}, {"msg": quoted}):
        said = come_to(says, erpsync_environment_path="/e", ansible_failed_result=result)
        assert said == "/e cannot be read as a declared environment. It is no YAML."
    reads = task("roles/environment/tasks/read_folder.yml", "Read its files as variables")["ansible.builtin.include_vars"]
    assert come_to(reads["dir"], erpsync_environment_path="~/x") == str(Path("~/x").expanduser().resolve())


def test_each_result_is_kept_under_the_name_by_which_it_is_read() -> None:
    files = [*FILES, *(COLLECTION / "roles").glob("*/vars/main.yml"), *(COLLECTION / "plugins" / "plugin_utils").glob("_*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    registered = {chain[-1]["register"] for _path, chain in all_tasks() if "register" in chain[-1]}
    for name in registered:
        assert len(re.findall(rf"\b{name}\b", text)) > 1, name
    roles = {"environment_run", "export_place", "export_run", "sync_run", "sync_connections"}
    maintenance = {f"maintenance_{name}" for name in ("info", "stop", "slow", "start")}
    playbooks = {"erpsync_drift_info", "erpsync_health_result", "erpsync_report_info", "erpsync_resync_run", "sign_in_run"}
    assert registered == roles | maintenance | playbooks


def test_changed_records_are_summed_up_by_table() -> None:
    """Each table once, in the order of the names; a question mark where the server does not tell."""
    template = (COLLECTION / "roles" / "sync" / "templates" / "changes.txt.j2").read_text(encoding="utf-8")

    def lines(changes: Any) -> list[str]:
        found = come_to(template, sync_result={"msg": "Done.", "changes": changes, "log": None})
        assert isinstance(found, str)
        return found.splitlines()

    records = [{"table": "person"}, {"table": "contact"}, {"table": "person"}]
    assert lines({"added": records, "updated": [{"table": "sale"}], "deleted": None}) == [
        "Done.",
        "",
        "Table               Added  Updated  Deleted",
        "contact                 1        0        ?",
        "person                  2        0        ?",
        "sale                    0        1        ?",
    ]
    nothings: list[Any] = [None, {}, {"added": [], "updated": None, "deleted": []}]
    for nothing in nothings:
        assert lines(nothing) == ["Done."]


def test_what_is_kept_of_a_maintenance(tmp_path: Path) -> None:
    at = {"maintenance_folder": str(tmp_path), "inventory_hostname": "crm-oslo", "ansible_facts": {"maintenance_cached": KEPT}}
    keep = task("roles/maintenance/tasks/keep.yml", "Record the state in the fact cache")
    files = [chain[-1] for chain in tasks(written(COLLECTION / "roles/maintenance/tasks/keep.yml"))]
    names = ("Clear the fact cache", "Remove the file, on the machine where Ansible runs")
    forget = [task("roles/maintenance/tasks/forget.yml", name) for name in names]
    shows = task("roles/maintenance/tasks/main.yml", "Show how to start the engines again if this run is interrupted")
    told = shows["ansible.builtin.debug"]["msg"][2]
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
    assert come_to("{{ maintenance_kept }}", **plain) == {} and not holds(forget[1], **plain)
    assert come_to("{{ maintenance_file }}", **plain) == str(path)
    assert come_to(told, **plain) == f"It needs the files in {tmp_path}."
    assert come_to(told, **role("maintenance", **at, maintenance_is_cached=True)) == "It needs the fact cache."
    path.write_text('{"engine_was_running": false}', encoding="utf-8")
    assert come_to("{{ maintenance_kept }}", **plain) == {"engine_was_running": False} and holds(forget[1], **plain)
    folder = task("roles/maintenance/tasks/keep.yml", "Create the folder")
    assert not holds(folder, **plain) and holds(folder, **{**plain, "maintenance_folder": str(tmp_path / "new")})
    beside = role("maintenance", inventory_hostname="crm-oslo", inventory_dir=str(tmp_path), maintenance_folder="")
    assert come_to("{{ maintenance_file }}", **beside) == str(tmp_path / ".erpsync_maintenance" / "crm-oslo.json")
    home = Path("~/x").expanduser().resolve()
    assert come_to("{{ maintenance_file }}", **{**beside, "maintenance_folder": "~/x"}) == str(home / "crm-oslo.json")
    state = keep["vars"]["maintenance_state_to_keep"]
    wanted = {"maintenance_known": "true", "maintenance_stop_is_pending": "false"}
    assert come_to(state, **{**plain, **wanted, "maintenance_kept": KEPT}) == KEPT
    now = come_to(state, **{**plain, **wanted, "maintenance_kept": {"since": ""}})["since"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", now)


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
    assert holds(task(file, "Start the engine again"), **at) is starts
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


def play(name: str) -> dict[str, Any]:
    (found,) = written(COLLECTION / "playbooks" / f"{name}.yml")
    assert isinstance(found, dict)
    return found


AWAY = "The host could not be reached."


def test_which_installations_a_converge_fails() -> None:
    fails = task("playbooks/converge.yml", "Fail where an installation could not be converged")
    runs: list[dict[str, Any]] = [{"msg": "Done."}, {"failed": True, "msg": "No."}, {"unreachable": True, "msg": ""}]
    assert [holds(fails, environment_run=one) for one in runs] == [False, True, True] and holds(fails)
    message = fails["ansible.builtin.fail"]["msg"]
    assert [come_to(message), *(come_to(message, environment_run=one) for one in runs)] == [AWAY, "Done.", "No.", AWAY]
    assert [f"{come_to(play('converge')['serial'], erpsync_serial=one)}" for one in ("", None, 2)] == ["100%", "100%", "2"]


def test_which_installations_a_comparison_fails() -> None:
    fails = task("playbooks/drift.yml", "Fail where an installation differs or could not be compared")
    badly = play("drift")["vars"]["erpsync_drift_ends_badly"]
    message = fails["ansible.builtin.fail"]["msg"]
    for given, wanted in ((None, True), ("", True), (True, True), ("false", False), (False, False), ("no", False), (0, False)):
        assert come_to(badly, erpsync_drift_fails=given) is wanted
        there = {"erpsync_drift_ends_badly": badly, "erpsync_drift_fails": given}
        compared: list[Any] = [None, {"changes": []}, {"changes": [1, 2]}]
        found = [holds(fails, **there, environment_comparison=one) for one in compared]
        assert found == [True, False, wanted] and holds(fails, **there)
    assert come_to(badly) is True
    for changes, places in (([1], "1 place"), ([1, 2], "2 places")):
        assert come_to(message, environment_comparison={"changes": changes}) == f"Differs from what is declared in {places}."
    assert come_to(message, environment_comparison=None, erpsync_drift_problem="No.") == "No."
    assert come_to(message, environment_comparison=None, erpsync_drift_problem="") == come_to(message) == AWAY


def test_which_installations_a_report_fails() -> None:
    fails = task("playbooks/report.yml", "Fail where an installation could not be read")
    read: list[dict[str, Any]] = [{"engine": {}}, {}, {"msg": "No."}]
    assert [holds(fails, erpsync_report_info=one) for one in read] == [False, True, True]
    assert [come_to(fails["ansible.builtin.fail"]["msg"], erpsync_report_info=one) for one in read[1:]] == [AWAY, "No."]


def test_which_installations_a_check_fails() -> None:
    fails = task("playbooks/health.yml", "Fail where an installation is not well or could not be checked")
    hosts = {one: [one] for one in ("ok", "unknown", "warning", "error", "not_checked")}
    there = {"erpsync_health_summary": {"hosts": hosts}, "erpsync_health_fails_on": play("health")["vars"]["erpsync_health_fails_on"]}
    for given, wanted in ((None, 2), ("", 2), ("error", 2), ("warning", 3), ("never", 0)):
        failing = [one for one in hosts if holds(fails, **there, inventory_hostname=one, erpsync_health_fails=given)]
        assert failing == ["warning", "error", "not_checked"][3 - wanted :]
    assert [one for one in hosts if holds(fails, **there, inventory_hostname=one)] == ["error", "not_checked"]
    message = fails["ansible.builtin.fail"]["msg"]
    assert [come_to(message, erpsync_health_result=one) for one in ({}, {"msg": ""}, {"msg": "No."})] == [AWAY, AWAY, "No."]


def test_which_installations_a_synchronisation_fails() -> None:
    fails = task("playbooks/sync.yml", "Fail where an installation was not synchronised")
    assert [holds(fails, sync_result=one) for one in ({}, {"succeeded": False}, {"succeeded": True})] == [True, True, False]
    installations = [{"name": "a", "problem": "A."}, {"name": "b", "problem": "B."}]
    there = {"erpsync_sync_summary": {"report": {"installations": installations}}, "inventory_hostname": "b"}
    assert come_to(fails["ansible.builtin.fail"]["msg"], **there) == "B."
    # What the role has told of a failure is not told again.
    records = task("playbooks/sync.yml", "Record the reason")
    results: list[dict[str, Any]] = [{"sync_result": {"msg": "No."}}, {"sync_result": {"msg": "Other"}}, {"sync_result": {}}, {}]
    assert [holds(records, ansible_failed_result={"msg": "No."}, **one) for one in results] == [False, True, True, True]
    assert holds(records, ansible_failed_result={}) and not holds(records, ansible_failed_result={}, sync_result={"msg": "unknown"})
    result = records["ansible.builtin.set_fact"]["sync_result"]
    for reason, told in (("No.", "No."), ("", "unknown")):
        assert come_to(result, sync_reason=reason) == {"succeeded": False, "changed": False, "changes": None, "msg": told}


def test_what_is_published_of_a_synchronisation() -> None:
    file = "roles/sync/tasks/main.yml"
    asks = task(file, "Read when the connections were last synchronised")
    kinds = [{}, {"failure": {}}, {"failure": {"kind": "forbidden"}}, {"failure": {"kind": "sync_failed"}}]
    assert [holds(asks, sync_run=one) for one in kinds] == [False, False, False, True]
    result = task(file, "Publish the result")["ansible.builtin.set_fact"]["sync_result"]
    names = ("msg", "status", "explanation", "technical_explanation", "error_code", "changes", "log")
    told = {name: f"the {name}" for name in names}
    states: list[tuple[dict[str, bool], bool]] = [({}, True), ({"failed": True}, False), ({"unreachable": True}, False)]
    for state, succeeded in states:
        for changed in (False, True):
            wanted = {"succeeded": succeeded, "changed": changed, "connections": None}
            run = {**state, "changed": changed}
            assert come_to(result, sync_run={**told, **run}) == {**wanted, **told}
            assert come_to(result, sync_run=run, sync_connections={}) == {**wanted, **dict.fromkeys(names)}
            read = come_to(result, sync_run=run, sync_connections={"query_result": [{"name": "A"}]})
            assert read == {**wanted, **dict.fromkeys(names), "connections": [{"name": "A"}]}
    shows = task(file, "Show what changed")
    assert holds(shows) and [holds(shows, erpsync_quiet=one) for one in ("", None, False, "yes", True)] == [True, True, True, False, False]


def test_what_an_export_writes_and_removes(tmp_path: Path) -> None:
    file = "roles/export/tasks/main.yml"
    at = {"inventory_dir": str(tmp_path), "inventory_hostname": "crm-oslo"}
    folder = tmp_path / "host_vars" / "crm-oslo"
    defaults = written(COLLECTION / "roles/export/defaults/main.yml")
    for given in ({}, {"export_path": ""}, {"export_path": None}, defaults, {"export_path": f"{folder}/../crm-oslo"}):
        assert come_to("{{ export_folder }}", **role("export", **at, **given)) == str(folder)
    assert come_to("{{ export_folder }}", **role("export", **at, export_path="~/x")) == str(Path("~/x").expanduser().resolve())
    files = [{"path": "main.yml", "content": "a\n\n"}, {"path": "connections/b.yml", "content": "b\n"}]
    there = role("export", **at, export_files=files)
    assert come_to("{{ export_others }}", **there) == []
    (folder / "connections").mkdir(parents=True)
    for name, content in (("b", "b\n"), ("z", "# Exported by superoffice.erpsync.export\n"), ("c", "by hand\n")):
        (folder / "connections" / f"{name}.yml").write_text(content, encoding="utf-8")
    (folder / "connections" / "notes.txt").write_text("", encoding="utf-8")
    others = [str(folder / "connections" / f"{name}.yml") for name in "cz"]
    assert come_to("{{ export_others }}", **there) == others
    writes, removes = task(file, "Write the files"), task(file, "Remove the files of removed connections")
    assert [holds(writes, **there, **writes["vars"], item=one) for one in files] == [True, False]
    assert holds(writes, **there, **writes["vars"], item={**files[1], "content": "b"})
    assert [holds(removes, **there, item=one) for one in others] == [False, True]
    given = [None, "", [], ["B"]]
    assert [holds(removes, **there, item=others[1], export_connections=one) for one in given] == [True, True, False, False]
    assert come_to("{{ export_in_the_way }}", **there) == []
    for suffix in (".yml", ".json", ".yaml", ".txt"):
        folder.with_name(f"crm-oslo{suffix}").write_text("", encoding="utf-8")
    wanted = [f"{folder}{suffix}" for suffix in (".yml", ".yaml", ".json")]
    assert come_to("{{ export_in_the_way }}", **there) == wanted
    checks = task(file, "Check that no file of variables has the folder's name")["ansible.builtin.assert"]
    assert [holds({"when": checks["that"]}, export_in_the_way=one) for one in ([], ["x"])] == [True, False]
    assert come_to(checks["fail_msg"], **there) == (
        f"{', '.join(wanted)} stands beside the folder {folder}. Ansible reads only the folder then. Move the file into it first, "
        "for example as main.yml, or set another export_path."
    )
    message = task(file, "Show what is left to do")["ansible.builtin.debug"]["msg"]
    run: dict[str, Any] = {"document": {"connections": [1, 2]}, "secrets": []}
    assert come_to(message, **there, export_run=run).strip() == f"crm-oslo: 2 connections are in {folder}."
    run["secrets"] = [{"variable": "vault_a"}, {"variable": "vault_b"}]
    assert come_to(message, **there, export_run=run).split() == (
        f"crm-oslo: 2 connections are in {folder}. The files need 2 secrets: vault_a, vault_b. Put them into a vault.".split()
    )


def test_two_installations_are_not_exported_into_one_folder(tmp_path: Path) -> None:
    file = "roles/export/tasks/main.yml"
    first = task(file, "Check that no file of variables has the folder's name")
    assert first["register"] == "export_place"
    place = {"inventory_dir": str(tmp_path), "inventory_hostname": "a"}
    assert come_to(first["ansible.builtin.assert"]["success_msg"], **role("export", **place)) == f"{tmp_path}/host_vars/a"
    check = task(file, "Check that each host has a folder of its own")
    assert check["run_once"] is True
    folders = {"a": "/x", "b": "/y", "c": "/x", "d": "/z", "e": "/y", "f": None}
    # A host that failed before, or belongs to a later batch, has not said where it goes.
    told = {name: {} if folder is None else {"export_place": {"msg": folder}} for name, folder in folders.items()}
    for hosts, wanted in (("abcdef", False), ("adf", True), ("ff", True), ("cbe", False)):
        there = role("export", ansible_play_hosts_all=list(hosts), hostvars=told)
        assert holds({"when": check["ansible.builtin.assert"]["that"]}, **there) is wanted, hosts
    there = role("export", ansible_play_hosts_all=list(folders), hostvars=told)
    assert come_to(check["ansible.builtin.assert"]["fail_msg"], **there) == (
        "a and c; b and e would be written into one folder, /x; /y. Give each host a folder of its own, with inventory_hostname in "
        "export_path."
    )


def test_what_is_said_where_no_document_is_declared() -> None:
    check = task("roles/environment/tasks/main.yml", "Check that something is declared")
    asserted, own = check["ansible.builtin.assert"], check["vars"]
    where = {"erpsync_environment": None, "erpsync_environment_connection_a": {"name": "A"}}
    for variables, wanted in (({}, False), (where, True), ({"erpsync_environment": {}}, True), ({"erpsync_environment": ["x"]}, False)):
        there = role("environment", **variables, environment_problems=[])
        assert holds({"when": asserted["that"]}, **there) is wanted
        assert not holds({"when": asserted["that"]}, **{**there, "environment_problems": ["No."]})
    nothing = come_to(asserted["fail_msg"], **{**own, "environment_problems": [], **role("environment")})
    assert nothing == (
        "Nothing is declared. Give erpsync_environment, a variable whose name begins with erpsync_environment_connection_, or "
        "erpsync_environment_path, the folder with these variables."
    )
    both = {**own, **role("environment", erpsync_environment=["x"]), "environment_problems": ["One.", "Two."]}
    assert come_to(asserted["fail_msg"], **both) == "One. Two."
    for value, said in (("some text", "a text"), (7, "7"), (["x"], "a list")):
        given = {**own, **role("environment", erpsync_environment=value), "environment_problems": []}
        assert come_to(asserted["fail_msg"], **given) == (
            f"erpsync_environment is {said}. It should be keys with values: some of engine, connectors, connections and priority."
        )
    reads = task("roles/environment/tasks/main.yml", "Read the folder of files, if there is one")
    assert [holds(reads, erpsync_environment_path=one) for one in ("", None, "x")] == [False, False, True] and not holds(reads)


def test_where_pages_and_reports_are_written(tmp_path: Path) -> None:
    imported = {"ansible.builtin.import_tasks": "tasks/write_page.yml"}
    for name in ("drift", "report", "health"):
        (writes,) = [each for each in play(name)["tasks"] if imported.items() <= each.items()]
        assert writes["vars"] == {"erpsync_report_of": name} and "when" not in writes
    (block,) = written(COLLECTION / "playbooks" / "tasks" / "write_page.yml")
    assert [holds(block, erpsync_report_path=given) for given in (None, "", "x")] == [False, False, True] and not holds(block)
    folder, page, data = (list(each.values())[1] for each in block["block"])
    assert (folder["path"], folder["mode"], page["mode"], data["mode"]) == ("{{ erpsync_report_folder }}", "0755", "0644", "0644")
    # Beside the file of tasks, wherever another playbook lies that imports it.
    templates = {"erpsync_report_templates": block["vars"]["erpsync_report_templates"]}
    assert come_to(page["src"], **templates) == "../templates/page.html.j2"
    for path, where in ((str(tmp_path / ".." / "x"), str(tmp_path.parent / "x")), ("~/x", str(Path("~/x").expanduser().resolve()))):
        assert come_to(block["vars"]["erpsync_report_folder"], erpsync_report_path=path) == where
    for name in ("drift", "report", "health"):
        told = {"erpsync_report_folder": "f", "erpsync_report_of": name, **templates}
        source = come_to(data["src"], **told)
        assert source == f"../templates/{name}.json.j2" and (COLLECTION / "playbooks" / "tasks" / source).is_file()
        for given, files in ((None, ("index", name)), ("", ("index", name)), ("weekly", ("weekly", "weekly"))):
            wanted = [f"f/{files[0]}.html", f"f/{files[1]}.json"]
            assert [come_to(each["dest"], **told, erpsync_report_name=given) for each in (page, data)] == wanted
        assert [come_to(each["dest"], **told) for each in (page, data)] == ["f/index.html", f"f/{name}.json"]
    metrics = play("health")["vars"]["erpsync_health_metrics"]
    assert [come_to(metrics, erpsync_prometheus_path=given) for given in (None, "", "~/x")] == ["", "", "~/x"] and come_to(metrics) == ""
    (block,) = [each for each in play("health")["tasks"] if each["name"].startswith("Write the metrics")]
    assert [holds(block, erpsync_health_metrics=given) for given in ("", "x")] == [False, True]
    copied, moved = block["block"]
    new = come_to(copied["ansible.builtin.copy"]["dest"], erpsync_health_metrics="~/x")
    whole = str(Path("~/x").expanduser().resolve())
    argv = come_to(moved["ansible.builtin.command"]["argv"], erpsync_health_metrics="~/x")
    assert argv == ["mv", "-f", new, whole] and new == f"{whole}.new"


def test_variables_that_the_playbook_resync_does_not_take_are_named() -> None:
    check = task("playbooks/resync.yml", "Check that each variable of this playbook has an effect")
    asserted, own = check["ansible.builtin.assert"], check["vars"]
    taken = re.findall(r"\bresync_\w+(?= if)", (COLLECTION / "playbooks" / "resync.yml").read_text(encoding="utf-8"))
    given = dict.fromkeys(taken, "x")
    assert holds({"when": asserted["that"]}, **own, **given) and come_to("{{ taken }}", **own) == taken
    others = {"resync_records": "x", "resync_erp_key": "x"}
    assert not holds({"when": asserted["that"]}, **own, **given, **others)
    assert come_to(asserted["fail_msg"], **own, **given, **others) == (
        "Nothing takes resync_erp_key, resync_records, so that more could be synchronised again than is meant. Of the variables that begin "
        f"with resync_ this playbook takes {', '.join(taken)}. Correct the name, or take it out."
    )


def test_where_tokens_are_written() -> None:
    signs = task("playbooks/sign_in.yml", "Sign in, and write the tokens")
    path = signs["superoffice.erpsync.erpsync_sign_in"]["path"]
    file = "/i/host_vars/crm/superoffice_online.yml"
    rows: list[tuple[Any, list[str], str]] = [("/i", ["crm"], file), ("/i", [], ""), ("", ["crm"], ""), (None, ["crm"], "")]
    for inventory, hosts, where in rows:
        there = {**signs["vars"], "inventory_dir": inventory, "inventory_hostname": "crm", "groups": {"all": hosts}}
        assert come_to(path, **there) == come_to(path, **there, erpsync_sign_in_path="") == where
        assert come_to(path, **there, erpsync_sign_in_path="x") == "x"


def _inherited(chain: tuple[dict[str, Any], ...], key: str) -> Any:
    return next((each[key] for each in reversed(chain) if key in each), None)


def test_tasks_on_the_controller_change_nothing_of_an_installation() -> None:
    """They need no other user, and what they write is no change; only an export is there for what it writes."""
    on_controller = [(path, chain) for path, chain in all_tasks() if _inherited(chain, "delegate_to") and "block" not in chain[-1]]
    # The page's three tasks stand once, for three playbooks.
    assert len(on_controller) == 11
    for path, chain in on_controller:
        name = chain[-1]["name"]
        exported = path.parts[-3:-1] == ("export", "tasks")
        assert (_inherited(chain, "delegate_to"), _inherited(chain, "become")) == ("localhost", False), name
        assert chain[-1].get("changed_when") is (None if exported else False), name
        shows_files = any(module in chain[-1] for module in ("ansible.builtin.template", "ansible.builtin.copy"))
        assert chain[-1].get("diff") is (False if shows_files and not exported else None), name
        # What is written of all hosts is written once, in check mode too.
        of_all = "playbooks" in (path.parent.name, path.parent.parent.name)
        assert (_inherited(chain, "run_once"), _inherited(chain, "check_mode")) == ((True, False) if of_all else (None, None)), name
        for options in chain[-1].values():
            if isinstance(options, dict) and "mode" in options:
                assert options["mode"] == ("0755" if options.get("state") == "directory" else "0644"), name


def test_tasks_say_nothing_but_what_they_are_for() -> None:
    for _path, chain in all_tasks():
        for module, options in chain[-1].items():
            if module == "ansible.builtin.assert":
                assert options["quiet"] is True
            if module == "ansible.builtin.set_stats":
                assert options["aggregate"] is False and chain[-1]["run_once"] is True
            if module == "ansible.builtin.set_fact":
                assert options.get("cacheable") is (True if "maintenance_cached" in options else None)
    once = {chain[-1].get("name") for _path, chain in all_tasks() if chain[-1].get("run_once")}
    assert once == {
        "Check that each host has a folder of its own",
        "Keep the result for the plays that follow",
        "Pass it on, for example to a workflow",
        "Pass the totals on, for example to a workflow",
        "Show the table",
        "Show how to start the engines again if this run is interrupted",
        "Write the metrics, on the machine where Ansible runs",
        "Write the page and the report, on the machine where Ansible runs",
    }
    hidden = [chain[-1]["name"] for _path, chain in all_tasks() if _inherited(chain, "no_log")]
    assert hidden == ["Read its files as variables"]
    reads = task("roles/environment/tasks/read_folder.yml", "Read its files as variables")["ansible.builtin.include_vars"]
    assert reads["ignore_unknown_extensions"] is True


def test_which_failures_go_on_to_the_table() -> None:
    kept = {
        chain[-1]["name"]: (chain[-1].get("failed_when"), chain[-1].get("ignore_unreachable"))
        for _path, chain in all_tasks()
        if "failed_when" in chain[-1] or "ignore_unreachable" in chain[-1]
    }
    assert kept == {
        "Check the installation": (False, None),
        "Read the engine and the connections": (False, True),
        "Read when the connections were last synchronised": (False, None),
    }


PLAYS = sorted(path.stem for path in (COLLECTION / "playbooks").glob("*.yml"))


@pytest.mark.parametrize("name", PLAYS)
def test_what_plays_have_in_common(name: str) -> None:
    one = play(name)
    own = ", default='localhost'" if name == "sign_in" else ""
    assert one["hosts"] == f"{{{{ lookup('superoffice.erpsync.installations', erpsync_hosts | default(''){own}) }}}}"
    assert (one["connection"], one["gather_facts"]) == ("local", False)
    table = name in ("converge", "drift", "health", "report", "sync")
    assert one.get("strategy") == ("linear" if table or name == "maintenance" else None)
    assert one.get("ignore_unreachable") is (True if table and name != "report" else None)
    # One person answers one host after the other.
    assert one.get("serial") == {"sign_in": 1, "converge": "{{ erpsync_serial | default('100%', true) }}"}.get(name)
    if table:
        shown = task(f"playbooks/{name}.yml", "Show the table")
        assert shown["run_once"] is True and shown["ansible.builtin.debug"]["msg"] == f"{{{{ erpsync_{name}_summary.lines }}}}"
        summary = f"{{{{ ansible_play_hosts_all | superoffice.erpsync.fleet_summary(hostvars, '{name}'"
        assert one["vars"][f"erpsync_{name}_summary"].startswith(summary)


def test_nothing_goes_on_with_a_problem_and_each_is_one_sentence() -> None:
    checked = [chain[-1] for _path, chain in all_tasks() if "ansible.builtin.assert" in chain[-1] and "vars" in chain[-1]]
    for one in checked:
        options = one["ansible.builtin.assert"]
        conditions = options["that"] if isinstance(options["that"], list) else [options["that"]]
        problems = conditions[0].split()[0]
        assert problems in one["vars"]
        assert [holds({"when": conditions[0]}, **{problems: given}) for given in ([], ["One."])] == [True, False]
        if problems.endswith("_problems"):
            assert come_to(options["fail_msg"], **{problems: ["One.", "Two."]}) == "One. Two."
    assert len(checked) > 9
