# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archive.svc: the archives over SOAP. All values but texts are in the brackets of CultureDataFormatter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...archives import restrictions
from ...archives.providers import DYNAMIC, PROVIDERS
from ...archives.query import Answer, Cell, Found, Query
from ...archives.restrictions import Restriction
from ...errors import Refusal, bad_argument
from ...settings import Settings
from ...site import Site
from ..archive import date_text, names, ordering, refused, typed

Values = Mapping[str, Any]


def by_columns(site: Site, sent: Values) -> list[dict[str, Any]]:
    """GetArchiveListByColumns."""
    query = Query(
        sent.get("ProviderName") or "",
        [name for name in sent.get("Columns") or [] if name],
        [_restriction(one) for one in sent.get("Restriction") or [] if one is not None and one.get("IsActive")],
        [(one.get("Name") or "", one.get("Direction") == "DESC") for one in sent.get("SortOrder") or [] if one is not None],
        [name for name in sent.get("Entities") or [] if name],
    )
    return _rows(site, query, sent)


def by_texts(site: Site, sent: Values) -> list[dict[str, Any]]:
    """GetArchiveListByColumns2: the same in texts, as REST has them."""
    query = Query(
        sent.get("ProviderName") or "",
        names(sent.get("Columns")),
        restrictions.parse(sent.get("Restrictions") or ""),
        [ordering(part.split()) for part in names(sent.get("SortOrder"))],
        names(sent.get("Entities")),
    )
    return _rows(site, query, sent)


def provider_names(site: Site, sent: Values) -> list[str]:
    """GetProviderNames."""
    dynamic = [DYNAMIC.capitalize()] if site.settings["dynamic_archive"] else []
    return [*dynamic, *(provider.name for provider in PROVIDERS.values())]


OPERATIONS: dict[str, Callable[[Site, Values], Any]] = {
    "GetArchiveListByColumns": by_columns,
    "GetArchiveListByColumns2": by_texts,
    "GetProviderNames": provider_names,
}


def _restriction(one: Values) -> Restriction:
    """Restrictions are joined by And; others than that the stand-in does not know."""
    if one.get("SubRestrictions") or one.get("InterOperator") == "Or" or one.get("InterParenthesis"):
        raise Refusal("SoNotSupportedException", "Only restrictions joined by And are known here.")
    values = tuple(value or "" for value in one.get("Values") or [])
    return Restriction(one.get("Name") or "", (one.get("Operator") or "").lower(), values, encoded=True)


def _rows(site: Site, query: Query, sent: Values) -> list[dict[str, Any]]:
    refusal = refused(site, query.archive)
    if refusal is not None:
        raise refusal
    page, size = sent.get("Page") or 0, sent.get("PageSize") or 0
    if page < 0 or size < 0:
        raise bad_argument("Page and PageSize cannot be negative.")
    most = int(site.settings["archive_page_size"])
    # A server with a limit of its own counts pages of that size.
    size = min(size or most, most)
    return [_row(site.settings, found) for found in Answer(site, query).page(page * size, size)]


def _row(settings: Settings, found: Found) -> dict[str, Any]:
    cells = {name: {"DisplayValue": encoded(settings, cell), "TooltipHint": "", "LinkHint": ""} for name, cell in found.cells.items()}
    return {"EntityName": found.entity, "PrimaryKey": found.primary_key, "ColumnData": cells, "LinkHint": "", "StyleHint": ""}


def encoded(settings: Settings, cell: Cell) -> str | None:
    """The value of a cell as DisplayValue has it."""
    if cell.value is None or cell.kind in ("text", "side"):
        return cell.value  # type: ignore[no-any-return]
    if cell.kind == "date":
        return date_text("encoded_fraction" if settings["archive_dates"] == "fraction" else "encoded", cell.value)
    value = typed(settings, cell)
    if isinstance(value, bool):
        return {"number": f"[I:{int(value)}]", "digit": f"[B:{int(value)}]", "word": f"[B:{value}]"}[settings["soap_archive_booleans"]]
    return value if isinstance(value, str) else f"[I:{value}]"
