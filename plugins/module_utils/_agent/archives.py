# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads archives from their first page to the last, over REST and SOAP.

Sources: the vendor's documentation of searching with OData and of the archive agent, which asks to
order by the primary key.
"""

from __future__ import annotations

import functools
import operator
import typing as t

from .._client import errors
from .._wire import archive_query, archive_value
from .._wire.archive_query import PRIMARY_KEY, Query, Restriction, Row
from .transport import Transport

TROUBLE: tuple[type[errors.ErpSyncError], ...] = errors.APPLICATION_ERRORS + (errors.NotJson, errors.Unavailable)
"""The errors of a server that refuses or lacks an archive, or answers something else. A caller that
can do without the archive catches them."""

# Documented for each archive but dynamic: "Get all rows of archive".
# Enough for 100,000 rows, should a server always send another page. Each page has a new row, so that
# a limit is an end, too.
_MOST_PAGES = 100
# A shorter page may be all that a server allows, where it names no next page. What servers allow are
# round numbers.
_ROUND = 50
# Rows of these sorts are in this order where they are sorted by one column.
_NOTHING, _NUMBER, _MOMENT, _TEXT = range(4)


class Archives:
    """Reads whole archives. It changes nothing."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        # Archives that take no list of numbers, which is documented of ids alone.
        self._without_lists: set[str] = set()
        # Whether the server is known to name a next page where there is one.
        self._names_pages = False

    def rows(self, query: Query, *, limit: int | None = None) -> list[Row]:
        """All rows, page by page, each once.

        :param limit: how many rows are wanted. A query for few rows also names a small size.
        :raises errors.ErpSyncError: one of :data:`TROUBLE` where the archive cannot be read.
        """
        if not all(one.values for one in query.where):
            return []
        query = archive_query.ordered(query)
        return (self._read(query, limit) or self._unrestricted(query, limit))[:limit]

    def _unrestricted(self, query: Query, limit: int | None) -> list[Row]:
        """The rows of an archive that has none without a restriction, if it has any. Whether archives
        are so is not documented."""
        if query.where or query.archive == "dynamic":
            return []
        try:
            return self._read(query._replace(where=(archive_query.ALL_ROWS,)), limit)
        except TROUBLE:
            return []

    def _read(self, query: Query, limit: int | None) -> list[Row]:
        if query.archive in self._without_lists and any(map(_lists_numbers, query.where)):
            return self._between(query)
        try:
            return self._pages(query, limit)
        except errors.ErrorAnswer:
            if not any(map(_lists_numbers, query.where)):
                raise
            rows = self._between(query)
            self._without_lists.add(query.archive)
            return rows
        except errors.AddressTooLong as error:
            longest = max(query.where, key=lambda one: len(one.values), default=None)
            if longest is not None and len(longest.values) > 1:
                return self._in_parts(query, longest, limit)
            if len(query.columns) > 1:
                return self._joined(query, limit, error)
            raise

    def _pages(self, query: Query, limit: int | None) -> list[Row]:
        found = _Found()
        seen = 0
        for number in range(max(_MOST_PAGES, limit or 0)):
            page = self._transport.archive(query, number, seen)
            is_new = found.add(page.rows)
            seen += len(page.rows)
            self._names_pages = self._names_pages or bool(page.more)
            if number and is_new and not found.is_in_order and query.order == (archive_query.primary_key(query),):
                raise _unusable(query, "the rows of its pages are not in the order that was asked for, so that some may be missing.")
            if limit is not None and len(found.rows) >= limit:
                return found.rows
            may_go_on = len(page.rows) >= query.size or len(page.rows) % _ROUND == 0
            if not is_new and page.rows and not found.are_joined and (page.more or len(page.rows) % _ROUND == 0):
                raise _unusable(query, "a page repeats the rows of others, so that some may be missing.")
            # A server that repeats its rows does not know how to skip some.
            if not is_new or (page.more is False and (self._names_pages or not may_go_on)):
                return found.rows
            if page.more is None and not number and len(page.rows) < query.size:
                # The server may allow no more in a page, and count pages of what it allows or of
                # what was asked for.
                query = query._replace(size=len(page.rows))
        raise _unusable(query, "the answer has no end.")

    def _between(self, query: Query) -> list[Row]:
        """The rows that meet restrictions to listed numbers, of all that lie between the least and the
        greatest."""
        lists = {one.column: frozenset(one.values) for one in query.where if _lists_numbers(one)}
        where = [one for one in query.where if not _lists_numbers(one)]
        for column, numbers in lists.items():
            where += [Restriction(column, ">=", (min(numbers),)), Restriction(column, "<=", (max(numbers),))]
        wider = _with_columns(query._replace(where=tuple(where)), lists)
        rows = [row for row in self._read(wider, None) if all(archive_value.whole(row.get(name)) in lists[name] for name in lists)]
        return _only(query, rows)

    def _in_parts(self, query: Query, longest: Restriction, limit: int | None) -> list[Row]:
        """The rows for one half of the values of a restriction, and those for the other."""
        wider = _with_columns(query, (column for column in map(_name, query.order) if not _is_key(column, query)))
        half = len(longest.values) // 2
        found: list[Row] = []
        for values in (longest.values[:half], longest.values[half:]):
            where = tuple(one._replace(values=values) if one is longest else one for one in query.where)
            found += self._read(wider._replace(where=where), limit)
        return _only(query, _sorted(found, query))

    def _joined(self, query: Query, limit: int | None, error: errors.ErpSyncError) -> list[Row]:
        """The rows with one half of the columns, and with the other, joined by the primary key.

        Rows that one of the two does not have came or went in between.

        :param error: raised where rows have no primary key of their own.
        """
        half = len(query.columns) // 2
        left, right = (self._read(query._replace(columns=columns), limit) for columns in (query.columns[:half], query.columns[half:]))
        others = {archive_value.text(row.get(PRIMARY_KEY)): row for row in right}
        keys = [archive_value.text(row.get(PRIMARY_KEY)) for row in left]
        if None in keys or None in others or len(set(keys)) < len(left) or len(others) < len(right):
            raise error
        return [{**row, **others[key]} for key, row in zip(keys, left) if key in others]


