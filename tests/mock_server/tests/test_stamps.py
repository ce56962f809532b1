# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who changed a row, and when: what a call of the agent stamps, and what it leaves."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from in_process import NOW, Asked, Json
from stand_in import audit
from stand_in.agent.behaviour import BEHAVIOUR
from stand_in.books import Key, Stamp, moment
from stand_in.clicks import click
from stand_in.methods import METHODS
from stand_in.sessions import ADMINISTRATOR, SYSTEM
from stand_in.state import State

CUSTOMER = {"ErpConnectionId": 1, "ActorType": "Customer"}
LINK = {"ErpConnectionId": 1, "CrmActorType": "Contact", "CrmRecordId": 5, "ErpActorType": "Customer", "ErpKey": "10009"}


@pytest.fixture
def there() -> Asked:
    return Asked()


def stamps(there: Asked) -> dict[Key, Stamp]:
    """The stamps of all rows."""
    state = there.site.state
    keys = [audit.key_of(table, record) for table in audit.TABLES for record in state.table(table)]
    keys += [audit.ENGINE, *(key for record in state.table("connections") for key in audit.access_keys(record))]
    return {key: state.books.stamp_of(key) for key in keys}


def changed(there: Asked, call: Callable[[], Any]) -> tuple[set[Key], set[Key]]:
    """The rows that a call updates, and those that it makes, all of them by the signed-in user at the installation's time."""
    before = stamps(there)
    call()
    after = stamps(there)
    made = set(after) - set(before)
    updated = {key for key in set(after) & set(before) if after[key] != before[key]}
    for key in made:
        assert after[key] == Stamp(moment(NOW), there.site.acting)
    for key in updated:
        was = before[key]
        assert after[key] == was._replace(updated=moment(NOW), updated_by=there.site.acting, updates=was.updates + 1)
    return updated, made


def field(there: Asked, key: str) -> Key:
    """A customer's field of the first connection."""
    return audit.key_of("fields", next(record for record in there.site.state.fields_of(1, "Customer") if record["ErpFieldKey"] == key))


def mapping(there: Asked, **changes: Json) -> Json:
    """The mapping of the first connection's customers, with other values in some of its fields."""
    carrier: Json = there.call("GetActorTypeMapping", **CUSTOMER)
    for one in carrier["FieldMappings"]:
        one.update(changes.get(one["ErpFieldKey"], {}))
    return carrier


def test_a_mapping_stamps_the_fields_that_it_changes(there: Asked) -> None:
    sent = mapping(there, NAME={"SyncToCrm": False}, CITY={"ShowInGui": True})
    assert changed(there, lambda: there.call("SaveActorTypeMapping", Mapping=sent)) == ({field(there, "NAME"), field(there, "CITY")}, set())
    assert changed(there, lambda: there.call("SaveActorTypeMapping", Mapping={**sent, "IsActive": False})) == (
        {("actor_mappings", 1, "Customer")},
        set(),
    )
    # Again, which changes nothing.
    again = {**sent, "IsActive": False}
    assert changed(there, lambda: there.call("SaveActorTypeMapping", Mapping=again)) == (set(), set())
    there.settings(stamps_on_every_save=True)
    updated, made = changed(there, lambda: there.call("SaveActorTypeMapping", Mapping=again))
    assert updated == {("actor_mappings", 1, "Customer"), *(key for key in stamps(there) if key in _fields_of(there, 1, "Customer"))}
    assert made == set()


def _fields_of(there: Asked, connection: int, actor: str) -> set[Key]:
    return {audit.key_of("fields", record) for record in there.site.state.fields_of(connection, actor)}


