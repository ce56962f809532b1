# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""CRM fields that nothing in an installation is mapped to, which may be slips of the pen: a server takes any key without a word."""

from __future__ import annotations

import typing as t

from .._wire import members
from .._wire.wording import nearest
from . import names
from .actor_types import CRM_OF
from .checks import at
from .declared import UNSET, DeclaredConnection

# Names more of them would hide the others.
_MOST = 20


class UnmetKey(t.NamedTuple):
    """The key of a CRM field that is declared, and that no mapping names."""

    place: str
    # CRM actor type.
    kind: str
    key: str


class CrmKeys(t.NamedTuple):
    """The keys of CRM fields that mappings name, by CRM actor type, and what is declared besides."""

    known: t.Mapping[str, t.Collection[str]]
    unmet: t.Sequence[UnmetKey]
    # Whether these are the mappings of all connections; otherwise only those that the run has read.
    complete: bool


def keys_in(mappings: t.Iterable[members.Carrier]) -> dict[str, set[str]]:
    """The keys that some ErpSyncActorTypeMapping name, by CRM actor type."""
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
    """What is declared and not known, each key once.

    :param mapping_of: the mapping of an actor type of a declared connection, or of another one of its connector; None where none was read.
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
    """Whether a mapping has the word as the name of a CRM field, or as the key of a field of the ERP side, where the case is nobody's."""
    return any(
        (members.text(field, "CrmFieldKey") and names.answers_to(members.text(field, "CrmDisplayName"), word))
        or (members.text(field, "ErpFieldKey") or "").casefold() == word.casefold()
        for field in members.carriers(mapping, "FieldMappings") or []
    )


def remarks(keys: CrmKeys | None) -> list[str]:
    """One sentence of all that may be slips of the pen."""
    # Where nothing is mapped yet, each key is the first one.
    if keys is None or not any(keys.known.values()):
        return []
    told: list[str] = []
    for place, kind, key in keys.unmet:
        near = nearest(key, sorted(keys.known.get(kind, ())))
        # Where some mappings were not read, most of what is not known is right.
        if near or keys.complete:
            told.append(f'{at(place, "crm")} is "{key}"' + (f" (did you mean {near}?)" if near else ""))
    if not told:
        return []
    more = f", and {len(told) - _MOST} more" if len(told) > _MOST else ""
    where = "no mapping of this installation" if keys.complete else "no mapping that was read"
    return [
        f"CRM fields that {where} names, so that nothing tells whether SuperOffice has them: {', '.join(told[:_MOST])}{more}. "
        "A server saves a key that no field has without a word. Look at the spelling."
    ]
