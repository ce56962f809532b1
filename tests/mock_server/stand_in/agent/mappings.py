# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Field mappings of an actor type, default values and ranks."""

from __future__ import annotations

from typing import Any

from .. import field_rows
from ..carriers import CRM_ACTOR_OF
from ..crm import CRM_FIELDS, CrmField
from ..errors import bad_argument, not_allowed_now
from ..site import Site
from ..state import Record
from .connectors import NAME_LENGTH, check_length

Arguments = dict[str, Any]


def get(site: Site, arguments: Arguments) -> Record | None:
    return _mapping(site, arguments["ErpConnectionId"], arguments["ActorType"])


def _mapping(site: Site, connection_id: int, actor_type: str) -> Record | None:
    row = site.state.find("actor_mappings", ErpConnectionId=connection_id, ActorTypeErp=actor_type)
    if row is None:
        return None
    fields = site.state.fields_of(connection_id, actor_type)
    elsewhere = _mapped_elsewhere(site, connection_id, actor_type)
    how = site.settings["field_ids"]
    return {**row, "FieldMappings": [_shown(_field_mapping(row, field, elsewhere), how) for field in fields]}


def _shown(field: Record, field_ids: str) -> Record:
    return field if field_rows.is_stored(field, field_ids) else {**field, "ErpFieldId": 0}


def crm_field(row: Record, key: str | None) -> CrmField | None:
    return CRM_FIELDS.get(row["ActorTypeCrm"], {}).get(key or "")


def _field_mapping(row: Record, field: Record, elsewhere: set[str]) -> Record:
    target = crm_field(row, field["CrmFieldKey"])
    return {
        **field,
        "CrmDisplayName": target.name if target else "",
        "CrmDisplayTooltip": f"{row['ActorTypeCrm']}: {target.name}" if target else "",
        "AlreadyMapped": field["ErpFieldKey"] in elsewhere,
        "MissingInCRM": bool(field["CrmFieldKey"]) and target is None,
        "ListReference": f"table={target.table}" if target and target.table else "",
    }


def _mapped_elsewhere(site: Site, connection_id: int, actor_type: str) -> set[str]:
    """Keys of the ERP fields that another connection brings to CRM."""
    live = {record["ErpConnectionId"] for record in site.state.find_all("connections", Deleted=False)} - {connection_id}
    fields = site.state.find_all("fields", ActorTypeErp=actor_type, SyncToCrm=True)
    return {field["ErpFieldKey"] for field in fields if field["ErpConnectionId"] in live}


def save(site: Site, arguments: Arguments) -> Record | None:
    """Save the whole mapping as sent; missing rows are created."""
    sent = arguments["Mapping"]
    if sent is None:
        raise bad_argument("Mapping is null.")
    connection = site.state.connection(sent["ErpConnectionId"])
    if connection is None:
        return None
    refuse_while_active(site, connection)
    actor_type = sent["ActorTypeErp"]
    rules = site.settings["enforce_mapping_rules"]
    if rules and CRM_ACTOR_OF.get(actor_type) != sent["ActorTypeCrm"]:
        raise bad_argument(f"The ERP actor type {actor_type} cannot be mapped to the CRM actor type {sent['ActorTypeCrm']}.")
    field_mappings = sent["FieldMappings"] or []
    known = {field["ErpFieldKey"]: field for field in site.state.fields_of(sent["ErpConnectionId"], actor_type)}
    by_id = {field["ErpFieldId"]: field for field in known.values()}
    pairs = [(_known_field(known, by_id, item), item) for item in field_mappings]
    if site.settings["synchronised_and_shown"] == "refuse":
        for field, item in pairs:
            _refuse_both(field, item)
    for field, item in pairs:
        if field is None or item["CrmFieldKey"] != field["CrmFieldKey"]:
            check_length("CrmFieldKey", item["CrmFieldKey"], NAME_LENGTH)
    if rules:
        elsewhere = _mapped_elsewhere(site, sent["ErpConnectionId"], actor_type)
        for field, item in pairs:
            _check_rules(field, item, elsewhere)
    row = site.state.find("actor_mappings", ErpConnectionId=sent["ErpConnectionId"], ActorTypeErp=actor_type)
    if row is None:
        row = field_rows.new_actor_mapping(sent["ErpConnectionId"], actor_type)
        site.state.table("actor_mappings").append(row)
    row.update({name: sent[name] for name in ("IsActive", "ActorTypeCrm", "Direction")})
    touched = set()
    how = site.settings["field_ids"]
    stored_before = {field["ErpFieldKey"] for field in known.values() if field_rows.is_stored(field, how)}
    for field, item in pairs:
        if field is None:
            rank = 1 + max((other["Rank"] or 0 for other in known.values()), default=0)
            field = field_rows.new_field(
                site.state.next_id("field"), sent["ErpConnectionId"], actor_type, item["ErpFieldKey"] or "", rank
            )
            field["MissingInERP"] = True
            site.state.table("fields").append(field)
            known[field["ErpFieldKey"]] = field
        field.update({name: item[name] for name in _TAKEN}, CrmFieldKey=item["CrmFieldKey"] or "")
        touched.add(field["ErpFieldId"])
    if site.settings["absent_field_mappings"] == "cleared":
        for field in known.values():
            if field["ErpFieldId"] not in touched:
                field.update(CrmFieldKey="", SyncToCrm=False, SyncToErp=False, ShowInGui=False, ShowInSearch=False)
    if how != "always":
        _store(how, list(known.values()), stored_before)
    return _mapping(site, sent["ErpConnectionId"], actor_type)


def _store(how: str, fields: list[Record], before: set[str]) -> None:
    """Give ids to fields that get one when saved; existing ids stay."""
    for field in fields:
        if field["ErpFieldKey"] in before or how == "once_saved" or field_rows.is_used(field):
            field["Stored"] = True


