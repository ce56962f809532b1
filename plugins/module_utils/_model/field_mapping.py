# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Field mappings: which field of an ERP actor type goes to which CRM field, in which direction, with which default."""

from __future__ import annotations

import typing as t

from . import configuration, names, wire

DIRECTIONS = {(False, False): "none", (True, False): "to_crm", (False, True): "to_erp", (True, True): "both"}


def actor_as_result(mapping: wire.Carrier, defaults: t.Mapping[int, wire.Carrier], ranks: t.Mapping[int, int | None]) -> dict[str, t.Any]:
    """One ErpSyncActorTypeMapping in the collection's words.

    :param defaults: ErpSyncDefaultValue by ErpFieldId, of the fields that have any default settings.
    :param ranks: place in the order of shown fields by ErpFieldId, where it is known.
    :raises wire.WireError: where a member is of another type.
    """
    fields = [_field(field, defaults, ranks) for field in wire.carriers(mapping, "FieldMappings") or []]
    return {
        "erp": wire.text(mapping, "ActorTypeErp"),
        "crm": wire.text(mapping, "ActorTypeCrm"),
        "enabled": wire.flag(mapping, "IsActive"),
        "fields": fields,
    }


def field_ids(mapping: wire.Carrier) -> list[int]:
    """The ids of the fields of an ErpSyncActorTypeMapping."""
    ids = [wire.number(field, "ErpFieldId") for field in wire.carriers(mapping, "FieldMappings") or []]
    return [field_id for field_id in ids if field_id]


def _field(field: wire.Carrier, defaults: t.Mapping[int, wire.Carrier], ranks: t.Mapping[int, int | None]) -> dict[str, t.Any]:
    field_id = wire.number(field, "ErpFieldId") or 0
    default = defaults.get(field_id)
    return {
        "erp": wire.text(field, "ErpFieldKey"),
        "erp_name": names.readable(wire.text(field, "ErpDisplayName")),
        "id": field_id,
        "crm": wire.text(field, "CrmFieldKey") or None,
        "crm_name": names.readable(wire.text(field, "CrmDisplayName")),
        "direction": DIRECTIONS[bool(wire.flag(field, "SyncToCrm")), bool(wire.flag(field, "SyncToErp"))],
        "show": wire.flag(field, "ShowInGui"),
        "search": wire.flag(field, "ShowInSearch"),
        "rank": ranks.get(field_id),
        "type": wire.text(field, "FieldType"),
        "access": wire.text(field, "Access"),
        "list_reference": wire.text(field, "ListReference") or None,
        "already_mapped": wire.flag(field, "AlreadyMapped"),
        "missing_in_erp": wire.flag(field, "MissingInERP"),
        "missing_in_crm": wire.flag(field, "MissingInCRM"),
        "default": None if default is None else _default(default, wire.text(field, "FieldType")),
    }


def _default(default: wire.Carrier, field_type: str | None) -> dict[str, t.Any]:
    secret = "Password" in (field_type, wire.text(default, "FieldType"))

    def shown(name: str) -> str | None:
        value = wire.text(default, name)
        return configuration.redacted(value) if secret else value

    return {
        "value": shown("FirstSyncDefaultValue") if wire.flag(default, "HasFirstSyncDefaultValue") else None,
        "connector_value": shown("DefaultValue"),
        "has_value": wire.flag(default, "HasFirstSyncDefaultValue"),
        "prompt": wire.flag(default, "PromptUser"),
        "mandatory": wire.flag(default, "Mandatory"),
    }