class _Found:
    """The rows of all pages so far, without those that an earlier page had.

    Where rows of one page share a primary key, as those of a join do, or have none, a row is known
    by its values.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        # Whether rows share primary keys, or have none.
        self.are_joined = False
        # Whether each row has a greater primary key than the one before, as far as they have keys.
        self.is_in_order = True
        self._last = -1
        self._known: set[str] = set()

    def add(self, rows: t.Sequence[Row]) -> bool:
        """Add the rows of a page; whether any was new."""
        keys = [archive_value.text(row.get(PRIMARY_KEY)) for row in rows]
        if not self.are_joined and (None in keys or len(set(keys)) < len(keys)):
            self.are_joined = True
            self._known = set(map(_values, self.rows))
        names = list(map(_values, rows)) if self.are_joined else t.cast("list[str]", keys)
        new = [row for name, row in zip(names, rows) if name not in self._known]
        if new and not self.are_joined:
            self._note_order(keys)
        self.rows += new
        self._known.update(names)
        return bool(new)

    def _note_order(self, keys: t.Sequence[str | None]) -> None:
        numbers = [self._last, *(number for number in map(archive_value.whole, keys) if number is not None)]
        self.is_in_order = self.is_in_order and all(map(operator.lt, numbers, numbers[1:]))
        self._last = numbers[-1]


def _unusable(query: Query, why: str) -> errors.UnexpectedAnswer:
    method = f"archive {query.archive}"
    return errors.UnexpectedAnswer(f"{method}: {why}", method=method, attempts=1)


def _values(row: Row) -> str:
    return repr(sorted(row.items()))


def _lists_numbers(one: Restriction) -> bool:
    return one.operator == "in" and len(one.values) > 1 and all(isinstance(value, int) for value in one.values)


def _with_columns(query: Query, columns: t.Iterable[str]) -> Query:
    """The query with further columns, if it lacks them."""
    return query._replace(columns=(*query.columns, *(column for column in columns if column not in query.columns)))


def _only(query: Query, rows: t.Iterable[Row]) -> list[Row]:
    """Rows without the columns that the query does not ask for."""
    wanted = (PRIMARY_KEY, *query.columns)
    return [{name: row[name] for name in wanted if name in row} for row in rows]


def _sorted(rows: list[Row], query: Query) -> list[Row]:
    """The rows of several answers in the order of the query."""
    for column in reversed(query.order):
        name = PRIMARY_KEY if _is_key(_name(column), query) else _name(column)
        rows = sorted(rows, key=functools.partial(_place, name), reverse=column.startswith("-"))
    return rows


def _name(column: str) -> str:
    """A column of an order without its direction."""
    return column.lstrip("-")


def _is_key(column: str, query: Query) -> bool:
    return column.casefold() == (archive_query.primary_key(query) or "").casefold()


def _place(name: str, row: Row) -> tuple[int, t.Any]:
    value = row.get(name)
    number, moment = archive_value.whole(value), archive_value.moment(value)
    if number is not None:
        return _NUMBER, number
    if moment is not None:
        return _MOMENT, moment
    return (_TEXT, value.casefold()) if isinstance(value, str) else (_NOTHING, 0)
