# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Warns of declared CRM fields that no mapping uses: they may be misspelt.

A server saves any key without checking it.
"""

from __future__ import annotations

import typing as t

from .._wire import members
from .._wire.wording import nearest
from . import names
from .actor_types import CRM_OF
from .checks import at
from .declared import UNSET, DeclaredConnection

# A longer list would hide the others.
_MOST = 20


class UnmetKey(t.NamedTuple):
    """A declared key of a CRM field that no mapping uses."""

    place: str
    # CRM actor type.
    kind: str
    key: str


class CrmKeys(t.NamedTuple):
    """The keys of CRM fields that mappings use, by CRM actor type, and the other declared ones."""

    known: t.Mapping[str, t.Collection[str]]
    unmet: t.Sequence[UnmetKey]
    # Whether the mappings of all connections were read.
    complete: bool


def keys_in(mappings: t.Iterable[members.Carrier]) -> dict[str, set[str]]:
    """The CRM field keys in some ErpSyncActorTypeMapping, by CRM actor type."""
    found: dict[str, set[str]] = {}
    for mapping in mappings:
        keys = found.setdefault(CRM_OF.get(members.text(mapping, "ActorTypeErp") or "", ""), set())
        keys.update(
            key for field in members.carriers(mapping, "FieldMappings") or [] for key in [members.text(field, "CrmFieldKey")] if key
        )
    return found


def unmet(
    items: t.Iterable[DeclaredConnection],
    mapping_of: t.Callable[[DeclaredConnection, str], members.Carrier | None],
    known: t.Mapping[str, t.Collection[str]],
) -> list[UnmetKey]:
    """The declared keys that are not known, each once.

    :param mapping_of: the mapping of an actor type of a declared connection, or of another
        connection of its connector; None if none was read.
    """
    found: dict[tuple[str, str], UnmetKey] = {}
    for item in items:
        for actor in item.actors:
            kind = CRM_OF[actor.erp]
            wanted = {
                field.crm: field
                for field in actor.fields
                if field.crm is not UNSET
                and field.crm is not None
                and field.crm not in known.get(kind, ())
                and (kind, field.crm) not in found
            }
            mapping = mapping_of(item, actor.erp) if wanted else None
            for key, field in wanted.items():
                if mapping is None or not _is_named(mapping, key):
                    found[kind, key] = UnmetKey(field.place, kind, key)
    return list(found.values())


def _is_named(mapping: members.Carrier, word: str) -> bool:
    """Whether the word is the name of a mapped CRM field, or the key of an ERP field."""
    return any(
        (members.text(field, "CrmFieldKey") and names.answers_to(members.text(field, "CrmDisplayName"), word))
        or (members.text(field, "ErpFieldKey") or "").casefold() == word.casefold()
        for field in members.carriers(mapping, "FieldMappings") or []
    )


def remarks(keys: CrmKeys | None) -> list[str]:
    """One warning about all keys that may be misspelt."""
    # Without any mapping, every key is new.
    if keys is None or not any(keys.known.values()):
        return []
    told: list[str] = []
    for place, kind, key in keys.unmet:
        near = nearest(key, sorted(keys.known.get(kind, ())))
        # With unread mappings, most unknown keys are right.
        if near or keys.complete:
            told.append(f'{at(place, "crm")} is "{key}"' + (f" (did you mean {near}?)" if near else ""))
    if not told:
        return []
    more = f", and {len(told) - _MOST} more" if len(told) > _MOST else ""
    where = "no mapping of this installation" if keys.complete else "no mapping that was read"
    return [
        f"CRM fields that {where} names, and that may not exist: {', '.join(told[:_MOST])}{more}. "
        "SuperOffice saves unknown keys without an error. Check the spelling."
    ]
