# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What is asked of an archive, and a page of the answer, for REST and SOAP alike.

Columns of the archive ``dynamic`` name tables of the database, such as
``ErpField.updated_associate_id.name``; all of a query begin with the same table.
"""

from __future__ import annotations

import datetime
import typing as t

PRIMARY_KEY = "PrimaryKey"
"""The member of each row that holds its primary key, beside the columns."""

Value = t.Union[str, int, bool, datetime.datetime]
Row = t.Mapping[str, t.Any]

# Archives that can be ordered by their primary key; ErpConnection and ErpSyncLog cannot.
_KEYS = {"ErpField": "Id", "ErpConnector": "id"}
# Of a table with one row there is nothing to order.
_ONE_ROW = ("ErpConfiguration",)


class Restriction(t.NamedTuple):
    """A condition on a column; those of a query hold together.

    ``operator`` is one of ``=``, ``in``, ``>``, ``>=``, ``<`` and ``<=``; all but ``in`` take one
    value. Datetimes have a time zone. Servers compare them by whole seconds, and may answer with
    rows of one second more: whether their operators include the second itself is not documented.
    """

    column: str
    operator: str
    values: tuple[Value, ...]


ALL_ROWS = Restriction("getAllRows", "=", (True,))
"""A restriction that every archive has and all rows meet."""


class Query(t.NamedTuple):
    """Columns of the rows of an archive that meet all restrictions.

    ``order`` names columns, with a leading ``-`` for descending. ``size`` is the rows of a page.
    ``counted`` asks how many rows there are in all, which only REST can be asked.
    """

    archive: str
    columns: tuple[str, ...]
    where: tuple[Restriction, ...] = ()
    order: tuple[str, ...] = ()
    size: int = 1000
    counted: bool = False


class Page(t.NamedTuple):
    """Rows with the columns as they were asked for, and the primary key; values as the server wrote
    them. A row lacks what the server does not tell.

    ``more`` says whether the server names a next page; None where it never names one. ``total`` is
    how many rows there are in all, where it was asked for and the server tells it.
    """

    rows: list[Row]
    more: bool | None
    total: int | None = None


def primary_key(query: Query) -> str | None:
    """The column of the primary key; None where the archive cannot be ordered by it."""
    if query.archive != "dynamic":
        return _KEYS.get(query.archive)
    table = _table(query)
    return None if table in _ONE_ROW else f"{table}.{table.lower()}_id"


def ordered(query: Query) -> Query:
    """The query with an order that ends with the primary key, so that pages neither repeat nor miss
    a row."""
    key = primary_key(query)
    named = {column.lstrip("-").casefold() for column in query.order}
    return query if key is None or key.casefold() in named else query._replace(order=(*query.order, key))


def paging_key(query: Query) -> tuple[str, str] | None:
    """The column by which a query can be continued behind its last row, and the operator that does
    so; None where the rows are not in the order of their primary key, or may share one.
    """
    key = primary_key(query)
    if key is None or len(query.order) != 1 or joins_rows(query):
        return None
    column = query.order[0].lstrip("-")
    return None if column.casefold() != key.casefold() else (column, "<" if query.order[0].startswith("-") else ">")


def joins_rows(query: Query) -> bool:
    """Whether several rows may have the same primary key, as those of a right join do."""
    return any("(" in column for column in query.columns)


def behind(query: Query, column: str, operator: str, last: int) -> Query:
    """The query for the rows whose ``column`` lies beyond ``last``."""
    where = [one for one in query.where if (one.column, one.operator) != (column, operator)]
    return query._replace(where=(*where, Restriction(column, operator, (last,))))


def _table(query: Query) -> str:
    """The table with which all columns of the archive ``dynamic`` begin."""
    name = query.columns[0]
    return name[: min(place for place in (name.find("."), name.find(":"), len(name)) if place >= 0)]