def test_a_new_actor_type_and_a_new_field_are_registered(there: Asked) -> None:
    fresh = {"ErpFieldId": 0, "ErpFieldKey": "NEW", "CrmFieldKey": "", "FieldType": "Text", "Access": "Normal"}
    sent = {"ErpConnectionId": 4, "ActorTypeErp": "Partner", "ActorTypeCrm": "Contact", "IsActive": True, "FieldMappings": [fresh]}
    updated, made = changed(there, lambda: there.call("SaveActorTypeMapping", Mapping=sent))
    assert updated == set() and made == {("actor_mappings", 4, "Partner"), *_fields_of(there, 4, "Partner")}


def test_defaults_and_ranks(there: Asked) -> None:
    default = there.call("GetDefaultValueInfo", ErpFieldId=1001)
    assert changed(there, lambda: there.call("SaveDefaultValueInfo", ErpSyncDefaultValue=default)) == (set(), set())
    sent = {**default, "PromptUser": True}
    assert changed(there, lambda: there.call("SaveDefaultValueInfo", ErpSyncDefaultValue=sent)) == ({("fields", 1001)}, set())
    there.settings(stamps_on_every_save=True)
    assert changed(there, lambda: there.call("SaveDefaultValueInfo", ErpSyncDefaultValue=sent)) == ({("fields", 1001)}, set())
    first, second = (record["ErpFieldId"] for record in there.site.state.fields_of(1, "Person")[:2])
    move = {"ErpFieldId": first, "Direction": 1, "ErpConnectionId": 1, "ErpActorType": "Person"}
    assert changed(there, lambda: there.call("MoveErpFieldItem", **move)) == ({("fields", first), ("fields", second)}, set())


def test_connections_and_their_access(there: Asked) -> None:
    carrier = there.call("GetConnection", ErpConnectionId=2)
    assert changed(there, lambda: there.call("SaveConnection", Connection=carrier)) == (set(), set())
    sent = {**carrier, "UserGroupAccessIds": [1, 2], "DisplayDescription": "other"}
    assert changed(there, lambda: there.call("SaveConnection", Connection=sent)) == (
        {("connections", 2)},
        {("access", 2, "group", 2)},
    )
    there.settings(stamps_on_every_save=True)
    assert changed(there, lambda: there.call("SaveConnection", Connection=sent)) == ({("connections", 2)}, set())
    assert changed(there, lambda: there.call("ToggleErpConnectionActive", ErpConnectionId=2)) == ({("connections", 2)}, set())
    assert changed(there, lambda: there.call("UpdateConnectionFields", ErpConnectionId=2)) == (set(), set())
    assert changed(there, lambda: there.call("DeleteConnection", ErpConnectionId=2)) == ({("connections", 2)}, set())
    assert changed(there, lambda: there.call("DeleteConnection", ErpConnectionId=2)) == (set(), set())


def test_a_new_connection_brings_its_actor_types_and_fields(there: Asked) -> None:
    sent = {**there.call("GetConnection", ErpConnectionId=1), "ErpConnectionId": 0, "DisplayName": "New"}
    updated, made = changed(there, lambda: there.call("SaveConnection", Connection=sent))
    number = max(record["ErpConnectionId"] for record in there.site.state.table("connections"))
    actors = {("actor_mappings", number, actor) for actor in ("Customer", "Supplier", "Person", "Project")}
    fields = {audit.key_of("fields", record) for record in there.site.state.fields_of(number)}
    assert updated == set() and made == {("connections", number), *actors, *fields}


def test_fields_that_the_connector_no_longer_has(there: Asked) -> None:
    there.site.state.find("fields", ErpFieldId=1003)["MissingInERP"] = True  # type: ignore[index]
    assert changed(there, lambda: there.call("UpdateConnectionFields", ErpConnectionId=1)) == ({("fields", 1003)}, set())


