# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading archives: pages and their end, questions that are too long for an address, and how questions are written for REST."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import TROUBLE, Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import access, errors, odata
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Destination, Request, Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.rest import LONGEST_ADDRESS, RestTransport, archive_page
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Page, Query, Restriction, Row, ordered

FIELDS = Query("ErpField", ("Id", "Rank"), order=("Id",), size=3)
NOON = datetime.datetime(2026, 11, 3, 14, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))


class Pages:
    """A transport whose archive is a function of what was asked."""

    def __init__(self, answer: Callable[[Query, int, int], Page], total: int = 0) -> None:
        self._answer = answer
        self.total = total
        self.asked: list[tuple[Query, int, int]] = []

    def archive(self, query: Query, page: int = 0, skip: int = 0) -> Page:
        self.asked.append((query, page, skip))
        return self._answer(query, page, skip)

    def rows(self, query: Query, limit: int | None = None) -> list[Row]:
        return Archives(self).rows(query, limit=limit)  # type: ignore[arg-type]

    @property
    def places(self) -> list[Any]:
        """Of each question the key behind which it goes on, or page and rows to skip."""
        return [next((f"> {one.values[0]}" for one in query.where), (page, skip)) for query, page, skip in self.asked]


def row(number: int, **more: Any) -> Row:
    return {"PrimaryKey": str(number), "Id": number, **more}


def server(total: int, most: int = 1000, *, more: str = "", keys: str = "taken", counts: bool = False, pages_of: str = "asked") -> Pages:
    """A server with these rows that allows so many in a page.

    more: whether it names next pages ("named"), says that there is none, or says nothing ("silent"), as over SOAP. keys: whether a
    restriction of the primary key is taken, refused or ignored. pages_of: over SOAP, what pages are counted in: rows as they were
    asked for, or as many as are allowed.
    """

    def answer(query: Query, page: int, skip: int) -> Page:
        if query.where and keys == "refused":
            raise errors.ErrorAnswer("No such restriction.")
        least = int(query.where[0].values[0]) + 1 if query.where and keys == "taken" else 0  # type: ignore[arg-type]
        size = min(query.size, most)
        start = least + (page * (size if pages_of == "allowed" else query.size) if more == "silent" else skip)
        found = [row(number) for number in range(start, min(start + size, total))]
        left = start + len(found) < total
        count = total - least if counts and query.counted else None
        return Page(found, None if more == "silent" else more == "named" and left, count)

    return Pages(answer, total)


BY_PLACE = ({"keys": "refused"}, {"keys": "ignored"})


@pytest.mark.parametrize(
    ("total", "kind", "places"),
    [
        # An empty archive is asked for all of its rows, too.
        (0, {}, [(0, 0), "> True"]),
        (0, {"counts": True}, [(0, 0), "> True"]),
        # No page says that it is the last one, however many rows it has,
        *((total, {"more": more}, [(0, 0), f"> {total - 1}"]) for total in (1, 2, 3) for more in ("", "silent")),
        (5, {}, [(0, 0), "> 2", "> 4"]),
        (5, {"more": "silent", "most": 2}, [(0, 0), "> 1", "> 3", "> 4"]),
        # but where the server counts the rows,
        *((total, {"counts": True}, [(0, 0)]) for total in (1, 2)),
        *((total, {"counts": True, "most": 2}, [(0, 0), "> 1"]) for total in (3, 4)),
        # though it may count no more than it was asked for,
        (3, {"counts": True}, [(0, 0), "> 2"]),
        (6, {"counts": True}, [(0, 0), "> 2"]),
        *((5, {"counts": True, "more": more}, [(0, 0), "> 2"]) for more in ("", "named", "silent")),
        (5, {"counts": True, "most": 2}, [(0, 0), "> 1", "> 3"]),
        # and behind pages as those behind which it named others.
        (6, {"more": "named"}, [(0, 0), "> 2"]),
        (5, {"more": "named"}, [(0, 0), "> 2"]),
        (5, {"more": "named", "most": 2}, [(0, 0), "> 1", "> 3"]),
        # Where the restriction of the key is not taken, rows are skipped.
        *((5, {"counts": True, **kind}, [(0, 0), "> 2", (1, 3)]) for kind in BY_PLACE),
        *((5, {"most": 2, **kind}, [(0, 0), "> 1", (1, 2), (2, 4), (3, 5)]) for kind in BY_PLACE),
        *((2, {"more": "silent", **kind}, [(0, 0), "> 1", (1, 2)]) for kind in BY_PLACE),
        *(
            (5, {"more": "silent", "most": 2, "pages_of": pages_of, **kind}, [(0, 0), "> 1", (1, 2), (2, 4), (3, 5)])
            for pages_of in ("asked", "allowed")
            for kind in BY_PLACE
        ),
    ],
    ids=str,
)
def test_all_rows_come_in_pages(total: int, kind: dict[str, Any], places: list[Any]) -> None:
    there = server(total, **kind)
    assert there.rows(FIELDS) == [row(number) for number in range(total)] and there.places == places
    # Only the first page is counted.
    assert [query.counted for query, _page, _skip in there.asked] == [not number or not total for number in range(len(places))]
    assert there.asked[0][0] == FIELDS._replace(counted=True)


