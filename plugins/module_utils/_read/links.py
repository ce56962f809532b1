# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads which records are linked, and how many. One request tells up to 1,000 links."""

from __future__ import annotations

import typing as t

from .._agent.archives import TROUBLE, Archives
from .._model import links
from .._model.links import Link
from .._wire.archive_query import Query, Restriction

# Links that are counted at most, in a hundred requests.
MOST_COUNTED = 100_000
_PAGE = 1_000


class Wanted(t.NamedTuple):
    """The links to read: ``limit`` of them one by one, or None for their number only.

    ``connections`` limits them to connections, by their ids; None is all.
    """

    limit: int | None = None
    connections: t.Collection[int] | None = None


def read_links(archives: Archives, wanted: Wanted) -> dict[str, t.Any]:
    """How many records of each actor type are linked; where wanted, which ones.

    :raises errors.ErpSyncError: one of TROUBLE where the archive cannot be read.
    """
    if wanted.connections is not None and not wanted.connections:
        return _told(wanted, [], True, [], True)
    # Some archives have no rows for a question without a restriction.
    whose = (
        Restriction(links.ID, ">", (0,)) if wanted.connections is None else Restriction(links.CONNECTION, "in", tuple(wanted.connections))
    )
    query = Query("dynamic", links.COUNTED, (whose,), (links.ID,), _PAGE)
    listed: list[Link] = []
    if wanted.limit is not None:
        # One link more tells whether there are more.
        listed = _listed(archives, query._replace(size=min(wanted.limit + 1, _PAGE)), wanted.limit + 1)
        if len(listed) <= wanted.limit:
            return _told(wanted, listed, True, listed, True)
    counted = _links(archives, query, MOST_COUNTED)
    return _told(wanted, listed, False, counted, len(counted) < MOST_COUNTED)


def _listed(archives: Archives, query: Query, limit: int) -> list[Link]:
    """Links with all that is told of them; without the names of the records where these are
    refused.
    """
    try:
        return _links(archives, query._replace(columns=(*links.TOLD, *links.RECORD_NAMES)), limit)
    except TROUBLE:
        return _links(archives, query._replace(columns=links.TOLD), limit)


def _links(archives: Archives, query: Query, limit: int) -> list[Link]:
    return [Link.from_row(row) for row in archives.rows(query, limit=limit)]


def _told(wanted: Wanted, listed: t.Sequence[Link], is_all: bool, counted: t.Sequence[Link], all_counted: bool) -> dict[str, t.Any]:
    found: dict[str, t.Any] = {"counts": links.counts(counted), "counts_complete": all_counted}
    if wanted.limit is not None:
        found["records"] = [one.as_result() for one in listed[: wanted.limit]]
        found["records_complete"] = is_all
    return found
