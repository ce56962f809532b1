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
    def places(self) -> list[tuple[int, int, int]]:
        """Size, page and skip of each question."""
        return [(query.size, page, skip) for query, page, skip in self.asked]


def row(number: int, **more: Any) -> Row:
    return {"PrimaryKey": str(number), "Id": number, **more}


def rest(total: int, most: int = 1000, names_pages: bool = True) -> Pages:
    """A server with these rows that allows so many in a page."""

    def answer(query: Query, _page: int, skip: int) -> Page:
        end = min(skip + min(query.size, most), total)
        return Page([row(number) for number in range(skip, end)], names_pages and end < total)

    return Pages(answer, total)


def soap(total: int, most: int = 1000, counts_allowed: bool = False) -> Pages:
    """The same over SOAP, which counts pages of the size that was asked for, or of the allowed size."""

    def answer(query: Query, page: int, _skip: int) -> Page:
        size = min(query.size, most)
        start = page * (size if counts_allowed else query.size)
        return Page([row(number) for number in range(start, min(start + size, total))], None)

    return Pages(answer, total)


@pytest.mark.parametrize(
    ("server", "places"),
    [
        (rest(0), [(3, 0, 0)] * 2),
        (rest(2), [(3, 0, 0)]),
        # Without a next page, a full one may be the last or not.
        (rest(3), [(3, 0, 0), (3, 1, 3)]),
        (rest(6, names_pages=False), [(3, 0, 0), (3, 1, 3), (3, 2, 6)]),
        # A server that names next pages names none at the end.
        (rest(6), [(3, 0, 0), (3, 1, 3)]),
        (rest(5, 2), [(3, 0, 0), (3, 1, 2), (3, 2, 4)]),
        (soap(0), [(3, 0, 0)] * 2),
        (soap(2), [(3, 0, 0), (2, 1, 2)]),
        (soap(3), [(3, 0, 0), (3, 1, 3)]),
        (soap(5), [(3, 0, 0), (3, 1, 3), (3, 2, 5)]),
        (soap(5, 2), [(3, 0, 0), (2, 1, 2), (2, 2, 4), (2, 3, 5)]),
        (soap(5, 2, counts_allowed=True), [(3, 0, 0), (2, 1, 2), (2, 2, 4), (2, 3, 5)]),
    ],
)
def test_all_rows_come_in_pages(server: Pages, places: list[tuple[int, int, int]]) -> None:
    found = server.rows(FIELDS)
    assert found == [row(number) for number in range(server.total)] and server.places == places
    assert server.asked[0][0] == FIELDS and (not server.total or server.asked[-1][0]._replace(size=3) == FIELDS)


def test_reading_ends_with_the_rows_that_are_wanted() -> None:
    server = rest(100)
    assert [one["Id"] for one in server.rows(FIELDS, 4)] == [0, 1, 2, 3] and len(server.asked) == 2
    assert server.rows(FIELDS, 3) == server.rows(FIELDS, 100)[:3] and len(server.asked) == 3 + 34
    # An answer may be longer than an endless one where that was asked for.
    assert len(rest(500).rows(FIELDS._replace(size=1), 400)) == 400
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        rest(500).rows(FIELDS._replace(size=1))
    assert caught.value.message == "archive ErpField: the answer has no end." and isinstance(caught.value, TROUBLE)


def test_nothing_is_asked_for_none_of_some_values() -> None:
    server = rest(3)
    assert server.rows(FIELDS._replace(where=(Restriction("Id", "in", ()),))) == [] and server.asked == []


def test_an_archive_without_rows_is_asked_for_all_of_them() -> None:
    everything = Restriction("getAllRows", "=", (True,))
    server = Pages(lambda query, _page, _skip: Page([row(1)] if query.where else [], False))
    assert server.rows(FIELDS) == [row(1)]
    assert server.asked == [(FIELDS, 0, 0), (FIELDS._replace(where=(everything,)), 0, 0)]
    # Not where there is a restriction, nor of the archive that knows none such.
    server = rest(0)
    nothing = FIELDS._replace(where=(Restriction("Id", "=", (1,)),)), Query("dynamic", ("ErpConnection.Active",))
    assert [server.rows(query) for query in nothing] == [[], []] and len(server.asked) == 2

    def refused(query: Query, _page: int, _skip: int) -> Page:
        if query.where:
            raise errors.ErrorAnswer("There is no column getAllRows.")
        return Page([], False)

    assert Pages(refused).rows(FIELDS) == []


