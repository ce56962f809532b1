# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Field mappings: ERP field to CRM field, with direction, visibility and default value."""

from __future__ import annotations

import functools
import typing as t

from .._wire import members
from .._wire.wording import hint
from . import field_value, names, secret_values
from .checks import DocumentError, Faults, at, text_length
from .declared import NO_DEFAULT, UNSET, DeclaredActor, DeclaredDefault, DeclaredField
from .document_keys import DIRECTIONS
from .refused_texts import refuse_no_key

# The length of a key or a default value in the tables ErpField and ErpListItemMapping.
TEXT_LENGTH = 254


def actor_as_result(
    mapping: members.Carrier, defaults: t.Mapping[int, members.Carrier], ranks: t.Mapping[int, int | None]
) -> dict[str, t.Any]:
    """One ErpSyncActorTypeMapping, as tasks return it.

    :param defaults: ErpSyncDefaultValue by ErpFieldId, of the fields that have default settings.
    :param ranks: rank in the display order by ErpFieldId, if known.
    :raises members.WireError: if a member has another type.
    """
    fields = [_field(field, defaults, ranks) for field in members.carriers(mapping, "FieldMappings") or []]
    return {
        "erp": members.text(mapping, "ActorTypeErp"),
        "crm": members.text(mapping, "ActorTypeCrm"),
        "enabled": members.flag(mapping, "IsActive"),
        "fields": fields,
    }


def field_ids(mapping: members.Carrier) -> list[int]:
    """The ids of the fields of an ErpSyncActorTypeMapping."""
    ids = [members.number(field, "ErpFieldId") for field in members.carriers(mapping, "FieldMappings") or []]
    return [field_id for field_id in ids if field_id]


def is_used(field: members.Carrier) -> bool:
    """Whether a field is mapped, shown or searchable; some servers store no other field."""
    flags = ("SyncToCrm", "SyncToErp", "ShowInGui", "ShowInSearch")
    return bool(members.text(field, "CrmFieldKey")) or any(members.flag(field, name) for name in flags)


def _field(field: members.Carrier, defaults: t.Mapping[int, members.Carrier], ranks: t.Mapping[int, int | None]) -> dict[str, t.Any]:
    field_id = members.number(field, "ErpFieldId") or 0
    default = defaults.get(field_id)
    return {
        "erp": members.text(field, "ErpFieldKey"),
        "erp_name": names.readable(members.text(field, "ErpDisplayName")),
        "id": field_id or None,
        "crm": members.text(field, "CrmFieldKey") or None,
        # Archives do not tell it.
        "crm_name": names.readable(members.text(field, "CrmDisplayName")) if members.has_member(field, "CrmDisplayName") else None,
        "direction": DIRECTIONS[bool(members.flag(field, "SyncToCrm")), bool(members.flag(field, "SyncToErp"))],
        "show": members.flag(field, "ShowInGui"),
        "search": members.flag(field, "ShowInSearch"),
        "rank": ranks.get(field_id),
        "type": members.text(field, "FieldType"),
        "access": members.text(field, "Access"),
        "list_reference": members.text(field, "ListReference") or None,
        "already_mapped": members.flag(field, "AlreadyMapped"),
        "missing_in_erp": members.flag(field, "MissingInERP"),
        "missing_in_crm": members.flag(field, "MissingInCRM"),
        "default": None if default is None else _default(default, members.text(field, "FieldType")),
    }


def has_default_settings(default: members.Carrier) -> bool:
    """Whether a field has default settings of its own, besides the connector's value."""
    return any(members.flag(default, name) for name in ("HasFirstSyncDefaultValue", "PromptUser", "Mandatory"))


@members.answer_of("GetDefaultValueInfo")
def _default(default: members.Carrier, field_type: str | None) -> dict[str, t.Any]:
    secret = "Password" in (field_type, members.text(default, "FieldType"))

    def shown(name: str) -> str | None:
        value = members.text(default, name)
        return secret_values.redacted(value) if secret else value

    return {
        "value": shown("FirstSyncDefaultValue") if members.flag(default, "HasFirstSyncDefaultValue") else None,
        "connector_value": shown("DefaultValue"),
        "has_value": members.flag(default, "HasFirstSyncDefaultValue"),
        "prompt": members.flag(default, "PromptUser"),
        "mandatory": members.flag(default, "Mandatory"),
    }


class FieldChange(t.NamedTuple):
    """One field whose mapping changes: its key, and its words before and after."""

    key: str
    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]


