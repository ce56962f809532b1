# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""The configuration of a connection: what its connector asks for, and the values, with every secret left out.

This is the one place that decides which configuration value is a secret: what the connector says is a password, and
whatever the connector says nothing about.
"""

from __future__ import annotations

import typing as t

from . import names, wire

REDACTED = "********"


def field_as_result(field: wire.Carrier) -> dict[str, t.Any]:
    """One FieldMetadata of a connector in the collection's words."""
    kind = wire.text(field, "FieldType")
    default = wire.text(field, "DefaultValue")
    return {
        "key": wire.text(field, "FieldKey"),
        "name": names.readable(wire.text(field, "DisplayName")),
        "description": names.readable(wire.text(field, "DisplayDescription")),
        "type": kind,
        "access": wire.text(field, "Access"),
        "max_length": wire.number(field, "MaxLength") or None,
        "list": wire.text(field, "ListName") or None,
        "default": redacted(default) if kind not in _OPEN_TYPES else default,
    }


def redact(values: t.Mapping[str, str | None], fields: t.Iterable[wire.Carrier]) -> dict[str, str | None]:
    """Configuration values by key, in order, secrets replaced.

    :param values: what GetErpConnectionConfigFields answers with.
    :param fields: what the connector says of its fields; a value whose field is not among them is a secret.
    """
    kinds = [((wire.text(field, "FieldKey") or "").casefold(), wire.text(field, "FieldType") in _OPEN_TYPES) for field in fields]
    # A key that is met twice is open only where it is open both times.
    open_keys = {key for key, is_open in kinds if is_open} - {key for key, is_open in kinds if not is_open}
    return {key: value if key.casefold() in open_keys else redacted(value) for key, value in sorted(values.items())}


def redacted(value: str | None) -> str | None:
    """A secret for showing: stars, but null and blank stay, since they tell only that nothing is set."""
    return REDACTED if value else value


# Named one by one, so that a type that a later version adds is a secret until it is known.
_OPEN_TYPES = frozenset({"Checkbox", "Text", "Integer", "Double", "List", "Date", "Label"})
