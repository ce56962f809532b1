# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections, and who may use them, from archives: when these are asked, what is read both ways, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Access, Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.bulk import Bulk
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.connection_archive import ConnectionArchive
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Row
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport, refusal

Call = tuple[str, dict[str, Any], Any]
REFUSED = refusal(403, kind=errors.Forbidden)
TABLE = "ErpConnection."
STORED = ("erpconnection_id", "ErpConnectorId", "DisplayName", "DisplayDescription", "Active", "ConnectionId", "Deleted")
SHOWN = ("id", "connector/id", "name", "description", "active", "erpId", "deleted")
GUID = "0a0b"
TELL_APART = "The archives and the agent of the server tell different things of {}. So all connections were read through the agent. "
REMEDY = "Where this warning comes again, set read_from to agent, which spares reading the archives."


def stored(number: int, **values: Any) -> Row:
    row = dict(zip(STORED, (number, 7, f"C{number}", "", True, GUID, False), strict=True)) | values
    return {f"{TABLE}{name}": value for name, value in row.items()}


def shown(number: int) -> Row:
    return dict(zip(SHOWN, (number, 7, f"C{number}", "", True, GUID, False), strict=True))


def carrier(number: int, **values: Any) -> dict[str, Any]:
    members = {"ErpConnectionId": number, "ErpConnectorId": 7, "DisplayName": f"C{number}", "DisplayDescription": "", "Active": True}
    return {**members, "ConnectionId": GUID, "Deleted": False, **values}


def connection(number: int, **values: Any) -> Connection:
    return Connection.from_wire(carrier(number, **values))


class _Archives:
    """Answers one question after the other."""

    def __init__(self, *answers: Sequence[Row] | errors.ErpSyncError) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[Query, int | None]] = []

    def rows(self, query: Query, *, most_pages: int | None = None) -> Any:
        self.asked.append((query, most_pages))
        answer = self._answers.pop(0)
        if isinstance(answer, errors.ErpSyncError):
            raise answer
        return answer


def older(*numbers: int) -> tuple[Call, Call]:
    """The listing of a server that tells little of its connections."""
    items = [{"Id": number, "Name": f"C{number}", "ExtraInfo": GUID} for number in numbers]
    return ("GetAllConnections", {"IncludeDeleted": False}, refusal(404, kind=errors.NotFound)), ("list erpconnections", {}, items)


def whole(number: int, **values: Any) -> Call:
    return ("GetConnection", {"ErpConnectionId": number}, carrier(number, **values))


def gone(number: int) -> Call:
    return ("GetConnection", {"ErpConnectionId": number}, None)


def archive(transport: ScriptedTransport, archives: _Archives | None, read_from: str = "archive") -> ConnectionArchive:
    bulk = None if archives is None else Bulk(read_from, cast(Archives, archives), lambda choices: choices[0])
    return ConnectionArchive(transport.reading, transport.lookups, bulk)


NUMBERS = tuple(range(1, 19))


@pytest.mark.parametrize(
    ("read_from", "needed", "answers", "told", "stored_names"),
    [
        ("archive", 0, [[stored(1), stored(2)]], {1, 2}, True),
        ("archive", 2, [[stored(1), stored(2)]], {1, 2}, True),
        # Without the database's tables, names are told in the language of the user.
        ("archive", 0, [REFUSED, [shown(1), shown(2)]], {1, 2}, False),
        ("archive", 0, [errors.TimedOut("Late."), [shown(1)]], {1}, False),
        ("archive", 0, [[], [shown(1)]], set(), True),
        ("archive", 0, [REFUSED, REFUSED], set(), True),
        ("archive", None, [], set(), True),
        ("auto", 0, [], set(), True),
    ],
)
def test_what_an_archive_tells_of_connections(
    read_from: str, needed: int | None, answers: list[Any], told: set[int], stored_names: bool
) -> None:
    archives = _Archives(*answers)
    with ScriptedTransport(*older(1, 2), *(whole(number) for number in (1, 2) if number not in told)) as transport:
        there = archive(transport, archives, read_from)
        found = there.connections(needed)
    assert found == [connection(1), connection(2)]
    assert [one.whole is None for one in found] == [one.id in told for one in found]
    assert (set(there.told), there.has_stored_names) == (told, stored_names)
    asked = [(query.archive, query.where[0].column if query.where else None, most) for query, most in archives.asked]
    assert asked == [("dynamic", "ErpConnection.erpconnection_id", None), ("ErpConnection", "getAllRows", None)][: len(asked)]


@pytest.mark.parametrize(("needed", "asks"), [(1, True), (2, False)])
def test_the_connections_that_are_read_in_any_case_save_nothing(needed: int, asks: bool) -> None:
    archives = _Archives([stored(number) for number in NUMBERS])
    with ScriptedTransport(*older(*NUMBERS), *([] if asks else map(whole, NUMBERS))) as transport:
        archive(transport, archives, "auto").connections(needed)
    assert [most for _query, most in archives.asked] == ([17] if asks else [])


def test_a_listing_that_an_archive_cannot_be_compared_with_is_named() -> None:
    listed = ("GetAllConnections", {"IncludeDeleted": False}, [{"ErpConnectionId": 1, "DisplayName": 7}])
    with ScriptedTransport(listed) as transport, pytest.raises(errors.UnexpectedAnswer) as caught:
        archive(transport, _Archives([stored(1)])).connections(0)
    assert (
        caught.value.message == "the list of connections: the server's answer cannot be used: DisplayName should be a text and is a number."
    )


