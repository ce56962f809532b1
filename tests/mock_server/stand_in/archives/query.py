# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One question to an archive: which rows, in which order, with which columns. It knows nothing of REST and SOAP."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..errors import bad_argument
from ..site import Site
from . import providers, restrictions
from .database import TABLES, Database
from .dotted import Joined, Path, Together, value_of
from .providers import GET_ALL, GET_NONE, Shown
from .restrictions import Restriction

Getter = Callable[[Together], Any]


class Query(NamedTuple):
    """columns are as they were asked for. order: (column, whether descending); the first counts most."""

    archive: str
    columns: Sequence[str]
    where: Sequence[Restriction] = ()
    order: Sequence[tuple[str, bool]] = ()
    entities: Sequence[str] = ()


class Cell(NamedTuple):
    """One value with the type of its column. enum: the name of an enum."""

    kind: str
    enum: str
    value: Any


class Found(NamedTuple):
    """A row: cells by the name of the column, as it was asked for unless a setting says otherwise."""

    primary_key: int
    entity: str
    cells: dict[str, Cell]


class Answer:
    """The rows that a query finds; those of a page are read when they are asked for."""

    def __init__(self, site: Site, query: Query) -> None:
        """A Refusal for an archive, a column or an operator that there is not."""
        self._site = site
        self._provider = providers.provider_of(site, query.archive)
        by_name = {name: self._known(name) for name in query.columns}
        if not by_name:
            raise bad_argument("$select names no column.")
        used = [restriction.column for restriction in query.where if restriction.column.lower() not in (GET_ALL, GET_NONE)]
        used += [name for name, _descending in query.order]
        needed = {**by_name, **{name: self._known(name) for name in used}}
        self._known_columns = {name: column for name, column in needed.items() if column is not None}
        self._columns = by_name
        base = self._base()
        self._key = Path(base, (), TABLES[base].primary_key)
        paths = [column.path for column in self._known_columns.values()]
        if any(column.kind == "side" for column in self._known_columns.values()):
            paths += providers.SIDES
        database = Database(site)
        self._full_names = {row["associate_id"]: row for row in database.rows("associate")} if self._asks_for_people() else {}
        is_listed = self._listed(query.entities)
        self._rows = [row for row in Joined(database, base, paths).rows if is_listed(row)]
        self._restrict(query.where)
        for name, descending in reversed(query.order):
            self._sort(name, descending)

    def __len__(self) -> int:
        return len(self._rows)

    def page(self, start: int, size: int) -> list[Found]:
        cells, entity_of = self._cells(), self._entity()
        found = []
        for row in self._rows[start : start + size]:
            key = value_of(row, self._key)
            values = {name: Cell(kind, enum, get(row)) for name, (kind, enum, get) in cells.items()}
            found.append(Found(0 if key is None else int(key), entity_of(row), values))
        return found

    def _known(self, name: str) -> Shown | None:
        column = providers.shown(self._site, self._provider, name)
        if column is None and self._site.settings["archive_unknown_column"] == "refuse":
            raise providers.unknown(name)
        return column

    def _base(self) -> str:
        if self._provider is not None:
            return self._provider.base
        bases = {column.path.base for column in self._known_columns.values()}
        if len(bases) != 1:
            raise bad_argument("All columns of the archive dynamic must start at the same table.")
        return bases.pop()

    def _asks_for_people(self) -> bool:
        return any(column.kind == "associate" for column in self._known_columns.values())

    def _listed(self, entities: Sequence[str]) -> Callable[[Together], bool]:
        """Whether a row is shown with its entity; fields go with their connections."""
        if self._provider is None:
            return lambda row: True
        entity_of = self._entity()
        if entities:
            asked = {name.lower() for name in entities}
            return lambda row: entity_of(row).lower() in asked
        hidden = self._site.settings["archive_deleted"]
        if self._provider.base != "ErpField":
            return lambda row: hidden == "all" or entity_of(row).lower() != "deleted"
        if hidden != "none":
            return lambda row: True
        living = {record["ErpConnectionId"] for record in self._site.state.table("connections") if not record["Deleted"]}
        return lambda row: (row[()] or {})["ErpConnectionActorTypeId"] // 10 in living

    def _restrict(self, where: Sequence[Restriction]) -> None:
        if not where and self._site.settings["archive_needs_restriction"]:
            self._rows = []
        for restriction in where:
            name = restriction.column
            if name.lower() in (GET_ALL, GET_NONE):
                if name.lower() == GET_NONE and {value.lower() for value in restriction.values} & {"true", "1"}:
                    self._rows = []
                continue
            column = self._known_columns.get(name)
            if column is None:
                continue
            self._check_operator(restriction, column)
            meets = restrictions.meets(column.kind, column.enum, restriction)
            get = self._getter(column)
            self._rows = [row for row in self._rows if meets(get(row))]

    def _check_operator(self, restriction: Restriction, column: Shown) -> None:
        if self._site.settings["archive_operators"] == "documented" and restriction.operator not in restrictions.DOCUMENTED[column.kind]:
            raise bad_argument(f"{column.name} has no operator {restriction.operator}.")

    def _sort(self, name: str, descending: bool) -> None:
        column = self._known_columns.get(name)
        if column is None:
            return
        if not column.orders:
            how = self._site.settings["archive_undocumented_order"]
            if how == "refuse":
                raise bad_argument(f"The archive cannot be ordered by {name}.")
            if how == "ignore":
                return
        get = self._getter(column)

        def key(row: Together) -> tuple[bool, Any]:
            value = get(row)
            return (value is not None, value.lower() if isinstance(value, str) else value if value is not None else 0)

        self._rows.sort(key=key, reverse=descending)

    def _getter(self, column: Shown) -> Getter:
        if column.kind == "side":
            return lambda row: providers.side(self._site, column, row)
        path = column.path
        if column.kind == "word":
            words = providers.words(column.enum)
            return lambda row: words.get(value_of(row, path))
        return functools.partial(value_of, path=path)

    def _cells(self) -> dict[str, tuple[str, str, Getter]]:
        """The cells of each row: kind, enum, and where the value comes from."""
        settings = self._site.settings
        own_names = settings["archive_column_names"] == "documented" and self._provider is not None
        cells: dict[str, tuple[str, str, Getter]] = {}
        for name, column in self._columns.items():
            if column is not None:
                cells[column.name if own_names else name] = self._cell(column)
            elif settings["archive_unknown_column"] == "null":
                cells[name] = ("text", "", lambda row: None)
        return cells

    def _cell(self, column: Shown) -> tuple[str, str, Getter]:
        get = self._getter(column)
        if column.kind != "associate":
            return column.kind, column.enum, get
        how = self._site.settings["archive_associates"]
        if how == "id":
            return "int", "", get
        people = {number: row["name" if how == "initials" else "tooltip"] for number, row in self._full_names.items()}
        return "text", "", lambda row: people.get(get(row))

    def _entity(self) -> Callable[[Together], str]:
        """Tells the EntityName of a row."""
        provider = self._provider
        if provider is None:
            return lambda row: self._key.base
        entity, deleted = provider.entity, provider.deleted
        if deleted is None:
            return lambda row: entity
        return lambda row: "deleted" if value_of(row, deleted) else entity
