# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copy of a connector's actor types and fields that the database keeps for each connection."""

from __future__ import annotations

from .carriers import CRM_ACTOR_OF
from .crm import RECOGNISED
from .state import Record, State
from .world import ErpField, Product


def refresh(state: State, connection_id: int, product: Product) -> None:
    """Read the connector again: add new fields, mark lost ones, keep the mapping of known ones."""
    for actor_type, fields in product.actors.items():
        if state.find("actor_mappings", ErpConnectionId=connection_id, ActorTypeErp=actor_type) is None:
            state.table("actor_mappings").append(new_actor_mapping(connection_id, actor_type))
        known = {record["ErpFieldKey"]: record for record in state.fields_of(connection_id, actor_type)}
        top = max((record["Rank"] or 0 for record in known.values()), default=0)
        for described in fields:
            record = known.pop(described.key, None)
            if record is None:
                top += 1
                record = new_field(state.next_id("field"), connection_id, actor_type, described.key, top)
                record["CrmFieldKey"] = RECOGNISED.get(described.key.lower(), "")
                state.table("fields").append(record)
            describe(record, described)
        for record in known.values():
            record["MissingInERP"] = True
    for record in state.fields_of(connection_id):
        if record["ActorTypeErp"] not in product.actors:
            record["MissingInERP"] = True


def is_stored(record: Record, field_ids: str) -> bool:
    """Whether a field has an id for callers, by the setting field_ids."""
    return field_ids == "always" or bool(record.get("Stored")) or is_used(record)


def is_used(record: Record) -> bool:
    return bool(record["CrmFieldKey"]) or any(record[name] for name in _USES)


_USES = ("SyncToCrm", "SyncToErp", "ShowInGui", "ShowInSearch", "HasFirstSyncDefaultValue", "PromptUser", "Mandatory")


def describe(record: Record, described: ErpField) -> None:
    record.update(
        ErpDisplayName=described.name,
        ErpDisplayTooltip=f"{described.key} in the ERP system",
        FieldType=described.field_type,
        Access=described.access,
        ListName=described.list_name,
        MaxLength=described.max_length,
        DefaultValue=described.default,
        MissingInERP=False,
    )


def new_actor_mapping(connection_id: int, actor_type: str) -> Record:
    return {
        "ErpConnectionId": connection_id,
        "ActorTypeErp": actor_type,
        "ActorTypeCrm": CRM_ACTOR_OF.get(actor_type, "Unknown"),
        "IsActive": False,
        "Direction": "Any",
    }


def new_field(field_id: int, connection_id: int, actor_type: str, key: str, rank: int) -> Record:
    return {
        "ErpFieldId": field_id,
        "ErpConnectionId": connection_id,
        "ActorTypeErp": actor_type,
        "ErpFieldKey": key,
        "ErpDisplayName": key,
        "ErpDisplayTooltip": "",
        "FieldType": "Text",
        "Access": "Normal",
        "ListName": None,
        "MaxLength": 0,
        "Rank": rank,
        "MissingInERP": False,
        "CrmFieldKey": "",
        "SyncToCrm": False,
        "SyncToErp": False,
        "ShowInGui": False,
        "ShowInSearch": False,
        "DefaultValue": "",
        "HasFirstSyncDefaultValue": False,
        "FirstSyncDefaultValue": None,
        "PromptUser": False,
        "Mandatory": False,
        "Transformation": None,
        "Comment": None,
    }
