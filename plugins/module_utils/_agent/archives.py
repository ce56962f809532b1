# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads archives over REST and SOAP, also with questions that are too long for an address.

Sources: the vendor's documentation of searching with OData and of the archive agent, which asks to
order by the primary key.
"""

from __future__ import annotations

import functools
import typing as t

from .._client import errors
from .._wire import archive_query, archive_value
from .._wire.archive_query import PRIMARY_KEY, Query, Restriction, Row
from .archive_pages import Pages, only, with_columns
from .transport import Transport

TROUBLE: tuple[type[errors.ErpSyncError], ...] = errors.APPLICATION_ERRORS + (errors.NotJson, errors.Unavailable)
"""The errors of a server that refuses or lacks an archive, or answers something else. A caller that
can do without the archive catches them."""

# Types in the order in which values of one column are sorted.
_NOTHING, _NUMBER, _MOMENT, _TEXT = range(4)


class Archives:
    """Reads whole archives. It changes nothing."""

    def __init__(self, transport: Transport) -> None:
        self._pages = Pages(transport)
        # Archives that take no list of numbers, which is documented of ids alone.
        self._without_lists: set[str] = set()

    def rows(self, query: Query, *, limit: int | None = None, most_pages: int | None = None) -> list[Row]:
        """All rows, page by page, each once.

        :param limit: how many rows are wanted. A query for few rows also names a small size.
        :param most_pages: the requests that the rows are worth.
        :raises errors.ErpSyncError: one of :data:`TROUBLE` where the archive cannot be read, or
            takes more requests.
        """
        if not all(one.values for one in query.where):
            return []
        # One row is all that is asked for, however many there are.
        query = archive_query.ordered(query)._replace(counted=limit != 1)
        return (self._read(query, limit, most_pages) or self._unrestricted(query, limit))[:limit]

    def _unrestricted(self, query: Query, limit: int | None) -> list[Row]:
        """The rows of an archive that may answer only to a restricted query. Whether such archives
        exist is not documented.
        """
        if query.where or query.archive == "dynamic":
            return []
        try:
            return self._read(query._replace(where=(archive_query.ALL_ROWS,)), limit)
        except TROUBLE:
            return []

    def _read(self, query: Query, limit: int | None, most_pages: int | None = None) -> list[Row]:
        if query.archive in self._without_lists and any(map(_lists_numbers, query.where)):
            return self._between(query, most_pages)
        try:
            return self._pages.rows(query, limit, most_pages)
        except errors.ErrorAnswer:
            if not any(map(_lists_numbers, query.where)):
                raise
            rows = self._between(query, most_pages)
            self._without_lists.add(query.archive)
            return rows
        except errors.AddressTooLong as error:
            longest = max(query.where, key=lambda one: len(one.values), default=None)
            if longest is not None and len(longest.values) > 1:
                return self._in_parts(query, longest, limit)
            if len(query.columns) > 1:
                return self._joined(query, limit, error)
            raise

    def _between(self, query: Query, most_pages: int | None) -> list[Row]:
        """The rows that meet restrictions to listed numbers, of all that lie between the least and
        the greatest.
        """
        lists = {one.column: frozenset(one.values) for one in query.where if _lists_numbers(one)}
        where = [one for one in query.where if not _lists_numbers(one)]
        for column, numbers in lists.items():
            where += [Restriction(column, ">=", (min(numbers),)), Restriction(column, "<=", (max(numbers),))]
        wider = with_columns(query._replace(where=tuple(where), counted=True), lists)
        rows = self._read(wider, None, most_pages)
        return only(query, [row for row in rows if all(archive_value.whole(row.get(name)) in lists[name] for name in lists)])

    def _in_parts(self, query: Query, longest: Restriction, limit: int | None) -> list[Row]:
        """The rows for one half of the values of a restriction, and those for the other."""
        wider = with_columns(query, (column for column in map(_name, query.order) if not _is_key(column, query)))
        half = len(longest.values) // 2
        found: list[Row] = []
        for values in (longest.values[:half], longest.values[half:]):
            where = tuple(one._replace(values=values) if one is longest else one for one in query.where)
            found += self._read(wider._replace(where=where), limit)
        return only(query, _sorted(found, query))

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


def _lists_numbers(one: Restriction) -> bool:
    return one.operator == "in" and len(one.values) > 1 and all(isinstance(value, int) for value in one.values)


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
