# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /api/v1/archive/{name}: rows of ErpField, ErpConnector, ErpConnection and dynamic."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from .. import field_rows
from ..errors import Refusal, bad_argument
from ..site import Site
from .answers import Answer, json_answer
from .call import Call

_CONDITION = re.compile(r"\s*(?P<column>[\w/]+)\s+(?:eq|=|equals|is)\s+(?P<value>'(?:[^']|'')*'|\"[^\"]*\"|\S+)\s*", re.IGNORECASE)
Row = dict[str, Any]


_ICONS = {True: "icon:check", False: ""}
_SPELLINGS: dict[str, Callable[[Any], Any]] = {
    "json": lambda value: value,
    "digits": lambda value: int(value) if isinstance(value, bool) else value,
    "text": lambda value: str(value).lower(),
    "encoded": lambda value: f"[I:{int(value)}]",
    "hints": lambda value: _ICONS[value] if isinstance(value, bool) else value,
}


def archive(site: Site, call: Call, name: str) -> Answer:
    """$select (needed), $filter with `column eq value` joined by `and`, $orderBy, $output, $top,
    $skip.

    odata.nextLink where more rows follow.
    """
    status = int(site.settings["archive_status"])
    if status != 200:
        raise Refusal("SoSentryException" if status == 403 else "SoServerException", f"The archive {name} cannot be read.", status)
    makers = {"erpfield": _fields, "erpconnector": _connectors, "erpconnection": _connections}
    if site.settings["dynamic_archive"]:
        makers["dynamic"] = _configuration
    if name.lower() not in makers:
        raise Refusal("SoNotFoundException", f"Archive {name} not found", 404)
    columns, rows = makers[name.lower()](site)
    right_names = {column.lower(): column for column in columns}
    chosen = [_column(right_names, part.strip()) for part in (call.argument("$select") or "").split(",") if part.strip()]
    if not chosen:
        raise bad_argument("$select names no column.")
    rows = [row for row in rows if _matches(row, right_names, call.argument("$filter") or "")]
    _sort(rows, right_names, call.argument("$orderBy") or "")
    spelt = _spelling(site, call.argument("$output") or "")
    skip = _number(call, "$skip", 0)
    top = _number(call, "$top", len(rows))
    size = min(top, int(site.settings["archive_page_size"]))
    page = rows[skip : skip + size]
    left = min(top, len(rows) - skip) - len(page)
    more = {
        **{key: call.argument(key) or "" for key in ("$select", "$filter", "$orderBy", "$output")},
        "$skip": str(skip + len(page)),
        "$top": str(top - len(page)),
    }
    next_link = f"{call.base_url}/api/v1/archive/{name}?{urlencode(more)}" if left > 0 and page else None
    value = [
        {"PrimaryKey": str(row.get("id", 1)), "EntityName": name, **{column: spelt(row[column]) for column in chosen}} for row in page
    ]
    return json_answer({"odata.metadata": f"{call.base_url}/api/v1/archive/$metadata#{name}", "odata.nextLink": next_link, "value": value})


def _spelling(site: Site, output: str) -> Callable[[Any], Any]:
    """The form of values: texts as they are, booleans and numbers by $output and the settings."""
    output = output.lower() or site.settings["archive_output_default"]
    if output not in ("logical", "display"):
        raise bad_argument(f"$output cannot be {output}.")
    spelling = _SPELLINGS[site.settings["archive_values"] if output == "logical" else "hints"]
    return lambda value: spelling(value) if isinstance(value, int) else value


def _sort(rows: list[Row], right_names: dict[str, str], order: str) -> None:
    """`column`, `column asc` or `column desc`, joined by commas; the first counts most."""
    for part in reversed([part.split() for part in order.split(",") if part.strip()]):
        column = _column(right_names, part[0])
        descending = [word.lower() for word in part[1:]] == ["desc"]
        rows.sort(key=lambda row: () if row[column] is None else (row[column],), reverse=descending)


