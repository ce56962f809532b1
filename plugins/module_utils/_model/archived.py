# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turns rows of archives into the carriers of the agent: actor types, fields, default values,
ranks.

Archives lack CRM names, AlreadyMapped, MissingInCRM, and fields that are not stored yet. So these
carriers can only show that nothing changes; what changes is read through the agent. An actor type
with a row that cannot be understood is unknown.

Sources: the vendor's documentation of the archive ErpField, of the tables ErpField and
ErpConnectionActorType, and of the enumerations in them.
"""

from __future__ import annotations

import typing as t

from .._wire import archive_value, members
from .._wire.archive_fields import DEFAULT_FLAGS, FieldExtras, crm_keys, extras_by_id
from .._wire.archive_query import Row
from . import field_mapping, field_value
from .actor_types import CRM_OF

FIELD_COLUMNS = (
    "Id", "ConnectionId", "ActorTypeErp", "ErpFieldKey", "FieldType", "Access", "MissingInERP", "CrmFieldKey", "SyncToCrm", "SyncToErp",
    "ShowInGui", "ShowInSearch", "Rank", "HasFirstSyncDefaultValue", "FirstSyncDefaultValue", "PromptUser", "Mandatory",
)  # fmt: skip
# The columns of a field that no plan uses.
DESCRIBING_COLUMNS = ("DisplayName", "ListReference", "DefaultValue")
_ACTOR_TABLE = "ErpConnectionActorType."
ACTOR_COLUMNS = tuple(_ACTOR_TABLE + name for name in ("ErpConnectionId", "ActorTypeErp", "ActorTypeCrm", "IsActive"))
# The columns that limit fields and actor types to some connections.
FIELD_CONNECTION, ACTOR_CONNECTION = "ConnectionId", ACTOR_COLUMNS[0]

# The values of enumerations, by their numbers in the database.
_ENUMS = {
    "FieldType": {0: "Checkbox", 1: "Text", 2: "Password", 3: "Integer", 4: "Double", 5: "List", 6: "Date", 99: "Label"},
    "Access": {0: "Normal", 1: "Mandatory", 2: "ReadOnly"},
}
_FLAGS = ("SyncToCrm", "SyncToErp", "ShowInGui", "ShowInSearch", "MissingInERP")
_TEXTS = ("DisplayName", "CrmFieldKey", "ListReference", "DefaultValue", "FirstSyncDefaultValue")

Rows = t.Sequence[Row]
# ErpConnectionId and ERP actor type.
Key = tuple[int, str]


class ArchivedActor(t.NamedTuple):
    """One actor type of a connection, as archives tell it."""

    # ErpSyncActorTypeMapping; without IsActive and ActorTypeCrm where only fields could be read.
    mapping: members.Carrier
    # ErpSyncDefaultValue by ErpFieldId, as far as they are known.
    defaults: t.Mapping[int, members.Carrier]

    @property
    def is_complete(self) -> bool:
        """Whether the mapping tells the members of the actor type itself."""
        return "IsActive" in self.mapping


class Archived:
    """The mappings of an installation, as the rows of its archives tell them."""

    def __init__(self, fields: Rows, actors: Rows | None) -> None:
        """
        :param fields: rows of :data:`FIELD_COLUMNS`.
        :param actors: rows of :data:`ACTOR_COLUMNS`; None where they could not be read.
        """
        self._all_fields = fields
        self._known: dict[Key, ArchivedActor | None] = {}
        # The actor type "" stands for all of a connection.
        self._unknown: set[Key] = set()
        # Whether the connection of a row is unknown, so that no actor type is certainly whole.
        self.is_unusable = False
        self._actors = None if actors is None else self._by_key(actors, _ACTOR_TABLE)
        self._fields = self._by_key(fields, "")
        self._types = {erp for _number, erp in self._fields}
        self._note_repeated_ids()

    def actor(self, connection_id: int, erp: str) -> ArchivedActor | None:
        """An actor type; None if it is unknown, or the connection does not have it."""
        key = (connection_id, erp)
        if key not in self._known:
            self._known[key] = self._actor(key)
        return self._known[key]

    def _actor(self, key: Key) -> ArchivedActor | None:
        connection_id, erp = key
        if key in self._unknown or (connection_id, "") in self._unknown:
            return None
        own: dict[str, t.Any] = {"ErpConnectionId": connection_id, "ActorTypeErp": erp}
        if self._actors is not None:
            told = [_own(row) for row in self._actors.get(key, [])]
            if len(told) != 1 or None in told[0].values():
                return None
            own.update(told[0])
        elif key not in self._fields:
            return None
        rows = self._fields.get(key)
        if not rows:
            # An actor type without any field may be one whose fields the archive hides.
            return None
        fields = [_field(row) for row in rows]
        known = [field for field in fields if field is not None]
        if len(known) < len(fields) or len({field["ErpFieldKey"] for field, _default in known}) < len(known):
            return None
        return ArchivedActor(
            {**own, "FieldMappings": [field for field, _default in known]},
            {field["ErpFieldId"]: default for field, default in known if default is not None},
        )

    def actor_types(self, connection_id: int) -> tuple[str, ...] | None:
        """The ERP actor types of a connection, in the API's order; None if they are unknown, or if
        the archive shows none: it may hide rows without saying so.
        """
        if self._actors is None or (connection_id, "") in self._unknown:
            return None
        found = [erp for erp in CRM_OF if (connection_id, erp) in self._actors]
        is_unknown = not found or any((connection_id, erp) in self._fields for erp in CRM_OF if erp not in found)
        return None if is_unknown else tuple(found)

    def ranks_and_settings(self, connection_id: int) -> dict[int, FieldExtras]:
        """The fields of a connection by ErpFieldId."""
        return extras_by_id(row for erp in self._types for row in self._fields.get((connection_id, erp), ()))

    @property
    def crm_keys(self) -> dict[str, set[str]] | None:
        """The keys of the mapped CRM fields by ERP actor type, blank where that is unknown; None
        where they are unknown.
        """
        return crm_keys(self._all_fields)

    def _by_key(self, rows: Rows, table: str) -> dict[Key, list[Row]]:
        """The rows of each actor type. Notes the actor types that they leave open."""
        found: dict[Key, list[Row]] = {}
        connection = f"{table}ErpConnectionId" if table else FIELD_CONNECTION
        for row in rows:
            number = archive_value.whole(row.get(connection))
            if number is None:
                self.is_unusable = True
                continue
            found.setdefault((number, archive_value.actor_type(row.get(f"{table}ActorTypeErp")) or ""), []).append(row)
        self._unknown.update(key for key in found if not key[1])
        return found

    def _note_repeated_ids(self) -> None:
        """Make actor types unknown that have fields with the same id."""
        first: dict[int, Key] = {}
        for key, rows in self._fields.items():
            for row in rows:
                field_id = archive_value.whole(row.get("Id"))
                if field_id and field_id in first:
                    self._unknown |= {first[field_id], key}
                elif field_id:
                    first[field_id] = key


def _own(row: Row) -> dict[str, t.Any]:
    """The members of the actor type itself; None where a row does not tell them."""
    return {
        "ActorTypeCrm": archive_value.crm_actor_type(row.get(f"{_ACTOR_TABLE}ActorTypeCrm")),
        "IsActive": archive_value.truth(row.get(f"{_ACTOR_TABLE}IsActive")),
    }


def enum_name(row: Row, column: str) -> str | None:
    """The name of an enumeration's value, which a row gives by name or number; None if unknown."""
    names, value = _ENUMS[column], row.get(column)
    if isinstance(value, str) and value in names.values():
        return value
    number = archive_value.whole(value)
    if number is not None:
        return names.get(number)
    folded = (archive_value.text(value) or "").strip().casefold()
    return next((name for name in names.values() if name.casefold() == folded), None)