def test_what_a_server_takes_is_remembered() -> None:
    there = server(5, keys="refused", counts=True)
    archives = Archives(there)  # type: ignore[arg-type]
    for _time in range(2):
        archives.rows(FIELDS)
    assert there.places == [(0, 0), "> 2", (1, 3), (0, 0), (1, 3)]
    # Full pages behind which a next one is named say nothing of shorter ones that are full for their size.
    there = server(5, 2, more="named")
    archives = Archives(there)  # type: ignore[arg-type]
    archives.rows(FIELDS)
    assert len(archives.rows(FIELDS._replace(size=2))) == 5
    there = server(4, 1000, more="")
    archives = Archives(there)  # type: ignore[arg-type]
    archives._pages._names_next["ErpField"] = {False}
    assert len(archives.rows(FIELDS._replace(size=2))) == 4 and there.places == [(0, 0), "> 1", "> 3"]


def without_a_row(lost: int, after: int, **kind: Any) -> Pages:
    """A server of ten rows one of which is deleted after so many questions."""
    there = server(10)

    def answer(query: Query, _page: int, skip: int) -> Page:
        if query.where and kind.get("keys") == "refused":
            raise errors.ErrorAnswer("No such restriction.")
        behind = int(query.where[0].values[0]) if query.where else -1  # type: ignore[arg-type]
        left = [row(number) for number in range(10) if number > behind and (number != lost or len(there.asked) <= after)]
        return Page(left[skip : skip + query.size], False, len(left) if query.counted and kind.get("counts") else None)

    there._answer = answer
    return there


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("lost", [1, 4, 9])
def test_a_row_that_is_deleted_between_two_pages_hides_no_other(lost: int, counts: bool) -> None:
    there = without_a_row(lost, 1, counts=counts)
    # One that was read already is still there.
    assert [one["Id"] for one in there.rows(FIELDS)] == [number for number in range(10) if number != lost or lost < 3]
    # Behind as many rows as were read stands another one.
    if lost == 1:
        by_place = without_a_row(lost, 2, keys="refused").rows(FIELDS)
        assert [one["Id"] for one in by_place] == [0, 1, 2, 4, 5, 6, 7, 8, 9]


def test_rows_that_come_and_go_at_the_top_of_a_descending_order_move_no_other() -> None:
    newest = FIELDS._replace(order=("-Id",))

    def answer(query: Query, _page: int, skip: int) -> Page:
        first = 9 + len(there.asked)
        before = int(query.where[0].values[0]) if query.where else first  # type: ignore[arg-type]
        assert not query.where or query.where[0] == Restriction("Id", "<", (before,))
        numbers = [number for number in range(first - 1, -1, -1) if number < before][skip : skip + query.size]
        return Page([row(number) for number in numbers], None)

    there = Pages(answer)
    assert [one["Id"] for one in there.rows(newest)] == list(range(9, -1, -1)) and len(there.asked) == 5