def _column(right_names: dict[str, str], name: str) -> str:
    if name.lower() not in right_names:
        raise bad_argument(f"The archive has no column {name}.")
    return right_names[name.lower()]


def _number(call: Call, name: str, otherwise: int) -> int:
    text = call.argument(name)
    if text is None or text == "":
        return otherwise
    if not text.isdigit():
        raise bad_argument(f"{name} must be a number.")
    return int(text)


def _matches(row: Row, right_names: dict[str, str], conditions: str) -> bool:
    if not conditions.strip():
        return True
    for condition in re.split(r"\s+and\s+(?=[\w/]+\s)", conditions, flags=re.IGNORECASE):
        match = _CONDITION.fullmatch(condition)
        if match is None:
            raise bad_argument(f"$filter: cannot read '{condition}'.")
        if _text(row[_column(right_names, match["column"])]) != _literal(match["value"]):
            return False
    return True


def _literal(text: str) -> str:
    quoted = text[:1] in "'\"" and text[:1] == text[-1:] and len(text) > 1
    inner = text[1:-1].replace("''", "'") if quoted else text
    return {"true": "1", "false": "0"}.get(inner.lower(), inner.lower())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value if value is not None else "").lower()


def _fields(site: Site) -> tuple[list[str], list[Row]]:
    copied = (
        "ErpFieldKey",
        "Rank",
        "ActorTypeErp",
        "CrmFieldKey",
        "SyncToCrm",
        "SyncToErp",
        "ShowInGui",
        "ShowInSearch",
        "PromptUser",
        "Mandatory",
        "HasFirstSyncDefaultValue",
        "FirstSyncDefaultValue",
        "ListName",
        "MissingInERP",
    )
    rows = []
    for connection in site.state.table("connections"):
        for field in site.state.fields_of(connection["ErpConnectionId"]):
            if not field_rows.is_stored(field, site.settings["field_ids"]):
                continue
            row = {"id": field["ErpFieldId"], "ConnectionId": field["ErpConnectionId"]}
            row.update({name: field[name] for name in copied})
            row["PromptOrHasDefault"] = field["PromptUser"] or field["HasFirstSyncDefaultValue"]
            rows.append(row)
    return ["id", "ConnectionId", *copied, "PromptOrHasDefault"], rows


def _connectors(site: Site) -> tuple[list[str], list[Row]]:
    rows = [
        {"id": record["ErpConnectorId"], "name": record["DisplayName"], "url": record["URL"], "deleted": record["Deleted"]}
        for record in site.state.table("connectors")
    ]
    return ["id", "name", "url", "deleted"], rows


def _connections(site: Site) -> tuple[list[str], list[Row]]:
    rows = []
    for record in site.state.table("connections"):
        connector = site.state.connector(record["ErpConnectorId"]) or {}
        rows.append(
            {
                "id": record["ErpConnectionId"],
                "name": record["DisplayName"],
                "description": record["DisplayDescription"],
                "active": record["Active"],
                "erpId": record["ConnectionId"],
                "mostRecent": record["MostRecentTimestamp"],
                "allAccess": record["AllAccess"],
                "deleted": record["Deleted"],
                "connector/id": record["ErpConnectorId"],
                "connector/url": connector.get("URL"),
                "connector/name": connector.get("DisplayName"),
            }
        )
    columns = ["id", "name", "description", "active", "erpId", "mostRecent", "allAccess", "deleted"]
    return [*columns, "connector/id", "connector/url", "connector/name"], rows


def _configuration(site: Site) -> tuple[list[str], list[Row]]:
    """The one row of the table ErpConfiguration."""
    engine = site.settle_engine()
    row = {
        "ErpConfiguration.ConnectionRank": ";".join(map(str, site.state.data["connection_rank"])),
        "ErpConfiguration.SyncInterval": int(engine["IntervalSeconds"]),
        "ErpConfiguration.SyncRunning": engine["IsRunning"],
    }
    return list(row), [row]