class FieldIndex:
    """The fields of an actor type, found by key, or by unambiguous name."""

    def __init__(self, fields: t.Sequence[members.Carrier]) -> None:
        self._fields = fields
        self._exact: dict[str, list[int]] = {}
        for index, field in enumerate(fields):
            self._exact.setdefault(members.text(field, "ErpFieldKey") or "", []).append(index)

    @functools.cached_property
    def _folded(self) -> dict[str, list[int]]:
        """The positions by folded key. Few documents need it."""
        found: dict[str, list[int]] = {}
        for key, places in self._exact.items():
            found.setdefault(key.casefold(), []).extend(places)
        return found

    def find(self, key: str, place: str) -> int:
        """The position of a field.

        :raises DocumentError: if no field, or more than one, matches.
        """
        same = self._exact.get(key, [])
        if len(same) == 1:
            return same[0]
        alike = self._folded.get(key.casefold(), [])
        if len(alike) == 1:
            return alike[0]
        if same:
            raise DocumentError(
                f'{place}: the ERP side has several fields with the key "{key}": {", ".join(map(self._told_apart, same))}. '
                "A document cannot tell them apart: let the connector give each field a key of its own, and use refresh_fields."
            )
        by_name = names.NameIndex((members.text(field, "ErpDisplayName"), index) for index, field in enumerate(self._fields))
        named = by_name.find(key)
        if len(named) == 1:
            return named[0]
        if named:
            listed = ", ".join(f"{self.key(index)} (id {members.number(self._fields[index], 'ErpFieldId')})" for index in named)
            raise DocumentError(f'{place}: several ERP fields have the name "{key}": {listed}. Use the key.')
        raise DocumentError(
            f'{place}: the ERP side has no field "{key}".{hint(key, self._exact)} '
            "If it is new there, use refresh_fields to read the connector's fields again."
        )

    def _told_apart(self, index: int) -> str:
        """The name and the id of the field at a position."""
        field = self._fields[index]
        return f"{names.readable(members.text(field, 'ErpDisplayName'))} (id {members.number(field, 'ErpFieldId')})"

    def key(self, index: int) -> str:
        """The key of the field at a position."""
        return members.text(self._fields[index], "ErpFieldKey") or ""


def directions(mapping: members.Carrier) -> dict[str, str]:
    """The direction of each field in the words of a document, by folded key."""
    return {
        (members.text(field, "ErpFieldKey") or "").casefold(): DIRECTIONS[
            bool(members.flag(field, "SyncToCrm")), bool(members.flag(field, "SyncToErp"))
        ]
        for field in members.carriers(mapping, "FieldMappings") or []
    }


def overlay(
    mapping: members.Carrier, declared: DeclaredActor
) -> tuple[dict[str, t.Any], list[FieldChange], dict[str, tuple[t.Any, t.Any]]]:
    """Lay a declared actor type over the whole mapping; undeclared members stay as they came.

    :returns: the carrier to save, the changed fields, and the changed members of the actor type
        itself as (before, after).
    :raises DocumentError: if the server would refuse the result, or it cannot be intended.
    """
    fields = members.carriers(mapping, "FieldMappings") or []
    listed: dict[int, DeclaredField] = {}
    known = FieldIndex(fields)
    crm_keys = _CrmKeys(fields)
    faults = Faults()
    for declared_field in declared.fields:
        with faults:
            index = known.find(declared_field.erp, declared_field.place)
            if index in listed:
                raise DocumentError(f"{declared_field.place} is the same ERP field as {listed[index].place}. Declare it once.")
            listed[index] = declared_field
    changes: list[FieldChange] = []
    for index, field in enumerate(fields):
        chosen = listed.get(index)
        if chosen is not None:
            new_members = _declared_members(chosen, crm_keys)
        elif declared.purge:
            new_members = _CLEARED
        else:
            continue
        # It also refuses members of another type than the API describes.
        before = _words(field)
        # Skip unchanged fields without a copy: there may be 10,000 of them.
        if all(name in field and field[name] == value for name, value in new_members.items()):
            continue
        after_field = members.replaced(field, new_members)
        after = _words(after_field)
        if before == after:
            continue
        if chosen is not None:
            with faults:
                _check_field(field, before, after, chosen)
        if (
            chosen is None
            and members.text(field, "Access") == "Mandatory"
            and before["direction"] != "none"
            and declared.enabled is not False
        ):
            raise DocumentError(
                f"{declared.place}: purge would unmap {members.text(field, 'ErpFieldKey')}, which the ERP system demands. "
                "Declare it, or leave out purge."
            )
        fields[index] = after_field
        changes.append(FieldChange(members.text(field, "ErpFieldKey") or "", before, after))
    faults.refuse()
    actor: dict[str, tuple[t.Any, t.Any]] = {}
    result = members.replaced(mapping, {"FieldMappings": fields})
    for name, member, value in (("enabled", "IsActive", declared.enabled), ("crm", "ActorTypeCrm", declared.crm)):
        if value is not UNSET and members.member(mapping, member) != value:
            actor[name] = (members.member(mapping, member), value)
            result = members.replaced(result, {member: value})
    return result, changes, actor