def _field(row: Row) -> tuple[dict[str, t.Any], dict[str, t.Any] | None] | None:
    """A row as ErpSyncFieldMapping and ErpSyncDefaultValue; None if it cannot be understood.

    An archive may show null in a column that it does not know: a field with a direction has a CRM
    field, and one with a default value has its text, or they are unknown.
    """
    field_id, key = archive_value.whole(row.get("Id")), row.get("ErpFieldKey")
    described = {name: enum_name(row, name) for name in ("FieldType", "Access")}
    flags = {name: archive_value.truth(row.get(name)) for name in _FLAGS + DEFAULT_FLAGS}
    texts = {name: row.get(name) for name in _TEXTS}
    if not field_id or field_id < 0 or not isinstance(key, str) or not key or None in described.values() or None in flags.values():
        return None
    if any(text is not None and not isinstance(text, str) for text in texts.values()):
        return None
    if not texts["CrmFieldKey"] and (flags["SyncToCrm"] or flags["SyncToErp"]):
        return None
    own = {"ErpFieldId": field_id, "ErpFieldKey": key, **described}
    field = {
        **own,
        "ErpDisplayName": texts["DisplayName"],
        "CrmFieldKey": texts["CrmFieldKey"] or "",
        "ListReference": texts["ListReference"] or "",
        **{name: flags[name] for name in _FLAGS},
    }
    if flags["HasFirstSyncDefaultValue"] and texts["FirstSyncDefaultValue"] is None:
        return field, None
    values = {name: texts[name] for name in ("DefaultValue", "FirstSyncDefaultValue")}
    return field, {**own, **values, **{name: flags[name] for name in DEFAULT_FLAGS}}


