# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random documents on random installations: what is declared comes about, nothing else is touched, and check mode knew it.

The shell is drawn with each example. Where there is a prediction, it is made in the other shell: it is the same in both.
"""

from __future__ import annotations

import copy

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import EVERY_WAY, in_some_worlds
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import other
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import (
    Way,
    every_version,
    every_way,
    has_lists,
    without_what_lacks,
)
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from .installation import Installation, Json
from .random_worlds import World, documents, for_pruning, number_of, numbers_in, servers, shells, states, undeclared, unmet

# A smaller example of a failure takes minutes to find; the message of the first one tells enough.
without_shrinking = settings(in_some_worlds, phases=[Phase.explicit, Phase.generate])

# Over SOAP the same examples take five times as long, and the plan does not know what they travel over.
some_versions = every_version if EVERY_WAY else pytest.mark.parametrize("version", (75, 88))
over_soap = settings(without_shrinking, max_examples=without_shrinking.max_examples // 4)

# What must not come before what, of the methods that write, as places in an order.
ORDER = {
    "SaveErpSyncConnectorEntity": 1,
    "SaveConnection": 2,
    "UpdateConnectionFields": 3,
    "SaveActorTypeMapping": 4,
    "SaveDefaultValueInfo": 5,
    "MoveErpFieldItem": 6,
    "SaveConnectionListMappings": 7,
    "ValidateArchiveColumnConfig": 8,
}


def connection_of(there: Installation, body: Json) -> int | None:
    """The connection that a request is about."""
    for holder in (body, body.get("Connection"), body.get("Mapping"), body.get("ListMapping")):
        if holder and holder.get("ErpConnectionId"):
            return int(holder["ErpConnectionId"])
    if "ErpSyncDefaultValue" in body:
        field = there.site.state.find("fields", ErpFieldId=body["ErpSyncDefaultValue"]["ErpFieldId"]) or {}
        return int(field["ErpConnectionId"])
    return None


def check_order(there: Installation) -> None:
    """A stop first, a start last; connectors before connections; each connection's settings before its fields, values and lists."""
    writes = [sent for sent in there.sent if sent.writes]
    for place, sent in enumerate(writes):
        if sent.name == "ChangeEngineStatus":
            assert place == (len(writes) - 1 if sent.body["Run"] else 0)
    names = [sent.name for sent in writes]
    if "SaveErpSyncConnectorEntity" in names:
        last = max(place for place, name in enumerate(names) if name == "SaveErpSyncConnectorEntity")
        assert not {"SaveConnection", "SaveActorTypeMapping"} & set(names[:last])
    if "SaveErpConnectionSyncPriorities" in names:
        assert not {"SaveConnection", "ToggleErpConnectionActive"} & set(names[names.index("SaveErpConnectionSyncPriorities") :])
    by_connection: dict[int, list[str]] = {}
    finished: set[int] = set()
    current: int | None = None
    for sent in writes:
        number = connection_of(there, sent.body or {})
        if number is None:
            continue
        if number != current:
            assert number not in finished, "one connection is finished before the next is begun"
            if current is not None:
                finished.add(current)
            current = number
        by_connection.setdefault(number, []).append(sent.name)
    for methods in by_connection.values():
        if "ToggleErpConnectionActive" in methods:
            place = methods.index("ToggleErpConnectionActive")
            assert place in (0, len(methods) - 1), "deactivated first, or activated last"
        # The fields of each actor type belong together; lists come after all of them.
        places = [ORDER[name] for name in methods if name in ORDER]
        assert (
            [place for place in places if place <= 3]
            == sorted(place for place in places if place <= 3)
            == places[: len([p for p in places if p <= 3])]
        )
        late = [place for place in places if place >= 7]
        assert late == sorted(late) == (places[-len(late) :] if late else [])


