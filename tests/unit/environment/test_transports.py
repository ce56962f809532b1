# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST and each version of SOAP are ways to one installation: the same task does the same, and what one of them changes the others see.

REST is reached in the one shell, and the services of every second version in the other, so that what is compared comes from both.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import THOROUGH
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import VERSIONS, has_lists, without_what_lacks

from .documents import SAP_URL, essence, everything
from .installation import Installation, Json

WAYS = (None, *VERSIONS)
every_version = pytest.mark.parametrize("version", VERSIONS)
NEW = {"name": "Visma Finland", "connector": "Visma", "config": {"Company": "1", "Password": "p"}, "description": "Ålesund – <&>"}
FIELDS = [
    {"erp": "EMAIL", "crm": "fax", "direction": "to_erp", "default": {"value": "a@example.com"}},
    {"erp": "CREDITLIMIT", "show": True, "default": {"value": 7.5, "prompt": True}},
    {"erp": "CITY", "default": None},
]
EVERYTHING_ELSE = ["engine", "connectors", "connections", "priority", "summary", "configuration_fields", "configuration_values"]
CUSTOMERS = {"connection": "Visma Norway", "erp": "Customer", "erp_keys": ["10001"]}
FEW = {"connections": [{"id": 1}], "connectors": [{"name": "Visma"}]}
# Each module's tasks, and the first version that can do it.
TASKS: list[tuple[str, Json, int]] = [
    ("engine", {"state": "stopped", "interval": "1d"}, 75),
    ("engine", {"state": "running", "interval": "15m"}, 75),
    ("sync_all", {}, 75),
    ("sync_all", {"force": True}, 86),
    ("info", {"gather": EVERYTHING_ELSE}, 75),
    ("info", {"gather": EVERYTHING_ELSE, "query": "connections[?active].name"}, 75),
    ("connector", {"name": "Second", "connector_url": SAP_URL}, 75),
    ("connector", {"name": "Visma", "connector_url": SAP_URL}, 75),
    ("connector", {"name": "Second", "connector_url": "https://nobody.example.com/x.svc"}, 75),
    ("connector", {"name": "Visma", "state": "absent"}, 75),
    ("connection", NEW, 75),
    ("connection", {"name": "Visma Norway", "access": {"users": [2]}, "config": {"Company": "77"}, "active": False}, 75),
    ("connection", {"name": "Visma Norway", "config": {"Company": "77", "Password": "wrong"}}, 75),
    ("connection", {"name": "Visma Norwy", "description": "x"}, 75),
    ("connection", {"name": "Visma Sverige", "state": "absent"}, 75),
    ("field_mapping", {"connection": "Visma Norway", "erp": "Customer", "fields": FIELDS}, 75),
    ("field_mapping", {"connection": "Visma Norway", "erp": "Customer", "fields": FIELDS, "purge": True}, 75),
    ("field_mapping", {"connection": "Visma Norway", "erp": "Customer", "order": ["BALANCE", "CITY", "CREDITLIMIT"]}, 75),
    ("field_mapping", {"connection": "Visma Norway", "erp": "Project", "enabled": False}, 75),
    ("list_mapping", {"connection": "Visma Norway", "list": "TermList", "items": {"p": "Prepaid", "a": None}}, 86),
    ("priority", {"order": ["SAP Germany", "Visma Sweden", 0]}, 75),
    ("resync", {"confirm": True}, 86),
    ("resync", {"record_ids": [1, 2], "batch": True}, 86),
    ("resync", CUSTOMERS, 86),
    ("resync", {**CUSTOMERS, "keep_blanks": True}, 88),
    ("environment", {"document": everything()}, 75),
    ("environment", {"document": FEW, "prune": ["connectors", "connections"]}, 75),
    ("environment_info", {"connections": ["Visma Norway", "SAP Germany"]}, 75),
]


def told(there: Installation, task: str, options: Json, check: bool, diff: bool) -> Json:
    """What a task returns and warns of."""
    result = there.run(task, check=check, diff=diff, **copy.deepcopy(options))
    assert "mistake of its own" not in result.get("msg", ""), result["msg"]
    result = json.loads(json.dumps({**result, "warnings": there.warnings}))
    if task == "info":
        # Of the connector that does not answer, the server speaks in other words.
        result["warnings"] = len(result["warnings"])
        for one in result.get("connections") or []:
            if isinstance(one, dict):
                one["problems"] = [problem["gather"] for problem in one["problems"]]
    if task == "environment_info":
        result = comparable_export(result, there.version)
    return result