def test_a_key_that_is_no_column_of_the_query_is_asked_for_and_not_told() -> None:
    """PrimaryKey may be something else than the column by which rows are restricted."""
    query = Query("dynamic", ("ErpField.Rank",), (Restriction("ErpField.erpfield_id", ">", (0,)),), size=2)

    def answer(query: Query, _page: int, _skip: int) -> Page:
        [one] = query.where
        assert query.columns == ("ErpField.Rank", "ErpField.erpfield_id")
        numbers = range(int(one.values[0]) + 1, 6)  # type: ignore[arg-type]
        found: list[Row] = [
            {"PrimaryKey": str(1000 + n), "ErpField.Rank": -n, "ErpField.erpfield_id": f"[I:{n}]"} for n in numbers[: query.size]
        ]
        return Page(found, None)

    there = Pages(answer)
    assert there.rows(query) == [{"PrimaryKey": str(1000 + n), "ErpField.Rank": -n} for n in range(1, 6)]
    # Rows of a right join may share a key, so that some of them would be left out.
    joined = "ErpConnectionActorType.(ErpField->ErpConnectionActorTypeId).ErpFieldKey"
    pages = scripted(Page([{"PrimaryKey": "1", joined: "a"}], True), Page([{"PrimaryKey": "1", joined: "b"}], False))
    assert len(pages.rows(Query("dynamic", (joined,)))) == 2 and pages.places == [(0, 0), (1, 1)]


def test_an_empty_page_is_not_believed_where_the_server_counts_more() -> None:
    def answer(query: Query, _page: int, skip: int) -> Page:
        return Page([] if query.where else [row(number) for number in range(skip, min(skip + 3, 5))], False, 5 if query.counted else None)

    there = Pages(answer)
    assert len(there.rows(FIELDS)) == 5 and there.places == [(0, 0), "> 2", (1, 3)]
    # A count that cannot be is none.
    there = Pages(lambda query, _page, _skip: Page([] if query.where else [row(1), row(2)], False, 1))
    assert len(there.rows(FIELDS)) == 2 and there.places == [(0, 0), "> 2"]


def test_reading_ends_with_the_rows_that_are_wanted() -> None:
    there = server(100)
    assert [one["Id"] for one in there.rows(FIELDS, 4)] == [0, 1, 2, 3] and len(there.asked) == 2
    assert [query.counted for query, _page, _skip in there.asked] == [True, False]
    assert there.rows(FIELDS, 3) == there.rows(FIELDS, 100)[:3] and len(there.asked) == 3 + 34
    # One row needs no count of all.
    assert len(there.rows(FIELDS, 1)) == 1 and not there.asked[-1][0].counted


@pytest.mark.parametrize(("kind", "most"), [({}, 1000), ({"keys": "refused"}, 100)], ids=str)
def test_an_answer_without_end_is_trouble(kind: dict[str, Any], most: int) -> None:
    one = FIELDS._replace(size=1)
    assert len(server(most - 1, **kind).rows(one)) == most - 1
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        server(most, **kind).rows(one)
    assert caught.value.message == "archive ErpField: the answer has no end, or takes more requests than it is worth."
    assert isinstance(caught.value, TROUBLE)
    # An answer may be longer where that was asked for.
    assert len(server(most + 100, **kind).rows(one, most + 50)) == most + 50


def test_rows_that_are_not_worth_their_requests_are_not_read() -> None:
    there = server(10, counts=True)
    assert len(Archives(there).rows(FIELDS, most_pages=4)) == 10  # type: ignore[arg-type]
    there = server(10, counts=True)
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        Archives(there).rows(FIELDS, most_pages=3)  # type: ignore[arg-type]
    assert caught.value.message == "archive ErpField: its 10 rows take more requests than they are worth." and len(there.asked) == 1
    # Nobody knows it of those that are not counted.
    there = server(10)
    with pytest.raises(errors.UnexpectedAnswer):
        Archives(there).rows(FIELDS, most_pages=3)  # type: ignore[arg-type]
    assert len(there.asked) == 3