class _CrmKeys:
    """The keys of CRM fields, also found by name.

    No method lists the CRM fields, so only the names of mapped fields are known. Any other word is
    taken for a key, which the server checks.
    """

    def __init__(self, fields: t.Sequence[members.Carrier]) -> None:
        mapped = {key: members.text(field, "CrmDisplayName") for field in fields for key in [members.text(field, "CrmFieldKey")] if key}
        self._mapped = mapped

    @functools.cached_property
    def _names(self) -> names.NameIndex[str]:
        return names.NameIndex((name, key) for key, name in self._mapped.items() if name)

    def key(self, wanted: str, place: str) -> str:
        """The key of a CRM field.

        :raises DocumentError: if several fields have the name, or a new key cannot be intended.
        """
        if wanted in self._mapped:
            return wanted
        found = self._names.find(wanted)
        if len(found) > 1:
            raise DocumentError(f'{place}: several CRM fields have the name "{wanted}": {", ".join(found)}. Use the key.')
        if found:
            return found[0]
        refuse_no_key(wanted, at(place, "crm"))
        return wanted


_CLEARED: dict[str, t.Any] = {"CrmFieldKey": "", "SyncToCrm": False, "SyncToErp": False, "ShowInGui": False, "ShowInSearch": False}
_FLAGS = {name: flags for flags, name in DIRECTIONS.items()}


def _declared_members(declared: DeclaredField, crm_keys: _CrmKeys) -> dict[str, t.Any]:
    new_members: dict[str, t.Any] = {}
    if declared.crm is not UNSET:
        new_members["CrmFieldKey"] = crm_keys.key(declared.crm, declared.place) if declared.crm else ""
    if declared.direction is not UNSET:
        new_members["SyncToCrm"], new_members["SyncToErp"] = _FLAGS[declared.direction]
    if declared.show is not UNSET:
        new_members["ShowInGui"] = declared.show
    if declared.search is not UNSET:
        new_members["ShowInSearch"] = declared.search
    return new_members


def _words(field: members.Carrier) -> dict[str, t.Any]:
    return {
        "crm": members.text(field, "CrmFieldKey") or None,
        "direction": DIRECTIONS[bool(members.flag(field, "SyncToCrm")), bool(members.flag(field, "SyncToErp"))],
        "show": bool(members.flag(field, "ShowInGui")),
        "search": bool(members.flag(field, "ShowInSearch")),
    }


def _check_field(before: members.Carrier, was: t.Mapping[str, t.Any], will: t.Mapping[str, t.Any], declared: DeclaredField) -> None:
    """Refuse a change of a field that the server would refuse, or that cannot be intended.

    :param was: the field before in the words of a document; ``will`` is the field after.
    """
    synchronised = will["direction"] != "none"
    if will["crm"] != was["crm"]:
        _within(will["crm"] or "", f"{declared.place}.crm", "a field's key")
    if members.flag(before, "MissingInERP") and (synchronised or will["show"]):
        raise DocumentError(
            f"{declared.place}: the ERP side no longer has this field. Take it out of the document, unmap it (crm: null, direction: none), "
            "or use refresh_fields if the connector has it again."
        )
    if synchronised and not will["crm"]:
        raise DocumentError(f"{declared.place} has the direction {will['direction']} and no CRM field. Give the CRM field with crm.")
    if will["direction"] in ("to_erp", "both") and members.text(before, "Access") == "ReadOnly":
        raise DocumentError(
            f"{declared.place}: the ERP side does not take values for this field (it is read-only). Use direction: to_crm, or show."
        )
    if will["direction"] == "to_crm" and was["direction"] != "to_crm" and members.flag(before, "AlreadyMapped"):
        raise DocumentError(
            f"{declared.place}: another connection already brings this field to SuperOffice, so it cannot go one way to SuperOffice here. "
            "Use direction: both or to_erp, or take it out of the other connection first."
        )


