# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The configuration of a connection: checks and encodes declared values."""

from __future__ import annotations

import typing as t

from .._wire import members
from .._wire.wording import hint
from . import field_value, names, secret_values
from .checks import DocumentError, Faults, at, text_length
from .declared import Scalar

# The length of a value in the table connectionconfigfield.
VALUE_LENGTH = 1023


def field_as_result(field: members.Carrier) -> dict[str, t.Any]:
    """One FieldMetadata of a connector, as tasks return it."""
    kind = members.text(field, "FieldType")
    default = members.text(field, "DefaultValue")
    return {
        "key": members.text(field, "FieldKey"),
        "name": names.readable(members.text(field, "DisplayName")),
        "description": names.readable(members.text(field, "DisplayDescription")),
        "type": kind,
        "access": members.text(field, "Access"),
        "max_length": members.number(field, "MaxLength") or None,
        "list": members.text(field, "ListName") or None,
        "default": secret_values.open_value(default) if secret_values.is_open(kind) else secret_values.redacted(default),
    }


@members.answer_of("GetConfigurationFields")
def encode(
    declared: t.Mapping[str, Scalar],
    fields: t.Sequence[members.Carrier],
    place: str,
    current: t.Mapping[str, str | None] | None = None,
) -> dict[str, str | None]:
    """Check declared configuration values against the fields of the connector, and encode them.

    :param place: the place of the configuration, for messages.
    :param current: the stored values. A value of the same meaning keeps its stored spelling; any
        other takes its style.
    :raises DocumentError: with each key that is unknown, each value of a wrong type or too long,
        and each field that takes no value.
    """
    by_key = {members.text(field, "FieldKey") or "": field for field in fields}
    encoded: dict[str, str | None] = {}
    faults = Faults()
    for key, value in declared.items():
        with faults:
            encoded[key] = _encoded(key, value, by_key, place, (current or {}).get(key))
    faults.refuse()
    return encoded


def _encoded(key: str, value: Scalar, by_key: t.Mapping[str, members.Carrier], place: str, stored: str | None) -> str | None:
    field = by_key.get(key)
    if field is None:
        meant = hint(key, by_key, quoted=True)
        raise DocumentError(f'{place} has "{key}", which the connector does not know.{meant} It knows: {", ".join(by_key) or "nothing"}.')
    kind = members.text(field, "FieldType")
    if kind == "Label":
        raise DocumentError(f"{at(place, key)} is a label of the connector's form and takes no value. Leave it out.")
    if stored is not None and field_value.means(value, stored, kind):
        return stored
    try:
        encoded = None if value is None else field_value.encode(value, kind, stored, members.text(field, "DefaultValue"), date="DT")
    except field_value.FieldValueError as error:
        raise DocumentError(f"{at(place, key)} is a field of type {kind}: {error}.") from None
    # The connector limits the bare value, SuperOffice the encoded one.
    bare = text_length(field_value.plain(encoded, kind))
    longest = members.number(field, "MaxLength") or 0
    if longest and bare > longest:
        raise DocumentError(f"{at(place, key)} has {bare} characters; the connector takes {longest}.")
    _within(encoded, at(place, key))
    return encoded


def check_lengths(declared: t.Mapping[str, Scalar], place: str) -> None:
    """Refuse values that are too long for SuperOffice, while the fields are unknown.

    :raises DocumentError: with the key of the value.
    """
    for key, value in declared.items():
        _within(value if isinstance(value, str) else None, at(place, key))


def _within(value: str | None, place: str) -> None:
    """Refuse a value that is too long, without showing it: it may be a secret."""
    length = text_length(value or "")
    if length > VALUE_LENGTH:
        raise DocumentError(f"{place} has {length} characters; SuperOffice keeps {VALUE_LENGTH} of a configuration value.")


def complete(
    values: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier], place: str, unknowable: t.Collection[str] = ()
) -> None:
    """Refuse a configuration that lacks a mandatory value.

    :param values: the whole configuration to save.
    :param unknowable: keys whose stored value the server hides; they may look blank.
    :raises DocumentError: with all missing keys.
    """
    missing = [
        key
        for field in fields
        if members.text(field, "Access") == "Mandatory" and members.text(field, "FieldType") != "Label"
        for key in [members.text(field, "FieldKey") or ""]
        if not field_value.plain(values.get(key), members.text(field, "FieldType")) and key not in unknowable
    ]
    if missing:
        raise DocumentError(
            f"{place} lacks what the connector demands: {', '.join(missing)}. Declare {'it' if len(missing) == 1 else 'them'}."
        )


def read_only(
    values: t.Mapping[str, str | None], current: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier], place: str
) -> None:
    """Refuse to change a read-only value.

    :raises DocumentError: with the key.
    """
    for field in fields:
        key, kind = members.text(field, "FieldKey") or "", members.text(field, "FieldType")
        if members.text(field, "Access") == "ReadOnly" and key in values and not field_value.same(current.get(key), values[key], kind):
            raise DocumentError(f"{at(place, key)} is read-only; the connector sets it. Leave it out.")


def proposals(fields: t.Iterable[members.Carrier]) -> dict[str, str | None]:
    """The connector's default values, which the administration screen proposes too."""
    return {
        members.text(field, "FieldKey") or "": members.text(field, "DefaultValue")
        for field in fields
        if members.text(field, "FieldType") != "Label" and members.text(field, "DefaultValue")
    }


def differing(wanted: t.Mapping[str, str | None], current: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier]) -> set[str]:
    """The keys of ``wanted`` whose values mean something else than the current ones."""
    kinds = {members.text(field, "FieldKey"): members.text(field, "FieldType") for field in fields}
    return {key for key, value in wanted.items() if not field_value.same(current.get(key), value, kinds.get(key))}
