# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Writes a query of an archive as the OData parameters of REST.

Source: "REST WebAPI search" in the vendor's documentation, with the operators of each data type.
"""

from __future__ import annotations

import datetime

from .._wire.archive_query import Query, Restriction, Value

_NUMBERS = {"=": "eq", "in": "oneOf", ">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
_TEXTS = {"=": "is", "in": "in"}
_MOMENTS = {"=": "dateTime", ">": "afterTime", ">=": "afterTime", "<": "beforeTime", "<=": "beforeTime"}
# Moments are compared by whole seconds.
_MOVED = {">=": datetime.timedelta(seconds=-1), "<=": datetime.timedelta(seconds=1)}


def parameters(query: Query, skip: int) -> dict[str, str]:
    """The parameters of a query, without those that are blank."""
    found = {
        "$select": ",".join(query.columns),
        "$filter": condition(query),
        "$orderBy": ",".join(f"{column[1:]} desc" if column.startswith("-") else column for column in query.order),
        # Without it some servers return booleans as names of icons.
        "$output": "Logical",
        "$top": str(query.size),
        "$skip": str(skip) if skip else "",
        "$inlineCount": "allpages" if query.counted else "",
    }
    return {name: value for name, value in found.items() if value}


def condition(query: Query) -> str:
    """All restrictions, joined; blank without any."""
    return " and ".join(map(_restriction, query.where))


def _restriction(one: Restriction) -> str:
    first = one.values[0]
    if isinstance(first, bool):
        return f"{one.column} set {str(first).lower()}"
    if isinstance(first, datetime.datetime):
        return f"{one.column} {_MOMENTS[one.operator]} {_literal(first + _MOVED.get(one.operator, datetime.timedelta()))}"
    operators = _TEXTS if isinstance(first, str) else _NUMBERS
    values = ",".join(map(_literal, one.values))
    if one.operator == "in" and len(one.values) > 1:
        return f"{one.column} {operators['in']} ({values})"
    return f"{one.column} {operators['=' if one.operator == 'in' else one.operator]} {values}"


def _literal(value: Value) -> str:
    if isinstance(value, datetime.datetime):
        return f"'{value.astimezone(datetime.timezone.utc):%Y-%m-%dT%H:%M:%S}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