_TAKEN = ("SyncToCrm", "SyncToErp", "ShowInGui", "ShowInSearch", "Access", "FieldType", "Transformation")


def refuse_while_active(site: Site, connection: Record) -> None:
    if connection["Active"] and site.settings["enforce_inactive_for_edit"]:
        raise not_allowed_now("The connection must be deactivated before its mappings are changed.")


def _known_field(known: dict[str, Record], by_id: dict[int, Record], item: Record) -> Record | None:
    """The row with the id, or without an id the row with the key."""
    if item["ErpFieldId"]:
        field = by_id.get(item["ErpFieldId"])
        if field is None:
            raise bad_argument(f"ERP field {item['ErpFieldId']} does not belong to this actor type.")
        return field
    if not item["ErpFieldKey"]:
        raise bad_argument("A field mapping has neither ErpFieldId nor ErpFieldKey.")
    return known.get(item["ErpFieldKey"])


def _refuse_both(field: Record | None, item: Record) -> None:
    was = field is not None and field["ShowInGui"] and (field["SyncToCrm"] or field["SyncToErp"])
    if item["ShowInGui"] and (item["SyncToCrm"] or item["SyncToErp"]) and not was:
        raise bad_argument(f"{(field or item)['ErpFieldKey']}: a field is either synchronised or shown.")


def _check_rules(field: Record | None, item: Record, elsewhere: set[str]) -> None:
    directed = item["SyncToCrm"] or item["SyncToErp"]
    key = (field or item)["ErpFieldKey"]
    if directed and not item["CrmFieldKey"]:
        raise bad_argument(f"{key}: a direction needs a CRM field.")
    if field is None:
        return
    if item["SyncToErp"] and field["Access"] == "ReadOnly":
        raise bad_argument(f"{key}: the ERP field is read-only.")
    was_so = field["SyncToCrm"] and not field["SyncToErp"]
    if item["SyncToCrm"] and not item["SyncToErp"] and not was_so and key in elsewhere:
        raise bad_argument(f"{key}: another connection already brings this field to CRM.")


def get_crm_actor_type(site: Site, arguments: Arguments) -> str:
    row = site.state.find("actor_mappings", ErpConnectionId=arguments["ErpConnectionId"], ActorTypeErp=arguments["ErpActorType"])
    return str(row["ActorTypeCrm"]) if row else "Unknown"


def get_default(site: Site, arguments: Arguments) -> Record | None:
    return _stored_field(site, arguments["ErpFieldId"])


def _stored_field(site: Site, field_id: int) -> Record | None:
    field = site.state.find("fields", ErpFieldId=field_id)
    return field if field is not None and field_rows.is_stored(field, site.settings["field_ids"]) else None


def save_default(site: Site, arguments: Arguments) -> Record | None:
    """Save the carrier without its read-only members; fields mandatory for the connector stay so.
    """
    sent = arguments["ErpSyncDefaultValue"]
    if sent is None:
        raise bad_argument("ErpSyncDefaultValue is null.")
    field = _stored_field(site, sent["ErpFieldId"])
    if field is None:
        return None
    connection = site.state.connection(field["ErpConnectionId"])
    if connection is not None:
        refuse_while_active(site, connection)
    if site.settings["enforce_mapping_rules"] and sent["Mandatory"] and not (sent["PromptUser"] or sent["HasFirstSyncDefaultValue"]):
        raise bad_argument("A mandatory field needs a default value or must be shown to the user.")
    if sent["FirstSyncDefaultValue"] != field["FirstSyncDefaultValue"]:
        check_length("FirstSyncDefaultValue", sent["FirstSyncDefaultValue"], NAME_LENGTH)
    field.update(
        {
            name: sent[name]
            for name in ("DefaultValue", "HasFirstSyncDefaultValue", "FirstSyncDefaultValue", "PromptUser", "Mandatory", "Comment")
        }
    )
    return field


def move(site: Site, arguments: Arguments) -> None:
    """Move a field: a positive direction increases the rank, unless settings say otherwise."""
    fields = site.state.fields_of(arguments["ErpConnectionId"], arguments["ErpActorType"])
    # Fields without an id have no place among those with one.
    fields.sort(key=lambda field: not field_rows.is_stored(field, site.settings["field_ids"]))
    stored = sum(field_rows.is_stored(field, site.settings["field_ids"]) for field in fields)
    place = next((place for place, field in enumerate(fields[:stored]) if field["ErpFieldId"] == arguments["ErpFieldId"]), None)
    direction = arguments["Direction"] * (1 if site.settings["move_direction"] == "increase" else -1)
    if place is None or direction == 0 or not site.settings["moves_take_effect"]:
        return
    step = direction if site.settings["move_step"] == "direction" else (1 if direction > 0 else -1)
    field = fields.pop(place)
    fields.insert(min(max(place + step, 0), stored - 1), field)
    for rank, moved in enumerate(fields, start=1):
        moved["Rank"] = rank


def validate_columns(site: Site, arguments: Arguments) -> None:
    """Clear remembered columns; the state records what was cleared."""
    entry = {"ListOwner": arguments["ListOwner"], "ErpConnectionId": arguments["ErpConnectionId"]}
    if entry not in site.state.table("cleared_columns"):
        site.state.table("cleared_columns").append(entry)


METHODS = {
    "GetActorTypeMapping": get,
    "SaveActorTypeMapping": save,
    "GetCrmActorType": get_crm_actor_type,
    "GetDefaultValueInfo": get_default,
    "SaveDefaultValueInfo": save_default,
    "MoveErpFieldItem": move,
    "ValidateArchiveColumnConfig": validate_columns,
}
