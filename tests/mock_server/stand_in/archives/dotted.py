# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dot syntax of the archive dynamic: table[join…].field, whose joins are .fk, :fk, .fk[table] and .(table->fk)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..errors import bad_argument
from .database import BY_LOWER_NAME, TABLES, Column, Database, Row, column_of

_STEP = re.compile(r"(?P<sign>[.:])(?:\((?P<right>\w+)->(?P<right_key>\w+)\)|(?P<name>\w+)(?:\[(?P<table>\w+)\])?)")


class Join(NamedTuple):
    """From `column` to `to_column` of `table`. kind: outer, inner or right."""

    kind: str
    column: str
    table: str
    to_column: str


class Path(NamedTuple):
    """A column, reached over joins from a row of the table that it begins with."""

    base: str
    joins: tuple[Join, ...]
    field: str

    @property
    def table(self) -> str:
        return self.joins[-1].table if self.joins else self.base

    @property
    def column(self) -> Column:
        return TABLES[self.table].columns.get(self.field) or Column("bool")


def parse(name: str, undeclared: bool = True) -> Path:
    """A Refusal where the name does not follow the grammar, or no table has such a column.

    undeclared: whether a join may name the table of a relation that the dictionary does not have.
    """
    base, steps = re.match(r"\w*", name), []
    table = BY_LOWER_NAME.get((base[0] if base else "").lower())
    place = base.end() if base else 0
    while place < len(name):
        step = _STEP.match(name, place)
        if step is None:
            break
        steps.append(step)
        place = step.end()
    if table is None or place < len(name) or not steps or steps[-1]["table"] or steps[-1]["right"] or steps[-1]["sign"] == ":":
        raise bad_argument(f"{name} is no column of the archive dynamic: table[join...].field is expected.")
    joins: list[Join] = []
    at = table
    for step in steps[:-1]:
        if step["table"] and not undeclared:
            raise bad_argument(f"{name}: {at}.{step['name']} is no foreign key.")
        joins.append(_join(name, at, step))
        at = joins[-1].table
    field = column_of(at, steps[-1]["name"])
    if field is None:
        raise bad_argument(f"{name}: the table {at} has no field {steps[-1]['name']}.")
    return Path(table, tuple(joins), field)


def _join(name: str, table: str, step: re.Match[str]) -> Join:
    if step["right"]:
        other = BY_LOWER_NAME.get(step["right"].lower())
        key = other and column_of(other, step["right_key"])
        if other is None or key is None or TABLES[other].columns[key].kind != "int":
            raise bad_argument(f"{name}: there is no {step['right']}->{step['right_key']}.")
        return Join("right", TABLES[table].primary_key, other, key)
    column = column_of(table, step["name"])
    described = TABLES[table].columns[column] if column else None
    if column is None or described is None or described.kind != "int":
        raise bad_argument(f"{name}: {table}.{step['name']} is no foreign key.")
    target = BY_LOWER_NAME.get(step["table"].lower()) if step["table"] else described.detail
    if not target:
        raise bad_argument(f"{name}: {table}.{step['name']} is no foreign key.")
    return Join("inner" if step["sign"] == ":" else "outer", column, target, TABLES[target].primary_key)


Together = dict[tuple[Join, ...], Row | None]
"""A row with those that it is joined with, by the way to them; () is the row itself."""


class Joined:
    """The rows of a table together with those that the paths lead to."""

    def __init__(self, database: Database, base: str, paths: list[Path]) -> None:
        self._database = database
        self.rows: list[Together] = [{(): row} for row in database.rows(base)]
        ways = sorted({path.joins[: length + 1] for path in paths for length in range(len(path.joins))}, key=len)
        for number, way in enumerate(ways):
            self._extend(way)
            if way[-1].kind == "right":
                self._add_unmatched(way, [(), *ways[:number]])

    def _extend(self, way: tuple[Join, ...]) -> None:
        join, before = way[-1], way[:-1]
        joined: list[Together] = []
        by_value = self._database.by(join.table, join.to_column)
        for row in self.rows:
            source = row[before]
            found = by_value.get(source[join.column]) if source else None
            if found is None:
                if join.kind == "outer":
                    joined.append({**row, way: None})
            elif len(found) == 1:
                # The usual case, without a copy of the row.
                row[way] = found[0]
                joined.append(row)
            else:
                joined += [{**row, way: target} for target in found]
        self.rows = joined

    def _add_unmatched(self, way: tuple[Join, ...], before: list[tuple[Join, ...]]) -> None:
        """Rows of the right table that refer to none of the left stand alone."""
        reached = {id(row[way]) for row in self.rows}
        for target in self._database.rows(way[-1].table):
            if id(target) not in reached:
                self.rows.append({**dict.fromkeys(before), way: target})


def value_of(row: Together, path: Path) -> Any:
    found = row[path.joins]
    return None if found is None else found[path.field]