def test_connectors(there: Asked) -> None:
    entity = there.call("GetErpSyncConnectorEntity", query={"erpSyncConnectorEntityId": 1})
    assert changed(there, lambda: there.call("SaveErpSyncConnectorEntity", Entity=entity)) == (set(), set())
    sent = {**entity, "DisplayName": "Visma Business"}
    assert changed(there, lambda: there.call("SaveErpSyncConnectorEntity", Entity=sent)) == ({("connectors", 1)}, set())
    fresh = {**sent, "ErpConnectorId": 0}
    assert changed(there, lambda: there.call("SaveErpSyncConnectorEntity", Entity=fresh)) == (set(), {("connectors", 4)})
    delete = {"query": {"ErpSyncConnectorEntityId": 4}}
    assert changed(there, lambda: there.call("DeleteErpSyncConnectorEntity", **delete)) == ({("connectors", 4)}, set())


def test_list_items(there: Asked) -> None:
    carrier = there.call("GetConnectionListMappings", ErpConnectionId=1)
    terms = next(one for one in carrier["ErpListItemMappings"] if one["ErpListName"] == "TermList")
    number = terms["ErpFieldId"]

    def keep() -> Any:
        return there.call("SaveConnectionListMappings", ListMapping=carrier)

    _updated, made = changed(there, keep)
    # A save makes rows for items without a CRM item.
    assert ("list_items", number, "p") in made
    assert changed(there, keep) == (set(), set())
    by_key = {item["ErpListItemId"]: item for item in terms["ErpCrmListItemMappings"]}
    by_key["a"]["CrmListItem"] = {**by_key["a"]["CrmListItem"], "Id": 2}
    assert changed(there, keep) == ({("list_items", number, "a")}, set())
    terms["ErpCrmListItemMappings"].remove(by_key["a"])
    assert changed(there, keep) == (set(), set())
    terms["ErpCrmListItemMappings"].append(by_key["a"])
    assert changed(there, keep) == (set(), {("list_items", number, "a")})


@pytest.mark.parametrize("delay", [0, 60])
def test_the_engine_and_the_order_of_priority(there: Asked, delay: int) -> None:
    there.settings(engine_delay=delay)
    only: tuple[set[Key], set[Key]] = ({audit.ENGINE}, set())
    assert changed(there, lambda: there.call("ChangeEngineStatus", Run=False)) == only
    assert changed(there, lambda: there.call("ChangeEngineStatus", Run=False)) == (set(), set())
    assert changed(there, lambda: there.call("ChangeEngineInterval", Interval="00:20:00")) == only
    assert changed(there, lambda: there.call("ChangeEngineInterval", Interval="00:20:00")) == (set(), set())
    assert changed(there, lambda: there.call("SaveErpConnectionSyncPriorities", ErpConnectionIds=[3, 0, 1])) == only
    assert changed(there, lambda: there.call("SaveErpConnectionSyncPriorities", ErpConnectionIds=[3, 0, 1])) == (set(), set())


def test_links(there: Asked) -> None:
    key = ("links", 1, "Contact", 5)
    assert changed(there, lambda: there.call("CreateActorLink", **LINK)) == (set(), {key})
    assert changed(there, lambda: there.call("CreateActorLink", **LINK)) == (set(), set())
    there.call("BreakActorLink", **{name: value for name, value in LINK.items() if not name.startswith("Erp") or name == "ErpConnectionId"})
    assert key not in stamps(there)
    assert changed(there, lambda: there.call("TryConnectActor", **LINK, FieldValues=[])) == (set(), {key})


def test_methods_that_change_nothing_stamp_nothing(there: Asked) -> None:
    assert {name for name, method in METHODS.items() if method.writes} - set(audit.CHANGED_BY) == {
        "SyncAll",
        "ForceSyncAll",
        "ForceResync",
        "ForceResyncNoBlankValues",
        "ForceResyncExternal",
        "ForceResyncExternalNoBlankValues",
        "ForceResyncBatchTask",
        "ValidateArchiveColumnConfig",
    }
    assert set(audit.CHANGED_BY) < set(BEHAVIOUR)
    assert changed(there, lambda: there.call("SyncAll")) == (set(), set())