def test_a_server_without_lists_of_numbers_is_asked_for_all_in_between() -> None:
    def strict(query: Query, _page: int, skip: int) -> Page:
        if any(one.operator == "in" and len(one.values) > 1 for one in query.where):
            raise errors.ErrorAnswer("A column of this type has no operator oneOf.")
        (_text, _at, values), least, most = query.where
        assert values == ("a",)
        numbers = range(least.values[0], most.values[0] + 1)  # type: ignore[arg-type, operator]
        found: list[Row] = [
            {"PrimaryKey": str(n), **{name: {"Id": n, "ConnectionId": f"[I:{n % 10}]"}[name] for name in query.columns}} for n in numbers
        ]
        return Page(found[skip : skip + query.size], skip + query.size < len(found))

    def where(*values: int) -> Query:
        return FIELDS._replace(
            columns=("Id",), where=(Restriction("ConnectionId", "in", values), Restriction("Key", "=", ("a",))), size=1000
        )

    server = Pages(strict)
    assert [one["Id"] for one in server.rows(where(3, 1, 5))] == [1, 3, 5] and len(server.asked) == 2
    assert server.asked[1][0] == where(3, 1, 5)._replace(
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


@pytest.mark.parametrize("second", [[3, 4], [5, 4], [1, 5]], ids=str)
def test_pages_that_may_miss_rows_are_trouble(second: list[int]) -> None:
    """A server that does not sort by the key shows rows twice, and others never."""
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        scripted(Page([row(1), row(2), row(3)], True), Page([row(number) for number in second], False)).rows(FIELDS)
    assert caught.value.message == (
        "archive ErpField: the rows of its pages are not in the order that was asked for, so that some may be missing."
    )
    # All that one page has is there in any order.
    assert len(scripted(Page([row(2), row(1)], False)).rows(FIELDS)) == 2


def repeating(total: int, more: bool | None) -> Pages:
    """A server that always sends the first rows."""
    return Pages(lambda query, _page, _skip: Page([row(number) for number in range(total)], more))


@pytest.mark.parametrize(("total", "more"), [(2, True), (50, True), (50, False), (100, None)], ids=str)
def test_a_server_that_does_not_go_on_is_trouble(total: int, more: bool | None) -> None:
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        repeating(total, more).rows(FIELDS._replace(size=1000))
    assert caught.value.message == "archive ErpField: a page repeats the rows of others, so that some may be missing."
    assert len(repeating(total, more).rows(FIELDS._replace(size=1000), limit=2)) == 2
    # What is no limit of a server is all that there is.
    assert len(repeating(49, None).rows(FIELDS._replace(size=1000))) == len(repeating(51, False).rows(FIELDS._replace(size=1000))) - 2 == 49


def test_a_server_that_names_no_next_page_may_allow_fewer_rows_than_were_asked_for() -> None:
    wanted = FIELDS._replace(size=1000)
    for total, most, places in ((120, 50, [0, 50, 100]), (100, 100, [0, 100]), (51, 100, [0])):
        server = rest(total, most, names_pages=False)
        assert len(server.rows(wanted)) == total and [skip for _size, _page, skip in server.places] == places
    # It is known of a server that it names them.
    server = rest(150, 100)
    archives = Archives(server)  # type: ignore[arg-type]
    assert [len(archives.rows(wanted)) for _time in range(2)] == [150] * 2 and len(server.asked) == 4


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
    server = scripted(Page([row(1)], False))
    server.rows(query)
    assert server.asked == [(query._replace(order=order), 0, 0)]


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
        ("afterTime", (NOON,), "C afterTime '2026-11-03T12:02:00'"),
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


def test_rows_have_the_columns_as_they_were_asked_for() -> None:
    answer = {
        "ODATA.NEXTLINK": "https://next",
        "value": [{"primarykey": "7", "EntityName": "erpfield", "ID": 7, "rank": None}, None, {"Id": 8, "id": 9}, {"PrimaryKey": 3}, {}],
    }
    assert archive_page(FIELDS, answer) == ([{"PrimaryKey": "7", "Id": 7, "Rank": None}, {"Id": 8}, {"PrimaryKey": 3}, {}], True)
    assert archive_page(FIELDS, {"value": [{"ID": 1, "id": 2}], "odata.nextLink": None}) == ([{"Id": 1}], False)


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
        return Response(200, {}, json.dumps({"value": self._rows(asked)}).encode(), 1)

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
    server.read(Query("ErpField", ("x",)))
    longest = Query("ErpField", ("x" * (1 + LONGEST_ADDRESS - address(server.requests[0])),))
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
        return Page([row(int(number), V=spelled[int(number)])], False)  # type: ignore[arg-type]

    for order, ids in ((("V",), [7, 2, 1, 4, 3, 6, 5]), (("-V",), [5, 6, 3, 4, 1, 2, 7])):
        query = Query("ErpField", ("Id",), (Restriction("Id", "in", tuple(spelled)),), order)
        assert [one["Id"] for one in Pages(answer).rows(query)] == ids and Pages(answer).rows(query, 1) == [row(ids[0])]


def test_a_question_is_posted_where_its_address_would_be_too_long() -> None:
    server = Server(wanted)
    # The comma becomes three characters.
    base = len("https://crm.example.com/SuperOffice/api/v1/archive/ErpField?%24select=Id&%24filter=Id%20oneOf%20%28%29"
               "&%24orderBy=Id&%24output=Logical&%24top=1000")  # fmt: skip
    fitting = (LONGEST_ADDRESS - base + 3) // 8
    server.read(by_ids(fitting))
    server.read(by_ids(fitting + 1))
    assert server.verbs == ["GET", "POST"] and base + fitting * 8 - 3 <= LONGEST_ADDRESS == 2000
    get, post = server.requests
    assert post.path == get.path == "/api/v1/archive/ErpField" and not post.writes and not post.query
    assert post.headers == {"Content-Type": "application/x-www-form-urlencoded"}
    body = (post.body or b"").decode()
    assert body.startswith("%24select=Id&%24filter=Id%20oneOf%20%2810000%2C10001%2C") and body.endswith("&%24top=1000")


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
            return [{"PrimaryKey": key, **{name: there[key][name] for name in asked["$select"].split(",")}} for key in next(told)]

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