def test_nothing_is_asked_for_none_of_some_values() -> None:
    there = server(3)
    assert there.rows(FIELDS._replace(where=(Restriction("Id", "in", ()),))) == [] and there.asked == []


def test_an_archive_without_rows_is_asked_for_all_of_them() -> None:
    everything = Restriction("getAllRows", "=", (True,))
    counted = FIELDS._replace(counted=True)
    there = Pages(lambda query, _page, _skip: Page([row(1)] if query.where else [], False, 1))
    assert there.rows(FIELDS) == [row(1)]
    assert there.asked == [(counted, 0, 0), (counted._replace(where=(everything,)), 0, 0)]
    # Not where there is a restriction, nor of the archive that knows none such.
    there = server(0)
    nothing = FIELDS._replace(where=(Restriction("Id", "=", (1,)),)), Query("dynamic", ("ErpConnection.Active",))
    assert [there.rows(query) for query in nothing] == [[], []] and len(there.asked) == 2

    def refused(query: Query, _page: int, _skip: int) -> Page:
        if query.where:
            raise errors.ErrorAnswer("There is no column getAllRows.")
        return Page([], False)

    assert Pages(refused).rows(FIELDS) == []


def test_a_server_without_lists_of_numbers_is_asked_for_all_in_between() -> None:
    def strict(query: Query, _page: int, skip: int) -> Page:
        if any(one.operator == "in" and len(one.values) > 1 for one in query.where):
            raise errors.ErrorAnswer("A column of this type has no operator oneOf.")
        (_text, _at, values), least, most, *behind = query.where
        assert values == ("a",)
        first = max(int(least.values[0]), *(1 + int(one.values[0]) for one in behind), 0)  # type: ignore[arg-type]
        numbers = range(first, int(most.values[0]) + 1)  # type: ignore[arg-type]
        found: list[Row] = [
            {"PrimaryKey": str(n), **{name: {"Id": n, "ConnectionId": f"[I:{n % 10}]"}[name] for name in query.columns}} for n in numbers
        ]
        return Page(found[skip : skip + query.size], skip + query.size < len(found), len(found))

    def where(*values: int) -> Query:
        return FIELDS._replace(
            columns=("Id",), where=(Restriction("ConnectionId", "in", values), Restriction("Key", "=", ("a",))), size=1000
        )

    server = Pages(strict)
    assert [one["Id"] for one in server.rows(where(3, 1, 5))] == [1, 3, 5] and len(server.asked) == 2
    assert server.asked[1][0] == where(3, 1, 5)._replace(
        counted=True,
        columns=("Id", "ConnectionId"),
        where=(Restriction("Key", "=", ("a",)), Restriction("ConnectionId", ">=", (1,)), Restriction("ConnectionId", "<=", (5,))),
    )
    archives = Archives(server)  # type: ignore[arg-type]
    # As many are read as it takes.
    assert archives.rows(where(3, 1, 5)._replace(size=1), limit=2) == [{"PrimaryKey": "1", "Id": 1}, {"PrimaryKey": "3", "Id": 3}]
    asked = len(server.asked)
    archives.rows(where(2, 4))
    # Now it is known.
    assert len(server.asked) == asked + 1

    def broken(query: Query, _page: int, _skip: int) -> Page:
        raise errors.ErrorAnswer(query.where[0].operator)

    for one, told in ((where(3, 1), "="), (where(3), "in"), (FIELDS._replace(where=(Restriction("Key", "in", ("a", "b")),)), "in")):
        with pytest.raises(errors.ErrorAnswer, match=f"^{told}$"):
            Pages(broken).rows(one)


def scripted(*pages: Page) -> Pages:
    return Pages(lambda _query, page, _skip: pages[page])


def test_a_row_that_moved_to_a_later_page_counts_once() -> None:
    by_rank = FIELDS._replace(order=("-Rank",))
    found = scripted(Page([row(1), row(2), row(3)], True), Page([row(3, Rank=9), row(4)], False)).rows(by_rank)
    assert found == [row(1), row(2), row(3), row(4)]