@without_shrinking
@given(shells, servers, states(), documents())
def test_what_is_declared_comes_about_and_nothing_else(shell: str, server: Json, state: World, wanted: tuple[Json, list[str]]) -> None:
    check_converge(Way(shell), server, state, *wanted)


@some_versions
@over_soap
@given(shells, servers, states(), documents())
def test_over_soap_too_what_is_declared_comes_about(
    version: int, shell: str, server: Json, state: World, wanted: tuple[Json, list[str]]
) -> None:
    check_converge(Way(shell, version), server, state, *wanted)


def check_converge(way: Way, server: Json, state: World, document: Json, prune: list[str]) -> None:
    if "mappings" in prune:
        document = for_pruning(document)
    there = Installation(mdo_rank_includes_superoffice=True, way=way, **server, **state.switches)
    there.put(state)
    untouched = there.site.state.dump()
    given_document = copy.deepcopy(document)

    there.shell = other(way.shell)
    predicted = there.run("environment", check=True, document=document, prune=prune)
    there.shell = way.shell
    assert there.writes == [], "check mode writes"
    assert there.site.state.dump() == untouched
    assert not predicted.get("failed"), predicted["msg"]
    assert document == given_document, "the task changes its options"

    # What the services lack has been refused.
    document = without_what_lacks(document, there.version)
    given_document = copy.deepcopy(document)
    there.forget()
    done = there.converge(document, prune=prune)
    assert document == given_document, "the task changes its options"
    assert (done["changes"], done["diff"], done["steps"]) == (predicted["changes"], predicted["diff"], predicted["steps"])
    assert done["changed"] is predicted["changed"] is bool(there.writes)
    assert done["ids"].keys() == predicted["ids"].keys()
    event(f"{min(len(done['changes']), 6)} changes{' with pruning' if prune else ''}")
    check_order(there)

    assert unmet(there, document) == []
    ids = numbers_in(state, document, prune)
    assert undeclared(there.state(), document, prune, ids) == undeclared(state, document, prune, ids)

    settled = there.site.state.dump()
    there.forget()
    again = there.converge(document, prune=prune)
    assert (again["changed"], again["changes"], again["steps"], there.writes) == (False, [], [], [])
    assert there.site.state.dump() == settled


@without_shrinking
@given(shells, states(), documents())
def test_pruning_leaves_only_what_is_declared_of_the_mappings(shell: str, state: World, wanted: tuple[Json, list[str]]) -> None:
    check_pruning(Way(shell), state, wanted)


@some_versions
@over_soap
@given(shells, states(), documents())
def test_over_soap_too_pruning_leaves_only_what_is_declared(version: int, shell: str, state: World, wanted: tuple[Json, list[str]]) -> None:
    check_pruning(Way(shell, version), state, wanted)


def check_pruning(way: Way, state: World, wanted: tuple[Json, list[str]]) -> None:
    document = for_pruning({"connections": [], **wanted[0]})
    there = Installation(mdo_rank_includes_superoffice=True, way=way, **state.switches)
    there.put(state)
    there.converge(document, prune=["mappings"])
    for connection in document["connections"]:
        number = number_of(connection) or there.connection("Fresh")["ErpConnectionId"]
        declared = {actor["erp"]: {field["erp"]: field for field in actor["fields"]} for actor in connection.get("actors", ())}
        enabled = {actor["erp"]: actor.get("enabled") for actor in connection.get("actors", ())}
        for mapping in there.site.state.find_all("actor_mappings", ErpConnectionId=number):
            erp = mapping["ActorTypeErp"]
            assert erp in declared or not mapping["IsActive"]
            assert enabled.get(erp) in (None, mapping["IsActive"])
            for field in there.site.state.fields_of(number, erp):
                if field["ErpFieldKey"] in declared.get(erp, {}):
                    continue
                assert not any(field[member] for member in ("CrmFieldKey", "SyncToCrm", "SyncToErp", "ShowInGui", "ShowInSearch")), field
                assert not field["HasFirstSyncDefaultValue"] and not field["PromptUser"], field
                assert field["Access"] == "Mandatory" or not field["Mandatory"], field