def comparable_export(result: Json, version: int | None) -> Json:
    """An export without what some services cannot tell, which a warning says."""
    result["document"] = without_what_lacks(result["document"], 75)
    lists = [text for text in result["warnings"] if "list mappings" in text]
    assert len(lists) == (0 if has_lists(version) else 1)
    result["warnings"] = [text for text in result["warnings"] if text not in lists]
    return result


def over(version: int | None, settings: Json | None = None) -> Installation:
    # Their clocks stand, so that they stamp what changes, and log what they synchronise, alike.
    there = Installation(**{"clock": "2026-11-26T08:00:00Z", **(settings or {})})
    reach(there, version)
    return there


def reach(there: Installation, version: int | None) -> None:
    """From now on the installation is reached in this way."""
    there.version = version
    there.shell = SHELLS[WAYS.index(version) % 2]


@pytest.mark.parametrize("task, options, since", TASKS, ids=[f"{number}-{task}" for number, (task, _options, _since) in enumerate(TASKS)])
def test_the_same_task_gives_the_same_result(task: str, options: Json, since: int) -> None:
    by_rest: dict[str, tuple[list[Json], Json]] = {}
    for version in VERSIONS:
        there = over(version)
        if version < since:
            before = there.site.state.dump()
            for check in (True, False):
                owner = "newer servers of Services88" if since == 88 else f"Services{since} and newer"
                there.see_refused(there.run(task, check=check, **options), f"{owner} have it, and REST.")
            assert there.site.state.dump() == before
            continue
        given = options
        if "document" in options:
            # What the version lacks is refused; the rest is all the same.
            there.run(task, check=True, **options)
            given = {**options, "document": without_what_lacks(options["document"], version)}
        # Versions that lack the same are given the same.
        which = json.dumps(given)
        if which not in by_rest:
            by_rest[which] = _done(over(None), task, given)
        assert _done(there, task, given) == by_rest[which], version


def _done(there: Installation, task: str, options: Json) -> tuple[list[Json], Json]:
    """What a task tells in each mode, and what the installation is afterwards."""
    modes = ((True, True), (False, True), (False, False))
    return [told(there, task, options, check, diff) for check, diff in modes], essence(there)


@pytest.mark.parametrize("version", [version for version in VERSIONS if has_lists(version)])
def test_pruning_gives_the_same_result(version: int) -> None:
    """What has no lists cannot prune them."""
    document = without_what_lacks(everything(), version)
    there, by_rest = over(version), over(None)
    for check in (True, False):
        options = {"document": document, "prune": ["mappings"]}
        assert told(there, "environment", options, check, True) == told(by_rest, "environment", options, check, True)
    assert essence(there) == essence(by_rest)


@every_version
def test_facts_of_mappings_differ_only_in_what_the_services_lack(version: int) -> None:
    gather = ["field_mappings", "list_mappings"]
    found, expected = (over(way).run("info", gather=gather)["connections"] for way in (version, None))
    assert len(found) == len(expected) > 3
    for one, other in zip(found, expected, strict=True):
        assert [problem["gather"] for problem in one["problems"]] == ([] if has_lists(version) else ["list_mappings"]) + [
            problem["gather"] for problem in other["problems"] if has_lists(version) or problem["gather"] != "list_mappings"
        ]
        for actor in other["actors"] or []:
            for field in actor["fields"]:
                assert field["rank"] is not None
                field["list_reference"] = field["list_reference"] if version >= 86 else None
        assert one["actors"] == other["actors"]
        assert one["lists"] == (other["lists"] if has_lists(version) else None)


# A change that is made over one transport is seen over the others.


def visma(**more: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **more}]}


def city(**more: Any) -> Json:
    return visma(actors=[{"erp": "Customer", "fields": [{"erp": "CITY", **more}]}])


