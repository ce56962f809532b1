# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to the database behind the agent's back: a person's click, and archives that tell something else."""

from __future__ import annotations

from . import audit
from .archives.database import TABLES
from .books import SYSTEM_ASSOCIATE, Difference, moment
from .site import Site
from .state import Record

_ENGINE = ("IsRunning", "IntervalSeconds")


def click(site: Site, table: str, where: Record, changes: Record, by: str, at: str | None = None) -> int:
    """Somebody changes the rows of a table of the state, in SuperOffice itself; how many rows there were.

    table: one of the state's, or engine. by: the user name. at: a time, UTC; the installation's clock where it is absent.
    Raises ValueError for what there is not.
    """
    who = _associate(site, by)
    when = site.now() if at is None else moment(at)
    if table == "engine":
        unknown = set(changes) - {*_ENGINE, "connection_rank"}
        if unknown or where:
            raise ValueError(f"the engine has {', '.join(_ENGINE)} and connection_rank, and no rows")
        site.state.data["engine"].update({name: changes[name] for name in _ENGINE if name in changes})
        site.state.data.update({name: changes[name] for name in ("connection_rank",) if name in changes})
        site.state.books.updated(audit.ENGINE, when, who)
        return 1
    if table not in audit.TABLES:
        raise ValueError(f"the table must be engine or one of: {', '.join(audit.TABLES)}")
    rows = [record for record in site.state.table(table) if all(record.get(name) == value for name, value in where.items())]
    for record in rows:
        if set(changes) - set(record):
            raise ValueError(f"{table} has no {', '.join(sorted(set(changes) - set(record)))}")
        record.update(changes)
        site.state.books.updated(audit.key_of(table, record), when, who)
    return len(rows)


def differ(site: Site, table: str, where: Record, shown: Record) -> None:
    """From now on the archives show other values than the agent in the rows of a database table. Raises ValueError for
    what there is not.
    """
    if table not in TABLES:
        raise ValueError(f"the table must be one of: {', '.join(TABLES)}")
    unknown = {*where, *shown} - set(TABLES[table].columns)
    if unknown:
        raise ValueError(f"{table} has no {', '.join(sorted(unknown))}")
    site.state.books.differences.append(Difference(table, dict(where), dict(shown)))


def _associate(site: Site, name: str) -> int:
    if name == "SYSTEM":
        return SYSTEM_ASSOCIATE
    found = site.state.find("associates", Name=name)
    if found is None:
        raise ValueError(f"there is no user {name}")
    return int(found["Id"])