@without_shrinking
@given(shells, states(), st.sets(st.sampled_from([1, 2, 3, 4, 5])), st.sets(st.sampled_from(["Visma", "SAP", "Dynamics"])))
def test_pruning_removes_exactly_what_is_not_declared(shell: str, state: World, kept: set[int], connectors: set[str]) -> None:
    there = Installation(mdo_rank_includes_superoffice=True, **state.switches)
    there.put(state)
    needed = {number: name for number, name in ((1, "Visma"), (2, "Visma"), (3, "SAP"), (4, "Dynamics"), (5, "SAP")) if number in kept}
    connectors |= set(needed.values())
    document = {"connectors": [{"name": name} for name in sorted(connectors)], "connections": [{"id": number} for number in sorted(kept)]}
    there.shell = other(shell)
    predicted = there.run("environment", check=True, document=document, prune=["connectors", "connections"])
    there.shell = shell
    done = there.converge(document, prune=["connectors", "connections"])
    assert (done["changes"], done["steps"]) == (predicted["changes"], predicted["steps"])
    assert {one["ErpConnectionId"] for one in there.state()["connections"] if not one["Deleted"]} == kept
    assert {one["DisplayName"] for one in there.state()["connectors"] if not one["Deleted"]} == connectors
    assert {change["action"] for change in done["changes"]} <= {"remove"}
    assert len(done["changes"]) == (5 - len(kept)) + (3 - len(connectors))
    deletions = [name for name in there.writes if name.startswith("Delete")]
    assert deletions == sorted(deletions), "connections go before connectors"
    for before in state["connections"]:
        if before["ErpConnectionId"] in kept:
            assert there.site.state.connection(before["ErpConnectionId"]) == before
    there.forget()
    assert there.converge(document, prune=["connectors", "connections"])["changed"] is False and there.writes == []


@given(shells, st.permutations([0, 1, 2, 3]), st.lists(st.sampled_from([0, 1, 2, 3]), unique=True, min_size=1))
def test_a_priority_that_a_server_does_not_show_whole_is_not_saved_again_and_again(
    shell: str, rank: list[int], declared: list[int]
) -> None:
    there = Installation(mdo_rank_includes_superoffice=False, dynamic_archive=False)
    there.shell = shell
    there.site.state.data["connection_rank"] = [*rank, 5, 4]
    there.converge({"priority": declared})
    order = there.state()["connection_rank"]
    # SuperOffice's place is seen only where it was saved.
    seen = [number for number in declared if number or there.writes]
    assert [number for number in order if number in seen] == seen
    assert [number for number in order if number not in (*declared, 0)] == [
        number for number in [*rank, 5, 4] if number not in (*declared, 0)
    ]
    there.forget()
    assert there.converge({"priority": declared})["changed"] is False and there.writes == []


@every_way
def test_a_list_that_comes_back_with_its_field_is_pruned_in_the_same_run(way: Way) -> None:
    there = Installation(way=way)
    terms = there.mapped("Visma Norway", "Customer", "STDTERMS")
    terms.update(CrmFieldKey="", SyncToCrm=False, SyncToErp=False)
    fields = [{"erp": "NAME", "crm": "name", "direction": "both"}, {"erp": "STDTERMS", "crm": "paymentterms", "direction": "both"}]
    document = {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": fields}]}]}
    there.converge(document, prune=["mappings"])
    left = [row for row in there.state()["list_items"] if row["ErpFieldId"] == terms["ErpFieldId"] and row["CrmItemId"]]
    # Services without lists can see none, and leave them alone.
    assert bool(left) is not has_lists(there.version)
    there.forget()
    assert there.converge(document, prune=["mappings"])["changed"] is False and there.writes == []