@pytest.mark.parametrize(
    ("needed", "script", "found", "doubt"),
    [
        # One of those that are not needed is read both ways.
        ((), [whole(1)], [1, 2, 3], None),
        ((1,), [whole(1), whole(2)], [1, 2, 3], None),
        ((1, 2, 3), [whole(1), whole(2), whole(3)], [1, 2, 3], None),
        ((9,), [whole(1)], [1, 2, 3], None),
        ((), [gone(1), whole(2), whole(3)], [2, 3], '"C1": the connection itself'),
        ((3,), [whole(3), whole(1, Active=False), whole(2, Deleted=True)], [1, 3], '"C1": active'),
        ((2, 1), [whole(1, DisplayName="A"), whole(2, Active=False), whole(3)], [1, 2, 3], '"C1": name; "C2": active'),
    ],
)
def test_some_connections_are_read_both_ways(needed: Any, script: list[Call], found: list[int], doubt: str | None) -> None:
    with ScriptedTransport(*older(1, 2, 3), *script) as transport:
        there = archive(transport, _Archives([stored(1), stored(2), stored(3)]))
        connections, told = there.confirmed(there.connections(0), needed)
    assert ([one.id for one in connections], told) == (found, None if doubt is None else TELL_APART.format(doubt) + REMEDY)
    read = {arguments["ErpConnectionId"] for name, arguments, _answer in script}
    assert {one.id for one in connections if one.whole is not None} == read & set(found)
    assert there.told == {1, 2, 3} - read


def test_deleted_connections_stay_where_they_are_wanted() -> None:
    listing, items = older(1)
    with ScriptedTransport(("GetAllConnections", {"IncludeDeleted": True}, listing[2]), items, whole(1, Deleted=True)) as transport:
        there = archive(transport, _Archives([stored(1, Deleted=True)]))
        found, doubt = there.confirmed(there.connections(0, include_deleted=True), (1,))
    assert ([one.deleted for one in found], doubt) == ([True], None)


def test_without_an_archive_nothing_is_confirmed() -> None:
    for archives, read_from in ((None, ""), (_Archives(), "agent")):
        with ScriptedTransport(*older(1), whole(1)) as transport:
            there = archive(transport, archives, read_from)
            connections = there.connections(0)
            assert there.confirmed(connections, ()) == (connections, None) and connections[0].whole is not None
            assert there.access([connection(1)]) == ({}, None)


def access_rows(*groups: tuple[int, int]) -> list[Row]:
    return [
        {
            "ErpConnectionAccess.ErpConnectionId": number,
            "ErpConnectionAccess.AssociateId": None,
            "ErpConnectionAccess.UserGroupId": group,
            "ErpConnectionAccess.CanConnect": True,
        }
        for number, group in groups
    ]


def everyone(*told: tuple[int, bool]) -> list[Row]:
    return [{"ErpConnection.erpconnection_id": number, "ErpConnection.AllAccess": for_all} for number, for_all in told]


ALL, LIMITED = Access(True, (), ()), Access(False, (5,), ())


@pytest.mark.parametrize(
    ("script", "found", "doubt"),
    [
        ([whole(2, UserGroupAccessIds=[5], AllAccess=False), whole(1, AllAccess=True)], {1: ALL, 2: LIMITED, 3: ALL}, None),
        ([whole(2, UserGroupAccessIds=[6], AllAccess=False), whole(1, AllAccess=True)], {}, '"C2": access'),
        ([whole(2, UserGroupAccessIds=[5], AllAccess=False), whole(1, AllAccess=False)], {}, '"C1": access'),
        ([whole(2, AllAccess=False), whole(1, AllAccess=False)], {}, '"C2": access; "C1": access'),
    ],
)
def test_who_may_use_one_of_each_kind_is_read_both_ways(script: list[Call], found: Any, doubt: str | None) -> None:
    archives = _Archives(everyone((1, True), (2, False), (3, True), (9, True)), access_rows((2, 5)))
    with ScriptedTransport(*script) as transport:
        told = archive(transport, archives).access([connection(1), connection(2), connection(3)])
    assert told == (found, None if doubt is None else TELL_APART.format(doubt) + REMEDY)
    assert [query.columns[0] for query, _most in archives.asked] == [
        "ErpConnection.erpconnection_id",
        "ErpConnectionAccess.ErpConnectionId",
    ]


def test_whose_access_is_asked_of_archives() -> None:
    read_whole = Connection.from_wire(carrier(1), whole=True)
    rows = (everyone((1, True), (2, True), (3, True)), access_rows())
    with ScriptedTransport(whole(3, AllAccess=True)) as transport:
        assert archive(transport, _Archives(*rows)).access([read_whole, connection(2, ConnectionId=None), connection(3)]) == (
            {3: ALL},
            None,
        )
        assert archive(transport, _Archives(REFUSED)).access([connection(3)]) == ({}, None)
        assert archive(transport, _Archives(rows[0], errors.TimedOut("Late."))).access([connection(3)]) == ({}, None)


@pytest.mark.parametrize(("most", "asks"), [(17, True), (16, False)])
def test_whether_access_is_worth_asking_archives_for(most: int, asks: bool) -> None:
    archives = _Archives(REFUSED)
    there = [connection(number) for number in range(1, most + 1)]
    with ScriptedTransport() as transport:
        archive(transport, archives, "auto").access([*there, connection(99, ConnectionId="")])
    assert [pages for _query, pages in archives.asked] == [17] * asks


def test_a_connection_whose_access_is_compared_may_be_gone() -> None:
    with ScriptedTransport(gone(1)) as transport, pytest.raises(errors.UnexpectedAnswer) as caught:
        archive(transport, _Archives(everyone((1, True)), [])).access([connection(1)])
    assert caught.value.method == "GetConnection"
