# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads from rows of the archive ErpField which fields have a rank, and which have default
settings.
"""

from __future__ import annotations

import typing as t

from . import archive_value
from .archive_query import Row

DEFAULT_FLAGS = ("PromptUser", "Mandatory", "HasFirstSyncDefaultValue")
"""The columns that say whether a field has default settings."""


class FieldExtras(t.NamedTuple):
    """The rank of an ERP field and whether it has default settings; None is unknown."""

    rank: int | None
    has_default_settings: bool | None


UNKNOWN = FieldExtras(None, None)


def extras_by_id(rows: t.Iterable[Row]) -> dict[int, FieldExtras]:
    """The fields by ErpFieldId; a field of which two rows tell different things is unknown.

    Fields without an id of their own have the id 0 and are left out.
    """
    found: dict[int, FieldExtras] = {}
    for row in rows:
        field_id = archive_value.whole(row.get("Id"))
        if field_id:
            flags = [archive_value.truth(row.get(column)) for column in DEFAULT_FLAGS]
            has_settings = True if True in flags else None if None in flags else False
            extras = FieldExtras(archive_value.whole(row.get("Rank")), has_settings)
            found[field_id] = extras if found.get(field_id, extras) == extras else UNKNOWN
    return found


def crm_keys(rows: t.Iterable[Row]) -> dict[str, set[str]] | None:
    """The keys of the mapped CRM fields by ERP actor type, blank where that is unknown; None where
    a key cannot be understood: then no key can be called unmapped.
    """
    found: dict[str, set[str]] = {}
    for row in rows:
        key = row.get("CrmFieldKey")
        if key is not None and not isinstance(key, str):
            return None
        if key:
            found.setdefault(archive_value.actor_type(row.get("ActorTypeErp")) or "", set()).add(key)
    return found
