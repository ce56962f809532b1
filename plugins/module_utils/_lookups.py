# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The lists and archives that the collection reads beside the agent.

Sources: the vendor's documentation of the MDO lists ``erpconnectors`` and ``erpconnections`` (ExtraInfo holds the
connector's URL or the connection's GUID; ``useRank=true`` gives the order of priority) and of the archive
``ErpField``.
"""

from __future__ import annotations

import typing as t

from . import _shapes
from ._agent.transport import Transport
from ._client import errors
from ._model import wire

if t.TYPE_CHECKING:
    from ._model import carriers

# Enough for 100,000 fields; a server that always names a next page would keep us for ever.
_MOST_PAGES = 100
_ARCHIVE_TROUBLE: tuple[type[errors.ErpSyncError], ...] = errors.APPLICATION_ERRORS + (errors.NotJson, errors.Unavailable)


class FieldExtras(t.NamedTuple):
    """What only the archive knows of an ERP field: its place in the order, and whether it has default settings."""

    rank: int | None
    has_default_settings: bool


# By ErpFieldId; None where the archive cannot be read.
Extras = t.Optional[t.Mapping[int, FieldExtras]]


def with_default_settings(field_ids: t.Sequence[int], extras: Extras) -> list[int]:
    """The fields worth asking for their default values; all of them where the archive does not say.

    A field that the archive does not list is asked for: better once too often than a lost default.
    """
    return [field_id for field_id in field_ids if extras is None or field_id not in extras or extras[field_id].has_default_settings]


def ranks_of(extras: Extras) -> dict[int, int | None]:
    """The places of the fields in their order, as far as they are known."""
    return {field_id: extra.rank for field_id, extra in (extras or {}).items()}


class Lookups:
    """Reads lists and archives. Nothing here changes anything."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_items(self, name: str, additional: str | None = None) -> list[carriers.MDOListItem]:
        """The items of an MDO list, each once, whether or not an administrator has grouped them.

        Lists are asked for flat. Where groups come all the same, a heading has its items as ChildItems, an item can stand under
        several headings, and the id of a heading means nothing among those of the items.
        """
        method = f"MDO list {name}"
        items: list[carriers.MDOListItem] = _shapes.carriers(method, self._transport.mdo_list(name, additional))
        with _shapes.reading(method):
            return _ungrouped(items)

    def connection_ids_by_rank(self) -> list[int]:
        """The ids of the connections in the order of priority, the one that wins first; 0 is SuperOffice itself."""
        with _shapes.reading("MDO list erpconnections"):
            return [wire.required_number(item, "Id") for item in self.list_items("erpconnections", "useRank=true")]

    def field_extras(self, connection_id: int) -> dict[int, FieldExtras] | None:
        """What the archive knows of the fields of a connection, by ErpFieldId.

        :returns: None where the archive cannot be read or does not answer as documented; ask field by field then.
        """
        columns = ("Id", "Rank", "PromptUser", "Mandatory", "HasFirstSyncDefaultValue")
        found: dict[int, FieldExtras] = {}
        seen = 0
        try:
            for _page in range(_MOST_PAGES):
                answer = self._transport.archive("ErpField", columns, f"ConnectionId eq {connection_id}", skip=seen)
                rows = wire.carriers(answer, "value") if isinstance(answer, dict) else None
                if rows is None:
                    return None
                for row in rows:
                    settings = [_truth(wire.member(row, column)) for column in columns[2:]]
                    if None in settings:
                        return None
                    found[int(wire.member(row, "Id"))] = FieldExtras(_whole(wire.member(row, "Rank")), any(settings))
                seen += len(rows)
                if not rows or not wire.member(answer, "odata.nextLink"):
                    return found
        except _ARCHIVE_TROUBLE:
            # The archive only saves requests; where it has trouble of its own, each field can be asked for.
            return None
        except (ValueError, TypeError):
            return None
        return None


def _ungrouped(items: t.Sequence[carriers.MDOListItem]) -> list[carriers.MDOListItem]:
    """The items of a list without its headings, in the order in which they stand there.

    :raises wire.WireError: where a member is of another type.
    """
    found: dict[t.Any, carriers.MDOListItem] = {}
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        below = wire.carriers(t.cast(wire.Carrier, item), "ChildItems")
        if below:
            waiting.extend(t.cast("list[carriers.MDOListItem]", below[::-1]))
        else:
            found.setdefault(wire.number(t.cast(wire.Carrier, item), "Id"), item)
    return list(found.values())


def _truth(value: t.Any) -> bool | None:
    """A boolean of an archive. How archives spell booleans is not documented; None for what is none of the usual ways."""
    if isinstance(value, str):
        return {"true": True, "1": True, "[i:1]": True, "false": False, "0": False, "[i:0]": False, "": False}.get(value.lower())
    if value is None:
        return False
    return bool(value) if value in (0, 1) else None


def _whole(value: t.Any) -> int | None:
    return int(value) if isinstance(value, (int, str)) and str(value).strip().lstrip("-").isdigit() else None
