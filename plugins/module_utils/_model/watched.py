# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a look at a watched installation has found, in plain values that can be remembered and
compared.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import typing as t

from . import field_value, health
from .connection import Connection
from .document_keys import DIRECTIONS
from .engine import EngineStatus
from .health import Finding
from .remembered import SAME

# The checks whose words change only when the thing does. Words of other checks contain ages and
# numbers.
_STEADY = frozenset((health.ACCESS, health.ACTIVE, health.MISSING_FIELDS, health.MANDATORY_FIELDS, health.LISTS))
_NO_DIRECTION = DIRECTIONS[False, False]


class Sync(t.NamedTuple):
    """When a connection was last synchronised, as the server writes it, and how many seconds ago at
    least.

    None for never, and where the age is unknown.
    """

    last: str | None
    age: int | None


class SeenMapping(t.NamedTuple):
    """The mapping of an actor type: the value to remember, and the ids of its fields by key."""

    value: dict[str, t.Any]
    ids: t.Mapping[str, int]


class SeenList(t.NamedTuple):
    """The mapping of a list: the value to remember, and the ERP items that have a CRM item."""

    value: dict[str, t.Any]
    items: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Observed:
    """An installation as it looks now. None takes the place of what is not watched, or could not be
    read.

    A connection that is missing in the syncs, mappings or lists could not be read.
    """

    engine: EngineStatus | None = None
    connections: t.Mapping[int, Connection] | None = None
    syncs: t.Mapping[int, Sync] | None = None
    mappings: t.Mapping[int, t.Mapping[str, SeenMapping]] | None = None
    lists: t.Mapping[int, t.Mapping[int, SeenList]] | None = None
    priority: tuple[int, ...] | None = None
    findings: t.Mapping[str, dict[str, t.Any]] | None = None
    # Whether archives contradict the agent, so that they are not read again.
    archives_differ: bool = False


def seen_mapping(actor: t.Mapping[str, t.Any], *, ranks_known: bool) -> SeenMapping:
    """What to remember of an actor type.

    Fields count that are mapped, shown, searchable, or have a default value of their own. Members
    that archives lack do not count, nor those that come from the connector.

    :param actor: as tasks return it.
    """
    told = {field["erp"]: _field(field) for field in actor["fields"]}
    shown = [(field["rank"], field["erp"]) for field in actor["fields"] if field["show"] and field["rank"] is not None]
    order = _digest([key for _rank, key in sorted(shown)]) if ranks_known else None
    value = {
        "crm": actor["crm"],
        "enabled": actor["enabled"],
        "order": order,
        "fields": {key: _digest(field) for key, field in sorted(told.items()) if any(field)},
    }
    return SeenMapping(value, {field["erp"]: field["id"] for field in actor["fields"] if field["id"]})


def _field(field: t.Mapping[str, t.Any]) -> list[t.Any]:
    """The members of a field that count, all false if it is not used. Agent and archives may spell
    a value differently.
    """
    default = field["default"]
    if default is not None:
        value = field_value.plain(default["value"], field["type"]) if default["has_value"] else None
        default = [value, bool(default["prompt"]), bool(default["mandatory"])] if _has_default(default) else None
    direction = None if field["direction"] == _NO_DIRECTION else field["direction"]
    return [field["crm"], direction, bool(field["show"]), bool(field["search"]), default]


def _has_default(default: t.Mapping[str, t.Any]) -> bool:
    """Whether a field has default settings of its own; the server also answers for others."""
    return bool(default["has_value"] or default["prompt"] or default["mandatory"])


def seen_list(name: str | None, actor: str | None, items: t.Mapping[str, int]) -> SeenList:
    """What to remember of a list.

    :param items: the id of the CRM item by the id of the ERP item.
    """
    return SeenList({"name": name, "actor": actor, "items": _digest(dict(items))}, tuple(sorted(items)))


def seen_findings(findings: t.Iterable[Finding]) -> dict[str, dict[str, t.Any]]:
    """What to remember of findings, without mere information; findings of one check about one thing
    are joined.

    A check that could not be made has a place of its own: its earlier findings may still be true.
    """
    found: dict[str, list[Finding]] = {}
    for finding in health.in_order(findings):
        if finding.severity != health.INFO:
            where = finding.where
            name = where.id if where.id is not None else where.name
            words = ["finding", finding.check, where.kind, *([] if name is None else [str(name)])]
            found.setdefault("/".join([*words, *([health.UNKNOWN] if finding.severity == health.UNKNOWN else [])]), []).append(finding)
    return {place: _finding(alike) for place, alike in found.items()}


def _finding(alike: t.Sequence[Finding]) -> dict[str, t.Any]:
    what = " ".join(finding.what for finding in alike)
    worst = alike[0]
    steady = worst.check in _STEADY and worst.severity != health.UNKNOWN
    return {**worst.as_result(), "what": what, SAME: _digest([worst.severity, what if steady else ""])}


def _digest(value: t.Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode("ascii")).hexdigest()[:12]
