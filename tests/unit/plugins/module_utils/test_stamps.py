# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking archives who changed what: for each table one, as little as needed, and never a reason to fail."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import history, stamp
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.stamp import Stamp
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.history import Wanted, read_history
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.stamps import read_stamps
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction

NOVEMBER, OCTOBER = "2026-11-03T14:02:00", "[DT:10/02/2026 08:30:00.0000000]"
IN_NOVEMBER = datetime.datetime(2026, 11, 3, 14, 2, tzinfo=datetime.UTC)
IN_OCTOBER = datetime.datetime(2026, 10, 2, 8, 30, tzinfo=datetime.UTC)
REFUSED = errors.ErrorAnswer("archive dynamic: the server answered with an error (400): No such column.", attempts=1)
ASKED = ("updated_associate_id.name", "updated", "registered_associate_id.name", "registered")


class Told(Archives):
    """Archives that tell what a test says, by table; an error is raised."""

    def __init__(self, **rows: list[dict[str, Any]] | errors.ErpSyncError) -> None:
        self._rows = rows
        self.asked: list[Query] = []

    def rows(self, query: Query, *, limit: int | None = None, most_pages: int | None = None) -> list[Any]:
        self.asked.append(query)
        assert most_pages is None and (limit is None or query.size <= limit)
        table = query.columns[0].partition(".")[0] if query.archive == "dynamic" else query.archive + "_archive"
        found = self._rows.get(table, [])
        if isinstance(found, errors.ErpSyncError):
            raise found
        prefix = f"{table}." if query.archive == "dynamic" else ""
        return [{f"{prefix}{name}": value for name, value in row.items()} for row in found]


def row(by: Any = "KRN", at: Any = NOVEMBER, created_by: Any = "ADM", created: Any = OCTOBER, **more: Any) -> dict[str, Any]:
    return {**more, **dict(zip(ASKED, (by, at, created_by, created), strict=True))}


def test_every_table_is_asked_once_for_all_of_its_rows() -> None:
    rows = [
        stamp.item(11, "b"),
        stamp.item(11, "a"),
        stamp.item(12, "a"),
        stamp.CONFIGURATION,
        stamp.field(12),
        stamp.field(11),
        stamp.actor_type(3, "Person"),
        stamp.actor_type(3, "Customer"),
        stamp.connector(2),
        stamp.connection(3),
    ]
    there = Told(
        ErpConnection=[row(erpconnection_id=3), row("ZZZ", erpconnection_id=4)],
        ErpConnector=[row("ADM", OCTOBER, erpconnector_id="[I:2]")],
        ErpConnectionActorType=[
            row(ErpConnectionId=3, ActorTypeErp=1),
            row("ADM", ErpConnectionId=3, ActorTypeErp="Person"),
            row("ZZZ", ErpConnectionId=3, ActorTypeErp=99),
        ],
        ErpField=[row(erpfield_id=11), row(None, None, erpfield_id="12"), row(erpfield_id=None)],
        ErpConfiguration=[row("OLD", OCTOBER), row()],
        ErpListItemMapping=[row(ErpFieldId=11, ErpItemKey="a"), row("ADM", ErpFieldId=12, ErpItemKey="a"), row(ErpFieldId=12)],
    )
    assert read_stamps(there, rows) == {
        stamp.connection(3): Stamp("KRN", IN_NOVEMBER),
        stamp.connector(2): Stamp("ADM", IN_OCTOBER),
        stamp.actor_type(3, "Customer"): Stamp("KRN", IN_NOVEMBER),
        stamp.actor_type(3, "Person"): Stamp("ADM", IN_NOVEMBER),
        stamp.field(11): Stamp("KRN", IN_NOVEMBER),
        # Whom nobody changed has the user who created it.
        stamp.field(12): Stamp("ADM", IN_OCTOBER),
        stamp.CONFIGURATION: Stamp("KRN", IN_NOVEMBER),
        stamp.item(11, "a"): Stamp("KRN", IN_NOVEMBER),
        stamp.item(12, "a"): Stamp("ADM", IN_NOVEMBER),
    }
    assert there.asked == [
        Query("dynamic", columns("ErpConnection", "erpconnection_id"), among("ErpConnection.erpconnection_id", 3)),
        Query("dynamic", columns("ErpConnector", "erpconnector_id"), among("ErpConnector.erpconnector_id", 2)),
        Query(
            "dynamic",
            columns("ErpConnectionActorType", "ErpConnectionId", "ActorTypeErp"),
            among("ErpConnectionActorType.ErpConnectionId", 3),
        ),
        Query("dynamic", columns("ErpField", "erpfield_id"), among("ErpField.erpfield_id", 11, 12)),
        Query("dynamic", columns("ErpConfiguration")),
        Query("dynamic", columns("ErpListItemMapping", "ErpFieldId", "ErpItemKey"), among("ErpListItemMapping.ErpFieldId", 11, 12)),
    ]