@pytest.mark.parametrize(("user", "associate"), [(ADMINISTRATOR, 1), ("user", 5), (SYSTEM, 10)])
def test_who_is_signed_in_has_changed_it(there: Asked, user: str, associate: int) -> None:
    there.become(user)
    there.call("ToggleErpConnectionActive", ErpConnectionId=1)
    stamp = there.site.state.books.stamp_of(("connections", 1))
    assert (stamp.updated_by, stamp.updated) == (associate, moment(NOW))
    names = {1: "ADM", 5: "JWE", 10: "SYSTEM"}
    assert there.rows("ErpConnection", "updatedBy,updatedDate", "id eq 1") == [[names[associate], "2026-11-26T08:00:00"]]


def test_a_refused_save_stamps_nothing(there: Asked) -> None:
    sent = mapping(there, NAME={"SyncToErp": False, "CrmFieldKey": ""})
    with pytest.raises(AssertionError, match="a direction needs a CRM field"):
        changed(there, lambda: there.call("SaveActorTypeMapping", Mapping=sent))
    assert there.site.state.books.stamp_of(field(there, "NAME")).updated != moment(NOW)


def test_the_state_knows_nothing_of_stamps(there: Asked) -> None:
    before = there.site.state.dump()
    click(there.site, "fields", {"ErpFieldId": 1001}, {}, "KNO")
    assert there.site.state.dump() == before and stamps(there)["fields", 1001].updated == moment(NOW)
    # A copy has its own; a state that is put begins anew.
    twin = there.site.rehearsal()
    click(twin, "fields", {"ErpFieldId": 1001}, {}, "OHA", "2026-11-26T09:00:00")
    assert stamps(there)["fields", 1001].updated_by == 2
    seeded = Asked()
    there.site.replace_state(copy.deepcopy(there.site.state.data))
    assert stamps(there) == stamps(seeded)
    there.site.reset("default")
    assert stamps(there) == stamps(seeded)


def test_a_click(there: Asked) -> None:
    where = {"ErpConnectionId": 1, "ActorTypeErp": "Customer"}
    at = "2026-11-03T15:02:00+01:00"
    assert click(there.site, "fields", where, {"ShowInGui": True}, "OHA", at) == 18
    assert all(record["ShowInGui"] for record in there.site.state.fields_of(1, "Customer"))
    assert stamps(there)[field(there, "NAME")]._replace(updates=0)[2:] == (moment("2026-11-03T14:02:00Z"), 3, 0)
    assert click(there.site, "engine", {}, {"IsRunning": False, "connection_rank": [1]}, "SYSTEM", "2026-11-04") == 1
    assert there.call("GetEngineStatus")["IsRunning"] is False and there.site.state.data["connection_rank"] == [1]
    columns = "ErpConfiguration.updated,ErpConfiguration.updated_associate_id.name,ErpConfiguration.ConnectionRank"
    assert there.rows("dynamic", columns) == [["2026-11-04T00:00:00", "SYSTEM", "1"]]
    assert click(there.site, "connectors", {"ErpConnectorId": 99}, {"Deleted": True}, "KNO") == 0


def test_the_clock(there: Asked) -> None:
    there.settings(clock_ahead=90)
    assert there.site.now() == moment("2026-11-26T08:01:30Z")
    there.settings(clock="2026-01-01T00:30:00+01:00", clock_ahead=-60)
    assert there.site.now() == moment("2025-12-31T23:29:00Z")
    with pytest.raises(ValueError, match="'soon' does not fit"):
        there.settings(clock="soon")
    there.settings(clock=None, clock_ahead=0)
    assert there.site.now() > moment("2026-01-01") and there.site.now().microsecond == 0


def test_rows_beside_the_agents_are_stamped_by_the_seed(there: Asked) -> None:
    assert there.site.state.books.stamp_of(("fields", 1001)) == State({}).books.stamp_of(("fields", 1001))