def check_texts(declared: DeclaredActor) -> None:
    """Refuse texts that SuperOffice cannot keep, or must not, while the fields are unknown.

    :raises DocumentError: with the place.
    """
    for field in declared.fields:
        _within(field.erp, f"{field.place}.erp", "a field's key")
        if isinstance(field.crm, str):
            refuse_no_key(field.crm, f"{field.place}.crm")
            _within(field.crm, f"{field.place}.crm", "a field's key")
        if isinstance(field.default, DeclaredDefault) and isinstance(field.default.value, str):
            _within(field.default.value, f"{field.place}.default.value", "a default value")


def _within(text: str, place: str, what: str) -> None:
    length = text_length(text)
    if length > TEXT_LENGTH:
        raise DocumentError(f"{place} has {length} characters; SuperOffice keeps {TEXT_LENGTH} of {what}.")


def default_overlay(
    current: members.Carrier, declared: DeclaredDefault, place: str
) -> tuple[dict[str, t.Any], dict[str, t.Any], dict[str, t.Any]]:
    """Lay a declared default value over the stored one.

    :returns: the carrier to save, and its words before and after; equal if nothing changes.
    :raises DocumentError: if the value does not fit, or the settings contradict each other.
    """
    kind = members.text(current, "FieldType")
    before = default_words(current)
    new_members: dict[str, t.Any] = {}
    if declared.value is not UNSET:
        if declared.value is None:
            # The flag decides whether there is a value; a text without it means nothing.
            if members.flag(current, "HasFirstSyncDefaultValue"):
                new_members.update(HasFirstSyncDefaultValue=False, FirstSyncDefaultValue="")
        else:
            stored = members.text(current, "FirstSyncDefaultValue")
            if not members.flag(current, "HasFirstSyncDefaultValue") or not field_value.means(declared.value, stored, kind):
                try:
                    encoded = field_value.encode(declared.value, kind, stored, members.text(current, "DefaultValue"))
                except field_value.FieldValueError as error:
                    raise DocumentError(f"{at(place, 'value')}: the field is of type {kind}: {error}.") from None
                _within(encoded, at(place, "value"), "a default value")
                new_members.update(HasFirstSyncDefaultValue=True, FirstSyncDefaultValue=encoded)
    if declared.prompt is not UNSET:
        new_members["PromptUser"] = declared.prompt
    if declared.mandatory is not UNSET:
        if declared.mandatory is False and members.text(current, "Access") == "Mandatory" and members.flag(current, "Mandatory"):
            if declared is not NO_DEFAULT:
                raise DocumentError(f"{at(place, 'mandatory')} is false, but the ERP system itself demands a value. Leave mandatory out.")
        else:
            new_members["Mandatory"] = declared.mandatory
    after_carrier = members.replaced(current, new_members)
    if all(members.member(current, name) == value for name, value in new_members.items()):
        return dict(current), before, before
    after = default_words(after_carrier)
    if before == after:
        if kind != "Password" or "FirstSyncDefaultValue" not in new_members:
            # Such as null and false.
            return dict(current), before, before
        # Redacted secrets look alike.
        after["value"] = secret_values.REDACTED_CHANGED
    if after["mandatory"] and not after["prompt"] and not members.flag(after_carrier, "HasFirstSyncDefaultValue"):
        raise DocumentError(f"{place} makes the field mandatory without a value and without asking the user. Add value, or prompt: true.")
    return after_carrier, before, after


def blank_default(field: members.Carrier) -> members.Carrier:
    """The default settings of a field that the server has not stored yet: none."""
    return {
        "ErpFieldId": 0,
        **{name: members.member(field, name) for name in ("ErpFieldKey", "FieldType", "Access")},
        "DefaultValue": "",
        "HasFirstSyncDefaultValue": False,
        "FirstSyncDefaultValue": None,
        "PromptUser": False,
        "Mandatory": False,
    }


def default_words(default: members.Carrier) -> dict[str, t.Any]:
    """A field's default value in the words of a document."""
    kind = members.text(default, "FieldType")
    value = members.text(default, "FirstSyncDefaultValue")
    shown: t.Any = None
    if members.flag(default, "HasFirstSyncDefaultValue"):
        shown = secret_values.redacted(value or "") if kind == "Password" else field_value.decode(value or "", kind)
    return {"value": shown, "prompt": bool(members.flag(default, "PromptUser")), "mandatory": bool(members.flag(default, "Mandatory"))}