def refusing_keys(*pages: Page) -> Pages:
    """The same, of a server that does not take a restriction of the primary key."""

    def answer(query: Query, page: int, _skip: int) -> Page:
        if query.where:
            raise errors.ErrorAnswer("No such restriction.")
        return pages[page]

    return Pages(answer)


@pytest.mark.parametrize("second", [[3, 4], [5, 4], [1, 5]], ids=str)
def test_pages_that_may_miss_rows_are_trouble(second: list[int]) -> None:
    """A server that does not sort by the key shows rows twice, and others never."""
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        refusing_keys(Page([row(1), row(2), row(3)], True), Page([row(number) for number in second], False)).rows(FIELDS)
    assert caught.value.message == (
        "archive ErpField: the rows of its pages are not in the order that was asked for, so that some may be missing."
    )
    failure = caught.value.failure()
    assert (failure["attempts"], failure["method"], failure["kind"]) == (1, "archive ErpField", "unexpected_answer")
    # What is behind the last key is not known of rows that are not in its order.
    there = refusing_keys(Page([row(2), row(3), row(1)], False), Page([row(4)], False))
    with pytest.raises(errors.UnexpectedAnswer):
        there.rows(FIELDS)
    assert there.places == [(0, 0), (1, 3)]
    # All that one page has is there in any order.
    assert len(scripted(Page([row(2), row(1)], False, 2)).rows(FIELDS)) == 2


@pytest.mark.parametrize("third", [[4, 3], [6, 5]], ids=str)
def test_pages_that_do_not_follow_each_other_are_trouble(third: list[int]) -> None:
    pages = iter([[1, 2], [3, 4], third])
    there = Pages(lambda _query, _page, _skip: Page([row(number) for number in next(pages)], None))
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        there.rows(FIELDS)
    assert caught.value.message == "archive ErpField: its pages do not follow each other, so that some rows may be missing."


def test_a_failure_behind_the_second_page_is_no_refusal_of_the_restriction() -> None:
    def answer(_query: Query, _page: int, _skip: int) -> Page:
        if len(there.asked) == 3:
            raise errors.ErrorAnswer("Something else.")
        return Page([row(len(there.asked))], None)

    there = Pages(answer)
    with pytest.raises(errors.ErrorAnswer, match="Something else"):
        there.rows(FIELDS)


def repeating(total: int, more: bool | None) -> Pages:
    """A server that always sends the first rows."""
    return Pages(lambda query, _page, _skip: Page([row(number) for number in range(total)], more))


@pytest.mark.parametrize(("total", "more"), [(2, True), (2, False), (49, None), (50, True)], ids=str)
def test_a_server_that_does_not_go_on_is_trouble(total: int, more: bool | None) -> None:
    there = repeating(total, more)
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        there.rows(FIELDS._replace(size=1000))
    assert caught.value.message == "archive ErpField: a page repeats the rows of others, so that some may be missing."
    assert there.places == [(0, 0), f"> {total - 1}", (1, total)]
    assert len(repeating(total, more).rows(FIELDS._replace(size=1000), limit=2)) == 2