def columns(table: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{table}.{name}" for name in (*names, *ASKED))


def among(column: str, *ids: int) -> tuple[Restriction]:
    return (Restriction(column, "in", ids),)


def test_what_does_not_differ_is_not_asked_for() -> None:
    there = Told()
    assert read_stamps(there, []) == {} and there.asked == []
    assert read_stamps(there, [stamp.connector(7)]) == {}
    assert [query.columns[0] for query in there.asked] == ["ErpConnector.erpconnector_id"]


@pytest.mark.parametrize(
    ("by", "at", "found"),
    [
        (" KRN ", NOVEMBER, Stamp("KRN", IN_NOVEMBER)),
        ("", NOVEMBER, Stamp(None, IN_NOVEMBER)),
        # The id of a user says nothing.
        (17, NOVEMBER, Stamp(None, IN_NOVEMBER)),
        ("[I:17]", NOVEMBER, Stamp(None, IN_NOVEMBER)),
        (["KRN"], NOVEMBER, Stamp(None, IN_NOVEMBER)),
        # Nobody has changed it since.
        ("KRN", "0001-01-01T00:00:00", Stamp("ADM", IN_OCTOBER)),
        ("KRN", "soon", Stamp("ADM", IN_OCTOBER)),
    ],
)
def test_values_that_servers_may_tell(by: Any, at: Any, found: Stamp) -> None:
    assert read_stamps(Told(ErpConfiguration=[row(by, at)]), [stamp.CONFIGURATION]) == {stamp.CONFIGURATION: found}


ALL = [stamp.connection(3), stamp.connector(2), stamp.actor_type(3, "Person"), stamp.field(11), stamp.CONFIGURATION, stamp.item(11, "a")]


def of_its_own(by: str, **key: Any) -> dict[str, Any]:
    return {**key, "updatedBy": by, "updatedDate": NOVEMBER, "registeredBy": "ADM", "registeredDate": OCTOBER}


def test_archives_of_their_own_tell_what_the_dynamic_one_refuses() -> None:
    there = Told(
        ErpConnection=REFUSED,
        ErpConnection_archive=[of_its_own("KRN", id=3), of_its_own("KRN", id=4)],
        ErpConnector_archive=[of_its_own("ADM", id="2")],
        ErpField_archive=[{**of_its_own("ZZZ", Id=11), "updatedDate": None}],
    )
    assert read_stamps(there, ALL) == {
        stamp.connection(3): Stamp("KRN", IN_NOVEMBER),
        stamp.connector(2): Stamp("ADM", IN_NOVEMBER),
        stamp.field(11): Stamp("ADM", IN_OCTOBER),
    }
    names = ("updatedBy", "updatedDate", "registeredBy", "registeredDate")
    assert there.asked[1:] == [
        Query("ErpConnection", ("id", *names), among("id", 3)),
        Query("ErpConnector", ("id", *names), among("id", 2)),
        Query("ErpField", ("Id", *names), among("Id", 11)),
    ]


def test_a_table_that_is_refused_does_not_hide_the_others() -> None:
    there = Told(ErpConnection=[row(erpconnection_id=3)], ErpListItemMapping=REFUSED)
    assert read_stamps(there, ALL) == {stamp.connection(3): Stamp("KRN", IN_NOVEMBER)}
    assert len(there.asked) == 6


@pytest.mark.parametrize("error", [REFUSED, errors.ConnectionLost("The connection was lost.", attempts=1)])
def test_nothing_more_is_asked_where_both_are_refused(error: errors.ErpSyncError) -> None:
    there = Told(ErpConnection=error, ErpConnection_archive=error)
    assert read_stamps(there, ALL) == {} and len(there.asked) == 2


# The history


def changes(there: Told, **wanted: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """The history, without what an entry does not have, and the warnings."""
    warnings: list[str] = []
    found = read_history(there, Wanted(**{"since": None, "limit": 100, **wanted}), warnings.append)
    return [{name: value for name, value in entry.items() if value is not None} for entry in found], warnings


def test_the_newest_changes_of_all_kinds() -> None:
    actor = {"ErpConnectionActorTypeId.ErpConnectionId.DisplayName": "Visma Norway", "ErpConnectionActorTypeId.ActorTypeErp": "[I:1]"}
    of_field = {f"ErpFieldId.{name}": value for name, value in actor.items()}
    there = Told(
        ErpConnection=[row("KRN", "2026-11-03T14:02:01", DisplayName='US:"Old";NO:"Gammel"', Deleted=True)],
        ErpConnector=[row("KRN", "2026-11-03T14:02:00.9", DisplayName="Visma", Deleted=0)],
        ErpConfiguration=[row(None, "2026-11-03T14:02:00.1")],
        ErpConnectionActorType=[row("ADM", OCTOBER, ActorTypeErp=4, **{"ErpConnectionId.DisplayName": "Visma Norway"})],
        ErpField=[row(at=None, created=NOVEMBER, ErpFieldKey="NAME", **actor)],
        ErpListItemMapping=[
            row(ErpItemKey="x", **{"ErpFieldId.ListName": "TermList", "ErpFieldId.ErpFieldKey": "TERMS", **of_field}),
            row(ErpItemKey="y", **{"ErpFieldId.ErpFieldKey": "TERMS"}),
        ],
    )
    in_november = {"changed_at": "2026-11-03T14:02:00Z"}
    norway = {"connection": "Visma Norway", "actor": "Customer"}
    assert changes(there) == (
        [
            {
                "kind": "connection",
                "name": "Old",
                "connection": "Old",
                "action": "deleted",
                "changed_by": "KRN",
                "changed_at": "2026-11-03T14:02:01Z",
            },
            {"kind": "engine", "name": "", "action": "changed", **in_november},
            {"kind": "connector", "name": "Visma", "action": "changed", "changed_by": "KRN", **in_november},
            {
                "kind": "field",
                "name": "Visma Norway, Customer, NAME",
                **norway,
                "field": "NAME",
                "action": "created",
                "changed_by": "ADM",
                **in_november,
            },
            {
                "kind": "item",
                "name": "Visma Norway, Customer, TermList, x",
                **norway,
                "list": "TermList",
                "field": "TERMS",
                "item": "x",
                "action": "changed",
                "changed_by": "KRN",
                **in_november,
            },
            {"kind": "item", "name": "TERMS, y", "field": "TERMS", "item": "y", "action": "changed", "changed_by": "KRN", **in_november},
            {
                "kind": "actor",
                "name": "Visma Norway, Person",
                "connection": "Visma Norway",
                "actor": "Person",
                "action": "created",
                "changed_by": "ADM",
                "changed_at": "2026-10-02T08:30:00Z",
            },
        ],
        [],
    )
    assert [(query.archive, query.columns[0].partition(".")[0], query.where, query.size) for query in there.asked] == [
        ("dynamic", table, (), 100)
        for table in ("ErpConnection", "ErpConnector", "ErpConfiguration", "ErpConnectionActorType", "ErpField", "ErpListItemMapping")
    ]
    assert [query.order for query in there.asked[1:4]] == [
        ("-ErpConnector.updated", "-ErpConnector.registered", "-ErpConnector.erpconnector_id"),
        (),
        (
            "-ErpConnectionActorType.updated",
            "-ErpConnectionActorType.registered",
            "-ErpConnectionActorType.erpconnectionactortype_id",
        ),
    ]
    assert [query.columns for query in there.asked[4:]] == [
        columns(
            "ErpField",
            "ErpConnectionActorTypeId.ErpConnectionId.DisplayName",
            "ErpConnectionActorTypeId.ActorTypeErp",
            "ErpFieldKey",
        ),
        columns(
            "ErpListItemMapping",
            "ErpFieldId.ErpConnectionActorTypeId.ErpConnectionId.DisplayName",
            "ErpFieldId.ErpConnectionActorTypeId.ActorTypeErp",
            "ErpFieldId.ListName",
            "ErpFieldId.ErpFieldKey",
            "ErpItemKey",
        ),
    ]


@pytest.mark.parametrize(
    ("changed", "created", "deleted", "action"),
    [
        (IN_NOVEMBER, IN_OCTOBER, False, "changed"),
        (IN_NOVEMBER, IN_OCTOBER, True, "deleted"),
        (None, None, True, "deleted"),
        # A server may give a new row both times, a moment apart.
        (IN_NOVEMBER.replace(microsecond=9), IN_NOVEMBER, False, "created"),
        (IN_NOVEMBER.replace(second=1), IN_NOVEMBER, False, "changed"),
        (None, IN_OCTOBER, False, "created"),
        (None, None, False, "created"),
        (IN_NOVEMBER, None, False, "changed"),
    ],
)
def test_what_was_done(changed: Any, created: Any, deleted: bool, action: str) -> None:
    assert history.action(changed, created, deleted=deleted) == action


def test_the_history_is_limited_by_time_number_and_connection() -> None:
    connections = [row(str(number), f"2026-11-03T14:02:0{number}", DisplayName=f"C{number}", Deleted=False) for number in (9, 7, 5, 3)]
    there = Told(ErpConnection=connections, ErpConfiguration=[row(at="2026-11-03T14:02:08")], ErpConnector=[row("", None, None, None)])
    since = IN_NOVEMBER.replace(second=5)
    assert [entry["name"] for entry in changes(there, since=since, limit=5)[0]] == ["C9", "", "C7", "C5"]
    # What has no time comes last.
    assert [entry["kind"] for entry in changes(there)[0]] == ["connection", "engine", *["connection"] * 3, "connector"]
    assert {(query.where, query.size) for query in there.asked} == {((), 5), ((), 100)} and len(there.asked) == 12
    del there.asked[:]
    assert [entry["kind"] for entry in changes(there, connections=(3, 4), since=since, limit=5000)[0]] == ["connection"] * 3
    assert [query.where for query in there.asked] == [
        among("ErpConnection.erpconnection_id", 3, 4),
        among("ErpConnectionActorType.ErpConnectionId", 3, 4),
        among("ErpField.ErpConnectionActorTypeId.ErpConnectionId", 3, 4),
        among("ErpListItemMapping.ErpFieldId.ErpConnectionActorTypeId.ErpConnectionId", 3, 4),
    ]
    assert {query.size for query in there.asked} == {1000}


def test_what_is_new_is_asked_for_apart_where_more_was_changed_than_is_wanted() -> None:
    """Servers may put what nobody has changed since it was created behind all that was changed."""
    there = Told(
        ErpConnection=[row(DisplayName="A", PrimaryKey="1"), row(DisplayName="A", PrimaryKey="2")],
        ErpConfiguration=[row(), row()],
    )
    found, _warnings = changes(there, limit=2)
    assert [entry["kind"] for entry in found] == ["engine", "engine"]
    assert [(query.columns[0], query.order) for query in there.asked[:3]] == [
        (
            "ErpConnection.DisplayName",
            ("-ErpConnection.updated", "-ErpConnection.registered", "-ErpConnection.erpconnection_id"),
        ),
        ("ErpConnection.DisplayName", ("-ErpConnection.registered", "-ErpConnection.erpconnection_id")),
        ("ErpConnector.DisplayName", ("-ErpConnector.updated", "-ErpConnector.registered", "-ErpConnector.erpconnector_id")),
    ]
    assert len(there.asked) == 7
    there = Told(ErpConnection=[row(DisplayName="A", PrimaryKey="1"), row(DisplayName="A", PrimaryKey="2")])
    assert len(changes(there, limit=2)[0]) == 2


def test_a_history_that_the_server_tells_in_part() -> None:
    found, warnings = changes(Told(ErpConnection=[row(DisplayName="Visma")], ErpField=REFUSED, ErpConnector=REFUSED))
    assert [entry["name"] for entry in found] == ["Visma"]
    assert warnings == [f"history: the changes of connectors, fields cannot be read. {REFUSED.message}"]
    there = Told(ErpConnection=REFUSED)
    with pytest.raises(errors.ErrorAnswer):
        changes(there)
    assert len(there.asked) == 1