# By carrier: what changes it, what the state has changed then, and the method that saves it.
CHANGES: dict[str, tuple[Json, set[str], str]] = {
    "engine": ({"engine": {"state": "stopped", "interval": "2h"}}, {"engine.IsRunning", "engine.IntervalSeconds"}, "ChangeEngineInterval"),
    "connector": ({"connectors": [{"id": 1, "name": "Visma Business"}]}, {"connectors.DisplayName"}, "SaveErpSyncConnectorEntity"),
    "connection": (visma(description="Ålesund – <&>"), {"connections.DisplayDescription"}, "SaveConnection"),
    "configuration": (visma(config={"Company": "77"}), {"connections.ConfigFields"}, "SaveConnection"),
    "access": (
        visma(access={"user_groups": ["Finance"]}),
        {"connections.AllAccess", "connections.UserGroupAccessIds"},
        "SaveConnection",
    ),
    "mapping": (
        city(crm="city", direction="both"),
        {"fields.CrmFieldKey", "fields.SyncToCrm", "fields.SyncToErp"},
        "SaveActorTypeMapping",
    ),
    "actor type": (visma(actors=[{"erp": "Person", "enabled": False}]), {"actor_mappings.IsActive"}, "SaveActorTypeMapping"),
    "default value": (
        city(default={"value": "Bergen", "prompt": True}),
        {"fields.HasFirstSyncDefaultValue", "fields.FirstSyncDefaultValue", "fields.PromptUser"},
        "SaveDefaultValueInfo",
    ),
    "list mapping": (
        visma(lists=[{"list": "TermList", "items": {"p": "Prepaid"}}]),
        {"list_items."},
        "SaveConnectionListMappings",
    ),
    "priority": ({"priority": ["SAP Germany", "Visma Norway"]}, {"connection_rank."}, "SaveErpConnectionSyncPriorities"),
}


def changed(before: Json, after: Json) -> set[str]:
    """table.member of all that is different, members that only one of them has as well; "table." where there are other rows."""
    found = set()
    for table in before:
        old, new = before[table], after[table]
        if table in ("next_ids", "cleared_columns") or old == new:
            continue
        if isinstance(old, dict):
            old, new = [old], [new]
        if len(old) != len(new) or not isinstance(old[0], dict):
            found.add(f"{table}.")
            continue
        for one, other in zip(old, new, strict=True):
            found |= {f"{table}.{name}" for name in {*one, *other} if one.get(name, ...) != other.get(name, ...)}
    return found


# Each carrier over each transport, and each of them both where the server shows undescribed members and where it does not.
WRITERS = [
    (carrier, writer, shown)
    for number, carrier in enumerate(CHANGES)
    for turn, writer in enumerate(WAYS)
    for place, shown in enumerate(("kept", "shown"))
    if THOROUGH or place == (number + turn) % 2
]


@pytest.mark.parametrize("carrier, writer, shown", WRITERS)
def test_a_change_over_one_transport_is_seen_over_all_and_nothing_else_is_changed(carrier: str, writer: int | None, shown: str) -> None:
    """Not even members that a version of the services does not describe, whether it shows them or not."""
    document, expected, method = CHANGES[carrier]
    there = over(writer, {"soap_undocumented_members": shown})
    before = there.state()
    done = there.run("environment", document=document)
    after = there.state()
    if carrier == "list mapping" and not has_lists(writer):
        # It was refused; what was left of the document changes nothing.
        assert done["changed"] is False and after == before
        return
    assert not done.get("failed"), done["msg"]
    assert method in there.writes and changed(before, after) == expected
    for reader in WAYS:
        reach(there, reader)
        there.forget()
        assert there.converge(document)["changed"] is False and there.writes == []
    assert there.state() == after


@every_version
def test_members_that_a_version_does_not_have_are_not_sent(version: int) -> None:
    """The list behind a field is told from Services86 on; the stand-in refuses what the schema of a version does not have."""
    there = over(version)
    there.converge(city(crm="city", direction="both"))
    [saved] = [sent.body["Mapping"]["FieldMappings"] for sent in there.sent if sent.name == "SaveActorTypeMapping"]
    assert len(saved) > 10
    assert {"ListReference" in field for field in saved} == {version >= 86}
    by_rest = over(None)
    by_rest.converge(city(crm="city", direction="both"))
    assert there.state() == by_rest.state()
