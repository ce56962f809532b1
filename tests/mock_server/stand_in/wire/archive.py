# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET and POST /api/v1/archive/{name}: the rows of an archive as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from ..archives import restrictions
from ..archives.database import NUMBERS
from ..archives.providers import words
from ..archives.query import Answer as Rows
from ..archives.query import Cell, Found, Query
from ..errors import Refusal, bad_argument
from ..settings import Settings
from ..site import Site
from .answers import Answer, json_answer, no_resource, wrong_verb
from .call import Call

_ICONS = {True: "icon:check", False: ""}
_KEPT = ("$select", "$filter", "$orderBy", "$output", "$entities", "$mode", "$jsonSafe", "$inlineCount")
_TRUE = ("true", "1", "allpages")


def archive(site: Site, call: Call, name: str) -> Answer:
    """$select (needed), $filter, $orderBy, $entities, $output, $mode, $jsonSafe, $inlineCount, $top, $skip; of a POST in the body.

    odata.nextLink where more rows follow.
    """
    if call.verb == "POST" and site.settings["archive_post"] != "answers":
        return wrong_verb("POST") if site.settings["archive_post"] == "405" else no_resource(call.base_url + call.path)
    refusal = refused(site, name)
    if refusal is not None:
        raise refusal
    rows = Rows(site, _query(call, name))
    form = _Form(site.settings, call)
    skip = _number(call, "$skip", 0)
    top = _number(call, "$top", len(rows))
    page = rows.page(skip, min(top, int(site.settings["archive_page_size"])))
    left = min(top, len(rows) - skip) - len(page)
    more = {
        **{key: value for key in _KEPT if (value := call.argument(key))},
        "$skip": str(skip + len(page)),
        "$top": str(top - len(page)),
    }
    next_link = f"{call.base_url}/api/v1/archive/{name}?{urlencode(more)}"
    counts = site.settings["archive_counts"] and (call.argument("$inlineCount") or "").lower() in _TRUE
    counted = {"odata.count": str(len(rows))} if counts else {}
    return json_answer(
        {
            "odata.metadata": f"{call.base_url}/api/v1/archive/$metadata#{name}",
            **counted,
            "odata.nextLink": next_link if left > 0 and page and site.settings["archive_next_link"] else None,
            "value": [form.row(found) for found in page],
        }
    )


def refused(site: Site, name: str) -> Refusal | None:
    """The refusal where no archive can be read."""
    status = int(site.settings["archive_status"])
    if status == 200:
        return None
    return Refusal("SoSentryException" if status == 403 else "SoServerException", f"The archive {name} cannot be read.", status)


def _query(call: Call, name: str) -> Query:
    return Query(
        name,
        names(call.argument("$select")),
        restrictions.parse(call.argument("$filter") or ""),
        [ordering(part.split()) for part in names(call.argument("$orderBy"))],
        names(call.argument("$entities")),
    )


def names(text: str | None) -> list[str]:
    """The parts between commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def ordering(words_of_it: list[str]) -> tuple[str, bool]:
    """`column`, `column asc` or `column desc`."""
    direction = [word.lower() for word in words_of_it[1:]]
    if direction not in ([], ["asc"], ["desc"]):
        raise bad_argument(f"$orderBy: cannot read '{' '.join(words_of_it)}'.")
    return words_of_it[0], direction == ["desc"]


def _number(call: Call, name: str, otherwise: int) -> int:
    text = call.argument(name)
    if text is None or text == "":
        return otherwise
    if not text.isdigit():
        raise bad_argument(f"{name} must be a number.")
    return int(text)


class _Form:
    """The form of rows: texts as they are, all else by $output and the settings."""

    def __init__(self, settings: Settings, call: Call) -> None:
        self._settings = settings
        output = (call.argument("$output") or settings["archive_output_default"]).lower()
        if output not in ("logical", "display"):
            raise bad_argument(f"$output cannot be {output}.")
        self._spelling = settings["archive_values"] if output == "logical" else "hints"
        self._is_full = (call.argument("$mode") or "").lower() == "full"
        self._is_safe = (call.argument("$jsonSafe") or "").lower() in _TRUE

    def row(self, found: Found) -> dict[str, Any]:
        cells = {self._name(name): self.value(cell) for name, cell in found.cells.items()}
        if not self._is_full:
            return {"PrimaryKey": str(found.primary_key), "EntityName": found.entity, **cells}
        columns = {name: {"RawValue": value, "DisplayValue": value, "LinkHint": "", "TooltipHint": ""} for name, value in cells.items()}
        right = {"Mask": 1, "Reason": ""}
        return {
            "PrimaryKey": found.primary_key,
            "EntityName": found.entity,
            "StyleHint": "",
            "LinkHint": "",
            "TableRight": right,
            "Column": columns,
        }

    def _name(self, name: str) -> str:
        return "".join(sign if sign.isalnum() else "_" for sign in name) if self._is_safe else name

    def value(self, cell: Cell) -> Any:
        if cell.value is None or cell.kind in ("text", "side"):
            return cell.value
        if cell.kind == "date":
            return date_text("encoded" if self._spelling == "encoded" else self._settings["archive_dates"], cell.value)
        value = typed(self._settings, cell)
        return value if isinstance(value, str) else _SPELLINGS[self._spelling](value)


_SPELLINGS: dict[str, Callable[[Any], Any]] = {
    "json": lambda value: value,
    "digits": lambda value: int(value) if isinstance(value, bool) else value,
    "text": lambda value: str(value).lower(),
    "encoded": lambda value: f"[I:{int(value)}]",
    "hints": lambda value: _ICONS[value] if isinstance(value, bool) else value,
}


def typed(settings: Settings, cell: Cell) -> Any:
    """The value of a cell that is neither a text nor a time: a boolean, a number, or the name of an enum."""
    if cell.kind in ("bool", "flag"):
        value = bool(cell.value)
        return int(value) if cell.kind == "flag" and settings["archive_flags"] == "numbers" else value
    if cell.kind in ("enum", "word"):
        how = settings["archive_enums"]
        by_name = how == "names" or (how == "documented" and cell.kind == "word")
        if cell.kind == "enum":
            return words(cell.enum)[cell.value] if by_name else cell.value
        return cell.value if by_name else NUMBERS[cell.enum][cell.value]
    return cell.value


def date_text(how: str, time: Any) -> str:
    """A time of UTC in one of the forms of the setting archive_dates. Years have four digits."""
    day, clock = f"{time.year:04}-{time.month:02}-{time.day:02}", time.strftime("%H:%M:%S")
    if how in ("encoded", "encoded_fraction"):
        return f"[DT:{time.month:02}/{time.day:02}/{time.year:04} {clock}{'.0000000' if how == 'encoded_fraction' else ''}]"
    return f"{day}T{clock}" + {"plain": "", "z": "Z", "fraction": ".0000000", "offset": "+00:00"}[how]