_MEMBERS = {
    "CrmFieldKey": "crm", "SyncToCrm": "direction", "SyncToErp": "direction", "ShowInGui": "show", "ShowInSearch": "search",
    "FieldType": "type", "Access": "access", "MissingInERP": "missing_in_erp",
}  # fmt: skip


def mapping_differences(archived: members.Carrier, mapping: members.Carrier | None) -> list[str]:
    """Where archive and agent differ about an actor type, in what a plan uses: words of the actor
    type, and fields with their words, such as ``EMAIL (crm, direction)``.

    :param mapping: the answer of GetActorTypeMapping.
    :raises members.WireError: if a member of the answer has another type.
    """
    if mapping is None:
        return ["the actor type itself"]
    found: list[str] = []
    if "IsActive" in archived:
        own = {"enabled": members.flag(mapping, "IsActive") is archived["IsActive"]}
        own["crm"] = members.text(mapping, "ActorTypeCrm") == archived["ActorTypeCrm"]
        found += [word for word, same in own.items() if not same]
    left = {field["ErpFieldId"]: field for field in archived["FieldMappings"]}
    for field in members.carriers(mapping, "FieldMappings") or []:
        key = members.text(field, "ErpFieldKey") or ""
        number = members.number(field, "ErpFieldId") or 0
        told = left.pop(number, None)
        if told is None:
            # Fields that are not stored yet have no row.
            if number or field_mapping.is_used(field):
                found.append(key)
        elif told["ErpFieldKey"] != key:
            found.append(f"{told['ErpFieldKey']} (key)")
        else:
            words = [word for name, word in _MEMBERS.items() if (members.member(field, name) or False) != (told[name] or False)]
            if words:
                found.append(f"{key} ({', '.join(dict.fromkeys(words))})")
    return found + [field["ErpFieldKey"] for field in left.values()]


def default_differences(archived: members.Carrier, default: members.Carrier | None) -> list[str]:
    """Where archive and agent differ about a default value, in the words of a document.

    Values of passwords are not compared: the agent may hide them.

    :param default: the answer of GetDefaultValueInfo.
    :raises members.WireError: if a member of the answer has another type.
    """
    key = archived["ErpFieldKey"]
    if default is None:
        return [f"{key} (default)"]
    kind = archived["FieldType"]
    has = bool(members.flag(default, "HasFirstSyncDefaultValue"))
    values = (archived["FirstSyncDefaultValue"], members.text(default, "FirstSyncDefaultValue"))
    same = {
        "value": has is archived["HasFirstSyncDefaultValue"] and (not has or kind == "Password" or field_value.same(*values, kind)),
        "prompt": bool(members.flag(default, "PromptUser")) is archived["PromptUser"],
        "mandatory": bool(members.flag(default, "Mandatory")) is archived["Mandatory"],
        "type": members.text(default, "FieldType") == kind,
        "access": members.text(default, "Access") == archived["Access"],
    }
    words = [word for word, is_same in same.items() if not is_same]
    return [f"{key} (default: {', '.join(words)})"] if words else []
