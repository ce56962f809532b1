# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Writes a query of an archive as the arguments of GetArchiveListByColumns, and reads its rows.

Sources: the vendor's WSDLs of Archive.svc, "How to use multiple criteria with the ArchiveAgent" and
"Criteria operators" in its documentation.
"""

from __future__ import annotations

import datetime
import typing as t

from ..._wire.archive_query import PRIMARY_KEY, Page, Query, Restriction, Row, Value

Json = t.Any

_NUMBERS = {"=": "=", "in": "oneOf", ">": ">", "<": "<"}
_TEXTS = {"=": "is", "in": "in"}
_MOMENTS = {"=": "dateTime", ">": "afterTime", "<": "beforeTime"}
# No operator is documented that includes its value.
_EXCLUDING = {">=": (">", -1), "<=": ("<", 1)}


def arguments(query: Query, page: int) -> dict[str, Json]:
    """The arguments of the operation. All entities are wanted, so none is named."""
    order = [{"Name": column.lstrip("-"), "Direction": "DESC" if column.startswith("-") else "ASC"} for column in query.order]
    where = list(map(_restriction, query.where))
    return {
        "ProviderName": query.archive,
        "Columns": list(query.columns),
        **({"SortOrder": order} if order else {}),
        **({"Restriction": where} if where else {}),
        "Page": page,
        "PageSize": query.size,
    }


def page(query: Query, answer: Json) -> Page:
    """The page of an answer; a null array is an empty one."""
    columns = {column.casefold(): column for column in query.columns}
    found: list[Row] = []
    for item in answer or ():
        if item is not None:
            row = {PRIMARY_KEY: item.get("PrimaryKey")}
            for key, data in (item.get("ColumnData") or {}).items():
                column = columns.get(key.casefold())
                if column is not None:
                    row[column] = (data or {}).get("DisplayValue")
            found.append(row)
    return Page(found, None)


def _restriction(one: Restriction) -> dict[str, Json]:
    first = one.values[0]
    operator, step = _EXCLUDING.get(one.operator, (one.operator, 0))
    if operator == "in" and len(one.values) == 1:
        operator = "="
    values: t.Sequence[Value] = one.values
    if isinstance(first, bool):
        operator = "set"
    elif isinstance(first, datetime.datetime):
        operator, values = _MOMENTS[operator], [first + datetime.timedelta(seconds=step)]
    elif isinstance(first, str):
        operator = _TEXTS[operator]
    else:
        operator, values = _NUMBERS[operator], one.values if not step else [first + step]
    return {
        "Name": one.column,
        "Operator": operator,
        "Values": list(map(_encoded, values)),
        "IsActive": True,
        "InterOperator": "And",
    }


def _encoded(value: Value) -> str:
    """A value as the vendor's formatter for cultures writes it; texts and numbers may stay bare."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return f"[DT:{value.astimezone(datetime.timezone.utc):%m/%d/%Y %H:%M:%S}.0000000]"
    return str(value)
