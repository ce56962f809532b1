# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the sync log: what happened since a time, or during a synchronisation.

One request tells up to 1,000 entries. Old and new values are asked for only where they are wanted.
"""

from __future__ import annotations

import datetime
import typing as t

from .._agent.archives import TROUBLE, Archives
from .._client import errors
from .._model import sync_log
from .._model.since import spelt
from .._model.sync_log import Entry
from .._wire.archive_query import ALL_ROWS, Query, Restriction

# Entries that are counted at most, in ten requests, and entries of one synchronisation.
MOST_COUNTED = 10_000
MOST_OF_A_RUN = 1_000
_PAGE = 1_000

Warn = t.Callable[[str], None]
# The failures of a server that does not tell its log. They come before anything else is done.
_NOT_TOLD: tuple[type[errors.ErpSyncError], ...] = (*TROUBLE, errors.TimedOut)


class Wanted(t.NamedTuple):
    """The entries to read: not older than ``since``, at most ``limit``, perhaps with values.

    ``connections`` limits them to connections, by their ids and stored names; None is all.
    """

    since: datetime.datetime
    limit: int
    values: bool = False
    connections: t.Mapping[int, str] | None = None


def read_log(archives: Archives, wanted: Wanted, warn: Warn) -> dict[str, t.Any]:
    """The newest entries, and how often which field was changed.

    :raises errors.ErpSyncError: one of TROUBLE where neither archive can be read.
    """
    if wanted.connections is not None and not wanted.connections:
        return _told(wanted, [], True, [], True)
    try:
        return _from_dynamic(archives, wanted)
    except TROUBLE as refused:
        try:
            found = _from_provider(archives, wanted)
        except TROUBLE:
            raise refused from None
        warn(
            "log: only the archive ErpSyncLog can be read, which tells neither the records and their keys nor the direction. "
            f"{refused.message}"
        )
        return found


def newest(archives: Archives) -> int | None:
    """The id of the newest entry, 0 in an empty log; None where the log cannot be read."""
    try:
        rows = archives.rows(_behind(0, (sync_log.ID,))._replace(size=1), limit=1)
    except _NOT_TOLD:
        return None
    return Entry.from_dynamic(rows[0]).id if rows else 0


def read_run(archives: Archives, before: int) -> dict[str, t.Any]:
    """The entries that came after the one with the id ``before``.

    :raises errors.ErpSyncError: where the log cannot be read.
    """
    entries = [one for one in _entries(archives, _behind(before, sync_log.TOLD), MOST_OF_A_RUN) if one.id is None or one.id > before]
    return {
        "entries": [one.as_result() for one in entries],
        "counts": sync_log.counts(entries),
        "complete": len(entries) < MOST_OF_A_RUN,
    }


def _behind(before: int, columns: tuple[str, ...]) -> Query:
    """The entries behind an id, 0 for all. Some archives have no rows for a question without a
    restriction.
    """
    return Query("dynamic", columns, (Restriction(sync_log.ID, ">", (before,)),), (f"-{sync_log.ID}",), _PAGE)


def _from_dynamic(archives: Archives, wanted: Wanted) -> dict[str, t.Any]:
    where = [Restriction(sync_log.TIME, ">=", (wanted.since,))]
    if wanted.connections is not None:
        where.append(Restriction(sync_log.CONNECTION, "in", tuple(wanted.connections)))
    columns = (*sync_log.TOLD, *sync_log.VALUES) if wanted.values else sync_log.TOLD
    # One entry more tells whether there are more.
    query = Query("dynamic", columns, tuple(where), (f"-{sync_log.ID}",), min(wanted.limit + 1, _PAGE))
    entries = [one for one in _entries(archives, query, wanted.limit + 1) if one.is_since(wanted.since)]
    if len(entries) <= wanted.limit:
        return _told(wanted, entries, True, entries, True)
    rows = _entries(archives, query._replace(columns=sync_log.COUNTED, size=_PAGE), MOST_COUNTED)
    return _told(wanted, entries, False, [one for one in rows if one.is_since(wanted.since)], len(rows) < MOST_COUNTED)


def _from_provider(archives: Archives, wanted: Wanted) -> dict[str, t.Any]:
    """From the archive ErpSyncLog, which has texts in place of times and ids, so that nothing can
    be left out before it is read.
    """
    columns = (*sync_log.LESS_TOLD, *sync_log.LESS_VALUES) if wanted.values else sync_log.LESS_TOLD
    query = Query("ErpSyncLog", columns, (ALL_ROWS,), ("-updated",), _PAGE)
    rows = archives.rows(query, limit=MOST_COUNTED)
    read = [Entry.from_provider(row) for row in rows]
    entries = [
        one
        for one in sync_log.newest_first(read)
        if one.is_since(wanted.since) and (wanted.connections is None or one.belongs_to(wanted.connections))
    ]
    is_all = len(rows) < MOST_COUNTED or any(not one.is_since(wanted.since) for one in read)
    return _told(wanted, entries, is_all and len(entries) <= wanted.limit, entries, is_all)


def _entries(archives: Archives, query: Query, limit: int) -> list[Entry]:
    return sync_log.newest_first(map(Entry.from_dynamic, archives.rows(query, limit=limit)))


def _told(wanted: Wanted, entries: t.Sequence[Entry], is_all: bool, counted: t.Sequence[Entry], all_counted: bool) -> dict[str, t.Any]:
    return {
        "since": spelt(wanted.since),
        "entries": [one.as_fact(values=wanted.values) for one in entries[: wanted.limit]],
        "entries_complete": is_all,
        "counts": sync_log.counts(counted),
        "counts_complete": all_counted,
    }
