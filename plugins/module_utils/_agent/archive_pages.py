# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the pages of a query of an archive to their end.

Reading ends with an empty page, with as many rows as the server counts, or with a page without a
next one, if the server names next pages elsewhere. No other page is certainly the last: a server
may allow fewer rows than were asked for.
"""

from __future__ import annotations

import operator
import typing as t

from .._client import errors
from .._wire import archive_query, archive_value
from .._wire.archive_query import PRIMARY_KEY, Page, Query, Row
from .transport import Transport

# Enough for 100,000 rows. It ends the reading from a server that always sends another page: each
# page has a new row.
_MOST_PAGES = 100
# Where each page lies behind the one before.
_MOST_PAGES_BY_KEY = 1000


class Pages:
    """Reads pages, and remembers which questions the server takes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        # Archives that cannot be continued behind a primary key.
        self._without_keys: set[str] = set()
        # By archive, behind which pages the server is known to name a next one: full ones (True),
        # or shorter ones.
        self._names_next: dict[str, set[bool]] = {}

    def rows(self, query: Query, limit: int | None, most_pages: int | None = None) -> list[Row]:
        """The rows of all pages, each once.

        A page begins behind the primary key of the last row of the one before, so that rows that
        come and go move no other. Where the server does not take that, or the order is another one,
        it begins behind as many rows as were read.

        :param limit: how many rows are wanted.
        :param most_pages: the requests that the rows are worth.
        """
        key = None if query.archive in self._without_keys else archive_query.paging_key(query)
        asked = query if key is None else with_columns(query, key[:1])
        first = page = self._transport.archive(asked, 0, 0)
        asked = asked._replace(counted=False)
        total = _total(first, asked)
        found = _Found(are_joined=archive_query.joins_rows(query))
        seen = number = 0
        while True:
            is_new = found.add(page.rows)
            seen += len(page.rows)
            if page.more:
                self._names_next.setdefault(query.archive, set()).add(len(page.rows) >= asked.size)
            if number and is_new and not found.is_in_order and query.order == (archive_query.primary_key(query),):
                raise unusable(query, "the rows of its pages are not in the order that was asked for, so that some may be missing.")
            if (limit is not None and len(found.rows) >= limit) or self._is_last(asked, page, seen, total):
                break
            if not is_new:
                if found.are_joined:
                    break
                # A server that repeats its rows does not know how to skip some.
                raise unusable(query, "a page repeats the rows of others, so that some may be missing.")
            number += 1
            most = max(_MOST_PAGES if key is None else _MOST_PAGES_BY_KEY, limit or 0)
            most = most if most_pages is None else min(most, most_pages)
            if number >= most:
                raise unusable(query, "the answer has no end, or takes more requests than it is worth.")
            if total is not None and total > most * len(first.rows):
                raise unusable(query, f"its {total} rows take more requests than they are worth.")
            following = None if key is None else self._behind(asked, key, page.rows, number, total is not None and seen < total)
            if following is None:
                key = None
                if first.more is None and len(first.rows) < asked.size:
                    # The server may allow no more in a page, and count pages of what it allows or
                    # of what was asked for.
                    asked = asked._replace(size=len(first.rows))
                following = self._transport.archive(asked, number, seen)
            page = following
        return found.rows if asked.columns == query.columns else only(query, found.rows)

    def _is_last(self, query: Query, page: Page, seen: int, total: int | None) -> bool:
        """Whether a page is certainly the last one.

        :param total: how many rows there are; None if unknown.
        """
        if not page.rows or page.more:
            return not page.rows
        is_full = len(page.rows) >= query.size
        names_next = self._names_next.get(query.archive, ())
        if page.more is False and (is_full in names_next or (names_next and not is_full)):
            return True
        return total is not None and seen >= total

    def _behind(self, query: Query, key: tuple[str, str], rows: t.Sequence[Row], number: int, has_more: bool) -> Page | None:
        """The page behind these rows; None where the server does not take that.

        :param number: the number of the page, from 0.
        :param has_more: whether the server counts more rows.
        """
        column, beyond = key
        keys = _keys(rows, column)
        if not _are_in_order(keys, beyond):
            return None
        try:
            page = self._transport.archive(archive_query.behind(query, column, beyond, keys[-1]), 0, 0)
        except errors.ErrorAnswer:
            if number > 1:
                raise
        else:
            if _are_in_order([keys[-1], *_keys(page.rows, column)], beyond):
                return None if has_more and not page.rows else page
            if number > 1:
                raise unusable(query, "its pages do not follow each other, so that some rows may be missing.")
        self._without_keys.add(query.archive)
        return None


def _total(first: Page, query: Query) -> int | None:
    """How many rows there are in all; None where nobody knows. As many as were asked for may be all
    that a server counts.
    """
    total = first.total
    return None if total is None or total < len(first.rows) or total == len(first.rows) == query.size else total


def _keys(rows: t.Sequence[Row], column: str) -> list[int]:
    """The keys of rows; -1 where one is unknown."""
    numbers = (archive_value.whole(row.get(column)) for row in rows)
    return [-1 if number is None else number for number in numbers]


def _are_in_order(keys: t.Sequence[int], beyond: str) -> bool:
    compare = operator.lt if beyond == ">" else operator.gt
    return min(keys) >= 0 and all(map(compare, keys, keys[1:]))


class _Found:
    """The rows of all pages so far, without those that an earlier page had.

    Where rows of one page share a primary key, as those of a join do, or have none, a row is known
    by its values.
    """

    def __init__(self, *, are_joined: bool) -> None:
        """:param are_joined: whether rows may share primary keys."""
        self.rows: list[Row] = []
        # Whether rows share primary keys, or have none.
        self.are_joined = are_joined
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


def unusable(query: Query, why: str) -> errors.UnexpectedAnswer:
    """The error for an answer that cannot be used."""
    method = f"archive {query.archive}"
    return errors.UnexpectedAnswer(f"{method}: {why}", method=method, attempts=1)


def with_columns(query: Query, columns: t.Iterable[str]) -> Query:
    """The query with further columns, if it lacks them."""
    folded = {column.casefold() for column in query.columns}
    return query._replace(columns=(*query.columns, *(column for column in columns if column.casefold() not in folded)))


def only(query: Query, rows: t.Iterable[Row]) -> list[Row]:
    """Rows without the columns that the query does not ask for."""
    wanted = (PRIMARY_KEY, *query.columns)
    return [{name: row[name] for name in wanted if name in row} for row in rows]


def _values(row: Row) -> str:
    return repr(sorted(row.items()))