def test_rows_of_a_join_share_a_primary_key() -> None:
    """As the vendor documents of a right join: one category, and each of its companies."""
    first: list[Row] = [{"PrimaryKey": "1", "c": "a"}, {"PrimaryKey": "1", "c": "b"}]
    second: list[Row] = [{"PrimaryKey": "1", "c": "b"}, {"PrimaryKey": "1", "c": "c"}]
    assert scripted(Page(first, True), Page(second, False)).rows(FIELDS) == [*first, second[1]]
    without: list[Row] = [{"c": "a"}, {"PrimaryKey": "2", "c": ["b"]}]
    assert scripted(Page([row(1)], True), Page(without, True), Page([row(1), *without], True)).rows(FIELDS) == [row(1), *without]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        (Query("ErpField", ("Rank",)), ("Id",)),
        (Query("ErpField", ("Rank",), order=("-Rank",)), ("-Rank", "Id")),
        (Query("ErpField", ("Rank",), order=("-id",)), ("-id",)),
        (Query("ErpConnector", ("name",)), ("id",)),
        # Documented as columns that cannot be ordered by.
        (Query("ErpConnection", ("name",)), ()),
        (Query("ErpSyncLog", ("newvalue",), order=("-updated",)), ("-updated",)),
        (
            Query("dynamic", ("ErpSyncLog.registered",), order=("-ErpSyncLog.registered",)),
            ("-ErpSyncLog.registered", "ErpSyncLog.erpsynclog_id"),
        ),
        (Query("dynamic", ("ErpField:ErpConnectionActorTypeId.IsActive",)), ("ErpField.erpfield_id",)),
        # One row.
        (Query("dynamic", ("ErpConfiguration.ConnectionRank",)), ()),
    ],
)
def test_every_order_ends_with_the_primary_key(query: Query, order: tuple[str, ...]) -> None:
    assert ordered(query) == query._replace(order=order)
    there = scripted(Page([row(1)], False, 1))
    there.rows(query)
    [(asked, page, skip)] = there.asked
    assert asked._replace(columns=query.columns) == query._replace(order=order, counted=True) and (page, skip) == (0, 0)
    # The key behind which it may go on is told, too.
    key = tuple(column.lstrip("-") for column in order) if len(order) == 1 and order != ("-updated",) else ()
    assert asked.columns == (*query.columns, *key)


@pytest.mark.parametrize(
    ("operator", "values", "told"),
    [
        ("=", (3,), "C eq 3"),
        (">", (3,), "C gt 3"),
        (">=", (-3,), "C ge -3"),
        ("<", (3,), "C lt 3"),
        ("<=", (3,), "C le 3"),
        ("in", (3, 4), "C oneOf (3,4)"),
        ("in", (3,), "C eq 3"),
        ("in", ("a",), "C is 'a'"),
        ("=", ("it's 'so'",), "C is 'it''s ''so'''"),
        ("in", ("a", "b'"), "C in ('a','b''')"),
        ("=", (True,), "C set true"),
        ("=", (False,), "C set false"),
        # In UTC.
        ("=", (NOON,), "C dateTime '2026-11-03T12:02:00'"),
        (">", (NOON,), "C afterTime '2026-11-03T12:02:00'"),
        (">=", (NOON,), "C afterTime '2026-11-03T12:01:59'"),
        ("<", (NOON,), "C beforeTime '2026-11-03T12:02:00'"),
        ("<=", (NOON,), "C beforeTime '2026-11-03T12:02:01'"),
    ],
)
def test_restrictions_as_odata(operator: str, values: tuple[Any, ...], told: str) -> None:
    assert odata.condition(FIELDS._replace(where=(Restriction("C", operator, values),))) == told


def test_a_question_as_odata() -> None:
    where = (Restriction("ConnectionId", "in", (1, 2)), Restriction("ActorTypeErp", "=", ("Customer",)))
    query = Query("ErpField", ("Id", "connector/name"), where, ("-Rank", "Id"), 50)
    assert odata.parameters(query, 0) == {
        "$select": "Id,connector/name",
        "$filter": "ConnectionId oneOf (1,2) and ActorTypeErp is 'Customer'",
        "$orderBy": "Rank desc,Id",
        "$output": "Logical",
        "$top": "50",
    }
    assert odata.parameters(Query("dynamic", ("T.a",)), 7) == {"$select": "T.a", "$output": "Logical", "$top": "1000", "$skip": "7"}
    assert odata.parameters(Query("dynamic", ("T.a",), counted=True), 0) == {
        "$select": "T.a",
        "$output": "Logical",
        "$top": "1000",
        "$inlineCount": "allpages",
    }


def test_rows_have_the_columns_as_they_were_asked_for() -> None:
    answer = {
        "ODATA.NEXTLINK": "https://next",
        "value": [{"primarykey": "7", "EntityName": "erpfield", "ID": 7, "rank": None}, None, {"Id": 8, "id": 9}, {"PrimaryKey": 3}, {}],
    }
    assert archive_page(FIELDS, answer) == ([{"PrimaryKey": "7", "Id": 7, "Rank": None}, {"Id": 8}, {"PrimaryKey": 3}, {}], True, None)
    for told, count in (("7", 7), (7, 7), ("some", None)):
        page: Any = {"value": [{"ID": 1, "id": 2}], "odata.nextLink": None, "odata.count": told}
        assert archive_page(FIELDS, page) == ([{"Id": 1}], False, count)


# Questions that are too long for an address


class Server:
    """Answers GET and POST of archives from rows, and keeps what it was asked."""

    settings = Settings("https://crm.example.com/SuperOffice", {})

    def __init__(self, rows: Callable[[dict[str, str]], list[Row]], post: int = 200) -> None:
        self._rows = rows
        self._post = post
        self.requests: list[Request] = []

    def send(self, request: Request, to: Destination) -> Response:
        self.requests.append(request)
        if request.verb == "POST" and self._post != 200:
            return Response(self._post, {}, b"", 1)
        asked = dict(parse_qsl(request.body.decode() if request.body else "")) or dict(request.query)
        rows = self._rows(asked)
        return Response(200, {}, json.dumps({"value": rows, "odata.count": str(len(rows))}).encode(), 1)

    @property
    def verbs(self) -> list[str]:
        return [request.verb for request in self.requests]

    def read(self, query: Query, limit: int | None = None) -> list[Row]:
        return Archives(RestTransport(access.given(self))).rows(query, limit=limit)  # type: ignore[arg-type]


def wanted(asked: dict[str, str]) -> list[Row]:
    """The rows of the ids in the filter, the highest first, each with its rank, and the first of them twice."""
    ids = [int(number) for number in asked["$filter"].partition("(")[2].rstrip(")").split(",")]
    columns = asked["$select"].split(",")
    values = {number: {"Id": number, "Rank": -number % 7, "ErpFieldKey": f"K{number}"} for number in ids}
    return [{"PrimaryKey": str(number), **{name: values[number][name] for name in columns}} for number in reversed(ids)]


def by_ids(count: int, *, columns: tuple[str, ...] = ("Id",), order: tuple[str, ...] = ("Id",)) -> Query:
    return Query("ErpField", columns, (Restriction("Id", "in", tuple(range(10_000, 10_000 + count))),), order)


def test_the_longest_address() -> None:
    def address(request: Request) -> int:
        return len(f"{Server.settings.url}{request.path}?{urlencode(request.query, quote_via=quote)}")

    server = Server(lambda _asked: [row(1)])
    server.read(Query("ErpConnection", ("x",)))
    longest = Query("ErpConnection", ("x" * (1 + LONGEST_ADDRESS - address(server.requests[0])),))
    server.read(longest)
    assert address(server.requests[1]) == LONGEST_ADDRESS == 2000
    server.read(longest._replace(columns=(f"{longest.columns[0]}x",)))
    assert server.verbs == ["GET", "GET", "POST"]


def test_parts_are_put_together_in_the_order_that_was_asked_for() -> None:
    """By numbers, times and texts, each as it is spelled, and what is unknown first."""
    spelled = {1: "[I:10]", 2: "[I:9]", 3: "[DT:02/01/2027 10:00:00]", 4: "[DT:12/31/2026 10:00:00]", 5: "b", 6: "A", 7: None}

    def answer(query: Query, _page: int, _skip: int) -> Page:
        [one] = query.where
        if len(one.values) > 1:
            raise errors.AddressTooLong("Too long.")
        [number] = one.values
        assert query.columns == ("Id", "V")
        return Page([row(int(number), V=spelled[int(number)])], False, 1)  # type: ignore[arg-type]

    for order, ids in ((("V",), [7, 2, 1, 4, 3, 6, 5]), (("-V",), [5, 6, 3, 4, 1, 2, 7])):
        query = Query("ErpField", ("Id",), (Restriction("Id", "in", tuple(spelled)),), order)
        assert [one["Id"] for one in Pages(answer).rows(query)] == ids and Pages(answer).rows(query, 1) == [row(ids[0])]


def test_a_question_is_posted_where_its_address_would_be_too_long() -> None:
    server = Server(wanted)
    # The comma becomes three characters.
    base = len("https://crm.example.com/SuperOffice/api/v1/archive/ErpField?%24select=Id&%24filter=Id%20oneOf%20%28%29"
               "&%24orderBy=Id&%24output=Logical&%24top=1000&%24inlineCount=allpages")  # fmt: skip
    fitting = (LONGEST_ADDRESS - base + 3) // 8
    server.read(by_ids(fitting))
    server.read(by_ids(fitting + 1))
    assert server.verbs == ["GET", "POST"] and base + fitting * 8 - 3 <= LONGEST_ADDRESS == 2000
    get, post = server.requests
    assert post.path == get.path == "/api/v1/archive/ErpField" and not post.writes and not post.query
    assert post.headers == {"Content-Type": "application/x-www-form-urlencoded"}
    body = (post.body or b"").decode()
    assert body.startswith("%24select=Id&%24filter=Id%20oneOf%20%2810000%2C10001%2C")
    assert body.endswith("&%24top=1000&%24inlineCount=allpages")


@pytest.mark.parametrize("status", [404, 405, 501])
def test_values_are_asked_for_in_parts_where_nothing_can_be_posted(status: int) -> None:
    server = Server(wanted, status)
    found = server.read(by_ids(604, order=("Rank", "-Id")))
    assert found == [{"PrimaryKey": str(i), "Id": i} for i in sorted(range(10_000, 10_604), key=lambda i: (-i % 7, -i))]
    assert server.verbs == ["POST", *["GET"] * 4]
    assert all(request.query["$orderBy"] == "Rank,Id desc" and request.query["$select"] == "Id,Rank" for request in server.requests[1:])
    # It is known of this archive now, and each part has all rows that are wanted.
    assert server.read(by_ids(604), 2) == [{"PrimaryKey": "10000", "Id": 10_000}, {"PrimaryKey": "10001", "Id": 10_001}]


def test_columns_are_asked_for_in_parts_and_joined() -> None:
    names = tuple(f"Column{number:03}" for number in range(200))
    there = {str(key): {name: f"{name} of {key}" for name in names} for key in (1, 2)}

    def answer(keys: str) -> Callable[[dict[str, str]], list[Row]]:
        told = iter(keys.split())

        def rows(asked: dict[str, str]) -> list[Row]:
            columns = asked["$select"].split(",")
            return [{"PrimaryKey": key, **{name: there[key].get(name, key) for name in columns}} for key in next(told)]

        return rows

    server = Server(answer("12 21"), 405)
    assert server.read(Query("ErpField", names)) == [{"PrimaryKey": key, **there[key]} for key in ("1", "2")]
    assert server.verbs == ["POST", "GET", "GET"]
    # One row came in between, and another went.
    for keys in ("1 12", "12 1"):
        assert Server(answer(keys), 405).read(Query("ErpField", names)) == [{"PrimaryKey": "1", **there["1"]}]
    for keys in ("11 1", "1 11"):
        with pytest.raises(errors.AddressTooLong) as caught:
            Server(answer(keys), 405).read(Query("ErpField", names))
        assert isinstance(caught.value, TROUBLE) and caught.value.kind == "not_found"
    assert caught.value.message == (
        "archive ErpField: the question is too long for an address, and the server does not take it in a body (405)."
    )


def test_a_question_that_cannot_be_cut_is_trouble() -> None:
    server = Server(wanted, 405)
    with pytest.raises(errors.AddressTooLong):
        server.read(Query("ErpField", ("Id",), (Restriction("CrmFieldKey", "=", ("x" * 2000,)),)))
    assert server.verbs == ["POST"]


def test_another_error_of_posting_is_no_missing_post() -> None:
    server = Server(wanted, 403)
    with pytest.raises(errors.Forbidden):
        server.read(by_ids(604))
    assert server.verbs == ["POST"]
